#include "programme/words.h"

#include "base/value.h"
#include "programme/papers.h"

#include <assert.h>

bool value_given(const struct key *k, const void *value)
{
    int choice = 0;
    switch (k->kind) {
    case KEY_NAME: return ((const struct name_at *)value)->name.p;
    case KEY_TEXT: return ((const struct str *)value)->p;
    case KEY_WORDING: return ((const struct wording *)value)->zh.p || ((const struct wording *)value)->en.p;
    case KEY_INT: return ((const struct opt_int *)value)->set;
    case KEY_MONEY: return ((const struct opt_money *)value)->set;
    case KEY_QUANTITY: return ((const struct opt_quantity *)value)->set;
    case KEY_DATE: return ((const struct opt_date *)value)->set;
    case KEY_MONTH_DAY: return ((const struct month_day *)value)->v;
    case KEY_BOOL: return *(const bool *)value != ((k->flags & KEY_YES) != 0);
    case KEY_FRACTION: return ((const struct fraction *)value)->den;
    case KEY_CHOICE:
        memcpy(&choice, value, sizeof choice);
        return choice || (k->flags & (KEY_REQUIRED | KEY_MANY));
    case KEY_CODE: return ((const struct code *)value)->set;
    case KEY_REGION: return ((const struct region_code *)value)->v;
    case KEY_EXPRESSION: return ((const struct expression *)value)->text.p;
    case KEY_AMOUNT: return amount_given(value);
    case KEY_CONSTANT: return ((const struct programme_constant *)value)->text.p;
    default: return true;
    }
}

struct str expression_line(const struct expression *x, struct arena *a)
{
    char *line = arena_alloc(a, x->text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < x->text.n; i++) {
        char c = x->text.p[i];
        bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank || (n && line[n - 1] != ' '))
            line[n++] = blank ? ' ' : c;
    }
    return str_trim((struct str){ line, n });
}

static void print_expression(const struct description *d, const struct expression *x, struct buf *b)
{
    struct str line = expression_line(x, d->a);
    const struct programme_parameter *p = programme_parameter_find(d->p, line);
    if (p)
        buf_add(b, wording_in(&p->label, d->lang));
    else
        buf_add(b, line);
}

static void print_money(const struct description *d, struct money m, struct buf *b)
{
    money_print_grouped(b, m);
    buf_adds(b, d->lang == EN ? " yuan" : " 元");
}

/* A rate is read as per cent where that is exact. */
static void print_fraction(struct fraction f, struct buf *b)
{
    CLEANUP(buf_release) struct buf after = BUF(32);
    assert(f.den > 0);
    int64_t whole = f.num * 100 / f.den, rest = f.num * 100 % f.den, digits = 0;
    while (digits < 9 && rest != 0) {
        int64_t tens = rest * 10;
        buf_addi(&after, tens / f.den);
        rest = tens % f.den;
        digits++;
    }
    if (!f.num) {
        buf_adds(b, "0");
        return;
    }
    if (rest)
        buf_addf(b, "%lld/%lld", (long long)f.num, (long long)f.den);
    else
        buf_addf(b, "%lld%s%s%%", (long long)whole, digits ? "." : "", digits ? buf_cstr(&after) : "");
}

static void print_day(const struct description *d, struct month_day m, struct buf *b)
{
    if (d->lang == EN)
        buf_addf(b, "%02d-%02d", m.v / 100, m.v % 100);
    else
        buf_addf(b, "%d月%d日", m.v / 100, m.v % 100);
}

static void print_code(const struct description *d, const struct key *k, struct code c, struct buf *b)
{
    const struct code_table *t = code_table(d->codes, k->codes);
    const struct code_row *row = t ? code_row(t, c.v) : NULL;
    if (row)
        buf_add(b, code_label(row, d->lang));
    else
        buf_addi(b, c.v);
}

static void print_choice(const struct description *d, const struct key *k, const void *value, struct buf *b)
{
    int choice;
    memcpy(&choice, value, sizeof choice);
    assert((size_t)choice < k->choices_n);
    buf_adds(b, label_in(&k->choices[choice].label, d->lang));
}

/* Words that the shipped programmes use for what is no programme, paper or step of theirs. */
static const struct {
    const char *id;
    struct label label;
} known_words[] = {
    { "disability_allowance", { "残疾人两项补贴", "disability allowance" } },
    { "subsistence_allowance", { "最低生活保障", "subsistence allowance" } },
    { "subsidised_microcredit", { "扶贫小额贴息贷款", "subsidised microcredit" } },
    { "fee_waiver", { "免学费", "tuition waiver" } },
    { "living_allowance", { "国家助学金", "state study grant" } },
    { "earmarked", { "专款专用", "earmarked" } },
    { "on_agreed_project", { "用于约定的项目", "on the agreed project" } },
    { "difficulties", { "有无困难", "difficulties" } },
    { "benefit", { "效益", "benefit" } },
    { "due_this_year", { "当年到期的户", "loans due this year" } },
    { "configurable", { "由办理单位确定", "as the office decides" } },
    { "county", { "县（区）", "county" } },
    { "township", { "乡镇", "township" } },
    { "village", { "村", "village" } },
    { "borrower", { "借款人", "borrower" } },
    { "guarantor", { "担保人", "guarantor" } },
};

static struct str known_word(const struct description *d, struct str id)
{
    for (size_t i = 0; i < d->others_n; i++) {
        const struct wording name = { .zh = d->others[i].zh, .en = d->others[i].en };
        if (str_eq(d->others[i].programme, id))
            return wording_in(&name, d->lang);
    }
    for (size_t i = 0; i < N_ELEMS(known_words); i++)
        if (str_eq(id, str_of(known_words[i].id)))
            return str_of(label_in(&known_words[i].label, d->lang));
    return id;
}

static struct str name_words(const struct description *d, const struct key *k, struct str id)
{
    const struct programme_step *s;
    switch (k->refers) {
    case REFERS_PAPER: return paper_label(d->p, id, d->lang);
    case REFERS_STEP:
        s = programme_step_find(d->p, id);
        return s && (s->label.zh.p || s->label.en.p) ? wording_in(&s->label, d->lang) : id;
    default: break;
    }
    /* Its own code is what it is. */
    return strcmp(k->name, "code") != 0 ? known_word(d, id) : id;
}

void value_print(const struct description *d, const struct key *k, const void *value, struct buf *b)
{
    const struct amount *m = value;
    assert(k->kind != KEY_OBJECT);
    switch (k->kind) {
    case KEY_NAME: buf_add(b, name_words(d, k, ((const struct name_at *)value)->name)); break;
    case KEY_TEXT: buf_add(b, known_word(d, *(const struct str *)value)); break;
    case KEY_WORDING: buf_add(b, wording_in(value, d->lang)); break;
    case KEY_INT: buf_addi(b, ((const struct opt_int *)value)->v); break;
    case KEY_WHOLE: buf_addi(b, *(const int64_t *)value); break;
    case KEY_MONEY: print_money(d, ((const struct opt_money *)value)->v, b); break;
    case KEY_QUANTITY: quantity_print(b, ((const struct opt_quantity *)value)->v); break;
    case KEY_DATE: date_print(b, ((const struct opt_date *)value)->v); break;
    case KEY_MONTH_DAY: print_day(d, *(const struct month_day *)value, b); break;
    case KEY_BOOL:
        buf_adds(b, *(const bool *)value ? (d->lang == EN ? "yes" : "是") : (d->lang == EN ? "no" : "否"));
        break;
    case KEY_FRACTION: print_fraction(*(const struct fraction *)value, b); break;
    case KEY_CHOICE: print_choice(d, k, value, b); break;
    case KEY_CODE: print_code(d, k, *(const struct code *)value, b); break;
    case KEY_REGION: region_print(b, *(const struct region_code *)value); break;
    case KEY_EXPRESSION: print_expression(d, value, b); break;
    case KEY_AMOUNT:
        if (m->fixed.set)
            print_money(d, m->fixed.v, b);
        else
            print_expression(d, &m->expr, b);
        break;
    case KEY_CONSTANT: buf_add(b, ((const struct programme_constant *)value)->text); break;
    case KEY_OBJECT: break;
    }
}

struct str object_id(const struct key_table *t, const void *obj)
{
    const struct key *k = &t->keys[0];
    if (k->kind != KEY_NAME || strcmp(k->name, "id") != 0)
        return (struct str){ 0 };
    return ((const struct name_at *)((const char *)obj + k->off))->name;
}

struct str object_title(const struct description *d, const struct key_table *t, const void *obj)
{
    static const char *const about[] = { "zh",    "title", "party",  "kind", "id",  "by",
                                         "share", "year",  "region", "no",   "when" };
    struct wording w = { 0 };
    const struct key *zh = key_find(t, STR("zh")), *en = key_find(t, STR("en"));
    if (zh)
        w.zh = *(const struct str *)((const char *)obj + zh->off);
    if (en)
        w.en = *(const struct str *)((const char *)obj + en->off);
    if (w.zh.p || w.en.p)
        return wording_in(&w, d->lang);
    struct str id = object_id(t, obj);
    if (id.p && paper_known(d->p, id) && !strcmp(t->name, "forms"))
        return paper_label(d->p, id, d->lang);
    for (size_t i = 0; i < N_ELEMS(about); i++) {
        const struct key *k = key_find(t, str_of(about[i]));
        CLEANUP(buf_release) struct buf b = BUF(1 << 14);
        if (!k || k->kind == KEY_OBJECT || (k->flags & KEY_MANY) ||
            !value_given(k, (const char *)obj + k->off))
            continue;
        value_print(d, k, (const char *)obj + k->off, &b);
        return arena_str(d->a, buf_str(&b));
    }
    return (struct str){ 0 };
}
