#!/bin/sh
# Themes by name and by path, and what `theme check` says of good and bad ones.
. tests/e2e/lib.sh
now=2026-11-21T03:12:07Z

shows "theme list names every theme that ships, in both languages"
run 0 "$hubtop" theme list
for theme in themes/*.theme; do
    says "$out" "^$(basename "$theme" .theme) +[a-z]"
done
run 0 "$hubtop" theme list --lang zh && says "$out" '^okabe-light +色盲安全'

shows "theme check finds nothing wrong with the themes that ship"
run 0 "$hubtop" theme check && says "$out" '^0 problems$' && says "$out" '^crit +4\.94 +5\.59 +4\.26 +3\.60 +4\.5  ✖ X  CRIT$' &&
    says "$out" '^warn +crit +33\.7 +21\.7 +16\.1 +29\.1$'
run 0 "$hubtop" theme check mono terminal16

mkdir -p "$TMPDIR/share/hubtop/themes"
own=$TMPDIR/share/hubtop/themes/own.theme

shows "theme template is a theme that can be read, says what each role is for, and is changed by hand"
run 0 "$hubtop" theme template && cp "$out" "$TMPDIR/share/hubtop/themes/tpl.theme"
[ "$(grep -c '^role ' "$out")" = "$(grep -c '^role ' themes/okabe-dark.theme)" ] && says "$out" '^# a state: critical$'
run 0 env XDG_DATA_HOME="$TMPDIR/share" "$hubtop" theme check tpl && says "$out" '^0 problems$' &&
    says "$out" '^crit +4\.94 +5\.59 +4\.26 +3\.60'
run 0 "$hubtop" theme template mono && says "$out" '^role "crit"'
rm "$TMPDIR/share/hubtop/themes/tpl.theme"

shows "what cannot be read, or be told apart, is told with file and line, and is 65"
sed 's/#E69F00/#664400/; s/okabe-dark/own/' themes/okabe-dark.theme >"$own"
line=$(grep -n '^role "warn"' "$own" | cut -d : -f 1)
run 65 env XDG_DATA_HOME="$TMPDIR/share" "$hubtop" theme check own
says "$out" "own\.theme:$line: role 'warn': contrast 1\.94 in 24-bit colours, at least 4\.5 is asked for" && says "$out" '^2 problems$'
run 0 env XDG_DATA_HOME="$TMPDIR/share" "$hubtop" theme list && says "$out" '^own +colour-blind-safe'

bad() { # SED WORDS: the theme so changed is told in these words
    sed "$1" themes/okabe-light.theme >"$TMPDIR/bad.theme"
    run 65 "$hubtop" theme check "$TMPDIR/bad.theme" && says "$out" "$2"
}
shows "an unknown role, a missing one, a bad colour, a state without sign: likewise"
bad 's/role "mark" /role "marc" /' "bad\.theme:26: no such role 'marc'"
bad '/role "mark" /d' "bad\.theme:1: role 'mark' is missing"
bad 's/#8A5A00/#8A5A0/' "bad\.theme:15: role 'warn': fg is neither"
bad 's/word = "OK"//' "bad\.theme:14: role 'ok' lacks glyph, ascii or word"
bad 's/backgrounds = .*/backgrounds = { "white" }/' 'bad\.theme:7: backgrounds are not 1 to 4 of'
bad 's/attrs = { bold, underline }/attrs = { bold }/' "bad\.theme:16: roles 'warn' and 'crit' differ by 0\.9 for deuteranopic eyes"

shows "no such theme is 66, another verb 64"
run 66 "$hubtop" theme check momo && says "$err" 'there are:.* mono okabe-dark okabe-light terminal16'
run 66 "$hubtop" theme check ./momo && says "$err" "cannot read the theme './momo'"
run 64 "$hubtop" theme paint

# screen STATUS THEME: the demo's first screen with that theme.
screen() {
    run "$1" "$hubtop" demo ordinary --data sample-data --once --now "$now" --size 80x24 --theme "$2"
}

shows "a person's theme by its path draws its own signs"
sed 's/glyph = "✓"/glyph = "+"/' themes/mono.theme >"$TMPDIR/plus.theme"
screen 0 mono && says "$out" '✓' && screen 0 "$TMPDIR/plus.theme" && { ! grep -q '✓' "$out" || no "it shows the other sign"; }
screen 66 "$TMPDIR/none.theme" && says "$err" 'cannot read the theme'
sed 's/#8A5A00/#8A5A0/' themes/okabe-light.theme >"$TMPDIR/bad.theme"
screen 78 "$TMPDIR/bad.theme" && says "$err" "bad\.theme:15: role 'warn': fg is neither"

shows "a configuration names one from its own folder"
mkdir -p "$TMPDIR/etc/themes"
cp "$TMPDIR/plus.theme" "$TMPDIR/etc/themes/"
printf 'theme = "themes/plus.theme"\n' >"$TMPDIR/etc/hubtop.conf"
run 0 "$hubtop" -c "$TMPDIR/etc/hubtop.conf" config check
printf 'theme = "themes/minus.theme"\n' >"$TMPDIR/etc/hubtop.conf"
run 78 "$hubtop" -c "$TMPDIR/etc/hubtop.conf" config check && says "$err" 'hubtop\.conf:1: cannot read the theme'
shows ''
