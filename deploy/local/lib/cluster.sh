# shellcheck shell=bash
# The ledger as it stands in production: three PostgreSQL servers under Patroni, which agree by etcd on who is the primary.
# The provider's book stays on the stack's single server, as it would be somebody else's.
#
# With BOXOFFICE_POSTGRES=cluster-apart each member has a network namespace and a disk of its own (root makes them), so
# that a machine can be cut off from the others, or its disk be full; the launcher's processes reach all of them over a
# bridge.

readonly cluster_members=(1 2 3)
cluster_mark=

is_cluster() { [ "$postgres" != single ]; }

cluster_port_names() {
  local number
  is_cluster || return 0
  for number in "${cluster_members[@]}"; do
    printf '%s\n' "ledger$number" "patroni$number" "etcd$number.client" "etcd$number.peer"
  done
}

# member_address NUMBER: where the others reach a member.
member_address() {
  if [ "$postgres" = cluster ]; then printf '127.0.0.1'; else printf '%s.%d' "$(cluster_network)" "$1"; fi
}

# Two stacks seldom have the same network.
cluster_network() { printf '10.213.%d' $((16#$(cluster_mark_of_data) % 256)); }

cluster_mark_of_data() {
  [ -n "$cluster_mark" ] || cluster_mark=$(printf '%s' "$data" | sha256sum | cut -c 1-4)
  printf '%s' "$cluster_mark"
}

namespace_of() { printf 'box-office-%s-%d' "$(cluster_mark_of_data)" "$1"; }
bridge_of_cluster() { printf 'box%s' "$(cluster_mark_of_data)"; }

# ledger_hosts: the servers of the ledger, as the services are told.
ledger_hosts() {
  local number list=
  if ! is_cluster; then
    printf '127.0.0.1:%s' "${port_of[postgres]}"
    return
  fi
  for number in "${cluster_members[@]}"; do list+=,$(member_address "$number"):${port_of[ledger$number]}; done
  printf '%s' "${list#,}"
}

# What sets the members apart: networks and disks.
make_machines() {
  local number bridge name folder
  [ "$postgres" = cluster-apart ] || return 0
  ((EUID == 0)) || stop_with "$EXIT_BAD_SETTINGS" 'BOXOFFICE_POSTGRES=cluster-apart makes networks and disks: only root may.'
  remove_machines
  for number in "${cluster_members[@]}"; do
    folder=$data/cluster/$number
    if [ ! -e "$folder.disk" ]; then
      truncate --size 3G "$folder.disk"
      mkfs.ext4 -q -m 0 "$folder.disk"
    fi
    mount -o loop "$folder.disk" "$folder"
  done
  bridge=$(bridge_of_cluster)
  ip link add "$bridge" type bridge
  ip address add "$(cluster_network).254/24" dev "$bridge"
  ip link set "$bridge" up
  for number in "${cluster_members[@]}"; do
    name=$(namespace_of "$number")
    ip netns add "$name"
    ip link add "${bridge}p$number" type veth peer name eth0 netns "$name"
    ip link set "${bridge}p$number" master "$bridge" up
    ip -n "$name" address add "$(member_address "$number")/24" dev eth0
    ip -n "$name" link set eth0 up
    ip -n "$name" link set lo up
  done
}

remove_machines() {
  local number
  [ "$postgres" = cluster-apart ] || return 0
  for number in "${cluster_members[@]}"; do
    ip netns del "$(namespace_of "$number")" 2>/dev/null || true
    if mountpoint --quiet "$data/cluster/$number"; then umount --lazy "$data/cluster/$number"; fi
  done
  ip link del "$(bridge_of_cluster)" 2>/dev/null || true
}

make_cluster_members() {
  local number folder
  is_cluster || return 0
  PATH=$PATH:/usr/sbin:/sbin
  for number in "${cluster_members[@]}"; do mkdir -p "$data/cluster/$number"; done
  make_machines
  for number in "${cluster_members[@]}"; do
    folder=$data/cluster/$number
    mkdir -p "$folder/etcd"
    chmod 700 "$folder" "$folder/etcd"
    {
      cat "$repository/deploy/postgres/postgresql.conf"
      printf "shared_buffers = 256MB\nmax_wal_size = 512MB\n"
    } >"$folder/box-office.conf"
    # On one machine nobody listens in, and no watchdog resets it.
    sed -e '/ # TLS$/d' -e 's/hostssl/host   /' -e "s/mode: required/mode: 'off'/" -e '/safety_margin/d' \
      -e 's/wal_keep_size: .*/wal_keep_size: 512MB/' \
      -e "s|custom_conf: .*|custom_conf: $(member_folder "$number")/box-office.conf\\n  parameters: {unix_socket_directories: ''}|" \
      "$repository/deploy/postgres/patroni.yml" >"$folder/patroni.yml"
    cp "$repository/deploy/postgres/patroni-by-quorum" "$folder/"
    if ((EUID == 0)); then
      find "$folder" -maxdepth 1 ! -name etcd -exec chown postgres:postgres {} +
      chown -R postgres:postgres "$folder/etcd"
    fi
  done
}

# Where a member sees its folder. PostgreSQL does not run as root, and its own account may not be able to walk to the data
# folder: root shows the folder to the member's processes, and to nobody else, at the place of Debian's clusters.
member_folder() { if ((EUID == 0)); then printf '/var/lib/postgresql'; else printf '%s' "$data/cluster/$1"; fi; }

# launch_member NAME NUMBER COMMAND…: starts a process of a member.
launch_member() {
  local name=$1 number=$2 enter=()
  shift 2
  if ((EUID == 0)); then
    if [ "$postgres" = cluster-apart ]; then enter=(ip netns exec "$(namespace_of "$number")"); fi
    # shellcheck disable=SC2016
    launch "$name" TERM "${enter[@]}" unshare --mount bash -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' _ \
      "$data/cluster/$number" "$(member_folder "$number")" \
      setpriv --reuid=postgres --regid=postgres --clear-groups --pdeathsig TERM "$@"
  else
    launch "$name" TERM "$@"
  fi
}

start_etcd() {
  local number=${1#etcd} folder other address members=
  folder=$(member_folder "$number")/etcd
  address=$(member_address "$number")
  for other in "${cluster_members[@]}"; do
    members+=,etcd$other=http://$(member_address "$other"):${port_of[etcd$other.peer]}
  done
  launch_member "$1" "$number" etcd --name "$1" --data-dir "$folder" --enable-v2 --pre-vote --logger zap \
    --log-level warn \
    --listen-peer-urls "http://$address:${port_of[$1.peer]}" \
    --initial-advertise-peer-urls "http://$address:${port_of[$1.peer]}" \
    --listen-client-urls "http://$address:${port_of[$1.client]}" \
    --advertise-client-urls "http://$address:${port_of[$1.client]}" \
    --initial-cluster "${members#,}" --initial-cluster-token box-office
}

start_member() {
  local number=${1#ledger} address other etcd=
  address=$(member_address "$number")
  for other in "${cluster_members[@]}"; do
    etcd+=,\'$(member_address "$other"):${port_of[etcd$other.client]}\'
  done
  # As the account `postgres` they may be read by its own processes alone.
  PATRONI_SUPERUSER_PASSWORD=$(secret postgres) PATRONI_REPLICATION_PASSWORD=$(secret replication) \
    PATRONI_REWIND_PASSWORD=$(secret rewind) launch_member "$1" "$number" env \
    PATRONI_NAME="$1" PATRONI_ETCD_HOSTS="${etcd#,}" PYTHONUNBUFFERED=1 \
    PATRONI_RESTAPI_LISTEN="$address:${port_of[patroni$number]}" \
    PATRONI_RESTAPI_CONNECT_ADDRESS="$address:${port_of[patroni$number]}" \
    PATRONI_POSTGRESQL_LISTEN="$address:${port_of[ledger$number]}" \
    PATRONI_POSTGRESQL_CONNECT_ADDRESS="$address:${port_of[ledger$number]}" \
    PATRONI_POSTGRESQL_DATA_DIR="$(member_folder "$number")/data" \
    PATRONI_POSTGRESQL_BIN_DIR="$postgres_programs" \
    PATRONI_POSTGRESQL_PGPASS="$(member_folder "$number")/pgpass" \
    "$(member_folder "$number")/patroni-by-quorum" "$(member_folder "$number")/patroni.yml"
}

# start_cluster: what the launcher keeps running of it.
start_cluster() {
  local number
  is_cluster || return 0
  for number in "${cluster_members[@]}"; do start "etcd$number"; done
  for number in "${cluster_members[@]}"; do start "ledger$number"; done
}

# stop_cluster: the members together, so that none takes over from another, then what they agree by.
stop_cluster() {
  local members
  mapfile -t members < <(names_in_run 'ledger[0-9]')
  stop_gently 30 TERM "${members[@]}"
  mapfile -t members < <(names_in_run 'etcd[0-9]')
  stop_gently 5 TERM "${members[@]}"
}
