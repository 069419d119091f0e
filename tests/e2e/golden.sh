#!/bin/sh
# Every view at 80x24 and 160x45 is tests/golden/VIEW-SIZE.txt; UPDATE_GOLDEN=1 (make golden) writes them anew. Their figures are
# those that the simulator counts by itself.
. tests/e2e/lib.sh
now=2026-11-21T03:12:07Z
now_ms=$(date -u -d "$now" +%s)000

# How long a poll took is chance, and whether a second one had begun (its requests).
steady() {
    awk '
    match($0, /(live|实时) +[0-9]+s[ 0-9s-]* [0-9]+ +- /) {
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
    {
        print
    }'
}

# screen NAME OPTION...: the demo's screen with these options is tests/golden/NAME.txt.
screen() {
    golden=tests/golden/$1.txt
    name=$1
    shift
    run 0 env TZ=Asia/Shanghai "$hubtop" demo ordinary --data sample-data --once --now "$now" "$@" || return
    steady <"$out" >"$TMPDIR/$name"
    [ -z "${UPDATE_GOLDEN:-}" ] || cp "$TMPDIR/$name" "$golden"
    [ -f "$golden" ] || no "there is no $golden"
    same "$golden" "$TMPDIR/$name"
    lines=$(grep -c '' "$golden")
    size=${name#*-}
    size=${size%%-*}
    [ "$lines" -eq "${size#*x}" ] || no "it has $lines lines"
}

for view in $("$hubtop" keys | cut -f 1 | sort -u | grep -vx everywhere); do
    for size in 80x24 160x45; do
        shows "the view $view at $size"
        screen "$view-$size" --view "$view" --size "$size"
    done
done

for size in 80x24 160x45; do
    shows "the sources at $size in Chinese"
    screen "sources-$size-zh" --view sources --size "$size" --lang zh
    says "tests/golden/sources-$size-zh.txt" '最差在前' && says "tests/golden/sources-$size-zh.txt" '问题'
done

for size in 80x24 160x45; do
    shows "the map at $size in ASCII, without braille, with Chinese names"
    screen "map-$size-ascii" --view map --size "$size" --glyphs ascii
    screen "map-$size-safe" --view map --size "$size" --glyphs safe
    screen "map-$size-zh" --view map --size "$size" --lang zh
    for name in 张家口 长三角 芜湖 韶关 天府 重庆 贵安 和林格尔 庆阳 中卫; do
        says "tests/golden/map-$size-zh.txt" "$name"
    done
done

for view in overview alerts links tree; do
    shows "the view $view in Chinese"
    screen "$view-80x24-zh" --view "$view" --size 80x24 --lang zh
    # ids of queues are QUEUE/NAME, those of alerts A-XXXXX
    words=$(sed 's|[a-z-]*/[a-z~-]*||g; s|A-[0-9A-Z]\{5\}||g' "tests/golden/$view-80x24-zh.txt" | LC_ALL=C grep -aoE '[A-Za-z]{4,}' | sort -u)
    for word in $words; do
        case $word in
        HUBTOP | Enter | sample | hubtop | write) ;; # a name, a key, sources, an option
        *) no "it says '$word'" ;;
        esac
    done
done

for view in queues jobs; do
    for size in 80x24 160x45; do
        shows "the $view at $size in Chinese and in ASCII"
        screen "$view-$size-zh" --view "$view" --size "$size" --lang zh
        screen "$view-$size-ascii" --view "$view" --size "$size" --glyphs ascii
    done
done
says tests/golden/queues-80x24-zh.txt '排队原因' && says tests/golden/queues-80x24-zh.txt '优先级靠后'
words=$(sed 's|[a-z-]*/[a-z~-]*||g; s|[a-z]*-[a-z]*||g' tests/golden/queues-160x45-zh.txt | LC_ALL=C grep -aoE '[A-Za-z]{4,}' | sort -u)
for word in $words; do
    case $word in
    HUBTOP | Enter) ;;
    *) no "the queues in Chinese say '$word'" ;;
    esac
done

shows "the tree in ASCII"
screen tree-80x24-ascii --view tree --size 80x24 --glyphs ascii

shows "the alerts in ASCII"
screen alerts-80x24-ascii --view alerts --size 80x24 --glyphs ascii

counted=$TMPDIR/counted
"$BUILD/tests/e2e/recount" sample-data "$now_ms" >"$counted" || exit 1
count() { awk -v what="$1" -v id="$2" '$1 == what && $2 == id { print $3 }' "$counted"; }

shows "the running jobs of each hub, as the simulator counts them"
hubs=0
while read -r what hub n; do
    [ "$what" = hub_running ] || continue
    hubs=$((hubs + 1))
    # the panel of hubs stands left: its row ends with RUN
    shown=$(awk -v hub="$hub" -F '│' '{ n = split($2, word, " ") } word[2] == hub && n > 5 { print word[n] }' tests/golden/overview-160x45.txt)
    [ "$shown" = "$n" ] || no "hub $hub: the screen says '$shown', the simulator $n"
done <"$counted"
[ "$hubs" -ge 8 ] || no "there are $hubs hubs"

shows "the number of jobs, as the simulator counts them"
shown=$(sed -n 's/^┌─ Jobs [0-9]*-[0-9]* of \([0-9,]*\) .*/\1/p' tests/golden/jobs-80x24.txt | tr -d ,)
[ "$shown" = "$(count jobs all)" ] || no "the screen says '$shown', the simulator $(count jobs all)"

shows "the nodes that are not well, as the simulator counts them"
for size in 80x24 160x45; do
    shown=$(sed -n 's/^┌─ Nodes that are not well [0-9]*-[0-9]* of \([0-9,]*\) .*/\1/p' "tests/golden/nodes-$size.txt" | tr -d ,)
    [ "$shown" = "$(count unwell all)" ] || no "at $size the screen says '$shown', the simulator $(count unwell all)"
done

shows "a verdict that the simulator agrees with"
sentence=$(sed -n 's/^! \([a-z-]*\): \([0-9]*\) of \([0-9]*\) nodes unavailable.*/\1 \2 \3/p' tests/golden/overview-80x24.txt)
if [ -n "$sentence" ]; then
    set -- $sentence
    [ "$2 $3" = "$(count unwell "$1") $(count nodes "$1")" ] || no "row 2 says '$sentence'"
fi
for scheduler in $(awk '/WARN nodes/ { print $5 }' tests/golden/overview-160x45.txt); do
    shown=$(sed -n "/WARN nodes *$scheduler /s/.*[^0-9]\([0-9]*\) of \([0-9][0-9]*\)[^0-9].*/\1 \2/p" tests/golden/overview-160x45.txt)
    [ "$shown" = "$(count unwell "$scheduler") $(count nodes "$scheduler")" ] ||
        no "$scheduler: the screen says '$shown', the simulator $(count unwell "$scheduler") of $(count nodes "$scheduler")"
done
