#!/bin/sh
# No warning of clang either; `make` has asked gcc.
set -eu
eval "set -- $LINT_CFLAGS"
find src tests -name '*.c' | sort | xargs -P 2 -n 8 clang "$@" -Itests -fsyntax-only
