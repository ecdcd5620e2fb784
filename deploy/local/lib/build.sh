# shellcheck shell=bash
# The one build that the stack and the tests share: after the first, either asks for what the other made. To look whether
# anything is new takes a quarter of a minute: with BOXOFFICE_BUILD=0 nobody looks.

readonly build_options=(-c release -Xswiftc -enable-testing)

# build_products: the services.
build_products() { build_with 'services'; }

# build_tests: the services and the tests.
build_tests() { build_with 'services and tests' --build-tests; }

build_with() {
  local what=$1 log=$data/logs/build.log status=0
  shift
  ((building)) || return 0
  say "Building the $what (some minutes the first time)."
  : >"$log"
  with_progress 'Building' "$log" swift build --package-path "$repository" "${build_options[@]}" "$@" || status=$?
  ((status)) || return 0
  grep -E 'error: ' "$log" | sort -u | head -n 20 >&2 || tail -n 5 "$log" >&2
  stop_with "$EXIT_FAILURE" "The build failed (status $status); the whole story is in $log"
}
