#!/bin/sh
# A real Alertmanager, fed by a real Prometheus (prometheus-up of the testbed): get alerts and get silences agree with amtool; a
# silence hides its alerts within two polls, with its end, and no longer than it lasts; one that is made here hides exactly its alert
# there, says who made it and why, and is ended from here; an alert that another explains says so.
# HUBTOP_PROM_DIR reuses servers that run, and leaves out what would disturb them.
. tests/e2e/lib.sh
bed=$HUBTOP_SHARED/testbed
[ -x "$bed/prometheus-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"
command -v jq >/dev/null || lacks testbed "jq is not installed"

tb=${HUBTOP_PROM_DIR:-}
own=
if [ -z "$tb" ]; then
    tb=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-am.XXXXXX)
    own=1
    trap 'at_end; TMPDIR=/tmp "$bed/prometheus-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
    TMPDIR=/tmp "$bed/prometheus-up" -d "$tb" >"$TMPDIR/prometheus-up" 2>&1 || {
        shows "the testbed starts"
        no "$(tail -n 5 "$TMPDIR/prometheus-up")"
        exit 1
    }
fi
command -v amtool >/dev/null || lacks testbed "amtool is not installed"
# shellcheck disable=SC1091
. "$tb/env"

cat >"$TMPDIR/hubtop.conf" <<END
version = 1
allow_write = true
source "alerts" {
  driver   = "alertmanager"
  url      = "$TB_ALERTMANAGER_URL"
  interval = 2
  severities { crit = { "critical", "P1" } }
}
END
chmod 600 "$TMPDIR/hubtop.conf"

get() { # KIND...
    timeout 60 "$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/state" get "$@" --json 2>"$err"
}

am() {
    amtool --alertmanager.url="$TB_ALERTMANAGER_URL" "$@"
}

# Times of the API have fractions; ours are whole seconds.
second='(.[0:19] + "Z")'

# alerts_of_am, alerts_of_us: a line an alert, what both say of it.
alerts_of_am() {
    am alert query -o json --silenced --inhibited --unprocessed --active |
        jq -r ".[] | [.fingerprint, .labels.alertname, (.annotations.summary // \"\"),
            (if .status.silencedBy == [] then \"firing\" else \"silenced\" end), (.startsAt | $second),
            (.status.silencedBy | sort | join(\",\")), ([.receivers[].name] | join(\",\")),
            (.labels | to_entries | map(.key + \"=\" + .value) | sort | join(\" \"))] | @tsv" | sort
}

# What is over is kept here for a day; the Alertmanager forgets it.
alerts_of_us() {
    get alerts | jq -r '.items[] | select(.state != "resolved") | [.id, .name, (.summary // ""), .state, .since, ((.silenced_by // []) | sort | join(",")),
        (.receivers | join(",")), (.labels | sort | join(" "))] | @tsv' | sort
}

# Both are asked again until nothing happened between the two: alerts come and go, and their summaries have numbers in them.
alerts_agree() {
    alerts_of_am >"$TMPDIR/wanted"
    alerts_of_us >"$TMPDIR/got"
    alerts_of_am >"$TMPDIR/after"
    [ -s "$TMPDIR/wanted" ] && cmp -s "$TMPDIR/wanted" "$TMPDIR/after" && cmp -s "$TMPDIR/wanted" "$TMPDIR/got"
}

silences_of_am() {
    { am silence query -o json && am silence query --expired -o json; } |
        jq -r ".[] | [.id, .status.state, (.startsAt | $second), (.endsAt | $second), .createdBy, .comment,
            ([.matchers[] | .name + (if .isRegex then (if .isEqual then \"=~\" else \"!~\" end) elif .isEqual then \"=\" else \"!=\" end) + .value] | join(\" \"))]
            | @tsv" | sort
}

silences_agree() {
    silences_of_am >"$TMPDIR/wanted"
    get silences | jq -r '.items[] | [.id, .state, .starts_at, .ends_at, .created_by, .comment, (.matchers | join(" "))] | @tsv' | sort >"$TMPDIR/got"
    cmp -s "$TMPDIR/wanted" "$TMPDIR/got"
}

"$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/state" collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!

shows "get alerts agrees with amtool alert query"
eventually 40 alerts_agree || same "$TMPDIR/wanted" "$TMPDIR/got"

shows "severities, places and groups"
get alerts >"$TMPDIR/alerts.json"
jq -e '[.items[] | select(.name == "ProbeDown")] | length > 0 and all(.severity == "crit" and .alert_group == "alertname=ProbeDown")' \
    "$TMPDIR/alerts.json" >/dev/null || no "$(jq -c '.items[] | {name, severity, alert_group}' "$TMPDIR/alerts.json")"
links() {
    get alerts | jq -e '[.items[] | select(.name == "LinkLatencyHigh") | .kind + " " + .where] | sort == ["links ams>sin", "links sin>ams"]' >/dev/null
}
eventually 30 links || no "$(get alerts | jq -c '.items[] | {name, kind, where}')"

shows "every key of interfaces.md is there"
for key in id name severity state since where summary runbook parent children impact_jobs impact_users impact_tenants \
    deadline_first_at acked_by acked_until silenced_until source observed_at age_s stale; do
    jq -e --arg k "$key" 'all(.items[]; has($k))' "$TMPDIR/alerts.json" >/dev/null || no "there is no '$key'"
done

shows "doctor and config check say what the source gives"
run 0 "$hubtop" config check "$TMPDIR/hubtop.conf"
says "$out" 'alerts.* alerts'
says "$out" 'Alertmanager [0-9.]+, clustering disabled'
run 0 "$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/state" doctor alerts
says "$out" 'alerts, 3 of [0-9]+'

if [ -z "$own" ]; then
    kill -TERM "$collector"
    wait "$collector"
    exit 0
fi

silenced() { # STATE
    get alerts | jq -e --arg s "$1" --arg e "$2" '[.items[] | select(.name == "ProbeDown" and .state != "resolved")]
        | length > 0 and all(.state == $s and (if $s == "silenced" then .silenced_until == $e else .silenced_until == null end))' >/dev/null
}

shows "a silence hides its alerts, with its end, within two polls"
id=$(am silence add --author=ops --comment="work on $(printf 'the\033[31m link 维护')" --duration=25s alertname=ProbeDown) || no "amtool cannot make a silence"
ends=$(am silence query -o json | jq -r --arg id "$id" ".[] | select(.id == \$id) | .endsAt | $second")
ended_at=$(date -d "$ends" +%s)
sleep 4.5 # two polls, 2 s from the end of one to the beginning of the next
silenced silenced "$ends" || no "$(get alerts | jq -c '.items[] | {name, state, silenced_until}')"
[ "$(date +%s)" -lt "$ended_at" ] || no "the silence was over before we looked"
shows "get silences agrees with amtool silence query"
am silence add --author=ops --comment=other --duration=1h 'site=~f.*' 'alertname!=X' severity=none >/dev/null
eventually 10 silences_agree || same "$TMPDIR/wanted" "$TMPDIR/got"
hides() { # as many alerts as the Alertmanager says that it does
    there=$(am alert query --silenced -o json | jq --arg id "$id" '[.[] | select(.status.silencedBy | index($id))] | length')
    get silences >"$TMPDIR/silences.json"
    [ "$there" -gt 0 ] && jq -e --arg id "$id" --argjson n "$there" '.items[] | select(.id == $id) | .alerts == $n and .state == "active"' \
        "$TMPDIR/silences.json" >/dev/null
}
eventually 10 hides || no "of $there: $(jq -c '.items[]' "$TMPDIR/silences.json")"

shows "a comment's controls are marks on a terminal"
"$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/state" get silences >"$out" 2>"$err"
LC_ALL=C grep -q "$(printf '\033')" "$out" && no "the text holds what a terminal obeys"
says "$out" 'work on the'

shows "when the silence is over it hides nothing"
while [ "$(date +%s)" -le "$ended_at" ]; do sleep 0.5; done
eventually 10 silenced firing '' || no "$(get alerts | jq -c '.items[] | {name, state, silenced_until}')"
eventually 10 silences_agree || same "$TMPDIR/wanted" "$TMPDIR/got"
get silences "$id" | jq -e '.items[0] | .state == "expired" and .alerts == 0' >/dev/null || no "$(get silences "$id")"

order() { # ARGS...: sets $got
    timeout 60 "$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/state" "$@" --write >"$out" 2>"$err" </dev/null
    got=$?
    [ "$got" -eq 0 ] || no "'$*' ended with $got: $(cat "$out" "$err")"
}
made() { # the silences that hubtop made
    am silence query -o json | jq '[.[] | select(.comment | test("hubtop S-"))]'
}

shows "a silence from here: exactly that alert, who and why, as amtool shows it"
alert=$(get alerts | jq -r '[.items[] | select(.name == "ProbeDown" and .state == "firing")][0].id')
order alert silence "$alert" --for 2h --reason '链路割接 "test"' -n
[ "$(made)" = "[]" ] || no "a dry run made one"
order alert silence "$alert" --for 2h --reason '链路割接 "test"'
ours=$(sed -n 's/.*: \(S-[0-9A-Z]*\)$/\1/p' "$out")
made >"$TMPDIR/made.json"
jq -e --arg c "链路割接 \"test\" (hubtop $ours)" --arg me "$(id -un)" 'length == 1 and .[0].comment == $c and .[0].createdBy == $me
    and all(.[0].matchers[]; .isEqual and (.isRegex | not))' "$TMPDIR/made.json" >/dev/null || no "$(cat "$TMPDIR/made.json")"
am silence query >"$out"
says "$out" "$(id -un).*链路割接 \"test\" \(hubtop $ours\)"
hidden() { # ID... that are silenced
    get alerts | jq -e --arg w "$*" '[.items[] | select(.state == "silenced") | .id] | join(" ") == $w' >/dev/null
}
eventually 10 hidden "$alert" || no "$(get alerts | jq -c '.items[] | {id, name, state}')"
jq -r '.[0].id' "$TMPDIR/made.json" >"$TMPDIR/remote"
get silences | jq -e --arg id "$(cat "$TMPDIR/remote")" '[.items[] | select(.state != "expired") | .id] | index($id) != null' >/dev/null ||
    no "$(get silences)"
get silences | jq -e '[.items[] | select(.source == "hubtop")] == []' >/dev/null || no "it is listed twice: $(get silences)"

shows "it is ended from here by the alert's id, and its end is announced by its row"
order alert unsilence "$alert"
[ "$(made)" = "[]" ] || no "$(made)"
over() {
    get silences "$(cat "$TMPDIR/remote")" | jq -e '.items[0].state == "expired"' >/dev/null
}
eventually 10 over || no "$(get silences)"
eventually 10 hidden || no "$(get alerts | jq -c '.items[] | {id, name, state}')"

shows "a silence that amtool made is ended from here as well"
id=$(am silence add --author=ops --comment=other --duration=1h alertname=ProbeDown)
listed() {
    get silences | jq -e --arg id "$id" 'any(.items[]; .id == $id and .state == "active")' >/dev/null
}
eventually 10 listed || no "$(get silences)"
order alert unsilence "$id"
am silence query -o json | jq -e --arg id "$id" 'all(.[]; .id != $id)' >/dev/null || no "$(am silence query)"

shows "an alert that another explains fires, with the one that explains it"
cat >>"$tb/alertmanager.yml" <<'END'
inhibit_rules:
  - source_matchers: [alertname = ProbeDown]
    target_matchers: [alertname = LinkLatencyHigh]
    equal: [testbed]
END
curl -fsS -X POST "$TB_ALERTMANAGER_URL/-/reload" || no "the Alertmanager does not reload"
inhibited() {
    get alerts >"$TMPDIR/alerts.json"
    jq -e '([.items[] | select(.name == "ProbeDown") | .id]) as $p | [.items[] | select(.name == "LinkLatencyHigh")]
        | length == 2 and all(.state == "firing" and (.inhibited_by | length > 0) and (.parent as $x | $p | index($x) != null))' "$TMPDIR/alerts.json" >/dev/null
}
eventually 20 inhibited || no "$(jq -c '.items[] | {id, name, state, inhibited_by, parent, children}' "$TMPDIR/alerts.json")"
jq -e '[.items[] | select(.name == "ProbeDown") | .children] | add == 2' "$TMPDIR/alerts.json" >/dev/null ||
    no "$(jq -c '.items[] | {id, name, children}' "$TMPDIR/alerts.json")"

shows "an alert that ends is gone, and the change feed has it"
get changes >"$TMPDIR/changes.json"
jq -e '[.items[] | select(.kind == "alert")] | length > 0' "$TMPDIR/changes.json" >/dev/null || no "$(jq -c '.items[]' "$TMPDIR/changes.json" | head)"

shows "an Alertmanager that is gone: what it said stands, with its age"
kill "$(cut -d ' ' -f 1 "$tb/pids/alertmanager.pid")"
gone() {
    get sources | jq -e '.items[] | select(.id == "alerts") | .state != "live"' >/dev/null
}
eventually 40 gone || no "it is still live"
get alerts | jq -e '.items | length > 0' >/dev/null || no "its alerts are gone"
kill -TERM "$collector"
wait "$collector"
