// What keeps a sale fair after its opening, where a visitor meets it.

import { ApiError, call, get } from "./api.js";
import { serverNow } from "./clock.js";
import { h, setText } from "./dom.js";
import { clockTime, countdown, money, t } from "./i18n.js";
import { problemText, say, toast } from "./notice.js";
import { currentCustomer, onCustomer, withCustomer } from "./session.js";

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

const askEveryMilliseconds = 10000;

/** Waiting for seats that come back: joining, how many are before me, leaving. An offer is a hold like any other. */
export function buildWaitingList(occasion) {
    const { performance, basket } = occasion;
    const path = `/v1/performances/${encodeURIComponent(performance.performance_id)}/waiting-list/entry`;
    const most = Math.max(1, Math.min(performance.seats_per_customer_max, 20));
    const quantity = h(
        "select",
        { id: "wait-quantity" },
        Array.from({ length: most }, (_, index) => h("option", { value: String(index + 1) }, String(index + 1))),
    );
    const level = h(
        "select",
        { id: "wait-level" },
        h("option", { value: "" }, t("anyPrice")),
        performance.price_levels.map((entry) =>
            h("option", { value: entry.price_level_id }, `${entry.name} · ${money(entry.price)}`)
        ),
    );
    const button = h("button.button.wide", { type: "submit" }, t("waitJoin"));
    const form = h(
        "form.best",
        { onsubmit: (event) => join(event) },
        h(
            "div.field-pair",
            {},
            h("div.field", {}, h("label", { for: "wait-quantity" }, t("howMany")), quantity),
            h("div.field", {}, h("label", { for: "wait-level" }, t("price")), level),
        ),
        button,
    );
    const standing = h("p", { role: "status" });
    const leave = h("button.button.quiet.wide", { type: "button", onclick: () => depart() }, t("waitLeave"));
    const element = h(
        "details.block.wait-block",
        { hidden: !performance.waiting_list_offer_seconds },
        h("summary", {}, h("h2", {}, t("waitTitle")), h("span.hint", {}, t("waitHint"))),
        standing,
        form,
        leave,
    );
    let entry = null;
    let timer = null;
    /** Grows with each answer that was taken in: an older one that comes later says nothing any more. */
    let version = 0;

    function draw() {
        const waits = entry?.state === "waiting";
        form.hidden = waits || entry?.state === "offered";
        leave.hidden = !waits;
        standing.hidden = !entry || ["left", "taken"].includes(entry.state);
        if (waits) setText(standing, t("waitAhead", { count: entry.ahead, seats: entry.quantity }));
        else if (entry?.state === "offered") {
            setText(standing, t("waitOffered", { time: clockTime(Date.parse(entry.offer_expires_at)) }));
        } else if (entry?.state === "lapsed") setText(standing, t("waitLapsed"));
    }

    /** Takes in an answer; an offer that is new is said aloud, and its hold is shown with the others. */
    function learn(next) {
        version += 1;
        const isNewOffer = next?.state === "offered" && entry?.state === "waiting";
        entry = next;
        if (isNewOffer) {
            basket.refresh();
            toast(t("waitOffered", { time: clockTime(Date.parse(next.offer_expires_at)) }), { seconds: 30 });
        }
        draw();
        clearTimeout(timer);
        if (entry && ["waiting", "offered"].includes(entry.state)) {
            element.open = true;
            timer = setTimeout(ask, askEveryMilliseconds * (0.8 + Math.random() * 0.4));
        }
    }

    async function ask() {
        if (element.hidden || !currentCustomer()) return;
        if (document.visibilityState !== "visible") {
            timer = setTimeout(ask, askEveryMilliseconds);
            return;
        }
        const before = version;
        try {
            const answer = await get(path, { triesMax: 1 });
            if (version === before) learn(answer);
        } catch (error) {
            if (version !== before) return;
            if (error.status === 404) learn(null);
            else timer = setTimeout(ask, askEveryMilliseconds);
        }
    }

    async function join(event) {
        event.preventDefault();
        button.disabled = true;
        const body = { quantity: Number(quantity.value), ...(level.value && { price_level_id: level.value }) };
        try {
            const { answer } = await withCustomer(() => {
                const { admission } = occasion;
                if (admission === null) throw new ApiError(403, { code: "admission_required" });
                return call("PUT", path, { body, admission });
            }, "choose");
            learn(answer);
            say(standing.textContent, "wait");
        } catch (error) {
            if (error.code !== "not_signed_in") {
                toast(problemText(error, { count: performance.seats_per_customer_max }), { kind: "problem" });
            }
        } finally {
            button.disabled = false;
        }
    }

    async function depart() {
        leave.disabled = true;
        try {
            await withCustomer(() => call("DELETE", path));
            learn(null);
            say(t("waitLeft"), "wait");
        } catch (error) {
            toast(problemText(error), { kind: "problem" });
        } finally {
            leave.disabled = false;
        }
    }

    draw();
    const forget = onCustomer((customer) => customer ? ask() : learn(null));
    ask();
    return {
        element,
        stop() {
            forget();
            clearTimeout(timer);
        },
    };
}
