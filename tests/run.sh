#!/bin/sh
# Runs all tests, each in a home of its own, and prints what failed; the last line is "N passed, N failed, N skipped". Arguments
# choose: files, `unit`, `e2e`. `make check` builds what is run and sets BUILD. From the top of the tree.
#
# A test is a program of cmocka ($BUILD/tests/unit/...), a script tests/e2e/*.sh, or a file tests/e2e/*.e2e that $BUILD/tests/e2e/drive
# plays. Scripts and drive print a line for each thing that they show: "ok NAME", "not ok NAME", "skip NAME: why".
# HUBTOP_SHARED is a folder with the testbed and the corpora (../shared); HUBTOP_REQUIRE=testbed,corpora makes their lack a failure.
# TEST_JOBS run at once (4: most of them wait for servers), each at most TEST_SECONDS (600). An end-to-end test that fails beside others
# waits for real seconds of a busy machine: it is printed ("again"), played once more alone, and that counts; what failed twice is FAIL.
set -u
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
HUBTOP_SHARED=${HUBTOP_SHARED:-../shared}
HUBTOP_REQUIRE=${HUBTOP_REQUIRE:-}
TEST_SECONDS=${TEST_SECONDS:-600}
work=$(mktemp -d "${TMPDIR:-/tmp}/hubtop-check.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
export BUILD HUBTOP_SHARED HUBTOP_REQUIRE TEST_SECONDS

tests() {
    case $1 in
    unit) find tests/unit -name 'test_*.c' | LC_ALL=C sort | sed "s|^\(.*\)\.c\$|$BUILD/\1|" ;;
    e2e) ls tests/e2e/*.e2e tests/e2e/[a-z]*.sh | grep -vE '/(lib|end|bed)\.sh$' ;;
    *) echo "$1" ;;
    esac
}

if [ $# -eq 0 ]; then # the longest first: they mostly wait
    for name in plan_slurm slurm_stop faults testbed slurmdb prometheus; do set -- "$@" "tests/e2e/$name.sh"; done
    set -- "$@" unit e2e
fi
for what; do tests "$what"; done | awk '!seen[$0]++' >"$work/tests"
: >"$work/counts"
: >"$work/again"
LATER=1 xargs -P "${TEST_JOBS:-4}" -I TEST sh tests/run-one.sh "$work" TEST <"$work/tests"
xargs -r -I TEST sh tests/run-one.sh "$work" TEST <"$work/again"
awk -v asked="$(grep -c '' "$work/tests")" '
{
    passed += $1
    failed += $2
    skipped += $3
}
END {
    if (NR != asked) {
        print asked - NR " of " asked " tests did not come to an end"
        failed += asked - NR
    }
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit failed > 0 || passed == 0
}' "$work/counts"
