#!/bin/sh
# No key is bound twice along one chain (a view's keys, then the console's), and none that a terminal cannot tell from another or
# keeps for itself. `hubtop keys` prints WHERE, KEYS, WHAT, separated by tabs.
set -eu
"$BUILD/hubtop" keys | awk -F '\t' '
function bad(why) {
    print "hubtop keys:" NR ": " why
    failed = 1
}
BEGIN {
    n = split("C-h C-i C-m C-[ C-\\ C-q C-s C-Space Alt- M-", list, " ")
    for (i = 1; i <= n; i++)
        refused[list[i]] = 1
}
NF < 3 || $3 == "" {
    bad("a key without a help text: " $0)
}
{
    n = split($2, keys, " ")
    for (i = 1; i <= n; i++) {
        key = keys[i]
        if (key in refused || key ~ /^(Alt|M)-/)
            bad(key " in " $1 ": terminals do not tell it apart, or keep it")
        if (($1, key) in bound)
            bad(key " is bound twice in " $1 ": " bound[$1, key] "; " $3)
        else if (("everywhere", key) in bound)
            bad(key " of " $1 " is bound everywhere: " bound["everywhere", key] "; " $3)
        bound[$1, key] = $3
        count++
    }
}
END {
    print "# " count " keys"
    exit failed || count == 0
}'
