#!/bin/sh
# Brings the database back to a moment: docs/deployment.md, "Back to a moment".
#   archive FOLDER PATH NAME   keep one file of changes; PostgreSQL's archive_command
#   base FOLDER                take a base backup, verified, while the site serves
#   restore FOLDER MOMENT DATA write the newest base before MOMENT into an empty DATA
#   open                       let in what stands still at the moment, once it was looked at
#   forget FOLDER DAYS         remove bases older than that, and changes none needs
# Runs as PostgreSQL's own user; PGHOST and its kin say where the server is.
set -eu
umask 077

refuse() { echo "point-in-time: $1" >&2; exit 1; }

archive() {
  folder="$1/wal"; from="$2"; name="$3"
  mkdir -p "$folder"
  # Told twice after a crash it is the same file; another one is never written over.
  if [ -e "$folder/$name" ]; then
    cmp -s "$from" "$folder/$name" || refuse "$name is kept already, with other content"
    return
  fi
  cp "$from" "$folder/$name.part"
  sync "$folder/$name.part"
  mv "$folder/$name.part" "$folder/$name"
  sync "$folder"
}

base() {
  folder="$1/base"
  mkdir -p "$folder"
  [ ! -e "$folder/unfinished" ] || refuse "$folder/unfinished is there: another base is being taken, or one was broken off; remove it"
  pg_basebackup --pgdata="$folder/unfinished" --checkpoint=fast --wal-method=stream
  pg_verifybackup --quiet "$folder/unfinished"
  sync
  # It bears its name, the moment it was whole, only when it is.
  mv "$folder/unfinished" "$folder/$(date -u +%Y%m%dT%H%M%SZ)"
}

bases() { find "$1/base" -mindepth 1 -maxdepth 1 -name '2*Z' -printf '%f\n' | sort; }

restore() {
  folder="$1"; data="$3"
  moment="$(date -u -d "$2" '+%Y-%m-%d %H:%M:%S.%6N+00')" || refuse "no moment: write 2026-11-28 09:30:00 UTC"
  mark="$(date -u -d "$2" +%Y%m%dT%H%M%SZ)"
  [ -z "$(ls -A "$data" 2>/dev/null)" ] || refuse "$data is not empty: stop the server and move what is there aside"
  found="$(bases "$folder" | awk -v mark="$mark" '$0 < mark' | tail -n 1)"
  [ -n "$found" ] || refuse "no base was whole before $moment"
  mkdir -p "$data"
  cp -R "$folder/base/$found/." "$data"
  chmod 0700 "$data"
  cat >>"$data/postgresql.auto.conf" <<SETTINGS
restore_command = 'cp "$folder/wal/%f" "%p"'
recovery_target_time = '$moment'
recovery_target_timeline = 'latest'
recovery_target_action = 'pause'
SETTINGS
  : >"$data/recovery.signal"
  echo "Base of $found; start the server, look at it (it takes no writes), then: open"
}

open() {
  psql -X -q -v ON_ERROR_STOP=1 -d postgres -c 'SELECT pg_wal_replay_resume()' >/dev/null
}

forget() {
  folder="$1"; days="$2"
  oldest="$(date -u -d "$days days ago" +%Y%m%dT%H%M%SZ)"
  newest="$(bases "$folder" | tail -n 1)"
  [ -n "$newest" ] || refuse "there is no base in $folder"
  for name in $(bases "$folder" | awk -v oldest="$oldest" -v newest="$newest" '$0 < oldest && $0 != newest'); do
    rm -r "$folder/base/$name"
  done
  first="$(bases "$folder" | head -n 1)"
  needed="$(sed -n 's/^START WAL LOCATION: .* (file \([0-9A-F]*\))$/\1/p' "$folder/base/$first/backup_label")"
  [ -n "$needed" ] || refuse "$folder/base/$first does not say where it begins"
  pg_archivecleanup "$folder/wal" "$needed"
}

case "${1:-}:$#" in
  archive:4 | base:2 | restore:4 | open:1 | forget:3) "$@" ;;
  *) refuse "archive, base, restore, open or forget: the head of this file says how" ;;
esac
