#!/bin/sh
# Runs each fuzz target named as an argument for FUZZ_SECONDS from its seeds, FUZZ_JOBS at once (as many as processors); what it finds
# stays in tests/fuzz/found. The last line is "N targets, N failed".
set -eu
seconds=${FUZZ_SECONDS:-60}

one() {
    name=$(basename "$1")
    corpus=$(mktemp -d)
    seeds=
    [ ! -d "tests/fuzz/seeds/$name" ] || seeds=tests/fuzz/seeds/$name
    log=$corpus.log
    # shellcheck disable=SC2086
    if "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 \
        -artifact_prefix="tests/fuzz/found/$name-" "$corpus" $seeds >"$log" 2>&1; then
        echo "ok    $name: $(sed -n 's/^Done \([0-9]*\) runs.*/\1 runs/p' "$log") in $seconds s"
    else
        # In one write: others print beside it.
        echo "FAIL  $name
$(tail -n 40 "$log" | sed 's/^/      /')"
    fi
    rm -rf "$corpus" "$log"
}

if [ "${1:-}" = --one ]; then
    one "$2"
    exit
fi
mkdir -p tests/fuzz/found
told=$(mktemp)
trap 'rm -f "$told"' EXIT
printf '%s\n' "$@" | xargs -P "${FUZZ_JOBS:-$(nproc)}" -I TARGET sh "$0" --one TARGET | tee "$told"
failed=$(($# - $(grep -c '^ok ' "$told" || true)))
echo "$# targets, $failed failed"
[ "$failed" -eq 0 ]
