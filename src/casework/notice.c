#include "casework/notice.h"

#include "access/site.h"
#include "base/value.h"
#include "casework/notice_parts.h"
#include "registry/scope.h"

#include <assert.h>

enum { ADULT = 18, CHILD = 14, FAULTS_MAX = 200, MAC_TEXT_MAX = 1 << 28 };

// clang-format off
static const struct col notice_cols[] = {
    COL(notice, county,      "县代码",   "County",       .flags = PKEY | SERVER | REQUIRED),
    COL(notice, id,          "内部编号", "Id",           .flags = PKEY | SERVER | REQUIRED),
    COL(notice, no,          "公示号",   "Number",       .flags = SERVER | REQUIRED | NATURAL),
    COL(notice, kind,        "种类",     "Kind",         .flags = REQUIRED, .codes = "notice_kind"),
    COL(notice, level,       "级别",     "Level",        .flags = REQUIRED, .codes = "notice_level"),
    COL(notice, region,      "区划代码", "Region",       .flags = REQUIRED),
    COL(notice, title,       "标题",     "Title",        .flags = REQUIRED, .max = 100),
    COL(notice, document_no, "文号",     "Document number", .max = 60),
    COL(notice, programme,   "项目种类", "Programme",    .max = 60),
    COL(notice, basis,       "依据",     "Basis",        .max = 2000),
    COL(notice, columns,     "公示栏目", "Columns",      .flags = SERVER | REQUIRED, .max = 400),
    COL(notice, days,        "天数",     "Days",         .flags = REQUIRED, .min = 1, .max = NOTICE_DAYS_MAX),
    COL(notice, day_unit,    "日历日或工作日", "Calendar or working days", .flags = REQUIRED, .codes = "day_unit"),
    COL(notice, starts_on,   "开始日期", "First day",    .flags = REQUIRED),
    COL(notice, ends_on,     "截止日期", "Last day",     .flags = SERVER | REQUIRED),
    COL(notice, hotline,     "监督电话", "Hotline",      .flags = REQUIRED, .max = 60),
    COL(notice, address,     "通信地址", "Address",      .max = 100),
    COL(notice, email,       "电子邮箱", "E-mail",       .max = 60),
    COL(notice, unit,        "发布单位", "Issuing unit", .flags = REQUIRED, .max = 60),
    COL(notice, rows_n,      "行数",     "Rows",         .flags = SERVER),
    COL(notice, state,       "状态",     "State",        .flags = SERVER | REQUIRED, .codes = "notice_state"),
    COL(notice, prepared_on, "拟定日期", "Prepared on",  .flags = SERVER | REQUIRED),
    COL(notice, prepared_by, "拟定人",   "Prepared by",  .flags = SERVER | REQUIRED, .max = 40),
    COL(notice, posted_on,   "张贴日期", "Posted on",    .flags = SERVER),
    COL(notice, ended_on,    "期满登记", "Ended on",     .flags = SERVER),
    COL(notice, ended_by,    "登记人",   "Ended by",     .flags = SERVER, .max = 40),
    COL(notice, void_reason, "作废原因", "Why void",     .flags = SERVER, .max = 200),
    COL(notice, mac,         "校验",     "Check",        .flags = SERVER | REQUIRED),
};
/* What is not SERVER here is published. */
static const struct col row_cols[] = {
    COL(notice_row, county,         "县代码",       "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(notice_row, notice_id,      "公示内部编号", "Notice id",  .flags = PKEY | SERVER | REQUIRED),
    COL(notice_row, no,             "序号",         "No",         .flags = PKEY | SERVER | REQUIRED),
    COL(notice_row, case_id,        "申请内部编号", "Case id",    .flags = SERVER),
    COL(notice_row, applicant_name, "姓名",         "Name",       .flags = REQUIRED, .max = 30, .aliases = "申请人|申请人姓名|补助对象"),
    COL(notice_row, head_name,      "户主姓名",     "Head of household", .max = 30, .aliases = "户主"),
    COL(notice_row, township,       "乡镇",         "Township",   .max = 30, .aliases = "镇|街道|乡(镇)|乡镇(街道)"),
    COL(notice_row, village,        "村",           "Village",    .max = 30, .aliases = "行政村|村居"),
    COL(notice_row, village_group,  "村民小组",     "Group",      .max = 30, .aliases = "组|小组"),
    COL(notice_row, programme,      "项目种类",     "Programme",  .max = 60),
    COL(notice_row, project,        "项目",         "Project",    .max = 60, .aliases = "项目名称|帮扶项目"),
    COL(notice_row, school,         "就读学校",     "School",     .max = 60, .aliases = "学校"),
    COL(notice_row, grade,          "年级",         "Grade",      .max = 30, .aliases = "年级(专业)"),
    COL(notice_row, category,       "家庭类别",     "Class of household", .max = 30, .aliases = "类别"),
    COL(notice_row, members,        "家庭人口",     "Members",    .min = 1, .max = 50, .aliases = "人口数|人口"),
    COL(notice_row, standard,       "标准(元)",     "Standard (yuan)", .min = 0, .max = INT64_C(1000000000000), .aliases = "标准|补助标准"),
    COL(notice_row, amount,         "金额(元)",     "Amount (yuan)", .min = 0, .max = INT64_C(1000000000000), .aliases = "金额|补助金额|借款金额"),
};
static const struct col channel_cols[] = {
    COL(notice_channel, county,           "县代码",       "County",          .flags = PKEY | SERVER | REQUIRED),
    COL(notice_channel, notice_id,        "公示内部编号", "Notice id",       .flags = PKEY | SERVER | REQUIRED),
    COL(notice_channel, no,               "渠道号",       "No",              .flags = PKEY | SERVER | REQUIRED),
    COL(notice_channel, channel,          "公示渠道",     "Channel",         .flags = REQUIRED, .codes = "notice_channel"),
    COL(notice_channel, place,            "位置",         "Place",           .max = 200),
    COL(notice_channel, posted_on,        "张贴日期",     "Posted on",       .flags = SERVER),
    COL(notice_channel, posted_by,        "张贴登记人",   "Posted by",       .flags = SERVER, .max = 40),
    COL(notice_channel, posted_document,  "张贴凭证",     "Proof of posting", .flags = SERVER),
    COL(notice_channel, removed_on,       "撤下日期",     "Removed on",      .flags = SERVER),
    COL(notice_channel, removed_by,       "撤下登记人",   "Removed by",      .flags = SERVER, .max = 40),
    COL(notice_channel, removed_document, "撤下凭证",     "Proof of removal", .flags = SERVER),
};
// clang-format on
const struct entity notice_entity = ENTITY(notice, TABLE_COUNTY, "公示", "Public notice", notice_cols);
const struct entity notice_row_entity =
    ENTITY(notice_row, TABLE_COUNTY, "公示名单", "Row of a notice", row_cols);
const struct entity notice_channel_entity =
    ENTITY(notice_channel, TABLE_COUNTY, "公示渠道", "Channel of a notice", channel_cols);

bool notice_publishes(const struct col *c)
{
    return !(c->flags & SERVER);
}

/* --- the check over all of it ------------------------------------------------------------- */

/* What happens to a notice after it was prepared. */
static bool is_fate(const struct col *c)
{
    static const char *const names[] = {
        "mac",       "state",           "posted_on",  "ended_on",   "ended_by",         "void_reason",
        "posted_by", "posted_document", "removed_on", "removed_by", "removed_document",
    };
    for (size_t i = 0; i < N_ELEMS(names); i++)
        if (!strcmp(c->name, names[i]))
            return true;
    return false;
}

/* One text for equal rows: each known column by name, its length and its value, codes as numbers. */
static void canonical(struct buf *b, const struct entity *en, const void *obj)
{
    static const struct code_book no_labels = { 0 };
    CLEANUP(buf_release) struct buf value = BUF(1 << 16);
    buf_addf(b, "%s\n", en->table);
    for (size_t i = 0; i < en->n; i++) {
        if (is_fate(&en->cols[i]) || !col_known(&en->cols[i], obj))
            continue;
        buf_clear(&value);
        col_print(&en->cols[i], obj, &value, &no_labels, ZH);
        buf_addf(b, "%s %zu:", en->cols[i].name, value.n);
        buf_add(b, buf_str(&value));
        buf_addc(b, '\n');
    }
}

bool notice_mac(struct tx *tx, const struct notice *n, const struct list *rows, const struct list *channels,
                uint8_t out[MAC_SIZE])
{
    CLEANUP(buf_release) struct buf b = BUF(MAC_TEXT_MAX);
    const struct notice_row *row = rows->rows;
    const struct notice_channel *channel = channels->rows;
    canonical(&b, &notice_entity, n);
    for (size_t i = 0; i < rows->n; i++)
        canonical(&b, &notice_row_entity, &row[i]);
    for (size_t i = 0; i < channels->n; i++)
        canonical(&b, &notice_channel_entity, &channel[i]);
    seal_mac(store_seal(tx_store(tx)), "notice", buf_str(&b), out);
    return !b.full;
}

bool notice_is_intact(struct tx *tx, const struct notice *n, const struct list *rows)
{
    uint8_t mac[MAC_SIZE];
    struct list channels;
    struct arena a = { 0 };
    struct errs e = { .a = &a };
    bool ok = notice_channels(tx, n, &channels, &e) && notice_mac(tx, n, rows, &channels, mac) &&
              (int64_t)rows->n == n->rows_n && n->mac.n == MAC_SIZE && !memcmp(mac, n->mac.p, MAC_SIZE);
    arena_free(&a);
    return ok;
}

/* --- preparing: checks -------------------------------------------------------------------- */

static const struct label looks[] = {
    [LOOKS_LIKE_ID] = { "身份证号", "an identity number" },
    [LOOKS_LIKE_PHONE] = { "电话号码", "a phone number" },
    [LOOKS_LIKE_ACCOUNT] = { "账号", "an account number" },
    [LOOKS_LIKE_ILLNESS] = { "病情或残疾情况", "an illness or disability" },
};

static bool length_is_fine(const struct col *c, struct str s, int64_t row, struct errs *e)
{
    if (c->type != T_TEXT || !s.p || !c->max || str_chars(s) <= (size_t)c->max)
        return true;
    if (row)
        return fail(e, ERR_INVALID, c->name, MSG_NOTICE_ROW_LONG, A(row), A(&c->label), A(c->max));
    return fail(e, ERR_INVALID, c->name, MSG_TEXT_LENGTH, A(&c->label), A(1), A(c->max));
}

static struct str text_of(const struct col *c, const void *obj)
{
    return *(const struct str *)(const void *)((const char *)obj + c->off);
}

/* The office's own telephone and addresses may hold numbers; identity numbers stand nowhere. */
static bool check_words(const struct notice *n, struct errs *e)
{
    bool ok = true;
    for (size_t i = 0; i < notice_entity.n; i++) {
        const struct col *c = &notice_entity.cols[i];
        if (c->type != T_TEXT || (c->flags & SERVER))
            continue;
        struct str s = text_of(c, n);
        bool own = !strcmp(c->name, "hotline") || !strcmp(c->name, "email");
        enum personal_look look = text_looks(s);
        ok = length_is_fine(c, s, 0, e) && ok;
        if (look == LOOKS_FINE || look == LOOKS_LIKE_ILLNESS || (own && look != LOOKS_LIKE_ID))
            continue;
        ok = fail(e, ERR_INVALID, c->name, MSG_NOTICE_LOOKS, A(&c->label), A(&looks[look]));
    }
    return ok;
}

static bool level_fits(const struct notice *n, struct errs *e)
{
    enum region_level is = region_level(n->region);
    bool ok = n->level.v == NOTICE_VILLAGE    ? is == VILLAGE
              : n->level.v == NOTICE_TOWNSHIP ? is == TOWNSHIP
                                              : region_is_county(n->region);
    return ok || fail(e, ERR_INVALID, "region", MSG_NOTICE_LEVEL, A(n->region));
}

static bool check_days(struct act *act, struct notice *n, struct date today, struct errs *e)
{
    struct calendar c;
    int year;
    if (n->days < 1 || n->days > NOTICE_DAYS_MAX)
        return fail(e, ERR_INVALID, "days", MSG_NOTICE_DAYS, A(1), A(NOTICE_DAYS_MAX));
    if (n->day_unit.v != CALENDAR_DAYS && n->day_unit.v != WORKING_DAYS)
        return fail(e, ERR_INVALID, "day_unit", MSG_REQUIRED,
                    A(&entity_col(&notice_entity, "day_unit")->label));
    if (n->starts_on.day < today.day || n->starts_on.day > today.day + NOTICE_DAYS_MAX)
        return fail(e, ERR_INVALID, "starts_on", MSG_NOTICE_START, A(today));
    if (!calendar_read(act->tx, &c, e->a, e))
        return false;
    n->ends_on = calendar_last(&c, n->starts_on, n->days, (enum day_unit)n->day_unit.v);
    if (n->day_unit.v == WORKING_DAYS && !calendar_knows_all(&c, n->starts_on, n->ends_on, &year))
        warn(e, "ends_on", MSG_NOTICE_HOLIDAYS, A(year));
    return true;
}

static bool check_row(const struct notice_row *row, int64_t no, struct errs *e)
{
    bool ok = row->applicant_name.n || fail(e, ERR_INVALID, "applicant_name", MSG_NOTICE_ROW_NAME, A(no));
    for (size_t i = 0; i < notice_row_entity.n; i++) {
        const struct col *c = &notice_row_entity.cols[i];
        if (!notice_publishes(c) || !col_known(c, row))
            continue;
        if (c->type != T_TEXT) {
            int64_t v = *(const int64_t *)(const void *)((const char *)row + c->off);
            if (v < c->min || v > c->max)
                ok = fail(e, ERR_INVALID, c->name, MSG_NOTICE_ROW_RANGE, A(no), A(&c->label));
            continue;
        }
        struct str s = text_of(c, row);
        enum personal_look look = text_looks(s);
        ok = length_is_fine(c, s, no, e) && ok;
        /* A programme is called what it is called. */
        if (look != LOOKS_FINE && !(look == LOOKS_LIKE_ILLNESS && !strcmp(c->name, "programme")))
            ok = fail(e, ERR_INVALID, c->name, MSG_NOTICE_ROW_LOOKS, A(no), A(&c->label), A(&looks[look]));
    }
    return ok;
}

/* --- preparing: what is shown ------------------------------------------------------------- */

/* Below 14 years only the guardian's name; below 18 his, or the family name. */
static bool shown_name(const struct notice_entry *in, struct date on, struct notice_row *row, struct errs *e)
{
    struct str name = in->row.applicant_name, shown;
    if (!in->birth.set)
        return true;
    int age = date_age(in->birth.v, on);
    if (age >= ADULT)
        return true;
    if (in->guardian.n)
        shown = str_of(arena_printf(e->a, "%.*s（监护人）", (int)in->guardian.n, in->guardian.p));
    else if (age < CHILD)
        return fail(e, ERR_INVALID, "guardian", MSG_NOTICE_ROW_GUARDIAN, A(row->no));
    else
        shown = name_family_only(name, e->a);
    if (row->head_name.p && str_eq(row->head_name, name))
        row->head_name = shown;
    row->applicant_name = shown;
    return true;
}

static bool names_column(struct str columns, const char *name)
{
    struct str one;
    while (str_split(&columns, ',', &one))
        if (str_eq(str_trim(one), str_of(name)))
            return true;
    return false;
}

/* The columns asked for, or those that some row knows, in the order of the table. */
static bool choose_columns(struct notice *n, const struct notice_entry *rows, size_t rows_n, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(400);
    struct str rest = n->columns, one;
    while (rest.p && str_split(&rest, ',', &one)) {
        const char *name = arena_str(e->a, str_trim(one)).p;
        const struct col *c = entity_col(&notice_row_entity, name ? name : "");
        if (!c || !notice_publishes(c))
            return fail(e, ERR_INVALID, "columns", MSG_NOTICE_COLUMN, A(str_trim(one)));
    }
    for (size_t i = 0; i < notice_row_entity.n; i++) {
        const struct col *c = &notice_row_entity.cols[i];
        bool wanted = (c->flags & REQUIRED) || (n->columns.p && names_column(n->columns, c->name));
        for (size_t k = 0; k < rows_n && !n->columns.p && !wanted; k++)
            wanted = col_known(c, &rows[k].row);
        if (notice_publishes(c) && wanted)
            buf_addf(&b, "%s%s", b.n ? "," : "", c->name);
    }
    n->columns = arena_str(e->a, buf_str(&b));
    return true;
}

/* A row as it will hang there: only the chosen columns, and names that may be shown. */
static bool make_row(const struct notice *n, const struct notice_entry *in, int64_t no,
                     struct notice_row *row, struct errs *e)
{
    *row =
        (struct notice_row){ .county = n->county, .notice_id = n->id, .no = no, .case_id = in->row.case_id };
    for (size_t i = 0; i < notice_row_entity.n; i++) {
        const struct col *c = &notice_row_entity.cols[i];
        if (notice_publishes(c) && names_column(n->columns, c->name))
            col_copy(c, row, &in->row);
    }
    bool ok = shown_name(in, n->starts_on, row, e);
    return check_row(row, no, e) && ok;
}

static bool make_rows(const struct notice *n, const struct notice_entry *in, struct list *out, struct errs *e)
{
    struct notice_row *row = NEW_ARRAY(e->a, struct notice_row, (size_t)n->rows_n);
    bool ok = true;
    *out = (struct list){ row, (size_t)n->rows_n };
    for (size_t i = 0; i < out->n && e->bad.n < FAULTS_MAX; i++)
        ok = make_row(n, &in[i], (int64_t)i + 1, &row[i], e) && ok;
    return ok;
}

static bool make_channels(const struct notice *n, const struct notice_channel *in, size_t in_n,
                          struct list *out, struct errs *e)
{
    struct notice_channel *x = NEW_ARRAY(e->a, struct notice_channel, in_n + 1);
    bool ok = true;
    *out = (struct list){ x, in_n };
    if (!in_n || in_n > NOTICE_CHANNELS_MAX)
        return fail(e, ERR_INVALID, "channel", MSG_NOTICE_CHANNELS, A(NOTICE_CHANNELS_MAX));
    for (size_t i = 0; i < in_n; i++) {
        x[i] = (struct notice_channel){ .county = n->county,
                                        .notice_id = n->id,
                                        .no = (int64_t)i + 1,
                                        .channel = in[i].channel,
                                        .place = in[i].place };
        ok = entity_complete(&notice_channel_entity, &x[i], e) &&
             length_is_fine(entity_col(&notice_channel_entity, "place"), x[i].place, 0, e) && ok;
    }
    return ok;
}

static bool check_notice(struct act *act, struct notice *n, struct date today, struct errs *e)
{
    bool ok = true;
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, n->region, e))
        return false;
    for (size_t i = 0; i < notice_entity.n; i++) {
        const struct col *c = &notice_entity.cols[i];
        if (!(c->flags & SERVER) && (c->flags & REQUIRED) && !col_known(c, n))
            ok = fail(e, ERR_INVALID, c->name, MSG_REQUIRED, A(&c->label));
    }
    ok = check_words(n, e) && ok;
    ok = ok && level_fits(n, e);
    return check_days(act, n, today, e) && ok;
}

static bool put_all(struct act *act, const struct notice *n, const struct list *rows,
                    const struct list *channels, struct errs *e)
{
    const struct notice_row *row = rows->rows;
    const struct notice_channel *channel = channels->rows;
    if (!db_insert(act->tx, &notice_entity, n, e))
        return false;
    CLEANUP(bulk_closep) struct bulk *b = bulk_open(act->tx, &notice_row_entity);
    for (size_t i = 0; i < rows->n; i++)
        if (!bulk_add(b, &row[i], e))
            return false;
    if (!bulk_flush(b, e))
        return false;
    for (size_t i = 0; i < channels->n; i++)
        if (!db_insert(act->tx, &notice_channel_entity, &channel[i], e))
            return false;
    return true;
}

bool notice_prepare(struct act *act, struct notice *n, const struct notice_entry *rows, size_t rows_n,
                    const struct notice_channel *channels, size_t channels_n, struct date today,
                    struct errs *e)
{
    struct list shown, hung;
    uint8_t *mac = arena_alloc(e->a, MAC_SIZE);
    n->county = region_county(n->region);
    n->rows_n = (int64_t)rows_n;
    n->state = (struct code){ NOTICE_PREPARED, true };
    n->prepared_on = today;
    n->prepared_by = act->who->login;
    if (!rows_n || rows_n > NOTICE_ROWS_MAX)
        return fail(e, ERR_INVALID, "rows", MSG_NOTICE_ROWS, A(NOTICE_ROWS_MAX));
    if (!check_notice(act, n, today, e) || !choose_columns(n, rows, rows_n, e) || !db_id(act->tx, &n->id, e))
        return false;
    bool ok = make_rows(n, rows, &shown, e);
    if (!make_channels(n, channels, channels_n, &hung, e) || !ok ||
        !counter_next(act->tx, n->county, "notice", &n->no, e))
        return false;
    ok = notice_mac(act->tx, n, &shown, &hung, mac);
    n->mac = (struct bytes){ mac, MAC_SIZE };
    assert(ok);
    return put_all(act, n, &shown, &hung, e);
}

/* --- reading ------------------------------------------------------------------------------ */

bool notice_touches(const struct actor *who, enum perm p, struct region_code region)
{
    struct span spans[64];
    int64_t first, last;
    size_t n = actor_spans(who, p, spans, N_ELEMS(spans));
    region_span(region, &first, &last);
    for (size_t i = 0; i < n; i++)
        if (spans[i].first <= last && first <= spans[i].last)
            return true;
    return false;
}

static bool lies_within(struct region_code region, struct region_code within)
{
    int64_t first, last;
    if (!within.v)
        return true;
    region_span(within, &first, &last);
    return region.v >= first && region.v <= last;
}

/* Counties that the actor sees any of, each once. */
static bool counties_of(struct tx *tx, const struct actor *who, struct region_code within, struct scopes *out,
                        struct errs *e)
{
    size_t n = 0;
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, out, e))
        return false;
    for (size_t i = 0; i < out->n; i++)
        if (!n || out->list[n - 1].county != out->list[i].county)
            out->list[n++] = out->list[i];
    out->n = n;
    return true;
}

enum found notice_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                        struct notice *n, struct errs *e)
{
    struct scopes counties;
    struct notice x;
    size_t hits = 0;
    if (!counties_of(tx, who, within, &counties, e))
        return FAILED;
    for (size_t i = 0; i < counties.n; i++) {
        enum found f = db_find(
            tx, SQL_OF(STMT_KEY, &notice_entity, "SELECT {*} FROM notice WHERE county = $1 AND no = $2"), &x,
            e, V(counties.list[i].county), V(no));
        if (f == FAILED)
            return FAILED;
        if (f == FOUND && notice_touches(who, PERM_REGISTRY_READ, x.region) &&
            lies_within(x.region, within)) {
            *n = x;
            hits++;
        }
    }
    if (hits > 1) {
        fail(e, ERR_CONFLICT, "no", MSG_NUMBER_SEVERAL, A(no));
        return FAILED;
    }
    return hits ? FOUND : NONE;
}

bool notice_list(struct tx *tx, const struct actor *who, struct region_code within, struct list *out,
                 struct errs *e)
{
    struct scopes counties;
    *out = (struct list){ 0 };
    if (!counties_of(tx, who, within, &counties, e))
        return false;
    for (size_t i = 0; i < counties.n; i++) {
        struct list one;
        if (!db_list(tx,
                     SQL_OF(STMT_KEY, &notice_entity, "SELECT {*} FROM notice WHERE county = $1 ORDER BY no"),
                     &one, e->a, e, V(counties.list[i].county)))
            return false;
        struct notice *grown = NEW_ARRAY(e->a, struct notice, out->n + one.n + 1);
        if (out->n)
            memcpy(grown, out->rows, out->n * sizeof *grown);
        out->rows = grown;
        const struct notice *x = one.rows;
        for (size_t k = 0; k < one.n; k++)
            if (notice_touches(who, PERM_REGISTRY_READ, x[k].region) && lies_within(x[k].region, within))
                grown[out->n++] = x[k];
    }
    return true;
}

bool notice_rows(struct tx *tx, const struct notice *n, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &notice_row_entity,
                          "SELECT {*} FROM notice_row WHERE county = $1 AND notice_id = $2 ORDER BY no"),
                   out, e->a, e, V(n->county), V(n->id));
}

bool notice_channels(struct tx *tx, const struct notice *n, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &notice_channel_entity,
                          "SELECT {*} FROM notice_channel WHERE county = $1 AND notice_id = $2 ORDER BY no"),
                   out, e->a, e, V(n->county), V(n->id));
}

/* --- verify ------------------------------------------------------------------------------- */

static bool check_all(struct tx *tx, struct verify_report *r, struct errs *e)
{
    static const struct grant everything = { UINT64_MAX, { 0, INT64_MAX } };
    static const struct actor who = { .grants = &everything, .n = 1 };
    struct list all, rows;
    if (!notice_list(tx, &who, (struct region_code){ 0 }, &all, e))
        return false;
    const struct notice *n = all.rows;
    for (size_t i = 0; i < all.n; i++) {
        if (!notice_rows(tx, &n[i], &rows, e))
            return false;
        if (!notice_is_intact(tx, &n[i], &rows))
            verify_found(r, e, "notice", n[i].county, MSG_NOTICE_BROKEN, ARGS(A(n[i].no)));
    }
    return true;
}

const struct invariant notice_invariant = { "notice", check_all };
