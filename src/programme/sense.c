/* sense.c - what is wrong with a programme as a whole. */
#include "base/nearest.h"
#include "base/value.h"
#include "programme/papers.h"
#include "programme/read.h"

#include <assert.h>

enum { NAMES_MAX = 256, YEAR_FIRST = 1900, YEAR_LAST = 2200 };

struct sense {
    struct programme *p;
    const struct code_book *codes;
    struct errs *e;
};

static const char *cstr(struct errs *e, struct str s)
{
    return arena_printf(e->a, "%.*s", (int)s.n, s.p ? s.p : "");
}

/* --- parameters --------------------------------------------------------------------------------------- */

/* Why a text is no constant of the type, or MSG_COUNT. */
static enum msg constant_read(enum parameter_type type, struct str s, struct programme_constant *c)
{
    struct money m;
    struct quantity q;
    struct date d;
    enum yesno yes = UNKNOWN;
    struct fraction f;
    switch (type) {
    case PARAMETER_BOOL:
        if (yesno_read(s, &yes) != READ_OK || yes == UNKNOWN)
            return MSG_NOT_YESNO;
        c->v = yes == YES;
        break;
    case PARAMETER_INT:
    case PARAMETER_YEAR:
        if (int_read(s, &c->v) != READ_OK ||
            (type == PARAMETER_YEAR && (c->v < YEAR_FIRST || c->v > YEAR_LAST)))
            return type == PARAMETER_YEAR ? MSG_PARAMETER_YEAR : MSG_NOT_INTEGER;
        break;
    case PARAMETER_MONEY:
        if (money_read(s, &m) != READ_OK)
            return MSG_NOT_MONEY;
        c->v = m.fen;
        break;
    case PARAMETER_QUANTITY:
        if (quantity_read(s, &q) != READ_OK)
            return MSG_NOT_QUANTITY;
        c->v = q.v;
        break;
    case PARAMETER_DATE:
        if (date_read(s, &d) != READ_OK)
            return MSG_NOT_DATE;
        c->v = d.day;
        break;
    case PARAMETER_RATIO:
        if (!fraction_read(s, &f))
            return MSG_ENTRY_FRACTION;
        c->v = f.num;
        c->den = f.den;
        break;
    case PARAMETER_TEXT: break;
    }
    c->set = true;
    c->text = s;
    return MSG_COUNT;
}

static int constant_cmp(const struct programme_constant *a, const struct programme_constant *b)
{
    __extension__ __int128 x = (__int128)a->v * (b->den ? b->den : 1),
                           y = (__int128)b->v * (a->den ? a->den : 1);
    return (x > y) - (x < y);
}

static bool in_range(const struct programme_parameter *p, const struct programme_constant *c)
{
    if (p->range.n != 2 || !p->range.p[0].set || !p->range.p[1].set)
        return true;
    return constant_cmp(&p->range.p[0], c) <= 0 && constant_cmp(c, &p->range.p[1]) <= 0;
}

bool parameter_read(const struct programme_parameter *p, struct str text, struct programme_constant *out,
                    struct errs *e)
{
    struct programme_constant c = { 0 };
    const char *name = cstr(e, p->id.name);
    struct str label = wording_in(&p->label, e->lang);
    enum msg msg = constant_read(p->type, str_trim(text), &c);
    if (msg != MSG_COUNT)
        return fail(e, ERR_INVALID, name, msg, A(label), A(text));
    if (!in_range(p, &c))
        return fail(e, ERR_INVALID, name, MSG_OUT_OF_RANGE, A(label), A(p->range.p[0].text),
                    A(p->range.p[1].text));
    c.text = arena_str(e->a, c.text);
    *out = c;
    return true;
}

bool parameter_constant(const struct programme_parameter *p, struct str text, struct programme_constant *out)
{
    struct programme_constant c = { 0 };
    if (constant_read(p->type, str_trim(text), &c) != MSG_COUNT)
        return false;
    *out = c;
    return true;
}

static void check_constant(struct sense *s, const struct programme_parameter *p, struct programme_constant *c)
{
    if (!c->text.p)
        return;
    enum msg msg = constant_read(p->type, c->text, c);
    if (msg != MSG_COUNT)
        fail_at(s->e, c->at, msg, A(p->id.name), A(c->text));
}

static void check_range(struct sense *s, struct programme_parameter *p)
{
    if (!p->range.n)
        return;
    bool ordered = p->type != PARAMETER_TEXT && p->type != PARAMETER_BOOL;
    if (p->range.n != 2 || !ordered) {
        fail_at(s->e, p->range.p[0].at, MSG_PARAMETER_RANGE, A(p->id.name));
        return;
    }
    check_constant(s, p, &p->range.p[0]);
    check_constant(s, p, &p->range.p[1]);
    if (p->range.p[0].set && p->range.p[1].set && constant_cmp(&p->range.p[0], &p->range.p[1]) > 0) {
        fail_at(s->e, p->range.p[0].at, MSG_PARAMETER_RANGE, A(p->id.name));
        p->range.n = 0;
    }
}

static void check_values(struct sense *s, struct programme_parameter *p)
{
    for (size_t i = 0; i < p->values.n; i++) {
        struct parameter_value *v = &p->values.p[i];
        check_constant(s, p, &v->value);
        if (v->value.set && !in_range(p, &v->value))
            fail_at(s->e, v->value.at, MSG_OUT_OF_RANGE, A(p->id.name), A(p->range.p[0].text),
                    A(p->range.p[1].text));
        for (size_t j = 0; j < i; j++)
            if (p->values.p[j].year.set == v->year.set && p->values.p[j].year.v == v->year.v &&
                p->values.p[j].region.v == v->region.v && v->value.text.p)
                fail_at(s->e, v->value.at, MSG_PARAMETER_TWICE, A(p->id.name));
    }
}

static void check_parameters(struct sense *s)
{
    for (size_t i = 0; i < s->p->parameters.n; i++) {
        struct programme_parameter *p = &s->p->parameters.p[i];
        struct programme_constant c = { 0 };
        check_range(s, p);
        check_values(s, p);
        if (!p->initial.text.p && !p->values.n && p->id.name.p)
            fail_at(s->e, p->id.at, MSG_PARAMETER_NO_VALUE, A(p->id.name));
        if (p->initial.text.p && constant_read(p->type, str_trim(p->initial.text), &c) == MSG_COUNT &&
            !in_range(p, &c))
            fail_at(s->e, p->initial.at, MSG_OUT_OF_RANGE, A(p->id.name), A(p->range.p[0].text),
                    A(p->range.p[1].text));
    }
}

/* --- ids and what refers to them ------------------------------------------------------------------------ */

struct ids {
    struct name_at seen[NAMES_MAX];
    size_t n;
};

static void add_id(struct sense *s, struct ids *ids, struct name_at id, const char *what)
{
    if (!id.name.p)
        return;
    for (size_t i = 0; i < ids->n; i++)
        if (str_eq(ids->seen[i].name, id.name)) {
            fail_at(s->e, id.at, MSG_ID_TWICE, A(what), A(id.name), A(ids->seen[i].at.line));
            return;
        }
    if (ids->n < N_ELEMS(ids->seen))
        ids->seen[ids->n++] = id;
}

/* Every list of objects that have an id is a space of its own, but for those below. */
static void check_ids_of(struct sense *s, const struct key_table *t, const void *obj);

static void check_list_ids(struct sense *s, const struct key *k, const void *obj)
{
    struct key_list l = key_list_of(k, obj);
    struct ids ids = { .n = 0 };
    bool has_id = !strcmp(k->object->keys[0].name, "id");
    for (size_t i = 0; i < l.n; i++) {
        const char *x = l.p + i * k->object->size;
        if (has_id && !(k->flags & KEY_NAMED))
            add_id(s, &ids, *(const struct name_at *)(x + k->object->keys[0].off), k->name);
        check_ids_of(s, k->object, x);
    }
}

static void check_ids_of(struct sense *s, const struct key_table *t, const void *obj)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        if (k->kind != KEY_OBJECT)
            continue;
        if (k->flags & (KEY_MANY | KEY_NAMED))
            check_list_ids(s, k, obj);
        else
            check_ids_of(s, k->object, (const char *)obj + k->off);
    }
}

/* A reason against a case and a condition for it are told apart by their ids. */
static void check_condition_ids(struct sense *s)
{
    struct ids ids = { .n = 0 };
    for (size_t i = 0; i < s->p->conditions.n && i < NAMES_MAX; i++)
        ids.seen[ids.n++] = s->p->conditions.p[i].id;
    for (size_t i = 0; i < s->p->exclude.n; i++)
        for (size_t j = 0; j < ids.n; j++)
            if (s->p->exclude.p[i].id.name.p && str_eq(ids.seen[j].name, s->p->exclude.p[i].id.name))
                fail_at(s->e, s->p->exclude.p[i].id.at, MSG_ID_TWICE, A("exclude"), A(ids.seen[j].name),
                        A(ids.seen[j].at.line));
}

static void check_paper(struct sense *s, const struct key *k, struct name_at ref)
{
    const char *names[NAMES_MAX];
    size_t n = 0;
    if (!ref.name.p || paper_known(s->p, ref.name))
        return;
    for (size_t i = 0; i < paper_kinds_n; i++)
        names[n++] = paper_kinds[i].name;
    for (size_t i = 0; i < s->p->forms.n && n < NAMES_MAX; i++)
        names[n++] = cstr(s->e, s->p->forms.p[i].id.name);
    for (size_t i = 0; i < s->p->documents.n && n < NAMES_MAX; i++)
        names[n++] = cstr(s->e, s->p->documents.p[i].id.name);
    fail_at(s->e, ref.at, MSG_NO_PAPER, A(k->name), A(ref.name), A(near_names(s->e, ref.name, names, n)));
}

static void check_step_ref(struct sense *s, const struct key *k, struct name_at ref, const void *obj)
{
    const struct programme_step *self = obj, *other = programme_step_find(s->p, ref.name);
    const char *names[NAMES_MAX];
    size_t n = 0;
    if (!ref.name.p || (other && other != self))
        return;
    for (size_t i = 0; i < s->p->steps.n && n < NAMES_MAX; i++)
        if (s->p->steps.p[i].id.name.p && &s->p->steps.p[i] != self)
            names[n++] = cstr(s->e, s->p->steps.p[i].id.name);
    fail_at(s->e, ref.at, other ? MSG_STEP_SELF : MSG_NO_STEP, A(k->name), A(ref.name),
            A(near_names(s->e, ref.name, names, n)));
}

static void check_ref(struct sense *s, const struct key *k, struct name_at ref, const void *obj)
{
    if (k->refers == REFERS_PAPER)
        check_paper(s, k, ref);
    else if (k->refers == REFERS_STEP)
        check_step_ref(s, k, ref, obj);
}

static void check_refs(struct sense *s, const struct key_table *t, const void *obj)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        const char *at = (const char *)obj + k->off;
        if (!key_allowed(k, key_by(t, obj)) || (k->kind != KEY_OBJECT && k->kind != KEY_NAME))
            continue;
        struct key_list l = { (char *)(uintptr_t)at, 1 };
        if (k->flags & (KEY_MANY | KEY_NAMED))
            l = key_list_of(k, obj);
        for (size_t j = 0; j < l.n; j++) {
            const char *x = l.p + j * key_size(k);
            if (k->kind == KEY_OBJECT)
                check_refs(s, k->object, x);
            else
                check_ref(s, k, *(const struct name_at *)x, obj);
        }
    }
}

/* --- conditions, amounts -------------------------------------------------------------------------------- */

static void check_condition(struct sense *s, const struct programme_condition *c)
{
    if (!c->id.name.p)
        return;
    if (c->decided_by_people && (c->when.text.p || c->stage == STAGE_REGISTRY))
        fail_at(s->e, c->id.at, MSG_CONDITION_PEOPLE, A(c->id.name));
    if (!c->decided_by_people && !c->when.text.p)
        fail_at(s->e, c->id.at, MSG_CONDITION_NO_WHEN, A(c->id.name));
    if (c->first_time.when.text.p && c->first_time.stage == STAGE_REGISTRY)
        fail_at(s->e, c->first_time.when.at, MSG_CONDITION_FIRST, A(c->id.name));
}

static void check_order(struct sense *s, const struct amount *low, const struct amount *high,
                        struct file_place at)
{
    if (low->fixed.set && high->fixed.set && low->fixed.v.fen > high->fixed.v.fen)
        fail_at(s->e, at, MSG_AMOUNT_ORDER, A(low->fixed.v), A(high->fixed.v));
}

static void check_term(struct sense *s, const struct programme_term *t, struct file_place at)
{
    int64_t low = t->min.set ? t->min.v : 1, high = t->max.set ? t->max.v : INT64_MAX;
    if (t->initial.set && (low > high || t->initial.v < low || t->initial.v > high))
        fail_at(s->e, at, MSG_TERM_ORDER, A(t->initial.v));
}

/* What would be agreed and never charged is refused, so that nobody relies on it. */
static void check_reckoned(struct sense *s, const struct yaml *root)
{
    const struct programme_loan *x = &s->p->loan;
    const struct yaml *loan = yaml_get(root, "loan"), *overdue = loan ? yaml_get(loan, "overdue") : NULL;
    const struct {
        bool asked;
        const struct yaml *in;
        const char *key;
    } unknown[] = {
        { x->fee.num != 0, loan, "fee" },
        { x->overdue.rate.num != 0, overdue, "rate" },
        { x->overdue.grace_days.set && x->overdue.grace_days.v > 0, overdue, "grace_days" },
        { x->interest_subsidy.n && x->rate.num, loan, "interest_subsidy" },
    };
    for (size_t i = 0; i < N_ELEMS(unknown); i++)
        if (unknown[i].asked)
            fail_at(s->e, yaml_get(unknown[i].in, unknown[i].key)->at, MSG_LOAN_NOT_RECKONED,
                    A(unknown[i].key));
}

/* --- limits of the fund monitor ---------------------------------------------------------------------------
 */

const char *const monitor_parameters[] = {
    "monitor_lending_rate",
    "monitor_year_lending_rate",
    "monitor_idle_rate",
    "monitor_idle_days",
    "monitor_township_idle_days",
    "monitor_bad_rate",
    "monitor_overdue_terms_from",
    "monitor_recovery_rate",
    "monitor_remitted_late_days",
    "monitor_unapproved_days",
    "monitor_no_visit_days",
    "monitor_not_dunned_days",
    NULL,
};

static void check_monitor(struct sense *s)
{
    const char *names[NAMES_MAX];
    size_t n = 0;
    while (monitor_parameters[n]) {
        names[n] = monitor_parameters[n];
        n++;
    }
    for (size_t i = 0; i < s->p->parameters.n; i++) {
        const struct programme_parameter *p = &s->p->parameters.p[i];
        bool known = !p->id.name.p || !str_starts(p->id.name, STR("monitor_"));
        for (size_t k = 0; k < n; k++)
            known = known || (str_eq(p->id.name, str_of(names[k])) && p->type == PARAMETER_INT);
        if (!known)
            fail_at(s->e, p->id.at, MSG_MONITOR_PARAMETER, A(p->id.name),
                    A(near_names(s->e, p->id.name, names, n)));
    }
}

static bool has_item(const struct programme *p, enum item_every every)
{
    for (size_t i = 0; i < p->aid.items.n; i++)
        if (p->aid.items.p[i].every == every)
            return true;
    return false;
}

static void check_aid(struct sense *s, struct file_place at)
{
    const struct programme *p = s->p;
    if (!p->aid.items.n)
        return;
    if ((p->kind == KIND_PER_UNIT && !has_item(p, EVERY_UNIT)) ||
        (p->kind == KIND_MONTHLY && !has_item(p, EVERY_MONTH)))
        fail_at(s->e, at, p->kind == KIND_PER_UNIT ? MSG_AID_NO_UNIT : MSG_AID_NO_MONTH);
    if (p->kind == KIND_INSTALMENTS && p->aid.items.n < 2)
        fail_at(s->e, at, MSG_AID_ONE_INSTALMENT);
}

static void check_fields(struct sense *s)
{
    for (size_t i = 0; i < s->p->application.fields.n; i++) {
        const struct programme_application_field *f = &s->p->application.fields.p[i];
        const char *names[NAMES_MAX];
        size_t n = 0;
        for (size_t j = 0; j < s->codes->n && n < NAMES_MAX; j++)
            names[n++] = cstr(s->e, s->codes->tables[j].name);
        if (f->type == FIELD_CODE && f->id.name.p && (f->choices.n > 0) == (f->codes.name.p != NULL))
            fail_at(s->e, f->id.at, MSG_FIELD_CHOICES, A(f->id.name));
        if (f->codes.name.p && !code_table(s->codes, cstr(s->e, f->codes.name)))
            fail_at(s->e, f->codes.at, MSG_NO_CODE_TABLE, A(f->codes.name),
                    A(near_names(s->e, f->codes.name, names, n)));
    }
}

/* --- steps, numbers, reminders ----------------------------------------------------------------------------
 */

static void check_steps(struct sense *s, struct file_place at)
{
    size_t decide = 0, allot = 0;
    struct file_place second = at;
    for (size_t i = 0; i < s->p->steps.n; i++) {
        const struct programme_step *x = &s->p->steps.p[i];
        decide += x->enabled && x->decides;
        if (x->enabled && x->allots_number && allot++)
            second = x->id.at;
    }
    if (s->p->steps.n && !decide)
        fail_at(s->e, at, MSG_STEPS_DECIDE);
    if (allot > 1)
        fail_at(s->e, second, MSG_STEPS_NUMBER_TWICE);
    if (s->p->steps.n && (s->p->number.p != NULL) != (allot > 0))
        fail_at(s->e, at, MSG_STEPS_NUMBER);
}

static const char *const number_parts[] = { "county", "township", "village", "year", "period", "serial" };

/* What stands between braces: PART or PART:WIDTH. */
static bool is_number_part(struct str inside, struct str *name)
{
    struct str rest = inside;
    int64_t width = 1;
    *name = (struct str){ "", 0 };
    if (!inside.n || !str_split(&rest, ':', name))
        return false;
    if (memchr(inside.p, ':', inside.n) && !(str_int(rest, &width) && width >= 1 && width <= 9))
        return false;
    for (size_t i = 0; i < N_ELEMS(number_parts); i++)
        if (str_eq(*name, str_of(number_parts[i])))
            return true;
    return false;
}

static void check_number(struct sense *s, struct file_place at)
{
    struct str p = s->p->number, name;
    bool serial = false;
    if (!p.p)
        return;
    for (size_t i = 0; i < p.n; i++) {
        if (p.p[i] != '{' && p.p[i] != '}')
            continue;
        const char *end = p.p[i] == '{' ? memchr(p.p + i, '}', p.n - i) : NULL;
        struct str inside = { p.p + i + 1, end ? (size_t)(end - p.p) - i - 1 : 0 };
        if (!is_number_part(inside, &name)) {
            fail_at(s->e, at, MSG_NUMBER_PATTERN, A(inside.n ? inside : STR("{")),
                    A(near_names(s->e, name, number_parts, N_ELEMS(number_parts))));
            return;
        }
        serial |= str_eq(name, STR("serial"));
        i += inside.n + 1;
    }
    if (!serial)
        fail_at(s->e, at, MSG_NUMBER_SERIAL);
}

static void check_reminders(struct sense *s, struct file_place at)
{
    for (size_t i = 0; i < s->p->reminders.n; i++) {
        const struct programme_reminder *r = &s->p->reminders.p[i];
        bool earlier = !r->after.set;
        struct file_place here = r->from.name.p ? r->from.at : at;
        if (!r->no.set)
            continue;
        for (size_t j = 0; j < i; j++) {
            earlier |= s->p->reminders.p[j].no.v == r->after.v;
            if (s->p->reminders.p[j].no.set && s->p->reminders.p[j].no.v == r->no.v)
                fail_at(s->e, here, MSG_REMINDER_TWICE, A(r->no.v));
        }
        if (r->before_months.set + r->before_days.set + r->after.set != 1)
            fail_at(s->e, here, MSG_REMINDER_WHEN, A(r->no.v));
        if (!earlier)
            fail_at(s->e, here, MSG_REMINDER_AFTER, A(r->no.v), A(r->after.v));
    }
}

static struct file_place place_of_key(const struct yaml *root, const char *key)
{
    const struct yaml *y = yaml_get(root, key);
    return y ? y->at : root->at;
}

void programme_check_sense(struct programme *p, const struct yaml *root, const struct code_book *codes,
                           struct errs *e)
{
    struct sense s = { .p = p, .codes = codes, .e = e };
    struct file_place loan = place_of_key(root, "loan");
    check_parameters(&s);
    check_ids_of(&s, &programme_keys, p);
    check_condition_ids(&s);
    check_refs(&s, &programme_keys, p);
    for (size_t i = 0; i < p->conditions.n; i++)
        check_condition(&s, &p->conditions.p[i]);
    for (size_t i = 0; i < p->exclude.n; i++)
        check_condition(&s, &p->exclude.p[i]);
    if (yaml_get(root, "conditions") && !p->conditions.n)
        fail_at(e, place_of_key(root, "conditions"), MSG_CONDITIONS_NONE);
    check_order(&s, &p->loan.amount.min, &p->loan.amount.max, loan);
    check_order(&s, &p->loan.amount.initial, &p->loan.amount.max, loan);
    check_order(&s, &p->loan.amount.min, &p->loan.amount.initial, loan);
    check_term(&s, &p->loan.term_months, loan);
    check_monitor(&s);
    check_aid(&s, place_of_key(root, "aid"));
    check_fields(&s);
    check_steps(&s, place_of_key(root, "steps"));
    check_number(&s, place_of_key(root, "number"));
    check_reminders(&s, place_of_key(root, "reminders"));
    if (p->valid_from.set && p->valid_to.set && p->valid_from.v.day > p->valid_to.v.day)
        fail_at(e, place_of_key(root, "valid_to"), MSG_VALID_ORDER);
}

/* --- what only new files are asked ------------------------------------------------------------------------
 */

static void check_values_stand_high(struct sense *s, const struct programme_parameter *p)
{
    for (size_t i = 0; i < p->values.n; i++)
        if (region_level(p->values.p[i].region) > COUNTY)
            fail_at(s->e, p->values.p[i].value.at, MSG_PARAMETER_LEVEL, A(p->values.p[i].region));
}

void programme_check_new(struct programme *p, const struct yaml *root, const struct code_book *codes,
                         struct errs *e)
{
    struct sense s = { .p = p, .codes = codes, .e = e };
    check_reckoned(&s, root);
    for (size_t i = 0; i < p->parameters.n; i++)
        check_values_stand_high(&s, &p->parameters.p[i]);
}
