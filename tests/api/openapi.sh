#!/bin/sh
# The description of the API, as others read it: without a finding of redocly's (issue 8).  Run by tools/run-one.sh,
# which explains the environment; redocly is put there by script/bootstrap, where there is npm.
set -u
export LC_ALL=C.UTF-8 REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true CI=true
work=$TMPDIR/out
redocly=tests/api/redocly/node_modules/.bin/redocly
if [ "$TEST_DB" = sqlite ]; then db=$TMPDIR/office.db; else db=$TEST_DB; fi
. tests/support/cli.sh

run init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
check 'a database' 0
for language in zh en; do
    BANGFU_LANG=$language run api GET /api/v1/openapi.json
    check "the description, in $language" 0 '"openapi":"3.1.0"'
    cp "$work" "$TMPDIR/openapi-$language.json"
done
if [ "$TEST_DB" != sqlite ] || [ ! -x "$redocly" ]; then
    echo 'ok - and redocly finds nothing wrong with it # SKIP once is enough, or it is not installed: run script/bootstrap'
    exit "$failures"
fi
for language in zh en; do
    code=0
    "$redocly" lint --format=stylish "$TMPDIR/openapi-$language.json" > "$work" 2> "$work.err" || code=$?
    check "redocly finds nothing wrong with it, in $language" 0
    lacks 'nor has it a warning' ' warning '
done
exit "$failures"
