# Prints C files as FILE:LINE:code, with comments, texts and characters blanked, so that words can be looked for.
FNR == 1 {
    comment = 0
}

{
    out = ""
    rest = $0
    while (rest != "") {
        if (comment) {
            if (!(at = index(rest, "*/")))
                break
            comment = 0
            rest = substr(rest, at + 2)
        } else if (match(rest, /\/\*|\/\/|"|'/)) {
            out = out substr(rest, 1, RSTART - 1) " "
            mark = substr(rest, RSTART, RLENGTH)
            rest = substr(rest, RSTART + RLENGTH)
            if (mark == "//")
                break
            if (mark == "/*")
                comment = 1
            else if (match(rest, mark == "\"" ? /^([^"\\]|\\.)*"/ : /^([^'\\]|\\.)*'/))
                rest = substr(rest, RLENGTH + 1)
            else
                break
        } else {
            out = out rest
            rest = ""
        }
    }
    print FILENAME ":" FNR ":" out
}
