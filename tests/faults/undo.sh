# SPDX-License-Identifier: MulanPSL-2.0
# Five deliveries of one county and kind, full and delta, a corrected reject in between: the undo of the
# first, a middle and the last leaves the content of never having loaded it.
js=$work/js.txt
# The n-th delivery; 2 and 4 are deltas, read by a second spec.
name_of() { case $1 in 1) echo js_20201231.txt ;; 2) echo jz_20210131.txt ;; 3) echo js_20210228.txt ;; 4) echo jz_20210331.txt ;; 5) echo js_20210430.txt ;; esac; }
make_deliveries() {
    for n in 1 2 3 4 5; do
        awk -F'|' -v n="$n" 'BEGIN { OFS = "|" }
            /^#END/ { print; next }
            n == 1 || NR == 1 { print; next }
            # A delta: some rows with another amount, one that is no amount, two that are new.
            n == 2 && NR >= 10 && NR < 16 { $11 += 100; $12 += 100; print; next }
            n == 2 && NR == 30 { $11 = "12x4"; print; next }
            n == 2 && (NR == 40 || NR == 41) { $1 = "LZ2021" NR; print; next }
            n == 4 && NR >= 14 && NR < 20 { $11 += 400; $12 += 400; print; next }
            n == 4 && NR == 42 { $1 = "LZ2021" NR; print; next }
            # A full one: without three of the rows, with others changed.
            n == 3 && (NR == 12 || NR == 50 || NR == 51) || n == 5 && (NR == 18 || NR == 50 || NR == 60) { next }
            (n == 3 || n == 5) && NR >= 15 && NR < 18 { $11 += n; $12 += n; print; next }
            n == 3 || n == 5 { print }' "$js" >"$work/$(name_of $n)"
    done
}
prepare() {
    new_city "$1" linzhu
    cp "$city/deliveries/linzhu/js_20201231.txt" "$js"
    [ -s "$work/js_20210430.txt" ] || make_deliveries
    rm "$city"/deliveries/linzhu/*
    sed -i 's/share: 0.005/share: 0.02/' "$city/city.yaml"
    sed 's/js_{period}/jz_{period}/; s/delivery: full/delivery: delta/' "$city/mappings/linzhu/settlement.yaml" >"$city/mappings/linzhu/delta.yaml"
}
load() {
    cp "$work/$(name_of "$1")" "$city/deliveries/linzhu/"
    go run -q
    holds says "$(name_of "$1")  已入库"
    [ "$1" = 2 ] || return 0
    # The county fills in the amount; the corrected row belongs to delivery 2.
    list=$(find "$city/out" -name '*退回清单*.csv' | sort | tail -n 1)
    sed '/jz_20210131.*amount.not_a_number/s/,"","","","",""/,"76889","改正","","样例","2021-02-01"/' "$list" >"$work/mended.csv"
    holds test "$(cmp "$list" "$work/mended.csv" | wc -l)" -eq 1
    go retry "$work/mended.csv"
    holds says "补入 1 行"
}
number_of() { "$program" history --city "$city" 2>&1 7<&- | awk -v f="$1" 'index($0, " run ") && index($0, f) && /入库/ { for (i = 1; i < NF; i++) if ($(i + 1) == f) n = $i } END { print n }'; }
# What the city holds when delivery $1 never came.
without() {
    prepare "without_$1"
    for n in 1 2 3 4 5; do [ "$n" = "$1" ] || load "$n"; done
    digest
    drop_city "$city" >/dev/null
}

some="5 3 1"
[ -z "$quick" ] || some=3
for gone in $some; do
    now="a city without delivery $gone"
    without "$gone" >"$work/content_$gone"
    tail -n 1 "$work/content_$gone" >"$work/digest_$gone"
    holds test "$(wc -c <"$work/digest_$gone")" -eq 65
done
now="five deliveries"
prepare all
load 1
hold
for n in 2 3 4 5; do load $n; done
all=$(digest)
for gone in $some; do
    now="undo of delivery $gone of five"
    go undo "$(number_of "$(name_of "$gone")")" --reason 县里要求撤回
    holds test "$status" -eq 0 -o "$status" -eq 2 # 2: a check across rows has something to say
    holds says "下次 run 会再次读入"
    same "$(digest)" "$(cat "$work/digest_$gone")"
    now="delivery $gone again"
    [ "$gone" != 2 ] || continue
    go run -q
    holds says "$(name_of "$gone")  已入库"
    same "$(digest)" "$all"
done
now="undo twice"
again=$(number_of "$(name_of 3)")
go undo "$again" --reason 一
go undo "$again" --reason 二
same "$status" 64
drop_city "$city"
let_go
