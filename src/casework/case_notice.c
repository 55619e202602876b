#include "casework/case_notice.h"

#include "base/value.h"
#include "casework/case_parts.h"
#include "registry/person.h"
#include "registry/region.h"

/* Of notice_row; a result or a quantity is not shown before it is measured. */
static const char *const columns[] = {
    [COLUMN_APPLICANT_NAME] = "applicant_name",
    [COLUMN_HEAD_NAME] = "head_name",
    [COLUMN_VILLAGE] = "village",
    [COLUMN_TOWNSHIP] = "township",
    [COLUMN_MEMBERS] = "members",
    [COLUMN_FAMILY_CONDITION] = "category",
    [COLUMN_PROJECT] = "project",
    [COLUMN_AMOUNT] = "amount",
    [COLUMN_STANDARD] = "standard",
    [COLUMN_SCHOOL] = "school",
    [COLUMN_GRADE] = "grade",
    [COLUMN_QUANTITY] = NULL,
    [COLUMN_RESULT] = NULL,
};
/* Code table notice_channel. */
static const int32_t channel_codes[] = {
    [CHANNEL_VILLAGE_BOARD] = 1, [CHANNEL_TOWNSHIP_BOARD] = 2, [CHANNEL_WEBSITE] = 4,
    [CHANNEL_SCHOOL] = 5,        [CHANNEL_UNIT_BOARD] = 99,    [CHANNEL_WECHAT] = 6,
};

static bool name_of(struct casework *w, struct region_code code, struct str *name, struct errs *e)
{
    struct region r;
    enum found f = db_get(w->tx, &region_entity, &r, e, V(code));
    *name = f == FOUND ? r.name : (struct str){ 0 };
    return f != FAILED;
}

static bool put_person(struct casework *w, const struct relief_case *c, struct notice_entry *x,
                       struct errs *e)
{
    struct person p;
    int64_t members;
    if (c->applicant_id.set) {
        enum found f = db_get(w->tx, &person_entity, &p, e, V(c->county), V(c->applicant_id.v));
        if (f == FAILED)
            return false;
        if (f == FOUND)
            x->birth = p.birth_date;
        if (f == FOUND && c->head_name.p && !str_eq(c->head_name, c->applicant_name))
            x->guardian = c->head_name;
    }
    if (!db_int(w->tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM person WHERE county = $1 AND household_id = $2 AND left_on IS "
                    "NULL"),
                &members, e, V(c->county), V(c->household_id)))
        return false;
    if (members)
        x->row.members = (struct opt_int){ members, true };
    return true;
}

static bool entries_of(struct casework *w, const struct relief_case *c, size_t n, struct str programme,
                       struct notice_entry *out, struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        struct notice_row *row = &out[i].row;
        *row = (struct notice_row){ .case_id = { c[i].id, true },
                                    .applicant_name = c[i].applicant_name,
                                    .head_name = c[i].head_name,
                                    .programme = programme,
                                    .project = c[i].project,
                                    .category = c[i].class,
                                    .amount = c[i].approved.set ? c[i].approved : c[i].asked };
        if (!name_of(w, c[i].village, &row->village, e) ||
            !name_of(w, region_parent(c[i].village), &row->township, e) || !put_person(w, &c[i], &out[i], e))
            return false;
    }
    return true;
}

static bool waiting(struct casework *w, const struct notice *n, const struct case_known *k,
                    const struct programme_step *s, struct list *out, struct errs *e)
{
    int64_t first, last;
    region_span(n->region, &first, &last);
    return db_list(
        w->tx,
        SQL_OF(STMT_KEY, &relief_case_entity,
               "SELECT {*} FROM relief_case WHERE county = $1 AND programme = $2 AND village BETWEEN $3 "
               "AND $4 AND state = 2 AND step = $5 AND notice_no IS NULL ORDER BY village, no"),
        out, w->a, e, V(region_county(n->region)), V(k->version.programme), V(first), V(last), V(s->id.name));
}

static size_t channels_of(const struct programme_step *s, struct notice_channel *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s->channels.n && n < NOTICE_CHANNELS_MAX; i++)
        out[n++] = (struct notice_channel){ .channel = { channel_codes[s->channels.p[i]], true } };
    if (!n)
        out[n++] = (struct notice_channel){ .channel = { 1, true } };
    return n;
}

static void fill(struct casework *w, const struct case_known *k, const struct programme_step *s,
                 struct notice *n)
{
    CLEANUP(buf_release) struct buf b = BUF(400);
    enum region_level level = region_level(n->region);
    struct str name = k->programme->name.zh;
    for (size_t i = 0; i < s->columns.n; i++)
        if (columns[s->columns.p[i]])
            buf_addf(&b, "%s%s", b.n ? "," : "", columns[s->columns.p[i]]);
    n->columns = b.n ? arena_str(w->a, buf_str(&b)) : (struct str){ 0 };
    n->kind = (struct code){ s->notice_form == NOTICE_DECIDED ? NOTICE_RESULT : NOTICE_PUBLIC, true };
    n->level = (struct code){ level == VILLAGE    ? NOTICE_VILLAGE
                              : level == TOWNSHIP ? NOTICE_TOWNSHIP
                                                  : NOTICE_COUNTY,
                              true };
    n->days = s->days.set ? s->days.v : 7;
    n->day_unit = (struct code){ s->count == DAYS_WORKING ? WORKING_DAYS : CALENDAR_DAYS, true };
    n->programme = name;
    if (!n->title.p)
        n->title = str_of(arena_printf(w->a, "关于%.*s拟帮扶对象的公示", (int)name.n, name.p));
}

static const struct programme_step *notice_step(const struct programme *p)
{
    for (size_t i = 0; i < p->steps.n; i++)
        if (p->steps.p[i].kind == STEP_NOTICE && p->steps.p[i].enabled)
            return &p->steps.p[i];
    return NULL;
}

/* Of several notice steps the one at which cases wait. */
static bool find_waiting(struct casework *w, const struct notice *n, const struct case_known *k,
                         const struct programme_step **s, struct list *cases, struct errs *e)
{
    const struct programme *p = k->programme;
    for (size_t i = 0; i < p->steps.n; i++) {
        if (p->steps.p[i].kind != STEP_NOTICE || !p->steps.p[i].enabled)
            continue;
        *s = &p->steps.p[i];
        if (!waiting(w, n, k, *s, cases, e))
            return false;
        if (cases->n)
            return true;
    }
    return fail(e, ERR_CONFLICT, "region", MSG_CASE_NOTICE_EMPTY, A(n->region));
}

bool case_notice_make(struct casework *w, struct str programme, struct notice *n, size_t *cases_n,
                      struct errs *e)
{
    struct case_known *k = case_programme(w, programme, 0, e);
    const struct programme_step *s = NULL;
    struct notice_channel channels[NOTICE_CHANNELS_MAX];
    struct list cases = { 0 };
    if (!k)
        return false;
    if (!notice_step(k->programme))
        return fail(e, ERR_CONFLICT, "programme", MSG_CASE_NO_NOTICE_STEP, A(k->version.programme));
    if (!find_waiting(w, n, k, &s, &cases, e))
        return false;
    struct relief_case *c = cases.rows;
    struct notice_entry *rows = NEW_ARRAY(w->a, struct notice_entry, cases.n);
    fill(w, k, s, n);
    if (!entries_of(w, c, cases.n, k->programme->name.zh, rows, e) ||
        !notice_prepare(w->act, n, rows, cases.n, channels, channels_of(s, channels), w->today, e))
        return false;
    for (size_t i = 0; i < cases.n; i++)
        if (!case_noticed(w, &c[i], n->no, e))
            return false;
    *cases_n = cases.n;
    return true;
}
