/* notice_days.c - a notice is posted, taken down, ends, or becomes void. */
#include "access/site.h"
#include "base/value.h"
#include "casework/document.h"
#include "casework/notice_parts.h"

static bool in_state(const struct notice *n, enum notice_state want, struct errs *e)
{
    static const enum msg is[] = { [NOTICE_PREPARED] = MSG_NOTICE_IS_PREPARED,
                                   [NOTICE_POSTED] = MSG_NOTICE_IS_POSTED,
                                   [NOTICE_ENDED] = MSG_NOTICE_IS_ENDED,
                                   [NOTICE_VOID] = MSG_NOTICE_IS_VOID };
    return n->state.v == (int32_t)want || fail(e, ERR_CONFLICT, "no", is[n->state.v & 7], A(n->no));
}

static bool change(struct act *act, struct notice *n, const struct notice *new, struct errs *e)
{
    if (!act_update(act, &notice_entity, n, new, e))
        return false;
    *n = *new;
    return true;
}

bool notice_redate(struct act *act, struct notice *n, struct date starts_on, struct date today,
                   struct errs *e)
{
    struct calendar c;
    struct list rows, channels;
    struct notice new = *n;
    int64_t posted = 0;
    int year;
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, n->region, e) || !in_state(n, NOTICE_PREPARED, e) ||
        !calendar_read(act->tx, &c, e->a, e) || !notice_rows(act->tx, n, &rows, e) ||
        !notice_channels(act->tx, n, &channels, e))
        return false;
    const struct notice_channel *x = channels.rows;
    for (size_t i = 0; i < channels.n; i++)
        posted += x[i].posted_on.set;
    if (posted)
        return fail(e, ERR_CONFLICT, "starts_on", MSG_NOTICE_HANGS, A(n->no));
    if (starts_on.day < today.day || starts_on.day > today.day + NOTICE_DAYS_MAX)
        return fail(e, ERR_INVALID, "starts_on", MSG_NOTICE_START, A(today));
    if (!notice_is_intact(act->tx, n, &rows))
        return fail(e, ERR_CONFLICT, "no", MSG_NOTICE_BROKEN, A(n->no));
    new.starts_on = starts_on;
    new.ends_on = calendar_last(&c, starts_on, n->days, (enum day_unit)n->day_unit.v);
    if (n->day_unit.v == WORKING_DAYS && !calendar_knows_all(&c, new.starts_on, new.ends_on, &year))
        warn(e, "ends_on", MSG_NOTICE_HOLIDAYS, A(year));
    uint8_t *mac = arena_alloc(e->a, MAC_SIZE);
    new.mac = (struct bytes){ mac, MAC_SIZE };
    return notice_mac(act->tx, &new, &rows, &channels, mac) && change(act, n, &new, e);
}

/* A photo that lies in the same county. */
static bool proof_is_there(struct act *act, const struct notice *n, int64_t document, struct errs *e)
{
    struct document d;
    enum found f = db_get(act->tx, &document_entity, &d, e, V(n->county), V(document));
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "document", MSG_NOTICE_PROOF_NONE));
}

static bool is_on_the_net(struct str place)
{
    return str_starts(place, STR("http://")) || str_starts(place, STR("https://"));
}

static bool channel_of(struct act *act, const struct notice *n, int64_t no, struct notice_channel *x,
                       struct errs *e)
{
    enum found f = db_get(act->tx, &notice_channel_entity, x, e, V(n->county), V(n->id), V(no));
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "channel", MSG_NOTICE_CHANNEL_NONE, A(no)));
}

static bool all_posted(struct act *act, const struct notice *n, bool *all, struct opt_date *last,
                       struct errs *e)
{
    struct list channels;
    if (!notice_channels(act->tx, n, &channels, e))
        return false;
    const struct notice_channel *x = channels.rows;
    *all = true;
    for (size_t i = 0; i < channels.n; i++) {
        *all = *all && x[i].posted_on.set;
        if (x[i].posted_on.set && (!last->set || x[i].posted_on.v.day > last->v.day))
            *last = x[i].posted_on;
    }
    return true;
}

static bool check_posting(const struct notice *n, const struct notice_channel *x, struct date on,
                          int64_t document, struct date today, struct errs *e)
{
    if (x->posted_on.set)
        return fail(e, ERR_CONFLICT, "channel", MSG_NOTICE_POSTED_BEFORE, A(x->no), A(x->posted_on.v));
    if (today.day > n->ends_on.day)
        return fail(e, ERR_CONFLICT, "on", MSG_NOTICE_TOO_LATE, A(n->no), A(n->ends_on));
    if (on.day > today.day || on.day < n->prepared_on.day)
        return fail(e, ERR_INVALID, "on", MSG_SURVEY_DAY, A(n->prepared_on), A(today));
    if (on.day > n->starts_on.day)
        return fail(e, ERR_CONFLICT, "on", MSG_NOTICE_AFTER_START, A(n->starts_on));
    return document || is_on_the_net(x->place) || fail(e, ERR_INVALID, "document", MSG_NOTICE_PROOF_MISSING);
}

bool notice_post(struct act *act, struct notice *n, int64_t no, struct date on, int64_t document,
                 struct date today, struct errs *e)
{
    struct notice_channel old, new;
    struct notice posted = *n;
    bool all = false;
    if (!notice_touches(act->who, PERM_REGISTRY_WRITE, n->region) &&
        !actor_need_at(act->who, PERM_REGISTRY_WRITE, n->region, e))
        return false;
    if (!in_state(n, NOTICE_PREPARED, e) || !channel_of(act, n, no, &old, e) ||
        !check_posting(n, &old, on, document, today, e) || (document && !proof_is_there(act, n, document, e)))
        return false;
    new = old;
    new.posted_on = (struct opt_date){ on, true };
    new.posted_by = act->who->login;
    new.posted_document = (struct opt_int){ document, document != 0 };
    if (!act_update(act, &notice_channel_entity, &old, &new, e) ||
        !all_posted(act, n, &all, &posted.posted_on, e))
        return false;
    if (!all)
        return true;
    posted.state = (struct code){ NOTICE_POSTED, true };
    return change(act, n, &posted, e);
}

bool notice_remove(struct act *act, struct notice *n, int64_t no, struct date on, int64_t document,
                   struct date today, struct errs *e)
{
    struct notice_channel old, new;
    if (!notice_touches(act->who, PERM_REGISTRY_WRITE, n->region) &&
        !actor_need_at(act->who, PERM_REGISTRY_WRITE, n->region, e))
        return false;
    if (n->state.v != NOTICE_ENDED && !in_state(n, NOTICE_POSTED, e))
        return false;
    if (!channel_of(act, n, no, &old, e))
        return false;
    if (old.removed_on.set)
        return fail(e, ERR_CONFLICT, "channel", MSG_NOTICE_REMOVED_BEFORE, A(no), A(old.removed_on.v));
    if (on.day <= n->ends_on.day)
        return fail(e, ERR_CONFLICT, "on", MSG_NOTICE_STILL_HANGS, A(n->ends_on));
    if (on.day > today.day)
        return fail(e, ERR_INVALID, "on", MSG_NOTICE_FUTURE);
    if (document && !proof_is_there(act, n, document, e))
        return false;
    if (!document && !is_on_the_net(old.place))
        return fail(e, ERR_INVALID, "document", MSG_NOTICE_PROOF_MISSING);
    new = old;
    new.removed_on = (struct opt_date){ on, true };
    new.removed_by = act->who->login;
    new.removed_document = (struct opt_int){ document, document != 0 };
    return act_update(act, &notice_channel_entity, &old, &new, e);
}

bool notice_end(struct act *act, struct notice *n, struct date today, struct errs *e)
{
    struct notice new = *n;
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, n->region, e) || !in_state(n, NOTICE_POSTED, e))
        return false;
    if (today.day <= n->ends_on.day)
        return fail(e, ERR_CONFLICT, "no", MSG_NOTICE_STILL_HANGS, A(n->ends_on));
    new.state = (struct code){ NOTICE_ENDED, true };
    new.ended_on = (struct opt_date){ today, true };
    new.ended_by = act->who->login;
    return change(act, n, &new, e);
}

bool notice_void(struct act *act, struct notice *n, struct str reason, struct errs *e)
{
    struct notice new = *n;
    const struct col *c = entity_col(&notice_entity, "void_reason");
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, n->region, e) ||
        (n->state.v != NOTICE_POSTED && !in_state(n, NOTICE_PREPARED, e)))
        return false;
    reason = str_trim(reason);
    if (!reason.n || str_chars(reason) > (size_t)c->max)
        return fail(e, ERR_INVALID, "reason", MSG_TEXT_LENGTH, A(&c->label), A(1), A(c->max));
    new.state = (struct code){ NOTICE_VOID, true };
    new.void_reason = reason;
    return change(act, n, &new, e);
}
