/* lending_cmd.h - what the commands of a loan fund share: finding, reading, showing. */
#ifndef CLI_LENDING_CMD_H
#define CLI_LENDING_CMD_H

#include "cli/ledger_cmd.h"
#include "cli/move_cmd.h"
#include "cli/table.h"
#include "fund/contract.h"

/* One run of one of these commands, the first member of what its function gets; lend_begin() fills act and l
 * anew each time the transaction is run. */
struct lend {
    struct cli *c;
    tx_fn *fn;
    struct act act;
    struct lending l;
    struct fund_rules rules;
    struct contract contract;
    int64_t county;
    struct list places; /* of lend_places */
};
void lend_begin(struct lend *w, struct tx *tx, const char *action, struct str object, struct errs *e);
/* fn in a transaction, with its act released before that ends. */
bool lend_write(struct lend *w, tx_fn *fn);
/* The fund of the programme, of the county that --region or the actor's area is in. */
bool lend_fund(struct lend *w, struct tx *tx, enum perm p, struct str programme, struct errs *e);
bool lend_contract(struct lend *w, struct tx *tx, enum perm p, struct str number, struct errs *e);
/* The fund of the programme, for who may do this in a part of the county only: within is that part. */
bool lend_area(struct lend *w, struct tx *tx, enum perm p, struct str programme, struct region_code *within,
               struct errs *e);
/* A township by its code or, within the county, its name. */
bool lend_township(struct lend *w, struct tx *tx, struct str text, struct region_code *r, struct errs *e);

/* Names of regions for tables, where people read them; then code and name of one. */
bool lend_places(struct lend *w, struct tx *tx, struct errs *e);
struct str lend_place(const struct lend *w, struct region_code code);

struct date lend_day(const struct cli *c, const char *name, struct date otherwise);
struct opt_date lend_opt_day(const struct cli *c, const char *name);
bool lend_read(struct cli *c, const struct entity *en, const char *col, void *obj, struct str text,
               struct errs *e);
bool lend_money(struct cli *c, const char *field, struct str text, struct money *m, struct errs *e);

/* What is known of it, a line each, but internal ids. */
void lend_print(struct cli *c, const struct entity *en, const void *obj);
void lend_put(struct cli *c, struct json_out *w, const char *key, const struct entity *en, const void *obj);
void lend_put_list(struct cli *c, struct json_out *w, const char *key, const struct entity *en,
                   const struct list *list);
void lend_put_money(struct cli *c, struct json_out *w, const char *key, struct money m);
/* {"KEY": …} as the whole answer, or the sentence. */
#define lend_answer(c, key, en, obj, msg, ...) lend_answer_((c), (key), (en), (obj), (msg), ARGS(__VA_ARGS__))
int lend_answer_(struct cli *c, const char *key, const struct entity *en, const void *obj, enum msg m,
                 const struct arg *args, size_t n);

#define OPT_IN_COUNTY                                                               \
    {                                                                               \
        .name = "region", .kind = OPT_REGION, .arg = { "区划", "CODE" }, .label = { \
            "哪个县；只管一个县时可省略",                                           \
            "which county; not needed by who works in one"                          \
        }                                                                           \
    }
#define OPT_DAY(text_zh, text_en)                                                                  \
    {                                                                                              \
        .name = "date", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { text_zh, text_en } \
    }

#endif
