#!/bin/sh
# Ends the processes of this test that run the program: a collector stays for a minute after its last client, unless it is told.
# end.sh [SIGNAL [WORD]]: only those with WORD among their arguments. Fails when there was none.
set -u
n=0
for p in $(grep -lszF "HUBTOP_TEST=$HUBTOP_TEST" /proc/[0-9]*/environ | sed 's|/proc/\([0-9]*\)/.*|\1|'); do
    [ "$(readlink "/proc/$p/exe")" = "$BUILD/hubtop" ] || continue
    { tr '\0' ' ' <"/proc/$p/cmdline"; } 2>/dev/null | grep -q -- "${2:-}" || continue
    kill "-${1:-TERM}" "$p" 2>/dev/null && n=$((n + 1))
done
[ "$n" -gt 0 ]
