// Seats as small pictures, drawn once for a size and copied thousands of times: form and colour of each state.

/** A tick inside a circle of radius `r` around (x, y). */
export function tickPath(context, x, y, r) {
    context.beginPath();
    context.moveTo(x - r * 0.42, y + r * 0.02);
    context.lineTo(x - r * 0.1, y + r * 0.34);
    context.lineTo(x + r * 0.46, y - r * 0.34);
}

function shape(context, x, y, r, isSquare) {
    context.beginPath();
    if (isSquare) context.roundRect(x - r, y - r, r * 2, r * 2, r * 0.42);
    else context.arc(x, y, r, 0, Math.PI * 2);
}

function drawFree(context, x, y, r, isSquare, tint, palette) {
    const line = Math.max(1, r * 0.2);
    shape(context, x, y, r - line / 2, isSquare);
    context.fillStyle = palette.block;
    context.fill();
    context.lineWidth = line;
    context.strokeStyle = tint;
    context.stroke();
}

function drawHeld(context, x, y, r, isSquare, palette) {
    drawFree(context, x, y, r, isSquare, palette.held, palette);
    context.save();
    shape(context, x, y, r, isSquare);
    context.clip();
    context.fillStyle = palette.held;
    context.fillRect(x - r, y, r * 2, r);
    context.restore();
}

function drawSold(context, x, y, r, isSquare, palette) {
    shape(context, x, y, r, isSquare);
    context.fillStyle = palette.sold;
    context.fill();
}

function drawBlocked(context, x, y, r, isSquare, palette) {
    context.save();
    shape(context, x, y, r - 0.5, isSquare);
    context.clip();
    context.strokeStyle = palette.blocked;
    context.lineWidth = Math.max(1, r * 0.16);
    context.beginPath();
    for (let step = -2; step <= 2; step += 1) {
        const shift = step * Math.max(2.5, r * 0.55);
        context.moveTo(x - r + shift, y + r);
        context.lineTo(x + r + shift, y - r);
    }
    context.stroke();
    context.restore();
    shape(context, x, y, r - 0.5, isSquare);
    context.lineWidth = Math.max(0.75, r * 0.09);
    context.strokeStyle = palette.blocked;
    context.stroke();
}

/** One seat of kind: a level's index when free, then `held`, `sold`, `blocked` after the levels. */
export function drawKind(context, x, y, r, kind, isSquare, palette) {
    const after = kind - palette.levels.length;
    if (after < 0) drawFree(context, x, y, r, isSquare, palette.levels[kind], palette);
    else [drawHeld, drawSold, drawBlocked][after](context, x, y, r, isSquare, palette);
}

/** A picture sheet for seats of `diameter` device pixels: kinds across; plain, square, dim, dim square downwards. */
export class SeatSprites {
    constructor(diameter, palette) {
        this.side = Math.ceil(diameter) + 2;
        const kinds = palette.levels.length + 3;
        this.canvas = document.createElement("canvas");
        this.canvas.width = this.side * kinds;
        this.canvas.height = this.side * 4;
        const context = this.canvas.getContext("2d");
        for (let line = 0; line < 4; line += 1) {
            context.globalAlpha = line < 2 ? 1 : 0.2;
            for (let kind = 0; kind < kinds; kind += 1) {
                const middle = this.side / 2;
                drawKind(
                    context,
                    kind * this.side + middle,
                    line * this.side + middle,
                    diameter / 2,
                    kind,
                    line % 2 === 1,
                    palette,
                );
            }
        }
    }

    /** Copies a seat's picture so that its middle is at (x, y), on whole pixels. */
    stamp(context, x, y, kind, line) {
        const side = this.side;
        context.drawImage(
            this.canvas,
            kind * side,
            line * side,
            side,
            side,
            Math.round(x - side / 2),
            Math.round(y - side / 2),
            side,
            side,
        );
    }
}
