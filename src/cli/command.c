/* command.c - one run of the program: understand, open, admit, run, report. */
#include "cli/command.h"

#include "access/site.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/field_words.h"
#include "cli/help.h"
#include "cli/options.h"
#include "registry/code_book.h"
#include "store/migrate.h"

#include <assert.h>
#include <unistd.h>

enum { OUT_MAX = 1 << 28 };

/* --- for commands ------------------------------------------------------------------------- */

const struct opt_value *cli_value(const struct cli *c, const char *name)
{
    for (const struct opt_value *v = c->values; v; v = v->next)
        if (!strcmp(v->opt->name, name))
            return v;
    return NULL;
}

const struct opt_value *cli_next_value(const struct opt_value *v)
{
    const struct opt *o = v->opt;
    for (v = v->next; v; v = v->next)
        if (v->opt == o)
            return v;
    return NULL;
}

bool cli_flag(const struct cli *c, const char *name)
{
    return cli_value(c, name) != NULL;
}

struct str cli_text(const struct cli *c, const char *name)
{
    const struct opt_value *v = cli_value(c, name);
    return v ? v->text : (struct str){ 0 };
}

const char *cli_cstr(const struct cli *c, const char *name)
{
    return cli_text(c, name).p; /* a piece of argv up to its end */
}

int64_t cli_int(const struct cli *c, const char *name, int64_t otherwise)
{
    const struct opt_value *v = cli_value(c, name);
    return v ? v->v : otherwise;
}

struct region_code cli_region(const struct cli *c, const char *name)
{
    return (struct region_code){ cli_int(c, name, 0) };
}

void cli_say_(struct cli *c, enum msg m, const struct arg *args, size_t n)
{
    if (c->json)
        return;
    buf_adds(&c->out, say_(c->a, c->e.lang, m, args, n));
    buf_addc(&c->out, '\n');
}

void cli_progress(struct cli *c, const char *text)
{
    if (c->terminal)
        fprintf(stderr, "\r\033[K%s", text);
}

static bool write_out(struct cli *c)
{
    struct str s = buf_str(&c->out);
    assert(!c->out.full); /* who prints that much has to flush */
    if (fwrite(s.p, 1, s.n, stdout) == s.n && fflush(stdout) == 0)
        return true;
    perror("bangfu");
    return false;
}

void cli_flush(struct cli *c)
{
    write_out(c);
    buf_clear(&c->out);
}

/* postgresql://user:password@host/name?password=… */
const char *cli_db_name(struct cli *c)
{
    struct buf b = BUF(1 << 14);
    const char *authority = strstr(c->db, "://");
    const char *at = authority ? strchr(authority, '@') : NULL, *ask = strchr(at ? at : c->db, '?');
    const char *colon = at ? memchr(authority + 3, ':', (size_t)(at - authority - 3)) : NULL;
    const char *end = authority && ask ? ask : c->db + strlen(c->db);
    const char *from = colon ? colon : end;
    buf_add(&b, (struct str){ c->db, (size_t)(from - c->db) });
    if (colon)
        buf_add(&b, (struct str){ at, (size_t)(end - at) });
    struct str rest = str_of(*end ? end + 1 : NULL), one;
    for (char sep = '?'; str_split(&rest, '&', &one);)
        if (!str_starts(one, STR("password=")) && !str_starts(one, STR("sslpassword="))) {
            buf_addc(&b, sep);
            buf_add(&b, one);
            sep = '&';
        }
    const char *text = arena_str(c->a, buf_str(&b)).p;
    buf_release(&b);
    return text;
}

bool cli_read(struct cli *c, tx_fn *fn, void *ctx)
{
    return store_run(c->store, TX_READ, 0, fn, ctx, &c->e);
}

bool cli_write(struct cli *c, int64_t county, tx_fn *fn, void *ctx)
{
    return store_run(c->store, TX_WRITE, county, fn, ctx, &c->e);
}

static bool read_codes(struct tx *tx, void *ctx, struct errs *e)
{
    return codes_read(tx, ctx, e->a, e);
}

bool cli_load_codes(struct cli *c)
{
    struct code_book *book = NEW(c->a, struct code_book);
    if (c->codes)
        return true;
    if (!cli_read(c, read_codes, book))
        return false;
    c->codes = book;
    return true;
}

/* --- what went wrong ---------------------------------------------------------------------- */

static void put_list_of_errors(struct json_out *w, const struct err *x)
{
    put_key(w, "errors");
    put_list(w);
    for (; x; x = x->next) {
        put_object(w);
        put_member_cstr(w, "code", err_info[x->code].slug);
        put_member_cstr(w, "field", x->field);
        put_member_cstr(w, "message", x->text);
        put_object_end(w);
    }
    put_list_end(w);
}

void cli_put_errors(struct cli *c, struct json_out *w)
{
    if (!errs_any(&c->e))
        return;
    put_list_of_errors(w, c->e.bad.first);
    c->told = true;
}

static void put_errors(struct cli *c, struct buf *b)
{
    struct json_out w = JSON_OUT(b);
    put_object(&w);
    put_key(&w, "error");
    put_object(&w);
    put_member_cstr(&w, "code", err_info[c->e.bad.first->code].slug);
    put_list_of_errors(&w, c->e.bad.first);
    put_object_end(&w);
    put_object_end(&w);
    buf_addc(b, '\n');
}

/* The field is told unless the text names it itself. */
static void print_errors(struct cli *c, const struct err *x, const char *before)
{
    const char *between = c->e.lang == ZH ? "：" : ": ";
    for (; x; x = x->next) {
        const char *word = x->field ? field_word(c, x->field) : NULL;
        bool named = !word || strstr(x->text, x->field) || strstr(x->text, word);
        fprintf(stderr, "bangfu: %s%s%s%s\n", before, named ? "" : word, named ? "" : between, x->text);
    }
}

static int report(struct cli *c, int code)
{
    const char *note = arena_printf(c->a, "%s: ", say(c->a, c->e.lang, MSG_NOTE));
    cli_progress(c, "");
    if (!c->json)
        print_errors(c, c->e.warned.first, note);
    if (!errs_any(&c->e))
        return code;
    assert(code != EXIT_DONE);
    if (c->json && !c->told) {
        buf_clear(&c->out);
        put_errors(c, &c->out);
    } else if (!c->json) {
        print_errors(c, c->e.bad.first, "");
        const char *on = c->command ? arena_printf(c->a, " %s", c->command->name) : "";
        if (code == EXIT_USAGE)
            fprintf(stderr, "bangfu: %s\n", say(c->a, c->e.lang, MSG_USAGE_HINT, A(on)));
    }
    for (const struct err *x = c->e.bad.first; x; x = x->next)
        if (x->code == ERR_INTERRUPTED)
            return EXIT_INTERRUPTED;
    return code;
}

/* --- opening ------------------------------------------------------------------------------ */

static void choose_database(struct cli *c)
{
    const char *env = getenv("BANGFU_DB"), *user = getenv("BANGFU_USER");
    c->db = cli_flag(c, "db") ? cli_cstr(c, "db") : env && *env ? env : "bangfu.db";
    if (str_starts(str_of(c->db), STR("sqlite://")))
        c->db += STR("sqlite://").n;
    c->as = cli_flag(c, "as") ? cli_cstr(c, "as") : user && *user ? user : "admin";
    c->key = seal_key_path(cli_cstr(c, "key"), c->db, c->a);
}

static bool read_demo(struct tx *tx, void *ctx, struct errs *e)
{
    return site_get(tx, "demo", ctx, e) != FAILED;
}

/* Only a demonstration may live in another time. */
static bool set_today(struct cli *c)
{
    struct str demo = { 0 };
    const struct opt_value *v = cli_value(c, "today");
    if (!v)
        return true;
    if (!c->store || !cli_read(c, read_demo, &demo) || !demo.p) {
        errs_clear(&c->e);
        return fail(&c->e, ERR_FORBIDDEN, NULL, MSG_TODAY_DEMO);
    }
    clock_set_today((struct date){ (int32_t)v->v });
    return true;
}

static bool open_database(struct cli *c)
{
    struct store_options o = { .url = c->db, .key_path = c->key, .schema = c->program->schema };
    bool doubt = c->command->db == DB_DOUBT, is_new = false;
    c->store = store_open(&o, &c->e);
    if (!c->store || !migrate_is_new(c->store, &is_new, &c->e))
        return false;
    if ((is_new || !doubt) && !migrate_check(c->store, &c->e))
        return false;
    return site_unlock(c->store, c->key, doubt, &c->e);
}

static bool admit(struct tx *tx, void *ctx, struct errs *e)
{
    struct cli *c = ctx;
    return actor_open(tx, c->as, "cli", &c->actor, e) && actor_need(&c->actor, c->command->perm, e);
}

static bool let_in(struct cli *c)
{
    if (c->command->perm == PERM_NONE)
        return true;
    assert(c->store);
    if (cli_read(c, admit, c))
        return true;
    if (c->command->db != DB_DOUBT)
        return false;
    c->denied = c->e.bad;
    errs_clear(&c->e);
    return true;
}

static int run_command(struct cli *c)
{
    bool opens = c->command->db == DB_OPEN || c->command->db == DB_DOUBT;
    choose_database(c);
    if (opens && !open_database(c))
        return EXIT_NOTHING;
    if (c->command->db != DB_RAW && !set_today(c))
        return EXIT_NOTHING;
    if (!let_in(c))
        return EXIT_NOTHING;
    if (c->command->reads_only) {
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
    }
    return c->command->run(c);
}

int cli_within(struct cli *c, const char *as, struct date today, int argc, const char *const *argv,
               struct arena *a, struct buf *out)
{
    struct cli in = { .a = a,
                      .e = { .a = a, .lang = c->e.lang },
                      .json = true,
                      .out = BUF(OUT_MAX),
                      .program = c->program,
                      .db = c->db,
                      .key = c->key,
                      .as = as,
                      .store = c->store,
                      .codes = c->codes,
                      .stop = c->stop };
    int code = EXIT_USAGE;
    if (options_parse(&in, argc, argv)) {
        clock_set_today(today);
        code = let_in(&in) ? in.command->run(&in) : EXIT_NOTHING;
    }
    const struct err *x = in.e.bad.first;
    if (x)
        fail(&c->e, x->code, NULL, MSG_DEMO_STEP, A(in.command ? in.command->name : argv[1]), A(x->text));
    buf_add(out, buf_str(&in.out));
    buf_release(&in.out);
    return code;
}

/* --- the whole ---------------------------------------------------------------------------- */

static int understand_and_run(struct cli *c, int argc, const char *const *argv)
{
    if (!options_parse(c, argc, argv))
        return EXIT_USAGE;
    const struct opt_value *version = cli_value(c, "version");
    if (version && version->opt->kind == OPT_FLAG) { /* a command may have a --version N of its own */
        version_print(c->json, &c->out);
        return EXIT_DONE;
    }
    if (cli_flag(c, "help")) {
        if (c->command)
            help_command(c->command, c->e.lang, &c->out);
        else
            help_overview(c->program, c->e.lang, &c->out);
        return EXIT_DONE;
    }
    if (c->command)
        return run_command(c);
    fail(&c->e, ERR_INVALID, NULL, MSG_COMMAND_MISSING);
    return EXIT_USAGE;
}

int cli_main(int argc, const char *const *argv, const struct program *p, const volatile sig_atomic_t *stop)
{
    struct arena a = { 0 };
    struct cli c = { .a = &a, .e = { .a = &a }, .out = BUF(OUT_MAX), .program = p, .stop = stop };
    c.terminal = isatty(STDERR_FILENO) == 1;
    enum log_level level;
    const char *wanted = getenv("BANGFU_LOG");
    if (wanted && log_level_read(wanted, &level))
        log_set_level(level);
    struct instant start = clock_now();
    options_peek(&c, argc, argv);
    int code = report(&c, understand_and_run(&c, argc, argv));
    if (c.command)
        log_event(LOG_INFO, "command", LOG_W("name", c.command->name), LOG_N("exit", code),
                  LOG_N("ms", (clock_now().us - start.us) / 1000));
    store_close(c.store);
    if (!write_out(&c) && code == EXIT_DONE)
        code = EXIT_NOTHING;
    buf_release(&c.out);
    arena_free(&a);
    return code;
}
