"""A replica of realtime-push dies or leaves, and its viewers come to the other one all at once."""

import asyncio
import collections
import contextlib
import re
import time

from crowd import Crowd, Holders, Way
from ledger import LEDGER
from proof import Failed, expect, until


# The queries that read a map, whole or by what changed, each known by a part of its text.
WHOLE, CHANGES = r"string_agg\(s\.digit", r"DISTINCT ON \(x\.change / 4\)"


class MapQueries:
    """Counts how often maps are read from PostgreSQL, by its own log."""

    def __init__(self, house):
        self.house = house
        self.path = house.stack.data / "logs/postgres.log"

    async def _set(self, what):
        ledger = self.house.ledger
        process = await asyncio.create_subprocess_exec(
            ledger.program, "--host=127.0.0.1", f"--port={self.house.stack.port('postgres')}", "--username=postgres",
            f"--dbname={LEDGER}", "--no-psqlrc", "--quiet", f"--command=ALTER SYSTEM {what}",
            "--command=SELECT pg_reload_conf()", env={"PGPASSWORD": self.house.stack.secret("postgres")},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        _, err = await process.communicate()
        if process.returncode:
            raise Failed(f"psql: {err.decode().strip()}")

    @contextlib.asynccontextmanager
    async def counted(self):
        """Statements are logged while the block runs."""
        start = self.path.stat().st_size
        await self._set("SET log_statement = 'all'")
        try:
            yield self
        finally:
            await self._set("RESET log_statement")
        with self.path.open(errors="replace") as log:
            log.seek(start)
            self.entries = re.split(r"\n(?=\d{4}-\d\d-\d\d )", log.read())

    def per_second_max(self, *kinds):
        """Of any second."""
        pattern = re.compile("|".join(kinds))
        return max(collections.Counter(
            entry.split(".")[0] for entry in self.entries if pattern.search(entry)).values(), default=0)


async def blow(house, viewers, seconds, strike):
    """Viewers at two replicas, seats that change, and a blow in the middle. Answers what happened, as a dictionary."""
    sale = await house.sale("a replica goes")
    crowd = await Crowd.watch(house, sale, viewers, Way.push(house), openings=20_000)
    await crowd.ask("timeline")
    seen = {"viewers": viewers}
    async with MapQueries(house).counted() as queries, Holders.at_work(house, sale, 200) as holders:
        await asyncio.sleep(seconds)
        struck = time.time()
        await strike(seen)
        seen["back"] = time.time() - struck
        try:
            await until(crowd.all_there, 30, "every viewer has a stream again", 0.05)
        except Failed as failure:
            raise Failed(f"{failure}; {await crowd.status()}") from None
        seen["back"] = time.time() - struck
        await asyncio.sleep(seconds)
    holders.none_failed()
    seen["timeline"] = await crowd.ask("timeline")
    seen["right"] = await crowd.equal_the_database(5)
    await crowd.never_wrong()
    await crowd.end()
    seen["queries"] = queries.per_second_max(WHOLE, CHANGES)
    seen["whole"] = queries.per_second_max(WHOLE)
    seen["p99"] = holders.p99(until=struck), holders.p99(since=struck, until=struck + max(seen["back"], 3))
    seen["struck"] = struck
    expect(seen["queries"] <= 10, "at most ten questions for the map a second at PostgreSQL", seen["queries"])
    return seen


def told(seen):
    before, after = seen["p99"]
    return (f"at most {seen['queries']} questions for the map a second at PostgreSQL ({seen['whole']} for the whole), "
            f"holds' p99 {before:.0f} ms before and {after:.0f} ms meanwhile")


async def killed(house):
    """A replica of realtime-push is killed with half of the viewers: all are back soon, and the ledger hardly notices"""
    name = house.stack.replicas_of("realtime-push")[0]

    async def strike(_):
        house.stack.kill(name)

    seen = await blow(house, house.many(1000, 8000), house.many(3, 10), strike)
    away = seen["timeline"]["away"]
    expect(len(away) >= seen["viewers"] // 3, "a good part of the viewers to lose their stream", len(away))
    before, after = seen["p99"]
    house.within(max(away), 10_000, "ms until the last one is back")
    house.within(after, max(before * 1.5, before + 5), "holds' p99 in ms while they come back")
    return (f"{len(away)} of {seen['viewers']} lost their stream, the last was back after {max(away) / 1000:.1f} s; "
            + told(seen))


async def drained(house):
    """A replica of realtime-push that is asked to stop ends its streams evenly and then itself"""
    name = house.stack.replicas_of("realtime-push")[1]
    window = float(house.stack.settings[name].get("BOXOFFICE_DRAIN_SECONDS", "5").removesuffix("s"))

    async def strike(seen):
        async with house.stack.held_down(name, signum=15):
            pass
        seen["exit"] = time.time()

    seen = await blow(house, house.many(1000, 8000), house.many(2, 5), strike)
    lost = [at / 1000 - seen["struck"] for at in seen["timeline"]["lost"]]
    took = seen["exit"] - seen["struck"]
    expect(len(lost) >= seen["viewers"] // 3, "a good part of the viewers to be sent away", len(lost))
    fifths = collections.Counter(min(4, int(at / window * 5)) for at in lost)
    shares = [fifths[fifth] / len(lost) for fifth in range(5)]
    expect(all(0.1 <= share <= 0.3 for share in shares), "about a fifth of the closes in each fifth of the window",
           [f"{share:.2f}" for share in shares])
    expect(took <= window + 1, f"the exit within {window} + 1 s", f"{took:.1f} s")
    return (f"{len(lost)} closes over {max(lost):.1f} s, in fifths of the window of {window:.0f} s "
            f"{' '.join(f'{share:.0%}' for share in shares)}; gone after {took:.1f} s; " + told(seen))


CHECKS = [killed, drained]
