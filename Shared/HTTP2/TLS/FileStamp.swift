#if canImport(Glibc)
import Glibc
#endif

/// What tells a file from its successor of the same name.
struct FileStamp: Equatable {
    private let device: UInt
    private let node: UInt
    private let size: Int
    private let modifiedSeconds: Int
    private let modifiedNanoseconds: Int

    /// Nil where there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        node = UInt(status.st_ino)
        size = Int(status.st_size)
        modifiedSeconds = status.st_mtim.tv_sec
        modifiedNanoseconds = status.st_mtim.tv_nsec
    }
}
