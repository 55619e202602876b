/* Public notices: what may hang, for how long, and who objected (R168-R174, R190, dictionary §6.5, §11). */
#include "api/retention.h"
#include "base/clock.h"
#include "base/value.h"
#include "casework/document.h"
#include "casework/objection.h"
#include "casework/print_notice.h"
#include "support/world.h"

static struct date day(int year, int month, int d)
{
    struct date x;
    assert_true(date_of(year, month, d, &x));
    return x;
}

/* Seven calendar days: 2 to 8 March 2026. */
#define PREPARED day(2026, 3, 1)
#define FIRST    day(2026, 3, 2)
#define LAST     day(2026, 3, 8)
#define AFTER    day(2026, 3, 9)

struct hanging {
    struct world *w;
    struct notice n;
    struct notice_entry rows[4];
    size_t rows_n;
    struct notice_channel channels[2];
    size_t channels_n;
    int64_t channel, document;
    struct date on, today;
    struct str text;
    struct objection o;
    enum objection_result result;
    struct notice_answer answer;
};

static struct hanging hanging(struct world *w)
{
    int64_t county = world_county(w);
    struct hanging x = { .w = w, .rows_n = 4, .channels_n = 2, .channel = 1, .on = FIRST, .today = PREPARED };
    x.n = (struct notice){ .kind = { NOTICE_PUBLIC, true },
                           .level = { NOTICE_VILLAGE, true },
                           .region = world_village(county, 1),
                           .title = STR("关于拟补助对象的公示"),
                           .days = 7,
                           .day_unit = { CALENDAR_DAYS, true },
                           .starts_on = FIRST,
                           .hotline = STR("0596-1234567"),
                           .unit = STR("某某村民委员会") };
    for (size_t i = 0; i < x.rows_n; i++) {
        struct notice_row *row = &x.rows[i].row;
        row->case_id = (struct opt_int){ 101 + (int64_t)i, true };
        row->applicant_name = str_of(arena_printf(&w->a, "张%zu", i + 1));
        row->village = STR("东村");
        row->amount = (struct opt_money){ { 150000 }, true };
        x.rows[i].birth = (struct opt_date){ day(1970, 1, 1), true };
    }
    x.channels[0] = (struct notice_channel){ .channel = { 1, true }, .place = STR("村委会门口") };
    x.channels[1] =
        (struct notice_channel){ .channel = { 4, true }, .place = STR("https://example.gov.cn/1") };
    return x;
}

/* --- doing things ------------------------------------------------------------------------- */

static bool prepare(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    return notice_prepare(act, &x->n, x->rows, x->rows_n, x->channels, x->channels_n, x->today, e);
}

static bool post(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    return notice_post(act, &x->n, x->channel, x->on, x->document, x->today, e);
}

static bool take_down(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    return notice_remove(act, &x->n, x->channel, x->on, x->document, x->today, e);
}

static bool end(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    return notice_end(act, &x->n, x->today, e);
}

static bool make_void(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    return notice_void(act, &x->n, x->text, e);
}

static bool redate(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    return notice_redate(act, &x->n, x->on, x->today, e);
}

static bool photograph(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    struct document d = { .county = x->n.county,
                          .kind = { 16, true },
                          .owner = STR("notice"),
                          .owner_id = x->n.id,
                          .region = x->n.region,
                          .title = STR("photo") };
    bool again;
    if (!document_add(act, &d, STR("%PDF-1.4 photo %%EOF"), x->today, &again, e))
        return false;
    x->document = d.id;
    return true;
}

static bool object(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    return objection_make(act, &x->n, &x->o, x->today, e);
}

static bool admit(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    return objection_admit(act, &x->o, x->today, e);
}

static bool dismiss(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    return objection_dismiss(act, &x->o, x->text, x->today, e);
}

static bool answer(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    return objection_answer(act, &x->o, x->result, x->text, x->today, x->today, e);
}

static bool try_(struct hanging *x, act_fn *fn)
{
    errs_clear(&x->w->e);
    return world_try(x->w, x->w->st, x->n.region.v / 1000000, fn, x, &x->w->e);
}

#define assert_done(x, fn) assert_ok(try_((x), (fn)), &(x)->w->e)
#define assert_refused(x, fn, code, msg)     \
    do {                                     \
        assert_false(try_((x), (fn)));       \
        assert_error(&(x)->w->e, code, msg); \
    } while (0)

/* Prepared and posted everywhere. */
static struct hanging posted(struct world *w)
{
    struct hanging x = hanging(w);
    assert_done(&x, prepare);
    assert_done(&x, photograph);
    x.today = FIRST;
    assert_done(&x, post);
    x.channel = 2;
    x.document = 0;
    assert_done(&x, post);
    return x;
}

static bool ask(struct tx *tx, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    struct notice_answer *all;
    if (!notice_case_clear(tx, x->n.county, x->channel, x->today, &x->answer, e))
        return false;
    if (x->answer.verdict == NOTICE_NEVER)
        return true;
    /* The three ways to ask agree. */
    struct notice_answer one;
    int64_t row = x->channel - 100;
    assert_true(notice_row_clear(tx, &x->n, row, x->today, &one, e));
    assert_true(notice_rows_clear(tx, &x->n, x->today, &all, e));
    assert_int_equal(one.verdict, x->answer.verdict);
    assert_int_equal(all[row - 1].verdict, x->answer.verdict);
    assert_int_equal(all[row - 1].objection_no, x->answer.objection_no);
    return true;
}

static enum notice_verdict verdict(struct hanging *x, int64_t case_id, struct date today)
{
    x->channel = case_id;
    x->today = today;
    world_read(x->w, ask, x);
    return x->answer.verdict;
}

/* --- what hangs --------------------------------------------------------------------------- */

struct reading_rows {
    struct hanging *x;
    struct list rows;
    bool intact;
    struct buf page;
};

static bool read_rows(struct tx *tx, void *ctx, struct errs *e)
{
    struct reading_rows *r = ctx;
    if (!notice_rows(tx, &r->x->n, &r->rows, e))
        return false;
    r->intact = notice_is_intact(tx, &r->x->n, &r->rows);
    return true;
}

static const struct notice_row *rows_of(struct hanging *x)
{
    struct reading_rows r = { .x = x };
    world_read(x->w, read_rows, &r);
    assert_int_equal(r.rows.n, x->n.rows_n);
    assert_true(r.intact);
    return r.rows.rows;
}

static void only_columns_for_the_public_can_hang(void **state)
{
    static const char *const never[] = { "id_number", "phone",   "bank_account", "illness",   "disability",
                                         "health",    "address", "birth_date",   "cause_main" };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(never); i++)
        assert_null(entity_col(&notice_row_entity, never[i]));
    size_t shown = 0;
    for (size_t i = 0; i < notice_row_entity.n; i++)
        shown += notice_publishes(&notice_row_entity.cols[i]);
    assert_int_equal(shown, 13);
    assert_false(notice_publishes(entity_col(&notice_row_entity, "case_id")));
}

static void texts_that_look_like_personal_numbers_are_found(void **state)
{
    static const struct {
        const char *text;
        enum personal_look want;
    } cases[] = {
        { "张三", LOOKS_FINE },
        { "龙文扶〔2026〕12号", LOOKS_FINE },
        { "2026-03-02至2026-03-08", LOOKS_FINE },
        { "2026-03-02 2026-03-08", LOOKS_FINE },
        { "20260302", LOOKS_FINE },
        { "补助1500000元", LOOKS_FINE },
        { "1,234,500.00", LOOKS_FINE },
        { "第3组", LOOKS_FINE },
        { "99000119900307001X", LOOKS_LIKE_ID },
        { "证990001199003070028", LOOKS_LIKE_ID },
        { "990001 19900307 0028", LOOKS_LIKE_ID },
        { "９９０００１１９９００３０７００２８", LOOKS_LIKE_ID },
        { "990001900307002", LOOKS_LIKE_ID },
        { "13800138000", LOOKS_LIKE_PHONE },
        { "电话138-0013-8000。", LOOKS_LIKE_PHONE },
        { "+8613800138000", LOOKS_LIKE_PHONE },
        { "一三八〇〇一三八〇〇〇", LOOKS_LIKE_PHONE },
        { "0596-1234567", LOOKS_LIKE_PHONE },
        { "1234567", LOOKS_LIKE_PHONE },
        { "6217 0012 3456 7890 123", LOOKS_LIKE_ACCOUNT },
        { "999999000", LOOKS_LIKE_ACCOUNT },
        { "1380013\xe2\x80\x8b"
          "8000",
          LOOKS_LIKE_PHONE }, /* a blank that nobody sees */
        { "肢体残疾", LOOKS_LIKE_ILLNESS },
        { "患有糖尿病", LOOKS_LIKE_ILLNESS },
    };
    (void)state;
    for (size_t i = 0; i < N_ELEMS(cases); i++)
        if (text_looks(str_of(cases[i].text)) != cases[i].want)
            fail_msg("%s: %d", cases[i].text, text_looks(str_of(cases[i].text)));
    assert_int_equal(text_looks((struct str){ 0 }), LOOKS_FINE);
}

static void a_row_with_a_number_or_an_illness_is_refused_by_its_number(void **state)
{
    struct world *w = *state;
    struct hanging x = hanging(w);
    struct snapshot before = world_snapshot(w);
    x.rows[1].row.project = STR("养鸡 13800138000");
    x.rows[2].row.category = STR("重病户");
    x.rows[3].row.applicant_name = (struct str){ 0 };
    assert_refused(&x, prepare, ERR_INVALID, MSG_NOTICE_ROW_LOOKS);
    assert_int_equal(w->e.bad.n, 3);
    for (const struct err *bad = w->e.bad.first; bad; bad = bad->next)
        assert_null(strstr(bad->text, "13800138000"));
    assert_same_snapshot(before, world_snapshot(w));
    x = hanging(w);
    x.n.basis = STR("联系人 990001199003070028");
    assert_refused(&x, prepare, ERR_INVALID, MSG_NOTICE_LOOKS);
    x = hanging(w);
    x.rows[0].row.programme = STR("困难残疾人生活补贴"); /* is called so */
    assert_done(&x, prepare);
}

static void a_minor_hangs_under_the_guardians_or_the_family_name(void **state)
{
    struct world *w = *state;
    struct hanging x = hanging(w);
    x.rows[0].row.applicant_name = x.rows[0].row.head_name = STR("王小明");
    x.rows[0].birth.v = day(2010, 3, 2); /* 16 */
    x.rows[1].row.applicant_name = STR("欧阳小燕");
    x.rows[1].birth.v = day(2008, 3, 3); /* 18 tomorrow */
    x.rows[2].birth.v = day(2012, 3, 3); /* 13 */
    x.rows[2].guardian = STR("李某某");
    x.rows[3].birth.v = day(2008, 3, 2); /* 18 today */
    assert_done(&x, prepare);
    const struct notice_row *row = rows_of(&x);
    assert_string_equal(row[0].applicant_name.p, "王某");
    assert_string_equal(row[0].head_name.p, "王某");
    assert_string_equal(row[1].applicant_name.p, "欧阳某");
    assert_string_equal(row[2].applicant_name.p, "李某某（监护人）");
    assert_string_equal(row[3].applicant_name.p, "张4");
    x = hanging(w);
    x.rows[2].birth.v = day(2012, 3, 3);
    assert_refused(&x, prepare, ERR_INVALID, MSG_NOTICE_ROW_GUARDIAN);
}

static void only_chosen_columns_are_kept(void **state)
{
    struct hanging x = hanging(*state);
    x.n.columns = STR("amount");
    assert_done(&x, prepare);
    assert_string_equal(x.n.columns.p, "applicant_name,amount");
    assert_null(rows_of(&x)[0].village.p);
    x = hanging(*state);
    assert_done(&x, prepare);
    assert_string_equal(x.n.columns.p, "applicant_name,village,amount");
    x = hanging(*state);
    x.n.columns = STR("amount,id_number");
    assert_refused(&x, prepare, ERR_INVALID, MSG_NOTICE_COLUMN);
    x.n.columns = STR("case_id");
    assert_refused(&x, prepare, ERR_INVALID, MSG_NOTICE_COLUMN);
}

/* --- its days ----------------------------------------------------------------------------- */

static void seven_days_end_with_the_seventh_and_cannot_be_made_shorter(void **state)
{
    struct hanging x = posted(*state);
    assert_int_equal(x.n.ends_on.day, LAST.day);
    assert_int_equal(x.n.state.v, NOTICE_POSTED);
    x.today = x.on = LAST;
    assert_refused(&x, end, ERR_CONFLICT, MSG_NOTICE_STILL_HANGS);
    x.channel = 2;
    assert_refused(&x, take_down, ERR_CONFLICT, MSG_NOTICE_STILL_HANGS);
    x.today = x.on = AFTER;
    assert_done(&x, take_down);
    assert_refused(&x, take_down, ERR_CONFLICT, MSG_NOTICE_REMOVED_BEFORE);
    x.channel = 1;
    assert_refused(&x, take_down, ERR_INVALID, MSG_NOTICE_PROOF_MISSING);
    assert_done(&x, end);
    assert_int_equal(x.n.state.v, NOTICE_ENDED);
    assert_refused(&x, end, ERR_CONFLICT, MSG_NOTICE_IS_ENDED);
    x.text = STR("late");
    assert_refused(&x, make_void, ERR_CONFLICT, MSG_NOTICE_IS_ENDED);
    assert_verifies(x.w);
}

static void working_days_go_round_the_spring_festival(void **state)
{
    struct hanging x = hanging(*state);
    x.today = day(2026, 2, 12);
    x.n.starts_on = day(2026, 2, 13); /* Friday; Saturday the 14th is worked, off to the 23rd */
    x.n.day_unit.v = WORKING_DAYS;
    x.n.days = 5;
    assert_done(&x, prepare);
    assert_int_equal(x.n.ends_on.day, day(2026, 2, 26).day);
    assert_int_equal(x.w->e.warned.n, 0);
    x = hanging(*state);
    x.today = x.n.starts_on = day(2027, 3, 1);
    x.n.day_unit.v = WORKING_DAYS;
    assert_done(&x, prepare);
    assert_int_equal(x.w->e.warned.n, 1);
    assert_int_equal(x.w->e.warned.first->msg, MSG_NOTICE_HOLIDAYS);
}

static void it_counts_once_it_hangs_everywhere_with_proof_from_the_first_day(void **state)
{
    struct hanging x = hanging(*state);
    assert_done(&x, prepare);
    x.today = x.on = FIRST;
    assert_refused(&x, post, ERR_INVALID, MSG_NOTICE_PROOF_MISSING);
    x.document = 12345;
    assert_refused(&x, post, ERR_NOT_FOUND, MSG_NOTICE_PROOF_NONE);
    assert_done(&x, photograph);
    x.today = x.on = day(2026, 3, 3);
    assert_refused(&x, post, ERR_CONFLICT, MSG_NOTICE_AFTER_START);
    x.on = FIRST;
    assert_done(&x, post);
    assert_int_equal(x.n.state.v, NOTICE_PREPARED);
    assert_refused(&x, post, ERR_CONFLICT, MSG_NOTICE_POSTED_BEFORE);
    assert_int_equal(verdict(&x, 101, AFTER), NOTICE_WAITS);
    x.today = x.on = FIRST;
    assert_refused(&x, redate, ERR_CONFLICT, MSG_NOTICE_HANGS);
    x.channel = 2;
    x.document = 0;
    x.today = AFTER;
    assert_refused(&x, post, ERR_CONFLICT, MSG_NOTICE_TOO_LATE);
    x.today = FIRST;
    assert_done(&x, post);
    assert_int_equal(x.n.state.v, NOTICE_POSTED);
}

static void another_first_day_gives_another_last_day_and_check(void **state)
{
    struct hanging x = hanging(*state);
    assert_done(&x, prepare);
    struct bytes before = {
        (const uint8_t *)arena_str(&x.w->a, (struct str){ (const char *)x.n.mac.p, 32 }).p, 32
    };
    x.on = day(2026, 3, 5);
    assert_done(&x, redate);
    assert_int_equal(x.n.ends_on.day, day(2026, 3, 11).day);
    assert_memory_not_equal(before.p, x.n.mac.p, 32);
    rows_of(&x);
    x.on = day(2026, 2, 28);
    assert_refused(&x, redate, ERR_INVALID, MSG_NOTICE_START);
    assert_verifies(x.w);
}

static void a_notice_cannot_begin_before_it_is_prepared(void **state)
{
    struct hanging x = hanging(*state);
    x.today = AFTER;
    assert_refused(&x, prepare, ERR_INVALID, MSG_NOTICE_START);
    x = hanging(*state);
    x.n.level.v = NOTICE_COUNTY;
    assert_refused(&x, prepare, ERR_INVALID, MSG_NOTICE_LEVEL);
    x = hanging(*state);
    x.channels_n = 0;
    assert_refused(&x, prepare, ERR_INVALID, MSG_NOTICE_CHANNELS);
    x = hanging(*state);
    x.rows_n = 0;
    assert_refused(&x, prepare, ERR_INVALID, MSG_NOTICE_ROWS);
}

/* --- is a row clear? ---------------------------------------------------------------------- */

static void without_objections_a_row_is_clear_when_the_last_day_is_over(void **state)
{
    struct hanging x = posted(*state);
    assert_int_equal(verdict(&x, 999, AFTER), NOTICE_NEVER);
    assert_int_equal(verdict(&x, 101, FIRST), NOTICE_RUNS);
    assert_int_equal(x.answer.clear_on.day, AFTER.day);
    assert_int_equal(verdict(&x, 101, LAST), NOTICE_RUNS);
    assert_int_equal(verdict(&x, 101, AFTER), NOTICE_CLEAR); /* R173 */
    /* The announcement that follows decides nothing. */
    struct hanging result = x;
    result.n.kind.v = NOTICE_RESULT;
    result.n.columns = (struct str){ 0 };
    result.today = result.n.starts_on = AFTER;
    assert_done(&result, prepare);
    assert_int_equal(verdict(&x, 101, AFTER), NOTICE_CLEAR);
}

static void an_objection_at_an_office_blocks_exactly_its_row_until_answered(void **state)
{
    struct hanging x = posted(*state);
    x.today = day(2026, 3, 5);
    x.o = (struct objection){
        .row_no = 2, .objector = STR("李四"), .content = STR("有车"), .made_on = x.today
    };
    assert_done(&x, object);
    assert_int_equal(verdict(&x, 102, AFTER), NOTICE_OPEN);
    assert_int_equal(x.answer.objection_no, x.o.no);
    assert_int_equal(verdict(&x, 101, AFTER), NOTICE_CLEAR);
    assert_int_equal(verdict(&x, 103, AFTER), NOTICE_CLEAR);
    x.text = STR("reason");
    assert_refused(&x, dismiss, ERR_CONFLICT, MSG_OBJECTION_NOT_WAITING);
    x.result = NOT_UPHELD;
    assert_done(&x, answer);
    assert_int_equal(verdict(&x, 102, AFTER), NOTICE_CLEAR);
    assert_refused(&x, answer, ERR_CONFLICT, MSG_OBJECTION_CLOSED);
    assert_verifies(x.w);
}

static void an_objection_that_is_upheld_keeps_its_row_for_good(void **state)
{
    struct hanging x = posted(*state);
    x.today = FIRST;
    x.o =
        (struct objection){ .row_no = 3, .objector = STR("李四"), .content = STR("有车"), .made_on = FIRST };
    assert_done(&x, object);
    x.result = PARTLY_UPHELD;
    x.text = STR("属实一部分");
    assert_done(&x, answer);
    assert_int_equal(verdict(&x, 103, AFTER), NOTICE_OBJECTED);
    assert_int_equal(verdict(&x, 103, day(2027, 1, 1)), NOTICE_OBJECTED);
    /* The case comes back on another notice. */
    x.text = STR("wrong");
    assert_done(&x, make_void);
    assert_int_equal(verdict(&x, 103, AFTER), NOTICE_NEVER);
}

static struct hanging anonymously(struct world *w)
{
    struct hanging x = posted(w);
    x.today = day(2026, 3, 8);
    x.o = (struct objection){ .row_no = 1, .anonymous = true, .content = STR("有车"), .made_on = x.today };
    assert_done(&x, object);
    assert_int_equal(x.o.state.v, OBJECTION_WAITING);
    return x;
}

static void an_anonymous_objection_waits_two_days_and_then_blocks_by_itself(void **state)
{
    struct hanging x = anonymously(*state);
    assert_int_equal(verdict(&x, 101, AFTER), NOTICE_CLEAR);
    assert_int_equal(verdict(&x, 101, day(2026, 3, 10)), NOTICE_CLEAR);
    assert_int_equal(verdict(&x, 101, day(2026, 3, 11)), NOTICE_OPEN);
    x.text = STR("no matter");
    x.today = day(2026, 3, 11);
    assert_refused(&x, dismiss, ERR_CONFLICT, MSG_OBJECTION_TOO_LATE);
    x.result = UNVERIFIABLE;
    assert_done(&x, answer);
    assert_int_equal(verdict(&x, 101, day(2026, 3, 11)), NOTICE_CLEAR);
}

static void an_anonymous_objection_is_admitted_or_dismissed_with_a_reason(void **state)
{
    struct hanging x = anonymously(*state), y = anonymously(*state);
    assert_done(&x, admit);
    assert_int_equal(verdict(&x, 101, AFTER), NOTICE_OPEN);
    assert_refused(&x, admit, ERR_CONFLICT, MSG_OBJECTION_NOT_WAITING);
    y.today = day(2026, 3, 10);
    y.text = STR(" ");
    assert_refused(&y, dismiss, ERR_INVALID, MSG_TEXT_LENGTH);
    y.text = STR("与公示无关");
    assert_done(&y, dismiss);
    assert_int_equal(verdict(&y, 101, day(2026, 3, 11)), NOTICE_CLEAR);
}

static void objections_are_made_while_the_notice_hangs(void **state)
{
    struct hanging x = hanging(*state);
    assert_done(&x, prepare);
    x.o =
        (struct objection){ .row_no = 1, .objector = STR("李四"), .content = STR("x"), .made_on = PREPARED };
    assert_refused(&x, object, ERR_CONFLICT, MSG_OBJECTION_NOT_POSTED);
    x = posted(*state);
    x.today = AFTER;
    x.o = (struct objection){ .row_no = 1, .objector = STR("李四"), .content = STR("x"), .made_on = AFTER };
    assert_refused(&x, object, ERR_CONFLICT, MSG_OBJECTION_DAY);
    x.o.made_on = LAST; /* a letter that came on the last day */
    assert_done(&x, object);
    x.o.row_no = 5;
    assert_refused(&x, object, ERR_NOT_FOUND, MSG_OBJECTION_ROW);
    x.o = (struct objection){ .row_no = 1, .content = STR("x"), .made_on = LAST };
    assert_refused(&x, object, ERR_INVALID, MSG_TEXT_LENGTH);
    x.o.anonymous = true;
    x.o.objector = STR("李四");
    assert_refused(&x, object, ERR_INVALID, MSG_OBJECTION_ANONYMOUS);
}

/* --- printed, and found changed ----------------------------------------------------------- */

static bool print(struct tx *tx, void *ctx, struct errs *e)
{
    struct reading_rows *r = ctx;
    buf_clear(&r->page);
    return print_notice(tx, &r->x->n, &r->page, e);
}

static void the_page_shows_the_list_the_period_and_the_check_and_no_markup_of_a_text(void **state)
{
    struct hanging x = hanging(*state);
    struct reading_rows r = { .x = &x, .page = BUF(1 << 20) };
    x.rows[0].row.project = STR("<script>alert('&')</script>");
    assert_done(&x, prepare);
    world_read(x.w, print, &r);
    const char *page = buf_cstr(&r.page);
    assert_non_null(strstr(page, "<h1>关于拟补助对象的公示</h1>"));
    assert_non_null(strstr(page, "公示时间：2026年3月2日至2026年3月8日，共7天。"));
    assert_non_null(strstr(page, "<td class=\"n\">1,500.00</td>"));
    assert_non_null(strstr(page, "<td class=\"n\">6,000.00</td>")); /* the total */
    assert_non_null(strstr(page, "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"));
    assert_null(strstr(page, "<script"));
    assert_non_null(strstr(page, notice_check_text(&x.n, &x.w->a)));
    assert_non_null(strstr(page, "thead{display:table-header-group}"));
    buf_release(&r.page);
}

static bool change_a_row(struct act *act, void *ctx, struct errs *e)
{
    struct hanging *x = ctx;
    struct notice_row old, new;
    if (db_get(act->tx, &notice_row_entity, &old, e, V(x->n.county), V(x->n.id), V((int64_t)2)) != FOUND)
        return false;
    new = old;
    new.amount.v.fen = 990000;
    return act_update(act, &notice_row_entity, &old, &new, e);
}

static void a_row_that_was_changed_all_the_same_is_found_and_not_printed(void **state)
{
    struct hanging x = posted(*state);
    struct reading_rows r = { .x = &x, .page = BUF(1 << 20) };
    assert_done(&x, change_a_row);
    struct verify_report v = world_verify(x.w);
    assert_int_equal(v.findings, 1);
    assert_string_equal(v.first->table, "notice");
    errs_clear(&x.w->e);
    assert_false(store_run(x.w->st, TX_READ, 0, print, &r, &x.w->e));
    assert_error(&x.w->e, ERR_INTERNAL, MSG_NOTICE_BROKEN);
    buf_release(&r.page);
}

/* --- what need not be kept ------------------------------------------------------------------- */

struct traces {
    struct objection o;
    int64_t left;
};

static bool look_for_traces(struct tx *tx, void *ctx, struct errs *e)
{
    struct traces *t = ctx;
    return db_get(tx, &objection_entity, &t->o, e, V(t->o.county), V(t->o.id)) == FOUND &&
           db_int(tx,
                  SQL(STMT_KEY,
                      "SELECT count(*) FROM field_change WHERE county = $1 AND (before = $2 OR after = $2)"),
                  &t->left, e, V(t->o.county), V(STR("章三丰")));
}

static int64_t forget(struct world *w, int y, int m, int d)
{
    size_t i = 0;
    struct date today = clock_today();
    struct retention r = { .st = w->st, .who = &w->who };
    clock_set_today(day(y, m, d));
    assert_ok(retention_run(&r, &w->e), &w->e);
    clock_set_today(today);
    while (strcmp(retention_rules[i].name, "objectors") != 0)
        i++;
    return r.n[i];
}

static void the_name_of_who_objected_is_forgotten_three_years_after_the_answer(void **state)
{
    struct hanging x = posted(*state);
    x.o =
        (struct objection){ .row_no = 1, .objector = STR("章三丰"), .content = STR("有车"), .made_on = LAST };
    x.today = LAST;
    assert_done(&x, object);
    struct traces t = { .o = x.o };
    forget(x.w, 2040, 1, 1); /* nobody has answered yet; those of other tests go */
    x.today = AFTER;
    x.result = NOT_UPHELD;
    x.text = STR("车是借的");
    assert_done(&x, answer);
    assert_int_equal(forget(x.w, 2029, 3, 7), 0);
    world_read(x.w, look_for_traces, &t);
    assert_string_equal(t.o.objector.p, "章三丰");
    assert_int_equal(forget(x.w, 2029, 3, 8), 1);
    world_read(x.w, look_for_traces, &t);
    assert_null(t.o.objector.p);
    assert_string_equal(t.o.content.p, "有车");
    assert_string_equal(t.o.reason.p, "车是借的");
    assert_int_equal(t.left, 0); /* nor does the audit keep it */
    assert_int_equal(forget(x.w, 2029, 3, 9), 0);
    assert_int_equal(world_verify(x.w).findings, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_columns_for_the_public_can_hang),
        cmocka_unit_test(texts_that_look_like_personal_numbers_are_found),
        cmocka_unit_test(a_row_with_a_number_or_an_illness_is_refused_by_its_number),
        cmocka_unit_test(a_minor_hangs_under_the_guardians_or_the_family_name),
        cmocka_unit_test(only_chosen_columns_are_kept),
        cmocka_unit_test(seven_days_end_with_the_seventh_and_cannot_be_made_shorter),
        cmocka_unit_test(working_days_go_round_the_spring_festival),
        cmocka_unit_test(it_counts_once_it_hangs_everywhere_with_proof_from_the_first_day),
        cmocka_unit_test(another_first_day_gives_another_last_day_and_check),
        cmocka_unit_test(a_notice_cannot_begin_before_it_is_prepared),
        cmocka_unit_test(without_objections_a_row_is_clear_when_the_last_day_is_over),
        cmocka_unit_test(an_objection_at_an_office_blocks_exactly_its_row_until_answered),
        cmocka_unit_test(an_objection_that_is_upheld_keeps_its_row_for_good),
        cmocka_unit_test(an_anonymous_objection_waits_two_days_and_then_blocks_by_itself),
        cmocka_unit_test(an_anonymous_objection_is_admitted_or_dismissed_with_a_reason),
        cmocka_unit_test(objections_are_made_while_the_notice_hangs),
        cmocka_unit_test(the_page_shows_the_list_the_period_and_the_check_and_no_markup_of_a_text),
        cmocka_unit_test(the_name_of_who_objected_is_forgotten_three_years_after_the_answer),
        cmocka_unit_test(a_row_that_was_changed_all_the_same_is_found_and_not_printed),
    };
    return cmocka_run_group_tests(tests, world_open, world_close);
}
