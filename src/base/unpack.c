#include "base/unpack.h"

#include <limits.h>
#include <zlib.h>

bool unpack_gz(struct str packed, struct buf *out)
{
    enum { GZIP_WINDOW = 16 + MAX_WBITS };
    char piece[16 * 1024];
    z_stream z = { .next_in = (z_const Bytef *)packed.p, .avail_in = (uInt)packed.n };
    if (packed.n > INT_MAX || inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return false;
    int rc = Z_OK;
    while (rc == Z_OK && !out->full) {
        z.next_out = (Bytef *)piece;
        z.avail_out = sizeof piece;
        rc = inflate(&z, Z_NO_FLUSH);
        buf_add(out, (struct str){ piece, sizeof piece - z.avail_out });
    }
    inflateEnd(&z);
    return rc == Z_STREAM_END && !z.avail_in && !out->full;
}
