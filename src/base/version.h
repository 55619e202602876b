/* version.h - which bangfu this is. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

extern const char bangfu_version[]; /* "0.1.0 (1a2b3c4)"; the commit only when built from git */

#endif
