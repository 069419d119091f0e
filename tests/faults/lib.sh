# What the lanes of this folder share: `. tests/faults/lib.sh`, with DIR PART SHARE as arguments. A hub with a durable ledger, and a wire
# before it that counts POSTs.
# shellcheck shell=sh
set -u
dir=$1 part=$2 share=$3
what=${part%%.*} which=${part#*.}
hubtop=$BUILD/hubtop
mkdir -p "$dir/state" || exit 1
chmod 700 "$dir/state"
export TMPDIR="$dir"
collector= hub= wire= rounds=0 kills=0 struck=0
trap 'kill -9 $collector $hub $wire 2>/dev/null' EXIT
trap 'exit 130' INT TERM HUP

share_of() { # N: at least 1
    [ "$1" -ge "$share" ] && echo $(($1 / share)) || echo 1
}

bad() {
    echo "$part: $*" >>"$dir/bad"
}

# until_true TENTHS COMMAND...
until_true() {
    left=$1
    shift
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.1
    done
}

# peers JOBS ALLOW_WRITE READ_ONLY: the hub with so many jobs, half of them waiting, the wire, and what the collector is told of them.
peers() {
    : >"$dir/hub.port"
    : >"$dir/wire.port"
    "$BUILD/tests/fakes/fake_hub" --fleet none --hubs 1 --jobs "$1" --schedulers 8 --tick-ms 0 --journal "$dir/ledger" >"$dir/hub.port" 2>&1 &
    hub=$!
    until_true 100 grep -q '^PORT ' "$dir/hub.port" || bad "the fake hub does not start"
    "$BUILD/tests/faults/wire" "$(sed -n 's/^PORT //p' "$dir/hub.port")" "$dir/fault" "$dir/posts" >"$dir/wire.port" 2>&1 &
    wire=$!
    until_true 100 grep -q '^PORT ' "$dir/wire.port" || bad "the wire does not start"
    cat >"$dir/h.conf" <<END
version = 1
allow_write = $2
movable "all" { schedulers = { "C0001" } }
limits { jobs_max = 1000000 jobs_alone = 1000000 tenant_jobs_alone = 1000000 accels_alone_pct = 100 }
source "one" {
  driver = "hub"
  url = "http://127.0.0.1:$(sed -n 's/^PORT //p' "$dir/wire.port")/h/1"
  read_only = $3
  interval = 5
}
END
    chmod 600 "$dir/h.conf"
    with="--config $dir/h.conf --state-dir $dir/state"
    : >"$dir/ledger"
    : >"$dir/posts"
    : >"$dir/told"
}

# launch NAME=VALUE...: a collector with that environment.
launch() {
    rm -f "$dir/arm"
    : >"$dir/log"
    # shellcheck disable=SC2086
    env "$@" "$hubtop" $with collect >"$dir/log" 2>&1 &
    collector=$!
}

die() {
    kill -9 "$collector" 2>/dev/null
    wait "$collector" 2>/dev/null
    collector=
}
