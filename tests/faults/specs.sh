# SPDX-License-Identifier: MulanPSL-2.0
# Configuration that is wrong: one line with file, line, column and the nearest word, exit 64; a database
# that is away: 75.  And what the commands print: valid JSON, nothing into a closed stdout.
new_city specs linzhu
spec=$city/mappings/linzhu/settlement.yaml table=$city/mappings/linzhu/med_type.csv
cp "$spec" "$work/spec" && cp "$table" "$work/table" && cp "$city/city.yaml" "$work/city.yaml"
wrong() { # NAME TEXT...: the run stops before anything is read
    now=$1
    shift
    cmp -s "$spec" "$work/spec" && cmp -s "$table" "$work/table" && cmp -s "$city/city.yaml" "$work/city.yaml" && bad "nothing was changed"
    go run
    same "$status" 64
    for text in "$@"; do holds says "$text"; done
    cp "$work/spec" "$spec" && cp "$work/table" "$table" && cp "$work/city.yaml" "$city/city.yaml"
}
sed -i 's/^unmapped:/unmaped:/' "$spec"
wrong "an unknown key" "mappings/linzhu/settlement.yaml" "第 36 行，第 1 列" "不认识「unmaped」，是不是「unmapped」"
sed -i 's/medfee_sumamt/medfee_sumam/' "$spec"
wrong "a column that the kind lacks" "第 19 行" "没有列「medfee_sumam」，相近的是「medfee_sumamt」"
sed -i 's/delivery: full/delivery: fulll/' "$spec"
wrong "a word that is none" "第 4 行" "只能是 full 或 delta"
sed -i 's/encoding: GB18030/encoding: GB19030/' "$spec"
wrong "an encoding that is none" "mappings/linzhu/settlement.yaml: 第 5 行" "没有字符编码「GB19030」，相近的是 GB18030"
sed -i '/^control:/d' "$spec"
wrong "no declared total, and none said to be none" "mappings/linzhu/settlement.yaml" "缺少 control"
sed -i '/^control:/d' "$spec"
now="check says so too"
go check
same "$status" 64
holds says "缺少 control"
cp "$work/spec" "$spec"
echo "kind: setl_d" >>"$spec"
wrong "a key twice" "键「kind」重复，第 3 行已有"
printf 'a: [1' >>"$spec"
wrong "a bracket that stays open" "settlement.yaml" "行"
head -c 300000 /dev/zero | tr '\0' '[' >"$spec"
wrong "300,000 brackets" "settlement.yaml"
sed -i 's/map: med_type/map: med_typ/' "$spec"
wrong "a table that is not there" "没有映射表「med_typ」"
tail -n 1 "$work/table" >>"$table"
wrong "a mapping row twice" "med_type.csv" "重复"
sed -i 's/^cutover:.*/cutover: 2021-13-01/' "$city/city.yaml"
wrong "a day that is none" "city.yaml: 第 5 行" "cutover"
sed -i 's/embedded/service=tongchou_away/' "$city/city.yaml"
printf '[tongchou_away]\nhost=127.0.0.1\nport=1\ndbname=x\nuser=x\n' >"$work/service"
now="the database is away"
export PGSERVICEFILE="$work/service"
go run
same "$status" 75
holds says "连不上数据库"
holds says "127.0.0.1"
cp "$work/city.yaml" "$city/city.yaml"
unset PGSERVICEFILE
if [ -n "$quick" ]; then drop_city "$city"; return 0; fi

now="a column that the file lacks"
sed -i 's/总费用$/总费/' "$spec"
go run
same "$status" 3
holds says "缺少规格需要的列「总费」"
holds says "cb_20201231.txt  已入库"
cp "$work/spec" "$spec"
go run -q
same "$status" 2
hold
remember

if command -v jq >/dev/null; then
    for words in status history report verify check run "map coverage" "map lint" "compare truth.json" "trace setl_d 690181/LZ20200000000001" \
        "guess $city/deliveries/linzhu/js_20201231.txt" "preview $city/deliveries/linzhu/js_20201231.txt"; do
        now="$words --json"
        # shellcheck disable=SC2086 # words
        go $words --json
        holds jq -e . "$out" >/dev/null
    done
fi
now="stdout closed"
"$program" run --city "$city" >&- 2>"$err" </dev/null 7<&-
status=$?
: >"$out"
expect 0
now="everything closed"
"$program" run --city "$city" >&- 2>&- <&- 7<&-
status=$?
: >"$err"
expect 0
now="piped to head"
{ "$program" run --city "$city" 2>"$err" 7<&-; echo $? >"$work/code"; } | head -n 1 >"$out"
holds says "次处理"
digest >/dev/null
expect 0
now="a full device"
"$program" status --city "$city" >/dev/full 2>"$err" 7<&-
same $? 1
now="undo of what is no number"
for words in 0 -1 cb_20201231.txt 99; do
    go undo "$words" --reason 试
    expect 64 "交付号见 tongchou history"
done
go undo 1
expect 64 "撤回要写原因"
drop_city "$city"
let_go
