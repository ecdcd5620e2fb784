// Two ways to the same messages: a WebSocket, and server-sent events. Each calls `hear(event, message)` for a message
// and `lost(why)` once, when the stream ended without having said so itself.

const eventNames = ["snapshot", "delta", "heartbeat", "closing"];

/** What a close code says when no `closing` came before it (RFC 6455, 7.4.1, and IANA's registry): seconds to wait. */
const secondsByCode = { 1001: 1, 1013: 5 };

/**
 * Whether a WebSocket is the better way. Over HTTP/2 a stream of events is one of many on the page's own connection;
 * over HTTP/1.1 it takes one of the six that a browser opens, and a WebSocket does not.
 */
export function prefersSocket() {
    const [navigation] = globalThis.performance?.getEntriesByType?.("navigation") ?? [];
    return "WebSocket" in globalThis && !/^h[23]/.test(navigation?.nextHopProtocol ?? "");
}

/** Server-sent events of a path. */
export function openEvents(path, { hear, lost }) {
    const source = new EventSource(path);
    let isOver = false;
    for (const name of eventNames) {
        source.addEventListener(name, (message) => isOver || hear(name, JSON.parse(message.data)));
    }
    source.onerror = () => {
        if (isOver) return;
        close();
        lost({});
    };
    function close() {
        isOver = true;
        source.close();
    }
    return { close };
}

/** The same over a WebSocket. `why.wasRefused`: it could not be opened; `why.seconds`: when to come back. */
export function openSocket(path, { hear, lost }) {
    const address = new URL(path, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    let isOver = false;
    let wasOpen = false;
    socket.onopen = () => (wasOpen = true);
    socket.onmessage = ({ data }) => {
        if (isOver) return;
        const { event, ...message } = JSON.parse(data);
        hear(event, message);
    };
    socket.onclose = ({ code }) => {
        if (isOver) return;
        isOver = true;
        lost({ wasRefused: !wasOpen, seconds: secondsByCode[code] });
    };
    function close() {
        isOver = true;
        socket.close();
    }
    return { close };
}
