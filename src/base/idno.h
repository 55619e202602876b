/* idno.h - identity numbers, disability certificates, accounts, credit codes, phones (dictionary §3, §4).
 *
 * Numbers come in as clerks type them and go out normalised: half-width, no blanks, X in capitals.
 * Nothing here keeps or prints a number. */
#ifndef BASE_IDNO_H
#define BASE_IDNO_H

#include "base/value.h"

enum idno_result {
    IDNO_OK,
    IDNO_CONVERTED, /* was a 15-digit number, GB 11643 §: 19 and the check character put in */
    IDNO_BAD_LENGTH,
    IDNO_BAD_DIGITS,
    IDNO_BAD_CHECK,
    IDNO_BAD_BIRTH,  /* no such day, in the future, or more than 120 years ago */
    IDNO_TRUNCATED,  /* 18 digits ending 000 with a wrong check digit: a spreadsheet cut it */
    IDNO_SCIENTIFIC, /* 3.50603E+17 */
};
struct idno {
    char text[19]; /* 18 characters and NUL */
    struct date birth;
    int sex;        /* GB/T 2261.1: 1 male, 2 female */
    int32_t prefix; /* the first six digits: a region, present or past */
};
/* Citizen identity number, GB 11643-1999.  `today` bounds the birth date. */
enum idno_result idno_read(struct str s, struct date today, struct idno *id);
char idno_check_char(const char *digits17);    /* the 18th character */
bool idno_is_temporary(const struct idno *id); /* prefix 999999 or 990000: no ID yet */

/* 残疾人证: 18-digit ID + kind 1–7 + grade 1–4 (+ B and a digit when re-issued).  Only the suffix is
 * ever stored.  false when it is none or its ID part is not `id`. */
struct disability_card {
    int kind, grade, reissue;
};
bool disability_card_read(struct str s, const struct idno *id, struct disability_card *d);

/* Bank cards and accounts: digits only, 8–32; blanks and dashes are dropped. */
enum account_result {
    ACCOUNT_OK,
    ACCOUNT_BAD_SHAPE,
    ACCOUNT_BAD_LUHN,
    ACCOUNT_TRUNCATED,
    ACCOUNT_SCIENTIFIC
};
struct account_number {
    char text[33];
};
enum account_result account_read(struct str s, struct account_number *a); /* BAD_LUHN still fills *a */
bool luhn_ok(struct str digits);                                          /* ISO/IEC 7812 */

bool credit_code_ok(struct str s); /* 统一社会信用代码, GB 32100 */
/* Mobile 1[3-9]…, or landline with area code (dashes of any kind, R854); normalised into out. */
bool phone_read(struct str s, char out[24]);

/* What people without the right to the whole number see (dictionary §11). */
void idno_mask(struct buf *b, struct str id);         /* 350603************ */
void account_mask(struct buf *b, struct str account); /* ****1234 */
void phone_mask(struct buf *b, struct str phone);     /* 138****8000 */

#endif
