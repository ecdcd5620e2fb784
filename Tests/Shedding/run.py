#!/usr/bin/env python3
"""Too many at once: whoever pays and holds is served, everybody else is told at once when to come again.

python3 Tests/Shedding/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

Gateways of its own, with settings of their own, stand before the services of the running stack. Without options about
a minute. --full is thirty seconds of each flood.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

import tour  # noqa: E402
from house import House  # noqa: E402

import crowds  # noqa: E402
import limits  # noqa: E402
import staleness  # noqa: E402

CHECKS = [*limits.CHECKS, *staleness.CHECKS, *crowds.CHECKS]


async def run(arguments):
    house = House(arguments.base_url, arguments.data)
    house.is_full = arguments.full
    house.flood_seconds = 30 if arguments.full else 4
    print(f"  {await house.open(64)}", flush=True)
    checks = tour.Tour(arguments.only)
    await checks.run(CHECKS, lambda check: check(house))
    return checks.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    parser.add_argument("--full", action="store_true", help="at whole size")
    tour.main(run, parser.parse_args())
