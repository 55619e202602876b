/* fuzz_value.c - whatever a reader takes is printed in a form that reads again as the same. */
#include "base/capital.h"
#include "base/idno.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct date today = { 20778 };

static void money_holds(struct str s)
{
    CLEANUP(buf_release) struct buf plain = BUF(64), grouped = BUF(64), words = BUF(512);
    struct money m = { 7 }, again;
    enum read_result r = money_read(s, &m);
    bool in_words = money_read_capital(s, &again);
    if (r == READ_WORDS) {
        assert(in_words);
        m = again;
    } else if (r != READ_OK) {
        assert(m.fen == 7);
        return;
    }
    money_print(&plain, m);
    assert(money_read(buf_str(&plain), &again) == READ_OK);
    assert(again.fen == m.fen);
    money_print_grouped(&grouped, m);
    assert(money_read(buf_str(&grouped), &again) == READ_OK);
    assert(again.fen == m.fen);
    money_print_capital(&words, m);
    assert(money_read_capital(buf_str(&words), &again));
    assert(again.fen == m.fen);
    assert(money_read(buf_str(&words), &again) == READ_WORDS);
}

static void date_holds(struct str s)
{
    CLEANUP(buf_release) struct buf iso = BUF(64), zh = BUF(64), words = BUF(256);
    struct date d, again;
    if (date_read(s, &d) != READ_OK)
        return;
    date_print(&iso, d);
    assert(iso.n == 10);
    assert(date_read(buf_str(&iso), &again) == READ_OK);
    assert(again.day == d.day);
    date_print_zh(&zh, d);
    assert(date_read(buf_str(&zh), &again) == READ_OK);
    assert(again.day == d.day);
    date_print_capital(&words, d);
    assert(!words.full);
    struct date later = date_add_months(d, 1);
    assert(later.day - d.day >= 28 || date_civil(d).year == 9999);
    assert(later.day - d.day <= 31);
}

static void instant_holds(struct str s)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    struct instant t, again;
    if (instant_read(s, &t) != READ_OK)
        return;
    instant_print(&b, t);
    assert(instant_read(buf_str(&b), &again) == READ_OK);
    assert(again.us == t.us);
}

static void numbers_hold(struct str s)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    struct quantity q, q_again;
    int64_t v, v_again;
    if (quantity_read(s, &q) == READ_OK) {
        quantity_print(&b, q);
        assert(quantity_read(buf_str(&b), &q_again) == READ_OK);
        assert(q_again.v == q.v);
    }
    if (int_read(s, &v) == READ_OK) {
        buf_clear(&b);
        buf_addi(&b, v);
        assert(int_read(buf_str(&b), &v_again) == READ_OK);
        assert(v_again == v);
    }
}

static void region_holds(struct str s)
{
    CLEANUP(buf_release) struct buf b = BUF(64);
    struct region_code r, again;
    int64_t first, last, inner_first, inner_last;
    if (region_read(s, &r) != READ_OK)
        return;
    region_print(&b, r);
    assert(b.n == 12);
    assert(region_read(buf_str(&b), &again) == READ_OK);
    assert(again.v == r.v);
    for (; region_level(r) > PROVINCE; r = again) {
        again = region_parent(r);
        assert(region_level(again) == region_level(r) - 1 ||
               (region_level(r) == TOWNSHIP && region_is_county(again)));
        region_span(r, &inner_first, &inner_last);
        region_span(again, &first, &last);
        assert(first <= inner_first);
        assert(inner_last <= last);
    }
    assert(region_parent(r).v == 0);
}

static void idno_holds(struct str s)
{
    CLEANUP(buf_release) struct buf mask = BUF(4096), card = BUF(64);
    struct idno id, again;
    struct disability_card d;
    idno_mask(&mask, s);
    assert(mask.n <= 18);
    enum idno_result r = idno_read(s, today, &id);
    if (r != IDNO_OK && r != IDNO_CONVERTED)
        return;
    assert(strlen(id.text) == 18);
    assert(id.birth.day <= today.day);
    assert(idno_read(str_of(id.text), today, &again) == IDNO_OK);
    assert(!strcmp(again.text, id.text));
    assert(again.sex == id.sex);
    assert(again.prefix == id.prefix);
    assert(again.birth.day == id.birth.day);
    buf_addf(&card, "%s43B1", id.text);
    assert(disability_card_read(buf_str(&card), &id, &d));
    assert(d.reissue == 1);
}

static void account_holds(struct str s)
{
    CLEANUP(buf_release) struct buf mask = BUF(64);
    struct account_number a, again;
    enum account_result r = account_read(s, &a);
    account_mask(&mask, s);
    assert(mask.n <= 8);
    if (r != ACCOUNT_OK && r != ACCOUNT_BAD_LUHN)
        return;
    assert(luhn_ok(str_of(a.text)) == (r == ACCOUNT_OK));
    assert(account_read(str_of(a.text), &again) == r);
    assert(!strcmp(again.text, a.text));
}

static void disability_card_holds(struct str s)
{
    struct idno id;
    struct disability_card d;
    if (s.n < 18 || idno_read((struct str){ s.p, 18 }, today, &id) != IDNO_OK)
        return;
    if (!disability_card_read(s, &id, &d))
        return;
    assert(d.kind >= 1 && d.kind <= 7);
    assert(d.grade >= 1 && d.grade <= 4);
    assert(d.reissue >= 0 && d.reissue <= 9);
}

static void phone_holds(struct str s)
{
    CLEANUP(buf_release) struct buf mask = BUF(64);
    char phone[24], again[24];
    phone_mask(&mask, s);
    if (!phone_read(s, phone))
        return;
    assert(phone_read(str_of(phone), again));
    assert(!strcmp(again, phone));
    buf_clear(&mask);
    phone_mask(&mask, str_of(phone));
    assert(mask.n == strlen(phone));
}

static void text_holds(struct str s)
{
    struct arena a = { 0 };
    enum yesno v = UNKNOWN;
    struct str folded = text_fold(&a, s);
    assert(folded.n <= s.n);
    assert((folded.p != NULL) == (folded.n != 0));
    assert((yesno_read(s, &v) == READ_OK) == (v != UNKNOWN));
    credit_code_ok(s);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const properties[])(struct str) = {
        money_holds, date_holds,    instant_holds,         numbers_hold, region_holds,
        idno_holds,  account_holds, disability_card_holds, phone_holds,  text_holds,
    };
    for (size_t i = 0; i < N_ELEMS(properties); i++)
        properties[i]((struct str){ (const char *)data, size });
    return 0;
}
