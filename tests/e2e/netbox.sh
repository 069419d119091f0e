#!/bin/sh
# A NetBox (a fake one that lists what NetBox 4.2 and 3.7 would) beside a Prometheus: racks as planned and as measured are one row;
# devices, feeds and pages are whole; what is denied is said; a `next` that leads elsewhere leads nowhere.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
canary=canary-$$-token
mkdir -m 700 "$TMPDIR/t"
(umask 077 && echo "$canary" >"$TMPDIR/t/token" && echo wrong >"$TMPDIR/t/wrong")
cp -r tests/fakes/netbox/4.2 "$TMPDIR/box"
cp -r tests/fakes/netbox/3.7 "$TMPDIR/old"
mkdir -p "$TMPDIR/prom/api/v1"

# Measured: r01 of the second hall by its hall, others by their names alone.
{
    echo '{"status":"success","data":{"resultType":"vector","result":['
    for rack in r02 r03 r04; do echo "{\"metric\":{\"site\":\"shg-1\",\"rack\":\"$rack\"},\"value\":[1795313818,\"7500\"]},"; done
    for hall in H1 H2; do echo "{\"metric\":{\"site\":\"shg-1\",\"hall\":\"$hall\",\"rack\":\"r01\"},\"value\":[1795313818,\"${hall#H}000\"]},"; done
    echo '{"metric":{"site":"shg-1","rack":"r77"},"value":[1795313818,"100"]}]}}'
} >"$TMPDIR/prom/api/v1/query"

echo '{"status":"success","data":{"resultType":"matrix","result":[]}}' >"$TMPDIR/prom/api/v1/query_range"

servers=
trap 'kill $servers 2>/dev/null; at_end' EXIT
serve() { # PORTFILE COMMAND...: a server of ours, its port in $port
    file=$1
    shift
    "$@" >"$file" 2>&1 &
    servers="$servers $!"
    eventually 10 grep -q '^PORT ' "$file" || no "the fake server does not start: $(cat "$file")"
    port=$(sed -n 's/^PORT //p' "$file")
}

shows "the fake servers serve"
serve "$TMPDIR/port.box" "$BUILD/tests/fakes/fake_netbox" "$TMPDIR/box" --token "$canary" --ledger "$TMPDIR/ledger"
box=$port
serve "$TMPDIR/port.old" "$BUILD/tests/fakes/fake_netbox" "$TMPDIR/old"
old=$port
serve "$TMPDIR/port.prom" "$BUILD/tests/fakes/fake_http" --dir "$TMPDIR/prom"
prom=$port
serve "$TMPDIR/port.elsewhere" "$BUILD/tests/fakes/fake_http" --ledger "$TMPDIR/elsewhere"
elsewhere=$port

cat >"$TMPDIR/fleet.conf" <<'END'
fleet_version = 1
cluster "SHG" { name = "Shaoguan"  aliases = { "fra" } }
site "shg-1" { cluster = "SHG" }
END
cat >"$TMPDIR/hubtop.conf" <<END
version = 1
fleet = "fleet.conf"
source "metrics" {
  driver = "prometheus"
  url = "http://127.0.0.1:$prom"
  profiles = { }
  query "power" { expr = 'p'  kind = "racks"  site = "site"  rack = "rack"  hall = "hall"  value = "power_kw"  scale = 0.001 }
}
source "plan" {
  driver = "netbox"
  url = "http://127.0.0.1:$box"
  token_file = "$TMPDIR/t/token"
  cluster_from = "network_cluster"
  rack_form = "{row}-{position}"
}
END
chmod 600 "$TMPDIR/hubtop.conf"

get() { # KIND...
    timeout 60 "$hubtop" --config "$TMPDIR/hubtop.conf" --state-dir "$TMPDIR/state" get "$@" --json --timeout 20 2>"$err"
}
once() { # STATUS CONFIG: every source is asked once
    run "$1" "$hubtop" --config "$2" --state-dir "$TMPDIR/once.$(basename "$2" .conf)" collect --once
}
is() { # FILE ID JQ: what holds of an item
    jq -e --arg id "$2" ".items[] | select(.id == \$id) | $3" "$1" >/dev/null || no "$2: not $3: $(jq -c --arg id "$2" '.items[] | select(.id == $id)' "$1")"
}
total() { # FILE NUMBER
    [ "$(jq .total "$1")" -eq "$2" ] || no "there are $(jq .total "$1"), not $2: $(jq -c '[.items[].id]' "$1" | head -c 600)"
}
# Ends the collector that get started, so that the next one begins with other settings.
collector_ends() {
    kill "$(cat "$TMPDIR/state/lock")" 2>/dev/null
    eventually 10 sh -c "! kill -0 $(cat "$TMPDIR/state/lock") 2>/dev/null"
    rm -rf "$TMPDIR/state"
}

shows "racks as planned and racks as measured are one row, each value with its source"
get racks >"$TMPDIR/racks.json" || no "get racks failed: $(cat "$err")"
is "$TMPDIR/racks.json" shg-1/r02 '.power_kw == 7.5 and .units_total == 42 and .units_used == 33 and .status == "active" and .tenant == "t-017"
    and .row == "A" and .position == 2 and .hall == "shg-1/H1" and .site == "shg-1" and .cluster == "SHG" and .power_planned_kw == 22.2
    and .power_cap_kw == 16.849 and .units_reserved == 0 and .source == "plan" and (.sources | any(. == "power_kw=metrics"))'
shows "racks that were measured alone, or planned alone"
is "$TMPDIR/racks.json" shg-1/r77 '.power_kw == 0.1 and .units_total == null and .status == null'
is "$TMPDIR/racks.json" shg-1/r08 '.power_kw == null and .units_used == 33'
total "$TMPDIR/racks.json" 14

shows "two racks of one name in two halls stay two, measured and planned"
is "$TMPDIR/racks.json" shg-1/H1/r01 '.power_kw == 1 and .units_total == 42 and .units_reserved == 3 and .hall == "shg-1/H1"'
is "$TMPDIR/racks.json" shg-1/H2/r01 '.power_kw == 2 and .units_total == 47 and .units_used == 4 and .hall == "shg-1/H2"'
is "$TMPDIR/racks.json" "ckg-1/Building A/Room 1/A-01" '.units_total == 42 and .row == "A" and .position == 1'
is "$TMPDIR/racks.json" "ckg-1/Building B/Room 1/A-01" '.units_total == 48 and .units_used == 4 and .cluster == "CKG"'

shows "sites, halls, devices and feeds"
get sites >"$TMPDIR/sites.json"
is "$TMPDIR/sites.json" ckg-1 '.phase == "building" and .name == "重庆 1" and .cluster == "CKG"'
is "$TMPDIR/sites.json" shg-1 '.phase == "operating" and .area == "South China"'
get halls >"$TMPDIR/halls.json"
is "$TMPDIR/halls.json" shg-1/H1 '.racks_total == 8 and .site == "shg-1" and .power_kw == 23.5'
get devices >"$TMPDIR/devices.json"
total "$TMPDIR/devices.json" "$(wc -l <"$TMPDIR/box/devices")"
is "$TMPDIR/devices.json" shg-1/shg1-r02-n03 '.role == "Compute" and .model == "H3C UniServer R5300 G5" and .position_u == 9 and .height_u == 4
    and .face == "front" and .status == "active" and .address == "10.1.2.3" and .serial == "SN0202" and .tenant == "t-017"'
get feeds >"$TMPDIR/feeds.json"
total "$TMPDIR/feeds.json" "$(wc -l <"$TMPDIR/box/power-feeds")"
is "$TMPDIR/feeds.json" shg-1/PP-H1-B/r02-B '.role == "redundant" and .voltage_v == 380 and .current_a == 32 and .phases == 3 and .cap_pct == 80 and .power_cap_kw == 16.849'
is "$TMPDIR/feeds.json" ckg-1/PP-A/spare '.voltage_v == -48 and .power_cap_kw == 4.8 and .rack == null'

shows "only lists are asked for, with the token, in order"
grep -v '^GET ' "$TMPDIR/ledger" >"$out" && no "it asked otherwise: $(head -n 3 "$out")"
grep -v ' good$' "$TMPDIR/ledger" >"$out" && no "without the token: $(head -n 3 "$out")"
says "$TMPDIR/ledger" '^GET /api/dcim/devices/[?]limit=1000&offset=0&ordering=id&exclude=config_context good$'

shows "pages: the same rows, seven objects at a time"
collector_ends
echo 7 >"$TMPDIR/box/page"
: >"$TMPDIR/ledger"
for kind in racks devices feeds sites halls; do
    get "$kind" >"$TMPDIR/paged.json" || no "get $kind failed: $(cat "$err")"
    jq '[.items[] | del(.observed_at, .age_s, .inlet_warm_since)]' "$TMPDIR/$kind.json" >"$TMPDIR/wanted"
    jq '[.items[] | del(.observed_at, .age_s, .inlet_warm_since)]' "$TMPDIR/paged.json" >"$TMPDIR/got"
    same "$TMPDIR/wanted" "$TMPDIR/got"
done
says "$TMPDIR/ledger" 'devices/[?]limit=7&offset=84&ordering=id&exclude=config_context good$'

shows "a next that leads elsewhere: its numbers are taken, nobody else is asked"
collector_ends
echo "http://127.0.0.1:$elsewhere/api/dcim/stolen/" >"$TMPDIR/box/next"
get devices >"$TMPDIR/paged.json" || no "get devices failed: $(cat "$err")"
total "$TMPDIR/paged.json" "$(wc -l <"$TMPDIR/box/devices")"
[ ! -s "$TMPDIR/elsewhere" ] || no "somebody else was asked: $(cat "$TMPDIR/elsewhere")"
grep -q stolen "$TMPDIR/ledger" && no "the path of next was taken"
collector_ends
for next in 'x?offset=0&' 'x?offset=-7&' 'x?limit=7&offset=99999999999999999999&' 'x?limit=0&offset=7&'; do
    echo "$next" >"$TMPDIR/box/next"
    once 76 "$TMPDIR/hubtop.conf"
    says "$err" 'does not say how it goes on'
done
[ ! -s "$TMPDIR/elsewhere" ] || no "somebody else was asked: $(cat "$TMPDIR/elsewhere")"
rm -f "$TMPDIR/box/next" "$TMPDIR/box/page"

shows "a list that changes while it is read closes nothing"
echo devices >"$TMPDIR/box/grow"
once 69 "$TMPDIR/hubtop.conf"
says "$err" 'has [0-9]+ devices and told of 95: they were changed while they were read'
rm "$TMPDIR/box/grow"

shows "what may not be seen is unknown, not 0; the rest stands"
printf 'power-ports\nrack-reservations\ndevice-types\n' >"$TMPDIR/box/deny"
rm -rf "$TMPDIR/state"
get racks >"$TMPDIR/denied.json" || no "get racks failed: $(cat "$err")"
is "$TMPDIR/denied.json" shg-1/r02 '.power_planned_kw == null and .units_reserved == null and .units_used == null and .units_total == 42'
collector_ends
shows "a list that is more than an extra: denied, in words"
echo racks >"$TMPDIR/box/deny"
once 77 "$TMPDIR/hubtop.conf"
says "$err" 'not allowed: NetBox .plan. answers 403 .You do not have permission .* when asked for its racks'
says "$err" 'permission to view racks'
rm "$TMPDIR/box/deny"

shows "a wrong token, and none: denied, in words, and no token is told"
sed "s|/t/token|/t/wrong|" "$TMPDIR/hubtop.conf" >"$TMPDIR/wrong.conf"
sed "/token_file/d" "$TMPDIR/hubtop.conf" >"$TMPDIR/none.conf"
chmod 600 "$TMPDIR"/*.conf
once 77 "$TMPDIR/wrong.conf"
says "$err" '403 .Invalid token. when asked for its status'
says "$err" 'API Tokens'
once 77 "$TMPDIR/none.conf"
says "$err" '403 .Authentication credentials were not provided'
grep -rq "$canary" "$TMPDIR/once."* "$TMPDIR/state" "$out" "$err" 2>/dev/null && no "the token is in our files"

shows "NetBox 3.7 gives the same racks, devices and feeds, but for what 4.2 knows alone"
cat >"$TMPDIR/old.conf" <<END
version = 1
fleet = "fleet.conf"
source "plan" {
  driver = "netbox"
  url = "http://127.0.0.1:$old"
  cluster_from = "network_cluster"
  rack_form = "{row}-{position}"
}
END
sed "s|:$old|:$box|; s|  driver = .netbox.|&\n  token_file = \"$TMPDIR/t/token\"|" "$TMPDIR/old.conf" >"$TMPDIR/new.conf"
chmod 600 "$TMPDIR"/*.conf
for kind in sites halls racks devices feeds; do
    for box in old new; do
        timeout 60 "$hubtop" --config "$TMPDIR/$box.conf" --state-dir "$TMPDIR/$box.state" get "$kind" --json --timeout 20 2>"$err" |
            jq -S '[.items[] | del(.observed_at, .age_s)]' >"$TMPDIR/$box.json"
    done
    [ "$(jq length "$TMPDIR/new.json")" -gt 0 ] || no "there are no $kind"
    same "$TMPDIR/new.json" "$TMPDIR/old.json"
done
for box in old new; do kill "$(cat "$TMPDIR/$box.state/lock")" 2>/dev/null; done

shows "config check and doctor say what it gives"
run 0 "$hubtop" config check "$TMPDIR/hubtop.conf"
says "$out" 'NetBox 4.2.3'
says "$out" '95 devices'
run 0 "$hubtop" --config "$TMPDIR/hubtop.conf" doctor plan
says "$out" 'racks, 3 of 13'
