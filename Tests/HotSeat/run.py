#!/usr/bin/env python3
"""Everybody wants the same seat, the best seats, or more than their share: one winner, no refusal too many, no hoarder.

python3 Tests/HotSeat/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

Without options about a minute. --full is 10,000 clicks within a second, 5,000 changes a second while holds lapse, and
500 hoarders against 5,000 buyers: some minutes on two cores. What is measured in seconds is judged with --full alone; a
client in Python takes a part of it.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

import tour  # noqa: E402
from house import House  # noqa: E402

import best_seats  # noqa: E402
import hoarders  # noqa: E402
import hot_seat  # noqa: E402
import lapses  # noqa: E402
import second_chances  # noqa: E402

CHECKS = [
    *hot_seat.CHECKS, *best_seats.CHECKS, *lapses.CHECKS, *second_chances.CHECKS, *hoarders.CHECKS,
]


async def run(arguments):
    house = House(arguments.base_url, arguments.data)
    house.is_full = arguments.full
    house.clicks = arguments.clicks or (10_000 if arguments.full else 1_000)
    house.bots = arguments.bots or (500 if arguments.full else 20)
    house.buyers = arguments.buyers or (5_000 if arguments.full else 200)
    print(f"  {await house.open(4, 196)}", flush=True)
    checks = tour.Tour(arguments.only)
    await checks.run(CHECKS, lambda check: check(house))
    return checks.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    parser.add_argument("--full", action="store_true", help="at whole size")
    parser.add_argument("--clicks", type=int, help="clicks on the one seat within a second")
    parser.add_argument("--bots", type=int, help="hoarders")
    parser.add_argument("--buyers", type=int, help="honest buyers beside them")
    tour.main(run, parser.parse_args())
