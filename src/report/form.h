/* form.h - the papers and registers of a loan fund: application, roster, contracts, IOU, notices, receipts,
 * tracking form, effect survey, statistics, the archive of eight kinds (requirements §2.1).
 *
 * One table (form_kinds) names every form, what it is made of and the requirement that asks for it;
 * docs/forms.md says the same.  A form is one paper per loan, township, receipt or household, or one
 * register; registers are also tables that a workbook can hold.  All that a batch prints is read in one pass,
 * and everything is as the books had it at the end of `as_of`.  Titles and words are the programme's own
 * (救助款, never 贷款, for S000). */
#ifndef REPORT_FORM_H
#define REPORT_FORM_H

#include "base/xlsx.h"
#include "casework/case.h"
#include "casework/print.h"

struct form_question {
    struct str programme;              /* code or name; of a survey form unknown */
    struct region_code region;         /* 0: all of the actor's area */
    int64_t period_first, period_last; /* 0: all */
    struct str number;                 /* of a contract, receipt or pay-out; unknown: all */
    struct str survey;                 /* name of a round */
    const struct str *notices;         /* only papers of these reminders, sorted; NULL: all */
    size_t notices_n;
    struct opt_date from; /* receipts: since; reminders: due since */
    struct date as_of;
    bool blank; /* what is filled in on the spot stays blank, whatever is known of it */
    bool full;  /* whole identity numbers; the caller has asked for the purpose */
};

struct form_col {
    struct label label;
    enum xlsx_kind kind;
    int width; /* per mille; 0: as it comes */
};
/* A register; on paper amounts are grouped, and each page is added up. */
struct form_table {
    struct str title;
    struct str left, middle, right; /* above it: 填报单位（盖章）, day, 单位：元 */
    const struct form_col *cols;
    size_t cols_n;
    const struct str *cells; /* row by row */
    size_t rows_n;
    const struct str *total; /* NULL: none */
    const char *feet[3];     /* below it: who signs */
    struct str note;
    bool small;     /* stands within a letter */
    bool signed_in; /* each row is signed: rows are high */
    bool broken;    /* in pages of equal length, each added up */
};

struct forms;
struct form_kind {
    const char *name;
    struct label label;
    const char *paper;  /* the programme's form of that name has the title; NULL: the label is it */
    const char *needs;  /* R147 R752 */
    struct label holds; /* where its fields come from */
    bool landscape, form;
    bool identity; /* may show whole identity numbers (dictionary §11: on the form that is signed) */
    bool (*split)(struct forms *f, struct errs *e); /* which papers there are */
    bool (*put)(struct forms *f, size_t i, struct print *p, struct errs *e);
    bool (*table)(struct forms *f, size_t i, struct form_table *t, struct errs *e); /* NULL: no register */
};
extern const struct form_kind form_kinds[];
extern const size_t form_kinds_n;
const struct form_kind *form_find(struct str name); /* NULL: none */

/* What there is to print: number i stands for itself, its name can be a file's.  Lives in e->a.  Fails if
 * there is nothing.  w: for papers of cases. */
struct forms *forms_open(struct casework *w, const struct form_kind *k, const struct form_question *q,
                         struct errs *e);
size_t forms_n(const struct forms *f);
struct str forms_name(const struct forms *f, size_t i);
int64_t forms_county(const struct forms *f);
const struct form_kind *forms_kind(const struct forms *f, size_t i); /* of an archive: each of its own */
/* Its pages into a document that is begun. */
bool forms_put(struct forms *f, size_t i, struct print *p, struct errs *e);
bool forms_table(struct forms *f, size_t i, struct form_table *t, struct errs *e);
/* The register as pages. */
void form_table_print(struct print *p, const struct form_table *t, struct arena *a);

#endif
