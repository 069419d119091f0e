#!/bin/sh
# What shells complete, asked of real shells, and the manual page: both know every command and every option that the help knows.
. tests/e2e/lib.sh

"$hubtop" help >"$TMPDIR/help"
sed -n '/^commands:/,/^options,/s/^  \([a-z][a-z]*\) .*/\1/p' "$TMPDIR/help" | sort -u >"$TMPDIR/commands"
sed -n 's/^  -., --\([a-z][a-z0-9-]*\).*/\1/p; s/^      --\([a-z][a-z0-9-]*\).*/\1/p' "$TMPDIR/help" | sort -u >"$TMPDIR/options"
[ "$(grep -c '' "$TMPDIR/commands")" -ge 15 ] && [ "$(grep -c '' "$TMPDIR/options")" -ge 40 ] || no "the help lists too little"

# completes WORD...: what a bash would offer for the last word, one a line.
completes() {
    bash --norc -c 'eval "$("$0" completion bash)" || exit 1
        complete -p hubtop >/dev/null || exit 1
        COMP_WORDS=(hubtop "$@"); COMP_CWORD=$#; _hubtop; printf "%s\n" "${COMPREPLY[@]}"' "$hubtop" "$@" 2>"$TMPDIR/bash.err" |
        sort >"$TMPDIR/offered"
    [ ! -s "$TMPDIR/bash.err" ] || no "bash says: $(cat "$TMPDIR/bash.err")"
}
offers() { grep -qx -e "$1" "$TMPDIR/offered" || no "'$1' is not offered"; }

shows "bash is offered every command and every option"
completes ''
same "$TMPDIR/commands" "$TMPDIR/offered"
completes --
sed 's/^/--/' "$TMPDIR/options" | sort >"$TMPDIR/all"
same "$TMPDIR/all" "$TMPDIR/offered"

shows "bash is offered kinds, verbs, views, choices and files"
completes get job && [ "$(cat "$TMPDIR/offered")" = jobs ] || no "get job: $(cat "$TMPDIR/offered")"
completes --lang zh get ra && [ "$(cat "$TMPDIR/offered")" = racks ] || no "get ra: $(cat "$TMPDIR/offered")"
completes theme '' && offers list && offers check && offers template
completes alert un && offers unack && offers unsilence
completes completion '' && offers bash && offers fish
completes --view ma && offers map && offers matrix
completes --glyphs '' && offers safe && [ "$(grep -c '' "$TMPDIR/offered")" = 4 ] || no "glyphs: $(cat "$TMPDIR/offered")"
touch "$TMPDIR/some.conf"
completes --config "$TMPDIR/some" && offers "$TMPDIR/some.conf"
completes get jobs '' && [ "$(cat "$TMPDIR/offered")" = '' ] || no "after a kind: $(cat "$TMPDIR/offered")"

shows "every shell that is here can read its completion"
for shell in zsh fish; do
    run 0 "$hubtop" completion $shell
    while read -r command; do
        says "$out" "$command"
    done <"$TMPDIR/commands"
    if command -v $shell >/dev/null; then
        "$shell" -n "$out" >"$TMPDIR/shell.out" 2>&1 || no "$shell: $(cat "$TMPDIR/shell.out")"
    else
        echo "# there is no $shell here: its completion was not read by it"
    fi
done
run 64 "$hubtop" completion && says "$err" "bash.zsh.fish"
run 64 "$hubtop" completion tcsh

shows "the help of all commands has all of each one's usage"
while read -r command; do
    run 0 "$hubtop" help "$command"
    usage=$(sed -n '1s/^usage: hubtop \[OPTIONS\] *//p' "$out" | sed 's/ *$//')
    grep -qF -e "  $usage" "$TMPDIR/help" || no "'$usage' is cut"
done <"$TMPDIR/commands"

shows "the manual page has every command, option and key, and roff has nothing against it"
run 0 "$hubtop" man && cp "$out" "$TMPDIR/hubtop.1"
if command -v groff >/dev/null; then
    groff -man -Tutf8 -ww -P-cbou "$TMPDIR/hubtop.1" >"$TMPDIR/page" 2>"$TMPDIR/groff.err" || no "groff ends with $?"
    [ ! -s "$TMPDIR/groff.err" ] || no "groff says: $(head -3 "$TMPDIR/groff.err")"
else
    echo "# there is no groff here: the page was not set"
    sed 's/\\-/-/g' "$TMPDIR/hubtop.1" >"$TMPDIR/page"
fi
while read -r option; do
    grep -q -e "--$option" "$TMPDIR/page" || no "it lacks --$option"
done <"$TMPDIR/options"
while read -r command; do
    grep -q -e "^ *$command" "$TMPDIR/page" || no "it lacks $command"
done <"$TMPDIR/commands"
