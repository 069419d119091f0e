#!/bin/sh
# A cable is cut, four minutes ago: what the hub's monitoring says of it, each about something that the cut link explains.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
start=$((($(date +%s) - 65 * 60) * 1000))
state=$TMPDIR/state
url="sample:sample-data?scenario=cable&start=$start"
# get KIND FILE
get() { "$hubtop" --offline --state-dir "$state" get "$1" --json >"$TMPDIR/$1.json" 2>"$err" || [ $? -eq 75 ] || no "get $1 failed: $(cat "$err")"; }

shows "one poll of everything, four minutes after the cut"
run 0 timeout 90 "$hubtop" --source "$url" --state-dir "$state" --timeout 60 collect --once
for kind in alerts links transfers tenants queues; do get "$kind"; done

shows "some forty alerts that a hub tells, of paths, transfers, services and users"
jq -e '[.items[] | select(.source != "hubtop")] | (length >= 30 and length <= 45) and (map(.kind) | unique) == ["links", "queues", "tenants", "transfers"]' "$TMPDIR/alerts.json" >/dev/null ||
    no "there are: $(jq -r '.items[] | "\(.name) \(.kind) \(.where)"' "$TMPDIR/alerts.json")"

shows "each is about an object that lies at the cut link or goes over it"
jq -e --slurpfile t "$TMPDIR/transfers.json" --slurpfile n "$TMPDIR/tenants.json" --slurpfile q "$TMPDIR/queues.json" '
    ["SHG>SZ", "SZ>SHG"] as $cut
    | [.items[] | select(.source != "hubtop") | .where as $w
        | if .kind == "links" then $cut | index($w)
          elif .kind == "transfers" then any($t[0].items[]; .id == $w and (.link as $l | $cut | index($l)))
          elif .kind == "tenants" then any($n[0].items[]; .id == $w and .at == "SZ" and .ring_ms < 20)
          else any($q[0].items[]; .id == $w and .cluster == "SHG") end] | all' "$TMPDIR/alerts.json" >/dev/null ||
    no "one is about something else: $(jq -r '.items[] | "\(.kind) \(.where)"' "$TMPDIR/alerts.json")"

shows "the start of an alert is a time to look back to; of one that nobody knows it is not"
id=$(jq -r '.items[] | select(.name == "PathDark") | .id' "$TMPDIR/alerts.json" | head -n 1)
since=$(jq -r --arg id "$id" '.items[] | select(.id == $id) | .since' "$TMPDIR/alerts.json")
"$hubtop" --offline --state-dir "$state" --at "@$id" get links --json >"$out" 2>"$err" || [ $? -eq 75 ] || no "it fails: $(cat "$err")"
jq -e --arg since "$since" '.as_of == $since' "$out" >/dev/null || no "it is as of $(jq -r .as_of "$out"), not $since"
run 67 "$hubtop" --offline --state-dir "$state" --at @A-00000 get links
says "$err" "no alert 'A-00000'"
