#include "registry/household_file.h"

#include "registry/region.h"

bool person_is_present(const struct person *p)
{
    return !p->left_on.set && !(p->change_status.set && p->change_status.v >= CHANGE_LEFT_FIRST);
}

static bool read_names(struct tx *tx, struct household_file *f, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found found;
    int64_t village = f->household.village.v;
    if (!db_query(tx, &r, SQL(STMT_REF, "SELECT code, name FROM region WHERE code IN ($1, $2)"), e,
                  V(village), V(region_parent(f->household.village))))
        return false;
    while ((found = rows_next(&r, e)) == FOUND)
        *(rows_int(&r, 0) == village ? &f->village : &f->township) = arena_str(e->a, rows_text(&r, 1));
    return found != FAILED;
}

static bool read_members(struct tx *tx, struct household_file *f, struct errs *e)
{
    struct list all;
    if (!db_list(tx,
                 SQL_OF(STMT_KEY, &person_entity,
                        "SELECT {*} FROM person WHERE county = $1 AND household_id = $2 ORDER BY id"),
                 &all, e->a, e, V(f->household.county), V(f->household.id)))
        return false;
    const struct person *p = all.rows;
    f->members = NEW_ARRAY(e->a, struct person, all.n);
    for (int present = 1; present >= 0; present--)
        for (size_t i = 0; i < all.n; i++)
            if (person_is_present(&p[i]) == present) {
                f->members[f->members_n++] = p[i];
                f->present += (size_t)present;
            }
    return true;
}

static bool read_years(struct tx *tx, struct household_file *f, struct errs *e)
{
    struct list years;
    if (!db_list(
            tx,
            SQL_OF(
                STMT_KEY, &household_year_entity,
                "SELECT {*} FROM household_year WHERE county = $1 AND household_id = $2 ORDER BY year DESC"),
            &years, e->a, e, V(f->household.county), V(f->household.id)))
        return false;
    f->years = years.rows;
    f->years_n = years.n;
    return true;
}

static bool read_states(struct tx *tx, struct household_file *f, struct errs *e)
{
    struct list states;
    if (!db_list(
            tx,
            SQL_OF(STMT_KEY, &household_status_entity,
                   "SELECT {*} FROM household_status WHERE county = $1 AND household_id = $2 ORDER BY id"),
            &states, e->a, e, V(f->household.county), V(f->household.id)))
        return false;
    f->states = states.rows;
    f->states_n = states.n;
    return true;
}

static bool read_changes(struct tx *tx, struct household_file *f, struct errs *e)
{
    f->changes = NEW_ARRAY(e->a, struct field_change, CHANGES_MAX);
    f->changed_at = NEW_ARRAY(e->a, struct instant, CHANGES_MAX);
    f->changed_by = NEW_ARRAY(e->a, struct str, CHANGES_MAX);
    CLEANUP(rows_close) struct rows r = { 0 };
    enum found found;
    if (!db_query(tx, &r,
                  SQL(STMT_KEY, "SELECT c.field, c.before, c.after, a.at, a.login FROM field_change c JOIN "
                                "audit a ON a.county = c.county "
                                "AND a.seq = c.seq WHERE c.county = $1 AND a.county = $1 AND c.table_name = "
                                "'household' AND c.row_id = $2 "
                                "ORDER BY c.seq DESC, c.no LIMIT 200"),
                  e, V(f->household.county), V(f->household.id)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND && f->changes_n < CHANGES_MAX) {
        size_t i = f->changes_n++;
        f->changes[i] = (struct field_change){ .field = arena_str(e->a, rows_text(&r, 0)) };
        f->changes[i].before = arena_str(e->a, rows_text(&r, 1));
        f->changes[i].after = arena_str(e->a, rows_text(&r, 2));
        f->changed_at[i] = (struct instant){ rows_int(&r, 3) };
        f->changed_by[i] = arena_str(e->a, rows_text(&r, 4));
    }
    return found != FAILED;
}

bool household_file_parts(struct tx *tx, const struct household *h, unsigned parts, struct household_file *f,
                          struct errs *e)
{
    *f = (struct household_file){ .household = *h };
    return read_names(tx, f, e) && (!(parts & PART_MEMBERS) || read_members(tx, f, e)) &&
           (!(parts & PART_YEARS) || read_years(tx, f, e)) &&
           (!(parts & PART_STATES) || read_states(tx, f, e)) &&
           (!(parts & PART_CHANGES) || read_changes(tx, f, e));
}

bool household_file_read(struct tx *tx, const struct household *h, struct household_file *f, struct errs *e)
{
    return household_file_parts(tx, h, PART_MEMBERS | PART_YEARS | PART_STATES | PART_CHANGES, f, e);
}
