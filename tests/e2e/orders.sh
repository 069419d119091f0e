#!/bin/sh
# Orders by the real program: each kind done once and seen at the source, what is refused and in which words, an order that a killed
# collector left behind, and what `get actions` tells of all of them. The sample source takes them.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
collector=
trap 'kill $collector 2>/dev/null; at_end' EXIT

conf() { # FILE read_only
    cat >"$1" <<EOF
version = 1
allow_write = true
source "sample" {
  driver = "sample"
  url = "sample:$PWD/sample-data"
  read_only = $2
}
EOF
    chmod 600 "$1"
}
conf "$TMPDIR/h.conf" false
conf "$TMPDIR/shut.conf" true
with="--config $TMPDIR/h.conf --state-dir $TMPDIR/state"

job() { # N FILTER: the id of the N-th waiting job of one task that it lets pass
    ht get jobs --json
    jq -r "[.items[] | select(.state == \"waiting\" and (.tasks // 1) == 1 and ($2))][$1].id" "$out"
}
ids() { # FILTER: some that wait, from the end of the list: they start last
    ht get jobs --json
    jq -r "[.items[] | select(.state == \"waiting\" and (.tasks // 1) == 1 and ($1))][-12:][].id" "$out"
}
now_is() { # ID FILTER
    ht get jobs --json
    jq -e --arg id "$1" "[.items[] | select(.id == \$id)][0] | $2" "$out" >/dev/null
}
becomes() { # ID FILTER
    eventually 30 now_is "$1" "$2" || no "$1 is not $2: $(jq -c --arg id "$1" '[.items[] | select(.id == $id)][0] | {state, priority, time_limit_s}' "$out")"
}
actions() { # FILTER: how many it lets pass
    ht get actions --json
    jq "[.items[] | select($1)] | length" "$out"
}
has_jobs() {
    ht get jobs --json
    jq -e '.items | length > 0' "$out" >/dev/null
}
ready() { # a collector that just started knows the jobs
    x=$(job 6 true)
    ht order hold "$x" -n --write
    [ "$got" -eq 0 ] || grep -q read_only "$err"
}
none_open() {
    [ "$(actions '.done == null')" -eq 0 ]
}

shows "a collector with a source that takes orders"
start_collector
eventually 60 has_jobs || no "there are no jobs"

shows "hold, limit, release and priority: each done once, and seen"
holds() { # whichever still waits
    for one in $(ids true); do
        ht order hold "$one" --reason "no power" --write
        [ "$got" -ne 0 ] || return 0
    done
    return 1
}
eventually 30 holds || no "no job is held: $(cat "$out" "$err")"
says "$out" "^O-0001/1 +hold +$one .* done "
becomes "$one" '.state == "held"'
does 0 order limit "$one" --for 2h --write
becomes "$one" '.time_limit_s == 7200'
does 0 order release "$one" --write
becomes "$one" '.state == "waiting" or .state == "running"'
prefers() { # whichever still waits
    for two in $(ids true); do
        ht order priority "$two" --value 777 --write
        [ "$got" -ne 0 ] || return 0
    done
    return 1
}
eventually 30 prefers || no "no job takes a priority: $(cat "$out" "$err")"
becomes "$two" '.priority == 777 or .state == "running"'
[ "$(actions '.done == true')" -eq 4 ] || no "not 4 actions are done"
[ "$(actions '.kind == "hold" and .reason == "no power" and .requested_by != null and .undo == "release it"')" -eq 1 ] || no "the hold is not told"

shows "cancel and move are typed: without the id they are not done"
three=$(job 2 true)
does 64 order cancel "$three" --write
says "$err" "cannot be undone"
does 64 order cancel "$three" --confirm something --write
[ "$(actions '.kind == "cancel"')" -eq 0 ] || no "it was given all the same"
does 0 order cancel "$three" --confirm "$three" --write
becomes "$three" '.state == "cancelled" or .state == null'
does 64 order move "$three" --to qyg-ai --write
light() { # of each scheduler of one kind of cluster the jobs of the fewest accelerators: one person may move no quarter of what waits
    ht get jobs --json
    jq -r '[.items[] | select(.state == "waiting" and (.tasks // 1) == 1 and .movable and (.scheduler | test("-ai$")))] |
        group_by(.scheduler)[] | sort_by(.accels)[:5][].id' "$out"
}
moves() { # whichever goes somewhere just now
    for four in $(light); do
        for there in qyg-ai zz-ai tfu-ai shg-ai; do
            [ "${four%%/*}" != "$there" ] || continue
            ht order move "$four" --to "$there" --confirm "$four" --write
            [ "$got" -ne 0 ] || return 0
        done
    done
    return 1
}
eventually 60 moves || no "no job moves anywhere: $(cat "$out" "$err")"
says "$out" " done +$there/[0-9]+ "
made=$(sed -n "s,.* done  *\\($there/[0-9]*\\) .*,\\1,p" "$out")
becomes "$made" '.state == "waiting" or .state == "running"'
becomes "$four" '.state == "cancelled" or .state == null'

shows "nothing of a frozen scheduler is changed, and nothing goes there; elsewhere all goes on"
seven=$(job 0 true)
frozen=${seven%%/*}
eight=$(job 0 "(.scheduler != \"$frozen\")")
does 0 maintenance freeze schedulers "$frozen" --for 1h --reason audit --write
freeze=$(sed -n 's/.*: \(M-[0-9A-Z]*\)$/\1/p' "$out")
does 77 order hold "$seven" --write
says "$err" "frozen by '$freeze': audit"
does 0 order hold "$eight" --write
becomes "$eight" '.state == "held"'
does 0 order release "$eight" --write
does 0 maintenance end "$freeze" --write
does 0 order hold "$seven" -n --write

shows "what is refused, and in which words; nothing is given"
given=$(actions true)
ht get jobs --json
running=$(jq -r '[.items[] | select(.state == "running")][0].id' "$out")
five=$(job 3 true)
six=$(job 0 .movable)
does 77 order hold "$running" --write
says "$err" "does not wait: it is running"
does 77 order release "$five" --write
says "$err" "is not held: it is waiting"
does 67 order hold nowhere/1 --write
says "$err" "no job 'nowhere/1'"
says "$err" "^hint: "
does 64 order hold "$five" "$five" --write
says "$err" "named twice"
does 64 order frobnicate "$five" --write
does 64 order priority "$five" --write
does 64 order limit "$five" --write
does 64 order move "$six" --confirm "$six" --write
does 67 order move "$six" --to nowhere --confirm "$six" --write
does 77 order hold "$five"
says "$err" "read-only"
does 0 order hold "$five" -n --write
says "$out" "every check passes"
does 67 order stop O-9999 --write
does 75 order stop O-0001 --write
says "$err" "is done"
[ "$(actions true)" -eq "$given" ] || no "something was given"

shows "several at once are one order"
ht get jobs --json # three of one answer: jobs start and end between two of them
three_jobs=$(jq -r '[.items[] | select(.state == "waiting" and (.tasks // 1) == 1)][3:6][].id' "$out")
# shellcheck disable=SC2086
does 0 order hold $three_jobs --write
ht get actions --json
[ "$(jq '[.items[] | .order] | group_by(.) | map(length) | max' "$out")" -eq 3 ] || no "there are no three actions of one order"

shows "killed with orders under way: what was accepted ends, once"
for pause in 0 0.05 0.1 0.2 0.4; do
    eventually 60 ready || no "it takes no orders: $(cat "$err")"
    a=$(job 6 true)
    b=$(job 7 true)
    # shellcheck disable=SC2086
    "$hubtop" $with --offline --timeout 1 order hold "$a" "$b" --write >"$TMPDIR/given.$pause" 2>&1 &
    client=$!
    sleep "$pause"
    kill -9 "$collector"
    wait "$collector" "$client" 2>/dev/null
    rm -f "$TMPDIR/state/control.sock"
    start_collector
    eventually 60 none_open || no "an order stays open: $(jq -c '.items[] | select(.done == null)' "$out" | head -n 3)"
done
ht get actions --json
[ "$(jq '[.items[].key] | length == (unique | length)' "$out")" = true ] || no "a key stands twice"
for order in $(grep -oh 'O-[0-9][0-9]*' "$TMPDIR"/given.* | sort -u); do
    [ "$(jq "[.items[] | select(.order == \"$order\")] | length" "$out")" -eq 2 ] || no "$order was accepted, and is not there"
done

shows "a source that is read_only takes none, whatever the session may"
kill "$collector"
wait "$collector" 2>/dev/null
with="--config $TMPDIR/shut.conf --state-dir $TMPDIR/state"
start_collector
eventually 60 ready || no "there are no jobs"
does 77 order hold "$(job 6 true)" --write
says "$err" "read_only"
