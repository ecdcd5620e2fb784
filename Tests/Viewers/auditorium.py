"""What the checks share: the stack, its ledger, and performances of their own."""

from http_client import Client
from maps import MapLedger
from proof import expect
from sale import Box
from stack import Stack


class Auditorium:
    def __init__(self, base_url, data, full):
        self.client = Client(base_url)
        self.stack = Stack(data)
        self.ledger = MapLedger(self.stack)
        self.full = full

    async def open(self):
        self.box = await Box(self.client, self.stack).read()
        return self

    async def sale(self, title):
        return await self.box.open(f"Viewers: {title}", 6, 600, 60)

    def many(self, small, large):
        """How many it takes: a few by default, the promise's number with --full."""
        return large if self.full else small

    def within(self, milliseconds, limit, what, note=""):
        """A time that is promised; judged with --full alone, since it belongs to a machine that does nothing else."""
        if self.full:
            expect(milliseconds <= limit, f"{what} within {limit:.0f}", f"{milliseconds:.0f} ({note})")
