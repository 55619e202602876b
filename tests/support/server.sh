# shellcheck shell=sh disable=SC2034,SC2154
# server.sh - a server in the background: started, waited for, ended.  Sourced, with $dir a folder of the test's own.

url='' pid=''

# server COMMAND…: runs it until it serves; $url, $pid; what it says stands in $dir/said and $dir/log
server() {
    : > "$dir/said" # what an earlier one said is not its word
    "$@" > "$dir/said" 2>> "$dir/log" &
    pid=$!
    for _ in $(seq 600); do
        if grep -q '^serving at ' "$dir/said" || ! kill -0 "$pid" 2> /dev/null; then break; fi
        sleep 0.1
    done
    url=$(sed -n 's/^serving at //p' "$dir/said")
}
# server_stop: $code, what it ended with
server_stop() {
    kill "$pid"
    code=0
    wait "$pid" || code=$?
    pid=
}
