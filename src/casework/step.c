#include "casework/step.h"

#include "base/value.h"
#include "casework/case_check.h"
#include "casework/case_parts.h"
#include "casework/document.h"
#include "casework/notice.h"
#include "casework/site.h"

#include <assert.h>

struct str step_label(const struct programme_step *s, enum lang lang)
{
    struct str label = wording_in(&s->label, lang);
    return label.p ? label : str_of(label_in(&case_step_kinds[s->kind].label, lang));
}

struct str step_label_of(enum step_kind kind, enum lang lang)
{
    return str_of(label_in(&case_step_kinds[kind].label, lang));
}

/* A byte that stands between two names; also the first one of 、 ， ； and of the wide blank. */
static size_t between(const char *p, size_t left)
{
    static const char *const wide[] = { "、", "，", "；", "　" };
    if (*p == ' ' || *p == ',' || *p == ';' || *p == '\n')
        return 1;
    for (size_t i = 0; i < N_ELEMS(wide); i++)
        if (left >= 3 && !memcmp(p, wide[i], 3))
            return 3;
    return 0;
}

/* Names may be English ones with blanks in them, where something else stands between the names. */
int64_t case_names_count(struct str names)
{
    int64_t n = 0;
    bool in = false, blanks = true;
    for (size_t i = 0; i < names.n; i++)
        blanks = blanks && !(between(names.p + i, names.n - i) && names.p[i] != ' ');
    for (size_t i = 0; i < names.n;) {
        size_t gap = between(names.p + i, names.n - i);
        bool splits = gap && (blanks || names.p[i] != ' ');
        if (!splits && !in && names.p[i] != ' ') {
            in = true;
            n++;
        }
        if (splits)
            in = false;
        i += gap ? gap : 1;
    }
    return n;
}

/* --- papers ------------------------------------------------------------------------------------- */

static struct str paper_label(const struct programme *p, struct str id, enum lang lang)
{
    for (size_t i = 0; i < p->documents.n; i++)
        if (str_eq(p->documents.p[i].id.name, id) && wording_in(&p->documents.p[i].label, lang).p)
            return wording_in(&p->documents.p[i].label, lang);
    for (size_t i = 0; i < p->forms.n; i++)
        if (str_eq(p->forms.p[i].id.name, id) && wording_in(&p->forms.p[i].label, lang).p)
            return wording_in(&p->forms.p[i].label, lang);
    return (struct str){ 0 };
}

/* Of the kind that is called so, or with the name of the paper as its title. */
static bool is_paper(struct casework *w, const struct programme *p, const struct document *d, struct str id)
{
    const struct code_row *row = code_row(code_table(w->codes, "document_kind"), d->kind.v);
    struct str zh = paper_label(p, id, ZH), en = paper_label(p, id, EN);
    return (row && str_eq(row->slug, id)) || str_eq(d->title, id) || (zh.p && str_eq(d->title, zh)) ||
           (en.p && str_eq(d->title, en));
}

static bool has_paper(struct casework *w, const struct programme *p, const struct list *papers, struct str id)
{
    const struct document *d = papers->rows;
    for (size_t i = 0; i < papers->n; i++)
        if (is_paper(w, p, &d[i], id))
            return true;
    return false;
}

bool case_papers_there(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                       struct errs *missing)
{
    struct case_known *k = case_programme(w, c->programme, c->version, missing);
    struct list own, of_household;
    bool ok = true;
    if (!s->requires.n)
        return true;
    if (!k || !document_list(w->tx, c->county, "case", c->id, &own, missing) ||
        !document_list(w->tx, c->county, "household", c->household_id, &of_household, missing))
        return false;
    for (size_t i = 0; i < s->requires.n; i++) {
        struct str id = s->requires.p[i].name, label = paper_label(k->programme, id, missing->lang);
        const struct code_table *kinds = code_table(w->codes, "document_kind");
        for (size_t r = 0; kinds && r < kinds->n && !label.p; r++)
            if (str_eq(kinds->rows[r].slug, id))
                label = code_label(&kinds->rows[r], missing->lang);
        if (!has_paper(w, k->programme, &own, id) && !has_paper(w, k->programme, &of_household, id))
            ok = fail(missing, ERR_CONFLICT, "documents", MSG_CASE_PAPER, A(label.p ? label : id), A(id));
    }
    return ok;
}

/* --- what each kind needs --------------------------------------------------------------------------- */

static bool need_site(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                      const struct case_decision *d, struct errs *missing)
{
    bool chosen;
    (void)s;
    (void)d;
    return site_is_chosen(w->tx, c->county, c->programme, c->village, &chosen, missing) &&
           (chosen || fail(missing, ERR_CONFLICT, "site", MSG_CASE_NO_SITE, A(c->village)));
}

static bool need_survey(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                        const struct case_decision *d, struct errs *missing)
{
    int64_t n;
    (void)s;
    (void)d;
    return db_int(w->tx,
                  SQL(STMT_KEY, "SELECT count(*) FROM survey_result WHERE county = $1 AND household_id = $2"),
                  &n, missing, V(c->county), V(c->household_id)) &&
           (n > 0 || fail(missing, ERR_CONFLICT, "survey", MSG_CASE_NO_SURVEY, A(c->hh_no)));
}

static bool need_not_excluded(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                              const struct case_decision *d, struct errs *missing)
{
    (void)s;
    (void)d;
    return case_not_excluded(w, c, missing);
}

static bool group_seen(const struct case_visit *v, size_t n, int64_t group)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].group_no.set && v[i].group_no.v == group)
            return true;
    return false;
}

static bool visit_is_enough(const struct case_visit *v, const struct programme_step *s, struct errs *missing)
{
    bool ok = true;
    if (s->visitors_min.set && v->visitors_n < s->visitors_min.v)
        ok = fail(missing, ERR_CONFLICT, "visitors", MSG_CASE_VISITORS, A(s->visitors_min.v),
                  A(v->visitors_n));
    if (s->meets_person && !v->person_met.p)
        ok = fail(missing, ERR_CONFLICT, "met", MSG_CASE_NOBODY_MET);
    if (s->records_opinion && !v->opinion.p)
        ok = fail(missing, ERR_CONFLICT, "opinion", MSG_CASE_NO_OPINION);
    return ok;
}

static bool records_of(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                       const struct stmt *st, struct list *out, struct errs *e)
{
    return db_list(w->tx, st, out, w->a, e, V(c->county), V(c->id), V(s->id.name));
}

/* The latest visit counts; of a step with groups it says which of them went. */
static bool need_visit(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                       const struct case_decision *d, struct errs *missing)
{
    struct list l;
    (void)d;
    if (!records_of(
            w, c, s,
            SQL_OF(STMT_KEY, &case_visit_entity,
                   "SELECT {*} FROM case_visit WHERE county = $1 AND case_id = $2 AND step = $3 ORDER BY "
                   "visited_on, id"),
            &l, missing))
        return false;
    const struct case_visit *v = l.rows;
    if (!l.n)
        return fail(missing, ERR_CONFLICT, "visit", MSG_CASE_NO_VISIT, A(c->no));
    bool ok = visit_is_enough(&v[l.n - 1], s, missing);
    if (s->groups.set) {
        bool any = false;
        for (int64_t g = 1; g <= s->groups.v; g++)
            any = any || group_seen(v, l.n, g);
        if (!any)
            ok = fail(missing, ERR_CONFLICT, "group", MSG_CASE_NO_GROUP, A(s->groups.v));
    }
    if (v[l.n - 1].decision.v != DECISION_AGREE)
        ok = fail(missing, ERR_CONFLICT, "visit", MSG_CASE_VISIT_AGAINST, A(c->no));
    return ok;
}

static bool need_appraisal(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                           const struct case_decision *d, struct errs *missing)
{
    struct list l;
    (void)d;
    if (!records_of(w, c, s,
                    SQL_OF(STMT_KEY, &case_appraisal_entity,
                           "SELECT {*} FROM case_appraisal WHERE county = $1 AND case_id = $2 AND step = $3 "
                           "ORDER BY appraised_on, id"),
                    &l, missing))
        return false;
    const struct case_appraisal *x = l.rows;
    int64_t min = s->experts_min.set ? s->experts_min.v : 1;
    if (!l.n)
        return fail(missing, ERR_CONFLICT, "appraisal", MSG_CASE_NO_APPRAISAL, A(c->no), A(min));
    bool ok = true;
    if (x[l.n - 1].experts_n < min)
        ok = fail(missing, ERR_CONFLICT, "experts", MSG_CASE_EXPERTS, A(min), A(x[l.n - 1].experts_n));
    if (x[l.n - 1].decision.v != DECISION_AGREE)
        ok = fail(missing, ERR_CONFLICT, "appraisal", MSG_CASE_APPRAISAL_AGAINST, A(c->no));
    return ok;
}

static bool need_amount(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                        const struct case_decision *d, struct errs *missing)
{
    (void)w;
    (void)s;
    return c->approved.set || (d && d->approved.set) ||
           fail(missing, ERR_CONFLICT, "approved", MSG_CASE_NO_AMOUNT, A(c->no));
}

static bool meeting_recorded(const struct case_meeting *m, int record, struct errs *missing)
{
    switch (record) {
    case RECORD_ATTENDANCE: return true; /* there is no meeting without */
    case RECORD_VOTES:
        return m->votes_for.set || fail(missing, ERR_CONFLICT, "votes", MSG_MEETING_NO_VOTES, A(m->no));
    case RECORD_OPINION:
        return m->opinion.p || m->decision.p ||
               fail(missing, ERR_CONFLICT, "opinion", MSG_MEETING_NO_OPINION, A(m->no));
    case RECORD_SIGNATURES:
        return m->signatures.p ||
               fail(missing, ERR_CONFLICT, "signatures", MSG_MEETING_NO_SIGNATURES, A(m->no));
    case RECORD_MINUTES:
        return m->minutes.p || fail(missing, ERR_CONFLICT, "minutes", MSG_MEETING_NO_MINUTES, A(m->no));
    case RECORD_PHOTOS:
        return m->photo.set || fail(missing, ERR_CONFLICT, "photo", MSG_MEETING_NO_PHOTO, A(m->no));
    default: return true;
    }
}

static bool need_meeting(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                         const struct case_decision *d, struct errs *missing)
{
    const struct case_meeting *m = d ? d->meeting : NULL;
    bool ok = true;
    struct region_code place = case_place(c->village, s->level);
    (void)w;
    if (!m)
        return fail(missing, ERR_CONFLICT, "meeting", MSG_CASE_NO_MEETING, A(step_label(s, missing->lang)));
    if (!str_eq(m->programme, c->programme))
        ok = fail(missing, ERR_CONFLICT, "meeting", MSG_MEETING_PROGRAMME, A(m->no), A(m->programme));
    if (m->region.v != place.v)
        ok = fail(missing, ERR_CONFLICT, "meeting", MSG_MEETING_PLACE, A(m->no), A(m->region), A(place));
    if (c->submitted_on.set && s->on == ON_CASE && m->held_on.day < c->submitted_on.v.day)
        ok = fail(missing, ERR_CONFLICT, "meeting", MSG_MEETING_EARLY, A(m->no), A(m->held_on));
    if (s->decides && s->level >= LEVEL_COUNTY && !case_meeting_is_collective(m))
        ok = fail(missing, ERR_CONFLICT, "meeting", MSG_MEETING_COLLECTIVE, A(m->no));
    for (size_t i = 0; i < s->records.n; i++)
        ok = meeting_recorded(m, s->records.p[i], missing) && ok;
    return ok;
}

static bool need_papers(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                        const struct case_decision *d, struct errs *missing)
{
    (void)d;
    return case_papers_there(w, c, s, missing);
}

static bool need_batch(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                       const struct case_decision *d, struct errs *missing)
{
    (void)w;
    return (d && d->batch_id.set) ||
           fail(missing, ERR_CONFLICT, "batch", MSG_CASE_NO_BATCH, A(step_label(s, missing->lang)), A(c->no));
}

static bool need_notice(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                        const struct case_decision *d, struct errs *missing)
{
    struct notice_answer answer;
    (void)s;
    (void)d;
    if (!c->notice_no.set)
        return fail(missing, ERR_CONFLICT, "notice", MSG_CASE_NO_NOTICE, A(c->no));
    if (!notice_case_clear(w->tx, c->county, c->id, w->today, &answer, missing))
        return false;
    if (answer.verdict == NOTICE_CLEAR && answer.notice_no == c->notice_no.v)
        return true;
    return fail(missing, ERR_CONFLICT, "notice", MSG_CASE_NOTICE, A(c->no),
                A(notice_answer_text(&answer, missing->a, missing->lang)));
}

static bool need_paper(struct casework *w, const struct relief_case *c, const struct programme_step *s,
                       const struct case_decision *d, struct errs *missing)
{
    struct list l;
    (void)d;
    if (!records_of(
            w, c, s,
            SQL_OF(STMT_KEY, &case_paper_entity,
                   "SELECT {*} FROM case_paper WHERE county = $1 AND case_id = $2 AND step = $3 ORDER BY "
                   "signed_on, id"),
            &l, missing))
        return false;
    const struct case_paper *x = l.rows;
    bool letter = s->kind == STEP_RESPONSIBILITY_LETTER;
    if (!l.n)
        return letter ? fail(missing, ERR_CONFLICT, "letter", MSG_CASE_NO_LETTER, A(c->no))
                      : fail(missing, ERR_CONFLICT, "filing", MSG_CASE_NOT_FILED, A(c->no));
    x += l.n - 1;
    bool ok = true;
    if (s->document_number && !x->document_no.p)
        ok = fail(missing, ERR_CONFLICT, "document", MSG_CASE_NO_DOCUMENT_NUMBER);
    if (letter && case_names_count(x->parties) < (int64_t)s->parties.n)
        ok = fail(missing, ERR_CONFLICT, "parties", MSG_CASE_PARTIES, A(s->parties.n),
                  A(case_names_count(x->parties)));
    return ok;
}

#define KIND(id, zh, en, by_, record_, need_, hint_) \
    [STEP_##id] = { .label = { zh, en }, .by = (by_), .record = (record_), .need = (need_), .hint = (hint_) }
// clang-format off
const struct case_step_kind case_step_kinds[STEP_KINDS] = {
    KIND(SITE_CHOICE,    "选定项目点", "choice of sites",        BY_ITSELF, &project_site_entity,   need_site,      "site choose"),
    KIND(SURVEY_ROUND,   "摸底调查",   "survey round",           BY_ITSELF, NULL,                   need_survey,    "survey record"),
    KIND(SCREENING,      "条件筛选",   "screening",              BY_ITSELF, &case_check_entity,     NULL,           "case submit"),
    KIND(APPLICATION,    "申请",       "application",            BY_ITSELF, &case_answer_entity,    need_papers,    "case submit"),
    KIND(CLASSIFICATION, "分类登记",   "classification",         BY_ITSELF, NULL,                   NULL,           "case submit"),
    KIND(HOME_VISIT,     "入户核查",   "home visit",             BY_RECORD, &case_visit_entity,     need_visit,     "case verify-visit"),
    KIND(EXCLUSION,      "排除",       "exclusion",              BY_ITSELF, NULL,                   need_not_excluded, "case submit"),
    KIND(REGISTER,       "填写登记表", "register",               BY_PERSON, NULL,                   need_papers,    "case decide"),
    KIND(APPRAISAL,      "论证",       "appraisal",              BY_RECORD, &case_appraisal_entity, need_appraisal, "case appraise"),
    KIND(AMOUNT,         "核定金额",   "setting the amount",     BY_RECORD, NULL,                   need_amount,    "case amount"),
    KIND(MEETING,        "会议研究",   "meeting",                BY_PERSON, &case_meeting_entity,   need_meeting,   "case decide --meeting"),
    KIND(REVIEW,         "审核",       "review",                 BY_PERSON, NULL,                   need_papers,    "case decide"),
    KIND(DOCUMENTS,      "填报材料",   "documents",              BY_ITSELF, NULL,                   need_papers,    "case documents --add"),
    KIND(BATCH,          "集中上报",   "batch",                  BY_BATCH,  &case_batch_entity,     need_batch,     "case batch"),
    KIND(NOTICE,         "公示",       "public notice",          BY_ITSELF, &notice_entity,         need_notice,    "case notice"),
    KIND(RESPONSIBILITY_LETTER, "签订责任状", "responsibility letter", BY_RECORD, &case_paper_entity, need_paper,  "case letter"),
    KIND(FILING,         "备案",       "filing",                 BY_RECORD, &case_paper_entity,     need_paper,     "case file"),
    KIND(ACCEPTANCE,     "验收",       "acceptance",             BY_PERSON, NULL,                   need_papers,    "case decide"),
};
// clang-format on
