#include "casework/inbox.h"

#include "casework/case_parts.h"
#include "casework/step.h"
#include "registry/scope.h"

enum { CHUNK = 500, GROUPS_MAX = 20000 };

/* Does it wait for the actor?  *step: at which step. */
static bool waits(struct casework *w, const struct relief_case *c, const struct programme_step **step,
                  bool *does, struct errs *e)
{
    struct errs quiet = { .a = e->a, .lang = e->lang };
    *step = NULL;
    *does = false;
    if (c->state.v != CASE_IN_STEPS) {
        *does = (c->state.v == CASE_DRAFT || c->state.v == CASE_RETURNED) &&
                actor_may(w->who, PERM_CASE_ENTER, c->village);
        return true;
    }
    const struct case_known *k = case_programme(w, c->programme, c->version, e);
    if (!k)
        return false;
    *step = case_step(k, c->step);
    /* What hangs waits for its days to pass. */
    if (!*step || ((*step)->kind == STEP_NOTICE && c->notice_no.set))
        return true;
    *does = case_may_step(w, c, *step, &quiet);
    return true;
}

/* --- counts ----------------------------------------------------------------------------------- */

struct group {
    struct relief_case c; /* as much as says where it waits */
    struct date since;
    int64_t cases;
};

static bool read_groups(struct casework *w, const struct scope *s, struct group *g, size_t *n, struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    *n = 0;
    if (!db_query(
            w->tx, &r,
            SQL(STMT_KEY,
                "SELECT x.programme, x.version, x.state, x.step, x.village, x.noticed, x.since, count(*) "
                "FROM (SELECT c.programme, c.version, c.state, c.step, c.village, CASE WHEN c.notice_no "
                "IS NULL THEN 0 ELSE 1 END AS noticed, (SELECT max(v.happened_on) FROM case_event v "
                "WHERE v.county = $1 AND v.case_id = c.id) AS since FROM relief_case c WHERE c.county = "
                "$1 AND c.village BETWEEN $2 AND $3 AND c.state IN (1, 2, 3)) x GROUP BY x.programme, "
                "x.version, x.state, x.step, x.village, x.noticed, x.since ORDER BY x.programme, "
                "x.version, x.state, x.step, x.village, x.noticed, x.since LIMIT $4"),
            e, V(s->county), V(s->first), V(s->last), V((int64_t)GROUPS_MAX)))
        return false;
    while ((f = rows_next(&r, e)) == FOUND)
        g[(*n)++] = (struct group){ .c = { .county = s->county,
                                           .programme = arena_str(e->a, rows_text(&r, 0)),
                                           .version = rows_int(&r, 1),
                                           .state = { (int32_t)rows_int(&r, 2), true },
                                           .step = arena_str(e->a, rows_text(&r, 3)),
                                           .village = { rows_int(&r, 4) },
                                           .notice_no = { 1, rows_int(&r, 5) != 0 } },
                                    .since = { (int32_t)rows_int(&r, 6) },
                                    .cases = rows_int(&r, 7) };
    return f != FAILED;
}

static bool same_place(const struct case_waiting *x, const struct relief_case *c)
{
    return str_eq(x->programme, c->programme) && x->version == c->version && x->state.v == c->state.v &&
           str_eq(x->step, c->step);
}

static bool count(struct casework *w, const struct group *g, struct case_waiting *all, size_t *n,
                  struct errs *e)
{
    const struct programme_step *step;
    bool mine;
    size_t i = 0;
    if (!waits(w, &g->c, &step, &mine, e) || !mine)
        return !errs_any(e);
    while (i < *n && !same_place(&all[i], &g->c))
        i++;
    if (i == *n) {
        if (*n == CASE_WAITING_MAX)
            return true;
        all[(*n)++] = (struct case_waiting){ .programme = g->c.programme,
                                             .version = g->c.version,
                                             .state = g->c.state,
                                             .step = g->c.step,
                                             .label = step ? step_label(step, e->lang) : (struct str){ 0 },
                                             .since = g->since };
    }
    struct case_waiting *x = &all[i];
    x->cases += g->cases;
    x->since.day = g->since.day < x->since.day ? g->since.day : x->since.day;
    if (step && step->days_max.set && w->today.day - g->since.day > step->days_max.v)
        x->late += g->cases;
    return true;
}

static bool count_scope(struct casework *w, const struct scope *s, struct case_waiting *all, size_t *n,
                        struct errs *e)
{
    struct group *g = NEW_ARRAY(e->a, struct group, GROUPS_MAX);
    size_t groups;
    if (!read_groups(w, s, g, &groups, e))
        return false;
    for (size_t i = 0; i < groups; i++)
        if (!count(w, &g[i], all, n, e))
            return false;
    return true;
}

bool case_inbox(struct casework *w, struct region_code within, struct case_waiting **out, size_t *n,
                struct errs *e)
{
    struct scopes scopes;
    *out = NEW_ARRAY(e->a, struct case_waiting, CASE_WAITING_MAX);
    *n = 0;
    if (!scopes_of(w->tx, w->who, PERM_CASE_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n; i++)
        if (!count_scope(w, &scopes.list[i], *out, n, e))
            return false;
    return true;
}

bool case_waits_since(struct casework *w, const struct relief_case *c, struct date *since, bool *late,
                      struct errs *e)
{
    int64_t day;
    const struct case_known *k = case_programme(w, c->programme, c->version, e);
    if (!k || !db_int(w->tx,
                      SQL(STMT_KEY, "SELECT max(v.happened_on) FROM case_event v WHERE v.county = $1 AND "
                                    "v.case_id = $2"),
                      &day, e, V(c->county), V(c->id)))
        return false;
    const struct programme_step *s = c->state.v == CASE_IN_STEPS && c->step.p ? case_step(k, c->step) : NULL;
    *since = (struct date){ (int32_t)day };
    *late = s && s->days_max.set && w->today.day - day > s->days_max.v;
    return true;
}

/* --- pages ------------------------------------------------------------------------------------ */

#define WANTED                                                                                     \
    "SELECT {*} FROM relief_case WHERE county = $1 AND village BETWEEN $2 AND $3 AND (CAST($4 AS " \
    "text) IS NULL OR programme = $4) AND ($5 = 0 OR state = $5) AND (CAST($6 AS text) IS NULL "   \
    "OR step = $6) AND ($7 = 0 OR exception = 1) AND ($8 = 0 OR period_no = $8) AND (CAST($9 AS "  \
    "text) IS NULL OR hh_no = $9 OR number = $9 OR applicant_name BETWEEN $9 AND $10) AND "        \
    "(CAST($11 AS text) IS NULL OR applied_by = $11) AND ($12 = 0 OR EXISTS (SELECT 1 FROM "       \
    "case_event v WHERE v.county = $1 AND v.case_id = relief_case.id AND v.user_id = $12 AND "     \
    "v.action > 2)) AND state <= $13 AND "

static bool read_chunk(struct casework *w, const struct case_page *q, const struct scope *s, int64_t after,
                       size_t limit, struct list *out, struct errs *e)
{
    bool mine = q->box == BOX_MINE, done = q->box == BOX_DONE;
    struct val words = q->words.p ? V(q->words) : val_null();
    struct val end =
        q->words.p ? V(arena_printf(e->a, "%.*s\xf4\x8f\xbf\xbf", (int)q->words.n, q->words.p)) : val_null();
    struct val login = mine ? V(w->who->login) : val_null();
    const struct stmt *ask =
        q->newest ? SQL_OF(STMT_KEY, &relief_case_entity, WANTED "no < $14 ORDER BY no DESC LIMIT $15")
                  : SQL_OF(STMT_KEY, &relief_case_entity, WANTED "no > $14 ORDER BY no LIMIT $15");
    return db_list(w->tx, ask, out, e->a, e, V(s->county), V(s->first), V(s->last), V(q->programme),
                   V(q->state), V(q->step), V((int64_t)q->exceptions), V(q->period), words, end, login,
                   V(done ? w->who->user_id : (int64_t)0),
                   V(q->box == BOX_TODO ? (int64_t)CASE_RETURNED : (int64_t)CASE_STATES), V(after), V(limit));
}

bool case_page(struct casework *w, const struct case_page *q, const struct scope *s, int64_t after,
               size_t max, struct list *out, struct errs *e)
{
    *out = (struct list){ 0 };
    for (;;) {
        struct list chunk;
        size_t want = q->box == BOX_TODO ? CHUNK : max - out->n;
        if (!read_chunk(w, q, s, after, want, &chunk, e))
            return false;
        const struct relief_case *row = chunk.rows;
        struct relief_case *kept = NEW_ARRAY(e->a, struct relief_case, chunk.n + 1);
        struct list mine = { kept, 0 };
        for (size_t i = 0; i < chunk.n && out->n + mine.n < max; i++) {
            const struct programme_step *step;
            bool does = true;
            struct date since;
            if ((q->box == BOX_TODO && !waits(w, &row[i], &step, &does, e)) ||
                (does && q->late && !case_waits_since(w, &row[i], &since, &does, e)))
                return false;
            if (does)
                kept[mine.n++] = row[i];
        }
        list_append(out, &mine, sizeof(struct relief_case), e->a);
        if (chunk.n < want || out->n == max)
            return true;
        after = row[chunk.n - 1].no;
    }
}
