#include "casework/calendar.h"

#include "base/assets.h"
#include "base/csv.h"
#include "registry/scope.h"

#include <assert.h>

enum { STEPS_MAX = 100000 }; /* days looked at for one deadline */

static const struct col holiday_cols[] = {
    COL(holiday, day, "日期", "Date", .flags = PKEY | REQUIRED),
    COL(holiday, kind, "休或班", "Off or worked", .flags = REQUIRED, .min = 1, .max = 2),
    COL(holiday, name, "节日", "Holiday", .flags = REQUIRED, .max = 40),
};
const struct entity holiday_entity = ENTITY(holiday, TABLE_REFERENCE, "节假日", "Holiday", holiday_cols);

bool calendar_read(struct tx *tx, struct calendar *c, struct arena *a, struct errs *e)
{
    struct list all;
    if (!db_list(tx, SQL_OF(STMT_REF, &holiday_entity, "SELECT {*} FROM holiday ORDER BY day"), &all, a, e))
        return false;
    *c = (struct calendar){ all.rows, all.n };
    return true;
}

static const struct holiday *holiday_of(const struct calendar *c, struct date day)
{
    size_t lo = 0, hi = c->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (c->days[mid].day.day == day.day)
            return &c->days[mid];
        if (c->days[mid].day.day < day.day)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

bool calendar_knows(const struct calendar *c, int year)
{
    struct date national_day; /* in the notice of every year */
    return date_of(year, 10, 1, &national_day) && holiday_of(c, national_day);
}

bool calendar_knows_all(const struct calendar *c, struct date first, struct date last, int *year)
{
    int from = date_civil(first).year, to = date_civil(last).year;
    for (int y = from; y <= to; y++)
        if (!calendar_knows(c, y)) {
            *year = y;
            return false;
        }
    return true;
}

static bool is_weekend(struct date day)
{
    int weekday = (day.day % 7 + 7 + 4) % 7; /* 1970-01-01 was a Thursday; 0 is Sunday */
    return weekday == 0 || weekday == 6;
}

bool calendar_works(const struct calendar *c, struct date day)
{
    const struct holiday *h = holiday_of(c, day);
    return h ? h->kind == HOLIDAY_WORKED : !is_weekend(day);
}

/* Days of which nobody has heard are off the calendar: held at both ends, as date_add_months does. */
static struct date held(int64_t day)
{
    struct date first, last;
    bool ok = date_of(1, 1, 1, &first) && date_of(9999, 12, 31, &last);
    assert(ok);
    if (day < first.day)
        return first;
    return day > last.day ? last : (struct date){ (int32_t)day };
}

struct date calendar_add(const struct calendar *c, struct date from, int64_t n, enum day_unit unit)
{
    int step = n < 0 ? -1 : 1;
    int64_t day = from.day;
    if (unit == CALENDAR_DAYS)
        return n > INT32_MAX || n < INT32_MIN ? held(n) : held(day + n);
    for (int64_t i = 0, left = n * step; left > 0 && i < STEPS_MAX; i++) {
        day += step;
        left -= calendar_works(c, held(day));
    }
    return held(day);
}

struct date calendar_last(const struct calendar *c, struct date first, int64_t n, enum day_unit unit)
{
    assert(n >= 1);
    return calendar_add(c, (struct date){ first.day - 1 }, n, unit);
}

struct date calendar_next_working(const struct calendar *c, struct date day)
{
    return calendar_works(c, day) ? day : calendar_add(c, day, 1, WORKING_DAYS);
}

int64_t calendar_count(const struct calendar *c, struct date first, struct date last, enum day_unit unit)
{
    int64_t n = 0;
    if (last.day < first.day)
        return 0;
    if (unit == CALENDAR_DAYS)
        return (int64_t)last.day - first.day + 1;
    for (int64_t day = first.day; day <= last.day && day - first.day < STEPS_MAX; day++)
        n += calendar_works(c, (struct date){ (int32_t)day });
    return n;
}

/* --- loading ------------------------------------------------------------------------------ */

static bool read_kind(struct str cell, int64_t *kind)
{
    static const struct {
        const char *word;
        enum holiday_kind kind;
    } words[] = {
        { "休", HOLIDAY_OFF },      { "放假", HOLIDAY_OFF },    { "off", HOLIDAY_OFF },
        { "班", HOLIDAY_WORKED },   { "上班", HOLIDAY_WORKED }, { "调休上班", HOLIDAY_WORKED },
        { "补班", HOLIDAY_WORKED }, { "work", HOLIDAY_WORKED },
    };
    for (size_t i = 0; i < N_ELEMS(words); i++)
        if (str_eq(cell, str_of(words[i].word))) {
            *kind = words[i].kind;
            return true;
        }
    return false;
}

/* Where the three columns stand in the file. */
struct places {
    size_t at[3];
};

static bool read_heading(const struct csv_row *head, struct places *p, struct errs *e)
{
    static const char *const names[3][4] = { { "date", "日期", "day" },
                                             { "kind", "休或班", "类型", "休班" },
                                             { "name", "节日", "名称", "假期" } };
    for (size_t i = 0; i < 3; i++) {
        p->at[i] = SIZE_MAX;
        for (size_t k = 0; k < head->n; k++)
            for (size_t w = 0; w < 4; w++)
                if (names[i][w] && str_eq(head->cells[k], str_of(names[i][w])))
                    p->at[i] = k;
        if (p->at[i] == SIZE_MAX)
            return fail(e, ERR_INVALID, names[i][0], MSG_HOLIDAYS_HEADING);
    }
    return true;
}

static bool read_holiday(const struct csv_row *row, const struct places *p, struct holiday *h, struct errs *e)
{
    struct str cells[3];
    for (size_t i = 0; i < 3; i++)
        cells[i] = p->at[i] < row->n ? str_trim(row->cells[p->at[i]]) : (struct str){ 0 };
    *h = (struct holiday){ .name = arena_str(e->a, cells[2]) };
    if (row->damage != CSV_WHOLE || !cells[0].p || date_read(cells[0], &h->day) != READ_OK)
        return fail(e, ERR_INVALID, "date", MSG_HOLIDAYS_DATE, A(row->line), A(cells[0]));
    if (!read_kind(cells[1], &h->kind))
        return fail(e, ERR_INVALID, "kind", MSG_HOLIDAYS_KIND, A(row->line), A(cells[1]));
    if (!h->name.n || str_chars(h->name) > (size_t)holiday_cols[2].max)
        return fail(e, ERR_INVALID, "name", MSG_HOLIDAYS_NAME, A(row->line));
    return true;
}

static bool read_all(struct str text, struct list *out, struct errs *e)
{
    struct csv csv = csv_open(text);
    struct csv_row head, row;
    struct places p = { { 0 } };
    size_t cap = 0;
    bool ok = true;
    *out = (struct list){ 0 };
    if (!csv_next(&csv, e->a, &head))
        return fail(e, ERR_INVALID, "file", MSG_HOLIDAYS_HEADING);
    if (!read_heading(&head, &p, e))
        return false;
    while (csv_next(&csv, e->a, &row)) {
        if (out->n == cap) {
            cap = cap ? cap * 2 : 64;
            struct holiday *grown = NEW_ARRAY(e->a, struct holiday, cap);
            if (out->n)
                memcpy(grown, out->rows, out->n * sizeof *grown);
            out->rows = grown;
        }
        ok = read_holiday(&row, &p, (struct holiday *)out->rows + out->n++, e) && ok;
    }
    return ok;
}

bool holidays_load(struct act *act, struct str csv, struct holidays_loaded *done, struct errs *e)
{
    struct list all;
    *done = (struct holidays_loaded){ 0 };
    if (!scope_need_all(act->tx, act->who, PERM_REGIONS, e) || !read_all(csv, &all, e))
        return false;
    const struct holiday *x = all.rows;
    for (size_t i = 0; i < all.n; i++) {
        struct holiday old;
        enum found f = db_get(act->tx, &holiday_entity, &old, e, V(x[i].day));
        if (f == FAILED)
            return false;
        bool same = f == FOUND && old.kind == x[i].kind && str_eq(old.name, x[i].name);
        done->same += same;
        done->changed += f == FOUND && !same;
        done->added += f == NONE;
        if (f == NONE ? !db_insert(act->tx, &holiday_entity, &x[i], e)
                      : !act_update(act, &holiday_entity, &old, &x[i], e))
            return false;
    }
    return true;
}

bool holidays_load_shipped(struct act *act, int64_t *added, struct errs *e)
{
    struct list all = { 0 };
    *added = 0;
    for (size_t i = 0; i < assets_n; i++)
        if (!strcmp(assets[i].path, "data/holidays.csv")) {
            bool ok = read_all((struct str){ (const char *)assets[i].p, assets[i].n }, &all, e);
            assert(ok); /* the file is ours */
        }
    struct calendar have;
    if (!calendar_read(act->tx, &have, e->a, e))
        return false;
    const struct holiday *x = all.rows;
    for (size_t i = 0; i < all.n; i++) {
        if (holiday_of(&have, x[i].day))
            continue;
        if (!db_insert(act->tx, &holiday_entity, &x[i], e))
            return false;
        ++*added;
    }
    return true;
}
