"""HTTP/2 by hand: frames and header blocks that no honest library would write."""

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, WITH_PRIORITY = 1, 1, 4, 8, 32
INITIAL_WINDOW_SIZE, HEADER_TABLE_SIZE = 4, 1


def frame(kind, payload=b"", flags=0, stream=0):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def settings(**values):
    names = {"initial_window_size": INITIAL_WINDOW_SIZE, "header_table_size": HEADER_TABLE_SIZE}
    payload = b"".join(names[name].to_bytes(2, "big") + value.to_bytes(4, "big") for name, value in values.items())
    return frame(SETTINGS, payload)


MAGIC = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
PREFACE = MAGIC + settings()


def number(value, prefix_bits, first=0):
    """HPACK's integers (RFC 7541, 5.1)."""
    most = (1 << prefix_bits) - 1
    if value < most:
        return bytes([first | value])
    octets = [first | most]
    value -= most
    while value >= 128:
        octets.append(value % 128 + 128)
        value //= 128
    return bytes([*octets, value])


def literal(name, value, indexed=False):
    """A field written out in full; `indexed`: it also goes into the peer's dynamic table."""
    name, value = (text.encode("latin-1") if isinstance(text, str) else text for text in (name, value))
    return (b"\x40" if indexed else b"\x00") + number(len(name), 7) + name + number(len(value), 7) + value


def block(fields):
    return b"".join(literal(name, value) for name, value in fields)


def get_fields(path, authority="localhost"):
    return [(":method", "GET"), (":scheme", "http"), (":authority", authority), (":path", path)]


def post_fields(path, *more, authority="localhost"):
    return [(":method", "POST"), (":scheme", "http"), (":authority", authority), (":path", path), *more]


def request(stream, fields, ends=True):
    return frame(HEADERS, block(fields), END_HEADERS | (END_STREAM if ends else 0), stream)


def get(stream, path, ends=True):
    return request(stream, get_fields(path), ends)


def increment(value, stream=0):
    return frame(WINDOW_UPDATE, value.to_bytes(4, "big"), stream=stream)


class FrameReader:
    """Takes bytes as they come and gives whole frames: (kind, flags, stream, payload)."""

    def __init__(self):
        self.rest = bytearray()

    def take(self, data):
        self.rest += data
        at = 0
        while len(self.rest) - at >= 9:
            length = int.from_bytes(self.rest[at:at + 3], "big")
            if len(self.rest) - at < 9 + length:
                break
            stream = int.from_bytes(self.rest[at + 5:at + 9], "big") & 0x7FFFFFFF
            yield self.rest[at + 3], self.rest[at + 4], stream, bytes(self.rest[at + 9:at + 9 + length])
            at += 9 + length
        del self.rest[:at]
