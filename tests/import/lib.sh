# shellcheck shell=sh disable=SC2034,SC2119,SC2120,SC2317
# lib.sh - what the import tests share: databases, running the program, a small book, a large book.
# Sourced by the other files of this folder; run by itself it tests its own arithmetic.
#
# A test is a function:  it 'SENTENCE' FUNCTION [ARGUMENTS]   and the last line of a file is:  finish
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=zh
unset BANGFU_DB BANGFU_USER
BANGFU=${BANGFU:-$PWD/build/debug/bangfu}
TEST_DB=${TEST_DB:-sqlite}
if [ -z "${TMPDIR:-}" ]; then # by hand: a folder of our own
    TMPDIR=$(mktemp -d)
    export TMPDIR
fi
# One site key for all databases of a file, so that sealed cells of two of them can be compared.
export BANGFU_KEY="$TMPDIR/site.key"
TAB=$(printf '\t')
failed=0

# --- tests -----------------------------------------------------------------------------------------

it() {
    sentence=$1
    shift
    (
        set -e
        "$@"
    ) > "$TMPDIR/log" 2>&1
    rc=$?
    if [ "$rc" = 0 ]; then
        echo "ok - $sentence"
    else
        echo "not ok - $sentence"
        sed 's/^/#   /' "$TMPDIR/log"
        failed=1
    fi
}

finish() {
    if [ -e "$TMPDIR/databases" ]; then
        while read -r name; do
            sql_on "$TEST_DB" "DROP DATABASE $name WITH (FORCE)"
        done < "$TMPDIR/databases"
    fi
    exit "$failed"
}

# is EXPECTED ACTUAL: both may have several lines.
is() {
    [ "$1" != "$2" ] || return 0
    printf '%s\n' "$1" > "$TMPDIR/expected"
    printf '%s\n' "$2" > "$TMPDIR/actual"
    diff -u "$TMPDIR/expected" "$TMPDIR/actual" | head -n 60
    return 1
}
is_file() { is "$(cat "$1")" "$(cat "$2")"; }
says() { grep -q -e "$1" "$TMPDIR/out" "$TMPDIR/err" || { echo "no word of: $1" && cat "$TMPDIR/out" "$TMPDIR/err" && return 1; }; }

# --- databases --------------------------------------------------------------------------------------

# fresh NAME: $DB is a database as `bangfu init` leaves it.
fresh() {
    if [ "$TEST_DB" = sqlite ]; then
        DB=$TMPDIR/template.db
        [ -e "$DB" ] || "$BANGFU" --db "$DB" init > /dev/null || exit 1
        cp "$DB" "$TMPDIR/$1.db"
        DB=$TMPDIR/$1.db
        return 0
    fi
    if [ ! -e "$TMPDIR/ready" ]; then
        "$BANGFU" --db "$TEST_DB" init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"} > /dev/null || exit 1
        : > "$TMPDIR/ready"
    fi
    template=${TEST_DB#*:///}
    template=${template%%\?*}
    DB="postgresql:///${template}_$1?${TEST_DB#*\?}"
    echo "${template}_$1" >> "$TMPDIR/databases"
    sql_on "postgresql:///postgres?${TEST_DB#*\?}" "CREATE DATABASE ${template}_$1 TEMPLATE $template"
}

sql_on() { # DATABASE STATEMENT…
    on=$1
    shift
    case $on in
    postgres*)
        for statement in "$@"; do
            set -- "$@" -c "$statement"
            shift
        done
        PGOPTIONS=-cclient_min_messages=warning "${PG:+$PG/}psql" -X -q -t -A -v ON_ERROR_STOP=1 "$on" "$@"
        ;;
    *) sqlite3 -batch -quote "$on" "$(printf '%s;\n' "$@")" ;;
    esac
}
sql() { sql_on "$DB" "$@"; }

# Every table and how many rows it has.
row_counts() {
    case $DB in
    postgres*) tables=$(sql "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1") ;;
    *) tables=$(sqlite3 "$DB" "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1") ;;
    esac
    counts=''
    for table in $tables; do
        counts="$counts${counts:+ UNION ALL }SELECT '$table', count(*) FROM $table"
    done
    sql "$counts ORDER BY 1" | tr -d "'" | tr '|,' '  '
}

# The columns of the registry's tables but the internal numbers and the day of the import, a line each.
columns() {
    tables="'region', 'county', 'region_year', 'household', 'household_status', 'person', 'household_year'"
    names="NOT IN ('id', 'household_id', 'recorded_on')"
    case $DB in
    postgres*) sql "SELECT table_name || ' ' || string_agg('x.' || column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name IN ($tables) AND column_name $names GROUP BY table_name" ;;
    *) sqlite3 "$DB" "SELECT m.name || ' ' || group_concat('x.' || c.name, ', ') FROM sqlite_master m, pragma_table_info(m.name) c
        WHERE m.name IN ($tables) AND c.name $names GROUP BY m.name" ;;
    esac
}
columns_of() { sed -n "s/^$1 //p" "$TMPDIR/columns"; }

# Everything the registry holds, known by what people know it by: equal for equal registries.
dump() {
    [ -e "$TMPDIR/columns" ] || columns > "$TMPDIR/columns"
    of='JOIN household h ON h.county = x.county AND h.id = x.household_id'
    sql "SELECT 'region', $(columns_of region) FROM region x ORDER BY 2" \
        "SELECT 'county', $(columns_of county) FROM county x ORDER BY 2" \
        "SELECT 'region_year', $(columns_of region_year) FROM region_year x ORDER BY 2, 3, 4" \
        "SELECT 'household', $(columns_of household) FROM household x ORDER BY 2, 3" \
        "SELECT 'status', h.hh_no, $(columns_of household_status) FROM household_status x $of ORDER BY 2, 3, 4, 5, 6" \
        "SELECT 'person', h.hh_no, $(columns_of person) FROM person x $of ORDER BY 2, x.name, x.id_number, x.birth_date" \
        "SELECT 'year', h.hh_no, $(columns_of household_year) FROM household_year x $of ORDER BY 2, x.year" \
        "SELECT 'register', n.id_key, n.county, h.hh_no, x.name FROM national_id n
            JOIN person x ON x.county = n.county AND x.id = n.person_id $of ORDER BY 2"
}

# --- running ----------------------------------------------------------------------------------------

# expect CODE ARGUMENTS…: run bangfu on $DB; what it says is in $TMPDIR/out and err.
expect() {
    code=$1 got=0
    shift
    (cd "$TMPDIR" && exec "$BANGFU" --db "$DB" "$@" > "$TMPDIR/out" 2> "$TMPDIR/err") || got=$?
    [ "$code" != "$got" ] || return 0
    echo "bangfu $*: exit code $got instead of $code"
    sed 's/"missing_columns":\[[^]]*\]/…/g' "$TMPDIR/out" "$TMPDIR/err" | head -c 2000
    return 1
}

# The files of an `import --json`: name, kind, rows, imported, updated, unchanged, rejected, warnings, understood.
files() {
    awk '{
        n = split($0, part, /\{"file":/)
        for (i = 2; i <= n; i++) {
            split(part[i], m, /,"[a-z_]+":/)
            gsub(/"/, "", m[1])
            gsub(/"/, "", m[2])
            print m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8], m[9]
        }
    }' "$TMPDIR/out"
}
# One member of the first file, or of the whole: unknown_columns missing_columns trouble rejects
member() { sed "s/.*\"$1\":\(\[[^]]*\]\|\"[^\"]*\"\|[a-z0-9]*\).*/\1/" "$TMPDIR/out"; }
member_of() { # FILE MEMBER
    awk -v file="$1" '{ n = split($0, part, /\{"file":/); for (i = 2; i <= n; i++) if (index(part[i], "\"" file "\"") == 1) print part[i] }' \
        "$TMPDIR/out" | sed "s/.*\"$2\":\(\[[^]]*\]\|\"[^\"]*\"\|[a-z0-9]*\).*/\1/"
}
# imports CODE PATH…: import --json, then the lines of files().
imports() {
    code=$1
    shift
    rm -f "$TMPDIR/rejects.csv"
    expect "$code" --json import --rejects "$TMPDIR/rejects.csv" "$@" && files
}
verifies() { expect 0 verify; }

# The list of refused rows without its heading: file:line column | value | reason
refused() {
    parse "$TMPDIR/rejects.csv" | awk -F "$(printf '\001')" 'NR > 1 { print $1 ":" $2 " " $3 " | " $4 " | " $5 }'
}

# A CSV file as lines with \001 between cells, line ends inside cells as \002; quotes undone.
parse() {
    awk 'BEGIN { RS = "\r?\n"; first = 1 }
    first { sub(/^\357\273\277/, ""); first = 0 }
    {
        text = open ? text "\002" $0 : $0
        quotes = gsub(/"/, "\"", text)
        open = quotes % 2
        if (open) next
        out = ""; inside = 0; n = length(text)
        for (i = 1; i <= n; i++) {
            c = substr(text, i, 1)
            if (c == "\"") {
                if (inside && substr(text, i + 1, 1) == "\"") { out = out c; i++ }
                else inside = !inside
            } else if (c == "," && !inside) out = out "\001"
            else out = out c
        }
        print out
    }' "$1"
}

# --- files ---------------------------------------------------------------------------------------------

# As an office's spreadsheet exports it: UTF-8 with BOM, CRLF.
office() { printf '\357\273\277' && awk '{ printf "%s\r\n", $0 }' "$@"; }
# The reverse.
plain() { sed '1s/^\xef\xbb\xbf//; s/\r$//' "$@"; }

# Columns in another order: the last first, then the others beginning in the middle.
shuffled() {
    awk -F , -v OFS=, '{
        sub(/\r$/, "")
        line = $NF; half = int(NF / 2)
        for (i = half; i < NF; i++) line = line OFS $i
        for (i = 1; i < half; i++) line = line OFS $i
        print line
    }' "$@"
}

# headings FILE NEW,NEW,…: another first line
headings() { { echo "$2" && sed 1d "$1"; } > "$1.new" && mv "$1.new" "$1"; }
# heading FILE OLD NEW: another heading for a column.
heading() {
    awk -F , -v OFS=, -v old="$2" -v new="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == old) $i = new } { print }' "$1" > "$1.new" &&
        mv "$1.new" "$1"
}
# set_cell FILE LINE HEADING VALUE
set_cell() {
    awk -F , -v OFS=, -v line="$2" -v head="$3" -v value="$4" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == head) at = i }
        NR == line && at { $at = value }
        { print }' "$1" > "$1.new" && mv "$1.new" "$1"
}
# add_column FILE HEADING VALUE: the same in every row
add_column() { awk -v head="$2" -v value="$3" '{ print $0 "," (NR == 1 ? head : value) }' "$1" > "$1.new" && mv "$1.new" "$1"; }
# cut_column FILE HEADING
cut_column() {
    awk -F , -v head="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == head) at = i }
        { line = ""; sep = ""; for (i = 1; i <= NF; i++) if (i != at) { line = line sep $i; sep = "," } print line }' "$1" > "$1.new" &&
        mv "$1.new" "$1"
}

# Functions for awk programs that make numbers; the prefix 99 is assigned to no region and 999999 to no bank.
numbers='
    function check_character(d,  i, s, w) {
        split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", w, " ")
        for (i = 1; i <= 17; i++) s += w[i] * substr(d, i, 1)
        return substr("10X98765432", s % 11 + 1, 1)
    }
    function id_number(prefix, date, seq,  d) {
        d = prefix date sprintf("%03d", seq)
        return d check_character(d)
    }
    function luhn_digit(d,  i, x, s) {
        for (i = length(d); i >= 1; i--) {
            x = substr(d, i, 1) + 0
            if ((length(d) - i) % 2 == 0) { x *= 2; if (x > 9) x -= 9 }
            s += x
        }
        return (10 - s % 10) % 10
    }
    function account(n,  d) {
        d = "999999" sprintf("%012.0f", n)
        return d luhn_digit(d)
    }'

# --- the small book: twelve households of an invented county --------------------------------------------

# mini FOLDER: as plain files; 12 households, 27 members, 14 years.
mini() {
    mkdir -p "$1"
    cat > "$1/regions.csv" << 'END'
区划代码,名称,级别
350000000000,福建省,省
350600000000,漳州市,市
350699000000,试验县,县
350699100000,甲镇,镇
350699100201,东村,村
350699100202,西村,村
350699200000,乙乡,乡
350699200201,南村,村
END
    cat > "$1/region_years.csv" << 'END'
区划代码,年度,指标,数值
350699000000,2015,农民人均纯收入,11200.00
350699000000,2016,农民人均纯收入,12100.00
END
    cat > "$1/households.csv" << 'END'
户编号,村代码,户主姓名,家庭住址,联系电话,贫困户属性,主要致贫原因,其他致贫原因,脱贫状态,脱贫年度,识别日期,是否二女户,是否落实计划生育,负债金额,开户银行,账号类型,银行账号,备注
M001,350699100201,陈大山,第1组,13900000001,一般贫困户,因病,缺技术、缺资金,已脱贫,2016,2014-03-01,是,是,12000.50,农村信用社,卡,9999990000006990010,
M002,350699100201,林秀英,第1组,13900000002,低保贫困户,因残,,未脱贫,,2014-03-01,否,是,0.00,农村信用社,存折,9999990000006990028,夫早逝
M003,350699100201,吴有才,第2组,,一般贫困户,缺劳力,因病,预脱贫,,2014-05-20,,,,,,,
M004,350699100201,欧阳志远,第2组,0596-2012345,一般贫困户,因学,,已脱贫,2015,2013-12-31,否,否,3000.00,农业银行,卡,9999990000006990044,二子在读
M005,350699100201,郑文,第3组,13900000005,一般贫困户,因灾,,返贫,,2014-03-01,否,是,,农村信用社,卡,9999990000006990051,
M006,350699100202,黄丽华,第1组,13900000006,五保户,自身发展动力不足,,未脱贫,,2015-01-15,否,是,150.00,农村信用社,账号,9999990000006990069,
M007,350699100202,周国强,第1组,13900000007,一般贫困户,缺资金,,已脱贫,2016,2014-03-01,是,是,,农村信用社,卡,9999990000006990077,
M008,350699100202,许美玉,第4组,13900000008,低保户,因病,因残,未脱贫,,2014-03-01,否,是,800.00,农村信用社,卡,9999990000006990085,
M009,350699100202,谢金水,第4组,13900000009,一般贫困户,缺技术,,已脱贫,2014,2013-12-31,否,是,,农村信用社,社保卡,9999990000006990093,
M010,350699200201,蔡天福,上厝,13900000010,一般贫困户,缺土地,,未脱贫,,2016-02-29,是,是,20000.00,农村信用社,卡,9999990000006990101,
M011,350699200201,杨月娥,上厝,13900000011,一般贫困户,其他,,已脱贫,2016,2014-03-01,否,,,农村信用社,卡,9999990000006990119,
M012,350699200201,何添丁,下厝,13900000012,一般贫困户,因婚,,未脱贫,,2014-03-01,否,是,500.00,农村信用社,卡,9999990000006990127,
END
    cat > "$1/persons.csv" << 'END'
户编号,姓名,证件号码,与户主关系,性别,出生日期,民族,政治面貌,文化程度,健康状况,劳动技能,是否村干部,残疾证号,备注
M001,陈大山,990699196203140013,户主,男,1962-03-14,汉族,群众,初中,长期慢性病,弱劳动力或半劳动力,否,,
M001,李素芬,990699196308220028,配偶,女,1963-08-22,汉族,群众,小学,健康,普通劳动力,否,,
M001,陈小妹,990699198801050025,之女,女,1988-01-05,汉族,共青团员,大专,健康,普通劳动力,否,,
M002,林秀英,990699195012010027,户主,女,1950-12-01,畲族,群众,文盲或半文盲,残疾,丧失劳动力,否,99069919501201002742,
M002,林志明,990699197504300011,之子,男,1975-04-30,畲族,群众,初中,健康,普通劳动力,否,,
M003,吴有才,990699194807070010,户主,男,1948-07-07,汉族,中共党员,小学,健康,无劳动力,是,,
M003,吴婷,99069919760911002X,之女,,,汉族,群众,高中,健康,普通劳动力,否,,
M004,欧阳志远,99069919701010001X,户主,男,1970-10-10,汉族,群众,高中,健康,技能劳动力,否,,
M004,张雪梅,990699197202200023,配偶,女,1972-02-20,汉族,群众,高中,健康,普通劳动力,否,,
M004,欧阳一鸣,990699199805300014,之子,男,1998-05-30,汉族,共青团员,高中,健康,无劳动力,否,,大学在读
M004,欧阳双双,99069920050618002X,之女,女,2005-06-18,汉族,,小学,健康,无劳动力,否,,
M005,郑文,990699198304190019,户主,男,1983-04-19,回族,群众,初中,健康,普通劳动力,否,,
M005,马兰,99069919840903002X,配偶,女,1984-09-03,回族,群众,初中,健康,普通劳动力,否,,
M005,郑宝,990699201102280010,之子,男,2011-02-28,回族,,学龄前儿童,健康,无劳动力,否,,
M006,黄丽华,990699195511110022,户主,女,1955-11-11,汉族,群众,文盲或半文盲,长期慢性病、残疾,丧失劳动力,否,99069919551111002261B1,
M007,周国强,990699196801160014,户主,男,1968-01-16,汉族,群众,初中,健康,普通劳动力,否,,
M007,苏珍,990699196907250026,配偶,女,1969-07-25,汉族,群众,小学,健康,普通劳动力,否,,
M007,周晓燕,990699199308120020,之女,女,1993-08-12,汉族,共青团员,大专,健康,普通劳动力,否,,
M008,许美玉,99069919401003002X,户主,女,1940-10-03,汉族,群众,文盲或半文盲,患有大病,无劳动力,否,,
M009,谢金水,990699197906040013,户主,男,1979-06-04,汉族,群众,初中,健康,技能劳动力,否,,
M009,谢安,,之子,男,2010-04-01,汉族,,小学,健康,无劳动力,否,,户口未办
M010,蔡天福,990699195209090016,户主,男,1952-09-09,汉族,群众,小学,健康,弱劳动力或半劳动力,否,,
M010,王阿珠,990699196608180021,配偶,女,1966-08-18,汉族,群众,小学,健康,普通劳动力,否,,
M010,蔡雅,990699200402290021,之女,女,2004-02-29,汉族,,小学,健康,无劳动力,否,,
M011,杨月娥,990699196712250026,户主,女,1967-12-25,汉族,群众,小学,长期慢性病,普通劳动力,否,,
M012,何添丁,990699197305050013,户主,男,1973-05-05,汉族,群众,初中,健康,普通劳动力,否,,
M012,何安安,990699200101010022,之女,女,2001-01-01,汉族,,初中,健康,无劳动力,否,,
END
    cat > "$1/incomes.csv" << 'END'
户编号,年度,工资性收入,生产经营性收入,财产性收入,转移性收入,生产经营性支出,耕地面积,家禽(只)
M001,2015,5998.00,6424.00,0,600,333.00,2.5,12
M001,2016,7400.00,6900.50,0,650,400.00,2.5,20
M002,2016,0,800,,4200.00,100,1.25,
M003,2016,3000,1200,0,900,150,3,0
M004,2016,24000,5000,300,200,2000,4.05,60
M005,2015,8000,0,0,0,0,0.8,0
M005,2016,,3000,0,1200,500,0.8,8
M006,2016,0,0,0,5400,0,0,0
M007,2016,15000,8200,0,800,2600,6,35
M008,2016,0,300,0,4800,50,1.1,3
M009,2016,21000,0,1200,0,0,0,0
M010,2016,2600,4100,0,1500,700,1.7777,15
M011,2016,9000,2000,0,400,300,2,6
M012,2016,12000,1000,0,200,100,1.6,4
END
}

# --- the large book ---------------------------------------------------------------------------------------

# large FOLDER HOUSEHOLDS COUNTY [MARK]: a county of 20 villages; each household has two or three members
# and two years.  MARK begins the household numbers.
large() {
    mkdir -p "$1"
    awk -v dir="$1" -v n="$2" -v county="$3" -v mark="${4:-L}" "$numbers"'
    BEGIN {
        split("赵 钱 孙 李 周 吴 郑 王 冯 陈 褚 卫 蒋 沈 韩 杨 朱 秦 尤 许", sur, " ")
        split("文 明 建国 秀兰 桂英 志强 玉梅 永福 春花 小军", given, " ")
        split("因病 因残 因学 因灾 缺土地 缺技术 缺劳力 缺资金", cause, " ")
        split("未脱贫 已脱贫 预脱贫", state, " ")
        f = dir "/regions.csv"
        print "区划代码,名称,级别" > f
        print substr(county, 1, 2) "0000000000,某省,省\n" substr(county, 1, 4) "00000000,某市,市\n" county "000000,县" county ",县" > f
        for (t = 1; t <= 4; t++) {
            print county t "00000,镇" t ",镇" > f
            for (v = 201; v <= 205; v++) print county t "00" v ",村" t "-" v ",村" > f
        }
        hh = dir "/households.csv"; pp = dir "/persons.csv"; yy = dir "/incomes.csv"
        print "户编号,村代码,户主姓名,家庭住址,联系电话,主要致贫原因,脱贫状态,识别日期,负债金额,账号类型,银行账号" > hh
        print "户编号,姓名,证件号码,与户主关系,性别,出生日期,民族,文化程度,健康状况" > pp
        print "户编号,年度,工资性收入,生产经营性收入,财产性收入,转移性收入,生产经营性支出,耕地面积" > yy
        prefix = "99" substr(county, 3)
        for (i = 1; i <= n; i++) {
            no = mark sprintf("%06d", i)
            head = sur[i % 20 + 1] given[i % 10 + 1]
            print no "," county (i % 4 + 1) "00" (201 + i % 5) "," head ",第" (i % 9 + 1) "组,139" sprintf("%08d", i) "," cause[i % 8 + 1] "," \
                state[i % 3 + 1] ",2014-03-" sprintf("%02d", i % 28 + 1) "," (i % 50) * 100 ".00,卡," account(county * 1000 % 1000000 * 1000000 + i) > hh
            person(i, 0, head, "户主", 1)
            person(i, 30, sur[(i + 3) % 20 + 1] given[(i + 4) % 10 + 1], "配偶", 2)
            if (i % 2) person(i, 55, sur[i % 20 + 1] given[(i + 7) % 10 + 1], "之子", 1)
            for (y = 2015; y <= 2016; y++)
                print no "," y "," i % 97 * 100 "," i % 31 * 50 ".50,0," i % 7 * 100 "," i % 11 * 10 ",1." i % 10 > yy
        }
    }
    function person(i, later, name, relation, sex,  date, y, m, d, seq) {
        y = 1940 + i % 25 + later; m = int(i / 25) % 12 + 1; d = int(i / 300) % 28 + 1
        date = y sprintf("%02d%02d", m, d)
        seq = int(i / 8400) * 2 + (sex == 1 ? 1 : 2)
        print no "," name "," id_number(prefix, date, seq) "," relation "," (sex == 1 ? "男" : "女") "," y "-" sprintf("%02d-%02d", m, d) ",汉族,初中,健康" > pp
    }'
}

case $0 in
*/lib.sh)
    lib_numbers() {
        is '11010519491231002X 440524188001010014 9999990000000000014' "$(awk "$numbers"'BEGIN {
            print id_number("110105", "19491231", 2), id_number("440524", "18800101", 1), account(1) }')"
    }
    it 'the helpers make numbers with the right check characters' lib_numbers
    finish
    ;;
esac
