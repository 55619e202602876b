#!/bin/sh
# The demonstration county that script/server shows: the history of 24 periods and a running one with cases, contracts
# and notices in every state, built by the offices' own commands (issue 8).  Run by tools/run-one.sh.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"

# some NAME N TEXT: so many rows of the last JSON answer say so
some() {
    n=$(tr '{' '\n' < "$work" | grep -cF -e "$3")
    if [ "$n" -ge "$2" ]; then passed "$1"; else
        echo "#   $n rows say $3"
        failed "$1"
    fi
}

run --today 2026-11-22 init --demo ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
check 'families' 0
run --today 2026-11-22 demo
check 'get a past and a running period' 0 'period 25 is running'
run demo
check 'once' 1 'this is done once'
run --today 2026-11-22 verify
check 'and everything verifies' 0 'everything holds'
run fund reconcile xingfu
check 'both layers agree' 0 'both layers agree'

run case list --programme xingfu --limit 100 --json
for state in draft in_steps returned confirmed refused withdrawn void; do
    some "there is a case that is $state" 1 "\"state\":\"$state\""
done
for step in survey village township form batch county notice; do
    some "there is a case at the step $step" 1 "\"state\":\"in_steps\",\"step\":\"$step\""
done
run --today 2026-11-22 contract list xingfu --limit 1000 --json
for state in to_sign to_pay lent due_soon extended overdue settled; do
    some "there is a loan that is $state" 1 "\"state\":\"$state\""
done
some 'some pay it back in parts' 1 '"state":"lent","outstanding":"15000.00"'
some 'some owe a part of it' 1 '"state":"overdue","outstanding":"12000.00"'
run --today 2026-11-22 figures xingfu --json
check '25 periods were lent' 0 '"loan.periods":{"label":"Periods","value":"25"'
tr '}' '\n' < "$work" | grep -F '"loan.count"' > "$dir/count"
holds 'about as often as the archive of Longwen' grep -qE '"value":"(9|10)[0-9][0-9]"' "$dir/count"
run notice list --json
some 'three notices' 3 '"no":'
run notice show 3 --json
check 'one of them has an open objection' 0 '"objection_open"'
run remind list xingfu --json
some 'due lists went to the township' 1 '"number":'
run loan list xingfu --json
some 'loans were extended and deferred' 2 '"state":"approved"'
run user list --json
for role in office system_admin security_admin audit_admin county_clerk fund_clerk fund_checker township_clerk village_clerk leader; do
    some "there is somebody for the role $role" 1 "$role"
done

if [ "$TEST_DB" = sqlite ]; then
    db=$dir/other.db
    run init
    run demo
    check 'an office is no demonstration' 1 'for demonstrations (init --demo) only'
fi
exit "$failures"
