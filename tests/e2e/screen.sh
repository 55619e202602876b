#!/bin/sh
# screen and explain on the book of S000: the counts that its README holds, for whom, what a changed parameter
# does, what is missing and comes back filled in.  Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
book=demo/longwen

if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
. tests/support/cli.sh

lacks() { # NAME TEXT: the last run did not say so
    if cat "$work" "$work.err" | grep -qE -e "$2"; then failed "$1"; else passed "$1"; fi
}
same() { # NAME EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then
        passed "$1"
    else
        failed "$1"
        printf '#   expected: %s\n#   actual:   %s\n' "$2" "$3"
    fi
}
# the first such number of the last JSON
number() { tr ',{' '\n' < "$work" | sed -n "s/^\"$1\":\([0-9]*\).*/\1/p" | head -n 1; }
# yes no unknown of a condition in the last JSON
tally() { sed -n "s/^.*\"id\":\"$1\",\"yes\":\([0-9]*\),\"no\":\([0-9]*\),\"unknown\":\([0-9]*\),.*/\1 \2 \3/p" "$work"; }

run init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
check 'a database' 0

# --- ten households without an income (R092) --------------------------------------------------------------

ten='LW000209 LW000332 LW000381 LW000520 LW000583 LW000695 LW000744 LW000805 LW000813 LW000826'
mkdir "$dir/short"
cp "$book"/*.csv "$dir/short"
awk -F, -v ten="$ten" 'BEGIN { n = split(ten, t, " "); for (i = 1; i <= n; i++) skip[t[i]] } !($1 in skip)' \
    "$book/incomes.csv" > "$dir/short/incomes.csv"
run import "$dir/short" --json
check 'a book that lacks the incomes of ten households comes in' 0
run screen 幸福工程 --as-of 2017-09-30 --json
same 'ten that were below the average are unknown' '695 253 35' "$(tally below_average)"
same 'and ten that were eligible' '675 264 44' "$(number eligible) $(number ineligible) $(number unknown)"
run screen 幸福工程 --as-of 2017-09-30 --missing --out "$dir/short.csv"
sed '1d;s/,.*//' "$dir/short-incomes.csv" | sort > "$dir/short-list"
run import "$book" --json
check 'the whole book comes in' 0
run screen 幸福工程 --as-of 2017-09-30 --missing --out "$dir/whole.csv"
same 'exactly these ten were, and no other' "$ten" \
    "$(sed '1d;s/,.*//' "$dir/whole-incomes.csv" | sort | comm -13 - "$dir/short-list" | xargs)"

# --- the counts -----------------------------------------------------------------------------------------

run screen 幸福工程 --as-of 2017-09-30 --json
check 'the book is screened by a name of the programme' 0 \
    '{"programme":"xingfu","version":1,"as_of":"2017-09-30","households":983,"eligible":685,"ineligible":264,"unknown":34,"conditions":['
same 'income is below the average: 705 yes, 253 no, 25 unknown' '705 253 25' "$(tally below_average)"
same 'family planning: 952 yes, 18 no, 13 unknown' '952 18 13' "$(tally family_planning)"
check 'what is asked with the application is listed without counts' 0 '{"id":"has_project","stage":"application"}'
check 'what the books say of loans is there (R095)' 0 '"sources":[{"name":"loans","present":true}]'
same 'nobody was late by then' '983 0 0' "$(tally honest)"
check 'the parameters that were used' 0 '"parameters":{"income_year":"2016","income_line":"15,120.00"'
check 'townships and villages' 0 \
    '{"region":"350603100000","name":"蓝田镇","level":"township","households":261,"eligible":172,"ineligible":82,"unknown":7},{"region":"350603100201","name":"蓝田第1村","level":"village","households":29,"eligible":19,"ineligible":9,"unknown":1}'
cp "$work" "$dir/first.json"
first=$(number screening)
run screen xingfu --as-of 2017-09-30
check 'as a page' 0 '983 households: 685 eligible, 264 ineligible, 34 unknown'
check 'with the list by priority' 0 '   1  LW000805   田娜雪'
lacks 'and no number of a person' '[0-9]{17}'
run screen xingfu --as-of 2017-09-30 --lang zh
check 'in Chinese' 0 '共 983 户：符合 685，不符合 264，资料不全 34'
run screen xingfu --as-of 2017-09-30 --region 350603100 --json
check 'a township' 0 '"households":261,"eligible":172,"ineligible":82,"unknown":7'
run screen xingfu --as-of 2017-09-30 --region 350603100201 --json
check 'a village' 0 '"households":29,"eligible":19,"ineligible":9,"unknown":1'

run screen xingfu --region 350604
check 'a region without households says so' 0 'nobody there is on the register'
run screen yulu_long --as-of 2017-09-30
check 'a programme that was over by then says so' 0 'not in force on that day (from 2011-07-01 to 2012-08-31)'

# --- every household explained --------------------------------------------------------------------------

run export household --columns hh_no --out "$dir/numbers.csv"
verdicts() {
    sed '1d;s/\r$//;s/,.*//' "$dir/numbers.csv" |
        xargs -n 60 "$BANGFU" --db "$db" explain --as-of 2017-09-30 --json xingfu |
        sed 's/^.*"verdict":"\([a-z]*\)".*"id":"below_average",[^{]*"result":"\([a-z]*\)".*/\1 \2/'
}
verdicts > "$dir/verdicts"
same 'each of the 983 households is explained as it was screened' '685 eligible 264 ineligible 34 unknown' \
    "$(cut -d' ' -f1 "$dir/verdicts" | sort | uniq -c | awk '{ printf "%s%s %s", sep, $1, $2; sep = " " }')"
same 'and each condition' '253 no 25 unknown 705 yes' \
    "$(cut -d' ' -f2 "$dir/verdicts" | sort | uniq -c | awk '{ printf "%s%s %s", sep, $1, $2; sep = " " }')"
run explain xingfu LW000008 --as-of 2017-09-30
check 'what is missing is said' 0 '! 2016 net income per head: not written down'
run explain 幸福工程 LW000001 --as-of 2017-09-30 --lang zh
check 'in words' 0 '家庭人均收入低于当地平均收入：是'
check 'with the values seen' 0 '· 2016 家庭人均纯收入：8,933.75'
run explain xingfu LW000001 --as-of 2003-01-01
check 'who has had no loan is asked about in the village' 0 '· first time: decided in the village too'
run explain xingfu LW000001 --as-of 2003-11-21
lacks 'who has had one is not' 'first time'
run explain xingfu LW999999
check 'a household that is not there' 1 'LW999999'

# --- parameters -----------------------------------------------------------------------------------------

last=0
rising=yes
for line in 0 5000 9000 12000 15120 18000 30000 1000000; do
    run screen xingfu --as-of 2017-09-30 --set income_line=$line --json
    yes=$(tally below_average | cut -d' ' -f1)
    [ "$yes" -ge "$last" ] || rising=no
    last=$yes
done
same 'the higher the line the more are below it' yes "$rising"
same 'and below any line are all whose income is known' 958 "$last"
run screen xingfu --as-of 2017-09-30 --compare income_line=12000 --json
same 'to compare leaves the counts as they are' 685 "$(number eligible)"
check 'and shows the others' 0 '"compare":{"households":983,"eligible":'
check 'nobody is gained by a lower line' 0 '"gained":0,"lost":'
run screen xingfu --set income_lin=12000
check 'a parameter that is not there is refused with those there are' 1 'income_line'
run screen xingfu --as-of 2017-09-30 --set 劳动年龄上限=60 --set '当地人均收入=15,120.00' --json
same 'a parameter by its name for people' 685 "$(number eligible)"
run screen xingfu --set =3
check 'none without a name' 1 'income_line'
run screen xingfu --set income_line=much
check 'so is a value that is none' 1 'income_line'
run screen xingfu --set max_amount=60000
check 'and one out of its range' 1 'max_amount'
run screen xingfu --as-of 2999-01-01
check 'nobody knows the future' 1 '2999-01-01'
run screen 幸福
check 'a programme that is not there' 1 '幸福工程'
run screen
check 'none at all' 2

# --- as of the first pay-out ------------------------------------------------------------------------------

run screen 幸福工程 --as-of 2017-09-30 --replay first_payout --json
same 'as of each first pay-out the income condition is 893 yes, 25 no, 65 unknown' '893 25 65' "$(tally below_average)"
check 'nobody is left out, and it is not kept' 0 '"replay":"first_payout","left_out":0}'
run screen 幸福工程 --as-of 2003-11-20 --replay first_payout --json
same 'by the day of the first period only its households had one' 20 "$(number households)"
run screen xingfu --as-of 2017-09-30 --replay first_payout
check 'as a page' 0 '983 households had a first pay-out'
run screen xingfu --replay first_payout --missing --out "$dir/no.csv"
check 'what is missing of the past is not listed' 2 '--replay'

# --- kept and made again --------------------------------------------------------------------------------

run screen --list
check 'screenings are kept' 0 'income_line=12000'
run screen --again "$first" --json
same 'and made again' "$(sed 's/"screening":.*//' "$dir/first.json")" "$(sed 's/"screening":.*//' "$work")"
run screen --again "$first"
check 'which is said' 0 'the same as screening '"$first"
run screen dangyuan --again "$first"
check 'a programme beside it is refused, not ignored' 2 'leave them out'
run screen --again 999
check 'one that was not made' 1 '999'

# --- files ----------------------------------------------------------------------------------------------

run screen xingfu --as-of 2017-09-30 --out "$dir/eligible.csv"
check 'the whole list' 0 'wrote 685 rows'
same 'the households of two daughters first, then the poorest' '686' "$(wc -l < "$dir/eligible.csv" | tr -d ' ')"
run screen xingfu --as-of 2017-09-30 --out "$dir/eligible.csv"
check 'a file that exists is not overwritten' 1 'eligible.csv'

run screen xingfu --as-of 2017-09-30 --missing --out "$dir/todo.csv" --lang zh
check 'what is missing is listed' 0 '已把 25 行写入'
same 'a row for each household, the cell left blank' 'LW000095,350603103201,梁艳桂,' \
    "$(sed -n '2s/\r$//p' "$dir/todo-households.csv")"
run import "$dir/todo-households.csv" "$dir/todo-incomes.csv" --json
check 'as it is it imports back and changes nothing' 0
run screen xingfu --as-of 2017-09-30 --json
same 'and helps nobody' 34 "$(number unknown)"
sed -i '2,$s/,\r$/,是\r/' "$dir/todo-households.csv"
sed -i '2,$s/,,,,,\r$/,12000,0,0,0,0\r/' "$dir/todo-incomes.csv"
run import "$dir/todo-households.csv" "$dir/todo-incomes.csv"
check 'filled in it comes back' 0
run screen xingfu --as-of 2017-09-30 --json
same 'and nothing is unknown any more' 0 "$(number unknown)"
same 'all are below the average now' '730 253 0' "$(tally below_average)"

[ "$failures" = 0 ]
