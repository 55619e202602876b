#!/bin/sh
# The whole round of 幸福工程 in the browser, by those who do it: families are screened and apply, a village meets, a
# township reviews, two people of the county decide, the public sees the notice and objects, what was upheld goes back;
# a contract is signed, paid by a file of which one line comes back, reminded of, repaid, remitted, settled, visited, and
# the money is lent to the next family.  Three days of the office; commands make the registry, the accounts and the fund.
# Run by tools/run-one.sh, which explains the environment.  SHOTS=DIR keeps pictures of the pages at three widths.
#
# On PostgreSQL the same chain, without what only looks at pages.
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
region=350603
does() {
    "$@" > "$out" 2>&1 || {
        bad=1
        echo "not ok - $*"
        sed 's/^/#   /' "$out" | head -n 20
    }
}
run() { does "$BANGFU" --db "$db" --today 2026-03-01 "$@"; }
# day DAY PARTS: what is done in the browser on that day.  A browser that did not even start is started once more.
day() {
    server "$BANGFU" --db "$db" --today "$1" serve --listen 127.0.0.1:0 --data "$dir/jobs"
    [ -n "$url" ] || { bad=1; echo "not ok - the office opens on $1: $(tail -n 3 "$dir/log")"; }
    for time in first second; do
        code=0
        URL=$url DAY=$1 PART=$2 NODE_PATH=$PWD/web/node_modules node --unhandled-rejections=strict "$dir/round.cjs" \
            > "$dir/told" 2>&1 || code=$?
        if grep -q '^ok - \|^not ok - ' "$dir/told"; then break; fi
        echo "# on $1 the browser ended with $code before it did anything, for the $time time"
        sed 's/^/#   /' "$dir/told" | tail -n 20
        code=1
    done
    cat "$dir/told"
    [ "$code" = 0 ] || bad=1
    server_stop
    [ "$code" = 0 ] || { echo "not ok - the server of $1 ended with $code: $(tail -n 3 "$dir/log")"; bad=1; }
}

# Thirty-two families of two villages; each has a little more than the one before, the last too much.
mkdir "$dir/book"
cat > "$dir/book/regions.csv" << 'END'
区划代码,名称,级别
350000000000,某省,省
350600000000,某市,市
350603000000,东县,县
350603100000,东镇,乡镇
350603100201,东一村,村
350603100202,东二村,村
END
awk -v dir="$dir/book" 'BEGIN {
    split("陈燕 李霞 陈莲 王敏", first, " ")
    split("赵 钱 孙 周 吴 郑 冯 褚 卫 蒋 沈 韩 杨 朱 秦 尤 许 何 吕 施 张 孔 曹 严 华 金 魏 陶", family, " ")
    split("9999990000000001061 9999990000000001103 9999990000000001228", account, " ")
    print "户编号,村代码,户主姓名,开户银行,银行账号" > (dir "/households.csv")
    print "户编号,姓名,与户主关系,性别,出生日期" > (dir "/persons.csv")
    print "户编号,年度,工资性收入,生产经营性收入,财产性收入,转移性收入,生产经营性支出" > (dir "/incomes.csv")
    for (i = 1; i <= 32; i++) {
        name = i <= 4 ? first[i] : family[i - 4] "秀英"
        printf "H%d,3506031002%02d,%s,%s\n", i, i % 2 ? 1 : 2, name, i in account ? "农信社," account[i] : "," > (dir "/households.csv")
        printf "H%d,%s,户主,女,%d-01-02\n", i, name, 1970 + i % 20 > (dir "/persons.csv")
        printf "H%d,2025,%d,0,0,0,0\n", i, i < 32 ? 2000 + 10 * i : 6000 > (dir "/incomes.csv")
    }
}'
# The county lends for a month, pays by the bank too, and asks what a round in the browser can answer.
cat > "$dir/steps" << 'END'
  - {id: apply, kind: application}
  - {id: village, kind: meeting, zh: 村民代表会议, en: village meeting, level: village, records: [attendance, votes, opinion], source: R143}
  - {id: township, kind: review, zh: 镇审核, en: township review, level: township, days_max: 10, source: R144}
  - {id: papers, kind: documents, zh: 填报材料, en: papers, required: [application_form, photo], source: R147}
  - {id: office, kind: review, zh: 区项目办初审, en: first look of the county, level: county, source: R145}
  - {id: county, kind: review, zh: 县审批, en: county decision, level: county, decides: true, allots_number: true, other_person_than: [township, office], source: R145}
  - {id: notice, kind: notice, level: village, days: 1, count: calendar, columns: [applicant_name, village, project, amount], channels: [village_board], anonymous_days: 2, proof: true}
END
awk -v steps="$dir/steps" '/^steps:/ { print; while ((getline line < steps) > 0) print line; skip = 1; next }
    /^number:/ || /^exclude:/ { skip = 0 }
    /^conditions:/ {
        print
        print "  - {id: below_average, zh: 家庭人均收入低于当地平均收入, en: income per head is below the local average, when: \"household.income_per_head(income_year) < income_line\", source: R092}"
        print "  - {id: has_project, zh: 有发展生产的项目, en: has a project, stage: application, when: \"application.project != '"''"'\", source: R093}"
        skip = 1
        next
    }
    /^priority:/ { print; print "  - {zh: 人均收入低的优先, en: lower income first, by: \"household.income_per_head(income_year)\", order: asc, source: R092}"; skip = 1; next }
    /^exposure:/ { skip = 0 }
    /^  must:/ { next }
    /default: "region.indicator/ { print "    default: 5000.00"; print "    range: [1000.00, 9000.00]"; next }
    !skip { sub(/ways: \[meeting\]/, "ways: [meeting, one_card]"); print }' programmes/xingfu.yaml > "$dir/xingfu.yaml"
does "$BANGFU" --db "$db" init
# Only a demonstration may live in another time; a whole one has more families than this test needs.
site() { if [ "$TEST_DB" = sqlite ]; then does sqlite3 "$db" "$1"; else does "$PG/psql" -X -q -d "$db" -c "$1"; fi; }
site "INSERT INTO site VALUES ('demo', 'yes')"
run import "$dir/book"
run programme load "$dir/xingfu.yaml"
run fund add XF --name 幸福工程 --programme xingfu --region "$region"
run fund source add xingfu 省级 30000 --date 2026-02-12 --document 计财1号 --region "$region"
run fund period open xingfu 1 --starts-on 2026-02-22 --planned 30000 --term-months 1 --region "$region"
run contract township xingfu 350603100 --period 1 --amount 30000 --region "$region"
run contract sign xingfu-350603100-1 --party lender --signer 张主任 --signed-on 2026-02-27 --sealed-on 2026-02-27
run contract sign xingfu-350603100-1 --party township --signed-on 2026-02-27 --sealed-on 2026-02-27
run pay township xingfu 350603100 30000 --period 1 --purpose 第1期救助款 --date 2026-02-28 --region "$region"
password='a long sentence for tests'
for who in village:village_clerk:350603100 township:township_clerk:350603100 county:county_clerk:350603 \
    county2:county_clerk:350603 kuai:fund_clerk:350603 shen:fund_checker:350603 leader:leader:350603; do
    login=${who%%:*}
    run user add "$login" --name "$login" --role "$(echo "$who" | cut -d: -f2)" --region "${who##*:}"
    echo "$password" | "$BANGFU" --db "$db" user password "$login" > "$out" 2>&1 || bad=1
done
run user appoint kuai --role county_clerk --region 350603
does web/node_modules/.bin/esbuild tests/web/round.ts --bundle --platform=node --format=cjs --log-level=error \
    --external:playwright-core --external:axe-core --outfile="$dir/round.cjs"
export PASSWORD="$password" FOLDER="$dir"
day 2026-03-02 apply
day 2026-03-04 pay
if [ "$TEST_DB" = sqlite ]; then day 2026-03-24 "repay troubles look"; else day 2026-03-24 repay; fi

# What the pages did is in the books.
site "DELETE FROM site WHERE name = 'demo'"
for what in "ledger balance --fund XF --region $region --json" "fund reconcile xingfu --region $region" verify; do
    # shellcheck disable=SC2086 # words
    if "$BANGFU" --db "$db" $what > "$out" 2>&1; then
        echo "ok - after all that: $what"
    else
        bad=1
        echo "not ok - after all that: $what"
        sed 's/^/#   /' "$out" | head -n 20
    fi
done
exit $bad
