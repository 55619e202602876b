/* programme.h - a programme as data: who may be helped, with what, by which steps, and why.
 *
 * A programme is one YAML file (docs/programmes.md describes every key).  Reading it reports every mistake
 * at once, each with its line and column; what comes out is complete: ids are unique, what refers to a step,
 * form or document names one that is there, every expression was understood by the rules engine.
 *
 * Everything lives in the arena that programme_read was given and is never changed afterwards.  Lists are
 * { p, n }; a text, id or expression that was not given has text.p == NULL. */
#ifndef PROGRAMME_PROGRAMME_H
#define PROGRAMME_PROGRAMME_H

#include "base/entity.h"
#include "base/terms.h"
#include "programme/place.h"

#define LIST_OF(type) \
    struct {          \
        type *p;      \
        size_t n;     \
    }

enum { PROGRAMME_TEXT_MAX = 1 << 20 }; /* bytes of a file */

/* Words for people.  `en` is unknown where the file has Chinese only: show zh then. */
struct wording {
    struct str zh, en;
};
static inline struct str wording_in(const struct wording *w, enum lang lang)
{
    return (lang == EN && w->en.p) || !w->zh.p ? w->en : w->zh;
}

/* A short name in the file: of itself (id) or of something else (a reference). */
struct name_at {
    struct str name;
    struct file_place at;
};
/* What the rules engine reads.  The text is as written, with line breaks, so that `at`, the place of its
 * first character, leads to every character of it. */
struct expression {
    struct str text;
    struct file_place at;
};
/* An amount of money: fixed, or an expression (a parameter's name is one).  Neither: not given. */
struct amount {
    struct opt_money fixed;
    struct expression expr;
};
static inline bool amount_given(const struct amount *a)
{
    return a->fixed.set || a->expr.text.p;
}
/* A day of the year, month × 100 + day; 0: not given. */
struct month_day {
    int32_t v;
};

enum programme_kind { KIND_LOAN, KIND_GRANT, KIND_INSTALMENTS, KIND_PER_UNIT, KIND_MONTHLY };
/* When something is asked.  Screening answers STAGE_REGISTRY only and names the others. */
enum programme_stage {
    STAGE_REGISTRY, /* of what the registry knows; the default */
    STAGE_APPLICATION,
    STAGE_VILLAGE,
    STAGE_TOWNSHIP,
    STAGE_COUNTY,
    STAGE_PAYMENT, /* again before each payment */
};
enum office_level {
    LEVEL_NONE,
    LEVEL_VILLAGE,
    LEVEL_TOWNSHIP,
    LEVEL_COUNTY,
    LEVEL_PREFECTURE,
    LEVEL_PROVINCE
};

/* --- parameters ---------------------------------------------------------------------------------- */

enum parameter_type {
    PARAMETER_BOOL,
    PARAMETER_INT,
    PARAMETER_MONEY,
    PARAMETER_QUANTITY,
    PARAMETER_DATE,
    PARAMETER_YEAR,
    PARAMETER_TEXT,
    PARAMETER_RATIO,
};
/* A constant of a parameter's type: v is 0 or 1, a number, fen, ten-thousandths, a day, a year; a ratio is
 * v / den; a text is `text`, which all others have too, as written. */
struct programme_constant {
    bool set;
    int64_t v, den;
    struct str text;
    struct file_place at;
};
/* What the parameter is in a year or region; a blank one holds for all.  The nearest region wins, then the
 * latest year that is not later than the year asked for. */
struct parameter_value {
    struct opt_int year;
    struct region_code region;
    struct programme_constant value;
};
struct programme_parameter {
    struct name_at id;
    struct wording label;
    enum parameter_type type;
    struct expression
        initial; /* `default`: a constant or an expression over today, other parameters, indicators */
    LIST_OF(struct programme_constant) range; /* none, or lowest and highest, both allowed */
    LIST_OF(struct parameter_value) values;
    struct str source, note;
};
/* A constant as people type it (--set max_amount=30000); says under the parameter's name what is wrong, also
 * when it is outside its range. */
bool parameter_read(const struct programme_parameter *p, struct str text, struct programme_constant *out,
                    struct errs *e);
/* The same without its range, and without a word: false where the text is no constant of its type. */
bool parameter_constant(const struct programme_parameter *p, struct str text, struct programme_constant *out);

/* --- who ----------------------------------------------------------------------------------------- */

enum applicant_who { APPLICANT_MEMBER, APPLICANT_HEAD, APPLICANT_HOUSEHOLD };
struct programme_applicant {
    enum applicant_who who;
    struct expression must; /* of the applying member; in screening any member may satisfy it */
    struct wording label;   /* the same in words */
    struct str source;
};

/* Instead of `when` for a household that was never helped by the programme: an empty history proves nothing.
 */
struct programme_first_time {
    enum programme_stage stage;
    struct expression when;
};
/* One of `conditions` (must hold) or `exclude` (must not). */
struct programme_condition {
    struct name_at id;
    struct wording label;
    enum programme_stage stage;
    struct expression when;
    struct programme_first_time first_time;
    bool decided_by_people; /* no expression: an office answers yes or no at its stage */
    struct str source, note;
};
enum sort_order { ORDER_ASC, ORDER_DESC };
struct programme_priority {
    struct wording label;
    struct expression by;
    enum sort_order order;
    struct str source;
};

enum repeat_rule { REPEAT_AFTER_SETTLEMENT, REPEAT_YEARLY, REPEAT_NEVER, REPEAT_FREELY };
struct programme_exposure {
    struct opt_int live_loans_per_household;
    struct opt_int projects_per_household; /* in one case (R: 85 projects of 82 households) */
    enum repeat_rule repeat;
    LIST_OF(struct name_at) may_combine_with; /* codes of programmes */
    LIST_OF(struct name_at) not_with;
    struct str source;
};

/* --- how much ------------------------------------------------------------------------------------ */

/* A standard or cap for a class of cases: the first whose `when` holds; one without `when` holds always. */
struct amount_rule {
    struct wording label;
    struct code project; /* of code table project_kind; unset: any */
    struct expression when;
    struct amount amount;
    struct str source;
};
struct amount_limits {
    struct amount min, max, initial; /* `default`: what the form proposes */
    struct opt_money step;           /* a multiple of it */
    LIST_OF(struct amount_rule) standards;
};

enum term_by { TERM_BY_PERIOD, TERM_BY_CONTRACT };
struct programme_term {
    struct opt_int initial, min, max; /* months */
    enum term_by by;
};
enum loan_part { PART_FEE, PART_PENALTY, PART_INTEREST, PART_PRINCIPAL };
enum excess_rule { EXCESS_REFUND, EXCESS_NEXT };
struct programme_interest_subsidy {
    struct fraction share;
    struct opt_date from, to;
    struct str source;
};
struct programme_extension {
    bool allowed;
    struct opt_int times_max, months_max;
    enum office_level approval;
    struct wording reasons;
    struct str source;
};
/* Who else stands for the money.  What ends it: the money is back, the household is out of poverty. */
enum guarantor_not { NOT_OWN_FAMILY, NOT_IN_DEFAULT, NOT_BORROWER };
enum release { RELEASE_MONEY_BACK, RELEASE_OUT_OF_POVERTY };
struct programme_guarantee {
    LIST_OF(struct code) kinds; /* of code table guarantee */
    LIST_OF(int) not_from;      /* enum guarantor_not */
    bool signature, seal;
    struct amount exposure_max; /* of one guarantor */
    struct opt_int loans_max;   /* the same, in loans */
    LIST_OF(int) release;       /* enum release; all of them */
    struct str source;
};
enum contract_layer { LAYER_COUNTY_TO_TOWNSHIP, LAYER_OFFICE_TO_HOUSEHOLD, LAYER_TOWNSHIP_TO_HOUSEHOLD };
enum payout_leg { LEG_ACCOUNT_TO_TOWNSHIP, LEG_TOWNSHIP_TO_HOUSEHOLD, LEG_ACCOUNT_TO_HOUSEHOLD };
enum payout_way { WAY_ONE_CARD, WAY_CARD, WAY_CASH, WAY_TRANSFER, WAY_GOODS, WAY_MEETING };
struct programme_payout {
    LIST_OF(int) legs;                /* enum payout_leg, in order */
    LIST_OF(int) ways;                /* enum payout_way */
    LIST_OF(struct name_at) requires; /* documents and forms without which nothing is paid */
    bool checked_per_household;
    struct str source;
};
struct programme_overdue {
    struct fraction rate; /* a year, on what is overdue */
    struct opt_int grace_days;
    LIST_OF(int64_t) classes; /* days from which the next class of ageing begins */
};
struct programme_loan {
    struct programme_term term_months;
    struct fraction rate, fee; /* a year; of the principal, once */
    enum loan_method method;
    enum day_count day_count;
    struct opt_int every_months; /* between instalments */
    struct opt_int principal_grace_months;
    struct opt_money whole_unit; /* instalments are a multiple of it but for the last */
    enum rounding rounding;
    struct amount_limits amount;
    LIST_OF(int) allocation; /* enum loan_part: what a repayment pays first */
    bool early_repayment;
    enum excess_rule excess;
    LIST_OF(struct programme_interest_subsidy) interest_subsidy;
    struct programme_overdue overdue;
    struct programme_extension extension;
    struct programme_guarantee guarantee;
    LIST_OF(int) layers; /* enum contract_layer */
    struct wording lender, collector;
    enum office_level change_approval; /* who may change project or amount (R305) */
    LIST_OF(struct name_at) forbidden_uses;
    struct programme_payout payout;
    struct str source;
};

/* What is given and not lent.  Items of an instalment programme are its instalments, in order. */
enum item_every { EVERY_ONCE, EVERY_MONTH, EVERY_TERM, EVERY_YEAR, EVERY_UNIT };
struct programme_aid_item {
    struct name_at id;
    struct wording label;
    enum item_every every;
    struct amount amount;         /* of each time, or of each unit */
    struct code unit;             /* EVERY_UNIT; of code table unit */
    struct opt_quantity at_least; /* units; less gets nothing */
    bool whole_units;             /* parts of a unit are not paid */
    struct amount max;
    struct expression when;
    enum programme_stage stage; /* of `when` */
    struct month_day from, to;  /* when it is paid; `to` before `from` is in the next year */
    bool next_year;             /* both are in the year after the programme's first */
    bool recheck;               /* conditions of STAGE_PAYMENT are asked again first */
    struct str source, note;
};
enum budget_per { BUDGET_TOTAL, BUDGET_YEAR, BUDGET_PERIOD };
enum budget_end { BUDGET_STOP, BUDGET_WAIT }; /* refuse, or keep a list by priority */
struct programme_budget {
    struct amount amount;
    enum budget_per per;
    enum budget_end when_spent;
    struct str source;
};
struct programme_aid {
    LIST_OF(struct programme_aid_item) items;
    LIST_OF(struct amount_rule) caps; /* per household and year, over all items */
    struct amount max;                /* per case */
    bool measured;   /* paid by what was measured on acceptance, not by what was declared (R319) */
    bool per_person; /* else per household */
    struct programme_payout payout;
    enum rounding rounding;
    struct str source;
};

/* --- the case ------------------------------------------------------------------------------------ */

enum field_type { FIELD_TEXT, FIELD_BOOL, FIELD_INT, FIELD_MONEY, FIELD_QUANTITY, FIELD_DATE, FIELD_CODE };
/* What the application asks for beyond applicant and household; rules read it as application.ID. */
struct programme_application_field {
    struct name_at id;
    struct wording label;
    enum field_type type;
    bool required;
    LIST_OF(struct named_choice) choices; /* FIELD_CODE: in place of a code table */
    struct name_at codes;                 /* FIELD_CODE: the code table */
    enum programme_stage stage;           /* who fills it in; STAGE_REGISTRY is never used here */
    struct str source, note;
};
struct named_choice {
    struct name_at id;
    struct wording label;
};
struct programme_application {
    LIST_OF(struct programme_application_field) fields;
    bool proxy; /* a cadre may apply on behalf of the household (R156) */
};

struct programme_form {
    struct name_at id;
    struct wording label;
    struct opt_int copies;
    LIST_OF(struct str) holders; /* who keeps copy 1, 2, … ; "configurable": the site decides */
    struct str source;
};
struct programme_document {
    struct name_at id;
    struct wording label;
    struct expression when; /* needed only then */
    struct str source;
};

enum step_kind {
    STEP_SITE_CHOICE,
    STEP_SURVEY_ROUND,
    STEP_SCREENING,
    STEP_APPLICATION,
    STEP_CLASSIFICATION,
    STEP_HOME_VISIT,
    STEP_EXCLUSION,
    STEP_REGISTER,
    STEP_APPRAISAL,
    STEP_AMOUNT,
    STEP_MEETING,
    STEP_REVIEW,
    STEP_DOCUMENTS,
    STEP_BATCH,
    STEP_NOTICE,
    STEP_RESPONSIBILITY_LETTER,
    STEP_FILING,
    STEP_ACCEPTANCE,
    STEP_KINDS,
};
enum step_on { ON_CASE, ON_CANDIDATE_LIST, ON_BATCH };
enum meeting_record {
    RECORD_ATTENDANCE,
    RECORD_VOTES,
    RECORD_OPINION,
    RECORD_SIGNATURES,
    RECORD_MINUTES,
    RECORD_PHOTOS
};
enum day_kind { DAYS_CALENDAR, DAYS_WORKING };
/* All that a notice may show; nothing else can get into it (R172). */
enum notice_column {
    COLUMN_APPLICANT_NAME,
    COLUMN_HEAD_NAME,
    COLUMN_VILLAGE,
    COLUMN_TOWNSHIP,
    COLUMN_MEMBERS,
    COLUMN_FAMILY_CONDITION,
    COLUMN_PROJECT,
    COLUMN_AMOUNT,
    COLUMN_STANDARD,
    COLUMN_SCHOOL,
    COLUMN_GRADE,
    COLUMN_QUANTITY,
    COLUMN_RESULT,
};
enum posting_channel {
    CHANNEL_VILLAGE_BOARD,
    CHANNEL_TOWNSHIP_BOARD,
    CHANNEL_WEBSITE,
    CHANNEL_SCHOOL,
    CHANNEL_UNIT_BOARD,
    CHANNEL_WECHAT
};
enum notice_form { NOTICE_PROPOSED, NOTICE_DECIDED }; /* 公示, 公告 */

struct programme_register_part { /* a list that a survey or classification makes */
    struct name_at id;
    struct wording label;
    struct expression when;
    struct str source;
};
struct programme_duty {
    struct wording party;
    LIST_OF(struct str) duties;
};
struct programme_step {
    /* of every kind */
    struct name_at id;
    enum step_kind kind;
    struct file_place at;
    struct wording label;     /* unknown: the kind's own */
    struct wording body;      /* who does it */
    LIST_OF(struct str) with; /* who does it jointly (R167) */
    enum office_level level;
    bool enabled;
    bool decides;                              /* its yes is the decision on the case */
    bool allots_number;                        /* at its yes the case gets its number */
    LIST_OF(struct name_at) other_person_than; /* steps: maker and checker are apart */
    LIST_OF(struct name_at) requires;          /* documents and forms that must be there first */
    LIST_OF(struct name_at) signatures, seals; /* parties whose signature or seal is recorded */
    struct opt_int days_max;                   /* the step should be done in so many days */
    struct month_day from, to;                 /* the yearly window in which it takes place (R178) */
    bool next_year;
    struct str source, note;

    /* of some; docs/programmes.md says of which */
    enum step_on on;      /* meeting, review */
    LIST_OF(int) records; /* meeting: enum meeting_record */
    LIST_OF(struct programme_register_part)
    parts;                                  /* survey_round, classification: its registers or classes */
    struct opt_int groups, visitors_min;    /* survey_round, home_visit: teams; people per visit */
    bool meets_person, records_opinion;     /* home_visit */
    struct opt_int experts_min;             /* appraisal */
    LIST_OF(struct amount_rule) standards;  /* amount */
    bool cover_sheet, document_number;      /* batch; filing */
    struct name_at form;                    /* application, register, appraisal …: the form it fills */
    LIST_OF(struct programme_duty) parties; /* responsibility_letter */
    LIST_OF(int) release;                   /* responsibility_letter: enum release */
    struct wording to_office;               /* filing: `file_with` */
    struct code unit;                       /* acceptance: what is measured */
    struct opt_int sample_percent;          /* acceptance: checked again */
    /* notice */
    struct opt_int days;
    enum day_kind count;
    enum notice_form notice_form;
    LIST_OF(int) columns, channels; /* enum notice_column, posting_channel */
    struct opt_int anonymous_days;  /* an anonymous objection nobody handled blocks after so many */
    struct opt_int answer_days;     /* an objection is to be answered within */
    bool proof;                     /* photo or address per channel, at posting and removal */
    struct str hotline;
};

enum reminder_form { REMINDER_DUE_LIST, REMINDER_LETTER };
struct programme_reminder {
    struct opt_int no;
    struct opt_int before_months, before_days;
    struct opt_int after;    /* the notice whose receipt opens this one */
    struct name_at from, to; /* county, township, borrower, guarantor */
    enum reminder_form form;
    LIST_OF(struct name_at) copy_to;
    bool receipt;
    struct str source;
};
struct programme_visits {
    struct name_at campaign;
    LIST_OF(struct name_at) checks;
    struct opt_int every_months;
    struct wording by;
    struct str source;
};
struct programme_basis { /* the papers a programme rests on (R157, R177) */
    struct wording title;
    struct str document;
    struct opt_date date;
};

struct programme_terms { /* words that this programme uses for things */
    struct wording beneficiary, money, contract, guarantor;
};
struct programme {
    struct name_at code;
    struct wording name;
    LIST_OF(struct str) aliases; /* other names people use */
    struct str source, note;
    enum programme_kind kind;
    struct opt_date valid_from, valid_to;
    LIST_OF(struct programme_basis) basis;
    struct programme_terms label;
    LIST_OF(struct str) principles;
    struct programme_applicant applicant;
    LIST_OF(struct programme_parameter) parameters;
    LIST_OF(struct programme_condition) conditions, exclude;
    LIST_OF(struct programme_priority) priority;
    struct programme_exposure exposure;
    struct programme_loan loan; /* KIND_LOAN */
    struct programme_aid aid;   /* the others */
    struct programme_budget budget;
    struct programme_application application;
    LIST_OF(struct programme_form) forms;
    LIST_OF(struct programme_document) documents;
    LIST_OF(struct programme_step) steps;
    struct str number; /* pattern of case numbers: XF-{township}-{period:3}-{serial:4} */
    LIST_OF(struct programme_reminder) reminders;
    struct programme_visits visits;
    LIST_OF(struct name_at) archive;
};

/* Read a programme file.  `codes` are the site's code tables, or the shipped ones (codes_shipped).  NULL if
 * anything is wrong; then e holds every mistake, in the order of the file, its `field` being LINE:COLUMN. */
const struct programme *programme_read(struct str text, const struct code_book *codes, struct arena *a,
                                       struct errs *e);
/* The same of a file that is to become a new version.  A value for a township or village is refused then,
 * since rules are asked county by county, and so is what would be agreed and never charged, as a fee;
 * versions that have one already stay readable, and never used it. */
const struct programme *programme_read_new(struct str text, const struct code_book *codes, struct arena *a,
                                           struct errs *e);

struct str programme_kind_name(enum programme_kind kind);  /* loan, grant, … */
const struct label *programme_kind_label(struct str name); /* NULL: no such kind */
const struct programme_step *programme_step_find(const struct programme *p, struct str id); /* NULL: none */
const struct programme_parameter *programme_parameter_find(const struct programme *p, struct str id);
/* The parameters that set limits of the fund monitor (report/monitor.h) are of type int and named monitor_….
 */
extern const char *const monitor_parameters[];

#endif
