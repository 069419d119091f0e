#!/bin/sh
# What stands on a terminal is what was drawn, whatever the terminal's description.
set -u
set -- xterm-256color xterm linux vt100
for more in tmux-256color screen putty; do
    infocmp "$more" >/dev/null 2>&1 && set -- "$@" "$more"
done
exec "$BUILD/tests/e2e/canvas" "$@"
