// Talks to /v1: problems become ApiError, lost connections are asked again with the same idempotency key.

import { learnDateHeader } from "./clock.js";

/** What the API refused or failed to do. `code` is what callers switch on; `connection_lost` is ours. */
export class ApiError extends Error {
    constructor(status, problem) {
        super(problem.code);
        this.status = status;
        this.code = problem.code;
        this.problem = problem;
    }
}

/** A new idempotency key. */
export function newKey() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
        "",
    );
}

/** Waits, ending early when the browser comes back online. */
export function pause(milliseconds) {
    return new Promise((resolve) => {
        const done = () => {
            clearTimeout(timer);
            removeEventListener("online", done);
            resolve();
        };
        const timer = setTimeout(done, milliseconds);
        addEventListener("online", done);
    });
}

async function once(method, path, { body, key, admission, headers: more, deadlineMilliseconds = 15000 } = {}) {
    const headers = { Accept: "application/json", ...more };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    if (admission) headers["Admission-Token"] = admission;
    let response;
    let text;
    try {
        response = await fetch(path, {
            method,
            headers,
            credentials: "same-origin",
            body: body === undefined ? undefined : JSON.stringify(body),
            signal: AbortSignal.timeout(deadlineMilliseconds),
        });
        text = await response.text();
    } catch {
        throw new ApiError(0, { code: "connection_lost" });
    }
    learnDateHeader(response.headers.get("Date"));
    let answer = null;
    try {
        answer = text ? JSON.parse(text) : null;
    } catch {
        throw new ApiError(response.status, { code: response.ok ? "connection_lost" : "unexpected" });
    }
    if (response.ok) return { status: response.status, answer };
    const error = new ApiError(response.status, answer?.code ? answer : { code: "unexpected" });
    error.retryAfterSeconds = Number(response.headers.get("Retry-After")) || 0;
    throw error;
}

/** Whether the same request may simply be asked again: nothing is known to have been refused. */
export function isAskAgain(error) {
    return error.status === 0 || error.status === 503 || error.code === "idempotency_key_in_use";
}

/**
 * One call, asked again while the answer is not known. Safe for reads, deletes and calls with a key: the key stays.
 * `onAsking` hears each repetition. A 429 is waited out once, unless it is a wait that its reader has to know of.
 */
export async function call(method, path, options = {}) {
    const { triesMax = method === "POST" && !options.key ? 1 : 3, onAsking } = options;
    for (let attempt = 1;; attempt += 1) {
        try {
            return await once(method, path, options);
        } catch (error) {
            const isHurry = error.status === 429 && error.code !== "cooling_down";
            const again = isAskAgain(error) || (isHurry && attempt === 1);
            if (!again || attempt >= triesMax) throw error;
            onAsking?.(attempt);
            const wait = error.retryAfterSeconds * 1000 || Math.min(4000, 250 * 2 ** attempt);
            await pause(Math.min(wait, 10000) * (0.8 + Math.random() * 0.4));
        }
    }
}

/** A read. */
export async function get(path, options) {
    return (await call("GET", path, options)).answer;
}

/** All items of a list, page after page, up to `itemsMax`. */
export async function getAll(path, itemsMax = 500) {
    const items = [];
    let cursor = null;
    do {
        const page = await get(
            cursor ? `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}` : path,
        );
        items.push(...page.items);
        cursor = page.next_cursor;
    } while (cursor && items.length < itemsMax);
    return items;
}
