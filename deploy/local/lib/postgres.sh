# shellcheck shell=bash
# A PostgreSQL of the stack's own: cluster, server, roles and databases, under the data folder.

readonly ledger_database=box_office sandbox_database=sandbox_provider
readonly owner_role=box_office_owner service_role=box_office
postgres_programs=

# find_postgres: the programs of version 15, else of the newest there is.
find_postgres() {
  local folder
  for folder in $(compgen -G '/usr/lib/postgresql/*/bin' | sort -V) /usr/lib/postgresql/15/bin; do
    if [ -x "$folder/initdb" ]; then postgres_programs=$folder; fi
  done
  if [ -e "$data/postgres/PG_VERSION" ]; then
    postgres_programs=/usr/lib/postgresql/$(cat "$data/postgres/PG_VERSION")/bin
  fi
  [ -x "$postgres_programs/postgres" ] ||
    stop_with "$EXIT_FAILURE" "$postgres_programs has no PostgreSQL server, which the data folder $data was made with."
}

# PostgreSQL refuses to run as root, and its own account may not be able to walk to the data folder (a home is often
# closed to others). So root opens the cluster's folder and hands it on as descriptor 8, and the programs run as
# 'postgres' with no more rights than that: /proc/self/fd/8 leads there without the walk.
become_postgres=()
cluster=
prepare_cluster_folder() {
  mkdir -p "$data/postgres"
  cluster=$data/postgres
  if ((EUID == 0)); then
    chown postgres:postgres "$data/postgres" "$data/secrets/postgres"
    become_postgres=(--reuid=postgres --regid=postgres --clear-groups)
    cluster=/proc/self/fd/8
  fi
  chmod 700 "$data/postgres"
}

make_cluster() {
  prepare_cluster_folder
  if [ ! -e "$data/postgres/box-office.made" ]; then
    say 'Making the PostgreSQL cluster.'
    find "$data/postgres" -mindepth 1 -delete
    if ! setpriv "${become_postgres[@]}" "$postgres_programs/initdb" --pgdata "$cluster" --username postgres \
      --pwfile /dev/stdin --auth scram-sha-256 --data-checksums --encoding UTF8 --locale C.UTF-8 \
      >"$data/logs/initdb.log" 2>&1 8<"$data/postgres" <"$data/secrets/postgres"; then
      tail -n 5 "$data/logs/initdb.log" >&2
      stop_with "$EXIT_FAILURE" "initdb failed; the whole story is in $data/logs/initdb.log"
    fi
    echo 'host all all 127.0.0.1/32 scram-sha-256' >"$data/postgres/pg_hba.conf"
    echo "include 'box-office.conf'" >>"$data/postgres/postgresql.conf"
    touch "$data/postgres/box-office.made"
  fi
  {
    cat "$repository/deploy/postgres/postgresql.conf"
    printf "listen_addresses = '127.0.0.1'\nport = %s\nunix_socket_directories = ''\nshared_buffers = %s\n" \
      "${port_of[postgres]}" "$(shared_buffers)"
    # Room for replicas that come later (deploy/local/scale).
    printf "max_connections = %d\n" $((40 + (replicas > 6 ? replicas : 6) * 20))
  } >"$data/postgres/box-office.conf"
  if ((EUID == 0)); then chown postgres:postgres "$data/postgres"/{box-office.conf,pg_hba.conf,postgresql.conf}; fi
}

# An eighth of the machine's memory, 128 MB to 2 GB.
shared_buffers() {
  local kilobytes
  kilobytes=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)
  local megabytes=$((kilobytes / 8192))
  printf '%dMB' $((megabytes < 128 ? 128 : megabytes > 2048 ? 2048 : megabytes))
}

start_postgres() {
  local pid_file=$data/postgres/postmaster.pid
  # Left by a server that was killed; its pid may be somebody else's by now, and PostgreSQL would refuse to start.
  if [ -e "$pid_file" ] && [ "$(cat "/proc/$(head -n 1 "$pid_file")/comm" 2>/dev/null)" != postgres ]; then
    rm -f "$pid_file"
  fi
  launch_as=("${become_postgres[@]}")
  launch postgres INT "$postgres_programs/postgres" -D "$cluster" 8<"$data/postgres"
  launch_as=()
}

# sql HOSTS [PSQL'S OPTIONS]…: runs statements as the superuser of whichever of the servers takes writes.
sql() {
  local hosts=() ports=() server
  for server in ${1//,/ }; do
    hosts+=("${server%:*}")
    ports+=("${server##*:}")
  done
  shift
  local IFS=,
  PGPASSWORD=$(secret postgres) PGTARGETSESSIONATTRS=read-write PGCONNECT_TIMEOUT=5 "$postgres_programs/psql" \
    --host "${hosts[*]}" --port "${ports[*]}" --username postgres --dbname postgres --no-psqlrc --quiet \
    --set ON_ERROR_STOP=1 "$@"
}

# wait_for_postgres NAME HOSTS
wait_for_postgres() {
  local deadline=$((SECONDS + 60))
  until sql "$2" --command 'SELECT' >/dev/null 2>&1; do
    if ((SECONDS >= deadline)) || ! is_alive "$1"; then
      tail -n 5 "$data/logs/$1.log" >&2
      stop_with "$EXIT_FAILURE" "PostgreSQL did not start; its log is $data/logs/$1.log"
    fi
    sleep 0.1
  done
}

# make_roles_and_databases HOSTS
make_roles_and_databases() {
  BOXOFFICE_DATABASE_OWNER_PASSWORD=$(secret owner) BOXOFFICE_DATABASE_PASSWORD=$(secret service) \
    sql "$1" --file "$repository/deploy/postgres/roles.sql" >>"$data/logs/roles.log" 2>&1 ||
    stop_with "$EXIT_FAILURE" "Making roles and databases failed; the whole story is in $data/logs/roles.log"
}
