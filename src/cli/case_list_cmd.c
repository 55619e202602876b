/* case_list_cmd.c - looking at cases: one of them, lists, candidates, exceptions, numbers. */
#include "cli/case_cmd.h"

#include "base/clock.h"
#include "base/value.h"
#include "casework/number.h"
#include "cli/table.h"
#include "programme/screen.h"
#include "registry/region.h"

enum { CANDIDATES_DEFAULT = 50, LIST_DEFAULT = 200 };

/* --- show --------------------------------------------------------------------------------------------- */

struct shown {
    struct caseing x;
    struct list checks, events, answers, exceptions;
    const struct programme_step *step;
};

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct shown *s = ctx;
    struct relief_case *k = &s->x.k;
    if (!case_named(&s->x, tx, s->x.c->args[0], e))
        return false;
    s->x.w = case_desk(s->x.c, tx, NULL, e);
    s->step = case_next(&s->x.w, k, e);
    return !errs_any(e) && case_checks(tx, k, &s->checks, e->a, e) &&
           case_events(tx, k, &s->events, e->a, e) && case_answers(tx, k, &s->answers, e->a, e) &&
           case_exceptions(tx, k, &s->exceptions, e->a, e);
}

static void put_array(struct cli *c, struct json_out *w, const char *key, const struct entity *en,
                      const struct list *rows)
{
    put_key(w, key);
    put_list(w);
    for (size_t i = 0; i < rows->n; i++) {
        put_object(w);
        cli_put_cols(c, w, en, (const char *)rows->rows + i * en->size);
        put_object_end(w);
    }
    put_list_end(w);
}

static void show_json(struct cli *c, const struct shown *s)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    cli_put_cols(c, &w, &relief_case_entity, &s->x.k);
    put_array(c, &w, "answers", &case_answer_entity, &s->answers);
    put_array(c, &w, "checks", &case_check_entity, &s->checks);
    put_array(c, &w, "exceptions", &case_exception_entity, &s->exceptions);
    put_array(c, &w, "time_line", &case_event_entity, &s->events);
    put_key(&w, "missing");
    put_list(&w);
    for (const struct err *x = c->e.warned.first; x; x = x->next)
        put_text(&w, str_of(x->text));
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

int case_show_cmd(struct cli *c)
{
    static const char *const facts[] = { "no",        "number",   "programme",      "version",
                                         "period_no", "hh_no",    "applicant_name", "proxy",
                                         "village",   "state",    "project",        "class",
                                         "asked",     "approved", "applied_on",     "decided_on",
                                         "reason" };
    static const char *const check_names[] = { "stage", "label", "result", "seen", "missing" };
    static const char *const event_names[] = {
        "happened_on", "action", "step", "to_state", "login", "opinion"
    };
    static const char *const answer_names[] = { "field", "value", "answered_by" };
    static const char *const exception_names[] = { "label", "reason", "document", "decided_on" };
    struct shown s = { .x.c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_show, &s))
        return EXIT_NOTHING;
    if (c->json) {
        show_json(c, &s);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < N_ELEMS(facts); i++) {
        struct str text = cli_cell(c, &relief_case_entity, facts[i], &s.x.k);
        const struct col *col = entity_col(&relief_case_entity, facts[i]);
        if (text.n)
            buf_addf(&c->out, "%s%s%.*s\n", label_in(&col->label, c->e.lang), c->e.lang == EN ? ": " : "：",
                     (int)text.n, text.p);
    }
    if (s.step)
        cli_say(c, MSG_CASE_NOW_AT, A(s.x.k.no), A(case_label(c, "case_state", s.x.k.state.v)),
                A(step_label(s.step, c->e.lang)));
    buf_addc(&c->out, '\n');
    case_put_rows(c, &case_answer_entity, &s.answers, answer_names, N_ELEMS(answer_names));
    buf_addc(&c->out, '\n');
    case_put_rows(c, &case_check_entity, &s.checks, check_names, N_ELEMS(check_names));
    if (s.exceptions.n)
        case_put_rows(c, &case_exception_entity, &s.exceptions, exception_names, N_ELEMS(exception_names));
    buf_addc(&c->out, '\n');
    case_put_rows(c, &case_event_entity, &s.events, event_names, N_ELEMS(event_names));
    return EXIT_DONE;
}

/* --- lists --------------------------------------------------------------------------------------------- */

static bool filter_of(struct caseing *x, struct tx *tx, struct case_filter *f, struct errs *e)
{
    struct cli *c = x->c;
    struct relief_case k = { 0 };
    struct programme_version v;
    *f = (struct case_filter){ .within = cli_region(c, "region"),
                               .step = cli_text(c, "step"),
                               .exceptions = cli_flag(c, "exceptions"),
                               .after = cli_int(c, "after", 0),
                               .limit = (size_t)cli_int(c, "limit", LIST_DEFAULT) };
    if (!cli_col(c, &relief_case_entity, "state", "state", &k, e))
        return false;
    f->state = k.state.v;
    if (!cli_text(c, "programme").p)
        return true;
    if (!programme_find(tx, cli_text(c, "programme"), &v, e->a, e))
        return false;
    f->programme = v.programme;
    return true;
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct caseing *x = ctx;
    struct case_filter f;
    return filter_of(x, tx, &f, e) && case_list(tx, &x->c->actor, &f, &x->list, e);
}

int case_list_cmd(struct cli *c)
{
    static const char *const names[] = { "no",    "number", "programme", "hh_no", "applicant_name",
                                         "state", "step",   "project",   "asked", "approved" };
    struct caseing x = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_list, &x))
        return EXIT_NOTHING;
    case_put_rows(c, &relief_case_entity, &x.list, names, N_ELEMS(names));
    return EXIT_DONE;
}

static bool do_numbers(struct tx *tx, void *ctx, struct errs *e)
{
    struct caseing *x = ctx;
    struct programme_version v;
    return programme_find(tx, x->c->args[0], &v, e->a, e) &&
           number_list(tx, &x->c->actor, cli_region(x->c, "region"), v.programme, !cli_flag(x->c, "void"),
                       &x->list, e);
}

int case_numbers_cmd(struct cli *c)
{
    static const char *const names[] = {
        "number", "period", "serial", "allotted_on", "void_on", "void_reason"
    };
    struct caseing x = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_numbers, &x))
        return EXIT_NOTHING;
    case_put_rows(c, &case_number_entity, &x.list, names, N_ELEMS(names));
    return EXIT_DONE;
}

/* --- exceptions -------------------------------------------------------------------------------------------
 */

struct lax {
    struct region_code village;
    struct str name;
    int64_t cases, exceptions;
};
struct excepted {
    struct caseing x;
    struct excepted_row {
        const struct relief_case *k;
        const struct case_exception *y;
    } * rows;
    size_t n;
    struct lax *villages;
    size_t villages_n;
};

static bool count_village(struct excepted *v, struct tx *tx, const struct relief_case *k, struct errs *e)
{
    struct region r;
    for (size_t i = 0; i < v->villages_n; i++)
        if (v->villages[i].village.v == k->village.v) {
            v->villages[i].exceptions++;
            return true;
        }
    struct lax *l = &v->villages[v->villages_n++];
    enum found f = db_get(tx, &region_entity, &r, e, V(k->village));
    *l = (struct lax){ .village = k->village, .name = f == FOUND ? r.name : STR("?"), .exceptions = 1 };
    return f != FAILED &&
           db_int(tx,
                  SQL(STMT_KEY, "SELECT count(*) FROM relief_case WHERE county = $1 AND village = $2 "
                                "AND state <> 1"),
                  &l->cases, e, V(k->county), V(k->village));
}

static bool do_exceptions(struct tx *tx, void *ctx, struct errs *e)
{
    enum { EACH_MAX = 16 };
    struct excepted *v = ctx;
    struct case_filter f = { .within = cli_region(v->x.c, "region"), .exceptions = true };
    if (!case_list(tx, &v->x.c->actor, &f, &v->x.list, e))
        return false;
    const struct relief_case *k = v->x.list.rows;
    v->rows = NEW_ARRAY(e->a, struct excepted_row, v->x.list.n * EACH_MAX + 1);
    v->villages = NEW_ARRAY(e->a, struct lax, v->x.list.n + 1);
    v->n = v->villages_n = 0;
    for (size_t i = 0; i < v->x.list.n; i++) {
        struct list l;
        if (!case_exceptions(tx, &k[i], &l, e->a, e) || !count_village(v, tx, &k[i], e))
            return false;
        const struct case_exception *y = l.rows;
        for (size_t n = 0; n < l.n && n < EACH_MAX; n++)
            v->rows[v->n++] = (struct excepted_row){ &k[i], &y[n] };
    }
    return true;
}

static void put_villages(struct cli *c, const struct excepted *v)
{
    static const struct table_col cols[] = { { { "村", "Village" }, false },
                                             { { "案件", "Cases" }, true },
                                             { { "例外", "Exceptions" }, true } };
    struct json_out w = JSON_OUT(&c->out);
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    if (c->json)
        put_list(&w);
    for (size_t i = 0; i < v->villages_n; i++) {
        const struct lax *l = &v->villages[i];
        table_text(&t, l->name);
        table_int(&t, l->cases);
        table_int(&t, l->exceptions);
        if (c->json) {
            CLEANUP(buf_release) struct buf code = BUF(16);
            region_print(&code, l->village);
            put_object(&w);
            put_member_text(&w, "village", buf_str(&code));
            put_member_text(&w, "name", l->name);
            put_member_int(&w, "cases", l->cases);
            put_member_int(&w, "exceptions", l->exceptions);
            put_object_end(&w);
        }
    }
    if (c->json)
        put_list_end(&w);
    else
        table_print(&t, c->e.lang, &c->out);
    if (c->json)
        buf_addc(&c->out, '\n');
}

static void put_exceptions(struct cli *c, const struct excepted *v)
{
    static const struct table_col cols[] = {
        { { "案件号", "Case" }, true },          { { "申请人", "Applicant" }, false },
        { { "项目", "Programme" }, false },      { { "未达到的条件", "Condition" }, false },
        { { "理由", "Reason" }, false },         { { "文件", "Document" }, false },
        { { "决定日期", "Decided on" }, false },
    };
    struct json_out w = JSON_OUT(&c->out);
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    if (c->json)
        put_list(&w);
    for (size_t i = 0; i < v->n; i++) {
        const struct excepted_row *r = &v->rows[i];
        table_int(&t, r->k->no);
        table_text(&t, r->k->applicant_name);
        table_text(&t, r->k->programme);
        table_text(&t, r->y->label);
        table_text(&t, r->y->reason);
        table_text(&t, r->y->document);
        table_text(&t, cli_cell(c, &case_exception_entity, "decided_on", r->y));
        if (c->json) {
            put_object(&w);
            put_member_int(&w, "case", r->k->no);
            put_member_text(&w, "applicant_name", r->k->applicant_name);
            cli_put_cols(c, &w, &case_exception_entity, r->y);
            put_object_end(&w);
        }
    }
    if (c->json) {
        put_list_end(&w);
        buf_addc(&c->out, '\n');
    } else {
        table_print(&t, c->e.lang, &c->out);
    }
}

int case_exceptions_cmd(struct cli *c)
{
    struct excepted v = { .x.c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_exceptions, &v))
        return EXIT_NOTHING;
    if (cli_flag(c, "villages"))
        put_villages(c, &v);
    else
        put_exceptions(c, &v);
    return EXIT_DONE;
}

/* --- candidates
 * ----------------------------------------------------------------------------------------------- */

struct candidate {
    int64_t no;
    struct str hh_no, head_name, village;
};
struct candidates {
    struct cli *c;
    struct candidate *list;
    size_t n;
    int64_t qualify;
};

/* Not those who have a case in hand. */
static bool take(struct candidates *v, struct tx *tx, struct str programme, const struct screen_candidate *s,
                 struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(tx, &r,
                  SQL(STMT_KEY,
                      "SELECT h.hh_no, h.head_name FROM household h WHERE h.county = $1 AND h.id = $2 AND "
                      "NOT EXISTS (SELECT 1 FROM relief_case k WHERE k.county = $1 AND k.household_id = "
                      "h.id AND k.programme = $3 AND k.state IN (1, 2, 3, 4))"),
                  e, V(s->county), V(s->household), V(programme)))
        return false;
    enum found f = rows_next(&r, e);
    if (f != FOUND)
        return f == NONE;
    struct candidate *x = &v->list[v->n++];
    *x = (struct candidate){
        (int64_t)v->n, arena_str(e->a, rows_text(&r, 0)), arena_str(e->a, rows_text(&r, 1)), { 0 }
    };
    rows_close(&r);
    struct region place;
    f = db_get(tx, &region_entity, &place, e, V((struct region_code){ s->village }));
    x->village = f == FOUND ? place.name : STR("?");
    return f != FAILED;
}

static bool do_candidates(struct tx *tx, void *ctx, struct errs *e)
{
    struct candidates *v = ctx;
    struct cli *c = v->c;
    struct programme_version version;
    struct screen *s = NEW(e->a, struct screen);
    struct screen_result *r = NEW(e->a, struct screen_result);
    size_t limit = (size_t)cli_int(c, "limit", CANDIDATES_DEFAULT);
    const struct programme *p = programme_open(tx, c->args[0], c->codes, &version, e->a, e);
    if (!p || !screen_open(tx, p, c->codes, PARAMETERS_NOW, e->a, s, e))
        return false;
    struct screen_request q = { .screen = s,
                                .sources = c->program->fact_sources,
                                .who = &c->actor,
                                .within = cli_region(c, "region"),
                                .as_of = clock_today(),
                                .today = clock_today(),
                                .candidates = true };
    r->variants = 1;
    v->n = 0;
    v->list = NEW_ARRAY(e->a, struct candidate, limit + 1);
    bool ok = screen_run(tx, &q, r, e);
    v->qualify = (int64_t)r->candidates_n;
    for (size_t i = 0; ok && i < r->candidates_n && v->n < limit; i++)
        ok = take(v, tx, version.programme, &r->candidates[i], e);
    screen_result_release(r);
    return ok;
}

int case_candidates_cmd(struct cli *c)
{
    static const struct table_col cols[] = { { { "次序", "Order" }, true },
                                             { { "户编号", "Household" }, false },
                                             { { "户主", "Head" }, false },
                                             { { "村", "Village" }, false } };
    struct candidates v = { .c = c };
    struct json_out w = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_candidates, &v))
        return EXIT_NOTHING;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    if (c->json)
        put_list(&w);
    for (size_t i = 0; i < v.n; i++) {
        table_int(&t, v.list[i].no);
        table_text(&t, v.list[i].hh_no);
        table_text(&t, v.list[i].head_name);
        table_text(&t, v.list[i].village);
        if (c->json) {
            put_object(&w);
            put_member_int(&w, "order", v.list[i].no);
            put_member_text(&w, "hh_no", v.list[i].hh_no);
            put_member_text(&w, "head_name", v.list[i].head_name);
            put_member_text(&w, "village", v.list[i].village);
            put_object_end(&w);
        }
    }
    if (c->json) {
        put_list_end(&w);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}
