#!/bin/sh
# The scenarios at given moments: what the simulator tells, as `get` and the verdict have it. Each begins at midnight, UTC.
. tests/e2e/lib.sh
zero=2026-11-21T00:00:00Z

# at SCENARIO HH:MM: one poll at that moment; the questions after it are about it.
at() {
    source="sample:sample-data?name=sample&scenario=$1&start=$zero" now=2026-11-21T$2:00Z state=$TMPDIR/state
    rm -rf "$state"
    (umask 077 && mkdir "$state")
    run 0 "$hubtop" --source "$source" --state-dir "$state" --now "$now" collect --once
}

ask() {
    run 0 "$hubtop" --source "$source" --state-dir "$state" --now "$now" --offline "$@"
}

# cell KIND ID FIELD: one value.
cell() {
    ask get "$1" "$2" --fields "$3" --format csv || return
    sed -n 2p "$out" | tr -d '"\r'
}

# count KIND FILTER: how many rows match.
count() {
    ask get "$1" --filter "$2" --json || return
    sed -n 's/.*"total":\([0-9]*\).*/\1/p' "$out" | head -n 1
}

# holds WHAT LEFT TEST RIGHT: numbers, compared by awk.
holds() {
    awk -v a="$2" -v b="$4" "BEGIN { exit !(a != \"\" && a + 0 $3 b + 0) }" || no "$1: $2 is not $3 $4"
}

shows "every scenario is listed with its title in both languages"
run 0 "$hubtop" demo --list
for name in cable dr-failover heat ordinary west; do
    says "$out" "^$name  +[A-Z]"
done
run 0 env LC_ALL=C.UTF-8 "$hubtop" --lang zh demo --list
for title in 断缆 容灾切换 机房高温 平常的一天 东数西算; do
    says "$out" "$title"
done

hot=ZJK-2/H1
shows "heat: before it all is well"
at heat 01:01
holds "the inlet" "$(cell halls $hot inlet_c_max)" '<' 27
holds "racks that lost nodes" "$(count racks "hall=$hot nodes_down>0")" '==' 0
ask status
says "$out" "all well"

shows "heat: above 27 degrees no node is drained yet"
at heat 01:10
holds "the inlet" "$(cell halls $hot inlet_c_max)" '>' 27
holds "the inlet" "$(cell halls $hot inlet_c_max)" '<' 32
holds "racks that lost nodes" "$(count racks "hall=$hot nodes_down>0")" '==' 0

shows "heat: racks are drained in the order of their inlet"
at heat 01:14
holds "the inlet" "$(cell halls $hot inlet_c_max)" '>' 32
some=$(count racks "hall=$hot nodes_down>0") all=$(count racks "hall=$hot")
holds "racks that lost nodes" "$some" '>' 0
holds "racks that lost nodes" "$some" '<' "$all"
ask get racks --filter "hall=$hot" --fields inlet_c,nodes_down --format csv
sed 1d "$out" | sort -t , -k 1,1n | awk -F , '$2 > 0 { out = 1 } out && $2 == 0 { exit 1 }' || no "a cooler rack was drained before a warmer one"
ask status
says "$out" "$hot inlet 32\.[0-9] °C > 32"

shows "heat: the whole hall is drained, with a reason; elsewhere is room"
at heat 01:26
holds "the inlet" "$(cell halls $hot inlet_c_max)" '>=' 33.5
holds "racks that lost nodes" "$(count racks "hall=$hot nodes_down>0")" '==' "$all"
ask get nodes --filter "scheduler=zjk-ai reason_by=facility" --fields reason,reason_by --format csv
says "$out" 'inlet 3[0-9.]+ C > 32 C.*facility'
holds "halls of the cluster that are cool" "$(count halls "cluster=ZJK inlet_c_max<27")" '>=' 3
holds "nodes of the cluster that are not drained" "$(count nodes "scheduler=zjk-ai state=up")" '>' 20
run 0 "$hubtop" --source "$source" --state-dir "$state" --now "$now" --offline --lang zh status
says "$out" "进风 3[0-9.]+ °C > 32"

shows "heat: when it is cool again the racks are back"
at heat 04:10
holds "the inlet" "$(cell halls $hot inlet_c_max)" '<' 27
holds "racks that lost nodes" "$(count racks "hall=$hot nodes_down>0")" '==' 0

stuck() {
    count jobs "scheduler=shg-ai state=waiting $1"
}
shows "west: the flood comes; what must stay and what may go both wait"
at west 01:00
holds "the inference that waits before" "$(cell queues shg-ai/online waiting)" '<' 12
at west 01:20
holds "the inference that waits" "$(cell queues shg-ai/online waiting)" '>' 25
holds "jobs of the 3 ms ring" "$(stuck 'latency_ms_max=3')" '>' 0
holds "jobs of the 5 ms ring" "$(stuck 'latency_ms_max=5')" '>' 0
holds "of these, what may not move even within its ring" "$(stuck 'latency_ms_max<=5 movable=false')" '==' 0
holds "of these, what is not of the Bay Area" "$(stuck 'latency_ms_max<=5 tenant!~t-00[123]')" '==' 0
holds "running training with checkpoints" "$(count jobs 'scheduler=shg-ai queue=batch state=running movable=true checkpoint_at>0')" '>' 10
holds "movable jobs that bear 20 ms" "$(stuck 'latency_ms_max=20 movable=true')" '>' 0
holds "movable jobs with checkpoints" "$(stuck 'queue=batch movable=true')" '>' 0

shows "west: no other cluster is inside the rings of Shenzhen"
ask get links --filter 'to=SZ' --fields from,one_way_ms --format csv
sed 1d "$out" | tr -d '"' | awk -F , '$1 != "SHG" && $2 <= 5 { exit 1 }' || no "somebody else is"

shows "west: reservations that refuse, a pair with room, vouchers for the west"
ask get reservations --fields id,purpose,state --format csv
says "$out" 'shg-gen/dr-gba-gov.*disaster recovery.*standby'
says "$out" 'shg-ai/space-gba-data.*trusted data space.*active'
holds "what the pair lends" "$(cell pairs 'QYG>ZZ' used)" '<' "$(cell pairs 'QYG>ZZ' agreed)"
holds "free accelerators in Qingyang" "$(cell clusters QYG accels_free)" '>' 100
holds "the voucher in Qingyang" "$(cell offers qyg-ai/card-hour voucher_pct)" '>' "$(cell offers shg-ai/card-hour voucher_pct)"
says_site=$(cell sites SHG-2 trusted_spaces)
[ -n "$says_site" ] && [ "$says_site" != null ] || no "SHG-2 belongs to no trusted space"

shows "west: the promise to the inference is broken after a while"
at west 02:00
ask status
says "$out" "inner-ring job [0-9]+m past its deadline"
ask get alerts --filter 'rule=queue' --json
says "$out" '"severity":"crit"'
holds "the wait" "$(cell queues shg-ai/online wait_p95_s)" '>' "$(cell queues shg-ai/online slo_s)"

reserve=gui-gen/dr-gba-gov
portals() {
    count jobs "scheduler=gui-gen account=city-portal cpus=96 state=$1"
}
shows "dr-failover: the reservation stands by, empty"
at dr-failover 01:00
ask get reservations $reserve --fields state,rpo_s,rto_s,tenant,activated_at --format csv
says "$out" '^standby,300,1800,t-001,'
holds "work in it" "$(portals running)" '==' 0

shows "dr-failover: the site is lost"
at dr-failover 01:02
[ "$(cell schedulers shg-gen state)" = down ] || no "shg-gen is not down"
[ "$(cell clusters SHG state)" = degraded ] || no "SHG is not degraded"
holds "nodes without power" "$(cell schedulers shg-gen nodes_down)" '==' "$(cell schedulers shg-gen nodes_total)"
ask status
says "$out" 'shg-gen: the scheduler is down'

shows "dr-failover: the reservation is put to use, and its clocks run"
at dr-failover 01:06
[ "$(cell reservations $reserve state)" = active ] || no "it is not active"
[ "$(cell reservations $reserve activated_at)" = 2026-11-21T01:04:00Z ] || no "it was not activated at 01:04"
holds "services on its nodes" "$(portals running)" '==' 8

shows "dr-failover: the site is back, then the services return"
at dr-failover 02:55
[ "$(cell schedulers shg-gen state)" = up ] || no "shg-gen is not up"
[ "$(cell reservations $reserve state)" = standby ] || no "it does not stand by"
holds "work in it" "$(portals running)" '==' 0

# mistake EVENT: a scenario with that event is refused, and says what is wrong with it.
mistake() {
    mkdir -p "$TMPDIR/data/scenarios"
    cp sample-data/fleet.conf "$TMPDIR/data"
    printf 'scenario_version = 1\nat "+1m" { %s }\n' "$1" >"$TMPDIR/data/scenarios/bad.scenario"
    run 65 "$hubtop" --source "sample:$TMPDIR/data?name=sample&scenario=bad" --state-dir "$state" collect --once
    shift
    for words; do
        says "$err" "$words"
    done
}
shows "events that make no sense are refused with what they may be"
mistake 'event = "cooling_down" target = "ZJK-2/H1"' 'no temperature' 'celsius = 34'
mistake 'event = "cooling_down" target = "ZJK-2/H9" celsius = 34' "nothing is called 'ZJK-2/H9'" 'SITE/H1'
mistake 'event = "site_down" target = "SHG-9"' "nothing is called 'SHG-9'" 'a site'
mistake 'event = "site_down" target = "SHG-3"' "nothing is called 'SHG-3'"
mistake 'event = "reserve" target = "shg-ai/mine" count = 2' "nothing is called" 'dr- or space-'
mistake 'event = "reservation_activate" target = "shg-ai/dr-none"' "nothing is called" 'disaster-recovery'
mistake 'event = "feed_down" target = "SHG-1/H1-A1/C"' "nothing is called" 'feed of a rack'
mistake 'event = "arrivals" target = "shg-ai/nobody"' "nothing is called" 'SCHEDULER/CLASS'
mistake 'event = "flood" target = "shg-ai"' 'no such event' 'cooling_down'
