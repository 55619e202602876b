#include "support/naive.h"

#include "base/value.h"
#include "programme/rule_bits.h"

enum { NOBODY = -1, VARS = 16, ROWS = 512 };

/* A value with its type, which unknown ones have too. */
struct nv {
    enum node_kind kind;
    bool known;
    enum node_unit unit;
    int scale;
    int128 num, den;
    struct str text;
    const char *codes;
};
struct naive {
    const struct naive_world *w;
    size_t household;
    int64_t applicant;
    struct {
        struct str name;
        int record;
        int64_t row;
    } vars[VARS];
    size_t n_vars;
};
/* Whether each element is meant, and what map makes of it. */
struct nlist {
    int record;
    bool known;
    size_t n;
    int64_t first;
    struct nv in[ROWS];
    struct str var;
    const struct syntax *body;
};

static struct nv value(struct naive *v, const struct syntax *s);

static struct nv truth(bool known, bool yes)
{
    return (struct nv){ .kind = KIND_BOOL, .known = known, .num = yes, .den = 1 };
}

static struct nv not_of(struct nv a)
{
    return truth(a.known, !a.num);
}

static struct nv and_of(struct nv a, struct nv b)
{
    if ((a.known && !a.num) || (b.known && !b.num))
        return truth(true, false);
    return truth(a.known && b.known, true);
}

static struct nv or_of(struct nv a, struct nv b)
{
    return not_of(and_of(not_of(a), not_of(b)));
}

/* --- facts ----------------------------------------------------------------------------------- */

static struct nv cell(const struct naive *v, int record, struct str name, int64_t row)
{
    struct fact_field f;
    bool found = fact_field_find(&v->w->scope->schema->records[record], name, &f);
    assert(found);
    struct fact_plan plan = *v->w->plan;
    const struct fact_col *c = &v->w->batch->cols[fact_need(&plan, record, &f)];
    size_t i = row < 0 ? 0 : (size_t)row;
    struct nv out = { .den = 1, .known = row >= 0 && (!c->known || bits_at(c->known, i)), .codes = f.codes };
    bool is = out.known;
    switch (f.type) {
    case FACT_BOOL:
        out.kind = KIND_BOOL;
        out.num = is && bits_at(c->bits, i);
        return out;
    case FACT_DATE:
        out.kind = KIND_DATE;
        out.num = is ? c->day[i] : 0;
        return out;
    case FACT_TEXT:
        out.kind = KIND_TEXT;
        out.text = is ? c->text[i] : STR("");
        return out;
    case FACT_CODE:
        out.kind = KIND_CODE;
        out.num = is ? c->code[i] : 0;
        return out;
    case FACT_CODES:
        out.kind = KIND_CODES;
        out.num = is ? (int64_t)c->set[i] : 0;
        return out;
    default: break;
    }
    out.kind = KIND_NUMBER;
    out.unit = f.type == FACT_MONEY ? UNIT_YUAN : UNIT_PLAIN;
    out.scale = f.type == FACT_MONEY ? 2 : f.type == FACT_QUANTITY ? 4 : 0;
    out.num = is ? c->num[i] : 0;
    return out;
}

static struct nv field(struct naive *v, const struct syntax *s)
{
    for (size_t i = v->n_vars; i-- > 0;)
        if (str_eq(v->vars[i].name, s->a->text))
            return cell(v, v->vars[i].record, s->text, v->vars[i].row);
    if (str_eq(s->a->text, STR("applicant")))
        return cell(v, fact_record_find(v->w->scope->schema, STR("members")), s->text, v->applicant);
    return cell(v, fact_record_find(v->w->scope->schema, s->a->text), s->text, (int64_t)v->household);
}

static struct nv from_public(const struct rule_value *x, enum rule_type t)
{
    struct nv out = { .known = x->known, .num = x->num, .den = 1, .text = x->text, .unit = UNIT_PLAIN };
    out.kind = KIND_NUMBER;
    if (t == RULE_BOOL || t == RULE_DATE || t == RULE_TEXT) {
        out.kind = t == RULE_BOOL ? KIND_BOOL : t == RULE_DATE ? KIND_DATE : KIND_TEXT;
        out.unit = UNIT_ANY;
    } else if (t == RULE_MONEY) {
        out.unit = UNIT_YUAN;
        out.scale = 2;
    } else if (t == RULE_QUANTITY) {
        out.scale = 4;
    } else if (t == RULE_RATIO) {
        out.kind = KIND_RATIO;
        out.den = x->known ? x->den : 1;
    }
    return out;
}

static struct nv name(struct naive *v, const struct syntax *s)
{
    if (str_eq(s->text, STR("today")))
        return (struct nv){ .kind = KIND_DATE, .known = true, .num = v->w->env->today.day, .den = 1 };
    for (size_t i = 0; i < v->w->scope->n_params; i++) {
        const struct rule_param *p = &v->w->scope->params[i];
        if (!str_eq(str_of(p->name), s->text))
            continue;
        struct rule_value x = { .type = p->type };
        if (v->w->given && v->w->given[i].given)
            x = v->w->given[i].value;
        else if (p->def)
            x = naive_value(v->w, p->def, v->household);
        return from_public(&x, p->type);
    }
    abort();
}

/* --- numbers: exact, in 128 bits; a result must fit its type --------------------------------- */

static struct nv fraction(enum node_unit unit, bool known, int128 num, int128 den)
{
    struct fraction f = { 0, 1 };
    struct nv out = { .kind = KIND_RATIO, .unit = unit };
    out.known = known && fraction_of(num, den, &f);
    out.num = f.num;
    out.den = f.den;
    return out;
}

static struct nv whole(enum node_unit unit, int scale, bool known, int128 num)
{
    return (struct nv){ .kind = KIND_NUMBER,
                        .unit = unit,
                        .scale = scale,
                        .known = known && num >= INT64_MIN && num <= INT64_MAX,
                        .num = num,
                        .den = 1 };
}

static struct nv ratio_of(struct nv a)
{
    return a.kind == KIND_RATIO ? a : fraction(a.unit, a.known, a.num, power_of_ten[a.scale]);
}

static struct nv scaled(struct nv a, int scale)
{
    return a.scale == scale ? a : whole(a.unit, scale, a.known, a.num * power_of_ten[scale - a.scale]);
}

static enum node_unit wider(struct nv a, struct nv b)
{
    return a.unit > b.unit ? a.unit : b.unit;
}

static struct nv plus(struct nv a, struct nv b, int sign)
{
    enum node_unit unit = wider(a, b);
    if (a.kind == KIND_DATE)
        return whole(UNIT_PLAIN, 0, a.known && b.known, a.num - b.num);
    if (a.kind == KIND_RATIO || b.kind == KIND_RATIO) {
        a = ratio_of(a);
        b = ratio_of(b);
        return fraction(unit, a.known && b.known, a.num * b.den + sign * b.num * a.den, a.den * b.den);
    }
    int scale = a.scale > b.scale ? a.scale : b.scale;
    a = scaled(a, scale);
    b = scaled(b, scale);
    return whole(unit, scale, a.known && b.known, a.num + sign * b.num);
}

static struct nv times(struct nv a, struct nv b, bool divide)
{
    enum node_unit unit = wider(a, b);
    if (divide && a.unit == UNIT_YUAN && b.unit == UNIT_YUAN)
        unit = UNIT_PLAIN;
    if (!divide && a.kind == KIND_NUMBER && b.kind == KIND_NUMBER && a.scale + b.scale <= 4)
        return whole(unit, a.scale + b.scale, a.known && b.known, a.num * b.num);
    a = ratio_of(a);
    b = ratio_of(b);
    if (divide)
        return fraction(unit, a.known && b.known, a.num * b.den, a.den * b.num);
    return fraction(unit, a.known && b.known, a.num * b.num, a.den * b.den);
}

static struct nv remainder_of(struct nv a, struct nv b)
{
    bool known = a.known && b.known && b.num != 0;
    return whole(wider(a, b), 0, known, known ? a.num % b.num : 0);
}

/* --- comparisons ----------------------------------------------------------------------------- */

static struct nv as_code(const struct naive *v, struct str text, const char *codes)
{
    const struct code_table *t = code_table(v->w->scope->codes, codes);
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->rows[i].slug, text) || str_eq(t->rows[i].zh, text))
            return (struct nv){ .kind = KIND_CODE, .known = true, .num = t->rows[i].code, .den = 1 };
    abort();
}

static struct nv compare(const struct naive *v, enum token_kind op, struct nv a, struct nv b)
{
    int sign;
    if (a.kind == KIND_CODE && b.kind == KIND_TEXT)
        b = as_code(v, b.text, a.codes);
    if (b.kind == KIND_CODE && a.kind == KIND_TEXT)
        a = as_code(v, a.text, b.codes);
    if (!a.known || !b.known)
        return truth(false, false);
    if (a.kind == KIND_TEXT)
        sign = !str_eq(a.text, b.text);
    else
        sign = compare_128(a.num * b.den * power_of_ten[b.scale], b.num * a.den * power_of_ten[a.scale]);
    switch (op) {
    case TOK_EQ: return truth(true, sign == 0);
    case TOK_NE: return truth(true, sign != 0);
    case TOK_LT: return truth(true, sign < 0);
    case TOK_LE: return truth(true, sign <= 0);
    case TOK_GT: return truth(true, sign > 0);
    default: return truth(true, sign >= 0);
    }
}

static struct nv in(struct naive *v, const struct syntax *s)
{
    if (s->b->kind == SYN_LIST) {
        struct nv a = value(v, s->a), any = truth(true, false);
        for (const struct syntax *x = s->b->args; x; x = x->next)
            any = or_of(any, compare(v, TOK_EQ, a, value(v, x)));
        return any;
    }
    struct nv set = value(v, s->b);
    return truth(set.known, (uint64_t)set.num >> as_code(v, s->a->text, set.codes).num & 1);
}

static struct nv binary(struct naive *v, const struct syntax *s)
{
    if (s->op == TOK_IN)
        return in(v, s);
    struct nv a = value(v, s->a), b = value(v, s->b);
    switch (s->op) {
    case TOK_AND: return and_of(a, b);
    case TOK_OR: return or_of(a, b);
    case TOK_PLUS: return plus(a, b, 1);
    case TOK_MINUS: return plus(a, b, -1);
    case TOK_TIMES: return times(a, b, false);
    case TOK_DIVIDE: return times(a, b, true);
    case TOK_REMAINDER: return remainder_of(a, b);
    default: return compare(v, s->op, a, b);
    }
}

static struct nv either(struct naive *v, const struct syntax *s)
{
    struct nv c = value(v, s->a), a = value(v, s->b), b = value(v, s->c), out;
    enum node_unit unit = wider(a, b);
    if (a.kind == KIND_RATIO || b.kind == KIND_RATIO) {
        a = ratio_of(a);
        b = ratio_of(b);
    } else if (a.kind == KIND_NUMBER) {
        int scale = a.scale > b.scale ? a.scale : b.scale;
        a = scaled(a, scale);
        b = scaled(b, scale);
    }
    out = c.num ? a : b;
    out.unit = unit;
    out.known &= c.known;
    return out;
}

/* --- lists ----------------------------------------------------------------------------------- */

static void list_of(struct naive *v, const struct syntax *s, struct nlist *out)
{
    if (s->kind == SYN_NAME) {
        int record = fact_record_find(v->w->scope->schema, s->text);
        const struct fact_list *l = &v->w->batch->lists[record];
        *out = (struct nlist){ .record = record, .known = !l->known || bits_at(l->known, v->household) };
        out->first = l->start[v->household];
        out->n = l->start[v->household + 1] - l->start[v->household];
        assert(out->n < ROWS);
        for (size_t i = 0; i < out->n; i++)
            out->in[i] = truth(true, true);
        return;
    }
    list_of(v, s->a, out);
    if (str_eq(s->text, STR("map"))) {
        out->var = s->args->text;
        out->body = s->args->next;
        return;
    }
    for (size_t i = 0; i < out->n; i++) {
        v->vars[v->n_vars].name = s->args->text;
        v->vars[v->n_vars].record = out->record;
        v->vars[v->n_vars++].row = out->first + (int64_t)i;
        out->in[i] = and_of(out->in[i], value(v, s->args->next));
        v->n_vars--;
    }
}

static struct nv body_at(struct naive *v, const struct nlist *l, struct str var, const struct syntax *body,
                         int64_t row)
{
    v->vars[v->n_vars].name = var;
    v->vars[v->n_vars].record = l->record;
    v->vars[v->n_vars++].row = row;
    struct nv x = value(v, body);
    v->n_vars--;
    return x;
}

static struct nv quantifier(struct naive *v, const struct syntax *s)
{
    bool all = str_eq(s->text, STR("all"));
    struct nlist l;
    list_of(v, s->a, &l);
    struct nv out = truth(true, all);
    for (size_t i = 0; i < l.n; i++) {
        struct nv x = body_at(v, &l, s->args->text, s->args->next, l.first + (int64_t)i);
        out = all ? and_of(out, or_of(not_of(l.in[i]), x)) : or_of(out, and_of(l.in[i], x));
    }
    out.known &= l.known;
    return out;
}

static struct nv measure(struct naive *v, const struct syntax *s)
{
    struct nlist l;
    list_of(v, s->a ? s->a : s->args, &l);
    bool size = str_eq(s->text, STR("size")), sum = str_eq(s->text, STR("sum")),
         min = str_eq(s->text, STR("min"));
    /* its type, from an element that nobody knows anything of */
    struct nv like = size ? whole(UNIT_PLAIN, 0, true, 0) : body_at(v, &l, l.var, l.body, NOBODY), out = like;
    out.known = l.known;
    out.num = 0;
    out.den = 1;
    bool any = false;
    for (size_t i = 0; i < l.n; i++) {
        if (!l.in[i].known)
            out.known = false;
        if (!l.in[i].known || !l.in[i].num)
            continue;
        struct nv x =
            size ? whole(UNIT_PLAIN, 0, true, 1) : body_at(v, &l, l.var, l.body, l.first + (int64_t)i);
        if (!x.known)
            out.known = false;
        if (!out.known)
            continue;
        if (size || (sum && x.kind == KIND_NUMBER))
            out.num += x.num;
        else if (sum)
            out = plus(out, x, 1);
        else if (!any || (compare_128(x.num * out.den, out.num * x.den) < 0) == min)
            out = x;
        any = true;
    }
    if (!size && !sum)
        out.known &= any;
    if (out.kind == KIND_NUMBER)
        out = whole(like.unit, like.scale, out.known, out.num);
    out.unit = like.unit;
    return out;
}

/* --- functions ------------------------------------------------------------------------------- */

static struct nv indicator(struct naive *v, const struct syntax *s)
{
    struct nv year = value(v, s->args->next);
    const struct fact_indicators *all = v->w->env->indicators;
    int64_t code = (int64_t)as_code(v, s->args->text, "indicator").num;
    struct nv out = whole(code == 1 ? UNIT_YUAN : UNIT_PLAIN, 4, false, 0);
    struct region_code r = all->regions[v->w->batch->region[v->household]];
    for (; year.known && r.v && !out.known; r = region_parent(r))
        for (size_t i = 0; i < all->n_rows; i++)
            if (all->rows[i].region == r.v && all->rows[i].year == year.num && all->rows[i].indicator == code)
                out = whole(out.unit, 4, true, all->rows[i].value);
    return out;
}

static struct nv per_head(struct naive *v, const struct syntax *s)
{
    struct nv year = value(v, s->args);
    struct nlist l;
    list_of(v, &(struct syntax){ .kind = SYN_NAME, .text = STR("incomes") }, &l);
    for (size_t i = 0; year.known && l.known && i < l.n; i++) {
        int64_t row = l.first + (int64_t)i;
        struct nv y = cell(v, l.record, STR("year"), row);
        if (!y.known || y.num != year.num)
            continue;
        struct nv net = cell(v, l.record, STR("net"), row), members = cell(v, l.record, STR("members"), row);
        return fraction(UNIT_YUAN, net.known && members.known, net.num, members.num * 100);
    }
    return fraction(UNIT_YUAN, false, 0, 1);
}

static struct nv call(struct naive *v, const struct syntax *s)
{
    if (str_eq(s->text, STR("exists")) || str_eq(s->text, STR("all")))
        return quantifier(v, s);
    if (str_eq(s->text, STR("indicator")))
        return indicator(v, s);
    if (str_eq(s->text, STR("income_per_head")))
        return per_head(v, s);
    if (str_eq(s->text, STR("has")))
        return truth(true, value(v, s->args).known);
    if (str_eq(s->text, STR("age"))) {
        struct nv a = value(v, s->args), b = value(v, s->args->next);
        bool known = a.known && b.known;
        struct date birth = { (int32_t)a.num }, on = { (int32_t)b.num };
        return whole(UNIT_PLAIN, 0, known, known ? date_age(birth, on) : 0);
    }
    if (str_eq(s->text, STR("year"))) {
        struct nv a = value(v, s->args);
        return whole(UNIT_PLAIN, 0, a.known, a.known ? date_civil((struct date){ (int32_t)a.num }).year : 0);
    }
    if (str_eq(s->text, STR("date"))) {
        struct date d = { 0 };
        date_read(s->args->text, &d);
        return (struct nv){ .kind = KIND_DATE, .known = true, .num = d.day, .den = 1 };
    }
    return measure(v, s);
}

static struct nv value(struct naive *v, const struct syntax *s)
{
    struct nv a;
    switch (s->kind) {
    case SYN_NUMBER: return whole(UNIT_ANY, s->scale, true, s->num);
    case SYN_TEXT: return (struct nv){ .kind = KIND_TEXT, .known = true, .text = s->text, .den = 1 };
    case SYN_BOOL: return truth(true, s->num != 0);
    case SYN_NAME: return name(v, s);
    case SYN_FIELD: return field(v, s);
    case SYN_CALL: return call(v, s);
    case SYN_NOT: return not_of(value(v, s->a));
    case SYN_MINUS:
        a = value(v, s->a);
        return a.kind == KIND_RATIO ? fraction(a.unit, a.known, -a.num, a.den)
                                    : whole(a.unit, a.scale, a.known, -a.num);
    case SYN_IF: return either(v, s);
    default: return binary(v, s);
    }
}

/* --- the whole rule -------------------------------------------------------------------------- */

static struct nv about_applicant(struct naive *v, const struct rule *r)
{
    const struct fact_batch *b = v->w->batch;
    if (!rule_speaks_of_applicant(r))
        return value(v, r->syntax);
    v->applicant = NOBODY;
    if (b->applicant)
        v->applicant = b->applicant[v->household];
    if (b->applicant)
        return value(v, r->syntax);
    if (r->type != RULE_BOOL) { /* screening has no applicant whose value it could be */
        struct nv x = value(v, r->syntax);
        x.known = false;
        return x;
    }
    struct nlist l;
    list_of(v, &(struct syntax){ .kind = SYN_NAME, .text = STR("members") }, &l);
    struct nv any = truth(true, false);
    for (size_t i = 0; i < l.n; i++) {
        v->applicant = l.first + (int64_t)i;
        struct nv x = value(v, r->syntax);
        if (v->w->scope->must)
            x = and_of(x, value(v, v->w->scope->must->syntax));
        any = or_of(any, x);
    }
    any.known &= l.known;
    return any;
}

struct rule_value naive_value(const struct naive_world *w, const struct rule *r, size_t household)
{
    struct naive v = { .w = w, .household = household, .applicant = NOBODY };
    struct nv x = about_applicant(&v, r);
    if (r->type == RULE_MONEY && (x.kind == KIND_RATIO || x.scale > 2)) {
        int64_t fen = 0;
        x.known &= fraction_round((int64_t)x.num,
                                  x.kind == KIND_RATIO ? (int64_t)x.den : power_of_ten[x.scale], 2, &fen);
        x = whole(UNIT_YUAN, 2, x.known, fen);
    } else if (r->type == RULE_MONEY) {
        x = scaled(x, 2);
    } else if (r->type == RULE_RATIO) {
        x = ratio_of(x);
    } else if (r->type == RULE_QUANTITY) {
        x = scaled(x, 4);
    }
    struct rule_value out = {
        .type = r->type, .known = x.known, .money = r->money, .text = x.text, .codes = x.codes
    };
    out.num = (int64_t)x.num;
    out.den = (int64_t)x.den;
    return out;
}
