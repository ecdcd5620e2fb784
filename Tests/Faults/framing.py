"""Cuts what a connection carries into the messages that count: whole requests and whole answers, each with its name.

A framer is fed with bytes and answers pieces, each `(bytes, label)`. A piece with a label is a message that a fault may
be put on; one without goes through. A framer of answers labels its messages with `ANSWER`: they come in the order of
their requests, and the proxy gives them their names. One of HTTP/2 labels them with the number of their stream.
"""

import hpack

ANSWER = "answer"


class Raw:
    """Whatever comes is one message."""

    def __init__(self, label="bytes"):
        self.label = label

    def feed(self, data):
        return [(data, self.label)]


class PostgresRequests:
    """The frontend's messages up to each Sync are one: its name is that of the last statement that was bound
    (PostgreSQL's documentation, 55.7)."""

    def __init__(self):
        self.buffer = bytearray()
        self.group = bytearray()
        self.statements = []
        self.unnamed = ""  # the text of the statement without a name
        self.last_named = ""
        self.started = False
        self.database = None

    def feed(self, data):
        self.buffer += data
        pieces = []
        while piece := self._next():
            pieces.append(piece)
        return pieces

    def _next(self):
        while True:
            prefix = 1 if self.started else 0
            if len(self.buffer) < prefix + 4:
                return None
            length = prefix + int.from_bytes(self.buffer[prefix:prefix + 4], "big")
            if len(self.buffer) < length:
                return None
            message = bytes(self.buffer[:length])
            del self.buffer[:length]
            if not self.started:
                return message, self._start(message)
            if piece := self._take(message):
                return piece

    def _start(self, message):
        # An encryption request is answered by one byte and followed by the start-up packet.
        if message[4:8] not in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):
            self.started = True
            words = message[8:].split(b"\0")
            named = dict(zip(words[::2], words[1::2]))
            self.database = named.get(b"database", named.get(b"user", b"")).decode()
        return None

    def _take(self, message):
        kind, body = message[:1], message[5:]
        if kind == b"p" or kind == b"X":
            return message, None
        self.group += message
        if kind == b"P":
            name, text = body.split(b"\0", 2)[:2]
            if not name:
                self.unnamed = short(text)
        elif kind == b"B":
            self.statements.append(self._name(body.split(b"\0", 2)[1].decode()))
        elif kind == b"Q":
            self.statements.append(short(body))
        if kind not in (b"S", b"Q"):
            return None
        group, label = bytes(self.group), ", ".join(self.statements) or "prepare"
        self.group.clear()
        self.statements.clear()
        return group, label

    def _name(self, statement):
        """A statement's name; that of an end of a transaction tells which statement it comes after."""
        if statement:
            self.last_named = statement
            return statement
        return f"{self.unnamed} after {self.last_named}" if self.unnamed == "COMMIT" else self.unnamed


def short(text):
    return " ".join(text.rstrip(b"\0").decode().split())[:40]


class PostgresAnswers:
    """The backend's messages up to each ReadyForQuery are one answer; those of the start go through one by one."""

    def __init__(self, requests):
        self.requests = requests
        self.buffer = bytearray()
        self.group = bytearray()
        self.ready = False

    def feed(self, data):
        self.buffer += data
        pieces = []
        while len(self.buffer) >= 1:
            if not self.requests.started:  # N or S to an encryption request
                pieces.append((bytes(self.buffer), None))
                self.buffer.clear()
                break
            if len(self.buffer) < 5:
                break
            length = 1 + int.from_bytes(self.buffer[1:5], "big")
            if len(self.buffer) < length:
                break
            self.group += self.buffer[:length]
            is_end = self.buffer[:1] == b"Z"
            del self.buffer[:length]
            if is_end or not self.ready:
                pieces.append((bytes(self.group), ANSWER if is_end and self.ready else None))
                self.group.clear()
                self.ready = self.ready or is_end
        return pieces

    def rest(self):
        """Last words of a server that went without a ReadyForQuery."""
        return bytes(self.group + self.buffer)


class RedisRequests:
    """Commands as arrays of bulk strings (RESP2); the name is the command's first word."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        self.buffer += data
        pieces = []
        while (end := resp_end(self.buffer, 0)) is not None:
            command = bytes(self.buffer[:end])
            del self.buffer[:end]
            pieces.append((command, command.split(b"\r\n")[2].decode(errors="replace").upper()))
        return pieces


class RedisAnswers:
    """Values of RESP2, each an answer."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        self.buffer += data
        pieces = []
        while (end := resp_end(self.buffer, 0)) is not None:
            pieces.append((bytes(self.buffer[:end]), ANSWER))
            del self.buffer[:end]
        return pieces


def resp_end(buffer, start):
    """Where the value that begins at `start` ends; None while it isn't whole."""
    line = buffer.find(b"\r\n", start)
    if line < 0:
        return None
    kind, text, end = buffer[start:start + 1], bytes(buffer[start + 1:line]), line + 2
    if kind == b"$":
        end += int(text) + 2 if int(text) >= 0 else 0
        return end if len(buffer) >= end else None
    if kind == b"*":
        for _ in range(int(text)):
            end = resp_end(buffer, end)
            if end is None:
                return None
    return end


class SMTPRequests:
    """Lines with their first word as name; a mail's text up to its single dot is one message (RFC 5321, 4.1.1.4)."""

    def __init__(self):
        self.buffer = bytearray()
        self.in_text = False

    def feed(self, data):
        self.buffer += data
        pieces = []
        while True:
            mark = b"\r\n.\r\n" if self.in_text else b"\r\n"
            end = self.buffer.find(mark)
            if end < 0:
                return pieces
            message = bytes(self.buffer[:end + len(mark)])
            del self.buffer[:len(message)]
            label = "text" if self.in_text else message.split()[0].decode(errors="replace").upper()
            self.in_text = label == "DATA"
            pieces.append((message, label))


class SMTPAnswers:
    """Replies, which may have several lines (RFC 5321, 4.2.1); the greeting answers nobody."""

    def __init__(self):
        self.buffer = bytearray()
        self.greeted = False

    def feed(self, data):
        self.buffer += data
        pieces, start = [], 0
        while (line := self.buffer.find(b"\r\n", start)) >= 0:
            is_last = self.buffer[start + 3:start + 4] != b"-"
            start = line + 2
            if is_last:
                pieces.append((bytes(self.buffer[:start]), ANSWER if self.greeted else None))
                self.greeted = True
                del self.buffer[:start]
                start = 0
        return pieces


class HTTP2Frames:
    """Frames of HTTP/2 in clear text; the one that ends a request, or an answer, is the message (RFC 9113, 8.1)."""

    PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    DATA, HEADERS, CONTINUATION = 0, 1, 9

    def __init__(self, has_preface):
        self.buffer = bytearray()
        self.preface_left = len(self.PREFACE) if has_preface else 0
        self.decoder = hpack.Decoder()
        self.block = bytearray()
        self.ends = False
        self.names = {}

    def feed(self, data):
        self.buffer += data
        pieces = []
        if self.preface_left:
            if len(self.buffer) < self.preface_left:
                return pieces
            pieces.append((bytes(self.buffer[:self.preface_left]), None))
            del self.buffer[:self.preface_left]
            self.preface_left = 0
        while len(self.buffer) >= 9:
            length = 9 + int.from_bytes(self.buffer[:3], "big")
            if len(self.buffer) < length:
                break
            frame = bytes(self.buffer[:length])
            del self.buffer[:length]
            pieces.append((frame, self._label(frame)))
        return pieces

    def _label(self, frame):
        kind, flags, stream = frame[3], frame[4], int.from_bytes(frame[5:9], "big") & 0x7FFF_FFFF
        if kind == self.DATA:
            return self._end(stream) if flags & 0x1 else None
        if kind == self.HEADERS:
            self.ends = bool(flags & 0x1)
            start = 9 + (1 if flags & 0x8 else 0) + (5 if flags & 0x20 else 0)
            self.block = bytearray(frame[start:len(frame) - (frame[9] if flags & 0x8 else 0)])
        elif kind == self.CONTINUATION:
            self.block += frame[9:]
        else:
            return None
        if not flags & 0x4:
            return None
        fields = dict(self.decoder.decode(bytes(self.block)))
        if ":path" in fields:
            self.names[stream] = call_name(fields[":method"], fields[":path"])
        return self._end(stream) if self.ends else None

    def _end(self, stream):
        return stream, self.names.pop(stream, ANSWER)


def call_name(method, path):
    """A call's name without what differs from one to the next: `seats.hold` of /actors/seats/ID/hold."""
    parts = path.partition("?")[0].strip("/").split("/")
    if parts[0] == "actors" and len(parts) == 4:
        return f"{parts[1]}.{parts[3]}"
    return f"{method} /{'/'.join(parts[:2])}"


class HTTP1Messages:
    """Requests or answers of HTTP/1.1 with a length or in chunks (RFC 9112)."""

    def __init__(self, is_request):
        self.buffer = bytearray()
        self.is_request = is_request

    def feed(self, data):
        self.buffer += data
        pieces = []
        while (end := self._end()) is not None:
            message = bytes(self.buffer[:end])
            del self.buffer[:end]
            method, path = message.split(b" ", 2)[:2]
            pieces.append((message, call_name(method.decode(), path.decode()) if self.is_request else ANSWER))
        return pieces

    def _end(self):
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return None
        fields = {}
        for line in bytes(self.buffer[:head]).decode("latin-1").split("\r\n")[1:]:
            name, _, value = line.partition(":")
            fields[name.strip().lower()] = value.strip()
        end = head + 4
        if "chunked" in fields.get("transfer-encoding", ""):
            last = self.buffer.find(b"0\r\n\r\n", end)
            return last + 5 if last >= 0 else None
        end += int(fields.get("content-length", 0))
        return end if len(self.buffer) >= end else None


def framers(protocol):
    """The framers of requests and of answers of a protocol."""
    if protocol == "postgres":
        requests = PostgresRequests()
        return requests, PostgresAnswers(requests)
    return {
        "redis": lambda: (RedisRequests(), RedisAnswers()),
        "smtp": lambda: (SMTPRequests(), SMTPAnswers()),
        "http2": lambda: (HTTP2Frames(True), HTTP2Frames(False)),
        "http1": lambda: (HTTP1Messages(True), HTTP1Messages(False)),
        "raw": lambda: (Raw(), Raw(ANSWER)),
    }[protocol]()
