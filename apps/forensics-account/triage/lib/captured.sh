# shellcheck shell=bash
# A volume that a capture wrote: the image of memory and its record on a file system that the host made. Sleuth Kit reads both without a mount, but for
# XFS; the image is hashed again and held against what the host told, as custody has it. Only Volatility, which wants a file, gets the volume mounted, read-only.

# How the image is reached: its inode, or its path where the file system had to be mounted.
image_name='' image_inode='' image_range=''

# examine_captured SHA256:SOURCE, where SHA256 is what the host told, or `unknown`, and SOURCE a volume's id, a device or a file.
examine_captured() {
  local told=${1%%:*} source=${1#*:} path because='' kind
  target=memory-$((memory_count += 1))
  mkdir -- "$out/$target"
  if [[ $source =~ ^vol-[0-9a-f]{8,17}$ ]]; then path=$(volume_device "$source"); else path=$(realpath -- "$source" 2>/dev/null); fi
  if [[ -z $path || $path =~ [|[:cntrl:]] ]]; then
    because="no device here has the serial of $source"
  elif [ -b "$path" ]; then make_read_only "$path"; elif [ ! -f "$path" ]; then because='neither block device nor file'; fi
  if [ -n "$because" ]; then
    evidence_names+=("$source") evidence_targets+=("$target") evidence_paths+=("$path") evidence_before+=('') evidence_seen+=(no)
    row evidence failed "$because" '' "$(now)"
    image_said "$source" "$told" '' '' not-compared "$because"
    return
  fi
  evidence_paths+=("$path") evidence_names+=("$source") evidence_targets+=("$target") evidence_seen+=(yes)
  note_tool sha256sum
  first_digest "$path"
  if ! find_image "$path"; then
    row evidence failed "$because" '' "$(now)"
    image_said "$source" "$told" '' '' not-compared "$because"
    no_volatility 'there is no image to examine'
    return
  fi
  kind=$(read_image | kind_of_memory)
  row evidence 'done' "$kind, $image_name" '' "$(now)"
  compare_image "$source" "$told"
  because=$(why_no_volatility)
  if [ -n "$because" ]; then no_volatility "$because"; elif mount_captured; then ask_volatility "$mounted/$image_name"; else no_volatility "$because"; fi
}

# find_image DEVICE: the range with a file system that a capture makes, and the image in its root. Sets `because` where there is none.
find_image() {
  local bytes start size unit range kind
  local -a ranges=()
  bytes=$(size_of "$1")
  ranges=("$1|0|$bytes")
  # Windows puts a partition around it.
  if sfdisk --json -- "$1" >"$work/table.json" 2>/dev/null </dev/null; then
    unit=$(jq -r '.partitiontable.sectorsize // 512' "$work/table.json")
    while read -r start size; do
      start=$((start * unit)) size=$((size * unit))
      [ "$((start + size))" -le "$bytes" ] && ranges+=("$1|$start|$size")
    done < <(jq -r '.partitiontable.partitions // [] | .[] | "\(.start) \(.size)"' "$work/table.json")
  fi
  because='no file system that a capture makes is on the volume'
  for range in "${ranges[@]}"; do
    IFS='|' read -r _ start size <<<"$range"
    kind=$(kind_of "$1" "$start" "$size")
    case $kind in
      ext2 | ext3 | ext4 | ntfs)
        way=sleuth
        use_segments "$range" || continue
        ;;
      xfs)
        way=mount mounted=$work/captured-$memory_count
        mount_xfs "$range" || continue
        ;;
      *) continue ;;
    esac
    image_range="$kind|$range"
    because='there is neither image.lime nor image.raw in the root of the volume'
    find_in_root && return 0
  done
  return 1
}

# The names are ours: what else is in the root, and however it is called, is passed over.
find_in_root() {
  local name
  image_name='' image_inode=''
  if [ "$way" = mount ]; then
    for name in image.lime image.raw; do
      [ -f "$mounted/$name" ] && [ ! -L "$mounted/$name" ] && image_name=$name && return 0
    done
    return 1
  fi
  note_tool fls
  for name in image.lime image.raw; do
    image_inode=$(inode_in_root "$name")
    [ -n "$image_inode" ] && image_name=$name && return 0
  done
  return 1
}

# inode_in_root NAME: of a file that is not deleted, where exactly one has the name.
inode_in_root() {
  timeout --kill-after=5 "$(bound read_seconds)" fls -F -u "${sleuth[@]}" 2>"$work/stderr" </dev/null |
    LC_ALL=C perl -ne 'BEGIN { $want = shift @ARGV } chomp; push @found, $1 if m{^r/r ([0-9-]+):\t(.*)$} && $2 eq $want; END { print "$found[0]\n" if @found == 1 }' "$1"
}

# read_in_root NAME INODE: the contents of a file in the root.
read_in_root() {
  if [ "$way" = mount ]; then
    cat -- "$mounted/$1"
  else
    icat "${sleuth[@]}" "$2"
  fi 2>/dev/null
}
read_image() { read_in_root "$image_name" "$image_inode"; }

# What the host wrote beside the image, as far as it is a record: a digest in hex, or nothing.
recorded_digest() {
  local inode=''
  if [ "$way" = mount ]; then
    [ -f "$mounted/record.json" ] && [ ! -L "$mounted/record.json" ] || return 0
  else
    inode=$(inode_in_root record.json)
    [ -n "$inode" ] || return 0
  fi
  # PowerShell begins it with a mark of byte order.
  read_in_root record.json "$inode" | head -c 65536 | sed '1s/^\xef\xbb\xbf//; 1s/^\xff\xfe//' | tr -d '\0' |
    jq -r '(.said.sha256 // .sha256) | strings | select(test("^[0-9a-f]{64}$"))' 2>/dev/null | head -n 1
}

# digest_of_image: SHA-256 of all of it; nothing when there was not the time, or not all of it could be read.
digest_of_image() {
  # shellcheck disable=SC2016 # for the shell that is started
  if [ "$way" = mount ]; then
    timeout --kill-after=5 "$(bound digest_seconds)" sha256sum <"$mounted/$image_name"
  else
    timeout --kill-after=5 "$(bound digest_seconds)" bash -o pipefail -c 'inode=$1; shift; icat "$@" "$inode" | sha256sum' icat "$image_inode" "${sleuth[@]}"
  fi 2>"$work/stderr" | { read -r digest _ && [[ $digest =~ ^[0-9a-f]{64}$ ]] && echo "$digest"; }
  [ "${PIPESTATUS[0]}" -eq 0 ]
}

# compare_image SOURCE TOLD: the digest again, and what it says: equal, changed, or not compared.
compare_image() {
  local started digest='' recorded verdict because=''
  started=$(now)
  note_tool icat
  recorded=$(recorded_digest)
  if ! digest=$(digest_of_image); then digest=''; fi
  if [ -z "$digest" ]; then
    verdict=not-compared because='the image was not read whole, in the time that there was'
  elif [ "$2" = unknown ]; then
    verdict=not-compared because='custody has no digest of the host to compare with'
  elif [ "$digest" = "$2" ]; then
    verdict=equal
  else
    verdict=changed because='THE IMAGE IS NOT THE ONE THAT THE HOST HASHED: it changed between the host and this copy, or the host told another digest'
  fi
  if [ "$verdict" != not-compared ] && [ -n "$recorded" ] && [ "$recorded" != "$2" ]; then
    because="${because:+$because; }the record beside the image has another digest than custody: $recorded"
  fi
  case $verdict in
    equal) row image-digest 'done' "$because" '' "$started" sha256sum ;;
    changed) row image-digest failed "$because" '' "$started" sha256sum ;;
    *) row image-digest partly "$because" '' "$started" ;;
  esac
  image_said "$1" "$2" "$digest" "$recorded" "$verdict" "$because"
}

# image_said SOURCE TOLD DIGEST RECORDED VERDICT BECAUSE: one line of the statement.
image_said() {
  jq -acn --arg name "$target" --arg source "$(escape_names <<<"$1")" --arg told "$2" --arg sha256 "$3" --arg recorded "$4" \
    --arg verdict "$5" --arg because "$6" --arg image "$image_name" '
    {name:$name,source:$source,verdict:$verdict}
    + (if $image == "" then {} else {image:$image} end)
    + (if $told == "unknown" then {} else {toldSha256:$told} end)
    + (if $sha256 == "" then {} else {sha256:$sha256} end)
    + (if $recorded == "" then {} else {recordedSha256:$recorded} end)
    + (if $because == "" then {} else {because:$because} end)' >>"$work/memory.jsonl"
}

# mount_captured: the file system read-only, without a look at its journal, so that Volatility finds a file. Sets `because` where it cannot be.
mount_captured() {
  local kind image offset bytes started
  [ "$way" = mount ] && return 0
  started=$(now)
  IFS='|' read -r kind image offset bytes <<<"$image_range"
  mounted=$work/captured-$memory_count
  mkdir -p -- "$mounted"
  local -a command=(mount -t "$kind" -o 'ro,noexec,nodev,nosuid,noload' --)
  [ "$kind" = ntfs ] && command=(ntfs-3g -o 'ro,noexec,nodev,nosuid,norecover' --)
  note_tool "${command[0]}"
  if ! read_only_loop "$image" "$offset" "$bytes" ||
    ! timeout "${limits[read_seconds]}" "${command[@]}" "$loop" "$mounted" 2>"$work/stderr"; then
    because="the volume cannot be mounted for Volatility: $(head -c 300 "$work/stderr" | tame | tr '\n' ' ')"
    return 1
  fi
  mounts+=("$mounted")
  row file-system 'done' 'mounted read-only, without its journal: Volatility wants a file' '' "$started" "${command[@]}"
}
