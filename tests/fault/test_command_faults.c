/* test_command_faults.c - every command that writes, played through in one story (commands.story): whichever
 * step of the database fails, the command says so and has saved nothing, and done again it is done.
 *
 * What was saved shows in the audit: no transaction commits without a row there, and at the end verify adds
 * every table up against it. */
#include "fault/fault.h"
#include "support/raw.h"

#include "app/modules.h"

#include <ctype.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

enum { LINE_MAX_BYTES = 4096, WORDS_MAX = 48, VARS_MAX = 64, DONE_MAX = 400 };

/* Commands that write nothing but, some of them, an audit row of what was seen. */
static const char *const reads[] = {
    "audit",
    "case candidates",
    "case exceptions",
    "case list",
    "case numbers",
    "case show",
    "check duplicates",
    "check quality",
    "code list",
    "collect list",
    "collect outstanding",
    "contact list",
    "contact unvisited",
    "contract list",
    "contract show",
    "contract text",
    "count",
    "day show",
    "dci list",
    "disaster list",
    "disaster show",
    "document get",
    "document list",
    "document strip",
    "dues",
    "effect list",
    "explain",
    "export",
    "figures",
    "find",
    "fund list",
    "fund monitor",
    "fund reconcile",
    "fund show",
    "help",
    "holidays list",
    "ledger accounts",
    "ledger balance",
    "ledger drafts",
    "ledger journal",
    "ledger statement",
    "loan list",
    "loan show",
    "merge list",
    "merge show",
    "movements",
    "notice list",
    "notice show",
    "parameter list",
    "pay check",
    "pay list",
    "pay show",
    "print notice",
    "programme check",
    "programme diff",
    "programme list",
    "programme show",
    "regions history",
    "regions list",
    "remind list",
    "remind show",
    "repay list",
    "retention show",
    "roster compare",
    "roster list",
    "roster show",
    "round show",
    "sample",
    "schedule",
    "show household",
    "site list",
    "states",
    "survey list",
    "survey show",
    "template",
    "use list",
    "user list",
    "verify",
    "version",
    "visit list",
};
/* And where the others are tried. */
static const char *const elsewhere[][2] = {
    { "api", "runs what routes do: tests/unit/test_api.c" },
    { "backup", "writes a file: tests/e2e/backup.sh" },
    { "case file", "one more event of a case: tests/unit/test_case.c" },
    { "demo", "runs other commands: tests/e2e/demo.sh" },
    { "init", "tests/unit/test_migrate.c" },
    { "key rekey", "tests/unit/test_rekey.c, tests/crash/kill.sh" },
    { "key rotate", "in steps, resumed: tests/unit/test_rekey.c" },
    { "restore", "writes a file: tests/e2e/backup.sh" },
    { "serve", "runs what routes do" },
};

/* --- the story --------------------------------------------------------------------------- */

struct story {
    char *dir, *db, *key, today[16];
    struct arena a;
    struct raw *raw;
    struct {
        char *name, *value;
    } vars[VARS_MAX];
    size_t vars_n;
    const char *done[DONE_MAX];
    size_t done_n;
    int line;
    bool plain; /* $PLAIN: without faults, to write the story */
    bool is_long, sparse;
    int64_t steps; /* that failed */
    bool failed;
};

static char *value_of(struct story *s, const char *name, size_t n)
{
    for (size_t i = s->vars_n; i > 0; i--)
        if (strlen(s->vars[i - 1].name) == n && !memcmp(s->vars[i - 1].name, name, n))
            return s->vars[i - 1].value;
    fail_msg("line %d: nothing is called {%.*s}", s->line, (int)n, name);
    return NULL;
}

/* With what stands in braces put in. */
static char *filled(struct story *s, const char *text)
{
    struct buf b = BUF(LINE_MAX_BYTES);
    for (const char *p = text; *p; p++) {
        const char *end = *p == '{' && islower((unsigned char)p[1]) ? strchr(p, '}') : NULL;
        if (end) {
            buf_adds(&b, value_of(s, p + 1, (size_t)(end - p - 1)));
            p = end;
        } else {
            buf_addc(&b, *p);
        }
    }
    char *out = arena_printf(&s->a, "%s", buf_cstr(&b));
    buf_release(&b);
    return out;
}

static void set_var(struct story *s, const char *name, const char *sql)
{
    struct raw_rows r = raw_query(s->raw, sql, &s->a);
    if (r.rows != 1)
        fail_msg("line %d: {%s} is %zu rows", s->line, name, r.rows);
    size_t n = strlen(r.cell[0]);
    bool quoted = *r.cell[0] == '\'';
    assert_true(s->vars_n < VARS_MAX);
    s->vars[s->vars_n].name = arena_printf(&s->a, "%s", name);
    s->vars[s->vars_n++].value = arena_printf(&s->a, "%.*s", (int)(quoted ? n - 2 : n), r.cell[0] + quoted);
}

static void write_file(const struct story *s, const char *name, const char *text)
{
    char path[LINE_MAX_BYTES];
    snprintf(path, sizeof path, "%s/%s", s->dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (const char *p = text; *p; p++)
        fputc(*p == '|' ? '\n' : *p, f);
    fputc('\n', f);
    assert_int_equal(fclose(f), 0);
}

/* A copy in which steps that are switched off are switched on. */
static void copy_file(const struct story *s, const char *name, const char *from)
{
    static const char off[] = "enabled: false", on[] = "enabled: true";
    char path[LINE_MAX_BYTES], line[LINE_MAX_BYTES];
    snprintf(path, sizeof path, "%s/%s", s->dir, name);
    FILE *in = fopen(from, "r"), *out = fopen(path, "w");
    assert_non_null(in);
    assert_non_null(out);
    while (fgets(line, sizeof line, in)) {
        const char *at = strstr(line, off);
        if (at)
            fprintf(out, "%.*s%s%s", (int)(at - line), line, on, at + strlen(off));
        else
            fputs(line, out);
    }
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* What it says goes into a file, so that it can be shown when it should not have been said. */
static int quietly(const struct story *s, int argc, const char *const *argv)
{
    static const volatile sig_atomic_t stop;
    struct program program = app_program();
    char path[LINE_MAX_BYTES];
    snprintf(path, sizeof path, "%s/said", s->dir);
    fflush(stdout);
    int out = dup(1), err = dup(2), file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, 1);
    dup2(file, 2);
    close(file);
    int code = cli_main(argc, argv, &program, &stop);
    fflush(stdout);
    dup2(out, 1);
    dup2(err, 2);
    close(out);
    close(err);
    return code;
}

static void show_what_it_said(const struct story *s)
{
    char path[LINE_MAX_BYTES], line[LINE_MAX_BYTES];
    snprintf(path, sizeof path, "%s/said", s->dir);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        print_error("%s", line);
    if (f)
        fclose(f);
}

static int64_t saved(const struct story *s)
{
    return raw_int(s->raw, "SELECT coalesce(sum(seq), 0) FROM audit_head");
}

/* With TEST_LONG every step.  Else each of the first, then every seventh, then ever fewer; fewer of them
 * where an attempt costs more, under ASan and on PostgreSQL, where it begins with a connection: there
 * commands, which begin alike, take turns. */
static int next_step(const struct story *s, int step)
{
    enum { EACH = 24, SOME = 124, THEN = 7 };
    if (s->is_long)
        return step + 1;
    if (s->sparse)
        return step < 3 ? step + 1 + s->line % 3 : step * 7 / 4 + step % 3;
    return step < EACH ? step + 1 : step < SOME ? step + THEN : step + step / 8;
}

static void play(struct story *s, int argc, const char *const *argv, bool refused)
{
    int code = 0;
    for (int step = 1;; step = next_step(s, step)) {
        int64_t before = saved(s);
        if (!s->plain)
            arm(step % 2 ? FAILS : FAILS_FOR_GOOD, step);
        code = quietly(s, argc, argv);
        bool hit = disarm();
        s->steps += hit;
        if (hit && code == 0)
            fail_msg("line %d: step %d failed, and it says that all is well", s->line, step);
        if (!hit || code == 0)
            break;
        if (saved(s) != before) {
            show_what_it_said(s);
            fail_msg("line %d: step %d failed, and something was saved", s->line, step);
        }
    }
    if (code != (refused ? 3 : 0)) {
        show_what_it_said(s);
        print_error("line %d: exit %d\n", s->line, code);
        s->failed = true;
    }
}

static size_t words_of(struct story *s, char *line, const char **words, size_t max)
{
    size_t n = 0;
    char *rest = NULL;
    for (char *w = strtok_r(line, " \n", &rest); w; w = strtok_r(NULL, " \n", &rest)) {
        assert_true(n < max);
        words[n++] = filled(s, w);
    }
    return n;
}

static const struct command *command_named(const struct program *p, const char *name)
{
    for (size_t t = 0; t < p->tables_n; t++)
        for (size_t i = 0; i < p->tables[t]->n; i++)
            if (!strcmp(p->tables[t]->commands[i].name, name))
                return &p->tables[t]->commands[i];
    return NULL;
}

/* Two words if there is such a command. */
static void remember(struct story *s, const char *one, const char *two)
{
    struct program p = app_program();
    const struct command *x = command_named(&p, arena_printf(&s->a, "%s %s", one, two ? two : ""));
    x = x ? x : command_named(&p, one);
    if (!x)
        fail_msg("line %d: there is no command %s", s->line, one);
    assert_true(s->done_n < DONE_MAX);
    s->done[s->done_n++] = x->name;
}

/* TEST_FAULTS_OF='fund pay': only these are made to fail, the others just done. */
static bool is_asked_for(const char *command)
{
    struct str list = str_of(getenv("TEST_FAULTS_OF")), one;
    if (!list.n)
        return true;
    while (str_split(&list, ' ', &one))
        if (str_eq(one, str_of(command)))
            return true;
    return false;
}

/* LOGIN COMMAND…; a login that ends in ? may see rows refused. */
static void run_line(struct story *s, char *line)
{
    const char *words[WORDS_MAX] = { 0 }, *argv[WORDS_MAX + 8] = { "bangfu", "--db",    s->db,    "--key",
                                                                   s->key,   "--today", s->today, "--as" };
    size_t n = words_of(s, line, words, WORDS_MAX);
    char *login = arena_printf(&s->a, "%s", words[0] ? words[0] : "");
    bool refused = login[strlen(login) - 1] == '?';
    if (refused)
        login[strlen(login) - 1] = '\0';
    argv[8] = login;
    assert_true(n > 1 && n <= WORDS_MAX);
    for (size_t i = 1; i < n; i++)
        argv[8 + i] = words[i];
    remember(s, words[1], n > 2 ? words[2] : NULL);
    bool plain = s->plain;
    s->plain = plain || !is_asked_for(words[1]);
    play(s, (int)n + 8, argv, refused);
    s->plain = plain;
}

static void do_line(struct story *s, char *line)
{
    char *rest = strpbrk(line, " \n");
    switch (*line) {
    case '#':
    case '\n': return;
    case '@': snprintf(s->today, sizeof s->today, "%.10s", line + 1); return;
    case '=': /* =NAME SQL */
        *rest = '\0';
        set_var(s, line + 1, filled(s, rest + 1));
        return;
    case '>': /* >FILE TEXT, | between its lines */
    case '+': /* +FILE SOURCE */
        *rest = '\0';
        rest[1 + strcspn(rest + 1, "\n")] = '\0';
        (*line == '>' ? write_file : copy_file)(s, line + 1, filled(s, rest + 1));
        return;
    }
    run_line(s, line);
}

/* --- tests --------------------------------------------------------------------------------- */

static struct story story;

static bool among(const char *name, const char *const *list, size_t n, size_t stride)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(name, list[i * stride]))
            return true;
    return false;
}

/* A demonstration, because only there days can be set, which the database of other tests is not. */
static struct raw *own_database(struct story *s)
{
    const char *url = getenv("TEST_DB"), *after = strchr(url, '?');
#ifdef __SANITIZE_ADDRESS__
    s->sparse = true;
#endif
    if (!str_starts(str_of(url), STR("postgres"))) {
        s->db = arena_printf(&s->a, "%s/story.db", s->dir);
        return NULL;
    }
    struct raw *server = raw_open(url);
    s->sparse = true;
    raw_do(server, "DROP DATABASE IF EXISTS story");
    raw_do(server, "CREATE DATABASE story TEMPLATE template0");
    s->db = arena_printf(&s->a, "postgresql:///story%s", after ? after : "");
    return server;
}

/* The story is of families that are invented anew beside those of the demonstration; one or two may have the
 * number of somebody there. */
static void let_families_in(struct story *s)
{
    const char *folder = arena_printf(&s->a, "%s/sample", s->dir);
    const char *make[] = { "bangfu", "sample", "--households", "2000", "--out", folder, NULL };
    const char *import[] = { "bangfu",
                             "--db",
                             s->db,
                             "--key",
                             s->key,
                             "import",
                             folder,
                             "--rejects",
                             arena_printf(&s->a, "%s/refused.csv", s->dir),
                             "--warnings",
                             arena_printf(&s->a, "%s/warned.csv", s->dir),
                             NULL };
    assert_int_equal(quietly(s, N_ELEMS(make) - 1, make), 0);
    int code = quietly(s, N_ELEMS(import) - 1, import);
    assert_true(code == 0 || code == 3);
}

static void every_command_is_whole_or_not_at_all(void **state)
{
    struct story *s = &story;
    char line[LINE_MAX_BYTES];
    (void)state;
    s->dir = getenv("TMPDIR");
    s->plain = getenv("PLAIN") != NULL;
    s->is_long = getenv("TEST_LONG") && *getenv("TEST_LONG");
    struct raw *server = own_database(s);
    s->key = arena_printf(&s->a, "%s/story.key", s->dir);
    const char *init[] = { "bangfu", "--db", s->db, "--key", s->key, "init", "--demo", NULL };
    assert_int_equal(quietly(s, N_ELEMS(init) - 1, init), 0);
    let_families_in(s);
    s->raw = raw_open(s->db);
    set_var(s, "dir", arena_printf(&s->a, "SELECT '%s'", s->dir));
    FILE *f = fopen("tests/fault/commands.story", "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        s->line++;
        do_line(s, line);
    }
    fclose(f);
    raw_close(s->raw);
    print_message("# %lld steps failed\n", (long long)s->steps);
    const char *verify[] = { "bangfu", "--db", s->db, "--key", s->key, "verify", NULL };
    int code = quietly(s, N_ELEMS(verify) - 1, verify);
    if (code)
        show_what_it_said(s);
    assert_int_equal(code, 0);
    assert_false(s->failed);
    if (server) {
        raw_do(server, "DROP DATABASE story WITH (FORCE)");
        raw_close(server);
    }
}

static void every_command_has_its_place(void **state)
{
    const struct program p = app_program();
    (void)state;
    if (!story.done_n)
        skip();
    for (size_t t = 0; t < p.tables_n; t++)
        for (size_t i = 0; i < p.tables[t]->n; i++) {
            const char *name = p.tables[t]->commands[i].name;
            int places = among(name, reads, N_ELEMS(reads), 1) +
                         among(name, elsewhere[0], N_ELEMS(elsewhere), 2) +
                         among(name, story.done, story.done_n, 1);
            if (places == 0)
                print_error("“%s” writes, and stands in no story: tests/fault/commands.story\n", name);
            if (places > 1)
                print_error("“%s” has two places\n", name);
            story.line = places == 1 ? story.line : -1;
        }
    assert_true(story.line >= 0);
    arena_free(&story.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_is_whole_or_not_at_all),
        cmocka_unit_test(every_command_has_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
