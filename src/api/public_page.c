#include "api/public_page.h"

#include "access/secret.h"
#include "api/dispatch.h"
#include "api/forms.h"
#include "base/clock.h"
#include "base/encoding.h"
#include "base/html.h"
#include "base/value.h"
#include "casework/objection.h"
#include "casework/print_notice.h"
#include "fund/disclosure.h"
#include "programme/describe.h"
#include "programme/version.h"
#include "registry/region.h"

#include <assert.h>

#include <pthread.h>

enum { PAGE_BYTES_MAX = 8 << 20, NOTICES_MAX = 500, ADDRESSES_MAX = 4096, FUNDS_MAX = 1000 };

struct page {
    const struct api *api;
    const struct code_book *codes;
    const struct api_request *rq;
    struct api_reply *reply;
    struct tx *tx;
    struct buf *b;
    struct arena *a;
    enum lang lang;
    int64_t county, no;   /* of the path, or asked for */
    struct str programme; /* of the path */
    int64_t row;          /* of the form */
    struct str content;
    int64_t made; /* objection number */
};

static void say_label(struct page *p, const char *tag, struct label l)
{
    html_put(p->b, tag, NULL, str_of(label_in(&l, p->lang)));
}

static void head(struct page *p, struct label title)
{
    buf_adds(p->b, p->lang == EN ? "<!DOCTYPE html>\n<html lang=\"en\">"
                                 : "<!DOCTYPE html>\n<html lang=\"zh-CN\">");
    buf_adds(p->b, "<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
                   "initial-scale=1\">");
    say_label(p, "title", title);
    buf_adds(p->b,
             "<style>body{font:1rem/1.6 sans-serif;max-width:60rem;margin:0 auto;padding:1rem}"
             "table{border-collapse:collapse}td,th{border:1px solid #888;padding:.2rem .5rem;text-align:left}"
             ".number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
             "pre{white-space:pre-wrap;font:inherit}textarea{max-width:100%;box-sizing:border-box}</style></"
             "head><body><nav>");
    static const struct {
        const char *to;
        struct label label;
    } links[] = { { "/public/notices", { "公示", "Notices" } },
                  { "/public/objections", { "异议结果", "Objections" } },
                  { "/public/programmes", { "项目条件", "Programmes" } },
                  { "/public/funds", { "资金公开", "Funds" } } };
    for (size_t i = 0; i < N_ELEMS(links); i++) {
        buf_addf(p->b, "<a href=\"%s\">", links[i].to);
        html_text(p->b, str_of(label_in(&links[i].label, p->lang)));
        buf_adds(p->b, "</a> ");
    }
    buf_adds(p->b, "</nav>");
    say_label(p, "h1", title);
}

static void foot(struct page *p)
{
    buf_adds(p->b, "</body></html>\n");
}

static void cell(struct page *p, const struct entity *en, const char *name, const void *obj)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    const struct col *col = entity_col(en, name);
    bool money = col->type == T_OPT_MONEY;
    if (col_known(col, obj) && money)
        money_print_grouped(&b, ((const struct opt_money *)(const void *)((const char *)obj + col->off))->v);
    else if (col_known(col, obj))
        col_print_masked(col, obj, &b, p->codes, p->lang);
    html_put(p->b, "td", money ? "number" : NULL, buf_str(&b));
}

/* --- notices ------------------------------------------------------------------------------ */

/* What hangs today. */
static bool is_current(const struct notice *n)
{
    struct date today = clock_today();
    return n->state.v == NOTICE_POSTED && n->starts_on.day <= today.day && n->ends_on.day >= today.day;
}

static const char *const notice_names[] = { "title", "unit", "starts_on", "ends_on", "hotline" };

static void put_notice_heads(struct page *p)
{
    buf_adds(p->b, "<table><tr>");
    for (size_t c = 0; c < N_ELEMS(notice_names); c++)
        say_label(p, "th", entity_col(&notice_entity, notice_names[c])->label);
    buf_adds(p->b, "</tr>\n");
}

/* The title is what is opened: links of one word each would all read the same aloud. */
static void put_notice_line(struct page *p, const struct notice *n)
{
    buf_addf(p->b, "<tr><td><a href=\"/public/notices/%lld/%lld\">", (long long)n->county, (long long)n->no);
    html_text(p->b, n->title);
    buf_adds(p->b, "</a></td>");
    for (size_t c = 1; c < N_ELEMS(notice_names); c++)
        cell(p, &notice_entity, notice_names[c], n);
    buf_adds(p->b, "</tr>\n");
}

static bool list_notices(struct page *p, struct errs *e)
{
    struct list counties;
    if (!db_list(p->tx, SQL_OF(STMT_REF, &county_entity, "SELECT {*} FROM county ORDER BY county LIMIT 5000"),
                 &counties, p->a, e))
        return false;
    size_t hanging = 0;
    head(p, (struct label){ "正在公示", "Current notices" });
    for (size_t i = 0; i < counties.n; i++) {
        const int64_t county = ((const struct county *)counties.rows)[i].county;
        struct list all;
        if (!db_list(
                p->tx,
                SQL_OF(
                    STMT_KEY, &notice_entity,
                    "SELECT {*} FROM notice WHERE county = $1 AND state = $2 AND starts_on <= $3 AND ends_on "
                    ">= $3 ORDER BY no LIMIT $4"),
                &all, p->a, e, V(county), V((int64_t)NOTICE_POSTED), V(clock_today()),
                V((int64_t)NOTICES_MAX)))
            return false;
        const struct notice *n = all.rows;
        for (size_t k = 0; k < all.n; k++) {
            if (!hanging++)
                put_notice_heads(p);
            put_notice_line(p, &n[k]);
        }
    }
    if (hanging)
        buf_adds(p->b, "</table>");
    else
        say_label(p, "p", (struct label){ "现在没有正在公示的内容。", "No notice hangs at present." });
    foot(p);
    return true;
}

static bool find_notice(struct page *p, struct notice *n, struct errs *e)
{
    enum found f = db_find(
        p->tx, SQL_OF(STMT_KEY, &notice_entity, "SELECT {*} FROM notice WHERE county = $1 AND no = $2"), n, e,
        V(p->county), V(p->no));
    if (f == FAILED)
        return false;
    return (f == FOUND && is_current(n)) || fail(e, ERR_NOT_FOUND, "no", MSG_NOTICE_NONE, A(p->no));
}

static void put_form(struct page *p, const struct notice *n)
{
    static const struct label row = { "名单中的序号", "Row of the list" },
                              content = { "异议内容（不要写身份证号、电话、账号）",
                                          "What you object to (no identity numbers, phones or accounts)" },
                              send = { "匿名提交", "Send without a name" };
    buf_addf(p->b, "<form method=\"post\" action=\"/public/notices/%lld/%lld/objections\"><p><label>",
             (long long)n->county, (long long)n->no);
    html_text(p->b, str_of(label_in(&row, p->lang)));
    buf_addf(p->b,
             " <input name=\"row\" type=\"number\" min=\"1\" max=\"%lld\" required></label></p><p><label>",
             (long long)n->rows_n);
    html_text(p->b, str_of(label_in(&content, p->lang)));
    buf_addf(p->b,
             "<br><textarea name=\"content\" rows=\"6\" cols=\"60\" maxlength=\"%d\" "
             "required></textarea></label></p>"
             "<p><button>",
             OBJECTION_BYTES_MAX / 3);
    html_text(p->b, str_of(label_in(&send, p->lang)));
    buf_adds(p->b, "</button></p></form>");
}

static bool is_shown(const struct notice *n, const struct col *col)
{
    struct str rest = n->columns, one;
    while (rest.n && str_split(&rest, ',', &one))
        if (str_eq(str_trim(one), str_of(col->name)))
            return notice_publishes(col);
    return false;
}

static void put_list_table(struct page *p, const struct notice *n, const struct list *rows)
{
    buf_adds(p->b, "<table><tr>");
    html_put(p->b, "th", NULL, str_of(p->lang == EN ? "No." : "序号"));
    for (size_t i = 0; i < notice_row_entity.n; i++)
        if (is_shown(n, &notice_row_entity.cols[i]))
            html_put(p->b, "th", NULL, str_of(label_in(&notice_row_entity.cols[i].label, p->lang)));
    buf_adds(p->b, "</tr>\n");
    const struct notice_row *row = rows->rows;
    for (size_t k = 0; k < rows->n; k++) {
        buf_adds(p->b, "<tr>");
        cell(p, &notice_row_entity, "no", &row[k]);
        for (size_t i = 0; i < notice_row_entity.n; i++)
            if (is_shown(n, &notice_row_entity.cols[i]))
                cell(p, &notice_row_entity, notice_row_entity.cols[i].name, &row[k]);
        buf_adds(p->b, "</tr>\n");
    }
    buf_adds(p->b, "</table>");
}

static bool put_notice(struct page *p, const struct notice *n, struct errs *e)
{
    struct list rows;
    if (!notice_rows(p->tx, n, &rows, e))
        return false;
    head(p, (struct label){ n->title.p, n->title.p });
    if (n->basis.p) {
        buf_adds(p->b, "<p>");
        html_lines(p->b, n->basis);
        buf_adds(p->b, "</p>");
    }
    put_list_table(p, n, &rows);
    html_put(p->b, "p", NULL,
             str_of(say(p->a, p->lang, MSG_PUBLIC_UNTIL, A(n->ends_on), A(n->hotline), A(n->unit))));
    html_put(p->b, "p", NULL,
             str_of(arena_printf(
                 p->a, p->lang == EN ? "To compare with the posted sheet: %s" : "与张贴的公示核对：%s",
                 notice_check_text(n, p->a))));
    put_form(p, n);
    foot(p);
    return true;
}

static bool show_notice(struct page *p, struct errs *e)
{
    struct notice n;
    return find_notice(p, &n, e) && put_notice(p, &n, e);
}

bool public_notice_preview(const struct api *api, const struct code_book *codes, const struct api_request *rq,
                           struct tx *tx, const struct notice *n, struct buf *b, struct errs *e)
{
    struct page p = { .api = api,
                      .codes = codes,
                      .rq = rq,
                      .tx = tx,
                      .b = b,
                      .a = e->a,
                      .lang = e->lang,
                      .county = n->county,
                      .no = n->no };
    return put_notice(&p, n, e);
}

/* --- an objection ------------------------------------------------------------------------- */

/* How often an address has objected today; kept in memory only, by a hash. */
static struct {
    pthread_mutex_t lock;
    int32_t day;
    size_t n;
    struct {
        char who[65];
        int times;
    } list[ADDRESSES_MAX];
} visitors = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool may_object(struct page *p)
{
    struct str who = secret_hash(str_of(p->rq->address), p->a);
    bool ok = false;
    pthread_mutex_lock(&visitors.lock);
    if (visitors.day != clock_today().day) {
        visitors.day = clock_today().day;
        visitors.n = 0;
    }
    size_t i = 0;
    while (i < visitors.n && !str_eq(str_of(visitors.list[i].who), who))
        i++;
    if (i == visitors.n && visitors.n < ADDRESSES_MAX) {
        snprintf(visitors.list[i].who, sizeof visitors.list[i].who, "%.*s", (int)who.n, who.p);
        visitors.list[i].times = 0;
        visitors.n++;
    }
    if (i < visitors.n && visitors.list[i].times < OBJECTIONS_PER_ADDRESS) {
        visitors.list[i].times++;
        ok = true;
    }
    pthread_mutex_unlock(&visitors.lock);
    return ok;
}

/* One that was not taken is not counted. */
static void did_not_object(struct page *p)
{
    struct str who = secret_hash(str_of(p->rq->address), p->a);
    pthread_mutex_lock(&visitors.lock);
    for (size_t i = 0; i < visitors.n; i++)
        if (visitors.list[i].times && str_eq(str_of(visitors.list[i].who), who))
            visitors.list[i].times--;
    pthread_mutex_unlock(&visitors.lock);
}

static bool row_has_room(struct page *p, const struct notice *n, struct errs *e)
{
    int64_t waiting;
    if (!db_int(p->tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM objection WHERE county = $1 AND notice_id = $2 AND row_no = $3 "
                    "AND state = $4 AND anonymous = 1"),
                &waiting, e, V(n->county), V(n->id), V(p->row), V((int64_t)OBJECTION_WAITING)))
        return false;
    return waiting < OBJECTIONS_PER_ROW ||
           fail(e, ERR_TOO_MANY, "row", MSG_PUBLIC_ROW_FULL, A(OBJECTIONS_PER_ROW));
}

static bool object(struct page *p, struct errs *e)
{
    struct notice n;
    struct objection o = {
        .row_no = p->row, .anonymous = true, .content = p->content, .made_on = clock_today()
    };
    struct reading rd = { .e = e, .codes = p->codes, .today = clock_today() };
    struct grant g = { UINT64_C(1) << PERM_REGISTRY_WRITE | UINT64_C(1) << PERM_REGISTRY_READ, { 0, 0 } };
    /* Nobody's account: no log-in is so short, and the audit says that it came from the public page. */
    struct actor who = { .login = STR("-"), .source = "public", .grants = &g, .n = 1 };
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_notice(p, &n, e) || !row_has_room(p, &n, e) ||
        !col_read(entity_col(&objection_entity, "content"), &o, p->content, &rd))
        return false;
    g.span = (struct span){ n.region.v, n.region.v };
    act_begin(&act, p->tx, &who, "objection.public", n.title, e->a);
    if (!objection_make(&act, &n, &o, clock_today(), e) || !act_end(&act, NULL, e))
        return false;
    head(p, (struct label){ "异议已收到", "The objection was received" });
    html_put(p->b, "p", NULL,
             str_of(say(p->a, p->lang, MSG_PUBLIC_RECEIVED, A(o.no), A(OBJECTION_WAIT_DAYS))));
    buf_addf(p->b, "<p><a href=\"/public/objections?county=%lld&amp;no=%lld\">", (long long)o.county,
             (long long)o.no);
    html_text(p->b, str_of(say(p->a, p->lang, MSG_PUBLIC_LOOK_AGAIN)));
    buf_adds(p->b, "</a></p>");
    foot(p);
    p->reply->status = 201;
    return true;
}

/* Whoever knows its number sees what became of an objection.  Numbers can be guessed: nothing is shown of
 * what was said or by whom, and an answer only where nobody could be told in person. */
static bool put_outcome(struct page *p, struct errs *e)
{
    static const char *const names[] = { "made_on", "state", "handled_on", "result", "replied_on", "reason" };
    struct objection o;
    struct notice n = { 0 };
    enum found f = db_find(
        p->tx, SQL_OF(STMT_KEY, &objection_entity, "SELECT {*} FROM objection WHERE county = $1 AND no = $2"),
        &o, e, V(p->county), V(p->no));
    if (f == FOUND)
        f = db_get(p->tx, &notice_entity, &n, e, V(o.county), V(o.notice_id));
    if (f == FAILED)
        return false;
    if (f == NONE) {
        html_put(p->b, "p", NULL, str_of(say(p->a, p->lang, MSG_OBJECTION_NONE, A(p->no))));
        return true;
    }
    html_put(p->b, "h2", NULL, n.title);
    buf_adds(p->b, "<table>");
    for (size_t i = 0; i < N_ELEMS(names); i++) {
        const struct col *col = entity_col(&objection_entity, names[i]);
        if (!col_known(col, &o) || (!strcmp(names[i], "reason") && !o.anonymous))
            continue;
        buf_adds(p->b, "<tr>");
        say_label(p, "th", col->label);
        cell(p, &objection_entity, names[i], &o);
        buf_adds(p->b, "</tr>\n");
    }
    buf_adds(p->b, "</table>");
    return true;
}

static bool put_counties(struct page *p, struct errs *e)
{
    struct list counties;
    if (!db_list(p->tx, SQL_OF(STMT_REF, &county_entity, "SELECT {*} FROM county ORDER BY county LIMIT 5000"),
                 &counties, p->a, e))
        return false;
    const struct county *list = counties.rows;
    buf_adds(p->b, "<select name=\"county\">");
    for (size_t i = 0; i < counties.n; i++) {
        buf_addf(p->b, "<option value=\"%lld\"%s>", (long long)list[i].county,
                 list[i].county == p->county ? " selected" : "");
        html_text(p->b, list[i].name);
        buf_adds(p->b, "</option>");
    }
    buf_adds(p->b, "</select> ");
    return true;
}

static bool read_number(struct page *p, struct errs *e)
{
    struct str rest = p->rq->query, part, name, value;
    while (rest.n && str_split(&rest, '&', &part)) {
        str_split(&part, '=', &name);
        int64_t *to = str_eq(name, STR("county")) ? &p->county : str_eq(name, STR("no")) ? &p->no : NULL;
        if (to && (!query_unescape(part, p->a, &value) ||
                   (str_trim(value).n && (int_read(str_trim(value), to) != READ_OK || *to < 0))))
            return fail(e, ERR_INVALID, "no", MSG_API_NUMBERS);
    }
    return true;
}

static bool show_outcome(struct page *p, struct errs *e)
{
    static const struct label number = { "异议号", "Number of the objection" }, look = { "查询", "Look up" };
    if (!read_number(p, e))
        return false;
    head(p, (struct label){ "异议结果", "What became of an objection" });
    if (p->no && !put_outcome(p, e))
        return false;
    buf_adds(p->b, "<form method=\"get\" action=\"/public/objections\"><p>");
    if (!put_counties(p, e))
        return false;
    buf_adds(p->b, "<label>");
    html_text(p->b, str_of(label_in(&number, p->lang)));
    buf_adds(p->b, " <input name=\"no\" type=\"number\" min=\"1\" required></label> <button>");
    html_text(p->b, str_of(label_in(&look, p->lang)));
    buf_adds(p->b, "</button></p></form>");
    foot(p);
    return true;
}

/* --- programmes and funds ----------------------------------------------------------------- */

static bool list_programmes(struct page *p, struct errs *e)
{
    struct programme_version *list;
    size_t n;
    if (!programme_list(p->tx, &list, &n, p->a, e))
        return false;
    head(p, (struct label){ "扶贫项目", "Programmes" });
    buf_adds(p->b, "<ul>");
    for (size_t i = 0; i < n; i++) {
        struct wording name = { list[i].zh, list[i].en };
        buf_addf(p->b, "<li><a href=\"/public/programmes/%.*s\">", (int)list[i].programme.n,
                 list[i].programme.p);
        html_text(p->b, wording_in(&name, p->lang));
        buf_adds(p->b, "</a></li>\n");
    }
    buf_adds(p->b, "</ul>");
    foot(p);
    return true;
}

static bool show_programme(struct page *p, struct errs *e)
{
    struct programme_version v;
    CLEANUP(buf_release) struct buf words = BUF(1 << 20);
    struct programme_version *all;
    size_t n;
    const struct programme *x = programme_open(p->tx, p->programme, p->codes, &v, p->a, e);
    if (!x || !programme_list(p->tx, &all, &n, p->a, e))
        return false;
    struct description d = { x, p->codes, p->lang, false, p->a, all, n };
    struct wording name = { v.zh, v.en };
    const char *title = arena_str(p->a, wording_in(&name, p->lang)).p;
    programme_describe(&d, &words);
    head(p, (struct label){ title, title });
    html_put(p->b, "pre", NULL, buf_str(&words));
    foot(p);
    return true;
}

/* Sums of whole funds only: nobody's loan can be told from them. */
static bool put_fund(struct page *p, struct str county, const struct fund *f, struct errs *e)
{
    static const enum account_kind kinds[] = { ACCOUNT_CAPITAL, ACCOUNT_SPECIAL, ACCOUNT_LOANS };
    buf_adds(p->b, "<tr>");
    html_put(p->b, "td", NULL, county);
    html_put(p->b, "td", NULL, f->name);
    for (size_t i = 0; i < N_ELEMS(kinds); i++) {
        CLEANUP(buf_release) struct buf b = BUF(64);
        struct money m;
        if (!ledger_balance_on(p->tx, f, kinds[i], clock_today(), &m, e))
            return false;
        if (kinds[i] == ACCOUNT_CAPITAL)
            m.fen = -m.fen;
        money_print_grouped(&b, m);
        html_put(p->b, "td", "number", buf_str(&b));
    }
    buf_adds(p->b, "</tr>\n");
    return true;
}

static bool list_funds(struct page *p, struct errs *e)
{
    static const struct label heads[] = { { "县", "County" },
                                          { "资金", "Fund" },
                                          { "资本金（元）", "Capital, yuan" },
                                          { "专户余额", "In the account" },
                                          { "在外借款", "Lent" } };
    struct list counties;
    if (!db_list(p->tx, SQL_OF(STMT_REF, &county_entity, "SELECT {*} FROM county ORDER BY county LIMIT 5000"),
                 &counties, p->a, e))
        return false;
    head(p, (struct label){ "资金公开", "Funds" });
    buf_adds(p->b, "<table><tr>");
    for (size_t i = 0; i < N_ELEMS(heads); i++)
        say_label(p, "th", heads[i]);
    buf_adds(p->b, "</tr>\n");
    for (size_t i = 0; i < counties.n; i++) {
        struct list funds;
        const struct county *county = (const struct county *)counties.rows + i;
        if (!fund_list(p->tx, county->county, &funds, e))
            return false;
        for (size_t k = 0; k < funds.n; k++) {
            const struct fund *f = (const struct fund *)funds.rows + k;
            struct fund_disclosure shown;
            enum found found = fund_disclosure_of(p->tx, f, &shown, e);
            if (found == FAILED || (found == FOUND && !put_fund(p, county->name, f, e)))
                return false;
        }
    }
    buf_adds(p->b, "</table>");
    foot(p);
    return true;
}

/* --- finding the page --------------------------------------------------------------------- */

static const struct {
    const char *method, *pattern;
    bool (*show)(struct page *p, struct errs *e);
} pages[] = {
    { "GET", "/public/funds", list_funds },
    { "GET", "/public/notices", list_notices },
    { "GET", "/public/notices/{county}/{no}", show_notice },
    { "POST", "/public/notices/{county}/{no}/objections", object },
    { "GET", "/public/objections", show_outcome },
    { "GET", "/public/programmes", list_programmes },
    { "GET", "/public/programmes/{programme}", show_programme },
};

/* -1: there is none. */
static int page_of(const char *method, struct str path)
{
    for (size_t i = 0; i < N_ELEMS(pages); i++)
        if (!strcmp(pages[i].method, method) && pattern_fits(pages[i].pattern, path))
            return (int)i;
    return -1;
}

size_t public_body_max(const char *method, struct str path)
{
    int i = page_of(method, path);
    return i >= 0 && !strcmp(method, "POST") ? OBJECTION_FORM_MAX : 0;
}

static bool read_form(struct page *p, struct errs *e)
{
    struct str rest = p->rq->body, part, name, value;
    while (rest.n && str_split(&rest, '&', &part)) {
        str_split(&part, '=', &name);
        if (!query_unescape(part, p->a, &value))
            return fail(e, ERR_INVALID, "content", MSG_HTTP_PATH);
        if (str_eq(name, STR("row")) && (int_read(str_trim(value), &p->row) != READ_OK || p->row < 1))
            return fail(e, ERR_INVALID, "row", MSG_API_NUMBERS);
        if (str_eq(name, STR("content")))
            p->content = str_trim(value);
    }
    if (!p->row || !p->content.n)
        return fail(e, ERR_INVALID, p->row ? "content" : "row", MSG_API_EMPTY);
    if (p->content.n > OBJECTION_BYTES_MAX || !utf8_valid(p->content))
        return fail(e, ERR_INVALID, "content", MSG_HTTP_BODY);
    return true;
}

static bool read_page_path(struct page *p, const char *pattern)
{
    struct str county = route_segment(pattern, p->rq->path, "county"),
               no = route_segment(pattern, p->rq->path, "no");
    p->programme = route_segment(pattern, p->rq->path, "programme");
    return (!county.p || int_read(county, &p->county) == READ_OK) &&
           (!no.p || int_read(no, &p->no) == READ_OK);
}

struct showing {
    struct page p;
    int which;
};

static bool show(struct tx *tx, void *ctx, struct errs *e)
{
    struct showing *s = ctx;
    s->p.tx = tx;
    buf_clear(s->p.b);
    return pages[s->which].show(&s->p, e);
}

static void show_problem(struct page *p, const struct errs *e)
{
    buf_clear(p->b);
    head(p, (struct label){ "无法办理", "This cannot be done" });
    for (const struct err *x = e->bad.first; x; x = x->next)
        html_put(p->b, "p", NULL, str_of(x->text));
    foot(p);
    const struct err *first = e->bad.first;
    assert(first); /* a page is a problem only when something is wrong */
    p->reply->status = err_info[first->code].http;
}

static bool may_go_on(struct showing *s, bool posts, struct errs *e)
{
    if (!read_page_path(&s->p, pages[s->which].pattern))
        return fail(e, ERR_NOT_FOUND, NULL, MSG_API_NO_ROUTE);
    if (!posts)
        return true;
    return read_form(&s->p, e) &&
           (may_object(&s->p) || fail(e, ERR_TOO_MANY, NULL, MSG_PUBLIC_ENOUGH, A(OBJECTIONS_PER_ADDRESS)));
}

bool public_page(const struct api *api, const struct api_request *rq, struct api_reply *reply)
{
    CLEANUP(buf_release) struct buf b = BUF(PAGE_BYTES_MAX);
    struct showing s = { .which = page_of(rq->method, rq->path) };
    if (s.which < 0)
        return false;
    struct errs e = { .a = rq->a, .lang = api_language(rq->language) };
    bool posts = !strcmp(rq->method, "POST");
    *reply = (struct api_reply){ .status = 200,
                                 .route = pages[s.which].pattern,
                                 .type = "text/html; charset=utf-8" };
    s.p = (struct page){
        .api = api, .codes = api_codes(api), .rq = rq, .reply = reply, .b = &b, .a = rq->a, .lang = e.lang
    };
    bool may = may_go_on(&s, posts, &e);
    bool ok = may && store_run(api->st, posts ? TX_WRITE : TX_READ, posts ? s.p.county : 0, show, &s, &e);
    if (may && posts && !ok)
        did_not_object(&s.p);
    if (!ok || (b.full && !fail(&e, ERR_INTERNAL, NULL, MSG_API_TOO_MUCH)))
        show_problem(&s.p, &e);
    reply->body = arena_str(rq->a, buf_str(&b));
    return true;
}
