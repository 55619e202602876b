/* loan_facts.h - the loans of households, as rules see them: from contracts and the journal as of a day.
 *
 * A loan is there from the day on which it was paid out.  Amounts are what the vouchers dated up to the day
 * say, a reversal taking its voucher back.
 *
 *     state             live, overdue, settled, written_off
 *     due               the last day that is agreed now: an extension has moved it
 *     max_days_overdue  the most days by which any principal came, or has not come yet, after it was due
 *     disaster_relief   extended (R620), and a loss by disaster is recorded between pay-out and that day
 *     written_off       some of it was
 *     settled           all of it was paid back */
#ifndef FIELDWORK_LOAN_FACTS_H
#define FIELDWORK_LOAN_FACTS_H

#include "programme/fact_schema.h"

extern const struct fact_source loan_facts;

#endif
