#include "fund/repay_file.h"

#include "base/value.h"
#include "fund/repay_batch.h"
#include "registry/import.h"
#include "registry/national_id.h"

#include <assert.h>

enum { ROWS_A_BATCH = 50000, HEAD_ROWS_MAX = 20, ROWS_BETWEEN_LOOKS = 256 };

/* --- reading ------------------------------------------------------------------------------------- */

struct key_cells {
    struct str number, id_number;
};
static const struct col key_cols[] = {
    COL(key_cells, number, "合同编号", "Contract", .max = 60,
        .aliases = "编号|合同号|借款合同编号|借据编号|借据号|IOU|IOU number|number|Contract number"),
    COL(key_cells, id_number, "证件号码", "ID number", .check = check_idno,
        .aliases = "身份证号|身份证号码|借款人证件号码|借款人身份证号|借款人身份证号码"),
};
static const char *const row_cols[] = {
    "paid_on", "amount", "receipt_no", "payer_kind", "payer", "collector"
};
enum {
    KEY_COLS = N_ELEMS(key_cols),
    FILE_COLS = KEY_COLS + N_ELEMS(row_cols),
    COL_PAID_ON = KEY_COLS,
    COL_AMOUNT
};

static const struct col *file_col(size_t i)
{
    return i < KEY_COLS ? &key_cols[i] : entity_col(&repayment_entity, row_cols[i - KEY_COLS]);
}

static bool str_same(struct str a, struct str b)
{
    return a.n == b.n && a.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static bool is_called(const struct col *c, struct str h)
{
    struct str names = str_of(c->aliases), one;
    if (str_eq(str_of(c->label.zh), h) || str_same(str_of(c->label.en), h) || str_same(str_of(c->name), h))
        return true;
    while (str_split(&names, '|', &one))
        if (str_same(one, h))
            return true;
    return false;
}

/* Where each column stands; SIZE_MAX: nowhere. */
static bool find_head(const struct csv_row *row, size_t at[FILE_COLS], struct arena *a)
{
    for (size_t k = 0; k < FILE_COLS; k++)
        at[k] = SIZE_MAX;
    for (size_t i = 0; i < row->n; i++) {
        struct str h = text_fold(a, row->cells[i]);
        for (size_t k = 0; h.p && k < FILE_COLS; k++)
            if (at[k] == SIZE_MAX && is_called(file_col(k), h)) {
                at[k] = i;
                break;
            }
    }
    return (at[0] != SIZE_MAX || at[1] != SIZE_MAX) && at[COL_PAID_ON] != SIZE_MAX &&
           at[COL_AMOUNT] != SIZE_MAX;
}

static void refuse(struct repay_file_row *row, const struct errs *why, struct arena *a)
{
    row->fate = REPAY_REFUSED;
    row->reason = arena_str(a, str_of(why->bad.first->text)).p;
}

static bool is_total(const struct csv_row *row)
{
    static const char *const words[] = { "合计", "总计", "小计", "Total" };
    for (size_t i = 0; i < row->n; i++)
        for (size_t k = 0; row->cells[i].p && k < N_ELEMS(words); k++)
            if (str_same(str_trim(row->cells[i]), str_of(words[k])))
                return true;
    return false;
}

static void read_row(struct repay_file_row *row, const size_t at[FILE_COLS], struct col_memo *memos,
                     const struct reading *like)
{
    struct errs own = { .a = like->e->a, .lang = like->e->lang };
    struct reading rd = *like;
    struct key_cells key = { 0 };
    rd.e = &own;
    if (row->cells.damage != CSV_WHOLE)
        fail(&own, ERR_INVALID, NULL, MSG_LINE_DAMAGED);
    for (size_t k = 0; k < FILE_COLS && row->cells.damage == CSV_WHOLE; k++)
        if (at[k] < row->cells.n)
            col_read_like(file_col(k), k < KEY_COLS ? (void *)&key : (void *)&row->r, row->cells.cells[at[k]],
                          &rd, &memos[k]);
    row->number = key.number;
    row->id_number = key.id_number;
    if (!errs_any(&own) && !key.number.p && !key.id_number.p)
        fail(&own, ERR_INVALID, "number", MSG_REPAY_FILE_NO_LOAN);
    if (!errs_any(&own) && (!row->r.paid_on.set || !row->r.amount.set))
        fail(&own, ERR_INVALID, "amount", MSG_REPAY_FILE_INCOMPLETE);
    row->unreadable = errs_any(&own);
    if (row->unreadable)
        refuse(row, &own, like->e->a);
}

/* A number cell may hold an ID number: 18 digits of its own form. */
static void sort_out_number(struct repay_file_row *row, struct arena *a)
{
    struct errs probe = { .a = a };
    struct reading rd = { .e = &probe };
    struct key_cells key = { 0 };
    enum { IDNO_CHARS = 18 };
    if (!row->number.p || row->id_number.p || row->number.n != IDNO_CHARS)
        return;
    if (col_read(&key_cols[1], &key, row->number, &rd) && key.id_number.p) {
        row->id_number = key.id_number;
        row->number = (struct str){ 0 };
    }
}

bool repay_file_read(struct str text, const struct code_book *codes, struct date today,
                     struct repay_file *out, struct errs *e)
{
    struct csv csv = csv_open(text);
    struct csv_row row;
    size_t at[FILE_COLS] = { 0 }, cap = 0, looked = 0;
    struct col_memo *memos = NEW_ARRAY(e->a, struct col_memo, FILE_COLS);
    const struct reading rd = { .e = e, .codes = codes, .today = today };
    *out = (struct repay_file){ 0 };
    while (looked++ < HEAD_ROWS_MAX && !out->head.n && csv_next(&csv, e->a, &row))
        if (find_head(&row, at, e->a))
            out->head = row;
    if (!out->head.n)
        return fail(e, ERR_INVALID, "file", MSG_REPAY_FILE_HEAD);
    while (csv_next(&csv, e->a, &row)) {
        if (is_total(&row))
            continue;
        if (out->n == REPAY_FILE_ROWS_MAX)
            return fail(e, ERR_INVALID, "file", MSG_REPAY_FILE_LONG, A((int64_t)REPAY_FILE_ROWS_MAX));
        if (out->n == cap) {
            struct repay_file_row *grown = NEW_ARRAY(e->a, struct repay_file_row, cap = cap ? cap * 2 : 256);
            if (out->n)
                memcpy(grown, out->rows, out->n * sizeof *grown);
            out->rows = grown;
        }
        struct repay_file_row *x = &out->rows[out->n++];
        *x = (struct repay_file_row){ .cells = row };
        read_row(x, at, memos, &rd);
        sort_out_number(x, e->a);
    }
    return true;
}

/* --- texts to numbers, in memory ------------------------------------------------------------------ */

struct place {
    struct str key;
    size_t v;
};
struct places {
    struct place *list;
    size_t cap;
};

static size_t hash_of(struct str s)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    return (size_t)(h ^ (h >> 31));
}

/* Room for n keys. */
static struct places places_for(size_t n, struct arena *a)
{
    struct places p = { .cap = 16 };
    while (p.cap < n * 2)
        p.cap *= 2;
    p.list = NEW_ARRAY(a, struct place, p.cap);
    return p;
}

/* The key's place; its key is unknown where it is new. */
static struct place *place_of(const struct places *p, struct str key)
{
    size_t at = hash_of(key) & (p->cap - 1);
    while (p->list[at].key.p && !str_eq(p->list[at].key, key))
        at = (at + 1) & (p->cap - 1);
    return &p->list[at];
}

/* --- a batch --------------------------------------------------------------------------------------- */

struct loan {
    struct contract c;
    int64_t version; /* of its programme; 0: not looked up */
};
struct run {
    const struct actor *who;
    const struct code_book *codes;
    const struct repay_file_options *o;
    struct repay_file_row *rows; /* of the batch */
    size_t n, before, all;
    struct places seen;  /* what the whole file said, and how often */
    struct arena *all_a; /* of the whole run */
    struct repay_file_result sum;

    /* of one attempt */
    struct arena batch_a, row_a;
    struct tx *tx;
    struct loan **loans;   /* per row; NULL: refused */
    struct places numbers; /* of contracts: place in `found` + 1 */
    struct loan *found;
    size_t found_n;
    struct str *keys;         /* per row, as stored */
    struct places known_keys; /* those of the batch; 1: it is there */
    struct places receipts;   /* likewise */
};

/* Up to IMPORT_KEYS different ones in one query; false: it is full. */
struct chunk {
    struct val v[IMPORT_KEYS + 1];
    size_t n;
};

static bool ask(struct run *x, struct chunk *k, const struct stmt *st,
                bool (*take)(struct run *x, struct rows *r, struct errs *e), struct errs *e)
{
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!k->n)
        return true;
    k->v[0] = V(x->o->county);
    for (size_t i = k->n; i < IMPORT_KEYS; i++)
        k->v[i + 1] = k->v[k->n];
    k->n = 0;
    if (!db_query_(x->tx, &r, st, false, e, k->v, IMPORT_KEYS + 1))
        return false;
    while ((f = rows_next(&r, e)) == FOUND)
        if (!take(x, &r, e))
            return false;
    return f == NONE;
}

static bool take_contract(struct run *x, struct rows *r, struct errs *e)
{
    struct contract *c = &x->found[x->found_n].c;
    if (!rows_obj(r, 0, c, e->a, e))
        return false;
    x->found[x->found_n].version = rows_int(r, (int)contract_entity.n);
    struct place *p = place_of(&x->numbers, c->number);
    p->key = c->number;
    p->v = ++x->found_n;
    return true;
}

static bool look_up_numbers(struct run *x, struct errs *e)
{
    static const struct stmt *st;
    struct chunk k = { .n = 0 };
    st = SQL_OF(STMT_KEY, &contract_entity,
                "SELECT {*}, (SELECT t.version FROM contract_terms t WHERE t.county = $1 AND t.contract_id = "
                "contract.id) FROM contract WHERE county = $1 AND number IN (" IMPORT_KEYS_FROM_2 ")");
    struct places asked = places_for(x->n, e->a);
    x->numbers = places_for(x->n * 2, e->a);
    x->found = NEW_ARRAY(e->a, struct loan, x->n + 1);
    x->found_n = 0;
    for (size_t i = 0; i < x->n; i++) {
        struct str number = x->rows[i].number;
        if (!number.p || x->rows[i].fate != REPAY_WAITS || place_of(&asked, number)->key.p)
            continue;
        place_of(&asked, number)->key = number;
        k.v[++k.n] = V(number);
        if (k.n == IMPORT_KEYS && !ask(x, &k, st, take_contract, e))
            return false;
    }
    return ask(x, &k, st, take_contract, e);
}

/* Of IOUs only the last one of a contract counts, and mostly it has the contract's number. */
static enum found by_iou(struct run *x, struct str number, struct contract *c, struct errs *e)
{
    return db_find(
        x->tx,
        SQL_OF(STMT_KEY, &contract_entity,
               "SELECT {*} FROM contract c WHERE county = $1 AND id = (SELECT max(i.contract_id) FROM "
               "iou i WHERE i.county = $1 AND i.number = $2)"),
        c, e, V(x->o->county), V(number));
}

/* What the borrower owes on; refused where that is none or several. */
static bool by_id_number(struct run *x, struct repay_file_row *row, struct loan **out, struct errs *e)
{
    struct national_id id;
    struct list loans;
    struct errs own = { .a = e->a, .lang = e->lang };
    const struct contract *one = NULL;
    *out = NULL;
    enum found f =
        db_find(x->tx, SQL_OF(STMT_NID, &national_id_entity, "SELECT {*} FROM national_id WHERE id_key = $1"),
                &id, e, val_seal_key(x->tx, SEAL_ID_NUMBER, row->id_number, e->a));
    if (f == FAILED)
        return false;
    loans = (struct list){ 0 };
    if (f == FOUND && id.county == x->o->county &&
        !db_list(
            x->tx,
            SQL_OF(
                STMT_KEY, &contract_entity,
                "SELECT {*} FROM contract c WHERE county = $1 AND borrower_id = $2 AND household_id = "
                "(SELECT p.household_id FROM person p WHERE p.county = $1 AND p.id = $2) AND paid_out_on IS "
                "NOT NULL AND void_on IS NULL ORDER BY id"),
            &loans, e->a, e, V(x->o->county), V(id.person_id)))
        return false;
    struct contract *c = loans.rows;
    size_t n = 0;
    for (size_t i = 0; i < loans.n; i++) {
        struct money owed;
        if (!actor_may(x->who, PERM_FUND_REPAY, c[i].village))
            continue;
        if (!contract_outstanding(x->tx, &c[i], &owed, e))
            return false;
        if (owed.fen > 0 || loans.n == 1) {
            one = &c[i];
            n++;
        }
    }
    if (n == 1) {
        *out = NEW(e->a, struct loan);
        (*out)->c = *one;
    } else {
        fail(&own, ERR_NOT_FOUND, "id_number", n ? MSG_REPAY_FILE_SEVERAL : MSG_REPAY_FILE_NOBODY);
        refuse(row, &own, x->all_a);
    }
    return true;
}

static bool find_loan(struct run *x, struct repay_file_row *row, struct loan **out, struct errs *e)
{
    struct errs own = { .a = e->a, .lang = e->lang };
    *out = NULL;
    if (!row->number.p)
        return by_id_number(x, row, out, e);
    const struct place *p = place_of(&x->numbers, row->number);
    enum found f = FOUND;
    if (p->key.p) {
        *out = &x->found[p->v - 1];
    } else {
        *out = NEW(e->a, struct loan);
        f = by_iou(x, row->number, &(*out)->c, e);
    }
    if (f == FOUND && actor_may(x->who, PERM_FUND_REPAY, (*out)->c.village))
        return true;
    *out = NULL;
    if (f == FAILED)
        return false;
    fail(&own, ERR_NOT_FOUND, "number", MSG_CONTRACT_NONE, A(row->number));
    refuse(row, &own, x->all_a);
    return true;
}

static bool find_loans(struct run *x, struct errs *e)
{
    x->loans = NEW_ARRAY(e->a, struct loan *, x->n);
    if (!look_up_numbers(x, e))
        return false;
    for (size_t i = 0; i < x->n; i++)
        if (x->rows[i].fate == REPAY_WAITS && !find_loan(x, &x->rows[i], &x->loans[i], e))
            return false;
    return true;
}

/* --- what is there already ------------------------------------------------------------------------- */

/* A receipt is known by its number; what has none, by the loan, the day, the amount and how often the file
 * has said that by then, whoever paid. */
static struct str key_of(struct run *x, struct repay_file_row *row, const struct contract *c, struct arena *a)
{
    const struct repayment *r = &row->r;
    char *plain = arena_printf(a, "file %lld %lld %lld", (long long)c->id, (long long)r->paid_on.v.day,
                               (long long)r->amount.v.fen);
    if (r->receipt_no.p)
        return str_of(arena_printf(a, "%s receipt %.*s", plain, (int)r->receipt_no.n, r->receipt_no.p));
    if (!row->nth) {
        struct place *p = place_of(&x->seen, str_of(plain));
        if (!p->key.p)
            p->key = arena_str(x->all_a, str_of(plain));
        row->nth = (int64_t)++p->v;
    }
    return str_of(arena_printf(a, "%s nth %lld", plain, (long long)row->nth));
}

static bool take_key(struct run *x, struct rows *r, struct errs *e)
{
    (void)e;
    place_of(&x->known_keys, rows_text(r, 0))->v = 1;
    return true;
}

static bool take_receipt(struct run *x, struct rows *r, struct errs *e)
{
    (void)e;
    place_of(&x->receipts, rows_text(r, 0))->v = 1;
    return true;
}

/* Every key and receipt number that the batch names is entered; what the database knows of them is marked. */
static bool look_up_keys(struct run *x, struct errs *e)
{
    const struct stmt *by_key =
        SQL(STMT_KEY, "SELECT request_key FROM repayment WHERE county = $1 AND request_key "
                      "IN (" IMPORT_KEYS_FROM_2 ")");
    const struct stmt *by_receipt =
        SQL(STMT_KEY, "SELECT receipt_no FROM repayment WHERE county = $1 AND receipt_no "
                      "IN (" IMPORT_KEYS_FROM_2 ")");
    struct chunk keys = { .n = 0 }, receipts = { .n = 0 };
    x->keys = NEW_ARRAY(e->a, struct str, x->n);
    x->known_keys = places_for(x->n, e->a);
    x->receipts = places_for(x->n, e->a);
    for (size_t i = 0; i < x->n; i++) {
        if (!x->loans[i])
            continue;
        x->keys[i] = key_of(x, &x->rows[i], &x->loans[i]->c, e->a);
        place_of(&x->known_keys, x->keys[i])->key = x->keys[i];
        keys.v[++keys.n] = V(x->keys[i]);
        struct str receipt = x->rows[i].r.receipt_no;
        if (receipt.p) {
            place_of(&x->receipts, receipt)->key = receipt;
            receipts.v[++receipts.n] = V(receipt);
        }
        if ((keys.n == IMPORT_KEYS && !ask(x, &keys, by_key, take_key, e)) ||
            (receipts.n == IMPORT_KEYS && !ask(x, &receipts, by_receipt, take_receipt, e)))
            return false;
    }
    return ask(x, &keys, by_key, take_key, e) && ask(x, &receipts, by_receipt, take_receipt, e);
}

/* --- taking -------------------------------------------------------------------------------------------- */

static bool is_fault(const struct errs *e)
{
    for (const struct err *x = e->bad.first; x; x = x->next)
        if (x->code == ERR_INTERNAL || x->code == ERR_RETRY || x->code == ERR_UNAVAILABLE)
            return true;
    return false;
}

static struct repay_request request_of(const struct run *x, const struct repay_file_row *row, struct str key,
                                       struct repay_batch *b)
{
    const struct repayment *r = &row->r;
    return (struct repay_request){ .amount = r->amount.v,
                                   .on = x->o->today,
                                   .value_date = r->paid_on.v,
                                   .payer_kind = r->payer_kind.set ? r->payer_kind
                                                                   : (struct code){ PAYER_BORROWER, true },
                                   .payer = r->payer,
                                   .collector = r->collector.p ? r->collector : x->o->collector,
                                   .key = key,
                                   .to_special = x->o->to_special,
                                   .receipt = r->receipt_no,
                                   .batch = b };
}

/* Known already, from before or from a line above? */
static bool is_known(struct run *x, size_t i, struct errs *own)
{
    struct repay_file_row *row = &x->rows[i];
    struct str receipt = row->r.receipt_no;
    if (place_of(&x->known_keys, x->keys[i])->v) {
        row->fate = REPAY_KNOWN;
        return true;
    }
    if (!receipt.p || !place_of(&x->receipts, receipt)->v)
        return false;
    fail(own, ERR_CONFLICT, "receipt_no", MSG_REPAY_FILE_RECEIPT, A(receipt));
    return true;
}

static bool take_row(struct run *x, struct lending *l, struct repay_batch *b, size_t i, struct errs *e)
{
    struct repay_file_row *row = &x->rows[i];
    struct errs own = { .a = &x->row_a, .lang = e->lang };
    struct repay_request q = request_of(x, row, x->keys[i], b);
    struct repay_result r;
    arena_reset(&x->row_a);
    if (is_known(x, i, &own)) {
        if (errs_any(&own))
            refuse(row, &own, x->all_a);
        return true;
    }
    repay_batch_version(b, x->loans[i]->version);
    if (repay_take(l, &x->loans[i]->c, &q, &r, &own)) {
        row->fate = REPAY_TAKEN;
        place_of(&x->known_keys, x->keys[i])->v = 1;
        if (q.receipt.p)
            place_of(&x->receipts, q.receipt)->v = 1;
        return money_add(&x->sum.amount, r.repayment.amount.v) && money_add(&x->sum.overpaid, r.overpaid);
    }
    if (is_fault(&own)) {
        errs_append(e, &own);
        return false;
    }
    refuse(row, &own, x->all_a);
    return true;
}

static bool go_on(struct run *x, size_t i, struct errs *e)
{
    if (i % ROWS_BETWEEN_LOOKS)
        return true;
    if (x->o->progress)
        x->o->progress(x->o->ctx, x->before + i, x->all);
    return !x->o->stop || !*x->o->stop || fail(e, ERR_INTERRUPTED, NULL, MSG_REPAY_FILE_STOPPED);
}

static void count(struct run *x)
{
    int64_t *const of[] = {
        [REPAY_TAKEN] = &x->sum.taken, [REPAY_KNOWN] = &x->sum.known, [REPAY_REFUSED] = &x->sum.refused
    };
    for (size_t i = 0; i < x->n; i++) {
        assert(x->rows[i].fate != REPAY_WAITS);
        ++*of[x->rows[i].fate];
        x->sum.rows++;
    }
}

static bool take_rows(struct run *x, struct act *act, struct errs *e)
{
    struct lending l = { .act = act, .codes = x->codes, .today = x->o->today };
    CLEANUP(repay_batch_closep) struct repay_batch *b = repay_batch_open(&l, x->o->county, e);
    if (!b)
        return false;
    for (size_t i = 0; i < x->n; i++)
        if (!go_on(x, i, e) || (x->loans[i] && !take_row(x, &l, b, i, e)))
            return false;
    if (!repay_batch_finish(b, e))
        return false;
    count(x);
    return act_end(act,
                   arena_printf(e->a, "{\"rows\":%zu,\"taken\":%lld,\"known\":%lld,\"refused\":%lld}", x->n,
                                (long long)x->sum.taken, (long long)x->sum.known, (long long)x->sum.refused),
                   e);
}

/* It may be run again: what an earlier attempt made of the rows is forgotten. */
static bool take_batch(struct tx *tx, void *ctx, struct errs *e)
{
    struct run *x = ctx;
    struct errs own = { .a = &x->batch_a, .lang = e->lang };
    CLEANUP(act_release) struct act act;
    arena_reset(&x->batch_a);
    x->tx = tx;
    x->sum = (struct repay_file_result){ 0 };
    for (size_t i = 0; i < x->n; i++)
        if (!x->rows[i].unreadable)
            x->rows[i].fate = REPAY_WAITS;
    act_begin(&act, tx, x->who, "repay.file", x->o->name, &x->batch_a);
    bool ok = find_loans(x, &own) && look_up_keys(x, &own) && take_rows(x, &act, &own);
    errs_append(e, &own);
    return ok;
}

static void add_up(struct repay_file_result *r, const struct repay_file_result *x)
{
    r->rows += x->rows;
    r->taken += x->taken;
    r->known += x->known;
    r->refused += x->refused;
    r->amount.fen += x->amount.fen;
    r->overpaid.fen += x->overpaid.fen;
}

bool repay_file_take(struct store *st, const struct actor *who, const struct code_book *codes,
                     const struct repay_file_options *o, struct repay_file *f, struct repay_file_result *r,
                     struct errs *e)
{
    struct run x = { .who = who, .codes = codes, .o = o, .all = f->n, .all_a = e->a };
    bool ok = true;
    *r = (struct repay_file_result){ 0 };
    x.seen = places_for(f->n, e->a);
    while (ok && x.before < f->n) {
        x.rows = f->rows + x.before;
        x.n = f->n - x.before < ROWS_A_BATCH ? f->n - x.before : ROWS_A_BATCH;
        ok = store_run(st, TX_WRITE, o->county, take_batch, &x, e);
        if (ok)
            add_up(r, &x.sum);
        x.before += x.n;
    }
    arena_free(&x.batch_a);
    arena_free(&x.row_a);
    return ok;
}

/* --- what was refused ------------------------------------------------------------------------------ */

void repay_file_rejects(const struct repay_file *f, enum lang lang, struct buf *b, struct arena *a)
{
    buf_adds(b, "\xef\xbb\xbf");
    for (size_t i = 0; i < f->head.n; i++)
        csv_put_text(b, f->head.cells[i], i == 0);
    csv_put_text(b, str_of(say(a, lang, MSG_REPAY_FILE_WHY)), false);
    csv_end_row(b);
    for (size_t i = 0; i < f->n; i++) {
        const struct repay_file_row *row = &f->rows[i];
        if (row->fate != REPAY_REFUSED)
            continue;
        for (size_t k = 0; k < f->head.n; k++)
            csv_put_text(b, k < row->cells.n ? row->cells.cells[k] : (struct str){ 0 }, k == 0);
        csv_put_text(b, str_of(say(a, lang, MSG_REPAY_FILE_REASON, A(row->cells.line), A(row->reason))),
                     false);
        csv_end_row(b);
    }
}

void repay_file_put_refused(const struct repay_file *f, struct json_out *w)
{
    enum { SHOWN = 100 };
    size_t n = 0;
    put_key(w, "refused_rows");
    put_list(w);
    for (size_t i = 0; i < f->n && n < SHOWN; i++)
        if (f->rows[i].fate == REPAY_REFUSED) {
            put_object(w);
            put_member_int(w, "line", f->rows[i].cells.line);
            put_member_cstr(w, "reason", f->rows[i].reason);
            put_object_end(w);
            n++;
        }
    put_list_end(w);
}
