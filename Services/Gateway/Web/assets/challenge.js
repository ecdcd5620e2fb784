// While very many ask, a wish for seats costs a little work first. The page does it in the background; a machine that is
// too slow for it simply waits a little longer. There is nothing for the visitor to solve.

import { call } from "./api.js";

/** What meets a challenge: the first of the work and the wait that is done. */
function solutionOf({ token, bits, wait_seconds: waitSeconds }) {
    return new Promise((resolve) => {
        let worker = null;
        const done = (text) => {
            clearTimeout(timer);
            worker?.terminate();
            resolve(text);
        };
        // A second more than was said: the wait is measured at the server.
        const timer = setTimeout(() => done(token), (waitSeconds + 1) * 1000);
        try {
            worker = new Worker(new URL("./challenge-worker.js", import.meta.url), { type: "module" });
            worker.onmessage = ({ data }) => done(`${token}:${data}`);
            worker.onerror = () => worker.terminate();
            worker.postMessage({ token, bits });
        } catch {
            // Without workers the wait is what is left.
            worker = null;
        }
    });
}

/** One call, asked again with what it was challenged for. `onChallenge(seconds)` hears how long it takes at most. */
export async function callChallenged(method, path, { onChallenge, ...options }) {
    for (let challenges = 0;; challenges += 1) {
        try {
            return await call(method, path, options);
        } catch (error) {
            const challenge = error.code === "challenge_required" && error.problem.challenge;
            if (!challenge || challenges === 3) throw error;
            onChallenge?.(challenge.wait_seconds);
            options.headers = { ...options.headers, "Challenge-Solution": await solutionOf(challenge) };
        }
    }
}
