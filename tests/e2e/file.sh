#!/bin/sh
# Text files of metrics as a source, with the real program: links and racks of files, a file that breaks, one that ages, what is no
# file; and what real exporters of the testbed tell, written into a file.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks testbed "jq is not installed"
mkdir -m 700 "$TMPDIR/d"
cat >"$TMPDIR/texts.conf" <<END
version = 1
source "texts" {
  driver = "file"
  url = "file:$TMPDIR/d/*.prom"
  interval = 1
  series "rtt" { metric = "link_rtt_seconds" kind = "links" from = "src" to = "dst" value = "rtt_ms" scale = 1000 }
}
END
chmod 600 "$TMPDIR/texts.conf"
get() {
    timeout 60 "$hubtop" --config "$TMPDIR/texts.conf" --state-dir "$TMPDIR/state" get "$@" --json 2>"$err"
}
is() { # FILE JQ: true of the items
    jq -e "def about(n): . != null and ((. - n) | fabs) < 1e-6; .items | $2" "$1" >/dev/null 2>&1 ||
        no "$2: $(jq -c '.items[]' "$1" 2>&1 | head -c 800)"
}
put() { # FILE: whole at once
    cat >"$TMPDIR/d/.new" && mv "$TMPDIR/d/.new" "$TMPDIR/d/$1"
}

put links.prom <<'END'
# TYPE link_rtt_seconds gauge
# UNIT link_rtt_seconds seconds
# HELP link_rtt_seconds Round trip of a link.
link_rtt_seconds{src="fra",dst="ams"} 0.0123
link_rtt_seconds{src="fra",dst="sin"} 0.2
# EOF
END
put racks.prom <<'END'
# a script's own
rack_power_watts{site="fra", rack="r1"} 5300
rack_power_watts{site="fra", rack="r2",} 4100
END

shows "config check reads them and says what they give"
run 0 "$hubtop" config check "$TMPDIR/texts.conf"
says "$out" 'files .*2 files, 2 read now, 4 series, 4 of them used'
says "$out" 'links +2 rows'

"$hubtop" --config "$TMPDIR/texts.conf" --state-dir "$TMPDIR/state" collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!

shows "links and racks come from files"
get links >"$TMPDIR/links.json" || no "get links failed: $(cat "$err")"
get racks >"$TMPDIR/racks.json" || no "get racks failed: $(cat "$err")"
is "$TMPDIR/links.json" 'map(select(.id == "texts/fra>texts/ams"))[0] | (.rtt_ms | about(12.3)) and (.one_way_ms | about(6.15)) and .source == "texts" and .stale == false'
is "$TMPDIR/racks.json" 'map({(.name): .power_kw}) | add | (.r1 | about(5.3)) and (.r2 | about(4.1))'

shows "a broken file is told with its line, and the others go on"
put racks.prom <<'END'
rack_power_watts{site="fra",rack="r1"} 5300
rack_power_watts{site="fra",rack=r2} 4100
END
put links.prom <<'END'
# TYPE link_rtt_seconds gauge
link_rtt_seconds{src="fra",dst="ams"} 0.015
# EOF
END
broken() {
    get sources >"$TMPDIR/sources.json" && jq -e '.items[0] | (.last_error // "") | test("racks.prom:2:34: ")' "$TMPDIR/sources.json" >/dev/null
}
eventually 10 broken || no "$(jq -c '.items[0]' "$TMPDIR/sources.json")"
sleep 1.5
is "$TMPDIR/sources.json" '.[0].state == "live"'
get links >"$TMPDIR/links.json"
get racks >"$TMPDIR/racks.json"
is "$TMPDIR/links.json" 'length == 1 and (.[0].rtt_ms | about(15))'
is "$TMPDIR/racks.json" 'map({(.name): .power_kw}) | add | (.r1 | about(5.3)) and (.r2 | about(4.1))'
run 69 "$hubtop" config check "$TMPDIR/texts.conf"
says "$out" "racks.prom:2:34: a label's value does not begin"

shows "it is mended, and read again"
put racks.prom <<'END'
rack_power_watts{site="fra",rack="r1"} 6000
END
mended() { get racks >"$TMPDIR/racks.json" && jq -e '.items | length == 1 and .[0].power_kw == 6' "$TMPDIR/racks.json" >/dev/null; }
eventually 10 mended || no "$(jq -c '.items[]' "$TMPDIR/racks.json")"

shows "an old file makes its rows old, and says so"
touch -d '10 minutes ago' "$TMPDIR/d/racks.prom" "$TMPDIR/d/links.prom"
old() {
    get racks >"$TMPDIR/racks.json" && jq -e '.items[0] | .stale and .age_s >= 600 and .power_kw == 6' "$TMPDIR/racks.json" >/dev/null
}
eventually 15 old || no "$(jq -c '.items[] | {id, age_s, stale, power_kw}' "$TMPDIR/racks.json")"
told_old() { # `get` ends with a status of its own where a source is stale
    get sources >"$TMPDIR/sources.json"
    jq -e '.items[0] | .state == "stale" and (.last_error | test("was written 10m ago"))' "$TMPDIR/sources.json" >/dev/null
}
eventually 30 told_old || no "$(jq -c '.items[0]' "$TMPDIR/sources.json")"

shows "a file that vanishes takes its rows along"
rm "$TMPDIR/d/links.prom"
touch "$TMPDIR/d/racks.prom"
gone() { get links >"$TMPDIR/links.json" && jq -e '.items | length == 0' "$TMPDIR/links.json" >/dev/null; }
eventually 10 gone || no "$(jq -c '.items[]' "$TMPDIR/links.json")"
kill -TERM "$collector"
wait "$collector"

shows "what is no file is not read: links, pipes, what everybody may change"
ln -s "$TMPDIR/d/racks.prom" "$TMPDIR/link.prom"
run 65 "$hubtop" --source "file:$TMPDIR/link.prom?name=x" --state-dir "$TMPDIR/s1" collect --once
says "$err" 'symbolic link'
mkfifo "$TMPDIR/pipe.prom"
run 65 "$hubtop" --source "file:$TMPDIR/pipe.prom?name=x" --state-dir "$TMPDIR/s2" collect --once
says "$err" 'no regular file'
cp "$TMPDIR/d/racks.prom" "$TMPDIR/open.prom"
chmod 666 "$TMPDIR/open.prom"
run 65 "$hubtop" --source "file:$TMPDIR/open.prom?name=x" --state-dir "$TMPDIR/s3" collect --once
says "$err" 'everybody may change it'
run 64 "$hubtop" --source "file:racks.prom" --state-dir "$TMPDIR/s4" collect --once
says "$err" 'a path from the root'

bed=$HUBTOP_SHARED/testbed
[ -x "$bed/prometheus-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"
tb=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-file.XXXXXX)
trap 'at_end; TMPDIR=/tmp "$bed/prometheus-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
shows "what real exporters tell can be read from a file, and is what Prometheus makes of it"
TMPDIR=/tmp "$bed/prometheus-up" -d "$tb" >"$TMPDIR/prometheus-up" 2>&1 || {
    no "$(tail -n 5 "$TMPDIR/prometheus-up")"
    exit 1
}
# shellcheck disable=SC1091
. "$tb/env"
mkdir -m 700 "$TMPDIR/real"
n=0
for url in "$TB_NODE_EXPORTER_URL/metrics" "$TB_BLACKBOX_EXPORTER_URL/metrics" \
    "$TB_BLACKBOX_EXPORTER_URL/probe?module=http&target=$TB_RESPONDER_URL/delay/5" "$TB_PROMETHEUS_URL/metrics" \
    "$TB_ALERTMANAGER_URL/metrics" "$TB_VICTORIAMETRICS_URL/metrics"; do
    n=$((n + 1))
    curl -fsS "$url" >"$TMPDIR/real/$n.prom" || no "$url does not answer"
done
run 0 "$hubtop" --source "file:$TMPDIR/real/*.prom?name=texts" --state-dir "$TMPDIR/real-state" collect --once
says "$out" 'files .*6 files, 6 read now, [0-9]{4} series'
timeout 60 "$hubtop" --source "file:$TMPDIR/real/1.prom?name=texts" --state-dir "$TMPDIR/real-state" get racks --json >"$TMPDIR/racks.json" 2>"$err"
jq -r '.items[] | [(.cluster | sub("texts/"; "")), .name, .power_cap_kw, .cpus_total, .nodes_total] | @tsv' "$TMPDIR/racks.json" | sort >"$TMPDIR/got"
for q in rack_power_limit_watts/1000 node_total_cpus; do
    curl -fsS -G "$TB_PROMETHEUS_URL/api/v1/query" --data-urlencode "query=sum by (site, rack) ($q)" |
        jq -r '.data.result[] | [.metric.site, .metric.rack, (.value[1] | tonumber)] | @tsv' | sort >"$TMPDIR/asked.$(echo $q | cut -c1-4)"
done
cut -f1-3 "$TMPDIR/got" >"$TMPDIR/caps"
cut -f1,2,4 "$TMPDIR/got" >"$TMPDIR/cpus"
[ -s "$TMPDIR/caps" ] || no "there are no racks: $(cat "$err")"
same "$TMPDIR/asked.rack" "$TMPDIR/caps"
same "$TMPDIR/asked.node" "$TMPDIR/cpus"
