#include "registry/duplicate_merge.h"

#include "access/site.h"
#include "base/value.h"
#include "registry/duplicate.h"
#include "registry/household_file.h"
#include "registry/income.h"
#include "registry/merge_parts.h"
#include "registry/movement_parts.h"
#include "registry/national_id.h"
#include "registry/roster.h"
#include "registry/scope.h"
#include "registry/survey.h"

// clang-format off
static const struct col cols[] = {
    COL(duplicate_merge, county,      "县代码",     "County",      .flags = PKEY | SERVER | REQUIRED),
    COL(duplicate_merge, id,          "内部编号",   "Id",          .flags = PKEY | SERVER | REQUIRED),
    COL(duplicate_merge, no,          "合并号",     "Merge number", .flags = SERVER | REQUIRED | NATURAL),
    COL(duplicate_merge, kind,        "种类",       "Kind",        .flags = SERVER | REQUIRED, .codes = "merge_kind"),
    COL(duplicate_merge, keep_id,     "保留的记录", "Record kept", .flags = SERVER | REQUIRED),
    COL(duplicate_merge, drop_id,     "撤下的记录", "Record taken away", .flags = SERVER | REQUIRED),
    COL(duplicate_merge, keep_label,  "保留",       "Kept",        .flags = SERVER | REQUIRED, .max = 60),
    COL(duplicate_merge, drop_label,  "并入",       "Taken in",    .flags = SERVER | REQUIRED, .max = 60),
    COL(duplicate_merge, village,     "村代码",     "Village code", .flags = SERVER | REQUIRED),
    COL(duplicate_merge, reason,      "原因",       "Reason",      .flags = REQUIRED, .max = 200),
    COL(duplicate_merge, document,    "依据文件",   "Document",    .max = 200),
    COL(duplicate_merge, merged_on,   "合并日期",   "Merged on",   .flags = SERVER | REQUIRED),
    COL(duplicate_merge, merged_by,   "合并人",     "Merged by",   .flags = SERVER | REQUIRED, .max = 40),
    COL(duplicate_merge, undone_on,   "撤销日期",   "Undone on",   .flags = SERVER),
    COL(duplicate_merge, undone_by,   "撤销人",     "Undone by",   .flags = SERVER, .max = 40),
    COL(duplicate_merge, undo_reason, "撤销原因",   "Why undone",  .flags = SERVER, .max = 200),
};
static const struct col change_cols[] = {
    COL(duplicate_merge_change, county,     "县代码", "County",   .flags = PKEY | SERVER | REQUIRED),
    COL(duplicate_merge_change, merge_id,   "合并",   "Merge",    .flags = PKEY | SERVER | REQUIRED),
    COL(duplicate_merge_change, no,         "序号",   "Number",   .flags = PKEY | SERVER | REQUIRED),
    COL(duplicate_merge_change, table_name, "表",     "Table",    .flags = SERVER | REQUIRED),
    COL(duplicate_merge_change, row_key,    "记录",   "Row",      .flags = SERVER | REQUIRED),
    COL(duplicate_merge_change, what,       "做法",   "What",     .flags = SERVER | REQUIRED, .codes = "merge_change"),
    COL(duplicate_merge_change, field,      "字段",   "Field",    .flags = SERVER),
    COL(duplicate_merge_change, before,     "改前",   "Before",   .flags = SERVER, .mask = MASK_HIDE),
    COL(duplicate_merge_change, after,      "改后",   "After",    .flags = SERVER, .mask = MASK_HIDE),
};
// clang-format on
const struct entity duplicate_merge_entity = ENTITY(duplicate_merge, TABLE_COUNTY, "合并", "Merge", cols);
const struct entity duplicate_merge_change_entity =
    ENTITY(duplicate_merge_change, TABLE_COUNTY, "合并内容", "What a merge did", change_cols);

/* --- what follows ------------------------------------------------------------------------- */

bool merge_follows(const struct entity *en, const struct col *c)
{
    static const char *const names[] = { "household_id", "other_household_id", "person_id",
                                         "applicant_id", "borrower_id",        "payee_id",
                                         "owner_id",     "person_a",           "person_b" };
    /* A frozen roster is what it was; the register of numbers is kept by merge_national_id. */
    if (en == &roster_row_entity || en == &national_id_entity || en->class == TABLE_LOCAL)
        return false;
    for (size_t i = 0; i < N_ELEMS(names); i++)
        if (!strcmp(c->name, names[i]))
            return true;
    return false;
}

/* --- writing it down ---------------------------------------------------------------------- */

static bool note_change(struct merging_two *m, const struct entity *en, const void *obj, int32_t what,
                        const struct col *c, const void *now, struct errs *e)
{
    const struct act *act = m->act;
    struct duplicate_merge_change x = {
        .county = m->r->merge.county,
        .merge_id = m->r->merge.id,
        .no = ++m->changes,
        .table_name = str_of(en->table),
        .row_key = merge_row_key(en, obj, e->a),
        .what = { what, true },
    };
    if (c) {
        x.field = str_of(c->name);
        x.before = act_value_text(act, c, obj, e->a);
        x.after = act_value_text(act, c, now, e->a);
    } else if (what == MERGE_REMOVED) {
        x.before = merge_row_text(act, en, obj, e->a);
    }
    return db_insert(act->tx, &duplicate_merge_change_entity, &x, e);
}

static struct merge_count *count_of(struct merge_report *r, const struct entity *en)
{
    for (size_t i = 0; i < r->counts_n; i++)
        if (r->counts[i].en == en)
            return &r->counts[i];
    if (r->counts_n == MERGE_TABLES_MAX)
        return &r->counts[MERGE_TABLES_MAX - 1];
    r->counts[r->counts_n] = (struct merge_count){ .en = en };
    return &r->counts[r->counts_n++];
}

static bool take_away(struct merging_two *m, const struct entity *en, const void *obj, struct errs *e)
{
    count_of(m->r, en)->removed++;
    return note_change(m, en, obj, MERGE_REMOVED, NULL, NULL, e) && db_delete(m->act->tx, en, obj, e);
}

/* Write down and change one column after the other, so that each can be put back by itself. */
static bool rewrite(struct merging_two *m, const struct entity *en, const void *old, const void *now,
                    int32_t what, struct errs *e)
{
    for (size_t i = 0; i < en->n; i++)
        if (!col_same(&en->cols[i], old, now) && !note_change(m, en, old, what, &en->cols[i], now, e))
            return false;
    return act_update(m->act, en, old, now, e);
}

/* --- rows that point at the record that goes ---------------------------------------------- */

struct following {
    struct merging_two *m;
    const struct entity *en;
    const struct col *col;
    int64_t from, to;
    bool keep_has_states; /* rows of household_status that the household kept had before */
    const struct household *keep;
};

static bool keys_of_county(struct following *f, struct str **keys, size_t *n, struct errs *e)
{
    const struct entity *en = f->en;
    const struct col *key[COLS_MAX];
    struct pick p = { .en = en, .cols = key, .by = f->col };
    struct tx *tx = f->m->act->tx;
    enum found found;
    size_t cap = 0;
    CLEANUP(rows_close) struct rows r = { 0 };
    for (size_t i = 1; i < en->n; i++)
        if (en->cols[i].flags & PKEY)
            key[p.n++] = &en->cols[i];
    if (!db_scan_cols(tx, &r, &p, f->m->r->merge.county, f->from, f->from, e))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        CLEANUP(buf_release) struct buf b = BUF(256);
        for (size_t i = 0; i < p.n; i++) {
            if (i)
                buf_addc(&b, '/');
            buf_addi(&b, rows_int(&r, (int)i));
        }
        if (*n == cap) {
            struct str *grown = NEW_ARRAY(e->a, struct str, cap ? cap * 2 : 16);
            if (cap)
                memcpy(grown, *keys, cap * sizeof **keys);
            cap = cap ? cap * 2 : 16;
            *keys = grown;
        }
        (*keys)[(*n)++] = arena_str(e->a, buf_str(&b));
    }
    return found != FAILED;
}

/* Tables that all counties share are small where they name persons: accounts of the office's own people. */
static bool keys_of_reference(struct following *f, struct str **keys, size_t *n, struct errs *e)
{
    enum { SHARED_MAX = 4096 };
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    *keys = NEW_ARRAY(e->a, struct str, SHARED_MAX);
    if (!db_scan_table(f->m->act->tx, &r, f->en, e))
        return false;
    while ((found = rows_next(&r, e)) == FOUND && *n < SHARED_MAX) {
        char *obj = arena_alloc(e->a, f->en->size);
        if (rows_int(&r, (int)(f->col - f->en->cols)) != f->from)
            continue;
        if (!rows_obj(&r, 0, obj, e->a, e))
            return false;
        (*keys)[(*n)++] = merge_row_key(f->en, obj, e->a);
    }
    return found != FAILED;
}

/* The household kept has a row of this year, or of this round, already. */
static bool is_taken(struct following *f, const void *now, bool *taken, struct errs *e)
{
    struct tx *tx = f->m->act->tx;
    int64_t n = 0;
    *taken = f->en == &household_status_entity && f->keep_has_states;
    if (f->en == &household_year_entity) {
        const struct household_year *y = now;
        if (!db_int(tx,
                    SQL(STMT_KEY,
                        "SELECT count(*) FROM household_year WHERE county = $1 AND household_id = $2 "
                        "AND year = $3"),
                    &n, e, V(y->county), V(y->household_id), V(y->year.v)))
            return false;
    } else if (f->en == &survey_result_entity) {
        const struct survey_result *s = now;
        if (!db_int(tx,
                    SQL(STMT_KEY,
                        "SELECT count(*) FROM survey_result WHERE county = $1 AND survey_id = $2 AND "
                        "household_id = $3"),
                    &n, e, V(s->county), V(s->survey_id), V(s->household_id)))
            return false;
    }
    *taken = *taken || n;
    return true;
}

/* The column is part of the row's key: the row goes, and stands again under the other key unless it does. */
static bool follow_in_key(struct following *f, const void *old, void *now, struct errs *e)
{
    struct merging_two *m = f->m;
    char *there = arena_alloc(e->a, f->en->size);
    if (f->en == &not_duplicate_entity) {
        struct not_duplicate *x = now;
        int64_t low = x->person_a < x->person_b ? x->person_a : x->person_b;
        x->person_b = x->person_a + x->person_b - low;
        x->person_a = low;
        if (x->person_a == x->person_b)
            return take_away(m, f->en, old, e);
    }
    if (!take_away(m, f->en, old, e))
        return false;
    enum found found =
        merge_row_read(m->act->tx, f->en, m->r->merge.county, merge_row_key(f->en, now, e->a), there, e);
    if (found != NONE)
        return found == FOUND;
    return db_insert(m->act->tx, f->en, now, e) && note_change(m, f->en, now, MERGE_ADDED, NULL, NULL, e);
}

static bool follow_row(struct following *f, const void *old, struct errs *e)
{
    struct merging_two *m = f->m;
    bool taken = false;
    char *now = arena_alloc(e->a, f->en->size);
    memcpy(now, old, f->en->size);
    merge_set_number(f->col, now, f->to);
    if (f->col->flags & PKEY)
        return follow_in_key(f, old, now, e);
    if (!is_taken(f, now, &taken, e))
        return false;
    if (taken)
        return take_away(m, f->en, old, e);
    if (f->en == &movement_entity && f->keep && !strcmp(f->col->name, "household_id"))
        ((struct movement *)(void *)now)->village = f->keep->village;
    count_of(m->r, f->en)->moved++;
    return rewrite(m, f->en, old, now, MERGE_CHANGED, e);
}

static bool follow_col(struct following *f, struct errs *e)
{
    struct str *keys = NULL;
    size_t n = 0;
    bool ok =
        f->en->class == TABLE_COUNTY ? keys_of_county(f, &keys, &n, e) : keys_of_reference(f, &keys, &n, e);
    for (size_t i = 0; ok && i < n; i++) {
        char *obj = arena_alloc(e->a, f->en->size);
        enum found found = merge_row_read(f->m->act->tx, f->en, f->m->r->merge.county, keys[i], obj, e);
        ok = found == NONE || (found == FOUND && follow_row(f, obj, e));
    }
    return ok;
}

static bool follow_all(struct merging_two *m, int64_t from, int64_t to, const struct household *keep,
                       struct errs *e)
{
    const struct schema *s = store_schema(tx_store(m->act->tx));
    int64_t states = 0;
    if (keep && !db_int(m->act->tx,
                        SQL(STMT_KEY,
                            "SELECT count(*) FROM household_status WHERE county = $1 AND household_id = $2"),
                        &states, e, V(keep->county), V(keep->id)))
        return false;
    for (size_t t = 0; t < s->n; t++)
        for (size_t i = 0; i < s->entities[t]->n; i++) {
            struct following f = { .m = m,
                                   .en = s->entities[t],
                                   .col = &s->entities[t]->cols[i],
                                   .from = from,
                                   .to = to,
                                   .keep_has_states = states != 0,
                                   .keep = keep };
            if (merge_follows(f.en, f.col) && !follow_col(&f, e))
                return false;
        }
    return true;
}

/* --- filling in --------------------------------------------------------------------------- */

/* What a record is called, where it stands and since when is not what is known of it. */
static bool is_fact(const struct col *c)
{
    static const char *const own[] = { "hh_no",      "person_no", "household_id", "change_status",
                                       "changed_on", "left_on",   "change_reason" };
    for (size_t i = 0; i < N_ELEMS(own); i++)
        if (!strcmp(c->name, own[i]))
            return false;
    return !(c->flags & (PKEY | SERVER));
}

static bool fill_in(struct merging_two *m, const struct entity *en, const void *keep, const void *drop,
                    struct str of, struct errs *e)
{
    struct merge_report *r = m->r;
    char *now = arena_alloc(e->a, en->size);
    bool any = false;
    memcpy(now, keep, en->size);
    for (size_t i = 0; i < en->n; i++) {
        const struct col *c = &en->cols[i];
        if (!is_fact(c) || !col_known(c, drop) || col_same(c, keep, drop))
            continue;
        if (!col_known(c, keep)) {
            col_copy(c, now, drop);
            r->filled++;
            any = true;
        } else if (r->differences_n < MERGE_DIFFERENCES_MAX) {
            r->differences[r->differences_n++] = (struct merge_difference){ en, c, of };
        }
    }
    return !any || rewrite(m, en, keep, now, MERGE_FILLED, e);
}

/* --- persons ------------------------------------------------------------------------------ */

/* The ID number's entry in the national register goes along. */
static bool number_goes_over(struct act *act, const struct person *keep, const struct person *drop,
                             struct errs *e)
{
    struct national_id id;
    if (!drop->id_number.p || keep->id_number.p)
        return true;
    enum found f = db_get(act->tx, &national_id_entity, &id, e,
                          val_seal_key(act->tx, SEAL_ID_NUMBER, drop->id_number, e->a));
    if (f != FOUND || id.person_id != drop->id)
        return f != FAILED;
    struct national_id now = id;
    now.person_id = keep->id;
    return db_update(act->tx, &national_id_entity, &id, &now, e);
}

static bool first_movement(struct merging_two *m, int64_t person, int64_t *no, struct errs *e)
{
    return db_int(m->act->tx,
                  SQL(STMT_KEY,
                      "SELECT min(no) FROM movement WHERE county = $1 AND person_id = $2 AND reverses "
                      "IS NULL AND reversed_by IS NULL"),
                  no, e, V(m->r->merge.county), V(person));
}

static bool may_be_one(struct merging_two *m, const struct person *keep, const struct person *drop,
                       struct errs *e)
{
    int64_t kept_no, drop_no;
    if (keep->id == drop->id)
        return fail(e, ERR_INVALID, "drop", MSG_DUPLICATE_ONE);
    if (keep->id_number.p && drop->id_number.p && !str_eq(keep->id_number, drop->id_number))
        return fail(e, ERR_CONFLICT, "id_number", MSG_MERGE_ID_NUMBERS, A(keep->name), A(drop->name));
    if (person_is_present(keep) != person_is_present(drop))
        return fail(e, ERR_CONFLICT, "drop", MSG_MERGE_PRESENCE,
                    A(person_is_present(keep) ? keep->name : drop->name),
                    A(person_is_present(keep) ? drop->name : keep->name));
    if (!first_movement(m, keep->id, &kept_no, e) || !first_movement(m, drop->id, &drop_no, e))
        return false;
    return !kept_no || !drop_no ||
           fail(e, ERR_CONFLICT, "drop", MSG_MERGE_BOTH_MOVED, A(drop->name), A(drop_no), A(kept_no));
}

static bool merge_persons(struct merging_two *m, const struct person *keep, const struct person *drop,
                          struct errs *e)
{
    struct person now;
    if (!may_be_one(m, keep, drop, e) || !number_goes_over(m->act, keep, drop, e) ||
        !follow_all(m, drop->id, keep->id, NULL, e))
        return false;
    /* A row that went before may have been this person's own: it is read again. */
    enum found f = db_get(m->act->tx, &person_entity, &now, e, V(keep->county), V(keep->id));
    return f == FOUND && take_away(m, &person_entity, drop, e) &&
           fill_in(m, &person_entity, &now, drop, keep->name, e);
}

/* --- households --------------------------------------------------------------------------- */

static bool is_same_member(const struct person *a, const struct person *b)
{
    return str_eq(a->name, b->name) && a->sex.set && b->sex.set && a->sex.v == b->sex.v &&
           a->birth_date.set && b->birth_date.set && a->birth_date.v.day == b->birth_date.v.day &&
           person_is_present(a) == person_is_present(b);
}

/* Whom of the household that stays this member is; 0: nobody. */
static int64_t twin_of(const struct merge_wish *wish, const struct home *keep, const struct person *p)
{
    for (size_t i = 0; i < wish->n; i++)
        if (wish->pairs[i].drop == p->id)
            return wish->pairs[i].keep;
    for (size_t i = 0; i < keep->n; i++) {
        bool given = false;
        for (size_t k = 0; k < wish->n; k++)
            given = given || wish->pairs[k].keep == keep->members[i].id;
        if (!given && is_same_member(&keep->members[i], p))
            return keep->members[i].id;
    }
    return 0;
}

static bool has_moved(struct merging_two *m, const struct household *h, struct errs *e)
{
    int64_t no;
    if (!db_int(m->act->tx,
                SQL(STMT_KEY,
                    "SELECT min(no) FROM movement WHERE county = $1 AND household_id = $2 AND person_id "
                    "IS NULL AND reverses IS NULL AND reversed_by IS NULL"),
                &no, e, V(h->county), V(h->id)))
        return true;
    if (no)
        fail(e, ERR_CONFLICT, "drop", MSG_MERGE_HOUSEHOLD_MOVED, A(h->hh_no), A(no));
    return no != 0;
}

/* The relation of a member who is in the one household only, as the head of the other one sees it. */
static bool relate(struct merging_two *m, const struct home *drop, const struct person *head_there,
                   const struct person *p, struct errs *e)
{
    struct person now;
    enum found f = db_get(m->act->tx, &person_entity, &now, e, V(p->county), V(p->id));
    if (f != FOUND)
        return false;
    struct person old = now;
    int32_t r = head_there && person_is_present(head_there) ? relation_from(drop, head_there, p) : 0;
    if (head_there && head_there->relation.set && head_there->relation.v == RELATION_HEAD)
        r = p->relation.set ? p->relation.v : RELATION_OTHER;
    if (!r)
        m->r->unclear[m->r->unclear_n++] = p->name;
    now.relation = (struct code){ r ? r : RELATION_OTHER, true };
    return col_same(entity_col(&person_entity, "relation"), &old, &now) ||
           rewrite(m, &person_entity, &old, &now, MERGE_CHANGED, e);
}

static bool merge_members(struct merging_two *m, const struct merge_wish *wish, const struct home *keep,
                          const struct home *drop, struct errs *e)
{
    struct merge_report *r = m->r;
    const struct person *head = home_head(keep), *head_there = NULL;
    r->same = NEW_ARRAY(e->a, struct str, drop->n ? drop->n : 1);
    r->unclear = NEW_ARRAY(e->a, struct str, drop->n ? drop->n : 1);
    for (size_t i = 0; i < drop->n; i++) {
        int64_t twin = twin_of(wish, keep, &drop->members[i]);
        const struct person *same = twin ? home_member(keep, twin) : NULL;
        if (twin && !same)
            return fail(e, ERR_NOT_FOUND, "same", MSG_MERGE_NOT_MEMBER, A(keep->h.hh_no));
        if (!same)
            continue;
        r->same[r->same_n++] = same->name;
        if (same == head)
            head_there = &drop->members[i];
    }
    if (!r->same_n)
        return fail(e, ERR_CONFLICT, "drop", MSG_MERGE_NO_COMMON, A(keep->h.hh_no), A(drop->h.hh_no));
    for (size_t i = 0; i < drop->n; i++) {
        const struct person *p = &drop->members[i];
        int64_t twin = twin_of(wish, keep, p);
        if (twin ? !merge_persons(m, home_member(keep, twin), p, e)
                 : person_is_present(p) && !relate(m, drop, head_there, p, e))
            return false;
    }
    return true;
}

static bool merge_households(struct merging_two *m, const struct merge_wish *wish, const struct home *keep,
                             const struct home *drop, struct errs *e)
{
    bool closed[2] = { keep->h.state.set && keep->h.state.v == STATE_CLOSED,
                       drop->h.state.set && drop->h.state.v == STATE_CLOSED };
    if (closed[0] != closed[1])
        return fail(e, ERR_CONFLICT, "drop", MSG_MOVE_HOUSEHOLD_CLOSED,
                    A(closed[0] ? keep->h.hh_no : drop->h.hh_no));
    return !has_moved(m, &drop->h, e) && merge_members(m, wish, keep, drop, e) &&
           follow_all(m, drop->h.id, keep->h.id, &keep->h, e) &&
           take_away(m, &household_entity, &drop->h, e) &&
           fill_in(m, &household_entity, &keep->h, &drop->h, keep->h.hh_no, e);
}

/* --- the whole ---------------------------------------------------------------------------- */

static bool begin(struct merging_two *m, const struct merge_wish *wish, const struct home *keep,
                  struct str keep_label, struct str drop_label, struct errs *e)
{
    struct duplicate_merge *x = &m->r->merge;
    *x = (struct duplicate_merge){ .county = wish->county,
                                   .kind = { wish->kind, true },
                                   .keep_id = wish->keep_id,
                                   .drop_id = wish->drop_id,
                                   .keep_label = keep_label,
                                   .drop_label = drop_label,
                                   .village = keep->h.village,
                                   .reason = m->ev.paper.reason,
                                   .document = m->ev.paper.document,
                                   .merged_on = m->ev.today,
                                   .merged_by = m->act->who->login };
    return db_id(m->act->tx, &x->id, e) &&
           counter_next(m->act->tx, x->county, "duplicate_merge", &x->no, e) &&
           db_insert(m->act->tx, &duplicate_merge_entity, x, e);
}

/* A record that its household cannot do without does not go by itself. */
static bool is_spare(const struct home *home, const struct home *other, const struct person *drop,
                     struct errs *e)
{
    const struct person *head = home_head(other);
    if (home->h.id != other->h.id && other->present == 1 && person_is_present(drop))
        return fail(e, ERR_CONFLICT, "drop", MSG_MERGE_LAST_MEMBER, A(drop->name), A(home->h.hh_no),
                    A(other->h.hh_no));
    return !head || head->id != drop->id ||
           fail(e, ERR_CONFLICT, "drop", MSG_MERGE_HEAD, A(drop->name), A(other->h.hh_no));
}

static bool read_one(struct tx *tx, int64_t county, int64_t id, struct person *p, struct errs *e)
{
    enum found f = db_get(tx, &person_entity, p, e, V(county), V(id));
    return f == FOUND || (f == NONE && fail(e, ERR_NOT_FOUND, "drop", MSG_MERGE_COUNTY));
}

static bool run_persons(struct merging_two *m, const struct merge_wish *wish, struct errs *e)
{
    struct person keep, drop;
    struct home home, other;
    struct tx *tx = m->act->tx;
    return read_one(tx, wish->county, wish->keep_id, &keep, e) &&
           read_one(tx, wish->county, wish->drop_id, &drop, e) &&
           home_read(&m->ev, wish->county, keep.household_id, &home, e) &&
           home_read(&m->ev, wish->county, drop.household_id, &other, e) &&
           is_spare(&home, &other, &drop, e) && begin(m, wish, &home, keep.name, drop.name, e) &&
           merge_persons(m, &keep, &drop, e);
}

static bool run_households(struct merging_two *m, const struct merge_wish *wish, struct errs *e)
{
    struct home keep, drop;
    if (wish->keep_id == wish->drop_id)
        return fail(e, ERR_INVALID, "drop", MSG_MERGE_SAME_HOUSEHOLD);
    return home_read(&m->ev, wish->county, wish->keep_id, &keep, e) &&
           home_read(&m->ev, wish->county, wish->drop_id, &drop, e) &&
           begin(m, wish, &keep, keep.h.hh_no, drop.h.hh_no, e) && merge_households(m, wish, &keep, &drop, e);
}

bool duplicate_merge_run(struct act *act, const struct merge_wish *wish, const struct paper *paper,
                         struct date today, struct merge_report *r, struct errs *e)
{
    struct merging_two m = { .act = act, .r = r };
    struct paper on_today = *paper;
    on_today.on = today;
    *r = (struct merge_report){ 0 };
    return event_begin(&m.ev, act, &on_today, today, e) &&
           (wish->kind == MERGE_PERSON ? run_persons(&m, wish, e) : run_households(&m, wish, e));
}

/* --- looking ------------------------------------------------------------------------------ */

enum found duplicate_merge_by_no(struct tx *tx, const struct actor *who, int64_t no,
                                 struct region_code within, struct duplicate_merge *m, struct errs *e)
{
    struct scopes scopes;
    size_t n = 0;
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return FAILED;
    for (size_t i = 0; i < scopes.n; i++) {
        const struct scope *s = &scopes.list[i];
        struct duplicate_merge one;
        enum found f =
            db_find(tx,
                    SQL_OF(STMT_KEY, &duplicate_merge_entity,
                           "SELECT {*} FROM duplicate_merge WHERE county = $1 AND no = $2 AND village "
                           "BETWEEN $3 AND $4"),
                    &one, e, V(s->county), V(no), V(s->first), V(s->last));
        if (f == FAILED)
            return FAILED;
        if (f == FOUND) {
            n++;
            *m = one;
        }
    }
    if (n > 1) {
        fail(e, ERR_CONFLICT, "county", MSG_MOVE_SEVERAL, A(no));
        return FAILED;
    }
    return n ? FOUND : NONE;
}

bool duplicate_merges(struct tx *tx, const struct actor *who, struct region_code within, size_t limit,
                      struct list *out, struct errs *e)
{
    struct scopes scopes;
    struct duplicate_merge *all = NEW_ARRAY(e->a, struct duplicate_merge, limit ? limit : 1);
    *out = (struct list){ .rows = all };
    if (!scopes_of(tx, who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n && out->n < limit; i++) {
        const struct scope *s = &scopes.list[i];
        struct list some;
        if (!db_list(tx,
                     SQL_OF(STMT_KEY, &duplicate_merge_entity,
                            "SELECT {*} FROM duplicate_merge WHERE county = $1 AND village BETWEEN $2 AND $3 "
                            "ORDER BY no DESC LIMIT $4"),
                     &some, e->a, e, V(s->county), V(s->first), V(s->last), V(limit - out->n)))
            return false;
        if (some.n)
            memcpy(all + out->n, some.rows, some.n * sizeof *all);
        out->n += some.n;
    }
    return true;
}

bool duplicate_merge_changes(struct tx *tx, const struct duplicate_merge *m, struct list *out, struct errs *e)
{
    return db_list(
        tx,
        SQL_OF(STMT_KEY, &duplicate_merge_change_entity,
               "SELECT {*} FROM duplicate_merge_change WHERE county = $1 AND merge_id = $2 ORDER BY no"),
        out, e->a, e, V(m->county), V(m->id));
}

enum found duplicate_taken_in(struct tx *tx, int64_t county, struct str hh_no, struct duplicate_merge *m,
                              struct errs *e)
{
    return db_find(
        tx,
        SQL_OF(STMT_KEY, &duplicate_merge_entity,
               "SELECT {*} FROM duplicate_merge WHERE county = $1 AND kind = 2 AND drop_label = $2 AND "
               "undone_on IS NULL ORDER BY no DESC LIMIT 1"),
        m, e, V(county), V(hh_no));
}
