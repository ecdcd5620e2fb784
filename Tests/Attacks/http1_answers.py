"""Answers of HTTP/1.1 out of the bytes that a connection gave."""

import re

HEAD = re.compile(rb"HTTP/1\.[01] (\d\d\d)[^\r\n]*(.*?)\r\n\r\n", re.S)


def read_statuses(octets, heads=()):
    """The statuses of the final answers in order; those whose numbers stand in `heads` answer HEAD."""
    statuses = []
    while match := HEAD.match(octets):
        octets, status = octets[match.end():], int(match[1])
        if status < 200 and status != 101:
            continue
        statuses.append(status)
        fields = dict(re.findall(rb"\r\n([^:]+):[ \t]*([^\r]*)", match[2].lower()))
        if len(statuses) - 1 in heads:
            continue
        if fields.get(b"transfer-encoding") == b"chunked":
            end = octets.find(b"\r\n0\r\n\r\n")
            octets = octets[end + 7:] if end >= 0 else b""
        else:
            octets = octets[int(fields.get(b"content-length", 0)):]
    return statuses
