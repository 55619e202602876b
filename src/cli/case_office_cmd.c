/* case_office_cmd.c - what is printed and hung up of cases; sites, survey rounds, families of accounts. */
#include "cli/case_cmd.h"

#include "base/clock.h"
#include "base/value.h"
#include "casework/case_notice.h"
#include "casework/print_case.h"
#include "casework/round.h"
#include "casework/site.h"
#include "cli/table.h"
#include "registry/duplicate.h"
#include "registry/region.h"

enum { PAGE_BYTES_MAX = 1 << 27 };

/* --- notice ------------------------------------------------------------------------------------------- */

struct hanging {
    struct caseing x;
    struct notice n;
    size_t cases;
};

static bool do_notice(struct tx *tx, void *ctx, struct errs *e)
{
    struct hanging *h = ctx;
    struct cli *c = h->x.c;
    const struct opt_value *from = cli_value(c, "from");
    CLEANUP(act_release) struct act act = { 0 };
    h->n = (struct notice){ .region = cli_region(c, "region"),
                            .starts_on = from ? (struct date){ (int32_t)from->v } : clock_today() };
    if (!cli_col(c, &notice_entity, "title", "title", &h->n, e) ||
        !cli_col(c, &notice_entity, "hotline", "hotline", &h->n, e) ||
        !cli_col(c, &notice_entity, "unit", "unit", &h->n, e))
        return false;
    act_begin(&act, tx, &c->actor, "case.notice", c->args[0], e->a);
    h->x.w = case_desk(c, tx, &act, e);
    return case_notice_make(&h->x.w, c->args[0], &h->n, &h->cases, e) && act_end(&act, NULL, e);
}

int case_notice_cmd(struct cli *c)
{
    struct hanging h = { .x.c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_notice, &h))
        return EXIT_NOTHING;
    cli_say(c, MSG_CASE_NOTICED, A(h.n.no), A(h.cases));
    cli_answer(c, &notice_entity, &h.n);
    return EXIT_DONE;
}

/* --- print ---------------------------------------------------------------------------------------------- */

struct printing {
    struct caseing x;
    struct buf *page;
};
typedef bool printer_fn(struct printing *p, struct tx *tx, struct errs *e);

static bool named_place(struct tx *tx, struct region_code code, struct str *name, struct errs *e)
{
    struct region r;
    enum found f = code.v ? db_get(tx, &region_entity, &r, e, V(code)) : NONE;
    *name = f == FOUND ? r.name : (struct str){ 0 };
    return f != FAILED;
}

static bool put_application(struct printing *p, struct tx *tx, struct errs *e)
{
    return case_named(&p->x, tx, p->x.c->args[1], e) && print_application(&p->x.w, &p->x.k, p->page, e);
}

static bool put_letter(struct printing *p, struct tx *tx, struct errs *e)
{
    return case_named(&p->x, tx, p->x.c->args[1], e) && print_letter(&p->x.w, &p->x.k, p->page, e);
}

static bool put_register(struct printing *p, struct tx *tx, struct errs *e)
{
    struct cli *c = p->x.c;
    struct case_filter f = { .within = cli_region(c, "region") };
    struct case_known *k = case_programme(&p->x.w, cli_text(c, "programme"), 0, e);
    struct str place;
    if (!k)
        return false;
    f.programme = k->version.programme;
    return case_list(tx, &c->actor, &f, &p->x.list, e) && named_place(tx, f.within, &place, e) &&
           print_register(&p->x.w, k->programme, &p->x.list, place, p->page, e);
}

static bool put_batch(struct printing *p, struct tx *tx, struct errs *e)
{
    struct case_batch b;
    struct str township;
    int64_t no;
    if (!cli_number(p->x.c->args[1], &no, e))
        return false;
    enum found f = case_batch_by_no(tx, &p->x.c->actor, no, cli_region(p->x.c, "county"), &b, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_BATCH_NONE, A(no));
    return db_list(tx,
                   SQL_OF(STMT_KEY, &relief_case_entity,
                          "SELECT {*} FROM relief_case WHERE county = $1 AND id IN (SELECT v.case_id FROM "
                          "case_event v WHERE v.county = $1 AND v.batch_id = $2) ORDER BY village, no"),
                   &p->x.list, e->a, e, V(b.county), V(b.id)) &&
           named_place(tx, b.township, &township, e) &&
           print_batch(&p->x.w, &b, &p->x.list, township, p->page, e);
}

static bool put_exceptions(struct printing *p, struct tx *tx, struct errs *e)
{
    struct case_filter f = { .within = cli_region(p->x.c, "region"), .exceptions = true };
    struct str place;
    return case_list(tx, &p->x.c->actor, &f, &p->x.list, e) && named_place(tx, f.within, &place, e) &&
           print_exceptions(&p->x.w, &p->x.list, place, p->page, e);
}

static const struct {
    const char *name;
    bool of_one; /* it is of a case or batch */
    printer_fn *fn;
} printers[] = {
    { "application", true, put_application }, { "register", false, put_register },
    { "letter", true, put_letter },           { "batch", true, put_batch },
    { "exceptions", false, put_exceptions },
};

static bool do_print(struct tx *tx, void *ctx, struct errs *e)
{
    struct printing *p = ctx;
    struct cli *c = p->x.c;
    buf_clear(p->page);
    p->x.w = case_desk(c, tx, NULL, e);
    for (size_t i = 0; i < N_ELEMS(printers); i++) {
        if (!str_eq(c->args[0], str_of(printers[i].name)))
            continue;
        if (printers[i].of_one && c->args_n < 2)
            return fail(e, ERR_INVALID, "no", MSG_CASE_NONE, A("—"));
        return printers[i].fn(p, tx, e);
    }
    return fail(e, ERR_NOT_FOUND, "form", MSG_CASE_FORM_NONE, A(c->args[0]));
}

int case_print_cmd(struct cli *c)
{
    CLEANUP(buf_release) struct buf page = BUF(PAGE_BYTES_MAX);
    struct printing p = { .x.c = c, .page = &page };
    if (!cli_load_codes(c) || !cli_read(c, do_print, &p) || !cli_write_file(c, buf_str(&page)))
        return EXIT_NOTHING;
    if (strcmp(cli_cstr(c, "out"), "-") != 0)
        cli_say(c, MSG_PRINT_DONE, A(cli_cstr(c, "out")));
    return EXIT_DONE;
}

/* --- sites -------------------------------------------------------------------------------------------------
 */

struct siting {
    struct caseing x;
    struct project_site s;
    struct str name;
};

static bool read_village(struct cli *c, struct region_code *out, struct errs *e)
{
    static const struct label label = { "村", "The village" };
    return region_read(c->args[1], out) == READ_OK ||
           fail(e, ERR_INVALID, "village", MSG_NOT_REGION, A(&label));
}

static bool do_site(struct tx *tx, void *ctx, struct errs *e)
{
    struct siting *v = ctx;
    struct cli *c = v->x.c;
    struct programme_version p;
    CLEANUP(act_release) struct act act = { 0 };
    v->s = (struct project_site){ .chosen_on = cli_on(c) };
    if (!cli_col(c, &project_site_entity, "reason", "reason", &v->s, e) ||
        !programme_find(tx, c->args[0], &p, e->a, e) || !read_village(c, &v->s.village, e) ||
        !named_place(tx, v->s.village, &v->name, e))
        return false;
    v->s.programme = p.programme;
    act_begin(&act, tx, &c->actor, c->command->name, p.programme, e->a);
    bool ok = !strcmp(c->command->name, "site choose")
                  ? site_choose(&act, &v->s, clock_today(), e)
                  : site_end(&act, p.programme, v->s.village, v->s.reason, clock_today(), e);
    return ok && act_end(&act, NULL, e);
}

int site_cmd(struct cli *c)
{
    struct siting v = { .x.c = c };
    bool choose = !strcmp(c->command->name, "site choose");
    if (!cli_load_codes(c) || !cli_write(c, 0, do_site, &v))
        return EXIT_NOTHING;
    cli_say(c, choose ? MSG_SITE_CHOSEN : MSG_SITE_ENDED, A(v.name), A(v.s.programme));
    return EXIT_DONE;
}

static bool do_sites(struct tx *tx, void *ctx, struct errs *e)
{
    struct caseing *x = ctx;
    struct programme_version p = { 0 };
    if (cli_text(x->c, "programme").p && !programme_find(tx, cli_text(x->c, "programme"), &p, e->a, e))
        return false;
    return site_list(tx, &x->c->actor, cli_region(x->c, "region"), p.programme, &x->list, e);
}

int site_list_cmd(struct cli *c)
{
    static const char *const names[] = { "programme", "village",  "chosen_on",
                                         "reason",    "ended_on", "end_reason" };
    struct caseing x = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_sites, &x))
        return EXIT_NOTHING;
    case_put_rows(c, &project_site_entity, &x.list, names, N_ELEMS(names));
    return EXIT_DONE;
}

/* --- survey rounds
 * --------------------------------------------------------------------------------------------- */

struct rounding_up {
    struct cli *c;
    struct survey s;
    struct survey_group g;
    struct survey_area a;
    struct round_progress p;
};

static bool survey_named(struct rounding_up *v, struct tx *tx, struct errs *e)
{
    enum found f = survey_by_name(tx, &v->c->actor, v->c->args[0], cli_region(v->c, "county"), &v->s, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "survey", MSG_SURVEY_NONE, A(v->c->args[0])));
}

static bool do_round(struct tx *tx, void *ctx, struct errs *e)
{
    struct rounding_up *v = ctx;
    struct cli *c = v->c;
    const struct opt_value *due = cli_value(c, "due");
    CLEANUP(act_release) struct act act = { 0 };
    bool ok;
    if (!survey_named(v, tx, e))
        return false;
    act_begin(&act, tx, &c->actor, c->command->name, v->s.name, e->a);
    if (!strcmp(c->command->name, "round group")) {
        v->g = (struct survey_group){ 0 };
        ok = cli_number(c->args[1], &v->g.no, e) &&
             cli_col(c, &survey_group_entity, "leader", "leader", &v->g, e) &&
             cli_col(c, &survey_group_entity, "members", "members", &v->g, e) &&
             (v->g.no <= ROUND_GROUPS_MAX || fail(e, ERR_INVALID, "group", MSG_ROUND_NO_GROUP, A(v->g.no))) &&
             round_group(&act, &v->s, &v->g, e);
    } else {
        v->a = (struct survey_area){ .group_no = cli_int(c, "group", 0) };
        if (due)
            v->a.due_on = (struct opt_date){ { (int32_t)due->v }, true };
        ok = read_village(c, &v->a.township, e) && round_assign(&act, &v->s, &v->a, clock_today(), e);
    }
    return ok && act_end(&act, NULL, e);
}

int round_cmd(struct cli *c)
{
    struct rounding_up v = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_round, &v))
        return EXIT_NOTHING;
    if (!strcmp(c->command->name, "round group"))
        cli_say(c, MSG_ROUND_GROUP, A(v.g.no), A(v.g.leader));
    else
        cli_say(c, MSG_ROUND_ASSIGNED, A(v.a.township), A(v.a.group_no));
    return EXIT_DONE;
}

static bool do_round_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct rounding_up *v = ctx;
    return survey_named(v, tx, e) && round_progress(tx, &v->c->actor, &v->s, clock_today(), &v->p, e);
}

static struct str leader_of(const struct round_progress *p, int64_t no)
{
    const struct survey_group *g = p->groups.rows;
    for (size_t i = 0; i < p->groups.n; i++)
        if (g[i].no == no)
            return g[i].leader;
    return (struct str){ 0 };
}

static struct str day_text(struct cli *c, struct opt_date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    if (!d.set)
        return (struct str){ 0 };
    date_print(&b, d.v);
    return arena_str(c->a, buf_str(&b));
}

static void put_line(struct cli *c, struct json_out *w, const struct rounding_up *v,
                     const struct round_line *l)
{
    CLEANUP(buf_release) struct buf code = BUF(16);
    region_print(&code, l->township);
    put_object(w);
    put_member_text(w, "township", buf_str(&code));
    put_member_text(w, "name", l->name);
    put_member_int(w, "group", l->group_no);
    put_member_text(w, "leader", leader_of(&v->p, l->group_no));
    put_member_text(w, "due_on", day_text(c, l->due_on));
    put_member_int(w, "households", l->households);
    put_member_int(w, "surveyed", l->done);
    put_member_bool(w, "late", l->late);
    put_object_end(w);
}

int round_show_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "组", "Group" }, true },        { { "组长", "Leader" }, false },
        { { "乡镇", "Township" }, false },  { { "在册户", "Households" }, true },
        { { "已调查", "Surveyed" }, true }, { { "期限", "Due" }, false },
        { { "逾期", "Late" }, false },
    };
    static const struct label late = { "逾期", "late" }, total = { "合计", "Total" };
    struct rounding_up v = { .c = c };
    struct json_out w = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_round_show, &v))
        return EXIT_NOTHING;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    if (c->json)
        put_list(&w);
    for (size_t i = 0; i < v.p.n; i++) {
        const struct round_line *l = &v.p.lines[i];
        if (c->json) {
            put_line(c, &w, &v, l);
            continue;
        }
        if (l->group_no)
            table_int(&t, l->group_no);
        else
            table_text(&t, STR("—"));
        table_text(&t, leader_of(&v.p, l->group_no));
        table_text(&t, l->name);
        table_int(&t, l->households);
        table_int(&t, l->done);
        table_text(&t, day_text(c, l->due_on));
        table_text(&t, l->late ? str_of(label_in(&late, c->e.lang)) : (struct str){ 0 });
    }
    if (c->json) {
        put_list_end(&w);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    table_text(&t, (struct str){ 0 });
    table_text(&t, str_of(label_in(&total, c->e.lang)));
    table_text(&t, (struct str){ 0 });
    table_int(&t, v.p.all.households);
    table_int(&t, v.p.all.done);
    table_text(&t, (struct str){ 0 });
    table_text(&t, (struct str){ 0 });
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

/* --- families of accounts
 * ------------------------------------------------------------------------------------------ */

struct relating {
    struct cli *c;
    struct person p;
};

static bool do_family(struct tx *tx, void *ctx, struct errs *e)
{
    struct relating *v = ctx;
    struct cli *c = v->c;
    struct app_user u;
    struct household h;
    struct user_person old, x = { .linked_on = clock_today(), .linked_by = c->actor.login };
    CLEANUP(act_release) struct act act = { 0 };
    enum found f = user_by_login(tx, c->args[0], &u, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "login", MSG_NO_ACCOUNT, A(c->args[0]));
    if (!duplicate_person_find(tx, &c->actor, PERM_REGISTRY_READ, c->args[1], cli_region(c, "county"), &v->p,
                               &h, e))
        return false;
    x.user_id = u.id;
    x.person_id = v->p.id;
    f = db_get(tx, &user_person_entity, &old, e, V(x.user_id), V(x.person_id));
    if (f != NONE)
        return f == FOUND;
    act_begin(&act, tx, &c->actor, "user.family", u.login, e->a);
    return db_insert(tx, &user_person_entity, &x, e) && act_end(&act, NULL, e);
}

int user_family_cmd(struct cli *c)
{
    struct relating v = { .c = c };
    if (!cli_write(c, 0, do_family, &v))
        return EXIT_NOTHING;
    cli_say(c, MSG_CASE_FAMILY_LINKED, A(c->args[0]), A(v.p.name));
    return EXIT_DONE;
}
