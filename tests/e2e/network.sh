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

shows "libcurl is loaded by a collector with a peer, and by no console, command or demo"
loads() {
    rm -f "$trace"
    timeout 60 strace -f --seccomp-bpf -qq -e trace=openat -o "$trace" "$@" >"$out" 2>"$err" </dev/null
    grep -c 'openat(.*/libcurl\.so.* = [0-9]' "$trace"
}
cat >"$TMPDIR/t/conf" <<END
version = 1
source "fra" {
  driver     = "slurm"
  url        = "http://127.0.0.1:9"
  allow_http = true
  user       = "root"
  token_file = "$TMPDIR/t/token"
}
END
chmod 600 "$TMPDIR/t/conf"
[ "$(loads "$hubtop" demo --once)" -eq 0 ] || no "the demo loads it"
[ "$(loads "$hubtop" --config "$TMPDIR/t/conf" collect --once)" -eq 1 ] || no "a collector does not: $(cat "$out" "$err")"
[ "$(loads "$hubtop" --config "$TMPDIR/t/conf" --offline get jobs)" -eq 0 ] || no "'get' loads it"
[ -s "$trace" ] || no "there is no trace"
