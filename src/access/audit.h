/* audit.h - every write leaves one row: who, as what, when, from where, what, before and after.
 *
 * Rows are chained by HMAC-SM3 per county (chain 0: reference tables), and each carries, per table, the
 * change of the sum of row hashes, so that `verify`, which adds the rows up again, sees a flipped byte, a
 * lost row or a row from nowhere in any table (architecture §5).
 *
 *     struct act act;
 *     act_begin(&act, tx, who, "household.edit", household_no);
 *     … db_insert, act_update, db_delete, bulk_… + bulk_flush …
 *     return act_end(&act, detail, e);                                                        */
#ifndef ACCESS_AUDIT_H
#define ACCESS_AUDIT_H

#include "access/actor.h"

struct audit {
    int64_t county, seq;
    struct instant at;
    int64_t user_id;
    struct str login, source, action, object, detail, touched;
    struct bytes mac;
};
struct audit_head {
    int64_t county, seq;
    struct bytes mac; /* the tip of the last row: audit_tip */
};
struct field_change {
    int64_t county, seq, no;
    struct str table_name;
    int64_t row_id;
    struct str field, before, after; /* as stored; sealed values as hex of what is sealed */
};
extern const struct entity audit_entity, audit_head_entity, field_change_entity;

enum { ACT_COUNTIES_MAX = 4096 };

/* Where the act stands in the chain of one county. */
struct act_chain {
    int64_t county;
    struct audit_head head; /* as it was; seq 0: the chain begins here */
    int64_t changes;        /* field_change rows so far */
};
struct act {
    struct tx *tx;
    const struct actor *who;
    struct instant at;
    const char *action;
    struct str object;
    struct act_chain *chains;
    size_t n, cap;
    struct arena *a;
    struct bulk *changes; /* opened at the first one */
};

void act_begin(struct act *act, struct tx *tx, const struct actor *who, const char *action, struct str object,
               struct arena *a);
/* db_update, with one field_change row per column that differs. */
bool act_update(struct act *act, const struct entity *en, const void *old, const void *new, struct errs *e);
/* A column's value as field_change keeps it; unknown for an unknown one. */
struct str act_value_text(const struct act *act, const struct col *c, const void *obj, struct arena *a);
/* Write the audit row of every county touched since act_begin; none if nothing was.  detail: JSON or NULL. */
bool act_end(struct act *act, const char *detail, struct errs *e);
/* A row about something that changes no table: who looked at what, and why. */
bool act_log(struct act *act, int64_t county, const char *detail, struct errs *e);
void act_release(struct act *act); /* for CLEANUP; also after a failure */

/* The MAC of a row behind the one whose tip is `before` (the first row of a chain: no bytes). */
void audit_mac(const struct seal *s, const struct audit *row, struct bytes before, uint8_t out[MAC_SIZE]);
/* Of a row's MAC, what the head keeps and the next row continues.  No other place holds it, so that nobody
 * without the key can cut a chain off and set its head back. */
void audit_tip(const struct seal *s, struct bytes mac, uint8_t out[MAC_SIZE]);
/* touched: "table:rows:sum table:rows:sum …"; false at the end or when it is damaged (*rest kept). */
struct audit_touch {
    struct str table;
    int64_t rows;
    struct rowsum sum;
};
bool audit_next_touch(struct str *rest, struct audit_touch *t);

#endif
