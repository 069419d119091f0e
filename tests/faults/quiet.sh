#!/bin/sh
# quiet.sh DIR PART SHARE: a part of the campaign (run.sh) in which nothing that changes anything may arrive. read_only.WAY: 25,000 keys by
# chance in a real console, an eighth of them what carries out and approves plans; writing is refused by one of the three that have a say:
# the session, the configuration, the source. At the end an order of somebody who may write arrives: it would have been seen. DIR/counts:
# the keys are the rounds.
. tests/faults/lib.sh
keys=$(share_of 25000)

case $which in
session | words) write= allow=true source=false ;;
configuration) write=--write allow=false source=false ;;
source) write=--write allow=true source=true ;;
esac
[ "$which" = words ] && lang=zh || lang=en

knows_jobs() {
    # shellcheck disable=SC2086
    [ "$("$hubtop" $with --offline get jobs --csv 2>/dev/null | wc -l)" -eq 21 ]
}

peers 20 "$allow" "$source"
launch A=b
until_true 1200 knows_jobs || bad "a collector does not start: $(tail -n 3 "$dir/log")"
mkdir -p "$dir/cwd" "$dir/home"
tests=$PWD
# shellcheck disable=SC2086
(cd "$dir/cwd" && HOME="$dir/home" XDG_STATE_HOME="$dir/home" XDG_CONFIG_HOME="$dir/home" LANG=C.UTF-8 TERM=xterm-256color \
    "$BUILD/tests/e2e/keys" --random "$(printf %s "$which" | cksum | cut -c 1-6)" "${keys}x" "$hubtop" $with $write --lang "$lang" --view jobs) >"$dir/pressed" 2>&1 ||
    bad "$(head -n 3 "$dir/pressed")"
cd "$tests" || exit 1
posts=$(grep -c . "$dir/posts")
arrived=$(grep -c . "$dir/ledger")
[ "$posts" -eq 0 ] && [ "$arrived" -eq 0 ] || bad "$posts POSTs, $arrived orders in read-only"
kill -0 "$collector" 2>/dev/null || bad "the collector is gone: $(tail -n 3 "$dir/log")"
if [ "$which" = session ]; then
    # shellcheck disable=SC2086
    "$hubtop" $with --offline --timeout 60 order hold C0001/110 --write >"$dir/told" 2>&1
    [ "$(grep -c . "$dir/posts")" -eq 1 ] || bad "an order would not have been seen: $(cat "$dir/told")"
fi
die
echo "$keys 0 0 0 0 0 0 0 0 0 $posts" >"$dir/counts"
