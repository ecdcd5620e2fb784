# shellcheck shell=bash
# Starts what died again and stops everything at the end.
# The loop looks at its children ten times a second, by builtins only. (Waiting for their ends costs less, but loses
# one now and then: bash 5.2 forgets a child that ends while another's end is dealt with.)

readonly look_every_seconds=0.1 quick_death_seconds=2
readonly restart_delays=(0 200 500 1000 2000 5000) # milliseconds

declare -A pid_of=()        # name → the pid of what runs
declare -A started_at=()    # name → milliseconds at its start
declare -A starts_at=()     # name → milliseconds at which it is to be started again
declare -A quick_deaths=()  # name → how often in a row it died soon after its start
stopping=

request_stop() {
  stopping=$1
  [ -z "$long_command" ] || interrupt_long_command
}

now_milliseconds() { now=$((${EPOCHREALTIME/./} / 1000)); }

# start NAME: postgres, a member of the ledger's cluster, redis, the mail catcher, the provider's stand-in, the balancer or a service's replica.
start() {
  case $1 in
  postgres) start_postgres ;;
  etcd[0-9]) start_etcd "$1" ;;
  ledger[0-9]) start_member "$1" ;;
  redis) start_redis ;;
  mail) start_mail ;;
  provider) start_provider ;;
  balancer) start_balancer ;;
  *) start_replica "$1" ;;
  esac
  pid_of[$1]=$launched_pid
  now_milliseconds
  started_at[$1]=$now
}

# how_it_ended STATUS: in words.
how_it_ended() {
  if (($1 > 128)); then
    printf 'was killed by signal %s (%d)' "$(kill -l $(($1 - 128)))" $(($1 - 128))
  else
    printf 'ended with status %d' "$1"
  fi
}

# died NAME STATUS: says so and starts it again: at once, or a little later when it keeps dying young.
died() {
  local name=$1 status=$2 ended delay=0 deaths last
  ended=$(how_it_ended "$status")
  rm -f "$data/run/$name".{pid,birth}
  now_milliseconds
  if ((status == EXIT_BAD_SETTINGS)); then
    tell "$name refuses its settings (status $status):"
    tail -n 3 "$data/logs/$name.log"
    request_stop "$status"
    return
  fi
  deaths=0
  if ((now - started_at[$name] < quick_death_seconds * 1000)); then
    deaths=${quick_deaths[$name]:-0}
    last=$((${#restart_delays[@]} - 1))
    delay=${restart_delays[deaths < last ? deaths : last]}
    deaths=$((deaths + 1))
  fi
  quick_deaths[$name]=$deaths
  if [ -e "$data/run/$name.leave" ]; then
    rm -f "$data/run/$name.leave"
    tell "$name left."
  elif [ -e "$data/run/$name.hold" ]; then
    tell "$name $ended and stays down until run/$name.hold is removed."
    starts_at[$name]=$now
  elif ((delay)); then
    tell "$name $ended, soon after its start: it starts again in $delay ms (log: $data/logs/$name.log)."
    starts_at[$name]=$((now + delay))
  else
    start "$name"
    tell "$name $ended: started again, pid $launched_pid."
  fi
}

start_those_due() {
  local name
  for name in "${!starts_at[@]}"; do
    ((now >= starts_at[$name])) && [ ! -e "$data/run/$name.hold" ] || continue
    unset "starts_at[$name]"
    start "$name"
    tell "$name is started again, pid $launched_pid."
  done
}

# start_those_asked_for: replicas that somebody adds while the stack runs (run/NAME.start).
start_those_asked_for() {
  local file name wanted
  for file in "$data"/run/*.start; do
    [ -e "$file" ] || continue
    name=${file##*/}
    name=${name%.start}
    rm -f "$file"
    [ -z "${pid_of[$name]:-}" ] || continue
    mapfile -t wanted < <(port_names_of "$name")
    assign_ports "${wanted[@]}"
    start "$name"
    tell "$name is new, pid $launched_pid."
  done
}

# watch_readiness: a child that ends with 0 when every replica is ready, else with 1 and the reasons.
watch_readiness() {
  (
    trap - INT TERM HUP EXIT
    deadline=$((SECONDS + ready_seconds))
    while read -r name; do
      until answer=$(http_get "${port_of[$name.admin]}" /readyz); do
        if ((SECONDS >= deadline)); then
          tell "$name is not ready after $ready_seconds s: ${answer:-no answer} (log: $data/logs/$name.log)"
          exit 1
        fi
        sleep 0.1
      done
    done < <(replica_names)
  ) 9>&- &
  readiness_pid=$!
}
readiness_pid=

# supervise: until a stop is asked for; calls when_ready once everything is.
supervise() {
  local name status idle
  exec {idle}<> <(:)
  watch_readiness
  while [ -z "$stopping" ]; do
    for name in "${!pid_of[@]}"; do
      kill -0 "${pid_of[$name]}" 2>/dev/null && continue
      status=0
      wait "${pid_of[$name]}" || status=$?
      unset "pid_of[$name]"
      died "$name" "$status"
    done
    if ((${#starts_at[@]})); then
      now_milliseconds
      start_those_due
    fi
    start_those_asked_for
    if [ -n "$readiness_pid" ] && ! kill -0 "$readiness_pid" 2>/dev/null; then
      if wait "$readiness_pid"; then when_ready; else request_stop "$EXIT_FAILURE"; fi
      readiness_pid=
    fi
    read -r -t "$look_every_seconds" -u "$idle" || true
  done
}

end_readiness_watch() { [ -z "$readiness_pid" ] || kill "$readiness_pid" 2>/dev/null || true; }
