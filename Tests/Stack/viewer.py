"""A viewer of the seat map: reads the stream as a browser does and comes back with Last-Event-ID when it breaks."""

import asyncio
import collections
import json
import random

from http_client import Connection, Lost
from sale import unpacked

HEADERS = [("accept", "text/event-stream")]


class Viewer:
    def __init__(self, client, stack, sale):
        self.client, self.stack, self.sale = client, stack, sale
        self.epoch = self.sequence = self.states = self.position = None
        self.told = collections.Counter()
        self.gateways = set()
        self.complaints = []
        self._task = None

    def start(self):
        self._task = asyncio.create_task(self._watch())
        return self

    async def stop(self):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self):
        while True:
            connection = None
            try:
                connection = await Connection.open(self.client.address)
                await self._read(connection)
            except (OSError, EOFError, ValueError, Lost, asyncio.TimeoutError):
                self.told["broken"] += 1
            except asyncio.CancelledError:
                raise
            except Exception as error:  # a viewer that fails says why, and is seen by the check
                self.complaints.append(repr(error))
                return
            finally:
                if connection:
                    connection.close()
            await asyncio.sleep(random.uniform(0.1, 0.5))

    async def _read(self, connection):
        resumed = [("last-event-id", self.position)] if self.position else []
        connection.send("GET", f"{self.sale.path}/seats/stream", HEADERS + resumed)
        head = await asyncio.wait_for(connection.head(), 20)
        if head.status != 200:
            self.told[str(head.status)] += 1
            return
        self.gateways.add(self.stack.gateway_of(connection, self.client.address[1]))
        text = b""
        while chunk := await asyncio.wait_for(connection.piece(head), 40):  # a heartbeat comes each 15 s
            text += chunk
            *frames, text = text.split(b"\n\n")
            for frame in frames:
                await self._take(frame.decode())

    async def _take(self, frame):
        fields = dict(line.split(": ", 1) for line in frame.split("\n") if ": " in line)
        event, data = fields.get("event"), json.loads(fields["data"])
        self.told[event] += 1
        if event == "snapshot":
            self._restart(data)
        elif event == "delta":
            await self._apply(data)
        if "id" in fields:
            self.position = fields["id"]

    def _restart(self, snapshot):
        self.epoch, self.sequence, self.states = snapshot["epoch"], snapshot["sequence"], unpacked(snapshot)

    async def _apply(self, delta):
        if delta["epoch"] == self.epoch and delta["sequence"] <= self.sequence:
            return
        if delta["epoch"] != self.epoch or delta["after_sequence"] > self.sequence:
            self.complaints.append(f"a gap in the stream: at {self.sequence}, came {delta['after_sequence']}")
            return
        for seat, state in delta["changes"]:
            self.states[seat] = state
        self.sequence = delta["sequence"]


async def watch(count, client, stack, sale):
    """Viewers who have their first map."""
    viewers = [Viewer(client, stack, sale).start() for _ in range(count)]
    for _ in range(200):
        if all(viewer.states is not None for viewer in viewers):
            break
        await asyncio.sleep(0.05)
    return viewers
