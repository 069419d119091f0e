#!/bin/sh
# A hall is emptied by a deadline: the plan that does it is shown with what stays, its id is typed, its nodes close before a job moves,
# the end says what still runs there; it goes on without who began it; undo opens the nodes. The sample source, scenario heat.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
collector=
trap 'kill $collector 2>/dev/null; at_end' EXIT

cat >"$TMPDIR/h.conf" <<EOF2
version = 1
allow_write = true
source "sample" {
  driver = "sample"
  url = "sample:$PWD/sample-data"
  scenario = "heat"
}
limits { jobs_alone = 10000 tenant_jobs_alone = 10000 accels_alone_pct = 100 }
EOF2
chmod 600 "$TMPDIR/h.conf"
with="--config $TMPDIR/h.conf --state-dir $TMPDIR/state"
hall=ZJK-2/H1
by=$(date -u -d '+40 minutes' +%FT%TZ)

start_collector
has_jobs() {
    ht get jobs --json --limit 1
    jq -e '.total > 0' "$out" >/dev/null
}
eventually 60 has_jobs || no "there are no jobs"
actions() { # FILTER: how many it lets pass
    ht get actions --json
    jq "[.items[] | select($1)] | length" "$out"
}
in_hall() { # FILTER: its nodes that it lets pass
    ht get nodes --json
    jq "[.items[] | select(.rack != null and (.rack | startswith(\"$hall\"))) | select($1)] | length" "$out"
}

shows "what makes no sense is refused"
does 64 order evacuate --by "$by"
does 64 order evacuate "$hall"
says "$err" "until when"
does 65 order evacuate NOWHERE --by "$by" -n
says "$err" "no cluster, site, hall or scheduler 'NOWHERE'"
does 67 order evacuate "$hall" --confirm P-0099 --write

shows "a dry run proposes nothing"
does 0 order evacuate "$hall" --by "$by" --seconds 0.5 -n
says "$out" "What takes no new work from its beginning on"
ht plan list --json
[ "$(jq '.total' "$out")" -eq 0 ] || no "a plan was proposed"

shows "without its id typed the plan is shown and proposed, with what stays, until when, why, and what can be done"
does 64 order evacuate "$hall" --by "$by" --seconds 0.5 --write
says "$err" "not confirmed: '$hall' is emptied by the plan P-0001"
says "$out" "^  node zjk-ai/"
says "$out" "^  zjk-ai/[0-9]+ [a-z.]+ 20[0-9T:-]+Z (checkpoint|not_movable|ring|ends); .*; .*"
[ "$(actions true)" -eq 0 ] || no "something was given"
ht plan show P-0001 --json
closes=$(jq '.plan.intakes | length' "$out")
[ "$closes" -gt 3 ] || no "only $closes nodes close"
stays=$(jq '.plan.stays | length' "$out")
[ "$stays" -gt 0 ] || no "nothing stays: there is no honest end to see"

shows "another plan's id, or that of something else, confirms nothing"
does 0 plan create --max-moves 1 --seconds 0.2
does 64 order evacuate "$hall" --confirm P-0002 --write
says "$err" "P-0002 does not empty"
does 64 order evacuate ZJK-1/H1 --confirm P-0001 --write
does 77 order evacuate "$hall" --confirm P-0001
[ "$(actions true)" -eq 0 ] || no "something was given"

shows "carried out: all nodes close before a job moves, and the end says what is there still"
# shellcheck disable=SC2086
timeout 60 "$hubtop" $with --write --timeout 25 order evacuate "$hall" --confirm P-0001 --reason heat >"$TMPDIR/applied" 2>&1 &
applying=$!
closed() { [ "$(actions '.kind == "drain" and .done == true')" -eq "$closes" ]; }
eventually 50 closed || no "not all nodes close: $(tail -n 3 "$TMPDIR/applied")"
[ "$(actions '.kind == "move" and .wave == 1')" -eq 0 ] || no "a job moves with the nodes that close"
wait "$applying"
status=$?
case $status in
1 | 75) ;;
*) no "it ended with $status" ;;
esac
says "$TMPDIR/applied" "^$hall: [0-9]+ jobs still run there, waiting: [0-9]+"
says "$TMPDIR/applied" "^  zjk-ai/[0-9]+  [a-z.]+  runs, until 20"
says "$TMPDIR/applied" "^    why: "
says "$TMPDIR/applied" "^    what can be done: "
[ "$(in_hall '.state == "up" or .state == "idle"')" -eq 0 ] || no "nodes of the hall take new work"
[ "$(actions '.reason == "heat" and .kind == "drain" and .undo == "resume it"')" -eq "$closes" ] || no "the drains are not told"

shows "who comes later sees the same end"
ht plan watch P-0001 --timeout 2
says "$out" "^$hall: [0-9]+ jobs still run there"

shows "undo opens the nodes"
ht plan stop P-0001 --write
does_undo() {
    ht plan undo P-0001 --confirm P-0001 --write --timeout 30
    [ "$got" -eq 0 ] || [ "$got" -eq 1 ]
}
eventually 30 does_undo || no "it is not undone: $(cat "$out" "$err")"
[ "$(actions '.kind == "resume" and .done == true')" -ge "$closes" ] || no "not all nodes were opened: $(cat "$out")"
open_again() { [ "$(in_hall '.state == "draining" or .state == "drained"')" -eq 0 ]; }
eventually 30 open_again || no "nodes stay closed"
