#!/bin/sh
# The living process of two loan funds: S000's order (区–镇合同 → money to the township → household contract with the
# guarantor's signature and seal → 发放会) and S004's (责任状 → 实施合同 → 借据 → pay file, two of it returned and paid
# again), repayments of every kind, and the money lent again.  After each step the books are even and all verifies.
# R261, R279–R283, R298–R305, R312–R317, R329–R331, R341–R348.  Run by tools/run-one.sh.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
# shellcheck source=tests/support/cli.sh
. "$(dirname "$0")/../support/cli.sh"

# sound NAME: trial balances are zero, and verify has nothing to say
sound() {
    for fund in XF DY; do
        run ledger balance --fund "$fund" --json
        check "$1: the books of $fund are even" 0 '"closing":"0.00"}}'
    done
    run verify
    check "$1: everything verifies" 0
}
# says NAME TEXT: the last output holds it
says() { if grep -qF -e "$2" "$work"; then passed "$1"; else failed "$1"; fi; }
# at DAYS: that many days before today (China)
at() { TZ=Asia/Shanghai date -d "-$1 days" +%F; }

mkdir "$dir/book"
cat > "$dir/book/regions.csv" << 'END'
区划代码,名称,级别
350000000000,某省,省
350600000000,某市,市
350603000000,东县,县
350603100000,东镇,乡镇
350603100201,东一村,村
350603101000,南镇,乡镇
350603101201,南一村,村
END
cat > "$dir/book/households.csv" << 'END'
户编号,村代码,户主姓名,开户银行,银行账号,开户人
H1,350603100201,陈燕,农信社,9999990000000001061,
H2,350603100201,李霞,农信社,9999990000000001103,
H3,350603100201,黄莲,农信社,9999990000000001228,黄山
H4,350603101201,郑兰,农信社,9999990000000001319,
END
cat > "$dir/book/persons.csv" << 'END'
户编号,姓名,与户主关系,性别,出生日期
H1,陈燕,户主,女,1980-01-02
H1,陈大山,配偶,男,1978-01-02
H2,李霞,户主,女,1981-01-02
H3,黄莲,户主,女,1982-01-02
H3,黄山,配偶,男,1979-01-02
H4,郑兰,户主,女,1983-01-02
END
# shellcheck disable=SC2086 # words
run init ${TEST_PARTITIONS:+--partitions $TEST_PARTITIONS}
run import "$dir/book"
check 'the register comes in' 0
run fund add XF --name 幸福工程 --programme xingfu
run fund add DY --name 党员资金 --programme dangyuan
check 'two funds are set up' 0
run user add wang --name 王审 --role county_clerk --region 350603
run user add chen --name 陈镇 --role township_clerk --region 350603101

# --- what is put in -----------------------------------------------------------------------------------

run fund source add xingfu 省级 100000 --date "$(at 90)" --document 计财1号
check 'a grant comes in' 0 '100000.00 yuan are in the books'
run fund source add xingfu 企业捐赠 30000 --nature 认捐 --date "$(at 90)"
check 'a pledge is only noted (FQ15)' 0 'not counted as capital'
run fund source add xingfu 银行信贷 500000 --nature 表外 --date "$(at 90)"
check 'so is credit of a bank (R225)' 0 'not counted as capital'
run fund source add dangyuan 中央 20000 --date "$(at 89)"
run fund source add dangyuan 其他基金转入 5000 --from xingfu --of 省级 --date "$(at 88)"
check 'no money goes from fund to fund without a document (R219)' 1 'only by a document that allows it'
run fund source add dangyuan 其他基金转入 500000 --from xingfu --of 省级 --date "$(at 88)" --document 批3号
check 'nor more than that source has' 1 'yuan of that source only'
run fund source add dangyuan 其他基金转入 5000 --from xingfu --of 省级 --date "$(at 88)" --document 批3号
check 'with one it does, in both funds at once' 0
run fund source add xingfu 资金池 5 --date "$(at 90)"
check 'the pool is no source' 1 'the pool is not a source'
run fund period open xingfu 1 --starts-on "$(at 80)" --planned 60000 --term-months 1
check 'a period opens' 0 'period 1 is open'
run fund period open xingfu 1 --starts-on "$(at 80)" --planned 60000
check 'once' 1 'has a period 1 already'
run fund period open dangyuan 1 --starts-on "$(at 80)" --planned 20000
run fund show xingfu --json
check 'how it stands' 0 '"capital":"95000.00","pledged":"30000.00","memo":"500000.00","special":"95000.00"'
sound 'sources'

# --- S000: the township's contract first (R279) ---------------------------------------------------------

run contract draft xingfu H1 --period 1 --amount 20000 --project 养牛 --borrower 陈燕
check 'no household contract before the township has its own' 1 'no contract with township 350603100000 for period 1 yet'
run contract township xingfu 东镇 --period 1 --amount 40000
check 'the township contract is drafted' 0 'contract xingfu-350603100-1 is drafted'
run contract township xingfu 350603100 --period 1 --amount 40000
check 'one for each period' 1 'has the contract'
run pay township xingfu 东镇 40000 --period 1 --purpose 第1期救助款 --date "$(at 70)"
check 'no money before it is signed' 1 'is not signed by all'
run contract sign xingfu-350603100-1 --party lender --signer 张主任 --signed-on "$(at 75)" --sealed-on "$(at 75)"
check 'the lender signs and seals' 0 'not signed by all yet'
run contract sign xingfu-350603100-1 --party borrower --signed-on "$(at 75)"
check 'a township contract has no borrower' 1 'is not a party'
run contract sign xingfu-350603100-1 --party township --signed-on "$(at 75)"
run contract sign xingfu-350603100-1 --party township --sealed-on "$(at 74)"
check 'and the township: it is in force (R282)' 0 'in force'
run pay township xingfu 东镇 40000 --period 1 --purpose '借用 修路' --date "$(at 70)"
check 'a forbidden use is named (R261)' 1 'is a forbidden use'
run pay township xingfu 东镇 50000 --period 1 --purpose 第1期救助款 --date "$(at 70)"
check 'no more than the contract: diverted' 1 'diverted'
run pay township xingfu 东镇 40000 --period 1 --purpose 第1期救助款 --date "$(at 70)"
check 'the money goes to the township (R312)' 0 '40000.00 yuan were sent'
sound 'leg 1'

# --- S000: household contracts --------------------------------------------------------------------------------

run contract draft xingfu H1 --period 1 --amount 200000 --project 养牛
check 'not above the programme limit' 1 'more than the 20000.00'
run contract draft xingfu H1 --period 1 --amount 20000 --project 养牛 --borrower 黄莲
check 'the borrower is a member' 1
run contract draft xingfu H1 --period 1 --amount 20000 --project 养牛 --borrower 陈燕
check 'a contract is drafted' 0 'contract XF-350603100-001-0001 is drafted'
one=XF-350603100-001-0001
run contract draft xingfu H1 --period 1 --amount 5000 --project 养鸭
check 'no second one beside it (FQ07)' 1 'has 1 loans of this programme'
run contract draft xingfu H2 --period 1 --amount 10000 --project 种姜
two=XF-350603100-001-0002
run contract draft xingfu H3 --period 1 --amount 15000 --project 养羊
check 'not beyond the township contract' 1 'this one is too much'
run pay check "$one"
check 'what is missing is told point by point (R283)' 1 'the borrower has not signed'
says 'the seal of the lender' 'the lender has not sealed'
says 'a guarantor' 'there is no guarantor'
says 'the application form' 'application form is missing'
run contract guarantor "$one" 陈大山 --kind 村干部担保
check 'nobody of the own family stands for it (R281)' 1 'own family'
run contract guarantor "$one" 林书记 --kind 联系人工资担保
check 'nor of another kind' 1 'does not take this kind'
for n in "$one" "$two"; do
    run contract guarantor "$n" 林书记 --kind 村干部担保 --relation 村支书
    run contract sign "$n" --party lender --signer 张主任 --signed-on "$(at 69)" --sealed-on "$(at 69)"
    run contract sign "$n" --party borrower --signed-on "$(at 69)"
    run contract sign "$n" --paper application_form --party borrower --signed-on "$(at 69)"
    run contract sign "$n" --party guarantor --signed-on "$(at 69)"
done
check 'all but the seal of the guarantor' 0 'not signed by all yet'
run pay meeting xingfu 东镇 --period 1 --place 村部 --attendees 村两委 --lender 王会计 --receipt "$one" --date "$(at 68)"
check 'without it nothing is paid' 1 'guarantor 林书记 has not sealed'
for n in "$one" "$two"; do
    run contract sign "$n" --party guarantor --sealed-on "$(at 69)"
done
check 'with it the contract is in force' 0 'in force'
run contract change "$one" --project 养羊 --reason 市场
check 'the project changes only by request (R304)' 0 'waits for the county'
run contract approve "$one"
check 'not by who asked' 1 'another person has to'
run --as chen contract approve "$one"
check 'nor by a township' 1
run pay meeting xingfu 东镇 --period 1 --place 村部 --attendees 村两委 --lender 王会计 --receipt "$one" --date "$(at 68)"
check 'nothing is paid while it is open' 1 'a request for a change waits'
run --as wang contract approve "$one"
check 'but by another person of the county (R305)' 0 'is approved'
run contract show "$one" --json
check 'the project is the new one' 0 '"project":"养羊"'
says 'and nothing is missing' '"missing":[]'
run contract change "$two" --amount 9000 --reason 少借
run --as wang contract approve "$two"
run contract show "$two" --json
check 'after another amount all sign anew' 0 'the borrower has not signed'
run contract change "$two" --amount 10000 --reason 仍借一万
run --as wang contract approve "$two"
run contract sign "$two" --party lender --signed-on "$(at 69)" --sealed-on "$(at 69)"
run contract sign "$two" --party borrower --signed-on "$(at 69)"
run contract sign "$two" --paper application_form --party borrower --signed-on "$(at 69)"
run contract sign "$two" --party guarantor --signed-on "$(at 69)" --sealed-on "$(at 69)"
check 'and it is in force again' 0 'in force'
run pay meeting xingfu 南镇 --period 1 --place 村部 --attendees 村两委 --lender 王会计 --receipt "$one" --date "$(at 68)"
check 'a contract is paid in its own township' 1 "not a household's contract of this period and township"
run pay meeting xingfu 东镇 --period 1 --place 村部 --attendees 村两委 --lender 王会计 --receipt "$one" --receipt "$two=手印" --date "$(at 68)"
check 'the pay-out meeting (R313, R314)' 0 '30000.00 yuan were handed out'
run pay meeting xingfu 东镇 --period 1 --place 村部 --attendees 村两委 --lender 王会计 --receipt "$one" --date "$(at 68)"
check 'nobody is paid twice' 1 'was paid out on'
run contract show "$one" --json
check 'the term runs from the pay-out' 0 "\"paid_out_on\":\"$(at 68)\""
sound 'the meeting'

# --- repayments ------------------------------------------------------------------------------------------------

run contract guarantor XF-nothing 林书记 --kind 村干部担保
check 'a contract has to exist' 1 'there is no contract XF-nothing'
run repay add "$one" 5000 --date "$(at 60)" --request k1
check 'a part comes back early' 0 'receipt '
run repay add "$one" 5000 --date "$(at 60)" --request k1
check 'the same request twice is one repayment' 0 'nothing was posted again; 15000.00'
run repay add "$one" 6000 --date "$(at 60)" --request k1
check 'another one under its key is refused' 1 'which is another request'
run repay add "$one" 18000 --date "$(at 50)" --json
check 'more than is owed is kept to be given back' 0 '"overpaid":"3000.00","outstanding":"0.00"'
much=$(sed 's/.*"receipt_no":"\([^"]*\)".*/\1/' "$work")
run repay add "$one" 1 --date "$(at 50)"
check 'then nothing is owed' 1 'nothing is owed'
run repay give-back "$much" --date "$(at 49)"
check 'it is given back' 0 '3000.00 yuan too much'
run repay give-back "$much"
check 'once' 1 'nothing to be given back'
run repay void "$much" --reason x
check 'and then the receipt stays' 1 'cannot be undone'
run repay add "$two" 10000 --json
check 'another one pays all' 0 '"outstanding":"0.00"'
wrong=$(sed 's/.*"receipt_no":"\([^"]*\)".*/\1/' "$work")
run repay void "$wrong" --reason 记错
check 'a receipt of today can be voided' 0 '10000.00 yuan are owed'
run repay void "$wrong" --reason 记错
check 'once' 1 'was undone already'
run repay add "$two" 4000 --date "$(at 30)" --value-date "$(at 31)" --payer-kind 担保人 --payer 林书记
check 'the guarantor pays a part' 0 '6000.00 are still owed'
run contract list xingfu --json
check 'the rest is overdue' 0 '"state":"overdue","outstanding":"6000.00"'
sound 'repayments'
run contract draft xingfu H3 --period 1 --amount 10000 --project 养羊
check 'a third contract' 0 XF-350603100-001-0003
run contract guarantor XF-350603100-001-0003 林书记 --kind 村干部担保
check 'who is in default does not stand for another (FQ06)' 1 'has 1 loans overdue'
run contract void XF-350603100-001-0003 --reason 无担保人
check 'a draft can be voided' 0
run check quality --rule FQ01 --rule FQ02 --rule FQ03 --rule FQ04 --rule FQ05 --rule FQ06 --rule FQ07 --rule FQ15
check 'quality of the fund is looked at' 0

# --- and lent again (R348) ----------------------------------------------------------------------------------------

run repay remit xingfu 东镇 40000 --date "$(at 20)"
check 'a township remits what it collected, not what waits to be paid out' 1 'has collected 24000.00'
run repay remit xingfu 东镇 24000 --date "$(at 20)"
check 'and it is in the pool again' 0 'remitted 24000.00'
run fund period open xingfu 2 --starts-on "$(at 15)" --planned 80000 --term-months 24
run contract township xingfu 南镇 --period 2 --amount 79000
run contract sign xingfu-350603101-2 --party lender --signed-on "$(at 15)" --sealed-on "$(at 15)"
run contract sign xingfu-350603101-2 --party township --signed-on "$(at 15)" --sealed-on "$(at 15)"
run pay township xingfu 南镇 79001 --period 2 --purpose 第2期 --date "$(at 14)"
check 'never beyond the contract' 1 'no more can go there'
run pay township xingfu 南镇 79000 --period 2 --purpose 第2期 --date "$(at 14)"
check 'all of the special account is sent' 0
run contract draft xingfu H4 --period 2 --amount 20000 --project 养蜂
four=XF-350603101-002-0004
run --as chen contract guarantor "$four" 吴主任 --kind 村干部担保
check 'a township clerk records its own guarantors' 0
run --as chen contract show "$one"
check 'and sees nothing of other townships' 1 'there is no contract'
run contract sign "$four" --party lender --signed-on "$(at 13)" --sealed-on "$(at 13)"
run contract sign "$four" --party borrower --signed-on "$(at 13)"
run contract sign "$four" --paper application_form --party borrower --signed-on "$(at 13)"
run contract sign "$four" --party guarantor --signed-on "$(at 13)" --sealed-on "$(at 13)"
run --as chen pay meeting xingfu 南镇 --period 2 --place 村部 --attendees 村两委 --lender 王会计 --receipt "$four" --date "$(at 12)"
check 'who works in a township does not pay' 1 'may not'
run pay meeting xingfu 南镇 --period 2 --place 村部 --attendees 村两委 --lender 王会计 --receipt "$four" --date "$(at 12)"
check 'and lent again' 0 '20000.00 yuan were handed out'
run figures xingfu --json
check 'the figures say so' 0 '"fund.lent":{"label":"Lent","definition":"principal paid out to households in the span","value":"50000.00"'
says 'capital is what was received' '"fund.capital":{"label":"Capital","definition":"credits of capital by source to as-of, less capital returned","value":"95000.00"'
says 'what came back' '"fund.recovered":{"label":"Recovered","definition":"principal repaid in the span, and recovered after a write-off","value":"24000.00"'
sound 'relending'

# --- S004: letter, contract, IOU, bank --------------------------------------------------------------------------------

run contract township dangyuan 东镇 --period 1 --amount 9000
run contract sign dangyuan-350603100-1 --party lender --signed-on "$(at 60)" --sealed-on "$(at 60)"
run contract sign dangyuan-350603100-1 --party township --signed-on "$(at 60)" --sealed-on "$(at 60)"
run pay township dangyuan 东镇 9000 --period 1 --purpose 扶持资金 --date "$(at 59)"
check 'S004: leg 1 (R329)' 0
for h in H1 H2 H3; do
    run contract draft dangyuan $h --period 1 --amount 3000 --project 养猪 --number "DY-$h"
    check "S004: the number of application, contract and IOU is one (R300): $h" 0 "DY-$h"
    run contract guarantor "DY-$h" 苏干部 --kind 联系人工资担保
    run contract sign "DY-$h" --party lender --signed-on "$(at 58)" --sealed-on "$(at 58)"
    run contract sign "DY-$h" --party borrower --signed-on "$(at 58)"
    run contract sign "DY-$h" --party guarantor --signed-on "$(at 58)"
    for party in 县办公室 乡镇党委 行政联系人 村党支部; do
        run contract sign "DY-$h" --paper responsibility_letter --party "$party" --signed-on "$(at 58)"
    done
done
run contract draft dangyuan H4 --period 1 --amount 3000 --project 养猪 --number DY-H1
check 'a number is not given twice' 1
run pay check DY-H1
check 'S004: the letter has five parties (R302)' 1 'is not signed by household'
says 'S004: the IOU' 'there is no IOU'
for h in H1 H2 H3; do
    run contract sign "DY-$h" --paper responsibility_letter --party 党员户 --signed-on "$(at 58)"
    run contract iou "DY-$h" --date "$(at 58)"
done
run pay check DY-H1
check 'S004: nothing is missing' 0 'nothing is missing'
run pay file dangyuan 东镇 --period 1 --out "$dir/pay.csv" --why 送农信社代发 --date "$(at 57)"
check 'S004: the pay file is written' 0 'of 9000.00 yuan is written'
no=$(sed 's/pay file \([0-9]*\) .*/\1/' "$work")
holds 'with whole account numbers' grep -q 9999990000000001061 "$dir/pay.csv"
holds 'the account of a member is his' grep -q '3,黄山' "$dir/pay.csv"
holds 'and totals' grep -q 'Total,3,,,,9000.00' "$dir/pay.csv"
run pay show "$no"
check 'on the screen they are masked' 0
if grep -q 9999990000000001061 "$work"; then failed 'masked indeed'; else passed 'masked indeed'; fi
run audit --json --county 350603 --limit 1000
if grep -q 送农信社代发 "$work"; then passed 'why is in the audit'; else failed 'why is in the audit'; fi
if grep -q 99999900000 "$work"; then failed 'no number is in the audit'; else passed 'no number is in the audit'; fi
run pay file dangyuan 东镇 --period 1 --out "$dir/pay2.csv" --why 再来 --date "$(at 57)"
check 'nobody stands in two files' 1 'no contract to be paid'
holds 'and no file is left' test ! -e "$dir/pay2.csv"
sound 'the pay file'
printf '序号,账号,金额,结果,原因,日期\n1,9999990000000001061,3000.00,成功,,%s\n2,9999990000000001103,2999.00,成功,,%s\n' "$(at 56)" "$(at 56)" > "$dir/bad.csv"
run pay return "$no" "$dir/bad.csv"
check 'an answer with another amount changes nothing' 1 'no. 2 is 3000.00 yuan, the bank says 2999.00'
run contract show DY-H1 --json
check 'indeed' 0 '"state":"to_pay"'
printf '序号,账号,金额,结果,原因,日期\n1,9999990000000001061,3000.00,成功,,%s\n2,9999990000000001103,3000.00,失败,开户人不符,%s\n3,9999990000000001228,3000.00,失败,销户,%s\n合计,,9000.00,,,\n' "$(at 56)" "$(at 56)" "$(at 56)" > "$dir/answer.csv"
run pay return "$no" "$dir/answer.csv"
check 'one is paid, two come back (R330)' 0 '1 paid, 3000.00 yuan; 2 returned, 6000.00 yuan; 0 known before; 0 still waiting'
run pay return "$no" "$dir/answer.csv"
check 'the same answer again changes nothing' 0 '0 paid, 0.00 yuan; 0 returned, 0.00 yuan; 3 known before'
sound 'the answer'
run pay file dangyuan 东镇 --period 1 --out "$dir/pay3.csv" --why 重发 --date "$(at 55)"
check 'the two are paid again' 0 'of 6000.00 yuan is written'
no=$(sed 's/pay file \([0-9]*\) .*/\1/' "$work")
printf 'No,Amount,Result,Date\n1,3000,paid,%s\n2,3000,paid,%s\n' "$(at 54)" "$(at 54)" | iconv -t GB18030 > "$dir/answer3.csv"
run pay return "$no" "$dir/answer3.csv"
check 'and arrive' 0 '2 paid, 6000.00 yuan'
printf 'No,Amount,Result,Reason,Date\n2,3000,失败,退票,%s\n' "$(at 53)" | iconv -t GB18030 > "$dir/bounce.csv"
run pay return "$no" "$dir/bounce.csv"
check 'one bounces after all' 0 '1 returned, 3000.00 yuan'
run contract show DY-H3 --json
check 'its money is with the township again' 0 '"state":"to_pay","outstanding":"0.00"'
sound 'the bounce'
run pay file dangyuan 东镇 --period 1 --out "$dir/pay4.csv" --why 重发 --date "$(at 50)"
no=$(sed 's/pay file \([0-9]*\) .*/\1/' "$work")
run pay cancel "$no" --reason 未送出
check 'a file that never went out is cancelled' 0 'is cancelled'
run pay file dangyuan 东镇 --period 1 --out "$dir/pay5.csv" --why 重发 --date "$(at 50)"
no=$(sed 's/pay file \([0-9]*\) .*/\1/' "$work")
printf 'No,Amount,Result\n1,3000,paid\n' > "$dir/answer5.csv"
run pay return "$no" "$dir/answer5.csv" --date "$(at 49)"
check 'and made anew' 0 '1 paid'
run repay add DY-H1 3000 --to-account --date "$(at 10)"
check 'S004: a loan comes back to the account itself (R346)' 0 '0.00 are still owed'
run contract draft dangyuan H1 --period 1 --amount 3000 --project 养猪 --number DY-H1b
check 'only within the township contract' 1 'this one is too much'
run --lang zh contract text DY-H2
check 'the text of the contract' 0 '李霞'
run --lang zh contract text DY-H1 --paper iou
check 'and of the IOU, the amount in words (R299)' 0 '叁仟元整'
sound 'S004'
for lang in zh en; do
    for what in "fund show xingfu" "contract list" "contract show $one" "pay list xingfu" "pay show 1" "repay list $one"; do
        # shellcheck disable=SC2086 # words
        run --lang $lang $what
        check "$what in $lang" 0
    done
done
exit "$failures"
