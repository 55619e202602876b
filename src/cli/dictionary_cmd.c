/* dictionary_cmd.c - what offices set without a new version or program: values of parameters, and own codes.
 */
#include "base/value.h"
#include "cli/casework_cmd.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "programme/parameter.h"
#include "programme/version.h"
#include "registry/code_change.h"

/* --- parameters --------------------------------------------------------------------------- */

struct parameters {
    struct cli *c;
    struct programme_version v;
    const struct programme *p;
    struct list all;
    struct parameter_setting x;
};

static bool read_parameters(struct tx *tx, void *ctx, struct errs *e)
{
    struct parameters *s = ctx;
    struct cli *c = s->c;
    s->p = programme_open(tx, c->args[0], c->codes, &s->v, c->a, e);
    return s->p && parameter_region_fits(cli_region(c, "region"), "region", e) &&
           parameter_settings(tx, s->v.programme, PARAMETERS_NOW, &s->all, c->a, e);
}

static void put_date(struct table *t, struct date d)
{
    CLEANUP(buf_release) struct buf b = BUF(16);
    date_print(&b, d);
    table_text(t, buf_str(&b));
}

static void settings_table(struct parameters *s)
{
    static const struct table_col cols[] = {
        { { "编号", "No." }, true },         { { "参数", "Parameter" }, false },
        { { "区划", "Region" }, false },     { { "起始", "From" }, false },
        { { "数值", "Value" }, true },       { { "有效", "Counts" }, false },
        { { "依据", "Basis" }, false },      { { "登记人", "Set by" }, false },
        { { "登记日期", "Set on" }, false },
    };
    struct cli *c = s->c;
    const struct parameter_setting *x = s->all.rows;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < s->all.n; i++) {
        CLEANUP(buf_release) struct buf region = BUF(32);
        region_print(&region, x[i].region);
        table_int(&t, x[i].no);
        table_text(&t, x[i].parameter);
        table_text(&t, x[i].region.v ? buf_str(&region) : STR("0"));
        put_date(&t, x[i].valid_from);
        table_text(&t, x[i].value.n ? x[i].value : STR("-"));
        table_text(&t, parameter_counts(x, s->all.n, i) ? STR("*") : STR(""));
        table_text(&t, x[i].basis);
        table_text(&t, x[i].set_by);
        put_date(&t, x[i].set_on);
    }
    table_print(&t, c->e.lang, &c->out);
}

static void parameters_text(struct parameters *s, const struct parameter_book *book)
{
    static const struct table_col cols[] = {
        { { "参数", "Parameter" }, false }, { { "名称", "Name" }, false }, { { "数值", "Value" }, true },
        { { "自", "Since" }, false },       { { "编号", "No." }, true },   { { "默认", "Default" }, true },
        { { "依据", "Basis" }, false },
    };
    struct cli *c = s->c;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < s->p->parameters.n; i++) {
        const struct programme_parameter *p = &s->p->parameters.p[i];
        struct parameter_choice now = parameter_choose(p, book, cli_region(c, "region"), cli_on(c));
        CLEANUP(buf_release) struct buf since = BUF(16), no = BUF(24);
        if (now.row) {
            date_print(&since, now.row->valid_from);
            buf_addf(&no, "%lld", (long long)now.row->no);
        }
        table_text(&t, p->id.name);
        table_text(&t, wording_in(&p->label, c->e.lang));
        table_text(&t, now.constant ? now.constant->text : p->initial.text);
        table_text(&t, buf_str(&since));
        table_text(&t, buf_str(&no));
        table_text(&t, p->initial.text.p ? p->initial.text : STR(""));
        table_text(&t, now.row ? now.row->basis : p->source.p ? p->source : STR(""));
    }
    table_print(&t, c->e.lang, &c->out);
}

static void parameters_json(struct parameters *s, const struct parameter_book *book)
{
    struct cli *c = s->c;
    struct json_out w = JSON_OUT(&c->out);
    const struct parameter_setting *x = s->all.rows;
    put_object(&w);
    put_member_text(&w, "programme", s->v.programme);
    put_key(&w, "parameters");
    put_object(&w);
    for (size_t i = 0; i < s->p->parameters.n; i++) {
        const struct programme_parameter *p = &s->p->parameters.p[i];
        struct parameter_choice now = parameter_choose(p, book, cli_region(c, "region"), cli_on(c));
        put_member_text(&w, arena_str(c->a, p->id.name).p,
                        now.constant ? now.constant->text : p->initial.text);
    }
    put_object_end(&w);
    put_key(&w, "settings");
    put_list(&w);
    for (size_t i = 0; i < s->all.n; i++) {
        put_object(&w);
        cli_put_cols(c, &w, &parameter_setting_entity, &x[i]);
        put_member_bool(&w, "counts", x[i].value.n && parameter_counts(x, s->all.n, i));
        put_object_end(&w);
    }
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static int list_parameters(struct cli *c)
{
    struct parameters s = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, read_parameters, &s))
        return EXIT_NOTHING;
    struct parameter_book book = parameter_book_of(s.p, &s.all, c->a);
    if (c->json) {
        parameters_json(&s, &book);
        return EXIT_DONE;
    }
    parameters_text(&s, &book);
    if (s.all.n) {
        buf_addc(&c->out, '\n');
        settings_table(&s);
    }
    return EXIT_DONE;
}

static bool do_set(struct tx *tx, void *ctx, struct errs *e)
{
    struct parameters *s = ctx;
    struct cli *c = s->c;
    bool back = c->args_n < 3;
    CLEANUP(act_release) struct act act = { 0 };
    s->p = programme_open(tx, c->args[0], c->codes, &s->v, c->a, e);
    if (!s->p)
        return false;
    s->x = (struct parameter_setting){ .parameter = c->args[1],
                                       .region = cli_region(c, "region"),
                                       .valid_from = { (int32_t)cli_int(c, "from", 0) },
                                       .value = back ? (struct str){ 0 } : c->args[2],
                                       .basis = cli_text(c, "basis") };
    act_begin(&act, tx, &c->actor, back ? "parameter.withdraw" : "parameter.set", s->v.programme, e->a);
    return parameter_set(&act, s->p, &s->x, e) && act_end(&act, NULL, e);
}

static int set_parameter(struct cli *c)
{
    struct parameters s = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_set, &s))
        return EXIT_NOTHING;
    cli_answer(c, &parameter_setting_entity, &s.x);
    if (s.x.value.n)
        cli_say(c, MSG_PARAMETER_SET, A(s.x.no), A(s.x.parameter), A(s.x.value), A(s.x.valid_from));
    else
        cli_say(c, MSG_PARAMETER_BACK, A(s.x.no), A(s.x.parameter), A(s.x.valid_from));
    return EXIT_DONE;
}

/* --- codes -------------------------------------------------------------------------------- */

struct change {
    struct cli *c;
    struct code_entry x;
};

static void take(struct cli *c, struct code_entry *x)
{
    const struct {
        const char *option;
        struct str *text;
    } all[] = { { "zh", &x->zh },
                { "en", &x->en },
                { "short", &x->short_zh },
                { "aliases", &x->aliases },
                { "note", &x->note } };
    for (size_t i = 0; i < N_ELEMS(all); i++)
        if (cli_value(c, all[i].option))
            *all[i].text = cli_text(c, all[i].option);
}

static bool do_add(struct tx *tx, void *ctx, struct errs *e)
{
    struct change *s = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    s->x = (struct code_entry){ .table_name = s->c->args[0], .zh = s->c->args[1] };
    take(s->c, &s->x);
    act_begin(&act, tx, &s->c->actor, "code.add", s->x.table_name, e->a);
    return code_add(&act, &s->x, e) && act_end(&act, NULL, e);
}

static bool do_rename(struct tx *tx, void *ctx, struct errs *e)
{
    struct change *s = ctx;
    struct code_entry old;
    CLEANUP(act_release) struct act act = { 0 };
    if (!code_named(tx, s->c->args[0], s->c->args[1], &old, e))
        return false;
    s->x = old;
    take(s->c, &s->x);
    act_begin(&act, tx, &s->c->actor, "code.rename", old.table_name, e->a);
    return code_rename(&act, &old, &s->x, e) && act_end(&act, NULL, e);
}

static bool do_end(struct tx *tx, void *ctx, struct errs *e)
{
    struct change *s = ctx;
    struct code_entry old;
    bool resume = cli_flag(s->c, "resume");
    CLEANUP(act_release) struct act act = { 0 };
    if (!code_named(tx, s->c->args[0], s->c->args[1], &old, e))
        return false;
    act_begin(&act, tx, &s->c->actor, resume ? "code.resume" : "code.end", old.table_name, e->a);
    return code_end(&act, &old, (struct opt_date){ cli_on(s->c), !resume }, &s->x, e) &&
           act_end(&act, NULL, e);
}

static int change(struct cli *c, tx_fn *fn)
{
    struct change s = { .c = c };
    if (!cli_write(c, 0, fn, &s))
        return EXIT_NOTHING;
    cli_answer(c, &code_entity, &s.x);
    cli_say(c, MSG_CODES_DONE, A(s.x.table_name), A(c->e.lang == EN ? s.x.en : s.x.zh), A(s.x.code),
            A(s.x.slug));
    return EXIT_DONE;
}

static int add_code(struct cli *c)
{
    return change(c, do_add);
}
static int rename_code(struct cli *c)
{
    return change(c, do_rename);
}
static int end_code(struct cli *c)
{
    return change(c, do_end);
}

static int list_codes(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "代码", "Code" }, true },        { { "短名", "Short name" }, false },
        { { "中文", "Chinese" }, false },    { { "英文", "English" }, false },
        { { "用到", "Used up to" }, false }, { { "别名", "Aliases" }, false },
    };
    if (!cli_load_codes(c))
        return EXIT_NOTHING;
    const struct code_table *t = code_table(c->codes, c->args[0].p);
    if (!t)
        return (int)cli_code(fail(&c->e, ERR_NOT_FOUND, NULL, MSG_CODES_NO_TABLE, A(c->args[0])));
    struct table out = table_begin(cols, N_ELEMS(cols), c->a);
    struct json_out w = JSON_OUT(&c->out);
    if (c->json)
        put_list(&w);
    for (size_t i = 0; i < t->n; i++) {
        const struct code_row *r = &t->rows[i];
        CLEANUP(buf_release) struct buf to = BUF(16);
        if (r->valid_to.set)
            date_print(&to, r->valid_to.v);
        if (!c->json) {
            table_int(&out, r->code);
            table_text(&out, r->slug);
            table_text(&out, r->zh);
            table_text(&out, r->en);
            table_text(&out, buf_str(&to));
            table_text(&out, r->aliases.p ? r->aliases : STR(""));
            continue;
        }
        put_object(&w);
        put_member_int(&w, "code", r->code);
        put_member_text(&w, "slug", r->slug);
        put_member_text(&w, "zh", r->zh);
        put_member_text(&w, "en", r->en);
        if (to.n)
            put_member_text(&w, "valid_to", buf_str(&to));
        put_object_end(&w);
    }
    if (c->json) {
        put_list_end(&w);
        buf_addc(&c->out, '\n');
    } else {
        table_print(&out, c->e.lang, &c->out);
    }
    return EXIT_DONE;
}

/* --- the table ---------------------------------------------------------------------------- */

// clang-format off
static const struct opt list_opts[] = {
    { .name = "on", .kind = OPT_DATE, .arg = { "日期", "DAY" }, .label = { "哪一天的数值（默认今天）", "values of which day (today)" } },
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "哪个省、市、县的数值；默认全域", "of which province, prefecture or county; everywhere if left out" } },
    { 0 },
};
#define SET_OPTS \
    { .name = "basis", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "依据", "BASIS" }, .label = { "依据：文号或决定", "what it rests on: a document's number or a decision" } }, \
    { .name = "from", .kind = OPT_DATE, .flags = OPT_REQUIRED, .arg = { "日期", "DAY" }, .label = { "起始日期", "from which day on" } }, \
    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "省、市或县；默认全域", "a province, prefecture or county; everywhere if left out" } }
static const struct opt set_opts[] = { SET_OPTS, { 0 } };
#define LABEL_OPTS \
    { .name = "aliases", .kind = OPT_TEXT, .arg = { "别名", "WORDS" }, .label = { "别名，以 | 分开", "other words for it, | between them" } }, \
    { .name = "en", .kind = OPT_TEXT, .arg = { "英文", "LABEL" }, .label = { "英文名称", "English label" } }, \
    { .name = "note", .kind = OPT_TEXT, .arg = { "说明", "NOTE" }, .label = { "说明", "note" } }, \
    { .name = "short", .kind = OPT_TEXT, .arg = { "简称", "LABEL" }, .label = { "简称", "abbreviation" } }
static const struct opt add_opts[] = { LABEL_OPTS, { 0 } };
static const struct opt rename_opts[] = { LABEL_OPTS, { .name = "zh", .kind = OPT_TEXT, .arg = { "中文", "LABEL" }, .label = { "中文名称", "Chinese label" } }, { 0 } };
static const struct opt end_opts[] = {
    { .name = "on", .kind = OPT_DATE, .arg = { "日期", "DAY" }, .label = { "自哪天起停用（默认今天）", "from which day on (today)" } },
    { .name = "resume", .kind = OPT_FLAG, .label = { "恢复使用", "offer it again" } },
    { 0 },
};
static const struct command commands[] = {
    { .name = "code add", .perm = PERM_REGIONS, .db = DB_OPEN, .opts = add_opts, .args = { "代码表 名称", "TABLE LABEL" }, .args_min = 2, .args_max = 2,
      .summary = { "增加自己的代码", "add a code of one's own" },
      .help = { "编号和短名自动给出，以后不变。国家标准和程序自用的代码表不能增加。\n\n  bangfu code add project_kind 林下经济 --en 'Forest economy' --aliases 林下种养|林下养殖",
                "Its number and short name are given, and stay. Tables of national standards and those the program goes by take none.\n\n  bangfu code add project_kind 林下经济 --en 'Forest economy'" },
      .run = add_code },
    { .name = "code end", .perm = PERM_REGIONS, .db = DB_OPEN, .opts = end_opts, .args = { "代码表 代码", "TABLE CODE" }, .args_min = 2, .args_max = 2,
      .summary = { "停用一个代码", "end a code" },
      .help = { "此后不再可选；已有的资料和旧文件不受影响。代码从不删除。\n\n  bangfu code end project_kind own_1001 --on 2027-01-01",
                "It is offered no more; rows and old files that have it keep it. Codes are never removed.\n\n  bangfu code end project_kind own_1001 --on 2027-01-01" },
      .run = end_code },
    { .name = "code list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .args = { "代码表", "TABLE" }, .args_min = 1, .args_max = 1,
      .summary = { "列出一个代码表", "list a code table" }, .help = { "\n  bangfu code list project_kind", "\n  bangfu code list project_kind" }, .run = list_codes },
    { .name = "code rename", .perm = PERM_REGIONS, .db = DB_OPEN, .opts = rename_opts, .args = { "代码表 代码", "TABLE CODE" }, .args_min = 2, .args_max = 2,
      .summary = { "改代码的名称", "give a code another label" },
      .help = { "编号、短名和含义不变；旧名称留作别名，旧文件仍能导入。\n\n  bangfu code rename poverty_cause 缺劳力 --zh 缺劳动力",
                "Number, short name and meaning stay; the old label stays as an alias, so that old files are understood.\n\n  bangfu code rename poverty_cause 缺劳力 --zh 缺劳动力" },
      .run = rename_code },
    { .name = "parameter list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .opts = list_opts, .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "项目的参数和历次设定", "a programme's parameters, and all that was set" },
      .help = { "\n  bangfu parameter list 幸福工程 --region 350603", "\n  bangfu parameter list xingfu --region 350603" }, .run = list_parameters },
    { .name = "parameter set", .perm = PERM_PROGRAMMES, .db = DB_OPEN, .opts = set_opts, .args = { "项目 参数 数值", "PROGRAMME NAME VALUE" }, .args_min = 3, .args_max = 3,
      .summary = { "设定参数", "set a parameter" },
      .help = { "自某日起，用于全域或一个省、市、县；不必装入新版本。最近的区划优先，其次起始日期最晚的。历次设定都保留。\n\n  bangfu parameter set 幸福工程 max_amount 30000 --region 350603 --from 2026-01-01 --basis 某扶贫〔2026〕1号",
                "From a day on, for everywhere, a province, a prefecture or a county, without a new version. The nearest region wins, then the latest beginning. All that was set is kept.\n\n  bangfu parameter set xingfu max_amount 30000 --region 350603 --from 2026-01-01 --basis 'No. 1/2026'" },
      .run = set_parameter },
    { .name = "parameter withdraw", .perm = PERM_PROGRAMMES, .db = DB_OPEN, .opts = set_opts, .args = { "项目 参数", "PROGRAMME NAME" }, .args_min = 2, .args_max = 2,
      .summary = { "撤回设定的参数", "take back what was set" },
      .help = { "撤回一地自某日起的数值；记录保留。\n\n  bangfu parameter withdraw 幸福工程 max_amount --region 350603 --from 2026-01-01 --basis 误填",
                "What was set for a place from a day on counts no more; the row stays.\n\n  bangfu parameter withdraw xingfu max_amount --region 350603 --from 2026-01-01 --basis mistake" },
      .run = set_parameter },
};
// clang-format on
const struct command_table dictionary_commands = { { "参数和代码表", "Parameters and code tables" },
                                                   commands,
                                                   N_ELEMS(commands) };
