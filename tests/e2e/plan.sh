#!/bin/sh
# Plans through a collector on the simulated fleet: a dry run leaves nothing, create proposes without --write, list, show, diff and get agree,
# a plan replaces another, one is rejected, and all outlive kill -9.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
collector=
trap 'kill $collector 2>/dev/null; at_end' EXIT
mkdir -m 700 "$TMPDIR/state"

with="--source sample:sample-data?scenario=cable --state-dir $TMPDIR/state"
start_collector

shows "a dry run says so and leaves nothing"
does 0 plan create --dry-run --seconds 0.1
says "$out" "DRY RUN: nothing has been changed"
does 0 get plans --json
[ "$(jq '.items | length' "$out")" -eq 0 ] || no "a dry run left a plan"

shows "create proposes, and list, show and get agree"
does 0 plan create --seconds 0.1 --json
id=$(jq -r .id "$out") hash=$(jq -r .hash "$out") moves=$(jq -r .moves "$out")
[ "$id" = P-0001 ] || no "the first plan is called $id"
does 0 plan list --json
[ "$(jq -r '.items[0].hash' "$out")" = "$hash" ] || no "the hash is another"
does 0 plan show "$id" --json
[ "$(jq '.moves | length' "$out")" -eq "$moves" ] || no "show tells of other moves"
jq -e '.plan.checks | tostring | contains("jobs_now=ok")' "$out" >/dev/null || no "the collector's checks are not told"
does 0 get moves --json
[ "$(jq '.items | length' "$out")" -eq "$moves" ] || no "get tells of other moves"

shows "an edited one replaces it; what replaces nothing is refused"
does 0 plan create --seconds 0.1 --max-moves 1 --replaces "$id" --json
[ "$(jq -r .id "$out")" = P-0002 ] || no "the second plan is not P-0002"
does 0 plan diff P-0001 P-0002
says "$out" "max-moves=1"
does 0 plan diff P-0001 P-0002 --json
[ "$(jq -r '.fields[] | select(.field == "moves") | .from' "$out")" -eq "$moves" ] || no "the JSON of diff has other moves"
jq -e '[.moves[] | select(.change == "gone" and (.left | length) == .jobs_from)] | length > 0' "$out" >/dev/null ||
    no "the JSON of diff does not say whose jobs are gone"
does 0 plan diff P-0001 P-0002 --format md
says "$out" "| moves | $moves |"
does 67 plan create --seconds 0.1 --replaces P-0099

shows "why one job goes where it goes, and room, in every form"
does 0 get moves --json
job=$(jq -r '.items[0].job_ids[0]' "$out") to=$(jq -r '.items[0].to' "$out")
does 0 plan show P-0001 --job "$job" --json
[ "$(jq -r '.considered[] | select(.verdict == "chosen") | .scheduler' "$out")" = "$to" ] || no "another was chosen"
[ "$(jq -r '.move.to' "$out")" = "$to" ] || no "the move goes elsewhere"
does 67 plan show P-0001 --job nobody/1 --json
does 0 room --for "$job" --format md
says "$out" "| $to |"
does 64 plan frobnicate
says "$err" "there is no 'plan frobnicate'"
does 64 plan show
says "$err" "'plan show' was given too few or too many IDs"

shows "rejected once, not twice; unknown ones are 67"
does 0 plan reject P-0001
does 65 plan reject P-0001
does 67 plan reject P-0099
does 67 plan show P-0099

shows "kill -9 loses none"
kill -9 "$collector"
wait "$collector" 2>/dev/null
rm -f "$TMPDIR/state/control.sock"
start_collector
does 0 plan list --json
[ "$(jq -c '[.items[].state]' "$out")" = '["stopped","proposed"]' ] || no "states are $(cat "$out")"

shows "without a collector it is a dry run, said aloud"
does 0 plan create --offline --seconds 0.1
says "$err" "proposed to nobody"
kill -TERM "$collector"
wait "$collector"
collector=
