#!/bin/sh
# The commands of programmes: check without a database, init's shipped ones, load, list, show, diff, in both
# languages and as JSON.  Run by tools/run-one.sh, which explains the environment.
set -u
export LC_ALL=C.UTF-8 BANGFU_LANG=en
dir=$TMPDIR
work=$dir/out
if [ "$TEST_DB" = sqlite ]; then db=$dir/office.db; else db=$TEST_DB; fi
. tests/support/cli.sh

# --- without a database ---------------------------------------------------------------------------

run programme check programmes/*.yaml
check 'the shipped programmes have no mistakes' 0 'programmes/xingfu.yaml: no mistakes (Happiness Project, 5 conditions, 9 steps)' \
    'programmes/dangyuan.yaml: no mistakes'
if [ -f ../shared/design/programme-example.yaml ]; then
    run programme check ../shared/design/programme-example.yaml
    check 'nor has the one that fixed the shape' 0 'no mistakes'
fi
sed -e 's/income_per_head(income_year) </income_per_haed(income_year) </' -e 's/^exclude:/exlude:/' programmes/xingfu.yaml > "$dir/bad.yaml"
run programme check "$dir/bad.yaml" programmes/kunnan.yaml
check 'every mistake is told as FILE:LINE:COLUMN' 1 "$dir/bad.yaml:" 'income_per_haed' 'did you mean income_per_head?' \
    'programme has no key “exlude” (did you mean exclude?)' 'programmes/kunnan.yaml: no mistakes'
run programme check "$dir/bad.yaml" --lang zh
check 'in Chinese too' 1 'programme 没有“exlude”这个键（是不是：exclude？）'
run programme check "$dir/bad.yaml" programmes/kunnan.yaml --json
check 'and as JSON' 1 '{"line":' '"programme":"kunnan","mistakes":[]'
run programme check "$dir/none.yaml"
check 'a file that is not there' 1 'cannot read'
head -c 2000000 /dev/zero | tr '\0' '#' > "$dir/huge.yaml"
run programme check "$dir/huge.yaml"
check 'a file that is too large' 1 'cannot read'
iconv -f UTF-8 -t GB18030 programmes/kunnan.yaml > "$dir/gb.yaml"
run programme check "$dir/gb.yaml" --lang zh
check 'a file in GB18030 is read too' 0 '没有错误（困难职工一次性救助'

# --- in a database --------------------------------------------------------------------------------

run init ${TEST_PARTITIONS:+--partitions "$TEST_PARTITIONS"}
check 'init loads the shipped ones' 0 'loaded 9 programmes'
run init
lacks 'and only once' 'programmes'
run programme list --lang zh
check 'they are listed' 0 '农村贫困党员脱贫工程' '借款（到期归还）' 'zhongzhi'
run programme list --json
check 'as JSON too' 0 '"programme":"xingfu","version":1,"zh":"幸福工程"'
run programme show 幸福工程 --lang zh
check 'shown by name, in words' 0 '幸福工程（xingfu）第 1 版' '家庭人均收入低于当地平均收入（below_average）' '担保方式：村干部担保' '期限（月）：24' '最高：最高额度'
lacks 'not by codes' 'subsidised_microcredit'
run programme show shaosheng --lang zh
check 'it names other programmes and steps as people do' 0 '可同时享受：幸福工程、扶贫小额贴息贷款' '不得与这些环节同一人办理：乡镇审核'
run programme show 幸福工程 --lang zh
lacks 'without expressions' 'income_per_head(income_year) <'
run programme show 'Happiness Project' --expressions
check 'with them if asked for' 0 'Condition: household.income_per_head(income_year) < income_line'
run programme show xingfu --source
if cmp -s "$work" programmes/xingfu.yaml; then passed 'the file comes out as it went in'; else failed 'the file comes out as it went in'; fi
run programme show xingfu --json
check 'JSON has the keys of the file' 0 '"max":"max_amount"' '"min":"1000.00"' '"kinds":["village_cadre"]' '"when":"household.family_planning_compliant"'

run programme load "$dir/bad.yaml"
check 'a file with mistakes is refused' 1 'did you mean exclude?'
sed 's/default: 20000.00 /default: 30000.00 /' programmes/xingfu.yaml > "$dir/new.yaml"
run programme load "$dir/new.yaml" --json
check 'a changed one is a new version' 0 '"version":2' '"result":"changed"'
run programme load "$dir/new.yaml"
check 'the same again is none' 0 'is unchanged, version 2'
run programme diff xingfu@1 幸福工程 --lang zh
check 'the difference is told in words' 0 '改  参数 › 最高额度 › 默认：20000.00 → 30000.00'
run programme diff xingfu@1 xingfu@2 --json
check 'and as JSON' 0 '"path":"parameters.max_amount.default"' '"before":"20000.00","after":"30000.00"'
run programme diff xingfu xingfu@2
check 'or that there is none' 0 'do not differ'
run programme diff xingfu dangyuan
check 'two programmes are not compared' 2 'are not the same programme'
run programme show xingfu --version 1 --source
if cmp -s "$work" programmes/xingfu.yaml; then passed 'the old version is what it was'; else failed 'the old version is what it was'; fi
run programme show 辛福工程 --lang zh
check 'a name nobody has' 1 '是不是：幸福工程？'
run init
run programme show xingfu
check 'init leaves what a site has loaded' 0 'version 2'

run user add li --name 李 --role village_clerk
run --as li programme load "$dir/new.yaml"
check 'who may not change programmes cannot load' 1 'may not'
run audit --json
check 'loading is audited' 0 '"action":"programme.load"' '"object":"xingfu"'
run verify
check 'and the data are sound' 0
