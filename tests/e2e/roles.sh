#!/bin/sh
# Roles by uid and group in a shared folder: who may look, change, approve, and break the glass. Other users, groups and /var/lib are this
# test's own, in a mount namespace. It needs root.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
# zhao: operator and break-glass; qian: approver and operator; sun looks; li is in no list. All four may connect.
groups='hubtop-operators:x:61005:zhao,qian
'
own_users zhao:61001 qian:61002 sun:61003 li:61004
collector=
trap 'kill $collector 2>/dev/null; at_end' EXIT
conf() { # FILE OPERATORS
    for_two "$1" "roles {
  viewer      = { \"zhao\", \"qian\", \"61003\" }
  operator    = { $2 }
  approver    = { \"qian\" }
  break_glass = { \"zhao\" }
}"
    chmod 644 "$1"
}
conf /var/lib/conf/h.conf '"@hubtop-operators"'
with="--config /var/lib/conf/h.conf"

shows "a user or group that there is not is told with its line"
conf "$TMPDIR/bad.conf" '"zhoa"'
run 78 "$hubtop" --config "$TMPDIR/bad.conf" config check --offline
says "$err" "bad.conf:5: operator: there is no user 'zhoa'"
conf "$TMPDIR/bad.conf" '"@opers"'
run 78 "$hubtop" --config "$TMPDIR/bad.conf" config check --offline
says "$err" "operator: there is no group 'opers'"
run 0 "$hubtop" --config /var/lib/conf/h.conf config print
says "$out" 'operator = \{ "@hubtop-operators" \}'

start_shared
has_jobs() {
    tell sun 0 get jobs --limit 1 --json
    jq -e '.items | length > 0' "$out" >/dev/null
}
eventually 60 has_jobs || no "there are no jobs"
job=$(jq -r '.items[0].id' "$out")

shows "who is in no list is told nothing; who looks is told why nothing changes"
tell li 77 get jobs --limit 1
says "$err" "it takes the role viewer; the roles of 'li' are: none"
tell sun 77 order hold "$job" --write
says "$err" "it takes the role operator; the roles of 'sun' are: viewer"
says "$err" 'hint: .*roles \{ operator = \{ "sun" \} \}'
tell sun 77 maintenance freeze --for 1h --reason test --write
tell sun 77 plan create --seconds 0.1
tell sun 0 plan create --seconds 0.1 -n
tell sun 0 doctor
says "$out" '^roles +viewer$'
says "$out" '^two people +told apart by uid'

shows "an operator proposes and does not approve; the approver does; then it runs"
tell zhao 0 plan create --seconds 0.1 --max-moves 4 --json
plan=$(jq -r .id "$out")
tell zhao 77 plan apply "$plan" --confirm "$plan" --write
says "$err" "too large for one person"
tell zhao 77 plan approve "$plan" --write
says "$err" "it takes the role approver"
tell qian 77 plan approve "$plan"
says "$err" "read-only"
tell qian 0 plan approve "$plan" --write
tell qian 77 plan apply "$plan" --confirm "$plan" --write
says "$err" "too large for one person"
tell zhao 0 plan apply "$plan" --confirm "$plan" --write
tell sun 0 get actions --json
jq -e '[.items[] | select(.requested_by == "zhao" and .approved_by == "qian" and .done)] | length >= 2' "$out" >/dev/null || no "$(head -c 600 "$out")"
tell zhao '[01]' plan undo "$plan" --confirm "$plan" --write # what has started meanwhile stays there

shows "in an emergency one does it alone, with a reason; it is told at once, until somebody else signs it off"
tell zhao 0 plan create --seconds 0.1 --max-moves 4 --json
plan=$(jq -r .id "$out")
tell qian 77 plan apply "$plan" --confirm "$plan" --break-glass --reason "the cooling fails" --write
says "$err" "it takes the role break_glass"
tell zhao 64 plan apply "$plan" --confirm "$plan" --break-glass --write
says "$err" "takes a reason"
tell zhao 0 plan apply "$plan" --confirm "$plan" --break-glass --reason "the cooling fails" --write
glass() {
    tell sun 0 get alerts --json
    jq -e --arg p "$plan" "[.items[] | select(.name == \"BreakGlass\" and .state $1 \"resolved\" and (.summary | contains(\$p) and contains(\"'zhao' alone\") and contains(\"the cooling fails\")))] | length == 1" "$out" >/dev/null
}
eventually 20 glass '!=' || no "no alert tells of it"
tell sun 0 audit show --op plan_break_glass --json
jq -e '[.. | objects | select(.op? == "plan_break_glass" and .who? == "zhao")] | length >= 1' "$out" >/dev/null || no "$(cat "$out")"
tell zhao 77 plan sign "$plan" --write
says "$err" "it takes the role approver"
tell qian 0 plan sign "$plan" --reason "seen" --write
eventually 20 glass '==' || no "the alert stands"
tell qian 67 plan sign "$plan" --write
tell sun 0 audit verify
