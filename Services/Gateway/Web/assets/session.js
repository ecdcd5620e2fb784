// Who is signed in, and the dialog that asks for it in place without losing what was being done.

import { ApiError, call, get } from "./api.js";
import { h, icon, setText } from "./dom.js";
import { currentLanguage, hasWords, t } from "./i18n.js";

let customer = null;
const listeners = new Set();
let openDialog = null;

function become(next, reason = null) {
    customer = next;
    for (const listener of [...listeners]) listener(customer, reason);
}

/** The customer who is signed in, or null. */
export function currentCustomer() {
    return customer;
}

/** Hears of each sign-in and sign-out; the reason of a chosen one is `signed_out`. */
export function onCustomer(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

/** Asks the server who is signed in. */
export async function loadSession() {
    try {
        become((await get("/v1/sessions/current", { triesMax: 2 })).customer);
    } catch (error) {
        if (error.status === 401) become(null);
    }
    return customer;
}

/** Signs out, here and at the server, and forgets what was kept for offline use. */
export async function signOut() {
    try {
        await call("DELETE", "/v1/sessions/current");
    } catch (error) {
        if (error.status !== 401) throw error;
    }
    navigator.serviceWorker?.controller?.postMessage({ forget: true });
    become(null, "signed_out");
}

/** True when signed in, asking in a dialog if need be; false when the visitor closed it. */
export async function needCustomer(reason) {
    // Another tab may have signed in meanwhile: the cookie is one for all.
    return customer !== null || await loadSession() !== null || askToSignIn(reason);
}

/** Runs `work`; if the session turns out to have ended, asks to sign in and runs it again. */
export async function withCustomer(work, reason) {
    if (!await needCustomer(reason)) throw new ApiError(401, { code: "not_signed_in" });
    try {
        return await work();
    } catch (error) {
        if (error.status !== 401) throw error;
        become(null);
        if (!await askToSignIn("session_ended")) throw error;
        return work();
    }
}

function field(name, label, type, autocomplete, hint) {
    const error = h("p.field-error", { id: `sign-${name}-error` });
    const input = h("input", {
        id: `sign-${name}`,
        name,
        type,
        autocomplete,
        required: true,
        "aria-describedby": `sign-${name}-error`,
    });
    if (type === "password") input.setAttribute("minlength", "8");
    return {
        input,
        error,
        row: h(
            "div.field",
            {},
            h("label", { for: `sign-${name}` }, label),
            input,
            hint && h("p.hint", {}, hint),
            error,
        ),
    };
}

/** Opens the dialog; resolves to whether somebody is signed in at its end. */
export function askToSignIn(reason = null, startWith = "in") {
    if (openDialog) return openDialog;
    openDialog = new Promise((resolve) => {
        let mode = startWith;
        let result = false;
        const dialog = h("dialog.dialog", { "aria-labelledby": "sign-title" });
        document.body.append(dialog);

        function draw() {
            const signingUp = mode === "up";
            const name = signingUp && field("name", t("name"), "text", "name");
            const email = field("email", t("email"), "email", "username");
            const password = field(
                "password",
                t("password"),
                "password",
                signingUp ? "new-password" : "current-password",
                signingUp ? t("passwordHint") : null,
            );
            const problem = h("p.notice.problem", { role: "alert", hidden: true });
            const submit = h("button.button.primary.wide", { type: "submit" }, t(signingUp ? "signUp" : "signIn"));
            const fields = { name, email, password };
            const form = h(
                "form.stack",
                {
                    novalidate: true,
                    onsubmit: (event) => {
                        event.preventDefault();
                        send();
                    },
                },
                problem,
                name?.row,
                email.row,
                password.row,
                submit,
            );
            const other = signingUp ? "in" : "up";
            dialog.replaceChildren(
                h(
                    "div.dialog-head",
                    {},
                    h("h2", { id: "sign-title" }, t(signingUp ? "signUpTitle" : "signInTitle")),
                    h("button.icon-button", {
                        type: "button",
                        "aria-label": t("close"),
                        onclick: () => dialog.close(),
                    }, icon("close")),
                ),
                reason && hasWords(`signReason.${reason}`) && h("p.lead", {}, t(`signReason.${reason}`)),
                form,
                h(
                    "p.switch-line",
                    {},
                    t(signingUp ? "haveAccount" : "noAccount"),
                    " ",
                    h("button.link", {
                        type: "button",
                        onclick: () => {
                            mode = other;
                            draw();
                        },
                    }, t(signingUp ? "signIn" : "signUp")),
                ),
            );
            (name || email).input.focus();

            function say(entry, text) {
                setText(entry.error, text);
                entry.input.setAttribute("aria-invalid", text ? "true" : "false");
            }

            async function send() {
                problem.hidden = true;
                let firstBad = null;
                for (const [key, entry] of Object.entries(fields)) {
                    if (!entry) continue;
                    const bad = !entry.input.value.trim() || !entry.input.checkValidity();
                    say(entry, bad ? t(`fieldBad.${key}`) : "");
                    if (bad) firstBad ??= entry;
                }
                if (firstBad) return firstBad.input.focus();
                submit.disabled = true;
                setText(submit, t("oneMoment"));
                const credentials = { email: email.input.value.trim(), password: password.input.value };
                try {
                    if (signingUp) {
                        await call("POST", "/v1/customers", {
                            body: { ...credentials, name: name.input.value.trim(), language: currentLanguage() },
                        });
                    }
                    const { answer } = await call("POST", "/v1/sessions", { body: credentials });
                    result = true;
                    become(answer.customer);
                    dialog.close();
                } catch (error) {
                    submit.disabled = false;
                    setText(submit, t(signingUp ? "signUp" : "signIn"));
                    for (const { path } of error.problem?.fields ?? []) {
                        if (fields[path]) say(fields[path], t(`fieldBad.${path}`));
                    }
                    problem.hidden = false;
                    setText(
                        problem,
                        hasWords(`problem.${error.code}`) ? t(`problem.${error.code}`) : t("problem.unexpected"),
                    );
                    (error.code === "wrong_credentials" ? password : email).input.focus();
                }
            }
        }

        draw();
        dialog.addEventListener("close", () => {
            dialog.remove();
            openDialog = null;
            resolve(result);
        });
        dialog.addEventListener("click", (event) => {
            if (event.target === dialog) dialog.close();
        });
        dialog.showModal();
        dialog.querySelector("input").focus();
    });
    return openDialog;
}
