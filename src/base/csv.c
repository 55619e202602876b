#include "base/csv.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Where a row is being read.  eol is the first line end at or behind p, or end. */
struct reader {
    const char *p, *eol, *end;
    int64_t line;
    char separator;
    struct arena *a;
    enum csv_damage damage; /* the first of the row */
};

static const char *find(const char *p, const char *end, char c)
{
    const char *at = p < end ? memchr(p, c, (size_t)(end - p)) : NULL;
    return at ? at : end;
}

static void note(struct reader *r, enum csv_damage damage)
{
    if (r->damage == CSV_WHOLE)
        r->damage = damage;
}

static void next_line(struct reader *r)
{
    r->p = r->eol < r->end ? r->eol + 1 : r->end;
    r->line++;
}

static int64_t lines_in(const char *p, const char *end)
{
    int64_t n = 0;
    while ((p = find(p, end, '\n')) < end) {
        p++;
        n++;
    }
    return n;
}

/* Reads up to the separator or line end; true when the row goes on behind it. */
static bool plain_cell(struct reader *r, struct str *cell)
{
    const char *start = r->p, *stop = find(start, r->eol, r->separator);
    bool more = stop < r->eol;
    if (more)
        r->p = stop + 1;
    else
        next_line(r);
    if (!more && stop > start && stop[-1] == '\r')
        stop--;
    *cell = (struct str){ start, (size_t)(stop - start) };
    return more;
}

/* The closing quote of the cell whose text begins at p, or NULL. */
static const char *closing_quote(const char *p, const char *end, bool *doubled)
{
    *doubled = false;
    while ((p = find(p, end, '"')) < end) {
        if (p + 1 == end || p[1] != '"')
            return p;
        *doubled = true;
        p += 2;
    }
    return NULL;
}

static struct str halve_quotes(struct arena *a, const char *p, const char *end)
{
    char *out = arena_alloc(a, (size_t)(end - p));
    size_t n = 0;
    while (p < end) {
        const char *quote = find(p, end, '"');
        size_t part = (size_t)(quote - p) + (quote < end);
        memcpy(out + n, p, part);
        n += part;
        p += part + (quote < end);
    }
    return (struct str){ out, n };
}

static bool ends_cell(const struct reader *r, const char *p)
{
    return p == r->eol || *p == r->separator || (*p == '\r' && p + 1 == r->eol);
}

/* r->p stands on the opening quote.  A cell that is damaged and goes over several lines most likely
 * lost its closing quote: the row then ends with the line, or the rows behind it would be lost. */
static bool quoted_cell(struct reader *r, struct str *cell)
{
    const char *start = r->p + 1, *first_eol = r->eol, *limit = r->end;
    bool doubled;
    if (r->end - start > CSV_CELL_BYTES_MAX)
        limit = start + CSV_CELL_BYTES_MAX + 1;
    const char *stop = closing_quote(start, limit, &doubled);
    if (!stop) {
        note(r, limit == r->end ? CSV_QUOTE_OPEN : CSV_CELL_TOO_LONG);
        next_line(r);
        return false;
    }
    bool several_lines = stop > first_eol;
    if (several_lines)
        r->eol = find(stop, r->end, '\n');
    if (!ends_cell(r, stop + 1)) {
        note(r, CSV_TEXT_AFTER_QUOTE);
        r->eol = first_eol;
        if (several_lines) {
            next_line(r);
            return false;
        }
    }
    r->p = stop + 1;
    if (several_lines)
        r->line += lines_in(start, stop);
    struct str behind;
    bool more = plain_cell(r, &behind);
    if (r->damage == CSV_WHOLE)
        *cell = doubled ? halve_quotes(r->a, start, stop) : (struct str){ start, (size_t)(stop - start) };
    return more;
}

/* --- formulas ----------------------------------------------------------------------------- */

/* Spreadsheets of Chinese and Japanese systems read the full-width forms like the others. */
static bool begins_formula(struct str cell)
{
    static const struct str wide[] = { { "＝", 3 }, { "＋", 3 }, { "－", 3 }, { "＠", 3 } };
    while (cell.n && cell.p[0] == '\'')
        cell = (struct str){ cell.p + 1, cell.n - 1 };
    static const bool begins[256] = { ['='] = true,  ['+'] = true,  ['-'] = true,  ['@'] = true,
                                      ['\t'] = true, ['\r'] = true, ['\n'] = true, [0xef] = true };
    if (!cell.n || !begins[(unsigned char)cell.p[0]])
        return false;
    bool found = cell.p[0] != '\xef';
    for (size_t i = 0; !found && i < N_ELEMS(wide); i++)
        found = str_starts(cell, wide[i]);
    return found;
}

static bool is_plain_number(struct str cell)
{
    bool digits = false;
    for (size_t i = 0; i < cell.n; i++) {
        bool sign = i == 0 && (cell.p[i] == '-' || cell.p[i] == '+');
        bool digit = cell.p[i] >= '0' && cell.p[i] <= '9';
        if (!sign && !digit && cell.p[i] != '.')
            return false;
        digits = digits || digit;
    }
    return digits;
}

static struct str without_guard(struct str cell)
{
    bool guarded = cell.n && cell.p[0] == '\'' && begins_formula(cell);
    return guarded ? (struct str){ cell.p + 1, cell.n - 1 } : cell;
}

/* --- rows --------------------------------------------------------------------------------- */

#ifdef __SSE2__
enum { BLOCK = 16 };

static unsigned where(const char *p, char c)
{
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8(c)));
}

/* A row on one line and without quotes, as most are, is looked at in blocks; 0: it is none, and r as it was.
 */
static size_t read_plain_row(struct reader *r, struct str cells[CSV_CELLS_MAX])
{
    const char *start = r->p, *eol = r->eol;
    size_t n = 0;
    if (eol - start > CSV_CELL_BYTES_MAX || r->end - eol < BLOCK)
        return 0;
    for (const char *p = start; p < eol; p += BLOCK) {
        unsigned inside = eol - p < BLOCK ? (1u << (eol - p)) - 1 : (1u << BLOCK) - 1;
        if (where(p, '"') & inside)
            return 0;
        for (unsigned stops = where(p, r->separator) & inside; stops; stops &= stops - 1) {
            const char *stop = p + __builtin_ctz(stops);
            if (n == CSV_CELLS_MAX - 1)
                return 0;
            cells[n++] = stop > start ? (struct str){ start, (size_t)(stop - start) } : (struct str){ 0 };
            start = stop + 1;
        }
    }
    if (eol > start && eol[-1] == '\r')
        eol--;
    cells[n++] = eol > start ? (struct str){ start, (size_t)(eol - start) } : (struct str){ 0 };
    next_line(r);
    return n;
}
#else
static size_t read_plain_row(struct reader *r, struct str cells[CSV_CELLS_MAX])
{
    (void)r, (void)cells;
    return 0;
}
#endif

/* One row into cells[]; the number of cells before the damage. */
static size_t read_row(struct reader *r, struct str cells[CSV_CELLS_MAX])
{
    size_t n = read_plain_row(r, cells);
    bool more = n == 0;
    while (more) {
        struct str cell = { 0 };
        more = r->p < r->eol && *r->p == '"' ? quoted_cell(r, &cell) : plain_cell(r, &cell);
        if (cell.n > CSV_CELL_BYTES_MAX)
            note(r, CSV_CELL_TOO_LONG);
        if (n == CSV_CELLS_MAX)
            note(r, CSV_TOO_MANY_CELLS);
        if (r->damage == CSV_WHOLE)
            cells[n++] = cell.n ? cell : (struct str){ 0 };
    }
    return n;
}

static bool is_blank(const struct str *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_trim(cells[i]).n)
            return false;
    return true;
}

bool csv_next(struct csv *c, struct arena *a, struct csv_row *row)
{
    struct str cells[CSV_CELLS_MAX];
    while (c->rest.n) {
        const char *end = c->rest.p + c->rest.n;
        struct reader r = { .p = c->rest.p,
                            .eol = find(c->rest.p, end, '\n'),
                            .end = end,
                            .line = c->line,
                            .separator = c->separator,
                            .a = a };
        int64_t line = c->line;
        size_t n = read_row(&r, cells);
        c->rest = (struct str){ r.p, (size_t)(end - r.p) };
        c->line = r.line;
        if (r.damage == CSV_WHOLE && is_blank(cells, n))
            continue;
        *row = (struct csv_row){
            .cells = NEW_ARRAY(a, struct str, n), .n = n, .line = line, .damage = r.damage
        };
        for (size_t i = 0; i < n; i++)
            row->cells[i] = without_guard(cells[i]);
        return true;
    }
    return false;
}

struct csv csv_open(struct str text)
{
    static const char separators[] = { ',', ';', '\t' };
    enum { FIRST_ROW_MAX = 64 * 1024 }; /* an open quote must not make us read it all */
    size_t counts[sizeof separators] = { 0 }, best = 0;
    bool quoted = false;
    size_t first = 0; /* blank lines before the first row tell nothing */
    for (size_t i = 0; i < text.n && i < FIRST_ROW_MAX && memchr(" \t\r\n", text.p[i], 4); i++)
        if (text.p[i] == '\n')
            first = i + 1;
    for (size_t i = first; i < text.n && i - first < FIRST_ROW_MAX && (quoted || text.p[i] != '\n'); i++) {
        quoted ^= text.p[i] == '"';
        for (size_t k = 0; k < sizeof separators; k++)
            counts[k] += !quoted && text.p[i] == separators[k];
    }
    for (size_t k = 1; k < sizeof separators; k++)
        if (counts[k] > counts[best])
            best = k;
    return (struct csv){ .rest = text, .line = 1, .separator = separators[best] };
}

/* --- writing ------------------------------------------------------------------------------ */

/* ; and TAB are quoted so that a reader that guesses the separator finds the comma; blanks at the
 * ends, so that none trims them. */
static bool needs_quotes(struct str cell)
{
    if (!cell.n)
        return false;
    if (cell.p[0] == ' ' || cell.p[cell.n - 1] == ' ')
        return true;
    static const bool special[256] = {
        ['"'] = true, [','] = true, [';'] = true, ['\t'] = true, ['\r'] = true, ['\n'] = true
    };
    for (size_t i = 0; i < cell.n; i++)
        if (special[(unsigned char)cell.p[i]])
            return true;
    return false;
}

static void put(struct buf *b, struct str cell, bool guard, bool first)
{
    if (!first)
        buf_addc(b, ',');
    bool quoted = needs_quotes(cell);
    if (quoted)
        buf_addc(b, '"');
    if (guard)
        buf_addc(b, '\'');
    if (!quoted) {
        buf_add(b, cell);
        return;
    }
    for (const char *p = cell.p, *end = p + cell.n; p < end;) {
        const char *quote = find(p, end, '"');
        buf_add(b, (struct str){ p, (size_t)(quote - p) });
        if (quote < end)
            buf_adds(b, "\"\"");
        p = quote + (quote < end);
    }
    buf_addc(b, '"');
}

void csv_put(struct buf *b, struct str cell, bool first)
{
    put(b, cell, begins_formula(cell) && !is_plain_number(cell), first);
}

void csv_put_text(struct buf *b, struct str cell, bool first)
{
    put(b, cell, begins_formula(cell), first);
}

void csv_end_row(struct buf *b)
{
    buf_adds(b, "\r\n");
}
