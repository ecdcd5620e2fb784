#!/usr/bin/env python3
"""The ledger's primary dies, is cut off, stands alone, freezes, fills its disk and hands over, under full load.

python3 Tests/Failover/run.py --base-url http://localhost:8080 [SCENARIO…]      (BOXOFFICE_DATA: the stack's data folder)

The stack is started with BOXOFFICE_POSTGRES=cluster-apart; deploy/local/failover-drill does that.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

import drill  # noqa: E402
import tour  # noqa: E402
from house import House  # noqa: E402
from proof import expect  # noqa: E402


async def run(arguments):
    unknown = set(arguments.scenarios) - set(drill.SCENARIOS)
    if unknown:
        sys.exit(f"There is no scenario {', '.join(sorted(unknown))}: give some of {', '.join(drill.SCENARIOS)}.")
    house = House(arguments.base_url, arguments.data)
    print(f"  {await house.open(1)}", flush=True)
    exercise = drill.Drill(house, arguments.buyers, pathlib.Path(arguments.data))
    await exercise.open()
    told, rows = tour.Tour(), []

    async def carry_out(scenario):
        figures = await exercise.run(scenario.__name__, scenario)
        rows.append(figures)
        with (pathlib.Path(arguments.data) / "drill.jsonl").open("a") as file:
            file.write(drill.kept(figures) + "\n")
        for name, limit in [("settled", 5), drill.LIMITS.get(scenario.__name__, ("settled", 5))]:
            seconds = getattr(figures, name)
            expect(seconds is None or seconds <= limit * arguments.patience, f"{name} within {limit} s", figures)
        return ", ".join(f"{name} {value}" for name, value in zip(figures.HEAD[1:], figures.row()[1:])
                         if value != "–") + f"; {figures.note}"

    for _ in range(arguments.times):
        await told.run([drill.SCENARIOS[name] for name in arguments.scenarios or drill.SCENARIOS], carry_out)
    if rows:
        print(drill.table([rows[0].HEAD, *(figures.row() for figures in rows)]), flush=True)
        if arguments.times > 1:
            print(drill.worst(rows), flush=True)
    return told.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(drill.SCENARIOS)}; all of them")
    parser.add_argument("--times", type=int, default=1, help="how often each is drilled")
    parser.add_argument("--patience", type=float, default=1, help="so many times as long as the limits allow")
    parser.add_argument("--buyers", type=int, default=32, help="how many buy at once")
    tour.main(run, parser.parse_args())
