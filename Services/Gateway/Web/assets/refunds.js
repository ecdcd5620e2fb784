// Refunds of an order: what was asked for and how far it is, and the tickets that may still be given back.

import { call, isAskAgain, newKey, pause } from "./api.js";
import { h, icon, setText } from "./dom.js";
import { dateTime, money, seatName, t } from "./i18n.js";
import { problemText, say } from "./notice.js";
import { withCustomer } from "./session.js";

const name = (orderId) => `refund:${orderId}`;
/** The keys of wishes that this document is sending: a screen that is drawn anew sends none of them twice. */
const sending = new Set();

/** A wish that was sent and not answered yet: it is asked about by its own key. */
function keptWish(orderId) {
    try {
        return JSON.parse(sessionStorage.getItem(name(orderId)));
    } catch {
        return null;
    }
}

/** Whether money of an order is on its way at this moment. */
export function isRefunding(order) {
    return (order.refunds ?? []).some((refund) => refund.state === "pending");
}

/** Sends a wish by its key until there is an answer that says what happened. */
async function send(order, wish) {
    sessionStorage.setItem(name(order.order_id), JSON.stringify(wish));
    sending.add(wish.key);
    for (let round = 0;; round += 1) {
        try {
            await withCustomer(
                () =>
                    call("POST", `/v1/orders/${encodeURIComponent(order.order_id)}/refunds`, {
                        body: { ticket_ids: wish.tickets },
                        key: wish.key,
                        triesMax: 1,
                    }),
                "order",
            );
            break;
        } catch (error) {
            if (isAskAgain(error) || error.status === 429) {
                await pause(error.retryAfterSeconds * 1000 || Math.min(5000, 500 * 1.5 ** round));
                continue;
            }
            // Whoever has to sign in first asks again by the same key.
            sending.delete(wish.key);
            if (error.code !== "not_signed_in") sessionStorage.removeItem(name(order.order_id));
            throw error;
        }
    }
    sending.delete(wish.key);
    sessionStorage.removeItem(name(order.order_id));
}

/** What was asked for: each refund with where it is, the latest first. */
function refundList(order) {
    if (!order.refunds?.length) return null;
    return h(
        "section.refunds",
        { "aria-labelledby": "refunds-title" },
        h("h2", { id: "refunds-title" }, t("refundsTitle")),
        h(
            "ul",
            { role: "list" },
            order.refunds.toReversed().map((refund) =>
                h(
                    "li.refund",
                    { data: { state: refund.state } },
                    h(
                        "div",
                        {},
                        h("strong", {}, t(`refund.${refund.state}`)),
                        h("p.hint", {}, t(`refundHint.${refund.state}`)),
                        h("p.hint", {}, dateTime(refund.made_at ?? refund.created_at)),
                    ),
                    h("span.amount", {}, money(refund.amount)),
                )
            ),
        ),
    );
}

/** The form that gives tickets back; null when the rule lets nobody. */
function refundForm(order, onChanged) {
    const valid = (order.tickets ?? []).filter((ticket) => ticket.state === "valid");
    if (!order.refund_offer || !valid.length) return null;
    const problem = h("p.notice.problem", { role: "alert", hidden: true });
    const button = h("button.button", { type: "submit", disabled: true }, t("refundChosen"));
    const boxes = valid.map((ticket) =>
        h("input", { type: "checkbox", name: "ticket", value: ticket.ticket_id, onchange: () => update() })
    );
    const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
    const update = () => {
        button.disabled = !chosen().length;
        setText(button, chosen().length ? t("refundCount", { count: chosen().length }) : t("refundChosen"));
    };
    const form = h(
        "form.stack.refund-form",
        {
            onsubmit: (event) => {
                event.preventDefault();
                if (chosen().length) sure({ key: newKey(), tickets: chosen() });
            },
        },
        h(
            "p.hint",
            {},
            t(order.refund_offer.includes_service_fee ? "refundRuleWithFee" : "refundRule", {
                until: dateTime(order.refund_offer.until),
            }),
        ),
        h(
            "fieldset",
            {},
            h("legend", {}, t("refundWhich")),
            valid.map((ticket, index) =>
                h(
                    "label.refund-ticket",
                    {},
                    boxes[index],
                    seatName(ticket.seat_label),
                    h("span", {}, money(ticket.price)),
                )
            ),
        ),
        problem,
        button,
    );

    /** Asks once more: a ticket that is given back is gone. */
    function sure(wish) {
        const dialog = h(
            "dialog.dialog",
            { "aria-labelledby": "sure-title" },
            h("h2", { id: "sure-title" }, t("refundSure", { count: wish.tickets.length })),
            h("p", {}, t("refundSureHint")),
            h(
                "div.buttons",
                {},
                h("button.button.primary", {
                    type: "button",
                    onclick: () => {
                        dialog.close();
                        ask(wish);
                    },
                }, t("refundYes")),
                h("button.button.quiet", { type: "button", onclick: () => dialog.close() }, t("refundNo")),
            ),
        );
        dialog.addEventListener("close", () => dialog.remove());
        document.body.append(dialog);
        dialog.showModal();
    }

    async function ask(wish) {
        button.disabled = true;
        problem.hidden = true;
        setText(button, t("asking"));
        try {
            await send(order, wish);
            say(t("refund.pending"));
            onChanged();
        } catch (error) {
            problem.hidden = false;
            setText(problem, problemText(error));
            update();
            if (error.status === 409) onChanged();
        }
    }

    const kept = keptWish(order.order_id);
    if (kept && !sending.has(kept.key)) {
        // What arrived after all stands in the order already.
        if (kept.tickets.every((id) => valid.some((ticket) => ticket.ticket_id === id))) ask(kept);
        else sessionStorage.removeItem(name(order.order_id));
    }
    return h(
        "details.refund-offer",
        { open: Boolean(kept) },
        h("summary", {}, t("refundTitle")),
        form,
    );
}

/** Everything about an order's refunds. `onChanged` is called when the order has to be read again. */
export function refundParts(order, onChanged) {
    return [
        refundList(order),
        refundForm(order, onChanged),
        h(
            "p",
            {},
            h(
                "a.button.quiet",
                { href: `/orders/${encodeURIComponent(order.order_id)}/receipt` },
                icon("print"),
                t("receipt"),
            ),
        ),
    ];
}
