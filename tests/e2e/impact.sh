#!/bin/sh
# Who is hit: what `hubtop impact` says is what one counts by hand from the jobs, nodes, racks and tenants of the same moment.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks tools "jq is not installed"
hub=$TMPDIR/hub
cat >"$hub" <<END
#!/bin/sh
exec timeout 90 "$hubtop" --source sample:sample-data --seed 42 --state-dir "$TMPDIR/state" --timeout 60 "\$@"
END
chmod +x "$hub"
# A cache that stands still: one poll of everything, then all is read from it.
shows "one poll of everything"
run 0 "$hub" collect --once
for kind in jobs nodes racks tenants schedulers clusters queues users reservations links halls sites; do
    "$hub" --offline get "$kind" --json >"$TMPDIR/$kind.json" 2>"$err" || [ $? -eq 75 ] || no "get $kind failed: $(cat "$err")"
done

# agrees KIND ID FILTER: the jobs that a jq expression over a job (.) with $nodes, $tenants and the like chooses.
agrees() {
    "$hub" --offline impact "$1" "$2" --json >"$TMPDIR/impact.json" 2>"$err" || [ $? -eq 75 ] || no "impact $1 $2 failed: $(cat "$err")"
    jq -n --slurpfile j "$TMPDIR/jobs.json" --slurpfile n "$TMPDIR/nodes.json" --slurpfile t "$TMPDIR/tenants.json" \
        --slurpfile r "$TMPDIR/racks.json" --slurpfile s "$TMPDIR/schedulers.json" --slurpfile c "$TMPDIR/clusters.json" \
        --slurpfile v "$TMPDIR/reservations.json" --slurpfile q "$TMPDIR/queues.json" --arg id "$2" '
        # tux[1-3,07],big → its names; the simulator writes one pair of brackets at most
        def names: [scan("[^,\\[]+(?:\\[[^\\]]*\\])?") | if test("\\[") then
                capture("^(?<p>[^\\[]*)\\[(?<l>.*)\\]$") | .p as $p | .l | split(",")[] | split("-") as $b
                | ($b[0] | length) as $w | range($b[0] | tonumber; ($b[-1] | tonumber) + 1) | tostring
                | $p + ("0" * ($w - length) // "") + . else . end];
        def on($set): .scheduler as $x | ((.node_list // "") | names | any($set[$x + "/" + .])) and (.state | IN("running", "suspended", "finishing"));
        def nodes_of($racks): [$n[0].items[] | select(.rack as $k | $racks | index($k)) | {(.id): true}] | add // {};
        ([$t[0].items[] | {(.id): .at}] | add) as $at
        | ([$q[0].items[] | {(.id): .slo_s}] | add) as $slo
        | [$j[0].items[] | select(.state | IN("running", "suspended", "finishing", "waiting", "held"))] as $live
        | [$live[] | select('"$3"')] as $hit
        | def tasks: if .state | IN("waiting", "held") then ([.tasks // 1, 1] | max) else 1 end;
        def ends: if .state | IN("waiting", "held") then (($slo[.scheduler + "/" + .queue]) as $s | if $s then ((.eligible_at // .submitted_at) | fromdate) + $s else null end) else null end;
        {
            jobs: ([$hit[] | tasks] | add // 0),
            jobs_running: [$hit[] | select(.state | IN("running", "suspended", "finishing"))] | length,
            users: [$hit[].user] | unique | length,
            accounts: [$hit[].account] | unique | length,
            tenants: [$hit[].tenant] | unique | length,
            accels: ([$hit[] | tasks * (.accels // 0)] | add // 0),
            deadline: ([$hit[] | ends | select(. != null)] | min | if . then floor | todate else null end)
        }' >"$TMPDIR/wanted"
    jq '{jobs, jobs_running, users, accounts, tenants, accels, deadline: .deadline_first_at}' "$TMPDIR/impact.json" >"$TMPDIR/got"
    same "$TMPDIR/wanted" "$TMPDIR/got"
    [ "$(jq '[.items[] | .jobs_running + .jobs_waiting] | add // 0' "$TMPDIR/impact.json")" -eq "$(jq .jobs "$TMPDIR/impact.json")" ] ||
        no "the accounts do not add up"
}
first() { # KIND JQ: of those that are something, the first
    jq -r "[.items[] | select($2) | .id][0]" "$TMPDIR/$1.json"
}

shows "a link hits the tenants at its other end"
agrees link 'SHG>SZ' '(.cluster == "SHG" and $at[.tenant // ""] == "SZ") or (.cluster == "SZ" and $at[.tenant // ""] == "SHG")'
[ "$(jq .jobs "$TMPDIR/impact.json")" -gt 20 ] || no "nobody is hit"

shows "a cluster and a scheduler hit what is theirs"
agrees cluster SHG '.cluster == "SHG"'
agrees scheduler shg-ai '.scheduler == "shg-ai"'

shows "a site, a hub and a source likewise"
agrees site SHG-1 '(.scheduler as $x | $s[0].items[] | select(.id == $x) | .site) == "SHG-1"'
agrees hub CY '(.cluster as $x | $c[0].items[] | select(.id == $x) | .hub) == "CY"'

shows "a queue hits its jobs, the first deadline is that of its promise"
agrees queue "$(first queues '.waiting > 0 and .slo_s != null')" '.scheduler + "/" + .queue == $id'
jq -e '.deadline_first_at != null' "$TMPDIR/impact.json" >/dev/null || no "no deadline: $(cat "$TMPDIR/impact.json")"

shows "a node, a rack and a hall hit who runs there"
agrees node "$(first nodes '.jobs > 0')" 'on({($id): true})'
rack=$(first racks '.jobs > 3')
agrees rack "$rack" 'on(nodes_of([$id]))'
hall=$(jq -r --arg r "$rack" '.items[] | select(.id == $r) | .hall' "$TMPDIR/racks.json")
agrees hall "$hall" 'on(nodes_of([$r[0].items[] | select(.hall == $id) | .id]))'
[ "$(jq .jobs "$TMPDIR/impact.json")" -gt 0 ] || no "nobody is hit in the hall $hall"

shows "a reservation hits who asks for it and who runs on its nodes"
agrees reservation yrd-gen/maint-cooling '($v[0].items[] | select(.id == $id)) as $w | (.scheduler == $w.scheduler and .reservation == $w.name) or on([$w.nodes | names[] | {($w.scheduler + "/" + .): true}] | add)'

shows "contacts are those of the tenants; the text says the same as JSON"
"$hub" --offline impact 'SHG>SZ' --json >"$TMPDIR/impact.json" 2>"$err" || [ $? -eq 75 ] || no "$(cat "$err")"
"$hub" --offline impact 'SHG>SZ' >"$out" 2>"$err" || [ $? -eq 75 ] || no "$(cat "$err")"
says "$out" '^link SHG>SZ: [0-9,]+ jobs \([0-9,]+ running, [0-9,]+ waiting\)'
first=$(jq -r '.items[0] | "\(.account) +\(.tenant) .*\(.contacts[0])"' "$TMPDIR/impact.json")
says "$out" "$first"
says "$out" 't-001 .*duty@t-001\.example'

shows "what nobody knows is said, not counted as nothing"
run 67 "$hub" --offline impact nosuch
says "$err" "there is no object 'nosuch'"
run 64 "$hub" --offline impact
run 64 "$hub" --offline impact change x
says "$err" 'hubtop impact \[KIND\] ID'
