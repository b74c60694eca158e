# Collects the labels of the shipped dictionaries (code lists: name_zh; mapping tables: source_label,
# target_label, source_code) that hold more than ASCII, sorted, as a C table.
FNR == 1 {
    delete wanted
    n = cells($0, c)
    sub(/\r$/, "", c[n])
    for (i = 1; i <= n; i++) {
        sub(/^\357\273\277/, "", c[i])
        wanted[i] = c[i] ~ /^(name_zh|source_label|target_label|source_code)$/
    }
    next
}
{
    sub(/\r$/, "")
    n = cells($0, c)
    for (i = 1; i <= n; i++) if (wanted[i] && c[i] ~ /[\200-\377]/ && c[i] !~ /["\\]/) print c[i]
}
