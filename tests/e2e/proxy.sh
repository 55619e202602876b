#!/bin/sh
# The sample of packaging/nginx.conf: nginx accepts it, speaks TLS with it, and what it passes on is believed.  Left out
# where there is no nginx.  Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en PATH="$PATH:/usr/sbin"
unset BANGFU_DB BANGFU_USER
dir=$TMPDIR work=$TMPDIR/out
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
. tests/support/cli.sh
. tests/support/office.sh
if ! command -v nginx > /dev/null || [ "$TEST_DB" != sqlite ]; then
    echo 'ok - the sample for nginx # SKIP no nginx, or tried on SQLite already'
    exit 0
fi
front=
trap '[ -z "$front" ] || kill "$front" 2> /dev/null; [ -z "$pid" ] || kill "$pid" 2> /dev/null' EXIT
: > "$work" && : > "$work.err"
code=0
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=bangfu.example -keyout "$dir/key.pem" -out "$dir/cert.pem" 2> /dev/null
"$BANGFU" --db "$db" init > /dev/null
echo 'a sentence for the load' | "$BANGFU" --db "$db" user password admin > /dev/null
# Not the ports of a real machine; a socket of the server's instead of its port.
plain=$((20000 + $$ % 20000)) tls=$((20001 + $$ % 20000))
sed -e "s|/etc/ssl/certs/bangfu.example.pem|$dir/cert.pem|; s|/etc/ssl/private/bangfu.example.key|$dir/key.pem|" \
    -e "s|server 127.0.0.1:8080;.*|server unix:$dir/http;|" \
    -e "s|listen 80;|listen 127.0.0.1:$plain;|; s|listen 443 ssl|listen 127.0.0.1:$tls ssl|; /listen \[::\]/d" \
    packaging/nginx.conf > "$dir/site.conf"
cat > "$dir/nginx.conf" <<END
worker_processes 1;
daemon off;
pid $dir/nginx.pid;
error_log $dir/nginx.log;
$([ "$(id -u)" != 0 ] || echo 'user root;')
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path $dir/n1; proxy_temp_path $dir/n2; fastcgi_temp_path $dir/n3; uwsgi_temp_path $dir/n4; scgi_temp_path $dir/n5;
    include $dir/site.conf;
}
END
nginx -t -c "$dir/nginx.conf" > "$work" 2> "$work.err" || code=$?
check 'nginx accepts the sample' 0 'test is successful'
nginx -c "$dir/nginx.conf" > "$dir/nginx.out" 2>&1 &
front=$!
"$BANGFU" --db "$db" serve --listen "unix:$dir/http" --behind-proxy > "$dir/said" 2> "$dir/log" &
pid=$!
for _ in $(seq 100); do
    if grep -q 'serving at' "$dir/said" && [ -e "$dir/nginx.pid" ]; then break; fi
    sleep 0.1
done
through() { # PATH [curl's arguments…]: head in $work, $status
    path=$1
    shift
    status=$(curl -s -k -o "$work" -D "$work.err" -w '%{http_code}' --resolve "bangfu.example:$tls:127.0.0.1" "$@" "https://bangfu.example:$tls$path")
}
through /api/v1/session -H 'Content-Type: application/json' -d '{"login":"admin","password":"a sentence for the load"}'
holds 'somebody logs in through TLS' test "$status" = 200
lower=$(tr '[:upper:]' '[:lower:]' < "$work.err")
case $lower in *'set-cookie: __host-bangfu='*'secure'*) passed 'with a cookie for this very host and https only' ;; *) failed 'with a cookie for this very host and https only' ;; esac
case $lower in *strict-transport-security*) passed 'and the browser is told to keep to TLS' ;; *) failed 'and the browser is told to keep to TLS' ;; esac
through /metrics
holds 'the figures are not for the world' test "$status" = 404
through /healthz -H 'X-Forwarded-For: 127.0.0.1'
holds 'what a client claims about itself does no harm' test "$status" = 200
status=$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -H 'Host: bangfu.example' "http://127.0.0.1:$plain/")
holds 'without TLS one is sent to it' test "$status" = '301 https://bangfu.example/'
office_stop
exit "$failures"
