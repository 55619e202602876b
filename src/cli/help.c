#include "cli/help.h"

#include "base/json.h"
#include "base/version.h"
#include "cli/options.h"

struct note {
    const char *name;
    struct label label;
};

static const struct label about = {
    "帮扶：脱贫与防止返贫工作的登记、核对和查询",
    "register, check and look up the households of a poverty-relief office",
};
static const struct note exits[] = {
    { "0", { "完成", "done" } },
    { "1", { "没有执行，或出错；verify 发现问题", "nothing was done, or an error; verify found something" } },
    { "2", { "命令行用法不对", "the command line was wrong" } },
    { "3", { "部分行被拒绝", "some rows were refused" } },
    { "130", { "被 Ctrl-C 中断", "interrupted by Ctrl-C" } },
};
static const struct note environment[] = {
    { "BANGFU_DB", { "数据库（--db）", "the database (--db)" } },
    { "BANGFU_KEY", { "密钥文件（--key）", "the site key file (--key)" } },
    { "BANGFU_USER", { "用户（--as）", "the account (--as)" } },
    { "BANGFU_LOG",
      { "运行日志的级别 error warn info debug（标准错误，默认 warn）",
        "level of the running log: error warn info debug (standard error, default warn)" } },
    { "BANGFU_LANG", { "语言 zh 或 en（--lang）", "the language, zh or en (--lang)" } },
};
static const struct note files[] = {
    { "bangfu.db", { "数据库，默认在当前目录", "the database, by default in the working directory" } },
    { "bangfu.db.key",
      { "该数据库的密钥文件（权限 0600）；请另行备份，丢失后封存的号码无法读取",
        "its site key file (mode 0600); back it up apart: without it sealed numbers cannot be read" } },
    { "~/.config/bangfu/site.key",
      { "PostgreSQL 数据库的密钥文件", "the site key file of a PostgreSQL database" } },
};

static const struct label usage_word = { "用法：", "usage: " }, options_word = { "选项", "Options" },
                          globals_word = { "全局选项", "Options of every command" },
                          exits_word = { "退出码", "Exit codes" },
                          repeats_word = { "可重复", "may be repeated" },
                          required_word = { "必填", "required" },
                          permission_word = { "需要权限：", "Needs the permission: " },
                          synopsis = { "bangfu [全局选项] 命令 [选项] [参数]",
                                       "bangfu [OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]" },
                          more_word = { "某个命令的帮助：bangfu help 命令",
                                        "Help on one command: bangfu help COMMAND" };

static const char *in(const struct label *l, enum lang lang)
{
    return label_in(l, lang);
}

/* --- on the screen ------------------------------------------------------------------------ */

/* "  name   text", the text at column `at`. */
static void put_line(struct buf *b, struct str name, size_t at, const char *text)
{
    size_t w = str_width(name) + 2;
    buf_adds(b, "  ");
    buf_add(b, name);
    buf_pad(b, w + 2 > at ? 2 : at - w, ' ');
    buf_adds(b, text);
    buf_addc(b, '\n');
}

static void put_options(struct buf *b, const struct opt *opts, enum lang lang)
{
    for (const struct opt *o = opts; o && o->name; o++) {
        struct buf name = BUF(256), text = BUF(4096);
        opt_usage(&name, o, lang);
        buf_adds(&text, in(&o->label, lang));
        if (o->flags)
            buf_addf(&text, " [%s%s%s]", o->flags & OPT_REQUIRED ? in(&required_word, lang) : "",
                     o->flags == (OPT_REQUIRED | OPT_REPEATS) ? ", " : "",
                     o->flags & OPT_REPEATS ? in(&repeats_word, lang) : "");
        put_line(b, buf_str(&name), 26, buf_cstr(&text));
        buf_release(&name);
        buf_release(&text);
    }
}

void help_overview(const struct program *p, enum lang lang, struct buf *b)
{
    buf_addf(b, "bangfu %s - %s\n\n%s%s\n", bangfu_version, in(&about, lang), in(&usage_word, lang),
             in(&synopsis, lang));
    for (size_t t = 0; t < p->tables_n; t++) {
        buf_addf(b, "\n%s\n", in(&p->tables[t]->title, lang));
        for (size_t i = 0; i < p->tables[t]->n; i++) {
            const struct command *x = &p->tables[t]->commands[i];
            put_line(b, str_of(x->name), 26, in(&x->summary, lang));
        }
    }
    buf_addf(b, "\n%s\n", in(&globals_word, lang));
    put_options(b, global_opts, lang);
    buf_addf(b, "\n%s\n", in(&exits_word, lang));
    for (size_t i = 0; i < N_ELEMS(exits); i++)
        put_line(b, str_of(exits[i].name), 26, in(&exits[i].label, lang));
    buf_addf(b, "\n%s\n", in(&more_word, lang));
}

static void put_synopsis(struct buf *b, const struct command *x, enum lang lang)
{
    buf_addf(b, "bangfu %s", x->name);
    for (const struct opt *o = x->opts; o && o->name; o++) {
        buf_adds(b, o->flags & OPT_REQUIRED ? " " : " [");
        opt_usage(b, o, lang);
        buf_adds(b, o->flags & OPT_REQUIRED ? "" : "]");
    }
    if (x->args.zh)
        buf_addf(b, " %s", in(&x->args, lang));
}

void help_command(const struct command *x, enum lang lang, struct buf *b)
{
    buf_addf(b, "%s\n\n%s", in(&x->summary, lang), in(&usage_word, lang));
    put_synopsis(b, x, lang);
    buf_addf(b, "\n\n%s\n", in(&x->help, lang));
    if (x->more)
        x->more(b, lang);
    if (x->opts && x->opts->name) {
        buf_addf(b, "\n%s\n", in(&options_word, lang));
        put_options(b, x->opts, lang);
    }
    if (x->perm != PERM_NONE)
        buf_addf(b, "\n%s%s (%s)\n", in(&permission_word, lang), in(&perm_info[x->perm].label, lang),
                 perm_info[x->perm].code);
}

void version_print(bool json, struct buf *b)
{
    struct json_out w = JSON_OUT(b);
    if (!json) {
        buf_addf(b, "bangfu %s\n", bangfu_version);
        return;
    }
    put_object(&w);
    put_member_cstr(&w, "version", bangfu_version);
    put_object_end(&w);
    buf_addc(b, '\n');
}

/* --- as a manual page --------------------------------------------------------------------- */

/* The code point at p, and how many bytes it has; our own texts are valid UTF-8. */
static size_t code_point(const char *p, unsigned *c)
{
    unsigned char first = (unsigned char)*p;
    size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    *c = n == 1 ? first : first & (0x7fu >> n);
    for (size_t i = 1; i < n; i++)
        *c = *c << 6 | ((unsigned char)p[i] & 0x3fu);
    return n;
}

/* Text that roff takes as it stands: ASCII only, nothing that it would read as a request. */
static void roff(struct buf *b, const char *text)
{
    unsigned c;
    if (*text == '.' || *text == '\'')
        buf_adds(b, "\\&");
    for (size_t n; *text; text += n) {
        n = code_point(text, &c);
        if (c >= 0x80)
            buf_addf(b, "\\[u%04X]", c);
        else if (c == '\\')
            buf_adds(b, "\\e");
        else if (c == '-')
            buf_adds(b, "\\-");
        else
            buf_addc(b, (char)c);
    }
}

static void roff_line(struct buf *b, const char *text)
{
    roff(b, text);
    buf_addc(b, '\n');
}

static void roff_bold(struct buf *b, const char *text)
{
    buf_adds(b, "\\fB");
    roff(b, text);
    buf_adds(b, "\\fR");
}

/* Paragraphs of running text; lines that begin with two blanks stay as they are. */
static void roff_text(struct buf *b, struct str text)
{
    struct str line;
    bool example = false, begun = false;
    while (str_split(&text, '\n', &line)) {
        bool indented = str_starts(line, STR("  "));
        if (indented != example)
            buf_adds(b, indented ? ".PP\n.nf\n" : ".fi\n.PP\n");
        else if (!line.n && begun)
            buf_adds(b, ".PP\n");
        example = indented;
        begun = line.n > 0;
        if (line.n) {
            struct arena a = { 0 };
            roff_line(b, arena_str(&a, line).p);
            arena_free(&a);
        }
    }
    if (example)
        buf_adds(b, ".fi\n");
}

static void roff_options(struct buf *b, const struct opt *opts)
{
    for (const struct opt *o = opts; o && o->name; o++) {
        struct buf name = BUF(256);
        opt_usage(&name, o, EN);
        buf_adds(b, ".TP\n");
        roff_bold(b, buf_cstr(&name));
        buf_addc(b, '\n');
        roff_line(b, o->label.en);
        buf_adds(b, ".br\n");
        roff_line(b, o->label.zh);
        buf_release(&name);
    }
}

static void roff_notes(struct buf *b, const char *title, const struct note *notes, size_t n)
{
    buf_addf(b, ".SH %s\n", title);
    for (size_t i = 0; i < n; i++) {
        buf_adds(b, ".TP\n");
        roff_bold(b, notes[i].name);
        buf_addc(b, '\n');
        roff_line(b, notes[i].label.en);
        buf_adds(b, ".br\n");
        roff_line(b, notes[i].label.zh);
    }
}

static void roff_command(struct buf *b, const struct command *x)
{
    CLEANUP(buf_release) struct buf text = BUF(1 << 16);
    put_synopsis(&text, x, EN);
    buf_adds(b, ".SS ");
    roff_line(b, x->name);
    roff_line(b, x->summary.en);
    buf_adds(b, ".br\n");
    roff_line(b, x->summary.zh);
    buf_adds(b, ".PP\n");
    roff_bold(b, buf_cstr(&text));
    buf_adds(b, "\n.PP\n");
    buf_clear(&text);
    buf_addf(&text, "%s\n", x->help.en);
    if (x->more)
        x->more(&text, EN);
    roff_text(b, buf_str(&text));
    roff_options(b, x->opts);
}

void help_man(const struct program *p, struct buf *b)
{
    struct str version = str_of(bangfu_version), number;
    str_split(&version, ' ', &number);
    buf_adds(b, ".\\\" Made by `bangfu help --man`.\n.TH BANGFU 1 \"\" \"bangfu ");
    buf_add(b, number);
    buf_adds(b, "\" \"User Commands\"\n.nh\n.ad l\n.SH NAME\nbangfu \\- ");
    roff_line(b, about.en);
    buf_adds(b, ".SH SYNOPSIS\n");
    roff_bold(b, "bangfu");
    roff_line(b, synopsis.en + STR("bangfu").n);
    buf_adds(b, ".SH DESCRIPTION\n");
    roff_line(b, about.zh);
    buf_adds(b, ".PP\n");
    roff_line(b, "One program keeps the register in an SQLite file or a PostgreSQL database.  Options may "
                 "stand before or after the "
                 "command; what begins with a dash after -- is no option.");
    buf_adds(b, ".SH COMMANDS\n");
    for (size_t t = 0; t < p->tables_n; t++)
        for (size_t i = 0; i < p->tables[t]->n; i++)
            roff_command(b, &p->tables[t]->commands[i]);
    buf_adds(b, ".SH OPTIONS\n");
    roff_options(b, global_opts);
    roff_notes(b, "EXIT STATUS", exits, N_ELEMS(exits));
    roff_notes(b, "ENVIRONMENT", environment, N_ELEMS(environment));
    roff_notes(b, "FILES", files, N_ELEMS(files));
}
