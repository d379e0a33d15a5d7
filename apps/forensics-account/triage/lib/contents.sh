# shellcheck shell=bash
# Contents: digests of files, and deleted files as far as their contents are still there. Files are extracted under their
# inode numbers, a batch at a time, so that no tool ever meets a name of the attacker.

# wanted_files BODY [SUFFIX]: the regular files of a body file, youngest first, once each: INODE|SIZE|NAME. Of NTFS the data alone, without
# $BadClus:$Bad (8-128-1), which stands for the whole volume and keeps nothing. Left out are names with the suffix.
wanted_files() {
  LC_ALL=C awk -F '|' -v suffix="${2:-}" '
    $4 ~ /^[r-]\/r/ && $3 ~ /^[0-9]+(-128-[0-9]+)?$/ && $3 != "8-128-1" && !seen[$3]++ &&
      (suffix == "" || substr($2, length($2) - length(suffix) + 1) != suffix) { print $9 "|" $3 "|" $7 "|" $2 }' "$1" |
    sort -t '|' -k 1,1nr -s | cut -d '|' -f 2-
}

# extract FOLDER INODE BOUND [-r]: into FOLDER/INODE; says in `extracted` how many bytes came.
extract() {
  read_inode "$2" "${4:-}" | head -c "$3" >"$1/$2"
  extracted=$(stat -c %s -- "$1/$2")
}

# Digests and searches of all files within the bounds, the youngest first, so that what is left out is the oldest.
search_contents() {
  local inode size name started left=0 bytes=0 batch=0 short=0
  local until
  until=$(($(bound contents_seconds) + SECONDS))
  started=$(now)
  begin_search
  new_batch
  : >"$out/$target/hashes.jsonl"
  wanted_files "$out/$target/body.txt" >"$work/wanted"
  while IFS='|' read -r inode size name; do
    if [ "$size" -gt "${limits[file_bytes]}" ] || [ "$((bytes + size))" -gt "${limits[contents_bytes]}" ] || [ "$SECONDS" -gt "$until" ]; then
      left=$((left + 1))
      continue
    fi
    extract "$work/batch" "$inode" "$size"
    [ "$extracted" -eq "$size" ] || short=$((short + 1))
    printf '%s|%s|%s|%s\n' "$inode" "$size" "$extracted" "$name" >>"$work/names"
    bytes=$((bytes + size)) batch=$((batch + size))
    if [ "$batch" -ge "${limits[batch_bytes]}" ]; then
      finish_batch
      batch=0
    fi
  done <"$work/wanted"
  finish_batch
  if [ "$((left + short))" -eq 0 ]; then
    row hashes 'done' '' "$target/hashes.jsonl" "$started" sha256sum
  else
    row hashes partly "$left file(s) left out: larger than file_bytes, or beyond contents_bytes or contents_seconds; $short could not be read whole" \
      "$target/hashes.jsonl" "$started" sha256sum
  fi
  if [ -s "$work/recovered-names" ]; then
    mv -- "$work/recovered-names" "$work/names"
    search_folder "$out/$target/recovered"
  fi
  end_search
}

new_batch() {
  rm -rf -- "$work/batch"
  mkdir -- "$work/batch"
  : >"$work/names"
}

# Digests of the batch, then the searches, then the batch goes.
finish_batch() {
  [ -s "$work/names" ] || return 0
  (cd -- "$work/batch" && find . -type f -printf '%P\0' | xargs -0 -r sha256sum --) >"$work/sums"
  LC_ALL=C awk -F '|' 'NR == FNR { split($0, sum, "  "); of[sum[2]] = sum[1]; next }
    { printf "{\"inode\":\"%s\",\"name\":\"%s\",\"bytes\":%s,%s\"sha256\":\"%s\"}\n", $1, $4, $2, ($3 == $2 ? "" : "\"readBytes\":" $3 ","), of[$1] }' \
    "$work/sums" "$work/names" >>"$out/$target/hashes.jsonl"
  search_folder "$work/batch"
  new_batch
}

# What is deleted and can be read still: contents under the inode's number, a list with the names.
recover_deleted() {
  local inode size name started bytes=0 empty=0 left=0
  rm -f -- "$work/recovered-names"
  [ "$way" = sleuth ] || return 0
  started=$(now)
  mkdir -- "$out/$target/recovered"
  : >"$out/$target/recovered.jsonl"
  # Sleuth Kit's own last word in a line of this list: the number belongs to another file by now, whose contents these are.
  wanted_files "$out/$target/deleted-body.txt" ' (deleted-realloc)' >"$work/wanted"
  while IFS='|' read -r inode size name; do
    if [ "$size" -gt "${limits[file_bytes]}" ] || [ "$((bytes + size))" -gt "${limits[kept_bytes]}" ]; then
      left=$((left + 1))
      continue
    fi
    extract "$out/$target/recovered" "$inode" "$size" -r
    if [ "$extracted" -eq 0 ]; then
      rm -f -- "$out/$target/recovered/$inode"
      empty=$((empty + 1))
      continue
    fi
    bytes=$((bytes + extracted))
    printf '%s|%s|%s|%s\n' "$inode" "$size" "$extracted" "$name" >>"$work/recovered-names"
    printf '{"inode":"%s","name":"%s","bytes":%s,"readBytes":%s,"sha256":"%s"}\n' "$inode" "$name" "$size" "$extracted" \
      "$(sha256sum <"$out/$target/recovered/$inode" | cut -d ' ' -f 1)" >>"$out/$target/recovered.jsonl"
  done <"$work/wanted"
  if [ "$left" -gt 0 ]; then
    row recovered partly "$left file(s) left out: larger than file_bytes, or beyond kept_bytes; $empty keep no contents" "$target/recovered.jsonl" "$started" icat -r
  else
    row recovered 'done' "$([ "$empty" -eq 0 ] || echo "$empty deleted file(s) keep no contents on the disk")" "$target/recovered.jsonl" "$started" icat -r
  fi
}
