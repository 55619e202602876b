/* command.h - the command line: what a command is, and what it finds when it runs.
 *
 * A command is one row of a table: its name, the permission it needs, how it needs the database, its
 * options and its help.  cli_main() reads the command line, opens the database, lets the actor in and
 * runs it; the help texts and the manual page are made from the same rows.
 *
 * To add one: write `static int x_run(struct cli *c)` in a *_cmd.c, put its row into the table there
 * (rows in the order of their names), and name the table in commands.h and app/modules.c. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "access/actor.h"
#include "access/verify.h"

#include <signal.h>

enum exit_code { EXIT_DONE = 0, EXIT_NOTHING = 1, EXIT_USAGE = 2, EXIT_REFUSED = 3, EXIT_INTERRUPTED = 130 };

enum db_need {
    DB_NO,
    DB_OPEN,  /* open, at this program's version, unlocked, the actor admitted */
    DB_DOUBT, /* the same of a database that may be damaged; what did not hold is in cli.denied */
    DB_RAW,   /* the command opens it itself */
};

/* Everything anybody may be asked for on the command line. */
enum opt_kind { OPT_FLAG, OPT_TEXT, OPT_INT, OPT_DATE, OPT_REGION, OPT_CHOICE };
enum { OPT_REQUIRED = 1, OPT_REPEATS = 2 };
struct opt {
    const char *name; /* without the dashes; NULL ends a table */
    enum opt_kind kind;
    struct label arg; /* what its value is called; choices: NULL */
    struct label label;
    unsigned flags;
    int64_t min, max;    /* OPT_INT; both 0: any */
    const char *choices; /* OPT_CHOICE: "zh|en" */
};
struct opt_value {
    const struct opt *opt;
    struct str text; /* as typed */
    int64_t v;       /* number, day or region */
    struct opt_value *next;
};

struct cli;
struct json_out;
struct import_kind;
struct transfer_block;
struct quality_table;
struct export_kind;
struct fact_sources;
struct case_hooks;
struct command {
    const char *name; /* one or two words: "init", "user add" */
    enum perm perm;
    enum db_need db;
    bool reads_only;        /* takes long and writes nothing: Ctrl-C ends it at once, without c->stop */
    const struct opt *opts; /* NULL: none of its own */
    struct label args;      /* positional arguments as the help shows them; NULL: none */
    int args_min, args_max; /* args_max -1: any number */
    struct label summary;   /* one line without a full stop */
    struct label help;      /* paragraphs; lines that begin with two blanks are examples */
    void (*more)(struct buf *b, enum lang lang); /* appends to the help, or NULL */
    int (*run)(struct cli *c);                   /* an exit code; anything wrong is in c->e */
};
struct command_table {
    struct label title;
    const struct command *commands;
    size_t n;
};

/* What the modules bring along, put together by app. */
struct program {
    const struct schema *schema;
    const struct command_table *const *tables;
    size_t tables_n;
    const struct invariant *const *invariants;
    size_t invariants_n;
    const struct import_kind *const *import_kinds;
    size_t import_kinds_n;
    const struct transfer_block *const *transfer_blocks; /* what forbids a household to leave its county */
    size_t transfer_blocks_n;
    const struct quality_table *const *quality;
    size_t quality_n;
    const struct export_kind *const *export_kinds;
    size_t export_kinds_n;
    const struct fact_sources *fact_sources;
    const struct case_hooks *case_hooks;
};

struct cli {
    struct arena *a; /* everything of this run */
    struct errs e;   /* its language is the command's */
    bool json;
    bool terminal;  /* stderr is one: progress may be shown */
    bool told;      /* the errors stand in `out` already */
    struct buf out; /* becomes standard output when the command ends; see cli_flush */

    const struct program *program;
    const struct command *command;
    struct str args[64];
    size_t args_n;
    struct opt_value *values;

    const char *db;  /* URL or file */
    const char *key; /* the key file's path */
    const char *as;
    struct store *store;
    struct actor actor;                /* unset for PERM_NONE */
    struct err_list denied;            /* DB_DOUBT: why the actor was not admitted */
    const struct code_book *codes;     /* NULL until cli_load_codes */
    const volatile sig_atomic_t *stop; /* not 0: the user pressed Ctrl-C */
};

int cli_main(int argc, const char *const *argv, const struct program *p, const volatile sig_atomic_t *stop);

/* --- for commands ------------------------------------------------------------------------- */

/* Values of options, by name; the command's table has said what they may be. */
const struct opt_value *cli_value(const struct cli *c, const char *name); /* NULL: not given */
const struct opt_value *cli_next_value(const struct opt_value *v);        /* of an option that repeats */
bool cli_flag(const struct cli *c, const char *name);
struct str cli_text(const struct cli *c, const char *name);  /* unknown: not given */
const char *cli_cstr(const struct cli *c, const char *name); /* NULL: not given */
int64_t cli_int(const struct cli *c, const char *name, int64_t otherwise);
struct region_code cli_region(const struct cli *c, const char *name); /* 0: everywhere or not given */

/* One line on standard output, or nothing with --json. */
#define cli_say(c, msg, ...) cli_say_((c), (msg), ARGS(__VA_ARGS__))
void cli_say_(struct cli *c, enum msg m, const struct arg *args, size_t n);
/* Something for the person who waits, on the terminal only; "" wipes it. */
void cli_progress(struct cli *c, const char *text);
/* Write out what there is: for long outputs.  From there on an error cannot replace it. */
void cli_flush(struct cli *c);

/* With --json: what went wrong as the member "errors" of the document at hand, which then is the whole
 * answer. For commands that have something to tell although they failed; nothing where nothing went wrong. */
void cli_put_errors(struct cli *c, struct json_out *w);

/* The database as it may be shown: without a password. */
const char *cli_db_name(struct cli *c);

/* Fill c->codes; the store must be open. */
bool cli_load_codes(struct cli *c);
/* A transaction of this command. */
bool cli_read(struct cli *c, tx_fn *fn, void *ctx);
bool cli_write(struct cli *c, int64_t county, tx_fn *fn, void *ctx);
/* Run a command line of its own inside this command, on the same database, as another person and, in a
 * demonstration, on another day: the day stays set.  What it says with --json is appended to `out`; why it
 * failed to c->e. */
int cli_within(struct cli *c, const char *as, struct date today, int argc, const char *const *argv,
               struct arena *a, struct buf *out);
static inline enum exit_code cli_code(bool ok)
{
    return ok ? EXIT_DONE : EXIT_NOTHING;
}

#endif
