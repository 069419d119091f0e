#!/bin/sh
# Two real Slurm clusters (slurm-up of the testbed): four nodes of one rack that die are one alert, nodes in a maintenance
# reservation are none, drained ones are told with their reason, a slurmctld that is gone is told.
. tests/e2e/lib.sh
bed=$HUBTOP_SHARED/testbed
[ -x "$bed/slurm-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"
command -v jq >/dev/null || lacks testbed "jq is not installed"

tb=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-tb.XXXXXX)
trap 'at_end; TMPDIR=/tmp "$bed/slurm-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
TMPDIR=/tmp "$bed/slurm-up" -d "$tb" -c 2 -n 8 -j 40 >"$TMPDIR/slurm-up" 2>&1 || {
    shows "the testbed starts"
    no "$(tail -n 5 "$TMPDIR/slurm-up")"
    exit 1
}
# shellcheck disable=SC1091
. "$tb/env"

umask 077
SOURCES=
for i in 1 2; do
    eval "user=\$TB_${i}_USER token=\$TB_${i}_TOKEN url=\$TB_${i}_URL conf_$i=\$TB_${i}_CONF name_$i=\$TB_${i}_NAME"
    echo "$token" >"$TMPDIR/token.$i"
    # rack_pattern = '^(.*-r[0-9]+)n[0-9]+$'
    SOURCES="$SOURCES --source slurm+http://$user@${url#http://}?token_file=$TMPDIR/token.$i&rack_pattern=%5E(.*-r%5B0-9%5D%2B)n%5B0-9%5D%2B%24"
done
ask() {
    # shellcheck disable=SC2086
    timeout 90 "$hubtop" $SOURCES "$@" >"$out" 2>"$err"
}
get() {
    # shellcheck disable=SC2086
    timeout 90 "$hubtop" $SOURCES get "$@" --json --timeout 60 2>"$err"
}
# open JQ: how many alerts that are not over are so.
open() {
    get alerts | jq "[.items[] | select(.state != \"resolved\") | select($1)] | length"
}
is() { # N JQ
    [ "$(open "$2")" -eq "$1" ]
}
# shellcheck disable=SC2154
first=$name_1 second=$name_2 ctl1="env SLURM_CONF=$conf_1 scontrol" ctl2="env SLURM_CONF=$conf_2 scontrol"
kill_nodes() {
    for node; do
        read -r pid _ <"$tb/pids/$first-slurmd-$node.pid" && kill -9 "$pid"
    done
}

shows "names of nodes say their rack"
get nodes >"$TMPDIR/nodes.json"
[ "$(jq "[.items[] | select(.rack == \"$first-r01\")] | length" "$TMPDIR/nodes.json")" -eq 4 ] ||
    no "not four nodes stand in $first-r01: $(jq -c '[.items[].rack] | unique' "$TMPDIR/nodes.json")"
is 0 true || no "a quiet network has alerts: $(get alerts | jq -c '.items')"

shows "nodes in a maintenance reservation are no alert"
reserved=$(jq -r "[.items[] | select(.rack == \"$first-r02\") | .name] | sort | .[0:3] | join(\",\")" "$TMPDIR/nodes.json")
$ctl1 create reservation reservationname=maint starttime=now duration=120 flags=maint,ignore_jobs users=root nodes="$reserved" >/dev/null ||
    no "no reservation could be made"
$ctl1 update nodename="$reserved" state=drain reason=firmware
planned() { [ "$(get schedulers | jq ".items[] | select(.id == \"$first\") | .nodes_planned")" -eq 3 ]; }
eventually 60 planned || no "not three nodes are out for maintenance: $(get nodes | jq -c '[.items[].state_raw]')"
is 0 true || no "there are alerts: $(get alerts | jq -c '.items')"

shows "drained nodes are told with their reason, whatever its script"
$ctl2 update nodename="$second-r01n01" state=drain reason='电源模块故障'
$ctl2 update nodename="$second-r01n02" state=drain reason='待更换光模块'
told() { [ "$(get changes | jq '[.items[] | select(.what | test("电源模块故障|待更换光模块"))] | length')" -ge 2 ]; }
eventually 60 told || no "the change feed says $(get changes | jq -c '[.items[].what]')"
get nodes | jq -r '.items[].reason' >"$TMPDIR/reasons"
says "$TMPDIR/reasons" '^电源模块故障$' && says "$TMPDIR/reasons" '^待更换光模块$'
eventually 20 is 1 '.rule == "nodes"' || no "no alert says that $second lacks nodes"
is 1 true || no "there are other alerts: $(get alerts | jq -c '.items')"

shows "four nodes of one rack that die are one alert, and explain what follows"
kill_nodes "$first-r01n01" "$first-r01n02" "$first-r01n03" "$first-r01n04"
eventually 200 is 1 '.rule == "rack"' || no "no alert tells of the rack: $(get alerts | jq -c '.items')"
explained() { is 1 ".rule == \"nodes\" and .where == \"$first\" and .parent != null"; }
eventually 20 explained || no "what the scheduler lacks is not explained: $(get alerts | jq -c '.items')"
is 1 '.parent == null and .severity == "crit"' || no "not one critical root: $(get alerts | jq -c '.items')"
ask status
says "$out" "^$first-r01: 4 nodes of one rack lost at once: power or switch\? for "
ask --lang zh status
says "$out" "^$first-r01: 同一机柜 4 个节点同时失联: 电源还是交换机\? 已 "
ask check
says "$out" "^CRITICAL - $first-r01: 4 nodes .* 'crit'=1;;0;0 'warn'=1;0;;0 'acked'=0;"

shows "a slurmctld that is gone is told, and its nodes are not"
read -r pid _ <"$tb/pids/$second-slurmctld.pid" && kill "$pid"
gone() { is 1 "(.rule == \"source\" or .rule == \"sched\") and .where == \"$second\" and .parent == null"; }
eventually 180 gone || no "nobody says that $second is gone: $(get alerts | jq -c '.items') $(get sources | jq -c '.items')"
is 1 '.rule == "rack"' || no "the rack's alert is another one now"
