# shellcheck shell=bash
# Certificates of the stack's own (BOXOFFICE_TLS=1): an authority, one certificate that everybody sees, one that the
# services show each other. secrets/tls/NAME.pem and .key; both change by a rename, so that nobody reads half of one.

readonly services_name=box-office.internal

make_certificates() {
  ((tls)) || return 0
  (
    umask 077
    mkdir -p "$data/secrets/tls"
    [ -s "$data/secrets/tls/authority.pem" ] || issue authority 3650 'CA:TRUE' ''
  )
  renew_certificates
}

# renew_certificates: new ones by the same authority, which running services take within seconds.
renew_certificates() {
  local everybody="DNS:localhost,DNS:$services_name,IP:127.0.0.1"
  (
    umask 077
    issue public 90 'CA:FALSE' "$everybody"
    issue services 90 'CA:FALSE' "DNS:$services_name"
  )
}

# issue NAME DAYS CONSTRAINT NAMES: signed by the authority; the authority by itself.
issue() {
  local folder=$data/secrets/tls names=() signer=()
  [ -z "$4" ] || names=(-addext "subjectAltName=$4")
  [ "$1" = authority ] || signer=(-CA "$folder/authority.pem" -CAkey "$folder/authority.key")
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days "$2" -subj "/CN=Box Office $1" \
    -addext "basicConstraints=critical,$3" "${names[@]}" "${signer[@]}" \
    -keyout "$folder/$1.key.new" -out "$folder/$1.pem.new" 2>>"$data/logs/certificates.log" ||
    stop_with "$EXIT_FAILURE" "No certificate for $1 could be made; the whole story is in $data/logs/certificates.log"
  mv "$folder/$1.key.new" "$folder/$1.key"
  mv "$folder/$1.pem.new" "$folder/$1.pem"
}

# tls_settings_of NAME: what a replica is to show, appended to service_settings.
tls_settings_of() {
  local folder=$data/secrets/tls
  ((tls)) || return 0
  service_settings+=(
    "BOXOFFICE_INTERNAL_TLS_CERTIFICATE_FILE=$folder/services.pem"
    "BOXOFFICE_INTERNAL_TLS_KEY_FILE=$folder/services.key"
    "BOXOFFICE_INTERNAL_TLS_AUTHORITY_FILE=$folder/authority.pem"
    "BOXOFFICE_INTERNAL_TLS_NAME=$services_name"
  )
  case $1 in
  gateway-* | realtime-push-*)
    # Behind the balancer the public ports are its own; it shows the certificate.
    ((balancer)) || service_settings+=("BOXOFFICE_TLS_CERTIFICATE_FILE=$folder/public.pem" "BOXOFFICE_TLS_KEY_FILE=$folder/public.key")
    ;;
  esac
}

# The scheme by which everybody reaches the stack's port.
public_scheme() { if ((tls && !balancer)); then printf https; else printf http; fi; }
