#!/bin/sh
# interrupt.sh - an import that is interrupted leaves whole units in or out; several at once get along.
# shellcheck disable=SC2119,SC2317
# shellcheck source=tests/import/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$TMPDIR" || exit 1
ROWS=${ROWS:-20000}
households=$((ROWS < 200000 ? ROWS + ROWS / 5 : 200000)) # 8 MB and more: indexes are built at the end then

# A fault in the first rows makes the list of refused rows appear as soon as households are being imported.
large long "$households" 350699
awk -F , -v OFS=, 'NR == 20 { $5 = 1 } { print }' long/households.csv > new && mv new long/households.csv
members=$(awk -F , '$1 == "L000019"' long/persons.csv | wc -l)
years=$(awk -F , '$1 == "L000019"' long/incomes.csv | wc -l)
rows_of() { awk 'END { print NR - 1 }' "$1"; }

indexes() {
    case $DB in
    postgres*) sql "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1" ;;
    *) sql "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY 1" ;;
    esac
}
# start PATH…: an import in the background, known by $import; it stands in the middle of the households, held
# there until it gets a signal and SIGCONT.
start() {
    rm -f rejects.csv
    "$BANGFU" --db "$DB" import --rejects "$TMPDIR/rejects.csv" "$@" > out 2> err &
    import=$!
    tries=0
    until [ -s rejects.csv ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 6000 ] || ! kill -0 "$import"; then
            echo 'it ended before it began' && cat out err
            return 1
        fi
        sleep 0.01
    done
    kill -STOP "$import"
}
stop() { # SIGNAL…
    for signal in "$@"; do
        kill "-$signal" "$import"
        kill -CONT "$import" || true
    done
}
ended() { # CODE
    got=0
    wait "$import" || got=$?
    is "exit code $1" "exit code $got" || { cat out err && return 1; }
}
nothing_but_regions() {
    row_counts > after
    is "$(sed 's/^region 0/region 27/; s/^county 0/county 1/' before | grep -v -e ^audit -e ^id_block)" "$(grep -v -e ^audit -e ^id_block after)"
    is "$(cat indexes.before)" "$(indexes)"
    [ ! -e rejects.csv ]
    verifies
}

interrupted() {
    fresh interrupted
    row_counts > before
    indexes > indexes.before
    start long
    stop INT
    ended 130
    says '已中断，正在导入的文件未保存'
    says '^regions.csv  *27  *27  *0  *0  *0  *0$'
    says '^households.csv  *0  *0  *0  *0  *0  *0$'
    nothing_but_regions
    start long
    stop TERM
    ended 130
    nothing_but_regions
    is "households.csv household $(rows_of long/households.csv) $((households - 1)) 0 0 1 0 true
incomes.csv household_year $(rows_of long/incomes.csv) $((households * 2 - years)) 0 0 $years 0 true
persons.csv person $(rows_of long/persons.csv) $(($(rows_of long/persons.csv) - members)) 0 0 $members 0 true
regions.csv region 27 0 0 27 0 0 true" "$(imports 3 long)"
    is "$(cat indexes.before)" "$(indexes)"
    verifies
    row_counts > whole
}
it 'Ctrl-C leaves households, members and years out together; what was saved before stays; the same import then completes' interrupted

twice() {
    fresh twice
    row_counts > before
    indexes > indexes.before
    start long
    stop INT
    kill -INT "$import" || true
    ended 130
    row_counts > after
    is "$(sed 's/^region 0/region 27/; s/^county 0/county 1/' before | grep -v -e ^audit -e ^id_block)" "$(grep -v -e ^audit -e ^id_block after)"
    verifies
}
it 'a second Ctrl-C ends it at once, and nothing is half there' twice

killed() {
    fresh killed
    start long
    kill -KILL "$import"
    ended 137
    verifies
    imports 3 long > /dev/null
    row_counts > after
    is "$(grep -v -e ^audit -e ^id_block whole)" "$(grep -v -e ^audit -e ^id_block after)"
    verifies
}
it 'kill -9 leaves a database that verifies and where the same import completes' killed

overwritten() {
    fresh overwritten
    row_counts > before
    indexes > indexes.before
    cp -r long changing
    start changing
    shuffled changing/persons.csv > new && mv new changing/persons.csv
    kill -CONT "$import"
    ended 1
    says '无法读取 persons.csv：'
    nothing_but_regions
    start changing
    rm changing/persons.csv
    kill -CONT "$import"
    ended 1
    says '无法读取 persons.csv：No such file or directory'
    nothing_but_regions
}
it 'a file that somebody writes over or removes meanwhile costs the whole unit, not its columns their order' overwritten

# Of so large a book the database does not check the references itself.
orphans() {
    fresh orphans
    cp -r long bad
    awk -F , -v OFS=, 'NR == 30 { $1 = "L9" } { print }' long/persons.csv > bad/persons.csv
    imports 3 bad > counts
    refused | grep '^persons.csv:30 户编号 | L9 | ' || { refused && return 1; }
    case $DB in
    postgres*) ;;
    *) is '' "$(sql 'PRAGMA foreign_key_check')" && is wal "$(sql 'PRAGMA journal_mode' | tr -d "'")" ;;
    esac
    verifies
}
it 'a member of a household that is not there is refused in a first load too, and nothing refers to nothing' orphans

looked_at() {
    fresh looked
    mini small
    imports 0 small # into tables that are empty indexes would come last, and PostgreSQL would have others wait
    expect 0 --json count
    cp out before
    start long
    expect 0 --json count
    is_file before out
    expect 0 --json find M004
    expect 1 find L000100
    stop INT
    ended 130
}
it 'while an import runs others can look, and see nothing of what is not saved yet' looked_at

# --- several at once ------------------------------------------------------------------------------------------

large a $((households / 5)) 350521 A
large b $((households / 5)) 350522 B
large c $((households / 5)) 350523 C
beside() { # NUMBER PATH: an import in the background with its output in NUMBER.out
    (
        cd "$TMPDIR" || exit 1
        got=0
        "$BANGFU" --db "$DB" --json import --rejects "$TMPDIR/$1.csv" "$2" > "$1.out" 2> "$1.err" || got=$?
        echo "$got" > "$1.code"
    ) &
}
codes() { # NUMBER…
    for number in "$@"; do
        cat "$number.code"
        [ "$(cat "$number.code")" = 0 ] || head -c 2000 "$number.out" "$number.err"
    done
}
distinct() {
    all='SELECT id FROM household UNION ALL SELECT id FROM person UNION ALL SELECT id FROM household_year UNION ALL SELECT id FROM household_status'
    is "$1" "$(sql "SELECT count(*), count(DISTINCT id) FROM ($all) x" | tr '|' ,)"
}

three_counties() {
    fresh three
    beside 1 a
    beside 2 b
    beside 3 c
    wait
    is '0
0
0' "$(codes 1 2 3)"
    n=$((households / 5))
    is "350521 $n
350522 $n
350523 $n" "$(sql 'SELECT county, count(*) FROM household GROUP BY county ORDER BY county' | tr '|,' '  ')"
    people=$(($(rows_of a/persons.csv) * 3))
    is "$people" "$(sql 'SELECT count(*) FROM national_id')"
    # households, their states, years, members
    distinct "$((n * 3 * 2 + n * 3 * 2 + people)),$((n * 3 * 2 + n * 3 * 2 + people))"
    verifies
}
it 'three processes import three counties at once: all succeed, no two rows share a number, verify is content' three_counties

same_book() {
    fresh samebook
    beside 1 a
    beside 2 a
    wait
    is '0
0' "$(codes 1 2)"
    n=$((households / 5)) people=$(rows_of a/persons.csv)
    distinct "$((n * 4 + people)),$((n * 4 + people))"
    cp 1.out out
    files > 1.files
    cp 2.out out
    files > 2.files
    is "$n 0
0 $n" "$(cat 1.files 2.files | awk '$1 == "households.csv" { print $4, $6 }' | sort -rn)"
    verifies
}
it 'two processes import the same book at once: it is there once, and the second one finds it unchanged' same_book

large meeting 300 350524 M
sed 's/^M/X/' meeting/households.csv > x.csv
sed 's/^M/X/' meeting/persons.csv > x-persons.csv
same_people() {
    fresh samepeople
    imports 0 meeting/regions.csv meeting/households.csv x.csv > /dev/null
    mkdir left right
    cp meeting/persons.csv left
    cp x-persons.csv right
    beside 1 left
    beside 2 right
    wait
    is '0 3' "$(cat 1.code 2.code | sort | tr '\n' ' ' | sed 's/ $//')"
    is 750 "$(sql 'SELECT count(*) FROM person')"
    is 750 "$(sql 'SELECT count(*) FROM national_id')"
    verifies
}
it 'two processes bring the same people in two households each: nobody is there twice, and the second list names them' same_people

finish
