#include "base/capital.h"

/* An amount is spelled once, as a list of words each of which must or may stand there.  Printing
 * writes the list down; reading finds what the words would be worth and then holds them against
 * the list of that amount, so that what the rules forbid never matches. */

enum word {
    ZERO,
    ONE,
    TWO,
    THREE,
    FOUR,
    FIVE,
    SIX,
    SEVEN,
    EIGHT,
    NINE,
    TEN,
    HUNDRED,
    THOUSAND,
    WAN,
    YI,
    YUAN,
    JIAO,
    FEN,
    WHOLE,
    MINUS,
};

/* The first spelling of a word is the one printed. */
static const struct {
    const char text[4];
    enum word word;
} spellings[] = {
    { "零", ZERO }, { "壹", ONE },     { "贰", TWO },      { "叁", THREE }, { "肆", FOUR },
    { "伍", FIVE }, { "陆", SIX },     { "柒", SEVEN },    { "捌", EIGHT }, { "玖", NINE },
    { "拾", TEN },  { "佰", HUNDRED }, { "仟", THOUSAND }, { "万", WAN },   { "亿", YI },
    { "元", YUAN }, { "角", JIAO },    { "分", FEN },      { "整", WHOLE }, { "负", MINUS },
    { "〇", ZERO }, { "一", ONE },     { "二", TWO },      { "三", THREE }, { "四", FOUR },
    { "五", FIVE }, { "六", SIX },     { "七", SEVEN },    { "八", EIGHT }, { "九", NINE },
    { "十", TEN },  { "百", HUNDRED }, { "千", THOUSAND }, { "圆", YUAN },  { "正", WHOLE },
    { "貳", TWO },  { "參", THREE },   { "陸", SIX },      { "萬", WAN },   { "億", YI },
    { "圓", YUAN }, { "負", MINUS },
};

enum { SPELLING_BYTES = 3, WORDS_MAX = 64, PLACES_MAX = 18 };

struct spelled {
    enum word word;
    bool optional, silent; /* silent: allowed, but not printed */
};

struct words {
    struct spelled w[WORDS_MAX];
    size_t n;
};

static void say_word(struct words *w, enum word word)
{
    w->w[w->n++] = (struct spelled){ .word = word };
}

static void may_say(struct words *w, enum word word, bool silent)
{
    w->w[w->n++] = (struct spelled){ word, .optional = true, .silent = silent };
}

/* 零 between the digits at two places, more than one apart.  The 万 and 元 places need none when the
 * next place has a digit (rule 3); where a whole group of four is empty it is printed all the same. */
static void spell_gap(struct words *w, int place, int last)
{
    if (place % 4 != 3)
        say_word(w, ZERO);
    else
        may_say(w, ZERO, last / 4 == place / 4 + 1);
}

static void spell_group_end(struct words *w, int place, bool group_empty)
{
    if (place == 8 || (place == 16 && !group_empty))
        say_word(w, YI);
    else if ((place == 4 || place == 12) && !group_empty)
        say_word(w, WAN);
}

static void spell_yuan(struct words *w, uint64_t yuan)
{
    static const enum word units[] = { 0, TEN, HUNDRED, THOUSAND };
    char digits[PLACES_MAX];
    int places = 0;
    for (; yuan; yuan /= 10)
        digits[places++] = (char)(yuan % 10);
    bool group_empty = true;
    for (int place = places - 1, last = places; place >= 0; place--) {
        if (digits[place]) {
            if (last > place + 1)
                spell_gap(w, place, last);
            say_word(w, (enum word)digits[place]);
            if (place % 4)
                say_word(w, units[place % 4]);
            last = place;
            group_empty = false;
        }
        if (place % 4 == 0) {
            spell_group_end(w, place, group_empty);
            group_empty = true;
        }
    }
}

static void spell_fen(struct words *w, unsigned jiao, unsigned fen, bool after_yuan, bool yuan_place_zero)
{
    if (jiao) {
        if (after_yuan && yuan_place_zero)
            may_say(w, ZERO, true);
        say_word(w, (enum word)jiao);
        say_word(w, JIAO);
    } else if (fen && after_yuan) {
        say_word(w, ZERO);
    }
    if (fen) {
        say_word(w, (enum word)fen);
        say_word(w, FEN);
    } else if (jiao) {
        may_say(w, WHOLE, false);
    } else {
        say_word(w, WHOLE);
    }
}

static uint64_t magnitude(struct money m)
{
    return m.fen < 0 ? -(uint64_t)m.fen : (uint64_t)m.fen;
}

static struct words spell(uint64_t fen)
{
    struct words w = { .n = 0 };
    uint64_t yuan = fen / 100;
    spell_yuan(&w, yuan);
    if (!fen)
        say_word(&w, ZERO);
    if (yuan || !fen)
        say_word(&w, YUAN);
    spell_fen(&w, (unsigned)(fen / 10 % 10), (unsigned)(fen % 10), yuan != 0, yuan % 10 == 0);
    return w;
}

static void add_word(struct buf *b, enum word word)
{
    buf_adds(b, spellings[word].text);
}

void money_print_capital(struct buf *b, struct money m)
{
    struct words w = spell(magnitude(m));
    buf_adds(b, "人民币");
    if (m.fen < 0)
        add_word(b, MINUS);
    for (size_t i = 0; i < w.n; i++)
        if (!w.w[i].silent)
            add_word(b, w.w[i].word);
}

/* --- reading ------------------------------------------------------------------------------ */

static bool take(struct str *s, struct str part)
{
    if (!str_starts(*s, part))
        return false;
    *s = (struct str){ s->p + part.n, s->n - part.n };
    return true;
}

static bool take_word(struct str *s, enum word *word)
{
    for (size_t i = 0; i < N_ELEMS(spellings); i++)
        if (take(s, (struct str){ spellings[i].text, SPELLING_BYTES })) {
            *word = spellings[i].word;
            return true;
        }
    return false;
}

/* What the words would be worth, if they are put rightly: `whole` 亿, `group` 万, `few` below. */
struct worth {
    uint64_t whole, group, few, digit, fen;
    bool overflow;
};

static void close_yi(struct worth *t, uint64_t unit, uint64_t *into)
{
    uint64_t v;
    t->overflow |= __builtin_add_overflow(t->whole, t->group + t->few + t->digit, &v);
    t->overflow |= __builtin_mul_overflow(v, unit, into);
    t->group = t->few = t->digit = 0;
}

static void count_word(struct worth *t, enum word word)
{
    static const uint64_t small_units[] = { 10, 100, 1000 };
    if (word <= NINE) {
        t->digit = word;
    } else if (word <= THOUSAND) {
        t->few += t->digit * small_units[word - TEN];
        t->digit = 0;
    } else if (word == WAN) {
        t->group += (t->few + t->digit) * 10000;
        t->few = t->digit = 0;
    } else if (word == YI) {
        close_yi(t, 100000000, &t->whole);
    } else if (word == YUAN) {
        close_yi(t, 100, &t->fen);
        t->whole = 0;
    } else if (word == JIAO || word == FEN) {
        t->overflow |= __builtin_add_overflow(t->fen, t->digit * (word == JIAO ? 10 : 1), &t->fen);
        t->digit = 0;
    }
}

static bool matches(const struct words *want, const enum word *got, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < want->n; i++) {
        if (at < n && got[at] == want->w[i].word)
            at++;
        else if (!want->w[i].optional)
            return false;
    }
    return at == n;
}

bool money_read_capital(struct str s, struct money *m)
{
    enum word got[WORDS_MAX];
    size_t n = 0;
    struct worth t = { 0 };
    s = str_trim(s);
    bool minus = take(&s, STR("负")) || take(&s, STR("負"));
    if ((take(&s, STR("人民币")) || take(&s, STR("人民幣"))) && !minus)
        minus = take(&s, STR("负")) || take(&s, STR("負"));
    for (; s.n; n++) {
        if (n == WORDS_MAX || !take_word(&s, &got[n]))
            return false;
        count_word(&t, got[n]);
    }
    if (t.overflow || t.fen > (uint64_t)INT64_MAX + minus || (minus && !t.fen))
        return false;
    struct words want = spell(t.fen);
    if (!matches(&want, got, n))
        return false;
    *m = (struct money){ (int64_t)(minus ? -t.fen : t.fen) };
    return true;
}

/* --- dates on vouchers -------------------------------------------------------------------- */

/* Rule 6: 零 before 1 to 9 of a day, 1 and 2 of a month, and before full tens; 壹 before 拾壹. */
static void add_month_or_day(struct buf *b, int v, bool zero_before)
{
    if (zero_before || v % 10 == 0)
        add_word(b, ZERO);
    if (v >= 10) {
        add_word(b, (enum word)(v / 10));
        add_word(b, TEN);
    }
    if (v % 10)
        add_word(b, (enum word)(v % 10));
}

void date_print_capital(struct buf *b, struct date d)
{
    struct civil c = date_civil(d);
    unsigned year = c.year < 0 ? -(unsigned)c.year : (unsigned)c.year;
    unsigned unit = 1000;
    while (year / unit >= 10)
        unit *= 10;
    if (c.year < 0)
        add_word(b, MINUS);
    for (; unit; unit /= 10)
        add_word(b, (enum word)(year / unit % 10));
    buf_adds(b, "年");
    add_month_or_day(b, c.month, c.month <= 2);
    buf_adds(b, "月");
    add_month_or_day(b, c.day, c.day <= 9);
    buf_adds(b, "日");
}
