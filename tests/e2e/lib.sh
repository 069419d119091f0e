# What the scripts of this folder share: `. tests/e2e/lib.sh`. They run from the top of the tree, in a home of their own (run-one.sh).
# shellcheck shell=sh
set -u
hubtop=$BUILD/hubtop
out=$TMPDIR/out err=$TMPDIR/err
script=$(basename "$0" .sh)
begun= wrong=

# Each thing that is shown begins with `shows NAME` and ends with the next; a `no WHY` in between makes it "not ok".
shows() {
    [ -z "$begun" ] || [ -n "$wrong" ] || echo "ok $begun"
    begun=$1 wrong=
}

no() {
    [ -n "$wrong" ] || echo "not ok $begun"
    wrong=1
    echo "    $*"
}

# run STATUS COMMAND...: its output and errors into files $out and $err.
run() {
    wanted=$1
    shift
    timeout 120 "$@" >"$out" 2>"$err" </dev/null
    got=$?
    [ "$got" -eq "$wanted" ] && return 0
    no "'$*' ended with $got, not with $wanted"
    sed 's/^/    | /' "$out" "$err" | head -n 40
    return 1
}

# says FILE PATTERN: an extended regular expression.
says() {
    grep -qE -- "$2" "$1" && return 0
    no "nothing matches '$2' in:"
    sed 's/^/    | /' "$1" | head -n 40
    return 1
}

# same WANTED GOT: files.
same() {
    diff "$1" "$2" >"$TMPDIR/diff" && return 0
    no "$1 and $2 differ:"
    sed 's/^/    | /' "$TMPDIR/diff" | head -n 40
    return 1
}

# eventually SECONDS COMMAND...
eventually() {
    until=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$until" ] || return 1
        sleep 0.3
    done
}

# lacks WHAT WHY: ends the script with a skip, or with a failure where HUBTOP_REQUIRE asks for WHAT.
lacks() {
    case ,$HUBTOP_REQUIRE, in
    *,"$1",*) echo "not ok $script: $2, and HUBTOP_REQUIRE asks for $1" ;;
    *) echo "skip $script: $2" ;;
    esac
    exit 0
}

# Scripts that ask one collector say in $with, words without blanks, which options lead to it.
# ht ARGS...: sets $out, $err and $got
ht() {
    # shellcheck disable=SC2086
    timeout 60 "$hubtop" $with "$@" >"$out" 2>"$err" </dev/null
    got=$?
}
# does STATUS ARGS...
does() {
    wanted=$1
    shift
    ht "$@"
    [ "$got" -eq "$wanted" ] || no "'$*' ended with $got, not $wanted: $(cat "$out" "$err")"
}
# Sets $collector; its state is in $TMPDIR/state.
start_collector() {
    rm -f "$TMPDIR/state/control.sock" # of one that was killed: a socket means that the new one listens
    # shellcheck disable=SC2086
    "$hubtop" $with collect >"$TMPDIR/collect.log" 2>&1 &
    collector=$!
    eventually 20 test -S "$TMPDIR/state/control.sock" || no "the collector does not start"
}

# for_two FILE [ROLES [SETTING]]: a configuration where one person alone gives an order for one job, of a fleet that may be changed; ROLES
# stand from its third line on, SETTING is one more of the source.
for_two() {
    cat >"$1" <<END
version = 1
allow_write = true
${2:-}
limits {
  jobs_alone = 1
}
source "sample" {
  driver = "sample"
  url = "sample:$PWD/sample-data"
  scenario = "cable"
  read_only = false
  ${3:-}
}
END
}

# Scripts with users of their own, which takes root.
# own_users NAME:UID...: begins the script anew in a mount namespace, where these are users, all in the group `desk`, and $groups holds lines
# of further groups; /var/lib is empty but for `conf` and the state's folder, which `desk` shares. Sets $program, which they can run.
own_users() {
    [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null && unshare -m true 2>/dev/null || lacks root "it takes root, setpriv and unshare"
    [ -n "${HUBTOP_OWN_USERS:-}" ] || HUBTOP_OWN_USERS=1 exec unshare -m --propagation private sh "$0"
    cp /etc/passwd "$TMPDIR/passwd"
    printf '%s\n' "$@" | sed 's|:\(.*\)|:x:\1:61000::/nonexistent:/bin/sh|' >>"$TMPDIR/passwd"
    (cat /etc/group && echo "desk:x:61000:$(printf '%s\n' "$@" | sed 's/:.*//' | paste -sd,)" && printf '%s' "${groups:-}") >"$TMPDIR/group"
    mount -t tmpfs tmpfs /var/lib && mount --bind "$TMPDIR/passwd" /etc/passwd && mount --bind "$TMPDIR/group" /etc/group || lacks root "nothing can be mounted"
    umask 022
    mkdir -p /var/lib/hubtop/default /var/lib/conf
    chgrp 61000 /var/lib/hubtop/default && chmod 2750 /var/lib/hubtop/default
    case $hubtop in /*) program=$hubtop ;; *) program=$PWD/$hubtop ;; esac
    setpriv --reuid "${1#*:}" --regid 61000 --init-groups test -x "$program" || lacks root "other users cannot read this folder"
}
# as USER ARGS...: sets $got, and the files $out and $err
as() {
    user=$1
    shift
    # shellcheck disable=SC2086
    timeout 100 setpriv --reuid "$user" --regid 61000 --init-groups env HOME=/nonexistent XDG_STATE_HOME=/nonexistent \
        "$program" $with "$@" >"$out" 2>"$err" </dev/null
    got=$?
}
# tell USER STATUS ARGS...: the status is a pattern
tell() {
    user=$1 wanted=$2
    shift 2
    as "$user" "$@"
    # shellcheck disable=SC2254
    case $got in
    $wanted) ;;
    *) no "$user: '$*' ended with $got, not $wanted: $(head -n 5 "$out" "$err")" ;;
    esac
}
# Sets $collector of the state that `desk` shares.
start_shared() {
    rm -f /var/lib/hubtop/default/control.sock # as in start_collector
    # shellcheck disable=SC2086
    (umask 027 && exec "$hubtop" $with collect) >"$TMPDIR/collect.log" 2>&1 &
    collector=$!
    eventually 30 test -S /var/lib/hubtop/default/control.sock || no "the collector does not start: $(cat "$TMPDIR/collect.log")"
    chgrp -R 61000 /var/lib/hubtop/default
}

at_end() {
    shows ''
    sh tests/e2e/end.sh TERM || true
    sh tests/e2e/end.sh CONT || true
}
trap at_end EXIT
trap 'exit 130' INT TERM HUP
