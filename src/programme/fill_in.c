#include "programme/fill_in.h"

#include "base/csv.h"
#include "base/value.h"
#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"
#include "registry/region.h"

#include <assert.h>

const char *const fill_in_files[FILL_KINDS] = { "figures", "households", "members", "incomes" };

/* What such a file is known by, and what else says who is meant. */
static const struct kind {
    const struct entity *en;
    bool of_household; /* 户编号 stands before its columns */
    const char *keys[4];
} kinds[FILL_KINDS] = {
    [FILL_REGION_YEARS] = { &region_year_entity, false, { "region", "year", "indicator", "value" } },
    [FILL_HOUSEHOLDS] = { &household_entity, false, { "hh_no", "village", "head_name" } },
    [FILL_MEMBERS] = { &person_entity, true, { "name", "relation", "birth_date" } },
    [FILL_YEARS] = { &household_year_entity, true, { "year", "wage_income" } },
};
/* What net income is made of. */
static const char *const amounts[] = { "wage_income", "business_income", "property_income", "transfer_income",
                                       "business_expense" };

/* --- noting ------------------------------------------------------------------------------------- */

static void mark(struct fill_row *r, const char *name)
{
    const struct entity *en = kinds[r->kind].en;
    const struct col *c = entity_col(en, name);
    assert(c);
    size_t i = (size_t)(c - en->cols);
    r->cols[i / 64] |= UINT64_C(1) << (i % 64);
}

static bool is_marked(const struct fill_row *r, size_t i)
{
    return r->cols[i / 64] >> i % 64 & 1;
}

static struct fill_row *room(struct fill_in *f)
{
    if (f->n == f->cap) {
        struct fill_row *grown = NEW_ARRAY(f->a, struct fill_row, f->cap ? f->cap * 2 : 256);
        if (f->n)
            memcpy(grown, f->rows, f->n * sizeof *grown);
        f->cap = f->cap ? f->cap * 2 : 256;
        f->rows = grown;
    }
    return &f->rows[f->n++];
}

static struct fill_row *add(struct fill_in *f, enum fill_kind kind, const struct fact_page *one)
{
    struct fill_row *r = room(f);
    *r = (struct fill_row){ .kind = kind, .county = one->county, .household = one->household[0] };
    return r;
}

static void mark_amounts(struct fill_row *r)
{
    for (size_t i = 0; i < N_ELEMS(amounts); i++)
        mark(r, amounts[i]);
}

static void note_member(struct fill_in *f, const struct fact_page *one, const struct rule_seen *s)
{
    struct fill_row *r = add(f, FILL_MEMBERS, one);
    if (s->record != FACTS_MEMBERS || s->element == RULE_NO_ELEMENT)
        return; /* nobody is written down yet */
    r->id = one->ids[FACTS_MEMBERS][s->element];
    if (s->field.col) {
        mark(r, s->field.col->name);
    } else {
        mark(r, "sex");
        mark(r, "relation");
    }
}

static void note_income(struct fill_in *f, const struct fact_page *one, const struct rule_seen *s)
{
    struct fill_row *r = add(f, FILL_YEARS, one);
    if (s->element == RULE_NO_ELEMENT)
        mark_amounts(r);
    else
        r->year = one->ids[FACTS_INCOMES][s->element];
    if (s->field.name && s->field.col)
        mark(r, s->field.col->name);
    else
        mark_amounts(r);
}

static void note_fact(struct fill_in *f, const struct fact_page *one, const struct rule_seen *s)
{
    bool of_members = s->record == FACTS_INCOMES && s->field.name && !strcmp(s->field.name, "members");
    if (s->record == FACTS_MEMBERS || of_members || (s->record == FACTS_HOUSEHOLD && !s->field.col))
        note_member(f, one, s);
    else if (s->record == FACTS_HOUSEHOLD)
        mark(add(f, FILL_HOUSEHOLDS, one), s->field.col->name);
    else if (s->record == FACTS_INCOMES)
        note_income(f, one, s);
}

static void note_seen(struct fill_in *f, const struct fact_page *one, const struct rule_seen *s)
{
    struct fill_row *r;
    switch (s->kind) {
    case RULE_SAW_FACT: note_fact(f, one, s); break;
    case RULE_SAW_INDICATOR:
        r = add(f, FILL_REGION_YEARS, one);
        *r = (struct fill_row){ .kind = FILL_REGION_YEARS, .region = one->county * 1000000 };
        r->year = s->year;
        r->indicator = s->indicator;
        break;
    case RULE_SAW_INCOME_PER_HEAD:
        r = add(f, FILL_YEARS, one);
        r->year = s->year;
        mark_amounts(r);
        break;
    case RULE_SAW_PARAM:
    case RULE_SAW_RESULT: break;
    }
}

bool fill_in_note(void *ctx, const struct fact_page *one, struct rule_run *run, struct errs *e)
{
    struct fill_in *f = ctx;
    struct arena a = { 0 };
    (void)e;
    for (size_t i = 0; i < f->screen->rules_n; i++) {
        if (!f->screen->rules[i].rule)
            continue;
        struct rule_story story = rule_eval_one(run, f->screen->rules[i].rule, &a);
        for (size_t k = 0; !story.result.known && k < story.n; k++)
            if (story.seen[k].missing)
                note_seen(f, one, &story.seen[k]);
    }
    arena_free(&a);
    return true;
}

/* --- settling ----------------------------------------------------------------------------------- */

static int row_cmp(const void *a, const void *b)
{
    const struct fill_row *x = a, *y = b;
    const int64_t p[] = { x->kind, x->county, x->household, x->id, x->year, x->region, x->indicator };
    const int64_t q[] = { y->kind, y->county, y->household, y->id, y->year, y->region, y->indicator };
    for (size_t i = 0; i < N_ELEMS(p); i++)
        if (p[i] != q[i])
            return p[i] < q[i] ? -1 : 1;
    return 0;
}

void fill_in_settle(struct fill_in *f, size_t n[FILL_KINDS])
{
    size_t kept = 0;
    memset(n, 0, FILL_KINDS * sizeof *n);
    if (f->n)
        qsort(f->rows, f->n, sizeof *f->rows, row_cmp);
    for (size_t i = 0; i < f->n; i++) {
        if (kept && !row_cmp(&f->rows[kept - 1], &f->rows[i])) {
            f->rows[kept - 1].cols[0] |= f->rows[i].cols[0];
            f->rows[kept - 1].cols[1] |= f->rows[i].cols[1];
            continue;
        }
        f->rows[kept++] = f->rows[i];
        n[f->rows[i].kind]++;
    }
    f->n = kept;
}

/* --- printing ----------------------------------------------------------------------------------- */

/* The columns of a file: those it is known by, then whatever is missing in any of its rows. */
struct fill_cols {
    const struct col *cols[COLS_MAX];
    size_t n;
};

static bool has_col(const struct fill_cols *c, const struct col *col)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->cols[i] == col)
            return true;
    return false;
}

static struct fill_cols cols_of(const struct fill_in *f, enum fill_kind kind)
{
    const struct kind *k = &kinds[kind];
    struct fill_cols c = { 0 };
    for (size_t i = 0; i < N_ELEMS(k->keys) && k->keys[i]; i++)
        c.cols[c.n++] = entity_col(k->en, k->keys[i]);
    for (size_t i = 0; i < k->en->n; i++) {
        bool any = false;
        for (size_t r = 0; r < f->n && !any; r++)
            any = f->rows[r].kind == kind && is_marked(&f->rows[r], i);
        if (any && !has_col(&c, &k->en->cols[i]))
            c.cols[c.n++] = &k->en->cols[i];
    }
    return c;
}

union fill_row_of {
    struct household household;
    struct person person;
    struct household_year year;
    struct region_year figure;
};

static enum found fetch_year(struct tx *tx, const struct fill_row *r, struct household_year *y,
                             struct errs *e)
{
    enum found f =
        db_find(tx,
                SQL_OF(STMT_KEY, &household_year_entity,
                       "SELECT {*} FROM household_year WHERE county = $1 AND household_id = $2 AND "
                       "year = $3"),
                y, e, V(r->county), V(r->household), V(r->year));
    if (f == NONE) {
        *y = (struct household_year){ .year = { r->year, r->year != 0 } };
        f = FOUND;
    }
    return f;
}

/* The row as it is; NONE: it is of another county's registry by now. */
static enum found fetch(struct tx *tx, const struct fill_row *r, union fill_row_of *out, struct errs *e)
{
    memset(out, 0, sizeof *out);
    switch (r->kind) {
    case FILL_HOUSEHOLDS:
        return db_get(tx, &household_entity, &out->household, e, V(r->county), V(r->household));
    case FILL_MEMBERS:
        return r->id ? db_get(tx, &person_entity, &out->person, e, V(r->county), V(r->id)) : FOUND;
    case FILL_YEARS: return fetch_year(tx, r, &out->year, e);
    case FILL_REGION_YEARS:
        out->figure.region.v = r->region;
        out->figure.year = (struct opt_int){ r->year, true };
        out->figure.indicator = (struct code){ (int32_t)r->indicator, true };
        return FOUND;
    case FILL_KINDS: break;
    }
    return NONE;
}

static bool put_hh_no(struct tx *tx, const struct fill_row *r, struct buf *b, struct errs *e)
{
    CLEANUP(rows_close) struct rows q = { 0 };
    if (!db_query(tx, &q, SQL(STMT_KEY, "SELECT hh_no FROM household WHERE county = $1 AND id = $2"), e,
                  V(r->county), V(r->household)))
        return false;
    enum found f = rows_next(&q, e);
    csv_put_text(b, f == FOUND ? rows_text(&q, 0) : (struct str){ 0 }, true);
    return f != FAILED;
}

/* What is masked is left blank too: a blank cell changes nothing. */
static void put_cell(const struct col *c, const void *obj, bool first, const struct code_book *codes,
                     enum lang lang, struct buf *b)
{
    CLEANUP(buf_release) struct buf cell = BUF(1 << 16);
    if (c->mask == MASK_NONE && col_known(c, obj))
        col_print(c, obj, &cell, codes, lang);
    struct str text = cell.n ? buf_str(&cell) : (struct str){ 0 };
    if (c->type == T_TEXT || c->type == T_REGION)
        csv_put_text(b, text, first);
    else
        csv_put(b, text, first);
}

bool fill_in_print(struct tx *tx, const struct fill_in *f, enum fill_kind kind, const struct code_book *codes,
                   enum lang lang, struct buf *b, struct errs *e)
{
    const struct kind *k = &kinds[kind];
    struct fill_cols c = cols_of(f, kind);
    union fill_row_of row;
    buf_adds(b, "\xef\xbb\xbf");
    if (k->of_household)
        csv_put(b, str_of(label_in(&entity_col(&household_entity, "hh_no")->label, lang)), true);
    for (size_t i = 0; i < c.n; i++)
        csv_put(b, str_of(label_in(&c.cols[i]->label, lang)), i == 0 && !k->of_household);
    csv_end_row(b);
    for (size_t i = 0; i < f->n; i++) {
        enum found found = f->rows[i].kind == kind ? fetch(tx, &f->rows[i], &row, e) : NONE;
        if (found == FAILED)
            return false;
        if (found == NONE)
            continue;
        if (k->of_household && !put_hh_no(tx, &f->rows[i], b, e))
            return false;
        for (size_t m = 0; m < c.n; m++)
            put_cell(c.cols[m], &row, m == 0 && !k->of_household, codes, lang, b);
        csv_end_row(b);
    }
    return true;
}
