#!/bin/sh
# A part of the campaign of tests/faults (`make faults`): whatever dies or fails, each order acts at most once and is on record.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
shows "kills, failing calls, lost replies, eight consoles: nothing lost, doubled, unwritten, denied or left open"
# What comes too late on a busy machine is said; what is lost, doubled, unwritten, denied or left open fails.
timeout 560 sh tests/faults/run.sh 25 >"$out" 2>&1
got=$?
[ "$got" -eq 0 ] || [ "$got" -eq 2 ] || no "$(cat "$out")"
sed 's/^/# /' "$out"
