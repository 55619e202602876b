/* picture.h - JPEG, PNG and PDF: told apart by their content, and made fit for publication.
 *
 * A photo carries more than its picture: where and when it was taken, with which device, a small copy of what
 * was cut away.  The strippers keep what draws the picture, byte for byte, and leave out everything else.
 * PDF files are not rewritten: one with metadata is refused for publication. */
#ifndef BASE_PICTURE_H
#define BASE_PICTURE_H

#include "base/buf.h"
#include "base/err.h"

enum file_format { FORMAT_NONE, FORMAT_JPEG, FORMAT_PNG, FORMAT_PDF }; /* code table document_format */

enum file_format file_format(struct str content);
const char *file_format_suffix(enum file_format f); /* "jpg"; "" for none */

/* Why a file cannot be published, or that it can. */
enum strip_result {
    STRIP_OK,
    STRIP_DAMAGED,  /* no whole file of its format */
    STRIP_METADATA, /* a PDF that says who made it and when, or holds other files */
    STRIP_SCRIPT,   /* a PDF with scripts, forms or actions */
    STRIP_UNSEEN,   /* a PDF whose parts are encrypted or packed, so that nobody can tell */
};
/* out is empty before, and holds at most content.n + 64 bytes after STRIP_OK; else nothing of use. */
enum strip_result jpeg_strip(struct str content, struct buf *out);
enum strip_result png_strip(struct str content, struct buf *out);
enum strip_result pdf_check(struct str content);

/* The content as it may be published, appended to out; false says why not. */
bool file_strip(struct str content, struct buf *out, struct errs *e);

#endif
