/// What a viewer asks over HTTP/1.1, and the head of what it is answered.
struct HTTP1Request {
    private let fields: [(name: String, value: String)]

    init(_ fields: [(name: String, value: String)]) {
        self.fields = fields
    }

    func bytes(path: String) -> [UInt8] {
        let lines = ["GET \(path) HTTP/1.1", "host: localhost"] + fields.map { "\($0.name): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// The head's text and what follows it; nil while it is not whole.
    static func cutHead(_ bytes: [UInt8]) -> (text: String, rest: [UInt8])? {
        let end = Array("\r\n\r\n".utf8)
        guard bytes.count >= 4,
            let start = (0...bytes.count - 4).first(where: { bytes[$0..<$0 + 4].elementsEqual(end) })
        else { return nil }
        return (String(decoding: bytes[..<start], as: UTF8.self), Array(bytes[(start + 4)...]))
    }

    static func status(of head: String) -> Int? {
        let words = head.split(separator: " ", maxSplits: 2)
        return words.count > 1 ? Int(words[1]) : nil
    }
}
