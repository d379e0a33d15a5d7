# shellcheck shell=bash
# Disks: found, set read-only, digested before and after, and cut into ranges that a file system may fill.

# One range is one or more segments, a line each: IMAGE|OFFSET|BYTES. A logical volume may have several.
declare -a range_segments=() range_names=() evidence_paths=() evidence_names=() evidence_targets=() evidence_before=() evidence_seen=()
declare -a loops=() mounts=()

release_all() {
  local item
  for item in "${mounts[@]+"${mounts[@]}"}"; do umount -- "$item" 2>/dev/null; done
  for item in "${loops[@]+"${loops[@]}"}"; do losetup --detach "$item" 2>/dev/null; done
  mounts=() loops=()
}

# read_only_loop IMAGE OFFSET BYTES: a device for one range, which the kernel lets nobody write; its name is in `loop`.
read_only_loop() {
  loop=$(losetup --find --show --read-only --offset "$2" --sizelimit "$3" -- "$1" 2>"$work/stderr") || return 1
  loops+=("$loop")
}

# first_digest PATH: into `evidence_before`.
first_digest() {
  local since=$SECONDS
  evidence_before+=("$(digest_of "$1")")
  reserved=$((reserved + SECONDS - since + 5))
}

# digest_of PATH: SHA-256 of all of it, or nothing when there was not the time.
digest_of() { timeout "$(bound digest_seconds)" sha256sum <"$1" 2>/dev/null | cut -d ' ' -f 1; }

# make_read_only DEVICE: the device and its partitions; refused while anything of it is mounted, for that is no evidence.
make_read_only() {
  local part
  if lsblk --noheadings --output MOUNTPOINTS -- "$1" | grep -q '[^[:space:]]'; then
    because="$1 is mounted: it belongs to this machine, or something mounts by itself"
    return 1
  fi
  while read -r part; do
    blockdev --setro -- "$part"
    if [ "$(blockdev --getro -- "$part")" != 1 ]; then
      because="$part cannot be set read-only"
      return 1
    fi
  done < <(lsblk --noheadings --list --paths --output NAME -- "$1")
}

open_evidence() {
  local kind=${1%%:*} path=${1#*:} because=''
  target=evidence-$((${#evidence_paths[@]} + 1))
  mkdir -- "$out/$target"
  if [ "$kind" = volume ]; then
    [[ $path =~ ^vol-[0-9a-f]{8,17}$ ]] && path=$(volume_device "$path") || path=''
    [ -n "$path" ] || because="no device here has the serial of ${1#*:}"
  fi
  if [ -z "$because" ]; then
    path=$(realpath -- "$path" 2>/dev/null)
    if [[ $path =~ [|[:cntrl:]] ]]; then
      because='a path with | or a control character is not taken'
    elif [ -b "$path" ]; then make_read_only "$path"; elif [ ! -f "$path" ]; then because='neither block device nor file'; fi
  fi
  evidence_names+=("${1#*:}") evidence_targets+=("$target")
  evidence_paths+=("$path")
  if [ -n "$because" ]; then
    evidence_before+=('') evidence_seen+=(no)
    row evidence failed "$because" '' "$(now)"
    return
  fi
  note_tool sha256sum
  evidence_seen+=(yes)
  first_digest "$path"
  find_partitions "$path"
}

size_of() { if [ -b "$1" ]; then blockdev --getsize64 -- "$1"; else stat -c %s -- "$1"; fi; }

# kind_of IMAGE OFFSET BYTES: what fills a range, by low-level probing of its bytes. A label is never asked for.
kind_of() { blkid -p -O "$2" -S "$3" -s TYPE -o value -- "$1" 2>/dev/null; }

# Partitions as sfdisk reads them. The whole disk is a range too where there are none, and where its first bytes say a file
# system: whoever wrote both a table and a file system shall hide neither behind the other.
find_partitions() {
  local path=$1 bytes start size unit started
  local -a ranges=()
  bytes=$(size_of "$path") started=$(now)
  note_tool sfdisk
  note_tool blkid
  if sfdisk --json -- "$path" >"$work/table.json" 2>/dev/null </dev/null; then
    unit=$(jq -r '.partitiontable.sectorsize // 512' "$work/table.json")
    while read -r start size; do
      # A partition that a table claims beyond the disk ends with the disk.
      [ "$((start * unit))" -lt "$bytes" ] || continue
      size=$((size * unit)) start=$((start * unit))
      ranges+=("$path|$start|$((start + size > bytes ? bytes - start : size))")
      # An extended partition (5, f, 85) is a table of its own; what it holds is listed beside it.
    done < <(jq -r '.partitiontable.partitions // [] | .[] | select(.type | IN("5", "f", "85") | not) | "\(.start) \(.size)"' "$work/table.json")
  fi
  if [ "${#ranges[@]}" -eq 0 ]; then
    row partitions 'done' 'no partitions: the whole disk is one range' '' "$started" sfdisk --json -- "$path"
  else
    run partitions partitions.txt tame mmls -a -- "$path"
  fi
  if [ "${#ranges[@]}" -eq 0 ] || [ -n "$(kind_of "$path" 0 "$bytes")" ]; then ranges=("$path|0|$bytes" "${ranges[@]+"${ranges[@]}"}"); fi
  for start in "${ranges[@]}"; do range_segments+=("$start") range_names+=("$target"); done
}

# The digests again: equal, or it says so.
close_evidence() {
  local index after unchanged
  release_all
  : >"$work/evidence.jsonl"
  for index in "${!evidence_paths[@]}"; do
    target=${evidence_targets[index]} after=''
    if [ "${evidence_seen[index]}" = yes ]; then
      after=$(digest_of "${evidence_paths[index]}")
      if [ -z "$after" ] || [ -z "${evidence_before[index]}" ]; then
        unchanged=null
        row digest partly "not read whole in the time that there was: nothing is said of whether it changed" '' "$(now)"
      elif [ "$after" = "${evidence_before[index]}" ]; then
        unchanged=true
        row digest 'done' '' '' "$(now)" sha256sum
      else
        unchanged=false
        row digest failed 'THE EVIDENCE CHANGED while it was examined: digests differ' '' "$(now)" sha256sum
      fi
    else
      unchanged=null
    fi
    jq -acn --arg name "$target" --arg source "$(escape_names <<<"${evidence_names[index]}")" \
      --arg before "${evidence_before[index]}" --arg after "$after" --argjson unchanged "$unchanged" '
      {name:$name,source:$source,unchanged:$unchanged}
      + (if $before == "" then {} else {sha256Before:$before} end)
      + (if $after == "" then {} else {sha256After:$after} end)' >>"$work/evidence.jsonl"
  done
}
