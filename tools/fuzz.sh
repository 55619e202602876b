#!/bin/sh
# Fuzz one parser with libFuzzer.  usage: fuzz.sh NAME SECONDS   (built by `make fuzz T=NAME`)
# New inputs are kept in build/fuzz/found/NAME, an input that breaks it in build/fuzz/.
set -eu
name=$1 seconds=$2
program=build/fuzz/tests/fuzz/fuzz_$name
corpus=tests/fuzz/corpus/$name

mkdir -p "build/fuzz/found/$name"
set -- "build/fuzz/found/$name"
[ ! -d "$corpus" ] || set -- "$@" "$corpus"
[ ! -f "tests/fuzz/$name.dict" ] || set -- "-dict=tests/fuzz/$name.dict" "$@"
export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-14
"$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -verbosity=0 -artifact_prefix="build/fuzz/$name-" "$@" || {
    rc=$?
    # CI keeps no files, so the input has to stand in the log.
    for input in "build/fuzz/$name"-*; do
        if [ -f "$input" ]; then
            echo "$input, in base64:"
            head -c 4096 "$input" | base64
        fi
    done
    exit $rc
}
