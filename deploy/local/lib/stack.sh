# shellcheck shell=bash
# A stack of its own for tests and benchmarks, under stack_data and on stack_port.

launcher=

# start_stack LOG REPLICAS [SETTING=VALUE…]: returns when it is ready.
start_stack() {
  local log=$1 replicas=$2 deadline=$((SECONDS + 300))
  env "BOXOFFICE_PORT=$stack_port" "BOXOFFICE_DATA=$stack_data" "BOXOFFICE_REPLICAS=$replicas" "${@:3}" \
    "$here/run" >"$log" 2>&1 8>&- &
  launcher=$!
  until [ -e "$stack_data/run/ready" ]; do
    if ! kill -0 "$launcher" 2>/dev/null || ((SECONDS > deadline)); then
      cat "$log"
      return 1
    fi
    sleep 0.1
  done
  cat "$log"
}

stop_stack() {
  [ -n "$launcher" ] || return 0
  kill "$launcher" 2>/dev/null || true
  wait "$launcher" 2>/dev/null || true
  launcher=
}
