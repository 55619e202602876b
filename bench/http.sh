#!/bin/sh
# The server, against nginx serving a file of the same size; what-if, first answer, memory, repayments
#
#   --households N   how many (default 100,000); --long is 1,000,000, which the first answer is judged by
#   --rounds N       both sides take turns (default 5); the ratio is taken round by round, the median counts
#   --seconds N      of each turn (default 4)
#   --loans N        for repayments (default 20,000)
#
# A household with its members (masked, at most 2 kB), a list of 50, both at 32 connections; a parameter moved on all
# households from the kept facts; repayments at 32 connections, each durable, against the same in one process.
# Needs nginx and wrk:  apt-get install --no-install-recommends nginx-light wrk
set -eu
cd "$(dirname "$0")/.."

households=100000 rounds=5 seconds=4 loans=20000
while [ $# -gt 0 ]; do
    case $1 in
    --households) households=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --seconds) seconds=$2 && shift ;;
    --loans) loans=$2 && shift ;;
    --long) households=1000000 ;;
    *)
        sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
done
PATH=$PATH:/usr/sbin
for tool in nginx wrk; do
    command -v "$tool" > /dev/null || {
        echo "bench http needs $tool: apt-get install --no-install-recommends nginx-light wrk" >&2
        exit 1
    }
done
base=${TMPDIR:-/tmp} # repayments are to be durable: no memory disk
dir=$(mktemp -d "$base/bangfu-bench.XXXXXX")
server='' nginx_pid=''
stop_all() {
    [ -z "$server" ] || kill "$server" 2> /dev/null || true
    [ -z "$nginx_pid" ] || kill "$nginx_pid" 2> /dev/null || true
    sleep 0.3
    rm -rf "$dir"
}
trap stop_all EXIT
trap 'exit 130' INT TERM
export BANGFU_LANG=en
unset BANGFU_DB BANGFU_USER BANGFU_KEY
port=$((20000 + $$ % 10000)) nginx_port=$((30000 + $$ % 10000))
db=$dir/office.db url=http://127.0.0.1:$port

printf '%d processors, load %s, %d households\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)" "$households"
"$BANGFU" --db "$db" init > /dev/null
"$BANGFU" --db "$db" sample --households "$households" --out "$dir/sample" > /dev/null
(cd "$dir" && "$BANGFU" --db "$db" import "$dir/sample" > /dev/null 2>&1) || [ $? = 3 ]
rm -rf "$dir/sample"
echo 'a sentence for the bench' | "$BANGFU" --db "$db" user password admin > /dev/null

# --- start ----------------------------------------------------------------------------------

gcc -O2 -std=gnu17 -D_GNU_SOURCE= -o "$dir/start" bench/http_start.c
start() { # PATH: $server, $took
    # shellcheck disable=SC2046 # two words
    set -- $("$dir/start" "$port" "bangfu=$cookie" "$1" "$BANGFU" --db "$db" serve --listen "127.0.0.1:$port" 2> "$dir/log")
    took=$1 server=$2 status=$3
}
stop() {
    kill "$server"
    for _ in $(seq 50); do
        kill -0 "$server" 2> /dev/null || break
        sleep 0.1
    done
    server=
}
log_in() {
    rm -f "$dir/jar"
    csrf=$(curl -s -c "$dir/jar" -H 'Content-Type: application/json' \
        -d '{"login":"admin","password":"a sentence for the bench"}' "$url/api/v1/session" | sed 's/.*"csrf":"\([^"]*\)".*/\1/')
    cookie=$(awk '$6 == "bangfu" { print $7 }' "$dir/jar")
}
verdict() { # WHAT VALUE LIMIT least|most UNIT
    awk -v what="$1" -v v="$2" -v limit="$3" -v how="$4" -v unit="$5" 'BEGIN {
        ok = how == "least" ? v >= limit : v <= limit
        printf "%-46s %8.2f%s, at %s %s: %s\n", what, v, unit, how, limit, ok ? "PASS" : "MISS" }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

cookie=none
start /healthz
# idle is who has done what a start brings with it: no more work for a second
until before=${now:-x} && now=$(cut -d' ' -f14,15 "/proc/$server/stat") && [ "$now" = "$before" ]; do
    sleep 1
done
awk '/^VmRSS/ { rss = $2 } END { print rss / 1024 }' "/proc/$server/status" > "$dir/rss"
awk '/^Pss:/ { print $2 / 1024 }' "/proc/$server/smaps_rollup" > "$dir/pss"
log_in
first=$(curl -s -b "$dir/jar" "$url/api/v1/households?limit=1" | sed 's/.*"county":\([0-9]*\),"id":\([0-9]*\).*/\1\/\2/')
stop
for _ in 1 2 3 4 5; do
    start "/api/v1/households/$first"
    [ "$status" = 200 ] || { echo "the first answer was $status" >&2; exit 1; }
    echo "$took"
    [ "$_" = 5 ] || stop
done > "$dir/starts"
verdict "first answer, a household, after the start" "$(median < "$dir/starts")" 30 most ' ms'
verdict "idle memory (RSS; its own share: $(cut -c1-4 "$dir/pss") MB)" "$(cat "$dir/rss")" 16 most ' MB'

# --- reading ----------------------------------------------------------------------------------

log_in
sqlite3 "$db" "SELECT county || '/' || id FROM household ORDER BY random() LIMIT 3000" | awk -v url="$url" '
    { print "url = \"" url "/api/v1/households/" $1 "?parts=members\"\noutput = /dev/null" }' > "$dir/urls"
curl -s -b "$dir/jar" -K "$dir/urls" -w '%{size_download} %{url_effective}\n' |
    awk -v url="$url" '$1 <= 2048 { size += $1; n++; print substr($2, length(url) + 1) > "'"$dir/paths"'" } END { printf "%d\n", size / n }' > "$dir/size"
curl -s -b "$dir/jar" "$url/api/v1/households?limit=50" > "$dir/list"
head -c "$(cat "$dir/size")" /dev/zero | tr '\0' x > "$dir/household.json"
mv "$dir/list" "$dir/list.json"
cat > "$dir/household.lua" <<END
math.randomseed(os.time())
wrk.headers["Cookie"] = "bangfu=$cookie"
local paths = {}
for line in io.lines("$dir/paths") do paths[#paths + 1] = line end
request = function() return wrk.format("GET", paths[math.random(1, #paths)]) end
END
cat > "$dir/list.lua" <<END
wrk.headers["Cookie"] = "bangfu=$cookie"
request = function() return wrk.format("GET", "/api/v1/households?limit=50") end
END
chmod 755 "$dir"
cat > "$dir/nginx.conf" <<END
worker_processes 2;
pid $dir/nginx.pid;
error_log $dir/nginx.log;
$([ "$(id -u)" != 0 ] || echo 'user root;')
events { worker_connections 256; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    open_file_cache max=16;
    types { application/json json; }
    client_body_temp_path $dir/n1; proxy_temp_path $dir/n2; fastcgi_temp_path $dir/n3; uwsgi_temp_path $dir/n4; scgi_temp_path $dir/n5;
    server { listen 127.0.0.1:$nginx_port; root $dir; }
}
END
nginx -c "$dir/nginx.conf"
sleep 0.3
nginx_pid=$(cat "$dir/nginx.pid")

# turn NAME URL [SCRIPT]: requests per second and the 99th percentile in ms
turn() {
    wrk -t1 -c32 -d"${seconds}s" --latency ${3:+-s "$3"} "$2" > "$dir/wrk"
    if grep -q 'Non-2xx' "$dir/wrk"; then
        cat "$dir/wrk" >&2
        exit 1
    fi
    awk '/^ +99%/ { p = $2; f = p ~ /us$/ ? 0.001 : p ~ /ms$/ ? 1 : 1000; sub(/[a-z]+$/, "", p); p99 = p * f }
        /^Requests\/sec/ { print $2, p99 }' "$dir/wrk"
}
: > "$dir/rounds"
for what in household list; do
    for _ in $(seq "$rounds"); do
        echo "$what $(turn nginx "http://127.0.0.1:$nginx_port/$what.json") $(turn us "$url/" "$dir/$what.lua")"
    done
done > "$dir/rounds"
column() { awk -v w="$1" -v c="$2" '$1 == w { print c == "ratio" ? $4 / $2 : $c }' "$dir/rounds" | median; }
for what in household list; do
    printf '%s of %d bytes: nginx %.0f/s, bangfu %.0f/s\n' "$what" "$(stat -c %s "$dir/$what.json")" "$(column $what 2)" "$(column $what 4)"
done
verdict 'household with members / nginx' "$(column household ratio)" 0.25 least ''
verdict 'its 99th percentile at 32 connections' "$(column household 5)" 10 most " ms (nginx $(column household 3))"
verdict 'list of 50 / nginx' "$(column list ratio)" 0.05 least ''

# --- what if ----------------------------------------------------------------------------------

what_if() { # VALUE: seconds
    curl -s -o "$dir/answer" -b "$dir/jar" -H "X-CSRF-Token: $csrf" -H 'Content-Type: application/json' -w '%{time_total} %{http_code}\n' \
        -d "{\"programme\":\"xingfu\",\"candidates\":5,\"set\":[{\"name\":\"income_line\",\"value\":\"$1\",\"compare\":true}]}" "$url/api/v1/screenings/what-if"
}
once=$(what_if 10000)
for value in $(seq 10500 500 20000); do what_if "$value"; done | awk '$2 != 200 { exit 1 } { print $1 * 1000 }' > "$dir/moves"
printf 'the first what-if reads the register: %s s\n' "${once%% *}"
verdict "a parameter moved on $households households" "$(median < "$dir/moves")" "$((households <= 100000 ? 50 : households / 2000))" most ' ms'
stop

# --- repayments -------------------------------------------------------------------------------

libs=$(pkg-config --libs sqlite3 libpq jansson libsodium libcrypto zlib xlsxwriter yaml-0.1 libmicrohttpd libcurl)
db=$dir/fund.db
"$BANGFU" --db "$db" init > /dev/null
echo 'a sentence for the bench' | "$BANGFU" --db "$db" user password admin > /dev/null
# shellcheck disable=SC2086 # several words
gcc -O2 -std=gnu17 -D_GNU_SOURCE= -Isrc -o "$dir/fund" bench/fund.c \
    -Wl,--start-group build/release/lib*.a -Wl,--end-group $libs -pthread
"$dir/fund" regions 1 > "$dir/regions.csv"
(cd "$dir" && "$BANGFU" --db "$db" import "$dir/regions.csv" > /dev/null)
"$dir/fund" prepare "$db" "$loans" 1 > /dev/null
sqlite3 "$db" "SELECT county || '/' || id FROM contract WHERE paid_out_on IS NOT NULL" > "$dir/contracts"
start /healthz
log_in
cat > "$dir/repay.lua" <<END
wrk.method = "POST"
wrk.headers["Cookie"] = "bangfu=$cookie"
wrk.headers["X-CSRF-Token"] = "$csrf"
wrk.headers["Content-Type"] = "application/json"
local contracts, n, run = {}, 0, os.time()
for line in io.lines("$dir/contracts") do contracts[#contracts + 1] = line end
request = function()
    n = n + 1
    wrk.headers["Idempotency-Key"] = string.format("bench-%d-%d-%d", run, math.random(1, 1000000000), n)
    return wrk.format("POST", "/api/v1/contracts/" .. contracts[n % #contracts + 1] .. "/repayments", nil, '{"amount":"1.00"}')
end
END
status=$(curl -s -o /dev/null -w '%{http_code}' -b "$dir/jar" -H "X-CSRF-Token: $csrf" -H 'Content-Type: application/json' \
    -H 'Idempotency-Key: bench-first' -d '{"amount":"1.00"}' "$url/api/v1/contracts/$(head -n 1 "$dir/contracts")/repayments")
if [ "$status" = 404 ] || [ "$status" = 405 ] || [ "$status" = 413 ]; then
    echo 'this build takes no repayments over HTTP'
    exit 0
fi
[ "$status" = 201 ] || { echo "a repayment was answered with $status" >&2; exit 1; }
stop
for _ in $(seq "$rounds"); do
    inside=$("$dir/fund" repay "$db" 32 "$seconds" 1 "$loans" | cut -d' ' -f1)
    start /healthz
    log_in
    sed -i "s/bangfu=[^\"]*/bangfu=$cookie/; s/\(X-CSRF-Token\"\] = \)\"[^\"]*/\1\"$csrf/" "$dir/repay.lua"
    echo "repay $inside $(turn us "$url/" "$dir/repay.lua")"
    stop
done > "$dir/money"
awk '{ print $3 / $2 }' "$dir/money" | median > "$dir/ratio"
printf 'repayments: in one process %.0f/s, over HTTP %.0f/s\n' "$(cut -d' ' -f2 "$dir/money" | median)" "$(cut -d' ' -f3 "$dir/money" | median)"
verdict 'durable repayments over HTTP / in one process' "$(cat "$dir/ratio")" 0.7 least ''
"$BANGFU" --db "$db" verify | tail -n 1
