# shellcheck shell=bash
# Scenarios of the load tool on a stack of their own, under the data folder's rush/.

readonly scenario_folder=$repository/Tests/Load/Scenarios

# find_scenarios NAME…: sets scenario_files; a name is one of ours, or a file.
find_scenarios() {
  local name
  scenario_files=()
  for name in "$@"; do
    if [ -f "$scenario_folder/$name.json" ]; then
      scenario_files+=("$scenario_folder/$name.json")
    elif [ -f "$name" ]; then
      scenario_files+=("$(cd "$(dirname "$name")" && pwd)/${name##*/}")
    else
      stop_with "$EXIT_USAGE" "There is no scenario '$name': name a file, or one of $(
        cd "$scenario_folder" && printf '%s ' *.json | sed 's/\.json//g'
      )"
    fi
  done
}

# begin_crowds: a new data folder for the stack.
begin_crowds() {
  stack_data=$data/rush
  stack_port=$port
  rm -rf "$stack_data"
  mkdir -p "$stack_data" "$stack_data/reports"
}

# start_crowds_stack LOG: a stack whose gateways believe this machine that many people stand behind it, each with an
# address of its own, as behind a balancer: the load tool's connections are few. Nobody is asked for work before a hold,
# which would be this machine's own; the limits by address, account and card are off as on every local stack.
start_crowds_stack() {
  # Whoever asks for crowds has built: to look for changes once more takes a quarter of a minute.
  start_stack "$1" "$replicas" \
    BOXOFFICE_TRUSTED_PROXIES=127.0.0.0/8 BOXOFFICE_CHALLENGE_HOLDS_PER_SECOND=0 BOXOFFICE_BUILD=0
}

# play OPTION… FILE…: plays scenarios on it; answers with the load tool's exit code.
play() {
  local blow options=() patient=()
  for blow in gateway seat-reservation payment realtime-push redis redis-flush ledger; do
    options+=(--blow "$blow=\"$here/lib/blow\" $blow")
  done
  # Who measures must not wait for those who are measured: the thread that keeps the schedule asks for that itself, the
  # viewers are told here.
  if ((EUID == 0)); then patient=(nice -n -10); fi
  (cd "$repository" && BOXOFFICE_DATA=$stack_data "${patient[@]}" "$programs_folder/rush" play \
    --address "127.0.0.1:$stack_port" --forwarded --job "\"$here/job\"" --reports "$stack_data/reports" \
    "${options[@]}" "$@")
}
readonly programs_folder=$repository/.build/release
