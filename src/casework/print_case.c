#include "casework/print_case.h"

#include "base/capital.h"
#include "base/value.h"
#include "casework/case_check.h"
#include "casework/case_parts.h"
#include "casework/print.h"
#include "programme/application.h"
#include "registry/person.h"
#include "registry/region.h"

enum { FIELDS_MAX = 64, CELLS_MAX = 12, OPINIONS_MM = 140, OPINION_MM_MAX = 46 };

static struct str yuan(struct opt_money m, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    if (!m.set)
        return (struct str){ 0 };
    money_print_grouped(&b, m.v);
    return arena_str(a, buf_str(&b));
}

static struct str day_zh(struct date d, struct arena *a)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    date_print_zh(&b, d);
    return arena_str(a, buf_str(&b));
}

static struct str whole(int64_t v, struct arena *a)
{
    return str_of(arena_printf(a, "%lld", (long long)v));
}

/* The nearest name of a place; unknown codes are shown as they are. */
static bool name_of(struct casework *w, struct region_code code, struct str *out, struct errs *e)
{
    struct region r;
    enum found f = db_get(w->tx, &region_entity, &r, e, V(code));
    *out = f == FOUND ? r.name : (struct str){ 0 };
    return f != FAILED;
}

static bool full_place(struct casework *w, struct region_code village, struct str *out, struct errs *e)
{
    struct str names[3];
    if (!name_of(w, (struct region_code){ region_county(village) * 1000000 }, &names[0], e) ||
        !name_of(w, region_parent(village), &names[1], e) || !name_of(w, village, &names[2], e))
        return false;
    *out = str_of(arena_printf(w->a, "%.*s%.*s%.*s", (int)names[0].n, names[0].p ? names[0].p : "",
                               (int)names[1].n, names[1].p ? names[1].p : "", (int)names[2].n,
                               names[2].p ? names[2].p : ""));
    return true;
}

/* --- the application form ----------------------------------------------------------------------- */

struct form_values {
    struct casework *w;
    const struct relief_case *c;
    const struct case_known *k;
    struct household h;
    struct person p;
    bool person;
    struct str place;
    int64_t members;
    struct list answers;
    bool full; /* the number of the identity card is not masked */
};

/* A loan of an archive has no answers, but what they say. */
static struct str unanswered(const struct form_values *v, const char *key)
{
    if (!strcmp(key, "project"))
        return v->c->project;
    return !strcmp(key, "amount") ? yuan(v->c->asked, v->w->a) : (struct str){ 0 };
}

static struct str answer_text(const struct form_values *v, const char *key)
{
    const struct case_answer *x = v->answers.rows;
    const struct programme_application_field *f = application_field(v->k->programme, str_of(key));
    for (size_t i = 0; i < v->answers.n; i++) {
        if (!str_eq(x[i].field, str_of(key)))
            continue;
        for (size_t n = 0; f && n < f->choices.n; n++)
            if (str_eq(f->choices.p[n].id.name, x[i].value))
                return f->choices.p[n].label.zh;
        const struct code_table *t =
            f && f->codes.name.p ? code_table(v->w->codes, arena_str(v->w->a, f->codes.name).p) : NULL;
        for (size_t n = 0; t && n < t->n; n++)
            if (str_eq(t->rows[n].slug, x[i].value))
                return t->rows[n].zh;
        if (f && f->type == FIELD_BOOL)
            return str_eq(x[i].value, STR("yes")) ? STR("是") : STR("否");
        return x[i].value;
    }
    return unanswered(v, key);
}

static struct str cell(const struct form_values *v, const struct entity *en, const char *name,
                       const void *obj)
{
    CLEANUP(buf_release) struct buf b = BUF(1 << 12);
    const struct col *c = entity_col(en, name);
    if (!c || !col_known(c, obj))
        return (struct str){ 0 };
    if (v->full && c->seal == SEAL_ID_NUMBER)
        col_print(c, obj, &b, v->w->codes, ZH);
    else
        col_print_masked(c, obj, &b, v->w->codes, ZH);
    return arena_str(v->w->a, buf_str(&b));
}

static struct str form_value(void *ctx, const char *key)
{
    struct form_values *v = ctx;
    struct arena *a = v->w->a;
    if (!strcmp(key, "place"))
        return v->place;
    if (!strcmp(key, "members"))
        return v->members ? str_of(arena_printf(a, "%lld 人", (long long)v->members)) : (struct str){ 0 };
    if (!strcmp(key, "applied"))
        return v->c->applied_on.day ? day_zh(v->c->applied_on, a) : (struct str){ 0 };
    if (!strcmp(key, "asked"))
        return yuan(v->c->asked, a);
    if (!strncmp(key, "a.", 2))
        return answer_text(v, key + 2);
    if (!strncmp(key, "p.", 2))
        return v->person ? cell(v, &person_entity, key + 2, &v->p) : (struct str){ 0 };
    if (!strncmp(key, "h.", 2))
        return cell(v, &household_entity, key + 2, &v->h);
    return cell(v, &relief_case_entity, key, v->c);
}

static const struct print_field who_fields[] = {
    { { "申请人", "Applicant" }, "applicant_name", 8, 3, 0, false },
    { { "性别", "Sex" }, "p.sex", 8, 3, 0, false },
    { { "出生日期", "Born" }, "p.birth_date", 8, 3, 0, false },
    { { "户编号", "Household" }, "hh_no", 8, 3, 0, false },
    { { "户主", "Head" }, "head_name", 8, 3, 0, false },
    { { "人口", "Members" }, "members", 8, 3, 0, false },
    { { "住址", "Address" }, "place", 16, 3, 0, false },
    { { "申请日期", "Date" }, "applied", 8, 3, 0, false },
    { { "证件号码", "ID" }, "p.id_number", 16, 3, 0, false },
    { { "联系电话", "Phone" }, "h.phone", 8, 3, 0, false },
};

/* What the programme asks for, two to a line, long texts alone. */
static size_t asked_fields(const struct programme *p, struct print_field *out, size_t room, struct arena *a)
{
    size_t n = 0, open = 0;
    for (size_t i = 0; i < p->application.fields.n && n + 2 < room; i++) {
        const struct programme_application_field *f = &p->application.fields.p[i];
        if (f->stage > STAGE_APPLICATION)
            continue;
        bool text = f->type == FIELD_TEXT;
        if (text && open) {
            out[n - 1].width = PRINT_GRID;
            open = 0;
        }
        out[n++] =
            (struct print_field){ .label = { arena_str(a, f->label.zh).p, arena_str(a, f->label.en).p },
                                  .key = arena_printf(a, "a.%.*s", (int)f->id.name.n, f->id.name.p),
                                  .width = text ? PRINT_GRID : PRINT_GRID / 2,
                                  .height = text ? 14 : 0 };
        if (!text)
            open = !open;
    }
    if (open && n)
        out[n - 1].width = PRINT_GRID;
    return n;
}

static size_t opinion_fields(const struct programme *p, struct print_field *out, size_t room, struct arena *a)
{
    size_t n = 0;
    for (size_t i = 0; i < p->steps.n && n < room && n < 4; i++) {
        const struct programme_step *s = &p->steps.p[i];
        if (!s->enabled || (s->kind != STEP_MEETING && s->kind != STEP_REVIEW))
            continue;
        struct str body = s->body.zh.p ? s->body.zh : step_label(s, ZH);
        out[n++] =
            (struct print_field){ .label = { arena_printf(a, "%.*s意见", (int)body.n, body.p), "Opinion" },
                                  .width = PRINT_GRID,
                                  .opinion = true };
    }
    /* What is left of the page is theirs. */
    for (size_t i = 0; i < n; i++)
        out[i].height = OPINIONS_MM / (int)n < OPINION_MM_MAX ? OPINIONS_MM / (int)n : OPINION_MM_MAX;
    return n;
}

static const char *const *holders_of(const struct programme *p, struct str *title, struct arena *a)
{
    static const char *const usual[] = { "第一联　申请户存", "第二联　村存", "第三联　镇存",
                                         "第四联　区（县）存" };
    const struct programme_form *form = NULL;
    for (size_t i = 0; i < p->forms.n; i++)
        if (str_eq(p->forms.p[i].id.name, STR("application_form")))
            form = &p->forms.p[i];
    if (form && form->label.zh.p)
        *title = form->label.zh;
    size_t n = form && form->copies.set ? (size_t)form->copies.v : 1;
    if (n < 2)
        return NULL;
    if (n > PRINT_COPIES_MAX)
        n = PRINT_COPIES_MAX;
    const char **out = NEW_ARRAY(a, const char *, n + 1);
    bool named = form->holders.n == n;
    for (size_t i = 0; i < n; i++)
        out[i] = named    ? arena_str(a, form->holders.p[i]).p
                 : n == 4 ? usual[i]
                          : arena_printf(a, "第 %zu 份", i + 1);
    return out;
}

static bool read_form(struct form_values *v, struct errs *e)
{
    enum found f = db_get(v->w->tx, &household_entity, &v->h, e, V(v->c->county), V(v->c->household_id));
    if (f != FOUND)
        return f == NONE && fail(e, ERR_NOT_FOUND, "no", MSG_NO_HOUSEHOLD, A(v->c->hh_no));
    if (v->c->applicant_id.set) {
        f = db_get(v->w->tx, &person_entity, &v->p, e, V(v->c->county), V(v->c->applicant_id.v));
        if (f == FAILED)
            return false;
        v->person = f == FOUND;
    }
    return db_int(v->w->tx,
                  SQL(STMT_KEY,
                      "SELECT count(*) FROM person WHERE county = $1 AND household_id = $2 AND left_on IS "
                      "NULL"),
                  &v->members, e, V(v->c->county), V(v->c->household_id)) &&
           case_answers(v->w->tx, v->c, &v->answers, v->w->a, e) &&
           full_place(v->w, v->c->village, &v->place, e);
}

bool print_application_pages(struct casework *w, const struct relief_case *c, bool full, struct print *out,
                             struct errs *e)
{
    struct form_values v = {
        .w = w, .c = c, .full = full, .k = case_programme(w, c->programme, c->version, e)
    };
    struct print_field fields[FIELDS_MAX] = { 0 };
    if (!v.k || !read_form(&v, e))
        return false;
    const struct programme *p = v.k->programme;
    struct str title = str_of(arena_printf(w->a, "%.*s申请表", (int)p->name.zh.n, p->name.zh.p));
    size_t n = N_ELEMS(who_fields);
    memcpy(fields, who_fields, sizeof who_fields);
    const char *const *holders = holders_of(p, &title, w->a);
    n += asked_fields(p, fields + n, FIELDS_MAX - n - 8, w->a);
    opinion_fields(p, fields + n, FIELDS_MAX - n - 1, w->a);
    struct print_form form = { .title = { title.p, title.p },
                               .fields = fields,
                               .holders = holders,
                               .note = { "本表由申请人如实填写；村、镇、区（县）逐级签署意见并盖章。", "" } };
    struct str number = c->number.p ? str_of(arena_printf(w->a, "编号：%.*s", (int)c->number.n, c->number.p))
                                    : str_of(arena_printf(w->a, "受理号 %lld", (long long)c->no));
    print_form_pages(out, &form, number, form_value, &v);
    return true;
}

bool print_application(struct casework *w, const struct relief_case *c, struct buf *out, struct errs *e)
{
    struct print p;
    print_begin(&p, out, ZH, (struct print_page){ .name = STR("申请表"), .form = true });
    bool ok = print_application_pages(w, c, false, &p, e);
    print_end(&p);
    return ok;
}

/* --- registers ------------------------------------------------------------------------------------- */

static bool sum_of(const struct relief_case *x, size_t n, bool approved, struct money *sum)
{
    *sum = (struct money){ 0 };
    for (size_t i = 0; i < n; i++) {
        struct opt_money m = approved ? x[i].approved : x[i].asked;
        if (m.set && !money_add(sum, m.v))
            return false;
    }
    return true;
}

static struct str total_of(const struct list *cases, bool approved, struct arena *a)
{
    struct money sum;
    if (!sum_of(cases->rows, cases->n, approved, &sum))
        return (struct str){ 0 };
    return yuan((struct opt_money){ sum, true }, a);
}

static bool village_name(struct casework *w, const struct relief_case *x, size_t i, struct str *name,
                         struct errs *e)
{
    if (i && x[i].village.v == x[i - 1].village.v)
        return true;
    return name_of(w, x[i].village, name, e);
}

static bool register_cells(struct casework *w, const struct list *cases, struct str *cells, size_t cols,
                           struct errs *e)
{
    const struct relief_case *x = cases->rows;
    struct str village = { 0 }, town = { 0 };
    for (size_t i = 0; i < cases->n; i++) {
        struct str *row = &cells[i * cols];
        if (!village_name(w, x, i, &village, e))
            return false;
        if (!i || region_parent(x[i].village).v != region_parent(x[i - 1].village).v)
            if (!name_of(w, region_parent(x[i].village), &town, e))
                return false;
        row[0] = whole((int64_t)i + 1, w->a);
        row[1] = town;
        row[2] = village;
        row[3] = x[i].applicant_name;
        row[4] = x[i].class;
        row[5] = x[i].project;
        row[6] = yuan(x[i].asked, w->a);
        row[7] = yuan(x[i].approved, w->a);
        row[8] = x[i].number;
    }
    return true;
}

bool print_register(struct casework *w, const struct programme *p, const struct list *cases, struct str place,
                    struct buf *out, struct errs *e)
{
    static const struct print_col cols[] = {
        { { "序号", "No" }, false, 45 },        { { "乡镇", "Township" }, false, 95 },
        { { "村", "Village" }, false, 95 },     { { "姓名", "Name" }, false, 80 },
        { { "类别", "Class" }, false, 105 },    { { "项目内容", "Project" }, false, 0 },
        { { "申报金额", "Asked" }, true, 105 }, { { "核定金额", "Approved" }, true, 105 },
        { { "编号", "Number" }, false, 150 },   { { "备注", "Note" }, false, 80 },
    };
    enum { COLS = N_ELEMS(cols) };
    struct str *cells = NEW_ARRAY(w->a, struct str, arena_mul(COLS, cases->n + 1)), total[COLS] = { 0 };
    struct str title = str_of(arena_printf(w->a, "%.*s项目登记表", (int)p->name.zh.n, p->name.zh.p));
    struct print pr;
    if (!register_cells(w, cases, cells, COLS, e))
        return false;
    total[0] = STR("合计");
    total[6] = total_of(cases, false, w->a);
    total[7] = total_of(cases, true, w->a);
    print_begin(&pr, out, ZH, (struct print_page){ .name = title, .landscape = true });
    print_title(&pr, title);
    struct str left =
        str_of(arena_printf(w->a, "填报单位（盖章）：%.*s", (int)place.n, place.p ? place.p : ""));
    print_edges(&pr, left, day_zh(w->today, w->a), STR("单位：元"));
    print_table(&pr, &(struct print_table){
                         .cols = cols, .cols_n = COLS, .cells = cells, .rows_n = cases->n, .total = total });
    print_edges(&pr, STR("负责人（签字）："), STR("审核："), STR("填表："));
    print_end(&pr);
    return true;
}

/* --- a batch ------------------------------------------------------------------------------------------ */

bool print_batch(struct casework *w, const struct case_batch *b, const struct list *cases,
                 struct str township, struct buf *out, struct errs *e)
{
    static const struct print_col cols[] = {
        { { "序号", "No" }, false, 80 },        { { "村", "Village" }, false, 170 },
        { { "申请人", "Name" }, false, 150 },   { { "项目", "Project" }, false, 0 },
        { { "申请金额", "Asked" }, true, 190 },
    };
    enum { COLS = N_ELEMS(cols) };
    struct case_known *k = case_programme(w, b->programme, b->version, e);
    const struct relief_case *x = cases->rows;
    struct str *cells = NEW_ARRAY(w->a, struct str, arena_mul(COLS, cases->n + 1)), total[COLS] = { 0 };
    struct str village = { 0 };
    struct print p;
    if (!k)
        return false;
    for (size_t i = 0; i < cases->n; i++) {
        if (!village_name(w, x, i, &village, e))
            return false;
        cells[i * COLS] = whole((int64_t)i + 1, w->a);
        cells[i * COLS + 1] = village;
        cells[i * COLS + 2] = x[i].applicant_name;
        cells[i * COLS + 3] = x[i].project;
        cells[i * COLS + 4] = yuan(x[i].asked, w->a);
    }
    total[0] = STR("合计");
    total[4] = yuan((struct opt_money){ b->amount, true }, w->a);
    struct str name = k->programme->name.zh;
    struct str title = str_of(arena_printf(w->a, "关于报送%.*s申请材料的函", (int)name.n, name.p));
    struct str text = str_of(arena_printf(
        w->a,
        "现将我单位审核通过的%.*s申请 %lld 户、申请金额合计 %.*s 元的材料（第 %lld 批）报上，请予审批。",
        (int)name.n, name.p, (long long)b->cases_n, (int)total[4].n, total[4].p, (long long)b->no));
    print_begin(&p, out, ZH, (struct print_page){ .name = title });
    print_title(&p, title);
    print_number(&p, b->document_no);
    print_address(&p, STR("县（区）项目办公室："));
    print_text(&p, text);
    print_table(&p, &(struct print_table){
                        .cols = cols, .cols_n = COLS, .cells = cells, .rows_n = cases->n, .total = total });
    print_together(&p, true);
    print_seal(&p, township, b->made_on);
    print_together(&p, false);
    print_end(&p);
    return true;
}

/* --- the responsibility letter ----------------------------------------------------------------------------
 */

static const struct programme_step *letter_step(const struct programme *p)
{
    for (size_t i = 0; i < p->steps.n; i++)
        if (p->steps.p[i].kind == STEP_RESPONSIBILITY_LETTER)
            return &p->steps.p[i];
    return NULL;
}

static void put_duties(struct print *p, const struct programme_step *s, struct arena *a)
{
    static const char *const numbers[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" };
    for (size_t i = 0; i < s->parties.n && i < N_ELEMS(numbers); i++) {
        CLEANUP(buf_release) struct buf b = BUF(4000);
        const struct programme_duty *d = &s->parties.p[i];
        print_heading(
            p, 1, str_of(arena_printf(a, "%s、%.*s的责任", numbers[i], (int)d->party.zh.n, d->party.zh.p)));
        for (size_t k = 0; k < d->duties.n; k++)
            buf_addf(&b, "%s%.*s", k ? "；" : "", (int)d->duties.p[k].n, d->duties.p[k].p);
        buf_adds(&b, "。");
        print_text(p, arena_str(a, buf_str(&b)));
    }
}

static struct str letter_intro(struct casework *w, const struct relief_case *c, const struct programme *p,
                               struct str place)
{
    struct str amount = yuan(c->approved.set ? c->approved : c->asked, w->a);
    CLEANUP(buf_release) struct buf b = BUF(400);
    if (c->approved.set)
        money_print_capital(&b, c->approved.v);
    return str_of(arena_printf(w->a,
                               "为落实%.*s，经集体研究，同意%.*s%.*s户实施“%.*s”项目，核定金额 %.*s "
                               "元（大写：%.*s）。为明确各方责任，签订本责任状。",
                               (int)p->name.zh.n, p->name.zh.p, (int)place.n, place.p,
                               (int)c->applicant_name.n, c->applicant_name.p, (int)c->project.n,
                               c->project.p ? c->project.p : "", (int)amount.n, amount.p ? amount.p : "",
                               (int)b.n, b.p ? b.p : ""));
}

/* Who vouches with his own pay signs himself, and so does the household; offices seal. */
static struct print_party letter_party(const struct programme *p, const struct programme_step *s, size_t i,
                                       const struct relief_case *c, struct str guarantors, struct arena *a)
{
    struct str role = s->parties.p[i].party.zh;
    bool guarantor = str_eq(role, p->label.guarantor.zh), household = i + 1 == s->parties.n;
    struct str name = guarantor ? guarantors : household ? c->applicant_name : (struct str){ 0 };
    if (name.n)
        role = str_of(arena_printf(a, "%.*s：", (int)role.n, role.p));
    return (struct print_party){ .role = role, .name = name, .seals = !guarantor && !household };
}

bool print_letter_pages(struct casework *w, const struct relief_case *c, struct str guarantors,
                        struct print *out, struct errs *e)
{
    struct case_known *k = case_programme(w, c->programme, c->version, e);
    const struct programme_step *s = k ? letter_step(k->programme) : NULL;
    struct str place;
    if (!k || !full_place(w, c->village, &place, e))
        return false;
    if (!s)
        return fail(e, ERR_CONFLICT, "no", MSG_CASE_NO_STEP,
                    A(step_label_of(STEP_RESPONSIBILITY_LETTER, e->lang)));
    struct str title =
        str_of(arena_printf(w->a, "%.*s责任状", (int)k->programme->name.zh.n, k->programme->name.zh.p));
    print_page(out);
    print_title(out, title);
    print_number(out, c->number);
    print_text(out, letter_intro(w, c, k->programme, place));
    put_duties(out, s, w->a);
    if (s->release.n)
        print_text(out, STR("本责任状在资金全部收回、帮扶对象脱贫后解除。"));
    struct print_party *parties = NEW_ARRAY(w->a, struct print_party, s->parties.n + 1);
    for (size_t i = 0; i < s->parties.n; i++)
        parties[i] = letter_party(k->programme, s, i, c, guarantors, w->a);
    print_together(out, true);
    print_parties(out, parties, s->parties.n);
    print_together(out, false);
    return true;
}

bool print_letter(struct casework *w, const struct relief_case *c, struct buf *out, struct errs *e)
{
    struct print p;
    print_begin(&p, out, ZH, (struct print_page){ .name = STR("责任状"), .form = true });
    bool ok = print_letter_pages(w, c, (struct str){ 0 }, &p, e);
    print_end(&p);
    return ok;
}

/* --- exceptions
 * ----------------------------------------------------------------------------------------------- */

bool print_exceptions(struct casework *w, const struct list *cases, struct str place, struct buf *out,
                      struct errs *e)
{
    static const struct print_col cols[] = {
        { { "序号", "No" }, false, 60 },        { { "村", "Village" }, false, 120 },
        { { "申请人", "Name" }, false, 100 },   { { "未达到的条件", "Condition" }, false, 0 },
        { { "例外理由", "Reason" }, false, 0 }, { { "决定日期", "Decided on" }, false, 150 },
        { { "文件", "Document" }, false, 150 },
    };
    enum { COLS = N_ELEMS(cols), ROWS_MAX = 20000 };
    const struct relief_case *x = cases->rows;
    struct str *cells = NEW_ARRAY(w->a, struct str, COLS * ROWS_MAX), village = { 0 };
    size_t n = 0;
    struct print p;
    for (size_t i = 0; i < cases->n; i++) {
        struct list l;
        if (!village_name(w, x, i, &village, e) || !case_exceptions(w->tx, &x[i], &l, w->a, e))
            return false;
        const struct case_exception *y = l.rows;
        for (size_t k = 0; k < l.n && n < ROWS_MAX; k++, n++) {
            struct str *row = &cells[n * COLS];
            row[0] = whole((int64_t)n + 1, w->a);
            row[1] = village;
            row[2] = x[i].applicant_name;
            row[3] = y[k].label;
            row[4] = y[k].reason;
            row[5] = day_zh(y[k].decided_on, w->a);
            row[6] = y[k].document;
        }
    }
    print_begin(&p, out, ZH, (struct print_page){ .name = STR("例外名单"), .landscape = true });
    print_title(&p, STR("例外名单"));
    print_edges(&p, place.p ? place : STR(" "), (struct str){ 0 }, day_zh(w->today, w->a));
    print_table(&p, &(struct print_table){ .cols = cols, .cols_n = COLS, .cells = cells, .rows_n = n });
    print_end(&p);
    return true;
}
