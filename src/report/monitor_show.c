#include "report/monitor_show.h"

#include "base/value.h"
#include "registry/region.h"

bool monitor_regions(struct tx *tx, struct list *out, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_REF, &region_entity, "SELECT {*} FROM region WHERE level >= 3 ORDER BY code"),
                   out, e->a, e);
}

struct str monitor_place(const struct list *regions, struct region_code code)
{
    const struct region *r = regions->rows;
    size_t lo = 0, hi = regions->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (r[mid].code.v < code.v)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < regions->n && r[lo].code.v == code.v ? r[lo].name : (struct str){ 0 };
}

struct str monitor_row_number(const struct list *regions, const struct indicator_row *r, enum lang lang)
{
    static const struct label special = { "专户", "special account" };
    if (r->number.p)
        return r->number;
    return r->region.v ? monitor_place(regions, r->region) : str_of(label_in(&special, lang));
}

static struct str yuan(const struct monitor_show *s, struct money m)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    money_print(&b, m);
    return arena_str(s->a, buf_str(&b));
}

static struct str day(const struct monitor_show *s, struct opt_date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    if (!d.set)
        return (struct str){ 0 };
    date_print(&b, d.v);
    return arena_str(s->a, buf_str(&b));
}

static void put_row(const struct monitor_show *s, struct json_out *w, const struct indicator_row *r)
{
    put_object(w);
    put_member_text(w, "number", monitor_row_number(&s->regions, r, s->lang));
    put_member_text(w, "name", r->name);
    put_member_text(w, "place", monitor_place(&s->regions, r->region));
    put_member_text(w, "on", day(s, r->on));
    put_member_text(w, "amount", yuan(s, r->amount));
    if (r->days.set)
        put_member_int(w, "days", r->days.v);
    put_object_end(w);
}

static void put_indicator(const struct monitor_show *s, struct json_out *w, enum indicator_id id)
{
    const struct indicator *in = &s->m->list[id];
    const struct indicator_kind *k = &indicator_kinds[id];
    put_key(w, k->name);
    put_object(w);
    put_member_cstr(w, "label", label_in(&k->label, s->lang));
    put_member_cstr(w, "definition", indicator_definition(s->m, id, s->lang, s->a));
    put_member_cstr(w, "value", in->unset ? NULL : indicator_text(s->m, id, s->lang, s->a));
    put_member_cstr(w, "limit", indicator_limit(s->m, id, s->lang, s->a));
    put_member_text(w, "source", in->source);
    put_member_bool(w, "finding", in->found);
    if (k->unit == INDICATOR_SHARE) {
        put_member_text(w, "numerator", yuan(s, (struct money){ in->part[NUMERATOR] }));
        put_member_text(w, "denominator", yuan(s, (struct money){ in->part[DENOMINATOR] }));
    }
    put_member_int(w, "rows_n", (int64_t)in->rows_n);
    put_member_text(w, "amount", yuan(s, in->amount));
    if (s->rows == (int)id) {
        put_key(w, "rows");
        put_list(w);
        for (size_t i = 0; i < in->rows_n; i++)
            put_row(s, w, &in->rows[i]);
        put_list_end(w);
    }
    put_object_end(w);
}

void monitor_put(const struct monitor_show *s, struct json_out *w)
{
    put_object(w);
    put_member_text(w, "programme", s->m->figures.version.programme);
    put_member_text(w, "as_of", day(s, (struct opt_date){ s->as_of, true }));
    put_member_int(w, "findings", s->m->found);
    put_key(w, "indicators");
    put_object(w);
    for (int k = 0; k < INDICATORS; k++)
        put_indicator(s, w, (enum indicator_id)k);
    put_object_end(w);
    put_object_end(w);
}
