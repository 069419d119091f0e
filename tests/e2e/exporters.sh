#!/bin/sh
# What the default queries make of the exporters that they ask for: a real Prometheus scrapes a server that tells what
# smokeping_prober, ipmi_exporter, snmp_exporter (PDUs), npu-exporter and dcgm-exporter tell, and writes it on to a real
# VictoriaMetrics. Before, what is absent is asked rarely; beside, a query that always fails leaves the rest fresh.
. tests/e2e/lib.sh
bed=$HUBTOP_SHARED/testbed
[ -x "$bed/prometheus-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"
command -v jq >/dev/null || lacks testbed "jq is not installed"

tb=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-exp.XXXXXX)
helpers=
trap 'kill $helpers 2>/dev/null; at_end; TMPDIR=/tmp "$bed/prometheus-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
TMPDIR=/tmp "$bed/prometheus-up" -d "$tb" >"$TMPDIR/prometheus-up" 2>&1 || {
    shows "the testbed starts"
    no "$(tail -n 5 "$TMPDIR/prometheus-up")"
    exit 1
}
# shellcheck disable=SC1091
. "$tb/env"

cat >"$TMPDIR/fleet.conf" <<'END'
fleet_version = 1
hub "GBA" { name = "Greater Bay Area"  name_zh = "粤港澳大湾区" }
cluster "SHG" { hub = "GBA"  name = "Shaoguan"  name_zh = "韶关"  lon = 113.60  lat = 24.80  aliases = { "fra" } }
cluster "CKG" { hub = "GBA"  name = "Chongqing"  name_zh = "重庆"  lon = 106.50  lat = 29.72  aliases = { "ams" } }
cluster "GUI" { hub = "GBA"  name = "Gui'an"  name_zh = "贵安"  lon = 106.48  lat = 26.42  aliases = { "sin" } }
END
config() { # NAME URL MORE
    cat >"$TMPDIR/$1.conf" <<END
version = 1
fleet = "fleet.conf"
source "metrics" {
  driver = "prometheus"
  url = "$2"
  interval = 2
  ${3:-}
}
END
    chmod 600 "$TMPDIR/$1.conf"
}
get() { # CONFIG KIND...
    name=$1
    shift
    timeout 60 "$hubtop" --config "$TMPDIR/$name.conf" --state-dir "$TMPDIR/state-$name" get "$@" --json 2>"$err"
}
is() { # FILE JQ: true of the items; `about(N)` is N but for the last digits
    jq -e "def about(n): . != null and ((. - n) | fabs) < 1e-6; .items | $2" "$1" >/dev/null 2>&1 ||
        no "$2: $(jq -c ".items | $(echo "$2" | sed 's/ | .*//')" "$1" 2>&1 | head -c 600)"
}

shows "what a server lacks is asked rarely"
config plain "$TB_PROMETHEUS_URL"
"$hubtop" --config "$TMPDIR/plain.conf" --state-dir "$TMPDIR/state-plain" collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!
asked() { get plain sources | jq '.items[0].requests'; }
settled() { # two polls cost what is there alone: nine queries and two kinds of rows
    before=$(asked)
    sleep 2.4
    after=$(asked)
    [ $((after - before)) -gt 0 ] && [ $((after - before)) -le 22 ]
}
first=$(asked)
[ "$first" -ge 20 ] || no "the first poll made $first requests only"
eventually 40 settled || no "polls still make $((after - before)) requests in 2.4 s"
kill -TERM "$collector"
wait "$collector"

# The exporters. Counters grow by the same each two seconds.
mkdir -p "$TMPDIR/www"
cat >"$TMPDIR/www/dcgm" <<'END'
# HELP DCGM_FI_DEV_GPU_UTIL GPU utilization (in %).
# TYPE DCGM_FI_DEV_GPU_UTIL gauge
DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-0",device="nvidia0",modelName="H800",Hostname="n1"} 30
DCGM_FI_DEV_GPU_UTIL{gpu="1",UUID="GPU-1",device="nvidia1",modelName="H800",Hostname="n1"} 50
DCGM_FI_DEV_GPU_UTIL{gpu="2",UUID="GPU-2",device="nvidia2",modelName="H800",Hostname="n1"} 9223372036854775794
END
echo 'DCGM_FI_PROF_GR_ENGINE_ACTIVE{gpu="0",GPU_I_ID="1",Hostname="n2"} 0.25' >"$TMPDIR/www/mig"
cat >"$TMPDIR/www/npu" <<'END'
# HELP npu_chip_info_utilization the ai core utilization
# TYPE npu_chip_info_utilization gauge
npu_chip_info_utilization{id="0",model_name="910B",vdie_id="a",pcie_bus_info="0",namespace="",pod_name="",container_name=""} 80
npu_chip_info_utilization{id="1",model_name="910B",vdie_id="b",pcie_bus_info="1",namespace="",pod_name="",container_name=""} 60
npu_chip_info_utilization{id="2",model_name="910B",vdie_id="c",pcie_bus_info="2",namespace="",pod_name="",container_name=""} -1
END
cat >"$TMPDIR/www/ipmi1" <<'END'
ipmi_dcmi_power_consumption_current_watts 400
ipmi_power_watts{id="90",name="Pwr Consumption"} 70
ipmi_temperature_celsius{id="18",name="Inlet Temp"} 24
ipmi_temperature_celsius{id="19",name="Exhaust Temp"} 50
END
cat >"$TMPDIR/www/ipmi2" <<'END'
ipmi_power_watts{id="90",name="Pwr Consumption"} 500
ipmi_power_watts{id="91",name="PS1 Input Power"} 260
ipmi_temperature_celsius{id="18",name="01-Inlet Ambient"} 26
END
echo 'rPDU2DeviceStatusPower{rPDU2DeviceStatusIndex="1"} 250' >"$TMPDIR/www/apc"
printf 'inletActivePower{inletIndex="1"} 900\ninletActivePower{inletIndex="2"} 600\n' >"$TMPDIR/www/raritan"
printf 'st4InputCordActivePower{st4UnitIndex="1",st4InputCordIndex="1"} 700\nst4InputCordActivePower{st4UnitIndex="1",st4InputCordIndex="2"} -1\ninfeedPower{towerIndex="1",infeedIndex="1"} 700\n' >"$TMPDIR/www/sentry"
smokeping() { # N DST BUCKETS ("LE:COUNT ...")
    echo "smokeping_requests_total{host=\"h\",ip=\"10.0.0.1\",source=\"\",tos=\"0\",dst=\"$2\"} $((80 * $1))"
    for b in $3 +Inf:60; do
        echo "smokeping_response_duration_seconds_bucket{host=\"h\",ip=\"10.0.0.1\",source=\"\",tos=\"0\",dst=\"$2\",le=\"${b%:*}\"} $((${b#*:} * $1))"
    done
    echo "smokeping_response_duration_seconds_sum{host=\"h\",ip=\"10.0.0.1\",source=\"\",tos=\"0\",dst=\"$2\"} $((12 * $1))e-1"
    echo "smokeping_response_duration_seconds_count{host=\"h\",ip=\"10.0.0.1\",source=\"\",tos=\"0\",dst=\"$2\"} $((60 * $1))"
}
prober() {
    n=0
    while :; do
        n=$((n + 1))
        {
            smokeping $n ams "0.016:10 0.018:20 0.02:40 0.022:50 0.024:56 0.026:60"
            smokeping $n sin "0.0128:0 0.0256:60"
        } >"$TMPDIR/www/.smokeping"
        mv "$TMPDIR/www/.smokeping" "$TMPDIR/www/smokeping"
        sleep 2
    done
}
prober &
helpers=$!
"$BUILD/tests/fakes/fake_http" --dir "$TMPDIR/www" --mode ok >"$TMPDIR/port" 2>&1 &
helpers="$helpers $!"
eventually 10 grep -q '^PORT ' "$TMPDIR/port" || no "the exporters' server does not start"
port=$(sed -n 's/^PORT //p' "$TMPDIR/port")

job() { # PATH LABELS: a job with that target
    cat >>"$tb/prometheus.yml" <<END
  - job_name: $1
    metrics_path: /$1
    static_configs: [{targets: ["127.0.0.1:$port"], labels: {$2}}]
    relabel_configs: [{target_label: instance, replacement: "$1"}]
END
}
job dcgm 'site: fra, rack: r01'
job mig 'site: fra, rack: r02'
job npu 'site: ams, rack: r01'
job ipmi1 'site: fra, rack: x01'
job ipmi2 'site: fra, rack: x01'
job apc 'site: fra, rack: r03, feed: A'
job raritan 'site: fra, rack: r03, feed: b'
job sentry 'site: ams, rack: r02, feed: B'
job smokeping 'src: fra'
curl -fsS -X POST "$TB_PROMETHEUS_URL/-/reload" || no "Prometheus does not reload"
scraped() { # the counters have two samples
    curl -fsS -G "$TB_PROMETHEUS_URL/api/v1/query" --data-urlencode 'query=rate(smokeping_requests_total[5m]) > 0' |
        jq -e '.data.result | length == 2' >/dev/null
}

shows "Prometheus has what the exporters tell"
eventually 30 scraped || no "after 30 s there is no rate of smokeping_requests_total"
sleep 2.5 # VictoriaMetrics has it too

tells() { # CONFIG: what all of it comes to
    get "$1" racks >"$TMPDIR/racks.json" || no "get racks failed: $(cat "$err")"
    get "$1" links >"$TMPDIR/links.json" || no "get links failed: $(cat "$err")"
    get "$1" clusters >"$TMPDIR/clusters.json" || no "get clusters failed: $(cat "$err")"
    is "$TMPDIR/racks.json" 'map(select(.id == "SHG/r01"))[0] | (.accels_busy_pct | about(40))'
    is "$TMPDIR/racks.json" 'map(select(.id == "SHG/r02"))[0] | (.accels_busy_pct | about(25))'
    is "$TMPDIR/racks.json" 'map(select(.id == "CKG/r01"))[0] | (.accels_busy_pct | about(70))'
    is "$TMPDIR/racks.json" 'map(select(.id == "CKG/r02"))[0] | .accels_busy_pct == null and (.power_kw | about(0.7)) and (.power_b_kw | about(0.7)) and .power_a_kw == null'
    is "$TMPDIR/racks.json" 'map(select(.id == "SHG/r03"))[0] | (.power_kw | about(4)) and (.power_a_kw | about(2.5)) and (.power_b_kw | about(1.5))'
    is "$TMPDIR/racks.json" 'map(select(.id == "SHG/x01"))[0] | (.power_kw | about(0.9)) and .inlet_c == 26'
    is "$TMPDIR/clusters.json" 'map({(.id): .accels_busy_pct}) | add | (.SHG | about(40)) and (.CKG | about(70)) and .GUI == null'
    is "$TMPDIR/links.json" 'map(select(.id == "SHG>CKG"))[0] | (.rtt_ms | about(20)) and (.loss_pct | about(25)) and (.jitter_ms | about(2.75))'
    is "$TMPDIR/links.json" 'map(select(.id == "SHG>GUI"))[0] | (.rtt_ms | about(20)) and .jitter_ms == null'
    is "$TMPDIR/links.json" 'map(select(.id == "GUI>CKG"))[0].rtt_ms > 100' # blackbox_exporter's own
}

shows "racks, clusters and links have what the exporters tell, one way for each field"
config all "$TB_PROMETHEUS_URL"
tells all

shows "it agrees with PromQL of ours"
promql() { curl -fsS -G "$TB_PROMETHEUS_URL/api/v1/query" --data-urlencode "query=$1" | jq -r '.data.result[0].value[1]'; }
[ "$(promql 'avg(DCGM_FI_DEV_GPU_UTIL{rack="r01"} < 1e9)')" = 40 ] || no "avg: $(promql 'avg(DCGM_FI_DEV_GPU_UTIL{rack="r01"} < 1e9)')"
[ "$(promql 'sum(10 * rPDU2DeviceStatusPower{rack="r03"}) + sum(inletActivePower{rack="r03"})')" = 4000 ] || no "the PDUs differ"

shows "VictoriaMetrics gives the same, asked behind a prefix"
config victoria "$TB_VICTORIAMETRICS_URL/prometheus"
tells victoria

shows "config check says which profiles give series, and which labels are missing"
run 0 "$hubtop" config check "$TMPDIR/all.conf"
says "$out" 'profiles with series: blackbox, smokeping, ipmi, rack, node, pdu, npu, dcgm'
config few "$TB_PROMETHEUS_URL" 'profiles = { "dcgm", "smokeping" }
  query "dcgm_racks" { expr = "DCGM_FI_DEV_GPU_UTIL" kind = "racks" site = "site" rack = "Rack" value = "accels_busy_pct" }'
run 0 "$hubtop" config check "$TMPDIR/few.conf"
says "$out" "dcgm_racks .*3 series, of them 3 without the label 'Rack'"
says "$out" 'profiles with series: smokeping, dcgm'
grep -q 'delay .*series' "$out" && grep -q ' delay ' "$out" && no "a profile that was not chosen is asked"
config wrong "$TB_PROMETHEUS_URL" 'profiles = { "dcmg" }'
run 78 "$hubtop" config check "$TMPDIR/wrong.conf"
says "$err" "no profile 'dcmg'"
says "$err" "did you mean 'dcgm'"

shows "a query that always fails leaves the source live and the rest fresh, and is told"
config failing "$TB_PROMETHEUS_URL" 'query "broken" { expr = "sum by (" kind = "racks" site = "site" rack = "rack" value = "units_used" }'
"$hubtop" --config "$TMPDIR/failing.conf" --state-dir "$TMPDIR/state-failing" collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!
sleep 12
get failing sources >"$TMPDIR/sources.json" || no "get sources failed: $(cat "$err")"
get failing racks >"$TMPDIR/racks.json" || no "get racks failed: $(cat "$err")"
is "$TMPDIR/sources.json" '.[0] | .state == "live" and (.last_error | test("broken.*refused with 400")) and .errors > 2'
is "$TMPDIR/racks.json" 'map(select(.id == "SHG/r03"))[0] | (.power_kw | about(4)) and .stale == false and .age_s < 8 and .units_used == null'
kill -TERM "$collector"
wait "$collector"
