# shellcheck shell=sh disable=SC2034,SC2154
# office.sh - an office with loans that is served and asked by many: shared by tests/load and tests/e2e.  Sourced, with
# $db, $dir and $BANGFU set.  SETUP makes the database, because that is not what is tested.
. tests/support/server.sh
SETUP=${SETUP:-$BANGFU}

# office_make [INIT OPTION…]: longwen's register and loans, an administrator and a clerk
office_make() {
    "$SETUP" --db "$db" init "$@" > "$dir/made" 2>&1 &&
        "$SETUP" --db "$db" import --rejects "$dir/r.csv" --warnings "$dir/w.csv" demo/longwen >> "$dir/made" 2>&1 &&
        "$SETUP" --db "$db" user add clerk --name 陈建国 --role leader >> "$dir/made" 2>&1 &&
        echo 'a sentence for the load' | "$SETUP" --db "$db" user password admin >> "$dir/made" 2>&1 &&
        echo 'a sentence for the load' | "$SETUP" --db "$db" user password clerk >> "$dir/made" 2>&1
}
# rows SQL: on either database
rows() {
    case $db in
    postgres*) PGOPTIONS=-cclient_min_messages=warning "$PG/psql" -X -q -t -A -d "$db" -c "$1" ;;
    *) sqlite3 "$db" "$1" ;;
    esac
}
# office_serve [OPTION…]: $pid, $port; listens on a free port
office_serve() {
    server "$BANGFU" --db "$db" serve --listen 127.0.0.1:0 --data "$dir/jobs" --per-address 255 --requests 255 "$@"
    port=${url##*:}
}
# office_log_in: a session in $dir/cookie and $dir/csrf, and what the driver asks about
office_log_in() {
    curl -s -c "$dir/jar" -H 'Content-Type: application/json' -d '{"login":"admin","password":"a sentence for the load"}' \
        "$url/api/v1/session" | sed 's/.*"csrf":"\([^"]*\)".*/\1/' > "$dir/csrf"
    awk '$6 == "bangfu" { print $7 }' "$dir/jar" > "$dir/cookie"
    rows "SELECT county || '/' || id FROM household ORDER BY id LIMIT 500" > "$dir/households"
    rows "SELECT county || '/' || id FROM contract WHERE household_id IS NOT NULL ORDER BY id DESC LIMIT 300" > "$dir/contracts"
    head -n 60 demo/longwen/households.csv > "$dir/import.csv"
}
# ask METHOD PATH [BODY]: $status, the answer in $dir/out
ask() {
    status=$(curl -s -m 60 -o "$dir/out" -w '%{http_code}' -X "$1" -H 'Content-Type: application/json' -b "$dir/jar" \
        -H "X-CSRF-Token: $(cat "$dir/csrf")" ${3:+-d "$3"} "$url$2")
}
