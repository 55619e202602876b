/* form_list.c - registers of a fund's loans: roster, pay-out list to be signed, statistics. */
#include "fund/payout.h"
#include "report/form_parts.h"

#include <stdlib.h>

/* --- the roster (R001, R753) ------------------------------------------------------------------ */

bool table_roster(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    static const struct form_col cols[] = {
        { { "序号", "No" }, XLSX_COUNT, 36 },        { { "期数", "Period" }, XLSX_COUNT, 36 },
        { { "镇", "Township" }, XLSX_TEXT, 62 },     { { "村", "Village" }, XLSX_TEXT, 76 },
        { { "姓名", "Name" }, XLSX_TEXT, 58 },       { { "身份证号码", "ID" }, XLSX_TEXT, 126 },
        { { "人口", "Members" }, XLSX_COUNT, 36 },   { { "发展项目", "Project" }, XLSX_TEXT, 0 },
        { { "金额", "Amount" }, XLSX_MONEY, 76 },    { { "发放日期", "Paid on" }, XLSX_TEXT, 74 },
        { { "到期日期", "Due on" }, XLSX_TEXT, 74 }, { { "担保人", "Guarantor" }, XLSX_TEXT, 58 },
        { { "编号", "Number" }, XLSX_TEXT, 146 },    { { "备注", "Note" }, XLSX_TEXT, 48 },
    };
    struct form_rows r = form_rows_begin(f, cols, N_ELEMS(cols));
    (void)i;
    for (size_t k = 0; k < f->loans_n; k++) {
        const struct form_loan *l = &f->loans[k];
        struct str *c = form_rows_next(&r);
        c[0] = form_count(f, (int64_t)k + 1);
        c[1] = l->c.period_no.set ? form_count(f, l->c.period_no.v) : (struct str){ 0 };
        c[2] = l->township;
        c[3] = l->village;
        c[4] = form_borrower(l);
        c[5] = form_idno(f, l);
        c[6] = l->members ? form_count(f, l->members) : (struct str){ 0 };
        c[7] = l->c.project;
        c[8] = form_plain(f, l->c.amount.v);
        c[9] = form_short(f, l->paid_on);
        c[10] = form_short(f, l->c.ends_on);
        c[11] = form_guarantors(f, l);
        c[12] = l->c.number;
        c[13] = form_state(f, l);
    }
    *t = (struct form_table){ .title = form_title(f, form_find(STR("roster"))), .broken = true };
    return form_rows_end(&r, t, true, e);
}

/* --- the pay-out list (R313, R314) ------------------------------------------------------------ */

static const struct form_col payout_cols[] = {
    { { "序号", "No" }, XLSX_COUNT, 42 },      { { "村", "Village" }, XLSX_TEXT, 75 },
    { { "姓名", "Name" }, XLSX_TEXT, 70 },     { { "身份证号码", "ID" }, XLSX_TEXT, 165 },
    { { "编号", "Number" }, XLSX_TEXT, 150 },  { { "发展项目", "Project" }, XLSX_TEXT, 0 },
    { { "金额", "Amount" }, XLSX_MONEY, 90 },  { { "领款人签名（按指印）", "Signature" }, XLSX_TEXT, 150 },
    { { "领款日期", "Date" }, XLSX_TEXT, 85 },
};

bool table_payout(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    const struct form_piece *x = &f->pieces[i];
    struct form_rows r = form_rows_begin(f, payout_cols, N_ELEMS(payout_cols));
    for (size_t k = x->from; k < x->to; k++) {
        const struct form_loan *l = &f->loans[k];
        struct str *c = form_rows_next(&r);
        c[0] = form_count(f, (int64_t)(k - x->from) + 1);
        c[1] = l->village;
        c[2] = form_borrower(l);
        c[3] = form_idno(f, l);
        c[4] = l->c.number;
        c[5] = l->c.project;
        c[6] = form_plain(f, l->c.amount.v);
        c[8] = form_short(f, l->paid_on);
    }
    *t = (struct form_table){
        .title = TEXT(f, "%.*s第 %lld 期%.*s发放花名册", P(f->rules.programme->name.zh),
                      (long long)x->period_no, P(form_money(f))),
        .signed_in = true,
        .feet = { "发放人（签字）：", "村“两委”见证人（签字）：", "出借方经办人（签字）：" },
    };
    if (!form_rows_end(&r, t, true, e))
        return false;
    t->left = TEXT(f, "%.*s", P(form_region(f, x->township)));
    return true;
}

/* The meeting at which it was handed out, if there was one already. */
static bool meeting_of(struct forms *f, const struct form_piece *x, struct payout *m, enum found *found,
                       struct errs *e)
{
    *found =
        db_find(f->tx,
                SQL_OF(STMT_KEY, &payout_entity,
                       "SELECT {*} FROM payout WHERE county = $1 AND fund_id = $2 AND kind = 2 AND period_no "
                       "= $3 AND township = $4 ORDER BY no DESC LIMIT 1"),
                m, e, V(f->county), V(f->rules.fund.id), V(x->period_no), V(x->township));
    return *found != FAILED;
}

bool put_payout(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    struct form_table t;
    struct payout m = { 0 };
    enum found found;
    struct money sum = { 0 };
    const struct form_piece *x = &f->pieces[i];
    if (!table_payout(f, i, &t, e) || !meeting_of(f, x, &m, &found, e))
        return false;
    for (size_t k = x->from; k < x->to; k++)
        sum.fen += f->loans[k].c.amount.v.fen;
    struct str day = m.held_on.set ? form_day(f, m.held_on) : STR("　　　　年　　月　　日");
    t.middle = TEXT(f, "发放会时间：%.*s　地点：%.*s", P(day), P(m.place.p ? m.place : STR("　　　　　　")));
    t.note = TEXT(f, "合计发放 %zu 户，人民币大写：%.*s。参加人员：%.*s", x->to - x->from,
                  P(form_capital(f, sum)), P(m.attendees.p ? m.attendees : STR("　　　　　　　　　　　　")));
    print_page(p);
    form_table_print(p, &t, f->a);
    return true;
}

/* --- statistics (R755) ------------------------------------------------------------------------ */

struct totals {
    int64_t loans, members, out_of_poverty;
    struct money lent, due, back_of_due, open, late, back;
};

static bool add_loan(const struct forms *f, const struct form_loan *l, struct totals *t, struct errs *e)
{
    struct money due, back;
    if (l->lent.fen <= 0)
        return true; /* signed and not handed out */
    if (!loan_due(f, l, &due, &back, e))
        return false;
    t->loans++;
    t->members += l->members;
    t->out_of_poverty += l->h->state.set && l->h->state.v == STATE_EXITED;
    t->lent.fen += l->lent.fen;
    t->due.fen += due.fen;
    t->back_of_due.fen += back.fen;
    t->back.fen += l->back.fen;
    t->open.fen += loan_open(l).fen;
    t->late.fen += loan_late(f, l) ? loan_open(l).fen : 0;
    return true;
}

static void put_totals(const struct forms *f, const struct totals *t, struct str *c)
{
    c[2] = form_count(f, t->loans);
    c[3] = form_count(f, t->members);
    c[4] = form_plain(f, t->lent);
    c[5] = form_plain(f, t->due);
    c[6] = form_plain(f, t->back_of_due);
    c[7] = form_ratio(f, t->back_of_due.fen, t->due.fen);
    c[8] = form_plain(f, t->open);
    c[9] = form_plain(f, t->late);
    c[10] = form_count(f, t->out_of_poverty);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t households_of(const struct forms *f)
{
    int64_t n = 0, *ids = NEW_ARRAY(f->a, int64_t, f->loans_n + 1);
    for (size_t i = 0; i < f->loans_n; i++)
        ids[i] = f->loans[i].c.household_id.v;
    qsort(ids, f->loans_n, sizeof *ids, by_value);
    for (size_t i = 0; i < f->loans_n; i++)
        n += i == 0 || ids[i] != ids[i - 1];
    return n;
}

bool table_statistics(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    static const struct form_col cols[] = {
        { { "镇", "Township" }, XLSX_TEXT, 90 },
        { { "期数", "Period" }, XLSX_COUNT, 55 },
        { { "户次", "Loans" }, XLSX_COUNT, 60 },
        { { "惠及人口", "Persons" }, XLSX_COUNT, 70 },
        { { "投放金额", "Lent" }, XLSX_MONEY, 120 },
        { { "到期金额", "Due" }, XLSX_MONEY, 120 },
        { { "到期已回收", "Recovered" }, XLSX_MONEY, 120 },
        { { "回收率", "Rate" }, XLSX_TEXT, 80 },
        { { "在借余额", "Outstanding" }, XLSX_MONEY, 115 },
        { { "逾期余额", "Overdue" }, XLSX_MONEY, 100 },
        { { "已脱贫户次", "Out of poverty" }, XLSX_COUNT, 70 },
    };
    struct form_rows r = form_rows_begin(f, cols, N_ELEMS(cols));
    struct totals all = { 0 };
    (void)i;
    for (size_t k = 0, to; k < f->loans_n; k = to) {
        const struct form_loan *l = &f->loans[k];
        struct totals x = { 0 };
        for (to = k;
             to < f->loans_n && region_parent(f->loans[to].c.village).v == region_parent(l->c.village).v &&
             f->loans[to].c.period_no.v == l->c.period_no.v;
             to++)
            if (!add_loan(f, &f->loans[to], &x, e) || !add_loan(f, &f->loans[to], &all, e))
                return false;
        struct str *c = form_rows_next(&r);
        c[0] = l->township;
        c[1] = form_count(f, l->c.period_no.v);
        put_totals(f, &x, c);
    }
    *t = (struct form_table){ .title = form_title(f, form_find(STR("statistics"))), .broken = true };
    struct str *total = NEW_ARRAY(f->a, struct str, N_ELEMS(cols));
    total[0] = STR("合计");
    put_totals(f, &all, total);
    if (!form_rows_end(&r, t, false, e))
        return false;
    t->total = total;
    t->note = TEXT(f, "累计 %lld 户次，%lld 户（不重复）；累计回收 ¥%.*s。到期金额按最初约定的到期日计。",
                   (long long)all.loans, (long long)households_of(f), P(form_yuan(f, all.back)));
    return true;
}
