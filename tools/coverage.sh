#!/bin/sh
# Print what the tests of build/cover reached: lines and branches by folder, then in all.
set -eu
dir=$1
gcovr -r . --object-directory "$dir" --filter src/ --json "$dir/coverage.json"
awk '!/^#/ && NF { print $1 }' src/LAYERS | while read -r folder; do
    gcovr -r . -a "$dir/coverage.json" --filter "src/$folder/" --print-summary |
        awk -v folder="$folder" '/^lines:/ { lines = $2; n = $6 + 0 } /^branches:/ { branches = $2 }
            END { if (n > 0) printf "%-12s lines %6s   branches %6s\n", folder, lines, branches }'
done
gcovr -r . -a "$dir/coverage.json" --print-summary | tail -3
