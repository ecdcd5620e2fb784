// The receipt of an order, fit for paper.

import { get } from "./api.js";
import { h, icon } from "./dom.js";
import { dateTime, money, percent, seatName, t } from "./i18n.js";
import { problemText } from "./notice.js";
import { currentCustomer, needCustomer, withCustomer } from "./session.js";

function row(words, amount, kind = "") {
    return h(kind ? `tr.${kind}` : "tr", {}, h("th", { scope: "row" }, words), h("td", {}, money(amount)));
}

/** What was paid and what went back, as rows of words and amounts. */
function receiptTable(receipt) {
    return h(
        "table.receipt",
        {},
        h("caption", {}, t("receiptCaption")),
        h(
            "tbody",
            {},
            receipt.lines.map((line) =>
                row(
                    [
                        seatName(line.seat_label),
                        line.price_level_name,
                        line.state === "valid" || line.state === "checked_in" ? null : t(`ticket.${line.state}`),
                    ].filter(Boolean).join(" · "),
                    line.price,
                )
            ),
        ),
        h(
            "tbody",
            {},
            receipt.service_fee.amount_minor > 0 && row(t("serviceFee"), receipt.service_fee),
            row(t("total"), receipt.total, "total"),
            receipt.taxes.map((tax) => row(t("taxInside", { rate: percent(tax.basis_points) }), tax.amount)),
        ),
        receipt.refunds.length > 0 &&
            h(
                "tbody",
                {},
                receipt.refunds.map((refund) =>
                    row(
                        `${t(`refund.${refund.state}`)} · ${dateTime(refund.made_at ?? refund.created_at)}`,
                        { ...refund.amount, amount_minor: -refund.amount.amount_minor },
                    )
                ),
            ),
    );
}

/** Shows the receipt screen. */
export async function showReceipt(main, orderId, { go, isCurrent }) {
    if (!currentCustomer() && !await needCustomer("order")) {
        if (isCurrent()) go("/tickets", { replace: true });
        return undefined;
    }
    const back = `/orders/${encodeURIComponent(orderId)}`;
    let receipt;
    try {
        receipt = await withCustomer(() => get(`/v1/orders/${encodeURIComponent(orderId)}/receipt`), "order");
    } catch (error) {
        if (isCurrent()) {
            main.replaceChildren(
                h(
                    "section.page.empty",
                    {},
                    h("h1", {}, t(error.status === 404 ? "notFound" : "cantLoad")),
                    h("p", {}, problemText(error)),
                    h("p", {}, h("a.button.primary", { href: "/tickets" }, t("tickets"))),
                ),
            );
        }
        return undefined;
    }
    if (!isCurrent()) return undefined;
    main.replaceChildren(
        h(
            "section.page.receipt-page",
            {},
            h("div.page-head", {}, h("h1", {}, t("receipt"))),
            h(
                "dl.facts",
                {},
                [
                    [t("receiptFor"), receipt.event_title],
                    [t("receiptWhen"), `${dateTime(receipt.starts_at)}, ${receipt.venue_name}`],
                    [t("receiptPaid"), dateTime(receipt.paid_at)],
                    [t("receiptOrder"), receipt.order_id],
                    [t("receiptPayment"), receipt.payment_id],
                ].map(([term, fact]) => h("div", {}, h("dt", {}, term), h("dd", {}, fact))),
            ),
            receiptTable(receipt),
            h(
                "p.buttons",
                {},
                h("button.button.primary", { type: "button", onclick: () => print() }, icon("print"), t("print")),
                h("a.button.quiet", { href: back }, t("toOrder")),
            ),
        ),
    );
    return undefined;
}
