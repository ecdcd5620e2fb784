/// What a provider answered.
struct ProviderReply: Hashable, Sendable {
    /// HTTP's status.
    let status: Int
    let body: [UInt8]
    /// Whether it is what an earlier call by the same key was answered.
    var isRepeated = false

    /// Whether it did what it was asked.
    var isSuccess: Bool { (200..<300).contains(status) }

    /// Whether a fault of its own is what it will answer to this key from now on.
    var isRepeatedFault: Bool { isRepeated && status >= 500 }

    /// Whether it read the request and refused it: the answer tells what it thinks. Neither a wrong credential, nor a
    /// rival with the same key, nor too many requests is that.
    var isRefusal: Bool { (400..<500).contains(status) && ![401, 403, 408, 409, 425, 429].contains(status) }
}
