#!/usr/bin/env python3
"""What a sale must not notice: Redis in trouble, a mail server that refuses, clocks that jump.

python3 Tests/Outages/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

Without options some three minutes. --full is 30 s of each trouble, ten minutes of a mail server that refuses, and ten
thousand payments at the instant of their hold's deadline. --share 3 takes one in three of Redis's five troubles and of
the payments.
"""

import pathlib
import sys

for folder in ("Stack", "Faults"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

import share  # noqa: E402
import tour  # noqa: E402
from house import House  # noqa: E402

import expiry  # noqa: E402
import mail_trouble  # noqa: E402
import redis_trouble  # noqa: E402

CHECKS = [*redis_trouble.CHECKS, *mail_trouble.CHECKS, *expiry.CHECKS]


async def run(arguments):
    house = House(arguments.base_url, arguments.data)
    house.is_full = arguments.full
    house.outage_seconds = 30 if arguments.full else 5
    house.share = share.share_of(arguments)
    house.contests = (10_000 if arguments.full else 1_000) // house.share.part
    print(f"  {await house.open(120)}; {house.share}", flush=True)
    checks = tour.Tour(arguments.only)
    await checks.run(CHECKS, lambda check: check(house))
    return checks.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    parser.add_argument("--full", action="store_true", help="at whole size")
    share.add_options(parser)
    tour.main(run, parser.parse_args())
