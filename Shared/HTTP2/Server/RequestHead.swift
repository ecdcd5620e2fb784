import HTTPTypes

/// A request's head while its fields arrive. One at a time on a connection: nothing comes between the frames of a
/// head (RFC 9113, 6.10).
///
/// Fields are held as they came: text is made of them when the request is let in, and of who is not, none.
struct RequestHead: ~Copyable {
    private var method: RawField?
    private var path: RawField?
    private var scheme: RawField?
    private var authority: RawField?
    private var fields: [RawField] = []
    private var bytesLeft = 0
    private var fieldsLeft = 0
    private let bombBytes: Int
    private let bombFields: Int
    private let bytesMax: Int
    private let fieldsMax: Int

    /// Whether there is more of it than the listener takes.
    var isTooLarge: Bool { bytesLeft < 0 || fieldsLeft < 0 }

    /// Whether there is so much more that it can only be meant to cost.
    var isBomb: Bool { bytesLeft < bombBytes || fieldsLeft < bombFields }

    init(_ settings: HTTPServerSettings) {
        bytesMax = settings.headerBytesMax
        fieldsMax = settings.headerFieldsMax
        bombBytes = -3 * settings.headerBytesMax
        bombFields = -3 * settings.headerFieldsMax
    }

    deinit {
        for field in fields { field.release() }
        method?.release()
        path?.release()
        scheme?.release()
        authority?.release()
    }

    /// A head begins. Its fields are kept in `spare`, which is the loop's: connections without a head hold none.
    mutating func began(keepingFieldsIn spare: inout [RawField]) {
        ended(givingBackTo: &spare)
        swap(&fields, &spare)
        (bytesLeft, fieldsLeft) = (bytesMax, fieldsMax)
    }

    /// The head was looked at.
    mutating func ended(givingBackTo spare: inout [RawField]) {
        for field in fields { field.release() }
        fields.removeAll(keepingCapacity: true)
        if fields.capacity > spare.capacity { swap(&fields, &spare) } else { fields = [] }
        Self.release(&method)
        Self.release(&path)
        Self.release(&scheme)
        Self.release(&authority)
    }

    /// Counts a field without taking it.
    mutating func counted(_ name: OpaquePointer, _ value: OpaquePointer) {
        bytesLeft -= FieldCache.bytes(name).count + FieldCache.bytes(value).count + 32
        fieldsLeft -= 1
    }

    /// Takes a field, unless it is one too many: then nothing is kept from here on.
    mutating func received(_ name: OpaquePointer, _ value: OpaquePointer, isIndexed: Bool) {
        counted(name, value)
        guard !isTooLarge else { return }
        let field = RawField(name, value, isIndexed: isIndexed)
        let nameBytes = FieldCache.bytes(name)
        guard nameBytes.first == UInt8(ascii: ":") else { return fields.append(field) }
        // libnghttp2 let the five known ones pass, each once, and nothing else.
        switch nameBytes[1] {
        case UInt8(ascii: "m"): Self.keep(field, as: &method)
        case UInt8(ascii: "s"): Self.keep(field, as: &scheme)
        case UInt8(ascii: "a"): Self.keep(field, as: &authority)
        case UInt8(ascii: "p") where nameBytes.count == 5: Self.keep(field, as: &path)
        default: field.release()
        }
    }

    // MARK: What it says

    /// The method; nil where there is none that makes sense.
    var requestMethod: HTTPRequest.Method? {
        guard let bytes = method?.valueBytes else { return nil }
        if bytes.elementsEqual("GET".utf8) { return .get }
        if bytes.elementsEqual("POST".utf8) { return .post }
        return HTTPRequest.Method(rawValue: String(decoding: bytes, as: UTF8.self))
    }

    /// The target's bytes up to its query, for the length of the call.
    func withPath<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        guard let target = path?.valueBytes else { return body(UnsafeBufferPointer(start: nil, count: 0)) }
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        return body(UnsafeBufferPointer(rebasing: target[..<end]))
    }

    /// What a doorstep says to it.
    func answer(
        at doorstep: Doorstep, _ method: HTTPRequest.Method, hasBody: Bool, from peer: RequestPeer
    ) -> ReadyResponse? {
        fields.withUnsafeBufferPointer {
            doorstep(ArrivingRequest(method: method, hasBody: hasBody, fields: .raw($0), peer: peer))
        }
    }

    /// The request's fields.
    func headerFields(_ cache: inout FieldCache, _ names: inout FieldNames) -> HTTPFields {
        var made = HTTPFields()
        made.reserveCapacity(fields.count)
        for field in fields {
            guard let field = cache.field(field.name, field.value, isIndexed: field.isIndexed, &names)
            else { continue }
            made.append(field)
        }
        return made
    }

    func scheme(_ cache: inout FieldCache) -> String? { scheme.map { cache.text($0.name, $0.value) } }

    func authority(_ cache: inout FieldCache) -> String? { authority.map { cache.text($0.name, $0.value) } }

    /// The target. Paths differ from request to request and would push the rest out of the cache.
    var target: String? { path.map { String(decoding: $0.valueBytes, as: UTF8.self) } }

    private static func keep(_ field: RawField, as known: inout RawField?) {
        known?.release()
        known = field
    }

    private static func release(_ field: inout RawField?) {
        field?.release()
        field = nil
    }
}
