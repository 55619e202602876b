#include "programme/version.h"

#include "base/assets.h"
#include "base/nearest.h"
#include "base/value.h"
#include "programme/parameter.h"
#include "registry/scope.h"

#include <assert.h>
#include <sodium.h>

enum { NAMES_MAX = 512 };

// clang-format off
static const struct col cols[] = {
    COL(programme_version, programme,  "代号",     "Code",       .flags = PKEY | REQUIRED | NATURAL, .max = 40),
    COL(programme_version, version,    "版本",     "Version",    .flags = PKEY | REQUIRED | NATURAL, .min = 1, .max = INT32_MAX),
    COL(programme_version, zh,         "中文名称", "Chinese name", .flags = REQUIRED, .max = 500),
    COL(programme_version, en,         "英文名称", "English name", .max = 500),
    COL(programme_version, aliases,    "别名",     "Other names", .max = 5000),
    COL(programme_version, kind,       "种类",     "Kind",       .flags = REQUIRED, .max = 40),
    COL(programme_version, source,     "依据",     "Source",     .max = 500),
    COL(programme_version, file,       "文件",     "File",       .flags = REQUIRED, .max = PROGRAMME_TEXT_MAX),
    COL(programme_version, hash,       "校验值",   "Hash",       .flags = REQUIRED, .max = 64),
    COL(programme_version, loaded_at,  "装入时间", "Loaded at",  .flags = REQUIRED | SERVER),
    COL(programme_version, loaded_by,  "装入人",   "Loaded by",  .flags = REQUIRED | SERVER, .max = 100),
    COL(programme_version, valid_from, "施行日期", "Valid from", .flags = 0),
    COL(programme_version, valid_to,   "终止日期", "Valid to",   .flags = 0),
};
// clang-format on
const struct entity programme_version_entity =
    ENTITY(programme_version, TABLE_REFERENCE, "项目版本", "Programme version", cols);

static struct str hash_of(struct str text, struct arena *a)
{
    uint8_t sum[crypto_hash_sha256_BYTES];
    char *hex = arena_alloc(a, sizeof sum * 2 + 1);
    crypto_hash_sha256(sum, (const unsigned char *)text.p, text.n);
    sodium_bin2hex(hex, sizeof sum * 2 + 1, sum, sizeof sum);
    return (struct str){ hex, sizeof sum * 2 };
}

/* --- finding ---------------------------------------------------------------------------------------- */

static bool latest(struct tx *tx, struct list *out, struct arena *a, struct errs *e)
{
    return db_list(tx,
                   SQL_OF(STMT_REF, &programme_version_entity,
                          "SELECT {*} FROM programme_version v WHERE v.version = (SELECT max(w.version) "
                          "FROM programme_version w WHERE w.programme = v.programme) ORDER BY v.programme"),
                   out, a, e);
}

bool programme_list(struct tx *tx, struct programme_version **list, size_t *n, struct arena *a,
                    struct errs *e)
{
    struct list all;
    if (!latest(tx, &all, a, e))
        return false;
    *list = all.rows;
    *n = all.n;
    return true;
}

/* Names are compared as people type them: without regard to case and to full-width letters. */
static struct str folded(struct arena *a, struct str s)
{
    struct str f = text_fold(a, s);
    char *low = arena_alloc(a, f.n + 1);
    for (size_t i = 0; i < f.n; i++)
        low[i] = (char)(f.p[i] >= 'A' && f.p[i] <= 'Z' ? f.p[i] + 32 : f.p[i]);
    return (struct str){ low, f.n };
}

static bool has_name(const struct programme_version *v, struct str name, struct arena *a)
{
    struct str rest = v->aliases, one;
    if (str_eq(folded(a, v->programme), name) || str_eq(folded(a, v->zh), name) ||
        (v->en.p && str_eq(folded(a, v->en), name)))
        return true;
    while (str_split(&rest, '|', &one))
        if (str_eq(folded(a, one), name))
            return true;
    return false;
}

static const char *cstr(struct arena *a, struct str s)
{
    return arena_printf(a, "%.*s", (int)s.n, s.p ? s.p : "");
}

static bool none(const struct list *all, struct str name, struct errs *e)
{
    const struct programme_version *v = all->rows;
    const char *names[NAMES_MAX], *found[NEAREST_MAX];
    CLEANUP(buf_release) struct buf b = BUF(1 << 12);
    size_t n = 0;
    for (size_t i = 0; i < all->n && n + 3 <= NAMES_MAX; i++) {
        names[n++] = cstr(e->a, v[i].programme);
        names[n++] = cstr(e->a, v[i].zh);
        if (v[i].en.p)
            names[n++] = cstr(e->a, v[i].en);
    }
    size_t k = nearest(name, names, n, found);
    for (size_t i = 0; i < k; i++)
        buf_addf(&b, "%s%s", i ? (e->lang == EN ? ", " : "、") : "", found[i]);
    const char *near = k ? say(e->a, e->lang, MSG_DID_YOU_MEAN, A(buf_str(&b))) : "";
    return fail(e, ERR_NOT_FOUND, NULL, MSG_PROGRAMME_NONE, A(name), A(near));
}

static bool find_latest(struct tx *tx, struct str name, struct programme_version *v, struct arena *a,
                        struct errs *e)
{
    struct list all;
    CLEANUP(buf_release) struct buf b = BUF(1 << 12);
    size_t n = 0;
    struct str want = folded(a, name);
    if (!latest(tx, &all, a, e))
        return false;
    const struct programme_version *rows = all.rows;
    for (size_t i = 0; i < all.n; i++) {
        if (!want.n || !has_name(&rows[i], want, a))
            continue;
        *v = rows[i];
        buf_addf(&b, "%s%.*s", n++ ? ", " : "", (int)v->programme.n, v->programme.p);
        if (str_eq(v->programme, want))
            return true;
    }
    if (!n)
        return none(&all, name, e);
    return n == 1 || fail(e, ERR_CONFLICT, NULL, MSG_PROGRAMME_SEVERAL, A(name), A(buf_str(&b)));
}

/* The part before the last @ and the number behind it; 0: none. */
static bool split_version(struct str *name, int64_t *version)
{
    const char *at = name->p ? memrchr(name->p, '@', name->n) : NULL;
    *version = 0;
    if (!at)
        return true;
    struct str number = { at + 1, name->n - (size_t)(at - name->p) - 1 };
    name->n = (size_t)(at - name->p);
    return str_int(number, version) && *version > 0;
}

bool programme_find(struct tx *tx, struct str name, struct programme_version *v, struct arena *a,
                    struct errs *e)
{
    struct programme_version last = { 0 }, one;
    struct str bare = str_trim(name);
    int64_t version = 0;
    if (!split_version(&bare, &version))
        bare = name;
    if (!find_latest(tx, bare, &last, a, e))
        return false;
    if (!version || version == last.version) {
        *v = last;
        return true;
    }
    struct list found;
    if (!db_list(tx,
                 SQL_OF(STMT_REF, &programme_version_entity,
                        "SELECT {*} FROM programme_version WHERE programme = $1 AND version = $2 "
                        "ORDER BY programme, version LIMIT 1"),
                 &found, a, e, V(last.programme), V(version)))
        return false;
    if (!found.n)
        return fail(e, ERR_NOT_FOUND, NULL, MSG_PROGRAMME_NO_VERSION, A(last.programme), A(version),
                    A(last.version));
    one = *(const struct programme_version *)found.rows;
    *v = one;
    return true;
}

const struct programme *programme_version_read(const struct programme_version *v,
                                               const struct code_book *codes, struct arena *a, struct errs *e)
{
    struct errs why = { .a = e->a, .lang = e->lang };
    if (!str_eq(hash_of(v->file, a), v->hash)) {
        fail(e, ERR_INTERNAL, NULL, MSG_PROGRAMME_DAMAGED, A(v->programme), A(v->version));
        return NULL;
    }
    const struct programme *p = programme_read(v->file, codes, a, &why);
    if (!p) {
        fail(e, ERR_CONFLICT, NULL, MSG_PROGRAMME_STALE, A(v->programme), A(v->version));
        errs_append(e, &why);
    }
    return p;
}

const struct programme *programme_open(struct tx *tx, struct str name, const struct code_book *codes,
                                       struct programme_version *v, struct arena *a, struct errs *e)
{
    return programme_find(tx, name, v, a, e) ? programme_version_read(v, codes, a, e) : NULL;
}

/* --- loading ---------------------------------------------------------------------------------------- */

static struct str aliases_of(const struct programme *p, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 13);
    for (size_t i = 0; i < p->aliases.n; i++)
        buf_addf(&b, "%s%.*s", i ? "|" : "", (int)p->aliases.p[i].n, p->aliases.p[i].p);
    return b.n ? arena_str(a, buf_str(&b)) : (struct str){ 0 };
}

/* A name must lead to one programme. */
static bool names_free(const struct list *all, const struct programme *p, struct arena *a, struct errs *e)
{
    const struct programme_version *rows = all->rows;
    struct str names[64] = { p->code.name, p->name.zh, p->name.en };
    size_t n = 3;
    assert(p->code.name.p);
    for (size_t i = 0; i < p->aliases.n && n < N_ELEMS(names); i++)
        names[n++] = p->aliases.p[i];
    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < n; j++)
            if (names[j].p && !str_eq(rows[i].programme, p->code.name) &&
                has_name(&rows[i], folded(a, names[j]), a))
                fail(e, ERR_CONFLICT, NULL, MSG_PROGRAMME_NAME_TAKEN, A(names[j]), A(rows[i].programme));
    return !errs_any(e);
}

static const struct programme_version *last_of(const struct list *all, struct str code)
{
    const struct programme_version *rows = all->rows;
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(rows[i].programme, code))
            return &rows[i];
    return NULL;
}

static bool load(struct act *act, struct str text, const struct code_book *codes, struct programme_version *v,
                 enum programme_loaded *what, struct errs *e)
{
    struct list all;
    const struct programme *p = programme_read_new(text, codes, e->a, e);
    if (!p || !latest(act->tx, &all, e->a, e) || !names_free(&all, p, e->a, e) ||
        !parameters_fit(act->tx, p, e))
        return false;
    const struct programme_version *last = last_of(&all, p->code.name);
    struct str hash = hash_of(text, e->a);
    if (last && str_eq(last->hash, hash)) {
        *v = *last;
        *what = PROGRAMME_UNCHANGED;
        return true;
    }
    *v = (struct programme_version){
        .programme = p->code.name,
        .version = last ? last->version + 1 : 1,
        .zh = p->name.zh,
        .en = p->name.en,
        .aliases = aliases_of(p, e->a),
        .kind = programme_kind_name(p->kind),
        .source = p->source,
        .file = text,
        .hash = hash,
        .loaded_at = act->at,
        .loaded_by = act->who->login,
        .valid_from = p->valid_from,
        .valid_to = p->valid_to,
    };
    *what = last ? PROGRAMME_CHANGED : PROGRAMME_NEW;
    return db_insert(act->tx, &programme_version_entity, v, e);
}

bool programme_load(struct act *act, struct str text, const struct code_book *codes,
                    struct programme_version *v, enum programme_loaded *what, struct errs *e)
{
    return scope_need_all(act->tx, act->who, PERM_PROGRAMMES, e) && load(act, text, codes, v, what, e);
}

bool programmes_load_shipped(struct act *act, const struct code_book *codes, int64_t *added, struct errs *e)
{
    struct list all;
    *added = 0;
    if (!latest(act->tx, &all, e->a, e))
        return false;
    for (size_t i = 0; i < assets_n; i++) {
        struct str path = str_of(assets[i].path), text = { (const char *)assets[i].p, assets[i].n };
        struct programme_version v;
        enum programme_loaded what;
        if (!str_starts(path, STR("programmes/")) || !str_ends(path, STR(".yaml")))
            continue;
        /* The file is called as its programme; a site's own version of it stays. */
        struct str code = { path.p + STR("programmes/").n, path.n - STR("programmes/.yaml").n };
        if (last_of(&all, code))
            continue;
        if (!load(act, text, codes, &v, &what, e))
            return false;
        assert(str_eq(v.programme, code));
        ++*added;
    }
    return true;
}
