#!/bin/sh
# The demonstration county that script/server shows: the archive of Longwen with its 24 periods, as if it had ended last
# September, and a running period with cases, contracts and notices in every state, built by the offices' own commands
# (issue 8).  Run by tools/run-one.sh.
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
tr '}' '\n' < "$work" > "$dir/figures"
grep -F '"loan.periods"' "$dir/figures" > "$dir/periods"
grep -F '"loan.count"' "$dir/figures" > "$dir/count"
holds '25 periods were lent' grep -qF '"value":"25"' "$dir/periods"
holds '12 loans more than the archive has' grep -qF '"value":"998"' "$dir/count"

# What does not depend on the calendar is what report S000 says of 30 September 2017 (longwen.expected.json).
run --today 2026-11-22 figures xingfu --as-of 2026-09-30 --json
while read -r id member value; do
    holds "as the archive ended, $id was $value" sh -c "sed 's/},\"/}\n\"/g' '$work' | grep -F '\"$id\":{' | grep -qF '\"$member\":\"$value\"'"
done <<'FIGURES'
fund.capital value 1835600.00
fund.capital.by_source 社会抚养费划拨 1317200.00
fund.lent value 8215000.00
fund.recovered value 6995000.00
fund.turns value 4.4754
fund.cash value 615600.00
loan.periods value 24
loan.count value 987
loan.households value 983
loan.persons value 4267
region.villages value 34
loan.outstanding value 1220000.00
loan.overdue value 0.00
loan.recovery_rate.on_time value 1.0000
effect.households value 895
effect.income_before value 4260.00
effect.income_after value 6680.00
effect.exit_rate value 0.8860
FIGURES
run notice list --json
some 'two notices' 2 '"no":'
run notice show 2 --json
check 'one of them has an open objection' 0 '"objection_open"'
run remind list xingfu --json
some 'due lists went to the township' 1 '"number":'
run loan list xingfu --json
some 'loans were extended and deferred' 2 '"state":"approved"'
run user list --json
for role in office system_admin security_admin audit_admin county_clerk fund_clerk fund_checker township_clerk village_clerk leader; do
    some "there is somebody for the role $role" 1 "$role"
done

# --- lists in an order, page by page ----------------------------------------------------------------------------

pages() { # pages PATH MEMBER: that member of each row of a list, fetched fifty at a time
    after=
    while :; do
        run --as county api GET "$1&limit=50$after"
        sed "s/\"$2\":/\n&/g" "$work" | sed -n "s/^\"$2\":\"\([^\"]*\)\".*/\1/p"
        next=$(sed -n 's/.*"next":"\([^"]*\)".*/\1/p' "$work")
        [ -n "$next" ] || break
        after="&after=$next"
    done
}
loans='/api/v1/funds/350603/01/open-loans?sort'
pages "$loans=day" outstanding | sort -rn > "$dir/owed"
pages "$loans=-outstanding" outstanding > "$dir/largest"
holds 'there are loans for more than a page' [ "$(wc -l < "$dir/owed")" -gt 50 ]
holds 'open loans come with the largest first, if that is asked' cmp "$dir/owed" "$dir/largest"
pages '/api/v1/contracts?sort=number' number > "$dir/upwards"
pages '/api/v1/contracts?sort=-number' number | tac > "$dir/downwards"
holds 'contracts come from the first or from the last' cmp "$dir/upwards" "$dir/downwards"
holds 'all of them' [ "$(wc -l < "$dir/upwards")" -gt 987 ]
run --as county api GET "$loans=name"
check 'an order that there is not is refused with those there are' 1 '-outstanding'

# --- what the public sees and says: readable without JavaScript, 3 objections for a row, 5 from an address a day, 4 kB

. tests/support/server.sh
server "$BANGFU" --db "$db" --today 2026-11-22 serve --listen 127.0.0.1:0 --data "$dir/jobs"
curl -s "$url/public/notices/350603/2" > "$dir/page"
holds 'the notice that hangs has a form' grep -q '<form method="post" action="/public/notices/350603/2/objections">' "$dir/page"
holds 'and no script' sh -c "! grep -qi '<script' '$dir/page'"
code=0
answered() { # answered WHAT ROW TEXT STATUS: this objection is
    status=$(curl -s -o "$work" -w '%{http_code}' --data-urlencode "row=$2" --data-urlencode "content=$3" "$url/public/notices/350603/2/objections")
    if [ "$status" = "$4" ]; then passed "$1"; else failed "$1: $status instead of $4"; fi
}
answered 'more than 4 kB is refused' 1 "$(head -c 5000 /dev/zero | tr '\0' a)" 400
answered 'an objection is taken' 1 '<b>不符合条件</b>' 201
answered 'a second' 1 有车 201
answered 'a third' 1 有房 201
answered 'of one row no fourth' 1 有店 429
answered 'which does not count: a fourth of another row' 2 有车 201
answered 'a fifth' 2 有房 201
answered 'from one address no sixth' 2 有店 429
server_stop
code=$?
check 'the server ends well' 0

if [ "$TEST_DB" = sqlite ]; then
    db=$dir/other.db
    run init
    run demo
    check 'an office is no demonstration' 1 'for demonstrations (init --demo) only'
fi
exit "$failures"
