#!/bin/sh
# leftover.sh MARK: ends the processes that carry HUBTOP_TEST=MARK in their environment, and prints what they were.
set -u
pids() {
    for p in $(grep -lszxF "HUBTOP_TEST=$1" /proc/[0-9]*/environ | sed 's|/proc/\([0-9]*\)/.*|\1|'); do
        [ -z "$({ tr -d '\0' <"/proc/$p/cmdline"; } 2>/dev/null)" ] || echo "$p" # a zombie is no leftover
    done
}
for wait in 1 2 3 4 5 6 7 8 9 10; do
    left=$(pids "$1")
    [ -n "$left" ] || exit 0
    sleep 0.2
done
for p in $left; do
    echo "$p $(tr '\0' ' ' <"/proc/$p/cmdline")"
    kill -KILL "$p" 2>/dev/null
done
