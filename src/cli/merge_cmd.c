/* merge_cmd.c - two records of one household, or of one person, made one; and told apart again. */
#include "base/clock.h"
#include "base/value.h"
#include "casework/case.h"
#include "cli/commands.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "registry/duplicate.h"
#include "registry/duplicate_merge.h"
#include "registry/find.h"

enum { LIST = 100, TWICE_MAX = 20 };

struct merge_cmd {
    struct cli *c;
    struct merge_wish wish;
    struct merge_report r;
    struct case_twice twice[TWICE_MAX];
    size_t twice_n;
    bool done; /* as a preview: nothing was written */
    struct duplicate_merge merge;
    struct list rows;
    int64_t left;
};

static struct str said(const struct cli *c, const char *option)
{
    struct str s = str_trim(cli_text(c, option));
    return s.n ? s : (struct str){ 0 };
}

/* --- doing it ----------------------------------------------------------------------------- */

static bool named_household(struct merge_cmd *m, struct tx *tx, struct str no, struct household *h,
                            struct errs *e)
{
    enum found f = household_by_no(tx, &m->c->actor, no, cli_region(m->c, "county"), h, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(no)));
}

static bool read_same(struct merge_cmd *m, struct tx *tx, const struct household *keep,
                      const struct household *drop, struct errs *e)
{
    for (const struct opt_value *v = cli_value(m->c, "same"); v; v = cli_next_value(v)) {
        struct str right = v->text, left;
        struct person a, b;
        bool pair = memchr(right.p, '=', right.n) != NULL;
        str_split(&right, '=', &left);
        if (!pair || !left.n || !right.n)
            return fail(e, ERR_INVALID, "same", MSG_MERGE_SAME, A(v->text));
        if (m->wish.n == MOVERS_MAX)
            return fail(e, ERR_INVALID, "same", MSG_MOVE_TOO_MANY, A(MOVERS_MAX));
        if (!member_named(tx, keep, left, (struct opt_date){ 0 }, false, &a, e) ||
            !member_named(tx, drop, right, (struct opt_date){ 0 }, false, &b, e))
            return false;
        m->wish.pairs[m->wish.n++] = (struct merge_pair){ a.id, b.id };
    }
    return true;
}

static bool read_households(struct merge_cmd *m, struct tx *tx, int64_t *household, struct errs *e)
{
    struct household keep, drop;
    if (!named_household(m, tx, m->c->args[0], &keep, e) || !named_household(m, tx, m->c->args[1], &drop, e))
        return false;
    if (keep.county != drop.county)
        return fail(e, ERR_CONFLICT, "household", MSG_MERGE_COUNTY);
    m->wish = (struct merge_wish){ MERGE_HOUSEHOLD, keep.county, keep.id, drop.id, .n = 0 };
    *household = keep.id;
    return read_same(m, tx, &keep, &drop, e);
}

static bool read_persons(struct merge_cmd *m, struct tx *tx, int64_t *household, struct errs *e)
{
    struct person keep, drop;
    struct household h, other;
    struct cli *c = m->c;
    if (!duplicate_person_find(tx, &c->actor, PERM_REGISTRY_WRITE, c->args[0], cli_region(c, "county"), &keep,
                               &h, e) ||
        !duplicate_person_find(tx, &c->actor, PERM_REGISTRY_WRITE, c->args[1], cli_region(c, "county"), &drop,
                               &other, e))
        return false;
    if (keep.county != drop.county)
        return fail(e, ERR_CONFLICT, "person", MSG_MERGE_COUNTY);
    m->wish = (struct merge_wish){ MERGE_PERSON, keep.county, keep.id, drop.id, .n = 0 };
    *household = h.id;
    return true;
}

static bool do_merge(struct tx *tx, void *ctx, struct errs *e)
{
    struct merge_cmd *m = ctx;
    struct cli *c = m->c;
    struct paper paper = { .reason = said(c, "reason"), .document = said(c, "document") };
    int64_t household = 0;
    CLEANUP(act_release) struct act act = { 0 };
    CLEANUP(buf_release) struct buf b = BUF(4096);
    struct json_out w = JSON_OUT(&b);
    bool persons = !strcmp(c->command->name, "merge person");
    if (!(persons ? read_persons(m, tx, &household, e) : read_households(m, tx, &household, e)))
        return false;
    const char *object =
        arena_printf(e->a, "%lld %lld", (long long)m->wish.keep_id, (long long)m->wish.drop_id);
    act_begin(&act, tx, &c->actor, c->command->name, str_of(object), e->a);
    if (!duplicate_merge_run(&act, &m->wish, &paper, clock_today(), &m->r, e) ||
        !case_twice(tx, m->wish.county, household, m->twice, TWICE_MAX, &m->twice_n, e))
        return false;
    put_object(&w);
    put_member_int(&w, "merge", m->r.merge.no);
    put_object_end(&w);
    if (!act_end(&act, buf_cstr(&b), e))
        return false;
    m->done = true;
    return !cli_flag(c, "dry-run") || fail(e, ERR_INTERRUPTED, NULL, MSG_IMPORT_DRY_RUN);
}

static void report_json(struct merge_cmd *m)
{
    struct cli *c = m->c;
    const struct merge_report *r = &m->r;
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_member_int(&w, "merge", r->merge.no);
    put_member_bool(&w, "dry_run", cli_flag(c, "dry-run"));
    put_member_text(&w, "kept", r->merge.keep_label);
    put_member_text(&w, "taken_in", r->merge.drop_label);
    put_key(&w, "tables");
    put_list(&w);
    for (size_t i = 0; i < r->counts_n; i++) {
        put_object(&w);
        put_member_cstr(&w, "table", r->counts[i].en->table);
        put_member_int(&w, "moved", r->counts[i].moved);
        put_member_int(&w, "removed", r->counts[i].removed);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_member_int(&w, "filled", r->filled);
    put_key(&w, "differences");
    put_list(&w);
    for (size_t i = 0; i < r->differences_n; i++) {
        put_object(&w);
        put_member_text(&w, "of", r->differences[i].of);
        put_member_cstr(&w, "field", r->differences[i].col->name);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_key(&w, "unclear");
    put_list(&w);
    for (size_t i = 0; i < r->unclear_n; i++)
        put_text(&w, r->unclear[i]);
    put_list_end(&w);
    put_key(&w, "helped_twice");
    put_list(&w);
    for (size_t i = 0; i < m->twice_n; i++) {
        put_object(&w);
        put_member_text(&w, "programme", m->twice[i].programme);
        put_member_int(&w, "cases", m->twice[i].cases);
        put_object_end(&w);
    }
    put_list_end(&w);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static struct str names(struct cli *c, const struct str *list, size_t n)
{
    CLEANUP(buf_release) struct buf b = BUF(8192);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_adds(&b, c->e.lang == EN ? ", " : "、");
        buf_add(&b, list[i]);
    }
    return arena_str(c->a, buf_str(&b));
}

static void report_text(struct merge_cmd *m)
{
    struct cli *c = m->c;
    const struct merge_report *r = &m->r;
    if (cli_flag(c, "dry-run"))
        cli_say(c, MSG_MERGE_PREVIEW, A(r->merge.drop_label), A(r->merge.keep_label));
    else
        cli_say(c, MSG_MERGE_DONE, A(r->merge.no), A(r->merge.drop_label), A(r->merge.keep_label));
    if (r->same_n)
        cli_say(c, MSG_MERGE_MEMBERS, A(names(c, r->same, r->same_n)));
    for (size_t i = 0; i < r->counts_n; i++) {
        const struct label *table = &r->counts[i].en->label;
        cli_say(c, MSG_MERGE_COUNT, A(table), A(r->counts[i].moved), A(r->counts[i].removed));
    }
    if (r->filled)
        cli_say(c, MSG_MERGE_FILLED_IN, A(r->filled));
    for (size_t i = 0; i < r->differences_n; i++) {
        const struct label *field = &r->differences[i].col->label;
        cli_say(c, MSG_MERGE_DIFFERENCE, A(r->differences[i].of), A(field));
    }
    if (r->unclear_n)
        cli_say(c, MSG_MERGE_UNCLEAR, A(names(c, r->unclear, r->unclear_n)));
    for (size_t i = 0; i < m->twice_n; i++) {
        struct str period = { "", 0 };
        if (m->twice[i].period_no.set)
            period = str_of(arena_printf(c->a, "#%lld", (long long)m->twice[i].period_no.v));
        cli_say(c, MSG_MERGE_TWICE, A(m->twice[i].programme), A(period), A(m->twice[i].cases));
    }
}

static int merge_cmd(struct cli *c)
{
    struct merge_cmd m = { .c = c };
    if (!cli_load_codes(c))
        return EXIT_NOTHING;
    bool ok = cli_write(c, 0, do_merge, &m);
    if (!ok && !(m.done && cli_flag(c, "dry-run")))
        return EXIT_NOTHING;
    if (!ok)
        errs_clear(&c->e);
    if (c->json)
        report_json(&m);
    else
        report_text(&m);
    return EXIT_DONE;
}

/* --- taking it back ----------------------------------------------------------------------- */

static bool merge_named(struct merge_cmd *m, struct tx *tx, struct errs *e)
{
    struct cli *c = m->c;
    int64_t no;
    if (int_read(c->args[0], &no) != READ_OK)
        return fail(e, ERR_INVALID, "no", MSG_MERGE_NONE, A(c->args[0]));
    enum found f = duplicate_merge_by_no(tx, &c->actor, no, cli_region(c, "county"), &m->merge, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_MERGE_NONE, A(no)));
}

static bool do_undo(struct tx *tx, void *ctx, struct errs *e)
{
    struct merge_cmd *m = ctx;
    struct cli *c = m->c;
    CLEANUP(act_release) struct act act = { 0 };
    if (!merge_named(m, tx, e))
        return false;
    const char *object = arena_printf(e->a, "%lld", (long long)m->merge.no);
    act_begin(&act, tx, &c->actor, c->command->name, str_of(object), e->a);
    return duplicate_merge_undo(&act, &m->merge, said(c, "reason"), clock_today(), &m->left, e) &&
           act_end(&act, NULL, e);
}

static int undo_cmd(struct cli *c)
{
    struct merge_cmd m = { .c = c };
    struct json_out w = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_write(c, 0, do_undo, &m))
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, MSG_MERGE_UNDO_DONE, A(m.merge.no), A(m.merge.keep_label), A(m.merge.drop_label));
        if (m.left)
            cli_say(c, MSG_MERGE_UNDO_LEFT, A(m.left));
        return EXIT_DONE;
    }
    put_object(&w);
    put_member_int(&w, "undone", m.merge.no);
    put_member_int(&w, "left", m.left);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- looking ------------------------------------------------------------------------------ */

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct merge_cmd *m = ctx;
    return duplicate_merges(tx, &m->c->actor, cli_region(m->c, "county"),
                            (size_t)cli_int(m->c, "limit", LIST), &m->rows, e);
}

static void put_merge(struct cli *c, struct json_out *w, const struct duplicate_merge *x)
{
    put_object(w);
    for (size_t i = 0; i < duplicate_merge_entity.n; i++) {
        const struct col *col = &duplicate_merge_entity.cols[i];
        put_key(w, col->name);
        col_json(col, x, w, c->codes, true);
    }
}

static int list_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "合并号", "No." }, true },
        { { "种类", "Kind" }, false },
        { { "保留", "Kept" }, false },
        { { "并入", "Taken in" }, false },
        { { "日期", "On" }, false },
        { { "经手", "By" }, false },
        { { "撤销日期", "Undone on" }, false },
        { { "原因", "Reason" }, false },
    };
    static const char *const fields[] = { "kind",      "keep_label", "drop_label", "merged_on",
                                          "merged_by", "undone_on",  "reason" };
    struct merge_cmd m = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_list, &m))
        return EXIT_NOTHING;
    const struct duplicate_merge *all = m.rows.rows;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_list(&w);
        for (size_t i = 0; i < m.rows.n; i++) {
            put_merge(c, &w, &all[i]);
            put_object_end(&w);
        }
        put_list_end(&w);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    if (!m.rows.n) {
        cli_say(c, MSG_MERGE_EMPTY);
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < m.rows.n; i++) {
        table_int(&t, all[i].no);
        for (size_t k = 0; k < N_ELEMS(fields); k++)
            table_text(&t, cli_cell(c, &duplicate_merge_entity, fields[k], &all[i]));
    }
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct merge_cmd *m = ctx;
    return merge_named(m, tx, e) && duplicate_merge_changes(tx, &m->merge, &m->rows, e);
}

/* Which rows and fields, not what stood in them: that is in the record's change history, where who may see it
 * is decided. */
static int show_cmd(struct cli *c)
{
    static const struct table_col cols[] = { { { "序号", "No." }, true },
                                             { { "做法", "What" }, false },
                                             { { "表", "Table" }, false },
                                             { { "记录", "Row" }, false },
                                             { { "字段", "Field" }, false } };
    static const char *const fields[] = { "what", "table_name", "row_key", "field" };
    struct merge_cmd m = { .c = c };
    if (!cli_load_codes(c) || !cli_read(c, do_show, &m))
        return EXIT_NOTHING;
    const struct duplicate_merge_change *all = m.rows.rows;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_merge(c, &w, &m.merge);
        put_key(&w, "changes");
        put_list(&w);
        for (size_t i = 0; i < m.rows.n; i++) {
            put_object(&w);
            for (size_t k = 0; k < N_ELEMS(fields); k++) {
                put_key(&w, fields[k]);
                col_json(entity_col(&duplicate_merge_change_entity, fields[k]), &all[i], &w, c->codes, true);
            }
            put_object_end(&w);
        }
        put_list_end(&w);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    cli_say(c, MSG_MERGE_DONE, A(m.merge.no), A(m.merge.drop_label), A(m.merge.keep_label));
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < m.rows.n; i++) {
        table_int(&t, all[i].no);
        for (size_t k = 0; k < N_ELEMS(fields); k++)
            table_text(&t, cli_cell(c, &duplicate_merge_change_entity, fields[k], &all[i]));
    }
    table_print(&t, c->e.lang, &c->out);
    return EXIT_DONE;
}

// clang-format off
#define IN_COUNTY { .name = "county", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "编号属于哪个县", "the county whose number is meant" } }
#define REASON   { .name = "reason", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "原因", "TEXT" }, .label = { "原因", "why" } }
#define DOCUMENT { .name = "document", .kind = OPT_TEXT, .arg = { "文件", "TEXT" }, .label = { "依据文件，如核查记录", "the paper that proves it" } }
#define DRY_RUN  { .name = "dry-run", .kind = OPT_FLAG, .label = { "只预演，不保存", "show what would be done, save nothing" } }
static const struct opt household_opts[] = {
    IN_COUNTY, DOCUMENT, DRY_RUN, REASON,
    { .name = "same", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "姓名=姓名", "NAME=NAME" }, .label = { "保留户的成员=另一户的同一人", "a member of the household kept and the same person in the other" } },
    { 0 },
};
static const struct opt person_opts[] = { IN_COUNTY, DOCUMENT, DRY_RUN, REASON, { 0 } };
static const struct opt undo_opts[] = { IN_COUNTY, REASON, { 0 } };
static const struct opt show_opts[] = { IN_COUNTY, { 0 } };
static const struct opt list_opts[] = {
    IN_COUNTY,
    { .name = "limit", .kind = OPT_INT, .arg = { "条", "N" }, .label = { "最多列出几条", "at most so many" }, .min = 1, .max = 10000 },
    { 0 },
};
// clang-format on

static const struct command commands[] = {
    { .name = "merge household",
      .perm = PERM_REGISTRY_WRITE,
      .db = DB_OPEN,
      .opts = household_opts,
      .args = { "保留的户 并入的户", "KEEP DROP" },
      .args_min = 2,
      .args_max = 2,
      .summary = { "把重复登记的两户合为一户", "make two records of one household one" },
      .help = { "同一户登记了两次时使用：成员、年度情况、申报、合同、走访、附件都归到保留的户，保留户不知道的"
                "补全，"
                "两边不同的以保留户为准并列出。姓名、性别、出生日期相同的成员自动认作同一人，其他的用 --same "
                "指明。"
                "每一步都留底，可以撤销。两家并成一家过日子的，用 bangfu move merge。\n"
                "  bangfu merge household LW0012 LW0977 --reason 同一户登记两次 --dry-run",
                "For a household that was registered twice: members, years, cases, contracts, visits and "
                "papers go "
                "to the household kept, what it did not know is filled in, and where both differ its own "
                "value "
                "holds and is listed. Members of equal name, sex and birth date are taken for one person; "
                "others "
                "are named with --same. Every step is kept, so that it can be undone. For two families that "
                "became "
                "one, use bangfu move merge.\n"
                "  bangfu merge household LW0012 LW0977 --reason \"registered twice\" --dry-run" },
      .run = merge_cmd },
    { .name = "merge list",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .opts = list_opts,
      .summary = { "合并过的记录", "records that were merged" },
      .help = { "\n  bangfu merge list", "\n  bangfu merge list" },
      .run = list_cmd },
    { .name = "merge person",
      .perm = PERM_REGISTRY_WRITE,
      .db = DB_OPEN,
      .opts = person_opts,
      .args = { "保留的人 并入的人", "KEEP DROP" },
      .args_min = 2,
      .args_max = 2,
      .summary = { "把重复登记的两条人员记录合为一条", "make two records of one person one" },
      .help = { "人写作 户编号/姓名，或 bangfu check duplicates 列出的人员编号。证件号码不同的不能合并。\n"
                "  bangfu merge person LW0012/张三 LW0977/张三 --reason 同一人",
                "A person is HOUSEHOLD/NAME, or the number listed by bangfu check duplicates. Two different "
                "ID "
                "numbers are never merged.\n"
                "  bangfu merge person LW0012/Zhang LW0977/Zhang --reason \"one person\"" },
      .run = merge_cmd },
    { .name = "merge show",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .opts = show_opts,
      .args = { "合并号", "NO" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "一次合并做了什么", "what a merge did" },
      .help = { "\n  bangfu merge show 3", "\n  bangfu merge show 3" },
      .run = show_cmd },
    { .name = "merge undo",
      .perm = PERM_REGISTRY_WRITE,
      .db = DB_OPEN,
      .opts = undo_opts,
      .args = { "合并号", "NO" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "撤销一次合并", "undo a merge" },
      .help = { "合并时动过的记录此后又有改动的不能撤销；补全后又改过的值保持现值。\n\n  bangfu merge undo 3 "
                "--reason 不是同一户",
                "Refused when a row that the merge touched was changed since; values that were filled in and "
                "changed since stay as they are.\n\n  bangfu merge undo 3 --reason \"not one household\"" },
      .run = undo_cmd },
};
const struct command_table merge_commands = { { "合并重复", "Merging duplicates" },
                                              commands,
                                              N_ELEMS(commands) };
