#!/bin/sh
# Runs each fuzz target named as an argument for FUZZ_SECONDS from its seeds; what it finds stays in tests/fuzz/found.
# The last line is "N targets, N failed".
set -eu
seconds=${FUZZ_SECONDS:-60}
total=0 failed=0
for target in "$@"; do
    name=$(basename "$target")
    corpus=$(mktemp -d)
    mkdir -p "tests/fuzz/found"
    seeds=
    [ ! -d "tests/fuzz/seeds/$name" ] || seeds=tests/fuzz/seeds/$name
    log=$corpus.log
    total=$((total + 1))
    # shellcheck disable=SC2086
    if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
        -artifact_prefix="tests/fuzz/found/$name-" "$corpus" $seeds >"$log" 2>&1; then
        echo "ok    $name: $(sed -n 's/^Done \([0-9]*\) runs.*/\1 runs/p' "$log") in $seconds s"
    else
        failed=$((failed + 1))
        echo "FAIL  $name"
        tail -n 40 "$log" | sed 's/^/      /'
    fi
    rm -rf "$corpus" "$log"
done
echo "$total targets, $failed failed"
[ "$failed" -eq 0 ]
