/* duplicate_score.c - how many bits two persons have in common; see duplicate.h. */
#include "registry/duplicate_parts.h"
#include "registry/import.h"

#include <assert.h>
#include <string.h>

/* Of those who are one person registered twice, how many differ so; the share is an estimate, and what it is
 * worth is its logarithm. */
enum {
    /* So many are thought to be registered twice. */
    TWICE_ONE_IN = 1000,
    TWICE_AT_LEAST = 20,
    /* A register tells little about what is rare in it: so many persons more are thought to be there, spread
     * over all days, names and phones. */
    SPREAD_DAYS = 25000,
    SPREAD_NAMES = 20000,
    SPREAD_ONE_CHARACTER = 5000,
    SPREAD_PHONES = 20000,
    /* Worth of what is not counted. */
    BITS_ORDER = 11 * BIT,
    BITS_LENGTH = 7 * BIT,
    SEX_SAME = BIT,
    SEX_DIFFERS = -5 * BIT,
    BIRTH_DIFFERS = -5 * BIT,
    /* Four of five live in the same village, but so do relatives with like names. */
    VILLAGE_SAME = -BIT,
    VILLAGE_DIFFERS = -11 * BIT / 4,
    COUNTY_DIFFERS = -9 * BIT / 2,
    PHONE_SAME = -3 * BIT,
    ACCOUNT_SAME = -3 * BIT,
    ONE_MORE = 2 * BIT,
    ONE_HOUSEHOLD = 8 * BIT,
    FAMILY_ALIKE = 8 * BIT,
    /* The most that ID number, facts and family add but once in a blue moon. */
    FURTHER = 16 * BIT,
    RARE_NAME = 16 * BIT,
};

/* Log2 with a straight line between powers of two: off by less than a tenth of a bit. */
int log2_bits(uint64_t x)
{
    assert(x > 0);
    int e = 63 - __builtin_clzll(x);
    uint64_t part = e >= 4 ? (x >> (e - 4)) & 15 : (x << (4 - e)) & 15;
    return e * BIT + (int)part;
}

int chance_bits(uint64_t of, uint64_t among)
{
    return of >= among ? 0 : log2_bits(among) - log2_bits(of ? of : 1);
}

/* The odds of 2^bits to one, as a share of a hundred. */
int score_of(int bits)
{
    if (bits >= 7 * BIT)
        return 99;
    if (bits <= -7 * BIT)
        return 1;
    int whole = bits >= 0 ? bits / BIT : -((BIT - 1 - bits) / BIT), rest = bits - whole * BIT;
    int64_t odds = (int64_t)(BIT + rest) << (whole + 7), even = (int64_t)BIT << 7;
    int64_t score = 100 * odds / (odds + even);
    return score < 1 ? 1 : score > 99 ? 99 : (int)score;
}

int score_bits(int score)
{
    int bits = -7 * BIT;
    while (bits < 7 * BIT && score_of(bits) < score)
        bits++;
    return bits;
}

/* --- name, sex, birth date ---------------------------------------------------------------------------- */

static int name_bits(const struct search *s, const struct body *x, const struct body *y, enum likeness how)
{
    /* How many of those registered twice have names so alike, in bits. */
    static const int8_t share[] = {
        [NAMES_LENGTH] = 5 * BIT,         [NAMES_ORDER] = 6 * BIT,      [NAMES_ONE_CHARACTER] = 2 * BIT,
        [NAMES_NEAR_SOUND] = 5 * BIT / 2, [NAMES_SAME_SOUND] = 2 * BIT, [NAMES_VARIANT] = BIT,
        [NAMES_SAME] = BIT / 2,
    };
    if (how == NAMES_ORDER)
        return BITS_ORDER - share[how];
    if (how == NAMES_LENGTH)
        return BITS_LENGTH - share[how];
    uint64_t bearers = names_bearers(s->names, x->name, y->name, how), spread = SPREAD_NAMES, few = 1;
    if (how == NAMES_ONE_CHARACTER) {
        spread = SPREAD_ONE_CHARACTER;
        few = 10;
    } else if (how < NAMES_VARIANT) {
        few = 2;
    }
    uint64_t others = bearers > 2 ? bearers - 2 : 0;
    return chance_bits(others + few, s->n + spread) - share[how];
}

/* One digit of the date is another one, or day and month changed places. */
static bool is_slip(int32_t a, int32_t b)
{
    struct civil x = date_civil((struct date){ a }), y = date_civil((struct date){ b });
    int p = x.year * 10000 + x.month * 100 + x.day, q = y.year * 10000 + y.month * 100 + y.day, differ = 0;
    if (x.year == y.year && x.month == y.day && x.day == y.month)
        return true;
    for (; p || q; p /= 10, q /= 10)
        differ += p % 10 != q % 10;
    return differ == 1;
}

static int birth_bits(const struct search *s, const struct body *x, const struct body *y, uint32_t *reasons)
{
    enum { SLIP = BIT, SLIPS_A_YEAR = 40 };
    if (x->birth == NO_DAY || y->birth == NO_DAY)
        return 0;
    if (x->birth == y->birth) {
        uint32_t born = s->born[x->birth - DAYS_FROM];
        *reasons |= 1U << DUPLICATE_BIRTH_SAME;
        return chance_bits((born > 2 ? born - 2 : 0) + 1, s->n + SPREAD_DAYS);
    }
    if (!is_slip(x->birth, y->birth))
        return BIRTH_DIFFERS;
    *reasons |= 1U << DUPLICATE_BIRTH_NEAR;
    /* As many as were born in forty days of that year, and one in twenty of those registered twice. */
    uint64_t born = s->born_in[date_civil((struct date){ x->birth }).year - 1800];
    return chance_bits(born * SLIPS_A_YEAR / 365 + 1, s->n + SPREAD_DAYS) - 4 * BIT;
}

/* --- where they live --------------------------------------------------------------------------------------
 */

static bool share_phone(const struct search *s, const struct body *x, const struct body *y, uint64_t *phone)
{
    const uint64_t of_x[] = { x->phone, s->homes[x->home].phone },
                   of_y[] = { y->phone, s->homes[y->home].phone };
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++)
            if (of_x[i] && of_x[i] == of_y[k]) {
                *phone = of_x[i];
                return true;
            }
    return false;
}

static void add_place(int bits, int *best, int *further)
{
    if (bits > *best)
        *best = bits;
    *further += ONE_MORE;
}

/* The homes that have it beside the first. */
static int shared_bits(const struct search *s, const struct count_map *m, uint64_t hash)
{
    uint32_t homes = count_map_get(m, hash);
    return chance_bits(homes > 1 ? homes - 1 : 1, s->homes_n + SPREAD_PHONES);
}

static int place_bits(const struct search *s, const struct body *x, const struct body *y, uint32_t *reasons)
{
    const struct home *h = &s->homes[x->home], *g = &s->homes[y->home];
    uint64_t phone;
    int best = 0, further = -ONE_MORE;
    if (x->home == y->home) {
        *reasons |= 1U << DUPLICATE_HOUSEHOLD;
        return ONE_HOUSEHOLD;
    }
    if (share_phone(s, x, y, &phone)) {
        *reasons |= 1U << DUPLICATE_PHONE;
        add_place(shared_bits(s, &s->phones, phone) + PHONE_SAME, &best, &further);
    }
    if (h->account && h->account == g->account) {
        *reasons |= 1U << DUPLICATE_ACCOUNT;
        add_place(shared_bits(s, &s->accounts, h->account) + ACCOUNT_SAME, &best, &further);
    }
    if (h->village == g->village) {
        *reasons |= 1U << DUPLICATE_VILLAGE;
        add_place(chance_bits(s->villages[h->village].persons, s->n) + VILLAGE_SAME, &best, &further);
    }
    if (further < 0)
        return h->county == g->county ? VILLAGE_DIFFERS : COUNTY_DIFFERS;
    return best + further;
}

static uint32_t name_reason(enum likeness how)
{
    static const uint8_t reasons[] = {
        [NAMES_LENGTH] = DUPLICATE_NAME_LENGTH,
        [NAMES_ORDER] = DUPLICATE_NAME_ORDER,
        [NAMES_ONE_CHARACTER] = DUPLICATE_NAME_CHARACTER,
        [NAMES_NEAR_SOUND] = DUPLICATE_NAME_NEAR_SOUND,
        [NAMES_SAME_SOUND] = DUPLICATE_NAME_SOUND,
        [NAMES_VARIANT] = DUPLICATE_NAME_VARIANT,
        [NAMES_SAME] = DUPLICATE_NAME_SAME,
    };
    return 1U << reasons[how];
}

/* Of all pairs, those that are one person. */
static int prior_bits(uint64_t n)
{
    uint64_t twice = n / TWICE_ONE_IN > TWICE_AT_LEAST ? n / TWICE_ONE_IN : TWICE_AT_LEAST;
    return chance_bits(twice, n * n / 2);
}

bool pair_weigh(const struct search *s, uint32_t a, uint32_t b, struct pair *out)
{
    const struct body *x = &s->bodies[a], *y = &s->bodies[b];
    enum likeness how = names_compare(s->names, x->name, y->name);
    if (how == NAMES_UNLIKE || (x->home == y->home && how < NAMES_VARIANT))
        return false;
    uint32_t reasons = name_reason(how);
    int name = name_bits(s, x, y, how), birth = birth_bits(s, x, y, &reasons);
    if (birth < 0 && how < NAMES_SAME_SOUND)
        return false;
    if (name >= RARE_NAME && how >= NAMES_SAME_SOUND)
        reasons |= 1U << DUPLICATE_RARE;
    int sex = x->sex && y->sex ? (x->sex == y->sex ? SEX_SAME : SEX_DIFFERS) : 0;
    int bits = name + birth + sex + place_bits(s, x, y, &reasons) - prior_bits(s->n);
    *out = (struct pair){ .a = a < b ? a : b, .b = a < b ? b : a, .bits = bits, .reasons = reasons };
    return bits + FURTHER >= s->need;
}

/* --- ID numbers
 * --------------------------------------------------------------------------------------------- */

/* By the digits before the check digit, which changes with any of them. */
static enum id_relation relate_ids(struct str x, struct str y, bool *sex_digit)
{
    enum { PREFIX = 6, DIGITS = 17 };
    size_t at[3], differ = 0, in_prefix = 0;
    *sex_digit = false;
    if (x.n != 18 || y.n != 18)
        return ID_UNKNOWN;
    for (size_t i = 0; i < DIGITS; i++) {
        if (x.p[i] == y.p[i])
            continue;
        in_prefix += i < PREFIX;
        *sex_digit = *sex_digit || i == DIGITS - 1;
        if (differ < N_ELEMS(at))
            at[differ] = i;
        differ++;
    }
    if (differ == 2 && x.p[at[0]] == y.p[at[1]] && x.p[at[1]] == y.p[at[0]])
        return ID_SWAPPED;
    if (differ && differ == in_prefix)
        return ID_REGION;
    return differ == 1 ? ID_DIGIT : differ == 2 ? ID_DIGITS : ID_FAR;
}

static int id_bits(const struct search *s, enum id_relation how, bool explains_sex, struct pair *p)
{
    /* Of a thousand registered twice with two numbers. */
    static const int16_t share[] = {
        [ID_FAR] = 350, [ID_REGION] = 50, [ID_DIGITS] = 200, [ID_DIGIT] = 200, [ID_SWAPPED] = 200
    };
    static const uint8_t reasons[] = {
        [ID_REGION] = DUPLICATE_ID_REGION,
        [ID_DIGITS] = DUPLICATE_ID_DIGITS,
        [ID_DIGIT] = DUPLICATE_ID_DIGIT,
        [ID_SWAPPED] = DUPLICATE_ID_SWAPPED,
    };
    if (how == ID_UNKNOWN) {
        p->reasons |= 1U << DUPLICATE_ID_MISSING;
        return 0;
    }
    if (how != ID_FAR)
        p->reasons |= 1U << reasons[how];
    int64_t all = s->chance_n ? (int64_t)s->chance_n : 1;
    /* As in the pairs that are like by chance, to which twenty are added that say little. */
    int64_t rate = (s->id_chance[how] * 1000 + (how == ID_FAR ? 19000 : 250)) / (all + 20);
    int bits = log2_bits((uint64_t)share[how]) - log2_bits((uint64_t)(rate > 0 ? rate : 1));
    bool differ = s->bodies[p->a].sex && s->bodies[p->b].sex && s->bodies[p->a].sex != s->bodies[p->b].sex;
    if (differ && explains_sex && how >= ID_DIGITS)
        bits += SEX_SAME - SEX_DIFFERS - BIT;
    return bits;
}

/* --- further facts
 * --------------------------------------------------------------------------------------------- */

static const struct {
    const char *col;
    int8_t agree, differ;
} facts[] = {
    { "education", 2, 3 },      { "marital", 1, 3 },
    { "ethnicity", 1, 4 },      { "political_status", 1, 2 },
    { "health", 1, 2 },         { "disability_kind", 4, 3 },
    { "labour", 1, 2 },         { "disability_grade", 3, 2 },
    { "student_status", 2, 3 }, { "monthly_wage", 8, 2 },
    { "work_county", 4, 2 },    { "employer", 8, 2 },
    { "skill", 4, 1 },          { "work_area", 2, 1 },
    { "job_channel", 2, 1 },    { "work_months", 3, 1 },
    { "village_cadre", 0, 3 },  { "school", 8, 2 },
    { "enrolled_on", 4, 2 },    { "disease", 6, 0 },
};

/* From 0 (all differ) over FACTS_BALANCE (nothing to compare, or a balance) to FACTS_MAX. */
static int compare_facts(const struct person *x, const struct person *y)
{
    int sum = FACTS_BALANCE;
    for (size_t i = 0; i < N_ELEMS(facts); i++) {
        const struct col *c = entity_col(&person_entity, facts[i].col);
        if (col_known(c, x) && col_known(c, y))
            sum += col_same(c, x, y) ? facts[i].agree : -facts[i].differ;
    }
    return sum < 0 ? 0 : sum > FACTS_MAX ? FACTS_MAX : sum;
}

static int age_band(const struct search *s, const struct pair *p)
{
    static const uint8_t from[AGE_BANDS] = { 0, 6, 16, 25, 60 };
    int32_t birth = s->bodies[p->a].birth;
    int age = birth == NO_DAY ? 40 : date_age((struct date){ birth }, s->today), band = AGE_BANDS - 1;
    while (band > 0 && age < from[band])
        band--;
    return band;
}

static int facts_bits(const struct search *s, int agreement, struct pair *p)
{
    enum { MANY = 6, DIFFER = -2 * BIT, MUCH_DIFFERS = -4 * BIT };
    int beyond = agreement - FACTS_BALANCE, band = age_band(s, p);
    assert(agreement >= 0);
    assert(agreement <= FACTS_MAX);
    if (beyond <= 0)
        return beyond < -MANY ? MUCH_DIFFERS : beyond < 0 ? DIFFER : 0;
    uint64_t as_good = (uint64_t)s->facts_chance[band][agreement];
    int bits = chance_bits(as_good + 1, (uint64_t)s->band_chance[band] + 1);
    if (bits >= 3 * BIT)
        p->reasons |= 1U << DUPLICATE_FACTS;
    return bits;
}

/* --- reading persons again
 * -------------------------------------------------------------------------------------- */

static int by_body(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

enum { CHUNK = 256 };

/* The persons of a chunk of pairs, by place in `which`, which is sorted. */
struct reread {
    uint32_t which[2 * CHUNK];
    struct person *persons[2 * CHUNK];
    size_t n;
    struct arena a;
};

static struct person **place_of(struct reread *x, const struct search *s, int64_t id)
{
    for (size_t i = 0; i < x->n; i++)
        if (s->bodies[x->which[i]].id == id)
            return &x->persons[i];
    return NULL;
}

static struct person *reread_person(struct reread *x, uint32_t body)
{
    size_t lo = 0, hi = x->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (x->which[mid] == body)
            return x->persons[mid];
        if (x->which[mid] < body)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

/* Up to IMPORT_KEYS persons of one county. */
static bool read_some(struct search *s, struct reread *x, size_t from, size_t n, struct errs *e)
{
    int64_t county = s->homes[s->bodies[x->which[from]].home].county;
    struct val v[IMPORT_KEYS + 1] = { V(county) };
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    for (size_t i = 0; i < IMPORT_KEYS; i++)
        v[i + 1] = V(s->bodies[x->which[from + (i < n ? i : n - 1)]].id);
    if (!db_query_(s->tx, &r,
                   SQL_OF(STMT_KEY, &person_entity,
                          "SELECT {*} FROM person WHERE county = $1 AND id IN (" IMPORT_KEYS_FROM_2 ")"),
                   false, e, v, IMPORT_KEYS + 1))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct person **place = place_of(x, s, rows_int(&r, 1));
        struct person *p = NEW(&x->a, struct person);
        if (!rows_obj(&r, 0, p, &x->a, e))
            return false;
        if (place)
            *place = p;
    }
    return f != FAILED;
}

static bool reread(struct search *s, struct reread *x, const struct pair *pairs, size_t n, struct errs *e)
{
    size_t kept = 0;
    arena_reset(&x->a);
    memset(x->persons, 0, sizeof x->persons);
    for (size_t i = 0; i < n; i++) {
        x->which[2 * i] = pairs[i].a;
        x->which[2 * i + 1] = pairs[i].b;
    }
    if (n)
        qsort(x->which, 2 * n, sizeof *x->which, by_body);
    for (size_t i = 0; i < 2 * n; i++)
        if (!kept || x->which[kept - 1] != x->which[i])
            x->which[kept++] = x->which[i];
    x->n = kept;
    for (size_t from = 0, to; from < x->n; from = to) {
        int64_t county = s->homes[s->bodies[x->which[from]].home].county;
        for (to = from;
             to < x->n && to - from < IMPORT_KEYS && s->homes[s->bodies[x->which[to]].home].county == county;)
            to++;
        if (!read_some(s, x, from, to - from, e))
            return false;
    }
    return true;
}

/* Numbers and facts of a pair are looked at together. */
typedef void pair_fn(struct search *s, struct pair *p, enum id_relation how, bool sex_digit, int agreement);

static void release_reread(struct reread *x)
{
    arena_free(&x->a);
}

static bool each_pair(struct search *s, struct pair *pairs, size_t n, pair_fn *fn, struct errs *e)
{
    CLEANUP(release_reread) struct reread x = { 0 };
    for (size_t from = 0; from < n; from += CHUNK) {
        size_t some = n - from < CHUNK ? n - from : CHUNK;
        if (!reread(s, &x, pairs + from, some, e))
            return false;
        for (size_t i = from; i < from + some; i++) {
            bool sex_digit;
            const struct person *a = reread_person(&x, pairs[i].a), *b = reread_person(&x, pairs[i].b);
            if (!a || !b)
                continue;
            enum id_relation how = relate_ids(a->id_number, b->id_number, &sex_digit);
            fn(s, &pairs[i], how, sex_digit, compare_facts(a, b));
        }
    }
    return true;
}

static void count_chance(struct search *s, struct pair *p, enum id_relation how, bool sex_digit,
                         int agreement)
{
    int band = age_band(s, p);
    (void)sex_digit;
    s->id_chance[how]++;
    s->band_chance[band]++;
    for (int i = 0; i <= agreement; i++)
        s->facts_chance[band][i]++;
}

static void add_further(struct search *s, struct pair *p, enum id_relation how, bool sex_digit, int agreement)
{
    p->bits += id_bits(s, how, sex_digit, p) + facts_bits(s, agreement, p);
}

/* --- other members of the two households
 * --------------------------------------------------------------------------- */

struct homes_pair {
    uint32_t low, high, pair;
};

static int by_homes(const void *a, const void *b)
{
    const struct homes_pair *x = a, *y = b;
    if (x->low != y->low)
        return x->low < y->low ? -1 : 1;
    if (x->high != y->high)
        return x->high < y->high ? -1 : 1;
    return (x->pair > y->pair) - (x->pair < y->pair);
}

static bool have_nobody_in_common(const struct pair *p, const struct pair *q)
{
    return p->a != q->a && p->a != q->b && p->b != q->a && p->b != q->b;
}

static void help_each_other(struct search *s)
{
    struct homes_pair *h = xcalloc(s->pairs_n ? s->pairs_n : 1, sizeof *h);
    size_t n = 0;
    for (size_t i = 0; i < s->pairs_n; i++) {
        uint32_t x = s->bodies[s->pairs[i].a].home, y = s->bodies[s->pairs[i].b].home;
        if (x != y && s->pairs[i].bits + FAMILY_ALIKE >= s->need)
            h[n++] = (struct homes_pair){ x < y ? x : y, x < y ? y : x, (uint32_t)i };
    }
    if (n)
        qsort(h, n, sizeof *h, by_homes);
    for (size_t i = 1; i < n; i++) {
        struct pair *p = &s->pairs[h[i - 1].pair], *q = &s->pairs[h[i].pair];
        if (h[i].low == h[i - 1].low && h[i].high == h[i - 1].high && have_nobody_in_common(p, q)) {
            p->reasons |= 1U << DUPLICATE_FAMILY;
            q->reasons |= 1U << DUPLICATE_FAMILY;
        }
    }
    for (size_t i = 0; i < s->pairs_n; i++)
        if (s->pairs[i].reasons & 1U << DUPLICATE_FAMILY)
            s->pairs[i].bits += FAMILY_ALIKE;
    free(h);
}

bool pairs_settle(struct search *s, struct errs *e)
{
    if (!s->pairs_n)
        return true;
    if (!each_pair(s, s->chance, s->chance_n, count_chance, e) ||
        !each_pair(s, s->pairs, s->pairs_n, add_further, e))
        return false;
    help_each_other(s);
    return true;
}
