/* test_examples.c - every operation is called with its example, in an office in which that makes sense, and
 * answers as the description says (issue 8; R261, chapter T).
 *
 * Most examples make sense in the office of office.h.  Those that need a thing in a state of its own have a
 * row in stages[], whose function makes that thing and says what the example's names mean: so no example of
 * one operation rests on what another has left behind. */
#include "access/credential.h"
#include "access/password.h"
#include "api/office.h"
#include "base/clock.h"
#include "casework/calendar.h"
#include "programme/version.h"
#include "registry/code.h"

/* --- what an example is made to mean --------------------------------------------------------- */

struct stage {
    struct world *w;
    struct office o;
    struct actor as;
    struct str cookie, csrf; /* known: by this session instead */
    const char *at[9];       /* of the path and the query: name, value, … */
    const char *swaps[9];    /* in the body, before the usual ones: old, new, … */
    const char *body;        /* instead of the example: a file */
    struct str match;        /* what If-Match names; unknown: what is read of the thing itself */
    bool literal;            /* it is about the very region that it names */
};

static void add_pair(const char **list, const char *a, const char *b)
{
    size_t i = 0;
    while (list[i])
        i += 2;
    assert_true(i < 8);
    list[i] = a;
    list[i + 1] = b;
}

#define path_of(s, ...) arena_printf(&(s)->w->a, __VA_ARGS__)
static void at_number(struct stage *s, const char *name, int64_t n)
{
    add_pair(s->at, name, arena_printf(&s->w->a, "%lld", (long long)n));
}

static void at_text(struct stage *s, const char *name, struct str value)
{
    assert_non_null(value.p);
    add_pair(s->at, name, arena_str(&s->w->a, value).p);
}

static void means(struct stage *s, const char *old, const char *new)
{
    add_pair(s->swaps, old, new);
}

static void means_number(struct stage *s, const char *member, int64_t was, int64_t is)
{
    means(s, arena_printf(&s->w->a, "\"%s\":%lld", member, (long long)was),
          arena_printf(&s->w->a, "\"%s\":%lld", member, (long long)is));
}

/* What it takes to get there has to work, too. */
static struct api_reply made(struct api_reply r, int status)
{
    assert_status(r, status);
    return r;
}

static long long county_of(const struct stage *s)
{
    return (long long)s->o.lent.county;
}

static long long township_of(const struct stage *s)
{
    return (long long)region_parent(world_village(s->o.lent.county, 1)).v;
}

static struct api_reply post(struct stage *s, const char *path, const char *body, int status)
{
    return made(once(s->w, &s->w->who, path, body), status);
}

static const char *day_text(struct stage *s, struct date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    date_print(&b, d);
    return arena_str(&s->w->a, buf_str(&b)).p;
}

/* --- accounts ------------------------------------------------------------------------------- */

static const char pass[] = "correct horse battery";

/* Somebody who has not set a password yet: the secret of the link, and the login. */
static struct str invited(struct stage *s, const char *login)
{
    post(s, "/api/v1/users", path_of(s, "{\"login\":\"%s\",\"name\":\"陈建国\",\"role\":\"leader\"}", login),
         201);
    return text_at(s->w, post(s, path_of(s, "/api/v1/users/%s/setup", login), NULL, 200), "token");
}

static void has_password(struct stage *s, const char *login)
{
    struct str token = invited(s, login);
    struct api_request rq =
        request(NULL, "POST", "/api/v1/setup",
                path_of(s, "{\"token\":\"%.*s\",\"password\":\"%s\"}", (int)token.n, token.p, pass));
    made(answer(s->w, rq), 200);
}

static void logged_in(struct stage *s, const char *login)
{
    struct api_reply in =
        made(answer(s->w, request(NULL, "POST", "/api/v1/session",
                                  path_of(s, "{\"login\":\"%s\",\"password\":\"%s\"}", login, pass))),
             200);
    s->cookie = in.cookie;
    s->csrf = text_at(s->w, in, "csrf");
}

static void who_has_a_password(struct stage *s)
{
    if (ask(s->w, "GET", "/api/v1/users/chen", NULL).status != 200)
        has_password(s, "chen");
    s->cookie = STR("");
}

static void who_has_a_link(struct stage *s)
{
    static int n;
    means(s, "…", invited(s, path_of(s, "chen3%d", ++n)).p);
    s->cookie = STR("");
}

static const char *newly_logged_in(struct stage *s)
{
    static int n;
    const char *login = path_of(s, "chen1%d", ++n);
    has_password(s, login);
    logged_in(s, login);
    return login;
}

static void who_is_logged_in(struct stage *s)
{
    newly_logged_in(s);
}

static struct api_reply mine(struct stage *s, const char *method, const char *path, const char *body)
{
    struct api_request rq = request(NULL, method, path, body);
    rq.cookie = s->cookie;
    rq.csrf = s->csrf;
    return answer(s->w, rq);
}

static void who_has_another_session(struct stage *s)
{
    const char *login = newly_logged_in(s);
    json_t *j = json_of(mine(s, "GET", "/api/v1/me/sessions", NULL));
    const json_t *one = json_array_get(json_object_get(j, "rows"), 0);
    at_text(s, "session", str_of(json_string_value(json_object_get(one, "session"))));
    json_decref(j);
    logged_in(s, login);
}

static const char *code_now(struct stage *s)
{
    static const uint8_t secret[] = "12345678901234567890";
    return path_of(s, "%06d", totp_code(secret, clock_now().us / 30000000));
}

static void who_has_the_authenticator_at_hand(struct stage *s)
{
    who_is_logged_in(s);
    means(s, "123456", code_now(s));
}

static void who_has_a_token(struct stage *s)
{
    who_is_logged_in(s);
    at_number(s, "id",
              number_at(made(mine(s, "POST", "/api/v1/me/tokens",
                                  "{\"name\":\"nightly\",\"scopes\":\"registry.read\",\"days\":30}"),
                             201),
                        "id"));
}

static void of_a_user(struct stage *s)
{
    static int n;
    const char *login = path_of(s, "chen2%d", ++n);
    post(s, "/api/v1/users", path_of(s, "{\"login\":\"%s\",\"name\":\"陈建国\"}", login), 201);
    at_text(s, "login", str_of(login));
}

static void of_a_leader(struct stage *s)
{
    of_a_user(s);
    post(s, path_of(s, "/api/v1/users/%s/roles", s->at[1]),
         path_of(s, "{\"role\":\"leader\",\"region\":\"%lld000000\"}", county_of(s)), 200);
}

static void of_a_relative(struct stage *s)
{
    of_a_user(s);
    means_number(s, "person_id", 1, s->o.applicant.p.id);
}

/* --- households ----------------------------------------------------------------------------- */

static const char *household_path(struct stage *s, int64_t id, const char *rest)
{
    return path_of(s, "/api/v1/households/%lld/%lld%s", county_of(s), (long long)id, rest);
}

static void the_region_itself(struct stage *s)
{
    s->literal = true;
}

static void of_the_county(struct stage *s)
{
    at_text(s, "region", str_of(path_of(s, "%lld000000", county_of(s))));
}

static void of_a_known_village(struct stage *s)
{
    at_number(s, "region", world_village(s->o.lent.county, 1).v);
}

/* A new family, so that nobody misses who dies or leaves; its second member's id. */
static int64_t family(struct stage *s)
{
    struct family f = world_family(s->w, s->o.lent.county);
    s->o.applicant = f;
    at_number(s, "id", f.h.id);
    post(s, household_path(s, f.h.id, "/join"),
         "{\"kind\":\"married_in\",\"name\":\"李秀兰\",\"sex\":\"female\",\"relation\":"
         "\"spouse\",\"on\":\"2019-05-01\",\"reason\":\"结婚\"}",
         201);
    json_t *j = json_of(ask(s->w, "GET", household_path(s, f.h.id, ""), NULL));
    const json_t *members = json_object_get(j, "members"), *m;
    size_t i;
    int64_t id = 0;
    json_array_foreach(members, i, m)
    {
        int64_t one = json_integer_value(json_object_get(m, "id"));
        id = one == f.p.id ? id : one;
    }
    json_decref(j);
    assert_true(id);
    return id;
}

static void who_leaves(struct stage *s)
{
    means_number(s, "person_id", 1, family(s));
}

static void who_goes_off_with_the_head(struct stage *s)
{
    int64_t wife = family(s);
    struct family *f = &s->o.applicant;
    post(s, household_path(s, f->h.id, "/join"),
         "{\"kind\":\"born\",\"name\":\"李小宝\",\"sex\":\"male\",\"relation\":\"son\",\"reason\":\"出生\"}",
         201);
    means(s, "\"1,2\"", path_of(s, "\"%lld\"", (long long)wife));
    means_number(s, "head_id", 1, wife);
}

static void into_a_neighbour(struct stage *s)
{
    family(s);
    means_number(s, "into_id", 2, world_family(s->w, s->o.lent.county).h.id);
}

static void to_another_village(struct stage *s)
{
    family(s);
    means(s, "350603101201", path_of(s, "%lld", (long long)world_village(s->o.lent.county, 2).v));
}

static void of_one_movement(struct stage *s)
{
    family(s);
    post(s, household_path(s, s->o.applicant.h.id, "/join"),
         "{\"kind\":\"born\",\"name\":\"李小宝\",\"sex\":\"male\",\"relation\":\"son\",\"reason\":\"出生\"}",
         201);
    json_t *j =
        json_of(ask(s->w, "GET", path_of(s, "/api/v1/movements?region=%lld000000", county_of(s)), NULL));
    const json_t *rows = json_object_get(j, "rows");
    at_number(s, "no",
              json_integer_value(json_object_get(json_array_get(rows, json_array_size(rows) - 1), "no")));
    json_decref(j);
}

static void version_of_a_person(struct stage *s)
{
    json_t *j = json_of(ask(s->w, "GET", household_path(s, s->o.lent.f.h.id, ""), NULL));
    const json_t *m = json_array_get(json_object_get(j, "members"), 0);
    at_number(s, "id", json_integer_value(json_object_get(m, "id")));
    s->match = arena_str(&s->w->a, str_of(json_string_value(json_object_get(m, "version"))));
    json_decref(j);
}

static bool put_family(struct act *act, void *ctx, struct errs *e)
{
    struct family *f = ctx;
    if (!household_put(act, &f->h, e))
        return false;
    f->p.household_id = f->h.id;
    return person_put(act, &f->p, e);
}

/* The same family twice, once without the number of its head. */
static void of_two_records(struct stage *s)
{
    struct family keep = { .h = world_household(s->w, s->o.lent.county) }, again;
    keep.p = world_person(s->w, &keep.h);
    keep.p.birth_date = (struct opt_date){ { 0 }, true };
    keep.p.sex = (struct code){ 2, true };
    again = (struct family){ world_household(s->w, s->o.lent.county), keep.p };
    again.p.id_number = (struct str){ 0 };
    again.p.id_kind = (struct code){ 0 };
    world_act(s->w, s->o.lent.county, put_family, &keep);
    world_act(s->w, s->o.lent.county, put_family, &again);
    means_number(s, "keep_id", 1, keep.h.id);
    means_number(s, "drop_id", 2, again.h.id);
}

static void of_one_merge(struct stage *s)
{
    of_two_records(s);
    at_number(
        s, "no",
        number_at(post(s, "/api/v1/merges",
                       path_of(s, "{\"county\":%lld,\"kind\":\"household\",%s,%s,\"reason\":\"同一户\"}",
                               county_of(s), s->swaps[1], s->swaps[3]),
                       201),
                  "no"));
}

static const char *nobody_else(struct stage *s, const struct family *f)
{
    return path_of(s, "%.*s/%.*s", (int)f->h.hh_no.n, f->h.hh_no.p, (int)f->p.name.n, f->p.name.p);
}

static void of_two_persons(struct stage *s)
{
    struct family a = world_family(s->w, s->o.lent.county), b = world_family(s->w, s->o.lent.county);
    means(s, "LW000001/余妹婷", nobody_else(s, &a));
    means(s, "LW000045/余妹婷", nobody_else(s, &b));
}

static void of_two_who_differ(struct stage *s)
{
    of_two_persons(s);
    post(s, "/api/v1/duplicates/different",
         path_of(s, "{\"a\":\"%s\",\"b\":\"%s\",\"reason\":\"已上门核实\"}", s->swaps[1], s->swaps[3]), 200);
}

static void of_kinds_of_project(struct stage *s)
{
    at_text(s, "table", STR("project_kind"));
}

static void of_ones_own_code(struct stage *s)
{
    static int n;
    of_kinds_of_project(s);
    at_number(s, "code",
              number_at(post(s, "/api/v1/codes/project_kind", path_of(s, "{\"zh\":\"自定%d\"}", ++n), 201),
                        "code"));
    means(s, "林下种养", path_of(s, "林下种养%d", n));
}

static void of_an_ended_code(struct stage *s)
{
    of_ones_own_code(s);
    made(ask(s->w, "POST", path_of(s, "/api/v1/codes/project_kind/%s/end", s->at[3]), "{}"), 200);
}

/* --- programmes, papers, notices ------------------------------------------------------------ */

static void of_one_screening(struct stage *s)
{
    struct api_reply r =
        post(s, "/api/v1/screenings",
             path_of(s, "{\"programme\":\"xingfu\",\"region\":\"%lld000000\"}", county_of(s)), 201);
    at_number(s, "no", number_at(r, "screening"));
}

static void a_paper(struct stage *s)
{
    s->body = "%PDF-1.4 paper %%EOF";
}

static void of_one_paper(struct stage *s)
{
    at_number(
        s, "no",
        number_at(
            post(s,
                 path_of(s, "/api/v1/documents?county=%lld&household=%lld&kind=application_form&title=x",
                         county_of(s), (long long)s->o.applicant.h.id),
                 "%PDF-1.4 paper %%EOF", 201),
            "no"));
}

static const char *notice_path(struct stage *s)
{
    struct api_reply r = post(
        s, "/api/v1/notices",
        path_of(s,
                "{\"region\":\"%lld\",\"title\":\"公示\",\"unit\":\"村委会\",\"hotline\":\"0596-0000000\","
                "\"channels\":\"website:https://example.org/1\",\"rows\":[{\"applicant_name\":\"张秀英\"}]}",
                (long long)world_village(s->o.lent.county, 1).v),
        201);
    at_number(s, "no", number_at(r, "no"));
    return path_of(s, "/api/v1/notices/%lld/%lld", county_of(s), (long long)number_at(r, "no"));
}

static void of_a_prepared_notice(struct stage *s)
{
    notice_path(s);
}

static const char *posted_path(struct stage *s)
{
    const char *path = notice_path(s);
    struct api_request rq = request(&s->w->who, "PATCH", path, "{\"action\":\"post\",\"channel\":1}");
    rq.if_match = version_at(s->w, path);
    made(answer(s->w, rq), 200);
    return path;
}

static void of_a_posted_notice(struct stage *s)
{
    posted_path(s);
}

static void of_one_objection(struct stage *s)
{
    const char *path = posted_path(s);
    s->at[0] = NULL;
    struct api_reply r = post(s, path_of(s, "%s/objections", path),
                              "{\"row_no\":1,\"anonymous\":true,\"content\":\"家有小轿车\"}", 201);
    at_number(s, "no", number_at(r, "no"));
    means_number(s, "no", 1, number_at(r, "no"));
}

/* --- jobs ----------------------------------------------------------------------------------- */

static void of_one_export(struct stage *s)
{
    struct api_reply r =
        post(s, "/api/v1/exports",
             path_of(s, "{\"kind\":\"household\",\"region\":\"%lld000000\"}", county_of(s)), 202);
    wait_for(s->w, r);
    at_number(s, "id", number_at(r, "id"));
}

static void of_households(struct stage *s)
{
    s->o.applicant = world_family(s->w, s->o.lent.county);
    at_text(s, "name", STR("households.csv"));
    s->body = path_of(s, "户编号,户主姓名,行政村代码\n%.*s,张秀英,%lld\n", (int)s->o.applicant.h.hh_no.n,
                      s->o.applicant.h.hh_no.p, (long long)s->o.applicant.h.village.v);
}

static void of_repayments(struct stage *s)
{
    at_text(s, "name", STR("repaid.csv"));
    s->body = path_of(s, "合同编号,日期,金额\n%.*s,%s,1\n", (int)s->o.lent.loan.number.n,
                      s->o.lent.loan.number.p, day_text(s, lend_ago(1)));
}

/* --- cases ---------------------------------------------------------------------------------- */

static const char steps[] =
    "code: %s\nname: {zh: 步骤%s, en: Steps %s}\nkind: grant\napplicant: {who: household}\nconditions:\n"
    "  - {id: %s, zh: 人口, en: members, when: \"household.members_n >= %d\"%s}\n"
    "aid:\n  items:\n    - {id: once, zh: 一次, en: once, every: once, amount: 9000.00}\n"
    "exposure: {repeat: yearly}\nsteps:\n  - {id: apply, kind: application}\n%s"
    "number: \"H-{township}-{year}-{serial:3}\"\n";
#define DECIDES "  - {id: county, kind: review, level: county, decides: true, allots_number: true}\n"

/* A case of a family that nobody has, at the step behind the application.  It meets all conditions but the
 * one that the county may make an exception of. */
static const char *case_at(struct stage *s, const char *code, const char *which)
{
    bool fails = !strcmp(code, "t_except");
    json_t *text = json_pack("{s:s}", "text",
                             path_of(s, steps, code, code, code, fails ? "below_average" : "there",
                                     fails ? 9 : 1, fails ? ", stage: county" : "", which));
    char *load = json_dumps(text, 0);
    post(s, "/api/v1/programmes", load, 201);
    free(load);
    json_decref(text);
    s->o.applicant = world_family(s->w, s->o.lent.county);
    struct api_reply r = post(s, "/api/v1/cases",
                              path_of(s, "{\"county\":%lld,\"programme\":\"%s\",\"household\":%lld}",
                                      county_of(s), code, (long long)s->o.applicant.h.id),
                              201);
    const char *path = arena_str(&s->w->a, r.location).p;
    at_number(s, "no", number_at(r, "no"));
    means_number(s, "no", 1, number_at(r, "no"));
    means(s, "\"xingfu\"", path_of(s, "\"%s\"", code));
    made(move(s->w, &s->w->who, path, "submit", NULL), 200);
    return path;
}

static void of_a_draft(struct stage *s)
{
    const char *path = case_at(s, "t_draft", DECIDES);
    made(move(s->w, &s->w->who, path, "return", "{\"reason\":\"缺户口簿\"}"), 200);
}

static void of_one_under_review(struct stage *s)
{
    case_at(s, "t_review", DECIDES);
}

static void of_one_that_is_confirmed(struct stage *s)
{
    const char *path = case_at(s, "t_review", DECIDES);
    made(move(s->w, &s->w->who, path, "decide", "{\"decision\":\"agree\"}"), 200);
}

static void whose_amount_is_open(struct stage *s)
{
    case_at(s, "t_amount", "  - {id: sum, kind: amount, level: county}\n" DECIDES);
}

static void that_waits_for_a_visit(struct stage *s)
{
    case_at(s, "t_visit", "  - {id: visit, kind: home_visit, level: county, visitors_min: 2}\n" DECIDES);
}

static void that_waits_for_experts(struct stage *s)
{
    case_at(s, "t_experts", "  - {id: appraise, kind: appraisal, experts_min: 3}\n" DECIDES);
}

static void that_waits_for_a_letter(struct stage *s)
{
    case_at(s, "t_letter",
            "  - {id: letter, kind: responsibility_letter, parties: [{party: {zh: 县, en: county}, duties: "
            "[督促]}]}\n" DECIDES);
}

static void that_waits_for_a_batch(struct stage *s)
{
    case_at(s, "t_batch", "  - {id: batch, kind: batch, level: township}\n" DECIDES);
}

static void of_one_batch(struct stage *s)
{
    that_waits_for_a_batch(s);
    struct api_reply r =
        post(s, "/api/v1/batches",
             path_of(s, "{\"programme\":\"t_batch\",\"township\":\"%lld\",\"document_no\":\"3号\"}",
                     township_of(s)),
             201);
    s->at[0] = NULL;
    at_number(s, "no", number_at(r, "no"));
}

static void that_waits_for_a_notice(struct stage *s)
{
    case_at(s, "t_notice",
            "  - {id: notice, kind: notice, level: village, days: 7, count: calendar, columns: "
            "[applicant_name, village], channels: [village_board]}\n" DECIDES);
    means(s, "350603100202", path_of(s, "%lld", (long long)s->o.applicant.h.village.v));
}

static int64_t met(struct stage *s, const char *programme)
{
    return number_at(
        post(s, "/api/v1/meetings",
             path_of(s,
                     "{\"programme\":\"%s\",\"region\":\"%lld000000\",\"attendance\":\"张三、李四、王五\","
                     "\"decision\":\"同意\",\"minutes\":\"纪要3号\",\"votes_for\":3}",
                     programme, county_of(s)),
             201),
        "no");
}

static void of_one_meeting(struct stage *s)
{
    at_number(s, "no", met(s, "xingfu"));
}

static void of_one_that_the_county_excepts(struct stage *s)
{
    case_at(s, "t_except", DECIDES);
    means_number(s, "meeting", 1, met(s, "t_except"));
}

/* --- books ---------------------------------------------------------------------------------- */

static long long draft_of(struct stage *s)
{
    return (long long)number_at(
        post(s, fund_path(s->w, &s->o.lent, "drafts"),
             "{\"purpose\":\"收到拨款\",\"lines\":[{\"account\":\"special\",\"debit\":\"1000.00\"},"
             "{\"account\":\"capital:provincial\",\"credit\":\"1000.00\"}]}",
             201),
        "no");
}

static void of_anothers_draft(struct stage *s)
{
    at_number(s, "no", draft_of(s));
    s->as = colleague(s->w);
}

static void of_one_draft(struct stage *s)
{
    at_number(s, "no", draft_of(s));
}

static void of_one_voucher(struct stage *s)
{
    struct actor other = colleague(s->w);
    struct api_reply r = made(
        once(s->w, &other, path_of(s, "/api/v1/drafts/%lld/%lld/approve", county_of(s), draft_of(s)), NULL),
        200);
    struct str no = text_at(s->w, r, "voucher"), year;
    assert_true(str_split(&no, '-', &year));
    at_text(s, "year", year);
    at_text(s, "no", no);
}

static void of_a_closed_day(struct stage *s)
{
    made(ask(s->w, "POST", fund_path(s->w, &s->o.lent, "days"), "{}"), 200);
    at_text(s, "day", str_of(day_text(s, clock_today())));
}

/* --- money ---------------------------------------------------------------------------------- */

static void fresh_loan(struct stage *s)
{
    lend_draft(&s->o.lent, "1000.00");
    at_number(s, "id", s->o.lent.loan.id);
}

static void signed_loan(struct stage *s)
{
    lend_draft(&s->o.lent, "1000.00");
    lend_sign(&s->o.lent);
    at_number(s, "id", s->o.lent.loan.id);
}

static void paid_loan(struct stage *s)
{
    signed_loan(s);
    lend_pay(&s->o.lent);
}

static void of_the_township(struct stage *s)
{
    at_number(s, "township", township_of(s));
    at_number(s, "period", 1);
}

/* Another period, whose money has not been sent to the township yet. */
static void of_a_new_period(struct stage *s)
{
    long long county = county_of(s), township = township_of(s);
    post(s, fund_path(s->w, &s->o.lent, "periods"),
         path_of(s, "{\"no\":7,\"starts_on\":\"%s\",\"planned\":\"20000.00\",\"term_months\":12}",
                 day_text(s, lend_ago(5))),
         201);
    struct api_reply r = post(s, "/api/v1/contracts",
                              path_of(s,
                                      "{\"county\":%lld,\"programme\":\"xingfu\",\"township\":\"%lld\","
                                      "\"period\":7,\"amount\":\"20000.00\"}",
                                      county, township),
                              201);
    for (int i = 0; i < 2; i++) {
        const char *path =
            path_of(s, "/api/v1/contracts/%lld/%lld/signatures", county, (long long)number_at(r, "id"));
        struct api_request rq = request(
            &s->w->who, "POST", path,
            path_of(s, "{\"party\":\"%s\",\"signer\":\"张主任\",\"signed_on\":\"%s\",\"sealed_on\":\"%s\"}",
                    i ? "township" : "lender", day_text(s, lend_ago(4)), day_text(s, lend_ago(4))));
        rq.if_match = version_at(s->w, path);
        made(answer(s->w, rq), 200);
    }
    means(s, "\"period\":24", "\"period\":7");
    means(s, "50000.00", "20000.00");
}

static void of_anothers_change(struct stage *s)
{
    signed_loan(s);
    const char *path =
        path_of(s, "/api/v1/contracts/%lld/%lld/changes", county_of(s), (long long)s->o.lent.loan.id);
    struct api_request rq =
        request(&s->w->who, "POST", path, "{\"project\":\"养羊\",\"reason\":\"市场变化\"}");
    rq.if_match = version_at(s->w, path);
    made(answer(s->w, rq), 200);
    s->as = colleague(s->w);
}

static void of_a_signed_loan(struct stage *s)
{
    signed_loan(s);
}

static void by_the_bank(struct stage *s)
{
    s->o.lent = bank_world(s->w);
    signed_loan(s);
    s->at[0] = NULL;
}

static const char bank_file[] =
    "{\"township\":\"%lld\",\"period\":1,\"purpose\":\"发放\",\"why\":\"交银行代发\"}";

static void of_a_pay_file(struct stage *s)
{
    by_the_bank(s);
    struct api_reply r =
        post(s, fund_path(s->w, &s->o.lent, "payouts/file"), path_of(s, bank_file, township_of(s)), 201);
    json_t *j = json_of(r);
    at_number(s, "no", json_integer_value(json_object_get(json_object_get(j, "payout"), "no")));
    json_decref(j);
}

static void of_a_banks_answer(struct stage *s)
{
    of_a_pay_file(s);
    s->body = path_of(s, "no,amount,result,date\n1,1000.00,paid,%s\n", day_text(s, clock_today()));
}

static struct str receipt_of(struct stage *s, const char *amount, const char *on)
{
    struct api_reply r = post(
        s, path_of(s, "/api/v1/contracts/%lld/%lld/repayments", county_of(s), (long long)s->o.lent.loan.id),
        path_of(s, "{\"amount\":\"%s\",\"collector\":\"林建国\"%s}", amount, on), 201);
    json_t *j = json_of(r);
    struct str no = arena_str(
        &s->w->a, str_of(json_string_value(json_object_get(json_object_get(j, "repayment"), "receipt_no"))));
    json_decref(j);
    return no;
}

static void of_todays_receipt(struct stage *s)
{
    paid_loan(s);
    means(s, "R2017-0001", receipt_of(s, "500.00", "").p);
}

static void of_an_earlier_receipt(struct stage *s)
{
    paid_loan(s);
    means(s, "R2017-0001", receipt_of(s, "500.00", path_of(s, ",\"on\":\"%s\"", day_text(s, lend_ago(3)))).p);
}

static void of_too_much(struct stage *s)
{
    paid_loan(s);
    means(s, "R2017-0001", receipt_of(s, "1100.00", "").p);
}

static bool draft_again(struct lent *x, void *arg, struct errs *e)
{
    const struct contract_request q = { .county = x->county,
                                        .programme = str_of(x->programme),
                                        .period_no = 1,
                                        .household_id = x->f.h.id,
                                        .borrower_id = x->f.p.id,
                                        .project = STR("养羊"),
                                        .amount = x->amount };
    (void)arg;
    return contract_draft(&x->l, &q, &x->loan, e);
}

static void of_what_was_kept(struct stage *s)
{
    of_too_much(s);
    post(s, path_of(s, "/api/v1/repayments/%lld/keep", county_of(s)),
         path_of(s, "{\"receipt\":\"%s\",\"reason\":\"抵下一期\"}", s->swaps[1]), 200);
    lend_do(&s->o.lent, draft_again, NULL);
    lend_sign(&s->o.lent);
    lend_pay(&s->o.lent);
}

static void of_a_debtor(struct stage *s)
{
    paid_loan(s);
}

static void of_who_paid_all_back(struct stage *s)
{
    paid_loan(s);
    receipt_of(s, "1000.00", "");
}

static void of_what_is_collected(struct stage *s)
{
    paid_loan(s);
    receipt_of(s, "500.00", "");
}

static const char *relief_path(struct stage *s)
{
    paid_loan(s);
    struct api_reply r =
        post(s, path_of(s, "/api/v1/contracts/%lld/%lld/reliefs", county_of(s), (long long)s->o.lent.loan.id),
             "{\"kind\":\"extend\",\"months\":3,\"reason\":\"受灾\"}", 201);
    s->at[0] = NULL;
    at_number(s, "no", number_at(r, "no"));
    return path_of(s, "/api/v1/reliefs/%lld/%lld", county_of(s), (long long)number_at(r, "no"));
}

static void of_a_proposal(struct stage *s)
{
    relief_path(s);
}

static void of_anothers_proposal(struct stage *s)
{
    relief_path(s);
    s->as = colleague(s->w);
}

static void of_what_was_approved(struct stage *s)
{
    struct actor other = colleague(s->w);
    made(decided(s->w, &other, relief_path(s), "decide", "{\"approve\":true,\"document\":\"1号\"}"), 200);
}

static const char *disaster_path(struct stage *s)
{
    static int n;
    paid_loan(s);
    const char *path = path_of(s, "/api/v1/disasters/%lld", county_of(s));
    struct api_reply r = post(
        s, path,
        path_of(
            s, "{\"event\":\"台风%d\",\"happened_on\":\"%s\",\"region\":\"%lld000000\",\"document\":\"1号\"}",
            ++n, day_text(s, lend_ago(5)), county_of(s)),
        201);
    s->at[0] = NULL;
    at_number(s, "no", number_at(r, "no"));
    means_number(s, "no", 1, number_at(r, "no"));
    means(s, "LW000001", arena_str(&s->w->a, s->o.lent.f.h.hh_no).p);
    return path;
}

static void of_a_new_disaster(struct stage *s)
{
    disaster_path(s);
}

static const char *hit_path(struct stage *s)
{
    const char *path = disaster_path(s);
    post(s, path_of(s, "%s/losses", path),
         path_of(s, "{%s,\"losses\":[{\"hh_no\":\"%s\",\"project\":\"养猪\",\"loss\":\"3000.00\"}]}",
                 s->swaps[1], s->swaps[3]),
         200);
    return path;
}

static void of_a_disaster_with_losses(struct stage *s)
{
    hit_path(s);
}

static const char *treated_path(struct stage *s)
{
    const char *path = hit_path(s);
    post(s, path_of(s, "%s/treatments", path),
         path_of(s, "{%s,\"kind\":\"extend\",\"months\":12,\"all\":true}", s->swaps[1]), 200);
    s->as = colleague(s->w);
    return path_of(s, "%s/%s", path, s->at[1]);
}

static void of_a_treated_disaster(struct stage *s)
{
    treated_path(s);
}

static void of_a_decided_disaster(struct stage *s)
{
    const char *path = treated_path(s);
    made(decided(s->w, &s->as, path, "decide", "{\"approve\":true,\"document\":\"2号\"}"), 200);
    s->as = s->w->who;
}

/* --- all of them ---------------------------------------------------------------------------- */

typedef void stage_fn(struct stage *s);
#define V1        "/api/v1/"
#define USER      V1 "users/{login}"
#define HOUSEHOLD V1 "households/{county}/{id}"
#define CASE      V1 "cases/{county}/{no}"
#define FUND      V1 "funds/{county}/{code}"
#define CONTRACT  V1 "contracts/{county}/{id}"
#define RECEIPTS  V1 "repayments/{county}"
#define DISASTER  V1 "disasters/{county}"
static const struct {
    const char *method, *pattern;
    stage_fn *set;
} stages[] = {
    { "POST", V1 "session", who_has_a_password },
    { "DELETE", V1 "session", who_is_logged_in },
    { "POST", V1 "setup", who_has_a_link },
    { "GET", V1 "me", who_is_logged_in },
    { "GET", V1 "me/sessions", who_is_logged_in },
    { "GET", V1 "me/tokens", who_has_a_token },
    { "PUT", V1 "me/password", who_is_logged_in },
    { "DELETE", V1 "me/sessions/{session}", who_has_another_session },
    { "PUT", V1 "me/totp", who_has_the_authenticator_at_hand },
    { "DELETE", V1 "me/totp", who_is_logged_in },
    { "DELETE", V1 "me/tokens/{id}", who_has_a_token },
    { "PATCH", USER, of_a_leader },
    { "POST", USER "/roles", of_a_user },
    { "POST", USER "/dismiss", of_a_leader },
    { "POST", USER "/setup", of_a_leader },
    { "POST", USER "/family", of_a_relative },
    { "GET", V1 "regions/{region}", of_a_known_village },
    { "POST", V1 "regions", the_region_itself },
    { "PATCH", V1 "persons/{county}/{id}", version_of_a_person },
    { "POST", V1 "movements/{county}/{no}/undo", of_one_movement },
    { "POST", HOUSEHOLD "/leave", who_leaves },
    { "POST", HOUSEHOLD "/head", who_leaves },
    { "POST", HOUSEHOLD "/split", who_goes_off_with_the_head },
    { "POST", HOUSEHOLD "/merge", into_a_neighbour },
    { "POST", HOUSEHOLD "/transfer", to_another_village },
    { "POST", V1 "merges", of_two_records },
    { "POST", V1 "merges/preview", of_two_records },
    { "GET", V1 "merges/{county}/{no}", of_one_merge },
    { "POST", V1 "merges/{county}/{no}/undo", of_one_merge },
    { "GET", V1 "movements", of_one_movement },
    { "GET", V1 "duplicates/different", of_two_who_differ },
    { "POST", V1 "duplicates/different", of_two_persons },
    { "POST", V1 "duplicates/undo", of_two_who_differ },
    { "GET", V1 "codes/{table}/{code}", of_ones_own_code },
    { "POST", V1 "codes/{table}", of_kinds_of_project },
    { "PUT", V1 "codes/{table}/{code}", of_ones_own_code },
    { "POST", V1 "codes/{table}/{code}/end", of_ones_own_code },
    { "POST", V1 "codes/{table}/{code}/resume", of_an_ended_code },
    { "GET", V1 "screenings/{no}", of_one_screening },
    { "POST", V1 "documents", a_paper },
    { "GET", V1 "documents/{county}/{no}", of_one_paper },
    { "GET", V1 "documents/{county}/{no}/view", of_one_paper },
    { "POST", V1 "documents/{county}/{no}/content", of_one_paper },
    { "PATCH", V1 "notices/{county}/{no}", of_a_prepared_notice },
    { "POST", V1 "notices/{county}/{no}/objections", of_a_posted_notice },
    { "GET", V1 "objections/{county}/{no}", of_one_objection },
    { "PATCH", V1 "objections/{county}/{no}", of_one_objection },
    { "POST", V1 "objections/{county}/dismiss", of_one_objection },
    { "GET", V1 "forms/{form}", of_the_county },
    { "GET", V1 "forms/{form}/sheet", of_the_county },
    { "POST", V1 "imports", of_households },
    { "GET", V1 "jobs/{id}", of_one_export },
    { "GET", V1 "jobs/{id}/events", of_one_export },
    { "GET", V1 "jobs/{id}/files/{file}", of_one_export },
    { "POST", V1 "jobs/{id}/cancel", of_one_export },
    { "POST", V1 "cases/decide", of_one_under_review },
    { "POST", CASE "/submit", of_a_draft },
    { "POST", CASE "/decide", of_one_under_review },
    { "POST", CASE "/return", of_one_under_review },
    { "POST", CASE "/withdraw", of_one_under_review },
    { "POST", CASE "/void", of_one_that_is_confirmed },
    { "POST", CASE "/amount", whose_amount_is_open },
    { "POST", CASE "/visits", that_waits_for_a_visit },
    { "POST", CASE "/appraisals", that_waits_for_experts },
    { "POST", CASE "/papers", that_waits_for_a_letter },
    { "POST", CASE "/exceptions", of_one_that_the_county_excepts },
    { "GET", V1 "meetings/{county}/{no}", of_one_meeting },
    { "POST", V1 "batches", that_waits_for_a_batch },
    { "GET", V1 "batches/{county}/{no}", of_one_batch },
    { "GET", V1 "batches/{county}/{no}/print", of_one_batch },
    { "POST", V1 "case-notices", that_waits_for_a_notice },
    { "POST", FUND "/vouchers/{year}/{no}/reverse", of_one_voucher },
    { "GET", V1 "drafts/{county}/{no}", of_one_draft },
    { "POST", V1 "drafts/{county}/{no}/approve", of_anothers_draft },
    { "POST", V1 "drafts/{county}/{no}/reject", of_one_draft },
    { "POST", CONTRACT "/signatures", fresh_loan },
    { "POST", CONTRACT "/iou", fresh_loan },
    { "POST", CONTRACT "/guarantors", fresh_loan },
    { "POST", CONTRACT "/changes", of_a_signed_loan },
    { "POST", CONTRACT "/changes/decide", of_anothers_change },
    { "POST", CONTRACT "/void", fresh_loan },
    { "GET", FUND "/payouts/ready", of_the_township },
    { "POST", FUND "/payouts/township", of_a_new_period },
    { "POST", FUND "/payouts/meeting", of_a_signed_loan },
    { "POST", FUND "/payouts/file", by_the_bank },
    { "POST", V1 "payouts/{county}/{no}/cancel", of_a_pay_file },
    { "POST", V1 "payouts/{county}/{no}/answer", of_a_banks_answer },
    { "POST", RECEIPTS "/void", of_todays_receipt },
    { "POST", RECEIPTS "/reverse", of_an_earlier_receipt },
    { "POST", RECEIPTS "/give-back", of_too_much },
    { "POST", RECEIPTS "/keep", of_too_much },
    { "POST", RECEIPTS "/use", of_what_was_kept },
    { "POST", RECEIPTS "/files", of_repayments },
    { "POST", FUND "/remittances", of_what_is_collected },
    { "GET", FUND "/days/{day}", of_a_closed_day },
    { "GET", FUND "/days/{day}/items", of_a_closed_day },
    { "POST", CONTRACT "/repayments", of_a_debtor },
    { "POST", CONTRACT "/reliefs", of_a_debtor },
    { "GET", V1 "reliefs/{county}/{no}", of_a_proposal },
    { "POST", V1 "reliefs/{county}/{no}/decide", of_anothers_proposal },
    { "POST", V1 "reliefs/{county}/{no}/withdraw", of_a_proposal },
    { "POST", V1 "reliefs/{county}/{no}/undo", of_what_was_approved },
    { "POST", DISASTER "/losses", of_a_new_disaster },
    { "POST", DISASTER "/treatments", of_a_disaster_with_losses },
    { "GET", DISASTER "/{no}", of_a_new_disaster },
    { "GET", DISASTER "/{no}/losses", of_a_disaster_with_losses },
    { "GET", DISASTER "/{no}/loans", of_a_disaster_with_losses },
    { "POST", DISASTER "/{no}/decide", of_a_treated_disaster },
    { "POST", DISASTER "/{no}/undo", of_a_decided_disaster },
    { "POST", CONTRACT "/contacts/release", of_who_paid_all_back },
};

static stage_fn *stage_of(const struct route *r)
{
    for (size_t i = 0; i < N_ELEMS(stages); i++)
        if (!strcmp(stages[i].method, r->method) && !strcmp(stages[i].pattern, r->pattern))
            return stages[i].set;
    return NULL;
}

static void every_stage_is_of_an_operation(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_ELEMS(stages); k++) {
        bool found = false;
        for (size_t t = 0; t < api_tables_n; t++)
            for (size_t i = 0; i < api_tables[t]->n; i++)
                found = found || (!strcmp(stages[k].pattern, api_tables[t]->routes[i].pattern) &&
                                  !strcmp(stages[k].method, api_tables[t]->routes[i].method));
        if (!found)
            fail_msg("there is no %s %s", stages[k].method, stages[k].pattern);
    }
}

static const char *body_of(struct stage *s, const struct route *r)
{
    struct route one = *r;
    const char *text = r->sample;
    if (s->body || !text)
        return s->body ? s->body : example(s->w, r, &s->o);
    for (size_t i = 0; s->swaps[i]; i += 2)
        text = swap(s->w, text, s->swaps[i], s->swaps[i + 1]);
    one.sample = text;
    return s->literal ? text : example(s->w, &one, &s->o);
}

static struct api_reply call(struct world *w, const struct route *r, const struct office *o,
                             const char **path, const char **body)
{
    static int n;
    struct stage s = { .w = w, .o = *o, .as = w->who };
    stage_fn *set = stage_of(r);
    if (set)
        set(&s);
    *path = fill(w, r, &s.o, s.at);
    *body = body_of(&s, r);
    struct api_request rq = request(s.cookie.p ? NULL : &s.as, r->method, *path, *body);
    if (s.cookie.n) {
        rq.cookie = s.cookie;
        rq.csrf = s.csrf;
    }
    if (r->flags & ROUTE_KEY)
        rq.key = str_of(arena_printf(&w->a, "example-%d-%lld", ++n, (long long)clock_now().us));
    if (r->flags & ROUTE_MATCH)
        rq.if_match = s.match.p ? s.match : version_at(w, *path);
    return answer(w, rq);
}

static void remember(struct office *o, const struct route *r, struct api_reply x)
{
    if (x.status == 201 && !strcmp(r->pattern, "/api/v1/surveys"))
        o->survey = number_at(x, "id");
    if (x.status == 201 && !strcmp(r->pattern, "/api/v1/rosters"))
        o->roster = number_at(x, "id");
}

/* true: as described; else it is told what is not. */
static bool is_as_described(const json_t *doc, const struct route *r, const char *path, const char *body,
                            struct api_reply x)
{
    CLEANUP(buf_release) struct buf why = BUF(1 << 16);
    buf_addf(&why, "%s %s", r->method, path);
    size_t n = why.n;
    bool ok = true;
    if (r->body && !body_fits(doc, r, body, &why)) {
        print_error("the request %s\n", buf_cstr(&why));
        ok = false;
    }
    why.n = n;
    if (x.status != (r->status ? r->status : 200)) {
        check_problem(x);
        print_error("%s %s: %d %.*s\n", buf_cstr(&why), body ? body : "", x.status,
                    x.body.n < 400 ? (int)x.body.n : 400, x.body.n ? x.body.p : "");
        ok = false;
    } else if (!answer_fits(doc, r, x, &why)) {
        print_error("the answer of %s\n", buf_cstr(&why));
        ok = false;
    }
    return ok;
}

static void every_operation_answers_its_example_as_it_is_described(void **state)
{
    struct world *w = *state;
    struct office o = office(w);
    json_t *doc = json_of(ask(w, "GET", "/api/v1/openapi.json", NULL));
    int all = 0, bad = 0;
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            const struct route *r = &api_tables[t]->routes[i];
            const char *path, *body;
            struct api_reply x = call(w, r, &o, &path, &body);
            all++;
            bad += !is_as_described(doc, r, path, body, x);
            remember(&o, r, x);
            if (x.more_end)
                x.more_end(x.more_ctx);
            if (x.status == 202)
                assert_true(holds(wait_for(w, x), "\"state\":\"done\""));
        }
    json_decref(doc);
    if (bad)
        fail_msg("%d of %d operations are not as they are described", bad, all);
}

/* As they stand in the document, before anything is put in their place. */
static void every_example_of_a_body_is_one(void **state)
{
    json_t *doc = json_of(ask(*state, "GET", "/api/v1/openapi.json", NULL));
    int bad = 0;
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            const struct route *r = &api_tables[t]->routes[i];
            CLEANUP(buf_release) struct buf why = BUF(1 << 16);
            if (r->body && (!r->sample || !body_fits(doc, r, r->sample, &why)) && !(r->flags & ROUTE_BYTES)) {
                print_error("%s %s%s\n", r->method, r->pattern, r->sample ? buf_cstr(&why) : " has none");
                bad++;
            }
        }
    json_decref(doc);
    assert_int_equal(bad, 0);
}

/* An office with a survey and a roster, too. */
static struct office whole_office(struct world *w)
{
    struct office o = office(w);
    long long county = (long long)o.lent.county;
    o.survey = number_at(
        made(ask(w, "POST", "/api/v1/surveys",
                 arena_printf(&w->a, "{\"name\":\"摸底\",\"region\":\"%lld000000\",\"surveyor\":\"张三\"}",
                              county)),
             201),
        "id");
    o.roster = number_at(
        made(ask(w, "POST", "/api/v1/rosters",
                 arena_printf(&w->a,
                              "{\"name\":\"在册户\",\"region\":\"%lld000000\",\"where\":[{\"condition\":"
                              "\"户主姓名=*\"}]}",
                              county)),
             201),
        "id");
    return o;
}

/* Things that stay as they are, whatever others ask. */
struct watched {
    const char *paths[3];
    struct str before[3];
};

static void look(struct world *w, struct watched *v)
{
    for (size_t i = 0; i < N_ELEMS(v->paths); i++) {
        struct api_reply r = made(ask(w, "GET", v->paths[i], NULL), 200);
        if (v->before[i].p && !str_eq(v->before[i], r.body))
            fail_msg("%s was changed: %.*s instead of %.*s", v->paths[i], (int)r.body.n, r.body.p,
                     (int)v->before[i].n, v->before[i].p);
        v->before[i] = r.body;
    }
}

/* --- of the neighbours ------------------------------------------------------------------------- */

/* What names no place: a screening, reminders and treatments are
 * of whom one may see, and of many cases, or the rows of a file, each is looked at by itself. */
static const struct {
    const char *method, *pattern;
} of_nobody[] = {
    { "POST", V1 "programmes/check" },
    { "POST", V1 "screenings" },
    { "POST", V1 "screenings/what-if" },
    { "POST", V1 "find" },
    { "POST", FUND "/reminders" },
    { "POST", DISASTER "/treatments" },
    { "POST", V1 "cases/decide" },
    { "POST", V1 "imports" },
    { "POST", V1 "exports" },
    { "POST", RECEIPTS "/files" },
};

static bool is_of_nobody(const struct route *r)
{
    for (size_t i = 0; i < N_ELEMS(of_nobody); i++)
        if (!strcmp(of_nobody[i].method, r->method) && !strcmp(of_nobody[i].pattern, r->pattern))
            return true;
    return !strcmp(r->method, "GET") || (r->flags & (ROUTE_OPEN | ROUTE_ANYBODY));
}

static bool neighbour_is_kept_out(struct stage *s, const struct route *r, const struct actor *who)
{
    static int n;
    const char *const secrets[] = { s->o.applicant.h.head_name.p, s->o.applicant.p.id_number.p,
                                    s->o.lent.f.h.head_name.p,    s->o.lent.f.p.id_number.p,
                                    s->o.lent.f.h.bank_account.p, s->o.lent.loan.number.p };
    const char *path = fill(s->w, r, &s->o, s->at), *body = body_of(s, r);
    struct api_request rq = request(who, r->method, path, body);
    bool ok = true;
    if (r->flags & ROUTE_KEY)
        rq.key = str_of(path_of(s, "next-door-%d-%lld", ++n, (long long)clock_now().us));
    if (r->flags & ROUTE_MATCH)
        rq.if_match = s->match.p ? s->match : version_at(s->w, path); /* even then */
    struct api_reply x = answer(s->w, rq);
    if (x.more_end)
        x.more_end(x.more_ctx);
    if (x.status == 202) {
        const char *file = path_of(s, "%.*s/files/export", (int)x.location.n, x.location.p);
        struct api_reply done = wait_as(s->w, who, x);
        ok = holds(done, "\"rows\":0") || holds(done, "\"rejected\":1") || holds(done, "\"taken\":0");
        if (!ok)
            print_error("%s %s by a neighbour: %.*s\n", r->method, path, (int)done.body.n, done.body.p);
        x = answer(s->w, request(who, "GET", file, NULL));
        x.status = 202;
    }
    for (size_t i = 0; i < N_ELEMS(secrets); i++)
        if (holds(x, secrets[i]) && !strstr(path, secrets[i]) && !(body && strstr(body, secrets[i]))) {
            print_error("%s %s shows %s to a neighbour: %.*s\n", r->method, path, secrets[i],
                        x.body.n < 500 ? (int)x.body.n : 500, x.body.p);
            ok = false;
        }
    if (x.status >= 500 || (x.status < 400 && !is_of_nobody(r))) {
        print_error("%s %s %s by a neighbour: %d %.*s\n", r->method, path, body ? body : "", x.status,
                    x.body.n < 300 ? (int)x.body.n : 300, x.body.n ? x.body.p : "");
        ok = false;
    }
    return ok;
}

/* The same example of the same thing that its own office is answered: asked by who may do everything, but in
 * the next village, or in another county. */
static void what_an_office_may_its_neighbours_are_refused(void **state)
{
    struct world *w = *state;
    struct office o = whole_office(w);
    int64_t far = world_county(w);
    int64_t next = world_village(o.lent.county, 2).v + 1;
    struct grant there[] = { { ~UINT64_C(0), { next, next } },
                             { ~UINT64_C(0), { far * 1000000, far * 1000000 + 999999 } } };
    long long county = (long long)o.lent.county;
    struct watched here = {
        .paths = { arena_printf(&w->a, "/api/v1/households/%lld/%lld", county, (long long)o.lent.f.h.id),
                   arena_printf(&w->a, "/api/v1/contracts/%lld/%lld", county, (long long)o.paid),
                   arena_printf(&w->a, "/api/v1/households/%lld/%lld", county, (long long)o.applicant.h.id) }
    };
    int bad = 0;
    look(w, &here);
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            const struct route *r = &api_tables[t]->routes[i];
            struct stage s = { .w = w, .o = o, .as = w->who };
            if (stage_of(r))
                stage_of(r)(&s);
            for (size_t k = 0; k < N_ELEMS(there); k++) {
                struct actor who = colleague(w);
                who.grants = &there[k];
                who.n = 1;
                bad += !neighbour_is_kept_out(&s, r, &who);
            }
        }
    look(w, &here);
    assert_int_equal(bad, 0);
}

/* --- of all counties -------------------------------------------------------------------------- */

/* What every county reads, and what the next one sees of it. */
struct shared {
    struct snapshot tables;
    struct str seen[3];
};

static bool add_shared(struct tx *tx, void *ctx, struct errs *e)
{
    static const struct entity *const tables[] = { &holiday_entity, &programme_version_entity, &code_entity,
                                                   &role_entity };
    for (size_t i = 0; i < N_ELEMS(tables); i++)
        if (!world_add_table(tx, tables[i], ctx, e))
            return false;
    return true;
}

/* What holds for a county, without what was set in others. */
static struct str without(struct world *w, struct api_reply r, const char *name)
{
    json_t *j = json_of(r), *row;
    size_t i;
    json_array_foreach(json_object_get(j, "rows"), i, row) json_object_del(row, name);
    char *text = json_dumps(j, JSON_COMPACT);
    struct str out = arena_str(&w->a, str_of(text));
    free(text);
    json_decref(j);
    return out;
}

static struct shared shared_of(struct world *w, const struct actor *neighbour, int64_t county)
{
    struct shared x = { 0 };
    const char *const paths[N_ELEMS(x.seen)] = {
        arena_printf(&w->a, V1 "programmes/xingfu/parameters?region=%lld000000", (long long)county),
        arena_printf(&w->a, V1 "regions?parent=%lld000000", (long long)county), V1 "notices"
    };
    world_read(w, add_shared, &x.tables);
    for (size_t i = 0; i < N_ELEMS(x.seen); i++)
        x.seen[i] = without(w, made(answer(w, request(neighbour, "GET", paths[i], NULL)), 200), "settings");
    return x;
}

static bool is_same(const struct shared *a, const struct shared *b)
{
    for (size_t i = 0; i < N_ELEMS(a->seen); i++)
        if (!str_eq(a->seen[i], b->seen[i]))
            return false;
    return a->tables.rows == b->tables.rows && !memcmp(&a->tables.sum, &b->tables.sum, sizeof a->tables.sum);
}

static struct actor only_in(struct world *w, struct grant *g, int64_t county)
{
    struct actor who = w->who;
    *g = (struct grant){ ~UINT64_C(0), { county * 1000000, county * 1000000 + 999999 } };
    who.grants = g;
    who.n = 1;
    return who;
}

/* Every operation that writes and has no county in its path, with its example, by somebody who may do
 * everything in the example's county: what is done is done there, or it is refused. */
static void who_may_do_everything_in_one_county_changes_nothing_in_another(void **state)
{
    struct world *w = *state;
    struct office o = whole_office(w);
    struct grant here, there;
    int64_t far = world_county(w);
    struct actor clerk = only_in(w, &here, o.lent.county), neighbour = only_in(w, &there, far);
    int bad = 0, done = 0;
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            const struct route *r = &api_tables[t]->routes[i];
            struct stage s = { .w = w, .o = o, .as = w->who };
            if (r->tx != ROUTE_WRITES || (r->flags & (ROUTE_OPEN | ROUTE_ANYBODY)) ||
                strstr(r->pattern, "{county}"))
                continue;
            if (stage_of(r))
                stage_of(r)(&s);
            const char *path = fill(w, r, &s.o, s.at), *body = body_of(&s, r);
            struct api_request rq = request(&clerk, r->method, path, body);
            if (r->flags & ROUTE_KEY)
                rq.key = str_of(path_of(&s, "at-home-%d-%lld", done, (long long)clock_now().us));
            if (r->flags & ROUTE_MATCH)
                rq.if_match = s.match.p ? s.match : version_at(w, path);
            struct shared before = shared_of(w, &neighbour, far);
            struct api_reply x = answer(w, rq);
            struct shared after = shared_of(w, &neighbour, far);
            done += x.status < 400;
            if (is_same(&before, &after))
                continue;
            print_error("%s %s %s by a county's clerk: %d %.*s\n", r->method, path, body ? body : "",
                        x.status, x.body.n < 300 ? (int)x.body.n : 300, x.body.n ? x.body.p : "");
            bad++;
        }
    print_message("# %d operations done\n", done);
    assert_true(done > 25);
    assert_int_equal(bad, 0);
}

static void what_holds_for_all_counties_takes_somebody_who_may_in_all(void **state)
{
    struct world *w = *state;
    struct grant here;
    struct actor clerk = only_in(w, &here, world_county(w));
    struct api_reply r =
        answer(w, request(&clerk, "POST", V1 "holidays", "日期,类型,名称\n2027-01-01,休,元旦\n"));
    assert_status(r, 403);
    assert_true(holds(r, "this holds for every county here"));
    assert_true(holds(r, "may not maintain regions in"));
    assert_status(ask(w, "POST", V1 "holidays", "日期,类型,名称\n2027-01-01,休,元旦\n"), 200);
}

/* --- whatever is put in the place of a part ----------------------------------------------------- */

static uint64_t dice(uint64_t n)
{
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

/* Of another county, whose officer does not ask. */
struct others {
    struct office o;
    const char *secrets[4];
    const char *json[6], *text[6]; /* what names them, to be put into questions */
    struct watched own;
};

static bool rename_head(struct act *act, void *ctx, struct errs *e)
{
    struct family *f = ctx;
    struct household h = f->h;
    struct person p = f->p;
    h.head_name = p.name = STR("欧阳慕容诸葛");
    return act_update(act, &household_entity, &f->h, &h, e) && act_update(act, &person_entity, &f->p, &p, e);
}

static struct others somebody_elses(struct world *w)
{
    struct others x = { .o = { .lent = lend_world(w, "xingfu") } };
    struct lent *l = &x.o.lent;
    lend_draft(l, "1000.00");
    lend_sign(l);
    lend_pay(l);
    world_act(w, l->county, rename_head, &l->f);
    const char *const secrets[] = { "欧阳慕容诸葛", l->f.p.id_number.p, l->f.h.bank_account.p,
                                    l->f.p.id_number.p };
    const char *const ids[] = { arena_printf(&w->a, "%lld", (long long)l->county),
                                arena_printf(&w->a, "%lld", (long long)l->f.h.id),
                                arena_printf(&w->a, "%lld", (long long)l->f.p.id),
                                arena_printf(&w->a, "%lld", (long long)l->loan.id),
                                arena_printf(&w->a, "%lld", (long long)l->f.h.village.v),
                                l->f.h.hh_no.p };
    for (size_t i = 0; i < N_ELEMS(x.secrets); i++)
        x.secrets[i] = secrets[i];
    for (size_t i = 0; i < N_ELEMS(ids); i++) {
        x.text[i] = ids[i];
        x.json[i] = i < 4 ? ids[i] : arena_printf(&w->a, "\"%s\"", ids[i]);
    }
    x.own.paths[0] = arena_printf(&w->a, "/api/v1/households/%s/%s", ids[0], ids[1]);
    x.own.paths[1] = arena_printf(&w->a, "/api/v1/contracts/%s/%s", ids[0], ids[3]);
    x.own.paths[2] = arena_printf(&w->a, "/api/v1/funds/%s/%s/trial-balance", ids[0], l->rules.fund.code.p);
    look(w, &x.own);
    return x;
}

static const char *const odd_json[] = {
    "null",
    "true",
    "-1",
    "0",
    "1",
    "99999999999999999999",
    "-9223372036854775808",
    "1e400",
    "1.5",
    "9007199254740993",
    "\"\"",
    "\" \"",
    "\"\\u0000\"",
    "\"a\\u0000b\"",
    "\"\xff\xfe\"",
    "\"\xed\xa0\x80\"",
    "\"\\ud800\"",
    "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
    "{}",
    "{\"a\":{\"b\":[null]}}",
    "[1,\"x\",{}]",
    "\"2020-02-30\"",
    "\"9999-12-31\"",
    "\"0001-01-01\"",
    "\"-0.001\"",
    "\"9223372036854775807.99\"",
    "\"-5000.00\"",
    "\"<script>alert(1)</script>\"",
    "\"'; DROP TABLE household; --\"",
    "\"%s%n%1$s\"",
    "\"000000000000\"",
    "\"999999999999\"",
    "\"special\"",
    "\"=1+1\"",
    "\"\\u202e\\ufeff\"",
};
static const char *const odd_text[] = {
    "",
    "-1",
    "0",
    "1",
    "9223372036854775808",
    "-9223372036854775808",
    "%00",
    "a%00b",
    "%ff",
    "%ed%a0%80",
    "%zz",
    "%",
    "a'b",
    "%22",
    "999999999999",
    "2020-13-01",
    "9999-12-31",
    "1e9",
    "x",
    "..",
    "%2e%2e%2f",
    "*",
    "null",
    "true",
    "%25s%25n",
    "%3Cscript%3E",
};
static const char *const odd_bodies[] = {
    "",
    " ",
    "null",
    "[]",
    "\"x\"",
    "{",
    "{\"a\":",
    "{\"a\":1,\"a\":1}",
    "{\"\xff\":1}",
    "{\"nobody\":1}",
    "{}",
    "{\"county\":{}}",
    "\xef\xbb\xbf{}",
    "{}{}",
};

struct fuzzed {
    struct world *w;
    struct others *them;
    struct actor county; /* may do everything in the office's county, and nothing elsewhere */
    const struct route *r;
    struct stage s;
    const char *path, *body;
    bool foreign; /* the question names something of the others */
    int asked;
};

static void must_stand(struct fuzzed *f, struct api_request rq)
{
    struct world *w = f->w;
    bool mine = !f->s.cookie.p && (f->foreign || dice(2));
    f->foreign = false;
    if (mine)
        rq.as = &f->county;
    rq.address = "10.9.9.9"; /* where wrong passwords come from */
    struct api_reply x = answer(w, rq);
    f->asked++;
    if (x.more_end)
        x.more_end(x.more_ctx);
    if (x.status == 202)
        wait_for(w, x); /* two at a time are as many as there may be */
    if (x.status < 200 || x.status >= 500)
        fail_msg("%s %.*s?%.*s %.*s: %d %.*s", f->r->method, (int)rq.path.n, rq.path.p, (int)rq.query.n,
                 rq.query.n ? rq.query.p : "", rq.body.n < 2000 ? (int)rq.body.n : 2000,
                 rq.body.n ? rq.body.p : "", x.status, (int)x.body.n, x.body.p);
    if (x.status >= 400)
        check_problem(x);
    for (size_t i = 0; mine && i < N_ELEMS(f->them->secrets); i++)
        if (holds(x, f->them->secrets[i]))
            fail_msg("%s %.*s?%.*s %.*s shows a neighbour: %.*s", f->r->method, (int)rq.path.n, rq.path.p,
                     (int)rq.query.n, rq.query.n ? rq.query.p : "", (int)rq.body.n,
                     rq.body.n ? rq.body.p : "", (int)x.body.n, x.body.p);
}

static struct api_request as_staged(struct fuzzed *f, const char *path, const char *body)
{
    static int n;
    struct api_request rq = request(f->s.cookie.p ? NULL : &f->s.as, f->r->method, path, body);
    if (f->s.cookie.n) {
        rq.cookie = f->s.cookie;
        rq.csrf = f->s.csrf;
    }
    if (f->r->flags & ROUTE_KEY)
        rq.key = str_of(arena_printf(&f->w->a, "odd-%d-%lld", ++n, (long long)clock_now().us));
    rq.if_match = f->s.match;
    return rq;
}

static const char *pick(struct fuzzed *f, const char *const *odd, size_t n, const char *const *theirs)
{
    f->foreign = !dice(4);
    return f->foreign ? theirs[dice(6)] : odd[dice(n)];
}

/* The path with another value for one of its names, or of its query. */
static void odd_paths(struct fuzzed *f)
{
    const struct entity *const parts[] = { f->r->path, f->r->query };
    for (size_t k = 0; k < N_ELEMS(parts); k++)
        for (size_t i = 0; parts[k] && i < parts[k]->n; i++) {
            const char *at[11] = { NULL };
            size_t n = 0;
            at[n++] = parts[k]->cols[i].name;
            at[n++] = pick(f, odd_text, N_ELEMS(odd_text), f->them->text);
            for (size_t j = 0; f->s.at[j]; j += 2)
                if (strcmp(f->s.at[j], at[0]) != 0) {
                    at[n++] = f->s.at[j];
                    at[n++] = f->s.at[j + 1];
                }
            must_stand(f, as_staged(f, fill(f->w, f->r, &f->s.o, at), f->body));
        }
    static const char *const queries[] = { "?nobody=1",        "?&&=",    "?%=%",      "?a=%zz",
                                           "?limit=1&limit=1", "?sort=-", "?sort=%00", "?after=%ff&sort=no",
                                           "?limit=0" };
    struct str path = str_of(f->path), own;
    str_split(&path, '?', &own);
    must_stand(f, as_staged(f, path_of(&f->s, "%.*s%s", (int)own.n, own.p, queries[dice(N_ELEMS(queries))]),
                            f->body));
}

/* All of it: the ids are another county's. */
static void their_path(struct fuzzed *f)
{
    f->foreign = true;
    must_stand(f, as_staged(f, fill(f->w, f->r, &f->them->o, NULL), f->body));
    f->foreign = true;
    must_stand(f, as_staged(f, fill(f->w, f->r, &f->them->o, f->s.at), f->body));
}

static const char *with_member(struct fuzzed *f, const char *name, const char *value, bool in_line)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 20);
    json_t *j = json_loads(f->body ? f->body : "{}", 0, NULL), *at = j;
    static const char mark[] = "\"@here@\"";
    if (in_line)
        at = json_array_get(json_object_get(j, f->r->lines_name), 0);
    if (!at) {
        json_decref(j);
        return f->body;
    }
    json_object_set_new(at, name, json_string("@here@"));
    char *text = json_dumps(j, JSON_COMPACT), *hole = strstr(text, mark);
    buf_add(&b, (struct str){ text, (size_t)(hole - text) });
    buf_adds(&b, value);
    buf_adds(&b, hole + sizeof mark - 1);
    free(text);
    json_decref(j);
    return arena_str(&f->w->a, buf_str(&b)).p;
}

static void odd_members(struct fuzzed *f)
{
    for (size_t i = 0; f->r->body && i < f->r->body->n; i++)
        for (int k = 0; k < (world_is_sqlite(f->w) ? 2 : 1); k++)
            must_stand(f, as_staged(f, f->path,
                                    with_member(f, f->r->body->cols[i].name,
                                                pick(f, odd_json, N_ELEMS(odd_json), f->them->json), false)));
    for (size_t i = 0; f->r->lines && i < f->r->lines->n; i++)
        must_stand(f, as_staged(f, f->path,
                                with_member(f, f->r->lines->cols[i].name,
                                            pick(f, odd_json, N_ELEMS(odd_json), f->them->json), true)));
    if (f->r->lines)
        must_stand(f, as_staged(f, f->path,
                                with_member(f, f->r->lines_name, odd_json[dice(N_ELEMS(odd_json))], false)));
}

static void odd_wholes(struct fuzzed *f)
{
    static char deep[10001], junk[5000];
    memset(deep, '[', sizeof deep - 1);
    for (size_t i = 0; i < sizeof junk - 1; i++)
        junk[i] = (char)(1 + dice(255));
    must_stand(f, as_staged(f, f->path, deep));
    must_stand(f, as_staged(f, f->path, path_of(&f->s, "{\"a\":%s", deep)));
    must_stand(f, as_staged(f, f->path, junk));
    must_stand(f, as_staged(f, f->path, odd_bodies[dice(N_ELEMS(odd_bodies))]));
    struct api_request rq = as_staged(f, f->path, f->body);
    rq.body = (struct str){ "{\0}", 3 };
    must_stand(f, rq);
}

static void odd_headers(struct fuzzed *f)
{
    static const char *const odd[] = { "", "*", "\"\"", "W/\"x\"", "\xff\xfe", "a'b", ",,,", "\"0\"" };
    static char longest[4000];
    memset(longest, 'x', sizeof longest - 1);
    struct api_request rq = as_staged(f, f->path, f->body);
    struct str *const headers[] = { &rq.key, &rq.if_match, &rq.if_none_match, &rq.language, &rq.csrf };
    for (size_t i = 0; i < N_ELEMS(headers); i++)
        *headers[i] = str_of(dice(6) ? odd[dice(N_ELEMS(odd))] : longest);
    must_stand(f, rq);
    rq = as_staged(f, f->path, f->body);
    rq.as = NULL;
    *(dice(2) ? &rq.bearer : &rq.cookie) = str_of(dice(2) ? longest : odd[dice(N_ELEMS(odd))]);
    f->s.cookie.p = f->s.cookie.p ? f->s.cookie.p : ""; /* nobody is let in */
    must_stand(f, rq);
}

/* Wrong types, huge and negative numbers, NULs, bad UTF-8, deep JSON, other regions' ids: one at a time in an
 * example that works, so that nothing else refuses it before. */
static void whatever_stands_in_an_example_nothing_breaks_and_no_neighbour_is_shown(void **state)
{
    struct world *w = *state;
    struct others them = somebody_elses(w);
    struct fuzzed f = { .w = w, .them = &them };
    struct office o = whole_office(w);
    struct grant own = { ~UINT64_C(0), { o.lent.county * 1000000, o.lent.county * 1000000 + 999999 } };
    f.county = w->who;
    f.county.grants = &own;
    f.county.n = 1;
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            f.r = &api_tables[t]->routes[i];
            f.s = (struct stage){ .w = w, .o = o, .as = w->who };
            if (stage_of(f.r))
                stage_of(f.r)(&f.s);
            f.path = fill(w, f.r, &f.s.o, f.s.at);
            f.body = body_of(&f.s, f.r);
            if ((f.r->flags & ROUTE_MATCH) && !f.s.match.p)
                f.s.match = version_at(w, f.path);
            odd_members(&f);
            odd_paths(&f);
            their_path(&f);
            if (!world_is_sqlite(w)) /* no database sees the rest */
                continue;
            odd_wholes(&f);
            odd_headers(&f);
        }
    look(w, &them.own);
    print_message("# %d questions\n", f.asked);
}

static const char *without_member(struct fuzzed *f, const char *name, bool in_line)
{
    json_t *j = json_loads(f->body, 0, NULL), *at = j;
    if (in_line)
        at = json_array_get(json_object_get(j, f->r->lines_name), 0);
    bool was = at ? json_object_del(at, name) == 0
                  : !json_object_set_new(j, f->r->lines_name, json_pack("[{}]")); /* a list may be empty */
    char *text = json_dumps(j, JSON_COMPACT);
    const char *rest = was ? arena_str(&f->w->a, str_of(text)).p : NULL;
    free(text);
    json_decref(j);
    return rest;
}

/* The number of fields that were left out. */
static int each_left_out(struct fuzzed *f, const struct entity *en, bool in_line)
{
    int n = 0;
    for (size_t i = 0; en && i < en->n; i++) {
        const char *name = en->cols[i].name;
        if (!(en->cols[i].flags & REQUIRED) || (en->cols[i].flags & SERVER))
            continue;
        const char *body = without_member(f, name, in_line);
        if (!body)
            fail_msg("%s %s: the example has no %s", f->r->method, f->r->pattern, name);
        struct api_reply x = answer(f->w, as_staged(f, f->path, body));
        const char *field = in_line ? path_of(&f->s, "\"field\":\"%s[0].%s\"", f->r->lines_name, name)
                                    : path_of(&f->s, "\"field\":\"%s\"", name);
        if (x.status != 400 || !holds(x, field))
            fail_msg("%s %s without %s: %d %.*s", f->r->method, f->path, name, x.status, (int)x.body.n,
                     x.body.p);
        n++;
    }
    return n;
}

/* Nothing is taken as 0, or as no, because nobody said it. */
static void what_a_form_must_say_and_does_not_is_named(void **state)
{
    struct world *w = *state;
    struct fuzzed f = { .w = w };
    struct office o = whole_office(w);
    int n = 0;
    for (size_t t = 0; t < api_tables_n; t++)
        for (size_t i = 0; i < api_tables[t]->n; i++) {
            f.r = &api_tables[t]->routes[i];
            if (!f.r->body || (f.r->flags & (ROUTE_BYTES | ROUTE_PARTIAL)))
                continue;
            f.s = (struct stage){ .w = w, .o = o, .as = w->who };
            if (stage_of(f.r))
                stage_of(f.r)(&f.s);
            f.path = fill(w, f.r, &f.s.o, f.s.at);
            f.body = body_of(&f.s, f.r);
            if ((f.r->flags & ROUTE_MATCH) && !f.s.match.p)
                f.s.match = version_at(w, f.path);
            n += each_left_out(&f, f.r->body, false) + each_left_out(&f, f.r->lines, true);
        }
    print_message("# %d fields left out\n", n);
    assert_true(n > 100);
}

/* What is driven here is what the document tells. */
static void the_document_has_each_operation_and_no_other(void **state)
{
    json_t *doc = json_of(ask(*state, "GET", "/api/v1/openapi.json", NULL)), *path;
    const char *key;
    size_t told = 0, n = 0;
    json_object_foreach(json_object_get(doc, "paths"), key, path) told += json_object_size(path);
    for (size_t t = 0; t < api_tables_n; t++)
        n += api_tables[t]->n;
    assert_int_equal(told, n);
    json_decref(doc);
}

static void all_of_this_verifies(void **state)
{
    assert_verifies((struct world *)*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stage_is_of_an_operation),
        cmocka_unit_test(every_example_of_a_body_is_one),
        cmocka_unit_test(every_operation_answers_its_example_as_it_is_described),
        cmocka_unit_test(the_document_has_each_operation_and_no_other),
        cmocka_unit_test(what_an_office_may_its_neighbours_are_refused),
        cmocka_unit_test(who_may_do_everything_in_one_county_changes_nothing_in_another),
        cmocka_unit_test(what_holds_for_all_counties_takes_somebody_who_may_in_all),
        cmocka_unit_test(whatever_stands_in_an_example_nothing_breaks_and_no_neighbour_is_shown),
        cmocka_unit_test(what_a_form_must_say_and_does_not_is_named),
        cmocka_unit_test(all_of_this_verifies),
    };
    return cmocka_run_group_tests(tests, office_open, office_close);
}
