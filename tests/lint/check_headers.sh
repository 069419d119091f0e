#!/bin/sh
# Each header compiles alone.
set -eu
eval "set -- $LINT_CFLAGS"
find include src -name '*.h' | sort | sed 's,^include/,,; s,^src/,,' |
    xargs -P 2 -I HEADER sh -c 'header=$1; shift
        printf "#include \"%s\"\n" "$header" | "$CC" "$@" -fsyntax-only -x c - 2>&1' sh HEADER "$@"
