#!/bin/sh
# The samples of packaging/ for nginx and caddy: they are accepted, speak TLS, and what they pass on is believed.
# script/bootstrap brings both.  Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en PATH="$PATH:/usr/sbin"
unset BANGFU_DB BANGFU_USER
dir=$TMPDIR work=$TMPDIR/out
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
. tests/support/cli.sh
. tests/support/office.sh
if [ "$TEST_DB" != sqlite ]; then
    echo 'ok - the samples for nginx and caddy # SKIP tried on SQLite already'
    exit 0
fi
front=
trap '[ -z "$front" ] || kill "$front" 2> /dev/null; [ -z "$pid" ] || kill "$pid" 2> /dev/null' EXIT
: > "$work" && : > "$work.err"
code=0
truncate -s 70M "$dir/large"
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=bangfu.example -keyout "$dir/key.pem" -out "$dir/cert.pem" 2> /dev/null
"$BANGFU" --db "$db" init > /dev/null
echo 'a sentence for the load' | "$BANGFU" --db "$db" user password admin > /dev/null
# Not the ports of a real machine; a socket of the server's instead of its port.
plain=$((20000 + $$ % 20000)) tls=$((20001 + $$ % 20000))
server "$BANGFU" --db "$db" serve --listen "unix:$dir/http" --behind-proxy

through() { # PATH [curl's arguments…]: head in $work, $status
    path=$1
    shift
    status=$(curl -s -k -o "$work" -D "$work.err" -w '%{http_code}' --resolve "bangfu.example:$tls:127.0.0.1" "$@" "https://bangfu.example:$tls$path")
}
up() { # until the front answers
    for _ in $(seq 100); do
        through /healthz
        [ "$status" != 200 ] || return 0
        sleep 0.1
    done
}
answers() { # answers FRONT CODE: all that a front has to do; CODE sends to TLS
    through /api/v1/session -H 'Content-Type: application/json' -d '{"login":"admin","password":"a sentence for the load"}'
    holds "$1: somebody logs in through TLS" test "$status" = 200
    lower=$(tr '[:upper:]' '[:lower:]' < "$work.err")
    case $lower in *'set-cookie: __host-bangfu='*'secure'*) passed "$1: with a cookie for this very host and https only" ;; *) failed "$1: with a cookie for this very host and https only" ;; esac
    case $lower in *strict-transport-security*) passed "$1: and the browser is told to keep to TLS" ;; *) failed "$1: and the browser is told to keep to TLS" ;; esac
    through /metrics
    holds "$1: the figures are not for the world" test "$status" = 404
    through /healthz -H 'X-Forwarded-For: 127.0.0.1'
    holds "$1: what a client claims about itself does no harm" test "$status" = 200
    through /healthz -H 'Host: elsewhere.example'
    holds "$1: who asks for another name gets nothing of ours" sh -c "[ '$status' != 200 ] || [ ! -s '$work' ]"
    status=$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -H 'Host: bangfu.example' "http://127.0.0.1:$plain/")
    holds "$1: without TLS one is sent to it" test "$status" = "$2"
}

# --- nginx --------------------------------------------------------------------------------------------------------

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
up
answers nginx '301 https://bangfu.example/'
# nginx goes by the length that is announced; caddy may find out after bangfu has refused already.
through /api/v1/imports -X POST -H 'Expect:' --data-binary "@$dir/large"
holds 'nginx: what is larger than any import is refused' test "$status" = 413
kill "$front"
wait "$front" 2> /dev/null

# --- caddy --------------------------------------------------------------------------------------------------------

# The certificate is ours, and nothing but the two ports is opened: no network, no administration, no files elsewhere.
export HOME="$dir" XDG_DATA_HOME="$dir/caddy" XDG_CONFIG_HOME="$dir/caddy"
{
    printf '{\n\tadmin off\n\tskip_install_trust\n\tdefault_bind 127.0.0.1\n\thttp_port %s\n\thttps_port %s\n}\n' "$plain" "$tls"
    sed -e "s|^bangfu.example {|&\n\ttls $dir/cert.pem $dir/key.pem|" -e "s|127.0.0.1:8080|unix/$dir/http|" packaging/Caddyfile
} > "$dir/Caddyfile"
code=0
caddy validate --adapter caddyfile --config "$dir/Caddyfile" > "$work" 2> "$work.err" || code=$?
check 'caddy accepts the sample' 0 'Valid configuration'
caddy run --adapter caddyfile --config "$dir/Caddyfile" > "$dir/caddy.out" 2>&1 &
front=$!
up
answers caddy "308 https://bangfu.example/"
server_stop
exit "$failures"
