import HTTPTypes
import NIOCore

/// A response that lies ready: laid out once, and sent any number of times.
public final class ReadyResponse: Sendable {
    /// What it says.
    public let response: ServerResponse

    /// Its fields as libnghttp2 wants them, but for the date.
    let layout: FieldScratch.Layout
    /// Whether the date is to be added.
    let isDateMissing: Bool
    let body: ByteBuffer

    /// Lays a response out.
    /// - Precondition: its body is `.empty` or `.bytes`.
    public init(_ response: ServerResponse) {
        switch response.body {
        case .empty: body = ByteBuffer()
        case .bytes(let bytes): body = bytes
        case .stream, .source: preconditionFailure("a body that is still to come does not lie ready")
        }
        self.response = response
        isDateMissing = !response.headerFields.contains(.date)
        var scratch = FieldScratch()
        scratch.layOut(response, response.body, isHeadRequest: false, date: nil)
        layout = scratch.layout
    }
}
