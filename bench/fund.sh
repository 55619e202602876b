#!/bin/sh
# A loan fund: single repayments by 32 writers, repayments by file, day close, balances; beside PostgreSQL and ledger
#
#   --loans N      open loans of one county (default 100,000); --long is 1,000,000, the size that the targets are set for
#   --rounds N     both sides take turns, the ratio is taken round by round, the median counts (default 5)
#   --seconds N    of each measurement of single repayments (default 4)
#   --counties N   single repayments go to so many counties (default 1: an office; 20: a province's server)
#   --only PART    single, file, day, balances or phases; may be repeated (default: all)
#   --dir DIR      where the databases go (default $TMPDIR or /tmp): a disk, as an office has one
#
# single    A  bangfu on SQLite: each repayment is one durable transaction of its own (synchronous=FULL): the contract
#              is looked up within the clerk's area, the programme's rules are applied; voucher, two lines, balances,
#              counters, repayment, audit row, each with its keyed hash.  Threads as clerks; each waits for its answer.
#           B  PostgreSQL writing the same rows by one function (bench/fund.sql), pgbench with 32 clients, fsync on.
# file      bangfu repay --file, 20,000 rows into one durable transaction, the whole process.
# day       A  bangfu day close of all loans, 384 of a thousand getting notice, one durable transaction, the whole
#              process.  B  PostgreSQL's own SQL for it (bench/day.sql), over the same tables, writing the same rows.
# balances  A  bangfu ledger accounts, from the balances that are kept (verify adds the lines up again); beside it the
#              trial balance, which adds up every line.  B  ledger, the plain-text tool, over the same journal.
# phases    what takes the processor's time in single repayments.
set -eu
cd "$(dirname "$0")/.."
. tools/suite.sh
BANGFU=${BANGFU:-$PWD/build/release/bangfu}

loans=100000 rounds=5 seconds=4 counties=1 parts='' place=${TMPDIR:-/tmp}
while [ $# -gt 0 ]; do
    case $1 in
    --long) loans=1000000 ;;
    --loans) loans=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --seconds) seconds=$2 && shift ;;
    --counties) counties=$2 && shift ;;
    --only) parts="$parts $2" && shift ;;
    --dir) place=$2 && shift ;;
    *)
        sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
done
[ -n "$parts" ] || parts='single file day balances phases'
wanted() { case " $parts " in *" $1 "*) ;; *) return 1 ;; esac; }

suite_start
dir=$(mktemp -d "$place/bangfu-bench.XXXXXX")
chmod 711 "$dir"
stop() {
    [ ! -f "$dir/pg/postmaster.pid" ] || as_postgres "$PG/pg_ctl" -D "$dir/pg" -m immediate -w -s stop > /dev/null 2>&1 || true
    rm -rf "$dir"
    suite_stop
}
trap stop EXIT
export BANGFU_KEY="$dir/site.key" BANGFU_LANG=en
unset BANGFU_DB BANGFU_USER

# --- tools --------------------------------------------------------------------------------------------

libs=$(pkg-config --libs sqlite3 libpq jansson libsodium libcrypto zlib icu-i18n icu-uc xlsxwriter yaml-0.1 libmicrohttpd libcurl)
gcc -O2 -D_GNU_SOURCE -o "$dir/run" bench/run.c
# shellcheck disable=SC2086 # several words
gcc -O2 -std=gnu17 -D_GNU_SOURCE= -Isrc -o "$dir/fund" bench/fund.c \
    -Wl,--start-group build/release/lib*.a -Wl,--end-group $libs -pthread

timed() { # NAME COMMAND…: $dir/NAME gets wall µs, processor µs, peak kB
    what=$1
    shift
    "$dir/run" "$dir/$what" "$@" > "$dir/log" 2>&1 || {
        echo "bench: this failed: $*" >&2
        tail -n 20 "$dir/log" >&2
        exit 1
    }
}
field() { cut -d' ' -f"$2" "$dir/$1"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { print b ? a / b : 0 }'; }
median() { sort -n "$dir/$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
# verdict TEXT VALUE WORD LIMIT UNIT: WORD is least or most
verdict() {
    awk -v text="$1" -v v="$2" -v word="$3" -v t="$4" -v unit="$5" 'BEGIN {
        printf "%-50s %10.3f%s   at %s %s%s   %s\n", text, v, unit, word, t, unit,
            (word == "most" ? v <= t : v >= t) ? "PASS" : "MISS" }'
}
fresh() { # DB LOANS COUNTIES
    "$BANGFU" --db "$1" init > /dev/null
    "$dir/fund" regions "$3" > "$dir/regions.csv"
    "$BANGFU" --db "$1" import "$dir/regions.csv" > /dev/null
    "$dir/fund" prepare "$1" "$2" "$3"
}

# --- PostgreSQL, on the disk and durable ------------------------------------------------------------------

pg() { "$PG/psql" -X -q -t -A -v ON_ERROR_STOP=1 -h "$dir/s" "$@"; }
server() {
    [ ! -d "$dir/pg" ] || return 0
    mkdir "$dir/pg" "$dir/s"
    chmod 700 "$dir/pg"
    [ "$(id -u)" != 0 ] || chown postgres "$dir/pg" "$dir/s"
    as_postgres "$PG/initdb" -D "$dir/pg" -U "$(id -un)" -A trust -E UTF8 --locale=C -N > "$dir/log" 2>&1 || { cat "$dir/log"; return 1; }
    cat >> "$dir/pg/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$dir/s'
shared_buffers = 1GB
work_mem = 256MB
max_wal_size = 8GB
max_connections = 100
jit = off
END
    as_postgres "$PG/pg_ctl" -D "$dir/pg" -l "$dir/pg/log" -w -s -t 300 start || { cat "$dir/pg/log"; return 1; }
}

# --- single repayments ------------------------------------------------------------------------------------

single_loans=$loans
[ "$single_loans" -le 100000 ] || single_loans=100000
clerks() { "$dir/fund" repay "$1" "$2" "$seconds" "$counties" "$single_loans" > "$dir/$3"; }
other_side() {
    cat > "$dir/take.sql" <<END
\\set loan random(0, $((single_loans - 1)))
SELECT bench_take((350603 + :loan % $counties)::int, 'XF-' || lpad((:loan)::text, 8, '0'), 100::bigint, $(($(date +%s) / 86400)));
END
    "$PG/pgbench" -h "$dir/s" -n -M prepared -T "$seconds" -c 32 -j 2 -f "$dir/take.sql" pg > "$dir/log" 2>&1 ||
        { tail -n 5 "$dir/log" >&2; exit 1; }
    awk '/^tps/ { printf "%d\n", $3 }' "$dir/log" > "$dir/other"
}
single() {
    echo
    echo "Single durable repayments, $single_loans loans in $counties county(ies)"
    server
    fresh "$dir/single.db" "$single_loans" "$counties"
    pg -d postgres -c 'CREATE DATABASE pg'
    fresh "postgresql:///pg?host=$dir/s" "$single_loans" "$counties"
    "$dir/fund" repay "postgresql:///pg?host=$dir/s" $((counties < 8 ? 8 : counties)) 1 "$counties" "$single_loans" > /dev/null
    pg -d pg -f bench/fund.sql
    pg -d pg -c 'VACUUM ANALYZE' -c CHECKPOINT
    round=1
    while [ "$round" -le "$rounds" ]; do
        clerks "$dir/single.db" 1 one
        clerks "$dir/single.db" 32 many
        other_side
        clerks "postgresql:///pg?host=$dir/s" 32 ours
        printf 'round %d   one writer %s/s   32 writers %s/s (p50 %s µs, p99 %s µs)   PostgreSQL %s/s   bangfu on PostgreSQL %s/s\n' \
            "$round" "$(field one 1)" "$(field many 1)" "$(field many 2)" "$(field many 3)" "$(cat "$dir/other")" "$(field ours 1)"
        ratio "$(field many 1)" "$(field one 1)" >> "$dir/r.one"
        ratio "$(field many 1)" "$(cat "$dir/other")" >> "$dir/r.pg"
        ratio "$(field many 3)" "$(field many 2)" >> "$dir/r.tail"
        round=$((round + 1))
    done
    verdict '32 writers / one writer, SQLite' "$(median r.one)" least 1.8 ''
    verdict '32 writers on SQLite / PostgreSQL' "$(median r.pg)" least 1.2 ''
    verdict 'p99 / p50 of 32 writers' "$(median r.tail)" most 6 ''
    "$BANGFU" --db "$dir/single.db" verify | tail -n 1
}

# --- by file ------------------------------------------------------------------------------------------------

by_file() {
    rows=20000
    echo
    echo "Repayments by file: $rows rows, $single_loans loans, one durable transaction, the whole process"
    fresh "$dir/file.db" "$single_loans" 1
    round=1
    while [ "$round" -le "$rounds" ]; do
        "$dir/fund" book "$single_loans" 1 "$rows" $((round * rows)) > "$dir/book.csv"
        timed file "$BANGFU" --db "$dir/file.db" repay --file "$dir/book.csv"
        awk -v n="$rows" -v us="$(field file 1)" -v cpu="$(field file 2)" -v round="$round" 'BEGIN {
            printf "round %d   %.2f s (cpu %.2f)   %d/s\n", round, us / 1e6, cpu / 1e6, n / us * 1e6 }'
        ratio $((rows * 1000000)) "$(field file 1)" >> "$dir/r.file"
        round=$((round + 1))
    done
    timed again "$BANGFU" --db "$dir/file.db" repay --file "$dir/book.csv"
    tail -n 1 "$dir/log"
    verdict 'repayments by file, a second' "$(median r.file)" least 20000 ''
}

# --- day close ------------------------------------------------------------------------------------------------

# What a close leaves, but for its keyed hashes; the contracts by their numbers, since ids differ.
day_rows() {
    printf '%s\n' 'SELECT day, township, from_day, loans, amount, overdue FROM day_class ORDER BY township, from_day;' \
        'SELECT day, loans, outstanding, due_today, overdue, overdue_loans, par30, par60, par90, accrued, interest_due, reminders, broken FROM day_close;' \
        'SELECT i.kind, c.number, i.due_on, i.amount FROM day_item i JOIN contract c ON c.county = i.county AND c.id = i.contract_id ORDER BY i.kind, c.number, i.due_on;' |
        "$@" | md5sum
}
day() {
    echo
    if ! "$BANGFU" day close --help > /dev/null 2>&1; then
        echo 'Day close: this program has none'
        return 0
    fi
    echo "Day close, $loans open loans"
    server
    fresh "$dir/day.db" "$loans" 1
    pg -d postgres -c 'CREATE DATABASE day'
    fresh "postgresql:///day?host=$dir/s" "$loans" 1
    pg -d day -c 'VACUUM ANALYZE' -c CHECKPOINT
    # The days on which a loan falls due whose notice is sent until today: a month from today, and no day more.
    today=$(TZ=Asia/Shanghai date +%F)
    until=$(TZ=Asia/Shanghai date -d "$today +28 days" +%F)
    day_of() { echo $(($(date -u -d "$1" +%s) / 86400)); }
    round=1
    while [ "$round" -le "$rounds" ]; do
        cp "$dir/day.db" "$dir/day2.db"
        sync "$dir/day2.db"
        pg -d day -c 'TRUNCATE day_item, day_class, day_close' -c CHECKPOINT
        timed day "$BANGFU" --db "$dir/day2.db" --json day close xingfu
        timed day.pg "$PG/psql" -X -q -v ON_ERROR_STOP=1 -v today="$(day_of "$today")" -v until="$(day_of "$until")" \
            -h "$dir/s" -d day -f bench/day.sql
        printf 'round %d   bangfu %s µs (cpu %s)   PostgreSQL %s µs\n' "$round" "$(field day 1)" "$(field day 2)" "$(field day.pg 1)"
        ratio "$(field day 1)" 1000000 >> "$dir/r.day"
        ratio "$(field day 1)" "$(field day.pg 1)" >> "$dir/r.daypg"
        [ "$round" = 1 ] && ours=$(day_rows sqlite3 -separator '|' "$dir/day2.db") && theirs=$(day_rows "$PG/psql" -X -q -t -A -h "$dir/s" -d day)
        rm -f "$dir"/day2.db*
        round=$((round + 1))
    done
    [ "$ours" = "$theirs" ] || { echo 'bench: the two sides wrote different rows' >&2; exit 1; }
    echo "$(pg -d day -c 'SELECT count(*) FROM day_item') items, the same rows on both sides"
    verdict 'day close' "$(median r.day)" most 1.5 ' s'
    verdict "day close / PostgreSQL's own SQL" "$(median r.daypg)" most 0.2 ''
}

# --- balances ------------------------------------------------------------------------------------------------

balances() {
    echo
    echo "Balances of $((loans * 2)) lines in 2,000 accounts"
    fresh "$dir/balances.db" 2000 1
    "$dir/fund" post "$dir/balances.db" "$loans"
    "$BANGFU" --db "$dir/balances.db" ledger journal --fund XF --export ledger --out "$dir/journal" > /dev/null
    round=1
    while [ "$round" -le "$rounds" ]; do
        timed balance "$BANGFU" --db "$dir/balances.db" ledger accounts --fund XF
        timed lines "$BANGFU" --db "$dir/balances.db" ledger balance --fund XF
        if [ "$round" = 1 ] || [ "$loans" -le 100000 ]; then timed ledger ledger -f "$dir/journal" balance; fi
        printf 'round %d   bangfu %s µs (cpu %s), from the lines %s µs (cpu %s)   ledger %s µs (cpu %s)\n' "$round" \
            "$(field balance 1)" "$(field balance 2)" "$(field lines 1)" "$(field lines 2)" "$(field ledger 1)" "$(field ledger 2)"
        ratio "$(field balance 1)" 1000000 >> "$dir/r.balance"
        ratio "$(field ledger 2)" "$(field balance 2)" >> "$dir/r.ledger"
        round=$((round + 1))
    done
    verdict 'balances' "$(median r.balance)" most 0.2 ' s'
    same=$("$BANGFU" --db "$dir/balances.db" ledger accounts --fund XF --as-of "$(TZ=Asia/Shanghai date -d yesterday +%F)" | md5sum)
    [ "$same" = "$("$BANGFU" --db "$dir/balances.db" ledger accounts --fund XF | md5sum)" ] ||
        { echo 'bench: what is kept is not what the lines add up to' >&2; exit 1; }
    verdict "ledger's processor time / bangfu's" "$(median r.ledger)" least 50 ''
}

# --- what dominates --------------------------------------------------------------------------------------------

phases() {
    echo
    if ! command -v perf > /dev/null; then
        echo 'What dominates: perf is not installed'
        return 0
    fi
    echo 'What dominates single repayments by 32 writers (share of processor time)'
    [ -f "$dir/single.db" ] || fresh "$dir/single.db" "$single_loans" "$counties"
    perf record -q -F 997 -o "$dir/perf" "$dir/fund" repay "$dir/single.db" 32 "$seconds" "$counties" "$single_loans" > /dev/null 2>&1
    perf report -i "$dir/perf" --no-children --sort dso 2> /dev/null | awk '/%/ && !/^#/ { print "  " $0 }' | head -n 8
}

# --- all of it ---------------------------------------------------------------------------------------------------

printf '%d loans; SQLite %s; %d processors, load %s\n' "$loans" "$(sqlite3 -version | cut -c1-6)" "$(nproc)" \
    "$(cut -d' ' -f1-3 /proc/loadavg)"
[ "$loans" = 1000000 ] || echo 'The targets of day close and balances are set for 1,000,000 loans (--long).'
if wanted single; then single; fi
if wanted file; then by_file; fi
if wanted day; then day; fi
if wanted balances; then balances; fi
if wanted phases; then phases; fi
