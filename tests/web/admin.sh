#!/bin/sh
# Longwen's books come in through the browser as workbooks; then what whoever runs the office does: records made one,
# programmes, accounts, holidays, audit, the monitor and the wall.
# Run by tools/run-one.sh, which explains the environment. SHOTS=DIR keeps pictures of the pages at three widths.
#
# On PostgreSQL the same, without what only looks at pages.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
unset BANGFU_DB BANGFU_USER
dir=$TMPDIR
db=$dir/office.db
[ "$TEST_DB" = sqlite ] || db=$TEST_DB
book=demo/longwen
. tests/support/server.sh
trap '[ -z "$pid" ] || kill "$pid" 2> /dev/null' EXIT
bad=0
out=$dir/out
does() {
    "$@" > "$out" 2>&1 || {
        bad=1
        echo "not ok - $*"
        sed 's/^/#   /' "$out" | head -n 20
    }
}
# serve: at $URL
serve() {
    server "$BANGFU" --db "$db" serve --listen 127.0.0.1:0 --data "$dir/jobs"
    export URL="$url"
}
stop() {
    server_stop
    [ "$code" = 0 ] || bad=1
}
# part NAMES: what is done in the browser
part() { PART=$1 NODE_PATH=$PWD/web/node_modules node --unhandled-rejections=strict "$dir/admin.cjs" || bad=1; }

does "$BANGFU" --db "$db" init
does "$BANGFU" --db "$db" import "$book/regions.csv"
password='a long sentence for tests'
echo "$password" | "$BANGFU" --db "$db" user password admin > "$out" 2>&1 || bad=1
does web/node_modules/.bin/esbuild tests/web/admin.ts --bundle --platform=node --format=cjs --log-level=error \
    --external:playwright-core --external:axe-core --outfile="$dir/admin.cjs"
export PASSWORD="$password" FOLDER="$dir" BOOK="$book"
serve
part book
for file in region_years periods sources loans repayments visits; do
    cp "$book/$file.csv" "$dir/"
done
does "$BANGFU" --db "$db" import "$dir/region_years.csv" "$dir/periods.csv" "$dir/sources.csv" "$dir/loans.csv" "$dir/repayments.csv" "$dir/visits.csv"
# The same family once more, as somebody keyed it without their papers.
mkdir "$dir/again"
printf '户编号,村代码,户主姓名,家庭住址,备注\nLX000001,350603100201,余妹婷,第10组旁,补录\n' > "$dir/again/households.csv"
printf '户编号,姓名,性别,出生日期,与户主关系\nLX000001,余妹婷,女,1955-08-03,户主\n' > "$dir/again/persons.csv"
does "$BANGFU" --db "$db" import "$dir/again"
looks='speed lost pages'
[ "$TEST_DB" = sqlite ] || looks=''
part "merging editing accounts dictionary figures${looks:+ $looks}"
stop

# The bounds are those of a quiet machine and a release: only then are they asked for.
if [ -n "${TEST_LONG-}" ] && [ "$TEST_DB" = sqlite ]; then
    db=$dir/million.db
    does "$BANGFU" --db "$db" init
    does "$BANGFU" --db "$db" sample --households 1000000 --out "$dir/million"
    does "$BANGFU" --db "$db" import "$dir/million"
    echo "$password" | "$BANGFU" --db "$db" user password admin > "$out" 2>&1 || bad=1
    serve
    SLACK=1 part speed
    stop
fi
exit $bad
