#!/bin/sh
# Five questions of the night shift, answered in at most twelve keys each by somebody who knows nothing but what the help says
# (`hubtop keys`) and what stands on the screen. The keys are looked up in the help by what they are for, the answers are read off the
# last screen and held against what `get` says. All screens are tests/golden/tasks.txt (UPDATE_GOLDEN=1 writes it anew).
. tests/e2e/lib.sh
export TZ=Asia/Shanghai
keys_most=12
zero=2026-11-20T18:01:11Z
state=$TMPDIR/state transcript=$TMPDIR/transcript
source="sample:sample-data?name=sample&scenario=cable&interval=900&start=$zero"
(umask 077 && mkdir "$state")
: >"$transcript"
for seconds in 900 1260 2100 2900 3600 3720 3990; do
    now=$(date -u -d "@$(($(date -u -d "$zero" +%s) + seconds))" +%Y-%m-%dT%H:%M:%SZ)
    run 0 "$hubtop" --source "$source" --state-dir "$state" --now "$now" collect --once
done
"$hubtop" keys >"$TMPDIR/help"

ask() { # ARGUMENTS: what is true, for the comparison
    timeout 60 "$hubtop" --source "$source" --state-dir "$state" --now "$now" --offline "$@"
}

# The key that the help gives for what is wanted, in a view or everywhere.
key_for() { # VIEW WORDS
    awk -F '\t' -v view="$1" -v words="$2" '
        ($1 == view || $1 == "everywhere") && index($3, words) { split($2, key, " "); print key[1]; found = 1; exit }
        END { exit !found }' "$TMPDIR/help" || no "the help does not say which key is for: $2"
}

# begin QUESTION [VIEW]; then press and type, each with what must come on the screen; then finish.
begin() {
    shows "$1, in at most $keys_most keys"
    count=0 part=$TMPDIR/part
    printf 'test "%s"\nsize 80x24\nspawn %s --source "%s" --state-dir %s --now %s --offline --view overview\nwait 20 ": command"\npause 0.3\nsnapshot %s/step.0\n' \
        "$1" "$hubtop" "$source" "$state" "$now" "$TMPDIR" >"$TMPDIR/task.e2e"
    printf '=== %s\n\n' "$1" >"$part"
}

step() { # WHAT-IS-PRESSED HOW-MANY-KEYS TEXT
    count=$((count + $2))
    printf 'wait 20 "%s"\npause 0.2\nsnapshot %s/step.%s\n' "$3" "$TMPDIR" "$count" >>"$TMPDIR/task.e2e"
    printf '%s\t%s\n' "$count" "$1" >>"$TMPDIR/steps"
}

press() { # KEY TEXT
    printf 'key %s\n' "$1" >>"$TMPDIR/task.e2e"
    step "$1" 1 "$2"
}

type_in() { # TEXT TEXT-THAT-COMES
    printf 'type "%s"\n' "$1" >>"$TMPDIR/task.e2e"
    step "$1" "${#1}" "$2"
}

# The clock, and how old data are, are not the same twice.
still() {
    sed -e '1s/[0-9][0-9]:[0-9][0-9]:[0-9][0-9]/hh:mm:ss/' -e '1s/CACHED *[0-9]*s/CACHED #/' -e 's/[0-9][0-9]*s ago */# ago /' -e 's/ *$//' "$1"
}

finish() {
    printf 'key Q\nexpect-exit 0 20\n' >>"$TMPDIR/task.e2e"
    printf '0\t\n' | cat - "$TMPDIR/steps" >"$TMPDIR/all"
    rm "$TMPDIR/steps"
    "$BUILD/tests/e2e/drive" "$TMPDIR/task.e2e" >"$TMPDIR/driven" 2>&1 || no "$(cat "$TMPDIR/driven")"
    [ "$count" -le "$keys_most" ] || no "it took $count keys"
    while IFS="$(printf '\t')" read -r at pressed; do
        [ -z "$pressed" ] || printf -- '--- %s\n' "$pressed" >>"$part"
        still "$TMPDIR/step.$at" >>"$part"
    done <"$TMPDIR/all"
    last=$TMPDIR/step.$count
}

# What was read off the screen, and what is true.
answer() { # READ TRUE
    printf '\nanswer, after %s keys: %s\n\n' "$count" "$1" >>"$part"
    cat "$part" >>"$transcript"
    [ -n "$1" ] && [ "$1" = "$2" ] || no "the screen says '$1', true is '$2'"
}

begin "which link is broken, and since when"
press "$(key_for overview "all alerts")" "explains"
finish
link=$(sed -n 's/^. link  *\([^ ]*\).*/\1/p' "$last" | head -n 1)
since=$(sed -n 's/^. since  *\([0-9:]*\) .*/\1/p' "$last" | head -n 1)
true=$(ask get alerts --filter "parent= severity=crit" --json | jq -r '.items[] | select(.state != "resolved") | "\(.where) \(.since)"')
answer "$link since $since" "${true% *} since $(date -d "${true#* }" +%H:%M:%S)"

begin "who is hit, and whom to call"
press "$(key_for overview "who is hit by what is under the cursor")" "CONTACTS"
finish
hit=$(sed -n 's/^.> *\([^ ]*\) .* \([^ ]*@[^ ]*\) *.$/\1 \2/p' "$last")
true=$(ask impact link 'SHG>SZ' --json | jq -r '.items[0] | "\(.account) \(.contacts[0])"')
answer "$hit" "$true"

job=$(ask get jobs --filter "scheduler=shg-ai state=waiting" --sort -waited_s --limit 1 --json | jq -r '.items[0].id')
begin "why does job $job wait"
press "$(key_for overview "the jobs")" "Jobs 1-"
press "$(key_for overview "filter what the view lists")" "/"
type_in "${job#*/}" "${job#*/}"
press Enter "1-1 of 1"
press "$(key_for jobs "everything that is known of the row")" "reason"
finish
why=$(sed -n 's/^. *reason  *\(.*[^ ]\) *.$/\1/p' "$last" | head -n 1)
answer "$why" "$why"

begin "where is room for 8U and 12 kW"
press "$(key_for overview "the racks")" "Clusters 1-"
press "$(key_for racks "finds racks with room")" ":fit"
type_in "8U 12kW" ":fit 8U 12kW"
press Enter "have room for 8U and 12 kW"
finish
rack=$(sed -n 's/^.>. *\([^ ]*\)  *\(room, .*\)$/\1 \2/p' "$last" | sed 's/   .*//')
free=$(ask get racks "${rack%% *}" --json | jq -r '.items[0] | if .units_block >= 8 and .power_cap_kw - ([.power_kw, .power_planned_kw] | max) >= 12 then "has it" else "\(.)" end')
[ "$free" = "has it" ] || no "that rack: $free"
answer "$rack" "$rack"

begin "what changed before 02:58"
press "$(key_for overview "what changed, the newest first")" "WHAT"
press "$(key_for overview "filter what the view lists")" "/"
type_in "at<02:58" "at<02:58"
press Enter "1-4 of 4 of"
finish
what=$(sed -n 's/^.> *\([0-9:]*\)  *\([^ ]*\)  *\([^ ].*\)$/\1 \2 \3/p' "$last" | sed 's/   .*//')
true=$(ask get changes --filter 'at<02:58' --sort -at --limit 1 --json | jq -r '.items[0] | "\(.at) \(.where) \(.what)"')
answer "$what" "$(date -d "${true%% *}" +%H:%M:%S) ${true#* }"

[ -z "${UPDATE_GOLDEN:-}" ] || cp "$transcript" tests/golden/tasks.txt
shows "the transcript is the one that is kept"
same tests/golden/tasks.txt "$transcript"
shows ""
