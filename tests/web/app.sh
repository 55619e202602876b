#!/bin/sh
# The web app in a browser, on a register of invented families; then what it is built from.
# Run by tools/run-one.sh, which explains the environment. SHOTS=DIR keeps pictures of the pages at three widths.
#
# On PostgreSQL only the short round: pages differ by nothing but the database.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
unset BANGFU_DB BANGFU_USER
dir=$TMPDIR
db=$dir/office.db
[ "$TEST_DB" = sqlite ] || db=$TEST_DB
. tests/support/server.sh
trap '[ -z "$pid" ] || kill "$pid" 2> /dev/null' EXIT
bad=0
out=$dir/out

passed() { echo "ok - $1"; }
failed() {
    bad=1
    echo "not ok - $1"
    sed 's/^/#   /' "$out" | head -n 40
}
holds() {
    what=$1
    shift
    if "$@" > "$out" 2>&1; then passed "$what"; else failed "$what"; fi
}
# typescript FILE: builds and runs it; it prints its own lines
typescript() {
    web/node_modules/.bin/esbuild "tests/web/$1.ts" --bundle --platform=node --format=cjs --log-level=error \
        --external:playwright-core --external:axe-core --outfile="$dir/$1.cjs" || { bad=1 && return; }
    NODE_PATH=$PWD/web/node_modules node --unhandled-rejections=strict "$dir/$1.cjs" || bad=1
}

if [ "$TEST_DB" = sqlite ]; then
    holds 'no text is missing in a language, and none is unused' node web/scripts/texts.mjs
    holds 'types of the interface are made from its description' node web/scripts/types.mjs
    holds 'every page agrees with the interface: vue-tsc, strict' web/node_modules/.bin/vue-tsc --noEmit -p web
    typescript base
    wordless=$(grep -rhA1 'act_begin(' src --include='*.c' | grep -o '"[a-z]*[. ][a-z._ -]*"' | tr -d '"' | tr ' _-' '...' |
        sort -u | while read -r act; do grep -q "\"$act\"" src/access/act_words.c || echo "$act"; done)
    echo "$wordless" > "$out"
    if [ -z "$wordless" ]; then passed 'every act has its words in the audit'; else failed 'every act has its words in the audit'; fi
fi

"$BANGFU" --db "$db" init > "$out" 2>&1 || failed 'a database'
"$BANGFU" --db "$db" sample --households 120 --out "$dir/sample" > "$out" 2>&1
"$BANGFU" --db "$db" import "$dir/sample" > "$out" 2>&1
"$BANGFU" --db "$db" --lang zh export household --region 350603 --full --purpose test --out "$dir/households.xlsx" > "$out" 2>&1 || failed 'a workbook'
password='a long sentence for tests'
for who in county:county_clerk:350603 leader:leader:350603; do
    login=${who%%:*} rest=${who#*:}
    "$BANGFU" --db "$db" user add "$login" --name "$login" --role "${rest%:*}" --region "${rest#*:}" > "$out" 2>&1
done
server "$BANGFU" --db "$db" serve --listen 127.0.0.1:0
setup=$(grep -o 'http://[^ ]*/setup/[^ ]*' "$dir/said")
for login in county leader; do
    echo "$password" | "$BANGFU" --db "$db" user password "$login" > "$out" 2>&1 || failed "a password for $login"
done

export URL="$url" SETUP="$setup" PASSWORD="$password" FOLDER="$dir" SHORT=''
[ "$TEST_DB" = sqlite ] || SHORT=1
typescript app

server_stop
[ "$code" = 0 ] || bad=1
exit $bad
