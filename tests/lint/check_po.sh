#!/bin/sh
# Each catalogue has all that is marked in the sources (tr, tr_of, N_, NC_), translated and not fuzzy, with the same formats; and
# nothing that no source says any more. Words that are stored (context "state") may be other programs'; what stands in tables that
# xgettext cannot tell from other texts is the unit tests' (test_help.c).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
status=0
command -v xgettext >/dev/null || {
    echo 'src/po:1: there is no xgettext: make deps'
    exit 1
}
extract() { xgettext --from-code=UTF-8 -L C --no-location --no-wrap -o "$@" src/*/*.[ch] include/*/*.h 2>"$dir/err" || cat "$dir/err"; }
extract "$dir/marked.pot" -k -ktr -kN_ -ktr_of:1c,2 -kNC_:1c,2
extract "$dir/all.pot" -a

for po in src/po/*.po; do
    msgfmt -c -o /dev/null "$po" || status=1
    msgattrib --no-wrap "$po" >"$dir/po"
    for what in --untranslated --only-fuzzy --only-obsolete; do
        msgattrib --no-wrap "$what" "$po" | sed -n "s|^#*~* *msgid \(\"..*\"\)\$|$po:1: $what: \1|p"
    done >"$dir/not"
    if [ -s "$dir/not" ]; then
        cat "$dir/not"
        status=1
    fi
    awk -v po="$po" '
    FNR == 1 {
        file++
        context = ""
    }
    /^msgctxt / {
        context = substr($0, 9)
    }
    /^msgid "..*"$/ {
        id = substr($0, 7)
        if (file == 1)
            has[context, id] = words[context, id] = 1
        else if (file == 2 && !((context, id) in has)) {
            print po ":1: it lacks " (context != "" ? context " " : "") id
            failed = 1
        } else if (file == 3)
            said[id] = 1
    }
    /^$/ {
        context = ""
    }
    END {
        for (word in words) {
            split(word, part, SUBSEP)
            count++
            if (part[1] == "\"state\"" || part[2] in said)
                continue
            print po ":1: no source says " part[2]
            failed = 1
        }
        print "# " count " messages"
        exit failed
    }' "$dir/po" "$dir/marked.pot" "$dir/all.pot" || status=1
done
exit $status
