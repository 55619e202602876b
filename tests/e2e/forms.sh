#!/bin/sh
# Forms and monitor of a fund on the imported archive of longwen: every kind, single and in batches, as page and
# workbook, masked unless there is a right and a purpose; the statistics and the monitor agree with the figures.
# R001, R147, R278, R279, R299, R314, R336-R338, R350-R355, R751-R759.  Run by tools/run-one.sh.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
book=demo/longwen
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"

# page FILE TEXT…: the printed page holds all of it
page() {
    for text in "$@"; do
        [ "$text" != "$1" ] || continue
        if grep -qF -e "$text" "$1"; then passed "$(basename "$1") says $text"; else failed "$(basename "$1") says $text"; fi
    done
}
# never FILE TEXT
never() { if grep -qF -e "$2" "$1"; then failed "$(basename "$1") must not say $2"; else passed "$(basename "$1") does not say $2"; fi; }
count() { grep -oF -e "$2" "$1" | wc -l; }

# shellcheck disable=SC2086 # words
run init ${TEST_PARTITIONS:+--partitions $TEST_PARTITIONS}
run import "$book"
check 'longwen comes in' 0

# --- every kind ------------------------------------------------------------------------------------------------

for kind in application archive archive-application archive-contract archive-document archive-effect archive-publicity \
    archive-tracking contract effect iou pay-receipt payout roster statistics tracking; do
    run print $kind 幸福工程 --period 23 --region 350603100 --as-of 2017-09-30 --out "$dir/$kind.html"
    check "$kind is printed" 0
    never "$dir/$kind.html" 贷款
    if grep -Eq '9906031?[0-9]{11}' "$dir/$kind.html"; then failed "$kind shows no whole number"; else passed "$kind shows no whole number"; fi
done
one=$(grep -o 'XF-350603100-023-[0-9]*' "$dir/contract.html" | head -n 1)
page "$dir/contract.html" 受助贫困母亲借款合同书 '幸福工程第23期救助款' 不计利息
page "$dir/roster.html" 受助贫困母亲花名册 '990603************'
page "$dir/application.html" 受助贫困母亲资助申请表 '第四联　区（县）存'
page "$dir/tracking.html" 受助贫困母亲跟踪运作督查表 '二、是否用在拟定的发展项目上'
page "$dir/effect.html" 贫困母亲救助效果调查表
page "$dir/payout.html" '幸福工程第 23 期救助款发放花名册' 领款人签名
page "$dir/archive.html" 幸福工程档案目录 幸福工程宣传资料、照片登记

# --- batches ---------------------------------------------------------------------------------------------------

run print contract xingfu --period 23 --out "$dir/contracts/" --json
check 'all contracts of a period, each in a file' 0 '"papers":30'
holds 'there are 30' test "$(find "$dir/contracts" -type f | wc -l)" = 30
holds 'named by their number' test -s "$dir/contracts/$one.html"
run print contract xingfu --number "$one" --out "$dir/one.html"
check 'one by its number' 0
holds 'and it is the same' cmp -s "$dir/one.html" "$dir/contracts/$one.html"
run print archive xingfu --as-of 2017-09-30 --out "$dir/archive/" --json
check 'the archive: a list and eight registers' 0 '"papers":9'
holds 'each as page and workbook' test "$(find "$dir/archive" -type f | wc -l)" = 18
run print roster xingfu --out "$dir/roster.xlsx" --json
check 'the roster has a row for every loan' 0 '"rows":987'
# book FILE: how many sheets; text FILE: every text of its cells, one a line
book() { unzip -p "$1" xl/workbook.xml | grep -o '<sheet name="[^"]*"' | wc -l; }
text() { unzip -p "$1" xl/sharedStrings.xml | sed 's/<t[^>]*>/\n/g' | sed -n 's/<\/t>.*//p'; }
run print contract xingfu --period 23 --out "$dir/contract.xlsx" --json
check 'contracts are a workbook too' 0 '"papers":30'
holds 'with a sheet for each' test "$(book "$dir/contract.xlsx")" = 30
run print contract xingfu --out "$dir/contracts.xlsx"
check 'but no more than can be leafed through' 1 '200 papers, these are 987'
holds 'and nothing is left of it' test ! -e "$dir/contracts.xlsx"
for kind in application contract iou pay-receipt payout effect tracking; do
    run print $kind 幸福工程 --number "$one" --out "$dir/$kind-one.html"
    run print $kind 幸福工程 --number "$one" --out "$dir/$kind-one.xlsx"
    check "$kind is a workbook of one sheet" 0
    text "$dir/$kind-one.xlsx" | sed 's/&amp;/\&/g; /^[0-9.,-]*$/d; s/^ *//; s/ *$//; /^栏目$/d; /^内容$/d; /^$/d' > "$dir/words"
    sed 's/<[^>]*>/\n/g; s/&amp;/\&/g' "$dir/$kind-one.html" > "$dir/page"
    missing=$(while IFS= read -r line; do grep -qF -e "$line" "$dir/page" || echo "$line"; done < "$dir/words")
    if [ -s "$dir/words" ] && [ -z "$missing" ]; then passed "$kind says in cells what its page says"; else failed "$kind says in cells: $missing"; fi
    if grep -Eq '9906031?[0-9]{11}' "$dir/words"; then failed "$kind shows no whole number"; else passed "$kind shows no whole number"; fi
done
text "$dir/application-one.xlsx" > "$dir/words"
page "$dir/words" 发展生产的项目 '村“两委”意见' '990603************'
holds 'of four copies one' test "$(grep -c 受助贫困母亲资助申请表 "$dir/words")" = 1
run print payout xingfu --period 20-23 --out "$dir/payouts.xlsx"
check 'pay-out lists of townships and periods' 0
holds 'a sheet for each' test "$(book "$dir/payouts.xlsx")" = 16
run print roster xingfu --out "$dir/roster.xlsx"
check 'nothing is overwritten' 1

# --- agreeing with the figures ----------------------------------------------------------------------------------

run print statistics xingfu --as-of 2017-09-30 --out "$dir/all.html"
check 'statistics of all periods' 0
page "$dir/all.html" 8,215,000.00 6,995,000.00 100.00% 1,220,000.00
run fund monitor xingfu --as-of 2017-09-30
check 'the monitor' 0 '66.46%' '26.15%' '100.00%' '1 findings among 21'
run fund monitor --as-of 2017-09-30 --json
check 'as JSON, of every fund' 0 '"numerator":"1220000.00","denominator":"1835600.00"'
run fund monitor xingfu --as-of 2017-09-30 --rows lending_rate
check 'with the rows behind' 0 "$one"
run fund monitor xingfu --as-of 2017-09-30 --rows nothing
check 'an indicator has to exist' 1 'no indicator'
run fund monitor xingfu --as-of 2017-09-30 --out "$dir/monitor.html"
check 'and as a page' 0
run --lang zh fund monitor 幸福工程 --as-of 2017-09-30
check 'in Chinese' 0 在贷率 '21 项指标中 1 项预警'

# --- notices and receipts ---------------------------------------------------------------------------------------

run print reminder-township xingfu --as-of 2017-07-28 --out "$dir/notice1.html" --json
check 'notice 1: a list for each township, a month before (R337)' 0 '"papers":4'
run print reminder-borrower xingfu --as-of 2017-07-28 --out "$dir/notice2.html" --json
check 'notice 2: a letter for each borrower (R338)' 0 '"papers":36'
page "$dir/notice2.html" 抄送担保人 送达回执
run print reminder-borrower xingfu --as-of 2017-07-27 --out "$dir/early.html"
check 'not a day earlier' 1 'nothing to print'
run print receipt xingfu --number H00899 --out "$dir/receipt.html"
check 'the receipt of a repayment' 0
holds 'in three copies' test "$(count "$dir/receipt.html" 人民币壹万壹仟元整)" = 3

# --- rights -----------------------------------------------------------------------------------------------------

run print roster xingfu --period 23 --full --out "$dir/full.html"
check 'whole numbers need a purpose' 2 '--purpose'
run print roster xingfu --period 23 --full --purpose 报区里备案 --out "$dir/full.html"
check 'with it they are shown' 0
if grep -Eq '990603[0-9]{11}' "$dir/full.html"; then passed 'whole'; else failed 'whole'; fi
run audit --json --county 350603 --limit 50
check 'and it is in the audit' 0 form.reveal 报区里备案
run print statistics xingfu --full --purpose x --out "$dir/no.html"
check 'forms that need none show none' 1 'never shows'
run user add chen --name 陈乡干 --role township_clerk --region 350603101
run --as chen print roster xingfu --period 23 --out "$dir/chen.html"
check 'a township clerk prints her township' 0
never "$dir/chen.html" 蓝田
run --as chen print contract xingfu --number "$one" --out "$dir/other.html"
check 'and no other' 1 'nothing to print'
run --as chen print roster xingfu --period 23 --full --purpose x --out "$dir/other.html"
check 'nor whole numbers' 1 'may not'
run --as chen fund monitor xingfu
check 'nor the monitor of the fund' 1 'may not'

# --- mistakes, rounds --------------------------------------------------------------------------------------------

run print nothing xingfu --out "$dir/x.html"
check 'an unknown form' 1 'there is no form'
run print letter xingfu --period 23 --out "$dir/x.html"
check 'a programme without a letter of responsibility' 1
run print roster --out "$dir/x.html"
check 'the programme is needed' 1 'name the programme'
holds 'nothing half-made is left' test ! -e "$dir/x.html"
run survey open 秋季摸底 --region 350603100201 --by 李干部 --on 2017-09-01
run print survey 秋季摸底 --out "$dir/survey/" --json
check 'a form for each household of the round (R151)' 0
holds 'and the list' test -s "$dir/survey/00-调查名单.html"
page "$dir/survey/00-调查名单.html" 秋季摸底摸底调查名单

# --- notices on record: the paper has their number ----------------------------------------------------------------

run remind make xingfu --late
check 'notices are made of what is overdue' 0
run remind list xingfu --open --json
list=$(grep -o '"number":"[^"]*"' "$work" | head -n 1 | cut -d '"' -f 4)
run print reminder-township xingfu --number "$list" --out "$dir/list.html" --json
check 'one is printed by its number' 0 '"papers":1'
page "$dir/list.html" "编号：$list" 还款通知书
run fund monitor xingfu --json
check 'and the monitor knows who was never dunned (FQ09)' 0 '"not_dunned":{"label":"Without dunning"'
run verify
check 'everything verifies' 0
exit "$failures"
