/* form_paper.c - the papers of a single loan: application, contract, IOU, responsibility letter, receipt of
 * the money, tracking form, effect survey. */
#include "casework/print_case.h"
#include "fund/contract_text.h"
#include "report/form_parts.h"

static const struct form_loan *loan_at(const struct forms *f, size_t i)
{
    return &f->loans[f->pieces[i].from];
}

/* --- papers of the case ----------------------------------------------------------------------- */

/* The case that the loan was decided by; an archive has none, and the loan speaks for it. */
static bool case_of(const struct forms *f, const struct form_loan *l, struct relief_case *k, struct errs *e)
{
    if (l->c.case_id.set) {
        enum found found = db_get(f->tx, &relief_case_entity, k, e, V(f->county), V(l->c.case_id.v));
        if (found != NONE)
            return found == FOUND;
    }
    *k = (struct relief_case){ .county = f->county,
                               .number = l->c.number,
                               .programme = f->rules.version.programme,
                               .version = l->version,
                               .period_no = l->c.period_no,
                               .household_id = l->c.household_id.v,
                               .applicant_id = l->c.borrower_id,
                               .hh_no = l->h->hh_no,
                               .head_name = l->h->head_name,
                               .applicant_name = form_borrower(l),
                               .village = l->c.village,
                               .project = l->c.project,
                               .asked = l->c.amount,
                               .approved = l->c.amount };
    return true;
}

bool put_application(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    struct relief_case k;
    return case_of(f, loan_at(f, i), &k, e) && print_application_pages(f->w, &k, f->q->full, p, e);
}

bool put_responsibility(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    struct relief_case k;
    const struct form_loan *l = loan_at(f, i);
    return case_of(f, l, &k, e) && print_letter_pages(f->w, &k, form_guarantors(f, l), p, e);
}

/* --- contracts and IOU ------------------------------------------------------------------------ */

/* The version that the contract was drafted with; of an archive the latest. */
static bool text_of(struct forms *f, const struct contract *c, struct str paper, struct contract_text *t,
                    struct str *body, struct errs *e)
{
    struct contract_terms terms;
    if (!contract_terms_of(f->tx, c, &terms, e))
        return false;
    enum found found = contract_text_find(
        f->tx, paper, !str_eq(paper, STR("iou")) && terms.text_version.set ? terms.text_version.v : 0, t, e);
    if (found != FOUND)
        return found == NONE && fail(e, ERR_NOT_FOUND, "paper", MSG_CONTRACT_NO_TEXT, A(paper));
    return contract_text_fill(f->tx, &f->rules, c, t, body, e);
}

/* An old text has its lines to sign on at its end; print_parties makes better ones. */
static struct str without_lines_to_sign(struct str body)
{
    struct str rest = body, line;
    while (rest.n && str_split(&rest, '\n', &line))
        if (str_has(line, STR("（签章）")) || str_starts(line, STR("立据人")) ||
            str_starts(line, STR("编号："))) {
            if (line.p != body.p)
                return (struct str){ body.p, (size_t)(line.p - body.p) - 1 };
        }
    return body;
}

/* A number that stands above the text already does not stand in it once more. */
static struct str without_number(struct str body)
{
    struct str rest = body, line;
    if (str_split(&rest, '\n', &line) &&
        (str_starts(line, STR("编号：")) || str_starts(line, STR("合同编号："))))
        return rest;
    return body;
}

static void put_text_paper(struct forms *f, struct print *p, struct str title, struct str number,
                           struct str body)
{
    print_page(p);
    print_title(p, title);
    print_number(p, TEXT(f, "编号：%.*s", P(number)));
    print_text(p, without_lines_to_sign(without_number(body)));
}

bool put_contract_paper(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    const struct form_loan *l = loan_at(f, i);
    struct contract_text t;
    struct str body = { 0 };
    if (!text_of(f, &l->c, contract_paper(&f->rules, &l->c), &t, &body, e))
        return false;
    bool project = str_eq(contract_paper(&f->rules, &l->c), STR("implementation"));
    struct str guarantor = f->rules.programme->label.guarantor.zh;
    const struct print_party parties[] = {
        { TEXT(f, "%s：", project ? "甲方" : "出借方"), form_lender(f, &l->c), true },
        { TEXT(f, "%s：", project ? "乙方" : "借款人"), form_borrower(l), false },
        { TEXT(f, "%.*s：", P(guarantor.p ? guarantor : STR("担保人"))), form_guarantors(f, l), false },
    };
    put_text_paper(f, p, project ? t.title : form_title(f, f->pieces[i].kind), l->c.number, body);
    if (f->q->full && f->kind->identity && l->p)
        print_line(p, STR("借款人身份证号码："), form_idno(f, l));
    print_parties(p, parties, l->guarantees_n || !project ? 3 : 2);
    return true;
}

bool put_iou(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    const struct form_loan *l = loan_at(f, i);
    struct contract_text t;
    struct str body = { 0 };
    if (!text_of(f, &l->c, STR("iou"), &t, &body, e))
        return false;
    const struct print_party parties[] = {
        { STR("立据人："), form_borrower(l), false },
        { TEXT(f, "%.*s：", P(f->rules.programme->label.guarantor.zh)), form_guarantors(f, l), false },
    };
    put_text_paper(f, p, t.title, l->c.number, body);
    print_line(p, STR("立据人身份证号码："), form_idno(f, l));
    print_line(p, STR("住址："), form_place(f, l));
    print_parties(p, parties, N_ELEMS(parties));
    return true;
}

/* --- the township's contract ------------------------------------------------------------------ */

bool split_township_contracts(struct forms *f, struct errs *e)
{
    enum { BELOW = 999999 };
    int64_t first = f->county * (BELOW + 1), last = first + BELOW;
    if (f->q->region.v)
        region_span(f->q->region, &first, &last);
    if (!db_list(
            f->tx,
            SQL_OF(STMT_KEY, &contract_entity,
                   "SELECT {*} FROM contract WHERE county = $1 AND fund_id = $2 AND layer = 1 AND void_on IS "
                   "NULL AND village BETWEEN $3 AND $4 AND (CAST($5 AS bigint) = 0 OR period_no BETWEEN $5 "
                   "AND $6) AND (CAST($7 AS text) IS NULL OR number = $7) ORDER BY period_no, village, id"),
            &f->listed, f->a, e, V(f->county), V(f->rules.fund.id), V(first), V(last), V(f->q->period_first),
            V(f->q->period_last), V(f->q->number)))
        return false;
    const struct contract *c = f->listed.rows;
    for (size_t i = 0; i < f->listed.n; i++)
        if (actor_may(f->w->who, PERM_REGISTRY_READ, c[i].village))
            form_piece_add(f, &(struct form_piece){ .name = c[i].number, .from = i, .to = i + 1 });
    return true;
}

bool put_township_contract(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    const struct contract *c = (const struct contract *)f->listed.rows + f->pieces[i].from;
    struct contract_text t;
    struct str body = { 0 };
    if (!text_of(f, c, STR("township"), &t, &body, e))
        return false;
    const struct print_party parties[] = {
        { STR("甲方："), form_lender(f, c), true },
        { STR("乙方："), form_region(f, c->village), true },
    };
    struct str title = TEXT(f, "%.*s资金借款合同书", P(f->rules.programme->name.zh));
    put_text_paper(f, p, title, c->number, body);
    print_parties(p, parties, N_ELEMS(parties));
    return true;
}

/* --- the receipt of the money ----------------------------------------------------------------- */

bool put_pay_receipt(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    static const struct print_field fields[] = {
        { { "领款人", "Payee" }, "name", 12, 4, 11, false },
        { { "身份证号码", "ID" }, "idno", 12, 4, 0, false },
        { { "住址", "Address" }, "place", 24, 4, 0, false },
        { { "款项", "For" }, "reason", 24, 4, 11, false },
        { { "金额（大写）", "In words" }, "words", 16, 4, 11, false },
        { { "小写", "Amount" }, "amount", 8, 2, 0, false },
        { { "发展项目", "Project" }, "project", 10, 4, 11, false },
        { { "借款期限", "Term" }, "span", 14, 4, 0, false },
        { { "领款人签名（按指印）", "Signature" }, NULL, 12, 5, 24, false },
        { { "发放人、见证人签名", "Paid by" }, NULL, 12, 5, 0, false },
        { { "发放单位（盖章）", "Office" }, NULL, 12, 5, 22, false },
        { { "领款日期", "Date" }, "paid", 12, 5, 0, false },
        { .width = 0 },
    };
    static const char *const holders[] = { "第一联　发放单位记账", "第二联　领款人存" };
    struct loan_at x = { f, loan_at(f, i) };
    struct print_form form = { .title = { "领款收据", "Receipt" }, .fields = fields };
    (void)e;
    print_page(p);
    for (size_t k = 0; k < N_ELEMS(holders); k++) {
        if (k)
            print_gap(p);
        print_form_block(p, &form, holders[k], TEXT(f, "编号：%.*s", P(x.l->c.number)), loan_value, &x);
    }
    return true;
}

/* --- after the money -------------------------------------------------------------------------- */

static bool put_loan_form(struct forms *f, size_t i, struct print *p, const struct print_field *fields,
                          const char *note)
{
    struct loan_at x = { f, loan_at(f, i) };
    struct str title = form_title(f, f->pieces[i].kind);
    struct print_form form = { .title = { title.p, title.p }, .fields = fields, .note = { note, note } };
    print_form_pages(p, &form, TEXT(f, "编号：%.*s", P(x.l->c.number)), loan_value, &x);
    return true;
}

#define WHO                                                         \
    { { "姓名", "Name" }, "name", 8, 3, 9, false },                 \
        { { "户编号", "Household" }, "h.hh_no", 8, 3, 0, false },   \
        { { "家庭人口", "Members" }, "members", 8, 4, 0, false },   \
        { { "住址", "Address" }, "place", 16, 3, 9, false },        \
        { { "联系电话", "Phone" }, "h.phone", 8, 4, 0, false },     \
        { { "期数", "Period" }, "period", 8, 3, 9, false },         \
        { { "金额", "Amount" }, "amount", 8, 3, 0, false },         \
        { { "担保人", "Guarantor" }, "guarantor", 8, 4, 0, false }, \
        { { "发展项目", "Project" }, "project", 8, 3, 9, false },   \
        { { "发放日期", "Paid on" }, "paid", 8, 3, 0, false },      \
    {                                                               \
        { "到期日期", "Due on" }, "due", 8, 4, 0, false             \
    }

bool put_tracking(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    static const struct print_field fields[] = {
        WHO,
        { { "一、资金是否专款专用", "Earmarked" }, "earmarked", 24, 7, 14, false },
        { { "二、是否用在拟定的发展项目上", "On the project" }, "on_project", 24, 7, 14, false },
        { { "三、是否碰到困难", "Difficulties" }, "v.difficulties", 24, 7, 26, false },
        { { "四、效益情况", "Benefit" }, "v.benefit", 24, 7, 26, false },
        { { "现场情况（数量、规模、所见）", "Seen on site" }, "v.note", 24, 7, 27, false },
        { { "发现问题、处理意见及期限", "Findings" }, "problem", 24, 7, 24, false },
        { { "督查人（两人以上签名）", "Visitors" }, "v.visitor", 12, 5, 13, false },
        { { "受助人签名", "Signature" }, NULL, 12, 4, 0, false },
        { { "督查日期", "Date" }, "v.visited_on", 12, 5, 10, false },
        { { "督查方式", "Kind" }, "v.kind", 12, 4, 0, false },
        { { "镇项目办意见", "Office" }, NULL, 24, 4, 32, true },
        { .width = 0 },
    };
    (void)e;
    return put_loan_form(f, i, p, fields,
                         "督查须到现场，记录具体事实（数量、金额、地点），附现场照片；不得照抄他户。");
}

bool put_effect(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    static const struct print_field fields[] = {
        WHO,
        { { "还款情况", "Repayment" }, "state", 8, 3, 9, false },
        { { "已还金额", "Repaid" }, "back", 8, 3, 0, false },
        { { "尚欠金额", "Owed" }, "open", 8, 4, 0, false },
        { { "帮扶前年度", "Year before" }, "year_before", 8, 4, 9, false },
        { { "帮扶前家庭人均纯收入", "Income before" }, "before", 16, 7, 0, false },
        { { "帮扶后年度", "Year after" }, "year_after", 8, 4, 9, false },
        { { "帮扶后家庭人均纯收入", "Income after" }, "after", 16, 7, 0, false },
        { { "人均增收", "Gain" }, "gain", 8, 4, 9, false },
        { { "脱贫情况", "Out of poverty" }, "poverty", 16, 4, 0, false },
        { { "项目经营及效益情况", "Benefit" }, "v.benefit", 24, 5, 26, false },
        { { "存在困难和要求", "Difficulties" }, "v.difficulties", 24, 5, 26, false },
        { { "资金用途核实情况", "Use of the money" }, "u.found", 24, 5, 14, false },
        { { "今后打算", "Plans" }, NULL, 24, 5, 20, false },
        { { "对救助工作的满意度", "Satisfaction" }, "satisfaction", 24, 5, 10, false },
        { { "调查人签名", "Surveyor" }, "s.assessor", 8, 4, 13, false },
        { { "受访人签名", "Signature" }, NULL, 8, 4, 0, false },
        { { "调查日期", "Date" }, "s.surveyed_on", 8, 4, 0, false },
        { { "镇项目办评估意见", "Assessment" }, NULL, 24, 5, 30, true },
        { .width = 0 },
    };
    (void)e;
    return put_loan_form(f, i, p, fields,
                         "收入以登记的效果调查为准，没有的按名册所载年度收入计算：帮扶前为发放上一年，帮扶后"
                         "为到期当年；空白的由调查人填写。");
}
