#!/bin/sh
# Each #include of src/ and include/ against layers.txt.
set -eu
find src include -name '*.[ch]' | sort | xargs grep -nE '^[ \t]*#[ \t]*include' /dev/null |
    awk -f tests/lint/layers.awk tests/lint/layers.txt -
