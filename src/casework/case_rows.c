/* The rows of cases, and how they are found. */
#include "base/value.h"
#include "casework/case_parts.h"
#include "registry/scope.h"

// clang-format off
static const struct col relief_case_cols[] = {
    COL(relief_case, county,         "县代码",       "County",       .flags = PKEY | SERVER | REQUIRED),
    COL(relief_case, id,             "内部编号",     "Id",           .flags = PKEY | SERVER | REQUIRED),
    COL(relief_case, no,             "案件号",       "Case",         .flags = SERVER | REQUIRED | NATURAL),
    COL(relief_case, number,         "编号",         "Number",       .flags = SERVER, .max = 60),
    COL(relief_case, programme,      "项目",         "Programme",    .flags = SERVER | REQUIRED, .max = 40),
    COL(relief_case, version,        "项目版本",     "Version",      .flags = SERVER | REQUIRED),
    COL(relief_case, period_no,      "期",           "Period",       .min = 1, .max = 9999),
    COL(relief_case, household_id,   "户内部编号",   "Household id", .flags = SERVER | REQUIRED),
    COL(relief_case, applicant_id,   "申请人内部编号", "Applicant id", .flags = SERVER),
    COL(relief_case, hh_no,          "户编号",       "Household number", .flags = SERVER | REQUIRED, .max = 40),
    COL(relief_case, head_name,      "户主姓名",     "Head of household", .flags = SERVER, .max = 60),
    COL(relief_case, applicant_name, "申请人",       "Applicant",    .flags = SERVER | REQUIRED, .max = 60),
    COL(relief_case, proxy,          "代办人",       "Applied by proxy", .max = 60),
    COL(relief_case, village,        "村",           "Village",      .flags = SERVER | REQUIRED),
    COL(relief_case, state,          "状态",         "State",        .flags = SERVER | REQUIRED, .codes = "case_state"),
    COL(relief_case, step,           "当前步骤",     "Step",         .flags = SERVER, .max = 40),
    COL(relief_case, project,        "发展项目",     "Project",      .flags = SERVER, .max = 200),
    COL(relief_case, asked,          "申请金额",     "Amount asked", .flags = SERVER),
    COL(relief_case, approved,       "核定金额",     "Amount approved", .flags = SERVER),
    COL(relief_case, class,          "类别",         "Class",        .flags = SERVER, .max = 100),
    COL(relief_case, exception,      "例外",         "Exception",    .flags = SERVER | REQUIRED),
    COL(relief_case, notice_no,      "公示号",       "Notice",       .flags = SERVER),
    COL(relief_case, batch_id,       "批次内部编号", "Batch id",     .flags = SERVER),
    COL(relief_case, applied_on,     "申请日期",     "Applied on",   .flags = SERVER | REQUIRED),
    COL(relief_case, applied_by,     "经办人",       "Entered by",   .flags = SERVER | REQUIRED, .max = 40),
    COL(relief_case, submitted_on,   "提交日期",     "Submitted on", .flags = SERVER),
    COL(relief_case, decided_on,     "审批日期",     "Decided on",   .flags = SERVER),
    COL(relief_case, ended_on,       "办结日期",     "Ended on",     .flags = SERVER),
    COL(relief_case, reason,         "原因",         "Reason",       .flags = SERVER, .max = 1000),
};
static const struct col case_answer_cols[] = {
    COL(case_answer, county,      "县代码",       "County",      .flags = PKEY | SERVER | REQUIRED),
    COL(case_answer, case_id,     "案件内部编号", "Case id",     .flags = PKEY | SERVER | REQUIRED),
    COL(case_answer, field,       "项",           "Field",       .flags = PKEY | SERVER | REQUIRED, .max = 60),
    COL(case_answer, value,       "内容",         "Value",       .flags = SERVER | REQUIRED, .max = 1000),
    COL(case_answer, answered_on, "填写日期",     "Filled in on", .flags = SERVER | REQUIRED),
    COL(case_answer, answered_by, "填写人",       "Filled in by", .flags = SERVER | REQUIRED, .max = 40),
};
static const struct col case_event_cols[] = {
    COL(case_event, county,      "县代码",       "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(case_event, case_id,     "案件内部编号", "Case id",    .flags = PKEY | SERVER | REQUIRED),
    COL(case_event, seq,         "序号",         "No",         .flags = PKEY | SERVER | REQUIRED),
    COL(case_event, action,      "动作",         "Action",     .flags = SERVER | REQUIRED, .codes = "case_action"),
    COL(case_event, step,        "步骤",         "Step",       .flags = SERVER, .max = 40),
    COL(case_event, from_state,  "原状态",       "State before", .flags = SERVER, .codes = "case_state"),
    COL(case_event, to_state,    "状态",         "State",      .flags = SERVER | REQUIRED, .codes = "case_state"),
    COL(case_event, happened_on, "日期",         "Day",        .flags = SERVER | REQUIRED),
    COL(case_event, at,          "时间",         "At",         .flags = SERVER | REQUIRED),
    COL(case_event, user_id,     "用户内部编号", "Account id", .flags = SERVER | REQUIRED),
    COL(case_event, login,       "办理人",       "By",         .flags = SERVER | REQUIRED, .max = 40),
    COL(case_event, opinion,     "意见",         "Opinion",    .flags = SERVER, .max = 1000),
    COL(case_event, meeting_id,  "会议内部编号", "Meeting id", .flags = SERVER),
    COL(case_event, batch_id,    "批次内部编号", "Batch id",   .flags = SERVER),
};
static const struct col user_person_cols[] = {
    COL(user_person, user_id,   "用户",     "Account",   .flags = PKEY | SERVER | REQUIRED),
    COL(user_person, person_id, "人",       "Person",    .flags = PKEY | SERVER | REQUIRED),
    COL(user_person, linked_on, "登记日期", "Linked on", .flags = SERVER | REQUIRED),
    COL(user_person, linked_by, "登记人",   "Linked by", .flags = SERVER | REQUIRED, .max = 40),
};
// clang-format on
const struct entity relief_case_entity = ENTITY(relief_case, TABLE_COUNTY, "案件", "Case", relief_case_cols);
const struct entity case_answer_entity =
    ENTITY(case_answer, TABLE_COUNTY, "申请内容", "Answer of an application", case_answer_cols);
const struct entity case_event_entity =
    ENTITY(case_event, TABLE_COUNTY, "办理记录", "Time line of a case", case_event_cols);
const struct entity user_person_entity =
    ENTITY(user_person, TABLE_REFERENCE, "用户本人和亲属", "Who an account is", user_person_cols);

void list_append(struct list *all, const struct list *more, size_t size, struct arena *a)
{
    if (!more->n)
        return;
    char *rows = arena_alloc(a, arena_mul(size, all->n + more->n));
    if (all->n)
        memcpy(rows, all->rows, size * all->n);
    memcpy(rows + size * all->n, more->rows, size * more->n);
    *all = (struct list){ rows, all->n + more->n };
}

/* --- one case ---------------------------------------------------------------------------------- */

static enum found find_in(struct tx *tx, const struct scope *s, struct str text, struct relief_case *c,
                          struct errs *e)
{
    int64_t no;
    if (str_int(text, &no))
        return db_find(tx,
                       SQL_OF(STMT_KEY, &relief_case_entity,
                              "SELECT {*} FROM relief_case WHERE county = $1 AND no = $2 AND "
                              "village BETWEEN $3 AND $4"),
                       c, e, V(s->county), V(no), V(s->first), V(s->last));
    return db_find(tx,
                   SQL_OF(STMT_KEY, &relief_case_entity,
                          "SELECT {*} FROM relief_case WHERE county = $1 AND number = $2 AND "
                          "village BETWEEN $3 AND $4"),
                   c, e, V(s->county), V(text), V(s->first), V(s->last));
}

enum found case_by_no(struct tx *tx, const struct actor *who, struct str text, struct region_code within,
                      struct relief_case *c, struct errs *e)
{
    struct scopes scopes;
    struct relief_case x;
    size_t n = 0;
    text = str_trim(text);
    if (!scopes_of(tx, who, PERM_CASE_READ, within, &scopes, e))
        return FAILED;
    for (size_t i = 0; i < scopes.n; i++) {
        enum found f = find_in(tx, &scopes.list[i], text, &x, e);
        if (f == FAILED)
            return FAILED;
        if (f == FOUND && !(n && x.county == c->county)) {
            *c = x;
            n++;
        }
    }
    if (n > 1) {
        fail(e, ERR_CONFLICT, "no", MSG_NUMBER_SEVERAL, A(text));
        return FAILED;
    }
    return n ? FOUND : NONE;
}

/* --- lists ---------------------------------------------------------------------------------------- */

bool case_list(struct tx *tx, const struct actor *who, const struct case_filter *f, struct list *out,
               struct errs *e)
{
    struct scopes scopes;
    int64_t limit = f->limit ? (int64_t)f->limit : CASE_LIST_MAX;
    *out = (struct list){ 0 };
    if (!scopes_of(tx, who, PERM_CASE_READ, f->within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n && (int64_t)out->n < limit; i++) {
        struct list one;
        if (!db_list(tx,
                     SQL_OF(STMT_KEY, &relief_case_entity,
                            "SELECT {*} FROM relief_case WHERE county = $1 AND village BETWEEN $2 AND $3 AND "
                            "(CAST($4 AS text) IS NULL OR programme = $4) AND ($5 = 0 OR state = $5) AND "
                            "(CAST($6 AS text) IS NULL OR step = $6) AND ($7 = 0 OR exception = 1) AND "
                            "no > $8 ORDER BY no LIMIT $9"),
                     &one, e->a, e, V(scopes.list[i].county), V(scopes.list[i].first), V(scopes.list[i].last),
                     V(f->programme), V(f->state), V(f->step), V((int64_t)f->exceptions), V(f->after),
                     V(limit - (int64_t)out->n)))
            return false;
        list_append(out, &one, sizeof(struct relief_case), e->a);
    }
    return true;
}

bool case_answers(struct tx *tx, const struct relief_case *c, struct list *out, struct arena *a,
                  struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &case_answer_entity,
                          "SELECT {*} FROM case_answer WHERE county = $1 AND case_id = $2 ORDER BY field"),
                   out, a, e, V(c->county), V(c->id));
}

bool case_events(struct tx *tx, const struct relief_case *c, struct list *out, struct arena *a,
                 struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &case_event_entity,
                          "SELECT {*} FROM case_event WHERE county = $1 AND case_id = $2 ORDER BY seq"),
                   out, a, e, V(c->county), V(c->id));
}

/* --- what other modules see --------------------------------------------------------------------------- */

static bool none_under_way(struct tx *tx, const struct household *h, struct errs *e)
{
    int64_t no;
    if (!db_int(tx,
                SQL(STMT_KEY,
                    "SELECT min(no) FROM relief_case WHERE county = $1 AND household_id = $2 AND state IN "
                    "(1, 2, 3)"), /* a draft, under way, returned */
                &no, e, V(h->county), V(h->id)))
        return false;
    return !no || fail(e, ERR_CONFLICT, "household", MSG_CASE_TRANSFER, A(h->hh_no), A(no));
}
const struct transfer_block case_transfer_block = { .name = "cases", .check = none_under_way };
