#include "registry/template.h"

#include "base/clock.h"
#include "base/new_file.h"
#include "base/xlsx.h"

enum { CHOICES_MAX = 512, WORDS_MAX = 1 << 16, TEXT_CHARS_MAX = 2000 };

/* Everything the sheets are made of. */
struct template
{
    const struct import_kind *in;
    const struct code_book *codes;
    enum lang lang;
    const struct col *cols[EXPORT_COLS_MAX];
    size_t n;
    struct xlsx *x;
    struct arena *a;
};

static const struct label sheet_example = { "示例", "Example" }, sheet_notes = { "填写说明", "Notes" },
                          sheet_lists = { "选项", "Choices" };

/* --- what a column takes, in words -------------------------------------------------------------------------
 */

/* By the check of a text column, else by its type. */
static const char *form_of(const struct template *t, const struct col *c)
{
    static const enum msg by_type[] = {
        [T_INT] = MSG_TEMPLATE_WHOLE,     [T_OPT_INT] = MSG_TEMPLATE_WHOLE,
        [T_MONEY] = MSG_TEMPLATE_MONEY,   [T_OPT_MONEY] = MSG_TEMPLATE_MONEY,
        [T_DATE] = MSG_TEMPLATE_DATE,     [T_OPT_DATE] = MSG_TEMPLATE_DATE,
        [T_INSTANT] = MSG_TEMPLATE_DATE,  [T_OPT_QUANTITY] = MSG_TEMPLATE_QUANTITY,
        [T_BOOL] = MSG_TEMPLATE_YESNO,    [T_YESNO] = MSG_TEMPLATE_YESNO,
        [T_CODE] = MSG_TEMPLATE_CODE,     [T_CODES] = MSG_TEMPLATE_CODES,
        [T_REGION] = MSG_TEMPLATE_REGION,
    };
    if (c->check == check_idno)
        return say(t->a, t->lang, MSG_TEMPLATE_ID);
    if (c->check == check_account)
        return say(t->a, t->lang, MSG_TEMPLATE_ACCOUNT);
    if (c->check == check_phone)
        return say(t->a, t->lang, MSG_TEMPLATE_PHONE);
    if (c->type == T_TEXT)
        return say(t->a, t->lang, MSG_TEMPLATE_TEXT, A(c->max ? c->max : (int64_t)TEXT_CHARS_MAX));
    return say(t->a, t->lang, by_type[c->type]);
}

static struct str unit_of(const struct template *t, const struct col *c)
{
    const struct code_table *units = c->unit ? code_table(t->codes, "unit") : NULL;
    const struct code_row *row = units ? code_find(units, str_of(c->unit)) : NULL;
    return row ? code_label(row, t->lang) : (struct str){ 0 };
}

static struct str rule_of(const struct template *t, const struct col *c)
{
    CLEANUP(buf_release) struct buf b = BUF(WORDS_MAX);
    struct str unit = unit_of(t, c);
    buf_adds(&b, form_of(t, c));
    if (unit.p)
        buf_adds(&b, say(t->a, t->lang, MSG_TEMPLATE_UNIT, A(unit)));
    if (c->type != T_TEXT && (c->min || c->max))
        buf_adds(&b, say(t->a, t->lang, MSG_TEMPLATE_LIMITS, A(col_limit(c, c->min, t->a)),
                         A(col_limit(c, c->max, t->a))));
    return arena_str(t->a, buf_str(&b));
}

/* What may be chosen, in the order people expect; what came to an end is left out. */
static size_t choices_of(const struct template *t, const struct col *c, struct str out[CHOICES_MAX])
{
    size_t n = 0;
    if (c->type == T_YESNO || c->type == T_BOOL) {
        out[n++] = t->lang == EN ? STR("yes") : STR("是");
        out[n++] = t->lang == EN ? STR("no") : STR("否");
    }
    if (c->type != T_CODE && c->type != T_CODES)
        return n;
    const struct code_table *table = code_table(t->codes, c->codes);
    for (size_t i = 0; table && i < table->n && n < CHOICES_MAX; i++) {
        const struct code_row *row = &table->rows[i];
        if (!row->valid_to.set || row->valid_to.v.day >= clock_today().day)
            out[n++] = code_in_file(c, row, t->codes, t->lang, t->a);
    }
    return n;
}

static struct str joined(const struct template *t, const struct str *list, size_t n)
{
    CLEANUP(buf_release) struct buf b = BUF(WORDS_MAX);
    for (size_t i = 0; i < n; i++) {
        buf_adds(&b, i ? "、" : "");
        buf_add(&b, list[i]);
    }
    return arena_str(t->a, buf_str(&b));
}

/* "a|b" as people read it. */
static struct str listed(const struct template *t, const char *names)
{
    struct str list[64], rest = str_of(names);
    size_t n = 0;
    while (n < N_ELEMS(list) && str_split(&rest, '|', &list[n]))
        n++;
    return joined(t, list, n);
}

/* --- the sheets
 * ---------------------------------------------------------------------------------------------- */

static int width_of(const struct template *t, const struct col *c)
{
    int heading = (int)str_width(str_of(label_in(&c->label, t->lang))) + 4;
    int value = c->check == check_idno || c->check == check_account ? 24 : 12;
    return heading > value ? heading : value;
}

/* Without these columns no file is known for what it is. */
static bool is_needed(const struct template *t, const struct col *c)
{
    for (size_t i = 0; i < IMPORT_NEEDS_MAX && t->in->needs[i]; i++)
        if (!strcmp(t->in->needs[i], c->name))
            return true;
    return false;
}

static void put_headings(const struct template *t, bool notes)
{
    struct xlsx_col cols[EXPORT_COLS_MAX];
    for (size_t i = 0; i < t->n; i++) {
        const struct col *c = t->cols[i];
        bool required = c->flags & REQUIRED, needed = is_needed(t, c);
        struct str rule = rule_of(t, c);
        const char *must = required ? say(t->a, t->lang, MSG_TEMPLATE_REQUIRED)
                           : needed ? say(t->a, t->lang, MSG_TEMPLATE_KEEP)
                                    : "";
        cols[i] = (struct xlsx_col){ .heading = label_in(&c->label, t->lang),
                                     .width = width_of(t, c),
                                     .required = required || needed };
        if (notes)
            cols[i].note = arena_printf(t->a, "%s%.*s", must, (int)rule.n, rule.p);
    }
    xlsx_head(t->x, cols, t->n);
}

static void put_data_sheet(const struct template *t)
{
    struct str choices[CHOICES_MAX];
    xlsx_sheet(t->x, label_in(&t->in->label, t->lang));
    put_headings(t, true);
    for (size_t i = 0; i < t->n; i++) {
        const struct col *c = t->cols[i];
        size_t n = choices_of(t, c, choices);
        bool set = c->type == T_CODES; /* a drop-down gives one; others are typed behind it */
        const char *name = arena_printf(t->a, "list_%s%s", c->codes ? c->codes : "", set ? "_set" : "");
        xlsx_choices(t->x, i, name, choices, n, !set);
    }
}

void *template_example(const struct export_kind *k, const struct import_kind *in,
                       const struct code_book *codes, struct errs *e)
{
    char *obj = arena_alloc(e->a, in->size);
    struct reading rd = { .e = e, .codes = codes, .today = clock_today() };
    for (const struct export_example *x = k->examples; x && x->col; x++) {
        const struct col *c = entity_col(in->en, x->col);
        for (size_t i = 0; i < in->extra_n; i++)
            if (!strcmp(in->extra[i].name, x->col))
                c = &in->extra[i];
        if (c)
            col_read(c, obj, str_of(x->value), &rd);
    }
    return obj;
}

/* A value as the export writes it. */
static struct str cell_of(const struct template *t, const struct col *c, const void *obj)
{
    CLEANUP(buf_release) struct buf b = BUF(WORDS_MAX);
    struct str texts[64];
    size_t n = 0;
    if (!col_known(c, obj))
        return (struct str){ 0 };
    if (c->type != T_CODE && c->type != T_CODES) {
        col_print(c, obj, &b, t->codes, t->lang);
        return arena_str(t->a, buf_str(&b));
    }
    const void *p = (const char *)obj + c->off;
    const struct code_table *table = code_table(t->codes, c->codes);
    for (size_t i = 0; table && i < table->n && n < N_ELEMS(texts); i++) {
        const struct code_row *row = &table->rows[i];
        bool here = c->type == T_CODE ? ((const struct code *)p)->v == row->code
                                      : ((const struct code_set *)p)->bits >> row->code & 1;
        if (here)
            texts[n++] = code_in_file(c, row, t->codes, t->lang, t->a);
    }
    return joined(t, texts, n);
}

static void put_example_sheet(const struct template *t, const void *obj)
{
    xlsx_sheet(t->x, label_in(&sheet_example, t->lang));
    put_headings(t, false);
    for (size_t i = 0; i < t->n; i++)
        xlsx_cell(t->x, cell_of(t, t->cols[i], obj));
    xlsx_next_row(t->x);
    xlsx_next_row(t->x);
    xlsx_cell(t->x, str_of(say(t->a, t->lang, MSG_TEMPLATE_NOT_THIS, A(label_in(&t->in->label, t->lang)),
                               A(label_in(&sheet_example, t->lang)))));
    xlsx_next_row(t->x);
}

static void put_notes_sheet(const struct template *t)
{
    static const struct label headings[] = {
        { "列", "Column" },
        { "另一语言", "In Chinese" },
        { "必填", "Required" },
        { "填写要求", "What it takes" },
        { "可填内容", "Choices" },
        { "国家系统代码", "National code" },
        { "也认得的表头", "Other headings that are understood" },
    };
    static const int widths[] = { 26, 30, 10, 44, 60, 14, 60 };
    struct xlsx_col cols[N_ELEMS(headings)];
    struct str choices[CHOICES_MAX];
    for (size_t i = 0; i < N_ELEMS(headings); i++)
        cols[i] = (struct xlsx_col){ .heading = label_in(&headings[i], t->lang),
                                     .width = widths[i],
                                     .wraps = true };
    xlsx_sheet(t->x, label_in(&sheet_notes, t->lang));
    xlsx_head(t->x, cols, N_ELEMS(headings));
    for (size_t i = 0; i < t->n; i++) {
        const struct col *c = t->cols[i];
        struct str yes = t->lang == EN ? STR("yes") : STR("是");
        size_t n = choices_of(t, c, choices);
        xlsx_cell(t->x, str_of(label_in(&c->label, t->lang)));
        xlsx_cell(t->x, str_of(label_in(&c->label, t->lang == EN ? ZH : EN)));
        xlsx_cell(t->x, c->flags & REQUIRED ? yes : (struct str){ 0 });
        xlsx_cell(t->x, rule_of(t, c));
        xlsx_cell(t->x, joined(t, choices, n));
        xlsx_cell(t->x, listed(t, c->national));
        xlsx_cell(t->x, listed(t, c->aliases));
        xlsx_next_row(t->x);
    }
}

bool template_write(const struct export_kind *k, const struct import_kind *in, const struct code_book *codes,
                    enum lang lang, const char *path, bool replace, struct errs *e)
{
    struct template t = { .in = in, .codes = codes, .lang = lang, .a = e->a };
    struct errs example = { .a = e->a, .lang = lang }; /* a code that a site took away is left out */
    CLEANUP(new_file_drop) struct new_file file = { .fd = -1 };
    t.n = export_columns(in, t.cols);
    if (!new_file_open(&file, path, replace, e))
        return false;
    t.x = xlsx_open(file.temp, false);
    put_data_sheet(&t);
    put_example_sheet(&t, template_example(k, in, codes, &example));
    put_notes_sheet(&t);
    return xlsx_close(t.x, label_in(&sheet_lists, lang), e) && new_file_keep(&file, e);
}
