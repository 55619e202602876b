/* notice_parts.h - what the files of notices share; private to src/casework. */
#ifndef CASEWORK_NOTICE_PARTS_H
#define CASEWORK_NOTICE_PARTS_H

#include "casework/objection.h"

/* The actor's area for p and the notice's region touch. */
bool notice_touches(const struct actor *who, enum perm p, struct region_code region);
bool notice_mac(struct tx *tx, const struct notice *n, const struct list *rows, const struct list *channels,
                uint8_t out[MAC_SIZE]);

#endif
