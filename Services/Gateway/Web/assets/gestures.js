// Fingers, mouse and wheel on the map, told to the view as panned, zoomed, tapped, hovered.

const dragPixelsMin = { mouse: 4, pen: 5, touch: 9 };

/** Listens on a canvas. `view` answers panBy, zoomAt, tapped, doubleTapped, hovered, grabbed and thrown. */
export function listenToGestures(canvas, view) {
    const pointers = new Map();
    let dragging = false;
    let start = null;
    let pinch = null;
    let lastTap = { time: 0, x: 0, y: 0 };
    let trail = [];

    const place = (event) => {
        const box = canvas.getBoundingClientRect();
        return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const span = () => {
        const [a, b] = [...pointers.values()];
        return { distance: Math.hypot(a.x - b.x, a.y - b.y) || 1, x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    };

    canvas.addEventListener("pointerdown", (event) => {
        if (event.button > 0) return;
        try {
            canvas.setPointerCapture(event.pointerId);
        } catch {
            // The pointer is already gone: its up or cancel has been heard.
        }
        pointers.set(event.pointerId, place(event));
        view.grabbed();
        if (pointers.size === 1) {
            start = place(event);
            dragging = false;
            trail = [];
        } else if (pointers.size === 2) {
            pinch = span();
            dragging = true;
        }
    });

    canvas.addEventListener("pointermove", (event) => {
        const at = place(event);
        const before = pointers.get(event.pointerId);
        if (!before) {
            if (event.pointerType === "mouse") view.hovered(at);
            return;
        }
        pointers.set(event.pointerId, at);
        if (pointers.size === 2 && pinch) {
            const now = span();
            view.panBy(now.x - pinch.x, now.y - pinch.y);
            view.zoomAt(now.x, now.y, now.distance / pinch.distance);
            pinch = now;
            return;
        }
        if (!dragging && Math.hypot(at.x - start.x, at.y - start.y) > (dragPixelsMin[event.pointerType] ?? 5)) {
            dragging = true;
            view.hovered(null);
            canvas.classList.add("dragging");
        }
        if (!dragging) return;
        view.panBy(at.x - before.x, at.y - before.y);
        trail.push({ time: event.timeStamp, x: at.x, y: at.y });
        trail = trail.filter((point) => event.timeStamp - point.time < 90);
    });

    const lifted = (event) => {
        const at = place(event);
        if (!pointers.delete(event.pointerId)) return;
        if (pointers.size === 1) {
            // One finger stays after a pinch: it goes on as a drag.
            pinch = null;
            trail = [];
            return;
        }
        if (pointers.size > 0) return;
        canvas.classList.remove("dragging");
        if (event.type === "pointercancel") return;
        if (dragging) {
            const [first, last] = [trail[0], trail.at(-1)];
            const passed = first && last ? last.time - first.time : 0;
            if (passed > 20 && event.timeStamp - last.time < 60) {
                view.thrown((last.x - first.x) / passed, (last.y - first.y) / passed);
            }
            return;
        }
        const isDouble = event.timeStamp - lastTap.time < 320 && Math.hypot(at.x - lastTap.x, at.y - lastTap.y) < 26;
        lastTap = { time: isDouble ? 0 : event.timeStamp, ...at };
        if (isDouble) view.doubleTapped(at, event.pointerType);
        else view.tapped(at, event.pointerType);
    };
    canvas.addEventListener("pointerup", lifted);
    canvas.addEventListener("pointercancel", lifted);
    canvas.addEventListener("pointerleave", () => {
        if (!pointers.size) view.hovered(null);
    });

    canvas.addEventListener("wheel", (event) => {
        event.preventDefault();
        const { x, y } = place(event);
        const unit = event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 400 : 1;
        const amount = Math.max(-240, Math.min(240, event.deltaY * unit));
        view.zoomAt(x, y, Math.exp(-amount * (event.ctrlKey ? 0.01 : 0.0022)));
    }, { passive: false });
}
