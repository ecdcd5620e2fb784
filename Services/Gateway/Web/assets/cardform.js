// The card form of the provider that takes new payments: its frame, its button and its place for a problem.

import { h, icon, setText } from "./dom.js";
import { money, t } from "./i18n.js";
import { sandboxFields } from "./sandboxform.js";
import { stripeFields } from "./stripeform.js";
import { tossFields } from "./tossform.js";

/** By provider: what stands in the form, and `token()`, the provider's word for the card, or an error for the buyer. */
const fieldsOf = { sandbox: sandboxFields, stripe: stripeFields, toss: tossFields };

/**
 * Whether this document's security policy lets the provider's form in: only the pay screen's does, so one that was
 * loaded as another screen is loaded anew.
 */
export function needsOwnDocument(description) {
    if (!description.script_url) return false;
    const loaded = performance.getEntriesByType("navigation")[0]?.name ?? location.href;
    return !/^\/orders\/[^/]+$/.test(new URL(loaded).pathname);
}

/** Whether a provider's script runs in this document: other screens are loaded anew then, without it. */
export function holdsForeignScript() {
    return document.querySelector("script[data-provider]") !== null;
}

/** What costs nothing needs no card, and meets no provider. */
const freeFields = { elements: [], token: () => null };

/** The form, its button and its place for a problem. `onPay(token)` when a card is sent. */
export function cardForm(description, onPay, total) {
    const isFree = total.amount_minor === 0;
    const button = h(
        "button.button.primary.wide",
        { type: "submit" },
        icon(isFree ? "check" : "lock"),
        h("span", {}, isFree ? t("confirmFree") : t("payNow", { amount: money(total) })),
    );
    const problem = h("p.notice.problem", { role: "alert", hidden: true, tabindex: "-1" });
    const tell = (text) => {
        problem.hidden = !text;
        setText(problem, text ?? "");
    };
    const fields = isFree ? freeFields : fieldsOf[description.provider]?.(description, tell);
    const form = h(
        "form.stack.card-form",
        {
            onsubmit: async (event) => {
                event.preventDefault();
                if (button.disabled || !fields) return;
                button.disabled = true;
                tell(null);
                try {
                    onPay(await fields.token(form));
                } catch (error) {
                    tell(error.message || t("formUnavailable"));
                    button.disabled = false;
                }
            },
        },
        problem,
        fields?.elements ?? h("p.notice.problem", {}, t("formUnavailable")),
        button,
        h("p.hint.center", {}, t(isFree ? "nothingToPay" : "onceOnly")),
    );
    return { form, button, problem };
}
