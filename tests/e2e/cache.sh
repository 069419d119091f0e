#!/bin/sh
# A cache that is damaged is set aside and made anew; one of a newer program is shown to be that, and not written.
. tests/e2e/lib.sh
dir=$TMPDIR/state
sample="--source sample:$PWD/sample-data?name=s --state-dir $dir"
stop() { sh tests/e2e/end.sh TERM collect && eventually 10 sh -c "! sh tests/e2e/end.sh CONT collect"; }

shows "a cache is made, and its answers are there without the network"
run 0 "$hubtop" $sample get hubs --json --timeout 60 && says "$out" '"京津冀"'
cp "$out" "$TMPDIR/live"
stop || no "the collector does not end"
run 0 "$hubtop" $sample get hubs --json --offline && says "$out" '"京津冀"' && says "$out" '"age_s"'
[ "$(jq -r '.items[].id' "$TMPDIR/live" | sort)" = "$(jq -r '.items[].id' "$out" | sort)" ] || no "offline other hubs are there"
[ "$(stat -c %a "$dir" "$dir/cache.db" | tr '\n' ' ')" = "700 600 " ] || no "modes: $(stat -c '%a %n' "$dir" "$dir"/*)"

shows "a damaged cache: a clear message offline, set aside and made anew by the collector"
for page in 0 1 2 5 20; do
    dd if=/dev/urandom of="$dir/cache.db" bs=4096 seek="$page" count=1 conv=notrunc 2>/dev/null
done
timeout 60 "$hubtop" --state-dir "$dir" --offline get hubs >"$out" 2>"$err"
got=$?
[ "$got" -ne 0 ] && [ "$got" -lt 128 ] || no "offline it ends with $got"
says "$err" "cache" && says "$err" "^hint: "
run 0 "$hubtop" $sample get hubs --json --timeout 60 && says "$out" '"京津冀"'
stop || no "the collector does not end"
[ "$(find "$dir" -name 'cache.db*' ! -name 'cache.db' ! -name 'cache.db-wal' ! -name 'cache.db-shm' | wc -l)" -gt 0 ] || no "nothing was set aside: $(ls "$dir")"

shows "a cache that is no database at all"
rm -f "$dir"/cache.db*
echo 'this is no database, but long enough to look at' >"$dir/cache.db"
run 0 "$hubtop" $sample get hubs --json --timeout 60 && says "$out" '"京津冀"'
stop || no "the collector does not end"

shows "a cache of 0 bytes, and one that is missing"
rm -f "$dir"/cache.db*
: >"$dir/cache.db"
run 0 "$hubtop" $sample get hubs --json --timeout 60 && says "$out" '"京津冀"'
stop || no "the collector does not end"
rm -f "$dir"/cache.db*
run 66 "$hubtop" --state-dir "$dir" --offline get hubs && says "$err" "cache"

shows "a cache of a newer program is not written"
run 0 "$hubtop" $sample get hubs --json --timeout 60
stop || no "the collector does not end"
# bytes 60 to 63 of a database are its user_version; what is in the -wal would win
rm -f "$dir/cache.db-wal" "$dir/cache.db-shm"
printf '\0\0\047\017' | dd of="$dir/cache.db" bs=1 seek=60 conv=notrunc 2>/dev/null
sha256sum "$dir/cache.db" >"$TMPDIR/sum"
timeout 60 "$hubtop" $sample collect --once >"$out" 2>"$err"
got=$?
[ "$got" -ne 0 ] && [ "$got" -lt 128 ] || no "the collector ends with $got"
says "$err" "newer"
sha256sum --status -c "$TMPDIR/sum" || no "it was written"
