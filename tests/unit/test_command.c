/* The command line: what is understood, what is refused, and that every command keeps its promises. */
#include "app/modules.h"
#include "base/encoding.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/table.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena arena;

static int release(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* --- a command line of its own ------------------------------------------------------------ */

static int nothing(struct cli *c)
{
    (void)c;
    return EXIT_DONE;
}

static const struct opt try_opts[] = {
    { "size", OPT_INT, { "n", "N" }, { "大小", "size" }, 0, 1, 10, NULL },
    { "count", OPT_INT, { "n", "N" }, { "个数", "count" }, 0, 0, 0, NULL },
    { "on", OPT_DATE, { "d", "D" }, { "日期", "date" }, 0, 0, 0, NULL },
    { "region", OPT_REGION, { "r", "R" }, { "区划", "region" }, 0, 0, 0, NULL },
    { "by", OPT_CHOICE, { NULL, NULL }, { "按", "by" }, 0, 0, 0, "township|village" },
    { "tag", OPT_TEXT, { "t", "T" }, { "标签", "tag" }, OPT_REPEATS, 0, 0, NULL },
    { "dry", OPT_FLAG, { NULL, NULL }, { "试", "dry" }, 0, 0, 0, NULL },
    { 0 },
};
static const struct opt must_opts[] = {
    { "name", OPT_TEXT, { "n", "N" }, { "姓名", "name" }, OPT_REQUIRED, 0, 0, NULL },
    { "role", OPT_TEXT, { "r", "R" }, { "角色", "role" }, OPT_REQUIRED, 0, 0, NULL },
    { 0 },
};
static const struct command try_commands[] = {
    { .name = "must",
      .opts = must_opts,
      .args = { "登录名", "LOGIN" },
      .args_min = 1,
      .args_max = 1,
      .run = nothing },
    { .name = "show", .run = nothing },
    { .name = "show person", .args = { "编号", "NO" }, .args_max = 1, .run = nothing },
    { .name = "try", .opts = try_opts, .args = { "文字…", "TEXT…" }, .args_max = -1, .run = nothing },
};
static const struct command_table try_table = { { "试", "Try" }, try_commands, N_ELEMS(try_commands) };
static const struct command_table *const try_tables[] = { &try_table };
static const struct program try_program = { .tables = try_tables, .tables_n = 1 };

static struct cli cli;
static bool understood;

#define parse(...) parse_((const char *const[]){ "bangfu", __VA_ARGS__, NULL })
static void parse_(const char *const *argv)
{
    int argc = 0;
    while (argv[argc])
        argc++;
    cli = (struct cli){ .a = &arena, .e = { .a = &arena, .lang = EN }, .program = &try_program };
    understood = options_parse(&cli, argc, argv);
}

static void assert_refused(enum msg m, const char *text)
{
    assert_false(understood);
    assert_int_equal(cli.e.bad.first->msg, m);
    if (!strstr(cli.e.bad.first->text, text))
        fail_msg("“%s” does not say “%s”", cli.e.bad.first->text, text);
}

/* --- what is understood ------------------------------------------------------------------- */

static void options_stand_before_and_after_the_command(void **state)
{
    (void)state;
    parse("--db", "x.db", "try", "--size", "3", "a", "--json", "b");
    assert_true(understood);
    assert_string_equal(cli.command->name, "try");
    assert_string_equal(cli_cstr(&cli, "db"), "x.db");
    assert_int_equal(cli_int(&cli, "size", 7), 3);
    assert_int_equal(cli_int(&cli, "count", 7), 7);
    assert_true(cli_flag(&cli, "json"));
    assert_int_equal(cli.args_n, 2);
    assert_string_equal(cli.args[1].p, "b");
}

static void a_value_may_follow_an_equals_sign(void **state)
{
    (void)state;
    parse("try", "--tag=a=b", "--size=10");
    assert_true(understood);
    assert_string_equal(cli_cstr(&cli, "tag"), "a=b");
    assert_int_equal(cli_int(&cli, "size", 0), 10);
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    parse("try", "--", "--size", "-x");
    assert_true(understood);
    assert_int_equal(cli.args_n, 2);
    assert_string_equal(cli.args[0].p, "--size");
    assert_false(cli_flag(&cli, "size"));
}

static void two_words_are_preferred_to_one(void **state)
{
    (void)state;
    parse("show", "person", "7");
    assert_true(understood);
    assert_string_equal(cli.command->name, "show person");
    assert_string_equal(cli.args[0].p, "7");
    parse("show", "--json");
    assert_string_equal(cli.command->name, "show");
}

static void values_are_read_by_kind(void **state)
{
    (void)state;
    parse("try", "--on", "2026年11月21日", "--region", "350603", "--by", "village", "--count", "1,234");
    assert_true(understood);
    assert_int_equal(cli_int(&cli, "on", 0), 20778);
    assert_int_equal(cli_region(&cli, "region").v, INT64_C(350603000000));
    assert_string_equal(cli_cstr(&cli, "by"), "village");
    assert_int_equal(cli_int(&cli, "count", 0), 1234);
    parse("try", "--region", "0");
    assert_true(understood);
    assert_int_equal(cli_region(&cli, "region").v, 0);
}

static void options_that_repeat_keep_every_value(void **state)
{
    (void)state;
    parse("try", "--tag", "a", "--size", "1", "--tag", "b");
    assert_true(understood);
    const struct opt_value *v = cli_value(&cli, "tag");
    assert_string_equal(v->text.p, "a");
    v = cli_next_value(v);
    assert_string_equal(v->text.p, "b");
    assert_null(cli_next_value(v));
}

static void a_password_is_never_shown(void **state)
{
    (void)state;
    static const char *const urls[][2] = {
        { "office.db", "office.db" },
        { "/srv/a?b&password=c.db", "/srv/a?b&password=c.db" },
        { "postgresql:///office", "postgresql:///office" },
        { "postgresql://li:secret@db:5432/office", "postgresql://li@db:5432/office" },
        { "postgresql://li@db/office?sslmode=require", "postgresql://li@db/office?sslmode=require" },
        { "postgresql:///office?host=/run&password=secret", "postgresql:///office?host=/run" },
        { "postgresql:///office?password=secret&host=/run", "postgresql:///office?host=/run" },
        { "postgresql://li:se?cret@db/office", "postgresql://li@db/office" },
    };
    for (size_t i = 0; i < N_ELEMS(urls); i++) {
        cli = (struct cli){ .a = &arena, .db = urls[i][0] };
        assert_string_equal(cli_db_name(&cli), urls[i][1]);
    }
}

static void help_asks_for_nothing_else(void **state)
{
    (void)state;
    parse("must", "--help");
    assert_true(understood);
    parse("must", "-h");
    assert_true(understood);
    assert_true(cli_flag(&cli, "help"));
}

/* --- what is refused ---------------------------------------------------------------------- */

static void every_mistake_is_told_with_its_option(void **state)
{
    (void)state;
    parse("try", "--size", "eleven", "--by", "county", "--on", "2026-02-30");
    assert_refused(MSG_NOT_INTEGER, "--size");
    assert_int_equal(cli.e.bad.n, 3);
    assert_string_equal(cli.e.bad.first->field, "--size");
    assert_int_equal(cli.e.bad.first->next->msg, MSG_NO_SUCH_CODE);
    assert_int_equal(cli.e.bad.first->next->next->msg, MSG_NO_SUCH_DATE);
    parse("try", "--size", "11");
    assert_refused(MSG_OUT_OF_RANGE, "between 1 and 10");
    parse("try", "--region", "3506031");
    assert_refused(MSG_OPT_NOT_REGION, "--region");
    parse("try", "--on", "soon");
    assert_refused(MSG_NOT_DATE, "--on");
}

static void options_need_what_they_need(void **state)
{
    (void)state;
    parse("try", "--tag");
    assert_refused(MSG_OPT_NEEDS_VALUE, "--tag");
    parse("try", "--tag=");
    assert_refused(MSG_OPT_NEEDS_VALUE, "--tag");
    parse("try", "--dry=yes");
    assert_refused(MSG_OPT_NO_VALUE, "--dry");
    parse("try", "--size", "1", "--size", "2");
    assert_refused(MSG_OPT_TWICE, "--size");
    parse("try", "--tag", "\xff\xfe");
    assert_refused(MSG_TEXT_DAMAGED, "--tag");
    parse("try", "\xc4\xe3\xff");
    assert_refused(MSG_ARG_DAMAGED, "");
    parse("try", "");
    assert_refused(MSG_ARG_EMPTY, "");
}

static void a_command_says_what_it_lacks(void **state)
{
    (void)state;
    parse("must");
    assert_refused(MSG_OPT_MISSING, "--name");
    assert_int_equal(cli.e.bad.n, 3);
    assert_int_equal(cli.e.bad.first->next->next->msg, MSG_ARGS_MISSING);
    parse("must", "--name", "a", "--role", "b", "x", "y");
    assert_refused(MSG_ARGS_SURPLUS, "“y”");
    parse("show", "--json", "x");
    assert_refused(MSG_ARGS_NONE, "“x”");
}

static void the_nearest_names_are_suggested(void **state)
{
    (void)state;
    parse("try", "--sise", "1");
    assert_refused(MSG_OPT_UNKNOWN_NEAR, "--size");
    parse("try", "--jsno");
    assert_refused(MSG_OPT_UNKNOWN_NEAR, "--json");
    parse("try", "--colour");
    assert_refused(MSG_OPT_UNKNOWN, "--colour");
    parse("tyr");
    assert_refused(MSG_COMMAND_UNKNOWN_NEAR, "try");
    parse("show", "persn");
    assert_refused(MSG_ARGS_NONE, "persn");
    parse("person", "7");
    assert_refused(MSG_COMMAND_UNKNOWN_NEAR, "show person");
    parse("frobnicate");
    assert_refused(MSG_COMMAND_UNKNOWN, "frobnicate");
    parse("--size", "3", "try");
    assert_refused(MSG_OPT_UNKNOWN, "--size");
}

static void the_distance_counts_single_slips(void **state)
{
    (void)state;
    assert_int_equal(edit_distance(STR("verify"), STR("verify"), 3), 0);
    assert_int_equal(edit_distance(STR("verfiy"), STR("verify"), 3), 1);
    assert_int_equal(edit_distance(STR("verif"), STR("verify"), 3), 1);
    assert_int_equal(edit_distance(STR("vverify"), STR("verify"), 3), 1);
    assert_int_equal(edit_distance(STR("kitten"), STR("sitting"), 3), 3);
    assert_int_equal(edit_distance(STR("init"), STR("household"), 3), 4);
}

/* --- the program's own commands ----------------------------------------------------------- */

struct each {
    const struct command_table *t;
    const struct command *x;
};

static bool next_command(const struct program *p, struct each *at)
{
    for (size_t t = 0; t < p->tables_n; t++)
        for (size_t i = 0; i < p->tables[t]->n; i++) {
            const struct command *x = &p->tables[t]->commands[i];
            if (!at->x) {
                *at = (struct each){ p->tables[t], x };
                return true;
            }
            if (x == at->x)
                at->x = NULL;
        }
    return false;
}

static void assert_label(const struct label *l, const char *what)
{
    if (!l->zh || !*l->zh || !l->en || !*l->en)
        fail_msg("%s lacks a label in one language", what);
    assert_true(utf8_valid(str_of(l->zh)));
}

static void every_command_is_documented_in_both_languages(void **state)
{
    (void)state;
    const struct program p = app_program();
    for (struct each at = { 0 }; next_command(&p, &at);) {
        const struct command *x = at.x;
        const char *example = arena_printf(&arena, "\n  bangfu %s", x->name);
        const char *with_options = arena_printf(&arena, "\n  bangfu --db");
        assert_label(&x->summary, x->name);
        assert_label(&x->help, x->name);
        if (!str_ends(str_of(x->name), STR("version")))
            for (int lang = ZH; lang <= EN; lang++) {
                const char *help = label_in(&x->help, (enum lang)lang);
                if (!strstr(help, example) && !strstr(help, with_options))
                    fail_msg("the help on %s has no example", x->name);
            }
        if (strchr(x->summary.en, '.') || strstr(x->summary.zh, "。"))
            fail_msg("the summary of %s is a line in a list, without a full stop", x->name);
        if ((x->args_max != 0) != (x->args.zh != NULL))
            fail_msg("%s: arguments have a label, and only they", x->name);
        assert_non_null(x->run);
    }
}

static void every_command_is_guarded(void **state)
{
    (void)state;
    static const char *const open_to_all[] = { "help",           "init",   "version", "sample",
                                               "schedule",       "serve",  "api",     "programme check",
                                               "document strip", "restore" };
    const struct program p = app_program();
    for (struct each at = { 0 }; next_command(&p, &at);) {
        bool open = false;
        for (size_t i = 0; i < N_ELEMS(open_to_all); i++)
            open = open || !strcmp(at.x->name, open_to_all[i]);
        if (open != (at.x->perm == PERM_NONE))
            fail_msg("%s: %s", at.x->name, open ? "needs no permission" : "needs a permission");
        if (at.x->perm != PERM_NONE && at.x->db != DB_OPEN && at.x->db != DB_DOUBT)
            fail_msg("%s: who may is written in the database, but it opens none", at.x->name);
        if (at.x->db == DB_DOUBT)
            assert_string_equal(at.x->name, "verify");
        assert_true(at.x->perm < PERM_COUNT);
    }
}

static void names_are_unique_and_in_order(void **state)
{
    (void)state;
    const struct program p = app_program();
    for (size_t t = 0; t < p.tables_n; t++)
        for (size_t i = 1; i < p.tables[t]->n; i++)
            assert_true(strcmp(p.tables[t]->commands[i - 1].name, p.tables[t]->commands[i].name) < 0);
    for (struct each at = { 0 }; next_command(&p, &at);)
        assert_ptr_equal(command_find(&p, str_of(at.x->name)), at.x);
}

static const struct opt *global_named(const char *name)
{
    for (const struct opt *o = global_opts; o->name; o++)
        if (!strcmp(o->name, name))
            return o;
    return NULL;
}

static void options_are_documented_and_hide_none_of_the_global_ones(void **state)
{
    (void)state;
    const struct program p = app_program();
    for (struct each at = { 0 }; next_command(&p, &at);)
        for (const struct opt *o = at.x->opts; o && o->name; o++) {
            assert_label(&o->label, o->name);
            /* Of a programme the version is a number; the program's own has its command. */
            if (strcmp(at.x->name, "programme show") != 0 || strcmp(o->name, "version") != 0)
                assert_null(global_named(o->name));
            assert_int_equal(strspn(o->name, "abcdefghijklmnopqrstuvwxyz-"), strlen(o->name));
            assert_int_equal(o->kind == OPT_CHOICE, o->choices != NULL);
            assert_false(o->kind == OPT_FLAG && o->flags);
            if (o->kind != OPT_FLAG && o->kind != OPT_CHOICE)
                assert_label(&o->arg, o->name);
        }
    for (const struct opt *o = global_opts; o->name; o++)
        assert_label(&o->label, o->name);
}

static void help_names_every_option(void **state)
{
    (void)state;
    const struct program p = app_program();
    struct buf b = BUF(1 << 20);
    for (struct each at = { 0 }; next_command(&p, &at);)
        for (int lang = ZH; lang <= EN; lang++) {
            buf_clear(&b);
            help_command(at.x, (enum lang)lang, &b);
            for (const struct opt *o = at.x->opts; o && o->name; o++) {
                assert_non_null(strstr(buf_cstr(&b), arena_printf(&arena, "--%s", o->name)));
                assert_non_null(strstr(buf_cstr(&b), label_in(&o->label, (enum lang)lang)));
            }
        }
    buf_clear(&b);
    help_overview(&p, ZH, &b);
    for (struct each at = { 0 }; next_command(&p, &at);)
        assert_non_null(strstr(buf_cstr(&b), at.x->summary.zh));
    buf_release(&b);
}

static void the_manual_page_is_plain_roff(void **state)
{
    (void)state;
    const struct program p = app_program();
    struct buf b = BUF(1 << 20);
    help_man(&p, &b);
    assert_false(b.full);
    for (size_t i = 0; i < b.n; i++)
        assert_true((unsigned char)b.p[i] < 0x80);
    static const char *const sections[] = { ".TH BANGFU 1 ",     ".SH NAME\n",        ".SH SYNOPSIS\n",
                                            ".SH DESCRIPTION\n", ".SH COMMANDS\n",    ".SH OPTIONS\n",
                                            ".SH EXIT STATUS\n", ".SH ENVIRONMENT\n", ".SH FILES\n" };
    const char *at = buf_cstr(&b);
    for (size_t i = 0; i < N_ELEMS(sections); i++) {
        at = strstr(at, sections[i]);
        assert_non_null(at);
    }
    for (struct each x = { 0 }; next_command(&p, &x);) {
        struct buf heading = BUF(256);
        buf_adds(&heading, ".SS ");
        for (const char *c = x.x->name; *c; c++)
            buf_adds(&heading, *c == '-' ? "\\-" : (const char[]){ *c, 0 });
        buf_addc(&heading, '\n');
        assert_non_null(strstr(buf_cstr(&b), buf_cstr(&heading)));
        buf_release(&heading);
    }
    buf_release(&b);
}

/* --- tables of text ----------------------------------------------------------------------- */

static void columns_line_up_whatever_is_written_in_them(void **state)
{
    (void)state;
    static const struct table_col cols[] = { { { "村", "Village" }, false },
                                             { { "户", "Households" }, true },
                                             { { "备注", "Note" }, false } };
    struct table t = table_begin(cols, N_ELEMS(cols), &arena);
    struct buf b = BUF(1 << 16);
    table_text(&t, STR("蓝田村"));
    table_int(&t, 7);
    table_text(&t, (struct str){ 0 });
    table_text(&t, STR("A"));
    table_int(&t, -1234);
    table_text(&t, STR("x"));
    table_print(&t, ZH, &b);
    assert_string_equal(buf_cstr(&b), "村         户  备注\n"
                                      "蓝田村      7  \n"
                                      "A       -1234  x\n");
    buf_release(&b);
}

/* --- what key rotate and key rekey rely on ------------------------------------------------ */

static void sealed_columns_stand_in_tables_that_can_be_rewritten(void **state)
{
    (void)state;
    size_t sealed = 0;
    for (size_t t = 0; t < app_schema.n; t++) {
        const struct entity *en = app_schema.entities[t];
        bool has = false;
        for (size_t i = 0; i < en->n; i++)
            has = has || en->cols[i].seal != SEAL_NONE;
        sealed += has;
        if (en->class == TABLE_NATIONAL)
            assert_true((en->cols[0].flags & PKEY) && en->cols[0].type == T_BYTES);
        for (size_t i = 1; has && i < en->n; i++)
            assert_true(!(en->cols[i].flags & PKEY) || en->cols[i].type == T_INT);
        assert_true(!has || en->class == TABLE_COUNTY);
    }
    assert_true(sealed >= 2);
}

static void every_table_is_in_the_schema_once(void **state)
{
    (void)state;
    for (size_t t = 0; t < app_schema.n; t++)
        assert_ptr_equal(entity_find(app_schema.entities, app_schema.n, app_schema.entities[t]->table),
                         app_schema.entities[t]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_before_and_after_the_command),
        cmocka_unit_test(a_value_may_follow_an_equals_sign),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(two_words_are_preferred_to_one),
        cmocka_unit_test(values_are_read_by_kind),
        cmocka_unit_test(options_that_repeat_keep_every_value),
        cmocka_unit_test(a_password_is_never_shown),
        cmocka_unit_test(help_asks_for_nothing_else),
        cmocka_unit_test(every_mistake_is_told_with_its_option),
        cmocka_unit_test(options_need_what_they_need),
        cmocka_unit_test(a_command_says_what_it_lacks),
        cmocka_unit_test(the_nearest_names_are_suggested),
        cmocka_unit_test(the_distance_counts_single_slips),
        cmocka_unit_test(every_command_is_documented_in_both_languages),
        cmocka_unit_test(every_command_is_guarded),
        cmocka_unit_test(names_are_unique_and_in_order),
        cmocka_unit_test(options_are_documented_and_hide_none_of_the_global_ones),
        cmocka_unit_test(help_names_every_option),
        cmocka_unit_test(the_manual_page_is_plain_roff),
        cmocka_unit_test(columns_line_up_whatever_is_written_in_them),
        cmocka_unit_test(sealed_columns_stand_in_tables_that_can_be_rewritten),
        cmocka_unit_test(every_table_is_in_the_schema_once),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
