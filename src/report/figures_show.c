#include "report/figures_show.h"

#include "base/value.h"

static const char *source_name(const struct figures_show *s, int32_t source)
{
    const struct code_table *t = code_table(s->codes, "fund_source");
    const struct code_row *row = t ? code_row(t, source) : NULL;
    return row ? row->zh.p : arena_printf(s->a, "%d", (int)source);
}

static const char *money_text(const struct figures_show *s, int64_t fen, bool grouped)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    if (grouped)
        money_print_grouped(&b, (struct money){ fen });
    else
        money_print(&b, (struct money){ fen });
    return arena_str(s->a, buf_str(&b)).p;
}

static const char *day_text(const struct figures_show *s, struct date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    date_print(&b, d);
    return arena_str(s->a, buf_str(&b)).p;
}

static const char *const unit_names[] = {
    [UNIT_YUAN] = "yuan",       [UNIT_YUAN_EACH] = "yuan", [UNIT_YUAN_PER_HEAD] = "yuan_per_head",
    [UNIT_YUAN_PARTS] = "yuan", [UNIT_COUNT] = "count",    [UNIT_RATIO] = "ratio",
    [UNIT_SHARE] = "ratio",     [UNIT_DAYS] = "days"
};

bool figure_is_quotient(enum figure_unit u)
{
    return u == UNIT_RATIO || u == UNIT_SHARE || u == UNIT_DAYS || u == UNIT_YUAN_EACH ||
           u == UNIT_YUAN_PER_HEAD;
}

static void put_sources(const struct figures_show *s, struct json_out *w)
{
    put_key(w, "values");
    put_object(w);
    for (size_t i = 0; i < s->f->sources_n; i++)
        put_member_cstr(w, source_name(s, s->f->sources[i].source),
                        money_text(s, s->f->sources[i].amount.fen, false));
    put_object_end(w);
}

static void put_figure(const struct figures_show *s, struct json_out *w, enum figure_id id)
{
    const struct figure_kind *k = &figure_kinds[id];
    const struct figure *x = &s->f->list[id];
    put_key(w, k->name);
    put_object(w);
    put_member_text(w, "label", figure_label(s->f, id, s->lang));
    put_member_cstr(w, "definition", label_in(&k->definition, s->lang));
    if (k->unit == UNIT_YUAN_PARTS && !x->unset)
        put_sources(s, w);
    else
        put_member_cstr(w, "value", figure_text(s->f, id, s->a));
    put_member_cstr(w, "unit", unit_names[k->unit]);
    if (figure_is_quotient(k->unit) && !x->unset) {
        put_member_cstr(w, "numerator", figure_part_text(s->f, id, NUMERATOR, s->a));
        put_member_cstr(w, "denominator", figure_part_text(s->f, id, DENOMINATOR, s->a));
    }
    if (x->left_out)
        put_member_int(w, "left_out", x->left_out);
    if (x->oldest.set)
        put_member_cstr(w, "oldest", day_text(s, x->oldest.v));
    if (x->unset)
        put_member_cstr(w, "reason", label_in(&x->why, s->lang));
    put_object_end(w);
}

static bool is_money(enum figure_unit u, enum figure_part part)
{
    if (u == UNIT_YUAN_EACH || u == UNIT_YUAN_PER_HEAD)
        return part == NUMERATOR;
    return u != UNIT_COUNT && u != UNIT_SHARE;
}

const char *figure_row_amount(const struct figures_show *s, const struct figure_row *row, bool grouped)
{
    if (is_money(figure_kinds[s->q->trace].unit, row->part))
        return money_text(s, row->amount, grouped);
    return arena_printf(s->a, "%lld", (long long)row->amount);
}

static void put_trace(const struct figures_show *s, struct json_out *w)
{
    put_key(w, "trace");
    put_object(w);
    put_member_cstr(w, "figure", figure_kinds[s->q->trace].name);
    put_member_int(w, "count", (int64_t)s->f->rows_n);
    put_key(w, "rows");
    put_list(w);
    for (size_t i = 0; i < s->f->rows_n; i++) {
        const struct figure_row *row = &s->f->rows[i];
        put_object(w);
        put_member_cstr(w, "part", row->part == NUMERATOR ? "numerator" : "denominator");
        put_member_cstr(w, "kind", row->kind);
        put_member_text(w, "name", row->name);
        put_member_cstr(w, "on", row->on.set ? day_text(s, row->on.v) : NULL);
        put_member_cstr(w, "amount", figure_row_amount(s, row, false));
        put_object_end(w);
    }
    put_list_end(w);
    put_object_end(w);
}

static void put_period(const struct figures_show *s, struct json_out *w)
{
    const struct figures_question *q = s->q;
    if (!q->period_first)
        return;
    put_member_cstr(
        w, "period",
        q->period_first == q->period_last
            ? arena_printf(s->a, "%lld", (long long)q->period_first)
            : arena_printf(s->a, "%lld-%lld", (long long)q->period_first, (long long)q->period_last));
}

void figures_put(const struct figures_show *s, struct json_out *w)
{
    const struct figures_question *q = s->q;
    put_object(w);
    put_member_text(w, "programme", s->f->version.zh);
    put_member_cstr(w, "from", q->from.set ? day_text(s, q->from.v) : NULL);
    put_member_cstr(w, "as_of", day_text(s, q->as_of));
    put_member_cstr(w, "region", q->region.v ? arena_printf(s->a, "%012lld", (long long)q->region.v) : NULL);
    put_period(s, w);
    put_key(w, "figures");
    put_object(w);
    for (int i = 0; i < FIGURES; i++)
        put_figure(s, w, (enum figure_id)i);
    put_object_end(w);
    if (q->trace >= 0)
        put_trace(s, w);
    put_object_end(w);
}

bool figures_read_periods(struct figures_question *q, struct str text, struct errs *e)
{
    struct str first = text, last = text;
    if (!text.p)
        return true;
    if (memchr(text.p, '-', text.n))
        str_split(&last, '-', &first);
    if (int_read(first, &q->period_first) != READ_OK || int_read(last, &q->period_last) != READ_OK ||
        q->period_first < 1 || q->period_last < q->period_first)
        return fail(e, ERR_INVALID, "period", MSG_FIGURES_PERIOD, A(text));
    return true;
}
