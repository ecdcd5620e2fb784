"""Wrong input at every public door: the documented problem, nothing written, no server error."""

import asyncio
import hashlib
import hmac
import json
import time
import uuid

from http_client import Connection
from proof import expect, nothing, same
from refunds import followed, offer

BODY_BYTES_MAX = 65_536
GUESS = "01900000-0000-7000-8000-000000000000"  # an id of nothing


class Door:
    """A POST of the API: where it is, a body that it would take, and who may knock."""

    def __init__(self, operation, path, body, customer=None, keyed=True, organizer=False, unknown=None):
        self.operation, self.path, self.body = operation, path, body
        self.customer, self.keyed, self.organizer, self.unknown = customer, keyed, organizer, unknown

    def headers(self, **changes):
        """The right headers, changed: None takes one away."""
        headers = {"content-type": "application/json"}
        if self.customer:
            headers["authorization"] = f"Bearer {self.customer.token}"
        if self.keyed:
            headers["idempotency-key"] = uuid.uuid4().hex
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        return [(name, value) for name, value in headers.items() if value is not None]


class Inquiry:
    """Asks wrongly, and gathers every answer that is not the documented one."""

    def __init__(self, client):
        self.client, self.wrong, self.asked = client, [], 0

    async def refused(self, what, method, path, headers, body, status, code, field=None):
        self.asked += 1
        answer = await self.client.request(method, path, headers, body)
        problem = answer.json if answer.headers.get("content-type") == "application/problem+json" else {}
        told = (answer.status, problem.get("code"))
        whole = all(problem.get(member) for member in ("type", "title", "status", "code", "request_id"))
        fields = [entry["path"] for entry in problem.get("fields", [])]
        if told != (status, code) or not whole or problem.get("status") != status or (field and field not in fields):
            self.wrong.append(f"{method} {path} with {what}: expected {status} {code} {field or ''}; saw {answer}")


async def doors(house):
    """One door for each documented POST with a body; a new one in the description must come here too."""
    sale = house.rules
    customer = house.fresh_customer()
    hold = await customer.hold(sale, {"seat_indexes": sale.fresh(1)})
    other_hold = await customer.hold(sale, {"seat_indexes": sale.fresh(1)})
    order = await customer.order(hold)
    await offer(house, sale)
    (buyer, bought), (_, sold) = [await paid_order(house) for _ in range(2)]
    found = [
        Door("registerCustomer", "/v1/customers",
             {"email": f"{uuid.uuid4().hex}@stack.example", "password": house.customers[0].password, "name": "N"},
             keyed=False),
        Door("signIn", "/v1/sessions", {"email": customer.email, "password": customer.password}, keyed=False),
        Door("createHold", f"{sale.path}/holds", {"seat_indexes": sale.fresh(1)}, customer,
             unknown=f"/v1/performances/{GUESS}/holds"),
        Door("createHold", f"{sale.path}/holds", {"best_available": {"quantity": 1}}, customer),
        Door("createOrder", "/v1/orders", {"hold_ids": [other_hold]}, customer),
        Door("payOrder", f"/v1/orders/{order}/payments",
             {"payment_method": {"type": "card", "token": "sandbox_succeed"}}, customer,
             unknown=f"/v1/orders/{GUESS}/payments"),
        Door("refundOrder", f"/v1/orders/{bought['order_id']}/refunds",
             {"ticket_ids": [bought["tickets"][0]["ticket_id"]], "reason": "ill"}, buyer,
             unknown=f"/v1/orders/{GUESS}/refunds"),
        Door("refundCustomersOrder", f"/v1/organizer/orders/{sold['order_id']}/refunds",
             {"ticket_ids": [sold["tickets"][0]["ticket_id"]], "reason": "ill"}, house.organizer, organizer=True,
             unknown=f"/v1/organizer/orders/{GUESS}/refunds"),
        Door("cancelPerformance", f"/v1/organizer/performances/{sale.performance_id}/cancellation", {"reason": "rain"},
             house.organizer, organizer=True, unknown=f"/v1/organizer/performances/{GUESS}/cancellation"),
        Door("checkIn", "/v1/check-ins", {"ticket_code": "nobody-has-this-code"}, house.organizer, organizer=True),
    ]
    description = await house.box.get("/openapi.json")
    described = {
        operation["operationId"] for methods in description["paths"].values() for method, operation in methods.items()
        if method == "post" and "requestBody" in operation}
    same({door.operation for door in found} | {"receiveWebhook"}, described, "the operations with a body")
    return found, customer, hold, other_hold, order


async def paid_order(house):
    """Somebody new with an order of one ticket."""
    buyer = house.fresh_customer()
    order = await buyer.order(await buyer.hold(house.rules, {"seat_indexes": house.rules.fresh(1)}))
    answer = await buyer.pay(order, "sandbox_succeed")
    same(answer.status, 201, "the payment's answer")
    house.secrets |= {ticket["code"] for ticket in answer.json["tickets"]}
    return buyer, answer.json


def members(body):
    """(path, a copy of the body without it, a copy with a wrong type there) for each member, nested ones too."""
    for name, value in body.items():
        rest = {key: kept for key, kept in body.items() if key != name}
        yield name, rest, {**rest, name: {"unexpected": 1} if not isinstance(value, dict) else "unexpected"}
        if isinstance(value, dict):
            for path, without, wrong in members(value):
                yield f"{name}.{path}", {**rest, name: without}, {**rest, name: wrong}


async def wrong_bodies(house):
    """Bodies that are malformed, of a wrong type, incomplete, too deep, too large or no JSON are refused as documented"""
    found, *_ = await doors(house)
    before = await house.ledger.counts()
    inquiry = Inquiry(house.client)
    for door in found:
        def ask(what, body, status, code, field=None, **changes):
            return inquiry.refused(what, "POST", door.path, door.headers(**changes), body, status, code, field)

        good = json.dumps(door.body).encode()
        for text in (b"", b"{", good[:-1], b"nonsense", good + b"}", b"\xff\xfe{}", b'{"a": 1, "a": 2}', b"\x00"):
            await ask(f"the body {text[:20]!r}", text, 422, "invalid_request")
        for text in (b"[]", b"17", b'"text"', b"null", b"true"):
            await ask(f"the body {text!r}", text, 422, "invalid_request")
        for path, without, wrong in members(door.body):
            is_optional = path in ("payment_method", "seat_indexes", "best_available", "ticket_ids", "reason")
            if not is_optional:
                await ask(f"{path} missing", json.dumps(without).encode(), 422, "invalid_request", path)
            await ask(f"{path} of a wrong type", json.dumps(wrong).encode(), 422, "invalid_request", path)
        for deep in (b"[" * 5000 + b"]" * 5000, b'{"a":' * 2000 + b"1" + b"}" * 2000):
            await ask("a body that is too deep", deep, 422, "invalid_request")
        for size in (BODY_BYTES_MAX + 1, 3 * BODY_BYTES_MAX):
            await ask(f"{size} bytes", b'{"a":"' + b"x" * (size - 8) + b'"}', 413, "body_too_large")
        for media_type in ("text/plain", "application/xml", "multipart/form-data", None):
            await ask(f"the type {media_type}", good, 415, "unsupported_media_type", content_type=media_type)
    nothing(inquiry.wrong, "answers that are not the documented ones")
    same(await house.ledger.counts(), before, "rows in the ledger afterwards")
    return f"{inquiry.asked} wrong bodies at {len(found)} doors, nothing written"


async def wrong_values(house):
    """Values out of their bounds, seats and ids that do not exist are refused as documented"""
    found, customer, hold, other_hold, order = await doors(house)
    inquiry = Inquiry(house.client)
    check_in = found[-1]
    # The gate's refusal is remembered with its key, as every answer of the gate is.
    await inquiry.refused("an unknown code", "POST", check_in.path, check_in.headers(),
                          json.dumps(check_in.body).encode(), 404, "not_found")
    before = await house.ledger.counts()
    sale = house.rules
    holds = next(door for door in found if door.operation == "createHold")
    cases = [
        ({}, 422, "invalid_request"), ({"seat_indexes": []}, 422, "invalid_request"),
        ({"seat_indexes": [-1]}, 422, "invalid_request"), ({"seat_indexes": [1.5]}, 422, "invalid_request"),
        ({"seat_indexes": [2 ** 40]}, 422, "invalid_request"), ({"seat_indexes": [5, 5]}, 422, "invalid_request"),
        ({"seat_indexes": [sale.seat_count]}, 422, "unknown_seat"),
        ({"seat_indexes": list(range(101))}, 422, "invalid_request"),
        ({"best_available": {"quantity": 0}}, 422, "invalid_request"),
        ({"best_available": {"quantity": 101}}, 422, "invalid_request"),
        ({"best_available": {"quantity": 1}, "seat_indexes": [1]}, 422, "invalid_request"),
    ]
    for body, status, code in cases:
        await inquiry.refused(str(body)[:60], "POST", holds.path, holds.headers(), json.dumps(body).encode(), status, code)
    orders = next(door for door in found if door.operation == "createOrder")
    for ids, status, code in (([], 422, "invalid_request"), ([other_hold] * 2, 422, "invalid_request"),
                              (["nonsense"], 422, "invalid_request"), ([GUESS], 404, "not_found"),
                              ([GUESS.replace("8000-0", "8000-1")[:-2] + f"{n:02x}" for n in range(101)], 422,
                               "invalid_request")):
        body = json.dumps({"hold_ids": ids}).encode()
        await inquiry.refused(f"hold_ids {ids[:2]}", "POST", orders.path, orders.headers(), body, status, code)
    pay = next(door for door in found if door.operation == "payOrder")
    for method, field in (({"type": "cash", "token": "sandbox_succeed"}, "payment_method.type"),
                          ({"type": "card", "token": "4111111111111111"}, "payment_method.token"),
                          ({"type": "card", "token": ""}, "payment_method.token")):
        body = json.dumps({"payment_method": method}).encode()
        await inquiry.refused(f"{method}", "POST", pay.path, pay.headers(), body, 422, "invalid_request", field)
    house.secrets.add("4111111111111111")
    register = found[0]
    for change in ({"email": "nobody"}, {"email": ""}, {"password": "short"}, {"password": "x" * 201}, {"name": ""},
                   {"name": "x" * 201}, {"email": "x" * 250 + "@stack.example"}):
        body = json.dumps({**register.body, **change}).encode()
        await inquiry.refused(f"{list(change)} out of bounds", "POST", register.path, register.headers(), body, 422,
                              "invalid_request", next(iter(change)))
    await inquiry.refused("a wrong password", "POST", "/v1/sessions", found[1].headers(),
                          json.dumps({**found[1].body, "password": "wrong-password"}).encode(), 401, "wrong_credentials")
    for path, field in (("/v1/events?limit=0", "limit"), ("/v1/events?limit=many", "limit"),
                        ("/v1/events?cursor=nonsense", "cursor"), ("/v1/events?from=yesterday", "from"),
                        ("/v1/orders?limit=101", "limit"), ("/v1/holds", "performance_id"),
                        (f"{sale.path}/seats?after=nonsense", "after")):
        await inquiry.refused("a wrong query", "GET", path, customer.headers(), None, 422, "invalid_request", field)
    await unknown_ids(house, inquiry, customer)
    same(await house.ledger.counts(), before, "rows in the ledger afterwards")
    for door in found:
        if door.unknown:
            for path in (door.unknown, door.unknown.replace(GUESS, "nonsense")):
                await inquiry.refused("an unknown id", "POST", path, door.headers(), json.dumps(door.body).encode(), 404,
                                      "not_found")
    nothing(inquiry.wrong, "answers that are not the documented ones")
    same(but_for_answers(await house.ledger.counts()), but_for_answers(before), "rows in the ledger afterwards")
    return f"{inquiry.asked} wrong values and ids, nothing written"


def but_for_answers(counts):
    """A refusal that a performance's door gave is remembered with its key, as every answer of the door is."""
    return {name: count for name, count in counts.items() if name != "idempotency"}


async def unknown_ids(house, inquiry, customer):
    """Every documented GET and DELETE with an id, with one that names nothing and one that can't be one."""
    description = await house.box.get("/openapi.json")
    for path, methods in description["paths"].items():
        for method in ("get", "delete"):
            if method in methods and "{" in path:
                asker = house.organizer if "/organizer/" in path else customer
                for value in (GUESS, "nonsense", "%00", "x" * 500):
                    filled = "/".join(value if part.startswith("{") else part for part in path.split("/"))
                    await inquiry.refused("an unknown id", method.upper(), filled, asker.headers(), None, 404, "not_found")


async def keys(house):
    """A key that is missing, malformed or used for something else is refused; a used one answers byte for byte"""
    found, *_ = await doors(house)
    inquiry = Inquiry(house.client)
    before = await house.ledger.counts()
    keyed = [door for door in found if door.keyed]
    for door in keyed:
        good = json.dumps(door.body).encode()
        await inquiry.refused("no key", "POST", door.path, door.headers(idempotency_key=None), good, 422,
                              "idempotency_key_missing")
        await inquiry.refused("an empty key", "POST", door.path, door.headers(idempotency_key=""), good, 422,
                              "idempotency_key_missing")
        for key in ("two words", "x" * 256, "caf\u00e9", "tab\tkey"):
            await inquiry.refused(f"the key {key[:20]!r}", "POST", door.path, door.headers(idempotency_key=key), good,
                                  422, "invalid_request", "Idempotency-Key")
    same(await house.ledger.counts(), before, "rows in the ledger afterwards")
    reused = 0
    for door in keyed:
        if door.organizer or "best_available" in door.body:
            continue
        headers, good = door.headers(), json.dumps(door.body).encode()
        first = await house.client.request("POST", door.path, headers, good)
        expect(first.status == 201, f"{door.operation} to be carried out", first)
        if door.operation == "refundOrder":
            await followed(door.customer, first.json)  # what it brings about comes later
        again = await house.client.request("POST", door.path, headers, good)
        same((again.status, again.body, again.headers.get("idempotency-replayed")), (201, first.body, "true"), "a replay")
        counts = await house.ledger.counts()
        other = json.dumps(door.body, indent=1).encode()
        await inquiry.refused("the key of another body", "POST", door.path, headers, other, 422, "idempotency_key_reused")
        for elsewhere in keyed:
            if elsewhere.customer is door.customer and elsewhere.path != door.path:
                await inquiry.refused("the key of another route", "POST", elsewhere.path, headers,
                                      json.dumps(elsewhere.body).encode(), 422, "idempotency_key_reused")
        same(await house.ledger.counts(), counts, "rows in the ledger after a key was reused")
        reused += 1
    nothing(inquiry.wrong, "answers that are not the documented ones")
    return f"{inquiry.asked} wrong keys at {len(keyed)} doors, {reused} replays byte for byte"


async def strangers(house):
    """Who is not signed in, comes from another site, or wants what is another's, is refused and learns nothing"""
    found, customer, hold, other_hold, order = await doors(house)
    stranger = house.fresh_customer()
    inquiry = Inquiry(house.client)
    _, paid = await paid_order(house)
    ticket = paid["tickets"][0]
    before = await house.ledger.counts()
    site = f"http://localhost:{house.port}"
    for door in [door for door in found if door.customer]:
        good = json.dumps(door.body).encode()
        cookie = f"session={door.customer.token}"
        forged = door.customer.token[:-2] + ("aa" if not door.customer.token.endswith("aa") else "bb")
        for what, changes, status, code in (
            ("no session", {"authorization": None}, 401, "not_signed_in"),
            ("nonsense for a session", {"authorization": "Bearer nonsense"}, 401, "not_signed_in"),
            ("a forged session", {"authorization": f"Bearer {forged}"}, 401, "not_signed_in"),
            ("a cookie alone", {"authorization": None, "cookie": cookie}, 403, "csrf"),
            ("a cookie from another site",
             {"authorization": None, "cookie": cookie, "sec-fetch-site": "cross-site", "origin": site}, 403, "csrf"),
            ("a cookie from another origin",
             {"authorization": None, "cookie": cookie, "origin": "https://evil.example"}, 403, "csrf"),
        ):
            await inquiry.refused(what, "POST", door.path, door.headers(**changes), good, status, code)
    for method, path in (("GET", f"/v1/holds/{hold}"), ("DELETE", f"/v1/holds/{hold}"), ("GET", f"/v1/orders/{order}"),
                         ("GET", f"/v1/orders/{order}/receipt"), ("GET", f"/v1/tickets/{ticket['ticket_id']}"),
                         ("GET", f"/v1/tickets/{ticket['ticket_id']}/proof"),
                         ("GET", f"/v1/tickets/{ticket['ticket_id']}/qr.svg")):
        await inquiry.refused("another's id", method, path, stranger.headers(), None, 404, "not_found")
        await inquiry.refused("no session", method, path, [], None, 401, "not_signed_in")
    key = uuid.uuid4().hex
    await inquiry.refused("another's hold", "POST", "/v1/orders", stranger.headers(key),
                          json.dumps({"hold_ids": [other_hold]}).encode(), 404, "not_found")
    await inquiry.refused("another's order", "POST", f"/v1/orders/{order}/payments", stranger.headers(key + "p"),
                          json.dumps({"payment_method": {"type": "card", "token": "sandbox_succeed"}}).encode(), 404,
                          "not_found")
    performance = f"/v1/organizer/performances/{house.rules.performance_id}"
    for method, path, body in (("POST", "/v1/check-ins", {"ticket_code": ticket["code"]}),
                               ("GET", f"{performance}/sales", None), ("GET", f"{performance}/statement", None),
                               ("GET", f"{performance}/refund-rule", None), ("GET", f"{performance}/cancellation", None),
                               ("POST", f"{performance}/cancellation", {"reason": "rain"}),
                               ("POST", f"/v1/organizer/orders/{paid['order_id']}/refunds", {"reason": "ill"})):
        await inquiry.refused("a customer's session", method, path, stranger.headers(uuid.uuid4().hex),
                              body and json.dumps(body).encode(), 403, "forbidden")
    same(await house.ledger.counts(), before, "rows in the ledger afterwards")
    await inquiry.refused("another's tickets", "POST", f"/v1/orders/{paid['order_id']}/refunds",
                          stranger.headers(key + "r"), b"{}", 404, "not_found")
    same(but_for_answers(await house.ledger.counts()), but_for_answers(before), "rows in the ledger afterwards")
    same((await stranger.patiently("GET", "/v1/orders")).json["items"], [], "the stranger's orders")
    nothing(inquiry.wrong, "answers that are not the documented ones")
    return f"{inquiry.asked} questions of strangers, nothing written"


async def webhooks(house):
    """A webhook that is unsigned, forged, old or not a message is refused, and changes nothing"""
    customer = house.fresh_customer()
    order = await customer.order(await customer.hold(house.rules, {"seat_indexes": house.rules.fresh(1)}))
    answer = await customer.pay(order, "sandbox_requires_action")
    payment = answer.json["payments"][0]["payment_id"]
    body = json.dumps({"id": str(uuid.uuid4()), "type": "payment.succeeded", "payment_id": payment}).encode()
    key_id, _, key = house.stack.secret("sandbox-keys").split(",")[0].partition(":")

    def signature(text, age_seconds=0, secret=key):
        at = int(time.time()) - age_seconds
        code = hmac.new(bytes.fromhex(secret), f"{at}.".encode() + text, hashlib.sha256).hexdigest()
        return [("content-type", "application/json"), ("webhook-signature", f"t={at},k={key_id},v1={code}")]

    inquiry = Inquiry(house.client)
    path = "/v1/webhooks/sandbox"
    plain = [("content-type", "application/json")]
    await inquiry.refused("no signature", "POST", path, plain, body, 403, "forbidden")
    await inquiry.refused("nonsense", "POST", path, plain + [("webhook-signature", "nonsense")], body, 403, "forbidden")
    await inquiry.refused("another key", "POST", path, signature(body, secret="00" * 32), body, 403, "forbidden")
    await inquiry.refused("another body", "POST", path, signature(body), body + b" ", 403, "forbidden")
    await inquiry.refused("an old time", "POST", path, signature(body, 3600), body, 403, "forbidden")
    await inquiry.refused("another provider", "POST", "/v1/webhooks/other", signature(body), body, 404, "not_found")
    for text in (b"{", b"[]", b'{"id":1}', b"[" * 5000):
        await inquiry.refused("a signed body that is no message", "POST", path, signature(text), text, 400,
                              "malformed_request")
    large = b"x" * (BODY_BYTES_MAX + 1)
    await inquiry.refused("too many bytes", "POST", path, signature(large), large, 413, "body_too_large")
    # A message is a knock: one that is signed but untrue makes the provider be asked, who says what is so.
    taken = await house.client.request("POST", path, signature(body), body)
    same(taken.status, 204, "the status of a signed message")
    same((await customer.read(order))["payments"][0]["state"], "requires_action", "the payment's state")
    nothing(inquiry.wrong, "answers that are not the documented ones")
    for page, form, status in ((payment, b"answer=maybe", 422), (GUESS, b"answer=approve", 404), ("nonsense", b"", 404)):
        answer = await house.client.request("POST", f"/sandbox/authorize?payment_id={page}", [], form)
        same(answer.status, status, f"the bank's page for {page} with {form}")
    return f"{inquiry.asked} webhooks refused; a signed but untrue one changed nothing"


async def broken_requests(house):
    """Requests that are no HTTP, too long in their head, or never finished, cost only their own connection"""
    statuses = []
    for raw, expected in (
        (b"nonsense\r\n\r\n", {400, None}),
        (b"GET / HTTP/1.1\r\n\r\n", {400, None}),
        (b"GET /v1/events HTTP/1.1\r\nhost: localhost\r\nx: " + b"y" * 40_000 + b"\r\n\r\n", {431, 400, None}),
        (b"GET /v1/events HTTP/1.1\r\nhost: localhost\r\n" + b"".join(b"x%d: y\r\n" % n for n in range(300)) + b"\r\n",
         {431, 400, None}),
        (b"POST /v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-length: -5\r\n\r\n", {400, None}),
        (b"POST /v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 9\r\n\r\n12345", {400, None}),
        (b"POST /v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
         b"transfer-encoding: chunked\r\n\r\nzz\r\n", {400, None}),
    ):
        connection = await Connection.open(house.client.address)
        connection.writer.write(raw)
        try:
            answer = await asyncio.wait_for(connection.head(), 10)
            statuses.append(answer.status)
        except (EOFError, OSError):
            statuses.append(None)
        except asyncio.TimeoutError:
            statuses.append("no answer")
        connection.close()
        expect(statuses[-1] in expected, f"one of {expected} for {raw[:60]!r}", statuses[-1])
    same((await house.client.request("GET", "/v1/events")).status, 200, "the next request")
    return f"answers {statuses}"


CHECKS = [wrong_bodies, wrong_values, keys, strangers, webhooks, broken_requests]
