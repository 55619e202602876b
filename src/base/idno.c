#include "base/idno.h"

enum {
    TYPED_MAX = 64,
    ID_LENGTH = 18,
    OLD_ID_LENGTH = 15,
    AGE_MAX = 120,
    SHEET_DIGITS = 15, /* as many as a spreadsheet keeps of a number */
    SHEET_ZEROS = 3,
};

/* --- shared by all numbers ---------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all_digits(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_digit(p[i]))
            return false;
    return n != 0;
}

static bool all_zeros(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != '0')
            return false;
    return true;
}

static int number(const char *p, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + (p[i] - '0');
    return v;
}

/* Half-width, no blanks, capitals, without the apostrophe by which a spreadsheet marks text. */
static struct str typed(struct str s, char out[TYPED_MAX])
{
    size_t n = text_squeeze(s, out, TYPED_MAX);
    for (size_t i = 0; i < n; i++)
        if (out[i] >= 'a' && out[i] <= 'z')
            out[i] = (char)(out[i] - 'a' + 'A');
    bool mark = n && out[0] == '\'';
    return (struct str){ out + mark, n - mark };
}

static size_t drop_dashes(char *p, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i] != '-')
            p[kept++] = p[i];
    return kept;
}

/* 3.50603E+17 */
static bool is_scientific(struct str s)
{
    size_t i = 0;
    while (i < s.n && (is_digit(s.p[i]) || (i && s.p[i] == '.')))
        i++;
    if (!i || i + 2 >= s.n || s.p[i] != 'E')
        return false;
    i += s.p[i + 1] == '+' || s.p[i + 1] == '-' ? 2 : 1;
    return all_digits(s.p + i, s.n - i);
}

/* --- identity numbers --------------------------------------------------------------------- */

char idno_check_char(const char *digits17)
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;
    for (size_t i = 0; i < N_ELEMS(weights); i++)
        sum += (digits17[i] - '0') * weights[i];
    return "10X98765432"[sum % 11];
}

static bool birth_is_possible(const char *yyyymmdd, struct date today, struct date *birth)
{
    return date_of(number(yyyymmdd, 4), number(yyyymmdd + 4, 2), number(yyyymmdd + 6, 2), birth) &&
           birth->day <= today.day && date_age(*birth, today) <= AGE_MAX;
}

static enum idno_result widen(struct str s, char text[19])
{
    if (!all_digits(s.p, s.n))
        return IDNO_BAD_DIGITS;
    memcpy(text, s.p, 6);
    memcpy(text + 6, "19", 2);
    memcpy(text + 8, s.p + 6, 9);
    text[17] = idno_check_char(text);
    return IDNO_CONVERTED;
}

static enum idno_result check(struct str s, char text[19])
{
    if (!all_digits(s.p, ID_LENGTH - 1) || (!is_digit(s.p[17]) && s.p[17] != 'X'))
        return IDNO_BAD_DIGITS;
    memcpy(text, s.p, ID_LENGTH);
    if (idno_check_char(text) == text[17])
        return IDNO_OK;
    return all_zeros(text + SHEET_DIGITS, SHEET_ZEROS) ? IDNO_TRUNCATED : IDNO_BAD_CHECK;
}

enum idno_result idno_read(struct str s, struct date today, struct idno *id)
{
    char out[TYPED_MAX];
    struct idno r = { .text = "" };
    s = typed(s, out);
    if (is_scientific(s))
        return IDNO_SCIENTIFIC;
    if (s.n != ID_LENGTH && s.n != OLD_ID_LENGTH)
        return IDNO_BAD_LENGTH;
    enum idno_result result = s.n == ID_LENGTH ? check(s, r.text) : widen(s, r.text);
    if (result != IDNO_OK && result != IDNO_CONVERTED)
        return result;
    if (!birth_is_possible(r.text + 6, today, &r.birth))
        return IDNO_BAD_BIRTH;
    r.sex = (r.text[16] - '0') % 2 ? 1 : 2;
    r.prefix = number(r.text, 6);
    *id = r;
    return result;
}

bool idno_is_temporary(const struct idno *id)
{
    return id->prefix == 999999 || id->prefix == 990000;
}

bool disability_card_read(struct str s, const struct idno *id, struct disability_card *d)
{
    char out[TYPED_MAX];
    struct disability_card r = { 0 };
    s = typed(s, out);
    if ((s.n != 20 && s.n != 22) || memcmp(s.p, id->text, ID_LENGTH))
        return false;
    r.kind = s.p[18] - '0';
    r.grade = s.p[19] - '0';
    if (s.n == 22) {
        r.reissue = s.p[21] - '0';
        if (s.p[20] != 'B' || r.reissue < 1 || r.reissue > 9)
            return false;
    }
    if (r.kind < 1 || r.kind > 7 || r.grade < 1 || r.grade > 4)
        return false;
    *d = r;
    return true;
}

/* --- accounts ----------------------------------------------------------------------------- */

enum { ACCOUNT_MIN = 8, ACCOUNT_MAX = 32 };

bool luhn_ok(struct str digits)
{
    int sum = 0;
    if (!all_digits(digits.p, digits.n))
        return false;
    for (size_t i = 0; i < digits.n; i++) {
        int d = digits.p[digits.n - 1 - i] - '0';
        d = i % 2 ? 2 * d : d;
        sum = (sum + (d > 9 ? d - 9 : d)) % 10;
    }
    return sum == 0;
}

enum account_result account_read(struct str s, struct account_number *a)
{
    char out[TYPED_MAX];
    s = typed(s, out);
    if (is_scientific(s))
        return ACCOUNT_SCIENTIFIC;
    char *p = out + (s.p - out);
    size_t n = drop_dashes(p, s.n);
    if (n < ACCOUNT_MIN || n > ACCOUNT_MAX || !all_digits(p, n))
        return ACCOUNT_BAD_SHAPE;
    bool ok = luhn_ok((struct str){ p, n });
    /* Fewer zeros prove nothing: passbook numbers have no check digit and may end in one. */
    if (!ok && n >= SHEET_DIGITS + SHEET_ZEROS && all_zeros(p + SHEET_DIGITS, n - SHEET_DIGITS))
        return ACCOUNT_TRUNCATED;
    *a = (struct account_number){ .text = "" };
    memcpy(a->text, p, n);
    return ok ? ACCOUNT_OK : ACCOUNT_BAD_LUHN;
}

bool credit_code_ok(struct str s)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static const int weights[] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1 };
    int sum = 0;
    if (s.n != N_ELEMS(weights))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        const char *at = memchr(alphabet, s.p[i], sizeof alphabet - 1);
        if (!at)
            return false;
        sum += (int)(at - alphabet) * weights[i];
    }
    return sum % 31 == 0;
}

/* --- phones ------------------------------------------------------------------------------- */

enum { MOBILE_DIGITS = 11 };

static bool is_mobile(const char *p, size_t n)
{
    return n == MOBILE_DIGITS && all_digits(p, n) && p[0] == '1' && p[1] >= '3';
}

static bool mobile_read(const char *p, size_t n, char out[24])
{
    static const struct str prefixes[] = { { "+86", 3 }, { "0086", 4 }, { "86", 2 }, { "", 0 } };
    for (size_t i = 0; i < N_ELEMS(prefixes); i++) {
        size_t skip = prefixes[i].n;
        if (n >= skip && !memcmp(p, prefixes[i].p, skip) && is_mobile(p + skip, n - skip)) {
            memcpy(out, p + skip, MOBILE_DIGITS);
            out[MOBILE_DIGITS] = 0;
            return true;
        }
    }
    return false;
}

/* 010 and 02x have three digits, all other areas four. */
static bool landline_read(const char *p, size_t n, char out[24])
{
    if (n < 10 || n > 12 || !all_digits(p, n) || p[0] != '0' || p[1] == '0')
        return false;
    size_t area = p[1] == '1' || p[1] == '2' ? 3 : 4, local = n - area;
    if (local < 7 || local > 8 || p[area] < '2')
        return false;
    memcpy(out, p, area);
    out[area] = '-';
    memcpy(out + area + 1, p + area, local);
    out[n + 1] = 0;
    return true;
}

/* Brackets only as (0398)8527115, and dashes not at the ends. */
static size_t drop_area_marks(char *p, size_t n)
{
    if (!n || p[0] == '-' || p[n - 1] == '-')
        return 0;
    char *close = memchr(p, ')', n);
    if (p[0] == '(' && close)
        p[0] = *close = '-';
    return drop_dashes(p, n);
}

bool phone_read(struct str s, char out[24])
{
    char text[TYPED_MAX];
    s = typed(s, text);
    char *p = text + (s.p - text);
    size_t n = drop_area_marks(p, s.n);
    return mobile_read(p, n, out) || landline_read(p, n, out);
}

/* --- masks -------------------------------------------------------------------------------- */

/* What does not look like the number it should be shows nothing of itself. */
void idno_mask(struct buf *b, struct str id)
{
    enum { SHOWN = 6 };
    bool known = id.n >= OLD_ID_LENGTH && all_digits(id.p, SHOWN);
    if (known)
        buf_add(b, (struct str){ id.p, SHOWN });
    buf_pad(b, known && id.n < ID_LENGTH ? id.n - SHOWN : ID_LENGTH - SHOWN, '*');
}

void account_mask(struct buf *b, struct str account)
{
    enum { SHOWN = 4 };
    buf_adds(b, "****");
    if (account.n >= ACCOUNT_MIN && all_digits(account.p + account.n - SHOWN, SHOWN))
        buf_add(b, (struct str){ account.p + account.n - SHOWN, SHOWN });
}

void phone_mask(struct buf *b, struct str phone)
{
    const char *dash = phone.n ? memchr(phone.p, '-', phone.n) : NULL;
    size_t shown = is_mobile(phone.p, phone.n) ? 3 : dash ? (size_t)(dash - phone.p) + 1 : 0;
    bool known = shown >= 3 && shown <= 5 && phone.n >= shown + 7 && all_digits(phone.p, shown - 1) &&
                 all_digits(phone.p + phone.n - 7, 7);
    if (known)
        buf_add(b, (struct str){ phone.p, shown });
    buf_adds(b, "****");
    if (known)
        buf_add(b, (struct str){ phone.p + shown + 4, phone.n - shown - 4 });
}
