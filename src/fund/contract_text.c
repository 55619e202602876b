#include "fund/contract_text.h"

#include "base/assets.h"
#include "base/capital.h"
#include "base/csv.h"
#include "base/value.h"
#include "fund/schedule.h"
#include "registry/region.h"

enum { TEXT_BYTES_MAX = 1 << 16 };

enum found contract_text_find(struct tx *tx, struct str paper, int64_t version, struct contract_text *out,
                              struct errs *e)
{
    return db_find(
        tx,
        SQL_OF(STMT_REF, &contract_text_entity,
               "SELECT {*} FROM contract_text WHERE paper = $1 AND (CAST($2 AS bigint) = 0 OR version = "
               "$2) ORDER BY version DESC LIMIT 1"),
        out, e, V(paper), V(version));
}

static bool load(struct act *act, const struct csv_row *row, struct errs *e)
{
    struct contract_text old = { 0 }, now = { .paper = row->cells[0],
                                              .title = row->cells[1],
                                              .body = row->cells[2],
                                              .loaded_on = clock_today(),
                                              .loaded_by = act->who->login };
    enum found f = contract_text_find(act->tx, now.paper, 0, &old, e);
    if (f == FAILED || (f == FOUND && str_eq(old.body, now.body) && str_eq(old.title, now.title)))
        return f != FAILED;
    now.version = old.version + 1;
    return db_insert(act->tx, &contract_text_entity, &now, e);
}

bool contract_texts_load(struct act *act, struct errs *e)
{
    for (size_t i = 0; i < assets_n; i++) {
        if (strcmp(assets[i].path, "sql/texts/contract.csv") != 0)
            continue;
        struct csv csv = csv_open((struct str){ (const char *)assets[i].p, assets[i].n });
        struct csv_row row;
        csv_next(&csv, e->a, &row); /* headings */
        while (csv_next(&csv, e->a, &row))
            if (row.n == 3 && !load(act, &row, e))
                return false;
    }
    return true;
}

struct str contract_paper(const struct fund_rules *r, const struct contract *c)
{
    if (c->layer.v == LAYER_TOWNSHIP)
        return STR("township");
    for (size_t i = 0; i < r->programme->loan.payout.requires.n; i++)
        if (str_eq(r->programme->loan.payout.requires.p[i].name, STR("implementation_contract")))
            return STR("implementation");
    return STR("household");
}

/* --- who lends ------------------------------------------------------------------------------ */

static bool townships_lend(const struct fund_rules *r)
{
    for (size_t i = 0; i < r->programme->loan.layers.n; i++)
        if (r->programme->loan.layers.p[i] == LAYER_TOWNSHIP_TO_HOUSEHOLD)
            return true;
    return false;
}

/* 龙文镇人民政府, but 龙文街道办事处: a street has an office of the district's government. */
static struct str government_of(struct str township, struct arena *a)
{
    if (str_ends(township, STR("人民政府")) || str_ends(township, STR("办事处")))
        return township;
    return str_of(arena_printf(a, "%.*s%s", (int)township.n, township.p,
                               str_ends(township, STR("街道")) ? "办事处" : "人民政府"));
}

struct str contract_lender(const struct fund_rules *r, const struct contract *c, struct str township,
                           struct str office, struct arena *a)
{
    struct str named = r->programme->loan.lender.zh;
    if (c->lender.p)
        return c->lender;
    if (!townships_lend(r))
        return named.p ? named : office;
    if (c->layer.v == LAYER_TOWNSHIP)
        return office;
    return township.p ? government_of(township, a) : named;
}

static bool region_name(struct tx *tx, struct region_code code, struct str *name, struct errs *e)
{
    struct region r;
    enum found f = db_get(tx, &region_entity, &r, e, V(code));
    if (f == FOUND)
        *name = r.name;
    return f != FAILED;
}

bool contract_lender_named(struct tx *tx, const struct fund_rules *r, const struct contract *c,
                           struct str *lender, struct errs *e)
{
    struct str township = { 0 }, county = { 0 };
    struct county books = { 0 };
    if (!region_name(tx, contract_township(c), &township, e) ||
        !region_name(tx, region_parent(contract_township(c)), &county, e) ||
        db_get(tx, &county_entity, &books, e, V(c->county)) == FAILED)
        return false;
    *lender = contract_lender(r, c, township, books.office.p ? books.office : county, e->a);
    return true;
}

/* --- filling -------------------------------------------------------------------------------- */

struct filling {
    struct tx *tx;
    const struct fund_rules *r;
    const struct contract *c;
    struct str borrower, village, township, lender;
    struct list guarantors;
    struct contract_terms terms;
    struct iou iou;
};

static bool gather(struct filling *x, struct errs *e)
{
    const struct contract *c = x->c;
    struct person p = { 0 };
    if (c->borrower_id.set &&
        db_get(x->tx, &person_entity, &p, e, V(c->county), V(c->borrower_id.v)) == FAILED)
        return false;
    x->borrower = p.name;
    return region_name(x->tx, c->village, &x->village, e) &&
           region_name(x->tx, contract_township(c), &x->township, e) &&
           contract_lender_named(x->tx, x->r, c, &x->lender, e) &&
           contract_guarantees(x->tx, c, &x->guarantors, e) && contract_terms_of(x->tx, c, &x->terms, e) &&
           iou_of(x->tx, c, &x->iou, e) != FAILED;
}

static void put_guarantors(const struct filling *x, struct buf *b)
{
    const struct guarantee *g = x->guarantors.rows;
    for (size_t i = 0; i < x->guarantors.n; i++) {
        buf_adds(b, i ? "、" : "");
        buf_add(b, g[i].name);
    }
}

/* A contract of an archive does not name its term: its own days do. */
static void put_term(const struct filling *x, struct buf *b)
{
    enum { MONTHS = 12 };
    const struct contract *c = x->c;
    if (x->terms.term_months.set) {
        buf_addi(b, x->terms.term_months.v);
    } else if (c->paid_out_on.set && c->due_on.set) {
        struct civil from = date_civil(c->paid_out_on.v), to = date_civil(c->due_on.v);
        buf_addi(b, (to.year - from.year) * MONTHS + to.month - from.month);
    }
}

static void put_interest(const struct filling *x, struct buf *b)
{
    struct fraction f = x->r->programme->loan.rate;
    struct str rate = x->c->rate;
    if ((!rate.p || rate_read(rate, &f) == READ_OK) && !f.num)
        buf_adds(b, "不计利息");
    else if (rate.p)
        buf_addf(b, "年利率 %.*s", (int)rate.n, rate.p);
}

static void put_copies(const struct filling *x, struct buf *b)
{
    const struct programme *p = x->r->programme;
    for (size_t i = 0; i < p->forms.n; i++)
        if (str_eq(p->forms.p[i].id.name, STR("contract")) && p->forms.p[i].copies.set)
            buf_addi(b, p->forms.p[i].copies.v);
}

static void put_place(const struct filling *x, struct str word, struct buf *b)
{
    const struct contract *c = x->c;
    const struct {
        const char *word;
        struct str text;
    } texts[] = {
        { "number", c->number },   { "lender", x->lender },     { "borrower", x->borrower },
        { "village", x->village }, { "township", x->township }, { "programme", x->r->programme->name.zh },
        { "project", c->project }, { "rate", c->rate },         { "money", x->r->programme->label.money.zh },
    };
    for (size_t i = 0; i < N_ELEMS(texts); i++)
        if (str_eq(word, str_of(texts[i].word)) && texts[i].text.p)
            buf_add(b, texts[i].text);
    static const struct {
        const char *word;
        void (*put)(const struct filling *x, struct buf *b);
    } others[] = { { "term", put_term },
                   { "interest", put_interest },
                   { "copies", put_copies },
                   { "guarantor", put_guarantors } };
    for (size_t i = 0; i < N_ELEMS(others); i++)
        if (str_eq(word, str_of(others[i].word)))
            others[i].put(x, b);
    if (str_eq(word, STR("amount")))
        money_print(b, c->amount.v);
    else if (str_eq(word, STR("amount_words")))
        money_print_capital(b, c->amount.v);
    else if (str_eq(word, STR("period")) && c->period_no.set)
        buf_addi(b, c->period_no.v);
    else if (str_eq(word, STR("due_on")) && c->due_on.set)
        date_print_zh(b, c->due_on.v);
    else if (str_eq(word, STR("iou_on")) && x->iou.signed_on.set)
        date_print_zh(b, x->iou.signed_on.v);
}

bool contract_text_fill(struct tx *tx, const struct fund_rules *r, const struct contract *c,
                        const struct contract_text *t, struct str *out, struct errs *e)
{
    struct filling x = { .tx = tx, .r = r, .c = c };
    CLEANUP(buf_release) struct buf b = BUF(TEXT_BYTES_MAX);
    if (!gather(&x, e))
        return false;
    for (size_t i = 0; i < t->body.n; i++) {
        const char *end = t->body.p[i] == '{' ? memchr(t->body.p + i, '}', t->body.n - i) : NULL;
        if (!end) {
            buf_addc(&b, t->body.p[i]);
            continue;
        }
        size_t n = (size_t)(end - (t->body.p + i)), before = b.n;
        put_place(&x, (struct str){ t->body.p + i + 1, n - 1 }, &b);
        if (b.n == before)
            buf_adds(&b, "________");
        i += n;
    }
    *out = arena_str(e->a, buf_str(&b));
    return true;
}
