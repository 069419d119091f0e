#!/bin/sh
# What operators decide: acks, notes, silences, maintenance windows and freezes through a collector; read-only sessions are refused, the
# same request counts once, and what was answered outlives kill -9. Alerts that were captured, served by a fake Alertmanager.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
api=api/v2
mkdir -p "$TMPDIR/box/$api"
for kind in silences status; do
    cp "tests/unit/sources/alertmanager_captures/$kind.json" "$TMPDIR/box/$api/$kind"
done
cp tests/unit/sources/alertmanager_captures/alerts_silenced.json "$TMPDIR/box/$api/alerts"
echo '[{"name":"none"}]' >"$TMPDIR/box/$api/receivers"
server= collector=
trap 'kill $server $collector 2>/dev/null; at_end' EXIT
"$BUILD/tests/fakes/fake_http" --dir "$TMPDIR/box" --ledger "$TMPDIR/ledger" --mode ok >"$TMPDIR/port" 2>&1 &
server=$!
shows "the fake server serves"
eventually 10 grep -q '^PORT ' "$TMPDIR/port" || no "it does not start"
port=$(sed -n 's/^PORT //p' "$TMPDIR/port")

conf() { # FILE allow_write read_only
    cat >"$1" <<EOF
version = 1
allow_write = $2
source "am" {
  driver    = "alertmanager"
  url       = "http://127.0.0.1:$port"
  read_only = $3
}
EOF
    chmod 600 "$1"
}
conf "$TMPDIR/h.conf" true true
conf "$TMPDIR/never.conf" false false

with="--config $TMPDIR/h.conf --state-dir $TMPDIR/state"
start_collector

shows "acks: taken by one command, seen and taken back by another"
does 0 get alerts --json
alert=$(jq -r '[.items[] | select(.state == "firing")][0].id' "$out")
other=$(jq -r '[.items[] | select(.state == "firing")][1].id' "$out")
does 0 alert ack "$alert" --for 1h --note "我在看" --write
says "$out" "^$alert: acknowledged until 20"
does 0 alert unack "$alert" --write
does 67 alert unack "$alert" --write
says "$err" "nobody has acknowledged '$alert'"
says "$err" "^hint: "

shows "several ids: those that are there are done, the status is that of the first that failed"
does 67 alert ack "$alert" nothing "$other" --write
says "$out" "^$alert: acknowledged"
says "$out" "^$other: acknowledged"
says "$err" "no alert 'nothing'"

shows "notes: the last of one's own is taken back"
does 0 alert note "$alert" --note one --write
does 0 alert note "am/$alert" --note two --write
does 0 alert unnote "$alert" --write
does 0 alert unnote "$alert" --write
does 67 alert unnote "$alert" --write

shows "steps of a runbook are ticked once"
does 0 alert step "$alert" RB-NET-07/1 RB-NET-07/2 --write
does 65 alert step "$alert" RB-NET-07/2 --write
does 0 alert unstep "$alert" RB-NET-07/2 --write

shows "a silence of an object: what it hides is shown first, then it is there, then it is over"
does 0 alert silence --kind links 'ams>sin' --for 2h --reason "光缆割接" -n
says "$out" 'ams>sin: would be silenced until'
says "$out" 'it hides 1 alert now'
does 0 get silences --json
jq -e '[.items[] | select(.source == "hubtop")] == []' "$out" >/dev/null || no "a dry run made one"
does 0 alert silence --kind links 'ams>sin' --for 2h --reason "光缆割接" --write
silence=$(sed -n 's/.*: \(S-[0-9A-Z]*\)$/\1/p' "$out")
does 0 get silences "$silence" --json
jq -e --arg me "$(id -un)" '.items[0] | .state == "active" and .created_by == $me and .comment == "光缆割接" and .source == "hubtop"
    and .matchers == ["kind=links", "where=ams>sin"]' "$out" >/dev/null || no "$(cat "$out")"
does 0 alert unsilence "$silence" --write
does 0 get silences "$silence" --json
jq -e '.items[0].state == "expired"' "$out" >/dev/null || no "$(cat "$out")"
does 65 alert unsilence "$silence" --write
does 65 alert silence --kind links 'ams>sin' --for 2h --write
says "$err" 'the reason is not said'
does 65 alert silence --kind links 'ams>sin' --reason x --write
says "$err" 'the end is not said'
does 64 alert silence --kind links 'ams>sin' --for 5h --reason x --write
says "$err" 'not confirmed'
does 0 alert silence --kind links 'ams>sin' --for 5h --reason x --confirm 'ams>sin' --write

shows "a source that is read_only is told nothing"
does 77 alert silence "$alert" --for 1h --reason x --write
says "$err" 'read_only'
grep -q 'POST /api' "$TMPDIR/ledger" && no "it was told: $(grep POST "$TMPDIR/ledger")"

shows "maintenance and freezes"
does 0 maintenance add links 'SHG>SZ' --for 2h --reason "splice" --write
window=$(sed -n 's/.*: \(M-[0-9A-Z]*\)$/\1/p' "$out")
does 0 maintenance freeze --for 3d --reason "Golden week" --write
does 0 get maintenance --json
jq -e '[.items[] | .what + " " + .state] | sort == ["freeze active", "maintenance active"]' "$out" >/dev/null || no "$(cat "$out")"
does 0 maintenance end "$window" --write
does 0 maintenance list "$window" --json
jq -e --arg me "$(id -un)" '.items[0] | .state == "over" and .ended_by == $me and .stale == false' "$out" >/dev/null || no "$(cat "$out")"
does 65 maintenance add links 'SHG>SZ' --start 2030-01-01T00:00:00Z --end 2029-12-31T00:00:00Z --reason x --write
does 64 maintenance add links

shows "without --write, and without allow_write, nothing is done: 77"
does 77 alert ack "$alert"
says "$err" '^hint: .*--write'
does 77 maintenance add links 'SHG>SZ' --for 1h --reason x
timeout 60 "$hubtop" --config "$TMPDIR/never.conf" --state-dir "$TMPDIR/never" alert ack "$alert" --write >"$out" 2>"$err"
[ $? -eq 77 ] || no "a configuration without allow_write let it pass: $(cat "$out" "$err")"

shows "kill -9 right after an answer loses nothing"
for i in 1 2 3 4 5; do
    does 0 maintenance add racks "r$i" --for 1h --reason "kill $i" --write
    kill -KILL "$collector"
    wait "$collector" 2>/dev/null
    start_collector
    does 0 get maintenance --json
    n=$(jq '[.items[] | select(.kind == "racks")] | length' "$out")
    [ "$n" -eq "$i" ] || no "after kill $i there are $n of them"
done
does 0 alert unack "$alert" --write

shows "a damaged actions.db: requests are refused with the reason, screens go on"
kill -TERM "$collector"
wait "$collector"
does 69 --offline alert ack "$alert" --write
printf 'garbage' | dd of="$TMPDIR/state/actions.db" conv=notrunc 2>/dev/null
start_collector
ht alert ack "$alert" --write
[ "$got" -ne 0 ] || no "it was taken"
says "$err" 'actions.db'
does 0 get alerts
kill -TERM "$collector"
wait "$collector"
collector=
