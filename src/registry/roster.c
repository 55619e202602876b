#include "registry/roster.h"

#include "base/value.h"
#include "registry/history.h"
#include "registry/household_file.h"
#include "registry/scope.h"

#include <assert.h>

// clang-format off
static const struct col roster_cols[] = {
    COL(roster, county,     "县代码",   "County",     .flags = PKEY | SERVER | REQUIRED),
    COL(roster, id,         "内部编号", "Id",         .flags = PKEY | SERVER | REQUIRED),
    COL(roster, name,       "名单名称", "List",       .flags = REQUIRED | NATURAL, .max = 60),
    COL(roster, of_persons, "按人",     "Of persons", .flags = SERVER),
    COL(roster, region,     "区划代码", "Region",     .flags = REQUIRED),
    COL(roster, filter,     "条件",     "Filter",     .flags = SERVER, .max = 2000),
    COL(roster, made_on,    "生成日期", "Made on",    .flags = SERVER | REQUIRED),
    COL(roster, made_by,    "生成人",   "Made by",    .flags = SERVER | REQUIRED, .max = 40),
    COL(roster, households, "户数",     "Households", .flags = SERVER),
    COL(roster, persons,    "人数",     "Persons",    .flags = SERVER),
    COL(roster, frozen_on,  "定稿日期", "Frozen on",  .flags = SERVER),
    COL(roster, frozen_by,  "定稿人",   "Frozen by",  .flags = SERVER, .max = 40),
    COL(roster, mac,        "校验",     "MAC",        .flags = SERVER),
};
static const struct col row_cols[] = {
    COL(roster_row, county,       "县代码",       "County",           .flags = PKEY | SERVER | REQUIRED),
    COL(roster_row, roster_id,    "名单内部编号", "List id",          .flags = PKEY | SERVER | REQUIRED),
    COL(roster_row, no,           "序号",         "No",               .flags = PKEY | SERVER | REQUIRED),
    COL(roster_row, household_id, "户内部编号",   "Household id",     .flags = SERVER | REQUIRED),
    COL(roster_row, person_id,    "人员内部编号", "Person id",        .flags = SERVER),
    COL(roster_row, hh_no,        "户编号",       "Household number", .flags = SERVER | REQUIRED, .max = 30),
    COL(roster_row, head_name,    "户主姓名",     "Head of household", .flags = SERVER | REQUIRED, .max = 60),
    COL(roster_row, village,      "村代码",       "Village code",     .flags = SERVER | REQUIRED),
    COL(roster_row, village_name, "村",           "Village",          .flags = SERVER, .max = 60),
    COL(roster_row, state,        "脱贫状态",     "Poverty state",    .flags = SERVER, .codes = "poverty_state"),
    COL(roster_row, members,      "人口数",       "Members",          .flags = SERVER),
    COL(roster_row, person_name,  "姓名",         "Name",             .flags = SERVER, .max = 60),
    COL(roster_row, sex,          "性别",         "Sex",              .flags = SERVER, .codes = "sex"),
    COL(roster_row, birth_date,   "出生日期",     "Birth date",       .flags = SERVER),
};
// clang-format on
const struct entity roster_entity = ENTITY(roster, TABLE_COUNTY, "名单", "List", roster_cols);
const struct entity roster_row_entity = ENTITY(roster_row, TABLE_COUNTY, "名单行", "Row of a list", row_cols);

/* --- conditions --------------------------------------------------------------------------- */

static bool names_column(const struct col *c, struct str text)
{
    struct str rest = str_of(c->aliases), one;
    if (str_eq(text, str_of(c->name)) || str_eq(text, str_of(c->label.zh)) ||
        str_eq(text, str_of(c->label.en)))
        return true;
    while (rest.p && str_split(&rest, '|', &one))
        if (str_eq(one, text))
            return true;
    return false;
}

static const struct col *column_named(const struct entity *en, struct str text)
{
    for (size_t i = 0; i < en->n; i++)
        if (!(en->cols[i].flags & SERVER) && names_column(&en->cols[i], text))
            return &en->cols[i];
    return NULL;
}

bool condition_read(struct str text, bool of_persons, bool may_see_all, const struct reading *rd,
                    struct condition *c)
{
    struct str value = text, field;
    bool has_value = text.n && memchr(text.p, '=', text.n);
    str_split(&value, '=', &field);
    field = str_trim(field);
    *c = (struct condition){ .en = of_persons ? &person_entity : &household_entity };
    c->col = has_value ? column_named(c->en, field) : NULL;
    if (has_value && of_persons && !c->col) {
        c->en = &household_entity;
        c->col = column_named(c->en, field);
    }
    if (!c->col)
        return fail(rd->e, ERR_INVALID, "where", MSG_ROSTER_CONDITION, A(text));
    const struct label *label = &c->col->label;
    if (c->col->mask != MASK_NONE && !may_see_all)
        return fail(rd->e, ERR_FORBIDDEN, "where", MSG_ROSTER_MASKED, A(label));
    value = str_trim(value);
    c->any = str_eq(value, STR("*"));
    c->none = !value.n;
    c->value = arena_alloc(rd->e->a, c->en->size);
    return c->any || c->none || col_read(c->col, c->value, value, rd);
}

static bool fulfils(const struct condition *c, const void *obj)
{
    if (!col_known(c->col, obj))
        return c->none;
    if (c->any || c->none)
        return c->any;
    if (c->col->type != T_CODES)
        return col_same(c->col, obj, c->value);
    const struct code_set *has = (const void *)((const char *)obj + c->col->off),
                          *wants = (const void *)((const char *)c->value + c->col->off);
    return (has->bits & wants->bits) == wants->bits;
}

static bool fulfils_all(const struct roster_filter *f, const struct entity *en, const void *obj)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->conditions[i].en == en && !fulfils(&f->conditions[i], obj))
            return false;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool household_fits(const struct roster_filter *f, const struct household *h)
{
    if (h->state.set && h->state.v == STATE_CLOSED)
        return false;
    if (f->numbers &&
        (!f->numbers_n || !bsearch(&h->hh_no, f->numbers, f->numbers_n, sizeof *f->numbers, by_text)))
        return false;
    return fulfils_all(f, &household_entity, h);
}

static bool age_fits(const struct roster_filter *f, const struct person *p)
{
    if (!f->age_from.set && !f->age_to.set)
        return true;
    if (!p->birth_date.set)
        return false;
    int age = date_age(p->birth_date.v, f->age_on);
    return (!f->age_from.set || age >= f->age_from.v) && (!f->age_to.set || age <= f->age_to.v);
}

/* --- making a list ------------------------------------------------------------------------ */

struct making {
    struct act *act;
    const struct roster_filter *f;
    struct roster *r;
    struct roster_row *rows; /* one per household that fits */
    size_t n, cap;
    struct bulk *out;
};

static struct roster_row row_of(const struct roster *r, const struct household *h)
{
    return (struct roster_row){ .county = r->county,
                                .roster_id = r->id,
                                .household_id = h->id,
                                .hh_no = h->hh_no,
                                .head_name = h->head_name,
                                .village = h->village,
                                .state = h->state };
}

static bool take_households(struct making *m, struct errs *e)
{
    struct arena a = { 0 };
    struct household h;
    enum found f;
    int64_t first, last;
    region_span(m->f->region, &first, &last);
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(
            m->act->tx, &r,
            SQL_OF(STMT_KEY, &household_entity,
                   "SELECT {*} FROM household WHERE county = $1 AND village BETWEEN $2 AND $3 ORDER BY id"),
            e, V(m->r->county), V(first), V(last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        arena_reset(&a);
        if (!rows_obj(&r, 0, &h, &a, e))
            break;
        if (!household_fits(m->f, &h))
            continue;
        if (m->n == m->cap) {
            m->cap = m->cap ? m->cap * 2 : 1024;
            m->rows = xrealloc(m->rows, m->cap * sizeof *m->rows);
        }
        struct roster_row *x = &m->rows[m->n++];
        *x = row_of(m->r, &h);
        x->hh_no = arena_str(e->a, h.hh_no);
        x->head_name = arena_str(e->a, h.head_name);
    }
    arena_free(&a);
    return f == NONE && !errs_any(e);
}

static struct roster_row *household_row(struct making *m, int64_t id)
{
    size_t lo = 0, hi = m->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (m->rows[mid].household_id == id)
            return &m->rows[mid];
        if (m->rows[mid].household_id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

static bool put_row(struct making *m, struct roster_row x, struct errs *e)
{
    x.no = (m->f->of_persons ? m->r->persons : m->r->households) + 1;
    m->r->households += !m->f->of_persons;
    m->r->persons += m->f->of_persons ? 1 : x.members;
    if (x.no > ROSTER_ROWS_MAX)
        return fail(e, ERR_INVALID, "where", MSG_ROSTER_TOO_LONG, A((int64_t)ROSTER_ROWS_MAX));
    return bulk_add(m->out, &x, e);
}

static bool take_members(struct making *m, struct errs *e)
{
    int64_t first, last;
    enum found f;
    region_span(m->f->region, &first, &last);
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(m->act->tx, &r,
                 SQL(STMT_KEY,
                     "SELECT household_id FROM person WHERE county = $1 AND left_on IS NULL AND "
                     "(change_status IS NULL OR change_status < 11) AND household_id IN (SELECT h.id FROM "
                     "household h WHERE h.county = $1 AND h.village BETWEEN $2 AND $3)"),
                 e, V(m->r->county), V(first), V(last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct roster_row *x = household_row(m, rows_int(&r, 0));
        if (x)
            x->members++;
    }
    return f != FAILED;
}

/* Of a list of persons: the present members who fit. */
static bool take_persons(struct making *m, struct list *fits, struct errs *e)
{
    struct arena a = { 0 };
    struct person p;
    int64_t first, last;
    enum found f;
    size_t cap = 0;
    region_span(m->f->region, &first, &last);
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(
            m->act->tx, &r,
            SQL_OF(
                STMT_KEY, &person_entity,
                "SELECT {*} FROM person WHERE county = $1 AND household_id IN (SELECT h.id FROM household h "
                "WHERE h.county = $1 AND h.village BETWEEN $2 AND $3)"),
            e, V(m->r->county), V(first), V(last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        arena_reset(&a);
        if (!rows_obj(&r, 0, &p, &a, e))
            break;
        const struct roster_row *x = person_is_present(&p) ? household_row(m, p.household_id) : NULL;
        if (!x || !fulfils_all(m->f, &person_entity, &p) || !age_fits(m->f, &p))
            continue;
        if (fits->n == cap) {
            cap = cap ? cap * 2 : 1024;
            fits->rows = xrealloc(fits->rows, cap * sizeof(struct roster_row));
        }
        struct roster_row *row = (struct roster_row *)fits->rows + fits->n++;
        *row = *x;
        row->person_id = (struct opt_int){ p.id, true };
        row->person_name = arena_str(e->a, p.name);
        row->sex = p.sex;
        row->birth_date = p.birth_date;
    }
    arena_free(&a);
    return f == NONE && !errs_any(e);
}

static int by_place(const void *a, const void *b)
{
    const struct roster_row *x = a, *y = b;
    if (x->village.v != y->village.v)
        return x->village.v < y->village.v ? -1 : 1;
    int c = str_cmp(x->hh_no, y->hh_no);
    if (c || !x->person_id.set)
        return c;
    return (x->person_id.v > y->person_id.v) - (x->person_id.v < y->person_id.v);
}

/* People read lists village by village. */
static bool put_rows(struct making *m, struct roster_row *rows, size_t n, struct errs *e)
{
    struct region_code last = { 0 };
    struct region village = { 0 };
    if (n)
        qsort(rows, n, sizeof *rows, by_place);
    for (size_t i = 0; i < n; i++) {
        bool first = i == 0 || rows[i - 1].household_id != rows[i].household_id;
        if (rows[i].village.v != last.v) {
            village = (struct region){ 0 };
            if (db_get(m->act->tx, &region_entity, &village, e, V(rows[i].village)) == FAILED)
                return false;
            last = rows[i].village;
        }
        rows[i].village_name = village.name;
        m->r->households += m->f->of_persons && first;
        if (!put_row(m, rows[i], e))
            return false;
    }
    return true;
}

static bool fill(struct making *m, struct errs *e)
{
    struct list persons = { 0 };
    bool ok =
        take_households(m, e) && take_members(m, e) && (!m->f->of_persons || take_persons(m, &persons, e));
    m->out = bulk_open(m->act->tx, &roster_row_entity);
    ok = ok && (m->f->of_persons ? put_rows(m, persons.rows, persons.n, e) : put_rows(m, m->rows, m->n, e));
    ok = ok && bulk_flush(m->out, e);
    bulk_close(m->out);
    free(persons.rows);
    free(m->rows);
    return ok;
}

static enum found roster_here(struct tx *tx, int64_t county, struct str name, struct roster *r,
                              struct errs *e)
{
    return db_find(tx,
                   SQL_OF(STMT_KEY, &roster_entity, "SELECT {*} FROM roster WHERE county = $1 AND name = $2"),
                   r, e, V(county), V(name));
}

static bool drop_rows(struct act *act, const struct roster *r, struct errs *e)
{
    struct list rows;
    if (!roster_rows(act->tx, r, &rows, e))
        return false;
    const struct roster_row *x = rows.rows;
    for (size_t i = 0; i < rows.n; i++)
        if (!db_delete(act->tx, &roster_row_entity, &x[i], e))
            return false;
    return true;
}

bool roster_save(struct act *act, struct str name, const struct roster_filter *f, bool replace,
                 struct date today, struct roster *made, struct errs *e)
{
    struct roster old;
    struct making m = { .act = act, .f = f, .r = made };
    *made = (struct roster){ .county = region_county(f->region),
                             .name = name,
                             .of_persons = f->of_persons,
                             .region = f->region,
                             .filter = f->words,
                             .made_on = today,
                             .made_by = act->who->login };
    assert(f->region.v);
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, f->region, e))
        return false;
    enum found found = roster_here(act->tx, made->county, name, &old, e);
    if (found == FAILED)
        return false;
    if (found == FOUND && old.frozen_on.set)
        return fail(e, ERR_CONFLICT, "name", MSG_ROSTER_FROZEN, A(name), A(old.frozen_on.v));
    if (found == FOUND && !replace)
        return fail(e, ERR_CONFLICT, "name", MSG_ROSTER_EXISTS, A(name));
    if (found == FOUND && !actor_need_at(act->who, PERM_REGISTRY_WRITE, old.region, e))
        return false;
    if (found == FOUND) {
        made->id = old.id;
        if (!drop_rows(act, &old, e))
            return false;
    } else if (!db_id(act->tx, &made->id, e) || !db_insert(act->tx, &roster_entity, made, e)) {
        return false;
    }
    struct roster first = found == FOUND ? old : *made;
    return fill(&m, e) && act_update(act, &roster_entity, &first, made, e);
}

/* --- freezing ----------------------------------------------------------------------------- */

static void mac_text(struct buf *b, struct str s)
{
    buf_addf(b, "%zu:", s.n);
    buf_add(b, s);
}

static void mac_of(const struct seal *s, const struct roster *r, const struct list *rows,
                   uint8_t mac[MAC_SIZE])
{
    CLEANUP(buf_release) struct buf b = BUF((size_t)1 << 30);
    const struct roster_row *x = rows->rows;
    buf_addf(&b, "%lld %lld %d %lld %d %d %lld %lld ", (long long)r->county, (long long)r->id, r->of_persons,
             (long long)r->region.v, (int)r->made_on.day, (int)r->frozen_on.v.day, (long long)r->households,
             (long long)r->persons);
    mac_text(&b, r->name);
    mac_text(&b, r->filter);
    mac_text(&b, r->frozen_by);
    for (size_t i = 0; i < rows->n; i++, x++) {
        buf_addf(&b, "\n%lld %lld %lld %lld %d %lld %d %d ", (long long)x->no, (long long)x->household_id,
                 (long long)(x->person_id.set ? x->person_id.v : 0), (long long)x->village.v,
                 x->state.set ? (int)x->state.v : -1, (long long)x->members, x->sex.set ? (int)x->sex.v : -1,
                 x->birth_date.set ? (int)x->birth_date.v.day : INT32_MIN);
        mac_text(&b, x->hh_no);
        mac_text(&b, x->head_name);
        mac_text(&b, x->village_name);
        mac_text(&b, x->person_name);
    }
    assert(!b.full);
    seal_mac(s, "roster", buf_str(&b), mac);
}

bool roster_is_intact(struct tx *tx, const struct roster *r, const struct list *rows)
{
    uint8_t mac[MAC_SIZE];
    if (!r->frozen_on.set || r->mac.n != MAC_SIZE)
        return false;
    mac_of(store_seal(tx_store(tx)), r, rows, mac);
    return !memcmp(mac, r->mac.p, MAC_SIZE);
}

static bool count_members(struct tx *tx, const struct household *h, int64_t *n, struct errs *e)
{
    return db_int(tx,
                  SQL(STMT_KEY,
                      "SELECT count(*) FROM person WHERE county = $1 AND household_id = $2 AND left_on IS "
                      "NULL AND (change_status IS NULL OR change_status < 11)"),
                  n, e, V(h->county), V(h->id));
}

/* What the row says today. */
static bool refresh(struct act *act, const struct roster *r, struct roster_row *x, struct errs *e)
{
    struct household h = { 0 };
    struct person p = { 0 };
    struct region village = { 0 };
    struct str gone = x->person_id.set ? x->person_name : x->hh_no;
    enum found f = FOUND;
    if (x->person_id.set)
        f = db_get(act->tx, &person_entity, &p, e, V(r->county), V(x->person_id.v));
    if (f == FOUND)
        f = db_get(act->tx, &household_entity, &h, e, V(r->county),
                   V(x->person_id.set ? p.household_id : x->household_id));
    if (f == FAILED)
        return false;
    if (f != FOUND || (x->person_id.set && !person_is_present(&p)) ||
        (h.state.set && h.state.v == STATE_CLOSED))
        return fail(e, ERR_CONFLICT, "name", MSG_ROSTER_GONE, A(gone));
    struct roster_row now = row_of(r, &h);
    now.no = x->no;
    now.person_id = x->person_id;
    if (x->person_id.set) {
        now.person_name = p.name;
        now.sex = p.sex;
        now.birth_date = p.birth_date;
    }
    if (db_get(act->tx, &region_entity, &village, e, V(h.village)) == FAILED ||
        !count_members(act->tx, &h, &now.members, e))
        return false;
    now.village_name = village.name;
    *x = now;
    return true;
}

static bool same_row(const struct roster_row *a, const struct roster_row *b)
{
    for (size_t i = 0; i < roster_row_entity.n; i++)
        if (!col_same(&roster_row_entity.cols[i], a, b))
            return false;
    return true;
}

static int by_household(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Households and persons of the rows as they now are. */
static void count_rows(struct roster *r, const struct roster_row *x, size_t n, struct arena *a)
{
    int64_t *ids = NEW_ARRAY(a, int64_t, n + 1);
    r->households = r->persons = 0;
    for (size_t i = 0; i < n; i++) {
        ids[i] = x[i].household_id;
        r->persons += r->of_persons ? 1 : x[i].members;
    }
    if (n)
        qsort(ids, n, sizeof *ids, by_household);
    for (size_t i = 0; i < n; i++)
        r->households += i == 0 || ids[i] != ids[i - 1];
}

bool roster_freeze(struct act *act, struct roster *r, struct date today, struct errs *e)
{
    struct list rows;
    const struct roster old = *r;
    uint8_t *mac = arena_alloc(e->a, MAC_SIZE);
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, r->region, e))
        return false;
    if (r->frozen_on.set)
        return fail(e, ERR_CONFLICT, "name", MSG_ROSTER_FROZEN, A(r->name), A(r->frozen_on.v));
    if (!roster_rows(act->tx, r, &rows, e))
        return false;
    struct roster_row *x = rows.rows;
    for (size_t i = 0; i < rows.n; i++) {
        const struct roster_row was = x[i];
        if (!refresh(act, r, &x[i], e))
            return false;
        if (!same_row(&was, &x[i]) && !db_update(act->tx, &roster_row_entity, &was, &x[i], e))
            return false;
    }
    r->frozen_on = (struct opt_date){ today, true };
    r->frozen_by = act->who->login;
    count_rows(r, x, rows.n, e->a);
    mac_of(store_seal(tx_store(act->tx)), r, &rows, mac);
    r->mac = (struct bytes){ mac, MAC_SIZE };
    return db_update(act->tx, &roster_entity, &old, r, e);
}

/* --- reading ------------------------------------------------------------------------------ */

enum found roster_by_name(struct tx *tx, const struct actor *who, struct str name, struct region_code within,
                          struct roster *r, struct errs *e)
{
    struct list all;
    size_t n = 0;
    if (!roster_list(tx, who, within, &all, e))
        return FAILED;
    const struct roster *x = all.rows;
    for (size_t i = 0; i < all.n; i++)
        if (str_eq(x[i].name, name)) {
            *r = x[i];
            n++;
        }
    if (n > 1) {
        fail(e, ERR_CONFLICT, "name", MSG_ROSTER_SEVERAL, A(name));
        return FAILED;
    }
    return n ? FOUND : NONE;
}

/* Lists of regions that the actor sees wholly. */
bool roster_list(struct tx *tx, const struct actor *who, struct region_code within, struct list *out,
                 struct errs *e)
{
    struct scopes scopes;
    struct list all;
    *out = (struct list){ 0 };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e) ||
        !scopes_rows(
            tx, &scopes,
            SQL_OF(STMT_KEY, &roster_entity, "SELECT {*} FROM roster WHERE county = $1 ORDER BY made_on, id"),
            &all, e))
        return false;
    struct roster *x = out->rows = all.rows;
    for (size_t i = 0; i < all.n; i++)
        if (actor_may(who, PERM_REGISTRY_READ, x[i].region))
            x[out->n++] = x[i];
    return true;
}

bool roster_rows(struct tx *tx, const struct roster *r, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &roster_row_entity,
                          "SELECT {*} FROM roster_row WHERE county = $1 AND roster_id = $2 ORDER BY no"),
                   out, e->a, e, V(r->county), V(r->id));
}

/* --- comparing ---------------------------------------------------------------------------- */

static int64_t key_of(const struct roster_row *x)
{
    return x->person_id.set ? x->person_id.v : x->household_id;
}

static int by_key(const void *a, const void *b)
{
    int64_t x = key_of(a), y = key_of(b);
    return (x > y) - (x < y);
}

static bool says_the_same(const struct roster_row *a, const struct roster_row *b)
{
    return str_eq(a->hh_no, b->hh_no) && str_eq(a->head_name, b->head_name) && a->village.v == b->village.v &&
           a->state.set == b->state.set && a->state.v == b->state.v && a->members == b->members &&
           str_eq(a->person_name, b->person_name);
}

static int by_what(const void *a, const void *b)
{
    const struct roster_difference *x = a, *y = b;
    const struct roster_row *p = x->b ? x->b : x->a, *q = y->b ? y->b : y->a;
    if (x->what != y->what)
        return x->what < y->what ? -1 : 1;
    return by_place(p, q);
}

struct roster_difference *roster_compare(struct list *a, struct list *b, size_t *n, struct arena *arena)
{
    struct roster_difference *d = NEW_ARRAY(arena, struct roster_difference, a->n + b->n + 1);
    const struct roster_row *x = a->rows, *y = b->rows;
    size_t i = 0, k = 0;
    *n = 0;
    if (a->n)
        qsort(a->rows, a->n, sizeof *x, by_key);
    if (b->n)
        qsort(b->rows, b->n, sizeof *y, by_key);
    while (i < a->n || k < b->n) {
        int c = i == a->n ? 1 : k == b->n ? -1 : by_key(&x[i], &y[k]);
        if (c < 0)
            d[(*n)++] = (struct roster_difference){ ROSTER_WENT, &x[i++], NULL };
        else if (c > 0)
            d[(*n)++] = (struct roster_difference){ ROSTER_CAME, NULL, &y[k++] };
        else {
            if (!says_the_same(&x[i], &y[k]))
                d[(*n)++] = (struct roster_difference){ ROSTER_CHANGED, &x[i], &y[k] };
            i++, k++;
        }
    }
    if (*n)
        qsort(d, *n, sizeof *d, by_what);
    return d;
}

/* --- verify ------------------------------------------------------------------------------- */

static bool check_all(struct tx *tx, struct verify_report *r, struct errs *e)
{
    struct list all, rows;
    const struct grant everything = { UINT64_MAX, { 0, INT64_MAX } };
    const struct actor who = { .grants = &everything, .n = 1 };
    if (!roster_list(tx, &who, (struct region_code){ 0 }, &all, e))
        return false;
    const struct roster *x = all.rows;
    for (size_t i = 0; i < all.n; i++) {
        if (!x[i].frozen_on.set)
            continue;
        if (!roster_rows(tx, &x[i], &rows, e))
            return false;
        if (!roster_is_intact(tx, &x[i], &rows))
            verify_found(r, e, "roster", x[i].county, MSG_ROSTER_BROKEN, ARGS(A(x[i].name)));
    }
    return true;
}

const struct invariant roster_invariant = { "roster", check_all };
