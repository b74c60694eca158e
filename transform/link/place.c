/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Where somebody lives: household book, house, village.  Addresses are written in many ways, so only what
   stands before 镇 and 村 (or their like) and the numbers behind are kept. */
#include "transform/link/rules.h"
#include "transform/row/text.h"

struct place_slot {
    uint32_t household, house, village, county; /* hashes; 0: not known */
};

enum { MISSING, HOUSE, VILLAGE, COUNTY, ELSEWHERE };
/* The field's inputs in this order; the last ones may be left out. */
enum { IN_COUNTY, IN_HOUSEHOLD, IN_ADDRESS, IN_TOWN, IN_VILLAGE, IN_BOOK };

/* What the characters before a suffix name. */
enum segment { SEGMENT_NONE, SEGMENT_AREA, SEGMENT_TOWN, SEGMENT_VILLAGE };

static enum segment suffix_of(uint32_t point) {
    switch (point) {
    case 0x7701:                         /* 省 */
    case 0x5E02:                         /* 市 */
    case 0x53BF:                         /* 县 */
    case 0x533A:                         /* 区: also the end of 社区 */
    case 0x65D7: return SEGMENT_AREA;    /* 旗 */
    case 0x9547:                         /* 镇 */
    case 0x4E61: return SEGMENT_TOWN;    /* 乡 */
    case 0x6751:                         /* 村 */
    case 0x8DEF:                         /* 路 */
    case 0x5DF7:                         /* 巷 */
    case 0x8857: return SEGMENT_VILLAGE; /* 街: also the beginning of 街道 */
    default: return SEGMENT_NONE;
    }
}

/* 0 to 9, 10 for 十, 100 for 百, -1. */
static int numeral(uint32_t point) {
    static const uint16_t han[] = {0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB,
                                   0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D};
    if (point >= '0' && point <= '9') return (int)(point - '0');
    if (point >= 0xFF10 && point <= 0xFF19) return (int)(point - 0xFF10);
    for (int i = 0; i < 10; i++)
        if (point == han[i]) return i;
    if (point == 0x96F6) return 0;
    return point == 0x5341 ? 10 : point == 0x767E ? 100 : -1;
}

/* What is known of an address while it is read. */
struct address {
    uint64_t segment, town, village, numbers;
    uint32_t length;       /* characters in the segment */
    uint32_t last;         /* the character before */
    int64_t number, digit; /* being read; -1: none */
};

static void end_number(struct address *at) {
    if (at->number >= 0 || at->digit >= 0)
        at->numbers = link_mix(
            at->numbers, (uint64_t)((at->number > 0 ? at->number : 0) + (at->digit > 0 ? at->digit : 0)) + 1);
    at->number = at->digit = -1;
}

static void take_numeral(struct address *at, int value) {
    if (value >= 10) {
        at->number = (at->number > 0 ? at->number : 0) + (at->digit > 0 ? at->digit : 1) * value;
        at->digit = 0;
    } else if (at->digit >= 0 && at->digit < 100000000) {
        at->digit = at->digit * 10 + value;
    } else {
        at->digit = value;
    }
}

static void end_segment(struct address *at, enum segment kind) {
    if (at->length == 0) return;
    if (kind == SEGMENT_TOWN) at->town = at->segment;
    if (kind == SEGMENT_VILLAGE) at->village = link_mix(at->segment, 1), at->numbers = 0;
    at->segment = at->length = 0;
    at->number = at->digit = -1;
}

static void read_address(struct address *at, struct span text) {
    at->number = at->digit = -1;
    for (size_t i = 0; i < text.size;) {
        uint32_t point = text_next(text, &i);
        if (point <= ' ' || point == 0x3000) continue;
        enum segment kind = suffix_of(point);
        /* 街道 is a town, 社区 a village; 村委会, 居委会 follow what was ended already. */
        if (point == 0x533A && (at->last == 0x793E || at->last == 0x5C0F))
            kind = SEGMENT_VILLAGE; /* 社区, 小区 */
        if (point == 0x9053 && at->last == 0x8857 && at->village) {
            at->town = at->village, at->village = 0;
        } else if (kind != SEGMENT_NONE) {
            end_segment(at, kind);
        } else {
            int value = numeral(point);
            if (value >= 0 && at->village) take_numeral(at, value);
            else end_number(at);
            if (point != 0x793E) at->segment = link_mix(at->segment, point), at->length++;
        }
        at->last = point;
    }
    end_number(at);
}

/* The name without 村, 社区, 居委会, 村委会 behind it. */
static uint64_t bare_name(struct span text) {
    uint64_t hash = 0;
    for (size_t i = 0; i < text.size;) {
        uint32_t point = text_next(text, &i);
        if (point <= ' ' || point == 0x3000) continue;
        if (hash && (suffix_of(point) > SEGMENT_AREA || point == 0x793E || point == 0x5C45)) break;
        hash = link_mix(hash, point);
    }
    return hash;
}

static uint32_t short_hash(uint64_t hash) { return hash ? (uint32_t)(hash >> 32) | 1 : 0; }

static uint32_t text_hash(struct span text, uint64_t salt) {
    text = text_trim(text);
    bool said = false;
    for (size_t i = 0; i < text.size; i++) said |= text.bytes[i] != '0' && text.bytes[i] != '-';
    return said ? short_hash(link_mix(link_hash(text.bytes, text.size), salt)) : 0;
}

static void standardize(const struct link_field *field, const struct span *inputs, void *memory,
                        struct arena *arena) {
    struct place_slot *slot = memory;
    uint32_t count = field->input_count;
    struct address address = {0};
    (void)arena;
    slot->county = text_hash(inputs[IN_COUNTY], 1);
    if (count > IN_BOOK) slot->household = text_hash(inputs[IN_BOOK], 2);
    /* A household number is the county's own. */
    if (count > IN_HOUSEHOLD && !slot->household)
        slot->household = text_hash(inputs[IN_HOUSEHOLD], slot->county);
    if (count > IN_ADDRESS) read_address(&address, inputs[IN_ADDRESS]);
    if (count > IN_TOWN && inputs[IN_TOWN].size && !address.town) address.town = bare_name(inputs[IN_TOWN]);
    if (count > IN_VILLAGE && inputs[IN_VILLAGE].size && !address.village)
        address.village = link_mix(bare_name(inputs[IN_VILLAGE]), 1);
    if (!address.village) return;
    uint64_t village = link_mix(address.village, address.town);
    slot->village = short_hash(village);
    if (address.numbers) slot->house = short_hash(link_mix(village, address.numbers));
}

static unsigned compare(const void *a, const void *b) {
    const struct place_slot *left = a, *right = b;
    if (left->household && left->household == right->household) return HOUSE;
    if (left->house && left->house == right->house) return HOUSE;
    if (left->village && left->village == right->village) return VILLAGE;
    bool known = (left->household && right->household) || (left->village && right->village);
    if (!known) return MISSING;
    return left->county == right->county ? COUNTY : ELSEWHERE;
}

static uint64_t part(const void *memory, unsigned which) {
    const struct place_slot *slot = memory;
    const uint32_t parts[] = {slot->house, slot->household, slot->house, slot->village, slot->county};
    return parts[which];
}

static void drop(void *memory, unsigned which) {
    struct place_slot *slot = memory;
    if (which == 1) slot->household = 0;
    else slot->house = 0;
}

const struct link_kind link_place = {
    .name = "place",
    .size = sizeof(struct place_slot),
    .levels = {"missing", "house", "village", "county", "elsewhere"},
    .parts = {"", "household", "house", "village", "county"},
    .standardize = standardize,
    .compare = compare,
    .part = part,
    .drop = drop,
};
