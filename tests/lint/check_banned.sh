#!/bin/sh
# Calls of banned.txt outside the places where they may stand.
set -eu
find src include -name '*.[ch]' | sort | xargs awk -f tests/lint/code.awk | awk '
NR == FNR && /^#/ {
    next
}
NR == FNR {
    split($0, part, / : /)
    n = split(part[1], words, " ")
    for (i = 1; i <= n; i++) {
        where[words[i]] = part[2]
        why[words[i]] = part[3]
    }
    next
}
{
    split($0, at, ":")
    code = substr($0, length(at[1]) + length(at[2]) + 3)
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*[ ]*[(]/)) {
        before = RSTART > 1 ? substr(code, RSTART - 1, 1) : " "
        word = substr(code, RSTART, RLENGTH - 1)
        code = substr(code, RSTART + RLENGTH)
        sub(/ +$/, "", word)
        if (before !~ /[.>0-9]/ && word in where && (where[word] == "-" || at[1] !~ where[word])) {
            print at[1] ":" at[2] ": " word "(): " why[word]
            failed = 1
        }
    }
}
END {
    exit failed
}' tests/lint/banned.txt -
