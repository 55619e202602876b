#include "api/jobs.h"

#include "access/secret.h"
#include "base/clock.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RESULT_MAX = 1 << 18, DAY_S = 86400 };

static const struct col cols[] = {
    COL(job, id, "编号", "Id", .flags = PKEY | SERVER),
    COL(job, user_id, "用户", "Account", .flags = SERVER),
    COL(job, kind, "种类", "Kind", .flags = SERVER, .max = 20),
    COL(job, name, "名称", "Name", .flags = SERVER, .max = 100),
    COL(job, state, "状态", "State", .flags = SERVER, .max = 20),
    COL(job, made_at, "开始时间", "Begun at", .flags = SERVER),
    COL(job, ended_at, "结束时间", "Ended at", .flags = SERVER),
    COL(job, result, "结果", "Result", .flags = SERVER),
    COL(job, mac, "校验", "MAC", .flags = SERVER),
};
const struct entity job_entity = { .table = "job",
                                   .label = { "任务", "Job" },
                                   .class = TABLE_LOCAL,
                                   .cols = cols,
                                   .n = N_ELEMS(cols),
                                   .size = sizeof(struct job),
                                   .own_check = true,
                                   .row_mac = true };

struct running {
    struct job_run run;
    struct arena a;
    struct job job;
    job_fn *fn;
    pthread_t thread;
    volatile sig_atomic_t stop;
    int64_t done, all;
    bool used, ended;
};
struct jobs {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    char *folder;
    struct running *list[JOBS_RUNNING_MAX];
};

/* --- the folder --------------------------------------------------------------------------- */

int64_t jobs_tidy(const char *folder, bool removes)
{
    DIR *d = opendir(folder);
    time_t now = time(NULL);
    int64_t n = 0;
    for (const struct dirent *x; d && (x = readdir(d)) != NULL;) {
        struct stat s;
        if (fstatat(dirfd(d), x->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(s.st_mode) &&
            now - s.st_mtime > (time_t)JOB_FILE_DAYS * DAY_S &&
            (!removes || unlinkat(dirfd(d), x->d_name, 0) == 0))
            n++;
    }
    if (d)
        closedir(d);
    return n;
}

struct jobs *jobs_open(const char *folder)
{
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return NULL;
    struct jobs *j = xcalloc(1, sizeof *j);
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->moved, NULL);
    j->folder = xrealloc(NULL, strlen(folder) + 1);
    memcpy(j->folder, folder, strlen(folder) + 1);
    jobs_tidy(folder, true);
    return j;
}

const char *jobs_folder(const struct jobs *j)
{
    return j->folder;
}

const char *job_path(const char *folder, int64_t id, const char *name, struct arena *a)
{
    return arena_printf(a, "%s/%lld-%s", folder, (long long)id, name);
}

static void running_free(struct running *x)
{
    arena_free(&x->a);
    free(x);
}

/* The place of one that has ended is free again. */
static void reap(struct jobs *j, bool wait)
{
    for (size_t i = 0; i < JOBS_RUNNING_MAX; i++) {
        struct running *x = j->list[i];
        if (!x || (!x->ended && !wait))
            continue;
        pthread_mutex_unlock(&j->lock);
        pthread_join(x->thread, NULL);
        pthread_mutex_lock(&j->lock);
        if (j->list[i] == x) {
            j->list[i] = NULL;
            running_free(x);
        }
    }
}

void jobs_close(struct jobs *j)
{
    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    for (size_t i = 0; i < JOBS_RUNNING_MAX; i++)
        if (j->list[i])
            j->list[i]->stop = 1;
    reap(j, true);
    pthread_mutex_unlock(&j->lock);
    pthread_cond_destroy(&j->moved);
    pthread_mutex_destroy(&j->lock);
    free(j->folder);
    free(j);
}

/* --- looking ------------------------------------------------------------------------------ */

static struct running *find(struct jobs *j, int64_t id)
{
    for (size_t i = 0; i < JOBS_RUNNING_MAX; i++)
        if (j->list[i] && j->list[i]->job.id == id)
            return j->list[i];
    return NULL;
}

static struct job_progress look(struct jobs *j, int64_t id)
{
    const struct running *x = find(j, id);
    return x ? (struct job_progress){ !x->ended, x->done, x->all, true } : (struct job_progress){ 0 };
}

struct job_progress job_look(struct jobs *j, int64_t id)
{
    struct job_progress out = { 0 };
    if (!j)
        return out;
    pthread_mutex_lock(&j->lock);
    out = look(j, id);
    pthread_mutex_unlock(&j->lock);
    return out;
}

/* By at least a hundredth: a fast import moves thousands of times a second. */
static bool has_moved(struct job_progress now, struct job_progress seen)
{
    return now.done != seen.done && now.done - seen.done >= now.all / 100;
}

struct job_progress job_wait(struct jobs *j, int64_t id, struct job_progress seen)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&j->lock);
    struct job_progress now = look(j, id);
    while (now.running && !has_moved(now, seen) && pthread_cond_timedwait(&j->moved, &j->lock, &until) == 0)
        now = look(j, id);
    pthread_mutex_unlock(&j->lock);
    return now;
}

void job_cancel(struct jobs *j, int64_t id)
{
    pthread_mutex_lock(&j->lock);
    struct running *x = find(j, id);
    if (x)
        x->stop = 1;
    pthread_mutex_unlock(&j->lock);
}

void job_progress(struct job_run *run, int64_t done, int64_t all)
{
    struct jobs *j = run->jobs;
    pthread_mutex_lock(&j->lock);
    struct running *x = find(j, run->id);
    if (x) {
        x->done = done;
        x->all = all;
    }
    pthread_cond_broadcast(&j->moved);
    pthread_mutex_unlock(&j->lock);
}

bool job_find(struct call *c, int64_t id, struct job *out, struct errs *e)
{
    enum found f = db_get(c->tx, &job_entity, out, e, V(id));
    if (f == FAILED)
        return false;
    if (f == NONE || out->user_id != c->who.user_id ||
        !row_mac_holds(store_seal(tx_store(c->tx)), &job_entity, out, e->a))
        return fail(e, ERR_NOT_FOUND, "id", MSG_API_JOB_NONE);
    if (str_eq(out->state, STR("running")) && !job_look(c->api->jobs, id).known)
        out->state = STR("interrupted");
    return true;
}

/* --- running ------------------------------------------------------------------------------ */

static bool write_end(struct tx *tx, void *ctx, struct errs *e)
{
    struct running *x = ctx;
    struct job old, now;
    if (db_get(tx, &job_entity, &old, e, V(x->job.id)) != FOUND)
        return !errs_any(e);
    now = old;
    now.state = x->job.state;
    now.ended_at = clock_now();
    now.result = x->job.result;
    now.mac = row_mac(store_seal(tx_store(tx)), &job_entity, &now, e->a);
    return db_update(tx, &job_entity, &old, &now, e);
}

static void put_errors(struct json_out *w, const struct errs *e)
{
    put_key(w, "errors");
    put_list(w);
    for (const struct err *x = e->bad.first; x; x = x->next) {
        put_object(w);
        put_member_cstr(w, "code", err_info[x->code].slug);
        put_member_cstr(w, "field", x->field);
        put_member_cstr(w, "message", x->text);
        put_object_end(w);
    }
    put_list_end(w);
}

static void *work(void *ctx)
{
    struct running *x = ctx;
    struct jobs *j = x->run.jobs;
    struct errs e = { .a = &x->a, .lang = x->run.lang };
    CLEANUP(buf_release) struct buf b = BUF(RESULT_MAX);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    bool ok = x->fn(&x->run, &w, &e);
    if (!ok)
        put_errors(&w, &e);
    put_object_end(&w);
    x->job.state = ok ? STR("done") : x->stop ? STR("cancelled") : STR("failed");
    x->job.result = b.full ? STR("{}") : arena_str(&x->a, buf_str(&b));
    errs_clear(&e);
    store_run(x->run.st, TX_WRITE, 0, write_end, x, &e);
    pthread_mutex_lock(&j->lock);
    x->ended = true;
    pthread_cond_broadcast(&j->moved);
    pthread_mutex_unlock(&j->lock);
    return NULL;
}

static bool take_id(struct tx *tx, void *ctx, struct errs *e)
{
    return db_id(tx, ctx, e);
}

struct job_run *job_prepare(struct call *c, size_t ctx_size, struct errs *e)
{
    if (!c->api->jobs) {
        fail(e, ERR_CONFLICT, NULL, MSG_API_JOBS_OFF);
        return NULL;
    }
    struct running *x = xcalloc(1, sizeof *x);
    struct grant *grants = NEW_ARRAY(&x->a, struct grant, c->who.n + 1);
    if (c->who.n)
        memcpy(grants, c->who.grants, c->who.n * sizeof *grants);
    x->run = (struct job_run){ .st = c->api->st,
                               .codes = c->codes,
                               .modules = c->api->modules,
                               .who = c->who,
                               .lang = c->lang,
                               .folder = c->api->jobs->folder,
                               .stop = &x->stop,
                               .ctx = arena_alloc(&x->a, ctx_size),
                               .a = &x->a,
                               .jobs = c->api->jobs };
    if (!store_run(c->api->st, TX_WRITE, 0, take_id, &x->run.id, e)) {
        running_free(x);
        return NULL;
    }
    x->run.who.login = arena_str(&x->a, c->who.login);
    x->run.who.grants = grants;
    return &x->run;
}

/* The run is the first member of its struct running. */
static struct running *running_of(struct job_run *run)
{
    return (struct running *)(void *)((char *)run - offsetof(struct running, run));
}

void job_drop(struct job_run *run)
{
    if (run)
        running_free(running_of(run));
}

static bool write_begin(struct tx *tx, void *ctx, struct errs *e)
{
    struct running *x = ctx;
    x->job.mac = row_mac(store_seal(tx_store(tx)), &job_entity, &x->job, e->a);
    return db_insert(tx, &job_entity, &x->job, e);
}

static bool take_place(struct jobs *j, struct running *x, struct errs *e)
{
    bool taken = false;
    pthread_mutex_lock(&j->lock);
    reap(j, false);
    for (size_t i = 0; i < JOBS_RUNNING_MAX && !taken; i++)
        if (!j->list[i]) {
            x->run.id = x->job.id;
            j->list[i] = x;
            taken = pthread_create(&x->thread, NULL, work, x) == 0;
            if (!taken)
                j->list[i] = NULL;
            break;
        }
    pthread_mutex_unlock(&j->lock);
    return taken || fail(e, ERR_TOO_MANY, NULL, MSG_API_JOBS_BUSY, A(JOBS_RUNNING_MAX));
}

static void write_failed(struct running *x, struct errs *e)
{
    struct errs quiet = { .a = e->a, .lang = e->lang };
    x->job.state = STR("failed");
    store_run(x->run.st, TX_WRITE, 0, write_end, x, &quiet);
}

bool job_start(struct call *c, struct job_run *run, const char *kind, struct str name, job_fn *fn,
               struct job *out, struct errs *e)
{
    struct running *x = running_of(run);
    x->fn = fn;
    x->job = (struct job){ .id = run->id,
                           .user_id = c->who.user_id,
                           .kind = arena_str(&x->a, str_of(kind)),
                           .name = arena_str(&x->a, name),
                           .state = STR("running"),
                           .made_at = clock_now() };
    if (!store_run(c->api->st, TX_WRITE, 0, write_begin, x, e)) {
        running_free(x);
        return false;
    }
    *out = x->job;
    out->name = arena_str(c->a, name);
    out->kind = str_of(kind);
    out->mac = (struct bytes){ 0 };
    if (take_place(c->api->jobs, x, e))
        return true;
    write_failed(x, e);
    running_free(x);
    return false;
}
