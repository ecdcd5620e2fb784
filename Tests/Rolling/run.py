#!/usr/bin/env python3
"""Replicas come and go behind the load balancer while people buy and watch: nobody may notice.

python3 Tests/Rolling/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

The stack is started with BOXOFFICE_BALANCER=1 and BOXOFFICE_REPLICAS=2. Without options: one round, 100 requests a
second, 200 viewers, some 80 seconds. --whole is five rounds, 300 requests a second and 2,000 viewers, some six minutes.
"""

import asyncio
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

import tour  # noqa: E402
from house import House  # noqa: E402
from proof import expect, nothing  # noqa: E402

from change import Change  # noqa: E402
from crowd import Crowd  # noqa: E402
from load import Load  # noqa: E402

SERVICES = ["seat-reservation", "payment", "realtime-push", "gateway"]
# A change is a frame for each who watches: the more performances, the more viewers one machine can carry.
PERFORMANCES = 24


async def rolling_restart(house, change, arguments):
    """Each replica of each service is started again, one after the other, by the command for it"""
    for _ in range(arguments.rounds):
        for service in SERVICES:
            await change.restart(service)


async def bare_restart(house, change, arguments):
    """Replicas of each service get a SIGTERM that nobody was told of, and are started again"""
    for service in SERVICES:
        names = house.stack.replicas_of(service)
        for name in names if arguments.whole else names[:1]:
            await change.terminate(name)


async def scaling(house, change, arguments):
    """Services go from two replicas to one, to three, to one and back to two"""
    for service in SERVICES if arguments.whole else ["seat-reservation", "gateway"]:
        for count in (1, 3, 1, 2):
            await change.scale(service, count)


CHECKS = [rolling_restart, bare_restart, scaling]


async def under_load(house, sales, arguments, check):
    """Runs a check while people buy and watch. Answers a note; fails if anybody noticed."""
    crowd = await Crowd.open(house, sales, arguments.viewers, arguments.viewers * arguments.websocket_percent // 100)
    load = Load(house, sales, arguments.rate)
    change = Change(house.stack)
    try:
        await asyncio.sleep(2)
        await check(house, change, arguments)
        await asyncio.sleep(1)
    finally:
        await load.end()
    try:
        nothing(load.failures, "requests that failed")
        expect(load.count > arguments.rate, "requests", load.count)
        watched = await crowd.compared(house)
    finally:
        await crowd.close()
    return f"{load}; {change}; {watched}"


async def run(arguments):
    house = House(arguments.base_url, arguments.data)
    expect(house.stack.pid("balancer"), "a stack behind a balancer: start it with BOXOFFICE_BALANCER=1")
    print(f"  {await house.open(arguments.customers)}", flush=True)
    sales = [await house.box.open(f"Rolling {number}", 40, 600, 30) for number in range(PERFORMANCES)]
    checks = tour.Tour(arguments.only)
    await checks.run(CHECKS, lambda check: under_load(house, sales, arguments, check))
    if checks.passed and not checks.failed:
        await house.reckoning.audit()
        print(f"  {await house.reckoning.books()} charges, each with its tickets; the audit finds nothing", flush=True)
    return checks.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    parser.add_argument("--whole", action="store_true", help="every replica, five rounds, the full load")
    parser.add_argument("--rounds", type=int, help="of rolling restarts")
    parser.add_argument("--rate", type=int, help="requests a second")
    parser.add_argument("--viewers", type=int)
    parser.add_argument("--websocket-percent", type=int, default=50, help="of the viewers; the others use SSE")
    parser.add_argument("--customers", type=int, default=60)
    options = parser.parse_args()
    for name, brief, whole in (("rounds", 1, 5), ("rate", 100, 300), ("viewers", 200, 2000)):
        if getattr(options, name) is None:
            setattr(options, name, whole if options.whole else brief)
    tour.main(run, options)
