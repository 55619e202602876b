/* notice_text.c - which words may hang on a public board. */
#include "base/value.h"
#include "casework/notice.h"

enum { RUN_MAX = 64 };

/* Digits of a text with what may stand between them, however they are written. */
struct run {
    char digits[RUN_MAX];
    size_t n;    /* counted beyond RUN_MAX too */
    bool parted; /* something stood between the digits */
};

struct glyph {
    int digit;  /* 0 to 9; -1: none */
    bool joint; /* may stand inside a number */
    bool x;
    size_t n; /* bytes */
};

static const struct {
    const char *text;
    int digit;
} written_digits[] = {
    { "０", 0 }, { "１", 1 }, { "２", 2 }, { "３", 3 }, { "４", 4 }, { "５", 5 }, { "６", 6 },
    { "７", 7 }, { "８", 8 }, { "９", 9 }, { "〇", 0 }, { "零", 0 }, { "一", 1 }, { "二", 2 },
    { "三", 3 }, { "四", 4 }, { "五", 5 }, { "六", 6 }, { "七", 7 }, { "八", 8 }, { "九", 9 },
};
static const char *const joints[] = {
    "\xe3\x80\x80", "\xc2\xa0",     "－",           "—", "–", "‐", "‑", "\xe2\x80\x8b",
    "\xe2\x80\x8c", "\xe2\x80\x8d", "\xef\xbb\xbf", "·"
};

/* Bytes of the first character; a damaged one ends before the next. */
static size_t character_length(struct str s)
{
    uint8_t first = (uint8_t)s.p[0];
    size_t want = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4, n = 1;
    while (n < want && n < s.n && ((uint8_t)s.p[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* Beyond ASCII. */
static void look_up(struct str rest, struct glyph *g)
{
    for (size_t i = 0; i < N_ELEMS(written_digits); i++)
        if (str_starts(rest, str_of(written_digits[i].text)))
            g->digit = written_digits[i].digit;
    for (size_t i = 0; i < N_ELEMS(joints); i++)
        if (str_starts(rest, str_of(joints[i]))) {
            g->joint = true;
            g->n = strlen(joints[i]);
        }
}

static struct glyph glyph_at(struct str s, size_t at)
{
    struct str rest = { s.p + at, s.n - at };
    char c = rest.p[0];
    struct glyph g = { .digit = -1, .n = character_length(rest) };
    if ((uint8_t)c >= 0x80)
        look_up(rest, &g);
    else if (c >= '0' && c <= '9')
        g.digit = c - '0';
    g.joint = g.joint || (c && strchr(" -_\t()", c));
    g.x = c == 'x' || c == 'X';
    return g;
}

static size_t digits_at(struct str s, size_t at, size_t max)
{
    size_t n = 0;
    while (n < max && at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
        n++;
    return n;
}

/* 2024-03-01 and its like are no part of a number; their length, or 0. */
static size_t date_at(struct str s, size_t at)
{
    size_t n = digits_at(s, at, 4);
    if (n != 4 || (s.p[at] != '1' && s.p[at] != '2'))
        return 0;
    for (int k = 0; k < 2; k++) {
        if (at + n >= s.n || !memchr("-./", s.p[at + n], 3))
            return 0;
        size_t digits = digits_at(s, at + n + 1, 2);
        if (!digits)
            return 0;
        n += 1 + digits;
    }
    return digits_at(s, at + n, 1) ? 0 : n;
}

static bool is_plain_date(const struct run *r)
{
    struct date d;
    return r->n == 8 && !r->parted && date_read((struct str){ r->digits, 8 }, &d) == READ_OK &&
           (r->digits[0] == '1' || r->digits[0] == '2');
}

static bool is_telephone(const struct run *r)
{
    const char *d = r->digits;
    switch (r->n) {
    case 10: return d[0] == '0';
    case 11: return d[0] == '0' || (d[0] == '1' && d[1] >= '3');
    case 12: return d[0] == '0';
    case 13: return d[0] == '8' && d[1] == '6';
    default: return false;
    }
}

static enum personal_look run_looks(const struct run *r, bool x, struct str behind)
{
    size_t n = r->n;
    if (n == 15 || n == 18 || (n == 17 && x))
        return LOOKS_LIKE_ID;
    if (is_telephone(r))
        return LOOKS_LIKE_PHONE;
    if (n >= 9)
        return LOOKS_LIKE_ACCOUNT;
    bool amount = !r->parted && str_starts(behind, STR("元"));
    return n < 7 || amount || is_plain_date(r) ? LOOKS_FINE : LOOKS_LIKE_PHONE;
}

static enum personal_look numbers_look(struct str s)
{
    struct run r = { .n = 0 };
    size_t end = 0; /* behind the last digit of the run */
    for (size_t at = 0; at < s.n;) {
        struct glyph g = glyph_at(s, at);
        bool inside = r.n && end == at;
        size_t date = g.digit >= 0 && !inside ? date_at(s, at) : 0;
        if (g.digit >= 0 && !date) {
            r.parted = r.parted || (r.n && !inside);
            if (r.n < RUN_MAX)
                r.digits[r.n] = (char)('0' + g.digit);
            r.n++;
            end = at + g.n;
        } else if (!g.joint || date || at + g.n >= s.n) {
            enum personal_look look = run_looks(&r, g.x, (struct str){ s.p + end, s.n - end });
            if (look != LOOKS_FINE)
                return look;
            r = (struct run){ .n = 0 };
        }
        at += date ? date : g.n;
    }
    return run_looks(&r, false, (struct str){ s.p + end, s.n - end });
}

enum personal_look text_looks(struct str text)
{
    static const char *const words[] = { "残疾",   "智残",   "肢残",   "癌",   "艾滋",   "肿瘤",
                                         "白血病", "尿毒症", "精神病", "肝炎", "结核",   "透析",
                                         "患病",   "患有",   "重病",   "大病", "慢性病", "病人",
                                         "糖尿病", "高血压", "心脏病", "脑瘫", "中风",   "瘫痪" };
    if (!text.p)
        return LOOKS_FINE;
    enum personal_look look = numbers_look(text);
    for (size_t i = 0; look == LOOKS_FINE && i < N_ELEMS(words); i++)
        if (str_has(text, str_of(words[i])))
            look = LOOKS_LIKE_ILLNESS;
    return look;
}

struct str name_family_only(struct str name, struct arena *a)
{
    static const char *const doubles[] = { "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙",
                                           "慕容", "令狐", "司徒", "夏侯", "长孙", "宇文", "端木", "百里",
                                           "南宫", "独孤", "轩辕", "申屠", "太史", "闻人", "钟离", "淳于" };
    size_t n = name.n ? character_length(name) : 0;
    for (size_t i = 0; i < N_ELEMS(doubles); i++)
        if (str_starts(name, str_of(doubles[i])) && name.n > strlen(doubles[i]))
            n = strlen(doubles[i]);
    return str_of(arena_printf(a, "%.*s某", (int)n, name.n ? name.p : ""));
}
