/* job_api.c - files come in and go out behind the answer, with progress; templates to fill in. */
#include "api/answer_file.h"
#include "api/forms.h"
#include "api/jobs.h"
#include "api/tables.h"
#include "base/clock.h"
#include "base/new_file.h"
#include "registry/template.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { UPLOAD_MAX = 64 << 20, FILE_MAX = 256 << 20, EVENT_MAX = 1 << 19 };

/* --- forms -------------------------------------------------------------------------------- */

struct import_query {
    struct str name;
    struct str existing;
    bool dry_run;
    struct region_code region;
};
static const struct col import_cols[] = {
    COL(import_query, name, "文件名", "Name of the file", .flags = REQUIRED, .min = 1, .max = 100),
    COL(import_query, existing, "已有的记录：update、skip 或 fail", "Rows that exist: update, skip or fail",
        .max = 10),
    COL(import_query, dry_run, "只检查", "Check only"),
    COL(import_query, region, "户编号属于哪个县", "The county whose household numbers are meant"),
};
static const struct entity import_query = ENTITY(import_query, TABLE_LOCAL, "导入", "Import", import_cols);

struct export_form {
    struct str kind, format, encoding, columns, purpose;
    struct region_code region;
    bool full, all_columns;
};
static const struct col export_cols[] = {
    COL(export_form, kind, "数据类型", "Kind of data", .flags = REQUIRED, .min = 1, .max = 40),
    COL(export_form, format, "csv 或 xlsx", "csv or xlsx", .max = 10),
    COL(export_form, encoding, "utf-8 或 gb18030", "utf-8 or gb18030", .max = 10),
    COL(export_form, columns, "只要这些列", "Only these columns", .max = 4000),
    COL(export_form, all_columns, "没有值的列也要", "Also columns without any value"),
    REGION_COL(export_form),
    COL(export_form, full, "不隐去", "Mask nothing"),
    COL(export_form, purpose, "用途", "Purpose", .min = 2, .max = 200),
};
static const struct entity export_form = ENTITY(export_form, TABLE_LOCAL, "导出", "Export", export_cols);

struct job_id {
    int64_t id;
};
static const struct col job_id_cols[] = { ID_COL(job_id) };
static const struct entity job_id = ENTITY(job_id, TABLE_LOCAL, "任务", "Job", job_id_cols);

struct job_file {
    int64_t id;
    struct str file;
};
static const struct col job_file_cols[] = {
    ID_COL(job_file),
    COL(job_file, file, "export、rejects、warnings 或 backup", "export, rejects, warnings or backup",
        .flags = REQUIRED, .max = 20),
};
static const struct entity job_file = ENTITY(job_file, TABLE_LOCAL, "文件", "File", job_file_cols);

struct template_path {
    struct str kind;
};
static const struct col template_cols[] = {
    COL(template_path, kind, "数据类型", "Kind of data", .flags = REQUIRED, .min = 1, .max = 40),
};
static const struct entity template_path =
    ENTITY(template_path, TABLE_LOCAL, "模板", "Template", template_cols);

/* --- answers ------------------------------------------------------------------------------ */

static void put_job(struct call *c, const struct job *x)
{
    static const char *const names[] = { "id", "kind", "name", "state", "made_at" };
    struct job_progress p = job_look(c->api->jobs, x->id);
    put_object(&c->w);
    for (size_t i = 0; i < N_ELEMS(names); i++)
        put_col(c, &job_entity, names[i], x, false);
    if (x->ended_at.us)
        put_col(c, &job_entity, "ended_at", x, false);
    put_member_int(&c->w, "done", p.done);
    put_member_int(&c->w, "all", p.all);
    put_key(&c->w, "outcome"); /* an object; the table keeps it as text */
    if (x->result.n) {
        buf_add(c->w.b, x->result);
        c->w.comma = true;
    } else {
        put_nil(&c->w);
    }
    put_object_end(&c->w);
}

void put_job_started(struct call *c, const struct job *x)
{
    c->reply->location = str_of(arena_printf(c->a, "/api/v1/jobs/%lld", (long long)x->id));
    put_job(c, x);
}

static bool started(struct call *c, const struct job *x)
{
    put_job_started(c, x);
    return true;
}

/* --- import ------------------------------------------------------------------------------- */

struct importing_job {
    const char *path, *rejects, *warnings;
    struct import_options o;
};

static void import_progress(void *ctx, const char *file, size_t done, size_t all)
{
    (void)file;
    job_progress(ctx, (int64_t)done, (int64_t)all);
}

static void put_file(struct json_out *w, const struct import_file *f)
{
    put_object(w);
    put_member_cstr(w, "kind", f->kind);
    put_member_int(w, "rows", f->rows);
    put_member_int(w, "imported", f->imported);
    put_member_int(w, "updated", f->updated);
    put_member_int(w, "unchanged", f->unchanged);
    put_member_int(w, "rejected", f->rejected);
    put_member_int(w, "warnings", f->warnings);
    put_member_bool(w, "understood", f->understood);
    put_member_cstr(w, "trouble", f->trouble);
    put_key(w, "unknown_columns");
    put_list(w);
    for (size_t i = 0; i < f->extra_n; i++)
        put_cstr(w, f->extra[i]);
    put_list_end(w);
    put_object_end(w);
}

static bool do_import(struct job_run *run, struct json_out *w, struct errs *e)
{
    struct importing_job *x = run->ctx;
    struct import_result r = { 0 };
    x->o.paths = &x->path;
    x->o.n = 1;
    x->o.rejects = x->rejects;
    x->o.warnings = x->warnings;
    x->o.stop = run->stop;
    x->o.progress = import_progress;
    x->o.ctx = run;
    bool ok = import_run(run->st, &run->who, run->codes, run->modules->import_kinds,
                         run->modules->import_kinds_n, &x->o, &r, e);
    unlink(x->path);
    put_key(w, "files");
    put_list(w);
    for (size_t i = 0; i < r.n; i++)
        put_file(w, &r.files[i]);
    put_list_end(w);
    put_member_int(w, "rejected", r.rejected);
    put_member_int(w, "warned", r.warned);
    put_member_bool(w, "dry_run", x->o.dry_run);
    return ok;
}

static bool read_existing(struct str s, enum import_existing *out, struct errs *e)
{
    *out = str_eq(s, STR("skip")) ? IMPORT_SKIP : str_eq(s, STR("fail")) ? IMPORT_FAIL : IMPORT_UPDATE;
    return !s.p || *out != IMPORT_UPDATE || str_eq(s, STR("update")) ||
           fail(e, ERR_INVALID, "existing", MSG_API_STATE, A("update, skip, fail"));
}

static bool write_upload(const char *path, struct str body, struct errs *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write_all(fd, body);
    int why = errno;
    if (fd >= 0 && close(fd) != 0)
        ok = false;
    if (!ok)
        unlink(path);
    return ok || fail(e, ERR_UNAVAILABLE, NULL, MSG_FILE_WRITE, A(path), A(strerror(why)));
}

static bool import_file(struct call *c, struct errs *e)
{
    const struct import_query *q = c->query;
    enum import_existing existing;
    struct job job;
    if (!c->rq->body.n)
        return fail(e, ERR_INVALID, NULL, MSG_API_EMPTY);
    if (!read_existing(q->existing, &existing, e))
        return false;
    struct job_run *run = job_prepare(c, sizeof(struct importing_job), e);
    if (!run)
        return false;
    struct importing_job *x = run->ctx;
    x->o = (struct import_options){ .existing = existing,
                                    .dry_run = q->dry_run,
                                    .county = q->region.v / BELOW_COUNTY };
    x->path = job_path(run->folder, run->id, "upload.csv", run->a);
    x->rejects = job_path(run->folder, run->id, "rejects.csv", run->a);
    x->warnings = job_path(run->folder, run->id, "warnings.csv", run->a);
    /* A restored database may have used the number before. */
    unlink(x->path);
    unlink(x->rejects);
    unlink(x->warnings);
    if (!write_upload(x->path, c->rq->body, e)) {
        job_drop(run);
        return false;
    }
    const char *path = arena_str(c->a, str_of(x->path)).p;
    if (job_start(c, run, "import", q->name, do_import, &job, e))
        return started(c, &job);
    unlink(path);
    return false;
}

/* --- export ------------------------------------------------------------------------------- */

struct exporting_job {
    const struct export_kind *kind;
    struct export_kinds all;
    struct export_options o;
};

static void export_progress(void *ctx, int64_t rows)
{
    job_progress(ctx, rows, 0);
}

static bool do_export(struct job_run *run, struct json_out *w, struct errs *e)
{
    struct exporting_job *x = run->ctx;
    struct export_result r = { 0 };
    x->o.stop = run->stop;
    x->o.progress = export_progress;
    x->o.ctx = run;
    if (!export_run(run->st, &run->who, run->codes, &x->all, x->kind, &x->o, &r, e))
        return false;
    put_member_int(w, "rows", r.rows);
    put_member_bool(w, "masked", r.masked);
    put_member_cstr(w, "format", x->o.format == EXPORT_XLSX ? "xlsx" : "csv");
    return true;
}

static struct export_kinds kinds_of(const struct call *c)
{
    const struct api_modules *m = c->api->modules;
    return (struct export_kinds){ m->export_kinds, m->export_kinds_n, m->import_kinds, m->import_kinds_n };
}

static bool read_export(const struct export_form *f, enum lang lang, struct export_options *o, struct errs *e)
{
    bool xlsx = str_eq(f->format, STR("xlsx")), gb = str_eq(f->encoding, STR("gb18030"));
    *o = (struct export_options){ .format = xlsx ? EXPORT_XLSX : EXPORT_CSV,
                                  .encoding = gb ? ENC_GB18030 : ENC_UTF8,
                                  .lang = lang,
                                  .all_columns = f->all_columns,
                                  .within = f->region,
                                  .full = f->full };
    if (f->format.p && !xlsx && !str_eq(f->format, STR("csv")))
        fail(e, ERR_INVALID, "format", MSG_API_STATE, A("csv, xlsx"));
    if (f->encoding.p && !gb && !str_eq(f->encoding, STR("utf-8")))
        fail(e, ERR_INVALID, "encoding", MSG_API_STATE, A("utf-8, gb18030"));
    if (f->full && !f->purpose.p)
        fail(e, ERR_INVALID, "purpose", MSG_PURPOSE_NEEDED);
    return !errs_any(e);
}

static bool export_file(struct call *c, struct errs *e)
{
    const struct export_form *f = c->body;
    struct export_options o;
    struct export_kinds all = kinds_of(c);
    struct job job;
    const struct export_kind *k = export_kind_named(&all, f->kind, e);
    if (!read_export(f, c->lang, &o, e) || !k)
        return false;
    struct job_run *run = job_prepare(c, sizeof(struct exporting_job), e);
    if (!run)
        return false;
    struct exporting_job *x = run->ctx;
    *x = (struct exporting_job){ k, all, o };
    x->o.columns = f->columns.p ? arena_str(run->a, f->columns) : (struct str){ 0 };
    x->o.purpose = f->purpose.p ? arena_str(run->a, f->purpose) : (struct str){ 0 };
    x->o.replace = true; /* a restored database may have used the number before */
    x->o.path = job_path(run->folder, run->id, "export", run->a);
    return job_start(c, run, "export", str_of(k->kind), do_export, &job, e) && started(c, &job);
}

/* --- looking ------------------------------------------------------------------------------ */

static bool list_jobs(struct call *c, struct errs *e)
{
    struct list all;
    if (!db_list(c->tx,
                 SQL_OF(STMT_LOCAL, &job_entity,
                        "SELECT {*} FROM job WHERE user_id = $1 ORDER BY id DESC LIMIT 50"),
                 &all, e->a, e, V(c->who.user_id)))
        return false;
    const struct job *x = all.rows;
    rows_begin(c);
    for (size_t i = 0; i < all.n; i++) {
        struct job one;
        if (!job_find(c, x[i].id, &one, e))
            return false;
        put_job(c, &one);
    }
    rows_end(c, (struct str){ 0 });
    return true;
}

static bool show_job(struct call *c, struct errs *e)
{
    const struct job_id *at = c->path;
    struct job x;
    if (!job_find(c, at->id, &x, e))
        return false;
    put_job(c, &x);
    return true;
}

static bool cancel(struct call *c, struct errs *e)
{
    const struct job_id *at = c->path;
    struct job x;
    if (!job_find(c, at->id, &x, e))
        return false;
    if (c->api->jobs)
        job_cancel(c->api->jobs, at->id);
    put_job(c, &x);
    return true;
}

struct watching {
    struct jobs *jobs;
    int64_t id;
    struct job_progress seen;
    const volatile sig_atomic_t *stopping;
    bool begun;
};

static void put_event(struct buf *b, const char *name, struct job_progress p)
{
    buf_addf(b, "event: %s\ndata: {\"done\":%lld,\"all\":%lld}\n\n", name, (long long)p.done,
             (long long)p.all);
}

/* A piece of the stream of events: how far it has come, at least a sign of life every second. */
static bool next_event(void *ctx, struct buf *out)
{
    struct watching *w = ctx;
    struct job_progress now = w->begun ? job_wait(w->jobs, w->id, w->seen) : job_look(w->jobs, w->id);
    bool first = !w->begun;
    w->begun = true;
    if (!now.running) {
        put_event(out, "end", now.done > w->seen.done ? now : w->seen);
        return false;
    }
    if (first || now.done != w->seen.done)
        put_event(out, "progress", now);
    else
        buf_adds(out, ": \n\n");
    w->seen = now;
    return !w->stopping || !*w->stopping;
}

static bool events(struct call *c, struct errs *e)
{
    const struct job_id *at = c->path;
    struct job x;
    if (!job_find(c, at->id, &x, e))
        return false;
    struct watching *w = NEW(c->a, struct watching);
    *w = (struct watching){ .jobs = c->api->jobs, .id = at->id, .stopping = c->rq->stopping };
    c->reply->more = next_event;
    c->reply->more_ctx = w;
    return true;
}

/* --- files -------------------------------------------------------------------------------- */

/* A backup is as long as the database: it is read while it is sent. */
struct sending {
    int fd;
};

static bool next_bytes(void *ctx, struct buf *out)
{
    enum { PIECE = 1 << 15 };
    const struct sending *s = ctx;
    char piece[PIECE];
    ssize_t n = read(s->fd, piece, sizeof piece);
    if (n > 0)
        buf_add(out, (struct str){ piece, (size_t)n });
    return n > 0;
}

static void end_bytes(void *ctx)
{
    const struct sending *s = ctx;
    close(s->fd);
}

static bool send_backup(struct call *c, int64_t id, struct errs *e)
{
    int fd = c->api->jobs ? open(job_path(jobs_folder(c->api->jobs), id, "backup", c->a),
                                 O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
                          : -1;
    if (fd < 0)
        return fail(e, ERR_NOT_FOUND, "file", MSG_API_JOB_NO_FILE);
    struct sending *s = NEW(c->a, struct sending);
    s->fd = fd;
    c->reply->file = "bangfu.backup";
    c->reply->more = next_bytes;
    c->reply->more_end = end_bytes;
    c->reply->more_ctx = s;
    return true;
}

static bool get_file(struct call *c, struct errs *e)
{
    static const struct {
        const char *file, *stored, *name;
    } files[] = { { "export", "export", "export" },
                  { "rejects", "rejects.csv", "rejects.csv" },
                  { "warnings", "warnings.csv", "warnings.csv" } };
    const struct job_file *at = c->path;
    struct job x;
    if (!job_find(c, at->id, &x, e))
        return false;
    if (str_eq(x.state, STR("running")))
        return fail(e, ERR_CONFLICT, "id", MSG_API_JOB_RUNS);
    if (str_eq(at->file, STR("backup")))
        return send_backup(c, at->id, e);
    for (size_t i = 0; c->api->jobs && i < N_ELEMS(files); i++) {
        if (!str_eq(at->file, str_of(files[i].file)))
            continue;
        c->w.b->max = FILE_MAX;
        if (!read_whole(job_path(jobs_folder(c->api->jobs), at->id, files[i].stored, c->a), c->w.b))
            break;
        c->reply->file = files[i].name;
        if (i == 0)
            c->reply->file = str_has(x.result, STR("\"xlsx\"")) ? "export.xlsx" : "export.csv";
        return true;
    }
    return fail(e, ERR_NOT_FOUND, "file", MSG_API_JOB_NO_FILE);
}

struct template_of {
    struct call *c;
    const struct export_kinds *all;
    const struct export_kind *kind;
};

static bool write_template(void *ctx, const char *path, struct errs *e)
{
    const struct template_of *x = ctx;
    return template_write(x->kind, export_import_kind(x->all, x->kind), x->c->codes, x->c->lang, path, false,
                          e);
}

static bool get_template(struct call *c, struct errs *e)
{
    const struct template_path *at = c->path;
    struct export_kinds all = kinds_of(c);
    struct template_of x = { c, &all, export_kind_named(&all, at->kind, e) };
    return x.kind && answer_file(c, "template.xlsx", write_template, &x, e);
}

// clang-format off
const struct answer_part job_parts[] = { NUMBER_PART("done"), NUMBER_PART("all"), OBJECT_PART("outcome"), { 0 } };
static const struct route routes[] = {
    { .method = "POST", .pattern = "/api/v1/imports", .perm = PERM_REGISTRY_IMPORT, .tx = ROUTE_OWN, .flags = ROUTE_BYTES | ROUTE_PERSONAL, .query = &import_query, .body_max = UPLOAD_MAX, .run = import_file, .parts = job_parts, .status = 202, .answer = &job_entity,
      .doc = { "导入一个 CSV 文件；返回任务", "Import a CSV file; the answer is a job" } },
    { .method = "POST", .pattern = "/api/v1/exports", .perm = PERM_REGISTRY_READ, .tx = ROUTE_OWN, .flags = ROUTE_PERSONAL, .body = &export_form, .run = export_file, .parts = job_parts, .status = 202, .answer = &job_entity,
      .doc = { "导出；返回任务", "Export; the answer is a job" }, .sample = "{\"kind\":\"household\",\"format\":\"csv\"}" },
    { .method = "GET", .pattern = "/api/v1/jobs", .perm = PERM_REGISTRY_READ, .or_perm = PERM_BACKUP, .run = list_jobs, .parts = job_parts, .answer = &job_entity, .list = true,
      .doc = { "自己的任务，最近的在前", "One's own jobs, the latest first" } },
    { .method = "GET", .pattern = "/api/v1/jobs/{id}", .perm = PERM_REGISTRY_READ, .or_perm = PERM_BACKUP, .path = &job_id, .run = show_job, .parts = job_parts, .answer = &job_entity,
      .doc = { "一个任务的进度和结果", "How far a job has come, and what came of it" } },
    { .method = "GET", .pattern = "/api/v1/jobs/{id}/events", .perm = PERM_REGISTRY_READ, .or_perm = PERM_BACKUP, .path = &job_id, .run = events, .gives = "text/event-stream",
      .doc = { "任务的进度（server-sent events），结束时发 end", "Its progress as server-sent events, with an end" } },
    { .method = "GET", .pattern = "/api/v1/jobs/{id}/files/{file}", .perm = PERM_REGISTRY_READ, .or_perm = PERM_BACKUP, .flags = ROUTE_PERSONAL, .path = &job_file, .run = get_file, .gives = "application/octet-stream",
      .doc = { "任务的文件：导出、被拒绝的行、提醒", "A file of the job: the export, refused rows, warnings" } },
    { .method = "POST", .pattern = "/api/v1/jobs/{id}/cancel", .perm = PERM_REGISTRY_READ, .or_perm = PERM_BACKUP, .path = &job_id, .run = cancel, .parts = job_parts, .answer = &job_entity,
      .doc = { "停止任务", "Stop a job" } },
    { .method = "GET", .pattern = "/api/v1/templates/{kind}", .perm = PERM_REGISTRY_READ, .tx = ROUTE_OWN, .path = &template_path, .run = get_template, .gives = XLSX_TYPE,
      .doc = { "导入用的空白表格", "An empty workbook to fill in and import" } },
};
// clang-format on
const struct route_table job_routes = { { "导入和导出", "Imports and exports" }, routes, N_ELEMS(routes) };
