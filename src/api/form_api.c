/* form_api.c - papers and registers of a loan fund, as pages to print and as workbooks (report/form.h). */
#include "api/answer_file.h"
#include "api/cases.h"
#include "api/tables.h"
#include "base/clock.h"
#include "report/figures_show.h"
#include "report/form_book.h"

enum { DOCUMENT_BYTES = 64 << 20 };

/* --- forms -------------------------------------------------------------------------------- */

struct form_path {
    struct str form;
};
static const struct col form_path_cols[] = {
    COL(form_path, form, "表，如 roster", "Form, like roster", .flags = REQUIRED, .min = 1, .max = 40),
};
static const struct entity form_path = ENTITY(form_path, TABLE_LOCAL, "表", "Form", form_path_cols);

struct print_query {
    struct str programme, survey, period, number, purpose;
    struct region_code region;
    struct opt_date as_of, from;
    bool blank;
};
#define PRINT_COLS(s)                                                                                     \
    COL(s, programme, "项目", "Programme", .max = 100),                                                   \
        COL(s, survey, "摸底表：哪次调查", "Of a survey form: which survey", .max = 60), REGION_COL(s),   \
        COL(s, period, "期，如 24 或 20-21", "Periods, like 24 or 20-21", .max = 20),                     \
        COL(s, number, "只要这一份：合同、通知、收据编号，摸底表为户编号",                                \
            "Only this one: a contract, a notice, a receipt; of a survey a household", .max = 80),        \
        COL(s, as_of, "截止日（默认今天），也是落款日期",                                                 \
            "As the books were at the end of this day (today)"),                                          \
        COL(s, from, "收据：从哪天起；还款通知：到期日从哪天起", "Receipts since; reminders: due since"), \
        COL(s, blank, "到户填写的栏目留空", "What is filled in on the spot stays blank")
static const struct col print_cols[] = { PRINT_COLS(print_query) };
static const struct entity print_query = ENTITY(print_query, TABLE_LOCAL, "打印", "Print", print_cols);

static const struct col full_print_cols[] = {
    PRINT_COLS(print_query),
    COL(print_query, purpose, "为什么要完整号码，记入审计", "Why whole numbers are needed; kept in the audit",
        .flags = REQUIRED, .min = 2, .max = 200),
};
static const struct entity full_print = { .table = "full_print_form",
                                          .label = { "打印完整号码", "Print with whole numbers" },
                                          .class = TABLE_LOCAL,
                                          .cols = full_print_cols,
                                          .n = N_ELEMS(full_print_cols),
                                          .size = sizeof(struct print_query) };

/* --- which there are ---------------------------------------------------------------------- */

static bool list_forms(struct call *c, struct errs *e)
{
    (void)e;
    rows_begin(c);
    for (size_t i = 0; i < form_kinds_n; i++) {
        const struct form_kind *k = &form_kinds[i];
        put_object(&c->w);
        put_member_cstr(&c->w, "form", k->name);
        put_member_cstr(&c->w, "label", label_in(&k->label, c->lang));
        put_member_cstr(&c->w, "holds", label_in(&k->holds, c->lang));
        put_member_cstr(&c->w, "needs", k->needs);
        put_member_bool(&c->w, "sheet", true); /* of each kind there is a workbook */
        put_member_bool(&c->w, "identity", k->identity);
        put_member_bool(&c->w, "landscape", k->landscape);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

/* --- making them -------------------------------------------------------------------------- */

static bool question_of(struct call *c, const struct print_query *x, const struct form_kind **k,
                        struct form_question *q, struct errs *e)
{
    const struct form_path *at = c->path;
    struct figures_question periods = { 0 };
    bool survey = str_eq(at->form, STR("survey"));
    *k = form_find(at->form);
    if (!*k)
        return fail(e, ERR_NOT_FOUND, "form", MSG_API_FORM_NONE, A(at->form));
    const char *what = survey ? "survey" : "programme";
    if (!(survey ? x->survey.p : x->programme.p))
        return fail(e, ERR_INVALID, what, MSG_REQUIRED, A(&entity_col(&print_query, what)->label));
    if (!figures_read_periods(&periods, x->period, e))
        return false;
    *q = (struct form_question){ .programme = survey ? (struct str){ 0 } : x->programme,
                                 .survey = survey ? x->survey : (struct str){ 0 },
                                 .region = x->region,
                                 .period_first = periods.period_first,
                                 .period_last = periods.period_last,
                                 .number = x->number,
                                 .from = x->from,
                                 .as_of = x->as_of.set ? x->as_of.v : clock_today(),
                                 .blank = x->blank };
    return true;
}

static bool put_pages(struct call *c, struct forms *f, const struct form_kind *k, struct errs *e)
{
    struct print p;
    c->w.b->max = DOCUMENT_BYTES;
    print_begin(
        &p, c->w.b, ZH,
        (struct print_page){ .name = str_of(k->label.zh), .landscape = k->landscape, .form = k->form });
    for (size_t i = 0; i < forms_n(f); i++)
        if (!forms_put(f, i, &p, e))
            return false;
    print_end(&p);
    return true;
}

static bool show_form(struct call *c, struct errs *e)
{
    const struct form_kind *k;
    struct form_question q;
    struct casework w = case_desk_of(c, NULL, e);
    if (!question_of(c, c->query, &k, &q, e))
        return false;
    struct forms *f = forms_open(&w, k, &q, e);
    return f && put_pages(c, f, k, e);
}

/* Whole identity numbers are looked at for a purpose, which is kept. */
static bool note_purpose(struct call *c, const struct form_kind *k, const struct forms *f, struct errs *e)
{
    const struct print_query *x = c->body;
    struct region_code where = x->region.v ? x->region : county_region(forms_county(f));
    struct act act;
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    if (!actor_need_at(&c->who, PERM_PERSONAL_FULL, where, e))
        return false;
    put_object(&w);
    put_member_text(&w, "purpose", x->purpose);
    put_member_int(&w, "papers", (int64_t)forms_n(f));
    put_object_end(&w);
    act_begin(&act, c->tx, &c->who, "form.reveal", str_of(k->name), e->a);
    return act_log(&act, forms_county(f), buf_cstr(&b), e);
}

static bool print_full(struct call *c, struct errs *e)
{
    const struct form_kind *k;
    struct form_question q;
    struct casework w = case_desk_of(c, NULL, e);
    if (!question_of(c, c->body, &k, &q, e))
        return false;
    if (!k->identity)
        return fail(e, ERR_INVALID, "form", MSG_FORM_NO_IDENTITY, A(&k->label));
    q.full = true;
    struct forms *f = forms_open(&w, k, &q, e);
    return f && note_purpose(c, k, f, e) && put_pages(c, f, k, e);
}

struct sheet {
    struct form_book book;
    struct arena *a;
};
static bool write_sheet(void *ctx, const char *path, struct errs *e)
{
    struct sheet *x = ctx;
    return form_book_write(&x->book, path, x->a, e);
}

static bool form_sheet(struct call *c, struct errs *e)
{
    const struct form_kind *k;
    struct form_question q;
    struct casework w = case_desk_of(c, NULL, e);
    struct sheet x = { .a = c->a };
    if (!question_of(c, c->query, &k, &q, e))
        return false;
    struct forms *f = forms_open(&w, k, &q, e);
    if (!f)
        return false;
    c->w.b->max = DOCUMENT_BYTES;
    return form_book_make(f, &x.book, e) &&
           answer_file(c, arena_printf(c->a, "%s.xlsx", k->name), write_sheet, &x, e);
}

// clang-format off
#define FORM "/api/v1/forms/{form}"
#define HTML .gives = "text/html; charset=utf-8"
#define TEXT(n) { .name = n, .type = "string" }
#define BOOL(n) { .name = n, .type = "boolean" }
static const struct answer_part kind_parts[] = { TEXT("form"), TEXT("label"), TEXT("holds"), TEXT("needs"), BOOL("sheet"), BOOL("identity"), BOOL("landscape"), { 0 } };
static const struct route routes[] = {
    { .method = "GET", .pattern = "/api/v1/forms", .perm = PERM_REGISTRY_READ, .run = list_forms, .list = true, .parts = kind_parts,
      .doc = { "可以打印的表格和登记，也都可存为工作簿", "The forms and registers that can be printed, or be had as a workbook" } },
    { .method = "GET", .pattern = FORM, .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &form_path, .query = &print_query, .run = show_form, HTML,
      .doc = { "打印页：一份，或整期、整镇、整村；证件号码遮盖", "Pages to print: one, or all of a period, township or village; identity numbers are masked" } },
    { .method = "GET", .pattern = FORM "/sheet", .perm = PERM_REGISTRY_READ, .flags = ROUTE_PERSONAL, .path = &form_path, .query = &print_query, .run = form_sheet, .gives = XLSX_TYPE,
      .doc = { "存为工作簿：每份一张工作表", "A workbook: a sheet for each paper" } },
    { .method = "POST", .pattern = FORM "/full", .perm = PERM_PERSONAL_FULL, .tx = ROUTE_WRITES, .flags = ROUTE_PERSONAL | ROUTE_SECRET, .path = &form_path, .body = &full_print, .run = print_full, HTML,
      .doc = { "须签字的表格，含完整证件号码；写明用途，记入审计", "A form that is signed, with whole identity numbers; the purpose is kept in the audit" }, .sample = "{\"programme\":\"xingfu\",\"region\":\"350603000000\",\"purpose\":\"签字\"}" },
};
// clang-format on
const struct route_table form_routes = { { "表格", "Forms" }, routes, N_ELEMS(routes) };
