"""HTTP/1.1 by asyncio, small and quick: five hundred rivals at once must not wait for their own client.

It hides nothing: a connection that breaks is `Lost`, and the caller decides whether to ask again.
"""

import asyncio
import dataclasses
import json
import socket
import time
import urllib.parse


class Lost(Exception):
    """No whole answer came: whether the request was carried out is not known."""


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes
    seconds: float = 0.0

    @property
    def json(self):
        return json.loads(self.body) if self.body else None

    @property
    def code(self):
        """The problem's code; None where the answer is no problem."""
        if self.headers.get("content-type") != "application/problem+json":
            return None
        return self.json.get("code")

    def __str__(self):
        return f"{self.status} {self.body[:300].decode(errors='replace')}"


class Connection:
    """One connection with at most one request under way."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @property
    def local_port(self):
        return self.writer.get_extra_info("sockname")[1]

    @classmethod
    async def open(cls, address, seconds=5):
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(*address, limit=1 << 22), seconds)
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, asyncio.TimeoutError) as error:
            raise Lost(f"no connection: {error!r}") from error
        return cls(reader, writer)

    async def request(self, method, path, headers=(), body=None, seconds=20):
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(seconds):
                self.send(method, path, headers, body)
                answer = await self.head()
                await self._read_body(answer)
        except (OSError, EOFError, ValueError, asyncio.TimeoutError) as error:
            self.close()
            raise Lost(repr(error)) from error
        except BaseException:
            self.close()
            raise
        if answer.headers.get("connection") == "close":
            self.close()
        answer.seconds = loop.time() - began
        return answer

    def send(self, method, path, headers=(), body=None):
        lines = [f"{method} {path} HTTP/1.1", "host: localhost"]
        lines += [f"{name}: {value}" for name, value in headers]
        if body is not None or method in ("POST", "PUT"):
            lines.append(f"content-length: {len(body or b'')}")
        self.writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b""))

    async def head(self):
        text = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = text.split("\r\n")
        headers = {}
        for line in filter(None, rest):
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return Answer(int(first.split(" ")[1]), headers, b"")

    async def _read_body(self, answer):
        if answer.status in (204, 304):
            return
        if answer.headers.get("transfer-encoding") == "chunked":
            parts = []
            while chunk := await self.chunk():
                parts.append(chunk)
            answer.body = b"".join(parts)
        else:
            answer.body = await self.reader.readexactly(int(answer.headers.get("content-length", 0)))

    async def piece(self, answer):
        """More of a body that ends when it ends: a chunk, or what came; empty at its end."""
        return await (self.chunk() if answer.headers.get("transfer-encoding") == "chunked" else self.reader.read(65_536))

    async def chunk(self):
        """One chunk of a body that comes in chunks; empty at its end."""
        size = int((await self.reader.readuntil(b"\r\n")).strip().split(b";")[0], 16)
        chunk = await self.reader.readexactly(size)
        await self.reader.readexactly(2)
        return chunk

    @property
    def is_closed(self):
        return self.writer.is_closing() or self.reader.at_eof()

    def close(self):
        self.writer.close()


class Client:
    """Connections to one address, used again when they are free, and not where the other side may be closing them."""

    IDLE_SECONDS_MAX = 30  # half of what the balancer waits

    def __init__(self, base_url):
        parts = urllib.parse.urlsplit(base_url)
        self.address = socket.getaddrinfo(parts.hostname, parts.port or 80, socket.AF_INET, socket.SOCK_STREAM)[0][4]
        self.idle = []

    async def request(self, method, path, headers=(), body=None, seconds=20):
        connection = self._idle_connection() or await Connection.open(self.address)
        answer = await connection.request(method, path, headers, body, seconds)
        if not connection.is_closed:
            self.idle.append((time.monotonic(), connection))
        return answer

    def _idle_connection(self):
        while self.idle:
            since, connection = self.idle.pop()
            if not connection.is_closed and time.monotonic() - since < self.IDLE_SECONDS_MAX:
                return connection
            connection.close()
        return None

    def close(self):
        for _, connection in self.idle:
            connection.close()
        self.idle = []
