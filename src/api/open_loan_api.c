/* open_loan_api.c - what is owed on a day: open loans and their ageing, where the money went, and repayments
 * by file. */
#include "api/jobs.h"
#include "api/lending.h"
#include "api/loans_kept.h"
#include "api/tables.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/new_file.h"
#include "base/value.h"
#include "base/xlsx_read.h"
#include "fund/open_loans.h"
#include "fund/repay_file.h"
#include "registry/household.h"
#include "registry/person.h"
#include "registry/region.h"
#include "registry/scope.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { CLASSES_MAX = 32 };

/* --- forms -------------------------------------------------------------------------------- */

struct open_query {
    struct region_code region;
    struct opt_date on, due_by;
    struct opt_int late_from, late_to;
    bool late;
};
#define AS_OF_COL(s) COL(s, on, "截至哪天（默认今天）", "As of which day (today)")
static const struct col open_cols[] = {
    REGION_COL(open_query),
    AS_OF_COL(open_query),
    COL(open_query, late, "只列逾期的", "Only what is overdue"),
    COL(open_query, late_from, "逾期至少几天", "Late by at least so many days", .min = 0, .max = 100000),
    COL(open_query, late_to, "逾期不满几天", "Late by less than so many days", .min = 1, .max = 100000),
    COL(open_query, due_by, "不晚于哪天到期", "Something falls due on that day or before"),
};
static const struct entity open_query = ENTITY(open_query, TABLE_LOCAL, "在贷", "Open loans", open_cols);

struct ageing_query {
    struct region_code region;
    struct opt_date on;
};
static const struct col ageing_cols[] = { REGION_COL(ageing_query), AS_OF_COL(ageing_query) };
static const struct entity ageing_query = ENTITY(ageing_query, TABLE_LOCAL, "账龄", "Ageing", ageing_cols);

struct flows_query {
    struct region_code region;
    struct opt_date from, to;
};
static const struct col flows_cols[] = {
    REGION_COL(flows_query),
    COL(flows_query, from, "自哪天（默认从头）", "From (the beginning)"),
    COL(flows_query, to, "到哪天（默认今天）", "Up to (today)"),
};
static const struct entity flows_query = ENTITY(flows_query, TABLE_LOCAL, "资金流向", "Flows", flows_cols);

struct repay_file_query {
    struct str name, collector;
    bool to_account;
};
static const struct col repay_file_cols[] = {
    COL(repay_file_query, name, "文件名", "Name of the file", .flags = REQUIRED, .min = 1, .max = 100),
    COL(repay_file_query, collector, "没有写收款人的行是谁收的", "Who took it in, where a row does not say",
        .max = 60, .check = check_name),
    COL(repay_file_query, to_account, "直接还到专户", "Paid onto the special account itself"),
};
static const struct entity repay_file_query =
    ENTITY(repay_file_query, TABLE_LOCAL, "按文件还款", "Repayments by file", repay_file_cols);

/* --- open loans --------------------------------------------------------------------------- */

static int32_t days_late(const struct open_loan *x, struct date on)
{
    return x->late.fen ? on.day - x->late_since.day : 0;
}

static bool is_wanted(const struct open_query *q, const struct open_loan *x, struct date on)
{
    int32_t days = days_late(x, on);
    return (!q->late || x->late.fen) && (!q->late_from.set || days >= q->late_from.v) &&
           (!q->late_to.set || days < q->late_to.v) && (!q->due_by.set || x->due_on.day <= q->due_by.v.day);
}

/* --- their order -------------------------------------------------------------------------------- */

static const struct order open_orders[] = {
    { .name = "day", .doc = { "逾期久的、快到期的在前", "what is late longest, then what falls due next" } },
    { .name = "outstanding", .doc = { "余额", "what is still owed" } },
    { .name = "late", .doc = { "逾期金额", "what is overdue" } },
    { .name = NULL }
};

static struct page_key key_of(const struct order *o, const struct open_loan *x)
{
    int64_t day = x->late.fen ? x->late_since.day : x->due_on.day;
    const int64_t keys[] = { day, x->open.fen, x->late.fen };
    return (struct page_key){ .n = { keys[o - open_orders], x->contract_id } };
}

static int key_cmp(const struct page_key *a, const struct page_key *b)
{
    if (a->n[0] != b->n[0])
        return a->n[0] < b->n[0] ? -1 : 1;
    return (a->n[1] > b->n[1]) - (a->n[1] < b->n[1]);
}

static int in_order(const void *a, const void *b, void *ctx)
{
    const struct list_page *p = ctx;
    struct page_key x = key_of(p->order, *(const struct open_loan *const *)a),
                    y = key_of(p->order, *(const struct open_loan *const *)b);
    return p->down ? key_cmp(&y, &x) : key_cmp(&x, &y);
}

static bool put_loan(struct call *c, const struct fund *f, const struct open_loan *x, struct date on,
                     struct errs *e)
{
    struct contract k = { 0 };
    struct person p = { 0 };
    struct household h = { 0 };
    if (db_get(c->tx, &contract_entity, &k, e, V(f->county), V(x->contract_id)) == FAILED ||
        (k.borrower_id.set &&
         db_get(c->tx, &person_entity, &p, e, V(f->county), V(k.borrower_id.v)) == FAILED) ||
        (k.household_id.set &&
         db_get(c->tx, &household_entity, &h, e, V(f->county), V(k.household_id.v)) == FAILED))
        return false;
    put_object(&c->w);
    put_member_int(&c->w, "county", f->county);
    put_member_int(&c->w, "contract_id", x->contract_id);
    put_member_text(&c->w, "number", k.number);
    put_member_text(&c->w, "project", k.project);
    if (k.period_no.set)
        put_member_int(&c->w, "period", k.period_no.v);
    if (k.household_id.set)
        put_member_int(&c->w, "household_id", k.household_id.v);
    put_member_text(&c->w, "hh_no", h.hh_no);
    put_member_text(&c->w, "borrower", p.name.p ? p.name : h.head_name);
    put_member_region(&c->w, "village", x->village);
    put_member_money(&c->w, "lent", x->lent);
    put_member_money(&c->w, "outstanding", x->open);
    put_member_date(&c->w, "due_on", x->due_on);
    put_member_date(&c->w, "ends_on", x->ends_on);
    put_member_money(&c->w, "late", x->late);
    put_member_int(&c->w, "days_late", days_late(x, on));
    if (x->late.fen)
        put_member_date(&c->w, "late_since", x->late_since);
    put_object_end(&c->w);
    return true;
}

/* All of one scope that are wanted and behind the page before, in order; on the heap. */
static const struct open_loan **choose(struct call *c, const struct loans_lent *loans, struct date on,
                                       size_t *n)
{
    const struct list_page *p = &c->page;
    const struct page_key behind = page_behind(p);
    size_t all;
    const struct open_loan *list = loans_lent_list(loans, &all);
    const struct open_loan **out = xrealloc(NULL, arena_mul(all + 1, sizeof *out));
    *n = 0;
    for (size_t i = 0; i < all; i++) {
        struct page_key key = key_of(p->order, &list[i]);
        int place = key_cmp(&key, &behind);
        if (is_wanted(c->query, &list[i], on) && (p->down ? place < 0 : place > 0))
            out[(*n)++] = &list[i];
    }
    qsort_r(out, *n, sizeof *out, in_order, &c->page);
    return out;
}

static bool put_scope(struct call *c, const struct fund *f, const struct scope *s, struct date on,
                      struct errs *e)
{
    size_t n = 0;
    bool ok = true;
    CLEANUP(loans_kept_return) struct loans_lent *loans = NULL;
    if (!loans_kept_lend(c->tx, c->api->loans, f, s->first, s->last, on, &loans, e))
        return false;
    const struct open_loan **list = choose(c, loans, on, &n);
    for (size_t i = 0; ok && i < n && page_take(&c->page, key_of(c->page.order, list[i])); i++)
        ok = put_loan(c, f, list[i], on, e);
    free(list);
    return ok;
}

static bool list_open(struct call *c, struct errs *e)
{
    const struct open_query *q = c->query;
    struct date on = day_or_today(q->on);
    struct fund_rules r;
    struct scopes all;
    const struct scope *s;
    if (on.day > clock_today().day)
        return fail(e, ERR_INVALID, "on", MSG_HISTORY_FUTURE);
    if (!open_fund_area(c, PERM_REGISTRY_READ, q->region, &r, &all, e))
        return false;
    rows_begin(c);
    while ((s = page_part(&c->page, &all)))
        if (!put_scope(c, &r.fund, s, on, e))
            return false;
    page_end(c);
    return true;
}

/* --- ageing ------------------------------------------------------------------------------- */

struct age_class {
    int64_t from_day, loans;
    struct money amount, overdue;
};
struct ages {
    struct age_class list[CLASSES_MAX + 1];
    size_t n;
};

/* 0: not late; then the programme's classes. */
static void ages_begin(struct ages *a, const struct programme *p)
{
    *a = (struct ages){ .n = 1 };
    for (size_t i = 0; i < p->loan.overdue.classes.n && a->n < CLASSES_MAX; i++)
        a->list[a->n++].from_day = p->loan.overdue.classes.p[i];
}

static bool count(struct ages *a, const struct open_loan *x, struct date on, struct errs *e)
{
    size_t i = 0;
    if (x->late.fen)
        for (size_t k = 1; k < a->n; k++)
            if (days_late(x, on) >= a->list[k].from_day)
                i = k;
    a->list[i].loans++;
    return (money_add(&a->list[i].amount, x->open) && money_add(&a->list[i].overdue, x->late)) ||
           fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
}

static void put_ages(struct call *c, const struct ages *a)
{
    put_key(&c->w, "classes");
    put_list(&c->w);
    for (size_t i = 0; i < a->n; i++) {
        put_object(&c->w);
        put_member_int(&c->w, "from_day", a->list[i].from_day);
        put_member_int(&c->w, "loans", a->list[i].loans);
        put_member_money(&c->w, "amount", a->list[i].amount);
        put_member_money(&c->w, "overdue", a->list[i].overdue);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
}

static bool put_township(struct call *c, struct region_code code, const struct ages *a, struct errs *e)
{
    struct region r;
    enum found f = db_get(c->tx, &region_entity, &r, e, V(code));
    if (f == FAILED)
        return false;
    put_object(&c->w);
    put_member_region(&c->w, "region", code);
    put_member_text(&c->w, "name", f == FOUND ? r.name : (struct str){ 0 });
    put_ages(c, a);
    put_object_end(&c->w);
    return true;
}

static int by_village(const void *a, const void *b)
{
    const struct open_loan *x = a, *y = b;
    return (x->village.v > y->village.v) - (x->village.v < y->village.v);
}

static bool put_townships(struct call *c, const struct fund_rules *r, const struct scope *s, struct date on,
                          struct ages *all, struct errs *e)
{
    CLEANUP(open_loans_release) struct open_loans loans = { 0 };
    if (!open_loans_read(c->tx, &r->fund, s->first, s->last, on, &loans, e))
        return false;
    if (loans.n)
        qsort(loans.list, loans.n, sizeof *loans.list, by_village);
    for (size_t i = 0; i < loans.n;) {
        struct region_code at = region_parent(loans.list[i].village);
        struct ages a;
        ages_begin(&a, r->programme);
        for (; i < loans.n && region_parent(loans.list[i].village).v == at.v; i++)
            if (!count(&a, &loans.list[i], on, e) || !count(all, &loans.list[i], on, e))
                return false;
        if (!put_township(c, at, &a, e))
            return false;
    }
    return true;
}

static bool show_ageing(struct call *c, struct errs *e)
{
    const struct ageing_query *q = c->query;
    struct date on = day_or_today(q->on);
    struct fund_rules r;
    struct scopes s;
    struct ages all;
    if (on.day > clock_today().day)
        return fail(e, ERR_INVALID, "on", MSG_HISTORY_FUTURE);
    if (!open_fund_area(c, PERM_REGISTRY_READ, q->region, &r, &s, e))
        return false;
    ages_begin(&all, r.programme);
    put_object(&c->w);
    put_member_date(&c->w, "as_of", on);
    put_key(&c->w, "townships");
    put_list(&c->w);
    for (size_t i = 0; i < s.n; i++)
        if (!put_townships(c, &r, &s.list[i], on, &all, e))
            return false;
    put_list_end(&c->w);
    put_ages(c, &all);
    put_object_end(&c->w);
    return true;
}

/* --- where the money went ----------------------------------------------------------------- */

/* Which lines are which way; a pay-out that failed came back. */
static const struct way {
    const char *key;
    int64_t account, voucher;
    int sign;
} ways[] = {
    { "to_township", ACCOUNT_TRANSIT, VOUCHER_TO_TOWNSHIP, 1 },
    { "to_households", ACCOUNT_LOANS, VOUCHER_PAYOUT, 1 },
    { "to_households", ACCOUNT_LOANS, VOUCHER_PAYOUT_FAILED, 1 },
    { "collected", ACCOUNT_TRANSIT, VOUCHER_REPAYMENT, 1 },
    { "collected", ACCOUNT_TRANSIT, VOUCHER_RECOVERY, 1 },
    { "direct", ACCOUNT_SPECIAL, VOUCHER_REPAYMENT, 1 },
    { "direct", ACCOUNT_SPECIAL, VOUCHER_RECOVERY, 1 },
    { "given_back", ACCOUNT_OVERPAID, VOUCHER_GIVE_BACK, 1 },
    { "remitted", ACCOUNT_TRANSIT, VOUCHER_REMITTANCE, -1 },
    { "written_off", ACCOUNT_LOANS, VOUCHER_WRITE_OFF, -1 },
};
static const char *const flow_names[] = { "to_township", "to_households", "collected",  "direct",
                                          "given_back",  "remitted",      "written_off" };
struct flow {
    struct region_code township;
    struct money sums[N_ELEMS(flow_names)];
};

static bool take_flow(struct flow *f, int64_t account, int64_t voucher, int64_t fen, struct errs *e)
{
    for (size_t i = 0; i < N_ELEMS(ways); i++)
        for (size_t k = 0; k < N_ELEMS(flow_names); k++)
            if (ways[i].account == account && ways[i].voucher == voucher &&
                !strcmp(ways[i].key, flow_names[k]) &&
                !money_add(&f->sums[k], (struct money){ ways[i].sign * fen }))
                return fail(e, ERR_INTERNAL, NULL, MSG_LEDGER_TOO_MANY);
    return true;
}

static bool put_flow(struct call *c, const struct flow *f, struct errs *e)
{
    struct region r;
    enum found found = f->township.v ? db_get(c->tx, &region_entity, &r, e, V(f->township)) : NONE;
    put_object(&c->w);
    put_member_region(&c->w, "region", f->township);
    put_member_text(&c->w, "name", found == FOUND ? r.name : (struct str){ 0 });
    for (size_t k = 0; k < N_ELEMS(flow_names); k++)
        put_member_money(&c->w, flow_names[k], f->sums[k]);
    put_object_end(&c->w);
    return found != FAILED;
}

/* A contract's lines name its township, those of some archives the village. */
static struct region_code township_of(int64_t region)
{
    struct region_code r = { region };
    return region_level(r) == VILLAGE ? region_parent(r) : r;
}

static bool put_flows(struct call *c, const struct fund *f, const struct scope *s, struct flow *all,
                      struct errs *e)
{
    const struct flows_query *q = c->query;
    struct flow one = { 0 };
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(c->tx, &r,
                  SQL(STMT_KEY,
                      "SELECT l.region, a.kind, COALESCE(b.kind, v.kind), CAST(sum(l.amount) AS bigint) FROM "
                      "fund_account a JOIN voucher_line l ON l.county = $1 AND l.account_id = a.id JOIN "
                      "voucher v ON v.county = $1 AND v.id = l.voucher_id LEFT JOIN voucher b ON b.county = "
                      "$1 AND b.id = v.reverses WHERE a.county = $1 AND a.fund_id = $2 AND a.kind IN (1001, "
                      "1002, 1101, 2001) AND l.entry_date BETWEEN $5 AND $6 AND l.region BETWEEN $3 AND $4 "
                      "GROUP BY l.region, a.kind, COALESCE(b.kind, v.kind) ORDER BY l.region"),
                  e, V(f->county), V(f->id), V(s->first), V(s->last),
                  V((int64_t)(q->from.set ? q->from.v.day : INT32_MIN)), V(day_or_today(q->to))))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        struct region_code at = township_of(rows_int(&r, 0));
        if (at.v != one.township.v && one.township.v && !put_flow(c, &one, e))
            return false;
        if (at.v != one.township.v)
            one = (struct flow){ .township = at };
        if (!take_flow(&one, rows_int(&r, 1), rows_int(&r, 2), rows_int(&r, 3), e) ||
            !take_flow(all, rows_int(&r, 1), rows_int(&r, 2), rows_int(&r, 3), e))
            return false;
    }
    return found == NONE && (!one.township.v || put_flow(c, &one, e));
}

static bool show_flows(struct call *c, struct errs *e)
{
    const struct flows_query *q = c->query;
    struct flow all = { 0 };
    struct fund_rules r;
    struct scopes s;
    if (!open_fund_area(c, PERM_LEDGER_READ, q->region, &r, &s, e))
        return false;
    put_object(&c->w);
    put_key(&c->w, "townships");
    put_list(&c->w);
    for (size_t i = 0; i < s.n; i++)
        if (!put_flows(c, &r.fund, &s.list[i], &all, e))
            return false;
    put_list_end(&c->w);
    put_key(&c->w, "all");
    if (!put_flow(c, &all, e))
        return false;
    put_object_end(&c->w);
    return true;
}

/* --- repayments by file ------------------------------------------------------------------- */

struct repaying_job {
    const char *rejects;
    struct repay_file_options o;
    struct repay_file file;
};

static void file_progress(void *ctx, size_t done, size_t all)
{
    job_progress(ctx, (int64_t)done, (int64_t)all);
}

static bool write_rejects(const struct job_run *run, const struct repaying_job *x, struct errs *e)
{
    CLEANUP(new_file_drop) struct new_file file = { .fd = -1 };
    CLEANUP(buf_release) struct buf b = BUF(REPAY_REJECTS_BYTES_MAX);
    repay_file_rejects(&x->file, run->lang, &b, run->a);
    if (!new_file_open(&file, x->rejects, true, e))
        return false;
    if (b.full || !write_all(file.fd, buf_str(&b)))
        return fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(x->rejects), A(strerror(errno)));
    return new_file_keep(&file, e);
}

static bool do_repay_file(struct job_run *run, struct json_out *w, struct errs *e)
{
    struct repaying_job *x = run->ctx;
    struct repay_file_result r = { 0 };
    x->o.stop = run->stop;
    x->o.progress = file_progress;
    x->o.ctx = run;
    bool ok = repay_file_take(run->st, &run->who, run->codes, &x->o, &x->file, &r, e);
    if (ok && r.refused)
        ok = write_rejects(run, x, e);
    put_member_int(w, "rows", r.rows);
    put_member_int(w, "taken", r.taken);
    put_member_int(w, "known", r.known);
    put_member_int(w, "refused", r.refused);
    put_member_money(w, "amount", r.amount);
    put_member_money(w, "overpaid", r.overpaid);
    repay_file_put_refused(&x->file, w);
    return ok;
}

static bool read_upload(struct call *c, const struct job_run *run, struct repay_file *out, struct errs *e)
{
    enum { MEGABYTE = 1 << 20 };
    const struct repay_file_query *q = c->query;
    CLEANUP(buf_release) struct buf own = BUF(2 * REPAY_FILE_BYTES_MAX);
    struct str text = c->rq->body;
    struct errs why = { .a = run->a, .lang = e->lang };
    if (!xlsx_is(text) && !encoding_fits(text, arena_str(run->a, q->name).p, e))
        return false;
    bool is_book = xlsx_is(text), whole = !is_book || xlsx_to_csv(text, &own);
    text = is_book ? buf_str(&own) : to_utf8(text, encoding_detect(text), &own);
    if (own.full || !whole)
        return fail(e, ERR_INVALID, NULL, MSG_REPAY_FILE_OPEN, A(q->name),
                    A((int64_t)(REPAY_FILE_BYTES_MAX / MEGABYTE)));
    bool ok = repay_file_read(arena_str(run->a, text), run->codes, clock_today(), out, &why);
    errs_append(e, &why); /* the job's memory ends with it */
    return ok;
}

/* Files are of a township at least; who has but a village takes receipts one by one. */
static bool may_bring_files(struct call *c, int64_t county, struct errs *e)
{
    enum { SPANS_MAX = 64, VILLAGES_OF_A_TOWNSHIP = 1000 };
    struct span spans[SPANS_MAX], in;
    size_t n = actor_spans(&c->who, PERM_FUND_REPAY, spans, SPANS_MAX);
    region_span(county_region(county), &in.first, &in.last);
    for (size_t i = 0; i < n; i++) {
        int64_t first = spans[i].first > in.first ? spans[i].first : in.first;
        int64_t last = spans[i].last < in.last ? spans[i].last : in.last;
        if (last - first + 1 >= VILLAGES_OF_A_TOWNSHIP)
            return true;
    }
    return need_county(c, PERM_FUND_REPAY, county, e);
}

/* Each row is looked at on its own: one of another area is refused like one that is not there. */
static bool repay_by_file(struct call *c, struct errs *e)
{
    const struct at_county *at = c->path;
    const struct repay_file_query *q = c->query;
    struct job job;
    if (!may_bring_files(c, at->county, e))
        return false;
    if (!c->rq->body.n)
        return fail(e, ERR_INVALID, NULL, MSG_API_EMPTY);
    struct job_run *run = job_prepare(c, sizeof(struct repaying_job), e);
    if (!run)
        return false;
    struct repaying_job *x = run->ctx;
    x->o = (struct repay_file_options){ .county = at->county,
                                        .today = clock_today(),
                                        .name = arena_str(run->a, q->name),
                                        .collector = q->collector.p ? arena_str(run->a, q->collector)
                                                                    : (struct str){ 0 },
                                        .to_special = q->to_account };
    x->rejects = job_path(run->folder, run->id, "rejects.csv", run->a);
    unlink(x->rejects); /* a restored database may have used the number before */
    if (!read_upload(c, run, &x->file, e)) {
        job_drop(run);
        return false;
    }
    if (!job_start(c, run, "repayments", q->name, do_repay_file, &job, e))
        return false;
    put_job_started(c, &job);
    return true;
}

// clang-format off
#define FUND "/api/v1/funds/{county}/{code}"
#define OBJECT(n) { .name = n, .type = "object" }
#define OBJECTS(n) { .name = n, .type = "object", .list = true }
static const struct answer_part open_parts[] = {
    NUMBER_PART("county"), NUMBER_PART("contract_id"), TEXT_PART("number"), TEXT_PART("project"), NUMBER_PART("period"), NUMBER_PART("household_id"), TEXT_PART("hh_no"), TEXT_PART("borrower"),
    TEXT_PART("village"), TEXT_PART("lent"), TEXT_PART("outstanding"), TEXT_PART("due_on"), TEXT_PART("ends_on"), TEXT_PART("late"), NUMBER_PART("days_late"), TEXT_PART("late_since"), { 0 } };
static const struct answer_part ageing_parts[] = { TEXT_PART("as_of"), OBJECTS("townships"), OBJECTS("classes"), { 0 } };
static const struct answer_part flow_parts[] = { OBJECTS("townships"), OBJECT("all"), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = FUND "/open-loans", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &fund_at, .query = &open_query, .orders = open_orders, .run = list_open, .list = true, .parts = open_parts,
      .doc = { "在贷的借款，最久逾期的在前，其后按到期日；可筛选逾期天数、到期日", "Open loans, the longest overdue first, then by due day; filters by days late and due day" } },
    { .method = "GET", .pattern = FUND "/ageing", .perm = PERM_REGISTRY_READ, .flags = ROUTE_KEPT, .path = &fund_at, .query = &ageing_query, .run = show_ageing, .parts = ageing_parts,
      .doc = { "账龄，按项目规定的逾期天数分段，各乡镇和合计", "Ageing in the programme's classes, by township and in all" } },
    { .method = "GET", .pattern = FUND "/flows", .perm = PERM_LEDGER_READ, .flags = ROUTE_KEPT, .path = &fund_at, .query = &flows_query, .run = show_flows, .parts = flow_parts,
      .doc = { "资金流向：专户、乡镇、农户之间，各乡镇和合计", "Where the money went between special account, townships and households" } },
    { .method = "POST", .pattern = "/api/v1/repayments/{county}/files", .perm = PERM_FUND_REPAY, .tx = ROUTE_OWN, .flags = ROUTE_BYTES | ROUTE_PERSONAL, .path = &at_county, .query = &repay_file_query, .body_max = REPAY_FILE_BYTES_MAX, .run = repay_by_file, .parts = job_parts, .status = 202, .answer = &job_entity,
      .doc = { "按文件（CSV、XLSX）登记还款；返回任务，被拒绝的行连同原因是它的文件 rejects；同一文件再来一次什么也不变", "Record repayments by file, CSV or XLSX; the answer is a job whose file rejects has the refused rows with reasons; the same file again changes nothing" } },
};
// clang-format on
const struct route_table open_loan_routes = { { "在贷、账龄和资金流向", "Open loans, ageing and flows" },
                                              routes,
                                              N_ELEMS(routes) };
