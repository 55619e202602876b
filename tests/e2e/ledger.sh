#!/bin/sh
# The books of a fund as an office keeps them: money comes in and goes to a township, one person makes and another
# approves, a mistake is taken back, a day is closed; ledger and hledger read the journal and hold the same.
# Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out

if [ "$TEST_DB" = sqlite ]; then
    db=$dir/office.db
else
    db=$TEST_DB
fi
. tests/support/cli.sh

# same NAME FILE: the last output is what the file holds
same() {
    if diff -u "$2" "$work" > "$dir/diff"; then
        passed "$1"
    else
        failed "$1"
        sed 's/^/#   /' "$dir/diff"
    fi
}
# voucher DATE PURPOSE OPTIONS…: made by admin, approved by li
drafts=0
voucher() {
    date=$1 purpose=$2
    shift 2
    run ledger post --date "$date" --purpose "$purpose" "$@"
    drafts=$((drafts + 1))
    [ "$code" = 0 ] && run --as li ledger approve "$drafts"
}

# --- a schedule needs no database ------------------------------------------------------------------------

code=0
"$BANGFU" schedule --principal 5000 --rate 0.12 --method annuity --day-count same_as_period --start 2022-11-01 \
    --instalments 2 --every-months 1 --whole-unit 1 --json > "$work" 2> "$work.err" || code=$?
cat > "$dir/want" << 'END'
{"rows":[{"no":1,"due":"2022-12-01","principal":"2488.00","interest":"50.00","instalment":"2538.00","balance":"2512.00"},{"no":2,"due":"2023-01-01","principal":"2512.00","interest":"25.12","instalment":"2537.12","balance":"0.00"}]}
END
same 'a schedule comes as JSON without a database' "$dir/want"
code=0
"$BANGFU" schedule --principal x --rate y --instalments 2 --whole-unit z > "$work" 2> "$work.err" || code=$?
check 'a schedule names the option that is wrong' 1 'principal: '
check 'and every other one' 1 'whole-unit: '

# --- a county with a fund ---------------------------------------------------------------------------------

mkdir "$dir/book"
cat > "$dir/book/regions.csv" << 'END'
区划代码,名称,级别
350000000000,某省,省
350600000000,某市,市
350603000000,东县,县
350603100000,东镇,乡镇
350603100201,东一村,村
350603101000,南镇,乡镇
END
# shellcheck disable=SC2086 # words
run init ${TEST_PARTITIONS:+--partitions $TEST_PARTITIONS}
run import "$dir/book"
check 'the regions come in' 0
run ledger balance
check 'without a fund there are no books' 1 'run bangfu fund add first'
run fund add XF --name 幸福工程 --bank 结算中心
check 'a fund is set up' 0 'fund XF 幸福工程 is set up'
run fund add XF --name 另一
check 'but not twice' 1 'there is a fund XF already'
run user add li --name 李审 --role fund_checker --region 350603
run user add chen --name 陈镇 --role township_clerk --region 350603100

# --- two people --------------------------------------------------------------------------------------------

run ledger post --date 2005-03-01 --debit special=150000 --credit capital:provincial=150000 --purpose '省级资金; 到账'
check 'a voucher is made' 0 'approve 1'
drafts=1
run ledger balance --json
check 'and is in no book yet' 0 '"rows":[]'
run ledger approve 1
check 'who made it cannot approve it' 1 'another person has to'
run --as chen ledger approve 1
check 'nor can who has not the right' 1 'may not'
run --as li ledger approve 1
check 'another person can' 0 'posted: voucher 2005-1'
run --as li ledger approve 1
check 'once' 1 'decided already'
run --as li ledger post --debit special=1 --credit fee=1 --purpose x
check 'who approves may not make' 1 'may not make vouchers'
run --as chen ledger balance
check 'who works in a township does not see the books of the county' 1 'may not'

# --- money moves -------------------------------------------------------------------------------------------

voucher 2005-04-01 '31 donations' --debit special=98400.50 --credit capital:staff_donation=98400.50 --document 收据7号
check 'donations come in' 0 2005-2
voucher 2006-01-10 '第1期下拨' --debit transit:350603100=100000 --debit transit:350603101=20000.25 --credit special=120000.25 \
    --source provincial --period 1
check 'money goes to two townships' 0 2006-1
voucher 2006-01-12 '第1期发放' --debit loans:101=50000 --debit loans:102=50000 --credit transit:350603100=100000 \
    --kind payout --period 1 --value-date 2006-01-15
check 'and from there to borrowers' 0 2006-2
voucher 2006-02-01 结息 --debit special=12.34 --credit interest=12.34 --kind bank_interest
check 'the bank pays interest' 0 2006-3
run ledger post --date 2006-01-10 --purpose 多拨 --debit transit:350603100=128400.26 --credit special=128400.26
drafts=$((drafts + 1))
run --as li ledger approve "$drafts"
check 'more than the special account holds cannot go out' 1 'at the end of 2006-01-10 it would be short of 0.01 yuan'
run --as li ledger reject "$drafts"
check 'such a draft is rejected' 0
run ledger drafts --json
check 'and nothing waits any more' 0 '{"drafts":[]}'
voucher 2006-02-02 '误记' --debit expense=10 --credit special=10
run ledger reverse 2006-4 --date 2006-02-03
drafts=$((drafts + 1))
run --as li ledger approve "$drafts"
check 'a mistake is taken back by its opposite' 0 2006-5
run ledger reverse 2006-4 --date 2006-02-03
check 'only once' 1 'was reversed already'
run ledger reverse 2006-5
check 'and not back again' 1 'itself a reversal'

# --- the books ------------------------------------------------------------------------------------------------

run ledger balance --as-of 2006-12-31
cat > "$dir/want" << 'END'
Account                 Name                      Part           Opening       Debit      Credit      Closing
special                 Special account                             0.00  248,422.84  120,010.25   128,412.59
transit:350603100       In transit at a township  350603100         0.00  100,000.00  100,000.00         0.00
transit:350603101       In transit at a township  350603101         0.00   20,000.25        0.00    20,000.25
loans                   Loans receivable                            0.00  100,000.00        0.00   100,000.00
capital:provincial      Capital                   Province          0.00        0.00  150,000.00  -150,000.00
capital:staff_donation  Capital                   Donations of staff      0.00        0.00   98,400.50   -98,400.50
interest                Interest income                             0.00        0.00       12.34       -12.34
expense                 Working expenses                            0.00       10.00       10.00         0.00
Total                                                               0.00  468,433.09  468,433.09         0.00
END
sed -i 's/  */ /g' "$dir/want" "$work"
same 'the trial balance is even' "$dir/want"
run ledger balance --from 2006-01-01 --as-of 2006-01-11 --detail --json
cat > "$dir/want" << 'END'
{"fund":"XF","from":"2006-01-01","as_of":"2006-01-11","rows":[{"account":"special","name":"Special account","part":null,"accounts":1,"opening":"248400.50","debit":"0.00","credit":"120000.25","closing":"128400.25"},{"account":"transit:350603100","name":"In transit at a township","part":"350603100","accounts":1,"opening":"0.00","debit":"100000.00","credit":"0.00","closing":"100000.00"},{"account":"transit:350603101","name":"In transit at a township","part":"350603101","accounts":1,"opening":"0.00","debit":"20000.25","credit":"0.00","closing":"20000.25"},{"account":"capital:provincial","name":"Capital","part":"Province","accounts":1,"opening":"-150000.00","debit":"0.00","credit":"0.00","closing":"-150000.00"},{"account":"capital:staff_donation","name":"Capital","part":"Donations of staff","accounts":1,"opening":"-98400.50","debit":"0.00","credit":"0.00","closing":"-98400.50"}],"totals":{"opening":"0.00","debit":"120000.25","credit":"120000.25","closing":"0.00"}}
END
same 'as of a day, with what there was before' "$dir/want"
run ledger statement special --from 2006-02-01 --as-of 2006-12-31 --json
cat > "$dir/want" << 'END'
{"fund":"XF","from":"2006-02-01","as_of":"2006-12-31","account":"special","opening":"128400.25","lines":[{"voucher":"2006-3","entry_date":"2006-02-01","value_date":"2006-02-01","purpose":"结息","document":null,"account":"special","amount":"12.34","balance":"128412.59"},{"voucher":"2006-4","entry_date":"2006-02-02","value_date":"2006-02-02","purpose":"误记","document":null,"account":"special","amount":"-10.00","balance":"128402.59"},{"voucher":"2006-5","entry_date":"2006-02-03","value_date":"2006-02-02","purpose":"reversal of voucher 2006-4","document":null,"account":"special","amount":"10.00","balance":"128412.59"}],"closing":"128412.59","more":false}
END
same 'the statement of an account runs from its opening balance' "$dir/want"
run ledger journal --limit 2
check 'a long journal is cut and says so' 0 'there are more'

# --- other people's bookkeeping ----------------------------------------------------------------------------------

run ledger journal --export ledger --out "$dir/xf.journal"
check 'the journal is written as plain text' 0 '16 rows'
run ledger journal --export ledger --out "$dir/xf.journal"
check 'and overwrites nothing by itself' 1
cat > "$dir/want" << 'END'
12841259 assets:special
2000025 assets:transit:350603101
5000000 assets:loans:101
5000000 assets:loans:102
-15000000 equity:capital:provincial
-9840050 equity:capital:staff_donation
-1234 income:interest
END
sort "$dir/want" > "$dir/want.sorted"
fen() { awk '$2 == "CNY" { gsub(/\./, "", $1); print $1, $3 }' | sort; }
for reader in ledger hledger; do
    code=0
    if ! command -v "$reader" > "$work"; then
        echo "ok - $reader reads it # SKIP not installed: run script/bootstrap"
        continue
    fi
    "$reader" -f "$dir/xf.journal" balance --flat > "$work" 2> "$work.err" || code=$?
    fen < "$work" > "$work.fen"
    mv "$work.fen" "$work"
    same "$reader reads it and holds the same to the fen" "$dir/want.sorted"
done
run ledger accounts --export csv --out -
sed 1d "$work" | cut -d, -f1-4 > "$work.kept"
run ledger balance --detail --export csv --out -
sed '1d;$d' "$work" | cut -d, -f1-3,7 > "$work.lines"
holds 'the balances that are kept are what the lines add up to' cmp -s "$work.kept" "$work.lines"
run ledger accounts --as-of 2006-12-31 --export csv --out -
cat > "$dir/want" << 'END'
Account,Name,Part,Balance
special,Special account,,128412.59
transit:350603100,In transit at a township,350603100,0.00
transit:350603101,In transit at a township,350603101,20000.25
loans:101,Loans receivable,101,50000.00
loans:102,Loans receivable,102,50000.00
capital:provincial,Capital,Province,-150000.00
capital:staff_donation,Capital,Donations of staff,-98400.50
interest,Interest income,,-12.34
expense,Working expenses,,0.00
END
sed -i '1s/^\xef\xbb\xbf//; s/\r$//' "$work"
same 'accounts are written as CSV' "$dir/want"
run ledger journal --export xlsx --out "$dir/xf.xlsx"
check 'and the journal as a workbook' 0 '16 rows'
if unzip -p "$dir/xf.xlsx" xl/worksheets/sheet1.xml | grep -q '<f>'; then failed 'no cell is a formula'; else passed 'no cell is a formula'; fi
run ledger balance --export ledger --out "$dir/x"
check 'a trial balance is no journal' 2

# --- closed days ---------------------------------------------------------------------------------------------------

run ledger close --day 2006-02-28
check 'a day is closed' 0 'closed up to 2006-02-28'
run ledger post --date 2006-02-28 --debit special=1 --credit fee=1 --purpose x
check 'nothing is entered on it any more' 1 'the books are closed up to 2006-02-28'
run ledger close --day 2006-02-28
check 'it is not closed twice' 1 'closed up to 2006-02-28 already'

# --- slips ---------------------------------------------------------------------------------------------------------

run ledger post --debit special=1 --credit fee=2 --purpose x
check 'debits and credits have to agree' 1 'by -1.00 yuan'
run ledger post --debit transit=1 --credit fee=1 --purpose x
check 'a township has to be named' 1 'needs its township'
run ledger post --debit special=1 --credit capital:nobody=1 --purpose x
check 'a source has to exist' 1 'no source of money nobody'
run ledger post --debit special:3=1 --credit fee=1 --purpose x
check 'an account without parts takes none' 1 'account special has no parts'
run ledger post --debit special=一百 --credit fee=1 --purpose x
check 'an amount is a number' 1 'write ACCOUNT=AMOUNT'
run ledger statement nothing
check 'an account has to exist' 1 'there is no account nothing'
run ledger balance --from 2006-02-01 --as-of 2006-01-01
check 'a time has to begin before it ends' 1 'is after'
run ledger reverse 2006
check 'a voucher is named by year and number' 1 'YEAR-NUMBER'
run fund add SX --name 失学
run ledger balance
check 'of two funds one has to be named' 1 'SX 失学, XF 幸福工程'
run --lang zh ledger balance --fund 幸福工程
check 'by its code or its name' 0 专户存款
run verify
check 'everything holds' 0
