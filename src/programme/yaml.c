#include "programme/yaml.h"

#include "base/encoding.h"

#include <assert.h>
#include <yaml.h>

struct reader {
    yaml_parser_t parser;
    struct str text;
    const size_t *lines; /* where they begin */
    size_t lines_n;
    size_t nodes;
    struct arena *a;
    struct errs *e;
    bool damaged; /* no YAML from here on */
};

/* --- places --------------------------------------------------------------------------------------- */

/* How many bytes a line break at s takes, as libyaml sees them; 0: none is there. */
static size_t line_break(struct str s)
{
    if (s.p[0] == '\r')
        return s.n > 1 && s.p[1] == '\n' ? 2 : 1;
    if (s.p[0] == '\n')
        return 1;
    if (str_starts(s, STR("\xC2\x85")))
        return 2;
    return str_starts(s, STR("\xE2\x80\xA8")) || str_starts(s, STR("\xE2\x80\xA9")) ? 3 : 0;
}

static void find_lines(struct reader *r)
{
    size_t n = 1, step;
    for (size_t i = 0; i < r->text.n; i += step ? step : 1) {
        step = line_break((struct str){ r->text.p + i, r->text.n - i });
        n += step > 0;
    }
    size_t *lines = NEW_ARRAY(r->a, size_t, n);
    for (size_t i = 0; i < r->text.n; i += step ? step : 1) {
        step = line_break((struct str){ r->text.p + i, r->text.n - i });
        if (step)
            lines[++r->lines_n] = i + step;
    }
    r->lines_n++;
    assert(r->lines_n == n);
    r->lines = lines;
}

static bool is_first_byte(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

/* The byte at a mark. */
static size_t offset_of(const struct reader *r, yaml_mark_t m)
{
    size_t i = m.line < r->lines_n ? r->lines[m.line] : r->text.n;
    for (size_t column = m.column; column && i < r->text.n; column--)
        for (i++; i < r->text.n && !is_first_byte(r->text.p[i]);)
            i++;
    return i;
}

static struct file_place place_at(yaml_mark_t m)
{
    return (struct file_place){ (int)m.line + 1, (int)m.column + 1 };
}

/* --- what is wrong with a file that is no YAML ------------------------------------------------------ */

/* libyaml's words for what people get wrong most. */
static const struct {
    const char *problem;
    enum msg msg;
} problems[] = {
    { "found character that cannot start any token", MSG_YAML_CHARACTER },
    { "found a tab character", MSG_YAML_TAB },
    { "found a tab character that violates indentation", MSG_YAML_TAB },
    { "mapping values are not allowed in this context", MSG_YAML_COLON },
    { "could not find expected ':'", MSG_YAML_NO_COLON },
    { "did not find expected key", MSG_YAML_INDENT },
    { "did not find expected '-' indicator", MSG_YAML_INDENT },
    { "block sequence entries are not allowed in this context", MSG_YAML_INDENT },
    { "did not find expected <document start>", MSG_YAML_INDENT },
    { "did not find expected ',' or ']'", MSG_YAML_BRACKET },
    { "did not find expected ',' or '}'", MSG_YAML_BRACE },
    { "did not find expected node content", MSG_YAML_NO_VALUE },
    { "found unexpected end of stream", MSG_YAML_QUOTE },
    { "found unknown escape character", MSG_YAML_ESCAPE },
};

static bool no_yaml(struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    struct str problem = str_of(p->problem ? p->problem : "?");
    enum msg msg = MSG_YAML_BROKEN;
    r->damaged = true;
    for (size_t i = 0; i < N_ELEMS(problems); i++)
        if (str_eq(problem, str_of(problems[i].problem)))
            msg = problems[i].msg;
    /* A quote that is never closed is best shown where it was opened. */
    bool quote = msg == MSG_YAML_QUOTE || msg == MSG_YAML_BRACKET || msg == MSG_YAML_BRACE;
    yaml_mark_t at = quote && p->context ? p->context_mark : p->problem_mark;
    return fail_at(r->e, place_at(at), msg, A(problem));
}

static bool next_event(struct reader *r, yaml_event_t *ev)
{
    return !r->damaged && (yaml_parser_parse(&r->parser, ev) || no_yaml(r));
}

/* --- the tree --------------------------------------------------------------------------------------- */

static const struct yaml *read_node(struct reader *r, const yaml_event_t *ev, int depth);

/* A file full of mistakes of one kind is told so a hundred times, not twenty thousand. */
static bool mistake(struct reader *r, yaml_mark_t at, enum msg msg, struct str what)
{
    if (r->e->bad.n >= YAML_MISTAKES_MAX)
        return false;
    return fail_at(r->e, place_at(at), msg, A(what));
}

static void take_raw(const struct reader *r, const yaml_event_t *ev, struct yaml *y)
{
    size_t from = offset_of(r, ev->start_mark), to = offset_of(r, ev->end_mark);
    yaml_scalar_style_t style = ev->data.scalar.style;
    y->inner = y->at;
    y->raw = y->text;
    if (style == YAML_PLAIN_SCALAR_STYLE && from < to) {
        y->raw = (struct str){ r->text.p + from, to - from };
    } else if (y->quoted && to - from > 2) {
        struct str inside = { r->text.p + from + 1, to - from - 2 };
        if (str_has(inside, style == YAML_DOUBLE_QUOTED_SCALAR_STYLE ? STR("\\") : STR("''")))
            return;
        y->raw = inside;
        y->inner.column++;
    } else if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE) {
        size_t next = ev->start_mark.line + 1;
        if (next >= r->lines_n || r->lines[next] >= to)
            return;
        y->raw = (struct str){ r->text.p + r->lines[next], to - r->lines[next] };
        y->inner = (struct file_place){ (int)next + 1, 1 };
    }
}

static void take_text(struct reader *r, const yaml_event_t *ev, struct yaml *y)
{
    struct str text = { (const char *)ev->data.scalar.value, ev->data.scalar.length };
    yaml_scalar_style_t style = ev->data.scalar.style;
    y->kind = YAML_TEXT;
    y->quoted = style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    y->text = arena_str(r->a, text);
    if (!y->text.p)
        y->text = (struct str){ "", 0 };
    if (!text_is_clean(text))
        mistake(r, ev->start_mark, MSG_YAML_CONTROL, STR(""));
    take_raw(r, ev, y);
}

static void add_entry(struct reader *r, struct yaml *y, size_t *cap, struct yaml_entry entry)
{
    if (y->n == *cap) {
        struct yaml_entry *more = NEW_ARRAY(r->a, struct yaml_entry, *cap ? *cap * 2 : 8);
        if (y->n)
            memcpy(more, y->entries, y->n * sizeof *more);
        y->entries = more;
        *cap = *cap ? *cap * 2 : 8;
    }
    y->entries[y->n++] = entry;
}

static void check_key(struct reader *r, const struct yaml *map, const struct yaml *key, yaml_mark_t at)
{
    if (key->kind != YAML_TEXT || !key->text.n) {
        mistake(r, at, MSG_YAML_KEY, STR(""));
        return;
    }
    for (size_t i = 0; i < map->n; i++) {
        const struct yaml *other = map->entries[i].key;
        assert(other);
        if (other->kind == YAML_TEXT && str_eq(other->text, key->text)) {
            mistake(r, at, MSG_YAML_TWICE, str_of(arena_printf(r->a, "%.*s", (int)key->text.n, key->text.p)));
            return;
        }
    }
}

static bool read_entries(struct reader *r, struct yaml *y, yaml_event_type_t end, int depth)
{
    size_t cap = 0;
    for (bool done = false; !done;) {
        yaml_event_t ev;
        struct yaml_entry entry = { 0 };
        if (!next_event(r, &ev))
            return false;
        if (ev.type == end) {
            done = true;
        } else if (y->kind == YAML_LIST) {
            entry.value = read_node(r, &ev, depth + 1);
        } else {
            yaml_event_t value;
            entry.key = read_node(r, &ev, depth + 1);
            if (entry.key)
                check_key(r, y, entry.key, ev.start_mark);
            if (entry.key && next_event(r, &value)) {
                entry.value = read_node(r, &value, depth + 1);
                yaml_event_delete(&value);
            }
        }
        yaml_event_delete(&ev);
        if (r->damaged)
            return false;
        if (!done)
            add_entry(r, y, &cap, entry);
    }
    return true;
}

static bool refuse_tag_and_anchor(struct reader *r, const yaml_event_t *ev)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    if (ev->type == YAML_SCALAR_EVENT) {
        anchor = ev->data.scalar.anchor;
        tag = ev->data.scalar.tag;
    } else if (ev->type == YAML_SEQUENCE_START_EVENT) {
        anchor = ev->data.sequence_start.anchor;
        tag = ev->data.sequence_start.tag;
    } else if (ev->type == YAML_MAPPING_START_EVENT) {
        anchor = ev->data.mapping_start.anchor;
        tag = ev->data.mapping_start.tag;
    }
    if (anchor || tag)
        mistake(r, ev->start_mark, MSG_YAML_ANCHOR, STR(""));
    return !anchor && !tag;
}

static const struct yaml *read_node(struct reader *r, const yaml_event_t *ev, int depth)
{
    struct yaml *y = NEW(r->a, struct yaml);
    y->at = place_at(ev->start_mark);
    if (++r->nodes > YAML_NODES_MAX || depth > YAML_DEPTH_MAX) {
        r->damaged = true;
        fail_at(r->e, y->at, MSG_YAML_LARGE);
        return NULL;
    }
    refuse_tag_and_anchor(r, ev);
    switch (ev->type) {
    case YAML_SCALAR_EVENT: take_text(r, ev, y); break;
    case YAML_SEQUENCE_START_EVENT:
        y->kind = YAML_LIST;
        if (!read_entries(r, y, YAML_SEQUENCE_END_EVENT, depth))
            return NULL;
        break;
    case YAML_MAPPING_START_EVENT:
        y->kind = YAML_MAP;
        if (!read_entries(r, y, YAML_MAPPING_END_EVENT, depth))
            return NULL;
        break;
    default: /* an alias */
        mistake(r, ev->start_mark, MSG_YAML_ANCHOR, STR(""));
        y->kind = YAML_TEXT;
        y->text = y->raw = (struct str){ "", 0 };
        break;
    }
    return y;
}

static const struct yaml *read_stream(struct reader *r)
{
    const struct yaml *root = NULL;
    for (bool more = true; more;) {
        yaml_event_t ev;
        if (!next_event(r, &ev))
            return NULL;
        switch (ev.type) {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT: break;
        case YAML_DOCUMENT_START_EVENT:
            if (root) {
                mistake(r, ev.start_mark, MSG_YAML_SECOND, STR(""));
                more = false;
            }
            break;
        case YAML_STREAM_END_EVENT: more = false; break;
        default: root = read_node(r, &ev, 1); break;
        }
        yaml_event_delete(&ev);
        more = more && !r->damaged;
    }
    return r->damaged ? NULL : root;
}

const struct yaml *yaml_read(struct str text, struct arena *a, struct errs *e)
{
    struct reader r = { .text = text, .a = a, .e = e };
    if (!utf8_valid(text)) {
        fail(e, ERR_INVALID, NULL, MSG_YAML_UTF8);
        return NULL;
    }
    find_lines(&r);
    if (!yaml_parser_initialize(&r.parser))
        abort(); /* out of memory */
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
    const struct yaml *root = read_stream(&r);
    yaml_parser_delete(&r.parser);
    if (!root && !errs_any(e))
        fail(e, ERR_INVALID, NULL, MSG_YAML_EMPTY);
    return root;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    assert(map->kind == YAML_MAP);
    for (size_t i = 0; i < map->n; i++)
        if (str_eq(map->entries[i].key->text, str_of(key)))
            return map->entries[i].value;
    return NULL;
}
