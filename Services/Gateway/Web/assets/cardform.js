// The provider's card form. The sandbox's says clearly that it is a test, and offers each test card by what it does.

import { h, icon } from "./dom.js";
import { money, t } from "./i18n.js";

/** The sandbox's cards, by what they do. */
const sandboxTokens = [
    "sandbox_succeed",
    "sandbox_decline",
    "sandbox_requires_action",
    "sandbox_late_succeed",
    "sandbox_lost_reply",
    "sandbox_duplicate_webhook",
];

/** The form, its button and its place for a problem. `onPay(token)` when a card is sent. */
export function cardForm(onPay, total) {
    const options = sandboxTokens.map((token, index) =>
        h(
            "label.card-choice",
            {},
            h("input", { type: "radio", name: "card", value: token, checked: index === 0 }),
            h("span.card-face", { "aria-hidden": "true" }, h("i"), `•••• ${4242 + index * 1111}`),
            h("span.card-words", {}, h("strong", {}, t(`card.${token}`)), h("small", {}, t(`cardHint.${token}`))),
        )
    );
    const button = h(
        "button.button.primary.wide",
        { type: "submit" },
        icon("lock"),
        h("span", {}, t("payNow", { amount: money(total) })),
    );
    const problem = h("p.notice.problem", { role: "alert", hidden: true, tabindex: "-1" });
    const form = h(
        "form.stack.card-form",
        {
            onsubmit: (event) => {
                event.preventDefault();
                onPay(new FormData(form).get("card"));
            },
        },
        h("p.notice.test", {}, icon("alert"), h("span", {}, h("strong", {}, t("testMode")), " ", t("testModeHint"))),
        problem,
        h("fieldset.cards-choice", {}, h("legend", {}, t("chooseCard")), options),
        button,
        h("p.hint.center", {}, t("onceOnly")),
    );
    return { form, button, problem };
}
