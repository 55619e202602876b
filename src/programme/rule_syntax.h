/* rule_syntax.h - from a rule's text to its tree, before anybody asks what the names mean; private to rules.
 */
#ifndef PROGRAMME_RULE_SYNTAX_H
#define PROGRAMME_RULE_SYNTAX_H

#include "programme/rule.h"

enum token_kind {
    TOK_END,
    TOK_BAD, /* already reported */
    TOK_NAME,
    TOK_NUMBER,
    TOK_TEXT,
    TOK_LPAREN,
    TOK_RPAREN,
    TOK_LBRACKET,
    TOK_RBRACKET,
    TOK_COMMA,
    TOK_DOT,
    TOK_QUESTION,
    TOK_COLON,
    /* from here on: operators, as in enum syntax_op */
    TOK_OR,
    TOK_AND,
    TOK_NOT,
    TOK_EQ,
    TOK_NE,
    TOK_LT,
    TOK_LE,
    TOK_GT,
    TOK_GE,
    TOK_IN,
    TOK_PLUS,
    TOK_MINUS,
    TOK_TIMES,
    TOK_DIVIDE,
    TOK_REMAINDER,
};
struct token {
    enum token_kind kind;
    int line, col;
    struct str text; /* as it stands; of TOK_TEXT what it says */
    int64_t num;     /* TOK_NUMBER: num ÷ 10^scale */
    int scale;
};

struct lexer {
    struct arena *a;
    struct errs *e;
    struct rule_place place;
    const char *p, *end;
    int line, col;
};
/* TOK_BAD once something was reported; the caller stops. */
struct token lex_next(struct lexer *l);
/* Report at a place; false. */
#define rule_fail(e, place, line, col, msg, ...) \
    rule_fail_((e), (place), (line), (col), (msg), ARGS(__VA_ARGS__))
bool rule_fail_(struct errs *e, const struct rule_place *place, int line, int col, enum msg m,
                const struct arg *args, size_t n);
/* "; did you mean a, b?", or nothing. */
const char *rule_near(struct errs *e, struct str word, const char *const *names, size_t n);

enum syntax_kind {
    SYN_NUMBER,
    SYN_TEXT,
    SYN_BOOL,
    SYN_NAME,
    SYN_FIELD, /* a.text */
    SYN_CALL,  /* text(args), or a.text(args) */
    SYN_LIST,  /* [args] */
    SYN_NOT,
    SYN_MINUS,
    SYN_BINARY, /* a op b */
    SYN_IF,     /* a ? b : c */
};
struct syntax {
    enum syntax_kind kind;
    enum token_kind op;
    int line, col;
    int depth;
    struct str text;
    int64_t num; /* SYN_BOOL: 0 or 1 */
    int scale;
    const struct syntax *a, *b, *c;
    const struct syntax *args, *next; /* of a call or a list, and the next of them */
    size_t n_args;
};

/* NULL after a mistake, which is in e: the first one, because the rest would be guesses. */
const struct syntax *rule_parse(struct arena *a, struct str text, const struct rule_place *place,
                                struct errs *e);
/* The same words, whatever their places. */
bool syntax_same(const struct syntax *a, const struct syntax *b);

#endif
