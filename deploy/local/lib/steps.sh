# shellcheck shell=bash
# The steps of the tests: named, timed, their output shown and kept, summed up at the end. Lanes are steps beside each
# other, each lane by a shell of its own; what the steps came to stands in a file that all of them write.

step_group=
lane_names=()
declare -A lane_pid=()

# step NAME COMMAND…: runs it; goes on when it fails, and remembers. It is a process group of its own (set -m), so that
# an interrupt ends all of it.
step() {
  local name=$1 started=$SECONDS status=0 log verdict=passed
  shift
  log=$test_logs/${name//[^a-z0-9]/-}.log
  printf '\n=== %s\n' "$name"
  set -m
  { "$@" 2>&1 | tee "$log"; } </dev/null 8>&- &
  step_group=$!
  set +m
  wait "$step_group" || status=$?
  step_group=
  if ((status)); then verdict=FAILED; fi
  note_step "$verdict" $((SECONDS - started)) "$name"
  printf '=== %s: %s after %d s\n' "$name" "$verdict" $((SECONDS - started))
  return "$status"
}

# note_step VERDICT SECONDS NAME
note_step() { printf '%-6s %5d s  %s\n' "$@" >>"$test_logs/steps"; }

# lane NAME COMMAND…: runs it beside what follows, or before it where side_by_side is 0. What it says is shown by
# join_lanes.
lane() {
  local name=$1
  shift
  printf '\n=== beside: %s\n' "$name"
  # Not a process group of its own: the steps' set -m would stop one that has not the terminal.
  (
    launcher=
    trap 'interrupt_step; stop_stack; exit 130' INT TERM HUP
    trap stop_stack EXIT
    "$@"
  ) >"$test_logs/lane-$name.log" 2>&1 </dev/null 8>&- &
  lane_pid[$name]=$!
  lane_names+=("$name")
  ((side_by_side)) || join_lanes
}

# join_lanes: waits for all of them and shows what they said, one after the other.
join_lanes() {
  local name status
  for name in "${lane_names[@]}"; do
    status=0
    wait "${lane_pid[$name]}" || status=$?
    unset "lane_pid[$name]"
    printf '\n=== beside: %s\n' "$name"
    cat "$test_logs/lane-$name.log"
    ((status == 0)) || note_step FAILED 0 "$name, which ended with $status"
  done
  lane_names=()
}

interrupt_step() {
  [ -z "$step_group" ] || kill -TERM -- "-$step_group" 2>/dev/null || true
}

# interrupt_lanes: each ends its step and stops its stack first.
interrupt_lanes() {
  ((${#lane_pid[@]})) || return 0
  kill -TERM "${lane_pid[@]}" 2>/dev/null || true
  wait "${lane_pid[@]}" 2>/dev/null || true
}

# what_failed: of each step that failed the lines that say what, once more: a log is long, and its end is what is read.
what_failed() {
  local name log
  while read -r name; do
    log=$test_logs/${name//[^a-z0-9]/-}.log
    # A lane that ended before its time has one of its own.
    [ -f "$log" ] || log=$test_logs/lane-${name%%,*}.log
    [ -f "$log" ] || continue
    printf '\n--- %s\n' "$name"
    # What Swift's tests, ours and the tools mark; else how it ended.
    grep -aE '^ *(✘|✗|FAILS|FAILED)|(error|fatal error):|did not end within' "$log" | tail -n 40 | cut -c -500 || tail -n 20 "$log"
  done < <(sed -nE 's/^FAILED +[0-9]+ s  //p' "$test_logs/steps")
}

# sum_up: a line for each step; fails when one of them did.
sum_up() {
  local failed
  failed=$(grep -c '^FAILED' "$test_logs/steps" || true)
  what_failed
  printf '\n'
  cat "$test_logs/steps"
  printf '\nlogs and screenshots: %s; BOXOFFICE_TEST_SEED=%s\n%d passed, %d failed\n' "$test_data" "$seed" \
    $(($(wc -l <"$test_logs/steps") - failed)) "$failed"
  ((failed == 0))
}
