// QR codes (ISO/IEC 18004): byte mode, error correction M, versions 1 to 10, as a matrix of booleans.

/** Error correction codewords a block and the data codewords of each block, level M, by version. */
const blocksOf = [
    null,
    [10, [16]],
    [16, [28]],
    [26, [44]],
    [18, [32, 32]],
    [24, [43, 43]],
    [16, [27, 27, 27, 27]],
    [18, [31, 31, 31, 31]],
    [22, [38, 38, 39, 39]],
    [22, [36, 36, 36, 37, 37]],
    [26, [43, 43, 43, 43, 44]],
];
const alignmentOf = [null, [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [
    6,
    28,
    50,
]];

const exponents = new Uint8Array(512);
const logarithms = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power += 1) {
    exponents[power] = exponents[power + 255] = value;
    logarithms[value] = power;
    value = (value << 1) ^ (value & 128 ? 0x11d : 0);
}

function multiplied(a, b) {
    return a && b ? exponents[logarithms[a] + logarithms[b]] : 0;
}

function correction(data, count) {
    let generator = [1];
    for (let root = 0; root < count; root += 1) {
        const next = new Array(generator.length + 1).fill(0);
        generator.forEach((factor, at) => {
            next[at] ^= factor;
            next[at + 1] ^= multiplied(factor, exponents[root]);
        });
        generator = next;
    }
    const rest = [...data, ...new Array(count).fill(0)];
    for (let at = 0; at < data.length; at += 1) {
        const lead = rest[at];
        if (lead) {
            generator.forEach((factor, index) => {
                rest[at + index] ^= multiplied(factor, lead);
            });
        }
    }
    return rest.slice(data.length);
}

function codewords(bytes, version) {
    const [correctionCount, sizes] = blocksOf[version];
    const capacity = sizes.reduce((sum, size) => sum + size, 0);
    const bits = [];
    const push = (value, length) => {
        for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
    };
    push(4, 4);
    push(bytes.length, version < 10 ? 8 : 16);
    for (const byte of bytes) push(byte, 8);
    push(0, Math.min(4, capacity * 8 - bits.length));
    while (bits.length % 8) bits.push(0);
    const data = [];
    for (let at = 0; at < bits.length; at += 8) data.push(parseInt(bits.slice(at, at + 8).join(""), 2));
    for (let pad = 0; data.length < capacity; pad += 1) data.push(pad % 2 ? 0x11 : 0xec);
    let from = 0;
    const blocks = sizes.map((size) => data.slice(from, from += size));
    const corrections = blocks.map((block) => correction(block, correctionCount));
    const woven = [];
    for (let at = 0; at < Math.max(...sizes); at += 1) {
        for (const block of blocks) if (at < block.length) woven.push(block[at]);
    }
    for (let at = 0; at < correctionCount; at += 1) for (const block of corrections) woven.push(block[at]);
    return woven;
}

const masks = [
    (r, c) => (r + c) % 2 === 0,
    (r) => r % 2 === 0,
    (_, c) => c % 3 === 0,
    (r, c) => (r + c) % 3 === 0,
    (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
    (r, c) => (r * c) % 2 + (r * c) % 3 === 0,
    (r, c) => ((r * c) % 2 + (r * c) % 3) % 2 === 0,
    (r, c) => ((r + c) % 2 + (r * c) % 3) % 2 === 0,
];

/** Appends the remainder of a BCH division to a value. */
function withRemainder(value, generator, length) {
    let rest = value << length;
    const top = 31 - Math.clz32(generator);
    for (let bit = 31 - Math.clz32(rest); bit >= top; bit = 31 - Math.clz32(rest)) rest ^= generator << (bit - top);
    return (value << length) | rest;
}

function frame(version) {
    const size = version * 4 + 17;
    const cells = Array.from({ length: size }, () => new Array(size).fill(null));
    const set = (r, c, dark) => {
        if (r >= 0 && c >= 0 && r < size && c < size) cells[r][c] = dark;
    };
    for (const [top, left] of [[0, 0], [0, size - 7], [size - 7, 0]]) {
        for (let r = -1; r < 8; r += 1) {
            for (let c = -1; c < 8; c += 1) {
                const distance = Math.max(Math.abs(r - 3), Math.abs(c - 3));
                set(top + r, left + c, distance !== 2 && distance < 4);
            }
        }
    }
    for (const r of alignmentOf[version]) {
        for (const c of alignmentOf[version]) {
            if ((r < 9 && c < 9) || (r < 9 && c > size - 10) || (r > size - 10 && c < 9)) continue;
            for (let dr = -2; dr < 3; dr += 1) {
                for (let dc = -2; dc < 3; dc += 1) set(r + dr, c + dc, Math.max(Math.abs(dr), Math.abs(dc)) !== 1);
            }
        }
    }
    for (let at = 8; at < size - 8; at += 1) cells[6][at] = cells[at][6] = at % 2 === 0;
    writeFormat(cells, 0);
    if (version >= 7) {
        const bits = withRemainder(version, 0x1f25, 12);
        for (let bit = 0; bit < 18; bit += 1) {
            const dark = ((bits >> bit) & 1) === 1;
            cells[Math.floor(bit / 3)][size - 11 + bit % 3] = cells[size - 11 + bit % 3][Math.floor(bit / 3)] = dark;
        }
    }
    return cells;
}

/** Level M is 00, so that the five bits are the mask's number alone. */
function writeFormat(cells, mask) {
    const size = cells.length;
    const bits = withRemainder(mask, 0x537, 10) ^ 0x5412;
    for (let bit = 0; bit < 15; bit += 1) {
        const dark = ((bits >> bit) & 1) === 1;
        if (bit < 6) cells[bit][8] = dark;
        else if (bit < 8) cells[bit + 1][8] = dark;
        else if (bit === 8) cells[8][7] = dark;
        else cells[8][14 - bit] = dark;
        if (bit < 8) cells[8][size - 1 - bit] = dark;
        else cells[size - 15 + bit][8] = dark;
    }
    cells[size - 8][8] = true;
}

function filled(version, words, mask) {
    const cells = frame(version);
    const size = cells.length;
    let bit = 0;
    for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
        if (right === 6) right = 5;
        for (let step = 0; step < size; step += 1) {
            const r = up ? size - 1 - step : step;
            for (const c of [right, right - 1]) {
                if (cells[r][c] !== null) continue;
                const dark = bit < words.length * 8 && ((words[bit >> 3] >> (7 - (bit & 7))) & 1) === 1;
                cells[r][c] = dark !== masks[mask](r, c);
                bit += 1;
            }
        }
    }
    writeFormat(cells, mask);
    return cells;
}

function penalty(cells) {
    const size = cells.length;
    let points = 0;
    let dark = 0;
    const line = (at) => {
        const text = Array.from({ length: size }, (_, index) => at(index) ? "1" : "0").join("");
        for (const run of text.match(/0{5,}|1{5,}/g) ?? []) points += run.length - 2;
        for (let index = 0; index + 11 <= size; index += 1) {
            const part = text.slice(index, index + 11);
            if (part === "10111010000" || part === "00001011101") points += 40;
        }
    };
    for (let index = 0; index < size; index += 1) {
        line((at) => cells[index][at]);
        line((at) => cells[at][index]);
    }
    for (let r = 0; r < size; r += 1) {
        for (let c = 0; c < size; c += 1) {
            dark += cells[r][c];
            if (
                r && c && cells[r][c] === cells[r - 1][c] && cells[r][c] === cells[r][c - 1] &&
                cells[r][c] === cells[r - 1][c - 1]
            ) points += 3;
        }
    }
    return points + Math.floor(Math.abs(dark / size / size - 0.5) * 20) * 10;
}

/** The matrix of a text's QR code: rows of booleans, true is dark, without the quiet zone. */
export function qrMatrix(text) {
    const bytes = new TextEncoder().encode(text);
    const version = blocksOf.findIndex((entry, index) =>
        entry &&
        entry[1].reduce((sum, size) => sum + size, 0) >= bytes.length + (index < 10 ? 2 : 3)
    );
    if (version < 0) throw new RangeError("The text is too long for a QR code of version 10.");
    const words = codewords(bytes, version);
    return masks.map((_, mask) => filled(version, words, mask))
        .map((cells) => ({ cells, points: penalty(cells) }))
        .reduce((best, next) => next.points < best.points ? next : best).cells;
}
