#!/bin/sh
# A federation of three real Slurm clusters: its jobs are moved by its own command, and each is at one member alone afterwards, with its
# owner, script, limit and name, though the collector is killed on the way; a plan carries them too, and undo brings them back.
. tests/e2e/lib.sh
. tests/e2e/bed.sh
bed_up 3 4 0 -F

# What it moves waits where it goes.
federate=$tb/federate
bed_acting "$federate" <<END
for conf in "$TB_2_CONF" "$TB_3_CONF"; do SLURM_CONF=\$conf scontrol update partitionname=cpu state=down; done
SLURM_CONF=\$1 scontrol update "jobid=\$2" "clusters=\$3" || exit
END
federation_command() { # CLUSTER
    eval "bed_conf=\$TB_$1_CONF"
    echo "federation_command = { \"$federate\", \"$bed_conf\", \"%i\", \"%c\" }"
}

cpu_away() { for n in 2 3; do slurm $n scontrol update partitionname=cpu "state=$1"; done; }
submit() { # NAME LIMIT [OPTION...]
    job=$1 limit=$2
    shift 2
    bed_submit 1 -p cpu -n 1 -J "move-$$-$job" -t "$limit" "$@" | cut -d ';' -f 1
}
waits() { tell get jobs --csv --fields id,state 2>/dev/null | tr -d '\r' | grep -qx "$1,waiting"; }
script_is() { # CLUSTER JOB
    slurm "$1" scontrol write batch_script "$2" "$TMPDIR/copy" >/dev/null
    cmp -s "$tb/script" "$TMPDIR/copy" || no "cluster $1, job $2: another script"
}
move() { does "$1" order move "$2" --to "$3" --confirm "$2" --reason test --timeout 60; }

bed_clean
bed_script
bed_plans true
running=$(submit running 20 -M "$TB_1_NAME" --exclusive)
runs() { slurm 1 squeue --local -h -t R -o '%i' | grep -qx "$running"; }
eventually 20 runs || true
cpu_away down
job=$(submit one 77)
all_living | sort -u | grep -- -one >"$TMPDIR/one"
start_collector

shows "without the setting a job of a federation is refused, and the setting named"
eventually 30 waits "$TB_1_NAME/$job" || no "the job is not seen"
move 77 "$TB_1_NAME/$job" "$TB_2_NAME"
says "$err" 'a job of a federation, and federation_command is not configured'
kill "$collector"
wait "$collector"

shows "it moves by the federation's own command, though the collector is killed before it heard of it"
bed_plans federation_command
start_collector
eventually 30 waits "$TB_3_NAME/$job" || no "the job is not seen"
does 0 order move "$TB_1_NAME/$job" --to "$TB_2_NAME/cpu" -n --reason test
says "$out" 'its federation moves it'
move 77 "$TB_3_NAME/$job" "$TB_2_NAME"
says "$err" "it waits at its federation's origin, too"
: >"$tb/wait"
tell order move "$TB_1_NAME/$job" --to "$TB_2_NAME" --confirm "$TB_1_NAME/$job" --reason test --timeout 60 >"$TMPDIR/moved" 2>&1 &
moving=$!
eventually 20 test -e "$tb/acted" || no "nothing is sent: $(cat "$TMPDIR/moved")"
kill -KILL "$collector"
wait "$collector" 2>/dev/null
start_collector
wait "$moving" || no "it ended with $?: $(cat "$TMPDIR/moved")"
[ "$(actions "state=resolved done=true made=$TB_2_NAME/$job")" -eq 1 ] || no "$(tell get actions)"

shows "each member's squeue has it once, as it was"
all_living | grep -- -one >"$TMPDIR/after"
same "$TMPDIR/one" "$TMPDIR/after"
living 2 | grep -- -one >"$TMPDIR/after"
same "$TMPDIR/one" "$TMPDIR/after"
script_is 2 "$job"

shows "one that runs stays"
move 77 "$TB_1_NAME/$running" "$TB_2_NAME"
says "$err" 'does not wait: it is running'

shows "a plan moves them, each is there once, and undo brings them back"
slurm 1 scancel "$job"
for n in 1 2 3; do jobs="${jobs:-} $(submit "$n" $((30 + n)) -M "$TB_1_NAME")"; done
all_living >"$TMPDIR/before"
cpu_away up
open() { [ "$(tell get queues --filter 'name=cpu state=up' --csv --fields id | grep -c /cpu)" -eq 3 ]; }
eventually 30 open || no "not all queues are open: $(tell get queues --csv --fields id,state)"
eventually 30 seen 3 || no "the console does not see 3 jobs wait"
does 0 plan create --drain "$TB_1_NAME"
plan=$(tell plan list --csv --fields id | tail -n 1 | tr -d '\r')
tell plan apply "$plan" --confirm "$plan" --reason test --ref INC-1 >"$TMPDIR/applied" 2>&1
all_living >"$TMPDIR/after"
same "$TMPDIR/before" "$TMPDIR/after"
moved=$({ living 2; living 3; } | wc -l)
[ "$moved" -eq 3 ] || no "$moved are there: $(cat "$TMPDIR/applied"; tell get actions --filter "plan=$plan")"
at_home() { [ "$(living 1 | grep -c -- '-[123] ')" -eq 3 ]; }
back() { tell plan undo "$plan" --confirm "$plan" >"$TMPDIR/undone" 2>&1; at_home; }
eventually 60 back || no "not all are at home: $(cat "$TMPDIR/undone")"
all_living >"$TMPDIR/after"
same "$TMPDIR/before" "$TMPDIR/after"
for job in $jobs; do script_is 1 "$job"; done
bed_clean
