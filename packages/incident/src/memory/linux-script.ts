import type { CordonConfig } from '../config.ts';

/** What of the deployment a script holds: hashes of what it may run. */
export type PinnedTools = Pick<NonNullable<CordonConfig['evidence']['memory']>, 'linux' | 'lime'>;

/** The same for both scripts of Linux: their shell, and what they say at their end, as their last line. */
export const SCRIPT_BEGINS = `#!/bin/bash
set -u; umask 077
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin`;

/** Functions of both: `finish`, which each has of its own, leaves nothing mounted. */
export const SCRIPT_FUNCTIONS = `say() { printf '\\nCORDON-MEMORY %s\\n' "$1"; }
refuse() {
  finish
  say "{\\"status\\":\\"refused\\",\\"because\\":\\"$1\\"}"
  exit 1
}
sum() { sha256sum "$1" | cut -d' ' -f1; }
fetch() {
  if command -v curl > /dev/null; then
    curl -fsS --connect-timeout 10 --max-time 120 --retry 2 -o "$2" "$1"
  else
    wget -q -T 30 -t 3 -O "$2" "$1"
  fi
}
kernel() { uname -r | tr -cd 'A-Za-z0-9._+-' | cut -c1-100; }
locked_down() {
  [ -r /sys/kernel/security/lockdown ] && ! grep -q '\\[none\\]' /sys/kernel/security/lockdown
}`;

/** The module for the kernel that runs, by its hash; each was named by whoever deployed. */
const moduleCases = ({ lime = [] }: PinnedTools): string =>
  lime.map(({ kernel, machine, sha256 }) => `  '${kernel} ${machine}') lime='${sha256}' ;;\n`).join('');

const DEVICE = `# The volume's serial is its id, without the dash.
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
}`;

/** Both scripts: which of the tools reads this kernel's memory, before anything is touched. */
export const chooseWay = (
  tools: PinnedTools,
): string => `# A LiME module for this kernel, where one is named: its hash, and the link to it.
lime=
case "$(uname -r) $(uname -m)" in
${moduleCases(tools)}  *) lime= ;;
esac
lime_url=
for one in $modules; do
  [ "\${one%%=*}" != "$lime" ] || lime_url=\${one#*=}
done
[ -n "$lime_url" ] || lime=

# Which of them reads it, before anything is touched.
way=avml
if [ "$(uname -m)" != x86_64 ]; then
  way=lime
  [ -n "$lime" ] || refuse no-module
elif locked_down; then
  way=lime
  [ -n "$lime" ] || refuse kernel-lockdown
elif [ "$url" = none ]; then
  way=lime
  [ -n "$lime" ] || refuse no-module
fi`;

/** Why a module was not loaded, by what insmod said of it. */
export const WHY_NOT_LOADED = `why_not_loaded() {
  if grep -qiE 'key was rejected|required key|not permitted' lime.log; then echo module-rejected
  elif grep -qi 'invalid module format' lime.log; then echo module-does-not-fit
  else echo tool-failed; fi
}`;

/** By the program, and by a module; each refuses by itself what it does not run. */
const READS = `${WHY_NOT_LOADED}
room() { [ "$(df --output=avail -B1 . | tail -n 1)" -gt 1048576 ] || refuse no-space; }
by_avml() {
  fetch "$url" tool || refuse tool-not-fetched
  have=$(sum tool)
  [ "$have" = "$want" ] || refuse tool-hash-differs
  chmod 500 tool
  timeout "$seconds" ./tool acquire image.lime > tool.log 2>&1
}
by_lime() {
  fetch "$lime_url" lime.ko || refuse tool-not-fetched
  have=$(sum lime.ko)
  [ "$have" = "$lime" ] || refuse tool-hash-differs
  if ! timeout "$seconds" insmod ./lime.ko "path=$at/image.lime format=lime" > lime.log 2>&1; then
    room
    refuse "$(why_not_loaded)"
  fi
  rmmod lime >> lime.log 2>&1
}`;

/**
 * What the agent runs on a Linux host. It writes to the fresh volume alone, also the tool: nothing of the host's own disks is overwritten. It fetches
 * a tool, and runs it only where it has the hash that is written here: AVML on x86-64, and a LiME module that was built for this very kernel where there is
 * one and AVML does not do (another machine, a locked-down kernel that takes the module's signature, a tool that fails). Its last line is read by
 * `readSaid`. `{{ … }}` are parameters of the document, each held to a pattern that has no quote in it.
 *
 * AVML 0.20: `avml acquire FILE`, LiME format. https://github.com/microsoft/avml
 * LiME: `insmod MODULE "path=FILE format=lime"`. https://github.com/504ensicsLabs/LiME
 * NVMe serial: https://docs.aws.amazon.com/ebs/latest/userguide/identify-nvme-ebs-device.html
 */
export const linuxScript = (tools: PinnedTools): string => `${SCRIPT_BEGINS}
volume='{{ Volume }}'
url='{{ ToolUrl }}'
modules='{{ Modules }}'
want='${tools.linux?.sha256 ?? 'none'}'
seconds='{{ Seconds }}'
at=$(mktemp -d /run/cordon-memory.XXXXXX) || exit 1

finish() { cd / && umount "$at" 2>/dev/null; rmdir "$at" 2>/dev/null; }
${SCRIPT_FUNCTIONS}

${DEVICE}

${chooseWay(tools)}
found=
for _ in $(seq 1 30); do
  found=$(device) && break
  sleep 2
done
[ -n "$found" ] || refuse no-volume

if grep -q "^$found " /proc/mounts; then refuse another-run; fi
if command -v mkfs.ext4 > /dev/null; then
  mkfs.ext4 -q -F -m 0 -E nodiscard -L cordon-memory "$found" || refuse no-file-system
else
  mkfs.xfs -q -f -L cordon-mem "$found" || refuse no-file-system
fi
mount -o nodev,nosuid "$found" "$at" || refuse no-file-system
cd "$at" || refuse no-file-system

${READS}

started=$(date -u +%Y-%m-%dT%H:%M:%SZ)
if [ "$way" = lime ]; then
  by_lime
elif ! by_avml; then
  room
  [ -n "$lime" ] || refuse tool-failed
  way=lime
  rm -f image.lime
  by_lime
fi
ended=$(date -u +%Y-%m-%dT%H:%M:%SZ)
[ -s image.lime ] || refuse tool-failed
sha256=$(sum image.lime)
bytes=$(stat -c %s image.lime)
said="{\\"status\\":\\"captured\\",\\"by\\":\\"$way\\",\\"sha256\\":\\"$sha256\\",\\"bytes\\":$bytes,\\"toolSha256\\":\\"$have\\",\\"kernel\\":\\"$(kernel)\\"}"
printf '{"image":"image.lime","started":"%s","ended":"%s","said":%s}\\n' "$started" "$ended" "$said" > record.json
sync
finish
say "$said"
`;
