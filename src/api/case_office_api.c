/* case_office_api.c - what an office does around cases: candidates, meetings, batches, notices, exceptions,
 * numbers, prints, sites. */
#include "api/cases.h"
#include "api/tables.h"
#include "base/clock.h"
#include "casework/case_notice.h"
#include "casework/number.h"
#include "casework/print_case.h"
#include "casework/site.h"
#include "programme/screen_show.h"
#include "registry/region.h"

#include <stdlib.h>

enum { PAGE_BYTES_MAX = 1 << 26 };

/* --- forms -------------------------------------------------------------------------------- */

struct of_programme {
    struct str programme;
    struct region_code region;
    bool void_only;
};
static const struct col of_programme_cols[] = {
    COL(of_programme, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    REGION_COL(of_programme),
};
static const struct entity of_programme =
    ENTITY(of_programme, TABLE_LOCAL, "项目", "Programme", of_programme_cols);
static const struct col numbers_cols[] = {
    COL(of_programme, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    REGION_COL(of_programme),
    COL(of_programme, void_only, "只要作废的", "Void ones only"),
};
static const struct entity numbers_query = ENTITY(of_programme, TABLE_LOCAL, "编号", "Numbers", numbers_cols);

struct some_programme {
    struct str programme;
    struct region_code region;
};
static const struct col some_cols[] = {
    COL(some_programme, programme, "项目（登记表须写）", "Programme; a register needs one", .max = 100),
    REGION_COL(some_programme),
};
static const struct entity some_programme =
    ENTITY(some_programme, TABLE_LOCAL, "项目和区划", "Programme and region", some_cols);

struct meeting_form {
    struct str programme, attendance, opinion, decision, minutes, signatures;
    struct region_code region;
    struct opt_date held_on;
    struct opt_int votes_for, votes_against, abstentions, photo;
};
static const struct col meeting_cols[] = {
    COL(meeting_form, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    COL(meeting_form, region, "哪个村、乡镇或县的会议", "The village, township or county that met",
        .flags = REQUIRED),
    COL(meeting_form, attendance, "参加人", "Who was present", .flags = REQUIRED, .min = 1, .max = 1000),
    COL(meeting_form, held_on, "开会日期（默认今天）", "Held on (today)"),
    COL(meeting_form, votes_for, "同意票", "Votes for", .min = 0, .max = 10000),
    COL(meeting_form, votes_against, "反对票", "Votes against", .min = 0, .max = 10000),
    COL(meeting_form, abstentions, "弃权票", "Abstentions", .min = 0, .max = 10000),
    COL(meeting_form, opinion, "意见", "Opinion", .max = CASE_TEXT_MAX),
    COL(meeting_form, decision, "决定", "Decision", .max = CASE_TEXT_MAX),
    COL(meeting_form, minutes, "会议纪要文号", "Minutes", .max = 100),
    COL(meeting_form, signatures, "签名", "Signatures", .max = 1000),
    COL(meeting_form, photo, "照片的附件号", "Photo, a document's number", .min = 1, .max = 1000000000),
};
static const struct entity meeting_form = ENTITY(meeting_form, TABLE_LOCAL, "会议", "Meeting", meeting_cols);

struct batch_form {
    struct str programme, document_no;
    struct region_code township;
};
static const struct col batch_cols[] = {
    COL(batch_form, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    COL(batch_form, township, "乡镇", "Township", .flags = REQUIRED),
    COL(batch_form, document_no, "文号", "Document number", .max = 60),
};
static const struct entity batch_form =
    ENTITY(batch_form, TABLE_LOCAL, "集中上报", "Handing up together", batch_cols);

struct case_notice_form {
    struct str programme, title, hotline, unit;
    struct region_code region;
    struct opt_date starts_on;
};
static const struct col case_notice_cols[] = {
    COL(case_notice_form, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    COL(case_notice_form, region, "哪个区划的公示", "Whose notice it is", .flags = REQUIRED),
    COL(case_notice_form, hotline, "监督电话", "Hotline", .flags = REQUIRED, .min = 1, .max = 40),
    COL(case_notice_form, unit, "发布单位", "Issuing unit", .flags = REQUIRED, .min = 1, .max = 100),
    COL(case_notice_form, title, "标题", "Title", .max = 200),
    COL(case_notice_form, starts_on, "第一天（默认今天）", "First day (today)"),
};
static const struct entity case_notice_form =
    ENTITY(case_notice_form, TABLE_LOCAL, "案件公示", "Notice of cases", case_notice_cols);

struct case_print_path {
    int64_t county, no;
    struct str form;
};
static const struct col case_print_cols[] = {
    COUNTY_COL(case_print_path),
    NO_COL(case_print_path),
    COL(case_print_path, form, "application：申请表；letter：责任状", "application or letter",
        .flags = REQUIRED, .max = 20),
};
static const struct entity case_print_path =
    ENTITY(case_print_path, TABLE_LOCAL, "打印", "Print", case_print_cols);

struct register_path {
    struct str form;
};
static const struct col register_cols[] = {
    COL(register_path, form, "register：登记表；exceptions：例外名单", "register or exceptions",
        .flags = REQUIRED, .max = 20),
};
static const struct entity register_path = ENTITY(register_path, TABLE_LOCAL, "打印", "Print", register_cols);

struct site_form {
    struct str programme, reason;
    struct region_code village;
    struct opt_date on;
};
static const struct col site_cols[] = {
    COL(site_form, programme, "项目", "Programme", .flags = REQUIRED, .min = 1, .max = 100),
    COL(site_form, village, "村", "Village", .flags = REQUIRED),
    COL(site_form, reason, "原因", "Reason", .flags = REQUIRED, .min = 2, .max = 200),
    COL(site_form, on, "哪一天（默认今天）", "Day (today)"),
};
static const struct entity site_form = ENTITY(site_form, TABLE_LOCAL, "项目点", "Site", site_cols);

/* --- candidates --------------------------------------------------------------------------- */

static void screen_release(struct screen_result **r)
{
    screen_result_release(*r);
}

/* Who has a case of the programme, of one county; ascending. */
struct taken {
    int64_t county, *households;
    size_t n, cap;
};
static void taken_release(struct taken *t)
{
    free(t->households);
}

static bool read_taken(struct call *c, int64_t county, struct str programme, struct taken *t, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found f;
    t->county = county;
    t->n = 0;
    if (!db_scan(c->tx, &r,
                 SQL(STMT_KEY,
                     "SELECT DISTINCT household_id FROM relief_case WHERE county = $1 AND programme = $2 "
                     "AND state IN (1, 2, 3, 4) ORDER BY household_id"),
                 e, V(county), V(programme)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (t->n == t->cap) {
            t->cap = t->cap ? t->cap * 2 : 256;
            t->households = xrealloc(t->households, t->cap * sizeof *t->households);
        }
        t->households[t->n++] = rows_int(&r, 0);
    }
    return f != FAILED;
}

static bool is_taken(const struct taken *t, int64_t household)
{
    size_t lo = 0, hi = t->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (t->households[mid] == household)
            return true;
        if (t->households[mid] < household)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

/* Candidates of a county, in the order of priority, stay; those who have a case of the programme go. */
static bool leave_taken(struct call *c, struct screen_result *r, struct str programme, struct errs *e)
{
    CLEANUP(taken_release) struct taken t = { 0 };
    struct screen_candidate *x = r->candidates;
    bool *gone = NEW_ARRAY(c->a, bool, r->candidates_n + 1),
         *seen = NEW_ARRAY(c->a, bool, r->candidates_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < r->candidates_n; i++) {
        if (seen[i])
            continue;
        if (!read_taken(c, x[i].county, programme, &t, e))
            return false;
        for (size_t k = i; k < r->candidates_n; k++)
            if (x[k].county == t.county) {
                seen[k] = true;
                gone[k] = is_taken(&t, x[k].household);
            }
    }
    for (size_t i = 0; i < r->candidates_n; i++)
        if (!gone[i])
            x[n++] = x[i];
    r->candidates_n = n;
    return true;
}

/* Behind whom the page before ended; if they are none any more, as many as it had shown are passed over. */
static void begin_behind(const struct screen_result *r, struct list_page *p)
{
    const struct page_key *k = &p->from.key;
    for (size_t i = 0; p->from.part && i < r->candidates_n; i++)
        if (r->candidates[i].county == k->n[1] && r->candidates[i].household == k->n[2])
            p->from.key.n[0] = (int64_t)(p->down ? r->candidates_n - i : i + 1);
}

static bool put_candidates(struct call *c, const struct screen_report *report, struct errs *e)
{
    const struct screen_result *r = report->result;
    struct list_page *p = &c->page;
    size_t i;
    begin_behind(r, p);
    put_object(&c->w);
    put_member_int(&c->w, "all", (int64_t)r->candidates_n);
    put_key(&c->w, "rows");
    put_list(&c->w);
    while (page_step(p, r->candidates_n, &i)) {
        const struct screen_candidate *x = &r->candidates[i];
        struct screened_candidate one = { 0 };
        if (!page_take(p, (struct page_key){ .n = { (int64_t)p->step, x->county, x->household } }))
            break;
        if (!screen_candidate_read(c->tx, report, x, &one, e))
            return false;
        put_object(&c->w);
        put_member_int(&c->w, "order", (int64_t)i + 1);
        put_member_int(&c->w, "county", x->county);
        put_member_int(&c->w, "household", x->household);
        put_member_text(&c->w, "hh_no", one.hh_no);
        put_member_text(&c->w, "head_name", one.head_name);
        put_member_text(&c->w, "township", one.township_name);
        put_member_text(&c->w, "village", one.village_name);
        put_object_end(&c->w);
    }
    page_end(c);
    return true;
}

static bool list_candidates(struct call *c, struct errs *e)
{
    const struct of_programme *x = c->query;
    struct programme_version version;
    struct screen *s = NEW(c->a, struct screen);
    CLEANUP(screen_release) struct screen_result *r = NEW(c->a, struct screen_result);
    const struct programme *p = programme_open(c->tx, x->programme, c->codes, &version, c->a, e);
    if (!p || !screen_open(c->tx, p, c->codes, PARAMETERS_NOW, c->a, s, e))
        return false;
    struct screen_request q = { .screen = s,
                                .sources = c->api->modules->fact_sources,
                                .who = &c->who,
                                .within = x->region,
                                .as_of = clock_today(),
                                .today = clock_today(),
                                .kept = c->api->facts,
                                .candidates = true };
    struct screen_report report = { .in = { c->codes, c->lang, c->a },
                                    .screen = s,
                                    .version = &version,
                                    .result = r,
                                    .sources = q.sources,
                                    .as_of = q.as_of };
    r->variants = 1;
    return screen_run(c->tx, &q, r, e) && screen_name_villages(c->tx, &report, e) &&
           leave_taken(c, r, version.programme, e) && put_candidates(c, &report, e);
}

/* --- lists -------------------------------------------------------------------------------- */

static bool list_numbers(struct call *c, struct errs *e)
{
    const struct of_programme *x = c->query;
    struct str programme;
    struct list rows;
    if (!programme_code(c, x->programme, &programme, e) ||
        !number_list(c->tx, &c->who, x->region, programme, !x->void_only, &rows, e))
        return false;
    rows_begin(c);
    put_rows_of(c, &case_number_entity, &rows);
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool put_exceptions_of(struct call *c, const struct relief_case *k, struct errs *e)
{
    struct list rows;
    if (!case_exceptions(c->tx, k, &rows, c->a, e))
        return false;
    const struct case_exception *x = rows.rows;
    for (size_t i = 0; i < rows.n; i++) {
        put_object(&c->w);
        put_cols(c, &case_exception_entity, &x[i], false);
        put_member_int(&c->w, "no", k->no);
        put_member_text(&c->w, "programme", k->programme);
        put_member_text(&c->w, "applicant_name", k->applicant_name);
        put_member_region(&c->w, "village", k->village);
        put_object_end(&c->w);
    }
    return true;
}

/* A page of cases, with every exception of each. */
static bool list_exceptions(struct call *c, struct errs *e)
{
    const struct some_programme *x = c->query;
    struct case_filter f = { .within = x->region, .exceptions = true };
    struct list all;
    size_t i;
    if (!programme_code(c, x->programme, &f.programme, e) || !case_list(c->tx, &c->who, &f, &all, e))
        return false;
    const struct relief_case *k = all.rows;
    rows_begin(c);
    while (page_step(&c->page, all.n, &i))
        if (page_take_step(&c->page) && !put_exceptions_of(c, &k[i], e))
            return false;
    page_end(c);
    return true;
}

/* Where much is excepted: 把关不严. */
static bool count_exceptions(struct call *c, struct errs *e)
{
    const struct region_query *x = c->query;
    struct case_filter f = { .within = x->region };
    struct list all;
    if (!case_list(c->tx, &c->who, &f, &all, e))
        return false;
    const struct relief_case *k = all.rows;
    struct tally {
        struct region_code village;
        int64_t cases, exceptions;
    } *t = NEW_ARRAY(c->a, struct tally, all.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++) {
        size_t at = 0;
        while (at < n && t[at].village.v != k[i].village.v)
            at++;
        if (at == n)
            t[n++].village = k[i].village;
        t[at].cases += k[i].state.v != CASE_DRAFT;
        t[at].exceptions += k[i].exception;
    }
    rows_begin(c);
    for (size_t i = 0; i < n; i++) {
        if (!t[i].exceptions)
            continue;
        put_object(&c->w);
        put_member_region(&c->w, "village", t[i].village);
        put_member_int(&c->w, "cases", t[i].cases);
        put_member_int(&c->w, "exceptions", t[i].exceptions);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

/* --- meetings and batches ----------------------------------------------------------------- */

/* Of one programme or of all, by their numbers, in the actor's area. */
static bool list_numbered(struct call *c, struct errs *e)
{
    const struct some_programme *q = c->query;
    struct list_page *p = &c->page;
    const struct entity *en = c->route->answer;
    const size_t no = entity_col(en, "no")->off;
    struct str programme;
    struct scopes all;
    const struct scope *s;
    if (!programme_code(c, q->programme, &programme, e) ||
        !scopes_of(c->tx, &c->who, PERM_CASE_READ, q->region, &all, e))
        return false;
    rows_begin(c);
    while ((s = page_part(p, &all))) {
        struct list rows;
        if (!db_list(c->tx, page_rows(p), &rows, c->a, e, V(s->county), V(s->first), V(s->last), V(programme),
                     V(page_behind(p).n[0]), V(page_room(p))))
            return false;
        for (size_t i = 0; i < rows.n; i++) {
            const char *row = (const char *)rows.rows + i * en->size;
            if (page_take(p, (struct page_key){ .n = { *(const int64_t *)(const void *)(row + no) } }))
                put_row(c, en, row);
        }
    }
    page_end(c);
    return true;
}

#define NUMBERED(table, region)                                                         \
    "SELECT {*} FROM " table " WHERE county = $1 AND " region " BETWEEN $2 AND $3 AND " \
    "(CAST($4 AS text) IS NULL OR programme = $4) AND no "

static const struct stmt *meetings(bool down)
{
    return down ? SQL_OF(STMT_KEY, &case_meeting_entity,
                         NUMBERED("case_meeting", "region") "< $5 ORDER BY no DESC LIMIT $6")
                : SQL_OF(STMT_KEY, &case_meeting_entity,
                         NUMBERED("case_meeting", "region") "> $5 ORDER BY no LIMIT $6");
}

static const struct stmt *batches(bool down)
{
    return down ? SQL_OF(STMT_KEY, &case_batch_entity,
                         NUMBERED("case_batch", "township") "< $5 ORDER BY no DESC LIMIT $6")
                : SQL_OF(STMT_KEY, &case_batch_entity,
                         NUMBERED("case_batch", "township") "> $5 ORDER BY no LIMIT $6");
}

static bool add_meeting(struct call *c, struct errs *e)
{
    const struct meeting_form *x = c->body;
    struct case_meeting m = { .region = x->region,
                              .held_on = x->held_on.set ? x->held_on.v : clock_today(),
                              .attendance = x->attendance,
                              .votes_for = x->votes_for,
                              .votes_against = x->votes_against,
                              .abstentions = x->abstentions,
                              .opinion = x->opinion,
                              .decision = x->decision,
                              .minutes = x->minutes,
                              .signatures = x->signatures,
                              .photo = x->photo };
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "case.meeting", x->programme, e->a);
    struct casework w = case_desk_of(c, &act, e);
    struct case_known *k = case_programme(&w, x->programme, 0, e);
    if (!k)
        return false;
    m.programme = k->version.programme;
    if (!case_meeting_add(&w, &m, e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &case_meeting_entity, &m);
    return true;
}

static bool show_meeting(struct call *c, struct errs *e)
{
    const struct at_number *at = c->path;
    struct case_meeting m = { 0 };
    bool there;
    if (!meeting_of(c, at->county, (struct opt_int){ at->no, true }, &m, &there, e))
        return false;
    put_row(c, &case_meeting_entity, &m);
    return true;
}

static bool make_batch(struct call *c, struct errs *e)
{
    const struct batch_form *x = c->body;
    struct case_batch b = { .programme = x->programme,
                            .township = x->township,
                            .document_no = x->document_no };
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "case.batch", x->programme, e->a);
    struct casework w = case_desk_of(c, &act, e);
    if (!case_batch_make(&w, &b, e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_cols(c, &case_batch_entity, &b, false);
    put_warnings(c, "warnings", e);
    put_object_end(&c->w);
    return true;
}

/* --- notices of cases --------------------------------------------------------------------- */

static bool make_notice(struct call *c, struct errs *e)
{
    const struct case_notice_form *x = c->body;
    struct notice n = { .region = x->region,
                        .starts_on = x->starts_on.set ? x->starts_on.v : clock_today(),
                        .title = x->title,
                        .hotline = x->hotline,
                        .unit = x->unit };
    size_t cases;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "case.notice", x->programme, e->a);
    struct casework w = case_desk_of(c, &act, e);
    if (!case_notice_make(&w, x->programme, &n, &cases, e) || !act_end(&act, NULL, e))
        return false;
    c->reply->etag = row_etag(c, &notice_entity, &n);
    put_object(&c->w);
    put_cols(c, &notice_entity, &n, false);
    put_member_int(&c->w, "cases", (int64_t)cases);
    put_warnings(c, "warnings", e);
    put_object_end(&c->w);
    return true;
}

/* --- prints ------------------------------------------------------------------------------- */

static bool print_one(struct call *c, struct errs *e)
{
    const struct case_print_path *at = c->path;
    struct casework w = case_desk_of(c, NULL, e);
    struct relief_case k = { 0 };
    CLEANUP(buf_release) struct buf page = BUF(PAGE_BYTES_MAX);
    bool letter = str_eq(at->form, STR("letter"));
    if (!find_case(c, at->county, at->no, &k, e))
        return false;
    if (!letter && !str_eq(at->form, STR("application")))
        return fail(e, ERR_NOT_FOUND, "form", MSG_CASE_FORM_NONE, A(at->form));
    if (!(letter ? print_letter(&w, &k, &page, e) : print_application(&w, &k, &page, e)))
        return false;
    buf_add(c->w.b, buf_str(&page));
    return true;
}

static bool named_place(struct call *c, struct region_code code, struct str *name, struct errs *e)
{
    struct region r;
    enum found f = code.v ? db_get(c->tx, &region_entity, &r, e, V(code)) : NONE;
    *name = f == FOUND ? r.name : (struct str){ 0 };
    return f != FAILED;
}

static bool print_many(struct call *c, struct errs *e)
{
    const struct register_path *at = c->path;
    const struct some_programme *x = c->query;
    struct casework w = case_desk_of(c, NULL, e);
    struct case_filter f = { .within = x->region, .exceptions = str_eq(at->form, STR("exceptions")) };
    struct list cases;
    struct str place;
    struct case_known *k = NULL;
    CLEANUP(buf_release) struct buf page = BUF(PAGE_BYTES_MAX);
    if (!f.exceptions && !str_eq(at->form, STR("register")))
        return fail(e, ERR_NOT_FOUND, "form", MSG_CASE_FORM_NONE, A(at->form));
    if (!f.exceptions && !(k = case_programme(&w, x->programme, 0, e)))
        return false;
    f.programme = k ? k->version.programme : (struct str){ 0 };
    if (!case_list(c->tx, &c->who, &f, &cases, e) || !named_place(c, f.within, &place, e) ||
        !(k ? print_register(&w, k->programme, &cases, place, &page, e)
            : print_exceptions(&w, &cases, place, &page, e)))
        return false;
    buf_add(c->w.b, buf_str(&page));
    return true;
}

static bool find_batch(struct call *c, struct case_batch *b, struct errs *e)
{
    const struct at_number *at = c->path;
    enum found f = case_batch_by_no(c->tx, &c->who, at->no, county_region(at->county), b, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_BATCH_NONE, A(at->no)));
}

static bool cases_of_batch(struct call *c, const struct case_batch *b, struct list *out, struct errs *e)
{
    return db_list(c->tx,
                   SQL_OF(STMT_KEY, &relief_case_entity,
                          "SELECT {*} FROM relief_case WHERE county = $1 AND id IN (SELECT v.case_id FROM "
                          "case_event v WHERE v.county = $1 AND v.batch_id = $2) ORDER BY village, no"),
                   out, c->a, e, V(b->county), V(b->id));
}

static bool show_batch(struct call *c, struct errs *e)
{
    struct case_batch b = { 0 };
    struct list cases;
    if (!find_batch(c, &b, e) || !cases_of_batch(c, &b, &cases, e))
        return false;
    const struct relief_case *k = cases.rows;
    put_object(&c->w);
    put_cols(c, &case_batch_entity, &b, false);
    put_key(&c->w, "cases");
    put_list(&c->w);
    for (size_t i = 0; i < cases.n; i++) /* a village sees its own of the township's batch */
        if (actor_may(&c->who, PERM_CASE_READ, k[i].village))
            put_row(c, &relief_case_entity, &k[i]);
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool print_batch_page(struct call *c, struct errs *e)
{
    struct casework w = case_desk_of(c, NULL, e);
    struct case_batch b = { 0 };
    struct list cases;
    struct str township;
    CLEANUP(buf_release) struct buf page = BUF(PAGE_BYTES_MAX);
    if (!find_batch(c, &b, e) || !actor_need_at(&c->who, PERM_CASE_READ, b.township, e) ||
        !cases_of_batch(c, &b, &cases, e) || !named_place(c, b.township, &township, e) ||
        !print_batch(&w, &b, &cases, township, &page, e))
        return false;
    buf_add(c->w.b, buf_str(&page));
    return true;
}

/* --- sites -------------------------------------------------------------------------------- */

static bool list_sites(struct call *c, struct errs *e)
{
    const struct some_programme *x = c->query;
    struct str programme;
    struct list rows;
    if (!programme_code(c, x->programme, &programme, e) ||
        !site_list(c->tx, &c->who, x->region, programme, &rows, e))
        return false;
    rows_begin(c);
    put_rows_of(c, &project_site_entity, &rows);
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool choose_site(struct call *c, struct errs *e)
{
    const struct site_form *x = c->body;
    struct project_site s = { .village = x->village,
                              .reason = x->reason,
                              .chosen_on = x->on.set ? x->on.v : clock_today() };
    CLEANUP(act_release) struct act act = { 0 };
    if (!programme_code(c, x->programme, &s.programme, e))
        return false;
    act_begin(&act, c->tx, &c->who, "site choose", s.programme, e->a);
    if (!site_choose(&act, &s, clock_today(), e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &project_site_entity, &s);
    return true;
}

static bool end_site(struct call *c, struct errs *e)
{
    const struct site_form *x = c->body;
    struct str programme;
    CLEANUP(act_release) struct act act = { 0 };
    if (!programme_code(c, x->programme, &programme, e))
        return false;
    act_begin(&act, c->tx, &c->who, "site end", programme, e->a);
    if (!site_end(&act, programme, x->village, x->reason, clock_today(), e) || !act_end(&act, NULL, e))
        return false;
    put_object(&c->w);
    put_member_text(&c->w, "programme", programme);
    put_member_region(&c->w, "village", x->village);
    put_object_end(&c->w);
    return true;
}

// clang-format off
#define HTML .gives = "text/html; charset=utf-8"
#define TEXT(n) { .name = n, .type = "string" }
#define NUMBER(n) { .name = n, .type = "integer" }
#define WARNINGS { .name = "warnings", .type = "string", .list = true }
static const struct answer_part candidate_parts[] = { NUMBER("all"), { .name = "rows", .type = "object", .list = true }, TEXT("next"), { 0 } };
static const struct answer_part exception_parts[] = { NUMBER("no"), TEXT("programme"), TEXT("applicant_name"), TEXT("village"), { 0 } };
static const struct answer_part tally_parts[] = { TEXT("village"), NUMBER("cases"), NUMBER("exceptions"), { 0 } };
static const struct answer_part batch_parts[] = { WARNINGS, { 0 } };
static const struct answer_part batch_shown_parts[] = { { .name = "cases", .of = &relief_case_entity, .list = true }, { 0 } };
static const struct answer_part notice_parts[] = { NUMBER("cases"), WARNINGS, { 0 } };
static const struct answer_part site_parts[] = { TEXT("programme"), TEXT("village"), { 0 } };
#define SITE_SAMPLE "{\"programme\":\"xingfu\",\"village\":\"350603100202\",\"reason\":\"贫困户集中\"}"
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/case-candidates", .perm = PERM_CASE_READ, .flags = ROUTE_PERSONAL, .query = &of_programme, .orders = ORDERS(BY("order", "先后", "who comes first")), .run = list_candidates, .parts = candidate_parts,
      .doc = { "符合条件而没有案件的户，按优先次序，翻页；all 是全部户数", "Who qualifies and has no case, in the order of priority, by page; all is how many they are" } },
    { .method = "GET", .pattern = "/api/v1/case-numbers", .perm = PERM_CASE_READ, .query = &numbers_query, .run = list_numbers, .answer = &case_number_entity, .list = true,
      .doc = { "已编的号，包括作废的", "The numbers given out, void ones too" } },
    { .method = "GET", .pattern = "/api/v1/case-exceptions", .perm = PERM_CASE_READ, .flags = ROUTE_PERSONAL, .query = &some_programme, .orders = ORDERS(BY("no", "案件号", "the case's number")), .run = list_exceptions, .answer = &case_exception_entity, .list = true, .parts = exception_parts,
      .doc = { "例外名单", "The list of exceptions" } },
    { .method = "GET", .pattern = "/api/v1/case-exceptions/villages", .perm = PERM_CASE_READ, .query = &region_query, .run = count_exceptions, .list = true, .parts = tally_parts,
      .doc = { "把关不严清单：按村计数", "Exceptions by village, with the number of cases" } },
    { .method = "GET", .pattern = "/api/v1/case-prints/{form}", .perm = PERM_CASE_READ, .flags = ROUTE_PERSONAL, .path = &register_path, .query = &some_programme, .run = print_many, HTML,
      .doc = { "登记表、例外名单的打印页", "A register or the list of exceptions, to print" } },
    { .method = "GET", .pattern = "/api/v1/cases/{county}/{no}/print/{form}", .perm = PERM_CASE_READ, .flags = ROUTE_PERSONAL, .path = &case_print_path, .run = print_one, HTML,
      .doc = { "案件的申请表、责任状", "A case's application form or letter, to print" } },
    { .method = "GET", .pattern = "/api/v1/meetings", .perm = PERM_CASE_READ, .query = &some_programme, .orders = ORDERS(BY("no", "编号", "number", .rows = meetings)), .run = list_numbered, .answer = &case_meeting_entity, .list = true,
      .doc = { "研究案件的会议", "Meetings about cases" } },
    { .method = "POST", .pattern = "/api/v1/meetings", .perm = PERM_CASE_READ, .tx = ROUTE_WRITES, .body = &meeting_form, .run = add_meeting, .status = 201, .answer = &case_meeting_entity,
      .doc = { "登记一次会议", "Record a meeting" }, .sample = "{\"programme\":\"xingfu\",\"region\":\"350603000000\",\"attendance\":\"张三、李四、王五\",\"votes_for\":3,\"decision\":\"同意\",\"minutes\":\"纪要3号\"}" },
    { .method = "GET", .pattern = "/api/v1/meetings/{county}/{no}", .perm = PERM_CASE_READ, .path = &at_number, .run = show_meeting, .answer = &case_meeting_entity,
      .doc = { "一次会议", "One meeting" } },
    { .method = "GET", .pattern = "/api/v1/batches", .perm = PERM_CASE_READ, .query = &some_programme, .orders = ORDERS(BY("no", "编号", "number", .rows = batches)), .run = list_numbered, .answer = &case_batch_entity, .list = true,
      .doc = { "集中上报的批次", "What was handed up together" } },
    { .method = "POST", .pattern = "/api/v1/batches", .perm = PERM_CASE_TOWNSHIP, .tx = ROUTE_WRITES, .body = &batch_form, .run = make_batch, .status = 201, .answer = &case_batch_entity, .parts = batch_parts,
      .doc = { "集中上报一个乡镇的申请", "Hand up a township's applications together" }, .sample = "{\"programme\":\"xingfu\",\"township\":\"350603100000\",\"document_no\":\"某项目办〔2026〕3号\"}" },
    { .method = "GET", .pattern = "/api/v1/batches/{county}/{no}", .perm = PERM_CASE_READ, .flags = ROUTE_PERSONAL, .path = &at_number, .run = show_batch, .answer = &case_batch_entity, .parts = batch_shown_parts,
      .doc = { "一个批次及其案件", "One batch with its cases" } },
    { .method = "GET", .pattern = "/api/v1/batches/{county}/{no}/print", .perm = PERM_CASE_READ, .flags = ROUTE_PERSONAL, .path = &at_number, .run = print_batch_page, HTML,
      .doc = { "上报函和名单", "The cover sheet and the list behind it" } },
    { .method = "POST", .pattern = "/api/v1/case-notices", .perm = PERM_CASE_READ, .tx = ROUTE_WRITES, .body = &case_notice_form, .run = make_notice, .status = 201, .answer = &notice_entity, .parts = notice_parts,
      .doc = { "为等待公示的案件拟定公示", "Prepare the notice of the cases that wait for one" }, .sample = "{\"programme\":\"xingfu\",\"region\":\"350603100202\",\"unit\":\"某某村民委员会\",\"hotline\":\"0596-0000000\"}" },
    { .method = "GET", .pattern = "/api/v1/sites", .perm = PERM_CASE_READ, .query = &some_programme, .run = list_sites, .answer = &project_site_entity, .list = true,
      .doc = { "项目点", "The sites there are" } },
    { .method = "POST", .pattern = "/api/v1/sites", .perm = PERM_CASE_COUNTY, .tx = ROUTE_WRITES, .body = &site_form, .run = choose_site, .status = 201, .answer = &project_site_entity,
      .doc = { "选定项目点", "Choose a village as a site" }, .sample = SITE_SAMPLE },
    { .method = "POST", .pattern = "/api/v1/sites/end", .perm = PERM_CASE_COUNTY, .tx = ROUTE_WRITES, .body = &site_form, .run = end_site, .parts = site_parts,
      .doc = { "取消项目点", "A village is no site any more" }, .sample = SITE_SAMPLE },
};
// clang-format on
const struct route_table case_office_routes = {
    { "案件的会议、批次和公示", "Meetings, batches and notices of cases" }, routes, N_ELEMS(routes)
};
