#!/bin/sh
# Orders to two real Slurm clusters: what was ordered is what squeue and scontrol say, and a job that was moved is there once,
# with its owner, script, limits and the bytes of its name. HUBTOP_SLURM_DIR reuses clusters that run.
. tests/e2e/lib.sh
bed=$HUBTOP_SHARED/testbed
[ -x "$bed/slurm-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"

tb=${HUBTOP_SLURM_DIR:-}
if [ -z "$tb" ]; then
    tb=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-orders.XXXXXX)
    trap 'at_end; TMPDIR=/tmp "$bed/slurm-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
    TMPDIR=/tmp "$bed/slurm-up" -d "$tb" -c 2 -n 4 -j 10 >"$TMPDIR/slurm-up" 2>&1 || {
        shows "the testbed starts"
        no "$(tail -n 5 "$TMPDIR/slurm-up")"
        exit 1
    }
fi
# shellcheck disable=SC1091
. "$tb/env"

umask 077
echo "$TB_1_TOKEN" >"$TMPDIR/token.1"
echo "$TB_2_TOKEN" >"$TMPDIR/token.2"
configure() { # SETTING of fra
    cat >"$TMPDIR/conf" <<END
version = 1
allow_write = true
source "fra" { driver = "slurm" url = "$TB_1_URL" user = "$TB_1_USER" token_file = "$TMPDIR/token.1" interval = 1 $1 }
source "ams" { driver = "slurm" url = "$TB_2_URL" user = "$TB_2_USER" token_file = "$TMPDIR/token.2" interval = 1 }
movable "all" { partitions = { "gpu" } }
END
}
with="--config $TMPDIR/conf --state-dir $TMPDIR/state --write"
script_command="script_command = { \"env\", \"SLURM_CONF=$TB_1_CONF\", \"scontrol\", \"write\", \"batch_script\", \"%i\", \"-\" }"

slurm() { # CLUSTER COMMAND...
    eval "conf=\$TB_$1_CONF"
    shift
    # shellcheck disable=SC2154
    SLURM_CONF=$conf "$@"
}

# The waiting job of that key, as its user submits it.
name=$(printf 'a\377b\033[31m \346\265\213')
printf '#!/bin/sh\n# \377 bytes\nsleep 600\n' >"$tb/script"
chmod 755 "$tb" "$tb/script"
submit() { # COMMENT [OPTION...]
    comment=$1
    shift
    su tbana -s /bin/sh -c 'cd / && exec "$@"' -- sh env SLURM_CONF="$TB_1_CONF" sbatch --parsable --begin=now+1day \
        -p gpu -n 2 -c 2 --gpus-per-node=1 --mem-per-cpu=100 -t 20 --nice=3 --no-requeue -o /dev/null --comment="$comment" \
        "$@" "$tb/script"
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
configure "$script_command"
start_collector

shows "a moved job is there once, as it was"
dependent=$(submit dependent -d "afterany:$(submit first)")
slurm 1 scontrol write batch_script "$job" - >"$TMPDIR/script.1"
eventually 30 seen "fra/$job" waiting || no "the job is not seen"
order 0 move "fra/$job" --to ams/gpu --confirm "fra/$job"
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
for words in 'Nice=3 ' 'Requeue=0 ' 'CPUs/Task=2 ' 'MinMemoryCPU=100M ' 'TresPerNode=gres:gpu:1'; do
    says "$TMPDIR/job" "$words"
done

shows "what cannot be copied is not touched"
eventually 30 seen "fra/$dependent" waiting || no "the job is not seen"
order 77 move "fra/$dependent" --to ams/gpu --confirm "fra/$dependent"
is 1 "$dependent" '%T %r' 'PENDING (None|Dependency|BeginTime)'
