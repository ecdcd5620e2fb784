/// How many of a line are there, from its front to its end in equal parts: small enough to be told to everybody.
public struct PresenceCurve: Hashable, Sendable {
    /// Parts of the line.
    public static let partsMax = 64

    /// Summed up from the front: the first is 0.
    public let counts: [Int]

    /// Looks at everybody who waits: `isPresent` is asked for 1, 2, … behind the front.
    public init(of waiting: Int64, isPresent: (Int64) -> Bool) {
        let parts = Int64(max(1, min(Int64(Self.partsMax), waiting)))
        var counts = [0]
        var sum = 0
        var place: Int64 = 0
        for part in 1...parts {
            let end = waiting * part / parts
            while place < end {
                place += 1
                if isPresent(place) { sum += 1 }
            }
            counts.append(sum)
        }
        self.counts = counts
    }
}
