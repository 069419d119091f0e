#!/bin/sh
# Runs every benchmark of this folder, or those named as arguments; each prints a table with ratios against a yardstick of the same run.
set -eu
BUILD=${BUILD:-build}
[ $# -gt 0 ] || set -- $(find tests/bench -name 'bench_*.c' | LC_ALL=C sort | sed "s|^tests/\(.*\)\.c\$|$BUILD/tests/\1|")
for bench; do
    echo "== $(basename "$bench")"
    "$bench"
done
