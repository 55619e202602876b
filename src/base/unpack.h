/* unpack.h - files that travel compressed inside the program. */
#ifndef BASE_UNPACK_H
#define BASE_UNPACK_H

#include "base/buf.h"

/* Append what a .gz file holds; false if it is damaged or out->max is too small. */
bool unpack_gz(struct str packed, struct buf *out);

#endif
