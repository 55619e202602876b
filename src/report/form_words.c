/* form_words.c - the words on a fund's papers: amounts, days, names, in the programme's own terms. */
#include "base/capital.h"
#include "programme/papers.h"
#include "report/form_parts.h"

/* --- values ----------------------------------------------------------------------------------- */

struct str form_yuan(const struct forms *f, struct money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    money_print_grouped(&b, m);
    return arena_str(f->a, buf_str(&b));
}

struct str form_plain(const struct forms *f, struct money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    money_print(&b, m);
    return arena_str(f->a, buf_str(&b));
}

struct str form_capital(const struct forms *f, struct money m)
{
    CLEANUP(buf_release) struct buf b = BUF(400);
    money_print_capital(&b, m);
    return arena_str(f->a, buf_str(&b));
}

struct str form_day(const struct forms *f, struct opt_date d)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    if (!d.set)
        return (struct str){ 0 };
    date_print_zh(&b, d.v);
    return arena_str(f->a, buf_str(&b));
}

struct str form_short(const struct forms *f, struct opt_date d)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    if (!d.set)
        return (struct str){ 0 };
    date_print(&b, d.v);
    return arena_str(f->a, buf_str(&b));
}

struct str form_count(const struct forms *f, int64_t n)
{
    return TEXT(f, "%lld", (long long)n);
}

__extension__ typedef __int128 wide;
struct str form_ratio(const struct forms *f, int64_t num, int64_t den)
{
    enum { HUNDREDTHS = 10000 };
    if (den <= 0)
        return STR("—");
    long long v = (long long)((2 * (wide)num * HUNDREDTHS + den) / (2 * (wide)den));
    return TEXT(f, "%lld.%02lld%%", v / 100, v % 100);
}

struct str form_cell(const struct forms *f, const struct entity *en, const char *name, const void *obj)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 12);
    const struct col *c = entity_col(en, name);
    if (!c || !obj || !col_known(c, obj))
        return (struct str){ 0 };
    if (f->q->full && f->kind->identity)
        col_print(c, obj, &b, f->w->codes, ZH);
    else if (c->mask != MASK_HIDE) /* a paper has a blank there, not stars */
        col_print_masked(c, obj, &b, f->w->codes, ZH);
    return b.n ? arena_str(f->a, buf_str(&b)) : (struct str){ 0 };
}

/* --- people and places ------------------------------------------------------------------------ */

struct str form_borrower(const struct form_loan *l)
{
    return l->p ? l->p->name : l->h->head_name;
}

struct str form_idno(const struct forms *f, const struct form_loan *l)
{
    return form_cell(f, &person_entity, "id_number", l->p);
}

struct str form_guarantors(const struct forms *f, const struct form_loan *l)
{
    CLEANUP(buf_release) struct buf b = BUF(1000);
    for (size_t i = 0; i < l->guarantees_n; i++) {
        buf_adds(&b, b.n ? "、" : "");
        buf_add(&b, l->guarantees[i].name);
    }
    return b.n ? arena_str(f->a, buf_str(&b)) : (struct str){ 0 };
}

struct str form_place(const struct forms *f, const struct form_loan *l)
{
    return TEXT(f, "%.*s%.*s%.*s", P(f->county_name), P(l->township), P(l->village));
}

struct str form_lender(const struct forms *f, const struct contract *c)
{
    return contract_lender(&f->rules, c, form_region(f, contract_township(c)),
                           f->office.p ? f->office : f->county_name, f->a);
}

struct str form_state(const struct forms *f, const struct form_loan *l)
{
    struct money open = loan_open(l);
    if (!l->lent.fen)
        return STR("未发放");
    if (open.fen <= 0)
        return l->written_off.fen ? STR("已核销") : STR("已还清");
    return loan_late(f, l) ? STR("逾期") : loan_extended(l) ? STR("展期") : STR("在借");
}

bool loan_extended(const struct form_loan *l)
{
    return l->c.due_on.set && l->c.ends_on.set && l->c.ends_on.v.day > l->c.due_on.v.day;
}

struct str form_changes(const struct forms *f, const struct form_loan *l)
{
    const char *between = loan_extended(l) && l->written_off.fen ? "，" : "";
    struct str extended = loan_extended(l) ? TEXT(f, "原到期日%.*s", P(form_short(f, l->c.due_on))) : STR("");
    return l->written_off.fen
               ? TEXT(f, "%.*s%s核销%.*s", P(extended), between, P(form_plain(f, l->written_off)))
               : extended;
}

/* --- the programme's words -------------------------------------------------------------------- */

struct str form_money(const struct forms *f)
{
    struct str s = f->rules.programme->label.money.zh;
    return s.p ? s : STR("款项");
}

struct str form_beneficiary(const struct forms *f)
{
    struct str s = f->rules.programme->label.beneficiary.zh;
    return s.p ? s : STR("受助户");
}

struct str form_title(const struct forms *f, const struct form_kind *k)
{
    const struct programme *p = f->rules.programme;
    for (size_t i = 0; k->paper && i < p->forms.n; i++)
        if (str_eq(p->forms.p[i].id.name, str_of(k->paper)) && p->forms.p[i].label.zh.p)
            return p->forms.p[i].label.zh;
    return str_of(k->label.zh);
}

/* --- a loan's values by name ------------------------------------------------------------------ */

static struct str per_head(const struct loan_at *x, struct opt_money m)
{
    return m.set ? TEXT(x->f, "%.*s 元", P(form_yuan(x->f, m.v))) : (struct str){ 0 };
}

static struct str gain(const struct loan_at *x)
{
    struct opt_money a = loan_income_before(x->l), b = loan_income_after(x->l);
    return a.set && b.set ? TEXT(x->f, "%.*s 元", P(form_yuan(x->f, (struct money){ b.v.fen - a.v.fen })))
                          : (struct str){ 0 };
}

static struct str span(const struct loan_at *x)
{
    return TEXT(x->f, "%.*s至%.*s", P(form_day(x->f, x->l->paid_on)), P(form_day(x->f, x->l->c.due_on)));
}

static struct str out_of_poverty(const struct loan_at *x)
{
    const struct effect_survey *found = x->f->q->blank ? NULL : x->l->effect;
    if (found && found->out_of_poverty == YES)
        return STR("☑ 已脱贫　　□ 未脱贫　　□ 返贫");
    if (found && found->out_of_poverty == NO && x->l->h->state.v != STATE_FALLEN_BACK)
        return STR("□ 已脱贫　　☑ 未脱贫　　□ 返贫");
    if (x->f->q->blank || !x->l->h->state.set)
        return STR("□ 已脱贫　　□ 未脱贫　　□ 返贫");
    switch (x->l->h->state.v) {
    case STATE_EXITED: return STR("☑ 已脱贫　　□ 未脱贫　　□ 返贫");
    case STATE_FALLEN_BACK: return STR("□ 已脱贫　　□ 未脱贫　　☑ 返贫");
    default: return STR("□ 已脱贫　　☑ 未脱贫　　□ 返贫");
    }
}

static struct str answer(const struct loan_at *x, bool earmarked)
{
    const struct visit *v = x->f->q->blank ? NULL : loan_visit(x->f, x->l);
    enum yesno is = !v ? UNKNOWN : earmarked ? v->earmarked : v->on_project;
    return is == YES  ? STR("☑ 是　　□ 否　　说明：")
           : is == NO ? STR("□ 是　　☑ 否　　说明：")
                      : STR("□ 是　　□ 否　　说明：");
}

static struct str visited(const struct loan_at *x, const char *col)
{
    const struct visit *v = x->f->q->blank ? NULL : loan_visit(x->f, x->l);
    return form_cell(x->f, &visit_entity, col, v);
}

/* Money found where it was meant to be is no finding. */
static struct str problem(const struct loan_at *x)
{
    const struct money_use *use = x->f->q->blank ? NULL : x->l->use;
    if (!use || use->misused != YES)
        return (struct str){ 0 };
    struct str amount = use->amount.set ? TEXT(x->f, "，¥%.*s", P(form_yuan(x->f, use->amount.v))) : STR("");
    return TEXT(x->f, "改变用途：%.*s%.*s", P(use->found), P(amount));
}

static struct str year_label(const struct loan_at *x, int32_t year)
{
    return year ? TEXT(x->f, "%d 年", (int)year) : (struct str){ 0 };
}

enum loan_word {
    W_NAME,
    W_IDNO,
    W_PLACE,
    W_MEMBERS,
    W_AMOUNT,
    W_WORDS,
    W_PAID,
    W_DUE,
    W_SPAN,
    W_GUARANTOR,
    W_PERIOD,
    W_BACK,
    W_OPEN,
    W_STATE,
    W_YEAR_BEFORE,
    W_YEAR_AFTER,
    W_BEFORE,
    W_AFTER,
    W_GAIN,
    W_POVERTY,
    W_EARMARKED,
    W_ON_PROJECT,
    W_LENDER,
    W_REASON,
    W_SATISFACTION,
    W_PROBLEM,
};
static const struct {
    const char *key;
    enum loan_word word;
} loan_values[] = {
    { "name", W_NAME },
    { "idno", W_IDNO },
    { "place", W_PLACE },
    { "members", W_MEMBERS },
    { "amount", W_AMOUNT },
    { "words", W_WORDS },
    { "paid", W_PAID },
    { "due", W_DUE },
    { "span", W_SPAN },
    { "guarantor", W_GUARANTOR },
    { "period", W_PERIOD },
    { "back", W_BACK },
    { "open", W_OPEN },
    { "state", W_STATE },
    { "year_before", W_YEAR_BEFORE },
    { "year_after", W_YEAR_AFTER },
    { "before", W_BEFORE },
    { "after", W_AFTER },
    { "gain", W_GAIN },
    { "poverty", W_POVERTY },
    { "earmarked", W_EARMARKED },
    { "on_project", W_ON_PROJECT },
    { "lender", W_LENDER },
    { "reason", W_REASON },
    { "satisfaction", W_SATISFACTION },
    { "problem", W_PROBLEM },
};

static struct str money_word(const struct loan_at *x, enum loan_word w)
{
    const struct form_loan *l = x->l;
    switch (w) {
    case W_AMOUNT: return TEXT(x->f, "¥%.*s", P(form_yuan(x->f, l->c.amount.v)));
    case W_WORDS: return form_capital(x->f, l->c.amount.v);
    case W_BACK: return TEXT(x->f, "¥%.*s", P(form_yuan(x->f, l->back)));
    case W_OPEN: return TEXT(x->f, "¥%.*s", P(form_yuan(x->f, loan_open(l))));
    case W_BEFORE: return per_head(x, loan_income_before(l));
    case W_AFTER: return per_head(x, loan_income_after(l));
    default: return gain(x);
    }
}

static struct str word(const struct loan_at *x, enum loan_word w)
{
    const struct form_loan *l = x->l;
    switch (w) {
    case W_NAME: return form_borrower(l);
    case W_IDNO: return form_idno(x->f, l);
    case W_PLACE: return form_place(x->f, l);
    case W_MEMBERS: return l->members ? TEXT(x->f, "%lld 人", (long long)l->members) : (struct str){ 0 };
    case W_PAID: return form_day(x->f, l->paid_on);
    case W_DUE: return form_day(x->f, l->c.ends_on);
    case W_SPAN: return span(x);
    case W_GUARANTOR: return form_guarantors(x->f, l);
    case W_PERIOD:
        return l->c.period_no.set ? TEXT(x->f, "第 %lld 期", (long long)l->c.period_no.v) : (struct str){ 0 };
    case W_STATE: return form_state(x->f, l);
    case W_POVERTY: return out_of_poverty(x);
    case W_LENDER: return form_lender(x->f, &l->c);
    default: return money_word(x, w);
    }
}

static struct str asked_word(const struct loan_at *x, enum loan_word w)
{
    switch (w) {
    case W_YEAR_BEFORE: return year_label(x, loan_year_before(x->l));
    case W_YEAR_AFTER: return year_label(x, loan_year_after(x->l));
    case W_EARMARKED: return answer(x, true);
    case W_ON_PROJECT: return answer(x, false);
    case W_PROBLEM: return problem(x);
    case W_SATISFACTION: return STR("□ 满意　　□ 基本满意　　□ 不满意");
    case W_REASON:
        return TEXT(x->f, "%.*s%.*s%.*s", P(x->f->rules.programme->name.zh), P(word(x, W_PERIOD)),
                    P(form_money(x->f)));
    default: return word(x, w);
    }
}

struct str loan_value(void *ctx, const char *key)
{
    const struct loan_at *x = ctx;
    for (size_t i = 0; i < N_ELEMS(loan_values); i++)
        if (!strcmp(key, loan_values[i].key))
            return asked_word(x, loan_values[i].word);
    if (!strncmp(key, "v.", 2))
        return visited(x, key + 2);
    if (!strncmp(key, "s.", 2))
        return form_cell(x->f, &effect_survey_entity, key + 2, x->f->q->blank ? NULL : x->l->effect);
    if (!strncmp(key, "u.", 2))
        return form_cell(x->f, &money_use_entity, key + 2, x->f->q->blank ? NULL : x->l->use);
    if (!strncmp(key, "h.", 2))
        return form_cell(x->f, &household_entity, key + 2, x->l->h);
    if (!strncmp(key, "p.", 2))
        return form_cell(x->f, &person_entity, key + 2, x->l->p);
    return form_cell(x->f, &contract_entity, key, &x->l->c);
}
