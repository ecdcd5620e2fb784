# shellcheck shell=bash
# A bound on the processor time of all services together (BOXOFFICE_CPU_QUOTA, per cents of a core), by a control group
# of the kernel's: so that many times what they can take can be offered from the same machine.

quota_group=
quota_processors=
# Short, so that whoever used up a period's share waits a hundredth of a second and no longer.
readonly quota_period_microseconds=10000

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

# make_quota: makes the group where a quota is asked for; services are started in it.
make_quota() {
  [ -n "$cpu_quota" ] || return 0
  local kind place limit=$((cpu_quota * quota_period_microseconds / 100))
  read -r kind place < <(cpu_hierarchy) || stop_with "$EXIT_BAD_SETTINGS" \
    'BOXOFFICE_CPU_QUOTA needs control groups with the cpu controller, and none is mounted here.'
  quota_group=$place/box-office-$(printf '%s' "$data" | sha256sum | cut -c 1-8)
  {
    if [ "$kind" = cgroup2 ]; then
      echo +cpu >"$place/cgroup.subtree_control" && mkdir -p "$quota_group" &&
        echo "$limit $quota_period_microseconds" >"$quota_group/cpu.max"
    else
      # The old quota is taken away first: none may be larger than its period allows.
      mkdir -p "$quota_group" && echo -1 >"$quota_group/cpu.cfs_quota_us" &&
        echo "$quota_period_microseconds" >"$quota_group/cpu.cfs_period_us" &&
        echo "$limit" >"$quota_group/cpu.cfs_quota_us"
    fi
  } 2>/dev/null || stop_with "$EXIT_BAD_SETTINGS" \
    "BOXOFFICE_CPU_QUOTA needs a control group, and $quota_group can't be made: be root, outside of a container."
  quota_processors=$(processors_for_quota)
  say "The services have $cpu_quota % of a core together."
}

# As many of our processors as the quota needs, for taskset. The kernel hands a period's share out to processors by
# pieces that are half of it: on more of them, those who run on the last one would have next to nothing.
processors_for_quota() {
  local range ours=()
  while read -r range; do
    mapfile -t -O "${#ours[@]}" ours < <(seq "${range%-*}" "${range#*-}")
  done < <(awk '/^Cpus_allowed_list/ { gsub(",", "\n", $2); print $2 }' /proc/self/status)
  local IFS=, count=$(((cpu_quota + 99) / 100))
  if ((count > ${#ours[@]})); then count=${#ours[@]}; fi
  printf '%s\n' "${ours[*]: -count}"
}

# remove_quota: once nothing runs in it.
remove_quota() {
  [ -n "$quota_group" ] || return 0
  rmdir "$quota_group" 2>/dev/null || true
  quota_group=
}

# within_quota COMMAND…: sets quota_command to one that starts the command in the group, if there is one.
within_quota() {
  quota_command=("$@")
  [ -n "$quota_group" ] || return 0
  # shellcheck disable=SC2016
  quota_command=(sh -c 'echo 0 >"$1/cgroup.procs" && shift && exec "$@"' sh "$quota_group"
    taskset --cpu-list "$quota_processors" "$@")
}
