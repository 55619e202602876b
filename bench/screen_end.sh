#!/bin/sh
# Screening end to end: `bangfu screen` on SQLite against SQL on the same file and against DuckDB (--long: a million households)
#
#   --households N   how many (default 100,000); --long is 1,000,000, the size that the targets are set for
#   --rounds N       (default 5) all sides take turns, the ratio is taken round by round, the median counts
#   --dir DIR        where the files go (default $TMPDIR or /tmp)
#   --duckdb DIR     a folder where `npm install @duckdb/node-api` was run; without it DuckDB is left out
#
# Eight conditions with three values each, three of them over members: per condition yes, no, unknown and fails-only-this.
# A  bangfu screen --json: the whole program, from the command line to the kept record.
# B  the sqlite3 shell on the same file, the faster of two statements: members grouped along the index on households,
#    or read in the table's order and sorted.
# C  DuckDB on one thread, its own file with the needed columns only, the query alone.
# All three must count the same.
set -eu
cd "$(dirname "$0")/.."
BANGFU=${BANGFU:-$PWD/build/release/bangfu}

households=100000 rounds=5 place=${TMPDIR:-/tmp} duckdb=
while [ $# -gt 0 ]; do
    case $1 in
    --long) households=1000000 ;;
    --households) households=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    --dir) place=$2 && shift ;;
    --duckdb) duckdb=$(cd "$2" && pwd) && shift ;;
    *)
        sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
done
dir=$(mktemp -d "$place/bangfu-screen.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export BANGFU_DB="$dir/office.db" BANGFU_LANG=en
unset BANGFU_USER BANGFU_KEY
gcc -O2 -D_GNU_SOURCE -o "$dir/run" bench/run.c

timed() { # NAME COMMAND…: $dir/NAME gets wall µs, processor µs, peak kB; $dir/NAME.out what it said
    what=$1
    shift
    "$dir/run" "$dir/$what" "$@" > "$dir/$what.out" 2> "$dir/log" || {
        echo "bench: this failed: $*" >&2
        tail -n 20 "$dir/log" >&2
        exit 1
    }
}
field() { cut -d' ' -f"$2" "$dir/$1"; }
median() { sort -n "$dir/ratios.$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
pair() { # PART ROUND NAME-A NAME-B
    awk -v part="$1" -v round="$2" -v a="$(field "$3" 1)" -v b="$(field "$4" 1)" -v keep="$dir/ratios.$1" \
        -v cpu_a="$(field "$3" 2)" -v cpu_b="$(field "$4" 2)" 'BEGIN {
        printf "%-9s round %d   bangfu %7.3f s (cpu %6.3f)   other %7.3f s (cpu %6.3f)   ratio %.3f\n", part, round,
            a / 1e6, cpu_a / 1e6, b / 1e6, cpu_b / 1e6, a / b
        printf "%.4f\n", a / b >> keep }'
}
verdict() { # TEXT VALUE TARGET
    awk -v text="$1" -v v="$2" -v t="$3" 'BEGIN { printf "%-52s %8.3f   target %s   %s\n", text, v, t, v <= t ? "PASS" : "MISS" }'
}

# --- the data and the questions -------------------------------------------------------------------------

cat > "$dir/eight.yaml" <<'YAML'
code: eight
name: {zh: 八个条件, en: Eight conditions}
source: bench
kind: grant
applicant: {who: household}
parameters:
  income_year: {zh: 收入年度, type: year, default: "year(today) - 1"}
  income_line: {zh: 收入线, type: money, default: 15000.00}
conditions:
  - {id: family_planning, zh: 计划生育, when: "household.family_planning_compliant"}
  - {id: below_line, zh: 收入低, when: "household.income_per_head(income_year) < income_line"}
  - {id: worker, zh: 有劳动力, when: "members.exists(m, m.labour in ['ordinary', 'skilled', 'weak'] && age(m.birth_date, today) <= 60)"}
  - {id: woman, zh: 有成年女性, when: "members.exists(m, m.sex == 'female' && age(m.birth_date, today) >= 18)"}
  - {id: no_cadre, zh: 没有村干部, when: "members.all(m, !m.village_cadre)"}
  - {id: poor, zh: 未脱贫, when: "household.state in ['poor', 'fallen_back']"}
  - {id: able, zh: 能种养, when: "household.able_to_farm"}
  - {id: daughters, zh: 二女户, when: "household.two_daughters"}
aid:
  items:
    - {id: once, zh: 一次性补助, every: once, amount: 1000.00}
steps:
  - {id: review, kind: review, body: 镇项目办, decides: true}
YAML

"$BANGFU" sample --households "$households" --out "$dir/book" > /dev/null
"$BANGFU" init > /dev/null
"$BANGFU" import "$dir/book" > /dev/null
"$BANGFU" programme load "$dir/eight.yaml" > /dev/null
rm -rf "$dir/book"
sqlite3 "$BANGFU_DB" 'PRAGMA wal_checkpoint(TRUNCATE)' > /dev/null

today=$(TZ=Asia/Shanghai date +%F)
year=$((${today%%-*} - 1))
days() { echo $(($(date -ud "$1" +%s) / 86400)); }
born_60=$(days "$today 61 years ago") born_18=$(days "$today 18 years ago")

# members OUT-OF: what a household's members say together
members() {
    cat <<SQL
SELECT county, household_id, count(*) AS n,
    CASE WHEN max(labour IN (1, 2, 5) AND birth_date > $born_60) THEN 1
         WHEN count(labour IN (1, 2, 5) AND birth_date > $born_60) < count(*) THEN NULL ELSE 0 END AS worker,
    CASE WHEN max(sex = 2 AND birth_date <= $born_18) THEN 1
         WHEN count(sex = 2 AND birth_date <= $born_18) < count(*) THEN NULL ELSE 0 END AS woman,
    CASE WHEN max(village_cadre) = 1 THEN 0 WHEN count(village_cadre) < count(*) THEN NULL ELSE 1 END AS no_cadre
  FROM person $1 WHERE left_on IS NULL AND (change_status IS NULL OR change_status < 11) GROUP BY $2
SQL
}
counts() { # MEMBERS
    cat <<SQL
SELECT count(*)$(for c in c1 c2 c3 c4 c5 c6 c7 c8; do
        echo ", sum($c), sum(1 - $c), sum($c IS NULL), sum(CASE WHEN $c = 0 AND fails = 1 THEN 1 ELSE 0 END)"
    done) FROM (SELECT *, $(for c in c1 c2 c3 c4 c5 c6 c7 c8; do
        printf '%s' "CASE WHEN $c = 0 THEN 1 ELSE 0 END + "
    done)0 AS fails FROM (
SELECT h.family_planning_compliant AS c1,
    CASE WHEN y.wage_income + y.business_income + y.property_income + y.transfer_income - y.business_expense < 1500000 * m.n
         THEN 1 WHEN y.wage_income + y.business_income + y.property_income + y.transfer_income - y.business_expense >= 1500000 * m.n
         THEN 0 END AS c2,
    m.worker AS c3, m.woman AS c4, m.no_cadre AS c5,
    CASE WHEN h.state IN (0, 3) THEN 1 WHEN h.state IS NOT NULL THEN 0 END AS c6, h.able_to_farm AS c7, h.two_daughters AS c8
  FROM household h LEFT JOIN ($1) m ON m.county = h.county AND m.household_id = h.id
  LEFT JOIN household_year y ON y.county = h.county AND y.household_id = h.id AND y.year = $year
  WHERE h.state IS NULL OR h.state <> 9) a) b
SQL
}
settings='PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;'
counts "$(members '' 'county, household_id')" > "$dir/by_index.sql"
counts "$(members 'NOT INDEXED' '+county, +household_id')" > "$dir/by_scan.sql"
counts "$(members '' 'county, household_id')" > "$dir/duck.sql"

# The program's counts as one line like SQL's.
flat() {
    tr '{' '\n' < "$1" | sed -n 's/^"programme".*"households":\([0-9]*\),.*/\1/p
        s/^"id":"[a-z_]*","yes":\([0-9]*\),"no":\([0-9]*\),"unknown":\([0-9]*\),"only":\([0-9]*\)}.*/\1|\2|\3|\4/p' | paste -sd'|'
}

if [ -n "$duckdb" ]; then
    for t in household person household_year; do
        case $t in
        household) cols='county, id, state, family_planning_compliant, able_to_farm, two_daughters' ;;
        person) cols='county, id, household_id, labour, birth_date, sex, village_cadre, left_on, change_status' ;;
        household_year) cols='county, household_id, year, wage_income, business_income, property_income, transfer_income, business_expense' ;;
        esac
        sqlite3 -csv -header "$BANGFU_DB" "SELECT $cols FROM $t" > "$dir/$t.csv"
    done
    NODE_PATH=$duckdb/node_modules node bench/screen_end.js load "$dir" > /dev/null
    rm -f "$dir"/*.csv
fi

# --- the rounds -------------------------------------------------------------------------------------------

i=0
while [ "$i" -lt "$rounds" ]; do
    i=$((i + 1))
    timed bangfu "$BANGFU" screen eight --json
    timed by_index sqlite3 -cmd "$settings" "$BANGFU_DB" ".read $dir/by_index.sql"
    timed by_scan sqlite3 -cmd "$settings" "$BANGFU_DB" ".read $dir/by_scan.sql"
    best=by_index
    [ "$(field by_scan 1)" -ge "$(field by_index 1)" ] || best=by_scan
    pair sqlite "$i" bangfu $best
    [ "$(flat "$dir/bangfu.out")" = "$(cat "$dir/$best.out")" ] || {
        echo "bench: the counts differ:"
        flat "$dir/bangfu.out"
        cat "$dir/$best.out"
        exit 1
    }
    [ -n "$duckdb" ] || continue
    NODE_PATH=$duckdb/node_modules node bench/screen_end.js run "$dir" > "$dir/duck" 2> "$dir/duck.out"
    pair duckdb "$i" bangfu duck
    [ "$(flat "$dir/bangfu.out")" = "$(cat "$dir/duck.out")" ] || {
        echo "bench: DuckDB counts differently:"
        flat "$dir/bangfu.out"
        cat "$dir/duck.out"
        exit 1
    }
done
echo
verdict "$households households, bangfu ÷ best SQL on SQLite" "$(median sqlite)" 0.8
if [ -n "$duckdb" ]; then
    verdict "bangfu ÷ DuckDB, one thread" "$(median duckdb)" 2.5
else
    echo 'DuckDB was left out: --duckdb DIR'
fi
