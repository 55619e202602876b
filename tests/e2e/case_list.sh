#!/bin/sh
# Many cases from a list: decided in chunks, interrupted, killed, and run again: nothing is done twice, nothing is
# left out, and the numbers have no gap.  CASES says how many (default 1000; 5000 with TEST_LONG).
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
cases=${CASES:-1000}
[ -z "${TEST_LONG:-}" ] || cases=5000
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi

run() {
    code=0
    "$BANGFU" --db "$db" "$@" > "$work" 2> "$work.err" || code=$?
}
passed() { echo "ok - $1"; }
failed() {
    echo "not ok - $1"
    echo "#   exit $code"
    sed 's/^/#   out: /' "$work" | cut -c1-300 | head -n 8
    sed 's/^/#   err: /' "$work.err" | head -n 8
}
check() { # check NAME CODE [TEXT]
    if [ "$code" = "$2" ] && { [ $# -lt 3 ] || cat "$work" "$work.err" | grep -qF -e "$3"; }; then
        passed "$1"
    else
        failed "$1"
    fi
}

cat > "$dir/mass.yaml" << 'END'
code: mass
name: {zh: 成批试验, en: Mass trial}
kind: grant
applicant: {who: household}
conditions:
  - {id: there, zh: 有家庭成员, en: has members, when: "household.members_n >= 1"}
aid:
  items:
    - {id: once, zh: 一次, en: once, every: once, amount: 1000.00}
steps:
  - {id: apply, kind: application}
  - {id: county, kind: review, level: county, decides: true, allots_number: true}
number: "M-{township}-{year}-{serial:5}"
END
run init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
run sample --households "$cases" --out "$dir/book"
run import "$dir/book"
check 'a book comes in' 0
run programme load "$dir/mass.yaml"
check 'a programme' 0
awk -v n="$cases" 'BEGIN { for (i = 1; i <= n; i++) printf "B350603-%07d\n", i }' > "$dir/households"
awk -v n="$cases" 'BEGIN { for (i = 1; i <= n; i++) print i; print "99999999" }' > "$dir/cases"
run case apply mass --list "$dir/households" --submit
check 'all apply from a list' 0 "$cases done, 0 done before, 0 not done"
run case apply mass --list "$dir/households" --submit
check 'a second time each is refused, naming its case' 3 "0 done, 0 done before, $cases not done"

run case decide --list "$dir/cases" --agree
check 'a list needs its step' 2
run case decide --list "$dir/none" --step county --agree
check 'a list that is none' 1

# Cut short twice: politely, and not.
for signal in INT KILL; do
    "$BANGFU" --db "$db" case decide --list "$dir/cases" --step county --agree > "$work" 2> "$work.err" &
    pid=$!
    sleep 0.4
    kill -$signal $pid 2> /dev/null
    wait $pid
done 2> /dev/null
run case list --state confirmed --limit 100000 --json
some=$(tr '{' '\n' < "$work" | grep -c '"state":"confirmed"')
echo "# $some of $cases when it was cut short"
run case decide --list "$dir/cases" --step county --agree --json
check 'run again it goes on, and lists the one that is none' 3 '"not_done":[{"case":"99999999"'
check 'what was done is not done twice' 3 "\"done_before\":$some,"
run case list --state confirmed --limit 100000 --json
if [ "$(tr '{' '\n' < "$work" | grep -c '"state":"confirmed"')" = "$cases" ]; then passed 'all are confirmed'; else failed 'all are confirmed'; fi
run case numbers mass --json
if [ "$(tr ',' '\n' < "$work" | sed -n 's/.*"serial":\([0-9]*\).*/\1/p' | sort -n | awk '$1 != NR { bad = 1 } END { print bad + 0, NR }')" = "0 $cases" ]; then
    passed 'their numbers have no gap'
else
    failed 'their numbers have no gap'
fi
run verify
check 'everything holds' 0 'everything holds'
