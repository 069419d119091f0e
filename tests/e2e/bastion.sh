#!/bin/sh
# A bastion where all have one uid: a real sshd with ExposeAuthInfo, two keys. Whoever came by one key approves nothing of one's own, by
# another terminal neither; who came by the other does; a file that was made afterwards, and a session without a key, tell nobody apart.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ -x "$sshd" ] && command -v ssh >/dev/null || lacks sshd "openssh is not installed"
dir=$TMPDIR/ssh daemon='' collector=''
trap 'kill $daemon $collector 2>/dev/null; at_end' EXIT
(umask 077 && mkdir "$TMPDIR/state" "$dir")
for_two "$TMPDIR/h.conf"
chmod 600 "$TMPDIR/h.conf"
with="--config $TMPDIR/h.conf --state-dir $TMPDIR/state"

begin_sshd() {
    ssh-keygen -q -t ed25519 -N '' -f "$dir/host" && ssh-keygen -q -t ed25519 -N '' -f "$dir/wang" && ssh-keygen -q -t ed25519 -N '' -f "$dir/li" || return 1
    cat "$dir/wang.pub" "$dir/li.pub" >"$dir/authorized"
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
    for try in 1 2 3 4 5; do
        port=$(($(od -An -N2 -tu2 /dev/urandom) % 20000 + 30000))
        printf '%s\n' "ListenAddress 127.0.0.1:$port" "HostKey $dir/host" "AuthorizedKeysFile $dir/authorized" "PidFile none" "UsePAM no" \
            "StrictModes no" "PasswordAuthentication no" "PermitRootLogin yes" "ExposeAuthInfo yes" >"$dir/config"
        "$sshd" -D -e -f "$dir/config" 2>"$dir/log" &
        daemon=$!
        eventually 10 grep -q 'Server listening' "$dir/log" && return 0
        kill "$daemon" 2>/dev/null
    done
    return 1
}
begin_sshd || lacks sshd "sshd does not start: $(tail -n 1 "$dir/log")"
[ "$(id -u)" -eq 0 ] || lacks root "sshd must be root's to be believed"

# by KEY STATUS COMMAND: what that ends with, given by a shell of that key's session
by() {
    key=$1 wanted=$2
    shift 2
    timeout 100 ssh -F none -q -i "$dir/$key" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p "$port" \
        "$(id -un)@127.0.0.1" "cd $PWD && export HUBTOP_TEST=$HUBTOP_TEST HOME=$HOME TMPDIR=$TMPDIR LC_ALL=C.UTF-8 && $*" >"$out" 2>"$err" </dev/null
    got=$?
    [ "$got" -eq "$wanted" ] || no "$key: '$*' ended with $got, not $wanted: $(head -n 5 "$out" "$err")"
}
start_collector
has_jobs() {
    ht get jobs --limit 1 --json
    jq -e '.items | length > 0' "$out" >/dev/null
}
eventually 60 has_jobs || no "there are no jobs"

shows "doctor tells which key the collector found, and where it found none"
by wang 0 "$hubtop $with doctor"
grep -qF "told apart by uid and SSH key; this session's is $(ssh-keygen -lf "$dir/wang.pub" | cut -d' ' -f2)" "$out" || no "$(cat "$out")"
does 0 doctor
says "$out" '^two people +nothing tells them apart here, and plans for two are off'

shows "one key is one person; another approves; without one nobody does"
by wang 0 "$hubtop $with plan create --seconds 0.1 --max-moves 4 --json"
plan=$(jq -r .id "$out")
by wang 77 "$hubtop $with plan approve $plan --write"
says "$err" "has proposed the plan; somebody else approves it"
does 77 plan approve "$plan" --write
says "$err" "nothing tells you from"
by wang 77 "sleep 1; cp \$SSH_USER_AUTH $dir/own; sed s,.*,'publickey $(cut -d' ' -f1,2 "$dir/li.pub")', $dir/own >/tmp/hubtop-own.\$\$; chmod 600 /tmp/hubtop-own.\$\$; SSH_USER_AUTH=/tmp/hubtop-own.\$\$ $hubtop $with plan approve $plan --write; s=\$?; rm -f /tmp/hubtop-own.\$\$; exit \$s"
says "$err" "somebody else approves it"
by li 0 "$hubtop $with plan approve $plan --write"
by li 77 "$hubtop $with plan apply $plan --confirm $plan --write"
says "$err" "too large for one person"
by wang 0 "$hubtop $with plan apply $plan --confirm $plan --write"
