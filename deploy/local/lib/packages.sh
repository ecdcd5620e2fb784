# shellcheck shell=bash
# Which Debian and Python packages are missing, and their installation.

readonly package_list=$repository/deploy/local/packages

# found PROBE: whether a command, a file or at least one file of a pattern is there.
found() {
  case $1 in
  /*) compgen -G "$1" >/dev/null ;;
  *) PATH=$PATH:/usr/sbin:/sbin type -P "$1" >/dev/null ;;
  esac
}

# missing_packages PURPOSE…: the Debian packages of these purposes that aren't there, one a line.
missing_packages() {
  local purpose package probe
  while read -r purpose package probe; do
    [[ " $* " = *" $purpose "* ]] || continue
    found "$probe" || printf '%s\n' "$package"
  done < <(grep -v '^#' "$package_list")
}

# Whether this account may install packages: root, or who may use sudo without a password.
may_install() { ((EUID == 0)) || { type -P sudo && sudo -n true; } >/dev/null 2>&1; }

# install_missing PURPOSE…: installs what is missing, or says what is and stops.
install_missing() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ! may_install; then
    stop_with "$EXIT_BAD_SETTINGS" \
      "These Debian packages are missing and only an administrator can install them: ${missing[*]}"
  fi
  if ! type -P apt-get >/dev/null; then
    stop_with "$EXIT_BAD_SETTINGS" "There is no apt-get here. Install what these Debian packages hold: ${missing[*]}"
  fi
  say "Installing Debian packages: ${missing[*]}"
  local log=$data/logs/packages.log status=0
  local installer=("$repository/deploy/local/lib/install-packages" "${missing[@]}")
  ((EUID == 0)) || installer=(sudo -n "${installer[@]}")
  with_progress 'Debian packages' "$log" "${installer[@]}" || status=$?
  if ((status)); then
    tail -n 5 "$log" >&2
    stop_with "$EXIT_FAILURE" "Installing them failed (status $status); the whole story is in $log"
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) || stop_with "$EXIT_FAILURE" "Still missing after the installation: ${missing[*]} (see $log)"
}

# make_python FOLDER: a virtual environment there with the Python packages of the list.
make_python() {
  local folder=$1 wanted log=$data/logs/python.log packages
  mapfile -t packages < <(sed -n 's/^python  *//p' "$package_list")
  wanted=$(printf '%s\n' "${packages[@]}" "$(readlink -f /usr/bin/python3)")
  [ "$(cat "$folder/.packages" 2>/dev/null)" != "$wanted" ] || return 0
  say "Installing Python packages: ${packages[*]}"
  rm -rf "$folder"
  if ! with_progress 'Python packages' "$log" python3 -m venv "$folder" ||
    ! with_progress 'Python packages' "$log" "$folder/bin/pip" install --disable-pip-version-check "${packages[@]}"; then
    tail -n 5 "$log" >&2
    stop_with "$EXIT_FAILURE" "Installing them failed; the whole story is in $log"
  fi
  printf '%s\n' "$wanted" >"$folder/.packages"
}
