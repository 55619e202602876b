/* sample_parts.h - what the files of a sample book share: chance, words, rows, families.
 * Private to sample*.c.
 *
 * A book may have fifty million rows, so a cell is a copy of fixed length and a row costs no call. */
#ifndef REGISTRY_SAMPLE_PARTS_H
#define REGISTRY_SAMPLE_PARTS_H

#include "registry/household.h"
#include "registry/person.h"
#include "registry/sample.h"

#include <assert.h>

/* --- chance: splitmix64, whole numbers only ----------------------------------------------- */

/* Never two draws in one expression: C leaves open which comes first, and the book would depend on
 * the compiler. */

struct rng {
    uint64_t state;
};

static inline uint64_t rng_next(struct rng *r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}
static inline int rng_below(struct rng *r, int n) /* 0 … n - 1 */
{
    return (int)(((rng_next(r) >> 32) * (uint64_t)n) >> 32);
}
static inline int rng_between(struct rng *r, int least, int most)
{
    return least + rng_below(r, most - least + 1);
}
static inline bool rng_permille(struct rng *r, int n)
{
    return rng_below(r, 1000) < n;
}
/* One of n choices with these chances in a thousand; the last takes what the others leave. */
static inline int rng_choose(struct rng *r, const uint16_t *permille, int n)
{
    int roll = rng_below(r, 1000), i = 0;
    while (i < n - 1 && roll >= permille[i])
        roll -= permille[i++];
    return i;
}

/* --- words and rows ----------------------------------------------------------------------- */

struct word {
    char p[31];
    uint8_t n;
};
#define W(s)             \
    {                    \
        s, sizeof(s) - 1 \
    }

/* ROW_MAX leaves room for the bytes that a word is copied with beyond its end. */
enum { ROW_MAX = 4096, OUT_BYTES = 256 * 1024 };
struct out {
    const char *path;
    int fd;  /* -1: not ours */
    int why; /* errno of the first write that failed */
    size_t n;
    char *bytes; /* OUT_BYTES + ROW_MAX */
};
void out_flush(struct out *o);

static inline char *row_begin(struct out *o)
{
    if (o->n >= OUT_BYTES)
        out_flush(o);
    return o->bytes + o->n;
}
/* The comma of the last cell becomes the end of the row. */
static inline void row_end(struct out *o, char *p)
{
    p[-1] = '\r';
    *p++ = '\n';
    assert(p - (o->bytes + o->n) < ROW_MAX - (int)sizeof(struct word));
    o->n = (size_t)(p - o->bytes);
}
static inline char *put_word(char *p, const struct word *w)
{
    memcpy(p, w, sizeof *w);
    return p + w->n;
}
static inline char *put_digits(char *p, uint64_t v, int width)
{
    for (int i = width; i-- > 0; v /= 10)
        p[i] = (char)('0' + v % 10);
    return p + width;
}
static inline char *put_number(char *p, int64_t v)
{
    int width = 1;
    for (int64_t rest = v; rest > 9; rest /= 10)
        width++;
    return put_digits(p, (uint64_t)v, width);
}
static inline char *blank(char *p)
{
    *p = ',';
    return p + 1;
}
static inline char *cell(char *p, const struct word *w)
{
    return blank(put_word(p, w));
}
static inline char *cell_digits(char *p, uint64_t v, int width)
{
    return blank(put_digits(p, v, width));
}
static inline char *cell_number(char *p, int64_t v)
{
    return blank(put_number(p, v));
}
/* Unknown where the code is 0. */
static inline char *cell_code(char *p, const struct word *words, int code)
{
    return code ? cell(p, &words[code]) : blank(p);
}
static inline char *cell_year(char *p, int year)
{
    return year ? cell_digits(p, (uint64_t)year, 4) : blank(p);
}
static inline char *cell_yesno(char *p, bool yes)
{
    static const struct word words[] = { W("否"), W("是") };
    return cell(p, &words[yes]);
}

/* --- families ----------------------------------------------------------------------------- */

enum { MEMBERS_MAX = 8, OLDEST = 100, SURNAME_ROLLS = 1024 };
enum {
    MARITAL_SINGLE = 1,
    MARITAL_MARRIED,
    MARITAL_WIDOWED,
    MARITAL_DIVORCED
}; /* places in a list of words */

/* Numbers are those of the code tables unless said otherwise; 0 is unknown. */
struct member {
    struct word name;
    char id_number[18];
    int age;
    struct date birth;
    uint8_t relation, sex, ethnicity /* a place in a list */, marital, political;
    uint8_t education, student, health, disability_kind, disability_grade, labour;
    bool also_chronic; /* beside the disability */
    bool cadre, allowance, extreme_poverty;
    uint8_t skill; /* a place in a list */
    uint8_t work_area, work_channel, work_place /* beyond the province: a place in a list */, work_months;
    int wage; /* yuan a month */
    bool public_post;
};

struct family {
    struct member m[MEMBERS_MAX];
    int n;
    int mothers_age; /* of the children of the couple, alive or not */
    bool ever_married;
    int line, own; /* surnames: of sons and grandsons, and of the head */
    int ethnicity;
};

/* Where the households stand that are being made. */
struct place {
    int64_t county, village;
    int64_t serial; /* of the household within the county, from 1 */
    struct word province, city, county_name, next_county_name;
    char id_prefix[6];
};

struct maker {
    struct rng rng;
    struct place at;
    int year;                         /* of today */
    struct date birthday[OLDEST + 2]; /* who was born here or earlier has that age */
    int64_t households;               /* made so far */
    uint8_t surname[SURNAME_ROLLS];   /* as frequent as in life */
    uint16_t (*used)[2];              /* numbers given in this county, by days lived and sex */
};
enum { DAYS_LIVED_MAX = (OLDEST + 2) * 366 };

void maker_init(struct maker *mk, const struct sample_options *o);
void maker_enter_county(struct maker *mk, int64_t county);
void maker_release(struct maker *mk);

/* People who could live together: relations, ages, names, health, school and work agree. */
void family_make(struct maker *mk, struct family *f);
/* School, health, labour and work of one who has relation, age, sex and marital status. */
void member_live(struct maker *mk, struct member *m);

static inline bool can_work(const struct member *m)
{
    return m->labour == LABOUR_ORDINARY || m->labour == LABOUR_SKILLED;
}

/* --- the household as a whole ------------------------------------------------------------- */

enum { KIND_ORDINARY, KIND_ALLOWANCE, KIND_EXTREME_POVERTY };
/* Code table poverty_cause, where household.h has no name. */
enum { CAUSE_DISASTER = 4, CAUSE_LAND, CAUSE_WATER, CAUSE_SKILL };
enum { CAUSE_CAPITAL = 9, CAUSE_TRANSPORT, CAUSE_DRIVE, CAUSE_MARRIAGE, CAUSE_BEREAVEMENT };
enum { FAMILY_PLANNING_ONE_CHILD = 1, FAMILY_PLANNING_TWO_DAUGHTERS = 2 };

struct home {
    struct family f;
    int sons, daughters, students, working, workers, old, posts;
    bool ill, seriously_ill, disabled, severely_disabled, party;
    int kind;
    int state, registered, exit_year, planned_exit_year, back_year;
    int cause, other_cause, back_cause;
    bool two_daughters, one_child;
};
/* A family, how poor it is and why; the members bear it out. */
void home_make(struct maker *mk, struct home *h);

enum { INCOME_YEARS = 3 };
/* In yuan. */
struct income {
    int wage, business, property, transfer, expense;
};
void home_incomes(struct maker *mk, const struct home *h, struct income years[INCOME_YEARS]);

/* --- the three files of a household ------------------------------------------------------- */

extern const char sample_household_heading[], sample_person_heading[], sample_income_heading[];
struct household_files {
    struct out *households, *persons, *incomes;
};
/* Make one household and write its rows; the number of its members. */
int sample_household(struct maker *mk, struct household_files *files);

/* --- regions ------------------------------------------------------------------------------ */

/* The made-up name of a region; the same in every book, and no two alike under one parent. */
struct word sample_region_name(struct region_code r);

#endif
