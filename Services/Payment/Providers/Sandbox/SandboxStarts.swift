import LedgerStore

/// Gathers starts of charges: what arrives while the book writes joins its next batch.
actor SandboxStarts {
    private struct Waiting {
        let charge: SandboxChargeStart
        let caller: CheckedContinuation<Result<SandboxCharge, any Error>, Never>
    }

    /// Charges in one batch.
    static let batchItemsMax = 64

    private let book: SandboxBookStore
    private var waiting: [Waiting] = []
    private var isWriting = false

    init(book: SandboxBookStore) {
        self.book = book
    }

    /// Starts a charge and tells what became of it.
    func start(_ charge: SandboxChargeStart) async throws -> SandboxCharge {
        let answer = await withCheckedContinuation { caller in
            waiting.append(Waiting(charge: charge, caller: caller))
            if !isWriting {
                isWriting = true
                Task { await write() }
            }
        }
        return try answer.get()
    }

    private func write() async {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Self.batchItemsMax))
            waiting.removeFirst(batch.count)
            do {
                let charges = try await book.start(batch.map(\.charge))
                for (item, charge) in zip(batch, charges) { item.caller.resume(returning: .success(charge)) }
            } catch {
                for item in batch { item.caller.resume(returning: .failure(error)) }
            }
        }
        isWriting = false
    }
}
