import CQrencode

/// A QR code (ISO/IEC 18004) of a short text, with medium error correction.
public struct QRCode: Sendable {
    /// The width in modules, the quiet zone not counted.
    public let width: Int
    private let modules: [Bool]

    /// Encodes a text; more than the largest code holds (some 2,300 bytes) is a failure.
    public init(text: String) throws(QRCodeFailure) {
        let bytes = Array(text.utf8)
        guard let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M) else { throw QRCodeFailure() }
        defer { QRcode_free(code) }
        width = Int(code.pointee.width)
        modules = (0..<width * width).map { code.pointee.data[$0] & 1 == 1 }
    }

    /// Whether a module is dark; both from 0, x to the right and y down.
    public func isDark(x: Int, y: Int) -> Bool {
        precondition((0..<width).contains(x) && (0..<width).contains(y), "module \(x),\(y) of \(width)")
        return modules[y * width + x]
    }

    /// An SVG picture, dark on white, with the quiet zone of four modules that scanners need.
    public func svg() -> String {
        let side = width + 8
        var path = ""
        for y in 0..<width {
            for x in 0..<width where isDark(x: x, y: y) { path += "M\(x + 4) \(y + 4)h1v1h-1z" }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\
            <rect width="\(side)" height="\(side)" fill="#fff"/><path d="\(path)" fill="#000"/></svg>
            """
    }
}
