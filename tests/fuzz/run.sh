#!/bin/bash
# usage: tests/fuzz/run.sh MINUTES   (what `make fuzz MINUTES=n` calls)
# Builds with clang's libFuzzer and runs each fuzz program for its share of the minutes, from seeds made of the tests' own inputs.
# A crash stops it and leaves the input in build/fuzz/; the way to see it again is printed.
set -eu
minutes=$1
out=build/fuzz
programs="$out/fuzz_cells $out/fuzz_source"
./deps check
# shellcheck disable=SC2086 # a list
make -s --no-print-directory BUILD=fuzz CC=clang-14 $programs

# One seed for the source program: the spec's read map, a line end, the file.
source_seed() { { printf '%s\n' "$2"; cat; } >"$out/seeds/source/$1"; }
# shellcheck disable=SC2059 # the seed is a format
cell_seed() { printf "$2" >"$out/seeds/cells/$1"; }

seeds() {
    mkdir -p $out/seeds/source $out/seeds/cells $out/corpus/source $out/corpus/cells
    printf 'a,b,c\n1,"x ""y""\nz",3\n,,\n合计,1,2\n' | source_seed csv '{format: csv}'
    printf 'a|b\r\n1|2\r\n#END*\r\n' | source_seed bar '{format: csv, delimiter: "|", footer: "#END*"}'
    printf '\xd0\xd5\xc3\xfb,\xbd\xf0\xb6\xee\n\xd5\xc5\xc8\xfd,1.50\n\x81\x30\x81\x30,2\n' |
        source_seed gb '{format: csv, encoding: GB18030}'
    printf 'x\n' | iconv -f UTF-8 -t UTF-16 | source_seed utf16 '{format: csv, encoding: UTF-16}'
    printf '000112.50\n00022-3.00\n' | source_seed fixed \
        '{format: fixed, fields: [{name: id, from: 1, to: 4}, {name: fee, from: 5, to: 9}]}'
    printf '\x03\x14\x01\x01\x02\0\0\0\x41\0\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0A\0\0\0\0\0\0\0\0\0\0C\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\r abcd*efgh\x1a' |
        source_seed dbf '{format: dbf, encoding: GB18030}'
    printf 'a,b\n1,2\n' >$out/a.csv
    tar -C $out -cf - a.csv | source_seed tar '{}'
    gzip -nc $out/a.csv | source_seed gz '{format: csv}'
    if command -v zip >/dev/null; then (cd $out && zip -q - a.csv) | source_seed zip '{}'; fi
    local number=0 file
    for file in $(find tests bench/city examples -type f -size -64k \
        \( -name '*.csv' -o -name '*.dbf' -o -name '*.DBF' -o -name '*.xlsx' -o -name '*.zip' -o -name '*.txt' \) 2>/dev/null | sort); do
        number=$((number + 1))
        source_seed "file$number" '{}' <"$file"
    done
    cell_seed amount '\0(1,234.50)'
    cell_seed spec '\1match: a\nkind: setl_d\nread: {format: csv}\nkey: A\ncolumns: {setl_time: B, medfee_sumamt: {from: [C, D], sum: yes}}\n'
    cell_seed pattern '\2*{period}*.zip!a*.csv\nx202012.zip!ab.csv'
    cell_seed date '\3 2020年1月31日 '
    cell_seed certno '\4690102199001011234'
    cell_seed name '\5阿依古丽·买买提'
    number=0
    for file in $(find examples mappings -name '*.yaml' | sort); do
        number=$((number + 1))
        { printf '\1'; cat "$file"; } >"$out/seeds/cells/spec$number"
    done
}

seeds
seconds=$((minutes * 60 / 2))
for program in $programs; do
    name=${program##*/fuzz_}
    echo "fuzz $name: $seconds s from $(find $out/seeds/"$name" -type f | wc -l) seeds"
    "$program" -max_total_time=$seconds -max_len=65536 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        -verbosity=0 -artifact_prefix="$out/$name-" $out/corpus/"$name" $out/seeds/"$name" >"$program.log" 2>&1 || {
        tail -n 60 "$program.log"
        echo "fuzz $name: failed; see it again with $program $out/$name-..."
        exit 1
    }
    grep -E 'number_of_executed_units|average_exec' "$program.log"
done
