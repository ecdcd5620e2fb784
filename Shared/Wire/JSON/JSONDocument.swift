/// JSON text with an index of its values, made in one pass: decoding walks the index and meets no bad syntax.
///
/// A container's node is followed by its children's; an object's children are names and values by turns.
final class JSONDocument {
    static let rootNode = 0

    private static let shortCount = 2_048
    private static let shortNodes = 48

    enum Kind: UInt8 {
        case null, yes, no, integer, number, string, escapedString, array, object
    }

    struct Node {
        var kind: Kind
        /// The value's first byte and the byte after it: the quotes belong to a string.
        var start: UInt32
        var end: UInt32
        /// The node after this one and everything in it.
        var next: UInt32
        /// An array's number of elements, an object's last name that was found, or an escaped string's entry.
        var extra: UInt32
    }

    /// The text, followed by eight zero bytes: reading ahead by a word is always allowed.
    let bytes: UnsafePointer<UInt8>
    let count: Int
    @exclusivity(unchecked) private(set) var nodeCount = 0
    @exclusivity(unchecked) private var nodeCapacity: Int
    @exclusivity(unchecked) private var nodes: UnsafeMutablePointer<Node>
    /// Strings with escapes, resolved; `unescapedRanges` says which is whose.
    @exclusivity(unchecked) private var unescaped: [UInt8] = []
    @exclusivity(unchecked) private var unescapedRanges: [Range<Int>] = []

    init(copying source: some Collection<UInt8>) {
        count = source.count
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count + 8)
        let filled = copy.initialize(fromContentsOf: source)
        copy.suffix(from: filled).initialize(repeating: 0)
        bytes = UnsafePointer(copy.baseAddress.unsafelyUnwrapped)
        // Of a short text as many as stay below a kilobyte, which the allocator hands out from what a thread has at hand.
        nodeCapacity = count < Self.shortCount ? min(count / 6 + 8, Self.shortNodes) : count / 6 + 8
        nodes = .allocate(capacity: nodeCapacity)
    }

    deinit {
        bytes.deallocate()
        nodes.deallocate()
    }

    // MARK: The index, as it is made

    func addNode(_ kind: Kind, start: Int) -> Int {
        if nodeCount == nodeCapacity {
            let larger = UnsafeMutablePointer<Node>.allocate(capacity: nodeCapacity * 2)
            larger.update(from: nodes, count: nodeCount)
            nodes.deallocate()
            nodes = larger
            nodeCapacity *= 2
        }
        nodes[nodeCount] = Node(kind: kind, start: UInt32(start), end: 0, next: 0, extra: 0)
        nodeCount += 1
        return nodeCount - 1
    }

    func endNode(_ node: Int, end: Int, extra: Int = 0) {
        nodes[node].end = UInt32(end)
        nodes[node].next = UInt32(nodeCount)
        nodes[node].extra = UInt32(extra)
    }

    /// Adds the null that stands for what is absent.
    func endIndex() { endNode(addNode(.null, start: count), end: count) }

    func setKind(_ kind: Kind, of node: Int) { nodes[node].kind = kind }

    func addUnescaped(_ text: [UInt8]) -> Int {
        unescapedRanges.append(unescaped.count..<unescaped.count + text.count)
        unescaped += text
        return unescapedRanges.count - 1
    }

    // MARK: The index, as it is read

    var nullNode: Int { nodeCount - 1 }

    func kind(of node: Int) -> Kind { nodes[node].kind }
    func next(after node: Int) -> Int { Int(nodes[node].next) }
    func elementCount(of array: Int) -> Int { Int(nodes[array].extra) }

    func slice(of node: Int) -> [UInt8] { Array(text(of: node)) }

    func text(of node: Int) -> UnsafeBufferPointer<UInt8> {
        let node = nodes[node]
        return UnsafeBufferPointer(start: bytes + Int(node.start), count: Int(node.end - node.start))
    }

    func withString<R>(_ node: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        guard kind(of: node) == .escapedString else {
            return body(UnsafeBufferPointer(rebasing: text(of: node).dropFirst().dropLast()))
        }
        return unescaped.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[unescapedRanges[Int(nodes[node].extra)]]))
        }
    }

    /// The value of a member.
    ///
    /// The search begins at the name that was found last, since most types ask in the order of writing.
    func value(of name: String, in object: Int, verbatim: Bool) -> Int? {
        let first = object + 1
        let end = next(after: object)
        let begin = Int(nodes[object].extra)
        return search(name, in: object, from: begin == 0 ? first : begin, to: end, verbatim)
            ?? (begin == 0 ? nil : search(name, in: object, from: first, to: begin, verbatim))
    }

    private func search(_ name: String, in object: Int, from begin: Int, to end: Int, _ verbatim: Bool) -> Int? {
        var node = begin
        while node < end {
            if withString(node, { JSONMemberName.matches($0, name: name, verbatim: verbatim) }) {
                nodes[object].extra = UInt32(node)
                return node + 1
            }
            node = next(after: node + 1)
        }
        return nil
    }
}
