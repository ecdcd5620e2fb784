# shellcheck shell=bash
# The demonstration sale: a real stadium, on sale now, and an organizer. Made once for each data folder.

readonly charts=$repository/Services/SeatReservation/Charts
readonly organizer_email=organizer@boxoffice.example

# member NAME: the string under this name in the JSON object on standard input.
member() { tr -d '\n' | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"; }

# once NAME COMMAND…: runs it unless it was done before, and keeps its answer in demonstration/NAME.
once() {
  local kept=$data/demonstration/$1
  shift
  mkdir -p "$data/demonstration"
  [ -e "$kept" ] || { "$@" >"$kept.new" && mv "$kept.new" "$kept"; }
}

import_demonstration_chart() {
  job seat-reservation import-chart "$charts/rakuten-taoyuan/chart.csv" --layout "$charts/rakuten-taoyuan/layout.json" \
    --name 'Rakuten Taoyuan Baseball Stadium'
}

create_demonstration_event() {
  job seat-reservation create-event --title 'Box Office: the demonstration concert' \
    --venue 'Rakuten Taoyuan Baseball Stadium' --chart "$(member chart_id <"$data/demonstration/chart")" \
    --starts-at "$(date -u -d '+60 days' +%Y-%m-%dT10:00:00Z)"
}

create_demonstration_organizer() {
  secret organizer | job seat-reservation create-organizer --email "$organizer_email" --password-stdin
}

make_demonstration() {
  [ ! -e "$data/demonstration/organizer" ] || return 0
  say 'Making the demonstration sale.'
  once chart import_demonstration_chart
  once event create_demonstration_event
  once organizer create_demonstration_organizer
}
