#!/bin/sh
# paths.sh - what may be named on the command line, and what the options do.
# shellcheck disable=SC2119,SC2317
# shellcheck source=tests/import/lib.sh
. "$(dirname "$0")/lib.sh"

mini "$TMPDIR/mini"
cd "$TMPDIR" || exit 1
all='households.csv household 12 12 0 0 0 0 true
incomes.csv household_year 14 14 0 0 0 0 true
persons.csv person 27 27 0 0 0 0 true
region_years.csv region_year 2 2 0 0 0 0 true
regions.csv region 8 8 0 0 0 0 true'
unchanged() { awk '{ print $1, $2, $3, 0, 0, $3, 0, 0, "true" }'; }

fresh reference
imports 0 mini > reference.files
dump > reference
same_as_book() {
    dump > actual
    is_file reference actual
}

# --- files and folders --------------------------------------------------------------------------------------

one_by_one() {
    fresh single
    is 'regions.csv region 8 8 0 0 0 0 true' "$(imports 0 mini/regions.csv)"
    is 'region_years.csv region_year 2 2 0 0 0 0 true' "$(imports 0 mini/region_years.csv)"
    is 'households.csv household 12 12 0 0 0 0 true' "$(imports 0 mini/households.csv)"
    is 'persons.csv person 27 27 0 0 0 0 true' "$(imports 0 mini/persons.csv)"
    is 'incomes.csv household_year 14 14 0 0 0 0 true' "$(imports 0 mini/incomes.csv)"
    same_as_book
    verifies
}
it 'files given one by one' one_by_one

any_order() {
    fresh order
    is 'incomes.csv household_year 14 14 0 0 0 0 true
persons.csv person 27 27 0 0 0 0 true
households.csv household 12 12 0 0 0 0 true
region_years.csv region_year 2 2 0 0 0 0 true
regions.csv region 8 8 0 0 0 0 true' \
        "$(imports 0 mini/incomes.csv mini/persons.csv mini/households.csv mini/region_years.csv mini/regions.csv)"
    same_as_book
}
it 'files given in any order, members before households before regions' any_order

members_first() {
    fresh early
    imports 0 mini/regions.csv
    is 'persons.csv person 27 0 0 0 27 0 true' "$(imports 3 mini/persons.csv)"
    refused | grep -q '^persons.csv:2 户编号 | M001 | 没有户编号为 M001 的户（或该户未能导入）$'
    is 'households.csv household 12 12 0 0 0 0 true' "$(imports 0 mini/households.csv)"
    is 'persons.csv person 27 27 0 0 0 0 true' "$(imports 0 mini/persons.csv)"
    is 0 "$(sql 'SELECT count(*) FROM household_year')"
}
it 'members of households that are not there yet are refused and come in later' members_first

no_regions() {
    fresh nowhere
    is 'households.csv household 12 0 0 0 12 0 true' "$(imports 3 mini/households.csv)"
    refused | grep -q '^households.csv:2 村代码 | 350699100201 | 区划 350699100201 不在区划表中：请先导入区划$'
}
it 'households in a region that nobody has named are refused' no_regions

no_county() {
    fresh headless
    mkdir headless
    grep -v 350699000000 mini/regions.csv > headless/regions.csv
    cp mini/households.csv headless
    is 'households.csv household 12 0 0 0 12 0 true
regions.csv region 7 7 0 0 0 0 true' "$(imports 3 headless)"
    refused | grep -q '^households.csv:2 村代码 | 350699100201 | 上级区划 350699000000 不在区划表中$'
    is 'households.csv household 12 12 0 0 0 0 true
regions.csv region 8 1 0 7 0 0 true' "$(imports 0 mini/regions.csv headless/households.csv | sort)"
    expect 0 --json find M001
}
it 'households in a county that nobody has named are refused, since no search would find them' no_county

two_folders() {
    fresh folders
    mkdir 甲镇 乙乡
    for f in regions region_years; do
        cp "mini/$f.csv" 甲镇
        cp "mini/$f.csv" 乙乡
    done
    awk -F , 'NR == 1 || $2 < 350699200000' mini/households.csv > 甲镇/households.csv
    awk -F , 'NR == 1 || $2 > 350699200000' mini/households.csv > 乙乡/households.csv
    for f in persons incomes; do
        awk -F , 'NR == 1 || $1 < "M010"' "mini/$f.csv" > "甲镇/$f.csv"
        awk -F , 'NR == 1 || $1 >= "M010"' "mini/$f.csv" > "乙乡/$f.csv"
    done
    is '甲镇/households.csv household 9 9 0 0 0 0 true
甲镇/incomes.csv household_year 11 11 0 0 0 0 true
甲镇/persons.csv person 21 21 0 0 0 0 true
甲镇/region_years.csv region_year 2 2 0 0 0 0 true
甲镇/regions.csv region 8 8 0 0 0 0 true
乙乡/households.csv household 3 3 0 0 0 0 true
乙乡/incomes.csv household_year 3 3 0 0 0 0 true
乙乡/persons.csv person 6 6 0 0 0 0 true
乙乡/region_years.csv region_year 2 0 0 2 0 0 true
乙乡/regions.csv region 8 0 0 8 0 0 true' "$(imports 0 甲镇 乙乡)"
    same_as_book
    sed -i '2s/户主/什么/' 甲镇/persons.csv
    sed -i '3s/配偶/什么/' 乙乡/persons.csv
    imports 3 甲镇 乙乡 > /dev/null
    is '甲镇/persons.csv:2
乙乡/persons.csv:3' "$(refused | cut -d ' ' -f 1)"
}
it 'two folders at once: files of the same name are told with their folder' two_folders

links() {
    fresh links
    mkdir links
    ln -s ../mini/regions.csv links/regions.csv
    ln -s "$TMPDIR/mini/households.csv" links/households.csv
    is 'households.csv household 12 12 0 0 0 0 true
regions.csv region 8 8 0 0 0 0 true' "$(imports 0 links)"
    ln -s links more
    is 'households.csv household 12 0 0 12 0 0 true
regions.csv region 8 0 0 8 0 0 true' "$(imports 0 more)"
}
it 'symbolic links are followed, to files and to folders' links

capitals() {
    fresh capitals
    mkdir capitals
    cp mini/regions.csv capitals/REGIONS.CSV
    cp mini/households.csv 'capitals/2026 户 (最终版).csv'
    cp mini/persons.csv capitals/.persons.csv
    cp mini/persons.csv capitals/persons.csv.bak
    cp mini/persons.csv capitals/persons.xls
    cp mini/persons.csv "capitals/~\$persons.xlsx"
    is 'REGIONS.CSV region 8 8 0 0 0 0 true' "$(imports 0 capitals/REGIONS.CSV)"
    imports 0 capitals | grep -q '^2026 户 (最终版).csv household 12 12 0 0 0 0 true$'
    is 0 "$(sql 'SELECT count(*) FROM person')"
}
it 'of a folder every .csv and .xlsx is taken, whatever its capitals, and nothing else' capitals

foreign_names() {
    fresh names
    mkdir foreign
    cp mini/regions.csv mini/households.csv foreign
    gb=$(printf 'foreign/\263\311\324\261.csv') # 成员.csv as an archive from a Chinese Windows unpacks it
    sed 's/^M001,李素芬,[^,]*/M001,李素芬,1/' mini/persons.csv > "$gb"
    is 'households.csv household 12 12 0 0 0 0 true
regions.csv region 8 8 0 0 0 0 true
成员.csv person 27 26 0 0 1 0 true' "$(imports 3 foreign | sort)"
    is '成员.csv:3 证件号码 | 1 | 证件号码应为 18 位（旧号 15 位）' "$(refused)"
    expect 0 --json audit
    iconv -f UTF-8 -t UTF-8 < out > /dev/null
    verifies
}
it 'names of files in GB18030 are read as such, in what is said and in the audit' foreign_names

many_files() {
    fresh many
    mkdir many
    (cd many && seq 1 4200 | sed 's/$/.csv/' | xargs touch)
    cp mini/*.csv many
    mv many/regions.csv many/zz.csv
    is "$(echo "$all" | sed 's/^regions/zz/')" "$(imports 0 many | grep -v ' null ')"
    is 4205 "$(files | wc -l)"
    same_as_book
}
it 'a folder of thousands of files is read to its last file' many_files

# --- what is no file of a registry ---------------------------------------------------------------------------

nothing_done() {
    row_counts > before
    "$@"
    row_counts > after
    is_file before after
}
empty_file() {
    fresh empty
    : > empty.csv
    is 'empty.csv null 0 0 0 0 0 0 false' "$(imports 1 empty.csv)"
    printf '\357\273\277' > empty.csv
    is 'empty.csv null 0 0 0 0 0 0 false' "$(imports 1 empty.csv)"
    printf '\r\n\r\n' > empty.csv
    is 'empty.csv null 0 0 0 0 0 0 false' "$(imports 1 empty.csv)"
    expect 1 import empty.csv
    says 'empty.csv：还不认识这种文件，未导入'
}
it 'an empty file is understood as nothing' empty_file

heading_only() {
    fresh heading
    head -n 1 mini/persons.csv > heading.csv
    is 'heading.csv person 0 0 0 0 0 0 true' "$(nothing_done imports 0 heading.csv)"
    head -n 1 mini/persons.csv | tr -d '\n' > heading.csv
    is 'heading.csv person 0 0 0 0 0 0 true' "$(nothing_done imports 0 heading.csv)"
}
it 'a file with only a heading has no rows' heading_only

binary_file() {
    fresh binary
    head -c 100000 "$BANGFU" > binary.csv
    is 'binary.csv null 0 0 0 0 0 0 false' "$(nothing_done imports 1 binary.csv)"
    awk 'BEGIN { for (i = 0; i < 100000; i++) printf "%c", (i * 7919) % 256 }' > binary.csv
    is 'binary.csv null 0 0 0 0 0 0 false' "$(nothing_done imports 1 binary.csv)"
}
it 'a binary file is not understood, and that is all' binary_file

among_others() {
    fresh among
    cp -r mini among
    : > among/empty.csv
    head -c 100000 "$BANGFU" > among/binary.csv
    is "$(printf 'binary.csv null 0 0 0 0 0 0 false\nempty.csv null 0 0 0 0 0 0 false\n%s' "$all")" "$(imports 0 among | sort)"
    same_as_book
}
it 'such files among those of a book are no error' among_others

no_csv() {
    fresh nocsv
    mkdir nocsv
    echo > nocsv/readme.txt
    nothing_done expect 1 import nocsv
    says '没有可以导入的文件'
}
it 'a folder without a CSV file: there is nothing to import' no_csv

not_there() {
    fresh absent
    nothing_done expect 1 import mini/regions.csv absent.csv
    says '无法读取 absent.csv：'
}
it 'a path that does not exist stops the import before anything is written' not_there

unreadable() {
    fresh unreadable
    cp -r mini unreadable
    ln -s nowhere unreadable/members.csv
    nothing_done expect 1 import unreadable
    says '无法读取 members.csv：'
    nothing_done expect 1 --json import unreadable
    grep -q '^{"error":{"code":"unavailable","errors":\[{"code":"unavailable","field":null,"message":"无法读取 members.csv：' out
    rm unreadable/members.csv
    mkdir unreadable/old.csv
    nothing_done expect 1 import unreadable
    says '无法读取 old.csv：'
    rmdir unreadable/old.csv
    mkfifo unreadable/pipe.csv
    nothing_done expect 1 import unreadable
    says '无法读取 pipe.csv：'
}
it 'one file that cannot be read stops the import before anything is written: files that belong together come together' unreadable

forbidden() {
    fresh forbidden
    cp -r mini forbidden
    chmod 000 forbidden/persons.csv
    nothing_done expect 1 import forbidden
    says '无法读取 persons.csv：Permission denied'
}
if [ "$(id -u)" = 0 ]; then
    echo 'ok - a file that one may not read # SKIP root may read all'
else
    it 'a file that one may not read stops the import too' forbidden
fi

# --- options ----------------------------------------------------------------------------------------------------

dry_run() {
    fresh dry
    row_counts > before
    is "$all" "$(imports 0 --dry-run mini)"
    expect 0 import --dry-run mini
    says '^households.csv  *12  *12  *0  *0  *0  *0$'
    says '^试运行，未保存$'
    expect 0 --lang en import --dry-run mini
    says '^dry run, nothing was saved$'
    row_counts > after
    is_file before after
    expect 0 --json count
    is '{"households":0,"persons":0,"by_state":{},"townships":0,"villages":0,"regions":[]}' "$(cat out)"
    verifies
}
it '--dry-run of a whole book on an empty database counts as an import would, says so and saves nothing at all' dry_run

dry_run_dirt() {
    fresh drydirt
    cp -r mini drydirt
    set_cell drydirt/persons.csv 3 证件号码 990699196308220027
    set_cell drydirt/households.csv 13 村代码 350699200999
    row_counts > before
    is 'households.csv household 12 11 0 0 1 0 true
incomes.csv household_year 14 13 0 0 1 0 true
persons.csv person 27 24 0 0 3 0 true
region_years.csv region_year 2 2 0 0 0 0 true
regions.csv region 8 8 0 0 0 0 true' "$(imports 3 --dry-run drydirt)"
    is 5 "$(refused | wc -l)"
    row_counts > after
    is_file before after
}
it '--dry-run names what would be refused' dry_run_dirt

dry_run_update() {
    fresh drychange
    imports 0 mini > /dev/null
    row_counts > before
    cp -r mini drychange
    set_cell drychange/households.csv 2 户主姓名 陈小山
    is 'households.csv household 12 0 1 11 0 0 true' "$(imports 0 --dry-run drychange/households.csv)"
    row_counts > after
    is_file before after
    same_as_book
}
it '--dry-run over rows that exist changes none of them' dry_run_update

update() {
    fresh update
    imports 0 mini > /dev/null
    cat > update.csv << 'END'
户编号,村代码,户主姓名,家庭住址,联系电话,脱贫状态,脱贫年度,是否二女户,备注
M001,350699100201,陈大山,,,,,,
M002,350699100201,林秀英,第9组,,已脱贫,2017,,
M003,350699100202,吴有才,,13900000033,,,是,迁来
END
    is 'update.csv household 3 0 2 1 0 0 true' "$(imports 0 update.csv)"
    dump > actual
    is "$(sed -e "/household.*M002/s/第1组/第9组/" -e "/household.*M003/s/350699100201/350699100202/" reference |
        grep -v -e 'M00[23]' -e status)" "$(grep -v -e 'M00[23]' -e status actual)"
    row() { sql "SELECT village, address, phone, cause_main, state, exit_year, two_daughters, debt, note FROM household WHERE hh_no = '$1'" | tr '|' ,; }
    is "$(echo "350699100201,'第9组','13900000002',2,1,2017,0,0,'夫早逝'" | if [ "$TEST_DB" = sqlite ]; then cat; else tr -d "'"; fi)" "$(row M002)"
    is "$(echo "350699100202,'第2组','13900000033',8,2,NULL,1,NULL,'迁来'" | if [ "$TEST_DB" = sqlite ]; then cat; else sed "s/'//g; s/NULL//g"; fi)" "$(row M003)"
    is 2 "$(sql "SELECT count(*) FROM household_status s JOIN household h ON h.county = s.county AND h.id = s.household_id WHERE h.hh_no = 'M002'")"
    is 'update.csv household 3 0 0 3 0 0 true' "$(imports 0 --update update.csv)"
    expect 0 show household M002
    says '家庭住址  第1组 → 第9组'
    verifies
}
it '--update, the default, changes what the file says and keeps what it leaves blank; a changed state is recorded' update

skip() {
    fresh skip
    imports 0 mini > /dev/null
    cp -r mini skip
    set_cell skip/households.csv 2 户主姓名 别人
    set_cell skip/persons.csv 2 姓名 别人
    set_cell skip/incomes.csv 2 工资性收入 1.00
    echo 'M013,350699200201,新户,,,,,,,,,,,,,,,' >> skip/households.csv
    is 'households.csv household 13 1 0 12 0 0 true
incomes.csv household_year 14 0 0 14 0 0 true
persons.csv person 27 0 0 27 0 0 true
region_years.csv region_year 2 0 0 2 0 0 true
regions.csv region 8 0 0 8 0 0 true' "$(imports 0 --skip skip)"
    dump | grep -v M013 > actual
    is_file reference actual
}
it '--skip leaves rows that exist as they are and adds the new ones' skip

failing() {
    fresh failing
    imports 0 mini > /dev/null
    cp -r mini failing
    set_cell failing/households.csv 2 户主姓名 别人
    echo 'M013,350699200201,新户,,,,,,,,,,,,,,,' >> failing/households.csv
    is 'households.csv household 13 1 0 0 12 0 true
incomes.csv household_year 14 0 0 0 14 0 true
persons.csv person 27 0 0 0 27 0 true
region_years.csv region_year 2 0 0 0 2 0 true
regions.csv region 8 0 0 0 8 0 true' "$(imports 3 --fail failing)"
    refused | grep -q '^households.csv:2 户编号 | M001 | 已有这条户记录$'
    refused | grep -q '^persons.csv:9 证件号码 | 99069919701010001X | 已有这条家庭成员记录$'
    refused | grep -q '^persons.csv:22 姓名 | 谢安 | 已有这条家庭成员记录$'
    refused | grep -q '^incomes.csv:3 年度 | 2016 | 已有这条户年度情况记录$'
    dump | grep -v M013 > actual
    is_file reference actual
}
it '--fail refuses rows that exist, each by what it is known by' failing

only_one() {
    fresh both
    nothing_done expect 1 import --skip --fail mini
    says 'update、--skip、--fail 只能选一个'
}
it 'only one of --update, --skip and --fail' only_one

rejects_path() {
    fresh rejects
    cp -r mini bad
    set_cell bad/persons.csv 3 证件号码 990699196308220027
    expect 3 import --rejects "$TMPDIR/list.csv" bad
    says "^1 行未导入，原因见 $TMPDIR/list.csv；改好后可再次导入该文件$"
    is 600 "$(stat -c %a list.csv)"
    cp list.csv list.before
    expect 1 import --rejects "$TMPDIR/list.csv" bad
    says "无法写入 $TMPDIR/list.csv：File exists"
    is_file list.before list.csv
    mkdir cwd
    cd cwd
    "$BANGFU" --db "$DB" import ../bad > /dev/null || [ $? = 3 ]
    "$BANGFU" --db "$DB" import ../bad > /dev/null || [ $? = 3 ]
    is 2 "$(find . -name 'rejects-*.csv' -perm 600 | wc -l)"
}
it 'the list of refused rows has mode 0600 and never replaces a file; without --rejects each run gets its own' rejects_path

county_option() {
    fresh twins
    imports 0 mini > /dev/null
    mkdir other
    for f in regions households; do
        sed 's/350699/350698/; s/^M/M/' "mini/$f.csv" > "other/$f.csv"
    done
    awk "$numbers"'BEGIN { FS = OFS = "," } NR > 1 { d = substr($3, 7, 8); if ($3 != "") $3 = id_number("990698", d, substr($3, 15, 3)); $13 = "" } { print }' \
        mini/persons.csv > other/persons.csv
    cp mini/incomes.csv other
    is 'households.csv household 12 12 0 0 0 0 true
incomes.csv household_year 14 14 0 0 0 0 true
persons.csv person 27 27 0 0 0 0 true
regions.csv region 8 6 0 2 0 0 true' "$(imports 0 other)"
    # A second time, though each number now stands in two counties.
    is "$(imports 0 other | unchanged)" "$(files)"
    is "$(imports 0 mini | unchanged)" "$(files)"
    is 'persons.csv person 27 0 0 0 27 0 true' "$(imports 3 other/persons.csv)"
    refused | grep -q '^persons.csv:2 户编号 | M001 | 户编号 M001 在多个县存在：请用 --county 指明$'
    is 'persons.csv person 27 0 0 27 0 0 true' "$(imports 0 --county 350698 other/persons.csv)"
    is 54 "$(sql 'SELECT count(*) FROM person')"
    verifies
}
it 'two counties with the same household numbers: their books come in and stay apart, and --county says which is meant' county_option

several_counties() {
    fresh several
    large a 40 350697 A
    large b 40 350696 B
    mkdir ab
    for f in regions households persons incomes; do
        { cat "a/$f.csv" && sed 1d "b/$f.csv"; } > "ab/$f.csv"
    done
    is 'households.csv household 80 80 0 0 0 0 true
incomes.csv household_year 160 160 0 0 0 0 true
persons.csv person 200 200 0 0 0 0 true
regions.csv region 54 52 0 2 0 0 true' "$(imports 0 ab)"
    is '350696 40 100
350697 40 100' "$(sql 'SELECT h.county, count(DISTINCT h.id), count(*) FROM household h JOIN person p ON p.county = h.county AND p.household_id = h.id GROUP BY h.county ORDER BY 1' | tr '|,' '  ')"
    verifies
}
it 'several counties in one book' several_counties

many_counties() {
    fresh cities
    mkdir cities
    awk 'BEGIN {
        print "区划代码,名称,级别\n350000000000,某省,省" > "cities/regions.csv"
        print "户编号,村代码,户主姓名" > "cities/households.csv"
        print "户编号,姓名,与户主关系" > "cities/persons.csv"
        for (c = 350521; c < 350541; c++) {
            print c "000000,县" c ",县\n" c "100000,镇,镇\n" c "100201,村,村" > "cities/regions.csv"
            print "C" c "," c "100201,张三" > "cities/households.csv"
            print "C" c ",张三,户主" > "cities/persons.csv"
        }
        print "C999999,李四,户主" > "cities/persons.csv"
    }'
    is 'households.csv household 20 20 0 0 0 0 true
persons.csv person 21 20 0 0 1 0 true
regions.csv region 61 61 0 0 0 0 true' "$(imports 3 cities)"
    is 'persons.csv:22 户编号 | C999999 | 您管辖多个县：请用 --county 指明' "$(refused)"
}
it 'one member without a household costs an office of many counties one row, not the book' many_counties

finish
