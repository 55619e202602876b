#include "casework/case.h"

#include "access/site.h"
#include "base/clock.h"
#include "base/value.h"
#include "casework/case_check.h"
#include "casework/case_parts.h"
#include "casework/notice.h"
#include "casework/number.h"
#include "programme/application.h"
#include "registry/person.h"

#include <assert.h>

/* --- places and offices --------------------------------------------------------------------------- */

const struct programme_step *case_step(const struct case_known *k, struct str id)
{
    return id.p ? programme_step_find(k->programme, id) : NULL;
}

const struct programme_step *case_step_after(const struct programme *p, struct str id)
{
    bool behind = !id.p;
    for (size_t i = 0; i < p->steps.n; i++) {
        if (behind && p->steps.p[i].enabled)
            return &p->steps.p[i];
        behind = behind || str_eq(p->steps.p[i].id.name, id);
    }
    return NULL;
}

struct region_code case_place(struct region_code village, enum office_level level)
{
    if (level == LEVEL_VILLAGE)
        return village;
    if (level == LEVEL_TOWNSHIP)
        return (struct region_code){ village.v / 1000 * 1000 };
    return (struct region_code){ region_county(village) * 1000000 };
}

enum perm case_perm(enum office_level level)
{
    switch (level) {
    case LEVEL_NONE: return PERM_CASE_ENTER;
    case LEVEL_VILLAGE: return PERM_CASE_VILLAGE;
    case LEVEL_TOWNSHIP: return PERM_CASE_TOWNSHIP;
    case LEVEL_COUNTY:
    case LEVEL_PREFECTURE:
    case LEVEL_PROVINCE: break;
    }
    return PERM_CASE_COUNTY;
}

/* Whose step it is where the programme does not say. */
static enum office_level level_of(const struct programme_step *s)
{
    if (s->level != LEVEL_NONE)
        return s->level;
    switch (s->kind) {
    case STEP_MEETING:
    case STEP_REVIEW: return s->decides ? LEVEL_COUNTY : LEVEL_TOWNSHIP;
    case STEP_APPRAISAL:
    case STEP_AMOUNT:
    case STEP_EXCLUSION:
    case STEP_FILING: return LEVEL_COUNTY;
    case STEP_HOME_VISIT:
    case STEP_REGISTER:
    case STEP_BATCH:
    case STEP_ACCEPTANCE:
    case STEP_RESPONSIBILITY_LETTER: return LEVEL_TOWNSHIP;
    default: return LEVEL_NONE;
    }
}

bool case_may_step(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                   struct errs *e)
{
    enum office_level level = level_of(s);
    return actor_need_at(w->who, case_perm(level),
                         level == LEVEL_NONE ? c->village : case_place(c->village, level), e);
}

static const struct programme_step *deciding(const struct programme *p)
{
    for (size_t i = 0; i < p->steps.n; i++)
        if (p->steps.p[i].decides && p->steps.p[i].enabled)
            return &p->steps.p[i];
    return NULL;
}

/* --- writing ------------------------------------------------------------------------------------------ */

static bool put_line(struct casework *w, const struct relief_case *c, struct case_event line, struct errs *e)
{
    int64_t last;
    if (!db_int(w->tx, SQL(STMT_KEY, "SELECT max(seq) FROM case_event WHERE county = $1 AND case_id = $2"),
                &last, e, V(c->county), V(c->id)))
        return false;
    line.county = c->county;
    line.case_id = c->id;
    line.seq = last + 1;
    line.to_state = c->state;
    line.happened_on = w->today;
    line.at = w->act->at;
    line.user_id = w->who->user_id;
    line.login = w->who->login;
    return db_insert(w->tx, &case_event_entity, &line, e);
}

bool case_put(struct casework *w, struct relief_case *c, const struct relief_case *new,
              const struct case_event *line, struct errs *e)
{
    struct case_event own = *line;
    own.from_state = c->state;
    if (!act_update(w->act, &relief_case_entity, c, new, e))
        return false;
    *c = *new;
    return put_line(w, c, own, e);
}

static struct code of_action(enum case_action a)
{
    return (struct code){ (int32_t)a, true };
}

/* --- the table of states -------------------------------------------------------------------------------- */

static bool guard_reason(struct casework *w, const struct relief_case *c, const struct case_decision *d,
                         struct errs *e)
{
    (void)w;
    (void)c;
    return (str_trim(d->opinion).n && str_chars(d->opinion) <= CASE_TEXT_MAX) ||
           fail(e, ERR_INVALID, "reason", MSG_CASE_REASON);
}

static bool guard_earlier(struct casework *w, const struct relief_case *c, const struct case_decision *d,
                          struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    if (!k || !guard_reason(w, c, d, e))
        return false;
    if (!d->to_step.p)
        return true;
    const struct programme_step *to = case_step(k, d->to_step), *now = case_step(k, c->step);
    if (!to || !to->enabled)
        return fail(e, ERR_NOT_FOUND, "to", MSG_CASE_NO_STEP, A(d->to_step));
    return to <= now || fail(e, ERR_CONFLICT, "to", MSG_CASE_STEP_LATER, A(step_label(to, e->lang)),
                             A(step_label(now, e->lang)));
}

static bool guard_not_begun(struct casework *w, const struct relief_case *c, const struct case_decision *d,
                            struct errs *e)
{
    bool begun = false, settled = false;
    for (size_t i = 0; w->hooks && i < w->hooks->n && !begun; i++)
        if (w->hooks->list[i]->outcome &&
            !w->hooks->list[i]->outcome(w->tx, c->county, c->id, &begun, &settled, e))
            return false;
    return (!begun || fail(e, ERR_CONFLICT, "no", MSG_CASE_BEGUN, A(c->no))) && guard_reason(w, c, d, e);
}

static bool complete(struct casework *w, const struct relief_case *c, struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    struct list answers;
    bool ok = true;
    if (!k || !case_answers(w->tx, c, &answers, e->a, e))
        return false;
    const struct case_answer *x = answers.rows;
    for (size_t i = 0; i < k->programme->application.fields.n; i++) {
        const struct programme_application_field *f = &k->programme->application.fields.p[i];
        bool there = !f->required || f->stage > STAGE_APPLICATION;
        for (size_t n = 0; n < answers.n && !there; n++)
            there = str_eq(x[n].field, f->id.name);
        if (!there)
            ok = fail(e, ERR_INVALID, "fill", MSG_CASE_FIELD_MISSING, A(wording_in(&f->label, e->lang)),
                      A(f->id.name));
    }
    return ok;
}

static bool guard_complete(struct casework *w, const struct relief_case *c, const struct case_decision *d,
                           struct errs *e)
{
    (void)d;
    bool ok = complete(w, c, e);
    ok = case_family_free(w, c, e) && ok;
    return case_looks_double(w, c, false, e) && ok;
}

static bool guard_step(struct casework *w, const struct relief_case *c, const struct case_decision *d,
                       struct errs *e);

const struct case_move case_moves[] = {
    { CASE_DRAFT, CASE_FILL, CASE_DRAFT, PERM_CASE_ENTER, NULL },
    { CASE_DRAFT, CASE_SUBMIT, CASE_IN_STEPS, PERM_CASE_ENTER, guard_complete },
    { CASE_DRAFT, CASE_EXCEPT, CASE_DRAFT, PERM_CASE_COUNTY, guard_reason },
    { CASE_DRAFT, CASE_WITHDRAW, CASE_WITHDRAWN, PERM_CASE_ENTER, guard_reason },
    { CASE_IN_STEPS, CASE_FILL, CASE_IN_STEPS, PERM_CASE_ENTER, NULL },
    { CASE_IN_STEPS, CASE_SUBMIT, CASE_IN_STEPS, PERM_CASE_ENTER, NULL },
    { CASE_IN_STEPS, CASE_PASS, CASE_IN_STEPS, PERM_NONE, guard_step },
    { CASE_IN_STEPS, CASE_REFUSE, CASE_REFUSED, PERM_NONE, guard_reason },
    { CASE_IN_STEPS, CASE_RETURN, CASE_RETURNED, PERM_NONE, guard_earlier },
    { CASE_IN_STEPS, CASE_EXCEPT, CASE_IN_STEPS, PERM_CASE_COUNTY, guard_reason },
    { CASE_IN_STEPS, CASE_NOTICED, CASE_IN_STEPS, PERM_CASE_ENTER, NULL },
    { CASE_IN_STEPS, CASE_WITHDRAW, CASE_WITHDRAWN, PERM_CASE_ENTER, guard_reason },
    { CASE_RETURNED, CASE_FILL, CASE_RETURNED, PERM_CASE_ENTER, NULL },
    { CASE_RETURNED, CASE_SUBMIT, CASE_IN_STEPS, PERM_CASE_ENTER, guard_complete },
    { CASE_RETURNED, CASE_EXCEPT, CASE_RETURNED, PERM_CASE_COUNTY, guard_reason },
    { CASE_RETURNED, CASE_WITHDRAW, CASE_WITHDRAWN, PERM_CASE_ENTER, guard_reason },
    { CASE_CONFIRMED, CASE_MAKE_VOID, CASE_VOID, PERM_CASE_COUNTY, guard_not_begun },
};
const size_t case_moves_n = N_ELEMS(case_moves);

static struct str state_name(struct casework *w, struct code state, enum lang lang)
{
    const struct code_table *t = code_table(w->codes, "case_state");
    const struct code_row *row = t ? code_row(t, state.v) : NULL;
    return row ? code_label(row, lang) : STR("?");
}

static const struct case_move *move_of(struct casework *w, const struct relief_case *c, enum case_action a,
                                       struct errs *e)
{
    const struct code_table *t = code_table(w->codes, "case_action");
    const struct code_row *row = t ? code_row(t, (int32_t)a) : NULL;
    for (size_t i = 0; i < N_ELEMS(case_moves); i++)
        if ((int32_t)case_moves[i].from == c->state.v && case_moves[i].action == a)
            return &case_moves[i];
    fail(e, ERR_CONFLICT, "no", MSG_CASE_STATE, A(c->no), A(state_name(w, c->state, e->lang)),
         A(row ? code_label(row, e->lang) : STR("?")));
    return NULL;
}

static struct region_code place_of(const struct relief_case *c, enum perm p)
{
    return p == PERM_CASE_COUNTY ? case_place(c->village, LEVEL_COUNTY) : c->village;
}

/* --- a step and what lets it pass --------------------------------------------------------------------------
 */

static bool other_person(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                         struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    for (size_t i = 0; k && i < s->other_person_than.n; i++) {
        struct str id = s->other_person_than.p[i].name;
        const struct programme_step *other = case_step(k, id);
        int64_t n;
        if (!db_int(w->tx,
                    SQL(STMT_KEY,
                        "SELECT count(*) FROM case_event WHERE county = $1 AND case_id = $2 AND step = "
                        "$3 AND action = 4 AND user_id = $4"),
                    &n, e, V(c->county), V(c->id), V(id), V(w->who->user_id)))
            return false;
        if (n)
            return fail(e, ERR_FORBIDDEN, "as", MSG_CASE_SAME_PERSON, A(w->who->login),
                        A(step_label(other ? other : s, e->lang)), A(step_label(s, e->lang)));
    }
    return k != NULL;
}

static bool in_window(struct casework *w, const struct programme_step *s, struct errs *e)
{
    struct civil c = date_civil(w->today);
    int32_t now = c.month * 100 + c.day;
    if (!s->from.v || !s->to.v)
        return true;
    bool in = s->from.v <= s->to.v ? s->from.v <= now && now <= s->to.v : now >= s->from.v || now <= s->to.v;
    return in || fail(e, ERR_CONFLICT, "on", MSG_CASE_WINDOW, A(step_label(s, e->lang)), A(s->from.v / 100),
                      A(s->from.v % 100), A(s->to.v / 100), A(s->to.v % 100));
}

static bool needs_met(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                      const struct case_decision *d, struct errs *missing)
{
    step_need_fn *need = case_step_kinds[s->kind].need;
    bool ok = in_window(w, s, missing);
    if (need && !need(w, c, s, d, missing))
        ok = false;
    if (s->requires.n && need != NULL && s->kind != STEP_DOCUMENTS && s->kind != STEP_REVIEW &&
        s->kind != STEP_REGISTER && s->kind != STEP_APPLICATION && s->kind != STEP_ACCEPTANCE)
        ok = case_papers_there(w, c, s, missing) && ok;
    return ok;
}

static bool guard_step(struct casework *w, const struct relief_case *c, const struct case_decision *d,
                       struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    const struct programme_step *s = k ? case_step(k, c->step) : NULL;
    if (!s)
        return k && fail(e, ERR_CONFLICT, "no", MSG_CASE_NO_STEP, A(c->step));
    const struct case_step_kind *kind = &case_step_kinds[s->kind];
    if (kind->by == BY_ITSELF)
        return fail(e, ERR_CONFLICT, "no", MSG_CASE_BY_ITSELF, A(step_label(s, e->lang)), A(kind->hint));
    if (kind->by == BY_RECORD && !d->by_record)
        return fail(e, ERR_CONFLICT, "no", MSG_CASE_BY_RECORD, A(step_label(s, e->lang)), A(kind->hint));
    bool ok = case_not_own(w, c, e);
    ok = other_person(w, c, s, e) && ok;
    return needs_met(w, c, s, d, e) && ok;
}

/* What an approved amount has to keep to. */
static bool amount_fits(struct casework *w, const struct relief_case *c, struct money m, struct errs *e)
{
    struct opt_money min, max;
    if (!case_limits(w, c, &min, &max, e))
        return false;
    if (max.set && m.fen > max.v.fen)
        return fail(e, ERR_CONFLICT, "approved", MSG_CASE_AMOUNT_HIGH, A(m), A(max.v));
    return !(min.set && m.fen < min.v.fen) ||
           fail(e, ERR_CONFLICT, "approved", MSG_CASE_AMOUNT_LOW, A(m), A(min.v));
}

/* Nothing helps against an objection. */
static bool no_objection(struct casework *w, const struct relief_case *c, struct errs *e)
{
    struct notice_answer answer;
    if (!notice_case_clear(w->tx, c->county, c->id, w->today, &answer, e))
        return false;
    return (answer.verdict != NOTICE_OPEN && answer.verdict != NOTICE_OBJECTED) ||
           fail(e, ERR_CONFLICT, "notice", MSG_CASE_NOTICE, A(c->no),
                A(notice_answer_text(&answer, e->a, e->lang)));
}

/* --- moving on
 * ------------------------------------------------------------------------------------------------ */

/* The step behind s is the next one; behind the last the case is confirmed. */
static void step_on(struct casework *w, const struct programme *p, const struct programme_step *s,
                    struct relief_case *new)
{
    const struct programme_step *next = case_step_after(p, s->id.name);
    new->step = next ? next->id.name : (struct str){ 0 };
    if (next)
        return;
    new->state.v = CASE_CONFIRMED;
    new->ended_on = (struct opt_date){ w->today, true };
}

static bool to_next(struct casework *w, struct relief_case *c, const struct programme *p,
                    const struct programme_step *s, struct case_event line, struct errs *e)
{
    struct relief_case new = *c;
    line.action = of_action(CASE_PASS);
    line.step = s->id.name;
    if (s->kind == STEP_CLASSIFICATION && !case_classify(w, c, s, &new.class, e))
        return false;
    if (s->kind == STEP_CLASSIFICATION)
        line.opinion = new.class;
    if (s->kind == STEP_NOTICE)
        new.notice_no.set = false;
    step_on(w, p, s, &new);
    return case_put(w, c, &new, &line, e);
}

static void tell_missing(const struct programme_step *s, const struct errs *missing, struct errs *e)
{
    for (const struct err *x = missing->bad.first; x; x = x->next)
        warn(e, x->field, MSG_CASE_WAITS, A(step_label(s, e->lang)), A(x->text));
}

bool case_broke_off(const struct errs *missing, struct errs *e)
{
    for (const struct err *x = missing->bad.first; x; x = x->next)
        if (x->code == ERR_INTERNAL || x->code == ERR_RETRY || x->code == ERR_UNAVAILABLE) {
            errs_append(e, missing);
            return true;
        }
    return false;
}

/* Through the steps that need nobody, as far as it goes; what stops it is a warning. */
static bool advance(struct casework *w, struct relief_case *c, struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    while (k && c->state.v == CASE_IN_STEPS) {
        const struct programme_step *s = case_step(k, c->step);
        struct errs missing = { .a = e->a, .lang = e->lang };
        if (!s)
            return fail(e, ERR_INTERNAL, "no", MSG_CASE_NO_STEP, A(c->step));
        if (case_step_kinds[s->kind].by != BY_ITSELF)
            return true;
        if (!needs_met(w, c, s, NULL, &missing)) {
            if (case_broke_off(&missing, e))
                return false;
            tell_missing(s, &missing, e);
            return true;
        }
        if (!to_next(w, c, k->programme, s, (struct case_event){ 0 }, e))
            return false;
    }
    return k != NULL;
}

const struct programme_step *case_next(struct casework *w, const struct relief_case *c, struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    const struct programme_step *s = k ? case_step(k, c->step) : NULL;
    struct errs missing = { .a = e->a, .lang = e->lang };
    if (s && c->state.v == CASE_IN_STEPS && !needs_met(w, c, s, NULL, &missing)) {
        if (case_broke_off(&missing, e))
            return NULL;
        tell_missing(s, &missing, e);
    }
    return s;
}

/* --- the application
 * ---------------------------------------------------------------------------------------- */

/* Who is named; else the first member who may, else the head. */
static enum found find_member(struct casework *w, const struct relief_case *c, struct str name, bool any,
                              struct person *p, struct errs *e)
{
    int64_t id = 0;
    if (name.p)
        return db_find(
            w->tx,
            SQL_OF(STMT_KEY, &person_entity,
                   "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 AND name = $3 AND "
                   "left_on IS NULL ORDER BY id LIMIT 1"),
            p, e, V(c->county), V(c->household_id), V(name));
    if (any && !case_who_may_apply(w, c, &id, e))
        return FAILED;
    if (id)
        return db_get(w->tx, &person_entity, p, e, V(c->county), V(id));
    return db_find(
        w->tx,
        SQL_OF(STMT_KEY, &person_entity,
               "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 AND relation = 1 AND "
               "left_on IS NULL ORDER BY id LIMIT 1"),
        p, e, V(c->county), V(c->household_id));
}

static bool find_applicant(struct casework *w, const struct case_application *in, const struct programme *p,
                           struct relief_case *c, struct errs *e)
{
    struct person x;
    bool any = p->applicant.who == APPLICANT_MEMBER;
    struct str name = any && str_trim(in->applicant).n ? str_trim(in->applicant) : (struct str){ 0 };
    enum found f = find_member(w, c, name, any, &x, e);
    if (f == FAILED)
        return false;
    c->applicant_name = f == FOUND ? x.name : in->household.head_name;
    if (f == FOUND && p->applicant.who != APPLICANT_HOUSEHOLD)
        c->applicant_id = (struct opt_int){ x.id, true };
    if ((f == NONE && name.n) || !c->applicant_name.p)
        return fail(e, ERR_NOT_FOUND, "applicant", MSG_CASE_NO_MEMBER, A(in->household.hh_no),
                    A(name.n ? name : STR("—")));
    return true;
}

static bool may_apply(struct casework *w, const struct case_application *in, const struct programme *p,
                      struct errs *e)
{
    const struct household *h = &in->household;
    bool ok = actor_need_at(w->who, PERM_CASE_ENTER, h->village, e);
    if (h->state.set && h->state.v == STATE_CLOSED)
        ok = fail(e, ERR_CONFLICT, "household", MSG_CASE_CLOSED_HOUSEHOLD, A(h->hh_no));
    if ((p->valid_from.set && w->today.day < p->valid_from.v.day) ||
        (p->valid_to.set && w->today.day > p->valid_to.v.day))
        ok = fail(e, ERR_CONFLICT, "programme", MSG_CASE_NOT_VALID, A(p->code.name), A(w->today));
    if (in->proxy.p && !p->application.proxy)
        ok = fail(e, ERR_INVALID, "proxy", MSG_CASE_NO_PROXY, A(p->code.name));
    return ok;
}

bool case_apply(struct casework *w, const struct case_application *in, struct relief_case *c, struct errs *e)
{
    struct case_known *k = case_programme(w, in->programme, 0, e);
    const struct household *h = &in->household;
    if (!k || !may_apply(w, in, k->programme, e))
        return false;
    *c = (struct relief_case){ .county = h->county,
                               .programme = k->version.programme,
                               .version = k->version.version,
                               .period_no = in->period_no,
                               .household_id = h->id,
                               .hh_no = h->hh_no,
                               .head_name = h->head_name,
                               .proxy = in->proxy,
                               .village = h->village,
                               .state = { CASE_DRAFT, true },
                               .applied_on = w->today,
                               .applied_by = w->who->login };
    if (!find_applicant(w, in, k->programme, c, e) || !case_family_free(w, c, e) ||
        !case_looks_double(w, c, true, e))
        return false;
    struct case_event line = { .action = of_action(CASE_APPLY), .opinion = in->proxy };
    return counter_next(w->tx, c->county, "case", &c->no, e) && db_id(w->tx, &c->id, e) &&
           db_insert(w->tx, &relief_case_entity, c, e) && put_line(w, c, line, e);
}

/* The answers of both are good, or the case goes back with what is missing. */
static bool send_back(struct casework *w, struct relief_case *c, struct str reason, struct errs *e)
{
    struct relief_case new = *c;
    struct case_event line = { .action = of_action(CASE_RETURN), .step = c->step, .opinion = reason };
    new.state.v = CASE_RETURNED;
    new.reason = reason;
    return case_put(w, c, &new, &line, e);
}

/* Failed: it stops here.  Only unknown: it is sent back, and *back says so. */
static bool check_or_back(struct casework *w, struct relief_case *c, enum check_stage stage, bool *back,
                          struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(CASE_TEXT_MAX);
    struct errs found = { .a = e->a, .lang = e->lang };
    *back = false;
    if (case_check_passes(w, c, stage, &found))
        return true;
    for (const struct err *x = found.bad.first; x; x = x->next) {
        if (x->msg != MSG_CASE_UNKNOWN) {
            errs_append(e, &found);
            return false;
        }
        buf_addf(&b, "%s%s", b.n ? "；" : "", x->text);
        warn(e, x->field, MSG_CASE_BACK, A(x->text));
    }
    *back = true;
    return send_back(w, c, arena_str(w->a, buf_str(&b)), e);
}

bool case_submit(struct casework *w, struct relief_case *c, struct errs *e)
{
    const struct case_decision none = { .action = CASE_SUBMIT };
    const struct case_move *m = move_of(w, c, CASE_SUBMIT, e);
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    bool back;
    if (!m || !k || !actor_need_at(w->who, m->perm, c->village, e))
        return false;
    if (m->from == CASE_IN_STEPS)
        return advance(w, c, e);
    if ((m->guard && !m->guard(w, c, &none, e)) || !check_or_back(w, c, CHECK_APPLICATION, &back, e))
        return false;
    if (back)
        return true;
    const struct programme_step *first = case_step_after(k->programme, (struct str){ 0 });
    struct relief_case new = *c;
    struct case_event line = { .action = of_action(CASE_SUBMIT), .step = c->step };
    new.state.v = (int32_t)m->to;
    new.reason = (struct str){ 0 };
    if (!new.step.p)
        new.step = first->id.name;
    if (!new.submitted_on.set)
        new.submitted_on = (struct opt_date){ w->today, true };
    return case_put(w, c, &new, &line, e) && advance(w, c, e);
}

/* --- deciding
 * ------------------------------------------------------------------------------------------------- */

/* What the deciding step asks besides what every step does. */
static bool may_decide(struct casework *w, struct relief_case *c, bool *back, struct errs *e)
{
    *back = false;
    return case_family_free(w, c, e) && no_objection(w, c, e) && check_or_back(w, c, CHECK_DECISION, back, e);
}

static bool set_amount(struct casework *w, const struct programme_step *s, const struct case_decision *d,
                       struct relief_case *new, struct errs *e)
{
    if (d->approved.set)
        new->approved = d->approved;
    if (s->decides && !new->approved.set)
        new->approved = new->asked;
    if (!new->approved.set || !(s->decides || d->approved.set))
        return true;
    return amount_fits(w, new, new->approved.v, e);
}

static bool pass(struct casework *w, struct relief_case *c, const struct case_decision *d, struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    const struct programme_step *s = k ? case_step(k, c->step) : NULL;
    struct relief_case new = *c;
    struct case_event line = { .action = of_action(CASE_PASS),
                               .opinion = d->opinion,
                               .batch_id = d->batch_id };
    bool back = false;
    if (!s || !set_amount(w, s, d, &new, e) || (s->decides && !may_decide(w, c, &back, e)))
        return false;
    if (back)
        return true;
    if (s->decides)
        new.decided_on = (struct opt_date){ w->today, true };
    if (s->allots_number && !new.number.p && !number_allot(w, k->programme, &new, e))
        return false;
    line.step = s->id.name;
    if (d->meeting)
        line.meeting_id = (struct opt_int){ d->meeting->id, true };
    if (d->batch_id.set)
        new.batch_id = d->batch_id;
    step_on(w, k->programme, s, &new);
    return case_put(w, c, &new, &line, e) && advance(w, c, e);
}

/* Who refuses or sends back: the office of the step; of a case that was decided already, that which did. */
static bool may_stop(struct casework *w, const struct relief_case *c, struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    const struct programme_step *s = k ? case_step(k, c->step) : NULL;
    if (!s)
        return false;
    if (c->decided_on.set && deciding(k->programme))
        s = deciding(k->programme);
    enum office_level level = level_of(s);
    if (level == LEVEL_NONE)
        level = LEVEL_TOWNSHIP;
    return actor_need_at(w->who, case_perm(level), case_place(c->village, level), e);
}

static bool may_move(struct casework *w, const struct relief_case *c, const struct case_move *m,
                     struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    const struct programme_step *s = k ? case_step(k, c->step) : NULL;
    if (!k)
        return false;
    if (m->perm != PERM_NONE)
        return actor_need_at(w->who, m->perm, place_of(c, m->perm), e);
    if (m->action == CASE_PASS)
        return s ? case_may_step(w, c, s, e) : fail(e, ERR_CONFLICT, "no", MSG_CASE_NO_STEP, A(c->step));
    return may_stop(w, c, e);
}

/* Sent back behind the decision, it is not decided any more. */
static void take_back(const struct case_known *k, const struct case_decision *d, struct relief_case *new)
{
    const struct programme_step *to = case_step_after(k->programme, (struct str){ 0 });
    if (d->to_step.p)
        to = case_step(k, d->to_step);
    const struct programme_step *decides = deciding(k->programme);
    if (decides && to <= decides)
        new->decided_on.set = false;
    new->step = to->id.name;
    new->notice_no.set = false;
}

static bool end(struct casework *w, struct relief_case *c, const struct case_move *m,
                const struct case_decision *d, struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    struct relief_case new = *c;
    struct case_event line = { .action = of_action(m->action),
                               .step = c->step,
                               .opinion = str_trim(d->opinion) };
    if (!k)
        return false;
    if (d->meeting)
        line.meeting_id = (struct opt_int){ d->meeting->id, true };
    new.state.v = (int32_t)m->to;
    new.reason = str_trim(d->opinion);
    if (m->to == CASE_RETURNED) {
        take_back(k, d, &new);
    } else {
        new.step = (struct str){ 0 };
        new.ended_on = (struct opt_date){ w->today, true };
        if (!number_void(w, c, new.reason, e))
            return false;
    }
    return case_put(w, c, &new, &line, e);
}

bool case_decide(struct casework *w, struct relief_case *c, const struct case_decision *d, struct errs *e)
{
    const struct case_move *m = move_of(w, c, d->action, e);
    if (!m || !may_move(w, c, m, e))
        return false;
    if (d->action != CASE_WITHDRAW && d->action != CASE_PASS && !case_not_own(w, c, e))
        return false;
    if (m->guard && !m->guard(w, c, d, e))
        return false;
    return m->action == CASE_PASS ? pass(w, c, d, e) : end(w, c, m, d, e);
}

bool case_noticed(struct casework *w, struct relief_case *c, int64_t notice_no, struct errs *e)
{
    const struct case_move *m = move_of(w, c, CASE_NOTICED, e);
    struct case_event line = { .action = of_action(CASE_NOTICED), .step = c->step };
    struct relief_case new = *c;
    if (!m || !actor_need_at(w->who, m->perm, c->village, e))
        return false;
    new.notice_no = (struct opt_int){ notice_no, true };
    line.opinion = str_of(arena_printf(w->a, "%lld", (long long)notice_no));
    return case_put(w, c, &new, &line, e);
}

/* --- exceptions
 * ------------------------------------------------------------------------------------------------ */

/* It fails today: there is something to except. */
static bool find_failed(struct casework *w, const struct relief_case *c, struct str condition,
                        struct str *label, struct errs *e)
{
    struct list rows;
    struct errs probe = { .a = e->a, .lang = e->lang };
    if (str_eq(condition, STR("duplicate"))) {
        *label = STR("疑似重复");
        if (!case_looks_double(w, c, false, &probe))
            return !case_broke_off(&probe, e);
        return fail(e, ERR_CONFLICT, "condition", MSG_CASE_NOT_FAILED, A(condition));
    }
    if (!case_check(w, c, c->state.v == CASE_IN_STEPS ? CHECK_DECISION : CHECK_APPLICATION, &rows, e))
        return false;
    const struct case_check *x = rows.rows;
    for (size_t i = 0; i < rows.n; i++)
        if (str_eq(x[i].condition_id, condition)) {
            *label = x[i].label;
            return x[i].result.v == CHECK_NO ||
                   fail(e, ERR_CONFLICT, "condition", MSG_CASE_NOT_FAILED, A(x[i].label));
        }
    return fail(e, ERR_NOT_FOUND, "condition", MSG_CASE_NO_CONDITION, A(condition));
}

static bool meeting_may_except(const struct relief_case *c, const struct case_meeting *m, struct str document,
                               struct errs *e)
{
    bool ok = true;
    if (!m)
        return fail(e, ERR_INVALID, "meeting", MSG_EXCEPT_MEETING);
    if (!case_meeting_is_collective(m))
        ok = fail(e, ERR_CONFLICT, "meeting", MSG_MEETING_COLLECTIVE, A(m->no));
    if (m->level.v != LEVEL_COUNTY || m->region.v != case_place(c->village, LEVEL_COUNTY).v)
        ok = fail(e, ERR_CONFLICT, "meeting", MSG_EXCEPT_LEVEL, A(m->no));
    if (!str_eq(m->programme, c->programme))
        ok = fail(e, ERR_CONFLICT, "meeting", MSG_MEETING_PROGRAMME, A(m->no), A(m->programme));
    if (!str_trim(document).n)
        ok = fail(e, ERR_INVALID, "document", MSG_EXCEPT_DOCUMENT);
    return ok;
}

bool case_except(struct casework *w, struct relief_case *c, struct str condition,
                 const struct case_meeting *meeting, struct str reason, struct str document, struct errs *e)
{
    const struct case_decision d = { .action = CASE_EXCEPT, .opinion = reason };
    const struct case_move *m = move_of(w, c, CASE_EXCEPT, e);
    bool again = false;
    struct str label = { 0 };
    if (!m || !may_move(w, c, m, e) || !case_not_own(w, c, e))
        return false;
    bool ok = m->guard(w, c, &d, e);
    if (!meeting_may_except(c, meeting, document, e) || !ok || !find_failed(w, c, condition, &label, e) ||
        !case_excepted(w->tx, c, condition, &again, e))
        return false;
    if (again)
        return fail(e, ERR_CONFLICT, "condition", MSG_EXCEPT_TWICE, A(label));
    struct case_exception x = { .county = c->county,
                                .case_id = c->id,
                                .condition_id = condition,
                                .label = label,
                                .reason = str_trim(reason),
                                .meeting_id = meeting->id,
                                .document = str_trim(document),
                                .decided_on = w->today,
                                .decided_by = w->who->login };
    struct relief_case new = *c;
    struct case_event line = { .action = of_action(CASE_EXCEPT),
                               .step = c->step,
                               .opinion = str_of(arena_printf(w->a, "%.*s：%.*s", (int)label.n, label.p,
                                                              (int)x.reason.n, x.reason.p)),
                               .meeting_id = { meeting->id, true } };
    new.exception = true;
    return db_insert(w->tx, &case_exception_entity, &x, e) && case_put(w, c, &new, &line, e);
}
