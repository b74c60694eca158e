#!/bin/bash
# usage: tests/fuzz/run.sh MINUTES [PROGRAM...]   (what `make fuzz MINUTES=n PROGRAMS="date spec"` calls)
# Builds with clang's libFuzzer and runs each program for its share of the minutes: the one over every reader gets half, the
# decoders share the rest.  It begins with the saved corpus (tests/fuzz/corpus), with seeds out of the golden folders and, where
# CORPUS= names a folder of files, with those.  A finding stops it and leaves the input in build/fuzz/; how to see it again is said.
# SEED=n makes the same inputs again.  SAVE=yes writes what the run found worth keeping to tests/fuzz/corpus: only without CORPUS, since nothing of it is ours.
set -eu
minutes=$1
shift
out=build/fuzz
saved=tests/fuzz/corpus
cells="date money certno gb18030 spec match name sheet"
programs=${*:-source $cells}
./deps check
# shellcheck disable=SC2046,SC2086 # lists
make -s --no-print-directory BUILD=fuzz CC=clang-14 $(printf "$out/fuzz_%s " $programs)

# A seed for the source program: the spec's read map, a line end, the file.
source_seed() { { printf '%s\n' "$2"; cat; } >"$out/seeds/source/$1"; }
# shellcheck disable=SC2059 # the seed is a format
cell_seed() { number=$((number + 1)) && printf "$2" >"$out/seeds/$1/seed$number"; }

# The read map of a golden folder's spec in one line, as the program wants it.
read_map() {
    sed -n '/^read:/,$p' "$1" | sed '1s/^read: *//' | grep -v '^ *#' | tr '\n' ' ' | sed 's/  */ /g'
}

seeds() {
    local name file number=0
    for name in source $cells; do
        rm -rf "$out/seeds/$name"
        mkdir -p "$out/seeds/$name" "$out/corpus/$name" "$saved/$name"
    done
    for file in $(find tests/extract -path '*/*/input.*' -size -64k | sort); do
        number=$((number + 1))
        source_seed "golden$number" "$(read_map "${file%/*}/spec.yaml")" <"$file"
    done
    printf 'a,b\n1,2\n' >$out/a.csv
    tar -C $out -cf - a.csv | source_seed tar '{}'
    gzip -nc $out/a.csv | source_seed gz '{format: csv}'
    if command -v zip >/dev/null; then (cd $out && zip -q - a.csv) | source_seed zip '{}'; fi
    for file in $(find tests bench/city examples -type f -size -64k \( -name '*.dbf' -o -name '*.xlsx' -o -name '*.zip' \) | sort); do
        number=$((number + 1))
        source_seed "file$number" '{}' <"$file"
    done
    if [ -d "${CORPUS:-}" ]; then
        while read -r file; do
            number=$((number + 1))
            source_seed "corpus$number" '{}' <"$file"
        done < <(find "$CORPUS" -type f -size -64k)
    fi
    cell_seed money '(1,234.50)'
    cell_seed money '￥１２．５'
    cell_seed match '*{period}*.zip!a*.csv\nx202012.zip!ab.csv'
    for file in tests/extract/xlsx_books/*/input.xlsx; do
        command -v unzip >/dev/null || break
        number=$((number + 1))
        { printf '0'; unzip -p "$file" xl/worksheets/sheet1.xml; } >"$out/seeds/sheet/book$number"
        { printf '0'; unzip -p "$file" xl/sharedStrings.xml 2>/dev/null; } >"$out/seeds/sheet/strings$number" || true
    done
    cell_seed sheet '3<x:w><x:sheetData><x:row r="1"><x:c t="s" r="A1" s="1"><x:f>A</x:f><x:v>1</x:v></x:c></x:row><x:row/>'
    cell_seed sheet "1<worksheet><sheetData><row r='1'><c t='str'><f>A1</f><v>a&amp;b</v></c><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c></row>"
    cell_seed sheet "0<worksheet><sheetData><row r='3'><c r='C3' s='1' t='d'><v>2020-01-31</v></c><c r='XFD3' s='2'><v>1.5</v></c></row></sheetData>"
    cell_seed sheet "0<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c></row></sheetData><mergeCells><mergeCell ref='A1:C2'/></mergeCells></worksheet>"
    cell_seed sheet "0<sst><si><t xml:space='preserve'> a_x0009_</t></si><si><r><t>b</t></r><rPh sb='0' eb='1'><t>c</t></rPh></si><si/></sst>"
    cell_seed sheet "2<w><sheetData><row><c><v>&#49;</v></c><c t='s'><v>99</v></c></row><row r='1'/><?a b?></sheetData></w>"
    cell_seed sheet "2<w><sheetData><row><c t='inlineStr'><is><t>&lt;_x000D_</t></is></c></row><![CDATA[row>]]><!--row>-->"
    cell_seed date '2020年1月31日 '
    cell_seed date '20201231 10:20:30.5'
    cell_seed certno '690102199001011234'
    cell_seed certno '690102900101123'
    cell_seed name '阿依古丽·买买提'
    cell_seed gb18030 '\xd5\xc5\xc8\xfd\x81\x30\x81\x30\x95\x32\x82\x36\x80\xff'
    cell_seed spec 'match: a\nkind: setl_d\nread: {format: csv}\nkey: A\ncolumns: {setl_time: B, medfee_sumamt: {from: [C, D], sum: yes}}\n'
    for file in $(find examples mappings -name '*.yaml' | sort); do cp "$file" "$out/seeds/spec/$(echo "$file" | tr / _)"; done
}

run_one() {
    local name=$1 seconds=$2 program=$out/fuzz_$1 words=
    echo "fuzz $name: $seconds s from $(find "$out/seeds/$name" "$out/corpus/$name" "$saved/$name" -type f | wc -l) inputs"
    [ ! -f "tests/fuzz/$name.dict" ] || words=-dict=tests/fuzz/$name.dict
    "$program" ${words:+"$words"} -max_total_time="$seconds" -max_len=65536 -timeout=120 ${SEED:+-seed="$SEED"} -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="$out/$name-" "$out/corpus/$name" "$saved/$name" "$out/seeds/$name" >"$program.log" 2>&1 || {
        tail -n 60 "$program.log"
        echo "fuzz $name: failed; see it again with $program $out/$name-..."
        return 1
    }
    grep -E 'number_of_executed_units|average_exec' "$program.log"
}

# The smallest inputs that reach what all of them reach; of the larger ones (beyond 4 KiB) none is kept.
save_one() {
    local name=$1
    [ -z "${CORPUS:-}" ] || { echo "fuzz: what began with CORPUS is not saved"; return 0; }
    rm -rf "$out/merged/$name" && mkdir -p "$out/merged/$name"
    "$out/fuzz_$name" -merge=1 -max_len=4096 "$out/merged/$name" "$saved/$name" "$out/seeds/$name" "$out/corpus/$name" 2>/dev/null
    rm -rf "${saved:?}/$name" && cp -r "$out/merged/$name" "$saved/$name"
}

seeds
count=$(echo "$programs" | wc -w) beside="" failed=""
for name in $programs; do
    seconds=$((minutes * 60 / (2 * (count > 1 ? count - 1 : 1))))
    if [ "$count" -eq 1 ]; then seconds=$((minutes * 60)); elif [ "$name" = source ]; then seconds=$((minutes * 30)); fi
    # It has half of the time and a processor of its own, the others have the other half.
    if [ "$name" = source ]; then run_one source "$seconds" & beside=$!; continue; fi
    run_one "$name" "$seconds" || failed=yes
done
[ -z "$beside" ] || wait "$beside" || failed=yes
[ -z "$failed" ] || exit 1
for name in $programs; do [ -z "${SAVE:-}" ] || save_one "$name"; done
