#!/bin/sh
# What `make install` leaves runs from where it stands, without the tree.
. tests/e2e/lib.sh
dest=$TMPDIR/dest

shows "make install into a folder of one's own"
run 0 env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory BUILD="$BUILD" DESTDIR="$dest" PREFIX=/usr/local install
for file in bin/hubtop share/hubtop/sample-data/fleet.conf share/hubtop/themes/okabe-dark.theme share/hubtop/themes/coastline.txt \
    share/man/man1/hubtop.1 share/bash-completion/completions/hubtop; do
    [ -f "$dest/usr/local/$file" ] || no "there is no $file"
done

shows "the installed program finds its data, themes and itself"
cd "$TMPDIR" || exit 1
run 0 "$dest/usr/local/bin/hubtop" demo ordinary --once --view overview --now 2026-11-21T03:12:07Z && says "$out" "DEMO" && says "$out" "京津冀"
run 0 "$dest/usr/local/bin/hubtop" demo ordinary --once --lang zh --now 2026-11-21T03:12:07Z && says "$out" "示例数据"
run 0 "$dest/usr/local/bin/hubtop" version && says "$out" "^hubtop [0-9]"
cd "$OLDPWD" || exit 1
ls "$XDG_RUNTIME_DIR"/hubtop* "$TMPDIR"/hubtop* >/dev/null 2>&1 && no "it left: $(ls -d "$XDG_RUNTIME_DIR"/hubtop* "$TMPDIR"/hubtop* 2>/dev/null)"
:
