// What the page says: toasts for the eye, and one polite region that merges what it is told for the ear.

import { h, icon } from "./dom.js";
import { hasWords, t } from "./i18n.js";

let spoken = [];
let timer = null;

/** Says something politely; what comes within a second is said together, and only the last of each topic. */
export function say(text, topic = text) {
    spoken = spoken.filter((entry) => entry.topic !== topic);
    spoken.push({ topic, text });
    timer ??= setTimeout(() => {
        document.getElementById("polite").textContent = spoken.slice(-4).map((entry) => entry.text).join(". ");
        spoken = [];
        timer = null;
    }, 700);
}

/** Shows a short notice for some seconds; `action` is {label, run}. */
export function toast(text, { kind = "plain", action = null, seconds = 6 } = {}) {
    const stack = document.getElementById("toasts");
    const close = () => element.remove();
    const element = h(
        `div.toast.${kind}`,
        { role: kind === "problem" ? "alert" : "status" },
        h("p", {}, text),
        action && h("button.link", {
            type: "button",
            onclick: () => {
                close();
                action.run();
            },
        }, action.label),
        h("button.icon-button.small", { type: "button", "aria-label": t("close"), onclick: close }, icon("close")),
    );
    while (stack.children.length > 2) stack.firstChild.remove();
    stack.append(element);
    setTimeout(close, seconds * 1000);
}

/** The sentence for an API error: what happened and what to do next. */
export function problemText(error, values = {}) {
    const key = `problem.${error.code}`;
    return hasWords(key) ? t(key, { ...error.problem, ...values }) : t("problem.unexpected");
}
