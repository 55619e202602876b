/* route.h - what can be asked for over HTTP, one row each, and what a function finds when it is asked.
 *
 * A row says everything about an operation: who may, how its path, query and body read (as entity tables, so
 * that checks, messages and the description come from one place), which transaction it needs, and what it is
 * for.  api_answer() does the rest; a function reads its structs, works in c->tx and writes JSON to c->w.
 *
 * To add one: write the function in a *_api.c, put its row into the table there, and name the table in
 * api_tables of tables.c. */
#ifndef API_ROUTE_H
#define API_ROUTE_H

#include "access/session.h"
#include "api/page.h"

#include <signal.h>

enum route_tx {
    ROUTE_READS,
    ROUTE_WRITES, /* in the county that its path, query or body names, else among reference data */
    ROUTE_OWN,    /* the function makes its own transactions, because something between takes long */
};
enum {
    ROUTE_OPEN = 1,      /* without logging in */
    ROUTE_ANYBODY = 2,   /* whoever is logged in: about themselves */
    ROUTE_MATCH = 4,     /* an edit: needs If-Match, the ETag of what was read */
    ROUTE_KEY = 8,       /* needs an Idempotency-Key */
    ROUTE_SECRET = 16,   /* its answer holds a secret and is kept nowhere */
    ROUTE_PERSONAL = 32, /* its answer is about persons */
    ROUTE_BYTES = 64,    /* its body is a file as it is, up to body_max, in rq->body */
    ROUTE_PARTIAL = 128, /* any part of the body's entity; the function puts it over what stands there */
    ROUTE_KEPT = 256,    /* its answer is made of the database alone, of one county and what all share */
    ROUTE_TRIAL = 512,   /* everything is done as if, told, and taken back: nothing is kept */
};

struct call;
/* What an answer holds besides the columns of its entity. */
struct answer_part {
    const char *name;               /* NULL ends them */
    const struct entity *of;        /* NULL: plain */
    const char *type;               /* of a plain one: string, integer, boolean, object; each may be null */
    bool list;                      /* many of them */
    const struct answer_part *with; /* and what else each has; alone: what a plain object has */
};
#define TEXT_PART(n)                \
    {                               \
        .name = n, .type = "string" \
    }
#define NUMBER_PART(n)               \
    {                                \
        .name = n, .type = "integer" \
    }
#define BOOL_PART(n)                 \
    {                                \
        .name = n, .type = "boolean" \
    }
#define OBJECT_PART(n)              \
    {                               \
        .name = n, .type = "object" \
    }
#define LIST_PART(n, t)                      \
    {                                        \
        .name = n, .type = (t), .list = true \
    }
#define OBJECTS_PART(n, parts)                                   \
    {                                                            \
        .name = n, .type = "object", .list = true, .with = parts \
    }
#define ENTITIES_PART(n, en, parts)                      \
    {                                                    \
        .name = n, .of = en, .list = true, .with = parts \
    }
/* {"done": true}; how far a job has come. */
extern const struct answer_part done_parts[], job_parts[];
struct route {
    const char *method, *pattern; /* "/api/v1/households/{county}/{id}" */
    enum perm perm;               /* PERM_NONE only with ROUTE_OPEN or ROUTE_ANYBODY */
    enum perm or_perm;            /* or this one; the function looks which */
    enum route_tx tx;
    unsigned flags;
    const struct entity *path, *query, *body; /* NULL: none */
    const struct order *orders;               /* of a list by pages: page.h; NULL: it comes whole */
    bool (*run)(struct call *c, struct errs *e);
    int status;                      /* of success; 0: 200 */
    size_t body_max;                 /* 0: 64 kB where there is a body */
    struct label doc;                /* one sentence */
    const char *sample;              /* a body that it takes, JSON */
    const struct entity *lines;      /* of a member of the body that is a list of objects; NULL: none */
    const char *lines_name;          /* what it is called */
    const char *gives;               /* content type of the answer; NULL: JSON */
    const struct entity *answer;     /* what its JSON consists of, or NULL */
    bool list;                       /* {"rows": […], "next": …} of answer */
    const struct answer_part *parts; /* and what else, of each row of a list; NULL: nothing */
};
struct route_table {
    struct label title;
    const struct route *routes;
    size_t n;
};
extern const struct route_table *const api_tables[];
extern const size_t api_tables_n;

enum { API_LINES_MAX = 500 };
enum { API_BODY_MAX = 64 << 10, API_ANSWER_MAX = 16 << 20 };

struct codes_kept;
struct counts_kept;
struct facts_kept;
struct loans_kept;
struct jobs;
struct shelf;
/* What the modules bring along, put together by app. */
struct api_modules {
    const struct import_kind *const *import_kinds;
    size_t import_kinds_n;
    const struct export_kind *const *export_kinds;
    size_t export_kinds_n;
    const struct quality_table *const *quality;
    size_t quality_n;
    const struct transfer_block *const *transfer_blocks;
    size_t transfer_blocks_n;
    const struct fact_sources *fact_sources;
    const struct case_hooks *case_hooks;
};
struct api {
    struct store *st;
    const struct code_book *codes; /* of the start: api_codes */
    struct codes_kept *codes_kept; /* NULL: they do not change meanwhile */
    bool demo;
    const struct api_modules *modules;
    struct facts_kept *facts;   /* NULL: facts are read for every question */
    struct jobs *jobs;          /* NULL: nothing runs behind an answer */
    const char *db, *key;       /* of the database, for backups; NULL: none are made here */
    struct seen *seen;          /* NULL: who asks is looked up for every request */
    struct loans_kept *loans;   /* NULL: what is owed is read for every question */
    struct counts_kept *counts; /* NULL: the register is counted for every question */
    struct shelf *shelf;        /* NULL: every answer is made anew */
};

struct api_request {
    struct arena *a;
    const char *method;
    struct str path, query, body;
    struct str cookie; /* the session's secret */
    struct str bearer; /* a token's */
    struct str csrf, if_match, if_none_match, key, language;
    const char *address;
    bool secure;
    const volatile sig_atomic_t *stopping; /* not 0: the server is about to end; NULL: never */
    const struct actor *as;                /* the command line has let somebody in; else NULL */
};
struct api_reply {
    int status;
    const char *route;
    struct str body; /* JSON */
    bool problem;    /* a problem document */
    bool personal;   /* about persons: nobody keeps a copy */
    struct str etag, location, allow;
    struct str cookie; /* the session's secret from now on; "" ends it */
    int retry_s;
    bool replayed;    /* by its Idempotency-Key */
    const char *type; /* of the body; NULL: JSON */
    const char *file; /* what a browser calls it when it keeps it; NULL: it shows it */
    /* A long answer instead of a body, as in http/message.h. */
    bool (*more)(void *ctx, struct buf *out);
    void (*more_end)(void *ctx);
    void *more_ctx;
};

struct call {
    const struct api *api;
    const struct api_request *rq;
    struct api_reply *reply;
    const struct route *route;
    void *path, *query, *body; /* structs of the row's entities */
    struct list_page page;     /* of a row with orders */
    void *lines;               /* and lines_n of the row's lines */
    size_t lines_n;
    bool tried;           /* ROUTE_TRIAL: it would have worked */
    struct str now_there; /* JSON: what stands where somebody else changed it first */
    struct actor who;
    struct session session; /* token_hash unknown: a token, or the command line */
    int64_t shared;         /* where the chain of what all share ends; 0: nobody looked */
    struct tx *tx;          /* NULL with ROUTE_OWN */
    struct json_out w;
    const struct code_book *codes;
    enum lang lang;
    struct arena *a;
    struct instant now;
};

/* The code tables by now. */
const struct code_book *api_codes(const struct api *api);

/* --- for functions ------------------------------------------------------------------------ */

/* "name": value of a column, for every column of the entity that is known; masked unless full. */
void put_cols(struct call *c, const struct entity *en, const void *obj, bool full);
void put_col(struct call *c, const struct entity *en, const char *name, const void *obj, bool full);

/* The ETag of one row, and of what If-Match must name.  false: it changed since (412), or nothing was named
 * (428). */
struct str row_etag(struct call *c, const struct entity *en, const void *obj);
bool call_matches(struct call *c, struct str etag, struct errs *e);
/* The same of a row; a 412 then shows what stands there beside what was sent. */
bool call_matches_row(struct call *c, const struct entity *en, const void *obj, struct errs *e);
/* The same where its version says more than the row does. */
bool call_matches_version(struct call *c, struct str version, const struct entity *en, const void *obj,
                          struct errs *e);

/* {"rows": [ … rows_begin … rows_end … ], "next": …}; next unknown: that was all. */
void rows_begin(struct call *c);
void rows_end(struct call *c, struct str next);
/* One row as an object: all columns but what is for the program alone. */
void put_row(struct call *c, const struct entity *en, const void *obj);
void put_rows_of(struct call *c, const struct entity *en, const struct list *list);
void put_member_money(struct json_out *w, const char *key, struct money m);
void put_member_date(struct json_out *w, const char *key, struct date d);
void put_member_region(struct json_out *w, const char *key, struct region_code r);

#endif
