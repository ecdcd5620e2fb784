# shellcheck shell=bash
# Runs a long command with its output in a log, tells how far it is, and can be interrupted.

progress_every_seconds=15
long_command=
progress_ticker=

# with_progress WHAT LOG COMMAND…: answers with the command's exit status.
# The command is the leader of a process group, so that an interrupt reaches everything that it started.
with_progress() {
  local what=$1 log=$2 started=$SECONDS status=0
  shift 2
  setsid setpriv --pdeathsig INT env --default-signal=INT,QUIT "$@" >>"$log" 2>&1 </dev/null 9>&- &
  long_command=$!
  (
    # A wait without a program, which would outlive the ticker.
    exec {idle}<> <(:)
    while ! read -r -t "$progress_every_seconds" -u "$idle"; do
      printf '  %s: %d s%s\n' "$what" $((SECONDS - started)) "$(last_step "$log")"
    done
  ) 9>&- &
  progress_ticker=$!
  wait "$long_command" || status=$?
  interrupt_long_command
  return "$status"
}

# Ends what with_progress runs, if it still does: the wait above was broken off by a signal.
interrupt_long_command() {
  if [ -n "$progress_ticker" ]; then
    kill "$progress_ticker" 2>/dev/null || true
    wait "$progress_ticker" 2>/dev/null || true
    progress_ticker=
  fi
  [ -n "$long_command" ] || return 0
  local group=$long_command tries
  long_command=
  for tries in {1..100}; do
    kill -0 "$group" 2>/dev/null || return 0
    if ((tries == 1)); then kill -INT -- "-$group" 2>/dev/null; fi
    if ((tries == 50)); then kill -KILL -- "-$group" 2>/dev/null; fi
    sleep 0.1
  done
}

# The newest line of a log that tells a step ("[812/1204] Compiling …", "Setting up …"), shortened.
last_step() {
  tail -c 4000 "$1" 2>/dev/null | tr '\r' '\n' |
    sed -n 's/^\(\[[0-9]*\/[0-9]*\].*\|Setting up .*\|Unpacking .*\|Fetching .*\|Collecting .*\)$/, \1/p' |
    tail -n 1 | cut -c 1-100
}
