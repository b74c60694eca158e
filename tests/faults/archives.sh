# SPDX-License-Identifier: MulanPSL-2.0
# Archives that are cut, flipped, locked, or made to harm.
new_city archives
box=$city/deliveries/qinghe good=$city/deliveries/qinghe/青禾县医保数据_20201231.zip
bad_zip=$box/青禾县医保数据_20210131.zip name=青禾县医保数据_20210131.zip
now="the first run of the sample"
go run
[ "$status" -eq 2 ] || bad "exit $status"
hold
remember
size=$(stat -c %s "$good")
nothing='本批未入库任何一行'
# The byte stands once on a line, in front of what is said.
once_said() { ! grep -q '第 [0-9]* 字节.*第 [0-9]* 字节' "$out" "$err"; }

cuts="1 2 3 $((size / 2))"
[ -n "$quick" ] || cuts="0 1 2 3 4 29 30 64 4096 $(seq 8192 16384 "$size" | tr '\n' ' ') $((size - 60)) $((size - 22)) $((size - 1))"
for cut in $cuts; do
    now="zip cut to $cut bytes"
    head -c "$cut" "$good" >"$bad_zip"
    go run
    case $cut in
    0) expect 1 "$name" "文件为空" "$nothing" ;;
    1 | 2 | 3) expect 1 "$name" "共 $cut 字节" "文件不完整或已损坏" "$nothing" ;;
    *) expect 1 "$name" "压缩包不完整" "第 $cut 字节" "$nothing" "青禾县医保数据_20201231.zip  已在第 1 次入库" "cb_20201231.txt  已在第 1 次入库" ;;
    esac
done

# Within the compressed bytes of the first member; elsewhere a bit may be one that means nothing.
flips="5000"
[ -n "$quick" ] || flips="60 61 500 5000 20000 20001 40000 60000 90000 120000 150000 $((size - 100)) $((size - 300))"
for at in $flips; do
    now="zip with a bit flipped at $at"
    cp "$good" "$bad_zip"
    "$tool" flip "$bad_zip" "$at" $((at % 8))
    holds test "$(cmp "$good" "$bad_zip" | wc -l)" -eq 1
    go run
    case $status in
    1 | 3) expect "$status" "$name" "$nothing"; holds once_said ;;
    # A bit of the directory may say nothing about the data: then every row is what it was.
    *) expect 2 "$name  已入库" ;;
    esac
done

now="encrypted zip"
cp "$city/第二批/青禾县医保数据_20201231_加密.zip" "$bad_zip"
go run
expect 3 "$name" "已加密" "$nothing"
[ -z "$quick" ] || return 0

now="damaged zip of the sample"
cp "$city/第二批/青禾县医保数据_20201231_损坏.zip" "$bad_zip"
go run
expect 1 "$name" "!人员AC01.DBF: 第" "字节: 压缩数据损坏" "$nothing"

"$tool" member "$good" 2 >"$work/AC02.DBF"
member=$(printf '\262\316\261\243AC02.DBF')
for unsafe in ../AC02.DBF /tmp/AC02.DBF 'C:\AC02.DBF' 'a/../../AC02.DBF'; do
    now="member called $unsafe"
    rm -f "$bad_zip"
    "$tool" zip "$bad_zip" "$unsafe" "$work/AC02.DBF"
    go run
    expect 3 "$name" "$nothing"
done
now="a symbolic link in the zip"
"$tool" link "$bad_zip" "$member" /etc/passwd
go run
expect 3 "$name" "$nothing"
now="two members of one name"
"$tool" zip "$bad_zip" "$member" "$work/AC02.DBF" "$member" "$work/AC02.DBF"
go run
expect 3 "$name" "$nothing"
now="a zip in a zip"
"$tool" zip "$bad_zip" "$member.zip" "$good"
go run
expect 3 "$name" "$nothing"
now="zip bomb"
"$tool" zeros "$bad_zip" "$member" 1100
ulimit -S -t 5 # of CPU: what else the machine does is not the bomb's
go run
ulimit -S -t "$(ulimit -H -t)"
expect 3 "$name" "$nothing"

now="the same delivery under another name"
cp "$good" "$bad_zip"
go run
expect 0 "$name  已在第 1 次入库(内容相同)，跳过"
now="the same members, packed again"
cp "$city/第二批/青禾县医保数据_20201231_重新打包.zip" "$box/青禾县医保数据_20201231_b.zip"
rm -f "$bad_zip"
go run
expect 2 "青禾县医保数据_20201231_b.zip  已入库"
rm -f "$box/青禾县医保数据_20201231_b.zip"
