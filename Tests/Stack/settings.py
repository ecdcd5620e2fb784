"""Each service with each of its settings missing or wrong: status 78 and one clear line.

What the settings are is asked from the executable itself (`serve --settings`), so that nothing here can go stale.
"""

import asyncio
import pathlib
import re
import tempfile

from proof import expect, nothing, same
from stack import SERVICES

SECRET = "0123456789abcdefSECRETsecret"
NUMBER_UNITS = {"seconds", "milliseconds", "bytes", "fields", "requests", "connections", "threads", "passwords", "bits",
                "viewers", "performances", "refunds", "attempts", "percent"}

# What each provider needs is asked for once it is chosen: here all of them are.
ALL_PROVIDERS = {
    "BOXOFFICE_PAYMENT_PROVIDERS": "sandbox,stripe,toss", "BOXOFFICE_PUBLIC_URL": "https://tickets.example",
    "BOXOFFICE_STRIPE_SECRET_KEYS": f"sk_test_{SECRET}", "BOXOFFICE_STRIPE_WEBHOOK_SECRETS": f"whsec_{SECRET}",
    "BOXOFFICE_STRIPE_PUBLISHABLE_KEY": "pk_test_nobody", "BOXOFFICE_TOSS_SECRET_KEYS": f"test_sk_{SECRET}",
    "BOXOFFICE_TOSS_WEBHOOK_TOKENS": f"word-{SECRET}",
}


async def declared(house, service):
    """(name, default, unit) of each setting; secrets have `_FILE` beside them."""
    table = await house.stack.job(service, "serve", "--settings")
    lines = [re.split(r" {2,}", line.strip()) for line in table.splitlines()[1:]]
    return [(line[0].split(" or ")[0], line[1], line[2]) for line in lines]


def environment(house, service):
    """What the launcher gives the first replica; it would listen where nobody is disturbed."""
    settings = dict(house.stack.settings[f"{service}-1"])
    for name in settings:
        if name.endswith(("PUBLIC_ADDRESS", "INTERNAL_ADDRESS", "ADMIN_ADDRESS")) and name.startswith("BOXOFFICE_"):
            settings[name] = "127.0.0.1:0"
    return settings | ALL_PROVIDERS if service == "payment" else settings


async def refusal(house, service, variables):
    """The status and all that was said; a service that starts is ended."""
    process = await asyncio.create_subprocess_exec(
        house.stack.program(service), env=variables,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    try:
        said, _ = await asyncio.wait_for(process.communicate(), 10)
    except asyncio.TimeoutError:
        process.kill()
        await process.communicate()
        return None, "it started"
    return process.returncode, said.decode()


def wrong_values(name, unit, folder):
    """Environments that set this setting wrongly: (what is wrong, variables to set, variables to take away)."""
    is_secret = unit in ("secret", "secret,secret", "id:hex,id:hex")
    if is_secret:
        empty, broken = folder / "empty", folder / "broken"
        empty.write_text("\n")
        broken.write_text(SECRET)
        yield "an empty file", {f"{name}_FILE": str(empty)}, [name]
        yield "a file that is not there", {f"{name}_FILE": str(folder / "absent")}, [name]
        yield "a folder in place of a file", {f"{name}_FILE": str(folder)}, [name]
        yield "both ways at once", {f"{name}_FILE": str(broken), name: SECRET}, []
    if unit == "id:hex,id:hex":
        yield "no key", {name: SECRET}, [f"{name}_FILE"]
        yield "a key that is too short", {name: "main:0123456789abcdef"}, [f"{name}_FILE"]
        yield "a file without a key", {f"{name}_FILE": str(broken)}, [name]
    elif unit.startswith("host:port"):
        for value in ("nonsense", "127.0.0.1:99999", "127.0.0.1:", "127.0.0.1:1,,127.0.0.1:2"):
            yield value, {name: value}, []
    elif unit.startswith("address"):
        for value in ("nonsense", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/8,"):
            yield value, {name: value}, []
    elif unit in ("URL", "http or https URL"):
        for value in ("nonsense", "ftp://127.0.0.1/", "http://user:word@127.0.0.1/"):
            yield value, {name: value}, []
    elif unit in NUMBER_UNITS:
        for value in ("many", "-1", "99999999999999999999", "1.5"):
            yield value, {name: value}, []
    elif unit == "true or false":
        yield "maybe", {name: "maybe"}, []
    elif unit.startswith("one of"):
        yield "loud", {name: "loud"}, []
    elif unit.startswith("some of"):
        for value in ("nobody", "sandbox,nobody", "sandbox,"):
            yield value, {name: value}, []
    elif unit == "e-mail address":
        for value in ("nobody", "two words@tickets.example", "a@b\r\nBcc: c@d"):
            yield value, {name: value}, []


async def try_all(house, cases):
    """Runs the cases, a few at a time. Answers what is wrong with the services' words."""
    gate = asyncio.Semaphore(4)

    async def one(service, name, what, variables):
        async with gate:
            status, said = await refusal(house, service, variables)
        lines = said.strip().splitlines()
        is_clear = status == 78 and len(lines) == 1 and lines[0].startswith(name)
        return [] if is_clear and SECRET not in said else [f"{service} with {name} {what}: status {status}, {said!r}"]

    nothing(sum(await asyncio.gather(*[one(*case) for case in cases]), []), "settings that are not refused clearly")


async def missing_settings(house):
    """Each service without one of its settings ends with 78 and one line that names it"""
    cases, known = [], 0
    for service in SERVICES:
        settings = environment(house, service)
        table = await declared(house, service)
        names = {name for name, _, _ in table} | {f"{name}_FILE" for name, _, _ in table}
        given = {name for name in settings if name.startswith("BOXOFFICE_")}
        own = {"BOXOFFICE_STACK", "BOXOFFICE_PORT", "BOXOFFICE_DATA", "BOXOFFICE_REPLICAS", "BOXOFFICE_LISTEN",
               "BOXOFFICE_READY_SECONDS", "BOXOFFICE_BALANCER", "BOXOFFICE_TLS_PORT", "BOXOFFICE_TLS_CERTIFICATE",
               "BOXOFFICE_BUILD", "BOXOFFICE_TEST_SEED", "BOXOFFICE_TEST_WHOLE", "BOXOFFICE_SIDE_BY_SIDE",
               "BOXOFFICE_FUZZ_SECONDS"}
        nothing(given - names - own, f"settings that the launcher gives and {service} does not know")
        for name, default, _ in table:
            if default == "(must be set)":
                variables = {key: value for key, value in settings.items() if key not in (name, f"{name}_FILE")}
                expect(len(variables) < len(settings), f"the launcher to set {name} for {service}")
                cases.append((service, name, "missing", variables))
                cases.append((service, name, "empty", {**variables, name: ""}))
        known += len(table)
    await try_all(house, cases)
    return f"{len(cases)} starts refused, {known} settings known"


async def wrong_settings(house):
    """Each service with a wrong number, address, URL or secret ends with 78 and one line, and tells no secret"""
    with tempfile.TemporaryDirectory() as folder:
        cases = []
        for service in SERVICES:
            settings = environment(house, service)
            for name, _, unit in await declared(house, service):
                values = list(wrong_values(name, unit, pathlib.Path(folder)))
                expect(values or unit == "text", f"wrong values for {name} of the unit {unit}")
                for what, set_so, taken in values:
                    kept = {key: value for key, value in settings.items() if key not in taken}
                    cases.append((service, name, what, {**kept, **set_so}))
        await try_all(house, cases)
    return f"{len(cases)} starts refused"


async def files_that_are_missing(house):
    """A gateway whose page or description is not there says so and ends with 78"""
    for name in ("BOXOFFICE_WEB_ROOT", "BOXOFFICE_OPENAPI_FILE"):
        status, said = await refusal(
            house, "gateway", {**environment(house, "gateway"), name: "/nowhere/at/all"})
        same((status, len(said.strip().splitlines())), (78, 1), f"status and lines with {name} wrong ({said!r})")
        expect(name in said, f"a line that names {name}", said)
    return "page and description"


CHECKS = [missing_settings, wrong_settings, files_that_are_missing]
