"""A proxy before one server, for one kind of message: it passes on, until its script says otherwise."""

import asyncio
import collections
import contextlib

import framing
from faults import BEFORE, CUT, DELAY, KILL, REORDER, SENT, TOLD

REORDER_SECONDS_MAX = 0.5  # how long a message waits to be overtaken


class Cut(Exception):
    """This connection ends here."""


class Proxy:
    """Listens on a port of its own of this machine. `channel` names it in the script; for PostgreSQL the database's
    name is put behind it."""

    def __init__(self, channel, upstream, protocol, script):
        self.channel, self.upstream, self.protocol, self.script = channel, upstream, protocol, script
        self.is_shut = False  # new connections are refused
        self.links = set()
        self.overtaken = None  # the message that waits until another one went first
        self.server = None

    async def start(self):
        self.server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    @property
    def port(self):
        return self.server.sockets[0].getsockname()[1]

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def cut_all(self):
        """Ends every connection, as a cable that is pulled out."""
        for link in list(self.links):
            link.cut()

    def shut(self):
        self.is_shut = True
        self.cut_all()

    def open(self):
        self.is_shut = False

    async def stop(self):
        self.server.close()
        self.cut_all()

    async def _accept(self, reader, writer):
        if self.is_shut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.upstream)
        except OSError:
            writer.transport.abort()
            return
        link = Link(self, reader, writer, far_reader, far_writer)
        self.links.add(link)
        try:
            await link.run()
        finally:
            self.links.discard(link)


class Link:
    """One connection and its other half."""

    def __init__(self, proxy, near_reader, near_writer, far_reader, far_writer):
        self.proxy = proxy
        self.near_reader, self.near_writer = near_reader, near_writer
        self.far_reader, self.far_writer = far_reader, far_writer
        self.requests, self.answers = framing.framers(proxy.protocol)
        self.waiting = collections.deque()  # points whose answers come in order
        self.streams = {}  # points by their stream

    def cut(self):
        for writer in (self.near_writer, self.far_writer):
            writer.transport.abort()

    async def run(self):
        pumps = [asyncio.create_task(self._outward()), asyncio.create_task(self._inward())]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            for result in await asyncio.gather(*pumps, return_exceptions=True):
                if isinstance(result, Exception) and not isinstance(result, (Cut, OSError, EOFError)):
                    raise result
            for writer in (self.near_writer, self.far_writer):
                with contextlib.suppress(OSError):
                    writer.close()

    async def _outward(self):
        while data := await self.near_reader.read(65_536):
            for piece, label in self.requests.feed(data):
                if label is None:
                    await self._send(self.far_writer, piece)
                else:
                    await self._request(piece, label)
        if self.far_writer.can_write_eof():
            self.far_writer.write_eof()
            await asyncio.sleep(1)  # what the server still says

    async def _inward(self):
        while data := await self.far_reader.read(65_536):
            for piece, label in self.answers.feed(data):
                await self._answer(piece, label)
        if rest := getattr(self.answers, "rest", bytes)():
            await self._send(self.near_writer, rest)

    def _channel(self):
        database = getattr(self.requests, "database", None)
        return f"{self.proxy.channel}:{database}" if database else self.proxy.channel

    async def _request(self, piece, label):
        stream, label = label if isinstance(label, tuple) else (None, label)
        point = self.proxy.script.count(self._channel(), label)
        if stream is None:
            self.waiting.append(point)
        else:
            self.streams[stream] = point
        await self._meet(point, BEFORE)
        await self._send(self.far_writer, piece)
        if self.proxy.overtaken and self.proxy.overtaken[0] is not self:
            self.proxy.overtaken[1].set()

    async def _answer(self, piece, label):
        point = None
        if isinstance(label, tuple):
            point = self.streams.pop(label[0], None)
        elif label is not None and self.waiting:
            point = self.waiting.popleft()
        if point:
            await self._meet(point, SENT)
        await self._send(self.near_writer, piece)
        if point:
            await self._meet(point, TOLD)

    async def _meet(self, point, moment):
        """Carries out what the script has for this message."""
        fault = self.proxy.script.fault(point, moment)
        if fault is None:
            return
        fault.happened.set()
        if fault.action == KILL:
            self.proxy.script.kill()
        if fault.action in (KILL, CUT):
            self.cut()
            raise Cut()
        if fault.action == DELAY:
            await asyncio.sleep(fault.seconds)
        elif fault.action == REORDER:
            went = asyncio.Event()
            self.proxy.overtaken = self, went
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(went.wait(), REORDER_SECONDS_MAX)
            self.proxy.overtaken = None

    async def _send(self, writer, piece):
        writer.write(piece)
        await writer.drain()
