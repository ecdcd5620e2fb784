/// When a gateway last saw each entry of a line: four bytes each. Pure; time is seconds of a clock of its own.
public struct PresenceMarks: Sendable {
    // By number; 0 for never.
    private var seconds: [UInt32] = []

    /// Nobody was seen.
    public init() {}

    /// The entry's customer was seen at a second, from 1.
    public mutating func see(_ number: Int64, at second: UInt32) {
        guard (0...PresenceBits.numbersMax).contains(number) else { return }
        if Int(number) >= seconds.count {
            // A line grows at its end: room is made for more than one.
            let count = min(Int(PresenceBits.numbersMax) + 1, max(1_024, Int(number) * 3 / 2))
            seconds.append(contentsOf: repeatElement(0, count: max(count, Int(number) + 1) - seconds.count))
        }
        seconds[Int(number)] = second
    }

    /// Those who were seen after a second, from a number on.
    public func seen(after second: UInt32, from first: Int64) -> PresenceBits {
        var bits = PresenceBits()
        var number = max(0, Int(first))
        while number < seconds.count {
            if seconds[number] > second { bits.insert(Int64(number)) }
            number += 1
        }
        return bits
    }
}
