/* dci_query.c - what a client asks, written as a rule. */
#include "base/value.h"
#include "dci/dci_parts.h"

enum { RULE_MAX = 4000 };

/* Attributes that may be asked for; what they are in rules.  A question about a member holds of a Group if it
 * holds of some member. */
static const struct attribute {
    const char *name, *rule;
    enum { AS_NUMBER, AS_DATE, AS_TEXT, AS_BOOL } kind;
    bool member;
} attributes[] = {
    { "group_size", "household.members_n", AS_NUMBER, false },
    { "poverty_score", "household.income_per_head(year(today) - 1)", AS_NUMBER, false },
    { "debt", "household.debt", AS_NUMBER, false },
    { "registration_date", "household.entered_on", AS_DATE, false },
    { "poverty_state", "household.state", AS_TEXT, false },
    { "group_type", "household.household_type", AS_TEXT, false },
    { "poverty_cause", "household.cause_main", AS_TEXT, false },
    { "age", "age(applicant.birth_date, today)", AS_NUMBER, true },
    { "birth_date", "applicant.birth_date", AS_DATE, true },
    { "sex", "applicant.sex", AS_TEXT, true },
    { "marital_status", "applicant.marital", AS_TEXT, true },
    { "education_level", "applicant.education", AS_TEXT, true },
    { "is_disabled", "('disabled' in applicant.health)", AS_BOOL, true },
};
/* Of the expression, and of the predicate. */
static const struct {
    const char *name, *predicate, *rule;
} operators[] = {
    { "$eq", "eq", "==" }, { "$ne", "ne", "!=" },   { "$lt", "lt", "<" },  { "$lte", "lte", "<=" },
    { "$gt", "gt", ">" },  { "$gte", "gte", ">=" }, { "$le", "le", "<=" }, { "$ge", "ge", ">=" },
};

struct writing {
    struct buf *b;
    struct dci_fault *f;
    int depth;
};

static const struct attribute *attribute_of(struct str name)
{
    for (size_t i = 0; i < N_ELEMS(attributes); i++)
        if (str_eq(name, str_of(attributes[i].name)))
            return &attributes[i];
    return NULL;
}

static const char *operator_of(struct str name, bool predicate)
{
    for (size_t i = 0; i < N_ELEMS(operators); i++)
        if (str_eq(name, str_of(predicate ? operators[i].predicate : operators[i].name)))
            return operators[i].rule;
    return NULL;
}

/* --- one comparison ----------------------------------------------------------------------- */

static bool is_number(struct str s)
{
    size_t i = s.n && s.p[0] == '-', dots = 0, figures = 0;
    for (; i < s.n; i++) {
        dots += s.p[i] == '.';
        figures += s.p[i] >= '0' && s.p[i] <= '9';
        if (s.p[i] != '.' && !(s.p[i] >= '0' && s.p[i] <= '9'))
            return false;
    }
    return figures && figures <= 15 && dots <= 1 && s.p[s.n - 1] != '.';
}

static bool is_date(struct str s)
{
    struct date d;
    return s.n == 10 && s.p[4] == '-' && s.p[7] == '-' && date_read(s, &d) == READ_OK;
}

/* A text without anything that could end a literal. */
static bool is_plain(struct str s)
{
    if (!s.n || s.n > DCI_ID_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\'' || s.p[i] == '"' || s.p[i] == '\\' || (unsigned char)s.p[i] < 0x20)
            return false;
    return true;
}

static bool write_literal(struct writing *w, const struct attribute *a, const json_t *v)
{
    char number[64];
    struct str s = { json_string_value(v), json_string_length(v) };
    if (json_is_integer(v)) {
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
        s = str_of(number);
    } else if (json_is_real(v)) {
        /* The digits that were sent: the shortest that read back the same. */
        char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
        snprintf(number, sizeof number, "%s", text ? text : "");
        free(text);
        s = str_of(number);
    }
    if (a->kind == AS_NUMBER && is_number(s))
        buf_add(w->b, s);
    else if (a->kind == AS_DATE && is_date(s))
        buf_addf(w->b, "date('%.*s')", (int)s.n, s.p);
    else if (a->kind == AS_TEXT && json_is_string(v) && is_plain(s))
        buf_addf(w->b, "'%.*s'", (int)s.n, s.p);
    else
        return dci_wrong(w->f, DCI_BAD, 400, "query: a value does not fit its attribute");
    return true;
}

static bool write_bool(struct writing *w, const struct attribute *a, const char *op, const json_t *v)
{
    struct str s = { json_string_value(v), json_string_length(v) };
    bool yes = json_is_true(v) || str_eq(s, STR("true")), no = json_is_false(v) || str_eq(s, STR("false"));
    bool equal = !strcmp(op, "==");
    if ((!yes && !no) || (!equal && strcmp(op, "!=") != 0))
        return dci_wrong(w->f, DCI_BAD, 400, "query: a value does not fit its attribute");
    buf_addf(w->b, "%s%s", yes == equal ? "" : "!", a->rule);
    return true;
}

static bool write_comparison(struct writing *w, struct str name, const char *op, const json_t *v)
{
    const struct attribute *a = attribute_of(name);
    if (!a)
        return dci_wrong(w->f, DCI_BAD, 400, "query: an attribute that cannot be asked for");
    if (!op)
        return dci_wrong(w->f, DCI_BAD, 400, "query: an operator that is not known");
    if (a->kind == AS_BOOL)
        return write_bool(w, a, op, v);
    buf_addf(w->b, "%s %s ", a->rule, op);
    return write_literal(w, a, v);
}

static bool write_in(struct writing *w, struct str name, const json_t *list)
{
    size_t n = json_array_size(list);
    if (!n || n > 50)
        return dci_wrong(w->f, DCI_BAD, 400, "query: $in takes a list of 1 to 50 values");
    buf_addc(w->b, '(');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_adds(w->b, " || ");
        if (!write_comparison(w, name, "==", json_array_get(list, i)))
            return false;
    }
    buf_addc(w->b, ')');
    return true;
}

/* --- expression --------------------------------------------------------------------------- */

static bool write_expression(struct writing *w, const json_t *x);

static bool write_list(struct writing *w, const json_t *list, const char *between)
{
    size_t n = json_array_size(list);
    if (!n || n > 50)
        return dci_wrong(w->f, DCI_BAD, 400, "query: $and and $or take a list of 1 to 50 conditions");
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_adds(w->b, between);
        buf_addc(w->b, '(');
        if (!write_expression(w, json_array_get(list, i)))
            return false;
        buf_addc(w->b, ')');
    }
    return true;
}

/* {"$lt": 5, "$gt": 1}, or a value that it equals */
static bool write_attribute(struct writing *w, struct str name, const json_t *v)
{
    const char *op;
    json_t *value;
    bool first = true;
    if (!json_is_object(v))
        return write_comparison(w, name, "==", v);
    if (!json_object_size(v))
        return dci_wrong(w->f, DCI_BAD, 400, "query: an attribute without a comparison");
    json_object_foreach((json_t *)(uintptr_t)v, op, value)
    {
        if (!first)
            buf_adds(w->b, " && ");
        first = false;
        if (!(!strcmp(op, "$in") ? write_in(w, name, value)
                                 : write_comparison(w, name, operator_of(str_of(op), false), value)))
            return false;
    }
    return true;
}

static bool write_expression(struct writing *w, const json_t *x)
{
    const char *key;
    json_t *v;
    bool first = true;
    if (!json_is_object(x) || !json_object_size(x) || w->depth >= DCI_DEPTH_MAX)
        return dci_wrong(w->f, DCI_BAD, 400, "query: a condition is an object, at most 8 deep");
    w->depth++;
    json_object_foreach((json_t *)(uintptr_t)x, key, v)
    {
        if (!first)
            buf_adds(w->b, " && ");
        first = false;
        buf_addc(w->b, '(');
        if (!(!strcmp(key, "$and")  ? write_list(w, v, " && ")
              : !strcmp(key, "$or") ? write_list(w, v, " || ")
                                    : write_attribute(w, str_of(key), v)))
            return false;
        buf_addc(w->b, ')');
    }
    w->depth--;
    return true;
}

/* --- predicate ---------------------------------------------------------------------------- */

static bool write_term(struct writing *w, const json_t *x)
{
    return write_comparison(w, dci_text(x, "attribute_name"), operator_of(dci_text(x, "operator"), true),
                            json_object_get(x, "attribute_value"));
}

/* Terms with their conditions, as they stand: and and or bind as they do in rules. */
static bool write_predicate(struct writing *w, const json_t *list)
{
    size_t n = json_array_size(list);
    if (!n || n > 50)
        return dci_wrong(w->f, DCI_BAD, 400, "query: a predicate is a list of 1 to 50 steps");
    for (size_t i = 0; i < n; i++) {
        const json_t *x = json_array_get(list, i), *second = json_object_get(x, "expression2");
        struct str join = dci_text(x, "condition");
        bool either = str_eq(join, STR("or"));
        if (second && !either && !str_eq(join, STR("and")))
            return dci_wrong(w->f, DCI_BAD, 400, "query: condition is \"and\" or \"or\"");
        buf_adds(w->b, i ? " && (" : "(");
        if (!write_term(w, json_object_get(x, "expression1")))
            return false;
        if (second) {
            buf_adds(w->b, either ? " || " : " && ");
            if (!write_term(w, second))
                return false;
        }
        buf_addc(w->b, ')');
    }
    return true;
}

/* --- the request -------------------------------------------------------------------------- */

static bool read_id(const json_t *query, struct dci_query *q, struct dci_fault *f)
{
    struct str type = dci_text(query, "type");
    q->id_value = dci_text(query, "value");
    q->by_household = str_eq(type, STR("HOUSEHOLD_NUMBER"));
    if (!q->by_household && !str_eq(type, STR("UIN")) && !str_eq(type, STR("NATIONAL_ID")))
        return dci_wrong(f, DCI_BAD, 400, "query.type: UIN, NATIONAL_ID or HOUSEHOLD_NUMBER");
    return dci_is_id(q->id_value) || dci_wrong(f, DCI_BAD, 400, "query.value: a text of 1 to 99 characters");
}

static bool read_rule(const json_t *criteria, struct dci_query *q, struct arena *a, struct dci_fault *f)
{
    CLEANUP(buf_release) struct buf b = BUF(RULE_MAX);
    struct writing w = { &b, f, 0 };
    struct str type = dci_text(criteria, "query_type");
    const json_t *query = json_object_get(criteria, "query");
    if (str_eq(type, STR("predicate"))) {
        if (!write_predicate(&w, query))
            return false;
    } else {
        const json_t *x = json_object_get(json_object_get(query, "value"), "expression");
        struct str collection = dci_text(x, "collection");
        if (collection.p)
            q->members = str_eq(collection, STR("Member"));
        if (!write_expression(&w, json_object_get(x, "query")))
            return false;
    }
    if (b.full)
        return dci_wrong(f, DCI_BAD, 400, "query: too long");
    q->rule = arena_str(a, buf_str(&b));
    return true;
}

static bool read_page(const json_t *criteria, const json_t *beside, struct dci_query *q, struct dci_fault *f)
{
    const json_t *p = json_object_get(criteria, "pagination");
    if (!p)
        p = json_object_get(beside, "pagination");
    const json_t *size = json_object_get(p, "page_size"), *no = json_object_get(p, "page_number");
    q->page_size = size ? json_integer_value(size) : DCI_PAGE_DEFAULT;
    q->page_number = no ? json_integer_value(no) : 1;
    if (q->page_size < 1 || q->page_number < 1 || q->page_number > 1000000)
        return dci_wrong(f, DCI_BAD, 400, "pagination: page_size and page_number are whole numbers from 1");
    if (q->page_size > DCI_PAGE_MAX)
        q->page_size = DCI_PAGE_MAX;
    return true;
}

static bool read_sort(const json_t *criteria, struct dci_query *q, struct dci_fault *f)
{
    const json_t *sort = json_object_get(criteria, "sort"), *first = json_array_get(sort, 0);
    struct str order = dci_text(first, "sort_order");
    if (!first)
        return true;
    const struct attribute *a = attribute_of(dci_text(first, "attribute_name"));
    if (!a || a->member || a->kind == AS_TEXT || json_array_size(sort) > 1)
        return dci_wrong(f, DCI_BAD, 400, "sort: one attribute of a Group that is a number or a date");
    q->sort = str_of(a->rule);
    q->descending = str_eq(order, STR("desc"));
    return q->descending || !order.p || str_eq(order, STR("asc")) ||
           dci_wrong(f, DCI_BAD, 400, "sort_order: asc or desc");
}

static bool is_locale(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 'a' || s.p[i] > 'z')
            return false;
    return s.n == 3;
}

static bool read_kind(const json_t *criteria, struct dci_query *q, struct dci_fault *f)
{
    static const char *const keys[] = { "reg_record_type", "result_record_type" };
    for (size_t i = 0; i < N_ELEMS(keys); i++) {
        struct str t = dci_text(criteria, keys[i]);
        const json_t *other = json_object_get(json_object_get(criteria, keys[i]), "value");
        if (!t.p && json_is_string(other))
            t = (struct str){ json_string_value(other), json_string_length(other) };
        if (!t.p)
            continue;
        q->members = str_ends(t, STR("Member"));
        if (!q->members && !str_ends(t, STR("Group")))
            return dci_wrong(f, DCI_BAD, 400, "reg_record_type: Group or Member");
    }
    return true;
}

bool dci_query_read(const json_t *request, struct dci_query *q, struct arena *a, struct dci_fault *f)
{
    const json_t *criteria = json_object_get(request, "search_criteria");
    struct str type = dci_text(criteria, "query_type"), locale = dci_text(request, "locale");
    *q = (struct dci_query){ 0 };
    if (!dci_is_id(dci_text(request, "reference_id")))
        return dci_wrong(f, DCI_BAD, 400, "reference_id: a text of 1 to 99 characters");
    if (!dci_is_time(dci_text(request, "timestamp")))
        return dci_wrong(f, DCI_BAD, 400, "timestamp: ISO 8601 with a time zone");
    if (json_object_get(request, "locale") && !is_locale(locale))
        return dci_wrong(f, DCI_BAD, 400, "locale: three lower-case letters");
    if (!json_is_object(criteria))
        return dci_wrong(f, DCI_BAD, 400, "search_criteria is missing");
    if (!read_kind(criteria, q, f) || !read_page(criteria, request, q, f) || !read_sort(criteria, q, f))
        return false;
    if (str_eq(type, STR("idtype-value"))) {
        if (!json_object_get(criteria, "reg_record_type") && !json_object_get(criteria, "result_record_type"))
            q->members =
                !str_eq(dci_text(json_object_get(criteria, "query"), "type"), STR("HOUSEHOLD_NUMBER"));
        return read_id(json_object_get(criteria, "query"), q, f);
    }
    if (!str_eq(type, STR("expression")) && !str_eq(type, STR("predicate")))
        return dci_wrong(f, DCI_BAD, 400, "query_type: idtype-value, expression or predicate");
    return read_rule(criteria, q, a, f);
}
