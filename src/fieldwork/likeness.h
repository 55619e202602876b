/* likeness.h - notes that are copied from each other (雷同, R357): word for word, or but for a few words.
 *
 * Two notes are alike when at most 15 of 100 characters differ (insertions, deletions, replacements).  Each
 * note is compared with a few earlier ones only, found by what both have in common, so that a million notes
 * take a million times as long as one. */
#ifndef FIELDWORK_LIKENESS_H
#define FIELDWORK_LIKENESS_H

#include "base/base.h"

enum { LIKE_PERCENT = 85, LIKE_CHARS_MIN = 10, LIKE_CHARS_MAX = 1000 };

/* So many of 100 characters are the same; 0 where it is less than LIKE_PERCENT. */
int notes_alike(struct str a, struct str b);

struct note {
    struct str text;
    int64_t household, writer, village; /* writer: any number that tells writers apart */
};
struct note_pair {
    size_t earlier; /* place of the note it is most like; of itself: it is like none */
    int percent;
};
/* Notes in their order in time.  A note is compared with earlier ones of other households: the same words
 * whoever wrote them, similar ones by the same writer or of the same village.  out: n of them. */
void notes_compare(const struct note *notes, size_t n, struct note_pair *out);

#endif
