#!/bin/sh
# Print the C files of src/ that differ from where this work began: the merge base with
# origin/main, or the last commit but one when that is where we stand.  Without git: all of them.
set -eu
all() { find src -name '*.c' | LC_ALL=C sort; }

head=$(git rev-parse -q --verify HEAD 2>/dev/null) || { all; exit; }
base=$(git merge-base HEAD origin/main 2>/dev/null) || base=
if [ -z "$base" ] || [ "$base" = "$head" ]; then
    base=$(git rev-parse -q --verify HEAD~ 2>/dev/null) || { all; exit; }
fi
{
    git diff --name-only --diff-filter=d "$base" -- src
    git ls-files --others --exclude-standard -- src
} | sed -n 's/\.[ch]$/.c/p' | LC_ALL=C sort -u | while read -r file; do
    if [ -f "$file" ]; then echo "$file"; fi
done
