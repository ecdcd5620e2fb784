#!/usr/bin/env python3
"""Paying by a provider's own form and pages, in headless Chromium, at a stack with that provider's stand-in.

BOXOFFICE_PROVIDER=stripe deploy/local/run
python3 Tests/Providers/run.py --provider stripe --base-url http://localhost:8080
"""

import argparse
import pathlib
import sys
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Browser"))

from playwright.sync_api import sync_playwright

from house import House
from visitor import Failed, wait_until


def chosen(house, name):
    """Somebody with a seat in the basket, at the pay screen."""
    visitor = house.at_the_map(name)
    visitor.click_seat(house.seats(visitor)[0])
    visitor.go_to_pay()
    return visitor


def policy(visitor):
    """The content security policy of the document as it was loaded."""
    return visitor.ask("async () => (await fetch(location.href)).headers.get('content-security-policy')")


def pay_by_stripe(visitor, card):
    """Chooses a card in Stripe's form and sends it."""
    visitor.page.locator("#card-frame select").select_option(card)
    visitor.page.locator(".card-form button[type=submit]").click()


def at_the_provider(visitor, choose):
    """Opens the provider's page, does something there, and comes back by it."""
    with visitor.context.expect_page() as opened:
        visitor.page.locator(".pay-column a.button.primary[target=_blank]").click()
    page = opened.value
    page.wait_for_load_state()
    page.locator(f"button[value={choose}]").click()
    page.wait_for_url("**/orders/*")
    return page


def one_ticket(visitor):
    visitor.page.locator(".notice.good").wait_for(timeout=30_000)
    if visitor.page.locator(".ticket").count() != 1:
        raise Failed(f"{visitor.page.locator('.ticket').count()} tickets")


def stripe_card(house):
    """A card typed into Stripe's form pays, and Stripe's script is on the pay screen only"""
    visitor = chosen(house, "Card")
    if visitor.ask("() => document.querySelectorAll('script[data-provider]').length") != 1:
        raise Failed("the pay screen has not one script of the provider's")
    allowed = policy(visitor)
    pay_by_stripe(visitor, "pm_card_visa")
    one_ticket(visitor)
    house.picture(visitor, "stripe-paid")
    visitor.page.locator("#top nav a[data-way=tickets]").click()
    visitor.page.wait_for_url("**/tickets")
    visitor.page.locator(".ticket").first.wait_for()
    if visitor.ask("() => document.querySelectorAll('script[data-provider]').length + ('Stripe' in globalThis)"):
        raise Failed("the provider's script runs on another screen")
    strict = policy(visitor)
    if "/v3" in strict or "http" in strict or "http" not in allowed:
        raise Failed(f"the pay screen allows {allowed}, another {strict}")


def stripe_decline(house):
    """A declined card says so, keeps the seats, and another card pays"""
    visitor = chosen(house, "Declined")
    pay_by_stripe(visitor, "pm_card_visa_chargeDeclined")
    visitor.page.locator(".card-form .notice.problem:not([hidden])").wait_for()
    pay_by_stripe(visitor, "pm_card_visa")
    one_ticket(visitor)


def stripe_bank(house):
    """A card that wants its bank's word leads there and back, and pays"""
    visitor = chosen(house, "Bank")
    pay_by_stripe(visitor, "pm_card_threeDSecure2Required")
    page = at_the_provider(visitor, "approve")
    page.locator(".notice.good").wait_for()
    one_ticket(visitor)


def stripe_bank_says_no(house):
    """A bank that says no leads back to the form"""
    visitor = chosen(house, "Refused")
    pay_by_stripe(visitor, "pm_card_threeDSecure2Required")
    at_the_provider(visitor, "decline")
    visitor.page.locator(".card-form .notice.problem:not([hidden])").wait_for()


def script_away(house):
    """Without the provider's script the page says so, and charges nothing"""
    visitor = house.at_the_map("Away")
    visitor.context.route("**/v3/", lambda route: route.abort())
    visitor.click_seat(house.seats(visitor)[0])
    visitor.go_to_pay()
    visitor.page.locator(".card-form .notice.problem:not([hidden])").wait_for()
    house.picture(visitor, "stripe-away")
    visitor.complaints.clear()


def toss_window(house):
    """Toss Payments' window opens for the fixed order, and pays; nothing of it runs on our page"""
    visitor = chosen(house, "Window")
    if "http" in policy(visitor):
        raise Failed("the pay screen lets somebody in")
    visitor.page.locator(".card-form button[type=submit]").click()
    page = at_the_provider(visitor, "good")
    page.locator(".notice.good").wait_for()
    one_ticket(visitor)


def toss_leave(house):
    """Who leaves the window, or pays by a card that is refused, may try again"""
    visitor = chosen(house, "Left")
    for choice in ("leave", "rejected"):
        visitor.page.locator(".card-form button[type=submit]").click()
        at_the_provider(visitor, choice)
        visitor.page.locator(".card-form .notice.problem:not([hidden])").wait_for()
    visitor.page.locator(".card-form button[type=submit]").click()
    at_the_provider(visitor, "good")
    one_ticket(visitor)


CHECKS = {
    "stripe": [stripe_card, stripe_decline, stripe_bank, stripe_bank_says_no, script_away],
    "toss": [toss_window, toss_leave],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="http://127.0.0.1:8080")
    parser.add_argument("--provider", choices=CHECKS, required=True)
    parser.add_argument("--screenshots", default=".local/screenshots", help="where the pictures are kept")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    arguments = parser.parse_args()
    pictures = pathlib.Path(arguments.screenshots)
    pictures.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"])
        house = House(browser, arguments.base_url, pictures)
        wait_until(
            lambda: house.api("GET", "/v1/payment-form")["provider"] == arguments.provider, "the provider's form"
        )
        for check in CHECKS[arguments.provider]:
            sentence = check.__doc__.strip()
            try:
                check(house)
                complaints = house.leave()
                if complaints:
                    raise Failed("; ".join(complaints))
                passed += 1
                print(f"✓ {sentence}", flush=True)
            except Exception as error:  # one check's end must not hide the others
                failed += 1
                house.picture_of_failure(sentence)
                house.leave()
                print(f"✗ {sentence}: {error}", flush=True)
                if not isinstance(error, Failed):
                    traceback.print_exc()
        browser.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
