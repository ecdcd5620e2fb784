# shellcheck shell=bash
# What the commands say, and how they stop when they can't go on.

readonly EXIT_FAILURE=1 EXIT_BAD_SETTINGS=78

say() { printf '%s\n' "$*"; }

# A line with the time of day, for what happens while the stack runs.
tell() { printf '%(%H:%M:%S)T  %s\n' -1 "$*"; }

# stop_with CODE LINE: one clear line on standard error, and the end.
stop_with() {
  printf '%s\n' "$2" >&2
  exit "$1"
}
