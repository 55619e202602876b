#include "report/form_parts.h"

#include "base/value.h"

/* --- the table of forms ----------------------------------------------------------------------- */

#define OF_CONTRACT                                                             \
    {                                                                           \
        "合同、户、借款人、担保人", "contract, household, borrower, guarantors" \
    }
#define OF_JOURNAL                                                                           \
    {                                                                                        \
        "合同、户、凭证（发放、回收）", "contract, household, journal (paid out, recovered)" \
    }
// clang-format off
const struct form_kind form_kinds[] = {
    { "application", { "资助申请表", "Application form" }, "application_form", "R147 R752",
      { "案件及其申请内容；没有案件的借款取合同、户、借款人", "the case and its answers; of a loan without a case contract, household, borrower" },
      .form = true, .identity = true, .split = split_loans, .put = put_application },
    { "archive", { "档案目录及八种登记", "The archive and its registers" }, NULL, "R751 R010 R774",
      { "项目规定的档案种类，各登记册", "the archives that the programme names, their registers" },
      .landscape = true, .form = true, .identity = true, .split = split_archive, .put = put_table, .table = table_archive },
    { "archive-application", { "申请表登记", "Register of applications" }, NULL, "R752", OF_CONTRACT,
      .landscape = true, .form = true, .split = split_one, .put = put_table, .table = table_applications },
    { "archive-contract", { "合同登记", "Register of contracts" }, NULL, "R754 R282",
      { "合同、担保及其签章、借据", "contract, guarantees with signature and seal, IOU" },
      .landscape = true, .form = true, .split = split_one, .put = put_table, .table = table_contracts },
    { "archive-document", { "文件登记", "Register of documents" }, NULL, "R759",
      { "项目依据、资金来源、附件（会议记录、批复、验收）", "bases of the programme, sources of the fund, attachments" },
      .landscape = true, .form = true, .split = split_one, .put = put_table, .table = table_documents },
    { "archive-effect", { "效果调查登记", "Register of effect surveys" }, NULL, "R757",
      { "合同、户年度收入、脱贫状态", "contract, income of the years, state" },
      .landscape = true, .form = true, .split = split_one, .put = put_table, .table = table_effects },
    { "archive-publicity", { "宣传资料照片登记", "Register of publicity and photos" }, NULL, "R758",
      { "附件（照片、公示张贴和撤下照片）", "attachments: photos, photos of notices" },
      .landscape = true, .form = true, .split = split_one, .put = put_table, .table = table_publicity },
    { "archive-tracking", { "跟踪督查登记", "Register of tracking" }, NULL, "R756 R359",
      { "走访记录，每份借款至少一行", "visits, a row at least for every loan" },
      .landscape = true, .form = true, .identity = true, .split = split_one, .put = put_table, .table = table_tracking },
    { "contract", { "借款合同书", "Contract" }, "contract", "R278 R280 R281 R282 R298 R754",
      { "合同文本（合同所用版本）、合同、担保", "the contract's version of the text, contract, guarantees" },
      .form = true, .identity = true, .split = split_loans, .put = put_contract_paper },
    { "effect", { "救助效果调查表", "Effect survey" }, "effect_survey", "R355 R757", 
      { "合同、户、年度收入、凭证、最近一次走访", "contract, household, incomes, journal, the last visit" },
      .form = true, .identity = true, .split = split_loans, .put = put_effect },
    { "iou", { "借款借据", "IOU" }, NULL, "R299 R300",
      { "借据文本、合同、借款人", "the text of the IOU, contract, borrower" },
      .identity = true, .split = split_loans, .put = put_iou },
    { "letter", { "责任状", "Responsibility letter" }, NULL, "R302 R303 R307 R310",
      { "项目规定的各方责任、合同、户", "duties of the parties by the programme, contract, household" },
      .form = true, .split = split_loans, .put = put_responsibility },
    { "pay-receipt", { "领款收据", "Receipt of the money" }, NULL, "R314", OF_CONTRACT,
      .form = true, .identity = true, .split = split_loans, .put = put_pay_receipt },
    { "payout", { "资金发放花名册", "Pay-out list" }, NULL, "R313 R314 R335",
      { "合同、户、借款人、发放会", "contract, household, borrower, pay-out meeting" },
      .landscape = true, .form = true, .identity = true, .split = split_townships, .put = put_payout, .table = table_payout },
    { "receipt", { "收款收据", "Receipt of a repayment" }, NULL, "R339 R341 R346",
      { "还款登记、合同", "repayment, contract" },
      .form = true, .split = split_receipts, .put = put_receipt },
    { "reminder-borrower", { "还款通知书（致借款人）", "Notice to the borrower" }, NULL, "R336 R338", OF_JOURNAL,
      .form = true, .split = split_due_loans, .put = put_reminder_borrower },
    { "reminder-township", { "还款通知书（致乡镇）", "Notice to the township" }, NULL, "R336 R337", OF_JOURNAL,
      .form = true, .split = split_due_townships, .put = put_reminder_township, .table = table_reminder_township },
    { "roster", { "受助户花名册", "Roster" }, "roster", "R001 R753", OF_CONTRACT,
      .landscape = true, .form = true, .identity = true, .split = split_one, .put = put_table, .table = table_roster },
    { "statistics", { "救助情况统计表", "Statistics" }, "statistics", "R755 R002 R342", OF_JOURNAL,
      .landscape = true, .form = true, .split = split_one, .put = put_table, .table = table_statistics },
    { "survey", { "摸底表", "Form of a survey round" }, NULL, "R017 R142 R151",
      { "户、成员；调查内容留空", "household, members; what is asked is blank" },
      .form = true, .split = split_survey, .put = put_survey, .table = table_survey },
    { "township-contract", { "县乡借款合同书", "Contract with a township" }, NULL, "R279 R278",
      { "合同文本、县乡合同", "the text, the township's contract" },
      .form = true, .split = split_township_contracts, .put = put_township_contract },
    { "tracking", { "跟踪运作督查表", "Tracking form" }, "tracking", "R350 R351 R352 R354 R358 R756",
      { "合同、户、最近一次走访（--blank 留空）", "contract, household, the last visit (--blank leaves it out)" },
      .form = true, .identity = true, .split = split_loans, .put = put_tracking },
};
// clang-format on
const size_t form_kinds_n = N_ELEMS(form_kinds);

const struct form_kind *form_find(struct str name)
{
    for (size_t i = 0; i < form_kinds_n; i++)
        if (str_eq(name, str_of(form_kinds[i].name)))
            return &form_kinds[i];
    return NULL;
}

/* --- which papers there are ------------------------------------------------------------------- */

/* A name that a file can have. */
static struct str safe_name(struct str s, struct arena *a)
{
    char *p = arena_alloc(a, s.n + 2);
    if (!s.n)
        return STR("_");
    for (size_t i = 0; i < s.n; i++) {
        bool bad = (unsigned char)s.p[i] <= ' ' || strchr("/\\:*?\"<>|", s.p[i]) || (i == 0 && s.p[i] == '.');
        p[i] = bad ? '_' : s.p[i];
    }
    return (struct str){ p, s.n };
}

void form_piece_add(struct forms *f, const struct form_piece *p)
{
    if (f->pieces_n == f->pieces_cap) {
        struct form_piece *old = f->pieces;
        f->pieces_cap = f->pieces_cap ? f->pieces_cap * 2 : 64;
        f->pieces = NEW_ARRAY(f->a, struct form_piece, f->pieces_cap);
        if (f->pieces_n)
            memcpy(f->pieces, old, f->pieces_n * sizeof *old);
    }
    struct form_piece *x = &f->pieces[f->pieces_n++];
    *x = *p;
    x->name = safe_name(p->name, f->a);
    x->kind = p->kind ? p->kind : f->kind;
}

bool split_loans(struct forms *f, struct errs *e)
{
    if (!forms_read_loans(f, e))
        return false;
    for (size_t i = 0; i < f->loans_n; i++)
        form_piece_add(f, &(struct form_piece){ .name = f->loans[i].c.number, .from = i, .to = i + 1 });
    return true;
}

bool split_townships(struct forms *f, struct errs *e)
{
    if (!forms_read_loans(f, e))
        return false;
    for (size_t i = 0, to; i < f->loans_n; i = to) {
        const struct contract *c = &f->loans[i].c;
        struct region_code t = region_parent(c->village);
        for (to = i; to < f->loans_n && region_parent(f->loans[to].c.village).v == t.v &&
                     f->loans[to].c.period_no.v == c->period_no.v;)
            to++;
        form_piece_add(f, &(struct form_piece){ .name = TEXT(f, "%.*s-%lld", P(f->loans[i].township),
                                                             (long long)c->period_no.v),
                                                .from = i,
                                                .to = to,
                                                .township = t,
                                                .period_no = c->period_no.v });
    }
    return true;
}

bool split_one(struct forms *f, struct errs *e)
{
    if (!forms_read_loans(f, e))
        return false;
    if (f->loans_n || strstr(f->kind->name, "archive"))
        form_piece_add(f, &(struct form_piece){ .name = str_of(f->kind->label.zh), .to = f->loans_n });
    return true;
}

struct forms *forms_open(struct casework *w, const struct form_kind *k, const struct form_question *q,
                         struct errs *e)
{
    struct forms *f = NEW(e->a, struct forms);
    *f = (struct forms){ .w = w, .tx = w->tx, .kind = k, .q = q, .number = q->number, .a = e->a };
    if (!forms_read_county(f, e) || !k->split(f, e))
        return NULL;
    if (!f->pieces_n) {
        fail(e, ERR_NOT_FOUND, "kind", MSG_FORM_NOTHING, A(&k->label));
        return NULL;
    }
    return f;
}

size_t forms_n(const struct forms *f)
{
    return f->pieces_n;
}

struct str forms_name(const struct forms *f, size_t i)
{
    return f->pieces[i].name;
}

int64_t forms_county(const struct forms *f)
{
    return f->county;
}

const struct form_kind *forms_kind(const struct forms *f, size_t i)
{
    return f->pieces[i].kind;
}

bool forms_put(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    return f->pieces[i].kind->put(f, i, p, e);
}

bool forms_table(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    return f->pieces[i].kind->table(f, i, t, e);
}

bool put_table(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    struct form_table t;
    if (!f->pieces[i].kind->table(f, i, &t, e))
        return false;
    print_page(p);
    form_table_print(p, &t, f->a);
    return true;
}

/* --- registers -------------------------------------------------------------------------------- */

struct form_rows form_rows_begin(struct forms *f, const struct form_col *cols, size_t n)
{
    return (struct form_rows){ .f = f, .cols = cols, .cols_n = n };
}

struct str *form_rows_next(struct form_rows *r)
{
    if (r->n == r->cap) {
        struct str *old = r->cells;
        r->cap = r->cap ? r->cap * 2 : 64;
        r->cells = NEW_ARRAY(r->f->a, struct str, arena_mul(r->cols_n, r->cap));
        if (r->n)
            memcpy(r->cells, old, r->n * r->cols_n * sizeof *old);
    }
    return &r->cells[r->n++ * r->cols_n];
}

/* The amounts of a column, from row to row. */
static bool sum_col(const struct str *cells, size_t cols_n, size_t col, size_t from, size_t to,
                    struct money *sum)
{
    *sum = (struct money){ 0 };
    for (size_t i = from; i < to; i++) {
        struct money m;
        if (cells[i * cols_n + col].p && money_read(cells[i * cols_n + col], &m) == READ_OK &&
            !money_add(sum, m))
            return false;
    }
    return true;
}

static bool sum_row(const struct form_table *t, size_t from, size_t to, const char *label, struct str *out,
                    struct arena *a)
{
    out[0] = str_of(label);
    for (size_t k = 0; k < t->cols_n; k++) {
        CLEANUP(buf_release) struct buf b = BUF(64);
        struct money sum;
        if (t->cols[k].kind != XLSX_MONEY)
            continue;
        if (!sum_col(t->cells, t->cols_n, k, from, to, &sum))
            return false;
        money_print(&b, sum);
        out[k] = arena_str(a, buf_str(&b));
    }
    return true;
}

bool form_rows_end(struct form_rows *r, struct form_table *t, bool sums, struct errs *e)
{
    struct forms *f = r->f;
    t->cols = r->cols;
    t->cols_n = r->cols_n;
    t->cells = r->cells;
    t->rows_n = r->n;
    if (!t->left.p)
        t->left = TEXT(f, "填报单位（盖章）：%.*s", P(f->place));
    if (!t->middle.p)
        t->middle = form_day(f, (struct opt_date){ f->q->as_of, true });
    if (!t->right.p)
        t->right = sums || t->broken ? STR("单位：元") : STR(" ");
    if (!t->feet[0]) {
        t->feet[0] = "负责人（签字）：";
        t->feet[1] = "审核人：";
        t->feet[2] = "填报人：";
    }
    if (!sums || r->n < 1)
        return true;
    struct str *total = NEW_ARRAY(f->a, struct str, r->cols_n);
    t->total = total;
    return sum_row(t, 0, r->n, "合计", total, f->a) || fail(e, ERR_INVALID, "amount", MSG_FORM_TOO_LARGE);
}

/* On paper amounts are grouped. */
static struct str *grouped(const struct form_table *t, const struct str *cells, size_t rows_n,
                           struct arena *a)
{
    struct str *out = NEW_ARRAY(a, struct str, arena_mul(t->cols_n, rows_n + 1));
    for (size_t i = 0; i < rows_n * t->cols_n; i++) {
        CLEANUP(buf_release) struct buf b = BUF(64);
        struct money m;
        out[i] = cells[i];
        if (t->cols[i % t->cols_n].kind != XLSX_MONEY || !cells[i].p || money_read(cells[i], &m) != READ_OK)
            continue;
        money_print_grouped(&b, m);
        out[i] = arena_str(a, buf_str(&b));
    }
    return out;
}

/* --- pages of a register ---------------------------------------------------------------------- */

/* A4 across: 267 mm of text are 757 points, and so many lines of a table stand under a title and over its
 * sums and signatures. */
enum { PAGE_POINTS = 757, PER_MILLE = 1000, LINES_A_PAGE = 19, TIGHT_FROM = 10, CELL_POINTS = 5 };

/* Columns without a width share what is left. */
static int width_of(const struct form_table *t, size_t col)
{
    int given = 0, free = 0;
    for (size_t k = 0; k < t->cols_n; k++) {
        given += t->cols[k].width;
        free += !t->cols[k].width;
    }
    int left = given < PER_MILLE ? PER_MILLE - given : 1;
    return (t->cols[col].width ? t->cols[col].width : left / (free ? free : 1)) * PAGE_POINTS / PER_MILLE;
}

static size_t lines_of(const struct form_table *t, size_t row)
{
    size_t most = 1, half = t->cols_n > TIGHT_FROM ? 5 : 6; /* points of half a Chinese character */
    for (size_t k = 0; k < t->cols_n; k++) {
        int room = width_of(t, k) - CELL_POINTS;
        size_t chars = room > (int)half ? (size_t)room / half : 1;
        size_t lines = (str_width(t->cells[row * t->cols_n + k]) + chars - 1) / chars;
        most = lines > most ? lines : most;
    }
    return most;
}

static size_t *page_ends(const struct form_table *t, size_t *pages, struct arena *a)
{
    size_t *ends = NEW_ARRAY(a, size_t, t->rows_n + 1), used = 0;
    *pages = 0;
    for (size_t i = 0; i < t->rows_n; i++) {
        size_t lines = lines_of(t, i);
        /* A second line is lower than the first with its borders. */
        size_t need = 3 + 2 * (lines - 1);
        if (used && used + need > 3 * LINES_A_PAGE) {
            ends[(*pages)++] = i;
            used = 0;
        }
        used += need;
    }
    ends[(*pages)++] = t->rows_n;
    return ends;
}

/* One row of sums for each page. */
static struct str *page_totals(const struct form_table *t, const size_t *ends, size_t pages, struct arena *a)
{
    struct str *out = NEW_ARRAY(a, struct str, arena_mul(t->cols_n, pages + 1));
    for (size_t i = 0; i < pages; i++)
        if (!sum_row(t, i ? ends[i - 1] : 0, ends[i], "本页", out + i * t->cols_n, a))
            return NULL;
    return grouped(t, out, pages, a);
}

void form_table_print(struct print *p, const struct form_table *t, struct arena *a)
{
    struct print_col *cols = NEW_ARRAY(a, struct print_col, t->cols_n);
    size_t pages = 1, *ends = t->broken && t->rows_n ? page_ends(t, &pages, a) : NULL;
    for (size_t i = 0; i < t->cols_n; i++)
        cols[i] = (struct print_col){ t->cols[i].label, t->cols[i].kind == XLSX_MONEY, t->cols[i].width };
    if (t->title.p)
        print_title(p, t->title);
    print_edges(p, t->left, t->middle, t->right);
    print_table(p, &(struct print_table){ .cols = cols,
                                          .cols_n = t->cols_n,
                                          .cells = grouped(t, t->cells, t->rows_n, a),
                                          .rows_n = t->rows_n,
                                          .total = t->total ? grouped(t, t->total, 1, a) : NULL,
                                          .page_totals =
                                              t->total && pages > 1 ? page_totals(t, ends, pages, a) : NULL,
                                          .page_ends = ends,
                                          .small = t->small,
                                          .tall = t->signed_in });
    print_together(p, true);
    print_note(p, t->note);
    if (t->feet[0])
        print_edges(p, str_of(t->feet[0]), str_of(t->feet[1]), str_of(t->feet[2]));
    print_together(p, false);
}
