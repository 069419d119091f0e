#!/bin/sh
# A plan on three real Slurm clusters: at least 50 waiting jobs move, and each is there exactly once, with its owner, script, limit
# and name, though the collector is killed on the way; undo brings back what has not started.
. tests/e2e/lib.sh
. tests/e2e/bed.sh
bed_up 3 8 5
bed_plans
bed_fill 60
all_living >"$TMPDIR/before"
start_collector
eventually 60 seen 60 || no "the console does not see 60 jobs wait"

shows "a plan that empties the scheduler moves at least 50 of them"
does 0 plan create --drain "$TB_1_NAME"
plan=$(tell plan list --csv --fields id | tail -n 1 | tr -d '\r')
jobs=$(tell plan list --csv --fields jobs | tail -n 1 | tr -d '\r')
[ "$jobs" -ge 50 ] || no "it moves $jobs"

shows "a collector that is killed on the way loses none, and doubles none"
tell plan apply "$plan" --confirm "$plan" --reason test --ref INC-1 >"$TMPDIR/applied" 2>&1 &
applying=$!
eventually 120 more_than 4 "plan=$plan done=true" || no "nothing moves: $(tail -n 3 "$TMPDIR/applied")"
kill -KILL "$collector"
wait "$collector" 2>/dev/null
# What comes now waits where it goes: so that there is something to undo.
for n in 2 3; do slurm $n scontrol update partitionname=cpu state=down; done
start_collector
eventually 240 ended "$plan" || no "it does not end: $(open_actions "$plan")"
wait "$applying" || true
all_living >"$TMPDIR/after"
same "$TMPDIR/before" "$TMPDIR/after"
moved=$(actions "plan=$plan done=true")
[ "$moved" -ge 50 ] || no "$moved were moved: $(tell get actions --filter "plan=$plan done=false" | head -n 3)"
there=$({ living 2; living 3; } | wc -l)
[ "$there" -eq "$moved" ] || no "$moved were moved, $there are there"

shows "their scripts are the same bytes"
for n in 2 3; do
    for job in $(slurm $n squeue -h -o '%i %j' | sed -n "s/ move-$$-.*//p"); do
        slurm $n scontrol write batch_script "$job" "$TMPDIR/copy" >/dev/null
        cmp -s "$tb/script" "$TMPDIR/copy" || no "cluster $n, job $job: another script"
    done
done

shows "undo brings back what has not started"
waiting=$({ slurm 2 squeue -h -t PD -o '%j'; slurm 3 squeue -h -t PD -o '%j'; } | grep -c "^move-$$-")
[ "$waiting" -gt 10 ] || no "only $waiting wait"
known() { tell get jobs --filter "state=waiting" --csv --fields name,scheduler | grep "move-$$-" | grep -cv ",$TB_1_NAME" | grep -qx "$waiting"; }
eventually 60 known || no "the console does not see $waiting wait there"
tell plan undo "$plan" --confirm "$plan" >"$TMPDIR/undone" 2>&1 || true
eventually 240 ended "$plan" || no "it does not end: $(open_actions "$plan")"
all_living >"$TMPDIR/after"
same "$TMPDIR/before" "$TMPDIR/after"
at_home=$(living 1 | wc -l)
[ "$at_home" -ge $((60 - moved + waiting)) ] || no "$waiting waited, and $at_home of 60 are at home: $(tail -n 2 "$TMPDIR/undone")"
bed_clean
