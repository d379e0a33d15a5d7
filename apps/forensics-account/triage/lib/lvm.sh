# shellcheck shell=bash
# LVM is never activated: lvs reads the metadata from read-only devices that it is told of by name, and says which
# extents a logical volume has. So no metadata is written, and nothing of this machine's own LVM is seen or touched.

lvm_of_evidence() {
  "$1" --readonly --driverloaded n --devices "$2" --nohints --units b --nosuffix --reportformat json \
    --config 'devices{scan_lvs=0} backup{backup=0 archive=0} log{prefix=""}' "${@:3}"
}

# find_logical_volumes: looks at the ranges found so far, and appends one for each logical volume that is read here.
find_logical_volumes() {
  local index image offset bytes devices='' started
  declare -A place_of=()
  for index in "${!range_segments[@]}"; do
    IFS='|' read -r image offset bytes <<<"${range_segments[index]}"
    [ "$(kind_of "$image" "$offset" "$bytes")" = LVM2_member ] || continue
    target=${range_names[index]}
    if ! read_only_loop "$image" "$offset" "$bytes"; then
      absent lvm "a physical volume got no read-only device: $(head -c 200 "$work/stderr" | tame | tr '\n' ' ')"
      continue
    fi
    place_of[$loop]=$index
    devices+=${devices:+,}$loop
  done
  [ -n "$devices" ] || return 0
  target=lvm started=$(now)
  mkdir -- "$out/lvm"
  note_tool lvs || {
    absent lvm 'no lvs on this machine'
    return 0
  }
  if ! lvm_of_evidence pvs "$devices" -o pv_name,pe_start >"$work/pvs.json" 2>"$work/stderr" ||
    ! lvm_of_evidence lvs "$devices" --segments \
      -o vg_name,vg_extent_size,lv_uuid,lv_name,segtype,seg_start,seg_pe_ranges >"$work/lvs.json" 2>>"$work/stderr"; then
    row lvm failed "lvs: $(head -c 300 "$work/stderr" | tame | tr '\n' ' ')" '' "$started" lvs
    return 0
  fi
  jq -a '[.report[].seg[]] | sort_by(.lv_uuid, (.seg_start | tonumber))' "$work/lvs.json" >"$out/lvm/segments.json"
  row lvm 'done' '' lvm/segments.json "$started" lvs --readonly --driverloaded n --devices "$devices" --segments
  read_logical_volumes
}

# One line a volume: its uuid, then its segments as device:first-last, or the kind that is not read here.
read_logical_volumes() {
  local uuid rest segment segments ok
  while read -r uuid rest; do
    ok=yes segments=''
    for segment in $rest; do
      if [[ $segment =~ ^(/dev/loop[0-9]+):([0-9]+)-([0-9]+):([0-9]+)$ ]] && extent_range; then
        segments+=${segments:+$'\n'}$found
      else
        ok=${segment%%:*}
      fi
    done
    if [ "$ok" = yes ]; then
      range_segments+=("$segments") range_names+=(lvm)
    else
      absent file-system "logical volume $uuid is not linear, or a part of it is not on these disks ($ok): it is not put together here"
    fi
  done < <(jq -r 'group_by(.lv_uuid)[] | .[0].lv_uuid + " " + (map(
      if .segtype == "linear" and (.seg_pe_ranges | test("^/dev/loop[0-9]+:[0-9]+-[0-9]+$")) then "\(.seg_pe_ranges):\(.vg_extent_size)"
      else (.segtype | gsub("[^a-z0-9-]"; "?")) end) | join(" "))' "$out/lvm/segments.json")
}

# Turns BASH_REMATCH of a segment into a place on the evidence, in `found`.
extent_range() {
  local device=${BASH_REMATCH[1]} first=${BASH_REMATCH[2]} last=${BASH_REMATCH[3]} extent=${BASH_REMATCH[4]} start image offset bytes
  start=$(jq -r --arg name "$device" '[.report[].pv[] | select(.pv_name == $name) | .pe_start][0] // empty' "$work/pvs.json")
  [ -n "$start" ] && [ -n "${place_of[$device]:-}" ] && [ "$last" -ge "$first" ] || return 1
  IFS='|' read -r image offset bytes <<<"${range_segments[${place_of[$device]}]}"
  # What metadata claim beyond the disk is no place on it.
  [ "$((start + (last + 1) * extent))" -le "$bytes" ] || return 1
  found="$image|$((offset + start + first * extent))|$(((last - first + 1) * extent))"
}
