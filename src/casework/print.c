#include "casework/print.h"

#include "base/html.h"
#include "base/value.h"

#include <assert.h>

enum { DENSE_FROM = 8 /* columns */, TIGHT_FROM = 10, ROW_POINTS = 23 };

/* --- the page ----------------------------------------------------------------------------- */

#define SONG                                                                                                      \
    "\"方正小标宋简体\",\"FZXiaoBiaoSong-B05S\",\"方正小标宋_GBK\",\"小标宋\",\"Source Han Serif " \
    "SC\",\"Noto Serif CJK SC\",\"SimSun\",\"Songti SC\",serif"
#define FANG                                                                                             \
    "\"仿宋_GB2312\",\"FangSong_GB2312\",\"仿宋\",\"FangSong\",\"STFangsong\",\"方正仿宋_GBK\"," \
    "\"FandolFang\",\"Noto Serif CJK SC\",\"SimSun\",serif"
#define HEI "\"黑体\",\"SimHei\",\"STHeiti\",\"Noto Sans CJK SC\",\"Source Han Sans SC\",sans-serif"
#define KAI                                                                                               \
    "\"楷体_GB2312\",\"KaiTi_GB2312\",\"楷体\",\"KaiTi\",\"STKaiti\",\"FandolKai\",\"Noto Serif CJK " \
    "SC\",serif"
#define PLAIN "\"宋体\",\"SimSun\",\"Songti SC\",\"Noto Serif CJK SC\",serif"

static const char style[] =
    "*{box-sizing:border-box}\n"
    "html{-webkit-print-color-adjust:exact}\n"
    "body{margin:0;color:#000;font:16pt/29pt " FANG ";letter-spacing:-.2pt;text-align:justify;"
    "overflow-wrap:anywhere;font-variant-numeric:tabular-nums}\n"
    "h1{margin:0 0 15pt;font:700 22pt/32pt " SONG ";letter-spacing:0;text-align:center;"
    "text-wrap:balance;break-after:avoid}\n"
    "h2,h3{margin:0;font-size:16pt;text-indent:2em;break-after:avoid}\n"
    "h2{font-family:" HEI ";font-weight:400}h3{font-family:" KAI ";font-weight:400}\n"
    "p{margin:0;text-indent:2em;orphans:2;widows:2}\n"
    "p.number{text-indent:0;text-align:center;margin-bottom:15pt}\n"
    "p.address{text-indent:0}\n"
    ".edges{display:grid;grid-template-columns:1fr auto "
    "1fr;font-size:12pt;line-height:20pt;letter-spacing:0}\n"
    ".edges :last-child{text-align:right}\n"
    "table{width:100%;border-collapse:collapse;margin:6pt 0 10pt;font-size:12pt;line-height:17pt;"
    "letter-spacing:0;break-inside:auto}\n"
    "thead{display:table-header-group}tfoot{display:table-row-group}\n"
    "table.dense{font-size:10.5pt;line-height:14pt}.dense th,.dense td{padding:2.5pt 2pt}\n"
    ".tall td{height:11mm}\n"
    "table.tight{font-size:9pt;line-height:12.5pt}.tight th,.tight td{padding:2.5pt 2pt}\n"
    "p.note{font-size:12pt;line-height:20pt;text-indent:0;margin:2pt 0 8pt}\n"
    "tr,.together{break-inside:avoid}\n"
    "th,td{border:.75pt solid #000;padding:3pt 4pt;text-align:center;vertical-align:middle}\n"
    "th{font-family:" HEI ";font-weight:400}\n"
    "td.n{text-align:right;white-space:nowrap}\n"
    "tr.sum td{font-family:" HEI "}\n"
    "tr.struck td{background:linear-gradient(to top right,transparent calc(50% - .4pt),#000 50%,"
    "transparent calc(50% + .4pt))}\n"
    ".seal{width:20em;margin:29pt 2em 0 auto;min-height:42mm;text-align:center;break-inside:avoid}\n"
    ".seal p{text-indent:0}\n"
    ".foot{margin-top:12pt;border-top:.5pt solid #000;padding-top:3pt;font:9pt/13pt " PLAIN
    ";letter-spacing:0;"
    "text-align:left;text-indent:0;break-inside:avoid}\n"
    ".parties{display:flex;gap:8mm;margin-top:29pt;break-inside:avoid}\n"
    ".party{flex:1;min-height:50mm;text-align:left}.party p{text-indent:0}\n"
    ".many{flex-wrap:wrap;row-gap:0}.many .party{flex:1 0 28%;min-height:38mm}\n"
    ".break{break-before:page}\n"
    ".gap{margin:9mm 0;border-top:.75pt dashed #000}\n"
    "table.form{table-layout:fixed;width:calc(100% - 1.5pt);font-size:12pt;line-height:18pt;margin:2pt 0}\n"
    "table.form td{text-align:left}table.form td.l{text-align:center;font-family:" HEI "}\n"
    "table.form td.o{vertical-align:top;padding:4pt 6pt}\n"
    "td.o{position:relative;padding-bottom:44pt!important}.o "
    ".signs{position:absolute;right:4pt;bottom:4pt;width:13em}\n"
    ".copy{font-size:10.5pt;line-height:16pt;letter-spacing:0;display:flex;justify-content:space-between}\n"
    "main.form>p{font-size:14pt;line-height:26pt}main.form>p.number{margin-bottom:8pt}\n"
    "main.form h2,main.form h3{font-size:14pt;line-height:26pt}\n"
    "main.form .party,main.form .seal{font-size:14pt;line-height:25pt}main.form .together h2,main.form "
    ".together p{font-size:14pt}\n"
    "main.form table{width:calc(100% - 1.5pt)}\n"
    ".form h1{font-size:18pt;line-height:26pt;margin-bottom:4pt}\n"
    "@media screen{body{background:#e5e7eb}main{background:#fff;margin:8mm auto;box-shadow:0 1px 6px "
    "#0004}}\n";

struct sheet {
    const char *size, *margin, *screen;
};

static void put_page_rules(struct buf *b, struct print_page page)
{
    static const struct sheet document = { "A4", "37mm 26mm 35mm 28mm",
                                           "width:210mm;min-height:297mm;padding:37mm 26mm 35mm 28mm" };
    static const struct sheet wide = { "A4 landscape", "25mm 20mm 20mm 20mm",
                                       "width:297mm;min-height:210mm;padding:25mm 20mm 20mm" };
    static const struct sheet wide_form = { "A4 landscape", "16mm 15mm 13mm 15mm",
                                            "width:297mm;min-height:210mm;padding:16mm 15mm 13mm" };
    static const struct sheet form = { "A4", "16mm 18mm 14mm 20mm",
                                       "width:210mm;min-height:297mm;padding:16mm 18mm 14mm 20mm" };
    const struct sheet *s = page.landscape ? page.form ? &wide_form : &wide : page.form ? &form : &document;
    static const char number[] = "content:\"— \" counter(page) \" —\";font:14pt " PLAIN;
    buf_addf(b, "@page{size:%s;margin:%s}\n", s->size, s->margin);
    if (page.landscape && page.form)
        buf_addf(b, "@page{@bottom-center{%s}}\n", number);
    if (!page.form) {
        buf_addf(b, "@page:right{@bottom-right{%s;vertical-align:top;padding-top:7mm}}\n", number);
        buf_addf(b, "@page:left{@bottom-left{%s;vertical-align:top;padding-top:7mm}}\n", number);
    }
    buf_addf(b, "@media screen{main{%s}}\n", s->screen);
}

void print_begin(struct print *p, struct buf *out, enum lang lang, struct print_page page)
{
    *p = (struct print){ .out = out, .lang = lang };
    buf_adds(out, "<!DOCTYPE html>\n");
    buf_addf(out, "<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", lang == EN ? "en" : "zh-CN");
    html_put(out, "title", NULL, page.name);
    buf_adds(out, "<style>\n");
    buf_adds(out, style);
    put_page_rules(out, page);
    buf_adds(out, "</style>\n</head>\n<body>\n");
    html_open(out, "main", page.form ? "form" : NULL);
    buf_addc(out, '\n');
}

void print_end(struct print *p)
{
    html_close(p->out, "main");
    buf_adds(p->out, "</body>\n</html>\n");
}

/* --- the same as rows of cells ------------------------------------------------------------- */

static struct print_cell *row_begin(struct print_rows *r, size_t n)
{
    if (r->n == r->cap) {
        struct print_row *old = r->list;
        r->cap = r->cap ? r->cap * 2 : 64;
        r->list = NEW_ARRAY(r->a, struct print_row, r->cap);
        if (r->n)
            memcpy(r->list, old, r->n * sizeof *old);
    }
    struct print_cell *cells = NEW_ARRAY(r->a, struct print_cell, n);
    r->list[r->n++] = (struct print_row){ cells, n };
    return cells;
}

static void note_row(struct print *p, const struct str *texts, size_t n)
{
    if (!p->rows)
        return;
    struct print_cell *cells = row_begin(p->rows, n);
    for (size_t i = 0; i < n; i++)
        cells[i].text = arena_str(p->rows->a, texts[i]);
}

static void note_text(struct print *p, struct str s)
{
    if (s.n)
        note_row(p, &s, 1);
}

static void note_pair(struct print *p, struct str label, struct str value)
{
    const struct str pair[] = { label, value };
    note_row(p, pair, N_ELEMS(pair));
}

static void note_cells(struct print *p, const struct print_table *t, const struct str *texts)
{
    if (!p->rows || !texts)
        return;
    struct print_cell *cells = row_begin(p->rows, t->cols_n);
    for (size_t i = 0; i < t->cols_n; i++)
        cells[i] = (struct print_cell){ arena_str(p->rows->a, texts[i]), t->cols[i].number };
}

static void note_table(struct print *p, const struct print_table *t)
{
    if (!p->rows)
        return;
    struct print_cell *head = row_begin(p->rows, t->cols_n);
    for (size_t i = 0; i < t->cols_n; i++)
        head[i].text = str_of(label_in(&t->cols[i].label, p->lang));
    for (size_t i = 0; i < t->rows_n; i++)
        note_cells(p, t, t->cells + i * t->cols_n);
    note_cells(p, t, t->total);
}

/* --- words -------------------------------------------------------------------------------- */

void print_title(struct print *p, struct str s)
{
    note_text(p, s);
    html_open(p->out, "h1", NULL);
    html_lines(p->out, s);
    html_close(p->out, "h1");
}

void print_number(struct print *p, struct str s)
{
    note_text(p, s);
    if (s.n)
        html_put(p->out, "p", "number", s);
}

void print_address(struct print *p, struct str s)
{
    note_text(p, s);
    html_put(p->out, "p", "address", s);
}

void print_heading(struct print *p, int level, struct str s)
{
    note_text(p, s);
    html_put(p->out, level == 1 ? "h2" : "h3", NULL, s);
}

void print_text(struct print *p, struct str s)
{
    struct str part;
    while (s.n && str_split(&s, '\n', &part))
        if (str_trim(part).n) {
            note_text(p, str_trim(part));
            html_put(p->out, "p", NULL, str_trim(part));
        }
}

void print_line(struct print *p, struct str label, struct str value)
{
    if (!value.n)
        return;
    note_pair(p, label, value);
    html_open(p->out, "p", NULL);
    html_text(p->out, label);
    html_text(p->out, value);
    html_close(p->out, "p");
}

void print_edges(struct print *p, struct str left, struct str middle, struct str right)
{
    const struct str edges[] = { left, middle, right };
    note_row(p, edges, N_ELEMS(edges));
    html_open(p->out, "div", "edges");
    html_put(p->out, "span", NULL, left);
    html_put(p->out, "span", NULL, middle);
    html_put(p->out, "span", NULL, right);
    html_close(p->out, "div");
}

void print_note(struct print *p, struct str s)
{
    note_text(p, s);
    if (s.n)
        html_put(p->out, "p", "note", s);
}

void print_foot(struct print *p, struct str s)
{
    note_text(p, s);
    html_open(p->out, "div", "foot");
    html_lines(p->out, s);
    html_close(p->out, "div");
}

void print_together(struct print *p, bool begin)
{
    if (begin)
        html_open(p->out, "div", "together");
    else
        html_close(p->out, "div");
}

void print_break(struct print *p)
{
    html_put(p->out, "div", "break", STR(""));
}

void print_gap(struct print *p)
{
    html_put(p->out, "div", "gap", STR(""));
}

void print_page(struct print *p)
{
    if (p->pages++)
        print_break(p);
}

/* --- tables ------------------------------------------------------------------------------- */

static void put_head(struct print *p, const struct print_table *t)
{
    html_open(p->out, "colgroup", NULL);
    for (size_t i = 0; i < t->cols_n; i++) {
        if (t->cols[i].width)
            buf_addf(p->out, "<col style=\"width:%d.%d%%\">", t->cols[i].width / 10, t->cols[i].width % 10);
        else
            buf_adds(p->out, "<col>");
    }
    html_close(p->out, "colgroup");
    buf_adds(p->out, "<thead><tr>\n");
    for (size_t i = 0; i < t->cols_n; i++)
        html_put(p->out, "th", NULL, str_of(label_in(&t->cols[i].label, p->lang)));
    buf_adds(p->out, "</tr></thead>\n");
}

static void put_row(struct print *p, const struct print_table *t, const char *class, const struct str *cells)
{
    html_open(p->out, "tr", class);
    for (size_t i = 0; i < t->cols_n; i++)
        html_put(p->out, "td", t->cols[i].number ? "n" : NULL, cells[i]);
    html_close(p->out, "tr");
}

static void put_struck(struct print *p, const struct print_table *t, size_t n)
{
    if (!n)
        return;
    html_open(p->out, "tr", "struck");
    buf_addf(p->out, "<td colspan=\"%zu\" style=\"height:%zupt\"></td>", t->cols_n, n * ROW_POINTS);
    html_close(p->out, "tr");
}

static const char *table_class(const struct print_table *t, bool broken)
{
    if (t->tall)
        return broken ? "break dense tall" : "dense tall";
    if (t->cols_n > TIGHT_FROM)
        return broken ? "break tight" : "tight";
    if (t->small || t->cols_n > DENSE_FROM)
        return broken ? "break dense" : "dense";
    return broken ? "break" : NULL;
}

/* Where the page that begins with row `from` ends. */
static size_t page_end(const struct print_table *t, size_t page, size_t from)
{
    size_t to = t->page_ends ? t->page_ends[page] : t->page_rows ? from + t->page_rows : t->rows_n;
    return to < t->rows_n ? to : t->rows_n;
}

void print_table(struct print *p, const struct print_table *t)
{
    size_t page = 0;
    assert(t->cols_n > 0);
    note_table(p, t);
    for (size_t from = 0, to; from < t->rows_n || from == 0; from = to, page++) {
        to = page_end(t, page, from);
        bool last = to == t->rows_n;
        html_open(p->out, "table", table_class(t, page > 0));
        put_head(p, t);
        html_open(p->out, "tbody", NULL);
        for (size_t i = from; i < to; i++)
            put_row(p, t, NULL, t->cells + i * t->cols_n);
        if (t->page_rows)
            put_struck(p, t, t->page_rows - (to - from));
        if (t->page_totals)
            put_row(p, t, "sum", t->page_totals + page * t->cols_n);
        if (last && t->total)
            put_row(p, t, "sum", t->total);
        html_close(p->out, "tbody");
        html_close(p->out, "table");
        if (last)
            break;
    }
}

/* --- forms -------------------------------------------------------------------------------- */

static void put_field(struct print *p, const struct print_field *f, print_value_fn *value, void *ctx)
{
    int label_width = f->label.zh ? f->label_width ? f->label_width : 4 : 0;
    struct str s = f->key ? value(ctx, f->key) : (struct str){ 0 };
    assert(label_width < f->width);
    if (label_width)
        note_pair(p, str_of(label_in(&f->label, p->lang)), s);
    else
        note_text(p, s);
    if (label_width) {
        buf_addf(p->out, "<td class=\"l\" colspan=\"%d\">", label_width);
        html_text(p->out, str_of(label_in(&f->label, p->lang)));
        buf_adds(p->out, "</td>\n");
    }
    buf_addf(p->out, "<td%s colspan=\"%d\"", f->opinion ? " class=\"o\"" : "", f->width - label_width);
    if (f->height)
        buf_addf(p->out, " style=\"height:%dmm\"", f->height);
    buf_addc(p->out, '>');
    html_lines(p->out, s);
    if (f->opinion) {
        html_open(p->out, "div", "signs");
        html_lines(p->out, str_of(catalogue_text(MSG_PRINT_SIGNED, p->lang)));
        html_close(p->out, "div");
    }
    buf_adds(p->out, "</td>\n");
}

static void put_fields(struct print *p, const struct print_form *form, print_value_fn *value, void *ctx)
{
    int used = 0;
    html_open(p->out, "table", "form");
    html_open(p->out, "colgroup", NULL);
    for (int i = 0; i < PRINT_GRID; i++)
        buf_adds(p->out, "<col>");
    html_close(p->out, "colgroup");
    for (const struct print_field *f = form->fields; f->width; f++) {
        if (!used)
            html_open(p->out, "tr", NULL);
        put_field(p, f, value, ctx);
        used += f->width;
        assert(used <= PRINT_GRID);
        if (used == PRINT_GRID) {
            html_close(p->out, "tr");
            used = 0;
        }
    }
    assert(used == 0); /* the last line is full */
    html_close(p->out, "table");
}

static void put_copy_line(struct print *p, const char *holder, struct str number)
{
    html_open(p->out, "div", "copy");
    html_put(p->out, "span", NULL, number);
    html_put(p->out, "span", NULL, str_of(holder));
    html_close(p->out, "div");
}

void print_form_fields(struct print *p, const struct print_form *f, print_value_fn *value, void *ctx)
{
    put_fields(p, f, value, ctx);
}

void print_form_block(struct print *p, const struct print_form *f, const char *holder, struct str number,
                      print_value_fn *value, void *ctx)
{
    struct print_rows *rows = p->rows;
    if (rows && rows->form == f->fields)
        p->rows = NULL;
    else if (rows)
        rows->form = f->fields;
    print_title(p, str_of(label_in(&f->title, p->lang)));
    note_text(p, number);
    put_copy_line(p, holder, number);
    put_fields(p, f, value, ctx);
    if (f->note.zh)
        print_foot(p, str_of(label_in(&f->note, p->lang)));
    p->rows = rows;
}

void print_form_pages(struct print *p, const struct print_form *f, struct str number, print_value_fn *value,
                      void *ctx)
{
    static const char *const single[] = { "", NULL };
    int copies = 0;
    for (const char *const *holder = f->holders ? f->holders : single; *holder; holder++) {
        assert(copies < PRINT_COPIES_MAX);
        copies++;
        print_page(p);
        print_form_block(p, f, *holder, number, value, ctx);
    }
}

void print_form(struct buf *out, enum lang lang, const struct print_form *f, struct str number,
                print_value_fn *value, void *ctx)
{
    struct print p;
    print_begin(&p, out, lang,
                (struct print_page){ .name = str_of(label_in(&f->title, lang)),
                                     .landscape = f->landscape,
                                     .form = !f->landscape });
    print_form_pages(&p, f, number, value, ctx);
    print_end(&p);
}

/* --- signatures --------------------------------------------------------------------------- */

void print_seal(struct print *p, struct str unit, struct date day)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    date_print_zh(&b, day);
    note_pair(p, unit, buf_str(&b));
    html_open(p->out, "div", "seal");
    html_put(p->out, "p", NULL, unit);
    html_put(p->out, "p", NULL, buf_str(&b));
    html_close(p->out, "div");
}

void print_parties(struct print *p, const struct print_party *parties, size_t n)
{
    enum { IN_A_ROW = 3 };
    html_open(p->out, "div", n > IN_A_ROW ? "parties many" : "parties");
    for (size_t i = 0; i < n; i++) {
        note_pair(p, parties[i].role, parties[i].name);
        html_open(p->out, "div", "party");
        html_open(p->out, "p", NULL);
        html_text(p->out, parties[i].role);
        html_text(p->out, parties[i].name);
        html_close(p->out, "p");
        html_open(p->out, "p", NULL);
        html_lines(p->out, str_of(catalogue_text(
                               parties[i].seals ? MSG_PRINT_PARTY_SEALS : MSG_PRINT_PARTY_SIGNS, p->lang)));
        html_close(p->out, "p");
        html_close(p->out, "div");
    }
    html_close(p->out, "div");
}
