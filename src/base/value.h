/* value.h - how money, dates, quantities and region codes are read and written at the edges.
 *
 * Readers take what a clerk types or a spreadsheet exports: full-width digits and punctuation,
 * thousands separators, blanks inside a number ("183. 56", R838), several date forms.  They say
 * how it failed, so that the caller can name the field. */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include "base/buf.h"

enum read_result {
    READ_OK,
    READ_BAD,
    READ_OVERFLOW,
    READ_NO_SUCH_DATE,
    READ_WORDS,
    READ_SCIENTIFIC,
    READ_MONTH,        /* a date without its day */
    READ_UNSURE_MONTH, /* 2010.1: a spreadsheet makes that of 2010.10 too */
    READ_SERIAL,       /* a date as spreadsheets count it */
};

/* --- money: yuan as decimal text, at most two decimals ------------------------------------ */

enum read_result money_read(struct str s, struct money *m); /* READ_WORDS: it is a 大写 amount */
void money_print(struct buf *b, struct money m);            /* 1234.50 */
void money_print_grouped(struct buf *b, struct money m);    /* 1,234.50 */
bool money_add(struct money *sum, struct money x);          /* false on overflow, *sum untouched */
bool money_sub(struct money *sum, struct money x);
bool money_mul(struct money *m, int64_t n);
/* m × num ÷ den with one rounding, half up (away from zero); false on overflow; den > 0. */
bool money_scale(struct money *m, int64_t num, int64_t den);

/* --- dates: days since 1970-01-01, years 1 to 9999 ---------------------------------------- */

/* 2026-11-21, 2026/11/21, 2026.11.21, 2026年11月21日, 20261121, and 0:00 behind it; year ≥ 1800.  Of 2026-11, 2026/11, 2026.11
 * and 2026年11月 *d is the first, with READ_MONTH; of 43101 most likely 2018-01-01, with READ_SERIAL. */
enum read_result date_read(struct str s, struct date *d);
void date_print(struct buf *b, struct date d);              /* 2026-11-21 */
void date_print_zh(struct buf *b, struct date d);           /* 2026年11月21日 */
bool date_of(int year, int month, int day, struct date *d); /* false: no such day */
struct civil {
    int year, month, day;
};
struct civil date_civil(struct date d);
int date_age(struct date birth, struct date on); /* completed years; negative before birth */
/* 31 Jan + 1 = 28/29 Feb; held at 0001-01-01 and 9999-12-31. */
struct date date_add_months(struct date d, int months);
void instant_print(struct buf *b, struct instant t); /* 2026-11-21T08:00:00.000000Z */
enum read_result instant_read(struct str s, struct instant *t);

/* --- quantities: at most four decimals ---------------------------------------------------- */

enum read_result quantity_read(struct str s, struct quantity *q);
void quantity_print(struct buf *b, struct quantity q); /* no trailing zeros: 7.736 */

/* --- region codes: 12 digits; 6 and 9 digits are filled up with zeros --------------------- */

enum region_level { REGION_NONE, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, VILLAGE };
enum read_result region_read(struct str s, struct region_code *r);
void region_print(struct buf *b, struct region_code r);
enum region_level region_level(struct region_code r);   /* by the last group that is not zero */
struct region_code region_parent(struct region_code r); /* of a province: 0 */
int64_t region_county(struct region_code r);            /* the first six digits */
/* A county, or one of the four prefectures that have none and keep their books themselves (441900). */
bool region_is_county(struct region_code r);
/* The codes under r, itself included: [first, last]; none (first > last) under 0. */
void region_span(struct region_code r, int64_t *first, int64_t *last);

/* --- the rest ----------------------------------------------------------------------------- */

enum read_result int_read(struct str s, int64_t *v);      /* 1,234 and １２３ too */
enum read_result yesno_read(struct str s, enum yesno *v); /* 是 否 有 无 yes no true false Y N 1 0 √ × */

/* What people write where there is nothing to say: 无, 暂无, /, -, — and the like. */
bool text_says_nothing(struct str s);

/* Fold what typing and spreadsheets do to text: full-width letters, digits and punctuation used
 * in numbers to half-width, runs of blanks to one, ends trimmed.  The result is in the arena.
 * NULL and blank give unknown. */
struct str text_fold(struct arena *a, struct str s);
/* For numbers and dates: fold as above, dashes and 。 too, and leave out every blank but TAB and line
 * ends, which stand between two numbers.  The length, or 0 if it is blank or longer than cap. */
size_t text_squeeze(struct str s, char *out, size_t cap);

#endif
