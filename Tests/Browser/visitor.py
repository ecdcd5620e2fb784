"""One person in front of a browser: a context, what the page complained of, and the ways of using the page."""

import time
import uuid

DEADLINE_SECONDS = 20
REFUSAL_NOTE = "Failed to load resource"


class Failed(Exception):
    """A check did not see what it waited for."""


def wait_until(probe, what, seconds=DEADLINE_SECONDS):
    """Waits for a condition, never for a time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = probe()
        if found:
            return found
        time.sleep(0.02)
    raise Failed(f"waited {seconds} s for: {what}")


class Visitor:
    """A browser context with one page; `complaints` gathers console errors, exceptions and policy violations."""

    def __init__(
        self, browser, base_url, name, *, width=1280, height=800, locale="en-GB", scheme="light", touch=False
    ):
        self.base_url = base_url.rstrip("/")
        self.name = name
        self.complaints = []
        self.email = None
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme=scheme,
            has_touch=touch,
            is_mobile=touch,
            device_scale_factor=2 if touch else 1,
        )
        self.context.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => "
            "console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(DEADLINE_SECONDS * 1000)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))

    def _heard(self, message):
        # The browser notes each 4xx answer and each request that the test cut off; those are not the page's faults.
        if message.type == "error" and REFUSAL_NOTE not in message.text and "net::ERR_" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def close(self):
        self.context.close()

    # The way around

    def open(self, path):
        self.page.goto(self.base_url + path)

    def open_performance(self, performance_id):
        self.open(f"/performances/{performance_id}")
        wait_until(
            lambda: self.ask("() => window.boxOffice ? boxOffice.sequence() !== null : false"), "the seats' snapshot"
        )

    def ask(self, script, argument=None):
        return self.page.evaluate(script, argument)

    def state_of(self, seat):
        return self.ask("(seat) => boxOffice.stateOf(seat)", seat)

    def wait_state(self, seat, state, what):
        wait_until(lambda: self.state_of(seat) == state, f"{self.name}: {what}")

    def free_seats(self, count, skip=0):
        """Free seats in a row of their own that a person could click, spread over the chart by `skip`."""
        return self.ask(
            """([count, skip]) => {
            const found = [];
            const { seatCount } = boxOffice;
            for (let at = 0, seat = skip % seatCount; at < seatCount && found.length < count; at += 1) {
                if (boxOffice.stateOf(seat) === 0 && Number.isFinite(boxOffice.positionOf(seat)[0])) found.push(seat);
                seat = (seat + 1) % boxOffice.seatCount;
            }
            return found;
        }""",
            [count, skip],
        )

    def click_seat(self, seat):
        """Brings the seat near and clicks its middle, as a hand would."""
        self.ask("(seat) => boxOffice.zoomTo(seat)", seat)
        self.settle()
        point = self.ask("(seat) => boxOffice.seatCenter(seat)", seat)
        self.page.mouse.click(point["x"], point["y"])

    def settle(self):
        """Two frames: what was asked for is drawn."""
        self.ask("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def watch_state(self, seat, state):
        """Begins to watch; `seen_at()` says when, in milliseconds since 1970."""
        self.ask(
            """([seat, state]) => {
            globalThis.seenAt = new Promise((resolve) => {
                const look = () => boxOffice.stateOf(seat) === state
                    ? resolve(performance.timeOrigin + performance.now()) : setTimeout(look, 1);
                look();
            });
        }""",
            [seat, state],
        )

    def seen_at(self):
        return self.ask("""() => Promise.race([globalThis.seenAt,
            new Promise((resolve) => setTimeout(() => resolve(null), 20000))])""")

    def answered_at(self, part):
        """When the last answer of an address containing `part` had arrived, in milliseconds since 1970."""
        return self.ask(
            """(part) => {
            const all = performance.getEntriesByType("resource");
            const entries = all.filter((entry) => new URL(entry.name).pathname.includes(part)
                && !entry.name.includes("/stream"));
            return entries.length ? performance.timeOrigin + entries.at(-1).responseEnd : null;
        }""",
            part,
        )

    # Who one is

    def fill_sign_up(self):
        self.email = f"{self.name.lower().replace(' ', '-')}-{uuid.uuid4().hex[:10]}@example.com"
        dialog = self.page.locator("dialog[open]")
        dialog.wait_for()
        if not dialog.locator("#sign-name").count():
            dialog.locator(".switch-line button").click()
        dialog.locator("#sign-name").fill(self.name)
        dialog.locator("#sign-email").fill(self.email)
        dialog.locator("#sign-password").fill("correct horse battery")
        dialog.locator("button[type=submit]").click()
        dialog.wait_for(state="detached")

    def token(self):
        return next(cookie["value"] for cookie in self.context.cookies() if cookie["name"] == "session")

    # Paying

    def go_to_pay(self):
        button = self.page.locator("button.pay")
        wait_until(lambda: button.is_enabled(), "the pay button")
        button.click()
        self.page.locator(".card-form").wait_for()

    def pay_with(self, token):
        self.page.locator(f"input[name=card][value={token}]").check()
        self.page.locator(".card-form button[type=submit]").click()

    def wait_paid(self):
        self.page.locator(".notice.good").wait_for()
