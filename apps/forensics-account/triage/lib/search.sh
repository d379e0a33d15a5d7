# shellcheck shell=bash
# What YARA and ClamAV say of extracted files. Rules and databases come with the machine's image; without them that is said.

declare -a rules=()
rules_broken='' yara_problem='' clamav_problem='' clamav_ready=no search_started=''

# Which searches there is something for. Paths are whole ones, for yara knows no `--`.
begin_search() {
  local file
  search_started=$(now) rules=() rules_broken='' yara_problem='' clamav_problem='' clamav_ready=no
  yara_rules=$(realpath -m -- "$yara_rules")
  for file in "$yara_rules"/*.yar "$yara_rules"/*.yara; do
    if [ ! -f "$file" ] || ! note_tool yara; then continue; fi
    # A file of rules that does not compile takes its own rules away, not those of the others.
    if yara --no-warnings "$file" /dev/null >/dev/null 2>&1; then rules+=("$file"); else rules_broken=${file##*/}; fi
  done
  for file in "$clamav_database"/*.{cvd,cld,cud,ndb,hdb,hsb,ldb}; do
    [ -f "$file" ] && note_tool clamscan && clamav_ready=yes
  done
  return 0
}

# search_folder FOLDER: each file in it is named by its inode, and `$work/names` has the names.
search_folder() {
  local code
  if [ "${#rules[@]}" -gt 0 ]; then
    timeout --kill-after=10 "$(bound tool_seconds)" yara --no-warnings --recursive "${rules[@]}" "$1" 2>"$work/stderr" |
      head -c "${limits[output_bytes]}" >"$work/hits"
    code=${PIPESTATUS[0]}
    [ "$code" -eq 0 ] && [ ! -s "$work/stderr" ] || yara_problem="yara ended with $code: $(head -c 200 "$work/stderr" | tame | tr '\n' ' ')"
    sed -nE 's|^([A-Za-z0-9_]+) .*/([0-9-]+)$|\2 \1|p' "$work/hits" | name_hits >>"$out/$target/yara.jsonl"
  fi
  if [ "$clamav_ready" = yes ]; then
    # Exit 1 says that something was found. https://docs.clamav.net/manual/Usage/Scanning.html
    timeout --kill-after=10 "$(bound tool_seconds)" clamscan --database="$clamav_database" --recursive --infected --no-summary --stdout \
      --max-filesize="${limits[file_bytes]}" --max-scansize="${limits[file_bytes]}" -- "$1" 2>"$work/stderr" |
      head -c "${limits[output_bytes]}" | tame >"$work/hits"
    code=${PIPESTATUS[0]}
    [ "$code" -le 1 ] || clamav_problem="clamscan ended with $code: $(head -c 200 "$work/stderr" | tame | tr '\n' ' ')"
    sed -nE 's|^.*/([0-9-]+): (.*) FOUND$|\1 \2|p' "$work/hits" | tr -d '"\\' | name_hits >>"$out/$target/clamav.jsonl"
  fi
}

# INODE HIT a line, to JSON with the name that the inode has.
name_hits() {
  LC_ALL=C awk -F '|' 'NR == FNR { of[$1] = $4; next }
    { split($0, part, " "); printf "{\"inode\":\"%s\",\"name\":\"%s\",\"hit\":\"%s\"}\n", part[1], of[part[1]], substr($0, length(part[1]) + 2) }' "$work/names" -
}

end_search() {
  if [ "${#rules[@]}" -gt 0 ]; then
    : >>"$out/$target/yara.jsonl"
    [ -z "$rules_broken" ] || yara_problem+="${yara_problem:+; }the rules of $(tame <<<"$rules_broken") do not compile"
    row yara "$([ -z "$yara_problem" ] && echo done || echo partly)" "$yara_problem" "$target/yara.jsonl" "$search_started" yara "${rules[@]}"
  elif [ -n "$rules_broken" ]; then
    row yara failed "no file of rules compiles" '' "$search_started" yara
  else
    absent yara "no YARA, or no rules in $yara_rules"
  fi
  if [ "$clamav_ready" = yes ]; then
    : >>"$out/$target/clamav.jsonl"
    row clamav "$([ -z "$clamav_problem" ] && echo done || echo partly)" "$clamav_problem" "$target/clamav.jsonl" "$search_started" \
      clamscan --database="$clamav_database"
  else
    absent clamav "no ClamAV, or no database in $clamav_database"
  fi
}
