#!/bin/sh
# A plan on three real Slurm clusters: at least 50 waiting jobs move, and each is there exactly once, with its owner, script, limit
# and name, though the collector is killed on the way; undo brings back what has not started.
# HUBTOP_SLURM_DIR reuses clusters that run.
. tests/e2e/lib.sh
bed=$HUBTOP_SHARED/testbed
[ -x "$bed/slurm-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"

tb=${HUBTOP_SLURM_DIR:-}
if [ -z "$tb" ]; then
    tb=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-plan.XXXXXX)
    trap 'at_end; TMPDIR=/tmp "$bed/slurm-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
    TMPDIR=/tmp "$bed/slurm-up" -d "$tb" -c 3 -n 8 -j 5 >"$TMPDIR/slurm-up" 2>&1 || {
        shows "the testbed starts"
        no "$(tail -n 5 "$TMPDIR/slurm-up")"
        exit 1
    }
fi
# shellcheck disable=SC1091
. "$tb/env"

umask 077
echo 'version = 1' >"$TMPDIR/conf"
{
    echo "fleet = \"$TMPDIR/fleet.conf\""
    echo 'allow_write = true'
    echo 'movable "all" { partitions = { "cpu" } }'
    echo 'limits { tenant_jobs_alone = 1000 accels_alone_pct = 100 pair_cooldown = 0 job_cooldown = 0 }'
} >>"$TMPDIR/conf"
echo 'fleet_version = 1 hub "A" { name = "A" }' >"$TMPDIR/fleet.conf"
for n in 1 2 3; do
    # shellcheck disable=SC2154
    eval "name=\$TB_${n}_NAME url=\$TB_${n}_URL token=\$TB_${n}_TOKEN user=\$TB_${n}_USER conf=\$TB_${n}_CONF"
    echo "$token" >"$TMPDIR/token.$n"
    cat >>"$TMPDIR/conf" <<END
source "$name" { driver = "slurm" url = "$url" user = "$user" token_file = "$TMPDIR/token.$n" interval = 2
    script_command = { "env", "SLURM_CONF=$conf", "scontrol", "write", "batch_script", "%i", "-" } }
END
    cat >>"$TMPDIR/fleet.conf" <<END
cluster "C$n" { hub = "A" name = "C$n" lon = 11$n.5 lat = 24.8 kinds = { general } }
site "S$n" { cluster = "C$n" phase = "operating" membership = "connected" }
scheduler "$name" { site = "S$n" }
END
done
cat >>"$TMPDIR/fleet.conf" <<END
link "C1>C2" { tier = "national" ring_ms = 20 published_one_way_ms = 1 }
link "C1>C3" { tier = "national" ring_ms = 20 published_one_way_ms = 1 }
link "C2>C3" { tier = "national" ring_ms = 20 published_one_way_ms = 1 }
compatible { schedulers = { "$TB_1_NAME", "$TB_2_NAME", "$TB_3_NAME" } users = true filesystems = true software = true }
END
with="--config $TMPDIR/conf --state-dir $TMPDIR/state --write"

tell() { # ARGS...
    # shellcheck disable=SC2086
    timeout 300 "$hubtop" $with "$@" </dev/null
}

slurm() { # CLUSTER COMMAND...
    eval "conf=\$TB_$1_CONF"
    shift
    SLURM_CONF=$conf "$@"
}

# --- 60 jobs wait at the first, which is full; the others are empty
for n in 1 2 3; do
    for user in tbana tbboris tbchen tbdora; do slurm $n scancel -u "$user"; done
done
printf '#!/bin/sh\n# \377 not UTF-8\nsleep 900\n' >"$tb/script"
chmod 755 "$tb" "$tb/script"
submit() { # NAME OPTION...
    job_name=$1
    shift
    su tbana -s /bin/sh -c 'cd / && exec "$@"' -- sh env SLURM_CONF="$TB_1_CONF" sbatch --parsable -p cpu -o /dev/null \
        -J "$job_name" "$@" "$tb/script"
}
nodes=$(slurm 1 sinfo -h -p cpu -o '%D' | awk '{n += $1} END {print n}')
settled() { slurm 1 squeue -h -t R,CG | wc -l | grep -qx 0; }
eventually 30 settled || true
for n in $(seq "$nodes"); do submit "full-$n" -N 1 --exclusive -t 900 >/dev/null; done
for n in $(seq 60); do submit "move-$$-$n" -n 1 -c 1 --mem=100 -t $((30 + n)) >/dev/null; done

# The jobs move-N of a cluster that live: NAME USER LIMIT, sorted.
living() { # CLUSTER
    slurm "$1" squeue -h -t PD,R,S,CF -o '%j %u %l' | grep "^move-$$-" | sort
}
all_living() { for n in 1 2 3; do living $n; done | sort; }
all_living >"$TMPDIR/before"

start_collector
seen() { tell get jobs --filter "state=waiting queue=cpu" --csv --fields name 2>/dev/null | grep -c "move-$$-" | grep -qx 60; }
eventually 60 seen || no "the console does not see 60 jobs wait"

actions() { # FILTER: how many
    tell get actions --filter "$1" --csv --fields id 2>/dev/null | grep -c '^O-'
}
more_than() { [ "$(actions "$2")" -gt "$1" ]; }
none() { [ "$(actions "$1")" -eq 0 ]; }
ended() { more_than 0 "plan=$1" && none "plan=$1 done="; }

shows "a plan that empties the scheduler moves at least 50 of them"
does 0 plan create --drain "$TB_1_NAME"
plan=$(tell plan list --csv --fields id | tail -n 1 | tr -d '\r')
jobs=$(tell plan list --csv --fields jobs | tail -n 1 | tr -d '\r')
[ "$jobs" -ge 50 ] || no "it moves $jobs"

shows "a collector that is killed on the way loses none, and doubles none"
tell plan apply "$plan" --confirm "$plan" --reason test --ref INC-1 >"$TMPDIR/applied" 2>&1 &
applying=$!
eventually 60 more_than 4 "plan=$plan done=true" || no "nothing moves: $(tail -n 3 "$TMPDIR/applied")"
kill -KILL "$collector"
wait "$collector" 2>/dev/null
# What comes now waits where it goes: so that there is something to undo.
for n in 2 3; do slurm $n scontrol update partitionname=cpu state=down; done
start_collector
eventually 240 ended "$plan" || no "it does not end: $(tell get actions --filter "plan=$plan done=" | head -n 3)"
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
eventually 240 ended "$plan" || no "it does not end: $(tell get actions --filter "plan=$plan done=" | head -n 3)"
all_living >"$TMPDIR/after"
same "$TMPDIR/before" "$TMPDIR/after"
at_home=$(living 1 | wc -l)
[ "$at_home" -ge $((60 - moved + waiting)) ] || no "$waiting waited, and $at_home of 60 are at home: $(tail -n 2 "$TMPDIR/undone")"
for n in 1 2 3; do slurm $n scancel -u tbana; slurm $n scontrol update partitionname=cpu state=up; done
