#!/bin/sh
# Locales that this machine may not have: the picture is the one of C.UTF-8, and the language the one that the locale names.
. tests/e2e/lib.sh

# picture LOCALE FILE
picture() {
    run 0 env -u LANG -u LANGUAGE LC_ALL="$1" TERM=xterm-256color "$hubtop" demo cable --data sample-data --now 2026-11-21T03:12:07Z --view overview --size 80x24 --once &&
        cp "$out" "$2"
}

shows "LC_ALL=C.UTF-8: English, and Chinese when asked for"
picture C.UTF-8 "$TMPDIR/en" && says "$TMPDIR/en" "sorted: "
run 0 env -u LANG -u LANGUAGE LC_ALL=C.UTF-8 TERM=xterm-256color "$hubtop" demo cable --data sample-data --now 2026-11-21T03:12:07Z --view overview --size 80x24 --once --lang zh
cp "$out" "$TMPDIR/zh"
says "$TMPDIR/zh" "枢纽"

shows "LC_ALL=C: English, as in UTF-8"
picture C "$TMPDIR/c" && same "$TMPDIR/en" "$TMPDIR/c"

for l in zh_CN.UTF-8 zh_CN.GB18030; do
    shows "LC_ALL=$l: Chinese, as with --lang"
    picture "$l" "$TMPDIR/l" && same "$TMPDIR/zh" "$TMPDIR/l"
done

shows "LC_ALL=nonsense: English, as in UTF-8"
picture xx_YY.NONE "$TMPDIR/x" && same "$TMPDIR/en" "$TMPDIR/x"

doctor() { # LOCALE
    run 0 env -u LANG -u LANGUAGE LC_ALL="$1" "$hubtop" --source "sample:$PWD/sample-data?name=s&interval=900" --state-dir "$TMPDIR/state" doctor
}
shows "a locale that is not here: doctor says it, in its language"
doctor xx_YY.UTF-8
says "$out" "locale +the locale 'xx_YY.UTF-8' is not installed"
says "$out" "-> 'locale -a' lists"
doctor zh_XX.UTF-8
says "$out" "区域设置 'zh_XX.UTF-8' 未安装"
for here in C.UTF-8 C; do
    doctor "$here"
    if grep -q 'not installed' "$out"; then no "it complains of $here"; fi
done
sh tests/e2e/end.sh TERM collect

shows "the console says it in the message line, once"
cat >"$TMPDIR/once.e2e" <<'END'
env LC_ALL zh_XX.UTF-8
test "the wished locale is not here"
spawn $PROGRAM demo cable --data sample-data
wait-row 20 23 "区域设置 'zh_XX.UTF-8' 未安装"
wait-gone 20 "未安装"
key Q
expect-exit 0 20
env LC_ALL C.UTF-8
test "a locale that is here"
spawn $PROGRAM demo cable --data sample-data
wait 20 "LIVE"
expect-not "not installed"
key Q
expect-exit 0 20
END
PROGRAM=$hubtop "$BUILD/tests/e2e/drive" "$TMPDIR/once.e2e" >"$out" 2>&1 || no "$(cat "$out")"
