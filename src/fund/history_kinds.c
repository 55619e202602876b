/* history_kinds.c - the files of a fund's archive: sources, periods, loans, repayments. */
#include "fund/guarantor.h"
#include "fund/history_parts.h"

#include "registry/region_book.h"

#include <stdlib.h>

enum { UNIT_FUND = 4 };

struct source_row {
    struct fund_source s;
    struct str programme;
    struct known_fund *fund;
};
struct period_row {
    struct period p;
    struct str programme;
    struct known_fund *fund;
};
struct loan_row {
    struct contract c;
    struct str programme, hh_no, borrower_number, borrower_name;
    struct code guarantee_kind;
    struct str guarantor, guarantor_number, guarantor_relation;
    struct known_fund *fund;
};
struct repayment_row {
    struct repayment r;
    struct str number;
    struct opt_money interest;
    struct opt_int period;
    struct region_code village;
};

#define PROGRAMME_COL(s)                                                 \
    COL(s, programme, "项目", "Programme", .flags = REQUIRED, .max = 60, \
        .aliases = "项目名称|资金名称|基金|基金名称|资金项目|扶持项目名称")
#define HOUSEHOLD_COL(s)                                                                            \
    COL(s, hh_no, "户编号", "Household number", .flags = REQUIRED, .max = 30, .national = "AAC001", \
        .aliases = "户号|户编码|户代码|家庭编号|农户编号|贫困户编号")

static int64_t county_at_0(const void *obj)
{
    return *(const int64_t *)obj;
}

/* A row that the books hold already is never changed by a file (architecture §7); texts beside the money may
 * be. */
static bool says_other(const struct entity *en, const struct import_row *row, const char *const *fixed,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct col *c = entity_col(en, fixed[i]);
        if (col_known(c, row->obj) && !col_same(c, row->obj, row->old))
            return true;
    }
    return false;
}

static void tell_verdict(struct importing *im, struct import_row *row, const struct history_event *x)
{
    const struct history *h = &fund_memory(im)->h;
    struct money short_of = { x->short_of };
    switch (x->verdict) {
    case HISTORY_GOOD: return;
    case HISTORY_SECOND_LOAN:
        fail(&row->e, ERR_CONFLICT, "hh_no", MSG_HISTORY_SECOND_LOAN, A(h->list[x->other].number),
             A(h->list[x->other].on));
        return;
    case HISTORY_OVERDRAWN:
        fail(&row->e, ERR_CONFLICT, "amount", MSG_HISTORY_OVERDRAWN, A(x->day), A(short_of));
        return;
    case HISTORY_TOO_MUCH: fail(&row->e, ERR_INVALID, "amount", MSG_HISTORY_TOO_MUCH, A(short_of)); return;
    case HISTORY_BEFORE_PAYOUT:
        fail(&row->e, ERR_INVALID, "paid_on", MSG_HISTORY_BEFORE_PAYOUT, A(h->list[x->loan].on));
        return;
    case HISTORY_NO_LOAN:
        fail(&row->e, ERR_NOT_FOUND, "number", MSG_HISTORY_LOAN_REFUSED, A(h->list[x->loan].number));
        return;
    }
}

static void wait_for_posting(struct importing *im, const struct history_post *p)
{
    struct fund_memory *m = fund_memory(im);
    if (m->posts_n == m->posts_cap) {
        m->posts_cap = m->posts_cap ? m->posts_cap * 2 : 256;
        m->posts = xrealloc(m->posts, m->posts_cap * sizeof *m->posts);
    }
    m->posts[m->posts_n] = *p;
    m->posts[m->posts_n].number = arena_str(&im->a, p->number);
    m->posts[m->posts_n++].document = arena_str(&im->a, p->document);
}

static size_t place_of(struct importing *im, int64_t county, int64_t fund)
{
    struct fund_memory *m = fund_memory(im);
    size_t i = 0;
    while (m->funds[i]->id != fund || m->funds[i]->county != county)
        i++;
    return i;
}

static bool rehearse(struct importing *im, const struct import_row *row, struct history_event x)
{
    x.file = (uint32_t)im->file_no + 1;
    x.line = (uint32_t)row->line;
    history_add(&fund_memory(im)->h, &x);
    return true;
}

static bool judge(struct importing *im, struct errs *e)
{
    struct fund_memory *m = fund_memory(im);
    (void)e;
    m->h.live_max = 1;
    for (size_t i = 0; i < m->funds_n; i++)
        if (m->funds[i]->live_max > m->h.live_max)
            m->h.live_max = m->funds[i]->live_max;
    history_replay(&m->h);
    memset(m->next, 0, sizeof m->next);
    return true;
}

/* --- sources ---------------------------------------------------------------------------------- */

static const struct col source_extra[] = { PROGRAMME_COL(source_row) };

static bool is_memo(const struct fund_source *s)
{
    return s->nature.set && (s->nature.v == NATURE_PLEDGED || s->nature.v == NATURE_MEMO);
}

static bool source_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        struct source_row *s = rows[i].obj;
        if (errs_any(&rows[i].e) || !s->programme.p)
            continue;
        if (!history_county(im, &rows[i], &s->s.county, e))
            return false;
        if (errs_any(&rows[i].e))
            continue;
        if (!history_fund(im, &rows[i], s->programme, s->s.county, &s->fund, e))
            return false;
        if (s->fund)
            s->s.fund_id = s->fund->id;
        if (!s->s.nature.set)
            s->s.nature = (struct code){ NATURE_RECEIVED, true };
    }
    return true;
}

static const struct stmt *source_lookup(void)
{
    return SQL_OF(STMT_KEY, &fund_source_entity,
                  "SELECT {*} FROM fund_source WHERE county = $1 AND fund_id IN (" IMPORT_KEYS_FROM_2 ")");
}
static struct val source_key(const void *obj)
{
    return V(((const struct fund_source *)obj)->fund_id);
}
static bool source_same(const void *obj, const void *old)
{
    const struct fund_source *x = obj, *y = old;
    if (x->voucher_no.p || y->voucher_no.p)
        return str_eq(x->voucher_no, y->voucher_no);
    return x->source.v == y->source.v && x->received_on.v.day == y->received_on.v.day &&
           x->amount.v.fen == y->amount.v.fen;
}
static const struct stmt *source_any(void)
{
    return SQL(STMT_KEY, "SELECT count(*) FROM (SELECT 1 FROM fund_source WHERE county = $1 LIMIT 1) x");
}
static void source_identity(const void *obj, struct buf *b)
{
    const struct fund_source *s = obj;
    buf_addf(b, "%lld %lld ", (long long)s->county, (long long)s->fund_id);
    if (s->voucher_no.p)
        buf_add(b, s->voucher_no);
    else
        buf_addf(b, "%d %d %lld", (int)s->source.v, (int)s->received_on.v.day, (long long)s->amount.v.fen);
}

static bool source_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    static const char *const fixed[] = { "source", "nature", "received_on", "amount" };
    for (size_t i = 0; i < n; i++) {
        struct source_row *s = rows[i].obj;
        if (errs_any(&rows[i].e))
            continue;
        if (s->s.received_on.v.day > im->today.day)
            fail(&rows[i].e, ERR_INVALID, "received_on", MSG_HISTORY_FUTURE);
        else if (rows[i].old && says_other(&fund_source_entity, &rows[i], fixed, N_ELEMS(fixed)))
            fail(&rows[i].e, ERR_CONFLICT, "amount", MSG_HISTORY_POSTED);
        else if (!rows[i].old && !im->rehearsing) {
            if (!history_fund_make(im, s->fund, s->s.received_on.v, e))
                return false;
            s->s.fund_id = s->fund->id;
            int64_t id = 0;
            if (!is_memo(&s->s) && !db_id(im->tx, &id, e))
                return false;
            if (id)
                s->s.entry_id = (struct opt_int){ id, true };
        }
    }
    return true;
}

static bool source_rehearse(struct importing *im, const struct import_row *row, struct errs *e)
{
    const struct fund_source *s = row->obj;
    (void)e;
    if (row->old || is_memo(s))
        return true;
    return rehearse(
        im, row,
        (struct history_event){ .kind = HISTORY_SOURCE,
                                .county = s->county,
                                .fund = s->fund_id,
                                .on = s->received_on.v,
                                .fen = s->nature.v == NATURE_RETURNED ? -s->amount.v.fen : s->amount.v.fen });
}

static bool source_written(struct importing *im, const struct import_row *row, const void *now,
                           struct errs *e)
{
    const struct fund_source *s = now;
    (void)e;
    if (!row->old && s->entry_id.set)
        wait_for_posting(im, &(struct history_post){ .kind = HISTORY_SOURCE,
                                                     .fund = place_of(im, s->county, s->fund_id),
                                                     .on = s->received_on.v,
                                                     .amount = s->amount.v,
                                                     .voucher_id = s->entry_id.v,
                                                     .source = s->source,
                                                     .nature = s->nature,
                                                     .number = s->summary.p ? s->summary : s->voucher_no,
                                                     .document = s->voucher_no });
    return true;
}

static const struct import_kind sources = {
    .name = "fund_source",
    .label = { "资金来源", "source of a fund" },
    .en = &fund_source_entity,
    .extra = source_extra,
    .extra_n = N_ELEMS(source_extra),
    .size = sizeof(struct source_row),
    .needs = { "programme", "source", "received_on", "amount" },
    .unit = UNIT_FUND,
    .order = 1,
    .parents = source_parents,
    .county = county_at_0,
    .lookup = source_lookup,
    .key = source_key,
    .same = source_same,
    .any = source_any,
    .identity = source_identity,
    .check = source_check,
    .written = source_written,
    .rehearse = source_rehearse,
    .judge = judge,
    .close = history_post_all,
};

/* --- periods ---------------------------------------------------------------------------------- */

static const struct col period_extra[] = { PROGRAMME_COL(period_row) };

static void keep_period(struct known_fund *f, int64_t no)
{
    for (size_t i = 0; i < f->periods_n; i++)
        if (f->periods[i] == no)
            return;
    f->periods = xrealloc(f->periods, (f->periods_n + 1) * sizeof *f->periods);
    f->periods[f->periods_n++] = no;
}

static bool period_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        struct period_row *p = rows[i].obj;
        if (errs_any(&rows[i].e) || !p->programme.p)
            continue;
        if (!history_county(im, &rows[i], &p->p.county, e))
            return false;
        if (errs_any(&rows[i].e))
            continue;
        if (!history_fund(im, &rows[i], p->programme, p->p.county, &p->fund, e))
            return false;
        if (p->fund)
            p->p.fund_id = p->fund->id;
    }
    return true;
}

static const struct stmt *period_lookup(void)
{
    return SQL_OF(STMT_KEY, &period_entity,
                  "SELECT {*} FROM period WHERE county = $1 AND fund_id IN (" IMPORT_KEYS_FROM_2 ")");
}
static struct val period_key(const void *obj)
{
    return V(((const struct period *)obj)->fund_id);
}
static bool period_same(const void *obj, const void *old)
{
    return ((const struct period *)obj)->no.v == ((const struct period *)old)->no.v;
}
static const struct stmt *period_any(void)
{
    return SQL(STMT_KEY, "SELECT count(*) FROM (SELECT 1 FROM period WHERE county = $1 LIMIT 1) x");
}
static void period_identity(const void *obj, struct buf *b)
{
    const struct period *p = obj;
    buf_addf(b, "%lld %lld %lld", (long long)p->county, (long long)p->fund_id, (long long)p->no.v);
}

static bool period_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        struct period_row *p = rows[i].obj;
        if (errs_any(&rows[i].e))
            continue;
        keep_period(p->fund, p->p.no.v);
        if (im->rehearsing || rows[i].old)
            continue;
        if (!history_fund_make(im, p->fund, p->p.starts_on.set ? p->p.starts_on.v : im->today, e))
            return false;
        p->p.fund_id = p->fund->id;
    }
    return true;
}

static bool period_rehearse(struct importing *im, const struct import_row *row, struct errs *e)
{
    (void)im, (void)row, (void)e;
    return true;
}

static const struct import_kind periods = {
    .name = "period",
    .label = { "期", "lending period" },
    .en = &period_entity,
    .extra = period_extra,
    .extra_n = N_ELEMS(period_extra),
    .size = sizeof(struct period_row),
    .needs = { "programme", "no", "starts_on" },
    .unit = UNIT_FUND,
    .order = 2,
    .parents = period_parents,
    .county = county_at_0,
    .lookup = period_lookup,
    .key = period_key,
    .same = period_same,
    .any = period_any,
    .identity = period_identity,
    .check = period_check,
    .rehearse = period_rehearse,
    .judge = judge,
    .close = history_post_all,
};

/* --- loans ------------------------------------------------------------------------------------ */

static const struct col loan_extra[] = {
    PROGRAMME_COL(loan_row),
    HOUSEHOLD_COL(loan_row),
    COL(loan_row, borrower_number, "借款人证件号码", "Borrower's ID number", .check = check_idno,
        .mask = MASK_IDNO, .aliases = "借款人身份证号|借款人身份证号码|受助人证件号码|受助母亲证件号码"),
    COL(loan_row, borrower_name, "借款人姓名", "Borrower", .max = 60, .check = check_name,
        .aliases = "借款人|受助人姓名|受助母亲姓名|受助母亲|受助人"),
    COL(loan_row, guarantee_kind, "担保方式", "Guarantee", .codes = "guarantee",
        .aliases = "担保类型|保证方式"),
    COL(loan_row, guarantor, "担保人姓名", "Guarantor", .max = 60, .check = check_name,
        .aliases = "担保人|保证人|保证人姓名"),
    COL(loan_row, guarantor_number, "担保人证件号码", "Guarantor's ID number", .check = check_idno,
        .mask = MASK_IDNO, .aliases = "担保人身份证号|担保人身份证号码|保证人证件号码"),
    COL(loan_row, guarantor_relation, "担保人关系", "Guarantor's relation", .max = 60,
        .aliases = "与借款人关系|担保人职务"),
};

static const struct fund_members *first_member(const struct fund_memory *m, int64_t household)
{
    size_t lo = 0, hi = m->members_n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (m->members[mid].household < household)
            lo = mid + 1;
        else
            hi = mid;
    }
    return m->members + lo;
}

/* The one of the household with that number, or else that name; NULL: none. */
static const struct fund_members *member_of(struct importing *im, int64_t household, struct str number,
                                            struct str name)
{
    const struct fund_memory *m = fund_memory(im);
    const struct fund_members *end = m->members + m->members_n;
    uint8_t key[SEAL_TAG];
    if (number.p)
        seal_key(store_seal(tx_store(im->tx)), SEAL_ID_NUMBER, number, key);
    for (const struct fund_members *x = first_member(m, household); x < end && x->household == household; x++)
        if (number.p ? x->numbered && !memcmp(x->key, key, SEAL_TAG) : str_eq(x->name, name))
            return x;
    return NULL;
}

static bool settle_people(struct importing *im, struct import_row *row, const struct hh_ref *ref)
{
    struct loan_row *l = row->obj;
    if (!l->borrower_number.p && !l->borrower_name.p)
        return fail(&row->e, ERR_INVALID, "borrower_number", MSG_HISTORY_WHO);
    const struct fund_members *who = member_of(im, ref->id, l->borrower_number, l->borrower_name);
    if (!who)
        return fail(&row->e, ERR_NOT_FOUND, l->borrower_number.p ? "borrower_number" : "borrower_name",
                    MSG_HISTORY_BORROWER, A(l->hh_no));
    l->c.borrower_id = (struct opt_int){ who->person, true };
    if (l->guarantor_number.p && member_of(im, ref->id, l->guarantor_number, l->guarantor))
        return fail(&row->e, ERR_INVALID, "guarantor_number", MSG_HISTORY_OWN_FAMILY);
    return true;
}

static bool loan_fund(struct importing *im, struct import_row *row, const struct hh_ref *ref, struct errs *e)
{
    struct loan_row *l = row->obj;
    struct contract *c = &l->c;
    if (!history_fund(im, row, l->programme, ref->county, &l->fund, e))
        return false;
    if (!l->fund)
        return true;
    c->county = ref->county;
    c->fund_id = l->fund->id;
    c->programme = l->fund->programme;
    c->household_id = (struct opt_int){ ref->id, true };
    c->village = ref->village;
    c->layer = (struct code){ LAYER_HOUSEHOLD, true };
    c->history = true;
    c->ends_on = c->due_on;
    return true;
}

static bool loan_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    struct str *numbers = NEW_ARRAY(&im->batch, struct str, n);
    struct hh_ref *refs = NEW_ARRAY(&im->batch, struct hh_ref, n);
    for (size_t i = 0; i < n; i++) {
        const struct loan_row *l = rows[i].obj;
        numbers[i] = errs_any(&rows[i].e) ? (struct str){ 0 } : l->hh_no;
    }
    if (!import_households(im, rows, n, numbers, refs, e) || !history_members(im, refs, n, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct loan_row *l = rows[i].obj;
        if (errs_any(&rows[i].e) || !refs[i].id || !l->programme.p)
            continue;
        if (settle_people(im, &rows[i], &refs[i]) && !loan_fund(im, &rows[i], &refs[i], e))
            return false;
    }
    return true;
}

static const struct stmt *loan_lookup(void)
{
    return SQL_OF(STMT_KEY, &contract_entity,
                  "SELECT {*} FROM contract WHERE county = $1 AND number IN (" IMPORT_KEYS_FROM_2 ")");
}
static struct val loan_key(const void *obj)
{
    return V(((const struct contract *)obj)->number);
}
static bool loan_same(const void *obj, const void *old)
{
    return str_eq(((const struct contract *)obj)->number, ((const struct contract *)old)->number);
}
static const struct stmt *loan_any(void)
{
    return SQL(STMT_KEY, "SELECT count(*) FROM (SELECT 1 FROM contract WHERE county = $1 LIMIT 1) x");
}
static void loan_identity(const void *obj, struct buf *b)
{
    const struct contract *c = obj;
    buf_addf(b, "%lld ", (long long)c->county);
    buf_add(b, c->number);
}

static bool in_period(const struct known_fund *f, struct opt_int no)
{
    bool found = !no.set || !f->periods_n;
    for (size_t i = 0; i < f->periods_n; i++)
        found = found || f->periods[i] == no.v;
    return found;
}

static bool load_periods(struct importing *im, struct known_fund *f, struct errs *e)
{
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (f->id <= 0 || f->periods_n)
        return true;
    if (!db_query(im->tx, &r, SQL(STMT_KEY, "SELECT no FROM period WHERE county = $1 AND fund_id = $2"), e,
                  V(f->county), V(f->id)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND)
        keep_period(f, rows_int(&r, 0));
    return found != FAILED;
}

static void check_terms(struct importing *im, struct import_row *row)
{
    const struct loan_row *l = row->obj;
    const struct contract *c = &l->c;
    static const char *const fixed[] = { "period_no", "household_id", "borrower_id", "amount",
                                         "rate",      "paid_out_on",  "due_on",      "fund_id" };
    if (!c->paid_out_on.set)
        fail(&row->e, ERR_INVALID, "paid_out_on", MSG_HISTORY_NO_DATE);
    else if (c->paid_out_on.v.day > im->today.day)
        fail(&row->e, ERR_INVALID, "paid_out_on", MSG_HISTORY_FUTURE);
    else if (c->due_on.v.day <= c->paid_out_on.v.day)
        fail(&row->e, ERR_INVALID, "due_on", MSG_HISTORY_DUE, A(c->paid_out_on.v));
    else if (!in_period(l->fund, c->period_no))
        fail(&row->e, ERR_NOT_FOUND, "period_no", MSG_HISTORY_PERIOD, A(c->period_no.v));
    else if (row->old && says_other(&contract_entity, row, fixed, N_ELEMS(fixed)))
        fail(&row->e, ERR_CONFLICT, "amount", MSG_HISTORY_POSTED);
}

/* It was done, so it comes in; but somebody ought to know (FQ06). */
static bool warn_guarantor(struct importing *im, struct import_row *row, struct errs *e)
{
    const struct loan_row *l = row->obj;
    const struct guarantee g = { .name = l->guarantor, .id_number = l->guarantor_number };
    struct guarantor_state s;
    if (!l->fund->stored || !g.name.p)
        return true;
    if (!guarantor_state(im->tx, &l->c, &g, l->c.paid_out_on.v, &s, e))
        return false;
    if (s.in_default)
        warn(&row->e, "guarantor", MSG_HISTORY_GUARANTOR_LATE, A(g.name), A(s.in_default));
    return true;
}

static bool loan_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        struct loan_row *l = rows[i].obj;
        if (errs_any(&rows[i].e))
            continue;
        if (!load_periods(im, l->fund, e))
            return false;
        check_terms(im, &rows[i]);
        if (im->rehearsing || rows[i].old || errs_any(&rows[i].e))
            continue;
        const struct history_event *x = history_event_of(im, HISTORY_LOAN, &rows[i]);
        if (x)
            tell_verdict(im, &rows[i], x);
        if (errs_any(&rows[i].e))
            continue;
        if (!warn_guarantor(im, &rows[i], e) || !history_fund_make(im, l->fund, l->c.paid_out_on.v, e))
            return false;
        l->c.fund_id = l->fund->id;
        if (x)
            l->c.round = (struct opt_int){ x->round, true };
    }
    return true;
}

static bool loan_rehearse(struct importing *im, const struct import_row *row, struct errs *e)
{
    const struct contract *c = row->obj;
    struct fund_memory *m = fund_memory(im);
    const struct number_slot *s = number_slot(m, c->county, c->number);
    (void)e;
    if (row->old || (s && s->event)) /* a second row of that number is refused when it is read again */
        return true;
    number_put(im, c->county, c->number, m->h.n);
    return rehearse(im, row,
                    (struct history_event){ .kind = HISTORY_LOAN,
                                            .county = c->county,
                                            .fund = c->fund_id,
                                            .on = c->paid_out_on.v,
                                            .fen = c->amount.v.fen,
                                            .household = c->household_id.v,
                                            .number = arena_str(&im->a, c->number) });
}

static bool loan_written(struct importing *im, const struct import_row *row, const void *now, struct errs *e)
{
    const struct loan_row *l = row->obj;
    const struct contract *c = now;
    struct guarantee g = { .county = c->county,
                           .contract_id = c->id,
                           .kind = l->guarantee_kind,
                           .name = l->guarantor,
                           .id_number = l->guarantor_number,
                           .relation = l->guarantor_relation };
    if (row->old)
        return true;
    struct number_slot *s = number_slot(fund_memory(im), c->county, c->number);
    if (s && s->event) {
        struct history_event *x = &fund_memory(im)->h.list[s->event - 1];
        x->contract_id = c->id;
        x->village = c->village;
        x->period = c->period_no;
    }
    wait_for_posting(im, &(struct history_post){ .kind = HISTORY_LOAN,
                                                 .fund = place_of(im, c->county, c->fund_id),
                                                 .on = c->paid_out_on.v,
                                                 .amount = c->amount.v,
                                                 .contract_id = c->id,
                                                 .period = c->period_no,
                                                 .township = region_parent(c->village),
                                                 .number = c->number });
    return !g.kind.set || (db_id(im->tx, &g.id, e) && bulk_add(import_bulk(im, &guarantee_entity), &g, e));
}

static const struct import_kind loans = {
    .name = "loan",
    .label = { "借款", "loan" },
    .en = &contract_entity,
    .extra = loan_extra,
    .extra_n = N_ELEMS(loan_extra),
    .size = sizeof(struct loan_row),
    .needs = { "number", "programme", "hh_no", "amount", "paid_out_on", "due_on" },
    .unit = UNIT_FUND,
    .order = 3,
    .parents = loan_parents,
    .county = county_at_0,
    .lookup = loan_lookup,
    .key = loan_key,
    .same = loan_same,
    .any = loan_any,
    .identity = loan_identity,
    .check = loan_check,
    .written = loan_written,
    .rehearse = loan_rehearse,
    .judge = judge,
    .close = history_post_all,
    .beside = { &guarantee_entity },
};

/* --- repayments ------------------------------------------------------------------------------- */

static const struct col repayment_extra[] = {
    COL(repayment_row, number, "编号", "Number", .flags = REQUIRED, .max = 60,
        .aliases = "合同编号|借据编号|借款编号|合同号|借据号|三线合一编号"),
    COL(repayment_row, interest, "其中利息", "Of it interest", .min = 0, .aliases = "利息|占用费|其中占用费"),
};

static bool find_loan(struct importing *im, struct import_row *row, struct errs *e)
{
    struct repayment_row *r = row->obj;
    struct history_event *x;
    if (!history_loan(im, row, r->number, &x, e))
        return false;
    if (!x)
        return true;
    r->r.county = x->county;
    r->r.fund_id = x->fund;
    r->r.contract_id = x->contract_id;
    r->r.recorded_on = im->today;
    r->period = x->period;
    r->village = x->village;
    if (!im->rehearsing && !x->contract_id)
        fail(&row->e, ERR_NOT_FOUND, "number", MSG_HISTORY_LOAN_REFUSED, A(r->number));
    return true;
}

static bool repayment_parents(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    for (size_t i = 0; i < n; i++) {
        struct repayment_row *r = rows[i].obj;
        if (errs_any(&rows[i].e) || !r->number.p)
            continue;
        if (!find_loan(im, &rows[i], e))
            return false;
        struct money interest = r->interest.set ? r->interest.v : (struct money){ 0 };
        if (!r->r.amount.set || errs_any(&rows[i].e))
            continue;
        if (interest.fen > r->r.amount.v.fen)
            fail(&rows[i].e, ERR_INVALID, "interest", MSG_HISTORY_INTEREST);
        r->r.interest = interest;
        r->r.principal = (struct money){ r->r.amount.v.fen - interest.fen };
    }
    return true;
}

static const struct stmt *repayment_lookup(void)
{
    return SQL_OF(STMT_KEY, &repayment_entity,
                  "SELECT {*} FROM repayment WHERE county = $1 AND contract_id IN (" IMPORT_KEYS_FROM_2 ")");
}
static struct val repayment_key(const void *obj)
{
    return V(((const struct repayment *)obj)->contract_id);
}
static bool repayment_same(const void *obj, const void *old)
{
    const struct repayment *x = obj, *y = old;
    if (x->contract_id != y->contract_id)
        return false;
    if (x->receipt_no.p || y->receipt_no.p)
        return str_eq(x->receipt_no, y->receipt_no);
    return x->paid_on.v.day == y->paid_on.v.day && x->amount.v.fen == y->amount.v.fen;
}
static const struct stmt *repayment_any(void)
{
    return SQL(STMT_KEY, "SELECT count(*) FROM (SELECT 1 FROM repayment WHERE county = $1 LIMIT 1) x");
}
/* A receipt is given once. */
static void repayment_identity(const void *obj, struct buf *b)
{
    const struct repayment_row *r = obj;
    buf_addf(b, "%lld %lld ", (long long)r->r.county, (long long)r->r.fund_id);
    if (r->r.receipt_no.p) {
        buf_add(b, r->r.receipt_no);
        return;
    }
    buf_addf(b, "%d %lld ", (int)r->r.paid_on.v.day, (long long)r->r.amount.v.fen);
    buf_add(b, r->number);
}

static bool repayment_check(struct importing *im, struct import_row *rows, size_t n, struct errs *e)
{
    static const char *const fixed[] = { "paid_on", "amount" };
    for (size_t i = 0; i < n; i++) {
        struct repayment_row *r = rows[i].obj;
        if (errs_any(&rows[i].e))
            continue;
        if (r->r.paid_on.v.day > im->today.day)
            fail(&rows[i].e, ERR_INVALID, "paid_on", MSG_HISTORY_FUTURE);
        else if (rows[i].old && says_other(&repayment_entity, &rows[i], fixed, N_ELEMS(fixed)))
            fail(&rows[i].e, ERR_CONFLICT, "amount", MSG_HISTORY_POSTED);
        if (im->rehearsing || rows[i].old || errs_any(&rows[i].e))
            continue;
        const struct history_event *x = history_event_of(im, HISTORY_REPAYMENT, &rows[i]);
        if (x)
            tell_verdict(im, &rows[i], x);
        if (!errs_any(&rows[i].e) && !db_id(im->tx, &r->r.entry_id, e))
            return false;
    }
    return true;
}

static bool repayment_rehearse(struct importing *im, const struct import_row *row, struct errs *e)
{
    const struct repayment_row *r = row->obj;
    struct fund_memory *m = fund_memory(im);
    const struct number_slot *s = number_slot(m, r->r.county, r->number), *twin;
    CLEANUP(buf_release) struct buf own = BUF(1024);
    (void)e;
    buf_adds(&own, "\n"); /* begins no number of a loan */
    repayment_identity(r, &own);
    twin = number_slot(m, r->r.county, buf_str(&own));
    if (row->old || !s || !s->event || (twin && twin->event))
        return true;
    size_t loan = s->event - 1;
    number_put(im, r->r.county, buf_str(&own), loan);
    return rehearse(im, row,
                    (struct history_event){ .kind = HISTORY_REPAYMENT,
                                            .county = r->r.county,
                                            .fund = r->r.fund_id,
                                            .on = r->r.paid_on.v,
                                            .fen = r->r.principal.fen,
                                            .interest = r->r.interest.fen,
                                            .loan = (int64_t)loan });
}

static bool repayment_written(struct importing *im, const struct import_row *row, const void *now,
                              struct errs *e)
{
    const struct repayment_row *r = row->obj;
    const struct repayment *x = now;
    (void)e;
    if (!row->old)
        wait_for_posting(im, &(struct history_post){ .kind = HISTORY_REPAYMENT,
                                                     .fund = place_of(im, x->county, x->fund_id),
                                                     .on = x->paid_on.v,
                                                     .amount = x->principal,
                                                     .interest = x->interest,
                                                     .voucher_id = x->entry_id,
                                                     .contract_id = x->contract_id,
                                                     .period = r->period,
                                                     .township = region_parent(r->village),
                                                     .number = r->number,
                                                     .document = x->receipt_no });
    return true;
}

static const struct import_kind repayments = {
    .name = "repayment",
    .label = { "还款", "repayment" },
    .en = &repayment_entity,
    .extra = repayment_extra,
    .extra_n = N_ELEMS(repayment_extra),
    .size = sizeof(struct repayment_row),
    .needs = { "number", "paid_on", "amount" },
    .unit = UNIT_FUND,
    .order = 4,
    .parents = repayment_parents,
    .county = county_at_0,
    .lookup = repayment_lookup,
    .key = repayment_key,
    .same = repayment_same,
    .any = repayment_any,
    .identity = repayment_identity,
    .check = repayment_check,
    .written = repayment_written,
    .rehearse = repayment_rehearse,
    .judge = judge,
    .close = history_post_all,
};

const struct import_kind *const fund_import_kinds[] = { &sources, &periods, &loans, &repayments };
const size_t fund_import_kinds_n = N_ELEMS(fund_import_kinds);
