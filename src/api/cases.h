/* cases.h - what the operations on cases share. */
#ifndef API_CASES_H
#define API_CASES_H

#include "api/forms.h"
#include "casework/case_check.h"
#include "casework/step.h"

struct casework case_desk_of(struct call *c, struct act *act, struct errs *e);
/* The case of the path; one of another area is nowhere. */
bool find_case(struct call *c, int64_t county, int64_t no, struct relief_case *k, struct errs *e);
/* Its columns, "version" for If-Match, and what was noticed on the way as "warnings". */
bool put_case(struct call *c, const struct relief_case *k, struct errs *e);
/* A member that is a list of texts: the warnings. */
void put_warnings(struct call *c, const char *key, const struct errs *e);
void put_rows_as(struct call *c, const char *key, const struct entity *en, const struct list *rows);
/* A programme by code or name; *code: how its rows name it.  Blank text: all of them. */
bool programme_code(struct call *c, struct str text, struct str *code, struct errs *e);
/* 25,3 of a county's meeting; NULL: none was named. */
bool meeting_of(struct call *c, int64_t county, struct opt_int no, struct case_meeting *m, bool *there,
                struct errs *e);
extern const struct answer_part case_written_parts[];

#endif
