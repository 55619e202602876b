# shellcheck shell=sh
# suite.sh - what script/test and tools/check.sh share: a working directory, a PostgreSQL of its own,
# template databases, and running the planned tests two at a time.  Sourced, not run.
#
#   suite_start                 makes $WORK, removed at exit and on signals together with the server
#   template SHAPE V            a database made by build/V/bangfu, copied for each test file
#   plan V SHAPE GROUP FILE     one more test file to run; suite_run runs them
#   rule 'SENTENCE' COMMAND…    a test that is one command
#   suite_end                   failed logs, then the closing line; false when something failed
#
# Shapes: none (the test uses no database), sqlite, postgres, postgres16 and postgres64 (every county
# table in 16 or 64 hash partitions), corpus and fuzz (of a fuzz target).

JOBS=${JOBS:-$(nproc)}

suite_start() {
    if [ -w /dev/shm ]; then base=/dev/shm; else base=${TMPDIR:-/tmp}; fi
    remove_stale "$base"
    WORK=$(mktemp -d "$base/bangfu-test.XXXXXX")
    SOCK=$WORK/s
    export WORK SOCK PG
    if [ ${#SOCK} -gt 80 ]; then
        echo "$WORK is too long a path for PostgreSQL's socket: set TMPDIR to a shorter one" >&2
        exit 1
    fi
    runner='' command=''
    trap suite_stop EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    chmod 711 "$WORK"
    echo $$ > "$WORK/pid"
    mkdir "$WORK/results" "$WORK/logs" "$WORK/t"
    : > "$WORK/plan"
    started=$(date +%s)
}

suite_stop() {
    trap '' HUP INT TERM
    [ -z "$command" ] || kill "$command" 2> /dev/null || true
    if [ -n "$runner" ]; then
        kill -s TERM -- "-$runner" 2> /dev/null && sleep 1
    fi
    remove_work "$WORK"
}

remove_work() {
    if [ -f "$1/pg/postmaster.pid" ]; then
        as_postgres "$PG/pg_ctl" -D "$1/pg" -m immediate -w -s stop > /dev/null 2>&1 || true
    fi
    rm -rf "$1"
}

# A run that was killed -9 leaves its directory and its server behind.
remove_stale() {
    for dir in "$1"/bangfu-test.*; do
        if [ -O "$dir" ] && [ -f "$dir/pid" ] && ! kill -0 "$(cat "$dir/pid")" 2> /dev/null; then
            remove_work "$dir"
        fi
    done
}

# --- PostgreSQL -----------------------------------------------------------------------------

PG=/usr/lib/postgresql/15/bin

# The server refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@")
    else
        "$@"
    fi
}

postgres_start() {
    [ ! -d "$WORK/pg" ] || return 0
    mkdir "$WORK/pg" "$SOCK"
    chmod 700 "$WORK/pg"
    [ "$(id -u)" != 0 ] || chown postgres "$WORK/pg" "$SOCK"
    as_postgres "$PG/initdb" -D "$WORK/pg" -U "$(id -un)" -A trust -E UTF8 --locale=C -N > "$WORK/initdb.log" 2>&1 ||
        { cat "$WORK/initdb.log"; return 1; }
    cat >> "$WORK/pg/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$SOCK'
fsync = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
max_locks_per_transaction = 2048
END
    as_postgres "$PG/pg_ctl" -D "$WORK/pg" -l "$WORK/pg/log" -w -s -t 60 start || { cat "$WORK/pg/log"; return 1; }
}

# Kills are worth little on a server that would not have written anything anyway.
postgres_durable() {
    sql "ALTER SYSTEM SET fsync = $1" && sql 'SELECT pg_reload_conf()' > /dev/null
}

sql() { PGOPTIONS=-cclient_min_messages=warning "$PG/psql" -X -q -t -A -v ON_ERROR_STOP=1 -h "$SOCK" -d postgres -c "$1"; }

# --- templates ------------------------------------------------------------------------------

template() {
    shape=$1 program=build/$2/bangfu
    [ ! -e "$WORK/$shape.ready" ] || return 0
    [ -x "$program" ] || return 0 # until there is a program, tests without a database run alone
    partitions=
    case $shape in
    sqlite) url=$WORK/sqlite.db ;;
    postgres*)
        if ! postgres_start || ! sql "CREATE DATABASE tmpl_$shape"; then
            rule "a database for $shape" false || true
            return 0
        fi
        url="postgresql:///tmpl_$shape?host=$SOCK"
        partitions=${shape#postgres}
        ;;
    *) return 0 ;;
    esac
    # shellcheck disable=SC2086 # the option is two words or none
    rule "init $shape" env BANGFU_KEY="$WORK/$shape.key" "$program" --db "$url" init ${partitions:+--partitions $partitions} || return 0
    if [ "$shape" = sqlite ] && [ ! -e "$WORK/sqlite.key" ] && [ -e "$WORK/sqlite.db.key" ]; then
        cp -p "$WORK/sqlite.db.key" "$WORK/sqlite.key"
    fi
    : > "$WORK/$shape.ready"
}

# --- running --------------------------------------------------------------------------------

seconds_since() { awk -v from="$1" -v to="$(date +%s%N)" 'BEGIN { printf "%.1f", (to - from) / 1e9 }'; }

rule() {
    name=$1
    shift
    id=$(printf '%s' "$name" | tr -c 'A-Za-z0-9' _)
    from=$(date +%s%N)
    # In the background, so that a signal is served at once and not after the command.
    "$@" > "$WORK/logs/$id" 2>&1 < /dev/null &
    command=$!
    if wait "$command"; then
        printf 'ok      %-58s %5ss\n' "$name" "$(seconds_since "$from")"
        echo '1 0 0' > "$WORK/results/$id"
        rm -f "$WORK/logs/$id"
    else
        printf 'NOT OK  %-58s %5ss\n' "$name" "$(seconds_since "$from")"
        echo '0 1 0' > "$WORK/results/$id"
        command=''
        return 1
    fi
    command=''
}

plan() { echo "$*" >> "$WORK/plan"; }

# A C test whose program does not even link libpq opens no database: it runs once.
uses_database() { readelf -d "$1" 2> /dev/null | grep -q 'NEEDED.*libpq'; }

# Run what is planned, then forget the plan.  In a session of its own, so that all of it can be
# stopped; with SIGINT as a terminal gives it, because a background job would have it ignored.
suite_run() {
    if [ -s "$WORK/plan" ]; then
        env --default-signal=INT setsid xargs -P "$JOBS" -L 1 tools/run-one.sh < "$WORK/plan" &
        runner=$!
        wait "$runner" || true
        runner=''
    fi
    : > "$WORK/plan"
}

suite_end() {
    for log in "$WORK"/logs/*; do
        if [ -f "$log" ]; then
            printf '\n----- %s\n' "${log##*/}"
            awk 'NR <= 60 { print; next } { last[NR % 240] = $0 }
                END { if (NR > 300) printf "[… %d lines …]\n", NR - 300
                      for (i = (NR > 300 ? NR - 239 : 61); i <= NR; i++) print last[i % 240] }' "$log"
        fi
    done
    minutes=$((($(date +%s) - started) / 60)) rest=$((($(date +%s) - started) % 60))
    cat "$WORK"/results/* /dev/null 2> /dev/null | awk -v m="$minutes" -v s="$rest" '
        { passed += $1; failed += $2; skipped += $3 }
        END {
            printf "\n%d min %d s%s\n", m, s, skipped ? ", " skipped " skipped" : ""
            printf "%d passed, %d failed\n", passed, failed
            exit failed > 0
        }'
}
