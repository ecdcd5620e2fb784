"""How a program of checks runs: each check is a function whose docstring is its sentence; it answers a note with figures."""

import argparse
import asyncio
import os
import signal
import sys
import time
import traceback

from proof import Failed


def parser_of(module_doc, scheme="http"):
    """What every program of checks can be told."""
    parser = argparse.ArgumentParser(description=module_doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default=f"{scheme}://localhost:8080")
    parser.add_argument("--data", default=os.environ.get("BOXOFFICE_DATA", ".local"), help="the stack's data folder")
    parser.add_argument("--only", help="run only the checks whose sentence contains this")
    return parser


class Tour:
    """Runs checks one after the other, tells of each in a line, and counts."""

    def __init__(self, only=None):
        self.only, self.passed, self.failed = only, 0, 0

    async def run(self, checks, carry_out):
        """`carry_out(check)` answers the check's note; one check's end does not hide the others."""
        for check in checks:
            sentence, began = check.__doc__.strip(), time.monotonic()
            if self.only and self.only not in sentence:
                continue
            try:
                note = await carry_out(check)
                self.passed += 1
                print(f"✓ {sentence}: {note} ({time.monotonic() - began:.1f} s)", flush=True)
            except Exception as error:
                self.failed += 1
                print(f"✗ {sentence}: {error}", flush=True)
                if not isinstance(error, Failed):
                    traceback.print_exc()

    def status(self):
        """Tells the count; answers the program's exit status, which is 1 also when nothing ran."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.passed and not self.failed else 1


def main(run, arguments):
    """Ends the program with the status that `run` answers; SIGTERM lets it clean up first."""

    async def stoppable():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)
        return await run(arguments)

    try:
        sys.exit(asyncio.run(stoppable()))
    except asyncio.CancelledError:
        sys.exit(143)
