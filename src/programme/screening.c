#include "programme/screening.h"

#include "programme/screen.h"

// clang-format off
static const struct col cols[] = {
    COL(screening_record, no,         "编号",     "Number",     .flags = PKEY | SERVER | REQUIRED),
    COL(screening_record, programme,  "项目",     "Programme",  .flags = REQUIRED),
    COL(screening_record, version,    "版本",     "Version",    .flags = REQUIRED),
    COL(screening_record, region,     "区划",     "Region"),
    COL(screening_record, as_of,      "截至日期", "As of",      .flags = REQUIRED),
    COL(screening_record, parameters, "参数",     "Parameters", .max = 4000),
    COL(screening_record, households, "户数",     "Households", .flags = REQUIRED),
    COL(screening_record, eligible,   "符合",     "Eligible",   .flags = REQUIRED),
    COL(screening_record, ineligible, "不符合",   "Ineligible", .flags = REQUIRED),
    COL(screening_record, unknown,    "资料不全", "Unknown",    .flags = REQUIRED),
    COL(screening_record, counts,     "各条件",   "Counts",     .flags = REQUIRED, .max = 8000),
    COL(screening_record, made_on,    "筛查日期", "Made on",    .flags = SERVER | REQUIRED),
    COL(screening_record, made_by,    "筛查人",   "Made by",    .flags = SERVER | REQUIRED),
    COL(screening_record, settings,   "参数数值至", "Values up to", .flags = SERVER),
};
// clang-format on
const struct entity screening_entity = { .table = "screening",
                                         .label = { "筛查", "Screening" },
                                         .class = TABLE_REFERENCE,
                                         .cols = cols,
                                         .n = N_ELEMS(cols),
                                         .size = sizeof(struct screening_record) };

static struct str parameters_of(const struct screen_variant *v, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    for (size_t i = 0; i < v->set_n; i++)
        buf_addf(&b, "%s%.*s=%.*s", i ? "\n" : "", (int)v->set[i].name.n, v->set[i].name.p,
                 (int)v->set[i].value.n, v->set[i].value.p);
    return b.n ? arena_str(a, buf_str(&b)) : (struct str){ 0 };
}

static struct str counts_of(const struct screen *s, const struct screen_variant *v, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    for (size_t i = 0; i < s->rules_n; i++) {
        const struct screen_tally *t = &v->tally[i];
        if (s->rules[i].rule)
            buf_addf(&b, "%.*s %lld %lld %lld %lld\n", (int)s->rules[i].id.n, s->rules[i].id.p,
                     (long long)t->yes, (long long)t->no, (long long)t->unknown, (long long)t->only);
    }
    return arena_str(a, b.n ? buf_str(&b) : STR("-"));
}

bool screening_keep(struct act *act, const struct screen *s, const struct screen_variant *v,
                    struct screening_record *x, struct errs *e)
{
    int64_t last;
    if (!db_int(act->tx, SQL(STMT_REF, "SELECT max(no) FROM screening"), &last, e) ||
        !parameter_last(act->tx, &x->settings.v, e))
        return false;
    x->settings.set = true;
    x->no = last + 1;
    x->parameters = parameters_of(v, e->a);
    x->counts = counts_of(s, v, e->a);
    x->households = v->n.households;
    x->eligible = v->n.eligible;
    x->ineligible = v->n.ineligible;
    x->unknown = v->n.unknown;
    x->made_by = act->who->login;
    return db_insert(act->tx, &screening_entity, x, e);
}

static bool may_see(const struct actor *who, const struct screening_record *x)
{
    return str_eq(x->made_by, who->login) || actor_may(who, PERM_REGISTRY_READ, x->region);
}

enum found screening_get(struct tx *tx, const struct actor *who, int64_t no, struct screening_record *x,
                         struct errs *e)
{
    enum found f = db_get(tx, &screening_entity, x, e, V(no));
    return f == FOUND && !may_see(who, x) ? NONE : f;
}

bool screening_list(struct tx *tx, const struct actor *who, int64_t limit, struct list *out, struct errs *e)
{
    struct list all;
    if (!db_list(
            tx, SQL_OF(STMT_REF, &screening_entity, "SELECT {*} FROM screening ORDER BY no DESC LIMIT 10000"),
            &all, e->a, e))
        return false;
    struct screening_record *x = all.rows;
    size_t n = 0;
    for (size_t i = 0; i < all.n && (int64_t)n < limit; i++)
        if (may_see(who, &x[i]))
            x[n++] = x[i];
    *out = (struct list){ x, n };
    return true;
}

bool screening_tally(const struct screening_record *x, struct str id, struct screen_tally *out)
{
    struct str rest = x->counts, line, word;
    while (str_split(&rest, '\n', &line)) {
        int64_t n[4] = { 0 };
        if (!str_split(&line, ' ', &word) || !str_eq(word, id))
            continue;
        for (size_t i = 0; i < 4; i++)
            if (!str_split(&line, ' ', &word) || !str_int(word, &n[i]))
                return false;
        *out = (struct screen_tally){ n[0], n[1], n[2], n[3] };
        return true;
    }
    return false;
}
