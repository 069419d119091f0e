#!/bin/sh
# A hub whose jobs, users, racks, nodes, alerts and queues are called as the corpora's strings (naughty-strings, escape-sequences): what the
# real program writes to a real terminal and to a pipe. names.c pages through the views beside a hub with plain names.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
corpora=$HUBTOP_SHARED/corpora
[ -f "$corpora/naughty-strings/blns.json" ] && [ -d "$corpora/escape-sequences" ] || lacks corpora "there are no corpora in $HUBTOP_SHARED"
now=2026-11-21T03:12:07Z
server=
trap 'kill $server 2>/dev/null; at_end' EXIT

# A JSON array of names: each string, each whole file and each of its lines; what an id may be long is cut.
jq 'map(select(. != ""))' "$corpora/naughty-strings/blns.json" >"$TMPDIR/naughty"
jq -Rn '[inputs | {name: input_filename, line: .}] | (group_by(.name) | map(map(.line) | join("\n"))) + map(.line) | map(select(. != ""))' \
    "$corpora"/escape-sequences/*.in >"$TMPDIR/escapes"
jq -s 'add | map(.[:120]) | unique' "$TMPDIR/naughty" "$TMPDIR/escapes" >"$TMPDIR/names.hostile"
for letter in A B; do
    jq --arg letter "$letter" 'map($letter * 120)' "$TMPDIR/names.hostile" >"$TMPDIR/names.$letter"
done
many=$(jq length "$TMPDIR/names.hostile")

# An answer of the Hub API: n is what it is called, i its number; ids begin with the number, so that all three hubs are in one order, and go on
# with what differs in all three, for a mark that combines may stand there.
list() { # FLEET KIND FILTER
    mkdir -p "$TMPDIR/www/$1/v1"
    case $1 in hostile) between=- ;; *) between=$1 ;; esac
    jq --arg kind "$2" --arg now "$now" --arg between "$between" "def id(i; n): \"\(i + 1000)\" + \$between + n; {kind: \$kind, revision: \"1\", as_of: \$now, full: true, next: null,
        items: [. as \$all | to_entries[] | .key as \$i | .value as \$n | id(\$i; \$n) as \$id | (\$n + \"-\(\$i)\") as \$u | $3]}" "$TMPDIR/names.$1" >"$TMPDIR/www/$1/v1/$2"
}
fleet() { # NAME
    jq -n --arg now "$now" '{id: "H", api: "1.0", now: $now, capabilities: {deltas: false, page_max: 1000, actions: [],
        kinds: ["clusters", "sites", "schedulers", "halls", "racks", "nodes", "queues", "users", "jobs", "alerts"]}}' >"$TMPDIR/hub.$1"
    list "$1" clusters 'select($i < 3) | {id: "C\($i)", hub: "GBA", name: $n, state: "up", lon: 113.6, lat: 24.8}'
    list "$1" sites 'select($i < 3) | {id: "S\($i)", cluster: "C\($i)", name: $n, area: $n, operator: $n, phase: "operating", membership: "connected"}'
    list "$1" schedulers 'select($i < 3) | {id: "s\($i)", cluster: "C\($i)", site: "S\($i)", name: $n, state: "up"}'
    list "$1" halls 'select($i < 3) | {id: "h\($i)", cluster: "C\($i)", site: "S\($i)", name: $n, power_kw: 100, power_cap_kw: 200}'
    list "$1" racks '{id: $id, cluster: "C0", site: "S0", hall: "h0", row: "\(($i / 40 | floor) + 10)", position: ($i % 40 + 1), name: $u, tenant: $u,
        units_total: 48, units_used: ($i % 48), power_kw: (15 - $i / 1000), power_cap_kw: 20, inlet_c: 21.5, state: "up"}'
    list "$1" nodes '{id: "s0/\($id)", scheduler: "s0", cluster: "C0", name: $n, rack: $id, state: "draining", state_raw: $n, reason: $n, reason_by: $n,
        reason_at: "2026-11-21T02:00:00Z", partitions: [$n], accel_kind: $n, accels_total: 8, cpus_total: 64, cpus_free: 0, memory_mb: 1024, jobs: 0}'
    list "$1" queues 'select($i < 30) | {id: "s0/\($u)", scheduler: "s0", cluster: "C0", name: $u, state: "UP", running: 1, waiting: 7}'
    list "$1" users '{id: $u, name: $u, account: $u, tenant: $u, contact: $n}'
    list "$1" jobs '{id: "s0/\($id)", scheduler: "s0", cluster: "C0", queue: ($all[$i % 30] + "-\($i % 30)"), name: $n, user: $u, account: $u, qos: $n, tenant: $u, state: "waiting",
        state_raw: $n, reason: $n, submitted_at: (1795000000 + $i * 60 | todate), accels: 8, cpus: 64, accel_kind: $n, command: $n, work_dir: $n, stdout: $n,
        dependency: $n, reservation: $n, licenses: [$n], time_limit_s: 3600, priority: $i}'
    list "$1" alerts '{id: $id, name: $n, severity: (if $i % 2 == 0 then "crit" else "warn" end), state: "firing", since: (1795200000 + $i * 60 | todate), where: $n,
        summary: $n, description: $n, runbook: $n, cluster: "C0", labels: [$n], receivers: [$n]}'
    mv "$TMPDIR/hub.$1" "$TMPDIR/www/$1/v1/hub"
}

shows "a collector takes $many names of each kind in, of plain hubs and of the hostile one"
[ "$many" -gt 1000 ] || no "there are but $many names"
for hub in A B hostile; do
    fleet "$hub" &
done
wait
for hub in A B hostile; do
    "$BUILD/tests/fakes/hub_check" src/sources/hub_v1.json /v1/jobs 200 <"$TMPDIR/www/$hub/v1/jobs" >"$TMPDIR/why" || no "$(head -n 5 "$TMPDIR/why")"
done
"$BUILD/tests/fakes/fake_http" --dir "$TMPDIR/www" >"$TMPDIR/port" 2>&1 &
server=$!
eventually 10 grep -q '^PORT ' "$TMPDIR/port" || no "the server does not start"
at=127.0.0.1:$(sed -n 's/^PORT //p' "$TMPDIR/port")
collectors=
source_of() { echo "hub+http://$at/$1?name=one&interval=900"; }
for hub in A B hostile; do
    (umask 077 && mkdir "$TMPDIR/state.$hub")
    timeout 60 "$hubtop" --source "$(source_of "$hub")" --state-dir "$TMPDIR/state.$hub" --now "$now" collect --once >"$TMPDIR/collect.$hub" 2>&1 &
    collectors="$collectors $!"
done
for pid in $collectors; do
    wait "$pid" || no "a collector failed: $(cat "$TMPDIR"/collect.*)"
done
hostile() { # COMMAND...: about the hostile hub
    timeout 60 "$hubtop" --state-dir "$TMPDIR/state.hostile" --now "$now" --offline "$@" 2>"$err"
}
for kind in jobs racks nodes users alerts; do
    got=$(hostile get "$kind" --json | jq .total)
    [ "$got" -ge "$many" ] || no "of $many $kind it has $got"
done
kill "$server"

# Whole lines of UTF-8 without controls.
clean() { # WHAT LINES-AT-LEAST
    iconv -f UTF-8 -t UTF-8 "$out" >/dev/null 2>&1 || no "$1 is not UTF-8"
    if LC_ALL=C grep -anP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$out" "$err" >"$TMPDIR/controls"; then
        no "$1 has controls: $(head -n 2 "$TMPDIR/controls" | cat -v)"
    fi
    [ "$(grep -c '' "$out")" -ge "$2" ] || no "$1 has but $(grep -c '' "$out") lines"
}
shows "text for a pipe holds no control"
for kind in jobs racks nodes users alerts queues clusters sites changes; do
    hostile get "$kind" --format text >"$out"
    clean "get $kind" 3
done
for view in jobs racks nodes alerts queues tree overview changes balance; do
    hostile --once --view "$view" --size 132x60 >"$out"
    clean "the view $view" 60
    "$BUILD/tests/e2e/frames" 132x60 "$out" >"$TMPDIR/frames" || no "$view: $(cat "$TMPDIR/frames")"
done
hostile status >"$out"
clean status 1
hostile check >"$out"
clean check 1

# In the real terminal. The tall one shows most names, the narrow one those that meet the last column.
while IFS='|' read -r size what steps; do
    shows "at $size: $what"
    printf '%b' "$steps" >"$TMPDIR/steps"
    "$BUILD/tests/e2e/names" "$size" "$TMPDIR/state.A" "$TMPDIR/state.B" "$TMPDIR/state.hostile" "$hubtop" --offline --now "$now" \
        <"$TMPDIR/steps" >"$TMPDIR/told" 2>&1 || no "$(head -n 40 "$TMPDIR/told")"
    echo "    $(tail -n 1 "$TMPDIR/told")"
done <<'STEPS'
132x400|jobs and nodes, page by page|fields 1 :jobs Enter\nfields 4 PgDn\nfields 3 Right\nfields 1 :nodes Enter\nfields 4 PgDn\n
132x400|racks, alerts, queues, changes and the overview|lines 1 :racks Enter\nlines 4 PgDn\nsentences 1 :alerts Enter\nsentences 4 PgDn\nsentences 1 :queues Enter\nfields 1 :changes Enter\nlines 1 :overview Enter\n
79x200|the tree unfolded, level by level|fields 1 :tree Enter\nfields 6 Right Down\nfields 4 PgDn\n
80x24|details of jobs|fields 1 :jobs Enter\nlines 1 d\nlines 40 Down\n
101x30|details of nodes, then what an alert says, then who is hit|fields 1 :nodes Enter\nlines 1 d\nlines 30 Down\nlines 1 :alerts Enter\nlines 20 Down\nlines 1 W\n
90x24|narrow columns|fields 1 :jobs Enter\nfields 30 PgDn\nsentences 1 :queues Enter\nsentences 10 Down\n
STEPS
