/* demo.h - a demonstration county: generated, then imported like any office's files. */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "cli/command.h"

/* Into the new database that c->store is, or, if that resumes, one that has some of it; c->actor may import.
 */
bool demo_load(struct cli *c, bool resumes);

#endif
