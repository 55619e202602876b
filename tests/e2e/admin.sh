#!/bin/sh
# The commands of those who keep the database: init, accounts, audit, verify, keys; and how the command
# line refuses what it does not understand.  Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
book=demo/longwen

if [ "$TEST_DB" = sqlite ]; then
    db=$dir/office.db
    key=$db.key
else
    db=$TEST_DB
    key=$BANGFU_KEY
fi

# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"

# json NAME: the last output is one line of JSON
json() {
    if [ "$(wc -l < "$work")" = 1 ] && grep -q '^{.*}$' "$work"; then passed "$1"; else failed "$1"; fi
}
# shellcheck disable=SC2317 # called by holds
absent() { [ ! -e "$1" ]; }
# shellcheck disable=SC2317 # called by holds
mode() { [ "$(stat -c %a "$1")" = "$2" ]; }
audits() { run audit --json --limit 1000 && tr '{' '\n' < "$work" | grep -c '"seq"'; }

# --- before there is a database ------------------------------------------------------------------

if [ "$TEST_DB" = sqlite ]; then
    run verify
    check 'without a database it says how to make one' 1 'bangfu init'
    holds 'and makes none' absent "$db"
    run init --partitions 4
    check 'an SQLite database has no partitions' 1 'partitions'
    holds 'and none is made' absent "$db"
fi
run version
check 'version' 0 'bangfu '
run --version --json
check '--version --json' 0 '{"version":"'

# --- init ------------------------------------------------------------------------------------------

run init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"} --json
check 'init makes the database' 0 '"created":true'
json 'and answers in JSON'
holds 'the key file is for its owner only' mode "$key" 600
[ "$TEST_DB" != sqlite ] || holds 'and so is the database' mode "$db" 600
run init --json
check 'init again finds nothing to do' 0 '"created":false,"migrations":0,"codes":0,"programmes":0,"demo":false}'
holds 'and leaves no second audit row' [ "$(audits)" = 1 ]
run verify
check 'a new database verifies' 0 'everything holds'
run verify --json
check 'verify in JSON' 0 '{"ok":true,"findings":[],"tables":'
run init --partitions 7
check 'partitions are chosen once' 1
run init --partitions 7 --citus 7
check 'partitions or shards' 2 '--partitions'
run init --demo
check 'no database becomes a demonstration later' 1 '--demo'

# --- what is not understood --------------------------------------------------------------------------

run
check 'a command is needed' 2 'bangfu help'
run frobnicate
check 'an unknown command' 2 'there is no command'
run verfiy
check 'the nearest command is suggested' 2 'did you mean: verify'
run user lst
check 'and the nearest of two words' 2 'user list'
run verify --lnag zh
check 'the nearest option is suggested' 2 '--lang'
run audit --limit 0 --county 12345 --json
check 'every mistake is told' 2 '"field":"--limit"'
check 'each with its option' 2 '"field":"--county"'
json 'as one JSON object'
run verify surplus
check 'a surplus argument' 2 'surplus'
run user add
check 'what is missing is told' 2 '--name'
check 'with the place that helps' 2 'bangfu help user add'
run --lang zh frobnicate
check 'in Chinese' 2 '没有命令'
BANGFU_LANG=zh run frobnicate
check 'also by the environment' 2 '没有命令'
run --lang fr verify
check 'there is no third language' 2 'zh|en'
run --today 2020-01-01 verify
check '--today only in demonstrations' 1 '--today'

# --- accounts ---------------------------------------------------------------------------------------

run user add chen --name 陈建国 --unit 某镇 --role township_clerk --region 350603101
check 'an account is made' 0 'chen'
run user add chen --name 陈建国 --role leader
check 'but not twice' 1 'taken'
run user add x --name 陈建国 --role leader
check 'a login has two characters at least' 1 'login'
run user add lin --name 林 --role chief --region 350603
check 'there is no such role' 1 'chief'
run user add li --name 李明 --role security_admin
check 'another account' 0
run user list
check 'they are listed' 0 'township_clerk@350603101000'
run user list --json
check 'also as JSON' 0 '{"login":"chen","name":"陈建国","unit":"某镇","active":true,"roles":[{"role":"township_clerk","region":"350603101000"}]}'
run --as nobody verify
check 'an account that is none' 1 'nobody'
run --as chen user list
check 'a clerk may not manage accounts' 1 'manage accounts'
run --as chen verify
check 'nor verify' 1 'verify the data'
BANGFU_USER=chen run audit
check 'nor read the audit' 1 'audit'
run --as chen verify --json
check 'refusals are JSON too' 1 '{"error":{"code":"forbidden","errors":[{"code":"forbidden","field":null,'
run --as li verify
check 'the security administrator may verify' 0
run --as li audit
check 'but not read the audit' 1

run user add zhang --name 张县 --role office --region 350603
check 'the office of one county' 0
run --as zhang user add wang --name 王村 --role village_clerk --region 350603101201
check 'appoints within the county' 0
run --as zhang user add wu --name 吴某 --role village_clerk --region 350602
check 'not outside of it' 1
run --as zhang user add wu --name 吴某 --role village_clerk
check 'let alone everywhere' 1
run --as zhang user appoint wang --role leader --region 350603101
check 'appoints once more' 0
run --as zhang user disable li
check 'does not switch off whom it does not manage' 1
run --as zhang user list
check 'sees its own people' 0 'wang'
if grep -q security_admin "$work"; then failed 'and nobody else'; else passed 'and nobody else'; fi
run user add sys --name 系统 --role system_admin
check 'a system administrator' 0
run --as sys user add thief --name 某某 --role office
check 'cannot give rights that they lack' 1
run --as sys user appoint sys --role security_admin
check 'not even to themselves' 1
run user disable admin
check 'nobody locks themselves out' 1 'own account'
run user disable chen
check 'an account is switched off' 0
run --as chen count
check 'and can do nothing' 1 'no active account'
run user enable chen
check 'and on again' 0
run --as chen help
check 'help is for everybody' 0
run user disable nobody
check 'there is nobody to switch off' 1 'nobody'
run audit --json --limit 2
check 'the audit is paged' 0 '"next":2}'
run audit --after 2
check 'and tells who did what' 0 'user.disable'
run verify
check 'accounts verify' 0

# --- the key file --------------------------------------------------------------------------------------

chmod 644 "$key"
run verify
check 'a key that others may read is refused' 1 'chmod 600'
chmod 600 "$key"
mv "$key" "$key.away"
run user list
check 'without the key nothing works' 1 "$key"
run init
check 'and init makes no second one' 1 'restore it from your backup'
holds 'in its place' absent "$key"
mv "$key.away" "$key"
"$BANGFU" --db "$dir/other.db" --key "$dir/other.key" init > /dev/null
run --key "$dir/other.key" user list
check 'the key of another database is refused' 1 'does not belong'
run --key "$dir/other.key" init
check 'also by init' 1 'does not belong'
run --key "$dir/other.key" verify
check 'and verify says so first' 1 'does not belong'
echo nonsense > "$dir/bad.key"
chmod 600 "$dir/bad.key"
run --key "$dir/bad.key" verify
check 'a file that is no key' 1 'damaged'

# --- keys change ------------------------------------------------------------------------------------------

has_book=
if "$BANGFU" help import > /dev/null 2>&1 && [ -d "$book" ]; then
    has_book=yes
    run import "$book"
    check 'a book comes in' 0
fi
number=990603195508032067
found() {
    [ -n "$has_book" ] || return 0
    run find "$number"
    check "$1" 0 LW000001
    if grep -q "$number" "$work"; then failed "$1, masked"; else passed "$1, masked"; fi
}
found 'somebody is found by number'
run --as sys key rotate
check 'keys are not for everybody' 1
run --as zhang key rotate
check 'nor for one county' 1
run key rotate --json
check 'the encryption key is replaced' 0 '{"version":2,"resumed":false,"rows":'
run verify
check 'and everything holds' 0
found 'and is found'
run key rekey --json
check 'the look-up key is replaced' 0 '{"rows":'
run verify
check 'and still everything holds' 0
found 'and is still found'
holds 'the new key file is for its owner only' mode "$key" 600
run --key "$key.old" user list
check 'the old key file is of no use' 1 'not the latest'
if [ -n "$has_book" ]; then
    run import "$book" --json
    check 'the same book changes nothing' 0 '"imported":0,"updated":0,"unchanged":4267'
fi
# As if the process had died between the database and the key file.
mv "$key" "$key.next"
mv "$key.old" "$key"
run verify
check 'a rekey that died at the end is completed' 0
holds 'by putting the next key file into force' absent "$key.next"
found 'with it'
run key rotate
check 'and life goes on' 0 'version 3'
if [ -n "$has_book" ]; then
    run audit --county 350603 --limit 1000
    check 'the audit of the county knows' 0 'key.rekey'
    if grep -q "$number" "$work"; then failed 'without a number'; else passed 'without a number'; fi
fi

# --- help ---------------------------------------------------------------------------------------------------

run help
check 'help lists the commands' 0 'user add'
check 'and the exit codes' 0 '130'
run user add --help
check 'each command has its own' 0 'township_clerk'
run help user add --lang zh
check 'in Chinese too' 0 '乡镇经办'
run help --json
check 'and for programs' 0 '{"commands":[{'
run help nothing
check 'but not on nothing' 2
run help --man
check 'the manual page is made' 0 '.TH BANGFU 1'
if command -v groff > /dev/null 2>&1; then
    groff -man -Tutf8 -ww "$work" > "$work.man" 2> "$work.err"
    if [ -s "$work.err" ]; then failed 'and renders without a warning'; else passed 'and renders without a warning'; fi
    if grep -q '核验数据' "$work.man"; then passed 'with its Chinese'; else failed 'with its Chinese'; fi
else
    echo 'ok - and renders without a warning # SKIP no groff'
fi

# --- a demonstration --------------------------------------------------------------------------------------------

if [ "$TEST_DB" = sqlite ]; then
    db=$dir/demo.db
    run init --demo --json --today 2026-11-21
    check 'a demonstration is made' 0 '"created":true'
    check 'and known as one' 0 '"demo":true}'
    run --today 2030-06-01 verify
    check 'it may live in another time' 0 'everything holds'
    run init --demo
    check 'init again' 0
    run count --json
    check 'it has a county' 0 983
    # Of what was generated nothing stays behind.
    if ls "$dir"/bangfu-demo-* > /dev/null 2>&1; then failed 'and left no files'; else passed 'and left no files'; fi

    db=$dir/cut.db
    "$BANGFU" --db "$db" init --demo > /dev/null 2>&1 &
    cut=$!
    until ls "$db".??????-wal > /dev/null 2>&1 || ! kill -0 "$cut" 2> /dev/null; do sleep 0.01; done
    kill -9 "$cut"
    wait "$cut" 2> /dev/null
    holds 'a demonstration that is killed while it is made is none' absent "$db"
    run init --demo
    check 'and can be made again' 0 'made the database'
    run count --json
    check 'whole' 0 '"households":983'
fi
exit 0
