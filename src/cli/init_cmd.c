/* init_cmd.c - a database is made, or brought up to what this program needs. */
#include "cli/admin_cmd.h"

#include "access/site.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/new_file.h"
#include "casework/calendar.h"
#include "cli/demo.h"
#include "fund/contract_text.h"
#include "programme/version.h"
#include "registry/code_book.h"
#include "store/migrate.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

struct init {
    struct cli *c;
    bool created; /* now, or by an init that was cut short */
    bool demo;    /* the database is one, before or now */
    bool loads;   /* the demonstration's families come in now */
    bool resumes; /* an init that was cut short has brought some of them */
    bool key_made;
    int migrations;
    int64_t codes, programmes;
};

/* --- the site key ------------------------------------------------------------------------- */

/* ~/.config/bangfu may not exist yet; folders that the user named are theirs to make. */
void make_key_folder(struct cli *c)
{
    struct str path = str_of(c->key);
    if (!str_ends(path, STR("/bangfu/site.key")))
        return;
    for (size_t i = path.n - STR("/bangfu/site.key").n; i < path.n; i++)
        if (path.p[i] == '/' && i > 0) {
            const char *folder = arena_printf(c->a, "%.*s", (int)i, path.p);
            if (mkdir(folder, 0700) != 0 && errno != EEXIST)
                return; /* making the key file says why */
        }
}

static struct seal *new_key(struct init *in)
{
    struct cli *c = in->c;
    struct stat st;
    if (stat(c->key, &st) == 0)
        return seal_load(c->key, &c->e);
    make_key_folder(c);
    in->key_made = true;
    return seal_create(c->key, &c->e);
}

/* A demonstration in a file is made under another name, so that what is cut short leaves none. */
static bool begin_file(struct init *in, struct new_file *f)
{
    struct cli *c = in->c;
    struct stat st;
    if (!cli_flag(c, "demo") || strstr(c->db, "://") || stat(c->db, &st) == 0)
        return true;
    return new_file_open(f, c->db, false, &c->e);
}

static void remove_beside(const struct new_file *f, const char *end, struct arena *a)
{
    unlink(arena_printf(a, "%s%s", f->temp, end));
}

/* The database is closed first: then all of it is in the one file. */
static bool end_file(struct init *in, struct new_file *f, bool ok)
{
    struct cli *c = in->c;
    if (!f->temp)
        return ok;
    store_close(c->store);
    c->store = NULL;
    remove_beside(f, "-wal", c->a);
    remove_beside(f, "-shm", c->a);
    return ok && new_file_keep(f, &c->e);
}

struct owner {
    struct str fingerprint;
    bool ours;
};

/* Whose key is it?  A database whose init was cut short has no fingerprint yet; its first migration
 * carries a MAC. */
static bool read_owner(struct tx *tx, void *ctx, struct errs *e)
{
    struct owner *o = ctx;
    struct migration m;
    char have[33];
    enum found f = site_get(tx, "key", &o->fingerprint, e);
    seal_fingerprint(store_seal(tx_store(tx)), have);
    o->ours = f == FOUND && str_eq(o->fingerprint, str_of(have));
    if (f == NONE) {
        f = db_get(tx, &migration_entity, &m, e, V((int64_t)1));
        o->ours = f == FOUND && migration_valid(store_seal(tx_store(tx)), &m, e->a);
    }
    return f != FAILED;
}

static bool unlock(struct init *in)
{
    struct cli *c = in->c;
    struct owner o = { 0 };
    struct stat st;
    if (in->created) {
        struct seal *s = new_key(in);
        if (s)
            store_use_seal(c->store, s);
        return s != NULL;
    }
    if (stat(c->key, &st) != 0)
        return fail(&c->e, ERR_UNAVAILABLE, NULL, MSG_KEY_EXISTS, A(c->key));
    if (!site_unlock(c->store, c->key, true, &c->e) || !cli_read(c, read_owner, &o))
        return false;
    in->created = !o.fingerprint.p;
    return o.ours || fail(&c->e, ERR_UNAVAILABLE, NULL, MSG_KEY_OTHER, A(c->key));
}

/* What the site says of a demonstration until its families are all there, and then. */
#define DEMO_BEGUN STR("begun")
#define DEMO_WHOLE STR("yes")

/* --- what a site begins with -------------------------------------------------------------- */

static bool put_if_none(struct tx *tx, const char *name, struct str value, struct errs *e)
{
    struct str have;
    enum found f = site_get(tx, name, &have, e);
    return f == FOUND || (f == NONE && site_put(tx, name, value, e));
}

static bool fill_site(struct tx *tx, const struct init *in, struct errs *e)
{
    char key[33], mac[33], years[12];
    snprintf(years, sizeof years, "%d", demo_years_at(clock_today()));
    seal_fingerprint(store_seal(tx_store(tx)), key);
    seal_mac_fingerprint(store_seal(tx_store(tx)), mac);
    return put_if_none(tx, "key", str_of(key), e) && put_if_none(tx, "mac", str_of(mac), e) &&
           put_if_none(tx, "enc", STR("1"), e) && (!in->demo || put_if_none(tx, "demo", DEMO_BEGUN, e)) &&
           (!in->loads || put_if_none(tx, "demo_years", str_of(years), e));
}

static bool fill_accounts(struct act *act, struct errs *e)
{
    struct app_user admin = { .login = STR("admin"),
                              .name = STR("管理员"),
                              .active = true,
                              .created_at = act->at },
                    old;
    enum found f = user_by_login(act->tx, admin.login, &old, e);
    if (f != NONE)
        return f == FOUND;
    return user_add(act->tx, &admin, e) &&
           user_appoint(act->tx, admin.id, "office", (struct region_code){ 0 }, e);
}

static bool fill_programmes(struct act *act, struct init *in, struct errs *e)
{
    struct code_book codes;
    return codes_read(act->tx, &codes, e->a, e) && programmes_load_shipped(act, &codes, &in->programmes, e);
}

static bool fill(struct tx *tx, void *ctx, struct errs *e)
{
    struct init *in = ctx;
    struct actor who = { .login = STR("init"), .source = "cli" };
    int64_t holidays;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &who, "init", (struct str){ 0 }, e->a);
    return fill_site(tx, in, e) && roles_load(tx, e) && fill_accounts(&act, e) &&
           codes_load_shipped(&act, &in->codes, e) && holidays_load_shipped(&act, &holidays, e) &&
           fill_programmes(&act, in, e) && contract_texts_load(&act, e) && act_end(&act, NULL, e);
}

/* --- the command -------------------------------------------------------------------------- */

static bool read_demo(struct tx *tx, void *ctx, struct errs *e)
{
    struct init *in = ctx;
    struct str value = { 0 };
    enum found f = site_get(tx, "demo", &value, e);
    in->demo = f == FOUND;
    in->resumes = f == FOUND && str_eq(value, DEMO_BEGUN);
    return f != FAILED;
}

static bool check_demo(struct init *in)
{
    struct cli *c = in->c;
    if (in->created)
        in->demo = cli_flag(c, "demo");
    else if (!cli_read(c, read_demo, in))
        return false;
    in->loads = in->demo && (in->created || in->resumes);
    if (cli_flag(c, "demo") && !in->demo)
        return fail(&c->e, ERR_CONFLICT, NULL, MSG_DEMO_ONLY_NEW);
    if (cli_flag(c, "today") && !in->demo)
        return fail(&c->e, ERR_FORBIDDEN, NULL, MSG_TODAY_DEMO);
    if (cli_flag(c, "today"))
        clock_set_today((struct date){ (int32_t)cli_int(c, "today", 0) });
    return true;
}

static bool admit_admin(struct tx *tx, void *ctx, struct errs *e)
{
    return actor_open(tx, "admin", "cli", ctx, e);
}

static bool end_demo(struct tx *tx, void *ctx, struct errs *e)
{
    struct init *in = ctx;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &in->c->actor, "init", (struct str){ 0 }, e->a);
    return site_put(tx, "demo", DEMO_WHOLE, e) && act_end(&act, NULL, e);
}

/* The demonstration is not part of init's transaction: it is loaded by the import, as every county is.  Until
 * it is whole the site says so, and the next init goes on. */
static bool load_demo(struct init *in)
{
    struct cli *c = in->c;
    if (!in->loads)
        return true;
    return cli_read(c, admit_admin, &c->actor) && demo_load(c, in->resumes) && cli_write(c, 0, end_demo, in);
}

static bool make_in(struct init *in, const char *url)
{
    struct cli *c = in->c;
    struct store_options o = { .url = url, .key_path = c->key, .schema = c->program->schema, .create = true };
    struct layout layout = { LAYOUT_PLAIN, 0 };
    if (cli_flag(c, "partitions"))
        layout = (struct layout){ LAYOUT_PARTITIONS, (int)cli_int(c, "partitions", 0) };
    else if (cli_flag(c, "citus"))
        layout = (struct layout){ LAYOUT_CITUS, (int)cli_int(c, "citus", 0) };
    if (layout.kind != LAYOUT_PLAIN && !strstr(c->db, "://"))
        return fail(&c->e, ERR_INVALID, NULL, MSG_LAYOUT_SQLITE);
    c->store = store_open(&o, &c->e);
    if (!c->store || !migrate_is_new(c->store, &in->created, &c->e))
        return false;
    if (layout.kind != LAYOUT_PLAIN && !in->created)
        return fail(&c->e, ERR_CONFLICT, NULL, MSG_LAYOUT_ONLY_NEW);
    return unlock(in) && check_demo(in) && migrate(c->store, layout, clock_now(), &in->migrations, &c->e) &&
           cli_write(c, 0, fill, in) && load_demo(in);
}

static bool make(struct init *in)
{
    CLEANUP(new_file_drop) struct new_file f = { .fd = -1 };
    if (!begin_file(in, &f))
        return false;
    return end_file(in, &f, make_in(in, f.temp ? f.temp : in->c->db));
}

static void print(struct init *in)
{
    struct cli *c = in->c;
    struct json_out w = JSON_OUT(&c->out);
    if (!c->json) {
        cli_say(c, in->created ? MSG_INIT_CREATED : MSG_INIT_CHECKED, A(cli_db_name(c)));
        if (in->resumes)
            cli_say(c, MSG_DEMO_RESUMED);
        if (in->key_made)
            cli_say(c, MSG_INIT_KEY, A(c->key));
        cli_say(c, MSG_INIT_COUNTS, A(in->migrations), A(in->codes));
        if (in->programmes)
            cli_say(c, MSG_INIT_PROGRAMMES, A(in->programmes));
        return;
    }
    put_object(&w);
    put_member_cstr(&w, "database", cli_db_name(c));
    put_member_bool(&w, "created", in->created);
    put_member_int(&w, "migrations", in->migrations);
    put_member_int(&w, "codes", in->codes);
    put_member_int(&w, "programmes", in->programmes);
    put_member_bool(&w, "demo", in->demo);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

int init_cmd(struct cli *c)
{
    struct init in = { .c = c };
    if (cli_flag(c, "partitions") && cli_flag(c, "citus")) {
        fail(&c->e, ERR_INVALID, NULL, MSG_OPT_EITHER, A("partitions"), A("citus"));
        return EXIT_USAGE;
    }
    if (!make(&in))
        return EXIT_NOTHING;
    print(&in);
    return EXIT_DONE;
}
