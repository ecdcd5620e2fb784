// The cached picture of sections and seats: larger than the screen, so that panning only moves it.
// Single seats are mended in it.

import { SectionShape } from "./shapes.js";
import { SeatSprites } from "./sprites.js";
import { seatState } from "./store.js";

/** A seat's diameter, in seats' widths. */
export const seatShare = 0.84;
/** The map's letters. */
export const mapFont =
    '-apple-system, "Segoe UI", "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", sans-serif';

const marginShare = 0.3;
const dotPixels = 4;
const labelPixelsMin = 19;
const changesMax = 600;
const redrawMilliseconds = 90;

/** `view` is the camera's place when the layer was drawn; the layer's corner lies a margin outside of it. */
export class SeatLayer {
    #canvas = document.createElement("canvas");
    #context;
    #sprites = null;
    #spriteKey = "";
    #changed = [];
    #isDirty = true;

    constructor({ chart, store }) {
        this.chart = chart;
        this.store = store;
        this.#context = this.#canvas.getContext("2d", { alpha: false });
        this.view = null;
        this.levelFilter = null;
        this.palette = null;
        this.shapes = chart.sections.map((section) => new SectionShape(chart, section));
    }

    usePalette(palette) {
        this.palette = palette;
        this.#spriteKey = "";
        this.#isDirty = true;
    }

    useFilter(levelIndex) {
        this.levelFilter = levelIndex;
        this.#isDirty = true;
    }

    /** Seats have changed; null for all. */
    changed(seats) {
        if (seats) this.#changed.push(...seats);
        else this.#isDirty = true;
    }

    invalidate() {
        this.#isDirty = true;
    }

    /** Makes the layer show what the camera sees, with as little drawing as will do. */
    ensure(camera, ratio, now, isMoving) {
        const { view } = this;
        const isOutside = !view || Math.abs(camera.tx - view.tx) > view.marginX ||
            Math.abs(camera.ty - view.ty) > view.marginY;
        const isOtherScale = view && view.k !== camera.k;
        // While zooming the layer is stretched, and drawn anew only some times a second and at the end.
        const isWorthIt = isOtherScale &&
            (!isMoving || now - view.drawnAt > redrawMilliseconds + view.drawMilliseconds * 3);
        if (this.#isDirty || (isOutside && !isOtherScale) || isWorthIt || this.#changed.length > changesMax) {
            this.#draw(camera, ratio, now);
        } else if (this.#changed.length) {
            this.#mend();
        }
        this.#changed = [];
    }

    /** Copies the layer to the screen, moved or stretched to where the camera is now. */
    stamp(context, camera, ratio) {
        const { view } = this;
        if (view.k === camera.k) {
            context.drawImage(
                this.#canvas,
                Math.round((camera.tx - view.tx - view.marginX) * ratio),
                Math.round((camera.ty - view.ty - view.marginY) * ratio),
            );
            return;
        }
        const share = camera.k / view.k;
        context.fillStyle = this.palette.ground;
        context.fillRect(0, 0, context.canvas.width, context.canvas.height);
        context.drawImage(
            this.#canvas,
            (camera.tx - (view.tx + view.marginX) * share) * ratio,
            (camera.ty - (view.ty + view.marginY) * share) * ratio,
            this.#canvas.width * share,
            this.#canvas.height * share,
        );
    }

    #draw(camera, ratio, now) {
        const startedAt = performance.now();
        const marginX = Math.round(camera.width * marginShare);
        const marginY = Math.round(camera.height * marginShare);
        const width = Math.round((camera.width + marginX * 2) * ratio);
        const height = Math.round((camera.height + marginY * 2) * ratio);
        if (this.#canvas.width !== width || this.#canvas.height !== height) {
            this.#canvas.width = width;
            this.#canvas.height = height;
        }
        this.view = {
            k: camera.k,
            tx: camera.tx,
            ty: camera.ty,
            marginX,
            marginY,
            ratio,
            drawnAt: now,
            drawMilliseconds: 0,
        };
        this.#isDirty = false;
        const diameter = camera.k * seatShare * ratio;
        const key = `${diameter.toFixed(2)} ${this.palette.scheme}`;
        if (diameter >= dotPixels && key !== this.#spriteKey) {
            this.#sprites = new SeatSprites(diameter, this.palette);
            this.#spriteKey = key;
        }
        this.#paint(
            -camera.tx - marginX,
            -camera.ty - marginY,
            camera.width + marginX * 2,
            camera.height + marginY * 2,
        );
        this.view.drawMilliseconds = performance.now() - startedAt;
    }

    /** Paints again only the little squares around the seats that changed. */
    #mend() {
        const { k, tx, ty, marginX, marginY, ratio } = this.view;
        const context = this.#context;
        const reach = k * 0.62 + 2;
        const seats = new Set(this.#changed);
        for (const seat of seats) {
            const x = this.chart.x[seat] * k;
            const y = this.chart.y[seat] * k;
            const px = x + tx + marginX;
            const py = y + ty + marginY;
            const isInside = px > -reach && py > -reach && (px - reach) * ratio < this.#canvas.width &&
                (py - reach) * ratio < this.#canvas.height;
            if (!isInside) continue;
            context.save();
            context.setTransform(1, 0, 0, 1, 0, 0);
            context.beginPath();
            context.rect(
                Math.floor((px - reach) * ratio),
                Math.floor((py - reach) * ratio),
                Math.ceil(reach * 2 * ratio),
                Math.ceil(reach * 2 * ratio),
            );
            context.clip();
            this.#paint(x - reach, y - reach, reach * 2, reach * 2);
            context.restore();
        }
    }

    /** Paints a rectangle of the scaled chart (in pixels at the layer's scale). */
    #paint(left, top, width, height) {
        const { chart, palette } = this;
        const context = this.#context;
        const { k, tx, ty, marginX, marginY, ratio } = this.view;
        const originX = (tx + marginX) * ratio;
        const originY = (ty + marginY) * ratio;
        const [x0, y0, x1, y1] = [left / k, top / k, (left + width) / k, (top + height) / k];
        context.setTransform(ratio, 0, 0, ratio, originX, originY);
        context.fillStyle = palette.ground;
        context.fillRect(left - 1, top - 1, width + 2, height + 2);
        context.setTransform(k * ratio, 0, 0, k * ratio, originX, originY);
        this.#paintSections(context, x0, y0, x1, y1, k);
        context.setTransform(1, 0, 0, 1, 0, 0);
        if (k * ratio < 1) return;
        const seats = [];
        chart.eachIn(x0 - 1, y0 - 1, x1 + 1, y1 + 1, (seat) => seats.push(seat));
        if (k * seatShare * ratio < dotPixels) this.#paintDots(context, seats, originX, originY);
        else this.#paintSprites(context, seats, originX, originY);
        if (k * seatShare >= labelPixelsMin) this.#paintLabels(context, seats, originX, originY);
    }

    /** Sections are paper when near; from far they carry their level's tint, stronger the more is free. */
    #paintSections(context, x0, y0, x1, y1, k) {
        const { chart, palette, store } = this;
        const farness = Math.max(0, Math.min(1, (3.2 - k) / 1.6));
        const visible = chart.sections.filter(({ box }) =>
            box && box[0] <= x1 && box[2] >= x0 && box[1] <= y1 && box[3] >= y0
        );
        for (const section of visible) this.shapes[section.index].fill(context, palette.blockEdge, 1 / k);
        for (const section of visible) {
            const shape = this.shapes[section.index];
            shape.fill(context, palette.block);
            if (farness === 0 || !store.isKnown || !section.seats.length) continue;
            const isDim = this.levelFilter !== null && !section.levels.has(this.levelFilter);
            const share = store.freeInSection[section.index] / section.seats.length;
            context.globalAlpha = isDim ? 0.05 : (0.08 + 0.34 * share) * farness;
            shape.fill(context, palette.levels[section.level]);
            context.globalAlpha = 1;
        }
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
        const scale = this.view.k * this.view.ratio;
        const count = palette.levels.length;
        const kinds = Array.from({ length: count + 3 }, () => []);
        for (const seat of seats) if (!this.#isDim(seat)) kinds[this.#kindOf(seat)].push(seat);
        const colors = [...palette.levels, palette.held, palette.sold, palette.blocked];
        kinds.forEach((list, kind) => {
            // Even as dots the forms differ: what is free is small, what is gone is full.
            const side = Math.max(1, scale * (kind < count ? 0.5 : kind === count + 2 ? 0.4 : 0.86));
            context.fillStyle = colors[kind];
            for (const seat of list) {
                context.fillRect(
                    chart.x[seat] * scale + originX - side / 2,
                    chart.y[seat] * scale + originY - side / 2,
                    side,
                    side,
                );
            }
        });
    }

    #paintSprites(context, seats, originX, originY) {
        const { chart } = this;
        const scale = this.view.k * this.view.ratio;
        for (const seat of seats) {
            const line = (chart.flags[seat] & 1) + (this.#isDim(seat) ? 2 : 0);
            this.#sprites.stamp(
                context,
                chart.x[seat] * scale + originX,
                chart.y[seat] * scale + originY,
                this.#kindOf(seat),
                line,
            );
        }
    }

    #paintLabels(context, seats, originX, originY) {
        const { chart, palette } = this;
        const scale = this.view.k * this.view.ratio;
        const size = scale * seatShare;
        const fonts = [0.4, 0.3].map((share) => `600 ${(size * share).toFixed(1)}px ${mapFont}`);
        context.textAlign = "center";
        context.textBaseline = "middle";
        for (const isLong of [0, 1]) {
            context.font = fonts[isLong];
            for (const seat of seats) {
                const text = chart.shortLabels[seat];
                const state = this.store.stateOf(seat);
                if (
                    text.length > 5 || Number(text.length > 3) !== isLong || state === seatState.blocked ||
                    state === seatState.held || this.#isDim(seat)
                ) continue;
                context.fillStyle = state === seatState.sold ? palette.onSold : palette.ink;
                context.fillText(
                    text,
                    chart.x[seat] * scale + originX,
                    chart.y[seat] * scale + originY + size * 0.03,
                );
            }
        }
        this.#paintRowNames(context, seats, originX, originY);
    }

    /** Row names stand beside each row's first seat, on the side away from the second. */
    #paintRowNames(context, seats, originX, originY) {
        const { chart, palette } = this;
        const scale = this.view.k * this.view.ratio;
        context.font = `500 ${(11 * this.view.ratio).toFixed(1)}px ${mapFont}`;
        context.fillStyle = palette.muted;
        for (const seat of seats) {
            const row = chart.sections[chart.sectionOf[seat]].rows[chart.rowOf[seat]];
            if (row.seats[0] !== seat || row.seats.length < 2) continue;
            const dx = chart.x[seat] - chart.x[row.seats[1]];
            const dy = chart.y[seat] - chart.y[row.seats[1]];
            const length = Math.hypot(dx, dy) || 1;
            context.fillText(
                row.name,
                (chart.x[seat] + dx / length * 0.95) * scale + originX,
                (chart.y[seat] + dy / length * 0.95) * scale + originY,
            );
        }
    }
}
