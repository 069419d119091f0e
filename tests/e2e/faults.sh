#!/bin/sh
# A small part of the campaign of tests/faults (`make faults`): whatever dies or fails, each order acts at most once and is on record.
. tests/e2e/lib.sh
for tool in jq sqlite3; do
    command -v "$tool" >/dev/null || lacks "$tool" "$tool is not installed"
done
shows "kills, failing calls, lost replies, full disks, eight consoles, keys by chance: nothing lost, doubled, unwritten, denied or left open"
# Of the failing calls each with one error. What comes too late on a busy machine is said; what is lost, doubled, unwritten, denied or left
# open fails. What a slow machine does not come to is named.
others='fail_(write.E[^N]|fdatasync.E[^I]|fdatasync.EINTR|openat.E[^M]|rename.E[^I]|rename.EINTR|connect.E[^I]|connect.EIO|sendto.E[^I]|sendto.EINTR|recvfrom.E[^I]|recvfrom.EIO)'
FAULTS_SECONDS=200 FAULTS_LEFT_OUT=$others timeout 560 sh tests/faults/run.sh 200 >"$out" 2>&1
got=$?
[ "$got" -eq 0 ] || [ "$got" -eq 2 ] || no "$(cat "$out")"
sed 's/^/# /' "$out"
