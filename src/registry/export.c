#include "registry/export.h"

#include "registry/export_pipe.h"
#include "registry/export_write.h"
#include "registry/scope.h"

#include <assert.h>

enum { ROWS_BETWEEN_LOOKS = 4096, SPANS_MAX = 256, CODES_DIRECT = 256 };

/* A column of the file, and how its codes are written. */
struct out_col {
    const struct col *c;
    const struct code_table *codes;
    struct str *texts;            /* of its codes, in the order of the table */
    uint16_t place[CODES_DIRECT]; /* of a code in texts, counted from 1; larger codes are searched */
};

struct exporting {
    const struct actor *who;
    const struct code_book *codes;
    const struct export_kind *kind;
    const struct import_kind *in;
    const struct export_options *o;
    struct export_result *r;
    struct out_col *cols;
    size_t n;
    bool reveals; /* columns that others see masked are written whole */
    struct scopes scopes;
    int64_t *scope_rows;
    struct spool spool;
    const struct seal *seal;
    struct entity as_stored; /* the entity with its sealed columns sealed, behind the row struct */
    size_t row_size;
};

/* --- kinds and columns -----------------------------------------------------------------------------------
 */

const struct import_kind *export_import_kind(const struct export_kinds *all, const struct export_kind *k)
{
    for (size_t i = 0; i < all->in_n; i++)
        if (!strcmp(all->in[i]->name, k->kind))
            return all->in[i];
    abort(); /* a test makes sure that there is one */
}

static bool is_called(const struct export_kind *k, const struct import_kind *in, struct str name)
{
    struct str names = str_of(k->also), one;
    const struct label *labels[] = { &in->label, &in->en->label };
    bool found = str_eq(name, str_of(k->kind));
    for (size_t i = 0; i < N_ELEMS(labels); i++)
        found = found || str_eq(name, str_of(labels[i]->zh)) || str_eq(name, str_of(labels[i]->en));
    while (!found && str_split(&names, '|', &one))
        found = str_eq(name, one);
    return found;
}

const struct export_kind *export_kind_named(const struct export_kinds *all, struct str name, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(4096);
    for (size_t i = 0; i < all->out_n; i++)
        if (is_called(all->out[i], export_import_kind(all, all->out[i]), name))
            return all->out[i];
    for (size_t i = 0; i < all->out_n; i++) {
        const struct import_kind *in = export_import_kind(all, all->out[i]);
        buf_addf(&b, e->lang == EN ? "%s%s (%s)" : "%s%s（%s）", i ? ", " : "", in->name,
                 label_in(&in->label, e->lang));
    }
    fail(e, ERR_NOT_FOUND, NULL, MSG_EXPORT_KIND, A(name), A(buf_str(&b)));
    return NULL;
}

size_t export_columns(const struct import_kind *k, const struct col *out[EXPORT_COLS_MAX])
{
    size_t n = 0;
    assert(k->extra_n + k->en->n <= EXPORT_COLS_MAX);
    for (size_t i = 0; i < k->extra_n; i++)
        if (k->extra[i].flags & REQUIRED)
            out[n++] = &k->extra[i];
    for (size_t i = 0; i < k->en->n; i++)
        if (!(k->en->cols[i].flags & SERVER))
            out[n++] = &k->en->cols[i];
    for (size_t i = 0; i < k->extra_n; i++)
        if (!(k->extra[i].flags & REQUIRED))
            out[n++] = &k->extra[i];
    return n;
}

static bool is_chosen(const struct col *const *cols, size_t n, const struct col *c)
{
    for (size_t i = 0; i < n; i++)
        if (cols[i] == c)
            return true;
    return false;
}

static bool no_such_column(const struct import_kind *k, struct str name, struct errs *e)
{
    const struct col *cols[EXPORT_COLS_MAX];
    CLEANUP(buf_release) struct buf b = BUF(1 << 14);
    size_t n = export_columns(k, cols);
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%s", i ? ", " : "", e->lang == EN ? cols[i]->name : cols[i]->label.zh);
    const struct label *label = &k->label;
    return fail(e, ERR_NOT_FOUND, "columns", MSG_EXPORT_COLUMN, A(label), A(name), A(buf_str(&b)));
}

static bool means(const struct col *c, struct str name)
{
    struct str codes = str_of(c->national), one;
    const char *latin[] = { c->name, c->label.en };
    bool found = str_eq(name, str_of(c->label.zh));
    for (size_t i = 0; i < N_ELEMS(latin); i++)
        found = found || (strlen(latin[i]) == name.n && strncasecmp(latin[i], name.p, name.n) == 0);
    while (!found && str_split(&codes, '|', &one))
        found = str_eq(name, one);
    return found;
}

static const struct col *column_named(const struct import_kind *k, struct str name)
{
    const struct col *cols[EXPORT_COLS_MAX];
    size_t n = export_columns(k, cols);
    for (size_t i = 0; i < n; i++)
        if (means(cols[i], name))
            return cols[i];
    return NULL;
}

/* The columns named, in the order in which they are named. */
static bool choose_columns(const struct import_kind *k, struct str names, const struct col **out, size_t *n,
                           struct errs *e)
{
    static const struct str wide[] = { { "，", 3 }, { "、", 3 } };
    struct str one;
    char *text = arena_printf(e->a, "%.*s", (int)names.n, names.p);
    for (char *p = text; *p; p++)
        for (size_t i = 0; i < N_ELEMS(wide); i++)
            if (str_starts(str_of(p), wide[i]))
                memcpy(p, ",,,", 3);
    *n = 0;
    for (struct str rest = str_of(text); str_split(&rest, ',', &one);) {
        one = str_trim(one);
        const struct col *c = one.n ? column_named(k, one) : NULL;
        if (one.n && !c)
            no_such_column(k, one, e);
        else if (c && is_chosen(out, *n, c))
            fail(e, ERR_INVALID, "columns", MSG_EXPORT_COLUMN_TWICE, A(one));
        else if (c)
            out[(*n)++] = c;
    }
    return !errs_any(e);
}

/* --- codes
 * ---------------------------------------------------------------------------------------------------- */

static bool reads_as(const struct col *c, struct str text, int32_t code, const struct code_book *codes,
                     struct arena *a)
{
    struct errs e = { .a = a };
    struct reading rd = { .e = &e, .codes = codes };
    struct col alone = *c;
    union {
        struct code one;
        struct code_set set;
    } v;
    alone.off = 0;
    if (!text.n || !col_read(&alone, &v, text, &rd))
        return false;
    return c->type == T_CODE ? v.one.v == code : v.set.bits == UINT64_C(1) << code;
}

struct str code_in_file(const struct col *c, const struct code_row *row, const struct code_book *codes,
                        enum lang lang, struct arena *a)
{
    struct str label = code_label(row, lang);
    if (reads_as(c, label, row->code, codes, a))
        return label;
    if (reads_as(c, row->slug, row->code, codes, a))
        return row->slug;
    return str_of(arena_printf(a, "%d", (int)row->code));
}

static struct out_col out_col(const struct exporting *x, const struct col *c, struct arena *a)
{
    struct out_col out = { .c = c };
    if (c->type != T_CODE && c->type != T_CODES)
        return out;
    out.codes = code_table(x->codes, c->codes);
    assert(out.codes);
    out.texts = NEW_ARRAY(a, struct str, out.codes->n);
    for (size_t i = 0; i < out.codes->n; i++) {
        const struct code_row *row = &out.codes->rows[i];
        out.texts[i] = code_in_file(c, row, x->codes, x->o->lang, a);
        if (row->code >= 0 && row->code < CODES_DIRECT)
            out.place[row->code] = (uint16_t)(i + 1);
    }
    return out;
}

static void print_code(const struct out_col *c, int32_t code, struct buf *b)
{
    size_t place = code >= 0 && code < CODES_DIRECT ? c->place[code] : 0;
    for (size_t i = 0; !place && i < c->codes->n; i++)
        if (c->codes->rows[i].code == code)
            place = i + 1;
    if (place)
        buf_add(b, c->texts[place - 1]);
    else
        buf_addi(b, code);
}

static void print_codes(const struct out_col *c, uint64_t bits, struct buf *b)
{
    const char *between = "";
    for (size_t i = 0; i < c->codes->n; i++) {
        if (!(bits >> c->codes->rows[i].code & 1))
            continue;
        buf_adds(b, between);
        buf_add(b, c->texts[i]);
        between = "、";
    }
}

/* --- rows into the spool
 * ----------------------------------------------------------------------------------------- */

static void print_cell(const struct exporting *x, const struct out_col *c, const void *obj, struct buf *b)
{
    const void *value = (const char *)obj + c->c->off;
    if (c->c->mask != MASK_NONE && !x->o->full)
        col_print_masked(c->c, obj, b, x->codes, x->o->lang);
    else if (c->c->type == T_CODE)
        print_code(c, ((const struct code *)value)->v, b);
    else if (c->c->type == T_CODES)
        print_codes(c, ((const struct code_set *)value)->bits, b);
    else
        col_print(c->c, obj, b, x->codes, x->o->lang);
}

static struct str *text_at(void *obj, size_t off)
{
    return (struct str *)(void *)((char *)obj + off);
}

/* Extra columns that follow from the row. */
static void derive_extra(const struct exporting *x, void *obj, struct arena *a)
{
    for (size_t i = x->kind->joined; i < x->in->extra_n; i++)
        *text_at(obj, x->in->extra[i].off) = x->kind->derive(&x->in->extra[i], obj, a);
}

static bool unseal(const struct exporting *x, void *obj, struct arena *a, struct errs *e)
{
    for (size_t i = 0; i < x->in->en->n; i++) {
        const struct col *c = &x->in->en->cols[i];
        if (c->seal == SEAL_NONE)
            continue;
        struct bytes sealed = *(struct bytes *)(void *)((char *)obj + x->as_stored.cols[i].off);
        if (sealed.p && !seal_get(x->seal, c->seal, sealed, a, text_at(obj, c->off)))
            return fail(e, ERR_INTERNAL, c->name, MSG_SEAL_BROKEN, A(x->in->en->table), A(c->name));
    }
    return true;
}

/* On the other thread: the row as it was read, to the row as it will be written. */
static bool spool_one(void *ctx, void *obj, struct arena *a, struct errs *e)
{
    struct exporting *x = ctx;
    if (!unseal(x, obj, a, e))
        return false;
    derive_extra(x, obj, a);
    spool_row(&x->spool);
    for (size_t i = 0; i < x->n; i++) {
        const struct col *c = x->cols[i].c;
        if (!col_known(c, obj))
            continue;
        x->r->masked = x->r->masked || (c->mask != MASK_NONE && !x->o->full);
        print_cell(x, &x->cols[i], obj, spool_cell(&x->spool, (unsigned)i));
        spool_cell_end(&x->spool);
    }
    return spool_row_end(&x->spool, e);
}

/* Unsealing takes as long as reading: here sealed columns are left as they are, behind the row struct. */
static void plan_rows(struct exporting *x, struct arena *a)
{
    const struct entity *en = x->in->en;
    struct col *cols = NEW_ARRAY(a, struct col, en->n);
    x->row_size = (x->in->size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    for (size_t i = 0; i < en->n; i++) {
        cols[i] = en->cols[i];
        if (cols[i].seal == SEAL_NONE)
            continue;
        cols[i].seal = SEAL_NONE;
        cols[i].type = T_BYTES;
        cols[i].off = x->row_size;
        x->row_size += sizeof(struct bytes);
    }
    x->as_stored = *en;
    x->as_stored.cols = cols;
    x->as_stored.size = x->row_size;
}

static bool look_up(const struct exporting *x, int64_t rows, struct errs *e)
{
    const struct export_options *o = x->o;
    if (o->stop && *o->stop)
        return fail(e, ERR_INTERRUPTED, NULL, MSG_STOPPED);
    if (o->progress)
        o->progress(o->ctx, rows);
    return true;
}

static bool read_scope(struct tx *tx, struct exporting *x, const struct scope *s, struct pipeline *p,
                       int64_t *rows, struct errs *e)
{
    struct val v[] = { V(s->county), V(s->first), V(s->last) };
    size_t skip = x->in->county ? 0 : 1; /* reference data are of no county */
    enum found f;
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query_(tx, &r, x->kind->rows(), true, e, v + skip, N_ELEMS(v) - skip))
        return false;
    r.en = &x->as_stored;
    while ((f = rows_next(&r, e)) == FOUND) {
        struct arena *a;
        if (++*rows % ROWS_BETWEEN_LOOKS == 0 && !look_up(x, *rows, e))
            return false;
        void *obj = pipeline_row(p, &a);
        if (!obj)
            return false;
        if (!rows_obj(&r, 0, obj, a, e))
            return false;
        for (size_t i = 0; i < x->kind->joined; i++)
            *text_at(obj, x->in->extra[i].off) = arena_str(a, rows_text(&r, (int)(x->in->en->n + i)));
        pipeline_push(p);
    }
    return f != FAILED;
}

/* --- what the actor may have
 * ---------------------------------------------------------------------------------------- */

/* The parts of `within` in which the actor has the right. */
static void area_of(const struct actor *who, enum perm p, struct region_code within, struct scopes *out,
                    struct errs *e)
{
    struct span spans[SPANS_MAX], all = { 0, INT64_MAX };
    size_t n = actor_spans(who, p, spans, SPANS_MAX);
    if (within.v)
        region_span(within, &all.first, &all.last);
    *out = (struct scopes){ .list = NEW_ARRAY(e->a, struct scope, n) };
    for (size_t i = 0; i < n; i++) {
        int64_t first = spans[i].first > all.first ? spans[i].first : all.first;
        int64_t last = spans[i].last < all.last ? spans[i].last : all.last;
        if (first <= last)
            out->list[out->n++] = (struct scope){ 0, first, last };
    }
}

/* Whole values only where every row may come from is within the right to see them. */
static bool may_reveal(const struct exporting *x, struct errs *e)
{
    struct scopes full;
    const struct label *what = &perm_info[PERM_PERSONAL_FULL].label;
    area_of(x->who, PERM_PERSONAL_FULL, x->o->within, &full, e);
    if (!full.n && x->o->within.v)
        return actor_need_at(x->who, PERM_PERSONAL_FULL, x->o->within, e);
    if (!full.n)
        return actor_need(x->who, PERM_PERSONAL_FULL, e);
    for (size_t i = 0; i < x->scopes.n; i++) {
        const struct scope *s = &x->scopes.list[i];
        bool inside = false;
        for (size_t k = 0; k < full.n; k++)
            inside = inside || (full.list[k].first <= s->first && s->last <= full.list[k].last);
        struct region_code county = { s->county * 1000000 };
        if (!inside)
            return fail(e, ERR_FORBIDDEN, NULL, MSG_NO_PERMISSION_AT, A(x->who->login), A(what), A(county));
    }
    return true;
}

static bool find_scopes(struct tx *tx, struct exporting *x, struct errs *e)
{
    struct scopes area;
    area_of(x->who, PERM_REGISTRY_READ, x->o->within, &area, e);
    if (!area.n)
        return actor_need_at(x->who, PERM_REGISTRY_READ, x->o->within, e);
    if (x->in->county) {
        if (!scopes_of(tx, x->who, PERM_REGISTRY_READ, x->o->within, &x->scopes, e))
            return false;
    } else {
        x->scopes = area;
    }
    x->scope_rows = NEW_ARRAY(e->a, int64_t, x->scopes.n);
    return !x->reveals || may_reveal(x, e);
}

static bool read_scopes(struct tx *tx, struct exporting *x, struct pipeline *p, struct errs *e)
{
    int64_t rows = 0;
    for (size_t i = 0; i < x->scopes.n; i++) {
        int64_t before = rows;
        if (!read_scope(tx, x, &x->scopes.list[i], p, &rows, e))
            return false;
        x->scope_rows[i] = rows - before;
    }
    return true;
}

static bool read_rows(struct tx *tx, void *ctx, struct errs *e)
{
    struct exporting *x = ctx;
    x->r->masked = false;
    x->seal = store_seal(tx_store(tx));
    if (!spool_restart(&x->spool, e) || !find_scopes(tx, x, e))
        return false;
    struct pipeline *p = pipeline_open(x->row_size, spool_one, x, e->lang);
    bool ok = read_scopes(tx, x, p, e);
    return pipeline_close(p, !ok, e) && ok;
}

/* --- whole values leave a trace
 * -------------------------------------------------------------------------------------- */

static const char *detail_of(const struct exporting *x, const struct scope *s, int64_t rows, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    CLEANUP(buf_release) struct buf region = BUF(16);
    struct json_out w = JSON_OUT(&b);
    region_print(&region, x->o->within.v ? x->o->within : (struct region_code){ s->county * 1000000 });
    put_object(&w);
    put_member_cstr(&w, "entity", x->in->name);
    put_member_text(&w, "region", buf_str(&region));
    put_member_int(&w, "rows", rows);
    put_member_text(&w, "purpose", x->o->purpose);
    put_object_end(&w);
    return arena_str(a, buf_str(&b)).p;
}

/* One row for each county that rows come from. */
static bool log_reveal(struct tx *tx, void *ctx, struct errs *e)
{
    const struct exporting *x = ctx;
    const struct scopes *all = &x->scopes;
    struct act act;
    bool ok = true;
    act_begin(&act, tx, x->who, "export.reveal", str_of(x->in->name), e->a);
    for (size_t i = 0, next; ok && i < all->n; i = next) {
        int64_t rows = 0;
        for (next = i; next < all->n && all->list[next].county == all->list[i].county; next++)
            rows += x->scope_rows[next];
        if (rows)
            ok = act_log(&act, all->list[i].county, detail_of(x, &all->list[i], rows, e->a), e);
    }
    act_release(&act);
    return ok;
}

/* --- the whole
 * ----------------------------------------------------------------------------------------------------------
 */

/* The columns that appear: all of a choice, else those with a value; of no row all that there may be. */
static void settle_columns(struct exporting *x, struct export_file *f)
{
    bool all = x->o->columns.p || x->o->all_columns || !x->spool.rows;
    for (size_t i = 0; i < x->n; i++) {
        if (!all && !x->spool.used[i])
            continue;
        f->at[f->n] = i;
        f->cols[f->n++] = x->cols[i].c;
        x->r->cols[x->r->cols_n++] = x->cols[i].c;
    }
}

static bool plan_columns(struct exporting *x, struct errs *e)
{
    const struct col *cols[EXPORT_COLS_MAX];
    if (!x->o->columns.p)
        x->n = export_columns(x->in, cols);
    else if (!choose_columns(x->in, x->o->columns, cols, &x->n, e))
        return false;
    x->cols = NEW_ARRAY(e->a, struct out_col, x->n);
    for (size_t i = 0; i < x->n; i++) {
        x->cols[i] = out_col(x, cols[i], e->a);
        x->reveals = x->reveals || (x->o->full && cols[i]->mask != MASK_NONE);
    }
    return true;
}

static bool run(struct exporting *x, struct store *st, struct new_file *file, struct errs *e)
{
    struct export_file f = { .file = file,
                             .format = x->o->format,
                             .encoding = x->o->encoding,
                             .lang = x->o->lang,
                             .title = label_in(&x->in->label, x->o->lang),
                             .spool = &x->spool };
    int64_t county = x->o->within.v ? region_county(x->o->within) : 0;
    if (!store_run(st, TX_READ, county, read_rows, x, e))
        return false;
    settle_columns(x, &f);
    x->r->rows = x->spool.rows;
    if (!export_write(&f, e))
        return false;
    /* The trace first: nothing leaves that is not on record. */
    if (x->reveals && x->spool.rows && !store_run(st, TX_WRITE, county, log_reveal, x, e))
        return false;
    return new_file_keep(file, e);
}

bool export_run(struct store *st, const struct actor *who, const struct code_book *codes,
                const struct export_kinds *all, const struct export_kind *k, const struct export_options *o,
                struct export_result *r, struct errs *e)
{
    struct exporting x = { .who = who, .codes = codes, .kind = k, .o = o, .r = r, .spool = { .fd = -1 } };
    CLEANUP(new_file_drop) struct new_file file = { .fd = -1 };
    x.in = export_import_kind(all, k);
    *r = (struct export_result){ 0 };
    if (!plan_columns(&x, e) || !new_file_open(&file, o->path, o->replace, e))
        return false;
    plan_rows(&x, e->a);
    bool ok = spool_open(&x.spool, folder_of(o->path, e->a), e) && run(&x, st, &file, e);
    spool_close(&x.spool);
    return ok;
}
