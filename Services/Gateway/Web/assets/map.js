// The map: sections from far, seats nearer, labels near. What rarely changes lies in a cached layer that panning only moves.

import { listenToGestures } from "./gestures.js";
import { SeatSprites, tickPath } from "./sprites.js";
import { seatState } from "./store.js";

const seatShare = 0.84;
const marginShare = 0.3;
const scaleMax = 64;
const dotPixels = 4;
const font = '-apple-system, "Segoe UI", "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", sans-serif';

/** Draws a chart with its store's states on a canvas, and tells what is picked, hovered and focused. */
export class SeatMap {
    #context;
    #layer = document.createElement("canvas");
    #layerContext;
    #layerView = null;
    #layerDirty = true;
    #changed = [];
    #sprites = null;
    #spriteKey = "";
    #frameAsked = false;
    #flight = null;
    #throw = null;
    #gestureAt = 0;
    #unsubscribe;
    #observer;
    #shapes;
    #lastTapped = { seat: -1, time: 0 };
    #wasFitted = false;

    constructor({ canvas, minimap, chart, store, palette, texts, onPick, onHover, onFocusSeat, reducedMotion }) {
        Object.assign(this, { canvas, minimap, chart, store, palette, texts, onPick, onHover, onFocusSeat, reducedMotion });
        this.#context = canvas.getContext("2d", { alpha: false });
        this.#layerContext = this.#layer.getContext("2d", { alpha: false });
        this.k = 1;
        this.tx = 0;
        this.ty = 0;
        this.width = 0;
        this.height = 0;
        this.inset = { top: 12, right: 12, bottom: 12, left: 12 };
        this.mine = new Map();
        this.bought = new Set();
        this.asking = new Set();
        this.lost = new Map();
        this.alternatives = [];
        this.levelFilter = null;
        this.hoverSeat = -1;
        this.focusSeat = -1;
        this.#shapes = chart.sections.map((section) => {
            const path = new Path2D();
            section.outline.forEach(([x, y], index) => index ? path.lineTo(x, y) : path.moveTo(x, y));
            path.closePath();
            return path;
        });
        this.#unsubscribe = store.subscribe((changed) => {
            if (changed) this.#changed.push(...changed);
            else this.#layerDirty = true;
            this.draw();
        });
        this.#observer = new ResizeObserver(() => this.#resized());
        this.#observer.observe(canvas.parentElement);
        listenToGestures(canvas, this);
        canvas.addEventListener("keydown", (event) => this.#keyPressed(event));
        canvas.addEventListener("focus", () => this.#focused());
        canvas.addEventListener("blur", () => this.draw());
        minimap?.addEventListener("pointerdown", (event) => this.#minimapDragged(event));
        minimap?.addEventListener("pointermove", (event) => { if (event.buttons) this.#minimapDragged(event); });
        this.#resized();
    }

    stop() {
        this.#unsubscribe();
        this.#observer.disconnect();
        this.stopped = true;
    }

    // What the screen tells the map

    usePalette(palette) {
        this.palette = palette;
        this.#spriteKey = "";
        this.redraw();
    }

    useFilter(levelIndex) {
        this.levelFilter = levelIndex;
        this.redraw();
    }

    useOverlays({ mine, asking, bought }) {
        this.mine = mine;
        this.asking = asking;
        this.bought = bought;
        this.draw();
    }

    useAlternatives(groups) {
        this.alternatives = groups;
        this.draw();
    }

    /** Shows that seats were lost: they flash for a while. */
    flash(seats) {
        const until = performance.now() + 2200;
        for (const seat of seats) this.lost.set(seat, until);
        this.draw();
    }

    redraw() {
        this.#layerDirty = true;
        this.draw();
    }

    // View

    get diameter() {
        return this.k * seatShare;
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

    #fitView() {
        const { chart, inset } = this;
        const k = this.fitScale;
        return {
            k,
            tx: inset.left + (this.width - inset.left - inset.right - (chart.right - chart.left) * k) / 2 - chart.left * k,
            ty: inset.top + (this.height - inset.top - inset.bottom - (chart.bottom - chart.top) * k) / 2 - chart.top * k,
        };
    }

    /** The whole chart in sight. */
    fit(animated = true) {
        this.#flyTo(this.#fitView(), animated);
    }

    #viewAround(x, y, k) {
        const { inset } = this;
        const scale = Math.max(this.fitScale, Math.min(scaleMax, k));
        return {
            k: scale,
            tx: inset.left + (this.width - inset.left - inset.right) / 2 - x * scale,
            ty: inset.top + (this.height - inset.top - inset.bottom) / 2 - y * scale,
        };
    }

    /** Brings a seat to the middle, near enough to read its label. */
    zoomTo(seat, animated = true) {
        this.#flyTo(this.#viewAround(this.chart.x[seat], this.chart.y[seat], Math.max(this.k, 32)), animated);
    }

    /** Brings several seats into sight. */
    show(seats) {
        const placed = seats.filter((seat) => !Number.isNaN(this.chart.x[seat]));
        if (!placed.length) return;
        const xs = placed.map((seat) => this.chart.x[seat]);
        const ys = placed.map((seat) => this.chart.y[seat]);
        const across = Math.max(...xs) - Math.min(...xs) + 8;
        const down = Math.max(...ys) - Math.min(...ys) + 8;
        const k = Math.min(30, (this.width - 60) / across, (this.height - this.inset.bottom - 60) / down);
        this.#flyTo(this.#viewAround((Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2, k), true);
    }

    showSection(section) {
        if (!section.box) return;
        const [left, top, right, bottom] = section.box;
        const k = Math.min(30, (this.width - 40) / (right - left), (this.height - this.inset.bottom - 40) / (bottom - top));
        this.#flyTo(this.#viewAround((left + right) / 2, (top + bottom) / 2, k), true);
    }

    zoomBy(factor) {
        const { inset } = this;
        const x = inset.left + (this.width - inset.left - inset.right) / 2;
        const y = inset.top + (this.height - inset.top - inset.bottom) / 2;
        const k = Math.max(this.fitScale * 0.9, Math.min(scaleMax, (this.#flight?.to.k ?? this.k) * factor));
        const ux = (x - this.tx) / this.k;
        const uy = (y - this.ty) / this.k;
        this.#flyTo(this.#bounded({ k, tx: x - ux * k, ty: y - uy * k }), true);
    }

    #flyTo(to, animated) {
        this.#throw = null;
        if (!animated || this.reducedMotion()) {
            this.#flight = null;
            Object.assign(this, to);
        } else {
            this.#flight = { from: { k: this.k, tx: this.tx, ty: this.ty }, to, startedAt: performance.now() };
        }
        this.draw();
    }

    #bounded(view) {
        const { chart } = this;
        const slackX = this.width * 0.5;
        const slackY = this.height * 0.5;
        return {
            k: view.k,
            tx: Math.max(slackX - chart.right * view.k, Math.min(this.width - slackX - chart.left * view.k, view.tx)),
            ty: Math.max(slackY - chart.bottom * view.k, Math.min(this.height - slackY - chart.top * view.k, view.ty)),
        };
    }

    // Gestures

    grabbed() {
        this.#flight = null;
        this.#throw = null;
    }

    panBy(dx, dy) {
        this.#gestureAt = performance.now();
        Object.assign(this, this.#bounded({ k: this.k, tx: this.tx + dx, ty: this.ty + dy }));
        this.draw();
    }

    zoomAt(x, y, factor) {
        this.#gestureAt = performance.now();
        this.#flight = null;
        const k = Math.max(this.fitScale * 0.9, Math.min(scaleMax, this.k * factor));
        const share = k / this.k;
        Object.assign(this, this.#bounded({ k, tx: x - (x - this.tx) * share, ty: y - (y - this.ty) * share }));
        this.draw();
    }

    thrown(velocityX, velocityY) {
        if (this.reducedMotion()) return;
        this.#throw = { velocityX, velocityY, time: performance.now() };
        this.draw();
    }

    hovered(at) {
        const seat = at && this.diameter >= 7 ? this.#seatAt(at) : -1;
        const section = at && seat < 0 ? this.chart.sectionAt((at.x - this.tx) / this.k, (at.y - this.ty) / this.k) : null;
        this.canvas.classList.toggle("pointing", seat >= 0 || (section !== null && this.diameter < 9));
        if (seat !== this.hoverSeat) {
            this.hoverSeat = seat;
            this.draw();
        }
        this.onHover(seat, seat < 0 && this.diameter < 9 ? section : null, at);
    }

    tapped(at, pointerType) {
        const isTouch = pointerType === "touch";
        if (this.diameter < (isTouch ? 15 : 9)) {
            const x = (at.x - this.tx) / this.k;
            const y = (at.y - this.ty) / this.k;
            if (!this.chart.sectionAt(x, y) && this.chart.nearest(x, y, 4) < 0) return;
            this.#flyTo(this.#viewAround(x, y, isTouch ? 32 : 26), true);
            return;
        }
        const seat = this.#seatAt(at);
        if (seat < 0) return;
        const now = performance.now();
        // The second tap of a double tap is not a change of mind.
        if (seat === this.#lastTapped.seat && now - this.#lastTapped.time < 350) return;
        this.#lastTapped = { seat, time: now };
        this.focusSeat = seat;
        this.onPick(seat);
    }

    doubleTapped(at, pointerType) {
        if (this.diameter >= 9 && this.#seatAt(at) >= 0) return this.tapped(at, pointerType);
        const k = Math.min(scaleMax, this.k * 2.2);
        const x = (at.x - this.tx) / this.k;
        const y = (at.y - this.ty) / this.k;
        this.#flyTo(this.#bounded({ k, tx: at.x - x * k, ty: at.y - y * k }), true);
    }

    #seatAt(at) {
        const reach = Math.min(0.85, 0.5 + 5 / this.k);
        return this.chart.nearest((at.x - this.tx) / this.k, (at.y - this.ty) / this.k, reach);
    }

    // Keyboard

    #focused() {
        if (this.canvas.matches(":focus-visible")) this.#focusOn(this.focusSeat >= 0 ? this.focusSeat : this.#seatInTheMiddle());
    }

    #seatInTheMiddle() {
        const x = (this.width / 2 - this.tx) / this.k;
        const y = (this.height / 2 - this.ty) / this.k;
        const isFree = (seat) => this.store.stateOf(seat) === seatState.available;
        for (const reach of [4, 20, 1e4]) {
            const seat = this.chart.nearest(x, y, reach, isFree);
            if (seat >= 0) return seat;
        }
        return this.chart.nearest(x, y, 1e4);
    }

    #focusOn(seat) {
        if (seat < 0) return;
        this.focusSeat = seat;
        const px = this.chart.x[seat] * this.k + this.tx;
        const py = this.chart.y[seat] * this.k + this.ty;
        const edge = 48;
        const isOut = px < edge || py < edge || px > this.width - edge || py > this.height - this.inset.bottom - edge;
        if (this.diameter < 14) this.zoomTo(seat);
        else if (isOut) this.#flyTo(this.#viewAround(this.chart.x[seat], this.chart.y[seat], this.k), true);
        this.onFocusSeat(seat);
        this.draw();
    }

    #keyPressed(event) {
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
        if (event.key in directions) {
            const from = this.focusSeat;
            this.#focusOn(from < 0 ? this.#seatInTheMiddle() : this.chart.neighbour(from, ...directions[event.key]));
        } else if (event.key === "Enter" || event.key === " ") {
            if (this.focusSeat >= 0) this.onPick(this.focusSeat);
        } else if (event.key === "+" || event.key === "=") {
            this.zoomBy(1.6);
        } else if (event.key === "-") {
            this.zoomBy(1 / 1.6);
        } else if (event.key === "0") {
            this.fit();
        } else if (event.key === "Escape") {
            this.onFocusSeat(-1);
            this.canvas.blur();
        } else {
            return;
        }
        event.preventDefault();
    }

    // Drawing

    #resized() {
        const box = this.canvas.parentElement.getBoundingClientRect();
        const ratio = devicePixelRatio || 1;
        if (!box.width || !box.height) return;
        const wasAtFit = this.#wasFitted && Math.abs(this.k / this.fitScale - 1) < 0.02;
        const middle = [(this.width / 2 - this.tx) / this.k, (this.height / 2 - this.ty) / this.k];
        this.width = box.width;
        this.height = box.height;
        this.ratio = ratio;
        this.canvas.width = Math.round(box.width * ratio);
        this.canvas.height = Math.round(box.height * ratio);
        if (!this.#wasFitted || wasAtFit) {
            Object.assign(this, (!this.#wasFitted && this.startView) || this.#fitView());
            this.#wasFitted = true;
        } else {
            this.tx = this.width / 2 - middle[0] * this.k;
            this.ty = this.height / 2 - middle[1] * this.k;
        }
        this.#layerDirty = true;
        this.#frame(performance.now());
    }

    /** Keeps the middle in the part that nothing covers. */
    useInset(inset) {
        const wasAtFit = Math.abs(this.k / this.fitScale - 1) < 0.02;
        Object.assign(this.inset, inset);
        if (wasAtFit && this.width) {
            Object.assign(this, this.#fitView());
            this.redraw();
        }
    }

    /** Asks for a frame. */
    draw() {
        if (this.#frameAsked || this.stopped) return;
        this.#frameAsked = true;
        requestAnimationFrame((now) => {
            this.#frameAsked = false;
            this.#frame(now);
        });
    }

    #frame(now) {
        if (this.stopped || !this.width) return;
        const isMoving = this.#move(now);
        this.#ensureLayer(now, isMoving);
        const { ratio } = this;
        const context = this.#context;
        const layer = this.#layerView;
        context.setTransform(1, 0, 0, 1, 0, 0);
        if (layer.k === this.k) {
            context.drawImage(this.#layer, Math.round((this.tx - layer.tx - layer.marginX) * ratio),
                Math.round((this.ty - layer.ty - layer.marginY) * ratio));
        } else {
            const share = this.k / layer.k;
            context.fillStyle = this.palette.ground;
            context.fillRect(0, 0, this.canvas.width, this.canvas.height);
            context.drawImage(this.#layer, (this.tx - (layer.tx + layer.marginX) * share) * ratio,
                (this.ty - (layer.ty + layer.marginY) * share) * ratio, this.#layer.width * share, this.#layer.height * share);
        }
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        this.#drawSectionNames(context);
        const isAlive = this.#drawOverlays(context, now);
        this.#drawMinimap();
        if (!this.wasPainted && this.store.isKnown) {
            this.wasPainted = true;
            performance.mark("map-painted");
        }
        if (isMoving || isAlive || layer.k !== this.k) this.draw();
    }

    #move(now) {
        if (this.#flight) {
            const { from, to, startedAt } = this.#flight;
            const passed = Math.min(1, Math.max(0, (now - startedAt) / 320));
            const ease = 1 - (1 - passed) ** 3;
            if (passed >= 1) {
                Object.assign(this, to);
                this.#flight = null;
                return false;
            }
            // The scale moves by its logarithm and the middle with it, so that the way there looks straight.
            const k = from.k * (to.k / from.k) ** ease;
            const share = Math.abs(to.k - from.k) < 1e-6 ? ease : (k - from.k) / (to.k - from.k);
            this.k = k;
            this.tx = from.tx + (to.tx - from.tx) * share;
            this.ty = from.ty + (to.ty - from.ty) * share;
            return true;
        }
        if (this.#throw) {
            const passed = Math.min(40, now - this.#throw.time);
            this.#throw.time = now;
            const decay = Math.exp(-passed / 180);
            this.#throw.velocityX *= decay;
            this.#throw.velocityY *= decay;
            Object.assign(this, this.#bounded({
                k: this.k, tx: this.tx + this.#throw.velocityX * passed, ty: this.ty + this.#throw.velocityY * passed,
            }));
            if (Math.hypot(this.#throw.velocityX, this.#throw.velocityY) < 0.02) this.#throw = null;
            return true;
        }
        return now - this.#gestureAt < 120;
    }

    #ensureLayer(now, isMoving) {
        const layer = this.#layerView;
        const isOutside = !layer || Math.abs(this.tx - layer.tx) > layer.marginX || Math.abs(this.ty - layer.ty) > layer.marginY;
        const isOtherScale = layer && layer.k !== this.k;
        // While zooming the layer is stretched, and drawn anew only a few times a second and at the end.
        const isWorthIt = isOtherScale && (!isMoving || now - layer.drawnAt > 90);
        if (this.#layerDirty || (isOutside && !isOtherScale) || isWorthIt || this.#changed.length > 600) this.#drawLayer(now);
        else if (this.#changed.length) this.#patchLayer();
        this.#changed = [];
    }

    #drawLayer(now) {
        const { ratio } = this;
        const marginX = Math.round(this.width * marginShare);
        const marginY = Math.round(this.height * marginShare);
        const width = Math.round((this.width + marginX * 2) * ratio);
        const height = Math.round((this.height + marginY * 2) * ratio);
        if (this.#layer.width !== width || this.#layer.height !== height) {
            this.#layer.width = width;
            this.#layer.height = height;
        }
        this.#layerView = { k: this.k, tx: this.tx, ty: this.ty, marginX, marginY, drawnAt: now };
        this.#layerDirty = false;
        this.#prepareSprites();
        this.#paint(-this.tx - marginX, -this.ty - marginY, this.width + marginX * 2, this.height + marginY * 2);
    }

    #prepareSprites() {
        const diameter = this.diameter * this.ratio;
        const key = `${diameter.toFixed(2)} ${this.palette.scheme}`;
        if (diameter < dotPixels || key === this.#spriteKey) return;
        this.#sprites = new SeatSprites(diameter, this.palette);
        this.#spriteKey = key;
    }

    #patchLayer() {
        const layer = this.#layerView;
        const context = this.#layerContext;
        const reach = layer.k * 0.62 + 2;
        for (const seat of this.#changed) {
            const x = this.chart.x[seat] * layer.k;
            const y = this.chart.y[seat] * layer.k;
            const px = x + layer.tx + layer.marginX;
            const py = y + layer.ty + layer.marginY;
            if (!(px > -reach && py > -reach && px * this.ratio < this.#layer.width + reach
                && py * this.ratio < this.#layer.height + reach)) continue;
            context.save();
            context.setTransform(1, 0, 0, 1, 0, 0);
            context.beginPath();
            context.rect(Math.floor((px - reach) * this.ratio), Math.floor((py - reach) * this.ratio),
                Math.ceil(reach * 2 * this.ratio), Math.ceil(reach * 2 * this.ratio));
            context.clip();
            this.#paint(x - reach, y - reach, reach * 2, reach * 2);
            context.restore();
        }
    }

    /** Paints a rectangle of the scaled chart (its pixels at the layer's scale) into the layer. */
    #paint(left, top, width, height) {
        const { chart, palette, ratio } = this;
        const context = this.#layerContext;
        const { k, tx, ty, marginX, marginY } = this.#layerView;
        const originX = (tx + marginX) * ratio;
        const originY = (ty + marginY) * ratio;
        const [x0, y0, x1, y1] = [left / k, top / k, (left + width) / k, (top + height) / k];
        context.setTransform(ratio, 0, 0, ratio, originX, originY);
        context.fillStyle = palette.ground;
        context.fillRect(left - 1, top - 1, width + 2, height + 2);
        context.setTransform(k * ratio, 0, 0, k * ratio, originX, originY);
        context.fillStyle = palette.block;
        context.strokeStyle = palette.blockEdge;
        context.lineWidth = 1 / k;
        chart.sections.forEach((section, index) => {
            const { box } = section;
            if (!box || box[0] > x1 || box[2] < x0 || box[1] > y1 || box[3] < y0) return;
            context.fill(this.#shapes[index]);
            context.stroke(this.#shapes[index]);
        });
        context.setTransform(1, 0, 0, 1, 0, 0);
        const seats = [];
        chart.eachIn(x0 - 1, y0 - 1, x1 + 1, y1 + 1, (seat) => seats.push(seat));
        if (k * seatShare * ratio < dotPixels) this.#paintDots(context, seats, originX, originY);
        else this.#paintSprites(context, seats, originX, originY);
        if (k * seatShare >= 19) this.#paintLabels(context, seats, originX, originY);
    }

    #kindOf(seat) {
        const state = this.store.stateOf(seat);
        return state === seatState.available ? this.chart.levelOf[seat] : this.palette.levels.length + state - 1;
    }

    #isDim(seat) {
        return this.levelFilter !== null && this.chart.levelOf[seat] !== this.levelFilter;
    }

    #paintDots(context, seats, originX, originY) {
        const { chart, palette } = this;
        const scale = this.#layerView.k * this.ratio;
        const count = palette.levels.length;
        const kinds = Array.from({ length: count + 3 }, () => []);
        for (const seat of seats) if (!this.#isDim(seat)) kinds[this.#kindOf(seat)].push(seat);
        const colors = [...palette.levels, palette.held, palette.sold, palette.blocked];
        kinds.forEach((list, kind) => {
            // Even as dots the forms differ: what is free is small, what is gone is full.
            const side = Math.max(1, scale * (kind < count ? 0.5 : kind === count + 2 ? 0.4 : 0.86));
            context.fillStyle = colors[kind];
            for (const seat of list) {
                context.fillRect(chart.x[seat] * scale + originX - side / 2, chart.y[seat] * scale + originY - side / 2, side, side);
            }
        });
    }

    #paintSprites(context, seats, originX, originY) {
        const { chart } = this;
        const scale = this.#layerView.k * this.ratio;
        for (const seat of seats) {
            const line = (chart.flags[seat] & 1) + (this.#isDim(seat) ? 2 : 0);
            this.#sprites.stamp(context, chart.x[seat] * scale + originX, chart.y[seat] * scale + originY,
                this.#kindOf(seat), line);
        }
    }

    #paintLabels(context, seats, originX, originY) {
        const { chart, palette, ratio } = this;
        const scale = this.#layerView.k * ratio;
        const size = this.#layerView.k * seatShare * ratio;
        context.textAlign = "center";
        context.textBaseline = "middle";
        for (const seat of seats) {
            const state = this.store.stateOf(seat);
            if (state === seatState.blocked || state === seatState.held || this.#isDim(seat)) continue;
            const text = chart.shortLabels[seat];
            if (text.length > 5) continue;
            context.font = `600 ${(size * (text.length > 3 ? 0.3 : 0.4)).toFixed(1)}px ${font}`;
            context.fillStyle = state === seatState.sold ? palette.onSold : palette.ink;
            context.fillText(text, chart.x[seat] * scale + originX, chart.y[seat] * scale + originY + size * 0.03);
        }
        this.#paintRowNames(context, seats, originX, originY);
    }

    /** Row names stand beside each row's first seat, on the side away from the second. */
    #paintRowNames(context, seats, originX, originY) {
        const { chart, palette, ratio } = this;
        const scale = this.#layerView.k * ratio;
        const seen = new Set();
        context.font = `500 ${(11 * ratio).toFixed(1)}px ${font}`;
        context.fillStyle = palette.muted;
        for (const seat of seats) {
            const row = chart.sections[chart.sectionOf[seat]].rows[chart.rowOf[seat]];
            if (row.seats[0] !== seat || seen.has(row) || row.seats.length < 2) continue;
            seen.add(row);
            const dx = chart.x[seat] - chart.x[row.seats[1]];
            const dy = chart.y[seat] - chart.y[row.seats[1]];
            const length = Math.hypot(dx, dy) || 1;
            context.fillText(row.name, (chart.x[seat] + dx / length * 0.95) * scale + originX,
                (chart.y[seat] + dy / length * 0.95) * scale + originY);
        }
    }

    #drawSectionNames(context) {
        const { chart, palette, store } = this;
        const isFar = this.diameter < 8;
        const taken = [];
        context.textAlign = "center";
        context.textBaseline = "middle";
        for (const [index, section] of chart.sections.entries()) {
            if (!section.center) continue;
            const [x, y] = isFar ? section.center : section.top;
            const px = x * this.k + this.tx;
            const py = y * this.k + this.ty - (isFar ? 0 : 13);
            if (px < -60 || py < -40 || px > this.width + 60 || py > this.height + 40) continue;
            const isDim = this.levelFilter !== null && !section.levels.has(this.levelFilter);
            const free = store.freeInSection[index];
            const showsCount = isFar && store.isKnown;
            context.font = `650 11.5px ${font}`;
            const count = showsCount ? this.texts.free(free) : "";
            const nameWidth = context.measureText(section.name).width;
            context.font = `500 10.5px ${font}`;
            const width = Math.max(nameWidth, count ? context.measureText(count).width : 0) + 10;
            const height = count ? 30 : 18;
            const box = [px - width / 2, py - height / 2, px + width / 2, py + height / 2];
            if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
            taken.push(box);
            context.globalAlpha = isDim ? 0.35 : 0.92;
            context.fillStyle = palette.labelGround;
            context.beginPath();
            context.roundRect(box[0], box[1], width, height, 5);
            context.fill();
            context.globalAlpha = isDim ? 0.45 : 1;
            context.fillStyle = palette.ink;
            context.font = `650 11.5px ${font}`;
            context.fillText(section.name, px, count ? py - 6.5 : py + 0.5);
            if (count) {
                context.fillStyle = free ? palette.muted : palette.sold;
                context.font = `500 10.5px ${font}`;
                context.fillText(count, px, py + 7.5);
            }
            context.globalAlpha = 1;
        }
    }

    #drawOverlays(context, now) {
        const { chart, palette } = this;
        const r = Math.max(this.diameter / 2, 5);
        let isAlive = false;
        const at = (seat) => [chart.x[seat] * this.k + this.tx, chart.y[seat] * this.k + this.ty];
        const ring = (seat, radius, width, color, dash = []) => {
            const [x, y] = at(seat);
            context.beginPath();
            context.arc(x, y, radius, 0, Math.PI * 2);
            context.setLineDash(dash);
            context.lineWidth = width;
            context.strokeStyle = color;
            context.stroke();
            context.setLineDash([]);
        };
        const tick = (seat, color) => {
            tickPath(context, ...at(seat), r);
            context.lineWidth = Math.max(1.6, r * 0.2);
            context.lineCap = "round";
            context.lineJoin = "round";
            context.strokeStyle = color;
            context.stroke();
        };
        for (const seat of this.bought) {
            ring(seat, r + Math.max(1, r * 0.1), Math.max(1.6, r * 0.18), palette.mine);
        }
        for (const seat of this.mine.keys()) {
            const [x, y] = at(seat);
            context.beginPath();
            context.arc(x, y, r, 0, Math.PI * 2);
            context.fillStyle = palette.mineFill;
            context.fill();
            ring(seat, r, Math.max(2.2, r * 0.26), palette.mine);
            tick(seat, palette.mine);
        }
        this.alternatives.forEach((group, index) => this.#drawAlternative(context, group, index, r, at));
        for (const seat of this.asking) {
            isAlive = true;
            const wave = this.reducedMotion() ? 0.5 : (Math.sin(now / 160) + 1) / 2;
            const [x, y] = at(seat);
            context.beginPath();
            context.arc(x, y, r, 0, Math.PI * 2);
            context.fillStyle = palette.mineFill;
            context.globalAlpha = 0.5 + wave * 0.5;
            context.fill();
            context.globalAlpha = 1;
            ring(seat, r + wave * Math.max(3, r * 0.3), Math.max(2, r * 0.16), palette.mine, [r * 0.7, r * 0.45]);
        }
        for (const [seat, until] of this.lost) {
            if (now > until) {
                this.lost.delete(seat);
                continue;
            }
            isAlive = true;
            const isOn = this.reducedMotion() || Math.floor((until - now) / 260) % 2 === 0;
            if (isOn) ring(seat, r + 3, Math.max(3, r * 0.3), palette.lost);
        }
        if (this.hoverSeat >= 0 && !this.mine.has(this.hoverSeat)) ring(this.hoverSeat, r + 1.5, 2, palette.ink);
        if (this.focusSeat >= 0 && document.activeElement === this.canvas && this.canvas.matches(":focus-visible")) {
            ring(this.focusSeat, r + 3.5, 5, palette.focusEdge);
            ring(this.focusSeat, r + 3.5, 2.5, palette.focus);
        }
        return isAlive;
    }

    #drawAlternative(context, group, index, r, at) {
        const { palette } = this;
        const places = group.map(at);
        context.setLineDash([6, 4]);
        context.lineWidth = 2.5;
        context.strokeStyle = palette.mine;
        for (const [x, y] of places) {
            context.beginPath();
            context.arc(x, y, r + 3, 0, Math.PI * 2);
            context.stroke();
        }
        context.setLineDash([]);
        const [x, y] = places.reduce((best, place) => place[1] < best[1] ? place : best);
        context.beginPath();
        context.arc(x, y - r - 9, 9, 0, Math.PI * 2);
        context.fillStyle = palette.mine;
        context.fill();
        context.fillStyle = palette.scheme === "dark" ? "#0b1020" : "#ffffff";
        context.font = `700 11px ${font}`;
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.fillText(String(index + 1), x, y - r - 8.5);
    }

    // The small overview

    #drawMinimap() {
        const { minimap, chart, palette } = this;
        if (!minimap) return;
        minimap.hidden = !this.isZoomed;
        if (minimap.hidden) return;
        const ratio = this.ratio;
        const width = minimap.clientWidth;
        const height = minimap.clientHeight;
        if (minimap.width !== Math.round(width * ratio)) {
            minimap.width = Math.round(width * ratio);
            minimap.height = Math.round(height * ratio);
        }
        const k = Math.min((width - 12) / (chart.right - chart.left), (height - 12) / (chart.bottom - chart.top));
        const tx = (width - (chart.right - chart.left) * k) / 2 - chart.left * k;
        const ty = (height - (chart.bottom - chart.top) * k) / 2 - chart.top * k;
        this.minimapView = { k, tx, ty };
        const context = minimap.getContext("2d");
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.clearRect(0, 0, width, height);
        context.setTransform(k * ratio, 0, 0, k * ratio, tx * ratio, ty * ratio);
        chart.sections.forEach((section, index) => {
            const share = section.seats.length ? this.store.freeInSection[index] / section.seats.length : 0;
            context.globalAlpha = 0.25 + 0.6 * share;
            context.fillStyle = palette.levels[section.level] ?? palette.blocked;
            context.fill(this.#shapes[index]);
        });
        context.globalAlpha = 1;
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        const left = -this.tx / this.k * k + tx;
        const top = -this.ty / this.k * k + ty;
        const across = this.width / this.k * k;
        const down = this.height / this.k * k;
        context.lineWidth = 2;
        context.strokeStyle = palette.ink;
        context.strokeRect(Math.max(1, left), Math.max(1, top), Math.min(width - 2, left + across) - Math.max(1, left),
            Math.min(height - 2, top + down) - Math.max(1, top));
    }

    #minimapDragged(event) {
        const box = this.minimap.getBoundingClientRect();
        const { k, tx, ty } = this.minimapView ?? { k: 1, tx: 0, ty: 0 };
        const x = (event.clientX - box.left - tx) / k;
        const y = (event.clientY - box.top - ty) / k;
        this.#flyTo(this.#viewAround(x, y, this.k), false);
    }

    /** The middle of a seat in the page's own coordinates. */
    seatCenter(seat) {
        const box = this.canvas.getBoundingClientRect();
        return { x: box.left + this.chart.x[seat] * this.k + this.tx, y: box.top + this.chart.y[seat] * this.k + this.ty };
    }
}
