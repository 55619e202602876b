/* lending.h - what the operations of a loan fund share. */
#ifndef API_LENDING_H
#define API_LENDING_H

#include "api/cases.h"
#include "fund/contract.h"

struct fund_at {
    int64_t county;
    struct str code;
};
extern const struct entity fund_at;

/* A transaction's act and what it lends by. */
struct lend_act {
    struct act act;
    struct lending l;
};
void lend_act_begin(struct call *c, struct lend_act *x, const char *action, struct str object,
                    struct errs *e);
void lend_act_release(struct lend_act *x); /* for CLEANUP */

/* The fund of the path and the rules of its programme, where the actor may do it in the whole county. */
bool open_fund_rules(struct call *c, enum perm p, struct fund_rules *r, struct errs *e);
/* The same for who may do it in a part of the county: s is that part, within the region if one is named. */
struct scopes;
bool open_fund_area(struct call *c, enum perm p, struct region_code within, struct fund_rules *r,
                    struct scopes *s, struct errs *e);
/* A page of what belongs to contracts of a programme, none: of all, in the actor's part of a region: the
 * scopes in turn. */
struct scope;
typedef bool put_of_programme(struct call *c, const struct scope *s, struct str programme, struct errs *e);
bool list_of_programme(struct call *c, struct str programme, struct region_code within, put_of_programme *put,
                       struct errs *e);
bool in_scopes(const struct scopes *s, struct region_code where);
/* A contract by its id; of another area it is nowhere. */
bool find_contract_at(struct call *c, const struct at_id *at, enum perm p, struct contract *k,
                      struct errs *e);
/* Its columns, state, what is owed, and "etag"; the object stays open. */
bool put_contract_begin(struct call *c, const struct contract *k, struct errs *e);
bool put_contract(struct call *c, const struct contract *k, struct errs *e);
/* What If-Match names where a thing is made of several rows. */
struct rows_of {
    const struct entity *en;
    const void *rows;
    size_t n;
};
struct str rows_version(struct call *c, const struct rows_of *of, size_t n);
/* If-Match names the contract with its signatures, guarantors and changes. */
bool contract_matches(struct call *c, const struct contract *k, struct errs *e);
bool is_township(int64_t county, struct region_code township, struct errs *e);
struct date day_or_today(struct opt_date d);

extern const struct answer_part contract_parts[];
#define AMOUNT_COL(s, must) \
    COL(s, amount, "金额", "Amount", .flags = (must), .min = 1, .max = INT64_C(100000000000000))
#define PERIOD_COL(s, must) COL(s, period, "期数", "Period", .flags = (must), .min = 1, .max = 9999)

#endif
