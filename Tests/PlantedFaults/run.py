#!/usr/bin/env python3
"""Plants faults in copies of a ledger after a real sale, one at a time: `payment audit` has to find each, and nothing
where none was planted.

python3 Tests/PlantedFaults/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

Without options each fault, some three minutes; --share 4 plants one in four, in each of the two books one at least.
"""

import asyncio
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Stack"))

import share
import tour
from house import House
from ledger import BOOK, LEDGER
from proof import expect, same, until

COPIES = {LEDGER: "planted_ledger", BOOK: "planted_book"}


class Fault:
    def __init__(self, text):
        lines = text.splitlines()
        headings = dict(line[3:].split(": ", 1) for line in lines if line.startswith("-- ") and ": " in line)
        self.name = lines[0]
        self.database = BOOK if headings.get("in") == "book" else LEDGER
        self.checks = set(headings["finds"].split())
        self.sql = "\n".join(line for line in lines[1:] if not line.startswith("--"))


def faults():
    parts = (HERE / "faults.sql").read_text().split("\n-- fault: ")
    return [Fault(part) for part in parts[1:]]


class Copies:
    """Copies of the stack's two databases: one as it was, and one for each fault."""

    def __init__(self, house):
        self.house = house
        self.programs = pathlib.Path(house.ledger.program).parent

    async def run(self, program, *arguments, user="postgres", secret="postgres", stdin=None):
        process = await asyncio.create_subprocess_exec(
            str(self.programs / program), "--host=127.0.0.1", f"--port={self.house.stack.port('postgres')}",
            f"--username={user}", *arguments, env={"PGPASSWORD": self.house.stack.secret(secret)},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(stdin)
        expect(process.returncode == 0, f"{program} {arguments}", err.decode())
        return out

    async def sql(self, database, text, **login):
        await self.run(
            "psql", f"--dbname={database}", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", stdin=text.encode(),
            **login)

    async def take(self):
        """Copies both databases as they are."""
        for source, copy in COPIES.items():
            await self.sql("postgres", f"DROP DATABASE IF EXISTS {copy}_clean;\n"
                                       f"CREATE DATABASE {copy}_clean OWNER box_office_owner TEMPLATE template0;")
            dump = await self.run("pg_dump", "--format=custom", "--compress=0", source)
            await self.run("pg_restore", "--exit-on-error", f"--dbname={copy}_clean", stdin=dump)
            await self.sql(f"{copy}_clean", "ANALYZE")

    async def renew(self):
        """Both as they were, for the next fault."""
        for copy in COPIES.values():
            await self.sql("postgres", f"DROP DATABASE IF EXISTS {copy} WITH (FORCE);\n"
                                       f"CREATE DATABASE {copy} OWNER box_office_owner TEMPLATE {copy}_clean;")

    async def drop(self):
        for copy in COPIES.values():
            await self.sql("postgres", f"DROP DATABASE IF EXISTS {copy} WITH (FORCE);\n"
                                       f"DROP DATABASE IF EXISTS {copy}_clean WITH (FORCE);")

    async def audit(self):
        """The exit code and the report of `payment audit --json` on the copies."""
        environment = dict(self.house.stack.settings["payment-1"])
        environment |= {"BOXOFFICE_DATABASE_NAME": COPIES[LEDGER], "BOXOFFICE_SANDBOX_DATABASE_NAME": COPIES[BOOK]}
        process = await asyncio.create_subprocess_exec(
            self.house.stack.program("payment"), "audit", "--json", env=environment, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE)
        out, err = await process.communicate()
        expect(process.returncode in (0, 1), "an audit that could be made", err.decode())
        same(err, b"", "what is said on standard error")
        return process.returncode, json.loads(out)


async def sell(house):
    """A sale with all that can happen in one: paid, declined, late and given back, held; its head is published."""
    buyers = house.fresh_customers(12)
    sale = await house.box.open("Planted faults", 4, 600, 60)
    for buyer in buyers:
        order = await buyer.order(await buyer.hold(sale, {"seat_indexes": sale.fresh(2)}))
        same((await buyer.pay(order, "sandbox_succeed")).status, 201, "a payment")
    declined, holder = house.fresh_customers(2)
    order = await declined.order(await declined.hold(sale, {"seat_indexes": sale.fresh(1)}))
    same((await declined.pay(order, "sandbox_decline")).status, 402, "a declined payment")
    await holder.hold(sale, {"seat_indexes": sale.fresh(2)})
    await late_money(house)

    async def settled():
        return not await house.ledger.value("""
            SELECT count(*) FROM payment WHERE state IN ('pending', 'unknown', 'requires_action', 'refunding')""")

    await until(settled, 90, "every payment has its end", pause=0.5)
    head = await house.client.request("GET", f"{sale.path}/proof/head")
    same(head.status, 200, "the published head")


async def late_money(house):
    """Money that came when the seats were another's, and went back."""
    for _ in range(5):
        sale = await house.box.open("Planted faults: late money", 4, 2, 2)
        customer, other = house.fresh_customers(2)
        seats = sale.fresh(1)
        order = await customer.order(await customer.hold(sale, {"seat_indexes": seats}))
        paying = asyncio.create_task(customer.pay(order, "sandbox_late_succeed"))

        async def taken():
            return await other.hold(sale, {"seat_indexes": seats})

        its_order = await other.order(await until(taken, 20, "the seats are free again", pause=0.1))
        same((await other.pay(its_order, "sandbox_succeed")).status, 201, "the other's payment")
        await paying

        async def ended():
            state = (await customer.read(order))["payments"][0]["state"]
            return state if state in ("refunded", "cancelled") else None

        if await until(ended, 60, "the late payment has its end", pause=0.25) == "refunded":
            return
    expect(False, "a late payment that was refunded, in five tries")


async def run(arguments):
    chosen = share.share_of(arguments)
    house = House(arguments.base_url, arguments.data)
    print(f"  {await house.open(40)}; {chosen}", flush=True)
    copies = Copies(house)
    await sell(house)
    await copies.take()
    checks = tour.Tour(arguments.only)

    async def clean(_):
        """A copy that was left alone: nothing is found"""
        await copies.renew()
        status, report = await copies.audit()
        same((status, report["findings"]), (0, []), "the audit of a clean copy")
        return f"{report['counts']['transfers']} transfers, {report['milliseconds']} ms"

    def planted(fault):
        async def check(_):
            await copies.renew()
            login = {"user": "box_office_owner", "secret": "owner"}
            await copies.sql(COPIES[fault.database], fault.sql, **login)
            status, report = await copies.audit()
            found = {finding["check"] for finding in report["findings"]}
            expect(fault.checks <= found, f"findings of {sorted(fault.checks)}", sorted(found))
            same(status, 1, "the exit code")
            return ", ".join(sorted(found))

        check.__doc__ = f"Found when {fault.name}"
        return check

    try:
        those = chosen.of("planted faults", faults(), kind=lambda fault: fault.database)
        await checks.run([clean, *map(planted, those)], lambda check: check(house))
    finally:
        await copies.drop()
    return checks.status()


if __name__ == "__main__":
    parser = tour.parser_of(__doc__)
    share.add_options(parser)
    tour.main(run, parser.parse_args())
