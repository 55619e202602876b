/* lending.h - the papers and pay-outs of a loan fund: terms, signatures, IOU 借据, changes, 发放,
 * overpayments.
 *
 * Beside the tables of book.h: what a contract signed today needs and one from an archive does not have.  A
 * contract whose amount was changed has another revision, and only what was signed for that one counts. */
#ifndef FUND_LENDING_H
#define FUND_LENDING_H

#include "access/audit.h"
#include "base/clock.h"
#include "fund/book.h"
#include "ledger/ledger.h"
#include "programme/parameter.h"
#include "programme/version.h"

struct contract_terms {
    int64_t county, contract_id;
    int64_t version; /* of the programme whose terms it has */
    int64_t revision;
    struct opt_int term_months; /* counted from the pay-out; unset: the contract names the day */
    struct opt_int text_version;
    struct date drafted_on;
    struct str drafted_by;
};
/* paper: contract, or the id of a form of the programme; party: lender, township, borrower, or of a letter
 * the party's name in the programme.  Guarantors' signatures stand in struct guarantee. */
struct contract_signature {
    int64_t county, id, contract_id;
    struct str paper, party;
    int64_t revision;
    struct str signer;
    struct opt_date signed_on, sealed_on;
    struct date recorded_on;
    struct str recorded_by;
};
/* Application, contract and IOU carry one number (R300). */
struct iou {
    int64_t county, id, contract_id;
    struct str number;
    int64_t revision;
    struct opt_money amount;
    struct opt_date signed_on;
    struct str signer;
    struct date recorded_on;
    struct str recorded_by;
};
/* Project and amount are frozen; this asks for a change (R304, R305). */
enum { CHANGE_OPEN = 1, CHANGE_APPROVED, CHANGE_REFUSED };
struct contract_change {
    int64_t county, id, contract_id, no;
    struct str old_project;
    struct opt_money old_amount;
    struct str project; /* unknown: stays */
    struct opt_money amount;
    struct str reason, document;
    struct date asked_on;
    struct str asked_by;
    struct code state;
    struct opt_date decided_on;
    struct str decided_by;
};
/* Money on its way: to a township (leg 1, without lines), at a meeting, by a file for the bank (leg 2). */
enum { PAYOUT_TO_TOWNSHIP = 1, PAYOUT_MEETING, PAYOUT_BANK_FILE };
enum { PAYOUT_OPEN = 1, PAYOUT_DONE };
struct payout {
    int64_t county, id, no, fund_id;
    struct code kind;
    struct opt_int period_no;
    struct region_code township;
    struct opt_date held_on;
    struct str place, attendees;
    struct str lender; /* who signed for it at the meeting */
    struct opt_money amount;
    struct str purpose, document;
    struct opt_int voucher_id;
    struct code state;
    struct date made_on;
    struct str made_by;
};
enum { LINE_WAITING = 1, LINE_PAID, LINE_FAILED };
enum { RECEIPT_SIGNATURE = 1, RECEIPT_FINGERPRINT, RECEIPT_BANK };
struct payout_line {
    int64_t county, id, payout_id, no, contract_id, payee_id;
    struct str payee, account;
    struct opt_money amount;
    struct code state;
    struct opt_date paid_on;
    struct opt_int voucher_id;
    struct code receipt;
    struct str reason; /* why the bank sent it back */
};
/* What a repayment brought beyond the debt, until it is given back. */
struct overpayment {
    int64_t county, id, repayment_id, contract_id;
    struct money amount;
    struct opt_date given_back_on;
    struct opt_int voucher_id;
    struct code decision; /* code table excess_decision; unset: none yet */
    struct opt_date decided_on;
    struct str decided_by, reason;
    struct opt_int used_id; /* the repayment that it paid, where it was kept */
};
enum { EXCESS_GIVE_BACK = 1, EXCESS_KEEP };
struct contract_text {
    struct str paper; /* township, household, implementation, iou */
    int64_t version;
    struct str title, body;
    struct date loaded_on;
    struct str loaded_by;
};
extern const struct entity contract_terms_entity, contract_signature_entity, iou_entity,
    contract_change_entity, payout_entity, payout_line_entity, overpayment_entity, contract_text_entity;

/* --- what all of it needs ------------------------------------------------------------------------ */

/* Who lends, by which code tables, on which day. */
struct lending {
    struct act *act;
    const struct code_book *codes;
    struct date today;
};
/* A fund and the rules of its programme. */
struct fund_rules {
    struct fund fund;
    struct programme_version version;
    const struct programme *programme;
};
/* The fund of a programme in a county, the programme named as programme_find takes it. */
bool fund_rules_open(struct tx *tx, int64_t county, struct str programme, const struct code_book *codes,
                     struct fund_rules *out, struct errs *e);
/* The rules that a contract was made by. */
bool fund_rules_of(struct tx *tx, const struct contract *c, const struct code_book *codes,
                   struct fund_rules *out, struct errs *e);
/* What offices have set the programme's parameters to. */
bool rules_parameters(struct tx *tx, const struct fund_rules *r, struct parameter_book *out, struct errs *e);
/* An amount of a programme, where it is fixed or a parameter with a constant there and then. */
bool rules_amount(const struct fund_rules *r, const struct parameter_book *set, const struct amount *a,
                  struct region_code region, struct date day, struct money *out);
struct region_code contract_township(const struct contract *c);
bool contract_outstanding(struct tx *tx, const struct contract *c, struct money *out, struct errs *e);

#endif
