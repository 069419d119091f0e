#!/bin/sh
# run.sh [SHARE]: the campaign. Collectors are killed, their calls fail, their replies are lost, their disks fill up while consoles give
# orders; then what the hub did, by its durable ledger, is compared with what the journal says. An SHARE-th of the counts (1). Prints a
# table; fails when anything was lost, done twice, done without being on record (unwritten), or called refused though it was done
# (denied), when an order stays open, or one that a console was told of is not there (untold): status 1. Status 2: the table is clean,
# but a part did not go as it should (a collector was slow to start, a console was not told in time). From the top of the tree, BUILD set.
# With FAULTS_DIR the parts are kept there, and a run that was cut goes on where it was: those that came to their end are not played
# again. FAULTS_PARTS (a pattern of grep) plays these alone, FAULTS_LEFT_OUT all others, FAULTS_LANES at a time (4: they mostly wait).
# After FAULTS_SECONDS none is begun; those that were not played are named.
set -u
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
export BUILD
share=${1:-1}
KILLS=10000
if [ -n "${FAULTS_DIR:-}" ]; then
    mkdir -p "$FAULTS_DIR" || exit 1
    work=$(cd "$FAULTS_DIR" && pwd)
else
    work=$(mktemp -d "${TMPDIR:-/tmp}/hubtop-faults.XXXXXX") || exit 1
    trap 'rm -rf "$work"' EXIT
fi
trap 'exit 130' INT TERM HUP
for tool in jq sqlite3; do
    command -v "$tool" >/dev/null || {
        echo "faults: $tool is not installed"
        exit 1
    }
done

# kill.1 to kill.N: their number, then how many kills each.
pieces() {
    n=$((KILLS / share)) i=1
    piece=$((n / 8 < 250 ? n / 8 + 1 : 250))
    while [ "$n" -gt 0 ]; do
        echo "kill.$i $((n < piece ? n : piece))"
        n=$((n - piece)) i=$((i + 1))
    done
}

calls="write fdatasync openat rename connect sendto recvfrom"
errors="EIO ENOSPC EINTR EMFILE"
ways="before_reading after_reading after_acting status_line body reset silent 500_after 503 409 412 twice"
{
    printf 'slurm_kill\nlost_replies.silent\neight_consoles\none_post\n'
    for way in session words configuration source; do echo "read_only.$way"; done
    pieces
    # What fails calls is loaded before the program, which a sanitizer does not let happen. The longest first: lanes mostly wait.
    if ! ldd "$BUILD/hubtop" 2>/dev/null | grep -q libasan; then
        for call in $calls; do
            for error in $errors; do echo "fail_$call.$error"; done
        done
        printf 'full_disk\nfull_file_system\n'
        for call in $calls; do echo "kill_before.$call"; done
    fi
    for way in $ways; do echo "lost_replies.$way"; done
} | grep -E "${FAULTS_PARTS:-.}" | grep -vE "${FAULTS_LEFT_OUT:-^$}" | awk '!seen[$1]++' >"$work/parts"
while read -r part rounds; do
    [ -s "$work/$part/counts" ] || {
        rm -rf "${work:?}/$part"
        echo "$part $share${rounds:+ $rounds}"
    }
done <"$work/parts" >"$work/left"
until=$(($(date +%s) + ${FAULTS_SECONDS:-1000000}))
xargs -P "${FAULTS_LANES:-4}" -L 1 sh -c '
    [ "$(date +%s)" -lt '"$until"' ] || exit 0
    case $1 in read_only.*) lane=quiet ;; slurm_kill) lane=lane_slurm ;; *) lane=lane ;; esac
    exec sh "tests/faults/$lane.sh" "$0/$1" "$@"' "$work" <"$work/left" >"$work/said" 2>&1
cut -d ' ' -f 1 "$work/left" | while read -r part; do
    [ -e "$work/$part" ] || echo "$part"
done >"$work/not_played"

# A line for each kind of part: WHAT of WHAT.WHICH.
: >"$work/bad"
cut -d ' ' -f 1 "$work/parts" | grep -vxFf "$work/not_played" | while read -r part; do
    [ -s "$work/$part/counts" ] || echo "$part: it did not come to its end" | tee -a "$work/bad" >"$work/cut"
    cat "$work/$part/bad" 2>/dev/null >>"$work/bad"
    cat "$work/$part/skipped" 2>/dev/null >&2
    echo "${part%%.*} $(cat "$work/$part/counts" 2>/dev/null)"
done <"$work/parts" >"$work/lines"
awk '
function line(name,    i, text) {
    text = sprintf("%-22s", name)
    for (i = 1; i <= n; i++)
        text = text sprintf(width[i], sum[name, i])
    print text
}
BEGIN {
    n = split("rounds orders kills faults lost doubled unwritten denied open untold posts", title, " ")
    text = sprintf("%-22s", "part")
    for (i = 1; i <= n; i++) {
        w = length(title[i]) > 6 ? length(title[i]) : 6
        width[i] = " %" w "d"
        text = text sprintf(" %" w "s", title[i])
    }
    print text
}
{
    if (!seen[$1]++)
        names[++count] = $1
    for (i = 1; i <= n; i++) {
        sum[$1, i] += $(i + 1)
        sum["all", i] += $(i + 1)
    }
}
END {
    for (k = 1; k <= count; k++)
        line(names[k])
    line("all")
    for (i = 5; i <= 10; i++)
        bad += sum["all", i]
    exit bad > 0
}' "$work/lines" && status=0 || status=1
[ ! -s "$work/not_played" ] || echo "not played, for lack of time: $(tr '\n' ' ' <"$work/not_played")"
if [ -s "$work/bad" ]; then
    cat "$work/bad"
    [ "$status" -eq 1 ] || status=2
    [ ! -s "$work/cut" ] || status=1
fi
sed 's/^/said: /' "$work/said" | tail -n 20
exit $status
