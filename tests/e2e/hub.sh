#!/bin/sh
# The real program against the fake hub, which serves Hub API v1 as its document says: every kind, pages, conditions, differences,
# a dozen kinds of trouble beside a good hub, and `site test`.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
document=src/sources/hub_v1.json

servers=
trap 'kill $servers 2>/dev/null; at_end' EXIT
serve() { # NAME OPTION...: its address in a variable of that name
    name=$1
    shift
    : >"$TMPDIR/$name.port" # of an earlier one: the child empties it, but later
    "$BUILD/tests/fakes/fake_hub" "$@" >"$TMPDIR/$name.port" 2>&1 &
    servers="$servers $!"
    eventually 30 grep -q '^PORT ' "$TMPDIR/$name.port" || no "the fake hub does not start: $(cat "$TMPDIR/$name.port")"
    eval "$name=127.0.0.1:$(sed -n 's/^PORT //p' "$TMPDIR/$name.port")"
}
fleet= many=
shows "the fake hub serves"
serve fleet --tick-ms 0
serve many --fleet none --hubs 40 --tick-ms 0

valid() { # URL PATH STATUS [CURL-OPTION...]: the answer has that status, and a body as the document says
    url=$1 path=$2 status=$3
    shift 3
    got=$(curl -sS -o "$TMPDIR/body" -w '%{http_code}' "$@" "$url") || no "curl $url failed"
    [ "$got" = "$status" ] || no "$url answers $got, not $status"
    "$BUILD/tests/fakes/hub_check" "$document" "$path" "$status" <"$TMPDIR/body" >"$TMPDIR/why" || no "$(head -n 5 "$TMPDIR/why")"
}
post() { # KEY BODY STATUS
    got=$(curl -sS -o "$TMPDIR/body" -w '%{http_code}' -H "Idempotency-Key: $1" -d "$2" "http://$many/h/5/v1/actions")
    [ "$got" = "$3" ] || no "the order $1 got $got, not $3: $(cat "$TMPDIR/body")"
}

shows "every GET path of the document is served as it says"
"$BUILD/tests/fakes/hub_check" "$document" --paths | grep -v /v1/actions >"$TMPDIR/paths"
[ "$(grep -c . "$TMPDIR/paths")" -ge 21 ] || no "only $(grep -c . "$TMPDIR/paths") paths"
while read -r path; do
    valid "http://$fleet$path" "$path" 200
    valid "http://$many/h/1$path" "$path" 200
    [ "$path" = /v1/hub ] || valid "http://$fleet$path?limit=3" "$path" 200
done <"$TMPDIR/paths"
valid "http://$many/h/1/v1/actions?key=none" /v1/actions 200
valid "http://$fleet/v1/racks?limit=5&hall=$(curl -s "http://$fleet/v1/halls?limit=1" | jq -r '.items[0].id | @uri')" /v1/racks 200

shows "errors are problem+json as it says"
valid "http://$fleet/v1/jobs?limit=0" /v1/jobs 400
valid "http://$fleet/v1/jobs?colour=blue" /v1/jobs 400
valid "http://$fleet/v1/jobs?since=999999" /v1/jobs 410
valid "http://$fleet/v1/jobs?cursor=1.2" /v1/jobs 410
[ "$(curl -s -o "$TMPDIR/body" -w '%{http_code} %{content_type}' "http://$fleet/v1/nothing")" = "404 application/problem+json" ] || no "no 404"

shows "the checker refuses a body that is wrong"
curl -s "http://$fleet/v1/links" | jq -c '.items[0].one_way_ms = "4"' >"$TMPDIR/body"
"$BUILD/tests/fakes/hub_check" "$document" /v1/links 200 <"$TMPDIR/body" >"$TMPDIR/why" && no "it took a text for a number"
says "$TMPDIR/why" 'items\[0\]\.one_way_ms is of another type'

shows "an order acts once, on targets as they were seen, and is in the journal"
rev=$(curl -s "http://$many/h/5/v1/jobs" | jq -r '.items[0].revision') job=$(curl -s "http://$many/h/5/v1/jobs" | jq -r '.items[0].id')
order="{\"kind\":\"cancel\",\"targets\":[{\"kind\":\"jobs\",\"id\":\"$job\",\"revision\":\"$rev\"}]}"
post k1 "$order" 202
id=$(jq -r .id "$TMPDIR/body")
post k1 "$order" 202
[ "$(jq -r .id "$TMPDIR/body")" = "$id" ] || no "the same key made another action"
post k1 "$(echo "$order" | sed 's/cancel/hold/')" 409
post k2 "$order" 412
post k3 '{"kind":"cancel"}' 400
post k4 "$(echo "$order" | sed "s|$job|C0005/1|")" 404
valid "http://$many/h/5/v1/actions/$id" "/v1/actions/$id" 200
valid "http://$many/h/5/v1/actions?key=k1" /v1/actions 200
jq -e '.items | length == 1' "$TMPDIR/body" >/dev/null || no "the key finds $(cat "$TMPDIR/body")"
[ "$(curl -s "http://$many/_fake/journal" | jq -r 'select(.effect == "done") | .key')" = k1 ] || no "$(curl -s "http://$many/_fake/journal")"
curl -s "http://$many/h/5/v1/jobs" | jq -e --arg id "$job" '.items[] | select(.id == $id) | .state == "cancelled"' >/dev/null || no "nothing was done"

# --- what hubtop makes of it ---

once() { # NAME URL OPTION...: a state directory NAME filled by one poll
    at=$1 url=$2
    shift 2
    "$hubtop" --source "$url" --state-dir "$TMPDIR/$at" collect --once "$@" >"$out" 2>"$err" || no "$url: $(cat "$out" "$err")"
}
get() { # NAME URL KIND
    "$hubtop" --source "$2" --state-dir "$TMPDIR/$1" --offline get "$3" --json 2>"$err" || no "get $3: $(cat "$err")"
}
source="hub+http://$fleet?name=h"

shows "get of every kind agrees with what the hub itself says"
once whole "$source"
while read -r path; do
    kind=${path#/v1/}
    [ "$kind" != hub ] || continue
    get whole "$source" "$kind" >"$TMPDIR/ours"
    curl -s "http://$fleet$path?limit=100000" >"$TMPDIR/theirs"
    next=$(jq -r '.next // empty' "$TMPDIR/theirs")
    while [ -n "$next" ]; do
        curl -s "http://$fleet$path?limit=100000&cursor=$next" >"$TMPDIR/more"
        jq -c -s '{items: (.[0].items + .[1].items), next: .[1].next}' "$TMPDIR/theirs" "$TMPDIR/more" >"$TMPDIR/both"
        mv "$TMPDIR/both" "$TMPDIR/theirs"
        next=$(jq -r '.next // empty' "$TMPDIR/theirs")
    done
    # Counts and what is joined may say more than the hub did; nothing that it said may be missing or other.
    jq -r -n --slurpfile o "$TMPDIR/ours" --slurpfile t "$TMPDIR/theirs" '
        ($o[0].items | INDEX(.id)) as $ours | $t[0].items[] | . as $theirs | $ours[.id] as $mine |
        if $mine == null then "\(.id) is missing" else
        (del(.revision) | to_entries[] | select(.value != $mine[.key]) | "\($theirs.id): \(.key) is \($mine[.key]), not \(.value)") end' \
        >"$TMPDIR/diff"
    [ ! -s "$TMPDIR/diff" ] || no "$kind: $(grep -c . "$TMPDIR/diff") differ: $(head -n 3 "$TMPDIR/diff")"
    [ "$(jq '.items | length' "$TMPDIR/theirs")" -gt 0 ] || no "$kind: the hub told nothing"
done <"$TMPDIR/paths"

shows "small pages give the same table"
once small "$source&page=7"
same_rows() { jq -S '.items | map(del(.observed_at, .age_s, .stale, .since, .waited_s, .wait_p50_s, .wait_p95_s, .oldest_s, .arrivals_per_min, .departures_per_min, .at))' "$1"; }
for kind in jobs nodes racks links sites transfers; do
    get whole "$source" "$kind" >"$TMPDIR/a"
    get small "$source&page=7" "$kind" >"$TMPDIR/b"
    same_rows "$TMPDIR/a" >"$TMPDIR/a.rows"
    same_rows "$TMPDIR/b" >"$TMPDIR/b.rows"
    same "$TMPDIR/a.rows" "$TMPDIR/b.rows"
done

collectors=
collect() { # NAME OPTION...
    at=$1
    shift
    "$hubtop" "$@" --state-dir "$TMPDIR/$at" collect >"$TMPDIR/$at.log" 2>&1 &
    collectors="$collectors $!"
    servers="$servers $!"
}
counts() { curl -s "http://$many/_fake/counts"; }
one="hub+http://$many/h/1?name=one&interval=1"
live() { # NAME URL SOURCE: its row
    "$hubtop" --source "$2" --state-dir "$TMPDIR/$1" get sources --json 2>/dev/null | jq -c --arg s "$3" '.items[] | select(.id == $s)'
}

shows "what did not change costs 304 and few bytes"
counts >"$TMPDIR/before"
collect delta --source "$one"
polls() { [ "$(live delta "$one" one | jq '.requests // 0')" -ge "$1" ]; }
eventually 20 polls 63 || no "three polls did not come: $(cat "$TMPDIR/delta.log")"
counts >"$TMPDIR/after"
jq -e -s '.[1].unchanged - .[0].unchanged >= 38 and .[1].bytes - .[0].bytes < 15000' "$TMPDIR/before" "$TMPDIR/after" >/dev/null ||
    no "$(cat "$TMPDIR/before" "$TMPDIR/after")"
"$hubtop" --source "$one" --state-dir "$TMPDIR/delta" get links jobs --json >"$TMPDIR/ours" 2>&1 || true
"$hubtop" --source "$one" --state-dir "$TMPDIR/delta" get links --json >"$TMPDIR/ours" || no "get links"
jq -e '.items | length == 1 and all(.stale == false and .age_s < 4)' "$TMPDIR/ours" >/dev/null || no "links that a 304 renews: $(cat "$TMPDIR/ours")"

shows "a change comes as a difference, with what went"
curl -s "http://$many/_fake/step?hub=1"
agrees() {
    "$hubtop" --source "$one" --state-dir "$TMPDIR/delta" get jobs --json 2>/dev/null | jq -c '.items | map([.id, .state]) | sort' >"$TMPDIR/a"
    curl -s "http://$many/h/1/v1/jobs" | jq -c '.items | map([.id, .state]) | sort' >"$TMPDIR/b"
    cmp -s "$TMPDIR/a" "$TMPDIR/b"
}
eventually 10 agrees || no "$(diff "$TMPDIR/a" "$TMPDIR/b" | head -n 4)"
counts >"$TMPDIR/after"
jq -e '.deltas >= 1' "$TMPDIR/after" >/dev/null || no "$(cat "$TMPDIR/after")"
grep -q 'C0001/100"' "$TMPDIR/a" && no "a job that went is still there"

shows "a revision that the hub forgot: the list comes whole, in the same poll"
curl -s "http://$many/_fake/fault?hub=1&what=jobs&fault=410&times=1"
curl -s "http://$many/_fake/step?hub=1"
eventually 10 agrees || no "$(diff "$TMPDIR/a" "$TMPDIR/b" | head -n 4)"
live delta "$one" one | jq -e '.state == "live" and .errors == 0' >/dev/null || no "$(live delta "$one" one)"
# shellcheck disable=SC2086
kill $collectors 2>/dev/null
collectors=

# --- trouble ---

# A line a case: hub | what | fault | what its row of the sources says
cat >"$TMPDIR/cases" <<'CASES'
2|jobs|500|jobs: hub .* trouble of its own \(500\): an order of the test: the cooling
3|jobs|503|\(503\): an order of the test: the cooling of the machine room is being repaired
4|hub|401|hub: hub .* wants another token \(401\)
6|jobs|truncated|jobs: .*broke off
7|jobs|html|jobs: .*not JSON
8|jobs|slow|jobs: .*too slowly
9|hub|hang|
10|jobs|loop|jobs: .*lead in a circle
11|jobs|badutf8|jobs: .*UTF-8
12|jobs|notmodified|jobs: .*\(304\)
13|jobs|duplicate|jobs: .*twice|second time
14|jobs|otherkind|something else than jobs
15|jobs|noid|
16|jobs|nolist|no list 'items'
17|jobs|404|has nothing there \(404\)
18|jobs|429|asks for a pause \(429\)
19|hub|oldapi|version '2.0' of the Hub API
20|jobs|endless|
CASES
set -- --source "hub+http://$many/h/1?name=good&interval=1"
while IFS='|' read -r hub what fault _; do
    curl -s "http://$many/_fake/fault?hub=$hub&what=$what&fault=$fault"
    set -- "$@" --source "hub+http://$many/h/$hub?name=bad-$hub&interval=1"
done <"$TMPDIR/cases"

shows "eighteen hubs in trouble: the good one beside them is polled on time"
collect trouble "$@"
sleep 16
"$hubtop" "$@" --state-dir "$TMPDIR/trouble" --offline get sources --json >"$TMPDIR/sources" 2>"$err" || true
jq -e '.items[] | select(.id == "good") | .state == "live" and .errors == 0 and .requests >= 150' "$TMPDIR/sources" >/dev/null ||
    no "$(jq -c '.items[] | select(.id == "good")' "$TMPDIR/sources")"
jq -e '.as_of as $now | .items[] | select(.id == "good") | ($now | fromdate) - (.last_ok_at | fromdate) <= 4' "$TMPDIR/sources" >/dev/null ||
    no "the last answer: $(jq -c '.as_of, (.items[] | select(.id == "good") | .last_ok_at)' "$TMPDIR/sources")"

shows "each trouble is told in words, the hub's own where it has some"
while IFS='|' read -r hub what fault words; do
    said=$(jq -r --arg s "bad-$hub" '.items[] | select(.id == $s) | .last_error // ""' "$TMPDIR/sources")
    [ -z "$words" ] || echo "$said" | grep -qE -- "$words" || no "$fault: '$said' does not match '$words'"
done <"$TMPDIR/cases"
jq -e '.items[] | select(.id == "bad-4") | .state == "denied"' "$TMPDIR/sources" >/dev/null || no "401 is no denial"

shows "Retry-After is obeyed; without one a hub in trouble is asked again"
jq -e '[.items[] | select(.id == "bad-3" or .id == "bad-18") | .requests] | all(. <= 21)' "$TMPDIR/sources" >/dev/null ||
    no "asked in the pause: $(jq -c '.items[] | [.id, .requests]' "$TMPDIR/sources")"
jq -e '.items[] | select(.id == "bad-2") | .requests > 40' "$TMPDIR/sources" >/dev/null || no "500 was not asked again"

shows "a list in trouble does not touch the others of its hub"
"$hubtop" "$@" --state-dir "$TMPDIR/trouble" --offline get clusters --json >"$TMPDIR/ours" 2>/dev/null || true
for hub in C0002 C0007 C0010 C0014; do
    jq -e --arg id "$hub" '.items[] | select(.id == $id)' "$TMPDIR/ours" >/dev/null || no "cluster $hub is missing"
done
# shellcheck disable=SC2086
kill $collectors 2>/dev/null
collectors=

# --- TLS, and site test ---

shows "a hub elsewhere is not asked without TLS, unless that is said aloud"
run 78 "$hubtop" --source "hub+http://192.0.2.1:1?name=x" --state-dir "$TMPDIR/tls" collect --once
says "$err" 'without TLS'
says "$err" 'allow_http = true'
run 0 "$hubtop" --source "hub+http://$many/h/30?name=x" --state-dir "$TMPDIR/tls" config check
says "$out" 'asked without TLS'

shows "site test passes a good hub"
(umask 077 && echo "word-$$" >"$TMPDIR/token")
guarded=
serve guarded --fleet none --hubs 9 --tick-ms 0 --token "word-$$"
token="token_file=$TMPDIR/token"
run 0 "$hubtop" --source "hub+http://$guarded/h/1?name=one&$token" site test one
says "$out" '^pass  clock'
says "$out" '^pass  token +401 without a token'
says "$out" '^pass  ring'
says "$out" '^pass  metering'
says "$out" '^pass  membership  C0001-1: testing'
says "$out" 'connected: all was shown'
says "$out" ' 0 failed$'
run 0 "$hubtop" --source "hub+http://$guarded/h/1?name=one&$token" site test C0001-1 --json
jq -e '.kind == "site_test" and .site == "C0001-1" and .result == "warn" and (.checks | all(.result != "fail" and .limit != ""))
    and ([.checks[].check] | unique == ["api","clock","differences","errors","freshness","membership","metering","ring","token","transport"])' \
    "$out" >/dev/null || no "$(cat "$out")"

shows "site test fails a bad one, and says why and what next"
for fault in 'links&fault=types' 'jobs&fault=500' 'energy&fault=nolist'; do curl -s "http://$guarded/_fake/fault?hub=2&what=$fault"; done
run 65 "$hubtop" --source "hub+http://$guarded/h/2?name=two&$token" site test two
says "$out" '^FAIL  api +links: .*one_way_ms: another type \(1\)'
says "$out" '^FAIL  api +jobs: .*\(500\).*cooling'
says "$out" '^FAIL  metering +0 rows whole'
says "$out" '-> stays in testing until what failed is mended'
for ahead in 5 -60; do
    late=
    serve late --fleet none --hubs 1 --tick-ms 0 --skew-s "$ahead"
    "$hubtop" --source "hub+http://$late/h/1?name=late" site test late >"$out" 2>&1
    case $ahead in
    5) says "$out" '^warn  clock +\+[45]\.[0-9] s' ;;
    *) says "$out" '^FAIL  clock +-(59|60)\.[0-9] s' ;;
    esac
    says "$out" '^warn  token +it answers everybody'
done
run 77 "$hubtop" --source "hub+http://$guarded/h/3?name=three" site test three
says "$out" '^FAIL  api +hub: .*\(401\)'
run 67 "$hubtop" --source "hub+http://$guarded/h/1?name=one&$token" site test NOWHERE
says "$err" "no hub is called 'NOWHERE'"
run 64 "$hubtop" --source "hub+http://$guarded/h/1?name=one&$token" site paint
