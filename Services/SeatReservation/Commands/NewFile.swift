import ArgumentParser
import Foundation
import Glibc

/// A file that was not there before, for its owner's eyes only.
struct NewFile: Sendable {
    private let path: String
    private let handle: FileHandle

    /// Makes the file; throws what a person can do about it.
    init(path: String) throws {
        self.path = path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = errno == EEXIST ? "exists already: name another file" : "can't be made: errno \(errno)"
            throw ValidationError("\(path) \(reason).")
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func append(_ bytes: Data) throws {
        do {
            try handle.write(contentsOf: bytes)
        } catch {
            throw ValidationError("\(path) can't be written: \(error)")
        }
    }

    func close() throws {
        try handle.close()
    }
}
