#!/bin/sh
# The journal of what operators decided: shown while a collector runs and while none does, verified against its chain and its anchors; what
# somebody does to the file with sqlite3 is found, orders are off then and all say so, and nothing is replaced in silence.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
command -v sqlite3 >/dev/null || lacks sqlite3 "sqlite3 is not installed"
collector=
trap 'kill $collector 2>/dev/null; at_end' EXIT
mkdir -m 700 "$TMPDIR/state"
cat >"$TMPDIR/h.conf" <<EOF
version = 1
allow_write = true
source "s" {
  driver   = "sample"
  url      = "sample:$PWD/sample-data"
  scenario = "cable"
  interval = 2
}
EOF
chmod 600 "$TMPDIR/h.conf"
with="--config $TMPDIR/h.conf --state-dir $TMPDIR/state"
db=$TMPDIR/state/actions.db
export LOGNAME="ann" SSH_CONNECTION="203.0.113.9 52514 10.0.0.1 22"

stop_collector() {
    kill "$collector"
    wait "$collector" 2>/dev/null
}

shows "without a journal there is nothing to show, and nothing is made for it"
does 66 audit verify
[ -z "$(ls -A "$TMPDIR/state")" ] || no "$(ls -A "$TMPDIR/state")"

start_collector
shows "what was decided is shown: who, from where, what, and the command that does the same"
does 0 maintenance add links 'SHG>SZ' --for 2h --reason "光缆割接 #7" --write
does 0 maintenance freeze --for 1h --reason "national day" --write
does 0 audit show --json
jq -e --arg me "$(id -un)" --argjson uid "$(id -u)" '.kind == "audit" and .total == 2 and (.items[0] |
    .seq == 1 and .op == "maintenance_add" and .who == $me and .uid == $uid and .claimed_login == "ann" and .claimed_ssh == "203.0.113.9"
    and (.command | test("^hubtop maintenance add links .SHG>SZ. --start .* --end .* --reason .光缆割接 #7. --write$")))' "$out" >/dev/null || no "$(cat "$out")"
login=$(cat /proc/self/loginuid 2>/dev/null || echo 4294967295)
[ "$login" = 4294967295 ] && login=null
jq -e --argjson login "$login" 'all(.items[]; .login_uid == $login)' "$out" >/dev/null || no "the login uid is not the kernel's: $(cat "$out")"
command=$(jq -r '.items[1].command' "$out")

shows "the command line does the same"
eval "ht ${command#hubtop }"
[ "$got" -eq 0 ] || no "$(cat "$err")"
does 0 audit show --op maintenance_add --json
jq -e '.total == 3 and .items[1].command == .items[2].command and (.items[1:3] | map(.body | fromjson | del(.ref)) | .[0] == .[1])' "$out" >/dev/null || no "$(cat "$out")"

shows "only some of them, and in other forms"
does 0 audit show --limit 1
says "$out" '^ +3  20.*Z  .*203\.0\.113\.9 .*hubtop maintenance freeze'
[ "$(wc -l <"$out")" -eq 1 ] || no "$(cat "$out")"
does 0 audit show --op ack --csv
[ "$(cat "$out")" = "$(printf 'seq,at,uid,who,login_uid,claimed_login,claimed_ssh,op,request_id,body,command\r')" ] || no "$(cat "$out")"
does 0 audit show --since -1h --user nobody-of-that-name --json
jq -e '.total == 0 and .items == []' "$out" >/dev/null || no "$(cat "$out")"
does 0 audit show --user "$(id -u)" --format ndjson
[ "$(wc -l <"$out")" -eq 3 ] || no "$(cat "$out")"
does 64 audit show --since yesterday
does 64 audit
does 64 audit verify --csv
does 64 audit verify --anchor 12

shows "it verifies while the collector runs, and when it has ended; an anchor is kept"
does 0 audit verify
says "$out" '^the journal verifies: 3 entries'
eventually 20 test -s "$TMPDIR/state/audit.anchor" || no "there is no audit.anchor"
stop_collector
does 0 audit verify --json
jq -e '.verified and .entries == 3 and .faults == 0 and .last == .anchor' "$out" >/dev/null || no "$(cat "$out")"
anchor=$(jq -r .last "$out")
does 0 audit verify --anchor "$anchor"
does 0 audit show --json
jq -e '.total == 3' "$out" >/dev/null || no "$(cat "$out")"
[ "$(stat -c %a "$TMPDIR/state/audit.anchor")" = 600 ] || no "audit.anchor is $(stat -c %a "$TMPDIR/state/audit.anchor")"
cp "$db" "$TMPDIR/whole.db"
cp "$TMPDIR/state/audit.anchor" "$TMPDIR/whole.anchor"

shows "looking changes nothing"
sums() {
    (cd "$TMPDIR/state" && ls && sha256sum actions.db audit.anchor cache.db)
}
before=$(sums)
does 0 audit verify
does 0 audit show
[ "$before" = "$(sums)" ] || no "$before / $(sums)"

# tampered WHAT SQL FAULT
tampered() {
    shows "$1"
    cp "$TMPDIR/whole.db" "$db"
    cp "$TMPDIR/whole.anchor" "$TMPDIR/state/audit.anchor"
    sqlite3 "$db" "DROP TRIGGER entry_kept; DROP TRIGGER entry_fixed; $2"
    does 65 audit verify --json
    jq -e --arg fault "$3" '.verified == false and any(.findings[]; .fault == $fault)' "$out" >/dev/null || no "$(cat "$out")"
}
tampered "an entry that was edited is found" "UPDATE entry SET who = 'bob' WHERE seq = 2" edited
does 65 audit verify
says "$out" '^THE JOURNAL DOES NOT VERIFY: 1 faults in 3 entries'
says "$out" 'entry 2 was edited'
does 65 audit verify --lang zh
says "$out" '第 2 条记录被改过'
tampered "an entry that is missing is found" "DELETE FROM entry WHERE seq = 2" missing
tampered "entries that were swapped are found" "UPDATE entry SET seq = 9 WHERE seq = 1; UPDATE entry SET seq = 1 WHERE seq = 2; UPDATE entry SET seq = 2 WHERE seq = 9" swapped
tampered "an entry that was put in is found" "INSERT INTO entry(at_ms, uid, who, op, fingerprint, body) SELECT at_ms, uid, who, op, fingerprint, body FROM entry WHERE seq = 1" inserted
tampered "a tail that was cut is found by the anchor beside the file" "DELETE FROM entry WHERE seq = 3; UPDATE sqlite_sequence SET seq = 2 WHERE name = 'entry'" cut
shows "and by the one from the system's log, when that beside the file is gone"
rm "$TMPDIR/state/audit.anchor"
does 0 audit verify
does 65 audit verify --anchor "$anchor"
says "$out" 'the end is cut off: entry 3 is gone'

shows "a collector on a broken chain: orders are off, and all say so; what was written can be read"
cp "$TMPDIR/whole.anchor" "$TMPDIR/state/audit.anchor"
before=$(sha256sum <"$db")
start_collector
does 65 audit verify
does 0 audit show --json
jq -e '.total == 2' "$out" >/dev/null || no "$(cat "$out")"
does 76 maintenance freeze --for 1h --reason x --write
says "$err" "does not verify: the end is cut off: entry 3 is gone"
says "$err" "^hint: .*audit verify"
told() {
    ht get alerts --json
    jq -e '[.items[] | select(.source == "journal" and .state == "firing" and .severity == "crit")] | length == 1' "$out" >/dev/null
}
eventually 20 told || no "no alert tells it: $(cat "$out")"
does 0 get alerts --json
jq -e 'any(.items[]; .source == "journal" and (.summary | test("^orders are off: .*entry 3 is gone")))' "$out" >/dev/null || no "$(cat "$out")"
ht check
says "$out" CRITICAL
ht doctor
says "$out" '^orders +off: .*entry 3 is gone'
stop_collector
[ "$before" = "$(sha256sum <"$db")" ] || no "the journal was changed"

shows "a journal that is gone is no new journal while its anchor stands"
rm "$db"
start_collector
does 76 maintenance freeze --for 1h --reason x --write
says "$err" "the end is cut off: entries 1 to 3 are gone"
stop_collector

shows "with both moved away a new one begins; what said that orders are off is over"
rm "$TMPDIR/state/audit.anchor" "$db"
start_collector
does 0 maintenance freeze --for 1h --reason x --write
does 0 audit verify
says "$out" 'the journal verifies: 1 entries'
over() {
    ht get alerts --json
    jq -e '[.items[] | select(.source == "journal" and .state == "firing")] == []' "$out" >/dev/null
}
eventually 20 over || no "$(cat "$out")"
ht doctor
says "$out" '^orders +possible'
stop_collector
