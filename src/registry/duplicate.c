#include "base/clock.h"
#include "registry/duplicate_parts.h"

#include "registry/household_file.h"
#include "registry/region.h"

#include <assert.h>

enum {
    PERSONS_MAX = 40000000,
    PAIRS_MAX = 8000000,
    BLOCK_LARGE = 400, /* persons of one birth date and sex, or of one sound and year */
    BLOCK_NEAR = 24,   /* in a larger one, those whose names stand so near are compared */
    PLACE_LARGE = 60,  /* persons with one phone or account: more is an office's */
};

const struct duplicate_reason_info duplicate_reasons[] = {
#define X(name, slug, zh, en) [DUPLICATE_##name] = { slug, { zh, en } },
    DUPLICATE_REASONS(X)
#undef X
};
const struct duplicate_reason_info duplicate_blocks[] = {
    [BLOCK_BIRTH] = { "birth_and_sex", { "出生日期和性别", "birth date and sex" } },
    [BLOCK_SOUND] = { "sound_and_year", { "姓名读音和出生年份", "sound of the name and year of birth" } },
    [BLOCK_PHONE] = { "phone", { "电话", "phone" } },
    [BLOCK_ACCOUNT] = { "account", { "银行账号", "bank account" } },
};

/* --- reading ---------------------------------------------------------------------------------------- */

static uint64_t hash_of(const struct search *s, struct str text)
{
    return text.p ? rowsum_hash(store_seal(tx_store(s->tx)), text).lo | 1 : 0;
}

/* The first bytes of a sealed value are equal for equal values. */
static uint64_t tag_of(struct str sealed)
{
    uint64_t tag;
    if (sealed.n < sizeof tag)
        return 0;
    memcpy(&tag, sealed.p, sizeof tag);
    return tag | 1;
}

static uint32_t village_at(struct search *s, int64_t code)
{
    for (size_t i = s->villages_n; i-- > 0;) /* neighbours in the register are neighbours in space */
        if (s->villages[i].code == code)
            return (uint32_t)i;
    if (s->villages_n == s->villages_cap) {
        s->villages_cap = s->villages_cap ? s->villages_cap * 2 : 1024;
        s->villages = xrealloc(s->villages, s->villages_cap * sizeof *s->villages);
    }
    s->villages[s->villages_n] = (struct village){ .code = code };
    return (uint32_t)s->villages_n++;
}

static bool stopped(const struct search *s, struct errs *e)
{
    return s->o->stop && *s->o->stop && !fail(e, ERR_INTERRUPTED, NULL, MSG_STOPPED);
}

static bool read_homes(struct search *s, const struct scope *x, struct errs *e)
{
    enum found f;
    static_assert(STATE_CLOSED == 9, "the statement says so too");
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(s->tx, &r,
                 SQL(STMT_KEY, "SELECT id, village, phone, bank_account FROM household WHERE county = $1 AND "
                               "village BETWEEN $2 AND $3 AND (state IS NULL OR state <> 9) ORDER BY id"),
                 e, V(x->county), V(x->first), V(x->last)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        if (s->homes_n == s->homes_cap) {
            s->homes_cap = s->homes_cap ? s->homes_cap * 2 : 16384;
            s->homes = xrealloc(s->homes, s->homes_cap * sizeof *s->homes);
        }
        s->homes[s->homes_n++] = (struct home){ .county = x->county,
                                                .id = rows_int(&r, 0),
                                                .village = village_at(s, rows_int(&r, 1)),
                                                .phone = hash_of(s, rows_text(&r, 2)),
                                                .account = tag_of(rows_val(&r, 3).s) };
    }
    return f != FAILED;
}

/* Homes from `first` on are of one scope, in the order of ids. */
static bool home_of(const struct search *s, size_t first, int64_t id, uint32_t *home)
{
    size_t lo = first, hi = s->homes_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->homes[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    *home = (uint32_t)lo;
    return lo < s->homes_n && s->homes[lo].id == id;
}

static void add_body(struct search *s, struct rows *r, uint32_t home)
{
    struct val sex = rows_val(r, 3), birth = rows_val(r, 4);
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 65536;
        s->bodies = xrealloc(s->bodies, s->cap * sizeof *s->bodies);
    }
    struct body *b = &s->bodies[s->n++];
    *b = (struct body){ .id = rows_int(r, 0),
                        .home = home,
                        .name = names_add(s->names, rows_text(r, 2)),
                        .birth = NO_DAY,
                        .phone = hash_of(s, rows_text(r, 5)) };
    if (sex.i == SEX_MALE || sex.i == SEX_FEMALE)
        b->sex = (uint8_t)sex.i;
    if (birth.kind == V_INT && birth.i >= DAYS_FROM && birth.i < DAYS_FROM + DAYS)
        b->birth = (int32_t)birth.i;
    s->villages[s->homes[home].village].persons++;
}

static bool read_bodies(struct search *s, const struct scope *x, size_t first, struct errs *e)
{
    enum found f;
    uint32_t home = 0;
    int64_t last = -1;
    bool mine = false;
    static_assert(CHANGE_LEFT_FIRST == 11, "the statement says so too");
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_scan(s->tx, &r,
                 SQL(STMT_KEY,
                     "SELECT id, household_id, name, sex, birth_date, phone FROM person WHERE county = "
                     "$1 AND left_on IS NULL AND (change_status IS NULL OR change_status < 11)"),
                 e, V(x->county)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        int64_t household = rows_int(&r, 1);
        if (household != last)
            mine = home_of(s, first, household, &home);
        last = household;
        if (s->n == PERSONS_MAX)
            return fail(e, ERR_INVALID, "region", MSG_DUPLICATES_TOO_MANY);
        if (mine)
            add_body(s, &r, home);
    }
    return f != FAILED;
}

static bool read_marks(struct search *s, int64_t county, struct errs *e)
{
    struct list list;
    if (!db_list(s->tx,
                 SQL_OF(STMT_KEY, &not_duplicate_entity,
                        "SELECT {*} FROM not_duplicate WHERE county = $1 ORDER BY person_a, person_b"),
                 &list, e->a, e, V(county)))
        return false;
    struct not_duplicate *all = NEW_ARRAY(e->a, struct not_duplicate, s->marks_n + list.n + 1);
    if (s->marks_n)
        memcpy(all, s->marks, s->marks_n * sizeof *all);
    if (list.n)
        memcpy(all + s->marks_n, list.rows, list.n * sizeof *all);
    s->marks = all;
    s->marks_n += list.n;
    return true;
}

static int by_marked(const void *a, const void *b)
{
    const struct not_duplicate *x = a, *y = b;
    if (x->person_a != y->person_a)
        return x->person_a < y->person_a ? -1 : 1;
    return (x->person_b > y->person_b) - (x->person_b < y->person_b);
}

static bool is_marked(const struct search *s, const struct pair *p)
{
    int64_t a = s->bodies[p->a].id, b = s->bodies[p->b].id;
    struct not_duplicate key = { .person_a = a < b ? a : b, .person_b = a < b ? b : a };
    return s->marks_n && bsearch(&key, s->marks, s->marks_n, sizeof key, by_marked);
}

/* A county's marks once, however many parts of it the actor may see. */
static bool read_all(struct search *s, struct errs *e)
{
    for (size_t i = 0; i < s->scopes.n; i++) {
        const struct scope *x = &s->scopes.list[i];
        size_t first = s->homes_n;
        bool again = i && x[-1].county == x->county;
        if (stopped(s, e) || !read_homes(s, x, e) || !read_bodies(s, x, first, e) ||
            (!again && !read_marks(s, x->county, e)))
            return false;
    }
    if (s->marks_n)
        qsort(s->marks, s->marks_n, sizeof *s->marks, by_marked);
    return true;
}

/* How many there are of everything. */
static void count_all(struct search *s)
{
    names_count(s->names);
    for (size_t i = 0; i < s->homes_n; i++) {
        if (s->homes[i].phone)
            ++*count_map_at(&s->phones, s->homes[i].phone);
        if (s->homes[i].account)
            ++*count_map_at(&s->accounts, s->homes[i].account);
    }
    for (size_t i = 0; i < s->n; i++) {
        const struct body *b = &s->bodies[i];
        if (b->phone && b->phone != s->homes[b->home].phone)
            ++*count_map_at(&s->phones, b->phone);
        if (b->birth == NO_DAY)
            continue;
        s->born[b->birth - DAYS_FROM]++;
        s->born_in[date_civil((struct date){ b->birth }).year - 1800]++;
    }
}

/* --- groups that share something -------------------------------------------------------------------------
 */

struct entry {
    uint64_t key, order; /* order: by the sound of the name */
    uint32_t body;
};
struct entries {
    struct entry *list;
    size_t n, cap;
};

static void entry_add(struct search *s, struct entries *x, uint64_t key, uint32_t body)
{
    if (x->n == x->cap) {
        x->cap = x->cap ? x->cap * 2 : 65536;
        x->list = xrealloc(x->list, x->cap * sizeof *x->list);
    }
    x->list[x->n++] = (struct entry){ mix64(0, key), names_sound(s->names, s->bodies[body].name), body };
}

static void entries_release(struct entries *x)
{
    free(x->list);
}

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->body > y->body) - (x->body < y->body);
}

static void pair_add(struct search *s, struct pair p)
{
    if (s->pairs_n == s->pairs_cap) {
        s->pairs_cap = s->pairs_cap ? s->pairs_cap * 2 : 4096;
        s->pairs = xrealloc(s->pairs, s->pairs_cap * sizeof *s->pairs);
    }
    s->pairs[s->pairs_n++] = p;
}

static void compare(struct search *s, uint32_t a, uint32_t b)
{
    struct pair p;
    if (a != b && s->pairs_n < PAIRS_MAX && pair_weigh(s, a, b, &p))
        pair_add(s, p);
}

static void compare_group(struct search *s, enum duplicate_block block, const struct entry *g, size_t n)
{
    bool of_place = block == BLOCK_PHONE || block == BLOCK_ACCOUNT;
    size_t near = n;
    if (n > (size_t)(of_place ? PLACE_LARGE : BLOCK_LARGE)) {
        near = BLOCK_NEAR;
        s->r->cut[block].groups++;
        s->r->cut[block].persons += (int64_t)n;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n && k - i <= near; k++)
            compare(s, g[i].body, g[k].body);
}

/* Keys are mixed, so their first bits spread them evenly: dealt out by those, only few are left to sort. */
static void entries_sort(struct entries *x)
{
    int bits = 1;
    while (bits < 24 && (size_t)1 << bits < x->n)
        bits++;
    size_t *at = xcalloc(((size_t)1 << bits) + 1, sizeof *at);
    struct entry *dealt = xcalloc(x->n + 1, sizeof *dealt);
    for (size_t i = 0; i < x->n; i++)
        at[(x->list[i].key >> (64 - bits)) + 1]++;
    for (size_t i = 0; i < (size_t)1 << bits; i++)
        at[i + 1] += at[i];
    for (size_t i = 0; i < x->n; i++)
        dealt[at[x->list[i].key >> (64 - bits)]++] = x->list[i];
    for (size_t i = 0, from = 0; i < (size_t)1 << bits; from = at[i++])
        if (at[i] - from > 1)
            qsort(dealt + from, at[i] - from, sizeof *dealt, by_key);
    free(at);
    free(x->list);
    x->list = dealt;
}

/* Two of one birth date and sex and of unlike names: what they have in common, they have by chance. */
static void take_chance(struct search *s, const struct entry *g, size_t n)
{
    uint32_t a = g[0].body, b = g[n - 1].body;
    if (n < 2 || s->bodies[a].home == s->bodies[b].home ||
        names_compare(s->names, s->bodies[a].name, s->bodies[b].name) != NAMES_UNLIKE)
        return;
    s->chance[s->chance_n++] = (struct pair){ .a = a, .b = b };
}

static bool compare_groups(struct search *s, enum duplicate_block block, struct entries *x, struct errs *e)
{
    size_t groups = 0, next = 0;
    entries_sort(x);
    for (size_t from = 0, to; from < x->n; from = to, groups++) {
        for (to = from; to < x->n && x->list[to].key == x->list[from].key;)
            to++;
        if (groups % 1024 == 0 && stopped(s, e))
            return false;
        /* Spread over the whole register. */
        if (block == BLOCK_BIRTH && from >= next && s->chance_n < CALIBRATION) {
            take_chance(s, x->list + from, to - from);
            next = x->n / CALIBRATION * (s->chance_n + 1);
        }
        compare_group(s, block, x->list + from, to - from);
    }
    return true;
}

static bool by_birth_and_sex(struct search *s, struct errs *e)
{
    CLEANUP(entries_release) struct entries x = { 0 };
    for (size_t i = 0; i < s->n; i++)
        if (s->bodies[i].birth != NO_DAY && s->bodies[i].sex && s->born[s->bodies[i].birth - DAYS_FROM] > 1)
            entry_add(s, &x, (uint64_t)(s->bodies[i].birth - DAYS_FROM) << 8 | s->bodies[i].sex, (uint32_t)i);
    return compare_groups(s, BLOCK_BIRTH, &x, e);
}

static bool by_sound_and_year(struct search *s, struct errs *e)
{
    CLEANUP(entries_release) struct entries x = { 0 };
    for (size_t i = 0; i < s->n; i++) {
        const struct body *b = &s->bodies[i];
        if (names_sound_alone(s->names, b->name))
            continue;
        int year = b->birth == NO_DAY ? 0 : date_civil((struct date){ b->birth }).year;
        entry_add(s, &x, mix64(names_sound(s->names, b->name), (uint64_t)year), (uint32_t)i);
    }
    return compare_groups(s, BLOCK_SOUND, &x, e);
}

static bool by_phone(struct search *s, struct errs *e)
{
    CLEANUP(entries_release) struct entries x = { 0 };
    for (size_t i = 0; i < s->n; i++) {
        const struct body *b = &s->bodies[i];
        uint64_t household = s->homes[b->home].phone;
        if (household && count_map_get(&s->phones, household) > 1)
            entry_add(s, &x, household, (uint32_t)i);
        if (b->phone && b->phone != household && count_map_get(&s->phones, b->phone) > 1)
            entry_add(s, &x, b->phone, (uint32_t)i);
    }
    return compare_groups(s, BLOCK_PHONE, &x, e);
}

static bool by_account(struct search *s, struct errs *e)
{
    CLEANUP(entries_release) struct entries x = { 0 };
    for (size_t i = 0; i < s->n; i++) {
        uint64_t account = s->homes[s->bodies[i].home].account;
        if (account && count_map_get(&s->accounts, account) > 1)
            entry_add(s, &x, account, (uint32_t)i);
    }
    return compare_groups(s, BLOCK_ACCOUNT, &x, e);
}

static int by_bodies(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

/* Whoever shares several things was compared several times. */
static void leave_once(struct search *s)
{
    size_t n = 0;
    if (s->pairs_n)
        qsort(s->pairs, s->pairs_n, sizeof *s->pairs, by_bodies);
    for (size_t i = 0; i < s->pairs_n; i++)
        if (!n || by_bodies(&s->pairs[n - 1], &s->pairs[i]))
            s->pairs[n++] = s->pairs[i];
    s->pairs_n = n;
}

/* --- the report
 * --------------------------------------------------------------------------------------------- */

static int by_bits(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->bits != y->bits)
        return x->bits > y->bits ? -1 : 1;
    return by_bodies(a, b);
}

static bool tell_person(struct search *s, uint32_t body, struct duplicate_person *out, struct errs *e)
{
    const struct body *b = &s->bodies[body];
    int64_t county = s->homes[b->home].county;
    struct household h;
    struct region v;
    if (db_get(s->tx, &person_entity, &out->person, e, V(county), V(b->id)) != FOUND ||
        db_get(s->tx, &household_entity, &h, e, V(county), V(out->person.household_id)) != FOUND)
        return errs_any(e) ? false : fail(e, ERR_INTERNAL, NULL, MSG_DB_ROW_GONE, A("person"));
    out->person.id_number = (struct str){ 0 };
    out->hh_no = h.hh_no;
    out->village = h.village;
    enum found f = db_get(s->tx, &region_entity, &v, e, V(h.village));
    if (f == FOUND)
        out->village_name = v.name;
    return f != FAILED;
}

static bool tell(struct search *s, struct errs *e)
{
    size_t n = 0;
    for (size_t i = 0; i < s->pairs_n; i++) {
        if (s->pairs[i].bits < s->need)
            continue;
        if (is_marked(s, &s->pairs[i]))
            s->r->different++;
        else
            s->pairs[n++] = s->pairs[i];
    }
    if (n)
        qsort(s->pairs, n, sizeof *s->pairs, by_bits);
    s->r->found = (int64_t)n;
    s->r->n = n < s->o->limit ? n : s->o->limit;
    s->r->pairs = NEW_ARRAY(e->a, struct duplicate_pair, s->r->n);
    for (size_t i = 0; i < s->r->n; i++) {
        struct duplicate_pair *p = &s->r->pairs[i];
        p->score = score_of(s->pairs[i].bits);
        p->reasons = s->pairs[i].reasons;
        if (!tell_person(s, s->pairs[i].a, &p->a, e) || !tell_person(s, s->pairs[i].b, &p->b, e))
            return false;
    }
    return true;
}

static bool search_all(struct search *s, struct errs *e)
{
    if (!read_all(s, e))
        return false;
    s->r->persons = (int64_t)s->n;
    if (!s->n)
        return true;
    count_all(s);
    if (!by_birth_and_sex(s, e) || !by_sound_and_year(s, e) || !by_phone(s, e) || !by_account(s, e))
        return false;
    if (s->pairs_n == PAIRS_MAX)
        return fail(e, ERR_INVALID, "region", MSG_DUPLICATES_TOO_MANY);
    leave_once(s);
    return !stopped(s, e) && pairs_settle(s, e) && tell(s, e);
}

static void search_free(struct search *s)
{
    names_free(s->names);
    free(s->homes);
    free(s->bodies);
    free(s->villages);
    free(s->born);
    free(s->born_in);
    free(s->pairs);
    free(s->chance);
    count_map_release(&s->phones);
    count_map_release(&s->accounts);
    free(s);
}

bool duplicate_run(struct tx *tx, const struct actor *who, const struct duplicate_options *o,
                   struct duplicate_report *r, struct errs *e)
{
    enum { YEARS = 270 };
    assert(o->limit <= DUPLICATE_LIMIT_MAX);
    assert(o->min_score >= 1 && o->min_score <= 99);
    struct search *s = xcalloc(1, sizeof *s);
    *r = (struct duplicate_report){ 0 };
    *s =
        (struct search){ .tx = tx, .o = o, .r = r, .need = score_bits(o->min_score), .today = clock_today() };
    s->born = xcalloc(DAYS, sizeof *s->born);
    s->born_in = xcalloc(YEARS, sizeof *s->born_in);
    s->chance = xcalloc(CALIBRATION, sizeof *s->chance);
    s->names = names_new(store_seal(tx_store(tx)), e);
    bool ok =
        s->names && scopes_of(tx, who, PERM_REGISTRY_READ, o->within, &s->scopes, e) && search_all(s, e);
    search_free(s);
    return ok;
}
