#!/usr/bin/env bash
# For the official PostgreSQL image, which runs it once, on a new cluster: the roles and the databases.
set -euo pipefail
secrets=/var/lib/box-office/secrets
BOXOFFICE_DATABASE_OWNER_PASSWORD=$(cat "$secrets/owner") BOXOFFICE_DATABASE_PASSWORD=$(cat "$secrets/service") \
  psql --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
  --file /etc/box-office/roles.sql
