"""A mail server that refuses: what is not delivered in time is a dead letter, and each mail arrives once in the end."""

import asyncio
import re

from faults import Script
from messages import mails_about
from payments import order_of
from proof import expect, nothing, same, until
from victim import Victim

BUYERS = 12
ATTEMPTS = {False: 4, True: 10}  # the pauses double from one second: 7 s, and 511 s
REFUSALS = (b"421 4.3.2 not now\r\n", b"554 5.3.2 not today\r\n", b"")  # the last one says nothing at all


class Refusal:
    """A mail server that takes nothing: it says so in turns, or not at all."""

    async def __aenter__(self):
        self.count = 0
        self.server = await asyncio.start_server(self._refuse, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()

    async def __aexit__(self, *_):
        self.server.close()

    async def _refuse(self, reader, writer):
        words = REFUSALS[self.count % len(REFUSALS)]
        self.count += 1
        writer.write(words)
        await asyncio.wait({asyncio.create_task(reader.read())}, timeout=0 if words else 3)
        writer.close()


async def mail_server_refuses(house):
    """A mail server refuses until every mail is a dead letter; then they are sent again, and each arrives once"""
    settings = {
        "BOXOFFICE_MESSAGE_ATTEMPTS_MAX": str(ATTEMPTS[house.is_full]), "BOXOFFICE_MESSAGE_SECONDS": "2",
        "BOXOFFICE_MESSAGE_PAUSE_MILLISECONDS": "1000",
    }
    loop = asyncio.get_running_loop()
    async with Victim(house.stack, "payment", Script(), settings) as victim, Refusal() as refusal:
        proxy, began = victim.proxies["mail"], loop.time()
        server, proxy.upstream = proxy.upstream, refusal
        proxy.cut_all()
        orders = [order for _, order in await asyncio.gather(*[bought(house) for _ in range(BUYERS)])]
        names = ", ".join(f"'{order}'" for order in orders)
        mine = f"""FROM delivery d JOIN message m USING (position)
            WHERE d.consumer = 'mail' AND m.order_id IN ({names})"""
        await until(lambda: is_true(house, f"SELECT count(*) = 0 {mine} AND d.dead_at IS NULL"), 700, "all are dead", 0.5)
        seconds = loop.time() - began
        listed = await house.stack.job("payment", "messages", "list", statuses=(1,))
        dead = await house.ledger.value(f"SELECT count(*) {mine} AND d.dead_at IS NOT NULL")
        expect(dead >= BUYERS and len(re.findall("mail", listed)) >= dead, "each dead letter in the list", (dead, listed))
        proxy.upstream = server
        await house.stack.job("payment", "messages", "redrive", "--all", "--consumer", "mail")
        await until(lambda: is_true(house, f"SELECT count(*) = 0 {mine} AND d.finished_at IS NULL"), 60, "all arrived", 0.2)
    sent = await mails_about(house, orders)
    nothing([name for name, count in sent.items() if count != 1], "mails that came more than once")
    same(len(sent), dead, "different mails")
    return f"{dead} dead letters after {seconds:.0f} s of refusals; each arrived once"


async def bought(house):
    customer, order = await order_of(house, 1)
    same((await customer.pay(order, "sandbox_succeed")).status, 201, "the payment's answer")
    return customer, order


async def is_true(house, query):
    return await house.ledger.value(query)


CHECKS = [mail_server_refuses]
