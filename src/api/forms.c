#include "api/forms.h"

#include "base/value.h"
#include "registry/household.h"
#include "registry/scope.h"

static const struct col county_cols[] = { COUNTY_COL(at_county) };
const struct entity at_county = ENTITY(at_county, TABLE_LOCAL, "县", "County", county_cols);

static const struct col number_cols[] = { COUNTY_COL(at_number), NO_COL(at_number) };
const struct entity at_number = ENTITY(at_number, TABLE_LOCAL, "编号", "Number", number_cols);

static const struct col id_cols[] = { COUNTY_COL(at_id), ID_COL(at_id) };
const struct entity at_id = ENTITY(at_id, TABLE_LOCAL, "编号", "Id", id_cols);

static const struct col region_cols[] = { REGION_COL(region_query) };
const struct entity region_query = ENTITY(region_query, TABLE_LOCAL, "区划", "Region", region_cols);

static const struct col purpose_cols[] = {
    COL(purpose_form, purpose, "用途", "Purpose", .min = 2, .max = 200),
};
const struct entity purpose_form = ENTITY(purpose_form, TABLE_LOCAL, "用途", "Purpose", purpose_cols);

static const struct col reason_cols[] = {
    COL(reason_form, reason, "原因", "Reason", .flags = REQUIRED, .min = 2, .max = 200),
};
const struct entity reason_form = ENTITY(reason_form, TABLE_LOCAL, "原因", "Reason", reason_cols);

bool need_county(struct call *c, enum perm p, int64_t county, struct errs *e)
{
    return actor_need_at(&c->who, p, county_region(county), e);
}

bool find_household_at(struct call *c, const struct at_id *at, enum perm p, struct household *h,
                       struct errs *e)
{
    enum found f = db_get(c->tx, &household_entity, h, e, V(at->county), V(at->id));
    if (f == FAILED)
        return false;
    if (f == NONE || !actor_may(&c->who, PERM_REGISTRY_READ, h->village))
        return fail(e, ERR_NOT_FOUND, "id", MSG_API_HOUSEHOLD);
    return actor_need_at(&c->who, p, h->village, e);
}

bool read_numbers(struct str text, const char *field, int64_t *out, size_t max, size_t *n, struct errs *e)
{
    struct str one;
    *n = 0;
    while (text.n && str_split(&text, ',', &one))
        if (*n == max || int_read(str_trim(one), &out[(*n)++]) != READ_OK)
            return fail(e, ERR_INVALID, field, MSG_API_NUMBERS);
    return true;
}

void put_done(struct call *c)
{
    put_object(&c->w);
    put_member_bool(&c->w, "done", true);
    put_object_end(&c->w);
}

void put_appointments(struct call *c, const struct appointment *at, size_t n)
{
    put_key(&c->w, "roles");
    put_list(&c->w);
    for (size_t i = 0; i < n; i++) {
        put_object(&c->w);
        put_col(c, &appointment_entity, "role", &at[i], true);
        put_col(c, &appointment_entity, "region", &at[i], true);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
}

void put_session(struct call *c, const struct session *s)
{
    static const char *const shown[] = { "address", "created_at", "seen_at" };
    for (size_t i = 0; i < N_ELEMS(shown); i++)
        put_col(c, &session_entity, shown[i], s, true);
    put_member_bool(&c->w, "this", str_eq(s->token_hash, c->session.token_hash));
}
