#!/bin/sh
# Movements, states, history, lists and surveys as a clerk does them: on an imported archive, between two counties,
# with every refusal leaving nothing behind.  Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out

if [ "$TEST_DB" = sqlite ]; then
    db=$dir/office.db
else
    db=$TEST_DB
fi

# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"
# json NAME: the last output is one line of JSON
json() {
    if [ "$(wc -l < "$work")" = 1 ] && grep -q '^[{[].*[]}]$' "$work"; then passed "$1"; else failed "$1"; fi
}
lacks() {
    if cat "$work" "$work.err" | grep -qF -e "$2"; then failed "$1"; else passed "$1"; fi
}
says() {
    if grep -qF -e "$2" "$work"; then passed "$1"; else failed "$1"; fi
}
audits() { "$BANGFU" --db "$db" audit --json --limit 1000 | tr '{' '\n' | grep -c '"seq"'; }

# --- an archive of two counties -----------------------------------------------------------------------

mkdir "$dir/book"
cat > "$dir/book/regions.csv" <<'END'
区划代码,名称,级别
350000000000,某省,省
350600000000,某市,市
350603000000,东县,县
350603100000,东镇,乡镇
350603100201,东一村,村
350603100202,东二村,村
350604000000,西县,县
350604100000,西镇,乡镇
350604100201,西一村,村
END
cat > "$dir/book/households.csv" <<'END'
户编号,村代码,户主姓名,脱贫状态,脱贫年度,联系电话,识别日期
E1,350603100201,赵一,未脱贫,,13900000101,2015-06-01
E2,350603100201,钱二,已脱贫,2018,13900000102,2016-03-01
E3,350603100202,孙三,未脱贫,,13900000103,2023-04-01
W1,350604100201,李四,未脱贫,,13900000104,2015-06-01
END
cat > "$dir/book/persons.csv" <<'END'
户编号,姓名,证件号码,与户主关系,政治面貌,性别,出生日期
E1,赵一,,户主,中共党员,男,1950-01-01
E1,周妻,,配偶,群众,女,1952-02-02
E1,赵儿,99060319800101001X,之子,群众,男,1980-01-01
E2,钱二,,户主,群众,男,1960-03-03
E3,孙三,,户主,中共党员,男,1970-04-04
E3,吴女,,之女,群众,女,2000-05-05
W1,李四,,户主,群众,男,1965-06-06
END
cat > "$dir/book/incomes.csv" <<'END'
户编号,年度,工资性收入,住房面积
E1,2023,8000,60
E1,2024,9500,90
END
# The check character of an invented number is worked out here.
number=$(awk 'BEGIN { split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", w, " "); id = "99060319800101001"
    for (i = 1; i <= 17; i++) s += substr(id, i, 1) * w[i]
    print id substr("10X98765432", s % 11 + 1, 1) }')
sed "s/99060319800101001X/$number/" "$dir/book/persons.csv" > "$dir/p" && mv "$dir/p" "$dir/book/persons.csv"

run init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
check 'a database' 0
run import "$dir/book"
check 'the archive goes in' 0
run movements --from 2023-01-01 --to 2023-12-31 --json
check 'what an import brought counts by the day it was entered on' 0 '"households":{"opening":3,"in":1,"out":0,"closing":4}'
says 'in persons too' '"persons":{"opening":5,"in":2,"out":0,"closing":7}'
says 'and adds up' '"balanced":true'
json 'as JSON on one line'

# --- persons -------------------------------------------------------------------------------------------

run move birth E1 赵孙 --relation 其他 --sex 男 --on 2024-02-01 --reason 出生
check 'a child is born' 0 'movement no. 1'
run move birth E1 赵孙 --relation 其他 --on 2024-02-01 --reason 出生
check 'but only once' 1 'in the household already'
run move death E1 赵一 --on 2024-03-01 --reason 病故
check 'the head cannot just go' 1 'name a new head first'
before=$(audits)
run move death E1 赵一 --on 2099-03-01 --reason 病故 --head 周妻
check 'nobody dies in the future, and the option is named as it was typed' 1 'bangfu: --on: 2099-03-01 lies ahead'
if [ "$before" = "$(audits)" ]; then passed 'a refused movement leaves no trace'; else failed 'and leaves no trace'; fi
run move death E1 赵一 --on 2024-03-01 --reason ' ' --head 周妻
check 'nor without a reason' 1 'say why'
run move death E1 赵一 --on 2024-03-01 --reason 病故 --head 周妻 --document 火化证
check 'with somebody to follow the head may die' 0
run audit --json --limit 1000
lacks 'the audit does not repeat why' '病故'
run move marry-out E1 赵一 --on 2024-04-01 --reason 婚出
check 'the dead do not marry' 1 'is dead'
run move army E1 赵儿 --on 2024-05-01 --reason 参军
check 'a son goes into the army' 0
run move return E1 赵儿 --on 2024-04-01 --reason 退役
check 'and cannot be back before' 1 'of 2024-05-01 already'
run move in W1 赵儿 --on 2024-06-01 --reason 迁入 --relation 其他 --id "$number"
check 'who left in one county may move into another' 0
run find "$number"
says 'and is found there' 'W1'
lacks 'the whole number is not shown' "$number"
run move in E2 赵儿 --on 2024-07-01 --reason 迁入 --relation 其他 --id "$number"
check 'one who is present elsewhere may not' 1 'registered in household W1'

# --- households ----------------------------------------------------------------------------------------

run move split E3 吴女 --head 吴女 --on 2024-05-01 --reason 分家
check 'a daughter founds a household' 0 '350603000001'
run move split E3 孙三 --head 孙三 --on 2024-05-02 --reason 分家
check 'somebody has to stay' 1 'has to stay'
run move merge 350603000001 E2 --relation 吴女=其他 --on 2024-06-01 --reason 并户
check 'and it merges into another' 0 'is closed'
run move undo 999 --reason 错
check 'there is nothing to undo' 1 'no movement no. 999'
run movements --kind merged_away --from 2024-01-01 --to 2024-12-31 --json
no=$(sed 's/.*"no":\([0-9]*\).*/\1/' "$work")
run move undo "$no" --reason 登记有误
check 'the merger is taken back' 0 'is taken back'
run show household 350603000001 --as-of 2024-06-15
says 'and the daughter is in her own again' '吴女'
run move transfer E1 --to 350604100201 --on 2024-08-01 --reason 搬迁
check 'a household moves to another county' 0 'movement no.'
run move transfer E1 --to 350604100201 --on 2024-08-01 --reason 搬迁
check 'but not to where it is' 1 'lives in this village'
run show household E1 --as-of 2024-02-15
says 'as it was before: its head' '赵一'
says 'and its village' '东一村'
run show household E1 --as-of 2023-12-31
says 'with what it lived on in that year' '8,000.00'
says 'and how' 'housing and living in 2023'
lacks 'and nothing of the next' '9,500.00'
run show household E1 --as-of 2024-02-15 --json
says 'the years of a later day' '"year":2024,"wage_income":"9500.00"'
run movements --from 2024-01-01 --to 2024-12-31 --region 350603 --json
check 'the county that it left adds up' 0 '"households":{"opening":3,"in":1,"out":1,"closing":3}'
says 'in persons' '"persons":{"opening":6,"in":2,"out":5,"closing":3}'
run movements --from 2024-01-01 --to 2024-12-31 --region 350604 --json
check 'and so does the other' 0 '"households":{"opening":1,"in":1,"out":0,"closing":2}'
run movements --from 2024-01-01 --to 2024-12-31
check 'and both together' 0 'it holds'
run verify
check 'every row is in its place' 0 'everything holds'

# --- states ----------------------------------------------------------------------------------------------

run status E3 --state exited --year 2023 --on 2023-12-20
check 'out of poverty by a document only' 1 '--document'
run status E3 --state exited --year 2023 --on 2023-12-20 --document 县扶〔2023〕8号
check 'out of poverty' 0 'Out of poverty'
run status E3 --state fallen_back --on 2024-10-01 --document 县扶〔2024〕3号 --cause 因灾
check 'and back into it' 0
run status E3 --state bankrupt --on 2024-10-01
check 'there is no such state' 2
run count --as-of 2024-01-15 --region 350603100202 --json
says 'on the day between it was out' '"exited":1'
run count --region 350603100202 --json
says 'and now it is not' '"fallen_back":1'
run show household E3 --json
says 'and its page has what was changed, with codes by their names' '"field":"state","before":"exited","after":"fallen_back"}'
run show household E3 --as-of 2024-01-15 --json
says 'its own page says so as well' '"state":"exited"'
json 'on one line'
run show household E3 --as-of 2099-01-01
check 'the future is not known' 2

# --- lists and surveys -------------------------------------------------------------------------------------

run roster save 返贫户 --region 350603 --state 返贫
check 'a list of those who fell back' 0 '1 households, 1 persons'
run roster save 党员 --region 350603 --persons --where 政治面貌=中共党员 --age-from 50 --age-on 2024-12-31
check 'a list of Party members' 0 '1 persons'
run roster save 电话 --region 350603 --where 联系电话=13900000103
check 'by a telephone' 0 '1 households'
run roster list
lacks 'which the list of lists does not show' 13900000103
run roster freeze 返贫户
check 'frozen' 0 'check '
run roster save 返贫户 --region 350603 --replace
check 'for good' 1 'was frozen'
run --lang zh roster save 返贫户 --region 350603 --replace
check 'and what is refused is named in the words of the language' 1 'bangfu: 名称：名单“返贫户”已于'
run roster save 现在 --region 350603
run roster compare 返贫户 现在 --json
check 'compared' 0 '"came":[{'
json 'on one line'
run roster show 返贫户
check 'shown, as it was' 0 'as it was then'
run survey open 摸底 --region 350603 --on 2024-03-01 --by 工作队
check 'a survey begins' 0
run survey record 摸底 E3 --result changed --on 2024-03-05 --file-no D1
check 'a household is recorded' 0 'recorded E3'
run survey record 摸底 E1 --result changed --on 2024-03-05
check 'one that left the county is not' 1 'no household E1'
run survey show 摸底 --missing --json
says 'progress' '"surveyed":1'
says 'and who is missing' '"missing":[{"hh_no":"E2"'
run verify
check 'every row is in its place at the end' 0 'everything holds'

# --- who may --------------------------------------------------------------------------------------------------

run user add wang --name 王芳 --role township_clerk --region 350603100
run --as wang move transfer E3 --to 350604100201 --on 2024-11-01 --reason 搬迁
check 'a clerk does not move a household into an area of others' 1 'may not'
run --as wang move death W1 李四 --close --on 2024-11-01 --reason 病故
check 'nor sees theirs' 1 'there is no household W1'
run user add li --name 李明 --role leader --region 350603
run --as li move head E3 孙三 --on 2024-11-01 --reason x
check 'who only reads moves nobody' 1 'may not'
