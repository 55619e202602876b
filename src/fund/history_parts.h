/* history_parts.h - what the kinds of files of a fund's archive share.  Private to the import. */
#ifndef FUND_HISTORY_PARTS_H
#define FUND_HISTORY_PARTS_H

#include "fund/book.h"
#include "fund/history.h"
#include "ledger/ledger.h"
#include "registry/import_look.h"

/* A fund that rows name by their programme.  Below 0 the id is provisional: the fund is made for the first
 * good row. */
struct known_fund {
    int64_t county, id, live_max;
    struct str programme, name;
    struct str typed; /* as the file names it */
    bool stored;      /* has loans in the books */
    int64_t *periods; /* ascending */
    size_t periods_n;
};

/* What moved money and waits for the journal. */
struct history_post {
    enum history_kind kind;
    size_t fund; /* its place among the funds */
    struct date on;
    struct money amount, interest; /* of a repayment amount is the principal */
    int64_t voucher_id, contract_id;
    struct opt_int period;
    struct region_code township;
    struct code source, nature;
    struct str number, document;
};

struct number_slot {
    struct str number;
    int64_t county;
    size_t event; /* its place + 1; 0: a free slot */
};
struct fund_memory {
    struct history h;
    struct known_fund *funds[HISTORY_FUNDS_MAX];
    size_t funds_n;
    struct number_slot *numbers;
    size_t numbers_n, numbers_cap;
    size_t next[3]; /* per kind: the first event that the second reading has not met yet */
    struct history_post *posts;
    size_t posts_n, posts_cap;
    struct fund_members {
        int64_t household, person;
        struct str name;
        uint8_t key[SEAL_TAG];
        bool numbered;
    } * members; /* of the batch's households, in its arena, ascending by household */
    size_t members_n;
};
struct fund_memory *fund_memory(struct importing *im);

/* The county that sources and periods are about. */
bool history_county(struct importing *im, struct import_row *row, int64_t *county, struct errs *e);
/* NULL in *f: the row was refused. */
bool history_fund(struct importing *im, struct import_row *row, struct str programme, int64_t county,
                  struct known_fund **f, struct errs *e);
/* Make it, unless it is there. */
bool history_fund_make(struct importing *im, struct known_fund *f, struct date opened_on, struct errs *e);

/* A loan by its number, in a file of this unit or in the books; NULL in *x: the row was refused. */
bool history_loan(struct importing *im, struct import_row *row, struct str number, struct history_event **x,
                  struct errs *e);
struct number_slot *number_slot(const struct fund_memory *m, int64_t county, struct str number);
void number_put(struct importing *im, int64_t county, struct str number, size_t event);

/* The members of a batch's households, with their look-up keys. */
bool history_members(struct importing *im, const struct hh_ref *refs, size_t n, struct errs *e);
/* The events are in the order of reading: this row's, or NULL. */
struct history_event *history_event_of(struct importing *im, enum history_kind kind,
                                       const struct import_row *row);

/* Post what waits, by date. */
bool history_post_all(struct importing *im, struct errs *e);

#endif
