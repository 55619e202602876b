/* demo_history.c - the files of a fund as an office would send them in: what was given, 24 periods, their
 * loans, what came back, who was visited.
 *
 * Days and amounts of periods and sources are those that report S000 gives; who borrowed how much is
 * invented, such that the special account is never overdrawn. */
#include "cli/demo.h"

#include "base/clock.h"
#include "base/new_file.h"
#include "base/value.h"
#include "registry/person.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The last period began so many days before today; the others, and what was given, so many before that. */
enum { LAST_PERIOD = 700, LONG_TERM_FROM = 18, BIG_LOANS_FROM = 21, STILL_OWED_FROM = 20 };
enum { RESERVE = 20000, SMALLEST = 3500, STEP = 500, STEPS = 18, BIG = 20000, OUT_MAX = 4 << 20 };
enum { MOTHERS_MAX = 4000, LOANS_MAX = 4000 };

static const struct {
    int before, planned;
} periods[] = {
    { 4983, 157000 }, { 4811, 138000 }, { 4390, 329000 }, { 4199, 156000 }, { 4024, 304000 },
    { 3655, 443000 }, { 3448, 211000 }, { 3291, 157000 }, { 2898, 559000 }, { 2690, 265000 },
    { 2532, 476000 }, { 2164, 674000 }, { 1952, 320000 }, { 1797, 562000 }, { 1548, 435000 },
    { 1402, 562000 }, { 1191, 267000 }, { 1026, 130000 }, { 930, 130000 },  { 840, 360000 },
    { 684, 360000 },  { 456, 340000 },  { 294, 400000 },  { 0, 480000 },
};
static const struct {
    int before, yuan;
    const char *source;
} sources[] = {
    { 5000, 150000, "省级" },           { 4993, 150000, "区县配套" },
    { 4867, 120000, "市级" },           { 4651, 98400, "干部职工捐款" },
    { 4405, 108700, "社会抚养费划拨" }, { 4040, 109600, "社会抚养费划拨" },
    { 3675, 108800, "社会抚养费划拨" }, { 3309, 108400, "社会抚养费划拨" },
    { 2944, 111600, "干部职工捐款" },   { 2579, 108200, "社会抚养费划拨" },
    { 2214, 110600, "社会抚养费划拨" }, { 1848, 107200, "社会抚养费划拨" },
    { 1483, 114200, "干部职工捐款" },   { 1118, 110700, "社会抚养费划拨" },
    { 753, 109600, "社会抚养费划拨" },  { 387, 109600, "社会抚养费划拨" },
};
static const char *const projects[] = { "种植水仙花", "养鸡", "养鸭",     "养猪",       "食用菌",
                                        "种植蔬菜",   "养蜂", "水产养殖", "加工豆制品", "运输" };
static const char *const cadres[] = { "何琴", "刘辉", "余文", "郑海", "蔡明", "曾勇", "杨青", "卢平" };
static const char *const notes[] = { "项目进展正常，按计划投产", "饲料涨价，收益比预计略低",
                                     "已见效益，准备扩大生产",   "雨水偏多，产量受影响",
                                     "家中有人患病，进度放慢",   "按时还款没有困难" };

struct mother {
    struct str hh_no, name;
    struct region_code village;
};
struct payment {
    struct date on;
    int yuan;
};
struct archive {
    struct cli *c;
    struct arena *a;
    struct date today, last;
    uint64_t chance;
    struct mother *mothers;
    size_t mothers_n, next;
    struct payment *paid; /* back */
    size_t paid_n;
    int64_t lent;
    struct buf sources, periods, loans, repayments, visits;
};

/* --- chance, days, amounts ------------------------------------------------------------- */

static int below(struct archive *v, int n)
{
    v->chance = v->chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)(((v->chance >> 33) * (uint64_t)n) >> 31);
}
static struct date before(struct date d, int days)
{
    return (struct date){ d.day - days };
}
static void put_date(struct buf *b, struct date d)
{
    date_print(b, d);
    buf_addc(b, ',');
}

static int64_t balance_on(const struct archive *v, struct date day)
{
    int64_t yuan = -v->lent;
    for (size_t i = 0; i < N_ELEMS(sources); i++)
        if (v->last.day - sources[i].before <= day.day)
            yuan += sources[i].yuan;
    for (size_t i = 0; i < v->paid_n; i++)
        if (v->paid[i].on.day <= day.day)
            yuan += v->paid[i].yuan;
    return yuan;
}

/* --- rows ------------------------------------------------------------------------------ */

static void put_sources(struct archive *v)
{
    buf_adds(&v->sources, "项目,日期,资金来源,金额,凭证号,摘要\r\n");
    for (size_t i = 0; i < N_ELEMS(sources); i++) {
        buf_adds(&v->sources, "xingfu,");
        put_date(&v->sources, before(v->last, sources[i].before));
        buf_addf(&v->sources, "%s,%d.00,S%04d,%s\r\n", sources[i].source, sources[i].yuan, (int)i + 1,
                 sources[i].source);
    }
}

static void put_visit(struct archive *v, const struct mother *m, struct date on)
{
    if (on.day >= v->today.day)
        return;
    buf_add(&v->visits, m->hh_no);
    buf_addc(&v->visits, ',');
    put_date(&v->visits, on);
    const char *who = cadres[below(v, N_ELEMS(cadres))];
    buf_addf(&v->visits, "%s,跟踪督查,%s\r\n", who, notes[below(v, N_ELEMS(notes))]);
}

static void put_repayment(struct archive *v, struct str number, const struct mother *m, struct date on,
                          int yuan)
{
    if (on.day >= v->today.day)
        return;
    v->paid[v->paid_n++] = (struct payment){ on, yuan };
    buf_add(&v->repayments, number);
    buf_addc(&v->repayments, ',');
    put_date(&v->repayments, on);
    buf_addf(&v->repayments, "%d.00,H%05zu,%.*s\r\n", yuan, v->paid_n, (int)m->name.n, m->name.p);
}

/* Most pay when it is due, some in two parts, some late, and of the last periods some not yet. */
static void pay_back(struct archive *v, int period, struct str number, const struct mother *m,
                     struct date due, int yuan)
{
    int fate = below(v, 24), early = below(v, 30);
    if (period >= STILL_OWED_FROM && fate == 0)
        return;
    if (period >= STILL_OWED_FROM && fate == 1) {
        put_repayment(v, number, m, before(due, early), yuan / 2);
    } else if (fate == 2) {
        put_repayment(v, number, m, before(due, -20 - early), yuan);
    } else if (fate < 7) {
        put_repayment(v, number, m, before(due, 100 + early), yuan / 2);
        put_repayment(v, number, m, before(due, early), yuan - yuan / 2);
    } else {
        put_repayment(v, number, m, before(due, early), yuan);
    }
}

static void put_loan(struct archive *v, int period, int serial, struct date on, int yuan)
{
    const struct mother *m = &v->mothers[v->next++ % v->mothers_n];
    struct date due = date_add_months(on, period < LONG_TERM_FROM ? 12 : 24);
    struct str number =
        str_of(arena_printf(v->a, "XF-%lld-%03d-%04d", (long long)(m->village.v / 1000), period, serial));
    buf_addf(&v->loans, "%s,xingfu,%d,%.*s,%.*s,%d.00,", number.p, period, (int)m->hh_no.n, m->hh_no.p,
             (int)m->name.n, m->name.p, yuan);
    put_date(&v->loans, on);
    put_date(&v->loans, due);
    const char *project = projects[below(v, N_ELEMS(projects))];
    buf_addf(&v->loans, "%s,村干部担保,%s\r\n", project, cadres[below(v, N_ELEMS(cadres))]);
    v->lent += yuan;
    pay_back(v, period, number, m, due, yuan);
    put_visit(v, m, before(on, -60 - below(v, 60)));
    put_visit(v, m, before(on, -200 - below(v, 100)));
}

static void put_period(struct archive *v, int no)
{
    struct date on = before(v->last, periods[no - 1].before);
    int64_t most = balance_on(v, on) - RESERVE, planned = periods[no - 1].planned;
    int64_t left = planned < most ? planned : most;
    buf_addf(&v->periods, "xingfu,%d,", no);
    put_date(&v->periods, on);
    buf_addf(&v->periods, "%lld.00,%d,第%d期\r\n", (long long)planned, no < LONG_TERM_FROM ? 12 : 24, no);
    for (int serial = 1;; serial++) {
        int yuan = no < BIG_LOANS_FROM ? SMALLEST + STEP * below(v, STEPS) : BIG;
        if (yuan > left)
            break;
        put_loan(v, no, serial, on, yuan);
        left -= yuan;
    }
}

/* --- the whole ------------------------------------------------------------------------- */

static bool read_mothers(struct tx *tx, void *ctx, struct errs *e)
{
    struct archive *v = ctx;
    enum found f = NONE;
    struct str before = { 0 };
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(tx, &r,
                  SQL(STMT_KEY, "SELECT h.hh_no, p.name, h.village FROM household h"
                                " JOIN person p ON p.county = $1 AND p.household_id = h.id"
                                " WHERE h.county = $1 AND p.sex = $2 AND p.relation IN ($3, $4)"
                                " ORDER BY h.hh_no, p.relation, p.id"),
                  e, V((int64_t)DEMO_COUNTY), V((int64_t)SEX_FEMALE), V((int64_t)RELATION_HEAD),
                  V((int64_t)RELATION_SPOUSE)))
        return false;
    while (v->mothers_n < MOTHERS_MAX && (f = rows_next(&r, e)) == FOUND) {
        struct mother m = { rows_text(&r, 0), rows_text(&r, 1), { rows_int(&r, 2) } };
        if (str_eq(m.hh_no, before))
            continue;
        m.hh_no = before = arena_str(v->a, m.hh_no);
        m.name = arena_str(v->a, m.name);
        v->mothers[v->mothers_n++] = m;
    }
    return f != FAILED;
}

static bool write_file(struct archive *v, const char *dir, const char *name, const struct buf *b)
{
    const char *path = arena_printf(v->a, "%s/%s.csv", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write_all(fd, STR("\xEF\xBB\xBF")) && write_all(fd, buf_str(b));
    if (fd >= 0)
        close(fd);
    return ok || fail(&v->c->e, ERR_UNAVAILABLE, NULL, MSG_TEMP_FOLDER, A(path), A(strerror(errno)));
}

static void fill(struct archive *v)
{
    struct mother *m = v->mothers;
    for (size_t i = v->mothers_n - 1; i > 0;
         i--) { /* neighbours do not borrow in the order of their numbers */
        size_t j = (size_t)below(v, (int)i + 1);
        struct mother other = m[i];
        m[i] = m[j];
        m[j] = other;
    }
    put_sources(v);
    buf_adds(&v->periods, "项目,期数,启动日期,计划金额,期限,说明\r\n");
    buf_adds(&v->loans,
             "编号,项目,期数,户编号,借款人姓名,金额,放款日期,到期日期,发展项目,担保方式,担保人姓名\r\n");
    buf_adds(&v->repayments, "编号,日期,金额,凭证号,付款人\r\n");
    buf_adds(&v->visits, "户编号,日期,走访人,走访类型,记录\r\n");
    for (int no = 1; no <= (int)N_ELEMS(periods); no++)
        put_period(v, no);
}

bool demo_history(struct cli *c, const char *dir)
{
    struct archive v = { .c = c,
                         .a = c->a,
                         .today = clock_today(),
                         .chance = 24,
                         .mothers = NEW_ARRAY(c->a, struct mother, MOTHERS_MAX),
                         .paid = NEW_ARRAY(c->a, struct payment, LOANS_MAX * 2),
                         .sources = BUF(OUT_MAX),
                         .periods = BUF(OUT_MAX),
                         .loans = BUF(OUT_MAX),
                         .repayments = BUF(OUT_MAX),
                         .visits = BUF(OUT_MAX) };
    const char *names[] = { "sources", "periods", "loans", "repayments", "visits" };
    struct buf *files[] = { &v.sources, &v.periods, &v.loans, &v.repayments, &v.visits };
    v.last = before(v.today, LAST_PERIOD);
    bool ok = cli_read(c, read_mothers, &v);
    if (ok && !v.mothers_n)
        ok = fail(&c->e, ERR_NOT_FOUND, NULL, MSG_DEMO_NO_FAMILIES);
    if (ok)
        fill(&v);
    for (size_t i = 0; i < N_ELEMS(files); i++) {
        ok = ok && write_file(&v, dir, names[i], files[i]);
        buf_release(files[i]);
    }
    return ok && demo_import(c, &dir, 1, dir, false);
}
