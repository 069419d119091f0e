#!/bin/sh
# Makes width_table.h: sh src/base/width_table.sh > src/base/width_table.h
# Widths are those of the C library's wcwidth(), which ncurses asks too, so that the canvas and the terminal's driver agree.
# Which characters are hidden or ambiguous comes from perl's Unicode tables. Needs cc, perl and the locale C.UTF-8.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/widths.c" <<'C'
#define _XOPEN_SOURCE 700
#include <locale.h>
#include <stdio.h>
#include <wchar.h>
int main(void)
{
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return 1;
    for (unsigned cp = 0; cp < 0x110000; cp++)
        printf("%d\n", wcwidth((wchar_t)cp));
    return 0;
}
C
cc -o "$work/widths" "$work/widths.c"
"$work/widths" > "$work/widths.txt"
perl -MUnicode::UCD -ne '
    no warnings;
    BEGIN {
        # Blank, though Unicode calls them symbols or marks: braille blank, null notehead, two joiners.
        %blank = map { $_ => 1 } 0x2800, 0x1D159, 0x16FE4, 0x1107F;
        $version = Unicode::UCD::UnicodeVersion();
        print <<"H";
/* Made by src/base/width_table.sh from wcwidth() and Unicode $version; not to be edited. What is not listed is 1 wide. */
#ifndef HUBTOP_WIDTH_TABLE_H
#define HUBTOP_WIDTH_TABLE_H

enum { WIDTH_HIDDEN = 1, WIDTH_AMBIGUOUS = 2 };

static const struct {
    unsigned first, last;
    signed char width; /* columns; -1: not printable */
    unsigned char flags;
} width_table[] = {
    /* clang-format off */
H
    }
    $cp = $. - 1;
    $width = $cp ? $_ + 0 : -1;
    $c = chr $cp;
    # Format characters, separators, private use, unassigned; and those whose width depends on their neighbours in some
    # terminals and not in others: flags and skin tones.
    $hidden = $width < 0 || $blank{$cp} || $c =~ /[\p{C}\p{DI}\p{Regional_Indicator}\p{Emoji_Modifier}]/
        || ($c =~ /\p{Z}/ && $cp != 0x20 && $cp != 0x3000);
    $ambiguous = !$hidden && $width == 1 && $c =~ /\p{East_Asian_Width=A}/;
    $flags = $hidden ? "WIDTH_HIDDEN" : $ambiguous ? "WIDTH_AMBIGUOUS" : "0";
    if (@ranges && $ranges[-1][2] == $width && $ranges[-1][3] eq $flags) {
        $ranges[-1][1] = $cp;
    } else {
        push @ranges, [$cp, $cp, $width, $flags];
    }
    END {
        @rows = map { sprintf "{0x%04X, 0x%04X, %d, %s}", @$_ } grep { $_->[2] != 1 || $_->[3] ne "0" } @ranges;
        while (@rows) {
            $line = "   ";
            while (@rows && length("$line $rows[0],") <= 120) {
                $line .= " " . shift(@rows) . ",";
            }
            print "$line\n";
        }
        print "    /* clang-format on */\n};\n\n#endif\n";
    }' "$work/widths.txt"
