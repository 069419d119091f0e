#!/bin/sh
# Two people at two consoles over one state directory, by keys alone, with a real Prometheus whose rules fire and a real Alertmanager
# (prometheus-up of the testbed): what one takes, notes, hides or takes back, the other sees. The second is another user of the system.
# HUBTOP_PROM_DIR reuses servers that run; they get other rules.
. tests/e2e/lib.sh
bed=$HUBTOP_SHARED/testbed
[ -x "$bed/prometheus-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed and be two users"
command -v setpriv >/dev/null || lacks testbed "setpriv is not installed"
other=daemon

tb=${HUBTOP_PROM_DIR:-}
home=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-two.XXXXXX) && chmod 755 "$home" # where the other user may look
collector=
own=
trap 'kill $collector 2>/dev/null; wait; at_end; [ -z "$own" ] || TMPDIR=/tmp "$bed/prometheus-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$home"' EXIT
shows "the testbed starts, and its rules fire"
if [ -z "$tb" ]; then
    own=1
    tb=$home/prometheus
    TMPDIR=/tmp "$bed/prometheus-up" -d "$tb" >"$TMPDIR/prometheus-up" 2>&1 || {
        no "$(tail -n 5 "$TMPDIR/prometheus-up")"
        exit 1
    }
fi
command -v amtool >/dev/null || lacks testbed "amtool is not installed"
# shellcheck disable=SC1091
. "$tb/env"
grep -q PumpStopped "$tb/rules.yml" || cat >>"$tb/rules.yml" <<'END'
  - name: pumps
    rules:
      - alert: PumpStopped
        expr: vector(1)
        for: 10s # Prometheus finds its Alertmanager anew after a reload
        labels: {severity: critical}
        annotations: {summary: pump 1 of hall 2 stands still}
      - alert: PumpHot
        expr: vector(1)
        for: 10s # Prometheus finds its Alertmanager anew after a reload
        labels: {severity: warning}
        annotations: {summary: pump 2 of hall 2 is hot}
END
sed -i 's/limit_watts > 0\.9$/limit_watts > 9/' "$tb/rules.yml" # racks come and go: they would fill the change feed
curl -fsS -X POST "$TB_PROMETHEUS_URL/-/reload" || no "Prometheus does not reload"
am() {
    amtool --alertmanager.url="$TB_ALERTMANAGER_URL" "$@"
}
fires() {
    [ "$(am alert query 'alertname=~"Pump.*"' -o simple | grep -c Pump)" -eq 2 ]
}
eventually 60 fires || no "$(am alert query)"

# One collector; the other user may read what it writes and ask it.
cat >"$home/a.conf" <<END
version = 1
allow_write = true
roles {
  operator = { ":owner", "$other" }
}
source "alerts" {
  driver   = "alertmanager"
  url      = "$TB_ALERTMANAGER_URL"
  interval = 2
  severities { crit = { "critical" } }
}
END
cp "$home/a.conf" "$home/b.conf"
chmod 600 "$home/a.conf" "$home/b.conf"
mkdir "$home/b"
mkdir "$home/build"
cp -R "$BUILD/locale" "$hubtop" "$home/build"
cp -R themes sample-data "$home"
chown -R "$other" "$home/b" "$home/b.conf"
"$hubtop" --config "$home/a.conf" --state-dir "$home/state" collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!
eventually 20 test -S "$home/state/control.sock" || no "the collector does not start: $(cat "$TMPDIR/collect.log")"
chmod 755 "$home/state"
chmod 644 "$home"/state/cache.db*
chmod 666 "$home/state/control.sock"
shows ''

cat >"$home/other" <<END
#!/bin/sh
exec setpriv --reuid=$other --regid=$(id -g $other) --clear-groups env -i HOME="$home/b" TMPDIR="$home/b" PATH="\$PATH" LANG=C.UTF-8 TZ=UTC \\
    TERM=xterm-256color HUBTOP_TEST="$HUBTOP_TEST" "$home/build/hubtop" --config "$home/b.conf" --state-dir "$home/state" "\$@"
END
chmod 755 "$home/other"

# What the play's own commands ask.
cat >"$home/am" <<END
#!/bin/sh
exec amtool --alertmanager.url="$TB_ALERTMANAGER_URL" "\$@"
END
chmod 755 "$home/am"
me=$(id -un)
begin='size 200x70
spawn '"$hubtop --config $home/a.conf --state-dir $home/state"' --write --view alerts'
begin_other='size 200x70
spawn '"$home/other"' --write --view alerts'

cat >"$TMPDIR/play" <<END
test "what one acknowledges, with a note, the other sees, and takes over and back"
terminal one
$begin
wait-row 20 1 "LIVE"
key /
type "name=PumpStopped"
key Enter
wait 20 "[Open 1]"
expect "pump 1 of hall 2 stands still"
terminal two
$begin_other
wait-row 20 1 "LIVE"
key /
type "name=PumpStopped"
key Enter
wait 20 "[Open 1]"
wait 20 "nobody; a takes it"
terminal one
key a
wait 10 "acknowledged (u takes it back)"
terminal two
wait 10 "owner      $me, taken"
wait 10 "until"
wait 10 "Acked 1"
terminal one
key n
wait 10 "note on"
type "the spare pump runs, 备用泵已启动"
key Enter
wait 10 "noted"
terminal two
wait 10 "$me: the spare pump runs, 备用泵已启动"
key u
wait 10 "there is nothing of yours to take back"
pause 1
expect "owner      $me, taken"
key a
wait 10 "acknowledged (u takes it back)"
terminal one
wait 10 "owner      $other, taken"
terminal two
key u
wait 10 "not acknowledged any more"
wait 10 "owner      nobody: $other had it, $other took that back"
terminal one
wait 10 "owner      nobody: $other had it, $other took that back"
wait 10 "Acked 0"
key 1
wait-row 20 1 "Overview"
wait 20 "$me: alert is acknowledged: pump 1"
wait 20 "$other: alert is acknowledged: pump 1"
wait 20 "$other: ack taken back: pump 1"
terminal two
key 1
wait-row 20 1 "Overview"
wait 20 "$other: ack taken back: pump 1"
key Q
expect-exit 0
expect-restored
terminal one
key Q
expect-exit 0
expect-restored

test "a silence: it says what it will hide, asks for its end and a reason; the Alertmanager knows who and why; its end is announced"
terminal one
$begin
wait-row 20 1 "LIVE"
key /
type "name=PumpStopped"
key Enter
wait 20 "[Open 1]"
terminal two
$begin_other
wait-row 20 1 "LIVE"
key /
type "Pump"
key Enter
wait 20 "[Open 2]"
terminal one
key s
wait 10 "It hides 1 alert from everybody's list"
wait 10 "pump 1 of hall 2 stands still"
wait 10 "its end is needed"
pause 0.5
type 2h
key Enter
wait 10 "a reason is needed"
key Enter
pause 0.5
key s
pause 0.5
expect "It hides 1 alert from everybody's list"
sh "! $home/am silence query | grep -q hubtop"
key S-Tab
type "vendor works, 供应商检修"
key Enter
pause 0.5
key s
wait 10 "silenced S-"
wait 10 "[Open 0]"
expect "Silenced 1"
sh "$home/am silence query | grep -q '$me .*vendor works, 供应商检修 (hubtop S-'"
terminal two
wait 10 "[Open 1]"
wait 10 "Silenced 1"
key 1
wait-row 20 1 "Overview"
wait 10 "silence made: vendor works"
terminal one
key 1
wait-row 20 1 "Overview"
wait 10 "silence made: vendor works"
key u
wait 10 "the silence is over"
sh "! $home/am silence query | grep -q hubtop"
wait 10 "silence is over: vendor works"
terminal two
wait 10 "silence is over: vendor works"
key 7
wait 10 "[Open 2]"
expect "Silenced 0"

# one that ends by itself, and one that somebody ends at the Alertmanager
key Esc
key /
type "name=PumpHot"
key Enter
wait 10 "[Open 1]"
key s
wait 10 "pump 2 of hall 2 is hot"
pause 0.5
type 12s
key Enter
type "belt off"
key Enter
pause 0.5
key s
wait 10 "silenced S-"
wait 10 "[Open 0]"
sh "$home/am silence query | grep -q '$other .*belt off (hubtop S-'"
wait 20 "[Open 1]"
key 1
wait-row 20 1 "Overview"
wait 10 "silence is over: belt off"
terminal one
wait 10 "silence is over: belt off"
sh "$home/am silence add --author=ops --comment='third hand' --duration=1h alertname=PumpStopped >$TMPDIR/id"
wait 10 "ops: silence made: third hand"
sh "$home/am silence expire \$(cat $TMPDIR/id)"
wait 10 "silence is over: third hand"
terminal two
wait 10 "silence is over: third hand"
key Q
expect-exit 0
expect-restored
terminal one
key Q
expect-exit 0
expect-restored
END
chmod 644 "$TMPDIR/play"
"$BUILD/tests/e2e/drive" "$TMPDIR/play"
