/* fuzz_notice.c - any text is searched for numbers without reading past its end; one with an identity number
 * in it, however it is spaced, is never fine. */
#include "casework/notice.h"

#include "base/html.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An invented number behind the text, with a blank wherever the bytes say so. */
static void a_number_is_found(struct str text)
{
    static const char number[] = "990001199003070028";
    CLEANUP(buf_release) struct buf b = BUF(text.n + 64);
    buf_add(&b, text);
    buf_adds(&b, "。");
    for (size_t i = 0; i < sizeof number - 1; i++) {
        if (i && text.n && (uint8_t)text.p[i % text.n] % 5 == 0)
            buf_addc(&b, ' ');
        buf_addc(&b, number[i]);
    }
    assert(text_looks(buf_str(&b)) != LOOKS_FINE);
}

/* No text opens a tag. */
static void a_page_stays_whole(struct str text)
{
    CLEANUP(buf_release) struct buf b = BUF(text.n * 6 + 64);
    html_text(&b, text);
    assert(!b.full);
    assert(!memchr(b.p ? b.p : "", '<', b.n));
    assert(!memchr(b.p ? b.p : "", '"', b.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { size ? (const char *)data : "", size };
    struct arena a = { 0 };
    if (size > 4096)
        return 0;
    text_looks(text);
    a_number_is_found(text);
    a_page_stays_whole(text);
    name_family_only(text, &a);
    arena_free(&a);
    return 0;
}
