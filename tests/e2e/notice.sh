#!/bin/sh
# Documents, the calendar and public notices as a clerk has them: a list is prepared, printed, posted with proof,
# objected to, and clear when its days are over; and every short cut is refused (R168-R174, R190).
# Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
village=350603100202

if [ "$TEST_DB" = sqlite ]; then
    db=$dir/office.db
else
    db=$TEST_DB
fi
. tests/support/cli.sh

on() { # on DAY ARGUMENTS…
    day=$1
    shift
    run --today "2026-03-$day" "$@"
}
lacks() { # lacks NAME TEXT FILE
    if grep -qF -e "$2" "$3"; then failed "$1"; else passed "$1"; fi
}
same() { # same NAME FILE FILE
    if cmp -s "$2" "$3"; then passed "$1"; else failed "$1"; fi
}

run init --demo ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
check 'a demonstration county' 0

# --- the calendar ----------------------------------------------------------------------------------

run holidays list --year 2026
check 'the holidays of 2026 are there' 0 '2026-10-10  work'
run holidays list --year 2027
check 'those of 2027 are not published, and it says so' 0 'the holidays of 2027 are not known'
printf 'date,kind,name\n2027-10-01,off,National Day\n2027-10-09,work,National Day\n' > "$dir/2027.csv"
run holidays load "$dir/2027.csv" --json
check 'and are loaded when they are' 0 '{"added":2,"changed":0,"unchanged":0}'
run holidays load "$dir/2027.csv" --json
check 'again changes nothing' 0 '{"added":0,"changed":0,"unchanged":2}'
printf 'date,kind,name\n2027-02-30,off,x\n2027-10-09,perhaps,x\n' > "$dir/bad.csv"
run holidays load "$dir/bad.csv"
check 'a file with faults is refused line by line' 1 'line 3: the kind'

# --- documents -------------------------------------------------------------------------------------

corpus=tests/fuzz/corpus/picture
on 01 find 陈 --json
household=$(tr ',' '\n' < "$work" | sed -n 's/.*"hh_no":"\([^"]*\)".*/\1/p' | head -n 1)
run document add "$corpus/png" --household "$household" --kind id_copy --title identity
check 'a picture is attached to a household' 0 'added document 1'
run document add "$corpus/png" --household "$household" --kind id_copy --title again
check 'the same again is one' 0 'attached already, as 1'
run document add "$dir/2027.csv" --household "$household" --kind id_copy
check 'what is no picture or PDF is refused by its content' 1 'neither JPEG nor PNG nor PDF'
run document get 1 --out "$dir/id.png"
check 'an identity card is not read without a purpose' 1 '--purpose'
run document get 1 --out "$dir/id.png" --purpose 'compare the family'
check 'but with one' 0 'wrote document 1'
same 'and is what was attached' "$dir/id.png" "$corpus/png"
run audit --county 350603 --json --limit 100
check 'the purpose is kept in the audit' 0 'compare the family'
run document get 1 --publish --out "$dir/public.png" --purpose publish
check 'an identity card is never published' 1 'is never published'
run document get 99 --out "$dir/none"
check 'one that is not there is said not to be' 1 'there is no document 99'
run document list --household "$household" --required id_copy --required application_form
check 'what is missing is listed' 3 'missing: Application form'
run document strip "$corpus/jpeg_progressive" --out "$dir/bare.jpg"
check 'a file is stripped without a database' 0 'of metadata left out'
lacks 'its comment is gone' home "$dir/bare.jpg"
run document strip "$corpus/pdf_info" --out "$dir/bare.pdf"
check 'a PDF with metadata is refused with the reason' 1 'the PDF holds metadata'

# --- a notice: prepared and printed ------------------------------------------------------------------

cat > "$dir/list.csv" << 'END'
序号,姓名,户主,村,组,金额(元),出生日期,监护人
1,陈一,陈一,新洲村,第1组,1500.00,1970-01-01,
2,王小明,王大明,新洲村,第2组,1500.50,2010-05-05,
3,李幼,李大,新洲村,第3组,1500,2016-05-05,李大
4,赵四,赵四,新洲村,第4组,1500,1980-01-01,
END
prepare() {
    on "$1" notice prepare "$2" --region $village --title '关于拟补助对象的公示' --unit 新洲村民委员会 \
        --hotline 0596-1234567 --channel village_board:村委会门口 --channel website:https://example.gov.cn/1 --from 2026-03-02
}
sed 's/赵四,赵四/赵四,13800138000/' "$dir/list.csv" > "$dir/phone.csv"
prepare 01 "$dir/phone.csv"
check 'a telephone in any cell is refused by its row' 1 'row 4, Head of household: it seems to hold a phone number'
lacks 'and not repeated' 13800138000 "$work.err"
sed 's/^序号/身份证号/' "$dir/list.csv" > "$dir/number.csv"
prepare 01 "$dir/number.csv"
check 'a column of identity numbers cannot be published' 1 'is no column that may be published'
printf '张三,990001199003070028\n李四,990001199003070001\n' > "$dir/headless.csv"
prepare 01 "$dir/headless.csv"
check 'a file without headings is refused' 1 'column 2'
lacks 'and its numbers are not repeated' 990001199003070028 "$work.err"
sed 's/,李大$/,/' "$dir/list.csv" > "$dir/child.csv"
prepare 01 "$dir/child.csv"
check 'a child needs a guardian' 1 'row 3 is below 14 years'
prepare 05 "$dir/list.csv"
check 'a notice cannot begin in the past' 1 'the first day cannot be before today'
prepare 01 "$dir/list.csv"
check 'the list is frozen' 0 'prepared notice 1: 4 rows, 2026-03-02 to 2026-03-08'
on 01 notice show 1
check 'the minor hangs under his family name' 0 '王某'
check 'the child under her guardian' 0 '李大（监护人）'
lacks 'and not under her own' 李幼 "$work"
on 01 print notice 1 --out "$dir/notice.html"
check 'it is printed' 0 'open it in a browser'
on 01 print notice 1 --out "$dir/notice.html"
check 'a page is not overwritten unasked' 1 'exists'
checksum=$("$BANGFU" --db "$db" notice show 1 --json | sed -n 's/.*"check":"\([^"]*\)".*/\1/p')
if [ ${#checksum} = 71 ] && grep -qF "$checksum" "$dir/notice.html"; then
    passed 'the check stands at its foot'
else
    failed 'the check stands at its foot'
fi
for text in '2026年3月2日至2026年3月8日，共7天' '6,000.50' '监督电话：0596-1234567' 新洲村民委员会; do
    if grep -qF -e "$text" "$dir/notice.html"; then passed "the page says $text"; else failed "the page says $text"; fi
done
if command -v chromium > /dev/null && command -v timeout > /dev/null; then
    timeout 60 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$dir/chromium" --no-pdf-header-footer \
        --print-to-pdf="$dir/notice.pdf" "$dir/notice.html" > "$dir/chromium.log" 2>&1
    pages=$(grep -ac '/Type /Page$' "$dir/notice.pdf" 2> /dev/null)
    if [ "${pages:-0}" -ge 1 ] && [ "$pages" -le 2 ]; then
        passed 'a browser prints it on A4'
    else
        failed "a browser prints it on A4 (${pages:-no} pages)"
    fi
fi

# --- posted ------------------------------------------------------------------------------------------

on 02 notice post 1
check 'a board needs a photo as proof' 1 'proof is needed'
on 02 document add "$corpus/jpeg_progressive" --notice 1 --kind notice_posted --title board
check 'the photo is attached to the notice' 0 'added document 2'
run document get 2 --publish --out "$dir/public.jpg"
check 'it can be written without metadata' 0
lacks 'and then holds none' home "$dir/public.jpg"
on 03 notice post 1 --document 2 --on 2026-03-03
check 'posted after its first day it would hang too short' 1 'the days would be too few'
on 02 notice post 1 --document 2
check 'the board is posted' 0 'channel 1 is posted'
on 02 notice post 1 --channel 2
check 'and the web site, so that it counts' 0 'hangs at all its places, until 2026-03-08'
on 02 notice redate 1 --from 2026-03-20
check 'what hangs keeps its days' 1 'is posted already'
on 08 notice end 1
check 'it does not end before its last day is over' 1 'it hangs until 2026-03-08'
on 08 notice remove 1 --channel 2
check 'nor is it taken down' 1 'it hangs until 2026-03-08'

# --- objections --------------------------------------------------------------------------------------

on 04 objection add 1 --row 2 --by 张某 --content '家有小轿车'
check 'an objection is made at an office' 0 'recorded objection 1'
on 08 objection add 1 --row 4 --anonymous --content '不住在村里'
check 'an anonymous one as well' 0 'recorded objection 2'
on 09 notice show 1
check 'the first blocks exactly its row' 0 'objection 1 to notice 1 is not answered'
if [ "$(grep -c 'is over and nobody objects' "$work")" = 3 ]; then passed 'the others are clear'; else failed 'the others are clear'; fi
on 11 notice show 1
check 'left alone the anonymous one blocks by itself' 0 'objection 2 to notice 1 is not answered'
on 11 objection dismiss 2 --reason 'about another matter'
check 'and can no longer be dismissed' 1 'it can only be answered'
on 11 objection answer 2 --result dismissed --text '长期居住'
check 'but answered' 0 'objection 2: Answered'
on 11 objection answer 1 --result upheld --text '属实'
check 'an objection is upheld' 0 'objection 1: Answered'
on 12 notice show 1 --json
check 'its row is not clear' 0 '"verdict":"objection_upheld"'
on 12 objection add 1 --row 1 --by 张某 --content late --on 2026-03-12
check 'after its days nobody objects to a notice' 1 'objections are made while it hangs'
on 12 notice end 1
check 'the notice ends' 0 'notice 1 has ended'
on 12 notice void 1 --reason 'wrong list'
check 'and is not void afterwards' 1 'has ended'
on 12 notice list
check 'it is listed' 0 'Ended'

# --- who may, and whether all of it holds ----------------------------------------------------------------

run user add wang --name 王芳 --role village_clerk --region 350603100201
run --as wang notice post 1
check 'who may only read posts nothing' 1 'may not'
run --as wang document get 1 --out "$dir/other"
check 'who has another village sees no document of this one' 1 'there is no document 1'
BANGFU_LANG=zh run notice show 1
check 'in Chinese too' 0 '公示 1 已期满，无未处理异议'
run verify
check 'everything holds' 0 'everything holds'
