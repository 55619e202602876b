#!/bin/sh
# The tree of regions as an office meets it: loaded, listed, villages merged, files with old villages imported;
# and the sample book.  Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
work=$TMPDIR/out
db=$TEST_DB
[ "$TEST_DB" != sqlite ] || db=$TMPDIR/office.db

# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"

# shellcheck disable=SC2086 # the option is two words or none
run init ${TEST_PARTITIONS:+--partitions $TEST_PARTITIONS}
check 'a database is made' 0

# --- the sample book ------------------------------------------------------------------------------

run sample --households 120 --out "$TMPDIR/book" --json
check 'a sample says what it wrote' 0 '{"households":120,"persons":'
check 'and where' 0 "\"$TMPDIR/book/incomes.csv\"]}"
run sample --households 120 --out "$TMPDIR/book"
check 'it overwrites nothing' 1 'exists and is not overwritten'
run sample --households 9 --out "$TMPDIR/book2"
check 'fewer than ten households are none' 2 'must be between 10 and 10000000'
run sample --households 100 --county 350600 --out "$TMPDIR/book2"
check 'a prefecture is no county' 1 '350600 is no county'
run sample --households 120 --out "$TMPDIR/book3" --seed 2
if [ "$code" = 0 ] && ! cmp -s "$TMPDIR/book/persons.csv" "$TMPDIR/book3/persons.csv"; then
    passed 'another seed makes other families'
else
    failed 'another seed makes other families'
fi
run import "$TMPDIR/book" --warnings "$TMPDIR/warnings.csv"
check 'and it is imported whole' 0

# --- loading ---------------------------------------------------------------------------------------

run regions load
check 'one says which regions' 2 'name a county with --county, or load all with --all'
run regions load --county 620201
check 'a county is loaded' 0 'added 56 regions, 0 were there and stay; 1 counties now keep books here'
run regions load --county 620201 --json
check 'once' 0 '{"added":0,"there":56,"other_name":0,"offices":0}'
run regions load --county 350603
check 'what is there keeps its name' 0 'are called otherwise in the data; they keep their names'
run regions load --county 350699
check 'a county that is none is refused' 1 'is not in the data'
run regions list --under 620201 --level township
check 'townships are listed' 0 '620201101000  Township    峪泉镇'
if [ "$(wc -l < "$work")" = 5 ]; then passed 'five of them'; else failed 'five of them'; fi
run regions list --under 620201 --level county --json
check 'as JSON too' 0 '{"regions":[{"code":"620201000000","name":"嘉峪关市","level":"county"}]}'
run regions list --under 3702
check 'where there is none, it says so' 0 'there are no regions'

# --- merging -----------------------------------------------------------------------------------------

run user add wang --name 王芳 --role village_clerk --region 350603100202
run regions merge 350603100202 --into 350603100201 --on 2026-01-01 --document 'No. 88/2025'
check 'a village is merged' 0 'merged 1 villages into 350603100201 and moved'
check 'people appointed to it are counted' 0 '1 appointments still name a merged village'
run count --by village --json
if ! grep -q 350603100202 "$work"; then passed 'nobody is left there'; else failed 'nobody is left there'; fi
run regions merge 350603100202 --into 350603100201 --on 2026-01-01 --document again
check 'only once' 1 'village 350603100202 was merged into 350603100201 on 2026-01-01'
run regions merge 350603100201 --into 350603100201 --on 2026-01-01 --document self
check 'not into itself' 1 'cannot be merged into itself'
run regions merge 3506031002 --into 350603100201 --on 2026-01-01 --document short
check 'a damaged code is wrong usage' 2 '3506031002 must be a 12-digit region code'
run regions history 350603100202
check 'its history says what it became and why' 0 'until 2026-01-01 → 350603100201  合并依据：No. 88/2025'
run regions history 350603100201 --json
check 'and what a village was made of' 0 '"was":[{"code":"350603100202"'
run import "$TMPDIR/book" --warnings "$TMPDIR/warnings-2.csv" --json
check 'a file with the old village changes nothing' 0 '"updated":0'
if grep -q '"file":"households.csv".*"updated":0,"unchanged":120,"rejected":0,"warnings":[1-9]' "$work"; then
    passed 'but warns of it'
else
    failed 'but warns of it'
fi
run --as wang regions merge 350603100203 --into 350603100201 --on 2026-01-01 --document no
check 'a village clerk merges nothing' 1 'may not maintain regions'

# --- identity numbers ----------------------------------------------------------------------------------

# 350681 was 龙海市 until 2021; 350699 never was.
no=$(sed -n 2p "$TMPDIR/book/households.csv" | cut -d, -f1)
printf '户编号,姓名,与户主关系,证件号码\n%s,甲一,07,350681199001010019\n%s,乙二,07,350699199001010012\n' "$no" "$no" > "$TMPDIR/new.csv"
run import "$TMPDIR/new.csv" --warnings "$TMPDIR/warnings-3.csv" --json
check 'a number of a county that never was gets a warning, one of a former county none' 0 '"imported":2,"updated":0,"unchanged":0,"rejected":0,"warnings":1'
run verify
check 'everything holds' 0 'everything holds'
[ "$failures" = 0 ]
