#!/bin/sh
# Reads, lists, screenings, repayments, writes, imports as jobs and log-ins at once, under a sanitizer (issue 8): no
# answer that must not be, no finding, and everything verifies.  LOAD_SECONDS (60; 600 in --long).
# Run by tools/run-one.sh, which explains the environment; script/test runs it under ASan and under TSan.
# shellcheck disable=SC2119 # functions of tests/support, and variables of subshells
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en BANGFU_LOG=warn
unset BANGFU_DB BANGFU_USER
dir=$TMPDIR work=$TMPDIR/out
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
SETUP=build/asan/bangfu
[ -x "$SETUP" ] || SETUP=$BANGFU
. tests/support/cli.sh
. tests/support/office.sh
trap '[ -z "$pid" ] || kill -9 "$pid" 2> /dev/null' EXIT
seconds=${LOAD_SECONDS:-60}
[ -z "${TEST_LONG:-}" ] || seconds=${LOAD_SECONDS:-600}

: > "$work" && : > "$work.err"
code=0
holds 'an office with loans' office_make
office_serve
office_log_in
build/asan/tests/load/test_drive "$port" "$seconds" "$dir" > "$work" 2> "$work.err"
code=$?
cat "$work"
check "$seconds seconds of everything at once: every answer is one that may be" 0
holds 'thousands of them' test "$(awk '{ n += $3 } END { print n }' "$work")" -ge 1000
server_stop
check 'the server ends gracefully, without a finding' 0
[ "$code" = 0 ] || cat "$dir/log"
code=0
"$SETUP" --db "$db" verify > "$work" 2> "$work.err" || code=$?
check 'and everything verifies' 0 'everything holds'
exit "$failures"
