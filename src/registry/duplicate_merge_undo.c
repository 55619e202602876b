/* duplicate_merge_undo.c - two records again: each step of a merge taken back, the last one first. */
#include "registry/change_value.h"
#include "registry/merge_parts.h"
#include "registry/national_id.h"

struct undoing {
    struct act *act;
    const struct duplicate_merge *m;
    int64_t *left;
};

static bool is_changed(const struct undoing *u, const struct duplicate_merge_change *x, struct errs *e)
{
    return fail(e, ERR_CONFLICT, "no", MSG_MERGE_UNDO_CHANGED, A(u->m->no), A(x->table_name), A(x->field));
}

/* The number belongs to the record put back, unless somebody has it by now. */
static bool number_back(struct undoing *u, const struct duplicate_merge_change *x, const struct person *p,
                        struct errs *e)
{
    struct tx *tx = u->act->tx;
    struct national_id id, now;
    struct person holder;
    struct val key = val_seal_key(tx, SEAL_ID_NUMBER, p->id_number, e->a);
    enum found f = db_get(tx, &national_id_entity, &id, e, key);
    if (f == FAILED)
        return false;
    now = (struct national_id){ { (const uint8_t *)key.s.p, key.s.n }, p->county, p->id };
    if (f == NONE)
        return db_insert(tx, &national_id_entity, &now, e);
    f = db_get(tx, &person_entity, &holder, e, V(id.county), V(id.person_id));
    if (f == FAILED)
        return false;
    if (f == FOUND && str_eq(holder.id_number, p->id_number) && holder.id != p->id)
        return is_changed(u, x, e);
    return db_update(tx, &national_id_entity, &id, &now, e);
}

static bool put_back(struct undoing *u, const struct entity *en, const struct duplicate_merge_change *x,
                     struct errs *e)
{
    char *obj = arena_alloc(e->a, en->size);
    if (!merge_row_parse(u->act, en, x->before, obj, e->a))
        return is_changed(u, x, e);
    if (!db_insert(u->act->tx, en, obj, e))
        return false;
    const struct person *p = (const void *)obj;
    return en != &person_entity || !p->id_number.p || number_back(u, x, p, e);
}

static bool take_out(struct undoing *u, const struct entity *en, const struct duplicate_merge_change *x,
                     struct errs *e)
{
    char *obj = arena_alloc(e->a, en->size);
    enum found f = merge_row_read(u->act->tx, en, x->county, x->row_key, obj, e);
    if (f != FOUND)
        return f == NONE && is_changed(u, x, e);
    return db_delete(u->act->tx, en, obj, e);
}

/* A pointer must still stand as the merge left it; what was filled in may have been corrected since. */
static bool set_back(struct undoing *u, const struct entity *en, const struct duplicate_merge_change *x,
                     struct errs *e)
{
    const struct seal *s = store_seal(tx_store(u->act->tx));
    const struct col *c = entity_col(en, arena_str(e->a, x->field).p);
    char *old = arena_alloc(e->a, en->size), *now = arena_alloc(e->a, en->size);
    enum found f = merge_row_read(u->act->tx, en, x->county, x->row_key, old, e);
    if (f != FOUND || !c)
        return f != FAILED && is_changed(u, x, e);
    memcpy(now, old, en->size);
    if (!change_value_set(s, c, now, x->after, e->a))
        return is_changed(u, x, e);
    if (!col_same(c, old, now)) {
        if (x->what.v != MERGE_FILLED)
            return is_changed(u, x, e);
        ++*u->left;
        return true;
    }
    return change_value_set(s, c, now, x->before, e->a) ? act_update(u->act, en, old, now, e)
                                                        : is_changed(u, x, e);
}

static bool undo_change(struct undoing *u, const struct duplicate_merge_change *x, struct errs *e)
{
    const struct entity *en = merge_table(u->act->tx, x->table_name);
    if (!en)
        return is_changed(u, x, e);
    switch (x->what.v) {
    case MERGE_REMOVED: return put_back(u, en, x, e);
    case MERGE_ADDED: return take_out(u, en, x, e);
    default: return set_back(u, en, x, e);
    }
}

/* Two records that were merged again since are told apart in the order of last to first. */
static bool is_last(struct undoing *u, struct errs *e)
{
    int64_t later;
    if (!db_int(u->act->tx,
                SQL(STMT_KEY,
                    "SELECT max(no) FROM duplicate_merge WHERE county = $1 AND no > $2 AND undone_on IS "
                    "NULL AND (keep_id IN ($3, $4) OR drop_id IN ($3, $4))"),
                &later, e, V(u->m->county), V(u->m->no), V(u->m->keep_id), V(u->m->drop_id)))
        return false;
    return !later || fail(e, ERR_CONFLICT, "no", MSG_MERGE_UNDO_LATER, A(later));
}

bool duplicate_merge_undo(struct act *act, const struct duplicate_merge *m, struct str reason,
                          struct date today, int64_t *left, struct errs *e)
{
    struct undoing u = { act, m, left };
    struct list changes;
    *left = 0;
    if (!reason.p)
        return fail(e, ERR_INVALID, "reason", MSG_MOVE_REASON);
    if (m->undone_on.set)
        return fail(e, ERR_CONFLICT, "no", MSG_MERGE_UNDONE_BEFORE, A(m->no));
    if (!actor_need_at(act->who, PERM_REGISTRY_WRITE, m->village, e) || !is_last(&u, e) ||
        !duplicate_merge_changes(act->tx, m, &changes, e))
        return false;
    const struct duplicate_merge_change *all = changes.rows;
    for (size_t i = changes.n; i-- > 0;)
        if (!undo_change(&u, &all[i], e))
            return false;
    struct duplicate_merge now = *m;
    now.undone_on = (struct opt_date){ today, true };
    now.undone_by = act->who->login;
    now.undo_reason = reason;
    return act_update(act, &duplicate_merge_entity, m, &now, e);
}
