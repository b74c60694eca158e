# SPDX-License-Identifier: MulanPSL-2.0
# What every group of fault cases uses.  A case is: make the fault, `go` the program, `expect` its exit
# code, its sentences and that the content digest is what it was.  Sourced by tests/faults/run.
passed=0 failed=0 cities="" now="" clean="" city="" status=0

# The text encodings of the cases are bytes, never characters.
export LC_ALL=C LANG=zh_CN.UTF-8
unset LC_MESSAGES
out=$work/out err=$work/err

say() { printf '%s\n' "$*"; }
good() { passed=$((passed + 1)); }
bad() {
    failed=$((failed + 1))
    say "FAILED: $now: $1"
    [ ! -s "$out" ] || sed 's/^/    out: /' "$out" | tail -n 20
    [ ! -s "$err" ] || sed 's/^/    err: /' "$err" | tail -n 8
}

# A new city, with its deliveries; nothing read yet.  Every one is dropped at the end.
new_city() {
    city=$work/$1
    "$program" init "$city" >/dev/null
    cities="$cities $city"
    if [ "${2:-}" = linzhu ]; then rm -rf "$city"/deliveries/qinghe/* "$city"/deliveries/shiliu/*; fi
}
# Keeps the city's server up between the cases, as a second process would: a start costs more than a case.
# The shell itself holds the lease; the program does not inherit it.
hold() {
    lease=/var/lib/tongchou/$(cat "$city/.tongchou/id")/lease
    [ -e "$lease" ] || lease=$city/.tongchou/lease
    exec 7<"$lease"
    flock -s 7
}
let_go() { exec 7<&-; }
# Nothing of ours may hold the server that is to go; a drop that fails would leave it running unseen.
drop_city() {
    let_go
    if [ -d "$1/.tongchou" ]; then
        "$program" drop --city "$1" >/dev/null 2>"$work/drop" 7<&- || say "left behind: $1: $(cat "$work/drop")"
    fi
    rm -rf "$1"
}
drop_all() {
    let_go
    for one in $cities; do [ ! -d "$one" ] || drop_city "$one"; done
}

# Runs the program in the city; its words stay in $out and $err for the search of canaries.
go() {
    status=0
    "$program" "$@" --city "$city" >"$out" 2>"$err" </dev/null 7<&- || status=$?
    cat "$out" "$err" >>"$work/said"
}
digest() { "$program" verify --city "$city" 2>>"$work/said" 7<&- | grep -o '[0-9a-f]\{64\}'; }
# What the city holds now is what it has to hold after every case.
remember() { clean=$(digest); [ ${#clean} -eq 64 ] || bad "no digest"; }

says() { grep -qF -e "$1" "$out" "$err"; }
# expect CODE TEXT...: the exit code, each text somewhere, and nothing published.
expect() {
    wanted=$1
    shift
    why=""
    [ "$status" -eq "$wanted" ] || why="exit $status, $wanted expected"
    for text in "$@"; do says "$text" || why="$why; does not say: $text"; done
    [ "$(digest)" = "$clean" ] || why="$why; the content changed"
    if [ -n "$why" ]; then bad "$why"; else good; fi
}
holds() { if "$@"; then good; else bad "not so: $*"; fi; }
same() { if [ "$1" = "$2" ]; then good; else bad "$1, $2 expected"; fi; }

# Waits for a condition, at most a minute or more; a fault that never fired is a failed case.
await() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 6000 ] || return 1
        sleep 0.01
    done
}
