/* demo.h - a demonstration county: the archive of Longwen, imported and worked on like any office's.
 *
 * Nothing is put into a table behind the domain's back: the families and the history of the fund come in as
 * files, the running period by command lines as people type them, each on its day and by who may do it.
 * The archive (demo/longwen) ends on 2017-09-30; it is moved by whole years to end in the last September
 * that is over. */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "cli/command.h"

enum { DEMO_COUNTY = 350603 };

/* A folder for files on their way in, and its end with all that is in it. */
char *demo_folder(struct cli *c);
void demo_folder_remove(const char *dir);

bool demo_file(struct cli *c, const char *dir, const char *name, struct str text);

/* All files of a folder; a row that is refused is an error. */
bool demo_import(struct cli *c, const char *dir, bool resumes);

/* How many years the archive is moved by in a demonstration that begins today; the site keeps it as
 * 'demo_years'. */
int demo_years_at(struct date today);
/* A file of the archive, "loans" or the like; and moved: days, years, and birth dates within identity
 * numbers, whose check digit is reckoned anew.  By no years it stays what it is, to the byte. */
bool demo_text(const char *name, struct buf *out);
void demo_move(struct str text, int years, struct buf *out);

/* The families.  Into the new database that c->store is, or, if that resumes, one that has some of it;
 * c->actor may import. */
bool demo_load(struct cli *c, bool resumes);

/* The history of the fund: what was given and donated, 24 periods, their loans, what came back, who was
 * visited. */
bool demo_history(struct cli *c, const char *dir);

/* Period 25: cases in every state, contracts, notices, documents; and the accounts of who did it. */
bool demo_story(struct cli *c, const char *dir);

struct demo_user {
    const char *login, *name, *role, *region;
};
extern const struct demo_user demo_users[];
extern const size_t demo_users_n;

#endif
