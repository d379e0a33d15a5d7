import {
  chooseWay,
  SCRIPT_BEGINS,
  SCRIPT_FUNCTIONS,
  WHY_NOT_LOADED,
  type PinnedTools,
} from './linux-script.ts';

const SEND = `# Sends a file by its link. One that was sent, and whose answer was lost, is there already.
send() {
  md5=$(printf '%b' "$(md5sum "$1" | cut -c1-32 | sed 's/../\\\\x&/g')" | base64)
  for try in 1 2 3; do
    code=$(curl -sS --connect-timeout 10 --max-time 300 -o answer -w '%{http_code}' \\
      -H 'If-None-Match: *' -H "Content-MD5: $md5" -H 'Expect:' -T "$1" "$2" 2>> curl.log)
    case "$code" in
      200) return 0 ;;
      412)
        [ "$try" -gt 1 ] || refuse another-run
        return 0
        ;;
      403) refuse upload-refused ;;
    esac
    sleep 2
  done
  refuse upload-failed
}`;

/**
 * A module listens at a port of the loopback interface, and whoever asks first is given the memory: so it is asked as soon as it listens. One that listens
 * at other addresses does not know the option, and is ended before that. Without `timeout=0` it would leave out the rest of a range of
 * memory whenever a part takes longer than a second to send.
 */
const BY_LIME = `${WHY_NOT_LOADED}
listens() { grep -qE "^ *[0-9]+: $1:$port_hex [0-9A-F]+:0000 0A " "$2" 2> /dev/null; }
give_up() {
  kill "$loads" 2> /dev/null
  echo "$1" > because
  return 1
}
by_lime() {
  : > loading
  timeout "$seconds" insmod ./lime.ko "path=tcp:$port format=lime localhostonly=1 timeout=0" > lime.log 2>&1 4>&- &
  loads=$!
  last=$((SECONDS + 30))
  until listens 0100007F /proc/net/tcp; do
    if listens 0+ /proc/net/tcp || listens 0+ /proc/net/tcp6; then give_up listens-abroad || return 1; fi
    kill -0 "$loads" 2> /dev/null || give_up "$(why_not_loaded)" || return 1
    [ "$SECONDS" -lt "$last" ] || give_up does-not-listen || return 1
    sleep 0.2
  done
  cat < "/dev/tcp/127.0.0.1/$port" >&4
  wait "$loads"
  ended=$?
  [ "$ended" = 0 ] || why_not_loaded > because
  rmmod lime >> lime.log 2>&1 && rm -f loading
  return "$ended"
}`;

/** One part after the other, out of the pipe that the tool writes into. */
const STREAM = `stream() {
  rm -f image whole status digests because
  mkfifo image whole || refuse no-file-system
  : > digests
  bytes=0
  number=0
  (
    # Open from here on, so that a tool that never opens it ends the image all the same.
    exec 4> image
    "by_$way"
    echo $? > status
  ) &
  tool_runs=$!
  sha256sum < whole > whole.sum &
  sum_runs=$!
  exec 3< <(tee whole < image)
  while :; do
    head -c "$part_bytes" <&3 > part || refuse "$(why)"
    size=$(stat -c %s part)
    [ "$size" -gt 0 ] || break
    number=$((number + 1))
    # The first link is for the list of digests.
    link=$(sed -n "$((number + 1))p" links)
    [ -n "$link" ] || refuse image-too-large
    sum part >> digests
    send part "$link"
    bytes=$((bytes + size))
  done
  wait "$tool_runs" "$sum_runs"
  tool_runs=
  exec 3<&-
  [ "$(cat status 2>/dev/null)" = 0 ]
}`;

/**
 * What the agent runs on a Linux host that no volume can be brought to. It has no room for the image, so that the tool writes into a pipe, of which
 * one part after the other is taken, hashed and sent by a signed link of its own: a single upload each, for one takes 5 GB. What it needs lies in memory,
 * in a small file system of its own; the host's disks are not written to. A link holds for one key that nobody has written yet: `If-None-Match` is
 * signed with it. The host needs no credentials, and none of its own are used. At the end it sends the list of the parts' digests, by the first of the links, and
 * says the digest of that: Run Command shows 24,000 characters of what a script says.
 *
 * That AVML writes from front to back, so that a pipe will do, is how its 0.20 is written (UNCONFIRMED by its documents).
 * https://github.com/microsoft/avml
 * LiME: `path=tcp:PORT`, `localhostonly`, `timeout`. https://github.com/504ensicsLabs/LiME
 * Single uploads: https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
 */
export const landingScript = (tools: PinnedTools): string => `${SCRIPT_BEGINS}
links='{{ Links }}'
links_want='{{ LinksSha256 }}'
part_bytes='{{ PartBytes }}'
url='{{ ToolUrl }}'
modules='{{ Modules }}'
want='${tools.linux?.sha256 ?? 'none'}'
seconds='{{ Seconds }}'
at=$(mktemp -d /run/cordon-memory.XXXXXX) || exit 1
tool_runs=

finish() {
  [ -z "$tool_runs" ] || kill "$tool_runs" 2>/dev/null
  exec 3<&-
  # A module that nobody reads from ends by itself, and can then be taken out.
  if [ -e loading ]; then
    for _ in 1 2 3 4 5; do
      rmmod lime 2>/dev/null && break
      sleep 1
    done
  fi
  cd / && { umount "$at" || umount -l "$at"; } 2>/dev/null
  rmdir "$at" 2>/dev/null
}
${SCRIPT_FUNCTIONS}
why() { cat because 2>/dev/null || echo tool-failed; }

${chooseWay(tools)}
# The links hold for uploads that say so by a header.
command -v curl > /dev/null || refuse no-curl
mount -t tmpfs -o "size=$((part_bytes + 67108864)),mode=700,nodev,nosuid" cordon-memory "$at" || refuse no-file-system
cd "$at" || refuse no-file-system
fetch "$links" links || refuse tool-not-fetched
[ "$(sum links)" = "$links_want" ] || refuse links-differ

${SEND}

${BY_LIME}
by_avml() { timeout "$seconds" ./tool acquire image > tool.log 2>&1; }
ready() {
  if [ "$way" = avml ]; then
    fetch "$url" tool || refuse tool-not-fetched
    have=$(sum tool)
    [ "$have" = "$want" ] || refuse tool-hash-differs
    chmod 500 tool
    return
  fi
  fetch "$lime_url" lime.ko || refuse tool-not-fetched
  have=$(sum lime.ko)
  [ "$have" = "$lime" ] || refuse tool-hash-differs
  port=$((20000 + RANDOM % 12000))
  port_hex=$(printf '%04X' "$port")
}

${STREAM}

ready
if ! stream; then
  # A part that was sent cannot be sent again: another tool is tried only where nothing was.
  if [ "$way" = lime ] || [ "$number" -gt 0 ] || [ -z "$lime" ]; then refuse "$(why)"; fi
  way=lime
  ready
  stream || refuse "$(why)"
fi
if [ "$bytes" -eq 0 ]; then
  [ "$way" = avml ] || refuse does-not-listen
  refuse tool-failed
fi
send digests "$(head -n 1 links)"
digests=$(sum digests)
sha256=$(cut -d' ' -f1 whole.sum)
said="{\\"status\\":\\"captured\\",\\"by\\":\\"$way\\",\\"sha256\\":\\"$sha256\\",\\"bytes\\":$bytes,\\"toolSha256\\":\\"$have\\",\\"kernel\\":\\"$(kernel)\\",\\"parts\\":$number,\\"digests\\":\\"$digests\\"}"
finish
say "$said"
`;
