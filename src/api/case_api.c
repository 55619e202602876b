/* case_api.c - cases: the trays, one of them with its time line, and every move that it can make. */
#include "api/cases.h"
#include "api/tables.h"
#include "base/clock.h"
#include "base/value.h"
#include "casework/document.h"
#include "casework/inbox.h"
#include "programme/keys.h"
#include "registry/find.h"

#include <sodium.h>

/* --- forms -------------------------------------------------------------------------------- */

struct cases_query {
    struct str box, programme, step, words;
    struct code state;
    struct region_code region;
    struct opt_int period;
    bool exceptions, late;
};
static const struct col cases_cols[] = {
    COL(cases_query, box, "todo：待我办理；done：我已办；mine：我发起",
        "todo: waits for me; done: I dealt with it; mine: I entered it", .max = 10),
    REGION_COL(cases_query),
    COL(cases_query, programme, "项目", "Programme", .max = 100),
    COL(cases_query, state, "状态", "State", .codes = "case_state"),
    COL(cases_query, step, "步骤", "Step", .max = 40),
    COL(cases_query, period, "期", "Period", .min = 1, .max = 9999),
    COL(cases_query, words, "案件编号、户编号或申请人姓名开头",
        "Number of case or household, or how the applicant's name begins", .min = 1, .max = 60),
    COL(cases_query, exceptions, "只要例外", "Exceptions only"),
    COL(cases_query, late, "只要超期的（待办）", "Late ones only (of todo)"),
};
static const struct entity cases_query = ENTITY(cases_query, TABLE_LOCAL, "案件", "Cases", cases_cols);

struct apply_form {
    int64_t county;
    struct str programme, hh_no, applicant, proxy;
    struct opt_int household, period;
    bool submit;
};
static const struct col apply_cols[] = {
    COUNTY_COL(apply_form),
    COL(apply_form, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    COL(apply_form, household, "户（内部编号）", "Household, by its id", .min = 1, .max = ID_MAX),
    COL(apply_form, hh_no, "户编号", "Household, by its number", .max = 40),
    COL(apply_form, applicant, "申请人（默认第一个符合条件的成员）", "Who applies (the first member who may)",
        .max = 60),
    COL(apply_form, period, "第几期", "Lending period", .min = 1, .max = 9999),
    COL(apply_form, proxy, "代办人", "Who applies on the family's behalf", .max = 60),
    COL(apply_form, submit, "随即提交", "Hand it in at once"),
};
static const struct entity apply_form = ENTITY(apply_form, TABLE_LOCAL, "申请", "Application", apply_cols);

struct answer_line {
    struct str field, value;
};
static const struct col answer_cols[] = {
    COL(answer_line, field, "项", "Field", .flags = REQUIRED, .min = 1, .max = 60),
    COL(answer_line, value, "内容", "Value", .flags = REQUIRED, .max = 1000),
};
static const struct entity answer_line = ENTITY(answer_line, TABLE_LOCAL, "申请内容", "Answers", answer_cols);

struct fill_form {
    bool submit;
};
static const struct col fill_cols[] = { COL(fill_form, submit, "随即提交", "Hand it in at once") };
static const struct entity fill_form = ENTITY(fill_form, TABLE_LOCAL, "填写", "Filling in", fill_cols);

struct decide_form {
    struct code decision;
    struct str opinion;
    struct opt_int meeting;
    struct opt_money approved;
};
#define DECIDE_COLS(s)                                                                              \
    COL(s, decision, "agree 或 refuse", "agree or refuse", .flags = REQUIRED, .codes = "decision"), \
        COL(s, opinion, "意见", "Opinion", .max = CASE_TEXT_MAX),                                   \
        COL(s, meeting, "会议号", "Meeting", .min = 1, .max = ID_MAX),                              \
        COL(s, approved, "核定金额", "Amount approved", .min = 0, .max = INT64_C(100000000000000))
static const struct col decide_cols[] = { DECIDE_COLS(decide_form) };
static const struct entity decide_form = ENTITY(decide_form, TABLE_LOCAL, "办理", "Decision", decide_cols);

struct decide_many_form {
    int64_t county;
    struct str step;
    struct code decision;
    struct str opinion;
    struct opt_int meeting;
    struct opt_money approved;
};
static const struct col decide_many_cols[] = {
    COUNTY_COL(decide_many_form),
    COL(decide_many_form, step, "步骤", "Step", .flags = REQUIRED, .min = 1, .max = 40),
    DECIDE_COLS(decide_many_form),
};
static const struct entity decide_many_form =
    ENTITY(decide_many_form, TABLE_LOCAL, "成批办理", "Decision on many", decide_many_cols);

struct case_line {
    struct opt_int no;
};
static const struct col case_line_cols[] = {
    COL(case_line, no, "案件号", "Case", .flags = REQUIRED, .min = 1, .max = ID_MAX),
};
static const struct entity case_line = ENTITY(case_line, TABLE_LOCAL, "案件", "Cases", case_line_cols);

struct case_reason {
    struct str reason, to_step;
};
static const struct col back_cols[] = {
    COL(case_reason, reason, "原因", "Reason", .flags = REQUIRED, .min = 2, .max = CASE_TEXT_MAX),
    COL(case_reason, to_step, "退回到哪一步（默认第一步）", "Which step it goes back to (the first)",
        .max = 40),
};
static const struct entity case_reason = ENTITY(case_reason, TABLE_LOCAL, "退回", "Reason", back_cols);

struct amount_form {
    struct opt_money approved;
    struct str opinion;
};
static const struct col amount_cols[] = {
    COL(amount_form, approved, "核定金额", "Amount", .flags = REQUIRED, .min = 0,
        .max = INT64_C(100000000000000)),
    COL(amount_form, opinion, "意见", "Opinion", .max = CASE_TEXT_MAX),
};
static const struct entity amount_form = ENTITY(amount_form, TABLE_LOCAL, "核定", "Amount", amount_cols);

struct visit_form {
    struct opt_date visited_on;
    struct str visitors, person_met, opinion;
    struct opt_int group_no;
    bool against;
};
static const struct col visit_cols[] = {
    COL(visit_form, visitors, "入户人", "Who went", .flags = REQUIRED, .min = 1, .max = 400),
    COL(visit_form, visited_on, "哪一天（默认今天）", "Day (today)"),
    COL(visit_form, group_no, "第几组", "Group", .min = 1, .max = 100),
    COL(visit_form, person_met, "见到的人", "Who was met", .max = 60),
    COL(visit_form, opinion, "意见", "Opinion", .max = CASE_TEXT_MAX),
    COL(visit_form, against, "不同意", "They are against it"),
};
static const struct entity visit_form = ENTITY(visit_form, TABLE_LOCAL, "入户核查", "Home visit", visit_cols);

struct appraisal_form {
    struct opt_date appraised_on;
    struct str experts, opinion;
    bool against;
};
static const struct col appraisal_cols[] = {
    COL(appraisal_form, experts, "专家", "Experts", .flags = REQUIRED, .min = 1, .max = 400),
    COL(appraisal_form, opinion, "意见", "Opinion", .flags = REQUIRED, .min = 1, .max = CASE_TEXT_MAX),
    COL(appraisal_form, appraised_on, "哪一天（默认今天）", "Day (today)"),
    COL(appraisal_form, against, "不可行", "They are against it"),
};
static const struct entity appraisal_form =
    ENTITY(appraisal_form, TABLE_LOCAL, "论证", "Appraisal", appraisal_cols);

struct paper_form {
    struct str kind, parties, office, document_no;
    struct opt_date signed_on;
};
static const struct col paper_cols[] = {
    COL(paper_form, kind, "letter：责任状；filing：备案", "letter or filing", .flags = REQUIRED, .max = 10),
    COL(paper_form, parties, "责任状：签字各方", "Of a letter: who signed", .max = 1000),
    COL(paper_form, office, "备案：向谁", "Of a filing: with whom", .max = 100),
    COL(paper_form, document_no, "文号", "Document number", .max = 60),
    COL(paper_form, signed_on, "哪一天（默认今天）", "Day (today)"),
};
static const struct entity paper_form = ENTITY(paper_form, TABLE_LOCAL, "文书", "Paper", paper_cols);

struct except_form {
    struct str condition, reason, document;
    struct opt_int meeting;
};
static const struct col except_cols[] = {
    COL(except_form, condition, "条件；疑似重复写 duplicate", "Condition, or duplicate", .flags = REQUIRED,
        .min = 1, .max = 60),
    COL(except_form, meeting, "县的会议号", "The county's meeting", .flags = REQUIRED, .min = 1,
        .max = ID_MAX),
    COL(except_form, reason, "理由", "Reason", .flags = REQUIRED, .min = 2, .max = CASE_TEXT_MAX),
    COL(except_form, document, "文号", "Document number", .flags = REQUIRED, .min = 1, .max = 100),
};
static const struct entity except_form = ENTITY(except_form, TABLE_LOCAL, "例外", "Exception", except_cols);

/* --- shared ------------------------------------------------------------------------------- */

struct casework case_desk_of(struct call *c, struct act *act, struct errs *e)
{
    return (struct casework){ .act = act,
                              .tx = c->tx,
                              .who = &c->who,
                              .codes = c->codes,
                              .sources = c->api->modules->fact_sources,
                              .hooks = c->api->modules->case_hooks,
                              .today = clock_today(),
                              .a = e->a };
}

bool find_case(struct call *c, int64_t county, int64_t no, struct relief_case *k, struct errs *e)
{
    struct str text = str_of(arena_printf(c->a, "%lld", (long long)no));
    enum found f = case_by_no(c->tx, &c->who, text, county_region(county), k, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_CASE_NONE, A(text)));
}

void put_warnings(struct call *c, const char *key, const struct errs *e)
{
    put_key(&c->w, key);
    put_list(&c->w);
    for (const struct err *x = e->warned.first; x; x = x->next)
        put_cstr(&c->w, x->text);
    put_list_end(&c->w);
}

void put_rows_as(struct call *c, const char *key, const struct entity *en, const struct list *rows)
{
    put_key(&c->w, key);
    put_list(&c->w);
    put_rows_of(c, en, rows);
    put_list_end(&c->w);
}

bool programme_code(struct call *c, struct str text, struct str *code, struct errs *e)
{
    struct programme_version v;
    *code = (struct str){ 0 };
    if (!text.n)
        return true;
    if (!programme_find(c->tx, text, &v, c->a, e))
        return false;
    *code = v.programme;
    return true;
}

bool meeting_of(struct call *c, int64_t county, struct opt_int no, struct case_meeting *m, bool *there,
                struct errs *e)
{
    *there = false;
    if (!no.set)
        return true;
    enum found f = case_meeting_by_no(c->tx, &c->who, no.v, county_region(county), m, e);
    *there = f == FOUND;
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "meeting", MSG_MEETING_NONE, A(no.v)));
}

/* Of the case and of all that was filled in. */
static bool version_of(struct call *c, const struct relief_case *k, struct str *out, struct errs *e)
{
    struct list answers;
    crypto_generichash_state sum;
    uint8_t raw[16];
    char hex[sizeof raw * 2 + 1];
    struct str one = row_etag(c, &relief_case_entity, k);
    if (!case_answers(c->tx, k, &answers, c->a, e))
        return false;
    crypto_generichash_init(&sum, NULL, 0, sizeof raw);
    crypto_generichash_update(&sum, (const uint8_t *)one.p, one.n);
    for (size_t i = 0; i < answers.n; i++) {
        one = row_etag(c, &case_answer_entity, (const struct case_answer *)answers.rows + i);
        crypto_generichash_update(&sum, (const uint8_t *)one.p, one.n);
    }
    crypto_generichash_final(&sum, raw, sizeof raw);
    sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
    *out = str_of(arena_printf(c->a, "\"%s\"", hex));
    return true;
}

/* Columns, version and where it stands; the object stays open. */
static bool put_case_begin(struct call *c, struct casework *w, const struct relief_case *k, struct errs *e)
{
    struct str version;
    const struct case_known *known = case_programme(w, k->programme, k->version, e);
    if (!known || !version_of(c, k, &version, e))
        return false;
    const struct programme_step *s = k->step.p ? programme_step_find(known->programme, k->step) : NULL;
    put_object(&c->w);
    put_cols(c, &relief_case_entity, k, false);
    put_member_text(&c->w, "etag", version);
    put_member_text(&c->w, "step_label", s ? step_label(s, c->lang) : (struct str){ 0 });
    put_member_cstr(&c->w, "step_kind", s ? step_kinds[s->kind].name : NULL);
    if (strcmp(c->route->method, "GET") != 0)
        c->reply->etag = version;
    return true;
}

bool put_case(struct call *c, const struct relief_case *k, struct errs *e)
{
    struct casework w = case_desk_of(c, NULL, e);
    if (!put_case_begin(c, &w, k, e))
        return false;
    put_warnings(c, "warnings", e);
    put_object_end(&c->w);
    return true;
}

/* --- trays -------------------------------------------------------------------------------- */

static bool read_question(struct call *c, struct case_page *p, struct errs *e)
{
    static const char *const boxes[] = {
        [BOX_ALL] = "all", [BOX_TODO] = "todo", [BOX_DONE] = "done", [BOX_MINE] = "mine"
    };
    const struct cases_query *q = c->query;
    *p = (struct case_page){ .within = q->region,
                             .step = q->step,
                             .words = q->words,
                             .state = q->state.set ? q->state.v : 0,
                             .period = q->period.set ? q->period.v : 0,
                             .exceptions = q->exceptions,
                             .late = q->late,
                             .newest = c->page.down };
    bool known = !q->box.p;
    for (size_t i = 0; i < N_ELEMS(boxes) && q->box.p; i++)
        if (str_eq(q->box, str_of(boxes[i]))) {
            p->box = (enum case_box)i;
            known = true;
        }
    if (!known)
        return fail(e, ERR_INVALID, "box", MSG_API_STATE, A("all, todo, done, mine"));
    return programme_code(c, q->programme, &p->programme, e);
}

static bool put_line(struct call *c, struct casework *w, const struct relief_case *k, struct errs *e)
{
    const struct case_known *known = case_programme(w, k->programme, k->version, e);
    if (!known)
        return false;
    const struct programme_step *s = k->step.p ? programme_step_find(known->programme, k->step) : NULL;
    struct date since;
    bool late = false, waits = k->state.v <= CASE_RETURNED;
    if (waits && !case_waits_since(w, k, &since, &late, e))
        return false;
    put_object(&c->w);
    put_cols(c, &relief_case_entity, k, false);
    put_member_text(&c->w, "step_label", s ? step_label(s, c->lang) : (struct str){ 0 });
    put_member_cstr(&c->w, "step_kind", s ? step_kinds[s->kind].name : NULL);
    if (waits)
        put_member_date(&c->w, "since", since);
    put_member_bool(&c->w, "late", late);
    put_object_end(&c->w);
    return true;
}

static bool list_cases(struct call *c, struct errs *e)
{
    struct casework w = case_desk_of(c, NULL, e);
    struct list_page *p = &c->page;
    struct case_page q;
    struct scopes all;
    const struct scope *s;
    if (!read_question(c, &q, e) || !scopes_of(c->tx, &c->who, PERM_CASE_READ, q.within, &all, e))
        return false;
    rows_begin(c);
    while ((s = page_part(p, &all))) {
        struct list rows;
        if (!case_page(&w, &q, s, page_behind(p).n[0], page_room(p), &rows, e))
            return false;
        const struct relief_case *k = rows.rows;
        for (size_t i = 0; i < rows.n && page_take(p, (struct page_key){ .n = { k[i].no } }); i++)
            if (!put_line(c, &w, &k[i], e))
                return false;
    }
    page_end(c);
    return true;
}

/* --- one ---------------------------------------------------------------------------------- */

static bool read_of_case(struct call *c, const struct stmt *st, const struct relief_case *k, const char *key,
                         struct errs *e)
{
    struct list rows;
    if (!db_list(c->tx, st, &rows, c->a, e, V(k->county), V(k->id)))
        return false;
    put_rows_as(c, key, st->en, &rows);
    return true;
}

static bool put_records(struct call *c, const struct relief_case *k, struct errs *e)
{
    return read_of_case(c,
                        SQL_OF(STMT_KEY, &case_visit_entity,
                               "SELECT {*} FROM case_visit WHERE county = $1 AND case_id = $2 ORDER BY id"),
                        k, "visits", e) &&
           read_of_case(
               c,
               SQL_OF(STMT_KEY, &case_appraisal_entity,
                      "SELECT {*} FROM case_appraisal WHERE county = $1 AND case_id = $2 ORDER BY id"),
               k, "appraisals", e) &&
           read_of_case(c,
                        SQL_OF(STMT_KEY, &case_paper_entity,
                               "SELECT {*} FROM case_paper WHERE county = $1 AND case_id = $2 ORDER BY id"),
                        k, "papers", e);
}

static bool show_case(struct call *c, struct errs *e)
{
    const struct at_number *at = c->path;
    struct relief_case k = { 0 };
    struct list answers, checks, exceptions, events, documents;
    struct casework w = case_desk_of(c, NULL, e);
    if (!find_case(c, at->county, at->no, &k, e))
        return false;
    case_next(&w, &k, e);
    if (errs_any(e) || !case_answers(c->tx, &k, &answers, c->a, e) ||
        !case_checks(c->tx, &k, &checks, c->a, e) || !case_exceptions(c->tx, &k, &exceptions, c->a, e) ||
        !case_events(c->tx, &k, &events, c->a, e) ||
        !document_list(c->tx, k.county, "case", k.id, &documents, e) || !put_case_begin(c, &w, &k, e))
        return false;
    put_warnings(c, "missing", e);
    put_rows_as(c, "answers", &case_answer_entity, &answers);
    put_rows_as(c, "checks", &case_check_entity, &checks);
    put_rows_as(c, "exceptions", &case_exception_entity, &exceptions);
    put_rows_as(c, "time_line", &case_event_entity, &events);
    put_rows_as(c, "documents", &document_entity, &documents);
    if (!put_records(c, &k, e))
        return false;
    put_object_end(&c->w);
    return true;
}

/* --- applying ----------------------------------------------------------------------------- */

static bool fill_in(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    const struct answer_line *x = c->lines;
    bool ok = true;
    for (size_t i = 0; i < c->lines_n; i++) {
        struct errs own = { .a = e->a, .lang = e->lang };
        if (!case_fill(w, k, x[i].field, x[i].value, &own)) {
            ok = false;
            for (struct err *one = own.bad.first; one; one = one->next)
                one->field = arena_printf(e->a, "answers[%zu].value", i);
        }
        errs_append(e, &own);
    }
    return ok;
}

static bool household_of(struct call *c, const struct apply_form *x, struct household *h, struct errs *e)
{
    struct at_id at = { x->county, x->household.v };
    if (x->household.set)
        return find_household_at(c, &at, PERM_REGISTRY_READ, h, e);
    if (!x->hh_no.n)
        return fail(e, ERR_INVALID, "household", MSG_REQUIRED,
                    A(&entity_col(&apply_form, "household")->label));
    enum found f = household_by_no(c->tx, &c->who, x->hh_no, county_region(x->county), h, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "hh_no", MSG_NO_HOUSEHOLD, A(x->hh_no)));
}

static bool apply(struct call *c, struct errs *e)
{
    const struct apply_form *x = c->body;
    struct relief_case k = { 0 };
    struct case_application in = {
        .programme = x->programme, .applicant = x->applicant, .period_no = x->period, .proxy = x->proxy
    };
    CLEANUP(act_release) struct act act = { 0 };
    if (!household_of(c, x, &in.household, e))
        return false;
    act_begin(&act, c->tx, &c->who, "case.apply", in.household.hh_no, e->a);
    struct casework w = case_desk_of(c, &act, e);
    if (!case_apply(&w, &in, &k, e) || !fill_in(c, &w, &k, e) || (x->submit && !case_submit(&w, &k, e)) ||
        !act_end(&act, NULL, e))
        return false;
    c->reply->location =
        str_of(arena_printf(c->a, "/api/v1/cases/%lld/%lld", (long long)k.county, (long long)k.no));
    return put_case(c, &k, e);
}

/* --- moving ------------------------------------------------------------------------------- */

typedef bool move_fn(struct call *c, struct casework *w, struct relief_case *k, struct errs *e);

static bool move(struct call *c, const char *action, move_fn *fn, struct errs *e)
{
    const struct at_number *at = c->path;
    struct relief_case k = { 0 };
    struct str version;
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_case(c, at->county, at->no, &k, e) || !version_of(c, &k, &version, e) ||
        !call_matches_version(c, version, &relief_case_entity, &k, e))
        return false;
    act_begin(&act, c->tx, &c->who, action, str_of(arena_printf(c->a, "%lld", (long long)k.no)), e->a);
    struct casework w = case_desk_of(c, &act, e);
    return fn(c, &w, &k, e) && act_end(&act, NULL, e) && put_case(c, &k, e);
}

static bool do_fill(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    const struct fill_form *x = c->body;
    return fill_in(c, w, k, e) && (!x->submit || case_submit(w, k, e));
}
static bool fill(struct call *c, struct errs *e)
{
    return move(c, "case fill", do_fill, e);
}

static bool do_submit(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    (void)c;
    return case_submit(w, k, e);
}
static bool submit(struct call *c, struct errs *e)
{
    return move(c, "case submit", do_submit, e);
}

/* agree, refuse: what a step is passed or not with. */
static bool action_of(struct code decision, enum case_action *out, struct errs *e)
{
    *out = decision.v == DECISION_AGREE ? CASE_PASS : CASE_REFUSE;
    return decision.v == DECISION_AGREE || decision.v == DECISION_REFUSE ||
           fail(e, ERR_INVALID, "decision", MSG_API_STATE, A("agree, refuse"));
}

static bool do_decide(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    const struct decide_form *x = c->body;
    struct case_meeting m = { 0 };
    bool met;
    struct case_decision d = { .opinion = x->opinion, .approved = x->approved };
    if (!action_of(x->decision, &d.action, e) || !meeting_of(c, k->county, x->meeting, &m, &met, e))
        return false;
    d.meeting = met ? &m : NULL;
    return case_decide(w, k, &d, e);
}
static bool decide(struct call *c, struct errs *e)
{
    return move(c, "case.decide", do_decide, e);
}

static bool end_as(struct call *c, struct casework *w, struct relief_case *k, enum case_action action,
                   struct errs *e)
{
    const struct case_reason *x = c->body;
    struct case_decision d = { .action = action, .opinion = x->reason, .to_step = x->to_step };
    return case_decide(w, k, &d, e);
}
static bool do_return(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    return end_as(c, w, k, CASE_RETURN, e);
}
static bool send_back(struct call *c, struct errs *e)
{
    return move(c, "case return", do_return, e);
}

static bool say_why(struct call *c, struct casework *w, struct relief_case *k, enum case_action action,
                    struct errs *e)
{
    const struct reason_form *x = c->body;
    struct case_decision d = { .action = action, .opinion = x->reason };
    return case_decide(w, k, &d, e);
}
static bool do_withdraw(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    return say_why(c, w, k, CASE_WITHDRAW, e);
}
static bool withdraw(struct call *c, struct errs *e)
{
    return move(c, "case withdraw", do_withdraw, e);
}
static bool do_void(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    return say_why(c, w, k, CASE_MAKE_VOID, e);
}
static bool make_void(struct call *c, struct errs *e)
{
    return move(c, "case void", do_void, e);
}

/* --- what is recorded of steps ------------------------------------------------------------ */

static struct date on_day(struct opt_date d)
{
    return d.set ? d.v : clock_today();
}

static struct code result_of(bool against)
{
    return (struct code){ against ? DECISION_REFUSE : DECISION_AGREE, true };
}

static bool do_amount(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    const struct amount_form *x = c->body;
    return case_amount_set(w, k, x->approved.v, x->opinion, e);
}
static bool set_amount(struct call *c, struct errs *e)
{
    return move(c, "case amount", do_amount, e);
}

static bool do_visit(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    const struct visit_form *x = c->body;
    struct case_visit v = { .visited_on = on_day(x->visited_on),
                            .decision = result_of(x->against),
                            .visitors = x->visitors,
                            .person_met = x->person_met,
                            .opinion = x->opinion,
                            .group_no = x->group_no };
    return case_visit_add(w, k, &v, e);
}
static bool add_visit(struct call *c, struct errs *e)
{
    return move(c, "case verify-visit", do_visit, e);
}

static bool do_appraise(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    const struct appraisal_form *x = c->body;
    struct case_appraisal a = { .appraised_on = on_day(x->appraised_on),
                                .decision = result_of(x->against),
                                .experts = x->experts,
                                .opinion = x->opinion };
    return case_appraisal_add(w, k, &a, e);
}
static bool add_appraisal(struct call *c, struct errs *e)
{
    return move(c, "case appraise", do_appraise, e);
}

static bool do_paper(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    const struct paper_form *x = c->body;
    bool letter = str_eq(x->kind, STR("letter"));
    struct case_paper p = { .signed_on = on_day(x->signed_on),
                            .parties = letter ? x->parties : (struct str){ 0 },
                            .office = letter ? (struct str){ 0 } : x->office,
                            .document_no = x->document_no };
    if (!letter && !str_eq(x->kind, STR("filing")))
        return fail(e, ERR_INVALID, "kind", MSG_API_STATE, A("letter, filing"));
    if (!(letter ? x->parties : x->office).n)
        return fail(e, ERR_INVALID, letter ? "parties" : "office", MSG_REQUIRED,
                    A(&entity_col(&paper_form, letter ? "parties" : "office")->label));
    return case_paper_add(w, k, letter ? STEP_RESPONSIBILITY_LETTER : STEP_FILING, &p, e);
}
static bool add_paper(struct call *c, struct errs *e)
{
    const struct paper_form *x = c->body;
    return move(c, str_eq(x->kind, STR("letter")) ? "case letter" : "case file", do_paper, e);
}

static bool do_except(struct call *c, struct casework *w, struct relief_case *k, struct errs *e)
{
    const struct except_form *x = c->body;
    struct case_meeting m = { 0 };
    bool met;
    return meeting_of(c, k->county, x->meeting, &m, &met, e) &&
           case_except(w, k, x->condition, met ? &m : NULL, x->reason, x->document, e);
}
static bool except(struct call *c, struct errs *e)
{
    return move(c, "case except", do_except, e);
}

/* --- many at once ------------------------------------------------------------------------- */

/* What the database refuses ends it all; what a case lacks only keeps it from being done. */
static bool is_fault(const struct errs *e)
{
    for (const struct err *x = e->bad.first; x; x = x->next)
        if (x->code == ERR_INTERNAL || x->code == ERR_RETRY || x->code == ERR_UNAVAILABLE)
            return true;
    return false;
}

static void put_not_done(struct call *c, int64_t no, const struct errs *own)
{
    put_object(&c->w);
    put_member_int(&c->w, "no", no);
    put_key(&c->w, "why");
    put_list(&c->w);
    for (const struct err *x = own->bad.first ? own->bad.first : own->warned.first; x; x = x->next)
        put_cstr(&c->w, x->text);
    put_list_end(&c->w);
    put_object_end(&c->w);
}

static bool decide_one(struct call *c, struct casework *w, int64_t no, const struct case_decision *d,
                       struct errs *own)
{
    const struct decide_many_form *x = c->body;
    struct relief_case k = { 0 };
    if (!find_case(c, x->county, no, &k, own))
        return false;
    if (k.state.v != CASE_IN_STEPS || !str_eq(k.step, x->step))
        return fail(own, ERR_CONFLICT, "no", MSG_CASE_NOT_AT, A(k.no), A(x->step),
                    A(k.step.p ? k.step : STR("—")));
    /* Its conditions lack something: it came back. */
    return case_decide(w, &k, d, own) && k.state.v != CASE_RETURNED;
}

static bool decide_many(struct call *c, struct errs *e)
{
    const struct decide_many_form *x = c->body;
    const struct case_line *line = c->lines;
    struct case_decision d = { .opinion = x->opinion, .approved = x->approved };
    struct case_meeting m = { 0 };
    bool met;
    int64_t done = 0;
    CLEANUP(act_release) struct act act = { 0 };
    if (!action_of(x->decision, &d.action, e) || !meeting_of(c, x->county, x->meeting, &m, &met, e))
        return false;
    d.meeting = met ? &m : NULL;
    act_begin(&act, c->tx, &c->who, "case decide", x->step, e->a);
    struct casework w = case_desk_of(c, &act, e);
    put_object(&c->w);
    put_key(&c->w, "not_done");
    put_list(&c->w);
    for (size_t i = 0; i < c->lines_n; i++) {
        struct errs own = { .a = e->a, .lang = e->lang };
        if (decide_one(c, &w, line[i].no.v, &d, &own)) {
            done++;
            continue;
        }
        if (is_fault(&own)) {
            errs_append(e, &own);
            return false;
        }
        put_not_done(c, line[i].no.v, &own);
    }
    put_list_end(&c->w);
    put_member_int(&c->w, "cases", (int64_t)c->lines_n);
    put_member_int(&c->w, "done", done);
    put_object_end(&c->w);
    return act_end(&act, NULL, e);
}

// clang-format off
#define CASE "/api/v1/cases/{county}/{no}"
#define AT_PARTS { .name = "step_label", .type = "string" }, { .name = "step_kind", .type = "string" }
static const struct answer_part list_parts[] = { AT_PARTS, { .name = "since", .type = "string" }, { .name = "late", .type = "boolean" }, { 0 } };
const struct answer_part case_written_parts[] = { AT_PARTS, { .name = "etag", .type = "string" }, { .name = "warnings", .type = "string", .list = true }, { 0 } };
static const struct answer_part shown_parts[] = {
    AT_PARTS, { .name = "etag", .type = "string" }, { .name = "missing", .type = "string", .list = true },
    { .name = "answers", .of = &case_answer_entity, .list = true }, { .name = "checks", .of = &case_check_entity, .list = true },
    { .name = "exceptions", .of = &case_exception_entity, .list = true }, { .name = "time_line", .of = &case_event_entity, .list = true },
    { .name = "documents", .of = &document_entity, .list = true }, { .name = "visits", .of = &case_visit_entity, .list = true },
    { .name = "appraisals", .of = &case_appraisal_entity, .list = true }, { .name = "papers", .of = &case_paper_entity, .list = true }, { 0 } };
static const struct answer_part many_parts[] = {
    { .name = "cases", .type = "integer" }, { .name = "done", .type = "integer" }, { .name = "not_done", .type = "object", .list = true }, { 0 } };
#define MOVE(suffix, p, form, fn, zh, en, example) \
    { .method = "POST", .pattern = CASE suffix, .perm = p, .tx = ROUTE_WRITES, .flags = ROUTE_MATCH | ROUTE_PERSONAL, .path = &at_number, .body = form, .run = fn, \
      .answer = &relief_case_entity, .parts = case_written_parts, .doc = { zh, en }, .sample = example }
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/cases", .perm = PERM_CASE_READ, .flags = ROUTE_PERSONAL, .query = &cases_query, .orders = ORDERS(BY("no", "案件号", "the case's number")), .run = list_cases, .answer = &relief_case_entity, .list = true, .parts = list_parts,
      .doc = { "案件：待办、已办、我发起，可筛选、翻页", "Cases: what waits, what is done, what one entered; filters and pages" } },
    { .method = "POST", .pattern = "/api/v1/cases", .perm = PERM_CASE_ENTER, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .body = &apply_form, .lines = &answer_line, .lines_name = "answers", .run = apply, .status = 201, .answer = &relief_case_entity, .parts = case_written_parts,
      .doc = { "受理一户的申请", "Enter the application of a household" }, .sample = "{\"county\":350603,\"programme\":\"xingfu\",\"hh_no\":\"LW000001\",\"period\":24,\"answers\":[{\"field\":\"project\",\"value\":\"养鸡\"}]}" },
    { .method = "POST", .pattern = "/api/v1/cases/decide", .perm = PERM_CASE_READ, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL, .body = &decide_many_form, .lines = &case_line, .lines_name = "cases", .run = decide_many, .parts = many_parts,
      .doc = { "成批办理同一步骤的案件；办不了的逐件说明", "Decide on many cases at one step; what cannot be done is told one by one" }, .sample = "{\"county\":350603,\"step\":\"county\",\"decision\":\"agree\",\"opinion\":\"同意\",\"cases\":[{\"no\":1}]}" },
    { .method = "GET", .pattern = CASE, .perm = PERM_CASE_READ, .flags = ROUTE_PERSONAL, .path = &at_number, .run = show_case, .answer = &relief_case_entity, .parts = shown_parts,
      .doc = { "一个案件：申请内容、条件核对、材料、办理记录，还缺什么", "A case: answers, conditions, papers, its time line, and what is missing" } },
    { .method = "PATCH", .pattern = CASE, .perm = PERM_CASE_READ, .tx = ROUTE_WRITES, .flags = ROUTE_MATCH | ROUTE_PERSONAL, .path = &at_number, .body = &fill_form, .lines = &answer_line, .lines_name = "answers", .run = fill, .answer = &relief_case_entity, .parts = case_written_parts,
      .doc = { "填写申请表；由人评定的条件写作 condition.ID", "Fill in the application; a condition that people decide is condition.ID" }, .sample = "{\"answers\":[{\"field\":\"project\",\"value\":\"养鸡\"}]}" },
    MOVE("/submit", PERM_CASE_ENTER, NULL, submit, "提交申请，或继续办理；不需要决定的步骤自动通过", "Hand it in, or try its next step again", NULL),
    MOVE("/decide", PERM_CASE_READ, &decide_form, decide, "在当前步骤通过或不通过", "Pass or refuse it at its step", "{\"decision\":\"agree\",\"opinion\":\"同意\"}"),
    MOVE("/return", PERM_CASE_READ, &case_reason, send_back, "退回到以前的步骤；已填写的都保留", "Send it back to an earlier step", "{\"reason\":\"缺户口簿\"}"),
    MOVE("/withdraw", PERM_CASE_ENTER, &reason_form, withdraw, "撤回申请", "Withdraw the application", "{\"reason\":\"本人放弃\"}"),
    MOVE("/void", PERM_CASE_COUNTY, &reason_form, make_void, "已确定的案件作废；编号保留", "Declare a confirmed case void", "{\"reason\":\"全家迁出\"}"),
    MOVE("/amount", PERM_CASE_READ, &amount_form, set_amount, "核定金额", "Set its amount", "{\"approved\":\"8000.00\"}"),
    MOVE("/visits", PERM_CASE_READ, &visit_form, add_visit, "登记入户核查", "Record a home visit", "{\"visitors\":\"张三、李四\",\"person_met\":\"林某\",\"opinion\":\"情况属实\"}"),
    MOVE("/appraisals", PERM_CASE_READ, &appraisal_form, add_appraisal, "登记专家论证", "Record the experts' appraisal", "{\"experts\":\"张三、李四、王五\",\"opinion\":\"项目可行\"}"),
    MOVE("/papers", PERM_CASE_READ, &paper_form, add_paper, "登记责任状或备案", "Record the responsibility letter or a filing", "{\"kind\":\"letter\",\"parties\":\"张三、李四\"}"),
    MOVE("/exceptions", PERM_CASE_COUNTY, &except_form, except, "登记县集体决定的例外", "Record an exception that the county decided", "{\"condition\":\"below_average\",\"meeting\":1,\"reason\":\"重病\",\"document\":\"某办〔2026〕5号\"}"),
};
// clang-format on
const struct route_table case_routes = { { "案件", "Cases" }, routes, N_ELEMS(routes) };
