/* encoding.h - what bytes a file holds, and turning them into UTF-8. */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include "base/buf.h"
#include "base/err.h"

enum encoding { ENC_UTF8, ENC_GB18030, ENC_UNKNOWN };

bool utf8_valid(struct str s);    /* RFC 3629: no overlong forms, no surrogates */
bool text_is_clean(struct str s); /* valid UTF-8 without control characters but TAB LF CR */

/* UTF-8 (with or without BOM) if all of it is valid UTF-8; else GB18030 if all of it is; else unknown. */
enum encoding encoding_detect(struct str bytes);

/* UTF-16LE, UTF-16BE or UTF-32LE, by its mark or by the zeros of its first letters; NULL: none of them. */
const char *encoding_wide(struct str bytes);
/* Text of one of those is not read, and the error names which it is. */
bool encoding_fits(struct str bytes, const char *file, struct errs *e);

/* The text without BOM as UTF-8.  A piece that cannot be converted becomes U+FFFD, so that the row
 * it stands in is refused by name and no other row is lost; unknown is read as the encoding that
 * damages it less.  The result borrows `bytes` where nothing has to change, else lives in *own, which
 * the caller releases; own->full says that it did not fit. */
struct str to_utf8(struct str bytes, enum encoding enc, struct buf *own);
/* Of what encoding_wide calls UTF-16, appended without the mark; a lone surrogate or half a unit becomes
 * U+FFFD. */
void utf16_to_utf8(struct str bytes, struct buf *out);
struct str utf8_without_bom(struct str s);                           /* where it is known to be UTF-8 */
bool from_utf8(struct str utf8, enum encoding enc, struct buf *out); /* appended; false: not representable */

#endif
