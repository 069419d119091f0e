#!/bin/sh
# Orders to two real Slurm clusters: what was ordered is what squeue and scontrol say, and a job that was moved is there once,
# with its owner, script, limits and the bytes of its name.
. tests/e2e/lib.sh
. tests/e2e/bed.sh
bed_up 2 4 10
configure() { # SETTING of fra
    {
        echo 'version = 1 allow_write = true movable "all" { partitions = { "gpu" } } limits { accels_alone_pct = 100 }'
        bed_source 1 1 "$1"
        bed_source 2 1
    } >"$TMPDIR/conf"
}
with="--config $TMPDIR/conf --state-dir $TMPDIR/state --write"

# The waiting job of that key, as its user submits it.
name=$(printf 'a\377b\033[31m \346\265\213')
bed_script
sed -i 's/^sleep/#SBATCH --mail-type=END --mail-user=a@b --time=7\n&/' "$tb/script"
submit() { # COMMENT [OPTION...]
    comment=$1
    shift
    bed_submit 1 --begin=now+1day -p gpu -n 2 -c 2 --gpus-per-node=1 --mem-per-cpu=100 -t 20 --nice=3 --no-requeue \
        --comment="$comment" "$@"
}

is() { # CLUSTER JOB FORMAT WORDS
    slurm "$1" squeue -h -j "$2" -o "$3" >"$out" 2>/dev/null
    says "$out" "$4"
}

seen() { # ID STATE
    "$hubtop" --config "$TMPDIR/conf" --state-dir "$TMPDIR/state" get jobs --json >"$out" 2>/dev/null
    tr '{' '\n' <"$out" | grep -a "\"$1\"" | grep -aq "\"$2\""
}

free() { # JOB
    slurm 1 squeue -h -j "$1" -o '%r' | grep -qE 'None|BeginTime'
}

order() { # STATUS WORD...
    wanted=$1
    shift
    does "$wanted" order "$@" --reason test --timeout 60
}

configure ''
job=$(submit "c$$ hubtop:data_gb=3" -J "$name")
start_collector
eventually 30 seen "fra/$job" waiting || true

shows "a job is held by the operator, released, and its limit set"
order 0 hold "fra/$job"
is 1 "$job" '%T %r' 'PENDING JobHeldAdmin'
eventually 30 seen "fra/$job" held || no "the console does not see it held"
order 0 release "fra/$job"
is 1 "$job" '%T %r' 'PENDING (None|BeginTime)'
order 0 limit "fra/$job" --for 1h
is 1 "$job" '%l' '^1:00:00'

shows "a job is given a priority, cancelled, and stays so"
gone=$(submit gone)
eventually 30 seen "fra/$gone" waiting || no "the job is not seen"
order 0 priority "fra/$gone" --value 99
slurm 1 scontrol show job "$gone" >"$TMPDIR/job"
says "$TMPDIR/job" 'Priority=99 '
order 0 cancel "fra/$gone" --confirm "fra/$gone"
slurm 1 scontrol show job "$gone" >"$TMPDIR/job"
says "$TMPDIR/job" 'JobState=CANCELLED'

shows "without a command for scripts no job moves, and none is held for it"
eventually 30 seen "fra/$job" waiting || no "the job is not seen"
order 77 move "fra/$job" --to ams/gpu --confirm "fra/$job"
cat "$out" "$err" >"$TMPDIR/said"
"$hubtop" --config "$TMPDIR/conf" --state-dir "$TMPDIR/state" get actions --json >>"$TMPDIR/said" 2>&1
says "$TMPDIR/said" "script_command is not configured for 'fra'"
eventually 30 free "$job" || no "the job stays held"

kill "$collector"
wait "$collector"
configure "$(bed_script_command 1)"
start_collector

shows "a moved job is there once, as it was"
dependent=$(submit dependent -d "afterany:$(submit first)")
slurm 1 scontrol write batch_script "$job" - >"$TMPDIR/script.1"
eventually 30 seen "fra/$job" waiting || no "the job is not seen"
does 0 order move "fra/$job" --to ams/gpu -n
says "$out" "v0.0.38 does not tell mail, signal, .*#SBATCH lines"
order 0 move "fra/$job" --to ams/gpu --confirm "fra/$job"
tell get actions --filter 'done=true kind=move' --csv --fields result >"$TMPDIR/result"
says "$TMPDIR/result" "v0.0.38 does not tell mail"
copy=$(slurm 2 squeue -h -u tbana -t PD -o '%i %k' | sed -n "s/ c$$ hubtop:data_gb=3 hubtop:.*//p")
slurm 1 scontrol show job "$job" >"$TMPDIR/job"
says "$TMPDIR/job" 'JobState=CANCELLED'
slurm 2 scontrol write batch_script "$copy" - >"$TMPDIR/script.2"
same "$TMPDIR/script.1" "$TMPDIR/script.2"
slurm 2 squeue -h -j "$copy" -o '%j' >"$TMPDIR/name.2"
echo "$name" >"$TMPDIR/name.1"
same "$TMPDIR/name.1" "$TMPDIR/name.2"
is 2 "$copy" '%u %T %l %C %P' '^tbana PENDING 1:00:00 4 gpu'
slurm 2 scontrol show job "$copy" >"$TMPDIR/job"
for words in 'Nice=3 ' 'Requeue=0 ' 'CPUs/Task=2 ' 'MinMemoryCPU=100M ' 'TresPerNode=gres:gpu:1' 'MailUser=a@b MailType=END'; do
    says "$TMPDIR/job" "$words"
done

shows "what cannot be copied is not touched"
eventually 30 seen "fra/$dependent" waiting || no "the job is not seen"
order 77 move "fra/$dependent" --to ams/gpu --confirm "fra/$dependent"
is 1 "$dependent" '%T %r' 'PENDING (None|Dependency|BeginTime)'

kill "$collector"
wait "$collector"
shows "what is not permitted, or hidden, is refused in the peer's words"
TB_1_USER=tbchen TB_1_TOKEN=$TB_1_TOKEN_tbchen
configure ''
with="--config $TMPDIR/conf --state-dir $TMPDIR/state.chen --write"
"$hubtop" $with collect >"$TMPDIR/collect.chen" 2>&1 &
collector=$!
known() {
    tell get jobs --csv --fields id 2>/dev/null | tr -d '\r' >"$TMPDIR/jobs"
    grep -qx "fra/$dependent" "$TMPDIR/jobs"
}
hidden() { ! known && [ -s "$TMPDIR/jobs" ]; }
eventually 60 known || no "the job is not seen"
order 77 hold "fra/$dependent"
tell get actions --json >"$TMPDIR/said"
says "$TMPDIR/said" 'Invalid user id'
is 1 "$dependent" '%T %r' 'PENDING (None|Dependency|BeginTime)'
echo 'PrivateData=jobs' >>"$TB_1_CONF"
slurm 1 scontrol reconfigure
eventually 150 hidden || no "another's job is still seen"
order 67 hold "fra/$dependent"
says "$err" "there is no job 'fra/$dependent'"
sed -i '/^PrivateData=jobs$/d' "$TB_1_CONF"
slurm 1 scontrol reconfigure
