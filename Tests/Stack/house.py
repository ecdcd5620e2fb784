"""What the checks share: the stack, its ledger, customers who signed up once, and performances of the suite's own."""

import time
import urllib.parse
import uuid

from customer import Customer, sign_up_all
from http_client import Client, Connection
from ledger import Ledger
from minted import customers
from proof import Failed
from reckoning import Reckoning
from sale import Box
from stack import Stack


class House:
    def __init__(self, base_url, data):
        self.client = Client(base_url)
        self.port = urllib.parse.urlsplit(base_url).port
        self.stack = Stack(data)
        self.ledger = Ledger(self.stack)
        self.reckoning = Reckoning(self.stack, self.ledger)
        self.run_id = f"stack-{uuid.uuid4().hex[:8]}"
        self.customers = []
        self.taken = 0
        self.secrets = set()  # what must not stand in any log
        self.log_starts = {path: path.stat().st_size for path in self.stack.logs()}

    async def open(self, crowd, minted=0):
        """Signs the customers up, makes others in bulk, and opens the performances."""
        began = time.monotonic()
        self.box = await Box(self.client, self.stack).read()
        self.rules = await self.box.open("Stack: the rules", 4, 300, 30)
        self.customers = await sign_up_all(self.client, crowd, self.run_id)
        self.organizer = Customer(self.client, "organizer")
        self.organizer.email, self.organizer.password = "organizer@boxoffice.example", self.stack.secret("organizer")
        await self.organizer.sign_in()
        for customer in [*self.customers, self.organizer]:
            self.secrets |= {customer.password, customer.token}
        self.customers += await self.make_customers(minted)
        bulk = f" and {minted} made" if minted else ""
        return f"{crowd} customers signed up{bulk} in {time.monotonic() - began:.1f} s"

    async def make_customers(self, count):
        """Customers who never signed up, so that their passwords cost nothing."""

        def make(name, customer_id, token):
            customer = Customer(self.client, f"{self.run_id}-{name}")
            customer.id, customer.token = customer_id, token
            self.secrets.add(token)
            return customer

        return await customers(self, count, make) if count else []

    def fresh_customers(self, count):
        """Customers who did nothing yet in the performance of the rules."""
        if self.taken + count > len(self.customers):
            raise Failed("the suite has too few customers")
        self.taken += count
        return self.customers[self.taken - count:self.taken]

    def fresh_customer(self):
        return self.fresh_customers(1)[0]

    async def connections(self, count):
        return [await Connection.open(self.client.address) for _ in range(count)]

    async def connection_of_each_gateway(self):
        """A connection to each replica of the gateway."""
        wanted = self.stack.replicas_of("gateway")
        found = {}
        for _ in range(200):
            connection = await Connection.open(self.client.address)
            await connection.request("GET", "/v1/events?limit=1")
            name = self.stack.gateway_of(connection, self.port)
            if name is None or name in found:
                connection.close()
            else:
                found[name] = connection
            if len(found) == len(wanted):
                return found
        raise Failed(f"no connection to {set(wanted) - set(found)} among 200")
