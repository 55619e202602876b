#!/bin/sh
# scope.sh - a clerk brings in what is in the clerk's own area, and learns nothing of what is not.
# shellcheck disable=SC2119,SC2317
# shellcheck source=tests/import/lib.sh
. "$(dirname "$0")/lib.sh"

mini "$TMPDIR/mini"
cd "$TMPDIR" || exit 1

# Another county, with households N001 … and people of its own.
mkdir other
for f in regions region_years households incomes; do
    sed 's/350699/350698/; s/^M/N/; s/试验县/邻县/' mini/$f.csv > other/$f.csv
done
awk "$numbers"'BEGIN { FS = OFS = "," } NR > 1 { sub(/^M/, "N"); if ($3 != "") $3 = id_number("990698", substr($3, 7, 8), substr($3, 15, 3)); $13 = "" } { print }' \
    mini/persons.csv > other/persons.csv
outsider=$(sed -n 2p other/persons.csv | cut -d , -f 3) # 陈大山 of N001

as() { # USER CODE ARGUMENTS…
    user=$1 code=$2
    shift 2
    expect "$code" --as "$user" "$@"
}
imports_as() { # USER CODE PATH…
    user=$1 code=$2
    shift 2
    rm -f rejects.csv
    expect "$code" --as "$user" --json import --rejects "$TMPDIR/rejects.csv" "$@" && files
}
# staffed NAME: a database with three clerks: of township 甲镇, of its county, of the county next door.
staffed() {
    fresh "$1"
    expect 0 user add jia --name 甲镇经办 --role township_clerk --region 350699100
    expect 0 user add yi --name 乙乡经办 --role township_clerk --region 350699200
    expect 0 user add xian --name 县经办 --role county_clerk --region 350699
    expect 0 user add lin --name 邻县经办 --role county_clerk --region 350698
    expect 0 user add kan --name 领导 --role leader --region 350699
}

own_villages() {
    staffed own
    imports 0 mini/regions.csv
    is 'households.csv household 12 9 0 0 3 0 true
incomes.csv household_year 14 11 0 0 3 0 true
persons.csv person 27 21 0 0 6 0 true
region_years.csv region_year 2 0 0 0 2 0 true
regions.csv region 8 0 0 8 0 0 true' "$(imports_as jia 3 mini)"
    is 'region_years.csv:2 区划代码 | 350699000000 | 用户“jia”没有“维护区划”的权限
region_years.csv:3 区划代码 | 350699000000 | 用户“jia”没有“维护区划”的权限
households.csv:11 村代码 | 350699200201 | 区划 350699200201 不在您的管辖范围内
households.csv:12 村代码 | 350699200201 | 区划 350699200201 不在您的管辖范围内
households.csv:13 村代码 | 350699200201 | 区划 350699200201 不在您的管辖范围内' "$(refused | head -n 5)"
    is '户编号 没有户编号为 M010 的户（或该户未能导入）
户编号 没有户编号为 M011 的户（或该户未能导入）
户编号 没有户编号为 M012 的户（或该户未能导入）' "$(refused | sed -n '6,$p' | sed 's/^[^ ]* //; s/ |.*| / /' | sort -u)"
    is '9 21 11' "$(sql 'SELECT count(*) FROM household' 'SELECT count(*) FROM person' 'SELECT count(*) FROM household_year' | tr '\n' ' ' | sed 's/ $//')"
    is 0 "$(sql 'SELECT count(*) FROM household WHERE village >= 350699200000')"
    # The other township brings in the rest.
    is 'households.csv household 12 3 0 0 9 0 true
incomes.csv household_year 14 3 0 0 11 0 true
persons.csv person 27 6 0 0 21 0 true' "$(imports_as yi 3 mini/households.csv mini/incomes.csv mini/persons.csv)"
    is "$(imports 0 mini | awk '{ print $1, $6 }')" "$(printf 'households.csv 12\nincomes.csv 14\npersons.csv 27\nregion_years.csv 0\nregions.csv 8')"
    verifies
}
it 'a township clerk brings in the own villages; others are refused with the reason; known regions are no offence' own_villages

no_regions() {
    staffed regions
    is 'regions.csv region 8 0 0 0 8 0 true' "$(imports_as jia 3 mini/regions.csv)"
    is 0 "$(sql 'SELECT count(*) FROM region')"
    is 'regions.csv region 8 8 0 0 0 0 true' "$(imports_as xian 0 mini/regions.csv)"
    is 'regions.csv region 8 0 0 2 6 0 true' "$(imports_as xian 3 other/regions.csv)"
    is 'regions.csv:4 区划代码 | 350698000000 | 区划 350698000000 不在您的管辖范围内' "$(refused | head -n 1)"
    sed 's/东村/新东村/' mini/regions.csv > renamed.csv
    is 'renamed.csv region 8 0 0 7 1 0 true' "$(imports_as jia 3 renamed.csv)"
    is 'renamed.csv region 8 0 1 7 0 0 true' "$(imports_as xian 0 renamed.csv)"
}
it 'regions are for the county to name, its own only, with the province and city above it' no_regions

readers() {
    staffed readers
    row_counts > before
    as kan 1 import mini
    says '用户“kan”没有“导入名册”的权限'
    as nobody 1 import mini
    says '没有用户“nobody”，或已停用'
    row_counts > after
    is_file before after
}
it 'who may only read imports nothing' readers

overwriting() {
    staffed overwriting
    imports 0 mini
    dump > before
    # Household M010 of the other township, moved into the own one, with its members and years.
    { head -n 1 mini/households.csv && sed -n 11p mini/households.csv | sed 's/350699200201/350699100201/; s/蔡天福/改名/'; } > move.csv
    { head -n 1 mini/persons.csv && grep ^M010 mini/persons.csv | sed 's/汉族/畲族/'; } > people.csv
    { head -n 1 mini/incomes.csv && grep ^M010 mini/incomes.csv | sed 's/2600/9600/'; } > years.csv
    is 'move.csv household 1 0 0 0 1 0 true
people.csv person 3 0 0 0 3 0 true
years.csv household_year 1 0 0 0 1 0 true' "$(imports_as jia 3 move.csv people.csv years.csv)"
    refused | grep -q '^move.csv:2 户编号 | M010 | 区划 350699200201 不在您的管辖范围内$'
    refused | grep -q '^people.csv:2 户编号 | M010 | 区划 350699200201 不在您的管辖范围内$'
    # And one of the own households moved out of the area.
    { head -n 1 mini/households.csv && sed -n 2p mini/households.csv | sed 's/350699100201/350699200201/'; } > out.csv
    is 'out.csv household 1 0 0 0 1 0 true' "$(imports_as jia 3 out.csv)"
    dump > after
    is_file before after
    is 'move.csv household 1 0 1 0 0 0 true' "$(imports_as xian 0 move.csv)"
    verifies
}
it 'a household of another township can be neither changed nor moved, nor one of the own moved out' overwriting

who_is_where() {
    staffed where
    imports 0 mini
    imports 0 other
    # The same person again, in a household of 甲镇: registered in 乙乡 of the county, and in another county.
    { echo 户编号,姓名,证件号码,与户主关系 && echo 'M001,蔡天福,990699195209090016,其他' && echo "M001,陈大山,$outsider,其他"; } > again.csv
    row_counts > before
    is 'again.csv person 2 0 0 0 2 0 true' "$(imports_as xian 3 again.csv)"
    is "again.csv:2 证件号码 | 990699195209090016 | 证件号码已登记在户 M010（350699200201）
again.csv:3 证件号码 | $outsider | 证件号码已在 邻县 登记" "$(refused)"
    is 'again.csv person 2 0 0 0 2 0 true' "$(imports_as jia 3 again.csv)"
    is "again.csv:2 证件号码 | 990699195209090016 | 证件号码已在 试验县 登记
again.csv:3 证件号码 | $outsider | 证件号码已在 邻县 登记" "$(refused)"
    is 'again.csv person 2 0 0 0 2 0 true' "$(imports 3 --county 350699 again.csv)"
    is "again.csv:2 证件号码 | 990699195209090016 | 证件号码已登记在户 M010（350699200201）
again.csv:3 证件号码 | $outsider | 证件号码已登记在户 N001（350698100201）" "$(refused)"
    expect 3 --as xian --lang en import --rejects "$TMPDIR/en.csv" again.csv
    is 'the identity number is registered in household M010 (350699200201)
the identity number is registered in 邻县' "$(parse en.csv | awk -F "$(printf '\001')" 'NR > 1 { print $5 }')"
    is '' "$(grep -e N001 -e 350698 rejects.csv en.csv | grep -v '^rejects.csv:.*N001（350698100201）' || true)"
    row_counts > after
    is_file before after
}
it 'a person who is registered already is told by household and village within the area, beyond it by the county alone' who_is_where

same_run() {
    staffed together
    imports 0 mini
    imports 0 other/regions.csv
    # The person and the household that would hold it twice come in one run.
    { head -n 1 mini/households.csv && echo 'M020,350699100202,新户,,,,,,,,,,,,,,,'; } > new.csv
    { echo 户编号,姓名,证件号码,与户主关系 && echo 'M020,新人,990699200101010014,户主' && echo 'M020,何添丁,990699197305050013,其他'; } > new-people.csv
    is 'new.csv household 1 1 0 0 0 0 true
new-people.csv person 2 1 0 0 1 0 true' "$(imports_as jia 3 new.csv new-people.csv)"
    is 'new-people.csv:3 证件号码 | 990699197305050013 | 证件号码已在 试验县 登记' "$(refused)"
}
it 'so it is for the members of a household that comes in with them' same_run

found() {
    staffed found
    imports 0 mini
    imports 0 other
    hits() { tr '{' '\n' < out | sed -n 's/.*"hh_no":"\([^"]*\)".*/\1/p' | sort -u | tr '\n' ' '; }
    as xian 0 --json find 蔡天福
    is 'M010 ' "$(hits)"
    as yi 0 --json find 蔡
    is 'M010 ' "$(hits)"
    as jia 1 --json find 蔡
    is '{"hits":[],"more":false,"elsewhere":null}' "$(cat out)"
    as jia 1 --json find M010
    as jia 1 --json find 13900000010
    as jia 1 --json find 南村
    as jia 1 --json find 350699200201
    as jia 0 --json find 990699195209090016
    is '{"hits":[],"more":false,"elsewhere":"试验县"}' "$(cat out)"
    as xian 0 --json find "$outsider"
    is '{"hits":[],"more":false,"elsewhere":"邻县"}' "$(cat out)"
    as lin 0 --json find "$outsider"
    is 'N001 ' "$(hits)"
    as xian 0 --json find 陈大山
    is 'M001 ' "$(hits)"
    as admin 0 --json find 陈大山
    is 'M001 N001 ' "$(hits)"
    as jia 0 --json count
    grep -q '^{"households":9,"persons":21,' out
    as jia 1 show household M010
    as lin 1 show household M001
}
it 'find, show and count keep to the area' found

same_numbers() {
    staffed numbers
    imports 0 mini
    sed 's/^N/M/' other/households.csv > other-households.csv
    sed 's/^N/M/' other/persons.csv > other-persons.csv
    imports 0 other/regions.csv
    is 'other-households.csv household 12 12 0 0 0 0 true
other-persons.csv person 27 27 0 0 0 0 true' "$(imports_as lin 0 other-households.csv other-persons.csv)"
    # Each clerk means the own county by a number that both have.
    is 'other-persons.csv person 27 0 0 27 0 0 true' "$(imports_as lin 0 other-persons.csv)"
    is 'persons.csv person 27 0 0 27 0 0 true' "$(imports_as xian 0 mini/persons.csv)"
    # 谢安 has no number, and there is one in both counties.
    is 'other-persons.csv person 27 0 0 1 26 0 true' "$(imports_as xian 3 other-persons.csv)"
    is '证件号码 证件号码已在 邻县 登记' "$(refused | sed 's/^[^ ]* //; s/ |.*| / /' | grep 登记 | sort -u)"
    verifies
}
it 'of household numbers that two counties share each clerk means the own' same_numbers

finish
