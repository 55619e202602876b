/* regions_cmd.c - the tree of regions: loaded, listed, villages merged, and what became of them. */
#include "base/clock.h"
#include "base/json.h"
#include "cli/commands.h"
#include "registry/region_book.h"
#include "registry/region_load.h"
#include "registry/region_merge.h"

#include <assert.h>

/* --- load --------------------------------------------------------------------------------- */

struct load {
    struct cli *c;
    struct region_load l;
};

static void show_province(void *ctx, struct str province)
{
    struct cli *c = ctx;
    cli_progress(c, arena_printf(c->a, "%.*s", (int)province.n, province.p));
}

static const char *load_detail(const struct region_load *l, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1024);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_member_cstr(&w, "source", region_book_source);
    put_member_int(&w, "added", l->added);
    put_member_int(&w, "offices", l->offices);
    put_object_end(&w);
    return arena_str(a, buf_str(&b)).p;
}

static bool do_load(struct tx *tx, void *ctx, struct errs *e)
{
    struct load *x = ctx;
    CLEANUP(act_release) struct act act;
    CLEANUP(buf_release) struct buf code = BUF(16);
    region_print(&code, x->l.county);
    struct str object = code.n ? arena_str(e->a, buf_str(&code)) : (struct str){ 0 };
    act_begin(&act, tx, &x->c->actor, "regions.load", object, e->a);
    return region_load(&act, &x->l, e) && act_end(&act, load_detail(&x->l, e->a), e);
}

static int load(struct cli *c)
{
    struct load x = { .c = c };
    bool all = cli_flag(c, "all");
    x.l = (struct region_load){ .county = cli_region(c, "county"),
                                .with_prefecture = cli_flag(c, "with-prefecture"),
                                .stop = c->stop,
                                .progress = show_province,
                                .ctx = c };
    if (all == (x.l.county.v != 0) || (all && x.l.with_prefecture)) {
        fail(&c->e, ERR_INVALID, NULL, MSG_REGIONS_WHICH);
        return EXIT_USAGE;
    }
    bool ok = cli_write(c, 0, do_load, &x);
    cli_progress(c, "");
    if (!ok)
        return EXIT_NOTHING;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_member_int(&w, "added", x.l.added);
        put_member_int(&w, "there", x.l.there);
        put_member_int(&w, "other_name", x.l.renamed);
        put_member_int(&w, "offices", x.l.offices);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    cli_say(c, MSG_REGIONS_LOADED, A(x.l.added), A(x.l.there), A(x.l.offices));
    if (x.l.renamed)
        cli_say(c, MSG_REGIONS_RENAMED, A(x.l.renamed));
    return EXIT_DONE;
}

/* --- a region in either form -------------------------------------------------------------- */

static void put_region(struct cli *c, struct json_out *w, const struct region *r)
{
    put_object(w);
    for (size_t i = 0; i < region_entity.n; i++) {
        if (!col_known(&region_entity.cols[i], r))
            continue;
        put_key(w, region_entity.cols[i].name);
        col_json(&region_entity.cols[i], r, w, c->codes, false);
    }
    put_object_end(w);
}

static void print_region(struct cli *c, const struct region *r)
{
    const struct code_row *level = code_row(code_table(c->codes, "region_level"), r->level.v);
    struct str label = level ? code_label(level, c->e.lang) : (struct str){ 0 };
    size_t width = c->e.lang == EN ? 12 : 6;
    region_print(&c->out, r->code);
    buf_adds(&c->out, "  ");
    buf_add(&c->out, label);
    buf_pad(&c->out, str_width(label) < width ? width - str_width(label) : 1, ' ');
    buf_add(&c->out, r->name);
    if (r->valid_from.set) {
        buf_adds(&c->out, c->e.lang == EN ? "  from " : "  启用 ");
        date_print(&c->out, r->valid_from.v);
    }
    if (r->valid_to.set) {
        buf_adds(&c->out, c->e.lang == EN ? "  until " : "  停用 ");
        date_print(&c->out, r->valid_to.v);
    }
    if (r->successor.v) {
        buf_adds(&c->out, " → ");
        region_print(&c->out, r->successor);
    }
    if (r->note.p) {
        buf_adds(&c->out, "  ");
        buf_add(&c->out, r->note);
    }
    buf_addc(&c->out, '\n');
}

/* --- list --------------------------------------------------------------------------------- */

enum { PAGE = 1000 };

struct listing {
    struct cli *c;
    struct arena rows; /* of the page at hand */
    struct list page;
    struct span rest; /* the codes that are still to come */
    int64_t level;    /* 0: any */
    bool any;
};

static bool list_page(struct tx *tx, void *ctx, struct errs *e)
{
    struct listing *l = ctx;
    return db_list(tx,
                   SQL_OF(STMT_REF, &region_entity,
                          "SELECT {*} FROM region WHERE code BETWEEN $1 AND $2 AND (level = $3 OR $3 = 0) "
                          "ORDER BY code LIMIT $4"),
                   &l->page, &l->rows, e, V(l->rest.first), V(l->rest.last), V(l->level), V((int64_t)PAGE));
}

static void list_rows(struct listing *l, struct json_out *w)
{
    const struct region *r = l->page.rows;
    bool former = cli_flag(l->c, "former");
    for (size_t i = 0; i < l->page.n; i++) {
        if (!former && region_ended(&r[i], clock_today()))
            continue;
        if (l->c->json)
            put_region(l->c, w, &r[i]);
        else
            print_region(l->c, &r[i]);
    }
    if (l->page.n)
        l->rest.first = r[l->page.n - 1].code.v + 1;
    l->any |= l->page.n > 0;
}

static int64_t level_named(struct str slug)
{
    static const char *const slugs[] = { "", "province", "prefecture", "county", "township", "village" };
    for (size_t i = 1; i < N_ELEMS(slugs); i++)
        if (str_eq(slug, str_of(slugs[i])))
            return (int64_t)i;
    return 0;
}

static int list(struct cli *c)
{
    struct listing l = { .c = c, .rest = { 0, INT64_MAX }, .level = level_named(cli_text(c, "level")) };
    struct region_code under = cli_region(c, "under");
    struct json_out w = JSON_OUT(&c->out);
    bool ok = cli_load_codes(c);
    if (under.v)
        region_span(under, &l.rest.first, &l.rest.last);
    if (c->json) {
        put_object(&w);
        put_key(&w, "regions");
        put_list(&w);
    }
    do {
        arena_reset(&l.rows);
        l.page = (struct list){ 0 };
        ok = ok && cli_read(c, list_page, &l);
        list_rows(&l, &w);
        if (l.page.n == PAGE)
            cli_flush(c);
    } while (ok && l.page.n == PAGE);
    arena_free(&l.rows);
    if (c->json) {
        put_list_end(&w);
        cli_put_errors(c, &w);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
    } else if (ok && !l.any) {
        cli_say(c, MSG_REGIONS_LISTED_NONE);
    }
    return ok ? EXIT_DONE : EXIT_NOTHING;
}

/* --- merge -------------------------------------------------------------------------------- */

struct merge {
    struct cli *c;
    struct region_merge m;
};

static const char *merge_detail(const struct region_merge *m, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 14);
    struct json_out w = JSON_OUT(&b);
    put_object(&w);
    put_key(&w, "merged");
    put_list(&w);
    for (size_t i = 0; i < m->n; i++)
        put_int(&w, m->old[i].v);
    put_list_end(&w);
    put_key(&w, "on");
    CLEANUP(buf_release) struct buf on = BUF(16);
    date_print(&on, m->on);
    put_text(&w, buf_str(&on));
    put_member_text(&w, "document", m->document);
    put_member_int(&w, "households", m->households);
    put_object_end(&w);
    assert(!b.full);
    return arena_str(a, buf_str(&b)).p;
}

static bool do_merge(struct tx *tx, void *ctx, struct errs *e)
{
    struct merge *x = ctx;
    CLEANUP(act_release) struct act act;
    CLEANUP(buf_release) struct buf code = BUF(16);
    region_print(&code, x->m.into);
    act_begin(&act, tx, &x->c->actor, "regions.merge", arena_str(e->a, buf_str(&code)), e->a);
    return region_merge(&act, &x->m, e) && act_end(&act, merge_detail(&x->m, e->a), e);
}

static bool read_villages(struct cli *c, struct region_merge *m)
{
    m->old = NEW_ARRAY(c->a, struct region_code, c->args_n);
    for (size_t i = 0; i < c->args_n; i++)
        if (region_read(c->args[i], &m->old[m->n++]) != READ_OK)
            fail(&c->e, ERR_INVALID, NULL, MSG_NOT_REGION, A(c->args[i]));
    return !errs_any(&c->e);
}

static bool read_texts(struct cli *c, struct region_merge *m)
{
    static const struct col document = { .name = "document",
                                         .label = { "文件", "Document" },
                                         .max = REGION_DOCUMENT_MAX };
    const struct label *label = &document.label;
    struct reading rd = { .e = &c->e, .today = clock_today() };
    struct region r = { 0 };
    m->document = cli_text(c, "document");
    if ((int64_t)str_chars(m->document) > document.max)
        fail(&c->e, ERR_INVALID, "document", MSG_TEXT_LENGTH, A(label), A(1), A(document.max));
    if (cli_flag(c, "name") && col_read(entity_col(&region_entity, "name"), &r, cli_text(c, "name"), &rd))
        m->name = r.name;
    return !errs_any(&c->e);
}

static int merge(struct cli *c)
{
    struct merge x = { .c = c };
    x.m.into = cli_region(c, "into");
    x.m.on = (struct date){ (int32_t)cli_int(c, "on", 0) };
    if (!read_villages(c, &x.m) || !read_texts(c, &x.m))
        return EXIT_USAGE;
    if (!cli_write(c, 0, do_merge, &x))
        return EXIT_NOTHING;
    if (c->json) {
        struct json_out w = JSON_OUT(&c->out);
        put_object(&w);
        put_member_int(&w, "merged", (int64_t)x.m.n);
        put_member_int(&w, "households", x.m.households);
        put_member_int(&w, "appointments", x.m.appointments);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    cli_say(c, MSG_REGIONS_MERGED, A(x.m.n), A(x.m.into), A(x.m.households));
    if (x.m.appointments)
        cli_say(c, MSG_REGIONS_APPOINTED, A(x.m.appointments));
    return EXIT_DONE;
}

/* --- history ------------------------------------------------------------------------------ */

struct history {
    struct region_code code;
    struct region_history h;
};

static bool do_history(struct tx *tx, void *ctx, struct errs *e)
{
    struct history *x = ctx;
    enum found f = region_history(tx, x->code, &x->h, e);
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, NULL, MSG_IMPORT_NO_REGION, A(x->code));
    return f == FOUND;
}

static void put_regions(struct cli *c, struct json_out *w, const char *key, const struct region *r, size_t n)
{
    put_key(w, key);
    put_list(w);
    for (size_t i = 0; i < n; i++)
        put_region(c, w, &r[i]);
    put_list_end(w);
}

static void history_text(struct cli *c, const struct region_history *h)
{
    static const struct label became = { "后来", "Became" }, was = { "由以下并入", "Merged into it" };
    print_region(c, &h->self);
    if (h->became_n)
        buf_addf(&c->out, "\n%s\n", label_in(&became, c->e.lang));
    for (size_t i = 0; i < h->became_n; i++)
        print_region(c, &h->became[i]);
    if (h->was_n)
        buf_addf(&c->out, "\n%s\n", label_in(&was, c->e.lang));
    for (size_t i = 0; i < h->was_n; i++)
        print_region(c, &h->was[i]);
}

static int history(struct cli *c)
{
    struct history x = { 0 };
    if (region_read(c->args[0], &x.code) != READ_OK) {
        fail(&c->e, ERR_INVALID, NULL, MSG_NOT_REGION, A(c->args[0]));
        return EXIT_USAGE;
    }
    if (!cli_load_codes(c) || !cli_read(c, do_history, &x))
        return EXIT_NOTHING;
    if (!c->json) {
        history_text(c, &x.h);
        return EXIT_DONE;
    }
    struct json_out w = JSON_OUT(&c->out);
    put_object(&w);
    put_key(&w, "region");
    put_region(c, &w, &x.h.self);
    put_regions(c, &w, "became", x.h.became, x.h.became_n);
    put_regions(c, &w, "was", x.h.was, x.h.was_n);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct opt list_opts[] = {
    { .name = "under",
      .kind = OPT_REGION,
      .arg = { "区划", "CODE" },
      .label = { "只列这个区划及其下级", "only this region and what is below it" } },
    { .name = "level",
      .kind = OPT_CHOICE,
      .choices = "province|prefecture|county|township|village",
      .label = { "只列这一级", "only this level" } },
    { .name = "former", .kind = OPT_FLAG, .label = { "连同已停用的", "those that came to an end, too" } },
    { 0 },
};
static const struct opt load_opts[] = {
    { .name = "county",
      .kind = OPT_REGION,
      .arg = { "区划", "CODE" },
      .label = { "装入这个县，连同所属的市和省", "this county, with its prefecture and province" } },
    { .name = "with-prefecture",
      .kind = OPT_FLAG,
      .label = { "连同本市其他县", "the other counties of the prefecture too" } },
    { .name = "all", .kind = OPT_FLAG, .label = { "装入全国", "the whole country" } },
    { 0 },
};
static const struct opt merge_opts[] = {
    { .name = "into",
      .kind = OPT_REGION,
      .flags = OPT_REQUIRED,
      .arg = { "新村代码", "NEW" },
      .label = { "并入哪个村", "the village they become part of" } },
    { .name = "on",
      .kind = OPT_DATE,
      .flags = OPT_REQUIRED,
      .arg = { "日期", "DATE" },
      .label = { "从哪天起", "the day from which it holds" } },
    { .name = "document",
      .kind = OPT_TEXT,
      .flags = OPT_REQUIRED,
      .arg = { "文件", "TEXT" },
      .label = { "依据的文件", "the paper that decided it" } },
    { .name = "name",
      .kind = OPT_TEXT,
      .arg = { "名称", "TEXT" },
      .label = { "新村的名称，仅当它还不在区划表中",
                 "the name of the new village, if it is not there yet" } },
    { 0 },
};

static const struct command commands[] = {
    { .name = "regions history",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .args = { "区划代码", "CODE" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "区划的沿革：并入何处，由何处并入", "what a region became, and what was merged into it" },
      .help = { "撤并的村后来成了哪个村，现在的村由哪些村合并而来，依据什么文件。\n\n  bangfu regions "
                "history 350603100202",
                "What became of a merged village, which villages a present one was made of, and by which "
                "paper.\n\n  bangfu regions history 350603100202" },
      .run = history },
    { .name = "regions list",
      .perm = PERM_REGISTRY_READ,
      .db = DB_OPEN,
      .reads_only = true,
      .opts = list_opts,
      .summary = { "列出区划", "list the regions" },
      .help = { "按代码顺序列出数据库中的区划。\n\n  bangfu regions list --under 350603 --level village",
                "The regions in the database, in the order of their codes.\n\n  bangfu regions list --under "
                "350603 --level village" },
      .run = list },
    { .name = "regions load",
      .perm = PERM_REGIONS,
      .db = DB_OPEN,
      .opts = load_opts,
      .summary = { "装入区划，下至村和社区", "load regions, down to villages" },
      .help = { "数据随程序带来：国家统计局统计用区划代码（2023 年 6 月 30 日）。已有的区划一律不动。\n"
                "--county 装入的县在这里开账；--all 不开账，县的第一户导入时才开。\n\n"
                "  bangfu regions load --county 350603",
                "The data travel in the program: the statistics bureau's codes of 30 June 2023.  What is "
                "there stays as it is.\nCounties loaded by --county keep books here from then on; with --all "
                "a county does so when its first household comes.\n\n"
                "  bangfu regions load --county 350603" },
      .run = load },
    { .name = "regions merge",
      .perm = PERM_REGIONS,
      .db = DB_OPEN,
      .opts = merge_opts,
      .args = { "旧村代码…", "OLD…" },
      .args_min = 1,
      .args_max = REGION_MERGE_MAX,
      .summary = { "村（社区）撤并", "merge villages" },
      .help = { "旧村停用并指向新村，旧村的户全部转到新村，每户留有变更记录；只能在同一个县内。\n"
                "以后导入的文件中若仍是旧村代码，自动归入新村。\n\n"
                "  bangfu regions merge 350603100202 350603100203 --into 350603100201 --on 2026-01-01 "
                "--document 漳龙政〔2025〕88号",
                "The old villages come to an end and point to the new one, their households move there, and "
                "each keeps a\nrecord of it; within one county only.  Files that still name an old village "
                "are imported into the new one.\n\n"
                "  bangfu regions merge 350603100202 350603100203 --into 350603100201 --on 2026-01-01 "
                "--document 'No. 88/2025'" },
      .run = merge },
};
const struct command_table region_commands = { { "区划", "Regions" }, commands, N_ELEMS(commands) };
