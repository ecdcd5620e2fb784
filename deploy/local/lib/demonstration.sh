# shellcheck shell=bash
# The demonstration sale: a real stadium, on sale now, and an organizer. Made once for each data folder.

readonly charts=$repository/Services/SeatReservation/Charts
readonly organizer_email=organizer@boxoffice.example
# Prices in won, by the chart's price levels.
readonly demonstration_prices=(
  premium=75000 infield_lower=55000 sideline_lower=40000 infield_upper=32000 sideline_upper=22000 outfield=15000)

# member NAME: the string under this name in the JSON object on standard input.
member() { tr -d '\n' | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"; }

# once NAME COMMAND…: runs it unless it was done before, and keeps its answer in demonstration/NAME. (An answer that is
# whole but not in its place was given while the launcher was killed.)
once() {
  local kept=$data/demonstration/$1
  shift
  mkdir -p "$data/demonstration"
  [ ! -e "$kept" ] || return 0
  [[ $(tail -n 1 "$kept.new" 2>/dev/null) = *'}' ]] || "$@" >"$kept.new"
  mv "$kept.new" "$kept"
}

create_demonstration_organizer() {
  secret organizer | job seat-reservation create-organizer --email "$organizer_email" --password-stdin
}

import_demonstration_chart() {
  job seat-reservation import-chart "$charts/rakuten-taoyuan/chart.csv" --layout "$charts/rakuten-taoyuan/layout.json" \
    --name 'Rakuten Taoyuan Baseball Stadium'
}

create_demonstration_event() {
  job seat-reservation create-event --title 'Box Office: the demonstration concert' \
    --description 'A concert that takes place nowhere, in a stadium that is real.' \
    --venue 'Rakuten Taoyuan Baseball Stadium' --organizer "$organizer_email" \
    --chart "$(member chart_id <"$data/demonstration/chart")" "${demonstration_prices[@]/#/--price=}" \
    --service-fee 1000 --tax-basis-points 1000 --refund-until-seconds 86400 --seats-per-customer 6 \
    --starts-at "$(date -u -d '+60 days' +%Y-%m-%dT10:00:00Z)"
}

make_demonstration() {
  [ ! -e "$data/demonstration/event" ] || return 0
  say 'Making the demonstration sale.'
  once organizer create_demonstration_organizer
  once chart import_demonstration_chart
  once event create_demonstration_event
}
