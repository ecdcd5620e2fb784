# shellcheck shell=bash
# Processes that the launcher starts: started so that they end with it, known by pid file, stopped in time.

# The birth of a process (boot and clock tick): tells it from a later one with the same pid.
birth_of() {
  local boot stat
  { read -r boot </proc/sys/kernel/random/boot_id && read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The second field, the program's name in brackets, may hold blanks; the birth is the 20th after it.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  printf '%s %s\n' "$boot" "${20}"
}

# launch NAME SIGNAL COMMAND…: starts it in the background, in a session of its own (so that a Ctrl-C meant for the
# launcher isn't its), with its output in logs/NAME.log and its pid in run/NAME.pid and in launched_pid. When the
# launcher itself is killed, the kernel sends it SIGNAL. launch_as may hold more of setpriv's options, launch_input the
# file to read from.
launch() {
  local name=$1 signal=$2
  shift 2
  setsid setpriv "${launch_as[@]}" --pdeathsig "$signal" "$@" >>"$data/logs/$name.log" 2>&1 <"$launch_input" 9>&- &
  launched_pid=$!
  birth_of "$launched_pid" >"$data/run/$name.birth" || true
  printf '%s\n' "$launched_pid" >"$data/run/$name.pid"
}
launch_as=()
launch_input=/dev/null

# is_alive NAME: whether the process that run/NAME.pid tells of still lives.
is_alive() {
  local pid
  pid=$(cat "$data/run/$1.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  [ "$(birth_of "$pid")" = "$(cat "$data/run/$1.birth" 2>/dev/null)" ] && ! is_zombie "$pid"
}

is_zombie() {
  local stat
  read -r stat <"/proc/$1/stat" || return 0
  [[ ${stat##*) } = Z* ]]
} 2>/dev/null

# send SIGNAL NAME…: to those that live.
send() {
  local signal=$1 name
  shift
  for name in "$@"; do
    if is_alive "$name"; then kill -s "$signal" "$(cat "$data/run/$name.pid")" 2>/dev/null || true; fi
  done
}

# wait_gone SECONDS NAME…: until all are gone; fails when some still live then.
wait_gone() {
  local deadline=$((SECONDS + $1)) name
  shift
  for name in "$@"; do
    while is_alive "$name"; do
      ((SECONDS < deadline)) || return 1
      sleep 0.05
    done
  done
}

# stop_gently SECONDS SIGNAL NAME…: asks by SIGNAL, waits, then kills what is left, and forgets them.
stop_gently() {
  local seconds=$1 signal=$2 name
  shift 2
  (($#)) || return 0
  send "$signal" "$@"
  if ! wait_gone "$seconds" "$@"; then
    for name in "$@"; do
      if is_alive "$name"; then tell "$name did not stop within $seconds s: it is killed."; fi
    done
    send KILL "$@"
    wait_gone 5 "$@" || true
  fi
  for name in "$@"; do rm -f "$data/run/$name".{pid,birth}; done
}

# The names of all pid files under run/ that match a pattern.
names_in_run() {
  local file
  for file in "$data"/run/$1.pid; do
    [ -e "$file" ] || continue
    file=${file##*/}
    printf '%s\n' "${file%.pid}"
  done
}

# stop_stack (needs cluster.sh): the balancer and the services first, then what they use.
stop_stack() {
  local services
  stop_gently 5 TERM balancer
  mapfile -t services < <(names_in_run '*-[0-9]*')
  stop_gently 13 TERM "${services[@]}"
  stop_gently 5 TERM mail redis provider
  stop_cluster
  stop_gently 30 INT postgres
  remove_machines
}
