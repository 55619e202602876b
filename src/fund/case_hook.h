/* case_hook.h - what casework has to know of loans: which run on, and what became of a case. */
#ifndef FUND_CASE_HOOK_H
#define FUND_CASE_HOOK_H

#include "casework/case.h"

extern const struct case_hook fund_case_hook;
/* A household that owes anything, or whose contract is not paid out, does not leave its county. */
extern const struct transfer_block fund_transfer_block;

#endif
