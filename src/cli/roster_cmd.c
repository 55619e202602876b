/* roster_cmd.c - named lists, frozen and compared; and the table of survey rounds. */
#include "registry/roster.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/encoding.h"
#include "cli/commands.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "registry/scope.h"

#include <errno.h>
#include <sys/stat.h>

enum { LIMIT_DEFAULT = 50, FILE_BYTES_MAX = 1 << 26, NUMBERS_MAX = 1000000, FILTER_CHARS_MAX = 2000 };

bool cli_one_region(struct cli *c, struct tx *tx, enum perm p, struct region_code *r, struct errs *e)
{
    struct scopes scopes;
    *r = cli_region(c, "region");
    if (!r->v) {
        if (!scopes_of(tx, &c->actor, p, *r, &scopes, e))
            return false;
        if (scopes.n == 1)
            r->v = scopes.list[0].first;
    }
    return region_level(*r) >= COUNTY || fail(e, ERR_INVALID, "region", MSG_ROSTER_REGION);
}

/* --- the filter --------------------------------------------------------------------------- */

struct saving {
    struct cli *c;
    struct roster_filter f;
    struct roster made;
    struct str unknown; /* a number of the file that is on no row */
    int64_t unknown_n;
    struct buf words;
};

static bool add_condition(struct saving *s, struct str text, struct errs *e)
{
    struct cli *c = s->c;
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    bool all = actor_may(&c->actor, PERM_PERSONAL_FULL, s->f.region);
    if (s->f.n == CONDITIONS_MAX)
        return fail(e, ERR_INVALID, "where", MSG_MOVE_TOO_MANY, A(CONDITIONS_MAX));
    if (!condition_read(text, s->f.of_persons, all, &rd, &s->f.conditions[s->f.n]))
        return false;
    const struct col *col = s->f.conditions[s->f.n++].col;
    if (s->words.n)
        buf_adds(&s->words, "; ");
    if (col->mask == MASK_NONE)
        buf_add(&s->words, text);
    else /* the list is seen by more people than may see the value */
        buf_addf(&s->words, "%s=***", col->label.zh);
    return true;
}

static bool add_conditions(struct saving *s, struct errs *e)
{
    static const char *const short_cuts[][2] = { { "state", "脱贫状态" },
                                                 { "attribute", "贫困户属性" },
                                                 { "tag", "户标签" } };
    for (size_t i = 0; i < N_ELEMS(short_cuts); i++)
        for (const struct opt_value *v = cli_value(s->c, short_cuts[i][0]); v; v = cli_next_value(v)) {
            const char *text = arena_printf(e->a, "%s=%.*s", short_cuts[i][1], (int)v->text.n, v->text.p);
            if (!add_condition(s, str_of(text), e))
                return false;
        }
    for (const struct opt_value *v = cli_value(s->c, "where"); v; v = cli_next_value(v))
        if (!add_condition(s, v->text, e))
            return false;
    return true;
}

static struct opt_int opt_of(const struct cli *c, const char *name)
{
    const struct opt_value *v = cli_value(c, name);
    return (struct opt_int){ v ? v->v : 0, v != NULL };
}

static bool add_ages(struct saving *s, struct errs *e)
{
    const struct opt_value *on = cli_value(s->c, "age-on");
    s->f.age_from = opt_of(s->c, "age-from");
    s->f.age_to = opt_of(s->c, "age-to");
    s->f.age_on = on ? (struct date){ (int32_t)on->v } : clock_today();
    if (!s->f.age_from.set && !s->f.age_to.set)
        return true;
    if (!s->f.of_persons)
        return fail(e, ERR_INVALID, "age-from", MSG_ROSTER_PERSONS_ONLY);
    if (s->words.n)
        buf_adds(&s->words, "; ");
    buf_adds(&s->words, "年龄=");
    if (s->f.age_from.set)
        buf_addi(&s->words, s->f.age_from.v);
    buf_addc(&s->words, '-');
    if (s->f.age_to.set)
        buf_addi(&s->words, s->f.age_to.v);
    buf_addc(&s->words, '@');
    date_print(&s->words, s->f.age_on);
    return true;
}

/* --- a file of household numbers ---------------------------------------------------------- */

static void closep(FILE **f)
{
    if (*f)
        fclose(*f);
}

static bool read_file(struct cli *c, const char *path, struct buf *b, struct errs *e)
{
    char piece[65536];
    CLEANUP(closep) FILE *f = fopen(path, "rbe");
    size_t n = 0;
    (void)c;
    while (f && (n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add(b, (struct str){ piece, n });
    if (!f || ferror(f) || b->full)
        return fail(e, ERR_NOT_FOUND, "file", MSG_FILE_READ, A(path), A(strerror(b->full ? EFBIG : errno)));
    return encoding_fits(buf_str(b), path, e);
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* The column called 户编号, else the first. */
static size_t number_column(const struct csv_row *head, bool *is_head)
{
    const struct col *col = entity_col(&household_entity, "hh_no");
    for (size_t i = 0; i < head->n; i++) {
        struct str rest = str_of(col->aliases), one, cell = str_trim(head->cells[i]);
        *is_head = str_eq(cell, str_of(col->label.zh)) || str_eq(cell, str_of(col->label.en)) ||
                   str_eq(cell, str_of(col->name)) || str_eq(cell, str_of(col->national));
        while (!*is_head && str_split(&rest, '|', &one))
            *is_head = str_eq(cell, one);
        if (*is_head)
            return i;
    }
    return 0;
}

static bool add_file(struct saving *s, struct errs *e)
{
    const char *path = cli_cstr(s->c, "file");
    CLEANUP(buf_release) struct buf bytes = BUF(FILE_BYTES_MAX), own = BUF(FILE_BYTES_MAX * 2);
    struct csv_row row;
    bool is_head = false;
    if (!path)
        return true;
    if (!read_file(s->c, path, &bytes, e))
        return false;
    struct str text = to_utf8(buf_str(&bytes), encoding_detect(buf_str(&bytes)), &own);
    struct csv csv = csv_open(text);
    struct str *numbers = NEW_ARRAY(e->a, struct str, NUMBERS_MAX);
    size_t at = 0, n = 0;
    for (bool first = true; n < NUMBERS_MAX && csv_next(&csv, e->a, &row); first = false) {
        if (first)
            at = number_column(&row, &is_head);
        if ((first && is_head) || at >= row.n)
            continue;
        struct str no = text_fold(e->a, row.cells[at]);
        if (no.n)
            numbers[n++] = no;
    }
    if (!n)
        return fail(e, ERR_INVALID, "file", MSG_ROSTER_FILE, A(path));
    qsort(numbers, n, sizeof *numbers, by_text);
    size_t k = 1;
    for (size_t i = 1; i < n; i++)
        if (!str_eq(numbers[i], numbers[k - 1]))
            numbers[k++] = numbers[i];
    s->f.numbers = numbers;
    s->f.numbers_n = k;
    if (s->words.n)
        buf_adds(&s->words, "; ");
    buf_addf(&s->words, "户编号∈%s(%zu)", strrchr(path, '/') ? strrchr(path, '/') + 1 : path, k);
    return true;
}

/* Numbers of the file that no household of the region has: said, because a slip would be silent. */
static bool find_unknown(struct saving *s, struct tx *tx, struct errs *e)
{
    int64_t first, last, n;
    region_span(s->f.region, &first, &last);
    for (size_t i = 0; i < s->f.numbers_n; i++) {
        if (!db_int(tx,
                    SQL(STMT_KEY,
                        "SELECT count(*) FROM household WHERE county = $1 AND hh_no = $2 AND village BETWEEN "
                        "$3 AND $4"),
                    &n, e, V(region_county(s->f.region)), V(s->f.numbers[i]), V(first), V(last)))
            return false;
        if (n == 0 && !s->unknown_n++)
            s->unknown = s->f.numbers[i];
    }
    if (s->unknown_n)
        warn(e, "file", MSG_ROSTER_FILE_UNKNOWN, A(s->unknown_n), A(s->unknown));
    return true;
}

/* --- save --------------------------------------------------------------------------------- */

static bool do_save(struct tx *tx, void *ctx, struct errs *e)
{
    struct saving *s = ctx;
    struct cli *c = s->c;
    struct roster named = { 0 };
    struct reading rd = { .e = e, .codes = c->codes, .today = clock_today() };
    CLEANUP(act_release) struct act act = { 0 };
    s->f = (struct roster_filter){ .of_persons = cli_flag(c, "persons") };
    s->unknown_n = 0;
    buf_clear(&s->words);
    const struct label *what = &entity_col(&roster_entity, "name")->label;
    if (!col_read(entity_col(&roster_entity, "name"), &named, c->args[0], &rd))
        return false;
    if (!named.name.p)
        return fail(e, ERR_INVALID, "name", MSG_REQUIRED, A(what));
    if (!cli_one_region(c, tx, PERM_REGISTRY_WRITE, &s->f.region, e) || !add_conditions(s, e) ||
        !add_ages(s, e) || !add_file(s, e) || !find_unknown(s, tx, e))
        return false;
    const struct label *filter = &entity_col(&roster_entity, "filter")->label;
    if (s->words.full || str_chars(buf_str(&s->words)) > FILTER_CHARS_MAX)
        return fail(e, ERR_INVALID, "where", MSG_TEXT_LENGTH, A(filter), A(1), A(FILTER_CHARS_MAX));
    s->f.words = s->words.n ? arena_str(e->a, buf_str(&s->words)) : (struct str){ 0 };
    act_begin(&act, tx, &c->actor, "roster.save", named.name, e->a);
    return roster_save(&act, named.name, &s->f, cli_flag(c, "replace"), clock_today(), &s->made, e) &&
           act_end(&act, NULL, e);
}

static void put_hex(struct buf *b, struct bytes mac)
{
    for (size_t i = 0; i < mac.n; i++)
        buf_addf(b, "%02x", mac.p[i]);
}

static const char *hex(struct cli *c, struct bytes mac)
{
    CLEANUP(buf_release) struct buf b = BUF(256);
    put_hex(&b, mac);
    return arena_str(c->a, buf_str(&b)).p;
}

static void put_roster(struct cli *c, struct json_out *w, const struct roster *r)
{
    cli_put_cols(c, w, &roster_entity, r);
    if (r->frozen_on.set)
        put_member_cstr(w, "check", hex(c, r->mac));
}

static void answer(struct cli *c, const struct roster *r, enum msg m)
{
    struct json_out w = JSON_OUT(&c->out);
    if (!c->json && m == MSG_ROSTER_FROZE)
        cli_say(c, m, A(r->name), A(hex(c, r->mac)));
    else if (!c->json)
        cli_say(c, m, A(r->name), A(r->households), A(r->persons));
    if (!c->json)
        return;
    put_object(&w);
    put_roster(c, &w, r);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static int save(struct cli *c)
{
    struct saving s = { .c = c, .words = BUF(1 << 20) };
    bool ok = cli_load_codes(c) && cli_write(c, 0, do_save, &s);
    buf_release(&s.words);
    if (!ok)
        return EXIT_NOTHING;
    answer(c, &s.made, MSG_ROSTER_SAVED);
    return EXIT_DONE;
}

/* --- freeze, show, list ------------------------------------------------------------------- */

struct looking {
    struct cli *c;
    struct roster a, b;
    struct list rows, other, all;
    bool intact;
};

static bool named(struct looking *l, struct tx *tx, struct str name, struct roster *r, struct errs *e)
{
    enum found f = roster_by_name(tx, &l->c->actor, name, cli_region(l->c, "county"), r, e);
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "name", MSG_ROSTER_NONE, A(name)));
}

static bool do_freeze(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *l = ctx;
    CLEANUP(act_release) struct act act = { 0 };
    if (!named(l, tx, l->c->args[0], &l->a, e))
        return false;
    act_begin(&act, tx, &l->c->actor, "roster.freeze", l->a.name, e->a);
    return roster_freeze(&act, &l->a, clock_today(), e) && act_end(&act, NULL, e);
}

static int freeze(struct cli *c)
{
    struct looking l = { .c = c };
    if (!cli_load_codes(c) || !cli_write(c, 0, do_freeze, &l))
        return EXIT_NOTHING;
    answer(c, &l.a, MSG_ROSTER_FROZE);
    return EXIT_DONE;
}

static bool do_show(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *l = ctx;
    if (!named(l, tx, l->c->args[0], &l->a, e) || !roster_rows(tx, &l->a, &l->rows, e))
        return false;
    l->intact = !l->a.frozen_on.set || roster_is_intact(tx, &l->a, &l->rows);
    return true;
}

static void put_row(struct cli *c, struct json_out *w, const struct roster_row *x)
{
    put_object(w);
    cli_put_cols(c, w, &roster_row_entity, x);
    put_object_end(w);
}

static void show_rows(struct cli *c, const struct roster *r, const struct list *rows, size_t limit)
{
    static const struct table_col cols[] = {
        { { "序号", "No." }, true },   { { "村", "Village" }, false }, { { "户编号", "Household" }, false },
        { { "户主", "Head" }, false }, { { "状态", "State" }, false }, { { "人口", "Members" }, true },
        { { "姓名", "Name" }, false }, { { "性别", "Sex" }, false },   { { "出生日期", "Born" }, false },
    };
    struct table t = table_begin(cols, r->of_persons ? 9 : 6, c->a);
    const struct roster_row *x = rows->rows;
    for (size_t i = 0; i < rows->n && i < limit; i++) {
        table_int(&t, x[i].no);
        table_text(&t, x[i].village_name.p ? x[i].village_name : STR(""));
        table_text(&t, x[i].hh_no);
        table_text(&t, x[i].head_name);
        table_text(&t, cli_cell(c, &roster_row_entity, "state", &x[i]));
        table_int(&t, x[i].members);
        if (!r->of_persons)
            continue;
        table_text(&t, x[i].person_name);
        table_text(&t, cli_cell(c, &roster_row_entity, "sex", &x[i]));
        table_text(&t, cli_cell(c, &roster_row_entity, "birth_date", &x[i]));
    }
    table_print(&t, c->e.lang, &c->out);
    if (rows->n > limit)
        cli_say(c, MSG_MOVEMENTS_MORE);
}

static int show(struct cli *c)
{
    struct looking l = { .c = c };
    struct json_out w = JSON_OUT(&c->out);
    size_t limit = (size_t)cli_int(c, "limit", c->json ? ROSTER_ROWS_MAX : LIMIT_DEFAULT);
    if (!cli_load_codes(c) || !cli_read(c, do_show, &l))
        return EXIT_NOTHING;
    const struct roster_row *x = l.rows.rows;
    if (!l.intact) {
        fail(&c->e, ERR_CONFLICT, "name", MSG_ROSTER_BROKEN, A(l.a.name));
        return EXIT_NOTHING;
    }
    if (c->json) {
        put_object(&w);
        put_roster(c, &w, &l.a);
        put_key(&w, "rows");
        put_list(&w);
        for (size_t i = 0; i < l.rows.n && i < limit; i++)
            put_row(c, &w, &x[i]);
        put_list_end(&w);
        put_object_end(&w);
        buf_addc(&c->out, '\n');
        return EXIT_DONE;
    }
    cli_say(c, MSG_ROSTER_SAVED, A(l.a.name), A(l.a.households), A(l.a.persons));
    if (l.a.filter.p)
        buf_addf(&c->out, "%.*s\n", (int)l.a.filter.n, l.a.filter.p);
    if (l.a.frozen_on.set)
        cli_say(c, MSG_ROSTER_INTACT, A(l.a.frozen_on.v), A(hex(c, l.a.mac)));
    else
        cli_say(c, MSG_ROSTER_DRAFT);
    show_rows(c, &l.a, &l.rows, limit);
    return EXIT_DONE;
}

static bool do_list(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *l = ctx;
    return roster_list(tx, &l->c->actor, cli_region(l->c, "region"), &l->all, e);
}

static int list(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "名单", "List" }, false },        { { "区划", "Region" }, false },
        { { "户", "Households" }, true },     { { "人", "Persons" }, true },
        { { "生成日期", "Made on" }, false }, { { "定稿日期", "Frozen on" }, false },
        { { "条件", "Filter" }, false },
    };
    struct looking l = { .c = c };
    struct json_out w = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_list, &l))
        return EXIT_NOTHING;
    const struct roster *x = l.all.rows;
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    if (c->json)
        put_list(&w);
    for (size_t i = 0; i < l.all.n; i++) {
        if (c->json) {
            put_object(&w);
            put_roster(c, &w, &x[i]);
            put_object_end(&w);
        }
        table_text(&t, x[i].name);
        table_text(&t, cli_cell(c, &roster_entity, "region", &x[i]));
        table_int(&t, x[i].households);
        table_int(&t, x[i].persons);
        table_text(&t, cli_cell(c, &roster_entity, "made_on", &x[i]));
        table_text(&t, cli_cell(c, &roster_entity, "frozen_on", &x[i]));
        table_text(&t, x[i].filter.p ? x[i].filter : STR(""));
    }
    if (c->json) {
        put_list_end(&w);
        buf_addc(&c->out, '\n');
    } else {
        table_print(&t, c->e.lang, &c->out);
    }
    return EXIT_DONE;
}

/* --- compare ------------------------------------------------------------------------------ */

static bool do_compare(struct tx *tx, void *ctx, struct errs *e)
{
    struct looking *l = ctx;
    if (!named(l, tx, l->c->args[0], &l->a, e) || !named(l, tx, l->c->args[1], &l->b, e))
        return false;
    if (l->a.of_persons != l->b.of_persons)
        return fail(e, ERR_INVALID, "name", MSG_ROSTER_KINDS);
    return roster_rows(tx, &l->a, &l->rows, e) && roster_rows(tx, &l->b, &l->other, e);
}

static const struct label differences[] = { [ROSTER_CAME] = { "新增", "came" },
                                            [ROSTER_WENT] = { "减少", "went" },
                                            [ROSTER_CHANGED] = { "变化", "changed" } };

/* "人口 3 → 4, 村 …" */
static struct str what_changed(struct cli *c, const struct roster_difference *d)
{
    static const char *const names[] = { "hh_no",        "head_name", "person_name",
                                         "village_name", "state",     "members" };
    CLEANUP(buf_release) struct buf b = BUF(4096);
    for (size_t i = 0; d->a && d->b && i < N_ELEMS(names); i++) {
        const struct col *col = entity_col(&roster_row_entity, names[i]);
        if (col_same(col, d->a, d->b))
            continue;
        struct str was = cli_cell(c, &roster_row_entity, names[i], d->a),
                   now = cli_cell(c, &roster_row_entity, names[i], d->b);
        buf_addf(&b, "%s%s %.*s → %.*s", b.n ? "; " : "", label_in(&col->label, c->e.lang), (int)was.n, was.p,
                 (int)now.n, now.p);
    }
    return arena_str(c->a, buf_str(&b));
}

static void compare_json(struct cli *c, const struct roster_difference *d, size_t n, const size_t *sums,
                         size_t same)
{
    struct json_out w = JSON_OUT(&c->out);
    static const char *const keys[] = { "came", "went", "changed" };
    put_object(&w);
    for (size_t what = 0; what < N_ELEMS(keys); what++) {
        put_key(&w, keys[what]);
        put_list(&w);
        for (size_t i = 0; i < n; i++) {
            if (d[i].what != what)
                continue;
            if (what != ROSTER_CHANGED) {
                put_row(c, &w, d[i].b ? d[i].b : d[i].a);
                continue;
            }
            put_object(&w);
            put_key(&w, "before");
            put_row(c, &w, d[i].a);
            put_key(&w, "after");
            put_row(c, &w, d[i].b);
            put_object_end(&w);
        }
        put_list_end(&w);
    }
    (void)sums;
    put_member_int(&w, "same", (int64_t)same);
    put_object_end(&w);
    buf_addc(&c->out, '\n');
}

static void compare_text(struct cli *c, const struct roster_difference *d, size_t n, bool of_persons)
{
    static const struct table_col cols[] = {
        { { "", "" }, false },         { { "村", "Village" }, false }, { { "户编号", "Household" }, false },
        { { "户主", "Head" }, false }, { { "姓名", "Name" }, false },  { { "变化", "Change" }, false },
    };
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < n; i++) {
        const struct roster_row *x = d[i].b ? d[i].b : d[i].a;
        table_text(&t, str_of(label_in(&differences[d[i].what], c->e.lang)));
        table_text(&t, x->village_name.p ? x->village_name : STR(""));
        table_text(&t, x->hh_no);
        table_text(&t, x->head_name);
        table_text(&t, of_persons ? x->person_name : STR(""));
        table_text(&t, what_changed(c, &d[i]));
    }
    if (n)
        table_print(&t, c->e.lang, &c->out);
}

static int compare(struct cli *c)
{
    struct looking l = { .c = c };
    size_t n, sums[3] = { 0 };
    if (!cli_load_codes(c) || !cli_read(c, do_compare, &l))
        return EXIT_NOTHING;
    size_t rows = l.rows.n;
    struct roster_difference *d = roster_compare(&l.rows, &l.other, &n, c->a);
    for (size_t i = 0; i < n; i++)
        sums[d[i].what]++;
    size_t same = rows - sums[ROSTER_WENT] - sums[ROSTER_CHANGED];
    if (c->json) {
        compare_json(c, d, n, sums, same);
        return EXIT_DONE;
    }
    compare_text(c, d, n, l.a.of_persons);
    cli_say(c, MSG_ROSTER_COMPARED, A(sums[ROSTER_CAME]), A(sums[ROSTER_WENT]), A(sums[ROSTER_CHANGED]),
            A(same));
    return EXIT_DONE;
}

/* --- the table ---------------------------------------------------------------------------- */

// clang-format off
#define IN_COUNTY { .name = "county", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "是哪个县的", "the county whose it is" } }
#define REGION    { .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { "一个县或其下的区划（默认自己管的那个）", "a county or a region below it (default: your own)" } }
#define LIMIT     { .name = "limit", .kind = OPT_INT, .min = 1, .max = ROSTER_ROWS_MAX, .arg = { "条数", "N" }, .label = { "最多列出多少条", "at most so many" } }

static const struct opt save_opts[] = {
    { .name = "age-from", .kind = OPT_INT, .min = 0, .max = 130, .arg = { "岁", "YEARS" }, .label = { "满多少周岁（按人的名单）", "at least so old (lists of persons)" } },
    { .name = "age-on", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "周岁算到哪天（默认今天）", "the day on which ages are taken (default: today)" } },
    { .name = "age-to", .kind = OPT_INT, .min = 0, .max = 130, .arg = { "岁", "YEARS" }, .label = { "不超过多少周岁", "at most so old" } },
    { .name = "attribute", .kind = OPT_TEXT, .arg = { "属性", "CHOICE" }, .label = { "贫困户属性", "the household's attribute" } },
    { .name = "file", .kind = OPT_TEXT, .arg = { "文件", "FILE" }, .label = { "只要这个 CSV 里的户编号", "only the household numbers of this CSV file" } },
    { .name = "persons", .kind = OPT_FLAG, .label = { "按人而不是按户", "of persons instead of households" } },
    REGION,
    { .name = "replace", .kind = OPT_FLAG, .label = { "重新生成同名的未定稿名单", "make a list of this name anew, unless it is frozen" } },
    { .name = "state", .kind = OPT_TEXT, .arg = { "状态", "CHOICE" }, .label = { "脱贫状态，如 返贫", "the poverty state" } },
    { .name = "tag", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "标签", "CHOICE" }, .label = { "户标签，如 易返贫户", "a tag of the household" } },
    { .name = "where", .kind = OPT_TEXT, .flags = OPT_REPEATS, .arg = { "字段=值", "FIELD=VALUE" }, .label = { "其他条件；值为 * 是有值，留空是无值", "another condition; * is any value, nothing is a blank" } },
    { 0 },
};
static const struct opt named_opts[] = { IN_COUNTY, { 0 } };
static const struct opt show_opts[] = { IN_COUNTY, LIMIT, { 0 } };
static const struct opt list_opts[] = { REGION, { 0 } };

static const struct opt open_opts[] = {
    { .name = "by", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "调查人", "WHO" }, .label = { "谁来调查", "who surveys" } },
    { .name = "note", .kind = OPT_TEXT, .arg = { "文字", "TEXT" }, .label = { "备注", "a note" } },
    { .name = "on", .kind = OPT_DATE, .flags = OPT_REQUIRED, .arg = { "日期", "DATE" }, .label = { "从哪天起", "the first day" } },
    REGION,
    { 0 },
};
static const struct opt record_opts[] = {
    { .name = "by", .kind = OPT_TEXT, .arg = { "调查人", "WHO" }, .label = { "谁调查的（默认本轮调查人）", "who surveyed it (default: those of the round)" } },
    IN_COUNTY,
    { .name = "file-no", .kind = OPT_TEXT, .arg = { "编号", "NUMBER" }, .label = { "建档：户档编号", "the number of the household's file" } },
    { .name = "note", .kind = OPT_TEXT, .arg = { "文字", "TEXT" }, .label = { "备注", "a note" } },
    { .name = "on", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "调查日期（默认今天）", "the day (default: today)" } },
    { .name = "result", .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { "结果", "CHOICE" }, .label = { "属实、有变化、新增困难、不再困难、已迁走、未见到人、拒绝调查", "confirmed, changed, newly_poor, no_longer_poor, moved_away, not_found, refused" } },
    { 0 },
};
static const struct opt close_opts[] = {
    IN_COUNTY,
    { .name = "on", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "哪天结束（默认今天）", "the last day (default: today)" } },
    { 0 },
};
static const struct opt missing_opts[] = {
    IN_COUNTY, LIMIT,
    { .name = "missing", .kind = OPT_FLAG, .label = { "列出还没有调查的户", "list the households not yet surveyed" } },
    { 0 },
};

#define NAME_ARG .args = { "名称", "NAME" }, .args_min = 1, .args_max = 1
static const struct command commands[] = {
    { .name = "roster compare", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = named_opts, .args = { "前一名单 后一名单", "A B" }, .args_min = 2, .args_max = 2, .summary = { "比较两个名单", "compare two lists" },
      .help = { "谁新增、谁减少、什么变了；认的是户和人本身，不是编号。\n\n  bangfu roster compare 2023年底 2024年底", "Who came, who went, what changed; by the households and persons themselves, not by their numbers.\n\n  bangfu roster compare 2023年底 2024年底" }, .run = compare },
    { .name = "roster freeze", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = named_opts, NAME_ARG, .summary = { "定稿一个名单", "freeze a list" },
      .help = { "记下每一行现在的编号、姓名、村、状态和人口，加上校验码；以后不再改变。\n\n  bangfu roster freeze 2024年底", "Takes down number, name, village, state and members of every row, with a check over all of it; the list does not change any more.\n\n  bangfu roster freeze 2024年底" }, .run = freeze },
    { .name = "roster list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .opts = list_opts, .summary = { "有哪些名单", "the lists there are" },
      .help = { "\n  bangfu roster list", "\n  bangfu roster list" }, .run = list },
    { .name = "roster save", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = save_opts, NAME_ARG, .summary = { "按条件生成名单", "make a list by a filter" },
      .help = { "条件都要满足；字段用中文或英文名称。已销户的和已离开的不在其中。\n\n  bangfu roster save 返贫户 --state 返贫\n  bangfu roster save 贫困党员70岁 --persons --where 政治面貌=中共党员 --age-from 70 --age-on 2024-12-31\n  bangfu roster save 有就业愿望 --persons --where '就业需求=*'", "All conditions have to hold; fields go by their Chinese or English names. Closed households and persons who left are not on it.\n\n  bangfu roster save 返贫户 --state fallen_back\n  bangfu roster save 贫困党员70岁 --persons --where 政治面貌=中共党员 --age-from 70 --age-on 2024-12-31\n  bangfu roster save 有就业愿望 --persons --where 'Wish for work=*'" }, .run = save },
    { .name = "roster show", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .opts = show_opts, NAME_ARG, .summary = { "显示一个名单", "show a list" },
      .help = { "定稿的名单先核对校验码。\n\n  bangfu roster show 2024年底", "The check of a frozen list is verified first.\n\n  bangfu roster show 2024年底" }, .run = show },
    { .name = "survey close", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = close_opts, NAME_ARG, .summary = { "结束一轮调查", "end a survey round" },
      .help = { "结束以后不再登记结果。\n\n  bangfu survey close 2024年摸底", "No results are recorded after that.\n\n  bangfu survey close 2024年摸底" }, .run = survey_close_cmd },
    { .name = "survey list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .opts = list_opts, .summary = { "有哪些调查", "the survey rounds there are" },
      .help = { "\n  bangfu survey list", "\n  bangfu survey list" }, .run = survey_list_cmd },
    { .name = "survey open", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = open_opts, NAME_ARG, .summary = { "开始一轮摸底调查", "begin a survey round" },
      .help = { "\n  bangfu survey open 2024年摸底 --region 350603100 --on 2024-03-01 --by 驻村工作队", "\n  bangfu survey open 2024年摸底 --region 350603100 --on 2024-03-01 --by 驻村工作队" }, .run = survey_open_cmd },
    { .name = "survey record", .perm = PERM_REGISTRY_WRITE, .db = DB_OPEN, .opts = record_opts, .args = { "名称 户编号", "NAME HOUSEHOLD" }, .args_min = 2, .args_max = 2, .summary = { "登记一户的调查结果", "record what was found in a household" },
      .help = { "再登记一次就是更正。--file-no 同时建档。\n\n  bangfu survey record 2024年摸底 LW000001 --result 属实 --on 2024-03-05", "A second record corrects the first. --file-no opens the household's file with it.\n\n  bangfu survey record 2024年摸底 LW000001 --result confirmed --on 2024-03-05" }, .run = survey_record_cmd },
    { .name = "survey show", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .opts = missing_opts, NAME_ARG, .summary = { "一轮调查的进度，按村", "how far a survey round is, by village" },
      .help = { "\n  bangfu survey show 2024年摸底 --missing", "\n  bangfu survey show 2024年摸底 --missing" }, .run = survey_show_cmd },
};
// clang-format on
const struct command_table roster_commands = { { "名单和调查", "Lists and surveys" },
                                               commands,
                                               N_ELEMS(commands) };
