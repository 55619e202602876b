#include "programme/facts.h"

#include <assert.h>

int fact_record_find(const struct fact_schema *s, struct str name)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(str_of(s->records[i].name), name))
            return (int)i;
    return -1;
}

/* What a column is in rules; false: rules do not see it. */
static bool seen_as(const struct col *c, enum fact_type *type)
{
    if (c->seal || (c->flags & PKEY) || !strcmp(c->name, "household_id"))
        return false;
    switch (c->type) {
    case T_BOOL:
    case T_YESNO: *type = FACT_BOOL; return true;
    case T_INT:
    case T_OPT_INT: *type = FACT_INT; return true;
    case T_MONEY:
    case T_OPT_MONEY: *type = FACT_MONEY; return true;
    case T_OPT_QUANTITY: *type = FACT_QUANTITY; return true;
    case T_DATE:
    case T_OPT_DATE: *type = FACT_DATE; return true;
    case T_TEXT: *type = FACT_TEXT; return true;
    case T_CODE: *type = FACT_CODE; return true;
    case T_CODES: *type = FACT_CODES; return true;
    case T_BYTES:
    case T_INSTANT:
    case T_REGION: return false;
    }
    return false;
}

bool fact_field_find(const struct fact_record *r, struct str name, struct fact_field *out)
{
    enum fact_type type;
    for (size_t i = 0; i < r->n_derived; i++)
        if (str_eq(str_of(r->derived[i].name), name)) {
            *out = r->derived[i];
            return true;
        }
    for (size_t i = 0; r->en && i < r->en->n; i++) {
        const struct col *c = &r->en->cols[i];
        if (str_eq(str_of(c->name), name) && seen_as(c, &type)) {
            *out = (struct fact_field){ c->name, c->label, type, c->codes, c };
            return true;
        }
    }
    return false;
}

static bool is_derived(const struct fact_record *r, const char *name)
{
    for (size_t i = 0; i < r->n_derived; i++)
        if (!strcmp(r->derived[i].name, name))
            return true;
    return false;
}

size_t fact_field_names(const struct fact_record *r, const char **out, size_t cap)
{
    enum fact_type type;
    size_t n = 0;
    for (size_t i = 0; i < r->n_derived && n < cap; i++)
        out[n++] = r->derived[i].name;
    for (size_t i = 0; r->en && i < r->en->n && n < cap; i++)
        if (seen_as(&r->en->cols[i], &type) && !is_derived(r, r->en->cols[i].name))
            out[n++] = r->en->cols[i].name;
    return n;
}

int fact_need(struct fact_plan *p, int record, const struct fact_field *f)
{
    assert(record >= 0);
    assert(record < FACT_RECORDS_MAX);
    for (size_t i = 0; i < p->n; i++)
        if (p->needs[i].record == record && !strcmp(p->needs[i].field.name, f->name))
            return (int)i;
    if (p->n == FACT_NEEDS_MAX)
        return -1;
    p->needs[p->n] = (struct fact_need){ record, *f };
    p->lists[record] = true;
    return (int)p->n++;
}
