/// How long a seat's width is in a draft's own unit.
enum ChartScale {
    /// Shorter pitches than this are taken for it, so that no division overflows.
    private static let pitchMin = 1e-6

    /// The median distance between neighbours in a row; 1 where no row has two seats.
    static func seatPitch(of draft: ChartDraft) -> Double {
        var distances: [Double] = []
        for row in draft.sections.lazy.flatMap(\.rows) {
            for (left, right) in zip(row.seats, row.seats.dropFirst()) {
                guard let left = left.position, let right = right.position else { continue }
                let distance = left.distance(to: right)
                if distance.isFinite, distance > pitchMin { distances.append(distance) }
            }
        }
        guard !distances.isEmpty else { return 1 }
        distances.sort()
        return distances[distances.count / 2]
    }
}
