#!/usr/bin/env python3
"""TLS from the browser to the last service: Chromium over HTTP/2, services that show each other certificates, and new
certificates under load without a failed request.

python3 Tests/TLS/run.py --base-url https://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

The stack is started with BOXOFFICE_TLS=1.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

import checks  # noqa: E402
import tour  # noqa: E402
from secure_stack import SecureStack  # noqa: E402


async def run(arguments):
    told = tour.Tour(arguments.only)
    async with SecureStack.of(arguments.base_url, arguments.data) as stack:
        await told.run(checks.CHECKS, lambda check: check(stack))
    return told.status()


if __name__ == "__main__":
    tour.main(run, tour.parser_of(__doc__, scheme="https").parse_args())
