"""Requests by HTTP/1.1 whose bytes two readers might cut apart at different places (RFC 9112, 11.2).

Each hides a request for the canary's path, and is followed by a last request that closes the connection. What must be
seen of the three:
  REFUSED  none: one answer of 400 or more, and the connection is closed
  BROKEN   at most the first: its head is fine and its body is not; the connection is closed
  ONE      the first and the last; what hides is a body's bytes
  TWO      all three: what "hides" is a request in its own right
"""

import dataclasses

# The routes by which the gateways count.
FRONT_ROUTES, CANARY_ROUTE = ("/v1/sessions", "/v1/events"), "/openapi.json"
LAST_ROUTE = "/v1/performances/{performance_id}"
REFUSED, BROKEN, ONE, TWO = "refused", "broken", "one", "two"

CANARY = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST_PATH = "/v1/performances/none"
LAST = b"GET " + LAST_PATH.encode() + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
FRONT = b"POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
LENGTH = str(len(CANARY)).encode()
SIZED = b"Content-Length: " + LENGTH
EMPTY = b"Content-Length: 0"
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(CANARY), CANARY)


@dataclasses.dataclass
class Case:
    name: str
    bytes: bytes
    expected: tuple

    @property
    def heads(self):
        """Which of the answers have no body."""
        return (0,) if self.bytes.startswith(b"HEAD") else ()


def case(name, octets, *expected):
    return Case(name, octets, expected)


def front(fields, rest):
    """A first request with these framing fields and what follows its head."""
    return FRONT + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + rest


def lengths():
    def length(name, value, *expected):
        return case(f"Content-Length: {name}", front([b"Content-Length: " + value], CANARY), *expected)

    return [
        length("exact", LENGTH, ONE),
        length("0, a request follows", b"0", TWO),
        length("leading zeros", b"000" + LENGTH, ONE, REFUSED),
        length("space after it", LENGTH + b"  ", ONE),
        length("a tab before it", b"\t" + LENGTH, ONE),
        length("plus sign", b"+" + LENGTH, REFUSED),
        length("minus sign", b"-" + LENGTH, REFUSED),
        length("hexadecimal", b"0x30", REFUSED),
        length("exponent", b"1e1", REFUSED),
        length("fraction", b"10.0", REFUSED),
        length("letters after it", LENGTH + b"abc", REFUSED),
        length("two numbers", b"1 " + LENGTH, REFUSED),
        length("a list of the same", LENGTH + b", " + LENGTH, REFUSED),
        length("a list of others", b"0, " + LENGTH, REFUSED),
        length("nothing", b"", REFUSED),
        length("2^63", b"9223372036854775808", REFUSED),
        length("2^64 + its own", str(2**64 + len(CANARY)).encode(), REFUSED),
        length("other digits (U+0664)", "٤".encode(), REFUSED),
        length("a vertical tab before it", b"\x0b" + LENGTH, REFUSED),
        case("two Content-Lengths, the same", front([SIZED] * 2, CANARY), REFUSED, ONE),
        case("two Content-Lengths, others", front([EMPTY, SIZED], CANARY), REFUSED),
        case("Content-Length with a space before the colon", front([b"Content-Length : " + LENGTH], CANARY), REFUSED),
        case("Content-Length in two words", front([b"Content Length: " + LENGTH], CANARY), REFUSED),
        case("Content_Length is another field", front([b"Content_Length: " + LENGTH, EMPTY], CANARY), TWO),
        case("Connection: Content-Length", front([b"Connection: Content-Length", SIZED], CANARY), ONE),
    ]


def codings():
    nothing = b"0\r\n\r\n"

    def coding(name, field, *expected, rest=nothing + CANARY):
        return case(f"Transfer-Encoding: {name}", front([field], rest), *expected)

    return [
        coding("chunked, the canary in a chunk", b"Transfer-Encoding: chunked", ONE, rest=CHUNKED),
        coding("chunked, a request follows", b"Transfer-Encoding: chunked", TWO),
        coding("in capitals", b"TRANSFER-ENCODING: CHUNKED", ONE, rest=CHUNKED),
        coding("a tab before it", b"Transfer-Encoding:\tchunked", ONE, rest=CHUNKED),
        coding("spaces after it", b"Transfer-Encoding: chunked  ", ONE, rest=CHUNKED),
        coding("and Content-Length", b"Transfer-Encoding: chunked\r\nContent-Length: " + LENGTH, REFUSED, ONE),
        coding("after Content-Length", b"Content-Length: 5\r\nTransfer-Encoding: chunked", REFUSED),
        coding("and Content-Length: 0", b"Content-Length: 0\r\nTransfer-Encoding: chunked", REFUSED),
        coding("xchunked", b"Transfer-Encoding: xchunked", REFUSED),
        coding("chunk", b"Transfer-Encoding: chunk", REFUSED),
        coding("identity", b"Transfer-Encoding: identity", REFUSED),
        coding("nothing", b"Transfer-Encoding:", REFUSED),
        coding("chunked twice", b"Transfer-Encoding: chunked, chunked", REFUSED),
        coding("chunked not last", b"Transfer-Encoding: chunked, identity", REFUSED),
        coding("chunked, gzip", b"Transfer-Encoding: chunked, gzip", REFUSED),
        coding("gzip, chunked", b"Transfer-Encoding: gzip, chunked", REFUSED),
        coding("an empty member before it", b"Transfer-Encoding: , chunked", REFUSED, TWO),
        coding("two fields, chunked first", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", REFUSED),
        coding("two fields, chunked last", b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", REFUSED),
        coding("two fields, both chunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", REFUSED),
        coding("quoted", b'Transfer-Encoding: "chunked"', REFUSED),
        coding("with a parameter", b"Transfer-Encoding: chunked;q=1", REFUSED),
        coding("a space before the colon", b"Transfer-Encoding : chunked", REFUSED),
        coding("a tab before the colon", b"Transfer-Encoding\t: chunked", REFUSED),
        coding("a vertical tab before it", b"Transfer-Encoding:\x0bchunked", REFUSED),
        coding("NUL in the name", b"Transfer-Encoding\0: chunked", REFUSED),
        coding("on a folded line", b"Transfer-Encoding:\r\n chunked", REFUSED),
        coding("on a line that begins with a space", b" Transfer-Encoding: chunked", REFUSED),
        coding("hidden behind a bare CR", b"X: y\rTransfer-Encoding: chunked", REFUSED),
        coding("hidden behind a bare LF", b"X: y\nTransfer-Encoding: chunked", REFUSED, TWO),
        case("Transfer_Encoding is another field", front([b"Transfer_Encoding: chunked", EMPTY], CANARY), TWO),
        case("HTTP/1.0 with chunks",
             front([b"Transfer-Encoding: chunked"], nothing + CANARY).replace(b"1.1", b"1.0", 1), REFUSED, BROKEN),
    ]


def chunks():
    def body(name, octets, *expected):
        return case(f"chunks: {name}", front([b"Transfer-Encoding: chunked"], octets), *expected)

    size = b"%x" % len(CANARY)
    return [
        body("an extension", size + b";a=b\r\n" + CANARY + b"\r\n0\r\n\r\n", ONE),
        body("an extension on the last", size + b"\r\n" + CANARY + b"\r\n0;a=b\r\n\r\n", ONE),
        body("several zeros at the end", b"000\r\n\r\n" + CANARY, TWO, BROKEN),
        body("a size above 2^64", b"1" + b"0" * 16 + b"\r\n\r\n" + CANARY, BROKEN),
        body("0x before the size", b"0x5\r\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("a plus sign", b"+5\r\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("a minus sign", b"-5\r\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("a space before the size", b" 5\r\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("a space after the size", b"5 \r\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN, TWO),
        body("no size", b"\r\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("a size ended by LF", b"5\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("a size ended by CR CR LF", b"5\r\r\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("data ended by LF", b"5\r\nabcde\n0\r\n\r\n" + CANARY, BROKEN),
        body("more data than the size", b"5\r\nabcdefgh\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("less data than the size", b"9\r\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("an extension with a bare LF", b"5;a\nb\r\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("an extension with a bare CR", b"5;a\rb\r\nabcde\r\n0\r\n\r\n" + CANARY, BROKEN),
        body("an extension that quotes a line's end", b'5;a="\r\nabcde"\r\n0\r\n\r\n' + CANARY, BROKEN),
        body("trailers that must not be", b"0\r\n" + SIZED + b"\r\nTransfer-Encoding: chunked\r\nHost: x\r\n\r\n",
             ONE, BROKEN),
        body("a request where trailers stand", b"0\r\n" + CANARY, BROKEN, ONE),
        body("a folded trailer", b"0\r\nX: y\r\n z\r\n\r\n", BROKEN, ONE),
        body("the end by LF", b"0\n\n" + CANARY, BROKEN),
    ]


def lines():
    def field(name, octets, *expected):
        return case(name, front([octets, SIZED], CANARY), *expected)

    return [
        case("all lines end with LF", front([SIZED], CANARY).replace(b"\r\n", b"\n"), REFUSED, ONE),
        case("all lines end with CR", front([EMPTY], b"").replace(b"\r\n", b"\r") + CANARY, REFUSED),
        field("a bare CR in a value", b"X: a\rb", REFUSED),
        field("a bare LF in a value", b"X: a\nb", REFUSED),
        field("NUL in a value", b"X: a\0b", REFUSED),
        field("a control character in a value", b"X: a\x01b", REFUSED),
        field("DEL in a name", b"X\x7f: a", REFUSED),
        field("an octet above 127 in a name", b"X\xe9: a", REFUSED),
        field("a folded value", b"X: a\r\n b", REFUSED),
        field("a line without a colon", b"nothing", REFUSED),
        field("a field without a name", b": a", REFUSED),
        field("a space in a name", b"X Y: a", REFUSED),
        case("an empty line before the request", b"\r\n" + front([SIZED], CANARY), ONE),
        case("no Host", front([SIZED], CANARY).replace(b"Host: localhost\r\n", b"", 1), REFUSED),
        field("two Hosts", b"Host: other", REFUSED),
        field("two Hosts, the same", b"Host: localhost", REFUSED),
        case("a Host with a space", front([SIZED], CANARY).replace(b"localhost", b"local host", 1), REFUSED),
        case("a Host that is a path",
             front([SIZED], CANARY).replace(b"localhost", b"localhost/openapi.json", 1), REFUSED),
        case("an absolute target and another Host",
             front([SIZED], CANARY).replace(b" /v1", b" http://localhost/v1", 1).replace(b": localhost", b": other", 1),
             ONE, REFUSED),
        field("Upgrade: h2c",
              b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__", ONE, BROKEN),
        field("Upgrade: websocket with a body",
              b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", ONE, BROKEN),
        field("Expect: 100-continue, the body at once", b"Expect: 100-continue", ONE, BROKEN),
        field("Expect: something else", b"Expect: 200-ok", ONE, REFUSED, BROKEN),
    ]


def request_lines():
    def line(name, octets, *expected):
        return case(name, octets + b"\r\nHost: localhost\r\n\r\n" + CANARY, *expected)

    def with_body(method, framing=SIZED, body=CANARY):
        return method + b" /v1/events?limit=1 HTTP/1.1\r\nHost: localhost\r\n" + framing + b"\r\n\r\n" + body

    return [
        case("GET with a body", with_body(b"GET"), ONE),
        case("HEAD with a body", with_body(b"HEAD"), ONE),
        case("GET with chunks", with_body(b"GET", b"Transfer-Encoding: chunked", CHUNKED), ONE),
        case("HTTP/0.9", b"GET /v1/events\r\n\r\n", REFUSED),
        line("HTTP/0.9 by its number", b"GET /v1/events HTTP/0.9", REFUSED),
        case("HTTP/1.0, kept open, two requests",
             front([b"Connection: keep-alive", SIZED], CANARY).replace(b"1.1", b"1.0", 1), ONE, BROKEN),
        line("HTTP/1.2", b"GET /v1/events HTTP/1.2", REFUSED, TWO),
        line("HTTP/2.0 in HTTP/1.1's form", b"GET /v1/events HTTP/2.0", REFUSED),
        line("HTTP/1.10", b"GET /v1/events HTTP/1.10", REFUSED),
        line("http in small letters", b"GET /v1/events http/1.1", REFUSED),
        line("two spaces", b"GET  /v1/events HTTP/1.1", REFUSED, TWO),
        line("tabs for spaces", b"GET\t/v1/events\tHTTP/1.1", REFUSED),
        line("a space in the path", b"GET /v1/events x HTTP/1.1", REFUSED),
        line("NUL in the path", b"GET /v1/events\0 HTTP/1.1", REFUSED),
        line("a bare CR in the path", b"GET /v1/events\r HTTP/1.1", REFUSED),
        line("an octet above 127 in the path", b"GET /v1/events\xff HTTP/1.1", REFUSED, TWO),
        line("a method in small letters", b"get /v1/events HTTP/1.1", REFUSED, TWO),
        line("a method that is no token", b"G@T /v1/events HTTP/1.1", REFUSED),
        line("CONNECT to a path", b"CONNECT /v1/events HTTP/1.1", REFUSED, BROKEN),
        line("CONNECT to a host", b"CONNECT localhost:80 HTTP/1.1", REFUSED, BROKEN),
        line("a target without a slash", b"GET openapi.json HTTP/1.1", REFUSED),
        line("half of HTTP/2's preface", b"PRI * HTTP/1.1", REFUSED),
    ]


def all_cases():
    return [*lengths(), *codings(), *chunks(), *lines(), *request_lines()]
