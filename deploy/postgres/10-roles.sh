#!/bin/sh
# Makes the two roles and the database, once, when the container's data is new.
# The image's own user is a superuser, whom no policy binds: the site never uses it.
set -eu
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" \
  -v owner_password="$(cat "${SECRETS:-/run/secrets}/owner_password")" \
  -v web_password="$(cat "${SECRETS:-/run/secrets}/web_password")" <<'SQL'
CREATE ROLE calcidiol_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE calcidiol_web LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'web_password';
-- Whatever the cluster's own encoding is, names are kept as they are written.
CREATE DATABASE calcidiol OWNER calcidiol_owner ENCODING 'UTF8' TEMPLATE template0;
SQL
