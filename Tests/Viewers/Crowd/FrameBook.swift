import Glibc

/// All frames that came, each once: a viewer's is found by comparing bytes, so that thousands of deliveries cost what
/// one does.
final class FrameBook {
    /// Frames whose bytes are kept.
    private static let keptMax = 1024

    private(set) var frames: [Frame] = []
    private var places: [Int: [Int]] = [:]
    private var firstKept = 0
    private var last = -1

    /// The place of a frame among all.
    func place(of bytes: UnsafeRawBufferPointer, at now: Int64) -> Int {
        if last >= 0, isSame(last, bytes) { return last }
        let print = Self.print(of: bytes)
        if let known = places[print]?.first(where: { isSame($0, bytes) }) {
            last = known
            return known
        }
        frames.append(Frame(content: FrameContent(bytes), bytes: Array(bytes), firstAt: now, lastAt: now))
        last = frames.count - 1
        places[print, default: []].append(last)
        if frames.count - firstKept > Self.keptMax { forgetOldest() }
        return last
    }

    func count(_ place: Int, at now: Int64) {
        frames[place].count(at: now)
    }

    private func isSame(_ place: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        frames[place].bytes.withUnsafeBytes { known in
            guard known.count == bytes.count, let mine = known.baseAddress, let theirs = bytes.baseAddress else {
                return false
            }
            return memcmp(mine, theirs, known.count) == 0
        }
    }

    private func forgetOldest() {
        let print = frames[firstKept].bytes.withUnsafeBytes(Self.print)
        places[print]?.removeAll { $0 == firstKept }
        if places[print]?.isEmpty == true { places[print] = nil }
        frames[firstKept].bytes = []
        firstKept += 1
    }

    /// Frames differ near their beginning, by the position.
    private static func print(of bytes: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes.count)
        hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes.prefix(128)))
        return hasher.finalize()
    }
}
