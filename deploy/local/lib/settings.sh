# shellcheck shell=bash
# The settings of the local commands, from the environment, and the data folder's shelves.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)

# whole_number NAME VALUE LEAST MOST: stops unless VALUE is such a number.
whole_number() {
  if ! [[ $2 =~ ^[0-9]{1,9}$ ]] || ((10#$2 < $3 || 10#$2 > $4)); then
    stop_with "$EXIT_BAD_SETTINGS" "$1 is '$2': give a whole number from $3 to $4."
  fi
}

port=${BOXOFFICE_PORT:-8080}
replicas=${BOXOFFICE_REPLICAS:-1}
ready_seconds=${BOXOFFICE_READY_SECONDS:-120}
whole_number BOXOFFICE_PORT "$port" 1 65535
whole_number BOXOFFICE_REPLICAS "$replicas" 1 16
whole_number BOXOFFICE_READY_SECONDS "$ready_seconds" 1 3600
building=${BOXOFFICE_BUILD:-1}
whole_number BOXOFFICE_BUILD "$building" 0 1
listen=${BOXOFFICE_LISTEN:-127.0.0.1}
balancer=${BOXOFFICE_BALANCER:-0}
whole_number BOXOFFICE_BALANCER "$balancer" 0 1
tls=${BOXOFFICE_TLS:-0}
whole_number BOXOFFICE_TLS "$tls" 0 1
provider=${BOXOFFICE_PROVIDER:-sandbox}
case $provider in
sandbox) ;;
stripe | toss)
  ((!tls)) || stop_with "$EXIT_BAD_SETTINGS" "BOXOFFICE_PROVIDER=$provider starts a stand-in, which speaks no TLS."
  ;;
*) stop_with "$EXIT_BAD_SETTINGS" "BOXOFFICE_PROVIDER is '$provider': give sandbox, stripe or toss." ;;
esac
postgres=${BOXOFFICE_POSTGRES:-single}
case $postgres in
single | cluster | cluster-apart) ;;
*) stop_with "$EXIT_BAD_SETTINGS" "BOXOFFICE_POSTGRES is '$postgres': give single, cluster or cluster-apart." ;;
esac
tls_port=${BOXOFFICE_TLS_PORT:-}
tls_certificate=${BOXOFFICE_TLS_CERTIFICATE:-}
[ -z "$tls_port" ] || whole_number BOXOFFICE_TLS_PORT "$tls_port" 1 65535

# cpu_share NAME VALUE: prints a share of processors, in per cents of a core; nothing for none.
cpu_share() {
  [ -n "$2" ] || return 0
  # The kernel's least share of a period is a millisecond, and quota.sh's periods have ten.
  if [[ $2 =~ ^0*[0-9]$ ]]; then
    stop_with "$EXIT_BAD_SETTINGS" \
      "$1 is '$2': the kernel bounds nothing to less than 10 % of a core; give 10 to 6400."
  fi
  whole_number "$1" "$2" 10 6400
  printf '%s\n' $((10#$2))
}
cpu_quota=$(cpu_share BOXOFFICE_CPU_QUOTA "${BOXOFFICE_CPU_QUOTA:-}") || exit
gateway_cpu_quota=$(cpu_share BOXOFFICE_GATEWAY_CPU_QUOTA "${BOXOFFICE_GATEWAY_CPU_QUOTA:-}") || exit
if [ -n "$gateway_cpu_quota" ] && [ -z "$cpu_quota" ]; then
  stop_with "$EXIT_BAD_SETTINGS" 'BOXOFFICE_GATEWAY_CPU_QUOTA takes the gateways out of BOXOFFICE_CPU_QUOTA, which is not set.'
fi

data=${BOXOFFICE_DATA:-$repository/.local}
[[ $data = /* ]] || data=$PWD/$data

# Makes the data folder, which only its owner may read.
make_data_folder() {
  if ! { mkdir -p "$data" && chmod 700 "$data" && mkdir -p "$data"/{run,logs,secrets}; } 2>/dev/null; then
    stop_with "$EXIT_BAD_SETTINGS" "The data folder $data can't be written: set BOXOFFICE_DATA to a folder of yours."
  fi
  data=$(cd "$data" && pwd -P)
}
