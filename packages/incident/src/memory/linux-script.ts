/**
 * What the agent runs on a Linux host. It writes to the fresh volume alone, also the tool: nothing of the host's own disks is overwritten. It fetches
 * one object and runs it only where it has the hash that is written here. Its last line is read by `readSaid`. `{{ … }}` are parameters of the document, each
 * held to a pattern that has no quote in it.
 *
 * AVML 0.20: `avml acquire FILE`, LiME format. https://github.com/microsoft/avml
 * NVMe serial: https://docs.aws.amazon.com/ebs/latest/userguide/identify-nvme-ebs-device.html
 */
export const linuxScript = (toolSha256: string): string => `#!/bin/bash
set -u; umask 077
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
volume='{{ Volume }}'
url='{{ ToolUrl }}'
want='${toolSha256}'
seconds='{{ Seconds }}'
at=$(mktemp -d /run/cordon-memory.XXXXXX) || exit 1

finish() { cd / && umount "$at" 2>/dev/null; rmdir "$at" 2>/dev/null; }
say() { printf '\\nCORDON-MEMORY %s\\n' "$1"; }
refuse() {
  finish
  say "{\\"status\\":\\"refused\\",\\"because\\":\\"$1\\"}"
  exit 1
}
sum() { sha256sum "$1" | cut -d' ' -f1; }

# The volume's serial is its id, without the dash.
device() {
  for serial in /sys/block/nvme*/device/serial; do
    [ -r "$serial" ] || continue
    if [ "$(tr -d ' \\n' < "$serial")" = "$volume" ]; then
      block=\${serial#/sys/block/}
      printf '/dev/%s' "\${block%%/*}"
      return 0
    fi
  done
  return 1
}

[ "$(uname -m)" = x86_64 ] || refuse wrong-architecture
if [ -r /sys/kernel/security/lockdown ] && ! grep -q '\\[none\\]' /sys/kernel/security/lockdown; then
  refuse kernel-lockdown
fi
found=
for _ in $(seq 1 30); do
  found=$(device) && break
  sleep 2
done
[ -n "$found" ] || refuse no-volume

# Another run of this has it.
if grep -q "^$found " /proc/mounts; then refuse no-file-system; fi
if command -v mkfs.ext4 > /dev/null; then
  mkfs.ext4 -q -F -m 0 -E nodiscard -L cordon-memory "$found" || refuse no-file-system
else
  mkfs.xfs -q -f -L cordon-mem "$found" || refuse no-file-system
fi
mount -o nodev,nosuid "$found" "$at" || refuse no-file-system
cd "$at" || refuse no-file-system

if command -v curl > /dev/null; then
  curl -fsS --connect-timeout 10 --max-time 120 --retry 2 -o tool "$url" || refuse tool-not-fetched
else
  wget -q -T 30 -t 3 -O tool "$url" || refuse tool-not-fetched
fi
have=$(sum tool)
[ "$have" = "$want" ] || refuse tool-hash-differs
chmod 500 tool

started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
if ! timeout "$seconds" ./tool acquire image.lime > tool.log 2>&1; then
  [ "$(df --output=avail -B1 . | tail -n 1)" -gt 1048576 ] || refuse no-space
  refuse tool-failed
fi
ended=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sha256=$(sum image.lime)
bytes=$(stat -c %s image.lime)
kernel=$(uname -r | tr -cd 'A-Za-z0-9._+-' | cut -c1-100)
said="{\\"status\\":\\"captured\\",\\"sha256\\":\\"$sha256\\",\\"bytes\\":$bytes,\\"toolSha256\\":\\"$have\\",\\"kernel\\":\\"$kernel\\"}"
printf '{"image":"image.lime","started":"%s","ended":"%s","said":%s}\\n' "$started" "$ended" "$said" > record.json
sync
finish
say "$said"
`;
