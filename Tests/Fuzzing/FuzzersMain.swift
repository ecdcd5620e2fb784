import CFuzzer

#if canImport(Glibc)
import Glibc
#endif

/// A libFuzzer for each door that the bytes of strangers come through. `FUZZER` names the door; the arguments are
/// libFuzzer's own. `deploy/local/fuzz` builds and runs them.
@main
enum FuzzersMain {
    static func main() {
        switch getenv("FUZZER").map({ String(cString: $0) }) {
        case "http2-server": run { HTTP2ServerFuzzer.run(UnsafeRawBufferPointer(start: $0, count: $1)) }
        case "http2-client": run { HTTP2ClientFuzzer.run(UnsafeRawBufferPointer(start: $0, count: $1)) }
        case "http1-server": run { HTTP1ServerFuzzer.run(UnsafeRawBufferPointer(start: $0, count: $1)) }
        case "json": run { JSONFuzzer.run(UnsafeRawBufferPointer(start: $0, count: $1)) }
        default:
            print("FUZZER is to be http2-server, http2-client, http1-server or json")
            exit(64)
        }
    }

    private static func run(_ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32) -> Never {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(LLVMFuzzerRunDriver(&count, &arguments, test))
    }
}
