#!/bin/sh
# shellcheck disable=SC2119,SC2317
# book.sh - the archive of an office comes in whole, and a second time changes nothing.
# shellcheck source=tests/import/lib.sh
. "$(dirname "$0")/lib.sh"

book=$(cd demo/longwen && pwd)
expected=$(cd "$(dirname "$0")/expected" && pwd)
fresh book

first_import() {
    is 'households.csv household 983 983 0 0 0 0 true
incomes.csv household_year 2714 2714 0 0 0 0 true
loans.csv loan 987 987 0 0 0 0 true
periods.csv period 24 24 0 0 0 0 true
persons.csv person 4267 4267 0 0 0 0 true
region_years.csv region_year 15 15 0 0 0 0 true
regions.csv region 41 41 0 0 0 0 true
repayments.csv repayment 899 899 0 0 0 0 true
sources.csv fund_source 16 16 0 0 0 0 true
visits.csv visit 1948 1948 0 0 0 0 true' "$(imports 0 "$book")"
    cp "$TMPDIR/out" "$TMPDIR/first.json"
}
it 'longwen comes in with every row of the registry, the fund and the visits' first_import

whole_json() { is_file "$expected/longwen.json" "$TMPDIR/first.json"; }
it 'the JSON is the same to the byte on every database' whole_json

no_rejects() { is null "$(member rejects)" && [ ! -e "$TMPDIR/rejects.csv" ]; }
it 'where no row was refused there is no list of refused rows' no_rejects

counts() {
    expect 0 --json count
    is '{"households":983,"persons":4267,"by_state":{"poor":190,"exited":793},"townships":4,"villages":34,"regions":[]}' \
        "$(cat "$TMPDIR/out")"
    expect 0 --json count --by township
    is '350603100000 261 1122
350603101000 260 1133
350603102000 224 980
350603103000 238 1032' "$(tr '{' '\n' < "$TMPDIR/out" | sed -n 's/^"code":"\([0-9]*\)","name":"[^"]*","households":\([0-9]*\),"persons":\([0-9]*\),.*/\1 \2 \3/p')"
}
it 'count says 983 households, 4267 persons, 34 villages and 4 townships' counts

stored() {
    is 'county 1
household 983
household_status 983
household_year 2714
national_id 4267
person 4267
region 41
region_year 15' "$(row_counts | grep -e '^county ' -e ^household -e ^national_id -e ^person -e ^region)"
}
it 'each household has its state on record, each number stands in the register' stored

it 'verify has nothing to report' verifies

dump > "$TMPDIR/dump-1"
row_counts > "$TMPDIR/rows-1"
second_import() {
    is 'households.csv household 983 0 0 983 0 0 true
incomes.csv household_year 2714 0 0 2714 0 0 true
loans.csv loan 987 0 0 987 0 0 true
periods.csv period 24 0 0 24 0 0 true
persons.csv person 4267 0 0 4267 0 0 true
region_years.csv region_year 15 0 0 15 0 0 true
regions.csv region 41 0 0 41 0 0 true
repayments.csv repayment 899 0 0 899 0 0 true
sources.csv fund_source 16 0 0 16 0 0 true
visits.csv visit 1948 0 0 1948 0 0 true' "$(imports 0 "$book")"
}
it 'the same book a second time: every row unchanged' second_import

nothing_new() {
    row_counts > "$TMPDIR/rows-2"
    is_file "$TMPDIR/rows-1" "$TMPDIR/rows-2"
    dump > "$TMPDIR/dump-2"
    is_file "$TMPDIR/dump-1" "$TMPDIR/dump-2"
    verifies
}
it 'then no table has one row more, no cell is another, and verify is content' nothing_new

text_form() {
    printf '电表号,度数\n1,2\n' > "$TMPDIR/meters.csv"
    expect 0 import "$book" "$TMPDIR/meters.csv"
    says '^households.csv  *983  *0  *0  *983  *0  *0$'
    says 'meters.csv：还不认识这种文件，未导入'
    expect 0 --lang en import "$book" "$TMPDIR/meters.csv"
    says 'meters.csv: this kind of file is not known yet, nothing was imported'
}
it 'people read the same counts as a table, in both languages; a file that nobody knows is named and is no error' text_form

kept() {
    expect 0 --json find LW000001
    is '{"hits":[{"found_by":"hh_no","hh_no":"LW000001","head_name":"余妹婷","village":"350603100201","village_name":"蓝田第1村"}],"more":false,"elsewhere":null}' \
        "$(cat "$TMPDIR/out")"
    expect 0 --json find 990603195508032067
    grep -q '"found_by":"id_number","hh_no":"LW000001"' "$TMPDIR/out"
    expect 0 --json show household LW000001 --full --purpose test
    grep -q '"bank_account":"9999990000000001061"' "$TMPDIR/out"
    grep -q '"id_number":"990603195508032067"' "$TMPDIR/out"
}
it 'what came in is found again by household and by identity number, and whole numbers come out as they went in' kept

as_gb18030() {
    fresh gb
    mkdir "$TMPDIR/gb"
    for f in "$book"/*.csv; do
        name=${f##*/}
        case $name in
        visits.csv) plain "$f" | iconv -f UTF-8 -t GB18030 > "$TMPDIR/gb/$name" ;; # its notes have commas
        *) plain "$f" | shuffled | iconv -f UTF-8 -t GB18030 > "$TMPDIR/gb/$name" ;;
        esac
    done
    is 'households.csv household 983 983 0 0 0 0 true
incomes.csv household_year 2714 2714 0 0 0 0 true
loans.csv loan 987 987 0 0 0 0 true
periods.csv period 24 24 0 0 0 0 true
persons.csv person 4267 4267 0 0 0 0 true
region_years.csv region_year 15 15 0 0 0 0 true
regions.csv region 41 41 0 0 0 0 true
repayments.csv repayment 899 899 0 0 0 0 true
sources.csv fund_source 16 16 0 0 0 0 true
visits.csv visit 1948 1948 0 0 0 0 true' "$(imports 0 "$TMPDIR/gb")"
    dump > "$TMPDIR/dump-gb"
    is_file "$TMPDIR/dump-1" "$TMPDIR/dump-gb"
    verifies
}
it 'a copy in GB18030 with shuffled columns gives the same rows in every table of the registry' as_gb18030

finish
