#!/bin/sh
# Repayments by file, from the command line, on 龙文's archive: once however often the file comes, refused rows in a
# file that can be corrected and given again, ugly input, both languages, JSON (R341, R344).  Run by tools/run-one.sh.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
book=demo/longwen
work=$dir/out
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"

mkdir "$dir/book"
cp "$book"/households.csv "$book"/persons.csv "$book"/regions.csv "$book"/periods.csv "$book"/loans.csv \
    "$book"/repayments.csv "$book"/sources.csv "$dir/book"
run init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
run import --rejects "$dir/refused.csv" "$dir/book"
check 'the archive comes in' 0
# Loans that nothing was paid back of: number, amount.
tr -d '\r' < "$book/repayments.csv" | cut -d, -f1 | sort > "$dir/paid"
tr -d '\r' < "$book/loans.csv" | tail -n +2 | grep '^XF' | cut -d, -f1,5,6 | sort -r | awk -F, -v paid="$dir/paid" '
    BEGIN { while ((getline n < paid) > 0) seen[n] = 1 }
    !($1 in seen)' | head -n 40 > "$dir/open"
nth() { sed -n "$1p" "$dir/open" | cut -d, -f"$2"; }
today=$(TZ=Asia/Shanghai date +%F)
outstanding() { run repay list "$1" --json && sed 's/.*"outstanding":"\([0-9.]*\)".*/\1/' "$work"; }

# --- a good file --------------------------------------------------------------------------------------

{
    printf '幸福工程还款登记表,,,,\r\n'
    printf '合同编号,还款日期,还款金额,付款人,收据号\r\n'
    awk -F, -v day="$today" '{ printf "%s,%s,%d.50,付款人,SJ%04d\r\n", $1, day, NR, NR }' "$dir/open"
    printf '合计,,840.00,,\r\n'
} > "$dir/good.csv"
before=$(outstanding "$(nth 3 1)")
run repay --file "$dir/good.csv" --collector 李干事
check 'forty rows are recorded' 0 '40 rows: 40 repayments of 840.00 yuan recorded, 0 known before, 0 rows refused'
after=$(outstanding "$(nth 3 1)")
holds 'the third is 3.50 less' test "$(awk -v a="$before" -v b="$after" 'BEGIN { printf "%.2f", a - b }')" = 3.50
check 'under the number of its receipt and who collected it' 0 '"receipt_no":"SJ0003"' '李干事'
run repay --file "$dir/good.csv"
check 'the same file again does nothing' 0 '0 repayments of 0.00 yuan recorded, 40 known before'
iconv -f UTF-8 -t GB18030 "$dir/good.csv" > "$dir/gb.csv"
BANGFU_LANG=zh run repay --file "$dir/gb.csv" --json
check 'in GB18030 neither, as JSON' 0 '"rows":40,"taken":0,"known":40,"refused":0,"amount":"0.00"'
run repay void SJ0003 --reason 写错
check 'a receipt of a file can be voided' 0
run repay --file "$dir/good.csv"
check 'and does not come back with its file' 0 '40 known before'

# --- a bad one ------------------------------------------------------------------------------------------

{
    echo '证件号码;金额;日期;备注;编号'
    echo "$(nth 5 2);1;$today;按证件号码;"
    echo ";2;$today;没有合同;"
    echo ";3;$today;无此合同;XF-0"
    echo ";肆元;$today;大写;$(nth 6 1)"
    echo ";5;2099-01-01;将来;$(nth 6 1)"
    echo ";6;1999-01-01;放款以前;$(nth 6 1)"
    echo ";99999999;$today;太多;$(nth 6 1)"
    echo ";-8;$today;负数;$(nth 6 1)"
    echo ";9;$today;\"=1+1, 公式\";$(nth 7 1)"
    echo "990603196503040001;10;$today;校验位;"
} > "$dir/bad.csv"
BANGFU_LANG=zh run repay --file "$dir/bad.csv" --rejects "$dir/back.csv"
check 'good rows of a bad file come in, and it says where the others are' 3 '10 行' "$dir/back.csv"
holds 'refused rows keep their columns and get a reason' grep -q '证件号码,金额,日期,备注,编号,拒绝原因' "$dir/back.csv" ||
    head -n 2 "$dir/back.csv"
for text in '没有合同编号，也没有证件号码' 'XF-0' '第 5 行' '校验'; do
    holds "the reason is there: $text" grep -qF -e "$text" "$dir/back.csv"
done
holds 'only its owner may read it' test "$(stat -c %a "$dir/back.csv")" = 600
run repay --file "$dir/bad.csv" --rejects "$dir/back.csv"
check 'no file is written over' 1 "$dir/back.csv"
sed "s/XF-0/$(nth 8 1)/" "$dir/back.csv" > "$dir/corrected.csv"
run repay --file "$dir/corrected.csv" --rejects "$dir/back2.csv" --json
check 'corrected, the rejects can be given again' 3 '"taken":1,"known":0' '"line":'
lacks 'no ID number stands in what is said' 990603196503040001

run repay --file "$dir/none.csv"
check 'a file that is not there' 1
printf '姓名,年龄\n陈燕,30\n' > "$dir/other.csv"
run repay --file "$dir/other.csv"
check 'a file that holds no repayments' 1 'it needs the columns'
printf '\377\376\000\001' > "$dir/bytes.csv"
run repay --file "$dir/bytes.csv"
check 'bytes that are no text' 1
run repay
check 'without a file' 2 --file

# --- who may ------------------------------------------------------------------------------------------------

run user add chen --name 陈镇 --role township_clerk --region 350603101
run repay --file "$dir/good.csv" --as chen --rejects "$dir/elsewhere.csv" --json
if [ "$code" = 1 ] || { [ "$code" = 3 ] && grep -q '"taken":0' "$work"; }; then
    passed 'a clerk elsewhere records nothing'
else
    failed 'a clerk elsewhere records nothing'
fi
run verify
check 'everything verifies' 0
exit "$failures"
