#!/bin/sh
# A plan of more than 50 moves on three real Slurm clusters, while a slurmctld hangs and goes on, and others are killed and started
# again: what was under way is unknown and says so, then it is known by asking, and each job is there exactly once.
. tests/e2e/lib.sh
. tests/e2e/bed.sh
bed_up 3 8 5
bed_plans
bed_fill 56
all_living >"$TMPDIR/before"
start_collector
eventually 60 seen 56 || no "the console does not see 56 jobs wait"
does 0 plan create --drain "$TB_1_NAME"
plan=$(tell plan list --csv --fields id | tail -n 1 | tr -d '\r')
tell plan apply "$plan" --confirm "$plan" --reason test --ref INC-1 >"$TMPDIR/applied" 2>&1 &
applying=$!

open_to() { more_than 0 "plan=$plan to=$1 done= state=sent" || more_than 0 "plan=$plan to=$1 done= state=intent"; }
some_unknown() { more_than 0 "plan=$plan state=unknown"; }
# What a guard or a stale source made pause goes on, by a person.
goes_on() {
    tell plan resume "$plan" >/dev/null 2>&1
    ended "$plan"
}

shows "a slurmctld that hangs leaves what is under way unknown, and nothing is lost"
eventually 120 more_than 2 "plan=$plan done=true" || no "nothing moves: $(tail -n 3 "$TMPDIR/applied")"
eventually 60 open_to "$TB_2_NAME/cpu" || no "nothing is under way to $TB_2_NAME"
bed_signal 2 STOP
eventually 60 some_unknown || no "nothing is unknown: $(open_actions "$plan")"
others=$(actions "plan=$plan done=true to=$TB_3_NAME/cpu")
bed_signal 2 CONT
known_again() { none "plan=$plan state=unknown"; }
eventually 120 known_again || no "it stays unknown: $(open_actions "$plan")"

shows "killed and started again, the one that gives and the one that takes forget nothing that counts"
for n in 3 1; do
    tell plan resume "$plan" >/dev/null 2>&1
    eventually 60 more_than 0 "plan=$plan done=" || no "there is nothing left to disturb"
    bed_signal $n KILL
    bed_restart $n
done
bed_signal 2 KILL
eventually 60 some_unknown || no "nothing is unknown: $(open_actions "$plan")"
bed_restart 2
eventually 300 goes_on || no "it does not end: $(open_actions "$plan")"
wait "$applying" || true

shows "each job is there exactly once, as it was"
all_living >"$TMPDIR/after"
same "$TMPDIR/before" "$TMPDIR/after"
moved=$(actions "plan=$plan done=true") resolved=$(actions "plan=$plan state=resolved")
there=$({ living 2; living 3; } | wc -l)
[ "$there" -eq "$moved" ] || no "$moved were moved, $there are there: $(tell get actions --filter "plan=$plan done=false" | head -n 3)"
[ "$moved" -ge 40 ] || no "$moved were moved: $(tell get actions --filter "plan=$plan done=false" | head -n 5)"
[ "$resolved" -gt 0 ] || no "none was unknown and is known"
held=$({ slurm 2 squeue -h -t PD -o '%j %r'; slurm 3 squeue -h -t PD -o '%j %r'; } | grep "^move-$$-.*JobHeld")
[ -z "$held" ] || no "held where they are: $held"
echo "# $moved moved, $resolved of them resolved, $others to the third while the second hung"
bed_clean
