/* field_words.h - what a person at a terminal calls the field that a refusal names; private to src/cli.
 *
 * Refusals name a field as the API does (`hh_no`); whoever typed a command knows an option or the word of a
 * form. */
#ifndef CLI_FIELD_WORDS_H
#define CLI_FIELD_WORDS_H

#include "cli/command.h"

/* "--on" where the command has such an option, else a word in the language; the field itself where it has
 * none. */
const char *field_word(const struct cli *c, const char *field);

#endif
