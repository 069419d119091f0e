#!/bin/sh
# The intake of a real Slurm partition, by the commands of its source: drained and opened again, whatever dies on the way, and left alone
# where somebody else closed it. A plan that empties a scheduler closes its queues, and its undo opens these alone.
. tests/e2e/lib.sh
. tests/e2e/bed.sh
bed_up 3 4 0

intake=$tb/intake
bed_acting "$intake" <<'END'
SLURM_CONF=$1 scontrol update "partitionname=$2" "state=$3" || exit
END
intake_commands() { # CLUSTER
    eval "bed_conf=\$TB_$1_CONF"
    for word in drain resume; do
        to=$word
        [ "$word" = drain ] || to=up
        echo "${word}_command = { \"$intake\", \"$bed_conf\", \"%c\", \"$to\" }"
    done
}

fra=$TB_1_NAME
state_is() { # PARTITION STATE
    slurm 1 scontrol show partition "$1" >"$TMPDIR/partition"
    says "$TMPDIR/partition" "^ *State=$2 "
}
seen_as() { [ "$(tell get queues --filter "id=$fra/$1" --csv --fields state 2>/dev/null | tr -d '\r' | tail -n 1)" = "$2" ]; }
shown() { eventually 30 seen_as "$1" "$2" || no "it is not shown as $2: $(tell get queues --csv --fields id,state)"; }
order() { # STATUS WORD...
    wanted=$1
    shift
    does "$wanted" order "$@" --reason test --timeout 60
    tell get actions --filter done=false --csv --fields result >"$TMPDIR/said"
}
restart_collector() {
    kill "-${1:-TERM}" "$collector"
    wait "$collector" 2>/dev/null
    start_collector
}

bed_clean
bed_script
bed_plans true
start_collector
shown cpu up

shows "without the settings no queue is drained, and the line to write is told; nor is a whole scheduler, or a node"
order 77 drain "$fra/cpu"
says "$err" "drain_command is not configured for '$fra'"
says "$err" 'drain_command = \{ "scontrol", "update", "partitionname=%c", "state=drain" \}'
order 77 resume "$fra/cpu"
says "$err" "resume_command is not configured for '$fra'"
node=$(slurm 1 sinfo -h -N -o %N | head -n 1)
order 65 drain "$fra"
says "$err" "takes no order 'drain' for schedulers"
says "$err" 'name its queues'
order 65 drain "$fra/$node"
[ "$(actions kind=drain)" -eq 0 ] || no "there is an order: $(tell get actions)"

bed_plans intake_commands
restart_collector
shown cpu up

shows "a drained queue takes no job and is shown as drained; resumed, it takes one; how long it lasts is told before"
does 0 order drain "$fra/cpu" -n --reason test
says "$out" 'forgets it when it starts anew without -R'
order 0 drain "$fra/cpu"
state_is cpu DRAIN
shown cpu drain
bed_submit 1 -p cpu >/dev/null 2>"$TMPDIR/submit" && no "a job is taken"
says "$TMPDIR/submit" 'inactive or drain'
order 77 drain "$fra/cpu"
says "$TMPDIR/said" 'is drained already, and not by this order'
order 0 resume "$fra/cpu"
state_is cpu UP
bed_submit 1 -p cpu >/dev/null || no "no job is taken"

shows "what somebody closed otherwise is left as it is"
slurm 1 scontrol update partitionname=debug state=down
shown debug down
order 77 drain "$fra/debug"
says "$TMPDIR/said" 'is down'
order 77 resume "$fra/debug"
state_is debug DOWN
slurm 1 scontrol update partitionname=debug state=up

shows "killed before the command was heard, the collector asks how the queue is"
: >"$tb/wait"
tell order drain "$fra/cpu" --reason test --timeout 60 >"$TMPDIR/drained" 2>&1 &
draining=$!
eventually 20 test -e "$tb/acted" || no "nothing is sent: $(cat "$TMPDIR/drained")"
restart_collector KILL
wait "$draining" || no "it ended with $?: $(cat "$TMPDIR/drained")"
[ "$(actions "kind=drain state=resolved done=true")" -eq 1 ] || no "$(tell get actions)"
state_is cpu DRAIN

shows "a slurmctld that is killed when it has answered forgets it, and is told again"
order 0 resume "$fra/cpu"
rm -f "$tb/acted"
cp "$intake" "$tb/intake.slow"
sed -i 's/^sleep 20$//' "$intake"
: >"$tb/wait"
tell order drain "$fra/cpu" --reason test --timeout 90 >"$TMPDIR/drained" 2>&1 &
draining=$!
eventually 20 test -e "$tb/acted" || no "nothing is sent: $(cat "$TMPDIR/drained")"
bed_signal 1 KILL
bed_restart 1
wait "$draining" || no "it ended with $?: $(cat "$TMPDIR/drained")"
state_is cpu DRAIN
order 0 resume "$fra/cpu"

shows "a command that fails is a refusal in its words"
sed -i '2i echo no such luck >\&2; exit 3' "$intake"
order 77 drain "$fra/cpu"
says "$TMPDIR/said" 'no such luck'
state_is cpu UP
sed -i 2d "$intake"

shows "a plan that empties the scheduler closes its open queues, and its undo opens these alone"
slurm 1 scontrol update partitionname=debug state=inactive
shown debug inactive
shown cpu up
cpu_away() { for n in 2 3; do slurm $n scontrol update partitionname=cpu "state=$1"; done; }
cpu_away up
for n in $(seq 3); do bed_submit 1 -p cpu -J "move-$$-$n" -n 1 --begin=now+1day -t 30 >/dev/null; done
eventually 30 seen 3 || no "the console does not see 3 jobs wait"
does 0 plan create --drain "$fra"
plan=$(tell plan list --csv --fields id | tail -n 1 | tr -d '\r')
tell plan apply "$plan" --confirm "$plan" --reason test --ref INC-1 >"$TMPDIR/applied" 2>&1
[ "$(actions "plan=$plan kind=drain done=true")" -eq 2 ] || no "$(cat "$TMPDIR/applied"; tell get actions --filter "plan=$plan")"
state_is cpu DRAIN
state_is gpu DRAIN
state_is debug INACTIVE
tell plan undo "$plan" --confirm "$plan" >"$TMPDIR/undone" 2>&1
state_is cpu UP
state_is gpu UP
state_is debug INACTIVE
slurm 1 scontrol update partitionname=debug state=up

shows "no job goes to a queue that is drained"
order 0 drain "$fra/cpu" "$fra/gpu" "$fra/debug"
bed_submit 2 -p cpu -n 1 --exclusive -t 900 >/dev/null
for n in 1 2 3; do bed_submit 2 -p cpu -J "move-$$-away-$n" -n 1 -t 30 >/dev/null; done
away() { [ "$(tell get jobs --filter "state=waiting scheduler=$TB_2_NAME" --csv --fields name | grep -c away)" -eq 3 ]; }
eventually 30 away || no "they are not seen"
shown cpu drain
does 0 plan create --drain "$TB_2_NAME"
plan=$(tell plan list --csv --fields id | tail -n 1 | tr -d '\r')
does 0 plan show "$plan"
says "$out" "$TB_2_NAME > $TB_3_NAME "
grep -q "$TB_2_NAME > $fra " "$out" && no "a job would move to $fra"
order 0 resume "$fra/cpu" "$fra/gpu" "$fra/debug"

shows "the audit is whole"
does 0 audit verify
bed_clean
