#include "base/log.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/value.h"

#include <stdatomic.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4000 };

static const char *const levels[] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"
};
static atomic_int limit = LOG_WARN;

void log_set_level(enum log_level level)
{
    atomic_store(&limit, (int)level);
}

bool log_level_read(const char *name, enum log_level *level)
{
    for (size_t i = 0; i < N_ELEMS(levels); i++)
        if (!strcmp(levels[i], name)) {
            *level = (enum log_level)i;
            return true;
        }
    return false;
}

void log_event_(enum log_level level, const char *event, const struct log_fact *facts, size_t n)
{
    if ((int)level > atomic_load(&limit))
        return;
    CLEANUP(buf_release) struct buf b = BUF(LINE_MAX_BYTES), at = BUF(64);
    struct json_out w = JSON_OUT(&b);
    instant_print(&at, clock_now());
    put_object(&w);
    put_member_text(&w, "at", buf_str(&at));
    put_member_cstr(&w, "level", levels[level]);
    put_member_cstr(&w, "event", event);
    for (size_t i = 0; i < n; i++) {
        if (facts[i].word)
            put_member_cstr(&w, facts[i].name, facts[i].word);
        else
            put_member_int(&w, facts[i].name, facts[i].number);
    }
    put_object_end(&w);
    buf_addc(&b, '\n');
    /* One write, so that lines of several threads do not mix. */
    if (!b.full && write(STDERR_FILENO, b.p, b.n) < 0)
        return;
}
