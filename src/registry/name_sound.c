#include "registry/name_sound.h"

#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>
#include <unicode/utrans.h>
#include <unicode/utypes.h>
#include <unicode/uversion.h>

enum { CODE_POINTS = 0x110000, NAME_CHARACTERS = 16, SYLLABLE = 8, SYLLABLES_MAX = 4096, ICU_TEXT = 32 };

/* A distinct character: what it is written as in simplified characters, and how it sounds. */
struct character {
    uint32_t simple;
    uint16_t sound, near; /* places in names.syllables */
};
struct name {
    uint32_t at; /* its characters in names.letters */
    uint32_t n;  /* how many */
    uint32_t bearers;
    uint64_t simple, sound, near; /* keys of the whole */
};
struct names {
    const struct seal *seal;
    UTransliterator *to_simple, *to_sound;
    uint32_t *character_of; /* by code point; 0: not seen yet */
    struct character *characters;
    size_t characters_n, characters_cap;
    char (*syllables)[SYLLABLE];
    size_t syllables_n;
    struct name *names;
    size_t n, cap;
    uint32_t *letters; /* characters of all names, one after the other */
    size_t letters_n, letters_cap;
    struct count_map by_text; /* number + 1 */
    struct count_map bearers; /* by the keys below */
};

/* --- the map ------------------------------------------------------------------------------ */

uint64_t mix64(uint64_t seed, uint64_t x)
{
    uint64_t z = seed * UINT64_C(0x9e3779b97f4a7c15) + x + UINT64_C(0x632be59bd9b4e019);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) | 1; /* never 0, which marks a free slot */
}

static struct count_slot *count_slot(const struct count_map *m, uint64_t key)
{
    size_t at = (size_t)(key >> 1) & (m->cap - 1);
    while (m->slots[at].key && m->slots[at].key != key)
        at = (at + 1) & (m->cap - 1);
    return &m->slots[at];
}

static void count_map_resize(struct count_map *m, size_t cap)
{
    struct count_map old = *m;
    m->cap = cap;
    m->slots = xcalloc(m->cap, sizeof *m->slots);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].key)
            *count_slot(m, old.slots[i].key) = old.slots[i];
    free(old.slots);
}

uint32_t *count_map_at(struct count_map *m, uint64_t key)
{
    key |= 1;
    if (m->n * 2 >= m->cap)
        count_map_resize(m, m->cap ? m->cap * 2 : 1024);
    struct count_slot *s = count_slot(m, key);
    m->n += s->key == 0;
    s->key = key;
    return &s->n;
}

uint32_t count_map_get(const struct count_map *m, uint64_t key)
{
    return m->cap ? count_slot(m, key | 1)->n : 0;
}

void count_map_release(struct count_map *m)
{
    free(m->slots);
    *m = (struct count_map){ 0 };
}

/* --- ICU ---------------------------------------------------------------------------------- */

/* It is loaded when names are first compared: a server that never does is 3 MB smaller without. */
static struct {
    __typeof__(utrans_openU) *open;
    __typeof__(utrans_close) *close;
    __typeof__(utrans_transUChars) *apply;
    __typeof__(u_errorName) *words;
    const char *why; /* it could not be loaded; NULL: it was */
} icu;
static pthread_once_t icu_once = PTHREAD_ONCE_INIT;

/* Its functions carry its version in their names. */
#define NAME_OF_(x)             #x
#define NAME_OF(x)              NAME_OF_(x)
#define FIND(library, to, name) (*(void **)&(to) = dlsym((library), NAME_OF(name)))

static void load_icu(void)
{
    void *library = dlopen("libicui18n.so." U_ICU_VERSION_SHORT, RTLD_NOW | RTLD_LOCAL);
    bool ok = library && FIND(library, icu.open, utrans_openU) && FIND(library, icu.close, utrans_close) &&
              FIND(library, icu.apply, utrans_transUChars) && FIND(library, icu.words, u_errorName);
    icu.why = ok ? NULL : "libicu72";
}

/* --- characters --------------------------------------------------------------------------- */

static UTransliterator *transliterator(const char *id, struct errs *e)
{
    UChar name[ICU_TEXT];
    UErrorCode status = U_ZERO_ERROR;
    size_t n = strlen(id);
    assert(n < ICU_TEXT);
    for (size_t i = 0; i <= n; i++)
        name[i] = (UChar)id[i];
    pthread_once(&icu_once, load_icu);
    if (icu.why) {
        fail(e, ERR_INTERNAL, NULL, MSG_NO_ICU, A(id), A(icu.why));
        return NULL;
    }
    UTransliterator *t = icu.open(name, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_SUCCESS(status))
        return t;
    fail(e, ERR_INTERNAL, NULL, MSG_NO_ICU, A(id), A(icu.words(status)));
    return NULL;
}

/* Apply t to one character; the length of what came out, 0 where it does not fit. */
static int32_t transliterate(const UTransliterator *t, uint32_t code, UChar out[ICU_TEXT])
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    if (code >= 0x10000) {
        out[n++] = (UChar)(0xd7c0 + (code >> 10));
        out[n++] = (UChar)(0xdc00 | (code & 0x3ff));
    } else {
        out[n++] = (UChar)code;
    }
    int32_t limit = n;
    icu.apply(t, out, &n, ICU_TEXT, 0, &limit, &status);
    return U_SUCCESS(status) ? n : 0;
}

static uint32_t simple_form(const struct names *n, uint32_t code)
{
    UChar out[ICU_TEXT];
    int32_t len = transliterate(n->to_simple, code, out);
    if (len == 1)
        return out[0];
    if (len == 2 && (out[0] & 0xfc00) == 0xd800)
        return 0x10000 + ((uint32_t)(out[0] & 0x3ff) << 10) + (out[1] & 0x3ff);
    return code;
}

static uint16_t syllable(struct names *n, const char text[SYLLABLE])
{
    for (size_t i = 0; i < n->syllables_n; i++)
        if (!memcmp(n->syllables[i], text, SYLLABLE))
            return (uint16_t)i;
    if (n->syllables_n == SYLLABLES_MAX)
        return SYLLABLES_MAX - 1;
    memcpy(n->syllables[n->syllables_n], text, SYLLABLE);
    return (uint16_t)n->syllables_n++;
}

/* Vowels with the marks of tones, as pinyin has them. */
static char plain_letter(UChar c)
{
    static const struct {
        UChar marked[5];
        char plain;
    } letters[] = {
        { { 0x101, 0xe1, 0x1ce, 0xe0 }, 'a' }, { { 0x113, 0xe9, 0x11b, 0xe8 }, 'e' },
        { { 0x12b, 0xed, 0x1d0, 0xec }, 'i' }, { { 0x14d, 0xf3, 0x1d2, 0xf2 }, 'o' },
        { { 0x16b, 0xfa, 0x1d4, 0xf9 }, 'u' }, { { 0x1d6, 0x1d8, 0x1da, 0x1dc, 0xfc }, 'v' },
        { { 0x144, 0x148, 0x1f9 }, 'n' },
    };
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z')
        return (char)c;
    for (size_t i = 0; i < N_ELEMS(letters); i++)
        for (size_t k = 0; k < N_ELEMS(letters[i].marked); k++)
            if (c == letters[i].marked[k])
                return letters[i].plain;
    return 0;
}

/* Initials and finals that dialects and tired ears do not tell apart. */
static void near_sound(const char in[SYLLABLE], char out[SYLLABLE])
{
    size_t n = strnlen(in, SYLLABLE), from = 1;
    memset(out, 0, SYLLABLE);
    out[0] = in[0] == 'n' && n > 1 ? 'l' : in[0];
    if ((in[0] == 'z' || in[0] == 'c' || in[0] == 's') && in[1] == 'h')
        from = 2;
    if (n > 2 && in[n - 1] == 'g' && in[n - 2] == 'n')
        n--;
    for (size_t to = 1; from < n; from++)
        out[to++] = in[from];
}

static void hear(struct names *n, struct character *c)
{
    UChar out[ICU_TEXT];
    char text[SYLLABLE] = { 0 }, near[SYLLABLE];
    size_t at = 0;
    int32_t len = transliterate(n->to_sound, c->simple, out);
    for (int32_t i = 0; i < len && at < SYLLABLE; i++)
        if (plain_letter(out[i]))
            text[at++] = plain_letter(out[i]);
    if (!at) /* neither Chinese nor Latin: it sounds like itself */
        memcpy(text, &c->simple, sizeof c->simple);
    near_sound(text, near);
    c->sound = syllable(n, text);
    c->near = at ? syllable(n, near) : c->sound;
}

static uint32_t character(struct names *n, uint32_t code)
{
    if (n->character_of[code])
        return n->character_of[code];
    if (n->characters_n == n->characters_cap) {
        n->characters_cap = n->characters_cap ? n->characters_cap * 2 : 1024;
        n->characters = xrealloc(n->characters, n->characters_cap * sizeof *n->characters);
    }
    struct character *c = &n->characters[n->characters_n];
    *c = (struct character){ .simple = simple_form(n, code) };
    hear(n, c);
    n->character_of[code] = (uint32_t)n->characters_n++;
    return n->character_of[code];
}

/* --- names -------------------------------------------------------------------------------- */

struct names *names_new(const struct seal *s, struct errs *e)
{
    struct names *n = xcalloc(1, sizeof *n);
    n->seal = s;
    n->to_simple = transliterator("Hant-Hans", e);
    n->to_sound = transliterator("Han-Latin", e);
    if (!n->to_simple || !n->to_sound) {
        names_free(n);
        return NULL;
    }
    n->character_of = xcalloc(CODE_POINTS, sizeof *n->character_of);
    n->syllables = xcalloc(SYLLABLES_MAX, sizeof *n->syllables);
    n->characters_n = n->characters_cap = 1; /* the first stands for nothing */
    n->characters = xcalloc(1, sizeof *n->characters);
    return n;
}

void names_free(struct names *n)
{
    if (!n)
        return;
    if (n->to_simple)
        icu.close(n->to_simple);
    if (n->to_sound)
        icu.close(n->to_sound);
    free(n->character_of);
    free(n->syllables);
    free(n->characters);
    free(n->names);
    free(n->letters);
    count_map_release(&n->by_text);
    count_map_release(&n->bearers);
    free(n);
}

/* One code point of valid UTF-8. */
static uint32_t next_code(struct str *s)
{
    const unsigned char *p = (const unsigned char *)s->p;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    uint32_t code = n == 1 ? p[0] : p[0] & (0x7fU >> n);
    n = n > s->n ? s->n : n;
    for (size_t i = 1; i < n; i++)
        code = code << 6 | (p[i] & 0x3f);
    s->p += n;
    s->n -= n;
    return code < CODE_POINTS ? code : 0xfffd;
}

static bool is_between_parts(uint32_t code)
{
    static const uint32_t dots[] = { ' ', '.', 0xb7, 0x2022, 0x2027, 0x3000, 0x30fb, 0xff0e };
    for (size_t i = 0; i < N_ELEMS(dots); i++)
        if (code == dots[i])
            return true;
    return false;
}

static void read_name(struct names *n, struct name *to, struct str text)
{
    if (n->letters_n + NAME_CHARACTERS > n->letters_cap) {
        n->letters_cap = n->letters_cap ? n->letters_cap * 2 : 65536;
        n->letters = xrealloc(n->letters, n->letters_cap * sizeof *n->letters);
    }
    *to = (struct name){ .at = (uint32_t)n->letters_n, .simple = 1, .sound = 2, .near = 3 };
    while (text.n && to->n < NAME_CHARACTERS) {
        uint32_t code = next_code(&text);
        if (is_between_parts(code))
            continue;
        uint32_t c = character(n, code);
        n->letters[n->letters_n++] = c;
        to->n++;
        to->simple = mix64(to->simple, n->characters[c].simple);
        to->sound = mix64(to->sound, n->characters[c].sound);
        to->near = mix64(to->near, n->characters[c].near);
    }
}

uint32_t names_add(struct names *n, struct str name)
{
    uint32_t *number = count_map_at(&n->by_text, rowsum_hash(n->seal, name).lo);
    if (!*number) {
        if (n->n == n->cap) {
            n->cap = n->cap ? n->cap * 2 : 16384;
            n->names = xrealloc(n->names, n->cap * sizeof *n->names);
        }
        read_name(n, &n->names[n->n], name);
        *number = (uint32_t)++n->n;
    }
    n->names[*number - 1].bearers++;
    return *number - 1;
}

static uint32_t simple_at(const struct names *n, const struct name *x, uint32_t i)
{
    return n->characters[n->letters[x->at + i]].simple;
}

/* Of all names that have the same characters but for the one at `but`. */
static uint64_t key_without(const struct names *n, const struct name *x, uint32_t but)
{
    uint64_t key = mix64(4 + x->n, but);
    for (uint32_t i = 0; i < x->n; i++)
        if (i != but)
            key = mix64(key, simple_at(n, x, i));
    return key;
}

void names_count(struct names *n)
{
    size_t cap = 1024;
    while (cap < n->n * 8) /* of most names three keys of their own, and some of their characters' */
        cap *= 2;
    count_map_resize(&n->bearers, cap);
    for (size_t i = 0; i < n->n; i++) {
        const struct name *x = &n->names[i];
        *count_map_at(&n->bearers, x->simple) += x->bearers;
        *count_map_at(&n->bearers, x->sound) += x->bearers;
        *count_map_at(&n->bearers, x->near) += x->bearers;
        for (uint32_t k = 0; k < x->n && x->n > 1; k++)
            *count_map_at(&n->bearers, key_without(n, x, k)) += x->bearers;
    }
}

/* --- comparing ---------------------------------------------------------------------------- */

static enum likeness compare_equally_long(const struct names *n, const struct name *x, const struct name *y)
{
    uint32_t differ[3], k = 0;
    for (uint32_t i = 0; i < x->n && k < 3; i++)
        if (simple_at(n, x, i) != simple_at(n, y, i))
            differ[k++] = i;
    if (k == 1 && x->n > 1)
        return NAMES_ONE_CHARACTER;
    if (k == 2 && simple_at(n, x, differ[0]) == simple_at(n, y, differ[1]) &&
        simple_at(n, x, differ[1]) == simple_at(n, y, differ[0]))
        return NAMES_ORDER;
    return NAMES_UNLIKE;
}

static bool is_shortened(const struct names *n, const struct name *longer, const struct name *shorter)
{
    uint32_t same = 0;
    while (same < shorter->n && simple_at(n, longer, same) == simple_at(n, shorter, same))
        same++;
    for (uint32_t i = same; i < shorter->n; i++)
        if (simple_at(n, longer, i + 1) != simple_at(n, shorter, i))
            return false;
    return same > 0 && shorter->n > 1; /* the surname stays */
}

enum likeness names_compare(const struct names *n, uint32_t a, uint32_t b)
{
    const struct name *x = &n->names[a], *y = &n->names[b];
    if (a == b)
        return NAMES_SAME;
    if (x->n + 1 == y->n)
        return is_shortened(n, y, x) ? NAMES_LENGTH : NAMES_UNLIKE;
    if (y->n + 1 == x->n)
        return is_shortened(n, x, y) ? NAMES_LENGTH : NAMES_UNLIKE;
    if (x->n != y->n)
        return NAMES_UNLIKE;
    if (x->simple == y->simple)
        return NAMES_VARIANT;
    if (x->sound == y->sound)
        return NAMES_SAME_SOUND;
    if (x->near == y->near)
        return NAMES_NEAR_SOUND;
    return compare_equally_long(n, x, y);
}

uint32_t names_bearers(const struct names *n, uint32_t a, uint32_t b, enum likeness how)
{
    const struct name *x = &n->names[a], *y = &n->names[b];
    switch (how) {
    case NAMES_SAME:
    case NAMES_VARIANT: return count_map_get(&n->bearers, x->simple);
    case NAMES_SAME_SOUND: return count_map_get(&n->bearers, x->sound);
    case NAMES_NEAR_SOUND: return count_map_get(&n->bearers, x->near);
    case NAMES_ONE_CHARACTER:
        for (uint32_t i = 0; i < x->n; i++)
            if (simple_at(n, x, i) != simple_at(n, y, i))
                return count_map_get(&n->bearers, key_without(n, x, i));
        break;
    default: break;
    }
    return 0;
}

bool names_sound_alone(const struct names *n, uint32_t a)
{
    return count_map_get(&n->bearers, n->names[a].sound) == 1;
}

uint64_t names_sound(const struct names *n, uint32_t a)
{
    return n->names[a].sound;
}
