/* fund.c - a loan fund to measure with, and single repayments into it.
 *
 *   fund regions COUNTIES                    regions.csv, to be imported first
 *   fund prepare DB LOANS COUNTIES           so many loans of 10,000.00 yuan; of a thousand, 384 fall due within
 *                                            a month and have no notice yet, 100 are late
 *   fund repay DB THREADS SECONDS COUNTIES LOANS
 *                                            clerks of the counties, one thread each, take one repayment after
 *                                            the other, each its own request: "RATE P50 P99", a second and µs
 *   fund book LOANS COUNTIES ROWS FIRST      a file for `bangfu repay --file`, on standard output: that many rows
 *                                            of the first county, from the loan FIRST on
 *   fund list LOANS COUNTIES                 county and number of each loan, for the other side
 *
 * A repayment here is what the command and the server do: the contract is looked up within the clerk's area,
 * the programme's rules are applied, and voucher, lines, balances, counters, repayment and audit row are one
 * act. */
#include "access/site.h"
#include "app/modules.h"
#include "base/clock.h"
#include "fund/repay.h"
#include "registry/code_book.h"
#include "registry/region.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum {
    FIRST_COUNTY = 350603,
    LOAN_FEN = 1000000,
    PAID_OUT_AGO = 100,
    TERM_DAYS = 365,
    LATENCIES_MAX = 1 << 22
};

static void stop_unless(bool ok, const struct errs *e)
{
    if (ok)
        return;
    fprintf(stderr, "fund: %s\n", e->bad.first ? e->bad.first->text : "something went wrong");
    exit(1);
}

struct bench {
    struct arena a;
    struct errs e;
    struct store *st;
    struct actor who;
    struct code_book codes;
    int64_t loans, counties;
    int64_t county; /* at hand */
};

static const char *number_of(struct arena *a, int64_t loan)
{
    return arena_printf(a, "XF-%08lld", (long long)loan);
}

static int64_t county_of(const struct bench *b, int64_t loan)
{
    return FIRST_COUNTY + loan % b->counties;
}

static struct region_code village_of(int64_t county)
{
    return (struct region_code){ county * 1000000 + 100201 };
}

static bool read_who(struct tx *tx, void *ctx, struct errs *e)
{
    struct bench *b = ctx;
    return actor_open(tx, "admin", "bench", &b->who, e) && codes_read(tx, &b->codes, &b->a, e);
}

static void open_store(struct bench *b, const char *url)
{
    struct store_options o = { .url = url, .schema = &app_schema };
    b->e = (struct errs){ .a = &b->a, .lang = EN };
    b->st = store_open(&o, &b->e);
    stop_unless(b->st != NULL, &b->e);
    stop_unless(site_unlock(b->st, seal_key_path(NULL, url, &b->a), false, &b->e), &b->e);
    stop_unless(store_run(b->st, TX_READ, 0, read_who, b, &b->e), &b->e);
}

/* --- a fund that has lent ---------------------------------------------------------------------- */

static struct contract loan_of(const struct bench *b, const struct fund *f, int64_t loan, struct arena *a)
{
    struct date today = clock_today(), out = { today.day - PAID_OUT_AGO }, due = { today.day };
    enum { SOON = 384, LATE = 484, OF = 1000 };
    int64_t at = loan % OF;
    due.day += (int32_t)(at < SOON ? loan % 29 : at < LATE ? -1 - loan % 99 : loan % 300 + 40);
    return (struct contract){ .county = b->county,
                              .fund_id = f->id,
                              .programme = STR("xingfu"),
                              .layer = { LAYER_HOUSEHOLD, true },
                              .number = str_of(number_of(a, loan)),
                              .period_no = { 1, true },
                              .household_id = { loan + 1, true },
                              .borrower_id = { loan + 1, true },
                              .village = village_of(b->county),
                              .project = STR("养牛"),
                              .amount = { { LOAN_FEN }, true },
                              .rate = STR("0"),
                              .method = { METHOD_BULLET + 1, true },
                              .signed_on = { out, true },
                              .paid_out_on = { out, true },
                              .due_on = { due, true },
                              .ends_on = { due, true },
                              .round = { 1, true },
                              .lender = STR("区项目办") };
}

static bool post(struct ledger_bulk *l, const struct bench *b, const struct fund *f, const struct contract *c,
                 int64_t fen, struct errs *e)
{
    const struct posting_line lines[] = {
        { .kind = c ? ACCOUNT_LOANS : ACCOUNT_SPECIAL,
          .amount = { fen },
          .source = { FUND_SOURCE_POOL, true },
          .contract_id = { c ? c->id : 0, c != NULL },
          .region = village_of(b->county),
          .name = c ? c->number : (struct str){ 0 } },
        { .kind = c ? ACCOUNT_SPECIAL : ACCOUNT_CAPITAL,
          .amount = { -fen },
          .source = { c ? FUND_SOURCE_POOL : 12, true } },
    };
    const struct date on = { clock_today().day - PAID_OUT_AGO };
    const struct posting p = { .county = b->county,
                               .fund_id = f->id,
                               .entry_date = on,
                               .value_date = on,
                               .kind = c ? VOUCHER_PAYOUT : VOUCHER_CAPITAL_IN,
                               .purpose = STR("发放借款"),
                               .lines = lines,
                               .n = N_ELEMS(lines) };
    struct voucher v;
    return ledger_bulk_post(l, &p, &v, e);
}

static bool lend_all(struct bench *b, struct act *act, const struct fund *f, struct ledger_bulk *l,
                     struct errs *e)
{
    CLEANUP(bulk_closep) struct bulk *contracts = bulk_open(act->tx, &contract_entity);
    CLEANUP(bulk_closep) struct bulk *terms = bulk_open(act->tx, &contract_terms_entity);
    struct arena a = { 0 };
    bool ok = true;
    for (int64_t i = b->county - FIRST_COUNTY; ok && i < b->loans; i += b->counties) {
        struct contract c = loan_of(b, f, i, &a);
        struct contract_terms t = { .county = b->county,
                                    .version = 1,
                                    .revision = 1,
                                    .term_months = { 12, true },
                                    .drafted_on = { c.paid_out_on.v.day },
                                    .drafted_by = STR("admin") };
        ok = db_id(act->tx, &c.id, e);
        t.contract_id = c.id;
        ok = ok && bulk_add(contracts, &c, e) && bulk_add(terms, &t, e) && post(l, b, f, &c, LOAN_FEN, e);
        arena_reset(&a);
    }
    arena_free(&a);
    return ok && bulk_flush(contracts, e) && bulk_flush(terms, e);
}

static bool prepare_county(struct tx *tx, void *ctx, struct errs *e)
{
    struct bench *b = ctx;
    CLEANUP(act_release) struct act act;
    struct fund f = {
        .county = b->county, .code = STR("XF"), .name = STR("幸福工程"), .programme = STR("xingfu")
    };
    act_begin(&act, tx, &b->who, "bench", (struct str){ 0 }, e->a);
    f.opened_on = (struct date){ clock_today().day - PAID_OUT_AGO };
    if (!fund_add(&act, &f, e))
        return false;
    CLEANUP(ledger_bulk_closep) struct ledger_bulk *l = ledger_bulk_open(&act, b->county, e);
    return l && post(l, b, &f, NULL, (b->loans / b->counties + 1000) * LOAN_FEN, e) &&
           lend_all(b, &act, &f, l, e) && ledger_bulk_finish(l, e) && act_end(&act, NULL, e);
}

static void prepare(struct bench *b)
{
    for (int64_t i = 0; i < b->counties; i++) {
        b->county = FIRST_COUNTY + i;
        stop_unless(store_run(b->st, TX_WRITE, b->county, prepare_county, b, &b->e), &b->e);
    }
}

/* --- a long journal --------------------------------------------------------------------------------- */

static bool post_all(struct tx *tx, void *ctx, struct errs *e)
{
    struct bench *b = ctx;
    struct fund f;
    struct list loans;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &b->who, "bench", (struct str){ 0 }, e->a);
    if (fund_by_code(tx, b->county, STR("XF"), &f, e) != FOUND ||
        !db_list(tx,
                 SQL_OF(STMT_KEY, &contract_entity,
                        "SELECT {*} FROM contract WHERE county = $1 ORDER BY id LIMIT 10000"),
                 &loans, e->a, e, V(b->county)))
        return false;
    CLEANUP(ledger_bulk_closep) struct ledger_bulk *l = ledger_bulk_open(&act, b->county, e);
    const struct contract *c = loans.rows;
    for (int64_t i = 0; l && i < b->loans; i++)
        if (!post(l, b, &f, &c[(size_t)i % loans.n], 1 + i % 100, e))
            return false;
    return l && ledger_bulk_finish(l, e) && act_end(&act, NULL, e);
}

/* --- single repayments --------------------------------------------------------------------------- */

static atomic_bool over;

struct clerk {
    struct bench *b;
    struct actor who;
    struct grant grant;
    uint64_t seed;
    int64_t no, loan, done;
    uint32_t *us;
    pthread_t thread;
};

static uint64_t roll(uint64_t *seed, uint64_t sides)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % sides;
}

static bool take_one(struct tx *tx, void *ctx, struct errs *e)
{
    struct clerk *k = ctx;
    struct contract c;
    struct repay_result r;
    struct str number = str_of(number_of(e->a, k->loan));
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &k->who, "repay.add", number, e->a);
    struct lending l = { .act = &act, .codes = &k->b->codes, .today = clock_today() };
    const struct repay_request q = { .amount = { 100 },
                                     .on = l.today,
                                     .value_date = l.today,
                                     .payer_kind = { PAYER_BORROWER, true },
                                     .payer = STR("陈燕"),
                                     .collector = STR("李干事") };
    return contract_find(tx, &k->who, PERM_FUND_REPAY, number, &c, e) && repay_take(&l, &c, &q, &r, e) &&
           act_end(&act, NULL, e);
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void *work(void *ctx)
{
    struct clerk *k = ctx;
    const struct bench *b = k->b;
    struct arena a = { 0 };
    int64_t county = k->no % b->counties;
    k->grant =
        (struct grant){ UINT64_MAX,
                        { (FIRST_COUNTY + county) * 1000000, (FIRST_COUNTY + county) * 1000000 + 999999 } };
    k->who = (struct actor){ b->who.user_id, b->who.login, "bench", &k->grant, 1 };
    while (!atomic_load(&over)) {
        struct errs e = { .a = &a, .lang = EN };
        k->loan = county + (int64_t)roll(&k->seed, (uint64_t)(b->loans / b->counties)) * b->counties;
        int64_t from = now_us();
        stop_unless(store_run(b->st, TX_WRITE, FIRST_COUNTY + county, take_one, k, &e), &e);
        if (k->done < LATENCIES_MAX)
            k->us[k->done] = (uint32_t)(now_us() - from);
        k->done++;
        arena_reset(&a);
    }
    arena_free(&a);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void repay(struct bench *b, int threads, int seconds)
{
    struct clerk *k = xcalloc((size_t)threads, sizeof *k);
    int64_t from = now_us(), n = 0;
    for (int i = 0; i < threads; i++) {
        k[i] = (struct clerk){ .b = b, .seed = (uint64_t)from + (uint64_t)i * 977, .no = i };
        k[i].us = xcalloc(LATENCIES_MAX / (size_t)threads + 1, sizeof *k[i].us);
        pthread_create(&k[i].thread, NULL, work, &k[i]);
    }
    nanosleep(&(struct timespec){ .tv_sec = seconds }, NULL);
    atomic_store(&over, true);
    for (int i = 0; i < threads; i++) {
        pthread_join(k[i].thread, NULL);
        n += k[i].done;
    }
    int64_t took = now_us() - from;
    uint32_t *all = xcalloc((size_t)n + 1, sizeof *all);
    size_t at = 0;
    for (int i = 0; i < threads; i++) {
        memcpy(all + at, k[i].us, (size_t)k[i].done * sizeof *all);
        at += (size_t)k[i].done;
        free(k[i].us);
    }
    qsort(all, at, sizeof *all, by_size);
    printf("%lld %u %u\n", (long long)(n * 1000000 / took), at ? all[at / 2] : 0,
           at ? all[at * 99 / 100] : 0);
    free(all);
    free(k);
}

/* --- files ------------------------------------------------------------------------------------- */

static void regions(int64_t counties)
{
    puts("区划代码,名称,级别\n350000000000,某省,省\n350600000000,某市,市");
    for (int64_t c = FIRST_COUNTY; c < FIRST_COUNTY + counties; c++)
        printf("%lld000000,县%lld,县\n%lld100000,乡%lld,乡镇\n%lld100201,村%lld,村\n", (long long)c,
               (long long)c, (long long)c, (long long)c, (long long)c, (long long)c);
}

static void book(const struct bench *b, int64_t rows, int64_t first)
{
    struct arena a = { 0 };
    puts("合同编号,还款日期,金额,付款人,收据号");
    for (int64_t i = 0; i < rows; i++) {
        struct date on = { clock_today().day - 1 };
        struct civil day = date_civil(on);
        int64_t loan = (first + i) % (b->loans / b->counties) * b->counties;
        printf("%s,%04d-%02d-%02d,%lld.00,陈燕,S%08lld\n", number_of(&a, loan), day.year, day.month, day.day,
               (long long)(1 + i % 9), (long long)(first + i));
        arena_reset(&a);
    }
    arena_free(&a);
}

static void list(const struct bench *b)
{
    struct arena a = { 0 };
    for (int64_t i = 0; i < b->loans; i++)
        printf("%lld,%s\n", (long long)county_of(b, i), number_of(&a, i));
    arena_free(&a);
}

static int64_t number(const char *s)
{
    int64_t v = 0;
    str_int(str_of(s), &v);
    return v;
}

int main(int argc, char **argv)
{
    struct bench b = { 0 };
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "regions") && argc == 3) {
        regions(number(argv[2]));
    } else if (!strcmp(what, "prepare") && argc == 5) {
        b.loans = number(argv[3]);
        b.counties = number(argv[4]);
        open_store(&b, argv[2]);
        prepare(&b);
    } else if (!strcmp(what, "post") && argc == 4) {
        b.loans = number(argv[3]);
        b.county = FIRST_COUNTY;
        open_store(&b, argv[2]);
        stop_unless(store_run(b.st, TX_WRITE, b.county, post_all, &b, &b.e), &b.e);
    } else if (!strcmp(what, "repay") && argc == 7) {
        b.counties = number(argv[5]);
        b.loans = number(argv[6]);
        open_store(&b, argv[2]);
        repay(&b, (int)number(argv[3]), (int)number(argv[4]));
    } else if (!strcmp(what, "book") && argc == 6) {
        b.loans = number(argv[2]);
        b.counties = number(argv[3]);
        book(&b, number(argv[4]), number(argv[5]));
    } else if (!strcmp(what, "list") && argc == 4) {
        b.loans = number(argv[2]);
        b.counties = number(argv[3]);
        list(&b);
    } else {
        return 2;
    }
    store_close(b.st);
    arena_free(&b.a);
    return 0;
}
