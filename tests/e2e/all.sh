#!/bin/sh
# Every server of the testbed in one configuration: three Slurm clusters, a Prometheus and a VictoriaMetrics that watch them, an
# Alertmanager. One collector polls all of them, and says what squeue, sinfo, scontrol, amtool and PromQL say.
. tests/e2e/lib.sh
bed=$HUBTOP_SHARED/testbed
[ -x "$bed/slurm-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"
command -v jq >/dev/null || lacks testbed "jq is not installed"

tb=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-all.XXXXXX)
chmod 755 "$tb" # the daemons are other users
trap 'at_end; TMPDIR=/tmp "$bed/prometheus-down" -d "$tb/p" -r >/dev/null 2>&1; TMPDIR=/tmp "$bed/slurm-down" -d "$tb/s" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
up() {
    TMPDIR=/tmp "$bed/slurm-up" -d "$tb/s" -c 3 -n 8 -j 60 >"$TMPDIR/up" 2>&1 &&
        TMPDIR=/tmp "$bed/prometheus-up" -d "$tb/p" -s "$tb/s" >>"$TMPDIR/up" 2>&1
}
up || {
    shows "the testbed starts"
    no "$(tail -n 5 "$TMPDIR/up")"
    exit 1
}
# shellcheck disable=SC1091
. "$tb/s/env"
# shellcheck disable=SC1091
. "$tb/p/env"

umask 077
cat >"$TMPDIR/fleet.conf" <<'END'
fleet_version = 1
hub "GBA" { name = "Greater Bay Area"  name_zh = "粤港澳大湾区" }
hub "CY"  { name = "Chengdu-Chongqing"  name_zh = "成渝" }
hub "GZ"  { name = "Guizhou"  name_zh = "贵州" }
cluster "SHG" { hub = "GBA"  name = "Shaoguan"  name_zh = "韶关"  lon = 113.60  lat = 24.80  aliases = { "fra" } }
cluster "CKG" { hub = "CY"  name = "Chongqing"  name_zh = "重庆"  lon = 106.50  lat = 29.72  aliases = { "ams" } }
cluster "GUI" { hub = "GZ"  name = "Gui'an"  name_zh = "贵安"  lon = 106.48  lat = 26.42  aliases = { "sin" } }
site "SHG-1" { cluster = "SHG" }
site "CKG-1" { cluster = "CKG" }
site "GUI-1" { cluster = "GUI" }
scheduler "fra" { site = "SHG-1" }
scheduler "ams" { site = "CKG-1" }
scheduler "sin" { site = "GUI-1" }
END
{
    echo 'version = 1'
    echo 'fleet = "fleet.conf"'
    for i in 1 2 3; do
        eval "user=\$TB_${i}_USER token=\$TB_${i}_TOKEN url=\$TB_${i}_URL name=\$TB_${i}_NAME"
        eval "conf_$name=\$TB_${i}_CONF"
        echo "$token" >"$TMPDIR/token.$i"
        echo "source \"$name\" { driver = \"slurm\" url = \"$url\" user = \"$user\" token_file = \"$TMPDIR/token.$i\" interval = 3 }"
    done
    echo "source \"prometheus\" { driver = \"prometheus\" url = \"$TB_PROMETHEUS_URL\" interval = 2 }"
    echo "source \"victoria\" { driver = \"prometheus\" url = \"$TB_VICTORIAMETRICS_URL\" interval = 2 }"
    echo "source \"alerts\" { driver = \"alertmanager\" url = \"$TB_ALERTMANAGER_URL\" interval = 2 }"
} >"$TMPDIR/hubtop.conf"
names="ams fra sin"
on() { # NAME COMMAND...: of that cluster
    eval "SLURM_CONF=\$conf_$1"
    export SLURM_CONF
    shift
    "$@"
}
get() {
    timeout 90 "$hubtop" --config "$TMPDIR/hubtop.conf" get "$@" --json --timeout 60 2>"$err"
}

# A maintenance window over two nodes, and work of a project.
on fra scontrol create reservation reservationname=cooling starttime=now+1hour duration=120 users=root flags=maint,ignore_jobs \
    "nodes=$(on fra sinfo -h -N -o %N | sort -u | tail -n 2 | paste -sd,)" >"$TMPDIR/up" 2>&1 || no "no reservation: $(cat "$TMPDIR/up")"
on ams scontrol create reservation reservationname=course starttime=now duration=60 users=tbana,tbchen nodecnt=1 flags=ignore_jobs \
    >"$TMPDIR/up" 2>&1 || no "no reservation: $(cat "$TMPDIR/up")"

"$hubtop" --config "$TMPDIR/hubtop.conf" collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!

shows "six sources of three drivers are live together"
all_live() {
    get sources >"$TMPDIR/sources.json" && jq -e '[.items[] | select(.state == "live")] | length == 6' "$TMPDIR/sources.json" >/dev/null
}
eventually 40 all_live || no "$(jq -c '.items[] | {id, state, last_error}' "$TMPDIR/sources.json")"

# THEIRS and OURS print the same, where THEIRS prints it twice in succession around a read of ours: the clusters work on meanwhile.
agree() {
    for try in 1 2 3 4 5 6; do
        "$1" >"$TMPDIR/before"
        sleep 7
        "$2" >"$TMPDIR/ours"
        "$1" >"$TMPDIR/after"
        cmp -s "$TMPDIR/before" "$TMPDIR/after" && cmp -s "$TMPDIR/before" "$TMPDIR/ours" && break
    done
    [ -s "$TMPDIR/before" ] || no "$1 prints nothing"
    same "$TMPDIR/before" "$TMPDIR/ours"
}

shows "jobs by state and user as squeue counts them"
their_jobs() {
    for n in $names; do
        on "$n" squeue -h -t pending,running -O 'UserName:|,State:|' | tr 'A-Z' 'a-z' | sed "s/pending/waiting/; s/^/$n|/"
    done | sort | uniq -c
}
our_jobs() {
    get jobs --filter 'state=waiting,running,held' | jq -r '.items[] | "\(.scheduler)|\(.user)|\(if .state == "held" then "waiting" else .state end)|"' | sort | uniq -c
}
agree their_jobs our_jobs

shows "nodes as sinfo names them, under the clusters of the fleet file"
their_nodes() {
    for n in $names; do on "$n" sinfo -h -N -o "$n/%N|%c" | sort -u; done | sort
}
our_nodes() { get nodes | jq -r '.items[] | "\(.id)|\(.cpus_total)"' | sort; }
agree their_nodes our_nodes
get nodes | jq -e '[.items[] | select(.scheduler == "fra") | .cluster] | unique == ["SHG"]' >/dev/null || no "the nodes of fra lie elsewhere"

shows "reservations as scontrol shows them"
their_reservations() {
    for n in $names; do
        on "$n" scontrol -o show reservation | awk -v n="$n" '{
            delete v
            for (i = 1; i <= NF; i++) {
                eq = index($i, "=")
                v[substr($i, 1, eq - 1)] = substr($i, eq + 1)
            }
            if ("ReservationName" in v)
                print n "/" v["ReservationName"] "|" v["StartTime"] "|" v["EndTime"] "|" v["Nodes"] "|" v["Users"] "|" (v["Flags"] ~ /MAINT/ ? "maintenance" : "project")
        }'
    done | sort
}
our_reservations() {
    get reservations | jq -r '.items[] | [.id, (.starts_at | rtrimstr("Z")), (.ends_at | rtrimstr("Z")), .nodes, (.users | join(",")), (.purpose // "")] | join("|")' | sort
}
agree their_reservations our_reservations

shows "alerts as amtool lists them"
their_alerts() {
    amtool --alertmanager.url="$TB_ALERTMANAGER_URL" alert query -a -o json |
        jq -r '.[] | [.fingerprint, .labels.alertname, (.status.state | sub("suppressed"; "silenced") | sub("active"; "firing") | sub("unprocessed"; "firing"))] | join("|")' | sort
}
our_alerts() { get alerts | jq -r '.items[] | select(.source == "alerts") | [(.id | ltrimstr("alerts/")), .name, .state] | join("|")' | sort; }
agree their_alerts our_alerts

shows "racks and links as PromQL answers, told by one of the two servers"
their_racks() {
    curl -fsS -G "$TB_PROMETHEUS_URL/api/v1/query" --data-urlencode 'query=sum by (site, rack) (node_total_cpus)' |
        jq -r '.data.result[] | "\(.metric.rack)|\(.value[1])"' | sort
}
our_racks() { get racks | jq -r '.items[] | select(.cpus_total != null) | "\(.name)|\(.cpus_total)"' | sort; }
agree their_racks our_racks
get links | jq -e '[.items[] | select(.rtt_ms != null)] | length == 6' >/dev/null || no "not the six links: $(get links | jq -c '.items[].id')"

shows "the sources view tells of all of them"
run 0 "$hubtop" --config "$TMPDIR/hubtop.conf" --once --view sources --size 160x45
for n in $names prometheus victoria alerts; do says "$out" "$n"; done

kill -TERM "$collector"
wait "$collector"
