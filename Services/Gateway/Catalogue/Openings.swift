import Ticketing
import Wire

/// The openings of sales that an answer of the catalogue tells of: behind the next one it is wrong.
struct Openings: Decodable {
    private let onSaleAt: Timestamp?
    private let performances: [Openings]?
    private let items: [Openings]?

    /// The openings in an answer; nil where it has another shape.
    init?(in answer: Answer) {
        guard !answer.isProblem, let found = try? answer.body?.decode(Openings.self) else { return nil }
        self = found
    }

    /// How long it is until the next opening; nil when there is none.
    func next(after now: Timestamp) -> Duration? {
        all.filter { $0 > now }.min().map { .microseconds($0.unixMicroseconds - now.unixMicroseconds) }
    }

    private var all: [Timestamp] {
        ((performances ?? []) + (items ?? [])).reduce(into: onSaleAt.map { [$0] } ?? []) { $0 += $1.all }
    }
}
