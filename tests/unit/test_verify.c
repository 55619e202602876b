/* test_verify.c - whatever is done to a row behind bangfu's back, verify names the table. */
#include "support/raw.h"
#include "support/world.h"

#include "access/account.h"
#include "access/rekey.h"
#include "access/secret.h"
#include "access/site.h"
#include "base/clock.h"
#include "ledger/draft.h"
#include "registry/code.h"
#include "registry/duplicate.h"
#include "registry/income.h"
#include "registry/movement.h"
#include "registry/region.h"
#include "registry/roster.h"
#include "registry/survey.h"

/* --- a row of everything ------------------------------------------------------------------ */

/* Give every optional column that is unknown a value, so that each can be changed. */
static void fill_up(const struct entity *en, void *obj)
{
    for (size_t i = 0; i < en->n; i++) {
        const struct col *c = &en->cols[i];
        void *p = (char *)obj + c->off;
        if (col_known(c, obj))
            continue;
        switch (c->type) {
        case T_TEXT: *(struct str *)p = STR("文字"); break;
        case T_BYTES: *(struct bytes *)p = (struct bytes){ (const uint8_t *)"\1\2\3", 3 }; break;
        case T_OPT_INT: *(struct opt_int *)p = (struct opt_int){ 7, true }; break;
        case T_OPT_MONEY: *(struct opt_money *)p = (struct opt_money){ { 700 }, true }; break;
        case T_OPT_DATE: *(struct opt_date *)p = (struct opt_date){ { 20000 }, true }; break;
        case T_OPT_QUANTITY: *(struct opt_quantity *)p = (struct opt_quantity){ { 70000 }, true }; break;
        case T_YESNO: *(enum yesno *)p = YES; break;
        case T_CODE: *(struct code *)p = (struct code){ 1, true }; break;
        case T_CODES: *(struct code_set *)p = (struct code_set){ 6, true }; break;
        case T_REGION: *(struct region_code *)p = (struct region_code){ 829001100201 }; break;
        default: break;
        }
    }
}

struct everything {
    struct world *w;
    int64_t county;
    int64_t fund;
    struct household h[2];
    struct person p[2];
};

static bool put_account(struct act *act, int64_t county, struct errs *e)
{
    struct app_user u = { .login = STR("wang"), .name = STR("王测"), .unit = STR("民政局") };
    return account_add(act, &u, "county_clerk", (struct region_code){ county * 1000000 }, e);
}

static bool put_history(struct act *act, const struct household *h, struct errs *e)
{
    struct household_status s = { .county = h->county, .household_id = h->id, .recorded_on = { 20778 } };
    struct household_year y = { .county = h->county, .household_id = h->id };
    fill_up(&household_status_entity, &s);
    fill_up(&household_year_entity, &y);
    return db_id(act->tx, &s.id, e) && db_insert(act->tx, &household_status_entity, &s, e) &&
           db_id(act->tx, &y.id, e) && db_insert(act->tx, &household_year_entity, &y, e);
}

/* Of each table a row that knows all its columns, and one that knows as little as may be. */
static bool put_everything(struct act *act, void *ctx, struct errs *e)
{
    struct everything *x = ctx;
    int64_t number;
    struct region r = { .code = { x->county * 1000000 + 200000 },
                        .name = STR("西乡"),
                        .level = { TOWNSHIP, true } };
    struct region_year y = { .region = { x->county * 1000000 },
                             .year = { 2026, true },
                             .indicator = { 1, true } };
    struct county c = { .county = x->county + 500, .name = STR("远县") };
    struct code_entry code = {
        .table_name = STR("zz_test"), .code = 1, .slug = STR("a"), .zh = STR("甲"), .en = STR("A")
    };
    fill_up(&region_entity, &r);
    fill_up(&region_year_entity, &y);
    fill_up(&county_entity, &c);
    fill_up(&code_entity, &code);
    fill_up(&household_entity, &x->h[1]);
    if (!household_put(act, &x->h[0], e) || !household_put(act, &x->h[1], e))
        return false;
    for (int i = 0; i < 2; i++)
        x->p[i].household_id = x->h[i].id;
    fill_up(&person_entity, &x->p[1]);
    return db_insert(act->tx, &region_entity, &r, e) && db_insert(act->tx, &region_year_entity, &y, e) &&
           db_insert(act->tx, &county_entity, &c, e) && db_insert(act->tx, &code_entity, &code, e) &&
           person_put(act, &x->p[0], e) && person_put(act, &x->p[1], e) && put_history(act, &x->h[1], e) &&
           counter_next(act->tx, x->county, "household", &number, e) && put_account(act, x->county, e) &&
           duplicate_mark(act, &x->p[0], &x->p[1], STR("不是一人"), e);
}

static bool change_household(struct act *act, void *ctx, struct errs *e)
{
    struct everything *x = ctx;
    struct household old = x->h[1];
    x->h[1].note = STR("改过");
    x->h[1].phone = (struct str){ 0 };
    x->h[1].bank_account = STR("99999900000000001");
    return act_update(act, &household_entity, &old, &x->h[1], e);
}

static bool log_only(struct act *act, void *ctx, struct errs *e)
{
    const struct everything *x = ctx;
    return act_log(act, x->county, "{\"purpose\":\"test\"}", e);
}

static bool put_movement(struct act *act, const struct household *h, struct errs *e)
{
    struct movement m = { .county = h->county,
                          .no = 1,
                          .household_id = h->id,
                          .hh_no = h->hh_no,
                          .village = h->village,
                          .effective_on = { 18000 },
                          .recorded_on = { 18001 } };
    fill_up(&movement_entity, &m);
    return db_id(act->tx, &m.id, e) && db_insert(act->tx, &movement_entity, &m, e);
}

/* A voucher, a closed day and a draft: of each line one that knows all of its columns. */
static bool put_books(struct act *act, void *ctx, struct errs *e)
{
    struct everything *x = ctx;
    struct fund f = { .county = x->county, .code = STR("F"), .name = STR("资金") };
    struct posting_line lines[2] = { { .kind = ACCOUNT_SPECIAL, .amount = { 100 }, .name = STR("x") },
                                     { .kind = ACCOUNT_FEE, .amount = { -100 } } };
    struct posting p = { .county = x->county,
                         .entry_date = { 18000 },
                         .value_date = { 18000 },
                         .kind = VOUCHER_MANUAL,
                         .purpose = STR("x"),
                         .document = STR("x"),
                         .lines = lines,
                         .n = 2,
                         .draft_id = { 7, true },
                         .checked_by = STR("x") };
    struct voucher v;
    struct draft d, old;
    lines[0].source = (struct code){ 12, true };
    lines[0].period = lines[0].case_id = lines[0].contract_id = (struct opt_int){ 7, true };
    lines[0].region = (struct region_code){ x->county * 1000000 };
    fill_up(&fund_entity, &f);
    f.bank_account = STR("99999900000000001");
    if (!fund_add(act, &f, e))
        return false;
    p.fund_id = x->fund = f.id;
    if (!ledger_post(act, &p, &v, e) || !draft_make(act, &p, &d, e) || !draft_reject(act, &d, e) ||
        !ledger_reverse(act, &v, (struct date){ 18001 }, (struct str){ 0 }, &v, e) ||
        !ledger_close(act, &f, (struct date){ 18002 }, e) ||
        draft_by_no(act->tx, x->county, d.no, &old, e) != FOUND)
        return false;
    d = old;
    d.reverses = d.voucher_id = (struct opt_int){ 7, true };
    return act_update(act, &draft_entity, &old, &d, e);
}

static bool put_lists(struct act *act, void *ctx, struct errs *e)
{
    const struct everything *x = ctx;
    const struct household *h = &x->h[0];
    struct roster made;
    struct roster_filter f = { .region = { x->county * 1000000 }, .words = STR("x") };
    struct survey s = { .name = STR("x"), .region = f.region, .opened_on = { 18000 } };
    struct survey_result r = { .result = { 1, true }, .surveyed_on = { 18001 } };
    s.surveyor = s.note = r.note = STR("x");
    return put_movement(act, h, e) && roster_save(act, STR("x"), &f, false, clock_today(), &made, e) &&
           roster_freeze(act, &made, clock_today(), e) && survey_open(act, &s, clock_today(), e) &&
           survey_record(act, &s, h, &r, (struct str){ 0 }, clock_today(), e);
}

/* --- tables that nobody put a row into above ------------------------------------------------------ */

/* Ids by the table's name, so that roster_id finds the roster. */
struct known_ids {
    const char *table[128];
    int64_t id[128];
    size_t n;
};

/* Columns that call a table by a shorter name. */
static const char *full_name(const char *table, const char *col)
{
    static const struct {
        const char *table, *col, *full; /* table NULL: of any */
    } short_names[] = {
        { NULL, "case_id", "relief_case_id" }, /* `case` is a word of SQL */
        { NULL, "merge_id", "duplicate_merge_id" },
        { NULL, "client_id", "dci_client_id" },
        { "due_notice_row", "notice_id", "due_notice_id" },
        { "due_notice_delivery", "notice_id", "due_notice_id" },
        { "due_notice_print", "notice_id", "due_notice_id" },
    };
    for (size_t i = 0; i < N_ELEMS(short_names); i++)
        if (!strcmp(col, short_names[i].col) &&
            (!short_names[i].table || !strcmp(table, short_names[i].table)))
            return short_names[i].full;
    return col;
}

static int64_t number_for(const struct everything *x, const struct known_ids *known, const char *table,
                          const char *col)
{
    if (!strcmp(col, "county"))
        return x->county;
    if (str_ends(str_of(col), STR("household_id")))
        return x->h[1].id;
    if (!strcmp(col, "person_id"))
        return x->p[1].id;
    if (!strcmp(col, "fund_id"))
        return x->fund;
    col = full_name(table, col);
    for (size_t i = 0; i < known->n; i++)
        if (!strncmp(col, known->table[i], strlen(known->table[i])) &&
            !strcmp(col + strlen(known->table[i]), "_id"))
            return known->id[i];
    return 1;
}

static bool put_row(struct act *act, const struct everything *x, struct known_ids *known,
                    const struct entity *en, struct errs *e)
{
    char *obj = arena_alloc(e->a, en->size);
    int64_t id = 0;
    if (entity_col(en, "id") && !db_id(act->tx, &id, e))
        return false;
    for (size_t i = 0; i < en->n; i++)
        if (en->cols[i].type == T_INT)
            *(int64_t *)(void *)(obj + en->cols[i].off) =
                strcmp(en->cols[i].name, "id") ? number_for(x, known, en->table, en->cols[i].name) : id;
    fill_up(en, obj);
    if (en->row_mac)
        *(struct bytes *)(void *)(obj + en->cols[en->n - 1].off) =
            row_mac(store_seal(tx_store(act->tx)), en, obj, e->a);
    assert_true(known->n < N_ELEMS(known->id));
    known->table[known->n] = en->table;
    known->id[known->n++] = id;
    return db_insert(act->tx, en, obj, e);
}

static bool put_the_rest(struct act *act, void *ctx, struct errs *e)
{
    struct everything *x = ctx;
    struct known_ids known = { .n = 0 };
    for (size_t i = 0; i < x->w->schema.n; i++) {
        bool any;
        if (!db_any(act->tx, x->w->schema.entities[i], &any, e) ||
            (!any && !put_row(act, x, &known, x->w->schema.entities[i], e)))
            return false;
    }
    return true;
}

static struct everything everything;

static int open_group(void **state)
{
    world_open(state);
    struct world *w = *state;
    world_forget_codes(w);
    struct everything *x = &everything;
    x->w = w;
    x->county = world_county(w);
    for (int i = 0; i < 2; i++) {
        x->h[i] = world_household(w, x->county);
        x->p[i] = world_person(w, &x->h[i]);
    }
    world_act(w, x->county, put_everything, x);
    world_act(w, x->county, change_household, x);
    world_act(w, x->county, log_only, x);
    world_act(w, x->county, put_lists, x);
    world_act(w, x->county, put_books, x);
    world_act(w, x->county, put_the_rest, x);
    return 0;
}

/* --- changing rows behind bangfu's back --------------------------------------------------- */

/* Without what the modules check besides: it is the sums and the chains that have to notice. */
static bool run_verify(struct tx *tx, void *ctx, struct errs *e)
{
    struct verify_report *r = ctx;
    *r = (struct verify_report){ 0 };
    return verify_run(tx, NULL, 0, r, e);
}

static struct verify_report verify(struct world *w)
{
    struct verify_report r;
    world_read(w, run_verify, &r);
    return r;
}

static void assert_clean(struct world *w)
{
    struct verify_report r = verify(w);
    if (r.findings)
        fail_msg("%s: %s", r.first->table, r.first->text);
}

/* A value to put into a column of the chosen row. */
struct attempt {
    size_t col;
    const char *value;
};
enum { ATTEMPTS_MAX = 4096 };
struct victim {
    struct world *w;
    struct raw *raw;
    const struct entity *en;
    const char **cell; /* one row, as literals */
    struct attempt *attempts;
    size_t n, next;
    bool changed; /* the attempt before `next` stands in the database */
    int tried[COLS_MAX];
};

static bool is_audit(const char *table)
{
    return !strcmp(table, "audit") || !strcmp(table, "audit_head");
}

static void assert_named(const struct verify_report *r, const char *table, const char *what)
{
    for (const struct finding *f = r->first; f; f = f->next)
        if (!strcmp(f->table, table) || (is_audit(table) && is_audit(f->table)))
            return;
    fail_msg("%s: %s went unnoticed; %lld other findings", table, what, (long long)r->findings);
}

static void assert_noticed(struct world *w, const char *table, const char *what)
{
    struct verify_report r = verify(w);
    assert_named(&r, table, what);
}

static const char *where(const struct victim *v, const char **cell)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    for (size_t i = 0; i < v->en->n; i++)
        if (v->en->cols[i].flags & PKEY)
            buf_addf(&b, "%s%s = %s", b.n ? " AND " : " WHERE ", v->en->cols[i].name, cell[i]);
    return arena_str(&v->w->a, buf_str(&b)).p;
}

static const char *column_names(const struct victim *v, const char *direction)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    for (size_t i = 0; i < v->en->n; i++)
        if (!direction || (v->en->cols[i].flags & PKEY))
            buf_addf(&b, "%s%s%s", b.n ? ", " : "", v->en->cols[i].name, direction ? direction : "");
    return arena_str(&v->w->a, buf_str(&b)).p;
}

/* The first or the last row by key. */
static void choose(struct victim *v, const char *direction)
{
    struct raw_rows r =
        raw_query(v->raw,
                  arena_printf(&v->w->a, "SELECT %s FROM %s ORDER BY %s LIMIT 1", column_names(v, NULL),
                               v->en->table, column_names(v, direction)),
                  &v->w->a);
    if (r.rows != 1)
        fail_msg("%s has no row: put one in open_group", v->en->table);
    v->cell = r.cell;
}

static bool set(struct victim *v, size_t i, const char *value, const char **now)
{
    const char *sql = arena_printf(&v->w->a, "UPDATE %s SET %s = %s%s", v->en->table, v->en->cols[i].name,
                                   value, where(v, now));
    return raw_try(v->raw, sql);
}

static void try_value(struct victim *v, size_t i, const char *value)
{
    if (!strcmp(value, v->cell[i]))
        return;
    assert_true(v->n < ATTEMPTS_MAX);
    v->attempts[v->n++] = (struct attempt){ i, value };
}

/* The text with one bit of character `at` changed. */
static const char *flipped(const char *lit, size_t at, struct arena *a)
{
    char *p = arena_printf(a, "%s", lit);
    p[at] ^= 1;
    if (p[at] == '\'' || lit[at] == '\'')
        p[at] = 'x';
    return p;
}

/* The bytes with hex digit `at` changed. */
static const char *other_digit(const char *lit, size_t at, struct arena *a)
{
    char *p = arena_printf(a, "%s", lit);
    p[at] = p[at] == '0' ? '1' : '0';
    return p;
}

static bool is_bytes(const char *lit)
{
    return lit[0] == 'X' || str_ends(str_of(lit), STR("::bytea"));
}

/* At every tenth byte, and at the one that holds the version of a sealed value. */
static void try_bytes(struct victim *v, size_t i)
{
    const char *lit = v->cell[i], *quote = strchr(lit, '\'');
    size_t from = (size_t)(quote - lit) + (lit[0] == 'X' ? 1 : 3),
           end = (size_t)(strchr(quote + 1, '\'') - lit);
    for (size_t at = from; at < end; at += 2)
        if ((at - from) % 20 == 0 || at - from == 2 * SEAL_TAG || at + 2 == end)
            try_value(v, i, other_digit(lit, at, &v->w->a));
    try_value(v, i, lit[0] == 'X' ? "X''" : "'\\x'::bytea");
}

static void try_known(struct victim *v, size_t i)
{
    const char *lit = v->cell[i];
    int64_t n;
    if (is_bytes(lit)) {
        try_bytes(v, i);
    } else if (lit[0] == '\'') {
        if (strlen(lit) > 2)
            try_value(v, i, flipped(lit, strlen(lit) - 2, &v->w->a));
        try_value(v, i, arena_printf(&v->w->a, "'%.*s x'", (int)strlen(lit) - 2, lit + 1));
        try_value(v, i, "''");
    } else if (str_int(str_of(lit), &n)) {
        try_value(v, i, arena_printf(&v->w->a, "%lld", (long long)n + 1));
        try_value(v, i, arena_printf(&v->w->a, "%lld", (long long)(n ^ (1 << 20))));
    }
    try_value(v, i, "NULL");
}

static void try_unknown(struct victim *v, size_t i)
{
    const struct col *c = &v->en->cols[i];
    if (c->type == T_BYTES || c->seal != SEAL_NONE) {
        try_value(v, i, world_is_sqlite(v->w) ? "X''" : "'\\x'::bytea");
        try_value(v, i, world_is_sqlite(v->w) ? "X'00'" : "'\\x00'::bytea");
    } else if (c->type == T_TEXT) {
        try_value(v, i, "''");
        try_value(v, i, "'x'");
    } else {
        try_value(v, i, "0");
        try_value(v, i, "1");
    }
}

static void plan_attempts(struct victim *v, const char *direction)
{
    choose(v, direction);
    v->n = v->next = 0;
    memset(v->tried, 0, sizeof v->tried);
    for (size_t i = 0; i < v->en->n; i++)
        if (!strcmp(v->cell[i], "NULL"))
            try_unknown(v, i);
        else
            try_known(v, i);
}

/* What other rows point at, and the books that everything is checked against, are changed alone. */
static bool is_alone(const struct victim *v, const struct attempt *a)
{
    return v->en->own_check || v->en->cols[a->col].flags & PKEY;
}

/* Put the next value in that is of this kind and that the database takes. */
static bool change(struct victim *v, bool alone)
{
    v->changed = false;
    while (v->next < v->n && !v->changed) {
        const struct attempt *a = &v->attempts[v->next++];
        v->changed = is_alone(v, a) == alone && set(v, a->col, a->value, v->cell);
        v->tried[a->col] += v->changed;
    }
    return v->changed;
}

static void change_back(struct victim *v, const struct verify_report *r)
{
    const char *now[COLS_MAX];
    if (!v->changed)
        return;
    const struct attempt *a = &v->attempts[v->next - 1];
    assert_named(
        r, v->en->table,
        arena_printf(&v->w->a, "%s = %s instead of %s", v->en->cols[a->col].name, a->value, v->cell[a->col]));
    memcpy(now, v->cell, v->en->n * sizeof *now);
    now[a->col] = a->value;
    if (!set(v, a->col, v->cell[a->col], now))
        fail_msg("%s", raw_why(v->raw));
}

/* One value in each of these tables at a time: every one has to be named. */
static void change_all(struct world *w, struct victim *all, size_t n, bool alone)
{
    size_t changed;
    for (size_t t = 0; t < n; t++)
        all[t].next = 0;
    do {
        changed = 0;
        for (size_t t = 0; t < n; t++)
            changed += change(&all[t], alone);
        struct verify_report r = changed ? verify(w) : (struct verify_report){ 0 };
        for (size_t t = 0; t < n; t++)
            change_back(&all[t], &r);
    } while (changed);
}

static void change_each_column(struct world *w, struct victim *all, size_t n, const char *direction)
{
    for (size_t t = 0; t < n; t++)
        plan_attempts(&all[t], direction);
    for (size_t t = 0; t < n; t++)
        change_all(w, &all[t], 1, true);
    change_all(w, all, n, false);
    assert_clean(w);
    for (size_t t = 0; t < n; t++)
        for (size_t i = 0; i < all[t].en->n; i++)
            if (!all[t].tried[i])
                fail_msg("%s.%s was never changed", all[t].en->table, all[t].en->cols[i].name);
}

static struct victim victim_of(struct world *w, struct raw *raw, const struct entity *en)
{
    return (struct victim){
        .w = w, .raw = raw, .en = en, .attempts = NEW_ARRAY(&w->a, struct attempt, ATTEMPTS_MAX)
    };
}

static struct victim victim(struct world *w, const struct entity *en)
{
    struct raw *raw = raw_open(w->url);
    raw_unguard(raw);
    return victim_of(w, raw, en);
}

static void one_changed_value_in_any_column_of_any_table_is_noticed(void **state)
{
    struct world *w = *state;
    struct victim *all = NEW_ARRAY(&w->a, struct victim, w->schema.n);
    struct raw *raw = raw_open(w->url);
    raw_unguard(raw);
    assert_clean(w);
    for (size_t t = 0; t < w->schema.n; t++)
        all[t] = victim_of(w, raw, w->schema.entities[t]);
    change_each_column(w, all, w->schema.n, "");
    change_each_column(w, all, w->schema.n, " DESC");
    raw_close(raw);
}

static const char *insertion(const struct victim *v, const char **cell)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 20);
    buf_addf(&b, "INSERT INTO %s (%s) VALUES (", v->en->table, column_names(v, NULL));
    for (size_t i = 0; i < v->en->n; i++)
        buf_addf(&b, "%s%s", i ? ", " : "", cell[i]);
    buf_addc(&b, ')');
    return arena_str(&v->w->a, buf_str(&b)).p;
}

static void delete_row(struct victim *v)
{
    raw_do(v->raw, arena_printf(&v->w->a, "DELETE FROM %s%s", v->en->table, where(v, v->cell)));
    assert_noticed(v->w, v->en->table, "a deleted row");
    raw_do(v->raw, insertion(v, v->cell));
}

static void a_deleted_row_of_any_table_is_noticed(void **state)
{
    struct world *w = *state;
    for (size_t t = 0; t < w->schema.n; t++) {
        if (w->schema.entities[t]->row_mac)
            continue; /* sessions and the like end by themselves */
        struct victim v = victim(w, w->schema.entities[t]);
        choose(&v, "");
        delete_row(&v);
        choose(&v, " DESC");
        delete_row(&v);
        raw_close(v.raw);
        assert_clean(w);
    }
}

static const char *another(const char *lit, struct arena *a)
{
    int64_t n;
    if (!strcmp(lit, "NULL"))
        return lit;
    if (is_bytes(lit))
        return other_digit(lit, (size_t)(strchr(lit, '\'') - lit) + 5, a);
    if (lit[0] == '\'')
        return arena_printf(a, "'%.*s x'", (int)strlen(lit) - 2, lit + 1);
    assert_true(str_int(str_of(lit), &n));
    return arena_printf(a, "%lld", (long long)n + 1);
}

/* A copy under another key; what else has to be unique is changed as well, column by column, until it fits.
 */
static void insert_copy(struct victim *v, size_t key)
{
    const char *copy[COLS_MAX];
    memcpy(copy, v->cell, v->en->n * sizeof *copy);
    copy[key] = another(copy[key], &v->w->a);
    for (size_t i = 0; !raw_try(v->raw, insertion(v, copy)); i++) {
        if (i == v->en->n)
            fail_msg("%s takes no copy: %s", v->en->table, raw_why(v->raw));
        if (!(v->en->cols[i].flags & PKEY))
            copy[i] = another(copy[i], &v->w->a);
    }
    assert_noticed(v->w, v->en->table, "an inserted row");
    raw_do(v->raw, arena_printf(&v->w->a, "DELETE FROM %s%s", v->en->table, where(v, copy)));
}

static void an_inserted_row_of_any_table_is_noticed(void **state)
{
    struct world *w = *state;
    for (size_t t = 0; t < w->schema.n; t++) {
        struct victim v = victim(w, w->schema.entities[t]);
        choose(&v, " DESC");
        for (size_t i = 0; i < v.en->n; i++)
            if (v.en->cols[i].flags & PKEY)
                insert_copy(&v, i);
        raw_close(v.raw);
        assert_clean(w);
    }
}

/* --- more cunning changes ----------------------------------------------------------------- */

static const char *for_county(struct world *w, const char *sql)
{
    return arena_printf(&w->a, "%s county = %lld", sql, (long long)everything.county);
}

static void two_rows_that_exchange_a_value_are_noticed(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    raw_unguard(raw);
    const char *exchange = for_county(
        w, "UPDATE person SET birth_date = CASE birth_date WHEN 20000 THEN NULL ELSE 20000 END, note = "
           "CASE note WHEN '文字' THEN NULL ELSE '文字' END WHERE");
    raw_do(raw, exchange);
    assert_noticed(w, "person", "an exchange of values");
    raw_do(raw, exchange);
    assert_clean(w);
    raw_close(raw);
}

static void a_value_that_moves_to_the_column_beside_it_is_noticed(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    raw_unguard(raw);
    const char *mine = for_county(w, "WHERE note = '改过' AND phone IS NULL AND");
    raw_do(raw, arena_printf(&w->a, "UPDATE household SET phone = address, address = NULL %s", mine));
    assert_noticed(w, "household", "a value in the next column");
    raw_do(raw, for_county(w, "UPDATE household SET address = phone, phone = NULL WHERE note = '改过' AND"));
    assert_clean(w);
    raw_close(raw);
}

static void a_row_that_stands_for_a_deleted_one_is_noticed(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    raw_unguard(raw);
    raw_do(raw, for_county(w, "UPDATE household_year SET id = id + 7 WHERE"));
    assert_noticed(w, "household_year", "a row in place of another");
    raw_do(raw, for_county(w, "UPDATE household_year SET id = id - 7 WHERE"));
    assert_clean(w);
    raw_close(raw);
}

static void sealed_values_that_change_places_are_noticed(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    raw_unguard(raw);
    struct raw_rows n = raw_query(raw, for_county(w, "SELECT id, id_number FROM person WHERE"), &w->a);
    assert_int_equal(n.rows, 2);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 2; i++)
            raw_do(raw, arena_printf(&w->a, "UPDATE person SET id_number = %s WHERE id = %s",
                                     n.cell[(i ^ !round) * 2 + 1], n.cell[i * 2]));
        if (round == 0)
            assert_noticed(w, "person", "an exchange of identity numbers");
    }
    assert_clean(w);
    raw_close(raw);
}

/* Who knows the table but not the key cuts the end of the chain off and sets the head back to the row before.
 */
static void a_chain_cut_off_with_its_head_set_back_is_noticed(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    raw_unguard(raw);
    world_act(w, everything.county, log_only, &everything); /* it touches no table, so no sum would miss it */
    const char *last =
        for_county(w, "SELECT county, seq, at, user_id, login, source, action, object, detail, touched, mac "
                      "FROM audit WHERE seq = (SELECT max(seq) FROM audit) AND");
    struct victim v = { .w = w, .raw = raw, .en = &audit_entity, .cell = raw_query(raw, last, &w->a).cell };
    struct raw_rows head = raw_query(raw, for_county(w, "SELECT seq, mac FROM audit_head WHERE"), &w->a);
    assert_string_equal(head.cell[0], v.cell[1]);
    raw_do(raw, arena_printf(&w->a, "DELETE FROM audit%s", where(&v, v.cell)));
    raw_do(raw,
           for_county(
               w, arena_printf(
                      &w->a,
                      "UPDATE audit_head SET seq = seq - 1, mac = (SELECT mac FROM audit WHERE county = %lld "
                      "AND seq = %s - 1) WHERE",
                      (long long)everything.county, head.cell[0])));
    assert_noticed(w, "audit_head", "a chain cut off at its end");
    raw_do(raw, insertion(&v, v.cell));
    raw_do(raw, for_county(w, arena_printf(&w->a, "UPDATE audit_head SET seq = %s, mac = %s WHERE",
                                           head.cell[0], head.cell[1])));
    assert_clean(w);
    raw_close(raw);
}

/* As from a backup of that one row: its MAC is right, but ids that are in use would be given again. */
static void an_id_counter_set_back_to_its_own_past_is_noticed(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    uint8_t mac[MAC_SIZE];
    struct buf hex = BUF(2 * MAC_SIZE);
    struct raw_rows now = raw_query(raw, "SELECT next, mac FROM id_block", &w->a);
    seal_mac(store_seal(w->st), "id_block", STR("id 1"), mac);
    for (size_t i = 0; i < sizeof mac; i++)
        buf_addf(&hex, "%02x", mac[i]);
    const char *before = store_is_sqlite(w->st) ? "X'" : "'\\x";
    raw_do(raw, arena_printf(&w->a, "UPDATE id_block SET next = 1, mac = %s%s'", before, buf_cstr(&hex)));
    assert_noticed(w, "id_block", "a counter set back");
    raw_do(raw, arena_printf(&w->a, "UPDATE id_block SET next = %s, mac = %s", now.cell[0], now.cell[1]));
    assert_clean(w);
    buf_release(&hex);
    raw_close(raw);
}

static void a_table_that_is_emptied_is_noticed(void **state)
{
    struct world *w = *state;
    struct raw *raw = raw_open(w->url);
    raw_unguard(raw);
    struct victim v = { .w = w, .raw = raw, .en = &closed_day_entity };
    choose(&v, "");
    assert_int_equal(raw_int(raw, "SELECT count(*) FROM closed_day"), 1);
    raw_do(raw, "DELETE FROM closed_day");
    assert_noticed(w, "closed_day", "an emptied table");
    raw_do(raw, insertion(&v, v.cell));
    assert_clean(w);
    raw_close(raw);
}

static void a_finding_names_the_county_and_says_how_many_rows_are_missing(void **state)
{
    struct world *w = *state;
    struct victim v = victim(w, &household_status_entity);
    choose(&v, "");
    raw_do(v.raw, arena_printf(&w->a, "DELETE FROM household_status%s", where(&v, v.cell)));
    struct verify_report r = verify(w);
    assert_int_equal(r.findings, 1);
    assert_string_equal(r.first->table, "household_status");
    assert_int_equal(r.first->county, everything.county);
    assert_string_equal(r.first->text, "table household_status lacks 1 rows");
    raw_do(v.raw, insertion(&v, v.cell));
    raw_close(v.raw);
    assert_clean(w);
}

/* --- keys --------------------------------------------------------------------------------- */

static void after_new_keys_everything_still_verifies_and_changes_are_still_noticed(void **state)
{
    struct world *w = *state;
    struct rekey k = { .st = w->st, .who = &w->who, .key_path = seal_key_path(NULL, w->url, &w->a) };
    assert_ok(key_rotate(&k, &w->e), &w->e);
    assert_int_equal(k.version, 2);
    assert_clean(w);
    assert_ok(key_rekey(&k, &w->e), &w->e);
    assert_clean(w);
    assert_ok(key_rotate(&k, &w->e), &w->e);
    assert_clean(w);
    struct victim v = victim(w, &person_entity);
    change_each_column(w, &v, 1, "");
    raw_close(v.raw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_changed_value_in_any_column_of_any_table_is_noticed),
        cmocka_unit_test(a_deleted_row_of_any_table_is_noticed),
        cmocka_unit_test(an_inserted_row_of_any_table_is_noticed),
        cmocka_unit_test(two_rows_that_exchange_a_value_are_noticed),
        cmocka_unit_test(a_value_that_moves_to_the_column_beside_it_is_noticed),
        cmocka_unit_test(a_row_that_stands_for_a_deleted_one_is_noticed),
        cmocka_unit_test(sealed_values_that_change_places_are_noticed),
        cmocka_unit_test(a_chain_cut_off_with_its_head_set_back_is_noticed),
        cmocka_unit_test(an_id_counter_set_back_to_its_own_past_is_noticed),
        cmocka_unit_test(a_table_that_is_emptied_is_noticed),
        cmocka_unit_test(a_finding_names_the_county_and_says_how_many_rows_are_missing),
        cmocka_unit_test(after_new_keys_everything_still_verifies_and_changes_are_still_noticed),
    };
    return cmocka_run_group_tests(tests, open_group, world_close);
}
