# SPDX-License-Identifier: MulanPSL-2.0
# A county puts names, IDs and telephones where codes belong.  Nobody may read them in a paper, on a
# screen or in the database's log; --unmask shows them and is recorded.  A code stays to be read.
new_city codes linzhu
ry=$city/deliveries/linzhu/ry_20201231.txt cb=$city/deliveries/linzhu/cb_20201231.txt
sed -i 's/share: 0.005/share: 0.9/' "$city/city.yaml"
# Of 20 rows each: a name in 险种, an ID in 人员类别, a telephone in 状态; and codes that nobody mapped.
LC_ALL=C awk -F'|' 'BEGIN { OFS = "|" }
    FNR == NR { if (FNR > 1 && NF == 10 && n < 20) { name[n] = $3; id[n] = $4; phone[n++] = $8 } next }
    FNR > 1 && NF > 8 && k < 20 { $3 = name[k]; $4 = id[k]; $8 = phone[k++] }
    FNR > 30 && FNR < 33 { $3 = "Q77" }
    FNR > 33 && FNR < 36 { $4 = "\272\272\327\345" }
    { print }' "$ry" "$cb" >"$work/cb"
cp "$work/cb" "$cb"
head -n 21 "$cb" | LC_ALL=C.UTF-8 iconv -c -f GB18030 -t UTF-8 | tail -n 20 |
    awk -F'|' '{ print $3; print $4; print $8 }' | awk 'length($0) >= 6' | sort -u >"$work/persons"
now="names, IDs and telephones stand in the code columns"
holds test "$(wc -l <"$work/persons")" -gt 40
: >"$work/said"
go preview "$cb" --full --rejects "$work/own.xlsx"
go run
go map coverage
now="what may be a person is hidden, a code and a known word are shown"
for word in '***(' Q77 汉族; do holds grep -qF "$word" "$out"; done
go map suggest linzhu --dry-run
holds grep -q 'Q77' "$out"
go map suggest linzhu
now="no draft of a person"
holds test "$(cat "$city"/mappings/linzhu/*.csv | grep -cFf "$work/persons")" -eq 0
holds grep -q Q77 "$city/mappings/linzhu/insutype.csv"
go map suggest linzhu --json
go report coverage --json
go report rejects --county linzhu
go trace psn_insu_d 690181/1
go trace reject 1
go status --json
now="no person in what was said"
holds test "$(grep -cFf "$work/persons" "$work/said")" -eq 0
now="no person in the database's log"
log=/var/lib/tongchou/$(cat "$city/.tongchou/id")/server.log
[ -e "$log" ] || log=$city/.tongchou/postgres/server.log
holds test "$(grep -cFf "$work/persons" "$log")" -eq 0
now="no person in the papers"
for paper in $(find "$city/out" -type f \( -name '*.html' -o -name '*.json' -o -name '*.txt' -o -name '*.csv' \)); do
    if grep -qFf "$work/persons" "$paper"; then bad "$paper"; fi
done
for book in "$work/own.xlsx" "$city"/out/*/*.xlsx "$city"/out/*/退回/*.xlsx; do
    for member in 1 2 3 4 5 6 7 8 9 10 11 12; do "$tool" member "$book" $member 2>/dev/null; done |
        if grep -qaFf "$work/persons"; then bad "$book"; fi
done
good
now="--unmask shows them and is recorded"
"$program" map coverage --unmask --city "$city" >"$out" 2>"$err"
holds grep -qFf "$work/persons" "$out"
go history
says unmask || says 查看 || bad "history does not tell of it"
: >"$out"
drop_city "$city"
