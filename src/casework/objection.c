#include "casework/objection.h"

#include "access/site.h"
#include "base/value.h"
#include "casework/notice_parts.h"
#include "registry/scope.h"

#include <assert.h>

// clang-format off
static const struct col objection_cols[] = {
    COL(objection, county,      "县代码",       "County",      .flags = PKEY | SERVER | REQUIRED),
    COL(objection, id,          "内部编号",     "Id",          .flags = PKEY | SERVER | REQUIRED),
    COL(objection, no,          "异议号",       "Number",      .flags = SERVER | REQUIRED | NATURAL),
    COL(objection, notice_id,   "公示内部编号", "Notice id",   .flags = SERVER | REQUIRED),
    COL(objection, row_no,      "公示序号",     "Row",         .flags = REQUIRED),
    COL(objection, anonymous,   "匿名",         "Anonymous"),
    COL(objection, objector,    "异议人",       "Objector",    .max = 60, .mask = MASK_HIDE),
    COL(objection, content,     "异议内容",     "Objection",   .flags = REQUIRED, .max = 1000, .mask = MASK_HIDE),
    COL(objection, made_on,     "提出日期",     "Made on",     .flags = REQUIRED),
    COL(objection, received_on, "登记日期",     "Received on", .flags = SERVER | REQUIRED),
    COL(objection, received_by, "登记人",       "Received by", .flags = SERVER | REQUIRED, .max = 40),
    COL(objection, state,       "状态",         "State",       .flags = SERVER | REQUIRED, .codes = "objection_state"),
    COL(objection, handled_on,  "处理日期",     "Handled on",  .flags = SERVER),
    COL(objection, handled_by,  "处理人",       "Handled by",  .flags = SERVER, .max = 40),
    COL(objection, reason,      "答复或理由",   "Answer or reason", .flags = SERVER, .max = 1000),
    COL(objection, result,      "结论",         "Result",      .flags = SERVER, .codes = "notice_objection"),
    COL(objection, replied_on,  "答复日期",     "Replied on",  .flags = SERVER),
};
// clang-format on
const struct entity objection_entity =
    ENTITY(objection, TABLE_COUNTY, "公示异议", "Objection", objection_cols);

/* --- making and handling ------------------------------------------------------------------ */

static bool check_text(const char *name, struct str s, struct errs *e)
{
    const struct col *c = entity_col(&objection_entity, name);
    return (str_trim(s).n && str_chars(s) <= (size_t)c->max) ||
           fail(e, ERR_INVALID, name, MSG_TEXT_LENGTH, A(&c->label), A(1), A(c->max));
}

static bool check_objection(const struct notice *n, const struct objection *o, struct date today,
                            struct errs *e)
{
    bool ok = check_text("content", o->content, e);
    if (n->state.v != NOTICE_POSTED && n->state.v != NOTICE_ENDED)
        return fail(e, ERR_CONFLICT, "no", MSG_OBJECTION_NOT_POSTED, A(n->no));
    if (o->row_no < 1 || o->row_no > n->rows_n)
        ok = fail(e, ERR_NOT_FOUND, "row", MSG_OBJECTION_ROW, A(n->no), A(n->rows_n));
    if (o->made_on.day > today.day)
        ok = fail(e, ERR_INVALID, "on", MSG_NOTICE_FUTURE);
    else if (o->made_on.day < n->posted_on.v.day || o->made_on.day > n->ends_on.day)
        ok = fail(e, ERR_CONFLICT, "on", MSG_OBJECTION_DAY, A(n->posted_on.v), A(n->ends_on));
    if (o->anonymous && str_trim(o->objector).n)
        ok = fail(e, ERR_INVALID, "objector", MSG_OBJECTION_ANONYMOUS);
    return (o->anonymous || check_text("objector", o->objector, e)) && ok;
}

bool objection_make(struct act *act, const struct notice *n, struct objection *o, struct date today,
                    struct errs *e)
{
    if (!notice_touches(act->who, PERM_REGISTRY_WRITE, n->region) &&
        !actor_need_at(act->who, PERM_REGISTRY_WRITE, n->region, e))
        return false;
    if (!check_objection(n, o, today, e))
        return false;
    if (o->anonymous)
        o->objector = (struct str){ 0 };
    o->county = n->county;
    o->notice_id = n->id;
    o->received_on = today;
    o->received_by = act->who->login;
    o->state = (struct code){ o->anonymous ? OBJECTION_WAITING : OBJECTION_OPEN, true };
    return counter_next(act->tx, n->county, "objection", &o->no, e) && db_id(act->tx, &o->id, e) &&
           db_insert(act->tx, &objection_entity, o, e);
}

/* Whoever decides about the notice decides about what is said against it. */
static bool may_handle(struct act *act, const struct objection *o, struct errs *e)
{
    struct notice n;
    enum found f = db_get(act->tx, &notice_entity, &n, e, V(o->county), V(o->notice_id));
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_OBJECTION_NONE, A(o->no));
    return actor_need_at(act->who, PERM_REGISTRY_WRITE, n.region, e);
}

static bool handle(struct act *act, struct objection *o, struct objection new, enum objection_state state,
                   struct date today, struct errs *e)
{
    new.state = (struct code){ (int32_t)state, true };
    new.handled_on = (struct opt_date){ today, true };
    new.handled_by = act->who->login;
    if (!act_update(act, &objection_entity, o, &new, e))
        return false;
    *o = new;
    return true;
}

/* Left alone for two days an anonymous one blocks by itself: from then on it can only be answered. */
static bool waits_still(const struct objection *o, struct date today)
{
    return o->state.v == OBJECTION_WAITING && today.day <= o->received_on.day + OBJECTION_WAIT_DAYS;
}

bool objection_admit(struct act *act, struct objection *o, struct date today, struct errs *e)
{
    if (!may_handle(act, o, e))
        return false;
    if (o->state.v != OBJECTION_WAITING)
        return fail(e, ERR_CONFLICT, "no", MSG_OBJECTION_NOT_WAITING, A(o->no));
    return handle(act, o, *o, OBJECTION_OPEN, today, e);
}

bool objection_dismiss(struct act *act, struct objection *o, struct str reason, struct date today,
                       struct errs *e)
{
    struct objection new = *o;
    if (!may_handle(act, o, e))
        return false;
    if (o->state.v != OBJECTION_WAITING)
        return fail(e, ERR_CONFLICT, "no", MSG_OBJECTION_NOT_WAITING, A(o->no));
    if (!waits_still(o, today))
        return fail(e, ERR_CONFLICT, "no", MSG_OBJECTION_TOO_LATE, A(o->no), A(OBJECTION_WAIT_DAYS));
    if (!check_text("reason", reason, e))
        return false;
    new.reason = str_trim(reason);
    return handle(act, o, new, OBJECTION_DISMISSED, today, e);
}

bool objection_answer(struct act *act, struct objection *o, enum objection_result result, struct str answer,
                      struct date replied_on, struct date today, struct errs *e)
{
    struct objection new = *o;
    if (!may_handle(act, o, e))
        return false;
    if (o->state.v != OBJECTION_WAITING && o->state.v != OBJECTION_OPEN)
        return fail(e, ERR_CONFLICT, "no", MSG_OBJECTION_CLOSED, A(o->no));
    if (replied_on.day > today.day || replied_on.day < o->made_on.day)
        return fail(e, ERR_INVALID, "on", MSG_SURVEY_DAY, A(o->made_on), A(today));
    if (!check_text("reason", answer, e))
        return false;
    new.reason = str_trim(answer);
    new.result = (struct code){ (int32_t)result, true };
    new.replied_on = (struct opt_date){ replied_on, true };
    return handle(act, o, new, OBJECTION_ANSWERED, today, e);
}

/* --- reading ------------------------------------------------------------------------------ */

enum found objection_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                           struct objection *o, struct errs *e)
{
    struct scopes scopes;
    struct objection x;
    struct notice n;
    size_t hits = 0;
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return FAILED;
    for (size_t i = 0; i < scopes.n; i++) {
        if (i && scopes.list[i].county == scopes.list[i - 1].county)
            continue;
        enum found f = db_find(
            tx,
            SQL_OF(STMT_KEY, &objection_entity, "SELECT {*} FROM objection WHERE county = $1 AND no = $2"),
            &x, e, V(scopes.list[i].county), V(no));
        if (f == FOUND)
            f = db_get(tx, &notice_entity, &n, e, V(x.county), V(x.notice_id));
        if (f == FAILED)
            return FAILED;
        if (f == FOUND && notice_touches(who, PERM_REGISTRY_READ, n.region)) {
            *o = x;
            hits++;
        }
    }
    if (hits > 1) {
        fail(e, ERR_CONFLICT, "no", MSG_NUMBER_SEVERAL, A(no));
        return FAILED;
    }
    return hits ? FOUND : NONE;
}

bool objection_list(struct tx *tx, const struct notice *n, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_KEY, &objection_entity,
                          "SELECT {*} FROM objection WHERE county = $1 AND notice_id = $2 ORDER BY no"),
                   out, e->a, e, V(n->county), V(n->id));
}

/* --- is a row clear? ---------------------------------------------------------------------- */

bool objection_blocks(const struct objection *o, struct date today)
{
    return o->state.v == OBJECTION_OPEN || (o->state.v == OBJECTION_WAITING && !waits_still(o, today));
}

static bool was_upheld(const struct objection *o)
{
    return o->state.v == OBJECTION_ANSWERED && (o->result.v == UPHELD || o->result.v == PARTLY_UPHELD);
}

static struct notice_answer answer_of(const struct notice *n, struct date today)
{
    struct notice_answer a = { .verdict = NOTICE_CLEAR, .notice_no = n->no };
    if (n->state.v == NOTICE_VOID)
        a.verdict = NOTICE_NEVER;
    else if (n->state.v == NOTICE_PREPARED)
        a.verdict = NOTICE_WAITS;
    else if (today.day <= n->ends_on.day) {
        a.verdict = NOTICE_RUNS;
        a.clear_on = (struct date){ n->ends_on.day + 1 };
    }
    return a;
}

/* What is said against a row outweighs that its days are not over: somebody has to do something. */
static void weigh(struct notice_answer *a, const struct objection *o, struct date today)
{
    if (a->verdict == NOTICE_NEVER || a->verdict == NOTICE_WAITS || a->verdict == NOTICE_OBJECTED)
        return;
    bool blocks = objection_blocks(o, today), upheld = was_upheld(o);
    if (upheld || (blocks && a->verdict != NOTICE_OPEN)) {
        a->verdict = upheld ? NOTICE_OBJECTED : NOTICE_OPEN;
        a->objection_no = o->no;
    }
}

bool notice_row_clear(struct tx *tx, const struct notice *n, int64_t row_no, struct date today,
                      struct notice_answer *out, struct errs *e)
{
    struct list all;
    struct notice_answer a = answer_of(n, today);
    if (row_no < 1 || row_no > n->rows_n)
        return fail(e, ERR_NOT_FOUND, "row", MSG_OBJECTION_ROW, A(n->no), A(n->rows_n));
    if (!db_list(tx,
                 SQL_OF(STMT_KEY, &objection_entity,
                        "SELECT {*} FROM objection WHERE county = $1 AND notice_id = $2 AND row_no = $3 "
                        "ORDER BY no"),
                 &all, e->a, e, V(n->county), V(n->id), V(row_no)))
        return false;
    const struct objection *o = all.rows;
    for (size_t i = 0; i < all.n; i++)
        weigh(&a, &o[i], today);
    *out = a;
    return true;
}

bool notice_case_clear(struct tx *tx, int64_t county, int64_t case_id, struct date today,
                       struct notice_answer *out, struct errs *e)
{
    struct notice_row row;
    struct notice n;
    enum found f = db_find(tx,
                           SQL_OF(STMT_KEY, &notice_row_entity,
                                  "SELECT {*} FROM notice_row WHERE county = $1 AND case_id = $2 AND "
                                  "notice_id = (SELECT max(n.id) FROM notice n JOIN notice_row x ON "
                                  "x.county = $1 AND x.notice_id = n.id WHERE n.county = $1 AND "
                                  "x.case_id = $2 AND n.kind = 1 AND n.state <> 4) ORDER BY no LIMIT 1"),
                           &row, e, V(county), V(case_id));
    if (f == NONE)
        *out = (struct notice_answer){ .verdict = NOTICE_NEVER };
    if (f != FOUND)
        return f == NONE;
    f = db_get(tx, &notice_entity, &n, e, V(county), V(row.notice_id));
    assert(f != NONE);
    return f == FOUND && notice_row_clear(tx, &n, row.no, today, out, e);
}

bool notice_rows_clear(struct tx *tx, const struct notice *n, struct date today,
                       struct notice_answer **answers, struct errs *e)
{
    struct list rows, all;
    if (!notice_rows(tx, n, &rows, e) || !objection_list(tx, n, &all, e))
        return false;
    struct notice_answer *a = NEW_ARRAY(e->a, struct notice_answer, (size_t)n->rows_n + 1);
    const struct objection *o = all.rows;
    bool intact = notice_is_intact(tx, n, &rows);
    for (int64_t i = 0; i < n->rows_n; i++) {
        a[i] = answer_of(n, today);
        if (!intact)
            a[i].verdict = NOTICE_CHANGED;
    }
    for (size_t i = 0; intact && i < all.n; i++)
        if (o[i].row_no >= 1 && o[i].row_no <= n->rows_n)
            weigh(&a[o[i].row_no - 1], &o[i], today);
    *answers = a;
    return true;
}

const char *notice_answer_text(const struct notice_answer *a, struct arena *arena, enum lang lang)
{
    switch (a->verdict) {
    case NOTICE_CLEAR: return say(arena, lang, MSG_CLEAR_YES, A(a->notice_no));
    case NOTICE_NEVER: return say(arena, lang, MSG_CLEAR_NEVER);
    case NOTICE_WAITS: return say(arena, lang, MSG_CLEAR_WAITS, A(a->notice_no));
    case NOTICE_RUNS: return say(arena, lang, MSG_CLEAR_RUNS, A(a->notice_no), A(a->clear_on));
    case NOTICE_OPEN: return say(arena, lang, MSG_CLEAR_OPEN, A(a->notice_no), A(a->objection_no));
    case NOTICE_OBJECTED: return say(arena, lang, MSG_CLEAR_OBJECTED, A(a->notice_no), A(a->objection_no));
    case NOTICE_CHANGED: return say(arena, lang, MSG_NOTICE_BROKEN, A(a->notice_no));
    }
    return "";
}
