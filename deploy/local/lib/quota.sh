# shellcheck shell=bash
# A bound on the processor time of all services together (BOXOFFICE_CPU_QUOTA, per cents of a core), by a control group
# of the kernel's: so that many times what they can take can be offered from the same machine. The gateways may have one of
# their own (BOXOFFICE_GATEWAY_CPU_QUOTA), as on machines of their own.

quota_kind=
quota_place=
# Of a group's name: where it is, and which processors it has.
declare -A quota_groups=() quota_processors=()
# As short as the kernel takes them, so that whoever used up a period's share waits for the next one and no longer: a
# share of a processor is to look like a slower one, and not like one that stands still for milliseconds.
readonly quota_period_microseconds_min=2000 quota_microseconds_min=1000

# The file system of the second version that has the cpu controller, or of the first, where there is one.
cpu_hierarchy() {
  local kind place options
  while read -r _ place kind options _; do
    case $kind in
    cgroup2) grep -qw cpu "$place/cgroup.controllers" 2>/dev/null || continue ;;
    cgroup) [[ ,$options, = *,cpu,* ]] || continue ;;
    *) continue ;;
    esac
    printf '%s %s\n' "$kind" "$place"
    return
  done </proc/mounts
  return 1
}

# make_quota: makes the groups where a quota is asked for; services are started in them.
make_quota() {
  [ -n "$cpu_quota" ] || return 0
  read -r quota_kind quota_place < <(cpu_hierarchy) || stop_with "$EXIT_BAD_SETTINGS" \
    'BOXOFFICE_CPU_QUOTA needs control groups with the cpu controller, and none is mounted here.'
  make_quota_group services "$cpu_quota" last
  if [ -z "$gateway_cpu_quota" ]; then
    say "The services have $cpu_quota % of a core together."
  else
    make_quota_group gateways "$gateway_cpu_quota" first
    say "The gateways have $gateway_cpu_quota % of a core together, the services behind them $cpu_quota %."
  fi
}

# make_quota_group NAME QUOTA first|last: which of our processors it has
make_quota_group() {
  local group period=$(((quota_microseconds_min * 100 + $2 - 1) / $2))
  if ((period < quota_period_microseconds_min)); then period=$quota_period_microseconds_min; fi
  local limit=$(($2 * period / 100))
  group=$quota_place/box-office-$1-$(printf '%s' "$data" | sha256sum | cut -c 1-8)
  {
    if [ "$quota_kind" = cgroup2 ]; then
      echo +cpu >"$quota_place/cgroup.subtree_control" && mkdir -p "$group" &&
        echo "$limit $period" >"$group/cpu.max"
    else
      # The old quota is taken away first: none may be larger than its period allows.
      mkdir -p "$group" && echo -1 >"$group/cpu.cfs_quota_us" &&
        echo "$period" >"$group/cpu.cfs_period_us" &&
        echo "$limit" >"$group/cpu.cfs_quota_us"
    fi
  } 2>/dev/null || stop_with "$EXIT_BAD_SETTINGS" \
    "BOXOFFICE_CPU_QUOTA needs a control group, and $group can't be made: be root, outside of a container."
  quota_groups[$1]=$group
  quota_processors[$1]=$(processors_for "$2" "$3")
}

# processors_for QUOTA first|last: as many of our processors as the quota needs, for taskset. The kernel hands a period's
# share out to processors by pieces that are half of it: on more of them, those who run on the last one would have next to
# nothing.
processors_for() {
  local range ours=() IFS=, count=$((($1 + 99) / 100))
  while read -r range; do
    mapfile -t -O "${#ours[@]}" ours < <(seq "${range%-*}" "${range#*-}")
  done < <(awk '/^Cpus_allowed_list/ { gsub(",", "\n", $2); print $2 }' /proc/self/status)
  if ((count > ${#ours[@]})); then count=${#ours[@]}; fi
  if [ "$2" = first ]; then
    printf '%s\n' "${ours[*]:0:count}"
  else
    printf '%s\n' "${ours[*]: -count}"
  fi
}

# remove_quota: once nothing runs in them.
remove_quota() {
  ((${#quota_groups[@]})) || return 0
  rmdir "${quota_groups[@]}" 2>/dev/null || true
  quota_groups=()
}

# within_quota SERVICE COMMAND…: sets quota_command to one that starts the command in the service's group, if there is one.
within_quota() {
  local name=services
  if [ "$1" = gateway ] && [ -n "$gateway_cpu_quota" ]; then name=gateways; fi
  shift
  quota_command=("$@")
  [ -n "${quota_groups[$name]:-}" ] || return 0
  # shellcheck disable=SC2016
  quota_command=(sh -c 'echo 0 >"$1/cgroup.procs" && shift && exec "$@"' sh "${quota_groups[$name]}"
    taskset --cpu-list "${quota_processors[$name]}" "$@")
}
