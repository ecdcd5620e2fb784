#!/usr/bin/env python3
"""Thousands of viewers of a whole stack: nobody misses a change, nobody waits for a slow one, nobody takes the sale down.

python3 Tests/Viewers/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

Without --full the crowds are small enough for any machine, and times are told but not judged; with it they are those of
the promises (8,000 viewers, 5,000 changes a second), and the promised times must hold.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

import fanout  # noqa: E402
import joining  # noqa: E402
import redis_loss  # noqa: E402
import replicas  # noqa: E402
import slow  # noqa: E402
import tour  # noqa: E402
from auditorium import Auditorium  # noqa: E402

CHECKS = [*fanout.CHECKS, *joining.CHECKS, *slow.CHECKS, *redis_loss.CHECKS, *replicas.CHECKS]


async def run(arguments):
    house = await Auditorium(arguments.base_url, arguments.data, arguments.full).open()

    async def carry_out(check):
        # A check may leave a replica that is still starting.
        await house.stack.all_ready()
        return await check(house)

    checks = tour.Tour(arguments.only)
    await checks.run(CHECKS, carry_out)
    return checks.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    parser.add_argument("--full", action="store_true", help="the crowds and the times of the promises")
    tour.main(run, parser.parse_args())
