#!/usr/bin/env python3
"""The page in real headless Chromium against a running stack with an open sale: two browsers, orange, then green.

python3 Tests/Browser/run.py --base-url http://127.0.0.1:8080 --screenshots DIR

Without options every screen is pictured in both languages, on a phone and a desk, light and dark; --share 4 takes one
in four of these eight looks, of each size one. All else is whole.
"""

import argparse
import pathlib
import sys
import traceback

from playwright.sync_api import sync_playwright

# Behind our own folder: some names are in both.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

import checks
import looks
import modules
import share
from house import House
from visitor import Failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="http://127.0.0.1:8080")
    parser.add_argument("--screenshots", default=".local/screenshots", help="where the pictures are kept")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument(
        "--performance", help="id of the performance to buy from (default: the first that is on sale)"
    )
    parser.add_argument("--only", help="run only the checks whose sentence contains this")
    share.add_options(parser)
    arguments = parser.parse_args()
    chosen = share.share_of(arguments)
    print(f"  looks: {chosen}", flush=True)
    those = chosen.of("looks", looks.CHECKS, kind=lambda look: look.size)
    pictures = pathlib.Path(arguments.screenshots)
    pictures.mkdir(parents=True, exist_ok=True)
    passed, failed = 0, []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"])
        house = House(browser, arguments.base_url, pictures, arguments.performance)
        for check in [*modules.CHECKS, *checks.CHECKS, *those]:
            sentence = check.__doc__.strip()
            if arguments.only and arguments.only not in sentence:
                continue
            try:
                note = check(house)
                complaints = house.leave()
                if complaints:
                    raise Failed("; ".join(complaints))
                passed += 1
                print(f"✓ {sentence}" + (f": {note}" if note else ""), flush=True)
            except Exception as error:  # one check's end must not hide the others
                failed.append(sentence)
                house.picture_of_failure(sentence)
                house.leave()
                print(f"✗ {sentence}: {error}", flush=True)
                if not isinstance(error, Failed):
                    traceback.print_exc()
        browser.close()
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
