/* figures.h - what the server counts, for /metrics; private to src/http. */
#ifndef HTTP_FIGURES_H
#define HTTP_FIGURES_H

#include "base/buf.h"

#include <stdatomic.h>

enum { FIGURE_ROUTES = 512, FIGURE_CLASSES = 6, FIGURE_STEPS = 10 };

struct figures {
    struct {
        _Atomic(const char *) route;
        atomic_uint_least64_t answers[FIGURE_CLASSES]; /* by hundreds of the status */
        atomic_uint_least64_t us;
    } routes[FIGURE_ROUTES];
    atomic_uint_least64_t steps[FIGURE_STEPS]; /* how long answers took; the last: longer */
    atomic_uint_least64_t refused, timed_out, bytes;
    atomic_int connections, requests;
};

/* route is a constant: its address is what tells routes apart. */
void figures_add(struct figures *f, const char *route, int status, int64_t us, size_t bytes);
void figures_print(struct figures *f, struct buf *b);

#endif
