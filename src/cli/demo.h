/* demo.h - a demonstration county: generated, then imported and worked on like any office's.
 *
 * Nothing is put into a table behind the domain's back: the families and the history of the fund come in as
 * files, the running period by command lines as people type them, each on its day and by who may do it. */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "cli/command.h"

enum { DEMO_COUNTY = 350603 };

/* A folder for files on their way in, and its end with all that is in it. */
char *demo_folder(struct cli *c);
void demo_folder_remove(const char *dir);

/* Files or folders; a row that is refused is an error. */
bool demo_import(struct cli *c, const char *const *paths, size_t n, const char *dir, bool resumes);

/* The families.  Into the new database that c->store is, or, if that resumes, one that has some of it;
 * c->actor may import. */
bool demo_load(struct cli *c, bool resumes);

/* The history of a fund: what was given and donated, 24 periods, their loans, what came back, who was
 * visited. The last of them began 700 days before today. */
bool demo_history(struct cli *c, const char *dir);

/* Period 25: cases in every state, contracts, notices, documents; and the accounts of who did it. */
bool demo_story(struct cli *c, const char *dir);

struct demo_user {
    const char *login, *name, *role, *region;
};
extern const struct demo_user demo_users[];
extern const size_t demo_users_n;

#endif
