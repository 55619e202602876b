#include "registry/code_change.h"

#include "registry/code_book.h"

#include <assert.h>

enum { OWN_FIRST = 1001, OWN_LAST = 9999, OWN_SET_FIRST = 40, OWN_SET_LAST = 62 };

static const struct {
    const char *table, *standard;
} standards[] = {
    { "disability_grade", "GB/T 26341" },
    { "disability_kind", "GB/T 26341" },
    { "education", "GB/T 4658" },
    { "ethnicity", "GB/T 3304" },
    { "id_kind", "GA/T 2000" },
    { "marital", "GB/T 2261.2" },
    { "political_status", "GB/T 4762" },
    { "region_level", "GB/T 2260" },
    { "relation", "GB/T 4761" },
    { "schooling", "GB/T 4658" },
    { "sex", "GB/T 2261.1" },
    { "urban_rural", "GB/T 2260" },
};

/* The program asks of none of their rows which one it is. */
static const char *const open_tables[] = {
    "archive_category", "clue_source",    "collection_way", "creditor_kind",   "delivery_way",
    "document_kind",    "dropout_reason", "fuel",           "house_structure", "household_tag",
    "income_channel",   "indicator",      "job_channel",    "measure",         "pairing_kind",
    "poverty_cause",    "project_kind",   "road_kind",      "subsidy_form",    "visit_kind",
};

enum code_use codes_use(struct str table, const char **standard)
{
    if (standard)
        *standard = NULL;
    for (size_t i = 0; i < N_ELEMS(standards); i++)
        if (str_eq(table, str_of(standards[i].table))) {
            if (standard)
                *standard = standards[i].standard;
            return CODES_STANDARD;
        }
    for (size_t i = 0; i < N_ELEMS(open_tables); i++)
        if (str_eq(table, str_of(open_tables[i])))
            return CODES_OWN;
    return CODES_PROGRAM;
}

const char *codes_use_name(enum code_use use)
{
    static const char *const names[] = { "standard", "program", "own" };
    return names[use];
}

/* --- finding ------------------------------------------------------------------------------ */

enum found code_get(struct tx *tx, struct str table, int64_t code, struct code_entry *x, struct errs *e)
{
    return db_get(tx, &code_entity, x, e, V(table), V(code));
}

static bool table_of(struct tx *tx, struct str table, struct list *rows, struct errs *e)
{
    if (!db_list(
            tx,
            SQL_OF(STMT_REF, &code_entity, "SELECT {*} FROM code WHERE table_name = $1 ORDER BY sort, code"),
            rows, e->a, e, V(table)))
        return false;
    return rows->n || fail(e, ERR_NOT_FOUND, "table", MSG_CODES_NO_TABLE, A(table));
}

/* As the reader of files finds it. */
static const struct code_entry *find(const struct list *rows, struct str text, struct arena *a)
{
    const struct code_entry *x = rows->rows;
    struct code_row *book = NEW_ARRAY(a, struct code_row, rows->n + 1);
    struct code_table t = { .rows = book, .n = rows->n };
    for (size_t i = 0; i < rows->n; i++)
        book[i] = (struct code_row){ (int32_t)x[i].code, x[i].slug,    x[i].zh,         x[i].en,
                                     x[i].national,      x[i].aliases, x[i].valid_from, x[i].valid_to };
    const struct code_row *r = code_find(&t, text);
    return r ? &x[r - book] : NULL;
}

bool code_named(struct tx *tx, struct str table, struct str name, struct code_entry *x, struct errs *e)
{
    struct list rows = { 0 };
    if (!table_of(tx, table, &rows, e))
        return false;
    const struct code_entry *r = find(&rows, str_trim(name), e->a);
    if (!r)
        return fail(e, ERR_NOT_FOUND, "code", MSG_CODES_NONE, A(table), A(name));
    *x = *r;
    return true;
}

/* --- what may be changed ------------------------------------------------------------------ */

static bool may_change(struct act *act, struct str table, enum code_use least, struct errs *e)
{
    const char *standard;
    enum code_use use = codes_use(table, &standard);
    if (!actor_need_at(act->who, PERM_REGIONS, (struct region_code){ 0 }, e))
        return false;
    if (use == CODES_STANDARD)
        return fail(e, ERR_CONFLICT, "table", MSG_CODES_STANDARD, A(table), A(standard));
    return use >= least || fail(e, ERR_CONFLICT, "table", MSG_CODES_PROGRAM, A(table));
}

/* A word must lead to one row. */
static bool word_free(const struct list *rows, const struct code_entry *of, struct str word,
                      const char *field, struct errs *e)
{
    const struct code_entry *r = word.n ? find(rows, word, e->a) : NULL;
    int64_t number;
    if (word.n && str_int(word, &number))
        return fail(e, ERR_INVALID, field, MSG_CODES_NUMBER, A(word));
    if (!r || r->code == of->code)
        return true;
    return fail(e, ERR_INVALID, field, MSG_CODES_TAKEN, A(word), A(r->zh), A(r->code));
}

static bool words_free(const struct list *rows, const struct code_entry *x, struct errs *e)
{
    struct str rest = x->aliases, one;
    bool ok = x->zh.n || fail(e, ERR_INVALID, "zh", MSG_CODES_LABEL);
    ok = word_free(rows, x, x->zh, "zh", e) && ok;
    ok = (str_eq(x->en, x->zh) || word_free(rows, x, x->en, "en", e)) && ok;
    while (str_split(&rest, '|', &one))
        ok = word_free(rows, x, str_trim(one), "aliases", e) && ok;
    return ok;
}

/* --- adding ------------------------------------------------------------------------------- */

/* Of a table of which a column holds several at once, numbers are few. */
static bool in_sets(struct tx *tx, struct str table)
{
    const struct schema *s = store_schema(tx_store(tx));
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < s->entities[i]->n; k++) {
            const struct col *c = &s->entities[i]->cols[k];
            if (c->type == T_CODES && str_eq(str_of(c->codes), table))
                return true;
        }
    return false;
}

static bool next_number(struct tx *tx, const struct list *rows, struct code_entry *x, struct errs *e)
{
    const struct code_entry *r = rows->rows;
    bool sets = in_sets(tx, x->table_name);
    int64_t last = sets ? OWN_SET_LAST : OWN_LAST;
    x->code = sets ? OWN_SET_FIRST : OWN_FIRST;
    x->sort = 0;
    for (size_t i = 0; i < rows->n; i++) {
        if (r[i].code >= x->code && r[i].code <= last)
            x->code = r[i].code + 1;
        if (r[i].sort >= x->sort)
            x->sort = r[i].sort + 1;
    }
    x->slug = str_of(arena_printf(e->a, "own_%lld", (long long)x->code));
    return x->code <= last || fail(e, ERR_CONFLICT, "table", MSG_CODES_FULL, A(x->table_name));
}

bool code_add(struct act *act, struct code_entry *x, struct errs *e)
{
    struct list rows = { 0 };
    x->code = -1;
    if (!x->en.n)
        x->en = x->zh;
    if (!table_of(act->tx, x->table_name, &rows, e) || !may_change(act, x->table_name, CODES_OWN, e) ||
        !words_free(&rows, x, e) || !next_number(act->tx, &rows, x, e))
        return false;
    return db_insert(act->tx, &code_entity, x, e);
}

/* --- renaming and ending ------------------------------------------------------------------ */

static bool has_alias(struct str aliases, struct str word)
{
    struct str one;
    while (str_split(&aliases, '|', &one))
        if (str_eq(str_trim(one), word))
            return true;
    return false;
}

/* What it was called stays understood. */
static bool keep_alias(struct code_entry *x, struct str word, struct errs *e)
{
    const struct col *c = entity_col(&code_entity, "aliases");
    if (str_eq(x->zh, word) || str_eq(x->en, word) || has_alias(x->aliases, word))
        return true;
    x->aliases = str_of(arena_printf(e->a, "%.*s%s%.*s", (int)x->aliases.n, x->aliases.n ? x->aliases.p : "",
                                     x->aliases.n ? "|" : "", (int)word.n, word.p));
    return str_chars(x->aliases) <= (size_t)c->max || fail(e, ERR_INVALID, "aliases", MSG_CODES_ALIASES);
}

/* An alias that was there stays too: files with it may still come. */
static bool keep_aliases(struct code_entry *new, const struct code_entry *old, struct errs *e)
{
    struct str rest = old->aliases, one;
    bool ok = keep_alias(new, old->zh, e) && keep_alias(new, old->en, e);
    while (ok && str_split(&rest, '|', &one))
        ok = keep_alias(new, str_trim(one), e);
    return ok;
}

bool code_rename(struct act *act, const struct code_entry *old, struct code_entry *new, struct errs *e)
{
    struct list rows = { 0 };
    assert(new->code == old->code);
    assert(str_eq(new->slug, old->slug));
    if (!new->en.n)
        new->en = new->zh;
    return table_of(act->tx, old->table_name, &rows, e) &&
           may_change(act, old->table_name, CODES_PROGRAM, e) && words_free(&rows, new, e) &&
           keep_aliases(new, old, e) && act_update(act, &code_entity, old, new, e);
}

bool code_end(struct act *act, const struct code_entry *old, struct opt_date from, struct code_entry *new,
              struct errs *e)
{
    *new = *old;
    new->valid_to = (struct opt_date){ { from.v.day - 1 }, from.set };
    if (!from.set)
        new->valid_to = (struct opt_date){ 0 };
    if (!may_change(act, old->table_name, CODES_OWN, e))
        return false;
    if (from.set && old->valid_from.set && from.v.day < old->valid_from.v.day)
        return fail(e, ERR_INVALID, "on", MSG_CODES_ENDS_EARLY, A(old->valid_from.v));
    return act_update(act, &code_entity, old, new, e);
}
