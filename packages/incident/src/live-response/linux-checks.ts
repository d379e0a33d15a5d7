/**
 * What the agent runs on a Linux host, a script for each check. Everything is read by the shell itself, from the kernel's own files where
 * there are such: `PATH` leads nowhere, so that no program of the host's disk is run but the shell, and none by mistake. How far that may be
 * trusted: shell, C library and kernel are the host's, and whoever has replaced one of them decides what it says.
 *
 * Each line that the host may have chosen is ASCII, and one line whatever is in it: as it is after `| `, or after `q ` as the shell quotes it (`%q`), so that
 * none is taken for a mark of ours. Symbolic links, pipes and
 * devices are not opened, so that nobody has the script read for ever; the document bounds each script all the same.
 * https://www.kernel.org/doc/html/latest/filesystems/proc.html
 */
const PRELUDE = `#!/bin/bash
set -f; unset -v IFS
# Nothing is found by its name: what is not the shell's own is not run.
# shellcheck disable=SC2123
PATH=/nonexistent; LC_ALL=C; export PATH LC_ALL
unset -f command_not_found_handle
left=21000
say() {
  local text="| $1"
  [[ "$1" = *[![:print:]]* ]] && printf -v text 'q %q' "$1"
  if (( \${#text} + 1 > left )); then
    (( left > 0 )) && printf 'CORDON-LIVE cut\\n'
    left=0; return 1
  fi
  left=$(( left - \${#text} - 1 ))
  printf '%s\\n' "$text"
}
`;

/** Every line of a file that is one, with a word before it. */
const LINES = `lines() {
  local one
  [[ -f "$1" && ! -L "$1" && -r "$1" ]] || return 0
  while IFS= read -r one || [[ -n "$one" ]]; do say "$2$one" || return 1; done 2>/dev/null < "$1"
}
`;

/** What lies in a folder: names, and the lines of files. */
const FILES = `files() {
  local one; set +f; shopt -s nullglob dotglob
  for one in "$1"/*; do
    if [[ -L "$one" ]]; then say "link $one"
    elif [[ -d "$one" ]]; then say "folder $one"
    elif [[ -f "$one" ]]; then say "file $one" && { [[ "$2" = names ]] || lines "$one" "$one: "; }
    else say "other $one"; fi || break
  done
  shopt -u nullglob dotglob; set -f
}
`;

/**
 * Every process by what the kernel says of it at once; no command line, whose reading a process can hold up. Threads of the kernel are counted:
 * one that pretends to be such has a file, and is with the command lines.
 */
const PROCESSES = `
set +f; threads=0
say 'pid parent state uid tracer started tty login session seccomp name'
for at in /proc/[0-9]*; do
  [[ -r "$at/status" ]] || continue
  name=; state=; parent=; uid=; tracer=; seccomp=
  while IFS= read -r line; do
    case "$line" in
      Name:*) name=\${line#Name:?} ;;
      State:*) state=\${line#State:?}; state=\${state%% *} ;;
      PPid:*) parent=\${line#PPid:?} ;;
      TracerPid:*) tracer=\${line#TracerPid:?} ;;
      Uid:*) uid=\${line#Uid:?}; uid=\${uid//[[:space:]]/,} ;;
      Seccomp:*) seccomp=\${line#Seccomp:?} ;;
    esac
  done 2>/dev/null < "$at/status"
  if [[ "$parent" = 2 ]]; then threads=$(( threads + 1 )); continue; fi
  stat=; IFS= read -r stat 2>/dev/null < "$at/stat"
  # Numbers of the kernel's, behind the last bracket of the name. A here-string would be a file in /tmp.
  # shellcheck disable=SC2206
  fields=( \${stat##*) } )
  login=; session=
  { IFS= read -r login < "$at/loginuid"; IFS= read -r session < "$at/sessionid"; } 2>/dev/null
  say "\${at#/proc/} $parent $state $uid $tracer \${fields[19]} \${fields[4]} $login $session $seccomp $name" || break
done
say "$threads threads of the kernel"
`;

/** Command lines, and the file that each process was made from: the first mapping that may be run. */
const COMMAND_LINES = `
set +f
for at in /proc/[0-9]*; do
  words=(); file=
  mapfile -t -n 64 -d '' words 2>/dev/null < "$at/cmdline"
  while read -r _ rights _ _ _ path; do
    if [[ "$rights" = *x* && -n "$path" && "$path" != '['* ]]; then file=$path; break; fi
  done 2>/dev/null < "$at/maps"
  (( \${#words[@]} )) || [[ -n "$file" ]] || continue
  said="\${at#/proc/} file=$file words=\${words[*]}"
  say "\${said:0:600}" || break
done
`;

/** Addresses and states in the kernel's own numbers, for nothing here is to be guessed by a shell. */
const SOCKETS = `
ended=0
for name in tcp tcp6 udp udp6 raw raw6; do
  say "$name: local remote state uid inode"
  [[ -r "/proc/net/$name" ]] || continue
  while read -r -a field; do
    # Connections that have ended (TIME_WAIT) belong to no process any more, and there may be thousands.
    if [[ "\${field[3]}" = 06 ]]; then ended=$(( ended + 1 )); continue; fi
    [[ "\${field[0]}" = sl ]] || say "$name \${field[1]} \${field[2]} \${field[3]} \${field[7]} \${field[9]}" || break
  done 2>/dev/null < "/proc/net/$name"
done
say "$ended connections that have ended"
for name in packet unix; do
  [[ -r "/proc/net/$name" ]] || continue
  while read -r -a field; do say "$name \${field[*]:1}" || break; done 2>/dev/null < "/proc/net/$name"
done
`;

/** Who is logged in: as systemd keeps it, in text. The processes say it too, by \`login\` and \`session\`. */
const SESSIONS = `
files /run/systemd/sessions contents
files /run/systemd/users contents
`;

const MOUNTS = `
lines /proc/self/mountinfo ''
`;

const MODULES = `
lines /proc/sys/kernel/tainted 'tainted '
lines /etc/ld.so.preload 'ld.so.preload '
lines /proc/modules ''
`;

const NETWORK = `
for name in /proc/net/route /proc/net/ipv6_route /proc/net/arp /proc/net/dev /etc/hosts; do lines "$name" "$name: "; done
# On many hosts it is a link of systemd's: then what that has made is read.
lines /etc/resolv.conf '/etc/resolv.conf: '
lines /run/systemd/resolve/resolv.conf '/run/systemd/resolve/resolv.conf: '
`;

const SCHEDULES = `
lines /etc/crontab '/etc/crontab: '
lines /etc/anacrontab '/etc/anacrontab: '
for at in /etc/cron.d /var/spool/cron /var/spool/cron/crontabs /var/spool/at; do files "$at" contents; done
for at in hourly daily weekly monthly; do files "/etc/cron.$at" names; done
`;

const UNITS = `
for at in /etc/systemd/system /run/systemd/system; do files "$at" contents; done
set +f; shopt -s nullglob
for at in /etc/systemd/system/*.wants /run/systemd/system/*.wants; do files "$at" names; done
`;

const CHECKS = {
  processes: [PROCESSES],
  commandLines: [COMMAND_LINES],
  sockets: [SOCKETS],
  sessions: [LINES, FILES, SESSIONS],
  mounts: [LINES, MOUNTS],
  modules: [LINES, MODULES],
  network: [LINES, NETWORK],
  schedules: [LINES, FILES, SCHEDULES],
  units: [LINES, FILES, UNITS],
} as const;

/** What a host is asked, in the order in which it is asked. */
export type LiveCheck = keyof typeof CHECKS;

/** Names of the checks, in order. */
export const LIVE_CHECKS: readonly LiveCheck[] = [
  'processes',
  'commandLines',
  'sockets',
  'sessions',
  'mounts',
  'modules',
  'network',
  'schedules',
  'units',
];

/** The script of one check, for the shell `bash`. */
export const linuxCheck = (
  check: LiveCheck,
): string => `${PRELUDE}${CHECKS[check].map((part) => part.trimStart()).join('')}printf 'CORDON-LIVE end\\n'
`;
