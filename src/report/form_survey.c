/* form_survey.c - the form of a survey round 摸底表 (R017, R142, R151): what the register knows of a
 * household is filled in, what is asked stays blank; and the list by which a group goes from house to house.
 */
#include "registry/scope.h"
#include "report/form_parts.h"

enum { SURVEYED_MAX = 50000, MEMBERS_MAX = 40 };

struct surveyed {
    struct survey s;
    struct list persons; /* of the households listed, by household */
};

static bool add_scope(struct forms *f, struct surveyed *x, const struct scope *s, struct errs *e)
{
    struct list h, p;
    if (!db_list(
            f->tx,
            SQL_OF(
                STMT_KEY, &household_entity,
                "SELECT {*} FROM household h WHERE county = $1 AND village BETWEEN $2 AND $3 AND (state IS "
                "NULL OR state <> 9) AND (CAST($4 AS text) IS NULL OR hh_no = $4) AND (CAST($4 AS text) IS "
                "NOT NULL OR NOT EXISTS (SELECT 1 FROM survey_result r WHERE r.county = $1 AND r.survey_id "
                "= $5 AND r.household_id = h.id)) ORDER BY village, hh_no, id LIMIT $6"),
            &h, f->a, e, V(s->county), V(s->first), V(s->last), V(f->q->number), V(x->s.id),
            V((int64_t)SURVEYED_MAX)) ||
        !db_list(
            f->tx,
            SQL_OF(
                STMT_KEY, &person_entity,
                "SELECT {*} FROM person WHERE county = $1 AND left_on IS NULL AND household_id IN (SELECT "
                "h.id FROM household h WHERE h.county = $1 AND h.village BETWEEN $2 AND $3 AND (CAST($4 AS "
                "text) IS NULL OR h.hh_no = $4)) ORDER BY household_id, relation, id"),
            &p, f->a, e, V(s->county), V(s->first), V(s->last), V(f->q->number)))
        return false;
    list_append(&f->listed, &h, sizeof(struct household), f->a);
    list_append(&x->persons, &p, sizeof(struct person), f->a);
    return true;
}

bool split_survey(struct forms *f, struct errs *e)
{
    struct surveyed *x = NEW(f->a, struct surveyed);
    struct scopes scopes;
    struct region_code within = f->q->region;
    enum found found = survey_by_name(f->tx, f->w->who, f->q->survey, f->q->region, &x->s, e);
    if (found != FOUND)
        return found == NONE && fail(e, ERR_NOT_FOUND, "survey", MSG_SURVEY_NONE, A(f->q->survey));
    if (!within.v)
        within = x->s.region;
    if (!scopes_of(f->tx, f->w->who, PERM_REGISTRY_READ, within, &scopes, e))
        return false;
    f->more = x;
    for (size_t i = 0; i < scopes.n; i++)
        if (!add_scope(f, x, &scopes.list[i], e))
            return false;
    const struct household *h = f->listed.rows;
    form_piece_add(f, &(struct form_piece){ .name = STR("00-调查名单"), .to = f->listed.n });
    for (size_t i = 0; i < f->listed.n; i++)
        form_piece_add(f, &(struct form_piece){ .name = h[i].hh_no, .from = i, .to = i + 1 });
    if (!f->listed.n)
        f->pieces_n = 0;
    return true;
}

/* --- the list --------------------------------------------------------------------------------- */

bool table_survey(struct forms *f, size_t i, struct form_table *t, struct errs *e)
{
    static const struct form_col cols[] = {
        { { "序号", "No" }, XLSX_COUNT, 50 },       { { "村", "Village" }, XLSX_TEXT, 110 },
        { { "组", "Group" }, XLSX_TEXT, 80 },       { { "户编号", "Household" }, XLSX_TEXT, 110 },
        { { "户主", "Head" }, XLSX_TEXT, 90 },      { { "属性", "Kind" }, XLSX_TEXT, 110 },
        { { "脱贫状态", "State" }, XLSX_TEXT, 80 }, { { "调查日期", "Date" }, XLSX_TEXT, 100 },
        { { "调查结果", "Result" }, XLSX_TEXT, 0 }, { { "调查人签名", "Surveyors" }, XLSX_TEXT, 110 },
    };
    const struct surveyed *x = f->more;
    const struct household *h = f->listed.rows;
    struct form_rows r = form_rows_begin(f, cols, N_ELEMS(cols));
    const struct form_piece *piece = &f->pieces[i];
    for (size_t k = piece->from; k < piece->to; k++) {
        struct str *c = form_rows_next(&r);
        c[0] = form_count(f, (int64_t)k + 1);
        c[1] = form_region(f, h[k].village);
        c[2] = h[k].villager_group;
        c[3] = h[k].hh_no;
        c[4] = h[k].head_name;
        c[5] = form_cell(f, &household_entity, "attribute", &h[k]);
        c[6] = form_cell(f, &household_entity, "state", &h[k]);
    }
    *t = (struct form_table){ .title = TEXT(f, "%.*s摸底调查名单", P(x->s.name)) };
    return form_rows_end(&r, t, false, e);
}

/* --- the form --------------------------------------------------------------------------------- */

struct survey_at {
    const struct forms *f;
    const struct survey *s;
    const struct household *h;
    int64_t members;
};

static struct str survey_value(void *ctx, const char *key)
{
    const struct survey_at *x = ctx;
    const struct forms *f = x->f;
    if (!strcmp(key, "place"))
        return TEXT(f, "%.*s%.*s%.*s", P(form_region(f, region_parent(x->h->village))),
                    P(form_region(f, x->h->village)), P(x->h->villager_group));
    if (!strcmp(key, "members"))
        return TEXT(f, "%lld 人", (long long)x->members);
    if (!strcmp(key, "income"))
        return STR("工资性　　　　元　生产经营　　　　元　财产　　　　元　转移　　　　元　支出　　　　元");
    if (!strcmp(key, "condition"))
        return STR("住房：□ 安全 □ 危房　饮水：□ 安全 □ 不安全　用电：□ 是 □ 否　广播电视：□ 是 □ 否");
    if (!strcmp(key, "result"))
        return STR("□ 情况属实　□ 有变化（上栏改正）　□ 拟纳入　□ 拟退出　□ 不在家，另约");
    return form_cell(f, &household_entity, key, x->h);
}

static void put_members(struct forms *f, struct print *p, const struct person *m, size_t n)
{
    static const struct print_col cols[] = {
        { { "姓名", "Name" }, false, 130 },
        { { "与户主关系", "Relation" }, false, 115 },
        { { "性别", "Sex" }, false, 60 },
        { { "出生日期", "Born" }, false, 130 },
        { { "文化程度", "Education" }, false, 110 },
        { { "健康状况", "Health" }, false, 130 },
        { { "劳动技能", "Labour" }, false, 130 },
        { { "变化、备注", "Note" }, false, 0 },
    };
    static const char *const names[] = { "name",      "relation", "sex",   "birth_date",
                                         "education", "health",   "labour" };
    enum { COLS = N_ELEMS(cols), BLANK = 2 };
    if (n > MEMBERS_MAX)
        n = MEMBERS_MAX;
    struct str *cells = NEW_ARRAY(f->a, struct str, COLS * (n + BLANK));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < N_ELEMS(names); k++)
            cells[i * COLS + k] = form_cell(f, &person_entity, names[k], &m[i]);
    for (size_t i = n; i < n + BLANK; i++)
        cells[i * COLS] = STR("　");
    print_table(p,
                &(struct print_table){ .cols = cols, .cols_n = COLS, .cells = cells, .rows_n = n + BLANK });
}

static const struct person *members_of(const struct surveyed *x, int64_t household, size_t *n)
{
    const struct person *p = x->persons.rows;
    size_t lo = 0, hi = x->persons.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (p[mid].household_id < household)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (*n = 0; lo + *n < x->persons.n && p[lo + *n].household_id == household;)
        (*n)++;
    return p + lo;
}

bool put_survey(struct forms *f, size_t i, struct print *p, struct errs *e)
{
    static const struct print_field who[] = {
        { { "户主", "Head" }, "head_name", 8, 3, 9, false },
        { { "户编号", "Household" }, "hh_no", 8, 3, 0, false },
        { { "人口", "Members" }, "members", 8, 3, 0, false },
        { { "住址", "Address" }, "place", 16, 3, 9, false },
        { { "电话", "Phone" }, "phone", 8, 3, 0, false },
        { { "户属性", "Kind" }, "attribute", 8, 3, 9, false },
        { { "脱贫状态", "State" }, "state", 8, 3, 0, false },
        { { "致贫原因", "Cause" }, "cause_main", 8, 3, 0, false },
        { .width = 0 },
    };
    static const struct print_field asked[] = {
        { { "上年收入支出", "Income" }, "income", 24, 4, 16, false },
        { { "生活条件", "Conditions" }, "condition", 24, 4, 12, false },
        { { "负债（金额、债主）", "Debt" }, "debt", 12, 5, 12, false },
        { { "计划生育情况", "Family planning" }, "family_planning_compliant", 12, 5, 0, false },
        { { "特长、劳力", "Skills" }, NULL, 12, 5, 12, false },
        { { "致富愿望", "Wish" }, "wish", 12, 5, 0, false },
        { { "拟发展项目、规模", "Project" }, NULL, 24, 5, 14, false },
        { { "需要资金、自筹", "Money needed" }, NULL, 24, 5, 12, false },
        { { "存在困难", "Difficulties" }, NULL, 24, 5, 18, false },
        { { "调查结果", "Result" }, "result", 24, 4, 11, false },
        { { "调查人（两人以上签名）", "Surveyors" }, NULL, 9, 4, 14, false },
        { { "户主签名（按指印）", "Signature" }, NULL, 8, 4, 0, false },
        { { "调查日期", "Date" }, NULL, 7, 3, 0, false },
        { .width = 0 },
    };
    const struct surveyed *x = f->more;
    if (i == 0) {
        struct form_table t;
        if (!table_survey(f, i, &t, e))
            return false;
        print_page(p);
        form_table_print(p, &t, f->a);
        return true;
    }
    const struct household *h = (const struct household *)f->listed.rows + f->pieces[i].from;
    size_t n;
    const struct person *m = members_of(x, h->id, &n);
    struct survey_at at = { f, &x->s, h, (int64_t)n };
    struct str title = TEXT(f, "%.*s摸底表", P(x->s.name));
    struct print_form form = { .title = { title.p, title.p }, .fields = who };
    print_page(p);
    print_form_block(p, &form, "", TEXT(f, "户编号：%.*s", P(h->hh_no)), survey_value, &at);
    put_members(f, p, m, n);
    form = (struct print_form){ .fields = asked };
    print_form_fields(p, &form, survey_value, &at);
    return true;
}
