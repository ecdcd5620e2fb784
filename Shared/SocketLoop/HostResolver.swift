import Glibc

/// Looks host names up without blocking a loop or the shared thread pool.
public enum HostResolver {
    private final class Lookup: Sendable {
        let host: String
        let continuation: CheckedContinuation<[String], Never>

        init(host: String, continuation: CheckedContinuation<[String], Never>) {
            self.host = host
            self.continuation = continuation
        }
    }

    /// The numeric addresses of a host in the resolver's order; none when the name is unknown.
    ///
    /// A numeric address is its own answer. A name is looked up on a thread of its own, because `getaddrinfo`
    /// blocks for as long as the resolver likes: the caller keeps its own deadline.
    public nonisolated(nonsending) static func addresses(of host: String) async -> [String] {
        let numeric = look(up: host, flags: AI_NUMERICHOST)
        if !numeric.isEmpty { return numeric }
        return await withCheckedContinuation { continuation in
            let lookup = Unmanaged.passRetained(Lookup(host: host, continuation: continuation))
            var thread = pthread_t()
            let result = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    let lookup = Unmanaged<Lookup>.fromOpaque(argument).takeRetainedValue()
                    lookup.continuation.resume(returning: HostResolver.look(up: lookup.host, flags: 0))
                    return nil
                }, lookup.toOpaque())
            if result == 0 {
                pthread_detach(thread)
            } else {
                lookup.takeRetainedValue().continuation.resume(returning: [])
            }
        }
    }

    private static func look(up host: String, flags: Int32) -> [String] {
        var hints = addrinfo()
        hints.ai_flags = flags
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &found) == 0 else { return [] }
        defer { freeaddrinfo(found) }
        var addresses: [String] = []
        var next = found
        while let entry = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            {
                let address = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                if !addresses.contains(address) { addresses.append(address) }
            }
            next = entry.ai_next
        }
        return addresses
    }
}
