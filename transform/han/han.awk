# Turns Unihan (Readings, Variants, IRGSources) and surnames.csv into the C tables of transform/han/table.h.
# Bytes, not characters: run with LC_ALL=C.
function hex(text,   i, n) {
    n = 0
    for (i = 1; i <= length(text); i++) n = n * 16 + index("0123456789ABCDEF", toupper(substr(text, i, 1))) - 1
    return n
}
function plain(text) { # qiū: qiu; lǜ: lv
    gsub(/ā|á|ǎ|à/, "a", text); gsub(/ē|é|ě|è|ê̄|ế|ê̌|ề|ê/, "e", text); gsub(/ī|í|ǐ|ì/, "i", text)
    gsub(/ō|ó|ǒ|ò/, "o", text); gsub(/ū|ú|ǔ|ù/, "u", text); gsub(/ǖ|ǘ|ǚ|ǜ|ü/, "v", text)
    gsub(/ḿ|m̀/, "m", text); gsub(/ń|ň|ǹ/, "n", text)
    return text
}
function syllable(text) {
    if (!(text in number)) { number[text] = ++syllables; spelt[syllables] = text }
    return number[text]
}
function ordered(count, keys,   i, j, k) { # files come sorted by code point, but for the two merged ones
    for (i = 2; i <= count; i++) {
        k = keys[i]
        for (j = i - 1; j > 0 && keys[j] > k; j--) keys[j + 1] = keys[j]
        keys[j + 1] = k
    }
}
function point_of(bytes,   a, b, c) { # one character of three bytes
    a = code[substr(bytes, 1, 1)]; b = code[substr(bytes, 2, 1)]; c = code[substr(bytes, 3, 1)]
    return (a % 16) * 4096 + (b % 64) * 64 + c % 64
}
BEGIN {
    for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i
    FS = "\t"
}
/^# Unicode version: / { version = substr($0, 20) }
$2 == "kMandarin" { # two readings: of the mainland, then of Taiwan
    split($3, both, " ")
    point = hex(substr($1, 3)); sound = plain(both[1])
    if (sound !~ /^[a-z]+$/ || length(sound) > 6) next
    reading[point] = syllable(sound); readings++
    if (point < 13312 || point >= 40960) beyond[++beyonds] = point
}
$2 == "kSimplifiedVariant" || $2 == "kCompatibilityVariant" {
    count = split($3, all, " "); point = hex(substr($1, 3)); itself = 0
    for (i = 1; i <= count; i++) { sub(/<.*/, "", all[i]); itself += hex(substr(all[i], 3)) == point }
    if (itself || (point in simple)) next # 乾 stays 乾: it may be meant
    simple[point] = hex(substr(all[1], 3)); simples[++pairs] = point
}
FILENAME ~ /surnames\.csv$/ && FNR > 1 {
    split($0, cell, ","); count = split(cell[2], sounds, " ")
    if (length(cell[1]) != 3 * count) { print "surnames.csv:" FNR ": one reading a character" > "/dev/stderr"; bad = 1; exit 1 }
    name = "    {{" point_of(cell[1])
    name = name ", " (count > 1 ? point_of(substr(cell[1], 4)) : 0) "}, {" syllable(sounds[1]) ", "
    surname[++surnames] = name (count > 1 ? syllable(sounds[2]) : 0) "}},"
}
END {
    if (bad) exit 1
    if (readings < 30000 || pairs < 5000) {
        print "Unihan: only " readings " readings and " pairs " variants" > "/dev/stderr"
        exit 1
    }
    ordered(beyonds, beyond); ordered(pairs, simples)
    print "#include \"transform/han/table.h\"\nconst char *const han_version = \"" version "\";"
    print "const char han_syllables[][HAN_SYLLABLE] = {\n    \"\","
    for (i = 1; i <= syllables; i++) print "    \"" spelt[i] "\","
    print "};\nconst uint16_t han_basic[HAN_BASIC] = {"
    for (point = 13312; point < 40960; point++) printf "%d,%s", reading[point], point % 32 == 31 ? "\n" : ""
    print "};\nconst struct han_reading han_beyond[] = {"
    for (i = 1; i <= beyonds; i++) print "    {" beyond[i] ", " reading[beyond[i]] "},"
    print "};\nconst uint32_t han_beyond_count = " beyonds ";\nconst struct han_pair han_pairs[] = {"
    for (i = 1; i <= pairs; i++) { # a compatibility form of a traditional one goes all the way
        to = simple[simples[i]]
        print "    {" simples[i] ", " (to in simple ? simple[to] : to) "},"
    }
    print "};\nconst uint32_t han_pair_count = " pairs ";\nconst struct han_surname han_surnames[] = {"
    for (i = 1; i <= surnames; i++) print surname[i]
    print "};\nconst uint32_t han_surname_count = " surnames ";"
}
