#include "programme/parameter.h"

#include "base/clock.h"
#include "registry/region.h"

// clang-format off
static const struct col cols[] = {
    COL(parameter_setting, no,         "编号",     "Number",     .flags = PKEY | SERVER | REQUIRED),
    COL(parameter_setting, programme,  "项目",     "Programme",  .flags = REQUIRED, .max = 40),
    COL(parameter_setting, parameter,  "参数",     "Parameter",  .flags = REQUIRED, .max = 60),
    COL(parameter_setting, region,     "区划",     "Region"),
    COL(parameter_setting, valid_from, "起始日期", "From",       .flags = REQUIRED),
    COL(parameter_setting, value,      "数值",     "Value",      .max = 200),
    COL(parameter_setting, basis,      "依据",     "Basis",      .flags = REQUIRED, .min = 2, .max = 200),
    COL(parameter_setting, set_on,     "登记日期", "Set on",     .flags = SERVER | REQUIRED),
    COL(parameter_setting, set_by,     "登记人",   "Set by",     .flags = SERVER | REQUIRED),
};
// clang-format on
const struct entity parameter_setting_entity =
    ENTITY(parameter_setting, TABLE_REFERENCE, "参数数值", "Value of a parameter", cols);

bool parameter_last(struct tx *tx, int64_t *no, struct errs *e)
{
    return db_int(tx, SQL(STMT_REF, "SELECT max(no) FROM parameter_setting"), no, e);
}

bool parameter_settings(struct tx *tx, struct str programme, int64_t up_to, struct list *out, struct arena *a,
                        struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_REF, &parameter_setting_entity,
                          "SELECT {*} FROM parameter_setting WHERE programme = $1 AND no <= $2 "
                          "ORDER BY no DESC LIMIT $3"),
                   out, a, e, V(programme), V(up_to), V((int64_t)PARAMETER_SETTINGS_MAX));
}

static bool same_place(const struct parameter_setting *a, const struct parameter_setting *b)
{
    return str_eq(a->parameter, b->parameter) && a->region.v == b->region.v &&
           a->valid_from.day == b->valid_from.day;
}

bool parameter_counts(const struct parameter_setting *rows, size_t n, size_t i)
{
    for (size_t k = 0; k < n; k++)
        if (rows[k].no > rows[i].no && same_place(&rows[k], &rows[i]))
            return false;
    return true;
}

/* --- setting ------------------------------------------------------------------------------ */

bool parameter_region_fits(struct region_code region, const char *field, struct errs *e)
{
    return !region.v || region_level(region) <= COUNTY ||
           fail(e, ERR_INVALID, field, MSG_PARAMETER_LEVEL, A(region));
}

static bool check_place(struct act *act, const struct parameter_setting *x, struct errs *e)
{
    struct region r;
    if (!x->region.v || !parameter_region_fits(x->region, "region", e))
        return !errs_any(e);
    enum found f = db_get(act->tx, &region_entity, &r, e, V(x->region));
    return f == FOUND || (f == NONE && fail(e, ERR_INVALID, "region", MSG_IMPORT_NO_REGION, A(x->region)));
}

static bool check_value(const struct programme *p, const struct parameter_setting *x, struct errs *e)
{
    struct errs own = { .a = e->a, .lang = e->lang };
    struct programme_constant c;
    const struct programme_parameter *of = programme_parameter_find(p, x->parameter);
    if (!of)
        return fail(e, ERR_INVALID, "parameter", MSG_PARAMETER_NONE, A(x->parameter));
    if (!x->value.n || parameter_read(of, x->value, &c, &own))
        return true;
    return fail(e, ERR_INVALID, "value", MSG_PROGRAMME_RULE, A(own.bad.first->text));
}

/* Something is taken back only where it stands. */
static bool check_taken_back(struct act *act, const struct parameter_setting *x, struct errs *e)
{
    struct list all;
    if (x->value.n)
        return true;
    if (!parameter_settings(act->tx, x->programme, PARAMETERS_NOW, &all, e->a, e))
        return false;
    const struct parameter_setting *rows = all.rows;
    for (size_t i = 0; i < all.n; i++)
        if (same_place(&rows[i], x))
            return rows[i].value.n || fail(e, ERR_INVALID, "valid_from", MSG_PARAMETER_NOT_SET,
                                           A(x->parameter), A(x->valid_from));
    return fail(e, ERR_INVALID, "valid_from", MSG_PARAMETER_NOT_SET, A(x->parameter), A(x->valid_from));
}

bool parameter_set(struct act *act, const struct programme *p, struct parameter_setting *x, struct errs *e)
{
    int64_t last;
    x->programme = p->code.name;
    bool ok = check_value(p, x, e);
    ok = check_place(act, x, e) && ok;
    if (!x->basis.n || str_chars(x->basis) < 2)
        ok = fail(e, ERR_INVALID, "basis", MSG_PARAMETER_BASIS);
    if (!ok || !actor_need_at(act->who, PERM_PROGRAMMES, x->region, e) || !check_taken_back(act, x, e) ||
        !parameter_last(act->tx, &last, e))
        return false;
    x->no = last + 1;
    x->set_on = clock_today();
    x->set_by = act->who->login;
    return db_insert(act->tx, &parameter_setting_entity, x, e);
}

bool parameters_fit(struct tx *tx, const struct programme *p, struct errs *e)
{
    struct list all;
    if (!parameter_settings(tx, p->code.name, PARAMETERS_NOW, &all, e->a, e))
        return false;
    const struct parameter_setting *rows = all.rows;
    for (size_t i = 0; i < all.n; i++) {
        struct programme_constant c;
        struct errs why = { .a = e->a, .lang = e->lang };
        const struct programme_parameter *of = programme_parameter_find(p, rows[i].parameter);
        if (!of || !rows[i].value.n || !parameter_counts(rows, all.n, i) ||
            parameter_read(of, rows[i].value, &c, &why))
            continue;
        fail(e, ERR_CONFLICT, "parameters", MSG_PARAMETER_UNFIT, A(rows[i].parameter), A(rows[i].value),
             A(rows[i].valid_from), A(rows[i].no));
    }
    return !errs_any(e);
}

/* --- choosing ----------------------------------------------------------------------------- */

struct parameter_known {
    const struct programme_parameter *of;
    const struct parameter_setting *row;
    struct programme_constant constant;
};

struct parameter_book parameter_book_of(const struct programme *p, const struct list *rows, struct arena *a)
{
    const struct parameter_setting *x = rows->rows;
    struct parameter_book b = { NEW_ARRAY(a, struct parameter_known, rows->n + 1), 0 };
    for (size_t i = 0; i < rows->n; i++) {
        struct parameter_known k = { programme_parameter_find(p, x[i].parameter), &x[i], { 0 } };
        if (k.of && x[i].value.n && parameter_counts(x, rows->n, i) &&
            parameter_constant(k.of, x[i].value, &k.constant))
            b.known[b.n++] = k;
    }
    return b;
}

/* How near a region is to a place that it contains; 0: it does not. */
static int nearness(struct region_code region, struct region_code place)
{
    int64_t first, last;
    if (!region.v)
        return 1;
    region_span(region, &first, &last);
    return first <= place.v && place.v <= last ? 1 + (int)region_level(region) : 0;
}

struct rank {
    int near;
    int64_t from;
};
static bool beats(struct rank a, struct rank b)
{
    return a.near > b.near || (a.near == b.near && a.from >= b.from);
}

static int64_t beginning(const struct parameter_value *v)
{
    struct date first;
    return v->year.set && date_of((int)v->year.v, 1, 1, &first) ? first.day : INT64_MIN;
}

struct parameter_choice parameter_choose(const struct programme_parameter *p,
                                         const struct parameter_book *book, struct region_code place,
                                         struct date day)
{
    struct parameter_choice best = { 0 };
    struct rank so_far = { 0, INT64_MIN };
    for (size_t i = 0; i < p->values.n; i++) {
        struct rank r = { nearness(p->values.p[i].region, place), beginning(&p->values.p[i]) };
        if (!r.near || r.from > day.day || (best.constant && !beats(r, so_far)))
            continue;
        best = (struct parameter_choice){ &p->values.p[i].value, NULL };
        so_far = r;
    }
    for (size_t i = 0; i < book->n; i++) {
        const struct parameter_known *k = &book->known[i];
        struct rank r = { nearness(k->row->region, place), k->row->valid_from.day };
        if (k->of != p || !r.near || r.from > day.day || (best.constant && !beats(r, so_far)))
            continue;
        best = (struct parameter_choice){ &k->constant, k->row };
        so_far = r;
    }
    return best;
}

void parameter_value_at(const struct programme_parameter *p, const struct parameter_book *book,
                        struct region_code place, struct date day, struct programme_constant *x)
{
    const struct parameter_choice choice = parameter_choose(p, book, place, day);
    *x = (struct programme_constant){ 0 };
    if (choice.constant)
        *x = *choice.constant;
    else if (p->initial.text.p && !parameter_constant(p, p->initial.text, x))
        *x = (struct programme_constant){ 0 };
}
