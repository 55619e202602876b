#include "programme/programme.h"

#include "programme/read.h"
#include "registry/region.h"

const struct programme *programme_read(struct str text, const struct code_book *codes, struct arena *a,
                                       struct errs *e)
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

/* How near a parameter's value is to what is asked: the nearest region wins, then the latest year. */
static int64_t nearness(const struct parameter_value *v, struct region_code region, int64_t year)
{
    enum { YEARS = 10000 };
    int64_t first, last, level = 0;
    if (v->year.set && v->year.v > year)
        return -1;
    if (v->region.v) {
        region_span(v->region, &first, &last);
        if (region.v < first || region.v > last)
            return -1;
        level = (int64_t)region_level(v->region);
    }
    return level * YEARS + (v->year.set ? v->year.v : 0);
}

void programme_parameter_value(const struct programme_parameter *p, struct region_code region, int64_t year,
                               struct programme_constant *x)
{
    CLEANUP(arena_free) struct arena own = { 0 };
    struct errs ignored = { .a = &own };
    int64_t best = -1;
    *x = (struct programme_constant){ 0 };
    for (size_t i = 0; i < p->values.n; i++) {
        int64_t near = nearness(&p->values.p[i], region, year);
        if (near > best) {
            best = near;
            *x = p->values.p[i].value;
        }
    }
    if (best < 0 && p->initial.text.p && !parameter_read(p, p->initial.text, x, &ignored))
        *x = (struct programme_constant){ 0 };
    if (best < 0)
        x->text = p->initial.text; /* not of the memory that is freed here */
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
