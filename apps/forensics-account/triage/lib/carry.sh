#!/usr/bin/env bash
# Puts the results of one examination onto a fresh volume of their own, which is then carried into custody like a disk; reads them back, and says on
# one line of JSON what lies there. `examine-once` calls it: carry.sh DEVICE VOLUME FOLDER STATEMENT MARKER.
#
# It is the one thing here that writes to a volume. So it writes to one that holds nothing alone, or to one that it began to fill itself (MARKER): evidence
# is neither, whoever names it.
set -uo pipefail
umask 077
export LC_ALL=C

if [ "${CORDON_CARRY_ALONE:-}" != yes ]; then
  exec env CORDON_CARRY_ALONE=yes unshare --net --mount --propagation private -- bash -- "${BASH_SOURCE[0]}" "$@"
fi
device=$1 volume=$2 folder=$3 statement=$4 marker=$5
readonly BLOCK=4096
at=''

end() {
  [ -z "$at" ] || { umount -- "$at" 2>/dev/null && rmdir -- "$at"; }
  rm -f -- /run/cordon-results
  blockdev --setro "$device" 2>/dev/null
}
refuse() {
  jq -acn --arg volume "$volume" --arg because "$1" '{volume:$volume,because:$because}'
  exit 0
}
trap end EXIT

[ -b "$device" ] || refuse "no device here has the serial of $volume"
lsblk --noheadings --output MOUNTPOINTS -- "$device" | grep -q '[^[:space:]]' && refuse "$device is mounted: it is no volume for results"
if [ "$(cat -- "$marker" 2>/dev/null)" != "$volume" ]; then
  blkid -p -- "$device" >/dev/null 2>&1
  # 2 says that nothing is known there. https://man7.org/linux/man-pages/man8/blkid.8.html
  [ "$?" -eq 2 ] || refuse "$volume is not empty, so nothing was written to it"
  cmp --silent --bytes=$((1024 * 1024)) -- "$device" /dev/zero || refuse "$volume is not empty, so nothing was written to it"
  printf '%s' "$volume" >"$marker"
fi
# The image's rule sets whatever appears, or was written to, read-only (image/set-read-only); this one device it leaves alone meanwhile.
basename -- "$(realpath -- "$device")" >/run/cordon-results
blockdev --setrw "$device"
mkfs.ext4 -q -F -m 0 -i "$BLOCK" -O '^has_journal' -E nodiscard -L cordon-results "$device" >/dev/null 2>&1 || refuse 'no file system could be made on the volume for results'
at=$(mktemp -d)
mount -o nodev,nosuid,noexec -- "$device" "$at" || refuse 'the volume for results could not be mounted'

# What fits, the list of digests first, then the smallest files first: of a result that is too large the part that says most is kept, and the rest is named.
room=$(($(df --output=avail --block-size=1 -- "$at" | tail -n 1) * 9 / 10))
: >"$at/NOT-CARRIED"
taken=$at/.taken files=0 bytes=0 left=0
: >"$taken"
while IFS=$'\t' read -r -d '' size path; do
  cost=$(((size / BLOCK + 2) * BLOCK))
  if [ "$cost" -le "$room" ]; then
    room=$((room - cost)) files=$((files + 1)) bytes=$((bytes + size))
    printf '%s\0' "$path" >>"$taken"
  else
    left=$((left + 1))
    printf '%s\n' "${path#./}" >>"$at/NOT-CARRIED"
  fi
done < <(cd -- "$folder" && { find . -maxdepth 1 -name SHA256SUMS -type f -printf '%s\t%p\0'; find . -type f ! -path ./SHA256SUMS -printf '%s\t%p\0' | sort -zn; })
mkdir -- "$at/results"
tar -C "$folder" --null --no-recursion --files-from="$taken" -cf - | tar -C "$at/results" -xf - || refuse 'not all results could be written to their volume'
rm -f -- "$taken"
cp -- "$statement" "$at/statement.json"
[ "$left" -gt 0 ] || rm -f -- "$at/NOT-CARRIED"
sync --file-system "$at"

# Read back from the device itself, as whoever makes a volume of its copy will.
again() { umount -- "$at" && blockdev --flushbufs "$device" && blockdev --setro "$device" && mount -o ro,nodev,nosuid,noexec -- "$device" "$at"; }
again || refuse 'the results could not be read back'
(cd -- "$at/results" && sha256sum --check --quiet --strict --ignore-missing SHA256SUMS >/dev/null 2>&1) || refuse 'what was read back is not what was written'
[ "$(sha256sum <"$at/results/SHA256SUMS" | cut -d ' ' -f 1)" = "$(jq -r .seal "$statement")" ] || refuse 'the list of digests is not the sealed one'
jq -acn --arg volume "$volume" --argjson files "$files" --argjson bytes "$bytes" --argjson left "$left" '{volume:$volume,files:$files,bytes:$bytes,left:$left}'
