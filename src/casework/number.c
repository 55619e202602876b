#include "casework/number.h"

#include "base/value.h"
#include "registry/scope.h"

// clang-format off
static const struct col case_number_cols[] = {
    COL(case_number, county,      "县代码",       "County",      .flags = PKEY | SERVER | REQUIRED),
    COL(case_number, programme,   "项目",         "Programme",   .flags = PKEY | SERVER | REQUIRED, .max = 40),
    COL(case_number, period,      "期或年度",     "Period or year", .flags = PKEY | SERVER | REQUIRED, .max = 20),
    COL(case_number, serial,      "流水号",       "Serial",      .flags = PKEY | SERVER | REQUIRED),
    COL(case_number, number,      "编号",         "Number",      .flags = SERVER | REQUIRED | NATURAL, .max = 60),
    COL(case_number, case_id,     "案件内部编号", "Case id",     .flags = SERVER | REQUIRED),
    COL(case_number, allotted_on, "编号日期",     "Allotted on", .flags = SERVER | REQUIRED),
    COL(case_number, void_on,     "作废日期",     "Void since",  .flags = SERVER),
    COL(case_number, void_reason, "作废原因",     "Reason",      .flags = SERVER, .max = 1000),
};
static const struct col number_counter_cols[] = {
    COL(number_counter, county,    "县代码",   "County",         .flags = PKEY | SERVER | REQUIRED),
    COL(number_counter, programme, "项目",     "Programme",      .flags = PKEY | SERVER | REQUIRED, .max = 40),
    COL(number_counter, period,    "期或年度", "Period or year", .flags = PKEY | SERVER | REQUIRED, .max = 20),
    COL(number_counter, last,      "最后流水号", "Last serial",  .flags = SERVER | REQUIRED),
};
// clang-format on
const struct entity case_number_entity =
    ENTITY(case_number, TABLE_COUNTY, "案件编号", "Case number", case_number_cols);
const struct entity number_counter_entity =
    ENTITY(number_counter, TABLE_COUNTY, "编号计数", "Number counter", number_counter_cols);

enum { SERIAL_WIDTH_MAX = 9 };

/* --- patterns ------------------------------------------------------------------------------ */

/* One piece of a pattern: plain text, or {name:width}. */
struct piece {
    struct str text, name;
    int64_t width;
};

static bool next_piece(struct str *rest, struct piece *p)
{
    *p = (struct piece){ 0 };
    if (!rest->n)
        return false;
    const char *open = memchr(rest->p, '{', rest->n);
    const char *close = rest->p[0] == '{' ? memchr(rest->p, '}', rest->n) : NULL;
    if (close) {
        struct str in = { rest->p + 1, (size_t)(close - rest->p) - 1 }, width = in;
        if (str_has(in, STR(":")) && str_split(&width, ':', &p->name))
            str_int(width, &p->width);
        else
            p->name = in;
        rest->n -= (size_t)(close + 1 - rest->p);
        rest->p = close + 1;
        return true;
    }
    size_t n = open && open != rest->p ? (size_t)(open - rest->p) : rest->n;
    p->text = (struct str){ rest->p, n };
    rest->p += n;
    rest->n -= n;
    return true;
}

static bool speaks_of(struct str pattern, struct str name)
{
    struct piece p;
    while (next_piece(&pattern, &p))
        if (str_eq(p.name, name))
            return true;
    return false;
}

static void put_digits(struct buf *b, int64_t v, int64_t width)
{
    CLEANUP(buf_release) struct buf digits = BUF(32);
    buf_addi(&digits, v);
    if ((size_t)width > digits.n)
        buf_pad(b, (size_t)width - digits.n, '0');
    buf_add(b, buf_str(&digits));
}

static void put_piece(struct buf *b, const struct piece *p, const struct relief_case *c, int year)
{
    int64_t code = c->village.v;
    if (!p->name.p)
        buf_add(b, p->text);
    else if (str_eq(p->name, STR("county")))
        put_digits(b, code / 1000000, 6);
    else if (str_eq(p->name, STR("township")))
        put_digits(b, code / 1000 % 1000, 3);
    else if (str_eq(p->name, STR("village")))
        put_digits(b, code % 1000000, 6);
    else if (str_eq(p->name, STR("year")))
        put_digits(b, year, 4);
    else if (str_eq(p->name, STR("period")))
        put_digits(b, c->period_no.v, p->width);
}

struct str number_make(struct str pattern, const struct relief_case *c, int year, int64_t serial,
                       struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(200);
    struct piece p;
    while (next_piece(&pattern, &p)) {
        if (str_eq(p.name, STR("serial")))
            put_digits(&b, serial, p.width);
        else
            put_piece(&b, &p, c, year);
    }
    return arena_str(a, buf_str(&b));
}

/* Regions may differ: a series runs over all townships of the county. */
static bool is_place(struct str name)
{
    return str_eq(name, STR("county")) || str_eq(name, STR("township")) || str_eq(name, STR("village"));
}

static size_t place_width(struct str name)
{
    return str_eq(name, STR("township")) ? 3 : 6;
}

static bool take_digits(struct str *number, size_t width, bool more, int64_t *v)
{
    size_t n = 0;
    *v = 0;
    while (n < number->n && number->p[n] >= '0' && number->p[n] <= '9' && (n < width || more) && n < 18)
        *v = *v * 10 + (number->p[n++] - '0');
    number->p += n;
    number->n -= n;
    return n >= width && n > 0;
}

static bool take_text(struct str *number, struct str text)
{
    if (!str_starts(*number, text))
        return false;
    number->p += text.n;
    number->n -= text.n;
    return true;
}

bool number_serial(struct str pattern, const struct relief_case *c, int year, struct str number,
                   int64_t *serial)
{
    struct piece p;
    while (next_piece(&pattern, &p)) {
        CLEANUP(buf_release) struct buf b = BUF(200);
        int64_t ignored;
        bool last = !pattern.n || pattern.p[0] != '{';
        if (str_eq(p.name, STR("serial"))) {
            if (!take_digits(&number, p.width ? (size_t)p.width : 1, last, serial))
                return false;
            continue;
        }
        if (p.name.p && is_place(p.name)) {
            if (!take_digits(&number, place_width(p.name), false, &ignored))
                return false;
            continue;
        }
        put_piece(&b, &p, c, year);
        if (!take_text(&number, buf_str(&b)))
            return false;
    }
    return !number.n;
}

/* --- series -------------------------------------------------------------------------------- */

/* What the serials run within. */
static struct str series_of(struct str pattern, const struct relief_case *c, int year, struct arena *a)
{
    if (speaks_of(pattern, STR("period")))
        return str_of(arena_printf(a, "%lld", (long long)c->period_no.v));
    if (speaks_of(pattern, STR("year")))
        return str_of(arena_printf(a, "%d", year));
    return STR("-");
}

/* The highest serial of the series that an archive holds. */
static bool archive_last(struct casework *w, struct str pattern, const struct relief_case *c, int year,
                         int64_t *last, struct errs *e)
{
    for (size_t i = 0; w->hooks && i < w->hooks->n; i++) {
        CLEANUP(rows_close) struct rows r = { 0 };
        enum found f;
        int64_t serial = 0;
        if (!w->hooks->list[i]->numbers)
            continue;
        if (!w->hooks->list[i]->numbers(w->tx, &r, c->county, c->programme, e))
            return false;
        while ((f = rows_next(&r, e)) == FOUND)
            if (number_serial(pattern, c, year, rows_text(&r, 0), &serial) && serial > *last)
                *last = serial;
        if (f == FAILED)
            return false;
    }
    return true;
}

static bool next_serial(struct casework *w, struct str pattern, const struct relief_case *c, int year,
                        struct str period, int64_t *serial, struct errs *e)
{
    struct number_counter old, new = { c->county, c->programme, period, 0 };
    enum found f = db_get(w->tx, &number_counter_entity, &old, e, V(c->county), V(c->programme), V(period));
    if (f == FAILED)
        return false;
    if (f == NONE) {
        if (!archive_last(w, pattern, c, year, &new.last, e))
            return false;
        *serial = ++new.last;
        return db_insert(w->tx, &number_counter_entity, &new, e);
    }
    new.last = *serial = old.last + 1;
    return db_update(w->tx, &number_counter_entity, &old, &new, e);
}

/* An archive that came in after the first own number may hold the next one. */
static bool taken(struct casework *w, const struct relief_case *c, struct str number, bool *is,
                  struct errs *e)
{
    *is = false;
    for (size_t i = 0; w->hooks && i < w->hooks->n && !*is; i++)
        if (w->hooks->list[i]->taken && !w->hooks->list[i]->taken(w->tx, c->county, number, is, e))
            return false;
    return true;
}

bool number_allot(struct casework *w, const struct programme *p, struct relief_case *c, struct errs *e)
{
    int year = date_civil(w->today).year;
    bool is_taken = true;
    struct case_number n = { .county = c->county, .programme = c->programme, .case_id = c->id };
    if (!c->period_no.set && speaks_of(p->number, STR("period")))
        return fail(e, ERR_INVALID, "period", MSG_CASE_NO_PERIOD, A(c->no));
    n.period = series_of(p->number, c, year, w->a);
    n.allotted_on = w->today;
    while (is_taken) {
        if (!next_serial(w, p->number, c, year, n.period, &n.serial, e))
            return false;
        n.number = number_make(p->number, c, year, n.serial, w->a);
        if (!taken(w, c, n.number, &is_taken, e))
            return false;
    }
    c->number = n.number;
    return db_insert(w->tx, &case_number_entity, &n, e);
}

bool number_void(struct casework *w, const struct relief_case *c, struct str reason, struct errs *e)
{
    struct case_number old, new;
    if (!c->number.p)
        return true;
    enum found f = db_find(w->tx,
                           SQL_OF(STMT_KEY, &case_number_entity,
                                  "SELECT {*} FROM case_number WHERE county = $1 AND number = $2"),
                           &old, e, V(c->county), V(c->number));
    if (f != FOUND)
        return f == NONE;
    new = old;
    new.void_on = (struct opt_date){ w->today, true };
    new.void_reason = reason;
    return act_update(w->act, &case_number_entity, &old, &new, e);
}

bool number_list(struct tx *tx, const struct actor *who, struct region_code within, struct str programme,
                 bool all, struct list *out, struct errs *e)
{
    struct scopes scopes;
    *out = (struct list){ 0 };
    if (!scopes_of(tx, who, PERM_CASE_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++) {
        struct list one;
        if (i && scopes.list[i].county == scopes.list[i - 1].county)
            continue;
        if (!db_list(tx,
                     SQL_OF(STMT_KEY, &case_number_entity,
                            "SELECT {*} FROM case_number WHERE county = $1 AND programme = $2 AND "
                            "(void_on IS NOT NULL OR $3 = 1) ORDER BY period, serial"),
                     &one, e->a, e, V(scopes.list[i].county), V(programme), V((int64_t)all)))
            return false;
        list_append(out, &one, sizeof(struct case_number), e->a);
    }
    return true;
}
