/* Programme files: what they may say, every mistake with its place, versions that never change, differences
 * in words, and that docs/programmes.md knows every key. */
#include "support/world.h"

#include "base/assets.h"
#include "programme/describe.h"
#include "programme/fact_schema.h"
#include "programme/keys.h"
#include "programme/version.h"
#include "registry/code_book.h"

static struct arena arena; /* as long as the test program */
static struct code_book codes;

/* Line 1 is `code:`. */
static const char mini[] =
    "code: mini\n"
    "name: {zh: 小项目, en: Small one}\n"
    "kind: loan\n"
    "applicant: {who: household}\n"
    "parameters:\n"
    "  line: {zh: 收入线, type: money, default: 3000.00, range: [1000.00, 9000.00]}\n"
    "conditions:\n"
    "  - {id: poor, zh: 收入低, when: \"household.income_per_head(2016) < line\"}\n"
    "loan:\n"
    "  term_months: {default: 24}\n"
    "  rate: 0\n"
    "  method: bullet\n"
    "  amount: {min: 1000.00, max: 20000.00}\n"
    "steps:\n"
    "  - {id: review, kind: review, body: 镇}\n"
    "  - {id: county, kind: meeting, decides: true, allots_number: true, other_person_than: [review]}\n"
    "number: \"M-{serial:4}\"\n";

static struct str text(const char *s)
{
    return str_of(arena_printf(&arena, "%s", s));
}

/* mini with one thing replaced by another. */
static struct str changed(const char *from, const char *to)
{
    const char *at = strstr(mini, from);
    assert_non_null(at);
    return str_of(arena_printf(&arena, "%.*s%s%s", (int)(at - mini), mini, to, at + strlen(from)));
}

static const struct programme *read_text(struct str t, struct errs *e)
{
    *e = (struct errs){ .a = &arena, .lang = EN };
    return programme_read_new(t, &codes, &arena, e);
}

static const struct programme *good(struct str t)
{
    struct errs e;
    const struct programme *p = read_text(t, &e);
    if (!p)
        fail_msg("%s: %s", e.bad.first->field ? e.bad.first->field : "", e.bad.first->text);
    return p;
}

static const char *mistakes(struct str t)
{
    struct errs e;
    CLEANUP(buf_release) struct buf b = BUF(1 << 16);
    assert_null(read_text(t, &e));
    for (const struct err *x = e.bad.first; x; x = x->next)
        buf_addf(&b, "%s%s %s", b.n ? "\n" : "", x->field ? x->field : "-", x->text);
    return arena_str(&arena, buf_str(&b)).p;
}

static struct str shipped(const char *name)
{
    const char *path = arena_printf(&arena, "programmes/%s.yaml", name);
    for (size_t i = 0; i < assets_n; i++)
        if (!strcmp(assets[i].path, path))
            return (struct str){ (const char *)assets[i].p, assets[i].n };
    fail_msg("%s is not shipped", path);
    return (struct str){ 0 };
}

static bool is(struct str s, const char *expected)
{
    return str_eq(s, str_of(expected));
}
#define assert_text(s, expected) assert_true(is((s), (expected)))

/* --- reading ------------------------------------------------------------------------------------------ */

static void every_shipped_programme_reads(void **state)
{
    static const char *const names[] = { "canji",  "chanye",    "dangyuan",   "kunnan",  "shaosheng",
                                         "xingfu", "yulu_long", "yulu_short", "zhongzhi" };
    size_t n = 0;
    (void)state;
    for (size_t i = 0; i < assets_n; i++)
        n += str_starts(str_of(assets[i].path), STR("programmes/"));
    assert_int_equal(n, N_ELEMS(names));
    for (size_t i = 0; i < N_ELEMS(names); i++)
        assert_text(good(shipped(names[i]))->code.name, names[i]);
}

static void happiness_project_is_what_s000_says(void **state)
{
    static const char *const conditions[][2] = { { "family_planning", "R091" },
                                                 { "below_average", "R092" },
                                                 { "has_project", "R093" },
                                                 { "able_to_work", "R094" },
                                                 { "honest", "R095" } };
    const struct programme *p = good(shipped("xingfu"));
    (void)state;
    assert_int_equal(p->kind, KIND_LOAN);
    assert_int_equal(p->principles.n, 4); /* F017 */
    assert_int_equal(p->conditions.n, 5); /* F016 */
    for (size_t i = 0; i < N_ELEMS(conditions); i++) {
        assert_text(p->conditions.p[i].id.name, conditions[i][0]);
        assert_text(p->conditions.p[i].source, conditions[i][1]);
    }
    assert_int_equal(p->conditions.p[2].stage, STAGE_APPLICATION);
    assert_int_equal(p->conditions.p[4].first_time.stage, STAGE_VILLAGE);
    assert_int_equal(p->exclude.n, 0);
    assert_int_equal(p->loan.term_months.initial.v, 24); /* R097 */
    assert_int_equal(p->loan.rate.num, 0);
    assert_int_equal(p->loan.rate.den, 1);
    assert_int_equal(p->loan.amount.min.fixed.v.fen, 100000);
    assert_text(p->loan.amount.max.expr.text, "max_amount");
    assert_int_equal(p->loan.guarantee.kinds.p[0].v, 1); /* R281 */
    assert_true(p->loan.guarantee.signature);            /* R282 */
    assert_true(p->loan.guarantee.seal);
    assert_int_equal(p->loan.layers.n, 2);       /* R279, R280 */
    assert_int_equal(p->forms.p[0].copies.v, 4); /* R147 */
    assert_int_equal(p->archive.n, 8);           /* F018 */
    const struct programme_step *notice = programme_step_find(p, STR("notice"));
    assert_non_null(notice);
    assert_false(notice->enabled);
    assert_int_equal(notice->days.v, 7);
    const struct programme_step *county = programme_step_find(p, STR("county"));
    assert_true(county->decides);
    assert_true(county->allots_number);
    assert_text(county->other_person_than.p[0].name, "township");
    assert_int_equal(p->reminders.p[0].before_months.v, 1); /* R336 */
    assert_int_equal(p->reminders.p[1].after.v, 1);
    assert_null(programme_step_find(p, STR("nobody")));
}

static void party_programme_excludes_the_well_off_and_cadres(void **state)
{
    const struct programme *p = good(shipped("dangyuan"));
    (void)state;
    assert_int_equal(p->exclude.n, 2); /* R134 */
    assert_text(p->exclude.p[0].id.name, "well_off");
    assert_text(p->exclude.p[1].id.name, "village_cadre");
    assert_text(p->conditions.p[0].source, "R079");
    assert_int_equal(p->loan.guarantee.kinds.p[0].v, 2);                   /* R303: the contact's salary */
    assert_int_equal(p->loan.guarantee.release.n, 2);                      /* R306, R307 */
    assert_int_equal(programme_step_find(p, STR("survey"))->parts.n, 4);   /* F162 */
    assert_int_equal(programme_step_find(p, STR("visit"))->groups.v, 5);   /* R193 */
    assert_int_equal(programme_step_find(p, STR("letter"))->parties.n, 5); /* R302 */
}

static void money_of_the_others_is_what_the_reports_say(void **state)
{
    const struct programme *p = good(shipped("yulu_long"));
    (void)state;
    assert_int_equal(p->aid.items.p[0].amount.fixed.v.fen, 70000); /* R324 */
    assert_int_equal(p->aid.items.p[1].amount.fixed.v.fen, 80000); /* R325 */
    assert_int_equal(p->aid.items.p[0].from.v, 1101);
    p = good(shipped("yulu_short"));
    assert_int_equal(p->aid.items.p[0].amount.fixed.v.fen, 60000); /* R470 */
    p = good(shipped("zhongzhi"));
    assert_int_equal(p->aid.items.p[0].amount.fixed.v.fen, 70000); /* R464 */
    assert_int_equal(p->budget.amount.fixed.v.fen, 15000000);      /* R465 */
    p = good(shipped("chanye"));
    assert_int_equal(p->aid.items.p[0].amount.fixed.v.fen, 20000); /* R443 */
    assert_int_equal(p->aid.items.p[0].at_least.v.v, 10000);
    p = good(shipped("canji"));
    assert_int_equal(p->parameters.p[0].initial.text.n, 5);        /* R472: 50.00 */
    assert_int_equal(p->aid.items.p[2].amount.fixed.v.fen, 50000); /* R449 */
}

static void rates_are_exact_fractions(void **state)
{
    static const struct {
        const char *text;
        int64_t num, den;
    } rates[] = { { "0.0435", 87, 2000 },
                  { "4.35%", 87, 2000 },
                  { "1/3", 1, 3 },
                  { "1", 1, 1 },
                  { "0.000000001", 1, 1000000000 } };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(rates); i++) {
        const struct programme *p = good(changed("rate: 0", arena_printf(&arena, "rate: %s", rates[i].text)));
        assert_int_equal(p->loan.rate.num, rates[i].num);
        assert_int_equal(p->loan.rate.den, rates[i].den);
    }
}

static void a_standard_field_is_added_where_a_rule_speaks_of_it(void **state)
{
    const struct programme *p = good(changed(
        "steps:\n", "documents:\n  photo: {zh: 照片, when: \"application.amount > 5000.00\"}\nsteps:\n"));
    (void)state;
    assert_int_equal(p->application.fields.n, 1);
    assert_text(p->application.fields.p[0].id.name, "amount");
    assert_int_equal(good(text(mini))->application.fields.n, 0);
}

static void a_version_with_a_fee_from_before_stays_readable_and_no_new_one_may_have_it(void **state)
{
    struct errs e = { .a = &arena, .lang = EN };
    struct str old = changed("rate: 0\n", "rate: 0\n  fee: 1%\n");
    (void)state;
    assert_non_null(programme_read(old, &codes, &arena, &e));
    assert_null(programme_read_new(old, &codes, &arena, &e));
}

/* --- mistakes ------------------------------------------------------------------------------------------ */

static const struct {
    const char *from, *to, *expected;
} wrong[] = {
    { "kind: loan", "kind: lone",
      "3:7 “kind” cannot be “lone” (did you mean loan?); it may be: loan, grant, instalments, per_unit, "
      "monthly" },
    { "kind: loan\n", "kind: loan\nkinds: x\n", "4:1 programme has no key “kinds” (did you mean kind?)" },
    { "kind: loan\n", "kind: loan\nkind: loan\n", "4:1 the key “kind” stands twice" },
    { "kind: loan\n", "kind: loan\naid: {items: []}\n", "4:1 programme has no “aid” where kind is loan" },
    { "code: mini\n", "code: Mini\n",
      "1:7 “code” must be a name of at most 40 small letters, digits and _, beginning with a letter, not "
      "“Mini”" },
    { "{who: household}", "{}", "4:12 applicant lacks “who”" },
    { "{who: household}", "household", "4:12 “applicant” must be a map of keys and values" },
    { "{who: household}", "", "4:11 “applicant” must be a map of keys and values" },
    { "rate: 0\n", "rate: 0\n  fee: 1%\n",
      "12:8 “fee” is not reckoned by this program and would never be charged, so it is not accepted: leave "
      "it "
      "out, and post it in the books by hand" },
    { "rate: 0\n", "rate: 0\n  overdue: {rate: 18%, grace_days: 0}\n",
      "12:19 “rate” is not reckoned by this program and would never be charged, so it is not accepted: leave "
      "it out, and post it in the books by hand" },
    { "rate: 0\n", "rate: 0\n  overdue: {grace_days: 3}\n",
      "12:25 “grace_days” is not reckoned by this program and would never be charged, so it is not accepted: "
      "leave it out, and post it in the books by hand" },
    { "rate: 0\n", "rate: 4%\n  interest_subsidy: [{share: 1/2}]\n",
      "12:21 “interest_subsidy” is not reckoned by this program and would never be charged, so it is not "
      "accepted: leave it out, and post it in the books by hand" },
    { "  line: {zh: 收入线, type: money, default: 3000.00, range: [1000.00, 9000.00]}",
      "  line: {zh: 收入线, type: money, default: 3000.00, range: [1000.00, 9000.00]}\n"
      "  monitor_idle_day: {zh: 闲置天数, type: int, default: 180}",
      "7:3 parameters that begin with monitor_ are limits of the fund monitor, of type int: there is no "
      "monitor_idle_day (did you mean monitor_idle_days, monitor_idle_rate?)" },
    { "rate: 0", "rate: 1.2", "11:9 “rate” must be a rate from 0 to 1 like 0.12, 12% or 1/3, not “1.2”" },
    { "rate: 0", "rate: [0, 1]", "11:9 “rate” must be one value, no list or map" },
    { "rate: 0\n", "rate:\n", "11:8 “rate” has no value" },
    { "method: bullet", "method: balloon",
      "12:11 “method” cannot be “balloon”; it may be: bullet, equal_principal, annuity, flat" },
    { "default: 24", "default: 2 years", "10:26 default must be a whole number" },
    { "default: 24", "default: 0", "10:26 default must be between 1 and 600" },
    { "{default: 24}", "{default: 24, max: 12}", "10:3 the term of 24 months is not between min and max" },
    { "min: 1000.00, max", "min: 30000.00, max",
      "10:3 the amounts are out of order: 30000.00 is more than 20000.00" },
    { "max: 20000.00", "max: 20000.001",
      "13:31 max must be an amount in yuan with at most two decimals, like 1234.50" },
    { "max: 20000.00", "max: biggest", "13:31 there is no “biggest”" },
    { "range: [1000.00, 9000.00]", "range: [9000.00, 1000.00]",
      "6:58 the range of parameter line must be [lowest, highest], of numbers or dates" },
    { "default: 3000.00", "default: 300.00", "6:41 line must be between 1000.00 and 9000.00" },
    { "default: 3000.00, range: [1000.00, 9000.00]", "values: [{year: 2016, value: many}]",
      "6:61 line must be an amount in yuan with at most two decimals, like 1234.50" },
    { "type: money, default: 3000.00, range: [1000.00, 9000.00]", "type: money",
      "6:3 parameter line has neither a default nor values" },
    { "[review]", "[reviews]",
      "16:89 “other_person_than”: there is no step “reviews” (did you mean review?)" },
    { "[review]", "[county]", "16:89 “other_person_than”: the step “county” cannot name itself" },
    { "id: county,", "id: review,", "16:10 the id “review” in steps stands in line 15 already" },
    { "kind: review, body", "kind: revue, body",
      "15:24 “kind” cannot be “revue” (did you mean review?); it may be: site_choice, " },
    { "decides: true, ", "", "15:3 no enabled step decides: write decides: true at a meeting or review" },
    { "body: 镇}", "body: 镇, days: 7}", "15:41 steps has no “days” where kind is review" },
    { "{serial:4}", "{serials:4}",
      "17:9 “serials:4” is not understood in the number pattern (did you mean serial?); there are {county} "
      "{township} {village} {year} {period:3} {serial:4}" },
    { "M-{serial:4}", "M", "17:9 the number pattern needs {serial}" },
    { "number: \"M-{serial:4}\"\n", "",
      "15:3 a number pattern and a step with allots_number: true go together" },
    { "zh: 收入低, when", "zh: 收入低, stage: registry, decided_by_people: true, when",
      "8:10 condition poor is decided by people: it has no when, and a stage other than registry" },
    { "loan:\n", "reminders:\n  - {no: 1, from: county, to: township}\nloan:\n",
      "10:19 reminder 1 needs one of before_months, before_days and after" },
    { "amount: {", "guarantee: {kinds: [village_cader]}\n  amount: {",
      "13:23 “kinds”: the code table guarantee has no “village_cader” (did you mean village_cadre?)" },
    { "\nnumber:", "\narchive: [roster, contracts]\nnumber:",
      "17:19 “archive”: there is no paper “contracts” (did you mean contract?); it may be defined under "
      "documents or forms" },
};

static void each_mistake_is_told_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ELEMS(wrong); i++) {
        const char *all = mistakes(changed(wrong[i].from, wrong[i].to));
        if (!strstr(all, wrong[i].expected))
            fail_msg("expected %s\nbut got %s", wrong[i].expected, all);
    }
}

static void all_mistakes_of_a_file_are_told_in_its_order(void **state)
{
    const char *all =
        mistakes(text("code: mini\n"
                      "name: {zh: 小项目}\n"
                      "kind: loan\n"
                      "aplicant: {who: household}\n"
                      "conditions:\n"
                      "  - {id: poor, zh: 收入低, when: \"household.imcome_per_head(2016) < 3000\"}\n"
                      "  - {id: poor, zh: 收入低, when: \"household.debt = 5\"}\n"
                      "loan:\n"
                      "  term_months: {default: 24}\n"
                      "  rate: 0\n"
                      "  method: bulet\n"
                      "  amount: {max: 20000.00}\n"
                      "steps:\n"
                      "  - {id: county, kind: meting}\n"));
    (void)state;
    assert_string_equal(
        all, "1:1 programme lacks “applicant”\n"
             "4:1 programme has no key “aplicant” (did you mean applicant?)\n"
             "6:42 there is no function “imcome_per_head”; did you mean income_per_head?\n"
             "7:10 the id “poor” in conditions stands in line 6 already\n"
             "7:47 “=” is not used here: write ==\n"
             "11:11 “method” cannot be “bulet” (did you mean bullet?); it may be: bullet, "
             "equal_principal, annuity, flat\n"
             "14:3 no enabled step decides: write decides: true at a meeting or review\n"
             "14:24 “kind” cannot be “meting” (did you mean meeting?); it may be: site_choice, "
             "survey_round, screening, application, classification, home_visit, exclusion, register, "
             "appraisal, amount, meeting, review, documents, batch, notice, responsibility_letter, filing, "
             "acceptance");
}

static void broken_yaml_is_told_where_it_breaks(void **state)
{
    static const struct {
        const char *text, *expected;
    } files[] = {
        { "", "- the file is empty" },
        { "# nothing\n", "- the file is empty" },
        { "code: mini\n\tname: x\n", "2:1 indent with blanks, not with tabs" },
        { "code: [a, b\nname: x\n", "1:7 a bracket [ is not closed, or a comma is missing" },
        { "code: \"mini\nname: x\n", "1:7 a quote is not closed" },
        { "code: a: b\n",
          "1:8 no colon is expected here: check the indentation, or put a text with a colon into quotes" },
        { "code: &x mini\n",
          "1:7 no anchors, aliases or tags: put a text that begins with & * or ! into quotes" },
        { "code: mini\n---\ncode: more\n", "2:1 one file holds one programme" },
        { "- code\n", "1:1 “programme” must be a map of keys and values" },
        { "code: \xff\n", "- the file is not UTF-8" },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(files); i++) {
        const char *all = mistakes(text(files[i].text));
        if (!strstr(all, files[i].expected))
            fail_msg("expected %s\nbut got %s", files[i].expected, all);
    }
}

/* An expression over several lines, in any of YAML's ways to write one. */
static void a_mistake_in_a_rule_of_many_lines_has_its_own_line(void **state)
{
    static const struct {
        const char *when, *expected;
    } rules[] = {
        { "    when: household.debt > 0\n      && household.dept > 0\n",
          "10:20 household has no field “dept”" },
        { "    when: |\n      household.debt > 0 &&\n      household.dept > 0\n",
          "11:17 household has no field “dept”" },
        { "    when: >-\n      household.debt > 0 &&\n      household.dept > 0\n",
          "11:17 household has no field “dept”" },
        { "    when: \"household.debt > 0 &&\n      household.dept > 0\"\n",
          "10:17 household has no field “dept”" },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(rules); i++) {
        const char *all =
            mistakes(changed("  - {id: poor, zh: 收入低, when: \"household.income_per_head(2016) < line\"}\n",
                             arena_printf(&arena, "  - id: poor\n%s    zh: 收入低\n", rules[i].when)));
        if (!strstr(all, rules[i].expected))
            fail_msg("expected %s\nbut got %s", rules[i].expected, all);
    }
}

/* --- parameters ----------------------------------------------------------------------------------------- */

static void a_parameter_is_read_within_its_range(void **state)
{
    const struct programme *p = good(text(mini));
    const struct programme_parameter *line = programme_parameter_find(p, STR("line"));
    struct errs e = { .a = &arena, .lang = EN };
    struct programme_constant c;
    (void)state;
    assert_true(parameter_read(line, STR("4,500.50"), &c, &e));
    assert_int_equal(c.v, 450050);
    assert_false(parameter_read(line, STR("9000.01"), &c, &e));
    assert_string_equal(e.bad.first->field, "line");
    assert_string_equal(e.bad.first->text, "收入线 must be between 1000.00 and 9000.00");
    assert_int_equal(c.v, 450050);
    errs_clear(&e);
    assert_false(parameter_read(line, STR("much"), &c, &e));
    assert_string_equal(e.bad.first->text,
                        "收入线 must be an amount in yuan with at most two decimals, like 1234.50");
}

/* --- differences ---------------------------------------------------------------------------------------- */

static const char *differences(struct str b, enum lang lang)
{
    CLEANUP(buf_release) struct buf out = BUF(1 << 16);
    for (const struct difference *x = programme_compare(good(text(mini)), good(b), &codes, lang, &arena); x;
         x = x->next)
        buf_addf(&out, "%d %.*s|%.*s|%.*s|%.*s\n", (int)x->kind, (int)x->path.n, x->path.p, (int)x->words.n,
                 x->words.p, (int)x->before.n, x->before.p ? x->before.p : "", (int)x->after.n,
                 x->after.p ? x->after.p : "");
    return arena_str(&arena, buf_str(&out)).p;
}

static void versions_are_compared_by_what_they_mean(void **state)
{
    (void)state;
    assert_null(programme_compare(
        good(text(mini)), good(changed("kind: loan\n", "kind: loan   # a comment\n")), &codes, ZH, &arena));
    assert_null(
        programme_compare(good(text(mini)), good(changed("20000.00", "\"20,000\"")), &codes, ZH, &arena));
    assert_string_equal(differences(changed("20000.00", "30000.00"), ZH),
                        "0 loan.amount.max|借款 › 额度 › 最高|20,000.00 元|30,000.00 元\n");
    assert_string_equal(differences(changed("20000.00", "line"), EN),
                        "0 loan.amount.max|Loan › Amount › Highest|20,000.00 yuan|收入线\n");
    assert_string_equal(differences(changed("  rate: 0\n", "  rate: 4.35%\n  excess: next\n"), EN),
                        "0 loan.rate|Loan › Yearly rate|0|4.35%\n"
                        "1 loan.excess|Loan › What is paid too much||kept for the next instalment\n");
    assert_string_equal(differences(changed("(2016) < line", "(2017) < line"), ZH),
                        "0 conditions.poor.when|条件 › 收入低 › 条件|household.income_per_head(2016) < "
                        "line|household.income_per_head(2017) < line\n");
    assert_string_equal(differences(changed("steps:\n", "steps:\n  - {id: site, kind: site_choice}\n"), ZH),
                        "1 steps.site|步骤 › 选定项目点||选定项目点\n");
}

static void a_changed_order_of_steps_is_a_difference(void **state)
{
    (void)state;
    assert_string_equal(differences(changed("  - {id: review, kind: review, body: 镇}\n"
                                            "  - {id: county, kind: meeting, decides: true, allots_number: "
                                            "true, other_person_than: [review]}\n",
                                            "  - {id: county, kind: meeting, decides: true, allots_number: "
                                            "true, other_person_than: [review]}\n"
                                            "  - {id: review, kind: review, body: 镇}\n"),
                                    ZH),
                        "3 steps|步骤|审核 → 会议研究|会议研究 → 审核\n");
}

/* --- the manual -------------------------------------------------------------------------------------------
 */

static struct str page_of(const char *path)
{
    static char page[1 << 18];
    FILE *f = fopen(path, "rbe");
    assert_non_null(f);
    size_t n = fread(page, 1, sizeof page, f);
    fclose(f);
    return (struct str){ page, n };
}

static struct str manual(void)
{
    return page_of("docs/programmes.md");
}

/* The part under the heading `## name` or `### name`. */
static struct str section(struct str page, const char *name)
{
    const char *heading = arena_printf(&arena, "# `%s`", name);
    const char *at = memmem(page.p, page.n, heading, strlen(heading));
    if (!at) {
        fail_msg("the manual has no heading for %s", name);
        return (struct str){ 0 };
    }
    size_t left = page.n - (size_t)(at - page.p);
    const char *end = memmem(at + 1, left - 1, "\n## ", 4), *sub = memmem(at + 1, left - 1, "\n### ", 5);
    if (!end || (sub && sub < end))
        end = sub;
    return (struct str){ at, end ? (size_t)(end - at) : left };
}

static void every_key_is_described(const struct key_table *t, struct str page)
{
    struct str part = section(page, t->name);
    for (size_t i = 0; i < t->n; i++) {
        const struct key *k = &t->keys[i];
        if (!str_has(part, str_of(arena_printf(&arena, "`%s`", k->name))) &&
            (i || strcmp(k->name, "id") != 0))
            fail_msg("docs/programmes.md does not describe %s.%s", t->name, k->name);
        for (size_t j = 0; j < k->choices_n; j++)
            if (!str_has(page, str_of(arena_printf(&arena, "`%s`", k->choices[j].name))))
                fail_msg("docs/programmes.md does not describe %s: %s", k->name, k->choices[j].name);
        if (k->kind == KEY_OBJECT)
            every_key_is_described(k->object, page);
    }
}

static void the_manual_describes_every_key_and_choice(void **state)
{
    (void)state;
    every_key_is_described(&programme_keys, manual());
}

static void the_manual_of_rules_names_every_field(void **state)
{
    (void)state;
    struct str page = page_of("docs/rules.md");
    for (size_t r = 0; r < fact_schema.n; r++) {
        const char *names[512];
        struct str part = section(page, fact_schema.records[r].name);
        size_t n = fact_field_names(&fact_schema.records[r], names, N_ELEMS(names));
        assert_in_range(n, 1, N_ELEMS(names) - 1);
        for (size_t i = 0; i < n; i++)
            if (!str_has(part, str_of(arena_printf(&arena, "| `%s` |", names[i]))))
                fail_msg("docs/rules.md does not name %s.%s", fact_schema.records[r].name, names[i]);
    }
}

/* The block of the page that begins so, without the fence behind it. */
static struct str example(struct str page, const char *begins)
{
    const char *fence = arena_printf(&arena, "```yaml\n%s", begins);
    const char *at = memmem(page.p, page.n, fence, strlen(fence));
    assert_non_null(at);
    at += strlen("```yaml\n");
    const char *end = memmem(at, page.n - (size_t)(at - page.p), "```", 3);
    assert_non_null(end);
    return (struct str){ at, (size_t)(end - at) };
}

static void the_examples_of_the_manual_read(void **state)
{
    struct str page = manual(), all = example(page, "steps:\n");
    (void)state;
    assert_text(good(example(page, "code:"))->code.name, "small");
    const char *from = strstr(mini, "steps:"), *to = strstr(mini, "\nnumber:") + 1;
    struct str t =
        str_of(arena_printf(&arena, "%.*s%.*s%s", (int)(from - mini), mini, (int)all.n, all.p, to));
    assert_int_equal(good(t)->steps.n, 19);
}

static void every_kind_of_step_has_an_example_in_the_manual(void **state)
{
    struct str page = manual();
    (void)state;
    for (size_t i = 0; i < STEP_KINDS; i++)
        if (!str_has(page, str_of(arena_printf(&arena, "kind: %s", step_kinds[i].name))))
            fail_msg("docs/programmes.md has no example of %s", step_kinds[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_with_a_fee_from_before_stays_readable_and_no_new_one_may_have_it),
        cmocka_unit_test(every_shipped_programme_reads),
        cmocka_unit_test(happiness_project_is_what_s000_says),
        cmocka_unit_test(party_programme_excludes_the_well_off_and_cadres),
        cmocka_unit_test(money_of_the_others_is_what_the_reports_say),
        cmocka_unit_test(rates_are_exact_fractions),
        cmocka_unit_test(a_standard_field_is_added_where_a_rule_speaks_of_it),
        cmocka_unit_test(each_mistake_is_told_with_its_place),
        cmocka_unit_test(all_mistakes_of_a_file_are_told_in_its_order),
        cmocka_unit_test(broken_yaml_is_told_where_it_breaks),
        cmocka_unit_test(a_mistake_in_a_rule_of_many_lines_has_its_own_line),
        cmocka_unit_test(a_parameter_is_read_within_its_range),
        cmocka_unit_test(versions_are_compared_by_what_they_mean),
        cmocka_unit_test(a_changed_order_of_steps_is_a_difference),
        cmocka_unit_test(the_manual_describes_every_key_and_choice),
        cmocka_unit_test(the_manual_of_rules_names_every_field),
        cmocka_unit_test(the_examples_of_the_manual_read),
        cmocka_unit_test(every_kind_of_step_has_an_example_in_the_manual),
    };
    codes_shipped(&codes, &arena);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
