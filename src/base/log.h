/* log.h - what happened, for whoever runs the machine: one line of JSON per event, on standard error.
 *
 * There is no way to put free text into it: an event and its facts have constant names, and a fact is a
 * number, a constant word, or a code of the system such as a path of the catalogue.  So no name, number or
 * illness of a person can get in by accident.  Only cli, api, http and app log (c-style.md rule 25). */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/base.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_fact {
    const char *name;
    const char *word; /* a constant; NULL: the number */
    int64_t number;
};
#define LOG_N(name_, n) ((struct log_fact){ .name = "" name_, .number = (int64_t)(n) })
#define LOG_W(name_, w) ((struct log_fact){ .name = "" name_, .word = (w) })

void log_set_level(enum log_level level); /* what is less urgent is left out; at first LOG_WARN */
bool log_level_read(const char *name, enum log_level *level); /* error warn info debug */

/* log_event(LOG_INFO, "import", LOG_N("rows", n), LOG_W("database", "sqlite")); */
#define log_event(level, event, ...)                                                     \
    log_event_((level), "" event, (const struct log_fact[]){ { 0 }, ##__VA_ARGS__ } + 1, \
               N_ELEMS(((const struct log_fact[]){ { 0 }, ##__VA_ARGS__ })) - 1)
void log_event_(enum log_level level, const char *event, const struct log_fact *facts, size_t n);

#endif
