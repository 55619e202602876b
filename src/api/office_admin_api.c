/* office_admin_api.c - what whoever looks after the installation does from afar: backups, who is logged in,
 * what need not be kept any longer. */
#include "access/backup_write.h"
#include "access/session.h"
#include "api/forms.h"
#include "api/jobs.h"
#include "api/retention.h"
#include "api/tables.h"
#include "base/new_file.h"

#include <sodium.h>
#include <unistd.h>

/* --- forms -------------------------------------------------------------------------------- */

struct backup_form {
    struct str passphrase;
};
static const struct col backup_cols[] = {
    COL(backup_form, passphrase, "恢复口令", "Recovery passphrase", .flags = REQUIRED,
        .min = BACKUP_PASSPHRASE_MIN, .max = BACKUP_PASSPHRASE_MAX, .mask = MASK_HIDE),
};
static const struct entity backup_form = ENTITY(backup_form, TABLE_LOCAL, "备份", "Backup", backup_cols);

/* --- backups ------------------------------------------------------------------------------ */

struct backing_up {
    struct backup_source of;
    char *passphrase;
    const char *path;
};

static bool write_audit(struct tx *tx, void *ctx, struct errs *e)
{
    const struct job_run *run = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    act_begin(&act, tx, &run->who, "backup", (struct str){ 0 }, e->a);
    return act_log(&act, 0, NULL, e);
}

static bool do_backup(struct job_run *run, struct json_out *w, struct errs *e)
{
    struct backing_up *x = run->ctx;
    CLEANUP(new_file_drop) struct new_file f = { .fd = -1 };
    int64_t bytes = 0;
    x->of.stop = run->stop;
    bool ok = new_file_open(&f, x->path, true, e) && store_run(run->st, TX_WRITE, 0, write_audit, run, e) &&
              backup_write(&x->of, f.fd, f.path, str_of(x->passphrase), &bytes, e) && new_file_keep(&f, e);
    sodium_memzero(x->passphrase, strlen(x->passphrase));
    put_member_int(w, "bytes", bytes);
    return ok;
}

static bool make_backup(struct call *c, struct errs *e)
{
    const struct backup_form *f = c->body;
    struct job job;
    if (!actor_need_at(&c->who, PERM_BACKUP, (struct region_code){ 0 }, e))
        return false;
    if (!c->api->db || !c->api->key)
        return fail(e, ERR_CONFLICT, NULL, MSG_API_JOBS_OFF);
    struct job_run *run = job_prepare(c, sizeof(struct backing_up), e);
    if (!run)
        return false;
    struct backing_up *x = run->ctx;
    *x = (struct backing_up){ .of = { .st = c->api->st, .db = c->api->db, .key = c->api->key },
                              .passphrase =
                                  arena_printf(run->a, "%.*s", (int)f->passphrase.n, f->passphrase.p),
                              .path = job_path(run->folder, run->id, "backup", run->a) };
    unlink(x->path); /* a restored database may have used the number before */
    if (!job_start(c, run, "backup", STR("bangfu.backup"), do_backup, &job, e))
        return false;
    put_job_started(c, &job);
    return true;
}

/* --- who is logged in --------------------------------------------------------------------- */

static bool list_sessions(struct call *c, struct errs *e)
{
    enum { SESSIONS_MAX = 1000 };
    struct list all;
    if (!actor_need_at(&c->who, PERM_USERS, (struct region_code){ 0 }, e) ||
        !db_list(
            c->tx,
            SQL_OF(STMT_LOCAL, &session_entity,
                   "SELECT {*} FROM session WHERE expires_at > $1 ORDER BY seen_at DESC, token_hash LIMIT "
                   "$2"),
            &all, e->a, e, V(c->now.us), V((int64_t)SESSIONS_MAX)))
        return false;
    const struct session *s = all.rows;
    rows_begin(c);
    for (size_t i = 0; i < all.n; i++) {
        struct app_user u = { 0 };
        if (db_get(c->tx, &app_user_entity, &u, e, V(s[i].user_id)) == FAILED)
            return false;
        put_object(&c->w);
        put_member_text(&c->w, "login", u.login);
        put_member_text(&c->w, "name", u.name);
        put_session(c, &s[i]);
        put_object_end(&c->w);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

/* --- what need not be kept ---------------------------------------------------------------- */

static bool retention(struct call *c, bool removes, struct errs *e)
{
    struct retention r = { .st = c->api->st,
                           .folder = c->api->jobs ? jobs_folder(c->api->jobs) : NULL,
                           .who = &c->who,
                           .stop = c->rq->stopping };
    if (!actor_need_at(&c->who, PERM_BACKUP, (struct region_code){ 0 }, e) ||
        !(removes ? retention_run(&r, e) : retention_look(&r, e)))
        return false;
    put_object(&c->w);
    put_key(&c->w, "rules");
    put_list(&c->w);
    for (size_t i = 0; i < retention_rules_n; i++) {
        const struct retention_rule *x = &retention_rules[i];
        put_object(&c->w);
        put_member_cstr(&c->w, "rule", x->name);
        put_member_cstr(&c->w, "what", label_in(&x->what, c->lang));
        put_member_cstr(&c->w, "why", label_in(&x->why, c->lang));
        put_member_int(&c->w, "days", x->days);
        put_member_int(&c->w, removes ? "removed" : "due", r.n[i]);
        put_object_end(&c->w);
    }
    put_list_end(&c->w);
    put_member_int(&c->w, "notices_hanging", r.hanging);
    put_object_end(&c->w);
    return true;
}

static bool show_retention(struct call *c, struct errs *e)
{
    return retention(c, false, e);
}
static bool run_retention(struct call *c, struct errs *e)
{
    return retention(c, true, e);
}

// clang-format off
#define TEXT(n) { .name = n, .type = "string" }
static const struct answer_part session_parts[] = { TEXT("login"), TEXT("name"), TEXT("address"), TEXT("created_at"), TEXT("seen_at"), { .name = "this", .type = "boolean" }, { 0 } };
static const struct answer_part retention_parts[] = { { .name = "rules", .type = "object", .list = true }, { .name = "notices_hanging", .type = "integer" }, { 0 } };
static const struct route routes[] = {
    { .method = "POST", .pattern = "/api/v1/backups", .perm = PERM_BACKUP, .tx = ROUTE_OWN, .flags = ROUTE_SECRET, .body = &backup_form, .run = make_backup, .parts = job_parts, .status = 202, .answer = &job_entity,
      .doc = { "备份数据库和密钥；返回任务，文件 backup 只有恢复口令能打开", "Back up the database and its key; the answer is a job whose file backup only the passphrase opens" }, .sample = "{\"passphrase\":\"correct horse battery staple\"}" },
    { .method = "GET", .pattern = "/api/v1/sessions", .perm = PERM_USERS, .run = list_sessions, .list = true, .parts = session_parts,
      .doc = { "所有已登录的会话，最近的在前；结束见 DELETE /users/{login}/sessions", "Who is logged in, the latest first; DELETE /users/{login}/sessions ends them" } },
    { .method = "GET", .pattern = "/api/v1/retention", .perm = PERM_BACKUP, .tx = ROUTE_OWN, .run = show_retention, .parts = retention_parts,
      .doc = { "各类数据保存多久，多少已到期", "How long each kind of data is kept, and how much is past its time" } },
    { .method = "POST", .pattern = "/api/v1/retention", .perm = PERM_BACKUP, .tx = ROUTE_OWN, .run = run_retention, .parts = retention_parts,
      .doc = { "清理到期的数据", "Remove what is past its time" } },
};
// clang-format on
const struct route_table office_admin_routes = { { "系统管理", "Looking after the installation" },
                                                 routes,
                                                 N_ELEMS(routes) };
