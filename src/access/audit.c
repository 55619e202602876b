#include "access/audit.h"

#include "base/clock.h"

#include <assert.h>

enum { MAC_INPUT_MAX = 1 << 22, TOUCHED_MAX = 1 << 16 };

static const struct col audit_cols[] = {
    COL(audit, county, "县", "County", .flags = PKEY | SERVER),
    COL(audit, seq, "序号", "Number", .flags = PKEY | SERVER),
    COL(audit, at, "时间", "Time", .flags = SERVER),
    COL(audit, user_id, "用户编号", "Account id", .flags = SERVER),
    COL(audit, login, "登录名", "Login", .flags = SERVER),
    COL(audit, source, "来源", "Source", .flags = SERVER),
    COL(audit, action, "操作", "Action", .flags = SERVER),
    COL(audit, object, "对象", "Object", .flags = SERVER),
    COL(audit, detail, "详情", "Detail", .flags = SERVER),
    COL(audit, touched, "涉及的表", "Tables touched", .flags = SERVER),
    COL(audit, mac, "链校验", "Chain MAC", .flags = SERVER),
};
const struct entity audit_entity = { .table = "audit",
                                     .label = { "审计", "Audit" },
                                     .class = TABLE_COUNTY,
                                     .cols = audit_cols,
                                     .n = N_ELEMS(audit_cols),
                                     .size = sizeof(struct audit),
                                     .own_check = true };

static const struct col audit_head_cols[] = {
    COL(audit_head, county, "县", "County", .flags = PKEY | SERVER),
    COL(audit_head, seq, "序号", "Number", .flags = SERVER),
    COL(audit_head, mac, "链校验", "Chain MAC", .flags = SERVER),
};
const struct entity audit_head_entity = { .table = "audit_head",
                                          .label = { "审计链末端", "Audit chain head" },
                                          .class = TABLE_COUNTY,
                                          .cols = audit_head_cols,
                                          .n = N_ELEMS(audit_head_cols),
                                          .size = sizeof(struct audit_head),
                                          .own_check = true };

static const struct col field_change_cols[] = {
    COL(field_change, county, "县", "County", .flags = PKEY | SERVER),
    COL(field_change, seq, "审计序号", "Audit number", .flags = PKEY | SERVER),
    COL(field_change, no, "序号", "Number", .flags = PKEY | SERVER),
    COL(field_change, table_name, "表", "Table", .flags = SERVER),
    COL(field_change, row_id, "记录", "Row", .flags = SERVER),
    COL(field_change, field, "字段", "Field", .flags = SERVER),
    COL(field_change, before, "改前", "Before", .flags = SERVER),
    COL(field_change, after, "改后", "After", .flags = SERVER),
};
const struct entity field_change_entity =
    ENTITY(field_change, TABLE_COUNTY, "变更记录", "Field change", field_change_cols);

/* --- the chain ---------------------------------------------------------------------------- */

static void add_part(struct buf *b, struct str s)
{
    if (s.p)
        buf_addf(b, "%zu", s.n);
    buf_addc(b, ':'); /* unknown is not the same as empty */
    buf_add(b, s);
}

void audit_mac(const struct seal *s, const struct audit *row, struct bytes before, uint8_t out[MAC_SIZE])
{
    CLEANUP(buf_release) struct buf b = BUF(MAC_INPUT_MAX);
    add_part(&b, (struct str){ before.n ? (const char *)before.p : NULL, before.n });
    buf_addf(&b, "%lld,%lld,%lld,%lld,", (long long)row->county, (long long)row->seq, (long long)row->at.us,
             (long long)row->user_id);
    const struct str texts[] = {
        row->login, row->source, row->action, row->object, row->detail, row->touched
    };
    for (size_t i = 0; i < N_ELEMS(texts); i++)
        add_part(&b, texts[i]);
    assert(!b.full);
    seal_mac(s, "audit", buf_str(&b), out);
}

void audit_tip(const struct seal *s, struct bytes mac, uint8_t out[MAC_SIZE])
{
    seal_mac(s, "audit_head", (struct str){ (const char *)mac.p, mac.n }, out);
}

bool audit_next_touch(struct str *rest, struct audit_touch *t)
{
    struct str item, part;
    uint64_t half[2] = { 0 };
    if (!str_split(rest, ' ', &item) || !str_split(&item, ':', &t->table) || !str_split(&item, ':', &part) ||
        !str_int(part, &t->rows) || item.n != 32)
        return false;
    for (size_t i = 0; i < 32; i++) {
        const char *digits = "0123456789abcdef", *d = memchr(digits, item.p[i], 16);
        if (!d)
            return false;
        half[i / 16] = half[i / 16] << 4 | (uint64_t)(d - digits);
    }
    t->sum = (struct rowsum){ .hi = half[0], .lo = half[1] };
    return true;
}

static void add_touch(struct buf *b, const struct touched *t)
{
    buf_addf(b, "%s%s:%lld:%016llx%016llx", b->n ? " " : "", t->en->table, (long long)t->rows,
             (unsigned long long)t->sum.hi, (unsigned long long)t->sum.lo);
}

/* --- acts --------------------------------------------------------------------------------- */

void act_begin(struct act *act, struct tx *tx, const struct actor *who, const char *action, struct str object,
               struct arena *a)
{
    *act =
        (struct act){ .tx = tx, .who = who, .at = clock_now(), .action = action, .object = object, .a = a };
}

static struct act_chain *chain_of(struct act *act, int64_t county, struct errs *e)
{
    for (size_t i = 0; i < act->n; i++)
        if (act->chains[i].county == county)
            return &act->chains[i];
    assert(act->n < ACT_COUNTIES_MAX);
    if (act->n == act->cap) {
        size_t cap = act->cap ? act->cap * 2 : 4;
        struct act_chain *grown = NEW_ARRAY(act->a, struct act_chain, cap);
        if (act->n)
            memcpy(grown, act->chains, act->n * sizeof *grown);
        act->chains = grown;
        act->cap = cap;
    }
    struct act_chain *c = &act->chains[act->n];
    *c = (struct act_chain){ .county = county };
    enum found f = db_get(act->tx, &audit_head_entity, &c->head, e, V(county));
    if (f == FAILED)
        return NULL;
    struct str mac = arena_str(act->a, (struct str){ (const char *)c->head.mac.p, c->head.mac.n });
    c->head.mac.p = (const uint8_t *)mac.p;
    c->head.county = county;
    act->n++;
    return c;
}

/* A value as the change log keeps it: in words of the system, never the plain text of a sealed one. */
struct str act_value_text(const struct act *act, const struct col *c, const void *obj, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    if (!col_known(c, obj))
        return (struct str){ 0 };
    if (c->seal != SEAL_NONE) {
        struct str plain = *(const struct str *)(const void *)((const char *)obj + c->off);
        assert(c->type == T_TEXT); /* sealed bytes are never changed */
        uint8_t sealed[SEAL_OVERHEAD + SEAL_PLAIN_MAX];
        seal_put(store_seal(tx_store(act->tx)), c->seal, plain, sealed);
        for (size_t i = 0; i < SEAL_OVERHEAD + plain.n; i++)
            buf_addf(&b, "%02x", sealed[i]);
    } else if (c->type == T_CODES) {
        buf_addi(&b, (int64_t)((const struct code_set *)(const void *)((const char *)obj + c->off))->bits);
    } else {
        static const struct code_book no_labels = { 0 }; /* codes are logged as numbers: labels change */
        col_print(c, obj, &b, &no_labels, ZH);
    }
    return arena_str(a, buf_str(&b));
}

static int64_t row_id_of(const struct entity *en, const void *obj)
{
    const struct col *c = entity_col(en, "id");
    return c && c->type == T_INT ? *(const int64_t *)(const void *)((const char *)obj + c->off) : 0;
}

bool act_update(struct act *act, const struct entity *en, const void *old, const void *new, struct errs *e)
{
    int64_t county =
        en->class == TABLE_COUNTY ? *(const int64_t *)(const void *)((const char *)old + en->cols[0].off) : 0;
    struct act_chain *chain = chain_of(act, county, e);
    if (!chain)
        return false;
    for (size_t i = 0; i < en->n; i++) {
        const struct col *c = &en->cols[i];
        if (col_same(c, old, new))
            continue;
        if (!act->changes)
            act->changes = bulk_open(act->tx, &field_change_entity);
        struct field_change f = {
            .county = county,
            .seq = chain->head.seq + 1,
            .no = ++chain->changes,
            .table_name = str_of(en->table),
            .row_id = row_id_of(en, new),
            .field = str_of(c->name),
            .before = act_value_text(act, c, old, e->a),
            .after = act_value_text(act, c, new, e->a),
        };
        if (!bulk_add(act->changes, &f, e))
            return false;
    }
    return db_update(act->tx, en, old, new, e);
}

static bool write_row(struct act *act, struct act_chain *chain, struct str touched, struct str detail,
                      struct errs *e)
{
    const struct seal *seal = store_seal(tx_store(act->tx));
    uint8_t mac[MAC_SIZE], tip[MAC_SIZE];
    struct audit row = {
        .county = chain->county,
        .seq = chain->head.seq + 1,
        .at = act->at,
        .user_id = act->who->user_id,
        .login = act->who->login,
        .source = str_of(act->who->source),
        .action = str_of(act->action),
        .object = act->object,
        .detail = detail,
        .touched = touched,
        .mac = { mac, MAC_SIZE },
    };
    struct audit_head head = { chain->county, row.seq, { tip, MAC_SIZE } };
    audit_mac(seal, &row, chain->head.mac, mac);
    audit_tip(seal, row.mac, tip);
    if (!db_insert(act->tx, &audit_entity, &row, e))
        return false;
    return chain->head.seq ? db_update(act->tx, &audit_head_entity, &chain->head, &head, e)
                           : db_insert(act->tx, &audit_head_entity, &head, e);
}

bool act_end(struct act *act, const char *detail, struct errs *e)
{
    if (act->changes && !bulk_flush(act->changes, e))
        return false;
    for (struct touched *all = tx_take_touched(act->tx); all;) {
        /* One row for the county of the first, with all that is that county's. */
        int64_t county = all->county;
        CLEANUP(buf_release) struct buf b = BUF(TOUCHED_MAX);
        for (struct touched **at = &all; *at;) {
            if ((*at)->county != county) {
                at = &(*at)->next;
                continue;
            }
            add_touch(&b, *at);
            *at = (*at)->next;
        }
        struct act_chain *chain = chain_of(act, county, e);
        assert(!b.full);
        if (!chain || !write_row(act, chain, buf_str(&b), str_of(detail), e))
            return false;
    }
    return true;
}

bool act_log(struct act *act, int64_t county, const char *detail, struct errs *e)
{
    struct act_chain *chain = chain_of(act, county, e);
    return chain && write_row(act, chain, (struct str){ 0 }, str_of(detail), e);
}

void act_release(struct act *act)
{
    bulk_close(act->changes);
    act->changes = NULL;
}
