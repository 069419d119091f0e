#!/bin/sh
# Alerts of an Alertmanager that stands behind a path (Mimir), asks who we are, or says what it should not: answers that were
# captured, served by a fake one.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
canary=canary-$$-token
api=alertmanager/api/v2
mkdir -m 700 "$TMPDIR/t"
(umask 077 && echo "$canary" >"$TMPDIR/t/token")
mkdir -p "$TMPDIR/box/$api"
for kind in silences status; do
    cp "tests/unit/sources/alertmanager_captures/$kind.json" "$TMPDIR/box/$api/$kind"
done
cp tests/unit/sources/alertmanager_captures/alerts_silenced.json "$TMPDIR/box/$api/alerts"
echo '[{"name":"none"}]' >"$TMPDIR/box/$api/receivers"

server=
trap 'kill $server 2>/dev/null; at_end' EXIT
"$BUILD/tests/fakes/fake_http" --dir "$TMPDIR/box" --ledger "$TMPDIR/ledger" --mode ok >"$TMPDIR/port" 2>&1 &
server=$!
shows "the fake server serves"
eventually 10 grep -q '^PORT ' "$TMPDIR/port" || no "it does not start"
port=$(sed -n 's/^PORT //p' "$TMPDIR/port")
url="alertmanager+http://ops@127.0.0.1:$port/alertmanager?name=am&token_file=$TMPDIR/t/token"
mode() { curl -fsS -X POST "http://127.0.0.1:$port/_mode?m=$1" >/dev/null; }

shows "behind a path, with credentials, without groups: alerts, silences, and until when"
run 0 "$hubtop" --source "$url" --state-dir "$TMPDIR/s0" collect --once
run 0 "$hubtop" --source "$url" --state-dir "$TMPDIR/s0" --offline get alerts --json
jq -e '.total == 7 and ([.items[] | select(.state == "silenced" and .silenced_until == "2026-11-22T02:26:58Z")] | length == 2)' "$out" >/dev/null ||
    no "$(jq -c '.items[] | {name, state, silenced_until}' "$out")"
run 0 "$hubtop" --source "$url" --state-dir "$TMPDIR/s0" --offline get silences --json
jq -e '.items[0] | .alerts == 2 and .matchers == ["alertname=ProbeDown"] and .comment == "known: link work 维护"' "$out" >/dev/null || no "$(cat "$out")"
grep -v 'Authorization' "$TMPDIR/ledger" | grep -v _mode >"$TMPDIR/without" && no "asked without credentials: $(head -n 2 "$TMPDIR/without")"
grep -rq "$canary" "$TMPDIR/s0" "$out" "$err" && no "the token is in our files"

shows "denied, in words, and nothing is closed"
mode "status:401"
run 77 "$hubtop" --source "$url" --state-dir "$TMPDIR/s0" collect --once
says "$err" 'not allowed: .am. answers 401'
run 75 "$hubtop" --source "$url" --state-dir "$TMPDIR/s0" --offline get alerts --json
[ "$(jq '[.items[] | select(.source == "am")] | length' "$out")" -eq 7 ] || no "$(jq -c '.items[] | {source, name, state}' "$out")"

shows "hostile texts: carried in JSON, marked on a terminal, and a bad time is unknown"
mode ok
printf '[{"fingerprint":"f\\u001b]0;x\\u0007","labels":{"alertname":"\\u001b[2J\\u202eevil","severity":"cri\\u200btical","rack":"r\\n1","site":"s"},"annotations":{"summary":"\\u009b31m caf\351"},"status":{"state":"active","silencedBy":null,"inhibitedBy":7},"startsAt":"0001-01-01T00:00:00Z","endsAt":"yesterday","updatedAt":1,"receivers":"x","generatorURL":{}}]' >"$TMPDIR/box/$api/alerts"
"$hubtop" --source "$url" --state-dir "$TMPDIR/s1" collect --once >"$out" 2>"$err"
run 0 "$hubtop" --source "$url" --state-dir "$TMPDIR/s1" --offline get alerts
LC_ALL=C grep -q "$(printf '[\033\007\302][][\233]')" "$out" && no "the text holds what a terminal obeys"
says "$out" 'evil'
run 0 "$hubtop" --source "$url" --state-dir "$TMPDIR/s1" --offline get alerts --json
jq -e '.items[0] | .since == null and .severity == null and .state == "firing" and .receivers == null and (.name | contains("\u001b[2J"))' "$out" >/dev/null ||
    no "$(cat "$out")"

shows "another address is not followed"
mode "redirect:http://127.0.0.1:1/"
run 76 "$hubtop" --source "$url" --state-dir "$TMPDIR/s1" collect --once
says "$err" '302.*not followed'
