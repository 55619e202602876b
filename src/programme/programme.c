#include "programme/programme.h"

#include "programme/read.h"

static const struct programme *read_text(struct str text, bool is_new, const struct code_book *codes,
                                         struct arena *a, struct errs *e)
{
    struct errs found = { .a = a, .lang = e->lang };
    struct programme *p = NEW(a, struct programme);
    if (text.n > PROGRAMME_TEXT_MAX) {
        fail(e, ERR_INVALID, NULL, MSG_PROGRAMME_LARGE, A((int64_t)PROGRAMME_TEXT_MAX));
        return NULL;
    }
    const struct yaml *root = yaml_read(text, a, &found);
    if (root) {
        keys_read(&programme_keys, root, p, codes, &found);
        if (root->kind == YAML_MAP) {
            programme_check_sense(p, root, codes, &found);
            if (is_new)
                programme_check_new(p, root, codes, &found);
            programme_add_fields(p, a);
            programme_check_rules(p, codes, &found);
        }
    }
    if (!errs_any(&found))
        return p;
    errs_sort_places(&found);
    errs_append(e, &found);
    return NULL;
}

const struct programme *programme_read(struct str text, const struct code_book *codes, struct arena *a,
                                       struct errs *e)
{
    return read_text(text, false, codes, a, e);
}

const struct programme *programme_read_new(struct str text, const struct code_book *codes, struct arena *a,
                                           struct errs *e)
{
    return read_text(text, true, codes, a, e);
}

const struct programme_step *programme_step_find(const struct programme *p, struct str id)
{
    for (size_t i = 0; i < p->steps.n; i++)
        if (id.p && str_eq(p->steps.p[i].id.name, id))
            return &p->steps.p[i];
    return NULL;
}

const struct programme_parameter *programme_parameter_find(const struct programme *p, struct str id)
{
    for (size_t i = 0; i < p->parameters.n; i++)
        if (id.p && str_eq(p->parameters.p[i].id.name, id))
            return &p->parameters.p[i];
    return NULL;
}

struct str programme_kind_name(enum programme_kind kind)
{
    return str_of(programme_kinds[kind].name);
}

const struct label *programme_kind_label(struct str name)
{
    for (int i = KIND_LOAN; i <= KIND_MONTHLY; i++)
        if (str_eq(name, str_of(programme_kinds[i].name)))
            return &programme_kinds[i].label;
    return NULL;
}
