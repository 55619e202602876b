/* print_notice.h - a public notice as it hangs. */
#ifndef CASEWORK_PRINT_NOTICE_H
#define CASEWORK_PRINT_NOTICE_H

#include "casework/notice.h"

/* The page, appended to out.  Refuses a notice that is void or is not what was prepared. */
bool print_notice(struct tx *tx, const struct notice *n, struct buf *out, struct errs *e);
/* HMAC-SM3 as people compare it: 64 digits in groups of eight. */
const char *notice_check_text(const struct notice *n, struct arena *a);

#endif
