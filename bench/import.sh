#!/bin/sh
# Import of a registry, against `sqlite3 .import` + CREATE INDEX and against COPY (--long: a million households)
#
#   --households N   how many (default 100,000); --long is 1,000,000, the size that the targets are set for
#   --rounds N       at least 5; both sides take turns, the ratio is taken round by round, the median counts
#   --only PART      sqlite, delta, postgres, seal or phases; may be repeated (default: all)
#   --dir DIR        where the files go (default $TMPDIR or /tmp): a disk, as an office has one
#
# A  bangfu import: every cell checked, codes, households and persons linked, identity numbers unique over all
#    counties, numbers and accounts sealed, row sums, audit.  The database was made by init, with its users, codes and
#    regions, before the clock starts.
# B  the sqlite3 shell: .import of the same rows and columns into plain tables of the same layout (WITHOUT ROWID,
#    same page size, caches, temp_store, WAL and synchronous), then CREATE INDEX for the same indexes; the register
#    of identity numbers is a unique index.  County, id and household_id, which A finds out, stand ready in B's files.
#    In A's favour: its first load keeps a rollback journal instead of the log (to B that makes no difference: its
#    figures with journal_mode=DELETE are the same), and codes are numbers where B has their labels.  In B's: A writes a
#    row of household_status for each household besides, with its index.
# C  on PostgreSQL, psql: CREATE TABLE, \copy, ADD PRIMARY KEY and CREATE INDEX of the same, each committed on its own,
#    as psql does it; and once more in one transaction (--single-transaction).  With wal_level=minimal a transaction
#    does not log what it copies into tables of its own: that is so with A, which gives its empty tables new files,
#    and in the second of these, not in the first.  Nobody logs the indexes built afterwards.  Only A has foreign
#    keys to check, statistics to take (ANALYZE), household_status and a table of its own for the identity numbers.
#    delta: five in a hundred more, on both sides with all keys and indexes in place.
#
# Each prints both times (and the processor time of the client: where it is far below the wall time, the machine was
# busy with others or waited for its disk), the ratio pair by pair, the median and PASS or MISS; a slow ratio is no failure.
set -eu
cd "$(dirname "$0")/.."
. tools/suite.sh
BANGFU=${BANGFU:-$PWD/build/release/bangfu}

households=100000 rounds=5 parts='' place=${TMPDIR:-/tmp}
while [ $# -gt 0 ]; do
    case $1 in
    --long) households=1000000 ;;
    --households) households=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
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
[ -n "$parts" ] || parts='sqlite delta phases postgres seal'
wanted() { case " $parts " in *" $1 "*) ;; *) return 1 ;; esac; }

suite_start # a working directory and the means for a PostgreSQL server, removed at exit
dir=$(mktemp -d "$place/bangfu-bench.XXXXXX")
trap 'rm -rf "$dir"; suite_stop' EXIT
export BANGFU_KEY="$dir/site.key" BANGFU_LANG=en
unset BANGFU_DB BANGFU_USER

# --- tools --------------------------------------------------------------------------------------------

libs=$(pkg-config --libs sqlite3 libpq jansson libsodium libcrypto zlib)
gcc -O2 -D_GNU_SOURCE -o "$dir/run" bench/run.c
gcc -O2 -D_GNU_SOURCE -shared -fPIC -o "$dir/sampler.so" bench/sampler.c
# shellcheck disable=SC2086 # several words
gcc -O2 -std=gnu17 -D_GNU_SOURCE -Isrc -o "$dir/seal" bench/seal.c \
    build/release/libstore.a build/release/libbase.a $libs -pthread

# timed NAME COMMAND…: $dir/NAME gets wall µs, processor µs, peak kB
timed() {
    what=$1
    shift
    "$dir/run" "$dir/$what" "$@" > "$dir/log" 2>&1 || {
        echo "bench: this failed: $*" >&2
        tail -n 20 "$dir/log" >&2
        exit 1
    }
}
field() { cut -d' ' -f"$2" "$dir/$1"; }

# pair PART ROUND NAME-A NAME-B: one line on the screen, one ratio kept
pair() {
    awk -v part="$1" -v round="$2" -v a="$(field "$3" 1)" -v b="$(field "$4" 1)" -v keep="$dir/ratios.$1" \
        -v cpu_a="$(field "$3" 2)" -v cpu_b="$(field "$4" 2)" 'BEGIN {
        printf "%-9s round %d   bangfu %7.2f s (cpu %6.2f)   other %7.2f s (cpu %6.2f)   ratio %.3f\n", part, round,
            a / 1e6, cpu_a / 1e6, b / 1e6, cpu_b / 1e6, a / b
        printf "%.4f\n", a / b >> keep }'
}
# verdict TEXT VALUE TARGET UNIT
verdict() {
    awk -v text="$1" -v v="$2" -v t="$3" -v unit="$4" 'BEGIN {
        printf "%-44s %8.3f%s   target %s%s   %s\n", text, v, unit, t, unit, v <= t ? "PASS" : "MISS" }'
}
median() { sort -n "$dir/ratios.$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# --- the book ---------------------------------------------------------------------------------------------

# A twenty-first part of it is held back: the five in a hundred that come later, spread over all villages.
make_book() {
    "$BANGFU" sample --households $((households * 21 / 20)) --out "$dir/book" > /dev/null
    mkdir "$dir/first" "$dir/later"
    awk -F, -v first="$dir/first" -v later="$dir/later" '
        FNR == 1 { file = FILENAME; sub(/.*\//, "/", file); print > (first file); print > (later file); next }
        FILENAME ~ /households/ && FNR % 21 == 0 { held[$1] }
        { print > (($1 in held ? later : first) file) }' "$dir/book/households.csv" "$dir/book/persons.csv"
    # The same rows for the other side: no line ends of Windows, and with the keys that bangfu makes itself.
    tail -qn +2 "$dir/first/households.csv" "$dir/later/households.csv" | tr -d '\r' |
        awk -F, -v OFS=, '{ print substr($2, 1, 6), NR, $0 }' > "$dir/h.all"
    tail -qn +2 "$dir/first/persons.csv" "$dir/later/persons.csv" | tr -d '\r' | awk -F, -v OFS=, '
        FILENAME != "-" { id[$3] = $2; county[$3] = $1; next }
        { no = $1; sub(/^[^,]*,/, ""); print county[no], FNR, id[no], $0 }' "$dir/h.all" - > "$dir/p.all"
    h=$(($(wc -l < "$dir/first/households.csv") - 1)) p=$(($(wc -l < "$dir/first/persons.csv") - 1))
    for x in h p; do
        eval "head -n \$$x" "$dir/$x.all" > "$dir/$x.first"
        eval "tail -n +\$(($x + 1))" "$dir/$x.all" > "$dir/$x.later"
        rm "$dir/$x.all"
    done
    rm "$dir/book/households.csv" "$dir/book/persons.csv" "$dir/book/incomes.csv" "$dir/book/region_years.csv"
}

# columns FILE SKIP: the headings as columns of text, but for the village's code
columns() {
    head -n 1 "$1" | tr -d '\r' | sed 's/^\xef\xbb\xbf//' | tr ',' '\n' | tail -n +$(($2 + 1)) |
        sed 's/.*/, "&" TEXT/; s/"村代码" TEXT/"村代码" BIGINT/'
}
tables() { # AFTER: what stands behind each table
    echo "CREATE TABLE household (county INTEGER NOT NULL, id BIGINT NOT NULL $(columns "$dir/first/households.csv" 0), PRIMARY KEY (county, id)) $1;"
    echo "CREATE TABLE person (county INTEGER NOT NULL, id BIGINT NOT NULL, household_id BIGINT NOT NULL $(columns "$dir/first/persons.csv" 1), PRIMARY KEY (county, id)) $1;"
}
indexes() {
    cat <<'SQL'
CREATE UNIQUE INDEX household_no ON household (county, "户编号");
CREATE INDEX household_village ON household (county, "村代码", id);
CREATE INDEX household_head ON household (county, "户主姓名");
CREATE INDEX household_phone ON household (county, "联系电话") WHERE "联系电话" <> '';
CREATE INDEX person_household ON person (county, household_id);
CREATE INDEX person_name ON person (county, "姓名");
CREATE INDEX person_phone ON person (county, "联系电话") WHERE "联系电话" <> '';
CREATE UNIQUE INDEX national_id ON person ("证件号码");
SQL
}
drop_keys() { sed 's/, PRIMARY KEY (county, id)//'; }

# --- SQLite -------------------------------------------------------------------------------------------------

pragmas='PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=FILE; PRAGMA cache_size=-65536;'

prepare_sqlite() {
    "$BANGFU" --db "$dir/empty.db" init > /dev/null
    "$BANGFU" --db "$dir/empty.db" import "$dir/book/regions.csv" > /dev/null
    {
        echo "$pragmas"
        tables 'WITHOUT ROWID'
        printf '.mode csv\n.import %s household\n.import %s person\n' "$dir/h.first" "$dir/p.first"
        echo 'PRAGMA cache_size=-262144;' # A sorts with as much
        indexes
    } > "$dir/first.sql"
    {
        echo "$pragmas"
        printf '.mode csv\n.import %s household\n.import %s person\n' "$dir/h.later" "$dir/p.later"
    } > "$dir/later.sql"
}
sqlite_a() { # NAME FOLDER
    timed "$1" "$BANGFU" --db "$dir/a.db" import --rejects "$dir/rejects.csv" "$dir/$2/households.csv" "$dir/$2/persons.csv"
}
sqlite_b() { timed "$1" sqlite3 -bail "$dir/b.db" ".read $dir/$2.sql"; }
same_rows() { # HOUSEHOLDS PERSONS COMMAND…: it holds as many
    want="$1|$2" counts='SELECT (SELECT count(*) FROM household), (SELECT count(*) FROM person)'
    shift 2
    got=$("$@" "$counts")
    [ "$got" = "$want" ] || { echo "bench: $* holds $got rows instead of $want" >&2; exit 1; }
}

sqlite_rounds() {
    echo
    echo 'SQLite: the whole registry into an empty database, then five in a hundred more'
    round=1
    while [ "$round" -le "$rounds" ]; do
        rm -f "$dir"/a.db* "$dir"/b.db*
        cp "$dir/empty.db" "$dir/a.db"
        order='a b'
        [ $((round % 2)) = 1 ] || order='b a'
        for side in $order; do "sqlite_$side" "$side.first" first; done
        for side in a b; do same_rows "$h" "$p" sqlite3 "$dir/$side.db"; done
        pair sqlite "$round" a.first b.first
        printf '%s\n' "$(field a.first 3)" >> "$dir/peak"
        if wanted delta; then
            for side in $order; do "sqlite_$side" "$side.later" later; done
            pair delta "$round" a.later b.later
        fi
        round=$((round + 1))
    done
    verdict 'SQLite, median of the ratios' "$(median sqlite)" 0.75 ''
    ! wanted delta || verdict 'five in a hundred more, median' "$(median delta)" 2.0 ''
    verdict 'peak memory' "$(sort -n "$dir/peak" | tail -n 1 | awk '{ print $1 / 1e6 }')" 1.2 ' GB'
}

# --- what dominates -----------------------------------------------------------------------------------------

# A sample belongs to the innermost function that the table knows.
phases() {
    rm -f "$dir"/a.db*
    cp "$dir/empty.db" "$dir/a.db"
    LD_PRELOAD="$dir/sampler.so" SAMPLES="$dir/samples" "$BANGFU" --db "$dir/a.db" import \
        "$dir/first/households.csv" "$dir/first/persons.csv" > /dev/null
    tr ' ' '\n' < "$dir/samples" | sort -u | grep . > "$dir/addresses"
    addr2line -f -i -e "$BANGFU" -a < "$dir/addresses" > "$dir/names"
    echo
    echo 'What dominates (share of processor time, looked at a thousand times in a second of it)'
    awk '
        function phase(fn, file) {
            if (file ~ /store\/seal\.c/) return fn ~ /rowsum|siphash/ ? "row sums" : "seal"
            if (fn == "row_hash" || fn == "hash_number") return "row sums"
            if (file ~ /access\/audit\.c/) return "audit"
            if (fn ~ /^(bulk_|db_insert|db_update|db_delete|write_row_)/) return "inserts"
            if (fn ~ /index/ && file ~ /store\//) return "indexes"
            if (fn ~ /^(db_query_|db_get_|db_find_|db_int_|db_list_|rows_)/) return "look-ups"
            if (fn == "commit" || fn == "begin") return "commit"
            if (fn ~ /close/ && file ~ /store\//) return "checkpoint at the close"
            if (file ~ /base\/(csv|entity|value|idno|codes|encoding)\.c/) return "parse and check"
            if (file ~ /registry\/import/) return "the import itself"
            return ""
        }
        FILENAME ~ /names/ && /^0x/ { at = $0; sub(/^0x0*/, "0x", at); next }
        FILENAME ~ /names/ { # functions and places by turns; inlined ones come first
            if (!turn) { fn = $0; turn = 1; next }
            turn = 0
            if (!(at in of)) { p = phase(fn, $0); if (p != "") of[at] = p }
            next
        }
        {
            found = "the rest"
            for (i = 1; i <= NF; i++) if ($i in of) { found = of[$i]; break }
            n[found]++; all++
        }
        END { for (x in n) printf "%6.1f %%  %s\n", n[x] * 100 / all, x }' "$dir/names" "$dir/samples" | sort -rn
}

# --- PostgreSQL ------------------------------------------------------------------------------------------------

psql_file() { # NAME DATABASE FILE OPTION…
    name=$1 database=$2 file=$3
    shift 3
    timed "$name" "$PG/psql" -X -q "$@" -v ON_ERROR_STOP=1 -h "$SOCK" -d "$database" -f "$file"
}
postgres_a() { # NAME FOLDER
    timed "$1" "$BANGFU" --db "postgresql:///a?host=$SOCK" import --rejects "$dir/rejects.csv" \
        "$dir/$2/households.csv" "$dir/$2/persons.csv"
}
postgres_rounds() {
    echo
    echo 'PostgreSQL: the whole registry (its server in memory, without fsync, for both sides)'
    postgres_start
    for setting in "max_wal_size = '8GB'" "maintenance_work_mem = '256MB'" "shared_buffers = '512MB'"; do
        sql "ALTER SYSTEM SET $setting"
    done
    as_postgres "$PG/pg_ctl" -D "$WORK/pg" -l "$WORK/pg/log" -w -s restart
    sql 'CREATE DATABASE empty'
    "$BANGFU" --db "postgresql:///empty?host=$SOCK" init > /dev/null
    "$BANGFU" --db "postgresql:///empty?host=$SOCK" import "$dir/book/regions.csv" > /dev/null
    {
        tables '' | drop_keys
        printf '\\copy household FROM %s CSV\n' "'$dir/h.first'"
        printf '\\copy person FROM %s CSV\n' "'$dir/p.first'"
        echo 'ALTER TABLE household ADD PRIMARY KEY (county, id); ALTER TABLE person ADD PRIMARY KEY (county, id);'
        indexes
    } > "$dir/first.psql"
    printf '\\copy household FROM %s CSV\n\\copy person FROM %s CSV\n' "'$dir/h.later'" "'$dir/p.later'" > "$dir/later.psql"
    round=1
    while [ "$round" -le "$rounds" ]; do
        for side in a b c; do sql "DROP DATABASE IF EXISTS $side"; done
        sql 'CREATE DATABASE a TEMPLATE empty' && sql 'CREATE DATABASE b' && sql 'CREATE DATABASE c' && sql CHECKPOINT
        order='a b c'
        [ $((round % 2)) = 1 ] || order='c b a'
        for side in $order; do
            case $side in
            a) postgres_a a.pg first ;;
            b) psql_file b.pg b "$dir/first.psql" ;;
            c) psql_file c.pg c "$dir/first.psql" --single-transaction ;;
            esac
        done
        for side in a b c; do same_rows "$h" "$p" "$PG/psql" -X -q -t -A -h "$SOCK" -d "$side" -c; done
        pair postgres "$round" a.pg b.pg
        pair single "$round" a.pg c.pg
        if wanted delta; then
            postgres_a a.later later
            psql_file b.later b "$dir/later.psql"
            pair pg-delta "$round" a.later b.later
        fi
        round=$((round + 1))
    done
    verdict 'PostgreSQL, median of the ratios' "$(median postgres)" 1.2 ''
    verdict 'the same, the other in one transaction' "$(median single)" 1.2 ''
    ! wanted delta || verdict 'PostgreSQL, five in a hundred more, median' "$(median pg-delta)" 2.0 ''
}

# --- all of it -----------------------------------------------------------------------------------------------------

make_book
printf '%d households, %d persons; %s; %d processors, load %s\n' "$h" "$p" "$(sqlite3 -version | cut -c1-6)" \
    "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
[ "$households" = 1000000 ] || echo 'The targets are set for 1,000,000 households (--long).'
if wanted sqlite || wanted delta || wanted phases; then prepare_sqlite; fi
if wanted sqlite || wanted delta; then sqlite_rounds; fi
if wanted phases; then phases; fi
if wanted postgres; then postgres_rounds; fi
if wanted seal; then
    echo
    verdict 'a seal, median of five rounds' "$("$dir/seal" "$dir/seal.key" | awk '{ print $1 / 1000 }')" 1.2 ' µs'
fi
