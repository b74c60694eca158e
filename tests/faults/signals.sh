# SPDX-License-Identifier: MulanPSL-2.0
# A run that is stopped at any moment, and the run after it; two runs at once.  Every case waits until what
# it wants to disturb has begun, and proves that it was disturbed.
now="an undisturbed run"
new_city undisturbed
go run -q
[ "$status" -eq 2 ] || bad "exit $status"
whole=$(digest)
drop_city "$city"

log() { printf '%s/%s' "$city" "$1"; }
made() { [ -e "/var/lib/tongchou/$(cat "$city/.tongchou/id" 2>/dev/null)/made" ] || [ -e "$city/.tongchou/postgres/made" ]; }
published() { grep -qs 已入库 "$out"; }
all_published() { grep -qs '最终版.*已入库' "$out"; }
begun() { grep -qs 次处理 "$out"; }

# stop SIGNAL CONDITION CODE: the run dies of it, the next run ends where an undisturbed one ends.
stop() {
    now="SIG$1 once $2"
    new_city "stopped_$1_$2"
    # The words of the run before are gone before this one begins: its own shell may empty the files late.
    : >"$out"
    : >"$err"
    "$program" run -q --city "$city" >"$out" 2>"$err" </dev/null &
    child=$!
    holds await "$2"
    kill "-$1" $child || bad "it was over before the signal came"
    wait $child 2>/dev/null
    status=$?
    same "$status" "$3"
    [ "$1" = KILL ] || holds says "退出码 $3：已中断并回滚"
    cat "$out" "$err" >>"$work/said"
    go run -q
    same "$status" 2
    same "$(digest)" "$whole"
    # Every run that published something has its papers, if only by the next run.
    for run in $(grep -l '"format"' "$city"/out/*/manifest.json | wc -l); do holds test "$run" -ge 1; done
    drop_city "$city"
}
if [ -n "$quick" ]; then
    stop TERM published 143
    return 0
fi
stop INT begun 130
stop TERM published 143
stop HUP published 143
stop KILL made 137
stop KILL begun 137
stop KILL published 137
stop KILL all_published 137

now="killed after the last publication: the next run has nothing to read, but writes the papers"
new_city owed
go run -q
rm -rf "$city"/out/*
go run -q
same "$status" 2
holds says "已补写"
holds test -e "$(ls -d "$city"/out/0001_*)/manifest.json"
go run -q
same "$status" 0
drop_city "$city"

now="two runs at once on a new city"
new_city twice
"$program" run -q --city "$city" >"$work/one" 2>&1 </dev/null &
first=$!
"$program" run -q --city "$city" >"$work/two" 2>&1 </dev/null &
second=$!
wait $first; one=$?
wait $second; two=$?
cat "$work/one" "$work/two" >"$out"
: >"$err"
same "$(grep -c 'cb_20201231.txt  已入库' "$out")" 1
case "$one $two" in
"2 75" | "75 2" | "75 75") holds says "次处理占用" ;; # each may hold a county that the other wanted
"2 2" | "2 0" | "0 2") holds says "已在第" ;;
*) bad "exits $one and $two" ;;
esac
go run -q
same "$(digest)" "$whole"
drop_city "$city"

now="killed while the database starts or stops, and used again at once"
new_city restarted linzhu
go run -q
remember
for tenths in 1 2 3 4 5 6; do
    sleep 0.3 # the last one is out and its server is down
    "$program" run -q --city "$city" >"$out" 2>"$err" </dev/null &
    child=$!
    sleep "0.$tenths"
    kill -KILL $child 2>/dev/null || say "signals: over before 0.$tenths s"
    wait $child 2>/dev/null
    go verify
    expect 0 "$clean"
done
drop_city "$city"
