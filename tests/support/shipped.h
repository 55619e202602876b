/* shipped.h - the code tables that the program ships, for tests without a database. */
#ifndef TESTS_SUPPORT_SHIPPED_H
#define TESTS_SUPPORT_SHIPPED_H

#include "base/codes.h"

/* Read at the first call, and kept. */
const struct code_book *shipped_codes(void);

#endif
