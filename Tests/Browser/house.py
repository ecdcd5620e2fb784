"""What the checks share: the browser, the performance on sale, visitors that come and go, pictures."""

import base64
import json
import re
import urllib.request
import uuid

from visitor import Failed, Visitor


class House:
    def __init__(self, browser, base_url, pictures, performance_id=None):
        self.browser = browser
        self.base_url = base_url.rstrip("/")
        self.pictures = pictures
        self.visitors = []
        self.performance_id = performance_id or self._on_sale()
        self.turn = 0

    def _on_sale(self):
        for event in self.api("GET", "/v1/events")["items"]:
            for performance in event["performances"]:
                if performance["sale_state"] == "on_sale":
                    return performance["performance_id"]
        raise SystemExit("no performance is on sale at this address")

    def api(self, method, path, body=None, token=None):
        """Asks the API as a program would, beside the browser. Answers the decoded body."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(
            self.base_url + path,
            method=method,
            headers=headers,
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def snapshot_state(self, seat):
        """A seat's state as the server's snapshot tells it."""
        states = base64.b64decode(self.api("GET", f"/v1/performances/{self.performance_id}/seats")["states"])
        return states[seat // 4] >> (seat % 4 * 2) & 3

    def visitor(self, name, **wishes):
        visitor = Visitor(self.browser, self.base_url, name, **wishes)
        self.visitors.append(visitor)
        return visitor

    def at_the_map(self, name, signed_up=True, **wishes):
        """A visitor who looks at the open sale; by default already with an account."""
        visitor = self.visitor(name, **wishes)
        visitor.open_performance(self.performance_id)
        if signed_up:
            visitor.page.locator(".account button").click()
            visitor.fill_sign_up()
        return visitor

    def seats(self, visitor, count=1):
        """Free seats that no earlier check has used."""
        self.turn += 1
        seats = visitor.free_seats(count, skip=self.turn * 211)
        if len(seats) < count:
            raise Failed("the sale has no free seats left")
        return seats

    def picture(self, visitor, name):
        path = self.pictures / f"{name}.png"
        visitor.page.screenshot(path=str(path))
        return path

    def picture_of_failure(self, sentence):
        for visitor in self.visitors:
            try:
                self.picture(visitor, f"failed-{re.sub(r'[^a-z0-9]+', '-', sentence.lower())[:60]}-{visitor.name}")
            except Exception as error:  # the page may be gone; the failure itself is reported already
                print(f"  no picture of {visitor.name}: {error}")

    def leave(self):
        """Everybody goes home; answers what their pages complained of."""
        complaints = []
        for visitor in self.visitors:
            complaints += [f"{visitor.name}: {text}" for text in visitor.complaints]
            visitor.close()
        self.visitors = []
        return complaints
