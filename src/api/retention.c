#include "api/retention.h"

#include "access/session.h"
#include "api/answered.h"
#include "api/jobs.h"
#include "base/clock.h"
#include "base/json.h"
#include "casework/objection.h"
#include "registry/region.h"

enum { BATCH = 200, DETAIL_MAX = 4096 };
#define DAY_US INT64_C(86400000000)

/* --- what is due --------------------------------------------------------------------------- */

static const struct stmt *count_sessions(void)
{
    return SQL(STMT_LOCAL, "SELECT count(*) FROM session WHERE expires_at <= $1");
}
static const struct stmt *page_sessions(void)
{
    return SQL_OF(STMT_LOCAL, &session_entity,
                  "SELECT {*} FROM session WHERE expires_at <= $1 ORDER BY expires_at, token_hash LIMIT $2");
}
static const struct stmt *count_guards(void)
{
    return SQL(STMT_LOCAL, "SELECT count(*) FROM login_guard WHERE seen_at <= $1");
}
static const struct stmt *page_guards(void)
{
    return SQL_OF(STMT_LOCAL, &login_guard_entity,
                  "SELECT {*} FROM login_guard WHERE seen_at <= $1 ORDER BY seen_at, who LIMIT $2");
}
static const struct stmt *count_jobs(void)
{
    return SQL(STMT_LOCAL, "SELECT count(*) FROM job WHERE made_at <= $1");
}
static const struct stmt *page_jobs(void)
{
    return SQL_OF(STMT_LOCAL, &job_entity, "SELECT {*} FROM job WHERE made_at <= $1 ORDER BY id LIMIT $2");
}
static const struct stmt *count_answers(void)
{
    return SQL(STMT_KEY, "SELECT count(*) FROM answered WHERE county = $1 AND at <= $2");
}
static const struct stmt *page_answers(void)
{
    return SQL_OF(STMT_KEY, &answered_entity,
                  "SELECT {*} FROM answered WHERE county = $1 AND at <= $2 ORDER BY user_id, request_key "
                  "LIMIT $3");
}
static const struct stmt *count_objectors(void)
{
    return SQL(STMT_KEY, "SELECT count(*) FROM objection WHERE county = $1 AND handled_on <= $2 AND objector "
                         "IS NOT NULL AND replied_on IS NOT NULL");
}
static const struct stmt *page_objectors(void)
{
    return SQL_OF(STMT_KEY, &objection_entity,
                  "SELECT {*} FROM objection WHERE county = $1 AND handled_on <= $2 AND objector IS NOT NULL "
                  "AND replied_on IS NOT NULL ORDER BY id LIMIT $3");
}

/* Not by act_update: the audit would keep what is being erased. */
static bool forget_objector(struct tx *tx, const void *row, struct errs *e)
{
    struct objection new = *(const struct objection *)row;
    new.objector = (struct str){ 0 };
    return db_update(tx, &objection_entity, row, &new, e);
}

const struct retention_rule retention_rules[] = {
    { "sessions",
      { "已结束的登录会话", "log-in sessions that are over" },
      { "结束即无用", "of no use when over" },
      0,
      false,
      &session_entity,
      count_sessions,
      page_sessions,
      NULL },
    { "login_failures",
      { "登录失败的计数（账号、地址的散列）", "counts of failed log-ins (hashes of account and address)" },
      { "一天后不再计入", "not counted after a day" },
      1,
      false,
      &login_guard_entity,
      count_guards,
      page_guards,
      NULL },
    { "jobs",
      { "导入、导出任务的记录", "records of imports and exports as jobs" },
      { "做过什么已在审计中", "what was done stands in the audit" },
      90,
      false,
      &job_entity,
      count_jobs,
      page_jobs,
      NULL },
    { "job_files",
      { "任务的文件：上传、导出、被拒绝的行", "files of jobs: uploads, exports, refused rows" },
      { "个人信息保护法第十九条：取走后不再需要", "PIPL §19: not needed once fetched" },
      JOB_FILE_DAYS,
      false,
      NULL,
      NULL,
      NULL,
      NULL },
    { "answers",
      { "已答请求的回答（防止重复办理）", "answers that were kept so that nothing is done twice" },
      { "一个月后无人再问", "nobody asks again after a month" },
      30,
      false,
      &answered_entity,
      count_answers,
      page_answers,
      NULL },
    { "objectors",
      { "已答复的异议人姓名", "names of those who objected and were answered" },
      { "个人信息保护法第十九条、第四十七条：异议和答复保留，姓名不再需要",
        "PIPL §19, §47: objection and answer stay, the name is not needed" },
      3 * 365,
      true,
      &objection_entity,
      count_objectors,
      page_objectors,
      forget_objector },
};
const size_t retention_rules_n = N_ELEMS(retention_rules);

/* --- looking ------------------------------------------------------------------------------- */

struct round {
    struct retention *r;
    const struct retention_rule *rule;
    int64_t county, n;
    struct list counties;
};

static int64_t before(const struct retention_rule *x)
{
    return x->by_day ? clock_today().day - x->days : clock_now().us - x->days * DAY_US;
}

static bool read_counties(struct tx *tx, void *ctx, struct errs *e)
{
    struct round *x = ctx;
    return db_list(tx, SQL_OF(STMT_REF, &county_entity, "SELECT {*} FROM county ORDER BY county LIMIT 5000"),
                   &x->counties, e->a, e);
}

/* Answers about accounts and programmes belong to no county: 0. */
static int64_t county_at(const struct round *x, size_t i)
{
    return i ? ((const struct county *)x->counties.rows)[i - 1].county : 0;
}

static bool count(struct tx *tx, void *ctx, struct errs *e)
{
    struct round *x = ctx;
    bool in_county = x->rule->en->class == TABLE_COUNTY;
    return in_county ? db_int(tx, x->rule->count(), &x->n, e, V(x->county), V(before(x->rule)))
                     : db_int(tx, x->rule->count(), &x->n, e, V(before(x->rule)));
}

static bool count_hanging(struct tx *tx, void *ctx, struct errs *e)
{
    struct round *x = ctx;
    return db_int(tx,
                  SQL(STMT_KEY, "SELECT count(*) FROM notice n WHERE n.county = $1 AND n.posted_on IS NOT "
                                "NULL AND n.ends_on < $2 AND EXISTS (SELECT 1 FROM notice_channel c WHERE "
                                "c.county = $1 AND c.notice_id = n.id AND c.posted_on IS NOT NULL AND "
                                "c.removed_on IS NULL)"),
                  &x->n, e, V(x->county), V(clock_today()));
}

bool retention_look(struct retention *r, struct errs *e)
{
    struct round x = { .r = r };
    r->n = NEW_ARRAY(e->a, int64_t, retention_rules_n);
    r->hanging = 0;
    if (!store_run(r->st, TX_READ, 0, read_counties, &x, e))
        return false;
    for (size_t i = 0; i < retention_rules_n; i++) {
        x.rule = &retention_rules[i];
        bool in_county = x.rule->en && x.rule->en->class == TABLE_COUNTY;
        if (!x.rule->en) {
            r->n[i] = r->folder ? jobs_tidy(r->folder, false) : 0;
            continue;
        }
        for (size_t k = 0; k < (in_county ? x.counties.n + 1 : 1); k++) {
            x.county = county_at(&x, k);
            if (!store_run(r->st, TX_READ, x.county, count, &x, e))
                return false;
            r->n[i] += x.n;
        }
    }
    for (size_t k = 1; k <= x.counties.n; k++) {
        x.county = county_at(&x, k);
        if (!store_run(r->st, TX_READ, x.county, count_hanging, &x, e))
            return false;
        r->hanging += x.n;
    }
    return true;
}

/* --- removing ------------------------------------------------------------------------------ */

static bool remove_some(struct tx *tx, void *ctx, struct errs *e)
{
    struct round *x = ctx;
    const struct retention_rule *rule = x->rule;
    struct list page;
    CLEANUP(act_release) struct act act = { 0 };
    bool ok =
        rule->en->class == TABLE_COUNTY
            ? db_list(tx, rule->page(), &page, e->a, e, V(x->county), V(before(rule)), V((int64_t)BATCH))
            : db_list(tx, rule->page(), &page, e->a, e, V(before(rule)), V((int64_t)BATCH));
    act_begin(&act, tx, x->r->who, "retention", str_of(rule->name), e->a);
    for (size_t i = 0; ok && i < page.n; i++) {
        const void *row = (const char *)page.rows + i * rule->en->size;
        ok = rule->end ? rule->end(tx, row, e) : db_delete(tx, rule->en, row, e);
    }
    x->n = ok ? (int64_t)page.n : 0;
    return ok && act_end(&act, NULL, e);
}

static bool remove_all(struct round *x, int64_t *n, struct errs *e)
{
    do {
        struct arena a = { 0 };
        struct errs own = { .a = &a, .lang = e->lang };
        bool ok = store_run(x->r->st, TX_WRITE, x->county, remove_some, x, &own);
        if (!ok)
            errs_append(e, &own);
        arena_free(&a);
        if (!ok)
            return false;
        *n += x->n;
    } while (x->n == BATCH && !(x->r->stop && __atomic_load_n(x->r->stop, __ATOMIC_RELAXED)));
    return true;
}

static bool log_run(struct tx *tx, void *ctx, struct errs *e)
{
    const struct retention *r = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    CLEANUP(buf_release) struct buf b = BUF(DETAIL_MAX);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    for (size_t i = 0; i < retention_rules_n; i++)
        put_member_int(&w, retention_rules[i].name, r->n[i]);
    put_object_end(&w);
    act_begin(&act, tx, r->who, "retention.run", (struct str){ 0 }, e->a);
    return act_log(&act, 0, buf_cstr(&b), e);
}

/* Only those that have something due are written to. */
bool retention_run(struct retention *r, struct errs *e)
{
    struct round x = { .r = r };
    int64_t all = 0;
    if (!retention_look(r, e) || !store_run(r->st, TX_READ, 0, read_counties, &x, e))
        return false;
    for (size_t i = 0; i < retention_rules_n; i++) {
        int64_t due = r->n[i];
        x.rule = &retention_rules[i];
        bool in_county = x.rule->en && x.rule->en->class == TABLE_COUNTY;
        r->n[i] = due && !x.rule->en ? jobs_tidy(r->folder, true) : 0;
        for (size_t k = 0; due && x.rule->en && k < (in_county ? x.counties.n + 1 : 1); k++) {
            x.county = county_at(&x, k);
            if (!remove_all(&x, &r->n[i], e))
                return false;
        }
        all += r->n[i];
    }
    return !all || store_run(r->st, TX_WRITE, 0, log_run, r, e);
}
