# shellcheck shell=sh disable=SC2154
# cli.sh - what the tests of commands share: running the program and saying what came of it.  Sourced, with $db the
# database and $work the file that takes what it says.

failures=0

# run ARGUMENTS…: $code, and what it said in $work (stdout) and $work.err
run() {
    code=0
    "$BANGFU" --db "$db" "$@" > "$work" 2> "$work.err" || code=$?
}
passed() { echo "ok - $1"; }
failed() {
    failures=$((failures + 1))
    echo "not ok - $1"
    echo "#   exit $code"
    sed 's/^/#   out: /' "$work" | head -n 8
    sed 's/^/#   err: /' "$work.err" | head -n 5
}
# check NAME CODE [TEXT…]: the last run ended so, and said all of it
check() {
    name=$1 want=$2
    shift 2
    if [ "$code" != "$want" ]; then
        failed "$name"
        return
    fi
    for text; do
        if ! cat "$work" "$work.err" | grep -qF -e "$text"; then
            echo "#   missing: $text"
            failed "$name"
            return
        fi
    done
    passed "$name"
}
# lacks NAME TEXT: the last run did not say so
lacks() {
    if cat "$work" "$work.err" | grep -qF -e "$2"; then failed "$1"; else passed "$1"; fi
}
# holds NAME COMMAND…
holds() {
    what=$1
    shift
    if "$@"; then passed "$what"; else failed "$what"; fi
}
