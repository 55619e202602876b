/* collect_cmd.c - a day's work in getting loans back: what is due, who was visited, what collectors hold, and
 * whether townships and households owe the same. */
#include "base/value.h"
#include "cli/commands.h"
#include "cli/lending_cmd.h"
#include "fund/collected.h"
#include "fund/due_list.h"
#include "fund/reconcile.h"
#include "registry/region.h"

struct collect_run {
    struct lend w;
    struct date on;
    struct scopes scopes;
    struct list list, states; /* log entries, and enum promise_state */
    struct collection_log log;
    struct due_rows dues;
    struct list held;
    struct reconciliation books;
    /* names of regions already looked up */
    struct region_code named;
    struct str name;
};

static void region_cell(struct collect_run *x, struct table *t, struct region_code r)
{
    table_text(t, lend_place(&x->w, r));
}

static struct str region_text(struct cli *c, struct region_code r)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    region_print(&b, r);
    return arena_str(c->a, buf_str(&b));
}

/* --- what is due ---------------------------------------------------------------------------------- */

static bool read_dues(struct collect_run *x, struct tx *tx, const struct scope *s, struct errs *e)
{
    struct cli *c = x->w.c;
    struct list funds;
    const struct opt_value *within = cli_value(c, "within");
    struct date soon = within ? (struct date){ x->on.day + (int32_t)within->v } : date_add_months(x->on, 1);
    if (!fund_list(tx, s->county, &funds, e))
        return false;
    for (size_t i = 0; i < funds.n; i++) {
        const struct fund *f = (const struct fund *)funds.rows + i;
        if (c->args_n && !str_eq(f->programme, x->w.rules.version.programme))
            continue;
        if (!due_list(tx, f, s, x->on, soon, &x->dues, e))
            return false;
    }
    return true;
}

static bool do_dues(struct tx *tx, void *ctx, struct errs *e)
{
    struct collect_run *x = ctx;
    struct cli *c = x->w.c;
    due_rows_release(&x->dues);
    x->on = lend_day(c, "date", clock_today());
    if (x->on.day > clock_today().day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    if ((c->args_n && !programme_find(tx, c->args[0], &x->w.rules.version, e->a, e)) ||
        !scopes_of(tx, &c->actor, PERM_REGISTRY_READ, cli_region(c, "region"), &x->scopes, e))
        return false;
    for (size_t i = 0; i < x->scopes.n; i++)
        if (!read_dues(x, tx, &x->scopes.list[i], e))
            return false;
    return lend_places(&x->w, tx, e);
}

static bool is_wanted(struct cli *c, const struct due_row *r)
{
    struct str kind = cli_text(c, "kind");
    return !kind.p || str_eq(kind, str_of(due_slugs[r->kind]));
}

struct kind_sum {
    int64_t n;
    struct money amount;
};

static void print_dues(struct collect_run *x, size_t limit)
{
    static const struct table_col cols[] = {
        { { "村", "Village" }, false },       { { "状态", "State" }, false },
        { { "合同", "Contract" }, false },    { { "借款人", "Borrower" }, false },
        { { "到期日", "Due on" }, false },    { { "天数", "Days" }, true },
        { { "应还", "Amount" }, true },       { { "还欠", "Owed" }, true },
        { { "最近催收", "Visited" }, false },
    };
    struct cli *c = x->w.c;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0, shown = 0; i < x->dues.n && shown < limit; i++) {
        const struct due_row *r = &x->dues.list[i];
        if (!is_wanted(c, r))
            continue;
        shown++;
        region_cell(x, &t, r->village);
        table_text(&t, str_of(label_in(&due_labels[r->kind], c->e.lang)));
        table_text(&t, r->number);
        table_text(&t, r->borrower);
        table_text(&t, cli_day(c, r->due_on));
        table_int(&t, r->days);
        table_text(&t, cli_yuan(c, r->amount));
        table_text(&t, cli_yuan(c, r->outstanding));
        table_text(&t, r->collected_on.set ? cli_day(c, r->collected_on.v) : STR(""));
    }
    table_print(&t, c->e.lang, &c->out);
}

/* By township or village, a line each. */
static void print_by(struct collect_run *x, bool village)
{
    static const struct table_col cols[] = {
        { { "区划", "Region" }, false }, { { "临期", "Due soon" }, true },
        { { "金额", "Amount" }, true },  { { "今日到期", "Today" }, true },
        { { "金额", "Amount" }, true },  { { "逾期", "Overdue" }, true },
        { { "金额", "Amount" }, true },  { { "承诺未履行", "Broken" }, true },
        { { "金额", "Amount" }, true },
    };
    struct cli *c = x->w.c;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x->dues.n;) {
        struct kind_sum sums[DUE_KINDS] = { 0 };
        struct region_code at = village ? x->dues.list[i].village : region_parent(x->dues.list[i].village);
        for (; i < x->dues.n; i++) {
            const struct due_row *r = &x->dues.list[i];
            if ((village ? r->village : region_parent(r->village)).v != at.v)
                break;
            sums[r->kind].n++;
            sums[r->kind].amount.fen += r->amount.fen;
        }
        region_cell(x, &t, at);
        for (size_t k = 0; k < DUE_KINDS; k++) {
            table_int(&t, sums[k].n);
            table_text(&t, cli_yuan(c, sums[k].amount));
        }
    }
    table_print(&t, c->e.lang, &c->out);
}

static void dues_json(struct collect_run *x, const struct kind_sum *sums, size_t limit)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    put_object(&out);
    put_member_text(&out, "as_of", cli_day(c, x->on));
    for (size_t k = 0; k < DUE_KINDS; k++) {
        put_key(&out, due_slugs[k]);
        put_object(&out);
        put_member_int(&out, "count", sums[k].n);
        lend_put_money(c, &out, "amount", sums[k].amount);
        put_object_end(&out);
    }
    put_key(&out, "rows");
    put_list(&out);
    for (size_t i = 0, shown = 0; i < x->dues.n && shown < limit; i++) {
        const struct due_row *r = &x->dues.list[i];
        if (!is_wanted(c, r))
            continue;
        shown++;
        put_object(&out);
        put_member_text(&out, "village", region_text(c, r->village));
        put_member_cstr(&out, "state", due_slugs[r->kind]);
        put_member_text(&out, "contract", r->number);
        put_member_text(&out, "borrower", r->borrower);
        put_member_text(&out, "due_on", cli_day(c, r->due_on));
        put_member_int(&out, "days", r->days);
        lend_put_money(c, &out, "amount", r->amount);
        lend_put_money(c, &out, "outstanding", r->outstanding);
        if (r->collected_on.set)
            put_member_text(&out, "collected_on", cli_day(c, r->collected_on.v));
        put_object_end(&out);
    }
    put_list_end(&out);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static int dues_cmd(struct cli *c)
{
    enum { LIMIT_DEFAULT = 1000 };
    struct collect_run x = { .w.c = c };
    struct kind_sum sums[DUE_KINDS] = { 0 };
    size_t limit = (size_t)cli_int(c, "limit", LIMIT_DEFAULT);
    bool ok = cli_load_codes(c) && cli_read(c, do_dues, &x);
    for (size_t i = 0; ok && i < x.dues.n; i++) {
        sums[x.dues.list[i].kind].n++;
        sums[x.dues.list[i].kind].amount.fen += x.dues.list[i].amount.fen;
    }
    if (ok && c->json)
        dues_json(&x, sums, limit);
    else if (ok && cli_flag(c, "by"))
        print_by(&x, str_eq(cli_text(c, "by"), STR("village")));
    else if (ok)
        print_dues(&x, limit);
    for (size_t k = 0; ok && k < DUE_KINDS; k++)
        cli_say(c, MSG_DUES_SUM, A(&due_labels[k]), A(sums[k].n), A(sums[k].amount));
    due_rows_release(&x.dues);
    return ok ? EXIT_DONE : EXIT_NOTHING;
}

/* --- the collection log ------------------------------------------------------------------------------ */

static bool do_log(struct tx *tx, void *ctx, struct errs *e)
{
    static const struct {
        const char *opt, *col;
    } texts[] = { { "way", "way" },         { "by", "visitor" },      { "township", "township" },
                  { "village", "village" }, { "office", "office" },   { "guarantor", "guarantor" },
                  { "met", "met" },         { "amount", "promised" }, { "note", "note" } };
    struct collect_run *x = ctx;
    struct cli *c = x->w.c;
    x->log = (struct collection_log){ .done_on = { lend_day(c, "date", clock_today()), true },
                                      .promised_on = lend_opt_day(c, "promise") };
    for (size_t i = 0; i < N_ELEMS(texts); i++)
        lend_read(c, &collection_log_entity, texts[i].col, &x->log, cli_text(c, texts[i].opt), e);
    if (!x->log.way.set)
        x->log.way = (struct code){ 1, true };
    if (errs_any(e) || !lend_contract(&x->w, tx, PERM_FUND_REPAY, c->args[0], e))
        return false;
    lend_begin(&x->w, tx, "collect.log", c->args[0], e);
    return collect_log(&x->w.l, &x->w.contract, &x->log, e) && act_end(&x->w.act, NULL, e);
}

static int log_cmd(struct cli *c)
{
    struct collect_run x = { .w.c = c };
    if (!lend_write(&x.w, do_log))
        return EXIT_NOTHING;
    return lend_answer(c, "entry", &collection_log_entity, &x.log,
                       x.log.promised_on.set ? MSG_COLLECT_PROMISED : MSG_COLLECT_LOGGED,
                       A(x.w.contract.number), A(x.log.promised_on.v), A(x.log.promised.v));
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct collect_run *x = ctx;
    struct cli *c = x->w.c;
    if (!contract_find(tx, &c->actor, PERM_REGISTRY_READ, c->args[0], &x->w.contract, e) ||
        !collect_list(tx, &x->w.contract, &x->list, e))
        return false;
    enum promise_state *states = NEW_ARRAY(e->a, enum promise_state, x->list.n + 1);
    for (size_t i = 0; i < x->list.n; i++)
        if (!promise_state(tx, (const struct collection_log *)x->list.rows + i, clock_today(), &states[i], e))
            return false;
    x->states = (struct list){ states, x->list.n };
    return true;
}

static int list_cmd(struct cli *c)
{
    struct collect_run x = { .w.c = c };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_list, &x))
        return EXIT_NOTHING;
    const struct collection_log *rows = x.list.rows;
    const enum promise_state *states = x.states.rows;
    if (c->json) {
        put_object(&out);
        put_key(&out, "entries");
        put_list(&out);
        for (size_t i = 0; i < x.list.n; i++) {
            put_object(&out);
            lend_put(c, &out, "entry", &collection_log_entity, &rows[i]);
            put_member_cstr(&out, "promise", promise_slugs[states[i]]);
            put_object_end(&out);
        }
        put_list_end(&out);
        put_object_end(&out);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    for (size_t i = 0; i < x.list.n; i++) {
        lend_print(c, &collection_log_entity, &rows[i]);
        if (states[i] != PROMISE_NONE)
            cli_say(c, MSG_COLLECT_STATE, A(&promise_labels[states[i]]));
        buf_addc(&c->out, '\n');
    }
    return EXIT_DONE;
}

/* --- what collectors hold ---------------------------------------------------------------------------------
 */

static bool do_outstanding(struct tx *tx, void *ctx, struct errs *e)
{
    struct collect_run *x = ctx;
    struct cli *c = x->w.c;
    struct region_code within, township = { 0 };
    struct list all;
    struct held_by *kept;
    size_t n = 0;
    CLEANUP(held_receipts_release) struct held_receipts held = { 0 };
    x->on = lend_day(c, "date", clock_today());
    if (!lend_area(&x->w, tx, PERM_FUND_REPAY, c->args[0], &within, e) ||
        !scopes_of(tx, &c->actor, PERM_FUND_REPAY, within, &x->scopes, e))
        return false;
    if (region_level(within) == TOWNSHIP)
        township = within;
    if (!held_receipts_read(tx, &x->w.rules.fund, township, x->on, &held, e) ||
        !held_by_collector(&held, x->on, &all, e))
        return false;
    kept = NEW_ARRAY(e->a, struct held_by, all.n + 1);
    for (size_t i = 0; i < all.n; i++)
        for (size_t k = 0; k < x->scopes.n; k++) {
            const struct held_by *h = (const struct held_by *)all.rows + i;
            if (h->township.v >= x->scopes.list[k].first && h->township.v <= x->scopes.list[k].last) {
                kept[n++] = *h;
                break;
            }
        }
    x->held = (struct list){ kept, n };
    return lend_places(&x->w, tx, e);
}

static int outstanding_json(struct collect_run *x, struct money sum)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    const struct held_by *rows = x->held.rows;
    put_object(&out);
    put_member_text(&out, "as_of", cli_day(c, x->on));
    lend_put_money(c, &out, "amount", sum);
    put_key(&out, "collectors");
    put_list(&out);
    for (size_t i = 0; i < x->held.n; i++) {
        put_object(&out);
        put_member_text(&out, "township", region_text(c, rows[i].township));
        put_member_text(&out, "collector", rows[i].collector);
        put_member_int(&out, "receipts", rows[i].receipts);
        lend_put_money(c, &out, "amount", rows[i].amount);
        put_member_text(&out, "oldest", cli_day(c, rows[i].oldest));
        put_member_int(&out, "days", rows[i].days);
        put_object_end(&out);
    }
    put_list_end(&out);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

static int outstanding_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "乡镇", "Township" }, false }, { { "收款人", "Collector" }, false },
        { { "收据", "Receipts" }, true },  { { "金额", "Amount" }, true },
        { { "最早", "Oldest" }, false },   { { "天数", "Days" }, true },
    };
    struct collect_run x = { .w.c = c };
    struct money sum = { 0 };
    if (!cli_load_codes(c) || !cli_read(c, do_outstanding, &x))
        return EXIT_NOTHING;
    const struct held_by *rows = x.held.rows;
    for (size_t i = 0; i < x.held.n; i++)
        sum.fen += rows[i].amount.fen;
    if (c->json)
        return outstanding_json(&x, sum);
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x.held.n; i++) {
        region_cell(&x, &t, rows[i].township);
        table_text(&t, rows[i].collector.p ? rows[i].collector : STR("—"));
        table_int(&t, rows[i].receipts);
        table_text(&t, cli_yuan(c, rows[i].amount));
        table_text(&t, cli_day(c, rows[i].oldest));
        table_int(&t, rows[i].days);
    }
    if (x.held.n) {
        table_print(&t, c->e.lang, &c->out);
        cli_say(c, MSG_COLLECT_SUM, A(sum));
    } else {
        cli_say(c, MSG_COLLECT_NOTHING);
    }
    return EXIT_DONE;
}

/* --- two layers
 * ----------------------------------------------------------------------------------------------- */

static bool do_reconcile(struct tx *tx, void *ctx, struct errs *e)
{
    struct collect_run *x = ctx;
    struct cli *c = x->w.c;
    struct region_code within;
    int64_t first = 0, last = INT64_MAX;
    x->on = lend_day(c, "date", clock_today());
    if (!lend_area(&x->w, tx, PERM_FUND_REPAY, c->args[0], &within, e) ||
        !actor_need_at(&c->actor, PERM_FUND_REPAY, within, e))
        return false;
    if (region_level(within) > COUNTY)
        region_span(within, &first, &last);
    return reconcile(tx, &x->w.rules.fund, first, last, x->on, &x->books, e) && lend_places(&x->w, tx, e);
}

static const struct {
    const char *key;
    struct label label;
    size_t off;
} book_cols[] = {
#define BOOK(col, zh, en)                                     \
    {                                                         \
#col, { zh, en }, offsetof(struct reconcile_row, col) \
    }
    BOOK(contracted, "区镇合同", "Contract"),     BOOK(sent, "已拨", "Sent"),
    BOOK(beyond, "本金以外", "Beyond principal"), BOOK(remitted, "已缴", "Remitted"),
    BOOK(direct, "直还专户", "Paid direct"),      BOOK(written_off, "核销", "Written off"),
    BOOK(upper, "乡镇应还", "Township owes"),     BOOK(lent, "农户在贷", "Households owe"),
    BOOK(transit, "乡镇在手", "At the township"), BOOK(lower, "到户合计", "Layer 2"),
    BOOK(difference, "差额", "Difference"),
};

static struct money book_money(const struct reconcile_row *r, size_t i)
{
    return *(const struct money *)((const char *)r + book_cols[i].off);
}

static void put_book(struct cli *c, struct json_out *out, const struct reconcile_row *r)
{
    for (size_t i = 0; i < N_ELEMS(book_cols); i++)
        lend_put_money(c, out, book_cols[i].key, book_money(r, i));
}

static void reconcile_json(struct collect_run *x)
{
    static const char *const why[] = { "voucher_kind", "no_contract", "above_contract", "no_township" };
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    const struct reconciliation *b = &x->books;
    put_object(&out);
    put_member_text(&out, "as_of", cli_day(c, x->on));
    put_key(&out, "rows");
    put_list(&out);
    for (size_t i = 0; i < b->n; i++) {
        put_object(&out);
        put_member_text(&out, "township", region_text(c, b->rows[i].township));
        if (b->rows[i].period.set)
            put_member_int(&out, "period", b->rows[i].period.v);
        put_book(c, &out, &b->rows[i]);
        put_object_end(&out);
    }
    put_list_end(&out);
    put_key(&out, "sum");
    put_object(&out);
    put_book(c, &out, &b->sum);
    put_object_end(&out);
    put_key(&out, "differences");
    put_list(&out);
    for (size_t i = 0; i < b->notes_n; i++) {
        const struct reconcile_row *r = &b->rows[b->notes[i].row];
        put_object(&out);
        put_member_text(&out, "township", region_text(c, r->township));
        if (r->period.set)
            put_member_int(&out, "period", r->period.v);
        put_member_cstr(&out, "why", why[b->notes[i].why]);
        if (b->notes[i].kind.set)
            put_member_int(&out, "voucher_kind", b->notes[i].kind.v);
        lend_put_money(c, &out, "amount", b->notes[i].amount);
        put_object_end(&out);
    }
    put_list_end(&out);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static void say_note(struct collect_run *x, const struct reconcile_note *n)
{
    static const enum msg says[] = { MSG_RECONCILE_KIND, MSG_RECONCILE_NO_CONTRACT, MSG_RECONCILE_ABOVE,
                                     MSG_RECONCILE_NO_TOWNSHIP };
    struct cli *c = x->w.c;
    const struct reconcile_row *r = &x->books.rows[n->row];
    const struct code_table *t = code_table(c->codes, "voucher_kind");
    const struct code_row *row = t && n->kind.set ? code_row(t, n->kind.v) : NULL;
    struct str kind = !row ? STR("") : c->e.lang == EN ? row->en : row->zh;
    cli_say(c, says[n->why], A(r->township), A(r->period.v), A(n->amount), A(kind));
}

static int reconcile_cmd(struct cli *c)
{
    struct collect_run x = { .w.c = c };
    struct table_col cols[N_ELEMS(book_cols) + 2] = { { { "乡镇", "Township" }, false },
                                                      { { "期数", "Period" }, true } };
    if (!cli_load_codes(c) || !cli_read(c, do_reconcile, &x))
        return EXIT_NOTHING;
    const struct reconciliation *b = &x.books;
    if (c->json) {
        reconcile_json(&x);
        return b->sum.difference.fen ? EXIT_REFUSED : EXIT_DONE;
    }
    for (size_t i = 0; i < N_ELEMS(book_cols); i++)
        cols[i + 2] = (struct table_col){ book_cols[i].label, true };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i <= b->n; i++) {
        const struct reconcile_row *r = i < b->n ? &b->rows[i] : &b->sum;
        if (i < b->n)
            region_cell(&x, &t, r->township);
        else
            table_text(&t, c->e.lang == EN ? STR("Total") : STR("合计"));
        if (r->period.set)
            table_int(&t, r->period.v);
        else
            table_text(&t, STR(""));
        for (size_t k = 0; k < N_ELEMS(book_cols); k++)
            table_text(&t, cli_yuan(c, book_money(r, k)));
    }
    table_print(&t, c->e.lang, &c->out);
    for (size_t i = 0; i < b->notes_n; i++)
        say_note(&x, &b->notes[i]);
    cli_say(c, b->sum.difference.fen ? MSG_RECONCILE_DIFFERS : MSG_RECONCILE_EVEN, A(b->sum.upper),
            A(b->sum.lower), A(b->sum.difference));
    return b->sum.difference.fen ? EXIT_REFUSED : EXIT_DONE;
}

// clang-format off
#define OPT_AREA \
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "只限该区划", "in that region only" } }
#define OPT_WHO(n, zh, en) { .name = n, .kind = OPT_TEXT, .arg = { "姓名", "NAME" }, .label = { zh, en } }
static const struct opt dues_opts[] = {
    OPT_DAY("截至哪天；默认今天", "as of which day; today unless told"),
    { .name = "within", .kind = OPT_INT, .min = 1, .max = 3660, .arg = { "天数", "DAYS" },
      .label = { "临期算几天；默认一个月", "due soon is within so many days; a month unless told" } },
    { .name = "kind", .kind = OPT_CHOICE, .choices = "soon|today|overdue|broken", .label = { "只列一种", "only one kind" } },
    { .name = "by", .kind = OPT_CHOICE, .choices = "township|village", .label = { "按乡镇或村合计", "sums by township or village" } },
    { .name = "limit", .kind = OPT_INT, .min = 1, .max = 1000000, .arg = { "行数", "N" }, .label = { "最多几行；默认 1000", "at most so many rows; 1000 unless told" } },
    OPT_AREA, { 0 },
};
static const struct opt log_opts[] = {
    OPT_DAY("催收日期；默认今天", "the day; today unless told"),
    { .name = "by", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "姓名", "NAME" }, .label = { "催收人", "who went" } },
    { .name = "way", .kind = OPT_TEXT, .arg = { "方式", "WAY" },
      .label = { "上门（默认）、电话、书面、约谈", "visit (default), phone, letter, meeting" } },
    OPT_WHO("township", "乡镇参加人", "who of the township took part"),
    OPT_WHO("village", "村参加人", "who of the village took part"),
    OPT_WHO("office", "项目办参加人", "who of the project office took part"),
    OPT_WHO("guarantor", "参加的担保人", "the guarantor who took part"),
    OPT_WHO("met", "见到的人", "who was met"),
    { .name = "promise", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "承诺还款日", "the day that payment is promised for" } },
    { .name = "amount", .kind = OPT_TEXT, .arg = { "金额", "YUAN" }, .label = { "承诺金额", "how much is promised" } },
    { .name = "note", .kind = OPT_TEXT, .arg = { "情况", "TEXT" }, .label = { "情况", "how it stands" } },
    { 0 },
};
static const struct opt held_opts[] = { OPT_DAY("截至哪天；默认今天", "as of which day; today unless told"), OPT_AREA, { 0 } };
static const struct command commands[] = {
    { .name = "collect list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "一份合同的催收记录和承诺", "The collection log of a contract" },
      .help = { "承诺的日期过了没有还，就是未履行。\n\n  bangfu collect list XF-350603100-025-0001",
                "A promise is broken when its day has passed without the money.\n\n  bangfu collect list XF-350603100-025-0001" },
      .run = list_cmd },
    { .name = "collect log", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .opts = log_opts,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "登记一次催收和承诺", "Record who went to collect, and what was promised" },
      .help = { "写明乡镇、村、项目办和担保人谁参加了；承诺同时写日期和金额。\n\n"
                "  bangfu collect log XF-350603100-025-0001 --by 李干事 --village 王支书 --guarantor 林书记 --promise 2026-04-10 --amount 5000",
                "Names who of township, village, office and guarantors took part; a promise has a day and an amount.\n\n"
                "  bangfu collect log XF-350603100-025-0001 --by 李干事 --village 王支书 --guarantor 林书记 --promise 2026-04-10 --amount 5000" },
      .run = log_cmd },
    { .name = "collect outstanding", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .reads_only = true, .opts = held_opts,
      .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "已收未缴：哪位收款人、多少、几天", "Collected and not remitted, by collector, with the days" },
      .help = { "先收的算先缴；指明收款人的上缴只冲他自己的收据。\n\n  bangfu collect outstanding 幸福工程",
                "The oldest receipts are remitted first; a remittance that names its collector is of his receipts.\n\n"
                "  bangfu collect outstanding xingfu" },
      .run = outstanding_cmd },
    { .name = "dues", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = dues_opts,
      .args = { "[项目]", "[PROGRAMME]" }, .args_min = 0, .args_max = 1,
      .summary = { "每日清单：临期、今日到期、逾期、承诺未履行", "A day's list: due soon, due today, overdue, promises broken" },
      .help = { "按村排列；--by 给出各乡镇或各村的合计。\n\n  bangfu dues\n  bangfu dues 幸福工程 --region 350603100 --kind overdue\n  bangfu dues --by township",
                "By village; --by gives sums by township or village.\n\n  bangfu dues\n  bangfu dues xingfu --region 350603100 --kind overdue\n  bangfu dues --by township" },
      .run = dues_cmd },
    { .name = "fund reconcile", .perm = PERM_FUND_REPAY, .db = DB_OPEN, .reads_only = true, .opts = held_opts,
      .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "对账：乡镇欠县的与农户欠乡镇的", "What townships owe against what their households owe" },
      .help = { "按乡镇和期数，两层相等；不等的写明原因，退出码 3。\n\n  bangfu fund reconcile 幸福工程",
                "By township and period; what makes the layers differ is named, and the exit code is 3.\n\n"
                "  bangfu fund reconcile xingfu" },
      .run = reconcile_cmd },
};
// clang-format on
const struct command_table collect_commands = { { "催收和上缴", "Collection" }, commands, N_ELEMS(commands) };
