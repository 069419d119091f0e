# Reads layers.txt, then lines FILE:LINE:#include …; prints what layers.txt does not allow.

function bad(why) {
    print file ":" line ": " why
    failed = 1
}

# A pattern of the shell as a regular expression.
function as_regex(pattern) {
    gsub(/[.]/, "[.]", pattern)
    gsub(/[*]/, ".*", pattern)
    return "^(" pattern ")$"
}

function exists(path,    text, n) {
    n = (getline text < path)
    close(path)
    return n >= 0
}

FNR == NR && (/^#/ || /^[ \t]*$/) {
    next
}

FNR == NR && $1 == "system" {
    for (i = 2; i <= NF; i++)
        systems[as_regex($i)] = 1
    next
}

FNR == NR {
    split($0, part, ":")
    split(part[1], name, " ")
    layer = name[1]
    layers[layer] = 1
    n = split(part[2], list, " ")
    for (i = 1; i <= n; i++)
        allowed[layer, list[i]] = 1
    n = split(part[3], list, " ")
    for (i = 1; i <= n; i++) {
        split(list[i], pair, "=")
        gsub(/,/, "|", pair[2])
        libraries[++n_libraries] = as_regex(pair[1])
        library_layer[n_libraries] = layer
        library_files[n_libraries] = as_regex(pair[2])
    }
    next
}

function check_own(header,    other) {
    if (header !~ /\// && exists(folder header))
        return
    other = header
    if (!sub(/\/.*/, "", other) || !(other in layers))
        bad("\"" header "\" is not written as LAYER/NAME.h of a known layer")
    else if (other != layer && !((layer, other) in allowed))
        bad("the layer " layer " may not include " other " (\"" header "\")")
    else if (exists("include/" header))
        return
    else if (!exists("src/" header))
        bad("there is no \"" header "\"")
    else if (other != layer)
        bad("\"" header "\" is private to the layer " other)
    else if (file ~ /^include\//)
        bad("a public header includes the private \"" header "\"")
}

function check_library(header,    i, known) {
    for (i in systems) {
        if (header ~ i)
            return
    }
    for (i = 1; i <= n_libraries; i++) {
        if (header !~ libraries[i])
            continue
        known = 1
        if (library_layer[i] == layer && base ~ library_files[i] && file ~ /^src\//)
            return
    }
    bad(known ? "<" header "> is met in another place only (layers.txt)" : "<" header "> is neither C, POSIX nor a library of layers.txt")
}

{
    split($0, at, ":")
    file = at[1]
    line = at[2]
    n = split(file, path, "/")
    layer = path[2]
    base = path[n]
    folder = substr(file, 1, length(file) - length(base))
    text = substr($0, length(file) + length(line) + 3)
    if (!(layer in layers))
        bad("there is no layer '" layer "' in layers.txt")
    else if (match(text, /"[^"]*"/))
        check_own(substr(text, RSTART + 1, RLENGTH - 2))
    else if (match(text, /<[^>]*>/))
        check_library(substr(text, RSTART + 1, RLENGTH - 2))
    else
        bad("cannot read this #include")
}

END {
    exit failed
}
