# shellcheck shell=bash
# The little HTTP that the launcher speaks: a bare Debian has no curl.

# http_get PORT PATH: the answer's body on standard output; true when its status is 200.
http_get() {
  local line status='' body=
  {
    exec {connection}<>"/dev/tcp/127.0.0.1/$1" || return 1
  } 2>/dev/null
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&"$connection"
  if IFS= read -r -t 3 -u "$connection" status; then
    while IFS= read -r -t 3 -u "$connection" line && [ "$line" != $'\r' ]; do :; done
    while IFS= read -r -t 3 -u "$connection" line || [ -n "$line" ]; do
      body+=$line
      [ ${#body} -lt 4000 ] || break
    done
  fi
  exec {connection}>&-
  printf '%s' "$body"
  [[ $status = 'HTTP/1.1 200'* ]]
}
