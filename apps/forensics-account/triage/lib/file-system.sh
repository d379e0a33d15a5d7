# shellcheck shell=bash
# One file system: which it is, its timeline and its deleted files. Sleuth Kit reads what it can, without a mount; XFS, which
# it cannot read, is mounted read-only without a look at its log, in mounts that nobody else sees.

# Set for the file system that is being read; `list_files` and `read_inode` follow it.
way='' mounted=''
# How each range is read; absent where it is not.
declare -A range_ways=()
declare -a sleuth=()
declare -A path_of=()

# use_segments SEGMENTS: what Sleuth Kit is to read. Several segments become read-only devices that it reads one after another.
use_segments() {
  local image offset bytes line
  local -a lines=()
  sleuth=()
  mapfile -t lines <<<"$1"
  if [ "${#lines[@]}" -eq 1 ]; then
    IFS='|' read -r image offset bytes <<<"${lines[0]}"
    sleuth=(-i raw -b 512 -o "$((offset / 512))" -- "$image")
    return 0
  fi
  sleuth=(-i raw --)
  for line in "${lines[@]}"; do
    IFS='|' read -r image offset bytes <<<"$line"
    read_only_loop "$image" "$offset" "$bytes" || return 1
    sleuth+=("$loop")
  done
}

examine_range() {
  local segments=${range_segments[$1]} image offset bytes kind
  target=${range_names[$1]}
  IFS='|' read -r image offset bytes <<<"${segments%%$'\n'*}"
  kind=$(kind_of "$image" "$offset" "$bytes")
  [ "$kind" = LVM2_member ] && return 0
  target=$target/fs-$(($1 + 1))
  mkdir -p -- "$out/$target"
  jq -acn --arg kind "$kind" --arg segments "$segments" '{kind:$kind,segments:($segments | split("\n") | map(split("|") | {image:.[0],offset:(.[1] | tonumber),bytes:(.[2] | tonumber)}))}' \
    >"$out/$target/range.json"
  case $kind in
    ext2 | ext3 | ext4 | ntfs | vfat | exfat)
      way=sleuth
      use_segments "$segments" || { absent file-system "$kind: a segment got no read-only device"; return 0; }
      ;;
    xfs)
      way=mount
      mounted=$work/mounted-$1
      mount_xfs "$segments" || return 0
      ;;
    swap) absent file-system 'swap: searched by hand where it matters' && return 0 ;;
    crypto_LUKS | BitLocker) absent file-system "$kind: encrypted inside the volume, and its key is not here" && return 0 ;;
    linux_raid_member) absent file-system 'a member of a software RAID: not put together here' && return 0 ;;
    '') absent file-system 'no file system is known here, or more than one claims the range' && return 0 ;;
    *) absent file-system "$(tame <<<"$kind"): this version does not read it" && return 0 ;;
  esac
  list_files || return 0
  range_ways[$1]=$way
  # mactime undoes one round of %XX: without another, a quotation mark in a name would come out bare.
  cat -- "$out/$target/body.txt" "$out/$target/deleted-body.txt" 2>/dev/null | sed 's/%/%25/g' >"$work/body"
  run timeline timeline.csv tame mactime -d -z UTC -b "$work/body"
  find_artefacts
}

# search_range INDEX: deleted files, then contents, of a file system that could be listed.
search_range() {
  way=${range_ways[$1]:-}
  [ -n "$way" ] || return 0
  target=${range_names[$1]}/fs-$(($1 + 1))
  if [ "$way" = sleuth ]; then
    use_segments "${range_segments[$1]}" || return 0
  else
    mounted=$work/mounted-$1
    know_paths
  fi
  recover_deleted
  search_contents
}

readonly XFS_OPTIONS='ro,noexec,nodev,nosuid,norecovery,nouuid'

# The log is not replayed (norecovery), a file system of the same UUID is no hindrance (nouuid), and nothing on it can run.
# https://man7.org/linux/man-pages/man5/xfs.5.html
mount_xfs() {
  local image offset bytes started
  started=$(now)
  if [[ $1 == *$'\n'* ]]; then
    absent file-system 'xfs on a logical volume of several segments: not put together here'
    return 1
  fi
  IFS='|' read -r image offset bytes <<<"$1"
  mkdir -p -- "$mounted"
  note_tool mount
  local -a command=(mount -t xfs -o "$XFS_OPTIONS" --)
  if ! read_only_loop "$image" "$offset" "$bytes" ||
    ! timeout "${limits[read_seconds]}" "${command[@]}" "$loop" "$mounted" 2>"$work/stderr"; then
    row file-system failed "xfs cannot be mounted: $(head -c 300 "$work/stderr" | tame | tr '\n' ' ')" '' "$started" "${command[@]}"
    return 1
  fi
  mounts+=("$mounted")
  row file-system 'done' 'mounted read-only: Sleuth Kit does not read XFS' '' "$started" "${command[@]}"
}

list_files() {
  if [ "$way" = sleuth ]; then
    run files body.txt escape_body fls -r -p -u -m / "${sleuth[@]}" || return 1
    run deleted deleted-body.txt escape_body fls -r -p -d -m / "${sleuth[@]}"
    return 0
  fi
  run files body.txt body_of_find find "$mounted" -xdev -printf '%i\t%y\t%M\t%U\t%G\t%s\t%A@\t%T@\t%C@\t%B@\t%P\0' || return 1
  absent deleted 'XFS: no tool here lists deleted files'
  know_paths
}

# Contents of a mounted file system are opened by path: kept as bytes, in memory alone.
know_paths() {
  local inode path
  path_of=()
  while IFS= read -r -d '' inode && IFS= read -r -d '' path; do path_of[$inode]=$path; done \
    < <(find "$mounted" -xdev -type f -printf '%i\0%P\0')
}

# The same body file as Sleuth Kit's, of a mounted file system. The name comes last, and only NUL ends it.
body_of_find() {
  LC_ALL=C perl -0 -ne '
    chomp; my ($inode, $kind, $mode, $uid, $gid, $size, $a, $m, $c, $b, $name) = split /\t/, $_, 11;
    ($a, $m, $c, $b) = map { $_ > 0 ? int($_) : 0 } ($a, $m, $c, $b); $name = "/$name";
    $name =~ s/([^\x20-\x7e]|[%"\\|])/sprintf("%%%02X", ord($1))/ge;
    $kind = "r" if $kind eq "f"; substr($mode, 0, 1) = $kind;
    print "0|$name|$inode|$kind/$mode|$uid|$gid|$size|$a|$m|$c|$b\n"'
}

# read_inode INODE [-r]: the contents of a file; -r also of one that is deleted.
read_inode() {
  if [ "$way" = sleuth ]; then
    timeout --kill-after=5 "$(bound read_seconds)" icat ${2:+"$2"} "${sleuth[@]}" "$1" 2>/dev/null
  elif [ -n "${path_of[$1]+known}" ]; then
    timeout --kill-after=5 "$(bound read_seconds)" cat -- "$mounted/${path_of[$1]}"
  fi
}
