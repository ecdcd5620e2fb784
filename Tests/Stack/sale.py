"""Performances of the suite's own, on the chart of the demonstration."""

import base64
import dataclasses
import json


@dataclasses.dataclass
class Sale:
    performance_id: str
    seat_count: int
    seats_per_customer: int
    used: int = 0

    @property
    def path(self):
        return f"/v1/performances/{self.performance_id}"

    def fresh(self, count):
        """Seats that no other check was given."""
        first = self.used
        self.used += count
        return list(range(first, first + count))


class Box:
    """The box office as a stranger finds it: charts and prices by the API."""

    def __init__(self, client, stack):
        self.client, self.stack = client, stack

    async def get(self, path):
        answer = await self.client.request("GET", path)
        assert answer.status == 200, f"GET {path}: {answer}"
        return answer.json

    async def read(self):
        event = json.loads((self.stack.data / "demonstration/event").read_text())
        performance = await self.get(f"/v1/performances/{event['performance_id']}")
        self.chart_id = performance["seating_chart_url"].rpartition("/")[2]
        self.seat_count = performance["seat_count"]
        self.prices = {level["price_level_id"]: level["price"]["amount_minor"] for level in performance["price_levels"]}
        return self

    async def open(self, title, seats_per_customer, hold_seconds, payment_seconds):
        performance_id = await self.stack.create_event(
            title, self.chart_id, self.prices, service_fee=1000, seats_per_customer=seats_per_customer,
            hold_seconds=hold_seconds, payment_seconds=payment_seconds,
        )
        return Sale(performance_id, self.seat_count, seats_per_customer)


def unpacked(snapshot):
    """A digit for each seat of a snapshot."""
    packed = base64.b64decode(snapshot["states"])
    digits = [packed[seat // 4] >> (seat % 4 * 2) & 3 for seat in range(snapshot["seat_count"])]
    return bytearray(digits)


def packed(digits):
    """The bytes of a snapshot's states, from a digit for each seat."""
    states = bytearray((len(digits) + 3) // 4)
    for seat, digit in enumerate(digits):
        states[seat // 4] |= digit << (seat % 4 * 2)
    return base64.b64encode(states).decode()
