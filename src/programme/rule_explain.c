/* What one household's verdict rests on: the rule is evaluated with every step kept, and walked once more. */
#include "programme/rule_run.h"

struct teller {
    struct rule_run *run;
    struct arena *a;
    struct vec *kept;
    struct rule_seen *seen;
    size_t n, cap;
};

static bool known_at(const struct vec *v, enum node_kind kind, size_t row)
{
    size_t i = v->one ? 0 : row;
    return kind == KIND_BOOL ? bits_at(v->yes, i) || bits_at(v->no, i) : vec_known(v, i);
}

static struct rule_value value_at(const struct node *x, const struct vec *v, size_t row)
{
    struct rule_value out = { .type = node_type(x), .money = x->unit == UNIT_YUAN, .codes = x->codes };
    size_t i = v->one ? 0 : row;
    struct fraction f;
    out.known = known_at(v, x->kind, row);
    if (!out.known)
        return out;
    switch (x->kind) {
    case KIND_BOOL: out.num = bits_at(v->yes, i); break;
    case KIND_DATE: out.num = v->day[i]; break;
    case KIND_CODE: out.num = v->code[i]; break;
    case KIND_TEXT: out.text = v->text[i]; break;
    case KIND_RATIO:
        if (fraction_of(v->num[i], v->den[i], &f)) {
            out.num = f.num;
            out.den = f.den;
        }
        break;
    default: out.num = v->num[i];
    }
    /* an amount in ten-thousandths, as indicators have it */
    if (x->kind == KIND_NUMBER && x->unit == UNIT_YUAN && x->scale != SCALE_FEN) {
        out.known = fraction_of(out.num, power_of_ten[x->scale], &f);
        out.type = RULE_RATIO;
        out.num = f.num;
        out.den = f.den;
    } else if (x->kind == KIND_NUMBER && x->scale && x->scale != SCALE_MAX && x->unit != UNIT_YUAN) {
        out.num *= power_of_ten[SCALE_MAX - x->scale];
    }
    return out;
}

static bool same_thing(const struct rule_seen *a, const struct rule_seen *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case RULE_SAW_FACT:
        return a->record == b->record && a->element == b->element && a->field.name == b->field.name;
    case RULE_SAW_PARAM: return a->param == b->param;
    case RULE_SAW_RESULT: return a->line == b->line && a->col == b->col && a->why == b->why;
    case RULE_SAW_INDICATOR: return a->indicator == b->indicator && a->year == b->year;
    case RULE_SAW_INCOME_PER_HEAD: return a->year == b->year;
    }
    return false;
}

static void tell(struct teller *t, struct rule_seen s)
{
    for (size_t i = 0; i < t->n; i++)
        if (same_thing(&t->seen[i], &s)) {
            t->seen[i].missing |= s.missing;
            return;
        }
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 16;
        struct rule_seen *more = NEW_ARRAY(t->a, struct rule_seen, cap);
        if (t->n)
            memcpy(more, t->seen, t->n * sizeof *more);
        t->seen = more;
        t->cap = cap;
    }
    t->seen[t->n++] = s;
}

/* --- single things --------------------------------------------------------------------------- */

static void walk(struct teller *t, const struct node *x, size_t row, bool wanted);

static void tell_fact(struct teller *t, const struct node *x, size_t row, bool wanted)
{
    struct node fact = *x;
    const struct fact_col *c = &t->run->batch->cols[x->need];
    struct vec v = t->kept[x->id];
    if (x->op == OP_HAS) { /* tell the value itself, whether or not it is there */
        static const enum node_kind kinds[] = {
            [FACT_BOOL] = KIND_BOOL,       [FACT_INT] = KIND_NUMBER, [FACT_MONEY] = KIND_NUMBER,
            [FACT_QUANTITY] = KIND_NUMBER, [FACT_DATE] = KIND_DATE,  [FACT_TEXT] = KIND_TEXT,
            [FACT_CODE] = KIND_CODE,       [FACT_CODES] = KIND_CODES
        };
        fact.kind = kinds[x->field.type];
        fact.unit = x->field.type == FACT_MONEY ? UNIT_YUAN : UNIT_PLAIN;
        fact.scale = x->field.type == FACT_MONEY ? SCALE_FEN : x->field.type == FACT_QUANTITY ? SCALE_MAX : 0;
        fact.codes = x->field.codes;
        v = (struct vec){ .known = c->known, .num = c->num };
        if (fact.kind == KIND_BOOL) {
            uint64_t *no = arena_alloc(t->a, (row / 64 + 1) * sizeof *no),
                     *yes = arena_alloc(t->a, (row / 64 + 1) * sizeof *yes);
            uint64_t known = c->known ? c->known[row / 64] : UINT64_MAX;
            yes[row / 64] = c->bits[row / 64] & known;
            no[row / 64] = ~c->bits[row / 64] & known;
            v = (struct vec){ .yes = yes, .no = no };
        }
    }
    struct rule_seen s = { .kind = RULE_SAW_FACT, .record = x->fact_record, .field = x->field };
    s.element = x->level > LEVEL_HOUSEHOLD ? row : RULE_NO_ELEMENT;
    s.value = value_at(&fact, &v, row);
    s.why = s.value.known ? RULE_WHY_NONE : RULE_WHY_BLANK;
    s.missing = wanted && !s.value.known;
    tell(t, s);
}

static void tell_list(struct teller *t, int record, bool wanted)
{
    tell(t, (struct rule_seen){ .kind = RULE_SAW_FACT,
                                .record = record,
                                .element = RULE_NO_ELEMENT,
                                .why = RULE_WHY_NO_LIST,
                                .missing = wanted });
}

static void tell_param(struct teller *t, const struct node *x, size_t row, bool wanted)
{
    const struct rule_param *p = &t->run->params[x->param];
    struct rule_seen s = { .kind = RULE_SAW_PARAM, .param = x->param };
    s.value = value_at(x, &t->kept[x->id], row);
    s.value.type = p->type;
    bool given = t->run->given && t->run->given[x->param].given;
    s.why = s.value.known ? RULE_WHY_NONE : RULE_WHY_BLANK;
    s.missing = wanted && !s.value.known && (given || !p->def);
    tell(t, s);
    if (given || !p->def)
        return;
    struct rule_story inner = rule_eval_one(t->run, p->def, t->a);
    for (size_t i = 0; i < inner.n; i++) {
        struct rule_seen deeper = inner.seen[i];
        deeper.missing &= wanted;
        tell(t, deeper);
    }
}

static void tell_function(struct teller *t, const struct node *x, size_t row, bool wanted)
{
    const struct vec *year = &t->kept[x->a->id];
    bool year_known = vec_known(year, row), per_head = x->op == OP_PER_HEAD;
    walk(t, x->a, row, wanted && !year_known);
    if (!year_known)
        return;
    struct rule_seen s = { .kind = per_head ? RULE_SAW_INCOME_PER_HEAD : RULE_SAW_INDICATOR };
    s.record = x->list;
    s.element = RULE_NO_ELEMENT;
    s.year = year->num[year->one ? 0 : row];
    s.indicator = per_head ? 0 : x->num;
    s.value = value_at(x, &t->kept[x->id], row);
    if (!s.value.known)
        s.why = per_head ? per_head_why(t->run, x, s.year) : RULE_WHY_NO_INDICATOR;
    s.missing = wanted && !s.value.known;
    tell(t, s);
}

/* --- the walk -------------------------------------------------------------------------------- */

static bool is_known(const struct teller *t, const struct node *x, size_t row)
{
    return known_at(&t->kept[x->id], x->kind, row);
}

/* false: the list itself, or something said of an element, is unknown. */
static bool walk_list(struct teller *t, const struct node *x, bool wanted)
{
    const struct fact_list *l = &t->run->batch->lists[x->list];
    bool all_known = true, tally = x->op == OP_SUM || x->op == OP_MIN || x->op == OP_MAX;
    if (l->known && !bits_at(l->known, 0)) {
        tell_list(t, x->list, wanted);
        return false;
    }
    for (size_t row = 0; row < l->start[1]; row++) {
        const struct node *parts[] = { x->a, x->b };
        for (size_t i = 0; i < N_ELEMS(parts); i++) {
            if (!parts[i] || (i == 1 && tally && x->a && bits_at(t->kept[x->a->id].no, row)))
                continue; /* left out by the filter */
            bool known = is_known(t, parts[i], row);
            all_known &= known;
            walk(t, parts[i], row, wanted && !known);
        }
    }
    return all_known;
}

static void walk_applicant(struct teller *t, const struct node *x, bool wanted)
{
    const uint32_t *who = t->run->batch->applicant;
    if (who && x->op == OP_APPLICANT)
        walk(t, x->a, who[0], wanted && !is_known(t, x->a, who[0]));
    else if (who)
        walk(t, x->a, who[0], wanted);
    else if (x->op == OP_APPLICANT)
        walk_list(t, x, wanted);
    else
        tell_list(t, x->list, wanted);
}

/* Operands are known and the result is not: it overflowed, or was divided by zero. */
static enum rule_why why_lost(const struct teller *t, const struct node *x, size_t row)
{
    if (x->op == OP_MIN || x->op == OP_MAX)
        return RULE_WHY_NOTHING;
    if (x->op != OP_DIVIDE && x->op != OP_REMAINDER)
        return RULE_WHY_OVERFLOW;
    const struct vec *b = &t->kept[x->b->id];
    return b->num[b->one ? 0 : row] == 0 ? RULE_WHY_ZERO : RULE_WHY_OVERFLOW;
}

static void tell_lost(struct teller *t, const struct node *x, size_t row)
{
    struct rule_seen s = {
        .kind = RULE_SAW_RESULT, .element = RULE_NO_ELEMENT, .line = x->line, .col = x->col, .missing = true
    };
    s.why = why_lost(t, x, row);
    s.value.type = node_type(x);
    tell(t, s);
}

static void walk_operands(struct teller *t, const struct node *x, size_t row, bool wanted)
{
    const struct node *parts[] = { x->a, x->b, x->c };
    bool all_known = true;
    for (size_t i = 0; i < N_ELEMS(parts); i++) {
        if (!parts[i])
            continue;
        bool branch = x->op == OP_IF && i > 0;
        const struct vec *when = x->op == OP_IF ? &t->kept[x->a->id] : NULL;
        size_t at = when && when->one ? 0 : row;
        if (branch && !bits_at(i == 1 ? when->yes : when->no, at))
            continue; /* the branch that was not taken says nothing */
        bool known = is_known(t, parts[i], row);
        all_known &= known;
        walk(t, parts[i], row, wanted && !known);
    }
    if (wanted && all_known && x->kind != KIND_BOOL && !is_known(t, x, row))
        tell_lost(t, x, row);
}

/* wanted: the rule is unknown, and this node is why. */
static void walk(struct teller *t, const struct node *x, size_t row, bool wanted)
{
    switch (x->op) {
    case OP_CONST:
    case OP_TODAY: return;
    case OP_FACT:
    case OP_HAS: tell_fact(t, x, row, wanted && x->op == OP_FACT); return;
    case OP_PARAM: tell_param(t, x, row, wanted); return;
    case OP_INDICATOR:
    case OP_PER_HEAD: tell_function(t, x, row, wanted); return;
    case OP_PICK:
    case OP_APPLICANT: walk_applicant(t, x, wanted); return;
    case OP_SPREAD: walk(t, x->a, 0, wanted && !is_known(t, x->a, 0)); return;
    case OP_ANY:
    case OP_ALL:
    case OP_SIZE:
    case OP_SUM:
    case OP_MIN:
    case OP_MAX: {
        bool all_known = walk_list(t, x, wanted);
        if (wanted && all_known && x->kind != KIND_BOOL)
            tell_lost(t, x, row);
        return;
    }
    default: walk_operands(t, x, row, wanted);
    }
}

struct rule_story rule_eval_one(struct rule_run *run, const struct rule *r, struct arena *a)
{
    assert(run->batch->n == 1);
    struct teller t = { .run = run, .a = a };
    struct vec *outer = run->kept;
    rule_ready_params(run, r);
    run->kept = t.kept = NEW_ARRAY(a, struct vec, (size_t)r->n_nodes);
    struct vec v = rule_eval(run, r->root);
    run->kept = outer;
    struct rule_story story = { .result = value_at(r->root, &v, 0) };
    if (story.result.type != RULE_RATIO)
        story.result.type = r->type;
    walk(&t, r->root, 0, !story.result.known);
    story.seen = t.seen;
    story.n = t.n;
    return story;
}
