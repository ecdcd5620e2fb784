# shellcheck shell=bash
# The lists by which the services find each other: run/replicas/SERVICE, a line for each replica that takes calls.
# A list is replaced as a whole, so that nobody reads half of one.

# How often the services look at their lists, with room to spare.
readonly list_seen_seconds=0.6

# address_of NAME: where the others reach a replica: the balancer a gateway, the gateways and realtime-push the rest.
address_of() {
  case $1 in
  gateway-*) printf '127.0.0.1:%s' "$(gateway_port "$1")" ;;
  *) printf '127.0.0.1:%s' "${port_of[$1.internal]}" ;;
  esac
}

list_of() { printf '%s' "$data/run/replicas/${1%-*}"; }

is_listed() { grep -qxF "$(address_of "$1")" "$(list_of "$1")" 2>/dev/null; }

# list_replica NAME: it takes calls.
list_replica() {
  local list
  list=$(list_of "$1")
  mkdir -p "$data/run/replicas"
  ! is_listed "$1" || return 0
  { cat "$list" 2>/dev/null || true; address_of "$1"; echo; } >"$list.new"
  mv "$list.new" "$list"
}

# unlist_replica NAME: it takes none from now on. (A list that names nobody is not believed: the last one stays.)
unlist_replica() {
  local list
  list=$(list_of "$1")
  is_listed "$1" || return 0
  grep -vxF "$(address_of "$1")" "$list" >"$list.new" || true
  mv "$list.new" "$list"
}

# running_replicas SERVICE: the names of those that the launcher keeps running, by number.
running_replicas() { names_in_run "$1-[0-9]*" | sort --version-sort; }
