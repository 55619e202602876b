/* form_archive.c - the archive of a fund's programme (of S000 the eight kinds, R751-R759): a register each,
 * with a row for every loan whether its paper is there or not, and the list of them all. */
#include "casework/document.h"
#include "programme/papers.h"
#include "report/form_parts.h"

static struct str there(bool is, bool history)
{
    return is ? STR("有") : history ? STR("见原档") : STR("缺");
}

/* --- (1) applications ------------------------------------------------------------------------- */

bool table_applications(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    static const struct form_col cols[] = {
        { { "序号", "No" }, XLSX_COUNT, 50 },
        { { "编号", "Number" }, XLSX_TEXT, 185 },
        { { "期数", "Period" }, XLSX_COUNT, 50 },
        { { "镇", "Township" }, XLSX_TEXT, 80 },
        { { "村", "Village" }, XLSX_TEXT, 90 },
        { { "申请人", "Applicant" }, XLSX_TEXT, 80 },
        { { "户编号", "Household" }, XLSX_TEXT, 100 },
        { { "发展项目", "Project" }, XLSX_TEXT, 0 },
        { { "批准金额", "Approved" }, XLSX_MONEY, 110 },
        { { "申请表", "Form" }, XLSX_TEXT, 70 },
    };
    struct form_rows r = form_rows_begin(f, cols, N_ELEMS(cols));
    (void)i;
    for (size_t k = 0; k < f->loans_n; k++) {
        const struct form_loan *l = &f->loans[k];
        struct str *c = form_rows_next(&r);
        c[0] = form_count(f, (int64_t)k + 1);
        c[1] = l->c.number;
        c[2] = l->c.period_no.set ? form_count(f, l->c.period_no.v) : (struct str){ 0 };
        c[3] = l->township;
        c[4] = l->village;
        c[5] = form_borrower(l);
        c[6] = l->h->hh_no;
        c[7] = l->c.project;
        c[8] = form_plain(f, l->c.amount.v);
        c[9] = there(l->application, l->c.history);
    }
    *t = (struct form_table){ .title = TEXT(f, "%.*s登记",
                                            P(paper_label(f->rules.programme, STR("application_form"), ZH))),
                              .broken = true };
    return form_rows_end(&r, t, true, e);
}

/* --- (3) contracts ---------------------------------------------------------------------------- */

static struct str signed_by(const struct forms *f, const struct form_loan *l)
{
    bool is_signed = l->guarantees_n > 0, sealed = l->guarantees_n > 0;
    for (size_t i = 0; i < l->guarantees_n; i++) {
        is_signed = is_signed && l->guarantees[i].signed_on.set;
        sealed = sealed && l->guarantees[i].sealed_on.set;
    }
    if (!l->guarantees_n)
        return STR("缺");
    if (l->c.history)
        return STR("见原档");
    (void)f;
    return is_signed && sealed ? STR("签名、盖章")
           : is_signed         ? STR("签名，缺章")
           : sealed            ? STR("盖章，缺签名")
                               : STR("缺");
}

bool table_contracts(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    static const struct form_col cols[] = {
        { { "序号", "No" }, XLSX_COUNT, 42 },           { { "编号", "Number" }, XLSX_TEXT, 146 },
        { { "出借方", "Lender" }, XLSX_TEXT, 70 },      { { "借款人", "Borrower" }, XLSX_TEXT, 58 },
        { { "村", "Village" }, XLSX_TEXT, 0 },          { { "金额", "Amount" }, XLSX_MONEY, 78 },
        { { "签订日期", "Signed on" }, XLSX_TEXT, 76 }, { { "发放日期", "Paid on" }, XLSX_TEXT, 76 },
        { { "到期日期", "Due on" }, XLSX_TEXT, 76 },    { { "担保人", "Guarantor" }, XLSX_TEXT, 60 },
        { { "担保人签章", "Signed" }, XLSX_TEXT, 72 },  { { "借据日期", "IOU" }, XLSX_TEXT, 76 },
        { { "状态", "State" }, XLSX_TEXT, 54 },
    };
    struct form_rows r = form_rows_begin(f, cols, N_ELEMS(cols));
    (void)i;
    for (size_t k = 0; k < f->loans_n; k++) {
        const struct form_loan *l = &f->loans[k];
        struct str *c = form_rows_next(&r);
        c[0] = form_count(f, (int64_t)k + 1);
        c[1] = l->c.number;
        c[2] = form_lender(f, &l->c);
        c[3] = form_borrower(l);
        c[4] = l->village;
        c[5] = form_plain(f, l->c.amount.v);
        c[6] = l->c.signed_on.set ? form_short(f, l->c.signed_on) : there(false, l->c.history);
        c[7] = form_short(f, l->paid_on);
        c[8] = form_short(f, l->c.ends_on);
        c[9] = form_guarantors(f, l);
        c[10] = signed_by(f, l);
        c[11] = form_short(f, l->iou_on);
        c[12] = form_state(f, l);
    }
    *t = (struct form_table){ .title = TEXT(f, "%.*s登记", P(form_title(f, form_find(STR("contract"))))),
                              .broken = true };
    return form_rows_end(&r, t, true, e);
}

/* --- (5) tracking ----------------------------------------------------------------------------- */

static void put_tracking_row(struct form_rows *r, const struct form_loan *l, const struct visit *v)
{
    struct forms *f = r->f;
    struct str *c = form_rows_next(r);
    c[0] = form_count(f, (int64_t)r->n);
    c[1] = l->c.number;
    c[2] = l->village;
    c[3] = form_borrower(l);
    c[4] = l->c.project;
    c[5] = v ? form_short(f, v->visited_on) : STR("无记录");
    if (!v)
        return;
    c[6] = form_cell(f, &visit_entity, "visitor", v);
    c[7] = form_cell(f, &visit_entity, "kind", v);
    c[8] = form_cell(f, &visit_entity, "earmarked", v);
    c[9] = form_cell(f, &visit_entity, "on_project", v);
    c[10] = form_cell(f, &visit_entity, "difficulties", v);
    c[11] = v->benefit.p ? form_cell(f, &visit_entity, "benefit", v) : form_cell(f, &visit_entity, "note", v);
}

bool table_tracking(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    static const struct form_col cols[] = {
        { { "序号", "No" }, XLSX_COUNT, 40 },           { { "编号", "Number" }, XLSX_TEXT, 146 },
        { { "村", "Village" }, XLSX_TEXT, 65 },         { { "姓名", "Name" }, XLSX_TEXT, 60 },
        { { "发展项目", "Project" }, XLSX_TEXT, 80 },   { { "督查日期", "Visited on" }, XLSX_TEXT, 84 },
        { { "督查人", "Visitor" }, XLSX_TEXT, 60 },     { { "方式", "Kind" }, XLSX_TEXT, 65 },
        { { "专款专用", "Earmarked" }, XLSX_TEXT, 45 }, { { "用于项目", "On project" }, XLSX_TEXT, 45 },
        { { "困难", "Difficulties" }, XLSX_TEXT, 120 }, { { "效益及记录", "Benefit" }, XLSX_TEXT, 0 },
    };
    struct form_rows r = form_rows_begin(f, cols, N_ELEMS(cols));
    (void)i;
    for (size_t k = 0; k < f->loans_n; k++) {
        const struct form_loan *l = &f->loans[k];
        size_t before = r.n;
        for (size_t n = 0; n < l->visits_n; n++)
            if (loan_visited(f, l, &l->visits[n]))
                put_tracking_row(&r, l, &l->visits[n]);
        if (r.n == before)
            put_tracking_row(&r, l, NULL);
    }
    *t = (struct form_table){ .title = TEXT(f, "%.*s登记", P(form_title(f, form_find(STR("tracking"))))) };
    return form_rows_end(&r, t, false, e);
}

/* --- (6) effect ------------------------------------------------------------------------------- */

static struct str income(const struct forms *f, struct opt_money m)
{
    return m.set ? form_plain(f, m.v) : (struct str){ 0 };
}

bool table_effects(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    static const struct form_col cols[] = {
        { { "序号", "No" }, XLSX_TEXT, 42 },           { { "编号", "Number" }, XLSX_TEXT, 146 },
        { { "村", "Village" }, XLSX_TEXT, 75 },        { { "姓名", "Name" }, XLSX_TEXT, 65 },
        { { "发展项目", "Project" }, XLSX_TEXT, 0 },   { { "到期日期", "Due on" }, XLSX_TEXT, 88 },
        { { "帮扶前年度", "Before" }, XLSX_TEXT, 60 }, { { "人均纯收入", "Income" }, XLSX_TEXT, 85 },
        { { "帮扶后年度", "After" }, XLSX_TEXT, 60 },  { { "人均纯收入", "Income" }, XLSX_TEXT, 85 },
        { { "人均增收", "Gain" }, XLSX_TEXT, 85 },     { { "脱贫状态", "State" }, XLSX_TEXT, 65 },
        { { "备注", "Note" }, XLSX_TEXT, 65 },
    };
    struct form_rows r = form_rows_begin(f, cols, N_ELEMS(cols));
    (void)i;
    for (size_t k = 0; k < f->loans_n; k++) {
        const struct form_loan *l = &f->loans[k];
        struct opt_money a = loan_income_before(l), b = loan_income_after(l);
        struct str *c = form_rows_next(&r);
        c[0] = form_count(f, (int64_t)k + 1);
        c[1] = l->c.number;
        c[2] = l->village;
        c[3] = form_borrower(l);
        c[4] = l->c.project;
        c[5] = form_short(f, l->c.due_on);
        c[6] = loan_year_before(l) ? form_count(f, loan_year_before(l)) : (struct str){ 0 };
        c[7] = income(f, a);
        c[8] = loan_year_after(l) ? form_count(f, loan_year_after(l)) : (struct str){ 0 };
        c[9] = income(f, b);
        if (a.set && b.set)
            c[10] = form_plain(f, (struct money){ b.v.fen - a.v.fen });
        c[11] = form_cell(f, &household_entity, "state", l->h);
        c[12] = l->effect                             ? form_short(f, l->effect->surveyed_on)
                : l->c.due_on.v.day > f->q->as_of.day ? STR("未到期")
                : a.set && b.set                      ? STR("")
                                                      : STR("缺收入");
    }
    *t = (struct form_table){ .title = TEXT(f, "%.*s登记", P(form_title(f, form_find(STR("effect"))))),
                              .right = STR("单位：元"),
                              .broken = true };
    return form_rows_end(&r, t, false, e);
}

/* --- (7) publicity, (8) documents ------------------------------------------------------------- */

enum { DOCUMENTS_MAX = 100000 };
/* Kinds of code table document_kind. */
static const int32_t of_publicity[] = { 16, 17, 19 }, of_offices[] = { 11, 12, 20 };

static bool is_of(int32_t kind, const int32_t *kinds, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (kinds[i] == kind)
            return true;
    return false;
}

static const struct form_col paper_cols[] = {
    { { "序号", "No" }, XLSX_COUNT, 55 },           { { "日期", "Date" }, XLSX_TEXT, 115 },
    { { "文号或编号", "Number" }, XLSX_TEXT, 170 }, { { "种类", "Kind" }, XLSX_TEXT, 140 },
    { { "名称、内容", "Title" }, XLSX_TEXT, 0 },    { { "镇、村", "Place" }, XLSX_TEXT, 150 },
    { { "页数", "Pages" }, XLSX_COUNT, 60 },        { { "存放", "Kept" }, XLSX_TEXT, 110 },
};

static struct str *paper_row(struct form_rows *r, struct opt_date day, struct str number, struct str kind,
                             struct str title)
{
    struct str *c = form_rows_next(r);
    c[0] = form_count(r->f, (int64_t)r->n);
    c[1] = form_short(r->f, day);
    c[2] = number;
    c[3] = kind;
    c[4] = title;
    return c;
}

static bool put_documents(struct form_rows *r, const int32_t *kinds, size_t kinds_n, struct errs *e)
{
    struct forms *f = r->f;
    struct list l;
    if (!document_list_in(f->tx, f->w->who, f->q->region, 0, DOCUMENTS_MAX, &l, e))
        return false;
    const struct document *d = l.rows;
    for (size_t i = 0; i < l.n; i++) {
        if (!d[i].kind.set || !is_of(d[i].kind.v, kinds, kinds_n) || d[i].added_on.day > f->q->as_of.day)
            continue;
        struct str *c =
            paper_row(r, (struct opt_date){ d[i].added_on, true }, TEXT(f, "附件 %lld", (long long)d[i].no),
                      form_cell(f, &document_entity, "kind", &d[i]), d[i].title);
        c[5] = form_region(f, d[i].region);
        c[6] = d[i].pages.set ? form_count(f, d[i].pages.v) : (struct str){ 0 };
        c[7] = STR("本系统");
    }
    return true;
}

bool table_publicity(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    struct form_rows r = form_rows_begin(f, paper_cols, N_ELEMS(paper_cols));
    (void)i;
    if (!put_documents(&r, of_publicity, N_ELEMS(of_publicity), e))
        return false;
    *t = (struct form_table){ .title = TEXT(f, "%.*s宣传资料、照片登记", P(f->rules.programme->name.zh)) };
    return form_rows_end(&r, t, false, e);
}

/* The papers that the programme and the fund's money rest on. */
static bool put_sources(struct form_rows *r, struct errs *e)
{
    struct forms *f = r->f;
    struct list l;
    const struct programme *p = f->rules.programme;
    for (size_t i = 0; i < p->basis.n; i++)
        paper_row(r, p->basis.p[i].date, p->basis.p[i].document, STR("项目依据"), p->basis.p[i].title.zh);
    if (!db_list(
            f->tx,
            SQL_OF(STMT_KEY, &fund_source_entity,
                   "SELECT {*} FROM fund_source WHERE county = $1 AND fund_id = $2 AND received_on <= $3 "
                   "ORDER BY received_on, id"),
            &l, f->a, e, V(f->county), V(f->rules.fund.id), V(f->q->as_of)))
        return false;
    const struct fund_source *s = l.rows;
    for (size_t i = 0; i < l.n; i++) {
        struct str what = form_cell(f, &fund_source_entity, "source", &s[i]);
        struct str *c = paper_row(
            r, s[i].received_on, s[i].document.p ? s[i].document : s[i].voucher_no, STR("资金来源"),
            TEXT(f, "%.*s资金 ¥%.*s　%.*s", P(what), P(form_yuan(f, s[i].amount.v)), P(s[i].summary)));
        c[7] = s[i].document.p ? STR("文件") : STR("单据");
    }
    return true;
}

bool table_documents(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    struct form_rows r = form_rows_begin(f, paper_cols, N_ELEMS(paper_cols));
    (void)i;
    if (!put_sources(&r, e) || !put_documents(&r, of_offices, N_ELEMS(of_offices), e))
        return false;
    *t = (struct form_table){ .title = TEXT(f, "%.*s省、市、区文件、简讯和讲话材料登记",
                                            P(f->rules.programme->name.zh)) };
    return form_rows_end(&r, t, false, e);
}

/* --- the list of them ------------------------------------------------------------------------- */

/* What the programme calls its archives, and the register of each. */
static const struct {
    const char *paper, *kind;
} registers[] = {
    { "application_form", "archive-application" },
    { "project_register", "archive-application" },
    { "roster", "roster" },
    { "contract", "archive-contract" },
    { "implementation_contract", "archive-contract" },
    { "iou", "archive-contract" },
    { "statistics", "statistics" },
    { "tracking", "archive-tracking" },
    { "effect_survey", "archive-effect" },
    { "publicity", "archive-publicity" },
    { "documents", "archive-document" },
};

static const struct form_kind *register_of(struct str paper)
{
    for (size_t i = 0; i < N_ELEMS(registers); i++)
        if (str_eq(paper, str_of(registers[i].paper)))
            return form_find(str_of(registers[i].kind));
    return NULL;
}

/* Of how many loans it ought to be: the effect is asked for when a loan has fallen due. */
static int64_t owed(const struct forms *f, struct str paper)
{
    int64_t n = 0;
    if (!str_eq(paper, STR("effect_survey")))
        return (int64_t)f->loans_n;
    for (size_t i = 0; i < f->loans_n; i++)
        n += f->loans[i].c.due_on.v.day <= f->q->as_of.day;
    return n;
}

/* Of how many loans the paper is there. */
static int64_t kept(const struct forms *f, struct str paper)
{
    int64_t n = 0;
    for (size_t i = 0; i < f->loans_n; i++) {
        const struct form_loan *l = &f->loans[i];
        if (str_eq(paper, STR("application_form")) || str_eq(paper, STR("project_register")))
            n += l->application || l->c.history;
        else if (str_eq(paper, STR("tracking")))
            n += loan_visit(f, l) != NULL;
        else if (str_eq(paper, STR("effect_survey")))
            n += l->c.due_on.v.day <= f->q->as_of.day && loan_income(l, loan_year_before(l)).set &&
                 loan_income(l, loan_year_after(l)).set;
        else if (str_eq(paper, STR("iou")))
            n += l->iou_on.set || l->c.history;
        else if (str_eq(paper, STR("roster")) || str_eq(paper, STR("statistics")))
            n++;
        else
            n += l->c.signed_on.set || l->c.history;
    }
    return n;
}

static bool of_loans(struct str paper)
{
    return !str_eq(paper, STR("publicity")) && !str_eq(paper, STR("documents")) && register_of(paper);
}

bool table_archive(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    static const struct form_col cols[] = {
        { { "序号", "No" }, XLSX_COUNT, 70 },     { { "档案名称", "Archive" }, XLSX_TEXT, 0 },
        { { "应有", "Due" }, XLSX_COUNT, 100 },   { { "已有", "There" }, XLSX_COUNT, 100 },
        { { "缺", "Missing" }, XLSX_COUNT, 100 }, { { "登记册", "Register" }, XLSX_TEXT, 200 },
    };
    struct form_rows r = form_rows_begin(f, cols, N_ELEMS(cols));
    const struct programme *p = f->rules.programme;
    (void)i;
    for (size_t k = 0; k < p->archive.n; k++) {
        struct str paper = p->archive.p[k].name;
        const struct form_kind *kind = register_of(paper);
        struct form_table x = { .rows_n = 0 };
        struct str *c = form_rows_next(&r);
        c[0] = form_count(f, (int64_t)k + 1);
        c[1] = paper_label(p, paper, ZH);
        c[5] = kind ? str_of(kind->label.zh) : STR("未建登记");
        if (of_loans(paper)) {
            c[2] = form_count(f, owed(f, paper));
            c[3] = form_count(f, kept(f, paper));
            c[4] = form_count(f, owed(f, paper) - kept(f, paper));
        } else if (kind) {
            if (!kind->table(f, 0, &x, e))
                return false;
            c[3] = form_count(f, (int64_t)x.rows_n);
        }
    }
    *t = (struct form_table){ .title = TEXT(f, "%.*s档案目录", P(f->rules.programme->name.zh)),
                              .note = STR("从原有档案导入的借款，申请表、合同以原档为准。") };
    return form_rows_end(&r, t, false, e);
}

bool split_archive(struct forms *f, struct errs *e)
{
    const struct programme *p = f->rules.programme;
    if (!forms_read_loans(f, e))
        return false;
    form_piece_add(f, &(struct form_piece){ .name = STR("00-档案目录"), .kind = f->kind, .to = f->loans_n });
    for (size_t i = 0; i < p->archive.n; i++) {
        const struct form_kind *k = register_of(p->archive.p[i].name);
        bool again = false;
        for (size_t n = 0; n < f->pieces_n; n++)
            again = again || f->pieces[n].kind == k;
        if (k && !again)
            form_piece_add(f, &(struct form_piece){ .name = TEXT(f, "%02zu-%s", f->pieces_n, k->label.zh),
                                                    .kind = k,
                                                    .to = f->loans_n });
    }
    return true;
}
