/* actor.h - who works here, and what they may do where.
 *
 * A user is appointed to roles, each for a region and all below it; a role is a set of
 * permissions.  Every command and every route names the permission it needs; queries get the spans of
 * region codes that the actor may see, so that the query limits what is seen, not the page. */
#ifndef ACCESS_ACTOR_H
#define ACCESS_ACTOR_H

#include "store/store.h"

/*        name              code                 zh              en */
#define PERMISSIONS(X)                                                                        \
    X(REGISTRY_READ, "registry.read", "查看名册", "read the registry")                        \
    X(REGISTRY_WRITE, "registry.write", "修改名册", "change the registry")                    \
    X(REGISTRY_IMPORT, "registry.import", "导入名册", "import into the registry")             \
    X(PERSONAL_FULL, "registry.personal", "查看完整证件号码", "see whole identity numbers")   \
    X(REGIONS, "regions", "维护区划", "maintain regions")                                     \
    X(USERS, "users", "管理用户", "manage accounts")                                          \
    X(APPOINT, "appoint", "授予角色", "appoint to roles")                                     \
    X(AUDIT_READ, "audit.read", "查看审计", "read the audit")                                 \
    X(VERIFY, "verify", "核验数据", "verify the data")                                        \
    X(KEYS, "keys", "管理密钥", "manage keys")                                                \
    X(LEDGER_READ, "ledger.read", "查看账务", "read the books")                               \
    X(LEDGER_MAKE, "ledger.make", "制单", "make vouchers")                                    \
    X(LEDGER_CHECK, "ledger.check", "审核凭证和结账", "approve vouchers and close days")      \
    X(FUNDS, "funds", "建立资金", "set up funds")                                             \
    X(PROGRAMMES, "programmes", "维护项目", "maintain programmes")                            \
    X(FUND_CONTRACT, "fund.contract", "签订和变更合同", "sign and change contracts")          \
    X(FUND_PAY, "fund.pay", "发放借款", "pay out loans")                                      \
    X(FUND_REPAY, "fund.repay", "登记还款", "record repayments")                              \
    X(CASE_READ, "case.read", "查看案件", "read cases")                                       \
    X(CASE_ENTER, "case.enter", "受理和填写申请", "enter applications")                       \
    X(CASE_VILLAGE, "case.decide.village", "村级办理", "decide on cases as the village")      \
    X(CASE_TOWNSHIP, "case.decide.township", "乡镇级办理", "decide on cases as the township") \
    X(CASE_COUNTY, "case.decide.county", "县级办理", "decide on cases as the county")         \
    X(BACKUP, "backup", "备份和清理到期数据", "back up, and remove what is past its time")

enum perm {
    PERM_NONE, /* open to anybody who can start the program: help, init */
#define X(name, code, zh, en) PERM_##name,
    PERMISSIONS(X)
#undef X
        PERM_COUNT
};
extern const struct perm_info {
    const char *code;
    struct label label;
} perm_info[];

struct app_user {
    int64_t id;
    struct str login; /* what --as and the log-in page take */
    struct str name;  /* of the person */
    struct str unit;
    bool active;
    struct instant created_at;
};
struct role {
    struct str code, zh, en, permissions;
};
struct appointment {
    int64_t id, user_id;
    struct str role;
    struct region_code region; /* 0: everywhere */
};
extern const struct entity app_user_entity, role_entity, appointment_entity;

/* A span of region codes, both ends included. */
struct span {
    int64_t first, last;
};

struct grant {
    uint64_t perms;
    struct span span;
};
struct actor {
    int64_t user_id;
    struct str login;
    const char *source; /* cli, web, api */
    const struct grant *grants;
    size_t n;
};

/* Fails if there is no such account or it is not active. */
bool actor_open(struct tx *tx, const char *login, const char *source, struct actor *who, struct errs *e);
/* The same of an account that was read already, and is active. */
bool actor_of(struct tx *tx, const struct app_user *a, const char *source, struct actor *who, struct errs *e);
bool actor_has(const struct actor *who, enum perm p); /* somewhere */
/* where 0: everywhere. */
bool actor_may(const struct actor *who, enum perm p, struct region_code where);
/* The same, as an error in words. */
bool actor_need(const struct actor *who, enum perm p, struct errs *e);
bool actor_need_at(const struct actor *who, enum perm p, struct region_code where, struct errs *e);
/* Where p may be used, at most `max` spans, overlapping ones joined. */
size_t actor_spans(const struct actor *who, enum perm p, struct span *out, size_t max);

/* Take away what is not among perms (bits). */
void actor_narrow(struct actor *who, uint64_t perms, struct arena *a);
uint64_t perms_read(struct str codes); /* a blank between them; what is none is left out */
enum perm perm_find(struct str code);  /* PERM_NONE: there is none */

struct shipped_role {
    const char *code, *zh, *en, *permissions;
};
extern const struct shipped_role shipped_roles[];
extern const size_t shipped_roles_n;
/* The roles that bangfu brings along are written or refreshed; what a site added stays. */
bool roles_load(struct tx *tx, struct errs *e);
bool user_add(struct tx *tx, struct app_user *a, struct errs *e); /* fails if the login is taken */
bool user_appoint(struct tx *tx, int64_t user_id, const char *role, struct region_code where, struct errs *e);
enum found user_by_login(struct tx *tx, struct str login, struct app_user *a, struct errs *e);

#endif
