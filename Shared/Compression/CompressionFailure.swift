/// zlib could not compress: it had no memory.
public struct CompressionFailure: Error, Sendable {}
