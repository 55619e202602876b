#include "fieldwork/likeness.h"

#include <stdlib.h>

/* --- two notes ------------------------------------------------------------------------------ */

/* Code points, without blanks. */
static size_t letters_of(struct str s, uint32_t *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < max; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool follows = (c & 0xC0) == 0x80;
        if (follows && n)
            out[n - 1] = out[n - 1] << 6 | (c & 0x3F);
        else if (c > ' ')
            out[n++] = c;
    }
    return n;
}

static int lesser(int a, int b)
{
    return a < b ? a : b;
}

/* How many characters have to be changed; more than `most`: most + 1.  Only the band around the diagonal can
 * hold so few. */
static int changes(const uint32_t *a, int n, const uint32_t *b, int m, int most)
{
    int row[LIKE_CHARS_MAX + 2];
    if (abs(n - m) > most)
        return most + 1;
    for (int k = 0; k <= m; k++)
        row[k] = k;
    for (int i = 1; i <= n; i++) {
        int from = i > most ? i - most : 1, to = lesser(m, i + most), best = most + 1;
        int left_above = row[from - 1];
        row[from - 1] = from == 1 ? i : most + 1;
        for (int k = from; k <= to; k++) {
            int above = k == i + most ? most + 1 : row[k];
            int same = left_above + (a[i - 1] != b[k - 1]);
            left_above = row[k];
            row[k] = lesser(same, lesser(above, row[k - 1]) + 1);
            best = lesser(best, row[k]);
        }
        if (best > most)
            return most + 1;
    }
    return lesser(row[m], most + 1);
}

int notes_alike(struct str a, struct str b)
{
    enum { WHOLE = 100 };
    uint32_t x[LIKE_CHARS_MAX], y[LIKE_CHARS_MAX];
    int n = (int)letters_of(a, x, LIKE_CHARS_MAX), m = (int)letters_of(b, y, LIKE_CHARS_MAX);
    int longer = n > m ? n : m, most = longer * (WHOLE - LIKE_PERCENT) / WHOLE;
    if (!longer)
        return 0;
    int d = changes(x, n, y, m, most);
    return d > most ? 0 : (longer - d) * WHOLE / longer;
}

/* --- which to compare ------------------------------------------------------------------------ */

enum { PRINTS = 8, SHINGLE = 3, RECENT = 4, OF_WRITER = 1, OF_VILLAGE, OF_ALL };

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* The least of each of PRINTS orders over its runs of three characters: notes have one in common about as
 * often as they have runs in common.  *whole: of all of it. */
static void prints_of(struct str s, uint64_t *prints, uint64_t *whole)
{
    uint32_t x[LIKE_CHARS_MAX];
    size_t n = letters_of(s, x, LIKE_CHARS_MAX);
    *whole = n;
    for (size_t i = 0; i < PRINTS; i++)
        prints[i] = UINT64_MAX;
    for (size_t i = 0; i < n; i++) {
        uint64_t run = x[i];
        for (size_t k = 1; k < SHINGLE && i + k < n; k++)
            run = run << 21 | x[i + k];
        *whole = mix(*whole + run);
        for (size_t k = 0; k < PRINTS; k++) {
            uint64_t v = mix(run + (k + 1) * UINT64_C(0x9E3779B97F4A7C15));
            prints[k] = v < prints[k] ? v : prints[k];
        }
    }
}

/* The last few notes that had a print. */
struct place {
    uint64_t key; /* 0: free */
    uint32_t recent[RECENT], n;
};
struct places {
    struct place *list;
    size_t cap;
};

static struct place *place_of(struct places *p, uint64_t key)
{
    size_t at = key & (p->cap - 1);
    key = key ? key : 1;
    while (p->list[at].key && p->list[at].key != key)
        at = (at + 1) & (p->cap - 1);
    p->list[at].key = key;
    return &p->list[at];
}

static void compare(const struct note *notes, size_t i, struct place *at, struct note_pair *best)
{
    size_t n = at->n < RECENT ? at->n : RECENT;
    for (size_t k = 0; k < n; k++) {
        size_t other = at->recent[k];
        if (notes[other].household == notes[i].household || other == best->earlier)
            continue;
        int percent = notes_alike(notes[i].text, notes[other].text);
        if (percent > best->percent || (percent && percent == best->percent && other < best->earlier))
            *best = (struct note_pair){ other, percent };
    }
}

static void keep(struct place *at, const struct note *notes, size_t i)
{
    /* A household's own notes would push the others out. */
    size_t last = at->n ? at->recent[(at->n - 1) % RECENT] : i;
    if (at->n && notes[last].household == notes[i].household)
        return;
    at->recent[at->n++ % RECENT] = (uint32_t)i;
}

static void compare_one(struct places *p, const struct note *notes, size_t i, struct note_pair *best)
{
    uint64_t prints[PRINTS], whole, keys[2 * PRINTS + 1];
    size_t n = 0;
    prints_of(notes[i].text, prints, &whole);
    keys[n++] = mix(whole + OF_ALL);
    for (size_t k = 0; k < PRINTS; k++) {
        keys[n++] = mix(prints[k] ^ mix((uint64_t)notes[i].writer * 4 + OF_WRITER)) + k;
        keys[n++] = mix(prints[k] ^ mix((uint64_t)notes[i].village * 4 + OF_VILLAGE)) + k;
    }
    for (size_t k = 0; k < n; k++) {
        struct place *at = place_of(p, keys[k]);
        if (best->percent < 100)
            compare(notes, i, at, best);
        keep(at, notes, i);
    }
}

void notes_compare(const struct note *notes, size_t n, struct note_pair *out)
{
    struct places p = { .cap = 64 };
    while (p.cap < n * (2 * PRINTS + 1) * 3 / 2)
        p.cap *= 2;
    p.list = xcalloc(p.cap, sizeof *p.list);
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct note_pair){ i, 0 };
        if (str_chars(notes[i].text) >= LIKE_CHARS_MIN)
            compare_one(&p, notes, i, &out[i]);
    }
    free(p.list);
}
