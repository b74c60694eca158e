#!/bin/bash
# shellcheck disable=SC2086 # lists of folders are split on purpose
# usage: tests/check.sh PART...   with the parts below; `make check` calls it with most of them.
# Each says what is wrong, by file and line, and how long it took; the first that fails ends it.
set -eu
set -o pipefail
FOLDERS="core extract transform load report bench cli tests"
# Every C file is laid out by clang-format; nobody discusses it.
FORMATTED="$FOLDERS examples"

sources() { find "$@" \( -name '*.c' -o -name '*.h' \) 2>/dev/null | LC_ALL=C sort || true; }

format() {
    sources $FORMATTED | xargs -r clang-format-14 --dry-run -Werror
}

formatted() {
    sources $FORMATTED | xargs -r clang-format-14 -i
}

lengths() {
    local bad=0 file lines
    while read -r file; do
        lines=$(wc -l <"$file")
        [ "$lines" -le 600 ] || { echo "$file: $lines lines, at most 600"; bad=1; }
    done < <(find $FOLDERS mappings -type f \( -name '*.c' -o -name '*.h' -o -name '*.sql' -o -name '*.sh' \) 2>/dev/null)
    lines=$(wc -l <Makefile)
    [ "$lines" -lt 120 ] || { echo "Makefile: $lines lines, under 120"; bad=1; }
    return $bad
}

# What is shipped passes its own lints.
policies() {
    (cd / && "$OLDPWD/build/release/tongchou" policy lint --city /nonexistent)
}

# A file passes once and stays passed until it, a header or the rules change.
tidy_one() {
    local file=$1 stamp=build/tidy/$1.ok
    [ "$stamp" -nt "$file" ] && [ "$stamp" -nt .clang-tidy ] &&
        [ -z "$(find $FOLDERS -name "*.h" -newer "$stamp" -print -quit 2>/dev/null)" ] && return 0
    mkdir -p "$(dirname "$stamp")"
    local hint="-include tests/tidy.h"
    case $file in core/error.c | core/yaml.c) hint="" ;; esac
    clang-tidy-14 --quiet "$file" -- -Xclang -analyzer-config -Xclang "max-nodes=${NODES:-100000}" -std=c17 -D_GNU_SOURCE -I. -Ibuild/release $SYSTEM $hint >"$stamp.log" 2>/dev/null &&
        touch "$stamp" && return 0
    cat "$stamp.log"
    return 1
}

# The analyzer follows a function until it has seen 100,000 states, not 225,000: it reaches the same blocks (all but
# 2 of one function, in every sixth file) in half of the time.  NODES=225000 goes as far as clang would.
# bench/ makes rows and cities for measuring and stays out: it would take a third of the time.
tidy() {
    export -f tidy_one
    export FOLDERS
    SYSTEM=$(pkg-config --cflags libpq libarchive libpcre2-8 expat yaml-0.1 xlsxwriter libcrypto libisal | sed "s/-I/-isystem /g")
    export SYSTEM
    sources core extract transform load report cli | grep '\.c$' |
        xargs -r -P"$(nproc)" -I{} bash -c 'tidy_one {}'
}

# internalAstError: cppcheck 2.10 loses its way at a compound literal inside ?: .
cppcheck_all() {
    cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j"$(nproc)" -I. -Ibuild/release \
        --enable=warning,portability --suppress=missingInclude --suppress=nullPointerRedundantCheck \
        --suppress=uninitvar --suppress=internalAstError core extract transform load report bench cli
}

# The pipeline under ThreadSanitizer.
race() {
    make -s --no-print-directory BUILD=tsan build/tsan/race
    TSAN_OPTIONS=halt_on_error=1 build/tsan/race
}

for part in "$@"; do
    from=$SECONDS
    case $part in
    deps) ./deps check ;;
    build) make -s --no-print-directory all ;;
    # The faults were played by `make test`; under ASan they take longer than all the rest.
    sanitized) make -s --no-print-directory BUILD=asan FAULTS= test ;;
    race) race ;;
    # The same inputs each time: what a change broke shows, not what chance finds.
    fuzzed) SEED=1 tests/fuzz/run.sh 1 ;;
    format) format ;;
    formatted) formatted ;;
    lengths) lengths ;;
    policies) policies ;;
    tidy) tidy ;;
    cppcheck) cppcheck_all ;;
    *) echo "unknown check $part" >&2 && exit 64 ;;
    esac || { echo "check: $part failed"; exit 1; }
    echo "$part ok ($((SECONDS - from)) s)"
done
