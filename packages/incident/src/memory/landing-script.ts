import { SCRIPT_BEGINS, SCRIPT_FUNCTIONS, type PinnedTools } from './linux-script.ts';

const SEND = `# Says whether the part went. One that was sent, and whose answer was lost, is there already.
send() {
  md5=$(printf '%b' "$(md5sum part | cut -c1-32 | sed 's/../\\\\x&/g')" | base64)
  for try in 1 2 3; do
    code=$(curl -sS --connect-timeout 10 --max-time 300 -o answer -w '%{http_code}' \\
      -H 'If-None-Match: *' -H "Content-MD5: $md5" -H 'Expect:' -T part "$1" 2>> curl.log)
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
 * What the agent runs on a Linux host that no volume can be brought to. It has no room for the image, so that the tool writes into a pipe, of which
 * one part after the other is taken, hashed and sent by a signed link of its own: a single upload each, for one takes 5 GB. What it needs lies in memory,
 * in a small file system of its own; the host's disks are not written to. A link holds for one key that nobody has written yet: `If-None-Match` is
 * signed with it. The host needs no credentials, and none of its own are used.
 *
 * That AVML writes from front to back, so that a pipe will do, is how its 0.20 is written (UNCONFIRMED by its documents).
 * https://github.com/microsoft/avml
 * Single uploads: https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
 */
export const landingScript = (tools: PinnedTools): string => `${SCRIPT_BEGINS}
links='{{ Links }}'
links_want='{{ LinksSha256 }}'
part_bytes='{{ PartBytes }}'
url='{{ ToolUrl }}'
want='${tools.linux?.sha256 ?? 'none'}'
seconds='{{ Seconds }}'
at=$(mktemp -d /run/cordon-memory.XXXXXX) || exit 1
tool_runs=

finish() {
  [ -z "$tool_runs" ] || kill "$tool_runs" 2>/dev/null
  exec 3<&-
  cd / && { umount "$at" || umount -l "$at"; } 2>/dev/null
  rmdir "$at" 2>/dev/null
}
${SCRIPT_FUNCTIONS}

[ "$(uname -m)" = x86_64 ] || refuse wrong-architecture
if locked_down; then refuse kernel-lockdown; fi
# The links hold for uploads that say so by a header.
command -v curl > /dev/null || refuse no-curl
mount -t tmpfs -o "size=$((part_bytes + 67108864)),mode=700,nodev,nosuid" cordon-memory "$at" || refuse no-file-system
cd "$at" || refuse no-file-system
fetch "$links" links || refuse tool-not-fetched
[ "$(sum links)" = "$links_want" ] || refuse links-differ
fetch "$url" tool || refuse tool-not-fetched
have=$(sum tool)
[ "$have" = "$want" ] || refuse tool-hash-differs
chmod 500 tool

${SEND}

mkfifo image whole || refuse no-file-system
(
  # Open from here on, so that a tool that never opens it ends the image all the same.
  exec 4> image
  timeout "$seconds" ./tool acquire image > tool.log 2>&1
  echo $? > status
) &
tool_runs=$!
sha256sum < whole > whole.sum &
sum_runs=$!
exec 3< <(tee whole < image)
parts=
bytes=0
number=0
while :; do
  head -c "$part_bytes" <&3 > part || refuse tool-failed
  size=$(stat -c %s part)
  [ "$size" -gt 0 ] || break
  number=$((number + 1))
  link=$(sed -n "\${number}p" links)
  [ -n "$link" ] || refuse image-too-large
  parts="$parts,\\"$(sum part)\\""
  send "$link"
  bytes=$((bytes + size))
done
wait "$tool_runs"
tool_runs=
[ "$(cat status 2>/dev/null)" = 0 ] || refuse tool-failed
[ "$bytes" -gt 0 ] || refuse tool-failed
wait "$sum_runs"
sha256=$(cut -d' ' -f1 whole.sum)
said="{\\"status\\":\\"captured\\",\\"by\\":\\"avml\\",\\"sha256\\":\\"$sha256\\",\\"bytes\\":$bytes,\\"toolSha256\\":\\"$have\\",\\"kernel\\":\\"$(kernel)\\",\\"parts\\":[\${parts#,}]}"
finish
say "$said"
`;
