#!/bin/sh
# Roles by uid and group in a shared folder: who may look, change, approve, and break the glass. Other users, groups and /var/lib are this
# test's own, in a mount namespace. It needs root.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
[ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null && unshare -m true 2>/dev/null || lacks root "it takes root, setpriv and unshare"
[ -n "${HUBTOP_ROLES_INSIDE:-}" ] || HUBTOP_ROLES_INSIDE=1 exec unshare -m --propagation private sh "$0"
collector=
trap 'kill $collector 2>/dev/null; at_end' EXIT

# zhao: operator and break-glass; qian: approver and operator; sun looks; li is in no list. All four may connect.
(cat /etc/passwd && for u in zhao:61001 qian:61002 sun:61003 li:61004; do
    echo "${u%:*}:x:${u#*:}:61000::/nonexistent:/bin/sh"
done) >"$TMPDIR/passwd"
(cat /etc/group && echo "desk:x:61000:zhao,qian,sun,li" && echo "hubtop-operators:x:61005:zhao,qian") >"$TMPDIR/group"
mount -t tmpfs tmpfs /var/lib && mount --bind "$TMPDIR/passwd" /etc/passwd && mount --bind "$TMPDIR/group" /etc/group || lacks root "nothing can be mounted"
umask 022
mkdir -p /var/lib/hubtop/default /var/lib/conf
chgrp 61000 /var/lib/hubtop/default && chmod 2750 /var/lib/hubtop/default
conf() { # FILE OPERATORS
    cat >"$1" <<END
version = 1
allow_write = true
roles {
  viewer      = { "zhao", "qian", "61003" }
  operator    = { $2 }
  approver    = { "qian" }
  break_glass = { "zhao" }
}
limits {
  jobs_alone = 1
}
source "sample" {
  driver = "sample"
  url = "sample:$PWD/sample-data"
  scenario = "cable"
  read_only = false
}
END
    chmod 644 "$1"
}
conf /var/lib/conf/h.conf '"@hubtop-operators"'

# tell USER STATUS ARGS…: what that user's command ends with; the status is a pattern
tell() {
    user=$1 wanted=$2
    shift 2
    timeout 100 setpriv --reuid "$user" --regid 61000 --init-groups env HOME=/nonexistent XDG_STATE_HOME=/nonexistent \
        "$program" --config /var/lib/conf/h.conf "$@" >"$out" 2>"$err" </dev/null
    got=$?
    # shellcheck disable=SC2254
    case $got in
    $wanted) ;;
    *) no "$user: '$*' ended with $got, not $wanted: $(head -n 5 "$out" "$err")" ;;
    esac
}
case $hubtop in /*) program=$hubtop ;; *) program=$PWD/$hubtop ;; esac
setpriv --reuid zhao --regid 61000 --init-groups test -x "$program" || lacks root "other users cannot read this folder"

shows "a user or group that there is not is told with its line"
conf "$TMPDIR/bad.conf" '"zhoa"'
run 78 "$hubtop" --config "$TMPDIR/bad.conf" config check --offline
says "$err" "bad.conf:5: operator: there is no user 'zhoa'"
conf "$TMPDIR/bad.conf" '"@opers"'
run 78 "$hubtop" --config "$TMPDIR/bad.conf" config check --offline
says "$err" "operator: there is no group 'opers'"
run 0 "$hubtop" --config /var/lib/conf/h.conf config print
says "$out" 'operator = \{ "@hubtop-operators" \}'

(umask 027 && exec "$hubtop" --config /var/lib/conf/h.conf collect) >"$TMPDIR/collect.log" 2>&1 &
collector=$!
eventually 30 test -S /var/lib/hubtop/default/control.sock || no "the collector does not start: $(cat "$TMPDIR/collect.log")"
chgrp -R 61000 /var/lib/hubtop/default
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
