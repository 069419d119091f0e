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

at_end() {
    shows ''
    sh tests/e2e/end.sh TERM || true
    sh tests/e2e/end.sh CONT || true
}
trap at_end EXIT
trap 'exit 130' INT TERM HUP
