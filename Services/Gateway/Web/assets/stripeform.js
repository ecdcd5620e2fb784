// Stripe's card form: the card's number is typed into Stripe's own frame and never reaches this page.

import { h } from "./dom.js";
import { currentLanguage, t } from "./i18n.js";

let loading = null;

/** Loads the provider's script once; a failure may be tried again. */
function loadScript({ script_url: url, provider }) {
    loading ??= new Promise((resolve, reject) => {
        const script = h("script", { src: url, data: { provider }, onload: resolve });
        script.addEventListener("error", () => {
            script.remove();
            loading = null;
            reject(new Error(t("formUnavailable")));
        });
        document.head.append(script);
    });
    return loading;
}

/** The frame for the card, filled in as soon as Stripe's script is there. */
export function stripeFields(description, tell) {
    const place = h("div.card-frame", { id: "card-frame" });
    const hint = h("p.hint", {}, t("loading"));
    const ready = loadScript(description).then(() => {
        const stripe = globalThis.Stripe(description.publishable_key, { locale: currentLanguage() });
        const dark = matchMedia("(prefers-color-scheme: dark)").matches;
        const card = stripe.elements().create("card", {
            hidePostalCode: true,
            style: { base: { fontSize: "16px", color: dark ? "#f2f3f5" : "#16181c" } },
        });
        card.mount(place);
        hint.remove();
        return { stripe, card };
    });
    ready.catch((error) => {
        hint.remove();
        tell(error.message);
    });
    return {
        elements: [h("fieldset.cards-choice", {}, h("legend", {}, t("cardDetails")), place, hint)],
        async token() {
            const { stripe, card } = await ready;
            const { paymentMethod, error } = await stripe.createPaymentMethod({ type: "card", card });
            if (error) throw new Error(error.message);
            return paymentMethod.id;
        },
    };
}
