#!/bin/sh
# Each prototype in include/ stands in a paragraph with a comment, or right below a paragraph that is one.
set -eu
find include -name '*.h' | sort | xargs awk '
function paragraph_ends() {
    if (prototype && !comment && !above) {
        print FILENAME_WAS ":" prototype ": a public prototype without a sentence"
        failed = 1
    }
    above = comment && !code
    prototype = comment = code = 0
}
FNR == 1 {
    paragraph_ends()
    above = 0
    FILENAME_WAS = FILENAME
}
/^[ \t]*$/ {
    paragraph_ends()
    next
}
/\/\*/ {
    comment = 1
}
/^[a-z].*[(]/ && !/^typedef/ && !prototype {
    prototype = FNR
}
!/^[ \t]*(\/\*|\*)/ && /[;{}]/ {
    code = 1
}
END {
    paragraph_ends()
    exit failed
}'
