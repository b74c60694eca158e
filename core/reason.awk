# Turns mappings/reason_codes.csv into a C table, sorted by code.
function literal(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
BEGIN { print "#include \"core/reason.h\"\nconst struct reason_kind reason_kinds[] = {" }
{ sub(/\r$/, "") }
NR == 1 { next }
NF {
    if (cells($0, c) != 7) { print FILENAME ": line " NR ": seven columns expected" > "/dev/stderr"; bad = 1; exit 1 }
    row = "    {"
    for (i = 1; i <= 7; i++) row = row literal(c[i]) (i < 7 ? ", " : "},")
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
