extension JSONDocument {
    /// A name that an object holds twice, after its escapes are resolved.
    func repeatedName(in object: Int, count: Int) -> String? {
        count <= 12 ? repeatedNameByPairs(in: object) : repeatedNameBySorting(in: object, count: count)
    }

    private func repeatedNameByPairs(in object: Int) -> String? {
        let end = next(after: object)
        var later = object + 1
        while later < end {
            var earlier = object + 1
            while earlier < later {
                if isSameName(earlier, later) { return name(later) }
                earlier = next(after: earlier + 1)
            }
            later = next(after: later + 1)
        }
        return nil
    }

    // n log n whatever the names are: a table of hashes could be filled with collisions on purpose.
    private func repeatedNameBySorting(in object: Int, count: Int) -> String? {
        var names: [Int] = []
        names.reserveCapacity(count)
        var node = object + 1
        while node < next(after: object) {
            names.append(node)
            node = next(after: node + 1)
        }
        names.sort { earlier, later in
            withString(earlier) { earlier in withString(later) { earlier.lexicographicallyPrecedes($0) } }
        }
        for (earlier, later) in zip(names, names.dropFirst()) where isSameName(earlier, later) { return name(later) }
        return nil
    }

    private func isSameName(_ one: Int, _ other: Int) -> Bool {
        // Nearly all names differ in length, and as a rule none holds an escape.
        if kind(of: one) == .string, kind(of: other) == .string, text(of: one).count != text(of: other).count {
            return false
        }
        return withString(one) { one in withString(other) { one.count == $0.count && one.elementsEqual($0) } }
    }

    func name(_ node: Int) -> String {
        withString(node) { String(decoding: $0, as: UTF8.self) }
    }
}
