# pmccabe FILES | awk -F '\t' -f tools/shape.awk
# No function over 70 lines or McCabe 15.  Fields: complexity, classic complexity, statements,
# first line, lines, file(line): name.
# A name in capitals is a macro: several of them, one after the other, are not one long function.
$6 ~ /: [A-Z_]+$/ { next }
$5 > 70 { printf "%s: %d lines, at most 70\n", $6, $5; bad = 1 }
$1 > 15 { printf "%s: McCabe %d, at most 15\n", $6, $1; bad = 1 }
END { exit bad }
