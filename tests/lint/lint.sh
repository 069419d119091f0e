#!/bin/sh
# Runs the checks of this folder, each a file check_NAME.sh that prints what offends as FILE:LINE: why, and fails; a line that
# begins with "# " is a remark. Arguments choose checks by NAME. Run from the top of the tree; `make lint` sets BUILD and, in
# LINT_CFLAGS, the flags of the compiler.
set -u
BUILD=${BUILD:-build}
LINT_CFLAGS=${LINT_CFLAGS:--Iinclude -Isrc}
LC_ALL=C
export BUILD LINT_CFLAGS LC_ALL
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

[ $# -gt 0 ] || set -- $(ls tests/lint | sed -n 's/^check_\(.*\)\.sh$/\1/p')
printf '%s\n' "$@" | xargs -P "$(nproc)" -I NAME \
    sh -c 'sh "tests/lint/check_$1.sh" >"$2/$1" 2>&1 </dev/null && : >"$2/$1.passed"' lint NAME "$work"
failed=0
for name; do
    if [ -e "$work/$name.passed" ]; then
        printf 'ok    %-10s %s\n' "$name" "$(sed -n 's/^# //p' "$work/$name" | tail -n 1)"
    else
        failed=$((failed + 1))
        printf 'FAIL  %s\n' "$name"
        sed 's/^/      /' "$work/$name"
    fi
done
echo "lint: $# checks, $failed failed"
[ "$failed" -eq 0 ]
