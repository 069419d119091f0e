#!/bin/sh
# Orders for two people: what is too much for one is put down, and runs when somebody else approves it, as it is, once, in time; or in an
# emergency one gives it alone. Other users, groups and /var/lib are this test's own, in a mount namespace. It needs root.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
# zhao: operator and break-glass; qian: approver and operator; sun looks.
own_users zhao:61001 qian:61002 sun:61003
collector=
trap 'kill $collector 2>/dev/null; at_end' EXIT
for_two /var/lib/conf/h.conf 'roles {
  viewer      = { "zhao", "qian", "sun" }
  operator    = { "zhao", "qian" }
  approver    = { "qian" }
  break_glass = { "zhao" }
}' "start = \"$(date -u -d @$(($(date +%s) - 3600)) +%Y-%m-%dT%H:%M:%SZ)\""
chmod 644 /var/lib/conf/h.conf
with="--config /var/lib/conf/h.conf"
as_user="setpriv --regid 61000 --init-groups env HOME=/nonexistent XDG_STATE_HOME=/nonexistent TZ=Asia/Shanghai"
console="$program $with --lang en --write --view doctor"

begin_collector() {
    start_shared
    eventually 60 takes_orders || no "it takes no orders: $(cat "$err")"
}
end_collector() { # SIGNAL
    kill "-$1" "$collector"
    wait "$collector" 2>/dev/null
}
# $a and $b wait, on schedulers that are known to answer now
two_jobs() {
    as sun get jobs --json
    jq -r '[.items[] | select(.state == "waiting" and (.tasks // 1) == 1 and (.stale | not))] | .[-6:-4][].id' "$out" >"$TMPDIR/two"
    { read -r a && read -r b; } <"$TMPDIR/two"
}
takes_orders() {
    two_jobs && as zhao order hold "$a" "$b" --propose -n --write && [ "$got" -eq 0 ]
}
# proposed KIND OPTION…: by zhao, of two jobs; sets $order and $hash
proposes() {
    kind=$1
    shift
    two_jobs || return 1
    as zhao order "$kind" "$a" "$b" --propose --write --json "$@"
    [ "$got" -eq 0 ] && order=$(jq -r '.items[0].order' "$out") && hash=$(jq -r '.items[0].hash' "$out")
}
proposed() {
    eventually 30 proposes "$@" || no "it is not proposed: $(head -n 5 "$out" "$err")"
}
# count FILTER: of the actions of $order
count() {
    as sun get actions --json
    jq "[.items[] | select(.order == \"$order\") | select($1)] | length" "$out"
}
audited() { # OP: entries of it
    as sun audit show --op "$1" --json
    jq '.items | length' "$out"
}

begin_collector

shows "above the limits of one it is refused, and the hint says what two do"
two_jobs
tell zhao 77 order hold "$a" "$b" --write
says "$err" "too much for one person: 2 jobs within 10 minutes, at most 1"
says "$err" "^hint: --propose"
tell zhao 64 order hold "$a" --propose --write
says "$err" "one person is enough"
tell sun 77 order hold "$a" "$b" --propose --write
says "$err" "it takes the role operator"

shows "one proposes, and sees its checks; nothing is sent until another approves it; then it runs"
tell zhao 0 order hold "$a" "$b" --propose --reason "no power" --write
says "$out" "^O-[0-9]+ is proposed, and nothing was sent: somebody other than 'zhao' approves it until "
says "$out" "hubtop order approve O-[0-9]+ --anchor [0-9a-f]{64} --write"
says "$out" "fresh: ok"
says "$out" "one_person: no: too much for one person"
order=$(sed -n 's/^\(O-[0-9]*\) is proposed.*/\1/p' "$out")
[ "$(count '.state == "previewed" and .approved_by == null and .expires_at != null and (.result | contains("approver")) and (.checks | length == 6)')" -eq 2 ] || no "$(jq -c '.items[]' "$out")"
tell sun 0 get jobs "$a" --json
jq -e '.items[0].state != "held"' "$out" >/dev/null || no "it was sent"
tell zhao 77 order approve "$order" --write
says "$err" "it takes the role approver"
tell qian 77 order approve "$order"
says "$err" "read-only"
tell qian 0 order approve "$order" --reason seen --write
[ "$(count '.done and .requested_by == "zhao" and .approved_by == "qian" and .reason == "no power"')" -eq 2 ] || no "$(jq -c '.items[]' "$out")"
tell qian 65 order approve "$order" --write
says "$err" "'$order' is done"
[ "$(audited order_propose)" -eq 1 ] && [ "$(audited order_approve)" -eq 1 ] || no "the audit does not tell of both"
says "$out" "hubtop order approve $order --anchor [0-9a-f]{64} --reason seen --write"

shows "who proposed it does not approve it, whatever else they may"
as qian order hold "$a" "$b" -n --write
two_jobs
tell qian 0 order hold "$a" "$b" --propose --write --json
order=$(jq -r '.items[0].order' "$out")
tell qian 77 order approve "$order" --write
says "$err" "'qian', who proposed the order; somebody else approves it"
tell qian 0 order reject "$order" --reason "not today" --write
tell qian 65 order approve "$order" --write
says "$err" "'$order' is rejected"
tell zhao 65 order retry "$order/1" --write
[ "$(count '.state == "refused" and .sent_at == null and (.result | contains("rejected by"))')" -eq 2 ] || no "$(jq -c '.items[]' "$out")"
[ "$(audited order_reject)" -eq 1 ] || no "the audit does not tell of it"

shows "another byte is another order"
proposed hold
tell qian 77 order approve "$order" --anchor "g${hash#?}" --write
says "$err" "not the one that was seen"
[ "$(count '.state == "previewed"')" -eq 2 ] || no "it does not lie there any more"

shows "what is frozen meanwhile is refused at the approval"
tell zhao 0 maintenance freeze schedulers "${a%%/*}" --for 1h --reason audit --write
freeze=$(sed -n 's/.*: \(M-[0-9A-Z]*\)$/\1/p' "$out")
tell qian 77 order approve "$order" --anchor "$hash" --write
says "$err" "'$a': changes are frozen by '$freeze': audit"
tell zhao 0 maintenance end "$freeze" --write

shows "a collector that ends keeps it; killed when it was approved, it is sent once or lies there"
end_collector TERM
begin_collector
[ "$(count '.state == "previewed"')" -eq 2 ] || no "it is not kept"
went=0
for pause in 0 0.02 0.05 0.1 0.2; do
    proposed hold
    # shellcheck disable=SC2086
    setpriv --reuid qian --regid 61000 --init-groups "$program" --config /var/lib/conf/h.conf --offline --timeout 1 \
        order approve "$order" --anchor "$hash" --write >"$TMPDIR/approved" 2>&1 </dev/null &
    client=$!
    sleep "$pause"
    end_collector KILL
    wait "$client" 2>/dev/null
    begin_collector
    stands() {
        [ "$(count '.done')" -eq 2 ] || [ "$(count '.state == "previewed"')" -eq 2 ]
    }
    [ "$(count '.done')" -eq 0 ] || went=$((went + 1))
    eventually 60 stands || no "$order neither runs nor lies there: $(jq -c ".items[] | select(.order == \"$order\")" "$out")"
    [ "$(count '.done')" -eq 2 ] || tell qian 0 order approve "$order" --write
    [ "$(count '.done')" -eq 2 ] || no "$order was not done: $(jq -c ".items[] | select(.order == \"$order\")" "$out")"
done
echo "# killed 5 times: approved before $went times"
as sun get actions --json
[ "$(jq '[.items[].key] | length == (unique | length)' "$out")" = true ] || no "a key stands twice"
tell sun 0 audit verify

shows "in an emergency one gives it alone, with a reason; it is told at once, until somebody else signs it off"
two_jobs
tell qian 77 order cancel "$a" "$b" --confirm "$a" --break-glass --reason "the cooling fails" --write
says "$err" "it takes the role break_glass"
tell zhao 64 order cancel "$a" "$b" --confirm "$a" --break-glass --write
says "$err" "takes a reason"
alone() {
    two_jobs && as zhao order cancel "$a" "$b" --confirm "$a" --break-glass --reason "the cooling fails" --write --json && [ "$got" -eq 0 ]
}
eventually 30 alone || no "it was not done: $(cat "$err")"
order=$(jq -r '.items[0].order' "$out")
[ "$(count '.done and .approved_by == "break-glass"')" -eq 2 ] || no "$(jq -c '.items[]' "$out")"
glass() {
    as sun get alerts --json
    jq -e --arg o "$order" "[.items[] | select(.name == \"BreakGlass\" and .state $1 \"resolved\" and (.summary | contains(\$o) and contains(\"'zhao' alone\") and contains(\"the cooling fails\")))] | length == 1" "$out" >/dev/null
}
eventually 20 glass '!=' || no "no alert tells of it"
[ "$(audited order_break_glass)" -eq 1 ] || no "the audit does not tell of it"
end_collector TERM
begin_collector
tell zhao 77 order sign "$order" --write
tell qian 0 order sign "$order" --reason seen --write
eventually 20 glass '==' || no "the alert stands"
tell qian 67 order sign "$order" --write

shows "in the console it is seen where plans wait, chosen among others, and approved by its id"
for other in $(as sun get actions --filter state=previewed --json && jq -r '[.items[].order] | unique | .[]' "$out"); do
    tell qian 0 order reject "$other" --write
done
proposed hold
former=$order
proposed hold --reason "no power"
cat >"$TMPDIR/approve.e2e" <<END
test "whoever may not is told which role it takes"
size 120x35
spawn ${as_user%% *} --reuid zhao ${as_user#* } $console
wait 30 "viewer, operator, break_glass"
key 6
wait 30 "$order waits for a second person"
key A
wait 6 "it takes the role approver"
expect-not "Approve $order"
key Q
expect-exit 0 20
test "the approver reads it, types its id, and it runs"
terminal approver
size 120x35
spawn ${as_user%% *} --reuid qian ${as_user#* } $console
wait 30 "viewer, operator, approver"
key 6
wait 30 "$order waits for a second person"
key A
wait 6 "2 orders wait: go up from the first plan"
expect-not "Approve $former"
key k
wait 6 "(2 of 2; A approves, X rejects): zhao, hold $a"
key A
wait 6 "Approve $order"
expect "too much for one person: 2 jobs"
expect "reason: no power"
expect "every check is made anew, then it runs at once"
pause 1
key Enter
expect "Approve $order"
type "$order"
wait-gone 6 "Enter confirms nothing"
pause 1
key a
wait 20 "approved, and it runs: $order"
wait-gone 20 "$order waits for a second person"
expect "$former waits for a second person"
key X
wait 6 "Reject $former"
pause 1
key Enter
pause 1
key r
wait-gone 20 "$former waits for a second person"
key Q
expect-exit 0 20
END
"$BUILD/tests/e2e/drive" "$TMPDIR/approve.e2e" >"$TMPDIR/driven" 2>&1 || no "$(cat "$TMPDIR/driven")"
done_now() {
    [ "$(count '.done and .approved_by == "qian"')" -eq 2 ]
}
eventually 30 done_now || no "$(jq -c ".items[] | select(.order == \"$order\")" "$out")"

shows "a plan is carried out alone from the console, and signed off from there"
tell zhao 0 plan create --seconds 0.1 --max-moves 4 --json
plan=$(jq -r .id "$out")
cat >"$TMPDIR/glass.e2e" <<END
test "no reason, no glass"
size 120x35
spawn ${as_user%% *} --reuid zhao ${as_user#* } $console
wait 30 "viewer, operator, break_glass"
key :
type "plan $plan"
key Enter
wait 20 "DRY RUN"
key B
wait 6 "Break the glass for $plan"
expect "half of what two people may"
pause 1
key Enter
key Enter
type "$plan"
key x
expect "a reason is needed"
key Esc
key B
wait 6 "Break the glass for $plan"
pause 1
type "the cooling fails"
key Enter
key Enter
type "$plan"
wait-gone 6 "Enter confirms nothing"
pause 1
key x
wait 20 "it runs, whether this console stays or not: $plan"
key V
wait 6 "it takes the role approver"
key Q
expect-exit 0 20
test "somebody else signs it off"
terminal approver
size 120x35
spawn ${as_user%% *} --reuid qian ${as_user#* } $console
wait 30 "viewer, operator, approver"
key :
type "plan $plan"
key Enter
wait 20 "Forecast and fact"
key B
wait 6 "it takes the role break_glass"
key V
wait 6 "Sign off $plan"
pause 1
key Enter
pause 1
key s
wait 20 "signed off: $plan"
key Q
expect-exit 0 20
END
"$BUILD/tests/e2e/drive" "$TMPDIR/glass.e2e" >"$TMPDIR/driven" 2>&1 || no "$(cat "$TMPDIR/driven")"
[ "$(audited plan_break_glass)" -eq 1 ] && [ "$(audited plan_sign)" -eq 1 ] || no "the audit does not tell of both"

shows "after a quarter of an hour nobody approves it any more, and it says so"
proposed hold
end_collector TERM
with="$with --clock $(($(date -u +%s) + 900))000@$(awk '{printf "%d", $1 * 1000}' /proc/uptime)@1"
begin_collector
expired() {
    [ "$(count '.state == "refused" and .sent_at == null and (.result | contains("nobody approved it within 15 minutes"))')" -eq 2 ]
}
eventually 30 expired || no "it does not expire: $(jq -c ".items[] | select(.order == \"$order\")" "$out")"
tell qian 65 order approve "$order" --write
says "$err" "'$order' is expired"
[ "$(audited order_expired)" -ge 1 ] || no "the audit does not tell of it"
tell sun 0 audit verify
