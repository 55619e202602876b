#!/bin/sh
# Every way a loan can go but being paid, from the imported longwen book forward (S000): extension, deferral, write-off
# with later recovery and the money lent on, misuse and recall, each proposed by one and approved by another, each taken
# back; and S004's disaster act with its own numbers (82 households, 85 projects, 350,000 yuan), its contacts, visits and
# effect surveys.  After each step the books are even and all verifies.  R303-R307, R348, R350-R359, R381, R612-R620.
# Run by tools/run-one.sh.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
book=demo/longwen
day=2018-06-01
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"

run() { # run ARGUMENTS…: as of $day
    code=0
    "$BANGFU" --db "$db" --today "$day" "$@" > "$work" 2> "$work.err" || code=$?
}
sound() { # sound NAME: the trial balances are zero, and verify has nothing to say
    for fund in 01 02; do
        run ledger balance --fund "$fund" --json
        check "$1: the books of fund $fund are even" 0 '"closing":"0.00"}}'
    done
    run verify
    check "$1: everything verifies" 0
}
# is ID MEMBER VALUE: of the last figures
is() {
    if sed 's/},"/}\n"/g' "$work" | grep -F "\"$1\":{" | grep -qF "\"$2\":\"$3\""; then
        passed "$1 $2 is $3"
    else
        sed 's/},"/}\n"/g' "$work" | grep -F "\"$1\":{" | sed 's/^/#   /'
        failed "$1 $2 is $3"
    fi
}

# --- two archives ---------------------------------------------------------------------------------------------

mkdir "$dir/s004"
awk -v out="$dir/s004/" 'BEGIN {
    split("陈 林 黄 张 李 王 吴 刘 蔡 杨", family, " ")
    split("海 山 江 河 明 亮 春 秋 文 武", given, " ")
    h = out "households.csv"; p = out "persons.csv"; l = out "loans.csv"; s = out "sources.csv"; n = out "periods.csv"
    print "户编号,村代码,户主姓名,脱贫状态" > h
    print "户编号,姓名,与户主关系,性别,出生日期" > p
    print "编号,项目,期数,户编号,借款人姓名,金额,放款日期,到期日期,发展项目,担保方式,担保人姓名" > l
    for (i = 1; i <= 83; i++) {
        name = family[1 + i % 10] given[1 + int(i / 10) % 10] given[1 + i % 7]
        printf "S%03d,35060310020%d,%s,未脱贫\n", i, 1 + i % 2, name > h
        printf "S%03d,%s,户主,男,1970-01-%02d\n", i, name, 1 + i % 28 > p
        printf "DY-S%03d,党员脱贫工程,1,S%03d,%s,3000,2017-03-01,2018-09-30,灵芝,联系人工资担保,苏%s\n", i, i, name, given[1 + i % 10] > l
    }
    print "项目,日期,资金来源,金额,凭证号,摘要\n党员脱贫工程,2017-01-05,中央,1000000.00,D1,专项扶持资金" > s
    print "项目,期数,启动日期,计划金额\n党员脱贫工程,1,2017-02-01,1000000" > n
}'
awk 'BEGIN {
    print "户编号,受灾项目,损失金额,倒塌房屋"
    for (i = 1; i <= 82; i++) printf "S%03d,灵芝,%s,%s\n", i, i == 1 ? "4500" : "4000", i == 1 ? 3 : ""
    print "S002,大棚蔬菜,9000,\nS003,西瓜,6500,\nS004,西瓜,6000,"
}' > "$dir/losses.csv"
# shellcheck disable=SC2086 # words
day=2017-10-09
run init --demo ${TEST_PARTITIONS:+--partitions $TEST_PARTITIONS}
day=2018-06-01
run import --rejects "$dir/rejects.csv" "$book"
run import "$dir/s004"
check 'the archives of both funds come in' 0
run user add wang --name 王审 --role county_clerk --region 350603
run user add chen --name 陈镇 --role township_clerk --region 350603100
run user add nan --name 南镇 --role township_clerk --region 350603101
sound 'the archives'

# --- S000: extension ----------------------------------------------------------------------------------------------

one=XF-350603100-022-0020
run figures xingfu --json
is loan.due value 7335000.00
is loan.overdue value 340000.00
is loan.extended value 0.00
run --as nan loan extend "$one" --months 6 --reason 因灾减收
check 'another township does not see the loan' 1 "there is no contract $one"
run --as chen loan extend "$one" --months 13 --reason 因灾减收
check 'not longer than the programme allows' 1 '1 to 12'
run --as chen loan extend "$one" --months 6
check 'not without a reason' 2
run --as chen loan extend "$one" --months 6 --reason '借款人 990603195508032067 受灾'
check 'nor with an identity number in it' 1 'seems to hold an identity or account number'
run --as chen loan extend "$one" --months 6 --reason 因灾减收
check 'the township proposes an extension (R620)' 0 'relief 1' 'waits for approval'
run --as chen loan approve 1 --document 区审1号
check 'who proposed it does not approve it' 1 'another person has to'
run --as wang loan approve 1
check 'an approval has a document number' 1 'document number'
run loan show "$one" --json
check 'nothing has changed yet' 0 '"ends_on":"2018-04-12"' '"schedule":[]'
run --as wang loan approve 1 --document 区审1号
check 'the county approves it' 0 'is approved'
run loan show "$one"
check 'both ageings are shown' 0 '50 days late since it was first due, 0 since the day agreed now'
run loan show "$one" --json
check 'the old schedule stays beside the new one' 0 '"version":1,"no":1,"since":"2016-04-12","due_on":"2018-04-12","original_on":"2018-04-12","principal":"10500.00"' '"version":2,"no":1,"since":"2018-06-01","due_on":"2018-10-12","original_on":"2018-04-12","principal":"10500.00"'
run contract show "$one" --json
check 'it is in its extension' 0 '"state":"extended"'
run figures xingfu --json
is loan.due value 7335000.00
is loan.extended value 10500.00
is loan.overdue value 329500.00
run figures xingfu --as-of 2018-05-31 --json
is loan.extended value 0.00
is loan.overdue value 340000.00
sound 'the extension'
run --as chen loan extend "$one" --months 1 --reason 再次
check 'not more often than the programme allows' 1 'was extended 1 times; 1 are allowed'
run --as wang loan undo 1 --reason 依据有误 --document 区审2号
check 'who approved it does not undo it' 1 'another person has to'
run loan undo 1 --reason 依据有误 --document 区审2号
check 'another one does' 0 'is undone'
run figures xingfu --json
is loan.extended value 0.00
is loan.overdue value 340000.00
sound 'the extension undone'
run --as chen loan extend "$one" --months 6 --reason 因灾减收
run --as chen loan withdraw 2
check 'a proposal can be withdrawn' 0 'is withdrawn'
run --as chen loan extend "$one" --months 6 --reason 因灾减收
run --as wang loan refuse 3
check 'or refused' 0 'is refused'
run --as wang loan approve 3 --document 1
check 'then it is over' 1 'was dealt with already'

# --- S000: deferral, write-off, recovery, recall -----------------------------------------------------------------------

two=XF-350603101-024-0007
run --as nan loan defer "$two" --months 6 --reason 疫病 --document 镇报3号
run --as wang loan approve 4 --document 区审3号
check 'a deferral' 0 'is approved'
run repay list "$two" --json
check 'nothing is due of it' 0 '"principal_due":"0.00"'
run contract show "$two" --json
check 'it ends half a year later' 0 '"due_on":"2019-07-12","ends_on":"2020-01-12"'
run --as chen loan write-off "$one" --amount 10500.01 --reason 死亡
check 'not more than is owed is written off' 1 'more than the 10500.00'
run --as chen loan write-off "$one" --amount 10500 --reason 借款人死亡无遗产
run --as chen loan write-off "$one" --reason 借款人死亡无遗产
check 'one proposal at a time' 1 'waits for a decision already (no. 5)'
run --as wang loan approve 5 --document 区审4号
check 'a write-off' 0 'is approved'
run contract show "$one" --json
check 'the contract says so' 0 '"state":"written_off"'
run ledger balance --fund 01 --json
check 'is a loss' 0 '"closing":"10500.00"'
run figures xingfu --json
is loan.loss value 10500.00
is loan.outstanding value 1209500.00
is loan.overdue value 329500.00
is fund.recovered value 6995000.00
sound 'the write-off'
run repay add "$one" 100
check 'nothing is owed on it any more' 1 'nothing is owed'
run --as chen loan recover "$one" --amount 4000 --reason 亲属代还 --receipt 收18 --payer 陈家人
run --as wang loan approve 6 --document 区审5号
check 'a part comes back, at the township' 0 'is approved'
run loan show "$one" --json
check 'of what was written off' 0 '"outstanding":"0.00","written_off":"10500.00","recovered":"4000.00"'
run repay remit xingfu 350603100 4000 --document 回单7
check 'and is remitted to the pool (R348)' 0 'remitted 4000.00'
run figures xingfu --json
is loan.loss value 6500.00
is fund.recovered value 6999000.00
is fund.cash value 619600.00
is loan.outstanding value 1209500.00
sound 'the recovery'
run fund period open xingfu 25 --starts-on "$day" --planned 619600 --term-months 24
run contract township xingfu 350603100 --period 25 --amount 619600
run contract sign xingfu-350603100-25 --party lender --signed-on "$day" --sealed-on "$day"
run contract sign xingfu-350603100-25 --party township --signed-on "$day" --sealed-on "$day"
run pay township xingfu 350603100 619600 --period 25 --purpose 第25期救助款
check 'all of it can be lent again, what was recovered too' 0 '619600.00 yuan were sent'
sound 'relending'
run loan undo 5 --reason x --document x
check 'what was built on later is undone first' 1 'no. 6 was approved after it'

three=XF-350603101-024-0008
run --as nan use add "$three" --found 盖房 --amount 20000 --misused 是 --finder 李干事 --recall-by 2018-07-31
check 'misuse proposes a recall (R350, R351)' 0 'a recall is proposed (relief 7)'
run check quality --rule FQ16 --json
check 'so that nothing is to be complained of' 0 '"count":0'
run use list xingfu --json
check 'planned and found use stand side by side' 0 '"planned":"运输","found":"盖房"'
run --as wang loan approve 7 --document 区审6号
check 'the recall is approved' 0
day=2018-08-01
run contract show "$three" --json
check 'and the loan is late after it' 0 '"ends_on":"2018-07-31"' '"state":"overdue"'
run figures xingfu --json
is loan.due value 7335000.00
sound 'the recall'

# --- visits ---------------------------------------------------------------------------------------------------------

printf '\377\330\377\340\000\020JFIF\000\001\001\000\000\001\000\001\000\000\377\331' > "$dir/pig.jpg"
run --as chen visit add S001 --visitor 苏山 --earmarked 是 --on-project 是 --difficulties 缺技术 --benefit 已出菇两批 --note '灵芝棚里共有五千袋，长势良好，资金用在项目上。' --date 2018-07-02
check 'the four questions of the tracking form (R350-R352)' 0 'is recorded'
run --as chen visit add S002 --visitor 苏江 --note '灵芝棚里共有五千袋，长势良好，资金用在项目上。' --date 2018-07-20
check 'a copied note is pointed out (R357)' 0 'the words of the visit to another household (S001) on 2018-07-02'
run --as chen visit add S002 --visitor 苏江 --note 正常 --date 2018-07-20
check 'the same visit is there once' 1 'is recorded already'
run --as chen visit add S003 --visitor 苏河 --phone --note 电话里说一切正常
check 'by phone' 0
run visit list --from 2018-07-01
check 'visits by phone are counted apart (R375)' 0 '3 visits, 1 of them by phone; 1 notes copied'
run visit list S001 --json
check 'what a household is asked' 0 '"earmarked":true,"on_project":true,"difficulties":"缺技术","benefit":"已出菇两批"'
run --as nan visit add S001 --visitor 林某
check 'not by another township' 1 'there is no household'
run check quality --rule FQ10 --limit 1000 --json
check 'the check lists copied notes, and of which (R357)' 0 '"hh_no":"S002"' '≈ S001 100%'

# --- S004: the disaster act (R612-R620) --------------------------------------------------------------------------------

day=2018-08-20
run --as wang disaster open 8·13洪灾 --date 2018-08-13 --area 350603 --kind 因病
check 'an illness is no disaster' 1 'a disaster is a natural one'
run --as wang disaster open 8·13洪灾 --date 2018-08-13 --area 350603 --kind 洪灾 --document 县救2号
check 'the event is recorded' 0 'disaster 1'
run --as wang disaster open 8·13洪灾 --date 2018-08-13 --area 350603
check 'once' 1 'is recorded already as disaster 1'
sed '3s/4000/四千/; 5s/S004/S999/' "$dir/losses.csv" > "$dir/bad.csv"
run --as wang disaster loss 1 --file "$dir/bad.csv"
check 'a file with a bad row changes nothing' 1 'line 3: '
run --as chen disaster loss 1 --file "$dir/losses.csv"
check 'the losses come in by a file' 0 '85 losses'
run --as chen disaster loss 1 S001 --project 灵芝 --loss 4500
check 'none of them twice' 1 'is recorded already'
run disaster show 1
check '82 households, 85 projects, 350,000 yuan (R613-R615)' 0 '82 households and 85 projects were hit, loss 350000.00 yuan; 82 loans with 246000.00 yuan owed, 82 without a treatment yet'
run --as chen disaster treat 1 DY-S083 --how defer --months 6
check 'who was not hit gets nothing' 1 'has no loss by disaster 1'
run --as chen disaster treat 1 DY-S001 --how 核销 --amount 1000 --reason 三间房倒塌
check 'a part of one is to be written off' 0 'for 1 loans'
run --as chen disaster treat 1 DY-S002 DY-S003 --how extend --months 12
check 'two are to be extended' 0 'for 2 loans'
run --as chen disaster treat 1 DY-S004 --how none
run --as wang disaster approve 1 --document 县救3号
check 'every loan needs a treatment' 1
run --as chen disaster treat 1 --all --how defer --months 6
check 'all others are to be deferred' 0 'for 78 loans'
run --as wang disaster approve 1 --document 县救3号
check 'not by who recorded the event' 1 'another person has to'
run --as chen disaster approve 1 --document 县救3号
check 'nor by a township' 1
run loan approve 8 --document x
check 'nor one loan by itself' 1 'by bangfu disaster approve'
run contract show DY-S050 --json
check 'until then nothing is changed' 0 '"ends_on":"2018-09-30"'
run disaster approve 1 --document 县救3号
check 'the county approves all of it at once' 0 'is approved and in force'
run contract show DY-S050 --json
check 'a deferral by six months' 0 '"due_on":"2018-09-30","ends_on":"2019-03-30"'
run contract show DY-S002 --json
check 'an extension by twelve' 0 '"ends_on":"2019-09-30"'
run contract show DY-S004 --json
check 'and one as it was' 0 '"ends_on":"2018-09-30"'
run disaster show 1 --json
check 'the report says what became of each' 0 '"households":82,"projects":85,"loss":"350000.00","rooms":3' '"owed":"245000.00","untreated":0' '"kind":"write_off","counts_from":"2018-08-20","amount":"1000.00"'
run --lang zh disaster show 1
check 'in Chinese too' 0 '受灾 82 户，85 个项目，损失 350000.00 元；涉及借款 82 笔，欠款 245000.00 元，未提处置 0 笔'
day=2018-10-15
run figures dangyuan --json
is disaster.households value 82
is disaster.projects value 85
is disaster.loss value 350000.00
is loan.loss value 1000.00
is loan.due value 249000.00
is loan.extended value 240000.00
is loan.overdue value 8000.00
is loan.overdue_count value 3
sound 'the disaster act'
run --as wang disaster undo 1 --reason 复核 --document 县救4号
check 'it can be taken back as a whole' 0 'is undone'
run figures dangyuan --json
is loan.extended value 0.00
is loan.loss value 0.00
is loan.overdue value 249000.00
sound 'the disaster act undone'

# --- S004: contacts (R303-R307, R381) -----------------------------------------------------------------------------------

run repay add DY-S083 3000
run contact release DY-S083
check 'the money is back, the household is poor: not released' 1 'household S083 is not out of poverty'
lacks 'of the money there is no complaint' 'are not back'
run status S083 --state exited --on 2018-10-10 --document 镇扶12号
run contact release DY-S083 --document 县扶8号
check 'both: released' 0 'is released'
run contact release DY-S083
check 'once' 1 'released on 2018-10-15 already'
run contact release DY-S082
check 'every reason is told' 1 '3000.00 yuan of contract DY-S082 are not back' 'household S082 is not out of poverty'
run status S081 --state exited --on 2018-10-10 --document 镇扶13号
run contact release DY-S081
check 'the household is out of poverty, the money is not back: not released either' 1 '3000.00 yuan of contract DY-S081 are not back'
lacks 'of the household there is no complaint' 'is not out of poverty'
run contact list dangyuan
check 'who cannot be released yet' 0 '82 contacts, 82 of them cannot be released yet' 'money not back, still poor'
run contact list dangyuan --all --json
check 'all of them' 0 '"name":"苏河","hh_no":"S083","state":"released"'
run --as chen visit add S005 --visitor 苏亮、李干事 --note 到户查看
run contact unvisited dangyuan
check 'contacts who did not come this month' 0 '81 contacts'
lacks 'but one' 'DY-S005'
run contact unvisited xingfu
check 'S000 asks for no regular visits' 1 'asks for no regular visits'
run check quality --rule FQ11 --json
check 'the check lists them' 0 '"count":81'

# --- effect surveys (R355) ------------------------------------------------------------------------------------------------

run effect add DY-S083 --before 2300 --after 5200 --out 是 --assessor 李干事
check 'an effect survey' 0 'is recorded'
run effect add DY-S083 --before 2300 --after 5200 --out 是 --assessor 李干事
check 'one a day' 1 'is recorded already'
run effect add DY-S082 --before 2300 --after 2400 --out no --assessor 李干事
run figures dangyuan --json
is effect.exit_rate.assessed value 0.5000
run effect list dangyuan --json
check 'listed' 0 '"income_before":"2300.00","income_after":"5200.00","out_of_poverty":true'
sound 'the end'
exit "$failures"
