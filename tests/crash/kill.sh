#!/bin/sh
# kill.sh - an import that is killed at any moment leaves a database that verifies, and in it a unit of files whole
# or not at all; and two imports at once never give the same id.
#
# KILLS moments at random (KILL_SEED gives the same ones again), a book of about ROWS rows.
# shellcheck disable=SC2317  # functions are called through check of lib.sh
. tests/import/lib.sh
export BANGFU_LANG=en

KILLS=${KILLS:-3}
ROWS=${ROWS:-20000}
# Many kills of a large book would take the night.
[ "$ROWS" -le $((1000000 / KILLS)) ] || ROWS=$((1000000 / KILLS))
households=$((ROWS / 5))
KILL_SEED=${KILL_SEED:-$$}
echo "# KILL_SEED=$KILL_SEED KILLS=$KILLS, $households households"

now_ms() { echo $(($(date +%s%N) / 1000000)); }
one() { sql "$1" | tr -d "'"; }

# Of each file: name, rows, rows that are in now, changed ones, refused ones.
counts() {
    tr '{' '\n' < "$1" | sed -n 's/.*"file":"\([^"]*\)".*"rows":\([0-9]*\),"imported":\([0-9]*\),"updated":\([0-9]*\),"unchanged":\([0-9]*\),"rejected":\([0-9]*\),.*/\1 \2 \3 \4 \5 \6/p' |
        awk '{ print $1, $2, $3 + $5, $4, $6 }'
}

verifies() {
    "$BANGFU" --db "$DB" verify > "$TMPDIR/out" 2> "$TMPDIR/err" || { cat "$TMPDIR/out" "$TMPDIR/err"; return 1; }
}

what_is_there() {
    for table in household household_status person household_year national_id; do
        one "SELECT count(*) FROM $table"
    done | paste -sd,
}

whole_or_not_at_all() {
    there=$(what_is_there)
    [ "$there" = 0,0,0,0,0 ] || [ "$there" = "$all_there" ] || { echo "there are $there rows, and not $all_there or none"; return 1; }
}

indexes() {
    case $DB in
    postgres*) sql "SELECT count(*) FROM pg_class WHERE relkind IN ('i', 'I') AND relnamespace = 'public'::regnamespace" ;;
    *) sql "SELECT count(*) FROM sqlite_master WHERE type = 'index'" ;;
    esac
}

indexes_are_all_there() {
    indexes > "$TMPDIR/indexes.now"
    is_file "$TMPDIR/indexes" "$TMPDIR/indexes.now"
}

# What an import that nobody disturbs comes to, and how long it takes.
undisturbed() {
    fresh undisturbed
    indexes > "$TMPDIR/indexes"
    from=$(now_ms)
    "$BANGFU" --db "$DB" --json import "$TMPDIR/book" > "$TMPDIR/whole.json"
    echo $(($(now_ms) - from)) > "$TMPDIR/took"
    counts "$TMPDIR/whole.json" > "$TMPDIR/want"
    [ "$(wc -l < "$TMPDIR/want")" = 4 ]
    what_is_there > "$TMPDIR/all_there"
    verifies
}

# killed N: at the N-th of the moments.
killed() {
    all_there=$(cat "$TMPDIR/all_there")
    fresh "kill$1"
    after=$(awk -v seed="$KILL_SEED" -v n="$1" -v took="$(cat "$TMPDIR/took")" \
        'BEGIN { srand(seed); for (i = 0; i < n; i++) x = rand(); printf "%.3f", x * took / 1000 }')
    "$BANGFU" --db "$DB" --json import "$TMPDIR/book" > "$TMPDIR/cut.json" 2>&1 &
    pid=$!
    sleep "$after"
    kill -9 "$pid" 2> /dev/null || echo "# it had ended before $after s"
    rc=0
    wait "$pid" || rc=$?
    [ "$rc" != 137 ] || echo "$after" >> "$TMPDIR/hits"
    [ "$rc" = 137 ] || [ "$rc" = 0 ] || { cat "$TMPDIR/cut.json"; return 1; }
    verifies
    whole_or_not_at_all
    indexes_are_all_there
    "$BANGFU" --db "$DB" --json import "$TMPDIR/book" > "$TMPDIR/again.json"
    counts "$TMPDIR/again.json" > "$TMPDIR/have"
    is_file "$TMPDIR/want" "$TMPDIR/have"
    whole_or_not_at_all
    indexes_are_all_there
    verifies
}

some_were_hit() { [ -s "$TMPDIR/hits" ] || { echo "no import was still running when it was to be killed"; return 1; }; }

two_at_once() {
    fresh two
    large "$TMPDIR/book2" "$households" 350698 M
    "$BANGFU" --db "$DB" --json import "$TMPDIR/book" > "$TMPDIR/one.json" 2> "$TMPDIR/one.err" &
    first=$!
    "$BANGFU" --db "$DB" --json import "$TMPDIR/book2" > "$TMPDIR/two.json" 2> "$TMPDIR/two.err" &
    second=$!
    wait "$first" || { cat "$TMPDIR/one.json" "$TMPDIR/one.err"; return 1; }
    wait "$second" || { cat "$TMPDIR/two.json" "$TMPDIR/two.err"; return 1; }
    is $((households * 2)) "$(one "SELECT count(*) FROM household")"
    ids="SELECT id FROM household UNION ALL SELECT id FROM household_status UNION ALL SELECT id FROM person UNION ALL SELECT id FROM household_year"
    is 0 "$(one "SELECT count(*) - count(DISTINCT id) FROM ($ids) x")"
    is 1 "$(one "SELECT max(id) < (SELECT next FROM id_block) FROM ($ids) x" | sed 's/^t$/1/')"
    verifies
}

large "$TMPDIR/book" "$households" 350699
it 'an import that nobody disturbs is complete' undisturbed
n=1
while [ "$n" -le "$KILLS" ]; do
    it "killed at a random moment, an import leaves a unit whole or not at all, and done again is complete ($n)" killed "$n"
    n=$((n + 1))
done
it 'at least one import was hit while it ran' some_were_hit
it 'two imports of different counties at the same time never give the same id' two_at_once
finish
