#!/bin/sh
# A real Prometheus and a real VictoriaMetrics (prometheus-up of the testbed) with a fleet file: links and racks agree with the
# answers of the servers themselves; a delay that is raised appears within two polls everywhere. HUBTOP_PROM_DIR reuses servers that
# run, and leaves out what would disturb them.
. tests/e2e/lib.sh
bed=$HUBTOP_SHARED/testbed
[ -x "$bed/prometheus-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"
command -v jq >/dev/null || lacks testbed "jq is not installed"

tb=${HUBTOP_PROM_DIR:-}
own=
if [ -z "$tb" ]; then
    tb=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-prom.XXXXXX)
    own=1
    trap 'at_end; TMPDIR=/tmp "$bed/prometheus-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
    TMPDIR=/tmp "$bed/prometheus-up" -d "$tb" >"$TMPDIR/prometheus-up" 2>&1 || {
        shows "the testbed starts"
        no "$(tail -n 5 "$TMPDIR/prometheus-up")"
        exit 1
    }
fi
# shellcheck disable=SC1091
. "$tb/env"

cat >"$TMPDIR/fleet.conf" <<'END'
fleet_version = 1
hub "GBA" { name = "Greater Bay Area"  name_zh = "粤港澳大湾区" }
hub "CY"  { name = "Chengdu-Chongqing"  name_zh = "成渝" }
hub "GZ"  { name = "Guizhou"  name_zh = "贵州" }
cluster "SHG" { hub = "GBA"  name = "Shaoguan"  name_zh = "韶关"  lon = 113.60  lat = 24.80  aliases = { "fra" } }
cluster "CKG" { hub = "CY"  name = "Chongqing"  name_zh = "重庆"  lon = 106.50  lat = 29.72  aliases = { "ams" } }
cluster "GUI" { hub = "GZ"  name = "Gui'an"  name_zh = "贵安"  lon = 106.48  lat = 26.42  aliases = { "sin" } }
link "SHG>CKG" { tier = "national"  ring_ms = 60 }
END
cat >"$TMPDIR/hubtop.conf" <<END
version = 1
fleet = "fleet.conf"
source "metrics" {
  driver   = "prometheus"
  url      = "$TB_PROMETHEUS_URL"
  interval = 2
}
END
sed "s|$TB_PROMETHEUS_URL|$TB_VICTORIAMETRICS_URL|" "$TMPDIR/hubtop.conf" >"$TMPDIR/victoria.conf"
chmod 600 "$TMPDIR"/*.conf

get() { # CONFIG KIND...
    config=$TMPDIR/$1
    shift
    timeout 60 "$hubtop" --config "$config" --state-dir "$TMPDIR/$(basename "$config" .conf)" get "$@" --json 2>"$err"
}

# asked QUERY FROM TO: the samples of a query between two moments (seconds), each tenth of a second: LABELS VALUE.
asked() {
    curl -fsS -G "$TB_PROMETHEUS_URL/api/v1/query_range" --data-urlencode "query=$1" --data-urlencode "start=$2" \
        --data-urlencode "end=$3" --data-urlencode 'step=0.1' |
        jq -r '.data.result[] | .metric as $m | .values[] | [($m.src // $m.site // ""), ($m.dst // $m.rack // ""), .[1]] | @tsv' | sort -u
}

# agree KIND QUERY SCALE KEY JQ: each item's value is one that the server had in the seconds before it was observed. JQ makes
# "LABEL1 LABEL2" of an item.
agree() {
    at=$(jq -r '[.items[] | select(.source == "metrics") | .observed_at | fromdate] | max // 0' "$TMPDIR/$1.json")
    asked "$2" $((at - 4)) $((at + 1)) >"$TMPDIR/asked"
    jq -r ".items[] | select(.$4 != null and .source == \"metrics\") | [$5, .$4] | @tsv" "$TMPDIR/$1.json" >"$TMPDIR/ours"
    awk -F '\t' -v scale="$3" '
    NR == FNR {
        all[$1, $2] = all[$1, $2] " " $3
        keys[$1, $2]
        next
    }
    {
        n = split(all[$1, $2], values, " ")
        seen[$1, $2]
        for (i = 1; i <= n; i++) {
            d = values[i] * scale - $3
            if (d < 0) d = -d
            if (d <= 1e-6 * ($3 < 0 ? -$3 : $3) + 1e-9) next
        }
        print "nothing told " $1 " " $2 " = " $3 "; the server said" all[$1, $2]
        bad = 1
    }
    END {
        for (k in keys) if (!(k in seen)) {
            split(k, l, SUBSEP)
            if (own == "" && l[1] == l[2]) continue
            print l[1] " " l[2] " is missing"
            bad = 1
        }
        exit bad || NR == 0
    }' "$TMPDIR/asked" "$TMPDIR/ours" >"$TMPDIR/diff" || no "$2: $(head -n 5 "$TMPDIR/diff")"
}

"$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/hubtop" collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!

alias='{"SHG":"fra","CKG":"ams","GUI":"sin"}'

shows "get links agrees with Prometheus: rtt_ms is the sample times 1000"
get hubtop.conf links >"$TMPDIR/links.json" || no "get links failed: $(cat "$err")"
agree links 'max by (src, dst) (probe_duration_seconds{job="link"})' 1000 rtt_ms "($alias)[.from], ($alias)[.to]"

shows "one_way_ms is half of it, and says so; a site's own reading is no link"
jq -e '[.items[] | select(.rtt_ms != null)] | length == 6 and all(((.one_way_ms * 2 - .rtt_ms) | fabs) < 1e-9 and .one_way_basis == "half_rtt" and .from != .to)' \
    "$TMPDIR/links.json" >/dev/null || no "$(jq -c '.items[] | {id, rtt_ms, one_way_ms, one_way_basis}' "$TMPDIR/links.json")"

shows "what the fleet file says stands in the same row, with its source"
jq -e '.items[] | select(.id == "SHG>CKG") | .ring_contract_ms == 60 and .source == "metrics" and .physical_min_ms > 6 and .physical_min_ms < 6.2
    and (.sources | any(. == "ring_contract_ms=fleet.conf"))' "$TMPDIR/links.json" >/dev/null ||
    no "$(jq -c '.items[] | select(.id == "SHG>CKG")' "$TMPDIR/links.json")"

shows "get racks agrees with Prometheus: power, limit, inlet, nodes, CPUs"
get hubtop.conf racks >"$TMPDIR/racks.json" || no "get racks failed: $(cat "$err")"
who="($alias)[.cluster], .name"
agree racks 'sum by (site, rack) (rack_power_watts)' 0.001 power_kw "$who"
agree racks 'sum by (site, rack) (rack_power_limit_watts)' 0.001 power_cap_kw "$who"
agree racks 'max by (site, rack) (rack_inlet_celsius)' 1 inlet_c "$who"
agree racks 'count by (site, rack) (node_up)' 1 nodes_total "$who"
agree racks 'count by (site, rack) (node_up) - sum by (site, rack) (node_up)' 1 nodes_down "$who"
agree racks 'sum by (site, rack) (node_total_cpus)' 1 cpus_total "$who"
agree racks 'sum by (site, rack) (node_total_cpus) - sum by (site, rack) (node_alloc_cpus)' 1 cpus_free "$who"

shows "clusters have the power of their racks"
get hubtop.conf clusters >"$TMPDIR/clusters.json" || no "get clusters failed: $(cat "$err")"
jq -e --slurpfile r "$TMPDIR/racks.json" '.items[] | select(.id == "SHG") | .power_kw as $p | ($r[0].items | map(select(.cluster == "SHG") | .power_kw) | add) as $s
    | (($p - $s) | fabs) < 0.1 * $s' "$TMPDIR/clusters.json" >/dev/null || no "$(jq -c '.items[] | {id, power_kw}' "$TMPDIR/clusters.json")"

shows "VictoriaMetrics gives the same table"
get victoria.conf links >"$TMPDIR/vm-links.json" || no "get links failed: $(cat "$err")"
get victoria.conf racks >"$TMPDIR/vm-racks.json" || no "get racks failed: $(cat "$err")"
for kind in links racks; do # all but what changes always
    what='[.items[] | del(.observed_at, .age_s, .rtt_ms, .one_way_ms, .one_way_p95_ms, .power_kw, .inlet_c, .cpus_free, .ring_measured_ms, .loss_pct, .since, .baseline_ms)]'
    jq -S "$what" "$TMPDIR/$kind.json" >"$TMPDIR/wanted"
    jq -S "$what" "$TMPDIR/vm-$kind.json" >"$TMPDIR/got"
    same "$TMPDIR/wanted" "$TMPDIR/got"
    jq -r '.items[] | [.id, (.rtt_ms != null), (.power_kw != null), (.cpus_free != null), (.inlet_c != null)] | @tsv' "$TMPDIR/$kind.json" >"$TMPDIR/wanted"
    jq -r '.items[] | [.id, (.rtt_ms != null), (.power_kw != null), (.cpus_free != null), (.inlet_c != null)] | @tsv' "$TMPDIR/vm-$kind.json" >"$TMPDIR/got"
    same "$TMPDIR/wanted" "$TMPDIR/got"
done
at=$(jq -r '[.items[] | select(.source == "metrics") | .observed_at | fromdate] | max // 0' "$TMPDIR/vm-links.json")
cp "$TMPDIR/vm-links.json" "$TMPDIR/links.json.live"
mv "$TMPDIR/links.json" "$TMPDIR/links.first"
cp "$TMPDIR/vm-links.json" "$TMPDIR/links.json"
# What VictoriaMetrics tells is some seconds younger or older: the window is wider.
asked 'max by (src, dst) (probe_duration_seconds{job="link"})' $((at - 15)) $((at + 1)) >"$TMPDIR/asked"
jq -r ".items[] | select(.rtt_ms != null) | [($alias)[.from], ($alias)[.to], .rtt_ms] | @tsv" "$TMPDIR/vm-links.json" |
    while IFS="$(printf '\t')" read -r a b ms; do
        awk -F '\t' -v a="$a" -v b="$b" -v ms="$ms" '$1 == a && $2 == b { d = $3 * 1000 - ms; if (d < 1e-6 && d > -1e-6) found = 1 } END { exit !found }' "$TMPDIR/asked" ||
            echo "$a>$b $ms"
    done >"$TMPDIR/foreign"
[ ! -s "$TMPDIR/foreign" ] || no "values that Prometheus never had: $(cat "$TMPDIR/foreign")"

shows "config check runs each query and says what it gave"
run 0 "$hubtop" config check "$TMPDIR/hubtop.conf"
says "$out" 'metrics.*series'

shows "doctor says how the source answers, with a sample of rows"
run 0 "$hubtop" --config "$TMPDIR/hubtop.conf" doctor metrics
says "$out" 'connect'
says "$out" 'links, 3 of 6'
says "$out" 'racks, 3 of 24'

if [ -z "$own" ]; then
    kill -TERM "$collector"
    wait "$collector"
    exit 0
fi

shows "before, the link is within its contract"
run 0 "$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/hubtop" status
grep -q 'SHG>CKG' "$out" && no "$(cat "$out")"

# The responder answers later: the probe of fra to ams takes 400 ms instead of 18.
sed -i 's|/delay/18"\], labels: {src: fra, dst: ams}|/delay/400"], labels: {src: fra, dst: ams}|' "$tb/prometheus.yml"
grep -q '/delay/400"\], labels: {src: fra, dst: ams}' "$tb/prometheus.yml" || no "the testbed's probes are called otherwise"
curl -fsS -X POST "$TB_PROMETHEUS_URL/-/reload" || no "Prometheus does not reload"
told() { # the server has it
    curl -fsS -G "$TB_PROMETHEUS_URL/api/v1/query" --data-urlencode 'query=max by (src, dst) (probe_duration_seconds{job="link",src="fra",dst="ams"}) > 0.3' |
        jq -e '.data.result | length == 1' >/dev/null
}
eventually 20 told || no "Prometheus does not see the delay"
polls=$(get hubtop.conf sources >"$TMPDIR/sources.json" && jq '.items[] | select(.id == "metrics") | .requests' "$TMPDIR/sources.json")
sleep 4.5 # two polls, 2 s from the end of one to the beginning of the next

shows "within two polls a raised delay is in the verdict"
delayed() { # an alert is found where its link's row is already in the store
    run 0 "$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/hubtop" status
    grep -qE 'SHG>CKG.*2[0-9][0-9] ms.*60' "$out"
}
eventually 5 delayed || says "$out" 'SHG>CKG.*2[0-9][0-9] ms.*60'

shows "in the map"
run 0 "$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/hubtop" map --size 160x45
says "$out" 'SHG.*CKG.*2[0-9][0-9]'

shows "in the matrix"
run 0 "$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/hubtop" matrix
says "$out" 'SHG.* 2[0-9][0-9]'

shows "and in the chart"
run 0 "$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/hubtop" --once --view links --size 160x45
says "$out" 'SHG.*CKG.*2[0-9][0-9]'
says "$out" 'promised 60|60.*promised'
now=$(get hubtop.conf sources | jq '.items[] | select(.id == "metrics") | .requests')
[ "$now" -gt "$polls" ] || no "it was not polled meanwhile"

kill -TERM "$collector"
wait "$collector"

# A day is asked for in points a minute apart: a server that is younger knows of no other point than the present.
knows_past() {
    curl -fsS -G "$TB_PROMETHEUS_URL/api/v1/query" --data-urlencode 'query=probe_duration_seconds{job="link"} offset 90s' |
        jq -e '.data.result | length > 0' >/dev/null
}

shows "what the server knows from before we asked is filled in, and marked"
eventually 150 knows_past || no "after 150 s Prometheus knows nothing of 90 s ago"
filled() {
    timeout 60 "$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/fresh" --once --view links --size 160x45 >"$out" 2>"$err"
    grep -q 'filled' "$out"
}
eventually 20 filled || no "no chart says that it was filled: $(cat "$out")"
