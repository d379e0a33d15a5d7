# shellcheck shell=bash
# What comes out: one row for each check, with tool, command, bounds and the reason where something is missing; sealed at the end.

declare -A limits=(
  [total_seconds]=172800   # all of it: what is not done by then is said to be missing
  [digest_seconds]=21600   # one reading of a whole disk
  [tool_seconds]=3600      # one run of one tool
  [contents_seconds]=14400 # contents of all files of one file system
  [read_seconds]=120       # contents of one file
  [output_bytes]=2147483648
  [file_bytes]=268435456       # a larger file is neither hashed nor searched
  [contents_bytes]=68719476736 # of one file system
  [batch_bytes]=1073741824     # extracted at a time
  [kept_bytes]=4294967296      # of artefacts and of recovered files, each, of one file system
)
declare -A tool_seen=()
reserved=0
target=''

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

set_limit() {
  local key=${1%%=*} value=${1#*=}
  [[ $value =~ ^[0-9]{1,15}$ ]] && [ -n "${limits[$key]:-}" ] && limits[$key]=$value
}

# bound KEY: how many seconds a tool gets: its limit, or what is left of the whole, whichever is less. What the first digests took is
# kept for the second ones, without which nothing could be said of whether the evidence is as it was.
bound() {
  local left=$((limits[total_seconds] - SECONDS))
  [ "$1" = digest_seconds ] || left=$((left - reserved))
  [ "$left" -gt 0 ] || left=1
  [ "$left" -lt "${limits[$1]}" ] && echo "$left" || echo "${limits[$1]}"
}

# begin_results DIR: makes it; nothing of an earlier run is ever written over.
begin_results() {
  mkdir -- "$1" 2>/dev/null || return 1
  out=$(cd -- "$1" && pwd)
  work=$out/.work
  rows=$work/checks.jsonl
  mkdir -- "$work"
  : >"$rows"
  : >"$work/memory.jsonl"
  started_at=$(now)
}

# Control characters and all that is not ASCII become `?`: a tool's text must neither steer a terminal nor turn it round.
tame() { LC_ALL=C tr -c '\11\12\40-\176' '?'; }

# Names as URLs write them: what would break a line, a column or a quotation is %XX, so that each line is one file.
escape_names() {
  LC_ALL=C perl -pe 's/([^\x20-\x7e\n]|[%"\\])/sprintf("%%%02X", ord($1))/ge'
}

# Sleuth Kit's body file with the name escaped. A name may hold `|`: it is all between the first one and the ninth from the end.
escape_body() {
  LC_ALL=C perl -ne '
    chomp; my ($name, $rest) = /^[^|]*\|(.*)((?:\|[^|]*){9})$/ or next;
    $name =~ s/([^\x20-\x7e]|[%"\\|])/sprintf("%%%02X", ord($1))/ge; print "0|$name$rest\n"'
}

# Remembers a tool as it is here: path, digest and what it says of its version.
note_tool() {
  local path version
  [ -z "${tool_seen[$1]:-}" ] || return 0
  path=$(command -v -- "$1") || return 1
  case $1 in
    fls | icat | mmls | mactime) version=$("$1" -V 2>&1 </dev/null | head -n 1) ;;
    reglookup | mount | find) version=$(dpkg-query -W -f '${Package} ${Version}\n' "$1" 2>/dev/null) ;;
    lvs | pvs) version=$(lvm version 2>/dev/null | head -n 1) ;;
    vol) version=$(timeout 60 vol --help 2>&1 | grep -m 1 -o 'Framework [0-9.]*') ;;
    *) version=$(timeout 60 "$1" --version 2>&1 </dev/null | head -n 1) ;;
  esac
  tool_seen[$1]=$(jq -acn --arg name "$1" --arg path "$path" --arg version "$(tame <<<"$version")" \
    --arg sha256 "$(sha256sum <"$path" | cut -d ' ' -f 1)" '{name:$name,path:$path,version:$version,sha256:$sha256}')
}

# row CHECK STATUS BECAUSE FILE STARTED [COMMAND...]: status is done, partly, absent or failed. Of a file its lines are counted.
row() {
  local check=$1 status=$2 because=$3 file=$4 started=$5 lines=''
  shift 5
  if [ -n "$file" ] && [ -f "$out/$file" ]; then lines=$(wc -l <"$out/$file"); fi
  jq -acn --arg check "$check" --arg target "$target" --arg status "$status" --arg because "$because" \
    --arg file "$file" --arg lines "$lines" --arg startedAt "$started" --arg endedAt "$(now)" --args '
    {check:$check,target:$target,status:$status,startedAt:$startedAt,endedAt:$endedAt}
    + (if $because == "" then {} else {because:$because} end)
    + (if $file == "" then {} else {file:$file} end)
    + (if $lines == "" then {} else {lines:($lines | tonumber)} end)
    + (if ($ARGS.positional | length) == 0 then {} else {command:$ARGS.positional} end)' -- "$@" >>"$rows"
}

# absent CHECK BECAUSE: what could not be had.
absent() { row "$1" absent "$2" '' "$(now)"; }

# run CHECK FILE FILTER COMMAND...: the command's output through the filter into FILE of the target, bounded, and its row.
run() {
  local check=$1 file=$target/$2 filter=$3 started status=done because='' code bytes seconds
  shift 3
  started=$(now) seconds=$(bound tool_seconds)
  if ! note_tool "$1"; then
    row "$check" absent "no $1 on this machine" '' "$started" "$@"
    return 1
  fi
  timeout --kill-after=10 "$seconds" "$@" 2>"$work/stderr" </dev/null |
    head -c "$((limits[output_bytes] + 1))" | "$filter" >"$out/$file"
  code=${PIPESTATUS[0]}
  bytes=$(stat -c %s -- "$out/$file")
  if [ "$bytes" -gt "${limits[output_bytes]}" ]; then
    status=partly because="cut off after ${limits[output_bytes]} bytes"
  elif [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
    status=partly because="stopped after $seconds s"
  elif [ "$code" -ne 0 ]; then
    status=failed because="$1 ended with $code: $(head -c 300 "$work/stderr" | tame | tr '\n' ' ')"
  fi
  row "$check" "$status" "$because" "$file" "$started" "$@"
  [ "$status" != failed ]
}

# Whole when every check is done, failed when none of the evidence could be read, else partly.
status_of_rows() {
  jq -rs 'if all(.[]; .status == "done") then "whole" elif any(.[]; .status == "done" and (.check | IN("timeline", "processes", "image-digest"))) then "partly" else "failed" end' "$rows"
}

# Writes results.json, then the digest of every file into SHA256SUMS; the digest of that list stands for all, and is printed.
seal_results() {
  local status list
  status=$(status_of_rows)
  list=$(printf '%s\n' "${!limits[@]}" | sort | while read -r key; do printf '%s=%s\n' "$key" "${limits[$key]}"; done)
  printf '%s\n' "${tool_seen[@]}" | jq -s 'sort_by(.name)' >"$work/tools.json"
  jq -an --arg status "$status" --arg startedAt "$started_at" --arg endedAt "$(now)" --arg limits "$list" \
    --arg script "$(cat -- "$here/cordon-triage" "$here/examine-once" "$here"/lib/* | sha256sum | cut -d ' ' -f 1)" \
    --arg interfaces "$(sed -n 's/^ *\([^: ]*\):.*/\1/p' /proc/net/dev)" --arg environment "$(compgen -e | sort)" \
    --slurpfile tools "$work/tools.json" --slurpfile checks "$rows" --slurpfile evidence "$work/evidence.jsonl" --slurpfile memory "$work/memory.jsonl" '
    {schema:"cordon-triage/1",status:$status,startedAt:$startedAt,endedAt:$endedAt,scriptSha256:$script,
     limits:($limits | split("\n") | map(split("=") | {(.[0]): (.[1] | tonumber)}) | add),
     interfaces:($interfaces | split("\n")),environment:($environment | split("\n")),
     evidence:$evidence,memory:$memory,tools:$tools[0],checks:$checks,missing:($checks | map(select(.status != "done")))}' >"$out/results.json"
  rm -rf -- "$work"
  (cd -- "$out" && find . -type f -print0 | sort -z | xargs -0 sha256sum --) >"$out.sums"
  mv -- "$out.sums" "$out/SHA256SUMS"
  chmod -R a-w -- "$out"
  jq -acn --arg status "$status" --arg seal "$(sha256sum <"$out/SHA256SUMS" | cut -d ' ' -f 1)" \
    --slurpfile results "$out/results.json" \
    '($results[0].missing | map({check,target,because:((.because // "")[0:200])})) as $missing
    | {schema:"cordon-triage/1",status:$status,seal:$seal,scriptSha256:$results[0].scriptSha256,evidence:$results[0].evidence,
       memory:$results[0].memory,missing:$missing[0:40],missingCount:($missing | length),
       counts:($results[0].checks | group_by(.check) | map({check:.[0].check,found:(map(.lines // 0) | add),
         done:(map(select(.status == "done")) | length),short:(map(select(.status != "done")) | length)}))}'
  case $status in whole) exit 0 ;; partly) exit 3 ;; *) exit 1 ;; esac
}
