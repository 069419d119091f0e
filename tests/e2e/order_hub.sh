#!/bin/sh
# Orders to a hub: each of the twelve ways in which the answer to an order gets lost or says no, and what `hubtop order` makes of it.
# The fake hub's journal is the ledger: what arrived, and what it did.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"

"$BUILD/tests/fakes/fake_hub" --fleet sample-data --page-max 100000 --journal "$TMPDIR/ledger" >"$TMPDIR/port" 2>&1 &
servers=$!
trap 'kill $servers 2>/dev/null; at_end' EXIT
eventually 60 grep -q '^PORT ' "$TMPDIR/port" || no "the fake hub does not start: $(cat "$TMPDIR/port")"
hub=http://127.0.0.1:$(sed -n 's/^PORT //p' "$TMPDIR/port")

fault() { curl -sS "$hub/_fake/fault?hub=0&what=orders&fault=$1&times=1" >"$out" || no "no fault $1"; }
done_of() { jq -r --arg k "$1" 'select(.key == $k and .effect == "done") | .key' "$TMPDIR/ledger" | wc -l | tr -d ' '; }
# Those with the longest limits first: what is short starts and ends while it is looked at; what waits of an array has another id then.
waiting() { curl -s "$hub/v1/jobs?limit=100000" | jq -c '[.items[] | select(.state == "waiting" and .tasks == 1 and .reason == "Priority" and (.id | contains("[") | not))] | sort_by(-(.time_limit_s // 0))'; }

shows "each fault of orders acts as its name says, and the same key again never acts twice"
n=0
for fault in unread read acted line truncated reset after 503 409 412 twice; do
    n=$((n + 1))
    waiting >"$TMPDIR/jobs" # as they are now: the fleet lives on
    order=$(jq -c ".[$n] | {kind:\"priority\",value:4711,targets:[{kind:\"jobs\",id,revision}]}" "$TMPDIR/jobs")
    fault "$fault"
    code=$(curl -s -m 20 -o "$TMPDIR/body" -w '%{http_code}' -H "Idempotency-Key: f-$fault" -d "$order" "$hub/v1/actions")
    case $fault in
    unread | read | 503 | 409 | 412) effects=0 ;;
    *) effects=1 ;;
    esac
    case $fault in
    unread | read | acted | line | reset) codes=000 ;;
    after) codes=500 ;;
    truncated | twice) codes=202 ;;
    *) codes=$fault ;;
    esac
    [ "$code" = "$codes" ] || no "$fault: $code instead of $codes"
    [ "$(done_of "f-$fault")" = "$effects" ] || no "$fault: $(done_of "f-$fault") effects instead of $effects: $(grep "f-$fault" "$TMPDIR/ledger")"
    code=$(curl -s -o "$TMPDIR/body" -w '%{http_code}' -H "Idempotency-Key: f-$fault" -d "$order" "$hub/v1/actions")
    [ "$code" = 202 ] || no "$fault, again: $code: $(cat "$TMPDIR/body")"
    [ "$(done_of "f-$fault")" = 1 ] || no "$fault, again: $(done_of "f-$fault") effects"
    curl -s "$hub/v1/actions?key=f-$fault" | jq -e '.items | length == 1 and .[0].state == "done"' >/dev/null || no "$fault: the key finds nothing"
done

# --- hubtop ---

cat >"$TMPDIR/hub.conf" <<CONF
version = 1
allow_write = true
source "h" {
  driver = "hub"
  url = "$hub"
  interval = 2
}
CONF
hub() { "$hubtop" --config "$TMPDIR/hub.conf" --state-dir "$TMPDIR/state" "$@"; }
hub collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!
servers="$servers $collector"
eventually 60 grep -q . "$TMPDIR/collect.log" || :
eventually 60 sh -c "'$hubtop' --config '$TMPDIR/hub.conf' --state-dir '$TMPDIR/state' get jobs --json 2>/dev/null | grep -q '\"id\"'" || no "no jobs: $(cat "$TMPDIR/collect.log")"

job() { # N: the id of a waiting job that no case had
    jq -r ".[$1].id" "$TMPDIR/jobs"
}
state_of() { curl -sG "$hub/v1/jobs" --data-urlencode "id=$1" | jq -r ".items[0].$2"; }
effects() { # KIND ID: how often it acted on the job
    jq -r --arg k "$1" --arg i "$2" 'select(.effect == "done") | .body | fromjson | select(.kind == $k and .targets[0].id == $i) | .kind' "$TMPDIR/ledger" | wc -l | tr -d ' '
}

shows "hold, priority, limit and cancel are carried out, once each"
waiting >"$TMPDIR/jobs"
a=$(job 20) b=$(job 21) c=$(job 22) d=$(job 23)
hub --write order hold "$a" >"$out" 2>"$err" || no "hold: $(cat "$out" "$err")"
[ "$(state_of "$a" state)" = held ] || no "$a is $(state_of "$a" state)"
hub --write order priority "$b" --value 777 >"$out" 2>"$err" || no "priority: $(cat "$out" "$err")"
[ "$(state_of "$b" priority)" = 777 ] || no "$b has the priority $(state_of "$b" priority)"
hub --write order limit "$c" --for 2h >"$out" 2>"$err" || no "limit: $(cat "$out" "$err")"
[ "$(state_of "$c" time_limit_s)" = 7200 ] || no "$c has the limit $(state_of "$c" time_limit_s)"
hub --write order cancel "$d" --confirm "$d" >"$out" 2>"$err" || no "cancel: $(cat "$out" "$err")"
[ "$(state_of "$d" state)" = cancelled ] || no "$d is $(state_of "$d" state)"
for case in "hold $a" "priority $b" "limit $c" "cancel $d"; do
    [ "$(effects $case)" = 1 ] || no "$case: $(effects $case) effects"
done

shows "a move is carried out once: the job is gone here, and there with its owner, name and limit"
some_wait() { # wherever general work waits most just now
    curl -s "$hub/v1/jobs?limit=100000" | jq -c '[.items[] | select(.state == "waiting" and .tasks == 1 and .movable == true and (.id | contains("[") | not))
        | select(.scheduler | test("-gen$") and . != "gui-gen")] | group_by(.scheduler) | max_by(length) // []
        | sort_by(-(.time_limit_s // 0))' >"$TMPDIR/movable"
    e=$(jq -r '.[0].id // empty' "$TMPDIR/movable")
    [ -n "$e" ]
}
eventually 60 some_wait || no "no job that may move waits anywhere"
hub --write order move "$e" --to gui-gen >"$out" 2>"$err"
[ "$?" -eq 64 ] || no "it was moved without its id typed: $(cat "$out" "$err")"
hub --write order move "$e" --to gui-gen --confirm "$e" >"$out" 2>"$err" || no "move: $(cat "$out" "$err")"
made=$(sed -n 's,.* done  *\(gui-gen/[0-9]*\).*,\1,p' "$out")
[ -n "$made" ] || no "it is not told where it is: $(cat "$out")"
[ "$(effects move "$e")" = 1 ] || no "move $e: $(effects move "$e") effects"
case $(state_of "$e" state) in cancelled | null) ;; *) no "$e is $(state_of "$e" state)" ;; esac
case $(state_of "$made" state) in waiting | running) ;; *) no "$made is $(state_of "$made" state)" ;; esac
for field in user name time_limit_s; do
    [ "$(state_of "$made" $field)" = "$(jq -r ".[0].$field" "$TMPDIR/movable")" ] || no "$field of $made is $(state_of "$made" $field)"
done

shows "a move whose reply is lost has one effect"
n=0
for fault in acted reset after twice; do
    n=$((n + 1))
    id=$(jq -r ".[$n].id // empty" "$TMPDIR/movable")
    [ -n "$id" ] || continue
    [ "$(state_of "$id" state)" = waiting ] || continue # it has started meanwhile
    fault "$fault"
    hub --write order move "$id" --to gui-gen --confirm "$id" >"$out" 2>"$err"
    code=$?
    [ "$code" = 0 ] && [ "$(effects move "$id")" = 1 ] || no "$fault: $code, $(effects move "$id") effects: $(cat "$out" "$err")"
done

shows "a reply that is lost: one effect, and the order ends"
for fault in unread read acted line truncated reset after 503 409 412 twice; do
    waiting >"$TMPDIR/jobs" # as they are now: one that does not start soon, and is known already
    id=$(jq -r '.[length / 2 | floor].id' "$TMPDIR/jobs")
    fault "$fault"
    hub --write order hold "$id" >"$out" 2>"$err"
    code=$?
    case $fault in
    409 | 412) [ "$code" = 77 ] && [ "$(effects hold "$id")" = 0 ] || no "$fault: $code, $(effects hold "$id") effects: $(cat "$out" "$err")" ;;
    *) [ "$code" = 0 ] && [ "$(effects hold "$id")" = 1 ] || no "$fault: $code, $(effects hold "$id") effects: $(cat "$out" "$err")" ;;
    esac
done
