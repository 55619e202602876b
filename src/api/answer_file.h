/* answer_file.h - an answer that can only be made as a file, such as a workbook. */
#ifndef API_ANSWER_FILE_H
#define API_ANSWER_FILE_H

#include "api/route.h"

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

typedef bool file_writer(void *ctx, const char *path, struct errs *e);
/* write makes a file at `path`, in a folder of its own; its bytes become the answer, `name` what a browser
 * calls it. */
bool answer_file(struct call *c, const char *name, file_writer *write, void *ctx, struct errs *e);
/* All of a file behind what b holds; false with errno, or when b is full. */
bool read_whole(const char *path, struct buf *b);

#endif
