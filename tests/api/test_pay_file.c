/* test_pay_file.c - the file for the bank holds whole account numbers: who gets it, what for, what is in it,
 * and what remains of it (issue 8: every reveal is an audit row with a purpose; data dictionary §4: nobody
 * outside the payment role sees more than the last four digits). */
#include "api/office.h"

struct paying {
    struct lent x; /* signed, not paid */
    const char *path;
};

static struct paying paying(struct world *w)
{
    struct paying p = { .x = bank_world(w) };
    lend_draft(&p.x, "1000.00");
    lend_sign(&p.x);
    p.path = fund_path(w, &p.x, "payouts/file");
    return p;
}

static const char *order(struct paying *p, int64_t township, const char *more)
{
    return arena_printf(&p->x.w->a, "{\"township\":\"%lld\",\"period\":1,\"purpose\":\"发放\"%s}",
                        (long long)township, more);
}

static int64_t township_of(const struct paying *p)
{
    return region_parent(world_village(p->x.county, 1)).v;
}

/* Of a shipped role, everywhere or in one township. */
static struct actor of_role(struct world *w, const char *role, struct span where)
{
    struct actor a = w->who;
    struct grant *g = NEW(&w->a, struct grant);
    for (size_t i = 0; i < shipped_roles_n; i++)
        if (!strcmp(shipped_roles[i].code, role))
            *g = (struct grant){ perms_read(str_of(shipped_roles[i].permissions)), where };
    assert_true(g->perms != 0);
    a.grants = g;
    a.n = 1;
    return a;
}

#define WHY ",\"why\":\"交银行代发\""

static void only_the_payment_role_of_the_whole_county_gets_the_file(void **state)
{
    struct world *w = *state;
    struct paying p = paying(w);
    struct span county = { p.x.county * 1000000, p.x.county * 1000000 + 999999 };
    struct span township = { township_of(&p), township_of(&p) + 999 };
    struct snapshot before = world_snapshot(w);
    for (size_t i = 0; i < shipped_roles_n; i++) {
        bool pays = perms_read(str_of(shipped_roles[i].permissions)) >> PERM_FUND_PAY & 1;
        struct actor a = of_role(w, shipped_roles[i].code, pays ? township : county);
        struct api_reply r = once(w, &a, p.path, order(&p, township_of(&p), WHY));
        if (r.status != 403 && r.status != 404)
            fail_msg("%s: %d %.*s", shipped_roles[i].code, r.status, (int)r.body.n, r.body.p);
        assert_false(holds(r, p.x.f.h.bank_account.p));
    }
    assert_same_snapshot(before, world_snapshot(w));
    struct actor fund_clerk = of_role(w, "fund_clerk", county);
    assert_status(once(w, &fund_clerk, p.path, order(&p, township_of(&p), WHY)), 201);
}

static void without_a_purpose_nobody_gets_it(void **state)
{
    static const char *const without[] = { "", ",\"why\":\"\"", ",\"why\":\"   \"", ",\"why\":null",
                                           ",\"why\":\"x\"" };
    struct world *w = *state;
    struct paying p = paying(w);
    struct snapshot before = world_snapshot(w);
    for (size_t i = 0; i < N_ELEMS(without); i++) {
        struct api_reply r = once(w, &w->who, p.path, order(&p, township_of(&p), without[i]));
        assert_status(r, 400);
        assert_true(holds(r, "\"field\":\"why\""));
        assert_false(holds(r, p.x.f.h.bank_account.p));
    }
    assert_same_snapshot(before, world_snapshot(w));
}

static void the_audit_keeps_what_for_and_how_many_and_no_number(void **state)
{
    struct world *w = *state;
    struct paying p = paying(w);
    lend_draft(&p.x, "2000.00");
    lend_sign(&p.x);
    assert_status(once(w, &w->who, p.path, order(&p, township_of(&p), WHY)), 201);
    struct api_reply audit = ask(
        w, "GET",
        arena_printf(&w->a, "/api/v1/audit?county=%lld000000&action=pay.file", (long long)p.x.county), NULL);
    assert_int_equal(rows_in(audit), 1);
    assert_true(holds(audit, "purpose"));
    assert_true(holds(audit, "交银行代发"));
    assert_true(holds(audit, "rows\\\":2") || holds(audit, "\"rows\":2"));
    assert_false(holds(audit, p.x.f.h.bank_account.p));
    assert_false(holds(audit, p.x.f.p.id_number.p));
}

static void it_is_given_out_once_and_kept_nowhere(void **state)
{
    struct world *w = *state;
    struct paying p = paying(w);
    struct api_request rq = request(&w->who, "POST", p.path, order(&p, township_of(&p), WHY));
    rq.key = STR("bank-file-once");
    struct api_reply first = answer(w, rq), again = answer(w, rq);
    assert_status(first, 201);
    assert_true(first.personal); /* Cache-Control: no-store */
    assert_false(first.etag.p);
    const char *account = p.x.f.h.bank_account.p;
    assert_true(holds(first, account));
    /* The same key again is no second copy: the contract waits for the bank. */
    assert_false(again.replayed);
    assert_status(again, 404);
    json_t *j = json_of(first);
    long long no = json_integer_value(json_object_get(json_object_get(j, "payout"), "no"));
    json_decref(j);
    struct api_reply shown =
        ask(w, "GET", arena_printf(&w->a, "/api/v1/payouts/%lld/%lld", (long long)p.x.county, no), NULL);
    assert_status(shown, 200);
    assert_false(holds(shown, account));
    assert_true(holds(shown, "****"));
    assert_int_equal(rows_in(ask(w, "GET", "/api/v1/jobs", NULL)), 0);
}

static void it_holds_one_township_and_one_period_only(void **state)
{
    struct world *w = *state;
    struct paying p = paying(w), other = paying(w);
    struct api_reply r = once(w, &w->who, p.path, order(&p, township_of(&p), WHY));
    assert_status(r, 201);
    assert_true(holds(r, p.x.f.h.bank_account.p));
    assert_false(holds(r, other.x.f.h.bank_account.p));
    /* Neither by naming the contract, nor the township of another county, nor a village. */
    const char *named =
        arena_printf(&w->a, WHY ",\"contracts\":[{\"number\":\"%s\"}]", other.x.loan.number.p);
    lend_draft(&p.x, "1000.00");
    lend_sign(&p.x);
    if (!str_eq(p.x.loan.number, other.x.loan.number)) /* numbers begin anew in each county */
        assert_status(once(w, &w->who, p.path, order(&p, township_of(&p), named)), 404);
    assert_status(once(w, &w->who, p.path, order(&p, township_of(&other), WHY)), 400);
    assert_status(once(w, &w->who, p.path, order(&p, world_village(p.x.county, 1).v, WHY)), 400);
    assert_status(once(w, &w->who, p.path, order(&p, township_of(&p) + 1000, WHY)), 404);
    const char *elsewhere =
        arena_printf(&w->a, WHY ",\"contracts\":[{\"number\":\"%s\"}]", p.x.loan.number.p);
    assert_status(once(w, &w->who, p.path, order(&p, township_of(&p) + 1000, elsewhere)), 409);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_payment_role_of_the_whole_county_gets_the_file),
        cmocka_unit_test(without_a_purpose_nobody_gets_it),
        cmocka_unit_test(the_audit_keeps_what_for_and_how_many_and_no_number),
        cmocka_unit_test(it_is_given_out_once_and_kept_nowhere),
        cmocka_unit_test(it_holds_one_township_and_one_period_only),
    };
    return cmocka_run_group_tests(tests, office_open, office_close);
}
