// Where one looks from: scale and offset of the chart on the screen, flights, throws, borders.

const scaleMax = 64;
const flightMilliseconds = 320;

/** A point (x, y) of the chart is seen at (x * k + tx, y * k + ty), in CSS pixels of the canvas. */
export class Camera {
    #flight = null;
    #throw = null;
    #gestureAt = -Infinity;

    constructor(chart) {
        this.chart = chart;
        this.k = 1;
        this.tx = 0;
        this.ty = 0;
        this.width = 0;
        this.height = 0;
        this.inset = { top: 12, right: 12, bottom: 12, left: 12 };
    }

    get target() {
        return this.#flight?.to ?? this;
    }

    get fitScale() {
        const { chart, inset } = this;
        const across = this.width - inset.left - inset.right;
        const down = this.height - inset.top - inset.bottom;
        return Math.max(0.05, Math.min(across / (chart.right - chart.left), down / (chart.bottom - chart.top), 40));
    }

    get isZoomed() {
        return this.k > this.fitScale * 1.25;
    }

    /** The middle of the part of the canvas that nothing covers. */
    get middle() {
        const { inset } = this;
        return [
            inset.left + (this.width - inset.left - inset.right) / 2,
            inset.top + (this.height - inset.top - inset.bottom) / 2,
        ];
    }

    /** From the screen to the chart. */
    toChart(px, py) {
        return [(px - this.tx) / this.k, (py - this.ty) / this.k];
    }

    fitView() {
        const { chart } = this;
        return this.viewAround((chart.left + chart.right) / 2, (chart.top + chart.bottom) / 2, this.fitScale);
    }

    viewAround(x, y, scale) {
        const k = Math.max(this.fitScale, Math.min(scaleMax, scale));
        const [px, py] = this.middle;
        return { k, tx: px - x * k, ty: py - y * k };
    }

    /** The view in which a rectangle of the chart fits, not nearer than `scale`. */
    viewOf(left, top, right, bottom, scale) {
        const { inset } = this;
        const k = Math.min(
            scale,
            (this.width - inset.left - inset.right - 24) / (right - left),
            (this.height - inset.top - inset.bottom - 24) / (bottom - top),
        );
        return this.viewAround((left + right) / 2, (top + bottom) / 2, k);
    }

    /** A scaled view in which the screen's point (px, py) keeps its place. */
    viewZoomed(px, py, scale) {
        const k = Math.max(this.fitScale * 0.9, Math.min(scaleMax, scale));
        const [x, y] = this.toChart(px, py);
        return this.bounded({ k, tx: px - x * k, ty: py - y * k });
    }

    /** Keeps at least a part of the chart in sight. */
    bounded({ k, tx, ty }) {
        const { chart } = this;
        const slackX = this.width * 0.5;
        const slackY = this.height * 0.5;
        return {
            k,
            tx: Math.max(slackX - chart.right * k, Math.min(this.width - slackX - chart.left * k, tx)),
            ty: Math.max(slackY - chart.bottom * k, Math.min(this.height - slackY - chart.top * k, ty)),
        };
    }

    /** The canvas has another size: what was in the middle stays there, and what was fitted is fitted again. */
    resize(width, height, startView) {
        const isFirst = !this.width;
        const wasFitted = !isFirst && this.isFitted;
        const [x, y] = this.toChart(...this.middle);
        this.width = width;
        this.height = height;
        if (isFirst) Object.assign(this, startView ?? this.fitView());
        else Object.assign(this, wasFitted ? this.fitView() : this.viewAround(x, y, this.k));
    }

    get isFitted() {
        return Math.abs(this.k / this.fitScale - 1) < 0.02;
    }

    jump(view) {
        this.#flight = null;
        this.#throw = null;
        Object.assign(this, view);
    }

    fly(to, now) {
        this.#throw = null;
        this.#flight = { from: { k: this.k, tx: this.tx, ty: this.ty }, to, startedAt: now };
    }

    halt() {
        this.#flight = null;
        this.#throw = null;
    }

    panBy(dx, dy, now) {
        this.#gestureAt = now;
        Object.assign(this, this.bounded({ k: this.k, tx: this.tx + dx, ty: this.ty + dy }));
    }

    zoomAt(px, py, factor, now) {
        this.#gestureAt = now;
        this.#flight = null;
        Object.assign(this, this.viewZoomed(px, py, this.k * factor));
    }

    /** Lets go with a velocity in pixels a millisecond. */
    throw(velocityX, velocityY, now) {
        this.#throw = { velocityX, velocityY, time: now };
    }

    /** Moves on to a time; answers whether it is still moving. */
    step(now) {
        if (this.#flight) return this.#stepFlight(now);
        if (this.#throw) return this.#stepThrow(now);
        return now - this.#gestureAt < 120;
    }

    #stepFlight(now) {
        const { from, to, startedAt } = this.#flight;
        const passed = Math.min(1, Math.max(0, (now - startedAt) / flightMilliseconds));
        if (passed >= 1) {
            Object.assign(this, to);
            this.#flight = null;
            return false;
        }
        // The scale moves by its logarithm and the middle with it, so that the way there looks straight.
        const ease = 1 - (1 - passed) ** 3;
        const k = from.k * (to.k / from.k) ** ease;
        const share = Math.abs(to.k - from.k) < 1e-6 ? ease : (k - from.k) / (to.k - from.k);
        this.k = k;
        this.tx = from.tx + (to.tx - from.tx) * share;
        this.ty = from.ty + (to.ty - from.ty) * share;
        return true;
    }

    #stepThrow(now) {
        const thrown = this.#throw;
        const passed = Math.max(0, Math.min(40, now - thrown.time));
        thrown.time = now;
        const decay = Math.exp(-passed / 180);
        thrown.velocityX *= decay;
        thrown.velocityY *= decay;
        Object.assign(
            this,
            this.bounded({
                k: this.k,
                tx: this.tx + thrown.velocityX * passed,
                ty: this.ty + thrown.velocityY * passed,
            }),
        );
        if (Math.hypot(thrown.velocityX, thrown.velocityY) < 0.02) this.#throw = null;
        return true;
    }
}
