# SPDX-License-Identifier: MulanPSL-2.0
# Text files with one row, or one thing, wrong.  A row that is wrong is rejected alone and its reason is told;
# after the undo nothing of the delivery is left.
new_city texts linzhu
# One more reject must not refuse the delivery: the limit has its own cases.
sed -i 's/share: 0.005/share: 0.02/' "$city/city.yaml"
box=$city/deliveries/linzhu js=$city/deliveries/linzhu/js_20201231.txt new=$city/deliveries/linzhu/js_20210131.txt
now="the first run"
go run -q
[ "$status" -eq 2 ] || bad "exit $status"
hold
remember
nothing='本批未入库任何一行'

# The number of the delivery that was published last.
last() { "$program" history --city "$city" 2>&1 7<&- | awk '/js_20210131/ && /入库/ { for (i = 1; i < NF; i++) if ($(i + 1) ~ /^js_/) n = $i } END { print n }'; }
# Taken back, whatever the checks across rows say of what is left.
undone() { expect 0 "已撤回"; }
# rejected CODE: one row more than usual is rejected, with this code; undone, all is as before.
rejected() {
    same "$status" 2
    holds says "js_20210131.txt  已入库：读入 702 行，退回 4 行"
    list=$(ls -d "$city"/out/*/ | tail -n 1)
    holds grep -qrF "$1" "$list/退回"
    rm -f "$new"
    go undo "$(last)" --reason 试
    undone
}
row5() { awk -F'|' "BEGIN { OFS = \"|\" } NR == 5 { $1 } { print }" "$js" >"$new"; holds test "$(cmp "$js" "$new" | wc -l)" -eq 1; }

now="an amount that is none"
row5 '$11 = "12x4"'
go run
rejected amount.not_a_number
now="a picture under the name of a text"
{ printf '\377\330\377\340\000\020JFIF\000\n'; cat "$js"; } >"$new"
go run
expect 3 "linzhu/js_20210131.txt: 这是 JPEG 图片，不是数据文件" "移出文件夹" "$nothing"
rm -f "$new"
if [ -n "$quick" ]; then return 0; fi
now="date 00000000 where the event date is"
row5 '$10 = "00000000"'
go run
same "$status" 2
holds says "已入库：读入 702 行，退回 4 行"
rm -f "$new"
go undo "$(last)" --reason 试
undone
now="unmapped code"
row5 '$5 = "XYZ"'
go run
holds says "map suggest linzhu"
rejected code.unmapped
now="one column too few"
row5 '$0 = substr($0, 1, index($0, "|") - 1)'
go run
rejected row.too_few_columns
now="too many columns"
row5 '$0 = $0 "|x|y"'
go run
rejected row.too_many_columns
now="a NUL byte inside"
awk 'NR == 5 { printf "a" } { print }' "$js" | sed '5s/^a/a\x00/' >"$new"
go run
rejected row.nul_byte
now="a quote that is never closed"
sed '5s/|/|"/' "$js" >"$new"
go run
case $status in
2) rm -f "$new"; go undo "$(last)" --reason 试; undone ;;
*) expect 3 "$nothing"; rm -f "$new" ;;
esac
now="a field of 64 MiB"
{ head -n 4 "$js"; head -c 67108864 /dev/zero | tr '\0' 7; printf '|x\n'; tail -n +5 "$js"; } >"$new"
holds test "$(stat -c %s "$new")" -gt 67108864
go run
same "$status" 2
holds says "已入库：读入 703 行，退回 4 行"
rm -f "$new"
go undo "$(last)" --reason 试
undone

now="UTF-8 where GB18030 is declared"
iconv -c -f GB18030 -t UTF-8 "$js" >"$new"
go run
expect 3 "linzhu/js_20210131.txt" "声明编码 GB18030 解不开" "内容是 UTF-8" "$nothing"
now="UTF-16 where GB18030 is declared"
iconv -c -f GB18030 -t UTF-16 "$js" >"$new"
go run
expect 3 "声明编码 GB18030 解不开" "UTF-16" "$nothing"
now="cut exactly at a line end: the footer that the spec promises is missing"
head -n 350 "$js" >"$new"
go run
expect 3 "linzhu/js_20210131.txt" "没有读到源规格写明的结尾行(footer)" "349 行数据" "$nothing"
now="a shorter full delivery, which ends as it should"
{ head -n 350 "$js"; tail -n 1 "$js"; } >"$new"
go run
expect 3 "全量交付缺少已入库的" "超过上限" "$nothing"
now="too many rejects: refused, with the complete list"
awk -F'|' 'BEGIN { OFS = "|" } NR > 1 && NR < 102 { $11 = "?" } { print }' "$js" >"$new"
go run
expect 3 "结算退回 10" "超过上限 2.00%" "金额不是数字" "$nothing"
list=$(ls -d "$city"/out/*/ | tail -n 1)
holds test "$(grep -c 'js_20210131.*amount.not_a_number' "$list"/退回/*.csv)" -ge 100
now="a refused delivery whose file is gone stands in the way until it is taken off the books"
rm -f "$new"
refused=$("$program" history --city "$city" 2>&1 7<&- | awk '/js_20210131/ && /拒收/ { for (i = 1; i < NF; i++) if ($(i + 1) ~ /^js_/) n = $i } END { print n }')
go undo "$refused" --reason 误放
undone
go undo "$refused" --reason 误放
expect 64 "没有已入库的第 $refused 批交付"
list=$(ls -d "$city"/out/*/ | tail -n 1)
holds test "$(grep -c '拒收，未入库' "$list/index.html")" -eq 0
now="the bytes of the last delivery under another name"
cp "$js" "$new"
go run
expect 0 "js_20210131.txt  已在第 1 次入库(内容相同)，跳过"
rm -f "$new"
drop_city "$city"
let_go
