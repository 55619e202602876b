/* Files told apart by their content, and pictures without what a camera writes beside them (dictionary §11:
 * EXIF removed on publication). */
#include "base/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <zlib.h>

#include <cmocka.h>

/* --- making files ------------------------------------------------------------------------- */

static uint64_t seed = 42;

static unsigned random_below(unsigned n)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(seed >> 33) % n;
}

static void segment(struct buf *b, int marker, struct str body)
{
    buf_addc(b, (char)0xff);
    buf_addc(b, (char)marker);
    buf_addc(b, (char)((body.n + 2) >> 8));
    buf_addc(b, (char)((body.n + 2) & 255));
    buf_add(b, body);
}

static void scan(struct buf *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = (char)random_below(256);
        buf_addc(b, c);
        if (c == (char)0xff)
            buf_addc(b, random_below(2) ? 0 : (char)(0xd0 + random_below(8)));
    }
}

static const char exif[] =
    "Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x25\x88\x04\0\x01\0\0\0"
    "\x26\0\0\0\0\0\0\0GPS 24.51 N 117.65 E";
#define EXIF   ((struct str){ exif, sizeof exif - 1 })
#define JFIF   ((struct str){ "JFIF\0\1\2\0\0\1\0\1\1\1abc", 17 })
#define TABLE  ((struct str){ "\0table of quantization", 23 })
#define FRAME  ((struct str){ "\x08\0\x10\0\x10\1\1\x11\0", 9 })
#define HEADER ((struct str){ "\1\1\0\0\x3f\0", 6 })

/* A photo as a camera writes it; with_private 0: only what draws. */
static struct str photo(struct buf *b, bool with_private, bool progressive)
{
    seed = 42;
    buf_clear(b);
    buf_add(b, (struct str){ "\xff\xd8", 2 });
    if (with_private) {
        segment(b, 0xe0, JFIF);
        segment(b, 0xe1, EXIF);
        segment(b, 0xe1, STR("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>Liu</x:xmpmeta>"));
        segment(b, 0xe2, STR("ICC_PROFILE\0 of a telephone"));
        segment(b, 0xed, STR("Photoshop 3.0\0 author"));
        segment(b, 0xfe, STR("taken at home"));
    }
    segment(b, 0xdb, TABLE);
    segment(b, progressive ? 0xc2 : 0xc0, FRAME);
    segment(b, 0xc4, STR("\0huffman"));
    segment(b, 0xda, HEADER);
    scan(b, 500);
    if (progressive) {
        if (with_private)
            segment(b, 0xfe, STR("between the scans"));
        segment(b, 0xc4, STR("\1huffman"));
        segment(b, 0xda, HEADER);
        scan(b, 300);
    }
    buf_add(b, (struct str){ "\xff\xd9", 2 });
    if (with_private)
        buf_adds(b, "a film that hangs behind the picture");
    return buf_str(b);
}

static void chunk(struct buf *b, const char *type, struct str data)
{
    uint32_t sum = (uint32_t)crc32(crc32(0, NULL, 0), (const Bytef *)type, 4);
    if (data.n)
        sum = (uint32_t)crc32(sum, (const Bytef *)data.p, (uInt)data.n);
    const uint32_t numbers[] = { (uint32_t)data.n, sum };
    for (int k = 0; k < 2; k++) {
        for (int i = 24; i >= 0; i -= 8)
            buf_addc(b, (char)(numbers[k] >> i));
        if (k == 0) {
            buf_add(b, (struct str){ type, 4 });
            buf_add(b, data);
        }
    }
}

static struct str screenshot(struct buf *b, bool with_private)
{
    buf_clear(b);
    buf_add(b, (struct str){ "\x89PNG\r\n\x1a\n", 8 });
    chunk(b, "IHDR", (struct str){ "\0\0\0\2\0\0\0\2\x08\2\0\0\0", 13 });
    chunk(b, "sRGB", (struct str){ "\0", 1 });
    if (with_private) {
        chunk(b, "eXIf", STR("II*GPS"));
        chunk(b, "tEXt", STR("Author\0Liu"));
        chunk(b, "iTXt", STR("XML:com.adobe.xmp"));
        chunk(b, "tIME", STR("\x07\xea\1\1\1\1\1"));
        chunk(b, "prVt", STR("something of its own"));
    }
    chunk(b, "IDAT", STR("pixels"));
    chunk(b, "IDAT", STR("more pixels"));
    chunk(b, "IEND", (struct str){ 0 });
    if (with_private)
        buf_adds(b, "behind the end");
    return buf_str(b);
}

static bool holds(struct str s, const char *part)
{
    return memmem(s.p, s.n, part, strlen(part)) != NULL;
}

#define assert_bytes(got, want)                           \
    do {                                                  \
        assert_int_equal((got).n, (want).n);              \
        assert_memory_equal((got).p, (want).p, (want).n); \
    } while (0)

/* --- tests -------------------------------------------------------------------------------- */

static void a_file_is_what_its_content_says(void **state)
{
    (void)state;
    assert_int_equal(file_format((struct str){ "\xff\xd8\xff\xe0", 4 }), FORMAT_JPEG);
    assert_int_equal(file_format((struct str){ "\x89PNG\r\n\x1a\n", 8 }), FORMAT_PNG);
    assert_int_equal(file_format(STR("%PDF-1.4\n")), FORMAT_PDF);
    assert_int_equal(file_format(STR("<html>photo.jpg")), FORMAT_NONE);
    assert_int_equal(file_format(STR("MZ")), FORMAT_NONE);
    assert_int_equal(file_format(STR("GIF89a")), FORMAT_NONE);
    assert_int_equal(file_format((struct str){ 0 }), FORMAT_NONE);
    assert_string_equal(file_format_suffix(FORMAT_JPEG), "jpg");
}

static void of_a_photo_only_what_draws_it_is_left_and_which_way_up_it_is(void **state)
{
    CLEANUP(buf_release)
    struct buf in = BUF(1 << 16), out = BUF(1 << 16), bare = BUF(1 << 16), want = BUF(1 << 16);
    (void)state;
    for (int progressive = 0; progressive < 2; progressive++) {
        buf_clear(&out);
        buf_clear(&want);
        assert_int_equal(jpeg_strip(photo(&in, true, progressive), &out), STRIP_OK);
        struct str pure = photo(&bare, false, progressive);
        /* The JFIF header without its small picture, the orientation, and then the picture byte for byte. */
        buf_add(&want, (struct str){ "\xff\xd8\xff\xe0\0\x10JFIF\0\1\2\0\0\1\0\1\0\0", 20 });
        buf_add(&want, (struct str){ "\xff\xe1\0\x22"
                                     "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0",
                                     36 });
        buf_add(&want, (struct str){ pure.p + 2, pure.n - 2 });
        assert_bytes(buf_str(&out), buf_str(&want));
        assert_false(holds(buf_str(&out), "GPS"));
        assert_false(holds(buf_str(&out), "xmpmeta"));
        assert_false(holds(buf_str(&out), "home"));
    }
}

static void what_was_stripped_stays_as_it_is(void **state)
{
    CLEANUP(buf_release) struct buf in = BUF(1 << 16), once = BUF(1 << 16), twice = BUF(1 << 16);
    (void)state;
    assert_int_equal(jpeg_strip(photo(&in, true, true), &once), STRIP_OK);
    assert_int_equal(jpeg_strip(buf_str(&once), &twice), STRIP_OK);
    assert_bytes(buf_str(&twice), buf_str(&once));
    buf_clear(&once);
    buf_clear(&twice);
    assert_int_equal(png_strip(screenshot(&in, true), &once), STRIP_OK);
    assert_int_equal(png_strip(buf_str(&once), &twice), STRIP_OK);
    assert_bytes(buf_str(&twice), buf_str(&once));
}

static void a_photo_cut_short_anywhere_is_refused(void **state)
{
    CLEANUP(buf_release) struct buf in = BUF(1 << 16), out = BUF(1 << 16);
    struct str all = photo(&in, false, true);
    (void)state;
    for (size_t n = 0; n < all.n; n++) {
        buf_clear(&out);
        assert_int_equal(jpeg_strip((struct str){ all.p, n }, &out), STRIP_DAMAGED);
    }
}

static void of_a_png_only_pixels_and_colours_are_left(void **state)
{
    CLEANUP(buf_release) struct buf in = BUF(1 << 16), out = BUF(1 << 16), bare = BUF(1 << 16);
    (void)state;
    assert_int_equal(png_strip(screenshot(&in, true), &out), STRIP_OK);
    assert_bytes(buf_str(&out), screenshot(&bare, false));
}

static void a_png_that_is_cut_or_flipped_anywhere_is_refused(void **state)
{
    CLEANUP(buf_release) struct buf in = BUF(1 << 16), out = BUF(1 << 16);
    struct str all = screenshot(&in, false);
    (void)state;
    for (size_t n = 0; n < all.n; n++) {
        buf_clear(&out);
        assert_int_equal(png_strip((struct str){ all.p, n }, &out), STRIP_DAMAGED);
        in.p[n] = (char)(in.p[n] ^ 4);
        buf_clear(&out);
        assert_int_equal(png_strip(all, &out), STRIP_DAMAGED);
        in.p[n] = (char)(in.p[n] ^ 4);
    }
}

static void a_chunk_that_nobody_knows_but_must_be_understood_is_refused(void **state)
{
    CLEANUP(buf_release) struct buf in = BUF(1 << 16), out = BUF(1 << 16);
    (void)state;
    buf_add(&in, (struct str){ "\x89PNG\r\n\x1a\n", 8 });
    chunk(&in, "IHDR", (struct str){ "\0\0\0\2\0\0\0\2\x08\2\0\0\0", 13 });
    chunk(&in, "ABCD", STR("?"));
    chunk(&in, "IDAT", STR("pixels"));
    chunk(&in, "IEND", (struct str){ 0 });
    assert_int_equal(png_strip(buf_str(&in), &out), STRIP_DAMAGED);
}

static void a_pdf_with_metadata_scripts_or_hidden_parts_is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *part;
        enum strip_result want;
    } cases[] = {
        { "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj", STRIP_OK },
        { "trailer<</Root 1 0 R/Info 5 0 R>>", STRIP_METADATA },
        { "1 0 obj<</Meta#64ata 6 0 R>>endobj", STRIP_METADATA },
        { "<</Author(Liu)>>", STRIP_METADATA },
        { "<</Names<</EmbeddedFiles 3 0 R>>>>", STRIP_METADATA },
        { "<</OpenAction<</S/JavaScript/JS(x)>>>>", STRIP_SCRIPT },
        { "<</AcroForm<<>>>>", STRIP_SCRIPT },
        { "<</Encrypt 9 0 R>>", STRIP_UNSEEN },
        { "<</Type/ObjStm/N 3>>stream\nabc\nendstream", STRIP_UNSEEN },
        { "4 0 obj<</Length 9>>stream\n/JS /Info\nendstream endobj", STRIP_OK }, /* pixels may look so */
        { "4 0 obj<<>>stream\n<?xpacket begin?>\nendstream", STRIP_METADATA },
        { "4 0 obj<<>>stream\nwithout an end", STRIP_DAMAGED },
        { "<</Information 3>>", STRIP_OK },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(cases); i++) {
        CLEANUP(buf_release) struct buf b = BUF(1 << 12);
        buf_addf(&b, "%%PDF-1.4\n%s\n%%%%EOF\n", cases[i].part);
        if (pdf_check(buf_str(&b)) != cases[i].want)
            fail_msg("%s: %d", cases[i].part, pdf_check(buf_str(&b)));
    }
    assert_int_equal(pdf_check(STR("%PDF-1.4 cut short")), STRIP_DAMAGED);
}

static void any_change_of_a_photo_gives_a_refusal_or_a_clean_picture(void **state)
{
    CLEANUP(buf_release) struct buf in = BUF(1 << 16), out = BUF(1 << 16);
    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct str all = photo(&in, true, i % 2);
        seed = (uint64_t)i * 77 + 5;
        for (unsigned k = random_below(4) + 1; k > 0; k--)
            in.p[random_below((unsigned)all.n)] = (char)random_below(256);
        buf_clear(&out);
        if (jpeg_strip(all, &out) == STRIP_OK)
            assert_true(out.n <= all.n + 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_what_its_content_says),
        cmocka_unit_test(of_a_photo_only_what_draws_it_is_left_and_which_way_up_it_is),
        cmocka_unit_test(what_was_stripped_stays_as_it_is),
        cmocka_unit_test(a_photo_cut_short_anywhere_is_refused),
        cmocka_unit_test(of_a_png_only_pixels_and_colours_are_left),
        cmocka_unit_test(a_png_that_is_cut_or_flipped_anywhere_is_refused),
        cmocka_unit_test(a_chunk_that_nobody_knows_but_must_be_understood_is_refused),
        cmocka_unit_test(a_pdf_with_metadata_scripts_or_hidden_parts_is_refused_with_the_reason),
        cmocka_unit_test(any_change_of_a_photo_gives_a_refusal_or_a_clean_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
