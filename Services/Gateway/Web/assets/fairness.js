// What keeps a sale fair after its opening, where a visitor meets it.

import { serverNow } from "./clock.js";
import { h, setText } from "./dom.js";
import { countdown, t } from "./i18n.js";
import { say } from "./notice.js";

/** The line that says how long others choose first, and that it is over. */
export function buildCoolLine({ basket }) {
    const line = h("p.sale-line.cool-line", { hidden: true });
    let wasCooling = false;
    function draw() {
        const left = basket.coolUntil - serverNow();
        const isCooling = left > 0;
        line.hidden = !isCooling;
        if (isCooling) setText(line, t("coolingDown", { time: countdown(left) }));
        if (wasCooling && !isCooling) say(t("cooledDown"), "cool");
        wasCooling = isCooling;
    }
    draw();
    return { element: line, draw };
}
