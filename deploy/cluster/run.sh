#!/bin/sh
# Becomes one process of the cluster, in a container or started by cluster.sh, told by
# variables:
#   etcd       knows who leads     MEMBER HOST LISTEN ETCD_PORT PEER_PORT ETCD_MEMBERS DATA
#   postgres   Patroni's           MEMBER HOST LISTEN POSTGRES_PORT CONTROL_PORT ETCD_AT DATA
#   entrance   HAProxy             LEADER_AT REPLICAS_AT DATABASE_1.. CONTROL_1..
#   control    patronictl          ETCD_AT
#   pooler     PgBouncer           LISTEN POOLER_PORT LEADER_HOST LEADER_PORT DATA
# SECRETS is the folder that deploy/make-secrets.sh wrote; no password is told otherwise.
set -eu
umask 077
cd "$(dirname "$0")"
PATH="$PATH:/usr/sbin"
export SECRETS="${SECRETS:-/run/secrets}"

secret() { cat "$SECRETS/$1"; }

become_etcd() {
  exec etcd --name "$MEMBER" --data-dir "$DATA" \
    --listen-client-urls "http://$LISTEN:$ETCD_PORT" \
    --advertise-client-urls "http://$HOST:$ETCD_PORT" \
    --listen-peer-urls "http://$LISTEN:$PEER_PORT" \
    --initial-advertise-peer-urls "http://$HOST:$PEER_PORT" \
    --initial-cluster "$ETCD_MEMBERS" --initial-cluster-token calcidiol \
    --heartbeat-interval 250 --election-timeout 2500 \
    --auto-compaction-mode periodic --auto-compaction-retention 1h
}

become_postgres() {
  export PATRONI_NAME="$MEMBER"
  export PATRONI_ETCD3_HOSTS="$ETCD_AT"
  export PATRONI_RESTAPI_LISTEN="$LISTEN:$CONTROL_PORT"
  export PATRONI_RESTAPI_CONNECT_ADDRESS="$HOST:$CONTROL_PORT"
  export PATRONI_POSTGRESQL_LISTEN="$LISTEN:$POSTGRES_PORT"
  export PATRONI_POSTGRESQL_CONNECT_ADDRESS="$HOST:$POSTGRES_PORT"
  export PATRONI_POSTGRESQL_DATA_DIR="$DATA"
  export PATRONI_POSTGRESQL_PGPASS="$DATA.pgpass"
  export PATRONI_POSTGRESQL_BIN_DIR="${POSTGRES_PROGRAMS:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)}"
  PATRONI_SUPERUSER_PASSWORD="$(secret postgres_password)"
  PATRONI_REPLICATION_PASSWORD="$(secret members_password)"
  PATRONI_REWIND_PASSWORD="$PATRONI_REPLICATION_PASSWORD"
  PATRONI_RESTAPI_PASSWORD="$PATRONI_REPLICATION_PASSWORD"
  export PATRONI_SUPERUSER_PASSWORD PATRONI_REPLICATION_PASSWORD
  export PATRONI_REWIND_PASSWORD PATRONI_RESTAPI_PASSWORD
  exec patroni "$@" patroni.yml
}

become_control() {
  PATRONI_RESTAPI_PASSWORD="$(secret members_password)"
  export PATRONI_RESTAPI_PASSWORD PATRONI_ETCD3_HOSTS="$ETCD_AT"
  exec patronictl -c patroni.yml "$@"
}

# Patroni's, once, on the first leader.
make_roles() {
  PGPASSWORD="$(secret postgres_password)"
  export PGPASSWORD PGHOST="$HOST" PGPORT="$POSTGRES_PORT"
  exec sh ../postgres/10-roles.sh
}

become_pooler() {
  sed -e "s/host=127.0.0.1 port=5432/host=$LEADER_HOST port=$LEADER_PORT/" \
    -e "s/^listen_addr = .*/listen_addr = $LISTEN/" \
    -e "s/^listen_port = .*/listen_port = $POOLER_PORT/" \
    -e "s#userlist.txt#$DATA/userlist.txt#" \
    ../pgbouncer/pgbouncer.ini >"$DATA/pgbouncer.ini"
  printf '"calcidiol_web" "%s"\n' "$(secret web_password)" >"$DATA/userlist.txt"
  exec pgbouncer "$DATA/pgbouncer.ini"
}

what="${1:-}"
[ $# -eq 0 ] || shift
case "$what" in
  etcd) become_etcd ;;
  postgres) become_postgres "$@" ;;
  entrance) exec haproxy -W -f haproxy.cfg "$@" ;;
  pooler) become_pooler ;;
  roles) make_roles ;;
  control) become_control "$@" ;;
  *) echo "run: etcd, postgres, entrance, pooler or control: the head of this file says how" >&2; exit 1 ;;
esac
