#!/bin/sh
# Servers that misbehave: each time a message that says what, where and why, in bounded time and memory, while another source
# goes on, and no secret is told.
. tests/e2e/lib.sh
canary=canary-$$-token
api=slurm/v0.0.38
mkdir -m 700 -p "$TMPDIR/good/$api" "$TMPDIR/t"
(umask 077 && echo "$canary" >"$TMPDIR/t/token")
for kind in jobs nodes partitions reservations; do
    cp "tests/unit/sources/slurm_captures/$kind.json" "$TMPDIR/good/$api/$kind"
done
echo '{"meta":{"Slurm":{"version":{"major":22,"micro":8,"minor":5},"release":"22.05.8"}},"errors":[],"pings":[{"hostname":"vm","ping":"UP","status":0,"mode":"primary"}]}' >"$TMPDIR/good/$api/ping"
echo '{"errors":[],"statistics":{"req_time":1795318993}}' >"$TMPDIR/good/$api/diag"

servers=
serve() { # FILE MODE: its port in FILE
    "$BUILD/tests/fakes/fake_http" --dir "$TMPDIR/good" --mode "$2" >"$1" 2>&1 &
    servers="$servers $!"
    eventually 10 grep -q '^PORT ' "$1" || no "the fake server does not start"
}
port() { sed -n 's/^PORT //p' "$1"; }
url() { echo "slurm+http://root@127.0.0.1:$1?token_file=$TMPDIR/t/token&name=$2"; }
trap 'kill $servers 2>/dev/null; at_end' EXIT
mkdir "$TMPDIR/case"
shows "the fake server serves"
serve "$TMPDIR/port.good" ok

# ask NUMBER MODE: both sources once, into TMPDIR/case/NUMBER.*
ask() {
    at=$TMPDIR/case/$1
    (
        begin=$(date +%s)
        "$hubtop" --source "$(url "$(port "$TMPDIR/port.good")" good)" --source "$(url "$(port "$at.port")" bad)" \
            --state-dir "$at.state" collect --once >"$at.out" 2>"$at.err" </dev/null
        echo "$?" >"$at.status"
        echo $(($(date +%s) - begin)) >"$at.took"
    ) &
}

# A line a case: what | mode | status | what the message matches | seconds at most. JOBS is the path of the jobs.
cases=$TMPDIR/cases
sed "s|JOBS|@/$api/jobs|" >"$cases" <<'END'
a server that closes at once|refuse|69|[a-z]+ +failed .*closed the connection|10
a server that resets|reset|69|[a-z]+ +failed .*broke off|10
a server that never answers|silent|69|[a-z]+ +failed .*no answer.* within|75
401: user or token|status:401|77|[a-z]+ +failed .*401.*token|10
404: no such API|status:404|76|[a-z]+ +failed .*offers none of v0[.]0[.]38|10
500, which Slurm also says of a bad token|status:500|69|[a-z]+ +failed .*500|10
an HTML page|html|76|[a-z]+ +failed .*not JSON .*HTML|10
bytes that are no HTTP|garbage|76|[a-z]+ +failed .*not HTTP|10
another address, not followed|redirect:http://127.0.0.1:1/|76|[a-z]+ +failed .*302.*not followed|10
jobs that break off|truncate:9000JOBS|69|jobs +failed .*broke off after 9000 bytes|10
jobs that are noise|noise:5000JOBS|76|jobs +failed .*not JSON|10
jobs that are deep|deep:1000000JOBS|76|jobs +failed .*deeper than the limit|10
one job that is huge|huge:100000000JOBS|76|jobs +failed .*larger than the limit|20
jobs at 50 bytes a second|slow:50JOBS|69|jobs +failed .*too slowly|20
jobs without end|endlessJOBS|69|jobs +failed |150
a bomb of compressed bytes|gzipbombJOBS|76|jobs +failed .*unpacks to more than|20
an answer without end|endless|76|[a-z]+ +failed .*larger than|20
bytes that are not UTF-8|badutf8JOBS|0|jobs +[0-9]+ rows|10
END

n=0
while IFS='|' read -r what mode status pattern seconds; do
    n=$((n + 1))
    serve "$TMPDIR/case/$n.port" "$mode"
    ask "$n"
    # what burns a processor goes alone
    case $mode in endless@* | gzipbomb*) eventually "$seconds" test -f "$TMPDIR/case/$n.took" ;; esac
done <"$cases"

n=0
while IFS='|' read -r what mode status pattern seconds; do
    n=$((n + 1))
    at=$TMPDIR/case/$n
    shows "$what"
    eventually "$seconds" test -f "$at.took" || {
        no "it has not ended within $seconds s"
        continue
    }
    got=$(cat "$at.status")
    [ "$got" -eq "$status" ] || no "status $got, not $status: $(cat "$at.err")"
    says "$at.out" "^bad +$pattern"
    for kind in jobs nodes partitions; do
        says "$at.out" "^good +$kind +[1-9][0-9]* rows" || break
    done
    [ "$(cat "$at.took")" -le "$seconds" ] || no "it took $(cat "$at.took") s"
    [ "$status" -eq 0 ] || says "$at.err" "^hubtop: bad: "
    grep -rqF "$canary" "$at.out" "$at.err" "$at.state" && no "the token was told"
    timeout 60 "$hubtop" --state-dir "$at.state" --offline get jobs --json --filter scheduler=good >"$out" 2>"$err"
    [ "$(jq '.items | length' "$out")" -ge 10 ] || no "the cache holds $(jq '.items | length' "$out") jobs of the good source: $(cat "$err")"
done <"$cases"

shows "a body that is cut closes nothing: what was known stays"
serve "$TMPDIR/port.cut" ok
one="$(url "$(port "$TMPDIR/port.cut")" cut)"
run 0 "$hubtop" --source "$one" --state-dir "$TMPDIR/cut" collect --once
run 0 "$hubtop" --state-dir "$TMPDIR/cut" --offline get jobs --json
jq -r '.items[].id' "$out" | sort >"$TMPDIR/cut.before"
curl -sS -X POST "http://127.0.0.1:$(port "$TMPDIR/port.cut")/_mode?m=truncate:9000@/$api/jobs" >/dev/null
run 69 "$hubtop" --source "$one" --state-dir "$TMPDIR/cut" collect --once
timeout 60 "$hubtop" --state-dir "$TMPDIR/cut" --offline get jobs --json >"$out" 2>"$err"
jq -r '.items[].id' "$out" | sort >"$TMPDIR/cut.after"
same "$TMPDIR/cut.before" "$TMPDIR/cut.after"
[ -s "$TMPDIR/cut.before" ] || no "there were no jobs"

shows "the console says which source is lost, and shows the other"
cat >"$TMPDIR/console.e2e" <<END
test console
size 160x45
spawn $hubtop --source "$(url "$(port "$TMPDIR/port.good")" good)" --source "$(url "$(port "$TMPDIR/case/6.port")" bad)" --state-dir $TMPDIR/cons
wait 30 "bad"
key O
wait 20 "does not answer as it should"
wait 10 "live"
key 5
wait 10 "good/"
key Q
expect-exit 0 10
expect-restored
END
run 0 "$BUILD/tests/e2e/drive" "$TMPDIR/console.e2e"
