#!/bin/sh
# From an office's archive to the numbers of its report (issue of the fund; F001-F022, R207-R214, R340-R343).
# Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=zh
dir=$TMPDIR
book=demo/longwen
work=$dir/out

if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
. tests/support/cli.sh
# one FIGURES-JSON ID: its part of the answer, from its name to the next brace
one() { sed 's/},"/}\n"/g' "$work" | grep -F "\"$1\":{"; }
# is ID MEMBER VALUE: what the last answer says of it
is() {
    if one "$1" | grep -qF "\"$2\":\"$3\""; then passed "$1 $2 is $3"; else failed "$1 $2 is $3"; fi
}
says() { if grep -qF -e "$2" "$work"; then passed "$1"; else failed "$1"; fi; }

run init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
check 'an empty database is made' 0
run import --rejects "$dir/rejects.csv" "$book"
check 'the archive of S000 comes in whole' 0
if [ -e "$dir/rejects.csv" ]; then failed 'no row of it is refused'; else passed 'no row of it is refused'; fi
run verify
check 'what it made verifies' 0

# F001 capital, F003 lent, F004 periods, F005 households, F007 townships, F008 villages, F009 … F015
run figures 幸福工程 --as-of 2017-09-30 --json
check 'figures are computed' 0
while read -r id member value; do
    is "$id" "$member" "$value"
done <<'FIGURES'
fund.capital value 1835600.00
fund.capital.by_source 社会抚养费划拨 1317200.00
fund.capital.by_source 省级 150000.00
fund.capital.by_source 区县配套 150000.00
fund.capital.by_source 市级 120000.00
fund.capital.by_source 干部职工捐款 98400.00
fund.lent value 8215000.00
fund.recovered value 6995000.00
fund.turns value 4.4754
fund.turns denominator 1835600.00
fund.cash value 615600.00
fund.lending_rate value 0.6646
fund.idle_rate value 0.3354
fund.idle_rate numerator 615600.00
loan.periods value 24
loan.count value 987
loan.households value 983
loan.borrowers value 983
loan.borrowers label 受助母亲
loan.persons value 4267
loan.average value 8323.20
region.townships value 4
region.villages value 34
loan.outstanding value 1220000.00
loan.due value 6995000.00
loan.recovered_of_due value 6995000.00
loan.recovery_rate value 1.0000
loan.recovery_rate.on_time value 1.0000
loan.overdue value 0.00
loan.overdue_count value 0
loan.par30 denominator 1220000.00
effect.households value 895
effect.income_before value 4260.00
effect.income_after value 6680.00
effect.income_gain value 2420.00
effect.exit_rate value 0.8860
effect.exit_rate numerator 793
FIGURES

# F010: what fell due in 2017, periods 20 and 21
run figures xingfu --from 2017-01-01 --as-of 2017-09-30 --json
is loan.due value 720000.00
is loan.recovered_of_due value 720000.00
is fund.lent value 480000.00
is loan.count value 24
is loan.periods value 1
run figures 幸福工程 --as-of 2017-09-30 --period 24 --json
is fund.lent value 480000.00
is loan.average value 20000.00
run figures 幸福工程 --as-of 2017-09-30 --period 20-21 --json
is loan.due value 720000.00

# Below the county there is no capital, and it says why.
run figures 幸福工程 --as-of 2017-09-30 --region 350603100000 --json
is fund.capital reason 只有全县才有
is loan.count value 265

# Before the fund began nothing is divided by nothing.
run figures 幸福工程 --as-of 2003-01-01 --json
if one fund.turns | grep -qF '"value":null'; then passed 'a ratio of nothing has no value'; else failed 'a ratio of nothing has no value'; fi
is fund.lent value 0.00

# Every number opens the rows behind it.
traced() { # ID COUNT SUM
    run figures 幸福工程 --as-of 2017-09-30 --trace "$1" --json
    got=$(sed 's/{"part"/\n&/g' "$work" | grep '^{"part":"numerator"' |
        sed 's/.*"amount":"\([^"]*\)".*/\1/' | awk '{ n++; s += $1 } END { printf "%d %.2f", n, s }')
    if [ "$got" = "$2 $3" ]; then passed "the rows of $1 add up to it"; else failed "the rows of $1 add up to it: $got"; fi
}
traced fund.capital 16 1835600.00
traced fund.lent 987 8215000.00
traced fund.recovered 899 6995000.00
traced loan.due 899 6995000.00
traced loan.recovery_rate 899 6995000.00
traced loan.households 983 983.00
traced loan.persons 4267 4267.00
traced effect.income_before 895 16571400.00
traced effect.exit_rate 793 793.00
traced region.villages 34 34.00

# The archive again changes nothing; a sum that was changed is refused, since the books are not rewritten.
run import --rejects "$dir/again.csv" --json "$book"
if grep -q '"updated":[1-9]' "$work" || grep -q '"imported":[1-9]' "$work"; then
    failed 'the same archive again changes nothing'
else passed 'the same archive again changes nothing'; fi
mkdir "$dir/changed"
sed '2s/8500\.00/8600.00/' "$book/loans.csv" > "$dir/changed/loans.csv"
run import --rejects "$dir/changed.csv" "$dir/changed"
if grep -q '已经入账' "$dir/changed.csv"; then passed 'a changed sum is refused, with the reason'; else failed 'a changed sum is refused, with the reason'; fi

# One fen behind its back.
if [ "$TEST_DB" = sqlite ]; then
    sqlite3 "$db" 'DROP TRIGGER IF EXISTS voucher_line_no_update; DROP TRIGGER IF EXISTS voucher_line_update;' 2> /dev/null
    for trigger in $(sqlite3 "$db" "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'voucher_line'"); do
        sqlite3 "$db" "DROP TRIGGER $trigger"
    done
    sqlite3 "$db" 'UPDATE voucher_line SET amount = amount + 1 WHERE rowid IN (SELECT rowid FROM voucher_line LIMIT 1)' 2> /dev/null ||
        sqlite3 "$db" 'UPDATE voucher_line SET amount = amount + 1 WHERE voucher_id = (SELECT min(voucher_id) FROM voucher_line) AND no = 1'
    run verify
    if [ "$code" != 0 ] && cat "$work" "$work.err" | grep -q 'voucher_line'; then passed 'a fen changed by hand is named'; else failed 'a fen changed by hand is named'; fi
fi
