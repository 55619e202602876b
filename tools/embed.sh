#!/bin/sh
# Put the files named in LIST (sorted, one a line) into the program.
# usage: embed.sh OUTDIR LIST     writes OUTDIR/assets.S and OUTDIR/assets_table.c (see base/assets.h)
#
# .incbin takes a file as it is; a C array of the same bytes compiles forty times slower.
set -eu
out=$1 list=$2

n=0
{
    echo '.section .note.GNU-stack,"",@progbits'
    echo '.section .rodata'
    while read -r file; do
        [ -n "$file" ] || continue
        printf '.globl asset_%d, asset_%d_end\nasset_%d:\n.incbin "%s"\nasset_%d_end:\n.byte 0\n' \
            $n $n $n "$file" $n
        n=$((n + 1))
    done < "$list"
} > "$out/assets.S"

{
    echo '#include "base/assets.h"'
    i=0
    while read -r file; do
        [ -n "$file" ] || continue
        printf 'extern const uint8_t asset_%d[];\n' $i
        i=$((i + 1))
    done < "$list"
    echo 'const struct asset assets[] = {'
    i=0
    while read -r file; do
        [ -n "$file" ] || continue
        sum=$(sha256sum < "$file")
        printf '    { "%s", asset_%d, %d, "%s" },\n' "$file" $i "$(($(wc -c < "$file")))" "${sum%% *}"
        i=$((i + 1))
    done < "$list"
    echo '    { 0 },'
    echo '};'
    printf 'const size_t assets_n = %d;\n' $i
} > "$out/assets_table.c"
