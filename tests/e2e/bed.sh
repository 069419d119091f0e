# What the scripts with real Slurm clusters share: `. tests/e2e/bed.sh` after lib.sh. The clusters are those of the testbed in
# HUBTOP_SHARED; HUBTOP_SLURM_DIR reuses some that run.
# shellcheck shell=sh disable=SC2154
bed=$HUBTOP_SHARED/testbed

# bed_up CLUSTERS NODES JOBS [OPTION]: sets $tb and the names of $tb/env; ends with a skip where that cannot be.
bed_up() {
    [ -x "$bed/slurm-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
    [ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"
    tb=${HUBTOP_SLURM_DIR:-}
    if [ -z "$tb" ]; then
        tb=$(TMPDIR=/tmp mktemp -d "/tmp/hubtop-$script.XXXXXX")
        trap 'at_end; TMPDIR=/tmp "$bed/slurm-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
        TMPDIR=/tmp "$bed/slurm-up" -d "$tb" -c "$1" -n "$2" -j "$3" ${4:+"$4"} >"$TMPDIR/slurm-up" 2>&1 || {
            shows "the testbed starts"
            no "$(tail -n 5 "$TMPDIR/slurm-up")"
            exit 1
        }
    fi
    # shellcheck disable=SC1091
    . "$tb/env"
    umask 077
}

slurm() { # CLUSTER COMMAND...
    eval "bed_conf=\$TB_$1_CONF"
    shift
    SLURM_CONF=$bed_conf "$@"
}

# The section of a source: the cluster, how often it is asked, and more settings.
bed_source() { # CLUSTER SECONDS [SETTING...]
    eval "bed_name=\$TB_$1_NAME bed_url=\$TB_$1_URL bed_token=\$TB_$1_TOKEN bed_user=\$TB_$1_USER"
    echo "$bed_token" >"$TMPDIR/token.$1"
    echo "source \"$bed_name\" { driver = \"slurm\" url = \"$bed_url\" user = \"$bed_user\" token_file = \"$TMPDIR/token.$1\" interval = $2"
    shift 2
    echo "$* }"
}

bed_script_command() { # CLUSTER
    eval "bed_conf=\$TB_$1_CONF"
    echo "script_command = { \"env\", \"SLURM_CONF=$bed_conf\", \"scontrol\", \"write\", \"batch_script\", \"%i\", \"-\" }"
}

# A script whose bytes are not UTF-8, in $tb/script.
bed_script() {
    printf '#!/bin/sh\n# \377 not UTF-8\nsleep 900\n' >"$tb/script"
    chmod 755 "$tb" "$tb/script"
}

# A program of the lines of stdin, which does not end at once where $tb/wait stands: then somebody dies before it was heard.
bed_acting() { # FILE
    rm -f "$tb/wait" "$tb/acted"
    {
        echo '#!/bin/sh'
        cat
        cat <<END
[ -e "$tb/wait" ] || exit 0
mv "$tb/wait" "$tb/acted"
sleep 20
END
    } >"$1"
    chmod 755 "$1"
}

bed_submit() { # CLUSTER OPTION...: as tbana; prints its id
    eval "bed_conf=\$TB_$1_CONF"
    shift
    su tbana -s /bin/sh -c 'cd / && exec "$@"' -- sh env SLURM_CONF="$bed_conf" sbatch --parsable -o /dev/null "$@" "$tb/script"
}

# --- three clusters between which plans move: $with leads to their collector

bed_plans() { # [COMMAND]: prints a setting of each cluster
    {
        echo 'version = 1'
        echo "fleet = \"$TMPDIR/fleet.conf\""
        echo 'allow_write = true'
        echo 'movable "all" { partitions = { "cpu" } }'
        echo 'limits { tenant_jobs_alone = 1000 accels_alone_pct = 100 pair_cooldown = 0 job_cooldown = 0 }'
        for n in 1 2 3; do bed_source $n 2 "$("${1:-bed_script_command}" $n)"; done
    } >"$TMPDIR/conf"
    {
        echo 'fleet_version = 1 hub "A" { name = "A" }'
        for n in 1 2 3; do
            eval "bed_name=\$TB_${n}_NAME"
            echo "cluster \"C$n\" { hub = \"A\" name = \"C$n\" lon = 11$n.5 lat = 24.8 kinds = { general } }"
            echo "site \"S$n\" { cluster = \"C$n\" phase = \"operating\" membership = \"connected\" }"
            echo "scheduler \"$bed_name\" { site = \"S$n\" }"
        done
        for pair in 'C1>C2' 'C1>C3' 'C2>C3'; do
            echo "link \"$pair\" { tier = \"national\" ring_ms = 20 published_one_way_ms = 1 }"
        done
        echo "compatible { schedulers = { \"$TB_1_NAME\", \"$TB_2_NAME\", \"$TB_3_NAME\" } users = true filesystems = true software = true }"
    } >"$TMPDIR/fleet.conf"
    with="--config $TMPDIR/conf --state-dir $TMPDIR/state --write"
}

tell() { # ARGS...
    # shellcheck disable=SC2086
    timeout 300 "$hubtop" $with "$@" </dev/null
}

bed_all_idle() { slurm 1 squeue -h -t R,CG | wc -l | grep -qx 0; }

# So many jobs move-$$-N wait at the first cluster, which is full; the others are empty.
bed_fill() { # JOBS
    for n in 1 2 3; do
        for user in tbana tbboris tbchen tbdora; do slurm $n scancel -u "$user"; done
    done
    bed_script
    eventually 30 bed_all_idle || true
    nodes=$(slurm 1 sinfo -h -p cpu -o '%D' | awk '{n += $1} END {print n}')
    for n in $(seq "$nodes"); do bed_submit 1 -p cpu -J "full-$n" -N 1 --exclusive -t 900 >/dev/null; done
    for n in $(seq "$1"); do bed_submit 1 -p cpu -J "move-$$-$n" -n 1 -c 1 --mem=100 -t $((30 + n)) >/dev/null; done
}

bed_clean() {
    for n in 1 2 3; do
        slurm $n scancel -u tbana
        slurm $n scontrol update partitionname=cpu state=up
    done
}

# The jobs move-N of a cluster that live: NAME USER LIMIT, sorted.
living() { # CLUSTER
    slurm "$1" squeue --local -h -t PD,R,S,CF -o '%j %u %l' | grep "^move-$$-" | sort
}
all_living() { for n in 1 2 3; do living $n; done | sort; }
seen() { # JOBS
    tell get jobs --filter "state=waiting queue=cpu" --csv --fields name 2>/dev/null | grep -c "move-$$-" | grep -qx "$1"
}

actions() { # FILTER: how many
    tell get actions --filter "$1" --csv --fields id 2>/dev/null | grep -c '^O-'
}
more_than() { [ "$(actions "$2")" -gt "$1" ]; }
none() { [ "$(actions "$1")" -eq 0 ]; }
ended() { more_than 0 "plan=$1" && none "plan=$1 done="; }
open_actions() { tell get actions --filter "plan=$1 done=" | head -n 3; }

# --- a slurmctld that hangs, or dies

bed_signal() { # CLUSTER SIGNAL
    eval "bed_name=\$TB_$1_NAME"
    kill -s "$2" "$(cut -d ' ' -f 1 "$tb/pids/$bed_name-slurmctld.pid")"
}

# As slurm-up starts it.
bed_restart() { # CLUSTER
    eval "bed_name=\$TB_$1_NAME"
    env -u HUBTOP_TEST bash -c '. "$1/lib.sh"; ns=()
        unshare --uts -- true 2>/dev/null && ns=(unshare --uts -- sh -c "hostname localhost && exec \"\$@\"" sh)
        start "$3-slurmctld" "$2" "${ns[@]}" setpriv --reuid=slurm --regid=slurm --init-groups slurmctld -D -f "$2/$3/slurm.conf"' \
        bash "$bed" "$tb" "$bed_name" || no "slurmctld of $bed_name does not start"
    eventually 30 bed_answers "$1" || no "slurmctld of $bed_name does not answer"
}
bed_answers() { slurm "$1" scontrol ping 2>/dev/null | grep -q UP; }
