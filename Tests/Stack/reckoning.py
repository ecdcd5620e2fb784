"""After the storm: is every seat, ticket and coin where it belongs, and was everybody told the truth?"""

import asyncio
import json

from ledger import BOOK
from proof import expect, nothing, same, until
from sale import packed

# What must not be found, each as a query that answers the rows at fault. None of it is the audit's own.
WRONG = {
    "a seat with two valid tickets": """
        SELECT performance_id, seat_index, count(*) FROM ticket WHERE state IN ('valid', 'checked_in')
        GROUP BY 1, 2 HAVING count(*) > 1""",
    "a seat in two completed holds": """
        SELECT h.performance_id, u.seat_index, array_agg(h.hold_id) AS holds
        FROM hold h, unnest(h.seat_indexes) AS u (seat_index) WHERE h.state = 'completed' AND NOT EXISTS (
            SELECT FROM order_hold oh JOIN ticket t ON t.order_id = oh.order_id
            WHERE oh.hold_id = h.hold_id AND t.seat_index = u.seat_index AND t.state = 'refunded')
        GROUP BY 1, 2 HAVING count(*) > 1""",
    "a sold seat whose ticket is another customer's than its hold": """
        SELECT s.performance_id, s.seat_index, h.customer_id, t.customer_id AS ticket_of
        FROM seat s LEFT JOIN hold h ON h.hold_id = s.hold_id
        LEFT JOIN ticket t ON t.performance_id = s.performance_id AND t.seat_index = s.seat_index AND t.live
        WHERE s.state = 2 AND t.customer_id IS DISTINCT FROM h.customer_id""",
    "a valid ticket on a seat that is not sold": """
        SELECT t.ticket_id FROM ticket t LEFT JOIN seat s USING (performance_id, seat_index)
        WHERE t.state IN ('valid', 'checked_in') AND (s.state IS DISTINCT FROM 2 OR s.order_id <> t.order_id)""",
    "an order whose posted money is not the price of its tickets and the fees that were kept": """
        SELECT o.order_id, o.state, coalesce(m.money, 0) AS money, coalesce(t.price, 0) AS price
        FROM "order" o
        LEFT JOIN (SELECT t.order_id, sum(CASE WHEN d.kind = 'provider_clearing' THEN t.amount_minor ELSE 0 END
                        - CASE WHEN c.kind = 'provider_clearing' THEN t.amount_minor ELSE 0 END) AS money
                   FROM transfer t JOIN transfer_resolution r ON r.transfer_id = t.transfer_id AND r.state = 'posted'
                   JOIN account d ON d.account_id = t.debit_account_id
                   JOIN account c ON c.account_id = t.credit_account_id GROUP BY 1) m ON m.order_id = o.order_id
        LEFT JOIN (SELECT t.order_id, sum(CASE WHEN t.live THEN t.price_minor + t.service_fee_minor
                              WHEN r.service_fee_minor = 0 THEN t.service_fee_minor ELSE 0 END) AS price
                   FROM ticket t LEFT JOIN refund r ON r.refund_id = t.refund_id GROUP BY 1) t ON t.order_id = o.order_id
        WHERE coalesce(m.money, 0) <> coalesce(t.price, 0)""",
    "an order with money but not a ticket for each of its seats": """
        SELECT o.order_id, o.state FROM "order" o JOIN payment p ON p.order_id = o.order_id AND p.state = 'succeeded'
        WHERE (SELECT count(*) FROM ticket t WHERE t.order_id = o.order_id)
           <> (SELECT sum(cardinality(h.seat_indexes)) FROM hold h WHERE h.hold_id = ANY (o.hold_ids))""",
    "a ticket without a succeeded payment": """
        SELECT t.ticket_id, t.order_id FROM ticket t WHERE t.live
        AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = t.order_id AND p.state = 'succeeded')""",
    "an order that was paid twice": """
        SELECT order_id, count(*) FROM payment WHERE state = 'succeeded' GROUP BY 1 HAVING count(*) > 1""",
    "a currency whose debits are not its credits": """
        SELECT currency, sum(signed_minor) FROM entry WHERE state = 'posted' GROUP BY 1 HAVING sum(signed_minor) <> 0""",
    "a customer with more seats than the limit": """
        SELECT h.customer_id, f.performance_id, count(*), f.seats_per_customer_max
        FROM seat s JOIN hold h ON h.hold_id = s.hold_id JOIN performance f ON f.performance_id = s.performance_id
        WHERE s.state IN (1, 2) GROUP BY 1, 2, 4 HAVING count(*) > f.seats_per_customer_max""",
    "a hold that owns a part of its seats": """
        SELECT h.hold_id, h.state FROM hold h WHERE h.state IN ('active', 'paying', 'completed') AND (
            SELECT count(*) FROM unnest(h.seat_indexes) AS u (seat_index)
            JOIN seat s ON s.performance_id = h.performance_id AND s.seat_index = u.seat_index
                AND s.hold_id = h.hold_id) NOT IN (0, cardinality(h.seat_indexes) - (
            SELECT count(*) FROM order_hold oh JOIN ticket t ON t.order_id = oh.order_id
            WHERE oh.hold_id = h.hold_id AND t.seat_index = ANY (h.seat_indexes) AND t.state = 'refunded'))""",
}


class Reckoning:
    def __init__(self, stack, ledger):
        self.stack, self.ledger = stack, ledger

    async def settled(self, sale, seconds=120):
        """Waits until nothing of a sale is open: holds, payments, refunds."""

        async def is_settled():
            return await self.ledger.value(f"""
                SELECT (SELECT count(*) FROM hold WHERE performance_id = '{sale.performance_id}'
                            AND state IN ('active', 'paying'))
                     + (SELECT count(*) FROM payment WHERE performance_id = '{sale.performance_id}'
                            AND state IN ('pending', 'unknown', 'requires_action', 'refunding')) AS open""") == 0

        await until(is_settled, seconds, f"everything of {sale.performance_id} has come to its end", pause=0.5)

    async def audit(self):
        """The product's own proof, by its subcommand."""
        report = json.loads(await self.stack.job("payment", "audit", "--json", statuses=(0, 1)))
        nothing(report.get("findings") or [], "the audit finds")
        return report

    async def books(self):
        """Our own proof, straight from the tables and from the provider's book."""
        for what, query in WRONG.items():
            nothing(await self.ledger.rows(query), what)
        charged = await self.ledger.rows("""
            SELECT c.payment_id, c.amount_minor - coalesce((SELECT sum(r.amount_minor) FROM sandbox_refund r
                WHERE r.payment_id = c.payment_id), 0) AS kept
            FROM sandbox_charge c WHERE c.state = 'succeeded'""", BOOK)
        states = {row["payment_id"]: row for row in await self.ledger.rows("""
            SELECT p.payment_id, p.state, p.amount_minor - coalesce((SELECT sum(r.amount_minor) FROM refund r
                WHERE r.payment_id = p.payment_id AND r.state = 'made'), 0) AS owned
            FROM payment p WHERE p.provider = 'sandbox'""")}
        kept = {row["payment_id"]: row["kept"] for row in charged}
        nothing((payment for payment in kept if payment not in states), "a charge of no payment")
        nothing(
            ((payment, row["state"], kept.get(payment, 0)) for payment, row in states.items()
             if kept.get(payment, 0) != (row["owned"] if row["state"] == "succeeded" else 0)),
            "a charge without its ticket or refund, or a payment without its charge")
        return len(kept)

    async def everybody_was_told_the_truth(self, customers):
        """What customers were told by answers, against the ledger and against what the API lists now."""
        ours = {customer.id for customer in customers}
        holds = {row["hold_id"]: row for row in await self.ledger.rows(
            "SELECT hold_id, customer_id, seat_indexes, state FROM hold") if row["customer_id"] in ours}
        orders = {row["order_id"]: row for row in await self.ledger.rows(
            'SELECT order_id, customer_id, state, hold_ids FROM "order"') if row["customer_id"] in ours}
        tickets = {}
        for row in await self.ledger.rows("SELECT order_id, customer_id, seat_index, code, state FROM ticket"):
            tickets.setdefault(row["order_id"], {})[row["code"]] = row
        declined = {row["order_id"] for row in await self.ledger.rows(
            # A charge that was given up in time is told as declined too: nothing was charged.
            "SELECT order_id FROM payment WHERE state IN ('declined', 'cancelled')")}
        wrong, seats = [], {}
        for customer in customers:
            for hold_id, granted in customer.holds.items():
                hold = holds.get(hold_id)
                if hold is None or hold["customer_id"] != customer.id or hold["seat_indexes"] != granted:
                    wrong.append(("hold", hold_id, granted, hold))
                elif hold_id in customer.released and hold["state"] != "released":
                    wrong.append(("released hold", hold_id, hold))
            for order_id in customer.orders:
                if order_id not in orders or orders[order_id]["customer_id"] != customer.id:
                    wrong.append(("order", order_id, orders.get(order_id)))
            for order_id, told in customer.paid.items():
                kept = tickets.get(order_id, {})
                if orders[order_id]["state"] != "paid" or {t["code"] for t in told["tickets"]} != set(kept):
                    wrong.append(("paid order", order_id, orders[order_id], len(kept)))
                for ticket in told["tickets"]:
                    place = (told["performance_id"], ticket["seat_index"])
                    if seats.setdefault(place, order_id) != order_id:
                        wrong.append(("seat told to two", place, seats[place], order_id))
            wrong += [("declined", order_id) for order_id in customer.declined if order_id not in declined]
        nothing(wrong, "an answer that the ledger does not know")
        await self._as_listed(customers, orders)
        return sum(len(customer.paid) for customer in customers)

    async def _as_listed(self, customers, orders):
        gate = asyncio.Semaphore(16)

        async def one(customer):
            async with gate:
                listed = {order["order_id"]: order["state"] for order in await customer.all_orders()}
            return {order_id for order_id, row in orders.items()
                    if row["customer_id"] == customer.id and listed.get(order_id) != row["state"]}

        buyers = [customer for customer in customers if customer.orders]
        for customer, differing in zip(buyers, await asyncio.gather(*[one(customer) for customer in buyers])):
            nothing(differing, f"orders of {customer.name} that the API lists otherwise than the ledger")

    async def maps(self, client, sale, viewers, after_seconds=5.0):
        """Five seconds after the last change, every map is the database's, byte for byte."""

        async def age():
            return await self.ledger.value(f"""
                SELECT extract(epoch FROM clock_timestamp() - max(committed_at))::float FROM seat_change
                WHERE performance_id = '{sale.performance_id}'""")

        while (seconds := await age()) < after_seconds:
            await asyncio.sleep(after_seconds - seconds)
        epoch, sequence, states = await self.ledger.states(sale.performance_id)
        digits = bytearray(int(digit) for digit in states)
        for viewer in viewers:
            nothing(viewer.complaints, "a viewer complains")
            same((viewer.epoch, viewer.sequence), (epoch, sequence), "a viewer's position")
            nothing((seat for seat in range(len(digits)) if viewer.states[seat] != digits[seat]), "a viewer's seats")
        answer = await client.request("GET", f"{sale.path}/seats")
        expect(answer.status == 200, "GET seats to answer 200", answer)
        snapshot = answer.json
        same((snapshot["epoch"], snapshot["sequence"]), (epoch, sequence), "the snapshot's position")
        same(snapshot["states"], packed(digits), "the snapshot's states")
        return f"{len(viewers)} maps of {len(digits)} seats at sequence {sequence}"
