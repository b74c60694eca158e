# SPDX-License-Identifier: MulanPSL-2.0
# DBF files whose header lies, workbooks that lack a column or carry a document type, slips that are off.
new_city sheets
box=$city/deliveries/qinghe book_box=$city/deliveries/shiliu
good=$box/青禾县医保数据_20201231.zip new=$box/青禾县医保数据_20210131.zip
nothing='本批未入库任何一行'
now="the first run"
go run -q
[ "$status" -eq 2 ] || bad "exit $status"
hold
remember

for member in 1 2 3 4 5 6; do "$tool" member "$good" $member >"$work/m$member"; done
gbk() { printf '%s' "$1" | LC_ALL=C.UTF-8 iconv -f UTF-8 -t GB18030; }
pack() {
    "$tool" zip "$new" "$(gbk 人员AC01.DBF)" "$work/m1" "$(gbk 参保AC02.DBF)" "${1:-$work/m2}" "$(gbk 职工缴费AC43.DBF)" "$work/m3" \
        "$(gbk 结算KC24.DBF)" "$work/m4" "$(gbk 单位AB01.DBF)" "$work/m5" "$(gbk 机构KB01.DBF)" "$work/m6"
}
lie() { # NAME OFFSET HEX CODE...: the header of 参保AC02.DBF says something else
    now="a DBF whose $1"
    cp "$work/m2" "$work/lie"
    "$tool" put "$work/lie" "$2" "$3"
    holds test "$(cmp -l "$work/m2" "$work/lie" | wc -l)" -ge 1
    pack "$work/lie"
    go run
    case $status in 1 | 3) expect "$status" "参保AC02.DBF" "$nothing" ;; *) expect 1 ;; esac
}
lie "record count is larger than the file" 4 ffff0000
lie "record count is four milliards" 4 ffffffff
lie "header length is none" 8 0000
lie "header length is odd" 8 ffff
lie "record length is none" 10 0000
lie "record length is one" 10 0100
lie "first field is wider than the record" 48 ff
now="a DBF cut in its last record"
head -c $(($(stat -c %s "$work/m2") - 20)) "$work/m2" >"$work/lie"
pack "$work/lie"
go run
expect 1 "参保AC02.DBF" "$nothing"
rm -f "$new"

now="a workbook that lost a column"
cp "$city/第二批/石榴县城乡居民医保台账(缺列).xlsx" "$book_box/"
go run
expect 3 "缺列" "缺少规格需要的列" "$nothing" "青禾县医保数据_20201231.zip  已在第 1 次入库"
rm "$book_box"/*缺列*
# A document type in front of a part: billion laughs and outside entities begin so.
now="a workbook with a document type"
book=$book_box/石榴县城乡居民医保台账\(最终版\).xlsx
number=0 parts=""
unzip -Z1 "$book" >"$work/names" 2>/dev/null || : >"$work/names"
while IFS= read -r part; do
    number=$((number + 1))
    "$tool" member "$book" $number >"$work/part$number"
    case $part in xl/worksheets/sheet1.xml)
        sed -i 's|?>|?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "\&a;\&a;\&a;\&a;\&a;\&a;\&a;\&a;">]>|' "$work/part$number"
        holds grep -q DOCTYPE "$work/part$number" ;;
    esac
    parts="$parts $part $work/part$number"
done <"$work/names"
if [ -n "$parts" ]; then
    # shellcheck disable=SC2086 # names of parts hold no spaces
    "$tool" zip "$book_box/石榴县城乡居民医保台账(二).xlsx" $parts
    go run
    case $status in 1 | 3) expect "$status" "(二).xlsx" "$nothing" ;; *) expect 3 "DOCTYPE" ;; esac
    rm "$book_box/石榴县城乡居民医保台账(二).xlsx"
fi
drop_city "$city"
let_go
