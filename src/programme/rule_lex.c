#include "programme/rule_syntax.h"

#include "base/nearest.h"
#include "base/value.h"

#include <assert.h>

enum { NUMBER_SCALE_MAX = 4, SHOWN_MAX = 40 };

bool rule_fail_(struct errs *e, const struct rule_place *place, int line, int col, enum msg m,
                const struct arg *args, size_t n)
{
    if (!place->field) /* errors of files are named by their places */
        return fail_(e, ERR_INVALID, arena_printf(e->a, "%d:%d", line, col), m, args, n);
    const char *what = say_(e->a, e->lang, m, args, n);
    return fail(e, ERR_INVALID, place->field, MSG_RULE_AT, A(line), A(col), A(what));
}

const char *rule_near(struct errs *e, struct str word, const char *const *names, size_t n)
{
    const char *near[NEAREST_MAX];
    size_t found = nearest(word, names, n, near);
    if (!found)
        return "";
    CLEANUP(buf_release) struct buf b = BUF(512);
    for (size_t i = 0; i < found; i++)
        buf_addf(&b, "%s%s", i ? ", " : "", near[i]);
    return say(e->a, e->lang, MSG_RULE_NEAR, A(buf_str(&b)));
}

/* --- characters ------------------------------------------------------------------------------ */

static size_t char_bytes(const struct lexer *l)
{
    size_t n = 1;
    while (l->p + n < l->end && ((unsigned char)l->p[n] & 0xC0) == 0x80)
        n++;
    return n;
}

static void step(struct lexer *l)
{
    assert(l->p < l->end);
    bool line_end = *l->p == '\n';
    l->p += char_bytes(l);
    l->col++;
    if (line_end) {
        l->line++;
        l->col = l->place.indent + 1;
    }
}

static char peek(const struct lexer *l, size_t i)
{
    return (size_t)(l->end - l->p) > i ? l->p[i] : '\0';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static void skip_blanks(struct lexer *l)
{
    for (;;) {
        while (l->p < l->end && is_blank(*l->p))
            step(l);
        if (peek(l, 0) != '/' || peek(l, 1) != '/')
            return;
        while (l->p < l->end && *l->p != '\n')
            step(l);
    }
}

static struct token bad(struct lexer *l, const struct token *at, enum msg m, struct str what)
{
    struct arg args[] = { { 0 }, A(what) };
    rule_fail_(l->e, &l->place, at->line, at->col, m, args, N_ELEMS(args));
    return (struct token){ .kind = TOK_BAD, .line = at->line, .col = at->col };
}

/* --- literals -------------------------------------------------------------------------------- */

static struct token lex_number(struct lexer *l, struct token t)
{
    const char *from = l->p;
    bool point = false, fits = true;
    for (; l->p < l->end; step(l)) {
        if (*l->p == '.' && !point && is_digit(peek(l, 1))) {
            point = true;
            continue;
        }
        if (!is_digit(*l->p))
            break;
        t.scale += point;
        fits &=
            !__builtin_mul_overflow(t.num, 10, &t.num) && !__builtin_add_overflow(t.num, *l->p - '0', &t.num);
    }
    while (l->p < l->end && (is_letter(*l->p) || is_digit(*l->p))) {
        fits = false; /* 0x10, 5u, 1e3: CEL has them, amounts of money do not */
        step(l);
    }
    t.kind = TOK_NUMBER;
    t.text = (struct str){ from, (size_t)(l->p - from) };
    if (!fits || t.scale > NUMBER_SCALE_MAX)
        return bad(l, &t, MSG_RULE_NUMBER, t.text);
    return t;
}

static struct token lex_text(struct lexer *l, struct token t)
{
    char quote = *l->p;
    char *out = arena_alloc(l->a, (size_t)(l->end - l->p) + 1);
    const char *from = l->p;
    size_t n = 0;
    step(l);
    while (l->p < l->end && *l->p != quote && *l->p != '\n') {
        if (*l->p == '\\') {
            char c = peek(l, 1);
            if (c != '\\' && c != '\'' && c != '"')
                return bad(l, &(struct token){ .line = l->line, .col = l->col }, MSG_RULE_ESCAPE, STR(""));
            step(l);
        }
        size_t bytes = char_bytes(l);
        memcpy(out + n, l->p, bytes);
        n += bytes;
        step(l);
    }
    if (l->p >= l->end || *l->p != quote)
        return bad(l, &t, MSG_RULE_TEXT_OPEN, (struct str){ from, 1 });
    step(l);
    t.kind = TOK_TEXT;
    t.text = (struct str){ out, n };
    return t;
}

static struct token lex_name(struct lexer *l, struct token t)
{
    const char *from = l->p;
    while (l->p < l->end && (is_letter(*l->p) || is_digit(*l->p)))
        step(l);
    t.kind = TOK_NAME;
    t.text = (struct str){ from, (size_t)(l->p - from) };
    if (str_eq(t.text, STR("in")))
        t.kind = TOK_IN;
    else if (t.text.n <= 2 && (peek(l, 0) == '\'' || peek(l, 0) == '"'))
        return bad(l, &t, MSG_RULE_TEXT_PREFIX, t.text);
    return t;
}

/* --- signs ----------------------------------------------------------------------------------- */

/* Longer ones first.  With `instead`: what other languages write, or an input method does. */
static const struct sign {
    const char *text;
    enum token_kind kind;
    const char *instead;
} signs[] = {
    { "===", TOK_BAD, "==" },     { "!==", TOK_BAD, "!=" },  { "&&", TOK_AND, NULL },
    { "||", TOK_OR, NULL },       { "==", TOK_EQ, NULL },    { "!=", TOK_NE, NULL },
    { "<=", TOK_LE, NULL },       { ">=", TOK_GE, NULL },    { "<>", TOK_BAD, "!=" },
    { "=<", TOK_BAD, "<=" },      { "=>", TOK_BAD, ">=" },   { "**", TOK_BAD, "*" },
    { "=", TOK_BAD, "==" },       { "&", TOK_BAD, "&&" },    { "|", TOK_BAD, "||" },
    { "(", TOK_LPAREN, NULL },    { ")", TOK_RPAREN, NULL }, { "[", TOK_LBRACKET, NULL },
    { "]", TOK_RBRACKET, NULL },  { ",", TOK_COMMA, NULL },  { ".", TOK_DOT, NULL },
    { "?", TOK_QUESTION, NULL },  { ":", TOK_COLON, NULL },  { "!", TOK_NOT, NULL },
    { "<", TOK_LT, NULL },        { ">", TOK_GT, NULL },     { "+", TOK_PLUS, NULL },
    { "-", TOK_MINUS, NULL },     { "*", TOK_TIMES, NULL },  { "/", TOK_DIVIDE, NULL },
    { "%", TOK_REMAINDER, NULL }, { "（", TOK_BAD, "(" },    { "）", TOK_BAD, ")" },
    { "【", TOK_BAD, "[" },       { "】", TOK_BAD, "]" },    { "，", TOK_BAD, "," },
    { "、", TOK_BAD, "," },       { "。", TOK_BAD, "." },    { "：", TOK_BAD, ":" },
    { "？", TOK_BAD, "?" },       { "！", TOK_BAD, "!" },    { "＝", TOK_BAD, "==" },
    { "≠", TOK_BAD, "!=" },       { "≤", TOK_BAD, "<=" },    { "≥", TOK_BAD, ">=" },
    { "＜", TOK_BAD, "<" },       { "＞", TOK_BAD, ">" },    { "＆", TOK_BAD, "&" },
    { "｜", TOK_BAD, "|" },       { "‘", TOK_BAD, "'" },     { "’", TOK_BAD, "'" },
    { "“", TOK_BAD, "'" },        { "”", TOK_BAD, "'" },     { "×", TOK_BAD, "*" },
    { "÷", TOK_BAD, "/" },        { "－", TOK_BAD, "-" },
};

static struct token lex_sign(struct lexer *l, struct token t)
{
    struct str rest = { l->p, (size_t)(l->end - l->p) };
    for (size_t i = 0; i < N_ELEMS(signs); i++) {
        if (!str_starts(rest, str_of(signs[i].text)))
            continue;
        if (signs[i].instead) {
            struct arg args[] = { { 0 }, A(signs[i].text), A(signs[i].instead) };
            rule_fail_(l->e, &l->place, t.line, t.col, MSG_RULE_WRITE, args, N_ELEMS(args));
            t.kind = TOK_BAD;
            return t;
        }
        t.kind = signs[i].kind;
        t.text = (struct str){ l->p, strlen(signs[i].text) };
        for (size_t k = 0; k < t.text.n; k++)
            step(l);
        return t;
    }
    struct str sign = { l->p, char_bytes(l) };
    return bad(l, &t, MSG_RULE_SIGN, (unsigned char)*l->p < ' ' ? STR("?") : sign);
}

struct token lex_next(struct lexer *l)
{
    skip_blanks(l);
    struct token t = { .line = l->line, .col = l->col };
    if (l->p >= l->end)
        return t;
    if (is_digit(*l->p))
        return lex_number(l, t);
    if (is_letter(*l->p))
        return lex_name(l, t);
    if (*l->p == '\'' || *l->p == '"')
        return lex_text(l, t);
    return lex_sign(l, t);
}
