// SHA-256 (FIPS 180-4) of short texts, without waiting for anybody.

/** The first 32 bits of the fractional parts of roots of primes, as the standard takes its constants. */
function fractions(count, root) {
    const words = [];
    for (let number = 2; words.length < count; number += 1) {
        let isPrime = true;
        for (let divisor = 2; divisor * divisor <= number; divisor += 1) isPrime &&= number % divisor !== 0;
        if (isPrime) words.push(Math.floor((number ** (1 / root) % 1) * 2 ** 32));
    }
    return Uint32Array.from(words);
}

const constants = fractions(64, 3);
const beginning = fractions(8, 2);
const schedule = new Uint32Array(64);

const turned = (word, bits) => word >>> bits | word << 32 - bits;

function addBlock(hash, words, offset) {
    for (let index = 0; index < 16; index += 1) schedule[index] = words.getUint32(offset + index * 4);
    for (let index = 16; index < 64; index += 1) {
        const early = schedule[index - 15];
        const late = schedule[index - 2];
        schedule[index] = schedule[index - 16] + (turned(early, 7) ^ turned(early, 18) ^ early >>> 3) +
            schedule[index - 7] + (turned(late, 17) ^ turned(late, 19) ^ late >>> 10);
    }
    let [a, b, c, d, e, f, g, last] = hash;
    for (let index = 0; index < 64; index += 1) {
        const first = last + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + (e & f ^ ~e & g) + constants[index] +
            schedule[index] | 0;
        const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
        last = g;
        g = f;
        f = e;
        e = d + first | 0;
        d = c;
        c = b;
        b = a;
        a = first + second | 0;
    }
    [a, b, c, d, e, f, g, last].forEach((word, index) => {
        hash[index] += word;
    });
}

/** The eight words of the hash of some bytes. */
export function sha256(bytes) {
    const padded = new Uint8Array((bytes.length + 72 >> 6) << 6);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const words = new DataView(padded.buffer);
    words.setUint32(padded.length - 4, bytes.length * 8);
    const hash = Uint32Array.from(beginning);
    for (let offset = 0; offset < padded.length; offset += 64) addBlock(hash, words, offset);
    return hash;
}

/** How many bits of the hash are zero before the first that is not. */
export function zerosInFront(bytes) {
    let zeros = 0;
    for (const word of sha256(bytes)) {
        zeros += Math.clz32(word);
        if (word) break;
    }
    return zeros;
}
