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
# check NAME CODE [TEXT]: the last run ended so, and said so
check() {
    if [ "$code" = "$2" ] && { [ $# -lt 3 ] || cat "$work" "$work.err" | grep -qF -e "$3"; }; then
        passed "$1"
    else
        failed "$1"
    fi
}
# holds NAME COMMAND…
holds() {
    what=$1
    shift
    if "$@"; then passed "$what"; else failed "$what"; fi
}
