/* fault.h - the database's own functions, which fail at a chosen step.
 *
 * The linker puts the functions of fault.c in the place of the database's own (WRAP in the Makefile).
 * PostgreSQL is made to fail by a statement that fails, so that the transaction is in the state in which a
 * server leaves it. */
#ifndef TESTS_FAULT_FAULT_H
#define TESTS_FAULT_FAULT_H

#include <stdbool.h>

enum way {
    FAILS,          /* one step, and nothing else */
    FAILS_FOR_GOOD, /* that step and all that follow, those that undo too */
    ROLLS_BACK,     /* SQLite ends the whole transaction, as it does when the disk is full */
    LOSES_RACE,     /* another one was quicker */
    CUTS_OFF,       /* PostgreSQL: the connection is gone */
};

/* From here on the at-th step fails (1: the next one). */
void arm(enum way way, int at);
bool disarm(void); /* did any fail? */

#endif
