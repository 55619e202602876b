/* as_of_cmd.c - `show household --as-of`: a household as it was. */
#include "base/clock.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "registry/as_of.h"
#include "registry/find.h"
#include "registry/history.h"

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

/* --- years, here and in `show household` ----------------------------------------------------- */

static void put_amount(struct json_out *w, const char *key, struct opt_money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    put_key(w, key);
    if (m.set)
        money_print(&b, m.v);
    put_text(w, m.set ? buf_str(&b) : (struct str){ 0 });
}

void cli_put_sums(struct json_out *w, const struct household_year *y, size_t members)
{
    put_amount(w, "total_income", income_total(y));
    put_amount(w, "net_income", income_net(y));
    put_amount(w, "net_income_per_head", income_net_per_head(y, (int64_t)members));
}

static void amount_cell(struct table *t, struct opt_money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    if (m.set)
        money_print_grouped(&b, m.v);
    else
        buf_adds(&b, "—");
    table_text(t, buf_str(&b));
}

void cli_show_years(struct cli *c, const struct household_year *years, size_t n, size_t members)
{
    static const struct table_col cols[] = {
        { { "年度", "Year" }, true },        { { "工资性", "Wages" }, true },
        { { "经营性", "Business" }, true },  { { "财产性", "Property" }, true },
        { { "转移性", "Transfers" }, true }, { { "经营支出", "Expense" }, true },
        { { "纯收入", "Net" }, true },       { { "人均纯收入", "Net per head" }, true },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < n; i++) {
        table_int(&t, years[i].year.v);
        for (enum income_item k = INCOME_WAGE; k < INCOME_ITEMS; k++)
            amount_cell(&t, income_of(&years[i], k));
        amount_cell(&t, income_net(&years[i]));
        amount_cell(&t, income_net_per_head(&years[i], (int64_t)members));
    }
    table_print(&t, c->e.lang, &c->out);
}

/* --- a household as it was -------------------------------------------------------------------- */

static void put_rows(struct cli *c, struct json_out *w, const char *key, const struct entity *en,
                     const void *rows, size_t n)
{
    put_key(w, key);
    put_list(w);
    for (size_t i = 0; i < n; i++) {
        put_object(w);
        cli_put_cols(c, w, en, (const char *)rows + i * en->size);
        put_object_end(w);
    }
    put_list_end(w);
}

static void put_years(struct cli *c, struct json_out *w, const struct household_then *t)
{
    put_key(w, "years");
    put_list(w);
    for (size_t i = 0; i < t->years_n; i++) {
        put_object(w);
        cli_put_cols(c, w, &household_year_entity, &t->years[i]);
        cli_put_sums(w, &t->years[i], t->members_n);
        put_object_end(w);
    }
    put_list_end(w);
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
    put_rows(c, &w, "members", &person_entity, l->then.members, l->then.members_n);
    put_years(c, &w, &l->then);
    put_rows(c, &w, "states", &household_status_entity, l->then.states, l->then.states_n);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void line(struct cli *c, const struct entity *en, const struct col *col, const void *obj)
{
    struct str label = str_of(label_in(&col->label, c->e.lang));
    size_t width = str_width(label);
    buf_add(&c->out, label);
    buf_pad(&c->out, width < 24 ? 24 - width : 1, ' ');
    buf_add(&c->out, cli_cell(c, en, col->name, obj));
}

static void basics(struct cli *c, const struct looking *l)
{
    const struct household_then *t = &l->then;
    for (size_t i = 0; i < household_entity.n; i++) {
        const struct col *col = &household_entity.cols[i];
        if ((col->flags & SERVER) || !col_known(col, &t->household))
            continue;
        line(c, &household_entity, col, &t->household);
        if (!strcmp(col->name, "village"))
            buf_addf(&c->out, " %.*s%.*s", (int)t->township.n, t->township.p, (int)t->village.n,
                     t->village.p);
        buf_addc(&c->out, '\n');
    }
}

static bool is_about_living(const struct col *col, const struct household_year *y)
{
    return !(col->flags & SERVER) && col->type != T_OPT_MONEY && strcmp(col->name, "year") != 0 &&
           col_known(col, y);
}

static void living(struct cli *c, const struct household_year *y)
{
    bool said = false;
    for (size_t i = 0; i < household_year_entity.n; i++) {
        const struct col *col = &household_year_entity.cols[i];
        if (!is_about_living(col, y))
            continue;
        if (!said) {
            buf_addc(&c->out, '\n');
            cli_say(c, MSG_AS_OF_LIVING, A(y->year.v));
        }
        said = true;
        line(c, &household_year_entity, col, y);
        buf_addc(&c->out, '\n');
    }
}

/* Incomes of all years, and how they lived in the last of them. */
static void years(struct cli *c, const struct household_then *t)
{
    if (!t->years_n)
        return;
    buf_addc(&c->out, '\n');
    cli_say(c, MSG_AS_OF_INCOME);
    cli_show_years(c, t->years, t->years_n, t->members_n);
    living(c, &t->years[0]);
}

static void states(struct cli *c, const struct household_then *t)
{
    if (!t->states_n)
        return;
    buf_addc(&c->out, '\n');
    cli_say(c, MSG_AS_OF_STATES);
    for (size_t i = 0; i < t->states_n; i++) {
        const struct household_status *x = &t->states[i];
        struct str was = cli_cell(c, &household_status_entity, "old_state", x),
                   now = cli_cell(c, &household_status_entity, "state", x);
        date_print(&c->out, (struct date){ status_day(x) });
        buf_addf(&c->out, "  %.*s → %.*s", (int)was.n, was.p, (int)now.n, now.p);
        if (x->document.n)
            buf_addf(&c->out, "  %.*s", (int)x->document.n, x->document.p);
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
    years(c, &l.then);
    states(c, &l.then);
    what_followed(c, &l);
    return EXIT_DONE;
}
