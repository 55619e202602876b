/* fields.c - what applications ask in every programme (dictionary §6.4).  A programme whose rules speak of
 * one of these without defining it has it as it stands here. */
#include "programme/read.h"

static struct named_choice opinions[] = {
    { { STR_INIT("good"), { 0 } }, { STR_INIT("诚信"), STR_INIT("honest") } },
    { { STR_INIT("doubtful"), { 0 } }, { STR_INIT("存疑"), STR_INIT("doubtful") } },
};
// clang-format off
#define FIELD(id_, zh_, en_, ...) { .id = { STR_INIT(id_), { 0 } }, .label = { STR_INIT(zh_), STR_INIT(en_) }, .stage = STAGE_APPLICATION, __VA_ARGS__ }
static const struct programme_application_field standard[] = {
    FIELD("project",         "发展的项目",     "project",                   .type = FIELD_TEXT),
    FIELD("project_kind",    "项目类别",       "kind of project",           .type = FIELD_CODE, .codes = { STR_INIT("project_kind"), { 0 } }),
    FIELD("project_scale",   "项目规模",       "scale of the project",      .type = FIELD_TEXT),
    FIELD("project_place",   "项目地点",       "place of the project",      .type = FIELD_TEXT),
    FIELD("amount",          "申请金额",       "amount asked for",          .type = FIELD_MONEY),
    FIELD("budget",          "项目预算",       "budget of the project",     .type = FIELD_MONEY),
    FIELD("own_money",       "自筹资金",       "own money",                 .type = FIELD_MONEY),
    FIELD("expected_income", "预期收入",       "expected income",           .type = FIELD_MONEY),
    FIELD("reason",          "申请理由",       "reasons",                   .type = FIELD_TEXT),
    FIELD("credit_opinion",  "村“两委”诚信评议", "the village's opinion on honesty", .type = FIELD_CODE, .choices = { opinions, N_ELEMS(opinions) }),
};
// clang-format on

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool speaks_of(struct str text, struct str field)
{
    static const char record[] = "application.";
    if (!text.n)
        return false;
    const char *end = text.p + text.n;
    for (const char *p = text.p; (p = memmem(p, (size_t)(end - p), record, sizeof record - 1)) != NULL; p++) {
        const char *name = p + sizeof record - 1;
        size_t left = (size_t)(end - name);
        if (left >= field.n && !memcmp(name, field.p, field.n) &&
            (left == field.n || !is_word(name[field.n])))
            return true;
    }
    return false;
}

static bool any_speaks_of(const struct key_table *t, const void *obj, struct str field)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        const char *at = (const char *)obj + k->off;
        struct key_list l = { (char *)(uintptr_t)at, 1 };
        if (k->flags & (KEY_MANY | KEY_NAMED))
            l = key_list_of(k, obj);
        for (size_t j = 0; j < l.n; j++) {
            const void *x = l.p + j * key_size(k);
            if ((k->kind == KEY_OBJECT && any_speaks_of(k->object, x, field)) ||
                (k->kind == KEY_EXPRESSION && speaks_of(((const struct expression *)x)->text, field)) ||
                (k->kind == KEY_AMOUNT && speaks_of(((const struct amount *)x)->expr.text, field)))
                return true;
        }
    }
    return false;
}

static bool defines(const struct programme *p, struct str id)
{
    for (size_t i = 0; i < p->application.fields.n; i++)
        if (str_eq(p->application.fields.p[i].id.name, id))
            return true;
    return false;
}

void programme_add_fields(struct programme *p, struct arena *a)
{
    struct programme_application_field *all =
        NEW_ARRAY(a, struct programme_application_field, p->application.fields.n + N_ELEMS(standard));
    size_t n = p->application.fields.n;
    if (n)
        memcpy(all, p->application.fields.p, n * sizeof *all);
    for (size_t i = 0; i < N_ELEMS(standard); i++)
        if (!defines(p, standard[i].id.name) && any_speaks_of(&programme_keys, p, standard[i].id.name))
            all[n++] = standard[i];
    p->application.fields.p = all;
    p->application.fields.n = n;
}
