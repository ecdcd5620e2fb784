// The sandbox's card form: says clearly that it is a test, and offers each test card by what it does.

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** The sandbox's cards, by what they do. */
const tokens = [
    "sandbox_succeed",
    "sandbox_decline",
    "sandbox_requires_action",
    "sandbox_late_succeed",
    "sandbox_lost_reply",
    "sandbox_duplicate_webhook",
    "sandbox_reordered_webhook",
    "sandbox_very_late_webhook",
    "sandbox_refuse_refund",
    "sandbox_outage",
];

/** The choice of a test card. */
export function sandboxFields() {
    const options = tokens.map((token, index) =>
        h(
            "label.card-choice",
            {},
            h("input", { type: "radio", name: "card", value: token, checked: index === 0 }),
            h("span.card-face", { "aria-hidden": "true" }, h("i"), `•••• ${String(4242 + index * 611).padStart(4, "0")}`),
            h("span.card-words", {}, h("strong", {}, t(`card.${token}`)), h("small", {}, t(`cardHint.${token}`))),
        )
    );
    return {
        elements: [
            h("p.notice.test", {}, icon("alert"), h("span", {}, h("strong", {}, t("testMode")), " ", t("testModeHint"))),
            h("fieldset.cards-choice", {}, h("legend", {}, t("chooseCard")), options),
        ],
        token: (form) => Promise.resolve(new FormData(form).get("card")),
    };
}
