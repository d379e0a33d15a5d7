# shellcheck shell=bash
# An image of memory: what it is, then processes and connections by Volatility 3, offline, with the symbols of the machine's image.

memory_count=0

# kind_of_memory: by the first four bytes, from its input. https://github.com/504ensicsLabs/LiME/blob/master/doc/README.md
kind_of_memory() {
  case $(head -c 4 | od -A n -t x1 | tr -d ' \n') in
    454d694c) echo LiME ;;
    41564d4c) echo AVML ;;
    50414745) echo 'crash dump' ;;
    *) echo raw ;;
  esac
}

examine_memory() {
  local path kind because=''
  target=memory-$((memory_count += 1))
  mkdir -- "$out/$target"
  path=$(realpath -- "$1" 2>/dev/null)
  if [ -b "$path" ]; then
    make_read_only "$path" || { row evidence failed "$because" '' "$(now)" && return 0; }
  elif [ ! -f "$path" ] || [ ! -s "$path" ]; then
    row evidence failed 'no image of memory here, or an empty one' '' "$(now)"
    return 0
  fi
  kind=$(kind_of_memory <"$path")
  evidence_paths+=("$path") evidence_names+=("$1") evidence_targets+=("$target") evidence_seen+=(yes)
  first_digest "$path"
  row evidence 'done' "$kind" '' "$(now)" sha256sum
  because=$(why_no_volatility)
  if [ -n "$because" ]; then
    no_volatility "$because"
    return 0
  fi
  ask_volatility "$path"
}

# why_no_volatility: nothing where it can be asked.
why_no_volatility() {
  if ! command -v vol >/dev/null; then
    echo 'no Volatility 3 (vol) on this machine'
  elif [ -z "$(find "$symbols" -type f -print -quit 2>/dev/null)" ]; then
    echo "no symbols staged in $symbols, and none can be fetched"
  fi
}

# no_volatility BECAUSE: neither processes nor connections.
no_volatility() {
  absent processes "$1"
  absent connections "$1"
}

ask_volatility() {
  try_system linux "$1" linux.pstree.PsTree linux.sockstat.Sockstat && return 0
  try_system windows "$1" windows.pstree.PsTree windows.netscan.NetScan && return 0
  row processes failed "neither as Linux nor as Windows, with the symbols in $symbols: $(head -c 300 "$work/stderr" | tame | tr '\n' ' ')" '' "$(now)"
  row connections failed 'as processes' '' "$(now)"
}

# Which system it is shows in whose symbols fit. A look that fails for that is no check of its own, so its row is dropped.
try_system() {
  local before
  before=$(wc -l <"$rows")
  if ! volatility processes "$2" "$3"; then
    head -n "$before" "$rows" >"$work/rows" && cp -- "$work/rows" "$rows"
    rm -f -- "$out/$target/processes.json"
    return 1
  fi
  volatility connections "$2" "$4"
  return 0
}

volatility() {
  run "$1" "$1.json" tame vol -q --offline --cache-path "$work/volatility" --symbol-dirs "$symbols" -r json -f "$2" "$3"
}
