/* name_sound.h - names as people hear and write them: which are alike, and how many bear such a name.
 *
 * A name is read once: blanks and dots are left out, traditional and variant characters become simplified
 * ones (ICU Hant-Hans), and each character gets its Mandarin syllable without tone (ICU Han-Latin), once per
 * distinct character.  Where a character has several readings ICU gives one; names that differ in nothing
 * else are still alike by one character. */
#ifndef REGISTRY_NAME_SOUND_H
#define REGISTRY_NAME_SOUND_H

#include "store/seal.h"

/* From the least alike. */
enum likeness {
    NAMES_UNLIKE,
    NAMES_LENGTH,        /* one has a character more: 王建国 王国 */
    NAMES_ORDER,         /* two characters changed places: 王建国 王国建 */
    NAMES_ONE_CHARACTER, /* 王建国 王建围 */
    NAMES_NEAR_SOUND,    /* n and l, z and zh, in and ing …: 陈兰英 陈南银 */
    NAMES_SAME_SOUND,    /* 王建国 王健国 */
    NAMES_VARIANT,       /* 劉國強 刘国强 */
    NAMES_SAME,
};

struct names;
struct names *names_new(const struct seal *s, struct errs *e); /* NULL: ICU lacks its data */
void names_free(struct names *n);                              /* NULL is fine */
static inline void names_freep(struct names **n)
{
    names_free(*n);
}

/* The number of a name; one more person bears it. */
uint32_t names_add(struct names *n, struct str name);
void names_count(struct names *n); /* after the last one, before what follows */
enum likeness names_compare(const struct names *n, uint32_t a, uint32_t b);
/* How many persons bear a name that is as like a as b is, both of them included; 0: not counted for this
 * likeness. */
uint32_t names_bearers(const struct names *n, uint32_t a, uint32_t b, enum likeness how);
uint64_t names_sound(const struct names *n, uint32_t a);   /* equal for equal sounds */
bool names_sound_alone(const struct names *n, uint32_t a); /* nobody else's name sounds so */

/* --- a small map from 64-bit keys to counts, for this and its users ---------------------------------------
 */

struct count_map {
    struct count_slot {
        uint64_t key;
        uint32_t n;
    } * slots;
    size_t n, cap;
};
uint32_t *count_map_at(struct count_map *m, uint64_t key);       /* made 0 if there is none */
uint32_t count_map_get(const struct count_map *m, uint64_t key); /* 0: none */
void count_map_release(struct count_map *m);
uint64_t mix64(uint64_t seed, uint64_t x);

#endif
