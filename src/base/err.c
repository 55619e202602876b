#include "base/err.h"

#include "base/buf.h"
#include "base/value.h"

#include <assert.h>

enum { TEXT_MAX = 4096 };

const struct err_info err_info[] = {
#define X(name, http, slug) [ERR_##name] = { http, slug },
    ERR_CODES(X)
#undef X
};

static const struct label catalogue[] = {
#define M(name, zh, en) [MSG_##name] = { zh, en },
#include "base/catalogue.def"
#undef M
};

const char *catalogue_text(enum msg m, enum lang lang)
{
    assert(m < MSG_COUNT);
    return label_in(&catalogue[m], lang);
}

static void add_arg(struct buf *b, const struct arg *x, enum lang lang)
{
    switch (x->kind) {
    case ARG_TEXT: buf_add(b, x->s); break;
    case ARG_INT: buf_addi(b, x->i); break;
    case ARG_MONEY: money_print(b, (struct money){ x->i }); break;
    case ARG_DATE: date_print(b, (struct date){ (int32_t)x->i }); break;
    case ARG_LABEL: buf_adds(b, label_in(x->label, lang)); break;
    case ARG_REGION: region_print(b, (struct region_code){ x->i }); break;
    }
}

const char *say_(struct arena *a, enum lang lang, enum msg m, const struct arg *args, size_t n)
{
    CLEANUP(buf_release) struct buf b = BUF(TEXT_MAX);
    for (const char *p = catalogue_text(m, lang); *p; p++) {
        if (p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}') {
            size_t i = (size_t)(p[1] - '0');
            assert(i < n); /* args[0] is a filler, so that a text may have none */
            add_arg(&b, &args[i], lang);
            p += 2;
        } else {
            buf_addc(&b, *p);
        }
    }
    return arena_str(a, buf_str(&b)).p;
}

static void record(struct err_list *list, struct err *x)
{
    if (!list->tail)
        list->tail = &list->first;
    *list->tail = x;
    list->tail = &x->next;
    list->n++;
}

bool fail_(struct errs *e, enum err_code code, const char *field, enum msg m, const struct arg *args,
           size_t n)
{
    struct err *x = NEW(e->a, struct err);
    *x = (struct err){ .code = code, .msg = m, .field = field, .text = say_(e->a, e->lang, m, args, n) };
    record(&e->bad, x);
    return false;
}

struct err *warn_(struct errs *e, const char *field, enum msg m, const struct arg *args, size_t n)
{
    struct err *x = NEW(e->a, struct err);
    *x = (struct err){ .msg = m, .field = field, .text = say_(e->a, e->lang, m, args, n) };
    record(&e->warned, x);
    return x;
}

void errs_append(struct errs *to, const struct errs *from)
{
    for (const struct err *x = from->bad.first; x; x = x->next) {
        struct err *copy = NEW(to->a, struct err);
        *copy = *x;
        copy->next = NULL;
        copy->text = arena_str(to->a, str_of(x->text)).p;
        copy->field = arena_str(to->a, str_of(x->field)).p;
        record(&to->bad, copy);
    }
}

void errs_clear(struct errs *e)
{
    e->bad = e->warned = (struct err_list){ 0 };
}
