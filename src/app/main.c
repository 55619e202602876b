/* main.c - the program begins here. */
#include "app/modules.h"

#include <sys/stat.h>

static volatile sig_atomic_t stop;

/* Long commands look at it and leave things whole; a second Ctrl-C ends the process at once. */
static void on_interrupt(int signal)
{
    (void)signal;
    stop = 1;
}

int main(int argc, char **argv)
{
    struct sigaction on = { .sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND };
    sigaction(SIGINT, &on, NULL);
    sigaction(SIGTERM, &on, NULL);
    umask(077); /* databases, lists of refused rows and keys are nobody else's */
    struct program program = app_program();
    return cli_main(argc, (const char *const *)argv, &program, &stop);
}
