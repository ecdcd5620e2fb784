"""What must hold where everything is spoken by TLS."""

import asyncio
import base64
import hashlib
import ssl
import subprocess

from playwright.async_api import async_playwright

from proof import Failed, expect, nothing, same, until
from secure_stack import SERVICES_NAME, key


async def browser(stack):
    """Chromium speaks HTTP/2 by TLS with the page, and sees a seat change hands over its stream"""
    performance = await stack.on_sale()
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", f"--ignore-certificate-errors-spki-list={fingerprint(stack)}"])
        page = await chromium.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        events = []
        page.on("request", lambda request: events.append(request.url) if "/stream" in request.url else None)
        await page.goto(stack.base_url)
        protocol = await page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol")
        same(protocol, "h2", "the page's protocol")
        # The stream by the page's own origin, as the page opens it.
        await page.evaluate(
            """path => {
                window.frames_seen = [];
                const source = new EventSource(path);
                for (const name of ["snapshot", "delta"])
                    source.addEventListener(name, (message) => window.frames_seen.push([name, message.data]));
            }""", f"/v1/performances/{performance}/seats/stream")
        await until(lambda: page.evaluate("window.frames_seen.length"), 20, "the browser's first frame")
        customer = await stack.customer()
        answer = await stack.client.post(
            f"/v1/performances/{performance}/holds", json={"best_available": {"quantity": 1}},
            headers={**customer, **key()})
        same(answer.status_code, 201, "the hold's answer")
        seat = answer.json()["seat_indexes"][0]
        await until(
            lambda: page.evaluate(
                "seat => window.frames_seen.some(([name, data]) => name === 'delta' && data.includes(`[${seat},1]`))",
                seat),
            20, f"the browser's frame of seat {seat}")
        await stack.client.delete(f"/v1/holds/{answer.json()['hold_id']}", headers={**customer, **key()})
        nothing(complaints, "errors of the page")
        version = chromium.version
        await chromium.close()
    return f"Chromium {version}, {protocol}, seat {seat}"


def fingerprint(stack):
    """Chromium is told of the one key that the test made (its own list of authorities is the machine's)."""
    public = subprocess.run(
        ["openssl", "x509", "-in", stack.folder / "public.pem", "-pubkey", "-noout"], capture_output=True, check=True)
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-outform", "der"], input=public.stdout, capture_output=True, check=True)
    return base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()


async def purchase(stack):
    """Somebody signs up, holds, pays and gets a ticket; the provider's webhook comes by TLS as well"""
    performance, customer = await stack.on_sale(), await stack.customer()

    async def post(path, body):
        answer = await stack.client.post(path, json=body, headers={**customer, **key()})
        if answer.status_code not in (201, 202):
            raise Failed(f"{path}: {answer.status_code} {answer.text}")
        return answer.json()

    hold = await post(f"/v1/performances/{performance}/holds", {"best_available": {"quantity": 2}})
    order = await post("/v1/orders", {"hold_ids": [hold["hold_id"]]})
    await post(
        f"/v1/orders/{order['order_id']}/payments",
        {"payment_method": {"type": "card", "token": "sandbox_late_succeed"}})

    async def is_paid():
        answer = await stack.client.get(f"/v1/orders/{order['order_id']}", headers=customer)
        return answer.json()["state"] == "paid"

    await until(is_paid, 40, "the late webhook")
    return "two tickets after a late webhook"


async def strangers(stack):
    """The services' own ports turn away who shows no certificate, another's, or speaks in clear text"""
    ports = stack.internal_ports()
    turned_away = 0
    for port in ports:
        await stack.shown_at(port, SERVICES_NAME, stack.services_certificate())
        try:
            await stack.shown_at(port, SERVICES_NAME)
        except (ssl.SSLError, ConnectionError, Failed):
            turned_away += 1
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
        answer = await asyncio.wait_for(reader.read(100), 5)
        writer.close()
        # At most TLS's own alert: nothing of HTTP/2.
        expect(answer[:1] in (b"", b"\x15"), "no answer in clear text", answer)
    same(turned_away, len(ports), "strangers turned away")
    return f"{len(ports)} ports"


async def renewal(stack):
    """New certificates for everybody and among the services, five times under load: no request fails"""
    performance = await stack.on_sale()
    internal = stack.internal_ports()
    count, failures, running = 0, [], True

    async def ask(fresh):
        """On a connection that stays, or on a new one each time."""
        nonlocal count
        client = stack.new_client()
        while running:
            try:
                answer = await client.get(f"/v1/performances/{performance}/seats?after=0.0")
                if answer.status_code != 200:
                    failures.append(f"{answer.status_code} {answer.text}")
            except Exception as error:
                failures.append(repr(error))
            count += 1
            if fresh:
                await client.aclose()
                client = stack.new_client()
            await asyncio.sleep(0.02)
        await client.aclose()

    askers = [asyncio.create_task(ask(fresh=number % 2 == 1)) for number in range(8)]
    try:
        for _ in range(5):
            old = {port: await shown(stack, port, internal) for port in [stack.port, *internal]}
            await stack.renew()
            for port, before in old.items():
                await until(lambda: changed(stack, port, internal, before), 10, f"a new certificate at {port}")
    finally:
        running = False
        await asyncio.gather(*askers)
    nothing(failures, "failed requests")
    expect(count > 200, "requests meanwhile", count)
    return f"{count} requests, 0 failed; {len(internal) + 1} ports changed five times"


async def shown(stack, port, internal):
    if port in internal:
        return await stack.shown_at(port, SERVICES_NAME, stack.services_certificate())
    return await stack.shown_at(port)


async def changed(stack, port, internal, before):
    return await shown(stack, port, internal) != before


CHECKS = [browser, purchase, strangers, renewal]
