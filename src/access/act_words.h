/* act_words.h - what was done, as whoever reads the audit says it.
 *
 * The audit keeps the name that an act gave itself: "contract.sign" from a page, "contract sign" from a
 * command. */
#ifndef ACCESS_ACT_WORDS_H
#define ACCESS_ACT_WORDS_H

#include "base/entity.h"

struct act_word {
    const char *action; /* with dots */
    struct label label;
};
extern const struct act_word act_words[];
extern const size_t act_words_n;

/* By its name, or by its words in either language.  NULL: an act of another version. */
const struct act_word *act_find(struct str action);

#endif
