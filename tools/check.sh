#!/bin/sh
# Run the tests of one build.  usage: check.sh V 'SHAPE…' 'GROUP…'
# FILE=tests/unit/test_x.c runs that one only.
set -eu
mode=$1 shapes=$2 groups=$3
. tools/suite.sh
export KILLS="${KILLS:-3}" ROWS="${ROWS:-20000}"

suite_start
for group in $groups; do
    for file in tests/"$group"/test_*.c tests/"$group"/*.sh; do
        if [ ! -f "$file" ] || [ "${FILE:-$file}" != "$file" ]; then continue; fi
        case $file in
        *.c) uses_database "build/$mode/${file%.c}" || { plan "$mode" none "$group" "$file"; continue; } ;;
        esac
        for shape in $shapes; do
            template "$shape" "$mode"
            plan "$mode" "$shape" "$group" "$file"
        done
    done
done
suite_run
suite_end
