#!/bin/sh
# Runbooks, whom to call, bulletins and escalations: a cable is cut in the sample, and what each of them says of it.
. tests/e2e/lib.sh
command -v jq >/dev/null || lacks jq "jq is not installed"
start=$((($(date +%s) - 65 * 60) * 1000))
collector=
trap 'kill $collector 2>/dev/null; at_end' EXIT

script() { # NAME BODY
    printf '#!/bin/sh\n%s\n' "$2" >"$TMPDIR/$1"
    chmod +x "$TMPDIR/$1"
}
script roster "cat '$TMPDIR/roster.txt'"
script page "cat >'$TMPDIR/paged'; echo paged"
script post "cat >'$TMPDIR/posted'; echo 'group 7 has it'"
printf '# role name phone\nnet 王强 +86 139 0000 0021\nnet he.j 13800000022\n' >"$TMPDIR/roster.txt"
cat >"$TMPDIR/h.conf" <<EOF
version = 1
allow_write = true
runbooks = "$PWD/sample-data/runbooks"
roster_command   = { "$TMPDIR/roster" }
escalate_command = { "$TMPDIR/page" }
bulletin_command = { "$TMPDIR/post" }
scope "net-duty" {
  clusters = { "SHG", "GUI" }
  users    = { "li.wei" }
}
contact "net" {
  for   = { "kind=links", "rule=link" }
  level = 1
}
contact "lead" {
  name    = "Zhao Min"
  name_zh = "赵敏"
  phone   = "+86 751 8881234"
  level   = 2
  scope   = "net-duty"
}
contact "cooling" {
  name = "Li Na"
  for  = { "rule=heat" }
}
source "sample" {
  driver   = "sample"
  url      = "sample:sample-data"
  scenario = "cable"
  start    = "$start"
}
EOF
chmod 600 "$TMPDIR/h.conf"

with="--config $TMPDIR/h.conf --state-dir $TMPDIR/state"

shows "the configuration: what it says is checked and printed"
does 0 config check --offline
says "$out" 'contacts 3, scopes 1'
does 0 config print
says "$out" '^contact "lead" \{'
says "$out" '^scope "net-duty" \{'
says "$out" "escalate_command *= \{ \"$TMPDIR/page\" \}"
sed 's/"rule=heat"/"colour=red"/' "$TMPDIR/h.conf" >"$TMPDIR/bad.conf"
run 78 "$hubtop" --config "$TMPDIR/bad.conf" config check --offline
says "$err" "bad.conf:$(grep -n colour "$TMPDIR/bad.conf" | cut -d: -f1): contact 'cooling': cannot ask for 'colour'"

shows "runbooks: the list, and no problems in what ships"
does 0 runbook list
says "$out" '^RB-NET-07 +9  Link cut'
does 0 --lang zh runbook list
says "$out" '^RB-NET-07 +9  链路中断'
does 0 runbook check
says "$out" 'runbooks 7, problems 0$'

shows "runbooks: what is wrong with one is told with file and line"
mkdir "$TMPDIR/books"
printf 'for: colour=red\n# x\n- [ ] {wher}\n' >"$TMPDIR/books/x.md"
printf '# 甲\n- [ ] 一\n- [ ] 二\n' >"$TMPDIR/books/x.zh.md"
sed "s|^runbooks = .*|runbooks = \"books\"|" "$TMPDIR/h.conf" >"$TMPDIR/books.conf"
run 78 "$hubtop" --config "$TMPDIR/books.conf" --state-dir "$TMPDIR/state2" runbook check
says "$out" "books/x.md:1: cannot ask for 'colour'"
says "$out" "books/x.md:3: no such word '\{wher\}'"
says "$out" "books/x.zh.md:1: 2 steps in Chinese, 1 in English"
run 66 "$hubtop" --config "$TMPDIR/books.conf" --state-dir "$TMPDIR/state2" --offline runbook nothing

shows "a collector has the sample, and who is hit by the cut is counted"
"$hubtop" --config "$TMPDIR/h.conf" --state-dir "$TMPDIR/state" collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!
# The root of what the cut link explains: whoever told it, it is about the link and stands for the others.
root='[.items[] | select(.kind == "links" and .parent == null and .state != "resolved" and (.where | IN("SHG>SZ", "SZ>SHG")))] | sort_by(-(.children // 0)) | .[0]'
counted() {
    ht get alerts --json
    jq -e "$root | .id != null and .impact_jobs != null" "$out" >/dev/null 2>&1
}
eventually 60 counted || no "no alert of the cut link has its impact: $(jq -c "$root" "$out")"
id=$(jq -r "$root | .id" "$out")
where=$(jq -r "$root | .where" "$out")

shows "the alert's runbook, filled, with the steps that are done"
does 0 runbook "$id"
says "$out" "^RB-NET-07  Link cut, or its delay over the promise  \("
says "$out" "Users of $where feel it"
says "$out" "^\[ \]  3\. Change feed"
does 0 alert step "$id" RB-NET-07/3 --write
ticked() {
    ht runbook "$id"
    grep -q '^\[x\]  3\. Change feed' "$out"
}
eventually 20 ticked || no "the step is not done: $(cat "$out")"
says "$out" '^        done 20.*Z '
does 0 --lang zh runbook "$id" --json
jq -e '(.steps | length) == 9 and ([.steps[] | select(.done)] | length) == 1 and .steps[2].done and .steps[0].step == "RB-NET-07/1"' "$out" >/dev/null || no "$(cat "$out")"

shows "whom to call: who is on duty, then the next level; numbers are hidden unless asked for"
does 0 impact "$id"
says "$out" '^    1 net +王强 +\+86 139 \*\*\*\* 0021  on duty'
says "$out" '^    1 net +he\.j +138 \*\*\*\* 0022  on duty'
says "$out" '^    2 lead +Zhao Min +\+86 751 \*\*\*\* 1234$'
grep -q 'Li Na' "$out" && no "who is for heat is called"
says "$out" '^roster of 20.*Z, [0-9]+[sm] old$'
does 0 impact "$id" --full
says "$out" '\+86 139 0000 0021'
does 0 impact "$id" --json
jq -e '[.calls[] | .level] == [1, 1, 2] and .calls[0].on_duty and .roster_error == null' "$out" >/dev/null || no "$(cat "$out")"

shows "a roster that makes no sense is said, and nobody is invented"
echo 'net 王强' >"$TMPDIR/roster.txt"
does 0 impact "$id"
says "$out" 'who is on duty is not known: line 1 of the roster has fewer than three words'
says "$out" '^    1 net +- +-  not known'

# says_of STAGE LANGUAGE: the bulletin, its numbers those of the alert's row
says_of() {
    does 0 --lang "$2" bulletin "$id" --stage "$1" --for 30m --json
    cp "$out" "$TMPDIR/bulletin.json"
    jq -e '.characters <= 300 and .characters == (.text | length)' "$TMPDIR/bulletin.json" >/dev/null || no "it is too long: $(cat "$out")"
}
shows "a first bulletin in both languages, right to the number"
does 0 get alerts "$id" --json
jobs=$(jq -r '.items[0].impact_jobs' "$out" | sed -e ':a' -e 's/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/;ta')
users=$(jq -r '.items[0].impact_users' "$out")
tenants=$(jq -r '.items[0].impact_tenants' "$out")
since=$(jq -r '.items[0].since' "$out" | sed 's/T\(..:..\).*/ \1/')
TZ=UTC says_of first en
says "$TMPDIR/bulletin.json" "\[First report\] (Shaoguan→Shenzhen|Shenzhen→Shaoguan): .* Since $since UTC, for [0-9]+ min\. "
says "$TMPDIR/bulletin.json" "Impact: $jobs jobs, $users users, $tenants tenants\. It goes on, nobody has acknowledged it\. Next update by (20[0-9-]+ )?[0-9][0-9]:[0-9][0-9]( UTC)?\."
says_of first zh
says "$TMPDIR/bulletin.json" "【首报】(韶关→深圳|深圳→韶关):"
says "$TMPDIR/bulletin.json" "影响面:作业$jobs、用户$users、租户$tenants。仍在持续,尚未认领。"
does 64 bulletin "$id" --stage final
says "$err" 'is not over: it has no final report yet'
says "$err" '^hint: --stage update'

shows "an update names who has it in hand and what is done; it goes to the configured command"
does 0 alert ack "$id" --for 1h --note '光缆抢修中' --write
acked() {
    ht --lang zh bulletin "$id" --stage update --send
    grep -q '已认领。处置:光缆抢修中。' "$out"
}
eventually 20 acked || no "it does not say who has it: $(cat "$out" "$err")"
same "$out" "$TMPDIR/posted"
says "$err" 'sent: group 7 has it'
rm "$TMPDIR/posted"
does 0 bulletin "$id" --stage update --send -n
[ ! -e "$TMPDIR/posted" ] || no "it was sent in spite of -n"
script post 'echo "no such group" >&2; exit 4'
does 78 bulletin "$id" --stage update --send
says "$out" '^\[Update\] '
says "$err" "the command 'bulletin_command' failed \(status 4\): no such group"

shows "an alert is handed on: the command is given its facts, and the alert says when"
does 77 alert escalate "$id"
[ ! -e "$TMPDIR/paged" ] || no "a read-only session has paged somebody"
does 0 alert escalate "$id" --write
jq -e --arg id "$id" '.kind == "escalation" and .alert.id == $id and .alert.impact_jobs != null and .by != null' "$TMPDIR/paged" >/dev/null || no "$(cat "$TMPDIR/paged")"
handed() {
    ht get alerts "$id" --json
    jq -e '.items[0].escalated_at != null' "$out" >/dev/null
}
eventually 20 handed || no "the alert does not say so: $(cat "$out")"

shows "who cannot be told is said"
script page 'echo "the pager is off" >&2; exit 3'
does 77 alert escalate "$id" --write
says "$err" "nobody was told: the command 'escalate_command' failed \(status 3\): the pager is off"
