# shellcheck shell=bash
# Builds the fuzzers: what they try is compiled once more, so that it tells where it has been (SanitizerCoverage) and is
# watched (AddressSanitizer); the libraries below it are those of the ordinary build.

readonly fuzzed_modules=(Ticketing Ledger Wire HTTP2)
readonly fuzzers_folder=$repository/.build-fuzz
readonly fuzzers=$fuzzers_folder/fuzzers

build_fuzzers() {
  build_tests
  ordinary=$(cd "$repository/.build/release" && pwd -P)
  mkdir -p "$fuzzers_folder"
  fuzzers_are_old || return 0
  say 'Building the fuzzers (two minutes).'
  local log=$data/logs/build-fuzzers.log
  : >"$log"
  compile_fuzzers "$log" && return
  grep -E 'error: ' "$log" | sort -u | head -n 20 >&2
  stop_with "$EXIT_FAILURE" "The build of the fuzzers failed; the whole story is in $log"
}

fuzzers_are_old() {
  [ -e "$fuzzers" ] || return 0
  [ -n "$(cd "$repository" && find "${fuzzed_modules[@]/#/Shared/}" Tests/Fuzzing Package.swift deploy/local/lib/fuzzers.sh \
    -newer "$fuzzers" -print -quit)" ]
}

# compile_fuzzers LOG
compile_fuzzers() {
  local log=$1 module options=() sources
  module_map_options
  for module in "${fuzzed_modules[@]}"; do
    # As in Package.swift.
    if [ "$module" = HTTP2 ]; then options=(-enforce-exclusivity=unchecked); else options=(); fi
    mapfile -t sources < <(find "$repository/Shared/$module" -name '*.swift' | sort)
    compile_module "$log" "$module" "${options[@]}" "${sources[@]}" || return
  done
  compile_module "$log" Fuzzers "$repository"/Tests/Fuzzing/*.swift || return
  link_fuzzers "$log"
}

# compile_module LOG NAME ARGUMENT…
compile_module() {
  local log=$1 name=$2
  shift 2
  with_progress "Building $name" "$log" swiftc -O -g -whole-module-optimization -parse-as-library -swift-version 6 \
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
    -enable-upcoming-feature MemberImportVisibility -warnings-as-errors -enable-testing -sanitize=fuzzer,address \
    -module-cache-path "$fuzzers_folder/cache" -I "$fuzzers_folder" -I "$ordinary/Modules" "${map_options[@]}" \
    -package-name box_office -module-name "$name" -emit-module -emit-module-path "$fuzzers_folder/$name.swiftmodule" \
    -c -o "$fuzzers_folder/$name.o" "$@"
}

# The modules in C of the libraries, as swift build has them.
module_map_options() {
  local map
  map_options=()
  for map in "$repository"/Shared/C*/module.modulemap "$ordinary"/*.build/module.modulemap; do
    map_options+=(-Xcc "-fmodule-map-file=$map")
  done
  for map in "$repository"/.build/checkouts/*/Sources/*/include; do
    map_options+=(-Xcc -I -Xcc "$map")
    if [ -e "$map/module.modulemap" ]; then map_options+=(-Xcc "-fmodule-map-file=$map/module.modulemap"); fi
  done
}

# link_fuzzers LOG: with every object of the libraries, of which the linker keeps what is used; whatever the manifest names
# is ours and not among them. Debian's gold fails on objects with AddressSanitizer.
link_fuzzers() {
  local log=$1 ours objects=$fuzzers_folder/objects
  ours=$(cd "$repository" && {
    printf '%s\n' Shared/* Services/* Tests/* | sed 's#.*/##'
    sed -nE '/package:/!s/.*name: "([A-Za-z]+)".*/\1/p' Package.swift
  } | sort -u | tr '\n' '|')
  find "$ordinary" -path '*.build/*' -name '*.o' | grep -vE "/(${ours}[^/]*Tests|[^/]*Program|box-office[^/]*)\.build/" |
    sed 's/.*/"&"/' >"$objects"
  with_progress 'Linking' "$log" swiftc -sanitize=fuzzer,address -use-ld=lld -Xlinker --gc-sections \
    "$fuzzers_folder"/*.o "@$objects" -lnghttp2 -lz -lstdc++ -o "$fuzzers"
}
