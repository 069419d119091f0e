#!/bin/sh
# The track record: a plan is looked at again 15 and 60 minutes after its snapshot, by a clock that runs fast; forecast and fact stand
# beside each other in text, JSON and Markdown, every preview prints the record, and all of it outlives kill -9.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
collector=
trap 'kill $collector 2>/dev/null; at_end' EXIT
mkdir -m 700 "$TMPDIR/state"

# One clock for all, a hundred times as fast as the day, from the moment that the collector starts.
boot=$(awk '{printf "%d", $1 * 1000}' /proc/uptime)
clock="$(date -u +%s)000@$boot@100"
with="--source sample:sample-data?scenario=west-double --state-dir $TMPDIR/state --clock $clock"
start_collector

reviewed() {
    # shellcheck disable=SC2086
    "$hubtop" $with plan list --json >"$TMPDIR/list" 2>/dev/null &&
        jq -e ".items[0].$1 != null" "$TMPDIR/list" >/dev/null
}

shows "before anybody has looked there is no record, said in words"
does 0 plan review
says "$out" "no plan has run yet: there is no record"
does 0 plan create --seconds 0.1
says "$out" "no plan has run yet: there is no record"
does 0 plan review P-0001
says "$out" "nobody has looked at it again yet"
says "$out" "After 15 minutes"

shows "after 15 minutes its forecasts have facts, and the record says how far they were off"
eventually 60 reviewed miss_15_pct || no "nobody looked after 15 minutes"
does 0 plan review --json
[ "$(jq -r .plan "$out")" = P-0001 ] || no "another plan is reviewed"
jq -e '[.reviews[] | select(.kind == "queue" and .measure == "waiting" and .fact_15 != null)] | length > 20' "$out" >/dev/null ||
    no "queues lack their facts"
jq -e '[.reviews[] | select(.kind == "scheduler" and .fact_15 != null and .miss_15_pct != null)] | length == 21' "$out" >/dev/null ||
    no "schedulers lack their facts"
jq -e '.record.plans_15 == 1 and .record.miss_15_pct < 15 and .record.plans_60 == 0' "$out" >/dev/null || no "the record is $(jq -c .record "$out")"
jq -e '[.reviews[] | select(.fact_60 != null)] | length == 0' "$out" >/dev/null || no "the future is known"
does 0 plan list --json
[ "$(jq -r '.items[0].against' "$out")" = undone ] || no "nobody moved anything, but it is compared as if"

shows "after 60 minutes too: what nobody could know is told as a miss"
eventually 90 reviewed miss_60_pct || no "nobody looked after 60 minutes"
does 0 plan review P-0001
says "$out" "After 60 minutes"
says "$out" "^record of 1: off by .* [(]15 min[)], .* [(]60 min[)]; in range "
does 0 plan review P-0001 --json
jq -e '.reviews[] | select(.what == "shg-ai/online" and .measure == "waiting") | .miss_60_pct < -20' "$out" >/dev/null ||
    no "the flood is no miss: $(jq -c '.reviews[] | select(.what == "shg-ai/online" and .measure == "waiting")' "$out")"
does 0 plan review --format md
says "$out" "^# P-0001"
says "$out" "^| shg-ai/online waiting |"
does 67 plan review P-0099
does 64 plan revue
says "$err" "there is no 'plan revue'"

shows "every preview prints it, and it outlives kill -9"
does 0 plan show P-0001
says "$out" "record of 1: off by"
says "$out" "this plan: [+]15 min: off by"
kill -9 "$collector"
wait "$collector" 2>/dev/null
rm -f "$TMPDIR/state/control.sock"
start_collector
does 0 plan create --dry-run --seconds 0.1
says "$out" "record of 1: off by"
does 0 plan show P-0001 --json
jq -e '.record.plans_60 == 1' "$out" >/dev/null || no "the record is $(jq -c .record "$out")"
kill -TERM "$collector"
wait "$collector"
collector=
