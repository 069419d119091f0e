#!/bin/sh
# lane.sh DIR WHAT SHARE: one part of the campaign (run.sh), with a collector, a hub with a ledger and a wire before it of its own. Does
# an SHARE-th of the rounds, then compares what the hub did with what the journal says; the counts go to DIR/counts,
# in the order of the table there.
set -u
case $2 in slurm_*) exec sh tests/faults/lane_slurm.sh "$@" ;; esac
dir=$1 what=$2 share=$3
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
    echo "$what: $*" >>"$dir/bad"
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

: >"$dir/hub.port"
: >"$dir/wire.port"
"$BUILD/tests/fakes/fake_hub" --fleet none --hubs 1 --tick-ms 0 --journal "$dir/ledger" >"$dir/hub.port" 2>&1 &
hub=$!
until_true 100 grep -q '^PORT ' "$dir/hub.port" || bad "the fake hub does not start"
"$BUILD/tests/faults/wire" "$(sed -n 's/^PORT //p' "$dir/hub.port")" "$dir/fault" "$dir/posts" >"$dir/wire.port" 2>&1 &
wire=$!
until_true 100 grep -q '^PORT ' "$dir/wire.port" || bad "the wire does not start"
cat >"$dir/h.conf" <<END
version = 1
allow_write = true
source "one" {
  driver = "hub"
  url = "http://127.0.0.1:$(sed -n 's/^PORT //p' "$dir/wire.port")/h/1"
  read_only = false
  interval = 5
}
END
chmod 600 "$dir/h.conf"
with="--config $dir/h.conf --state-dir $dir/state"
: >"$dir/ledger"
: >"$dir/posts"
: >"$dir/told"

# It would take an order: it knows the jobs.
ready() {
    # shellcheck disable=SC2086
    "$hubtop" $with --offline --timeout 2 order limit C0001/110 --for 1h -n --write >/dev/null 2>&1
}

# begin NAME=VALUE...: a collector with that environment, which knows the jobs.
begin() {
    rm -f "$dir/arm"
    : >"$dir/log"
    # shellcheck disable=SC2086
    env "$@" "$hubtop" $with collect >"$dir/log" 2>&1 &
    collector=$!
    until_true 1200 ready || bad "a collector does not start: $(tail -n 3 "$dir/log")"
}

die() {
    kill -9 "$collector" 2>/dev/null
    wait "$collector" 2>/dev/null
    collector=
}

# order TIMEOUT ARGS...: by a console of its own; what it was told is kept.
order() {
    limit=$1
    shift
    # shellcheck disable=SC2086
    timeout "$((limit + 5))" "$hubtop" $with --offline --timeout "$limit" order "$@" --write >>"$dir/told" 2>>"$dir/told.err" &
}

actions() {
    # shellcheck disable=SC2086
    "$hubtop" $with --offline get actions --json >"$dir/actions" 2>/dev/null
}

all_ended() {
    actions && jq -e '[.items[] | select(.done == null)] | length == 0' "$dir/actions" >/dev/null
}

# What could not be recorded paused, unsent: a person lets it go on.
let_go_on() {
    for paused in $(jq -r '.items[] | select(.done == null and .sent_at == null) | .order' "$dir/actions" | sort -u); do
        # shellcheck disable=SC2086
        "$hubtop" $with --offline order continue "$paused" --write >/dev/null 2>&1
    done
}

# Without faults, until nothing is open.
resolve() {
    [ -n "$collector" ] && kill -0 "$collector" 2>/dev/null || begin A=b
    until_true 20 all_ended || let_go_on
    until_true 900 all_ended || bad "round $rounds: something stays open: $(jq -c '.items[] | select(.done == null)' "$dir/actions" | head -n 2)"
}

jobs() { # N: three jobs, others each round
    echo "C0001/$((110 + $1 % 10)) C0001/$((110 + ($1 + 3) % 10)) C0001/$((110 + ($1 + 6) % 10))"
}

verb() {
    [ $(($1 / 10 % 2)) -eq 0 ] && echo hold || echo release
}

# Two consoles, the same job or others.
two_consoles() {
    # shellcheck disable=SC2046
    set -- "$1" $(jobs "$1") "$2"
    order "$5" "$(verb "$1")" "$2" "$3"
    one=$!
    if [ $(($1 % 2)) -eq 0 ]; then order "$5" "$(verb "$1")" "$2"; else order "$5" "$(verb "$1")" "$4"; fi
    two=$!
}

moment() { # N TENTHS: a uniform moment below so many tenths of a second
    awk -v seed="$1" -v most="$2" 'BEGIN { srand(seed); rand(); printf "%.3f", rand() * most / 10 }'
}

# --- parts ---

killed_at_moments() {
    total=$(share_of 1000)
    begin A=b
    while [ "$rounds" -lt "$total" ]; do
        rounds=$((rounds + 1))
        two_consoles "$rounds" 1
        sleep "$(moment "$rounds" 4)"
        die
        kills=$((kills + 1))
        wait "$one" "$two"
        resolve
    done
}

# struck_at CALL STEP WHAT...: before the k-th call, for each k (each STEP-th) as long as an order has so many.
struck_at() {
    call=$1 step=$2
    shift 2
    for how; do
        k=1
        while [ "$k" -lt 400 ]; do
            rounds=$((rounds + 1))
            begin LD_PRELOAD="$BUILD/tests/faults/shim.so" HUBTOP_FAULT="$how:$call:$k" HUBTOP_FAULT_ARM="$dir/arm"
            : >"$dir/arm"
            two_consoles "$rounds" 2
            wait "$one" "$two"
            grep -q '^fault: struck' "$dir/log" && hit=1 || hit=0
            struck=$((struck + hit))
            [ "${how%%:*}" = kill ] && kills=$((kills + hit))
            die
            resolve
            die
            [ "$hit" -eq 1 ] || break
            k=$((k + step))
        done
    done
}

full_disk() {
    k=1
    while [ "$k" -lt 40 ]; do
        rounds=$((rounds + 1))
        begin LD_PRELOAD="$BUILD/tests/faults/shim.so" HUBTOP_FAULT="ENOSPC:write:$k+" HUBTOP_FAULT_ARM="$dir/arm"
        : >"$dir/arm"
        two_consoles "$rounds" 2
        wait "$one" "$two"
        struck=$((struck + 1))
        rm -f "$dir/arm" # with room again
        two_consoles "$rounds" 2
        wait "$one" "$two"
        die
        resolve
        die
        k=$((k + share / 3 + 1))
    done
}

# lost WAY TIMES: the reply of each order is lost so.
lost() {
    begin A=b
    n=0
    while [ "$n" -lt "$2" ]; do
        n=$((n + 1)) rounds=$((rounds + 1)) struck=$((struck + 1))
        echo "$1" >"$dir/fault"
        # shellcheck disable=SC2046
        set -- "$1" "$2" $(jobs "$rounds")
        order 60 hold "$3"
        wait $!
        resolve
    done
    die
}

lost_replies() {
    for way in before_reading after_reading after_acting status_line body reset 500_after 503 409 412 twice; do
        lost $way "$(share_of 20)"
    done
}

silent_replies() {
    lost silent "$(share_of 10)"
}

# It dies after acting, on a connection of its own: one POST arrives for each order, and the answer is looked up.
one_post() {
    lost after_acting "$(share_of 100)"
    posts=$(grep -c . "$dir/posts")
    effects=$(grep -c '"effect":"done"' "$dir/ledger")
    [ "$posts" -eq "$rounds" ] && [ "$effects" -eq "$rounds" ] || bad "$posts POSTs and $effects effects of $rounds orders"
}

# Eight consoles want the same job; while the first has it, the others are told who.
eight_consoles() {
    begin A=b
    total=$(share_of 100)
    while [ "$rounds" -lt "$total" ]; do
        rounds=$((rounds + 1))
        rm -f "$dir/fault.go"
        echo wait >"$dir/fault"
        # shellcheck disable=SC2046
        set -- $(jobs "$rounds")
        : >"$dir/told.err"
        pids=
        for i in 1 2 3 4 5 6 7 8; do
            order 60 hold "$1" --reason "console $i"
            pids="$pids $!"
        done
        until_true 300 seven_were_told || bad "round $rounds: $(grep -c 'being changed already' "$dir/told.err") of 7 were told who won"
        : >"$dir/fault.go"
        # shellcheck disable=SC2086
        wait $pids
        resolve
    done
    effects=$(grep -c '"effect":"done"' "$dir/ledger")
    [ "$effects" -eq "$rounds" ] || bad "$effects effects in $rounds rounds of eight consoles"
    die
}

seven_were_told() {
    [ "$(grep -c 'being changed already: by .*, order O-[0-9]*/1' "$dir/told.err")" -eq 7 ]
}

case $what in
kill) killed_at_moments ;;
kill_before_*) struck_at "${what#kill_before_}" "$share" kill ;;
fail_*) struck_at "${what#fail_}" $((share * 2)) EIO ENOSPC EINTR EMFILE ;;
*) "$what" ;;
esac
resolve
die

# --- the ledger against the journal ---

jq -s '[.[] | select(.effect == "done") | .key]' "$dir/ledger" >"$dir/effects"
grep -oh 'O-[0-9][0-9]*' "$dir/told" | sort -u | jq -R . | jq -s . >"$dir/acknowledged"
jq -r --slurpfile effects "$dir/effects" --slurpfile told "$dir/acknowledged" \
    --arg counts "$rounds" --arg kills "$kills" --arg struck "$struck" --arg posts "$(grep -c . "$dir/posts")" '
    ($effects[0] | map({(.): true}) | add // {}) as $did
    | ([.items[].key] | map({(.): true}) | add // {}) as $has
    | ([.items[].order] | unique) as $orders
    | [ $counts, ($orders | length), $kills, $struck,
        ([.items[] | select(.done == true and ($did[.key] | not))] | length),
        ($effects[0] | group_by(.) | map(select(length > 1)) | length),
        ([$effects[0][] | select($has[.] | not)] | length),
        ([.items[] | select(.done == false and $did[.key])] | length),
        ([.items[] | select(.done == null)] | length),
        ([$told[0][] | select(. as $o | $orders | index([$o]) | not)] | length),
        $posts ] | join(" ")' "$dir/actions" >"$dir/counts" || bad "the counts cannot be made"
