# SPDX-License-Identifier: MulanPSL-2.0
# Slips: a total that is off by one, and a second slip for a later month.
new_city slips linzhu
box=$city/deliveries/linzhu
parts_of() { # BOOK SED: the workbook with its shared strings and first sheet changed
    number=0 parts=""
    for part in $(unzip -Z1 "$1"); do
        number=$((number + 1))
        "$tool" member "$1" $number | sed "$2" >"$work/slip$number"
        parts="$parts $part $work/slip$number"
    done
    # shellcheck disable=SC2086 # names of parts hold no spaces
    "$tool" zip "$work/slip.xlsx" $parts
}
if ! command -v unzip >/dev/null; then
    say "slips: no unzip here, not tried"
    return 0
fi
now="a declared total that is off by one fen"
# What 临渚市's slip says of its settlements (the truth's second county), and a fen less.
total=$(sed -n 's/.*"medfee_sumamt_fen": {"read": \([0-9]*\),.*/\1/p' "$city/truth.json" | sed -n 2p)
fen=$((total - 1))
declared=${total%??}.${total#"${total%??}"} wrong=${fen%??}.${fen#"${fen%??}"}
parts_of "$box/交接单.xlsx" "s/$declared/$wrong/"
cp "$work/slip.xlsx" "$box/交接单.xlsx"
go run
same "$status" 2
holds says "0.01"
holds grep -qF "$wrong" "$(ls -d "$city"/out/*/)/对账总表.json"
now="a second slip, for the next month"
parts_of "$box/交接单.xlsx" 's/js_20201231/js_20210131/; s/>20201231</>20210131</'
cp "$work/slip.xlsx" "$box/交接单_202101.xlsx"
cp "$box/js_20201231.txt" "$box/js_20210131.txt"
echo >>"$box/js_20210131.txt"
go run
holds says "js_20210131.txt  已入库"
holds grep -qF "$wrong" "$(ls -d "$city"/out/0002*/)/对账总表.json"
drop_city "$city"
