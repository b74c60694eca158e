#!/bin/sh
# The sample city from nothing: made, read, published, compared with what is true of it.
# usage: PROGRAM=build/release/tongchou [SEED=n] [SIZE=n] examples/demo.sh
set -eu
program=$(realpath "${PROGRAM:-build/release/tongchou}")
seed=${SEED:-20201231}
[ -n "$seed" ] || seed=20201231
size=${SIZE:-1}
[ -n "$size" ] || size=1
city=$(dirname "$program")/demo/yunchuan
[ ! -d "$city" ] || { "$program" drop --city "$city" >/dev/null; rm -rf "$city"; }
mkdir -p "$(dirname "$city")"
echo "SEED=$seed SIZE=$size"
"$program" init "$city" --seed "$seed" --size "$size"
cd "$city"
status=0
"$program" run || status=$?
# 2: published, with the faults that the sample plants; anything else is not what this city is.
[ "$status" -eq 2 ] || { echo "demo: exit $status, 2 expected"; exit 1; }
"$program" compare truth.json
"$program" run >/dev/null || { echo "demo: the second run must change nothing"; exit 1; }
# Who has two covers at a time, what it cost, and what the rosters say.
"$program" cover find
"$program" compare truth.json
# A voucher that is off by a fen: its delivery is refused by name, nothing of it is published.
if [ -e 第二批/青禾区补充凭证_202012.zip ]; then
    cp 第二批/青禾区补充凭证_202012.zip deliveries/qinghe/
    status=0
    "$program" run -q >build.refused 2>&1 || status=$?
    grep -h "差 -0.01\|out of balance" build.refused | head -n 1
    rm -f deliveries/qinghe/青禾区补充凭证_202012.zip build.refused
    [ "$status" -eq 3 ] || { echo "demo: a voucher off by a fen: exit $status, 3 expected"; exit 1; }
    "$program" compare truth.json >/dev/null || { echo "demo: a refused voucher changed what is published"; exit 1; }
fi
echo
echo "$city/out/$(ls out | head -n 1)/index.html"
