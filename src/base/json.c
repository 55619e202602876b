#include "base/json.h"

static void begin(struct json_out *w)
{
    if (w->comma)
        buf_addc(w->b, ',');
    w->comma = true;
}

static void open(struct json_out *w, char c)
{
    begin(w);
    buf_addc(w->b, c);
    w->comma = false;
}

static void close(struct json_out *w, char c)
{
    buf_addc(w->b, c);
    w->comma = true;
}

void put_object(struct json_out *w)
{
    open(w, '{');
}

void put_object_end(struct json_out *w)
{
    close(w, '}');
}

void put_list(struct json_out *w)
{
    open(w, '[');
}

void put_list_end(struct json_out *w)
{
    close(w, ']');
}

static void escape(struct buf *b, unsigned char c)
{
    static const char short_form[][2] = { { '"', '"' },  { '\\', '\\' }, { '\n', 'n' }, { '\r', 'r' },
                                          { '\t', 't' }, { '\b', 'b' },  { '\f', 'f' } };
    for (size_t i = 0; i < N_ELEMS(short_form); i++)
        if (c == (unsigned char)short_form[i][0]) {
            buf_addc(b, '\\');
            buf_addc(b, short_form[i][1]);
            return;
        }
    buf_addf(b, "\\u%04x", c);
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

static void quoted(struct buf *b, struct str s)
{
    buf_addc(b, '"');
    size_t plain = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (is_plain(c))
            continue;
        buf_add(b, (struct str){ s.p + plain, i - plain });
        escape(b, c);
        plain = i + 1;
    }
    buf_add(b, (struct str){ s.p + plain, s.n - plain });
    buf_addc(b, '"');
}

void put_key(struct json_out *w, const char *key)
{
    size_t n = strlen(key); /* keys are ours: there is nothing to escape in them */
    char *p = buf_room(w->b, n + 4);
    if (!p)
        return;
    char *at = p;
    if (w->comma)
        *at++ = ',';
    *at++ = '"';
    at = mempcpy(at, key, n);
    *at++ = '"';
    *at++ = ':';
    w->b->n += (size_t)(at - p);
    w->comma = false;
}

void put_text(struct json_out *w, struct str s)
{
    if (!s.p) {
        put_nil(w);
        return;
    }
    begin(w);
    quoted(w->b, s);
}

size_t put_text_begin(struct json_out *w)
{
    begin(w);
    buf_addc(w->b, '"');
    return w->b->n;
}

void put_text_end(struct json_out *w, size_t from)
{
    struct buf *b = w->b;
    size_t at = from;
    while (at < b->n && is_plain((unsigned char)b->p[at]))
        at++;
    if (at == b->n) {
        buf_addc(b, '"');
        return;
    }
    size_t n = b->n - from;
    char *copy = xmalloc(n);
    memcpy(copy, b->p + from, n);
    b->n = from - 1;
    quoted(b, (struct str){ copy, n });
    free(copy);
}

void put_cstr(struct json_out *w, const char *s)
{
    put_text(w, str_of(s));
}

void put_int(struct json_out *w, int64_t v)
{
    begin(w);
    buf_addi(w->b, v);
}

void put_bool(struct json_out *w, bool v)
{
    begin(w);
    buf_adds(w->b, v ? "true" : "false");
}

void put_nil(struct json_out *w)
{
    begin(w);
    buf_adds(w->b, "null");
}

void put_member_text(struct json_out *w, const char *key, struct str s)
{
    put_key(w, key);
    put_text(w, s);
}

void put_member_cstr(struct json_out *w, const char *key, const char *s)
{
    put_key(w, key);
    put_cstr(w, s);
}

void put_member_int(struct json_out *w, const char *key, int64_t v)
{
    put_key(w, key);
    put_int(w, v);
}

void put_member_bool(struct json_out *w, const char *key, bool v)
{
    put_key(w, key);
    put_bool(w, v);
}
