#!/usr/bin/env python3
"""The opening: a crowd waits for it, most of them leave, a gateway dies and Redis is flushed, and every seat is sold once.

python3 Tests/WaitingRoom/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

Without options 300 customers want 240 seats, a minute and a half where BOXOFFICE_WAITING_AWAY_SECONDS is 15, as on the
tests' own stack. --customers and --seats say how many; --seats 0 is the stadium of the demonstration. Customers are written into the ledger and signed in by the stack's own key, so that their
passwords cost nothing.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

import tour  # noqa: E402
from house import House  # noqa: E402

import admissions  # noqa: E402
import opening  # noqa: E402

CHECKS = [*admissions.CHECKS, *opening.CHECKS, *admissions.LAST_CHECKS]


async def run(arguments):
    house = House(arguments.base_url, arguments.data)
    house.crowd, house.seats, house.admitted = arguments.customers, arguments.seats, None
    print(f"  {await house.open(4)}", flush=True)
    checks = tour.Tour(arguments.only)
    await checks.run(CHECKS, lambda check: check(house))
    return checks.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    parser.add_argument("--customers", type=int, default=300, help="who enter before the opening")
    parser.add_argument("--seats", type=int, default=240, help="of the performance; 0 for the stadium")
    tour.main(run, parser.parse_args())
