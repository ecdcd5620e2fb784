#!/usr/bin/env python3
"""TLS from the browser to the last service: Chromium over HTTP/2, services that show each other certificates, and new
certificates under load without a failed request.

python3 Tests/TLS/run.py --base-url https://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

The stack is started with BOXOFFICE_TLS=1.
"""

import argparse
import asyncio
import os
import pathlib
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

from proof import Failed  # noqa: E402

import checks  # noqa: E402
from secure_stack import SecureStack  # noqa: E402


async def run(arguments):
    passed, failed = 0, []
    async with SecureStack.of(arguments.base_url, arguments.data) as stack:
        for check in checks.CHECKS:
            sentence = check.__doc__.strip()
            began = time.monotonic()
            try:
                note = await check(stack)
                passed += 1
                print(f"✓ {sentence}: {note} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception as error:  # one check's end must not hide the others
                failed.append(sentence)
                print(f"✗ {sentence}: {error}", flush=True)
                if not isinstance(error, Failed):
                    traceback.print_exc()
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="https://localhost:8080")
    parser.add_argument("--data", default=os.environ.get("BOXOFFICE_DATA", ".local"), help="the stack's data folder")
    sys.exit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
