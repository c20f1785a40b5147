#!/bin/sh
# Writes the secrets that docker-compose.yml names, once; what is there stays.
set -eu
umask 077
folder="$(dirname "$0")/secrets"
mkdir -p "$folder"
cd "$folder"
host="${DATABASE_HOST:-db:5432}"
# The way past a pooler: migrations, backups and the worker's ear.
direct="${DATABASE_DIRECT_HOST:-$host}"

random() { head -c "$1" /dev/urandom | base64 | tr -d '\n=' | tr '+/' '-_'; }
once() { [ -s "$1" ] || printf '%s' "$2" >"$1"; }

once postgres_password "$(random 33)"
once owner_password "$(random 33)"
once web_password "$(random 33)"
once members_password "$(random 33)"
once secret_key "$(random 48)"
once metrics_token "$(random 33)"
# A Fernet key keeps its padding.
once mfa_encryption_keys "$(head -c 32 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_')"
once database_url "postgresql://calcidiol_web:$(cat web_password)@$host/calcidiol"
once database_direct_url "postgresql://calcidiol_web:$(cat web_password)@$direct/calcidiol"
once database_owner_url "postgresql://calcidiol_owner:$(cat owner_password)@$direct/calcidiol"
[ -e email_host_password ] || : >email_host_password
# Until the site's own certificate lies in its place, one that no browser trusts.
[ -s tls_certificate ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
  -nodes -days 30 -subj "/CN=${SITE_NAME:-localhost}" \
  -addext "subjectAltName=DNS:${SITE_NAME:-localhost}" \
  -keyout tls_key -out tls_certificate 2>/dev/null
# The containers' user reads them; the folder keeps everybody else on this machine out.
chmod 0444 ./*
