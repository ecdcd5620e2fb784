"""Requests by HTTP/2 that would be two, or another one, once a balancer wrote them down as HTTP/1.1.

Each comes on stream 1; an honest one follows on stream 3.
"""

from frames import DATA, END_HEADERS, END_STREAM, HEADERS, block, frame, get_fields, post_fields, request
from smuggling_cases import BROKEN, CANARY, LENGTH, ONE, REFUSED, Case

FRONT = "/v1/sessions"
JSON = ("content-type", "application/json")


def get_with(*more):
    return request(1, [*get_fields("/v1/events?limit=1"), *more])


def post_with(*more, body=CANARY):
    return request(1, post_fields(FRONT, JSON, *more), ends=False) + frame(DATA, body, END_STREAM, 1)


def pseudo(**changes):
    """A head whose pseudo fields are others; None leaves one out."""
    fields = dict(get_fields("/v1/events?limit=1"))
    fields.update({f":{name}": value for name, value in changes.items()})
    return request(1, [(name, value) for name, value in fields.items() if value is not None])


def case(name, octets, *expected):
    return Case("HTTP/2: " + name, octets, expected)


def all_downgrades():
    smuggled = "\r\n\r\n" + CANARY.decode()
    fields = get_fields("/v1/events?limit=1")
    return [
        case("a body with its length", post_with(("content-length", LENGTH)), ONE),
        case("a body without a length", post_with(), ONE),
        case("Content-Length too small", post_with(("content-length", "0")), REFUSED, BROKEN),
        case("Content-Length too large", post_with(("content-length", "999")), REFUSED, BROKEN),
        case("Content-Length without a body", get_with(("content-length", LENGTH)), REFUSED, BROKEN),
        case("two Content-Lengths", post_with(("content-length", "0"), ("content-length", LENGTH)), REFUSED),
        case("Content-Length: +", post_with(("content-length", b"+" + LENGTH)), REFUSED),
        case("Content-Length: a list", post_with(("content-length", LENGTH + b", " + LENGTH)), REFUSED),
        case("Transfer-Encoding", post_with(("transfer-encoding", "chunked"), body=b"0\r\n\r\n" + CANARY), REFUSED),
        case("Transfer-Encoding and Content-Length",
             post_with(("transfer-encoding", "chunked"), ("content-length", LENGTH)), REFUSED),
        case("Connection", get_with(("connection", "close")), REFUSED),
        case("Keep-Alive", get_with(("keep-alive", "timeout=5")), REFUSED),
        case("Proxy-Connection", get_with(("proxy-connection", "close")), REFUSED),
        case("Upgrade", get_with(("upgrade", "h2c")), REFUSED),
        case("TE: gzip", get_with(("te", "gzip")), REFUSED),
        case("TE: trailers", get_with(("te", "trailers")), ONE),
        case("CRLF and a field in a value",
             post_with(("x", "a\r\ntransfer-encoding: chunked"), body=b"0\r\n\r\n" + CANARY), REFUSED),
        case("CRLF and a request in a value", get_with(("x", "a" + smuggled)), REFUSED),
        case("LF in a value", get_with(("x", "a\nb")), REFUSED),
        case("CR in a value", get_with(("x", "a\rb")), REFUSED),
        case("NUL in a value", get_with(("x", "a\0b")), REFUSED),
        case("a space before a value", get_with(("x", " a")), REFUSED, ONE),
        case("an upper-case name", get_with(("Transfer-Encoding", "chunked")), REFUSED),
        case("a colon in a name", get_with(("x:y", "a")), REFUSED),
        case("CRLF in a name", get_with(("x: a\r\ny", "b")), REFUSED),
        case("a space in a name", get_with(("x y", "a")), REFUSED),
        case("an empty name", get_with(("", "a")), REFUSED),
        case("CRLF in :path", pseudo(path="/v1/events HTTP/1.1" + smuggled), REFUSED),
        case("a space in :path", pseudo(path="/v1/events x HTTP/1.1"), REFUSED),
        case("an empty :path", pseudo(path=""), REFUSED),
        case("a :path without a slash", pseudo(path="openapi.json"), REFUSED),
        case("an absolute :path", pseudo(path="http://localhost/openapi.json"), REFUSED),
        case("no :path", pseudo(path=None), REFUSED),
        case("no :method", pseudo(method=None), REFUSED),
        case("no :scheme", pseudo(scheme=None), REFUSED),
        case("CRLF in :method", pseudo(method="GET /openapi.json HTTP/1.1\r\nx:"), REFUSED),
        case("a space in :method", pseudo(method="GET /openapi.json"), REFUSED),
        case("CRLF in :authority", pseudo(authority="localhost" + smuggled), REFUSED),
        case("a space in :authority", pseudo(authority="local host"), REFUSED),
        case("a URL as :scheme", pseudo(scheme="http://localhost/openapi.json?"), REFUSED),
        case("a pseudo field after the others", request(1, [*fields[:3], ("x", "y"), fields[3]]), REFUSED),
        case("two :paths", request(1, [*fields, (":path", "/openapi.json")]), REFUSED),
        case("two :methods", request(1, [*fields, (":method", "POST")]), REFUSED),
        case("an unknown pseudo field", request(1, [*fields, (":canary", "/openapi.json")]), REFUSED),
        case(":status in a request", request(1, [*fields, (":status", "200")]), REFUSED),
        case("Host beside :authority, another", get_with(("host", "other")), REFUSED, ONE),
        case("two Hosts", get_with(("host", "localhost"), ("host", "other")), REFUSED),
        case("CONNECT", request(1, [(":method", "CONNECT"), (":authority", "localhost:80")]), REFUSED, BROKEN),
        case("a pseudo field in the trailer",
             request(1, post_fields(FRONT, JSON), ends=False)
             + frame(HEADERS, block([(":path", "/openapi.json")]), END_HEADERS | END_STREAM, 1), REFUSED, BROKEN),
        case("framing in the trailer",
             request(1, post_fields(FRONT, JSON), ends=False) + frame(DATA, CANARY, stream=1)
             + frame(HEADERS, block([("content-length", "0")]), END_HEADERS | END_STREAM, 1), ONE, REFUSED, BROKEN),
        case("CRLF in the trailer",
             request(1, post_fields(FRONT, JSON), ends=False) + frame(DATA, b"{}", stream=1)
             + frame(HEADERS, block([("x", "y" + smuggled)]), END_HEADERS | END_STREAM, 1), REFUSED, BROKEN),
    ]
