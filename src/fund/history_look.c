/* history_look.c - what the rows of an archive refer to: funds, households, members, loans. */
#include "fund/history_parts.h"

#include "programme/version.h"
#include "registry/region.h"
#include "registry/scope.h"

#include <assert.h>
#include <stdlib.h>

static void forget(void *p)
{
    struct fund_memory *m = p;
    history_release(&m->h);
    free(m->numbers);
    free(m->posts);
    for (size_t i = 0; i < m->funds_n; i++)
        free(m->funds[i]->periods);
}

struct fund_memory *fund_memory(struct importing *im)
{
    static const char owner;
    struct fund_memory *m = import_memory(im, &owner, sizeof *m, forget);
    return m;
}

/* --- numbers of loans ----------------------------------------------------------------------- */

static uint64_t hash_of(int64_t county, struct str s)
{
    uint64_t h = 0xcbf29ce484222325u ^ (uint64_t)county;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    return h ^ (h >> 31);
}

struct number_slot *number_slot(const struct fund_memory *m, int64_t county, struct str number)
{
    if (!m->numbers_cap)
        return NULL;
    size_t at = (size_t)hash_of(county, number) & (m->numbers_cap - 1);
    while (m->numbers[at].event &&
           (m->numbers[at].county != county || !str_eq(m->numbers[at].number, number)))
        at = (at + 1) & (m->numbers_cap - 1);
    return &m->numbers[at];
}

void number_put(struct importing *im, int64_t county, struct str number, size_t event)
{
    struct fund_memory *m = fund_memory(im);
    if ((m->numbers_n + 1) * 2 > m->numbers_cap) {
        struct fund_memory old = *m;
        m->numbers_cap = old.numbers_cap ? old.numbers_cap * 2 : 1024;
        m->numbers = xcalloc(m->numbers_cap, sizeof *m->numbers);
        for (size_t i = 0; i < old.numbers_cap; i++)
            if (old.numbers[i].event)
                *number_slot(m, old.numbers[i].county, old.numbers[i].number) = old.numbers[i];
        free(old.numbers);
    }
    struct number_slot *s = number_slot(m, county, number);
    if (s->event)
        return;
    *s = (struct number_slot){ arena_str(&im->a, number), county, event + 1 };
    m->numbers_n++;
}

/* --- counties and funds --------------------------------------------------------------------- */

bool history_county(struct importing *im, struct import_row *row, int64_t *county, struct errs *e)
{
    const struct scopes *s;
    if (!import_counties(im, &s, e))
        return false;
    *county = s->n == 1 ? s->list[0].county : 0;
    if (!*county)
        fail(&row->e, ERR_INVALID, "programme", MSG_HISTORY_COUNTY);
    return true;
}

static struct history_event stored(enum history_kind kind, const struct known_fund *f, struct rows *r)
{
    return (struct history_event){ .kind = kind,
                                   .county = f->county,
                                   .fund = f->id,
                                   .on = { (int32_t)rows_int(r, 0) },
                                   .fen = rows_int(r, 1) };
}

/* What the fund has done already takes part in the replay. */
static bool load_loans(struct importing *im, struct known_fund *f, struct errs *e)
{
    struct fund_memory *m = fund_memory(im);
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(im->tx, &r,
                  SQL(STMT_KEY,
                      "SELECT paid_out_on, amount, household_id, number, id, village, period_no FROM "
                      "contract WHERE county = $1 AND fund_id = $2 AND household_id IS NOT NULL AND "
                      "paid_out_on IS NOT NULL AND "
                      "void_on IS NULL ORDER BY paid_out_on, id"),
                  e, V(f->county), V(f->id)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        struct history_event x = stored(HISTORY_LOAN, f, &r);
        f->stored = true;
        x.household = rows_int(&r, 2);
        x.number = arena_str(&im->a, rows_text(&r, 3));
        x.contract_id = rows_int(&r, 4);
        x.village = (struct region_code){ rows_int(&r, 5) };
        x.period = (struct opt_int){ rows_int(&r, 6), rows_val(&r, 6).kind == V_INT };
        number_put(im, f->county, x.number, m->h.n);
        history_add(&m->h, &x);
    }
    return found != FAILED;
}

static bool load_repayments(struct importing *im, const struct known_fund *f, struct errs *e)
{
    struct fund_memory *m = fund_memory(im);
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(
            im->tx, &r,
            SQL(STMT_KEY,
                "SELECT r.paid_on, r.principal, r.interest, c.number FROM repayment r JOIN contract c ON "
                "c.county = r.county AND c.id = r.contract_id WHERE r.county = $1 AND c.county = $1 AND "
                "r.fund_id = $2 ORDER BY r.paid_on, r.id"),
            e, V(f->county), V(f->id)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        struct history_event x = stored(HISTORY_REPAYMENT, f, &r);
        const struct number_slot *s = number_slot(m, f->county, rows_text(&r, 3));
        x.interest = rows_int(&r, 2);
        x.loan = s && s->event ? (int64_t)s->event - 1 : 0;
        if (s && s->event)
            history_add(&m->h, &x);
    }
    return found != FAILED;
}

static bool load_sources(struct importing *im, const struct known_fund *f, struct errs *e)
{
    struct fund_memory *m = fund_memory(im);
    enum found found;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(
            im->tx, &r,
            SQL(STMT_KEY,
                "SELECT received_on, CASE WHEN nature = 4 THEN -amount ELSE amount END FROM fund_source "
                "WHERE county = $1 AND fund_id = $2 AND entry_id IS NOT NULL ORDER BY received_on, id"),
            e, V(f->county), V(f->id)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        struct history_event x = stored(HISTORY_SOURCE, f, &r);
        history_add(&m->h, &x);
    }
    return found != FAILED;
}

static bool find_fund(struct importing *im, struct known_fund *f, struct errs *e)
{
    struct list funds;
    if (!fund_list(im->tx, f->county, &funds, e))
        return false;
    for (size_t i = 0; i < funds.n; i++) {
        const struct fund *x = (const struct fund *)funds.rows + i;
        if (str_eq(x->programme, f->programme)) {
            f->id = x->id;
            return load_sources(im, f, e) && load_loans(im, f, e) && load_repayments(im, f, e);
        }
    }
    return true;
}

static bool add_fund(struct importing *im, const struct known_fund *like, struct known_fund **f,
                     struct errs *e)
{
    struct fund_memory *m = fund_memory(im);
    struct programme_version v;
    const struct programme *p = programme_open(im->tx, like->programme, im->codes, &v, &im->a, e);
    if (!p)
        return false;
    if (m->funds_n == HISTORY_FUNDS_MAX)
        return fail(e, ERR_INVALID, "programme", MSG_HISTORY_FUNDS, A((int64_t)HISTORY_FUNDS_MAX));
    struct known_fund *x = NEW(&im->a, struct known_fund);
    *x = (struct known_fund){ .county = like->county,
                              .id = -(int64_t)m->funds_n - 1,
                              .live_max = p->exposure.live_loans_per_household.set
                                              ? p->exposure.live_loans_per_household.v
                                              : 1,
                              .programme = arena_str(&im->a, v.programme),
                              .name = arena_str(&im->a, v.zh),
                              .typed = arena_str(&im->a, like->typed) };
    m->funds[m->funds_n++] = x;
    *f = x;
    return find_fund(im, x, e);
}

bool history_fund(struct importing *im, struct import_row *row, struct str programme, int64_t county,
                  struct known_fund **f, struct errs *e)
{
    struct fund_memory *m = fund_memory(im);
    struct programme_version v;
    struct errs own = { .a = row->e.a, .lang = row->e.lang };
    *f = NULL;
    for (size_t i = m->funds_n; i-- > 0 && !*f;)
        if (m->funds[i]->county == county && str_eq(m->funds[i]->typed, programme))
            *f = m->funds[i];
    if (*f)
        return true;
    if (!actor_may(im->who, PERM_FUNDS, (struct region_code){ county * 1000000 })) {
        const struct label *what = &perm_info[PERM_FUNDS].label;
        fail(&row->e, ERR_FORBIDDEN, "programme", MSG_NO_PERMISSION, A(im->who->login), A(what));
        return true;
    }
    if (!programme_find(im->tx, programme, &v, &im->batch, &own)) {
        if (own.bad.first->code == ERR_UNAVAILABLE || own.bad.first->code == ERR_RETRY) {
            errs_append(e, &own);
            return false;
        }
        fail(&row->e, own.bad.first->code, "programme", MSG_HISTORY_PROGRAMME, A(own.bad.first->text));
        return true;
    }
    for (size_t i = 0; i < m->funds_n && !*f; i++)
        if (m->funds[i]->county == county && str_eq(m->funds[i]->programme, v.programme))
            *f = m->funds[i];
    const struct known_fund like = { .county = county, .programme = v.programme, .typed = programme };
    return *f || add_fund(im, &like, f, e);
}

static int loans_by_number(const struct fund_memory *m, const struct scopes *s, struct str number,
                           struct history_event **x)
{
    int found = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct number_slot *slot = number_slot(m, s->list[i].county, number);
        if (slot && slot->event) {
            *x = &m->h.list[slot->event - 1];
            found++;
        }
    }
    return found;
}

/* Its fund may not have been met yet: with it, all its loans come. */
static bool meet_fund(struct importing *im, struct import_row *row, int64_t county, struct str number,
                      struct errs *e)
{
    struct known_fund *f;
    struct str programme = { 0 };
    {
        CLEANUP(rows_close) struct rows r = { 0 };
        if (!db_query(im->tx, &r,
                      SQL(STMT_KEY, "SELECT programme FROM contract WHERE county = $1 AND number = $2"), e,
                      V(county), V(number)))
            return false;
        enum found found = rows_next(&r, e);
        if (found != FOUND)
            return found == NONE;
        programme = arena_str(&im->batch, rows_text(&r, 0));
    }
    return history_fund(im, row, programme, county, &f, e);
}

bool history_loan(struct importing *im, struct import_row *row, struct str number, struct history_event **x,
                  struct errs *e)
{
    const struct fund_memory *m = fund_memory(im);
    const struct scopes *s;
    *x = NULL;
    if (!import_counties(im, &s, e))
        return false;
    int found = loans_by_number(m, s, number, x);
    for (size_t i = 0; i < s->n && !found; i++)
        if (!meet_fund(im, row, s->list[i].county, number, e))
            return false;
    if (!found)
        found = loans_by_number(m, s, number, x);
    if (!found)
        fail(&row->e, ERR_NOT_FOUND, "number", MSG_HISTORY_NO_LOAN, A(number));
    else if (found > 1)
        fail(&row->e, ERR_CONFLICT, "number", MSG_HISTORY_SEVERAL, A(number));
    if (found != 1)
        *x = NULL;
    return true;
}

/* Two digits, the next that is free. */
bool history_fund_make(struct importing *im, struct known_fund *f, struct date opened_on, struct errs *e)
{
    struct list funds;
    struct fund x = {
        .county = f->county, .name = f->name, .programme = f->programme, .opened_on = opened_on
    };
    struct fund_memory *m = fund_memory(im);
    if (f->id > 0)
        return true;
    if (!fund_list(im->tx, f->county, &funds, e))
        return false;
    x.code = str_of(arena_printf(&im->a, "%02zu", funds.n + 1));
    if (!fund_add(im->act, &x, e))
        return false;
    for (size_t i = 0; i < m->h.n; i++)
        if (m->h.list[i].fund == f->id && m->h.list[i].county == f->county)
            m->h.list[i].fund = x.id;
    f->id = x.id;
    return true;
}

/* --- households and their members ----------------------------------------------------------- */

static int by_household(const void *a, const void *b)
{
    const struct fund_members *x = a, *y = b;
    if (x->household != y->household)
        return x->household < y->household ? -1 : 1;
    return (x->person > y->person) - (x->person < y->person);
}

static bool fetch_members(struct importing *im, const struct val *v, size_t cap, struct errs *e)
{
    struct fund_memory *m = fund_memory(im);
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query_(im->tx, &r,
                   SQL(STMT_KEY, "SELECT household_id, id, name, id_number FROM person WHERE county = $1 AND "
                                 "household_id IN (" IMPORT_KEYS_FROM_2 ")"),
                   false, e, v, IMPORT_KEYS + 1))
        return false;
    while ((f = rows_next(&r, e)) == FOUND && m->members_n < cap) {
        struct fund_members *x = &m->members[m->members_n++];
        struct val id = rows_val(&r, 3);
        *x = (struct fund_members){ .household = rows_int(&r, 0), .person = rows_int(&r, 1) };
        x->name = arena_str(&im->batch, rows_text(&r, 2));
        x->numbered = id.kind == V_BYTES && id.s.n >= SEAL_TAG;
        if (x->numbered)
            memcpy(x->key, id.s.p, SEAL_TAG);
    }
    return f != FAILED;
}

bool history_members(struct importing *im, const struct hh_ref *refs, size_t n, struct errs *e)
{
    enum { MEMBERS_MAX = 100 }; /* of one household */
    struct fund_memory *m = fund_memory(im);
    size_t cap = n * MEMBERS_MAX;
    m->members = NEW_ARRAY(&im->batch, struct fund_members, cap);
    m->members_n = 0;
    for (size_t from = 0; from < n;) {
        struct val v[IMPORT_KEYS + 1] = { V(refs[from].county) };
        size_t k = 0;
        for (; from < n && k < IMPORT_KEYS && refs[from].county == v[0].i; from++)
            if (k == 0 || v[k].i != refs[from].id)
                v[++k] = V(refs[from].id);
        for (size_t i = k; i < IMPORT_KEYS; i++)
            v[i + 1] = v[k];
        if (v[0].i && !fetch_members(im, v, cap, e))
            return false;
    }
    if (m->members_n)
        qsort(m->members, m->members_n, sizeof *m->members, by_household);
    return true;
}

struct history_event *history_event_of(struct importing *im, enum history_kind kind,
                                       const struct import_row *row)
{
    struct fund_memory *m = fund_memory(im);
    uint32_t file = (uint32_t)im->file_no + 1, line = (uint32_t)row->line;
    size_t i = m->next[kind];
    for (; i < m->h.n; i++) {
        const struct history_event *x = &m->h.list[i];
        if (x->kind == kind && x->file == file && x->line >= line)
            break;
        if (x->kind == kind && x->file > file)
            break;
    }
    m->next[kind] = i;
    return i < m->h.n && m->h.list[i].file == file && m->h.list[i].line == line ? &m->h.list[i] : NULL;
}
