/* html.h - pages of HTML written from left to right; nothing of a text is ever taken for markup. */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/buf.h"

/* A text between tags or within the quotes of an attribute; line ends become <br> only in html_lines. */
void html_text(struct buf *b, struct str s);
void html_lines(struct buf *b, struct str s);
/* Tags and classes are ours, never a user's.  class NULL: none. */
void html_open(struct buf *b, const char *tag, const char *class);
void html_close(struct buf *b, const char *tag);
/* <tag class="class">text</tag> and a line end. */
void html_put(struct buf *b, const char *tag, const char *class, struct str text);

#endif
