// The map: sections from far, seats nearer, labels near; what is picked, hovered and focused.

import { Camera } from "./camera.js";
import { listenToGestures } from "./gestures.js";
import { SeatLayer, seatShare } from "./layer.js";
import { Minimap } from "./minimap.js";
import { drawOverlays, drawSectionNames } from "./overlay.js";
import { seatState } from "./store.js";

/** Diameters in CSS pixels from which a seat can be told from its neighbours by a mouse, a finger, the eye. */
const pickDiameter = { mouse: 9, touch: 15 };
const hoverDiameter = 7;
const pickScale = { mouse: 26, touch: 32 };
const labelScale = 32;
const flashMilliseconds = 2200;
const doubleTapMilliseconds = 350;

/** Draws a chart with its store's states on a canvas. */
export class SeatMap {
    #context;
    #layer;
    #overview;
    #frameAsked = false;
    #unsubscribe;
    #observer;
    #lastTapped = { seat: -1, time: 0 };
    #wasPainted = false;

    constructor({ canvas, minimap, chart, store, palette, countText, onPick, onHover, onFocusSeat, reducedMotion }) {
        Object.assign(this, {
            canvas,
            chart,
            store,
            palette,
            countText,
            onPick,
            onHover,
            onFocusSeat,
            reducedMotion,
        });
        this.#context = canvas.getContext("2d", { alpha: false });
        this.camera = new Camera(chart);
        this.#layer = new SeatLayer({ chart, store });
        this.#layer.usePalette(palette);
        this.#overview = new Minimap({
            canvas: minimap,
            chart,
            store,
            onGo: (x, y) => {
                this.#go(this.camera.viewAround(x, y, this.camera.k), false);
            },
        });
        this.startView = null;
        this.mine = new Map();
        this.bought = new Set();
        this.asking = new Set();
        this.lost = new Map();
        this.alternatives = [];
        this.hoverSeat = -1;
        this.focusSeat = -1;
        this.#unsubscribe = store.subscribe((changed) => {
            this.#layer.changed(changed);
            this.draw();
        });
        this.#observer = new ResizeObserver(() => this.#resized());
        this.#observer.observe(canvas.parentElement);
        listenToGestures(canvas, this);
        canvas.addEventListener("keydown", (event) => this.#keyPressed(event));
        canvas.addEventListener("focus", () => this.#focused());
        canvas.addEventListener("blur", () => this.draw());
    }

    stop() {
        this.#unsubscribe();
        this.#observer.disconnect();
        this.isStopped = true;
    }

    // What the screen tells the map

    usePalette(palette) {
        this.palette = palette;
        this.#layer.usePalette(palette);
        this.draw();
    }

    useFilter(levelIndex) {
        this.#layer.useFilter(levelIndex);
        this.draw();
    }

    useOverlays({ mine, asking, bought }) {
        Object.assign(this, { mine, asking, bought });
        this.draw();
    }

    useAlternatives(groups) {
        this.alternatives = groups;
        this.draw();
    }

    /** Keeps the middle in the part that nothing covers. */
    useInset(inset) {
        const { camera } = this;
        const wasFitted = camera.width > 0 && camera.isFitted;
        Object.assign(camera.inset, inset);
        if (wasFitted) this.#go(camera.fitView(), false);
    }

    /** Shows that seats were lost: they flash for a while. */
    flash(seats) {
        const until = performance.now() + flashMilliseconds;
        for (const seat of seats) this.lost.set(seat, until);
        this.draw();
    }

    get diameter() {
        return this.camera.k * seatShare;
    }

    // Going somewhere

    #go(view, isAnimated = true) {
        if (isAnimated && !this.reducedMotion()) this.camera.fly(view, performance.now());
        else this.camera.jump(view);
        this.draw();
    }

    /** The whole chart in sight. */
    fit(isAnimated = true) {
        this.#go(this.camera.fitView(), isAnimated);
    }

    /** Brings a seat to the middle, near enough to read its label. */
    zoomTo(seat, isAnimated = true) {
        this.#go(
            this.camera.viewAround(this.chart.x[seat], this.chart.y[seat], Math.max(this.camera.k, labelScale)),
            isAnimated,
        );
    }

    /** Brings several seats into sight. */
    show(seats) {
        const placed = seats.filter((seat) => !Number.isNaN(this.chart.x[seat]));
        if (!placed.length) return;
        const xs = placed.map((seat) => this.chart.x[seat]);
        const ys = placed.map((seat) => this.chart.y[seat]);
        this.#go(
            this.camera.viewOf(
                Math.min(...xs) - 4,
                Math.min(...ys) - 4,
                Math.max(...xs) + 4,
                Math.max(...ys) + 4,
                30,
            ),
        );
    }

    zoomBy(factor) {
        this.#go(this.camera.viewZoomed(...this.camera.middle, this.camera.target.k * factor));
    }

    // Gestures

    grabbed() {
        this.camera.halt();
    }

    panBy(dx, dy) {
        this.camera.panBy(dx, dy, performance.now());
        this.draw();
    }

    zoomAt(x, y, factor) {
        this.camera.zoomAt(x, y, factor, performance.now());
        this.draw();
    }

    thrown(velocityX, velocityY) {
        if (this.reducedMotion()) return;
        this.camera.throw(velocityX, velocityY, performance.now());
        this.draw();
    }

    hovered(at) {
        const seat = at && this.diameter >= hoverDiameter ? this.#seatAt(at) : -1;
        const isFar = this.diameter < pickDiameter.mouse;
        const section = at && seat < 0 && isFar ? this.chart.sectionAt(...this.camera.toChart(at.x, at.y)) : null;
        this.canvas.classList.toggle("pointing", seat >= 0 || section !== null);
        if (seat !== this.hoverSeat) {
            this.hoverSeat = seat;
            this.draw();
        }
        this.onHover(seat, section, at);
    }

    tapped(at, pointerType) {
        const hand = pointerType === "touch" ? "touch" : "mouse";
        if (this.diameter < pickDiameter[hand]) {
            const [x, y] = this.camera.toChart(at.x, at.y);
            if (!this.chart.sectionAt(x, y) && this.chart.nearest(x, y, 4) < 0) return;
            this.#go(this.camera.viewAround(x, y, pickScale[hand]));
            return;
        }
        const seat = this.#seatAt(at);
        if (seat < 0) return;
        const now = performance.now();
        // The second tap of a double tap is not a change of mind.
        if (seat === this.#lastTapped.seat && now - this.#lastTapped.time < doubleTapMilliseconds) return;
        this.#lastTapped = { seat, time: now };
        this.focusSeat = seat;
        this.onPick(seat);
    }

    doubleTapped(at, pointerType) {
        if (this.diameter >= pickDiameter.mouse && this.#seatAt(at) >= 0) this.tapped(at, pointerType);
        else this.#go(this.camera.viewZoomed(at.x, at.y, this.camera.target.k * 2.2));
    }

    #seatAt(at) {
        return this.chart.nearest(...this.camera.toChart(at.x, at.y), Math.min(0.85, 0.5 + 5 / this.camera.k));
    }

    // Keyboard

    get showsFocus() {
        return document.activeElement === this.canvas && this.canvas.matches(":focus-visible");
    }

    #focused() {
        if (this.showsFocus) this.#focusOn(this.focusSeat >= 0 ? this.focusSeat : this.#seatInTheMiddle());
    }

    #seatInTheMiddle() {
        const [x, y] = this.camera.toChart(...this.camera.middle);
        const isFree = (seat) => this.store.stateOf(seat) === seatState.available;
        for (const reach of [4, 20, 1e4]) {
            const seat = this.chart.nearest(x, y, reach, isFree);
            if (seat >= 0) return seat;
        }
        return this.chart.nearest(x, y, 1e4);
    }

    #focusOn(seat) {
        if (seat < 0) return;
        const { camera, chart } = this;
        this.focusSeat = seat;
        const px = chart.x[seat] * camera.target.k + camera.target.tx;
        const py = chart.y[seat] * camera.target.k + camera.target.ty;
        const edge = 48;
        const isOut = px < edge || py < edge || px > camera.width - edge ||
            py > camera.height - camera.inset.bottom - edge;
        if (camera.target.k * seatShare < 14) this.zoomTo(seat);
        else if (isOut) this.#go(camera.viewAround(chart.x[seat], chart.y[seat], camera.target.k));
        this.onFocusSeat(seat);
        this.draw();
    }

    #keyPressed(event) {
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
        const deeds = {
            "+": () => this.zoomBy(1.6),
            "=": () => this.zoomBy(1.6),
            "-": () => this.zoomBy(1 / 1.6),
            0: () => this.fit(),
        };
        if (event.key in directions) {
            this.#focusOn(
                this.focusSeat < 0
                    ? this.#seatInTheMiddle()
                    : this.chart.neighbour(this.focusSeat, ...directions[event.key]),
            );
        } else if (event.key === "Enter" || event.key === " ") {
            if (this.focusSeat >= 0) this.onPick(this.focusSeat);
        } else if (event.key in deeds) {
            deeds[event.key]();
        } else if (event.key === "Escape") {
            this.canvas.blur();
        } else {
            return;
        }
        event.preventDefault();
    }

    // Drawing

    #resized() {
        const { width, height } = this.canvas.parentElement.getBoundingClientRect();
        if (!width || !height) return;
        this.ratio = devicePixelRatio || 1;
        this.canvas.width = Math.round(width * this.ratio);
        this.canvas.height = Math.round(height * this.ratio);
        this.camera.resize(width, height, this.startView);
        this.#layer.invalidate();
        this.#frame(performance.now());
    }

    /** Asks for a frame. */
    draw() {
        if (this.#frameAsked || this.isStopped) return;
        this.#frameAsked = true;
        requestAnimationFrame((now) => {
            this.#frameAsked = false;
            this.#frame(now);
        });
    }

    #frame(now) {
        const { camera, ratio } = this;
        if (this.isStopped || !camera.width) return;
        const isMoving = camera.step(now);
        this.#layer.ensure(camera, ratio, now, isMoving);
        const context = this.#context;
        context.setTransform(1, 0, 0, 1, 0, 0);
        this.#layer.stamp(context, camera, ratio);
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        drawSectionNames(context, {
            camera,
            chart: this.chart,
            store: this.store,
            palette: this.palette,
            levelFilter: this.#layer.levelFilter,
            countText: this.countText,
        });
        const isAlive = drawOverlays(context, this, now);
        this.#overview.draw({ camera, palette: this.palette, shapes: this.#layer.shapes, ratio });
        if (!this.#wasPainted && this.store.isKnown) {
            this.#wasPainted = true;
            performance.mark("map-painted");
        }
        if (isMoving || isAlive || this.#layer.view.k !== camera.k) this.draw();
    }

    /** The middle of a seat in the page's own coordinates. */
    seatCenter(seat) {
        const { left, top } = this.canvas.getBoundingClientRect();
        const { k, tx, ty } = this.camera;
        return { x: left + this.chart.x[seat] * k + tx, y: top + this.chart.y[seat] * k + ty };
    }
}
