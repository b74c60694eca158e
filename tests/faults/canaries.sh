# SPDX-License-Identifier: MulanPSL-2.0
# Names, IDs, telephones and addresses of the sample must stand in no message, no log and no paper but the
# county's own list.  Runs last: it also searches what all groups before it said.
new_city canaries
box=$city/deliveries/linzhu ry=$city/deliveries/linzhu/ry_20201231.txt
LC_ALL=C.UTF-8 iconv -c -f GB18030 -t UTF-8 "$ry" | awk -F'|' 'NR > 1 && NF == 10 { print $3; if (length($4) > 8) print $4; print $8; print $10 }' |
    grep -v '^ *$' | awk 'length($0) >= 9' | sort -u >"$work/personal"
now="there are canaries"
holds test "$(wc -l <"$work/personal")" -gt 1000
go run
# Faults that stand in the personal columns themselves.
awk -F'|' 'BEGIN { OFS = "|" } NR == 5 { $7 = $3 } NR == 7 { $1 = "" } NR == 8 { $6 = $10 } NR == 9 { print; $4 = $4 "x" } { print }' \
    "$ry" >"$box/ry_20210131.txt"
sed -i 's/share: 0.005/share: 0.02/' "$city/city.yaml"
go run
go guess "$ry"
go preview "$ry" --full
go trace psn_info_b 690181/181000000005
go status --json
go history --json
go report rejects --county linzhu
for kind in psn_info_b psn_insu_d; do go trace $kind 690181/181000000004; done
go undo 99 --reason 试
now="no personal value in what was said"
holds test "$(wc -c <"$work/said")" -gt 10000
holds test "$(grep -cFf "$work/personal" "$work/said")" -eq 0
grep -oFf "$work/personal" "$work/said" | head -n 3 | cut -c1-12
now="no personal value in the database's log"
log=/var/lib/tongchou/$(cat "$city/.tongchou/id")/server.log
[ -e "$log" ] || log=$city/.tongchou/postgres/server.log
holds test -e "$log"
holds test "$(grep -cFf "$work/personal" "$log")" -eq 0
now="no personal value in the papers"
for paper in $(find "$city/out" -type f \( -name '*.html' -o -name '*.json' -o -name '*.txt' -o -name '*.csv' \)); do
    grep -qFf "$work/personal" "$paper" && bad "$paper"
done
for book in "$city"/out/*/*.xlsx "$city"/out/*/退回/*.xlsx; do
    for member in 1 2 3 4 5 6 7 8 9 10 11 12; do "$tool" member "$book" $member 2>/dev/null; done | grep -qaFf "$work/personal" && bad "$book"
done
good
drop_city "$city"
