/* move_cmd.c - movements of persons and households, and changes of state. */
#include "cli/move_cmd.h"

#include "base/clock.h"
#include "cli/commands.h"
#include "registry/find.h"
#include "registry/movement.h"
#include "registry/transfer.h"

enum { SETS_MAX = 64 };

/* One run of one of these commands. */
struct moving {
    struct cli *c;
    struct household h; /* the one named first */
    struct str subject; /* person or household, in the answer */
    const char *what;   /* what became of it: a label */
    struct movement undone;
    struct event ev;
    struct str made; /* the number of a new household */
    bool closed;
};
typedef bool move_fn(struct moving *m, struct errs *e);

/* --- what the commands are made of -------------------------------------------------------- */

static bool named_household(struct moving *m, struct tx *tx, struct str no, struct household *h,
                            struct errs *e)
{
    enum found f = household_by_no(tx, &m->c->actor, no, cli_region(m->c, "county"), h, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(no)));
}

static struct opt_date born(const struct cli *c)
{
    const struct opt_value *v = cli_value(c, "born");
    return (struct opt_date){ { v ? (int32_t)v->v : 0 }, v != NULL };
}

static bool read_col(struct cli *c, const struct entity *en, const char *name, void *obj, struct str text,
                     struct errs *e)
{
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today(), .newly = true };
    return !text.p || col_read(entity_col(en, name), obj, text, &rd);
}

static bool read_relation(struct cli *c, struct str text, struct code *relation, struct errs *e)
{
    struct person p = { 0 };
    bool ok = read_col(c, &person_entity, "relation", &p, text, e);
    *relation = p.relation;
    return ok;
}

static bool member_id(struct moving *m, struct str name, bool present, int64_t *id, struct errs *e)
{
    struct person p;
    if (!name.p)
        return true;
    if (!member_named(m->ev.act->tx, &m->h, name, (struct opt_date){ 0 }, present, &p, e))
        return false;
    *id = p.id;
    return true;
}

/* --- persons ------------------------------------------------------------------------------ */

static const struct {
    const char *command;
    int32_t kind;
} kinds[] = {
    { "move army", MOVE_ENLISTED },       { "move birth", MOVE_BORN },
    { "move death", MOVE_DIED },          { "move in", MOVE_MOVED_IN },
    { "move marry-in", MOVE_MARRIED_IN }, { "move marry-out", MOVE_MARRIED_OUT },
    { "move missing", MOVE_MISSING },     { "move out", MOVE_MOVED_OUT },
    { "move prison", MOVE_IMPRISONED },   { "move remove", MOVE_REMOVED },
    { "move return", MOVE_RETURNED },
};

static int32_t kind_of(const struct cli *c)
{
    for (size_t i = 0; i < N_ELEMS(kinds); i++)
        if (!strcmp(kinds[i].command, c->command->name))
            return kinds[i].kind;
    return 0;
}

static const char *label_of(const struct cli *c, const char *table, int32_t code)
{
    const struct code_table *t = code_table(c->codes, table);
    const struct code_row *r = t ? code_row(t, code) : NULL;
    return r ? code_label(r, c->e.lang).p : "?";
}

static bool leave(struct moving *m, struct errs *e)
{
    struct cli *c = m->c;
    struct household to;
    struct person p;
    struct leaving x = {
        .kind = kind_of(c), .county = m->h.county, .household_id = m->h.id, .close = cli_flag(c, "close")
    };
    if (!member_named(m->ev.act->tx, &m->h, c->args[1], born(c), false, &p, e) ||
        !member_id(m, cli_text(c, "head"), true, &x.new_head_id, e) ||
        !read_relation(c, cli_text(c, "relation"), &x.relation, e))
        return false;
    x.person_id = p.id;
    if (cli_text(c, "to").p) {
        if (!named_household(m, m->ev.act->tx, cli_text(c, "to"), &to, e))
            return false;
        if (to.county != m->h.county)
            return fail(e, ERR_INVALID, "to", MSG_IMPORT_OUTSIDE, A(to.village));
        x.to_household_id = to.id;
    }
    m->subject = p.name;
    m->what = label_of(c, "movement_kind", x.kind);
    m->closed = x.close;
    return movement_leave(&m->ev, &x, e);
}

/* A passport or the like is no citizen number: kept as written. */
static bool read_id(struct cli *c, struct person *p, struct errs *e)
{
    struct col other = *entity_col(&person_entity, "id_number");
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today(), .newly = true };
    bool citizen = !p->id_kind.set || p->id_kind.v == ID_KIND_CITIZEN || p->id_kind.v == ID_KIND_NONE;
    other.check = NULL;
    other.min = 3;
    other.max = 40;
    return !cli_text(c, "id").p ||
           col_read(citizen ? entity_col(&person_entity, "id_number") : &other, p, cli_text(c, "id"), &rd);
}

/* FIELD=VALUE of --set, the field by name or heading. */
static bool read_sets(struct cli *c, struct person *p, struct errs *e)
{
    for (const struct opt_value *v = cli_value(c, "set"); v; v = cli_next_value(v)) {
        struct str rest = v->text, field;
        const struct col *col = NULL;
        bool pair = memchr(rest.p, '=', rest.n) != NULL;
        str_split(&rest, '=', &field);
        for (size_t i = 0; i < person_entity.n && !col; i++) {
            const struct col *x = &person_entity.cols[i];
            if (!(x->flags & SERVER) && x->seal == SEAL_NONE &&
                (str_eq(field, str_of(x->name)) || str_eq(field, str_of(x->label.zh)) ||
                 str_eq(field, str_of(x->label.en))))
                col = x;
        }
        if (!col || !pair)
            return fail(e, ERR_INVALID, "set", MSG_ROSTER_CONDITION, A(v->text));
        if (!read_col(c, &person_entity, col->name, p, rest, e))
            return false;
    }
    return true;
}

static bool read_person(struct cli *c, int32_t kind, struct person *p, struct errs *e)
{
    const struct opt_value *on = cli_value(c, "on");
    bool ok = read_col(c, &person_entity, "name", p, c->args[1], e) && read_sets(c, p, e);
    ok = read_col(c, &person_entity, "sex", p, cli_text(c, "sex"), e) && ok;
    ok = read_col(c, &person_entity, "relation", p, cli_text(c, "relation"), e) && ok;
    ok = read_id(c, p, e) && ok;
    if (born(c).set)
        p->birth_date = born(c);
    if (kind == MOVE_BORN && !p->birth_date.set && !p->id_number.p)
        p->birth_date = (struct opt_date){ { (int32_t)on->v }, true };
    return ok;
}

static bool join(struct moving *m, struct errs *e)
{
    struct cli *c = m->c;
    struct person old;
    struct joining x = { .kind = kind_of(c), .county = m->h.county, .household_id = m->h.id };
    if (!read_person(c, x.kind, &x.person, e))
        return false;
    enum found f = member_find(m->ev.act->tx, &m->h, x.person.name, born(c), false, &old, e);
    if (f == FAILED)
        return false;
    bool other =
        f == FOUND && old.id_number.p && x.person.id_number.p && !str_eq(old.id_number, x.person.id_number);
    if (f == FOUND && !other) {
        if (cli_value(c, "set"))
            return fail(e, ERR_CONFLICT, "set", MSG_MOVE_SET_NEW, A(old.name));
        x.person.id = old.id;
    }
    m->subject = x.person.name;
    m->what = label_of(c, "movement_kind", x.kind);
    return movement_join(&m->ev, &x, e);
}

/* --- households --------------------------------------------------------------------------- */

static bool head(struct moving *m, struct errs *e)
{
    struct person p;
    m->what = label_of(m->c, "movement_kind", MOVE_NEW_HEAD);
    if (!member_named(m->ev.act->tx, &m->h, m->c->args[1], born(m->c), true, &p, e))
        return false;
    m->subject = p.name;
    return movement_head(&m->ev, m->h.county, m->h.id, p.id, e);
}

static bool split(struct moving *m, struct errs *e)
{
    struct cli *c = m->c;
    struct splitting x = { .county = m->h.county, .household_id = m->h.id, .hh_no = cli_text(c, "number") };
    if (c->args_n - 1 > MOVERS_MAX)
        return fail(e, ERR_INVALID, "person", MSG_MOVE_TOO_MANY, A(MOVERS_MAX));
    for (size_t i = 1; i < c->args_n; i++) {
        if (!member_id(m, c->args[i], true, &x.person_ids[x.n++], e))
            return false;
        for (size_t k = 0; k + 1 < x.n; k++)
            if (x.person_ids[k] == x.person_ids[x.n - 1])
                return fail(e, ERR_INVALID, "person", MSG_MOVE_SEVERAL_TIMES, A(c->args[i]));
    }
    if (!read_col(c, &household_entity, "hh_no", &x.made, x.hh_no, e) ||
        !member_id(m, cli_text(c, "head"), true, &x.head_id, e) ||
        !member_id(m, cli_text(c, "old-head"), true, &x.old_head_id, e) || !movement_split(&m->ev, &x, e))
        return false;
    m->subject = m->h.hh_no;
    m->what = label_of(c, "movement_kind", MOVE_SPLIT_OFF);
    m->made = x.made.hh_no;
    return true;
}

static bool merge(struct moving *m, struct errs *e)
{
    struct cli *c = m->c;
    struct household into;
    if (!named_household(m, m->ev.act->tx, c->args[1], &into, e))
        return false;
    struct merging x = { .county = m->h.county, .from_id = m->h.id, .into_id = into.id };
    if (into.county != m->h.county)
        return fail(e, ERR_INVALID, "into", MSG_IMPORT_OUTSIDE, A(into.village));
    for (const struct opt_value *v = cli_value(c, "relation"); v; v = cli_next_value(v)) {
        struct str relation = v->text, name;
        if (!memchr(relation.p, '=', relation.n))
            return fail(e, ERR_INVALID, "relation", MSG_MOVE_RELATION_PAIR, A(v->text));
        str_split(&relation, '=', &name);
        if (x.n == MOVERS_MAX)
            return fail(e, ERR_INVALID, "relation", MSG_MOVE_TOO_MANY, A(MOVERS_MAX));
        if (!member_id(m, name, true, &x.person_ids[x.n], e) ||
            !read_relation(c, relation, &x.relations[x.n], e))
            return false;
        x.n += x.relations[x.n].set;
    }
    m->subject = m->h.hh_no;
    m->what = label_of(c, "movement_kind", MOVE_MERGED_AWAY);
    m->closed = true;
    return movement_merge(&m->ev, &x, e);
}

static bool transfer(struct moving *m, struct errs *e)
{
    struct cli *c = m->c;
    struct household number = { 0 };
    struct transfer x = { .county = m->h.county,
                          .household_id = m->h.id,
                          .to = cli_region(c, "to"),
                          .blocks = c->program->transfer_blocks,
                          .n = c->program->transfer_blocks_n };
    if (!read_col(c, &household_entity, "hh_no", &number, cli_text(c, "number"), e))
        return false;
    x.hh_no = number.hh_no;
    m->subject = m->h.hh_no;
    m->what = label_of(c, "movement_kind", MOVE_TRANSFERRED_OUT);
    if (!household_transfer(&m->ev, &x, e))
        return false;
    m->made = x.made.hh_no;
    return true;
}

/* --- running them ------------------------------------------------------------------------- */

/* Blanks say nothing. */
static struct str said(const struct cli *c, const char *option)
{
    struct str s = str_trim(cli_text(c, option));
    return s.n ? s : (struct str){ 0 };
}

static struct paper paper_of(const struct cli *c)
{
    const struct opt_value *on = cli_value(c, "on");
    return (struct paper){ .on = { on ? (int32_t)on->v : clock_today().day },
                           .reason = said(c, "reason"),
                           .document = said(c, "document") };
}

struct move_run {
    struct moving m;
    move_fn *fn;
};

/* What the audit row says: which movement, and how many rows it has; no reason, which may name an illness. */
static const char *audit_detail(const struct moving *m, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(4096), day = BUF(32);
    struct json_out w = JSON_OUT(&b);
    date_print(&day, m->ev.paper.on);
    put_object(&w);
    if (m->ev.rows) {
        put_member_int(&w, "movement", m->ev.first_no);
        put_member_int(&w, "rows", (int64_t)m->ev.rows);
    }
    put_member_text(&w, "on", buf_str(&day));
    put_object_end(&w);
    return arena_str(a, buf_str(&b)).p;
}

static bool do_move(struct tx *tx, void *ctx, struct errs *e)
{
    struct move_run *r = ctx;
    struct moving *m = &r->m;
    struct paper paper = paper_of(m->c);
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, tx, &m->c->actor, m->c->command->name, m->c->args[0], e->a);
    return named_household(m, tx, m->c->args[0], &m->h, e) &&
           event_begin(&m->ev, &act, &paper, clock_today(), e) && r->fn(m, e) &&
           act_end(&act, audit_detail(m, e->a), e);
}

static void put_done(struct cli *c, const struct moving *m)
{
    struct json_out w = JSON_OUT(&c->out);
    if (c->json) {
        put_object(&w);
        put_member_int(&w, "movement", m->ev.first_no);
        put_member_int(&w, "rows", (int64_t)m->ev.rows);
        put_member_text(&w, "hh_no", m->h.hh_no);
        if (m->made.p)
            put_member_text(&w, "new_hh_no", m->made);
        if (c->e.warned.first)
            put_member_cstr(&w, "note", c->e.warned.first->text);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
        return;
    }
    struct str subject = m->subject.p ? m->subject : m->h.hh_no;
    cli_say(c, MSG_MOVE_DONE, A(m->ev.first_no), A(subject), A(m->what), A(m->ev.paper.on));
    if (m->made.p && !str_eq(m->made, m->h.hh_no))
        cli_say(c, MSG_MOVE_MADE, A(m->made));
    if (m->closed)
        cli_say(c, MSG_MOVE_CLOSED_NOW, A(m->h.hh_no));
}

static int run(struct cli *c, move_fn *fn)
{
    struct move_run r = { .m = { .c = c }, .fn = fn };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_move, &r))
        return EXIT_NOTHING;
    put_done(c, &r.m);
    return EXIT_DONE;
}

static int leave_cmd(struct cli *c)
{
    return run(c, leave);
}

static int join_cmd(struct cli *c)
{
    return run(c, join);
}

static int head_cmd(struct cli *c)
{
    return run(c, head);
}

static int split_cmd(struct cli *c)
{
    return run(c, split);
}

static int merge_cmd(struct cli *c)
{
    return run(c, merge);
}

static int transfer_cmd(struct cli *c)
{
    return run(c, transfer);
}

/* --- undo --------------------------------------------------------------------------------- */

static bool do_undo(struct tx *tx, void *ctx, struct errs *e)
{
    struct moving *m = ctx;
    struct cli *c = m->c;
    struct paper paper = paper_of(c);
    int64_t no;
    CLEANUP(act_release) struct act act = { 0 };
    if (int_read(c->args[0], &no) != READ_OK)
        return fail(e, ERR_INVALID, "no", MSG_UNDO_NONE, A(c->args[0]));
    enum found f = movement_by_no(tx, &c->actor, no, cli_region(c, "county"), &m->undone, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_UNDO_NONE, A(no));
    paper.on = m->undone.effective_on;
    act_begin(&act, tx, &c->actor, c->command->name, m->undone.hh_no, e->a);
    return event_begin(&m->ev, &act, &paper, clock_today(), e) &&
           movement_undo(&m->ev, m->undone.county, no, e) && act_end(&act, audit_detail(m, e->a), e);
}

static int undo_cmd(struct cli *c)
{
    struct moving m = { .c = c };
    struct json_out w = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_write(c, 0, do_undo, &m))
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, MSG_UNDO_DONE, A(m.ev.first_no), A(m.undone.no));
        return EXIT_DONE;
    }
    put_object(&w);
    put_member_int(&w, "movement", m.ev.first_no);
    put_member_int(&w, "undone", m.undone.no);
    put_member_int(&w, "rows", (int64_t)m.ev.rows);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- states ------------------------------------------------------------------------------- */

struct state_run {
    struct moving m;
    int32_t state;
};

static bool do_status(struct tx *tx, void *ctx, struct errs *e)
{
    struct state_run *r = ctx;
    struct moving *m = &r->m;
    struct cli *c = m->c;
    struct household h = { 0 };
    struct household_status s = { 0 };
    struct paper paper = paper_of(c);
    struct date today = clock_today();
    const struct opt_value *year = cli_value(c, "year");
    CLEANUP(act_release) struct act act = { 0 };
    struct state_change x = { .state = r->state, .year = { year ? year->v : 0, year != NULL } };
    if (r->state == STATE_PRE_EXIT && paper.on.day > today.day) {
        if (!x.year.set) /* the day it is planned for: the plan itself holds from today */
            x.year = (struct opt_int){ date_civil(paper.on).year, true };
        paper.on = today;
    }
    if (!read_col(c, &household_entity, "back_cause", &h, cli_text(c, "cause"), e) ||
        !read_col(c, &household_status_entity, "note", &s, cli_text(c, "note"), e) ||
        !named_household(m, tx, c->args[0], &m->h, e))
        return false;
    if (!paper.reason.p)
        paper.reason =
            s.note.p
                ? s.note
                : code_row(code_table(c->codes, "poverty_state"), r->state)->zh; /* data, not a message */
    x.county = m->h.county;
    x.household_id = m->h.id;
    x.cause = h.back_cause;
    x.note = s.note;
    act_begin(&act, tx, &c->actor, "household.status", m->h.hh_no, e->a);
    return event_begin(&m->ev, &act, &paper, today, e) && household_set_state(&m->ev, &x, e) &&
           act_end(&act, audit_detail(m, e->a), e);
}

static int status_cmd(struct cli *c)
{
    struct state_run r = { .m = { .c = c } };
    struct json_out w = JSON_OUT(&c->out);
    if (!cli_load_codes(c))
        return EXIT_NOTHING;
    const struct code_row *row = code_find(code_table(c->codes, "poverty_state"), cli_text(c, "state"));
    r.state = row->code;
    if (!cli_write(c, 0, do_status, &r))
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, MSG_STATE_DONE, A(r.m.h.hh_no), A(code_label(row, c->e.lang)), A(r.m.ev.paper.on));
        return EXIT_DONE;
    }
    put_object(&w);
    put_member_text(&w, "hh_no", r.m.h.hh_no);
    put_member_text(&w, "state", row->slug);
    if (r.m.ev.rows)
        put_member_int(&w, "movement", r.m.ev.first_no);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- the table ---------------------------------------------------------------------------- */

// clang-format off
#define ON       { .name = "on", .kind = OPT_DATE, .flags = OPT_REQUIRED, .arg = { "日期", "DATE" }, .label = { "从哪天起，不能晚于今天", "the day from which it holds, not after today" } }
#define REASON   { .name = "reason", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "原因", "TEXT" }, .label = { "原因", "why" } }
#define DOCUMENT { .name = "document", .kind = OPT_TEXT, .arg = { "文件", "TEXT" }, .label = { "依据文件，如证明、文号", "the paper that proves it" } }
#define IN_COUNTY { .name = "county", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "编号属于哪个县", "the county whose number is meant" } }
#define BORN     { .name = "born", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "出生日期；重名时用以区分", "the birth date; tells namesakes apart" } }
#define NUMBER   { .name = "number", .kind = OPT_TEXT, .arg = { "编号", "NUMBER" }, .label = { "新的户编号", "the new household number" } }

static const struct opt leave_opts[] = {
    BORN,
    { .name = "close", .kind = OPT_FLAG, .label = { "是最后一个成员：同时销户", "the last member: close the household with it" } },
    IN_COUNTY, DOCUMENT,
    { .name = "head", .kind = OPT_TEXT, .arg = { "姓名", "NAME" }, .label = { "离开的是户主时，由谁接任", "who follows, if the head leaves" } },
    ON, REASON,
    { .name = "relation", .kind = OPT_TEXT, .arg = { "关系", "RELATION" }, .label = { "与 --to 那户户主的关系", "the relation to the head of the household --to" } },
    { .name = "to", .kind = OPT_TEXT, .arg = { "户编号", "NUMBER" }, .label = { "同时进入本县的哪一户（婚出、迁出）", "the household of the county joined at once (marry-out, out)" } },
    { 0 },
};
static const struct opt join_opts[] = {
    BORN, IN_COUNTY, DOCUMENT,
    { .name = "id", .kind = OPT_TEXT, .arg = { "号码", "NUMBER" }, .label = { "证件号码；可以以后补", "the identity number; may follow later" } },
    ON, REASON,
    { .name = "relation", .kind = OPT_TEXT, .arg = { "关系", "RELATION" }, .label = { "与户主关系", "the relation to the head" } },
    { .name = "set", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "字段=值", "FIELD=VALUE" }, .label = { "新成员的其他字段", "other fields of a new member" } },
    { .name = "sex", .kind = OPT_TEXT, .arg = { "性别", "SEX" }, .label = { "性别", "the sex" } },
    { 0 },
};
static const struct opt head_opts[] = { BORN, IN_COUNTY, DOCUMENT, ON, REASON, { 0 } };
static const struct opt split_opts[] = {
    IN_COUNTY, DOCUMENT,
    { .name = "head", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "姓名", "NAME" }, .label = { "新户的户主", "the head of the new household" } },
    NUMBER,
    { .name = "old-head", .kind = OPT_TEXT, .arg = { "姓名", "NAME" }, .label = { "原户主分出时，原户由谁接任", "who follows in the old one, if its head leaves" } },
    ON, REASON, { 0 },
};
static const struct opt merge_opts[] = {
    IN_COUNTY, DOCUMENT, ON, REASON,
    { .name = "relation", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "姓名=关系", "NAME=RELATION" }, .label = { "与并入户户主的关系，未写的填“其他”", "relation to the other head; “Other” where none is given" } },
    { 0 },
};
static const struct opt transfer_opts[] = {
    IN_COUNTY, DOCUMENT, NUMBER, ON, REASON,
    { .name = "to", .kind = OPT_REGION, .flags = OPT_REQUIRED, .arg = { "村代码", "VILLAGE" }, .label = { "转入哪个村", "the village it goes to" } },
    { 0 },
};
static const struct opt undo_opts[] = { IN_COUNTY, DOCUMENT, REASON, { 0 } };
static const struct opt status_opts[] = {
    { .name = "cause", .kind = OPT_TEXT, .arg = { "原因", "CAUSE" }, .label = { "返贫原因", "the cause of falling back" } },
    IN_COUNTY, DOCUMENT,
    { .name = "note", .kind = OPT_TEXT, .arg = { "文字", "TEXT" }, .label = { "备注", "a note" } },
    { .name = "on", .kind = OPT_DATE, .flags = OPT_REQUIRED, .arg = { "日期", "DATE" }, .label = { "从哪天起；计划脱贫可以写计划的日期", "the day from which it holds; of a plan, the day planned for" } },
    { .name = "reason", .kind = OPT_TEXT, .arg = { "原因", "TEXT" }, .label = { "原因", "why" } },
    { .name = "state", .kind = OPT_CHOICE, .flags = OPT_REQUIRED, .choices = "poor|pre_exit|exited|fallen_back|closed", .label = { "未脱贫、预脱贫、已脱贫、返贫、注销", "poor, planned to leave, out of poverty, fallen back, off the register" } },
    { .name = "year", .kind = OPT_INT, .min = 1978, .max = 2200, .arg = { "年度", "YEAR" }, .label = { "脱贫、计划脱贫或返贫年度（默认按日期）", "the year it counts for (default: of the day)" } },
    { 0 },
};
static const struct opt states_opts[] = {
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "只看这个区划", "only this region" } },
    { 0 },
};
static const struct opt movements_opts[] = {
    { .name = "from", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "从哪天起（默认今年 1 月 1 日）", "the first day (default: 1 January)" } },
    { .name = "kind", .kind = OPT_TEXT, .arg = { "类型", "KIND" }, .label = { "只列这一类变动", "list only this kind" } },
    { .name = "limit", .kind = OPT_INT, .min = 0, .max = 100000, .arg = { "条数", "N" }, .label = { "最多列出多少条（默认 50）", "at most so many (default 50)" } },
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "只看这个区划", "only this region" } },
    { .name = "to", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "到哪天止（默认今天）", "the last day (default: today)" } },
    { 0 },
};

#define PERSON_ARGS .args = { "户编号 姓名", "HOUSEHOLD NAME" }, .args_min = 2, .args_max = 2
#define LEAVE(word, zh, en, help_zh, help_en) \
    { .name = "move " word, .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = leave_opts, PERSON_ARGS, .summary = { zh, en }, \
      .help = { help_zh "\n\n  bangfu move " word " LW000001 陈某 --on 2024-03-01 --reason …", help_en "\n\n  bangfu move " word " LW000001 陈某 --on 2024-03-01 --reason …" }, .run = leave_cmd }
#define JOIN(word, zh, en, help_zh, help_en) \
    { .name = "move " word, .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = join_opts, PERSON_ARGS, .summary = { zh, en }, \
      .help = { help_zh "\n\n  bangfu move " word " LW000001 陈某 --relation 之子 --on 2024-03-01 --reason …", help_en "\n\n  bangfu move " word " LW000001 陈某 --relation 之子 --on 2024-03-01 --reason …" }, .run = join_cmd }
#define LEAVE_ZH "成员的记录保留。户主离开要用 --head 指明由谁接任；最后一个成员离开要销户（--close）。"
#define LEAVE_EN "The member's record stays. If the head leaves, --head says who follows; with the last member the household is closed (--close)."
#define TO_ZH LEAVE_ZH "用 --to 同时进入本县另一户。"
#define TO_EN LEAVE_EN " With --to the member joins another household of the county at once."

static const struct command commands[] = {
    LEAVE("army", "成员参军", "a member goes into the army", LEAVE_ZH, LEAVE_EN),
    JOIN("birth", "新生儿", "a child is born", "出生日期默认为生效日期；证件号码可以以后用导入补上。", "The birth date is the day given unless --born says otherwise; an import may add the identity number later."),
    LEAVE("death", "成员死亡", "a member dies", LEAVE_ZH, LEAVE_EN),
    { .name = "move head", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = head_opts, PERSON_ARGS, .summary = { "变更户主", "another member becomes the head" },
      .help = { "其他成员与户主的关系按新户主推定；推定不了的填“其他”并提示。\n\n  bangfu move head LW000001 陈某 --on 2024-03-01 --reason 原户主外出", "Relations are told from the new head; where they cannot be told they become “Other”, and a note says so.\n\n  bangfu move head LW000001 陈某 --on 2024-03-01 --reason …" }, .run = head_cmd },
    JOIN("in", "迁入", "somebody moves in", "曾经离开的人恢复原记录；已在别处登记的证件号码须先在那里迁出。", "Who left before comes back with the old record; who is registered elsewhere has to leave there first."),
    JOIN("marry-in", "婚入", "somebody marries in", "已在别处登记的人须先在那里婚出。", "Who is registered elsewhere has to marry out there first."),
    LEAVE("marry-out", "婚出", "a member marries out", TO_ZH, TO_EN),
    { .name = "move merge", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = merge_opts, .args = { "户编号 并入户编号", "HOUSEHOLD INTO" }, .args_min = 2, .args_max = 2, .summary = { "并户", "a household merges into another" },
      .help = { "全部成员进入另一户，原户注销。\n\n  bangfu move merge LW000001 LW000002 --relation 陈某=之母 --on 2024-03-01 --reason 并户", "All members join the other household; the first one is closed.\n\n  bangfu move merge LW000001 LW000002 --relation 陈某=之母 --on 2024-03-01 --reason …" }, .run = merge_cmd },
    LEAVE("missing", "成员失联或失踪", "a member is missing", LEAVE_ZH, LEAVE_EN),
    LEAVE("out", "迁出", "a member moves out", TO_ZH, TO_EN),
    LEAVE("prison", "成员服刑", "a member goes to prison", LEAVE_ZH, LEAVE_EN),
    LEAVE("remove", "清退成员", "a member is taken off the register", LEAVE_ZH, LEAVE_EN),
    JOIN("return", "服刑、参军或失联的成员回来", "a member returns from prison or the army, or is found", "恢复原记录。", "The old record holds again."),
    { .name = "move split", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = split_opts, .args = { "户编号 成员…", "HOUSEHOLD MEMBER…" }, .args_min = 2, .args_max = -1, .summary = { "分户", "members form a household of their own" },
      .help = { "不写 --number 就用本县下一个户编号。新户沿用原户的状态和原因，不带账号和负债。\n\n  bangfu move split LW000001 陈某 王某 --head 陈某 --on 2024-03-01 --reason 分家", "Without --number the county's next number is taken. State and causes are those of the old household; account and debt stay there.\n\n  bangfu move split LW000001 陈某 王某 --head 陈某 --on 2024-03-01 --reason …" }, .run = split_cmd },
    { .name = "move transfer", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = transfer_opts, .args = { "户编号", "HOUSEHOLD" }, .args_min = 1, .args_max = 1, .summary = { "整户转到另一个村，可以跨县", "a household moves to another village, of any county" },
      .help = { "跨县时成员、年度、状态和变动一并转去；有未了事项的不能转。需要两地的权限。\n\n  bangfu move transfer LW000001 --to 350604100201 --on 2024-03-01 --reason 搬迁", "Into another county members, years, states and movements go along; open business forbids it. Both places need the right.\n\n  bangfu move transfer LW000001 --to 350604100201 --on 2024-03-01 --reason …" }, .run = transfer_cmd },
    { .name = "move undo", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = undo_opts, .args = { "变动号", "NO" }, .args_min = 1, .args_max = 1, .summary = { "撤销一次变动", "take a movement back" },
      .help = { "以相反的变动撤销，什么也不删除。同一次登记的各行一起撤销。\n\n  bangfu move undo 17 --reason 登记有误", "An opposite movement is written, nothing is deleted. What was recorded together is taken back together.\n\n  bangfu move undo 17 --reason …" }, .run = undo_cmd },
    { .name = "movements", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = movements_opts, .summary = { "一段时间的变动，以及期初、增减和期末", "movements of a time, with opening, in, out and closing" },
      .help = { "期初 + 增加 − 减少必须等于期末，户和人都如此；不符时指出是谁，并以失败告终。\n\n  bangfu movements --from 2024-01-01 --to 2024-12-31 --region 350603100", "Opening + in - out must give closing, in households and in persons; who does not fit is named, and the command fails.\n\n  bangfu movements --from 2024-01-01 --to 2024-12-31 --region 350603100" }, .run = movements_cmd },
    { .name = "states", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = states_opts, .summary = { "历年登记、计划脱贫、脱贫、返贫和注销的户数、人数", "year by year: registered, planned, out of poverty, fallen back, closed" },
      .help = { "计划脱贫按计划的年度；人数是当时的成员。\n\n  bangfu states --region 350603100", "A plan counts in the year planned for; persons are the members of that day.\n\n  bangfu states --region 350603100" }, .run = states_cmd },
    { .name = "status", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = status_opts, .args = { "户编号", "HOUSEHOLD" }, .args_min = 1, .args_max = 1, .summary = { "变更脱贫状态", "change a household's poverty state" },
      .help = { "须有依据文件；返贫要写原因。注销时成员一并退出名册。\n\n  bangfu status LW000001 --state exited --year 2024 --on 2024-12-20 --document 镇扶〔2024〕12号", "It rests on a document; falling back has a cause. Closing takes the members off the register.\n\n  bangfu status LW000001 --state exited --year 2024 --on 2024-12-20 --document …" }, .run = status_cmd },
};
// clang-format on
const struct command_table move_commands = { { "变动", "Movements" }, commands, N_ELEMS(commands) };
