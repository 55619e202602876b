#include "ledger/check.h"

#include "ledger/posting.h"

/* Statements that find vouchers with a fault: each gives year and number. */
struct fault {
    enum msg says;
    const struct stmt *(*stmt)(void);
};
#define FAULT(name, text)                \
    static const struct stmt *name(void) \
    {                                    \
        return SQL(STMT_KEY, text);      \
    }
FAULT(unbalanced,
      "SELECT v.year, v.no FROM voucher v JOIN voucher_line l ON l.county = $1 AND l.voucher_id = v.id "
      "WHERE v.county = $1 GROUP BY v.id, v.year, v.no HAVING sum(l.amount) <> 0 ORDER BY v.year, v.no "
      "LIMIT $2")
FAULT(strange_lines, "SELECT v.year, v.no FROM voucher v LEFT JOIN voucher_line l ON l.county = $1 AND "
                     "l.voucher_id = v.id WHERE "
                     "v.county = $1 AND (l.no IS NULL OR l.fund_id <> v.fund_id OR l.entry_date <> "
                     "v.entry_date OR l.value_date "
                     "<> v.value_date) GROUP BY v.year, v.no ORDER BY v.year, v.no LIMIT $2")
FAULT(no_opposite,
      "SELECT v.year, v.no FROM voucher v JOIN voucher_line l ON l.county = $1 AND (l.voucher_id = v.id OR "
      "l.voucher_id = v.reverses) WHERE v.county = $1 AND v.reverses IS NOT NULL GROUP BY v.year, v.no, "
      "l.account_id HAVING sum(l.amount) <> 0 ORDER BY v.year, v.no LIMIT $2")
FAULT(one_person,
      "SELECT year, no FROM voucher WHERE county = $1 AND checked_by = made_by ORDER BY year, no LIMIT $2")
FAULT(after_close, "SELECT v.year, v.no FROM voucher v JOIN closed_day c ON c.county = $1 AND c.fund_id = "
                   "v.fund_id AND c.day >= "
                   "v.entry_date AND c.closed_at < v.made_at WHERE v.county = $1 GROUP BY v.year, v.no ORDER "
                   "BY v.year, v.no "
                   "LIMIT $2")

static const struct fault faults[] = {
    { MSG_VERIFY_VOUCHER_UNBALANCED, unbalanced }, { MSG_VERIFY_VOUCHER_LINES, strange_lines },
    { MSG_VERIFY_REVERSAL, no_opposite },          { MSG_VERIFY_SAME_PERSON, one_person },
    { MSG_VERIFY_AFTER_CLOSE, after_close },
};
enum { FAULTS_MAX = 20 };

static bool check_vouchers(struct tx *tx, int64_t county, const struct fault *x, struct verify_report *r,
                           struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_query(tx, &rows, x->stmt(), e, V(county), V((int64_t)FAULTS_MAX)))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND) {
        struct voucher v = { .year = rows_int(&rows, 0), .no = rows_int(&rows, 1) };
        verify_found(r, e, "voucher", county, x->says, ARGS(A(voucher_name(&v, e->a))));
    }
    return f == NONE;
}

static bool check_numbers(struct tx *tx, int64_t county, struct verify_report *r, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_query(
            tx, &rows,
            SQL(STMT_KEY,
                "SELECT f.code, v.year FROM voucher v JOIN fund f ON f.county = $1 AND f.id = v.fund_id "
                "WHERE v.county = $1 GROUP BY f.code, v.year HAVING min(v.no) <> 1 OR max(v.no) <> count(*) "
                "ORDER BY f.code, v.year"),
            e, V(county)))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND)
        verify_found(r, e, "voucher", county, MSG_VERIFY_VOUCHER_GAP,
                     ARGS(A(rows_text(&rows, 0)), A(rows_int(&rows, 1))));
    return f == NONE;
}

static bool check_balances(struct tx *tx, int64_t county, struct verify_report *r, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows rows = { 0 };
    if (!db_query(
            tx, &rows,
            SQL(STMT_KEY,
                "SELECT f.code, a.kind FROM fund_account a JOIN fund f ON f.county = $1 AND f.id = a.fund_id "
                "LEFT "
                "JOIN "
                "account_balance b ON b.county = $1 AND b.account_id = a.id LEFT JOIN (SELECT l.account_id, "
                "sum(l.amount) AS amount FROM voucher_line l WHERE l.county = $1 GROUP BY l.account_id) s ON "
                "s.account_id = a.id WHERE a.county = $1 AND (b.amount IS NULL OR b.amount <> "
                "coalesce(s.amount, "
                "0)) ORDER BY f.code, a.kind, a.part LIMIT $2"),
            e, V(county), V((int64_t)FAULTS_MAX)))
        return false;
    while ((f = rows_next(&rows, e)) == FOUND)
        verify_found(r, e, "account_balance", county, MSG_VERIFY_BALANCE,
                     ARGS(A(rows_text(&rows, 0)), A(rows_int(&rows, 1))));
    return f == NONE;
}

static bool check_cover(struct tx *tx, int64_t county, struct verify_report *r, struct errs *e)
{
    static const struct date beginning = { INT32_MIN };
    struct list funds;
    if (!fund_list(tx, county, &funds, e))
        return false;
    const struct fund *f = funds.rows;
    for (size_t i = 0; i < funds.n; i++) {
        struct money least;
        struct date on;
        if (!ledger_least(tx, &f[i], beginning, &least, &on, e))
            return false;
        if (least.fen < 0)
            verify_found(r, e, "voucher_line", county, MSG_VERIFY_OVERDRAWN, ARGS(A(f[i].code), A(on)));
    }
    return true;
}

static bool check_county(struct tx *tx, int64_t county, struct verify_report *r, struct errs *e)
{
    for (size_t i = 0; i < N_ELEMS(faults); i++)
        if (!check_vouchers(tx, county, &faults[i], r, e))
            return false;
    return check_numbers(tx, county, r, e) && check_balances(tx, county, r, e) &&
           check_cover(tx, county, r, e);
}

enum { COUNTIES_MAX = 4096 };

bool ledger_check_counties(struct tx *tx, county_check_fn *check, struct verify_report *r, struct errs *e)
{
    int64_t counties[COUNTIES_MAX];
    size_t n = 0;
    enum found f;
    {
        CLEANUP(rows_close) struct rows rows = { 0 };
        if (!db_query(tx, &rows, SQL(STMT_FAN, "SELECT DISTINCT county FROM fund ORDER BY county"), e))
            return false;
        while ((f = rows_next(&rows, e)) == FOUND && n < COUNTIES_MAX)
            counties[n++] = rows_int(&rows, 0);
    }
    for (size_t i = 0; f == NONE && i < n; i++)
        if (!check(tx, counties[i], r, e))
            return false;
    return f == NONE;
}

static bool check(struct tx *tx, struct verify_report *r, struct errs *e)
{
    return ledger_check_counties(tx, check_county, r, e);
}

const struct invariant ledger_invariant = { "ledger", check };
