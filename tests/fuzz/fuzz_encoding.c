/* fuzz_encoding.c - any bytes become valid UTF-8; good bytes lose nothing on the way and back. */
#include "base/encoding.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t lines(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

/* The definition of RFC 3629, one byte at a time, to hold the fast one against. */
static bool valid_slowly(struct str s)
{
    static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
    for (size_t i = 0; i < s.n;) {
        uint8_t c = (uint8_t)s.p[i++];
        size_t follow = c < 0x80 ? 0 : c >> 5 == 6 ? 1 : c >> 4 == 14 ? 2 : c >> 3 == 30 ? 3 : 4;
        uint32_t v = follow ? c & (0x3fu >> follow) : c;
        if (follow > 3 || follow > s.n - i)
            return false;
        for (size_t k = 0; k < follow; k++, i++) {
            if (((uint8_t)s.p[i] & 0xc0) != 0x80)
                return false;
            v = v << 6 | ((uint8_t)s.p[i] & 0x3f);
        }
        if (v < least[follow] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
            return false;
    }
    return true;
}

/* The sign itself may stand in a good file: in GB18030 it is 84 31 A4 37. */
static bool has_replacement(struct str bytes, enum encoding enc)
{
    return str_has(bytes, enc == ENC_GB18030 ? STR("\x84\x31\xa4\x37") : STR("\xef\xbf\xbd"));
}

static void reading_holds(struct str bytes, enum encoding enc, bool good)
{
    CLEANUP(buf_release) struct buf own = BUF(1 << 24);
    struct str text = to_utf8(bytes, enc, &own);
    assert(!own.full);
    assert(utf8_valid(text));
    assert(lines(text) == lines(bytes));
    assert(text.n <= 3 * bytes.n);
    if (good && !has_replacement(bytes, enc))
        assert(!str_has(text, STR("\xef\xbf\xbd")));
}

/* Six code points for private use are read as the characters they stand for (encoding.c). */
static bool has_alias(struct str utf8)
{
    return str_has(utf8, STR("\xee\xa0")) || str_has(utf8, STR("\xee\xa1"));
}

static void writing_holds(struct str utf8)
{
    CLEANUP(buf_release) struct buf gb = BUF(1 << 24), own = BUF(1 << 24);
    buf_adds(&gb, "~");
    if (!from_utf8(utf8, ENC_GB18030, &gb)) {
        assert(gb.n == 1);
        return;
    }
    struct str written = { gb.p + 1, gb.n - 1 };
    struct str again = to_utf8(written, ENC_GB18030, &own);
    bool has_bom = str_starts(utf8, STR("\xef\xbb\xbf"));
    if (has_bom)
        utf8 = (struct str){ utf8.p + 3, utf8.n - 3 };
    assert(has_alias(utf8) || str_eq(again, utf8));
    CLEANUP(buf_release) struct buf twice = BUF(1 << 24);
    assert(from_utf8(again, ENC_GB18030, &twice));
    assert(has_bom || str_eq(buf_str(&twice), written));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data, size };
    enum encoding enc = encoding_detect(bytes);
    bool valid = utf8_valid(bytes);
    assert(valid == valid_slowly(bytes));
    assert(valid == (enc == ENC_UTF8));
    assert(valid || !text_is_clean(bytes));
    for (enum encoding as = ENC_UTF8; as <= ENC_UNKNOWN; as++)
        reading_holds(bytes, as, as == enc && as != ENC_UNKNOWN);
    if (valid)
        writing_holds(bytes);
    return 0;
}
