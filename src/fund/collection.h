/* collection.h - getting loans back on paper: notices 还款通知书 and their delivery, the collection log 催收,
 * what was remitted, what became of overpaid money, and what day closes found.
 *
 * What is owed is never here but in the journal.  A day's results are made anew from it at will (day.h). */
#ifndef FUND_COLLECTION_H
#define FUND_COLLECTION_H

#include "fund/lending.h"

/* To a township a list of all that falls due there, to a borrower one letter for each due instalment. */
enum { FORM_LIST = 1, FORM_LETTER }; /* code table notice_form */
struct due_notice {
    int64_t county, id, fund_id;
    struct str number;
    struct str programme;
    int64_t reminder; /* the programme's number of it */
    struct code form;
    struct opt_int after_id;      /* the notice whose receipt opened it */
    struct str sender, addressee; /* county, township, borrower, guarantor */
    struct region_code region;    /* the township; of a letter the borrower's village */
    struct opt_int contract_id;   /* of a letter */
    struct str name;              /* of the borrower when it was made */
    struct date issued_on;
    struct str issued_by;
    struct date due_on; /* of a list the earliest */
    struct money amount;
    int64_t loans;
    struct opt_date received_on; /* by whom it is addressed to */
};
struct due_notice_row {
    int64_t county, notice_id, no, fund_id, reminder, contract_id;
    struct date due_on;
    struct money amount, interest; /* principal that is open; interest that falls due with it */
};
/* party: the addressee, or one of those who get a copy. */
struct due_notice_delivery {
    int64_t county, id, notice_id;
    struct str party, received_by;
    struct opt_date delivered_on;
    struct code way;
    struct str deliverer, note;
    struct date recorded_on;
    struct str recorded_by;
};
/* The first time that a notice was printed. */
struct due_notice_print {
    int64_t county, notice_id;
    struct date printed_on;
    struct str printed_by;
};

/* Who went to a borrower who is late, and what he promised (R339). */
struct collection_log {
    int64_t county, id, fund_id, contract_id;
    struct opt_date done_on;
    struct code way;
    struct str visitor;
    struct str township, village, office, guarantor; /* who of them took part */
    struct str met;                                  /* who was met */
    struct opt_date promised_on;
    struct opt_money promised;
    struct money paid_that_day; /* before this was recorded: not what was promised */
    struct str note;
    struct date recorded_on;
    struct str recorded_by;
};

/* Collected money on its way to the special account, of one collector or of the township as a whole. */
struct remittance {
    int64_t county, id, no, fund_id;
    struct region_code township;
    struct str collector;
    struct opt_money amount;
    struct opt_date remitted_on;
    struct str document;
    int64_t voucher_id;
    struct date recorded_on;
    struct str recorded_by;
};

/* What the end of a day looks like. */
struct day_close {
    int64_t county, fund_id;
    struct date day;
    int64_t loans;
    struct money outstanding, due_today, overdue;
    int64_t overdue_loans;
    struct money par30, par60, par90; /* outstanding of loans late by more than so many days */
    struct money accrued, interest_due;
    int64_t reminders, broken;
};
/* Ageing by township: the class that begins at so many days, 0 for what is not late. */
struct day_class {
    int64_t county, fund_id;
    struct date day;
    struct region_code township;
    int64_t from_day;
    int64_t loans;
    struct money amount, overdue; /* outstanding, and of it late */
};
enum { ITEM_REMINDER = 1, ITEM_DUE, ITEM_BROKEN }; /* code table day_item_kind */
struct day_item {
    int64_t county, fund_id;
    struct date day;
    struct code kind;
    int64_t contract_id;
    struct date due_on;
    struct money amount;
};
extern const struct entity due_notice_entity, due_notice_row_entity, due_notice_delivery_entity,
    due_notice_print_entity, collection_log_entity, remittance_entity, day_close_entity, day_class_entity,
    day_item_entity;

#endif
