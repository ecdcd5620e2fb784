// Toss Payments: all is chosen in its own window, which opens for the order and the amount that are fixed by then.

import { h } from "./dom.js";
import { t } from "./i18n.js";

/** One sentence, since there is nothing to choose here. */
export function tossFields() {
    return { elements: [h("p.notice.calm", {}, t("tossHint"))], token: () => Promise.resolve("toss_window") };
}
