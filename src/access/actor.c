#include "access/actor.h"

#include <assert.h>

enum { GRANTS_MAX = 256 };

const struct perm_info perm_info[] = { [PERM_NONE] = { "", { "", "" } },
#define X(name, code, zh, en) [PERM_##name] = { code, { zh, en } },
                                       PERMISSIONS(X)
#undef X
};

static const struct col app_user_cols[] = {
    COL(app_user, id, "编号", "Id", .flags = PKEY | SERVER),
    COL(app_user, login, "登录名", "Login", .flags = REQUIRED | NATURAL, .min = 2, .max = 40),
    COL(app_user, name, "姓名", "Name", .flags = REQUIRED, .max = 60, .check = check_name),
    COL(app_user, unit, "单位", "Unit", .max = 100),
    COL(app_user, active, "启用", "Active", .flags = SERVER),
    COL(app_user, created_at, "建立时间", "Created at", .flags = SERVER),
};
const struct entity app_user_entity = ENTITY(app_user, TABLE_REFERENCE, "用户", "Account", app_user_cols);

static const struct col role_cols[] = {
    COL(role, code, "代码", "Code", .flags = PKEY | REQUIRED, .max = 40),
    COL(role, zh, "名称", "Chinese name", .flags = REQUIRED, .max = 60),
    COL(role, en, "英文名称", "English name", .flags = REQUIRED, .max = 60),
    COL(role, permissions, "权限", "Permissions", .flags = REQUIRED),
};
const struct entity role_entity = ENTITY(role, TABLE_REFERENCE, "角色", "Role", role_cols);

static const struct col appointment_cols[] = {
    COL(appointment, id, "编号", "Id", .flags = PKEY | SERVER),
    COL(appointment, user_id, "用户", "Account", .flags = REQUIRED),
    COL(appointment, role, "角色", "Role", .flags = REQUIRED, .max = 40),
    COL(appointment, region, "区划", "Region"),
};
const struct entity appointment_entity =
    ENTITY(appointment, TABLE_REFERENCE, "任职", "Appointment", appointment_cols);

/* Three administrators apart (等保 2.0): the system's, of security, of the audit.  `office` is for a small
 * office where one person does all of its work. */
const struct shipped_role shipped_roles[] = {
    { "office", "全部业务", "Whole office",
      "registry.read registry.write registry.import registry.personal regions users appoint audit.read "
      "verify keys ledger.read ledger.make ledger.check funds programmes fund.contract fund.pay fund.repay "
      "case.read case.enter case.decide.village case.decide.township case.decide.county backup" },
    { "system_admin", "系统管理员", "System administrator", "users regions verify backup" },
    { "security_admin", "安全管理员", "Security administrator", "appoint keys verify" },
    { "audit_admin", "审计管理员", "Audit administrator", "audit.read verify" },
    { "county_clerk", "县级经办", "County clerk",
      "registry.read registry.write registry.import registry.personal regions ledger.read programmes "
      "fund.contract fund.repay case.read case.enter case.decide.county" },
    { "fund_clerk", "资金会计", "Fund accountant",
      "registry.read ledger.read ledger.make fund.pay fund.repay" },
    { "fund_checker", "资金审核", "Checker of vouchers", "registry.read ledger.read ledger.check funds" },
    { "township_clerk", "乡镇经办", "Township clerk",
      "registry.read registry.write registry.import fund.contract fund.repay case.read case.enter "
      "case.decide.township" },
    { "village_clerk", "村级信息员", "Village clerk",
      "registry.read case.read case.enter case.decide.village" },
    { "leader", "领导查询", "Leader", "registry.read ledger.read case.read" },
};
const size_t shipped_roles_n = N_ELEMS(shipped_roles);

enum perm perm_find(struct str code)
{
    for (enum perm p = 1; p < PERM_COUNT; p++)
        if (str_eq(code, str_of(perm_info[p].code)))
            return p;
    return PERM_NONE;
}

uint64_t perms_read(struct str codes)
{
    uint64_t perms = 0;
    struct str one;
    while (str_split(&codes, ' ', &one))
        perms |= UINT64_C(1) << perm_find(one);
    return perms & ~UINT64_C(1); /* the bit of PERM_NONE */
}

void actor_narrow(struct actor *who, uint64_t perms, struct arena *a)
{
    struct grant *g = NEW_ARRAY(a, struct grant, who->n + 1);
    for (size_t i = 0; i < who->n; i++) {
        g[i] = who->grants[i];
        g[i].perms &= perms;
    }
    who->grants = g;
}

enum found user_by_login(struct tx *tx, struct str login, struct app_user *a, struct errs *e)
{
    return db_find(tx, SQL_OF(STMT_REF, &app_user_entity, "SELECT {*} FROM app_user WHERE login = $1"), a, e,
                   V(login));
}

/* Region 0 in an appointment is everywhere; elsewhere an unknown region is nowhere. */
static struct span span_of(struct region_code where)
{
    struct span s = { 0, INT64_MAX };
    if (where.v)
        region_span(where, &s.first, &s.last);
    return s;
}

static bool read_grants(struct tx *tx, struct actor *who, struct errs *e)
{
    size_t cap = 4;
    struct grant *g = NEW_ARRAY(e->a, struct grant, cap);
    CLEANUP(rows_close) struct rows r = { 0 };
    if (!db_query(tx, &r,
                  SQL(STMT_REF,
                      "SELECT r.permissions, p.region FROM appointment p JOIN role r ON r.code = p.role "
                      "WHERE p.user_id = $1 ORDER BY p.id"),
                  e, V(who->user_id)))
        return false;
    enum found f;
    while ((f = rows_next(&r, e)) == FOUND && who->n < GRANTS_MAX) {
        struct region_code where = { rows_int(&r, 1) };
        if (who->n == cap) {
            struct grant *more = NEW_ARRAY(e->a, struct grant, cap * 2);
            memcpy(more, g, cap * sizeof *g);
            g = more;
            cap *= 2;
        }
        g[who->n].perms = perms_read(rows_text(&r, 0));
        g[who->n].span = span_of(where);
        who->n++;
    }
    who->grants = g;
    return f != FAILED;
}

bool actor_of(struct tx *tx, const struct app_user *a, const char *source, struct actor *who, struct errs *e)
{
    assert(a->active);
    *who = (struct actor){ .user_id = a->id, .login = a->login, .source = source };
    return read_grants(tx, who, e);
}

bool actor_open(struct tx *tx, const char *login, const char *source, struct actor *who, struct errs *e)
{
    struct app_user a;
    enum found f = user_by_login(tx, str_of(login), &a, e);
    if (f == FAILED)
        return false;
    if (f == NONE || !a.active)
        return fail(e, ERR_FORBIDDEN, "as", MSG_NO_ACCOUNT, A(login));
    return actor_of(tx, &a, source, who, e);
}

bool actor_has(const struct actor *who, enum perm p)
{
    for (size_t i = 0; i < who->n; i++)
        if (who->grants[i].perms >> p & 1)
            return true;
    return false;
}

bool actor_may(const struct actor *who, enum perm p, struct region_code where)
{
    struct span want = span_of(where);
    for (size_t i = 0; i < who->n; i++) {
        const struct grant *g = &who->grants[i];
        if ((g->perms >> p & 1) && g->span.first <= want.first && want.last <= g->span.last)
            return true;
    }
    return false;
}

bool actor_need(const struct actor *who, enum perm p, struct errs *e)
{
    const struct label *what = &perm_info[p].label;
    return p == PERM_NONE || actor_has(who, p) ||
           fail(e, ERR_FORBIDDEN, NULL, MSG_NO_PERMISSION, A(who->login), A(what));
}

bool actor_need_at(const struct actor *who, enum perm p, struct region_code where, struct errs *e)
{
    const struct label *what = &perm_info[p].label;
    if (actor_may(who, p, where))
        return true;
    return fail(e, ERR_FORBIDDEN, NULL, MSG_NO_PERMISSION_AT, A(who->login), A(what), A(where));
}

static int by_first(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

size_t actor_spans(const struct actor *who, enum perm p, struct span *out, size_t max)
{
    size_t n = 0, joined = 0;
    for (size_t i = 0; i < who->n && n < max; i++)
        if (who->grants[i].perms >> p & 1)
            out[n++] = who->grants[i].span;
    if (n)
        qsort(out, n, sizeof *out, by_first);
    for (size_t i = 0; i < n; i++) {
        if (joined && out[i].first <= out[joined - 1].last) {
            if (out[i].last > out[joined - 1].last)
                out[joined - 1].last = out[i].last;
        } else {
            out[joined++] = out[i];
        }
    }
    return joined;
}

bool roles_load(struct tx *tx, struct errs *e)
{
    for (size_t i = 0; i < N_ELEMS(shipped_roles); i++) {
        const struct shipped_role *x = &shipped_roles[i];
        struct role r = { str_of(x->code), str_of(x->zh), str_of(x->en), str_of(x->permissions) };
        struct role old;
        enum found f = db_get(tx, &role_entity, &old, e, V(r.code));
        if (f == FAILED ||
            !(f == FOUND ? db_update(tx, &role_entity, &old, &r, e) : db_insert(tx, &role_entity, &r, e)))
            return false;
    }
    return true;
}

bool user_add(struct tx *tx, struct app_user *a, struct errs *e)
{
    struct app_user old;
    enum found f = user_by_login(tx, a->login, &old, e);
    if (f == FOUND)
        return fail(e, ERR_CONFLICT, "login", MSG_LOGIN_TAKEN, A(a->login));
    return f != FAILED && db_id(tx, &a->id, e) && db_insert(tx, &app_user_entity, a, e);
}

bool user_appoint(struct tx *tx, int64_t user_id, const char *role, struct region_code where, struct errs *e)
{
    struct role r;
    struct appointment p = { .user_id = user_id, .role = str_of(role), .region = where };
    int64_t have;
    enum found f = db_get(tx, &role_entity, &r, e, V(role));
    if (f == NONE)
        return fail(e, ERR_NOT_FOUND, "role", MSG_NO_SUCH_ROLE, A(role));
    if (f == FAILED || !db_int(tx,
                               SQL(STMT_REF, "SELECT count(*) FROM appointment WHERE user_id = $1 AND role = "
                                             "$2 AND COALESCE(region, 0) = $3"),
                               &have, e, V(user_id), V(role), V(where.v)))
        return false;
    return have || (db_id(tx, &p.id, e) && db_insert(tx, &appointment_entity, &p, e));
}
