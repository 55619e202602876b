/* The running log: one line of JSON per event, and nothing but constants and numbers in it. */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <jansson.h>
#include <unistd.h>

/* What log_event writes to standard error while fn runs. */
static json_t *logged(void (*fn)(void))
{
    int ends[2], kept = dup(STDERR_FILENO);
    char text[4096];
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    fn();
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(ends[1]);
    ssize_t n = read(ends[0], text, sizeof text);
    close(ends[0]);
    return n > 0 ? json_loadb(text, (size_t)n, 0, NULL) : NULL;
}

static void an_import(void)
{
    log_event(LOG_INFO, "import", LOG_N("rows", 4267), LOG_W("database", "sqlite"));
}

static void nothing_to_add(void)
{
    log_event(LOG_ERROR, "stopped");
}

static void an_event_is_one_line_of_json(void **state)
{
    (void)state;
    log_set_level(LOG_INFO);
    json_t *j = logged(an_import);
    assert_non_null(j);
    assert_string_equal(json_string_value(json_object_get(j, "event")), "import");
    assert_string_equal(json_string_value(json_object_get(j, "level")), "info");
    assert_int_equal(json_integer_value(json_object_get(j, "rows")), 4267);
    assert_string_equal(json_string_value(json_object_get(j, "database")), "sqlite");
    assert_int_equal(strlen(json_string_value(json_object_get(j, "at"))), 27);
    json_decref(j);
}

static void what_is_less_urgent_than_the_level_is_left_out(void **state)
{
    (void)state;
    log_set_level(LOG_WARN);
    assert_null(logged(an_import));
    json_t *j = logged(nothing_to_add);
    assert_non_null(j);
    json_decref(j);
}

static void levels_have_names(void **state)
{
    (void)state;
    enum log_level level = LOG_ERROR;
    assert_true(log_level_read("debug", &level));
    assert_int_equal(level, LOG_DEBUG);
    assert_false(log_level_read("loud", &level));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_one_line_of_json),
        cmocka_unit_test(what_is_less_urgent_than_the_level_is_left_out),
        cmocka_unit_test(levels_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
