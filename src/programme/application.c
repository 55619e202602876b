#include "programme/application.h"

#include <assert.h>

static const enum fact_type fact_types[] = {
    [FIELD_TEXT] = FACT_TEXT,   [FIELD_BOOL] = FACT_BOOL,         [FIELD_INT] = FACT_INT,
    [FIELD_MONEY] = FACT_MONEY, [FIELD_QUANTITY] = FACT_QUANTITY, [FIELD_DATE] = FACT_DATE,
    [FIELD_CODE] = FACT_CODE,
};

static const char *choices_table(struct application_facts *x, const struct programme_application_field *f,
                                 struct arena *a)
{
    struct code_row *rows = NEW_ARRAY(a, struct code_row, f->choices.n + 1);
    const char *name = arena_printf(a, "application.%.*s", (int)f->id.name.n, f->id.name.p);
    size_t n = 0;
    for (size_t i = 0; i < f->choices.n; i++)
        if (f->choices.p[i].id.name.p)
            rows[n++] = (struct code_row){ .code = (int32_t)i + 1,
                                           .slug = f->choices.p[i].id.name,
                                           .zh = f->choices.p[i].label.zh,
                                           .en = f->choices.p[i].label.en };
    if (x->codes.n < APPLICATION_TABLES_MAX)
        x->tables[x->codes.n++] = (struct code_table){ .name = str_of(name), .rows = rows, .n = n };
    return name;
}

struct application_facts *application_facts(const struct programme *p, const struct code_book *codes,
                                            struct arena *a)
{
    struct application_facts *x = NEW(a, struct application_facts);
    struct fact_field *fields = NEW_ARRAY(a, struct fact_field, p->application.fields.n + 1);
    struct fact_record r = { .name = "application", .label = { "申请书", "Application" }, .derived = fields };
    x->codes =
        (struct code_book){ x->tables, codes->n < APPLICATION_TABLES_MAX ? codes->n : APPLICATION_TABLES_MAX,
                            codes->stamp };
    memcpy(x->tables, codes->tables, x->codes.n * sizeof *x->tables);
    for (size_t i = 0; i < p->application.fields.n; i++) {
        const struct programme_application_field *f = &p->application.fields.p[i];
        if (!f->id.name.p || (size_t)f->type >= N_ELEMS(fact_types))
            continue;
        struct fact_field *to = &fields[r.n_derived++];
        *to = (struct fact_field){ .name = arena_str(a, f->id.name).p, .type = fact_types[f->type] };
        to->label = (struct label){ arena_str(a, f->label.zh).p, arena_str(a, f->label.en).p };
        if (!to->label.zh)
            to->label.zh = to->name;
        if (!to->label.en)
            to->label.en = to->label.zh;
        if (f->type == FIELD_CODE)
            to->codes = f->codes.name.p ? arena_str(a, f->codes.name).p : choices_table(x, f, a);
    }
    assert(fact_schema.n == FACTS_APPLICATION);
    memcpy(x->records, fact_schema.records, fact_schema.n * sizeof *x->records);
    x->records[FACTS_APPLICATION] = r;
    x->schema = (struct fact_schema){ x->records, fact_schema.n + 1 };
    return x;
}

const struct programme_application_field *application_field(const struct programme *p, struct str id)
{
    for (size_t i = 0; i < p->application.fields.n; i++)
        if (str_eq(p->application.fields.p[i].id.name, id))
            return &p->application.fields.p[i];
    return NULL;
}
