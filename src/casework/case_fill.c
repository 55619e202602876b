/* What an application says, field by field, as its programme asks for it. */
#include "base/value.h"
#include "casework/case_parts.h"
#include "casework/notice.h"
#include "programme/application.h"

static bool fill_code(struct casework *w, const struct programme_application_field *f, struct str text,
                      struct buf *out, struct errs *e)
{
    CLEANUP(buf_release) struct buf names = BUF(1000);
    struct str label = wording_in(&f->label, e->lang);
    for (size_t i = 0; i < f->choices.n; i++) {
        const struct named_choice *c = &f->choices.p[i];
        if (str_eq(text, c->id.name) || str_eq(text, c->label.zh) ||
            (c->label.en.p && str_eq(text, c->label.en))) {
            buf_add(out, c->id.name);
            return true;
        }
        buf_addf(&names, "%s%.*s", i ? ", " : "", (int)c->id.name.n, c->id.name.p);
    }
    const struct code_table *t =
        f->codes.name.p ? code_table(w->codes, arena_str(e->a, f->codes.name).p) : NULL;
    for (size_t i = 0; t && i < t->n; i++) {
        if (str_eq(text, t->rows[i].slug) || str_eq(text, t->rows[i].zh) || str_eq(text, t->rows[i].en)) {
            buf_add(out, t->rows[i].slug);
            return true;
        }
        buf_addf(&names, "%s%.*s", i ? ", " : "", (int)t->rows[i].slug.n, t->rows[i].slug.p);
    }
    return fail(e, ERR_INVALID, "fill", MSG_NO_SUCH_CODE, A(label), A(text), A(buf_str(&names)));
}

/* The value in the one way in which it is kept. */
static bool fill_value(struct casework *w, const struct programme_application_field *f, struct str text,
                       struct buf *out, struct errs *e)
{
    struct str label = wording_in(&f->label, e->lang);
    struct money m;
    struct quantity q;
    struct date d;
    enum yesno yes;
    int64_t n;
    switch (f->type) {
    case FIELD_BOOL:
        if (yesno_read(text, &yes) != READ_OK)
            return fail(e, ERR_INVALID, "fill", MSG_NOT_YESNO, A(label));
        buf_adds(out, yes == YES ? "yes" : "no");
        return true;
    case FIELD_INT:
        if (int_read(text, &n) != READ_OK)
            return fail(e, ERR_INVALID, "fill", MSG_NOT_INTEGER, A(label));
        buf_addi(out, n);
        return true;
    case FIELD_MONEY:
        if (money_read(text, &m) != READ_OK || m.fen <= 0)
            return fail(e, ERR_INVALID, "fill", MSG_NOT_MONEY, A(label));
        money_print(out, m);
        return true;
    case FIELD_QUANTITY:
        if (quantity_read(text, &q) != READ_OK)
            return fail(e, ERR_INVALID, "fill", MSG_NOT_QUANTITY, A(label));
        quantity_print(out, q);
        return true;
    case FIELD_DATE:
        if (date_read(text, &d) != READ_OK)
            return fail(e, ERR_INVALID, "fill", MSG_NOT_DATE, A(label));
        date_print(out, d);
        return true;
    case FIELD_CODE: return fill_code(w, f, text, out, e);
    case FIELD_TEXT: break;
    }
    if (str_chars(text) > 400)
        return fail(e, ERR_INVALID, "fill", MSG_TEXT_LENGTH, A(label), A(1), A(400));
    buf_add(out, text);
    return true;
}

static bool put_answer(struct casework *w, const struct relief_case *c, struct str field, struct str value,
                       struct errs *e)
{
    struct case_answer old, new = { c->county, c->id, field, value, w->today, w->who->login };
    enum found f = db_get(w->tx, &case_answer_entity, &old, e, V(c->county), V(c->id), V(field));
    if (f == FAILED)
        return false;
    return f == FOUND ? act_update(w->act, &case_answer_entity, &old, &new, e)
                      : db_insert(w->tx, &case_answer_entity, &new, e);
}

static enum office_level stage_level(enum programme_stage stage)
{
    return stage == STAGE_VILLAGE    ? LEVEL_VILLAGE
           : stage == STAGE_TOWNSHIP ? LEVEL_TOWNSHIP
           : stage >= STAGE_COUNTY   ? LEVEL_COUNTY
                                     : LEVEL_NONE;
}

/* Who applies fills in the application, before it is handed in; an office its own part, whenever it likes
 * until the case is decided. */
static bool may_fill(struct casework *w, const struct relief_case *c, enum programme_stage stage,
                     struct errs *e)
{
    enum office_level level = stage_level(stage);
    if (c->state.v != CASE_DRAFT && c->state.v != CASE_IN_STEPS && c->state.v != CASE_RETURNED)
        return fail(e, ERR_CONFLICT, "no", MSG_CASE_OVER, A(c->no));
    if (level == LEVEL_NONE && c->state.v == CASE_IN_STEPS)
        return fail(e, ERR_CONFLICT, "no", MSG_CASE_HANDED_IN, A(c->no));
    if (c->decided_on.set)
        return fail(e, ERR_CONFLICT, "no", MSG_CASE_HANDED_IN, A(c->no));
    if (!actor_need_at(w->who, case_perm(level),
                       case_place(c->village, level == LEVEL_NONE ? LEVEL_VILLAGE : level), e))
        return false;
    return level == LEVEL_NONE || case_not_own(w, c, e);
}

static bool people_answer(struct casework *w, struct relief_case *c, const struct programme *p,
                          struct str field, struct str value, struct errs *e)
{
    struct str id = { field.p + 10, field.n - 10 };
    enum yesno yes;
    const struct programme_condition *x = NULL;
    for (size_t i = 0; i < p->conditions.n; i++)
        if (str_eq(p->conditions.p[i].id.name, id))
            x = &p->conditions.p[i];
    for (size_t i = 0; i < p->exclude.n; i++)
        if (str_eq(p->exclude.p[i].id.name, id))
            x = &p->exclude.p[i];
    if (!x || !x->decided_by_people)
        return fail(e, ERR_NOT_FOUND, "fill", MSG_CASE_NOT_PEOPLE, A(id));
    if (yesno_read(value, &yes) != READ_OK)
        return fail(e, ERR_INVALID, "fill", MSG_NOT_YESNO, A(wording_in(&x->label, e->lang)));
    return may_fill(w, c, x->stage, e) && put_answer(w, c, field, yes == YES ? STR("yes") : STR("no"), e);
}

static bool fields_there(const struct programme *p, struct str field, struct errs *e)
{
    CLEANUP(buf_release) struct buf names = BUF(2000);
    for (size_t i = 0; i < p->application.fields.n; i++)
        buf_addf(&names, "%s%.*s", i ? ", " : "", (int)p->application.fields.p[i].id.name.n,
                 p->application.fields.p[i].id.name.p);
    return fail(e, ERR_NOT_FOUND, "fill", MSG_CASE_NO_FIELD, A(field), A(buf_str(&names)));
}

static bool mirror(struct casework *w, struct relief_case *c, struct str field, struct str value,
                   struct errs *e)
{
    struct relief_case new = *c;
    if (str_eq(field, STR("project")) && str_chars(value) <= 200)
        new.project = value;
    else if (str_eq(field, STR("amount")))
        new.asked.set = money_read(value, &new.asked.v) == READ_OK;
    else
        return true;
    if (!act_update(w->act, &relief_case_entity, c, &new, e))
        return false;
    *c = new;
    return true;
}

bool case_fill(struct casework *w, struct relief_case *c, struct str field, struct str value, struct errs *e)
{
    CLEANUP(buf_release) struct buf b = BUF(4000);
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    if (!k)
        return false;
    field = str_trim(field);
    value = text_fold(e->a, value);
    if (!value.p)
        return fail(e, ERR_INVALID, "fill", MSG_REQUIRED, A(field));
    if (str_starts(field, STR("condition.")))
        return people_answer(w, c, k->programme, field, value, e);
    const struct programme_application_field *f = application_field(k->programme, field);
    if (!f)
        return fields_there(k->programme, field, e);
    enum personal_look look = text_looks(value);
    if (f->type == FIELD_TEXT && look != LOOKS_FINE && look != LOOKS_LIKE_ILLNESS)
        return fail(e, ERR_INVALID, "fill", MSG_CASE_PERSONAL, A(wording_in(&f->label, e->lang)));
    if (!may_fill(w, c, f->stage, e) || !fill_value(w, f, value, &b, e))
        return false;
    struct str kept = arena_str(w->a, buf_str(&b));
    return put_answer(w, c, f->id.name, kept, e) && mirror(w, c, f->id.name, kept, e);
}
