# shellcheck shell=bash
# The steps of the tests: named, timed, their output shown and kept, summed up at the end.

steps_told=()
steps_passed=0
steps_failed=0
step_group=

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
  if ((status)); then
    verdict=FAILED
    steps_failed=$((steps_failed + 1))
  else
    steps_passed=$((steps_passed + 1))
  fi
  steps_told+=("$(printf '%-6s %5d s  %s' "$verdict" $((SECONDS - started)) "$name")")
  printf '=== %s: %s after %d s\n' "$name" "$verdict" $((SECONDS - started))
  return "$status"
}

interrupt_step() {
  [ -z "$step_group" ] || kill -TERM -- "-$step_group" 2>/dev/null || true
}

sum_up() {
  printf '\n'
  printf '%s\n' "${steps_told[@]}"
  printf '\nlogs and screenshots: %s\n%d passed, %d failed\n' "$test_data" "$steps_passed" "$steps_failed"
}
