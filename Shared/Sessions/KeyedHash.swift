import Crypto

/// HMAC-SHA256 (RFC 2104) by one secret, which is taken in once: to begin a code costs as much as to end it.
///
/// It is put together of two hashes, and not `HMAC` of the library, since that one takes what it hashes by generic code
/// which is not compiled for our types: around a token's two hundred bytes that cost several times as much as to hash them.
public struct KeyedHash: Sendable {
    /// Bytes of a code.
    public static let codeBytes = 32

    private static let blockBytes = 64

    private let inner: SHA256
    private let outer: SHA256

    /// A hash by a secret of any length; one of more than 64 bytes counts by its own hash.
    public init(secret: [UInt8]) {
        var block = secret.count > Self.blockBytes ? Array(SHA256.hash(data: secret)) : secret
        block += [UInt8](repeating: 0, count: Self.blockBytes - block.count)
        inner = Self.begun(block.map { $0 ^ 0x36 })
        outer = Self.begun(block.map { $0 ^ 0x5C })
    }

    /// The code of some bytes.
    public func code(of statement: ArraySlice<UInt8>) -> [UInt8] {
        var inner = inner
        statement.withUnsafeBytes { inner.update(bufferPointer: $0) }
        var outer = outer
        inner.finalize().withUnsafeBytes { outer.update(bufferPointer: $0) }
        return outer.finalize().withUnsafeBytes { Array($0) }
    }

    /// Whether a code is the one of some bytes; to find out takes as long for every wrong code of its length.
    public func isCode(_ given: [UInt8], of statement: ArraySlice<UInt8>) -> Bool {
        let right = code(of: statement)
        guard given.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in right.indices { difference |= given[index] ^ right[index] }
        return difference == 0
    }

    private static func begun(_ block: [UInt8]) -> SHA256 {
        var hash = SHA256()
        block.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash
    }
}
