#include "report/figures_book.h"

#include "base/new_file.h"
#include "base/value.h"
#include "base/xlsx.h"

enum { BOOK_COLS_MAX = 8 };
struct heading {
    struct label label;
    int width;
    bool wraps;
};

static void begin(struct xlsx *x, const struct figures_show *s, const struct label *name,
                  const struct heading *headings, size_t n)
{
    struct xlsx_col cols[BOOK_COLS_MAX];
    for (size_t i = 0; i < n; i++)
        cols[i] = (struct xlsx_col){ .heading = label_in(&headings[i].label, s->lang),
                                     .width = headings[i].width,
                                     .wraps = headings[i].wraps };
    xlsx_sheet(x, label_in(name, s->lang));
    xlsx_head(x, cols, n);
}

static void cell(struct xlsx *x, const char *text)
{
    xlsx_cell(x, text ? str_of(text) : (struct str){ 0 });
}

static enum xlsx_kind kind_of(enum figure_unit u)
{
    return u == UNIT_COUNT ? XLSX_COUNT : figure_is_quotient(u) ? XLSX_QUANTITY : XLSX_MONEY;
}

static const char *unit_of(const struct figures_show *s, enum figure_unit u)
{
    static const struct label none = { "", "" }, yuan = { "元", "yuan" }, head = { "元/人", "yuan a head" },
                              days = { "天", "days" };
    const struct label *const words[] = {
        [UNIT_YUAN] = &yuan,       [UNIT_YUAN_EACH] = &yuan, [UNIT_YUAN_PER_HEAD] = &head,
        [UNIT_YUAN_PARTS] = &yuan, [UNIT_COUNT] = &none,     [UNIT_RATIO] = &none,
        [UNIT_SHARE] = &none,      [UNIT_DAYS] = &days,
    };
    return label_in(words[u], s->lang);
}

static void put_value(struct xlsx *x, const struct figures_show *s, enum figure_id id)
{
    const char *text = figure_text(s->f, id, s->a);
    if (text)
        xlsx_number(x, str_of(text), kind_of(figure_kinds[id].unit));
    else
        cell(x, NULL);
}

static void put_figures(struct xlsx *x, const struct figures_show *s)
{
    static const struct label name = { "指标", "Figures" };
    static const struct heading headings[] = {
        { { "指标", "Figure" }, 28, true },       { { "数值", "Value" }, 18, false },
        { { "单位", "Unit" }, 10, false },        { { "分子", "Numerator" }, 18, false },
        { { "分母", "Denominator" }, 18, false }, { { "口径", "Definition" }, 60, true },
        { { "说明", "Note" }, 30, true },         { { "代码", "Code" }, 26, false },
    };
    begin(x, s, &name, headings, N_ELEMS(headings));
    for (int i = 0; i < FIGURES; i++) {
        enum figure_id id = (enum figure_id)i;
        const struct figure_kind *k = &figure_kinds[id];
        bool parts = figure_is_quotient(k->unit) && !s->f->list[id].unset;
        xlsx_cell(x, figure_label(s->f, id, s->lang));
        put_value(x, s, id);
        cell(x, unit_of(s, k->unit));
        cell(x, parts ? figure_part_text(s->f, id, NUMERATOR, s->a) : NULL);
        cell(x, parts ? figure_part_text(s->f, id, DENOMINATOR, s->a) : NULL);
        cell(x, label_in(&k->definition, s->lang));
        cell(x, s->f->list[id].unset ? label_in(&s->f->list[id].why, s->lang) : NULL);
        cell(x, k->name);
        xlsx_next_row(x);
    }
}

static void put_asked_line(struct xlsx *x, const struct figures_show *s, const struct label *name,
                           struct str text)
{
    cell(x, label_in(name, s->lang));
    xlsx_cell(x, text);
    xlsx_next_row(x);
}

static struct str day(const struct figures_show *s, struct opt_date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    if (d.set)
        date_print(&b, d.v);
    return arena_str(s->a, buf_str(&b));
}

static struct str number(const struct figures_show *s, int64_t n)
{
    return n ? str_of(arena_printf(s->a, "%lld", (long long)n)) : (struct str){ 0 };
}

/* A sheet that left the office still says what it is of. */
static void put_asked(struct xlsx *x, const struct figures_show *s)
{
    static const struct label name = { "范围", "What was asked" };
    static const struct heading headings[] = { { { "项", "Item" }, 16, false },
                                               { { "内容", "Content" }, 30, true } };
    static const struct label words[] = { { "项目", "Programme" },    { "版本", "Version" },
                                          { "自", "From" },           { "截至", "As of" },
                                          { "区划", "Region" },       { "起始期", "First period" },
                                          { "截止期", "Last period" } };
    const struct str texts[] = { wording_in(&s->f->programme->name, s->lang),
                                 number(s, s->f->version.version),
                                 day(s, s->q->from),
                                 day(s, (struct opt_date){ s->q->as_of, true }),
                                 number(s, s->q->region.v),
                                 number(s, s->q->period_first),
                                 number(s, s->q->period_last) };
    begin(x, s, &name, headings, N_ELEMS(headings));
    for (size_t i = 0; i < N_ELEMS(words); i++)
        put_asked_line(x, s, &words[i], texts[i]);
}

static const char *kind_word(const struct figures_show *s, const char *kind)
{
    static const struct {
        const char *kind;
        struct label label;
    } words[] = { { "voucher", { "凭证", "voucher" } },
                  { "contract", { "合同", "contract" } },
                  { "household", { "户", "household" } },
                  { "person", { "人", "person" } },
                  { "loss", { "损失", "loss" } } };
    for (size_t i = 0; i < N_ELEMS(words); i++)
        if (!strcmp(words[i].kind, kind))
            return label_in(&words[i].label, s->lang);
    return kind;
}

static void put_rows(struct xlsx *x, const struct figures_show *s)
{
    static const struct label name = { "明细", "Rows" };
    static const struct heading headings[] = { { { "部分", "Part" }, 10, false },
                                               { { "种类", "Kind" }, 16, false },
                                               { { "名称", "Name" }, 30, true },
                                               { { "日期", "On" }, 12, false },
                                               { { "数额", "Amount" }, 18, false } };
    static const struct label parts[] = {
        [NUMERATOR] = { "分子", "numerator" }, [DENOMINATOR] = { "分母", "denominator" }
    };
    begin(x, s, &name, headings, N_ELEMS(headings));
    for (size_t i = 0; i < s->f->rows_n && xlsx_rows(x) < XLSX_ROWS_MAX; i++) {
        const struct figure_row *r = &s->f->rows[i];
        cell(x, label_in(&parts[r->part], s->lang));
        cell(x, kind_word(s, r->kind));
        xlsx_cell(x, r->name);
        xlsx_cell(x, day(s, r->on));
        xlsx_number(x, str_of(figure_row_amount(s, r, false)), XLSX_QUANTITY);
        xlsx_next_row(x);
    }
}

bool figures_book(const struct figures_show *s, const char *path, struct errs *e)
{
    CLEANUP(new_file_drop) struct new_file f;
    if (!new_file_open(&f, path, false, e))
        return false;
    struct xlsx *x = xlsx_open(f.temp, false);
    put_figures(x, s);
    if (s->q->trace >= 0)
        put_rows(x, s);
    put_asked(x, s);
    return xlsx_close(x, "", e) && new_file_keep(&f, e);
}
