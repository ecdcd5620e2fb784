import Testing
import Ticketing
import WaitingRoom

/// The tokens of a place and of an admission.
struct WaitingRoomTokensTests {
    private static let old = (id: "old", secret: [UInt8](repeating: 1, count: 32))
    private static let new = (id: "new", secret: [UInt8](repeating: 2, count: 32))

    private let tokens = WaitingRoomTokens(keys: [old])
    private let entry = EntryToken(
        entryID: EntryID(high: 5, low: .max), performanceID: Samples.performance, customerID: Samples.customer,
        number: 100_001, issuedAt: Samples.noon)
    private let admission = AdmissionToken(
        entryID: EntryID(high: 5, low: .max), performanceID: Samples.performance, customerID: Samples.customer,
        calledAt: Samples.noon, expiresAt: Samples.after(600))

    private func refusal(_ text: String, by tokens: WaitingRoomTokens) -> TokenRefusal? {
        do {
            _ = try tokens.admission(of: text, at: Samples.noon)
            return nil
        } catch {
            return error
        }
    }

    @Test func `each says what it was made of`() throws {
        #expect(try tokens.entry(of: tokens.text(of: entry), at: Samples.noon) == entry)
        #expect(try tokens.admission(of: tokens.text(of: admission), at: Samples.noon) == admission)
    }

    @Test func `none passes for one of the other kind`() {
        #expect(throws: TokenRefusal.malformed) { try tokens.entry(of: tokens.text(of: admission), at: Samples.noon) }
        #expect(throws: TokenRefusal.malformed) { try tokens.admission(of: tokens.text(of: entry), at: Samples.noon) }
    }

    @Test func `no bit of it can be changed`() {
        let text = Array(tokens.text(of: admission).utf8)
        for position in text.indices {
            for bit in 0..<7 {
                var forged = text
                forged[position] ^= 1 << UInt8(bit)
                let forgery = String(decoding: forged, as: UTF8.self)
                #expect(refusal(forgery, by: tokens) != nil, "byte \(position), bit \(bit): \(forgery)")
            }
        }
    }

    @Test func `nothing of it can be left out or added`() {
        let text = tokens.text(of: admission)
        for count in 0..<text.utf8.count { #expect(refusal(String(text.prefix(count)), by: tokens) != nil) }
        for tail in ["A", ".", "=", " ", "\n", ".AAAA", "\u{0}"] {
            #expect(refusal(text + tail, by: tokens) != nil)
            #expect(refusal(tail + text, by: tokens) != nil)
        }
        for other in ["", ".", "..", "...", "old..", "old.AAAA.AAAA", String(repeating: "A", count: 4_096)] {
            #expect(refusal(other, by: tokens) != nil)
        }
    }

    @Test func `it ends at its time, and not before`() throws {
        let text = tokens.text(of: admission)
        let last = Timestamp(unixMicroseconds: admission.expiresAt.unixMicroseconds - 1)
        #expect(try tokens.admission(of: text, at: last) == admission)
        #expect(throws: TokenRefusal.expired) { try tokens.admission(of: text, at: admission.expiresAt) }
        let place = tokens.text(of: entry)
        #expect(throws: TokenRefusal.expired) { try tokens.entry(of: place, at: entry.expiresAt) }
    }

    @Test func `while keys are rotated, what either signed is good`() throws {
        let both = WaitingRoomTokens(keys: [Self.new, Self.old])
        #expect(try both.admission(of: tokens.text(of: admission), at: Samples.noon) == admission)
        let text = both.text(of: admission)
        #expect(text.hasPrefix("new."))
        #expect(try both.admission(of: text, at: Samples.noon) == admission)
        #expect(refusal(text, by: tokens) == .forged)
        let stranger = WaitingRoomTokens(keys: [(id: "old", secret: [UInt8](repeating: 9, count: 32))])
        #expect(refusal(stranger.text(of: admission), by: tokens) == .forged)
    }
}
