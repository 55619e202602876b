/* import_registry.c - the registry's own kinds of file: regions, yearly figures of regions, households,
 * members, years. */
#include "base/clock.h"
#include "registry/duplicate_merge.h"
#include "registry/household.h"
#include "registry/import.h"
#include "registry/income.h"
#include "registry/movement.h"
#include "registry/national_id.h"
#include "registry/person.h"
#include "registry/quality.h"
#include "registry/region.h"
#include "registry/region_book.h"
#include "registry/region_merge.h"

#include <assert.h>

/* Each is one transaction, in this order. */
enum { UNIT_REGIONS = 1, UNIT_REGION_YEARS, UNIT_REGISTRY };

enum { SCOPE_COUNTIES_MAX = 16 };

struct person_row {
    struct person p;
    struct str hh_no, disability_card;
};
struct year_row {
    struct household_year y;
    struct str hh_no;
};

/* --- households by number, as the files name them ----------------------------------------- */

struct hh_slot {
    struct rowsum key;
    struct hh_ref ref;
    bool used;
};

/* A row of the national register that waits to be written. */
struct id_entry {
    uint8_t key[SEAL_TAG];
    int64_t county, person;
};

/* A village as a file names it, and what it is today. */
struct village {
    struct region_code named, today;
    bool known, used;
};
enum { VILLAGES = 1 << 14, VILLAGES_BITS = 14, PROBES = 8 };

/* What the registry's kinds remember during a unit. */
struct registry_import {
    struct village *villages; /* to ask for each would hold up the rows on their way into the database */
    int64_t villages_of;      /* the last county whose villages were all taken in */
    struct hh_slot *slot;     /* on the heap, and so are */
    size_t n, cap;
    struct id_entry *entries; /* these: they may be large, and grow */
    size_t entries_n, entries_cap;
    int64_t counties[SCOPE_COUNTIES_MAX];
    size_t counties_n;
    bool counties_known, too_many_counties, register_known, register_empty;
    bool merges_known, any_merges; /* households taken into others (duplicate_merge.h) */
    int64_t office;                /* the last county whose office was looked for */
    int64_t county;                /* the last one that was found */
};

static void forget(void *memory)
{
    struct registry_import *m = memory;
    free(m->slot);
    free(m->entries);
}

static struct registry_import *memory(struct importing *im)
{
    static const char owner;
    return import_memory(im, &owner, sizeof(struct registry_import), forget);
}

static struct rowsum hash_of(struct importing *im, struct str text)
{
    return rowsum_hash(store_seal(tx_store(im->tx)), text);
}

static struct hh_slot *hh_slot(const struct registry_import *m, struct rowsum key)
{
    size_t at = (size_t)key.lo & (m->cap - 1);
    while (m->slot[at].used && !rowsum_eq(m->slot[at].key, key))
        at = (at + 1) & (m->cap - 1);
    return &m->slot[at];
}

static void hh_put(struct importing *im, struct str hh_no, struct hh_ref ref)
{
    struct registry_import *m = memory(im);
    if (m->n * 2 >= m->cap) {
        struct registry_import old = *m;
        m->cap = old.cap ? old.cap * 2 : 1024;
        m->slot = xcalloc(m->cap, sizeof *m->slot);
        large_pages(m->slot, m->cap * sizeof *m->slot);
        for (size_t i = 0; i < old.cap; i++)
            if (old.slot[i].used)
                *hh_slot(m, old.slot[i].key) = old.slot[i];
        free(old.slot);
    }
    struct rowsum key = hash_of(im, hh_no);
    struct hh_slot *s = hh_slot(m, key);
    if (!s->used)
        m->n++;
    else if (s->ref.county != ref.county)
        ref.county = -1; /* two counties have this number */
    *s = (struct hh_slot){ key, ref, true };
}

static const struct hh_ref *hh_get(struct importing *im, struct str hh_no)
{
    const struct registry_import *m = memory(im);
    struct hh_slot *s = m->cap ? hh_slot(m, hash_of(im, hh_no)) : NULL;
    return s && s->used ? &s->ref : NULL;
}

/* The counties whose household numbers may be meant: the one named, else all in the actor's area. */
static bool scope_counties(struct importing *im, struct errs *e)
{
    struct registry_import *m = memory(im);
    struct span spans[64];
    if (m->counties_known)
        return true;
    m->counties_known = true;
    if (im->o->county) {
        m->counties[m->counties_n++] = im->o->county;
        return true;
    }
    size_t n = actor_spans(im->who, PERM_REGISTRY_IMPORT, spans, N_ELEMS(spans));
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(im->tx, &r, SQL(STMT_REF, "SELECT county FROM county ORDER BY county"), e))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        int64_t county = rows_int(&r, 0), first = county * 1000000, last = first + 999999;
        bool mine = false;
        for (size_t i = 0; i < n; i++)
            mine = mine || (spans[i].first <= last && first <= spans[i].last);
        if (mine && m->counties_n == SCOPE_COUNTIES_MAX)
            m->too_many_counties = true;
        else if (mine)
            m->counties[m->counties_n++] = county;
    }
    if (m->too_many_counties)
        m->counties_n = 0;
    return f != FAILED;
}

static bool look_up_households(struct importing *im, int64_t county, const struct str *numbers, size_t n,
                               struct errs *e)
{
    struct val v[IMPORT_KEYS + 1] = { V(county) };
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    for (size_t i = 0; i < IMPORT_KEYS; i++)
        v[i + 1] = V(numbers[i < n ? i : n - 1]);
    if (!db_query_(
            im->tx, &r,
            SQL(STMT_KEY,
                "SELECT hh_no, id, village FROM household WHERE county = $1 AND hh_no IN (" IMPORT_KEYS_FROM_2
                ")"),
            false, e, v, IMPORT_KEYS + 1))
        return false;
    while ((f = rows_next(&r, e)) == FOUND)
        hh_put(im, rows_text(&r, 0), (struct hh_ref){ county, rows_int(&r, 1), { rows_int(&r, 2) } });
    return f != FAILED;
}

/* Fetch the numbers of a batch that no earlier row has brought. */
static bool fetch_households(struct importing *im, struct str *numbers, size_t n, struct errs *e)
{
    struct registry_import *m = memory(im);
    if (n && !scope_counties(im, e))
        return false;
    if (keys_deferred(im->tx, &household_entity))
        return true; /* there are no others */
    for (size_t at = 0; at < n; at += IMPORT_KEYS)
        for (size_t c = 0; c < m->counties_n; c++)
            if (!look_up_households(im, m->counties[c], numbers + at,
                                    n - at < IMPORT_KEYS ? n - at : IMPORT_KEYS, e))
                return false;
    return true;
}

static const struct hh_ref *resolve_household(struct importing *im, struct import_row *row, struct str hh_no)
{
    const struct hh_ref *ref = hh_get(im, hh_no);
    if (!ref && memory(im)->too_many_counties)
        fail(&row->e, ERR_INVALID, "hh_no", MSG_IMPORT_SEVERAL_COUNTIES);
    else if (!ref)
        fail(&row->e, ERR_NOT_FOUND, "hh_no", MSG_IMPORT_NO_HOUSEHOLD, A(hh_no));
    else if (ref->county < 0)
        fail(&row->e, ERR_CONFLICT, "hh_no", MSG_IMPORT_AMBIGUOUS, A(hh_no));
    else if (!actor_may(im->who, PERM_REGISTRY_IMPORT, ref->village))
        fail(&row->e, ERR_FORBIDDEN, "hh_no", MSG_IMPORT_OUTSIDE, A(ref->village));
    else
        return ref;
    return NULL;
}

/* A household number as it is kept and looked up, whatever keyboard typed it. */
static void make_plain(struct str *number, struct arena *a)
{
    for (size_t i = 0; i < number->n; i++)
        if ((number->p[i] & 0x80) || number->p[i] == ' ') {
            *number = text_fold(a, *number);
            return;
        }
}

/* Members and years name their household by its number, which stands at `off` in the row struct. */
static bool resolve_households(struct importing *im, struct import_row *rows, size_t n, size_t off,
                               struct errs *e)
{
    struct str *missing = NEW_ARRAY(&im->batch, struct str, n), last = { 0 };
    size_t missing_n = 0;
    for (size_t i = 0; i < n; i++) {
        struct str no = *(struct str *)(void *)((char *)rows[i].obj + off);
        static const struct label label = { "户编号", "Household number" };
        const struct label *what = &label;
        if (errs_any(&rows[i].e))
            continue;
        if (!no.p) {
            fail(&rows[i].e, ERR_INVALID, "hh_no", MSG_REQUIRED, A(what));
            continue;
        }
        if (!str_eq(last, no) && !hh_get(im, no))
            missing[missing_n++] = no;
        last = no;
    }
    if (!fetch_households(im, missing, missing_n, e))
        return false;
    const struct hh_ref *ref = NULL; /* of the last row: neighbours mostly share it */
    for (size_t i = 0; i < n; i++) {
        struct str no = *(struct str *)(void *)((char *)rows[i].obj + off);
        if (errs_any(&rows[i].e))
            continue;
        if (!ref || !str_eq(last, no))
            ref = resolve_household(im, &rows[i], no);
        last = no;
        if (!ref)
            continue;
        /* county and household_id stand in the same places of both row structs. */
        struct person *p = rows[i].obj;
        static_assert(offsetof(struct person, household_id) == offsetof(struct household_year, household_id),
                      "see above");
        static_assert(offsetof(struct person, county) == offsetof(struct household_year, county),
                      "see above");
        p->county = ref->county;
        p->household_id = ref->id;
    }
    return true;
}

/* --- regions ------------------------------------------------------------------------------ */

static struct val region_key(const void *obj)
{
    return V(((const struct region *)obj)->code);
}

static bool region_same(const void *obj, const void *old)
{
    return ((const struct region *)obj)->code.v == ((const struct region *)old)->code.v;
}

#define KEYS_BUT_COUNTY "CAST($1 AS BIGINT) IS NOT NULL"

static const struct stmt *region_lookup(void)
{
    return SQL_OF(STMT_REF, &region_entity,
                  "SELECT {*} FROM region WHERE " KEYS_BUT_COUNTY " AND code IN (" IMPORT_KEYS_FROM_2 ")");
}

static const struct stmt *region_any(void)
{
    return SQL(STMT_REF, "SELECT count(*) FROM (SELECT 1 FROM region LIMIT 1) x");
}

static void region_identity(const void *obj, struct buf *b)
{
    region_print(b, ((const struct region *)obj)->code);
}

static bool region_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    (void)im, (void)e;
    for (size_t i = 0; i < n; i++)
        if (!errs_any(&rows[i].e) && !region_settle_level(rows[i].obj))
            fail(&rows[i].e, ERR_INVALID, "level", MSG_IMPORT_LEVEL);
    return true;
}

/* Whoever may not maintain regions may still hand in files that say of them what is known. */
static bool says_nothing_new(const struct entity *en, const struct import_row *row)
{
    for (size_t i = 0; row->old && i < en->n; i++)
        if (col_known(&en->cols[i], row->obj) && !col_same(&en->cols[i], row->obj, row->old))
            return false;
    return row->old != NULL;
}

static void need_regions(struct importing *im, struct import_row *row, const char *field,
                         struct region_code code)
{
    const struct label *what = &perm_info[PERM_REGIONS].label;
    if (!actor_has(im->who, PERM_REGIONS))
        fail(&row->e, ERR_FORBIDDEN, field, MSG_NO_PERMISSION, A(im->who->login), A(what));
    else if (!actor_may(im->who, PERM_REGIONS, code))
        fail(&row->e, ERR_FORBIDDEN, field, MSG_IMPORT_OUTSIDE, A(code));
}

static bool region_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    (void)e;
    for (size_t i = 0; i < n; i++) {
        struct region *r = rows[i].obj;
        /* The tree above an office's area (its province and prefecture) comes with its regions. */
        bool above = region_level(r->code) < COUNTY && !rows[i].old && actor_has(im->who, PERM_REGIONS);
        if (!errs_any(&rows[i].e) && !above && !says_nothing_new(&region_entity, &rows[i]))
            need_regions(im, &rows[i], "code", r->code);
    }
    return true;
}

/* A county's region brings its office along. */
static bool region_written(struct importing *im, const struct import_row *row, const void *now,
                           struct errs *e)
{
    const struct region *r = now;
    struct county c = { .county = region_county(r->code), .name = r->name }, old;
    (void)row;
    if (!region_is_county(r->code))
        return true;
    enum found f = db_get(im->tx, &county_entity, &old, e, V(c.county));
    if (f == FOUND) {
        struct county renamed = old;
        renamed.name = r->name;
        return act_update(im->act, &county_entity, &old, &renamed, e);
    }
    return f == NONE && db_insert(im->tx, &county_entity, &c, e);
}

static const struct import_kind regions = {
    .name = "region",
    .label = { "区划", "region" },
    .en = &region_entity,
    .size = sizeof(struct region),
    .needs = { "code", "name" },
    .unit = UNIT_REGIONS,
    .order = 1,
    .parents = region_parents,
    .lookup = region_lookup,
    .key = region_key,
    .same = region_same,
    .any = region_any,
    .identity = region_identity,
    .check = region_check,
    .written = region_written,
};

/* --- yearly figures of regions ------------------------------------------------------------ */

static struct val region_year_key(const void *obj)
{
    return V(((const struct region_year *)obj)->region);
}

static bool region_year_same(const void *obj, const void *old)
{
    const struct region_year *x = obj, *y = old;
    return x->region.v == y->region.v && x->year.v == y->year.v && x->indicator.v == y->indicator.v;
}

static const struct stmt *region_year_lookup(void)
{
    return SQL_OF(STMT_REF, &region_year_entity,
                  "SELECT {*} FROM region_year WHERE " KEYS_BUT_COUNTY " AND region IN (" IMPORT_KEYS_FROM_2
                  ")");
}

static const struct stmt *region_year_any(void)
{
    return SQL(STMT_REF, "SELECT count(*) FROM (SELECT 1 FROM region_year LIMIT 1) x");
}

static void region_year_identity(const void *obj, struct buf *b)
{
    const struct region_year *y = obj;
    buf_addf(b, "%lld %lld %d", (long long)y->region.v, (long long)y->year.v, (int)y->indicator.v);
}

static bool region_known(struct importing *im, struct region_code code, bool *known, struct errs *e)
{
    int64_t n;
    if (!db_int(im->tx, SQL(STMT_REF, "SELECT count(*) FROM region WHERE code = $1"), &n, e, V(code.v)))
        return false;
    *known = n != 0;
    return true;
}

static bool region_year_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        const struct region_year *y = rows[i].obj;
        bool known;
        if (errs_any(&rows[i].e))
            continue;
        if (!region_known(im, y->region, &known, e))
            return false;
        if (!known)
            fail(&rows[i].e, ERR_NOT_FOUND, "region", MSG_IMPORT_NO_REGION, A(y->region));
        else if (!region_year_says_something(y))
            fail(&rows[i].e, ERR_INVALID, "value", MSG_IMPORT_NOTHING_SAID);
        else if (!says_nothing_new(&region_year_entity, &rows[i]))
            need_regions(im, &rows[i], "region", y->region);
    }
    return true;
}

static const struct import_kind region_years = {
    .name = "region_year",
    .label = { "区划年度指标", "yearly figure of a region" },
    .en = &region_year_entity,
    .size = sizeof(struct region_year),
    .needs = { "region", "year", "indicator", "value" },
    .unit = UNIT_REGION_YEARS,
    .order = 1,
    .lookup = region_year_lookup,
    .key = region_year_key,
    .same = region_year_same,
    .any = region_year_any,
    .identity = region_year_identity,
    .check = region_year_check,
};

/* --- households --------------------------------------------------------------------------- */

static int64_t county_at_0(const void *obj)
{
    return *(const int64_t *)obj;
}

static struct val household_key(const void *obj)
{
    return V(((const struct household *)obj)->hh_no);
}

static bool household_same(const void *obj, const void *old)
{
    return str_eq(((const struct household *)obj)->hh_no, ((const struct household *)old)->hh_no);
}

static const struct stmt *household_lookup(void)
{
    return SQL_OF(STMT_KEY, &household_entity,
                  "SELECT {*} FROM household WHERE county = $1 AND hh_no IN (" IMPORT_KEYS_FROM_2 ")");
}

static const struct stmt *household_any(void)
{
    return SQL(
        STMT_KEY,
        "SELECT count(*) FROM (SELECT 1 FROM household WHERE county = $1 ORDER BY county, id LIMIT 1) x");
}

static void household_identity(const void *obj, struct buf *b)
{
    const struct household *h = obj;
    buf_addi(b, h->county);
    buf_addc(b, ' ');
    buf_add(b, h->hh_no);
}

/* Where the village stands or may be put; what is pushed out is looked up again. */
static struct village *village_place(const struct registry_import *m, struct region_code named)
{
    size_t at = (uint64_t)named.v * UINT64_C(0x9e3779b97f4a7c15) >> (64 - VILLAGES_BITS);
    struct village *v = NULL;
    for (size_t i = 0; i < PROBES; i++) {
        v = &m->villages[(at + i) % VILLAGES];
        if (!v->used || v->named.v == named.v)
            break;
    }
    return v;
}

/* All of a county that are called today what they were called. */
static bool take_villages(struct importing *im, int64_t county, struct errs *e)
{
    struct registry_import *m = memory(im);
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    m->villages_of = county;
    if (!db_query(im->tx, &r,
                  SQL(STMT_REF, "SELECT code FROM region WHERE code BETWEEN $1 AND $2 AND successor IS NULL"),
                  e, V(county * 1000000), V(county * 1000000 + 999999)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct region_code code = { rows_int(&r, 0) };
        *village_place(m, code) = (struct village){ code, code, true, true };
    }
    return f != FAILED;
}

/* Old files name villages that were merged into others since. */
static bool village_today(struct importing *im, struct region_code *village, bool *known, struct errs *e)
{
    struct registry_import *m = memory(im);
    if (!m->villages)
        m->villages = NEW_ARRAY(&im->a, struct village, VILLAGES);
    int64_t county = region_county(*village);
    if (m->villages_of != county && !take_villages(im, county, e))
        return false;
    struct village *v = village_place(m, *village);
    if (!v->used || v->named.v != village->v) {
        struct region now = { 0 };
        enum found f = region_today(im->tx, *village, im->today, &now, e);
        if (f == FAILED)
            return false;
        *v = (struct village){ *village, now.code, f == FOUND, true };
    }
    *known = v->known;
    if (v->known)
        *village = v->today;
    return true;
}

/* The office whose books a household stands in: every query goes by it.  Where the whole country was loaded,
 * it opens with its first household. */
static bool county_known(struct importing *im, int64_t county, bool *known, struct errs *e)
{
    struct registry_import *m = memory(im);
    int64_t n = m->county == county;
    if (!n &&
        !db_int(im->tx, SQL(STMT_REF, "SELECT count(*) FROM county WHERE county = $1"), &n, e, V(county)))
        return false;
    *known = n != 0;
    if (!*known && !region_known(im, (struct region_code){ county * 1000000 }, known, e))
        return false;
    m->county = *known ? county : m->county;
    return true;
}

static bool open_office(struct importing *im, int64_t county, struct errs *e)
{
    struct registry_import *m = memory(im);
    struct county c = { .county = county }, old;
    struct region r;
    if (m->office == county)
        return true;
    m->office = county;
    enum found f = db_get(im->tx, &county_entity, &old, e, V(county));
    if (f != NONE)
        return f == FOUND;
    if (db_get(im->tx, &region_entity, &r, e, V(county * 1000000)) != FOUND)
        return false;
    c.name = r.name;
    return db_insert(im->tx, &county_entity, &c, e);
}

static void household_prepare(struct import_row *row, struct date today)
{
    struct household *h = row->obj;
    (void)today;
    make_plain(&h->hh_no, row->e.a);
}

static bool household_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    struct region_code last = { 0 }, now = { 0 }, county = { 0 };
    bool known = false, has_office = false;
    for (size_t i = 0; i < n; i++) {
        struct household *h = rows[i].obj;
        if (errs_any(&rows[i].e) || !h->village.v)
            continue;
        if (h->village.v != last.v) {
            last = now = h->village;
            if (!village_today(im, &now, &known, e))
                return false;
        }
        if (now.v != last.v) {
            warn(&rows[i].e, "village", MSG_IMPORT_MERGED, A(last), A(now));
            rows[i].drawn = NULL;
        }
        h->village = now;
        h->county = region_county(h->village);
        if (region_county(county) != h->county && !county_known(im, h->county, &has_office, e))
            return false;
        county = (struct region_code){ h->county * 1000000 };
        if (!known)
            fail(&rows[i].e, ERR_NOT_FOUND, "village", MSG_IMPORT_NO_REGION, A(h->village));
        else if (!has_office)
            fail(&rows[i].e, ERR_NOT_FOUND, "village", MSG_IMPORT_NO_PARENT, A(county));
        else if (region_level(h->village) != VILLAGE)
            fail(&rows[i].e, ERR_INVALID, "village", MSG_IMPORT_NOT_VILLAGE, A(h->village));
        else if (!actor_may(im->who, PERM_REGISTRY_IMPORT, h->village))
            fail(&rows[i].e, ERR_FORBIDDEN, "village", MSG_IMPORT_OUTSIDE, A(h->village));
        else if (!open_office(im, h->county, e))
            return false;
    }
    return true;
}

/* An old file must not bring a household back that was found to be another one's second record. */
static bool not_taken_in(struct importing *im, struct import_row *row, const struct household *h,
                         struct errs *e)
{
    struct registry_import *m = memory(im);
    struct duplicate_merge x;
    if (!m->merges_known && !db_any(im->tx, &duplicate_merge_entity, &m->any_merges, e))
        return false;
    m->merges_known = true;
    if (!m->any_merges || !h->hh_no.p)
        return true;
    enum found f = duplicate_taken_in(im->tx, h->county, h->hh_no, &x, e);
    if (f == FOUND)
        fail(&row->e, ERR_CONFLICT, "hh_no", MSG_IMPORT_TAKEN_IN, A(h->hh_no), A(x.keep_label), A(x.no));
    return f != FAILED;
}

/* Nor one that a movement closed since: its members are elsewhere now. */
static bool not_left(struct importing *im, struct import_row *row, const struct household *old,
                     struct errs *e)
{
    const struct household *h = row->obj;
    struct movement by;
    enum found f = NONE;
    if (old && h->state.set && h->state.v != STATE_CLOSED)
        f = household_left(im->tx, old, &by, e);
    if (f == FOUND)
        fail(&row->e, ERR_CONFLICT, "state", MSG_IMPORT_LEFT, A(h->hh_no), A(by.effective_on), A(by.no));
    return f != FAILED;
}

/* A clerk who may write in one township must not overwrite a household of another. */
static bool household_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        const struct household *h = rows[i].obj, *old = rows[i].old;
        static const struct label label = { "银行账号", "Bank account" };
        const struct label *account = &label;
        bool card = h->bank_account_kind.set && (h->bank_account_kind.v == ACCOUNT_KIND_CARD ||
                                                 h->bank_account_kind.v == ACCOUNT_KIND_SOCIAL_SECURITY);
        if (errs_any(&rows[i].e))
            continue;
        quality_warn_household(h, &rows[i].e);
        if ((!old && !not_taken_in(im, &rows[i], h, e)) || !not_left(im, &rows[i], old, e))
            return false;
        if (old) /* its members are meant by this number, also where another county has the same */
            hh_put(im, old->hh_no, (struct hh_ref){ old->county, old->id, old->village });
        if (card && h->bank_account.p && !luhn_ok(h->bank_account))
            fail(&rows[i].e, ERR_INVALID, "bank_account", MSG_LUHN, A(account));
        if (old && !actor_may(im->who, PERM_REGISTRY_IMPORT, old->village))
            fail(&rows[i].e, ERR_FORBIDDEN, "hh_no", MSG_IMPORT_OUTSIDE, A(old->village));
    }
    return true;
}

static bool household_written(struct importing *im, const struct import_row *row, const void *now,
                              struct errs *e)
{
    const struct household *h = now, *old = row->old;
    hh_put(im, h->hh_no, (struct hh_ref){ h->county, h->id, h->village });
    bool same = old && old->state.set == h->state.set && old->state.v == h->state.v;
    if (same || !h->state.set)
        return true;
    struct household_status s = {
        .county = h->county, .household_id = h->id, .state = h->state, .recorded_on = im->today
    };
    if (old)
        s.old_state = old->state;
    if (h->state.v == STATE_EXITED)
        s.year = h->exit_year;
    if (h->state.v == STATE_FALLEN_BACK) {
        s.year = h->back_year;
        s.cause = h->back_cause;
    }
    return db_id(im->tx, &s.id, e) && bulk_add(import_bulk(im, &household_status_entity), &s, e);
}

static const struct import_kind households = {
    .name = "household",
    .label = { "户", "household" },
    .en = &household_entity,
    .size = sizeof(struct household),
    .needs = { "hh_no", "village", "head_name" },
    .unit = UNIT_REGISTRY,
    .order = 1,
    .prepare = household_prepare,
    .parents = household_parents,
    .county = county_at_0,
    .lookup = household_lookup,
    .key = household_key,
    .same = household_same,
    .any = household_any,
    .identity = household_identity,
    .check = household_check,
    .written = household_written,
    .beside = { &household_status_entity },
    .beside_in_order = true,
    .drawn_ahead = true,
    .no_lookups = true,
};

/* --- members ------------------------------------------------------------------------------ */

static const struct col person_extra[] = {
    COL(person_row, hh_no, "户编号", "Household number", .flags = REQUIRED, .max = 30, .national = "AAC001",
        .aliases = "户号|户编码|户代码|家庭编号|农户编号|贫困户编号"),
    COL(person_row, disability_card, "残疾证号", "Disability certificate", .max = 40, .mask = MASK_IDNO,
        .aliases = "残疾证号码|残疾人证号|残疾人证号码"),
};

/* A passport or a household-register number is no citizen number: it is kept as written. */
static const struct col other_id = COL(person, id_number, "证件号码", "Identity number", .min = 3, .max = 40,
                                       .seal = SEAL_ID_NUMBER, .mask = MASK_IDNO);

static const struct col *person_col_for(const struct col *c, const void *obj)
{
    const struct person *p = obj;
    bool other = p->id_kind.set && p->id_kind.v != ID_KIND_CITIZEN && p->id_kind.v != ID_KIND_NONE;
    return other && !strcmp(c->name, "id_number") ? &other_id : c;
}

static struct val person_key(const void *obj)
{
    return V(((const struct person *)obj)->household_id);
}

static bool dates_agree(struct opt_date a, struct opt_date b)
{
    return !a.set || !b.set || a.v.day == b.v.day;
}

static bool person_same(const void *obj, const void *old)
{
    const struct person *x = obj, *y = old;
    return x->household_id == y->household_id && x->id_number.p && str_eq(x->id_number, y->id_number);
}

/* Without a number on either side, a person is known by name and birth date; two of a family may share
 * them. */
static bool person_alike(const void *obj, const void *old)
{
    const struct person *x = obj, *y = old;
    return x->household_id == y->household_id && !(x->id_number.p && y->id_number.p) &&
           str_eq(x->name, y->name) && dates_agree(x->birth_date, y->birth_date);
}

/* Of one name and sex in one family, with numbers that differ in a digit or two: the check digit follows
 * another, and neighbours are exchanged. */
static bool person_nearly(const void *obj, const void *old)
{
    const struct person *x = obj, *y = old;
    struct str a = x->id_number, b = y->id_number;
    int differ = 0;
    if (x->household_id != y->household_id || a.n != 18 || b.n != 18 || !str_eq(x->name, y->name) ||
        !x->sex.set || !y->sex.set || x->sex.v != y->sex.v)
        return false;
    for (size_t i = 0; i < a.n; i++)
        differ += a.p[i] != b.p[i];
    return differ > 0 && differ <= 2;
}

/* The number that the row brings was this person's before it was corrected: an old file must not undo that.
 */
static bool had_number(struct importing *im, const struct import_row *row, bool *had, struct errs *e)
{
    const struct person *old = row->nearly;
    CLEANUP(buf_release) struct buf hex = BUF(1024);
    int64_t n;
    for (size_t i = 0; i < row->sealed[0].n; i++)
        buf_addf(&hex, "%02x", row->sealed[0].p[i]);
    if (!db_int(im->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM field_change WHERE county = $1 AND table_name = 'person' "
                              "AND row_id = $2 AND field = 'id_number' AND before = $3"),
                &n, e, V(old->county), V(old->id), V(buf_str(&hex))))
        return false;
    *had = n != 0;
    return true;
}

static bool person_settle(struct importing *im, struct import_row *row, bool in_files, struct errs *e)
{
    const struct person *p = row->obj, *old = row->nearly;
    int64_t namesakes;
    bool had;
    if (!import_flush(im, e) || !had_number(im, row, &had, e) ||
        !db_int(im->tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM person WHERE county = $1 AND household_id = $2 AND name = $3"),
                &namesakes, e, V(p->county), V(p->household_id), V(p->name)))
        return false;
    if (in_files)
        fail(&row->e, ERR_CONFLICT, "id_number", MSG_IMPORT_ID_BOTH, A(p->name));
    else if (had)
        fail(&row->e, ERR_CONFLICT, "id_number", MSG_IMPORT_ID_BEFORE, A(p->name));
    else if (namesakes > 1)
        fail(&row->e, ERR_CONFLICT, "id_number", MSG_IMPORT_ID_NAMESAKES, A(p->name));
    else if (im->o->existing == IMPORT_UPDATE)
        warn(&row->e, "id_number", MSG_IMPORT_ID_CORRECTED, A(p->name));
    if (!errs_any(&row->e))
        row->old = (void *)(uintptr_t)old;
    return true;
}

static const struct stmt *person_lookup(void)
{
    return SQL_OF(STMT_KEY, &person_entity,
                  "SELECT {*} FROM person WHERE county = $1 AND household_id IN (" IMPORT_KEYS_FROM_2
                  ") ORDER BY household_id, id");
}

static const struct stmt *person_any(void)
{
    return SQL(STMT_KEY,
               "SELECT count(*) FROM (SELECT 1 FROM person WHERE county = $1 ORDER BY county, id LIMIT 1) x");
}

static void person_identity(const void *obj, struct buf *b)
{
    const struct person *p = obj;
    if (p->id_number.p) {
        buf_add(b, p->id_number);
        return;
    }
    buf_addf(b, "%lld ", (long long)p->household_id);
    buf_add(b, p->name);
    if (p->birth_date.set)
        date_print(b, p->birth_date.v);
}

/* Sex and birth date stand in the number; where the file says them too, they must agree (dictionary §3.1). */
static void take_from_id(struct import_row *row, struct person *p, struct date today)
{
    struct idno id;
    if (!p->id_number.p ||
        (p->id_kind.set && p->id_kind.v != ID_KIND_CITIZEN && p->id_kind.v != ID_KIND_NONE))
        return;
    enum idno_result r = idno_read(p->id_number, today, &id);
    assert(r == IDNO_OK);
    if (p->sex.set && (p->sex.v == SEX_MALE || p->sex.v == SEX_FEMALE) && p->sex.v != id.sex)
        fail(&row->e, ERR_INVALID, "sex", MSG_IDNO_SEX);
    if (p->birth_date.set && p->birth_date.v.day != id.birth.day)
        fail(&row->e, ERR_INVALID, "birth_date", MSG_IDNO_BIRTH_DIFFERS);
    p->sex = (struct code){ id.sex, true };
    p->birth_date = (struct opt_date){ id.birth, true };
    if (idno_is_temporary(&id) && !(p->id_kind.set && p->id_kind.v == ID_KIND_NONE))
        warn(&row->e, "id_number", MSG_IDNO_TEMPORARY);
    /* Where it was given out need not be where its owner lives, and may be called otherwise today. */
    static const struct label label = { "证件号码", "Identity number" };
    const struct label *what = &label;
    if (!region_prefix_passes(id.prefix))
        warn(&row->e, "id_number", MSG_IDNO_PREFIX, A(what));
}

static void person_prepare(struct import_row *row, struct date today)
{
    struct person_row *p = row->obj;
    make_plain(&p->hh_no, row->e.a);
    take_from_id(row, &p->p, today);
    if (p->disability_card.p && !person_take_disability_card(&p->p, p->disability_card, today))
        fail(&row->e, ERR_INVALID, "disability_card", MSG_IMPORT_CARD);
    if (!errs_any(&row->e))
        quality_warn_person(&p->p, today, &row->e);
}

static bool person_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    return resolve_households(im, rows, n, offsetof(struct person_row, hh_no), e);
}

/* Where a number stands already: household and village within the actor's area, else only the county. */
static bool say_where(struct importing *im, struct import_row *row, int64_t county, int64_t person,
                      struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(im->tx, &r,
                  SQL(STMT_KEY, "SELECT h.hh_no, h.village FROM person p JOIN household h ON h.county = "
                                "p.county AND h.id = p.household_id "
                                "WHERE p.county = $1 AND h.county = $1 AND p.id = $2"),
                  e, V(county), V(person)))
        return false;
    enum found f = rows_next(&r, e);
    if (f == FAILED)
        return false;
    struct region_code village = { f == FOUND ? rows_int(&r, 1) : 0 };
    if (f == FOUND && village.v && actor_may(im->who, PERM_REGISTRY_READ, village)) {
        fail(&row->e, ERR_CONFLICT, "id_number", MSG_IMPORT_PERSON_AT, A(rows_text(&r, 0)), A(village));
        return true;
    }
    struct county c = { 0 };
    rows_close(&r);
    if (db_get(im->tx, &county_entity, &c, e, V(county)) == FAILED)
        return false;
    fail(&row->e, ERR_CONFLICT, "id_number", MSG_IMPORT_PERSON_ELSEWHERE, A(c.name.p ? c.name : STR("?")));
    return true;
}

static bool new_id(const struct import_row *row)
{
    const struct person *p = row->obj, *old = row->old;
    return !errs_any(&row->e) && p->id_number.p && !(old && old->id_number.p);
}

static bool look_up_ids(struct importing *im, struct import_row **rows, struct val *keys, size_t n,
                        struct errs *e)
{
    struct val v[IMPORT_KEYS + 1] = { V((int64_t)0) };
    struct national_id found[IMPORT_KEYS];
    size_t found_n = 0;
    enum found f;
    for (size_t i = 0; i < IMPORT_KEYS; i++)
        v[i + 1] = keys[i < n ? i : n - 1];
    {
        CLEANUP(rows_close) struct rows r = { 0 };
        if (!db_query_(im->tx, &r,
                       SQL_OF(STMT_FAN, &national_id_entity,
                              "SELECT {*} FROM national_id WHERE " KEYS_BUT_COUNTY
                              " AND id_key IN (" IMPORT_KEYS_FROM_2 ")"),
                       false, e, v, IMPORT_KEYS + 1))
            return false;
        while ((f = rows_next(&r, e)) == FOUND)
            if (!rows_obj(&r, 0, &found[found_n++], &im->batch, e))
                return false;
        if (f == FAILED)
            return false;
    }
    for (size_t k = 0; k < found_n; k++)
        for (size_t i = 0; i < n; i++)
            if (str_eq(keys[i].s, (struct str){ (const char *)found[k].id_key.p, found[k].id_key.n }) &&
                !say_where(im, rows[i], found[k].county, found[k].person_id, e))
                return false;
    return true;
}

static bool register_is_empty(struct importing *im, bool *empty, struct errs *e)
{
    struct registry_import *m = memory(im);
    int64_t any = 0;
    if (!m->register_known && !keys_deferred(im->tx, &national_id_entity) &&
        !db_int(im->tx, SQL(STMT_FAN, "SELECT count(*) FROM (SELECT 1 FROM national_id LIMIT 1) x"), &any, e))
        return false;
    if (!m->register_known)
        m->register_empty = any == 0;
    m->register_known = true;
    *empty = m->register_empty;
    return true;
}

/* A person is one over all counties: whoever has the number already keeps it. */
static bool person_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    struct val keys[IMPORT_KEYS];
    struct import_row *of[IMPORT_KEYS];
    size_t k = 0;
    bool empty;
    if (!register_is_empty(im, &empty, e))
        return false;
    for (size_t i = 0; i < n && !empty; i++) {
        if (!new_id(&rows[i]))
            continue;
        keys[k] = val_seal_key(im->tx, SEAL_ID_NUMBER, ((struct person *)rows[i].obj)->id_number, &im->batch);
        of[k++] = &rows[i];
        if (k == IMPORT_KEYS) {
            if (!import_flush(im, e) || !look_up_ids(im, of, keys, k, e))
                return false;
            k = 0;
        }
    }
    return k == 0 || (import_flush(im, e) && look_up_ids(im, of, keys, k, e));
}

/* The number was corrected: it is nobody's now. */
static bool forget_number(struct importing *im, const struct person *old, struct errs *e)
{
    struct val key = val_seal_key(im->tx, SEAL_ID_NUMBER, old->id_number, &im->batch);
    struct national_id id = { { (const uint8_t *)key.s.p, key.s.n }, old->county, old->id };
    return db_delete(im->tx, &national_id_entity, &id, e);
}

/* The register is keyed by what looks random: its rows are kept and written in the order of their keys,
 * unless the database sorts those itself at the end. */
static bool person_written(struct importing *im, const struct import_row *row, const void *now,
                           struct errs *e)
{
    const struct person *p = now, *old = row->old;
    struct registry_import *m = memory(im);
    if (!p->id_number.p || (old && str_eq(old->id_number, p->id_number)))
        return true;
    if (old && old->id_number.p && !forget_number(im, old, e))
        return false;
    if (keys_deferred(im->tx, &national_id_entity)) {
        struct national_id id = { { row->sealed[0].p, SEAL_TAG }, p->county, p->id };
        return bulk_add(import_bulk(im, &national_id_entity), &id, e);
    }
    if (m->entries_n == m->entries_cap) {
        m->entries_cap = m->entries_cap ? m->entries_cap * 2 : 1024;
        m->entries = xrealloc(m->entries, m->entries_cap * sizeof *m->entries);
        large_pages(m->entries, m->entries_cap * sizeof *m->entries);
    }
    struct id_entry *x = &m->entries[m->entries_n++];
    *x = (struct id_entry){ .county = p->county, .person = p->id };
    memcpy(x->key, row->sealed[0].p, SEAL_TAG);
    return true;
}

static int by_key(const void *a, const void *b)
{
    return memcmp(((const struct id_entry *)a)->key, ((const struct id_entry *)b)->key, SEAL_TAG);
}

static size_t first_bits(const struct id_entry *x)
{
    return (size_t)x->key[0] << 8 | x->key[1];
}

/* Keys are evenly spread: by their first sixteen bits in place, then the few that share those. */
static void sort_entries(struct id_entry *x, size_t n)
{
    enum { HEAPS = 1 << 16, FEW = 1 << 12 };
    if (n < FEW) {
        if (n)
            qsort(x, n, sizeof *x, by_key);
        return;
    }
    CLEANUP(freep) size_t *next = xcalloc((size_t)2 * HEAPS, sizeof *next);
    size_t *end = next + HEAPS; /* end[h]: of heap h */
    for (size_t i = 0; i < n; i++)
        end[first_bits(&x[i])]++;
    for (size_t h = 0, sum = 0; h < HEAPS; h++) {
        next[h] = sum;
        end[h] = sum += end[h];
    }
    for (size_t h = 0; h < HEAPS; h++)
        while (next[h] < end[h]) {
            struct id_entry moving = x[next[h]];
            for (size_t to; (to = first_bits(&moving)) != h;) {
                struct id_entry other = x[next[to]];
                x[next[to]++] = moving;
                moving = other;
            }
            x[next[h]++] = moving;
        }
    for (size_t h = 0; h < HEAPS; h++) {
        size_t from = h ? end[h - 1] : 0;
        if (end[h] - from > 1)
            qsort(x + from, end[h] - from, sizeof *x, by_key);
    }
}

static bool person_finish(struct importing *im, struct errs *e)
{
    struct registry_import *m = memory(im);
    struct bulk *b = import_bulk(im, &national_id_entity);
    sort_entries(m->entries, m->entries_n);
    for (size_t i = 0; i < m->entries_n; i++) {
        struct national_id id = { { m->entries[i].key, SEAL_TAG },
                                  m->entries[i].county,
                                  m->entries[i].person };
        if (!bulk_add(b, &id, e))
            return false;
    }
    m->entries_n = 0;
    return true;
}

static const struct import_kind persons = {
    .name = "person",
    .label = { "家庭成员", "household member" },
    .en = &person_entity,
    .extra = person_extra,
    .extra_n = N_ELEMS(person_extra),
    .size = sizeof(struct person_row),
    .needs = { "hh_no", "name", "relation" },
    .unit = UNIT_REGISTRY,
    .order = 2,
    .col_for = person_col_for,
    .prepare = person_prepare,
    .parents = person_parents,
    .county = county_at_0,
    .lookup = person_lookup,
    .key = person_key,
    .same = person_same,
    .alike = person_alike,
    .nearly = person_nearly,
    .settle = person_settle,
    .any = person_any,
    .identity = person_identity,
    .check = person_check,
    .written = person_written,
    .finish = person_finish,
    .beside = { &national_id_entity },
    .drawn_ahead = true,
    .no_lookups = true,
};

/* --- years -------------------------------------------------------------------------------- */

static const struct col year_extra[] = {
    COL(year_row, hh_no, "户编号", "Household number", .flags = REQUIRED, .max = 30, .national = "AAC001",
        .aliases = "户号|户编码|户代码|家庭编号|农户编号|贫困户编号"),
};

static void year_prepare(struct import_row *row, struct date today)
{
    struct year_row *y = row->obj;
    (void)today;
    make_plain(&y->hh_no, row->e.a);
}

static bool year_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    return resolve_households(im, rows, n, offsetof(struct year_row, hh_no), e);
}

static struct val year_key(const void *obj)
{
    return V(((const struct household_year *)obj)->household_id);
}

static bool year_same(const void *obj, const void *old)
{
    const struct household_year *x = obj, *y = old;
    return x->household_id == y->household_id && x->year.v == y->year.v;
}

static const struct stmt *year_lookup(void)
{
    return SQL_OF(STMT_KEY, &household_year_entity,
                  "SELECT {*} FROM household_year WHERE county = $1 AND household_id IN (" IMPORT_KEYS_FROM_2
                  ") ORDER BY household_id, year");
}

static const struct stmt *year_any(void)
{
    return SQL(STMT_KEY, "SELECT count(*) FROM (SELECT 1 FROM household_year WHERE county = $1 ORDER BY "
                         "county, household_id LIMIT 1) x");
}

static void year_identity(const void *obj, struct buf *b)
{
    const struct household_year *y = obj;
    buf_addi(b, y->household_id);
    buf_addc(b, ' ');
    buf_addi(b, y->year.v);
}

static const struct import_kind years = {
    .name = "household_year",
    .label = { "户年度情况", "year of a household" },
    .en = &household_year_entity,
    .extra = year_extra,
    .extra_n = N_ELEMS(year_extra),
    .size = sizeof(struct year_row),
    .needs = { "hh_no", "year" },
    .some_of = { "wage_income", "business_income", "transfer_income", "arable", "house_area",
                 "power_for_living" },
    .unit = UNIT_REGISTRY,
    .order = 3,
    .prepare = year_prepare,
    .parents = year_parents,
    .county = county_at_0,
    .lookup = year_lookup,
    .key = year_key,
    .same = year_same,
    .any = year_any,
    .identity = year_identity,
    .drawn_ahead = true,
};

const struct import_kind *const registry_import_kinds[] = { &regions, &region_years, &households, &persons,
                                                            &years };
const size_t registry_import_kinds_n = N_ELEMS(registry_import_kinds);
