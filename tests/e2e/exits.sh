#!/bin/sh
# Exit statuses and messages of interfaces.md: what failed, why, and what to do; a configuration's errors name file and line.
. tests/e2e/lib.sh
demo="--data sample-data --once --now 2026-11-21T03:12:07Z"

shows "usage is 64, and a near word is offered"
run 64 "$hubtop" gte jobs && says "$err" "^hubtop: no such command 'gte'" && says "$err" "^hint: .*hubtop get"
run 64 "$hubtop" --colour red && says "$err" "^hubtop: .*--colour" && says "$err" "^hint: "
run 64 "$hubtop" get jobz && says "$err" "jobz" && says "$err" "^hint: .*jobs"
run 64 "$hubtop" demo $demo --size 80by24 && says "$err" "80by24" && says "$err" "^hint: .*COLSxROWS"
run 64 "$hubtop" demo $demo --now yesterday && says "$err" "yesterday"
[ ! -s "$out" ] || no "an error went to stdout"

shows "the scenarios and their titles, in the interface's language"
run 0 "$hubtop" demo --list && says "$out" "^cable  *A cable" && says "$out" "^ordinary "
run 0 "$hubtop" demo --list --lang zh && says "$out" "^cable  *断缆"

shows "a view that is not there is told before a collector is started"
run 64 "$hubtop" --source "sample:sample-data?name=s" --state-dir "$TMPDIR/none" --once --view jbos && says "$err" "no view 'jbos'" && says "$err" "^hint: "
[ ! -e "$TMPDIR/none/cache.db" ] || no "a collector was started"

shows "a filter's error points at its term"
run 64 "$hubtop" demo $demo --view jobs --filter 'colour=red' && says "$err" "colour"

shows "no source at all is a configuration's error, 78, and says what to do"
run 78 "$hubtop" get jobs && says "$err" "^hubtop: " && says "$err" "^hint: .*demo"
run 78 "$hubtop" collect --once && says "$err" "^hint: "

shows "a wrong URL is 64 and shows the form of a right one; a host that nobody knows is 69"
for url in nonsense slurm+ftp://h:1 slurm+http:// slurm+http://root@127.0.0.1:99999; do
    run 64 "$hubtop" --source "$url" get jobs && says "$err" "^hubtop: .*URL" && says "$err" "^hint: .*DRIVER"
done
(umask 077 && echo x >"$TMPDIR/token")
run 69 "$hubtop" --source "slurm+http://root@no-such-host.invalid:6820?token_file=$TMPDIR/token" collect --once && says "$out" "no-such-host.invalid.* cannot be resolved"

shows "a file that is not there is 66"
run 66 "$hubtop" -c "$TMPDIR/nowhere.conf" get jobs && says "$err" "nowhere.conf"
run 66 "$hubtop" demo --data "$TMPDIR/nowhere" --once && says "$err" "nowhere"
run 66 "$hubtop" demo nowhere --once && says "$err" "nowhere.scenario" && says "$err" "^hint: .*--list"
run 66 "$hubtop" --source 'slurm+http://root@127.0.0.1:9?token_file=/dev/null/x' --offline get jobs && says "$err" "no cache" && says "$err" "^hint: "

shows "a configuration's error is 78 and names file, line and option"
conf=$TMPDIR/hubtop.conf
printf 'version = 1\nsource "fra" {\n  driver = "slurm"\n  uurl = "http://127.0.0.1:9"\n}\n' >"$conf"
run 78 "$hubtop" -c "$conf" get jobs && says "$err" "hubtop.conf:4: .*uurl"
printf 'version = 1\nsource "fra" {\n  driver = "slurm"\n  url = "http://127.0.0.1:9"\n  interval = 0\n}\n' >"$conf"
run 78 "$hubtop" -c "$conf" get jobs && says "$err" "hubtop.conf:5: .*interval"
printf 'version = 1\nsource "fra" {\n  driver = "slrum"\n  url = "http://127.0.0.1:9"\n}\n' >"$conf"
run 78 "$hubtop" -c "$conf" get jobs && says "$err" "slrum"
printf 'version = 1\nsource "fra" {\n  driver = "slurm"\n' >"$conf"
run 78 "$hubtop" -c "$conf" get jobs && says "$err" "hubtop.conf:[0-9]+: "

shows "a token that others can read is refused, and is not printed"
umask 022
echo secret-canary-1 >"$TMPDIR/open.token"
run 69 "$hubtop" --source "slurm+http://root@127.0.0.1:9?token_file=$TMPDIR/open.token" get jobs --timeout 5 &&
    says "$err" "open.token" && says "$err" "others"
! grep -q canary "$out" "$err" || no "the token was printed"

shows "a token in a URL is refused"
run 64 "$hubtop" --source 'slurm+http://root:secret-canary-2@127.0.0.1:9' get jobs --timeout 5 || true
! grep -q canary "$out" "$err" || no "the token was printed"

shows "an object that is not there is 67"
run 0 "$hubtop" --source "sample:sample-data?name=s" --state-dir "$TMPDIR/sd" get hubs --json --timeout 60
run 67 "$hubtop" --source "sample:sample-data?name=s" --state-dir "$TMPDIR/sd" get jobs no/such && says "$err" "no/such"
run 67 "$hubtop" --source "sample:sample-data?name=s" --state-dir "$TMPDIR/sd" get jobs no/such --json && says "$out" '"code": ?67' && says "$out" '"hint"'

shows "a second collector of the same folder is 75 and says who holds the lock"
run 75 "$hubtop" --source "sample:sample-data?name=s" --state-dir "$TMPDIR/sd" collect --once && says "$err" "lock|collector"
sh tests/e2e/end.sh TERM collect || no "there was no collector"

shows "a source that cannot be reached is 69, within the time that was given"
mkdir -m 700 -p "$TMPDIR/t" && (umask 077 && echo x >"$TMPDIR/t/token")
dead="slurm+http://root@127.0.0.1:9?token_file=$TMPDIR/t/token"
begin=$(date +%s)
run 69 "$hubtop" --source "$dead" get jobs --timeout 8 && says "$err" "127.0.0.1:9" && says "$err" "^hint: |connect"
[ $(($(date +%s) - begin)) -le 12 ] || no "it took longer than its time"
sh tests/e2e/end.sh TERM collect || true
run 69 "$hubtop" --source "$dead" collect --once || true
says "$out" "failed after .*127.0.0.1:9"

shows "a folder that cannot be written is an error that names it"
run 73 "$hubtop" --source "$dead" --state-dir /proc/nowhere/hubtop get jobs --timeout 5 || true
says "$err" "/proc/nowhere"

shows "a reader that goes away is no crash"
"$hubtop" keys | head -n 1 >"$out"
[ -s "$out" ] || no "nothing was printed"
