#!/bin/sh
# The demo opens no network connection: no process of its tree makes a socket of AF_INET, AF_INET6 or AF_NETLINK.
. tests/e2e/lib.sh
command -v strace >/dev/null || lacks strace "strace is not installed"
trace=$TMPDIR/trace
strace -f --seccomp-bpf -e trace=socket -o "$trace" true 2>/dev/null || lacks strace "strace may not trace here"

sockets() {
    cat "$trace"* | grep -E 'socket(pair)?\(' | grep -vE 'AF_(UNIX|LOCAL)'
}

shows "the demo in a terminal: sockets of AF_UNIX only"
cat >"$TMPDIR/demo.e2e" <<'END'
test demo
spawn strace -f --seccomp-bpf -qq -e trace=socket,socketpair,connect -o $HUBTOP_TEST/tmp/trace $BUILD/hubtop demo
wait 60 "LIVE"
key 5
wait 20 "Jobs 1-"
key R
pause 3
key Q
expect-exit 0 20
END
run 0 "$BUILD/tests/e2e/drive" "$TMPDIR/demo.e2e"
grep -q 'connect(.*AF_UNIX' "$trace" || no "the trace does not hold the connection to the collector"
[ "$(cut -d ' ' -f 1 "$trace" | sort -u | wc -l)" -ge 2 ] || no "the trace does not hold the collector"
[ -z "$(sockets)" ] || no "sockets: $(sockets | head -n 5)"

shows "the demo as text: sockets of AF_UNIX only"
rm -f "$trace"
run 0 strace -f --seccomp-bpf -qq -e trace=socket,socketpair,connect -o "$trace" "$hubtop" demo --once
[ -s "$trace" ] || no "there is no trace"
[ -z "$(sockets)" ] || no "sockets: $(sockets | head -n 5)"

shows "the trace sees a socket of AF_INET when there is one"
(umask 077 && mkdir -p "$TMPDIR/t" && echo x >"$TMPDIR/t/token")
rm -f "$trace"
run 69 strace -f --seccomp-bpf -qq -e trace=socket,socketpair,connect -o "$trace" "$hubtop" --source "slurm+http://root@127.0.0.1:9?token_file=$TMPDIR/t/token" collect --once
[ -n "$(sockets)" ] || no "it does not"
