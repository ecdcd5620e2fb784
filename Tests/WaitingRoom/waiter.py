"""A customer who waits: enters, asks when told to, holds and pays once it is the turn; and remembers what was told."""

import asyncio
import dataclasses
import datetime

from customer import Customer
from proof import expect, same


def seconds_of(text):
    return datetime.datetime.fromisoformat(text).timestamp()


@dataclasses.dataclass
class Told:
    """One answer to a question for the place."""
    at: float  # by the server's clock
    position: int | None
    wait: int | None
    outlook: str


class Waiter(Customer):
    def __init__(self, client, sale, name, customer_id, token):
        super().__init__(client, name)
        self.id, self.token, self.sale = customer_id, token, sale
        self.entry = None
        self.entry_token = self.admission = None
        self.asked = self.answered = None  # when the place was asked for first, and when it was given
        self.places = []

    @property
    def room(self):
        return f"{self.sale.path}/waiting-room"

    @property
    def called_at(self):
        """When the turn came, by the server's clock; None before."""
        until = self.entry.get("admitted_until")
        return until and seconds_of(until) - self.sale.admission_seconds

    def headers(self, key=None, signed_in=True):
        headers = super().headers(key, signed_in)
        for name, token in (("entry-token", self.entry_token), ("admission-token", self.admission)):
            if token:
                headers.append((name, token))
        return headers

    async def enter(self):
        """Takes the place, or asks for it again: it must be the same."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        answer = await self.patiently("POST", f"{self.room}/entries")
        expect(answer.status in (200, 201), "a place", answer)
        if self.entry is None:
            self.asked, self.answered = asked, loop.time()
        else:
            same(answer.json["entry_id"], self.entry["entry_id"], f"the place of {self.name}")
        self.entry_token = answer.json["entry_token"]
        self.note_place(answer.json)
        return answer

    async def look(self):
        answer = await self.patiently("GET", f"{self.room}/entries/current")
        expect(answer.status == 200, "a place", answer)
        same(answer.json["entry_id"], self.entry["entry_id"], f"the place of {self.name}")
        self.note_place(answer.json)

    def note_place(self, entry):
        self.entry = entry
        self.admission = entry.get("admission_token")
        self.places.append(Told(seconds_of(entry["server_time"]), entry.get("position"),
                                entry.get("estimated_wait_seconds"), entry["seat_outlook"]))

    async def wait(self, is_over):
        """Asks as often as it is told to, until the turn comes or `is_over()`. Answers whether it came."""
        while self.entry["state"] != "admitted":
            if is_over():
                return False
            await asyncio.sleep(self.entry["poll_after_seconds"])
            await self.look()
        return True

    async def buy(self, quantity):
        """Holds the best seats, fewer where there are fewer, and pays them. Answers how many."""
        while quantity:
            answer = await self.twice(
                "POST", f"{self.sale.path}/holds", {"best_available": {"quantity": quantity}})
            if answer.status == 201:
                break
            expect(answer.code == "not_enough_seats", "seats, or that there are not enough", answer)
            quantity = min(quantity - 1, answer.json.get("largest_group", 0))
        if not quantity:
            return 0
        hold = answer.json
        self.holds[hold["hold_id"]] = hold["seat_indexes"]
        order = await self.order(hold["hold_id"])
        expect(order, "an order", self.told)
        answer = await self.pay(order, "sandbox_succeed")
        expect(answer.status in (201, 202), "a payment", answer)
        if answer.status == 202:
            await self.follow(order)
        return quantity
