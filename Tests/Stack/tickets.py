"""Tickets' proofs: a customer's file, checked by a program that reaches nothing."""

import asyncio
import json
import pathlib
import tempfile

from payments import order_of
from proof import expect, same, until


async def verified(house, proof, *options):
    """The exit code of verify-ticket for a proof, and what it printed; without any setting of ours."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "ticket.proof.json"
        file.write_text(json.dumps(proof))
        process = await asyncio.create_subprocess_exec(
            house.stack.program("payment"), "verify-ticket", str(file), *options, env={},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        return process.returncode, out.decode()


async def proofs(house):
    """A ticket's proof is its owner's to download, holds without us, and nothing in it can be altered"""
    customer, order = await order_of(house)
    same((await customer.pay(order, "sandbox_succeed")).status, 201, "the payment")
    ticket = (await customer.read(order))["tickets"][0]
    house.secrets.add(ticket["code"])
    path = f"/v1/tickets/{ticket['ticket_id']}/proof"
    answer = await customer.once("GET", path)
    same(answer.status, 200, "the answer's status")
    expect("attachment" in answer.headers["content-disposition"], "a file", answer.headers)
    expect(ticket["code"] not in answer.body.decode(), "a proof without the ticket's code")
    same((await house.fresh_customer().once("GET", path)).status, 404, "a stranger's answer")
    keys = (await house.client.request("GET", "/v1/proof/keys")).json["items"]
    options = [f"--key={key['public_key']}" for key in keys]
    status, told = await verified(house, answer.json, *options, f"--code={ticket['code']}")
    same(status, 0, told)
    same((await verified(house, answer.json))[0], 3, "the exit code without a key")
    same((await verified(house, answer.json, *options, "--code=00000-00000-00000-00000-00000-0"))[0], 1,
         "the exit code with another's code")
    other = dict(answer.json, ticket=dict(answer.json["ticket"], seat_label="A better seat"))
    same((await verified(house, other, *options))[0], 1, "the exit code of an altered file")

    async def is_covered():
        head = (await house.client.request("GET", f"{house.rules.path}/proof/head")).json
        return head["sequence"] >= answer.json["change"]["sequence"]

    # A replica repeats a head for a second.
    await until(is_covered, 10, "a head that covers the ticket")
    return f"{len(answer.body)} bytes, change {answer.json['change']['sequence']} of {answer.json['head']['sequence']}"


CHECKS = [proofs]
