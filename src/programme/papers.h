/* papers.h - the papers that programmes ask for and archive, by the names that all of them share.
 *
 * A programme may add its own under `forms` and `documents`, or give one of these its own words there. */
#ifndef PROGRAMME_PAPERS_H
#define PROGRAMME_PAPERS_H

#include "programme/programme.h"

struct paper_kind {
    const char *name;
    struct label label;
};
extern const struct paper_kind paper_kinds[];
extern const size_t paper_kinds_n;

/* What a paper is called in the programme; the name itself if nobody knows it. */
struct str paper_label(const struct programme *p, struct str name, enum lang lang);
bool paper_known(const struct programme *p, struct str name);

#endif
