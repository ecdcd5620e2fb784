# shellcheck shell=bash
# Replicas that come and go while the stack sells. Whoever does it asks the launcher by files under run/:
#   NAME.start   start this replica, it is new
#   NAME.hold    don't start it again as long as this file is there
#   NAME.leave   when it ends, forget it

readonly drain_seconds=15

for part in say settings ports http processes services replicas balancer supervise; do
  # shellcheck source=/dev/null
  . "${BASH_SOURCE[0]%/*}/$part.sh"
done

# lock_changes: one change at a time.
lock_changes() {
  exec 7<>"$data/run/changes.lock"
  flock --nonblock 7 || stop_with "$EXIT_FAILURE" 'Another change of replicas is under way.'
}

milliseconds_since() {
  local now
  now_milliseconds
  printf '%d' $((now - $1))
}

# until_ready NAME
until_ready() {
  local deadline=$((SECONDS + ready_seconds)) answer
  until recall_ports && [ -n "${port_of[$1.admin]:-}" ] && answer=$(http_get "${port_of[$1.admin]}" /readyz); do
    ((SECONDS < deadline)) || stop_with "$EXIT_FAILURE" "$1 is not ready after $ready_seconds s: ${answer:-no answer}"
    sleep 0.1
  done
}

# bring_up NAME REQUEST…: has the launcher start it; when it is ready, everybody is told.
bring_up() {
  local name=$1 now began
  now_milliseconds
  began=$now
  shift
  "$@"
  until_ready "$name"
  list_replica "$name"
  open_slot "$name"
  tell "$name takes work: ready after $(milliseconds_since "$began") ms."
}

# take_down NAME: everybody is told first, then it is asked to end, and its own drain lets nothing fall.
take_down() {
  local name=$1 now began
  unlist_replica "$name"
  drain_slot "$name"
  sleep "$list_seen_seconds"
  now_milliseconds
  began=$now
  send TERM "$name"
  if ! wait_gone "$drain_seconds" "$name"; then
    send KILL "$name"
    wait_gone 5 "$name" || true
    stop_with "$EXIT_FAILURE" "$name did not end within $drain_seconds s and was killed."
  fi
  # The launcher takes the file away when it has seen the end.
  while [ -e "$data/run/$name.pid" ]; do sleep 0.02; done
  close_slot "$name"
  tell "$name ended $(milliseconds_since "$began") ms after it was asked to."
}

# add_replica NAME
add_replica() { bring_up "$1" touch "$data/run/$1.start"; }

# drain_replica NAME: it ends and is forgotten.
drain_replica() {
  touch "$data/run/$1.leave"
  take_down "$1"
}

# renew_replica NAME: it ends and is started again.
renew_replica() {
  touch "$data/run/$1.hold"
  take_down "$1"
  bring_up "$1" rm "$data/run/$1.hold"
}

# open_running_stack: what a command needs to know of the stack that runs.
open_running_stack() {
  [ -e "$data/run/ready" ] || stop_with "$EXIT_FAILURE" "No stack is ready under $data: start one with deploy/local/run."
  recall_ports
  balancer=0
  if [ -e "$data/run/balancer.pid" ]; then balancer=1; fi
  lock_changes
}

check_service() {
  [[ " ${service_names[*]} " = *" $1 "* ]] ||
    stop_with "$EXIT_USAGE" "There is no service '$1': ${service_names[*]}."
}
