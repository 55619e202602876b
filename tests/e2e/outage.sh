#!/bin/sh
# What may happen to a server: killed under load, a full disk, a database that goes away and comes back (issue 8).
# Run by tools/run-one.sh, which explains the environment.
# shellcheck disable=SC2031,SC2119,SC2317 # functions of tests/support, and variables of subshells
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en BANGFU_LOG=warn
unset BANGFU_DB BANGFU_USER
dir=$TMPDIR work=$TMPDIR/out
. tests/support/cli.sh
own=
if [ "$TEST_DB" = sqlite ]; then
    db=$dir/office.db
else
    # A server of its own, which can be stopped.
    (
        WORK=$dir/own SOCK=$dir/own/s
        mkdir "$WORK"
        chmod 711 "$dir" "$WORK"
        . tools/suite.sh
        postgres_start > /dev/null
    )
    own=$dir/own
    db="postgresql:///postgres?host=$own/s"
fi
. tests/support/office.sh
postgres() { # COMMAND
    (
        WORK=$own
        . tools/suite.sh
        as_postgres "$PG/pg_ctl" -D "$own/pg" -l "$own/pg/log" -w -s -m fast "$1" > /dev/null 2>&1
    )
}
end() {
    [ -z "$pid" ] || kill -9 "$pid" 2> /dev/null
    [ -z "$own" ] || postgres stop
}
trap end EXIT
: > "$work" && : > "$work.err"
code=0
layout=
[ -z "${TEST_PARTITIONS:-}" ] || layout="--partitions $TEST_PARTITIONS"
# shellcheck disable=SC2086 # two words
holds 'an office with loans' office_make $layout
office_serve
office_log_in
household=$(head -n 1 "$dir/households")
made=0
write() { # somebody new each time: $status
    made=$((made + 1))
    ask POST /api/v1/users "{\"login\":\"clerk$made\",\"name\":\"陈某\",\"role\":\"leader\"}"
}
is() { if [ "$2" = "$3" ]; then passed "$1"; else echo "#   $2 instead of $3: $(head -c 300 "$dir/out")" && failed "$1"; fi; }
# comes_back: writes are taken again, within ten seconds and without a restart
comes_back() {
    for _ in $(seq 100); do
        write
        [ "$status" != 201 ] || return 0
        sleep 0.1
    done
    return 1
}

# --- killed under load ----------------------------------------------------------------------

for round in 1 2; do
    build/asan/tests/load/test_drive "$port" 4 "$dir" gone > "$work" 2> "$work.err" &
    driver=$!
    sleep 2
    kill -9 "$pid"
    wait "$pid" 2> /dev/null
    office_serve
    wait "$driver" 2> /dev/null
    ask GET "/api/v1/households/$household"
    is "killed under load ($round), it answers again, and the session goes on" "$status" 200
    code=0
    "$BANGFU" --db "$db" verify > "$work" 2> "$work.err" || code=$?
    check 'and everything verifies' 0 'everything holds'
done

# --- the disk is full -----------------------------------------------------------------------

if [ -z "$own" ]; then
    comes_back
    prlimit --pid "$pid" --fsize=4096:
    write
    is 'when the disk takes no more, a write is answered with 503' "$status" 503
    holds 'which says so' grep -q '磁盘已满' "$dir/out"
    ask GET "/api/v1/households/$household"
    is 'reading goes on' "$status" 200
    ask GET /healthz
    is 'and it lives' "$status" 200
    prlimit --pid "$pid" --fsize=unlimited:
    holds 'when there is room again it writes, without a restart' comes_back
fi

# --- the file is damaged --------------------------------------------------------------------

overwrite() { head -c "$(stat -c %s "$dir/whole.db")" /dev/zero | tr '\0' x > "$db"; }
# damaged WHAT COMMAND…: just started, it has hardly read anything yet; then reading and writing are refused with a
# reason, and nothing else happens
damaged() {
    what=$1
    shift
    server_stop
    cat "$dir/whole.db" > "$db"
    office_serve
    "$@"
    ask GET "/api/v1/households/$household"
    is "when the file $what, reading is answered with 503" "$status" 503
    holds 'with the reason' grep -q '数据库文件已损坏或读不出来' "$dir/out"
    write
    is 'writing too' "$status" 503
    ask GET /readyz
    is 'it says that it is not ready' "$status" 503
    ask GET /healthz
    is 'but it lives' "$status" 200
}
if [ -z "$own" ]; then
    server_stop
    sqlite3 "$db" 'PRAGMA wal_checkpoint(TRUNCATE)' > "$work"
    cp "$db" "$dir/whole.db"
    office_serve
    damaged 'was cut off' truncate -s 8192 "$db"
    damaged 'was emptied' truncate -s 0 "$db"
    damaged 'was written over' overwrite
    server_stop
    cat "$dir/whole.db" > "$db"
    office_serve
    holds 'when what was there is back, a new start goes on' comes_back
fi

# --- the database goes away -----------------------------------------------------------------

if [ -n "$own" ]; then
    postgres stop
    ask GET "/api/v1/households/$household"
    is 'without the database, reading is answered with 503' "$status" 503
    write
    is 'writing too' "$status" 503
    ask GET /readyz
    is 'it says that it is not ready' "$status" 503
    ask GET /healthz
    is 'but it lives' "$status" 200
    build/asan/tests/load/test_drive "$port" 1 "$dir" gone > "$work" 2> "$work.err"
    code=$?
    check 'many at once get nothing worse' 0
    postgres start
    holds 'when it is back, it goes on by itself' comes_back
    ask GET /readyz
    is 'and says so' "$status" 200
fi
server_stop
check 'it ends gracefully' 0
code=0
"$BANGFU" --db "$db" verify > "$work" 2> "$work.err" || code=$?
check 'after all that everything verifies' 0 'everything holds'
exit "$failures"
