/* fuzz_picture.c - whatever is said to be a picture, what is left of it is a picture without metadata, and
 * stripping that again changes nothing. */
#include "base/picture.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum strip_result strip(enum file_format f, struct str content, struct buf *out)
{
    return f == FORMAT_JPEG ? jpeg_strip(content, out) : png_strip(content, out);
}

static void stripping_settles(enum file_format f, struct str content)
{
    CLEANUP(buf_release) struct buf once = BUF(content.n + 64);
    CLEANUP(buf_release) struct buf twice = BUF(content.n + 128);
    if (strip(f, content, &once) != STRIP_OK)
        return;
    assert(!once.full);
    assert(file_format(buf_str(&once)) == f);
    assert(strip(f, buf_str(&once), &twice) == STRIP_OK);
    assert(str_eq(buf_str(&once), buf_str(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str content = { size ? (const char *)data : "", size };
    enum file_format f = file_format(content);
    if (f == FORMAT_JPEG || f == FORMAT_PNG)
        stripping_settles(f, content);
    else
        pdf_check(content);
    return 0;
}
