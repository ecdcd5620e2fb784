#!/usr/bin/env python3
"""The crash matrix: whoever holds seats, takes money or gives it back is killed, or cut off, before and after each message
that it sends to PostgreSQL, to the provider, to Redis, to a peer or to the mail server.

python3 Tests/Crashes/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

Without options each blow falls once (six minutes); --times 20 lets it fall twenty times (two hours), --share 8 only one
in eight of them, but of each kind one for each operation. --table FILE writes the table down; the rows of operations
that were not tried now stay in it, so that several stacks may share the work by --only.
"""

import itertools
import pathlib
import sys

for folder in ("Stack", "Faults"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

import share  # noqa: E402
import tour  # noqa: E402
from customer import sign_up_all  # noqa: E402
from faults import Script  # noqa: E402
from house import House  # noqa: E402
from proof import expect, nothing  # noqa: E402

from matrix import strike_everywhere  # noqa: E402
from operations import OPERATIONS  # noqa: E402
from table import table  # noqa: E402

CUSTOMERS = 20
# A message may not come in a go; of few blows one in ten is less than one.
MISSES_OF_A_SHARE = 2


async def carry_out(operation_type, house, arguments, chosen, results):
    """The blows on one operation, and then the books."""
    sale = await house.box.open(f"Crashes: {operation_type.__doc__}", 100, **operation_type.sale_settings)
    operation = operation_type(house, sale)
    await operation.open()
    came = await strike_everywhere(
        operation, house.stack, Script(), arguments.times, chosen, lambda text: print("  " + text, flush=True))
    results += came
    nothing([result.wrong for result in came if result.wrong], "blows after which something was wrong")
    met = [result for result in came if result.met]
    misses = max(len(came) // 10, 0 if chosen.is_whole else MISSES_OF_A_SHARE)
    expect(len(came) - len(met) <= misses, "nine in ten blows to fall", (len(met), len(came)))
    await house.stack.all_ready()
    await house.reckoning.audit()
    await house.reckoning.books()
    return f"{len(met)} blows fell of {len(came)}, nothing wrong, the slowest right after {max(r.seconds for r in met):.1f} s"


async def run(arguments):
    chosen = share.share_of(arguments)
    house = House(arguments.base_url, arguments.data)
    print(f"  {await house.open(0)}; {chosen}", flush=True)
    customers = itertools.cycle(await sign_up_all(house.client, CUSTOMERS, house.run_id))
    house.next_customer = lambda: next(customers)
    results = []
    checks = tour.Tour(arguments.only)
    await checks.run(OPERATIONS, lambda operation: carry_out(operation, house, arguments, chosen, results))
    if arguments.table:
        file = pathlib.Path(arguments.table)
        file.write_text(table(results, arguments.times, file.read_text() if file.exists() else ""))
    return checks.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    parser.add_argument("--times", type=int, default=1, help="how often each blow falls")
    parser.add_argument("--table", help="the file that the table is written to")
    share.add_options(parser)
    options = parser.parse_args()
    if options.table and options.share > 1:
        parser.error("a table is of all blows: give --table or --share")
    tour.main(run, options)
