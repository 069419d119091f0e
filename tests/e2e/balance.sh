#!/bin/sh
# The sums of the balance, counted again from what `get --json` says of the same moment.
. tests/e2e/lib.sh
umask 077
now=2026-11-21T03:12:07Z
now_ms=$(date -u -d "$now" +%s)000

# items SCENARIO KIND: what is told of it, as a JSON array.
items() { "$hubtop" --state-dir "$TMPDIR/$1" --offline --now "$now" get "$2" --json | jq .items; }

# counted SCENARIO REGION: total, free and asked of general, intelligent, super; free storage; transport's total.
counted() {
    items "$1" clusters >"$TMPDIR/clusters" && items "$1" schedulers >"$TMPDIR/schedulers" &&
        items "$1" queues >"$TMPDIR/queues" && items "$1" links >"$TMPDIR/links" || no "nothing is told"
    jq -rn --arg region "$2" --slurpfile c "$TMPDIR/clusters" --slurpfile s "$TMPDIR/schedulers" \
        --slurpfile q "$TMPDIR/queues" --slurpfile l "$TMPDIR/links" '
        [$c[0][] | select(.side == $region)] as $here | ($here | map(.id)) as $ids |
        def sums($kind; $total; $free; $asked):
            [$q[0][] | select(.kind == $kind) | .scheduler] as $of |
            [$s[0][] | select((.cluster | IN($ids[])) and (.id | IN($of[])))] as $mine |
            if $mine == [] then "- - -" else
                "\($mine | map(.[$total]) | add) \($mine | map(.[$free]) | add) " +
                "\([$q[0][] | select(.kind == $kind and (.cluster | IN($ids[]))) | .[$asked]] | add)" end;
        sums("general"; "cpus_total"; "cpus_free"; "cpus_asked"),
        sums("intelligent"; "accels_total"; "accels_free"; "accels_asked"),
        sums("super"; "cpus_total"; "cpus_free"; "cpus_asked"),
        "\([$l[0][] | select((.from | IN($ids[])) and .capacity_gbps != null) | .capacity_gbps] | add)"'
}

# shown REGION: the same of the screen; the regions stand beside each other.
shown() {
    sed 's/│/ /g' <"$TMPDIR/screen" | awk -v first="$1" '
        /general CPU|AI cards|HPC CPU/ { n = split($0, w, " "); print w[3 + first + 1], w[3 + first + 2], w[3 + first + 3] }
        /transport Gb/ { n = split($0, w, " "); print w[2 + first + 1] }'
}

for scenario in cable west; do
    shows "the balance of $scenario as its facts add up"
    mkdir "$TMPDIR/$scenario"
    run 0 "$hubtop" --state-dir "$TMPDIR/$scenario" --source "sample:sample-data?scenario=$scenario&start=$now_ms" \
        --now "$now" collect --once
    run 0 "$hubtop" --state-dir "$TMPDIR/$scenario" --offline --now "$now" --once --view balance --size 80x24
    cp "$out" "$TMPDIR/screen"
    column=0
    for region in east middle west; do
        counted "$scenario" "$region" >"$TMPDIR/want" && shown "$column" >"$TMPDIR/got" && same "$TMPDIR/want" "$TMPDIR/got"
        [ "$(grep -c '' "$TMPDIR/got")" -eq 4 ] || no "the screen has not the four lines of $region"
        column=$((column + 3))
    done
done
