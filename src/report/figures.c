#include "report/figures_parts.h"

#include "base/value.h"
#include "ledger/ledger.h"

#include <assert.h>
#include <stdlib.h>

const struct figure_kind figure_kinds[FIGURES] = {
#define FIGURE(id, name, zh, en, unit, def_zh, def_en) \
    [FIGURE_##id] = { name, { zh, en }, { def_zh, def_en }, UNIT_##unit },
#include "report/figures.def"
#undef FIGURE
};

int figure_find(struct str name)
{
    for (int i = 0; i < FIGURES; i++)
        if (str_eq(name, str_of(figure_kinds[i].name)) || str_eq(name, str_of(figure_kinds[i].label.zh)))
            return i;
    return -1;
}

/* --- adding up -------------------------------------------------------------------------------- */

static void keep_row(struct run *r, const struct figure_row *row)
{
    struct figures *f = r->out;
    if (f->rows_n == r->rows_cap) {
        struct figure_row *old = f->rows;
        r->rows_cap = r->rows_cap ? r->rows_cap * 2 : 256;
        f->rows = NEW_ARRAY(r->a, struct figure_row, r->rows_cap);
        if (old)
            memcpy(f->rows, old, f->rows_n * sizeof *old);
    }
    f->rows[f->rows_n++] = *row;
}

void take(struct run *r, enum figure_id id, enum figure_part part, int64_t v, const struct figure_row *row)
{
    struct figure *f = &r->out->list[id];
    if (__builtin_add_overflow(f->part[part], v, &f->part[part])) {
        f->unset = true;
        f->why = (struct label){ "数值过大", "too large" };
    }
    if (r->q->trace != (int)id || !row || !v)
        return;
    struct figure_row x = *row;
    x.part = part;
    x.amount = v;
    x.name = arena_str(r->a, x.name);
    keep_row(r, &x);
}

bool in_span(const struct run *r, int32_t day)
{
    return day <= r->q->as_of.day && (!r->q->from.set || day >= r->q->from.v.day);
}

static int by_id(const void *a, const void *b)
{
    const struct loan *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

struct loan *loan_of(struct run *r, int64_t id)
{
    const struct loan key = { .id = id };
    return r->loans_n ? bsearch(&key, r->loans, r->loans_n, sizeof key, by_id) : NULL;
}

static int by_name_id(const void *a, const void *b)
{
    const struct hh_name *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

struct str household_name(const struct run *r, int64_t id)
{
    const struct hh_name key = { .id = id };
    const struct hh_name *x = r->names_n ? bsearch(&key, r->names, r->names_n, sizeof key, by_name_id) : NULL;
    return x ? x->hh_no : (struct str){ 0 };
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool wanted(const struct run *r, const struct loan *l)
{
    const struct figures_question *q = r->q;
    bool here = l->village.v >= r->scope.first && l->village.v <= r->scope.last;
    return here && (!q->period_first || (l->period >= q->period_first && l->period <= q->period_last));
}

static bool read_loans(struct run *r)
{
    size_t cap = 0;
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_scan(r->tx, &rows,
                 SQL_OF(STMT_KEY, &contract_entity,
                        "SELECT {*} FROM contract WHERE county = $1 AND fund_id = $2 AND household_id IS NOT "
                        "NULL AND "
                        "void_on IS NULL ORDER BY id"),
                 r->e, V(r->scope.county), V(r->fund_id)))
        return false;
    while ((f = rows_next(&rows, r->e)) == FOUND) {
        struct contract c;
        if (!rows_obj(&rows, 0, &c, r->a, r->e))
            return false;
        if (r->loans_n == cap) {
            cap = cap ? cap * 2 : 1024;
            r->loans = xrealloc(r->loans, cap * sizeof *r->loans);
        }
        struct loan *l = &r->loans[r->loans_n++];
        *l = (struct loan){ .id = c.id,
                            .household = c.household_id.v,
                            .borrower = c.borrower_id.set ? c.borrower_id.v : 0,
                            .period = c.period_no.set ? c.period_no.v : 0,
                            .village = c.village,
                            .number = c.number,
                            .due_on = c.due_on.v.day,
                            .ends_on = c.ends_on.v.day,
                            .instalments = c.instalments,
                            .every_months = c.every_months,
                            .paid_out_on = c.paid_out_on,
                            .rate = c.rate,
                            .method = c.method,
                            .day_count = c.day_count };
        l->wanted = wanted(r, l);
    }
    return f != FAILED;
}

static bool read_names(struct run *r)
{
    size_t cap = 0;
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (r->q->trace < 0)
        return true;
    if (!db_scan(r->tx, &rows, SQL(STMT_KEY, "SELECT id, hh_no FROM household WHERE county = $1 ORDER BY id"),
                 r->e, V(r->scope.county)))
        return false;
    while ((f = rows_next(&rows, r->e)) == FOUND) {
        if (r->names_n == cap) {
            cap = cap ? cap * 2 : 1024;
            r->names = xrealloc(r->names, cap * sizeof *r->names);
        }
        r->names[r->names_n++] = (struct hh_name){ rows_int(&rows, 0), arena_str(r->a, rows_text(&rows, 1)) };
    }
    return f != FAILED;
}

static bool run_fund(struct run *r)
{
    bool ok = read_loans(r) && kept_dues_read(r->tx, r->scope.county, 0, r->q->as_of, &r->kept, r->e) &&
              read_names(r) && figures_journal(r) && figures_loans(r) && figures_effects(r);
    for (size_t i = 0; i < r->loans_n; i++)
        free(r->loans[i].payments);
    free(r->loans);
    free(r->names);
    r->loans = NULL;
    r->names = NULL;
    r->loans_n = r->names_n = 0;
    return ok;
}

/* The fund of the programme in that county, if it has one. */
static bool run_county(struct run *r)
{
    struct list funds;
    if (!fund_list(r->tx, r->scope.county, &funds, r->e))
        return false;
    for (size_t i = 0; i < funds.n; i++) {
        const struct fund *f = (const struct fund *)funds.rows + i;
        r->fund_id = f->id;
        if (str_eq(f->programme, r->out->version.programme) && !run_fund(r))
            return false;
    }
    return true;
}

/* --- quotients -------------------------------------------------------------------------------- */

/* num ÷ den in units of 1/scale, half up away from zero. */
__extension__ typedef __int128 wide;
static int64_t divide(int64_t num, int64_t den, int64_t scale)
{
    wide twice = 2 * (wide)num * scale, d = den;
    return (int64_t)(twice >= 0 ? (twice + d) / (2 * d) : -((-twice + d) / (2 * d)));
}

static void copy(struct figures *f, enum figure_id to, enum figure_part part, enum figure_id from)
{
    f->list[to].part[part] = f->list[from].part[NUMERATOR];
}

static void quotients(struct figures *f)
{
    static const struct {
        enum figure_id to, num, den;
    } of[] = {
        { FIGURE_FUND_IDLE_RATE, FIGURE_FUND_CASH, FIGURE_FUND_CAPITAL },
        { FIGURE_FUND_LENDING_RATE, FIGURE_LOAN_OUTSTANDING, FIGURE_FUND_CAPITAL },
        { FIGURE_LOAN_AVERAGE, FIGURE_FUND_LENT, FIGURE_LOAN_COUNT },
        { FIGURE_LOAN_RECOVERY_RATE, FIGURE_LOAN_RECOVERED_OF_DUE, FIGURE_LOAN_DUE },
    };
    static const enum figure_id of_outstanding[] = { FIGURE_LOAN_PAR30, FIGURE_LOAN_PAR60,
                                                     FIGURE_LOAN_PAR90 };
    for (size_t i = 0; i < N_ELEMS(of); i++) {
        copy(f, of[i].to, NUMERATOR, of[i].num);
        copy(f, of[i].to, DENOMINATOR, of[i].den);
    }
    for (size_t i = 0; i < N_ELEMS(of_outstanding); i++)
        copy(f, of_outstanding[i], DENOMINATOR, FIGURE_LOAN_OUTSTANDING);
    copy(f, FIGURE_FUND_TURNS, DENOMINATOR, FIGURE_FUND_CAPITAL);
    copy(f, FIGURE_FUND_RELENT_RATE, DENOMINATOR, FIGURE_FUND_RECOVERED);
    copy(f, FIGURE_LOAN_RECOVERY_ON_TIME, DENOMINATOR, FIGURE_LOAN_DUE);
    copy(f, FIGURE_EFFECT_EXIT_RATE, DENOMINATOR, FIGURE_EFFECT_HOUSEHOLDS);
    copy(f, FIGURE_EFFECT_EXIT_RATE_ALL, NUMERATOR, FIGURE_EFFECT_EXIT_RATE);
    copy(f, FIGURE_EFFECT_EXIT_RATE_ALL, DENOMINATOR, FIGURE_LOAN_HOUSEHOLDS);
    const struct figure *before = &f->list[FIGURE_EFFECT_INCOME_BEFORE],
                        *after = &f->list[FIGURE_EFFECT_INCOME_AFTER];
    struct figure *gain = &f->list[FIGURE_EFFECT_INCOME_GAIN];
    if (before->part[DENOMINATOR] && after->part[DENOMINATOR]) {
        gain->part[NUMERATOR] = divide(after->part[NUMERATOR], after->part[DENOMINATOR], 1) -
                                divide(before->part[NUMERATOR], before->part[DENOMINATOR], 1);
        gain->part[DENOMINATOR] = 1;
    }
}

static void unset(struct figures *f, enum figure_id id, const char *zh, const char *en)
{
    f->list[id].unset = true;
    f->list[id].why = (struct label){ zh, en };
}

/* The books of a fund are the county's: below it there is no capital and no account. */
static void leave_out(struct figures *f, bool whole)
{
    static const enum figure_id of_county[] = {
        FIGURE_FUND_CAPITAL,   FIGURE_FUND_CAPITAL_BY_SOURCE, FIGURE_FUND_TURNS,       FIGURE_FUND_ROUNDS,
        FIGURE_FUND_CASH,      FIGURE_FUND_AVAILABLE,         FIGURE_FUND_RELENT_RATE, FIGURE_FUND_IDLE_RATE,
        FIGURE_FUND_IDLE_DAYS, FIGURE_FUND_LENDING_RATE,
    };
    if (!f->list[FIGURE_EFFECT_EXIT_RATE_ASSESSED].part[DENOMINATOR])
        unset(f, FIGURE_EFFECT_EXIT_RATE_ASSESSED, "还没有救助效果调查", "there is no effect survey yet");
    for (size_t i = 0; i < N_ELEMS(of_county) && !whole; i++)
        unset(f, of_county[i], "只有全县才有", "only the whole county has it");
}

static bool whole_county(const struct scope *s)
{
    return s->first <= s->county * 1000000 && s->last >= s->county * 1000000 + 999999;
}

bool figures_of(struct tx *tx, const struct actor *who, const struct code_book *codes,
                const struct figures_question *q, struct figures *out, struct errs *e)
{
    struct scopes scopes;
    *out = (struct figures){ 0 };
    struct run r = { .tx = tx, .q = q, .out = out, .e = e, .a = e->a };
    out->programme = programme_open(tx, q->programme, codes, &out->version, e->a, e);
    if (!out->programme || !scopes_of(tx, who, PERM_LEDGER_READ, q->region, &scopes, e))
        return false;
    bool whole = true;
    for (size_t i = 0; i < scopes.n; i++) {
        r.scope = scopes.list[i];
        r.whole = whole_county(&r.scope);
        whole = whole && r.whole;
        if (!run_county(&r))
            return false;
    }
    quotients(out);
    leave_out(out, whole);
    return true;
}

/* --- as text ---------------------------------------------------------------------------------- */

struct str figure_label(const struct figures *f, enum figure_id id, enum lang lang)
{
    const struct wording *who = &f->programme->label.beneficiary;
    if (id == FIGURE_LOAN_BORROWERS && wording_in(who, lang).p)
        return wording_in(who, lang);
    return str_of(label_in(&figure_kinds[id].label, lang));
}

static bool of_money(enum figure_unit u, enum figure_part part)
{
    if (u == UNIT_YUAN_EACH || u == UNIT_YUAN_PER_HEAD)
        return part == NUMERATOR;
    return u != UNIT_COUNT && u != UNIT_SHARE;
}

static const char *money_text(int64_t fen, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    money_print(&b, (struct money){ fen });
    return arena_str(a, buf_str(&b)).p;
}

const char *figure_part_text(const struct figures *f, enum figure_id id, enum figure_part part,
                             struct arena *a)
{
    int64_t v = f->list[id].part[part];
    return of_money(figure_kinds[id].unit, part) ? money_text(v, a) : arena_printf(a, "%lld", (long long)v);
}

const char *figure_text(const struct figures *f, enum figure_id id, struct arena *a)
{
    const struct figure *x = &f->list[id];
    enum { RATIO_SCALE = 10000 };
    if (x->unset)
        return NULL;
    switch (figure_kinds[id].unit) {
    case UNIT_YUAN:
    case UNIT_YUAN_PARTS: return money_text(x->part[NUMERATOR], a);
    case UNIT_COUNT: return arena_printf(a, "%lld", (long long)x->part[NUMERATOR]);
    case UNIT_YUAN_EACH:
    case UNIT_YUAN_PER_HEAD:
        return x->part[DENOMINATOR] ? money_text(divide(x->part[NUMERATOR], x->part[DENOMINATOR], 1), a)
                                    : NULL;
    case UNIT_RATIO:
    case UNIT_SHARE:
    case UNIT_DAYS: break;
    }
    if (!x->part[DENOMINATOR])
        return NULL;
    int64_t v = divide(x->part[NUMERATOR], x->part[DENOMINATOR], RATIO_SCALE);
    int64_t whole = v < 0 ? -v : v;
    return arena_printf(a, "%s%lld.%04lld", v < 0 ? "-" : "", (long long)(whole / RATIO_SCALE),
                        (long long)(whole % RATIO_SCALE));
}
