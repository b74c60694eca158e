# SPDX-License-Identifier: MulanPSL-2.0
# No room for the database.  Needs root, for a file system of a few megabytes.
if [ "$(id -u)" -ne 0 ] || ! mkdir -p "$work/small" || ! mount -t tmpfs -o size=1m tmpfs "$work/small" 2>/dev/null; then
    say "room: no mount here, a full database disk is not tried"
    return 0
fi
umount "$work/small"
now="an undisturbed run"
new_city roomy linzhu
go run -q
whole=$(digest)
drop_city "$city"
now="the database's disk fills up"
new_city room linzhu
# The city's number is made first, so that its folder can be a small file system.
go check
id=$(cat "$city/.tongchou/id")
base=/var/lib/tongchou/$id
owner=$(stat -c %u "$base") gang=$(stat -c %g "$base")
"$program" drop --city "$city" >/dev/null
mkdir -p "$base"
mount -t tmpfs -o "size=120m,mode=700,uid=$owner,gid=$gang" tmpfs "$base"
go check
left=$(df --output=avail -k "$base" | tail -n 1)
head -c $(((left - 600) * 1024)) /dev/zero >"$base/filler"
go run -q
holds test "$status" -ne 0
holds test "$status" -ne 2
holds test "$status" -lt 126
holds says "退出码 $status"
holds says "磁盘已满"
[ -z "${SHOW:-}" ] || cat "$out" "$err"
rm -f "$base/filler"
now="the database's disk has room again"
go run -q
same "$status" 2
same "$(digest)" "$whole"
umount -l "$base"
drop_city "$city"
rmdir "$work/small"
