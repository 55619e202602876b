#!/bin/sh
# shapes.sh - the same book, written in any way that offices write it, gives the same registry.
# shellcheck disable=SC2119,SC2317
# shellcheck source=tests/import/lib.sh
. "$(dirname "$0")/lib.sh"

mini "$TMPDIR/mini"
all='households.csv household 12 12 0 0 0 0 true
incomes.csv household_year 14 14 0 0 0 0 true
persons.csv person 27 27 0 0 0 0 true
region_years.csv region_year 2 2 0 0 0 0 true
regions.csv region 8 8 0 0 0 0 true'

fresh reference
exported() {
    mkdir "$TMPDIR/office"
    for f in "$TMPDIR"/mini/*.csv; do
        office "$f" > "$TMPDIR/office/${f##*/}"
    done
    is "$all" "$(imports 0 "$TMPDIR/office")"
    dump > "$TMPDIR/reference"
    is 102 "$(awk 'END { print NR }' "$TMPDIR/reference")"
    verifies
}
it 'the small book as a spreadsheet exports it (UTF-8 with BOM, CRLF) comes in whole' exported

# gives_same NAME [WARNINGS OF PERSONS.CSV]: $TMPDIR/NAME is the book in another form.
gives_same() {
    fresh "$1"
    is "$(echo "$all" | sed "/^persons/s/0 true/${2:-0} true/")" "$(imports 0 "$TMPDIR/$1")"
    dump > "$TMPDIR/$1.dump"
    is_file "$TMPDIR/reference" "$TMPDIR/$1.dump"
}
# remade NAME COMMAND…: each file of the book through a command, then as above.
remade() {
    name=$1
    shift
    mkdir "$TMPDIR/$name"
    for f in "$TMPDIR"/mini/*.csv; do
        "$@" < "$f" > "$TMPDIR/$name/${f##*/}"
    done
    gives_same "$name"
}
# changed NAME: a copy of the book to be changed by hand.
changed() { cp -r "$TMPDIR/mini" "$TMPDIR/$1" && cd "$TMPDIR/$1"; }

# --- bytes ---------------------------------------------------------------------------------------------

gb18030_shuffled() { shuffled | office | iconv -f UTF-8 -t GB18030; }
# The BOM has no place in GB18030 files of spreadsheets.
gb18030() { shuffled | iconv -f UTF-8 -t GB18030; }
lf() { cat; }
cr() { awk '{ printf "%s\r", $0 }'; }
no_last_end() { awk 'NR > 1 { printf "\r\n" } { printf "%s", $0 }'; }
semicolons() { tr , ';'; }
tabs() { tr , "$TAB"; }
quoted() { sed 's/,/","/g; s/^/"/; s/$/"/'; }
blank_lines() { awk 'NR == 1 { print "" } { print } NR % 5 == 0 { print ""; print ",,,,," }'; }
trailing_commas() { awk 'NR == 1 { print; next } { print $0 ",,," }'; }

it 'GB18030 with shuffled columns' remade gb18030 gb18030
it 'GB18030 with a byte order mark' remade gb18030_bom gb18030_shuffled
it 'shuffled columns' remade shuffled shuffled
it 'UTF-8 without BOM, lines ended by LF' remade lf lf
it 'lines ended by CR, as old Macs do it' remade cr cr
it 'no line end behind the last row' remade noend no_last_end
it 'semicolons between the cells' remade semicolons semicolons
it 'tabs between the cells' remade tabs tabs
it 'every cell in quotes' remade quoted quoted
it 'blank lines between the rows' remade blanklines blank_lines
it 'rows with blank cells behind the last column' remade trailing trailing_commas

backwards() { awk 'NR == 1 { print; next } { line[NR] = $0 } END { for (i = NR; i > 1; i--) print line[i] }'; }
it 'rows in another order, villages before their county' remade backwards backwards

# --- headings ----------------------------------------------------------------------------------------------

english() {
    changed english
    headings regions.csv 'Region code,Name,Level'
    headings region_years.csv 'Region code,Year,Indicator,Value'
    headings households.csv "Household number,Village code,Head of household,Address,Phone,Household attribute,Main cause of poverty,Other causes of poverty,Poverty state,Year out of poverty,Entered on,Two-daughter household,Family planning complied with,Debt,Bank,Kind of account,Bank account,Note"
    headings persons.csv 'Household number,NAME,Identity number,Relation to the head,sex,Birth date,ethnicity,Political status,Education,Health,Labour capacity,Village cadre,Disability certificate,Note'
    headings incomes.csv 'Household number,Year,Wage income,Business income,Property income,Transfer income,Business expense,Arable land,Poultry'
    gives_same english
}
it 'headings in English, capitals or not' english

column_names() {
    changed names
    headings regions.csv 'code,name,level'
    headings region_years.csv 'region,year,indicator,value'
    headings households.csv "hh_no,village,head_name,address,phone,attribute,cause_main,causes_other,state,exit_year,entered_on,two_daughters,family_planning_compliant,debt,bank,bank_account_kind,bank_account,note"
    headings persons.csv 'hh_no,name,id_number,relation,sex,birth_date,ethnicity,political_status,education,health,labour,village_cadre,disability_card,note'
    headings incomes.csv 'hh_no,year,wage_income,business_income,property_income,transfer_income,business_expense,arable,poultry'
    gives_same names
}
it 'headings as the JSON names the fields' column_names

national() {
    changed national
    headings regions.csv 'AAR008,名称,级别'
    headings households.csv 'AAC001,AAR008,户主姓名,家庭住址,AAR012,AAC006,AAC007,AAC008,AAR010,脱贫年度,识别日期,是否二女户,是否落实计划生育,负债金额,AAQ002,账号类型,AAC004,备注'
    headings persons.csv 'AAC001,AAB002,AAB004,AAB006,性别,出生日期,AAB007,AAK033,AAB008,AAB017,AAB010,是否村干部,残疾证号,备注'
    headings incomes.csv 'AAC001,年度,AAC073,AAC071,AAC072,转移性收入,AAC074,AAC301,家禽(只)'
    gives_same national
}
it 'headings in national codes' national

others() {
    changed others
    headings regions.csv '行政区划代码,区划名称,行政级别'
    headings region_years.csv '行政区划,年份,指标名称,指标值'
    headings households.csv '贫困户编号,行政村代码,户主,住址,手机号码,户属性,致贫原因,其它致贫原因,脱贫属性,脱贫年份,识别(纳入)日期,双女户,落实计划生育,负债,开户行,账户类型,一卡通账号,说明'
    headings persons.csv '户号,成员姓名,身份证号,家庭关系,成员性别,出生年月,民族名称,政治面目,学历,身体状况,劳动能力,村干部,残疾人证号,说明'
    headings incomes.csv '户编码,年份,工资收入,经营性收入,财产收入,转移收入,经营性支出,耕地,家禽'
    gives_same others
}
it 'headings by the other names that offices use' others

decorated() {
    changed decorated
    headings households.csv '*户编号,村代码（12位）,户主姓名 *,家庭住址(到组), 联系电话 ,贫困户属性【单选】,主要致贫原因（单选）,其他致贫原因[最多两项],脱贫状态,脱贫年度（年）,识别日期,是否二女户（是/否）,是否落实计划生育*,负债金额（元）,开户银行,账号类型,银行账号（文本格式）,备　注'
    headings persons.csv '＊户编号,姓　名,证件号码（必填）,与户主 关系,性 别,出生日期,民  族,政治面貌,文化程度,健康状况(可多选),劳动技能,是否村干部,残疾证号（如有）,备 注'
    headings incomes.csv '户编号,年度,工资性收入(元),生产经营性收入（元）,财产性收入(元),转移性收入（单位：元）,生产经营性支出(元),耕地面积[亩],家禽（只）'
    gives_same decorated
}
it 'headings with stars, units in brackets and blanks' decorated

broken_heading() {
    changed broken
    awk 'NR == 1 { sub("与户主关系", "\"与户主\n关系\""); sub("证件号码", "\"证件号码\r\n（18位）\"") } { print }' persons.csv > p && mv p persons.csv
    gives_same broken
}
it 'headings that go over two lines in their cell' broken_heading

# --- columns -----------------------------------------------------------------------------------------------

surplus() {
    changed surplus
    add_column households.csv 镇联系人 张三
    add_column households.csv '序号' 1
    add_column persons.csv 照片 ''
    cut_column persons.csv 备注
    add_column persons.csv 备注 ''
    fresh surplus
    is "$all" "$(imports 0 "$TMPDIR/surplus")"
    is '["镇联系人","序号"]' "$(member_of households.csv unknown_columns)"
    is '["照片"]' "$(member_of persons.csv unknown_columns)"
    is '[]' "$(member_of incomes.csv unknown_columns)"
    expect 0 import "$TMPDIR/surplus"
    says 'households.csv：不认识的列：镇联系人、序号'
}
it 'columns that nothing is known of are named and harm nothing' surplus

missing() {
    changed missing
    for column in 家庭住址 联系电话 脱贫年度 识别日期 负债金额 备注; do
        cut_column households.csv "$column"
    done
    cut_column regions.csv 级别
    fresh missing
    is "$all" "$(imports 0 "$TMPDIR/missing")"
    for column in 家庭住址 联系电话 脱贫年度 识别日期 负债金额 备注; do
        member_of households.csv missing_columns | grep -q "\"$column\""
    done
    is '["级别","城乡分类","是否重点扶贫村","曾用名","启用日期","停用日期","并入区划代码","备注"]' "$(member_of regions.csv missing_columns)"
    is '[]' "$(member_of households.csv unknown_columns)"
    is "$(grep "^.\\?region.\\?[,|]" "$TMPDIR/reference")" "$(dump | grep "^.\\?region.\\?[,|]")"
}
it 'optional columns may be missing and are named; the level of a region follows from its code' missing

twice() {
    changed twice
    add_column persons.csv 姓名 别人
    fresh twice
    is "$all" "$(imports 0 "$TMPDIR/twice")"
    is '["姓名"]' "$(member_of persons.csv unknown_columns)"
    dump > "$TMPDIR/twice.dump"
    is_file "$TMPDIR/reference" "$TMPDIR/twice.dump"
}
it 'a heading that stands twice counts where it stands first, and the second one is named' twice

# --- cells --------------------------------------------------------------------------------------------------

by_code() {
    changed codes
    sed -i 's/,汉族,/,1,/; s/,畲族,/,22,/; s/,回族,/,3,/; s/,群众,/,13,/; s/,户主,/,1,/; s/,配偶,/,2,/; s/,男,/,1,/; s/,女,/,2,/; s/,初中,/,3,/; s/,健康,/,1,/; s/,长期慢性病,/,2,/' persons.csv
    sed -i 's/,已脱贫,/,1,/; s/,未脱贫,/,0,/; s/,一般贫困户,因病,/,1,1,/; s/,一般贫困户,其他,/,1,14,/; s/,缺技术、缺资金,/,7、9,/; s/,是,是,/,1,1,/; s/,否,是,/,0,1,/; s/,卡,/,1,/' households.csv
    sed -i 's/,省$/,1/; s/,市$/,2/; s/,县$/,3/; s/,镇$/,4/; s/,村$/,5/' regions.csv
    gives_same codes
}
it 'codes by their numbers' by_code

by_national() {
    changed nationals
    sed -i 's/,汉族,/,01,/; s/,畲族,/,22,/; s/,回族,/,03,/; s/,户主,/,01,/; s/,配偶,/,02,/; s/,之女,/,04,/; s/,初中,/,03,/; s/,小学,/,02,/' persons.csv
    sed -i 's/,一般贫困户,其他,/,一般贫困户,99,/' households.csv
    gives_same nationals
}
it 'codes by their national codes' by_national

by_alias() {
    changed aliases
    sed -i 's/,汉族,/,汉,/; s/,户主,/,本人,/; s/,配偶,女,/,妻子,女,/; s/,之女,/,长女,/; s/,之子,/,儿子,/; s/,男,/,男性,/; s/,女,/,F,/; s/,文盲或半文盲,/,文盲,/; s/,健康,/,良好,/; s#,长期慢性病、残疾,#,慢性病/残疾,#; s/,患有大病,/,大病,/' persons.csv
    sed -i 's/,已脱贫,/,脱贫,/; s/,预脱贫,/,拟脱贫,/; s/,返贫,/,已返贫,/; s/,一般贫困户,因病,/,一般户,因病致贫,/; s/,缺技术、缺资金,/,缺少技术；资金短缺,/; s/,是,是,/,√,有,/; s/,否,是,/,×,Y,/; s/,卡,/,银行卡,/' households.csv
    gives_same aliases
}
it 'codes by other words for them, several of them with other separators' by_alias

by_english() {
    changed words
    sed -i 's/,汉族,/,Han,/; s/,户主,/,Head,/; s/,男,/,Male,/; s/,女,/,Female,/; s/,健康,/,Healthy,/; s/,是,,/,yes,,/; s/,否,/,no,/' persons.csv
    sed -i 's/,已脱贫,/,Out of poverty,/; s/,未脱贫,/,poor,/; s/,一般贫困户,因病,/,Poor household,illness,/' households.csv
    gives_same words
}
it 'codes by English labels and by the words of the JSON' by_english

dates() {
    changed dates
    set_cell households.csv 2 识别日期 2014/3/1
    set_cell households.csv 3 识别日期 2014.03.01
    set_cell households.csv 4 识别日期 2014年5月20日
    set_cell households.csv 5 识别日期 20131231
    set_cell households.csv 6 识别日期 ２０１４－０３－０１
    set_cell households.csv 7 识别日期 '2015-1-15 '
    set_cell households.csv 8 识别日期 '2014 年 03 月 01 日'
    set_cell households.csv 11 识别日期 2016/02/29
    gives_same dates
}
it 'dates in every form' dates

old_ids() {
    changed old
    sed -i 's/990699196203140013/990699620314001/' persons.csv
    gives_same old 1
}
it 'a 15-digit number of the old kind is converted, with a warning' old_ids

full_width() {
    changed wide
    sed -i 's/,990699196203140013,/,９９０６９９１９６２０３１４００１３,/; s/,99069919701010001X,/,９９０６９９１９７０１０１０００１ｘ,/; s/^M004,/Ｍ００４,/' persons.csv
    sed -i 's/^M002,/Ｍ００２,/; s/,350699100201,林秀英,/,３５０６９９１００２０１,林秀英,/; s/,13900000002,/,１３９００００００02,/; s/,12000.50,/,１２０００．５０,/; s/,2016,2014-03-01/,２０１６,2014-03-01/; s/,9999990000006990010,/,９９９９９９００００００6990010,/' households.csv
    sed -i 's/^M006,2016,/Ｍ００６,２０１６,/; s/,6424,/,６４２４,/' incomes.csv
    gives_same wide
}
it 'full-width digits and letters, in household numbers too' full_width

blanks_inside() {
    changed inside
    sed -i 's/,陈大山,990/,陈 大 山,990/; s/,郑文,990/,郑　文,990/; s/,马兰,/, 马　　兰 ,/; s/,990699196308220028,/, 990699 19630822 0028 ,/' persons.csv
    sed -i 's/,郑文,/,郑　文,/; s/,13900000001,/,139 0000 0001,/; s/,0596-2012345,/,0596—2012345,/; s/,9999990000006990010,/,9999 9900 0000 6990 010,/; s/^M003,/ M003 ,/' households.csv
    gives_same inside
}
it 'names widened by blanks, numbers written in groups, dashes of any kind' blanks_inside

money() {
    changed money
    sed -i 's/,12000.50,/,"12,000.50",/; s/,3000.00,农业/,3000元,农业/; s/,150.00,/,￥150,/; s/,20000.00,/,"¥20,000.00",/; s/,800.00,/,800.0,/' households.csv
    sed -i 's/,5998.00,/,5998,/; s/,6900.50,/,"6,900.5",/' incomes.csv
    gives_same money
}
it 'amounts with thousands separators, currency signs and without decimals' money

apostrophes() {
    changed apostrophes
    sed -i "s/,\\(9906[0-9X]*\\),/,'\\1,/" persons.csv
    sed -i "s/,\\(9999990[0-9]*\\),/,'\\1,/" households.csv
    gives_same apostrophes
}
it 'numbers behind the apostrophe that makes them text' apostrophes

quotes() {
    changed quotes
    sed -i 's/,第1组,13900000001,/,"第1组, 老街3号\n""旧屋"" 二楼",13900000001,/' households.csv
    fresh quotes
    is "$all" "$(imports 0 "$TMPDIR/quotes")"
    is "$(printf '第1组, 老街3号\n"旧屋" 二楼')" "$(sql "SELECT address FROM household WHERE hh_no = 'M001'" | sed "1s/^'//; \$s/'\$//")"
    is 27 "$(sql 'SELECT count(*) FROM person')"
}
it 'commas, line ends and quotes inside a quoted cell come in as they are' quotes

other_documents() {
    changed documents
    add_column persons.csv 证件类型 ''
    set_cell persons.csv 3 证件类型 护照
    set_cell persons.csv 3 证件号码 E12345678
    set_cell persons.csv 3 性别 女
    for f in "$TMPDIR"/documents/*.csv; do
        shuffled "$f" > "$f.new" && mv "$f.new" "$f"
    done
    head -n 1 persons.csv | grep -q '^备注\|^证件类型' # not yet behind the number
    fresh documents
    is "$all" "$(imports 0 "$TMPDIR/documents")"
    cut_column persons.csv 证件类型
    add_column persons.csv 证件类型 ''
    awk -F , -v OFS=, 'NR > 1 && /E12345678/ { $NF = "护照" } { print }' persons.csv > p && mv p persons.csv
    is 'households.csv household 12 0 0 12 0 0 true
incomes.csv household_year 14 0 0 14 0 0 true
persons.csv person 27 0 0 27 0 0 true
region_years.csv region_year 2 0 0 2 0 0 true
regions.csv region 8 0 0 8 0 0 true' "$(imports 0 "$TMPDIR/documents")"
}
it 'a passport is taken as one wherever the column with the kind of document stands' other_documents

finish
