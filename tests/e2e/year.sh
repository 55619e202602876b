#!/bin/sh
# From the imported archive of Longwen forward, by commands alone: period 25 is opened; of those who qualify 24 households
# pass village, township, county and public notice; contracts are signed, money goes out by a pay file of which two lines
# come back and are paid again; notices are sent, money is collected in two legs; one loan is extended, a disaster defers
# another, a third is written off and later recovered; and what came back is lent again.  After every step the books are
# even, both layers agree and all verifies; other people's bookkeeping reads the same books.
# R141-R149, R191-R198, R279-R283, R312-R317, R330, R336-R359.  Run by tools/run-one.sh.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
day=2017-10-09
book=demo/longwen
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"

run() { # run ARGUMENTS…: as of $day
    code=0
    "$BANGFU" --db "$db" --today "$day" "$@" > "$work" 2> "$work.err" || code=$?
}
as() { # as LOGIN ARGUMENTS…
    login=$1
    shift
    run --as "$login" "$@"
}
# Whatever an account holds, ledger and hledger hold in one.
sums() { awk '$2 == "CNY" { print $1 }' | sort; }
plain_text_agrees() { # plain_text_agrees NAME
    rm -f "$dir/step.journal"
    run ledger journal --fund 01 --export ledger --out "$dir/step.journal"
    run ledger accounts --fund 01 --export csv --out -
    sed 1d "$work" | tr -d '\r' | awk -F, '$NF != "0.00" { print $NF }' | sort > "$dir/kept"
    for reader in ledger hledger; do
        command -v "$reader" > "$work" || continue
        "$reader" -f "$dir/step.journal" balance --flat < /dev/null | sums > "$dir/read"
        holds "$1: $reader holds the same" cmp -s "$dir/kept" "$dir/read"
    done
}
sound() { # sound NAME: the trial balance is zero, other tools agree, both layers agree, verify has nothing to say
    run ledger balance --fund 01 --json
    check "$1: the books are even" 0 '"closing":"0.00"}}'
    run fund reconcile xingfu
    check "$1: both layers agree" 0 'both layers agree'
    run verify
    check "$1: everything verifies" 0
    plain_text_agrees "$1"
}
all=''
good() { # good [CODE]: remember whether all of a loop went well
    [ "$code" = 0 ] || { [ $# -gt 0 ] && [ "$code" = "$1" ]; } || all="$all; $code $(head -c 300 "$work.err")"
}
every() { # every NAME: all of the loop before did
    if [ -z "$all" ]; then passed "$1"; else failed "$1$all"; fi
    all=''
}
number_of() { tr ',' '\n' < "$work" | sed -n 's/.*"no":\([0-9]*\).*/\1/p' | head -n 1; }

# --- the office, the archive, the programme ---------------------------------------------------------------------

# Days can be set in a demonstration only.  On this day its families are those of the archive, to the letter.
# shellcheck disable=SC2086 # words
run init --demo ${TEST_PARTITIONS:+--partitions $TEST_PARTITIONS}
check 'an office' 0
run import "$book" --rejects "$dir/rejects.csv" --warnings "$dir/warnings.csv"
check 'the archive comes in whole' 0
for who in cun:village_clerk zhen:township_clerk qu:county_clerk qu2:county_clerk; do
    run user add "${who%%:*}" --name "办事员${who%%:*}" --role "${who#*:}" --region 350603
    good
done
every 'clerks of village, township and county'
sound 'the archive'

# A site has its own copy of the programme: with the public notice, and with payment by the bank.
sed -e '/id: notice /,/proof/ s/enabled: false/enabled: true/' -e 's/ways: \[meeting\]  */ways: [meeting, one_card] /' \
    programmes/xingfu.yaml > "$dir/xingfu.yaml"
run programme load "$dir/xingfu.yaml"
check 'the programme with its notice is a second version' 0 'version 2'

# --- period 25: who qualifies ----------------------------------------------------------------------------------------

run fund source add xingfu 省级 480000 --date 2017-10-09 --document 计财25号 --region 350603
check 'a grant for the new period' 0
run fund period open xingfu 25 --starts-on 2017-10-09 --planned 480000 --term-months 24 --region 350603
check 'period 25 is open' 0 'period 25 is open'
run screen xingfu --region 350603101
check 'a township is screened' 0
run case candidates xingfu --region 350603101 --limit 400 --json
tr '{' '\n' < "$work" | sed -n 's/.*"hh_no":"\(LW[^"]*\)".*/\1/p' > "$dir/candidates"
holds 'there are more who qualify than there is money for' [ "$(wc -l < "$dir/candidates")" -gt 24 ]

# --- 24 cases to confirmation -------------------------------------------------------------------------------------------

: > "$dir/mothers"
owing=0
while read -r hh; do
    [ "$(wc -l < "$dir/mothers")" -lt 24 ] || break
    as zhen case apply xingfu "$hh" --period 25 --set project=养鸡 --set amount=20000
    if grep -q 'has a loan that is not paid back' "$work.err"; then
        owing=$((owing + 1))
        continue
    fi
    good
    echo "$hh" >> "$dir/mothers"
done < "$dir/candidates"
holds 'who still owes is refused a second loan' [ "$owing" = 3 ]
every '24 households apply'
run case list --programme xingfu --json --limit 100
tr '{' '\n' < "$work" | sed -n 's/.*"no":\([0-9]*\),.*/\1/p' > "$dir/cases"
tr '{' '\n' < "$work" | sed -n 's/.*"village":"\([0-9]*\)".*/\1/p' | sort -u > "$dir/villages"
tr '{' '\n' < "$work" | sed -n 's/.*"no":\([0-9]*\),.*"village":"\([0-9]*\)".*/\1 \2/p' > "$dir/where"
holds 'as 24 cases' [ "$(wc -l < "$dir/cases")" = 24 ]
while read -r v; do
    as qu site choose xingfu "$v" --reason 贫困户集中
    good
done < "$dir/villages"
as qu survey open 2017年摸底 --region 350603 --on "$day" --by 区项目办
good
as qu round group 2017年摸底 1 --leader 组长1 --members 甲、乙
good
as qu round assign 2017年摸底 350603101 --group 1 --due 2017-10-19
good
while read -r hh; do
    as zhen survey record 2017年摸底 "$hh" --result confirmed --on "$day"
    good
done < "$dir/mothers"
every 'sites are chosen and the households surveyed'
while read -r n; do
    as zhen case submit "$n"
    good
done < "$dir/cases"
every 'all are handed in'
while read -r v; do
    as cun case meeting xingfu --region "$v" --attendance 村支书、村主任、代表 --votes 3/0/0 --opinion 同意上报 --json
    good
    m=$(number_of)
    grep " $v\$" "$dir/where" | cut -d' ' -f1 > "$dir/list"
    as cun case decide --list "$dir/list" --step village --agree --meeting "$m"
    good
done < "$dir/villages"
while read -r n; do
    as cun case fill "$n" --set credit_opinion=诚信
    good
done < "$dir/cases"
every 'every village meets and agrees'
as zhen case decide --list "$dir/cases" --step township --agree --opinion 审核通过
check 'the township reviews them' 0 '24 done'
for paper in application_form id_copy household_register; do
    printf '%%PDF-1.4 %s %%%%EOF' "$paper" > "$dir/$paper.pdf"
done
while read -r n; do
    for paper in application_form id_copy household_register; do
        as zhen case documents "$n" --add "$dir/$paper.pdf" --paper "$paper"
        good 3
    done
    as zhen case submit "$n"
    good
done < "$dir/cases"
every 'the papers are attached'
as zhen case batch xingfu --township 350603101 --document '镇办〔2017〕3号'
check 'the township hands them up' 0
as qu case meeting xingfu --region 350603 --attendance 主任、副主任、会计 --decision 同意 --minutes 纪要2号 --opinion 同意 --json
as qu case decide --list "$dir/cases" --step county --agree --meeting "$(number_of)"
check 'the county decides on all of them' 0 '24 done'
as qu case notice xingfu --region 350603 --unit 区项目办公室 --hotline 0596-1234567 --from 2017-10-10 --json
check 'a public notice' 0
notice=$(number_of)
printf '%%PDF-1.4 photo %%%%EOF' > "$dir/photo.pdf"
run document add "$dir/photo.pdf" --notice "$notice" --kind notice_posted --json
photo=$(number_of)
day=2017-10-10
run notice post "$notice" --channel 1 --document "$photo"
run notice post "$notice" --channel 2 --document "$photo"
check 'hangs on both boards' 0
day=2017-10-20
while read -r n; do
    as qu case submit "$n"
    good
done < "$dir/cases"
every 'its days are over'
run case list --programme xingfu --state confirmed --json --limit 100
holds '24 cases are confirmed' [ "$(tr '{' '\n' < "$work" | grep -c '"state":"confirmed"')" = 24 ]
sound 'the cases'

# --- contracts ----------------------------------------------------------------------------------------------------------

here='--region 350603'
day=2017-10-24
# shellcheck disable=SC2086 # words
{
    run contract township xingfu 350603101 --period 25 --amount 480000 $here
    check 'the township contract is drafted' 0 'xingfu-350603101-25'
    run contract sign xingfu-350603101-25 --party lender --signer 张主任 --signed-on 2017-10-23 --sealed-on 2017-10-23
    run contract sign xingfu-350603101-25 --party township --signed-on 2017-10-23 --sealed-on 2017-10-23
    check 'signed and sealed' 0 'in force'
    run pay township xingfu 350603101 480000 --period 25 --purpose 第25期救助款 --date 2017-10-24 $here
    check 'the money goes to the township' 0 '480000.00 yuan were sent'
}
: > "$dir/contracts"
while read -r hh; do
    run contract draft xingfu "$hh" --period 25 --amount 20000 --project 养鸡 --region 350603 --json
    good
    no=$(sed -n 's/.*"number":"\([^"]*\)".*/\1/p' "$work")
    echo "$no" >> "$dir/contracts"
    run contract guarantor "$no" 林书记 --kind 村干部担保 --relation 村支书
    good
    run contract sign "$no" --party lender --signer 张主任 --signed-on 2017-10-23 --sealed-on 2017-10-23
    good
    run contract sign "$no" --party borrower --signed-on 2017-10-23
    good
    run contract sign "$no" --paper application_form --party borrower --signed-on 2017-10-23
    good
    run contract sign "$no" --party guarantor --signed-on 2017-10-23 --sealed-on 2017-10-23
    good
done < "$dir/mothers"
every '24 contracts are signed, sealed and guaranteed'
one=$(sed -n 1p "$dir/contracts")
two=$(sed -n 2p "$dir/contracts")
three=$(sed -n 3p "$dir/contracts")
four=$(sed -n 4p "$dir/contracts")
run pay check "$one"
check 'nothing is missing' 0 'nothing is missing'
sound 'the contracts'

# --- the pay file, two of which come back -------------------------------------------------------------------------------

day=2017-10-25
run pay file xingfu 350603101 --period 25 --out "$dir/pay.csv" --why 送农信社代发 --date 2017-10-25 --region 350603
check 'the pay file' 0 'of 480000.00 yuan is written'
no=$(sed 's/pay file \([0-9]*\) .*/\1/' "$work")
awk 'BEGIN { print "No,Amount,Result,Reason,Date"
    for (i = 1; i <= 24; i++) print i ",20000," (i == 3 || i == 17 ? "失败,销户" : "成功,") ",2017-10-26" }' > "$dir/answer.csv"
day=2017-10-26
run pay return "$no" "$dir/answer.csv"
check '22 are paid, two come back' 0 '22 paid, 440000.00 yuan; 2 returned, 40000.00 yuan'
sound 'the answer of the bank'
day=2017-10-27
run pay file xingfu 350603101 --period 25 --out "$dir/pay2.csv" --why 重发 --date 2017-10-27 --region 350603
check 'the two are paid again' 0 'of 40000.00 yuan is written'
no=$(sed 's/pay file \([0-9]*\) .*/\1/' "$work")
printf 'No,Amount,Result,Date\n1,20000,paid,2017-10-27\n2,20000,paid,2017-10-27\n' > "$dir/answer2.csv"
run pay return "$no" "$dir/answer2.csv"
check 'and arrive' 0 '2 paid, 40000.00 yuan'
sound 'the pay-out'

# --- notices, and what comes back in two legs -----------------------------------------------------------------------------

# shellcheck disable=SC2086 # words
{
    day=2019-09-27
    run remind make xingfu $here --json
    check 'a month before, the township gets its list' 0 '"lists":1'
    run remind list xingfu $here --open --json
    list=$(sed -n 's/.*"number":"\([^"]*\)".*/\1/p' "$work" | head -n 1)
    run remind deliver "$list" --received-by 陈镇 --way 公文
    check 'receives it' 0 'was received by'
    run remind make xingfu $here --json
    check 'and letters go to the borrowers' 0 '"lists":0'
    day=2019-10-20
    run repay add "$one" 20000 --collector 李干事 --json
    check 'the first pays all of it to the collector' 0 '"outstanding":"0.00"'
    run repay add "$two" 8000 --collector 李干事
    check 'the second a part' 0 '12000.00 are still owed'
    run collect outstanding xingfu $here --json
    check 'collected, and not yet remitted' 0 '"collector":"李干事","receipts":2,"amount":"28000.00"'
    sound 'the first leg'
    day=2019-10-22
    run repay remit xingfu 350603101 28000 --collector 李干事 $here --document 回单1
    check 'remitted to the special account' 0 'remitted 28000.00'
    sound 'the second leg'
}

# --- an extension, a disaster, a write-off and what still comes back ---------------------------------------------------------

# shellcheck disable=SC2086 # words
{
    as zhen loan extend "$two" --months 6 --reason 因灾减收 --json
    check 'the township proposes an extension' 0
    relief=$(number_of)
    as qu loan approve "$relief" --document 区审1号
    check 'the county approves it' 0 'is approved'
    sound 'the extension'
    day=2019-10-24
    run disaster open 10·20台风 --date 2019-10-20 --area 350603101 --kind 洪灾 --document 县救2号
    check 'a typhoon' 0
    third=$(sed -n 3p "$dir/mothers")
    printf '户编号,受灾项目,损失金额\n%s,养鸡,15000\n' "$third" > "$dir/losses.csv"
    run disaster loss 1 --file "$dir/losses.csv"
    check 'hit one of them' 0
    run disaster treat 1 --all --how 缓收 --months 6
    check 'its loan is to be deferred' 0
    as qu2 disaster approve 1 --document 区审2号
    check 'which another one of the county approves' 0
    run contract show "$three" --json
    check 'it falls due half a year later' 0 '"number"'
    sound 'the disaster act'
    day=2020-12-01
    as zhen loan write-off "$four" --reason 借款人死亡，无继承人 --json
    check 'a write-off is proposed' 0
    relief=$(number_of)
    as qu loan approve "$relief" --document 区审3号
    check 'and approved' 0 'is approved'
    run figures xingfu $here --json
    check 'the figures know the loss' 0 '"loan.loss"'
    sound 'the write-off'
    day=2020-12-15
    as zhen loan recover "$four" --amount 5000 --reason 遗产清偿 --json
    check 'a part comes back after all' 0
    relief=$(number_of)
    as qu loan approve "$relief" --document 区审4号
    check 'is taken in' 0
    sound 'the recovery'
}

# --- and lent again ---------------------------------------------------------------------------------------------------------

# shellcheck disable=SC2086 # words
{
    day=2020-12-20
    run fund period open xingfu 26 --starts-on 2020-12-20 --planned 20000 --term-months 24 $here
    check 'period 26 opens on what came back' 0 'period 26 is open'
    run contract township xingfu 350603101 --period 26 --amount 20000 $here
    run contract sign xingfu-350603101-26 --party lender --signer 张主任 --signed-on 2020-12-20 --sealed-on 2020-12-20
    run contract sign xingfu-350603101-26 --party township --signed-on 2020-12-20 --sealed-on 2020-12-20
    run pay township xingfu 350603101 20000 --period 26 --purpose 第26期救助款 --date 2020-12-20 $here
    check 'the money goes to the township once more' 0 '20000.00 yuan were sent'
    run contract draft xingfu "$(sed -n 1p "$dir/mothers")" --period 26 --amount 20000 --project 养蜂 $here --json
    check 'who paid back may have a second loan' 0
    again=$(sed -n 's/.*"number":"\([^"]*\)".*/\1/p' "$work")
    run contract guarantor "$again" 吴主任 --kind 村干部担保 --relation 村支书
}
for sign in '--party lender --signer 张主任 --sealed-on 2020-12-20' '--party borrower' '--paper application_form --party borrower' '--party guarantor --sealed-on 2020-12-20'; do
    # shellcheck disable=SC2086 # words
    run contract sign "$again" $sign --signed-on 2020-12-20
    good
done
every 'the contract is signed'
# shellcheck disable=SC2086 # words
{
    run pay file xingfu 350603101 --period 26 --out "$dir/pay3.csv" --why 送农信社代发 --date 2020-12-20 $here
    check 'its pay file' 0 'of 20000.00 yuan is written'
    no=$(sed 's/pay file \([0-9]*\) .*/\1/' "$work")
    printf 'No,Amount,Result,Date\n1,20000,paid,2020-12-20\n' > "$dir/answer3.csv"
    run pay return "$no" "$dir/answer3.csv"
    check 'and the money is lent again' 0 '1 paid, 20000.00 yuan'
    sound 'the money lent again'
    run day close xingfu $here --json
    check 'the day is closed' 0 '"changed":true'
    run day close xingfu $here --json
    check 'and closed again it is the same' 0 '"changed":false'
}

# --- other people's bookkeeping reads the same books --------------------------------------------------------------------------

run ledger journal --fund 01 --export ledger --out "$dir/books.journal"
check "the books go out as plain text" 0
for format in ledger hledger; do
    if command -v "$format" > /dev/null; then
        "$format" -f "$dir/books.journal" balance > "$work" 2> "$work.err"
        code=$?
        check "$format reads them, and they are even" 0
        holds "$format: the sum is nothing" sh -c "tail -n 1 '$work' | grep -qE '^ *0 *\$'"
    fi
done
exit "$failures"
