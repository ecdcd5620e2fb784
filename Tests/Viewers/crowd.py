"""Thousands of viewers, and the holds whose changes they see: two programs of ours, asked by lines."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import time

from proof import Failed, expect, same, until

LINE_BYTES_MAX = 1 << 30


class Program:
    """A process that is asked by lines and answers each by a line of JSON."""

    def __init__(self, process):
        self.process = process

    @classmethod
    async def start(cls, stack, *arguments):
        return cls(await asyncio.create_subprocess_exec(
            stack.program("viewers"), *map(str, arguments), stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, limit=LINE_BYTES_MAX))

    async def ask(self, line):
        self.process.stdin.write(f"{line}\n".encode())
        return await self._answer(line)

    async def _answer(self, what):
        line = await asyncio.wait_for(self.process.stdout.readline(), 60)
        if not line:
            raise Failed(f"the viewers' program ended at {what!r} with {await self.process.wait()}")
        return json.loads(line)

    async def end(self):
        with contextlib.suppress(ConnectionError):
            self.process.stdin.close()
        await self.process.wait()


class Crowd(Program):
    """Viewers of one performance."""

    @classmethod
    async def watch(cls, house, sale, count, way, **options):
        """`way` is how they come: see `Way`. Answers when all of them have the map."""
        arguments = ["watch", f"--path={sale.path}/seats/stream", f"--viewers={count}", *way.arguments]
        arguments += [f"--{name}={value}" for name, value in options.items()]
        crowd = await cls.start(house.stack, *arguments)
        crowd.count, crowd.sale, crowd.house = count, sale, house
        crowd.slow = options.get("stopped", 0) + options.get("trickling", 0)
        began = time.monotonic()
        await until(crowd.all_there, 60, f"{count} viewers watch over {way}", 0.1)
        crowd.opening_seconds = time.monotonic() - began
        return crowd

    async def all_there(self):
        status = await self.ask("status")
        return min(status["open"], status["with_map"]) >= self.count - self.slow

    async def status(self):
        return await self.ask("status")

    async def equal_the_database(self, seconds):
        """Waits until every viewer's map is the database's, byte for byte. Answers how long that took."""
        began = time.monotonic()
        while True:
            expected = await self.house.ledger.map(self.sale.performance_id)
            maps = await self.ask("maps")
            wrong = [seen for seen in maps if (seen["epoch"], seen["sequence"], seen["states"]) != expected]
            right = sum(seen["viewers"] for seen in maps) - sum(seen["viewers"] for seen in wrong)
            if not wrong and right == self.count - self.slow:
                return time.monotonic() - began
            if time.monotonic() - began > seconds:
                seen = [(one["sequence"], one["viewers"]) for one in wrong[:5]]
                raise Failed(f"{right} of {self.count - self.slow} maps equal the database's at {expected[:2]} "
                             f"after {seconds} s; others stand at (sequence, viewers) {seen}")
            await asyncio.sleep(0.1)

    async def never_wrong(self):
        """No gap, no step back; and every map that anybody ever had was the database's at that sequence."""
        status = await self.ask("status")
        wrong = {name: status[name] for name in ("gaps", "backs", "malformed", "forks") if status[name]}
        same(wrong, {}, "steps that must not be")
        checks = await self.house.ledger.checksums(self.sale)
        seen = [(one["epoch"], one["sequence"], one["crc"]) for one in await self.ask("history")]
        other = [one for one in seen if checks.get(one[:2]) != one[2]]
        same(other, [], f"maps of {len(seen)} that the database never had")
        return len(seen)

    async def ages(self):
        """How old the changes were that viewers received since the last question: a histogram in milliseconds."""
        frames = [frame for frame in await self.ask("frames") if frame.get("sequence")]
        expect(frames, "some frames", frames)
        committed = await self.house.ledger.commits(
            self.sale, min(frame["after_sequence"] for frame in frames))
        ages = Ages()
        for frame in frames:
            late = [(milliseconds, count) for milliseconds, count in enumerate(frame["lateness"]) if count]
            for sequence in range(frame["after_sequence"] + 1, frame["sequence"] + 1):
                base = (frame["first_at"] - committed[sequence]) / 1e6
                for milliseconds, count in late:
                    ages.add(base + milliseconds, count)
        return ages


class Ages:
    """A histogram of ages in milliseconds."""

    def __init__(self):
        self.counts = {}

    def add(self, milliseconds, count):
        place = int(milliseconds)
        self.counts[place] = self.counts.get(place, 0) + count

    def percentile(self, share):
        left = sum(self.counts.values()) * share
        for place in sorted(self.counts):
            left -= self.counts[place]
            if left <= 0:
                return place
        return 0

    def __str__(self):
        return f"p50 {self.percentile(0.5)} ms, p99 {self.percentile(0.99)} ms"


class Way:
    """How viewers come: through the gateways, straight to realtime-push, or on links as gateways have them."""

    def __init__(self, name, *arguments):
        self.name, self.arguments = name, arguments

    def __str__(self):
        return self.name

    @classmethod
    def gateway(cls, house):
        host, port = house.client.address
        return cls("HTTP/1.1 through the gateway", f"--address={host}:{port}", "--sources=8")

    @classmethod
    def push(cls, house, transport="http1", names=None):
        ports = [house.stack.port(f"{name}.public") for name in names or house.stack.replicas_of("realtime-push")]
        said = {"http1": "HTTP/1.1 straight to realtime-push", "websocket": "WebSockets straight to realtime-push"}
        return cls(said[transport], *(f"--address=127.0.0.1:{port}" for port in ports), f"--transport={transport}")

    @classmethod
    def links(cls, house, streams=500):
        ports = [house.stack.port(f"{name}.internal") for name in house.stack.replicas_of("realtime-push")]
        return cls(
            "HTTP/2 links", *(f"--address=127.0.0.1:{port}" for port in ports), "--transport=http2",
            f"--streams={streams}", f"--header=service-credential:{credential(house.stack)}")


class Holders(Program):
    """Customers who hold seats at seat-reservation and give them back, at a steady rate; some are held at the end."""

    SHARE = 4  # each time another quarter of the seats

    @classmethod
    @contextlib.asynccontextmanager
    async def at_work(cls, house, sale, changes_per_second, seats_per_hold=6):
        """Holds while the block runs; `report` says afterwards what came of it."""
        stack = house.stack
        replicas = [f"--replica=127.0.0.1:{stack.port(f'{name}.internal')}"
                    for name in stack.replicas_of("seat-reservation")]
        seats = sale.fresh(sale.seat_count // cls.SHARE)
        holders = await cls.start(
            stack, "hold", *replicas, f"--keys-file={stack.data / 'secrets/service-keys'}",
            f"--performance={sale.performance_id}", f"--first-seat={seats[0]}",
            f"--seats={len(seats)}", f"--seats-per-hold={seats_per_hold}", f"--changes-per-second={changes_per_second}")
        holders.report = None
        began = time.monotonic()
        try:
            yield holders
        finally:
            holders.seconds = time.monotonic() - began
            holders.process.stdin.close()
            holders.report = await holders._answer("its end")
            await holders.end()

    @property
    def changes_per_second(self):
        return self.report["changes"] / self.seconds

    def none_failed(self):
        same(self.report.get("failures", {}), {}, "holds and releases that failed")

    def p99(self, since=0.0, until=float("inf")):
        """Of the holds that were asked for in a part of the time, in seconds since 1970."""
        took = sorted(took for asked, took in zip(self.report["asked"], self.report["took"])
                      if since * 1000 <= asked < until * 1000)
        return took[min(len(took) - 1, int(len(took) * 0.99))] if took else float("nan")


def credential(stack):
    """What a gateway shows to a service."""
    key_id, _, key = stack.secret("service-keys").split(",")[0].partition(":")
    statement = f"{key_id}.gateway.{int(time.time())}"
    return f"{statement}.{hmac.new(bytes.fromhex(key), statement.encode(), hashlib.sha256).hexdigest()}"
