/* import.h - an office's files come in whole: every row ends up in the database or in the list of
 * refused rows, with file, line, column, value and reason.
 *
 * Files are recognised by their headings (Chinese label, English name, national code, alias; any
 * order).  Files that belong together are one unit: one transaction, in or out as a whole, whatever
 * interrupts it.  Modules bring their kinds of file as import_kind tables. */
#ifndef REGISTRY_IMPORT_H
#define REGISTRY_IMPORT_H

#include "access/audit.h"
#include "base/csv.h"

#include <signal.h>

struct importing;

/* One row on its way in. */
struct import_row {
    void *obj;     /* the kind's row struct; the entity's struct stands at its beginning */
    void *old;     /* the row that exists, or NULL */
    struct errs e; /* what is wrong with it; texts live as long as the batch */
    int64_t line;
    struct str *cells;
    size_t n;
    struct str raw; /* of a row that does not fit under the heading: all of it, as it stands in the file */
    struct bytes sealed[SEALED_COLS_MAX]; /* of obj as read */
    struct known *drawn;                  /* the same: whoever changes obj must set it to NULL */
    uint64_t content;                     /* hash of what it says */
    uint64_t identity;                    /* hash of what makes it itself */
    struct import_row *same_key;          /* another row of the batch that refers to the same thing */
    struct str text;                      /* as it stands in the file */
    const void *nearly;                   /* a stored row that it may be about, though its key differs */
    bool twin;                            /* the same row stood in an earlier line: nothing to do */
};

enum { IMPORT_NEEDS_MAX = 6, IMPORT_KEYS = 64 };
/* The placeholders of a look-up by many keys: the county is $1. */
#define IMPORT_KEYS_FROM_2                                                                                  \
    "$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$" \
    "29,$30,"                                                                                               \
    "$31,$32,$33,$34,$35,$36,$37,$38,$39,$40,$41,$42,$43,$44,$45,$46,$47,$48,$49,$50,$51,$52,$53,$54,$55,$" \
    "56,$57,"                                                                                               \
    "$58,$59,$60,$61,$62,$63,$64,$65"

struct import_kind {
    const char *name; /* in JSON and in the list of refused rows */
    struct label label;
    const struct entity *en;
    const struct col *extra; /* columns of the file that are none of the table: 户编号 of a person */
    size_t extra_n, size;    /* of the row struct */
    const char *needs[IMPORT_NEEDS_MAX];   /* the columns by which such a file is known */
    const char *some_of[IMPORT_NEEDS_MAX]; /* and at least one of these, unless empty */
    int unit, order;                       /* units are imported in this order, files of a unit in that */

    /* What the row itself says about other columns of it; no database.  Runs on the reading thread. */
    void (*prepare)(struct import_row *row, struct date today);
    /* The column to read a cell with, where that depends on cells read before; NULL: as it stands. */
    const struct col *(*col_for)(const struct col *c, const void *obj);
    /* Look up what rows of a batch refer to, and set county and other keys; refuses rows. */
    bool (*parents)(struct importing *im, struct import_row *rows, size_t n, struct errs *e);
    int64_t (*county)(const void *obj); /* NULL: reference data */
    const struct stmt *(*lookup)(void); /* rows by county ($1) and keys */
    struct val (*key)(const void *obj); /* of a row struct and of a stored row alike */
    bool (*same)(const void *obj, const void *old);
    /* NULL, or: may be the same, where nothing says so for sure.  A stored row is taken once at most. */
    bool (*alike)(const void *obj, const void *old);
    /* NULL, or: is most likely the same, but what tells it apart was mistyped here or there.  Such a row is
     * settled after all others of its file, by `settle`: it takes row->nearly for row->old, or refuses the
     * row. in_files: the files bring the stored row too, or another one that it may be. */
    bool (*nearly)(const void *obj, const void *old);
    bool (*settle)(struct importing *im, struct import_row *row, bool in_files, struct errs *e);
    const struct stmt *(*any)(void); /* has the county ($1) any row at all? */
    /* What makes the row itself within the files: a second one in another line is refused. */
    void (*identity)(const void *obj, struct buf *b);
    /* Checks over columns and other tables, derived columns; sees row->old; refuses rows. */
    bool (*check)(struct importing *im, struct import_row *rows, size_t n, struct errs *e);
    /* A new or changed row was written: what stands beside it in other tables. */
    bool (*written)(struct importing *im, const struct import_row *row, const void *now, struct errs *e);
    /* After the last file of the kind. */
    bool (*finish)(struct importing *im, struct errs *e);
    /* Where a row's fate hangs on rows of other files (a loan on the repayments that end the one before it),
     * all files of such kinds are read twice.  At first every row passes through parents and check, and what
     * is good so far through rehearse; then judge decides, once for the unit; then the rows come again, and
     * check refuses what does not go.  im->rehearsing tells which time it is. */
    bool (*rehearse)(struct importing *im, const struct import_row *row, struct errs *e);
    bool (*judge)(struct importing *im, struct errs *e);
    /* Once, after the last file of the unit. */
    bool (*close)(struct importing *im, struct errs *e);
    const struct entity *beside[2]; /* other tables that get a row for each of the file's */
    bool beside_in_order;           /* and in the order of their indexes, where the file's rows are new */
    /* From `prepare` on only the columns of the server change, and `drawn` is NULL where others do. */
    bool drawn_ahead;
    /* While these tables fill for the first time, no statement of the whole unit looks for a row of theirs,
     * or it asks keys_deferred before. */
    bool no_lookups;
};

enum import_existing { IMPORT_UPDATE, IMPORT_SKIP, IMPORT_FAIL };

struct import_options {
    const char *const *paths;
    size_t n;
    enum import_existing existing;
    bool dry_run;
    int64_t county;       /* whose household numbers are meant, where several counties have them; 0: any */
    const char *rejects;  /* where refused rows go; NULL: rejects-<time>.csv in the working directory */
    const char *warnings; /* where warnings go; NULL: warnings-<time>.csv beside the refused rows */
    const volatile sig_atomic_t *stop; /* not 0: finish as soon as possible, leaving the unit out */
    void (*progress)(void *ctx, const char *file, size_t done, size_t all);
    void *ctx;
};

struct import_file {
    const char *path, *name; /* name: as people are told, without folders where that is clear */
    bool understood;
    const char *kind;    /* name of the import_kind */
    const char *trouble; /* why the file as a whole could not be read; NULL: it could */
    int64_t rows, imported, updated, unchanged, rejected, warnings;
    const char **extra; /* headings that nothing is known of */
    size_t extra_n;
    const char **missing; /* columns that such a file may have and this one lacks */
    size_t missing_n;
};
struct import_result {
    struct import_file *files;
    size_t n;
    const char *rejects;  /* NULL: no row was refused */
    const char *warnings; /* NULL: there were none */
    int64_t rejected, warned;
    bool interrupted;
};

/* false: something outside the files failed, and the unit at hand was left out; *r says what is in.  When a
 * file cannot be read at all, nothing is imported, since files that belong together come in together. */
bool import_run(struct store *st, const struct actor *who, const struct code_book *codes,
                const struct import_kind *const *kinds, size_t n, const struct import_options *o,
                struct import_result *r, struct errs *e);

/* --- for kinds ---------------------------------------------------------------------------- */

struct hh_ref {
    int64_t county, id;
    struct region_code village;
};

/* What the kinds of a unit share while it comes in. */
struct importing {
    struct tx *tx;
    struct act *act;
    const struct actor *who;
    const struct code_book *codes;
    const struct import_options *o;
    struct date today;
    struct arena a; /* as long as the unit */
    struct arena batch;
    bool rehearsing;
    size_t file_no; /* of the rows at hand: tells files apart */
    const char *file;
    struct import_memory { /* what the kinds of a module remember, made at need */
        const void *owner;
        void *p;
        void (*forget)(void *p); /* frees what it has outside the arena; NULL: nothing */
    } memory[4];
    struct import_bulk {
        const struct entity *en;
        struct bulk *b;
    } bulks[16];
};
/* `size` bytes for the owner, zero at first, as long as the unit. */
void *import_memory(struct importing *im, const void *owner, size_t size, void (*forget)(void *p));
/* The unit's bulk of a table. */
struct bulk *import_bulk(struct importing *im, const struct entity *en);
/* Rows look things up that may still wait in bulks. */
bool import_flush(struct importing *im, struct errs *e);

extern const struct import_kind *const registry_import_kinds[];
extern const size_t registry_import_kinds_n;

#endif
