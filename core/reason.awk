# Turns mappings/reason_codes.csv into a C table, sorted by code.
function cells(line, out,   n, cell, i, c, quoted) {
    n = 0; cell = ""; quoted = 0
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (quoted && c == "\"" && substr(line, i + 1, 1) == "\"") { cell = cell c; i++ }
        else if (c == "\"") quoted = !quoted
        else if (c == "," && !quoted) { out[++n] = cell; cell = "" }
        else cell = cell c
    }
    out[++n] = cell
    return n
}
function literal(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
BEGIN { print "#include \"core/reason.h\"\nconst struct reason_kind reason_kinds[] = {" }
{ sub(/\r$/, "") }
NR == 1 { next }
NF {
    if (cells($0, c) != 6) { print FILENAME ": line " NR ": six columns expected" > "/dev/stderr"; bad = 1; exit 1 }
    row = "    {"
    for (i = 1; i <= 6; i++) row = row literal(c[i]) (i < 6 ? ", " : "},")
    rows[++count] = row; keys[count] = c[1]
}
END {
    if (bad) exit 1
    for (i = 2; i <= count; i++) {
        k = keys[i]; r = rows[i]
        for (j = i - 1; j > 0 && keys[j] > k; j--) { keys[j + 1] = keys[j]; rows[j + 1] = rows[j] }
        keys[j + 1] = k; rows[j + 1] = r
    }
    for (i = 1; i <= count; i++) print rows[i]
    print "};\nconst uint32_t reason_kind_count = " count ";"
}
