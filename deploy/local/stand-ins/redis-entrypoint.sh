#!/bin/sh
# What docker-compose.yml asks of the official image's docker-entrypoint.sh: not as root.
set -e
[ "$(id -u)" != 0 ] || exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
exec "$@"
