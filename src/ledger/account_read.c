#include "base/value.h"
#include "ledger/report.h"

enum { NAMES_BYTES = 1 << 12 };

static struct str account_names(enum lang lang, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(NAMES_BYTES);
    for (size_t i = 0; i < chart_n; i++) {
        buf_adds(&b, i ? ", " : "");
        buf_addf(&b, "%s %s", chart[i].slug, label_in(&chart[i].label, lang));
        if (chart[i].part != PART_NONE)
            buf_addf(&b, ":%s", label_in(&account_part_labels[chart[i].part], lang));
    }
    return arena_str(a, buf_str(&b));
}

bool fund_source_read(const struct code_book *codes, struct str text, struct code *out, struct errs *e)
{
    const struct code_table *t = code_table(codes, "fund_source");
    const struct code_row *row = t ? code_find(t, text) : NULL;
    if (!row)
        return fail(e, ERR_INVALID, "source", MSG_LEDGER_NO_SOURCE, A(text));
    *out = (struct code){ row->code, true };
    return true;
}

static bool read_part(const struct code_book *codes, const struct chart_row *row, struct str part,
                      struct posting_line *l, struct errs *e)
{
    static const struct label label = { "科目明细", "The part of the account" };
    const struct label *what = &label;
    switch (row->part) {
    case PART_TOWNSHIP:
        return (region_read(part, &l->region) == READ_OK && region_level(l->region) >= TOWNSHIP) ||
               fail(e, ERR_INVALID, "account", MSG_NOT_REGION, A(what));
    case PART_CONTRACT:
        l->contract_id.set = int_read(part, &l->contract_id.v) == READ_OK && l->contract_id.v > 0;
        return l->contract_id.set || fail(e, ERR_INVALID, "account", MSG_NOT_INTEGER, A(what));
    case PART_SOURCE: return fund_source_read(codes, part, &l->source, e);
    case PART_NONE:
    default: return fail(e, ERR_INVALID, "account", MSG_LEDGER_NO_PART, A(row->slug));
    }
}

bool account_line_read(const struct code_book *codes, struct str text, struct posting_line *l, struct errs *e)
{
    struct str part = text, name;
    const struct chart_row *row;
    str_split(&part, ':', &name);
    row = chart_named(str_trim(name));
    *l = (struct posting_line){ .kind = row ? row->kind : ACCOUNT_SPECIAL };
    if (!row)
        return fail(e, ERR_INVALID, "account", MSG_LEDGER_NO_ACCOUNT, A(name),
                    A(account_names(e->lang, e->a)));
    part = str_trim(part);
    return !part.n || read_part(codes, row, part, l, e);
}
