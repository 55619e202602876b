/* as_of_cmd.c - `show household --as-of`: a household as it was. */
#include "base/clock.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "registry/as_of.h"
#include "registry/find.h"

struct looking {
    struct cli *c;
    struct date day;
    struct household_then then;
};

static bool do_look(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *l = ctx;
    struct cli *c = l->c;
    struct household h;
    enum found f = household_by_no(tx, &c->actor, c->args[0], cli_region(c, "county"), &h, e);
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(c->args[0]));
    return f == FOUND && household_as_of(tx, &h, l->day, &l->then, e);
}

static void as_of_json(struct cli *c, const struct looking *l)
{
    struct json_out w = JSON_OUT(&c->out);
    CLEANUP(buf_release) struct buf day = BUF(32);
    date_print(&day, l->day);
    put_object(&w);
    put_member_text(&w, "as_of", buf_str(&day));
    put_member_bool(&w, "on_register", l->then.on_register);
    cli_put_cols(c, &w, &household_entity, &l->then.household);
    put_member_text(&w, "village_name", l->then.village);
    put_member_text(&w, "township_name", l->then.township);
    put_key(&w, "members");
    put_list(&w);
    for (size_t i = 0; i < l->then.members_n; i++) {
        put_object(&w);
        cli_put_cols(c, &w, &person_entity, &l->then.members[i]);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void basics(struct cli *c, const struct looking *l)
{
    const struct household_then *t = &l->then;
    for (size_t i = 0; i < household_entity.n; i++) {
        const struct col *col = &household_entity.cols[i];
        if ((col->flags & SERVER) || !col_known(col, &t->household))
            continue;
        struct str label = str_of(label_in(&col->label, c->e.lang));
        size_t width = str_width(label);
        buf_add(&c->out, label);
        buf_pad(&c->out, width < 24 ? 24 - width : 1, ' ');
        buf_add(&c->out, cli_cell(c, &household_entity, col->name, &t->household));
        if (!strcmp(col->name, "village"))
            buf_addf(&c->out, " %.*s%.*s", (int)t->township.n, t->township.p, (int)t->village.n,
                     t->village.p);
        buf_addc(&c->out, '\n');
    }
}

static void members(struct cli *c, const struct looking *l)
{
    static const struct table_col cols[] = {
        { { "姓名", "Name" }, false },          { { "与户主关系", "Relation" }, false },
        { { "性别", "Sex" }, false },           { { "年龄", "Age" }, true },
        { { "证件号码", "Id number" }, false }, { { "进入本户", "Since" }, false },
        { { "文化程度", "Education" }, false }, { { "劳动技能", "Labour" }, false },
    };
    static const char *const names[] = { "id_number", "joined_on", "education", "labour" };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < l->then.members_n; i++) {
        const struct person *p = &l->then.members[i];
        table_text(&t, p->name);
        table_text(&t, cli_cell(c, &person_entity, "relation", p));
        table_text(&t, cli_cell(c, &person_entity, "sex", p));
        if (p->birth_date.set)
            table_int(&t, date_age(p->birth_date.v, l->day));
        else
            table_text(&t, STR(""));
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &person_entity, names[k], p));
    }
    buf_addc(&c->out, '\n');
    table_print(&t, c->e.lang, &c->out);
}

static void what_followed(struct cli *c, const struct looking *l)
{
    if (!l->then.since_n)
        return;
    buf_addc(&c->out, '\n');
    cli_say(c, MSG_AS_OF_SINCE);
    for (size_t i = 0; i < l->then.since_n; i++) {
        const struct movement *m = &l->then.since[i];
        struct str kind = cli_cell(c, &movement_entity, "kind", m);
        struct str who = m->person_id.set ? m->person_name : m->hh_no;
        date_print(&c->out, m->effective_on);
        buf_addf(&c->out, "  %lld  %.*s  %.*s\n", (long long)m->no, (int)who.n, who.p, (int)kind.n, kind.p);
    }
}

int show_as_of(struct cli *c)
{
    struct looking l = { .c = c, .day = { (int32_t)cli_value(c, "as-of")->v } };
    if (cli_flag(c, "full")) {
        fail(&c->e, ERR_INVALID, "full", MSG_AS_OF_FULL);
        return EXIT_USAGE;
    }
    if (l.day.day > clock_today().day) {
        fail(&c->e, ERR_INVALID, "as-of", MSG_AS_OF_AHEAD, A(l.day));
        return EXIT_USAGE;
    }
    if (!cli_load_codes(c) || !cli_read(c, do_look, &l))
        return EXIT_NOTHING;
    if (c->json) {
        as_of_json(c, &l);
        return EXIT_DONE;
    }
    cli_say(c, MSG_AS_OF_HEAD, A(l.day));
    if (!l.then.on_register)
        cli_say(c, MSG_AS_OF_NOT_ON_REGISTER);
    buf_addc(&c->out, '\n');
    basics(c, &l);
    members(c, &l);
    what_followed(c, &l);
    return EXIT_DONE;
}
