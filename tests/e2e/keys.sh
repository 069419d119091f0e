#!/bin/sh
# Every key of every view, pressed once in the real program; then keys, sizes, pastes and broken sequences by chance, for HUBTOP_SOAK
# seconds (4). Which keys there are, its own tables say.
. tests/e2e/lib.sh
zero=2026-11-20T18:01:11Z
now=2026-11-20T19:07:41Z
state=$TMPDIR/state list=$TMPDIR/list
source="sample:$PWD/sample-data?name=sample&scenario=cable&interval=900&start=$zero"
helper=$BUILD/tests/e2e/keys

shows "a cache of the cut cable"
(umask 077 && mkdir "$state" "$TMPDIR/cwd")
run 0 "$hubtop" --source "$source" --state-dir "$state" --now "$now" collect --once
run 0 "$hubtop" keys && cp "$out" "$list"
views=$(cut -f 1 "$list" | grep -vx everywhere | sort -u)
[ "$(echo "$views" | wc -l)" -ge 15 ] || no "the tables tell of few views: $views"

alert=$("$hubtop" --state-dir "$state" --now "$now" --offline get alerts --filter 'severity=crit where=SHG>SZ' --fields id --csv 2>"$err" | tr -d '\r' | sed -n 2p)
case $alert in A-*) ;; *) no "no alert is about the link" ;; esac

# Side by side, for they mostly wait; each with a state of its own, for keys change what is kept.
press() { # NAME ARGUMENTS-OF-THE-HELPER: what is typed by chance may name files, so it runs elsewhere
    cp -rp "$state" "$state.$1"
    name=$1 about=
    case $1 in impact) about=' SHG>SZ' ;; fit) about=' 8U 12kW' ;; runbook) about=" $alert" ;; esac
    shift
    (cd "$TMPDIR/cwd" && "$helper" "$@" "$hubtop" --source "$source" --state-dir "$state.$name" --now "$now" --offline --view "${name%.chance}$about") \
        >"$TMPDIR/told.$name" 2>&1 || echo "not ok $name: status $?" >>"$TMPDIR/told.$name"
}
case $hubtop in /*) ;; *) hubtop=$PWD/$hubtop helper=$PWD/$helper ;; esac
for view in $views; do
    press "$view" "$view" "$list" &
done
wait
shows ''
seed=${HUBTOP_SEED:-$(date +%s)}
press overview.chance --random "$seed" "${HUBTOP_SOAK:-4}"
begun=
for view in $views overview.chance; do
    [ -s "$TMPDIR/told.$view" ] || echo "not ok $view: nothing was told"
    cat "$TMPDIR/told.$view"
done
