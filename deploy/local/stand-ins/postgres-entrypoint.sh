#!/usr/bin/env bash
# What docker-compose.yml asks of the official image's docker-entrypoint.sh: a cluster in PGDATA with the password of
# POSTGRES_PASSWORD_FILE and the options of POSTGRES_INITDB_ARGS, the scripts of docker-entrypoint-initdb.d run once
# against a server that listens on its socket only, then the server, none of it as root.
set -euo pipefail
if [ "$(id -u)" = 0 ]; then
  POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
  export POSTGRES_PASSWORD POSTGRES_USER=postgres
  install -d -o postgres -g postgres -m 700 "$PGDATA"
  install -d -o postgres -g postgres -m 3777 /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  read -ra options <<<"${POSTGRES_INITDB_ARGS:-}"
  initdb --username "$POSTGRES_USER" --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") "${options[@]}"
  printf 'host all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  pg_ctl --wait -o '-c listen_addresses=' start
  for script in /docker-entrypoint-initdb.d/*.sh; do "$script"; done
  pg_ctl --wait --mode fast stop
fi
exec "$@"
