/* demo_story.c - the running period of a demonstration, as the offices worked on it.
 *
 * Every step is a command line, run as of its day by who may; words are parted by single blanks. */
#include "cli/demo.h"

#include "base/assets.h"
#include "base/clock.h"
#include "base/value.h"

#include <stdarg.h>

enum { WORDS_MAX = 40, OUT_MAX = 1 << 24, CASES_MAX = 40, VILLAGES_MAX = 64 };
enum { BY_BANK = 6, FIRST = 18, SECOND = 14 }; /* applications, in two waves */

struct demo_case {
    struct str hh_no, village, contract;
    int64_t no;
};
struct story {
    struct cli *c;
    const char *dir;
    struct date today;
    struct arena a;
    struct buf out; /* of the last step */
    struct demo_case cases[CASES_MAX];
    size_t n;
    struct str chosen[VILLAGES_MAX]; /* villages that are sites */
    size_t chosen_n;
};

const struct demo_user demo_users[] = {
    { "system", "系统管理员", "system_admin", NULL },
    { "security", "安全管理员", "security_admin", NULL },
    { "audit", "审计管理员", "audit_admin", NULL },
    { "county", "县级经办", "county_clerk", "350603000000" },
    { "county2", "县级复核", "county_clerk", "350603000000" },
    { "accountant", "资金会计", "fund_clerk", "350603000000" },
    { "checker", "资金审核", "fund_checker", "350603000000" },
    { "datown", "蓝田镇经办", "township_clerk", "350603100000" },
    { "songtown", "步文镇经办", "township_clerk", "350603101000" },
    { "village", "蓝田镇驻村信息员", "village_clerk", "350603100000" },
    { "leader", "分管领导", "leader", "350603000000" },
};
const size_t demo_users_n = N_ELEMS(demo_users);

/* --- steps ----------------------------------------------------------------------------- */

static int words_of(const char **argv, char *line)
{
    int n = 0;
    argv[n++] = "bangfu";
    for (char *word = line, *end; word && n < WORDS_MAX; word = end) {
        end = strchr(word, ' ');
        if (end)
            *end++ = 0;
        argv[n++] = word;
    }
    argv[n++] = "--json";
    return n;
}

__attribute__((format(printf, 4, 0))) static int run_line(struct story *s, int ago, const char *who,
                                                          const char *fmt, va_list args)
{
    const char *argv[WORDS_MAX + 2];
    char line[1024];
    vsnprintf(line, sizeof line, fmt, args);
    buf_clear(&s->out);
    int n = words_of(argv, arena_printf(&s->a, "%s", line));
    return cli_within(s->c, who, (struct date){ s->today.day - ago }, n, argv, &s->a, &s->out);
}

/* So many days ago `who` typed this.  What is only not complete yet is done all the same. */
__attribute__((format(printf, 4, 5))) static bool step(struct story *s, int ago, const char *who,
                                                       const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int code = run_line(s, ago, who, fmt, args);
    va_end(args);
    return code == EXIT_DONE || code == EXIT_REFUSED;
}

/* What the last step said of a member of its answer, from *at on. */
static struct str told(const struct story *s, const char *member, size_t *at)
{
    struct str all = buf_str(&s->out);
    char name[40];
    int n = snprintf(name, sizeof name, "\"%s\":", member);
    const char *p = memmem(all.p + *at, all.n - *at, name, (size_t)n);
    if (!p)
        return (struct str){ 0 };
    p += n + (p[n] == '"');
    size_t len = strcspn(p, "\",}]");
    *at = (size_t)(p - all.p) + len;
    return (struct str){ p, len };
}
static int64_t told_no(const struct story *s)
{
    size_t at = 0;
    int64_t no = 0;
    str_int(told(s, "no", &at), &no);
    return no;
}
static struct str told_text(struct story *s, const char *member)
{
    size_t at = 0;
    return arena_str(&s->a, told(s, member, &at));
}

static const char *day(struct story *s, int ago)
{
    struct buf b = BUF(16);
    date_print(&b, (struct date){ s->today.day - ago });
    const char *text = arena_str(&s->a, buf_str(&b)).p;
    buf_release(&b);
    return text;
}

static bool keep_file(struct story *s, const char *name, struct str text)
{
    return demo_file(s->c, s->dir, name, text);
}

/* --- the office ------------------------------------------------------------------------ */

static bool appoint(struct story *s)
{
    for (size_t i = 0; i < demo_users_n; i++) {
        const struct demo_user *u = &demo_users[i];
        if (!step(s, 0, "admin", "user add %s --name %s --role %s%s%s", u->login, u->name, u->role,
                  u->region ? " --region " : "", u->region ? u->region : ""))
            return false;
    }
    return true;
}

/* A site has its own copy of a programme: with the public notice, and with payment by the bank beside cash.
 */
static bool load_programme(struct story *s)
{
    static const char off[] = "enabled: false", ways[] = "ways: [meeting]";
    struct str text = { 0 };
    for (size_t i = 0; i < assets_n; i++)
        if (!strcmp(assets[i].path, "programmes/xingfu.yaml"))
            text = (struct str){ (const char *)assets[i].p, assets[i].n };
    const char *notice = text.p ? strstr(text.p, "- id: notice") : NULL;
    const char *enabled = notice ? strstr(notice, off) : NULL, *paid = text.p ? strstr(text.p, ways) : NULL;
    if (!enabled || !paid || paid > enabled)
        return fail(&s->c->e, ERR_INTERNAL, NULL, MSG_DEMO_STEP, A("programme load"), A("xingfu.yaml"));
    CLEANUP(buf_release) struct buf b = BUF(1 << 20);
    buf_add(&b, (struct str){ text.p, (size_t)(paid - text.p) });
    buf_adds(&b, "ways: [meeting, one_card]");
    paid += sizeof ways - 1;
    buf_add(&b, (struct str){ paid, (size_t)(enabled - paid) });
    buf_adds(&b, "enabled: true");
    buf_adds(&b, enabled + sizeof off - 1);
    return keep_file(s, "xingfu.yaml", buf_str(&b)) &&
           step(s, 68, "county", "programme load %s/xingfu.yaml", s->dir);
}

/* It begins with what came back; what is given to it comes later. */
static bool open_period(struct story *s)
{
    return step(s, 66, "checker",
                "fund period open xingfu 25 --starts-on %s --planned 480000 --term-months 12 --region 350603",
                day(s, 66)) &&
           step(s, 66, "county", "survey open 第25期摸底 --region 350603 --on %s --by 区项目办",
                day(s, 66)) &&
           step(s, 66, "county", "round group 第25期摸底 1 --leader 何组长 --members 张三、李四") &&
           step(s, 66, "county", "round assign 第25期摸底 350603100 --group 1 --due %s", day(s, 56)) &&
           step(s, 45, "checker",
                "fund source add xingfu 省级 200000 --date %s --document 计财25号 --region 350603",
                day(s, 45)) &&
           step(s, 45, "checker",
                "fund source add xingfu 干部职工捐款 36800 --date %s --document 捐25号 --region 350603",
                day(s, 45));
}

/* --- cases: from the application to the decision --------------------------------------- */

static struct demo_case *cases_from(struct story *s, size_t first)
{
    return s->cases + first;
}

static bool has_applied(const struct story *s, struct str hh_no)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(s->cases[i].hh_no, hh_no))
            return true;
    return false;
}

/* Whom the bank can pay. */
static bool has_account(struct story *s, int ago, struct str hh_no)
{
    return step(s, ago, "datown", "show household %s", hh_no.p) && told_text(s, "bank_account").p;
}

/* So many more households apply, those first that come first; who may not is passed over. */
static bool apply(struct story *s, int ago, size_t n)
{
    struct str candidates[200];
    size_t have = 0, at = 0;
    if (!step(s, ago, "datown", "case candidates xingfu --region 350603100 --limit 150"))
        return false;
    for (struct str hh; have < N_ELEMS(candidates) && (hh = told(s, "hh_no", &at)).p;)
        candidates[have++] = arena_str(&s->a, hh);
    static const char *const projects[] = { "养鸡", "种植水仙花", "食用菌", "养蜂" };
    for (size_t i = 0, end = s->n + n; i < have && s->n < end; i++) {
        if (has_applied(s, candidates[i]) || !has_account(s, ago, candidates[i]))
            continue;
        if (!step(s, ago, "datown", "case apply xingfu %s --period 25 --set project=%s --set amount=20000",
                  candidates[i].p, projects[i % N_ELEMS(projects)])) {
            errs_clear(&s->c->e);
            continue;
        }
        s->cases[s->n++] = (struct demo_case){ candidates[i], told_text(s, "village"), { 0 }, told_no(s) };
    }
    return s->n >= n;
}

static bool choose_sites(struct story *s, int ago, const struct demo_case *k, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (size_t j = 0; j < s->chosen_n; j++)
            known = known || str_eq(s->chosen[j], k[i].village);
        if (known)
            continue;
        s->chosen[s->chosen_n++] = k[i].village;
        if (!step(s, ago, "county", "site choose xingfu %s --reason 贫困户集中", k[i].village.p))
            return false;
    }
    return true;
}

/* Surveyed and handed in: they stand before the village. */
static bool hand_in(struct story *s, int ago, const struct demo_case *k, size_t n)
{
    if (!choose_sites(s, ago, k, n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!step(s, ago, "datown", "survey record 第25期摸底 %s --result confirmed --on %s", k[i].hh_no.p,
                  day(s, ago)) ||
            !step(s, ago, "datown", "case submit %lld", (long long)k[i].no))
            return false;
    return true;
}

static bool village_meets(struct story *s, int ago, const struct demo_case *k, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!step(s, ago, "village",
                  "case meeting xingfu --region %s --attendance 村支书、村主任、村民代表 --votes 3/0/0 "
                  "--opinion 同意上报",
                  k[i].village.p))
            return false;
        int64_t meeting = told_no(s);
        if (!step(s, ago, "village", "case decide %lld --agree --meeting %lld", (long long)k[i].no,
                  (long long)meeting) ||
            !step(s, ago, "village", "case fill %lld --set credit_opinion=诚信", (long long)k[i].no))
            return false;
    }
    return true;
}

static bool township_reviews(struct story *s, int ago, const struct demo_case *k, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!step(s, ago, "datown", "case decide %lld --agree --opinion 审核通过", (long long)k[i].no))
            return false;
    return true;
}

static bool add_papers(struct story *s, int ago, const struct demo_case *k, size_t n)
{
    static const char *const papers[] = { "application_form", "id_copy", "household_register" };
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < N_ELEMS(papers); j++) {
            const char *text =
                arena_printf(&s->a, "%%PDF-1.4 demo %s %lld %%%%EOF", papers[j], (long long)k[i].no);
            if (!keep_file(s, "paper.pdf", str_of(text)) ||
                !step(s, ago, "datown", "case documents %lld --add %s/paper.pdf --paper %s",
                      (long long)k[i].no, s->dir, papers[j]))
                return false;
        }
        if (!step(s, ago, "datown", "case submit %lld", (long long)k[i].no))
            return false;
    }
    return true;
}

static bool hand_up(struct story *s, int ago, int document)
{
    return step(s, ago, "datown", "case batch xingfu --township 350603100 --document 镇办%d号", document);
}

static bool county_decides(struct story *s, int ago, const struct demo_case *k, size_t n, int minutes)
{
    if (!step(s, ago, "county",
              "case meeting xingfu --region 350603 --attendance 主任、副主任、会计 --decision 同意 --minutes "
              "纪要%d号 "
              "--opinion 同意",
              minutes))
        return false;
    int64_t meeting = told_no(s);
    for (size_t i = 0; i < n; i++)
        if (!step(s, ago, "county", "case decide %lld --agree --meeting %lld", (long long)k[i].no,
                  (long long)meeting))
            return false;
    return true;
}

/* All that were decided on hang out together, on both boards. */
static bool notice_hangs(struct story *s, int ago, int64_t *notice)
{
    if (!step(s, ago + 1, "county",
              "case notice xingfu --region 350603 --unit 区项目办公室 --hotline 0596-1234567 --from %s",
              day(s, ago)))
        return false;
    *notice = told_no(s);
    if (!keep_file(s, "photo.pdf",
                   str_of(arena_printf(&s->a, "%%PDF-1.4 demo notice %lld %%%%EOF", (long long)*notice))) ||
        !step(s, ago, "county", "document add %s/photo.pdf --notice %lld --kind notice_posted", s->dir,
              (long long)*notice))
        return false;
    int64_t photo = told_no(s);
    for (int channel = 1; channel <= 2; channel++)
        if (!step(s, ago, "county", "notice post %lld --channel %d --document %lld", (long long)*notice,
                  channel, (long long)photo))
            return false;
    return true;
}

static bool submit(struct story *s, int ago, const char *who, const struct demo_case *k, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!step(s, ago, who, "case submit %lld", (long long)k[i].no))
            return false;
    return true;
}

/* --- money ----------------------------------------------------------------------------- */

static bool pay_township(struct story *s, int ago, int yuan)
{
    return step(
        s, ago, "accountant",
        "pay township xingfu 350603100 %d --period 25 --purpose 第25期救助款 --date %s --region 350603", yuan,
        day(s, ago));
}

static bool contract_township(struct story *s, int ago)
{
    const char *on = day(s, ago);
    return step(s, ago, "county",
                "contract township xingfu 350603100 --period 25 --amount 400000 --region 350603") &&
           step(s, ago, "county",
                "contract sign xingfu-350603100-25 --party lender --signer 张主任 --signed-on %s --sealed-on "
                "%s",
                on, on) &&
           step(s, ago, "county",
                "contract sign xingfu-350603100-25 --party township --signed-on %s --sealed-on %s", on, on);
}

/* Two of them grow narcissus bulbs until winter; all others have the period's term. */
static bool is_short(const struct story *s, const struct demo_case *k)
{
    return k == s->cases + 2 || k == s->cases + 3;
}

static bool draft(struct story *s, int ago, struct demo_case *k)
{
    if (!step(s, ago, "county",
              "contract draft xingfu %s --period 25 --amount 20000 --project %s --region 350603%s%s",
              k->hh_no.p, is_short(s, k) ? "种植水仙花" : "养鸡", is_short(s, k) ? " --due-on " : "",
              is_short(s, k) ? day(s, 12) : ""))
        return false;
    k->contract = told_text(s, "number");
    const char *cadre = k < s->cases + BY_BANK ? "林书记" : "郭主任";
    return step(s, ago, "county", "contract guarantor %s %s --kind 村干部担保 --relation 村支书",
                k->contract.p, cadre);
}

static bool sign(struct story *s, int ago, struct demo_case *k, size_t n)
{
    const char *on = day(s, ago);
    for (size_t i = 0; i < n; i++) {
        if (!draft(s, ago, &k[i]))
            return false;
        const char *no = k[i].contract.p;
        if (!step(s, ago, "county",
                  "contract sign %s --party lender --signer 张主任 --signed-on %s --sealed-on %s", no, on,
                  on) ||
            !step(s, ago, "county", "contract sign %s --party borrower --signed-on %s", no, on) ||
            !step(s, ago, "county",
                  "contract sign %s --paper application_form --party borrower --signed-on %s", no, on) ||
            !step(s, ago, "county", "contract sign %s --party guarantor --signed-on %s --sealed-on %s", no,
                  on, on))
            return false;
    }
    return true;
}

static bool pay_in_cash(struct story *s, int ago, const struct demo_case *k, size_t n)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, " --receipt %s", k[i].contract.p);
    return step(s, ago, "accountant",
                "pay meeting xingfu 350603100 --period 25 --place 镇会议室 --attendees 村两委 --lender "
                "王会计%s --date %s --region 350603",
                buf_cstr(&b), day(s, ago));
}

/* By the bank; the second of them comes back and is paid a few days later. */
static bool pay_by_file(struct story *s, int ago, size_t n)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    if (!step(s, ago, "admin",
              "pay file xingfu 350603100 --period 25 --out %s/pay.csv --why 送农信社代发 --date %s --region "
              "350603",
              s->dir, day(s, ago)))
        return false;
    int64_t no = told_no(s);
    buf_adds(&b, "No,Amount,Result,Reason,Date\n");
    for (size_t i = 1; i <= n; i++)
        buf_addf(&b, "%zu,20000,%s,%s\n", i, i == 2 ? "失败,销户" : "成功,", day(s, ago - 1));
    if (!keep_file(s, "answer.csv", buf_str(&b)) ||
        !step(s, ago - 1, "accountant", "pay return %lld %s/answer.csv", (long long)no, s->dir) ||
        !step(s, ago - 3, "admin",
              "pay file xingfu 350603100 --period 25 --out %s/pay2.csv --why 重发 --date %s --region 350603",
              s->dir, day(s, ago - 3)))
        return false;
    no = told_no(s);
    buf_clear(&b);
    buf_addf(&b, "No,Amount,Result,Date\n1,20000,paid,%s\n", day(s, ago - 4));
    return keep_file(s, "answer2.csv", buf_str(&b)) &&
           step(s, ago - 4, "accountant", "pay return %lld %s/answer2.csv", (long long)no, s->dir);
}

static bool repay(struct story *s, int ago, const struct demo_case *k, int yuan)
{
    return step(s, ago, "accountant", "repay add %s %d --collector 李干事 --date %s", k->contract.p, yuan,
                day(s, ago));
}

/* --- loans of the archive -------------------------------------------------------------- */

/* What fell due since the archive ended was paid, all but the last of each nine. */
static bool dues_are_paid(struct story *s)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    size_t at = 0, n = 0;
    struct date due;
    if (!step(s, 0, "county", "dues xingfu --kind overdue --region 350603"))
        return false;
    buf_adds(&b, "编号,金额,日期\n");
    for (struct str no; (no = told(s, "contract", &at)).p; n++) {
        struct str until = told(s, "due_on", &at), owed = told(s, "outstanding", &at);
        if (date_read(until, &due) != READ_OK || n % 9 == 8)
            continue;
        buf_addf(&b, "%.*s,%.*s,", (int)no.n, no.p, (int)owed.n, owed.p);
        date_print(&b, (struct date){ due.day - (int)n });
        buf_addc(&b, '\n');
    }
    return !n || (keep_file(s, "paid.csv", buf_str(&b)) &&
                  step(s, 0, "accountant", "repay --file %s/paid.csv --to-account --region 350603", s->dir));
}

/* One built a house with the money, which is late now; another one moves away and pays within the week. */
static bool loans_are_recalled(struct story *s)
{
    static const char misused[] = "XF-350603101-024-0008", leaves[] = "XF-350603101-024-0009";
    return step(s, 50, "songtown",
                "use add %s --found 盖房 --misused 是 --amount 15000 --finder 苏干事 --recall-by %s", misused,
                day(s, 20)) &&
           step(s, 48, "county", "loan approve 1 --document 区审1号 --region 350603") &&
           step(s, 25, "songtown", "loan recall %s --date %s --reason 全家迁往外地", leaves, day(s, -6)) &&
           step(s, 24, "county", "loan approve 2 --document 区审2号 --region 350603") &&
           step(s, 16, "songtown", "collect log %s --by 苏干事 --guarantor 村支书 --promise %s --amount 5000",
                misused, day(s, 9)) &&
           step(s, 9, "county", "remind make xingfu --region 350603");
}

/* --- the two waves of applications ----------------------------------------------------- */

/* The county decides; what the public says: one objection is dismissed, one is upheld. */
static bool first_wave(struct story *s)
{
    struct demo_case *k = cases_from(s, s->n);
    int64_t notice;
    if (!apply(s, 64, FIRST) || !hand_in(s, 63, k, FIRST) || !village_meets(s, 61, k, FIRST) ||
        !township_reviews(s, 60, k, FIRST) || !add_papers(s, 58, k, FIRST) || !hand_up(s, 57, 1) ||
        !county_decides(s, 56, k, FIRST, 1) || !notice_hangs(s, 55, &notice) ||
        !step(s, 53, "county", "objection add %lld --row 1 --by 张某 --content 家有小轿车",
              (long long)notice))
        return false;
    int64_t upheld = told_no(s);
    if (!step(s, 52, "county", "objection add %lld --row 2 --by 李某 --content 不是本村人",
              (long long)notice))
        return false;
    return step(s, 50, "county", "objection answer %lld --result dismissed --text 经查是本村人",
                (long long)told_no(s)) &&
           step(s, 49, "county", "objection answer %lld --result upheld --text 经查属实",
                (long long)upheld) &&
           submit(s, 45, "county", k, FIRST);
}

/* Lent by the bank and in cash, signed, drafted, confirmed, refused after the objection. */
static bool first_wave_is_lent(struct story *s)
{
    struct demo_case *k = cases_from(s, 0), *refused = NULL;
    for (size_t i = 0; i < FIRST; i++) {
        if (!step(s, 44, "county", "case show %lld", (long long)k[i].no))
            return false;
        if (!str_eq(told_text(s, "state"), STR("confirmed")))
            refused = &k[i];
    }
    if (!refused)
        return fail(&s->c->e, ERR_INTERNAL, NULL, MSG_DEMO_STEP, A("objection"), A("upheld"));
    struct demo_case last = *refused;
    *refused = k[FIRST - 1];
    k[FIRST - 1] = last;
    return step(s, 44, "county", "case decide %lld --refuse --opinion 异议成立", (long long)last.no) &&
           contract_township(s, 44) && sign(s, 43, k, BY_BANK) && pay_township(s, 42, BY_BANK * 20000) &&
           pay_by_file(s, 41, BY_BANK) && sign(s, 40, k + BY_BANK, 7) && draft(s, 39, &k[BY_BANK + 7]) &&
           pay_township(s, 38, 100000) && pay_in_cash(s, 36, k + BY_BANK, 5) &&
           step(s, 35, "county", "remind make xingfu --region 350603") &&
           step(s, 30, "county", "case void %lld --reason 全家迁出", (long long)k[FIRST - 2].no);
}

/* Paid back, in part, extended, late. */
static bool first_wave_pays_back(struct story *s)
{
    struct demo_case *k = cases_from(s, 0);
    return step(s, 14, "datown", "loan extend %s --months 6 --reason 因灾减收", k[2].contract.p) &&
           step(s, 13, "county", "loan approve %lld --document 区审3号 --region 350603",
                (long long)told_no(s)) &&
           repay(s, 13, &k[3], 8000) && repay(s, 12, &k[0], 20000) && repay(s, 12, &k[BY_BANK], 5000) &&
           repay(s, 11, &k[BY_BANK + 1], 20000) &&
           step(s, 10, "accountant",
                "repay remit xingfu 350603100 48000 --collector 李干事 --document 回单1 --region 350603 "
                "--date %s",
                day(s, 10));
}

/* On their way. */
static bool second_wave(struct story *s)
{
    struct demo_case *k = cases_from(s, s->n);
    int64_t notice;
    if (!apply(s, 16, SECOND) || !hand_in(s, 15, k, 10) || !village_meets(s, 13, k, 7) ||
        !township_reviews(s, 12, k, 6) || !add_papers(s, 11, k, 3) || !hand_up(s, 10, 2) ||
        !county_decides(s, 8, k, 2, 2) || !notice_hangs(s, 4, &notice) || !add_papers(s, 6, k + 3, 1))
        return false;
    return choose_sites(s, 15, k + 11, 1) &&
           submit(s, 14, "datown", k + 11, 1) && /* it waits for the survey */
           step(s, 2, "county", "objection add %lld --row 1 --by 陈某 --content 子女在城里有房",
                (long long)notice) &&
           step(s, 9, "datown", "case return %lld --to village --reason 请补开村两委会议",
                (long long)k[5].no) &&
           step(s, 12, "village", "case decide %lld --refuse --opinion 村民代表不同意", (long long)k[8].no) &&
           step(s, 9, "datown", "case withdraw %lld --reason 本人放弃", (long long)k[9].no);
}

/* --- after the money: visits, a disaster ----------------------------------------------- */

static bool follow_up(struct story *s)
{
    const struct demo_case *k = cases_from(s, 0);
    for (int i = 0; i < 3; i++)
        if (!step(s, 28 - 6 * i, "datown",
                  "visit add %s --visitor 李干事 --kind 跟踪督查 --earmarked 是 --on-project 是 --note "
                  "第%d次走访，项目进展正常",
                  k[i].hh_no.p, i + 1))
            return false;
    if (!keep_file(
            s, "losses.csv",
            str_of(arena_printf(&s->a, "户编号,受灾项目,损失金额\n%s,养鸡,15000\n", k[BY_BANK].hh_no.p))))
        return false;
    return step(s, 9, "county",
                "disaster open 台风 --date %s --area 350603100 --kind 洪灾 --document 县救2号", day(s, 9)) &&
           step(s, 8, "county", "disaster loss 1 --file %s/losses.csv", s->dir) &&
           step(s, 8, "county", "disaster treat 1 --all --how 缓收 --months 6") &&
           step(s, 7, "county2", "disaster approve 1 --document 区审4号");
}

bool demo_story(struct cli *c, const char *dir)
{
    struct story s = { .c = c, .dir = dir, .today = clock_today(), .out = BUF(OUT_MAX) };
    bool ok = cli_load_codes(c) && appoint(&s) && load_programme(&s) && dues_are_paid(&s) &&
              open_period(&s) && loans_are_recalled(&s) && first_wave(&s) && first_wave_is_lent(&s) &&
              first_wave_pays_back(&s) && second_wave(&s) && follow_up(&s);
    clock_set_today(s.today);
    buf_release(&s.out);
    arena_free(&s.a);
    return ok;
}
