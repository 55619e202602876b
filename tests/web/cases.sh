#!/bin/sh
# Cases and notices in a browser: the whole round by five roles, in two days of the office.
# Run by tools/run-one.sh, which explains the environment. SHOTS=DIR keeps pictures of the pages at three widths.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
unset BANGFU_DB BANGFU_USER
dir=$TMPDIR
db=$dir/office.db
# Pages differ by nothing but the database; what they ask of it is tested elsewhere.
[ "$TEST_DB" = sqlite ] || { echo "ok - in the browser # SKIP tried on SQLite only"; exit 0; }
pid=
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
# serve DAY: on that day of the office; $url
serve() {
    "$BANGFU" --db "$db" --today "$1" serve --listen 127.0.0.1:0 > "$dir/said" 2> "$dir/log" &
    pid=$!
    for _ in $(seq 300); do
        if grep -q '^serving at ' "$dir/said" || ! kill -0 "$pid" 2> /dev/null; then break; fi
        sleep 0.1
    done
    url=$(sed -n 's/^serving at //p' "$dir/said")
}
# day DAY PART: what is done in the browser on that day
day() {
    serve "$1"
    URL=$url PART=$2 NODE_PATH=$PWD/web/node_modules node --unhandled-rejections=strict "$dir/cases.cjs" || bad=1
    kill "$pid"
    wait "$pid" || bad=1
    pid=
}

cat > "$dir/trial.yaml" << 'END'
code: trial
name: {zh: 产业试点, en: Trial}
kind: grant
applicant: {who: household}
conditions:
  - {id: there, zh: 有家庭成员, en: has members, when: "household.members_n >= 1"}
application:
  fields:
    - {id: project, zh: 发展生产的项目, en: production project, type: text, required: true}
    - {id: amount, zh: 申请金额, en: amount asked for, type: money, required: true}
    - {id: opinion, zh: 村里评议, en: opinion of the village, type: code, stage: village, choices: {good: {zh: 勤劳, en: diligent}, doubtful: {zh: 存疑, en: doubtful}}}
aid:
  items:
    - {id: once, zh: 一次, en: once, every: once, amount: 1000.00}
steps:
  - {id: apply, kind: application}
  - {id: village, kind: meeting, zh: 村民代表会议, en: village meeting, level: village, records: [attendance, votes, opinion]}
  - {id: township, kind: review, zh: 镇审核, en: township review, level: township, days_max: 10}
  - {id: papers, kind: documents, zh: 填报材料, en: papers, required: [application_form, photo]}
  - {id: county, kind: review, zh: 县审批, en: county decision, level: county, decides: true, allots_number: true, other_person_than: [township]}
  - {id: notice, kind: notice, level: village, days: 1, count: calendar, columns: [applicant_name, village, project, amount], channels: [village_board], anonymous_days: 2, proof: true}
number: "T-{township}-{year}-{serial:4}"
END
does "$BANGFU" --db "$db" init
does "$BANGFU" --db "$db" sample --households 40 --out "$dir/sample"
does "$BANGFU" --db "$db" import "$dir/sample"
does "$BANGFU" --db "$db" programme load "$dir/trial.yaml"
# Only a demonstration may live in another time; a whole one has more families than this test needs.
does sqlite3 "$db" "INSERT INTO site VALUES ('demo', 'yes')"
password='a long sentence for tests'
for who in village township county; do
    does "$BANGFU" --db "$db" user add "$who" --name "$who" --role "${who}_clerk" --region 350603
done
does "$BANGFU" --db "$db" user add leader --name leader --role leader --region 350603
for who in village township county leader; do
    echo "$password" | "$BANGFU" --db "$db" user password "$who" > "$out" 2>&1 || bad=1
done
does web/node_modules/.bin/esbuild tests/web/cases.ts --bundle --platform=node --format=cjs --log-level=error \
    --external:playwright-core --external:axe-core --outfile="$dir/cases.cjs"
export PASSWORD="$password" FOLDER="$dir"
day 2026-03-02 apply
day 2026-03-04 confirm
exit $bad
