#!/bin/sh
# The running fund's days, from the imported archive of Longwen forward: notices in two steps, the day's list, the
# collection log, money collected by collectors and remitted, both layers of the debt, overpaid money, and the close of
# days.  After each stage the books are even and all verifies.  R336–R348.  Run by tools/run-one.sh.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
book=demo/longwen
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"
here='--region 350603'

# on DAY ARGUMENTS…: run on that day
on() {
    day=$1
    shift
    run --today "$day" "$@"
}
# sound NAME: the trial balance is zero, both layers agree, verify has nothing to say
sound() {
    # shellcheck disable=SC2086 # words
    run ledger balance --fund 01 $here --json
    check "$1: the books are even" 0 '"closing":"0.00"}}'
    # shellcheck disable=SC2086 # words
    run fund reconcile xingfu $here
    check "$1: both layers agree" 0 'both layers agree'
    run verify
    check "$1: everything verifies" 0
}
says() { if grep -qF -e "$2" "$work"; then passed "$1"; else failed "$1"; fi; }
lacks_text() { if grep -qF -e "$2" "$work"; then failed "$1"; else passed "$1"; fi; }
receipt() { sed 's/.*"receipt_no":"\([^"]*\)".*/\1/' "$work"; }

# On this day the demonstration's families are those of the archive, to the letter.
# shellcheck disable=SC2086 # words
run --today 2017-10-09 init --demo ${TEST_PARTITIONS:+--partitions $TEST_PARTITIONS}
run import "$book"
check 'the archive comes in' 0
run user add chen --name 陈镇 --role township_clerk --region 350603101
run user add guo --name 郭镇 --role township_clerk --region 350603103
run user add liang --name 梁镇 --role township_clerk --region 350603101
run user appoint liang --role township_clerk --region 350603103
one=XF-350603101-024-0024
run contract show "$one" --json
check 'a loan of period 24 falls due on 12 July 2019' 0 '"due_on":"2019-07-12"'

# name_of TOWNSHIP: 350603101000 and its name, as tables have it
name_of() { "$BANGFU" --db "$db" regions list --under 350603 --json | tr '{' '\n' | sed -n "s/.*\"code\":\"${1}000\".*\"name\":\"\([^\"]*\)\".*/${1}000 \1/p"; }

# --- notices (R336–R338) --------------------------------------------------------------------------------------------

# shellcheck disable=SC2086 # words
{
    on 2019-06-20 check quality --rule FQ08
    check 'where no notice goes out, each loan is found before its last month is over (FQ08)' 0 'before it is due: 24'
    on 2019-06-11 remind make xingfu $here
    check 'a day early there is nothing to be sent' 0 'no notice is to be sent'
    on 2019-06-12 remind make xingfu $here --json
    check 'a month before, each township gets a list (R337)' 0 '"lists":2,"letters":0,"loans":24,"amount":"480000.00"'
    on 2019-06-13 remind make xingfu $here
    check 'made again, nothing gets a second notice' 0 'no notice is to be sent'
    on 2019-06-20 check quality --rule FQ08
    check 'and with notices none is' 0 '0 rules'
    on 2019-06-13 remind list xingfu $here --open
    check 'both wait for their receipt' 0 '01-350603101-T2019-0001' '01-350603103-T2019-0002'
    on 2019-06-13 --as liang remind list xingfu $here
    check 'who has two townships sees the lists of both, with their names' 0 '01-350603101-T2019-0001' '01-350603103-T2019-0002' "$(name_of 350603101)" "$(name_of 350603103)"
    on 2019-06-13 --as liang remind list xingfu $here --limit 1
    lacks 'in the order of their numbers' '01-350603103-T2019-0002'
}
list=01-350603101-T2019-0001
run remind show "$list" --json
check 'a list names its loans' 0 "\"contract\":\"$one\"" '"loans":10'
on 2019-06-13 --as chen remind make xingfu --step 1
check 'a township sends no lists' 1 'is sent by the county'
on 2019-06-13 --as guo remind deliver "$list" --received-by 郭镇 --way 公文
check 'nor receives those of another township' 1 'there is no notice'
on 2019-06-13 --as chen remind deliver "$list" --way 公文
check 'somebody received it' 1 'say who received it'
on 2019-06-13 --as chen remind deliver "$list" --received-by 陈镇 --way 公文 --date 2019-06-11
check 'and not before it was sent' 1 'between its issue on 2019-06-12'
on 2019-06-13 --as chen remind deliver "$list" --received-by 陈镇 --way 公文
check 'the township receives its list' 0 "notice $list was received by 陈镇 on 2019-06-13"
on 2019-06-13 --as chen remind deliver "$list" --received-by 陈镇 --way 公文
check 'once' 1 'recorded already'
on 2019-06-14 --as chen remind make xingfu --json
check 'its receipt opens the letters to the borrowers (R338)' 0 '"lists":0,"letters":10,"loans":10,"amount":"200000.00"'
on 2019-06-14 --as chen remind make xingfu
check 'each once' 0 'no notice is to be sent'
on 2019-06-15 remind deliver "$one-T1" XF-350603101-024-0001-T1 --way 当面
check 'letters are received together or not at all' 1 'there is no notice'
on 2019-06-15 --as chen remind deliver "$one-T1" --way 当面 --by 王支书
check 'the borrower receives it' 0 'on 2019-06-15'
run remind show "$one-T1" --json
check 'the guarantor is on it' 0 '"copy_to":"刘娟彩"' '"received_by"'
on 2019-06-15 --as chen remind deliver "$one-T1" --party guarantor --received-by 张三 --way 当面
check 'a copy goes to the guarantor and nobody else' 1 'is no guarantor of this contract'
on 2019-06-15 --as chen remind deliver "$one-T1" --party guarantor --received-by 刘娟彩 --way 当面
check 'who gets it' 0 'a copy of notice'
on 2019-06-15 remind deliver "$one-T1" --party county --received-by 张三 --way 当面
check 'no other party is part of it' 1 'does not go to'
sound 'notices'

# --- the day's list --------------------------------------------------------------------------------------------------

# shellcheck disable=SC2086 # words
{
    on 2019-06-15 dues xingfu $here --json --kind soon
    check 'what falls due within the month' 0 '"soon":{"count":24,"amount":"480000.00"}' '"today":{"count":0' "\"contract\":\"$one\""
    on 2019-07-12 dues xingfu $here
    check 'on its day it is due today' 0 'due today: 24, 480000.00 yuan'
    on 2019-07-13 dues xingfu $here --by township
    check 'and overdue the day after' 0 'due today: 0, 0.00 yuan' 'overdue: 88, 1220000.00 yuan'
    on 2019-07-13 --as chen dues --json
    check 'a township sees its own' 0 '"overdue":{"count":24,"amount":"335000.00"}'
}

# --- repayments ---------------------------------------------------------------------------------------------------------

on 2019-07-15 --as chen repay add "$one" 5000 --collector 李干事 --request a1
check 'a part comes back to the township collector' 0 '15000.00 are still owed'
on 2019-07-15 --as chen repay add "$one" 5000 --collector 李干事 --request a1
check 'once for one request' 0 'nothing was posted again'
two=$(awk -F, '/^XF-350603101-024-/ && !/-0024,/ { print $1; exit }' "$book/loans.csv")
on 2019-07-16 repay add "$two" 21000 --collector 王支书 --payer-kind 担保人 --payer 何某 --json
check 'the guarantor pays a thousand too much' 0 '"overpaid":"1000.00","outstanding":"0.00"'
much=$(receipt)
on 2019-07-16 repay keep "$much" --reason 本人要求留作下期
check 'it is decided to keep it' 0 'are kept for the next period'
on 2019-07-16 repay use "$much" "$one"
check 'it pays no debt of another household' 1 'is not of the same household'
on 2019-07-17 repay give-back "$much" --reason 改为退还
check 'until it is used it can still be given back' 0 '1000.00 yuan too much'
on 2019-07-17 repay keep "$much"
check 'once' 1 'nothing to be given back'
sound 'repayments'

# --- collected and remitted (R344) -----------------------------------------------------------------------------------------

# shellcheck disable=SC2086 # words
{
    on 2019-07-25 collect outstanding xingfu $here --json
    check 'what collectors hold, and how long' 0 '"amount":"25000.00"' '"collector":"李干事","receipts":1,"amount":"5000.00","oldest":"2019-07-15","days":10'
    says 'what was given back is no longer there' '"collector":"王支书","receipts":1,"amount":"20000.00","oldest":"2019-07-16","days":9'
    on 2019-07-25 --as guo collect outstanding xingfu
    check 'another township holds nothing' 0 'nothing is collected'
    on 2019-07-25 repay remit xingfu 350603101 5001 --collector 李干事 $here
    check 'no collector remits more than he took in' 1 '李干事 has taken in 5000.00'
    on 2019-07-25 repay remit xingfu 350603101 4000 --collector 李干事 $here --document 回单1
    check 'one remits a part' 0 'remitted 4000.00'
    on 2019-07-26 repay remit xingfu 350603101 21001 $here
    check 'a township no more than was collected there' 1 'has collected 21000.00'
    on 2019-07-26 repay remit xingfu 350603101 20000 $here
    check 'of a township the oldest receipts are remitted first' 0 'remitted 20000.00'
    on 2019-07-26 collect outstanding xingfu $here --json
    check 'which leaves the last ones' 0 '"amount":"1000.00","collectors":[{' '"collector":"王支书","receipts":1,"amount":"1000.00"'
    on 2019-07-26 fund reconcile xingfu $here --json
    check 'by township and period the layers agree' 0 '"township":"350603101000","period":24' '"difference":"0.00"'
    lacks_text 'nothing differs' 'voucher_kind'
}
sound 'remittances'

# --- going after it (R339) ----------------------------------------------------------------------------------------------------

on 2019-07-18 --as chen collect log "$one" --by 李干事 --promise 2019-07-25
check 'a promise has an amount' 1 'a promise has a day'
on 2019-07-18 --as guo collect log "$one" --by 郭镇
check 'nobody collects in another township' 1 'there is no contract'
on 2019-07-18 --as chen collect log "$one" --by 李干事 --note '身份证 990603196703060607'
check 'no identity number gets into the log' 1 'leave it out'
on 2019-07-27 check quality --rule FQ09
check 'fifteen days over, whoever was not asked to pay is found (FQ09)' 0 'without dunning: 87'
on 2019-07-18 --as chen collect log "$one" --by 李干事 --township 陈镇 --village 王支书 --office 张主任 --guarantor 刘娟彩 --promise 2019-07-25 --amount 6000
check 'township, village, office and guarantor went together' 0 '6000.00 yuan are promised for 2019-07-25'
on 2019-07-27 check quality --rule FQ09
check 'and one less who was' 0 'without dunning: 86'
on 2019-07-25 --as chen collect list "$one"
check 'until its day a promise is open' 0 'promise: open'
# shellcheck disable=SC2086 # words
{
    on 2019-07-26 dues xingfu $here --kind broken --json
    check 'the day after it is broken' 0 '"broken":{"count":1,"amount":"6000.00"}' "\"contract\":\"$one\"" '"collected_on":"2019-07-18"'
    on 2019-07-26 day close xingfu $here --json
    check 'and the close of the day says so' 0 '"broken":1' '"changed":true'
    on 2019-07-27 repay add "$one" 6000 --payer-kind 联系人 --payer 苏干部 --collector 李干事
    on 2019-07-27 dues xingfu $here --kind broken --json
    check 'made good by the contact, it is off the list' 0 '"broken":{"count":0'
    on 2019-07-27 collect list "$one" --json
    check 'but was not kept' 0 '"promise":"broken"'
}
sound 'collection'

# --- the close of days ------------------------------------------------------------------------------------------------------------

# shellcheck disable=SC2086 # words
{
    on 2019-07-28 day close xingfu $here --date 2019-06-12 --json
    check 'a day is closed late: 24 notices were to be sent then' 0 '"loans":88,"outstanding":"1220000.00"' '"reminders":24' '"changed":true'
    on 2019-07-28 day close xingfu $here --date 2019-06-12 --json
    check 'again it is the same, and nothing is written' 0 '"reminders":24' '"changed":false'
    on 2019-07-28 day close xingfu $here --date 2019-06-13 --json
    check 'the day after they had been sent' 0 '"reminders":0'
    on 2019-07-28 day close xingfu $here --date 2019-07-28 --json
    check 'what is late by now' 0 '"loans":87,"outstanding":"1189000.00"' '"overdue":"1189000.00","overdue_loans":87' '"par30":"740000.00"'
    on 2019-07-28 figures xingfu --as-of 2019-07-28 $here --json
    check 'the figures say the same' 0 '"loan.overdue":{"label":"Overdue","definition":"principal past its current due date and unpaid at as-of","value":"1189000.00"'
    on 2019-07-29 repay add "$one" 1000 --date 2019-07-29 --value-date 2019-07-20 --collector 李干事 --json
    check 'a repayment is dated back for interest' 0 '"paid_on":"2019-07-20"'
    back=$(receipt)
    on 2019-07-29 day close xingfu $here --date 2019-07-28 --json
    check 'a day closed again is by the day of the books' 0 '"outstanding":"1189000.00"' '"changed":false'
    on 2019-07-29 repay add "$one" 500 --date 2019-07-28
    on 2019-07-29 day close xingfu $here --date 2019-07-28 --json
    check 'what is entered late for that day is in it' 0 '"outstanding":"1188500.00"' '"changed":true'
    on 2019-07-30 repay reverse "$back" --reason 记错
    check 'a receipt is reversed' 0 'is reversed'
    on 2019-07-30 day close xingfu $here --date 2019-07-29 --json
    check 'on the days between it counts as it was booked' 0 '"outstanding":"1187500.00"'
    on 2019-07-30 day close xingfu $here --json
    check 'and not any more today' 0 '"outstanding":"1188500.00"'
    on 2019-07-30 day close xingfu $here --date 2019-07-31
    check 'tomorrow is not closed' 1
    on 2019-07-30 day show xingfu $here --date 2019-07-29
    check 'what was found can be read' 0 'PAR 30'
    on 2019-07-30 day show xingfu $here --date 2018-01-01
    check 'where it was closed' 1 'was not closed'
    on 2019-07-30 --as chen day close xingfu
    check 'who works in a township closes no days' 1 'may not'
}
sound 'days'
for lang in zh en; do
    for what in 'remind list xingfu' 'dues xingfu' 'dues --by village' 'collect outstanding xingfu' 'fund reconcile xingfu' 'day close xingfu'; do
        # shellcheck disable=SC2086 # words
        on 2019-07-30 --lang $lang $what $here
        check "$what in $lang" 0
    done
    on 2019-07-30 --lang $lang remind show "$one-T1"
    check "remind show in $lang" 0
    on 2019-07-30 --lang $lang collect list "$one"
    check "collect list in $lang" 0
done
run audit --json --county 350603 --limit 1000
lacks_text 'no identity number is in the audit' '990603196703060607'
exit "$failures"
