/* duplicate_parts.h - what the parts of the search for duplicates share.  Private to duplicate*.c. */
#ifndef REGISTRY_DUPLICATE_PARTS_H
#define REGISTRY_DUPLICATE_PARTS_H

#include "registry/duplicate.h"
#include "registry/name_sound.h"
#include "registry/scope.h"

/* Bits are counted in sixteenths. */
enum { BIT = 16, NO_DAY = INT32_MIN };
int log2_bits(uint64_t x);                    /* of at least 1 */
int chance_bits(uint64_t of, uint64_t among); /* -log2(of / among); of ≤ among */

struct home {
    int64_t county, id;
    uint64_t phone, account; /* hashes; 0: unknown */
    uint32_t village;        /* a place in search.villages */
};
struct body {
    int64_t id;
    uint64_t phone;
    uint32_t home, name;
    int32_t birth; /* day, or NO_DAY */
    uint8_t sex;
};
struct pair {
    uint32_t a, b; /* bodies, a < b */
    int32_t bits;
    uint32_t reasons;
};
struct village {
    int64_t code;
    uint32_t persons;
};

enum { DAYS_FROM = -62091 /* 1800-01-01 */, DAYS = 62091 + 36524 + 1 /* to 2069-12-31 */ };
enum id_relation { ID_UNKNOWN, ID_FAR, ID_REGION, ID_DIGITS, ID_DIGIT, ID_SWAPPED, ID_RELATIONS };
enum { FACTS_BALANCE = 32, FACTS_MAX = 64, AGE_BANDS = 5, CALIBRATION = 2000 };

struct search {
    struct tx *tx;
    const struct duplicate_options *o;
    struct duplicate_report *r;
    struct scopes scopes;
    struct names *names;
    struct home *homes;
    size_t homes_n, homes_cap;
    struct body *bodies;
    size_t n, cap;
    struct village *villages;
    size_t villages_n, villages_cap;
    uint32_t *born;                    /* persons by birth day, from DAYS_FROM */
    uint32_t *born_in;                 /* by year */
    struct count_map phones, accounts; /* homes by hash */
    struct not_duplicate *marks;       /* sorted by ids */
    size_t marks_n;
    struct pair *pairs;
    size_t pairs_n, pairs_cap;
    struct pair *chance; /* pairs that have a birth date and a sex in common, but no name */
    size_t chance_n;
    int64_t id_chance[ID_RELATIONS]; /* of them, by what their ID numbers have to do with each other */
    /* By age, because all children of one age go to the same grade: how many there are, and of how many
     * the further facts agree at least so well. */
    int64_t band_chance[AGE_BANDS], facts_chance[AGE_BANDS][FACTS_MAX + 1];
    struct date today;
    int need; /* bits for the least score that is wanted */
};

/* What name, sex, birth date, phone, account and village are worth; false: not worth a further look. */
bool pair_weigh(const struct search *s, uint32_t a, uint32_t b, struct pair *out);
/* Then what takes reading the persons again: ID numbers and further facts, and other members. */
bool pairs_settle(struct search *s, struct errs *e);
int score_of(int bits_over_need_of_even);
int score_bits(int score);

#endif
