/* version.h - programmes in the database: immutable, numbered versions of their files.
 *
 * A version is the source text as it was loaded, with its hash; reading it again gives the programme.  They
 * stand in a reference table, so that every county node has them, and are never changed or removed: a case
 * names the version by which it was decided. */
#ifndef PROGRAMME_VERSION_H
#define PROGRAMME_VERSION_H

#include "access/audit.h"
#include "programme/programme.h"

struct programme_version {
    struct str programme; /* its code */
    int64_t version;      /* from 1 */
    struct str zh, en;    /* names, by which people find it */
    struct str aliases;   /* '|' between them */
    struct str kind;      /* slug */
    struct str source;    /* what it rests on: S000 */
    struct str file;      /* its text, UTF-8, as it was loaded */
    struct str hash;      /* SHA-256 of that, 64 hex digits */
    struct instant loaded_at;
    struct str loaded_by;
    struct opt_date valid_from, valid_to;
};
extern const struct entity programme_version_entity;

/* What `name` stands for: a code or a name in either language, with @VERSION behind it or without (the
 * latest): xingfu, 幸福工程, xingfu@1.  Fails with the nearest names if there is none, or if several have the
 * name. */
bool programme_find(struct tx *tx, struct str name, struct programme_version *v, struct arena *a,
                    struct errs *e);
/* The same, read. */
const struct programme *programme_open(struct tx *tx, struct str name, const struct code_book *codes,
                                       struct programme_version *v, struct arena *a, struct errs *e);
/* A version by its code and number (0: the latest), for who needs it with every request: reading a file takes
 * far longer than anything else about it, so what was read once is kept, for the whole program, by the file's
 * hash. */
const struct programme *programme_kept(struct tx *tx, struct str code, int64_t version,
                                       const struct code_book *codes, struct programme_version *v,
                                       struct arena *a, struct errs *e);
/* The latest version of each, in the order of their codes. */
bool programme_list(struct tx *tx, struct programme_version **list, size_t *n, struct arena *a,
                    struct errs *e);

/* What went wrong with a version's file in e, if this program can no longer read it. */
const struct programme *programme_version_read(const struct programme_version *v,
                                               const struct code_book *codes, struct arena *a,
                                               struct errs *e);

enum programme_loaded { PROGRAMME_NEW, PROGRAMME_CHANGED, PROGRAMME_UNCHANGED };
/* Keep the file as a new version, unless its latest version is the same text.  It takes somebody who may in
 * every county. */
bool programme_load(struct act *act, struct str text, const struct code_book *codes,
                    struct programme_version *v, enum programme_loaded *what, struct errs *e);
/* Those that travel in the program, for `init`: only programmes that the database does not have. */
bool programmes_load_shipped(struct act *act, const struct code_book *codes, int64_t *added, struct errs *e);

#endif
