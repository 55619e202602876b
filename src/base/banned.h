/* banned.h - calls that our C does without.  Included by base.h, so everywhere. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* The system's own headers mention some of these names: let them come first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atoll sscanf gmtime localtime
#pragma GCC poison ctime asctime system popen gets

#endif
