#!/bin/sh
# Shell scripts can be parsed.
set -eu
status=0
for script in $(git ls-files -co --exclude-standard '*.sh' .ci/run); do
    sh -n "$script" || status=1
done
exit $status
