import Foundation
import Wire

/// The JSON door: any bytes give a value or a failure; a value says the same again after a way through JSON; and what
/// the door takes, another parser takes as well.
enum JSONFuzzer {
    private typealias Test = @Sendable ([UInt8]) -> Bool

    private static let tests: [Test] = [
        test(BestAvailableRequest.self), test(HoldRequest.self), test(HoldCommand.self), test(HoldResource.self),
        test(HoldsCommand.self), test(HoldsAnswer.self),
        test(OrderRequest.self), test(OrderCommand.self), test(OrderResource.self), test(PaymentRequest.self),
        test(PaymentCommand.self), test(CheckInRequest.self), test(CheckInCommand.self), test(WebhookCommand.self),
        test(CustomerRegistrationRequest.self), test(SessionRequest.self), test(SessionRevocationRequest.self),
        test(EventListRequest.self), test(EventResource.self), test(PerformanceResource.self),
        test(SeatingChartResource.self), test(SeatsQuestion.self), test(SeatsAnswer.self), test(SeatDelta.self),
        test(SeatSnapshot.self), test(SignInAnswer.self), test(SequenceAnswer.self), test(Problem.self),
        test(TicketResource.self), test(StreamHeartbeat.self), test(StreamClosing.self),
        test([Double].self), test([String].self),
    ]

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var script = Script(bytes)
        let first = Int(script.byte())
        let json = script.everything()
        var isTaken = tests[first % tests.count](json)
        // The first byte chooses the type that the fuzzer works on; a few of the others see the bytes too.
        if first >= 128 { for test in tests where test(json) { isTaken = true } }
        if isTaken, !mayExceedDouble(json) {
            precondition(
                (try? JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)) != nil,
                "taken, though it is no JSON")
        }
    }

    /// Whether a number may stand there that no double holds: JSON all the same, and yet refused by Foundation.
    private static func mayExceedDouble(_ json: [UInt8]) -> Bool {
        func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
        let hasLargeExponent = json.indices.contains { index in
            guard index > 0, isDigit(json[index - 1]), json[index] | 0x20 == UInt8(ascii: "e") else { return false }
            let digits = json[(index + 1)...].drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
            return digits.prefix { isDigit($0) }.count > 2
        }
        return hasLargeExponent || json.count(where: isDigit) > 200
    }

    private static func test<Value: Codable & Sendable>(_ type: Value.Type) -> Test {
        { json in
            guard let value = try? WireJSON.decode(type, from: json) else { return false }
            guard let once = try? WireJSON.encode(value) else { return true }
            guard let again = try? WireJSON.decode(type, from: once), let twice = try? WireJSON.encode(again) else {
                preconditionFailure("\(type) does not read what it wrote: \(String(decoding: once, as: UTF8.self))")
            }
            precondition(once == twice, "\(type) changed on its way: \(String(decoding: once, as: UTF8.self))")
            return true
        }
    }
}
