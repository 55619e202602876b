#!/bin/sh
# ugly.sh - books as offices keep them: titles above the headings, words for nothing, dates without a day; and what
# is only worth a look.
# shellcheck disable=SC2119,SC2317
# shellcheck source=tests/import/lib.sh
. "$(dirname "$0")/lib.sh"

mini "$TMPDIR/mini"
cd "$TMPDIR" || exit 1

# import --json with both lists; what the list of warnings says: file:line column | value | reason | rule
brings() {
    code=$1
    shift
    rm -f warnings.csv
    imports "$code" --warnings "$TMPDIR/warnings.csv" "$@"
}
warned() {
    parse warnings.csv | awk -F "$(printf '\001')" 'NR > 1 { print $1 ":" $2 " " $3 " | " $4 " | " $5 " | " $6 }'
}
of() { sql "SELECT $2 FROM household x WHERE hh_no = '$1'" | tr -d "'" | sed 's/NULL//g; s/,/|/g'; }
of_person() {
    sql "SELECT $2 FROM person x JOIN household h ON h.county = x.county AND h.id = x.household_id WHERE x.name = '$1' ORDER BY x.id" |
        tr -d "'" | sed 's/NULL//g; s/,/|/g'
}

# --- headings below a title -----------------------------------------------------------------------------------

titled() {
    fresh titled
    imports 0 mini/regions.csv > files.out
    {
        printf '\r\n龙文区贫困户花名册\r\n单位：户,,填报日期：2019年3月\r\n\r\n'
        sed 's/$/\r/' mini/households.csv
    } > titled.csv
    is 'titled.csv household 12 12 0 0 0 0 true' "$(brings 0 titled.csv)"
    set_cell titled.csv 9 户主姓名 ''
    # line 9 of the file is the fourth household: a blank line, two titles, a blank line, the headings
    sed -i '9s/欧阳志远//' titled.csv
    imports 3 titled.csv
    is 'titled.csv:9 户主姓名 |  | 户主姓名不能为空' "$(refused)"
}
it 'a title and a line of units may stand above the headings, and lines are those of the file' titled

deep() {
    fresh deep
    { printf '一\n二\n三\n四\n' && cat mini/regions.csv; } > four.csv
    is 'four.csv region 8 8 0 0 0 0 true' "$(imports 0 four.csv)"
    { printf '一\n二\n三\n四\n五\n' && cat mini/regions.csv; } > five.csv
    is 'five.csv null 0 0 0 0 0 0 false' "$(imports 1 five.csv)"
}
it 'headings are looked for in the first five rows' deep

separated() {
    fresh separated
    { printf '\n\n' && tr , ';' < mini/regions.csv; } > semicolons.csv
    { printf '区划表（2019年,修订）\n\t\t\n' && tr , '\t' < mini/regions.csv; } > tabs.csv
    is 'semicolons.csv region 8 8 0 0 0 0 true
tabs.csv region 8 0 0 8 0 0 true' "$(imports 0 semicolons.csv tabs.csv)"
}
it 'neither blank lines nor a title hide which separator a file has' separated

refused_again() {
    fresh again
    imports 0 mini/regions.csv > files.out
    { printf '花名册\n' && sed 's/陈大山//' mini/households.csv; } > again.csv
    is 'again.csv household 12 11 0 0 1 0 true' "$(imports 3 again.csv)"
    sed '2s/M001,350699100201,,/M001,350699100201,陈大山,/' rejects.csv > mended.csv
    is 'mended.csv rejects 1 1 0 0 0 0 true' "$(imports 0 mended.csv)"
}
it 'what is refused from below a title comes in again from the list' refused_again

# --- what spreadsheets save ---------------------------------------------------------------------------------------

unicode_text() {
    fresh unicode_text
    sed 's/^\xef\xbb\xbf//' mini/regions.csv | iconv -f UTF-8 -t UTF-16 > utf16.csv
    tr , '\t' < mini/regions.csv | sed 's/^\xef\xbb\xbf//' | iconv -f UTF-8 -t UTF-16BE | (printf '\376\377' && cat) > tabs16.txt
    is 'utf16.csv region 8 8 0 0 0 0 true
tabs16.txt region 8 0 0 8 0 0 true' "$(imports 0 utf16.csv tabs16.txt)"
}
it 'UTF-16, which spreadsheets call Unicode text, is read' unicode_text

workbook() {
    fresh workbook
    imports 0 mini > files.out
    mkdir books
    for entity in region household person; do
        "$BANGFU" --db "$DB" export "$entity" --full --purpose 测试往返 --out "books/$entity.xlsx" > /dev/null || return 1
    done
    : > "books/~\$region.xlsx" # a spreadsheet has it open
    fresh workbook_again
    imports 0 books > files.out
    is '8 12' "$(sql 'SELECT (SELECT count(*) FROM region), (SELECT count(*) FROM household)' | tr '|,' '  ')"
    is 'region.xlsx region 8 0 0 8 0 0 true' "$(imports 0 books/region.xlsx)"
    printf 'PK\003\004 and no more' > broken.xlsx
    is 'broken.xlsx null 0 0 0 0 0 0 false' "$(imports 1 broken.xlsx)"
}
it 'what was exported as a workbook comes in again, also by the folder' workbook

# --- words for nothing ------------------------------------------------------------------------------------------

nothing() {
    fresh nothing
    cp -r mini nothing.d
    cat > nothing.d/h.csv << 'END'
户编号,村代码,户主姓名,联系电话,其他致贫原因,识别日期,是否二女户,负债金额,银行账号,脱贫年度,备注
N1,350699100201,无,无,无,—,无,无,-,/,暂无
N2,350699100201,林二,/,/,暂无,/,——,无,-,无业
END
    cat > nothing.d/p.csv << 'END'
户编号,姓名,与户主关系,证件号码,出生日期,残疾证号,民族,务工时间,是否村干部
N1,无,户主,无,/,无,—,暂无,无
END
    brings 0 nothing.d > files.out
    is '无||||0|||' "$(of N1 'x.head_name, x.phone, x.causes_other, x.entered_on, x.two_daughters, x.debt, x.exit_year, x.note')"
    is '林二|||||||无业' "$(of N2 'x.head_name, x.phone, x.causes_other, x.entered_on, x.two_daughters, x.debt, x.exit_year, x.note')"
    is '无||||0' "$(of_person 无 'x.name, x.id_number, x.birth_date, x.ethnicity, x.village_cadre')"
    verifies
}
it 'words for nothing are blanks, but not as a name, nor where 无 is a no' nothing

required() {
    fresh required
    imports 0 mini/regions.csv mini/households.csv > files.out
    printf '户编号,姓名,与户主关系\n无,张三,户主\n/,张四,户主\n' > p.csv
    imports 3 p.csv > files.out
    is 'p.csv:2 户编号 | 无 | 没有户编号为 无 的户（或该户未能导入）
p.csv:3 户编号 | / | 没有户编号为 / 的户（或该户未能导入）' "$(refused)"
}
it 'what a row cannot do without is not blank by such a word' required

# --- months, and days as spreadsheets count them ------------------------------------------------------------------

# R308: dates with month precision.
months() {
    fresh months
    imports 0 mini/regions.csv mini/households.csv > files.out
    cat > p.csv << 'END'
户编号,姓名,与户主关系,出生年月,入党日期,入学年月,务工开始时间
M012,何一,之子,2001-02-03,2010年9月,2010-09,2010.9
M012,何二,之子,2001-02,2010.10,,
M012,何三,之子,36925,,43101,2010.1
M012,何四,之子,2001年2月30日,2010-13,,
END
    is 'p.csv person 4 1 0 0 3 4 true' "$(brings 3 p.csv)"
    is 'p.csv:3 出生日期 | 2001-02 | 出生日期只写到月：请补上日
p.csv:4 出生日期；入学年月；务工开始日期 | 36925；43101；2010.1 | 出生日期是电子表格的日期序号（多半是 2001-02-03）：请把该列设为日期或文本格式后重新导出；入学年月是电子表格的日期序号（多半是 2018-01-01）：请把该列设为日期或文本格式后重新导出；务工开始日期可能是 1 月，也可能是 10 月（电子表格会去掉末尾的 0）：请写成 2010-01 或 2010-10 的样子
p.csv:5 出生日期；入党日期 | 2001年2月30日；2010-13 | 出生日期：没有这一天；入党日期：没有这一天' "$(refused)"
    is 'p.csv:2 入党日期 | 2010年9月 | 入党日期只写到月，按当月 1 日（2010-09-01）登记 | 
p.csv:2 入学年月 | 2010-09 | 入学年月只写到月，按当月 1 日（2010-09-01）登记 | 
p.csv:2 务工开始日期 | 2010.9 | 务工开始日期只写到月，按当月 1 日（2010-09-01）登记 | 
p.csv:3 入党日期 | 2010.10 | 入党日期只写到月，按当月 1 日（2010-10-01）登记 | ' "$(warned)"
    # days since 1970: 2010-09-01
    is '14853|14853|14853' "$(of_person 何一 'x.party_joined_on, x.enrolled_on, x.work_from')"
}
it 'of a month its first day is taken where months are usual, with a warning; never of a birth' months

each() {
    fresh each
    imports 0 mini/regions.csv mini/households.csv > files.out
    printf '户编号,姓名,与户主关系,入党日期\nM012,何一,之子,2010-09\nM012,何二,之子,2010-09\nM012,何三,之子,2010-09\n' > p.csv
    is 'p.csv person 3 3 0 0 0 3 true' "$(brings 0 p.csv)"
    is 'p.csv:2 p.csv:3 p.csv:4' "$(warned | cut -d ' ' -f 1 | xargs)"
}
it 'every row that leaves out the day is told, also where one before it said the same' each

# --- warnings ---------------------------------------------------------------------------------------------------

listed() {
    fresh listed
    imports 0 mini/regions.csv mini/households.csv > files.out
    cat > p.csv << 'END'
户编号,姓名,证件号码,与户主关系,性别,联系电话
M001,陈大山,990699196203140013,配偶,男,13900000001
M001,张无号,,之子,女,
M001,李素芬,990699196308220028,户主,女,
END
    is 'p.csv person 3 3 0 0 0 1 true' "$(brings 0 p.csv)"
    is "$TMPDIR/warnings.csv" "$(member warnings_file | tr -d '"')"
    is null "$(member rejects)"
    is 600 "$(stat -c %a warnings.csv)"
    is 'p.csv:3 与户主关系；性别 | 之子；女 | 与户主关系和性别不符 | DQ13' "$(warned)"
    is '文件,行号,列,值,原因,规则' "$(plain warnings.csv | head -n 1)"
    expect 0 import --warnings "$TMPDIR/second.csv" p.csv
    says '1 处提醒，见 .*/second.csv'
    expect 0 --lang en --json import --dry-run --warnings "$TMPDIR/english.csv" p.csv
    is 'File,Line,Column,Value,Reason,Rule' "$(plain english.csv | head -n 1)"
}
it 'what is only worth a look is listed with file, line, columns, values, reason and rule' listed

silent() {
    fresh silent
    is '' "$(find . -name 'warnings-*')"
    imports 0 mini > files.out
    is null "$(member warnings_file)"
    is '' "$(find . -name 'warnings-*')"
    printf '户编号,姓名,与户主关系,入党日期\nM001,陈大山,户主,2010-09\n' > p.csv
    expect 0 import p.csv
    is 1 "$(find . -name 'warnings-20*.csv' | wc -l)"
    rm warnings-20*.csv
}
it 'without a warning there is no list; it has a name of its own for every run' silent

masked() {
    fresh masked
    imports 0 mini/regions.csv mini/households.csv > files.out
    printf '户编号,姓名,证件号码,与户主关系\nM001,陈大山,990699620314001,户主\n' > p.csv
    is 'p.csv person 1 1 0 0 0 1 true' "$(brings 0 p.csv)"
    is 0 "$(grep -c 990699620314001 warnings.csv)"
    is 'p.csv:2 证件号码' "$(warned | cut -d '|' -f 1 | sed 's/ $//')"
}
it 'identity numbers in the list of warnings are masked' masked

# --- one document -----------------------------------------------------------------------------------------------

one() {
    fresh one
    : > taken.csv
    cp -r mini one.d
    sed -i '2s/陈大山//' one.d/households.csv
    expect 1 --json import --rejects "$TMPDIR/taken.csv" one.d
    is 1 "$(wc -l < out)"
    is '"errors":[{"code":"unavailable","field":null,"message":"无法写入 '"$TMPDIR"'/taken.csv：File exists"}]}' "$(grep -o '"errors":.*' out)"
    grep -q '^{"files":\[{"file":"households.csv"' out
}
it 'an import that fails says so in the one document that it prints' one

# --- large files ---------------------------------------------------------------------------------------------------

# Both halves of a file of some million bytes are read and looked at by themselves.
in_halves() {
    fresh small
    imports 0 mini/regions.csv mini/households.csv > files.out
    sql 'SELECT hh_no, head_name, village FROM household ORDER BY 1' > small.rows
    for more in '' a ab; do
        fresh "large$more"
        awk -v more="$more" 'BEGIN { cells = "村"; for (i = 0; i < 17; i++) cells = cells cells } { sub(/\r$/, ""); print $0 (NR == 1 ? ",不认识的列" more : "," cells) }' mini/households.csv > large.csv
        [ "$(wc -c < large.csv)" -gt 4194304 ]
        is "large.csv household 12 12 0 0 0 0 true" "$(imports 0 mini/regions.csv large.csv | grep large)"
        sql 'SELECT hh_no, head_name, village FROM household ORDER BY 1' > large.rows
        is_file small.rows large.rows
    done
    fresh large_gb
    iconv -f UTF-8 -t GB18030 large.csv > large_gb.csv
    is 'large_gb.csv household 12 12 0 0 0 0 true' "$(imports 0 mini/regions.csv large_gb.csv | grep large)"
    sql 'SELECT hh_no, head_name, village FROM household ORDER BY 1' > large.rows
    is_file small.rows large.rows
}
it 'a file of some million bytes reads like a small one, wherever its middle falls' in_halves

finish
