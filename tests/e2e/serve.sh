#!/bin/sh
# A server from its first start to its last answer: the one-time link, a clerk's day, a kill, a graceful end.
# Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en BANGFU_LOG=info
unset BANGFU_DB BANGFU_USER
dir=$TMPDIR
out=$dir/out
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
. tests/support/server.sh
trap '[ -z "$pid" ] || kill "$pid" 2> /dev/null' EXIT
bad=0

passed() { echo "ok - $1"; }
failed() {
    bad=1
    echo "not ok - $1"
    sed 's/^/#   /' "$out" | head -n 5
}
is() { if [ "$2" = "$3" ]; then passed "$1"; else echo "$2 instead of $3" >> "$out" && failed "$1"; fi; }
has() { if grep -qF -e "$2" "$out"; then passed "$1"; else failed "$1"; fi; }

start() { server "$BANGFU" --db "$db" serve --listen "$listen" --data "$dir/jobs" "$@"; }
# ask METHOD PATH [curl's arguments…]: $status, the body in $out
ask() {
    method=$1 path=$2
    shift 2
    status=$(curl -s -o "$out" -w '%{http_code}' -X "$method" -H 'Content-Type: application/json' \
        -b "$dir/jar" -c "$dir/jar" "$@" "$url$path")
}
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$out" | head -n 1; }

touch "$dir/jar" "$out"
if [ -n "${TEST_PARTITIONS:-}" ]; then layout="--partitions $TEST_PARTITIONS"; else layout=; fi
# shellcheck disable=SC2086 # two words
"$BANGFU" --db "$db" init $layout > "$out" 2>&1 || failed 'a database'
"$BANGFU" --db "$db" sample --households 30 --out "$dir/sample" > /dev/null 2>&1
"$BANGFU" --db "$db" import "$dir/sample" > "$out" 2>&1
"$BANGFU" --db "$db" import "$dir/sample" > "$out" 2>&1

code=0
"$BANGFU" --db "$db" serve --listen 0.0.0.0:0 > "$out" 2>&1 || code=$?
is 'an address on the network is refused' "$code" 1
has 'with the reason' 'in the clear'

listen=127.0.0.1:0
start
token=$(sed -n 's|.*/setup/||p' "$dir/said")
ask GET /healthz
is 'it lives' "$status" 200
ask GET /readyz
is 'and can work' "$status" 200
ask GET /api/v1/me
is 'nobody is logged in' "$status" 401
ask POST /api/v1/setup -d "{\"token\":\"$token\",\"password\":\"a long sentence\"}"
is 'the one-time link sets the first password' "$status" 200
ask POST /api/v1/session -d '{"login":"admin","password":"not the sentence"}'
is 'a wrong password is refused' "$status" 401
ask POST /api/v1/session -d '{"login":"admin","password":"a long sentence"}'
is 'the right one opens a session' "$status" 200
csrf=$(field csrf)
ask GET '/api/v1/households?limit=1'
is 'which reads' "$status" 200
ask POST /api/v1/users -d '{"login":"chen","name":"陈建国","role":"leader"}'
is 'and does not write without the token of the page' "$status" 403
ask POST /api/v1/users -H "X-CSRF-Token: $csrf" -d '{"login":"chen","name":"陈建国","role":"leader"}'
is 'with it, it does' "$status" 201
ask POST /api/v1/users -H "X-CSRF-Token: $csrf" -H 'Origin: http://elsewhere.example' \
    -d '{"login":"li","name":"李","role":"leader"}'
is 'but not for another site' "$status" 403
ask GET /metrics
has 'it counts what it answered' 'bangfu_http_requests_total{route="/api/v1/users",status="2xx"} 1'

"$BANGFU" --db "$db" api GET /api/v1/users/chen > "$out" 2> /dev/null
has 'the command line sees the same at the same time' '"name":"陈建国"'

# What goes on behind an answer tells how far it has come (server-sent events).
ask POST /api/v1/exports -H "X-CSRF-Token: $csrf" -d '{"kind":"household"}'
is 'an export goes on behind its answer' "$status" 202
job=$(sed -n 's/.*"id":\([0-9]*\).*/\1/p' "$out" | head -n 1)
curl -sN --max-time 30 -D "$dir/head" -b "$dir/jar" -H 'Accept: text/event-stream' "$url/api/v1/jobs/$job/events" > "$out"
is 'and says so until it has ended, which ends the stream' "$?" 0
is 'once' "$(grep -c '^event: end' "$out")" 1
if grep -qi '^content-type: text/event-stream' "$dir/head"; then passed 'as events'; else failed 'as events'; fi
ask GET "/api/v1/jobs/$job/files/export"
has 'its file is there then' '户编号'

# What everybody may see: funds only where somebody said so.
county=$(curl -s -b "$dir/jar" "$url/api/v1/households?limit=1" | sed -n 's/.*"county":\([0-9]*\).*/\1/p' | head -n 1)
ask POST "/api/v1/funds/$county" -H "X-CSRF-Token: $csrf" -d '{"code":"07","name":"幸福工程专户"}'
is 'a fund is set up' "$status" 201
curl -s "$url/public/funds" > "$out"
if grep -q 幸福工程专户 "$out"; then failed 'nobody sees it'; else passed 'nobody sees it'; fi
ask PUT "/api/v1/funds/$county/07/disclosure" -H "X-CSRF-Token: $csrf" -d '{"disclosed":true}'
is 'until it is disclosed' "$status" 200
curl -s "$url/public/funds" > "$out"
has 'then everybody does' 幸福工程专户
ask PUT "/api/v1/funds/$county/07/disclosure" -H "X-CSRF-Token: $csrf" -d '{"disclosed":false}'
curl -s "$url/public/funds" > "$out"
if grep -q 幸福工程专户 "$out"; then failed 'and nobody when it is withdrawn'; else passed 'and nobody when it is withdrawn'; fi

# A long upload passes through a file, not through memory: what the server keeps for itself hardly grows.
anon() { awk '/^RssAnon/ { print $2 }' "/proc/$pid/status"; }
head -c 50000000 /dev/zero | tr '\0' 'a' > "$dir/long.csv"
before=$(anon)
curl -s -o "$out" -w '%{http_code}' -X POST --limit-rate 40M -H 'Content-Type: application/octet-stream' -b "$dir/jar" \
    -H "X-CSRF-Token: $csrf" --data-binary "@$dir/long.csv" "$url/api/v1/imports?name=long.csv&kind=no" > "$dir/code" &
sent=$!
most=$before
while kill -0 "$sent" 2> /dev/null; do
    now=$(anon)
    [ "$now" -le "$most" ] || most=$now
    sleep 0.05
done
wait "$sent"
is 'a long upload comes in whole' "$(cat "$dir/code")" 400
if [ $((most - before)) -lt 25000 ]; then passed 'and not through memory'; else echo "$before, then $most kB" > "$out" && failed 'and not through memory'; fi
rm -f "$dir/long.csv"

cp "$dir/log" "$dir/log.first"
has_secret() { grep -qF -e "$token" -e "$csrf" -e 'a long sentence' -e '陈建国' "$dir/log"; }
if has_secret; then failed 'the log names nobody and holds no secret'; else passed 'the log names nobody and holds no secret'; fi

kill -9 "$pid"
wait "$pid" 2> /dev/null
start
ask GET /api/v1/me
is 'after kill -9 and a new start the session goes on' "$status" 200
ask GET '/api/v1/households?limit=30' &
asked=$!
server_stop
wait "$asked"
is 'it ends gracefully' "$code" 0
"$BANGFU" --db "$db" verify > "$out" 2>&1
is 'and everything verifies' "$?" 0

listen=unix:$dir/http
start --behind-proxy
code=$(curl -s -o "$out" -w '%{http_code}' --unix-socket "$dir/http" -H 'X-Forwarded-For: 10.1.2.3' \
    -H 'X-Forwarded-Proto: https' -D "$dir/head" -H 'Content-Type: application/json' \
    -d '{"login":"admin","password":"a long sentence"}' http://office.example/api/v1/session)
is 'behind a proxy it answers at a socket file' "$code" 200
if grep -q '^Set-Cookie: __Host-bangfu=.*; Path=/; HttpOnly; SameSite=Strict; Secure' "$dir/head"; then
    passed 'with a cookie for https only'
else
    failed 'with a cookie for https only'
fi
server_stop
is 'and removes the file' "$(ls "$dir/http" 2> /dev/null)" ''
exit "$bad"
