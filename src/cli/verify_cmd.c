/* verify_cmd.c - is everything what bangfu wrote? */
#include "access/site.h"
#include "base/json.h"
#include "cli/admin_cmd.h"
#include "store/migrate.h"

struct verifying {
    struct cli *c;
    struct verify_report r;
};

/* With another site's key nothing holds: say that first. */
static bool check_key(struct tx *tx, struct verifying *v, struct errs *e)
{
    struct str want = { 0 };
    char have[33];
    seal_fingerprint(store_seal(tx_store(tx)), have);
    if (site_get(tx, "key", &want, e) == FAILED)
        return false;
    if (!str_eq(want, str_of(have)))
        verify_found(&v->r, e, "site", 0, MSG_KEY_OTHER, ARGS(A(v->c->key)));
    return true;
}

static bool verify(struct tx *tx, void *ctx, struct errs *e)
{
    struct verifying *v = ctx;
    const struct program *p = v->c->program;
    v->r = (struct verify_report){ 0 };
    return check_key(tx, v, e) && verify_run(tx, p->invariants, p->invariants_n, &v->r, e);
}

/* Whoever is not admitted because the tables that say so are damaged must still hear of the damage. */
static bool access_damaged(const struct verify_report *r)
{
    static const char *const tables[] = { "site", "app_user", "role", "appointment", "migration" };
    for (const struct finding *f = r->first; f; f = f->next)
        for (size_t i = 0; i < N_ELEMS(tables); i++)
            if (!strcmp(f->table, tables[i]))
                return true;
    return false;
}

static void print_json(struct cli *c, const struct verify_report *r)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_member_bool(&w, "ok", r->findings == 0);
    put_key(&w, "findings");
    put_list(&w);
    for (const struct finding *f = r->first; f; f = f->next) {
        put_object(&w);
        put_member_cstr(&w, "table", f->table);
        put_member_int(&w, "county", f->county);
        put_member_cstr(&w, "message", f->text);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_member_int(&w, "tables", r->tables);
    put_member_int(&w, "rows", r->rows);
    put_member_int(&w, "sealed", r->sealed);
    put_member_int(&w, "audits", r->audits);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void print(struct cli *c, const struct verify_report *r)
{
    int64_t shown = 0;
    for (const struct finding *f = r->first; f; f = f->next, shown++) {
        if (f->county)
            buf_addf(&c->out, "%s: ", say(c->a, c->e.lang, MSG_COUNTY_OF, A(f->county)));
        buf_addf(&c->out, "%s\n", f->text);
    }
    if (r->findings > shown)
        cli_say(c, MSG_VERIFY_AND_MORE, A(r->findings - shown));
    if (r->findings)
        cli_say(c, MSG_VERIFY_BAD, A(r->findings), A(r->tables), A(r->rows), A(r->sealed), A(r->audits));
    else
        cli_say(c, MSG_VERIFY_CLEAN, A(r->tables), A(r->rows), A(r->sealed), A(r->audits));
}

int verify_cmd(struct cli *c)
{
    struct verifying v = { .c = c };
    bool ok = cli_read(c, verify, &v);
    if (c->denied.n && (!ok || !access_damaged(&v.r))) {
        c->e.bad = c->denied;
        return EXIT_NOTHING;
    }
    if (!ok) {
        struct errs old = { .a = c->a, .lang = c->e.lang };
        if (!migrate_check(c->store, &old))
            c->e.bad = old.bad; /* a database of another version lacks tables: that is the reason */
        return EXIT_NOTHING;
    }
    if (c->json)
        print_json(c, &v.r);
    else
        print(c, &v.r);
    return v.r.findings ? EXIT_NOTHING : EXIT_DONE;
}
