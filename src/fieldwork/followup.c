#include "fieldwork/followup.h"

#include "base/value.h"
#include "fund/guarantor.h"

// clang-format off
#define FEN_MAX 100000000000000
#define KEYS(s)                                                                            \
    COL(s, county, "县代码", "County", .flags = PKEY | SERVER | REQUIRED),                 \
    COL(s, id, "内部编号", "Id", .flags = PKEY | SERVER | REQUIRED),                       \
    COL(s, contract_id, "合同", "Contract", .flags = SERVER | REQUIRED),                   \
    COL(s, household_id, "户", "Household", .flags = SERVER | REQUIRED)
#define RECORDED(s)                                                                        \
    COL(s, recorded_on, "登记日期", "Recorded on", .flags = SERVER | REQUIRED),            \
    COL(s, recorded_by, "登记人", "Recorded by", .flags = SERVER | REQUIRED)
static const struct col effect_survey_cols[] = {
    KEYS(effect_survey),
    COL(effect_survey, surveyed_on,    "调查日期",     "Surveyed on",   .flags = REQUIRED),
    COL(effect_survey, income_before,  "帮扶前人均纯收入", "Income per head before", .min = -FEN_MAX, .max = FEN_MAX),
    COL(effect_survey, income_after,   "帮扶后人均纯收入", "Income per head after",  .min = -FEN_MAX, .max = FEN_MAX),
    COL(effect_survey, out_of_poverty, "是否脱贫",     "Out of poverty"),
    COL(effect_survey, assessor,       "评估人",       "Assessor",      .flags = REQUIRED, .max = 60),
    COL(effect_survey, note,           "说明",         "Note",          .max = 1000),
    RECORDED(effect_survey),
};
static const struct col money_use_cols[] = {
    KEYS(money_use),
    COL(money_use, found_on,  "查看日期", "Found on",       .flags = REQUIRED),
    COL(money_use, planned,   "约定用途", "Agreed use",     .flags = SERVER, .max = 200),
    COL(money_use, found,     "实际用途", "Use found",      .flags = REQUIRED, .max = 200),
    COL(money_use, amount,    "改变用途的金额", "Used otherwise", .min = 1, .max = FEN_MAX),
    COL(money_use, misused,   "是否改变用途", "Misused",    .flags = REQUIRED),
    COL(money_use, finder,    "查看人",   "Found by",       .flags = REQUIRED, .max = 60),
    COL(money_use, relief_id, "提前收回", "Recall",         .flags = SERVER),
    COL(money_use, note,      "说明",     "Note",           .max = 1000),
    RECORDED(money_use),
};
static const struct col guarantee_release_cols[] = {
    COL(guarantee_release, county,       "县代码", "County",      .flags = PKEY | SERVER | REQUIRED),
    COL(guarantee_release, guarantee_id, "担保",   "Guarantee",   .flags = PKEY | SERVER | REQUIRED),
    COL(guarantee_release, contract_id,  "合同",   "Contract",    .flags = SERVER | REQUIRED),
    COL(guarantee_release, released_on,  "解除日期", "Released on", .flags = REQUIRED),
    COL(guarantee_release, document,     "文号",   "Document number", .max = 60),
    RECORDED(guarantee_release),
};
// clang-format on
const struct entity effect_survey_entity =
    ENTITY(effect_survey, TABLE_COUNTY, "救助效果调查", "Effect survey", effect_survey_cols);
const struct entity money_use_entity =
    ENTITY(money_use, TABLE_COUNTY, "资金使用", "Use of the money", money_use_cols);
const struct entity guarantee_release_entity =
    ENTITY(guarantee_release, TABLE_COUNTY, "解除担保", "Release of a guarantee", guarantee_release_cols);

/* --- visits --------------------------------------------------------------------------------- */

/* Short notes are alike by chance. */
enum { ALIKE_CHARS = 10 };

static bool same_words(struct tx *tx, const struct visit *v, struct visit_copy *out, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!v->note.p || str_chars(v->note) < ALIKE_CHARS)
        return true;
    if (!db_query(tx, &r,
                  SQL(STMT_KEY,
                      "SELECT h.hh_no, h.village, v.visited_on FROM visit v JOIN household h ON h.county = "
                      "$1 AND h.id = v.household_id WHERE v.county = $1 AND v.note = $2 AND v.household_id "
                      "<> $3 AND v.visited_on <= $4 ORDER BY v.visited_on, v.id LIMIT 1"),
                  e, V(v->county), V(v->note), V(v->household_id), V(v->visited_on.v)))
        return false;
    enum found f = rows_next(&r, e);
    if (f == FOUND)
        *out = (struct visit_copy){
            true, arena_str(e->a, rows_text(&r, 0)), { rows_int(&r, 1) }, { (int32_t)rows_int(&r, 2) }
        };
    return f != FAILED;
}

static bool its_loan(struct tx *tx, const struct household *h, struct opt_int *contract, struct errs *e)
{
    int64_t n, id;
    if (!db_int(tx,
                SQL(STMT_KEY,
                    "SELECT count(*) FROM contract c JOIN fund_account a ON a.county = $1 AND a.fund_id = "
                    "c.fund_id AND a.kind = 1101 AND a.part = c.id JOIN account_balance b ON b.county = $1 "
                    "AND b.account_id = a.id WHERE c.county = $1 AND c.household_id = $2 AND b.amount > 0"),
                &n, e, V(h->county), V(h->id)) ||
        !db_int(tx,
                SQL(STMT_KEY,
                    "SELECT min(c.id) FROM contract c JOIN fund_account a ON a.county = $1 AND a.fund_id = "
                    "c.fund_id AND a.kind = 1101 AND a.part = c.id JOIN account_balance b ON b.county = $1 "
                    "AND b.account_id = a.id WHERE c.county = $1 AND c.household_id = $2 AND b.amount > 0"),
                &id, e, V(h->county), V(h->id)))
        return false;
    *contract = (struct opt_int){ id, n == 1 };
    return true;
}

bool visit_add(struct lending *l, const struct household *h, struct visit *v, struct visit_copy *copied,
               struct errs *e)
{
    int64_t there;
    *copied = (struct visit_copy){ 0 };
    if (v->visited_on.v.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    v->county = h->county;
    v->household_id = h->id;
    v->recorded_on = l->today;
    v->recorded_by = l->act->who->login;
    if (!db_int(l->act->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM visit WHERE county = $1 AND household_id = $2 AND "
                              "visited_on = $3 AND visitor = $4"),
                &there, e, V(v->county), V(v->household_id), V(v->visited_on.v), V(v->visitor)))
        return false;
    if (there)
        return fail(e, ERR_CONFLICT, "household", MSG_VISIT_TWICE, A(v->visitor), A(h->hh_no),
                    A(v->visited_on.v));
    if (!v->contract_id.set && !its_loan(l->act->tx, h, &v->contract_id, e))
        return false;
    return same_words(l->act->tx, v, copied, e) && db_id(l->act->tx, &v->id, e) &&
           db_insert(l->act->tx, &visit_entity, v, e);
}

#define VISITS                                                                                              \
    "SELECT {*}, hh_no, head_name, CASE WHEN first_household <> household_id THEN 1 ELSE 0 END, (SELECT "   \
    "count(*) FROM document d WHERE d.county = $1 AND d.owner = 'visit' AND d.owner_id = visit.id) FROM "   \
    "visit JOIN (SELECT h.id AS hh_id, h.hh_no, h.head_name, h.village FROM household h WHERE h.county = "  \
    "$1) x ON x.hh_id = visit.household_id LEFT JOIN (SELECT y.note AS first_note, y.household_id AS "      \
    "first_household FROM (SELECT note, household_id, row_number() OVER (PARTITION BY note ORDER BY "       \
    "visited_on, id) AS place FROM visit WHERE county = $1 AND length(note) >= 10) y WHERE y.place = 1) z " \
    "ON z.first_note = visit.note WHERE visit.county = $1 AND village BETWEEN $2 AND $3 AND (CAST($4 AS "   \
    "bigint) = 0 OR household_id = $4) AND visited_on BETWEEN $5 AND $6 AND (CAST($7 AS bigint) = 0 OR "    \
    "kind = $7) AND (CAST($8 AS bigint) = 0 OR first_household <> household_id) AND (visited_on, id) "

bool visit_list(struct tx *tx, const struct scope *s, const struct visit_question *q, struct visit_row *out,
                size_t *n, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    const int cols = (int)visit_entity.n;
    const struct stmt *ask =
        q->down ? SQL_OF(STMT_KEY, &visit_entity,
                         VISITS "< (CAST($9 AS bigint), $10) ORDER BY visited_on DESC, id DESC LIMIT $11")
                : SQL_OF(STMT_KEY, &visit_entity,
                         VISITS "> (CAST($9 AS bigint), $10) ORDER BY visited_on, id LIMIT $11");
    enum found f;
    if (!db_query(tx, &r, ask, e, V(s->county), V(s->first), V(s->last), V(q->household_id),
                  V(q->from.set ? q->from.v.day : (int32_t)0), V(q->to.set ? q->to.v.day : INT32_MAX),
                  V((int64_t)q->kind.v), V((int64_t)q->copied), V(q->day), V(q->id), V(q->limit - *n)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct visit_row *x = &out[(*n)++];
        if (!rows_obj(&r, 0, &x->visit, e->a, e))
            return false;
        x->hh_no = arena_str(e->a, rows_text(&r, cols));
        x->head_name = arena_str(e->a, rows_text(&r, cols + 1));
        x->copied = rows_int(&r, cols + 2) != 0;
        x->photos = rows_int(&r, cols + 3);
    }
    return f == NONE;
}

/* --- effect and use ------------------------------------------------------------------------- */

static bool is_lent(const struct contract *c, struct errs *e)
{
    return (c->paid_out_on.set && c->household_id.set && !c->void_on.set) ||
           fail(e, ERR_CONFLICT, "number", MSG_REPAY_NOT_PAID, A(c->number));
}

bool effect_add(struct lending *l, const struct contract *c, struct effect_survey *x, struct errs *e)
{
    int64_t there;
    if (!is_lent(c, e))
        return false;
    if (x->surveyed_on.v.day > l->today.day || x->surveyed_on.v.day < c->paid_out_on.v.day)
        return fail(e, ERR_INVALID, "date", MSG_REPAY_DATES);
    if (!x->income_before.set && !x->income_after.set && x->out_of_poverty == UNKNOWN)
        return fail(e, ERR_INVALID, "out", MSG_EFFECT_NOTHING);
    if (!db_int(l->act->tx,
                SQL(STMT_KEY, "SELECT count(*) FROM effect_survey WHERE county = $1 AND contract_id = $2 AND "
                              "surveyed_on = $3"),
                &there, e, V(c->county), V(c->id), V(x->surveyed_on.v)))
        return false;
    if (there)
        return fail(e, ERR_CONFLICT, "date", MSG_EFFECT_TWICE, A(c->number), A(x->surveyed_on.v));
    x->county = c->county;
    x->contract_id = c->id;
    x->household_id = c->household_id.v;
    x->recorded_on = l->today;
    x->recorded_by = l->act->who->login;
    return db_id(l->act->tx, &x->id, e) && db_insert(l->act->tx, &effect_survey_entity, x, e);
}

static bool can_recall(struct lending *l, const struct contract *c, struct date by, bool *can, struct errs *e)
{
    struct loan_standing s;
    struct list all;
    if (!loan_standing(l->act->tx, c, l->today, &s, e) || !relief_list(l->act->tx, c, &all, e))
        return false;
    *can = s.outstanding.fen > 0 && by.day >= l->today.day && by.day < c->ends_on.v.day;
    for (size_t i = 0; i < all.n; i++)
        *can = *can && ((const struct loan_relief *)all.rows)[i].state.v != RELIEF_OPEN;
    return true;
}

bool money_use_add(struct lending *l, const struct contract *c, struct money_use *x, struct date recall_by,
                   struct loan_relief *recall, struct errs *e)
{
    bool can = false;
    *recall = (struct loan_relief){ 0 };
    if (!is_lent(c, e))
        return false;
    if (x->found_on.v.day > l->today.day || x->found_on.v.day < c->paid_out_on.v.day)
        return fail(e, ERR_INVALID, "date", MSG_REPAY_DATES);
    if (x->misused == YES && !can_recall(l, c, recall_by, &can, e))
        return false;
    if (can) {
        *recall = (struct loan_relief){ .kind = { RELIEF_RECALL, true },
                                        .counts_from = { recall_by, true },
                                        .reason = str_of(say(e->a, ZH, MSG_USE_RECALL_REASON)) };
        if (!relief_propose(l, c, recall, e))
            return false;
    }
    x->county = c->county;
    x->contract_id = c->id;
    x->household_id = c->household_id.v;
    x->planned = c->project;
    x->relief_id = (struct opt_int){ recall->id, can };
    x->recorded_on = l->today;
    x->recorded_by = l->act->who->login;
    return db_id(l->act->tx, &x->id, e) && db_insert(l->act->tx, &money_use_entity, x, e);
}

/* --- contacts ------------------------------------------------------------------------------- */

void contact_rules(const struct fund_rules *r, struct contact_question *q)
{
    const struct programme_guarantee *g = &r->programme->loan.guarantee;
    q->money_back = !g->release.n;
    q->out_of_poverty = false;
    for (size_t i = 0; i < g->release.n; i++) {
        q->money_back = q->money_back || g->release.p[i] == RELEASE_MONEY_BACK;
        q->out_of_poverty = q->out_of_poverty || g->release.p[i] == RELEASE_OUT_OF_POVERTY;
    }
}

/* What is owed, and what was written off and did not come back. */
#define OWED                                                                                                 \
    "coalesce((SELECT b.amount FROM fund_account a JOIN account_balance b ON b.county = $1 AND "             \
    "b.account_id = a.id WHERE a.county = $1 AND a.fund_id = c.fund_id AND a.kind = 1101 AND a.part = "      \
    "c.id), 0) + coalesce((SELECT CAST(sum(CASE l.kind WHEN 3 THEN l.amount ELSE -l.amount END) AS "         \
    "bigint) FROM loan_relief l WHERE l.county = $1 AND l.contract_id = c.id AND l.state = 2 AND l.kind IN " \
    "(3, 4)), 0)"

static void read_contact(struct rows *r, const struct contact_question *q, struct contact_row *x,
                         struct arena *a)
{
    *x = (struct contact_row){
        .guarantee = { .id = rows_int(r, 0),
                       .name = arena_str(a, rows_text(r, 1)),
                       .kind = { (int32_t)rows_int(r, 2), true } },
        .number = arena_str(a, rows_text(r, 3)),
        .hh_no = arena_str(a, rows_text(r, 4)),
        .head_name = arena_str(a, rows_text(r, 5)),
        .village = { rows_int(r, 6) },
        .owed = { rows_int(r, 8) },
        .released_on = { { (int32_t)rows_int(r, 9) }, rows_val(r, 9).kind == V_INT },
        .last_visit = { { (int32_t)rows_int(r, 10) }, rows_val(r, 10).kind == V_INT },
    };
    x->money_back = x->owed.fen <= 0;
    x->out_of_poverty = rows_val(r, 7).kind == V_INT && rows_int(r, 7) == STATE_EXITED;
    bool bound = (q->money_back && !x->money_back) || (q->out_of_poverty && !x->out_of_poverty);
    x->state = x->released_on.set ? CONTACT_RELEASED : bound ? CONTACT_BOUND : CONTACT_FREE;
}

#define CONTACTS                                                                                         \
    "SELECT g.id, g.name, g.kind, c.number, h.hh_no, h.head_name, h.village, h.state, " OWED             \
    ", (SELECT x.released_on FROM guarantee_release x WHERE x.county = $1 AND x.guarantee_id = g.id), "  \
    "(SELECT max(v.visited_on) FROM visit v WHERE v.county = $1 AND v.household_id = c.household_id "    \
    "AND coalesce(v.by_phone, 0) <> 1 AND v.visitor LIKE '%' || g.name || '%') FROM guarantee g JOIN "   \
    "contract c ON c.county = $1 AND c.id = g.contract_id JOIN household h ON h.county = $1 AND h.id = " \
    "c.household_id WHERE g.county = $1 AND c.programme = $4 AND c.layer = 2 AND c.paid_out_on IS NOT "  \
    "NULL AND c.void_on IS NULL AND h.village BETWEEN $2 AND $3 AND (c.number, g.id) "

bool contact_list(struct tx *tx, const struct scope *s, const struct contact_question *q,
                  struct contact_row *out, size_t *n, struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    const struct stmt *ask = q->down ? SQL(STMT_KEY, CONTACTS "< ($5, $6) ORDER BY c.number DESC, g.id DESC")
                                     : SQL(STMT_KEY, CONTACTS "> ($5, $6) ORDER BY c.number, g.id");
    if (!db_query(tx, &r, ask, e, V(s->county), V(s->first), V(s->last), V(q->programme),
                  V(q->after.p ? q->after : STR("")), V(q->after_id)))
        return false;
    while (*n < q->limit && rows_next(&r, e) == FOUND) {
        struct contact_row x;
        read_contact(&r, q, &x, e->a);
        bool visited =
            q->unvisited_since.set && x.last_visit.set && x.last_visit.v.day >= q->unvisited_since.v.day;
        if (!visited && (!q->bound || x.state == CONTACT_BOUND))
            out[(*n)++] = x;
    }
    return !errs_any(e);
}

static bool find_contact(struct lending *l, const struct contract *c, struct str name, int64_t *id,
                         struct errs *e)
{
    struct list list;
    const struct guarantee *of = NULL;
    if (!contract_guarantees(l->act->tx, c, &list, e))
        return false;
    const struct guarantee *g = list.rows;
    for (size_t i = 0; i < list.n; i++)
        if (name.p ? str_eq(g[i].name, name) : list.n == 1)
            of = &g[i];
    if (!of)
        return fail(e, ERR_NOT_FOUND, "name", MSG_CONTACT_NONE, A(c->number));
    *id = of->id;
    return true;
}

static bool may_release(struct lending *l, const struct contract *c, struct errs *e)
{
    struct fund_rules r;
    struct contact_question q = { 0 };
    struct loan_standing s;
    struct household h;
    if (!fund_rules_of(l->act->tx, c, l->codes, &r, e) || !loan_standing(l->act->tx, c, l->today, &s, e) ||
        db_get(l->act->tx, &household_entity, &h, e, V(c->county), V(c->household_id.v)) != FOUND)
        return false;
    contact_rules(&r, &q);
    if (q.money_back && s.outstanding.fen > 0)
        fail(e, ERR_CONFLICT, "money_back", MSG_CONTACT_OWED, A(c->number), A(s.outstanding));
    if (q.money_back && s.written_off.fen > s.recovered.fen)
        fail(e, ERR_CONFLICT, "money_back", MSG_CONTACT_WRITTEN_OFF, A(c->number),
             A((struct money){ s.written_off.fen - s.recovered.fen }));
    if (q.out_of_poverty && (!h.state.set || h.state.v != STATE_EXITED))
        fail(e, ERR_CONFLICT, "out_of_poverty", MSG_CONTACT_POOR, A(h.hh_no));
    return !errs_any(e);
}

bool contact_release(struct lending *l, const struct contract *c, struct str name,
                     struct guarantee_release *x, struct errs *e)
{
    struct guarantee_release before;
    if (!is_lent(c, e) || !find_contact(l, c, name, &x->guarantee_id, e))
        return false;
    enum found f =
        db_get(l->act->tx, &guarantee_release_entity, &before, e, V(c->county), V(x->guarantee_id));
    if (f != NONE)
        return f == FOUND && fail(e, ERR_CONFLICT, "name", MSG_CONTACT_RELEASED, A(before.released_on.v));
    if (x->released_on.v.day > l->today.day)
        return fail(e, ERR_INVALID, "date", MSG_HISTORY_FUTURE);
    if (!may_release(l, c, e))
        return false;
    x->county = c->county;
    x->contract_id = c->id;
    x->recorded_on = l->today;
    x->recorded_by = l->act->who->login;
    return db_insert(l->act->tx, &guarantee_release_entity, x, e);
}
