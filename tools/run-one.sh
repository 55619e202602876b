#!/bin/sh
# Run one test file and file its result: a line of passed, failed, skipped in $WORK/results and,
# when something failed, its log in $WORK/logs.
# usage: run-one.sh V SHAPE GROUP FILE      (by suite.sh, which explains the shapes)
#
# A C test gets   TEST_DB=sqlite:///FILE or postgresql:///NAME?host=DIR: a database just initialised.
# A shell test    TEST_DB=sqlite, or the URL of an empty PostgreSQL database, and in the partitioned
#                 shapes TEST_PARTITIONS=N for its `init --partitions N`.
# Both get        BANGFU (the program), TMPDIR (removed afterwards), TEST_SHAPE, KILLS, ROWS, and
#                 BANGFU_KEY (the site key), but not shell tests on SQLite, where each database has
#                 its own key beside it.
set -eu
mode=$1 shape=$2 group=$3 file=$4
name=$(basename "${file%.*}")
[ "$group" != fuzz ] || name=${name#fuzz_}
id=$group-$name-$shape-$mode
log=$WORK/logs/$id
dir=$WORK/t/$$
database=
from=$(date +%s%N)

export BANGFU="$PWD/build/$mode/bangfu" TMPDIR="$dir" BANGFU_KEY="$dir/site.key" TEST_SHAPE="$shape"
export CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C.UTF-8
# Exit status 99, and ASan's report in a file, so that no test mistakes a sanitizer for a refusal.
san="exitcode=99:log_path=$dir/san"
export ASAN_OPTIONS="$san:detect_stack_use_after_return=1:strict_string_checks=1"
export UBSAN_OPTIONS="$san:print_stacktrace=1" TSAN_OPTIONS="$san:second_deadlock_stack=1" LSAN_OPTIONS="exitcode=99"

sql() { PGOPTIONS=-cclient_min_messages=warning "$PG/psql" -X -q -h "$SOCK" -d postgres -c "$1" > /dev/null; }

result() { # passed failed skipped
    echo "$1 $2 $3" > "$WORK/results/$id"
    word='ok     '
    if [ "$2" != 0 ]; then
        word='NOT OK '
    else
        rm -f "$log"
    fi
    awk -v word="$word" -v name="$group/$name" -v shape="$shape" -v mode="$mode" -v p="$1" -v f="$2" -v s="$3" \
        -v from="$from" -v to="$(date +%s%N)" 'BEGIN {
            note = p + f == 1 && !f ? "" : p " passed" (f ? ", " f " FAILED" : "") (s ? ", " s " skipped" : "")
            printf "%s %-32s %-10s %-7s %-22s %6.1fs\n", word, name, shape == "none" ? "" : shape, mode, note, (to - from) / 1e9
        }'
}

finish() {
    [ -z "$database" ] || sql "DROP DATABASE IF EXISTS $database WITH (FORCE)" || true
    rm -rf "$dir"
}
child=
trap finish EXIT
# shellcheck disable=SC2154 # timeout passes it on to all that it started
trap '[ -z "$child" ] || kill "$child"; exit 143' TERM INT HUP
mkdir "$dir"

# The program, and the database in the shape it asks for.
limit=300
case $file in
*.sh)
    limit=900
    set -- sh "$file"
    case $shape in
    sqlite)
        export TEST_DB=sqlite
        unset BANGFU_KEY
        ;;
    postgres*)
        database=t_$$
        sql "CREATE DATABASE $database"
        export TEST_DB="postgresql:///$database?host=$SOCK"
        [ "$shape" = postgres ] || export TEST_PARTITIONS="${shape#postgres}"
        ;;
    esac
    ;;
*)
    set -- "build/$mode/${file%.c}"
    if [ "$shape" = sqlite ] || [ "${shape#postgres}" != "$shape" ]; then
        if [ ! -e "$WORK/$shape.ready" ]; then
            echo "no database was made for the shape $shape: see its init" > "$log"
            result 0 1 0
            exit 0
        fi
        [ ! -e "$WORK/$shape.key" ] || cp -p "$WORK/$shape.key" "$BANGFU_KEY"
    fi
    case $shape in
    sqlite)
        for part in '' -wal; do
            [ ! -e "$WORK/sqlite.db$part" ] || cp "$WORK/sqlite.db$part" "$dir/test.db$part"
        done
        export TEST_DB="sqlite://$dir/test.db"
        ;;
    postgres64) # cloning it takes seconds, and the routing lint only explains
        export TEST_DB="postgresql:///tmpl_postgres64?host=$SOCK"
        ;;
    postgres*)
        database=t_$$
        sql "CREATE DATABASE $database TEMPLATE tmpl_$shape"
        export TEST_DB="postgresql:///$database?host=$SOCK"
        ;;
    corpus) [ ! -d "tests/fuzz/corpus/$name" ] || set -- "$@" "tests/fuzz/corpus/$name" ;;
    fuzz)
        limit=$((FUZZ_SECONDS + 120))
        ASAN_OPTIONS=${ASAN_OPTIONS%%:log_path*}
        UBSAN_OPTIONS=${UBSAN_OPTIONS%%:log_path*}
        set -- tools/fuzz.sh "$name" "$FUZZ_SECONDS"
        ;;
    esac
    ;;
esac
[ -z "${TEST_LONG:-}" ] || limit=7200
# ThreadSanitizer of gcc 12 does not know the address layout of newer kernels.
if [ "$mode" = tsan ] && setarch -R true 2> /dev/null; then set -- setarch -R "$@"; fi

timeout -k 10 "$limit" "$@" > "$log" 2>&1 < /dev/null &
child=$!
rc=0
wait "$child" 2> /dev/null || rc=$? # its "Aborted" says no more than the status
child=

if [ "$rc" = 124 ] || [ "$rc" = 137 ]; then
    echo "stopped after $limit seconds, or killed" >> "$log"
elif [ "$rc" != 0 ]; then
    echo "exit status $rc" >> "$log"
fi
for report in "$dir"/san.*; do
    if [ -s "$report" ]; then
        cat "$report" >> "$log"
        [ "$rc" != 0 ] || rc=99
    fi
done

# What the log says, and what the exit status says: tests announced but never reached have failed.
# shellcheck disable=SC2046 # three numbers
result $(awk -v rc="$rc" '
    /^1\.\.[0-9]+$/ { announced += substr($0, 4); next }
    /not ok [0-9]+ # SKIP|^ok .*# SKIP/ { skipped++; next }
    /not ok [0-9]+ - |^not ok/ { failed++; next }
    /ok [0-9]+ - |^ok/ { passed++ }
    END {
        if (announced) {
            reached = passed + failed + skipped
            if (rc == 0) passed = announced - failed - skipped   # a line may hide behind output of the test
            else failed = announced - passed - skipped
        }
        if (rc != 0 && !failed) failed = 1
        if (rc == 0 && !passed && !failed && !skipped) passed = 1
        print passed + 0, failed + 0, skipped + 0
    }' "$log")
