"""What is done while somebody is killed, and what must be true of it afterwards.

An operation prepares a scene, acts on it as an honest customer (who asks again with the same key until there is an
answer), and checks what came of it: by the API, in the ledger and in the provider's own book.
"""

import contextlib
import uuid

from ledger import BOOK
from messages import mails_about
from proof import Failed, expect, same, until
from refunds import followed, offer


class Scene:
    """One go: a customer, who has whatever was prepared."""

    def __init__(self, customer, seat):
        self.customer, self.seat = customer, seat
        self.key = uuid.uuid4().hex
        self.hold = self.order = None


class Operation:
    """`victim` is the service that is killed, `also` names messages that matter though they are also sent when nothing
    happens, `never` some that do not."""

    victim = "payment"
    also = ()
    # What is read now and then, and what others do meanwhile.
    never = ("orders_read", "seat_changes_after", "proof_chain", "proof_change", "proof_head_latest", "proof_head_publish",
             "proof_position", "deliveries_claim", "letter_read", "delivery_finish")
    numbers = (1,)  # which messages of a name are struck
    settle_seconds = 40
    sale_settings = {"hold_seconds": 600, "payment_seconds": 60}

    def __init__(self, house, sale):
        self.house, self.sale = house, sale

    async def open(self):
        """Whatever the sale needs before the first scene."""

    def is_mine(self, point):
        return point.number in self.numbers and point.label not in self.never

    async def prepare(self):
        return Scene(self.house.next_customer(), self.sale.fresh(1)[0])

    async def held(self):
        scene = await self.prepare_seat()
        scene.hold = await scene.customer.hold(self.sale, {"seat_indexes": [scene.seat]})
        expect(scene.hold, "a hold", dict(scene.customer.told))
        return scene

    async def ordered(self):
        scene = await self.held()
        scene.order = await scene.customer.order(scene.hold)
        expect(scene.order, "an order", dict(scene.customer.told))
        return scene

    async def prepare_seat(self):
        return await Operation.prepare(self)

    async def pay(self, scene, token):
        body = {"payment_method": {"type": "card", "token": token}}
        return await scene.customer.patiently("POST", f"/v1/orders/{scene.order}/payments", body, scene.key)

    async def replayed(self, scene, method, path, body, first):
        """The same key brings the same bytes."""
        again = await scene.customer.patiently(method, path, body, scene.key)
        same((again.status, again.body), (first.status, first.body), f"{method} {path} asked again")

    async def seat_state(self, scene):
        return await self.house.ledger.value(
            f"SELECT state FROM seat WHERE performance_id = '{self.sale.performance_id}' AND seat_index = {scene.seat}")

    async def money(self, scene):
        """(the order's state, its payments, its transfers by provider's clearing, valid tickets, charges, given back)."""
        row = (await self.house.ledger.rows(f"""
            SELECT o.state, o.subtotal_minor + o.service_fee_minor AS total,
                (SELECT coalesce(json_agg(p.payment_id::text), '[]') FROM payment p WHERE p.order_id = o.order_id) AS payments,
                (SELECT count(*) FROM payment p WHERE p.order_id = o.order_id
                    AND p.state IN ('pending', 'unknown', 'requires_action', 'refunding')) AS open,
                (SELECT count(*) FROM ticket t WHERE t.order_id = o.order_id AND t.live) AS tickets,
                (SELECT coalesce(sum(CASE WHEN d.kind = 'provider_clearing' THEN t.amount_minor ELSE 0 END
                                   - CASE WHEN c.kind = 'provider_clearing' THEN t.amount_minor ELSE 0 END), 0)
                 FROM transfer t JOIN transfer_resolution r ON r.transfer_id = t.transfer_id AND r.state = 'posted'
                 JOIN account d ON d.account_id = t.debit_account_id
                 JOIN account c ON c.account_id = t.credit_account_id WHERE t.order_id = o.order_id) AS clearing
            FROM "order" o WHERE o.order_id = '{scene.order}'"""))[0]
        names = ", ".join(f"'{payment}'" for payment in row.pop("payments"))
        book = (await self.house.ledger.rows(f"""
            SELECT count(*) FILTER (WHERE c.state = 'succeeded') AS charges,
                coalesce(sum(c.amount_minor) FILTER (WHERE c.state = 'succeeded'), 0)
                - coalesce(sum((SELECT sum(r.amount_minor) FROM sandbox_refund r WHERE r.payment_id = c.payment_id)), 0)
                AS kept
            FROM sandbox_charge c WHERE c.payment_id IN ({names})""", BOOK))[0] if names else {"charges": 0, "kept": 0}
        return {**row, **book}

    async def settled(self, scene):
        """Waits until nothing of the order is open, and answers its money."""
        async def is_settled():
            money = await self.money(scene)
            return money if money["open"] == 0 else None

        return await until(is_settled, self.settle_seconds, "the payment's outcome is known", pause=0.1)

    async def sold_once(self, scene):
        money = await self.settled(scene)
        same((money["state"], money["tickets"], money["charges"]), ("paid", 1, 1), "the order, its tickets, its charges")
        same((money["kept"], money["clearing"]), (money["total"],) * 2, "the provider's and the ledger's money")
        same(await self.seat_state(scene), 2, "the seat's state")

    async def nothing_happened(self, scene, orders=("pending",)):
        money = await self.settled(scene)
        expect(money["state"] in orders, f"the order to be one of {orders}", money)
        same((money["tickets"], money["kept"], money["clearing"]), (0, 0, 0), "tickets and money")

    async def came_out_as_told(self, scene, answer):
        """Either it is paid once and for all, or nothing was charged; and no answer said otherwise."""
        money = await self.settled(scene)
        if money["state"] == "paid":
            await self.sold_once(scene)
        else:
            await self.nothing_happened(scene)
        told = {201: ["paid"], 202: ["paid", "pending"], 402: ["pending"]}
        expect(money["state"] in told.get(answer.status, []), "an answer that is true", (money["state"], str(answer)))
        same((await scene.customer.read(scene.order))["state"], money["state"], "the order as the customer reads it")
        return money["state"]


class Hold(Operation):
    """hold"""

    victim = "seat-reservation"

    def wish(self, scene):
        return "POST", f"{self.sale.path}/holds", {"seat_indexes": [scene.seat]}

    async def act(self, scene):
        scene.answer = await scene.customer.patiently(*self.wish(scene), scene.key)

    async def check(self, scene):
        same(scene.answer.status, 201, f"the hold's answer {scene.answer}")
        await self.replayed(scene, *self.wish(scene), scene.answer)
        rows = await self.house.ledger.rows(f"""
            SELECT h.hold_id FROM hold h JOIN seat s ON s.hold_id = h.hold_id AND s.performance_id = h.performance_id
            WHERE h.customer_id = '{scene.customer.id}' AND h.performance_id = '{self.sale.performance_id}'
            AND s.seat_index = {scene.seat} AND s.state = 1""")
        same([row["hold_id"] for row in rows], [scene.answer.json["hold_id"]], "the seat's holds")


class HoldAtGateway(Hold):
    """hold, at the gateway"""

    victim = "gateway"


class Release(Operation):
    """release"""

    victim = "seat-reservation"
    prepare = Operation.held

    async def act(self, scene):
        scene.answer = await scene.customer.patiently("DELETE", f"/v1/holds/{scene.hold}")

    async def check(self, scene):
        expect(scene.answer.status == 204 or scene.answer.code == "hold_released", "the release's answer", scene.answer)
        same(await self.seat_state(scene), 0, "the seat's state")


class Pay(Operation):
    """pay"""

    prepare = Operation.ordered

    async def act(self, scene):
        scene.answer = await self.pay(scene, "sandbox_succeed")

    async def check(self, scene):
        state = await self.came_out_as_told(scene, scene.answer)
        again = await self.pay(scene, "sandbox_succeed")
        same(again.status, 201 if state == "paid" else 402, f"the answer to the same key, {again}")


class PayAtGateway(Pay):
    """pay, at the gateway"""

    victim = "gateway"


class Decline(Operation):
    """another card after a refused one"""

    prepare = Operation.ordered
    numbers = (2,)

    async def act(self, scene):
        scene.answer = await self.pay(scene, "sandbox_decline")
        if scene.answer.status == 202:
            await scene.customer.follow(scene.order)
        scene.key = uuid.uuid4().hex
        scene.second = await self.pay(scene, "sandbox_succeed")

    async def check(self, scene):
        expect(scene.answer.status in (402, 202), "the first card's answer", scene.answer)
        await self.came_out_as_told(scene, scene.second)


class Webhook(Operation):
    """webhook"""

    async def prepare(self):
        scene = await self.ordered()
        answer = await self.pay(scene, "sandbox_requires_action")
        same(answer.status, 202, "the payment's answer")
        scene.read = answer.json
        return scene

    async def act(self, scene):
        await scene.customer.authorize(scene.read)
        scene.order_read = await scene.customer.follow(scene.order)

    async def check(self, scene):
        await self.sold_once(scene)
        same(scene.order_read["state"], "paid", "the order as the customer reads it")


class Cancel(Operation):
    """cancel: nobody gives the bank's word in time"""

    sale_settings = {"hold_seconds": 1, "payment_seconds": 1}
    also = ("payments_claim",)

    async def prepare(self):
        return await until(self.waits_for_its_bank, 60, "somebody is at their bank before the hold's second is over")

    async def waits_for_its_bank(self):
        with contextlib.suppress(Failed):
            scene = await self.ordered()
            same((await self.pay(scene, "sandbox_requires_action")).status, 202, "the payment's answer")
            return scene

    async def act(self, scene):
        scene.order_read = await scene.customer.follow(scene.order)

    async def check(self, scene):
        await self.nothing_happened(scene, ("pending", "expired", "cancelled"))


class Refund(Operation):
    """refund"""

    async def open(self):
        await offer(self.house, self.sale, includes_service_fee=True)

    async def prepare(self):
        scene = await self.ordered()
        same((await self.pay(scene, "sandbox_succeed")).status, 201, "the payment's answer")
        scene.key = uuid.uuid4().hex
        return scene

    def wish(self, scene):
        return "POST", f"/v1/orders/{scene.order}/refunds", {"reason": "changed my mind"}

    async def act(self, scene):
        scene.answer = await scene.customer.patiently(*self.wish(scene), scene.key)
        scene.order_read = await followed(scene.customer, {"order_id": scene.order}, self.settle_seconds)

    async def check(self, scene):
        same(scene.answer.status, 201, f"the refund's answer {scene.answer}")
        await self.replayed(scene, *self.wish(scene), scene.answer)
        same(scene.order_read["state"], "refunded", "the order as the customer reads it")
        money = await self.settled(scene)
        same((money["state"], money["tickets"], money["charges"]), ("refunded", 0, 1), "the order, its tickets, its charges")
        same((money["kept"], money["clearing"]), (0, 0), "the provider's and the ledger's money")
        same(await self.seat_state(scene), 0, "the seat's state")


class Message(Operation):
    """message"""

    prepare = Operation.ordered
    also = ("deliveries_claim", "letter_read", "delivery_finish")
    never = ("EHLO",)  # a connection may be used again
    settle_seconds = 60

    async def act(self, scene):
        scene.answer = await self.pay(scene, "sandbox_succeed")
        await until(lambda: mails_about(self.house, [scene.order]), self.settle_seconds, "the mail has arrived", pause=0.1)
        await until(lambda: self.is_finished(scene), self.settle_seconds, "the delivery is finished", pause=0.1)

    def is_mine(self, point):
        return point.number == 1 and (point.channel == "mail" or point.label in self.also) and point.label not in self.never

    async def is_finished(self, scene):
        return await self.house.ledger.value(f"""
            SELECT count(*) = 0 FROM delivery d JOIN message m USING (position)
            WHERE m.order_id = '{scene.order}' AND d.finished_at IS NULL""")

    async def check(self, scene):
        came = await mails_about(self.house, [scene.order])
        same(len(came), 1, "different mails to the customer")
        expect(max(came.values()) <= 2, "one mail, or the same again where the server's answer got lost", came)


OPERATIONS = [Hold, HoldAtGateway, Release, Pay, PayAtGateway, Decline, Webhook, Refund, Cancel, Message]
