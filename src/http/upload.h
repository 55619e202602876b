/* upload.h - the body of a request while it comes in: a small one in memory, a long one in a file that nobody
 * else sees and that is gone with the request.  It is read back as memory of the file, so that an upload of
 * 50 MB does not take 50 MB. */
#ifndef HTTP_UPLOAD_H
#define HTTP_UPLOAD_H

#include "base/buf.h"

enum { UPLOAD_MEMORY_MAX = 256 << 10 };

struct upload {
    struct buf mem;
    size_t n, max;
    int fd; /* -1: all of it is in mem */
    void *map;
    bool bad; /* the file could not be written */
};
void upload_open(struct upload *s, size_t max);
bool upload_add(struct upload *s, struct str piece); /* false: longer than max, or there is no room */
/* Everything, as long as the upload is open.  false: it cannot be read back. */
bool upload_read(struct upload *s, struct str *all);
void upload_release(struct upload *s);

#endif
