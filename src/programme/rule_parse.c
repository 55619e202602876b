#include "programme/rule_syntax.h"

#include <assert.h>

struct parser {
    struct lexer l;
    struct token t; /* the next one */
    int depth;
    bool failed;
};

#define trouble(ps, at, msg, ...) trouble_((ps), (at), (msg), ARGS(__VA_ARGS__))
static const struct syntax *trouble_(struct parser *ps, const struct token *at, enum msg m,
                                     const struct arg *args, size_t n)
{
    if (!ps->failed && at->kind != TOK_BAD)
        rule_fail_(ps->l.e, &ps->l.place, at->line, at->col, m, args, n);
    ps->failed = true;
    return NULL;
}

static struct token take(struct parser *ps)
{
    struct token t = ps->t;
    if (t.kind != TOK_BAD)
        ps->t = lex_next(&ps->l);
    if (ps->t.kind == TOK_BAD)
        ps->failed = true;
    return t;
}

static int deepest(const struct syntax *s)
{
    return s ? s->depth : 0;
}

static const struct syntax *made(struct parser *ps, struct syntax s)
{
    int depth = deepest(s.a);
    depth = deepest(s.b) > depth ? deepest(s.b) : depth;
    depth = deepest(s.c) > depth ? deepest(s.c) : depth;
    for (const struct syntax *x = s.args; x; x = x->next)
        depth = x->depth > depth ? x->depth : depth;
    s.depth = depth + 1;
    struct token at = { .kind = TOK_NAME, .line = s.line, .col = s.col };
    if (s.depth > RULE_DEPTH_MAX)
        return trouble(ps, &at, MSG_RULE_DEEP, A((int)RULE_DEPTH_MAX));
    struct syntax *out = NEW(ps->l.a, struct syntax);
    *out = s;
    return out;
}

static struct syntax at(const struct token *t, enum syntax_kind kind)
{
    return (struct syntax){ .kind = kind,
                            .op = t->kind,
                            .line = t->line,
                            .col = t->col,
                            .text = t->text,
                            .num = t->num,
                            .scale = t->scale };
}

/* --- what was found instead ------------------------------------------------------------------ */

static const struct {
    const char *word, *instead;
} words[] = {
    { "and", "&&" },    { "AND", "&&" },     { "And", "&&" }, { "or", "||" }, { "OR", "||" },
    { "Or", "||" },     { "not", "!" },      { "NOT", "!" },  { "Not", "!" }, { "is", "==" },
    { "IS", "==" },     { "IN", "in" },      { "mod", "%" },  { "div", "/" }, { "eq", "==" },
    { "equals", "==" }, { "between", "&&" },
};

static const struct syntax *unexpected(struct parser *ps, enum msg wanted)
{
    const struct token *t = &ps->t;
    for (size_t i = 0; t->kind == TOK_NAME && i < N_ELEMS(words); i++)
        if (str_eq(t->text, str_of(words[i].word)))
            return trouble(ps, t, MSG_RULE_WRITE, A(words[i].word), A(words[i].instead));
    const char *what = catalogue_text(wanted, ps->l.e->lang);
    if (t->kind == TOK_END)
        return trouble(ps, t, MSG_RULE_ENDS, A(what));
    return trouble(ps, t, MSG_RULE_UNEXPECTED, A(t->text), A(what));
}

static bool expect(struct parser *ps, enum token_kind kind, enum msg wanted)
{
    if (ps->t.kind == kind) {
        take(ps);
        return !ps->failed;
    }
    unexpected(ps, wanted);
    return false;
}

/* --- the grammar, CEL's, from the inside out ------------------------------------------------- */

static const struct syntax *expression(struct parser *ps);

/* Up to the closing sign; the opening one is taken. */
static bool arguments(struct parser *ps, enum token_kind close, struct syntax *into)
{
    const struct syntax **tail = &into->args;
    if (ps->t.kind == close)
        return expect(ps, close, MSG_RULE_WANT_CLOSE);
    do {
        if (into->n_args)
            take(ps);
        const struct syntax *x = expression(ps);
        if (!x)
            return false;
        struct syntax *copy = NEW(ps->l.a, struct syntax);
        *copy = *x;
        *tail = copy;
        tail = &copy->next;
        into->n_args++;
    } while (ps->t.kind == TOK_COMMA);
    return expect(ps, close, MSG_RULE_WANT_CLOSE);
}

static const char *const reserved[] = { "as",        "break",  "const",  "continue", "else",  "for",
                                        "function",  "if",     "import", "let",      "loop",  "package",
                                        "namespace", "return", "var",    "void",     "while", "null" };

static const struct syntax *name_or_call(struct parser *ps)
{
    struct token t = take(ps);
    for (size_t i = 0; i < N_ELEMS(reserved); i++)
        if (str_eq(t.text, str_of(reserved[i])))
            return trouble(ps, &t, MSG_RULE_NOT_HERE, A(t.text), A(""));
    if (str_eq(t.text, STR("not")) || str_eq(t.text, STR("NOT")))
        return trouble(ps, &t, MSG_RULE_WRITE, A(t.text), A("!"));
    struct syntax s = at(&t, SYN_NAME);
    if (str_eq(t.text, STR("true")) || str_eq(t.text, STR("false"))) {
        s.kind = SYN_BOOL;
        s.num = str_eq(t.text, STR("true"));
    } else if (ps->t.kind == TOK_LPAREN) {
        s.kind = SYN_CALL;
        take(ps);
        if (!arguments(ps, TOK_RPAREN, &s))
            return NULL;
    }
    return made(ps, s);
}

static const struct syntax *primary(struct parser *ps)
{
    struct token t = ps->t;
    switch (t.kind) {
    case TOK_NUMBER: take(ps); return made(ps, at(&t, SYN_NUMBER));
    case TOK_TEXT: take(ps); return made(ps, at(&t, SYN_TEXT));
    case TOK_NAME: return name_or_call(ps);
    case TOK_LPAREN: {
        take(ps);
        const struct syntax *x = expression(ps);
        return x && expect(ps, TOK_RPAREN, MSG_RULE_WANT_CLOSE) ? x : NULL;
    }
    case TOK_LBRACKET: {
        struct syntax s = at(&t, SYN_LIST);
        take(ps);
        return arguments(ps, TOK_RBRACKET, &s) ? made(ps, s) : NULL;
    }
    default: return unexpected(ps, MSG_RULE_WANT_VALUE);
    }
}

static const struct syntax *member(struct parser *ps)
{
    const struct syntax *x = primary(ps);
    while (x && (ps->t.kind == TOK_DOT || ps->t.kind == TOK_LBRACKET)) {
        if (ps->t.kind == TOK_LBRACKET)
            return trouble(ps, &ps->t, MSG_RULE_NOT_HERE, A("[ ]"), A(""));
        take(ps);
        if (ps->t.kind != TOK_NAME)
            return unexpected(ps, MSG_RULE_WANT_NAME);
        struct token t = take(ps);
        struct syntax s = at(&t, SYN_FIELD);
        s.a = x;
        if (ps->t.kind == TOK_LPAREN) {
            s.kind = SYN_CALL;
            take(ps);
            if (!arguments(ps, TOK_RPAREN, &s))
                return NULL;
        }
        x = made(ps, s);
    }
    return x;
}

static const struct syntax *unary(struct parser *ps)
{
    if (ps->t.kind != TOK_NOT && ps->t.kind != TOK_MINUS)
        return member(ps);
    struct token t = take(ps);
    if (++ps->depth > RULE_DEPTH_MAX)
        return trouble(ps, &t, MSG_RULE_DEEP, A((int)RULE_DEPTH_MAX));
    struct syntax s = at(&t, t.kind == TOK_NOT ? SYN_NOT : SYN_MINUS);
    s.a = ps->failed ? NULL : unary(ps);
    ps->depth--;
    return s.a ? made(ps, s) : NULL;
}

/* The binding power of a binary operator, 0: it is none. */
static int level_of(enum token_kind k)
{
    switch (k) {
    case TOK_OR: return 1;
    case TOK_AND: return 2;
    case TOK_EQ:
    case TOK_NE:
    case TOK_LT:
    case TOK_LE:
    case TOK_GT:
    case TOK_GE:
    case TOK_IN: return 3;
    case TOK_PLUS:
    case TOK_MINUS: return 4;
    case TOK_TIMES:
    case TOK_DIVIDE:
    case TOK_REMAINDER: return 5;
    default: return 0;
    }
}

static const struct syntax *binary(struct parser *ps, int level)
{
    enum { RELATION = 3, UNARY = 6 };
    const struct syntax *x = level == UNARY ? unary(ps) : binary(ps, level + 1);
    if (level == UNARY)
        return x;
    bool compared = false;
    while (x && !ps->failed && level_of(ps->t.kind) == level) {
        struct token t = take(ps);
        if (level == RELATION && compared)
            return trouble(ps, &t, MSG_RULE_CHAINED);
        compared = true;
        struct syntax s = at(&t, SYN_BINARY);
        s.a = x;
        s.b = ps->failed ? NULL : binary(ps, level + 1);
        x = s.b ? made(ps, s) : NULL;
    }
    return ps->failed ? NULL : x;
}

static const struct syntax *expression(struct parser *ps)
{
    if (++ps->depth > RULE_DEPTH_MAX)
        return trouble(ps, &ps->t, MSG_RULE_DEEP, A((int)RULE_DEPTH_MAX));
    const struct syntax *x = ps->failed ? NULL : binary(ps, 1);
    if (x && ps->t.kind == TOK_QUESTION) {
        struct token t = take(ps);
        struct syntax s = at(&t, SYN_IF);
        s.a = x;
        s.b = ps->failed ? NULL : binary(ps, 1);
        s.c = s.b && expect(ps, TOK_COLON, MSG_RULE_WANT_COLON) ? expression(ps) : NULL;
        x = s.c ? made(ps, s) : NULL;
    }
    ps->depth--;
    return ps->failed ? NULL : x;
}

const struct syntax *rule_parse(struct arena *a, struct str text, const struct rule_place *place,
                                struct errs *e)
{
    struct parser ps = { .l = { .a = a,
                                .e = e,
                                .place = *place,
                                .p = text.p,
                                .end = text.p ? text.p + text.n : NULL,
                                .line = place->line,
                                .col = place->col } };
    if (str_trim(text).n == 0) {
        rule_fail(e, place, place->line, place->col, MSG_RULE_EMPTY);
        return NULL;
    }
    if (text.n > RULE_TEXT_MAX) {
        rule_fail(e, place, place->line, place->col, MSG_RULE_LONG, A((int)RULE_TEXT_MAX));
        return NULL;
    }
    take(&ps);
    if (ps.failed)
        return NULL;
    if (ps.t.kind == TOK_END) {
        rule_fail(e, place, place->line, place->col, MSG_RULE_EMPTY);
        return NULL;
    }
    const struct syntax *x = expression(&ps);
    if (x && ps.t.kind != TOK_END)
        return unexpected(&ps, MSG_RULE_WANT_OPERATOR);
    assert(x || errs_any(e));
    return x;
}

static bool same_word(const struct syntax *a, const struct syntax *b)
{
    switch (a->kind) {
    case SYN_NAME:
    case SYN_FIELD:
    case SYN_CALL:
    case SYN_TEXT: return str_eq(a->text, b->text);
    case SYN_BINARY: return a->op == b->op;
    default: return a->num == b->num && a->scale == b->scale;
    }
}

bool syntax_same(const struct syntax *a, const struct syntax *b)
{
    if (!a || !b)
        return a == b;
    if (a->kind != b->kind || a->n_args != b->n_args || !same_word(a, b))
        return false;
    const struct syntax *x = a->args, *y = b->args;
    for (; x && y; x = x->next, y = y->next)
        if (!syntax_same(x, y))
            return false;
    return syntax_same(a->a, b->a) && syntax_same(a->b, b->b) && syntax_same(a->c, b->c);
}
