#include "base/xlsx_read.h"

#include "base/csv.h"
#include "base/value.h"
#include "base/xlsx.h"

#include <stdlib.h>
#include <zlib.h>

enum { PART_BYTES_MAX = 256 << 20, CELL_BYTES_MAX = 1 << 16, STYLES_MAX = 65536, DATE_FORMATS_MAX = 512 };

bool xlsx_is(struct str bytes)
{
    return str_starts(bytes, STR("PK\3\4"));
}

/* --- the archive ------------------------------------------------------------------------------------- */

static uint32_t le(struct str s, size_t at, unsigned n)
{
    uint32_t v = 0;
    for (unsigned i = n; i-- > 0;)
        v = v << 8 | (at + i < s.n ? (unsigned char)s.p[at + i] : 0u);
    return v;
}

static struct str cut(struct str s, size_t at, size_t n)
{
    return at <= s.n && n <= s.n - at ? (struct str){ s.p + at, n } : (struct str){ 0 };
}

static bool inflate_part(struct str packed, struct buf *out)
{
    z_stream z = { .next_in = (unsigned char *)(uintptr_t)packed.p, .avail_in = (unsigned)packed.n };
    unsigned char piece[1 << 15];
    int rc = Z_OK;
    if (packed.n > PART_BYTES_MAX || inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return false;
    while (rc == Z_OK && !out->full) {
        z.next_out = piece;
        z.avail_out = sizeof piece;
        rc = inflate(&z, Z_NO_FLUSH);
        buf_add(out, (struct str){ (char *)piece, sizeof piece - z.avail_out });
        if (rc == Z_OK && z.avail_in == 0 && z.avail_out == sizeof piece)
            rc = Z_BUF_ERROR;
    }
    inflateEnd(&z);
    return rc == Z_STREAM_END && !out->full;
}

enum { ENTRY_BYTES = 46, LOCAL_BYTES = 30, END_BYTES = 22, STORED = 0, DEFLATED = 8 };

/* The entries of the archive, one after the other; false: no more.  *at: 0 at first. */
static bool next_entry(struct str zip, size_t *at, struct str *name, size_t *entry)
{
    if (*at == 0) {
        size_t end = zip.n;
        while (end-- > 0 && !(zip.n - end >= END_BYTES && str_starts(cut(zip, end, 4), STR("PK\5\6"))))
            ;
        if (end == SIZE_MAX)
            return false;
        *at = le(zip, end + 16, 4);
    }
    if (!str_starts(cut(zip, *at, 4), STR("PK\1\2")))
        return false;
    *entry = *at;
    *name = cut(zip, *at + ENTRY_BYTES, le(zip, *at + 28, 2));
    *at += ENTRY_BYTES + le(zip, *at + 28, 2) + le(zip, *at + 30, 2) + le(zip, *at + 32, 2);
    return name->p != NULL;
}

static bool unpack(struct str zip, size_t entry, struct buf *out)
{
    size_t local = le(zip, entry + 42, 4), packed = le(zip, entry + 20, 4);
    struct str data = cut(zip, local + LOCAL_BYTES + le(zip, local + 26, 2) + le(zip, local + 28, 2), packed);
    if (!data.p || !str_starts(cut(zip, local, 4), STR("PK\3\4")))
        return false;
    switch (le(zip, entry + 10, 2)) {
    case STORED: buf_add(out, data); return !out->full;
    case DEFLATED: return inflate_part(data, out);
    default: return false;
    }
}

/* A part by its name; with a star at the end, the first by name that begins so.  Nothing where there is none.
 */
static bool part(struct str zip, const char *pattern, struct buf *out)
{
    struct str want = str_of(pattern), name, best = { 0 };
    size_t at = 0, entry, found = 0;
    bool prefix = str_ends(want, STR("*"));
    want.n -= prefix;
    while (next_entry(zip, &at, &name, &entry)) {
        bool fits = prefix ? str_starts(name, want) && str_ends(name, STR(".xml")) : str_eq(name, want);
        bool before = !best.p || name.n < best.n || (name.n == best.n && memcmp(name.p, best.p, name.n) < 0);
        if (fits && before) {
            best = name;
            found = entry;
        }
    }
    return !best.p || unpack(zip, found, out);
}

/* --- as much XML as there is in it -------------------------------------------------------------------- */

struct xml {
    struct str rest;
    struct str tag, attrs; /* of the element that begins or ends here; tag without a prefix */
    bool ends;
    struct str text; /* up to it */
};

static bool xml_next(struct xml *x)
{
    const char *open = memchr(x->rest.p, '<', x->rest.n);
    if (!x->rest.n || !open)
        return false;
    x->text = (struct str){ x->rest.p, (size_t)(open - x->rest.p) };
    struct str in = { open + 1, x->rest.n - x->text.n - 1 };
    const char *close = memchr(in.p, '>', in.n);
    if (!close)
        return false;
    in.n = (size_t)(close - in.p);
    x->rest = (struct str){ close + 1, x->rest.n - x->text.n - in.n - 2 };
    x->ends = str_starts(in, STR("/"));
    if (x->ends)
        in = (struct str){ in.p + 1, in.n - 1 };
    size_t n = 0;
    while (n < in.n && in.p[n] != ' ' && in.p[n] != '/' && in.p[n] != '\n' && in.p[n] != '\r' &&
           in.p[n] != '\t')
        n++;
    x->tag = (struct str){ in.p, n };
    x->attrs = (struct str){ in.p + n, in.n - n };
    const char *colon = memchr(in.p, ':', n);
    if (colon)
        x->tag = (struct str){ colon + 1, n - (size_t)(colon + 1 - in.p) };
    return true;
}

static bool is(const struct xml *x, const char *tag)
{
    return str_eq(x->tag, str_of(tag));
}

static bool is_empty(const struct xml *x)
{
    return str_ends(x->attrs, STR("/"));
}

static struct str attr(const struct xml *x, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i + n + 2 < x->attrs.n; i++) {
        char quote = x->attrs.p[i + n + 2];
        if (strchr(" \t\r\n", x->attrs.p[i]) && !memcmp(x->attrs.p + i + 1, name, n) &&
            x->attrs.p[i + n + 1] == '=' && (quote == '"' || quote == '\'')) {
            struct str v = { x->attrs.p + i + n + 3, x->attrs.n - i - n - 3 }, value;
            return str_split(&v, quote, &value) ? value : (struct str){ 0 };
        }
    }
    return (struct str){ 0 };
}

static void add_rune(struct buf *b, uint32_t c)
{
    if (c < 0x80)
        buf_addc(b, c < ' ' ? ' ' : (char)c);
    else if (c < 0x800)
        buf_add(b, (struct str){ (char[]){ (char)(0xc0 | c >> 6), (char)(0x80 | (c & 63)) }, 2 });
    else if (c < 0x10000)
        buf_add(b, (struct str){ (char[]){ (char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)),
                                           (char)(0x80 | (c & 63)) },
                                 3 });
    else if (c < 0x110000)
        buf_add(b, (struct str){ (char[]){ (char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 63)),
                                           (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63)) },
                                 4 });
}

static void add_entity(struct buf *b, struct str s)
{
    static const struct {
        const char *name;
        char c;
    } names[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' } };
    uint32_t rune = 0;
    for (size_t i = 0; i < N_ELEMS(names); i++)
        if (str_eq(s, str_of(names[i].name)))
            buf_addc(b, names[i].c);
    if (!str_starts(s, STR("#")) || s.n > 8)
        return;
    bool hex = s.n > 1 && (s.p[1] | 0x20) == 'x';
    for (size_t i = hex ? 2 : 1; i < s.n; i++) {
        const char *digits = "0123456789abcdef", *d = strchr(digits, s.p[i] | 0x20);
        if (!d)
            return;
        rune = rune * (hex ? 16 : 10) + (uint32_t)(d - digits);
    }
    add_rune(b, rune);
}

static void add_text(struct buf *b, struct str s)
{
    while (s.n) {
        const char *amp = memchr(s.p, '&', s.n);
        size_t n = amp ? (size_t)(amp - s.p) : s.n;
        for (size_t i = 0; i < n; i++)
            buf_addc(b, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
        s = (struct str){ s.p + n, s.n - n };
        if (!s.n)
            return;
        const char *end = memchr(s.p, ';', s.n < 12 ? s.n : 12);
        size_t skip = end ? (size_t)(end - s.p) + 1 : 1;
        if (end)
            add_entity(b, (struct str){ s.p + 1, skip - 2 });
        s = (struct str){ s.p + skip, s.n - skip };
    }
}

/* --- what cells refer to ------------------------------------------------------------------------------- */

struct sheet {
    struct buf shared; /* the common texts, one after the other */
    size_t *ends;      /* of each in it */
    size_t ends_n, ends_cap;
    bool dates[STYLES_MAX]; /* is a cell of that style a date? */
    struct buf cell;
};

static void read_shared(struct sheet *s, struct str xml)
{
    struct xml x = { .rest = xml };
    bool spoken = false; /* how a text is pronounced */
    while (xml_next(&x)) {
        if (is(&x, "rPh"))
            spoken = !x.ends;
        else if (is(&x, "t") && x.ends && !spoken)
            add_text(&s->shared, x.text);
        else if (is(&x, "si") && (x.ends || is_empty(&x))) {
            if (s->ends_n == s->ends_cap) {
                s->ends_cap = s->ends_cap ? s->ends_cap * 2 : 1024;
                s->ends = xrealloc(s->ends, s->ends_cap * sizeof *s->ends);
            }
            s->ends[s->ends_n++] = s->shared.n;
        }
    }
}

/* Those of the standard, and those whose code names year, month or day outside of quotes and brackets. */
static bool is_date_format(int64_t id, const int64_t *own, size_t own_n)
{
    if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58))
        return true;
    for (size_t i = 0; i < own_n; i++)
        if (own[i] == id)
            return true;
    return false;
}

static bool says_date(struct str code)
{
    bool year = false, day = false;
    char closes = 0;
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        if (closes) {
            closes = c == closes ? 0 : closes;
            continue;
        }
        closes = c == '"' ? '"' : c == '[' ? ']' : 0;
        year = year || c == 'y' || c == 'Y';
        day = day || c == 'd' || c == 'D' || c == 'm' || c == 'M';
    }
    return year && day;
}

static void read_styles(struct sheet *s, struct str xml)
{
    int64_t own[DATE_FORMATS_MAX], id;
    size_t own_n = 0, style = 0;
    bool cells = false;
    CLEANUP(buf_release) struct buf code = BUF(CELL_BYTES_MAX);
    for (struct xml x = { .rest = xml }; xml_next(&x);) {
        if (is(&x, "cellXfs"))
            cells = !x.ends;
        if (is(&x, "numFmt") && str_int(attr(&x, "numFmtId"), &id) && own_n < DATE_FORMATS_MAX) {
            buf_clear(&code);
            add_text(&code, attr(&x, "formatCode"));
            own[own_n] = id;
            own_n += says_date(buf_str(&code));
        }
        if (cells && is(&x, "xf") && !x.ends && style < STYLES_MAX)
            s->dates[style++] = str_int(attr(&x, "numFmtId"), &id) && is_date_format(id, own, own_n);
    }
}

/* --- the sheet --------------------------------------------------------------------------------------- */

/* AB12: the 28th column; SIZE_MAX: not told. */
static size_t column_of(struct str place)
{
    size_t n = 0;
    for (size_t i = 0; i < place.n && place.p[i] >= 'A' && place.p[i] <= 'Z' && n < XLSX_COLS_MAX; i++)
        n = n * 26 + (size_t)(place.p[i] - 'A') + 1;
    return n - 1;
}

static void add_date(struct buf *b, struct str serial)
{
    enum { DAY_ZERO = -25569 }; /* 1899-12-30 */
    int64_t days;
    struct str whole;
    if (str_split(&serial, '.', &whole) && str_int(whole, &days) && days > 0 && days < 1000000)
        date_print(b, (struct date){ (int32_t)(days + DAY_ZERO) });
    else
        buf_add(b, whole);
}

/* A spreadsheet keeps 0.3 as 0.30000000000000004 and shows 15 digits of it. */
static void add_number(struct buf *b, struct str text)
{
    enum { DIGITS = 15, NUMBER_CHARS = 64 };
    char in[NUMBER_CHARS], shown[NUMBER_CHARS];
    bool plain = text.n <= DIGITS && !memchr(text.p, 'E', text.n) && !memchr(text.p, 'e', text.n);
    if (!plain && text.n < sizeof in) {
        memcpy(in, text.p, text.n);
        in[text.n] = 0;
        snprintf(shown, sizeof shown, "%.*g", DIGITS, strtod(in, NULL));
        text = strchr(shown, 'e') ? text : str_of(shown);
    }
    buf_add(b, text);
}

static void add_value(struct sheet *s, const struct xml *x, struct str kind, struct str style)
{
    int64_t i;
    if (str_eq(kind, STR("s"))) {
        if (str_int(x->text, &i) && i >= 0 && (size_t)i < s->ends_n) {
            size_t from = i ? s->ends[i - 1] : 0;
            buf_add(&s->cell, cut(buf_str(&s->shared), from, s->ends[i] - from));
        }
    } else if (kind.p && !str_eq(kind, STR("n")))
        add_text(&s->cell, x->text);
    else if (str_int(style, &i) && i >= 0 && i < STYLES_MAX && s->dates[i])
        add_date(&s->cell, x->text);
    else
        add_number(&s->cell, x->text);
}

static void end_row(struct buf *out, int64_t *row, int64_t next)
{
    for (; *row < next; ++*row)
        csv_end_row(out);
}

/* Where in the sheet the text has come to. */
struct place {
    int64_t row;       /* from 1 */
    size_t at, column; /* cells of the row that are written; where the cell at hand stands */
    size_t widest;     /* row so far: those below it are filled up to it with blanks, as a spreadsheet does */
    struct str kind, style;
};

static void fill_row(struct place *p, struct buf *out)
{
    while (p->at > 0 && p->at < p->widest) {
        csv_put(out, (struct str){ 0 }, false);
        p->at++;
    }
}

static bool begin_row(const struct xml *x, struct place *p, struct buf *out)
{
    int64_t no = p->at ? p->row + 1 : p->row;
    str_int(attr(x, "r"), &no);
    if (no < p->row || no > XLSX_ROWS_MAX)
        return false;
    fill_row(p, out);
    end_row(out, &p->row, no);
    p->at = 0;
    return true;
}

static void begin_cell(struct sheet *s, const struct xml *x, struct place *p)
{
    struct str name = attr(x, "r");
    p->column = name.p ? column_of(name) : p->at;
    p->kind = attr(x, "t");
    p->style = attr(x, "s");
    buf_clear(&s->cell);
}

static void end_cell(struct sheet *s, struct place *p, struct buf *out)
{
    if (p->column >= CSV_CELLS_MAX || p->column < p->at || !s->cell.n)
        return;
    for (; p->at < p->column; p->at++)
        csv_put(out, (struct str){ 0 }, p->at == 0);
    csv_put(out, buf_str(&s->cell), p->at++ == 0);
    p->widest = p->at > p->widest ? p->at : p->widest;
}

static bool read_sheet(struct sheet *s, struct str xml, struct buf *out)
{
    struct place p = { .row = 1 };
    for (struct xml x = { .rest = xml }; xml_next(&x) && !out->full;) {
        if (is(&x, "row") && !x.ends && !begin_row(&x, &p, out))
            return false;
        if (is(&x, "c") && !x.ends)
            begin_cell(s, &x, &p);
        else if (x.ends && is(&x, "v"))
            add_value(s, &x, p.kind, p.style);
        else if (x.ends && is(&x, "t"))
            add_text(&s->cell, x.text);
        if (is(&x, "c") && (x.ends || is_empty(&x)))
            end_cell(s, &p, out);
    }
    fill_row(&p, out);
    end_row(out, &p.row, p.row + 1);
    return !out->full;
}

bool xlsx_to_csv(struct str bytes, struct buf *out)
{
    CLEANUP(buf_release) struct buf shared = BUF(PART_BYTES_MAX);
    CLEANUP(buf_release) struct buf styles = BUF(PART_BYTES_MAX);
    CLEANUP(buf_release) struct buf sheet = BUF(PART_BYTES_MAX);
    struct sheet *s = xcalloc(1, sizeof *s);
    s->shared = BUF(PART_BYTES_MAX);
    s->cell = BUF(CELL_BYTES_MAX);
    bool ok = part(bytes, "xl/sharedStrings.xml", &shared) && part(bytes, "xl/styles.xml", &styles) &&
              part(bytes, "xl/worksheets/sheet*", &sheet) && sheet.n;
    if (ok) {
        read_shared(s, buf_str(&shared));
        read_styles(s, buf_str(&styles));
        ok = !s->shared.full && read_sheet(s, buf_str(&sheet), out);
    }
    buf_release(&s->shared);
    buf_release(&s->cell);
    free(s->ends);
    free(s);
    return ok;
}
