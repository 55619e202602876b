/* check_cmd.c - is what the register says plausible, and is anybody in it twice? */
#include "base/clock.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "registry/duplicate.h"
#include "registry/quality.h"

enum { FIRST = 10, PAIRS = 1000, PROGRESS_EVERY = 20000 };

static void put_village(struct json_out *w, struct region_code code, struct str name)
{
    CLEANUP(buf_release) struct buf b = BUF(16);
    region_print(&b, code);
    put_member_text(w, "village", buf_str(&b));
    put_member_text(w, "village_name", name);
}

/* --- check quality -------------------------------------------------------------------------------------- */

struct quality_ctx {
    struct cli *c;
    struct quality_report report;
    struct str *rules;
    size_t rules_n;
    int64_t told;
};

static void quality_progress(void *ctx, int64_t households)
{
    struct quality_ctx *q = ctx;
    char text[64];
    if (households - q->told < PROGRESS_EVERY)
        return;
    q->told = households;
    snprintf(text, sizeof text, "%lld", (long long)households);
    cli_progress(q->c, text);
}

static bool do_quality(struct tx *tx, void *ctx, struct errs *e)
{
    struct quality_ctx *q = ctx;
    struct cli *c = q->c;
    struct quality_options o = { .within = cli_region(c, "region"),
                                 .rules = q->rules,
                                 .rules_n = q->rules_n,
                                 .limit = (size_t)cli_int(c, "limit", FIRST),
                                 .today = clock_today(),
                                 .stop = c->stop,
                                 .progress = quality_progress,
                                 .ctx = q };
    return quality_run(tx, &c->actor, c->program->quality, c->program->quality_n, &o, &q->report, e);
}

/* Without --rule every rule is listed, also those that cannot be checked yet. */
static bool is_listed(const struct quality_ctx *q, const struct quality_list *l)
{
    return l->wanted || (!quality_checkable(l->rule) && !q->rules_n);
}

static void put_rule(struct cli *c, struct json_out *w, const struct quality_list *l)
{
    put_object(w);
    put_member_cstr(w, "rule", l->rule->id);
    put_member_cstr(w, "severity", severity_slugs[l->rule->severity]);
    put_member_cstr(w, "text", label_in(&l->rule->text, c->e.lang));
    put_member_bool(w, "checkable", quality_checkable(l->rule));
    if (!quality_checkable(l->rule))
        put_member_cstr(w, "missing", label_in(&l->rule->missing, c->e.lang));
    else
        put_member_int(w, "count", l->count);
    put_key(w, "first");
    put_list(w);
    for (size_t i = 0; i < l->n; i++) {
        const struct quality_finding *f = &l->first[i];
        put_object(w);
        put_member_text(w, "hh_no", f->hh_no);
        put_member_text(w, "name", f->name);
        put_village(w, f->village, f->village_name);
        put_object_end(w);
    }
    put_list_end(w);
    put_object_end(w);
}

static void quality_json(struct cli *c, const struct quality_ctx *q)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_member_int(&w, "households", q->report.households);
    put_member_int(&w, "persons", q->report.persons);
    put_key(&w, "rules");
    put_list(&w);
    for (size_t i = 0; i < q->report.n; i++)
        if (is_listed(q, &q->report.lists[i]))
            put_rule(c, &w, &q->report.lists[i]);
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void quality_rule_text(struct cli *c, const struct quality_list *l)
{
    static const struct table_col cols[] = { { { "  户编号", "  Household" }, false },
                                             { { "姓名", "Name" }, false },
                                             { { "村", "Village" }, false } };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    buf_addf(&c->out, "%s  %s  %s: %lld\n", l->rule->id,
             label_in(&severity_labels[l->rule->severity], c->e.lang), label_in(&l->rule->text, c->e.lang),
             (long long)l->count);
    for (size_t i = 0; i < l->n; i++) {
        const struct quality_finding *f = &l->first[i];
        table_text(&t, str_of(arena_printf(c->a, "  %.*s", (int)f->hh_no.n, f->hh_no.p)));
        table_text(&t, f->name);
        table_text(&t, f->village_name);
    }
    if (l->n)
        table_print(&t, c->e.lang, &c->out);
    if ((int64_t)l->n < l->count && l->n)
        cli_say(c, MSG_QUALITY_MORE, A(l->count - (int64_t)l->n));
    buf_addc(&c->out, '\n');
}

static void quality_text(struct cli *c, const struct quality_ctx *q)
{
    int found = 0, clean = 0;
    bool not_yet = false;
    for (size_t i = 0; i < q->report.n; i++) {
        const struct quality_list *l = &q->report.lists[i];
        if (!is_listed(q, l))
            continue;
        not_yet = not_yet || !quality_checkable(l->rule);
        clean += l->wanted && !l->count;
        found += l->count != 0;
        if (l->count)
            quality_rule_text(c, l);
    }
    if (not_yet)
        cli_say(c, MSG_QUALITY_NOT_YET);
    for (size_t i = 0; not_yet && i < q->report.n; i++) {
        const struct quality_rule *r = q->report.lists[i].rule;
        if (!quality_checkable(r))
            buf_addf(&c->out, "  %s  %s (%s)\n", r->id, label_in(&r->text, c->e.lang),
                     label_in(&r->missing, c->e.lang));
    }
    cli_say(c, MSG_QUALITY_COUNTS, A(q->report.households), A(q->report.persons), A(found), A(clean));
}

static int check_quality(struct cli *c)
{
    struct quality_ctx q = { .c = c };
    for (const struct opt_value *v = cli_value(c, "rule"); v; v = cli_next_value(v))
        q.rules_n++;
    q.rules = NEW_ARRAY(c->a, struct str, q.rules_n + 1);
    q.rules_n = 0;
    for (const struct opt_value *v = cli_value(c, "rule"); v; v = cli_next_value(v))
        q.rules[q.rules_n++] = v->text;
    bool ok = cli_read(c, do_quality, &q);
    cli_progress(c, "");
    if (!ok)
        return EXIT_NOTHING;
    if (c->json)
        quality_json(c, &q);
    else
        quality_text(c, &q);
    return EXIT_DONE;
}

/* --- check duplicates --------------------------------------------------------------------------------------
 */

struct duplicates_ctx {
    struct cli *c;
    struct duplicate_report report;
    struct duplicate_marks marks;
    struct person a, b;
    bool undo;
};

static bool do_duplicates(struct tx *tx, void *ctx, struct errs *e)
{
    struct duplicates_ctx *d = ctx;
    struct cli *c = d->c;
    struct duplicate_options o = { .within = cli_region(c, "region"),
                                   .min_score = (int)cli_int(c, "min-score", DUPLICATE_SCORE),
                                   .limit = (size_t)cli_int(c, "limit", PAIRS),
                                   .stop = c->stop };
    return duplicate_run(tx, &c->actor, &o, &d->report, e);
}

static struct str cell(struct cli *c, const char *name, const struct person *p)
{
    CLEANUP(buf_release) struct buf b = BUF(1024);
    col_print_masked(entity_col(&person_entity, name), p, &b, c->codes, c->e.lang);
    return arena_str(c->a, buf_str(&b));
}

static void put_person(struct cli *c, struct json_out *w, const struct duplicate_person *p)
{
    static const char *const cols[] = { "id", "name", "relation", "sex", "birth_date" };
    put_object(w);
    for (size_t i = 0; i < N_ELEMS(cols); i++) {
        put_key(w, cols[i]);
        col_json(entity_col(&person_entity, cols[i]), &p->person, w, c->codes, true);
    }
    put_member_text(w, "hh_no", p->hh_no);
    put_village(w, p->village, p->village_name);
    put_object_end(w);
}

static void put_pair(struct cli *c, struct json_out *w, const struct duplicate_pair *p)
{
    put_object(w);
    put_member_int(w, "score", p->score);
    put_key(w, "reasons");
    put_list(w);
    for (int i = 0; i < DUPLICATE_REASON_COUNT; i++)
        if (p->reasons >> i & 1)
            put_cstr(w, duplicate_reasons[i].slug);
    put_list_end(w);
    put_key(w, "a");
    put_person(c, w, &p->a);
    put_key(w, "b");
    put_person(c, w, &p->b);
    put_object_end(w);
}

static void duplicates_json(struct cli *c, const struct duplicate_report *r)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_member_int(&w, "persons", r->persons);
    put_member_int(&w, "found", r->found);
    put_member_int(&w, "different", r->different);
    put_key(&w, "pairs");
    put_list(&w);
    for (size_t i = 0; i < r->n; i++)
        put_pair(c, &w, &r->pairs[i]);
    put_list_end(&w);
    put_key(&w, "cut");
    put_list(&w);
    for (int i = 0; i < BLOCKS; i++) {
        if (!r->cut[i].groups)
            continue;
        put_object(&w);
        put_member_cstr(&w, "by", duplicate_blocks[i].slug);
        put_member_int(&w, "groups", r->cut[i].groups);
        put_member_int(&w, "persons", r->cut[i].persons);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void person_row(struct cli *c, struct table *t, const struct duplicate_person *p)
{
    table_text(t, p->person.id ? str_of(arena_printf(c->a, "  %lld", (long long)p->person.id)) : STR(""));
    table_text(t, p->person.name);
    table_text(t, p->person.id ? cell(c, "sex", &p->person) : STR(""));
    table_text(t, p->person.id ? cell(c, "birth_date", &p->person) : STR(""));
    table_text(t, p->hh_no);
    table_text(t, p->village_name);
}

static void print_two(struct cli *c, const struct duplicate_person *a, const struct duplicate_person *b)
{
    static const struct table_col cols[] = {
        { { "  人员编号", "  Number" }, false },
        { { "姓名", "Name" }, false },
        { { "性别", "Sex" }, false },
        { { "出生日期", "Born" }, false },
        { { "户编号", "Household" }, false },
        { { "村", "Village" }, false },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    person_row(c, &t, a);
    person_row(c, &t, b);
    table_print(&t, c->e.lang, &c->out);
    buf_addc(&c->out, '\n');
}

static void duplicates_text(struct cli *c, const struct duplicate_report *r)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct duplicate_pair *p = &r->pairs[i];
        const char *between = "  ";
        buf_addf(&c->out, "%zu  %d", i + 1, p->score);
        for (int k = 0; k < DUPLICATE_REASON_COUNT; k++)
            if (p->reasons >> k & 1) {
                buf_addf(&c->out, "%s%s", between, label_in(&duplicate_reasons[k].label, c->e.lang));
                between = c->e.lang == EN ? ", " : "，";
            }
        buf_addc(&c->out, '\n');
        print_two(c, &p->a, &p->b);
    }
    cli_say(c, MSG_DUPLICATE_COUNTS, A(r->persons), A(r->found));
    if (r->different)
        cli_say(c, MSG_DUPLICATE_DIFFERENT, A(r->different));
    for (int i = 0; i < BLOCKS; i++) {
        const struct label *by = &duplicate_blocks[i].label;
        if (r->cut[i].groups)
            cli_say(c, MSG_DUPLICATE_CUT, A(by), A(r->cut[i].groups), A(r->cut[i].persons));
    }
    if (r->found > (int64_t)r->n)
        cli_say(c, MSG_QUALITY_MORE, A(r->found - (int64_t)r->n));
    if (r->n)
        cli_say(c, MSG_DUPLICATE_HINT);
}

/* --- marked as different
 * ------------------------------------------------------------------------------------ */

static bool find_two(struct tx *tx, struct duplicates_ctx *d, struct errs *e)
{
    struct cli *c = d->c;
    struct household h;
    return duplicate_person_find(tx, &c->actor, PERM_REGISTRY_WRITE, c->args[0], cli_region(c, "region"),
                                 &d->a, &h, e) &&
           actor_need_at(&c->actor, PERM_REGISTRY_WRITE, h.village, e) &&
           duplicate_person_find(tx, &c->actor, PERM_REGISTRY_WRITE, c->args[1], cli_region(c, "region"),
                                 &d->b, &h, e) &&
           actor_need_at(&c->actor, PERM_REGISTRY_WRITE, h.village, e);
}

static bool do_mark(struct tx *tx, void *ctx, struct errs *e)
{
    struct duplicates_ctx *d = ctx;
    struct cli *c = d->c;
    CLEANUP(act_release) struct act act = { 0 };
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    if (!actor_need(&c->actor, PERM_REGISTRY_WRITE, e) || !find_two(tx, d, e))
        return false;
    const char *object = arena_printf(e->a, "%lld %lld", (long long)d->a.id, (long long)d->b.id);
    act_begin(&act, tx, &c->actor, d->undo ? "duplicate.undo" : "duplicate.different", str_of(object), e->a);
    put_object(&w);
    put_member_text(&w, "reason", cli_text(c, "reason"));
    put_object_end(&w);
    return (d->undo ? duplicate_unmark(&act, &d->a, &d->b, e)
                    : duplicate_mark(&act, &d->a, &d->b, cli_text(c, "reason"), e)) &&
           act_end(&act, buf_cstr(&b), e);
}

static int mark(struct cli *c, bool undo)
{
    struct duplicates_ctx d = { .c = c, .undo = undo };
    if (c->args_n != 2) {
        fail(&c->e, ERR_INVALID, NULL, MSG_DUPLICATE_NEEDS_TWO, A(undo ? "undo" : "different"));
        return EXIT_USAGE;
    }
    if (!cli_write(c, 0, do_mark, &d))
        return EXIT_NOTHING;
    if (!c->json) {
        if (undo)
            cli_say(c, MSG_DUPLICATE_UNDONE, A(d.a.name), A(d.b.name));
        else
            cli_say(c, MSG_DUPLICATE_DONE, A(d.a.name), A(d.b.name));
        return EXIT_DONE;
    }
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_member_int(&w, "a", d.a.id);
    put_member_int(&w, "b", d.b.id);
    put_member_bool(&w, "different", !undo);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct duplicates_ctx *d = ctx;
    return duplicate_marks(tx, &d->c->actor, cli_region(d->c, "region"),
                           (size_t)cli_int(d->c, "limit", PAIRS), &d->marks, e);
}

static void put_mark(struct cli *c, struct json_out *w, const struct duplicate_marked *m)
{
    static const char *const cols[] = { "person_a", "person_b", "decided_by", "decided_at", "reason" };
    put_object(w);
    for (size_t i = 0; i < N_ELEMS(cols); i++) {
        put_key(w, cols[i]);
        col_json(entity_col(&not_duplicate_entity, cols[i]), &m->mark, w, c->codes, true);
    }
    put_key(w, "a");
    put_person(c, w, &m->a);
    put_key(w, "b");
    put_person(c, w, &m->b);
    put_object_end(w);
}

static void marks_json(struct cli *c, const struct duplicate_marks *m)
{
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_key(&w, "different");
    put_list(&w);
    for (size_t i = 0; i < m->n; i++)
        put_mark(c, &w, &m->list[i]);
    put_list_end(&w);
    put_member_bool(&w, "more", m->more);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static int list_different(struct cli *c)
{
    struct duplicates_ctx d = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_list, &d))
        return EXIT_NOTHING;
    if (c->json) {
        marks_json(c, &d.marks);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < d.marks.n; i++) {
        const struct not_duplicate *m = &d.marks.list[i].mark;
        instant_print(&c->out, m->decided_at);
        buf_addf(&c->out, "  %.*s  %.*s\n", (int)m->decided_by.n, m->decided_by.p, (int)m->reason.n,
                 m->reason.p ? m->reason.p : "");
        print_two(c, &d.marks.list[i].a, &d.marks.list[i].b);
    }
    if (!d.marks.n)
        cli_say(c, MSG_DUPLICATE_NO_MARKS);
    if (d.marks.more)
        cli_say(c, MSG_FIND_MORE);
    return EXIT_DONE;
}

static int check_duplicates(struct cli *c)
{
    bool different = cli_flag(c, "different"), undo = cli_flag(c, "undo"),
         list = cli_flag(c, "list-different");
    if (different + undo + list > 1) {
        fail(&c->e, ERR_INVALID, NULL, MSG_OPT_EITHER, A(different ? "different" : "undo"),
             A(list ? "list-different" : "undo"));
        return EXIT_USAGE;
    }
    if (different || undo)
        return mark(c, undo);
    if (c->args_n) {
        fail(&c->e, ERR_INVALID, NULL, MSG_DUPLICATE_NEEDS_NONE);
        return EXIT_USAGE;
    }
    if (list)
        return list_different(c);
    struct duplicates_ctx d = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_duplicates, &d))
        return EXIT_NOTHING;
    if (c->json)
        duplicates_json(c, &d.report);
    else
        duplicates_text(c, &d.report);
    return EXIT_DONE;
}

/* --- the table
 * ------------------------------------------------------------------------------------------------ */

#define REGION_OPT                                                                  \
    {                                                                               \
        .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { \
            "只看这个区划",                                                         \
            "only this region"                                                      \
        }                                                                           \
    }

static const struct opt duplicates_opts[] = {
    { .name = "different",
      .kind = OPT_FLAG,
      .label = { "把两人标为不同的人，以后不再列出",
                 "mark two as different persons: they are not listed again" } },
    { .name = "limit",
      .kind = OPT_INT,
      .min = 1,
      .max = DUPLICATE_LIMIT_MAX,
      .arg = { "对数", "N" },
      .label = { "最多列出多少对（默认 1000）", "at most so many pairs (default 1000)" } },
    { .name = "list-different",
      .kind = OPT_FLAG,
      .label = { "列出已标为不同的人", "list those marked as different persons" } },
    { .name = "min-score",
      .kind = OPT_INT,
      .min = 1,
      .max = 99,
      .arg = { "分数", "N" },
      .label = { "只列出不低于这个分数的（1 至 99，默认 90）",
                 "only pairs of this score or more (1 to 99, default 90)" } },
    { .name = "reason",
      .kind = OPT_TEXT,
      .arg = { "理由", "TEXT" },
      .label = { "为什么是不同的人；会保存", "why they are different persons; it is kept" } },
    REGION_OPT,
    { .name = "undo", .kind = OPT_FLAG, .label = { "取消“不同的人”的标记", "take the mark off again" } },
    { 0 },
};
static const struct opt quality_opts[] = {
    { .name = "limit",
      .kind = OPT_INT,
      .min = 0,
      .max = QUALITY_LIMIT_MAX,
      .arg = { "条数", "N" },
      .label = { "每条规则最多列出多少户或人（默认 10）", "at most so many of each rule (default 10)" } },
    REGION_OPT,
    { .name = "rule",
      .kind = OPT_TEXT,
      .flags = OPT_REPEATS,
      .arg = { "规则", "RULE" },
      .label = { "只核对这条规则，如 DQ13；可重复", "only this rule, like DQ13; may be repeated" } },
    { 0 },
};

static const struct command commands[] = {
    { .name = "check duplicates",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .opts = duplicates_opts,
      .args = { "甲 乙", "A B" },
      .args_max = 2,
      .summary = { "可能重复登记的人", "who may be registered twice" },
      .help = { "比较姓名（同音、异体、一字之差）、出生日期、性别、电话、银行账号、证件号码和其他情况，\n"
                "列出可能是同一人的，附分数（1 至 "
                "99）和理由。分数是同一人的把握，按名册中同名、同日出生的人数估算。\n"
                "人员写作 户编号/姓名，或列出的人员编号。\n\n"
                "  bangfu check duplicates --region 350603100\n"
                "  bangfu check duplicates --different LW000001/余妹婷 LW000045/余妹婷 --reason 已上门核实\n"
                "  bangfu check duplicates --list-different",
                "Compares names (of one sound, in variant characters, one character apart), birth dates, "
                "sex, phones, "
                "bank accounts, identity numbers and further facts, and lists who may be one person, with a "
                "score "
                "(1 to 99) and the reasons. The score says how sure it is, going by how many in the register "
                "have "
                "such a name or birth date by chance.\n"
                "A person is named as HOUSEHOLD/NAME, or by the number as listed.\n\n"
                "  bangfu check duplicates --region 350603100\n"
                "  bangfu check duplicates --different LW000001/余妹婷 LW000045/余妹婷 --reason visited\n"
                "  bangfu check duplicates --list-different" },
      .run = check_duplicates },
    { .name = "check quality",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .opts = quality_opts,
      .summary = { "名册中自相矛盾或缺漏的地方", "where the register contradicts itself or has gaps" },
      .help = { "每条规则一个清单：有多少户或人，以及前几个。空白不算“否”，除非规则针对空白。\n\n"
                "  bangfu check quality --region 350603100\n  bangfu check quality --rule DQ13 --limit 100",
                "A list for each rule: how many households or members, and the first of them. A blank is not "
                "a no, "
                "unless the rule is about blanks.\n\n"
                "  bangfu check quality --region 350603100\n  bangfu check quality --rule DQ13 --limit 100" },
      .run = check_quality },
};
const struct command_table check_commands = { { "核对", "Check" }, commands, N_ELEMS(commands) };
