#!/bin/sh
# lane.sh DIR PART SHARE [ROUNDS]: one part of the campaign (run.sh), WHAT or WHAT.WHICH, with a collector, a hub with a ledger and a wire before
# it of its own. Does an SHARE-th of the rounds, then compares what the hub did with what the journal says; the counts go to
# DIR/counts, in the order of the table there.
. tests/faults/lib.sh

# A file system of its own is mounted where nobody else sees it, and goes with the lane.
if [ "$what" = full_file_system ] && [ -z "${FAULTS_MOUNTS:-}" ]; then
    for how in -m -Urm; do
        unshare "$how" mount -t tmpfs none "$dir/state" 2>/dev/null && FAULTS_MOUNTS=1 exec unshare "$how" sh tests/faults/lane.sh "$@"
    done
    echo "skip $part: no file system can be mounted here" >"$dir/skipped"
    echo "0 0 0 0 0 0 0 0 0 0 0" >"$dir/counts"
    exit
fi

# The last is nobody's: by it is seen whether orders are taken.
case $what in
eight_consoles) waiting=$(($(share_of 1000) + 1)) ;;
*) waiting=11 ;;
esac
peers $((2 * waiting)) true false

# It would take an order: it knows the jobs, and where they may go.
ready() {
    job=C0001/$((99 + 2 * waiting))
    # shellcheck disable=SC2086
    "$hubtop" $with --offline --timeout 2 order move "$job" --to C0001-9 --confirm "$job" -n --write >/dev/null 2>"$dir/ready.err"
}

# begin NAME=VALUE...: likewise, and it knows the jobs.
begin() {
    launch "$@"
    until_true 1200 ready || bad "a collector does not start: $(cat "$dir/ready.err" "$dir/log" | tail -n 5)"
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
    actions && ! grep -q '"done":null' "$dir/actions"
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
    echo "C0001/$((111 + $1 % 10)) C0001/$((111 + ($1 + 3) % 10)) C0001/$((111 + ($1 + 6) % 10))"
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

# moments SEED TENTHS N: uniform ones below so many tenths of a second
moments() {
    awk -v seed="$1" -v most="$2" -v n="$3" 'BEGIN { srand(seed); rand(); while (n-- > 0) printf "%.3f\n", rand() * most / 10 }'
}

# --- parts ---

# Tenths of a second from two consoles' start to the end of their orders.
life_of_orders() {
    begun=$(date +%s%N)
    two_consoles 0 5
    wait "$one" "$two"
    awk -v ns="$(($(date +%s%N) - begun))" 'BEGIN { t = ns / 1e8; print (t < 0.4) ? 0.4 : (t > 6) ? 6 : t }'
}

# At a uniform moment of the orders' life; each fifth collector also while it asks what became of them.
killed_at_moments() {
    begin A=b
    moments "$which" "$(life_of_orders)" $(($1 + $1 / 5)) >"$dir/moments"
    while [ "$rounds" -lt "$1" ] && read -r moment; do
        rounds=$((rounds + 1))
        two_consoles "$rounds" 1
        sleep "$moment"
        die
        kills=$((kills + 1))
        wait "$one" "$two"
        if [ $((rounds % 5)) -eq 0 ] && read -r moment; then
            launch A=b
            sleep "$moment"
            die
            kills=$((kills + 1))
        fi
        resolve
    done <"$dir/moments"
    struck=$(jq '[.items[] | select(.state == "resolved")] | length' "$dir/actions")
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
            [ "$how" = kill ] && kills=$((kills + hit))
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

# What a console of somebody shows in so many seconds.
screen() {
    # shellcheck disable=SC2086
    HOME="$dir" LANG=C.UTF-8 TERM=xterm-256color timeout -k 2 "$1" script -qfc "$hubtop $with --lang en --view jobs" "$dir/screen" >/dev/null 2>&1 </dev/null
}

# A real one: 40 levels of room, from none in steps of 8 KiB.
full_file_system() {
    mount -t tmpfs -o size=64m,mode=700 none "$dir/state" || bad "no file system is mounted"
    step=$((share / 3 + 1))
    level=0
    while [ "$level" -lt 40 ]; do
        rounds=$((rounds + 1))
        begin A=b
        room=$(df -k --output=avail "$dir/state" | tail -n 1)
        dd if=/dev/zero of="$dir/state/ballast" bs=1k count=$((room - 8 * level)) 2>/dev/null
        struck=$((struck + 1))
        two_consoles "$rounds" 2
        wait "$one" "$two"
        [ "$level" -gt 0 ] || screen 15
        rm "$dir/state/ballast"
        two_consoles "$rounds" 2
        wait "$one" "$two"
        die
        resolve
        die
        sqlite3 "$dir/state/actions.db" 'PRAGMA integrity_check' 2>&1 | grep -qx ok || bad "level $level: actions.db is not whole"
        level=$((level + step))
    done
    grep -q 'NOT RECORDED since' "$dir/screen" || bad "the screen does not say that nothing is recorded"
    grep -qE 'disk is full|not recorded' "$dir/told.err" || bad "nobody was told that the disk is full"
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

# It dies after acting, on a connection of its own: one POST arrives for each order, and the answer is looked up.
one_post() {
    lost after_acting "$(share_of 100)"
    posts=$(grep -c . "$dir/posts")
    effects=$(grep -c '"effect":"done"' "$dir/ledger")
    [ "$posts" -eq "$rounds" ] && [ "$effects" -eq "$rounds" ] || bad "$posts POSTs and $effects effects of $rounds orders"
}

# Eight consoles move the same job, each to another scheduler: one does, and each of the others is told who, whether it comes while the
# first is under way or after it.
eight_consoles() {
    begin A=b
    while [ "$rounds" -lt $((waiting - 1)) ]; do
        job="C0001/$((100 + waiting + rounds))"
        rounds=$((rounds + 1))
        rm -f "$dir"/by.*
        pids=
        for i in 1 2 3 4 5 6 7 8; do
            # shellcheck disable=SC2086
            timeout 65 "$hubtop" $with --offline --timeout 60 order move "$job" --to "C0001-$((i + 1))" --confirm "$job" --write >"$dir/by.$i" 2>&1 &
            pids="$pids $!"
        done
        # shellcheck disable=SC2086
        wait $pids
        won=$(grep -lE ' done ' "$dir"/by.[1-8] | grep -c .)
        lost=$(grep -lE 'is being changed already: by .*, order O-[0-9]*/1|changed it, by order O-[0-9]*/1' "$dir"/by.[1-8] | grep -c .)
        [ "$won" -eq 1 ] && [ "$lost" -eq 7 ] || bad "round $rounds: $won won, $lost were told who: $(cat "$dir"/by.[1-8])"
        cat "$dir"/by.[1-8] >>"$dir/told"
    done
    resolve
    effects=$(grep -c '"effect":"done"' "$dir/ledger")
    [ "$effects" -eq "$rounds" ] || bad "$effects effects in $rounds rounds of eight consoles"
    die
}

case $what in
kill) killed_at_moments "${4:-250}" ;;
kill_before) struck_at "$which" "$share" kill ;;
fail_*) struck_at "${what#fail_}" $((share * 2)) "$which" ;;
lost_replies) lost "$which" "$(share_of 20)" ;;
*) "$what" ;;
esac
resolve
# shellcheck disable=SC2086
"$hubtop" $with --offline audit verify >"$dir/verified" 2>&1 || bad "audit verify: $(cat "$dir/verified")"
die
sqlite3 "$dir/state/actions.db" 'PRAGMA integrity_check' 2>&1 | grep -qx ok || bad "actions.db is not whole"

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
