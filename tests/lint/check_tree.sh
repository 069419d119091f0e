#!/bin/sh
# What stands where, and words that do not belong into the tree.
set -eu
files=$(mktemp)
trap 'rm -f "$files"' EXIT
{
    git ls-files -co --exclude-standard | sed 's|/.*||' | sort -u |
        grep -vxE 'Makefile|README\.md|src|include|themes|tests|sample-data|\..*' | sed 's/$/:1: it has no place at the top level/'
    for words in 'make deps demo' 'make deps check'; do
        grep -qsF "$words" README.md || echo "README.md:1: it does not name: $words"
    done
    git grep --untracked -nIE '/[w]ork/|\b[f]arm-|/tmp/[s]tudio|[.]library/' -- . | sed 's/$/ <- it names a workplace/'
    git grep --untracked -nIE '\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b|[f]or now\b|not implement[e]d' -- . ':!tests/fuzz/seeds' |
        sed 's/$/ <- it promises, and does not do/'
    git grep --untracked -nIE 'pypi[.]org|registry[.]npmjs|crates[.]io|proxy[.]golang|deb[.]debian[.]org|docker[.]io|ghcr[.]io' -- . |
        sed 's/$/ <- it names a host of packages/'
    [ -x .ci/run ] || echo '.ci/run:1: it is missing, or cannot be run'
} >"$files" || true
cut -c 1-200 "$files"
[ ! -s "$files" ]
