#!/bin/sh
# What an object exports begins with the stem of its file, or with a shorter stem that has a header (store_batch.c may export
# store_*). A file that is found by its name exports exactly that name.
set -eu
# shellcheck disable=SC2012
for source in $(ls src/*/*.c); do
    object=$BUILD/obj/${source#src/}
    object=${object%.c}.o
    if [ -f "$object" ]; then
        nm -g --defined-only "$object" | sed -n "s|^[0-9a-f]* [A-Za-z] |$source |p"
    else
        echo "$source"
    fi
done | awk '
function exists(path,    text, n) {
    n = (getline text < path)
    close(path)
    return n >= 0
}

function may(symbol, layer, stem,    prefix) {
    for (prefix = stem; prefix != ""; prefix = sub(/_[^_]*$/, "", prefix) ? prefix : "") {
        if (prefix != stem && !exists("src/" layer "/" prefix ".h") && !exists("include/" layer "/" prefix ".h"))
            continue
        if (symbol == prefix || index(symbol, prefix "_") == 1)
            return 1
    }
    return 0
}

{
    n = split($1, path, "/")
    layer = path[2]
    stem = path[n]
    sub(/[.]c$/, "", stem)
}

NF == 1 {
    print $1 ":1: it is not built: make all"
    failed = 1
    next
}

$2 == "main" && $1 == "src/cli/main.c" {
    next
}

stem ~ /^(cmd|view|source|action)_/ && layer ~ /^(cli|views|sources|actions)$/ ? $2 != stem : !may($2, layer, stem) {
    print $1 ":1: it exports " $2 (stem ~ /^(cmd|view|source|action)_/ ? "; only " stem " is looked for" : ", without the stem of the file as its prefix")
    failed = 1
}

{
    symbols++
}

END {
    print "# " symbols " exported symbols"
    exit failed
}'
