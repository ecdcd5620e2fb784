"""PostgreSQL, asked directly by psql as the tables' owner: what the services say is not believed."""

import asyncio
import glob
import json
import shutil

from proof import Failed

LEDGER, BOOK = "box_office", "sandbox_provider"


class Ledger:
    def __init__(self, stack):
        self.stack = stack
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"))
        self.program = programs[-1] if programs else shutil.which("psql")

    def servers(self, database):
        """The hosts and ports of a database's servers, as the services are told them: commas between."""
        name = {LEDGER: "BOXOFFICE_DATABASE_HOSTS", BOOK: "BOXOFFICE_SANDBOX_DATABASE_HOSTS"}[database]
        pairs = [server.rpartition(":") for server in self.stack.settings["payment-1"][name].split(",")]
        return ",".join(host for host, _, _ in pairs), ",".join(port for _, _, port in pairs)

    async def execute(self, commands, database=LEDGER):
        """Runs commands as the tables' owner, all or none. Answers what psql prints."""
        hosts, ports = self.servers(database)
        process = await asyncio.create_subprocess_exec(
            self.program, f"--host={hosts}", f"--port={ports}", "--username=box_office_owner",
            f"--dbname={database}", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
            "--single-transaction",
            env={"PGPASSWORD": self.stack.secret("owner"), "PGOPTIONS": "-c statement_timeout=60s",
                 "PGTARGETSESSIONATTRS": "read-write", "PGCONNECT_TIMEOUT": "5"},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(commands.encode())
        if process.returncode:
            raise Failed(f"psql: {err.decode().strip()}")
        return out

    async def rows(self, query, database=LEDGER):
        """The rows of a query, each as a dictionary."""
        return json.loads(await self.execute(f"SELECT coalesce(json_agg(q), '[]') FROM ({query}) q", database))

    async def value(self, query, database=LEDGER):
        return next(iter((await self.rows(query, database))[0].values()))

    async def states(self, performance_id):
        """(epoch, sequence, a digit for each seat), on one snapshot."""
        row = (await self.rows(f"""
            SELECT l.epoch, p.sequence, (
                SELECT string_agg(s.state::text, '' ORDER BY s.seat_index) FROM seat s
                WHERE s.performance_id = p.performance_id) AS states
            FROM performance p, ledger l WHERE p.performance_id = '{performance_id}'"""))[0]
        return row["epoch"], row["sequence"], row["states"]

    async def counts(self):
        """How many rows stand in each table that a request could write."""
        tables = ["customer", "hold", '"order"', "order_hold", "payment", "ticket", "transfer", "refund",
                  "idempotency"]
        parts = ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in tables)
        counts = (await self.rows(f"SELECT {parts}"))[0]
        # Whatever anybody does, the canary's map changes, and seats whose time is over become free.
        counts["seat_change"] = await self.value("""
            SELECT count(*) FROM seat_change WHERE performance_id NOT IN (SELECT performance_id FROM canary)
                AND EXISTS (SELECT FROM unnest(changes) AS x (change) WHERE change % 4 <> 0)""")
        counts["sandbox_charge"] = await self.value("SELECT count(*) FROM sandbox_charge", BOOK)
        return counts
