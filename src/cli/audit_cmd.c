/* audit_cmd.c - who did what. */
#include "access/audit.h"

#include "base/json.h"
#include "cli/admin_cmd.h"
#include "cli/table.h"

enum { LIMIT = 50 };

struct reading_audit {
    struct cli *c;
    int64_t county, after, limit;
    struct list rows;
};

/* One more than asked for tells whether there is more. */
static bool read_page(struct tx *tx, void *ctx, struct errs *e)
{
    struct reading_audit *x = ctx;
    return db_list(tx,
                   SQL_OF(STMT_KEY, &audit_entity,
                          "SELECT {*} FROM audit WHERE county = $1 AND seq > $2 ORDER BY seq LIMIT $3"),
                   &x->rows, e->a, e, V(x->county), V(x->after), V(x->limit + 1));
}

/* The clock on the wall: UTC+8, to the second. */
static const char *local_time(struct arena *a, struct instant t)
{
    int64_t s = t.us / 1000000 + (int64_t)8 * 3600;
    struct civil d = date_civil((struct date){ (int32_t)(s / 86400) });
    int of_day = (int)(s % 86400);
    return arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d", d.year, d.month, d.day, of_day / 3600,
                        of_day / 60 % 60, of_day % 60);
}

static struct str tables_of(struct arena *a, struct str touched)
{
    struct buf b = BUF(1 << 16);
    struct audit_touch t;
    while (touched.p && audit_next_touch(&touched, &t)) {
        buf_adds(&b, b.n ? ", " : "");
        buf_add(&b, t.table);
        if (t.rows)
            buf_addf(&b, " %+lld", (long long)t.rows);
    }
    struct str s = arena_str(a, buf_str(&b));
    buf_release(&b);
    return s;
}

static void put_audit(struct json_out *w, const struct audit *x)
{
    struct buf at = BUF(64);
    struct str touched = x->touched;
    struct audit_touch t;
    instant_print(&at, x->at);
    put_object(w);
    put_member_int(w, "seq", x->seq);
    put_member_text(w, "at", buf_str(&at));
    put_member_text(w, "login", x->login);
    put_member_text(w, "source", x->source);
    put_member_text(w, "action", x->action);
    put_member_text(w, "object", x->object);
    put_member_text(w, "detail", x->detail);
    put_key(w, "tables");
    put_object(w);
    while (touched.p && audit_next_touch(&touched, &t)) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)t.table.n, t.table.p);
        put_member_int(w, name, t.rows);
    }
    put_object_end(w);
    put_object_end(w);
    buf_release(&at);
}

static void print_json(struct cli *c, const struct reading_audit *x, size_t n)
{
    const struct audit *rows = x->rows.rows;
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_member_int(&w, "county", x->county);
    put_key(&w, "audit");
    put_list(&w);
    for (size_t i = 0; i < n; i++)
        put_audit(&w, &rows[i]);
    put_list_end(&w);
    put_key(&w, "next");
    if (n < x->rows.n)
        put_int(&w, rows[n - 1].seq);
    else
        put_nil(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void print(struct cli *c, const struct reading_audit *x, size_t n)
{
    static const struct table_col cols[] = {
        { { "序号", "No" }, true },          { { "时间", "Time" }, false },   { { "用户", "Login" }, false },
        { { "来源", "From" }, false },       { { "操作", "Action" }, false }, { { "对象", "Object" }, false },
        { { "涉及的表", "Tables" }, false },
    };
    const struct audit *rows = x->rows.rows;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < n; i++) {
        table_int(&t, rows[i].seq);
        table_text(&t, str_of(local_time(c->a, rows[i].at)));
        table_text(&t, rows[i].login);
        table_text(&t, rows[i].source);
        table_text(&t, rows[i].action);
        table_text(&t, rows[i].object);
        table_text(&t, tables_of(c->a, rows[i].touched));
    }
    table_print(&t, c->e.lang, &c->out);
    if (n < x->rows.n)
        cli_say(c, MSG_AUDIT_NEXT, A(rows[n - 1].seq));
}

int audit_cmd(struct cli *c)
{
    struct region_code where = cli_region(c, "county");
    struct reading_audit x = { .c = c,
                               .county = region_county(where),
                               .after = cli_int(c, "after", 0),
                               .limit = cli_int(c, "limit", LIMIT) };
    if (where.v && region_level(where) > COUNTY) {
        fail(&c->e, ERR_INVALID, "--county", MSG_NOT_COUNTY, A("--county"));
        return EXIT_USAGE;
    }
    if (!actor_need_at(&c->actor, PERM_AUDIT_READ, where, &c->e) || !cli_read(c, read_page, &x))
        return EXIT_NOTHING;
    size_t n = x.rows.n < (size_t)x.limit ? x.rows.n : (size_t)x.limit;
    if (c->json)
        print_json(c, &x, n);
    else
        print(c, &x, n);
    return EXIT_DONE;
}
