# SPDX-License-Identifier: MulanPSL-2.0
# What lies in deliveries/ and should not, odd names, a very long Chinese path, no room for the papers.
path=$work/云川市医疗保障局城乡居民基本医疗保险市级统筹数据归集目录/二〇二一年第一期
mkdir -p "$path"
chmod 711 "$work"/云川* "$path"
now="a city whose path passes the 107 bytes of a socket's name"
new_city "${path#"$work"/}/云川" linzhu
holds test "$(printf %s "$city" | wc -c)" -gt 107
go run -q
same "$status" 2
hold
remember
box=$city/deliveries/linzhu
nothing='本批未入库任何一行'

now="a symbolic link in deliveries"
ln -s /etc/passwd "$box/cb_20210131.txt"
go run
expect 3 "cb_20210131.txt" "未读"
rm "$box/cb_20210131.txt"
now="a FIFO in deliveries"
mkfifo "$box/cb_20210131.txt"
go run
expect 3 "cb_20210131.txt" "未读"
rm "$box/cb_20210131.txt"
now="a file that nobody claims"
cp "$box/cb_20201231.txt" "$box/不认识.txt"
echo >>"$box/不认识.txt"
go run
expect 3 "linzhu/不认识.txt" "没有源规格认领此文件" "tongchou guess" "$nothing" "js_20201231.txt  已在第 1 次入库"
rm "$box/不认识.txt"
if [ -n "$quick" ]; then drop_city "$city"; let_go; return 0; fi
now="a folder four levels down"
mkdir -p "$box/a/b/c"
cp "$box/cb_20201231.txt" "$box/a/b/c/"
go run
expect 3 "a/b/c" "未读"
rm -rf "$box/a"
now="an empty file"
: >"$box/js_20210131.txt"
go run
expect 1 "linzhu/js_20210131.txt" "文件为空" "$nothing"
rm "$box/js_20210131.txt"
now="a file that still grows"
cp "$box/js_20201231.txt" "$box/js_20210131.txt"
(while [ -e "$box/js_20210131.txt" ]; do echo x 2>/dev/null >>"$work/more" && cat "$work/more" >>"$box/js_20210131.txt"; done) &
grower=$!
go run
# Noticed before it is read or while it is; a busy machine decides.
if says "文件正在变化"; then expect 1 "$nothing"; else expect 1 "文件在读取时被改动" "$nothing"; fi
kill $grower
wait $grower 2>/dev/null
rm -f "$box/js_20210131.txt"
now="a county's slip in another county's folder"
"$program" init "$work/other" >/dev/null
cp "$work/other/deliveries/qinghe/青禾县医保数据_20201231.zip" "$city/deliveries/qinghe/"
cp "$box/交接单.xlsx" "$city/deliveries/qinghe/"
go run
expect 3 "交接单写的统筹区是 690181，不是 690102" "$nothing"
rm -rf "$work/other" "$city"/deliveries/qinghe/*
now="another county's file"
cp "$box/js_20201231.txt" "$city/deliveries/qinghe/"
go run
expect 3 "没有源规格认领此文件" "$nothing"
rm "$city/deliveries/qinghe/js_20201231.txt"
now="a name with spaces, full-width brackets, a line break and a colour"
odd="$box/cb_20201231（最终 版）$(printf '\n\033[31m').txt"
cp "$box/cb_20201231.txt" "$odd"
echo >>"$odd"
go run
expect 2 "cb_20201231（最终 版）??[31m.txt  已入库"
rm "$odd"

now="read-only out/"
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o ro tmpfs "$city/out" 2>/dev/null; then
    rm -f "$box"/x*
    cp "$box/js_20201231.txt" "$box/js_20201231_1.txt"
    echo >>"$box/js_20201231_1.txt"
    go run
    expect 1 "磁盘只读" "报告没有写完" "已入库"
    umount "$city/out"
    now="no room for the papers"
    go run
    expect 2 "已补写"
    mount -t tmpfs -o size=64k tmpfs "$city/out"
    echo >>"$box/js_20201231_1.txt"
    go run
    expect 1 "报告没有写完"
    holds test "$(df --output=avail "$city/out" | tail -n 1)" -lt 32
    umount "$city/out"
    go run
    expect 2 "已补写"
    rm "$box/js_20201231_1.txt"
else
    say "folders: no mount here, read-only and full disks are not tried"
fi
drop_city "$city"
let_go
