#!/bin/sh
# check quality and check duplicates on the book of S000: what they list, for whom, in both languages, and never a
# number of a person.  Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
book=demo/longwen

if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi

# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"
lacks() { # NAME TEXT: the last run did not say so
    if cat "$work" "$work.err" | grep -qE -e "$2"; then failed "$1"; else passed "$1"; fi
}

run init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
check 'a database' 0
run import "$book" --rejects "$dir/rejects.csv" --json
check 'the book comes in whole' 0 '"file":"persons.csv","kind":"person","rows":4267,"imported":4267,"updated":0,"unchanged":0,"rejected":0'

# --- quality ------------------------------------------------------------------------------------------------

run check quality
check 'rules that fired are listed with their count' 0 'DQ16  warning  poor by illness, but all members are healthy: 62'
check 'with households and villages' 0 'LW000005'
check 'rules that cannot be checked say what is missing' 0 'DQ38  the same grade for three years (student status is not kept by year yet)'
check 'and how many were looked at' 0 '983 households and 4267 persons'
lacks 'no number of a person is printed' '[0-9]{17}'
run check quality --lang zh --rule DQ16 --rule DQ19 --limit 1
check 'in Chinese' 0 'DQ19  警告  缺劳力致贫，但劳动力超过四分之一: 123'
check 'with what is left out' 0 '另有 122 条'
lacks 'only the rules that were asked for' 'DQ17|DQ38'
run check quality --json --rule DQ17 --limit 2
check 'as JSON' 0 '{"households":983,"persons":4267,"rules":[{"rule":"DQ17","severity":"warning"'
check 'with the count' 0 '"checkable":true,"count":108,"first":[{"hh_no":"LW000018"'
lacks 'and no number of a person' '[0-9]{17}'
run check quality --rule DQ99
check 'a rule that does not exist is refused' 1 'DQ99'
run check quality --limit 100000
check 'the limit has a limit' 2 '--limit'
run check quality --region 350603100
check 'a part of the area' 0 'households and'
lacks 'has fewer households' '983 households'
run check quality --rule DQ20 --rule DQ06
lacks 'where no helper is on record nobody is said to have none' 'DQ20.*: [0-9]'
cat > "$dir/pairings.csv" <<'END'
户编号,帮扶人,帮扶人电话,结对日期,结束日期
LW000001,高巧珍,13900000110,2016-01-01,
LW000002,王干部,13911111111,2016-01-01,2017-12-31
END
run import "$dir/pairings.csv"
check 'helpers come in' 0
run check quality --rule DQ20 --rule DQ06 --json
check 'a household whose helper has gone has none' 0 '"rule":"DQ20","severity":"warning"'
check 'nor has any other' 0 '"checkable":true,"count":982,"first":[{"hh_no":"LW000002"'
check 'a helper who is on the register is told by name and phone' 0 '"checkable":true,"count":1,"first":[{"hh_no":"LW000002","name":"高巧珍"'

# --- duplicates ----------------------------------------------------------------------------------------------

run check duplicates
check 'who may be registered twice is listed with the reason' 0 '1  99  same name, same birth date'
check 'both of them' 0 '邓勇辉'
lacks 'without their numbers' '[0-9]{17}'
run check duplicates --lang zh
check 'in Chinese' 0 '姓名相同，出生日期相同'
run check duplicates --json
check 'as JSON' 0 '"reasons":["name_same","birth_same"'
number=$(sed 's/.*"a":{"id":\([0-9]*\).*/\1/' "$work")
run check duplicates --different LW000606/邓勇辉 LW000691/邓勇辉 --reason 已核实
check 'they are marked as different persons' 0 'not listed again'
run check duplicates
check 'and not listed again' 0 '0 pairs'
check 'which is said' 0 '1 more pairs are marked'
run check duplicates --different "$number" LW000691/邓勇辉
check 'a person is known by number too; twice is refused' 1 'already'
run check duplicates --list-different --json
check 'the marks are listed' 0 '"decided_by":"admin"'
run check duplicates --list-different
check 'with the reason' 0 '已核实'
run audit --county 350603 --json --limit 1000
check 'and audited' 0 'duplicate.different'
run check duplicates --undo LW000691/邓勇辉 LW000606/邓勇辉
check 'a mark is taken off again' 0 'may be listed again'
run check duplicates
check 'and the pair is back' 0 '1 pairs'
run check duplicates --undo LW000691/邓勇辉 LW000606/邓勇辉
check 'but only once' 1 'not marked'
run check duplicates --different LW000691/邓勇辉
check 'it takes two' 2 'needs two persons'
run check duplicates --different 邓勇辉 LW000691/邓勇辉
check 'a name alone is not enough' 1 'HOUSEHOLD/NAME'
run check duplicates --different LW000691/邓小平平 LW000691/邓勇辉
check 'who is not there is not found' 1 'there is nobody'
run check duplicates --different LW000691/邓勇辉 LW000691/邓勇辉
check 'nobody is another than herself' 1 'same row'
run check duplicates --different --undo a b
check 'one thing at a time' 2 'either'
run check duplicates LW000691/邓勇辉
check 'persons only with a mark' 2 '--different'
run check duplicates --min-score 0
check 'the score is between 1 and 99' 2 '--min-score'

# --- who may -----------------------------------------------------------------------------------------------------

run user add wang --name 王芳 --role township_clerk --region 350603100
check 'a clerk of one township' 0
run --as wang check duplicates
check 'sees the pairs of her township' 0 'pairs'
lacks 'and none of others' '邓勇辉'
run --as wang check quality
check 'and the households of her township' 0 'households and'
lacks 'and none of others' '983 households'
run --as wang check duplicates --different LW000606/邓勇辉 LW000691/邓勇辉
check 'she marks nobody elsewhere' 1
run user add li --name 李明 --role security_admin
run --as li check quality
check 'who may not read the registry checks nothing' 1
run verify
check 'everything verifies' 0 'everything holds'
[ "$failures" = 0 ]
