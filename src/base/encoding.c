#include "base/encoding.h"

#include <endian.h>
#include <errno.h>
#include <iconv.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const struct str bom = { "\xef\xbb\xbf", 3 };
static const struct str replacement = { "\xef\xbf\xbd", 3 };

/* --- UTF-8 -------------------------------------------------------------------------------- */

static const uint8_t *skip_ascii(const uint8_t *p, const uint8_t *end)
{
    uint64_t eight;
    while (end - p >= (ptrdiff_t)sizeof eight) {
        memcpy(&eight, p, sizeof eight);
        eight = le64toh(eight) & UINT64_C(0x8080808080808080);
        if (eight)
            return p + __builtin_ctzll(eight) / 8;
        p += sizeof eight;
    }
    while (p < end && *p < 0x80)
        p++;
    return p;
}

/* What may follow each lead byte: so many bytes, the first of them in a range that leaves out
 * overlong forms, surrogates and what is above U+10FFFF (RFC 3629). */
static const struct lead {
    uint8_t first, last, follow, low, high;
} leads[] = {
    { 0xe1, 0xec, 2, 0x80, 0xbf }, { 0xc2, 0xdf, 1, 0x80, 0xbf }, { 0xee, 0xef, 2, 0x80, 0xbf },
    { 0xe0, 0xe0, 2, 0xa0, 0xbf }, { 0xed, 0xed, 2, 0x80, 0x9f }, { 0xf0, 0xf0, 3, 0x90, 0xbf },
    { 0xf1, 0xf3, 3, 0x80, 0xbf }, { 0xf4, 0xf4, 3, 0x80, 0x8f },
};

/* The length of the well-formed character at p that is not ASCII; *damaged is set when there is
 * none, and the length is then that of the bytes that belong together. */
static size_t char_length(const uint8_t *p, const uint8_t *end, bool *damaged)
{
    *damaged = true;
    for (size_t i = 0; i < N_ELEMS(leads); i++) {
        const struct lead *l = &leads[i];
        if (*p < l->first || *p > l->last)
            continue;
        if (end - p < 2 || p[1] < l->low || p[1] > l->high)
            return 1;
        size_t n = 2;
        while (n <= l->follow && p + n < end && (p[n] & 0xc0) == 0x80)
            n++;
        *damaged = n <= l->follow;
        return n;
    }
    return 1;
}

/* Most Chinese characters have a lead that needs no care but for the two bytes behind it. */
static bool plain_three(const uint8_t *p, const uint8_t *end)
{
    return end - p >= 3 && *p >= 0xe1 && *p <= 0xec && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80;
}

#ifdef __SSE2__
enum { BLOCK = 64 };

/* What 64 bytes are, a bit for each: ASCII, a lead of three bytes that needs no care, or what follows one. */
struct block {
    uint64_t ascii, lead, follow;
};

static struct block block_at(const uint8_t *p)
{
    struct block b = { 0 };
    for (int i = 0; i < BLOCK; i += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        /* As signed numbers 0x80 … 0xbf come before 0xc0. */
        __m128i lead = _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8((char)0xe0)),
                                     _mm_cmplt_epi8(x, _mm_set1_epi8((char)0xf0)));
        lead = _mm_andnot_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8((char)0xed)), lead);
        __m128i follow = _mm_cmplt_epi8(x, _mm_set1_epi8((char)0xc0));
        b.ascii |= (uint64_t)(uint16_t)~_mm_movemask_epi8(x) << i;
        b.lead |= (uint64_t)(uint16_t)_mm_movemask_epi8(lead) << i;
        b.follow |= (uint64_t)(uint16_t)_mm_movemask_epi8(follow) << i;
    }
    return b;
}

/* Over blocks of ASCII and of characters with such leads; one that a block cuts off begins the next. */
static const uint8_t *skip_blocks(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= BLOCK) {
        struct block b = block_at(p);
        if (~(b.ascii | b.lead | b.follow) || b.follow != (b.lead << 1 | b.lead << 2))
            break;
        p += b.lead >> 63 ? BLOCK - 1 : b.lead >> 62 ? BLOCK - 2 : BLOCK;
    }
    return p;
}
#else
static const uint8_t *skip_blocks(const uint8_t *p, const uint8_t *end)
{
    (void)end;
    return p;
}
#endif

/* The end of the valid text at p. */
static const uint8_t *valid_end(const uint8_t *p, const uint8_t *end)
{
    for (;;) {
        p = skip_blocks(p, end);
        while (plain_three(p, end))
            p += 3;
        if (p == end)
            return p;
        if (*p < 0x80) {
            p = skip_ascii(p, end);
            continue;
        }
        bool damaged;
        size_t n = char_length(p, end, &damaged);
        if (damaged)
            return p;
        p += n;
    }
}

bool utf8_valid(struct str s)
{
    const uint8_t *p = (const uint8_t *)s.p;
    return s.n == 0 || valid_end(p, p + s.n) == p + s.n;
}

static bool is_control(const uint8_t *p, const uint8_t *end)
{
    if (*p < 0x20)
        return *p != '\t' && *p != '\n' && *p != '\r';
    return *p == 0x7f || (*p == 0xc2 && end - p >= 2 && p[1] < 0xa0);
}

/* Could one of eight bytes begin a control character?  A byte is 0 in `x ^ n copies of it`. */
static bool may_have_control(uint64_t x)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t del = x ^ ones * 0x7f, c1 = x ^ ones * 0xc2;
    return (((x - ones * 0x20) & ~x) | ((del - ones) & ~del) | ((c1 - ones) & ~c1)) & tops;
}

bool text_is_clean(struct str s)
{
    const uint8_t *p = (const uint8_t *)s.p, *end = s.n ? p + s.n : p, *q = p;
    uint64_t eight;
    while (end - q >= (ptrdiff_t)sizeof eight) {
        memcpy(&eight, q, sizeof eight);
        if (may_have_control(eight))
            break;
        q += sizeof eight;
    }
    for (; q < end; q++)
        if (is_control(q, end))
            return false;
    return utf8_valid(s);
}

/* Copy s with U+FFFD for what is damaged; how many pieces were.  out may be NULL. */
static size_t repair_utf8(struct str s, struct buf *out)
{
    const uint8_t *p = (const uint8_t *)s.p, *end = s.n ? p + s.n : p;
    size_t bad = 0;
    while (p < end) {
        const uint8_t *stop = valid_end(p, end);
        if (out)
            buf_add(out, (struct str){ (const char *)p, (size_t)(stop - p) });
        p = stop;
        if (p == end)
            break;
        bool damaged;
        p += char_length(p, end, &damaged);
        if (out)
            buf_add(out, replacement);
        bad++;
    }
    return bad;
}

/* --- GB18030 ------------------------------------------------------------------------------ */

static void close_iconv(iconv_t *cd)
{
    if (*cd != (iconv_t)-1)
        iconv_close(*cd);
}

static bool in(uint8_t c, uint8_t low, uint8_t high)
{
    return c >= low && c <= high;
}

/* How many bytes at p belong together.  A lead byte whose partner is lost stands alone, so that it
 * does not swallow the comma or line end behind it. */
static size_t gb_unit(const uint8_t *p, size_t n)
{
    if (n < 2 || !in(p[0], 0x81, 0xfe))
        return 1;
    if (in(p[1], 0x40, 0x7e) || in(p[1], 0x80, 0xfe))
        return 2;
    if (n >= 4 && in(p[1], '0', '9') && in(p[2], 0x81, 0xfe) && in(p[3], '0', '9'))
        return 4;
    return 1;
}

/* Code points for private use that glibc before 2.39 has no code for.  GB 18030-2022 gave the two bytes of
 * eighteen of them to the characters they had stood for, and moved them to the four bytes of those.  Six
 * share their two bytes with a character that is read instead: what is on paper is the same. */
static const struct private_use {
    uint16_t code_point;
    uint8_t n, bytes[4];
} private_uses[] = {
    { 0xe78d, 4, { 0x84, 0x31, 0x82, 0x36 } },
    { 0xe78e, 4, { 0x84, 0x31, 0x82, 0x38 } },
    { 0xe78f, 4, { 0x84, 0x31, 0x82, 0x37 } },
    { 0xe790, 4, { 0x84, 0x31, 0x82, 0x39 } },
    { 0xe791, 4, { 0x84, 0x31, 0x83, 0x30 } },
    { 0xe792, 4, { 0x84, 0x31, 0x83, 0x31 } },
    { 0xe793, 4, { 0x84, 0x31, 0x83, 0x32 } },
    { 0xe794, 4, { 0x84, 0x31, 0x83, 0x33 } },
    { 0xe795, 4, { 0x84, 0x31, 0x83, 0x34 } },
    { 0xe796, 4, { 0x84, 0x31, 0x83, 0x35 } },
    { 0xe81e, 4, { 0x82, 0x35, 0x90, 0x37 } },
    { 0xe826, 4, { 0x82, 0x35, 0x90, 0x38 } },
    { 0xe82b, 4, { 0x82, 0x35, 0x90, 0x39 } },
    { 0xe82c, 4, { 0x82, 0x35, 0x91, 0x30 } },
    { 0xe832, 4, { 0x82, 0x35, 0x91, 0x31 } },
    { 0xe843, 4, { 0x82, 0x35, 0x91, 0x32 } },
    { 0xe854, 4, { 0x82, 0x35, 0x91, 0x33 } },
    { 0xe864, 4, { 0x82, 0x35, 0x91, 0x34 } },
    { 0xe816, 2, { 0xfe, 0x51 } },
    { 0xe817, 2, { 0xfe, 0x52 } },
    { 0xe818, 2, { 0xfe, 0x53 } },
    { 0xe831, 2, { 0xfe, 0x6c } },
    { 0xe83b, 2, { 0xfe, 0x76 } },
    { 0xe855, 2, { 0xfe, 0x91 } },
};

/* As UTF-8, in which all of them take three bytes. */
static struct str private_text(const struct private_use *x, char text[3])
{
    text[0] = (char)(0xe0 | x->code_point >> 12);
    text[1] = (char)(0x80 | (x->code_point >> 6 & 0x3f));
    text[2] = (char)(0x80 | (x->code_point & 0x3f));
    return (struct str){ text, 3 };
}

static bool private_from_gb(struct str unit, struct buf *out)
{
    char text[3];
    for (size_t i = 0; i < N_ELEMS(private_uses); i++) {
        const struct private_use *x = &private_uses[i];
        if (!str_eq(unit, (struct str){ (const char *)x->bytes, x->n }))
            continue;
        if (out)
            buf_add(out, private_text(x, text));
        return true;
    }
    return false;
}

/* How many bytes of UTF-8 were written as GB18030; 0: what s begins with has no code. */
static size_t private_to_gb(struct str s, struct buf *out)
{
    char text[3];
    for (size_t i = 0; i < N_ELEMS(private_uses); i++) {
        const struct private_use *x = &private_uses[i];
        if (!str_starts(s, private_text(x, text)))
            continue;
        buf_add(out, (struct str){ (const char *)x->bytes, x->n });
        return sizeof text;
    }
    return 0;
}

/* Copy s from GB18030 to UTF-8 with U+FFFD for what has no meaning; how many pieces had none.  With
 * out NULL it stops after the first `enough` of them. */
static size_t gb_to_utf8(struct str s, struct buf *out, size_t enough)
{
    CLEANUP(close_iconv) iconv_t cd = iconv_open("UTF-8", "GB18030");
    char piece[16 * 1024];
    char *in_at = (char *)(uintptr_t)s.p; /* iconv does not write to it */
    size_t left = s.n, bad = 0;
    while (left && (out || bad < enough)) {
        char *out_at = piece;
        size_t room = sizeof piece;
        bool more =
            cd != (iconv_t)-1 && iconv(cd, &in_at, &left, &out_at, &room) == (size_t)-1 && errno == E2BIG;
        if (out)
            buf_add(out, (struct str){ piece, sizeof piece - room });
        if (!left || more)
            continue;
        size_t unit = gb_unit((const uint8_t *)in_at, left);
        if (private_from_gb((struct str){ in_at, unit }, out)) {
            /* it is read */
        } else if (cd == (iconv_t)-1 && (uint8_t)*in_at < 0x80) {
            if (out)
                buf_addc(out, *in_at);
        } else {
            if (out)
                buf_add(out, replacement);
            bad++;
        }
        in_at += unit;
        left -= unit;
    }
    return bad;
}

/* --- both --------------------------------------------------------------------------------- */

enum encoding encoding_detect(struct str bytes)
{
    if (utf8_valid(bytes))
        return ENC_UTF8;
    return gb_to_utf8(bytes, NULL, 1) ? ENC_UNKNOWN : ENC_GB18030;
}

const char *encoding_wide(struct str bytes)
{
    enum { LOOK = 4096, FEW = 16 };
    static const struct {
        struct str mark;
        const char *name;
    } marks[] = { { { "\xff\xfe\0\0", 4 }, "UTF-32LE" },
                  { { "\xff\xfe", 2 }, "UTF-16LE" },
                  { { "\xfe\xff", 2 }, "UTF-16BE" } };
    size_t n = bytes.n < LOOK ? bytes.n : LOOK, zeros[2] = { 0 };
    for (size_t i = 0; i < N_ELEMS(marks); i++)
        if (str_starts(bytes, marks[i].mark))
            return marks[i].name;
    for (size_t i = 0; i < n; i++)
        zeros[i % 2] += bytes.p[i] == '\0';
    if (zeros[1] > n / FEW + 1 && !zeros[0])
        return "UTF-16LE";
    return zeros[0] > n / FEW + 1 && !zeros[1] ? "UTF-16BE" : NULL;
}

bool encoding_fits(struct str bytes, const char *file, struct errs *e)
{
    const char *wide = encoding_wide(bytes);
    return !wide || fail(e, ERR_INVALID, "file", MSG_FILE_WIDE, A(file), A(wide));
}

static enum encoding likelier(struct str bytes)
{
    if (str_starts(bytes, bom))
        return ENC_UTF8;
    size_t as_utf8 = repair_utf8(bytes, NULL);
    return gb_to_utf8(bytes, NULL, as_utf8) < as_utf8 ? ENC_GB18030 : ENC_UTF8;
}

struct str utf8_without_bom(struct str s)
{
    return str_starts(s, bom) ? (struct str){ s.p + bom.n, s.n - bom.n } : s;
}

struct str to_utf8(struct str bytes, enum encoding enc, struct buf *own)
{
    if (!bytes.n)
        return bytes;
    if (enc == ENC_UNKNOWN)
        enc = likelier(bytes);
    buf_clear(own);
    if (enc == ENC_UTF8) {
        struct str text = utf8_without_bom(bytes);
        const uint8_t *p = (const uint8_t *)text.p;
        if (valid_end(p, p + text.n) == p + text.n)
            return text;
        repair_utf8(text, own);
        return buf_str(own);
    }
    gb_to_utf8(bytes, own, SIZE_MAX);
    return utf8_without_bom(buf_str(own));
}

static bool utf8_to_gb(struct str s, struct buf *out)
{
    CLEANUP(close_iconv) iconv_t cd = iconv_open("GB18030", "UTF-8");
    char piece[16 * 1024];
    char *in_at = (char *)(uintptr_t)s.p;
    size_t left = s.n;
    if (cd == (iconv_t)-1)
        return false;
    while (left) {
        char *out_at = piece;
        size_t room = sizeof piece, before = left;
        iconv(cd, &in_at, &left, &out_at, &room);
        buf_add(out, (struct str){ piece, sizeof piece - room });
        size_t taken = left == before ? private_to_gb((struct str){ in_at, left }, out) : 0;
        in_at += taken;
        left -= taken;
        if (left == before)
            return false;
    }
    return true;
}

bool from_utf8(struct str utf8, enum encoding enc, struct buf *out)
{
    size_t before = out->n;
    if (enc == ENC_UNKNOWN || !utf8_valid(utf8))
        return false;
    if (enc == ENC_UTF8) {
        buf_add(out, utf8);
        return true;
    }
    if (utf8_to_gb(utf8, out))
        return true;
    out->n = before;
    return false;
}

/* --- UTF-16 ------------------------------------------------------------------------------- */

static void add_character(struct buf *b, uint32_t c)
{
    char t[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t leads_of[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = n; i-- > 1; c >>= 6)
        t[i] = (char)(0x80 | (c & 0x3f));
    t[0] = (char)(leads_of[n] | c);
    buf_add(b, (struct str){ t, n });
}

void utf16_to_utf8(struct str bytes, struct buf *out)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    const char *wide = encoding_wide(bytes);
    size_t high = wide && !strcmp(wide, "UTF-16BE") ? 0 : 1, low = 1 - high;
    bool mark = bytes.n >= 2 && p[high] == 0xfe && p[low] == 0xff;
    for (size_t i = mark ? 2 : 0; i < bytes.n; i += 2) {
        uint32_t c = 0xfffd, next = 0;
        if (i + 1 < bytes.n)
            c = (uint32_t)p[i + high] << 8 | p[i + low];
        if (i + 3 < bytes.n)
            next = (uint32_t)p[i + 2 + high] << 8 | p[i + 2 + low];
        if (c >= 0xd800 && c < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10 | (next - 0xdc00));
            i += 2;
        }
        add_character(out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
    }
}
