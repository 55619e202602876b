/* relief.h - what becomes of a loan beside repayment: extension 展期, deferral 缓收, write-off 核销, money
 * that came back after one, early recall, nothing.
 *
 * Each is proposed by township or office and decided by another person, as a rule of the county, under a
 * document number (R620).  An extension, deferral or recall makes another version of the schedule and leaves
 * the old one as it is; each piece of principal keeps the day on which it was first due, so that ageing is
 * not erased.  Write-offs and recoveries post vouchers; what is recovered goes into the pool and can be lent
 * again. What was approved can be taken back, the last first: the schedule before it becomes the newest
 * version, the voucher is reversed. */
#ifndef FUND_RELIEF_H
#define FUND_RELIEF_H

#include "fund/contract.h"
#include "fund/dues.h"
#include "fund/repay.h"
#include "fund/schedule.h"

enum relief_kind {
    RELIEF_EXTEND = 1, /* all that is not paid falls due `months` later */
    RELIEF_DEFER,      /* what falls due on or after counts_from, `months` later; earlier arrears stay */
    RELIEF_WRITE_OFF,
    RELIEF_RECOVER,
    RELIEF_RECALL, /* all that is not paid falls due by counts_from */
    RELIEF_NONE = 9,
};
enum relief_state { RELIEF_OPEN = 1, RELIEF_APPROVED, RELIEF_REFUSED, RELIEF_WITHDRAWN, RELIEF_UNDONE };
enum { SUBSIDY_GOES_ON = 1, SUBSIDY_STOPS };
enum { RELIEF_MONTHS_MAX = 120 };

struct loan_relief {
    int64_t county, id, no, fund_id, contract_id;
    struct code kind;
    struct opt_int months;
    struct opt_date counts_from; /* of a write-off and recovery the entry date; unset: the day of approval */
    struct opt_money amount;
    enum yesno to_special; /* recovered onto the special account itself, not by the township */
    struct str payer, receipt;
    struct code subsidy; /* what happens to the interest subsidy meanwhile */
    struct str reason, document;
    struct opt_int disaster_id;
    struct date proposed_on;
    struct str proposed_by;
    struct code state;
    struct opt_date decided_on;
    struct str decided_by;
    /* as it was then: */
    struct opt_money owed;
    struct opt_int days_late; /* counted from the day on which it was first due */
    struct opt_date old_ends_on, new_ends_on, moved_from, moved_to;
    struct opt_int version; /* of the schedule that it made */
    struct opt_int voucher_id;
    struct opt_date undone_on;
    struct str undone_by, undo_reason, undo_document;
    struct opt_int undo_voucher_id;
};
/* One due day of one version; the newest one that was there on a day holds for that day. */
struct loan_schedule {
    int64_t county, contract_id, version, no;
    struct date since;
    struct opt_int relief_id; /* what made it; version 1 is what was agreed at first */
    struct date due_on, original_on;
    struct money principal;
};
extern const struct entity loan_relief_entity, loan_schedule_entity;

/* Given: kind, months, counts_from, amount, to_special, payer, receipt, subsidy, reason, document,
 * disaster_id. */
bool relief_propose(struct lending *l, const struct contract *c, struct loan_relief *x, struct errs *e);
/* document: of the decision, required to approve; on: entry date of a write-off or recovery, unset: as
 * proposed. */
struct relief_decision {
    bool approve;
    struct str document;
    struct opt_date on;
};
bool relief_decide(struct lending *l, const struct contract *c, const struct loan_relief *old,
                   const struct relief_decision *d, struct loan_relief *out, struct errs *e);
/* Before it is decided, by whoever proposed it. */
bool relief_withdraw(struct lending *l, const struct loan_relief *old, struct loan_relief *out,
                     struct errs *e);
/* By another person than the one who approved it. */
bool relief_undo(struct lending *l, const struct contract *c, const struct loan_relief *old,
                 struct str reason, struct str document, struct loan_relief *out, struct errs *e);

enum found relief_by_no(struct tx *tx, int64_t county, int64_t no, struct loan_relief *x, struct errs *e);
bool relief_list(struct tx *tx, const struct contract *c, struct list *out, struct errs *e);
/* What extensions and the like up to `on` mean to the schedule engine, of a loan that bears interest. */
bool relief_changes(struct tx *tx, const struct contract *c, struct date on, struct loan_terms *t,
                    struct errs *e);
/* The debt as the engine has it, by what was agreed and written off since. */
bool relief_debt(struct tx *tx, const struct contract *c, const struct loan_terms *t, struct date on,
                 struct debt *out, struct errs *e);
bool schedule_versions(struct tx *tx, const struct contract *c, struct list *out, struct errs *e);

/* How a loan stands on a day. */
struct loan_standing {
    struct money outstanding, written_off, recovered; /* recovered: of what was written off */
    int64_t days_late,
        days_late_agreed; /* since the first agreed day, since the day agreed now; 0: not late */
};
bool loan_standing(struct tx *tx, const struct contract *c, struct date on, struct loan_standing *out,
                   struct errs *e);
/* contract_state, and whether it was extended or written off. */
bool loan_state(struct tx *tx, const struct contract *c, struct date on, enum contract_state *out,
                struct errs *e);

#endif
