import Compression
import Testing

@Suite struct MonochromePNGTests {
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    @Test func `a picture has its size, its chunks and one row more than fits a byte`() throws {
        let picture = try MonochromePNG.encode(width: 9, height: 2) { x, y in x == 8 && y == 1 }
        #expect(picture.starts(with: Self.signature))
        #expect(Array(picture[12..<16]) == Array("IHDR".utf8))
        #expect(Array(picture[16..<29]) == [0, 0, 0, 9, 0, 0, 0, 2, 1, 0, 0, 0, 0])
        #expect(picture.suffix(12) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    }

    @Test func `the same picture is the same bytes, another one is not`() throws {
        let one = try MonochromePNG.encode(width: 20, height: 20) { x, y in (x + y) % 2 == 0 }
        #expect(try MonochromePNG.encode(width: 20, height: 20) { x, y in (x + y) % 2 == 0 } == one)
        #expect(try MonochromePNG.encode(width: 20, height: 20) { x, y in (x + y) % 3 == 0 } != one)
    }

    @Test func `squares of many pixels are those pixels`() throws {
        for scale in [1, 2, 3, 6, 8] {
            let squares = try MonochromePNG.encode(width: 7, height: 5, scale: scale) { x, y in (x * 3 + y) % 4 == 0 }
            let pixels = try MonochromePNG.encode(width: 7 * scale, height: 5 * scale) { x, y in
                (x / scale * 3 + y / scale) % 4 == 0
            }
            #expect(squares == pixels)
        }
    }
}
