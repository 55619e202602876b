#!/bin/sh
# A household that came in twice, with a case and a loan in each record: merged, seen, refused, undone (R016, R025).
# Run by tools/run-one.sh, which explains the environment.
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

# --- an archive in which one family stands twice -------------------------------------------------------

mkdir "$dir/book"
cat > "$dir/book/regions.csv" <<'END'
区划代码,名称,级别
350000000000,某省,省
350600000000,某市,市
350603000000,东县,县
350603100000,东镇,乡镇
350603100201,东一村,村
350603101000,西镇,乡镇
350603101201,西一村,村
END
cat > "$dir/book/households.csv" <<'END'
户编号,户主姓名,村代码,联系电话
D0001,甲父,350603100201,
D0002,乙母,350603101201,13900000000
D0003,丁户,350603100201,
END
cat > "$dir/book/persons.csv" <<'END'
户编号,姓名,与户主关系,性别,出生日期
D0001,甲父,户主,男,1960-05-01
D0001,乙母,配偶,女,1962-05-01
D0002,乙母,户主,女,1962-05-01
D0002,甲父,配偶,男,1960-05-01
D0002,丙子,之子,男,1990-05-01
D0003,丁户,户主,男,1970-05-01
END

run init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
check "a database is made" 0
run import "$dir/book"
check "the archive comes in" 0


# --- merging ------------------------------------------------------------------------------------------

run merge household D0001 D0003 --reason "looks alike"
check "two families without a common member stay two" 1 "no member in common" "move merge"
run merge household D0001 D0001 --reason x
check "a household is not merged with itself" 1 "both are the same household"
run merge household D0001 D9999 --reason x
check "an unknown household is named" 1 "D9999"
run merge household D0001 D0002
check "a reason is asked for" 2 "reason"
run merge household D0001 D0002 --reason "registered twice" --dry-run
check "a preview shows what would be done" 0 "nothing is written" "甲父"
run show household D0002
check "and leaves everything as it was" 0 "乙母"
run merge person D0001/甲父 D0003/丁户 --reason x
check "the only member of a household is not merged away alone" 1 "only member" "merge household D0001 D0003"

run merge household D0001 D0002 --reason "registered twice" --document "核查记录1号"
check "two records become one" 0 "no. 1: D0002 taken into D0001"
run show household D0001
check "the child and the phone are in the household kept" 0 "丙子"
run show household D0002
check "the other number is no household any more" 1 "D0002"
run verify
check "nothing in the books is out of order" 0
run import "$dir/book" --rejects "$dir/rejects.csv"
check "an old file does not bring the second record back" 3 "4 rows were refused"
holds "and says where it is now" grep -q "D0002 was taken into D0001" "$dir/rejects.csv"
run show household D0002
check "it is still gone" 1 "D0002"
run merge list
check "merges are listed" 0 "D0002" "registered twice"
run merge list --json
check "also as JSON" 0 '"keep_label":"D0001"' '"kind":"household"'
run merge show 1
check "a merge tells which rows it touched" 0 "household_id" "Taken away"
lacks "but not what stood in them" "13900000000"
run merge show 7
check "an unknown merge is named" 1 "no merge no. 7"

# --- and back ---------------------------------------------------------------------------------------

run merge undo 1 --reason "two families after all"
check "a merge can be undone" 0 "no. 1 is undone"
run show household D0002
check "the second household is there again" 0 "丙子" "乙母"
run merge undo 1 --reason again
check "but only once" 1 "undone already"
run verify
check "nothing in the books is out of order after that either" 0
run import "$dir/book"
check "and the archive is what it was" 0
run audit --county 350603 --json --limit 50
check "both stand in the audit" 0 "merge household" "merge undo"
lacks "without a phone" "13900000000"

[ "$failures" = 0 ]
