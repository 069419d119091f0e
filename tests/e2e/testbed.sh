#!/bin/sh
# Three real Slurm clusters (slurm-up of the testbed): what squeue and sinfo say is what hubtop says, live, offline and in the past;
# a cluster that hangs turns stale and comes back. HUBTOP_TB_DIR reuses clusters that run, and leaves out what would disturb them.
. tests/e2e/lib.sh
bed=$HUBTOP_SHARED/testbed
[ -x "$bed/slurm-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"
command -v jq >/dev/null || lacks testbed "jq is not installed"

tb=${HUBTOP_TB_DIR:-}
if [ -z "$tb" ]; then
    tb=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-tb.XXXXXX)
    own=1
    trap 'at_end; TMPDIR=/tmp "$bed/slurm-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
    TMPDIR=/tmp "$bed/slurm-up" -d "$tb" -c 3 -n 8 -j 200 >"$TMPDIR/slurm-up" 2>&1 || {
        shows "the testbed starts"
        no "$(tail -n 5 "$TMPDIR/slurm-up")"
        exit 1
    }
else
    own=
fi
# shellcheck disable=SC1091
. "$tb/env"

umask 077
SOURCES=
for i in 1 2 3; do
    eval "user=\$TB_${i}_USER token=\$TB_${i}_TOKEN url=\$TB_${i}_URL conf_$i=\$TB_${i}_CONF name_$i=\$TB_${i}_NAME"
    echo "$token" >"$TMPDIR/token.$i"
    SOURCES="$SOURCES --source slurm+http://$user@${url#http://}?token_file=$TMPDIR/token.$i"
done
export SOURCES
names="$name_1 $name_2 $name_3"
get() {
    # shellcheck disable=SC2086
    timeout 90 "$hubtop" $SOURCES get "$@" --json --timeout 60 2>"$err"
}

# --- what Slurm says, a line a job: id|user|state|partition|nodes|cpus|accelerators ---

squeue_says() {
    eval "SLURM_CONF=\$conf_$1" squeue -h -t all -O "'JobArrayID:|,UserName:|,State:|,Partition:|,NumNodes:|,NumCPUs:|,tres-per-node:|,Reason:'" |
        awk -F '|' -v OFS='|' '
        BEGIN {
            split("PENDING waiting RUNNING running COMPLETED done CANCELLED cancelled FAILED failed TIMEOUT timeout SUSPENDED suspended COMPLETING finishing PREEMPTED preempted NODE_FAIL failed OUT_OF_MEMORY failed BOOT_FAIL failed DEADLINE timeout CONFIGURING running", list, " ")
            for (i = 1; i in list; i += 2)
                word[list[i]] = list[i + 1]
        }
        {
            state = $3 in word ? word[$3] : "unknown " $3
            if (state == "waiting" && $8 ~ /^JobHeld/)
                state = "held"
            accels = match($7, /gpu:[0-9]+/) ? substr($7, RSTART + 4, RLENGTH - 4) * $5 : 0
            print $1, $2, state, $4, $5, $6, accels
        }' | sort
}

hubtop_says() {
    jq -r --arg s "$1" '.items[] | select(.scheduler == $s)
        | [(.id | ltrimstr($s + "/")), .user, .state, .queue, .nodes, .cpus, .accels] | join("|")' | sort
}

polled_since() { # EPOCH CLUSTER: an answer whose rows are not older
    get jobs >"$TMPDIR/jobs.json" &&
        [ "$(jq -r --arg s "$2" '[.items[] | select(.scheduler == $s) | .observed_at | fromdate] | min // 0' "$TMPDIR/jobs.json")" -ge "$1" ]
}

agrees() { # I NAME: two equal reads of squeue around ours
    for try in 1 2 3 4 5; do
        squeue_says "$1" >"$TMPDIR/before"
        eventually 25 polled_since "$(date +%s)" "$2" || no "no poll of $2 within 25 s"
        squeue_says "$1" >"$TMPDIR/after"
        cmp -s "$TMPDIR/before" "$TMPDIR/after" || continue
        hubtop_says "$2" <"$TMPDIR/jobs.json" >"$TMPDIR/ours"
        cmp -s "$TMPDIR/before" "$TMPDIR/ours" && break
    done
    same "$TMPDIR/before" "$TMPDIR/ours"
}

# --- the clusters, with arrays, held work and bad nodes ---

if [ -n "$own" ]; then
    eval "SLURM_CONF=\$conf_1" sbatch --quiet --uid=tbana --gid=tbana -D / -o /dev/null -J array --array=1-40%2 -n1 --mem=100M --wrap "'sleep 3000'"
    eval "SLURM_CONF=\$conf_2" sbatch --quiet --uid=tbchen --gid=tbchen -D / -o /dev/null -J array-held --hold --array=2,4,6-9 -n2 --mem=100M --wrap "'sleep 3000'"
    eval "SLURM_CONF=\$conf_3" sbatch --quiet --uid=tbdora --gid=tbdora -D / -o /dev/null -J "'$(printf 'esc\033[31m red\302\205')'" --hold -n1 --wrap "'true'"
    bad_1=$(eval "SLURM_CONF=\$conf_1" sinfo -h -N -o %N | sort -u | tail -n 1)
    bad_2=$(eval "SLURM_CONF=\$conf_2" sinfo -h -N -o %N | sort -u | tail -n 1)
    eval "SLURM_CONF=\$conf_1" scontrol update "nodename=$bad_1" state=drain "'reason=PSU 2 lost input, ticket OPS-77'"
    eval "SLURM_CONF=\$conf_2" scontrol update "nodename=$bad_2" state=down "'reason=更换内存条'"
fi

# shellcheck disable=SC2086
"$hubtop" $SOURCES collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!
eventually 10 sh -c 'ls "$XDG_STATE_HOME"/hubtop/adhoc-*/control.sock' >/dev/null 2>&1

shows "three sources and nothing else: three clusters, live"
get sources >"$out" || no "get sources failed: $(cat "$err")"
first=$(date +%s)
for name in $names; do
    [ "$(jq -r --arg s "$name" '.items[] | select(.id == $s) | .state' "$out")" = live ] || no "$name is not live: $(jq -c '.items[]' "$out")"
done

shows "the console shows them live"
cat >"$TMPDIR/console.e2e" <<'END'
test console
size 160x45
spawn sh -c "exec $BUILD/hubtop $SOURCES"
wait-row 30 1 "LIVE"
key O
wait 10 "fra"
wait 10 "ams"
wait 10 "sin"
expect-not "stale"
expect-not "offline"
key 5
key /
type "scheduler=fra"
key Enter
wait 10 "fra/"
key Q
expect-exit 0 10
expect-restored
END
run 0 "$BUILD/tests/e2e/drive" "$TMPDIR/console.e2e"

i=0
for name in $names; do
    i=$((i + 1))
    shows "get jobs agrees with squeue of $name"
    agrees "$i" "$name"
    [ -s "$TMPDIR/before" ] || no "squeue says nothing"
done

shows "arrays as squeue shows them"
if [ -n "$own" ]; then
    hubtop_says "$name_1" <"$TMPDIR/jobs.json" >"$TMPDIR/ours"
    grep _ "$TMPDIR/ours" >"$out"
    says "$out" '^[0-9]+_\[[0-9]+-40%2\]\|tbana\|waiting'
    hubtop_says "$name_2" <"$TMPDIR/jobs.json" >"$TMPDIR/ours"
    grep _ "$TMPDIR/ours" >"$out"
    says "$out" '^[0-9]+_\[2,4,6-9\]\|tbchen\|held'
fi

shows "equal job ids of different schedulers stay apart"
get jobs >"$TMPDIR/jobs.json"
jq -r '.items[].id' "$TMPDIR/jobs.json" | sort >"$TMPDIR/ids"
[ -z "$(uniq -d "$TMPDIR/ids")" ] || no "twice: $(uniq -d "$TMPDIR/ids" | head)"
[ "$(jq '.total' "$TMPDIR/jobs.json")" -eq "$(wc -l <"$TMPDIR/ids")" ] || no "the total is not the number of items"
shared=$(sed 's|.*/||' "$TMPDIR/ids" | sort | uniq -d | wc -l)
[ "$shared" -gt 20 ] || no "only $shared ids are common to two schedulers"

shows "get nodes agrees with sinfo -R"
get nodes >"$TMPDIR/nodes.json" || no "get nodes failed: $(cat "$err")"
for i in 1 2 3; do
    eval "name=\$name_$i"
    eval "SLURM_CONF=\$conf_$i" sinfo -h -R -N -o "'%N|%E|%u|%H'" | sort -u >"$TMPDIR/sinfo"
    jq -r --arg s "$name" '.items[] | select(.scheduler == $s and .reason != null)
        | [.name, .reason, .reason_by, (.reason_at | rtrimstr("Z"))] | join("|")' "$TMPDIR/nodes.json" | sort >"$TMPDIR/ours"
    same "$TMPDIR/sinfo" "$TMPDIR/ours"
    [ "$(jq -r --arg s "$name" '[.items[] | select(.scheduler == $s)] | length' "$TMPDIR/nodes.json")" -eq \
        "$(eval "SLURM_CONF=\$conf_$i" sinfo -h -N -o %N | sort -u | wc -l)" ] || no "$name: another number of nodes"
done

shows "the newest data parser that is offered is chosen; without slurmdbd nothing is wrong"
cat >"$TMPDIR/one.conf" <<END
version = 1
source "$name_1" {
  driver     = "slurm"
  url        = "$TB_1_URL"
  user       = "$TB_1_USER"
  token_file = "$TMPDIR/token.1"
}
END
run 0 "$hubtop" --config "$TMPDIR/one.conf" config check
says "$out" 'ping .* API v0\.0\.38, the newest known that is offered$'
says "$out" 'slurmdbd .* no slurmdbd$'
[ "$(grep -c 'slurmdbd' "$out")" -eq 1 ] || no "it is asked more than once: $(cat "$out")"
grep -q ' accounts ' "$out" && no "accounts are asked without slurmdbd"
get schedulers >"$TMPDIR/schedulers.json"
jq -e '.items | length == 3 and all(.api == "v0.0.38" and .hidden == null and .federation == null)' "$TMPDIR/schedulers.json" >/dev/null ||
    no "it told $(jq -c '.items[] | [.id, .api, .hidden, .federation]' "$TMPDIR/schedulers.json")"

if [ -z "$own" ]; then
    kill -TERM "$collector"
    wait "$collector"
    exit 0
fi

shows "names with ESC and C1 controls: carried in JSON, marked as text"
get jobs --filter 'user=tbdora name=esc*' >/dev/null
jq -e '[.items[] | select(.scheduler == "'"$name_3"'" and (.name | contains("\u001b[31m")))] | length == 1' "$TMPDIR/jobs.json" >/dev/null ||
    no "the name is not in JSON as it is"
# shellcheck disable=SC2086
"$hubtop" $SOURCES get jobs --filter red --timeout 60 >"$out" 2>"$err"
LC_ALL=C grep -q "$(printf '[\033\302][[\205]')" "$out" && no "the text holds what a terminal obeys"
says "$out" 'red'

shows "a requeue is the same job"
job=$(eval "SLURM_CONF=\$conf_2" squeue -h -t running -o %A | sort -n | head -n 1)
eval "SLURM_CONF=\$conf_2" scontrol requeue "$job" || no "cannot requeue $job"
requeued() {
    get jobs "$name_2/$job" >"$TMPDIR/job.json" && [ "$(jq '.items[0].restarts // 0' "$TMPDIR/job.json")" -ge 1 ]
}
eventually 40 requeued || no "it is not seen: $(cat "$TMPDIR/job.json")"
get jobs >"$TMPDIR/jobs.json"
jq -r '.items[].id' "$TMPDIR/jobs.json" | grep '~' && no "it became another job"
[ "$(jq -r '.items[].id' "$TMPDIR/jobs.json" | grep -cx "$name_2/$job")" -eq 1 ] || no "$name_2/$job is not there once"

# A job that is cancelled now was running two minutes ago: looked at below, when that is still before this moment.
gone=$(eval "SLURM_CONF=\$conf_1" squeue -h -t running -o %A | sort -n | head -n 1)
while [ $(($(date +%s) - first)) -lt 40 ]; do sleep 1; done
eval "SLURM_CONF=\$conf_1" scancel "$gone"
cancelled_at=$(date +%s)

shows "slurm+local: asks a slurmrestd of its own, as an ordinary user, and ends it with the collector"
home=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-local.XXXXXX)
cp "$hubtop" "$home/hubtop"
chown -R tbana "$home"
as_tbana() {
    setpriv --reuid=tbana --regid="$(id -g tbana)" --clear-groups env -i HOME="$home" PATH="$PATH" SLURM_CONF="$conf_1" TMPDIR=/tmp "$@"
}
as_tbana timeout 60 "$home/hubtop" get jobs --source slurm+local: --json >"$TMPDIR/local.json" 2>"$err" || no "it failed: $(cat "$err")"
jq -e --arg s "$name_1" '.total > 100 and all(.items[]; .scheduler == $s)' "$TMPDIR/local.json" >/dev/null ||
    no "it told $(head -c 300 "$TMPDIR/local.json")"
kill "$(cat "$home"/.local/state/hubtop/*/lock)" || no "no collector holds the lock"
local_ended() {
    ! pgrep -f "unix:$home/" >/dev/null
}
eventually 10 local_ended || no "its slurmrestd goes on: $(pgrep -fa "unix:$home/")"
rm -rf "$home"

shows "a slurmctld that hangs turns its cluster stale, with its age; the others go on"
kill -STOP "$(cut -d ' ' -f 1 "$tb/pids/$name_2-slurmctld.pid")"
hung() {
    get sources >"$TMPDIR/sources.json" && [ "$(jq -r --arg s "$name_2" '.items[] | select(.id == $s) | .state' "$TMPDIR/sources.json")" != live ]
}
eventually 120 hung || no "after 120 s it is still live: $(cat "$TMPDIR/sources.json")"
old() { # fresh is what is at most 60 s old
    get jobs >"$TMPDIR/jobs.json"
    jq -e --arg s "$name_2" '[.items[] | select(.scheduler == $s)] | length > 0 and all(.stale and .age_s > 60)' "$TMPDIR/jobs.json" >/dev/null
}
eventually 80 old ||
    no "its jobs are not shown as stale: $(jq -c --arg s "$name_2" '[.items[] | select(.scheduler == $s)][0]' "$TMPDIR/jobs.json")"
for name in $name_1 $name_3; do
    jq -e --arg s "$name" '[.items[] | select(.scheduler == $s)] | length > 0 and all((.stale | not) and .age_s < 60)' "$TMPDIR/jobs.json" >/dev/null ||
        no "the jobs of $name are not fresh"
done

shows "two minutes ago"
while [ $(($(date +%s) - cancelled_at)) -lt 90 ]; do sleep 1; done
# shellcheck disable=SC2086
"$hubtop" $SOURCES get jobs --at -2m --json >"$TMPDIR/past.json" 2>"$err" || no "--at -2m failed: $(cat "$err")"
[ "$(jq -r --arg id "$name_1/$gone" '.items[] | select(.id == $id) | .state' "$TMPDIR/past.json")" = running ] ||
    no "then $gone was: $(jq -c --arg id "$name_1/$gone" '.items[] | select(.id == $id)' "$TMPDIR/past.json")"
get jobs >"$TMPDIR/jobs.json"
[ "$(jq -r --arg id "$name_1/$gone" '.items[] | select(.id == $id) | .state' "$TMPDIR/jobs.json")" = cancelled ] ||
    no "now $gone is: $(jq -c --arg id "$name_1/$gone" '.items[] | select(.id == $id)' "$TMPDIR/jobs.json")"
jq -e '.as_of | fromdate' "$TMPDIR/past.json" >"$TMPDIR/as_of"
age=$(($(date +%s) - $(cat "$TMPDIR/as_of")))
[ "$age" -ge 119 ] && [ "$age" -le 130 ] || no "as_of is $age s ago"

shows "it goes on: live within two polls"
kill -CONT "$(cut -d ' ' -f 1 "$tb/pids/$name_2-slurmctld.pid")"
back() {
    get sources >"$TMPDIR/sources.json" && [ "$(jq -r --arg s "$name_2" '.items[] | select(.id == $s) | .state' "$TMPDIR/sources.json")" = live ]
}
eventually 30 back || no "after 30 s: $(jq -c --arg s "$name_2" '.items[] | select(.id == $s)' "$TMPDIR/sources.json")"
shows "and agrees again"
agrees 2 "$name_2"

shows "the collector ends cleanly when it is told"
get jobs >"$TMPDIR/live.json"
kill -TERM "$collector"
wait "$collector"
status=$?
[ "$status" -eq 143 ] || [ "$status" -eq 0 ] || no "it ended with $status: $(tail -n 5 "$TMPDIR/collect.log")"

shows "when the clusters are gone the same answers come from the cache, with their ages"
TMPDIR=/tmp "$bed/slurm-down" -d "$tb" >/dev/null 2>&1
sleep 2
# shellcheck disable=SC2086
"$hubtop" $SOURCES get jobs --offline --json >"$TMPDIR/offline.json" 2>"$err" || [ $? -eq 75 ] || no "--offline failed: $(cat "$err")"
what='.items | map({id, user, state, queue, nodes, cpus, accels, name, submitted_at}) | sort_by(.id)'
jq "$what" "$TMPDIR/live.json" >"$TMPDIR/live.items"
jq "$what" "$TMPDIR/offline.json" >"$TMPDIR/offline.items"
same "$TMPDIR/live.items" "$TMPDIR/offline.items"
jq -e '[.items[].age_s] | length > 0 and min >= 2' "$TMPDIR/offline.json" >/dev/null || no "the items have no ages"
