# shellcheck shell=bash
# The four services: their settings and how a replica of each is started.

readonly programs=$repository/.build/release
readonly service_names=(seat-reservation payment realtime-push gateway)

# The names of all replicas of a start: SERVICE-NUMBER.
replica_names() {
  local service number
  for service in "${service_names[@]}"; do
    for ((number = 1; number <= replicas; number++)); do printf '%s-%d\n' "$service" "$number"; done
  done
}

# The ports that the stack needs beside the one that everybody knows.
port_names() {
  local name
  printf '%s\n' postgres redis mail.smtp mail.web provider
  cluster_port_names
  while read -r name; do port_names_of "$name"; done < <(replica_names)
}

port_names_of() {
  printf '%s\n' "$1.admin"
  case $1 in
  gateway-*) if ((balancer)); then printf '%s\n' "$1.public"; fi ;;
  realtime-push-*) printf '%s\n' "$1.internal" "$1.public" ;;
  *) printf '%s\n' "$1.internal" ;;
  esac
}

# gateway_port NAME: its own behind the balancer, else the one that all gateways share.
gateway_port() { if ((balancer)); then printf '%s' "${port_of[$1.public]}"; else printf '%s' "$port"; fi; }

# settings_of NAME: sets service_settings to the environment of this replica, for env.
settings_of() {
  local name=$1 secrets=$data/secrets
  service_settings=(
    "BOXOFFICE_STACK=$data"
    "BOXOFFICE_ADMIN_ADDRESS=127.0.0.1:${port_of[$name.admin]}"
    "BOXOFFICE_SERVICE_KEYS_FILE=$secrets/service-keys"
  )
  # Longer than the balancer needs to see it, and the lists of replicas.
  if ((balancer)); then service_settings+=("BOXOFFICE_DRAIN_NOTICE_MILLISECONDS=1500"); fi
  tls_settings_of "$name"
  case $name in
  gateway-*)
    service_settings+=(
      "BOXOFFICE_SEAT_RESERVATION_REPLICAS=file:$data/run/replicas/seat-reservation"
      "BOXOFFICE_PAYMENT_REPLICAS=file:$data/run/replicas/payment"
      "BOXOFFICE_REALTIME_PUSH_REPLICAS=file:$data/run/replicas/realtime-push"
      "BOXOFFICE_SESSION_KEYS_FILE=$secrets/session-keys"
      "BOXOFFICE_FINGERPRINT_KEYS_FILE=$secrets/fingerprint-keys"
      "BOXOFFICE_ADMISSION_KEYS_FILE=$secrets/admission-keys"
      "BOXOFFICE_WEB_ROOT=$repository/Services/Gateway/Web"
      "BOXOFFICE_OPENAPI_FILE=$repository/Services/Gateway/openapi.yaml"
      # Everybody comes from this machine, few accounts do the work of many, and the sandbox's cards are everybody's.
      "BOXOFFICE_SOURCE_REQUESTS_PER_SECOND=${BOXOFFICE_SOURCE_REQUESTS_PER_SECOND:-0}"
      "BOXOFFICE_SOURCE_SIGN_INS_PER_SECOND=${BOXOFFICE_SOURCE_SIGN_INS_PER_SECOND:-0}"
      "BOXOFFICE_ACCOUNT_REQUESTS_PER_SECOND=${BOXOFFICE_ACCOUNT_REQUESTS_PER_SECOND:-0}"
      "BOXOFFICE_INSTRUMENT_PAYMENTS_PER_MINUTE=${BOXOFFICE_INSTRUMENT_PAYMENTS_PER_MINUTE:-0}"
    )
    if ((balancer)); then
      service_settings+=("BOXOFFICE_PUBLIC_ADDRESS=127.0.0.1:$(gateway_port "$name")" 'BOXOFFICE_TRUSTED_PROXIES=127.0.0.1')
    else
      service_settings+=("BOXOFFICE_PUBLIC_ADDRESS=$listen:$port")
    fi
    return
    ;;
  esac
  service_settings+=(
    "BOXOFFICE_INTERNAL_ADDRESS=127.0.0.1:${port_of[$name.internal]}"
    "BOXOFFICE_REDIS_ADDRESS=127.0.0.1:${port_of[redis]}"
    "BOXOFFICE_REDIS_PASSWORD_FILE=$secrets/redis"
  )
  case $name in
  realtime-push-*)
    service_settings+=(
      "BOXOFFICE_PUBLIC_ADDRESS=127.0.0.1:${port_of[$name.public]}"
      "BOXOFFICE_SEAT_RESERVATION_REPLICAS=file:$data/run/replicas/seat-reservation"
    )
    if ((balancer)); then service_settings+=('BOXOFFICE_TRUSTED_PROXIES=127.0.0.1'); fi
    return
    ;;
  esac
  service_settings+=(
    "BOXOFFICE_DATABASE_HOSTS=$(ledger_hosts)"
    "BOXOFFICE_DATABASE_NAME=$ledger_database"
    "BOXOFFICE_DATABASE_USER=$service_role"
    "BOXOFFICE_DATABASE_PASSWORD_FILE=$secrets/service"
  )
  case $name in
  seat-reservation-*) service_settings+=("BOXOFFICE_ADMISSION_KEYS_FILE=$secrets/admission-keys") ;;
  payment-*)
    service_settings+=(
      "BOXOFFICE_SANDBOX_DATABASE_NAME=$sandbox_database"
      "BOXOFFICE_SANDBOX_DATABASE_HOSTS=127.0.0.1:${port_of[postgres]}"
      "BOXOFFICE_SANDBOX_WEBHOOK_URL=$(public_scheme)://127.0.0.1:$port/v1/webhooks/sandbox"
      "BOXOFFICE_SANDBOX_KEYS_FILE=$secrets/sandbox-keys"
      "BOXOFFICE_MAIL_SERVER=127.0.0.1:${port_of[mail.smtp]}"
      'BOXOFFICE_MAIL_PROTECTION=none'
      'BOXOFFICE_MAIL_FROM=tickets@boxoffice.example'
      "BOXOFFICE_SITE_URL=$(public_scheme)://localhost:$port"
      "BOXOFFICE_WEBHOOK_KEYS_FILE=$secrets/webhook-keys"
      "BOXOFFICE_PROOF_KEYS_FILE=$secrets/proof-keys"
      # An organizer who tries it out listens here.
      'BOXOFFICE_WEBHOOK_NETWORKS=127.0.0.0/8,::1'
      'BOXOFFICE_WEBHOOK_CLEAR_TEXT=true'
    )
    provider_settings
    ;;
  esac
}

# start_replica NAME
start_replica() {
  local service=${1%-*} service_settings quota_command
  settings_of "$1"
  # Of each small size a thread keeps so many freed pieces at hand, where the C library would keep 7: a batch of requests
  # frees hundreds at once, and what the thread does not keep goes back to the heap by the long way, and comes from there.
  within_quota "$service" env "GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.tcache_count=1024}" "${service_settings[@]}" \
    "$programs/$service"
  launch "$1" TERM "${quota_command[@]}"
}

# run_job SERVICE SUBCOMMAND…: runs a job of the service as the databases' owner.
run_job() {
  local service=$1 service_settings
  shift
  settings_of "$service-1"
  # create-customers signs sessions, which is the gateways' else.
  if [ -n "${BOXOFFICE_BULK_CUSTOMERS:-}" ]; then
    service_settings+=("BOXOFFICE_SESSION_KEYS_FILE=$data/secrets/session-keys")
  fi
  env "${service_settings[@]}" "BOXOFFICE_DATABASE_OWNER_USER=$owner_role" \
    "BOXOFFICE_DATABASE_OWNER_PASSWORD_FILE=$data/secrets/owner" "$programs/$service" "$@"
}

# job SERVICE SUBCOMMAND…: the same for the launcher: what it says goes to a log, and a failure ends the launcher.
job() {
  run_job "$@" 2>>"$data/logs/jobs.log" 9>&- && return
  local status=$?
  tail -n 5 "$data/logs/jobs.log" >&2
  stop_with "$status" "'$1 $2' failed (status $status); the whole story is in $data/logs/jobs.log"
}
