#!/bin/sh
# run.sh [SHARE]: the campaign. Collectors are killed, their calls fail, their replies are lost while two consoles give orders; then what
# the hub did, by its durable ledger, is compared with what the journal says. An SHARE-th of the counts (1). Prints a table; fails when
# anything was lost, done twice, done without being on record (unwritten), or called refused though it was done (denied), when an order
# stays open, or one that a console was told of is not there (untold): status 1. Status 2: the table is clean, but a part did not go
# as it should (a collector was slow to start, a console was not told in time). From the top of the tree, BUILD set.
set -u
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
export BUILD
share=${1:-1}
work=$(mktemp -d "${TMPDIR:-/tmp}/hubtop-faults.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
command -v jq >/dev/null || {
    echo 'faults: jq is not installed'
    exit 1
}
calls="write fdatasync openat rename connect sendto recvfrom"
# What fails calls is loaded before the program, which a sanitizer does not let happen. The longest first: lanes mostly wait.
loaded="$(printf 'fail_%s ' $calls) full_disk $(printf 'kill_before_%s ' $calls)"
ldd "$BUILD/hubtop" 2>/dev/null | grep -q libasan && loaded=
# Against real Slurm: as root, where the testbed is.
real=slurm_kill
[ -x "${HUBTOP_SHARED:-../shared}/testbed/slurm-up" ] && [ "$(id -u)" -eq 0 ] || real=
[ -n "$real" ] || echo 'faults: slurm_kill is skipped: it takes the testbed, and root'
for part in $real kill one_post silent_replies lost_replies eight_consoles $loaded; do
    echo "$part"
done >"$work/parts"
xargs -P "${FAULTS_LANES:-4}" -I PART sh tests/faults/lane.sh "$work/PART" PART "$share" <"$work/parts" >"$work/said" 2>&1

printf '%-22s %7s %7s %6s %7s %6s %8s %9s %7s %5s %7s %6s\n' part rounds orders kills faults lost doubled unwritten denied open untold posts
while read -r part; do
    [ -s "$work/$part/counts" ] || echo "$part: it did not come to its end" | tee -a "$work/bad" >"$work/cut"
    # shellcheck disable=SC2046
    printf '%-22s %7s %7s %6s %7s %6s %8s %9s %7s %5s %7s %6s\n' "$part" $(cat "$work/$part/counts" 2>/dev/null)
    cat "$work/$part/bad" 2>/dev/null >>"$work/bad"
done <"$work/parts"
cat "$work"/*/counts | awk '
{
    for (i = 1; i <= 11; i++)
        sum[i] += $i
}
END {
    printf "%-22s %7d %7d %6d %7d %6d %8d %9d %7d %5d %7d %6d\n", "all", sum[1], sum[2], sum[3], sum[4], sum[5], sum[6], sum[7], sum[8], sum[9], sum[10], sum[11]
    for (i = 5; i <= 10; i++)
        bad += sum[i]
    exit bad > 0
}' && status=0 || status=1
if [ -s "$work/bad" ]; then
    cat "$work/bad"
    [ "$status" -eq 1 ] || status=2
    [ ! -s "$work/cut" ] || status=1
fi
sed 's/^/said: /' "$work/said" | tail -n 20
exit $status
