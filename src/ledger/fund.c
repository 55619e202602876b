#include "base/clock.h"
#include "ledger/ledger.h"

bool fund_add(struct act *act, struct fund *f, struct errs *e)
{
    struct fund other;
    if (!f->opened_on.day)
        f->opened_on = clock_today();
    if (!entity_complete(&fund_entity, f, e))
        return false;
    enum found found = fund_by_code(act->tx, f->county, f->code, &other, e);
    if (found == FOUND)
        return fail(e, ERR_CONFLICT, "code", MSG_FUND_TAKEN, A(f->code));
    return found == NONE && db_id(act->tx, &f->id, e) && db_insert(act->tx, &fund_entity, f, e);
}

enum found fund_by_code(struct tx *tx, int64_t county, struct str code, struct fund *f, struct errs *e)
{
    return db_find(tx, SQL_OF(STMT_KEY, &fund_entity, "SELECT {*} FROM fund WHERE county = $1 AND code = $2"),
                   f, e, V(county), V(code));
}

bool fund_list(struct tx *tx, int64_t county, struct list *out, struct errs *e)
{
    return db_list(tx, SQL_OF(STMT_KEY, &fund_entity, "SELECT {*} FROM fund WHERE county = $1 ORDER BY code"),
                   out, e->a, e, V(county));
}

static struct str codes_of(const struct list *funds, struct arena *a)
{
    const struct fund *f = funds->rows;
    CLEANUP(buf_release) struct buf b = BUF(1 << 12);
    for (size_t i = 0; i < funds->n; i++) {
        buf_adds(&b, i ? ", " : "");
        buf_add(&b, f[i].code);
        buf_addc(&b, ' ');
        buf_add(&b, f[i].name);
    }
    return arena_str(a, buf_str(&b));
}

bool fund_need(struct tx *tx, int64_t county, struct str code, struct fund *f, struct errs *e)
{
    struct list funds;
    if (!fund_list(tx, county, &funds, e))
        return false;
    const struct fund *all = funds.rows;
    if (!funds.n)
        return fail(e, ERR_NOT_FOUND, "fund", MSG_FUND_NONE);
    for (size_t i = 0; i < funds.n; i++)
        if (code.p ? str_eq(all[i].code, code) || str_eq(all[i].name, code) : funds.n == 1) {
            *f = all[i];
            return true;
        }
    if (code.p)
        return fail(e, ERR_NOT_FOUND, "fund", MSG_FUND_NO_SUCH, A(code), A(codes_of(&funds, e->a)));
    return fail(e, ERR_INVALID, "fund", MSG_FUND_WHICH, A(codes_of(&funds, e->a)));
}
