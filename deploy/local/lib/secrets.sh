# shellcheck shell=bash
# Passwords and keys, made once and kept under the data folder, for its owner's eyes only.

random_hexadecimal() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# make_secret NAME KIND: makes secrets/NAME unless it is there. Kinds: password (32 hexadecimal digits), words (what a
# person types: four groups of four), keys (an id and 256 bits, as the services read them).
make_secret() {
  local file=$data/secrets/$1
  [ ! -s "$file" ] || return 0
  (
    umask 077
    case $2 in
    password) random_hexadecimal 16 ;;
    words) random_hexadecimal 8 | sed 's/..../&-/g; s/-$//' ;;
    keys) printf 'k%s:%s' "$(random_hexadecimal 2)" "$(random_hexadecimal 32)" ;;
    esac >"$file.new"
  )
  mv "$file.new" "$file"
}

make_secrets() {
  local name
  for name in postgres replication rewind owner service redis provider-key provider-webhooks; do make_secret "$name" password; done
  for name in service-keys session-keys fingerprint-keys admission-keys sandbox-keys webhook-keys proof-keys; do make_secret "$name" keys; done
  make_secret organizer words
}

secret() { cat "$data/secrets/$1"; }
