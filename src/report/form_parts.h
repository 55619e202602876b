/* form_parts.h - what the forms are made of, private to src/report. */
#ifndef REPORT_FORM_PARTS_H
#define REPORT_FORM_PARTS_H

#include "fieldwork/fieldwork.h"
#include "fieldwork/followup.h"
#include "fund/contract_text.h"
#include "registry/income.h"
#include "registry/region.h"
#include "registry/survey.h"
#include "report/form.h"

/* A notice on record (fund/remind.h): its number and day stand on the paper, and what was known on that day.
 */
struct form_notice {
    struct str number;
    struct date issued_on, due_on;
    struct money amount, back; /* principal recorded as repaid by then */
};
/* A loan with all that its papers say. */
struct form_loan {
    struct contract c;
    const struct household *h; /* never NULL once read */
    const struct person *p;    /* the borrower; NULL: not known */
    const struct guarantee *guarantees;
    size_t guarantees_n;
    const struct visit *visits; /* of the household, in order */
    size_t visits_n;
    const struct household_year *years;
    size_t years_n;
    const struct effect_survey *effect; /* the last ones by as_of; NULL: none is recorded */
    const struct money_use *use;
    int64_t version; /* of the programme */
    struct opt_int term_months;
    struct opt_date iou_on;
    int64_t members;
    struct money lent, back, written_off; /* up to as_of */
    struct opt_date paid_on, last_back;
    struct opt_date next_on; /* the household's next loan of the fund was paid out: later visits are its */
    struct form_notice notices[2]; /* to the township, to the borrower; without a number: none */
    bool application;              /* an application form was signed or is among the documents */
    bool photo;
    struct str village, township;
};
/* What one paper is made of. */
struct form_piece {
    struct str name;
    const struct form_kind *kind;
    size_t from, to; /* of loans, or of what the kind lists */
    struct region_code township;
    int64_t period_no;
};
struct forms {
    struct casework *w;
    struct tx *tx;
    const struct form_kind *kind;
    const struct form_question *q;
    struct str number; /* of a contract: only this one is read */
    struct arena *a;
    struct fund_rules rules;
    int64_t county;
    struct form_loan **by_id;
    struct form_loan *loans; /* by township, period, village, number */
    size_t loans_n;
    struct form_piece *pieces;
    size_t pieces_n, pieces_cap;
    struct str county_name, office, place;
    const struct region *regions; /* of the county, by code */
    size_t regions_n;
    struct list listed; /* of the kind: receipts, households, documents */
    void *more;
};

/* form_loans.c */
bool forms_read_county(struct forms *f, struct errs *e); /* fund, names of places */
bool forms_read_loans(struct forms *f, struct errs *e);
const struct form_loan *forms_loan(const struct forms *f, int64_t contract_id); /* NULL: not among them */
struct str form_region(const struct forms *f, struct region_code code);
struct money loan_open(const struct form_loan *l);
bool loan_late(const struct forms *f, const struct form_loan *l);
/* Net income per head of that year; not set: not known. */
struct opt_money loan_income(const struct form_loan *l, int32_t year);
/* As the effect survey found it, else as the register has it for the year before, and the one when it was
 * due. */
struct opt_money loan_income_before(const struct form_loan *l);
struct opt_money loan_income_after(const struct form_loan *l);
int32_t loan_year_before(const struct form_loan *l);
int32_t loan_year_after(const struct form_loan *l);
bool loan_visited(const struct forms *f, const struct form_loan *l, const struct visit *v); /* it was of l */
const struct visit *loan_visit(const struct forms *f, const struct form_loan *l); /* the last one; or NULL */
/* Principal due by as_of as first agreed, and what came back of it. */
bool loan_due(const struct forms *f, const struct form_loan *l, struct money *due, struct money *back,
              struct errs *e);

/* form_words.c */
#define P(s)         (int)(s).n, (s).p ? (s).p : ""
#define TEXT(f, ...) str_of(arena_printf((f)->a, __VA_ARGS__))
struct str form_yuan(const struct forms *f, struct money m);  /* 10,000.00 */
struct str form_plain(const struct forms *f, struct money m); /* 10000.00: in tables */
struct str form_capital(const struct forms *f, struct money m);
struct str form_day(const struct forms *f, struct opt_date d);   /* 2017年7月1日 */
struct str form_short(const struct forms *f, struct opt_date d); /* 2017-07-01 */
struct str form_count(const struct forms *f, int64_t n);
struct str form_cell(const struct forms *f, const struct entity *en, const char *name, const void *obj);
struct str form_guarantors(const struct forms *f, const struct form_loan *l);
struct str form_idno(const struct forms *f, const struct form_loan *l);
struct str form_borrower(const struct form_loan *l);
struct str form_lender(const struct forms *f, const struct contract *c);
struct str form_state(const struct forms *f, const struct form_loan *l);
bool loan_extended(const struct form_loan *l);
struct str form_changes(const struct forms *f,
                        const struct form_loan *l); /* 原到期日2017-07-01，核销500.00 */
struct str form_place(const struct forms *f, const struct form_loan *l); /* county, township, village */
struct str form_title(const struct forms *f, const struct form_kind *k);
struct str form_money(const struct forms *f);                           /* 救助款 */
struct str form_beneficiary(const struct forms *f);                     /* 受助母亲 */
struct str form_ratio(const struct forms *f, int64_t num, int64_t den); /* 98.50% */
/* A loan's value by name, for print_form: the keys stand in loan_values. */
struct loan_at {
    const struct forms *f;
    const struct form_loan *l;
};
struct str loan_value(void *ctx, const char *key);

/* form.c */
void form_piece_add(struct forms *f, const struct form_piece *p);
bool split_loans(struct forms *f, struct errs *e);     /* one for each loan */
bool split_townships(struct forms *f, struct errs *e); /* one for each township and period */
bool split_one(struct forms *f, struct errs *e);
bool put_table(struct forms *f, size_t i, struct print *p, struct errs *e); /* the register of the kind */

/* form_paper.c, form_due.c, form_list.c, form_archive.c, form_survey.c */
bool put_application(struct forms *f, size_t i, struct print *p, struct errs *e);
bool put_contract_paper(struct forms *f, size_t i, struct print *p, struct errs *e);
bool put_iou(struct forms *f, size_t i, struct print *p, struct errs *e);
bool put_responsibility(struct forms *f, size_t i, struct print *p, struct errs *e);
bool put_tracking(struct forms *f, size_t i, struct print *p, struct errs *e);
bool put_effect(struct forms *f, size_t i, struct print *p, struct errs *e);
bool put_pay_receipt(struct forms *f, size_t i, struct print *p, struct errs *e);
bool split_township_contracts(struct forms *f, struct errs *e);
bool put_township_contract(struct forms *f, size_t i, struct print *p, struct errs *e);
bool split_due_townships(struct forms *f, struct errs *e);
bool put_reminder_township(struct forms *f, size_t i, struct print *p, struct errs *e);
bool table_reminder_township(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool split_due_loans(struct forms *f, struct errs *e);
bool put_reminder_borrower(struct forms *f, size_t i, struct print *p, struct errs *e);
bool split_receipts(struct forms *f, struct errs *e);
bool put_receipt(struct forms *f, size_t i, struct print *p, struct errs *e);
bool table_roster(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool table_payout(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool put_payout(struct forms *f, size_t i, struct print *p, struct errs *e);
bool table_statistics(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool table_applications(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool table_contracts(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool table_tracking(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool table_effects(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool table_publicity(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool table_documents(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool table_archive(struct forms *f, size_t i, struct form_table *t, struct errs *e);
bool split_archive(struct forms *f, struct errs *e);
bool split_survey(struct forms *f, struct errs *e);
bool put_survey(struct forms *f, size_t i, struct print *p, struct errs *e);
bool table_survey(struct forms *f, size_t i, struct form_table *t, struct errs *e);

/* Rows of a register while it is made. */
struct form_rows {
    struct forms *f;
    const struct form_col *cols;
    size_t cols_n;
    struct str *cells;
    size_t n, cap; /* in rows */
};
struct form_rows form_rows_begin(struct forms *f, const struct form_col *cols, size_t n);
struct str *form_rows_next(struct form_rows *r);
/* Into the table; amounts and counts are added up where `sums`. */
bool form_rows_end(struct form_rows *r, struct form_table *t, bool sums, struct errs *e);

#endif
