# shellcheck shell=bash
# Persistence points and logins: each file that lib/artefacts.txt names is kept under its inode's number with its digest, and
# what a tool can read of it is read beside it.

find_artefacts() {
  local kind
  mkdir -- "$out/$target/kept"
  kept_bytes=0
  for kind in persistence login; do list_artefacts "$kind"; done
  list_set_ids
}

# artefacts_of KIND: CATEGORY|INODE|SIZE|MODE|UID|GID|MTIME|NAME of what the patterns of that kind find.
artefacts_of() {
  local kind category pattern
  while read -r kind category pattern; do
    [ "$kind" = "$1" ] || continue
    # awk would read a backslash of -v as its own.
    category=$category pattern=$pattern LC_ALL=C awk -F '|' 'BEGIN { pattern = tolower(ENVIRON["pattern"]) }
      $4 ~ /^[r-]\/r/ && $3 ~ /^[0-9]+(-128-[0-9]+)?$/ && tolower($2) ~ pattern {
        print ENVIRON["category"] "|" $3 "|" $7 "|" $4 "|" $5 "|" $6 "|" $9 "|" $2 }' "$out/$target/body.txt"
  done <"$here/lib/artefacts.txt" | sort -u
}

list_artefacts() {
  local category inode size mode uid gid changed name started sum left=0
  started=$(now)
  : >"$out/$target/$1.jsonl"
  artefacts_of "$1" >"$work/artefacts"
  while IFS='|' read -r category inode size mode uid gid changed name; do
    if [ ! -e "$out/$target/kept/$inode" ]; then
      if [ "$size" -gt "${limits[file_bytes]}" ] || [ "$((kept_bytes + size))" -gt "${limits[kept_bytes]}" ]; then
        left=$((left + 1))
        continue
      fi
      extract "$out/$target/kept" "$inode" "$size"
      kept_bytes=$((kept_bytes + extracted))
    fi
    sum=$(sha256sum <"$out/$target/kept/$inode" | cut -d ' ' -f 1)
    printf '{"category":"%s","inode":"%s","name":"%s","mode":"%s","uid":%d,"gid":%d,"modified":%d,"bytes":%d,"sha256":"%s"}\n' \
      "$category" "$inode" "$name" "$mode" "$uid" "$gid" "$changed" "$size" "$sum" >>"$out/$target/$1.jsonl"
    read_artefact "$category" "$inode"
  done <"$work/artefacts"
  if [ "$left" -eq 0 ]; then
    row "$1" 'done' '' "$target/$1.jsonl" "$started" icat
  else
    row "$1" partly "$left file(s) not kept: larger than file_bytes, or beyond kept_bytes" "$target/$1.jsonl" "$started" icat
  fi
}

# read_artefact CATEGORY INODE: in words, where a tool knows its kind.
read_artefact() {
  local file=$out/$target/kept/$2
  [ -s "$file" ] || return 0
  case $1 in
    wtmp) run logins "login-$2.txt" tame utmpdump "$file" ;;
    lastlog) run logins "login-$2.txt" tame perl -e "$LASTLOG" "$file" ;;
    journal) run logins "login-$2.jsonl" tame journalctl --file="$file" --output=json --output-fields=MESSAGE,_COMM,_PID,_UID,_HOSTNAME \
      --no-pager _COMM=sshd + _COMM=sshd-session + _COMM=login + _COMM=sudo + _COMM=su + _COMM=systemd-logind ;;
    hive-system)
      for set in 1 2; do registry "$2" "services-$set" "/ControlSet00$set/Services"; done
      ;;
    hive-software)
      registry "$2" run '/Microsoft/Windows/CurrentVersion/Run'
      registry "$2" run-once '/Microsoft/Windows/CurrentVersion/RunOnce'
      registry "$2" run-32 '/WOW6432Node/Microsoft/Windows/CurrentVersion/Run'
      registry "$2" winlogon '/Microsoft/Windows NT/CurrentVersion/Winlogon'
      registry "$2" image-options '/Microsoft/Windows NT/CurrentVersion/Image File Execution Options'
      registry "$2" tasks '/Microsoft/Windows NT/CurrentVersion/Schedule/TaskCache/Tree'
      ;;
    hive-user)
      registry "$2" run '/Software/Microsoft/Windows/CurrentVersion/Run'
      registry "$2" run-once '/Software/Microsoft/Windows/CurrentVersion/RunOnce'
      ;;
  esac
}

# registry INODE NAME KEY: all below a key. reglookup writes what is not printable as %XX.
registry() { run registry "registry-$1-$2.csv" tame reglookup -p "$3" "$out/$target/kept/$1"; }

# Records of lastlog(5): seconds, line, host; the record's number is the user.
# shellcheck disable=SC2016 # Perl's variables, not the shell's.
LASTLOG='open my $f, "<:raw", $ARGV[0] or die "cannot be opened\n"; my $uid = 0;
  while (read($f, my $record, 292) == 292) {
    my ($at, $line, $host) = unpack "V Z32 Z256", $record;
    if ($at) { $line =~ s/[^\x20-\x7e]/?/g; $host =~ s/[^\x20-\x7e]/?/g; print "$uid\t$at\t$line\t$host\n" }
    $uid++ }'
readonly LASTLOG

# Programs that run with another's rights, from the modes alone.
list_set_ids() {
  local started
  started=$(now)
  LC_ALL=C awk -F '|' '$4 ~ /^[r-]\/r..[sS]/ || $4 ~ /^[r-]\/r.....[sS]/ {
    printf "{\"inode\":\"%s\",\"name\":\"%s\",\"mode\":\"%s\",\"uid\":%d,\"gid\":%d,\"modified\":%d,\"bytes\":%d}\n", $3, $2, $4, $5, $6, $9, $7 }' \
    "$out/$target/body.txt" >"$out/$target/set-id.jsonl"
  row set-id 'done' '' "$target/set-id.jsonl" "$started"
}
