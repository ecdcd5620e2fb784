#!/usr/bin/env python3
"""A whole stack under kills, storms and rivals: seats, money and maps must come out right.

python3 Tests/Stack/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)
"""

import answers
import contention
import live
import messages
import outages
import payments
import refunds
import secrecy
import settings
import tickets
import tour
from house import House

CHECKS = [
    *settings.CHECKS, *answers.CHECKS, *payments.CHECKS, *tickets.CHECKS, *refunds.CHECKS, *messages.CHECKS,
    *contention.CHECKS, *live.CHECKS, *outages.CHECKS, *messages.LAST_CHECKS, *secrecy.CHECKS,
]


# A password costs tens of milliseconds by design; those who need none of their own are made in bulk.
SIGNED_UP = 100


async def run(arguments):
    house = House(arguments.base_url, arguments.data)
    house.kill_seconds = arguments.kill_seconds
    signed_up = min(arguments.customers, SIGNED_UP)
    print(f"  {await house.open(signed_up, arguments.customers - signed_up)}", flush=True)
    checks = tour.Tour(arguments.only)
    await checks.run(CHECKS, lambda check: check(house))
    return checks.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    parser.add_argument("--customers", type=int, default=500, help="how many rivals want one seat")
    parser.add_argument("--kill-seconds", type=int, default=60, help="how long a replica is killed each second")
    tour.main(run, parser.parse_args())
