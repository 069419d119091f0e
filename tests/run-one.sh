#!/bin/sh
# run-one.sh WORK TEST: one test for run.sh. Adds "PASSED FAILED SKIPPED" to WORK/counts and prints a line, and what it said if
# something failed. A process that it leaves behind is a failure, and is ended. With LATER=1 an end-to-end test that fails is printed
# and put into WORK/again, for run.sh to play it once more, alone; only that counts.
set -u
work=$1 test=$2
name=${test#"$BUILD"/}
name=${name#tests/}
home=$work/$(echo "$name" | tr '/.' '__')
mkdir -p "$home/tmp" "$home/run" && chmod 700 "$home/run" "$home/tmp" || exit 1

case $test in
*.sh) set -- sh "$test" ;;
*.e2e) set -- "$BUILD/tests/e2e/drive" "$test" ;;
*) set -- "$test" ;;
esac

began=$(date +%s)
# HUBTOP_TEST marks the processes of this test, in their environment. What a person's shell says must not change a result.
timeout -k 5 "$TEST_SECONDS" env -u NO_COLOR -u CLICOLOR -u COLORTERM -u LANGUAGE -u LC_ALL -u LC_MESSAGES -u TMUX -u STY -u LINES -u COLUMNS \
    HUBTOP_TEST="$home" HOME="$home" TMPDIR="$home/tmp" XDG_RUNTIME_DIR="$home/run" XDG_STATE_HOME="$home/state" \
    XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" XDG_CACHE_HOME="$home/cache" LANG=C.UTF-8 TZ=UTC TERM=xterm-256color \
    ASAN_OPTIONS="log_path=$home/asan" LSAN_OPTIONS="suppressions=$PWD/tests/leaks.txt:print_suppressions=0" UBSAN_OPTIONS="log_path=$home/asan:print_stacktrace=1" \
    "$@" >"$home/out" 2>"$home/err" </dev/null
status=$?
seconds=$(($(date +%s) - began))

left=$(sh tests/leftover.sh "$home")
reports=$(ls "$home" | grep -c '^asan') # of any process, also of one that closed its stderr
counts=$(awk -v status="$status" -v left="${left:+1}" -v reports="$reports" '
/^\[ RUN      \]/ { run++ }
/^\[       OK \]/ || /^ok / { passed++ }
/^\[  SKIPPED \]/ || /^skip / { skipped++ }
/^not ok / { failed++ }
END {
    if (run > 0 && run > passed + skipped)
        failed = run - passed - skipped
    if (status != 0 && failed == 0 || passed + failed + skipped == 0)
        failed++
    printf "%d %d %d", passed, failed + left + reports, skipped
}' "$home/out")
set -- $counts
verdict=FAIL
case $test in
*.sh | *.e2e) [ "$2" -eq 0 ] || [ -z "${LATER:-}" ] || verdict=again ;;
esac
if [ "$verdict" = again ]; then
    echo "$test" >>"$work/again"
else
    echo "$counts" >>"$work/counts"
fi
{
    if [ "$2" -eq 0 ]; then
        printf 'ok    %-32s %4d passed%s%s\n' "$name" "$1" "$([ "$3" -eq 0 ] || echo ", $3 skipped")" "$([ "$seconds" -lt 5 ] || echo ", $seconds s")"
        grep -hE '^(skip |SKIP:)' "$home/out" | sort -u | sed 's/^/      /'
    else
        printf '%-5s %-32s %4d passed, %d failed, status %d, %d s\n' "$verdict" "$name" "$1" "$2" "$status" "$seconds"
        [ -z "$left" ] || printf 'left behind:\n%s\n' "$left" | sed 's/^/      /'
        [ "$reports" -eq 0 ] || head -n 60 "$home"/asan* | sed 's/^/      /'
        cat "$home/out" "$home/err" | grep -vE '^(\[       OK \]|\[ RUN      \]|ok )' | tail -n 150 | sed 's/^/      /'
    fi
} >"$home/told"
cat "$home/told"
rm -rf "$home"
