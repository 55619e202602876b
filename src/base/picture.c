#include "base/picture.h"

#include <assert.h>
#include <zlib.h>

/* --- bytes -------------------------------------------------------------------------------- */

struct reader {
    const uint8_t *p;
    size_t n, at;
};

static struct reader reader_of(struct str s)
{
    return (struct reader){ (const uint8_t *)s.p, s.n, 0 };
}

static size_t left(const struct reader *r)
{
    return r->n - r->at;
}

static void keep(struct buf *out, const uint8_t *p, size_t n)
{
    buf_add(out, (struct str){ (const char *)p, n });
}

static bool begins(const uint8_t *p, size_t n, const char *what, size_t len)
{
    return n >= len && !memcmp(p, what, len);
}

static size_t number16(const uint8_t *p, bool little)
{
    return little ? (size_t)(p[0] | p[1] << 8) : (size_t)(p[0] << 8 | p[1]);
}

static size_t number32(const uint8_t *p, bool little)
{
    return little ? number16(p, true) | number16(p + 2, true) << 16
                  : number16(p, false) << 16 | number16(p + 2, false);
}

/* --- what it is --------------------------------------------------------------------------- */

static const char png_signature[] = "\x89PNG\r\n\x1a\n";

enum file_format file_format(struct str content)
{
    const uint8_t *p = (const uint8_t *)content.p;
    if (begins(p, content.n, "\xff\xd8\xff", 3))
        return FORMAT_JPEG;
    if (begins(p, content.n, png_signature, 8))
        return FORMAT_PNG;
    return begins(p, content.n, "%PDF-", 5) ? FORMAT_PDF : FORMAT_NONE;
}

const char *file_format_suffix(enum file_format f)
{
    static const char *const suffixes[] = { "", "jpg", "png", "pdf" };
    return suffixes[f];
}

/* --- JPEG --------------------------------------------------------------------------------- */

enum {
    RST0 = 0xd0,
    RST7 = 0xd7,
    SOI = 0xd8,
    EOI = 0xd9,
    SOS = 0xda,
    APP0 = 0xe0,
    APP1 = 0xe1,
    APP14 = 0xee,
    APP15 = 0xef,
    COM = 0xfe,
};
enum { ORIENTATION = 0x0112, UPRIGHT = 1 };

struct jpeg {
    struct reader r;
    struct buf *out;
    bool frame, scan;
    size_t orientation;
};

static bool is_frame(uint8_t m)
{
    return m >= 0xc0 && m <= 0xcf && m != 0xc4 && m != 0xc8 && m != 0xcc;
}

/* Tables and frames: what draws. */
static bool draws(uint8_t m)
{
    return is_frame(m) || m == 0xc4 || m == 0xcc || (m >= 0xdb && m <= 0xdf);
}

/* Which way up, of an EXIF block; the one thing of it that the picture needs. */
static size_t exif_orientation(const uint8_t *p, size_t n)
{
    if (n < 14 || memcmp(p, "Exif\0\0", 6) != 0)
        return 0;
    const uint8_t *tiff = p + 6;
    size_t len = n - 6;
    bool little = tiff[0] == 'I';
    size_t ifd = number32(tiff + 4, little);
    if (ifd > len || len - ifd < 2)
        return 0;
    size_t entries = number16(tiff + ifd, little);
    for (size_t i = 0; i < entries; i++) {
        size_t at = ifd + 2 + i * 12;
        if (len < 12 || at > len - 12)
            return 0;
        if (number16(tiff + at, little) == ORIENTATION) {
            size_t v = number16(tiff + at + 8, little);
            return v <= 8 ? v : 0;
        }
    }
    return 0;
}

/* An EXIF block with nothing but the orientation. */
static void put_orientation(struct jpeg *j)
{
    uint8_t block[] = { 0xff, APP1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
                        0,    1,    1, 18, 0,   3,   0,   0,   0, 1, 0,   0,   0, 0,  0, 0, 0, 0 };
    block[29] = (uint8_t)j->orientation;
    keep(j->out, block, sizeof block);
}

/* The JFIF header without its small copy of the picture. */
static void put_jfif(struct jpeg *j, const uint8_t *body)
{
    uint8_t block[18] = { 0xff, APP0, 0, 16 };
    memcpy(block + 4, body, 12);
    keep(j->out, block, sizeof block);
}

/* The bytes of a scan go up to the next marker that is not a restart. */
static void copy_scan(struct jpeg *j)
{
    struct reader *r = &j->r;
    size_t from = r->at;
    while (left(r) >= 2) {
        const uint8_t *ff = memchr(r->p + r->at, 0xff, left(r) - 1);
        if (!ff) {
            r->at = r->n;
            break;
        }
        r->at = (size_t)(ff - r->p);
        uint8_t m = r->p[r->at + 1];
        if (m != 0 && !(m >= RST0 && m <= RST7))
            break;
        r->at += 2;
    }
    keep(j->out, r->p + from, r->at - from);
    j->scan = true;
}

/* What a camera writes beside the picture, but for what the picture needs.  False: nobody knows what it is.
 */
static bool leave_out(struct jpeg *j, uint8_t marker, const uint8_t *from, const uint8_t *body, size_t len)
{
    if (marker == APP0 && begins(body, len, "JFIF\0", 5) && len >= 14)
        put_jfif(j, body);
    else if (marker == APP14 && begins(body, len, "Adobe", 5) && len == 12)
        keep(j->out, from, len + 4); /* says how the colours are coded */
    else if (marker == APP1 && !j->orientation && !j->frame) {
        j->orientation = exif_orientation(body, len);
        if (j->orientation > UPRIGHT)
            put_orientation(j);
    }
    return marker >= APP0 && (marker <= APP15 || marker == COM);
}

static bool take_segment(struct jpeg *j, uint8_t marker)
{
    struct reader *r = &j->r;
    const uint8_t *from = r->p + r->at - 2;
    if (left(r) < 2)
        return false;
    size_t n = number16(r->p + r->at, false);
    if (n < 2 || n > left(r))
        return false;
    r->at += n;
    if (!draws(marker) && marker != SOS)
        return leave_out(j, marker, from, from + 4, n - 2);
    j->frame = j->frame || is_frame(marker);
    if (marker == SOS && !j->frame)
        return false;
    keep(j->out, from, n + 2);
    if (marker == SOS)
        copy_scan(j);
    return true;
}

enum strip_result jpeg_strip(struct str content, struct buf *out)
{
    struct jpeg j = { .r = reader_of(content), .out = out };
    struct reader *r = &j.r;
    if (!begins(r->p, r->n, "\xff\xd8", 2))
        return STRIP_DAMAGED;
    keep(out, r->p, 2);
    r->at = 2;
    while (left(r) >= 2) {
        uint8_t marker = r->p[r->at + 1];
        if (r->p[r->at] != 0xff)
            return STRIP_DAMAGED;
        if (marker == 0xff) { /* a fill byte */
            r->at++;
            continue;
        }
        r->at += 2;
        if (marker == EOI) {
            keep(out, r->p + r->at - 2, 2); /* whatever hangs behind it is no part of the picture */
            return j.scan && !out->full ? STRIP_OK : STRIP_DAMAGED;
        }
        if (!take_segment(&j, marker))
            return STRIP_DAMAGED;
    }
    return STRIP_DAMAGED;
}

/* --- PNG ---------------------------------------------------------------------------------- */

enum { CHUNK_FRAME = 12, HEADER_BYTES = 13 };

static bool is_chunk(const uint8_t *type, const char *name)
{
    return !memcmp(type, name, 4);
}

/* What draws, and what says how its colours are meant. */
static bool chunk_draws(const uint8_t *type)
{
    static const char *const names[] = { "IHDR", "PLTE", "IDAT", "IEND", "tRNS",
                                         "gAMA", "cHRM", "sRGB", "sBIT" };
    for (size_t i = 0; i < N_ELEMS(names); i++)
        if (is_chunk(type, names[i]))
            return true;
    return false;
}

/* The header comes first, and once. */
static bool chunk_is_in_order(const uint8_t *type, size_t n, bool header)
{
    return header != is_chunk(type, "IHDR") && (header || n == HEADER_BYTES);
}

static bool chunk_is_whole(const uint8_t *type, size_t n)
{
    return number32(type + 4 + n, false) == crc32(crc32(0, NULL, 0), type, (uInt)(n + 4));
}

enum strip_result png_strip(struct str content, struct buf *out)
{
    struct reader r = reader_of(content);
    bool header = false, data = false;
    if (!begins(r.p, r.n, png_signature, 8))
        return STRIP_DAMAGED;
    keep(out, r.p, 8);
    r.at = 8;
    while (left(&r) >= CHUNK_FRAME) {
        const uint8_t *chunk = r.p + r.at, *type = chunk + 4;
        size_t n = number32(chunk, false);
        if (n > left(&r) - CHUNK_FRAME || !chunk_is_whole(type, n) || !chunk_is_in_order(type, n, header))
            return STRIP_DAMAGED;
        header = true;
        data = data || is_chunk(type, "IDAT");
        if (chunk_draws(type))
            keep(out, chunk, n + CHUNK_FRAME);
        else if (!(type[0] & 0x20))
            return STRIP_DAMAGED; /* critical, and nobody knows what it draws */
        r.at += n + CHUNK_FRAME;
        if (is_chunk(type, "IEND"))
            return data && n == 0 && !out->full ? STRIP_OK : STRIP_DAMAGED;
    }
    return STRIP_DAMAGED;
}

/* --- PDF ---------------------------------------------------------------------------------- */

enum { NAME_MAX_BYTES = 64, TAIL_BYTES = 2048 };

static int hex_of(uint8_t c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF", *d = c ? strchr(digits, c) : NULL;
    return d ? (int)((d - digits) % 16) : -1;
}

static bool ends_name(uint8_t c)
{
    return c <= ' ' || memchr("/()<>[]{}%", c, 10);
}

/* The name behind the '/' at r->at, its #XX resolved; longer ones are cut, they are none that matter. */
static size_t read_name(struct reader *r, char name[NAME_MAX_BYTES])
{
    size_t n = 0;
    for (r->at++; r->at < r->n && !ends_name(r->p[r->at]); r->at++) {
        uint8_t c = r->p[r->at];
        if (c == '#' && left(r) > 2 && hex_of(r->p[r->at + 1]) >= 0 && hex_of(r->p[r->at + 2]) >= 0) {
            c = (uint8_t)(hex_of(r->p[r->at + 1]) * 16 + hex_of(r->p[r->at + 2]));
            r->at += 2;
        }
        if (n < NAME_MAX_BYTES - 1)
            name[n++] = (char)c;
    }
    name[n] = 0;
    return n;
}

static enum strip_result judge_name(const char *name)
{
    static const struct {
        const char *name;
        enum strip_result why;
    } names[] = {
        { "Info", STRIP_METADATA },
        { "Metadata", STRIP_METADATA },
        { "PieceInfo", STRIP_METADATA },
        { "Author", STRIP_METADATA },
        { "Creator", STRIP_METADATA },
        { "Producer", STRIP_METADATA },
        { "CreationDate", STRIP_METADATA },
        { "ModDate", STRIP_METADATA },
        { "LastModified", STRIP_METADATA },
        { "EmbeddedFile", STRIP_METADATA },
        { "EmbeddedFiles", STRIP_METADATA },
        { "FileAttachment", STRIP_METADATA },
        { "Popup", STRIP_METADATA },
        { "JavaScript", STRIP_SCRIPT },
        { "JS", STRIP_SCRIPT },
        { "Launch", STRIP_SCRIPT },
        { "AA", STRIP_SCRIPT },
        { "AcroForm", STRIP_SCRIPT },
        { "RichMedia", STRIP_SCRIPT },
        { "XFA", STRIP_SCRIPT },
        { "Encrypt", STRIP_UNSEEN },
        { "ObjStm", STRIP_UNSEEN },
    };
    for (size_t i = 0; i < N_ELEMS(names); i++)
        if (!strcmp(names[i].name, name))
            return names[i].why;
    return STRIP_OK;
}

static const uint8_t *find(const uint8_t *p, size_t n, const char *what, size_t len)
{
    return memmem(p, n, what, len);
}

/* A scanned page is a JPEG in a stream, with all that a camera writes. */
static bool stream_tells(const uint8_t *p, size_t n)
{
    return find(p, n, "Exif\0\0", 6) || find(p, n, "<x:xmpmeta", 10) || find(p, n, "<?xpacket", 9) ||
           find(p, n, "ns.adobe.com/xap", 16);
}

enum strip_result pdf_check(struct str content)
{
    struct reader r = reader_of(content);
    char name[NAME_MAX_BYTES];
    size_t tail = content.n < TAIL_BYTES ? content.n : TAIL_BYTES;
    if (!begins(r.p, r.n, "%PDF-", 5) || !find(r.p + r.n - tail, tail, "%%EOF", 5))
        return STRIP_DAMAGED;
    while (r.at < r.n) {
        const uint8_t *here = r.p + r.at;
        if (*here == '/') {
            read_name(&r, name);
            enum strip_result why = judge_name(name);
            if (why != STRIP_OK)
                return why;
        } else if (begins(here, left(&r), "stream", 6)) {
            const uint8_t *end = find(here, left(&r), "endstream", 9);
            if (!end)
                return STRIP_DAMAGED;
            if (stream_tells(here, (size_t)(end - here)))
                return STRIP_METADATA;
            r.at = (size_t)(end - r.p) + 9;
        } else {
            r.at++;
        }
    }
    return STRIP_OK;
}

/* --- any of them -------------------------------------------------------------------------- */

bool file_strip(struct str content, struct buf *out, struct errs *e)
{
    static const enum msg why[] = {
        [STRIP_DAMAGED] = MSG_STRIP_DAMAGED,
        [STRIP_METADATA] = MSG_STRIP_METADATA,
        [STRIP_SCRIPT] = MSG_STRIP_SCRIPT,
        [STRIP_UNSEEN] = MSG_STRIP_UNSEEN,
    };
    enum strip_result result = STRIP_DAMAGED;
    switch (file_format(content)) {
    case FORMAT_JPEG: result = jpeg_strip(content, out); break;
    case FORMAT_PNG: result = png_strip(content, out); break;
    case FORMAT_PDF:
        result = pdf_check(content);
        if (result == STRIP_OK)
            buf_add(out, content);
        break;
    case FORMAT_NONE: return fail(e, ERR_INVALID, "file", MSG_DOCUMENT_FORMAT);
    }
    return result == STRIP_OK || fail(e, ERR_INVALID, "file", why[result]);
}
