#!/bin/sh
# Backups (R: issue 8): made while the office works, opened only by the passphrase, restored on a new machine, and
# refused in words when anything is wrong with them.  Then what is past its time.
# Run by tools/run-one.sh, which explains the environment.
# shellcheck disable=SC2317 # called by a trap
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
unset BANGFU_DB BANGFU_USER
dir=$TMPDIR work=$TMPDIR/out
. tests/support/cli.sh
. tests/support/server.sh
trap '[ -z "$pid" ] || kill "$pid" 2> /dev/null; drop_fresh' EXIT

# The new machine: another file, or another database of the same server.
fresh_name=fresh_$$
if [ "$TEST_DB" = sqlite ]; then
    db=$dir/office.db key=$dir/office.db.key
    fresh=$dir/new/office.db
    fresh_key=$dir/new/office.db.key
    drop_fresh() { rm -rf "$dir/new" && mkdir "$dir/new"; }
else
    db=$TEST_DB key=$BANGFU_KEY
    server=${TEST_DB#*\?}
    fresh="postgresql:///$fresh_name?$server"
    fresh_key=$dir/new/site.key
    admin="postgresql:///postgres?$server"
    drop_fresh() {
        rm -rf "$dir/new" && mkdir "$dir/new"
        psql -q "$admin" -c "DROP DATABASE IF EXISTS $fresh_name" > /dev/null 2>&1
    }
fi
psql() { PGOPTIONS=-cclient_min_messages=warning "$PG/psql" -X -q "$@"; }
new_machine() {
    drop_fresh
    [ "$TEST_DB" = sqlite ] || psql "$admin" -c "CREATE DATABASE $fresh_name" > /dev/null
}
restore() { # FILE PASSPHRASE-FILE
    code=0
    "$BANGFU" --db "$fresh" --key "$fresh_key" restore "$1" --passphrase-file "$2" > "$work" 2> "$work.err" || code=$?
}
flip() { # FROM TO BYTE
    cp "$1" "$2"
    chmod 600 "$2"
    was=$(od -An -tu1 -j "$3" -N 1 "$2" | tr -d ' ')
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\$(printf %03o $(((was + 1) % 256)))" | dd of="$2" bs=1 seek="$3" conv=notrunc 2> /dev/null
}
nothing_there() { [ -z "$(ls -A "$dir/new")" ]; }

layout=
[ -z "${TEST_PARTITIONS:-}" ] || layout="--partitions $TEST_PARTITIONS"
mkdir "$dir/new"
umask 077
echo 'a sentence nobody guesses' > "$dir/phrase"
echo 'another sentence entirely' > "$dir/other"
echo 'too short' > "$dir/short"
# shellcheck disable=SC2086 # two words
run init $layout
run sample --households 40 --out "$dir/sample"
run import "$dir/sample"

run backup "$dir/a.bak" --passphrase-file "$dir/short"
check 'a short passphrase is refused' 1 'must have 12 to 1024 bytes'
chmod 644 "$dir/short"
run backup "$dir/a.bak" --passphrase-file "$dir/short"
check 'and so is a file with it that others may read' 1 'chmod 600'
run backup "$dir/a.bak" --passphrase 'a sentence nobody guesses'
check 'there is no passphrase on the command line' 2
holds 'none of that leaves a file' test ! -e "$dir/a.bak"

# While the office works: log-ins are writes, each with audit rows.
server "$BANGFU" --db "$db" serve --listen "unix:$dir/http" --data "$dir/jobs"
(
    while [ ! -e "$dir/enough" ]; do
        curl -s -o /dev/null --unix-socket "$dir/http" -H 'Content-Type: application/json' \
            -d '{"login":"admin","password":"no such password"}' http://localhost/api/v1/session
    done
) &
writer=$!
run backup "$dir/a.bak" --passphrase-file "$dir/phrase"
check 'a backup is made while the server serves' 0 'backed up to'
code=0
"$BANGFU" --db "$db" backup "$dir/b.bak" --json --passphrase-fd 7 7< "$dir/phrase" > "$work" 2> "$work.err" || code=$?
check 'with the passphrase from a descriptor' 0 '"bytes":'
: > "$dir/enough"
wait "$writer"
server_stop
holds 'only its owner may read it' test "$(stat -c %a "$dir/a.bak")" = 600
name=$(sed -n 2p "$dir/sample/households.csv" | cut -d, -f3)
holds 'no name stands in it in the clear' test "$(grep -c -a -F -e "${name:-户}" -e 'bangfu-site-key' "$dir/a.bak")" = 0
run backup "$dir/a.bak" --passphrase-file "$dir/phrase"
check 'a file that is there is not overwritten' 1 'exists and is not overwritten'
run backup "$dir/a.bak" --passphrase-file "$dir/phrase" --force
check 'unless told' 0
run audit --limit 1000
check 'the audit says who took a backup' 0 backup
run --as nobody backup "$dir/c.bak" --passphrase-file "$dir/phrase"
check 'who may not, may not' 1
holds 'and gets nothing' test ! -e "$dir/c.bak"

new_machine
restore "$dir/a.bak" "$dir/other"
check 'a wrong passphrase is told as that' 1 'the recovery passphrase is wrong'
size=$(stat -c %s "$dir/a.bak")
for n in 20 96 5000 $((size / 2)) $((size - 1)); do
    head -c "$n" "$dir/a.bak" > "$dir/cut.bak"
    restore "$dir/cut.bak" "$dir/phrase"
    check "cut after $n bytes is told as that" 1 'is cut off: its end is missing'
done
for n in 17 30 97 120 $((size / 2)) $((size - 10)); do
    flip "$dir/a.bak" "$dir/flipped.bak" "$n"
    restore "$dir/flipped.bak" "$dir/phrase"
    case $n in
    97) check 'a changed length is told as damage' 1 'it cannot be restored' ;;
    *) check "a byte changed after $n is told as damage" 1 'is damaged: behind byte' ;;
    esac
done
cat "$dir/a.bak" "$dir/phrase" > "$dir/long.bak"
restore "$dir/long.bak" "$dir/phrase"
check 'bytes behind the end are told as damage' 1 'is damaged'
holds 'none of these leaves a key or a database' nothing_there
restore "$dir/phrase" "$dir/phrase"
check 'another file is no backup' 1 'is no bangfu backup'

new_machine
restore "$dir/a.bak" "$dir/phrase"
check 'it is restored on a new machine, verified' 0 'verify, and the sessions of then have ended'
code=0
"$BANGFU" --db "$fresh" --key "$fresh_key" verify > "$work" 2> "$work.err" || code=$?
check 'where everything holds' 0 'everything holds'
holds 'with the key it had' cmp -s "$key" "$fresh_key"
run count
cp "$work" "$dir/count.old"
code=0
"$BANGFU" --db "$fresh" --key "$fresh_key" count > "$work" 2> "$work.err" || code=$?
holds 'and the same households' cmp -s "$work" "$dir/count.old"
code=0
"$BANGFU" --db "$fresh" --key "$fresh_key" import "$dir/sample" > "$work" 2> "$work.err" || code=$?
check 'the office goes on there' 0
restore "$dir/a.bak" "$dir/phrase"
check 'what is there already is not touched' 1 'exists and is not overwritten'

# Interrupted while it asks for nothing any more: a pipe holds the passphrase back, then the end comes.
mkfifo "$dir/pipe"
"$BANGFU" --db "$db" backup "$dir/d.bak" --passphrase-file "$dir/pipe" > "$work" 2>&1 &
victim=$!
exec 9> "$dir/pipe"
sleep 0.3
kill -TERM "$victim"
sleep 0.1
kill -TERM "$victim" 2> /dev/null
wait "$victim" 2> /dev/null
exec 9>&-
holds 'one that was interrupted leaves no half file' test ! -e "$dir/d.bak"

# --- what is past its time ----------------------------------------------------------------

run retention show
check 'what is kept how long is told, with the law' 0 'PIPL §19' 'names of those who objected' 1095
run retention run
check 'nothing is due today' 0 'nothing is past its time'
"$BANGFU" --db "$db" retention show --json > "$work" 2> "$work.err"
holds 'as JSON, rule by rule' grep -q '"rule":"objectors".*"days":1095.*"due":0' "$work"
mkdir -p "$dir/jobs"
echo old > "$dir/jobs/1-upload.csv"
echo new > "$dir/jobs/2-upload.csv"
touch -d '8 days ago' "$dir/jobs/1-upload.csv"
run retention show --data "$dir/jobs" --json
check 'an upload of eight days ago is due' 0 '"rule":"job_files","what":"files of jobs: uploads, exports, refused rows","days":7'
holds 'and only that' grep -q 'fetched","due":1' "$work"
# The server does it by itself.
server "$BANGFU" --db "$db" serve --listen "unix:$dir/http" --data "$dir/jobs2" --tidy-every 1
mkdir -p "$dir/jobs2"
cp -p "$dir/jobs/1-upload.csv" "$dir/jobs/2-upload.csv" "$dir/jobs2"
for _ in $(seq 50); do
    [ -e "$dir/jobs2/1-upload.csv" ] || break
    sleep 0.1
done
holds 'the server removes it by itself' test ! -e "$dir/jobs2/1-upload.csv"
holds 'and leaves the other' test -e "$dir/jobs2/2-upload.csv"
server_stop
check 'and ends gracefully' 0
run retention run --data "$dir/jobs"
check 'the command removes it too' 0 'files of jobs: uploads, exports, refused rows: 1 removed'
run audit --limit 1000
check 'which the audit says' 0 'retention.run'
run --as nobody retention run
check 'who may not, may not clean up' 1
run verify
check 'everything holds after all that' 0 'everything holds'
exit "$failures"
