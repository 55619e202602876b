#include "cli/options.h"

#include "base/encoding.h"
#include "base/value.h"

#include <assert.h>

enum { NAMES_MAX = 256 };

const struct opt global_opts[] = {
    { "db",
      OPT_TEXT,
      { "数据库", "URL" },
      { "数据库文件或 postgresql:// 地址（默认 $BANGFU_DB，再默认 bangfu.db）",
        "database file or postgresql:// address (default $BANGFU_DB, else bangfu.db)" },
      0,
      0,
      0,
      NULL },
    { "key",
      OPT_TEXT,
      { "文件", "FILE" },
      { "密钥文件（默认 $BANGFU_KEY，再默认数据库文件名加 .key）",
        "site key file (default $BANGFU_KEY, else the database file with .key)" },
      0,
      0,
      0,
      NULL },
    { "as",
      OPT_TEXT,
      { "用户", "USER" },
      { "以哪个用户的身份操作（默认 $BANGFU_USER，再默认 admin）",
        "the account to work as (default $BANGFU_USER, else admin)" },
      0,
      0,
      0,
      NULL },
    { "lang",
      OPT_CHOICE,
      { NULL, NULL },
      { "语言（默认 $BANGFU_LANG，再默认 zh）", "language (default $BANGFU_LANG, else zh)" },
      0,
      0,
      0,
      "zh|en" },
    { "json",
      OPT_FLAG,
      { NULL, NULL },
      { "以 JSON 输出结果和错误", "results and errors as JSON" },
      0,
      0,
      0,
      NULL },
    { "today",
      OPT_DATE,
      { "日期", "DATE" },
      { "业务日期，只能用于演示数据库", "the business date, in demonstration databases only" },
      0,
      0,
      0,
      NULL },
    { "help", OPT_FLAG, { NULL, NULL }, { "显示帮助", "show help" }, 0, 0, 0, NULL },
    { "version", OPT_FLAG, { NULL, NULL }, { "显示版本", "show the version" }, 0, 0, 0, NULL },
    { 0 },
};

static const char *joined(struct cli *c, const char *before, const char *const *names, size_t n)
{
    struct buf b = BUF(1024);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%s%s", i ? ", " : "", before, names[i]);
    const char *text = arena_str(c->a, buf_str(&b)).p;
    buf_release(&b);
    return text;
}

/* --- values ------------------------------------------------------------------------------- */

static const struct opt *opt_named(const struct opt *opts, struct str name)
{
    for (; opts && opts->name; opts++)
        if (str_eq(str_of(opts->name), name))
            return opts;
    return NULL;
}

static const struct opt *opt_find(const struct cli *c, struct str name)
{
    const struct opt *o = c->command ? opt_named(c->command->opts, name) : NULL;
    return o ? o : opt_named(global_opts, name);
}

static bool unknown_option(struct cli *c, struct str name)
{
    const char *names[NAMES_MAX], *near[NEAREST_MAX];
    size_t n = 0;
    for (const struct opt *o = c->command ? c->command->opts : NULL; o && o->name && n < NAMES_MAX; o++)
        names[n++] = o->name;
    for (const struct opt *o = global_opts; o->name && n < NAMES_MAX; o++)
        names[n++] = o->name;
    n = nearest(name, names, n, near);
    if (n)
        return fail(&c->e, ERR_INVALID, NULL, MSG_OPT_UNKNOWN_NEAR, A(name), A(joined(c, "--", near, n)));
    return fail(&c->e, ERR_INVALID, NULL, MSG_OPT_UNKNOWN, A(name));
}

static bool read_int(struct cli *c, const struct opt *o, const char *field, struct opt_value *v)
{
    if (int_read(v->text, &v->v) != READ_OK)
        return fail(&c->e, ERR_INVALID, field, MSG_NOT_INTEGER, A(field));
    if ((o->min || o->max) && (v->v < o->min || v->v > o->max))
        return fail(&c->e, ERR_INVALID, field, MSG_OUT_OF_RANGE, A(field), A(o->min), A(o->max));
    return true;
}

static bool read_date(struct cli *c, const char *field, struct opt_value *v)
{
    struct date d;
    enum read_result r = date_read(v->text, &d);
    if (r != READ_OK)
        return fail(&c->e, ERR_INVALID, field, r == READ_NO_SUCH_DATE ? MSG_NO_SUCH_DATE : MSG_NOT_DATE,
                    A(field));
    v->v = d.day;
    return true;
}

static bool read_region(struct cli *c, const char *field, struct opt_value *v)
{
    struct region_code r = { 0 };
    if (!str_eq(v->text, STR("0")) && region_read(v->text, &r) != READ_OK)
        return fail(&c->e, ERR_INVALID, field, MSG_OPT_NOT_REGION, A(field));
    v->v = r.v;
    return true;
}

static bool read_choice(struct cli *c, const struct opt *o, const char *field, struct opt_value *v)
{
    struct str rest = str_of(o->choices), one;
    while (str_split(&rest, '|', &one))
        if (str_eq(one, v->text))
            return true;
    return fail(&c->e, ERR_INVALID, field, MSG_NO_SUCH_CODE, A(field), A(v->text), A(o->choices));
}

static bool read_value(struct cli *c, const struct opt *o, struct opt_value *v)
{
    const char *field = arena_printf(c->a, "--%s", o->name);
    switch (o->kind) {
    case OPT_INT: return read_int(c, o, field, v);
    case OPT_DATE: return read_date(c, field, v);
    case OPT_REGION: return read_region(c, field, v);
    case OPT_CHOICE: return read_choice(c, o, field, v);
    case OPT_FLAG:
    case OPT_TEXT: break;
    }
    return true;
}

static bool keep_value(struct cli *c, const struct opt *o, struct str text)
{
    struct opt_value **at = &c->values;
    for (; *at; at = &(*at)->next)
        if ((*at)->opt == o && !(o->flags & OPT_REPEATS))
            return fail(&c->e, ERR_INVALID, NULL, MSG_OPT_TWICE, A(o->name));
    struct opt_value v = { .opt = o, .text = text };
    if (!read_value(c, o, &v))
        return false;
    *at = NEW(c->a, struct opt_value);
    **at = v;
    return true;
}

/* One option at argv[*i]; *i moves on over a value that stands behind it. */
static bool parse_option(struct cli *c, int argc, const char *const *argv, int *i)
{
    struct str value = str_of(argv[*i]), name;
    bool has_value = memchr(value.p, '=', value.n) != NULL;
    str_split(&value, '=', &name);
    while (name.n && name.p[0] == '-')
        name = (struct str){ name.p + 1, name.n - 1 };
    if (str_eq(name, STR("h")))
        name = STR("help");
    const struct opt *o = opt_find(c, name);
    if (!o)
        return unknown_option(c, name);
    if (o->kind == OPT_FLAG)
        return has_value ? fail(&c->e, ERR_INVALID, NULL, MSG_OPT_NO_VALUE, A(o->name))
                         : keep_value(c, o, STR("1"));
    if (!has_value && *i + 1 < argc)
        value = str_of(argv[++*i]);
    if (!value.n)
        return fail(&c->e, ERR_INVALID, NULL, MSG_OPT_NEEDS_VALUE, A(o->name));
    if (!text_is_clean(value))
        return fail(&c->e, ERR_INVALID, NULL, MSG_TEXT_DAMAGED, A(arena_printf(c->a, "--%s", o->name)));
    return keep_value(c, o, value);
}

/* --- the command -------------------------------------------------------------------------- */

const struct command *command_find(const struct program *p, struct str name)
{
    for (size_t t = 0; t < p->tables_n; t++)
        for (size_t i = 0; i < p->tables[t]->n; i++)
            if (str_eq(str_of(p->tables[t]->commands[i].name), name))
                return &p->tables[t]->commands[i];
    return NULL;
}

static size_t command_names(const struct program *p, struct str first, const char **out)
{
    size_t n = 0;
    for (size_t t = 0; t < p->tables_n; t++)
        for (size_t i = 0; i < p->tables[t]->n && n < NAMES_MAX; i++) {
            struct str rest = str_of(p->tables[t]->commands[i].name), word;
            str_split(&rest, ' ', &word);
            if (!first.p || (rest.n && str_eq(word, first)))
                out[n++] = p->tables[t]->commands[i].name;
        }
    return n;
}

bool command_unknown(struct cli *c, struct str first, struct str both)
{
    const char *names[NAMES_MAX], *near[NEAREST_MAX];
    size_t n = command_names(c->program, first, names), k;
    if (n) {
        k = both.n > first.n ? nearest(both, names, n, near) : 0;
        const char *list = k ? joined(c, "", near, k) : joined(c, "", names, n);
        return fail(&c->e, ERR_INVALID, NULL, MSG_COMMAND_UNKNOWN_NEAR, A(both), A(list));
    }
    n = command_names(c->program, (struct str){ 0 }, names);
    k = both.n > first.n ? nearest(both, names, n, near) : 0;
    if (k)
        return fail(&c->e, ERR_INVALID, NULL, MSG_COMMAND_UNKNOWN_NEAR, A(both), A(joined(c, "", near, k)));
    k = nearest(first, names, n, near);
    if (k)
        return fail(&c->e, ERR_INVALID, NULL, MSG_COMMAND_UNKNOWN_NEAR, A(first), A(joined(c, "", near, k)));
    return fail(&c->e, ERR_INVALID, NULL, MSG_COMMAND_UNKNOWN, A(first));
}

/* The command at argv[*i]: two words if they are one, else one. */
static bool parse_command(struct cli *c, int argc, const char *const *argv, int *i)
{
    struct str first = str_of(argv[*i]), both = first;
    if (!text_is_clean(first))
        return fail(&c->e, ERR_INVALID, NULL, MSG_ARG_DAMAGED);
    if (*i + 1 < argc && argv[*i + 1][0] != '-' && text_is_clean(str_of(argv[*i + 1]))) {
        both = str_of(arena_printf(c->a, "%s %s", argv[*i], argv[*i + 1]));
        c->command = command_find(c->program, both);
    }
    if (c->command)
        ++*i;
    else
        c->command = command_find(c->program, first);
    return c->command || command_unknown(c, first, both);
}

static bool keep_arg(struct cli *c, const char *arg)
{
    if (!*arg || !text_is_clean(str_of(arg)))
        return fail(&c->e, ERR_INVALID, NULL, *arg ? MSG_ARG_DAMAGED : MSG_ARG_EMPTY);
    if (c->args_n == N_ELEMS(c->args))
        return fail(&c->e, ERR_INVALID, NULL, MSG_ARGS_TOO_MANY, A(N_ELEMS(c->args)));
    c->args[c->args_n++] = str_of(arg);
    return true;
}

static void check_complete(struct cli *c)
{
    const struct command *x = c->command;
    if (!x || cli_flag(c, "help"))
        return;
    for (const struct opt *o = x->opts; o && o->name; o++)
        if ((o->flags & OPT_REQUIRED) && !cli_value(c, o->name))
            fail(&c->e, ERR_INVALID, NULL, MSG_OPT_MISSING, A(o->name));
    if (c->args_n < (size_t)x->args_min)
        fail(&c->e, ERR_INVALID, NULL, MSG_ARGS_MISSING, A(x->name), A(&x->args));
    else if (x->args_max == 0 && c->args_n > 0)
        fail(&c->e, ERR_INVALID, NULL, MSG_ARGS_NONE, A(x->name), A(c->args[0]));
    else if (x->args_max >= 0 && c->args_n > (size_t)x->args_max)
        fail(&c->e, ERR_INVALID, NULL, MSG_ARGS_SURPLUS, A(x->name), A(&x->args), A(c->args[x->args_max]));
}

bool options_parse(struct cli *c, int argc, const char *const *argv)
{
    bool ended = false;
    for (int i = 1; i < argc; i++) {
        bool ok = true;
        if (!ended && !strcmp(argv[i], "--"))
            ended = true;
        else if (!ended && argv[i][0] == '-' && argv[i][1])
            ok = parse_option(c, argc, argv, &i);
        else if (!c->command)
            ok = parse_command(c, argc, argv, &i);
        else
            ok = keep_arg(c, argv[i]);
        if (!ok && !c->command)
            return false; /* what follows cannot be understood */
    }
    if (!errs_any(&c->e))
        check_complete(c);
    return !errs_any(&c->e);
}

void options_peek(struct cli *c, int argc, const char *const *argv)
{
    const char *lang = getenv("BANGFU_LANG");
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (!strcmp(argv[i], "--json"))
            c->json = true;
        else if (str_starts(str_of(argv[i]), STR("--lang=")))
            lang = argv[i] + STR("--lang=").n;
        else if (!strcmp(argv[i], "--lang") && i + 1 < argc)
            lang = argv[i + 1];
    }
    c->e.lang = lang && !strcmp(lang, "en") ? EN : ZH;
}

void opt_usage(struct buf *b, const struct opt *o, enum lang lang)
{
    buf_addf(b, "--%s", o->name);
    if (o->kind != OPT_FLAG)
        buf_addf(b, " %s", o->kind == OPT_CHOICE ? o->choices : label_in(&o->arg, lang));
}
