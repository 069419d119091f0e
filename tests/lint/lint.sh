#!/bin/sh
# Runs the checks of this folder, each a file check_NAME.sh that prints what offends as FILE:LINE: why, and fails; a line that
# begins with "# " is a remark. Arguments choose checks by NAME. Run from the top of the tree; `make lint` sets BUILD and, in
# LINT_CFLAGS, the flags of the compiler.
set -u
BUILD=${BUILD:-build}
LINT_CFLAGS=${LINT_CFLAGS:--Iinclude -Isrc}
LC_ALL=C
export BUILD LINT_CFLAGS LC_ALL
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
trap 'exit 130' INT TERM HUP

[ $# -gt 0 ] || set -- $(ls tests/lint | sed -n 's/^check_\(.*\)\.sh$/\1/p')
checks=0 failed=0
for name; do
    checks=$((checks + 1))
    if sh "tests/lint/check_$name.sh" >"$out" 2>&1 </dev/null; then
        printf 'ok    %-10s %s\n' "$name" "$(sed -n 's/^# //p' "$out" | tail -n 1)"
    else
        failed=$((failed + 1))
        printf 'FAIL  %s\n' "$name"
        sed 's/^/      /' "$out"
    fi
done
echo "lint: $checks checks, $failed failed"
[ "$failed" -eq 0 ]
