#!/bin/sh
# The console at the far end of a real sshd on loopback, over a line of a few kilobytes a second that stands still at times: it can be
# used; when the line is cut it is gone at once; whoever comes back finds the view and the cursor where they were.
. tests/e2e/lib.sh
sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ -x "$sshd" ] && command -v ssh >/dev/null || lacks sshd "openssh is not installed"
zero=2026-11-20T18:01:11Z now=2026-11-20T19:01:11Z
state=$TMPDIR/state dir=$TMPDIR/ssh bytes_per_s=12000
source="sample:sample-data?name=sample&scenario=cable&interval=900&start=$zero"
(umask 077 && mkdir "$state" "$dir")
run 0 "$hubtop" --source "$source" --state-dir "$state" --now "$now" collect --once

begin_sshd() {
    ssh-keygen -q -t ed25519 -N '' -f "$dir/host" && ssh-keygen -q -t ed25519 -N '' -f "$dir/key" && cp "$dir/key.pub" "$dir/authorized" || return 1
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
    for try in 1 2 3 4 5; do
        port=$(($(od -An -N2 -tu2 /dev/urandom) % 20000 + 30000))
        cat >"$dir/config" <<END
ListenAddress 127.0.0.1:$port
HostKey $dir/host
AuthorizedKeysFile $dir/authorized
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
PermitRootLogin yes
END
        "$sshd" -D -e -f "$dir/config" 2>"$dir/log" &
        daemon=$!
        eventually 5 grep -q 'Server listening' "$dir/log" && return 0
        kill "$daemon" 2>/dev/null
    done
    return 1
}
begin_sshd || lacks sshd "sshd does not start: $(tail -n 1 "$dir/log")"
"$BUILD/tests/fakes/relay" "$port" $bytes_per_s >"$dir/port" &
relay=$!
trap 'kill $relay $daemon 2>/dev/null; at_end' EXIT
eventually 5 test -s "$dir/port" || no "the relay does not start"

# The far side's command: in this test's home, marked as one of its processes.
cat >"$dir/far" <<END
cd $PWD && exec env HUBTOP_TEST=$HUBTOP_TEST HOME=$HOME TMPDIR=$TMPDIR XDG_STATE_HOME=$XDG_STATE_HOME XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR \\
    TZ=Asia/Shanghai LC_ALL=C.UTF-8 $hubtop --source '$source' --state-dir $state --now $now --offline
END
near="ssh -tt -F none -q -i $dir/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p $(cat "$dir/port") $(id -un)@127.0.0.1 sh $dir/far"

cat >"$TMPDIR/line.e2e" <<END
test "over a slow line that stands still at times it can be used; when it is cut it is gone within two seconds"
env TERM xterm-256color
spawn $near
wait-row 30 1 "Overview"
key 5
wait-row 20 1 "Jobs"
wait 20 "Jobs 1-"
sh "kill -USR1 $relay"
key j j j
pause 2
wait 20 ">"
pause 0.5
snapshot $TMPDIR/before
sh "pgrep -f '[h]ubtop --source.*$state' >/dev/null"
sh "kill -USR2 $relay; for i in \$(seq 20); do pgrep -f '[h]ubtop --source.*$state' >/dev/null || exit 0; sleep 0.1; done; pgrep -af '$state'; exit 1"
expect-exit any 10

test "whoever comes back is where they were"
spawn $near
wait-row 30 1 "Jobs"
wait 20 "back in Jobs, where the line was lost"
wait 20 "Jobs 1-"
pause 0.5
snapshot $TMPDIR/after
key Q
expect-exit 0 20

test "that is once: the next one begins anew"
spawn $near
wait-row 30 1 "Overview"
key Q
expect-exit 0 20
END
"$BUILD/tests/e2e/drive" "$TMPDIR/line.e2e"

shows "the cursor is on the job that it was on"
was=$(grep '^.>' "$TMPDIR/before" | cut -c 1-40)
is=$(grep '^.>' "$TMPDIR/after" | cut -c 1-40)
[ -n "$was" ] && [ "$was" = "$is" ] || no "it was '$was', it is '$is'"
[ "$(sed -n 4,8p "$TMPDIR/before" | grep -n '^.>' | cut -d: -f1)" != 2 ] || no "it had not moved: $(sed -n 4,8p "$TMPDIR/before")"
shows ""
