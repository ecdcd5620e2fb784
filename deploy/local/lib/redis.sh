# shellcheck shell=bash
# A Redis of the stack's own: it carries messages and keeps nothing.

# Its settings come on standard input: an account that can't walk to the data folder can still read them.
start_redis() {
  local settings=$data/secrets/redis.conf
  (
    umask 077
    cat >"$settings" <<SETTINGS
bind 127.0.0.1
port ${port_of[redis]}
requirepass $(secret redis)
daemonize no
dir /
save ""
appendonly no
client-output-buffer-limit pubsub 64mb 16mb 10
tcp-keepalive 10
SETTINGS
  )
  if ((EUID == 0)); then launch_as=(--reuid=nobody --regid=nogroup --clear-groups); fi
  launch_input=$settings
  launch redis TERM redis-server -
  launch_as=()
  launch_input=/dev/null
}
