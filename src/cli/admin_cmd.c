/* admin_cmd.c - the commands of those who keep the database, its accounts and its keys. */
#include "cli/admin_cmd.h"

#include "cli/commands.h"

static const struct opt init_opts[] = {
    { "demo",
      OPT_FLAG,
      { 0 },
      { "建立演示数据库：生成一个县的数据，--today 可用",
        "make a demonstration: a county is generated, and --today works" },
      0,
      0,
      0,
      NULL },
    { "partitions",
      OPT_INT,
      { "数目", "N" },
      { "PostgreSQL：各县的表分为多少个分区",
        "PostgreSQL: into how many partitions the counties' tables are cut" },
      0,
      2,
      1024,
      NULL },
    { "citus",
      OPT_INT,
      { "数目", "N" },
      { "Citus：各县的表分为多少个分片", "Citus: into how many shards the counties' tables are cut" },
      0,
      2,
      1024,
      NULL },
    { 0 },
};
static const struct opt user_add_opts[] = {
    { "name", OPT_TEXT, { "姓名", "NAME" }, { "姓名", "the person's name" }, OPT_REQUIRED, 0, 0, NULL },
    { "unit", OPT_TEXT, { "单位", "UNIT" }, { "单位", "where the person works" }, 0, 0, 0, NULL },
    { "role",
      OPT_TEXT,
      { "角色", "ROLE" },
      { "角色代码；不写则由有权授予角色的人任命",
        "code of the role; left out, somebody who may appoint does it" },
      0,
      0,
      0,
      NULL },
    { "region",
      OPT_REGION,
      { "区划", "CODE" },
      { "管辖的区划（含下级）；默认不限", "the region, with all below it; everywhere if left out" },
      0,
      0,
      0,
      NULL },
    { 0 },
};
static const struct opt password_opts[] = {
    { "link",
      OPT_FLAG,
      { 0 },
      { "发一次性链接，由本人设置", "make a one-time link with which the person sets it" },
      0,
      0,
      0,
      NULL },
    { 0 },
};
static const struct opt appoint_opts[] = {
    { "role", OPT_TEXT, { "角色", "ROLE" }, { "角色代码", "code of the role" }, OPT_REQUIRED, 0, 0, NULL },
    { "region",
      OPT_REGION,
      { "区划", "CODE" },
      { "管辖的区划（含下级）；默认不限", "the region, with all below it; everywhere if left out" },
      0,
      0,
      0,
      NULL },
    { 0 },
};
static const struct opt audit_opts[] = {
    { "county",
      OPT_REGION,
      { "县", "CODE" },
      { "哪个县的审计；默认为用户、代码等公共数据的",
        "of which county; if left out, of what all share: accounts, codes" },
      0,
      0,
      0,
      NULL },
    { "after",
      OPT_INT,
      { "序号", "SEQ" },
      { "从该序号之后列起", "begin behind this number" },
      0,
      0,
      INT64_MAX,
      NULL },
    { "limit",
      OPT_INT,
      { "行数", "N" },
      { "最多列多少行（默认 50）", "how many rows at most (50)" },
      0,
      1,
      1000,
      NULL },
    { 0 },
};

/* The roles that come with the program, for the help. */
static void list_roles(struct buf *b, enum lang lang)
{
    static const struct label heading = { "角色：", "Roles:" };
    buf_addf(b, "\n%s\n", label_in(&heading, lang));
    for (size_t i = 0; i < shipped_roles_n; i++) {
        const struct shipped_role *r = &shipped_roles[i];
        buf_addf(b, "  %-16s%s\n", r->code, lang == EN ? r->en : r->zh);
    }
}

static const struct command commands[] = {
    { .name = "audit",
      .perm = PERM_AUDIT_READ,
      .db = DB_OPEN,
      .opts = audit_opts,
      .summary = { "列出审计记录", "list the audit" },
      .help = { "每次写入留下一行：谁、何时、从哪里、做了什么、哪些表增减多少行。\n"
                "  bangfu audit --county 350603 --after 100",
                "Every write leaves one row: who, when, from where, what, and how many rows came to or left "
                "which table.\n"
                "  bangfu audit --county 350603 --after 100" },
      .run = audit_cmd },
    { .name = "init",
      .perm = PERM_NONE,
      .db = DB_RAW,
      .opts = init_opts,
      .summary = { "建立数据库，或升级到本程序的版本", "make the database, or bring it up to this program" },
      .help = { "新数据库：建立密钥文件、全部表、代码表、角色和用户 admin（全部业务，不限区划）。\n"
                "已有数据库：执行缺少的数据库脚本，更新角色和代码；可重复执行。\n"
                "密钥文件不在数据库中：请另行备份，丢失后封存的号码无法读取。\n"
                "  bangfu init\n"
                "  bangfu --db demo.db init --demo\n"
                "  bangfu --db postgresql:///bangfu --key /etc/bangfu/site.key init",
                "A new database: the site key file, all tables, the code tables, the roles, and the account "
                "admin, who may do\n"
                "everything everywhere.  A database that exists: missing migrations, roles and codes are put "
                "in; it may be run\n"
                "again at any time.  The site key file is not in the database: back it up apart.\n"
                "  bangfu init\n"
                "  bangfu --db demo.db init --demo\n"
                "  bangfu --db postgresql:///bangfu --key /etc/bangfu/site.key init" },
      .run = init_cmd },
    { .name = "key rekey",
      .perm = PERM_KEYS,
      .db = DB_OPEN,
      .summary = { "更换查找密钥（停机执行）", "replace the look-up key (while nobody else works)" },
      .help = { "用新的查找密钥改写全部封存的号码和证件登记表，在一个事务内完成：要么全部，要么没有。\n"
                "执行时其他人不得使用数据库；原密钥文件保存为 .old，新密钥文件请立即备份。\n"
                "  bangfu key rekey",
                "Writes every sealed number and the register of identity numbers with a new look-up key, all "
                "or nothing.\n"
                "Nobody else may use the database meanwhile.  The old key file is kept as .old; back up the "
                "new one at once.\n"
                "  bangfu key rekey" },
      .run = key_rekey_cmd },
    { .name = "key rotate",
      .perm = PERM_KEYS,
      .db = DB_OPEN,
      .summary = { "更换加密密钥", "replace the encryption key" },
      .help = { "增加一个加密密钥，并分批重新加密全部封存的号码；中断后再次执行会继续。\n"
                "旧加密密钥留在密钥文件中，以便读取备份；新密钥文件请立即备份。\n"
                "  bangfu key rotate",
                "Adds an encryption key and encrypts every sealed number anew, in batches; run it again to "
                "go on after it was\n"
                "cut short.  Earlier keys stay in the key file, for backups; back up the new file at once.\n"
                "  bangfu key rotate" },
      .run = key_rotate_cmd },
    { .name = "user add",
      .perm = PERM_USERS,
      .db = DB_OPEN,
      .opts = user_add_opts,
      .args = { "登录名", "LOGIN" },
      .args_min = 1,
      .args_max = 1,
      .more = list_roles,
      .summary = { "建立用户并任命", "make an account and appoint it" },
      .help = { "只能在自己管理用户的区划内任命，且不能给出自己没有的权限。\n"
                "  bangfu user add chen --name 陈建国 --role township_clerk --region 350603101",
                "One may appoint only within the regions where one manages accounts, and give no right that "
                "one lacks.\n"
                "  bangfu user add chen --name 陈建国 --role township_clerk --region 350603101" },
      .run = user_add_cmd },
    { .name = "user appoint",
      .perm = PERM_USERS,
      .db = DB_OPEN,
      .opts = appoint_opts,
      .args = { "登录名", "LOGIN" },
      .args_min = 1,
      .args_max = 1,
      .more = list_roles,
      .summary = { "给用户增加角色", "give an account one more role" },
      .help = { "规则同 user add；已有的任命不变。\n"
                "  bangfu user appoint chen --role leader --region 350603",
                "By the rules of user add; what the account has already, stays.\n"
                "  bangfu user appoint chen --role leader --region 350603" },
      .run = user_appoint_cmd },
    { .name = "user disable",
      .perm = PERM_USERS,
      .db = DB_OPEN,
      .args = { "登录名", "LOGIN" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "停用用户", "switch an account off" },
      .help = { "该用户不能再操作，记录保留；不能停用自己。\n"
                "  bangfu user disable chen",
                "The account can do nothing any more; what it did stays on record.  Nobody can switch "
                "themselves off.\n"
                "  bangfu user disable chen" },
      .run = user_disable_cmd },
    { .name = "user enable",
      .perm = PERM_USERS,
      .db = DB_OPEN,
      .args = { "登录名", "LOGIN" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "重新启用用户", "switch an account on again" },
      .help = { "角色和区划与停用前相同。\n"
                "  bangfu user enable chen",
                "With the roles and regions it had.\n"
                "  bangfu user enable chen" },
      .run = user_enable_cmd },
    { .name = "user list",
      .perm = PERM_USERS,
      .db = DB_OPEN,
      .summary = { "列出用户", "list the accounts" },
      .help = { "列出自己管理的区划内的用户，及其角色和区划。\n"
                "  bangfu user list --json",
                "Those in the regions where one manages accounts, with their roles and regions.\n"
                "  bangfu user list --json" },
      .run = user_list_cmd },
    { .name = "user password",
      .perm = PERM_USERS,
      .db = DB_OPEN,
      .opts = password_opts,
      .args = { "登录名", "LOGIN" },
      .args_min = 1,
      .args_max = 1,
      .summary = { "设置口令，或发一次性链接", "set a password, or make a one-time link" },
      .help = { "口令从终端（不显示）或标准输入的第一行读取；该用户的全部会话随即结束。\n"
                "已有口令的用户，须由有权授予角色的人重设。\n"
                "  bangfu user password chen\n"
                "  bangfu user password chen --link",
                "Read from the terminal, unseen, or the first line of standard input; every session of the "
                "account ends.\n"
                "Whoever has a password already needs somebody who may appoint to set another.\n"
                "  bangfu user password chen\n"
                "  bangfu user password chen --link" },
      .run = user_password_cmd },
    { .name = "verify",
      .perm = PERM_VERIFY,
      .db = DB_DOUBT,
      .reads_only = true,
      .summary = { "核验数据是否完好", "prove that no row was changed, lost or slipped in" },
      .help = { "逐行核对每个表与审计链，打开每个封存值；被改动、丢失或来历不明的行，指出表和县。\n"
                "没有问题时退出码为 0，否则为 1。\n"
                "  bangfu verify",
                "Adds up every row of every table and compares with the audit chain, and opens every sealed "
                "value.  What was\n"
                "changed, lost or slipped in is named by table and county.  Exit code 0 if everything holds, "
                "else 1.\n"
                "  bangfu verify" },
      .run = verify_cmd },
};
const struct command_table admin_commands = { { "管理", "Administration" }, commands, N_ELEMS(commands) };
