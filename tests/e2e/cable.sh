#!/bin/sh
# A cable is cut, four minutes ago: what the hub's monitoring says of it, each about something that the cut link explains.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
start=$((($(date +%s) - 65 * 60) * 1000))
state=$TMPDIR/state
url="sample:sample-data?scenario=cable&start=$start"
# get KIND FILE
get() { "$hubtop" --offline --state-dir "$state" get "$1" --json >"$TMPDIR/$1.json" 2>"$err" || [ $? -eq 75 ] || no "get $1 failed: $(cat "$err")"; }

shows "one poll of everything, four minutes after the cut"
run 0 timeout 90 "$hubtop" --source "$url" --state-dir "$state" --timeout 60 collect --once
for kind in alerts links transfers tenants queues; do get "$kind"; done

shows "some forty alerts that a hub tells, of paths, transfers, services and users"
jq -e '[.items[] | select(.source != "hubtop")] | (length >= 30 and length <= 45) and (map(.kind) | unique) == ["links", "queues", "tenants", "transfers"]' "$TMPDIR/alerts.json" >/dev/null ||
    no "there are: $(jq -r '.items[] | "\(.name) \(.kind) \(.where)"' "$TMPDIR/alerts.json")"

shows "each is about an object that lies at the cut link or goes over it"
jq -e --slurpfile t "$TMPDIR/transfers.json" --slurpfile n "$TMPDIR/tenants.json" --slurpfile q "$TMPDIR/queues.json" '
    ["SHG>SZ", "SZ>SHG"] as $cut
    | [.items[] | select(.source != "hubtop") | .where as $w
        | if .kind == "links" then $cut | index($w)
          elif .kind == "transfers" then any($t[0].items[]; .id == $w and (.link as $l | $cut | index($l)))
          elif .kind == "tenants" then any($n[0].items[]; .id == $w and .at == "SZ" and .ring_ms < 20)
          else any($q[0].items[]; .id == $w and .cluster == "SHG") end] | all' "$TMPDIR/alerts.json" >/dev/null ||
    no "one is about something else: $(jq -r '.items[] | "\(.kind) \(.where)"' "$TMPDIR/alerts.json")"

# --- what leads, who is hit and what is told, as the simulator itself counts it ---

# moment SEED MINUTES: one poll of everything so long after the scenario's zero; counts of that moment.
moment() {
    seed=$1 zero=$(($(date +%s) / 3600 * 3600 - 7200)) state=$TMPDIR/moment
    now=$((zero + $2 * 60))
    as_of=$(date -u -d "@$now" +%Y-%m-%dT%H:%M:%SZ)
    rm -rf "$state"
    run 0 timeout 90 "$hubtop" --source "sample:sample-data?scenario=cable&seed=$seed&start=${zero}000" --state-dir "$state" --now "$as_of" --timeout 60 collect --once
    "$BUILD/tests/e2e/recount" sample-data "${now}000" cable "$seed" "${zero}000" 'SHG>SZ' >"$TMPDIR/counted" || no "nothing is counted"
    "$BUILD/tests/e2e/recount" sample-data "${now}000" cable "$seed" "${zero}000" 'SZ>SHG' >"$TMPDIR/back" || no "nothing is counted"
}
counted() { awk -v a="$1" -v b="$2" '$1 == a && $2 == b { print $3 }' "$TMPDIR/counted"; }
ask() { TZ=UTC "$hubtop" --offline --state-dir "$state" --now "$as_of" "$@" >"$out" 2>"$err" || [ $? -eq 75 ] || no "$* failed: $(cat "$err")"; }
root() { jq -r '[.items[] | select(.parent == null and .state != "resolved")] | if length == 1 then .[0].id else "none of \(length)" end' "$out"; }

for seed in 47 8; do
    shows "seed $seed: one root alert of all, ours, about the direction whose promise is broken"
    moment $seed 65
    ask get alerts --json
    id=$(root)
    case $id in
    A-?????) ;;
    *) no "the root is $id" ;;
    esac
    jq -e --arg id "$id" '.total as $all | .items[] | select(.id == $id)
        | .source == "hubtop" and .where == "SHG>SZ" and .severity == "crit" and .children == $all - 1 and .children >= 30' "$out" >/dev/null ||
        no "it is $(jq -c --arg id "$id" '.items[] | select(.id == $id)' "$out") of $(jq .total "$out")"

    shows "seed $seed: its impact is the simulator's"
    jq -r --arg id "$id" '.items[] | select(.id == $id) | "\(.impact_jobs) \(.impact_users) \(.impact_tenants)"' "$out" >"$TMPDIR/got"
    echo "$(counted hit jobs) $(counted hit users) $(counted hit tenants)" >"$TMPDIR/wanted"
    same "$TMPDIR/wanted" "$TMPDIR/got"
    [ "$(counted hit jobs)" -gt 20 ] || no "nobody is hit"
    ask impact "$id" --json
    jq -r '"jobs \(.jobs)\nrunning \(.jobs_running)\naccels \(.accels)\nusers \(.users)\naccounts \(.accounts)\ntenants \(.tenants)\ndeadline \(.deadline_first_at) \(.deadline_first_job)"' "$out" >"$TMPDIR/got"
    jq -r '.items[] | "account \(.account) \(.jobs_running) \(.jobs_waiting) \(.users)"' "$out" | sort >>"$TMPDIR/got"
    {
        for what in jobs running accels users accounts tenants; do echo "$what $(counted hit $what)"; done
        echo "deadline $(date -u -d "@$(($(counted hit deadline_ms) / 1000))" +%Y-%m-%dT%H:%M:%SZ) $(counted hit deadline_job)"
        grep '^account' "$TMPDIR/counted" | sort
    } >"$TMPDIR/wanted"
    same "$TMPDIR/wanted" "$TMPDIR/got"

    shows "seed $seed: the verdict says the value, the promise, since when and who is hit"
    ask status
    delay=$(counted link one_way_ms)
    says "$out" "^SHG>SZ $delay ms one-way \(promised $(counted link promised)\).* for 3m; $(counted link lit) of $(counted link paths) lit;.* $(counted hit jobs) jobs, $(counted hit tenants) tenants"
    LC_ALL=C.UTF-8 ask --lang zh status
    says "$out" "^韶关→深圳 单向 $delay ms 越限\(承诺 $(counted link promised)\)"

    shows "seed $seed: so does the bulletin, in both languages, in at most 300 characters"
    ask bulletin "$id" --stage first
    says "$out" "^\[First report\] Shaoguan→Shenzhen: .*delay $delay ms, promised $(counted link promised) ms\. .*for 3 min\. Impact: $(counted hit jobs) jobs, $(counted hit users) users, $(counted hit tenants) tenants\."
    LC_ALL=C.UTF-8 ask --lang zh bulletin "$id" --stage first
    says "$out" "^【首报】韶关→深圳:.*时延$delay ms,承诺$(counted link promised) ms。.*已持续3分钟。影响面:作业$(counted hit jobs)、用户$(counted hit users)、租户$(counted hit tenants)。"
    [ "$(LC_ALL=C.UTF-8 wc -m <"$out")" -le 301 ] || no "it has $(LC_ALL=C.UTF-8 wc -m <"$out") characters"
done
state=$TMPDIR/state

shows "the start of an alert is a time to look back to; of one that nobody knows it is not"
id=$(jq -r '.items[] | select(.name == "PathDark") | .id' "$TMPDIR/alerts.json" | head -n 1)
since=$(jq -r --arg id "$id" '.items[] | select(.id == $id) | .since' "$TMPDIR/alerts.json")
"$hubtop" --offline --state-dir "$state" --at "@$id" get links --json >"$out" 2>"$err" || [ $? -eq 75 ] || no "it fails: $(cat "$err")"
jq -e --arg since "$since" '.as_of == $since' "$out" >/dev/null || no "it is as of $(jq -r .as_of "$out"), not $since"
run 67 "$hubtop" --offline --state-dir "$state" --at @A-00000 get links
says "$err" "no alert 'A-00000'"
