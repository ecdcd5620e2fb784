#!/usr/bin/env python3
"""Viewers of seat maps by one epoll loop: viewers.py HOST PORT COUNT WEBSOCKETS PATH…

Each reads its performance's stream as a browser does, WEBSOCKETS of them by a WebSocket, the others as server-sent
events, and comes back to where it stood when the stream ends. For each line
on standard input, a number of seconds, it waits until all have a map, at most so long, and writes what they have as a
line of JSON: {with_map, maps: [[path, viewers, epoch, sequence, CRC of the states]], told, complaints}.
"""

import base64
import collections
import heapq
import itertools
import json
import random
import select
import socket
import sys
import time
import zlib

OPENED_A_SECOND = 1000
SILENCE_SECONDS = 40  # a heartbeat comes each 15 s
DIGITS = [bytes(byte >> shift & 3 for shift in (0, 2, 4, 6)) for byte in range(256)]


class Frames:
    """Each frame is read once for all who get the same bytes."""

    def __init__(self):
        self.known = {}

    def read(self, text):
        """(event, position or nothing, content)"""
        frame = self.known.get(text)
        if frame is None:
            if len(self.known) > 2000:
                self.known.clear()
            frame = self.known[text] = self._parsed(text)
        return frame

    def _parsed(self, text):
        if text.startswith(b"{"):
            content = json.loads(text)
            event, position = content["event"], content.get("id")
        else:
            fields = dict(line.split(": ", 1) for line in text.decode().split("\n") if ": " in line)
            event, position, content = fields.get("event"), fields.get("id"), json.loads(fields.get("data", "{}"))
        if event == "snapshot":
            packed = base64.b64decode(content["states"])
            content["digits"] = b"".join(DIGITS[byte] for byte in packed)[:content["seat_count"]]
        return event, position, content


class Viewer:
    """One viewer: where it stands, and the bytes that are no whole frame yet."""

    def __init__(self, path, transport):
        self.path, self.transport = path, transport
        self.epoch = self.sequence = self.states = self.position = None
        self.socket = None

    def begin(self, connection):
        self.socket, self.head, self.raw = connection, None, b""
        self.stream = self.transport(connection)
        self.heard_at = time.monotonic()

    def request(self):
        return self.transport.request(f"{self.path}/seats/stream", self.position)


class Events:
    """Server-sent events in the chunks of HTTP/1.1."""

    status = 200

    def __init__(self, connection):
        self.text = b""

    @staticmethod
    def request(path, position):
        resumed = f"Last-Event-ID: {position}\r\n" if position else ""
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{resumed}\r\n"

    def take(self, raw):
        """Whole frames, the bytes that are left, and whether the stream is over."""
        is_over = False
        while (end := raw.find(b"\r\n")) >= 0:
            size = int(raw[:end], 16)
            if size == 0:
                is_over = True
                break
            if len(raw) < end + 4 + size:
                break
            self.text += raw[end + 2:end + 2 + size]
            raw = raw[end + 4 + size:]
        *frames, self.text = self.text.split(b"\n\n")
        return frames, raw, is_over


class WebSocket:
    """The server's side of RFC 6455: text in whole frames, pings, a close."""

    status = 101

    def __init__(self, connection):
        self.connection = connection

    @staticmethod
    def request(path, position):
        resumed = f"?after={position}" if position else ""
        return (f"GET {path}{resumed} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")

    def take(self, raw):
        frames = []
        while len(raw) >= 2:
            size, start = raw[1] & 127, 2
            if size >= 126:
                start = 4 if size == 126 else 10
                size = int.from_bytes(raw[2:start]) if len(raw) >= start else 1 << 62
            if len(raw) < start + size:
                break
            payload, kind = raw[start:start + size], raw[0] & 15
            raw = raw[start + size:]
            if kind == 8:
                return frames, raw, True
            if kind == 9:
                self.connection.send(bytes([0x8A, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
            elif kind == 1:
                frames.append(payload)
        return frames, raw, False


class Theatre:
    def __init__(self, address, count, websockets, paths):
        self.address = address
        self.viewers = [
            Viewer(paths[number % len(paths)], WebSocket if number < websockets else Events) for number in range(count)
        ]
        self.frames = Frames()
        self.told, self.complaints = collections.Counter(), []
        self.poll = select.epoll()
        self.open = {}
        self.order = itertools.count()
        began = time.monotonic()
        self.due = [(began + number / OPENED_A_SECOND, next(self.order), v) for number, v in enumerate(self.viewers)]
        self.asked_until = None

    # The loop

    def run(self):
        self.poll.register(sys.stdin.fileno(), select.EPOLLIN)
        looked_at = time.monotonic()
        while True:
            for descriptor, _ in self.poll.poll(0.02):
                if descriptor == sys.stdin.fileno():
                    line = sys.stdin.readline()
                    if not line:
                        return
                    self.asked_until = time.monotonic() + float(line)
                elif viewer := self.open.get(descriptor):
                    self.receive(viewer)
            now = time.monotonic()
            while self.due and self.due[0][0] <= now:
                self.connect(heapq.heappop(self.due)[2])
            if now > looked_at + 1:
                looked_at = now
                for viewer in [v for v in self.open.values() if now - v.heard_at > SILENCE_SECONDS]:
                    self.lose(viewer, "silent", 0)
            if self.asked_until and (now > self.asked_until or all(v.states is not None for v in self.viewers)):
                self.asked_until = None
                print(json.dumps(self.report()), flush=True)

    def connect(self, viewer):
        connection = socket.socket()
        try:
            connection.connect(self.address)
            connection.sendall(viewer.request().encode())
        except OSError as error:
            connection.close()
            self.complaints.append(f"no connection: {error}")
            return self.again(viewer, 1)
        connection.setblocking(False)
        viewer.begin(connection)
        self.open[connection.fileno()] = viewer
        self.poll.register(connection.fileno(), select.EPOLLIN)

    def again(self, viewer, seconds):
        heapq.heappush(self.due, (time.monotonic() + seconds * random.uniform(0.5, 1), next(self.order), viewer))

    def lose(self, viewer, why, seconds):
        self.told[why] += 1
        self.poll.unregister(viewer.socket.fileno())
        del self.open[viewer.socket.fileno()]
        viewer.socket.close()
        viewer.socket = None
        self.again(viewer, seconds)

    # What comes

    def receive(self, viewer):
        try:
            received = viewer.socket.recv(262_144)
        except BlockingIOError:
            return
        except OSError:
            return self.lose(viewer, "broken", 0.5)
        if not received:
            return self.lose(viewer, "broken", 0.5)
        viewer.heard_at = time.monotonic()
        viewer.raw += received
        if viewer.head is None and not self.take_head(viewer):
            return
        frames, viewer.raw, is_over = viewer.stream.take(viewer.raw)
        closing = None
        for text in frames:
            closing = self.take(viewer, text) or closing
        if is_over or closing:
            self.lose(viewer, f"closing: {closing['reason']}" if closing else "ended without a word",
                      closing["retry_after_seconds"] if closing else 0.5)

    def take_head(self, viewer):
        """False as long as there is no stream."""
        end = viewer.raw.find(b"\r\n\r\n")
        if end < 0:
            return False
        viewer.head, viewer.raw = viewer.raw[:end].decode(), viewer.raw[end + 4:]
        status = int(viewer.head.split(" ", 2)[1])
        if status != viewer.transport.status:
            self.complaints.append(f"a stream began with {status}: {viewer.raw[:300].decode()}")
            self.lose(viewer, str(status), 1)
            return False
        return True

    def take(self, viewer, text):
        """Applies a frame. Answers what a closing one says."""
        event, position, content = self.frames.read(text)
        self.told[event] += 1
        if event == "snapshot":
            viewer.epoch, viewer.sequence = content["epoch"], content["sequence"]
            viewer.states = bytearray(content["digits"])
        elif event == "delta":
            self.apply(viewer, content)
        if position:
            viewer.position = position
        return content if event == "closing" else None

    def apply(self, viewer, delta):
        if viewer.states is None or delta["epoch"] != viewer.epoch or delta["after_sequence"] > viewer.sequence:
            self.complaints.append(f"a gap: at {viewer.epoch}.{viewer.sequence} came after {delta['after_sequence']}")
        elif delta["sequence"] > viewer.sequence:
            for seat, state in delta["changes"]:
                viewer.states[seat] = state
            viewer.sequence = delta["sequence"]

    def report(self):
        with_map = [viewer for viewer in self.viewers if viewer.states is not None]
        maps = collections.Counter(
            (viewer.path, viewer.epoch, viewer.sequence, zlib.crc32(viewer.states)) for viewer in with_map)
        return {
            "with_map": len(with_map),
            "maps": [[path, count, *rest] for (path, *rest), count in maps.items()],
            "told": self.told, "complaints": self.complaints[:20],
        }


if __name__ == "__main__":
    Theatre((sys.argv[1], int(sys.argv[2])), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:]).run()
