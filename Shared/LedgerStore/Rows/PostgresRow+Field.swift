public import Postgres
public import Ticketing
public import Wire

extension PostgresRow {
    /// Reads an amount of a known currency.
    public func money(at column: Int, in currency: String) throws(PostgresFailure) -> Money {
        Money(amountMinor: try decode(Int64.self, at: column), currency: currency)
    }

    /// Reads a text column that holds one of a closed set of words.
    public func word<Word: RawRepresentable>(
        _: Word.Type = Word.self, at column: Int
    ) throws(PostgresFailure) -> Word where Word.RawValue == String {
        let text = try decode(String.self, at: column)
        guard let word = Word(rawValue: text) else { throw .unexpectedValue("the word \(text) for a \(Word.self)") }
        return word
    }

    /// Reads seat changes as the ledger keeps them: `seat_index * 4 + state`.
    public func seatChanges(at column: Int) throws(PostgresFailure) -> [SeatChange] {
        try decode([Int32].self, at: column).map { change in
            // Two bits are always one of the four states.
            SeatChange(seatIndex: change >> 2, state: SeatState(rawValue: UInt8(change & 0b11)) ?? .blocked)
        }
    }
}
