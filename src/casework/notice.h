/* notice.h - public notices (公示): a frozen list, how long and where it hangs, and whether anybody objected.
 *
 * A notice shows rows of a table that has columns only for what may be shown (struct notice_row): there is no
 * place for an identity number, a phone, an account, an illness or an address below the group.  Texts are
 * searched for numbers of that look and refused.  What was prepared never changes: HMAC-SM3 over all of it
 * is printed at its foot, and `verify` computes it anew.
 *
 * prepared -> posted (every channel has its proof) -> ended (the last day is over); void with a reason from
 * prepared or posted.  A row is clear, row by row, when notice_row_clear says so. */
#ifndef CASEWORK_NOTICE_H
#define CASEWORK_NOTICE_H

#include "casework/calendar.h"

enum notice_state { NOTICE_PREPARED = 1, NOTICE_POSTED, NOTICE_ENDED, NOTICE_VOID };
enum notice_level { NOTICE_VILLAGE = 1, NOTICE_TOWNSHIP, NOTICE_COUNTY };
enum notice_kind { NOTICE_PUBLIC = 1, NOTICE_RESULT = 2 };
enum { NOTICE_ROWS_MAX = 100000, NOTICE_DAYS_MAX = 365, NOTICE_CHANNELS_MAX = 20 };

struct notice {
    int64_t county, id;
    int64_t no;                /* within the county; what people call it by */
    struct code kind, level;   /* code tables notice_kind, notice_level */
    struct region_code region; /* whose notice it is */
    struct str title;
    struct str document_no; /* 文号 */
    struct str programme;   /* label */
    struct str basis;       /* the paragraph above the list */
    struct str columns;     /* of notice_row, ',' between them, in the order of the table */
    int64_t days;
    struct code day_unit;
    struct date starts_on, ends_on; /* both hang */
    struct str hotline, address, email, unit;
    int64_t rows_n;
    struct code state;
    struct date prepared_on;
    struct str prepared_by;
    struct opt_date posted_on, ended_on;
    struct str ended_by, void_reason;
    struct bytes mac;
};
/* The white list: what is no column here cannot be published. */
struct notice_row {
    int64_t county, notice_id, no; /* from 1 */
    struct opt_int case_id;
    struct str applicant_name, head_name;
    struct str township, village, village_group;
    struct str programme, project;
    struct str school, grade;
    struct str category;
    struct opt_int members;
    struct opt_money standard, amount;
};
struct notice_channel {
    int64_t county, notice_id, no; /* from 1 */
    struct code channel;
    struct str place; /* which board, which address on the net */
    struct opt_date posted_on;
    struct str posted_by;
    struct opt_int posted_document; /* document.id */
    struct opt_date removed_on;
    struct str removed_by;
    struct opt_int removed_document;
};
extern const struct entity notice_entity, notice_row_entity, notice_channel_entity;
extern const struct invariant notice_invariant;

/* --- preparing ---------------------------------------------------------------------------- */

/* One row to be published, and what decides how its name is shown: below 14 years only the guardian's name,
 * below 18 the guardian's, or the family name with 某. */
struct notice_entry {
    struct notice_row row; /* case_id and the publishable columns */
    struct opt_date birth; /* of the applicant; never kept */
    struct str guardian;
};
/* Is this column of notice_row one that people see? */
bool notice_publishes(const struct col *c);
/* n: kind, level, region, title, document_no, programme, basis, days, day_unit, starts_on, hotline, address,
 * email, unit, and columns (unknown: those that a row knows).  channels: channel and place.  Every fault of
 * every row is reported with its number.  A warning says when the period touches a year whose holidays
 * are not known. */
bool notice_prepare(struct act *act, struct notice *n, const struct notice_entry *rows, size_t rows_n,
                    const struct notice_channel *channels, size_t channels_n, struct date today,
                    struct errs *e);
/* A text that looks as if it held an identity number, phone or account number. */
enum personal_look { LOOKS_FINE, LOOKS_LIKE_ID, LOOKS_LIKE_PHONE, LOOKS_LIKE_ACCOUNT, LOOKS_LIKE_ILLNESS };
enum personal_look text_looks(struct str text);
/* 王某 of 王小明, 欧阳某 of 欧阳小明. */
struct str name_family_only(struct str name, struct arena *a);

/* --- reading ------------------------------------------------------------------------------ */

/* A notice is public: whoever may read the registry anywhere in its region, or in a region around it, sees
 * it. */
enum found notice_by_no(struct tx *tx, const struct actor *who, int64_t no, struct region_code within,
                        struct notice *n, struct errs *e);
bool notice_list(struct tx *tx, const struct actor *who, struct region_code within, struct list *out,
                 struct errs *e);
bool notice_rows(struct tx *tx, const struct notice *n, struct list *out, struct errs *e);
bool notice_channels(struct tx *tx, const struct notice *n, struct list *out, struct errs *e);
/* The rows and the notice are what was prepared. */
bool notice_is_intact(struct tx *tx, const struct notice *n, const struct list *rows);

/* --- its days ----------------------------------------------------------------------------- */

/* Another first day, while nothing was posted yet; the last day and the check follow. */
bool notice_redate(struct act *act, struct notice *n, struct date starts_on, struct date today,
                   struct errs *e);
/* It hangs at channel `no` since `on`, which is not after the first day.  document: the photo, document.id; 0
 * only where the place is an address on the net.  The last channel makes the notice posted. */
bool notice_post(struct act *act, struct notice *n, int64_t no, struct date on, int64_t document,
                 struct date today, struct errs *e);
/* It was taken down on `on`, after the last day. */
bool notice_remove(struct act *act, struct notice *n, int64_t no, struct date on, int64_t document,
                   struct date today, struct errs *e);
/* The last day is over. */
bool notice_end(struct act *act, struct notice *n, struct date today, struct errs *e);
bool notice_void(struct act *act, struct notice *n, struct str reason, struct errs *e);

/* --- is a row clear? ---------------------------------------------------------------------- */

enum notice_verdict {
    NOTICE_CLEAR,
    NOTICE_NEVER,    /* the case stands on no notice, or only on void ones */
    NOTICE_WAITS,    /* prepared, but not posted everywhere */
    NOTICE_RUNS,     /* the last day is not over */
    NOTICE_OPEN,     /* an objection is not answered */
    NOTICE_OBJECTED, /* an objection was upheld, wholly or in part */
    NOTICE_CHANGED,  /* it is not what was prepared: see `verify` */
};
struct notice_answer {
    enum notice_verdict verdict;
    int64_t notice_no, objection_no; /* 0: none */
    struct date clear_on;            /* NOTICE_RUNS: the first day on which it may be clear */
};
/* Of one row of a notice. */
bool notice_row_clear(struct tx *tx, const struct notice *n, int64_t row_no, struct date today,
                      struct notice_answer *out, struct errs *e);
/* Of the newest 公示, not void, that shows the case; an announcement of the result is none.  Where a case
 * comes before the public twice, ask about the row of the step's own notice instead. */
bool notice_case_clear(struct tx *tx, int64_t county, int64_t case_id, struct date today,
                       struct notice_answer *out, struct errs *e);
/* Of every row of a notice at once: answers[i] is that of row i + 1; rows_n of them, in e->a. */
bool notice_rows_clear(struct tx *tx, const struct notice *n, struct date today,
                       struct notice_answer **answers, struct errs *e);
/* The answer in words. */
const char *notice_answer_text(const struct notice_answer *a, struct arena *arena, enum lang lang);

#endif
