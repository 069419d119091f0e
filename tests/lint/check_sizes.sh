#!/bin/sh
# A function of at most 80 lines, nine of ten under 35; a file of at most 700. clang-format puts a function's braces, and nothing
# else's, into the first column; its length counts from its name to the closing brace.
set -eu
lengths=$(mktemp)
trap 'rm -f "$lengths"' EXIT
find src include tests -name '*.[ch]' | sort | xargs awk -v lengths="$lengths" '
function bad(line, why) {
    print FILENAME ":" line ": " why
    failed = 1
}
/^[A-Za-z_]/ {
    begin = FNR
    name = $0
    sub(/[(].*/, "", name)
    sub(/.*[ *]/, "", name)
}
/^{/ {
    inside = 1
}
/^}/ && inside {
    inside = 0
    length_of = FNR - begin + 1
    if (length_of > 80)
        bad(begin, name "() has " length_of " lines; 80 is the most")
    if (FILENAME ~ /^src\//)
        print length_of > lengths
}
FNR == 701 {
    bad(701, "a file has at most 700 lines")
}
END {
    exit failed
}' && status=0 || status=1
sort -n "$lengths" | awk '
{
    length_of[NR] = $1
}
END {
    if (NR == 0)
        exit
    p90 = length_of[int((NR * 9 + 9) / 10)]
    printf "# %d functions of src: median %d lines, nine of ten up to %d, longest %d\n", NR, length_of[int((NR + 1) / 2)], p90, length_of[NR]
    if (p90 > 35) {
        print "src:1: nine of ten functions have up to " p90 " lines; 35 is the most"
        exit 1
    }
}' || status=1
exit $status
