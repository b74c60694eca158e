# Writes the tables of docs/kinds.md from the kinds themselves:
#   { sed '/^<!-- tables -->/q' docs/kinds.md; awk -f docs/kinds.awk load/schema/kind/*.sql; } > new.md
# SPDX-License-Identifier: MulanPSL-2.0
FNR == 1 { note = ""; count = 0 }
/^-- SPDX/ { next }
/^-- / { note = note (note == "" ? "" : " ") substr($0, 4); next }
/^    [a-z_0-9]+ [a-z]/ {
    field[++count] = $1; type[$1] = $2; sub(/,$/, "", type[$1]); required[$1] = /NOT NULL/
    next
}
/^COMMENT ON TABLE/ {
    kind = $4; sub(/^[a-z]+\./, "", kind); label = $0; sub(/^.* IS '/, "", label); sub(/'.*/, "", label)
    print "\n## " kind " " label "\n\n" note "\n"
    print "| 列 column | 名称 | 类型 type | 标记 tags |\n|---|---|---|---|"
    next
}
/^COMMENT ON COLUMN/ {
    name = $4; sub(/^.*\./, "", name)
    text = $0; sub(/^.* IS '/, "", text); sub(/'[ ;]*$/, "", text)
    label = text; sub(/ *@.*/, "", label)
    tags = text; if (!sub(/^[^@]*@/, "@", tags)) tags = ""
    shown = name; what = type[name]
    if (sub(/_fen$/, "", shown)) what = "金额 money"
    if (required[name]) tags = tags (tags == "" ? "" : " ") "必填"
    print "| " shown " | " label " | " what " | " tags " |"
}
