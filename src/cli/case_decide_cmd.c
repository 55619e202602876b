/* case_decide_cmd.c - deciding on one case, or on thousands from a list. */
#include "cli/case_cmd.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/encoding.h"
#include "registry/find.h"

enum { CHUNK = 250, LIST_BYTES_MAX = 1 << 24 };

enum outcome { NOT_YET, DONE, DONE_BEFORE, NOT_DONE };
struct item {
    struct str number; /* as the file has it */
    enum outcome outcome;
    const char *why;
};
struct deciding {
    struct caseing x;
    struct case_decision d;
    bool (*each)(struct deciding *v, struct item *it, struct errs *own);
    struct item *items;
    size_t n, from, to; /* this chunk: [from, to) */
};

static bool read_decision(struct deciding *v, struct errs *e)
{
    struct cli *c = v->x.c;
    bool agree = cli_flag(c, "agree"), refuse = cli_flag(c, "refuse");
    if (agree == refuse)
        return fail(e, ERR_INVALID, "agree", MSG_CASE_DECIDE_WHICH);
    v->d = (struct case_decision){ .action = agree ? CASE_PASS : CASE_REFUSE,
                                   .opinion = cli_text(c, "opinion") };
    return case_approved(c, &v->d.approved, e);
}

static bool take_meeting(struct deciding *v, struct tx *tx, struct errs *e)
{
    if (!case_meeting_named(&v->x, tx, e))
        return false;
    v->d.meeting = v->x.with_meeting ? &v->x.meeting : NULL;
    return true;
}

/* --- one --------------------------------------------------------------------------------------------- */

static bool do_one(struct tx *tx, void *ctx, struct errs *e)
{
    struct deciding *v = ctx;
    struct cli *c = v->x.c;
    CLEANUP(act_release) struct act act = { 0 };
    if (!case_named(&v->x, tx, c->args[0], e) || !take_meeting(v, tx, e))
        return false;
    act_begin(&act, tx, &c->actor, "case.decide", str_of(arena_printf(e->a, "%lld", (long long)v->x.k.no)),
              e->a);
    v->x.w = case_desk(c, tx, &act, e);
    return case_decide(&v->x.w, &v->x.k, &v->d, e) && act_end(&act, NULL, e);
}

static int one(struct deciding *v)
{
    struct cli *c = v->x.c;
    if (!cli_write(c, 0, do_one, v))
        return EXIT_NOTHING;
    case_say_now(c, &v->x.k);
    if (v->x.k.number.p && v->x.k.decided_on.set)
        cli_say(c, MSG_CASE_NUMBERED, A(v->x.k.no), A(v->x.k.number));
    cli_answer(c, &relief_case_entity, &v->x.k);
    return v->x.k.state.v == CASE_RETURNED ? EXIT_REFUSED : EXIT_DONE;
}

/* --- many --------------------------------------------------------------------------------------------- */

static bool read_items(struct deciding *v, const char *path, struct errs *e)
{
    CLEANUP(buf_release) struct buf bytes = BUF(LIST_BYTES_MAX), own = BUF(LIST_BYTES_MAX * 2);
    struct csv_row row;
    size_t cap = 0;
    if (!cli_read_file(path, &bytes, e) || !encoding_fits(buf_str(&bytes), path, e))
        return false;
    struct csv csv = csv_open(to_utf8(buf_str(&bytes), encoding_detect(buf_str(&bytes)), &own));
    while (v->n < CASE_LIST_MAX && csv_next(&csv, e->a, &row)) {
        struct str number = row.n ? text_fold(e->a, row.cells[0]) : (struct str){ 0 };
        if (!number.p)
            continue;
        if (v->n == cap) {
            struct item *grown = NEW_ARRAY(e->a, struct item, cap ? cap * 2 : 1024);
            if (cap)
                memcpy(grown, v->items, cap * sizeof *grown);
            v->items = grown;
            cap = cap ? cap * 2 : 1024;
        }
        v->items[v->n++] = (struct item){ .number = number };
    }
    return v->n || fail(e, ERR_INVALID, "list", MSG_CASE_LIST_EMPTY, A(path));
}

/* It was done in a run before this one, which was cut short: nothing is done twice. */
static bool done_before(struct deciding *v, const struct relief_case *k, struct str step, bool *done,
                        struct errs *e)
{
    int64_t n;
    *done = v->d.action == CASE_REFUSE && k->state.v == CASE_REFUSED;
    if (*done || v->d.action != CASE_PASS || k->state.v == CASE_RETURNED || str_eq(k->step, step))
        return true;
    if (!db_int(v->x.w.tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM case_event WHERE county = $1 AND case_id = $2 AND step = $3 AND "
                    "action = 4"),
                &n, e, V(k->county), V(k->id), V(step)))
        return false;
    *done = n > 0;
    return true;
}

static const char *words_of(const struct errs *own, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1000);
    for (const struct err *x = own->bad.first ? own->bad.first : own->warned.first; x; x = x->next)
        buf_addf(&b, "%s%s", b.n ? "; " : "", x->text);
    return arena_str(a, buf_str(&b)).p;
}

/* What the database refuses ends the run; what a case lacks only keeps it from being done. */
static bool is_fault(const struct errs *e)
{
    for (const struct err *x = e->bad.first; x; x = x->next)
        if (x->code == ERR_INTERNAL || x->code == ERR_RETRY || x->code == ERR_UNAVAILABLE)
            return true;
    return false;
}

static bool decide_item(struct deciding *v, struct item *it, struct errs *own)
{
    struct str step = cli_text(v->x.c, "step");
    struct relief_case *k = &v->x.k;
    bool done;
    *k = (struct relief_case){ 0 };
    if (!case_named(&v->x, v->x.w.tx, it->number, own) || !done_before(v, k, step, &done, own))
        return false;
    it->outcome = done ? DONE_BEFORE : NOT_DONE;
    if (done)
        return true;
    if (k->state.v != CASE_IN_STEPS || !str_eq(k->step, step))
        return fail(own, ERR_CONFLICT, "no", MSG_CASE_NOT_AT, A(k->no), A(step),
                    A(k->step.p ? k->step : STR("—")));
    if (!case_decide(&v->x.w, k, &v->d, own))
        return false;
    if (k->state.v == CASE_RETURNED) /* the conditions lack something: it is not done */
        return true;
    it->outcome = DONE;
    return true;
}

static bool do_chunk(struct tx *tx, void *ctx, struct errs *e)
{
    struct deciding *v = ctx;
    struct cli *c = v->x.c;
    CLEANUP(arena_free) struct arena a = { 0 };
    struct errs outer = { .a = &a, .lang = e->lang };
    CLEANUP(act_release) struct act act = { 0 };
    v->x.k.county = 0;
    if (!take_meeting(v, tx, e))
        return false;
    act_begin(&act, tx, &c->actor, c->command->name, cli_text(c, "step"), &a);
    v->x.w = case_desk(c, tx, &act, &outer);
    for (size_t i = v->from; i < v->to; i++) {
        struct errs own = { .a = &a, .lang = e->lang };
        struct item *it = &v->items[i];
        it->outcome = NOT_DONE;
        bool ok = v->each(v, it, &own);
        if (!ok && is_fault(&own)) {
            errs_append(e, &own);
            return false;
        }
        it->why = it->outcome == NOT_DONE ? words_of(&own, c->a) : NULL;
    }
    bool ok = act_end(&act, NULL, &outer);
    if (!ok)
        errs_append(e, &outer);
    return ok;
}

static int report(struct deciding *v, bool whole)
{
    struct cli *c = v->x.c;
    struct json_out w = JSON_OUT(&c->out);
    size_t count[NOT_DONE + 1] = { 0 };
    for (size_t i = 0; i < v->n; i++)
        count[v->items[i].outcome]++;
    if (c->json) {
        put_object(&w);
        put_member_int(&w, "cases", (int64_t)v->n);
        put_member_int(&w, "done", (int64_t)count[DONE]);
        put_member_int(&w, "done_before", (int64_t)count[DONE_BEFORE]);
        put_member_int(&w, "waiting", (int64_t)count[NOT_YET]);
        put_key(&w, "not_done");
        put_list(&w);
    }
    for (size_t i = 0; i < v->n; i++) {
        if (v->items[i].outcome != NOT_DONE)
            continue;
        cli_say(c, MSG_CASE_LIST_LINE, A(v->items[i].number), A(v->items[i].why));
        if (c->json) {
            put_object(&w);
            put_member_text(&w, "case", v->items[i].number);
            put_member_cstr(&w, "why", v->items[i].why);
            put_object_end(&w);
        }
    }
    if (c->json) {
        put_list_end(&w);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    }
    cli_say(c, MSG_CASE_LIST_DONE, A(v->n), A(count[DONE]), A(count[DONE_BEFORE]),
            A(count[NOT_DONE] + count[NOT_YET]));
    if (!whole)
        return EXIT_INTERRUPTED;
    return count[NOT_DONE] ? EXIT_REFUSED : EXIT_DONE;
}

static int many(struct deciding *v)
{
    struct cli *c = v->x.c;
    if (!read_items(v, cli_cstr(c, "list"), &c->e))
        return EXIT_NOTHING;
    for (v->from = 0; v->from < v->n && !(c->stop && *c->stop); v->from = v->to) {
        v->to = v->from + CHUNK < v->n ? v->from + CHUNK : v->n;
        if (!cli_write(c, 0, do_chunk, v))
            return EXIT_NOTHING;
        cli_progress(c, arena_printf(c->a, "%zu / %zu", v->to, v->n));
    }
    cli_progress(c, "");
    return report(v, v->from >= v->n);
}

int case_decide_cmd(struct cli *c)
{
    struct deciding v = { .x.c = c };
    bool listed = cli_value(c, "list") != NULL;
    if (listed == (c->args_n == 1) || (listed && !cli_value(c, "step"))) {
        fail(&c->e, ERR_INVALID, "list", MSG_CASE_ONE_OR_LIST);
        return EXIT_USAGE;
    }
    if (!cli_load_codes(c) || !read_decision(&v, &c->e))
        return EXIT_NOTHING;
    v.each = decide_item;
    return listed ? many(&v) : one(&v);
}

/* --- many applications ------------------------------------------------------------------------------- */

static bool apply_item(struct deciding *v, struct item *it, struct errs *own)
{
    struct cli *c = v->x.c;
    struct case_application in = { .programme = c->args[0] };
    if (cli_value(c, "period"))
        in.period_no = (struct opt_int){ cli_int(c, "period", 0), true };
    enum found f =
        household_by_no(v->x.w.tx, &c->actor, it->number, cli_region(c, "county"), &in.household, own);
    if (f != FOUND)
        return f == NONE && fail(own, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(it->number));
    if (!case_apply(&v->x.w, &in, &v->x.k, own) || !case_set_fields(&v->x, own))
        return false;
    if (cli_flag(c, "submit") && !case_submit(&v->x.w, &v->x.k, own))
        return false;
    it->outcome = DONE;
    return true;
}

int case_apply_list(struct cli *c)
{
    struct deciding v = { .x.c = c, .each = apply_item };
    return many(&v);
}
