# shellcheck shell=bash
# Free TCP ports, remembered under the data folder so that they stay the same from start to start.

# The ports that somebody listens on, one a line. /proc tells: a bare Debian has no ss.
listening_ports() {
  local local_address state
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | while read -r _ local_address _ state _; do
    [ "$state" = 0A ] && printf '%d\n' "0x${local_address##*:}"
  done | sort -un
}

is_listening() { listening_ports | grep -qx "$1"; }

declare -A port_of=()

# The ports of the last start.
recall_ports() {
  local name number
  [ -e "$data/run/ports" ] || return 0
  while read -r name number; do port_of[$name]=$number; done <"$data/run/ports"
}

# assign_ports NAME…: gives each name a free port in port_of, the one of the last start where it is still free.
# New ones are looked for from a place that depends on the data folder, so that two stacks seldom meet, and below the
# range that the kernel hands out by itself.
assign_ports() {
  local kept=$data/run/ports name number next
  local -A taken=()
  while read -r number; do taken[$number]=1; done < <(listening_ports)
  taken[$port]=1
  recall_ports
  next=$((20000 + 16#$(printf '%s' "$data" | sha256sum | cut -c 1-6) % 9000))
  for name in "$@"; do
    number=${port_of[$name]:-}
    if [ -z "$number" ] || [ -n "${taken[$number]:-}" ]; then
      while [ -n "${taken[$next]:-}" ]; do next=$((next + 1)); done
      number=$next
    fi
    port_of[$name]=$number
    taken[$number]=1
  done
  for name in "${!port_of[@]}"; do printf '%s %s\n' "$name" "${port_of[$name]}"; done | sort >"$kept.new"
  mv "$kept.new" "$kept"
}
