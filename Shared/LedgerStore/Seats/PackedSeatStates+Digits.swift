import Ticketing

extension PackedSeatStates {
    /// Packs one digit a seat, as the ledger renders a map.
    init(digits: String) {
        var digits = digits
        self = digits.withUTF8 { digits in
            var bytes = [UInt8](repeating: 0, count: (digits.count + 3) / 4)
            for seat in digits.indices {
                bytes[seat >> 2] |= (digits[seat] & 0b11) << (UInt8(seat & 3) * 2)
            }
            // The bytes fit the count, and nothing stands in the unused bits.
            return PackedSeatStates(count: digits.count, bytes: bytes) ?? PackedSeatStates(count: 0)
        }
    }
}
