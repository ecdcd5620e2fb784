"""Reads a QR code's matrix back (ISO/IEC 18004; byte mode, level M, versions 1 to 10) without correcting errors."""

BLOCKS = {
    1: (10, [16]),
    2: (16, [28]),
    3: (26, [44]),
    4: (18, [32] * 2),
    5: (24, [43] * 2),
    6: (16, [27] * 4),
    7: (18, [31] * 4),
    8: (22, [38] * 2 + [39] * 2),
    9: (22, [36] * 3 + [37] * 2),
    10: (26, [43] * 4 + [44]),
}
ALIGNMENT = {
    1: [],
    2: [6, 18],
    3: [6, 22],
    4: [6, 26],
    5: [6, 30],
    6: [6, 34],
    7: [6, 22, 38],
    8: [6, 24, 42],
    9: [6, 26, 46],
    10: [6, 28, 50],
}
MASKS = [
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: (r * c) % 2 + (r * c) % 3 == 0,
    lambda r, c: ((r * c) % 2 + (r * c) % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + (r * c) % 3) % 2 == 0,
]


def is_function_cell(r, c, size, version):
    if r == 6 or c == 6 or (r < 9 and c < 9) or (r < 9 and c >= size - 8) or (r >= size - 8 and c < 9):
        return True
    if version >= 7 and ((r < 6 and c >= size - 11) or (c < 6 and r >= size - 11)):
        return True
    for y in ALIGNMENT[version]:
        for x in ALIGNMENT[version]:
            corner = (y < 9 and x < 9) or (y < 9 and x > size - 10) or (y > size - 10 and x < 9)
            if not corner and abs(r - y) < 3 and abs(c - x) < 3:
                return True
    return False


def read(dark, size):
    """The text of a matrix: `dark` is a set of (row, column)."""
    version = (size - 17) // 4
    bits = [(8, c) in dark for c in (0, 1, 2, 3, 4)]
    value = int("".join("1" if bit else "0" for bit in bits), 2) ^ 0b10101
    assert value >> 3 == 0, "not level M"
    mask = MASKS[value & 7]
    stream = []
    right, up = size - 1, True
    while right > 0:
        if right == 6:
            right = 5
        for step in range(size):
            r = size - 1 - step if up else step
            for c in (right, right - 1):
                if not is_function_cell(r, c, size, version):
                    stream.append(((r, c) in dark) != mask(r, c))
        right, up = right - 2, not up
    words = [
        int("".join("1" if bit else "0" for bit in stream[at : at + 8]), 2) for at in range(0, len(stream) - 7, 8)
    ]
    sizes = BLOCKS[version][1]
    blocks = [[] for _ in sizes]
    at = 0
    for turn in range(max(sizes)):
        for index, length in enumerate(sizes):
            if turn < length:
                blocks[index].append(words[at])
                at += 1
    data = "".join(f"{word:08b}" for block in blocks for word in block)
    assert data[:4] == "0100", "not byte mode"
    width = 8 if version < 10 else 16
    count = int(data[4 : 4 + width], 2)
    start = 4 + width
    return bytes(int(data[start + 8 * i : start + 8 * i + 8], 2) for i in range(count)).decode()
