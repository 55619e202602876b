#include "base/html.h"

static const char *escape_of(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

static void put_char(struct buf *b, char c)
{
    const char *escaped = escape_of(c);
    if (escaped)
        buf_adds(b, escaped);
    else if ((unsigned char)c >= ' ' && c != 0x7f)
        buf_addc(b, c);
    else
        buf_addc(b, ' ');
}

void html_text(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        put_char(b, s.p[i]);
}

void html_lines(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\n')
            buf_adds(b, "<br>");
        else if (s.p[i] != '\r')
            put_char(b, s.p[i]);
    }
}

void html_open(struct buf *b, const char *tag, const char *class)
{
    buf_addf(b, class ? "<%s class=\"%s\">" : "<%s>", tag, class);
}

void html_close(struct buf *b, const char *tag)
{
    buf_addf(b, "</%s>\n", tag);
}

void html_put(struct buf *b, const char *tag, const char *class, struct str text)
{
    html_open(b, tag, class);
    html_text(b, text);
    html_close(b, tag);
}
