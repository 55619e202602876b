/* contract.h - contracts in two layers: the office with a township (区–镇), office or township with a
 * household.
 *
 * Terms come from the programme's version that the contract was made by.  A draft becomes a contract when all
 * have signed and sealed what they must (R282); from then on project and amount change only by a request that
 * another person of the county approves (R304, R305).  Application, contract and IOU carry one number (R300).
 */
#ifndef FUND_CONTRACT_H
#define FUND_CONTRACT_H

#include "fund/lending.h"
#include "registry/household.h"
#include "registry/person.h"

/* What a decided case asks for; also what the command line reads. */
struct contract_request {
    int64_t county;
    struct str programme; /* code@version: the version that the case was decided by */
    int64_t period_no;
    int64_t household_id, borrower_id;
    struct region_code township; /* of a township's contract; then there is no household */
    struct str project;
    struct money amount; /* approved */
    struct str number;   /* unknown: the next of the programme's pattern */
    struct opt_int case_id;
    struct opt_int term_months; /* where the programme leaves it to the contract */
    struct opt_date due_on;     /* of a township's contract, or where a day is agreed */
    struct str lender;          /* unknown: the programme's */
};
bool contract_draft(struct lending *l, const struct contract_request *r, struct contract *out,
                    struct errs *e);

/* Within what the actor may see by p; an error in words if there is none. */
bool contract_find(struct tx *tx, const struct actor *who, enum perm p, struct str number,
                   struct contract *out, struct errs *e);
bool contract_terms_of(struct tx *tx, const struct contract *c, struct contract_terms *out, struct errs *e);
/* The township's contract of a period, void ones aside. */
enum found contract_upper(struct tx *tx, const struct fund *f, int64_t period_no, struct region_code township,
                          struct contract *out, struct errs *e);
/* Contracts of the fund that the household owes money on or has been promised, `but` aside. */
bool contracts_live(struct tx *tx, const struct fund *f, int64_t household_id, int64_t but, int64_t *n,
                    struct errs *e);

/* Where it stands (dictionary §7): told by its days and by what the journal says is owed. */
enum contract_state {
    CONTRACT_TO_SIGN,
    CONTRACT_TO_PAY,
    CONTRACT_LENT,
    CONTRACT_DUE_SOON,
    CONTRACT_OVERDUE,
    CONTRACT_SETTLED,
    CONTRACT_VOID,
    CONTRACT_EXTENDED,    /* beyond the first agreed day, not beyond the one of now */
    CONTRACT_WRITTEN_OFF, /* and not all of it came back */
};
extern const char *const contract_state_slugs[];
extern const struct label contract_state_labels[];
enum contract_state contract_state(const struct contract *c, struct money outstanding, struct date today);

/* --- signing -------------------------------------------------------------------------------------- */

struct signing {
    struct str paper; /* contract, or a form of the programme */
    struct str party; /* lender, township, borrower, guarantor; of a letter a party of it */
    struct str signer;
    struct opt_date signed_on, sealed_on;
};
bool contract_sign(struct lending *l, const struct contract *c, const struct signing *s, struct errs *e);
bool iou_sign(struct lending *l, const struct contract *c, struct str signer, struct date on, struct iou *out,
              struct errs *e);
bool contract_signatures(struct tx *tx, const struct contract *c, struct list *out, struct errs *e);
bool contract_guarantees(struct tx *tx, const struct contract *c, struct list *out, struct errs *e);
enum found iou_of(struct tx *tx, const struct contract *c, struct iou *out, struct errs *e);

bool contract_void(struct lending *l, const struct contract *c, struct str reason, struct errs *e);

/* --- changes -------------------------------------------------------------------------------------- */

bool change_ask(struct lending *l, const struct contract *c, struct contract_change *x, struct errs *e);
/* By another person, of the county. */
bool change_decide(struct lending *l, const struct contract *c, int64_t no, bool approve,
                   struct contract_change *out, struct errs *e);
bool change_list(struct tx *tx, const struct contract *c, struct list *out, struct errs *e);

#endif
