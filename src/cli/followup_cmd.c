/* followup_cmd.c - after the money is out: visits, what it was used for, effect surveys, contacts. */
#include "base/value.h"
#include "casework/document.h"
#include "cli/casework_cmd.h"
#include "cli/commands.h"
#include "cli/relief_cmd.h"
#include "fieldwork/followup.h"
#include "registry/find.h"

enum { LIST_DEFAULT = 100, LIMIT_MAX = 1000, RECALL_DAYS = 30, PHOTO = 19 };

struct followup_run {
    struct lend w;
    struct household household;
    struct visit visit;
    struct visit_copy copied;
    struct document photo;
    struct str content; /* of the photo */
    struct visit_row *visits;
    struct effect_survey effect;
    struct money_use use;
    struct loan_relief recall;
    struct contact_question question;
    struct opt_date month; /* its first day; set: only who did not come since */
    struct contact_row *contacts;
    struct guarantee_release release;
    size_t n;
    struct list rows;
    struct str *numbers;
};

static size_t limit_of(const struct cli *c)
{
    return (size_t)cli_int(c, "limit", LIST_DEFAULT);
}

/* --- visits --------------------------------------------------------------------------------- */

static bool add_photo(struct followup_run *x, struct errs *e)
{
    bool again;
    struct document *d = &x->photo;
    if (!x->content.p)
        return true;
    *d = (struct document){ .county = x->household.county,
                            .kind = { PHOTO, true },
                            .owner = STR("visit"),
                            .owner_id = x->visit.id,
                            .region = x->household.village,
                            .title = STR("走访照片") };
    return document_add(&x->w.act, d, x->content, clock_today(), &again, e);
}

static bool do_visit(struct tx *tx, void *ctx, struct errs *e)
{
    static const char *const names[] = { "visitor", "kind", "earmarked", "difficulties", "benefit", "note" };
    struct followup_run *x = ctx;
    struct cli *c = x->w.c;
    struct visit *v = &x->visit;
    *v = (struct visit){ .visited_on = { lend_day(c, "date", clock_today()), true },
                         .by_phone = cli_flag(c, "phone") ? YES : NO };
    for (size_t i = 0; i < N_ELEMS(names); i++)
        lend_read(c, &visit_entity, names[i], v, cli_text(c, names[i]), e);
    lend_read(c, &visit_entity, "on_project", v, cli_text(c, "on-project"), e);
    if (errs_any(e))
        return false;
    enum found f = household_by_no(tx, &c->actor, c->args[0], cli_region(c, "region"), &x->household, e);
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(c->args[0]));
    if (!actor_need_at(&c->actor, PERM_CASE_ENTER, x->household.village, e))
        return false;
    lend_begin(&x->w, tx, "visit.add", c->args[0], e);
    return visit_add(&x->w.l, &x->household, v, &x->copied, e) && add_photo(x, e) &&
           act_end(&x->w.act, NULL, e);
}

/* Another township's household is not named. */
static void warn_copied(struct followup_run *x)
{
    struct cli *c = x->w.c;
    if (x->copied.found)
        cli_say(c, MSG_VISIT_COPIED,
                A(actor_may(&c->actor, PERM_REGISTRY_READ, x->copied.village) ? x->copied.hh_no : STR("—")),
                A(x->copied.visited_on));
}

static int visit_add_cmd(struct cli *c)
{
    struct followup_run x = { .w.c = c };
    CLEANUP(buf_release) struct buf b = BUF(DOCUMENT_BYTES_MAX + 1);
    struct json_out out = JSON_OUT(&c->out);
    const char *path = cli_cstr(c, "photo");
    if (path && !cli_read_file(path, &b, &c->e))
        return EXIT_NOTHING;
    if (path)
        x.content = buf_str(&b);
    if (!lend_write(&x.w, do_visit))
        return EXIT_NOTHING;
    if (!c->json) {
        cli_say(c, MSG_VISIT_ADDED, A(x.household.hh_no));
        if (path)
            cli_say(c, MSG_VISIT_PHOTO, A(x.photo.no));
        warn_copied(&x);
        return EXIT_DONE;
    }
    put_object(&out);
    lend_put(c, &out, "visit", &visit_entity, &x.visit);
    put_member_bool(&out, "copied", x.copied.found);
    if (path)
        put_member_int(&out, "photo", x.photo.no);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

static bool do_visits(struct tx *tx, void *ctx, struct errs *e)
{
    struct followup_run *x = ctx;
    struct cli *c = x->w.c;
    struct scopes scopes;
    struct visit like = { 0 };
    struct visit_question q = { .from = lend_opt_day(c, "from"),
                                .to = lend_opt_day(c, "to"),
                                .copied = cli_flag(c, "copied"),
                                .limit = limit_of(c) };
    if (!lend_read(c, &visit_entity, "kind", &like, cli_text(c, "kind"), e))
        return false;
    q.kind = like.kind;
    if (c->args_n) {
        enum found f = household_by_no(tx, &c->actor, c->args[0], cli_region(c, "region"), &x->household, e);
        if (f != FOUND)
            return f == NONE && fail(e, ERR_NOT_FOUND, "household", MSG_NO_HOUSEHOLD, A(c->args[0]));
        q.household_id = x->household.id;
    }
    x->visits = NEW_ARRAY(e->a, struct visit_row, q.limit);
    x->n = 0;
    if (!scopes_of(tx, &c->actor, PERM_REGISTRY_READ, cli_region(c, "region"), &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n && x->n < q.limit; i++)
        if ((!c->args_n || scopes.list[i].county == x->household.county) &&
            !visit_list(tx, &scopes.list[i], &q, x->visits, &x->n, e))
            return false;
    return true;
}

static void visits_json(struct followup_run *x)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    put_object(&out);
    put_key(&out, "visits");
    put_list(&out);
    for (size_t i = 0; i < x->n; i++) {
        put_object(&out);
        put_member_text(&out, "hh_no", x->visits[i].hh_no);
        lend_put(c, &out, "visit", &visit_entity, &x->visits[i].visit);
        put_member_bool(&out, "copied", x->visits[i].copied);
        put_member_int(&out, "photos", x->visits[i].photos);
        put_object_end(&out);
    }
    put_list_end(&out);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static int visit_list_cmd(struct cli *c)
{
    static const struct table_col cols[] = {
        { { "户编号", "Household" }, false },   { { "户主", "Head" }, false },
        { { "日期", "Date" }, false },          { { "走访人", "Visitor" }, false },
        { { "类型", "Kind" }, false },          { { "电话", "Phone" }, false },
        { { "专款专用", "Earmarked" }, false }, { { "用于项目", "On project" }, false },
        { { "照片", "Photos" }, true },         { { "雷同", "Copied" }, false },
    };
    static const char *const names[] = { "visited_on", "visitor",   "kind",
                                         "by_phone",   "earmarked", "on_project" };
    struct followup_run x = { .w.c = c };
    int64_t phone = 0, copied = 0;
    if (!cli_load_codes(c) || !cli_read(c, do_visits, &x))
        return EXIT_NOTHING;
    if (c->json) {
        visits_json(&x);
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x.n; i++) {
        const struct visit_row *v = &x.visits[i];
        table_text(&t, v->hh_no);
        table_text(&t, v->head_name);
        for (size_t k = 0; k < N_ELEMS(names); k++)
            table_text(&t, cli_cell(c, &visit_entity, names[k], &v->visit));
        table_int(&t, v->photos);
        table_text(&t, v->copied ? c->e.lang == EN ? STR("yes") : STR("是") : STR(""));
        phone += v->visit.by_phone == YES;
        copied += v->copied;
    }
    table_print(&t, c->e.lang, &c->out);
    cli_say(c, MSG_VISITS_COUNTED, A((int64_t)x.n), A(phone), A(copied));
    return EXIT_DONE;
}

/* --- effect surveys and use ----------------------------------------------------------------- */

static bool do_effect(struct tx *tx, void *ctx, struct errs *e)
{
    struct followup_run *x = ctx;
    struct cli *c = x->w.c;
    struct effect_survey *s = &x->effect;
    *s = (struct effect_survey){ .surveyed_on = { lend_day(c, "date", clock_today()), true } };
    lend_read(c, &effect_survey_entity, "income_before", s, cli_text(c, "before"), e);
    lend_read(c, &effect_survey_entity, "income_after", s, cli_text(c, "after"), e);
    lend_read(c, &effect_survey_entity, "out_of_poverty", s, cli_text(c, "out"), e);
    lend_read(c, &effect_survey_entity, "assessor", s, cli_text(c, "assessor"), e);
    lend_read(c, &effect_survey_entity, "note", s, cli_text(c, "note"), e);
    if (errs_any(e))
        return false;
    lend_begin(&x->w, tx, "effect.add", c->args[0], e);
    return lend_contract(&x->w, tx, PERM_CASE_ENTER, c->args[0], e) &&
           effect_add(&x->w.l, &x->w.contract, s, e) && act_end(&x->w.act, NULL, e);
}

static int effect_add_cmd(struct cli *c)
{
    struct followup_run x = { .w.c = c };
    return lend_write(&x.w, do_effect) ? lend_answer(c, "effect_survey", &effect_survey_entity, &x.effect,
                                                     MSG_EFFECT_ADDED, A(x.w.contract.number))
                                       : EXIT_NOTHING;
}

static bool do_use(struct tx *tx, void *ctx, struct errs *e)
{
    struct followup_run *x = ctx;
    struct cli *c = x->w.c;
    struct money_use *u = &x->use;
    *u = (struct money_use){ .found_on = { lend_day(c, "date", clock_today()), true } };
    static const char *const names[] = { "found", "amount", "misused", "finder", "note" };
    for (size_t i = 0; i < N_ELEMS(names); i++)
        lend_read(c, &money_use_entity, names[i], u, cli_text(c, names[i]), e);
    if (errs_any(e))
        return false;
    struct date by = lend_day(c, "recall-by", (struct date){ clock_today().day + RECALL_DAYS });
    lend_begin(&x->w, tx, "use.add", c->args[0], e);
    return lend_contract(&x->w, tx, PERM_CASE_ENTER, c->args[0], e) &&
           money_use_add(&x->w.l, &x->w.contract, u, by, &x->recall, e) && act_end(&x->w.act, NULL, e);
}

static int use_add_cmd(struct cli *c)
{
    struct followup_run x = { .w.c = c };
    if (!lend_write(&x.w, do_use))
        return EXIT_NOTHING;
    return lend_answer(c, "money_use", &money_use_entity, &x.use,
                       x.recall.no ? MSG_USE_MISUSED : MSG_USE_ADDED, A(x.w.contract.number), A(x.recall.no));
}

/* What both lists have: rows of an entity whose contract is in view, with its number. */
struct listing {
    const struct entity *en;
    const struct stmt *(*stmt)(void);
    const char *key;
    const char *const *names;
    const struct table_col *cols;
    size_t n;
};
#define OF_CONTRACT(table)                                                                                  \
    "SELECT {*}, (SELECT c.number FROM contract c WHERE c.county = $1 AND c.id = " table                    \
    ".contract_id) FROM " table " WHERE county = $1 AND EXISTS (SELECT 1 FROM contract c WHERE c.county = " \
    "$1 AND c.id = " table ".contract_id AND c.village BETWEEN $2 AND $3 AND (CAST($4 AS text) IS NULL OR " \
    "c.programme = $4)) ORDER BY "

static const struct stmt *effects_of(void)
{
    return SQL_OF(STMT_KEY, &effect_survey_entity, OF_CONTRACT("effect_survey") "surveyed_on, id LIMIT $5");
}
static const struct stmt *uses_of(void)
{
    return SQL_OF(STMT_KEY, &money_use_entity, OF_CONTRACT("money_use") "found_on, id LIMIT $5");
}
static const struct table_col effect_cols[] = {
    { { "合同", "Contract" }, false },       { { "调查日期", "Surveyed on" }, false },
    { { "帮扶前人均", "Before" }, true },    { { "帮扶后人均", "After" }, true },
    { { "脱贫", "Out of poverty" }, false }, { { "评估人", "Assessor" }, false },
};
static const char *const effect_names[] = { "surveyed_on", "income_before", "income_after", "out_of_poverty",
                                            "assessor" };
static const struct table_col use_cols[] = {
    { { "合同", "Contract" }, false },    { { "查看日期", "Found on" }, false },
    { { "约定用途", "Agreed" }, false },  { { "实际用途", "Found" }, false },
    { { "改变用途", "Misused" }, false }, { { "金额", "Amount" }, true },
    { { "查看人", "Found by" }, false },
};
static const char *const use_names[] = { "found_on", "planned", "found", "misused", "amount", "finder" };
static const struct listing effects = { &effect_survey_entity, effects_of,  "effect_surveys",
                                        effect_names,          effect_cols, N_ELEMS(effect_cols) };
static const struct listing uses = { &money_use_entity, uses_of,  "money_uses",
                                     use_names,         use_cols, N_ELEMS(use_cols) };

struct list_run {
    struct followup_run f;
    const struct listing *of;
};

static bool list_scope(struct list_run *x, struct tx *tx, const struct scope *s, size_t limit, char *rows,
                       struct errs *e)
{
    CLEANUP(rows_close) struct rows r = { 0 };
    struct followup_run *f = &x->f;
    enum found found;
    if (!db_query(tx, &r, x->of->stmt(), e, V(s->county), V(s->first), V(s->last),
                  V(f->w.rules.version.programme), V(limit - f->n)))
        return false;
    while ((found = rows_next(&r, e)) == FOUND) {
        if (!rows_obj(&r, 0, rows + f->n * x->of->en->size, e->a, e))
            return false;
        f->numbers[f->n++] = arena_str(e->a, rows_text(&r, (int)x->of->en->n));
    }
    return found == NONE;
}

static bool do_listing(struct tx *tx, void *ctx, struct errs *e)
{
    struct list_run *x = ctx;
    struct cli *c = x->f.w.c;
    struct scopes scopes;
    size_t limit = limit_of(c);
    char *rows = arena_alloc(e->a, limit * x->of->en->size);
    x->f.numbers = NEW_ARRAY(e->a, struct str, limit);
    x->f.n = 0;
    if ((c->args_n && !programme_find(tx, c->args[0], &x->f.w.rules.version, e->a, e)) ||
        !scopes_of(tx, &c->actor, PERM_REGISTRY_READ, cli_region(c, "region"), &scopes, e))
        return false;
    for (size_t i = 0; i < scopes.n && x->f.n < limit; i++)
        if (!list_scope(x, tx, &scopes.list[i], limit, rows, e))
            return false;
    x->f.rows = (struct list){ rows, x->f.n };
    return true;
}

static int listing(struct cli *c, const struct listing *of)
{
    struct list_run x = { .f = { .w.c = c }, .of = of };
    struct json_out out = JSON_OUT(&c->out);
    if (!cli_load_codes(c) || !cli_read(c, do_listing, &x))
        return EXIT_NOTHING;
    const char *row = x.f.rows.rows;
    struct table t = table_begin(of->cols, of->n, c->a);
    for (size_t i = 0; i < x.f.n && !c->json; i++) {
        table_text(&t, x.f.numbers[i]);
        for (size_t k = 0; k + 1 < of->n; k++)
            table_text(&t, cli_cell(c, of->en, of->names[k], row + i * of->en->size));
    }
    if (!c->json) {
        table_print(&t, c->e.lang, &c->out);
        return EXIT_DONE;
    }
    put_object(&out);
    put_key(&out, of->key);
    put_list(&out);
    for (size_t i = 0; i < x.f.n; i++) {
        put_object(&out);
        put_member_text(&out, "contract", x.f.numbers[i]);
        lend_put(c, &out, "row", of->en, row + i * of->en->size);
        put_object_end(&out);
    }
    put_list_end(&out);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
    return EXIT_DONE;
}

static int effect_list_cmd(struct cli *c)
{
    return listing(c, &effects);
}
static int use_list_cmd(struct cli *c)
{
    return listing(c, &uses);
}

/* --- contacts ------------------------------------------------------------------------------- */

static bool do_contacts(struct tx *tx, void *ctx, struct errs *e)
{
    struct followup_run *x = ctx;
    struct cli *c = x->w.c;
    struct contact_question *q = &x->question;
    struct scopes scopes;
    if (!scopes_of(tx, &c->actor, PERM_REGISTRY_READ, cli_region(c, "region"), &scopes, e))
        return false;
    x->contacts = NEW_ARRAY(e->a, struct contact_row, q->limit);
    x->n = 0;
    x->w.rules.programme = programme_open(tx, c->args[0], c->codes, &x->w.rules.version, e->a, e);
    if (!x->w.rules.programme)
        return false;
    q->programme = x->w.rules.version.programme;
    contact_rules(&x->w.rules, q);
    const struct opt_int *every = &x->w.rules.programme->visits.every_months;
    if (x->month.set && !every->set)
        return fail(e, ERR_CONFLICT, "programme", MSG_CONTACT_NO_VISITS, A(x->w.rules.programme->name.zh));
    if (x->month.set)
        q->unvisited_since = (struct opt_date){ date_add_months(x->month.v, -(int)(every->v - 1)), true };
    for (size_t i = 0; i < scopes.n && x->n < q->limit; i++)
        if (!contact_list(tx, &scopes.list[i], q, x->contacts, &x->n, e))
            return false;
    return true;
}

static const char *const contact_states[] = { "bound", "free", "released" };

static struct str why_bound(const struct followup_run *x, const struct contact_row *r)
{
    struct cli *c = x->w.c;
    bool money = x->question.money_back && !r->money_back,
         poor = x->question.out_of_poverty && !r->out_of_poverty, en = c->e.lang == EN;
    if (r->state == CONTACT_RELEASED)
        return en ? STR("released") : STR("已解除");
    if (money && poor)
        return en ? STR("money not back, still poor") : STR("资金未收回，未脱贫");
    if (money)
        return en ? STR("money not back") : STR("资金未收回");
    if (poor)
        return en ? STR("still poor") : STR("未脱贫");
    return en ? STR("can be released") : STR("可以解除");
}

static void contacts_json(struct followup_run *x)
{
    struct cli *c = x->w.c;
    struct json_out out = JSON_OUT(&c->out);
    put_object(&out);
    put_key(&out, "contacts");
    put_list(&out);
    for (size_t i = 0; i < x->n; i++) {
        const struct contact_row *r = &x->contacts[i];
        put_object(&out);
        put_member_text(&out, "contract", r->number);
        put_member_text(&out, "name", r->guarantee.name);
        put_member_text(&out, "hh_no", r->hh_no);
        put_member_cstr(&out, "state", contact_states[r->state]);
        lend_put_money(c, &out, "owed", r->owed);
        put_member_bool(&out, "money_back", r->money_back);
        put_member_bool(&out, "out_of_poverty", r->out_of_poverty);
        put_object_end(&out);
    }
    put_list_end(&out);
    put_object_end(&out);
    buf_addc(&c->out, '\n');
}

static void put_day(struct cli *c, struct table *t, struct opt_date d)
{
    CLEANUP(buf_release) struct buf b = BUF(32);
    (void)c;
    if (d.set)
        date_print(&b, d.v);
    table_text(t, d.set ? buf_str(&b) : STR(""));
}

static int contacts(struct cli *c, struct followup_run *x)
{
    static const struct table_col cols[] = {
        { { "合同", "Contract" }, false }, { { "联系人", "Contact" }, false },
        { { "担保方式", "Kind" }, false }, { { "户编号", "Household" }, false },
        { { "户主", "Head" }, false },     { { "未收回", "Not back" }, true },
        { { "状态", "State" }, false },    { { "最近走访", "Last visit" }, false },
    };
    int64_t bound = 0;
    x->question.limit = limit_of(c);
    x->question.after = cli_text(c, "after");
    if (!cli_load_codes(c) || !cli_read(c, do_contacts, x))
        return EXIT_NOTHING;
    if (c->json) {
        contacts_json(x);
        return EXIT_DONE;
    }
    struct table t = table_begin(cols, N_ELEMS(cols), c->a);
    for (size_t i = 0; i < x->n; i++) {
        const struct contact_row *r = &x->contacts[i];
        table_text(&t, r->number);
        table_text(&t, r->guarantee.name);
        table_text(&t, cli_cell(c, &guarantee_entity, "kind", &r->guarantee));
        table_text(&t, r->hh_no);
        table_text(&t, r->head_name);
        table_text(&t, cli_yuan(c, r->owed));
        table_text(&t, why_bound(x, r));
        put_day(c, &t, r->last_visit);
        bound += r->state == CONTACT_BOUND;
    }
    table_print(&t, c->e.lang, &c->out);
    cli_say(c, MSG_CONTACTS_BOUND, A((int64_t)x->n), A(bound));
    return EXIT_DONE;
}

static int contact_list_cmd(struct cli *c)
{
    struct followup_run x = { .w.c = c };
    x.question.bound = !cli_flag(c, "all");
    return contacts(c, &x);
}

static int contact_unvisited_cmd(struct cli *c)
{
    struct followup_run x = { .w.c = c };
    struct civil day = date_civil(lend_day(c, "month", clock_today()));
    x.month.set = date_of(day.year, day.month, 1, &x.month.v);
    x.question.bound = true;
    return contacts(c, &x);
}

static bool do_release(struct tx *tx, void *ctx, struct errs *e)
{
    struct followup_run *x = ctx;
    struct cli *c = x->w.c;
    x->release = (struct guarantee_release){ .released_on = { lend_day(c, "date", clock_today()), true } };
    if (!lend_read(c, &guarantee_release_entity, "document", &x->release, cli_text(c, "document"), e))
        return false;
    lend_begin(&x->w, tx, "contact.release", c->args[0], e);
    return lend_contract(&x->w, tx, PERM_FUND_CONTRACT, c->args[0], e) &&
           contact_release(&x->w.l, &x->w.contract, cli_text(c, "name"), &x->release, e) &&
           act_end(&x->w.act, NULL, e);
}

static int contact_release_cmd(struct cli *c)
{
    struct followup_run x = { .w.c = c };
    return lend_write(&x.w, do_release) ? lend_answer(c, "release", &guarantee_release_entity, &x.release,
                                                      MSG_CONTACT_FREED, A(x.w.contract.number))
                                        : EXIT_NOTHING;
}

// clang-format off
#define TEXT(n, arg_zh, arg_en, zh, en) \
    { .name = n, .kind = OPT_TEXT, .arg = { arg_zh, arg_en }, .label = { zh, en } }
#define TEXT_NEEDED(n, arg_zh, arg_en, zh, en) \
    { .name = n, .kind = OPT_TEXT, .flags = OPT_REQUIRED, .arg = { arg_zh, arg_en }, .label = { zh, en } }
#define OPT_LIMIT \
    { .name = "limit", .kind = OPT_INT, .min = 1, .max = LIMIT_MAX, .arg = { "条数", "N" }, \
      .label = { "最多列几条（默认 100）", "at most so many (default 100)" } }
static const struct opt visit_add_opts[] = {
    TEXT("benefit", "效益", "TEXT", "效益情况", "the benefit so far"),
    OPT_DAY("走访日期；默认今天", "the day; today unless told"),
    TEXT("difficulties", "困难", "TEXT", "碰到的困难", "difficulties"),
    TEXT("earmarked", "是否", "YES/NO", "是否专款专用", "was the money used as earmarked?"),
    TEXT("kind", "类型", "KIND", "每月走访、跟踪督查、回访等", "monthly, tracking, return …"),
    TEXT("note", "记录", "TEXT", "走访记录", "what was seen"),
    TEXT("on-project", "是否", "YES/NO", "是否用在拟定的发展项目上", "was it used on the agreed project?"),
    { .name = "phone", .kind = OPT_FLAG, .label = { "电话访谈", "by phone" } },
    TEXT("photo", "文件", "FILE", "照片（JPEG、PNG），存为附件", "a photo, kept as a document"),
    OPT_IN_COUNTY,
    TEXT_NEEDED("visitor", "姓名", "NAME", "走访人", "who went"), { 0 } };
static const struct opt visit_list_opts[] = {
    { .name = "copied", .kind = OPT_FLAG, .label = { "只列记录雷同的", "only copied notes" } },
    { .name = "from", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "从哪天起", "from that day on" } },
    TEXT("kind", "类型", "KIND", "只列这种走访", "only visits of that kind"),
    OPT_LIMIT, OPT_IN_COUNTY,
    { .name = "to", .kind = OPT_DATE, .arg = { "日期", "DATE" }, .label = { "到哪天止", "until that day" } }, { 0 } };
static const struct opt effect_add_opts[] = {
    TEXT("after", "金额", "YUAN", "帮扶后人均年纯收入", "income per head and year after"),
    TEXT_NEEDED("assessor", "姓名", "NAME", "评估人", "who assessed it"),
    TEXT("before", "金额", "YUAN", "帮扶前人均年纯收入", "income per head and year before"),
    OPT_DAY("调查日期；默认今天", "the day; today unless told"),
    TEXT("note", "说明", "TEXT", "说明", "a note"),
    TEXT("out", "是否", "YES/NO", "是否脱贫", "is the household out of poverty?"), { 0 } };
static const struct opt use_add_opts[] = {
    TEXT("amount", "金额", "YUAN", "改变用途的金额", "how much was used otherwise"),
    OPT_DAY("查看日期；默认今天", "the day; today unless told"),
    TEXT_NEEDED("finder", "姓名", "NAME", "查看人", "who looked"),
    TEXT_NEEDED("found", "用途", "TEXT", "实际用途", "what it was used for"),
    TEXT_NEEDED("misused", "是否", "YES/NO", "是否改变用途", "is that misuse?"),
    TEXT("note", "说明", "TEXT", "说明", "a note"),
    { .name = "recall-by", .kind = OPT_DATE, .arg = { "日期", "DATE" },
      .label = { "要求还清的日期；默认三十天后", "the day by which all is due; in thirty days unless told" } }, { 0 } };
static const struct opt some_opts[] = { OPT_LIMIT, OPT_IN_COUNTY, { 0 } };
static const struct opt contact_list_opts[] = {
    TEXT("after", "合同编号", "CONTRACT", "从这份合同之后列起", "those behind that contract"),
    { .name = "all", .kind = OPT_FLAG, .label = { "也列可以解除和已解除的", "those too who can be or were released" } },
    OPT_LIMIT, OPT_IN_COUNTY, { 0 } };
static const struct opt release_opts[] = {
    OPT_DAY("解除日期；默认今天", "the day; today unless told"), OPT_PAPER("文号", "the document"),
    TEXT("name", "姓名", "NAME", "哪一位；只有一位时可省略", "which one; not needed where there is but one"), { 0 } };
static const struct opt unvisited_opts[] = {
    TEXT("after", "合同编号", "CONTRACT", "从这份合同之后列起", "those behind that contract"),
    OPT_LIMIT,
    { .name = "month", .kind = OPT_DATE, .arg = { "日期", "DATE" },
      .label = { "哪个月（其中一天）；默认本月", "which month (a day of it); this one unless told" } },
    OPT_IN_COUNTY, { 0 } };
static const struct command commands[] = {
    { .name = "contact list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = contact_list_opts,
      .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "还不能解除的联系人、担保人", "Contacts and guarantors who cannot be released yet" },
      .help = { "解除条件以项目为准：资金收回，或同时已脱贫。\n\n  bangfu contact list 党员脱贫工程",
                "The programme says what releases them: the money back, and perhaps the household out of poverty.\n\n"
                "  bangfu contact list dangyuan" },
      .run = contact_list_cmd },
    { .name = "contact release", .perm = PERM_FUND_CONTRACT, .db = DB_OPEN, .opts = release_opts,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "解除联系人或担保人的责任", "Release a contact or guarantor" },
      .help = { "不能解除时逐条说明原因。\n\n  bangfu contact release DY-350603100-2026-0001",
                "If it may not be, every reason is told.\n\n  bangfu contact release DY-350603100-2026-0001" },
      .run = contact_release_cmd },
    { .name = "contact unvisited", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = unvisited_opts,
      .args = { "项目", "PROGRAMME" }, .args_min = 1, .args_max = 1,
      .summary = { "本月没有上门走访的联系人", "Contacts who did not come this month" },
      .help = { "未解除的联系人本人须上门；电话不算。几个月一次以项目为准。\n\n  bangfu contact unvisited 党员脱贫工程",
                "Who is not released has to go there in person; the programme says how often.\n\n"
                "  bangfu contact unvisited dangyuan" },
      .run = contact_unvisited_cmd },
    { .name = "effect add", .perm = PERM_CASE_ENTER, .db = DB_OPEN, .opts = effect_add_opts,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "登记救助效果调查", "Record an effect survey" },
      .help = { "一笔借款可多次调查，以最近一次为准。\n\n"
                "  bangfu effect add XF-350603100-024-0001 --before 2300 --after 5200 --out 是 --assessor 李干事",
                "The latest one of a loan counts.\n\n"
                "  bangfu effect add XF-350603100-024-0001 --before 2300 --after 5200 --out yes --assessor 李干事" },
      .run = effect_add_cmd },
    { .name = "effect list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = some_opts,
      .args = { "[项目]", "[PROGRAMME]" }, .args_max = 1,
      .summary = { "列出救助效果调查", "List effect surveys" },
      .help = { "按日期列出。\n\n  bangfu effect list 幸福工程", "By date.\n\n  bangfu effect list xingfu" }, .run = effect_list_cmd },
    { .name = "use add", .perm = PERM_CASE_ENTER, .db = DB_OPEN, .opts = use_add_opts,
      .args = { "合同编号", "CONTRACT" }, .args_min = 1, .args_max = 1,
      .summary = { "登记资金实际用途", "Record what the money was used for" },
      .help = { "改变用途的，同时提出提前收回，由县审批。\n\n"
                "  bangfu use add XF-350603100-025-0001 --found 盖房 --misused 是 --amount 10000 --finder 李干事",
                "For misuse an early recall is proposed to the county.\n\n"
                "  bangfu use add XF-350603100-025-0001 --found housing --misused yes --amount 10000 --finder 李干事" },
      .run = use_add_cmd },
    { .name = "use list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = some_opts,
      .args = { "[项目]", "[PROGRAMME]" }, .args_max = 1,
      .summary = { "列出资金实际用途", "List what money was used for" },
      .help = { "按日期列出。\n\n  bangfu use list 幸福工程", "By date.\n\n  bangfu use list xingfu" }, .run = use_list_cmd },
    { .name = "visit add", .perm = PERM_CASE_ENTER, .db = DB_OPEN, .opts = visit_add_opts,
      .args = { "户编号", "HOUSEHOLD" }, .args_min = 1, .args_max = 1,
      .summary = { "登记走访", "Record a visit" },
      .help = { "跟踪表的四个问题：专款专用、用于项目、困难、效益。文字与别户雷同时提醒。\n\n"
                "  bangfu visit add H000123 --visitor 李干事 --earmarked 是 --on-project 是 --benefit 已出栏两批 --photo 猪舍.jpg",
                "The four questions of the tracking form.  Words copied from another household's visit are pointed out.\n\n"
                "  bangfu visit add H000123 --visitor 李干事 --earmarked yes --on-project yes --benefit 'two litters sold'" },
      .run = visit_add_cmd },
    { .name = "visit list", .perm = PERM_REGISTRY_READ, .db = DB_OPEN, .reads_only = true, .opts = visit_list_opts,
      .args = { "[户编号]", "[HOUSEHOLD]" }, .args_max = 1,
      .summary = { "列出走访", "List visits" },
      .help = { "按日期列出；电话访谈分开计数。\n\n  bangfu visit list H000123\n  bangfu visit list --copied --from 2026-01-01",
                "By date; those by phone are counted apart.\n\n  bangfu visit list H000123\n  bangfu visit list --copied --from 2026-01-01" },
      .run = visit_list_cmd },
};
// clang-format on
const struct command_table followup_commands = { { "跟踪督查", "Following up" },
                                                 commands,
                                                 N_ELEMS(commands) };
