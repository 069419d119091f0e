#!/bin/sh
# Screens are tests/golden/SCENARIO/VIEW-SIZE.txt, in Chinese …-zh.txt, of ASCII alone …-ascii.txt; UPDATE_GOLDEN=1 (make golden) writes
# them anew. Every view of the cut cable, two views of each other scenario; in each the frames must stand, and in Chinese nothing
# may be English that is not a name. Figures of the ordinary day are those that the simulator counts by itself.
. tests/e2e/lib.sh
now=2026-11-21T03:12:07Z
now_ms=$(date -u -d "$now" +%s)000
sizes="80x24 160x45"

# How long a poll took is chance, whether a second one had begun (its requests), and how long ago it was: ages are true time.
steady() {
    awk '
    match($0, /(live|实时) +[0-9]+s[ 0-9smh-]* [0-9]+ +- /) {
        found = substr($0, RSTART, RLENGTH)
        at = RSTART
        match(found, / +[0-9]+ +- $/)
        took = substr(found, RSTART)
        match(took, / +[0-9]+/)
        $0 = substr($0, 1, at - 1) substr(found, 1, length(found) - length(took)) sprintf("%" RLENGTH "s", "#") \
            substr(took, RLENGTH + 1) substr($0, at + length(found))
    }
    match($0, / [0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +-│$/) {
        counts = substr($0, RSTART)
        match(counts, /^ [0-9]+/)
        $0 = substr($0, 1, length($0) - length(counts)) sprintf("%" RLENGTH "s", "#") substr(counts, RLENGTH + 1)
    }
    match($0, /(state|状态目录) +\//) {
        $0 = substr($0, 1, RSTART + RLENGTH - 2) "#"
    }
    { # a folder of its own, and how much was written yet
        sub(/\/[^ ]*\/hubtop(-check)?[.][A-Za-z0-9][A-Za-z0-9]*.*$/, "#")
        sub(/[0-9.]+ MB *[│|]*$/, "#")
    }
    match($0, /(age|更新) +[0-9]+s/) {
        found = substr($0, RSTART, RLENGTH)
        match(found, /[0-9]+s$/)
        sub(/(age|更新) +[0-9]+s/, substr(found, 1, length(found) - RLENGTH) sprintf("%-" RLENGTH "s", "#"))
    }
    {
        while (match($0, /[0-9]+s ?(ago|前)/)) {
            found = substr($0, RSTART, RLENGTH)
            match(found, /^[0-9]+s/)
            sub(/[0-9]+s ?(ago|前)/, "#" substr(found, RLENGTH + 1) sprintf("%" RLENGTH - 1 "s", ""))
        }
    }
    {
        print
    }'
}


# compare NAME WxH: what was printed into $out is tests/golden/NAME.txt, and fits.
compare() {
    golden=tests/golden/$1.txt
    got=$TMPDIR/$(echo "$1" | tr / _).txt
    steady <"$out" >"$got"
    [ -z "${UPDATE_GOLDEN:-}" ] || { mkdir -p "$(dirname "$golden")" && cp "$got" "$golden"; }
    [ -f "$golden" ] || no "there is no $golden"
    same "$golden" "$got"
    "$BUILD/tests/e2e/frames" "$2" "$out" >"$TMPDIR/frames" || no "$(cat "$TMPDIR/frames")"
}

# Latin words of four letters and more that are no name, no unit, no key, no path and no command; what is cut (~) is no word.
english() { # FILE
    sed 's/`[^`]*`/ /g; s/[0-9A-Za-z_.-]*~/ /g; s|/[^ ]*/[^ ]*| |g' "$1" | LC_ALL=C grep -aoE '[A-Za-z]{4,}' | sort -u | grep -vxFf "$TMPDIR/names"
}

# variants NAME WxH COMMAND...: the screen in English, in Chinese, and in ASCII.
variants() {
    name=$1 size=$2
    shift 2
    shows "$name at $size, in English, Chinese and ASCII"
    run 0 "$@" --size "$size" && compare "$name-$size" "$size"
    run 0 "$@" --size "$size" --lang zh && compare "$name-$size-zh" "$size"
    words=$(english "tests/golden/$name-$size-zh.txt" | tr '\n' ' ')
    [ -z "$words" ] || no "the Chinese screen says: $words"
    run 0 "$@" --size "$size" --glyphs ascii && compare "$name-$size-ascii" "$size"
}

# names COMMAND...: words of what is called by its name in the data, whatever the language, into a file.
names() {
    kinds=$("$hubtop" help get | sed '1,/^kinds:/d')
    for kind in $kinds; do
        timeout 60 "$@" get "$kind" --json 2>"$err"
    done | jq -r '.items[] | .. | objects | to_entries[]
        | select(.key | IN("id", "name", "user", "account", "qos", "tenant", "node_list", "command", "work_dir", "stdout", "stderr", "scheduler",
            "cluster", "queue", "hall", "row", "site", "source", "where", "from", "to", "accel_kind", "node", "rack", "contact", "contacts", "runbook",
            "reservation", "licenses", "features", "dataset", "reason", "reason_by", "state_raw"))
        | .value | strings' | LC_ALL=C grep -aoE '[A-Za-z]{4,}' | LC_ALL=C sort -u >"$TMPDIR/names"
    # keys, options, settings and their values, roles of a theme: they are typed as they are
    printf '%s\n' adhoc write HUBTOP Enter Space Backspace Gbit hubtop collect check once ASCII TERM LANG VALUE dumb lang theme \
        glyphs clock mine mouse delay second seconds okabe dark unicode doctor grid land data sample PFLOPS >>"$TMPDIR/names"
    "$hubtop" theme template | sed -n 's/^role "\([a-z]*\)".*/\1/p' >>"$TMPDIR/names"
    [ "$(grep -c '' "$TMPDIR/names")" -gt 100 ] || no "there are hardly any names: $(cat "$err")"
}

# moment SCENARIO ZERO SECONDS...: polls so long after its zero; $at is the last of them, "$@" asks about it.
moment() {
    scenario=$1 state=$TMPDIR/$1 zero_s=$(date -u -d "$2" +%s)
    source="sample:sample-data?name=sample&scenario=$1&interval=900&start=$2" # polled as often as it says: none is late
    (umask 077 && mkdir -p "$state")
    shift 2
    for seconds; do
        at=$(date -u -d "@$((zero_s + seconds))" +%Y-%m-%dT%H:%M:%SZ)
        run 0 "$hubtop" --source "$source" --state-dir "$state" --now "$at" collect --once
    done
    names "$hubtop" --source "$source" --state-dir "$state" --now "$at" --offline
}

pictures() { # VIEW...
    for view; do
        for size in $sizes; do
            variants "$scenario/$view" "$size" env TZ=Asia/Shanghai TERM=dumb LANG=C.UTF-8 "$hubtop" --source "$source" --state-dir "$state" --now "$at" \
                --offline --once --view "$view"
        done
    done
}

# A plan's preview, from a collector whose clock stands: in English the first plan, in Chinese the second, whose words were made so.
preview() {
    planned=$state.planned
    cp -a "$state" "$planned"
    "$hubtop" --source "$source" --state-dir "$planned" --now "$at" --speed 0 collect >"$TMPDIR/planned.log" 2>&1 &
    planner=$!
    shows "plans of $scenario are proposed"
    eventually 20 test -S "$planned/control.sock" || no "the collector does not start: $(cat "$TMPDIR/planned.log")"
    for lang in en zh; do
        run 0 "$hubtop" --source "$source" --state-dir "$planned" --now "$at" --speed 0 --lang "$lang" plan create --seconds 0.5 --json
    done
    kill -TERM "$planner"
    wait "$planner"
    for size in $sizes; do
        set -- env TZ=Asia/Shanghai TERM=dumb LANG=C.UTF-8 "$hubtop" --source "$source" --state-dir "$planned" --now "$at" --offline --once --size "$size"
        shows "the preview of a plan of $scenario at $size, in English, Chinese and ASCII"
        run 0 "$@" --view "rebalance P-0001" && compare "$scenario/plan-$size" "$size"
        run 0 "$@" --view "rebalance P-0002" --lang zh && compare "$scenario/plan-$size-zh" "$size"
        words=$(english "tests/golden/$scenario/plan-$size-zh.txt" | tr '\n' ' ')
        [ -z "$words" ] || no "the Chinese screen says: $words"
        run 0 "$@" --view "rebalance P-0001" --glyphs ascii && compare "$scenario/plan-$size-ascii" "$size"
    done
}

# Not a whole number of minutes apart: spans are cut to minutes.
shows "the data of the cut cable: before it, and five minutes after"
moment cable 2026-11-20T18:01:11Z 3600 3720 3990
pictures $("$hubtop" keys | cut -f 1 | sort -u | grep -vxE 'everywhere|impact|runbook|fit')

# Pages of one object, and one that is not there.
about() { # NAME SUBJECT
    for size in $sizes; do
        variants "$scenario/$1" "$size" env TZ=Asia/Shanghai TERM=dumb LANG=C.UTF-8 "$hubtop" --source "$source" --state-dir "$state" --now "$at" \
            --offline --once --view "$2"
    done
}
preview
alert=$("$hubtop" --state-dir "$state" --now "$at" --offline get alerts --json 2>"$err" | jq -r '[.items[] | select(.severity == "crit" and .where == "SHG>SZ")][0].id')
about impact 'impact SHG>SZ'
about fit 'fit 8U 12kW'
about runbook "runbook $alert"
shows "the page of what is hit: of an alert as of its link, and of nothing"
run 0 env TZ=Asia/Shanghai "$hubtop" --source "$source" --state-dir "$state" --now "$at" --offline --once --view "impact $alert"
steady <"$out" >"$TMPDIR/of-alert" && same tests/golden/cable/impact-80x24.txt "$TMPDIR/of-alert"
run 0 "$hubtop" --source "$source" --state-dir "$state" --now "$at" --offline --once --view "impact SHG>NOWHERE"
says "$out" "nothing is called 'SHG>NOWHERE'"

for size in $sizes; do
    variants cable/wall "$size" env TZ=Asia/Shanghai "$hubtop" --source "$source" --state-dir "$state" --now "$at" --offline --once --wall
done
says tests/golden/cable/wall-80x24-zh.txt '数网' && says tests/golden/cable/wall-80x24-zh.txt '数盾 *没有来源报告'

for size in $sizes; do
    shows "the map at $size without braille"
    run 0 env TZ=Asia/Shanghai "$hubtop" --source "$source" --state-dir "$state" --now "$at" --offline --once --view map --size "$size" --glyphs safe
    compare "cable/map-$size-safe" "$size"
    for name in 张家口 长三角 芜湖 韶关 天府 重庆 贵安 和林格尔 庆阳 中卫; do
        says "tests/golden/cable/map-$size-zh.txt" "$name"
    done
done

shows "the data of the hot hall"
moment heat 2026-11-20T18:01:11Z 3600 4200 4830
pictures racks nodes

shows "the data of the flood"
moment west 2026-11-21T10:30:00Z 3480 4500 5430
pictures queues jobs balance
preview

shows "the data of the lost site"
moment dr-failover 2026-11-21T01:12:00Z 3600 3720 4230
pictures overview tree

# The real demo, from its own collector.
for view in overview jobs nodes; do
    for size in $sizes; do
        shows "an ordinary day: the $view at $size"
        run 0 env TZ=Asia/Shanghai "$hubtop" demo ordinary --data sample-data --once --now "$now" --view "$view" --size "$size"
        compare "ordinary/$view-$size" "$size"
    done
done

counted=$TMPDIR/counted
"$BUILD/tests/e2e/recount" sample-data "$now_ms" >"$counted" || exit 1
count() { awk -v what="$1" -v id="$2" '$1 == what && $2 == id { print $3 }' "$counted"; }

shows "the running jobs of each hub, as the simulator counts them"
hubs=0
while read -r what hub n; do
    [ "$what" = hub_running ] || continue
    hubs=$((hubs + 1))
    # the panel of hubs stands left: its row ends with RUN
    shown=$(awk -v hub="$hub" -F '│' '{ n = split($2, word, " ") } word[2] == hub && n > 5 { print word[n] }' tests/golden/ordinary/overview-160x45.txt)
    [ "$shown" = "$n" ] || no "hub $hub: the screen says '$shown', the simulator $n"
done <"$counted"
[ "$hubs" -ge 8 ] || no "there are $hubs hubs"

shows "the number of jobs, as the simulator counts them"
shown=$(sed -n 's/^┌─ Jobs [0-9]*-[0-9]* of \([0-9,]*\) .*/\1/p' tests/golden/ordinary/jobs-80x24.txt | tr -d ,)
[ "$shown" = "$(count jobs all)" ] || no "the screen says '$shown', the simulator $(count jobs all)"

shows "the nodes that are not well, as the simulator counts them"
for size in 80x24 160x45; do
    shown=$(sed -n 's/^┌─ Nodes that are not well [0-9]*-[0-9]* of \([0-9,]*\) .*/\1/p' "tests/golden/ordinary/nodes-$size.txt" | tr -d ,)
    [ "$shown" = "$(count unwell all)" ] || no "at $size the screen says '$shown', the simulator $(count unwell all)"
done

shows "a verdict that the simulator agrees with"
sentence=$(sed -n 's/^! \([a-z-]*\): \([0-9]*\) of \([0-9]*\) nodes unavailable.*/\1 \2 \3/p' tests/golden/ordinary/overview-80x24.txt)
if [ -n "$sentence" ]; then
    set -- $sentence
    [ "$2 $3" = "$(count unwell "$1") $(count nodes "$1")" ] || no "row 2 says '$sentence'"
fi
for scheduler in $(awk '/WARN nodes/ { print $5 }' tests/golden/ordinary/overview-160x45.txt); do
    shown=$(sed -n "/WARN nodes *$scheduler /s/.*[^0-9]\([0-9]*\) of \([0-9][0-9]*\)[^0-9].*/\1 \2/p" tests/golden/ordinary/overview-160x45.txt)
    [ "$shown" = "$(count unwell "$scheduler") $(count nodes "$scheduler")" ] ||
        no "$scheduler: the screen says '$shown', the simulator $(count unwell "$scheduler") of $(count nodes "$scheduler")"
done
