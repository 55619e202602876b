#!/bin/sh
# Screening: conditions over columns in memory, beside a loop in C that was written for them
#
#   --households N   how many (default 1,000,000, the size that the targets are set for)
#   --rounds N       rounds of each side by turns (default 15); ratios are taken round by round, the median counts
#
# Eight conditions, three over members; the engine's columns have 2 % of their cells missing, and it keeps every
# verdict and the counts of reasons; the loop's have none missing, and it stops at the first condition that fails.
set -eu
cd "$(dirname "$0")/.."

households=1000000 rounds=15
while [ $# -gt 0 ]; do
    case $1 in
    --households) households=$2 && shift ;;
    --rounds) rounds=$2 && shift ;;
    *)
        sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
done
dir=$(mktemp -d "${TMPDIR:-/tmp}/bangfu-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT

# --- conditions in memory ---------------------------------------------------------------------------------

libs=$(pkg-config --libs jansson libcrypto zlib icu-i18n icu-uc)
# shellcheck disable=SC2086 # several words
gcc -O2 -std=gnu17 -D_GNU_SOURCE= -Isrc -o "$dir/screen" bench/screen.c \
    build/release/libprogramme.a build/release/libbase.a $libs -pthread
printf '%d processors, load %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
"$dir/screen" "$households" "$rounds" > "$dir/memory"
awk '
    { v[$1] = $2 }
    /^households/ { print $2 " households, " $4 " members" }
    /^eligible/ { print "eligible " $2 ", ineligible " $4 ", unknown " $6 }
    function verdict(what, value, limit, unit) {
        printf "%-42s %6.2f%s, at most %s: %s\n", what, value, unit, limit, value <= limit ? "PASS" : "MISS"
    }
    END {
        printf "the loop %.1f ms, one thread %.1f ms, two threads %.1f ms\n", v["loop"], v["one"], v["two"]
        verdict("one thread / the loop", v["one_ratio"], 2.0, "")
        verdict("two threads / the loop", v["two_ratio"], 1.3, "")
        verdict("all conditions of one household", v["single_us"], 2.0, " µs")
    }' "$dir/memory"
