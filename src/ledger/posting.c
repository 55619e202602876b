#include "ledger/posting.h"

#include "base/clock.h"
#include "base/value.h"

#include <assert.h>

int64_t posting_part(const struct posting_line *l)
{
    const struct chart_row *row = chart_of((int64_t)l->kind);
    enum { BELOW_TOWNSHIP = 1000 };
    assert(row);
    switch (row->part) {
    case PART_TOWNSHIP:
        return region_level(l->region) >= TOWNSHIP ? l->region.v / BELOW_TOWNSHIP * BELOW_TOWNSHIP : 0;
    case PART_CONTRACT: return l->contract_id.set ? l->contract_id.v : 0;
    case PART_SOURCE: return l->source.set ? l->source.v : 0;
    case PART_NONE:
    default: return 0;
    }
}

int64_t year_of(struct date d)
{
    return date_civil(d).year;
}

static void check_line(const struct posting_line *l, size_t no, struct errs *e)
{
    const struct chart_row *row = chart_of((int64_t)l->kind);
    assert(row);
    if (!l->amount.fen)
        fail(e, ERR_INVALID, "line", MSG_LEDGER_ZERO_LINE, A(no));
    if (row->part != PART_NONE && !posting_part(l)) {
        const struct label *what = &row->label, *part = &account_part_labels[row->part];
        fail(e, ERR_INVALID, "line", MSG_LEDGER_PART, A(no), A(what), A(part));
    }
}

static void check_text(const struct col *c, struct str s, struct errs *e)
{
    const struct label *what = &c->label;
    if (str_chars(s) > (size_t)c->max)
        fail(e, ERR_INVALID, c->name, MSG_TEXT_LENGTH, A(what), A(1), A(c->max));
}

bool posting_check(const struct posting *p, struct errs *e)
{
    struct money sum = { 0 };
    unsigned before = e->bad.n;
    if (p->n < 2 || p->n > POSTING_LINES_MAX)
        return fail(e, ERR_INVALID, "line", MSG_LEDGER_LINES, A(POSTING_LINES_MAX));
    for (size_t i = 0; i < p->n; i++) {
        check_line(&p->lines[i], i + 1, e);
        if (!money_add(&sum, p->lines[i].amount))
            return fail(e, ERR_INVALID, "line", MSG_LEDGER_TOO_MANY);
    }
    if (sum.fen)
        fail(e, ERR_INVALID, "line", MSG_LEDGER_UNBALANCED, A(sum));
    if (!str_trim(p->purpose).n)
        fail(e, ERR_INVALID, "purpose", MSG_LEDGER_PURPOSE);
    check_text(entity_col(&voucher_entity, "purpose"), p->purpose, e);
    check_text(entity_col(&voucher_entity, "document"), p->document, e);
    if (p->entry_date.day > clock_today().day)
        fail(e, ERR_INVALID, "date", MSG_LEDGER_AHEAD, A(p->entry_date));
    return e->bad.n == before;
}

bool posting_id(const struct act *act, const struct posting *p, int64_t *id, struct errs *e)
{
    *id = p->id;
    return p->id || db_id(act->tx, id, e);
}

struct voucher posting_voucher(const struct act *act, const struct posting *p, int64_t id, int64_t no)
{
    return (struct voucher){ .county = p->county,
                             .id = id,
                             .fund_id = p->fund_id,
                             .year = year_of(p->entry_date),
                             .no = no,
                             .entry_date = p->entry_date,
                             .value_date = p->value_date,
                             .kind = { (int32_t)p->kind, true },
                             .purpose = p->purpose,
                             .document = p->document,
                             .made_by = p->made_by.p ? p->made_by : act->who->login,
                             .checked_by = p->checked_by,
                             .made_at = act->at,
                             .reverses = p->reverses,
                             .draft_id = p->draft_id };
}

struct voucher_line posting_voucher_line(const struct voucher *v, const struct posting_line *l, int64_t no,
                                         int64_t account_id)
{
    return (struct voucher_line){ .county = v->county,
                                  .voucher_id = v->id,
                                  .no = no,
                                  .account_id = account_id,
                                  .fund_id = v->fund_id,
                                  .entry_date = v->entry_date,
                                  .value_date = v->value_date,
                                  .amount = l->amount,
                                  .source = l->source,
                                  .period = l->period,
                                  .case_id = l->case_id,
                                  .contract_id = l->contract_id,
                                  .region = l->region };
}

struct fund_account posting_account(const struct posting *p, const struct posting_line *l, int64_t id)
{
    return (struct fund_account){ .county = p->county,
                                  .id = id,
                                  .fund_id = p->fund_id,
                                  .kind = { (int32_t)l->kind, true },
                                  .part = posting_part(l),
                                  .name = l->name };
}

const char *voucher_series(int64_t fund_id, int64_t year, struct arena *a)
{
    return arena_printf(a, "voucher %lld %lld", (long long)fund_id, (long long)year);
}

const char *voucher_name(const struct voucher *v, struct arena *a)
{
    return arena_printf(a, "%lld-%lld", (long long)v->year, (long long)v->no);
}
