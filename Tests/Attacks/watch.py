"""The gateways from outside: their pids, memory, processor time and counted requests."""

import asyncio
import os
import pathlib
import re

SAMPLE_SECONDS = 0.1
COUNTED = re.compile(r'http_requests_total\{[^}]*route="([^"]*)"[^}]*\} (\d+)')


class Watch:
    def __init__(self, data):
        self.run = pathlib.Path(data) / "run"
        ports = dict(line.split() for line in (self.run / "ports").read_text().splitlines())
        self.names = sorted(path.stem for path in self.run.glob("gateway-*.pid"))
        self.admin_ports = [int(ports[f"{name}.admin"]) for name in self.names]
        self.pids = self.pids_now()
        self.most_megabytes = 0

    def pids_now(self):
        return [int((self.run / f"{name}.pid").read_text()) for name in self.names]

    def megabytes(self):
        """Of the gateway that has most."""
        pages = [int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.pids]
        return max(pages) * os.sysconf("SC_PAGESIZE") / 1e6

    def processor_seconds(self):
        """Of all gateways together."""
        ticks = 0
        for pid in self.pids:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    async def keep_watch(self):
        """Notes the largest memory until it is cancelled."""
        while True:
            self.most_megabytes = max(self.most_megabytes, self.megabytes())
            await asyncio.sleep(SAMPLE_SECONDS)

    async def route_counts(self):
        """Requests that handlers answered, by route, over all gateways."""
        counts = {}
        for port in self.admin_ports:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            text = (await reader.read()).decode()
            writer.close()
            for route, count in COUNTED.findall(text):
                counts[route] = counts.get(route, 0) + int(count)
        return counts
