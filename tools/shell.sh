#!/bin/sh
# Check that the scripts named are plain sh: by shellcheck where it is installed, else by parsing.
set -eu
if command -v shellcheck > /dev/null; then
    exec shellcheck -s sh -x "$@"
fi
for file in "$@"; do
    sh -n "$file"
done
