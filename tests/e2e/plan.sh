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

# at SCENARIO ZERO SECONDS...: a state of its own, polled so long after its zero; a collector on it whose clock stands.
at() {
    state=$TMPDIR/$1 source="sample:sample-data?name=sample&scenario=$1&interval=900&start=$2" zero_s=$(date -u -d "$2" +%s)
    mkdir -m 700 "$state"
    shift 2
    for seconds; do
        now=$(date -u -d "@$((zero_s + seconds))" +%Y-%m-%dT%H:%M:%SZ)
        with="--source $source --state-dir $state --now $now"
        does 0 collect --once
    done
    with="$with --speed 0"
    # shellcheck disable=SC2086
    "$hubtop" $with collect >"$TMPDIR/collect.log" 2>&1 &
    collector=$!
    eventually 20 test -S "$state/control.sock" || no "the collector does not start"
}

is() { # PROGRAM: true of the JSON in $out
    jq -e "$1" "$out" >/dev/null || no "it does not hold: $1"
}

shows "a bulk transfer that fills the cut cable is held, in time, and the collector agrees"
at cable 2026-11-20T18:01:11Z 3600 3720 3990
does 0 plan create --seconds 0.2 --json
does 0 plan show P-0001 --json
is '[.moves[] | select(.what == "hold" and .link == "SHG>SZ")] | length == 1 and (.[0] | .transfer == "SHG>SZ/bulk-1" and .used_before_pct > 95
    and .used_after_pct < 70 and .eta_after < .deadline_at and .until > "2026-11-20T20:0")'
is '[.effects[] | select(.kind == "link" and .what == "SHG>SZ" and .measure == "used_pct")][0] | .now > 95 and .undone > 95 and .after < 70'
is '.plan.holds == ([.moves[] | select(.what != "jobs")] | length) and .plan.moves == (.moves | length)'
is '.plan.checks | map(select(startswith("transfers"))) | sort == ["transfers=ok: 2 transfers are held, 0 of them miss a deadline", "transfers_now=ok"]'
does 0 plan show P-0001
says "$out" "^ +[0-9]+ +- +[0-9]+  the whole network jobs_late$"
says "$out" "^ +[0-9.]+ +[0-9.]+ +[0-9.]+  the whole network cost_cny_h$"
says "$out" "transfer SHG>SZ/bulk-1 \\(backup-of-the-portal\\) is held until"

shows "one that is taken out goes on, and diff says so"
does 0 plan create --seconds 0.2 --exclude "SHG>SZ/bulk-1" --json
does 0 plan show P-0002 --json
is '[.moves[] | select(.what == "hold" and .link == "SHG>SZ") | .transfer] | length > 0 and all(. != "SHG>SZ/bulk-1")'
does 0 plan diff P-0001 P-0002
says "$out" "^- SHG > SZ .* transfer SHG>SZ/bulk-1$"

shows "what goes between regions is summed, with what ends it"
does 0 plan show P-0001 --json
is '.regions | length > 3 and all(.limit != "" and .jobs_now >= 0 and .mw_now >= 0)'
is '([.regions[].jobs_planned] | add) <= .plan.jobs and ([.regions[].accels_planned] | add) <= .plan.accels'
does 0 plan show P-0001 --format md
says "$out" "^\\| GBA>CY \\| [0-9]+/[0-9]+/[0-9]+ \\|"
kill -TERM "$collector"
wait "$collector"

shows "the flood: each move of running work names who starts, inner rings stay, and what stays has its reason"
at west 2026-11-21T10:30:00Z 3480 4500 5430
does 0 plan create --seconds 0.5 --json
does 0 plan show P-0001 --json
is '[.moves[] | select(.from == "shg-ai" and .running > 0)] | length > 0 and all(.frees | length > 0)'
is '[.moves[] | select(.from == "shg-ai") | .frees[]] | length > 2'
is '[.moves[] | select(.from == "shg-ai")] | all(.delay_max_ms == null or .delay_max_ms > 5)'
is '[.moves[] | select(.from == "shg-ai") | .to] | all(. == "qyg-ai" or . == "zz-ai" or . == "tfu-ai" or . == "ckg-ai")'
is '.plan.left | map(select(startswith("shg-ai/online "))) | any(contains(" ring; no other is inside its ring; nearest is "))'
does 0 get jobs --json
cp "$out" "$TMPDIR/jobs"
does 0 plan show P-0001 --json
jq -e --slurpfile jobs "$TMPDIR/jobs" '[.moves[] | select(.from == "shg-ai") | .frees[]] as $started
    | [$jobs[0].items[] | select(.id | IN($started[])) | .queue] | index("online") != null' "$out" >/dev/null || no "no inference starts because of it"
kill -TERM "$collector"
wait "$collector"
collector=
