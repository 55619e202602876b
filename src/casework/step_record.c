/* What is written down of steps: meetings, batches, visits, appraisals, amounts, papers. */
#include "access/site.h"
#include "base/value.h"
#include "casework/case_parts.h"
#include "registry/scope.h"

// clang-format off
static const struct col case_meeting_cols[] = {
    COL(case_meeting, county,        "县代码",   "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(case_meeting, id,            "内部编号", "Id",         .flags = PKEY | SERVER | REQUIRED),
    COL(case_meeting, no,            "会议号",   "Meeting",    .flags = SERVER | REQUIRED | NATURAL),
    COL(case_meeting, programme,     "项目",     "Programme",  .flags = SERVER | REQUIRED, .max = 40),
    COL(case_meeting, level,         "级别",     "Level",      .flags = REQUIRED, .codes = "office_level"),
    COL(case_meeting, region,        "区划",     "Region",     .flags = REQUIRED),
    COL(case_meeting, held_on,       "开会日期", "Held on",    .flags = REQUIRED),
    COL(case_meeting, attendance,    "参加人",   "Attendance", .flags = REQUIRED, .min = 1, .max = 1000),
    COL(case_meeting, attendance_n,  "人数",     "Present",    .flags = SERVER | REQUIRED),
    COL(case_meeting, votes_for,     "同意票",   "Votes for",  .min = 0, .max = 10000),
    COL(case_meeting, votes_against, "反对票",   "Votes against", .min = 0, .max = 10000),
    COL(case_meeting, abstentions,   "弃权票",   "Abstentions", .min = 0, .max = 10000),
    COL(case_meeting, opinion,       "意见",     "Opinion",    .max = 1000),
    COL(case_meeting, decision,      "决定",     "Decision",   .max = 1000),
    COL(case_meeting, minutes,       "会议纪要文号", "Minutes", .max = 100),
    COL(case_meeting, signatures,    "签名",     "Signatures", .max = 1000),
    COL(case_meeting, photo,         "照片附件号", "Photo",    .min = 1, .max = 1000000000),
    COL(case_meeting, made_on,       "登记日期", "Made on",    .flags = SERVER | REQUIRED),
    COL(case_meeting, made_by,       "登记人",   "Made by",    .flags = SERVER | REQUIRED, .max = 40),
};
static const struct col case_batch_cols[] = {
    COL(case_batch, county,      "县代码",   "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(case_batch, id,          "内部编号", "Id",         .flags = PKEY | SERVER | REQUIRED),
    COL(case_batch, no,          "批次号",   "Batch",      .flags = SERVER | REQUIRED | NATURAL),
    COL(case_batch, programme,   "项目",     "Programme",  .flags = SERVER | REQUIRED, .max = 40),
    COL(case_batch, version,     "项目版本", "Version",    .flags = SERVER | REQUIRED),
    COL(case_batch, step,        "步骤",     "Step",       .flags = SERVER | REQUIRED, .max = 40),
    COL(case_batch, township,    "乡镇",     "Township",   .flags = REQUIRED),
    COL(case_batch, document_no, "文号",     "Document number", .max = 60),
    COL(case_batch, cases_n,     "户数",     "Cases",      .flags = SERVER | REQUIRED),
    COL(case_batch, amount,      "金额",     "Amount",     .flags = SERVER | REQUIRED),
    COL(case_batch, made_on,     "上报日期", "Handed up on", .flags = SERVER | REQUIRED),
    COL(case_batch, made_by,     "经办人",   "Made by",    .flags = SERVER | REQUIRED, .max = 40),
};
static const struct col case_visit_cols[] = {
    COL(case_visit, county,     "县代码",       "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(case_visit, id,         "内部编号",     "Id",         .flags = PKEY | SERVER | REQUIRED),
    COL(case_visit, case_id,    "案件内部编号", "Case id",    .flags = SERVER | REQUIRED),
    COL(case_visit, step,       "步骤",         "Step",       .flags = SERVER | REQUIRED, .max = 40),
    COL(case_visit, group_no,   "组",           "Group",      .min = 1, .max = 100),
    COL(case_visit, visited_on, "入户日期",     "Visited on", .flags = REQUIRED),
    COL(case_visit, visitors,   "入户人",       "Visitors",   .flags = REQUIRED, .min = 1, .max = 400),
    COL(case_visit, visitors_n, "入户人数",     "Number of visitors", .flags = SERVER | REQUIRED),
    COL(case_visit, person_met, "见到的人",     "Person met", .max = 60),
    COL(case_visit, decision,   "结论",         "Result",     .flags = REQUIRED, .codes = "decision"),
    COL(case_visit, opinion,    "意见",         "Opinion",    .max = 1000),
    COL(case_visit, made_by,    "登记人",       "Made by",    .flags = SERVER | REQUIRED, .max = 40),
};
static const struct col case_appraisal_cols[] = {
    COL(case_appraisal, county,       "县代码",       "County",    .flags = PKEY | SERVER | REQUIRED),
    COL(case_appraisal, id,           "内部编号",     "Id",        .flags = PKEY | SERVER | REQUIRED),
    COL(case_appraisal, case_id,      "案件内部编号", "Case id",   .flags = SERVER | REQUIRED),
    COL(case_appraisal, step,         "步骤",         "Step",      .flags = SERVER | REQUIRED, .max = 40),
    COL(case_appraisal, appraised_on, "论证日期",     "Appraised on", .flags = REQUIRED),
    COL(case_appraisal, experts,      "专家",         "Experts",   .flags = REQUIRED, .min = 1, .max = 400),
    COL(case_appraisal, experts_n,    "专家人数",     "Number of experts", .flags = SERVER | REQUIRED),
    COL(case_appraisal, decision,     "结论",         "Result",    .flags = REQUIRED, .codes = "decision"),
    COL(case_appraisal, opinion,      "意见",         "Opinion",   .flags = REQUIRED, .min = 1, .max = 1000),
    COL(case_appraisal, made_by,      "登记人",       "Made by",   .flags = SERVER | REQUIRED, .max = 40),
};
static const struct col case_paper_cols[] = {
    COL(case_paper, county,      "县代码",       "County",    .flags = PKEY | SERVER | REQUIRED),
    COL(case_paper, id,          "内部编号",     "Id",        .flags = PKEY | SERVER | REQUIRED),
    COL(case_paper, case_id,     "案件内部编号", "Case id",   .flags = SERVER | REQUIRED),
    COL(case_paper, step,        "步骤",         "Step",      .flags = SERVER | REQUIRED, .max = 40),
    COL(case_paper, signed_on,   "日期",         "Day",       .flags = REQUIRED),
    COL(case_paper, parties,     "签字各方",     "Signed by", .max = 1000),
    COL(case_paper, office,      "备案机关",     "Filed with", .max = 100),
    COL(case_paper, document_no, "文号",         "Document number", .max = 60),
    COL(case_paper, made_by,     "登记人",       "Made by",   .flags = SERVER | REQUIRED, .max = 40),
};
static const struct col case_exception_cols[] = {
    COL(case_exception, county,       "县代码",       "County",    .flags = PKEY | SERVER | REQUIRED),
    COL(case_exception, case_id,      "案件内部编号", "Case id",   .flags = PKEY | SERVER | REQUIRED),
    COL(case_exception, condition_id, "条件",         "Condition", .flags = PKEY | SERVER | REQUIRED, .max = 60),
    COL(case_exception, label,        "未达到的条件", "Condition that fails", .flags = SERVER | REQUIRED, .max = 400),
    COL(case_exception, reason,       "理由",         "Reason",    .flags = SERVER | REQUIRED, .max = 1000),
    COL(case_exception, meeting_id,   "会议内部编号", "Meeting id", .flags = SERVER | REQUIRED),
    COL(case_exception, document,     "文件",         "Document",  .flags = SERVER | REQUIRED, .max = 100),
    COL(case_exception, decided_on,   "决定日期",     "Decided on", .flags = SERVER | REQUIRED),
    COL(case_exception, decided_by,   "登记人",       "Made by",   .flags = SERVER | REQUIRED, .max = 40),
};
// clang-format on
const struct entity case_meeting_entity =
    ENTITY(case_meeting, TABLE_COUNTY, "会议", "Meeting", case_meeting_cols);
const struct entity case_batch_entity =
    ENTITY(case_batch, TABLE_COUNTY, "上报批次", "Batch", case_batch_cols);
const struct entity case_visit_entity =
    ENTITY(case_visit, TABLE_COUNTY, "入户核查", "Home visit", case_visit_cols);
const struct entity case_appraisal_entity =
    ENTITY(case_appraisal, TABLE_COUNTY, "项目论证", "Appraisal", case_appraisal_cols);
const struct entity case_paper_entity =
    ENTITY(case_paper, TABLE_COUNTY, "责任状和备案", "Letter or filing", case_paper_cols);
const struct entity case_exception_entity =
    ENTITY(case_exception, TABLE_COUNTY, "例外", "Exception", case_exception_cols);

static bool not_ahead(struct casework *w, struct date day, const char *field, struct errs *e)
{
    return day.day <= w->today.day || fail(e, ERR_INVALID, field, MSG_NOTICE_FUTURE);
}

/* --- meetings ----------------------------------------------------------------------------------- */

bool case_meeting_is_collective(const struct case_meeting *m)
{
    return m->attendance_n >= 2 && m->decision.p;
}

static bool votes_add_up(const struct case_meeting *m, struct errs *e)
{
    int64_t all = (m->votes_for.set ? m->votes_for.v : 0) + (m->votes_against.set ? m->votes_against.v : 0) +
                  (m->abstentions.set ? m->abstentions.v : 0);
    return all <= m->attendance_n ||
           fail(e, ERR_INVALID, "votes", MSG_MEETING_VOTES, A(all), A(m->attendance_n));
}

bool case_meeting_add(struct casework *w, struct case_meeting *m, struct errs *e)
{
    enum region_level level = region_level(m->region);
    enum office_level office = level == VILLAGE    ? LEVEL_VILLAGE
                               : level == TOWNSHIP ? LEVEL_TOWNSHIP
                                                   : LEVEL_COUNTY;
    m->county = region_county(m->region);
    m->level = (struct code){ (int32_t)office, true };
    m->attendance_n = case_names_count(m->attendance);
    m->made_on = w->today;
    m->made_by = w->who->login;
    if (!m->county)
        return fail(e, ERR_INVALID, "region", MSG_MEETING_REGION);
    bool ok = actor_need_at(w->who, case_perm(office), m->region, e);
    ok = not_ahead(w, m->held_on, "on", e) && ok;
    if (!m->attendance_n)
        ok = fail(e, ERR_INVALID, "attendance", MSG_MEETING_NOBODY);
    return votes_add_up(m, e) && ok && entity_complete(&case_meeting_entity, m, e) &&
           counter_next(w->tx, m->county, "case_meeting", &m->no, e) && db_id(w->tx, &m->id, e) &&
           db_insert(w->tx, &case_meeting_entity, m, e);
}

enum found case_meeting_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                              struct case_meeting *m, struct errs *e)
{
    struct scopes scopes;
    size_t n = 0;
    if (!scopes_of(tx, who, PERM_CASE_READ, within, &scopes, e))
        return FAILED;
    for (size_t i = 0; i < scopes.n; i++) {
        struct case_meeting x;
        if (i && scopes.list[i].county == scopes.list[i - 1].county)
            continue;
        enum found f = db_find(tx,
                               SQL_OF(STMT_KEY, &case_meeting_entity,
                                      "SELECT {*} FROM case_meeting WHERE county = $1 AND no = $2"),
                               &x, e, V(scopes.list[i].county), V(no));
        if (f == FAILED)
            return FAILED;
        if (f == FOUND) {
            *m = x;
            n++;
        }
    }
    if (n > 1) {
        fail(e, ERR_CONFLICT, "meeting", MSG_NUMBER_SEVERAL, A(no));
        return FAILED;
    }
    return n ? FOUND : NONE;
}

bool case_exceptions(struct tx *tx, const struct relief_case *c, struct list *out, struct arena *a,
                     struct errs *e)
{
    return db_list(
        tx,
        SQL_OF(STMT_KEY, &case_exception_entity,
               "SELECT {*} FROM case_exception WHERE county = $1 AND case_id = $2 ORDER BY condition_id"),
        out, a, e, V(c->county), V(c->id));
}

/* --- batches --------------------------------------------------------------------------------------- */

enum found case_batch_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                            struct case_batch *b, struct errs *e)
{
    struct scopes scopes;
    size_t n = 0;
    if (!scopes_of(tx, who, PERM_CASE_READ, within, &scopes, e))
        return FAILED;
    for (size_t i = 0; i < scopes.n; i++) {
        struct case_batch x;
        int64_t township = scopes.list[i].first / 1000 * 1000;
        enum found f = db_find(tx,
                               SQL_OF(STMT_KEY, &case_batch_entity,
                                      "SELECT {*} FROM case_batch WHERE county = $1 AND no = $2 AND township "
                                      "BETWEEN $3 AND $4"),
                               &x, e, V(scopes.list[i].county), V(no), V(township), V(scopes.list[i].last));
        if (f == FAILED)
            return FAILED;
        if (f == FOUND && !(n && x.county == b->county)) {
            *b = x;
            n++;
        }
    }
    if (n > 1) {
        fail(e, ERR_CONFLICT, "no", MSG_NUMBER_SEVERAL, A(no));
        return FAILED;
    }
    return n ? FOUND : NONE;
}

static const struct programme_step *batch_step(const struct programme *p)
{
    for (size_t i = 0; i < p->steps.n; i++)
        if (p->steps.p[i].kind == STEP_BATCH && p->steps.p[i].enabled)
            return &p->steps.p[i];
    return NULL;
}

static bool waiting_at(struct casework *w, const struct case_batch *b, struct list *out, struct errs *e)
{
    return db_list(
        w->tx,
        SQL_OF(STMT_KEY, &relief_case_entity,
               "SELECT {*} FROM relief_case WHERE county = $1 AND programme = $2 AND village BETWEEN $3 "
               "AND $4 AND state = 2 AND step = $5 AND version = $6 ORDER BY no"),
        out, w->a, e, V(b->county), V(b->programme), V(b->township.v), V(b->township.v + 999), V(b->step),
        V(b->version));
}

/* Those that cannot pass stay behind, and are told of. */
static bool hand_up(struct casework *w, struct case_batch *b, struct relief_case *cases, size_t n,
                    struct errs *e)
{
    b->cases_n = 0;
    b->amount = (struct money){ 0 };
    for (size_t i = 0; i < n; i++) {
        struct case_decision d = { .action = CASE_PASS, .by_record = true, .batch_id = { b->id, true } };
        struct errs own = { .a = e->a, .lang = e->lang };
        struct money asked = cases[i].asked.set ? cases[i].asked.v : (struct money){ 0 };
        if (!case_decide(w, &cases[i], &d, &own)) {
            if (case_broke_off(&own, e))
                return false;
            warn(e, "no", MSG_CASE_LEFT_OUT, A(cases[i].no), A(own.bad.first->text));
            continue;
        }
        b->cases_n++;
        if (!money_add(&b->amount, asked))
            return fail(e, ERR_CONFLICT, "amount", MSG_OVERFLOW, A("amount"));
    }
    return true;
}

bool case_batch_make(struct casework *w, struct case_batch *b, struct errs *e)
{
    struct case_known *k = case_programme(w, b->programme, 0, e);
    const struct programme_step *s = k ? batch_step(k->programme) : NULL;
    struct list waiting;
    if (!k)
        return false;
    if (!s)
        return fail(e, ERR_CONFLICT, "programme", MSG_BATCH_NO_STEP, A(b->programme));
    if (region_level(b->township) != TOWNSHIP)
        return fail(e, ERR_INVALID, "township", MSG_BATCH_TOWNSHIP);
    if (!actor_need_at(w->who, PERM_CASE_TOWNSHIP, b->township, e))
        return false;
    if (s->document_number && !b->document_no.p)
        return fail(e, ERR_INVALID, "document", MSG_CASE_NO_DOCUMENT_NUMBER);
    b->county = region_county(b->township);
    b->programme = k->version.programme;
    b->version = k->version.version;
    b->step = s->id.name;
    b->made_on = w->today;
    b->made_by = w->who->login;
    if (!db_id(w->tx, &b->id, e) || !waiting_at(w, b, &waiting, e))
        return false;
    if (!hand_up(w, b, waiting.rows, waiting.n, e))
        return false;
    if (!b->cases_n)
        return fail(e, ERR_CONFLICT, "township", MSG_BATCH_EMPTY, A(b->township), A(step_label(s, e->lang)));
    return counter_next(w->tx, b->county, "case_batch", &b->no, e) &&
           db_insert(w->tx, &case_batch_entity, b, e);
}

/* --- records of one case -------------------------------------------------------------------------------- */

/* The case waits at a step of this kind, and the actor may do it. */
static const struct programme_step *step_here(struct casework *w, const struct relief_case *c,
                                              enum step_kind kind, struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    const struct programme_step *s = k ? case_step(k, c->step) : NULL;
    const struct label *label = &case_step_kinds[kind].label;
    if (!k)
        return NULL;
    if (!s || s->kind != kind || c->state.v != CASE_IN_STEPS) {
        fail(e, ERR_CONFLICT, "no", MSG_CASE_NOT_AT, A(c->no), A(label),
             A(s ? step_label(s, e->lang) : STR("—")));
        return NULL;
    }
    return case_may_step(w, c, s, e) && case_not_own(w, c, e) ? s : NULL;
}

static bool pass_by_record(struct casework *w, struct relief_case *c, const struct programme_step *s,
                           struct str opinion, struct opt_money approved, struct errs *e)
{
    const struct case_decision d = {
        .action = CASE_PASS, .by_record = true, .opinion = opinion, .approved = approved
    };
    struct errs missing = { .a = e->a, .lang = e->lang };
    if (case_step_kinds[s->kind].need(w, c, s, &d, &missing))
        return case_decide(w, c, &d, e);
    if (case_broke_off(&missing, e))
        return false;
    for (const struct err *x = missing.bad.first; x; x = x->next)
        warn(e, x->field, MSG_CASE_WAITS, A(step_label(s, e->lang)), A(x->text));
    return true;
}

bool case_visit_add(struct casework *w, struct relief_case *c, struct case_visit *v, struct errs *e)
{
    const struct programme_step *s = step_here(w, c, STEP_HOME_VISIT, e);
    if (!s || !not_ahead(w, v->visited_on, "on", e))
        return false;
    if (s->groups.set && (!v->group_no.set || v->group_no.v > s->groups.v))
        return fail(e, ERR_INVALID, "group", MSG_CASE_NO_GROUP, A(s->groups.v));
    v->county = c->county;
    v->case_id = c->id;
    v->step = s->id.name;
    v->visitors_n = case_names_count(v->visitors);
    v->made_by = w->who->login;
    return entity_complete(&case_visit_entity, v, e) && db_id(w->tx, &v->id, e) &&
           db_insert(w->tx, &case_visit_entity, v, e) &&
           pass_by_record(w, c, s, v->opinion, (struct opt_money){ 0 }, e);
}

bool case_appraisal_add(struct casework *w, struct relief_case *c, struct case_appraisal *x, struct errs *e)
{
    const struct programme_step *s = step_here(w, c, STEP_APPRAISAL, e);
    if (!s || !not_ahead(w, x->appraised_on, "on", e))
        return false;
    x->county = c->county;
    x->case_id = c->id;
    x->step = s->id.name;
    x->experts_n = case_names_count(x->experts);
    x->made_by = w->who->login;
    return entity_complete(&case_appraisal_entity, x, e) && db_id(w->tx, &x->id, e) &&
           db_insert(w->tx, &case_appraisal_entity, x, e) &&
           pass_by_record(w, c, s, x->opinion, (struct opt_money){ 0 }, e);
}

bool case_paper_add(struct casework *w, struct relief_case *c, enum step_kind kind, struct case_paper *x,
                    struct errs *e)
{
    const struct programme_step *s = step_here(w, c, kind, e);
    if (!s || !not_ahead(w, x->signed_on, "on", e))
        return false;
    x->county = c->county;
    x->case_id = c->id;
    x->step = s->id.name;
    x->made_by = w->who->login;
    return entity_complete(&case_paper_entity, x, e) && db_id(w->tx, &x->id, e) &&
           db_insert(w->tx, &case_paper_entity, x, e) &&
           pass_by_record(w, c, s, x->document_no, (struct opt_money){ 0 }, e);
}

bool case_amount_set(struct casework *w, struct relief_case *c, struct money approved, struct str opinion,
                     struct errs *e)
{
    const struct programme_step *s = step_here(w, c, STEP_AMOUNT, e);
    return s && pass_by_record(w, c, s, opinion, (struct opt_money){ approved, true }, e);
}
