/// The name of one request in every log line that it caused, in any process.
public struct RequestID: Sendable, Hashable, CustomStringConvertible {
    /// The request that the current task works for.
    @TaskLocal public static var current: RequestID?

    /// 1 to 64 characters out of `A-Z a-z 0-9 . _ -`.
    public let description: String

    /// A new one.
    public static func make() -> RequestID {
        var text: [UInt8] = []
        text.reserveCapacity(16)
        Hexadecimal.append(RandomIdentifier.next(), to: &text)
        return RequestID(trusted: String(decoding: text, as: UTF8.self))
    }

    /// A caller's own, if it is well formed: anything else could forge log lines.
    public init?(accepting text: String) {
        guard 1...64 ~= text.utf8.count, text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        description = text
    }

    private init(trusted text: String) {
        description = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
