# shellcheck shell=bash
# What the commands say, and how they stop when they can't go on.

readonly EXIT_FAILURE=1 EXIT_USAGE=64 EXIT_BAD_SETTINGS=78

say() { printf '%s\n' "$*"; }

# A line with the time of day, for what happens while the stack runs.
tell() { printf '%(%H:%M:%S)T  %s\n' -1 "$*"; }

# stop_with CODE LINE: one clear line on standard error, and the end.
stop_with() {
  printf '%s\n' "$2" >&2
  exit "$1"
}

# take_no_arguments "$@": a command's first comment explains it to whoever asks; anything else is refused.
take_no_arguments() {
  (($#)) || return 0
  case $1 in
  -h | --help)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  esac
  stop_with "$EXIT_USAGE" "There is no '$1' for $0: see --help."
}
