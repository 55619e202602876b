/* print_case.h - what is printed of cases: application form, register, responsibility letter, batch cover. */
#ifndef CASEWORK_PRINT_CASE_H
#define CASEWORK_PRINT_CASE_H

#include "casework/print.h"
#include "casework/step.h"

/* 申请表, one page per copy as the programme says (R147). */
bool print_application(struct casework *w, const struct relief_case *c, struct buf *out, struct errs *e);
/* The same within a document of several.  full: with the whole identity number; the caller has seen to the
 * right and the purpose.  The case need not be stored: loans of an archive have none. */
bool print_application_pages(struct casework *w, const struct relief_case *c, bool full, struct print *out,
                             struct errs *e);
/* 项目登记表 (R076): wide, the heading on every page, totals. */
bool print_register(struct casework *w, const struct programme *p, const struct list *cases, struct str place,
                    struct buf *out, struct errs *e);
/* 责任状, with every party's duties and place to sign (R302). */
bool print_letter(struct casework *w, const struct relief_case *c, struct buf *out, struct errs *e);
/* guarantors: by name, where they are known. */
bool print_letter_pages(struct casework *w, const struct relief_case *c, struct str guarantors,
                        struct print *out, struct errs *e);
/* 集中上报 cover sheet and the list behind it (R148). */
bool print_batch(struct casework *w, const struct case_batch *b, const struct list *cases,
                 struct str township, struct buf *out, struct errs *e);
/* 例外名单: what was excepted, by whom and why. */
bool print_exceptions(struct casework *w, const struct list *cases, struct str place, struct buf *out,
                      struct errs *e);

#endif
