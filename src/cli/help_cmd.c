/* help_cmd.c - what there is, and how it is used. */
#include "base/json.h"
#include "base/version.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/options.h"

static void put_option(struct json_out *w, const struct opt *o, enum lang lang)
{
    static const char *const kinds[] = {
        [OPT_FLAG] = "flag", [OPT_TEXT] = "text",     [OPT_INT] = "int",
        [OPT_DATE] = "date", [OPT_REGION] = "region", [OPT_CHOICE] = "choice"
    };
    put_object(w);
    put_member_cstr(w, "name", o->name);
    put_member_cstr(w, "kind", kinds[o->kind]);
    put_member_cstr(w, "label", label_in(&o->label, lang));
    put_member_bool(w, "required", o->flags & OPT_REQUIRED);
    put_member_bool(w, "repeats", o->flags & OPT_REPEATS);
    put_member_cstr(w, "choices", o->choices);
    put_object_end(w);
}

static void put_command(struct json_out *w, const struct command *x, enum lang lang)
{
    put_object(w);
    put_member_cstr(w, "name", x->name);
    put_member_cstr(w, "summary", label_in(&x->summary, lang));
    put_member_cstr(w, "permission", x->perm == PERM_NONE ? NULL : perm_info[x->perm].code);
    put_member_cstr(w, "args", label_in(&x->args, lang));
    put_key(w, "options");
    put_list(w);
    for (const struct opt *o = x->opts; o && o->name; o++)
        put_option(w, o, lang);
    put_list_end(w);
    put_object_end(w);
}

static void help_json(struct cli *c)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_key(&w, "commands");
    put_list(&w);
    for (size_t t = 0; t < c->program->tables_n; t++)
        for (size_t i = 0; i < c->program->tables[t]->n; i++)
            put_command(&w, &c->program->tables[t]->commands[i], c->e.lang);
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static bool help_on(struct cli *c)
{
    const char *name =
        c->args_n == 2 ? arena_printf(c->a, "%s %s", c->args[0].p, c->args[1].p) : c->args[0].p;
    const struct command *x = command_find(c->program, str_of(name));
    if (!x)
        return command_unknown(c, c->args[0], str_of(name));
    help_command(x, c->e.lang, &c->out);
    return true;
}

static int help_run(struct cli *c)
{
    if (cli_flag(c, "man"))
        help_man(c->program, &c->out);
    else if (c->json)
        help_json(c);
    else if (c->args_n)
        return help_on(c) ? EXIT_DONE : EXIT_USAGE;
    else
        help_overview(c->program, c->e.lang, &c->out);
    return EXIT_DONE;
}

static int version_run(struct cli *c)
{
    version_print(c->json, &c->out);
    return EXIT_DONE;
}

static const struct opt help_opts[] = {
    { "man", OPT_FLAG, { 0 }, { "输出手册页（roff）", "print the manual page (roff)" }, 0, 0, 0, NULL },
    { 0 },
};

static const struct command commands[] = {
    { .name = "help",
      .perm = PERM_NONE,
      .db = DB_NO,
      .opts = help_opts,
      .args = { "[命令]", "[COMMAND]" },
      .args_max = 2,
      .summary = { "显示帮助", "show help" },
      .help = { "不带命令时列出全部命令；--json 列出命令和选项，供其他程序使用。\n"
                "  bangfu help user add\n"
                "  bangfu help --man > bangfu.1",
                "Without a command: a list of all.  With --json: commands and options for other programs.\n"
                "  bangfu help user add\n"
                "  bangfu help --man > bangfu.1" },
      .run = help_run },
    { .name = "version",
      .perm = PERM_NONE,
      .db = DB_NO,
      .summary = { "显示版本", "show the version" },
      .help = { "显示程序的版本；有源码版本号时一并显示。",
                "The version of the program, with its commit when it has one." },
      .run = version_run },
};
const struct command_table help_commands = { { "帮助", "Help" }, commands, N_ELEMS(commands) };
