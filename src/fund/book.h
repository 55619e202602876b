/* book.h - what a loan fund has on paper: its sources, periods, contracts, guarantees and repayments.
 *
 * These rows say what was agreed and handed over.  What is owed, lent or in the account is never stored here:
 * it is in the journal (ledger/ledger.h), whose lines name the contract, source and period.  A row that has
 * moved money is not changed afterwards; a mistake is undone by a reversing entry. */
#ifndef FUND_BOOK_H
#define FUND_BOOK_H

#include "base/entity.h"

/* Code table fund_source: money of the pool, whatever it came from; loans carry it, and shares of a source
 * are pro rata to capital (architecture §7). */
enum { FUND_SOURCE_POOL = 60 };
/* Code table fund_nature: only received money is capital; a pledge is a promise (FQ15), a memo stands off the
 * books (bank credit, R225). */
enum { NATURE_RECEIVED = 1, NATURE_PLEDGED, NATURE_TRANSFER_IN, NATURE_RETURNED, NATURE_MEMO };

/* Money put into the fund (资金来源, R207–R212, R266). */
struct fund_source {
    int64_t county, id, fund_id;
    struct code source, nature;
    struct opt_date
        received_on; /* required, as is the amount; optional only so that a blank cell is noticed */
    struct opt_money amount;
    struct str voucher_no; /* of the paper it came with */
    struct str document, summary;
    struct opt_int entry_id; /* its journal entry; a pledge or memo has none */
};

/* A lending period (期, R214): numbered within its fund. */
struct period {
    int64_t county, id, fund_id;
    struct opt_int no; /* required */
    struct opt_date starts_on;
    struct opt_money planned;
    struct opt_int term_months;
    struct str note;
};

/* Code table contract_layer: county office to township, office or township to household (R279, R280). */
enum { LAYER_TOWNSHIP = 1, LAYER_HOUSEHOLD };

/* What was lent to whom on which terms (借款合同).  One number stands on application, contract and IOU
 * (R300). */
struct contract {
    int64_t county, id, fund_id;
    struct str programme; /* its code */
    struct opt_int case_id;
    struct code layer;
    struct str number;
    struct opt_int period_no;
    struct opt_int upper_id; /* a household's contract: the township's that it belongs to */
    struct opt_int household_id, borrower_id;
    struct region_code
        village; /* of the household at the first pay-out; of a township's contract the township */
    struct str project;
    struct opt_money amount; /* required */
    struct str rate;         /* a year, as a decimal: 0 or 0.0365 */
    struct code method, day_count;
    struct opt_int instalments, every_months; /* unset: one payment on due_on */
    struct opt_date signed_on;
    struct opt_date paid_out_on; /* the money is in the hands of the borrower */
    struct opt_date due_on;      /* first agreed; required */
    struct opt_date ends_on;     /* current: an extension moves it */
    struct opt_int round;        /* the household's 1st, 2nd … contract of this fund (R285) */
    struct str lender, note;
    bool history; /* came in with an archive: no notices or votes are asked for */
    struct opt_date void_on;
    struct str void_reason;
};

/* Who else stands for it (R281, R303). */
struct guarantee {
    int64_t county, id, contract_id;
    struct code kind;
    struct str name, id_number, relation;
    struct opt_int person_id; /* where the guarantor is on the register of this county */
    struct opt_date signed_on, sealed_on;
};

/* Code table payer_kind. */
enum { PAYER_BORROWER = 1, PAYER_FAMILY, PAYER_CONTACT, PAYER_GUARANTOR, PAYER_OTHER = 9 };

/* Money that came back (R341–R344).  principal + interest = amount. */
struct repayment {
    int64_t county, id, contract_id, fund_id;
    struct opt_date paid_on; /* required, as is the amount */
    struct opt_money amount;
    struct money principal, interest;
    struct str receipt_no;
    struct code payer_kind;
    struct str payer;
    struct str collector;
    int64_t entry_id;
    struct opt_int reverses; /* the repayment that this row undoes; its amounts are negative */
    struct date recorded_on;
    struct str request_key; /* idempotency key, with the hash of what was asked */
};

extern const struct entity fund_source_entity, period_entity, contract_entity, guarantee_entity,
    repayment_entity;

#endif
