#!/bin/sh
# Identifiers are text: numbers around 2^53, 2^63 and 2^64 come back as they came, through decoder, store and every form of `get`.
. tests/e2e/lib.sh
api=slurm/v0.0.38
ids='9007199254740991 9007199254740992 9007199254740993 9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616'
mkdir -m 700 -p "$TMPDIR/good/$api" "$TMPDIR/t"
(umask 077 && echo token >"$TMPDIR/t/token")
for kind in nodes partitions reservations; do
    cp "tests/unit/sources/slurm_captures/$kind.json" "$TMPDIR/good/$api/$kind"
done
echo '{"meta":{"Slurm":{"version":{"major":22,"micro":8,"minor":5},"release":"22.05.8"}},"errors":[],"pings":[{"hostname":"vm","ping":"UP","status":0,"mode":"primary"}]}' >"$TMPDIR/good/$api/ping"
echo '{"errors":[],"statistics":{"req_time":1795318993}}' >"$TMPDIR/good/$api/diag"
{
    printf '{"meta":{},"errors":[],"jobs":['
    comma=
    for id in $ids; do
        printf '%s{"job_id":%s,"name":"job-%s","job_state":"PENDING","partition":"p","user_name":"u","submit_time":1795318000}' "$comma" "$id" "$id"
        comma=,
    done
    printf ']}'
} >"$TMPDIR/good/$api/jobs"
"$BUILD/tests/fakes/fake_http" --dir "$TMPDIR/good" >"$TMPDIR/port" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; at_end' EXIT
shows "a scheduler with such job ids is read"
eventually 10 grep -q '^PORT ' "$TMPDIR/port" || no "the fake server does not start"
run 0 "$hubtop" --source "slurm+http://root@127.0.0.1:$(sed -n 's/^PORT //p' "$TMPDIR/port")?token_file=$TMPDIR/t/token&name=fra" \
    --state-dir "$TMPDIR/state" collect --once
for form in json csv ndjson; do
    shows "they come back in $form as they came"
    run 0 "$hubtop" --state-dir "$TMPDIR/state" --offline get jobs --format "$form"
    # each stands there once as an id and never in another form
    for id in $ids; do
        grep -qE "fra/$id(\"|,|\$)" "$out" || no "there is no fra/$id"
    done
    n=$(grep -oE 'fra/[0-9.eE+-]+' "$out" | sort -u | wc -l)
    [ "$n" -eq 7 ] || no "there are $n ids: $(grep -oE 'fra/[0-9.eE+-]+' "$out" | sort -u | tr '\n' ' ')"
done
shows "one is found by its id"
run 0 "$hubtop" --state-dir "$TMPDIR/state" --offline get jobs fra/18446744073709551616 --format csv
says "$out" 'fra/18446744073709551616'
