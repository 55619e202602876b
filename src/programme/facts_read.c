#include "programme/facts_read.h"

#include "base/value.h"
#include "programme/fact_rows.h"
#include "registry/history.h"
#include "registry/household.h"
#include "registry/income.h"
#include "registry/person.h"
#include "registry/region.h"
#include "registry/scope.h"

#include <assert.h>

/* Incomes are of the years 1900 to 2200 (income.c). */
enum { YEAR_FIRST = 1900, YEARS_MAX = 301, FEW_HOUSEHOLDS = 64, NOT_READ = -1 };

/* What a household's members say together. */
enum { HAS_MEMBER = 1, HAS_CHILD = 2, RELATION_BLANK = 4 };

/* Columns of one table, each once, and where the plan's and our own ones are among them. */
struct picked {
    const struct col *cols[COLS_MAX];
    size_t n;
    struct {
        int cell;
        size_t col;
        bool text;
    } puts[FACT_NEEDS_MAX]; /* the plan's cells, and the columns of the record's rows they go to */
    size_t puts_n;
};

struct county_read {
    struct tx *tx;
    const struct fact_request *q;
    struct scope scope;
    struct arena texts;

    bool past;         /* as of a day before today */
    bool with_history; /* h is there */
    struct county_history h;

    struct fact_rows rows[FACTS_RECORDS];
    int place[FACT_NEEDS_MAX]; /* the need's column among its record's rows */

    size_t n; /* households, by village and id */
    int64_t *ids, *villages;
    uint32_t *region;
    int64_t *sorted; /* ids, ascending, */
    uint32_t *home;  /* and their places */
    size_t hint;
    uint8_t *listed[FACTS_RECORDS]; /* per household: somebody wrote a row of the list down */

    /* members */
    uint8_t *family;
    uint32_t *present;
    size_t sex, relation; /* columns of the members' rows, where `mother` is needed */
    /* members in the years of which there are incomes */
    uint8_t year_used[YEARS_MAX];
    int32_t year_ends[YEARS_MAX];
    int16_t year_slot[YEARS_MAX];
    size_t years_n;
    uint16_t *dated;   /* years_n per household */
    uint32_t *undated; /* members about whom no date is known */
};

static void county_release(struct county_read *c)
{
    for (size_t r = 0; r < FACTS_RECORDS; r++) {
        fact_rows_release(&c->rows[r]);
        free(c->listed[r]);
    }
    if (c->with_history)
        county_history_release(&c->h);
    free(c->ids);
    free(c->villages);
    free(c->region);
    free(c->sorted);
    free(c->home);
    free(c->family);
    free(c->present);
    free(c->dated);
    free(c->undated);
    arena_free(&c->texts);
}

/* --- what to read ------------------------------------------------------------------------------- */

static int pick_col(struct picked *p, const struct col *col)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->cols[i] == col)
            return (int)i;
    assert(p->n < COLS_MAX);
    p->cols[p->n] = col;
    return (int)p->n++;
}

static int pick_named(struct picked *p, const struct entity *en, const char *name)
{
    const struct col *col = entity_col(en, name);
    assert(col);
    return pick_col(p, col);
}

static void add_put(struct county_read *c, struct picked *p, size_t need, int cell)
{
    bool text = c->q->plan->needs[need].field.type == FACT_TEXT;
    p->puts[p->puts_n].cell = cell;
    p->puts[p->puts_n].col = (size_t)c->place[need];
    p->puts[p->puts_n++].text = text;
}

/* The plan's columns of a record, and a column of its rows for each of them. */
static void pick_needs(struct county_read *c, int record, struct picked *p)
{
    const struct fact_plan *plan = c->q->plan;
    for (size_t i = 0; i < plan->n; i++) {
        if (plan->needs[i].record != record)
            continue;
        const struct col *col = plan->needs[i].field.col;
        c->place[i] = (int)fact_rows_col(&c->rows[record], plan->needs[i].field.type);
        if (col)
            add_put(c, p, i, pick_col(p, col));
    }
}

/* The need of a derived field, -1: nobody asks for it. */
static int derived_need(const struct county_read *c, int record, const char *name)
{
    const struct fact_plan *plan = c->q->plan;
    for (size_t i = 0; i < plan->n; i++)
        if (plan->needs[i].record == record && !plan->needs[i].field.col &&
            !strcmp(plan->needs[i].field.name, name))
            return (int)i;
    return NOT_READ;
}

static void put_needs(struct county_read *c, int record, const struct picked *p, struct rows *r, size_t row)
{
    for (size_t i = 0; i < p->puts_n; i++) {
        int64_t v;
        if (p->puts[i].text) {
            fact_rows_put(&c->rows[record], p->puts[i].col, row, rows_val(r, p->puts[i].cell), &c->texts);
            continue;
        }
        bool known = rows_number(r, p->puts[i].cell, &v);
        fact_rows_put_number(&c->rows[record], p->puts[i].col, row, known, v);
    }
}

static void put_derived(struct county_read *c, int record, int need, size_t row, struct val v)
{
    if (need != NOT_READ)
        fact_rows_put(&c->rows[record], (size_t)c->place[need], row, v, &c->texts);
}

static bool all_of_county(const struct county_read *c)
{
    return c->scope.first <= c->scope.county * 1000000 && c->scope.last >= c->scope.county * 1000000 + 999999;
}

static bool only_one(const struct county_read *c)
{
    return c->q->household && !c->past;
}

/* --- households --------------------------------------------------------------------------------- */

struct found_household {
    int64_t village, id;
    uint32_t row;
};

static int by_village(const void *a, const void *b)
{
    const struct found_household *x = a, *y = b;
    if (x->village != y->village)
        return x->village < y->village ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

struct household_id {
    int64_t id;
    uint32_t home;
};

static int by_id(const void *a, const void *b)
{
    const struct household_id *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static uint32_t home_of(struct county_read *c, int64_t id)
{
    size_t lo = 0, hi = c->n;
    /* Rows mostly come family by family, in the order of families. */
    if (c->hint < c->n && c->sorted[c->hint] == id)
        return c->home[c->hint];
    if (c->hint + 1 < c->n && c->sorted[c->hint + 1] == id)
        return c->home[++c->hint];
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (c->sorted[mid] < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == c->n || c->sorted[lo] != id)
        return FACT_NO_HOME;
    c->hint = lo;
    return c->home[lo];
}

/* Places by village and number, and the way from a number to its place. */
static void place_households(struct county_read *c, struct found_household *list)
{
    struct household_id *ids = xcalloc(c->n + 1, sizeof *ids);
    bool in_order = true;
    for (size_t i = 1; i < c->n; i++)
        in_order = in_order && by_village(&list[i - 1], &list[i]) < 0;
    if (!in_order)
        qsort(list, c->n, sizeof *list, by_village);
    c->ids = xcalloc(c->n + 1, sizeof *c->ids);
    c->villages = xcalloc(c->n + 1, sizeof *c->villages);
    c->sorted = xcalloc(c->n + 1, sizeof *c->sorted);
    c->home = xcalloc(c->n + 1, sizeof *c->home);
    bool ascending = true;
    for (size_t i = 0; i < c->n; i++) {
        c->ids[i] = list[i].id;
        c->villages[i] = list[i].village;
        ids[i] = (struct household_id){ list[i].id, (uint32_t)i };
        ascending = ascending && (i == 0 || ids[i - 1].id < ids[i].id);
        c->rows[FACTS_HOUSEHOLD].home[list[i].row] = (uint32_t)i;
    }
    c->rows[FACTS_HOUSEHOLD].in_order = in_order;
    if (!ascending)
        qsort(ids, c->n, sizeof *ids, by_id);
    for (size_t i = 0; i < c->n; i++) {
        c->sorted[i] = ids[i].id;
        c->home[i] = ids[i].home;
    }
    free(ids);
}

struct household_cells {
    int id, village, state, state_need;
};

/* Where the row's household counts on that day; 0: nowhere here. */
static int64_t village_then(const struct county_read *c, struct rows *r, const struct household_cells *at)
{
    int64_t village, state;
    rows_number(r, at->village, &village);
    bool known = rows_number(r, at->state, &state);
    if (c->past) {
        const struct trace *t = household_trace(&c->h, rows_int(r, at->id));
        village = t ? household_village(&c->h, t, c->q->as_of.day) : 0;
    } else if (known && state == STATE_CLOSED) {
        village = 0;
    }
    return village >= c->scope.first && village <= c->scope.last ? village : 0;
}

static struct val state_then(const struct county_read *c, int64_t id)
{
    int32_t state = household_state(&c->h, id, c->q->as_of.day);
    return state < 0 ? val_null() : V(state);
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static bool is_wanted(const struct fact_request *q, int64_t id)
{
    if (q->household)
        return q->household == id;
    return !q->only || (q->only_n && bsearch(&id, q->only, q->only_n, sizeof id, by_number));
}

static bool add_households(struct county_read *c, struct rows *r, const struct picked *p,
                           const struct household_cells *at, struct found_household **list, struct errs *e)
{
    size_t cap = 0;
    enum found f;
    while ((f = rows_next(r, e)) == FOUND) {
        int64_t village = village_then(c, r, at), id = rows_int(r, at->id);
        if (!village || !is_wanted(c->q, id))
            continue;
        if (c->n == cap) {
            cap = cap ? cap * 2 : 1024;
            *list = xrealloc(*list, arena_mul(cap, sizeof **list));
        }
        size_t row = fact_rows_add(&c->rows[FACTS_HOUSEHOLD], 0, id);
        put_needs(c, FACTS_HOUSEHOLD, p, r, row);
        if (c->past)
            put_derived(c, FACTS_HOUSEHOLD, at->state_need, row, state_then(c, id));
        (*list)[c->n++] = (struct found_household){ village, id, (uint32_t)row };
    }
    return f != FAILED;
}

static bool read_households(struct county_read *c, struct errs *e)
{
    struct picked p = { 0 };
    pick_needs(c, FACTS_HOUSEHOLD, &p);
    const struct entity *en = &household_entity;
    struct household_cells at = { pick_named(&p, en, "id"), pick_named(&p, en, "village"),
                                  pick_named(&p, en, "state"), NOT_READ };
    for (size_t i = 0; i < c->q->plan->n; i++)
        if (c->q->plan->needs[i].field.col == entity_col(en, "state"))
            at.state_need = (int)i;
    struct pick pick = { en, p.cols, p.n, entity_col(en, "id") };
    int64_t first = 0, last = INT64_MAX;
    if (only_one(c)) {
        first = last = c->q->household;
    } else if (!c->past && !all_of_county(c)) {
        pick.by = entity_col(en, "village");
        first = c->scope.first;
        last = c->scope.last;
    }
    CLEANUP(freep) struct found_household *list = NULL;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan_cols(c->tx, &r, &pick, c->scope.county, first, last, e) ||
        !add_households(c, &r, &p, &at, &list, e))
        return false;
    if (c->n)
        place_households(c, list);
    return true;
}

/* Rows of a table that hang on households: by the county, or household by household where these are few. */
typedef bool row_fn(struct county_read *c, struct rows *r, const struct picked *p, const void *at,
                    struct errs *e);
static bool read_children(struct county_read *c, const struct entity *en, const struct picked *p, row_fn *fn,
                          const void *at, struct errs *e)
{
    bool few = !c->past && c->n <= FEW_HOUSEHOLDS;
    struct pick pick = { en, p->cols, p->n, entity_col(en, few ? "household_id" : "id") };
    for (size_t i = 0; i < (few ? c->n : 1); i++) {
        CLEANUP(rows_close) struct rows r = { 0 };
        int64_t first = few ? c->ids[i] : 0, last = few ? first : INT64_MAX;
        enum found f;
        if (!db_scan_cols(c->tx, &r, &pick, c->scope.county, first, last, e))
            return false;
        while ((f = rows_next(&r, e)) == FOUND)
            if (!fn(c, &r, p, at, e))
                return false;
        if (f == FAILED)
            return false;
    }
    return true;
}

/* --- incomes ------------------------------------------------------------------------------------ */

struct income_cells {
    int household, year, net, total, members;
    int amount[COLS_MAX]; /* of the entity's columns that money is in; -1: not read */
};

/* What net and total income are made of, as income.h says, where nothing else is asked for.  A year's items
 * are read as one number each: rows of a year have some sixty columns, and taking thirty of them out costs
 * more than all else.  id > 0 keeps SQLite to the table's own order, where an index on years
 * would have it look every row up. */
// clang-format off
static const struct stmt *income_sums(void)
{
    return SQL(STMT_KEY, "SELECT household_id, year"
        ", CASE WHEN wage_labour IS NULL OR "
               "wage_post_department IS NULL OR "
               "wage_post_township IS NULL OR "
               "wage_post_village IS NULL OR "
               "wage_picking IS NULL "
               "THEN wage_income ELSE wage_labour + wage_post_department + wage_post_township + wage_post_village + wage_picking END"
        ", CASE WHEN business_planting IS NULL OR "
               "business_breeding IS NULL OR "
               "business_forest IS NULL OR "
               "business_other IS NULL "
               "THEN business_income ELSE business_planting + business_breeding + business_forest + business_other END"
        ", CASE WHEN property_dividend IS NULL OR "
               "property_other IS NULL "
               "THEN property_income ELSE property_dividend + property_other END"
        ", CASE WHEN transfer_family_planning IS NULL OR "
               "transfer_allowance IS NULL OR "
               "transfer_extreme_poverty IS NULL OR "
               "transfer_pension IS NULL OR "
               "transfer_ecology IS NULL OR "
               "transfer_other IS NULL "
               "THEN transfer_income ELSE transfer_family_planning + transfer_allowance + transfer_extreme_poverty + transfer_pension + transfer_ecology + transfer_other END"
        ", CASE WHEN expense_planting IS NULL OR "
               "expense_breeding IS NULL OR "
               "expense_forest IS NULL OR "
               "expense_other IS NULL "
               "THEN business_expense ELSE expense_planting + expense_breeding + expense_forest + expense_other END"
        " FROM household_year WHERE county = $1 AND id > 0 AND year BETWEEN $2 AND $3");
}
// clang-format on

static bool is_amount(const struct col *col)
{
    return col->type == T_OPT_MONEY;
}

static struct val amount_val(struct opt_money m)
{
    return m.set ? V(m.v) : val_null();
}

static void put_sums(struct county_read *c, struct rows *r, const struct income_cells *at, size_t row)
{
    struct household_year y = { 0 };
    for (size_t i = 0; i < household_year_entity.n; i++) {
        struct val v = at->amount[i] == NOT_READ ? val_null() : rows_val(r, at->amount[i]);
        if (v.kind == V_INT)
            *(struct opt_money *)(void *)((char *)&y + household_year_entity.cols[i].off) =
                (struct opt_money){ { v.i }, true };
    }
    put_derived(c, FACTS_INCOMES, at->net, row, amount_val(income_net(&y)));
    put_derived(c, FACTS_INCOMES, at->total, row, amount_val(income_total(&y)));
}

static void use_year(struct county_read *c, int64_t year)
{
    if (year >= YEAR_FIRST && year < YEAR_FIRST + YEARS_MAX)
        c->year_used[year - YEAR_FIRST] = 1;
}

static bool income_row(struct county_read *c, struct rows *r, const struct picked *p, const void *cells,
                       struct errs *e)
{
    const struct income_cells *at = cells;
    uint32_t home = home_of(c, rows_int(r, at->household));
    (void)e;
    if (home == FACT_NO_HOME)
        return true;
    int64_t year = rows_int(r, at->year);
    if (c->q->year_last && (year < c->q->year_first || year > c->q->year_last))
        return true;
    size_t row = fact_rows_add(&c->rows[FACTS_INCOMES], home, year);
    c->listed[FACTS_INCOMES][home] = 1;
    put_needs(c, FACTS_INCOMES, p, r, row);
    if (at->net != NOT_READ || at->total != NOT_READ)
        put_sums(c, r, at, row);
    /* the year stands in until the members of all years are counted */
    if (at->members != NOT_READ) {
        put_derived(c, FACTS_INCOMES, at->members, row, V(year));
        use_year(c, year);
    }
    return true;
}

static bool sums_suffice(const struct county_read *c)
{
    const struct fact_plan *plan = c->q->plan;
    for (size_t i = 0; i < plan->n; i++)
        if (plan->needs[i].record == FACTS_INCOMES && plan->needs[i].field.col &&
            strcmp(plan->needs[i].field.name, "year") != 0)
            return false;
    return c->past || c->n > FEW_HOUSEHOLDS;
}

/* Cells of income_sums: household, year, four incomes, expense. */
static void sum_row(struct county_read *c, struct rows *r, const struct income_cells *at, int year_col)
{
    int64_t household, year;
    rows_number(r, 0, &household);
    rows_number(r, 1, &year);
    uint32_t home = home_of(c, household);
    if (home == FACT_NO_HOME)
        return;
    struct fact_rows *rows = &c->rows[FACTS_INCOMES];
    size_t row = fact_rows_add(rows, home, year);
    struct household_year y = { 0 };
    struct opt_money *const items[] = { &y.wage_income, &y.business_income, &y.property_income,
                                        &y.transfer_income, &y.business_expense };
    for (int i = 0; i < 5; i++)
        items[i]->set = rows_number(r, i + 2, &items[i]->v.fen);
    c->listed[FACTS_INCOMES][home] = 1;
    if (year_col != NOT_READ)
        fact_rows_put_number(rows, (size_t)year_col, row, true, year);
    if (at->net != NOT_READ)
        put_derived(c, FACTS_INCOMES, at->net, row, amount_val(income_net(&y)));
    if (at->total != NOT_READ)
        put_derived(c, FACTS_INCOMES, at->total, row, amount_val(income_total(&y)));
    if (at->members != NOT_READ) {
        put_derived(c, FACTS_INCOMES, at->members, row, V(year));
        use_year(c, year);
    }
}

static bool read_sums(struct county_read *c, const struct income_cells *at, struct errs *e)
{
    int64_t first = c->q->year_last ? c->q->year_first : INT64_MIN;
    int64_t last = c->q->year_last ? c->q->year_last : INT64_MAX;
    int year_col = NOT_READ;
    for (size_t i = 0; i < c->q->plan->n; i++)
        if (c->q->plan->needs[i].record == FACTS_INCOMES && c->q->plan->needs[i].field.col)
            year_col = c->place[i];
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    if (!db_scan(c->tx, &r, income_sums(), e, V(c->scope.county), V(first), V(last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND)
        sum_row(c, &r, at, year_col);
    return f != FAILED;
}

static bool read_incomes(struct county_read *c, struct errs *e)
{
    const struct entity *en = &household_year_entity;
    struct picked p = { 0 };
    if (!c->q->plan->lists[FACTS_INCOMES])
        return true;
    pick_needs(c, FACTS_INCOMES, &p);
    struct income_cells at = {
        pick_named(&p, en, "household_id"),        pick_named(&p, en, "year"),
        derived_need(c, FACTS_INCOMES, "net"),     derived_need(c, FACTS_INCOMES, "total"),
        derived_need(c, FACTS_INCOMES, "members"), { 0 }
    };
    if (sums_suffice(c))
        return read_sums(c, &at, e);
    bool sums = at.net != NOT_READ || at.total != NOT_READ;
    for (size_t i = 0; i < en->n; i++)
        at.amount[i] = sums && is_amount(&en->cols[i]) ? pick_col(&p, &en->cols[i]) : NOT_READ;
    return read_children(c, en, &p, income_row, &at, e);
}

/* --- members ------------------------------------------------------------------------------------ */

struct member_cells {
    int id, household, left_on, change_status, joined_on, changed_on, sex, relation;
    bool years;
};

static struct opt_date date_cell(struct rows *r, int i)
{
    int64_t day;
    bool set = rows_number(r, i, &day);
    return (struct opt_date){ { (int32_t)day }, set };
}

static struct trace trace_of(struct county_read *c, struct rows *r, const struct member_cells *at)
{
    int64_t id = rows_int(r, at->id);
    if (c->with_history) {
        size_t lo = 0, hi = c->h.persons_n;
        while (lo < hi) {
            size_t mid = lo + (hi - lo) / 2;
            if (c->h.persons[mid].id < id)
                lo = mid + 1;
            else
                hi = mid;
        }
        if (lo < c->h.persons_n && c->h.persons[lo].id == id)
            return c->h.persons[lo];
    }
    int64_t change;
    bool changed = rows_number(r, at->change_status, &change);
    struct person p = { .id = id, .household_id = rows_int(r, at->household) };
    p.left_on = date_cell(r, at->left_on);
    p.joined_on = date_cell(r, at->joined_on);
    p.changed_on = date_cell(r, at->changed_on);
    p.change_status = (struct code){ (int32_t)change, changed };
    return trace_of_person(&p);
}

/* Into the members of every year of which there are incomes. */
static void count_years(struct county_read *c, const struct trace *t)
{
    if (t->row && !t->n && !t->from.set && !t->until.set) {
        uint32_t home = t->gone ? FACT_NO_HOME : home_of(c, t->household_id);
        if (home != FACT_NO_HOME)
            c->undated[home]++;
        return;
    }
    for (size_t y = 0; y < c->years_n; y++) {
        struct place p = place_on(t, c->year_ends[y]);
        uint32_t home = p.in ? home_of(c, p.household_id) : FACT_NO_HOME;
        if (home != FACT_NO_HOME)
            c->dated[home * c->years_n + y]++;
    }
}

static bool is_present_now(struct rows *r, const struct member_cells *at)
{
    struct val change = rows_val(r, at->change_status);
    return rows_val(r, at->left_on).kind == V_NULL &&
           !(change.kind == V_INT && change.i >= CHANGE_LEFT_FIRST);
}

static void add_member(struct county_read *c, struct rows *r, const struct picked *p,
                       const struct member_cells *at, uint32_t home)
{
    c->present[home]++;
    if (!c->q->plan->lists[FACTS_MEMBERS])
        return;
    struct fact_rows *rows = &c->rows[FACTS_MEMBERS];
    size_t row = fact_rows_add(rows, home, rows_int(r, at->id));
    put_needs(c, FACTS_MEMBERS, p, r, row);
    if (at->relation == NOT_READ)
        return;
    int64_t sex, relation;
    bool known = rows_number(r, at->sex, &sex);
    fact_rows_put_number(rows, c->sex, row, known, sex);
    known = rows_number(r, at->relation, &relation);
    fact_rows_put_number(rows, c->relation, row, known, relation);
    if (!known)
        c->family[home] |= RELATION_BLANK;
    else if (relation == RELATION_SON || relation == RELATION_DAUGHTER)
        c->family[home] |= HAS_CHILD;
}

static bool member_row(struct county_read *c, struct rows *r, const struct picked *p, const void *cells,
                       struct errs *e)
{
    const struct member_cells *at = cells;
    int64_t household;
    rows_number(r, at->household, &household);
    uint32_t home = home_of(c, household);
    (void)e;
    if (home != FACT_NO_HOME)
        c->family[home] |= HAS_MEMBER;
    if (!c->past && home == FACT_NO_HOME && !c->with_history)
        return true;
    bool present = home != FACT_NO_HOME && is_present_now(r, at);
    if (c->past || at->years) {
        struct trace t = trace_of(c, r, at);
        if (at->years)
            count_years(c, &t);
        if (c->past) {
            struct place then = place_on(&t, c->q->as_of.day);
            home = then.in ? home_of(c, then.household_id) : FACT_NO_HOME;
            present = home != FACT_NO_HOME;
        }
    }
    if (present) {
        c->family[home] |= HAS_MEMBER;
        add_member(c, r, p, at, home);
    }
    return true;
}

/* Who was a member then and has since left the county: nothing is known of them but that they were. */
static void add_strangers(struct county_read *c, const struct member_cells *at)
{
    struct fact_rows *rows = &c->rows[FACTS_MEMBERS];
    for (size_t i = 0; c->with_history && i < c->h.persons_n; i++) {
        const struct trace *t = &c->h.persons[i];
        if (t->row)
            continue;
        if (at->years)
            count_years(c, t);
        struct place then = place_on(t, c->q->as_of.day);
        uint32_t home = c->past && then.in ? home_of(c, then.household_id) : FACT_NO_HOME;
        if (home == FACT_NO_HOME)
            continue;
        c->present[home]++;
        c->family[home] |= HAS_MEMBER | RELATION_BLANK;
        if (!c->q->plan->lists[FACTS_MEMBERS])
            continue;
        size_t row = fact_rows_add(rows, home, t->id);
        for (size_t k = 0; k < rows->cols_n; k++)
            fact_rows_put(rows, k, row, val_null(), NULL);
    }
}

static void settle_years(struct county_read *c)
{
    struct date end;
    for (size_t i = 0; i < YEARS_MAX; i++) {
        if (!c->year_used[i] || !date_of(YEAR_FIRST + (int)i, 12, 31, &end))
            continue;
        c->year_slot[i] = (int16_t)c->years_n;
        c->year_ends[c->years_n++] = end.day;
    }
    c->dated = xcalloc(c->n * c->years_n + 1, sizeof *c->dated);
    c->undated = xcalloc(c->n + 1, sizeof *c->undated);
}

/* In place of the years, the members in each of them. */
static void put_year_members(struct county_read *c)
{
    int need = derived_need(c, FACTS_INCOMES, "members");
    struct fact_rows *rows = &c->rows[FACTS_INCOMES];
    if (need == NOT_READ)
        return;
    for (size_t i = 0; i < rows->n; i++) {
        uint32_t home = rows->home[i];
        int64_t year = ((const int64_t *)(const void *)rows->cols[c->place[need]].data)[i] - YEAR_FIRST;
        struct val members = val_null();
        if (year >= 0 && year < YEARS_MAX && (c->family[home] & HAS_MEMBER))
            members =
                val_int((int64_t)c->undated[home] + c->dated[home * c->years_n + (size_t)c->year_slot[year]]);
        put_derived(c, FACTS_INCOMES, need, i, members);
    }
}

/* Kleene: female, head or spouse, and a child of the head in the family. */
static struct val is_mother(const struct county_read *c, size_t row)
{
    const struct fact_rows *t = &c->rows[FACTS_MEMBERS];
    const struct fact_cells *sex = &t->cols[c->sex], *relation = &t->cols[c->relation];
    uint8_t family = c->family[t->home[row]];
    int16_t s = ((const int16_t *)(const void *)sex->data)[row];
    int16_t rel = ((const int16_t *)(const void *)relation->data)[row];
    bool sex_known = sex->known[row] && (s == SEX_MALE || s == SEX_FEMALE);
    if (sex_known && s != SEX_FEMALE)
        return val_int(0);
    if (relation->known[row] && rel != RELATION_HEAD && rel != RELATION_SPOUSE)
        return val_int(0);
    if (!(family & (HAS_CHILD | RELATION_BLANK)))
        return val_int(0);
    return sex_known && relation->known[row] && (family & HAS_CHILD) ? val_int(1) : val_null();
}

static void put_derived_members(struct county_read *c, int mother)
{
    int members_n = derived_need(c, FACTS_HOUSEHOLD, "members_n");
    struct fact_rows *rows = &c->rows[FACTS_HOUSEHOLD];
    for (size_t i = 0; members_n != NOT_READ && i < rows->n; i++) {
        bool known = c->family[rows->home[i]] & HAS_MEMBER;
        put_derived(c, FACTS_HOUSEHOLD, members_n, i,
                    known ? val_int(c->present[rows->home[i]]) : val_null());
    }
    for (size_t i = 0; mother != NOT_READ && i < c->rows[FACTS_MEMBERS].n; i++)
        put_derived(c, FACTS_MEMBERS, mother, i, is_mother(c, i));
    for (size_t i = 0; i < c->n; i++)
        c->listed[FACTS_MEMBERS][i] = c->family[i] & HAS_MEMBER;
}

static bool read_members(struct county_read *c, struct errs *e)
{
    const struct entity *en = &person_entity;
    struct picked p = { 0 };
    bool years = derived_need(c, FACTS_INCOMES, "members") != NOT_READ;
    if (!c->q->plan->lists[FACTS_MEMBERS] && !years &&
        derived_need(c, FACTS_HOUSEHOLD, "members_n") == NOT_READ)
        return true;
    pick_needs(c, FACTS_MEMBERS, &p);
    int mother = derived_need(c, FACTS_MEMBERS, "mother");
    struct member_cells at = { pick_named(&p, en, "id"),
                               pick_named(&p, en, "household_id"),
                               pick_named(&p, en, "left_on"),
                               pick_named(&p, en, "change_status"),
                               NOT_READ,
                               NOT_READ,
                               NOT_READ,
                               NOT_READ,
                               years };
    if (years || c->past) {
        at.joined_on = pick_named(&p, en, "joined_on");
        at.changed_on = pick_named(&p, en, "changed_on");
    }
    if (mother != NOT_READ) {
        at.sex = pick_named(&p, en, "sex");
        at.relation = pick_named(&p, en, "relation");
        c->sex = fact_rows_col(&c->rows[FACTS_MEMBERS], FACT_CODE);
        c->relation = fact_rows_col(&c->rows[FACTS_MEMBERS], FACT_CODE);
    }
    settle_years(c);
    if (!read_children(c, en, &p, member_row, &at, e))
        return false;
    add_strangers(c, &at);
    put_derived_members(c, mother);
    put_year_members(c);
    return true;
}

/* --- what modules above bring ------------------------------------------------------------------- */

/* A source's rows on their way into the columns. */
struct source_rows {
    struct county_read *c;
    int record;
    struct picked p;
};

static void put_source_row(void *ctx, int64_t household, const struct val *fields)
{
    struct source_rows *s = ctx;
    uint32_t home = home_of(s->c, household);
    if (home == FACT_NO_HOME)
        return;
    struct fact_rows *rows = &s->c->rows[s->record];
    size_t row = fact_rows_add(rows, home, (int64_t)rows->n);
    for (size_t i = 0; i < s->p.puts_n; i++)
        fact_rows_put(rows, s->p.puts[i].col, row, fields[s->p.puts[i].cell - 1], &s->c->texts);
}

static bool query_source(struct source_rows *s, const struct fact_source *src, struct errs *e)
{
    struct county_read *c = s->c;
    struct val fields[COLS_MAX];
    size_t n = fact_schema.records[s->record].n_derived;
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    assert(n <= N_ELEMS(fields));
    if (!src->rows(c->tx, &r, c->scope.county, c->q->household, c->q->as_of, e))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        for (size_t i = 0; i < n; i++)
            fields[i] = rows_val(&r, (int)i + 1);
        put_source_row(s, rows_int(&r, 0), fields);
    }
    return f != FAILED;
}

static bool read_source(struct county_read *c, int record, struct errs *e)
{
    const struct fact_record *rec = &fact_schema.records[record];
    const struct fact_source *src = fact_source_of(c->q->sources, rec->name);
    struct source_rows s = { .c = c, .record = record };
    if (!c->q->plan->lists[record])
        return true;
    pick_needs(c, record, &s.p);
    for (size_t i = 0; i < c->q->plan->n; i++)
        for (size_t k = 0; c->q->plan->needs[i].record == record && k < rec->n_derived; k++)
            if (!strcmp(rec->derived[k].name, c->q->plan->needs[i].field.name))
                add_put(c, &s.p, i, (int)k + 1);
    memset(c->listed[record], 1, c->n);
    if (!src)
        return true;
    return src->each ? src->each(c->tx, c->scope.county, c->q->household, c->q->as_of, put_source_row, &s, e)
                     : query_source(&s, src, e);
}

/* --- a county ----------------------------------------------------------------------------------- */

static void find_regions(struct county_read *c)
{
    const struct fact_indicators *x = c->q->indicators;
    uint32_t at = 0;
    c->region = xcalloc(c->n + 1, sizeof *c->region);
    for (size_t i = 0; x && i < c->n; i++) {
        while (at + 1 < x->n_regions && x->regions[at].v < c->villages[i])
            at++;
        c->region[i] = at;
    }
}

static uint64_t *pack(const uint8_t *bytes, size_t n)
{
    uint64_t *words = xcalloc(n / 64 + 1, 8);
    size_t on = 0;
    for (size_t i = 0; i < n; i++) {
        words[i / 64] |= (uint64_t)(bytes[i] & 1) << (i % 64);
        on += bytes[i] & 1;
    }
    if (on < n)
        return words;
    free(words);
    return NULL;
}

static void fill_page(const struct county_read *c, size_t page, uint64_t *const known[FACTS_RECORDS],
                      struct fact_page *out)
{
    const struct fact_plan *plan = c->q->plan;
    size_t from = page * FACT_PAGE;
    *out = (struct fact_page){ .county = c->scope.county,
                               .household = c->ids + from,
                               .village = c->villages + from };
    out->batch.n = c->n - from < FACT_PAGE ? c->n - from : FACT_PAGE;
    out->batch.region = c->region + from;
    for (size_t r = 1; r < FACTS_RECORDS; r++)
        if (plan->lists[r]) {
            out->batch.lists[r] = (struct fact_list){ c->rows[r].start + page * (FACT_PAGE + 1),
                                                      known[r] ? known[r] + from / 64 : NULL };
            out->ids[r] = fact_rows_ids(&c->rows[r], page);
        }
    for (size_t i = 0; i < plan->n; i++)
        out->batch.cols[i] = fact_rows_page(&c->rows[plan->needs[i].record], (size_t)c->place[i], page);
}

static bool hand_out(struct county_read *c, fact_page_fn *fn, void *ctx, struct errs *e)
{
    uint64_t *known[FACTS_RECORDS] = { 0 };
    bool ok = true;
    find_regions(c);
    for (size_t r = 0; r < FACTS_RECORDS; r++) {
        if (r && !c->q->plan->lists[r])
            continue;
        fact_rows_arrange(&c->rows[r], c->n);
        if (r)
            known[r] = pack(c->listed[r], c->n);
    }
    for (size_t page = 0; ok && page * FACT_PAGE < c->n; page++) {
        struct fact_page p;
        fill_page(c, page, known, &p);
        ok = fn(ctx, &p, e);
    }
    for (size_t r = 0; r < FACTS_RECORDS; r++)
        free(known[r]);
    return ok;
}

static bool read_history(struct county_read *c, struct errs *e)
{
    int64_t moved = 0;
    c->past = c->q->as_of.day < c->q->today.day;
    if (!c->past && derived_need(c, FACTS_INCOMES, "members") != NOT_READ &&
        !db_int(c->tx, SQL(STMT_KEY, "SELECT 1 FROM movement WHERE county = $1 LIMIT 1"), &moved, e,
                V(c->scope.county)))
        return false;
    c->with_history = c->past || moved;
    return !c->with_history || county_history_read(c->tx, c->scope.county, &c->h, e);
}

static bool read_county(struct county_read *c, fact_page_fn *fn, void *ctx, struct errs *e)
{
    if (!read_history(c, e) || !read_households(c, e))
        return false;
    if (!c->n)
        return true;
    for (size_t r = 0; r < FACTS_RECORDS; r++)
        c->listed[r] = xcalloc(c->n + 1, 1);
    c->family = xcalloc(c->n + 1, 1);
    c->present = xcalloc(c->n + 1, sizeof *c->present);
    return read_incomes(c, e) && read_members(c, e) && read_source(c, FACTS_LOANS, e) &&
           read_source(c, FACTS_CASES, e) && hand_out(c, fn, ctx, e);
}

bool facts_read_scope(struct tx *tx, const struct fact_request *q, const struct scope *scope,
                      fact_page_fn *fn, void *ctx, struct errs *e)
{
    CLEANUP(county_release) struct county_read c = { .tx = tx, .q = q, .scope = *scope };
    return read_county(&c, fn, ctx, e);
}

bool facts_read(struct tx *tx, const struct fact_request *q, fact_page_fn *fn, void *ctx, struct errs *e)
{
    struct scopes scopes;
    if (!scopes_of(tx, q->who, PERM_REGISTRY_READ, q->within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++)
        if (!facts_read_scope(tx, q, &scopes.list[i], fn, ctx, e))
            return false;
    return true;
}
