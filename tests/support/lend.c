#include "support/lend.h"

#include "base/assets.h"
#include "base/value.h"
#include "fund/guarantor.h"
#include "fund/payout.h"
#include "fund/pool.h"

struct money lend_yuan(const char *s)
{
    struct money m;
    assert_int_equal(money_read(str_of(s), &m), READ_OK);
    return m;
}

struct date lend_ago(int days)
{
    return (struct date){ clock_today().day - days };
}

/* --- acts ----------------------------------------------------------------------------------- */

struct step {
    struct lent *x;
    lend_fn *fn;
    void *arg;
};

static bool run(struct act *act, void *ctx, struct errs *e)
{
    struct step *s = ctx;
    s->x->l = (struct lending){ .act = act, .codes = &s->x->w->codes, .today = clock_today() };
    return s->fn(s->x, s->arg, e);
}

bool lend_try(struct lent *x, lend_fn *fn, void *arg)
{
    struct step s = { x, fn, arg };
    errs_clear(&x->w->e);
    return world_try(x->w, x->w->st, x->county, run, &s, &x->w->e);
}

void lend_do(struct lent *x, lend_fn *fn, void *arg)
{
    assert_ok(lend_try(x, fn, arg), &x->w->e);
}

/* --- programmes ------------------------------------------------------------------------------- */

static char *replaced(struct world *w, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    if (!at)
        fail_msg("the programme has no “%s”", from);
    return arena_printf(&w->a, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static bool load(struct act *act, void *ctx, struct errs *e)
{
    struct world *w = ((void **)ctx)[0];
    const char *text = ((void **)ctx)[1];
    struct programme_version v;
    enum programme_loaded what;
    return programme_load(act, str_of(text), &w->codes, &v, &what, e);
}

void lend_programme(struct world *w, const char *shipped, const char *const *pairs)
{
    const char *path = arena_printf(&w->a, "programmes/%s.yaml", shipped), *text = NULL;
    for (size_t i = 0; i < assets_n; i++)
        if (!strcmp(assets[i].path, path))
            text = (const char *)assets[i].p;
    assert_non_null(text);
    for (; *pairs; pairs += 2)
        text = replaced(w, text, pairs[0], pairs[1]);
    const void *ctx[] = { w, text };
    world_act(w, 0, load, ctx);
}

/* --- a fund that lends ------------------------------------------------------------------------ */

static bool sign_both(struct lent *x, struct contract *c, struct errs *e)
{
    const char *other = c->layer.v == LAYER_TOWNSHIP ? "township" : "borrower";
    struct signing s = { STR("contract"), STR("lender"), STR("张主任"), SINCE(20), SINCE(20) };
    if (!contract_sign(&x->l, c, &s, e))
        return false;
    s = (struct signing){ STR("contract"), str_of(other), { .n = 0 }, SINCE(20), SINCE(20) };
    return contract_sign(&x->l, c, &s, e) &&
           db_get(x->l.act->tx, &contract_entity, c, e, V(c->county), V(c->id)) == FOUND;
}

static bool set_up(struct lent *x, void *arg, struct errs *e)
{
    struct fund f = {
        .county = x->county, .code = STR("XF"), .name = STR("幸福工程"), .programme = str_of(x->programme)
    };
    struct fund_source s = { .source = { 12, true },
                             .nature = { NATURE_RECEIVED, true },
                             .received_on = SINCE(100),
                             .amount = { lend_yuan("100000"), true } };
    struct period p = { .no = { 1, true },
                        .starts_on = SINCE(90),
                        .planned = { lend_yuan("50000"), true },
                        .term_months = { 12, true } };
    const struct contract_request q = { .county = x->county,
                                        .programme = str_of(x->programme),
                                        .period_no = 1,
                                        .township = region_parent(world_village(x->county, 1)),
                                        .amount = lend_yuan("50000") };
    struct payout leg = { .period_no = { 1, true },
                          .township = q.township,
                          .held_on = SINCE(19),
                          .amount = { { q.amount.fen }, true },
                          .purpose = STR("第1期") };
    struct voucher v;
    (void)arg;
    return fund_add(x->l.act, &f, e) &&
           fund_rules_open(x->l.act->tx, x->county, str_of(x->programme), x->l.codes, &x->rules, e) &&
           source_add(&x->l, &f, &s, NULL, e) && period_open(&x->l, &f, &p, e) &&
           contract_draft(&x->l, &q, &x->upper, e) && sign_both(x, &x->upper, e) &&
           payout_to_township(&x->l, &x->rules, &leg, &v, e);
}

struct lent lend_world(struct world *w, const char *programme)
{
    struct lent x = { .w = w, .county = world_county(w), .programme = programme, .guarantor = "林书记" };
    lend_do(&x, set_up, NULL);
    return x;
}

static bool draft(struct lent *x, void *arg, struct errs *e)
{
    const struct contract_request q = { .county = x->county,
                                        .programme = str_of(x->programme),
                                        .period_no = 1,
                                        .household_id = x->f.h.id,
                                        .borrower_id = x->f.p.id,
                                        .project = STR("养牛"),
                                        .amount = x->amount,
                                        .due_on = x->due_on };
    (void)arg;
    return contract_draft(&x->l, &q, &x->loan, e);
}

void lend_draft(struct lent *x, const char *yuan)
{
    x->f = world_family(x->w, x->county);
    x->amount = lend_yuan(yuan);
    lend_do(x, draft, NULL);
}

static bool sign(struct lent *x, void *arg, struct errs *e)
{
    struct guarantee g = { .kind = { 1, true }, .name = str_of(x->guarantor) };
    struct signing form = {
        STR("application_form"), STR("borrower"), { .n = 0 }, SINCE(20), { .set = false }
    };
    struct signing by = { STR("contract"), STR("guarantor"), { .n = 0 }, SINCE(20), SINCE(20) };
    (void)arg;
    return guarantor_add(&x->l, &x->loan, &g, e) && contract_sign(&x->l, &x->loan, &form, e) &&
           contract_sign(&x->l, &x->loan, &by, e) && sign_both(x, &x->loan, e);
}

void lend_sign(struct lent *x)
{
    lend_do(x, sign, NULL);
    assert_true(x->loan.signed_on.set);
}

static bool pay(struct lent *x, void *arg, struct errs *e)
{
    struct payout p = { .period_no = { 1, true },
                        .township = x->upper.village,
                        .held_on = SINCE(10),
                        .place = STR("村部"),
                        .attendees = STR("村两委"),
                        .lender = STR("王会计") };
    const struct meeting_receipt r = { x->loan.number, RECEIPT_SIGNATURE };
    (void)arg;
    return payout_meeting(&x->l, &x->rules, &p, &r, 1, e) &&
           db_get(x->l.act->tx, &contract_entity, &x->loan, e, V(x->county), V(x->loan.id)) == FOUND;
}

void lend_pay(struct lent *x)
{
    lend_do(x, pay, NULL);
}
