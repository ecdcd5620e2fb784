# shellcheck shell=bash
# The one build that the stack and the tests share.

readonly build_options=(-c release -Xswiftc -enable-testing)

# build_products: the services. Skips asking the builder when no source is newer than the last build.
build_products() {
  local stamp=$repository/.build/box-office-built
  if [ -e "$stamp" ] && [ -z "$(cd "$repository" && find Package.swift Shared Services -newer "$stamp" \
    -not -path 'Services/Gateway/Web*' -print -quit)" ]; then
    return 0
  fi
  build_with "$stamp"
}

# build_tests: the services and the tests.
build_tests() { build_with "$repository/.build/box-office-built" --build-tests; }

build_with() {
  local stamp=$1 log=$data/logs/build.log status=0 started
  shift
  say 'Building (the first time takes some minutes).'
  started=$(mktemp "$data/run/build.XXXXXX")
  : >"$log"
  with_progress 'Building' "$log" swift build --package-path "$repository" "${build_options[@]}" "$@" || status=$?
  if ((status)); then
    rm -f "$started"
    grep -E 'error: ' "$log" | sort -u | head -n 20 >&2 || true
    stop_with "$EXIT_FAILURE" "The build failed (status $status); the whole story is in $log"
  fi
  mv "$started" "$stamp"
}
