/* notice_api.c - public notices, objections to them, and the printed page. */
#include "api/forms.h"
#include "api/public_page.h"
#include "api/tables.h"
#include "base/clock.h"
#include "casework/document.h"
#include "casework/objection.h"
#include "casework/print_notice.h"

enum { PAGE_BYTES_MAX = 1 << 26 };

/* --- forms -------------------------------------------------------------------------------- */

struct notices_query {
    struct region_code region;
    struct code state;
};
static const struct col notices_cols[] = {
    REGION_COL(notices_query),
    COL(notices_query, state, "状态", "State", .codes = "notice_state"),
};
static const struct entity notices_query =
    ENTITY(notices_query, TABLE_LOCAL, "公示", "Notices", notices_cols);

struct notice_form {
    struct str title, document_no, programme, basis, columns, hotline, address, email, unit, channels;
    struct region_code region;
    struct opt_int days;
    struct opt_date starts_on;
    bool result, working;
};
static const struct col notice_form_cols[] = {
    COL(notice_form, region, "哪个村、乡镇或县的公示", "Whose notice it is", .flags = REQUIRED),
    COL(notice_form, title, "标题", "Title", .flags = REQUIRED, .max = 200),
    COL(notice_form, unit, "发布单位", "Issuing unit", .flags = REQUIRED, .max = 100),
    COL(notice_form, hotline, "监督电话", "Hotline", .flags = REQUIRED, .max = 40),
    COL(notice_form, channels, "渠道:位置，每行一个", "Channels, like village_board:PLACE, one a line",
        .flags = REQUIRED, .max = 2000),
    COL(notice_form, document_no, "文号", "Document number", .max = 100),
    COL(notice_form, programme, "项目", "Programme", .max = 100),
    COL(notice_form, basis, "依据和说明", "Basis", .max = 2000),
    COL(notice_form, columns, "公示的列", "Columns", .max = 400),
    COL(notice_form, address, "通信地址", "Address", .max = 200),
    COL(notice_form, email, "电子邮箱", "E-mail", .max = 100),
    COL(notice_form, days, "天数", "Days", .min = 1, .max = NOTICE_DAYS_MAX),
    COL(notice_form, starts_on, "第一天（默认今天）", "First day (today)"),
    COL(notice_form, result, "是结果公告", "The announcement of a result"),
    COL(notice_form, working, "按工作日", "Working days"),
};
static const struct entity notice_form = ENTITY(notice_form, TABLE_LOCAL, "公示", "Notice", notice_form_cols);

/* What may be published, and what decides how a name is shown. */
struct entry_form {
    struct str applicant_name, head_name, township, village, village_group, programme, project, school, grade,
        category, guardian;
    struct opt_int members;
    struct opt_money standard, amount;
    struct opt_date birth;
};
static const struct col entry_cols[] = {
    COL(entry_form, applicant_name, "姓名", "Name", .flags = REQUIRED, .max = 60),
    COL(entry_form, head_name, "户主", "Head", .max = 60),
    COL(entry_form, township, "乡镇", "Township", .max = 60),
    COL(entry_form, village, "村", "Village", .max = 60),
    COL(entry_form, village_group, "组", "Group", .max = 60),
    COL(entry_form, programme, "项目种类", "Programme", .max = 60),
    COL(entry_form, project, "项目", "Project", .max = 60),
    COL(entry_form, school, "学校", "School", .max = 60),
    COL(entry_form, grade, "年级", "Grade", .max = 30),
    COL(entry_form, category, "类别", "Category", .max = 60),
    COL(entry_form, members, "人口", "Members", .min = 1, .max = 60),
    COL(entry_form, standard, "标准", "Standard"),
    COL(entry_form, amount, "金额", "Amount"),
    COL(entry_form, birth, "出生日期（不公示）", "Birth date (not published)"),
    COL(entry_form, guardian, "监护人（不公示）", "Guardian (not published)", .max = 60),
};
static const struct entity entry_form = ENTITY(entry_form, TABLE_LOCAL, "名单", "List", entry_cols);

/* What happens to a notice: posted, removed, ended, void, redated. */
struct notice_change {
    struct str action;
    struct opt_int channel, document;
    struct opt_date on;
    struct str reason;
};
static const struct col change_cols[] = {
    COL(notice_change, action, "事项：post、remove、redate、end、void", "post, remove, redate, end or void",
        .flags = REQUIRED, .max = 20),
    COL(notice_change, channel, "第几个渠道", "Which channel", .min = 1, .max = NOTICE_CHANNELS_MAX),
    COL(notice_change, document, "凭证的附件号", "Document that shows it", .min = 1, .max = ID_MAX),
    COL(notice_change, on, "哪一天（默认今天）", "Day (today)"),
    COL(notice_change, reason, "原因", "Reason", .max = 200),
};
static const struct entity notice_change =
    ENTITY(notice_change, TABLE_LOCAL, "公示的办理", "What happens to it", change_cols);

struct object_form {
    struct opt_int row_no;
    bool anonymous;
    struct str objector, content;
    struct opt_date made_on;
};
static const struct col object_cols[] = {
    COL(object_form, row_no, "名单的序号", "Row", .flags = REQUIRED, .min = 1, .max = NOTICE_ROWS_MAX),
    COL(object_form, content, "异议内容", "What is said", .flags = REQUIRED, .min = 2, .max = 1300),
    COL(object_form, objector, "异议人", "Who objects", .max = 60),
    COL(object_form, anonymous, "匿名", "Nobody said who"),
    COL(object_form, made_on, "哪一天（默认今天）", "Day (today)"),
};
static const struct entity object_form = ENTITY(object_form, TABLE_LOCAL, "异议", "Objection", object_cols);

struct handle_form {
    struct str state, reason;
    struct code result;
    struct opt_date replied_on;
};
static const struct col handle_cols[] = {
    COL(handle_form, state, "admitted、dismissed 或 answered", "admitted, dismissed or answered",
        .flags = REQUIRED, .max = 20),
    COL(handle_form, reason, "原因或答复", "Reason, or the answer", .max = 1000),
    COL(handle_form, result, "结论", "Result", .codes = "notice_objection"),
    COL(handle_form, replied_on, "答复日期", "Replied on"),
};
static const struct entity handle_form = ENTITY(handle_form, TABLE_LOCAL, "处理", "Handling", handle_cols);

struct number_line {
    struct opt_int no;
};
static const struct col number_cols[] = {
    COL(number_line, no, "异议号", "Number", .flags = REQUIRED, .min = 1, .max = ID_MAX),
};
static const struct entity number_line = ENTITY(number_line, TABLE_LOCAL, "异议号", "Number", number_cols);

/* --- reading ------------------------------------------------------------------------------ */

static bool find_notice(struct call *c, struct notice *n, struct errs *e)
{
    const struct at_number *at = c->path;
    enum found f = notice_by_no(c->tx, &c->who, at->no, county_region(at->county), n, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_NOTICE_NONE, A(at->no)));
}

static bool list_notices(struct call *c, struct errs *e)
{
    const struct notices_query *q = c->query;
    struct list all;
    if (!notice_list(c->tx, &c->who, q->region, &all, e))
        return false;
    struct notice *n = all.rows;
    size_t kept = 0;
    for (size_t i = 0; i < all.n; i++)
        if (!q->state.set || n[i].state.v == q->state.v)
            n[kept++] = n[i];
    all.n = kept;
    put_list_of(c, &notice_entity, &all);
    return true;
}

static void put_members(struct call *c, const char *key, const struct entity *en, const struct list *list)
{
    put_key(&c->w, key);
    put_list(&c->w);
    put_rows_of(c, en, list);
    put_list_end(&c->w);
}

static bool show_notice(struct call *c, struct errs *e)
{
    struct notice n;
    struct list rows, channels, objections;
    struct notice_answer *answers;
    if (!find_notice(c, &n, e) || !notice_rows(c->tx, &n, &rows, e) ||
        !notice_channels(c->tx, &n, &channels, e) || !objection_list(c->tx, &n, &objections, e) ||
        !notice_rows_clear(c->tx, &n, clock_today(), &answers, e))
        return false;
    const struct notice_row *row = rows.rows;
    put_object(&c->w);
    put_cols(c, &notice_entity, &n, false);
    put_member_bool(&c->w, "intact", notice_is_intact(c->tx, &n, &rows));
    put_member_cstr(&c->w, "check", notice_check_text(&n, c->a));
    put_member_text(&c->w, "version", row_etag(c, &notice_entity, &n));
    put_members(c, "channels", &notice_channel_entity, &channels);
    put_members(c, "objections", &objection_entity, &objections);
    put_key(&c->w, "rows");
    put_list(&c->w);
    for (size_t i = 0; i < rows.n; i++) {
        put_object(&c->w);
        put_cols(c, &notice_row_entity, &row[i], false);
        if ((int64_t)i < n.rows_n)
            put_member_cstr(&c->w, "clear", notice_answer_text(&answers[i], c->a, c->lang));
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_object_end(&c->w);
    return true;
}

static bool print(struct call *c, struct errs *e)
{
    struct notice n;
    CLEANUP(buf_release) struct buf page = BUF(PAGE_BYTES_MAX);
    if (!find_notice(c, &n, e) || !print_notice(c->tx, &n, &page, e))
        return false;
    buf_add(c->w.b, buf_str(&page));
    return true;
}

static bool preview(struct call *c, struct errs *e)
{
    struct notice n;
    CLEANUP(buf_release) struct buf page = BUF(PAGE_BYTES_MAX);
    if (!find_notice(c, &n, e) || !public_notice_preview(c->api, c->codes, c->rq, c->tx, &n, &page, e))
        return false;
    buf_add(c->w.b, buf_str(&page));
    return true;
}

/* --- preparing ---------------------------------------------------------------------------- */

static bool read_channels(struct call *c, struct str text, struct notice_channel *out, size_t *n,
                          struct errs *e)
{
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    struct str line;
    bool ok = true;
    while (text.n && str_split(&text, '\n', &line)) {
        struct str place = str_trim(line), kind = place;
        if (!place.n)
            continue;
        if (*n == NOTICE_CHANNELS_MAX)
            return fail(e, ERR_INVALID, "channels", MSG_NOTICE_CHANNELS, A(NOTICE_CHANNELS_MAX));
        bool named = memchr(place.p, ':', place.n) != NULL;
        if (named)
            str_split(&place, ':', &kind);
        out[*n] = (struct notice_channel){ 0 };
        ok = col_read(entity_col(&notice_channel_entity, "channel"), &out[*n], kind, &rd) &&
             (!named || col_read(entity_col(&notice_channel_entity, "place"), &out[*n], place, &rd)) && ok;
        ++*n;
    }
    return ok && (*n || fail(e, ERR_INVALID, "channels", MSG_API_CHANNELS));
}

static struct notice_entry entry_of(const struct entry_form *x)
{
    return (struct notice_entry){ .row = { .applicant_name = x->applicant_name,
                                           .head_name = x->head_name,
                                           .township = x->township,
                                           .village = x->village,
                                           .village_group = x->village_group,
                                           .programme = x->programme,
                                           .project = x->project,
                                           .school = x->school,
                                           .grade = x->grade,
                                           .category = x->category,
                                           .members = x->members,
                                           .standard = x->standard,
                                           .amount = x->amount },
                                  .birth = x->birth,
                                  .guardian = x->guardian };
}

static bool prepare(struct call *c, struct errs *e)
{
    const struct notice_form *x = c->body;
    struct notice_entry *rows = NEW_ARRAY(c->a, struct notice_entry, c->lines_n + 1);
    struct notice_channel *channels = NEW_ARRAY(c->a, struct notice_channel, NOTICE_CHANNELS_MAX);
    size_t channels_n = 0;
    enum region_level level = x->region.v % 1000 ? VILLAGE : x->region.v % 1000000 ? TOWNSHIP : COUNTY;
    struct notice n = { .kind = { x->result ? NOTICE_RESULT : NOTICE_PUBLIC, true },
                        .level = { level == VILLAGE    ? NOTICE_VILLAGE
                                   : level == TOWNSHIP ? NOTICE_TOWNSHIP
                                                       : NOTICE_COUNTY,
                                   true },
                        .region = x->region,
                        .title = x->title,
                        .document_no = x->document_no,
                        .programme = x->programme,
                        .basis = x->basis,
                        .columns = x->columns,
                        .days = x->days.set ? x->days.v : 7,
                        .day_unit = { x->working ? WORKING_DAYS : CALENDAR_DAYS, true },
                        .starts_on = x->starts_on.set ? x->starts_on.v : clock_today(),
                        .hotline = x->hotline,
                        .address = x->address,
                        .email = x->email,
                        .unit = x->unit };
    CLEANUP(act_release) struct act act = { 0 };
    for (size_t i = 0; i < c->lines_n; i++)
        rows[i] = entry_of((const struct entry_form *)c->lines + i);
    if (!read_channels(c, x->channels, channels, &channels_n, e))
        return false;
    act_begin(&act, c->tx, &c->who, "notice.prepare", n.title, e->a);
    if (!notice_prepare(&act, &n, rows, c->lines_n, channels, channels_n, clock_today(), e) ||
        !act_end(&act, NULL, e))
        return false;
    c->reply->etag = row_etag(c, &notice_entity, &n);
    put_row(c, &notice_entity, &n);
    return true;
}

/* --- its days ----------------------------------------------------------------------------- */

static bool proof_of(struct call *c, const struct notice *n, const struct notice_change *x, int64_t *id,
                     struct errs *e)
{
    struct document d;
    *id = 0;
    if (!x->document.set)
        return true;
    enum found f = document_by_no(c->tx, &c->who, x->document.v, county_region(n->county), &d, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "document", MSG_DOCUMENT_NONE, A(x->document.v));
    *id = d.id;
    return true;
}

typedef bool change_fn(struct act *act, struct call *c, struct notice *n, const struct notice_change *x,
                       struct date on, struct errs *e);

static bool post(struct act *act, struct call *c, struct notice *n, const struct notice_change *x,
                 struct date on, struct errs *e)
{
    int64_t document;
    return proof_of(c, n, x, &document, e) &&
           notice_post(act, n, x->channel.set ? x->channel.v : 1, on, document, clock_today(), e);
}

static bool take_down(struct act *act, struct call *c, struct notice *n, const struct notice_change *x,
                      struct date on, struct errs *e)
{
    int64_t document;
    return proof_of(c, n, x, &document, e) &&
           notice_remove(act, n, x->channel.set ? x->channel.v : 1, on, document, clock_today(), e);
}

static bool redate(struct act *act, struct call *c, struct notice *n, const struct notice_change *x,
                   struct date on, struct errs *e)
{
    (void)c;
    (void)x;
    return notice_redate(act, n, on, clock_today(), e);
}

static bool end(struct act *act, struct call *c, struct notice *n, const struct notice_change *x,
                struct date on, struct errs *e)
{
    (void)c;
    (void)x;
    (void)on;
    return notice_end(act, n, clock_today(), e);
}

static bool make_void(struct act *act, struct call *c, struct notice *n, const struct notice_change *x,
                      struct date on, struct errs *e)
{
    (void)c;
    (void)on;
    return notice_void(act, n, x->reason, e);
}

static const struct {
    const char *name, *action;
    change_fn *fn;
} changes[] = {
    { "end", "notice end", end },          { "post", "notice post", post },
    { "redate", "notice redate", redate }, { "remove", "notice remove", take_down },
    { "void", "notice void", make_void },
};

static bool change_notice(struct call *c, struct errs *e)
{
    const struct notice_change *x = c->body;
    struct date on = x->on.set ? x->on.v : clock_today();
    struct notice n;
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_notice(c, &n, e) || !call_matches_row(c, &notice_entity, &n, e))
        return false;
    for (size_t i = 0; i < N_ELEMS(changes); i++) {
        if (!str_eq(x->action, str_of(changes[i].name)))
            continue;
        act_begin(&act, c->tx, &c->who, changes[i].action, n.title, e->a);
        if (!changes[i].fn(&act, c, &n, x, on, e) || !act_end(&act, NULL, e))
            return false;
        c->reply->etag = row_etag(c, &notice_entity, &n);
        put_row(c, &notice_entity, &n);
        return true;
    }
    return fail(e, ERR_INVALID, "action", MSG_API_STATE, A("post, remove, redate, end, void"));
}

/* --- objections --------------------------------------------------------------------------- */

static bool object(struct call *c, struct errs *e)
{
    const struct object_form *x = c->body;
    struct notice n;
    struct objection o = { .row_no = x->row_no.v,
                           .anonymous = x->anonymous,
                           .objector = x->objector,
                           .content = x->content,
                           .made_on = x->made_on.set ? x->made_on.v : clock_today() };
    CLEANUP(act_release) struct act act = { 0 };
    if (!find_notice(c, &n, e))
        return false;
    act_begin(&act, c->tx, &c->who, "objection.add", n.title, e->a);
    if (!objection_make(&act, &n, &o, clock_today(), e) || !act_end(&act, NULL, e))
        return false;
    put_row(c, &objection_entity, &o);
    return true;
}

static bool objection_at(struct call *c, int64_t no, struct objection *o, struct errs *e)
{
    const struct at_county *at = c->path;
    enum found f = objection_by_no(c->tx, &c->who, no, county_region(at->county), o, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_OBJECTION_NONE, A(no)));
}

static bool show_objection(struct call *c, struct errs *e)
{
    const struct at_number *at = c->path;
    struct objection o;
    if (!objection_at(c, at->no, &o, e))
        return false;
    c->reply->etag = row_etag(c, &objection_entity, &o);
    put_row(c, &objection_entity, &o);
    return true;
}

/* What was objected may name people: whoever reads it says why, and that is kept. */
static bool reveal_objections(struct call *c, struct errs *e)
{
    const struct reason_form *x = c->body;
    struct notice n;
    struct list all;
    CLEANUP(buf_release) struct buf b = BUF(4096);
    CLEANUP(act_release) struct act act = { 0 };
    struct json_out w = JSON_OUT(&b);
    if (!find_notice(c, &n, e) || !actor_need_at(&c->who, PERM_REGISTRY_WRITE, n.region, e))
        return false;
    put_object(&w);
    put_member_text(&w, "purpose", x->reason);
    put_object_end(&w);
    act_begin(&act, c->tx, &c->who, "objection.reveal", n.title, e->a);
    if (!objection_list(c->tx, &n, &all, e) || !act_log(&act, n.county, buf_cstr(&b), e))
        return false;
    const struct objection *o = all.rows;
    rows_begin(c);
    for (size_t i = 0; i < all.n; i++) {
        put_object(&c->w);
        put_cols(c, &objection_entity, &o[i], true);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool handle(struct act *act, struct call *c, struct objection *o, struct errs *e)
{
    const struct handle_form *x = c->body;
    struct date today = clock_today();
    if (str_eq(x->state, STR("admitted")))
        return objection_admit(act, o, today, e);
    if (str_eq(x->state, STR("dismissed")))
        return objection_dismiss(act, o, x->reason, today, e);
    if (!str_eq(x->state, STR("answered")))
        return fail(e, ERR_INVALID, "state", MSG_API_STATE, A("admitted, dismissed, answered"));
    if (!x->result.set)
        return fail(e, ERR_INVALID, "result", MSG_REQUIRED, A(&entity_col(&handle_form, "result")->label));
    (void)c;
    return objection_answer(act, o, (enum objection_result)x->result.v, x->reason,
                            x->replied_on.set ? x->replied_on.v : today, today, e);
}

static bool handle_objection(struct call *c, struct errs *e)
{
    const struct at_number *at = c->path;
    struct objection o;
    CLEANUP(act_release) struct act act = { 0 };
    if (!objection_at(c, at->no, &o, e) || !call_matches_row(c, &objection_entity, &o, e))
        return false;
    act_begin(&act, c->tx, &c->who, "objection.handle", str_of(arena_printf(c->a, "%lld", (long long)o.no)),
              e->a);
    if (!handle(&act, c, &o, e) || !act_end(&act, NULL, e))
        return false;
    c->reply->etag = row_etag(c, &objection_entity, &o);
    put_row(c, &objection_entity, &o);
    return true;
}

/* All or none, with one reason. */
static bool dismiss_many(struct call *c, struct errs *e)
{
    const struct reason_form *x = c->body;
    const struct number_line *lines = c->lines;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, c->tx, &c->who, "objection.dismiss", str_of(arena_printf(c->a, "%zu", c->lines_n)), e->a);
    for (size_t i = 0; i < c->lines_n; i++) {
        struct objection o;
        if (!objection_at(c, lines[i].no.v, &o, e) ||
            !objection_dismiss(&act, &o, x->reason, clock_today(), e))
            return false;
    }
    put_object(&c->w);
    put_member_int(&c->w, "dismissed", (int64_t)c->lines_n);
    put_object_end(&c->w);
    return act_end(&act, NULL, e);
}

// clang-format off
#define NOTICE "/api/v1/notices/{county}/{no}"
static const struct answer_part clear_parts[] = { TEXT_PART("clear"), { 0 } };
static const struct answer_part notice_parts[] = {
    BOOL_PART("intact"), TEXT_PART("check"), TEXT_PART("version"), { .name = "channels", .of = &notice_channel_entity, .list = true }, { .name = "objections", .of = &objection_entity, .list = true },
    ENTITIES_PART("rows", &notice_row_entity, clear_parts), { 0 } };
static const struct answer_part dismissed_parts[] = { NUMBER_PART("dismissed"), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/notices", .perm = PERM_REGISTRY_READ, .query = &notices_query, .orders = ORDERS(BY("no", "编号", "number")), .run = list_notices, .answer = &notice_entity, .list = true,
      .doc = { "有哪些公示", "The notices there are" } },
    { .method = "POST", .pattern = "/api/v1/notices", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .body = &notice_form, .lines = &entry_form, .lines_name = "rows", .body_max = 1 << 20, .run = prepare, .status = 201, .answer = &notice_entity,
      .doc = { "拟定公示；之后不再更改", "Prepare a notice; it does not change any more" },
      .sample = "{\"region\":\"350603100202\",\"title\":\"关于拟补助对象的公示\",\"unit\":\"某某村民委员会\",\"hotline\":\"0596-0000000\",\"channels\":\"village_board:村委会门口\",\"rows\":[{\"applicant_name\":\"张秀英\",\"village\":\"东一村\",\"amount\":\"3000.00\"}]}" },
    { .method = "GET", .pattern = NOTICE, .perm = PERM_REGISTRY_READ, .path = &at_number, .run = show_notice, .parts = notice_parts, .answer = &notice_entity,
      .doc = { "一个公示：名单、渠道、异议、每一行能否确认", "A notice: its list, channels and objections, and which rows are clear" } },
    { .method = "PATCH", .pattern = NOTICE, .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .flags = ROUTE_MATCH, .path = &at_number, .body = &notice_change, .run = change_notice, .answer = &notice_entity,
      .doc = { "张贴、撤下、改期、期满、作废；If-Match 用 version", "Posted, removed, redated, ended or void; If-Match is its version" }, .sample = "{\"action\":\"post\",\"channel\":1}" },
    { .method = "GET", .pattern = NOTICE "/print", .perm = PERM_REGISTRY_READ, .path = &at_number, .run = print, .gives = "text/html; charset=utf-8",
      .doc = { "公示的 A4 打印页", "The notice as an A4 page" } },
    { .method = "GET", .pattern = NOTICE "/public", .perm = PERM_REGISTRY_READ, .path = &at_number, .run = preview, .gives = "text/html; charset=utf-8",
      .doc = { "公众看到的样子，发布前核对", "Exactly what the public sees, to look at before it is posted" } },
    { .method = "POST", .pattern = NOTICE "/objections", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .path = &at_number, .body = &object_form, .run = object, .status = 201, .answer = &objection_entity,
      .doc = { "登记异议", "Record an objection" }, .sample = "{\"row_no\":1,\"objector\":\"张某\",\"content\":\"家有小轿车\"}" },
    { .method = "POST", .pattern = NOTICE "/objections/reveal", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL | ROUTE_SECRET, .path = &at_number, .body = &reason_form, .run = reveal_objections, .answer = &objection_entity, .list = true,
      .doc = { "异议的内容；须写用途，记入审计", "What was objected, for a purpose; it is kept in the audit" }, .sample = "{\"reason\":\"办理异议\"}" },
    { .method = "GET", .pattern = "/api/v1/objections/{county}/{no}", .perm = PERM_REGISTRY_READ, .path = &at_number, .run = show_objection, .answer = &objection_entity,
      .doc = { "一个异议", "One objection" } },
    { .method = "PATCH", .pattern = "/api/v1/objections/{county}/{no}", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .flags = ROUTE_MATCH, .path = &at_number, .body = &handle_form, .run = handle_objection, .answer = &objection_entity,
      .doc = { "受理、不受理或答复异议", "Admit, dismiss or answer it" }, .sample = "{\"state\":\"dismissed\",\"reason\":\"与本公示无关\"}" },
    { .method = "POST", .pattern = "/api/v1/objections/{county}/dismiss", .perm = PERM_REGISTRY_WRITE, .tx = ROUTE_WRITES, .path = &at_county, .body = &reason_form, .lines = &number_line, .lines_name = "objections", .run = dismiss_many, .parts = dismissed_parts,
      .doc = { "成批不受理匿名异议", "Dismiss many anonymous ones, with one reason" }, .sample = "{\"reason\":\"内容与公示无关\",\"objections\":[{\"no\":1}]}" },
};
// clang-format on
const struct route_table notice_routes = { { "公示", "Public notices" }, routes, N_ELEMS(routes) };
