#!/bin/sh
# The session in lines, for who hears or feels the screen: through a pipe and in a terminal, in English and Chinese, on what stands
# still and while a cable is cut. Nothing but text ever comes out of it.
. tests/e2e/lib.sh
now=2026-11-21T03:12:07Z zero=2026-11-21T02:08:07Z
state=$TMPDIR/state

# plain FILE: no byte of an escape or another control, no braille dots, no frames, no blocks.
plain() {
    LC_ALL=C tr -d '\n' <"$1" | LC_ALL=C grep -q '[[:cntrl:]]' && no "a control character is in $1"
    LC_ALL=C grep -n "$(printf '\342[\224-\227\240-\243]')" "$1" >"$TMPDIR/drawn" && no "something is drawn: $(head -n 3 "$TMPDIR/drawn")"
    return 0
}

# say LANGUAGE LINE...: a session over what stands still, into $out.
say() {
    language=$1
    shift
    printf '%s\n' "$@" | timeout 60 "$hubtop" --offline --state-dir "$state" --now "$now" --speed 0 --lang "$language" --a11y >"$out" 2>"$err"
    got=$?
    [ "$got" -eq 0 ] || no "the session ended with $got: $(cat "$err")"
    plain "$out"
}

shows "the end of the input ends it; first it says how it stands, how old that is and what can be typed"
run 0 "$hubtop" --source "sample:sample-data?name=sample&scenario=cable&interval=900&start=$zero" --state-dir "$state" --now "$now" --speed 0 collect --once
run 0 "$hubtop" --offline --state-dir "$state" --now "$now" --speed 0 status
sentence=$(cat "$out")
say en
[ "$(sed -n 1p "$out")" = "$sentence" ] || no "it begins with '$(sed -n 1p "$out")', not with '$sentence'"
says "$out" '^Data: OFFLINE, CACHED'
says "$out" '^Critical [0-9]+, warnings [0-9]+, acknowledged 0[.]$'
says "$out" '^Type a view such as alerts'
[ ! -s "$err" ] || no "it complains: $(cat "$err")"

shows "rows are numbered sentences, a number tells all of one, with a curve in words"
say en links 1 'detail 2' 'jobs /state=waiting' n p overview 9 n
says "$out" '^1[.] critical, SHG→SZ, degraded, NOW ms [0-9.]+, promised 3, '
says "$out" '^link SHG>SZ$'
says "$out" '^link SZ>SHG$'
says "$out" '^one way: [0-9.]+ ms; rising, [0-9.]+ to [0-9.]+ ms in [0-9]+ min$'
says "$out" '^severity: crit$'
says "$out" '^Jobs 1-25 of [0-9,]+ of [0-9,]+, /state=waiting'
says "$out" '^25[.] [a-z-]+/[0-9_[,]*.*, waiting, '
says "$out" '^Jobs 26-50 of '
[ "$(grep -c '^Jobs 1-25 of ' "$out")" = 2 ] || no "p does not go back"
says "$out" '^rows 26 to 50 of [0-9,]+$'
says "$out" '^Queues 1-[0-9]+ of 60'
says "$out" '^Queues [1-9][0-9]*-[0-9]+ of 60' # the list of the row that was chosen turns

shows "the words are those of the console: pinyin, Chinese, aliases of views, filters, orders; what is mistyped is guessed at"
say en gj 告警 ':alerts' 'view jobs' 'sort -accels' '/nofield=3' alrts 999 'help' 'help keys' Esc D
[ "$(grep -c '^Alerts$' "$out")" = 4 ] || no "gj, 告警, :alerts and Esc from jobs do not all tell the alerts"
says "$out" 'sort: accels desc'
says "$out" "nofield"
says "$out" "no such command ':alrts'; did you mean ':alerts'[?]"
says "$out" '^the last list has numbers from 1 to [0-9]+$'
says "$out" '^n next 下页: the next page of the list$'
says "$out" '^ack 认领: '
says "$out" '^W: who is hit'
says "$out" '^nothing is done by that key'

shows "what needs a screen, a collector or leave to change something says so"
say en alerts 'ack 1' keytest matrix 'open 1' poll
says "$out" '^offline: there is no collector to ask$'
says "$out" '^there is no screen here, only lines$'
says "$out" '^This view is a picture'
says "$out" '^there is no collector to ask$'

shows "pages of text are lines"
say en doctor setup racks 'open 1' 'open 2' 'open 1'
says "$out" '^ok terminal, TERM='
says "$out" '^lang, en, '
says "$out" '^Rack [A-Z]+-.*, (e: )?from the front$'

shows "in Chinese everything but names is Chinese"
say zh 告警 1 链路 1 作业 概览
says "$out" '^数据: 离线 缓存'
says "$out" '^严重 [0-9]+, 警告 [0-9]+, 已认领 0。$'
says "$out" '^1[.] 严重, 韶关→深圳, 劣化, '
says "$out" '^单向时延: [0-9.]+ ms; 上升, 从 [0-9.]+ 到 [0-9.]+ ms, 用时 [0-9]+ 分钟$'
[ "$(grep -c '^级别: 严重$' "$out")" = 2 ] || no "not both severities are in Chinese"
grep -E '\b(rising|steady|critical|warning|old|page|list)\b' "$out" >"$TMPDIR/english" && no "it says: $(head -n 3 "$TMPDIR/english")"

shows "hostile names come out as marks, a line with control characters is refused"
say en "$(printf 'al\033[2Jerts')" "$(printf 'x\342\200\256y')"
says "$out" '^a line is text without control characters$'
says "$out" "no such command ':x<202E>y'"

shows "a file is read as well; a last line needs no end"
printf 'nodes\nq' >"$TMPDIR/lines"
timeout 60 "$hubtop" --offline --state-dir "$state" --now "$now" --speed 0 --a11y <"$TMPDIR/lines" >"$out" 2>"$err" || no "it ended with $?"
says "$out" '^Nodes'

shows "a session in lines is nothing else at once"
for other in --once --wall --tour --drill; do
    run 64 "$hubtop" demo --a11y $other && says "$err" "^hubtop: --a11y asks for a session in lines, and $other for something else"
done

shows "while a cable is cut each change is a line; a row is taken in hand by its number; every answer comes before the next line"
mkfifo "$TMPDIR/in"
timeout 100 "$hubtop" demo cable --data sample-data --a11y --speed 30 --lang en <"$TMPDIR/in" >"$TMPDIR/live" 2>"$err" &
session=$!
exec 3>"$TMPDIR/in"
eventually 30 grep -q '^> ' "$TMPDIR/live" || no "there is no prompt"
says "$TMPDIR/live" '^Data: LIVE'
eventually 30 grep -qE '^new critical A-[A-Z0-9]+: SHG>SZ ' "$TMPDIR/live" || no "the cut is not told: $(cat "$TMPDIR/live")"
says "$TMPDIR/live" '^[0-9:]{8} SHG>SZ: fibre cut: 4 of 13 paths dark$'
printf '%s\n' alerts 'ack 1 seen' alerts >&3
eventually 20 grep -qE ' A-[A-Z0-9]+, SHG>SZ, [^:]+: alert is acknowledged: ' "$TMPDIR/live" || no "the change is not told: $(cat "$TMPDIR/live")"
says "$TMPDIR/live" '^acknowledged [(]u takes it back[)]$'
id=$(sed -n 's/^new critical \(A-[A-Z0-9]*\): SHG>SZ .*/\1/p' "$TMPDIR/live" | head -n 1)
printf '%s\n' 'runbook 1' back status l 'silence 1' 2h 'a digger' wrong 2h 'a digger' "$id" x undo 'note 1' Esc >&3
exec 3>&-
wait $session
got=$?
[ "$got" -eq 0 ] || no "it ended with $got"
says "$TMPDIR/live" '^Critical 0, warnings [0-9]+, acknowledged 1[.]$'
says "$TMPDIR/live" '^RB-NET-07, Link cut'
says "$TMPDIR/live" '^for how long, or until> $'
says "$TMPDIR/live" '^s: silence A-'
says "$TMPDIR/live" '^left, nothing was done$'
says "$TMPDIR/live" '^not acknowledged any more$'
plain "$TMPDIR/live"
[ ! -s "$err" ] || no "it complains: $(cat "$err")"

shows "in a terminal it is the same: no byte of an escape, what is typed stays, q and a hang-up end it well"
(
    eventually 20 grep -q '> ' "$TMPDIR/typed"
    echo alerts
    eventually 20 grep -q 'Alerts' "$TMPDIR/typed"
    echo q
) | TERM=xterm-256color timeout 60 script -qfec "$hubtop --offline --state-dir $state --now $now --speed 0 --a11y" "$TMPDIR/typed" >/dev/null
got=$?
[ "$got" -eq 0 ] || no "it ended with $got"
tr -d '\r' <"$TMPDIR/typed" | sed '/^Script /d' >"$TMPDIR/typed.txt"
plain "$TMPDIR/typed.txt"
says "$TMPDIR/typed.txt" '^> alerts$'
says "$TMPDIR/typed.txt" '^1[.] CRIT, ID A-'
cat >"$TMPDIR/hangup.e2e" <<END
test "a hang-up is an end as any other"
spawn $hubtop --offline --state-dir $state --now $now --speed 0 --a11y
wait-row 20 7 ">"
signal HUP
expect-exit 0 10
test "and so is the end of what is typed"
terminal other
size 160x60
spawn $hubtop --offline --state-dir $state --now $now --speed 0 --a11y
wait 20 "back in Overview, where the line was lost"
wait 20 "1. CRIT, ID A-"
key C-d
expect-exit 0 10
expect-restored
test "lines end between words"
terminal narrow
size 40x60
spawn $hubtop --offline --state-dir $state --now $now --speed 0 --a11y
wait 20 "such as alerts, jobs or"
wait 20 "links; a number"
key C-d
expect-exit 0 10
END
printf 'a11y = true\n' >"$TMPDIR/lines.conf"
cat >"$TMPDIR/always.e2e" <<END
test "the configuration may ask for it; what is printed once is a screen all the same"
spawn $hubtop -c $TMPDIR/lines.conf --offline --state-dir $state --now $now --speed 0
wait 20 "Type a view"
key q Enter
expect-exit 0 10
expect-restored
sh "$hubtop -c $TMPDIR/lines.conf --offline --state-dir $state --now $now --speed 0 --once | grep -q Overview"
END
"$BUILD/tests/e2e/drive" "$TMPDIR/always.e2e" >"$out" || no "$(cat "$out")"
"$BUILD/tests/e2e/drive" "$TMPDIR/hangup.e2e" >"$out" || no "$(cat "$out")"
