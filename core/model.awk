# Turns load/schema/kind/*.sql and the lengths that later files add into the C snapshot of the catalog.  It reads only what these files
# may hold: CREATE TABLE record.NAME or fund.NAME (, one column a line, COMMENT ON TABLE/COLUMN.
function fail(text) { print FILENAME ": line " FNR ": " text > "/dev/stderr"; bad = 1; exit 1 }
function literal(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
/^CREATE TABLE (record|fund)\./ {
    kind = $3; sub(/\(.*/, "", kind); schema = kind; sub(/\..*/, "", schema); sub(/^.*\./, "", kind)
    schemas[kind] = schema
    kinds[++kind_count] = kind; inside = 1; next
}
inside && /^\)/ { inside = 0; next }
inside && /^ +[a-z_0-9]+ +[a-z]/ {
    field = $1; type = $2; sub(/,$/, "", type)
    n = ++columns[kind]; name = field; required = ($0 ~ /NOT NULL/)
    if (type == "bigint" && field ~ /_fen$/) { c = "TYPE_MONEY"; sub(/_fen$/, "", name) }
    else if (type == "text") c = "TYPE_TEXT"
    else if (type == "date") c = "TYPE_DATE"
    else if (type ~ /^timestamp/) c = "TYPE_TIMESTAMP"
    else if (type == "bigint") c = "TYPE_INTEGER"
    else if (type ~ /^numeric/) c = "TYPE_RATIO"
    else if (type == "boolean") c = "TYPE_BOOL"
    else fail("unknown type " type)
    at[kind, field] = n; names[kind, n] = name; fields[kind, n] = field; types[kind, n] = c
    requires[kind, n] = required
    next
}
/^COMMENT ON TABLE (record|fund)\./ { t = $0; sub(/^.* IS '/, "", t); sub(/'.*/, "", t); labels[kind] = t; next }
/^COMMENT ON COLUMN (record|fund)\./ {
    split($4, p, "."); of = p[2]; field = p[3]; n = at[of, field]
    if (!n) fail("comment on an unknown column " $4)
    t = $0; sub(/^.* IS '/, "", t); sub(/'[ ;]*$/, "", t)
    label = t; sub(/ *@.*/, "", label)
    tags = "0"; pii = "PII_NONE"; dict = "NULL"
    if (t ~ /@key/) tags = tags " | TAG_KEY"
    if (t ~ /@event/) { tags = tags " | TAG_EVENT"; events[of] = n }
    if (t ~ /@main/) { tags = tags " | TAG_MAIN"; mains[of] = n }
    if (t ~ /@stock/) tags = tags " | TAG_STOCK"
    if (match(t, /@pii\([a-z]+\)/)) pii = "PII_" toupper(substr(t, RSTART + 5, RLENGTH - 6))
    if (match(t, /@code\([a-z_]+\)/)) dict = literal(substr(t, RSTART + 6, RLENGTH - 7))
    limit = 0
    if (match(t, /@max\([0-9]+\)/)) limit = substr(t, RSTART + 5, RLENGTH - 6)
    cmax[of, n] = limit
    clabels[of, n] = label; ctags[of, n] = tags; cpii[of, n] = pii; cdict[of, n] = dict
}
END {
    if (bad) exit 1
    print "#include \"core/model.h\"\n#include <stddef.h>"
    for (i = 2; i <= kind_count; i++) {
        k = kinds[i]; for (j = i - 1; j > 0 && kinds[j] > k; j--) kinds[j + 1] = kinds[j]; kinds[j + 1] = k
    }
    for (i = 1; i <= kind_count; i++) {
        k = kinds[i]; m = 0; list = ""
        print "static const struct kind_column columns_" k "[] = {"
        for (n = 1; n <= columns[k]; n++) {
            measure = -1
            if (types[k, n] == "TYPE_MONEY") { measure = m++; list = list (n - 1) ", " }
            if (clabels[k, n] == "") { print k "." fields[k, n] ": no comment" > "/dev/stderr"; exit 1 }
            printf "    {%s, %s, %s, %s, %s%s, %s, %s, %d, %d},\n", literal(names[k, n]), literal(fields[k, n]), literal(clabels[k, n]), types[k, n], ctags[k, n], requires[k, n] ? " | TAG_REQUIRED" : "", cpii[k, n], cdict[k, n], measure, cmax[k, n]
        }
        print "};\nstatic const uint16_t measures_" k "[] = {" (list == "" ? "0" : list) "};"
        counts[k] = m
        if (m > 32) { print k ": more than 32 measures" > "/dev/stderr"; exit 1 }
    }
    print "const struct kind model_kinds[] = {"
    for (i = 1; i <= kind_count; i++) {
        k = kinds[i]; main = -1; m = 0
        for (n = 1; n <= columns[k]; n++) if (types[k, n] == "TYPE_MONEY") { if (n == mains[k]) main = m; m++ }
        printf "    {%s, %s, %d, %d, columns_%s, measures_%s, %d, %d, %s, %s},\n", literal(k), literal(labels[k]), columns[k], counts[k], k, k, main, events[k] ? events[k] - 1 : -1, literal(schemas[k]), literal(schemas[k] "." k)
    }
    if (!kind_count) print "    {0}"
    print "};\nconst uint32_t model_kind_count = " kind_count + 0 ";"
}
