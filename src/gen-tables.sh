#!/bin/sh
# Prints the tables of what is found by its file's name: views, sources, orders, commands. A file KIND_NAME.c exports one
# `const struct TYPE KIND_NAME`. Run from the top of the tree.
set -eu
table() { # FOLDER FILE-PREFIX STRUCT TABLE HEADER
    [ -f "include/$5" ] || return 0
    names=$(ls "src/$1" 2>/dev/null | sed -n "s/^\($2_[a-z0-9_]*\)\.c\$/\1/p" | LC_ALL=C sort)
    printf '\n#include "%s"\n' "$5"
    for n in $names; do printf 'extern const struct %s %s;\n' "$3" "$n"; done
    printf 'const struct %s *const %s[] = {' "$3" "$4"
    for n in $names; do printf '&%s, ' "$n"; done
    printf 'NULL};\n'
}
echo '/* made by src/gen-tables.sh */'
echo '#include <stddef.h>'
table views view view view_table views/view.h
table sources source source_driver source_table sources/source.h
table actions action action action_table actions/action.h
table cli cmd command command_table cli/command.h
