#!/bin/sh
# hubtop map, and the coastline that the configuration chooses.
. tests/e2e/lib.sh
umask 077
conf=$TMPDIR/hubtop.conf
state=$TMPDIR/sd

# outline WORDS: a configuration of the sample fleet with these words.
outline() {
    printf 'version = 1\n%s\nsource "s" {\n  driver = "sample"\n  url = "%s/sample-data"\n}\n' "$1" "$PWD" >"$conf"
}

shows "hubtop map is the console's own screen, once"
outline ""
run 0 "$hubtop" -c "$conf" --state-dir "$state" map --size 100x30 --timeout 60 && cp "$out" "$TMPDIR/map"
for cluster in ZJK YRD WHA SHG TFU CKG GUI HLG QYG ZWI; do
    says "$TMPDIR/map" "$cluster"
done
lines=$(grep -c '' "$TMPDIR/map")
[ "$lines" -eq 30 ] || no "it has $lines lines"
says "$TMPDIR/map" "coast only"
sh tests/e2e/end.sh TERM collect || no "there was no collector"
run 0 "$hubtop" -c "$conf" --state-dir "$state" --offline map --size 100x30 && cp "$out" "$TMPDIR/map"
run 0 "$hubtop" -c "$conf" --state-dir "$state" --offline --once --view map --size 100x30
# The clock stands in row 1; a second may pass between the two.
unaged() { sed '1d; s/age  *[0-9]*s/age/; s/ for [0-9]*s/ for/' "$1"; }
unaged "$TMPDIR/map" >"$TMPDIR/a" && unaged "$out" >"$TMPDIR/b" && same "$TMPDIR/a" "$TMPDIR/b"

# dots FILE: how many cells of braille it has, by the first two of their three bytes.
dots() { LC_ALL=C grep -o "$(printf '\342[\240-\243]')" "$1" | grep -c ''; }

shows "the coastline is the operator's to choose"
with=$(dots "$TMPDIR/map")
outline 'map_outline = "none"'
run 0 "$hubtop" -c "$conf" --state-dir "$state" --offline map --size 100x30 && says "$out" SHG
[ "$(dots "$out")" -lt $((with * 3 / 4)) ] || no "there are $(dots "$out") dots of $with without a coastline"
echo '100 20 120 40 # a line of mine' >"$TMPDIR/mine.txt"
outline "map_outline = \"$TMPDIR/mine.txt\""
run 0 "$hubtop" -c "$conf" --state-dir "$state" --offline map --size 100x30 && says "$out" SHG

shows "a bad coastline names file and line"
printf '# mine\n100 20 120 40\n100 20 120\n' >"$TMPDIR/mine.txt"
run 78 "$hubtop" -c "$conf" --state-dir "$state" --offline map && says "$err" "mine.txt:3: " && says "$err" "^hint: "
rm "$TMPDIR/mine.txt"
run 66 "$hubtop" -c "$conf" --state-dir "$state" --offline map && says "$err" "mine.txt" && says "$err" "^hint: .*map_outline"
