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

# --- the configuration's commands ---

shows "config init writes an example for me alone, and never over a file that is there"
run 0 "$hubtop" config init && says "$out" "hubtop.conf"
written=$XDG_CONFIG_HOME/hubtop/hubtop.conf
[ "$(stat -c %a "$written")" = 600 ] || no "its mode is $(stat -c %a "$written")"
run 0 "$hubtop" --offline config check && says "$out" "nothing to ask"
run 73 "$hubtop" config init && says "$err" "hubtop.conf.*exists" && says "$err" "^hint: "
run 73 "$hubtop" config init /proc/nowhere/hubtop.conf
run 0 "$hubtop" config init - && cmp -s "$out" "$written" || no "it is another one on standard output"
rm "$written"

shows "what to do with the configuration is 64 when it is not understood"
run 64 "$hubtop" config && says "$err" "^hint: .*init.*check.*print"
run 64 "$hubtop" config chekc && says "$err" "chekc"
run 64 "$hubtop" config check a b && says "$err" "'b'"
run 64 "$hubtop" config print a && says "$err" "'a'"
run 78 "$hubtop" config check && says "$err" "no configuration" && says "$err" "^hint: .*init"

shows "config check tells all errors, each with file and line"
cat >"$conf" <<'END'
fleet = "fleet.conf"
glyphs = "asci"
source "a" { driver = "slrum" url = "http://h" }
source "b" {
  driver = "slurm"
}
source "s" { driver = "sample" url = "DATA" }
context "x" { sources = { "c" } }
END
sed -i "s|DATA|$PWD/sample-data|" "$conf"
printf 'hub "GS" { name = "Gansu" }\ncluster "QY" { hub = "XX" }\n' >"$TMPDIR/fleet.conf"
run 78 "$hubtop" config check "$conf"
for at in 'fleet.conf:2: .*XX' 'hubtop.conf:2: .*asci' 'hubtop.conf:3: .*slrum' 'hubtop.conf:4: .*url' "hubtop.conf:8: .*'c'"; do
    says "$err" "^hubtop: .*$at" || break
done
says "$out" '^s +jobs +[1-9][0-9]* rows' || no "what is right was not asked"

shows "a fleet file's error is 78 with file and line, whoever names it"
grep -v -e glyphs -e '^context' -e slrum "$conf" >"$TMPDIR/fleet-only.conf"
sed -i '/source "b"/,/^}/d' "$TMPDIR/fleet-only.conf"
run 78 "$hubtop" -c "$TMPDIR/fleet-only.conf" get hubs && says "$err" "fleet.conf:2: .*XX"
run 78 "$hubtop" --source "sample:sample-data?name=s" --fleet "$TMPDIR/fleet.conf" get hubs && says "$err" "fleet.conf:2: "
run 66 "$hubtop" --source "sample:sample-data?name=s" --fleet "$TMPDIR/nowhere.conf" get hubs && says "$err" "nowhere.conf"
printf 'hub "GS" { name = "Gansu" }\ncluster "QY" { hub = "GS" }\n' >"$TMPDIR/fleet.conf"

shows "config print is a configuration that says the same, and where each setting comes from"
run 0 env HUBTOP_GLYPHS=ascii "$hubtop" -c "$TMPDIR/fleet-only.conf" --theme mono config print --origin
says "$out" '^glyphs = "ascii" +# environment HUBTOP_GLYPHS$' && says "$out" '^theme = "mono" +# option --theme$' &&
    says "$out" "^fleet = \"$TMPDIR/fleet.conf\" +# .*fleet-only.conf:1\$" && says "$out" '^cache_max_mb = 4096 +# default$'
run 0 "$hubtop" -c "$TMPDIR/fleet-only.conf" config print -o "$TMPDIR/first.conf"
run 0 "$hubtop" -c "$TMPDIR/first.conf" config print -o "$TMPDIR/second.conf"
same "$TMPDIR/first.conf" "$TMPDIR/second.conf"

# --- for monitoring systems ---

line='^(OK|WARNING|CRITICAL|UNKNOWN) - [^|]+( \| .*)?$'
one_line() { # PATTERN: the one line of the plugin, and nothing else
    [ "$(grep -c '' "$out")" -eq 1 ] || no "it is $(grep -c '' "$out") lines"
    [ ! -s "$err" ] || no "an error went to stderr: $(cat "$err")"
    says "$out" "$line" && says "$out" "$1"
}

shows "check: whatever of its own fails is UNKNOWN, on one line"
run 3 "$hubtop" check && one_line '^UNKNOWN - no source is known'
run 3 "$hubtop" --bogus check && one_line '^UNKNOWN - no such option .--bogus'
run 3 "$hubtop" check --timeout soon && one_line '^UNKNOWN - .*--timeout'
run 3 env HUBTOP_TIMEOUT=soon "$hubtop" check && one_line '^UNKNOWN - .*HUBTOP_TIMEOUT'
run 3 "$hubtop" check more && one_line "^UNKNOWN - .*'more'"
run 3 "$hubtop" -c "$TMPDIR/nowhere.conf" check && one_line '^UNKNOWN - .*nowhere.conf'
run 3 "$hubtop" --source "$dead" --state-dir "$TMPDIR/never" --offline check && one_line '^UNKNOWN - .*no cache'
run 3 "$hubtop" --source "$dead" check --log-file /proc/nowhere/log && one_line '^UNKNOWN - .*/proc/nowhere/log'

shows "check: the verdict of status, with figures"
calm="start=1795230727000" # of a day's moments one without a crit: which they are changes with the hour
rm -rf "$TMPDIR/sd"
run 1 "$hubtop" --source "sample:sample-data?name=s&$calm" --state-dir "$TMPDIR/sd" check --now 2026-11-21T03:12:07Z
one_line "^WARNING - .* \| 'crit'=0;;0;0 'warn'=[1-9][0-9]*;0;;0 'acked'=0;;;0 'sources_live'=1;;;0;1 'sources'=1;;;0 'jobs_running'=[0-9]+;;;0 'jobs_waiting'=[0-9]+;;;0 'oldest_age_s'=[0-9]+s;;;0\$"
sed 's/^[A-Z]* - \(.*\) | .*/\1/' "$out" >"$TMPDIR/checked"
run 0 "$hubtop" --state-dir "$TMPDIR/sd" --offline status --now 2026-11-21T03:12:07Z && same "$TMPDIR/checked" "$out"
run 3 "$hubtop" --source "$dead" --state-dir "$TMPDIR/sdead" check --timeout 8
one_line "^UNKNOWN - no source has answered yet \| .*'sources_live'=0;;;0;1 .*'jobs_running'=U 'jobs_waiting'=U 'oldest_age_s'=U\$"

shows "check: old data is no good news, and nothing in a text breaks the line"
run 2 "$hubtop" --state-dir "$TMPDIR/sd" --offline --now 2030-01-01T00:00:00Z check && one_line "^CRITICAL - .*old.* 'sources_live'=0;"
printf "source \"a|'warn'=9\\\\n OK - b\" {\n driver = \"sample\" url = \"$PWD/sample-data\" start = \"${calm#*=}\" }\n" >"$conf"
run 1 "$hubtop" -c "$conf" check --now 2026-11-21T03:12:07Z && one_line '^WARNING'
sh tests/e2e/end.sh TERM collect || true
run 2 "$hubtop" -c "$conf" --offline --now 2030-01-01T00:00:00Z check && one_line "^CRITICAL - a/'warn'=9\\^J OK - b.*\| 'crit'=1"

shows "doctor takes one source, and knows those there are"
run 64 "$hubtop" doctor a b && says "$err" "'b'"
run 67 "$hubtop" --source "sample:sample-data?name=s" doctor t && says "$err" "^hint: .* s"
run 0 "$hubtop" --source "sample:sample-data?name=s" doctor s && says "$out" "^network +none" && says "$out" "^jobs, 3 of "

shows "keys has those of the configuration, and its aliases"
printf 'version = 1\nalias "held" { command = ":jobs /state=held" }\nbind "P" { command = "held"  help = "what is held" }\n' >"$TMPDIR/keys.conf"
chmod 600 "$TMPDIR/keys.conf"
run 0 "$hubtop" --config "$TMPDIR/keys.conf" keys && says "$out" "^configuration.P.what is held$" && says "$out" "^alias.:held.:jobs /state=held$"
