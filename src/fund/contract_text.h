/* contract_text.h - the texts of contracts and IOUs: numbered versions, filled with what a contract says
 * (R278).
 *
 * A version is never changed; a contract keeps the one that it was drafted with. */
#ifndef FUND_CONTRACT_TEXT_H
#define FUND_CONTRACT_TEXT_H

#include "fund/contract.h"

/* The shipped texts as new versions, unless the latest ones are the same. */
bool contract_texts_load(struct act *act, struct errs *e);
/* version 0: the latest. */
enum found contract_text_find(struct tx *tx, struct str paper, int64_t version, struct contract_text *out,
                              struct errs *e);
/* The paper of a contract: township, household or implementation, as its programme has it. */
struct str contract_paper(const struct fund_rules *r, const struct contract *c);
/* Who lends by a contract: as it says itself.  Else, where townships lend to households (R299), the
 * township's government, and to the township the office, as the county calls it; elsewhere whom the programme
 * names, or the office.  township, office: their names; the first may be unknown. */
struct str contract_lender(const struct fund_rules *r, const struct contract *c, struct str township,
                           struct str office, struct arena *a);
/* The same with the names as they stand in the registry. */
bool contract_lender_named(struct tx *tx, const struct fund_rules *r, const struct contract *c,
                           struct str *lender, struct errs *e);
/* The text with its places filled; unknown places stay a line to write on. */
bool contract_text_fill(struct tx *tx, const struct fund_rules *r, const struct contract *c,
                        const struct contract_text *t, struct str *out, struct errs *e);

#endif
