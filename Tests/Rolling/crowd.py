"""Thousands of viewers, in a process of their own so that they don't wait for the buyers."""

import asyncio
import json
import pathlib
import sys
import zlib

from proof import Failed, expect, nothing


class Crowd:
    def __init__(self, process, sales, count):
        self.process, self.sales, self.count = process, sales, count

    @classmethod
    async def open(cls, house, sales, count, websockets):
        """Viewers of all performances; answers when each has its first map."""
        host, port = house.client.address
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(pathlib.Path(__file__).with_name("viewers.py")), host, str(port), str(count),
            str(websockets), *[sale.path for sale in sales],
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 24)
        crowd = cls(process, sales, count)
        report = await crowd.report(60)
        expect(report["with_map"] == count, f"{count} viewers with a map", report["with_map"])
        return crowd

    async def report(self, seconds=30):
        """What the viewers have; waits until all of them have a map, as long as that."""
        self.process.stdin.write(f"{seconds}\n".encode())
        line = await asyncio.wait_for(self.process.stdout.readline(), seconds + 10)
        if not line:
            raise Failed("the viewers' process ended")
        return json.loads(line)

    async def compared(self, house, after_seconds=3):
        """After the last change every map is the database's. Answers a note."""
        await asyncio.sleep(after_seconds)
        expected = {}
        for sale in self.sales:
            epoch, sequence, states = await house.ledger.states(sale.performance_id)
            digits = bytes(int(digit) for digit in states)
            expected[sale.path] = [epoch, sequence, zlib.crc32(digits)]
        report = await self.report()
        nothing(report["complaints"], "viewers complain")
        wrong = [
            (viewers, path, seen, expected[path]) for path, viewers, *seen in report["maps"] if seen != expected[path]
        ]
        nothing(wrong, "maps that differ from the database's (viewers, performance, seen, expected)")
        expect(sum(row[1] for row in report["maps"]) == self.count, f"{self.count} maps", report["maps"])
        told = ", ".join(f"{what} ×{count}" for what, count in sorted(report["told"].items()))
        return f"{self.count} viewers' maps equal the database ({told})"

    async def close(self):
        self.process.stdin.close()
        await self.process.wait()
