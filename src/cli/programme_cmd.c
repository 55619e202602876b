/* programme_cmd.c - programme files are checked, loaded, listed, shown and compared. */
#include "base/encoding.h"
#include "base/json.h"
#include "base/value.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "programme/describe.h"
#include "programme/version.h"
#include "registry/code_book.h"

#include <assert.h>
#include <errno.h>

/* --- files ---------------------------------------------------------------------------------------- */

static void closep(FILE **f)
{
    if (*f)
        fclose(*f);
}

/* The text of a file as UTF-8. */
static bool read_file(struct cli *c, struct str path, struct str *text)
{
    CLEANUP(buf_release) struct buf bytes = BUF(PROGRAMME_TEXT_MAX), own = BUF(PROGRAMME_TEXT_MAX * 2);
    const char *name = arena_str(c->a, path).p;
    char piece[65536];
    CLEANUP(closep) FILE *f = fopen(name, "rbe");
    size_t n = 0;
    while (f && (n = fread(piece, 1, sizeof piece, f)) > 0 && !bytes.full)
        buf_add(&bytes, (struct str){ piece, n });
    if (!f || ferror(f) || bytes.full)
        return fail(&c->e, ERR_NOT_FOUND, NULL, MSG_FILE_READ, A(path),
                    A(strerror(bytes.full ? EFBIG : errno)));
    if (!encoding_fits(buf_str(&bytes), name, &c->e))
        return false;
    *text = arena_str(c->a, to_utf8(buf_str(&bytes), encoding_detect(buf_str(&bytes)), &own));
    return true;
}

/* Mistakes are told as FILE:LINE:COLUMN, which editors understand. */
static void tell_mistakes(struct cli *c, struct str path, const struct errs *found)
{
    for (const struct err *x = found->bad.first; x; x = x->next) {
        const char *where =
            x->field ? arena_printf(c->a, "%.*s:%s", (int)path.n, path.p, x->field) : arena_str(c->a, path).p;
        fail(&c->e, x->code, where, MSG_PROGRAMME_RULE, A(x->text));
    }
}

/* --- check ---------------------------------------------------------------------------------------- */

static void put_mistakes(struct json_out *w, const struct errs *found)
{
    put_key(w, "mistakes");
    put_list(w);
    for (const struct err *x = found->bad.first; x; x = x->next) {
        struct str rest = str_of(x->field), part;
        int64_t at[2] = { 0, 0 };
        for (size_t i = 0; i < 2 && str_split(&rest, ':', &part); i++)
            str_int(part, &at[i]);
        put_object(w);
        put_member_int(w, "line", at[0]);
        put_member_int(w, "column", at[1]);
        put_member_cstr(w, "message", x->text);
        put_object_end(w);
    }
    put_list_end(w);
}

static bool check_file(struct cli *c, struct str path, const struct code_book *codes, struct json_out *w)
{
    struct errs found = { .a = c->a, .lang = c->e.lang };
    struct str text;
    if (!read_file(c, path, &text))
        return false;
    const struct programme *p = programme_read_new(text, codes, c->a, &found);
    if (c->json) {
        put_object(w);
        put_member_text(w, "file", path);
        put_member_text(w, "programme", p ? p->code.name : (struct str){ 0 });
        put_mistakes(w, &found);
        put_object_end(w);
    } else if (p) {
        cli_say(c, MSG_PROGRAMME_FINE, A(path), A(wording_in(&p->name, c->e.lang)), A(p->conditions.n),
                A(p->steps.n));
    } else {
        tell_mistakes(c, path, &found);
    }
    return p;
}

static int check(struct cli *c)
{
    struct code_book codes;
    struct json_out w = JSON_OUT(&c->out);
    bool ok = true;
    codes_shipped(&codes, c->a);
    if (c->json) {
        put_object(&w);
        put_key(&w, "files");
        put_list(&w);
    }
    for (size_t i = 0; i < c->args_n; i++)
        ok = check_file(c, c->args[i], &codes, &w) && ok;
    if (c->json) {
        put_list_end(&w);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    }
    return ok ? EXIT_DONE : EXIT_NOTHING;
}

/* --- load ----------------------------------------------------------------------------------------- */

struct loading {
    struct cli *c;
    struct str text;
    struct programme_version v;
    enum programme_loaded what;
};

static const char *detail(const struct programme_version *v, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_member_int(&w, "version", v->version);
    put_member_text(&w, "hash", v->hash);
    put_object_end(&w);
    return arena_str(a, buf_str(&b)).p;
}

static bool do_load(struct tx *tx, void *ctx, struct errs *e)
{
    struct loading *l = ctx;
    CLEANUP(act_release) struct act act;
    act_begin(&act, tx, &l->c->actor, "programme.load", (struct str){ 0 }, e->a);
    if (!programme_load(&act, l->text, l->c->codes, &l->v, &l->what, e))
        return false;
    act.object = l->v.programme;
    return act_end(&act, detail(&l->v, e->a), e);
}

static void put_version(struct json_out *w, const struct programme_version *v)
{
    put_member_text(w, "programme", v->programme);
    put_member_int(w, "version", v->version);
    put_member_text(w, "zh", v->zh);
    put_member_text(w, "en", v->en);
    put_member_text(w, "kind", v->kind);
    put_member_text(w, "source", v->source);
    put_member_text(w, "hash", v->hash);
}

static int load(struct cli *c)
{
    static const char *const whats[] = { "new", "changed", "unchanged" };
    struct loading l = { .c = c };
    struct errs found = { .a = c->a, .lang = c->e.lang };
    if (!read_file(c, c->args[0], &l.text) || !cli_load_codes(c))
        return EXIT_NOTHING;
    if (!programme_read_new(l.text, c->codes, c->a, &found)) {
        tell_mistakes(c, c->args[0], &found);
        return EXIT_NOTHING;
    }
    if (!cli_write(c, 0, do_load, &l))
        return EXIT_NOTHING;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_version(&w, &l.v);
        put_member_cstr(&w, "result", whats[l.what]);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    } else {
        struct wording name = { l.v.zh, l.v.en };
        cli_say(c, l.what == PROGRAMME_UNCHANGED ? MSG_PROGRAMME_IS_SAME : MSG_PROGRAMME_IS_NEW,
                A(wording_in(&name, c->e.lang)), A(l.v.programme), A(l.v.version));
    }
    return EXIT_DONE;
}

/* --- list ----------------------------------------------------------------------------------------- */

struct listing {
    struct cli *c;
    struct programme_version *v;
    size_t n;
};

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct listing *l = ctx;
    return programme_list(tx, &l->v, &l->n, l->c->a, e);
}

static void list_text(struct listing *l)
{
    static const struct table_col cols[] = {
        { { "代号", "Code" }, false },  { { "名称", "Name" }, false },       { { "版本", "Version" }, true },
        { { "种类", "Kind" }, false },  { { "依据", "Source" }, false },     { { "施行", "From" }, false },
        { { "终止", "Until" }, false }, { { "装入日期", "Loaded" }, false },
    };
    struct cli *c = l->c;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < l->n; i++) {
        const struct programme_version *v = &l->v[i];
        struct wording name = { v->zh, v->en };
        const struct label *kind = programme_kind_label(v->kind);
        const struct opt_date days[] = { v->valid_from,
                                         v->valid_to,
                                         { { (int32_t)(v->loaded_at.us / 86400000000) }, true } };
        table_text(&t, v->programme);
        table_text(&t, wording_in(&name, c->e.lang));
        table_int(&t, v->version);
        table_text(&t, kind ? str_of(label_in(kind, c->e.lang)) : v->kind);
        table_text(&t, v->source.p ? v->source : STR(""));
        for (size_t k = 0; k < N_ELEMS(days); k++) {
            CLEANUP(buf_release) struct buf b = BUF(16);
            if (days[k].set)
                date_print(&b, days[k].v);
            table_text(&t, buf_str(&b));
        }
    }
    table_print(&t, c->e.lang, &c->out);
}

static int list(struct cli *c)
{
    struct listing l = { .c = c };
    if (!cli_read(c, do_list, &l))
        return EXIT_NOTHING;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_key(&w, "programmes");
        put_list(&w);
        for (size_t i = 0; i < l.n; i++) {
            put_object(&w);
            put_version(&w, &l.v[i]);
            put_object_end(&w);
        }
        put_list_end(&w);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    } else if (l.n) {
        list_text(&l);
    } else {
        cli_say(c, MSG_PROGRAMMES_NONE);
    }
    return EXIT_DONE;
}

/* --- show ----------------------------------------------------------------------------------------- */

struct showing {
    struct cli *c;
    struct str name;
    struct programme_version v;
    const struct programme *p;
    struct programme_version *all; /* by which it names others */
    size_t all_n;
};

static bool do_open(struct tx *tx, void *ctx, struct errs *e)
{
    struct showing *s = ctx;
    s->p = programme_open(tx, s->name, s->c->codes, &s->v, s->c->a, e);
    return s->p && programme_list(tx, &s->all, &s->all_n, s->c->a, e);
}

static void show_text(struct cli *c, const struct showing *s)
{
    struct description d = { s->p, c->codes, c->e.lang, cli_flag(c, "expressions"), c->a, s->all, s->all_n };
    struct str name = wording_in(&s->p->name, c->e.lang);
    buf_addf(&c->out, c->e.lang == EN ? "%.*s (%.*s), version %d\n\n" : "%.*s（%.*s）第 %d 版\n\n",
             (int)name.n, name.p, (int)s->v.programme.n, s->v.programme.p, (int)s->v.version);
    programme_describe(&d, &c->out);
}

static int show(struct cli *c)
{
    struct showing s = { .c = c, .name = c->args[0] };
    int64_t version = cli_int(c, "version", 0);
    if (version)
        s.name = str_of(arena_printf(c->a, "%.*s@%lld", (int)s.name.n, s.name.p, (long long)version));
    if (!cli_load_codes(c) || !cli_read(c, do_open, &s))
        return EXIT_NOTHING;
    if (cli_flag(c, "source")) {
        buf_add(&c->out, s.v.file);
        return EXIT_DONE;
    }
    if (!c->json) {
        show_text(c, &s);
        return EXIT_DONE;
    }
    struct description d = { .p = s.p, .codes = c->codes, .lang = c->e.lang, .expressions = true, .a = c->a };
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_version(&w, &s.v);
    put_key(&w, "definition");
    put_object(&w);
    programme_json(&d, &w);
    put_object_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- diff ----------------------------------------------------------------------------------------- */

static const struct difference_word {
    const char *slug;
    struct label label;
} difference_words[] = {
    [DIFFERENCE_CHANGED] = { "changed", { "改", "changed" } },
    [DIFFERENCE_ADDED] = { "added", { "增", "added" } },
    [DIFFERENCE_REMOVED] = { "removed", { "删", "removed" } },
    [DIFFERENCE_ORDER] = { "order", { "次序", "order" } },
};

static void diff_json(struct cli *c, const struct showing *a, const struct showing *b,
                      const struct difference *x)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_member_text(&w, "programme", a->v.programme);
    put_member_int(&w, "from", a->v.version);
    put_member_int(&w, "to", b->v.version);
    put_key(&w, "changes");
    put_list(&w);
    for (; x; x = x->next) {
        put_object(&w);
        put_member_cstr(&w, "change", difference_words[x->kind].slug);
        put_member_text(&w, "path", x->path);
        put_member_text(&w, "words", x->words);
        put_member_text(&w, "before", x->before);
        put_member_text(&w, "after", x->after);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void diff_text(struct cli *c, const struct difference *x)
{
    const char *colon = c->e.lang == EN ? ": " : "：";
    for (; x; x = x->next) {
        buf_addf(&c->out, "%s  %.*s%s", label_in(&difference_words[x->kind].label, c->e.lang),
                 (int)x->words.n, x->words.p, colon);
        buf_add(&c->out, x->before);
        if (x->before.p && x->after.p)
            buf_adds(&c->out, x->kind == DIFFERENCE_ORDER ? " ⇒ " : " → ");
        buf_add(&c->out, x->after);
        buf_addc(&c->out, '\n');
    }
}

static int diff(struct cli *c)
{
    struct showing a = { .c = c, .name = c->args[0] }, b = { .c = c, .name = c->args[1] };
    if (!cli_load_codes(c) || !cli_read(c, do_open, &a) || !cli_read(c, do_open, &b))
        return EXIT_NOTHING;
    if (!str_eq(a.v.programme, b.v.programme)) {
        fail(&c->e, ERR_INVALID, NULL, MSG_PROGRAMME_OTHERS, A(c->args[0]), A(c->args[1]));
        return EXIT_USAGE;
    }
    const struct difference *x = programme_compare(a.p, b.p, c->codes, c->e.lang, c->a);
    if (c->json)
        diff_json(c, &a, &b, x);
    else if (x)
        diff_text(c, x);
    else
        cli_say(c, str_eq(a.v.hash, b.v.hash) ? MSG_PROGRAMME_NO_DIFFERENCE : MSG_PROGRAMME_WORDS_ONLY,
                A(c->args[0]), A(c->args[1]));
    return EXIT_DONE;
}

/* --- the table ------------------------------------------------------------------------------------ */

static const struct opt show_opts[] = {
    { .name = "version",
      .kind = OPT_INT,
      .arg = { "版本", "N" },
      .label = { "第几版；默认最新", "which version; the latest if not given" },
      .min = 1,
      .max = INT32_MAX },
    { .name = "expressions",
      .kind = OPT_FLAG,
      .label = { "连同规则表达式", "with the expressions of the rules" } },
    { .name = "source", .kind = OPT_FLAG, .label = { "输出装入时的文件原文", "the file as it was loaded" } },
    { 0 },
};

static const struct command commands[] = {
    { .name = "programme check",
      .perm = PERM_NONE,
      .db = DB_NO,
      .args = { "文件…", "FILE…" },
      .args_min = 1,
      .args_max = -1,
      .summary = { "检查项目文件", "check programme files" },
      .help = { "一次列出全部错误，每处注明行和列、应为什么、最接近的名称；不需要数据库。\n"
                "docs/programmes.md 说明每个键。\n\n  bangfu programme check xingfu.yaml",
                "Every mistake at once, each with its line and column, what was expected and the nearest "
                "names; needs no "
                "database.\ndocs/programmes.md describes every key.\n\n  bangfu programme check "
                "xingfu.yaml" },
      .run = check },
    { .name = "programme diff",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .args = { "版本 版本", "A B" },
      .args_min = 2,
      .args_max = 2,
      .summary = { "比较一个项目的两版", "what differs between two versions of a programme" },
      .help = { "按内容逐项说明区别，不比较文字写法。\n\n  bangfu programme diff xingfu@1 xingfu@2\n  bangfu "
                "programme diff 幸福工程@1 幸福工程",
                "Item by item in words; comments and spelling do not count.\n\n  bangfu programme diff "
                "xingfu@1 xingfu@2" },
      .run = diff },
    { .name = "programme list",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .summary = { "列出项目", "list the programmes" },
      .help = { "每个项目的最新一版。\n\n  bangfu programme list",
                "The latest version of each.\n\n  bangfu programme list" },
      .run = list },
    { .name = "programme load",
      .perm = PERM_PROGRAMMES,
      .db = DB_OPEN,
      .args = { "文件", "FILE" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "装入项目文件，成为新的一版", "load a programme file as a new version" },
      .help = { "文件有改动时成为新的一版，没有改动时不变；装入的版本不能修改或删除，旧的申请仍按原来的版本。"
                "\n"
                "文件有错误时不装入。\n\n  bangfu programme load xingfu.yaml",
                "A file that changed becomes a new version, else nothing happens; versions are never changed "
                "or removed, "
                "and cases stay with theirs.\nA file with mistakes is not loaded.\n\n  bangfu programme load "
                "xingfu.yaml" },
      .run = load },
    { .name = "programme show",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .opts = show_opts,
      .args = { "项目", "PROGRAMME" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "用白话说明一个项目", "a programme in plain words" },
      .help = { "项目可用代号或名称，后面可加 @版本。\n\n  bangfu programme show 幸福工程\n  bangfu "
                "programme show xingfu@1 --expressions",
                "PROGRAMME is a code or a name, with @VERSION behind it or without.\n\n  bangfu programme "
                "show xingfu\n  bangfu "
                "programme show xingfu@1 --expressions" },
      .run = show },
};
const struct command_table programme_commands = { { "项目", "Programmes" }, commands, N_ELEMS(commands) };
