#!/bin/sh
# Exports and templates: what goes out comes in again as it was, what others may not see stays in, and no
# spreadsheet damages or runs any of it.  Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=zh
dir=$TMPDIR
work=$dir/out
kinds='region region_year household person household_year'
longwen=demo/longwen
mkdir "$dir/mini"

# --- helpers -------------------------------------------------------------------------------------------

# use NAME: $db is that database.
use() {
    db=$dir/$1.db
    if [ "$TEST_DB" != sqlite ]; then
        db=${TEST_DB#*:///}
        db=${db%%\?*}_$1
        db="postgresql:///$db?${TEST_DB#*\?}"
    fi
}
# database NAME: $db is a database just initialised.
database() {
    use "$1"
    if [ "$TEST_DB" != sqlite ]; then
        name=${db#*:///}
        name=${name%%\?*}
        psql -X -q -d "postgresql:///postgres?${TEST_DB#*\?}" -c "CREATE DATABASE $name" || exit 1
        echo "$name" >> "$dir/databases"
    fi
    "$BANGFU" --db "$db" init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"} > /dev/null || exit 1
}
finish() {
    [ ! -e "$dir/databases" ] || while read -r name; do
        psql -X -q -d "postgresql:///postgres?${TEST_DB#*\?}" -c "DROP DATABASE $name WITH (FORCE)"
    done < "$dir/databases"
}
# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"
# shellcheck disable=SC2317 # called by holds
has() { grep -qF -e "$2" "$1"; }
# shellcheck disable=SC2317 # called by holds
lacks() { ! grep -qF -e "$2" "$1"; }
# shellcheck disable=SC2317 # called by holds
absent() { [ ! -e "$1" ]; }
# shellcheck disable=SC2317 # called by holds
is() { [ "$1" = "$2" ] || { printf '#   expected: %s\n#   actual:   %s\n' "$1" "$2" && return 1; }; }
heading() { head -n 1 "$1" | sed 's/^\xef\xbb\xbf//' | tr -d '\r'; }
rows() { tail -n +2 "$1" | wc -l | tr -d ' '; }
count() { grep -o -e "$1" "$2" | wc -l | tr -d ' '; }
# shellcheck disable=SC2317 # called in holds
sql() {
    case $db in
    postgres*) psql -X -q -t -A -d "$db" -c "$1" ;;
    *) sqlite3 "$db" "$1" ;;
    esac
}
audits() { sql 'SELECT count(*) FROM audit'; }

# out_and_in NAME DATABASE OPTIONS…: what $db holds, exported in full, imported into an empty database and
# exported again, is the same to the byte.
out_and_in() {
    sentence=$1 folder=$dir/$2 first=$db second=$2
    shift 2
    mkdir "$folder" "$folder.again"
    for kind in $kinds; do
        run export "$kind" --full --purpose 往返测试 "$@" --out "$folder/$kind.csv"
        [ "$code" = 0 ] || failed "$sentence: $kind goes out"
    done
    database "$second"
    run import --rejects "$dir/rejects.csv" "$folder"
    check "$sentence: every row comes in" 0
    for kind in $kinds; do
        run export "$kind" --full --purpose 往返测试 "$@" --out "$folder.again/$kind.csv"
        holds "$sentence: $kind is the same to the byte" cmp "$folder/$kind.csv" "$folder.again/$kind.csv"
    done
    run verify
    check "$sentence: the second database verifies" 0
    db=$first
}

# --- a book with everything that is hard to write ---------------------------------------------------------

cat > "$dir/mini/regions.csv" << 'END'
区划代码,名称,级别,曾用名,是否重点扶贫村
350000000000,福建省,省,,
350600000000,漳州市,市,,
350699000000,试验县,县,,
350699100000,甲镇,镇,,
350699100201,东村,村,老东村|旧村,是
350699200000,乙乡,乡,,
350699200201,南村,村,,否
350698000000,邻县,县,,
350698100000,丙镇,镇,,
350698100201,北村,村,,
END
cat > "$dir/mini/region_years.csv" << 'END'
区划代码,年度,指标,数值,限定,备注
350699000000,2015,农民人均纯收入,11200.00,,
350699000000,2016,农民人均纯收入,-5.25,,"=SUM(A1:A9)"
350699000000,2017,农民人均纯收入,,missing,"- 未报"
END
cat > "$dir/mini/households.csv" << 'END'
户编号,村代码,户主姓名,家庭住址,联系电话,主要致贫原因,其他致贫原因,脱贫状态,识别日期,负债金额,银行账号,账号类型,经度,备注
M001,350699100201,陈大山,第1组,13900000001,因病,缺技术、缺资金,已脱贫,2014-03-01,12000.50,9999990000006990010,卡,117.6531,"=HYPERLINK(""http://x"",""y"")"
M002,350699100201,林𠮷英,"'=1+1",0596-2012345,因残,,未脱贫,2014-03-01,0.00,,,,"''=已有撇号"
M003,350699200201,吴有才,@组,,缺劳力,因病,,,,,,,"+1 行一
行二 ""引号"", 逗号"
=M4,350699200201,欧阳志远,-5,,其他,,返贫,,,,,-0.5,-5
M005,350698100201,郑㐂文,＝全角,,因灾,,,,,,,,＠全角
END
cat > "$dir/mini/persons.csv" << 'END'
户编号,姓名,证件类型,证件号码,与户主关系,健康状况,病种,残疾证号,残疾类别,残疾等级,务工月收入,联系电话,备注
M001,陈大山,,990699196203140013,户主,长期慢性病,肺病,,,,2600.00,13900000011,
M002,林𠮷英,,990699195012010027,户主,残疾,,99069919501201002742,,,,,
M002,黄丽华,,990699195511110022,其他,长期慢性病、残疾,,99069919551111002261B1,,,,,
M003,吴有才,护照,E12345678,户主,健康,,,,,,,"-"
=M4,欧阳志远,,99069919701010001X,户主,健康,,,肢体,二级,,,
M005,谢安,,,户主,,,,,,,,户口未办
END
cat > "$dir/mini/incomes.csv" << 'END'
户编号,年度,工资性收入,生产经营性收入,转移性收入,耕地面积,是否通生活用电,备注
M001,2016,5998.00,6424.50,600,2.5,是,
=M4,2016,0,800,4200.00,1.7777,否,"=cmd|' /C calc'!A0"
M005,2016,,100,,,,
END

database mini
run import --rejects "$dir/rejects.csv" "$dir/mini"
check 'the book comes in' 0

# --- what goes out comes in as it was ------------------------------------------------------------------------

out_and_in 'UTF-8' utf8
out_and_in 'GB18030' gb --encoding gb18030
out_and_in 'English headings' english --lang en
out_and_in 'all columns' all --all-columns
if [ -d "$longwen" ]; then
    database longwen
    run import "$longwen"
    check 'longwen comes in' 0
    out_and_in 'longwen' lw
    out_and_in 'longwen in GB18030' lwgb --encoding gb18030
    holds 'longwen: 4267 persons went out' is 4267 "$(rows "$dir/lw/person.csv")"
    use mini
fi
holds 'UTF-8 begins with a BOM' is 'efbbbf' "$(head -c 3 "$dir/utf8/person.csv" | od -An -tx1 | tr -d ' ')"
holds 'GB18030 is what it says' is "$(tail -c +4 "$dir/utf8/person.csv" | cksum)" \
    "$(iconv -f GB18030 -t UTF-8 "$dir/gb/person.csv" | cksum)"

# --- formulas -------------------------------------------------------------------------------------------------

holds 'a formula gets an apostrophe' has "$dir/utf8/household.csv" "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""
holds 'what stands behind an apostrophe in a file was a formula' has "$dir/utf8/household.csv" ",'=1+1,"
holds 'text that begins with both keeps both' has "$dir/utf8/household.csv" "''=已有撇号"
holds 'text that begins with + or @ or a full-width sign gets one' \
    is 4 "$(count "\"'+1 行一\|,'@组,\|,'＝全角,\|,'＠全角" "$dir/utf8/household.csv")"
holds 'a number that is text gets one, a negative number none' \
    is "'=M4,350699200201,欧阳志远,'-5,,,,其他,,返贫,,,-0.5,'-5" "$(grep -e '=M4' "$dir/utf8/household.csv" | tr -d '\r')"
holds 'a negative figure is a number' has "$dir/utf8/region_year.csv" ',-5.25,'
holds 'no cell of any file begins a formula' \
    is 0 "$(cat "$dir"/utf8/*.csv "$dir"/english/*.csv | grep -cE '(^|,)"?(=|@|＝|＠|\+|-[^0-9])')"
run find =M4
check 'in the database stands what was meant' 0 '=M4'
printf '户编号,村代码,户主姓名,备注\nM009,350699100299,甲,=1+1\n' > "$dir/bad.csv"
run import --rejects "$dir/formula.csv" "$dir/bad.csv"
check 'a row with a formula is refused for another reason' 3
holds 'and in the list of refused rows it is no formula' has "$dir/formula.csv" ",'=1+1"

# --- what others may not see -------------------------------------------------------------------------------------

for kind in household person; do
    run export "$kind" --out "$dir/masked-$kind.csv"
    check "without --full $kind says that values are masked" 0 '已隐去'
done
holds 'an identity number is masked' has "$dir/masked-person.csv" '990699************'
holds 'a phone is masked' has "$dir/masked-household.csv" '139****0001'
holds 'an account is masked' has "$dir/masked-household.csv" '****0010'
holds 'an illness is masked' lacks "$dir/masked-person.csv" '肺病'
holds 'no whole number is in the masked files' \
    is 0 "$(cat "$dir"/masked-*.csv | grep -cE '[0-9]{14}|1390000|E12345678|2012345')"
database masked
run import "$dir/utf8/region.csv" "$dir/masked-household.csv" "$dir/utf8/person.csv" --rejects "$dir/refused.csv"
check 'masked households are refused' 3
holds 'with the reason' has "$dir/refused.csv" '隐去了内容的值（***），不能当作数据导入'
run import "$dir/utf8/household.csv" "$dir/masked-person.csv" --rejects "$dir/refused2.csv"
check 'masked members are refused' 3
holds 'a masked passport too, which may be almost any text' is 5 "$(rows "$dir/refused2.csv")"
holds 'no masked value is in the database' is 0 "$("$BANGFU" --db "$db" export person --full --purpose 检查 --out - | grep -c '\*')"
use mini

run export person --full --out "$dir/none.csv"
check 'whole values need a purpose' 2 '--purpose'
run export person --full --purpose '  ' --out "$dir/none.csv"
check 'blanks are no purpose' 2
run user add wang --name 王芳 --role township_clerk --region 350699100
run user add li --name 李明 --role county_clerk --region 350699
run --as wang export person --full --purpose 看看 --out "$dir/none.csv"
check 'whole values need the right to see them' 1 '查看完整证件号码'
run --as li export person --full --purpose 核对 --region 350698 --out "$dir/none.csv"
check 'and that in the region' 1
holds 'then nothing is written' absent "$dir/none.csv"

before=$(audits)
run --as wang export person --out "$dir/wang.csv"
holds 'a township clerk gets her township' is 3 "$(rows "$dir/wang.csv")"
run --as wang export region --out "$dir/wang-region.csv"
holds 'and its regions' is 2 "$(rows "$dir/wang-region.csv")"
run --as wang export person --region 350699200 --out "$dir/none.csv"
check 'another township is refused' 1
run export household --region 350699200201 --out "$dir/village.csv"
check 'a village can be chosen' 0 '已把 2 行写入'
run export household --region 350699200201 --columns 户编号,户主姓名 --full --purpose 名单 --out "$dir/plain.csv"
check 'columns that are masked for nobody can be written with --full' 0
holds 'none of that leaves an audit row' is "$before" "$(audits)"
run --as li export person --full --purpose 核对县残联名单 --out "$dir/li.csv"
check 'a county clerk may see whole numbers' 0 '已把 5 行写入'
holds 'that leaves one' is $((before + 1)) "$(audits)"
details=$(sql "SELECT county, login, object, detail FROM audit WHERE action = 'export.reveal' ORDER BY county, seq")
holds 'with who, what, where, how many and why' is '350699|li|person|{"entity":"person","region":"350699000000","rows":5,"purpose":"核对县残联名单"}' \
    "$(echo "$details" | grep '|li|')"
holds 'in the chain of each county that rows come from' is '350698|admin|person|{"entity":"person","region":"350698000000","rows":1,"purpose":"往返测试"}
350699|admin|person|{"entity":"person","region":"350699000000","rows":5,"purpose":"往返测试"}' \
    "$(echo "$details" | grep 'admin|person|.*往返' | sort -u)"
holds 'and without any number' is 0 "$(echo "$details" | grep -cE '990699[0-9]{11}|139000')"

# --- columns ---------------------------------------------------------------------------------------------------------

holds 'only columns with a value, what the row hangs on first, then in the order of the entity' \
    is '户编号,姓名,证件类型,证件号码,性别,出生日期,残疾类别,残疾等级,残疾证补发次数,与户主关系,健康状况,病种,务工月收入,联系电话,备注,残疾证号' \
    "$(heading "$dir/utf8/person.csv")"
holds 'a certificate is written whole again' has "$dir/utf8/person.csv" '99069919551111002261B1'
holds 'and none where there was none' \
    is 1 "$(grep -c '99069919701010001X,男,1970-10-10,肢体,二级,,户主,健康,,,,,' "$dir/utf8/person.csv")"
run export person --columns 'name，hh_no, Sex、AAB006' --out "$dir/chosen.csv"
check 'columns are named by name, heading or national code' 0
holds 'and come in the order named' is '姓名,户编号,性别,与户主关系' "$(heading "$dir/chosen.csv")"
run export person --columns name,nobody --out "$dir/none.csv"
check 'a column that is not there is refused, with a list' 1 '没有“nobody”这一列；有：户编号, 人编号'
run export person --columns name,姓名 --out "$dir/none.csv"
check 'so is one named twice' 1 '写了两次'
run export person --columns name --all-columns --out "$dir/none.csv"
check 'or all and some' 2
run export person --lang en --columns name,sex,relation --out "$dir/en.csv"
holds 'in English headings and labels are English' is 'Name,Sex,Relation to the head 陈大山,Male,Head' \
    "$(heading "$dir/en.csv") $(sed -n 3p "$dir/en.csv" | tr -d '\r')"
run export region --region 350697 --out "$dir/empty.csv"
check 'where there is nothing there is a heading' 0 '已把 0 行写入'
holds 'of all columns' has "$dir/empty.csv" '区划代码,名称,级别'

# --- files -------------------------------------------------------------------------------------------------------------

holds 'a file is for its owner only' is 600 "$(stat -c %a "$dir/chosen.csv")"
cp "$dir/chosen.csv" "$dir/kept.csv"
run export person --out "$dir/kept.csv"
check 'a file that exists is not overwritten' 1 '已存在，不会覆盖'
holds 'it is as it was' cmp -s "$dir/chosen.csv" "$dir/kept.csv"
run export person --out "$dir/kept.csv" --force
check '--force replaces it' 0
holds 'with the new one' cmp -s "$dir/masked-person.csv" "$dir/kept.csv"
run export person --out /dev/null --force
check 'but no device' 1 '不是普通文件'
run export person --out "$dir/no/such.csv"
check 'a folder that is not there is an error' 1
run export person --out -
holds '- is standard output, and nothing else is said' cmp -s "$dir/masked-person.csv" "$work"
run export 牛 --out "$dir/none.csv"
check 'a kind that is not there is refused, with a list' 1 'household_year（户年度情况）'
for name in 成员 人员 家庭成员 'household member' persons; do
    run export "$name" --out - --columns name
    check "$name: these are persons" 0 '陈大山'
done
run --json export household --out "$dir/json.csv" --columns hh_no,phone
check 'JSON says what was written' 0 '"format":"csv","rows":5,"columns":["hh_no","phone"],"masked":true}'
run export person --encoding gb18030 --out "$dir/x.xlsx"
check 'an encoding is for CSV' 2
printf '户编号,村代码,户主姓名\nM777,350699100201,\356\241\224\n' > "$dir/private.csv"
run import "$dir/private.csv"
run export household --encoding gb18030 --columns head_name --out "$dir/private-gb.csv"
check 'a character for private use does not stop an export' 0
holds 'and has the code that GB 18030-2022 gave it' is 1 "$(LC_ALL=C grep -c "$(printf '^\202\065\221\063')" "$dir/private-gb.csv")"
holds 'no half files are left' \
    is '' "$(find "$dir" -name '*.csv.??????' -o -name '*.xlsx.??????' -o -name 'bangfu.??????')"

# --- workbooks -------------------------------------------------------------------------------------------------------------

run export person --full --purpose 核对 --out "$dir/p.xlsx"
check 'by its name a file is a workbook' 0 '已把 6 行写入'
unzip -p "$dir/p.xlsx" xl/worksheets/sheet1.xml > "$dir/sheet.xml"
holds 'identity numbers are text' has "$dir/sheet.xml" 't="inlineStr"><is><t>990699196203140013</t></is></c>'
holds 'no cell is a formula' is 0 "$(count '<f>' "$dir/sheet.xml")"
holds 'only wages and the like are numbers' is '<v>2600</v>' "$(grep -o '<v>[^<]*</v>' "$dir/sheet.xml" | grep -v '<v>.</v>')"
holds 'there are the heading and six rows' is 7 "$(count '<row ' "$dir/sheet.xml")"
unzip -p "$dir/p.xlsx" xl/workbook.xml > "$dir/book.xml"
holds 'the sheet has the name of its kind' is 1 "$(count 'sheet name="家庭成员"' "$dir/book.xml")"
unzip -p "$dir/p.xlsx" docProps/core.xml > "$dir/core.xml"
holds 'and does not say when it was made: the same rows are the same bytes on any day' grep -q 'created[^>]*>1980-01-01T00:00:00Z<' "$dir/core.xml"
holds 'a workbook is for its owner only' is 600 "$(stat -c %a "$dir/p.xlsx")"
run export household --out "$dir/money.xlsx" --columns hh_no,debt,longitude
unzip -p "$dir/money.xlsx" xl/worksheets/sheet1.xml > "$dir/sheet.xml"
holds 'amounts are numbers that can be added up' has "$dir/sheet.xml" '<v>12000.5</v>'
holds 'and so are quantities' has "$dir/sheet.xml" '<v>117.6531</v>'
holds 'numbers of households are not' has "$dir/sheet.xml" '<t>M001</t>'
run export household --out "$dir/h.xlsx" --format csv
holds 'the format named goes before the name of the file' is 户编号 "$(heading "$dir/h.xlsx" | cut -d , -f 1)"

# --- templates ---------------------------------------------------------------------------------------------------------------

for kind in $kinds; do
    run template "$kind" --out "$dir/t-$kind.xlsx"
    check "template $kind" 0
done
run template 户 --out "$dir/t-person.xlsx"
check 'a template overwrites nothing either' 1 '已存在'
unzip -p "$dir/t-person.xlsx" xl/workbook.xml > "$dir/book.xml"
unzip -p "$dir/t-person.xlsx" xl/worksheets/sheet1.xml > "$dir/data.xml"
unzip -p "$dir/t-person.xlsx" xl/sharedStrings.xml > "$dir/strings.xml"
holds 'it has data, example, notes, and hidden lists' is '家庭成员 示例 填写说明 选项 hidden ' \
    "$(grep -o 'sheet name="[^"]*"\|state="[^"]*"' "$dir/book.xml" | sed 's/.*="\(.*\)"/\1/' | tr '\n' ' ')"
holds 'the first sheet has a heading and no row, so that no example is imported' is 1 "$(count '<row ' "$dir/data.xml")"
holds 'the example is about nobody' has "$dir/strings.xml" '<t>990603195508032067</t>'
holds 'short lists drop down' has "$dir/data.xml" '<formula1>"未知,男,女,未说明"</formula1>'
holds 'long ones from the hidden sheet' has "$dir/data.xml" '<formula1>list_ethnicity</formula1>'
holds 'which has them all' has "$dir/book.xml" "<definedName name=\"list_ethnicity\">'选项'!"
holds 'a column that takes several choices takes more than one of the list' \
    has "$dir/data.xml" 'allowBlank="1" showInputMessage="1" sqref="Y2:Y1048576"><formula1>"健康,长期慢性病,患有大病,残疾"'
holds 'every column is text' is "$(count '<col ' "$dir/data.xml")" "$(count '<col [^>]*style="1"' "$dir/data.xml")"
holds 'the three columns that cannot be left out have another colour' is 3 "$(count '<c r="[A-Z]*1" s="2"' "$dir/data.xml")"
holds 'the heading stays in sight' has "$dir/data.xml" 'state="frozen"'
holds 'the notes tell the national code' has "$dir/strings.xml" '<t>AAB004</t>'
holds 'and other headings that are understood' has "$dir/strings.xml" '身份证号、身份证号码'
run --lang en template person --out "$dir/t-en.xlsx"
unzip -p "$dir/t-en.xlsx" xl/sharedStrings.xml > "$dir/strings.xml"
holds 'in English it is English' is 2 "$(count '<t>Identity number</t>\|<t>Female</t>' "$dir/strings.xml")"

run verify
check 'after all of it the database verifies' 0
finish
