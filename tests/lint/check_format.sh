#!/bin/sh
# The form of .clang-format; `make format` makes it.
set -eu
git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format --dry-run -Werror 2>&1 | awk '
/: error: / {
    sub(/: error: .*/, ": not in the form of clang-format: make format")
    if (++lines < 20)
        print
}
END {
    exit lines > 0
}'
