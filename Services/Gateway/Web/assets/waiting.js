// The waiting room on the performance screen: where I stand, how long it takes, and that nobody needs to hurry.

import { millisecondsUntil } from "./clock.js";
import { h, setText } from "./dom.js";
import { clockTime, countdown, dateTime, t } from "./i18n.js";
import { problemText, say, toast } from "./notice.js";

const sayEveryMilliseconds = 60000;

/** Minutes as a person reads them. */
function span(seconds) {
    if (seconds < 60) return t("wait.underMinute");
    if (seconds < 5400) return t("wait.minutes", { count: Math.round(seconds / 60) });
    return t("wait.hours", { count: Math.round(seconds / 3600) });
}

/** The wait and its error in one sentence; none where the outlook says all that there is to say. */
function estimateText({ estimated_wait_seconds: wait, estimated_wait_error_seconds: error, seat_outlook: seats }) {
    if (wait === undefined) return seats === "unlikely" || seats === "sold_out" ? "" : t("wait.noEstimate");
    if (wait < 60) return t("wait.soon");
    return error < 60
        ? t("wait.estimate", { time: span(wait) })
        : t("wait.estimateWithError", { time: span(wait), error: span(error) });
}

/** The card. `onEnter()` when the visitor wants to wait; `whenOpen` is the performance's own opening. */
export function buildWaiting(place, { whenOpen }) {
    const title = h("h2", { id: "waiting-title", tabindex: "-1" });
    const lead = h("p.lead");
    const figure = h("p.waiting-figure", { hidden: true });
    const estimate = h("p.waiting-estimate");
    const outlook = h("p.notice.test.waiting-outlook", { hidden: true });
    const lost = h("p.hint", { hidden: true }, t("wait.lost"));
    const note = h("p.hint");
    const button = h("button.button.primary.wide", { type: "button", onclick: enter });
    const element = h(
        "section.block.waiting",
        { "aria-labelledby": "waiting-title" },
        title,
        lead,
        figure,
        estimate,
        outlook,
        button,
        note,
        lost,
    );
    let saidAt = 0;
    let saidState = null;
    let saidOutlook = null;
    let wasConnected = true;

    async function enter() {
        button.disabled = true;
        let hasEntered = false;
        setText(button, t("oneMoment"));
        try {
            await (place.isSignedOut ? place.resume() : place.enter());
            hasEntered = true;
        } catch (error) {
            if (error.code !== "not_signed_in") toast(problemText(error), { kind: "problem" });
        } finally {
            button.disabled = false;
            draw();
            // The button has gone: who goes by keyboard or by ear goes on where it says what comes now.
            if (hasEntered && button.hidden) title.focus();
        }
    }

    /** For the ear: each new state at once, the position now and then. */
    function announce(text, state = place.state) {
        const isNew = saidState !== state;
        if (!isNew && Date.now() - saidAt < sayEveryMilliseconds) return;
        saidState = state;
        saidAt = Date.now();
        say(text, "waiting");
    }

    function drawText(key, values, words) {
        setText(title, t(`wait.title.${key}`));
        setText(lead, t(`wait.lead.${key}`, values));
        setText(estimate, words ?? "");
        estimate.hidden = !words;
    }

    /** What changes with each answer. */
    function draw() {
        const { state, entry } = place;
        element.dataset.state = state;
        figure.hidden = state !== "waiting";
        outlook.hidden = true;
        note.hidden = false;
        lost.hidden = place.isConnected || state === "outside";
        if (wasConnected !== lost.hidden) {
            wasConnected = lost.hidden;
            if (!wasConnected) say(t("wait.lost"), "waiting-lost");
        }
        const isIn = state !== "outside" && state !== "unknown";
        button.hidden = isIn && state !== "expired";
        const isSignedOut = !isIn && place.isSignedOut;
        const wish = isSignedOut ? "signIn" : state === "expired" ? "wait.enterAgain" : "wait.enter";
        if (!button.disabled) setText(button, t(wish));
        if (isSignedOut) {
            drawText("signedOut", {});
            note.hidden = true;
            announce(`${t("wait.title.signedOut")}. ${t("wait.lead.signedOut")}`, "signedOut");
        } else if (!isIn) {
            drawText("outside", { time: dateTime(whenOpen) });
            setText(note, t("wait.noHurry"));
        } else if (state === "gathering") {
            drawText("gathering", { time: dateTime(entry.opens_at), count: entry.waiting_count });
            setText(note, t("wait.stays"));
            announce(t("wait.title.gathering"));
        } else if (state === "waiting") {
            drawText("waiting", {}, estimateText(entry));
            setText(figure, t("wait.position", { count: entry.position }));
            setText(note, t("wait.stays"));
            showOutlook(entry.seat_outlook);
            announce(`${t("wait.position", { count: entry.position })}. ${estimateText(entry)}`.trim());
        } else if (state === "admitted") {
            drawText("admitted", { time: clockTime(Date.parse(entry.admitted_until)) });
            note.hidden = true;
            showOutlook(entry.seat_outlook === "sold_out" ? "sold_out" : "likely");
            announce(t("wait.title.admitted"));
        } else {
            drawText("expired", {});
            note.hidden = true;
            announce(t("wait.title.expired"));
        }
        tick();
    }

    function showOutlook(word) {
        outlook.hidden = word === "likely";
        if (!outlook.hidden) setText(outlook, t(`wait.outlook.${word}`));
        if (word !== saidOutlook && !outlook.hidden) say(t(`wait.outlook.${word}`), "waiting-outlook");
        saidOutlook = word;
    }

    /** What changes with the server's clock. */
    function tick() {
        const { state, entry } = place;
        if (state === "gathering") {
            const left = millisecondsUntil(entry.opens_at);
            estimate.hidden = false;
            setText(estimate, left > 0 ? t("wait.opensIn", { time: countdown(left) }) : t("wait.ranking"));
        } else if (state === "admitted") {
            estimate.hidden = false;
            setText(estimate, t("wait.turnLeft", { time: countdown(millisecondsUntil(entry.admitted_until)) }));
        }
    }

    draw();
    return { element, draw, tick };
}
