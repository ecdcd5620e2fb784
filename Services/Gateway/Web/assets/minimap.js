// The small overview when zoomed in: sections by how much is free, and a frame around what is in sight.

/** Draws on a canvas of its own; `onGo(x, y)` when a place of the chart is pressed or dragged to. */
export class Minimap {
    #view = { k: 1, tx: 0, ty: 0 };

    constructor({ canvas, chart, store, onGo }) {
        this.canvas = canvas;
        this.chart = chart;
        this.store = store;
        const go = (event) => {
            const box = canvas.getBoundingClientRect();
            const { k, tx, ty } = this.#view;
            onGo((event.clientX - box.left - tx) / k, (event.clientY - box.top - ty) / k);
        };
        canvas.addEventListener("pointerdown", go);
        canvas.addEventListener("pointermove", (event) => {
            if (event.buttons) go(event);
        });
    }

    draw({ camera, palette, shapes, ratio }) {
        const { canvas, chart, store } = this;
        if (canvas.hidden === camera.isZoomed) canvas.hidden = !camera.isZoomed;
        if (canvas.hidden) return;
        const width = canvas.clientWidth;
        const height = canvas.clientHeight;
        if (canvas.width !== Math.round(width * ratio)) {
            canvas.width = Math.round(width * ratio);
            canvas.height = Math.round(height * ratio);
        }
        const k = Math.min((width - 12) / (chart.right - chart.left), (height - 12) / (chart.bottom - chart.top));
        const tx = (width - (chart.right - chart.left) * k) / 2 - chart.left * k;
        const ty = (height - (chart.bottom - chart.top) * k) / 2 - chart.top * k;
        this.#view = { k, tx, ty };
        const context = canvas.getContext("2d");
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.clearRect(0, 0, width, height);
        context.setTransform(k * ratio, 0, 0, k * ratio, tx * ratio, ty * ratio);
        chart.sections.forEach((section, index) => {
            const share = section.seats.length ? store.freeInSection[index] / section.seats.length : 0;
            context.globalAlpha = 0.25 + 0.6 * share;
            shapes[index].fill(context, palette.levels[section.level] ?? palette.blocked);
        });
        context.globalAlpha = 1;
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        const [left, top] = camera.toChart(0, 0);
        const [right, bottom] = camera.toChart(camera.width, camera.height);
        const x = Math.max(1, left * k + tx);
        const y = Math.max(1, top * k + ty);
        context.lineWidth = 2;
        context.strokeStyle = palette.ink;
        context.strokeRect(
            x,
            y,
            Math.max(4, Math.min(width - 2, right * k + tx) - x),
            Math.max(4, Math.min(height - 2, bottom * k + ty) - y),
        );
    }
}
