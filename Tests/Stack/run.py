#!/usr/bin/env python3
"""A whole stack under kills, storms and rivals: seats, money and maps must come out right.

python3 Tests/Stack/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)
"""

import argparse
import asyncio
import os
import sys
import time
import traceback

import answers
import contention
import live
import outages
import payments
import secrecy
import settings
from house import House
from proof import Failed

CHECKS = [
    *settings.CHECKS, *answers.CHECKS, *payments.CHECKS, *contention.CHECKS, *live.CHECKS, *outages.CHECKS,
    *secrecy.CHECKS,
]


async def run(arguments):
    passed, failed = 0, []
    house = House(arguments.base_url, arguments.data)
    house.kill_seconds = arguments.kill_seconds
    print(f"  {await house.open(arguments.customers)}", flush=True)
    for check in CHECKS:
        sentence = check.__doc__.strip()
        if arguments.only and arguments.only not in sentence:
            continue
        began = time.monotonic()
        try:
            note = await check(house)
            passed += 1
            print(f"✓ {sentence}: {note} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception as error:  # one check's end must not hide the others
            failed.append(sentence)
            print(f"✗ {sentence}: {error}", flush=True)
            if not isinstance(error, Failed):
                traceback.print_exc()
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="http://localhost:8080")
    parser.add_argument("--data", default=os.environ.get("BOXOFFICE_DATA", ".local"), help="the stack's data folder")
    parser.add_argument("--customers", type=int, default=500, help="how many rivals want one seat")
    parser.add_argument("--kill-seconds", type=int, default=60, help="how long a replica is killed each second")
    parser.add_argument("--only", help="run only the checks whose sentence contains this")
    sys.exit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
