/* jobs.h - imports and exports that go on behind an answer: whose they are, how far they have come, and what
 * came of them.
 *
 * A job runs on a thread of its own; its files lie in one folder, readable by the server's user only (0600).
 * Its row says how it ended.  One that was running when the server ended reads as interrupted: a unit of
 * import is in the database as a whole or not at all, so it can be started again. */
#ifndef API_JOBS_H
#define API_JOBS_H

#include "api/route.h"

#include <signal.h>

enum { JOBS_RUNNING_MAX = 2, JOB_FILE_DAYS = 7 };

struct job {
    int64_t id, user_id;
    struct str kind, name; /* import, export; of the file or the kind of data */
    struct str state;      /* running, done, failed, cancelled, interrupted */
    struct instant made_at, ended_at;
    struct str result; /* JSON */
    struct bytes mac;
};
extern const struct entity job_entity;

struct jobs;
/* folder: made if there is none.  Files older than JOB_FILE_DAYS are removed. */
struct jobs *jobs_open(const char *folder);
void jobs_close(struct jobs *j); /* asks those that run to stop and waits; NULL is fine */

/* What a job does, on its thread.  Writes what came of it to w; *stop not 0: leave off. */
struct job_run {
    struct store *st;
    const struct code_book *codes;
    const struct api_modules *modules;
    struct actor who;
    enum lang lang;
    int64_t id;
    const char *folder;
    const volatile sig_atomic_t *stop;
    void *ctx;       /* of whoever started it, in a */
    struct arena *a; /* as long as the job */
    struct jobs *jobs;
};
typedef bool job_fn(struct job_run *run, struct json_out *w, struct errs *e);
void job_progress(struct job_run *run, int64_t done, int64_t all); /* all 0: nobody knows */

/* A run to be filled in: `ctx_size` bytes of ctx, the caller's actor copied.  NULL: failed, in e. */
struct job_run *job_prepare(struct call *c, size_t ctx_size, struct errs *e);
/* Takes the run.  *out: its row. */
bool job_start(struct call *c, struct job_run *run, const char *kind, struct str name, job_fn *fn,
               struct job *out, struct errs *e);
/* How the answer of whoever started it reads, with its Location. */
void put_job_started(struct call *c, const struct job *x);
void job_drop(struct job_run *run); /* one that was not started */

/* The caller's own. */
bool job_find(struct call *c, int64_t id, struct job *out, struct errs *e);
struct job_progress {
    bool running;
    int64_t done, all;
    bool known; /* of this server; one that just ended may still read as running */
};
struct job_progress job_look(struct jobs *j, int64_t id);
void job_cancel(struct jobs *j, int64_t id);
/* Until it comes further by a hundredth, ends, or a second is over. */
struct job_progress job_wait(struct jobs *j, int64_t id, struct job_progress seen);
/* FOLDER/ID-NAME, in a. */
const char *job_path(const char *folder, int64_t id, const char *name, struct arena *a);
const char *jobs_folder(const struct jobs *j);
/* How many of the folder's files are older than JOB_FILE_DAYS; removes: they are removed. */
int64_t jobs_tidy(const char *folder, bool removes);

#endif
