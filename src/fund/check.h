/* check.h - what verify and the quality check look at in a fund's books: papers against the journal. */
#ifndef FUND_CHECK_H
#define FUND_CHECK_H

#include "access/verify.h"
#include "registry/quality.h"

extern const struct invariant fund_invariant;
extern const struct quality_table fund_quality;

#endif
