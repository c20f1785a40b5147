#!/bin/sh
# The whole cluster on one machine, on loopback: to try it, and for its drill.
#   start FOLDER               three etcd, three PostgreSQL under Patroni, HAProxy, PgBouncer
#   status FOLDER              who leads, who follows, how far behind
#   crash FOLDER MEMBER [PART] kill -9: machine (all of it), patroni or postgres alone
#   back FOLDER MEMBER         start what is missing of a member
#   switch FOLDER              have another member lead, as before planned work
#   stop FOLDER                end all of it; what FOLDER holds stays
# Debian: apt-get install patroni etcd-server haproxy pgbouncer postgresql. Runs as an
# unprivileged user: PostgreSQL refuses root. SECRETS is the folder deploy/make-secrets.sh
# wrote. CLUSTER_PORT (7400) is the first of its ports: the pooler's, then the leader's,
# then the replicas'.
set -eu
umask 077
here="$(cd "$(dirname "$0")" && pwd)"
first="${CLUSTER_PORT:-7400}"
patience=300
members="1 2 3"

refuse() { echo "cluster: $1" >&2; exit 1; }

[ "$(id -u)" -ne 0 ] || refuse "PostgreSQL refuses root: run this as another user"
[ $# -ge 2 ] || refuse "start, status, crash, back, switch or stop: the head of this file says how"
verb="$1"; mkdir -p "$2"; folder="$(cd "$2" && pwd)"; member="${3:-}"; part="${4:-machine}"

export SECRETS="${SECRETS:-$here/../secrets}"
export HOST=127.0.0.1 LISTEN=127.0.0.1
export POOLER_PORT="$first" LEADER_HOST="$HOST" LEADER_PORT="$((first + 1))"
export LEADER_AT="$HOST:$LEADER_PORT" REPLICAS_AT="$HOST:$((first + 2))"
ETCD_AT="" ETCD_MEMBERS=""
for each in $members; do
  export "DATABASE_$each=$HOST:$((first + 10 + each))" "CONTROL_$each=$((first + 20 + each))"
  ETCD_AT="$ETCD_AT,$HOST:$((first + 30 + each))"
  ETCD_MEMBERS="$ETCD_MEMBERS,member-$each=http://$HOST:$((first + 40 + each))"
done
export ETCD_AT="${ETCD_AT#,}" ETCD_MEMBERS="${ETCD_MEMBERS#,}"

lives() { [ -s "$folder/$1.pid" ] && kill -0 "$(cat "$folder/$1.pid")" 2>/dev/null; }

# NAME and what run.sh is to become.
begin() {
  lives "$1" && return
  setsid sh "$here/run.sh" "$2" </dev/null >>"$folder/$1.txt" 2>&1 &
  echo $! >"$folder/$1.pid"
}

begin_member() {
  export MEMBER="member-$1" POSTGRES_PORT="$((first + 10 + $1))" CONTROL_PORT="$((first + 20 + $1))"
  export ETCD_PORT="$((first + 30 + $1))" PEER_PORT="$((first + 40 + $1))"
  DATA="$folder/etcd-$1-data"; export DATA; begin "etcd-$1" etcd
  DATA="$folder/postgres-$1-data"; export DATA; begin "patroni-$1" postgres
}

wait_for() {
  what="$1"; shift
  waited=0
  until "$@" >/dev/null 2>&1; do
    waited=$((waited + 1))
    if [ "$waited" -gt "$patience" ] || ! anybody_lives; then
      refuse "$what did not come; $folder/*.txt say why"
    fi
    sleep 1
  done
}

anybody_lives() { lives patroni-1 || lives patroni-2 || lives patroni-3; }

answers() { pg_isready -q -h "$HOST" -p "$1"; }

control() { sh "$here/run.sh" control "$@"; }

start() {
  for program in etcd patroni patronictl haproxy pgbouncer psql; do
    PATH="$PATH:/usr/sbin" command -v "$program" >/dev/null || refuse "$program is not installed"
  done
  for each in $members; do begin_member "$each"; done
  begin entrance entrance
  wait_for "a leader" answers "$LEADER_PORT"
  wait_for "a replica" answers "$((first + 2))"
  DATA="$folder/pooler-data"; export DATA; mkdir -p "$DATA"; begin pooler pooler
  wait_for "the pooler" answers "$POOLER_PORT"
  echo "pooler $HOST:$POOLER_PORT, leader $LEADER_AT, replicas $REPLICAS_AT"
}

postgres_of() { head -n 1 "$folder/postgres-$1-data/postmaster.pid" 2>/dev/null || true; }

# A server, and those it started: a machine that loses power spares none.
family() { [ -z "$1" ] || echo "$1" "$(ps -o pid= --ppid "$1")"; }

crash() {
  case "$part" in
    machine) dead="$(cat "$folder/etcd-$member.pid" "$folder/patroni-$member.pid") $(family "$(postgres_of "$member")")" ;;
    patroni) dead="$(cat "$folder/patroni-$member.pid")" ;;
    postgres) dead="$(postgres_of "$member")" ;;
    *) refuse "crash machine, patroni or postgres" ;;
  esac
  # shellcheck disable=SC2086
  kill -9 $dead
}

stop() {
  for name in pooler patroni-1 patroni-2 patroni-3 entrance etcd-1 etcd-2 etcd-3; do
    lives "$name" && kill "$(cat "$folder/$name.pid")"
  done
  for name in pooler patroni-1 patroni-2 patroni-3 entrance etcd-1 etcd-2 etcd-3; do
    waited=0
    while lives "$name"; do
      waited=$((waited + 1))
      [ "$waited" -le 60 ] || kill -9 "$(cat "$folder/$name.pid")"
      sleep 0.5
    done
    rm -f "$folder/$name.pid"
  done
  # One that was left without its Patroni.
  for each in $members; do
    left="$(postgres_of "$each")"
    if [ -n "$left" ] && kill -0 "$left" 2>/dev/null; then kill -QUIT "$left"; fi
  done
}

case "$verb:$#" in
  start:2 | stop:2) "$verb" ;;
  status:2) control list ;;
  switch:2) control switchover calcidiol --force ;;
  crash:3 | crash:4) crash ;;
  back:3) begin_member "$member" ;;
  *) refuse "start, status, crash, back, switch or stop: the head of this file says how" ;;
esac
