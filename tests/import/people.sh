#!/bin/sh
# people.sh - who is the same person, and which row is the same row.
# shellcheck disable=SC2119,SC2317
# shellcheck source=tests/import/lib.sh
. "$(dirname "$0")/lib.sh"

mini "$TMPDIR/mini"
cd "$TMPDIR" || exit 1

# Members of M012, as rows that end in what the sentence is about.
members() { { echo '户编号,姓名,证件号码,与户主关系,出生日期,就读学校' && cat; } > "$1"; }
# Who is in M012: name, whether there is a number, birth date, school.
in_m012() {
    sql "SELECT x.name, x.id_number IS NOT NULL, x.birth_date, x.school FROM person x JOIN household h ON h.county = x.county AND h.id = x.household_id
        WHERE h.hh_no = 'M012' ORDER BY x.name, x.birth_date, x.id" | tr -d "'" | sed 's/NULL//g; s/,/|/g; s/|t|/|1|/; s/|f|/|0|/'
}

two_households() {
    fresh two
    cp -r mini two
    members two/zz.csv << 'END'
M003,陈大山,990699196203140013,其他,,
M012,陈大山,990699196203140013,其他,,
END
    imports 3 two | grep '^zz.csv person 2 0 0 0 2 0 true$'
    is 'zz.csv:2 证件号码 | 990699196203140013 | 与 persons.csv 第 2 行重复，内容不同
zz.csv:3 证件号码 | 990699196203140013 | 与 persons.csv 第 2 行重复，内容不同' "$(refused)"
}
it 'one person in two households of the files: the later row is refused, naming file and line of the first' two_households

registered() {
    fresh registered
    imports 0 mini
    members again.csv << 'END'
M012,陈大山,990699196203140013,其他,,
END
    is 'again.csv person 1 0 0 0 1 0 true' "$(imports 3 again.csv)"
    is 'again.csv:2 证件号码 | 990699196203140013 | 证件号码已登记在户 M001（350699100201）' "$(refused)"
    sed -i 's/990699196203140013/990699620314001/' again.csv
    imports 3 again.csv
    is 'again.csv:2 证件号码 | 990699620314001 | 证件号码已登记在户 M001（350699100201）' "$(refused)"
    is 27 "$(sql 'SELECT count(*) FROM person')"
    is 26 "$(sql 'SELECT count(*) FROM national_id')"
}
it 'a person who is registered in another household, by the old number too: refused, naming household and village' registered

gets_number() {
    fresh number
    imports 0 mini
    members born.csv << 'END'
M012,何宝,,之子,2015-06-01,
END
    is 'born.csv person 1 1 0 0 0 0 true' "$(imports 0 born.csv)"
    is 'born.csv person 1 0 0 1 0 0 true' "$(imports 0 born.csv)"
    awk "$numbers"'BEGIN { FS = OFS = "," } NR > 1 { $3 = id_number("990699", "20150601", 3); $5 = "" } { print }' born.csv > named.csv
    is 'named.csv person 1 0 1 0 0 0 true' "$(imports 0 named.csv)"
    is 'named.csv person 1 0 0 1 0 0 true' "$(imports 0 named.csv)"
    is 'born.csv person 1 0 0 1 0 0 true' "$(imports 0 born.csv)"
    is '何宝|1|16587|' "$(in_m012 | grep 何宝)"
    is 27 "$(sql 'SELECT count(*) FROM national_id')"
    verifies
}
it 'a child without a number that gets one later is the same child' gets_number

same_name() {
    fresh same
    imports 0 mini
    members one.csv << 'END'
M012,何平,,之子,,
END
    imports 0 one.csv
    awk "$numbers"'BEGIN { print "户编号,姓名,证件号码,与户主关系,出生日期,就读学校"
        print "M012,何平," id_number("990699", "20100101", 1) ",之子,,甲校"
        print "M012,何平," id_number("990699", "20120101", 1) ",之子,,乙校" }' > both.csv
    is 'both.csv person 2 1 1 0 0 0 true' "$(imports 0 both.csv)"
    is '何平|1|14610|甲校
何平|1|15340|乙校' "$(in_m012 | grep 何平)"
    is 28 "$(sql 'SELECT count(*) FROM national_id')"
    is 'both.csv person 2 0 0 2 0 0 true' "$(imports 0 both.csv)"
    verifies
}
it 'two of one name and one stored row without a number: it becomes one of them, and nobody is lost' same_name

mixed() {
    fresh mixed
    imports 0 mini
    awk "$numbers"'BEGIN { print "户编号,姓名,证件号码,与户主关系,出生日期,就读学校"
        print "M012,何平," id_number("990699", "20100101", 1) ",之子,,甲校" }' > one.csv
    imports 0 one.csv
    { cat one.csv && echo 'M012,何平,,之子,,乙校'; } > two.csv
    { head -n 1 one.csv && echo 'M012,何平,,之子,,乙校' && sed 1d one.csv; } > owt.csv
    is 'two.csv person 2 1 0 1 0 0 true' "$(imports 0 two.csv)"
    is '何平|1|14610|甲校
何平|0||乙校' "$(in_m012 | grep 何平 | sort -t '|' -k 2r)"
    is 'owt.csv person 2 0 0 2 0 0 true' "$(imports 0 owt.csv)"
    verifies
}
it 'a number says who is meant, before a name does, wherever its row stands' mixed

no_numbers() {
    fresh school
    imports 0 mini
    { echo '户编号,姓名,与户主关系,就读学校' && echo 'M004,欧阳双双,之女,县一小' && echo 'M004,欧阳 一鸣,之子,省大' && echo 'M012,何 安 安,之女,县一中'; } > school.csv
    is 'school.csv person 3 0 3 0 0 0 true' "$(imports 0 school.csv)"
    is 3 "$(sql 'SELECT count(*) FROM person WHERE school IS NOT NULL')"
    is 27 "$(sql 'SELECT count(*) FROM person')"
    is 26 "$(sql 'SELECT count(*) FROM national_id')"
}
it 'a list without numbers, as a school sends it, finds its people by household and name' no_numbers

late_twins() {
    fresh late
    large big 500 350698
    imports 0 mini
    imports 0 big/regions.csv big/households.csv
    # More than a batch apart: the second row finds what the first one brought.
    { cut -d , -f 1-4 big/persons.csv | awk -F , -v OFS=, 'NR == 2 { print "M012,何平,,之子" } { print }' && echo 'M012,何平,,之子'; } > late.csv
    is 'late.csv person 1252 1251 0 1 0 0 true' "$(imports 0 late.csv)"
    is '何平|0||' "$(in_m012 | grep 何平)"
    { cut -d , -f 1-4,6 big/persons.csv && echo 'M012,何平,,之子,2010-01-01'; } > later.csv
    is 'later.csv person 1251 0 1 1250 0 0 true' "$(imports 0 later.csv)"
    is '何平|0|14610|' "$(in_m012 | grep 何平)"
    verifies
}
it 'rows without a number that stand a thousand lines apart' late_twins

same_rows() {
    fresh rows
    cp -r mini rows
    shuffled mini/persons.csv | sed 's/,汉族,/,01,/; s/1962-03-14/1962年3月14日/; s/,男,/,男性,/' > rows/persons2.csv
    sed 's/^M001,350699100201,陈大山/Ｍ001,350699100201,陈 大 山/; s/12000.50/"12,000.5"/' mini/households.csv > rows/households2.csv
    sed 's/,省$/,省级/; s/^350000000000/35/' mini/regions.csv > rows/regions2.csv
    is 'households2.csv household 12 0 0 12 0 0 true
persons2.csv person 27 0 0 27 0 0 true
regions2.csv region 8 0 0 8 0 0 true' "$(imports 0 rows | grep '2.csv')"
    is 27 "$(sql 'SELECT count(*) FROM person')"
}
it 'the same rows in two files, each in its own way of writing, are the same rows' same_rows

other_rows() {
    fresh other
    cp -r mini other
    { head -n 1 mini/households.csv && sed -n 2,3p mini/households.csv | sed 's/陈大山/陈小山/' && sed -n 4,13p mini/households.csv; } > other/households2.csv
    sed 's/11200.00/11300.00/' mini/region_years.csv > other/region_years2.csv
    sed 's/5998.00/5999.00/' mini/incomes.csv > other/incomes2.csv
    sed 's/东村/西村/' mini/regions.csv > other/regions2.csv
    is 'households2.csv household 12 0 0 11 1 0 true
incomes2.csv household_year 14 0 0 13 1 0 true
region_years2.csv region_year 2 0 0 1 1 0 true
regions2.csv region 8 0 0 7 1 0 true' "$(imports 3 other | grep '2.csv')"
    is 'regions2.csv:6 区划代码 | 350699100201 | 与 regions.csv 第 6 行重复，内容不同
region_years2.csv:2 区划代码 | 350699000000 | 与 region_years.csv 第 2 行重复，内容不同
households2.csv:2 户编号 | M001 | 与 households.csv 第 2 行重复，内容不同
incomes2.csv:2 年度 | 2015 | 与 incomes.csv 第 2 行重复，内容不同' "$(refused)"
}
it 'of two rows that contradict each other the first comes in and the second is refused' other_rows

# --- a corrected number ---------------------------------------------------------------------------------------------

# 何添丁 of M012 is registered as 990699197305050013; born on the sixth, he is 990699197305060019: two digits differ.
corrected() {
    fresh corrected
    imports 0 mini > files.out
    members fix.csv << 'END'
M012,何添丁,990699197305060019,户主,,县一中
END
    is 'fix.csv person 1 0 1 0 0 1 true' "$(imports 0 --warnings "$TMPDIR/fixed.csv" fix.csv)"
    is 'fix.csv 2 证件号码 990699************ 户内的何添丁姓名、性别相同，号码只差一两位：视为同一人，已更正其证件号码 ' \
        "$(parse fixed.csv | awk -F "$(printf '\001')" 'NR > 1 { print $1, $2, $3, $4, $5, $6 }')"
    # 1973-05-06
    is '何安安|1|11323|
何添丁|1|1221|县一中' "$(in_m012)"
    is 26 "$(sql 'SELECT count(*) FROM national_id')"
    expect 0 find 990699197305060019
    says M012
    expect 1 find 990699197305050013
    is 1 "$(sql "SELECT count(*) FROM field_change WHERE table_name = 'person' AND field = 'id_number'")"
    verifies
    # The same file again, and the old one, which does not undo it.
    is 'fix.csv person 1 0 0 1 0 0 true' "$(imports 0 fix.csv)"
    members old.csv << 'END'
M012,何添丁,990699197305050013,户主,,县二中
END
    is 'old.csv person 1 0 0 0 1 0 true' "$(imports 3 old.csv)"
    is 'old.csv:2 证件号码 | 990699197305050013 | 户内的何添丁曾登记这个号码，后来已更正：请核对，用现在的号码' "$(refused)"
}
it 'a number that differs in a digit or two from that of the member of this name and sex corrects it' corrected

both() {
    fresh both
    imports 0 mini > files.out
    members fix.csv << 'END'
M012,何添丁,990699197305060019,户主,,
M012,何添丁,990699197305050013,户主,,县一中
END
    is 'fix.csv person 2 0 1 0 1 0 true' "$(imports 3 fix.csv)"
    is 'fix.csv:2 证件号码 | 990699197305060019 | 疑与户内的何添丁为同一人（姓名、性别相同，号码只差一两位），而文件中还有一行也是此人：请核对，只留号码正确的一行' "$(refused)"
    sed -i '3s/.*/M012,何添丁,990699197305070014,户主,,/' fix.csv
    is 'fix.csv person 2 0 1 0 1 1 true' "$(imports 3 --warnings "$TMPDIR/two-new.csv" fix.csv)"
    is 'fix.csv:3' "$(refused | cut -d ' ' -f 1)"
    is 2 "$(sql "SELECT count(*) FROM person x JOIN household h ON h.county = x.county AND h.id = x.household_id WHERE h.hh_no = 'M012'")"
    verifies
}
it 'not if the file brings the old number too; of two new ones the first' both

namesakes() {
    fresh namesakes
    imports 0 mini > files.out
    members fix.csv << 'END'
M012,何添丁,990699197305060019,户主,,
M012,何添丁,990699194001010019,之父,,
END
    imports 3 fix.csv > files.out
    is 'fix.csv person 2 1 0 0 1 0 true' "$(cat files.out)"
    is 'fix.csv:2 证件号码 | 990699197305060019 | 疑为更正户内何添丁的证件号码，但户内同名的不止一人：请核对后删去多余的一行，bangfu check duplicates 可列出' "$(refused)"
    verifies
}
it 'nor if the household has two members of that name' namesakes

others() {
    fresh others
    imports 0 mini > files.out
    members new.csv << 'END'
M012,何小丁,990699197305060019,之兄弟姐妹,,
M011,何添丁,990699197305070014,其他,,
END
    imports 0 new.csv > files.out
    is 'new.csv person 2 2 0 0 0 0 true' "$(cat files.out)"
    fresh taken
    imports 0 mini > files.out
    members new.csv << 'END'
M011,张三,990699197305060019,其他,,
END
    imports 0 new.csv > files.out
    members fix.csv << 'END'
M012,何添丁,990699197305060019,户主,,
END
    imports 3 fix.csv > files.out
    is 'fix.csv:2 证件号码 | 990699197305060019 | 证件号码已登记在户 M011（350699200201）' "$(refused)"
    verifies
}
it 'others have other names, sexes or households; and a number of somebody else corrects nobody' others

existing() {
    fresh existing
    imports 0 mini > files.out
    members fix.csv << 'END'
M012,何添丁,990699197305060019,户主,,
END
    is 'fix.csv person 1 0 0 1 0 0 true' "$(imports 0 --skip fix.csv)"
    imports 3 --fail fix.csv > files.out
    is 'fix.csv:2 证件号码 | 990699197305060019 | 已有这条家庭成员记录' "$(refused)"
    imports 0 --dry-run fix.csv > files.out
    is 'fix.csv person 1 0 1 0 0 1 true' "$(cat files.out)"
    is '何安安|1|11323|
何添丁|1|1220|' "$(in_m012)"
}
it 'with --skip and --fail it is a row that exists' existing

finish
