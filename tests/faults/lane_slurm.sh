#!/bin/sh
# lane_slurm.sh DIR WHAT SHARE: the part of the campaign (run.sh) against real Slurm: three clusters of the testbed, moves of waiting jobs
# between them by two consoles, the same job or others, and the collector is killed at uniform moments of their lives, also while it
# resolves what the last kill left. An SHARE-th of 300 kills. The ledger is what the three schedulers really hold: each job by its name, each copy by the mark in its comment. The counts
# go to DIR/counts, in the order of the table of run.sh; posts are the copies that were ever made.
set -u
dir=$1 share=$3
hubtop=$BUILD/hubtop
HUBTOP_SHARED=${HUBTOP_SHARED:-../shared}
mkdir -p "$dir/state" || exit 1
chmod 700 "$dir/state"
export TMPDIR="$dir"
script=faults collector=
with="--config $dir/conf --state-dir $dir/state --write"
. tests/e2e/bed.sh
at_end() { [ -z "$collector" ] || kill -9 "$collector" 2>/dev/null; }
trap at_end EXIT
trap 'exit 130' INT TERM HUP
shows() { :; }
no() { echo "slurm_kill: $*" >>"$dir/bad"; }
lacks() { # WHAT WHY
    echo "skip slurm_kill: $2" >"$dir/skipped"
    echo "0 0 0 0 0 0 0 0 0 0 0" >"$dir/counts"
    exit
}
eventually() { # SECONDS COMMAND...
    until=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$until" ] || return 1
        sleep 0.2
    done
}

rounds=0 kills=0
total=$((150 / share)) # rounds of two kills
[ "$total" -gt 0 ] || total=1
bed_up 3 4 0
bed_plans
for n in 1 2 3; do slurm $n scancel -u tbana; done
bed_script
for n in $(seq $((2 * total))); do
    bed_submit 1 -p cpu -J "kill-$$-$n" --begin=now+1day -n 1 --mem=100 --comment "job $n" >>"$dir/ids"
done
slurm 1 squeue -h -o '%j %i' | sed -n "s/^kill-$$-//p" >"$dir/source" # NUMBER ID

id_of() { sed -n "s/^$1 /$TB_1_NAME\//p" "$dir/source"; }
collector_waits() { [ -S "$dir/state/control.sock" ]; }
knows() { # ID CLUSTER: an order to move it there would be taken, but for another that has it
    eval "to=\$TB_$2_NAME"
    # shellcheck disable=SC2086
    "$hubtop" $with --offline --timeout 2 order move "$1" --to "$to/cpu" -n >/dev/null 2>"$dir/knows" ||
        grep -q 'being changed already' "$dir/knows"
}
knows_all() { # NUMBER
    knows "$(id_of "$1")" 2 && knows "$(id_of $(($1 + 1)))" 3
}
# Within ten seconds.
die() {
    kills=$((kills + 1))
    sleep "$(awk -v seed="$kills" 'BEGIN { srand(seed); rand(); printf "%.3f", rand() * 10 }')"
    kill -9 "$collector"
    wait "$collector" 2>/dev/null
}
begin() {
    rm -f "$dir/state/control.sock"
    # shellcheck disable=SC2086
    "$hubtop" $with collect >"$dir/log" 2>&1 &
    collector=$!
    eventually 60 collector_waits || no "a collector does not start: $(tail -n 3 "$dir/log")"
}
move() { # NUMBER CLUSTER: a console of its own
    eval "to=\$TB_$2_NAME"
    id=$(id_of "$1")
    # shellcheck disable=SC2086
    timeout 60 "$hubtop" $with --offline --timeout 30 order move "$id" --to "$to/cpu" --confirm "$id" >>"$dir/told" 2>>"$dir/told.err" &
}

: >"$dir/told"
begin
while [ "$rounds" -lt "$total" ]; do
    rounds=$((rounds + 1)) first=$((2 * rounds - 1)) second=$((2 * rounds))
    eventually 90 knows_all $first || no "round $rounds: the collector does not know the jobs: $(head -n 1 "$dir/knows")"
    move $first 2
    one=$!
    if [ $((rounds % 2)) -eq 0 ]; then move $first 3; else move $second 3; fi
    two=$!
    die
    kill "$one" "$two" 2>/dev/null # whoever was not answered goes
    begin
    die
    begin
done

all_ended() {
    # shellcheck disable=SC2086
    "$hubtop" $with --offline get actions --json >"$dir/actions" 2>/dev/null
    jq -e '[.items[] | select(.done == null)] | length == 0' "$dir/actions" >/dev/null
}
eventually 600 all_ended || no "something stays open: $(jq -c '.items[] | select(.done == null)' "$dir/actions" | head -n 2)"
kill -9 "$collector"
wait "$collector" 2>/dev/null

# --- what the schedulers hold: CLUSTER STATE NAME COMMENT, against the journal

for n in 1 2 3; do
    eval "name=\$TB_${n}_NAME"
    slurm $n scontrol -o show job | sed -n "s/^JobId=\([0-9]*\) JobName=\(kill-$$-[0-9]*\) .*JobState=\([A-Z]*\) Reason=\([^ ]*\) .*/$name \1 \3 \2 \4/p" >"$dir/held.$n"
    slurm $n scontrol -o show job | grep -o "JobName=kill-$$-.* Comment=job [0-9]* hubtop:[^ ]*" | sed 's/.*hubtop://' >>"$dir/marks"
done
cat "$dir"/held.[123] >"$dir/ledger" # CLUSTER ID STATE NAME REASON
awk '$3 == "PENDING" || $3 == "RUNNING" { print $4 }' "$dir/ledger" | sort >"$dir/live"
seq $((2 * total)) | sed "s/^/kill-$$-/" | sort >"$dir/names"
lost=$(sort -u "$dir/live" | comm -23 "$dir/names" - | grep -c .)
doubled=$(uniq -d "$dir/live" | grep -c .)
sort -u "$dir/marks" 2>/dev/null >"$dir/made"
jq -r '.items[].key' "$dir/actions" | sort -u >"$dir/keys"
unwritten=$(comm -23 "$dir/made" "$dir/keys" | grep -c .)
jq -r '.items[] | select(.done != null) | "\(.target) \(.done) \(.to)"' "$dir/actions" | sed 's|/cpu$||' >"$dir/ends"
awk -v dir="$dir" -v home="$TB_1_NAME" '
FILENAME ~ /source$/ { name[home "/" $2] = $1 }
FILENAME ~ /ledger$/ && ($3 == "PENDING" || $3 == "RUNNING") { sub(/.*-/, "", $4); at[$4] = $1; why[$4] = $5 }
FILENAME ~ /ends$/ && $2 == "true" { gone[name[$1]] = $3 }
END {
    for (n in at) {
        wanted = n in gone ? gone[n] : home
        if (at[n] != wanted) print "job " n " is at " at[n] ", the journal says " wanted
        if (why[n] ~ /^JobHeld/) print "job " n " is left held at " at[n]
    }
}' "$dir/source" "$dir/ledger" "$dir/ends" >"$dir/denied"
[ ! -s "$dir/denied" ] || no "$(head -n 5 "$dir/denied")"
grep -oh 'O-[0-9][0-9]*' "$dir/told" | sort -u >"$dir/acknowledged"
jq -r '.items[].order' "$dir/actions" | sort -u >"$dir/orders"
open=$(jq '[.items[] | select(.done == null)] | length' "$dir/actions")
echo "$rounds $(grep -c . "$dir/orders") $kills 0 $lost $doubled $unwritten $(grep -c . "$dir/denied") $open $(comm -23 "$dir/acknowledged" "$dir/orders" | grep -c .) $(grep -c . "$dir/made")" >"$dir/counts"
