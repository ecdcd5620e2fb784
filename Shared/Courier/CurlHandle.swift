import CCurl
import Glibc

/// libcurl's handle of one transfer after another, with the connections that it keeps between them.
///
/// libcurl lets a handle go from thread to thread as long as one at a time uses it.
// Unchecked: copies share two pointers, which never change. A handle is made, or taken from the idle ones (a mutex), by
// one piece of work on one thread, and given back or closed at its end; the idle ones are closed when the threads have
// ended.
struct CurlHandle: @unchecked Sendable {
    let curl: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>

    init() {
        guard let curl = curl_easy_init() else { preconditionFailure("libcurl has no memory") }
        self.curl = curl
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    /// Lets its connection go without a word: libcurl would wait two minutes for what a server says to a goodbye.
    func close() {
        let descriptor = courier_active_socket(curl)
        if descriptor != CURL_SOCKET_BAD { shutdown(descriptor, Int32(SHUT_RDWR)) }
        curl_easy_cleanup(curl)
        errorText.deallocate()
    }

    func perform() -> CURLcode {
        errorText.pointee = 0
        courier_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText)
        return curl_easy_perform(curl)
    }

    /// What went wrong, in libcurl's words.
    func lastError(_ code: CURLcode) -> String {
        errorText.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    }
}
