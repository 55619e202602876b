#include "base/value.h"

#include "base/capital.h"

#include <assert.h>

__extension__ typedef __int128 wide;

enum { NUMBER_MAX = 128 };

/* --- folding ------------------------------------------------------------------------------ */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.n != 0;
}

/* The code point at the head of s and its length; a damaged byte stands for itself. */
static uint32_t head_char(struct str s, size_t *len)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t n = *p < 0xc2 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 1;
    uint32_t c = n == 1 ? *p : *p & (0x7fu >> n);
    *len = 1;
    if (n > s.n)
        return *p;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return *p;
        c = c << 6 | (p[i] & 0x3f);
    }
    *len = n;
    return c;
}

static const struct {
    uint16_t first, last;
    char as;
} foldings[] = {
    { 0x00a0, 0x00a0, ' ' }, { 0x2000, 0x200b, ' ' }, { 0x2010, 0x2015, '-' }, { 0x202f, 0x202f, ' ' },
    { 0x2212, 0x2212, '-' }, { 0x2500, 0x2500, '-' }, { 0x3000, 0x3000, ' ' }, { 0x3002, 0x3002, '.' },
    { 0xfe63, 0xfe63, '-' }, { 0xfeff, 0xfeff, ' ' },
};

/* The half-width character for c, or 0 when it has none. */
static char folded(uint32_t c, size_t len)
{
    if (len == 1)
        return (char)c;
    if (c >= 0xff01 && c <= 0xff5e)
        return (char)(c - 0xfee0);
    for (size_t i = 0; i < N_ELEMS(foldings); i++)
        if (c >= foldings[i].first && c <= foldings[i].last)
            return foldings[i].as;
    return 0;
}

static char half_at(struct str s, size_t *len)
{
    uint32_t c = head_char(s, len);
    return folded(c, *len);
}

/* Nothing to fold: by far the most cells. */
static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n != 0;
}

size_t text_squeeze(struct str s, char *out, size_t cap)
{
    s = str_trim(s);
    size_t n = 0;
    if (s.n <= cap && is_plain(s)) {
        memcpy(out, s.p, s.n);
        return s.n;
    }
    for (size_t len; s.n; s = (struct str){ s.p + len, s.n - len }) {
        char half = half_at(s, &len);
        if (half == ' ')
            continue;
        size_t add = half || len == 1 ? 1 : len;
        if (add > cap - n)
            return 0;
        memcpy(out + n, add == 1 ? &half : s.p, add);
        n += add;
    }
    return n;
}

static struct str squeezed(struct str s, char out[NUMBER_MAX])
{
    return (struct str){ out, text_squeeze(s, out, NUMBER_MAX) };
}

/* In prose only the punctuation of a number becomes half-width: 1，234 but not 张三，李四. */
static const struct {
    char half;
    bool after_digit, before_digit;
} number_marks[] = {
    { '.', true, true },  { ',', true, true },  { ':', true, true },  { '/', true, true },
    { '-', false, true }, { '+', false, true }, { '%', true, false },
};

static bool is_number_mark(char half, bool digit_before, struct str behind)
{
    size_t len;
    bool digit_behind = behind.n && is_digit(half_at(behind, &len));
    for (size_t i = 0; i < N_ELEMS(number_marks); i++)
        if (number_marks[i].half == half)
            return (digit_before || !number_marks[i].after_digit) &&
                   (digit_behind || !number_marks[i].before_digit);
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str text_fold(struct arena *a, struct str s)
{
    s = str_trim(s);
    if (!s.n)
        return (struct str){ 0 };
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t len; s.n; s = (struct str){ s.p + len, s.n - len }) {
        char half = half_at(s, &len);
        struct str behind = { s.p + len, s.n - len };
        if (is_blank(half)) {
            if (n && out[n - 1] != ' ')
                out[n++] = ' ';
        } else if (len == 1 || is_digit(half) || is_letter(half) ||
                   ((unsigned char)s.p[0] == 0xef &&
                    is_number_mark(half, n && is_digit(out[n - 1]), behind))) {
            out[n++] = half;
        } else {
            memcpy(out + n, s.p, len);
            n += len;
        }
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = 0;
    return n ? (struct str){ out, n } : (struct str){ 0 };
}

/* --- decimals ----------------------------------------------------------------------------- */

static bool take(struct str *s, struct str part)
{
    if (!str_starts(*s, part))
        return false;
    *s = (struct str){ s->p + part.n, s->n - part.n };
    return true;
}

static size_t digits_at(struct str s)
{
    size_t n = 0;
    while (n < s.n && is_digit(s.p[n]))
        n++;
    return n;
}

static bool is_scientific(struct str s)
{
    if (!take(&s, STR("-")))
        take(&s, STR("+"));
    size_t n = digits_at(s);
    if (!n)
        return false;
    s = (struct str){ s.p + n, s.n - n };
    if (take(&s, STR("."))) {
        n = digits_at(s);
        s = (struct str){ s.p + n, s.n - n };
    }
    if (!take(&s, STR("E")) && !take(&s, STR("e")))
        return false;
    if (!take(&s, STR("-")))
        take(&s, STR("+"));
    return all_digits(s);
}

/* Digits, or one to three of them and then ",ddd" as often as it likes. */
static bool is_grouped(struct str s)
{
    size_t n = digits_at(s);
    if (n == s.n)
        return n != 0;
    if (n == 0 || n > 3)
        return false;
    while ((s = (struct str){ s.p + n, s.n - n }).n) {
        if (!take(&s, STR(",")) || digits_at(s) != 3)
            return false;
        n = 3;
    }
    return true;
}

static bool add_digit(int64_t *v, char c, bool minus)
{
    int d = c - '0';
    return !__builtin_mul_overflow(*v, 10, v) && !__builtin_add_overflow(*v, minus ? -d : d, v);
}

/* whole and part as a count of 1/10^scale. */
static enum read_result count(struct str whole, struct str part, size_t scale, bool minus, int64_t *v)
{
    int64_t r = 0;
    for (size_t i = 0; i < whole.n; i++)
        if (whole.p[i] != ',' && !add_digit(&r, whole.p[i], minus))
            return READ_OVERFLOW;
    for (size_t i = 0; i < scale; i++)
        if (!add_digit(&r, i < part.n ? part.p[i] : '0', minus))
            return READ_OVERFLOW;
    *v = r;
    return READ_OK;
}

/* A number without sign; decimals beyond the scale must be zeros. */
static enum read_result unsigned_read(struct str s, size_t scale, bool minus, int64_t *v)
{
    const char *point = s.n ? memchr(s.p, '.', s.n) : NULL;
    struct str whole = { s.p, point ? (size_t)(point - s.p) : s.n };
    struct str part = { point ? point + 1 : NULL, point ? s.n - whole.n - 1 : 0 };
    if (!is_grouped(whole) || (point && !all_digits(part)))
        return READ_BAD;
    for (size_t i = scale; i < part.n; i++)
        if (part.p[i] != '0')
            return READ_BAD;
    return count(whole, part, scale, minus, v);
}

static enum read_result decimal_read(struct str s, size_t scale, int64_t *v)
{
    char out[NUMBER_MAX];
    s = squeezed(s, out);
    if (is_scientific(s))
        return READ_SCIENTIFIC;
    bool minus = take(&s, STR("-"));
    if (!minus)
        take(&s, STR("+"));
    return unsigned_read(s, scale, minus, v);
}

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

static void add_padded(struct buf *b, uint64_t v, size_t width)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + v % 10);
    while ((v /= 10) || sizeof digits - at < width);
    buf_add(b, (struct str){ digits + at, sizeof digits - at });
}

/* --- money -------------------------------------------------------------------------------- */

static enum read_result figures_read(struct str s, int64_t *fen)
{
    if (is_scientific(s))
        return READ_SCIENTIFIC;
    bool minus = take(&s, STR("-"));
    bool sign = minus || take(&s, STR("+"));
    if ((take(&s, STR("¥")) || take(&s, STR("￥"))) && !sign && !(minus = take(&s, STR("-"))))
        take(&s, STR("+"));
    if (str_ends(s, STR("元")))
        s.n -= STR("元").n;
    return unsigned_read(s, 2, minus, fen);
}

enum read_result money_read(struct str s, struct money *m)
{
    char out[NUMBER_MAX];
    struct money words;
    int64_t fen;
    enum read_result r = figures_read(squeezed(s, out), &fen);
    if (r == READ_OK)
        *m = (struct money){ fen };
    if (r == READ_BAD && money_read_capital(s, &words))
        return READ_WORDS;
    return r;
}

void money_print(struct buf *b, struct money m)
{
    if (m.fen < 0)
        buf_addc(b, '-');
    add_padded(b, magnitude(m.fen) / 100, 1);
    buf_addc(b, '.');
    add_padded(b, magnitude(m.fen) % 100, 2);
}

static void add_grouped(struct buf *b, uint64_t v)
{
    if (v < 1000) {
        add_padded(b, v, 1);
        return;
    }
    add_grouped(b, v / 1000);
    buf_addc(b, ',');
    add_padded(b, v % 1000, 3);
}

void money_print_grouped(struct buf *b, struct money m)
{
    if (m.fen < 0)
        buf_addc(b, '-');
    add_grouped(b, magnitude(m.fen) / 100);
    buf_addc(b, '.');
    add_padded(b, magnitude(m.fen) % 100, 2);
}

bool money_add(struct money *sum, struct money x)
{
    int64_t r;
    if (__builtin_add_overflow(sum->fen, x.fen, &r))
        return false;
    sum->fen = r;
    return true;
}

bool money_sub(struct money *sum, struct money x)
{
    int64_t r;
    if (__builtin_sub_overflow(sum->fen, x.fen, &r))
        return false;
    sum->fen = r;
    return true;
}

bool money_mul(struct money *m, int64_t n)
{
    int64_t r;
    if (__builtin_mul_overflow(m->fen, n, &r))
        return false;
    m->fen = r;
    return true;
}

bool money_scale(struct money *m, int64_t num, int64_t den)
{
    assert(den > 0);
    wide product = (wide)m->fen * num;
    wide r = product / den, left = product % den;
    if (2 * (left < 0 ? -left : left) >= den)
        r += left < 0 ? -1 : 1;
    if (r < INT64_MIN || r > INT64_MAX)
        return false;
    m->fen = (int64_t)r;
    return true;
}

/* --- dates -------------------------------------------------------------------------------- */

enum { YEAR_TYPED_MIN = 1800, YEAR_MAX = 9999, DAYS_PER_ERA = 146097, DAYS_TO_1970 = 719468 };

static int month_days(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Years are counted from March, so that a leap day is the last of its year, in eras of 400 years. */
bool date_of(int year, int month, int day, struct date *d)
{
    if (year < 1 || year > YEAR_MAX || month < 1 || month > 12)
        return false;
    if (day < 1 || day > month_days(year, month))
        return false;
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400, of_era = y % 400;
    int of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    d->day = era * DAYS_PER_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - DAYS_TO_1970;
    return true;
}

struct civil date_civil(struct date d)
{
    int64_t days = (int64_t)d.day + DAYS_TO_1970;
    int64_t era = (days >= 0 ? days : days - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    uint32_t in_era = (uint32_t)(days - era * DAYS_PER_ERA);
    uint32_t of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / (DAYS_PER_ERA - 1)) / 365;
    uint32_t of_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
    uint32_t month = (5 * of_year + 2) / 153;
    uint32_t day = of_year - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    return (struct civil){ (int)(era * 400 + of_era + (month <= 2)), (int)month, (int)day };
}

static bool take_digits(struct str *s, size_t least, size_t most, int *v)
{
    size_t n = digits_at(*s);
    if (n < least || n > most)
        return false;
    *v = 0;
    for (size_t i = 0; i < n; i++)
        *v = *v * 10 + (s->p[i] - '0');
    *s = (struct str){ s->p + n, s->n - n };
    return true;
}

static const struct {
    struct str after_year, after_month, after_day;
} date_forms[] = {
    { { "-", 1 }, { "-", 1 }, { "", 0 } },
    { { "/", 1 }, { "/", 1 }, { "", 0 } },
    { { ".", 1 }, { ".", 1 }, { "", 0 } },
    { { "年", 3 }, { "月", 3 }, { "日", 3 } },
};

static bool spelled_date(struct str s, struct civil *c)
{
    if (!take_digits(&s, 4, 4, &c->year))
        return false;
    for (size_t i = 0; i < N_ELEMS(date_forms); i++)
        if (take(&s, date_forms[i].after_year))
            return take_digits(&s, 1, 2, &c->month) && take(&s, date_forms[i].after_month) &&
                   take_digits(&s, 1, 2, &c->day) && str_eq(s, date_forms[i].after_day);
    return false;
}

/* A month, written with the same marks. */
static enum read_result month_read(struct str s, struct date *d)
{
    struct civil c = { .day = 1 };
    if (!take_digits(&s, 4, 4, &c.year))
        return READ_BAD;
    for (size_t i = 0; i < N_ELEMS(date_forms); i++) {
        bool point = str_eq(date_forms[i].after_year, STR("."));
        if (!take(&s, date_forms[i].after_year))
            continue;
        if (point && str_eq(s, STR("1")))
            return READ_UNSURE_MONTH;
        if (!take_digits(&s, 1, 2, &c.month) || s.n > date_forms[i].after_month.n || s.n == 1)
            return READ_BAD;
        if (s.n && !str_eq(s, date_forms[i].after_month))
            return READ_BAD;
        return c.year >= YEAR_TYPED_MIN && date_of(c.year, c.month, 1, d) ? READ_MONTH : READ_NO_SUCH_DATE;
    }
    return READ_BAD;
}

/* Day 1 is 1900-01-01, and there is a 29 February in 1900.  Small numbers are years sooner than days of
 * before 1907.
 */
static bool is_serial(struct str s, struct date *d)
{
    enum { SERIAL_FIRST = 2300, SERIAL_LAST = 73050, SERIAL_OF_1970 = 25569 }; /* 1906-04-18 to 2099-12-31 */
    int v;
    if (s.n < 4 || s.n > 5 || !take_digits(&s, 4, 5, &v) || s.n || v < SERIAL_FIRST || v > SERIAL_LAST)
        return false;
    *d = (struct date){ v - SERIAL_OF_1970 };
    return true;
}

static bool packed_date(struct str s, struct civil *c)
{
    int v;
    if (s.n != 8 || !take_digits(&s, 8, 8, &v))
        return false;
    *c = (struct civil){ v / 10000, v / 100 % 100, v % 100 };
    return true;
}

/* Databases and spreadsheets write the midnight behind a day that has no time.  Another hour is not ours to
 * drop. */
static struct str without_midnight(struct str s)
{
    static const struct str midnights[] = { { "0:00", 4 },     { "00:00", 5 },       { "0:00:00", 7 },
                                            { "00:00:00", 8 }, { "00:00:00.0", 10 }, { "00:00:00.000", 12 } };
    s = str_trim(s);
    size_t at = s.n;
    while (at && s.p[at - 1] != ' ' && s.p[at - 1] != 'T')
        at--;
    for (size_t i = 0; at > 1 && i < N_ELEMS(midnights); i++)
        if (str_eq((struct str){ s.p + at, s.n - at }, midnights[i]))
            return str_trim((struct str){ s.p, at - 1 });
    return s;
}

enum read_result date_read(struct str s, struct date *d)
{
    char out[NUMBER_MAX];
    struct civil c;
    struct str day = without_midnight(s);
    bool timed = day.n < str_trim(s).n;
    s = squeezed(day, out);
    if (timed && !packed_date(s, &c) && !spelled_date(s, &c))
        return READ_BAD; /* a time belongs to a day */
    if (is_scientific(s))
        return READ_SCIENTIFIC;
    if (is_serial(s, d))
        return READ_SERIAL;
    if (!packed_date(s, &c) && !spelled_date(s, &c))
        return month_read(s, d);
    if (c.year < YEAR_TYPED_MIN || !date_of(c.year, c.month, c.day, d))
        return READ_NO_SUCH_DATE;
    return READ_OK;
}

static void add_year(struct buf *b, int year)
{
    if (year < 0)
        buf_addc(b, '-');
    add_padded(b, magnitude(year), 4);
}

void date_print(struct buf *b, struct date d)
{
    struct civil c = date_civil(d);
    add_year(b, c.year);
    buf_addc(b, '-');
    add_padded(b, (uint64_t)c.month, 2);
    buf_addc(b, '-');
    add_padded(b, (uint64_t)c.day, 2);
}

void date_print_zh(struct buf *b, struct date d)
{
    struct civil c = date_civil(d);
    buf_addi(b, c.year);
    buf_adds(b, "年");
    buf_addi(b, c.month);
    buf_adds(b, "月");
    buf_addi(b, c.day);
    buf_adds(b, "日");
}

int date_age(struct date birth, struct date on)
{
    /* Away from the birthday the number of days says it: in two centuries calendar years and those of 365 and
     * a quarter days part by three days at most. */
    int64_t days = (int64_t)on.day - birth.day, years = days * 4 / 1461;
    int64_t beyond = days - (365 * years + years / 4);
    if (days >= 0 && years <= 200 && beyond > 4 && beyond < 360)
        return (int)years;
    struct civil b = date_civil(birth), o = date_civil(on);
    bool before_birthday = o.month < b.month || (o.month == b.month && o.day < b.day);
    return o.year - b.year - before_birthday;
}

struct date date_add_months(struct date d, int months)
{
    struct civil c = date_civil(d);
    int64_t total = (int64_t)c.year * 12 + c.month - 1 + months;
    if (total < 12)
        c = (struct civil){ 1, 1, 1 };
    else if (total >= (int64_t)(YEAR_MAX + 1) * 12)
        c = (struct civil){ YEAR_MAX, 12, 31 };
    else
        c = (struct civil){ (int)(total / 12), (int)(total % 12) + 1, c.day };
    int last = month_days(c.year, c.month);
    date_of(c.year, c.month, c.day < last ? c.day : last, &d);
    return d;
}

/* --- instants ----------------------------------------------------------------------------- */

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY    (86400 * US_PER_SECOND)

void instant_print(struct buf *b, struct instant t)
{
    int64_t day = t.us / US_PER_DAY, us = t.us % US_PER_DAY;
    if (us < 0) {
        us += US_PER_DAY;
        day--;
    }
    uint64_t second = (uint64_t)(us / US_PER_SECOND);
    date_print(b, (struct date){ (int32_t)day });
    buf_addc(b, 'T');
    add_padded(b, second / 3600, 2);
    buf_addc(b, ':');
    add_padded(b, second / 60 % 60, 2);
    buf_addc(b, ':');
    add_padded(b, second % 60, 2);
    buf_addc(b, '.');
    add_padded(b, (uint64_t)(us % US_PER_SECOND), 6);
    buf_addc(b, 'Z');
}

/* hh:mm, up to hh_max:59. */
static bool take_clock(struct str *s, int hh_max, int *minutes)
{
    int h, m;
    if (!take_digits(s, 2, 2, &h) || !take(s, STR(":")) || !take_digits(s, 2, 2, &m))
        return false;
    *minutes = h * 60 + m;
    return h <= hh_max && m <= 59;
}

static bool take_seconds(struct str *s, int64_t *us)
{
    int second, part = 0;
    if (!take_digits(s, 2, 2, &second) || second > 59)
        return false;
    if (take(s, STR("."))) {
        size_t n = digits_at(*s);
        if (!take_digits(s, 1, 6, &part))
            return false;
        for (; n < 6; n++)
            part *= 10;
    }
    *us = second * US_PER_SECOND + part;
    return true;
}

static bool take_zone(struct str *s, int *minutes)
{
    *minutes = 0;
    if (take(s, STR("Z")))
        return true;
    bool west = take(s, STR("-"));
    if ((!west && !take(s, STR("+"))) || !take_clock(s, 23, minutes))
        return false;
    if (west)
        *minutes = -*minutes;
    return true;
}

enum read_result instant_read(struct str s, struct instant *t)
{
    int year, month, day, minutes, zone;
    int64_t us;
    struct date d, first, last;
    s = str_trim(s);
    if (!take_digits(&s, 4, 4, &year) || !take(&s, STR("-")) || !take_digits(&s, 2, 2, &month) ||
        !take(&s, STR("-")) || !take_digits(&s, 2, 2, &day) || !take(&s, STR("T")))
        return READ_BAD;
    if (!take_clock(&s, 23, &minutes) || !take(&s, STR(":")) || !take_seconds(&s, &us) ||
        !take_zone(&s, &zone) || s.n)
        return READ_BAD;
    if (!date_of(year, month, day, &d))
        return READ_NO_SUCH_DATE;
    us += d.day * US_PER_DAY + (minutes - zone) * 60 * US_PER_SECOND;
    date_of(1, 1, 1, &first);
    date_of(YEAR_MAX, 12, 31, &last);
    if (us < first.day * US_PER_DAY || us >= (last.day + 1) * US_PER_DAY)
        return READ_NO_SUCH_DATE;
    *t = (struct instant){ us };
    return READ_OK;
}

/* --- quantities --------------------------------------------------------------------------- */

enum { QUANTITY_UNIT = 10000, QUANTITY_SCALE = 4 };

enum read_result quantity_read(struct str s, struct quantity *q)
{
    return decimal_read(s, QUANTITY_SCALE, &q->v);
}

void quantity_print(struct buf *b, struct quantity q)
{
    uint64_t v = magnitude(q.v), part = v % QUANTITY_UNIT;
    size_t width = QUANTITY_SCALE;
    if (q.v < 0)
        buf_addc(b, '-');
    add_padded(b, v / QUANTITY_UNIT, 1);
    if (!part)
        return;
    for (; part % 10 == 0; part /= 10)
        width--;
    buf_addc(b, '.');
    add_padded(b, part, width);
}

/* --- region codes ------------------------------------------------------------------------- */

enum { REGION_DIGITS = 12 };

/* What one step of each level's own digits counts. */
static const int64_t level_unit[] = {
    [PROVINCE] = INT64_C(10000000000),
    [PREFECTURE] = 100000000,
    [COUNTY] = 1000000,
    [TOWNSHIP] = 1000,
    [VILLAGE] = 1,
};

/* Dictionary §2: provinces, then Taiwan, Hong Kong, Macao. */
static bool is_province(int64_t two_digits)
{
    return (two_digits >= 11 && two_digits <= 65) || two_digits == 71 || two_digits == 81 || two_digits == 82;
}

/* 东莞, 中山, 儋州 and 嘉峪关 have no counties: their townships stand right under them, 441900003. */
static bool lacks_counties(struct region_code r)
{
    int64_t prefecture = r.v / level_unit[PREFECTURE];
    return prefecture == 4419 || prefecture == 4420 || prefecture == 4604 || prefecture == 6202;
}

/* A zero group stands for "all of it", so nothing may follow it. */
static bool is_padded_right(struct region_code r)
{
    enum region_level level = region_level(r);
    int64_t above = 1000000000000;
    for (int i = PROVINCE; i <= (int)level; i++) {
        if (r.v % above / level_unit[i] == 0 && !(i == COUNTY && lacks_counties(r)))
            return false;
        above = level_unit[i];
    }
    return true;
}

enum read_result region_read(struct str s, struct region_code *r)
{
    char out[NUMBER_MAX];
    struct region_code code = { 0 };
    s = squeezed(s, out);
    if (is_scientific(s))
        return READ_SCIENTIFIC;
    if (!all_digits(s) || (s.n != 2 && s.n != 4 && s.n != 6 && s.n != 9 && s.n != REGION_DIGITS))
        return READ_BAD;
    for (size_t i = 0; i < REGION_DIGITS; i++)
        code.v = code.v * 10 + (i < s.n ? s.p[i] - '0' : 0);
    if (!is_province(code.v / level_unit[PROVINCE]) || !is_padded_right(code))
        return READ_BAD;
    *r = code;
    return READ_OK;
}

void region_print(struct buf *b, struct region_code r)
{
    if (r.v > 0)
        add_padded(b, (uint64_t)r.v, REGION_DIGITS);
}

enum region_level region_level(struct region_code r)
{
    if (r.v <= 0 || r.v / level_unit[PROVINCE] > 99)
        return REGION_NONE;
    for (int level = PROVINCE; level < VILLAGE; level++)
        if (r.v % level_unit[level] == 0)
            return (enum region_level)level;
    return VILLAGE;
}

struct region_code region_parent(struct region_code r)
{
    enum region_level level = region_level(r);
    if (level <= PROVINCE)
        return (struct region_code){ 0 };
    /* Of a township right under a prefecture, this is the prefecture: the county's digits are zeros. */
    return (struct region_code){ r.v - r.v % level_unit[level - 1] };
}

int64_t region_county(struct region_code r)
{
    return r.v / level_unit[COUNTY];
}

bool region_is_county(struct region_code r)
{
    enum region_level level = region_level(r);
    return level == COUNTY || (level == PREFECTURE && lacks_counties(r));
}

void region_span(struct region_code r, int64_t *first, int64_t *last)
{
    enum region_level level = region_level(r);
    *first = level == REGION_NONE ? 1 : r.v;
    *last = level == REGION_NONE ? 0 : r.v + level_unit[level] - 1;
}

/* --- the rest ----------------------------------------------------------------------------- */

enum read_result int_read(struct str s, int64_t *v)
{
    return decimal_read(s, 0, v);
}

static const struct {
    const char *word;
    enum yesno means;
} yesno_words[] = {
    { "是", YES }, { "有", YES },   { "yes", YES }, { "y", YES },     { "true", YES }, { "1", YES },
    { "√", YES },  { "✓", YES },    { "✔", YES },   { "否", NO },     { "无", NO },    { "no", NO },
    { "n", NO },   { "false", NO }, { "0", NO },    { "\u00d7", NO }, { "✗", NO },     { "✘", NO },
};

static const struct str words_for_nothing[] = {
    { "无", 3 }, { "暂无", 6 }, { "/", 1 },  { "-", 1 },  { "—", 3 },
    { "--", 2 }, { "——", 6 },   { "－", 3 }, { "／", 3 },
};

bool text_says_nothing(struct str s)
{
    enum { WORD_MAX = 6 };
    s = str_trim(s);
    for (size_t i = 0; s.n <= WORD_MAX && i < N_ELEMS(words_for_nothing); i++)
        if (str_eq(s, words_for_nothing[i]))
            return true;
    return false;
}

enum read_result yesno_read(struct str s, enum yesno *v)
{
    char out[NUMBER_MAX];
    s = squeezed(s, out);
    for (size_t i = 0; i < s.n; i++)
        if (out[i] >= 'A' && out[i] <= 'Z')
            out[i] = (char)(out[i] - 'A' + 'a');
    for (size_t i = 0; i < N_ELEMS(yesno_words); i++)
        if (str_eq(s, str_of(yesno_words[i].word))) {
            *v = yesno_words[i].means;
            return READ_OK;
        }
    return READ_BAD;
}
