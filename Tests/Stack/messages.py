"""What customers are told: mails in the stack's mail catcher."""

import collections
import email
import email.policy
import functools

from payments import order_of
from proof import expect, nothing, same, until


def mails(house):
    """Every mail that the catcher took, as a message."""
    return [mail_in(path) for path in (house.stack.data / "mails").glob("*.eml")]


@functools.cache
def mail_in(path):
    """A mail; the catcher never changes one."""
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


async def mails_about(house, order_ids):
    """How often the mail of each message about these orders came, by message."""
    names = ", ".join(f"'{order_id}'" for order_id in order_ids)
    ours = {row["message_id"] for row in await house.ledger.rows(
        f"SELECT message_id FROM message WHERE order_id IN ({names})")}
    came = collections.Counter(message_of(mail) for mail in mails(house))
    return {name: came[name] for name in ours & came.keys()}


def message_of(mail):
    """The message that a mail tells of."""
    return str(mail["Message-ID"]).strip("<>").partition("@")[0]


async def a_buyer_is_written_to(house):
    """Who buys is sent the tickets, each with its code as words and as a picture, in one mail"""
    customer, order_id = await order_of(house, 2)
    same((await customer.pay(order_id, "sandbox_succeed")).status, 201, "the payment's answer")
    order = await customer.read(order_id)
    codes = [ticket["code"] for ticket in order["tickets"]]
    house.secrets |= set(codes)

    def found():
        return [mail for mail in mails(house) if str(mail["To"]).find(customer.email) >= 0]

    await until(found, 30, "the mail")
    same(len(found()), 1, "mails to the customer")
    mail = found()[0]
    text = mail.get_body(("plain",)).get_content()
    page = mail.get_body(("html",)).get_content()
    nothing([code for code in codes if code not in text or code not in page], "codes that the mail does not tell")
    same([part.get_content_type() for part in mail.walk()].count("image/png"), 2, "pictures")
    return f"{len(mail.as_bytes()) // 1000} kB, {len(codes)} tickets"


async def no_message_is_lost(house):
    """After all of this every mail has arrived, and each message is one mail however often it came"""
    async def settled():
        rows = await house.ledger.rows("SELECT count(*) AS open FROM delivery WHERE consumer = 'mail' AND finished_at IS NULL")
        return rows[0]["open"] == 0

    await until(settled, 180, "every mail is delivered", 0.5)
    # Mails about nothing that is good any more are not sent.
    wanted = {row["id"] for row in await house.ledger.rows(
        "SELECT DISTINCT m.message_id AS id FROM delivery d JOIN message m USING (position) "
        "JOIN delivery_attempt a ON a.position = d.position AND a.consumer = d.consumer "
        "WHERE d.consumer = 'mail' AND a.succeeded AND a.detail LIKE '250%'")}
    came = collections.Counter(message_of(mail) for mail in mails(house))
    nothing(sorted(wanted - came.keys())[:5], "messages whose mail is nowhere")
    # A process that was killed between the server's answer and its own note sends the same mail again.
    twice = [name for name, count in came.items() if count > 1]
    expect(len(twice) * 50 <= len(came), "nearly every mail once", (len(twice), len(came)))
    return f"{len(wanted)} messages, {len(twice)} came twice"


CHECKS = [a_buyer_is_written_to]
LAST_CHECKS = [no_message_is_lost]
