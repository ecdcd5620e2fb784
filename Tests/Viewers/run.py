#!/usr/bin/env python3
"""Thousands of viewers of a whole stack: nobody misses a change, nobody waits for a slow one, nobody takes the sale down.

python3 Tests/Viewers/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

Without --full the crowds are small enough for any machine, and times are told but not judged; with it they are those of
the promises (8,000 viewers, 5,000 changes a second), and the promised times must hold.
"""

import argparse
import asyncio
import os
import pathlib
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

import fanout  # noqa: E402
import joining  # noqa: E402
import redis_loss  # noqa: E402
import replicas  # noqa: E402
import slow  # noqa: E402
from auditorium import Auditorium  # noqa: E402
from proof import Failed  # noqa: E402

CHECKS = [*fanout.CHECKS, *joining.CHECKS, *slow.CHECKS, *redis_loss.CHECKS, *replicas.CHECKS]


async def run(arguments):
    passed, failed = 0, []
    house = await Auditorium(arguments.base_url, arguments.data, arguments.full).open()
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
        await house.stack.all_ready()
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="http://localhost:8080")
    parser.add_argument("--data", default=os.environ.get("BOXOFFICE_DATA", ".local"), help="the stack's data folder")
    parser.add_argument("--full", action="store_true", help="the crowds and the times of the promises")
    parser.add_argument("--only", help="run only the checks whose sentence contains this")
    sys.exit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
