/* duplicate.h - who may be registered twice?
 *
 * One number is one person: that is refused when it comes in.  Here are looked for those who came in twice
 * without it, or with a mistaken one: name, sex and birth date equal or alike, the same phone, the same bank
 * account, digits of the ID number that changed places.
 *
 * Everybody who is present in a household on the register is compared with those who share
 *   - the birth date and the sex,
 *   - the sound of the name and the year of birth,
 *   - a phone number (their own or the household's), or
 *   - the household's bank account,
 * so the work grows with the register and not with its square.  Of a group that is too large only those with
 * neighbouring names are compared; the report says of how many groups.
 *
 * How sure it is.  Each thing two persons have in common is worth as many bits as halvings of the number of
 * pairs that have it by chance, and the register itself tells how many that are: how many persons were born
 * on that day, how many bear that name, or one of that sound, or one that differs from it in one character,
 * how many live in that village or have that phone.  What the ID numbers have to do with each other, and how
 * many further facts agree (schooling, marriage, wage …), is weighed against some hundred pairs of the same
 * birth date and sex but of different names.  Of village, phone and account the strongest counts in full and
 * each further one a little, because one often entails the other; a second pair of the same two households
 * counts too.  What differs costs bits: numbers that have nothing to do with each other, other schooling.
 * A pair is listed when all this outweighs that of all pairs only few are one person: one in a thousand
 * persons, but at least twenty, are thought to be registered twice.  So the same name and birth date are
 * enough in a township; in a county of a hundred thousand households, where two bear a common name and were
 * born on the same day by chance, one more thing has to agree, unless the name is rare there.  The score is
 * the chance that the two are one, in a hundred.
 *
 * Two of one household are listed only when their names are equal: twins have one birth date. */
#ifndef REGISTRY_DUPLICATE_H
#define REGISTRY_DUPLICATE_H

#include "access/audit.h"
#include "registry/household.h"
#include "registry/person.h"

#include <signal.h>

/* Why two may be one; the bits of duplicate_pair.reasons, in the order in which they are told. */
/*        name           slug             zh              en */
#define DUPLICATE_REASONS(X)                                                                         \
    X(NAME_SAME, "name_same", "姓名相同", "same name")                                               \
    X(NAME_VARIANT, "name_variant", "姓名仅繁简或异体不同", "same name in variant characters")       \
    X(NAME_SOUND, "name_sound", "姓名同音", "names sound the same")                                  \
    X(NAME_NEAR_SOUND, "name_near_sound", "姓名近音", "names sound alike")                           \
    X(NAME_CHARACTER, "name_one_character", "姓名一字不同", "names differ in one character")         \
    X(NAME_ORDER, "name_order", "姓名两字颠倒", "two characters of the name changed places")         \
    X(NAME_LENGTH, "name_length", "姓名多一字或少一字", "one name has a character more")             \
    X(BIRTH_SAME, "birth_same", "出生日期相同", "same birth date")                                   \
    X(BIRTH_NEAR, "birth_near", "出生日期相近", "birth dates differ by a slip")                      \
    X(ID_SWAPPED, "id_swapped", "证件号码有两位颠倒", "two digits of the ID numbers changed places") \
    X(ID_DIGIT, "id_one_digit", "证件号码一位不同", "the ID numbers differ in one digit")            \
    X(ID_DIGITS, "id_two_digits", "证件号码两位不同", "the ID numbers differ in two digits")         \
    X(ID_REGION, "id_region", "证件号码仅地区码不同", "the ID numbers differ in the region only")    \
    X(ID_MISSING, "id_missing", "至少一人无证件号码", "at least one has no ID number")               \
    X(PHONE, "phone", "电话相同", "same phone")                                                      \
    X(ACCOUNT, "account", "银行账号相同", "same bank account")                                       \
    X(HOUSEHOLD, "household", "同一户", "same household")                                            \
    X(VILLAGE, "village", "同村", "same village")                                                    \
    X(FACTS, "facts", "其他情况相符", "other facts agree")                                           \
    X(FAMILY, "family", "两户另有成员相似", "other members of the two households are alike too")     \
    X(RARE, "rare_name", "姓名少见", "the name is rare")

enum duplicate_reason {
#define X(name, slug, zh, en) DUPLICATE_##name,
    DUPLICATE_REASONS(X)
#undef X
        DUPLICATE_REASON_COUNT
};
struct duplicate_reason_info {
    const char *slug;
    struct label label;
};
extern const struct duplicate_reason_info duplicate_reasons[];

/* Groups that were too large, by what they share. */
enum duplicate_block { BLOCK_BIRTH, BLOCK_SOUND, BLOCK_PHONE, BLOCK_ACCOUNT, BLOCKS };
extern const struct duplicate_reason_info duplicate_blocks[];
struct duplicate_cut {
    int64_t groups, persons;
};

struct duplicate_person {
    struct person person; /* the ID number is left out */
    struct str hh_no, village_name;
    struct region_code village;
};
struct duplicate_pair {
    int score; /* 1 to 99 */
    uint32_t reasons;
    struct duplicate_person a, b;
};
struct duplicate_report {
    int64_t persons; /* compared */
    struct duplicate_pair *pairs;
    size_t n;          /* at most options.limit, the surest first */
    int64_t found;     /* all of them */
    int64_t different; /* pairs left out because they are marked as different persons */
    struct duplicate_cut cut[BLOCKS];
};

enum { DUPLICATE_SCORE = 90, DUPLICATE_LIMIT_MAX = 100000 };
struct duplicate_options {
    struct region_code within; /* 0: the actor's whole area */
    int min_score;             /* 1 to 99 */
    size_t limit;
    const volatile sig_atomic_t *stop; /* not 0: give up */
};
bool duplicate_run(struct tx *tx, const struct actor *who, const struct duplicate_options *o,
                   struct duplicate_report *r, struct errs *e);

/* --- marked as different persons ------------------------------------------------------------------- */

/* person_a is the lower id, and the county is hers when it was decided: who moves to another county may be
 * asked about once more. */
struct not_duplicate {
    int64_t county, person_a, person_b;
    struct str decided_by; /* login */
    struct instant decided_at;
    struct str reason;
};
extern const struct entity not_duplicate_entity;

/* `text` is HOUSEHOLD/NAME, or the id of a person as listed; within the actor's area for p. */
bool duplicate_person_find(struct tx *tx, const struct actor *who, enum perm p, struct str text,
                           struct region_code within, struct person *person, struct household *h,
                           struct errs *e);
bool duplicate_mark(struct act *act, const struct person *a, const struct person *b, struct str reason,
                    struct errs *e);
bool duplicate_unmark(struct act *act, const struct person *a, const struct person *b, struct errs *e);

/* Marks of the actor's area, the latest of each county first; who is outside the area stays blank. */
struct duplicate_marked {
    struct not_duplicate mark;
    struct duplicate_person a, b;
};
struct duplicate_marks {
    struct duplicate_marked *list;
    size_t n;
    bool more;
};
bool duplicate_marks(struct tx *tx, const struct actor *who, struct region_code within, size_t limit,
                     struct duplicate_marks *out, struct errs *e);

#endif
