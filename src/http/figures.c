#include "http/figures.h"

static const int64_t steps_us[FIGURE_STEPS - 1] = { 500,   1000,   2500,   5000,   10000,
                                                    50000, 100000, 500000, 2500000 };

void figures_add(struct figures *f, const char *route, int status, int64_t us, size_t bytes)
{
    size_t at = ((uintptr_t)route >> 3) % FIGURE_ROUTES, step = 0;
    for (size_t tries = 0; tries < FIGURE_ROUTES; tries++, at = (at + 1) % FIGURE_ROUTES) {
        const char *none = NULL;
        if (atomic_load(&f->routes[at].route) == route ||
            atomic_compare_exchange_strong(&f->routes[at].route, &none, route) || none == route)
            break;
    }
    size_t class = status >= 100 && status < 600 ? (size_t)status / 100 : 5;
    atomic_fetch_add(&f->routes[at].answers[class], 1);
    atomic_fetch_add(&f->routes[at].us, (uint64_t)us);
    while (step < FIGURE_STEPS - 1 && us > steps_us[step])
        step++;
    atomic_fetch_add(&f->steps[step], 1);
    atomic_fetch_add(&f->bytes, bytes);
}

static void line(struct buf *b, const char *name, const char *type, uint64_t v)
{
    buf_addf(b, "# TYPE %s %s\n%s %llu\n", name, type, name, (unsigned long long)v);
}

static void print_routes(struct figures *f, struct buf *b)
{
    buf_adds(b, "# TYPE bangfu_http_requests_total counter\n");
    for (size_t i = 0; i < FIGURE_ROUTES; i++) {
        const char *route = atomic_load(&f->routes[i].route);
        for (size_t k = 1; route && k < FIGURE_CLASSES; k++) {
            uint64_t n = atomic_load(&f->routes[i].answers[k]);
            if (n)
                buf_addf(b, "bangfu_http_requests_total{route=\"%s\",status=\"%zuxx\"} %llu\n", route, k,
                         (unsigned long long)n);
        }
    }
    buf_adds(b, "# TYPE bangfu_http_route_seconds_total counter\n");
    for (size_t i = 0; i < FIGURE_ROUTES; i++) {
        const char *route = atomic_load(&f->routes[i].route);
        uint64_t us = atomic_load(&f->routes[i].us);
        if (route)
            buf_addf(b, "bangfu_http_route_seconds_total{route=\"%s\"} %llu.%06llu\n", route,
                     (unsigned long long)(us / 1000000), (unsigned long long)(us % 1000000));
    }
}

void figures_print(struct figures *f, struct buf *b)
{
    uint64_t n = 0, us = 0;
    print_routes(f, b);
    buf_adds(b, "# TYPE bangfu_http_request_seconds histogram\n");
    for (size_t i = 0; i < FIGURE_STEPS; i++) {
        n += atomic_load(&f->steps[i]);
        if (i + 1 < FIGURE_STEPS)
            buf_addf(b, "bangfu_http_request_seconds_bucket{le=\"%lld.%06lld\"} %llu\n",
                     (long long)(steps_us[i] / 1000000), (long long)(steps_us[i] % 1000000),
                     (unsigned long long)n);
    }
    for (size_t i = 0; i < FIGURE_ROUTES; i++)
        us += atomic_load(&f->routes[i].us);
    buf_addf(b, "bangfu_http_request_seconds_bucket{le=\"+Inf\"} %llu\n", (unsigned long long)n);
    buf_addf(b, "bangfu_http_request_seconds_sum %llu.%06llu\nbangfu_http_request_seconds_count %llu\n",
             (unsigned long long)(us / 1000000), (unsigned long long)(us % 1000000), (unsigned long long)n);
    line(b, "bangfu_http_refused_total", "counter", atomic_load(&f->refused));
    line(b, "bangfu_http_timed_out_total", "counter", atomic_load(&f->timed_out));
    line(b, "bangfu_http_sent_bytes_total", "counter", atomic_load(&f->bytes));
    line(b, "bangfu_http_connections", "gauge", (uint64_t)atomic_load(&f->connections));
    line(b, "bangfu_http_requests", "gauge", (uint64_t)atomic_load(&f->requests));
}
