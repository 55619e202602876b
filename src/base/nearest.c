#include "base/nearest.h"

enum { WORD_MAX = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t edit_distance(struct str a, struct str b, size_t limit)
{
    size_t rows[3][WORD_MAX + 1] = { 0 }, *before = rows[0], *last = rows[1], *now = rows[2];
    if (a.n > WORD_MAX || b.n > WORD_MAX)
        return limit + 1;
    for (size_t j = 0; j <= b.n; j++)
        last[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            bool same = a.p[i - 1] == b.p[j - 1];
            now[j] = least(least(last[j] + 1, now[j - 1] + 1), last[j - 1] + !same);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        size_t *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return least(last[b.n], limit + 1);
}

/* A word that begins a name, or is one of its words, is as near as one with one letter wrong. */
static size_t distance(struct str word, struct str name, size_t limit)
{
    size_t best = edit_distance(word, name, limit);
    struct str part;
    if (word.n >= 2 && str_starts(name, word))
        best = least(best, 1);
    for (struct str rest = name; str_split(&rest, ' ', &part);)
        if (part.n < name.n)
            best = least(best, 1 + edit_distance(word, part, limit));
    return best;
}

size_t nearest(struct str word, const char *const *names, size_t n, const char **out)
{
    size_t limit = word.n <= 3 ? 1 : word.n <= 6 ? 2 : 3;
    size_t found = 0;
    for (size_t d = 0; d <= limit; d++)
        for (size_t i = 0; i < n && found < NEAREST_MAX; i++)
            if (distance(word, str_of(names[i]), limit) == d)
                out[found++] = names[i];
    return found;
}
