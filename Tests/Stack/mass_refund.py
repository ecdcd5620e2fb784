#!/usr/bin/env python3
"""Sells a whole stadium, cancels its performance, and kills whoever gives the money back, again and again: each customer
is refunded exactly once, and the ledger is at zero.

python3 Tests/Stack/mass_refund.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)
"""

import tour
from house import House
from refunds import mass_refund, sell_out
from sale import Box

SEATS_PER_CUSTOMER = 48


async def run(arguments):
    house = House(arguments.base_url, arguments.data)
    seats = arguments.seats or (await Box(house.client, house.stack).read()).seat_count
    customers = -(-seats // SEATS_PER_CUSTOMER)
    print(f"  {await house.open(customers)}", flush=True)

    async def a_stadium_goes_back(house):
        """A whole stadium's tickets go back once each, though every payment replica is killed again and again"""
        sale = await house.box.open("Stack: a stadium that is cancelled", SEATS_PER_CUSTOMER, 300, 60)
        orders, tickets = await sell_out(house, sale, house.fresh_customers(customers), arguments.seats_per_order)
        print(f"  {tickets} tickets sold by {len(orders)} orders", flush=True)
        return await mass_refund(house, sale, orders, tickets, arguments.kills)

    checks = tour.Tour(arguments.only)
    await checks.run([a_stadium_goes_back], lambda check: check(house))
    return checks.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    parser.add_argument("--seats", type=int, help="how many are sold (all of the demonstration's chart: 10,504)")
    parser.add_argument("--seats-per-order", type=int, default=2, help="how many of them in one order")
    parser.add_argument("--kills", type=int, default=10, help="how often each payment replica is killed")
    tour.main(run, parser.parse_args())
