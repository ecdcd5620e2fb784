#if canImport(Glibc)
import Glibc
#endif

/// A libFuzzer for each door that the bytes of strangers come through; `FUZZER` names the door. `deploy/local/fuzz`
/// builds and runs them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzedDoor.chosen(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}

/// The doors by their names.
private enum FuzzedDoor {
    static let chosen: @Sendable (UnsafeRawBufferPointer) -> Void = {
        switch getenv("FUZZER").map({ String(cString: $0) }) {
        case "http2-server": HTTP2ServerFuzzer.run
        case "http2-client": HTTP2ClientFuzzer.run
        case "http1-server": HTTP1ServerFuzzer.run
        case "json": JSONFuzzer.run
        default: preconditionFailure("FUZZER is to be http2-server, http2-client, http1-server or json")
        }
    }()
}
