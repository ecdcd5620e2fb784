"""Many customers who buy at the same time: best seats or named ones, with every card, changing their minds."""

import asyncio
import collections
import random

CARDS = {
    "sandbox_succeed": 60,
    "sandbox_decline": 12,
    "sandbox_lost_reply": 8,
    "sandbox_duplicate_webhook": 8,
    "sandbox_requires_action": 7,
    "sandbox_late_succeed": 3,
}


class Storm:
    """Each buyer leads some customers, one purchase after the other, until the storm is over."""

    def __init__(self, sale, customers, buyers, cards=CARDS, leaves_things=True, pause_seconds=0.25):
        self.sale, self.customers, self.cards = sale, customers, cards
        self.leaves_things, self.pause_seconds = leaves_things, pause_seconds
        self.is_over = False
        self.sold_at = []  # when a paid order was told
        self.failures = []
        self._tasks = [
            asyncio.create_task(self._buyer(customers[number::buyers])) for number in range(min(buyers, len(customers)))
        ]

    async def _buyer(self, customers):
        turn = 0
        while not self.is_over:
            customer = customers[turn % len(customers)]
            turn += 1
            try:
                await self._purchase(customer)
            except Exception as error:  # the storm goes on; the check tells of it
                self.failures.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(random.uniform(0, 2 * self.pause_seconds))

    def _wish(self):
        quantity = random.choice([1, 1, 2, 2, 2, 3, 4])
        if random.random() < 0.6:
            return {"best_available": {"quantity": quantity}}
        first = random.randrange(self.sale.seat_count - quantity)
        return {"seat_indexes": list(range(first, first + quantity))}

    async def _purchase(self, customer):
        hold = await customer.hold(self.sale, self._wish())
        if hold is None:
            return
        if random.random() < 0.08:
            await customer.release(hold)
            return
        if self.leaves_things and random.random() < 0.03:
            return
        order = await customer.order(hold)
        if order is None:
            return
        card = random.choices(list(self.cards), self.cards.values())[0]
        answer = await customer.pay(order, card)
        if answer.code == "payment_declined":
            answer = await customer.pay(order, "sandbox_succeed")
        if answer.status == 202:
            await self._see_it_through(customer, order, answer.json)
        if order in customer.paid:
            self.sold_at.append(asyncio.get_running_loop().time())

    async def _see_it_through(self, customer, order_id, order):
        if any(payment.get("next_action") for payment in order["payments"]):
            if self.leaves_things and random.random() < 0.2:
                customer.abandoned.add(order_id)
                return
            await customer.authorize(order)
        await customer.follow(order_id)

    async def end(self):
        """No new purchases; those under way come to their end."""
        self.is_over = True
        await asyncio.gather(*self._tasks)

    # What came of it

    def told(self):
        total = collections.Counter()
        for customer in self.customers:
            total += customer.told
        return total

    def retries(self):
        total = collections.Counter()
        for customer in self.customers:
            total += customer.retries
        return total

    def complaints(self):
        return [complaint for customer in self.customers for complaint in customer.complaints]
