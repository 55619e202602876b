/* movements_cmd.c - the movements of a time, and that opening + in - out = closing. */
#include "base/clock.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "registry/balance.h"
#include "registry/state_years.h"

enum { LIMIT_DEFAULT = 50 };

struct movements {
    struct cli *c;
    struct date from, to;
    int32_t kind;
    struct balance b;
    struct list rows;
    bool more;
};

struct str cli_cell(struct cli *c, const struct entity *en, const char *name, const void *obj)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    col_print_masked(entity_col(en, name), obj, &b, c->codes, c->e.lang);
    return arena_str(c->a, buf_str(&b));
}

void cli_put_cols(struct cli *c, struct json_out *w, const struct entity *en, const void *obj)
{
    for (size_t i = 0; i < en->n; i++) {
        const struct col *col = &en->cols[i];
        bool internal = !strcmp(col->name, "id") || str_ends(str_of(col->name), STR("_id")) ||
                        !strcmp(col->name, "reverses") || !strcmp(col->name, "reversed_by") ||
                        !strcmp(col->name, "mac") || !strcmp(col->name, "detail");
        if (internal || !col_known(col, obj))
            continue;
        put_key(w, col->name);
        col_json(col, obj, w, c->codes, true);
    }
}

static bool do_movements(struct tx *tx, void *ctx, struct errs *e)
{
    struct movements *m = ctx;
    struct cli *c = m->c;
    struct region_code region = cli_region(c, "region");
    return balance_of(tx, &c->actor, region, m->from, m->to, &m->b, e) &&
           movements_list(tx, &c->actor, region, m->from, m->to, m->kind,
                          (size_t)cli_int(c, "limit", LIMIT_DEFAULT), &m->rows, &m->more, e);
}

/* --- output ------------------------------------------------------------------------------------------ */

static const struct code_row *kind_row(const struct cli *c, size_t kind)
{
    const struct code_table *t = code_table(c->codes, "movement_kind");
    return t ? code_row(t, (int32_t)kind) : NULL;
}

static bool moves(const struct movements *m, size_t k)
{
    return m->b.households.in[k] || m->b.households.out[k] || m->b.persons.in[k] || m->b.persons.out[k];
}

static void put_flows(struct json_out *w, const char *key, const struct flows *f)
{
    put_key(w, key);
    put_object(w);
    put_member_int(w, "opening", f->opening);
    put_member_int(w, "in", f->total_in);
    put_member_int(w, "out", f->total_out);
    put_member_int(w, "closing", f->closing);
    put_object_end(w);
}

static void put_date(struct json_out *w, const char *key, struct date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    date_print(&b, d);
    put_member_text(w, key, buf_str(&b));
}

static void put_kinds(struct cli *c, struct json_out *w, const struct movements *m)
{
    put_key(w, "kinds");
    put_list(w);
    for (size_t k = 0; k < MOVE_KINDS; k++) {
        const struct code_row *row = kind_row(c, k);
        if (!moves(m, k))
            continue;
        put_object(w);
        put_member_cstr(w, "kind", row ? row->slug.p : "without_movement");
        put_member_int(w, "households_in", m->b.households.in[k]);
        put_member_int(w, "households_out", m->b.households.out[k]);
        put_member_int(w, "persons_in", m->b.persons.in[k]);
        put_member_int(w, "persons_out", m->b.persons.out[k]);
        put_object_end(w);
    }
    put_list_end(w);
}

static void movements_json(struct cli *c, const struct movements *m)
{
    struct json_out w = JSON_OUT(&c->out);
    const struct movement *x = m->rows.rows;
    put_object(&w);
    put_date(&w, "from", m->from);
    put_date(&w, "to", m->to);
    put_flows(&w, "households", &m->b.households);
    put_flows(&w, "persons", &m->b.persons);
    put_kinds(c, &w, m);
    put_member_bool(&w, "balanced", m->b.balanced);
    put_key(&w, "movements");
    put_list(&w);
    for (size_t i = 0; i < m->rows.n; i++) {
        put_object(&w);
        cli_put_cols(c, &w, &movement_entity, &x[i]);
        if (x[i].reverses.set)
            put_member_bool(&w, "undo", true);
        if (x[i].reversed_by.set)
            put_member_bool(&w, "undone", true);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_member_bool(&w, "more", m->more);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void balance_text(struct cli *c, const struct movements *m)
{
    static const struct table_col cols[] = {
        { { "", "" }, false },
        { { "户", "Households" }, true },
        { { "人", "Persons" }, true },
    };
    static const struct label opening = { "期初", "Opening" }, closing = { "期末", "Closing" },
                              other = { "登记或导入", "Registered or imported" };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    const struct flows *h = &m->b.households, *p = &m->b.persons;
    table_text(&t, str_of(label_in(&opening, c->e.lang)));
    table_int(&t, h->opening);
    table_int(&t, p->opening);
    for (int out = 0; out <= 1; out++)
        for (size_t k = 0; k < MOVE_KINDS; k++) {
            const struct code_row *row = kind_row(c, k);
            int64_t a = out ? h->out[k] : h->in[k], b = out ? p->out[k] : p->in[k];
            if (!a && !b)
                continue;
            const char *name = row ? code_label(row, c->e.lang).p : label_in(&other, c->e.lang);
            table_text(&t, str_of(arena_printf(c->a, "%s %s", out ? "−" : "+", name)));
            table_int(&t, a);
            table_int(&t, b);
        }
    table_text(&t, str_of(label_in(&closing, c->e.lang)));
    table_int(&t, h->closing);
    table_int(&t, p->closing);
    table_print(&t, c->e.lang, &c->out);
}

static struct str kind_cell(struct cli *c, const struct movement *x)
{
    static const struct label undo = { "撤销", "undo of" }, undone = { "已撤销", "undone" };
    struct str kind = cli_cell(c, &movement_entity, "kind", x);
    if (x->reverses.set)
        return str_of(arena_printf(c->a, "%s %s", label_in(&undo, c->e.lang), kind.p));
    if (x->reversed_by.set)
        return str_of(arena_printf(c->a, "%s (%s)", kind.p, label_in(&undone, c->e.lang)));
    return kind;
}

static void list_text(struct cli *c, const struct movements *m)
{
    static const struct table_col cols[] = {
        { { "变动号", "No." }, true },        { { "生效日期", "Effective" }, false },
        { { "户编号", "Household" }, false }, { { "姓名", "Name" }, false },
        { { "类型", "Kind" }, false },        { { "", "" }, true },
        { { "另一户", "Other" }, false },     { { "原因", "Reason" }, false },
        { { "依据", "Document" }, false },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    const struct movement *x = m->rows.rows;
    for (size_t i = 0; i < m->rows.n; i++) {
        table_int(&t, x[i].no);
        table_text(&t, cli_cell(c, &movement_entity, "effective_on", &x[i]));
        table_text(&t, x[i].hh_no);
        table_text(&t, x[i].person_id.set ? x[i].person_name : STR(""));
        table_text(&t, kind_cell(c, &x[i]));
        table_text(&t, x[i].change > 0 ? STR("+1") : x[i].change < 0 ? STR("−1") : STR(""));
        table_text(&t, x[i].other_hh_no.p ? x[i].other_hh_no : STR(""));
        table_text(&t, x[i].reason);
        table_text(&t, x[i].document.p ? x[i].document : STR(""));
    }
    if (m->rows.n) {
        table_print(&t, c->e.lang, &c->out);
        buf_addc(&c->out, '\n');
    } else if (cli_int(c, "limit", LIMIT_DEFAULT)) {
        cli_say(c, MSG_MOVEMENTS_NONE);
    }
    if (m->more && m->rows.n)
        cli_say(c, MSG_MOVEMENTS_MORE);
}

static const char *first_misfit(struct cli *c, const struct balance *b)
{
    CLEANUP(buf_release) struct buf t = BUF(1024);
    for (size_t i = 0; i < b->misfits_n && i < 3; i++) {
        if (i)
            buf_adds(&t, ", ");
        buf_add(&t, b->misfits[i].hh_no);
        if (b->misfits[i].name.p) {
            buf_addc(&t, ' ');
            buf_add(&t, b->misfits[i].name);
        }
    }
    return arena_str(c->a, buf_str(&t)).p;
}

static bool read_kind(struct cli *c, int32_t *kind)
{
    struct str text = cli_text(c, "kind");
    struct movement m = { 0 };
    struct reading rd = { .e = &c->e, .codes = c->codes, .today = clock_today() };
    if (text.p && !col_read(entity_col(&movement_entity, "kind"), &m, text, &rd))
        return false;
    *kind = m.kind.v;
    return true;
}

int movements_cmd(struct cli *c)
{
    struct movements m = { .c = c, .from = clock_today(), .to = clock_today() };
    const struct opt_value *from = cli_value(c, "from"), *to = cli_value(c, "to");
    date_of(date_civil(m.to).year, 1, 1, &m.from);
    if (to) {
        m.to.day = (int32_t)to->v;
        date_of(date_civil(m.to).year, 1, 1, &m.from);
    }
    if (from)
        m.from.day = (int32_t)from->v;
    if (m.from.day > m.to.day) {
        fail(&c->e, ERR_INVALID, "from", MSG_BALANCE_DAYS, A(m.from), A(m.to));
        return EXIT_USAGE;
    }
    if (!cli_load_codes(c) || !read_kind(c, &m.kind) || !cli_read(c, do_movements, &m))
        return EXIT_NOTHING;
    if (c->json) {
        movements_json(c, &m);
        return m.b.balanced ? EXIT_DONE : EXIT_REFUSED;
    }
    list_text(c, &m);
    balance_text(c, &m);
    if (m.b.balanced)
        cli_say(c, MSG_BALANCE_OK);
    else
        cli_say(c, MSG_BALANCE_BAD, A(m.b.misfits_n), A(first_misfit(c, &m.b)));
    return m.b.balanced ? EXIT_DONE : EXIT_REFUSED;
}

/* --- year by year --------------------------------------------------------------------------------------- */

struct states {
    struct cli *c;
    struct state_years y;
};

static bool do_states(struct tx *tx, void *ctx, struct errs *e)
{
    struct states *s = ctx;
    return state_years_of(tx, &s->c->actor, cli_region(s->c, "region"), clock_today(), &s->y, e);
}

static void states_json(struct cli *c, const struct state_years *y)
{
    static const char *const keys[] = { [YEAR_REGISTERED] = "registered",
                                        [YEAR_PLANNED] = "planned",
                                        [YEAR_EXITED] = "exited",
                                        [YEAR_FALLEN_BACK] = "fallen_back",
                                        [YEAR_CLOSED] = "closed" };
    struct json_out w = JSON_OUT(&c->out);
    put_list(&w);
    for (size_t i = 0; i < y->n; i++) {
        put_object(&w);
        put_key(&w, "year");
        if (y->list[i].year)
            put_int(&w, y->list[i].year);
        else
            put_nil(&w);
        for (size_t k = 0; k < YEAR_KINDS; k++) {
            put_key(&w, keys[k]);
            put_object(&w);
            put_member_int(&w, "households", y->list[i].households[k]);
            put_member_int(&w, "persons", y->list[i].persons[k]);
            put_object_end(&w);
        }
        put_object_end(&w);
    }
    put_list_end(&w);
    buf_addc(&c->out, '\n');
}

int states_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "年度", "Year" }, true },  { { "新登记户", "Registered" }, true },
        { { "人", "Persons" }, true }, { { "计划脱贫户", "Planned" }, true },
        { { "人", "Persons" }, true }, { { "脱贫户", "Out of poverty" }, true },
        { { "人", "Persons" }, true }, { { "返贫户", "Fallen back" }, true },
        { { "人", "Persons" }, true }, { { "注销户", "Closed" }, true },
        { { "人", "Persons" }, true },
    };
    static const struct label unknown = { "不明", "unknown" };
    struct states s = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_states, &s))
        return EXIT_NOTHING;
    if (c->json) {
        states_json(c, &s.y);
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < s.y.n; i++) {
        const struct state_year *x = &s.y.list[i];
        if (x->year)
            table_int(&t, x->year);
        else
            table_text(&t, str_of(label_in(&unknown, c->e.lang)));
        for (size_t k = 0; k < YEAR_KINDS; k++) {
            table_int(&t, x->households[k]);
            table_int(&t, x->persons[k]);
        }
    }
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}
