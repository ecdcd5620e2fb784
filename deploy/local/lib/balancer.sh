# shellcheck shell=bash
# HAProxy in front of the stack (BOXOFFICE_BALANCER=1), by the same file as anywhere else. Its servers are slots that are
# filled and emptied over its socket while it runs, so that no connection of anybody's is lost.

readonly balancer_configuration=$repository/deploy/load-balancer/haproxy.cfg
# A name and no path: a path to a socket may have 107 bytes, and the data folder's may be longer.
readonly balancer_socket=balancer.socket balancer_certificate=$data/secrets/tls/balancer.pem

start_balancer() {
  local settings=("BOXOFFICE_BALANCER_ADDRESS=$listen:$port" "BOXOFFICE_BALANCER_SOCKET=unix@$balancer_socket")
  if [ -n "$tls_port" ]; then
    [ -n "$tls_certificate" ] || write_balancer_certificate
    settings+=("BOXOFFICE_BALANCER_TLS_ADDRESS=$listen:$tls_port"
      "BOXOFFICE_BALANCER_CERTIFICATE=${tls_certificate:-$balancer_certificate}")
  fi
  launch balancer TERM env --chdir "$data/run" PATH="$PATH:/usr/sbin:/sbin" "${settings[@]}" haproxy -db -f "$balancer_configuration"
  fill_balancer
}

# The stack's own certificate for everybody, with its key in one file.
write_balancer_certificate() {
  (
    umask 077
    cat "$data/secrets/tls/public.pem" "$data/secrets/tls/public.key" >"$balancer_certificate.new"
  )
  mv "$balancer_certificate.new" "$balancer_certificate"
}

# renew_balancer_certificate: the same for a balancer that runs; connections that are open go on.
renew_balancer_certificate() {
  write_balancer_certificate
  tell_balancer "set ssl cert $balancer_certificate <<"$'\n'"$(grep . "$balancer_certificate")"$'\n' >/dev/null
  tell_balancer "commit ssl cert $balancer_certificate" | grep -q Success ||
    stop_with "$EXIT_FAILURE" 'The balancer does not take the new certificate.'
}

# fill_balancer: tells a balancer that just began of all replicas that are listed. One that does not begin is dealt with
# as everything that dies young.
fill_balancer() {
  local name
  until tell_balancer 'show version' >/dev/null 2>&1; do
    is_alive balancer || return 0
    sleep 0.05
  done
  while read -r name; do
    if is_listed "$name"; then open_slot "$name"; fi
  done < <(names_in_run 'gateway-[0-9]*'; names_in_run 'realtime-push-[0-9]*')
}

# tell_balancer COMMAND…: says each to HAProxy; what it answers on standard output. (perl-base is part of every Debian.)
tell_balancer() {
  local IFS=';'
  env --chdir "$data/run" perl -MIO::Socket::UNIX -e '
    my $socket = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "no balancer at $ARGV[0]: $!\n";
    print $socket "$ARGV[1]\n";
    print while <$socket>;
  ' "$balancer_socket" "$*"
}

# slots_of NAME: what the balancer calls a replica; nothing where it knows none.
slots_of() {
  ((balancer)) || return 0
  case $1 in
  gateway-*) printf 'gateway/%s\n' "$1" "busy-$1" ;;
  realtime-push-*) printf 'realtime-push/%s\n' "$1" ;;
  esac
}

# set_slots NAME SETTING…: each setting of each of its slots.
set_slots() {
  local slot setting settings=()
  for slot in $(slots_of "$1"); do
    for setting in "${@:2}"; do settings+=("set server $slot $setting"); done
  done
  ((${#settings[@]} == 0)) || tell_balancer "${settings[@]}" >>"$data/logs/balancer-slots.log"
}

# open_slot NAME: requests may go there.
open_slot() {
  [ -n "$(slots_of "$1")" ] || return 0
  set_slots "$1" "addr 127.0.0.1 port ${port_of[$1.public]}" "check-port ${port_of[$1.admin]}" 'state ready'
}

# drain_slot NAME: no new ones do; those that are there come to their end.
drain_slot() { set_slots "$1" 'state drain'; }

# close_slot NAME: nobody is there any more.
close_slot() { set_slots "$1" 'state maint'; }
